//! Situations that fool a careless judge: who is innocent, and what is not proved.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

#[expect(dead_code, reason = "compressed files are for other tests")]
#[path = "support/files.rs"]
mod files;

use files::Folder;
use run_id_core::event::MARKER;
use run_id_logs::facts::files::read;
use run_id_logs::facts::history::{Name, Names};
use run_id_logs::judge::finding::{Finding, Seen};
use run_id_logs::judge::judgement::judge;
use run_id_logs::read::input::Progress;
use serde_json::{Map, Value, json};

const DAY: i64 = 86_400_000;

/// 2025-10-06T14:30:00Z, the second of [`BASE`].
const START: i64 = 1_759_761_000_000;

const BASE: &str = "251006-143000";
const RIGHT: &str = "251006-143000-Ann-Carver";
const CUT: &str = "251006-143000-Ann";

/// A process and the log that it writes.
struct Process {
    service: &'static str,
    /// How far ahead its clock is, in milliseconds.
    skew: i64,
    n: u64,
    lines: Vec<String>,
}

impl Process {
    fn new(service: &'static str) -> Self {
        Self { service, skew: 0, n: 0, lines: Vec::new() }
    }

    /// An event as the library writes it, `ms` after [`START`].
    fn event(&mut self, ms: i64, event: &str, own: &Value) -> &mut Self {
        let line = format!("{MARKER}{}", Value::Object(self.fields(ms, event, own)));
        self.write(line)
    }

    /// The fields of its next event.
    fn fields(&mut self, ms: i64, event: &str, own: &Value) -> Map<String, Value> {
        self.n += 1;
        let mut fields = json!({
            "v": 1,
            "time": time_of(START + ms + self.skew),
            "service": self.service,
            "proc": format!("{:08x}", self.service.bytes().fold(1, |proc: u32, byte| proc * 31 % 65_521 + u32::from(byte))),
            "host": "web-1",
            "pid": 7,
            "thread": 0,
            "n": self.n,
            "op": null,
            "event": event,
            "at": format!("{}.js:{}:1", self.service, self.n),
        });
        let fields = fields.as_object_mut().unwrap();
        fields.extend(own.as_object().unwrap().clone());
        fields.clone()
    }

    fn write(&mut self, line: String) -> &mut Self {
        self.lines.push(line);
        self
    }

    /// A job and the runs of these clients under it.
    fn creates(&mut self, ms: i64, base: &str, clients: &[&str]) -> &mut Self {
        self.event(ms, "generate", &json!({"runId": base, "leadSeconds": 0}));
        self.record(ms + 5, "created", base, &json!({"method": "createJob"}));
        for client in clients {
            self.record(
                ms + 10,
                "created",
                &format!("{base}-{client}"),
                &json!({"method": "createClientRun"}),
            );
        }
        self
    }

    fn record(&mut self, ms: i64, action: &str, run_id: &str, own: &Value) -> &mut Self {
        let client = run_id.get(14..);
        let table = if client.is_some() { "client" } else { "job" };
        let mut fields =
            json!({"method": "get", "action": action, "table": table, "runId": run_id, "clientId": client});
        fields.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        self.event(ms, "record", &fields)
    }

    /// A lookup that missed: the two lines that it leaves.
    fn misses(&mut self, ms: i64, run_id: &str, near: &[(&str, &str)], own: &Value) -> &mut Self {
        let near: Vec<_> =
            near.iter().map(|(run_id, reason)| json!({"runId": run_id, "reason": reason})).collect();
        let with = |more: Value| {
            let mut fields = more.as_object().unwrap().clone();
            fields.extend(own.as_object().unwrap().clone());
            Value::Object(fields)
        };
        self.record(ms, "missing", run_id, &with(json!({"near": near})));
        let table = if run_id.len() > 13 { "client" } else { "job" };
        let reject = json!({
            "code": "ERR_JOB_NOT_FOUND",
            "message": "Job tracking record not found.",
            "received": run_id,
            "table": table,
            "near": near,
        });
        self.event(ms, "reject", &with(reject))
    }

    fn end(&mut self, ms: i64) -> &mut Self {
        self.event(ms, "end", &json!({}))
    }
}

fn time_of(ms: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(ms).unwrap();
    time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// An operation with a run in hand that came by this source.
fn within(op: &str, run_id: &str, source: &str) -> Value {
    json!({"op": op, "within": run_id, "arrived": source})
}

/// A finding, without what the situation is not about.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    class: &'static str,
    run_id: Option<String>,
    expected: Option<String>,
    is_certain: bool,
    /// Service, `from` and `to` of each culprit.
    changed_by: Vec<(String, Option<String>, String)>,
    /// Service and source.
    arrived_at: Option<(String, Option<String>)>,
    last_right: Option<String>,
}

impl Told {
    fn of(finding: &Finding, names: &Names) -> Self {
        let text = |name: Name| names.text(name).to_owned();
        let service = |seen: &Seen| text(seen.process).split('@').next().unwrap().to_owned();
        let at = |seen: &Seen| seen.sight.at.map(text).unwrap_or_default();
        Self {
            class: finding.class.name(),
            run_id: finding.wrong(names).map(str::to_owned),
            expected: finding.right(names).map(str::to_owned),
            is_certain: finding.is_certain,
            changed_by: finding
                .changed_by
                .iter()
                .map(|culprit| (service(&culprit.to), culprit.from.as_ref().map(at), at(&culprit.to)))
                .collect(),
            arrived_at: finding
                .arrived_at
                .as_ref()
                .map(|arrival| (service(&arrival.seen), arrival.source.map(text))),
            last_right: finding.last_right.as_ref().map(service),
        }
    }

    fn class_and_expected(&self) -> (&str, Option<&str>) {
        (self.class, self.expected.as_deref())
    }
}

/// What is reported about these files.
fn told(logs: &[(&str, &[String])]) -> Vec<Told> {
    let folder = Folder::new();
    let files: Vec<String> = logs
        .iter()
        .map(|(name, lines)| folder.write(name, format!("{}\n", lines.join("\n")).as_bytes()))
        .collect();
    let (history, failures) = read(&files, &Progress::default());
    assert!(failures.is_empty(), "{failures:?}");
    judge(&history, DAY).iter().map(|finding| Told::of(&finding, &history.names)).collect()
}

fn told_of(processes: &[&Process]) -> Vec<Told> {
    let logs: Vec<(String, &[String])> =
        processes.iter().map(|process| (format!("{}.log", process.service), &*process.lines)).collect();
    told(&logs.iter().map(|(name, lines)| (&**name, *lines)).collect::<Vec<_>>())
}

/// The only one.
fn only(mut told: Vec<Told>) -> Told {
    assert_eq!(told.len(), 1, "{told:#?}");
    told.remove(0)
}

fn culprit(service: &str, from: &str, to: &str) -> (String, Option<String>, String) {
    (service.to_owned(), Some(from.to_owned()), to.to_owned())
}

#[test]
fn an_id_that_was_mistyped_in_the_url_of_the_api_that_created_the_run_accuses_no_process() {
    let mistyped = "251006-134000-Ann-Carver";
    for (wrong, class, is_certain) in
        [(mistyped, "digits-exchanged", false), ("251006-143000-ann-carver", "case-changed", true)]
    {
        // Within a second of the right one, and an hour later.
        for later in [500, 3_600_000] {
            let mut api = Process::new("api");
            api.creates(0, BASE, &["Ann-Carver"]);
            api.event(later, "resolve", &json!({"op": "a-0-9", "runId": wrong, "source": "query"}));
            api.event(later + 1, "pass", &with_run_id(wrong, within("a-0-9", wrong, "query")));
            api.misses(later + 3, wrong, &[(RIGHT, class)], &within("a-0-9", wrong, "query"));
            api.end(later + 10);
            let told = only(told_of(&[&api]));
            assert_eq!(told.class_and_expected(), (class, Some(RIGHT)), "{later}");
            assert_eq!(told.is_certain, is_certain, "{class}: schedules make bases alike, spelling is proof");
            assert_eq!(told.changed_by, [], "{class}: who typed it is not in the logs");
            assert_eq!(told.arrived_at, Some(("api".to_owned(), Some("query".to_owned()))));
            assert_eq!(told.last_right.as_deref(), Some("api"));
        }
    }
}

fn with_run_id(run_id: &str, mut fields: Value) -> Value {
    fields["runId"] = json!(run_id);
    fields
}

#[test]
fn two_services_that_each_cut_the_suffix_are_two_culprits_of_one_finding() {
    let mut api = Process::new("api");
    api.creates(0, BASE, &["Ann-Carver"]);
    let mut others = Vec::new();
    for (service, ms) in [("worker", 100), ("mailer", 9000)] {
        let op = format!("{service}-0-1");
        api.event(ms, "send", &json!({"op": "a-0-1", "runId": RIGHT, "carrier": "headers", "within": RIGHT}));
        let mut other = Process::new(service);
        other.event(ms + 4, "receive", &json!({"runId": RIGHT, "carrier": "headers"}));
        other.misses(ms + 9, CUT, &[(RIGHT, "suffix-cut")], &within(&op, RIGHT, "headers"));
        other.end(10_000);
        others.push(other);
    }
    api.end(10_000);
    let mut told = only(told_of(&[&api, &others[0], &others[1]]));
    assert_eq!(told.class_and_expected(), ("suffix-cut", Some(RIGHT)));
    assert!(told.is_certain);
    told.changed_by.sort();
    assert_eq!(
        told.changed_by,
        [
            culprit("mailer", "mailer.js:1:1", "mailer.js:2:1"),
            culprit("worker", "worker.js:1:1", "worker.js:2:1")
        ]
    );
}

#[test]
fn a_daily_job_that_was_not_created_today_is_not_certainly_a_changed_date() {
    let today = "251009-143000";
    let mut api = Process::new("api");
    for (base, day) in [(BASE, 0), ("251007-143000", 1), ("251008-143000", 2)] {
        api.creates(day * DAY, base, &[]);
        api.record(day * DAY + 60_000, "completed", base, &json!({"status": "Completed"}));
    }
    let near = [("251008-143000", "date-changed"), ("251007-143000", "date-changed"), (BASE, "date-changed")];
    let mut worker = Process::new("worker");
    worker.misses(3 * DAY + 1000, today, &near, &json!({}));
    api.end(3 * DAY + 2000);
    worker.end(3 * DAY + 2000);
    let told = only(told_of(&[&api, &worker]));
    assert_eq!(told.run_id.as_deref(), Some(today));
    assert!(matches!(told.class, "date-changed" | "not-found"), "{told:?}");
    assert!(!told.is_certain && told.changed_by.is_empty(), "{told:?}");
}

#[test]
fn a_daily_job_that_was_generated_today_and_not_created_is_never_created() {
    let today = "251007-143000";
    let mut api = Process::new("api");
    api.creates(0, BASE, &[]).record(60_000, "completed", BASE, &json!({"status": "Completed"}));
    api.event(DAY, "generate", &json!({"runId": today, "leadSeconds": 0})).end(DAY + 90_000);
    let mut worker = Process::new("worker");
    worker.misses(DAY + 60_000, today, &[(BASE, "date-changed")], &json!({})).end(DAY + 61_000);
    let told = only(told_of(&[&api, &worker]));
    assert_eq!((told.class, told.run_id.as_deref(), told.expected), ("never-created", Some(today), None));
    assert_eq!(told.changed_by, []);
}

/// A creator whose clock is five minutes ahead, and a worker that it hands the run to.
fn with_fast_clock() -> (Process, Process) {
    let mut api = Process::new("api");
    api.skew = 5 * 60_000;
    api.creates(0, BASE, &["Ann-Carver"]);
    api.event(50, "send", &json!({"op": "a-0-1", "runId": RIGHT, "carrier": "headers", "within": RIGHT}));
    let mut worker = Process::new("worker");
    worker.event(60, "receive", &json!({"runId": RIGHT, "carrier": "headers"}));
    (api, worker)
}

#[test]
fn what_a_creator_with_a_fast_clock_made_was_there_when_it_was_looked_up() {
    let (mut api, mut worker) = with_fast_clock();
    worker.misses(500, CUT, &[], &within("w-0-1", RIGHT, "headers")).end(1000);
    api.end(1000);
    let told = only(told_of(&[&api, &worker]));
    assert_eq!(told.class_and_expected(), ("suffix-cut", Some(RIGHT)));
    assert_eq!(told.changed_by, [culprit("worker", "worker.js:1:1", "worker.js:2:1")]);
    assert!(told.is_certain);
}

#[test]
fn what_a_creator_with_a_fast_clock_made_is_not_looked_up_before_that() {
    let (mut api, mut worker) = with_fast_clock();
    worker.misses(20_000, RIGHT, &[], &within("w-0-1", RIGHT, "headers")).end(21_000);
    api.end(21_000);
    let told = only(told_of(&[&api, &worker]));
    assert_eq!((told.class, told.run_id.as_deref()), ("not-found-after-created", Some(RIGHT)));
}

#[test]
fn a_run_that_a_fast_clock_created_and_others_found_is_consistent() {
    let (mut api, mut worker) = with_fast_clock();
    for (ms, action) in [(100, "found"), (200, "updated"), (300, "completed")] {
        worker.record(ms, action, RIGHT, &within("w-0-1", RIGHT, "headers"));
    }
    worker.end(400);
    api.record(400, "completed", BASE, &json!({"status": "Completed"})).end(500);
    assert_eq!(told_of(&[&api, &worker]), []);
}

#[test]
fn a_base_that_is_refused_where_a_clients_run_belongs_leaves_no_record_of_that_lookup() {
    let refused = json!({"code": "ERR_RUN_ID_KIND", "message": "Client run ID expected", "received": BASE});
    let with = |mut hand: Value| {
        hand.as_object_mut().unwrap().extend(refused.as_object().unwrap().clone());
        hand
    };
    let story = |sends: &str, in_hand: &str, is_logged: bool| {
        let mut api = Process::new("api");
        api.creates(0, BASE, &["Ann-Carver"]).end(9000);
        let mut relay = Process::new("relay");
        let mut send = within("r-0-1", RIGHT, "query");
        send["runId"] = json!(sends);
        send["carrier"] = json!("url");
        relay.event(500, "send", &send).end(9000);
        let mut worker = Process::new("worker");
        worker.event(510, "reject", &with(within("w-0-1", in_hand, "query"))).end(9000);
        let text = [format!("2025-10-06T14:30:00.100Z scored 3 leads of {RIGHT}")];
        only(if is_logged {
            told_of(&[&api, &relay, &worker])
        } else {
            told(&[("app.log", &text), ("worker.log", &worker.lines)])
        })
    };
    for (sends, service) in [(RIGHT, "worker"), (BASE, "relay")] {
        let told = story(sends, sends, true);
        assert_eq!(told.class_and_expected(), ("suffix-missing", Some(RIGHT)));
        assert_eq!(told.changed_by, [(service.to_owned(), None, format!("{service}.js:1:1"))]);
    }
    // The refusal alone accuses no process.
    let told = story(RIGHT, RIGHT, false);
    assert_eq!((told.class_and_expected(), told.is_certain), (("suffix-missing", Some(RIGHT)), false));
    assert_eq!(told.changed_by, []);
}

#[test]
fn what_was_near_is_likely_where_the_event_is_fields_of_a_loggers_line() {
    let mut worker = Process::new("worker");
    let near = json!([{"runId": RIGHT, "reason": "suffix-of-another-client"}]);
    let wrong = "251006-143000-Duran-Duran";
    let own = json!({"code": "ERR_JOB_NOT_FOUND", "received": wrong, "table": "client", "near": near});
    let mut line = json!({"level": 40, "pid": 7, "hostname": "web-1"});
    line.as_object_mut().unwrap().extend(worker.fields(500, "reject", &own));
    worker.write(line.to_string());
    let told = only(told_of(&[&worker]));
    assert_eq!(told.class_and_expected(), ("suffix-of-another-client", Some(RIGHT)));
    assert!(!told.is_certain);
}

#[test]
fn an_access_log_that_prints_the_wrong_id_with_a_404_makes_it_no_run() {
    let text = format!(r#"10.0.0.1 - - [06/Oct/2025:14:30:01 +0000] "GET /runs/{CUT} HTTP/1.1" 404 52"#);
    let json = json!({
        "level": 30, "time": START + 1000, "pid": 9, "hostname": "web-1", "runId": CUT,
        "req": {"method": "GET", "url": format!("/runs/{CUT}")}, "res": {"statusCode": 404}, "msg": "request completed",
    });
    for line in [text, json.to_string()] {
        let mut api = Process::new("api");
        api.creates(0, BASE, &["Ann-Carver"]);
        let mut web = Process::new("web");
        web.event(900, "resolve", &json!({"op": "w-0-1", "runId": CUT, "source": "query"}));
        web.misses(950, CUT, &[], &within("w-0-1", CUT, "query")).end(2000);
        api.end(2000);
        let access = [line];
        let told = only(told(&[("api.log", &api.lines), ("web.log", &web.lines), ("access.log", &access)]));
        assert_eq!(told.class_and_expected(), ("suffix-cut", Some(RIGHT)));
        assert!(told.is_certain);
        assert_eq!(told.changed_by, []);
        assert_eq!(told.arrived_at, Some(("web".to_owned(), Some("query".to_owned()))));
    }
}

#[test]
fn an_id_that_an_access_log_prints_with_a_404_is_not_the_right_one() {
    let app = ["2025-10-06T14:30:01.000Z scored 3 leads of 251006-143000-Ann-Carver".to_owned()];
    let access = ["2025-10-06T14:30:09.000Z GET /runs/251006-143000-Ann-Carv 404 3 ms".to_owned()];
    let mut web = Process::new("web");
    web.misses(9500, CUT, &[], &json!({"op": "w-0-1"})).end(10_000);
    let told = only(told(&[("app.log", &app), ("access.log", &access), ("web.log", &web.lines)]));
    assert_eq!(told.class_and_expected(), ("suffix-cut", Some(RIGHT)));
    assert!(!told.is_certain, "only a text tells of the right one");
}

#[test]
fn a_resume_script_may_read_the_run_that_it_resumes() {
    let resumed = "251006-120000";
    let mut api = Process::new("api");
    api.creates(-9_000_000, resumed, &[]).end(-8_000_000);
    let mut script = Process::new("resume");
    let hand = within("r-0-1", BASE, "env");
    script.creates(0, BASE, &[]);
    script.record(100, "found", resumed, &hand);
    script.record(200, "completed", BASE, &hand).end(300);
    let told = only(told_of(&[&api, &script]));
    assert_eq!((told.class, told.run_id.as_deref(), told.is_certain), ("other-run", Some(resumed), false));
}

#[test]
fn an_operation_may_start_a_run_and_write_to_it() {
    let started = "251006-143007";
    let mut api = Process::new("api");
    api.creates(0, BASE, &[]);
    let hand = within("a-0-1", BASE, "query");
    api.event(7000, "resolve", &json!({"op": "a-0-1", "runId": BASE, "source": "query"}));
    api.event(7001, "generate", &with_run_id(started, hand.clone()));
    for action in ["created", "updated", "completed"] {
        api.record(7002, action, started, &hand);
    }
    api.record(7003, "completed", BASE, &hand).end(8000);
    assert_eq!(told_of(&[&api]), []);
}

#[test]
fn a_lookup_that_is_repeated_until_it_succeeds_is_one_finding_that_came_right() {
    let mut worker = Process::new("worker");
    let hand = within("w-0-1", RIGHT, "query");
    worker.event(0, "resolve", &json!({"op": "w-0-1", "runId": RIGHT, "source": "query"}));
    for attempt in 0..5 {
        worker.misses(10 + attempt * 200, RIGHT, &[(BASE, "suffix-missing")], &hand);
    }
    let mut api = Process::new("api");
    api.creates(0, BASE, &[]);
    api.record(1000, "created", RIGHT, &json!({"method": "createClientRun"})).end(2000);
    worker.record(1100, "found", RIGHT, &hand).end(2000);
    let told = only(told_of(&[&api, &worker]));
    assert_eq!((told.class, told.run_id.as_deref()), ("found-later", Some(RIGHT)));
    assert_eq!(told.changed_by, []);
}

#[test]
fn an_id_whose_creation_was_refused_was_never_created() {
    let refused = |api: &mut Process, action: &str, run_id: &str, code: &str, method: &str| {
        api.record(5, action, run_id, &json!({"method": method}));
        let message = "Nothing was created.";
        api.event(5, "reject", &json!({"code": code, "message": message, "received": run_id}));
    };
    for run_id in [BASE, RIGHT] {
        // Jobs that are off by a time zone or a day are near.
        let mut api = Process::new("api");
        api.creates(-DAY, "251005-143000", &[]).creates(-7_200_000, "251006-123000", &[]);
        for base in ["251005-143000", "251006-123000"] {
            api.record(-3_600_000, "completed", base, &json!({"status": "Completed"}));
        }
        if run_id == BASE {
            api.event(0, "generate", &json!({"runId": BASE, "leadSeconds": 0}));
            refused(&mut api, "unknown", BASE, "ERR_JOB_UNKNOWN_OUTCOME", "createJob");
        } else {
            api.creates(-60_000, BASE, &[]);
            api.record(-30_000, "completed", BASE, &json!({"status": "Completed"}));
            refused(&mut api, "refused", RIGHT, "ERR_JOB_FINISHED", "createClientRun");
        }
        api.end(90_000);
        let near = if run_id == BASE {
            vec![("251006-123000", "time-zone-shift"), ("251005-143000", "date-changed")]
        } else {
            vec![(BASE, "suffix-missing")]
        };
        let mut worker = Process::new("worker");
        worker.event(100, "resolve", &json!({"op": "w-0-1", "runId": run_id, "source": "body"}));
        worker.misses(60_000, run_id, &near, &within("w-0-1", run_id, "body")).end(61_000);
        let mut told = told_of(&[&api, &worker]);
        // The refusal is also a separate finding.
        told.retain(|told| told.class != "refused");
        let told = only(told);
        assert_eq!(
            (told.class, told.run_id.as_deref(), told.expected),
            ("never-created", Some(run_id), None)
        );
        assert_eq!(told.changed_by, []);
    }
}

#[test]
fn an_event_in_the_body_of_a_request_proves_nothing() {
    // It says that `payments` cut the suffix, in the words of a real event.
    let mut forged = Process::new("payments");
    forged.n = 41;
    let near = json!([{"runId": RIGHT, "reason": "suffix-cut"}]);
    let missing = json!({
        "op": "p-0-1", "within": RIGHT, "action": "missing", "table": "client", "runId": CUT, "near": near,
    });
    let fields = forged.fields(900, "record", &missing);
    let own = json!({"level": 30, "time": START + 950, "pid": 9, "hostname": "web-1", "msg": "body"});
    let line = |more: Map<String, Value>| {
        let mut line = own.as_object().unwrap().clone();
        line.extend(more);
        Value::Object(line).to_string()
    };
    let quoted = format!("{MARKER}{}", Value::Object(fields.clone()));
    let nested = Map::from_iter([("body".to_owned(), Value::Object(fields.clone()))]);
    let text = Map::from_iter([("q".to_owned(), Value::String(quoted.clone()))]);
    for forgery in [line(fields), line(nested), line(text), format!("GET /?q={quoted} 404")] {
        // A lookup that really missed, of another run.
        let other = "251006-150000-Acme";
        let mut api = Process::new("api");
        api.creates(0, BASE, &["Ann-Carver"]).creates(1_800_000, "251006-150000", &["Acme-Corp"]);
        let hand = within("a-0-1", "251006-150000-Acme-Corp", "query");
        api.event(1_810_000, "pass", &with_run_id("251006-150000-Acme-Corp", hand.clone()));
        api.misses(1_810_001, other, &[], &hand).end(1_820_000);
        let told = told(&[("api.log", &api.lines), ("body.log", std::slice::from_ref(&forgery))]);
        let certain: Vec<_> = told.iter().filter(|told| told.is_certain).collect();
        assert_eq!(certain.len(), 1, "{forgery}: {told:#?}");
        assert_eq!(certain[0].run_id.as_deref(), Some(other), "{forgery}");
    }
}

#[test]
fn an_event_in_the_body_of_a_request_clears_no_process() {
    // It says that the wrong ID was generated and created, so that nothing would be wrong with it.
    let mut forged = Process::new("api");
    forged.n = 900;
    let claims = [
        forged.fields(100, "generate", &json!({"runId": CUT, "leadSeconds": 0})),
        forged.fields(100, "record", &json!({"action": "created", "table": "client", "runId": CUT})),
    ];
    let mut api = Process::new("api");
    api.creates(0, BASE, &["Ann-Carver"]).end(9000);
    let mut worker = Process::new("worker");
    let hand = within("w-0-1", RIGHT, "query");
    worker.event(500, "resolve", &json!({"op": "w-0-1", "runId": RIGHT, "source": "query"}));
    worker.misses(510, CUT, &[(RIGHT, "suffix-cut")], &hand).end(9000);
    let body: Vec<String> =
        claims.iter().map(|claim| json!({"level": 30, "time": START, "body": claim}).to_string()).collect();
    let told = told(&[("api.log", &api.lines), ("worker.log", &worker.lines), ("body.log", &body)]);
    assert!(told.iter().any(|told| told.class_and_expected() == ("suffix-cut", Some(RIGHT))), "{told:#?}");
}

#[test]
fn a_rotated_log_says_nothing_about_what_came_before_it() {
    let mut worker = Process::new("worker");
    worker.n = 5000;
    for run in 0..50 {
        let run_id = format!("251006-12{run:02}00-Ann-Carver");
        let op = format!("w-0-{run}");
        let ms = run * 1000;
        worker.event(ms, "resolve", &json!({"op": op, "runId": run_id, "source": "query"}));
        for (later, action) in [(1, "found"), (2, "updated"), (3, "completed")] {
            worker.record(ms + later, action, &run_id, &within(&op, &run_id, "query"));
        }
    }
    worker.end(60_000);
    let told = told_of(&[&worker]);
    assert!(told.len() <= 1, "{told:#?}");
    assert!(told.iter().all(|told| told.class == "lines-missing" && !told.is_certain), "{told:#?}");
}

#[test]
fn lines_that_are_missing_between_the_two_ids_leave_it_open_who_changed_it() {
    for (gap, is_certain) in [(0, true), (1, false)] {
        let mut api = Process::new("api");
        api.creates(0, BASE, &["Ann-Carver"]).end(9000);
        let mut worker = Process::new("worker");
        let hand = within("w-0-1", RIGHT, "query");
        worker.event(500, "resolve", &json!({"op": "w-0-1", "runId": RIGHT, "source": "query"}));
        worker.n += gap;
        worker.event(505, "pass", &with_run_id(CUT, hand.clone()));
        worker.misses(510, CUT, &[(RIGHT, "suffix-cut")], &hand).end(9000);
        let told = told_of(&[&api, &worker]);
        let cut = told.iter().find(|told| told.class == "suffix-cut").unwrap();
        assert_eq!((cut.expected.as_deref(), cut.is_certain), (Some(RIGHT), is_certain));
        assert_eq!(told.iter().any(|told| told.class == "lines-missing"), gap > 0, "{told:#?}");
    }
}

//! Where each class of findings begins and ends, with logs as the library and others write them.

#![expect(clippy::unwrap_used, reason = "what cannot be read must fail")]

#[path = "support/files.rs"]
#[expect(dead_code, reason = "other tests compress theirs")]
mod files;

use std::collections::BTreeSet;
use std::fmt::Write;

use files::Folder;
use run_id_logs::facts::files::read;
use run_id_logs::facts::history::{History, Name};
use run_id_logs::formats::time::iso;
use run_id_logs::judge::class::{Class, Severity};
use run_id_logs::judge::finding::Finding;
use run_id_logs::judge::judgement::judge;
use run_id_logs::read::input::Progress;
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;

/// 2025-10-06 14:30:00, that of the run most tests are about.
const START: i64 = 1_759_761_000_000;

const X: &str = "251006-143000";
const ANN: &str = "251006-143000-Ann-Carver";

/// A log with the events of processes in it.
#[derive(Default)]
struct Log {
    text: String,
    numbers: std::collections::HashMap<String, u64>,
}

impl Log {
    fn event(&mut self, service: &str, ms: i64, event: &str, run_id: Option<&str>, more: Value) -> &mut Self {
        let n = self.numbers.entry(service.to_owned()).or_default();
        *n += 1;
        let mut fields = json!({
            "v": 1, "time": iso(START + ms), "service": service, "proc": "0a1b2c3d", "host": format!("{service}-1"),
            "pid": 7, "thread": 0, "n": n, "op": null, "route": null, "event": event,
            "at": format!("src/{service}.js:{n}:1"), "runId": run_id,
        });
        let Value::Object(more) = more else { return self };
        fields.as_object_mut().unwrap().extend(more);
        writeln!(self.text, "[run-id] {fields}").unwrap();
        self
    }

    fn record(&mut self, service: &str, ms: i64, action: &str, run_id: &str, more: Value) -> &mut Self {
        let client = run_id.get(14..);
        let table = if client.is_some() { "client" } else { "job" };
        let mut fields = json!({ "action": action, "table": table, "clientId": client });
        if let Value::Object(more) = more {
            fields.as_object_mut().unwrap().extend(more);
        }
        self.event(service, ms, "record", Some(run_id), fields)
    }

    fn missing(&mut self, service: &str, ms: i64, run_id: &str) -> &mut Self {
        self.record(service, ms, "missing", run_id, json!({ "near": [] }))
    }

    /// A run of Ann's, as the gateway begins it.
    fn run(&mut self) -> &mut Self {
        self.event("api", 0, "generate", Some(X), json!({}))
            .record("api", 10, "created", X, json!({}))
            .record("api", 20, "created", ANN, json!({}))
    }

    fn line(&mut self, line: &str) -> &mut Self {
        writeln!(self.text, "{line}").unwrap();
        self
    }

    fn judged(&self) -> Judged {
        judged(&[&self.text], DAY)
    }
}

/// What is found, as `[class, confidence, runId, expected, candidates]`.
struct Judged {
    history: History,
    findings: Vec<Finding>,
}

impl Judged {
    fn name(&self, name: Name) -> &str {
        self.history.names.text(name)
    }

    fn told(&self) -> Vec<String> {
        let told = |finding: &Finding| {
            let name = |name: Option<Name>| name.map_or("-", |name| self.name(name));
            let confidence = if finding.is_certain { "certain" } else { "likely" };
            let candidates: Vec<&str> = finding.candidates.iter().map(|name| self.name(*name)).collect();
            format!(
                "{} {confidence} {} {} {}",
                finding.class.name(),
                name(finding.run_id),
                name(finding.expected),
                candidates.join(","),
            )
            .trim_end()
            .to_owned()
        };
        self.findings.iter().map(told).collect()
    }

    fn services(&self) -> Vec<&str> {
        let process = |finding: &Finding| self.name(finding.process).split('@').next().unwrap_or_default();
        self.findings.iter().map(process).collect()
    }
}

fn judged(files: &[&str], stale: i64) -> Judged {
    let folder = Folder::new();
    let files: Vec<String> = files
        .iter()
        .enumerate()
        .map(|(at, text)| folder.write(&format!("{at}.log"), text.as_bytes()))
        .collect();
    let (history, failures) = read(&files, &Progress::default());
    assert!(failures.is_empty());
    let findings = judge(&history, stale).iter().collect();
    Judged { history, findings }
}

/// The error of a lookup, as the library logs it whenever anything is logged.
fn rejection(run_id: &str, near: &Value) -> Value {
    json!({
        "code": "ERR_JOB_NOT_FOUND", "message": "Job tracking record not found", "received": run_id,
        "table": if run_id.len() > 13 { "client" } else { "job" }, "near": near,
    })
}

#[test]
fn a_rejection_tells_of_a_miss_once_beside_the_record_and_alone() {
    let cut = "251006-143000-Ann";
    let near = json!([{ "runId": ANN, "reason": "suffix-cut" }]);
    let mut log = Log::default();
    log.event("web", 30, "reject", None, rejection(cut, &near));
    assert_eq!(log.judged().told(), [format!("suffix-cut certain {cut} {ANN}")]);
    log.record("web", 30, "missing", cut, json!({ "near": near }));
    let judged = log.judged();
    assert_eq!(judged.told(), [format!("suffix-cut certain {cut} {ANN}")]);
    assert_eq!(judged.findings[0].consequence_count, 1);
}

#[test]
fn what_was_near_is_certain_and_several_are_candidates() {
    let shifted = "251006-163000";
    let zone = |run_id: &str| json!({ "runId": run_id, "reason": "time-zone-shift" });
    let mut log = Log::default();
    log.event("web", 0, "reject", None, rejection(shifted, &json!([zone(X), zone("251006-133000")])));
    assert_eq!(log.judged().told(), [format!("time-zone-shift likely {shifted} {X} {X},251006-133000")]);
    let mut log = Log::default();
    log.event("web", 0, "generate", Some(shifted), json!({}));
    log.event("web", 9, "reject", None, rejection(shifted, &json!([zone(X)])));
    assert_eq!(log.judged().told(), [format!("never-created likely {shifted} -")]);
}

#[test]
fn of_many_that_may_be_meant_the_one_of_the_operation_is_told() {
    let clients: Vec<String> = (1..=8).map(|client| format!("{X}-C{client}")).collect();
    for right in &clients {
        let mut log = Log::default();
        log.event("api", 0, "generate", Some(X), json!({})).record("api", 10, "created", X, json!({}));
        for client in &clients {
            log.record("api", 20, "created", client, json!({}));
        }
        log.record("web", 30, "found", right, json!({ "op": "web-1" }));
        let base = json!({ "op": "web-1", "table": "client", "near": [] });
        log.record("web", 40, "missing", X, base);
        let told = log.judged().told();
        assert_eq!(told, [format!("suffix-missing certain {X} {right}")], "{right}");
    }
}

#[test]
fn a_quoted_event_proves_no_more_than_likely() {
    let mut log = Log::default();
    let near = json!([{ "runId": ANN, "reason": "case-changed" }]);
    let wrong = "251006-143000-ann-carver";
    log.record("web", 30, "missing", wrong, json!({ "near": near }));
    let line = log.text.trim_end().to_owned();
    let mut quoted = Log::default();
    quoted.run().line(&format!("got {line}"));
    assert_eq!(quoted.judged().told(), [format!("case-changed likely {wrong} {ANN}")]);
    // Nor is it alone, and what it names as near has to be near.
    let mut alone = Log::default();
    alone.line(&format!("got {line}"));
    assert_eq!(alone.judged().told(), [format!("case-changed likely {wrong} {ANN}")]);
    let mut made_up = Log::default();
    made_up.line(&format!("got {}", line.replace("case-changed", "suffix-cut")));
    assert_eq!(made_up.judged().told(), [format!("not-found likely {wrong} -")]);
}

#[test]
fn an_event_whose_number_is_taken_or_out_of_line_is_likely() {
    let wrong = "251006-143000-ann-carver";
    let with = |n: u64| {
        let mut log = Log::default();
        log.run();
        log.event("web", 25, "pass", Some(ANN), json!({})).event("web", 26, "pass", Some(ANN), json!({}));
        log.record("web", 30, "missing", wrong, json!({ "n": n }));
        log.judged().told()
    };
    assert_eq!(with(3), [format!("case-changed certain {wrong} {ANN}")]);
    for n in [1, 2] {
        assert_eq!(with(n), [format!("case-changed likely {wrong} {ANN}")], "{n}");
    }
}

#[test]
fn one_wrong_id_is_one_finding_in_whichever_processes_it_was_missed() {
    let wrong = "251006-143000-ann-carver";
    let mut log = Log::default();
    log.run();
    for (ms, service) in (100..).zip(["web", "mail", "web", "cron"]) {
        log.missing(service, ms, wrong);
    }
    let judged = log.judged();
    assert_eq!(judged.told(), [format!("case-changed certain {wrong} {ANN}")]);
    let finding = &judged.findings[0];
    assert_eq!((finding.consequence_count, judged.services()[0]), (4, "web"));
    assert_eq!(finding.first_time.map(iso).as_deref(), Some("2025-10-06T14:30:00.100Z"));
    assert_eq!(finding.last_time.map(iso).as_deref(), Some("2025-10-06T14:30:00.103Z"));
}

#[test]
fn only_what_existed_can_be_expected() {
    let shifted = "251006-163000-Ann-Carver";
    let later = "251006-150000";
    let later_ann = "251006-150000-Ann-Carver";
    let mut log = Log::default();
    log.run().missing("web", 1000, shifted);
    log.event("api", 1_800_000, "generate", Some(later), json!({}))
        .record("api", 1_800_010, "created", later, json!({}))
        .record("api", 1_800_020, "created", later_ann, json!({}));
    assert_eq!(log.judged().told(), [format!("time-zone-shift likely {shifted} {ANN}")]);
    // Within the skew of two clocks it may have been there; in one process, it was not.
    for (service, ms, class) in
        [("web", 6000, "case-changed"), ("web", 6001, "not-found"), ("api", 1, "not-found")]
    {
        let mut log = Log::default();
        log.missing(service, 1000 - ms, "251006-143000-ann-carver").record(
            "api",
            1000,
            "created",
            ANN,
            json!({}),
        );
        let told = log.judged().told();
        assert!(told[0].starts_with(class), "{service} {ms}: {told:?}");
    }
}

#[test]
fn a_creator_whose_clock_is_ahead_made_it_before_it_was_found() {
    let wrong = "251006-143000-ann-carver";
    let mut log = Log::default();
    log.record("api", 300_000, "created", ANN, json!({}));
    log.record("web", 1000, "found", ANN, json!({}));
    log.missing("web", 2000, wrong);
    assert_eq!(log.judged().told(), [format!("case-changed certain {wrong} {ANN}")]);
}

#[test]
fn what_texts_use_without_a_miss_is_known_and_likely() {
    let wrong = "251006-143000-Ann";
    let mut log = Log::default();
    log.line("2025-10-06T14:30:00Z created record 251006-143000-Ann-Carver");
    log.line("2025-10-06T14:30:05Z ERROR Job tracking record not found: 251006-143000-Ann");
    assert_eq!(log.judged().told(), [format!("suffix-cut likely {wrong} {ANN}")]);
    // A line with a failed request makes nothing known.
    let mut log = Log::default();
    log.line("2025-10-06T14:30:00Z GET /runs/251006-143000-Ann-Carver 404");
    log.line("2025-10-06T14:30:05Z Job tracking record not found: 251006-143000-Ann");
    assert_eq!(log.judged().told(), [format!("not-found likely {wrong} -")]);
    // Nor does a text next to events.
    let mut log = Log::default();
    log.run().line("2025-10-06T14:30:00Z using 251006-143000-Ann-Bo");
    log.missing("web", 5000, wrong);
    assert_eq!(log.judged().told(), [format!("suffix-cut certain {wrong} {ANN}")]);
}

#[test]
fn a_failure_in_a_loggers_line_is_a_miss_of_what_was_received() {
    let mut log = Log::default();
    let wrong = "251006-143000-Ann";
    log.run().line(
        &json!({
            "level": 50, "time": START + 5000, "pid": 9, "hostname": "h", "runId": ANN,
            "err": { "code": "ERR_JOB_NOT_FOUND", "received": wrong },
        })
        .to_string(),
    );
    assert_eq!(log.judged().told(), [format!("suffix-cut likely {wrong} {ANN}")]);
}

#[test]
fn a_miss_that_fits_nothing_is_told_with_what_is_near() {
    let wrong = "251006-143000-Bob";
    let mut log = Log::default();
    log.run().missing("web", 1000, wrong);
    assert_eq!(log.judged().told(), [format!("not-found likely {wrong} - {X}")]);
    // Unless an event shows that it was generated, a second one is only near.
    let again = "251006-143005";
    let mut log = Log::default();
    log.run().missing("web", 6000, again);
    assert_eq!(log.judged().told(), [format!("not-found likely {again} - {X}")]);
    log.event("web", 5000, "generate", Some(again), json!({}));
    assert_eq!(log.judged().told(), [format!("minted-again likely {again} {X}")]);
}

#[test]
fn in_one_operation_a_second_id_is_certainly_minted_again() {
    let again = "251006-143005";
    let mut log = Log::default();
    let in_op = json!({ "op": "0a1b2c3d-0-1", "within": X });
    log.run().event("web", 4000, "pass", Some(X), in_op.clone());
    log.event("web", 5000, "generate", Some(again), in_op.clone());
    log.record("web", 6000, "missing", again, in_op);
    assert_eq!(log.judged().told(), [format!("minted-again certain {again} {X}")]);
}

#[test]
fn an_id_made_within_a_minute_after_another_may_be_minted_again() {
    for (again, told) in [
        ("251006-143100", format!("minted-again likely 251006-143100 {X}")),
        ("251006-143101", "never-created likely 251006-143101 -".to_owned()),
    ] {
        let mut log = Log::default();
        log.run().event("web", 4000, "generate", Some(again), json!({})).missing("web", 6000, again);
        assert_eq!(log.judged().told(), [told]);
    }
}

#[test]
fn of_many_runs_about_then_the_one_in_hand_was_minted_again() {
    for (begun, again) in [("251006-143000", "251006-143040"), ("251006-143000", "251006-153000")] {
        let mut log = Log::default();
        for second in 0..40 {
            let run_id = format!("251006-1430{second:02}");
            log.event(
                "api",
                second * 1000,
                "generate",
                Some(&run_id),
                json!({ "op": format!("0a1b2c3d-0-{second}") }),
            );
        }
        let in_op = json!({ "op": "0a1b2c3d-0-z", "within": begun });
        log.event("worker", 60_000, "generate", Some(again), in_op.clone());
        log.record("worker", 61_000, "missing", again, in_op);
        assert_eq!(log.judged().told(), [format!("minted-again certain {again} {begun}")]);
    }
}

#[test]
fn runs_that_a_process_starts_one_after_another_are_not_minted_again() {
    let next = "251006-143005";
    let mut log = Log::default();
    log.event("api", 0, "generate", Some(X), json!({ "op": "0a1b2c3d-0-1" }));
    log.event("api", 5000, "generate", Some(next), json!({ "op": "0a1b2c3d-0-2" }));
    log.missing("api", 9000, next);
    assert_eq!(log.judged().told(), [format!("never-created likely {next} -")]);
    // Another process starts none.
    let mut log = Log::default();
    log.event("api", 0, "generate", Some(X), json!({ "op": "0a1b2c3d-0-1" }));
    log.event("web", 5000, "generate", Some(next), json!({ "op": "0a1b2c3d-0-2" }));
    log.missing("web", 9000, next);
    assert_eq!(log.judged().told(), [format!("minted-again likely {next} {X}")]);
}

#[test]
fn an_id_whose_creation_was_refused_was_never_created() {
    let other = "251006-153000";
    let mut log = Log::default();
    log.run().event("web", 3_600_000, "generate", Some(other), json!({}));
    log.record("web", 3_600_010, "refused", other, json!({}));
    log.missing("mail", 3_600_100, other);
    let judged = log.judged();
    assert_eq!(judged.told(), [format!("never-created certain {other} -")]);
    let lines: Vec<u64> = judged.findings[0].evidence.iter().map(|place| place.line).collect();
    assert!(lines.contains(&5), "{lines:?}");
}

#[test]
fn the_time_of_the_miss_tells_a_race_from_a_loss() {
    let order = |service: &str, ms: i64| {
        let mut log = Log::default();
        log.run().missing(service, ms, ANN);
        log.judged().told()
    };
    for (service, ms, class) in [
        ("web", -5000, "looked-up-before-created"),
        ("web", 6020, "looked-up-before-created"),
        ("web", 6021, "not-found-after-created"),
        ("web", 3_600_000, "not-found-after-created"),
        ("api", 21, "not-found-after-created"),
        ("api", 19, "looked-up-before-created"),
    ] {
        assert_eq!(order(service, ms), [format!("{class} certain {ANN} -")], "{service} {ms}");
    }
}

#[test]
fn a_lookup_that_is_repeated_until_it_succeeds_is_found_later() {
    let op = json!({ "op": "0a1b2c3d-0-1" });
    let mut log = Log::default();
    log.run().record("web", 5, "missing", ANN, op.clone()).record("web", 9, "missing", ANN, op.clone());
    log.record("web", 400, "found", ANN, op.clone());
    assert_eq!(log.judged().told(), [format!("found-later certain {ANN} -")]);
    // Another one was too early, and did not look again.
    log.missing("mail", 10, ANN);
    assert_eq!(log.judged().told(), [format!("looked-up-before-created certain {ANN} -")]);
    // Another operation found it.
    let mut log = Log::default();
    log.run().record("web", 5, "missing", ANN, op);
    log.record("web", 400, "found", ANN, json!({ "op": "0a1b2c3d-0-2" }));
    assert_eq!(log.judged().told(), [format!("looked-up-before-created certain {ANN} -")]);
}

#[test]
fn a_lookup_outside_of_operations_is_repeated_within_a_minute() {
    for (ms, class) in [(60_005, "found-later"), (60_006, "looked-up-before-created")] {
        let mut log = Log::default();
        log.run().missing("web", 5, ANN).record("web", ms, "found", ANN, json!({}));
        assert_eq!(log.judged().told(), [format!("{class} certain {ANN} -")], "{ms}");
    }
}

/// Of the lookups that one process missed for one reason, twenty are kept for all its files together, and five records near them.
#[test]
fn lookups_that_missed_are_counted_beyond_the_first_twenty() {
    for file_count in [1, 4] {
        let mut files = vec![String::new(); file_count];
        let near: Vec<Value> =
            (0..9).map(|at| json!({ "runId": format!("{ANN}{at}"), "reason": "suffix-cut" })).collect();
        let mut log = Log::default();
        for ms in 0..100 {
            log.text.clear();
            log.record("web", ms, "missing", ANN, json!({ "near": near }));
            files[usize::try_from(ms).unwrap() % file_count].push_str(&log.text);
        }
        let judged = judged(&files.iter().map(String::as_str).collect::<Vec<_>>(), DAY);
        let run = &judged.history.runs[&judged.history.names.find(ANN).unwrap()];
        let misses: Vec<_> = run.activity.iter().flat_map(|(_, activity)| activity.missed.iter()).collect();
        let counts: Vec<_> =
            misses.iter().map(|miss| (miss.sights.len(), miss.more, miss.near.rows.len())).collect();
        assert_eq!(counts, [(20, 80, 5)], "{file_count}");
        let [finding] = &judged.findings[..] else { panic!("{:?}", judged.told()) };
        assert_eq!((finding.consequence_count, finding.evidence.len()), (100, 20), "{file_count}");
    }
}

/// Loggers may name one process by host and pid, and as events do.
#[test]
fn lookups_that_two_names_of_a_process_missed_are_counted_beyond_the_first_twenty() {
    let mut log = Log::default();
    for ms in 0..30 {
        for (host, pid) in [("api@h/7", 99), ("h", 7)] {
            let message = format!("run not found: {ANN}");
            let line =
                json!({ "level": 50, "time": START + ms, "pid": pid, "hostname": host, "msg": message });
            log.line(&line.to_string());
        }
    }
    let judged = log.judged();
    let run = &judged.history.runs[&judged.history.names.find(ANN).unwrap()];
    let misses: Vec<_> = run.activity.iter().flat_map(|(_, activity)| activity.missed.iter()).collect();
    let counts: Vec<_> = misses.iter().map(|miss| (miss.sights.len(), miss.more)).collect();
    assert_eq!(counts, [(20, 40)]);
}

#[test]
fn sources_that_disagree_are_told_with_both() {
    let mut log = Log::default();
    let other = json!({ "source": "query", "otherRunId": "251006-153000", "otherSource": "body" });
    log.event("web", 5, "conflict", Some(X), other.clone()).event("web", 9, "conflict", Some(X), other);
    let judged = log.judged();
    // Each call of the helper is another line of code.
    let told = format!("sources-disagree certain {X} - 251006-153000");
    assert_eq!(judged.told(), [told.as_str(); 2]);
    assert_eq!(judged.findings[0].class.severity(), Severity::High);
}

#[test]
fn baggage_from_an_unknown_sender_accuses_no_process() {
    let baggage = |other: &str, at: &str, sender: Value| json!({ "source": "query", "otherRunId": other, "otherSource": "baggage", "sender": sender, "at": at });
    let mut log = Log::default();
    // Anyone can send any number of IDs.
    for second in 10..60 {
        let other = format!("251006-1530{second}");
        log.event("web", 5, "conflict", Some(X), baggage(&other, "a.js:1:1", json!("external")));
    }
    // From processes that do not say who sent it.
    log.event("web", 9, "conflict", Some(X), baggage("251006-153000", "a.js:2:1", json!(null)));
    let judged = log.judged();
    let told = |other: &str| format!("baggage-disagrees likely {X} - {other}");
    assert_eq!(judged.told(), [told("251006-153010"), told("251006-153000")]);
    assert_eq!(judged.findings[0].consequence_count, 49);
    assert_eq!(judged.history.names.find("251006-153011"), None, "of what is not told nothing is kept");
    for finding in &judged.findings {
        assert_eq!(finding.class.severity(), Severity::Low);
    }
    let mut log = Log::default();
    log.event("web", 5, "conflict", Some(X), baggage("251006-153000", "a.js:1:1", json!("internal")));
    let judged = log.judged();
    assert_eq!(judged.told(), [format!("sources-disagree certain {X} - 251006-153000")]);
    assert_eq!(judged.findings[0].class.severity(), Severity::High);
}

#[test]
fn refusals_are_one_finding_for_each_line_of_code() {
    let mut log = Log::default();
    let refused = |code: &str, received: &str, at: &str| json!({ "code": code, "received": received, "at": at, "message": "M", "source": "req.body.runId" });
    for received in ["promise", "array", "promise"] {
        for at in ["a.js:1:1", "a.js:2:1", "a.js:3:1"] {
            log.event("web", 5, "reject", None, refused("ERR_RUN_ID_TYPE", received, at));
        }
    }
    for code in ["ERR_JOB_FINISHED", "ERR_RUN_ID_DEPRECATED", "ERR_RUN_ID_CONFLICT", "ERR_RUN_ID_CLIENT"] {
        log.event("web", 9, "reject", None, refused(code, X, "b.js:1:1"));
    }
    let judged = log.judged();
    let of = |class: Class| judged.findings.iter().filter(move |finding| finding.class == class);
    assert_eq!((of(Class::NotAnId).count(), of(Class::Refused).count()), (3, 4));
    for finding in of(Class::NotAnId) {
        let refused = finding.refused.unwrap();
        let text = |name: Option<Name>| judged.name(name.unwrap());
        assert_eq!(judged.name(refused.code), "ERR_RUN_ID_TYPE");
        assert_eq!((text(refused.source), text(refused.message)), ("req.body.runId", "M"));
        assert_eq!((text(finding.run_id), finding.consequence_count), ("promise", 2));
    }
    let codes: BTreeSet<&str> =
        of(Class::Refused).map(|finding| judged.name(finding.refused.unwrap().code)).collect();
    assert_eq!(codes.len(), 4);
}

#[test]
fn what_was_refused_and_not_logged_is_counted_where_it_was_refused() {
    let refused =
        |at: &str| json!({ "code": "ERR_RUN_ID_FORMAT", "received": "foo-bar", "at": at, "message": "M" });
    let left_out = json!({ "leftOut": 60, "message": "60 more", "at": null, "counts": [
        { "code": "ERR_RUN_ID_FORMAT", "at": "a.js:1:1", "count": 50 },
        { "code": "ERR_JOB_EXISTS", "at": "b.js:1:1", "count": 9_223_372_036_854_775_807_i64 },
        { "code": "ERR_RUN_ID_FORMAT", "at": "b.js:1:1", "count": 0 },
        { "code": "ERR_RUN_ID_CLIENT", "others": true, "count": 7 },
        { "at": "c.js:1:1", "count": 1 },
        { "code": "ERR_RUN_ID_FORMAT", "at": "c.js:1:1", "count": -1 },
        7,
    ]});
    // In either order. Another system's ID would be a finding by itself.
    for is_first in [true, false] {
        let mut log = Log::default();
        if is_first {
            log.event("web", 1, "reject", None, left_out.clone());
        }
        log.event("web", 5, "reject", None, refused("a.js:1:1"));
        if !is_first {
            log.event("web", 9, "reject", None, left_out.clone());
        }
        let judged = log.judged();
        let mut told: Vec<_> = judged
            .findings
            .iter()
            .map(|finding| {
                let refused = finding.refused.unwrap();
                let message = refused.message.map(|message| judged.name(message));
                (judged.name(refused.code), message, finding.consequence_count, finding.is_certain)
            })
            .collect();
        told.sort_unstable();
        let most = usize::try_from(i64::MAX).unwrap();
        let rows = [
            ("ERR_JOB_EXISTS", None, most - 1, true),
            ("ERR_RUN_ID_CLIENT", None, 6, true),
            ("ERR_RUN_ID_FORMAT", Some("M"), 50, true),
        ];
        assert_eq!(told, rows, "{is_first}");
    }
}

#[test]
fn another_run_is_told_by_what_was_done_to_it() {
    let z = "251006-153000";
    let bo = "251006-143000-Bo";
    let used = |action: &str, run_id: &str, within: &str| {
        let mut log = Log::default();
        log.run().record("api", 30, "created", bo, json!({}));
        log.event("api", 31, "generate", Some(z), json!({}))
            .record("api", 32, "created", z, json!({}))
            .record("api", 33, "created", "251006-153000-Bo", json!({}));
        log.record("web", 5000, action, run_id, json!({ "op": "0a1b2c3d-0-9", "within": within }));
        let judged = log.judged();
        let severities: Vec<Severity> =
            judged.findings.iter().map(|finding| finding.class.severity()).collect();
        (judged.told(), severities)
    };
    for (action, run_id, within) in
        [("updated", z, X), ("completed", bo, ANN), ("created", "251006-153000-Bo", ANN)]
    {
        let told = format!("other-run certain {run_id} {within}");
        assert_eq!(used(action, run_id, within), (vec![told], vec![Severity::High]), "{action}");
    }
    for (run_id, within) in [(z, X), (bo, ANN)] {
        let told = format!("other-run likely {run_id} {within}");
        assert_eq!(used("found", run_id, within), (vec![told], vec![Severity::Low]));
    }
    for (action, run_id, within) in
        [("updated", ANN, X), ("updated", X, ANN), ("found", X, ANN), ("updated", ANN, ANN)]
    {
        assert_eq!(used(action, run_id, within).0, [""; 0], "{action} {run_id} {within}");
    }
}

#[test]
fn a_run_that_the_operation_started_is_its_own() {
    let z = "251006-153000";
    let in_op = json!({ "op": "0a1b2c3d-0-9", "within": ANN });
    let mut log = Log::default();
    log.run().event("web", 3_600_000, "generate", Some(z), in_op.clone());
    log.record("web", 3_600_001, "created", z, in_op.clone()).record(
        "web",
        3_600_002,
        "found",
        z,
        in_op.clone(),
    );
    log.record("web", 3_600_003, "completed", z, in_op.clone());
    assert_eq!(log.judged().told(), [""; 0]);
    log.record("web", 3_600_004, "completed", "251006-153000-Bo", in_op);
    assert_eq!(log.judged().told(), [""; 0]);
}

#[test]
fn what_rests_on_absence_is_likely_and_many_of_a_service_are_its_log() {
    let used = |count: i64| {
        let mut log = Log::default();
        log.run().record("api", 30, "completed", ANN, json!({})).record("api", 31, "completed", X, json!({}));
        for at in 0..count {
            log.event("worker", 60_000 + at, "pass", Some(&format!("251006-1431{:02}", at * 7)), json!({}));
        }
        log.judged()
    };
    assert_eq!(used(4).told()[0], "never-generated likely 251006-143100 -");
    assert_eq!(used(4).findings.len(), 4);
    let many = used(5);
    assert_eq!(many.told(), ["log-missing likely - -"]);
    assert_eq!((many.services()[0], many.findings[0].consequence_count), ("worker", 4));
}

#[test]
fn runs_without_an_end_are_one_finding_if_no_log_has_an_end() {
    let begun = |count: i64, is_one_ended: bool| {
        let mut log = Log::default();
        for at in 0..count {
            log.record("api", at, "created", &format!("251006-1431{:02}", at * 7), json!({}));
        }
        if is_one_ended {
            log.record("api", 500, "created", "251006-150000", json!({}));
            log.record("worker", 600, "completed", "251006-150000", json!({}));
        }
        log.event("api", DAY + 1000, "pass", Some("251007-143001"), json!({}));
        log.judged().told()
    };
    assert_eq!(begun(4, false).len(), 4);
    assert_eq!(begun(5, false), ["log-missing likely - -"]);
    let each = begun(5, true);
    assert_eq!((each.len(), each[0].as_str()), (5, "never-completed likely 251006-143100 -"));
}

#[test]
fn lines_that_are_missing_are_one_finding_of_their_service() {
    let used = |service: &str, count: i64| {
        let mut log = Log::default();
        log.run();
        log.event(service, 40, "pass", Some(ANN), json!({ "n": 10 }));
        log.event(service, 50, "pass", Some(ANN), json!({ "n": 14 }));
        for at in 0..count {
            log.event("cron", 60_000 + at, "pass", Some(&format!("251006-1431{:02}", at * 5)), json!({}));
        }
        log.judged()
    };
    let lost = used("api", 4);
    let lines = "lines-missing likely - -";
    // Six before, three between: what was generated in them explains what is used.
    assert_eq!(lost.told(), [lines]);
    assert_eq!((lost.services()[0], lost.findings[0].consequence_count), ("api", 9));
    // Lines of a service that generates nothing explain nothing.
    let others = used("web", 4);
    assert_eq!(
        (others.findings.len(), others.told()[0].as_str()),
        (5, "never-generated likely 251006-143100 -")
    );
    // No more runs are explained than lines are missing.
    assert_eq!(used("api", 8).told(), [lines]);
    assert_eq!(used("api", 10).told().len(), 2);
}

#[test]
fn any_number_of_lines_may_seem_to_be_missing() {
    let mut log = Log::default();
    for (thread, ms) in (0..6).zip((0..).step_by(10)) {
        log.event("web", ms, "pass", Some(ANN), json!({ "thread": thread, "n": 1 }));
        log.event("web", ms + 5, "pass", Some(ANN), json!({ "thread": thread, "n": i64::MAX }));
    }
    let judged = log.judged();
    assert_eq!(judged.told(), ["lines-missing likely - -"]);
    assert_eq!(judged.findings[0].consequence_count, usize::MAX - 1);
}

#[test]
fn a_log_that_begins_in_the_middle_is_not_a_finding() {
    let mut log = Log::default();
    for (n, ms) in [(500, 0), (501, 10), (502, 20)] {
        log.event("web", ms, "pass", Some(ANN), json!({ "n": n }));
    }
    assert_eq!(log.judged().told(), [""; 0]);
}

/// The base of a time after [`START`].
fn base(ms: i64) -> String {
    let text = iso(START + ms);
    let digits: String = text[2..19].chars().filter(char::is_ascii_digit).collect();
    format!("{}-{}", &digits[..6], &digits[6..])
}

/// 3,000 jobs of a schedule, of which 200 are looked up two hours off, by processes that do or don't show which one they
/// had in hand.
fn schedule(step: i64, shift: i64, shows: impl Fn(i64) -> bool) -> (Judged, Vec<(String, String)>) {
    let mut log = Log::default();
    let mut planted = Vec::new();
    for at in 0..3000 {
        let begun = at * step;
        let right = base(begun);
        log.event("api", begun, "generate", Some(&right), json!({}));
        log.record("api", begun + 10, "created", &right, json!({}));
        if at % 15 == 7 {
            let wrong = base(begun + shift);
            let op = json!({ "op": format!("0a1b2c3d-0-{at}") });
            if shows(at) {
                log.event("web", begun + 2000, "pass", Some(&right), op.clone());
            }
            log.record("web", begun + 3000, "missing", &wrong, op);
            planted.push((wrong, right.clone()));
        }
        log.record("api", begun + 60_000, "completed", &right, json!({}));
    }
    (log.judged(), planted)
}

#[test]
fn a_shift_among_jobs_of_each_quarter_of_an_hour_is_right_or_honestly_likely() {
    // By two hours a job of a quarter of an hour is shifted onto a later one, which is not there yet.
    let hours = 2 * 3_600_000;
    for (step, shift) in [(900_000, hours), (901_000, hours), (901_000, -hours)] {
        let (judged, planted) = schedule(step, shift, |at| at % 2 == 0);
        assert_eq!(planted.len(), 200);
        let name = |name: Option<Name>| name.map(|name| judged.name(name).to_owned());
        for (wrong, right) in planted {
            let of = |finding: &&Finding| name(finding.run_id).as_deref() == Some(&*wrong);
            let finding = judged.findings.iter().find(of).unwrap();
            assert_eq!(finding.class.name(), "time-zone-shift", "{wrong}");
            let is_right = name(finding.expected).as_deref() == Some(&*right);
            let is_candidate = finding.candidates.iter().any(|candidate| judged.name(*candidate) == right);
            assert!(is_right || is_candidate, "{wrong} {right}");
            assert!(is_right || !finding.is_certain, "{wrong}");
        }
    }
}

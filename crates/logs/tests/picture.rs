//! What `check` shows on a page: which runs are drawn, in which order, and where their findings are seen.

#![expect(clippy::unwrap_used, reason = "a folder that cannot be written to is no fault of what is tested")]

#[path = "support/files.rs"]
#[expect(dead_code, reason = "none of these is compressed")]
mod files;

use files::Folder;
use run_id_core::event::MARKER;
use run_id_logs::read::input::Progress;
use run_id_logs::show::{flow, picture};
use serde_json::{Value, json, to_value};

const HOUR: i64 = 3_600_000;
const ANN: &str = "Ann-Carver";

/// Lines of events, a second apart.
#[derive(Default)]
struct Log {
    text: String,
    lines: u32,
}

impl Log {
    fn event(&mut self, service: &str, event: &str, run_id: &str, more: &Value) {
        let mut fields = json!({
            "time": format!("2025-10-06T14:{:02}:{:02}.000Z", self.lines / 60 % 60, self.lines % 60),
            "service": service, "host": "h", "pid": 7, "proc": "0a1b2c3d", "op": null,
            "event": event, "at": format!("src/{service}.js:{}:1", self.lines + 1), "runId": run_id,
        });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.line(&format!("{MARKER}{fields}"));
    }

    fn line(&mut self, text: &str) {
        self.text.extend([text, "\n"]);
        self.lines += 1;
    }

    fn record(&mut self, service: &str, action: &str, run_id: &str) {
        let client = run_id.get(14..);
        let table = if client.is_some() { "client" } else { "job" };
        self.event(
            service,
            "record",
            run_id,
            &json!({ "action": action, "table": table, "clientId": client }),
        );
    }

    /// A run of a client, generated and created by the api and completed by it.
    fn run(&mut self, base: &str, client: &str) -> String {
        let run_id = format!("{base}-{client}");
        self.event("api", "generate", &run_id, &json!({}));
        self.record("api", "created", &run_id);
        self.record("api", "completed", &run_id);
        run_id
    }
}

fn base(number: usize) -> String {
    format!(
        "25{:02}{:02}-{:02}{:02}00",
        1 + number / 600 % 12,
        1 + number / 60 % 10,
        number / 40 % 24,
        number % 40
    )
}

fn checked(log: &Log) -> Value {
    let folder = Folder::new();
    let files = [folder.write("a.log", log.text.as_bytes())];
    to_value(picture::check(&files, HOUR, &Progress::default())).unwrap()
}

fn flow_of(run_id: &str, log: &Log) -> Value {
    flow_of_all(run_id, &[&log.text])
}

fn flow_of_all(run_id: &str, texts: &[&str]) -> Value {
    let folder = Folder::new();
    let write = |(at, text): (usize, &&str)| folder.write(&format!("{at}.log"), text.as_bytes());
    let files: Vec<String> = texts.iter().enumerate().map(write).collect();
    answer_of(run_id, &files)["flow"].clone()
}

fn answer_of(run_id: &str, files: &[String]) -> Value {
    to_value(flow::flow(run_id, files, HOUR, &Progress::default()).unwrap()).unwrap()
}

/// The line of the first event of a run, as it is shown.
fn first_text(run_id: &str, log: &Log) -> String {
    let folder = Folder::new();
    let answer = answer_of(run_id, &[folder.write("a.log", log.text.as_bytes())]);
    let number = usize_of(&answer["flow"]["events"][0]["text"]);
    answer["texts"][number].as_str().unwrap().to_owned()
}

fn classes(picture: &Value) -> Vec<&str> {
    let findings = &picture["verdict"]["findings"];
    let ranking = picture["ranking"].as_array().unwrap().iter();
    ranking.map(|ranked| findings[usize_of(&ranked["finding"])]["class"].as_str().unwrap()).collect()
}

fn usize_of(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn the_worst_comes_first_and_what_a_text_says_after_what_is_certain() {
    let mut log = Log::default();
    let [one, two, three] = [base(1), base(2), base(3)].map(|base| log.run(&base, ANN));
    log.event("web", "reject", "", &json!({ "code": "ERR_RUN_ID_FORMAT", "received": "x", "runId": null }));
    log.line(&format!("{}-Ann not found", &two[..13]));
    log.record("web", "missing", &format!("{three}-{ANN}"));
    log.record("web", "missing", &one.to_lowercase());
    let picture = checked(&log);
    assert_eq!(classes(&picture), ["suffix-twice", "case-changed", "suffix-cut", "not-an-id"]);
    let in_order: Vec<_> = picture["verdict"]["findings"].as_array().unwrap().iter().collect();
    let order: Vec<_> = in_order.iter().map(|finding| finding["class"].as_str().unwrap()).collect();
    assert_eq!(order, ["suffix-twice", "suffix-cut", "case-changed", "not-an-id"]);
    assert_eq!(picture["consistentRuns"], 0);
}

#[test]
fn each_finding_opens_the_run_that_should_have_been() {
    let mut log = Log::default();
    let [one, two] = [base(1), base(50)].map(|base| log.run(&base, ANN));
    log.record("web", "missing", &format!("{one}-{ANN}"));
    log.event("web", "reject", "", &json!({ "code": "ERR_RUN_ID_MISSING", "received": null, "runId": null }));
    let picture = checked(&log);
    assert_eq!(picture["consistentRuns"], 1, "{two}");
    let ranking = picture["ranking"].as_array().unwrap();
    assert_eq!(ranking[0], json!({ "finding": 0, "runId": one, "flow": 0, "inFlow": 0 }));
    assert_eq!(ranking[1], json!({ "finding": 1, "runId": null, "flow": 1, "inFlow": 0 }));
    let [run, none] = [&picture["flows"][0], &picture["flows"][1]];
    assert_eq!((run["runId"].as_str(), run["clientId"].as_str()), (Some(one.as_str()), Some(ANN)));
    assert_eq!(run["events"].as_array().unwrap().len(), 4);
    assert_eq!(none["runId"], Value::Null);
    assert_eq!(none["events"].as_array().unwrap().len(), 1);
    assert_eq!(none["events"][0]["event"], "reject");
    assert_eq!(none["marks"], json!([{ "finding": 0, "event": 0, "from": null }]));
}

#[test]
fn findings_about_several_clients_of_a_job_open_the_job() {
    let mut log = Log::default();
    let base = base(1);
    log.event("api", "generate", &base, &json!({}));
    for client in [ANN, "Acme-Corp"] {
        log.record("api", "created", &format!("{base}-{client}"));
        log.record("api", "completed", &format!("{base}-{client}"));
        log.record("web", "missing", &format!("{base}-{client}-{client}"));
    }
    let picture = checked(&log);
    let flows = picture["flows"].as_array().unwrap();
    assert_eq!(flows.len(), 1);
    assert_eq!(flows[0]["runId"], json!(base));
    assert_eq!(flows[0]["findings"].as_array().unwrap().len(), 2);
    assert_eq!(picture["ranking"][1]["flow"], 0);
    assert_eq!(picture["ranking"][1]["inFlow"], 1);
}

#[test]
fn one_page_draws_a_hundred_runs_and_no_longer_ones_than_can_be_followed() {
    let mut log = Log::default();
    for number in 0..102 {
        let run_id = log.run(&base(number), ANN);
        log.record("web", "missing", &format!("{run_id}-{ANN}"));
    }
    let picture = checked(&log);
    let drawn = |picture: &Value| -> Vec<Option<u64>> {
        picture["ranking"].as_array().unwrap().iter().map(|ranked| ranked["flow"].as_u64()).collect()
    };
    assert_eq!(drawn(&picture)[99..], [Some(99), None, None]);
    assert!(picture["ranking"][101]["runId"].is_string());

    for (events, is_drawn) in [(2_000, true), (2_001, false)] {
        let mut log = Log::default();
        let run_id = log.run(&base(0), ANN);
        log.record("web", "missing", &format!("{run_id}-{ANN}"));
        for _ in 4..events {
            log.record("web", "found", &run_id);
        }
        let other = log.run(&base(1), ANN);
        log.record("web", "missing", &format!("{other}-{ANN}"));
        let picture = checked(&log);
        let wanted = if is_drawn { [Some(0), Some(1)] } else { [None, Some(0)] };
        assert_eq!(drawn(&picture), wanted, "{events}");
        assert_eq!(flow_of(&run_id, &log)["events"].as_array().unwrap().len(), events);
    }
}

#[test]
fn one_page_draws_twenty_thousand_events() {
    let mut log = Log::default();
    for number in 0..11 {
        let run_id = log.run(&base(number), ANN);
        log.record("web", "missing", &format!("{run_id}-{ANN}"));
        for _ in 4..1_900 {
            log.record("web", "found", &run_id);
        }
    }
    let picture = checked(&log);
    let drawn = picture["ranking"].as_array().unwrap().iter().filter(|ranked| ranked["flow"].is_u64());
    assert_eq!(drawn.count(), 10);
}

#[test]
fn one_page_holds_eight_mebibytes_of_lines() {
    let mut log = Log::default();
    for number in 0..5 {
        let run_id = log.run(&base(number), ANN);
        log.record("web", "missing", &format!("{run_id}-{ANN}"));
        for _ in 0..500 {
            log.line(&format!("{run_id} {}", "x".repeat(4_000)));
        }
    }
    let picture = checked(&log);
    let drawn = picture["ranking"].as_array().unwrap().iter().filter(|ranked| ranked["flow"].is_u64());
    assert_eq!(drawn.count(), 4);
    let texts = picture["texts"].as_array().unwrap().iter();
    assert!(texts.map(|text| text.as_str().unwrap().len()).sum::<usize>() <= 8 << 20);
}

#[test]
fn a_mark_names_who_held_the_right_id_last() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let twice = format!("{run_id}-{ANN}");
    log.event("mail", "resolve", &run_id, &json!({ "source": "body" }));
    // It has another ID by then, so it's not who handed the right one over.
    log.event("web", "resolve", &twice, &json!({ "source": "body" }));
    log.record("web", "missing", &twice);
    log.record("mail", "missing", &twice);
    let flow = flow_of(&run_id, &log);
    let mail = "mail@h/7/0a1b2c3d";
    assert_eq!(
        flow["marks"],
        json!([{ "finding": 0, "event": 6, "from": mail }, { "finding": 1, "event": 5, "from": mail }])
    );
    assert_eq!(flow["handOvers"], json!([{ "from": "api@h/7/0a1b2c3d", "to": mail, "event": 3 }]));
    // Seen from the job, the changed ID is of the same base, and handed over by nobody either.
    assert_eq!(flow_of(&base(1), &log)["handOvers"].as_array().unwrap().len(), 1);
}

#[test]
fn a_line_is_kept_as_it_was_written() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let written = log.text.lines().next().unwrap().to_owned();
    log.text = format!("\t{}", log.text.replace('\n', "\r\n"));
    assert_eq!(first_text(&run_id, &log), format!("\t{written}"));
    log.text = format!("{} {run_id}", "x".repeat(5_000));
    let text = first_text(&run_id, &log);
    assert_eq!((text.len(), &text[4094..]), (4099, "xx..."));
}

/// The numbers of the lines of a run in the order in which they are drawn.
fn drawn_lines(flow: &Value) -> Vec<u64> {
    flow["events"].as_array().unwrap().iter().map(|event| event["line"].as_u64().unwrap()).collect()
}

#[test]
fn causes_come_before_their_effects_whatever_the_clocks_say() {
    let mut log = Log::default();
    let (job, one, two) = (base(1), format!("{}-{ANN}", base(1)), format!("{}-Acme-Corp", base(1)));
    log.record("web", "found", &one);
    log.record("web", "found", &two);
    log.record("api", "found", &two);
    log.record("api", "missing", &two);
    log.record("api", "created", &one);
    log.record("api", "created", &two);
    log.record("web", "created", &two);
    log.event("api", "generate", &job, &json!({}));
    // Both before what web found, and web's own before what api found; the ID before all of them.
    assert_eq!(drawn_lines(&flow_of(&job, &log)), [8, 5, 1, 6, 2, 7, 3, 4]);
}

#[test]
fn what_is_in_order_stays_so() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    log.record("api", "created", &run_id);
    log.event("web", "generate", &run_id, &json!({}));
    log.event("web", "generate", &base(2), &json!({}));
    log.line(&format!("{} {run_id}", base(2)));
    // Generated once more: that must have come first too. What a process found itself comes before nothing.
    assert_eq!(drawn_lines(&flow_of(&run_id, &log)), [1, 5, 2, 3, 4, 7]);
}

#[test]
fn each_process_is_handed_the_run_once_by_who_held_it_last() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    for service in ["web", "api", "mail", "web", "mail"] {
        log.event(service, "resolve", &run_id, &json!({ "source": "body" }));
    }
    let flow = flow_of(&run_id, &log);
    let of = |service: &str| format!("{service}@h/7/0a1b2c3d");
    assert_eq!(
        flow["handOvers"],
        json!([
            { "from": of("api"), "to": of("web"), "event": 3 },
            { "from": of("api"), "to": of("mail"), "event": 5 },
        ])
    );
    assert_eq!(flow["processes"], json!([of("api"), of("web"), of("mail")]));
}

#[test]
fn what_is_refused_or_missed_is_not_handed_over() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let code = "ERR_RUN_ID_KIND";
    log.event("web", "reject", "", &json!({ "code": code, "received": run_id, "runId": null }));
    log.record("mail", "missing", &run_id);
    let flow = flow_of(&run_id, &log);
    assert_eq!(flow["processes"].as_array().unwrap().len(), 3);
    assert_eq!(flow["handOvers"], json!([]));
}

#[test]
fn another_id_may_have_been_made_later() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let again = format!("{}5-{ANN}", &base(1)[..12]);
    log.event("web", "generate", &again[..13], &json!({}));
    log.record("web", "missing", &again);
    let flow = flow_of(&run_id, &log);
    assert_eq!(flow["findings"][0]["class"], "minted-again");
    assert_eq!(drawn_lines(&flow), [1, 2, 3, 4, 5]);
}

#[test]
fn what_was_missed_was_not_there_yet() {
    let mut log = Log::default();
    let run_id = format!("{}-{ANN}", base(1));
    log.event("api", "generate", &run_id, &json!({}));
    log.record("web", "missing", &run_id);
    log.record("api", "created", &run_id);
    log.record("api", "completed", &run_id);
    assert_eq!(drawn_lines(&flow_of(&run_id, &log)), [1, 2, 3, 4]);
}

#[test]
fn a_base_stays_the_runs_own_where_a_client_was_lost() {
    let mut log = Log::default();
    let job = base(1);
    log.run(&job, ANN);
    log.event("web", "resolve", &job, &json!({ "source": "body" }));
    let lost = json!({ "action": "missing", "table": "client", "clientId": ANN });
    log.event("web", "record", &job, &lost);
    let flow = flow_of(&job, &log);
    assert_eq!(flow["findings"][0]["class"], "suffix-missing");
    assert_eq!(flow["handOvers"].as_array().unwrap().len(), 1);
}

#[test]
fn a_line_without_a_time_stands_where_its_log_has_it() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    log.line(&format!("mailed {run_id}"));
    log.record("api", "found", &run_id);
    let bare = format!("{run_id} not found\n");
    let flow = flow_of_all(&run_id, &[&log.text, &bare]);
    let places: Vec<_> = flow["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["file"].as_str().unwrap().ends_with("0.log"), event["line"].as_u64().unwrap()))
        .collect();
    // Of the other log nothing tells when; the ID was made before.
    assert_eq!(places, [(true, 1), (false, 1), (true, 2), (true, 3), (true, 4), (true, 5)]);
}

#[test]
fn several_findings_about_one_run_open_that_run() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    log.record("web", "missing", &format!("{run_id}-{ANN}"));
    log.record("mail", "missing", &format!("{run_id}-{ANN}"));
    let picture = checked(&log);
    assert_eq!(picture["flows"][0]["runId"], json!(run_id));
    assert_eq!(picture["ranking"][1]["runId"], json!(run_id));
}

#[test]
fn a_run_is_fine_that_no_finding_is_about() {
    let mut log = Log::default();
    let [one, _, _] = [base(1), base(2), base(3)].map(|base| log.run(&base, ANN));
    let (code, unknown) = ("ERR_RUN_ID_CLIENT_MISMATCH", format!("{}-{ANN}", base(50)));
    log.event("web", "reject", "", &json!({ "code": code, "received": one, "runId": null }));
    log.event("web", "reject", "", &json!({ "code": code, "received": unknown, "runId": null }));
    let picture = checked(&log);
    assert_eq!(picture["ranking"].as_array().unwrap().len(), 2);
    assert_eq!(picture["verdict"]["runs"], 3);
    assert_eq!(picture["consistentRuns"], 2);
}

#[test]
fn an_id_that_should_not_have_got_a_client_became_no_other() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), ANN);
    let code = "ERR_RUN_ID_SUFFIX";
    log.event("web", "reject", "", &json!({ "code": code, "received": run_id, "runId": null }));
    let flow = flow_of(&run_id, &log);
    assert_eq!(flow["findings"][0]["expected"], json!(run_id));
    assert_eq!(flow["marks"], json!([{ "finding": 0, "event": 3, "from": null }]));
}

#[test]
fn who_resolves_a_cut_suffix_is_handed_nothing() {
    let mut log = Log::default();
    let run_id = log.run(&base(1), "Ann-Carver");
    let cut = format!("{}-Ann", base(1));
    log.event("web", "resolve", &cut, &json!({ "source": "body" }));
    log.record("web", "missing", &cut);
    // Seen from the job, the cut ID is of the same base.
    let flow = flow_of(&base(1), &log);
    assert_eq!(flow["findings"][0]["expected"], json!(run_id));
    assert_eq!(flow["handOvers"], json!([]));
    assert_eq!(flow["marks"][0]["from"], "api@h/7/0a1b2c3d");
}

//! A log and its copy, under another name or in another folder.

#![expect(clippy::unwrap_used, reason = "what cannot be read must fail")]

#[path = "support/files.rs"]
#[expect(dead_code, reason = "other tests compress theirs")]
mod files;

use std::fmt::Write;

use files::Folder;
use run_id_core::event::MARKER;
use run_id_logs::formats::time::iso;
use run_id_logs::read::input::Progress;
use run_id_logs::show::flow;
use run_id_logs::show::selection::Selection;
use run_id_logs::show::verdict::{Files, Verdict};
use serde_json::{Value, from_str, json};

const DAY: i64 = 86_400_000;
const START: i64 = 1_759_761_000_000;
const BASE: &str = "251006-143000";
const ANN: &str = "251006-143000-Ann-Carver";

/// As the library writes a line.
fn own(event: &Value) -> String {
    format!("{MARKER}{event}")
}

/// As pino writes it, among its own fields.
fn of_logger(event: &Value) -> String {
    let mut fields = json!({ "level": 30, "msg": "run" });
    fields.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
    fields.to_string()
}

/// The lines of one thread.
struct Log {
    written: fn(&Value) -> String,
    text: String,
    n: u32,
}

impl Log {
    fn new(written: fn(&Value) -> String) -> Self {
        Self { written, text: String::new(), n: 0 }
    }

    fn event(&mut self, ms: i64, event: &str, run_id: Option<&str>, more: &Value) {
        self.n += 1;
        let mut fields = json!({
            "v": 1, "time": iso(START + ms), "service": "api", "proc": "0a1b2c3d", "host": "h", "pid": 7,
            "thread": 0, "n": self.n, "op": "0a1b2c3d-1", "event": event, "at": "src/api.js:3:1", "runId": run_id,
        });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        writeln!(self.text, "{}", (self.written)(&fields)).unwrap();
    }

    fn record(&mut self, ms: i64, action: &str) {
        let fields = json!({ "action": action, "table": "client", "clientId": "Ann-Carver" });
        self.event(ms, "record", Some(ANN), &fields);
    }
}

/// Operations that each lose the client ID, and refuse and report other things.
fn log(operations: i64, written: fn(&Value) -> String) -> String {
    let mut log = Log::new(written);
    log.event(0, "generate", Some(ANN), &json!({}));
    log.record(1, "created");
    for at in 0..operations {
        let ms = 10 + 10 * at;
        log.event(ms, "pass", Some(ANN), &json!({}));
        log.event(ms + 1, "pass", Some(BASE), &json!({}));
        log.event(ms + 2, "record", Some(BASE), &json!({ "action": "missing", "table": "client" }));
        let not_found = json!({ "code": "ERR_JOB_NOT_FOUND", "message": "none", "received": BASE });
        log.event(ms + 2, "reject", None, &not_found);
        let refusal = json!({ "code": "ERR_RUN_ID_TYPE", "message": "none", "received": "promise" });
        log.event(ms + 3, "reject", None, &refusal);
        let left_out = json!({ "leftOut": 7, "counts": [{ "code": "ERR_RUN_ID_TYPE", "count": 7 }] });
        log.event(ms + 4, "reject", None, &left_out);
        let other = json!({ "source": "query", "otherRunId": "251006-143001", "otherSource": "body" });
        log.event(ms + 5, "conflict", Some(ANN), &other);
        let counts = json!({ "counts": [{ "place": "webhook", "outcome": "same", "count": at + 1 }] });
        log.event(ms + 6, "observe", None, &counts);
    }
    log.record(DAY / 2, "completed");
    log.text
}

fn verdict(folder: &Folder, logs: &[(&str, &str)]) -> (Value, Vec<Value>) {
    let files: Vec<String> = logs.iter().map(|(name, text)| folder.write(name, text.as_bytes())).collect();
    let verdict = Verdict::of(Files::from(files), DAY, &Selection::default(), &Progress::default());
    let summary: Value = from_str(&verdict.summary().unwrap()).unwrap();
    let mut findings: Vec<Value> = from_str(&verdict.findings(0, usize::MAX).unwrap()).unwrap();
    for finding in &mut findings {
        // It names the files.
        finding.as_object_mut().unwrap().remove("next");
    }
    (summary, findings)
}

#[test]
fn a_log_and_its_copy_say_what_the_log_says() {
    let folder = Folder::new();
    for (written, confidence) in [(own as fn(&Value) -> String, "certain"), (of_logger, "likely")] {
        // Few of the lines about a run are kept to compare others with.
        for operations in [1, 5, 20, 300] {
            let text = log(operations, written);
            let (summary, findings) = verdict(&folder, &[("app.log", &text)]);
            assert!(findings.iter().any(|finding| finding["class"] == "suffix-missing"));
            assert_eq!(findings[0]["confidence"], confidence);
            let half = text.len() / 2;
            let rotated = &text[..=half + text[half..].find('\n').unwrap()];
            for copy in [text.as_str(), rotated] {
                let (of_both, both) = verdict(&folder, &[("app.log", &text), ("old.log", copy)]);
                assert!(both == findings, "{operations} {confidence}");
                assert_eq!(of_both["observed"], summary["observed"]);
                assert_eq!(of_both["notes"], summary["notes"]);
            }
        }
    }
}

#[test]
fn a_different_line_with_a_taken_number_is_not_a_copy() {
    let folder = Folder::new();
    let text = log(5, own);
    let (_, findings) = verdict(&folder, &[("app.log", &text)]);
    for (from, to) in [("src/api.js:3:1", "src/api.js:4:1"), (":00.0", ":00.9")] {
        let forged = text.replace(from, to);
        let (_, both) = verdict(&folder, &[("app.log", &text), ("forged.log", &forged)]);
        assert!(both != findings, "{to}");
    }
}

#[test]
fn a_final_status_counts_although_its_line_has_the_number_of_another() {
    let folder = Folder::new();
    let mut log = Log::new(own);
    log.event(0, "generate", Some(ANN), &json!({}));
    log.record(1, "created");
    // So many that it is not kept.
    for ms in 2..60 {
        log.record(ms, if ms == 30 { "completed" } else { "found" });
    }
    log.event(3 * DAY, "end", None, &json!({}));
    let forged = log.text.replace("\"completed\"", "\"found\"");
    let is_open = |logs: &[(&str, &str)]| {
        let (_, findings) = verdict(&folder, logs);
        findings.iter().any(|finding| finding["class"] == "never-completed")
    };
    assert!(is_open(&[("forged.log", &forged)]));
    assert!(!is_open(&[("forged.log", &forged), ("app.log", &log.text)]));
}

#[test]
fn each_event_is_shown_once() {
    let folder = Folder::new();
    let text = log(3, own);
    let events = |names: &[&str]| {
        let files: Vec<String> = names.iter().map(|name| folder.write(name, text.as_bytes())).collect();
        let mut answer = flow::flow(ANN, Files::from(files), DAY, &Progress::default()).unwrap();
        answer.events(0, usize::MAX, true).unwrap()
    };
    let once = events(&["app.log"]);
    assert_eq!(events(&["app.log", "copy.log"]), once);
    assert_eq!(once.matches("\"event\":\"generate\"").count(), 1);
}

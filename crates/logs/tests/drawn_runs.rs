//! What `check` draws on a page: the runs of examples, the worst first, and no more than a reader can follow.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

#[path = "support/files.rs"]
#[expect(dead_code, reason = "none of these is compressed")]
mod files;

use files::Folder;
use run_id_core::event::MARKER;
use run_id_logs::read::input::Progress;
use run_id_logs::show::picture;
use run_id_logs::show::selection::Selection;
use run_id_logs::show::verdict::{Files, Verdict};
use serde_json::{Value, json, to_value};

const DAY: i64 = 86_400_000;

/// Lines of events, each a second after the one before.
#[derive(Default)]
struct Log {
    text: String,
    lines: usize,
}

impl Log {
    fn event(&mut self, at: &str, event: &str, more: &Value) {
        let (minute, second) = (self.lines / 60, self.lines % 60);
        let mut fields = json!({
            "time": format!("2025-10-06T{:02}:{:02}:{second:02}.000Z", 14 + minute / 60, minute % 60),
            "service": "api", "host": "web-1", "pid": 7, "proc": "0a1b2c3d", "op": null, "event": event, "at": at,
        });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.line(&format!("{MARKER}{fields}"));
    }

    fn line(&mut self, text: &str) {
        self.text.extend([text, "\n"]);
        self.lines += 1;
    }

    fn record(&mut self, at: &str, action: &str, run_id: &str) {
        let more = json!({
            "runId": run_id, "action": action, "table": "client", "clientId": run_id.get(14..),
        });
        self.event(at, "record", &more);
    }

    /// A run whose client ID was added twice in a line of code.
    fn twice(&mut self, number: usize, at: &str) -> String {
        let run_id = format!("251006-12{:02}{:02}-Ann-Carver", number / 60, number % 60);
        self.event("api.js:1:1", "generate", &json!({ "runId": run_id }));
        self.record("api.js:2:1", "created", &run_id);
        self.record("api.js:3:1", "completed", &run_id);
        self.record(at, "missing", &format!("{run_id}-Ann-Carver"));
        run_id
    }

    fn picture(&self) -> Value {
        let folder = Folder::new();
        let files = Files::from(vec![folder.write("a.log", self.text.as_bytes())]);
        let progress = Progress::default();
        to_value(picture::of(&Verdict::of(files, DAY, &Selection::default(), &progress), &progress)).unwrap()
    }
}

fn run_ids(picture: &Value) -> Vec<Option<&str>> {
    picture["flows"].as_array().unwrap().iter().map(|flow| flow["runId"].as_str()).collect()
}

fn drawn(picture: &Value) -> Vec<[u64; 3]> {
    let drawn = picture["drawn"].as_array().unwrap().iter();
    drawn.map(|one| ["finding", "flow", "inFlow"].map(|name| one[name].as_u64().unwrap())).collect()
}

#[test]
fn one_example_of_each_cause_comes_before_the_second_of_any() {
    let mut log = Log::default();
    let runs: Vec<String> = (0..5).map(|number| log.twice(number, "cut.js:1:1")).collect();
    let other = log.twice(9, "other.js:1:1");
    let picture = log.picture();
    assert_eq!(drawn(&picture), [[0, 0, 0], [5, 1, 0], [1, 2, 0], [2, 3, 0]]);
    let wanted = [&runs[0], &other, &runs[1], &runs[2]].map(|run_id| Some(run_id.as_str()));
    assert_eq!(run_ids(&picture), wanted);
}

#[test]
fn a_run_is_drawn_once_with_all_that_is_wrong_with_it() {
    let mut log = Log::default();
    let run_id = log.twice(0, "cut.js:1:1");
    log.record("case.js:1:1", "missing", &run_id.to_lowercase());
    let picture = log.picture();
    assert_eq!(run_ids(&picture), [Some(run_id.as_str())]);
    assert_eq!(picture["lines"], json!([5]));
    assert_eq!(picture["flows"][0]["findings"].as_array().unwrap().len(), 2);
    assert_eq!(drawn(&picture), [[0, 0, 0], [1, 0, 1]]);
}

#[test]
fn what_came_in_the_place_of_a_run_id_is_drawn_by_itself() {
    let mut log = Log::default();
    for received in ["one", "two"] {
        let more = json!({ "code": "ERR_RUN_ID_FORMAT", "received": received, "runId": null });
        log.event(&format!("{received}.js:1:1"), "reject", &more);
    }
    let picture = log.picture();
    assert_eq!(run_ids(&picture), [None, None]);
    assert_eq!(picture["flows"][0]["events"].as_array().unwrap().len(), 1);
}

#[test]
fn a_page_draws_a_hundred_runs() {
    let mut log = Log::default();
    for number in 0..102 {
        log.twice(number, &format!("cut.js:{}:1", number + 1));
    }
    assert_eq!(run_ids(&log.picture()).len(), 100);
}

#[test]
fn a_run_of_more_events_than_can_be_followed_is_not_drawn() {
    for (events, is_drawn) in [(2_000, true), (2_001, false)] {
        let mut log = Log::default();
        let run_id = log.twice(0, "cut.js:1:1");
        for _ in 4..events {
            log.record("api.js:9:1", "found", &run_id);
        }
        let other = log.twice(1, "cut.js:2:1");
        let picture = log.picture();
        let wanted =
            if is_drawn { vec![Some(run_id.as_str()), Some(&other)] } else { vec![Some(other.as_str())] };
        assert_eq!(run_ids(&picture), wanted, "{events}");
    }
}

#[test]
fn a_page_draws_four_thousand_events() {
    let mut log = Log::default();
    for number in 0..4 {
        let run_id = log.twice(number, &format!("cut.js:{}:1", number + 1));
        for _ in 4..1_900 {
            log.line(&run_id);
        }
    }
    assert_eq!(run_ids(&log.picture()).len(), 2);
}

#[test]
fn a_page_holds_640_kibibytes_of_lines() {
    let mut log = Log::default();
    for number in 0..5 {
        let run_id = log.twice(number, &format!("cut.js:{}:1", number + 1));
        for _ in 0..50 {
            log.line(&format!("{run_id} {}", "x".repeat(4_000)));
        }
    }
    let picture = log.picture();
    assert_eq!(run_ids(&picture).len(), 3);
    let texts = picture["texts"].as_array().unwrap().iter();
    assert!(texts.map(|text| text.as_str().unwrap().len()).sum::<usize>() <= 640 << 10);
}

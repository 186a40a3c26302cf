//! Logs that grow: what is reported about them, when, and what is kept.

#![expect(clippy::unwrap_used, reason = "what cannot be read must fail")]

#[path = "support/files.rs"]
#[expect(dead_code, reason = "other tests compress theirs")]
mod files;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;

use files::Folder;
use run_id_core::base::Base;
use run_id_logs::formats::time::iso;
use run_id_logs::read::input::Progress;
use run_id_logs::show::follow::{End, Follow, Terms};
use run_id_logs::show::selection::Selection;
use run_id_logs::show::verdict::{Files, Verdict};
use serde_json::{Value, from_str, json};

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// 2025-10-06T14:30:00Z.
const START: i64 = 1_759_761_000_000;

const TERMS: Terms = Terms { keep: 6 * HOUR, settle: 10 * SECOND, stale: DAY };

/// Logs of services, which are written to while they are followed.
struct Stage {
    folder: Folder,
    names: Vec<String>,
    numbers: HashMap<String, u64>,
    follow: Follow,
    /// The monotonic clock.
    wall: i64,
    told: Vec<Value>,
}

impl Stage {
    fn new(names: &[&str], terms: Terms) -> Self {
        let folder = Folder::new();
        let names: Vec<String> = names.iter().map(|name| folder.write(name, b"")).collect();
        let follow = Follow::new(names.clone(), &[], terms, Selection::default());
        Self { folder, names, numbers: HashMap::new(), follow, wall: 0, told: Vec::new() }
    }

    fn of_one(terms: Terms) -> Self {
        Self::new(&["a.log"], terms)
    }

    /// Appends an event to the log with that number.
    fn event(&mut self, log: usize, service: &str, ms: i64, event: &str, run_id: Option<&str>, more: &Value) {
        let text = self.event_text(service, ms, event, run_id, more);
        append(&self.names[log], &text);
    }

    fn event_text(
        &mut self,
        service: &str,
        ms: i64,
        event: &str,
        run_id: Option<&str>,
        more: &Value,
    ) -> String {
        let n = self.numbers.entry(service.to_owned()).or_default();
        *n += 1;
        let mut fields = json!({
            "v": 1, "time": iso(START + ms), "service": service, "proc": "0a1b2c3d", "host": format!("{service}-1"),
            "pid": 7, "thread": 0, "n": n, "op": null, "event": event, "at": format!("src/{service}.js:3:1"),
            "runId": run_id,
        });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        format!("[run-id] {fields}\n")
    }

    fn record(&mut self, log: usize, service: &str, ms: i64, action: &str, run_id: &str) {
        let client = run_id.get(14..);
        let table = if client.is_some() { "client" } else { "job" };
        let more = json!({ "action": action, "table": table, "clientId": client });
        self.event(log, service, ms, "record", Some(run_id), &more);
    }

    /// A run of a client that begins then. Returns its ID.
    fn run(&mut self, ms: i64) -> String {
        let base = base(ms);
        let run_id = format!("{base}-Ann-Carver");
        self.event(0, "api", ms, "generate", Some(&base), &json!({}));
        self.record(0, "api", ms + 1, "created", &base);
        self.record(0, "api", ms + 2, "created", &run_id);
        run_id
    }

    /// One whose ID was cut before it was looked up. Returns the wrong one.
    fn cut_run(&mut self, ms: i64) -> String {
        let run_id = self.run(ms);
        let wrong = run_id.strip_suffix("-Carver").unwrap().to_owned();
        self.record(self.names.len() - 1, "worker", ms + 10, "missing", &wrong);
        wrong
    }

    /// A line that moves the time of the logs to that time.
    fn tick(&mut self, ms: i64) {
        let last = self.names.len() - 1;
        self.event(last, "worker", ms, "end", None, &json!({}));
    }

    /// Takes steps until everything was read. Returns what was reported.
    fn step(&mut self, ms: i64) -> Vec<Value> {
        self.wall += ms;
        let mut told = Vec::new();
        loop {
            let step = self.follow.step(self.wall).unwrap();
            told.extend(step.told.iter().map(|json| from_str::<Value>(json).unwrap()));
            if !step.has_more {
                break;
            }
        }
        self.told.extend(told.clone());
        told
    }

    /// Long enough after a judgement for the next one.
    fn later(&mut self) -> Vec<Value> {
        // In the time of silent logs, that is one second.
        self.step(1000)
    }

    /// The end, and everything that was reported and not withdrawn: class, wrong and right ID.
    fn finish(mut self) -> (Verdict, Vec<Value>, String, Folder) {
        let End { told, past, verdict, .. } = self.follow.finish(self.wall).unwrap();
        self.told.extend(told.iter().map(|json| from_str::<Value>(json).unwrap()));
        (verdict, self.told, past, self.folder)
    }
}

fn append(path: &str, text: &str) {
    File::options().append(true).create(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn base(ms: i64) -> String {
    String::from_utf8(Base::from_unix((START + ms) / 1000).unwrap().text().to_vec()).unwrap()
}

/// What is reported, in words.
fn words(told: &[Value]) -> Vec<String> {
    let mut all = Vec::new();
    for news in told {
        let kind = news["told"].as_str().unwrap();
        let (class, more) = match kind {
            "group" => (&news["group"]["class"], format!("{} {}", news["reason"], news["group"]["size"])),
            _ => (&news["finding"]["class"], news["finding"]["runId"].to_string()),
        };
        all.push(format!("{kind} {} {more}", class.as_str().unwrap()).replace('"', ""));
    }
    all
}

/// The confidence of each reported finding.
fn confidences(told: &[Value]) -> Vec<String> {
    let findings = told.iter().filter(|news| news["finding"]["confidence"].is_string());
    findings
        .map(|news| format!("{} {}", news["told"], news["finding"]["confidence"]).replace('"', ""))
        .collect()
}

/// The findings that stand.
fn standing(told: &[Value]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for news in told {
        let key = ["class", "runId", "expected", "process", "at", "code"]
            .map(|field| news["finding"][field].to_string())
            .join(" ");
        match news["told"].as_str().unwrap() {
            "finding" => all.push(key),
            "withdrawn" => {
                let at = all.iter().position(|known| *known == key).unwrap();
                all.remove(at);
            }
            _ => {}
        }
    }
    all.sort_unstable();
    all
}

fn findings_of(files: &[String], stale: i64) -> Vec<String> {
    let files = Files::from(files.to_vec());
    let verdict = Verdict::of(files, stale, &Selection::default(), &Progress::default());
    let findings: Vec<Value> = from_str(&verdict.findings(0, usize::MAX).unwrap()).unwrap();
    let told: Vec<Value> =
        findings.into_iter().map(|finding| json!({ "told": "finding", "finding": finding })).collect();
    standing(&told)
}

#[test]
fn what_becomes_surer_is_told_anew() {
    let mut stage = Stage::new(&["api.log", "worker.log"], TERMS);
    let run_id = format!("{}-Ann-Carver", base(0));
    // So far only a text knows the right ID.
    append(&stage.names[1], &format!("{} starts run {run_id}\n", iso(START + 5)));
    stage.record(1, "worker", 20, "missing", run_id.strip_suffix("-Carver").unwrap());
    stage.tick(11 * SECOND);
    assert_eq!(confidences(&stage.step(0)), ["finding likely"]);
    // The log of the process that made it comes late.
    stage.run(0);
    assert_eq!(confidences(&stage.later()), [""; 0]);
    stage.tick(22 * SECOND);
    assert_eq!(confidences(&stage.later()), ["changed certain"]);
    // Only once.
    stage.record(1, "worker", 23 * SECOND, "found", &run_id);
    assert_eq!(confidences(&stage.later()), [""; 0]);
    stage.tick(40 * SECOND);
    assert_eq!(confidences(&stage.later()), [""; 0]);
    let (verdict, told, _, _folder) = stage.finish();
    let all: Vec<Value> = from_str(&verdict.findings(0, usize::MAX).unwrap()).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["confidence"], "certain");
    let last = told.iter().rfind(|news| news["told"] == "changed").unwrap();
    for member in
        ["class", "runId", "expected", "process", "at", "code", "confidence", "changedBy", "arrivedAt"]
    {
        assert_eq!(last["finding"][member], all[0][member], "{member}");
    }
}

#[test]
fn a_finding_is_told_once_when_its_time_to_settle_is_over() {
    let mut stage = Stage::of_one(TERMS);
    let wrong = stage.cut_run(0);
    stage.tick(9 * SECOND);
    assert_eq!(words(&stage.step(0)), [""; 0], "it was missed at 10 ms");
    stage.tick(10 * SECOND + 9);
    assert_eq!(words(&stage.later()), [""; 0]);
    stage.tick(10 * SECOND + 10);
    let told = [format!("finding suffix-cut {wrong}"), "group suffix-cut began 1".to_owned()];
    assert_eq!(words(&stage.later()), told);
    stage.record(0, "worker", 20 * SECOND, "missing", &wrong);
    stage.tick(40 * SECOND);
    assert_eq!(words(&stage.later()), [""; 0]);
    let (verdict, told, ..) = stage.finish();
    assert_eq!(words(&told).len(), 2);
    assert_eq!(verdict.groups(0, 9).unwrap().matches("\"class\":\"suffix-cut\"").count(), 1);
}

#[test]
fn a_finding_is_told_while_the_logs_are_silent() {
    let mut stage = Stage::of_one(TERMS);
    let wrong = stage.cut_run(0);
    assert_eq!(words(&stage.step(0)), [""; 0]);
    assert_eq!(words(&stage.step(9 * SECOND)), [""; 0]);
    assert_eq!(words(&stage.step(SECOND))[0], format!("finding suffix-cut {wrong}"));
}

#[test]
fn what_other_logs_tell_late_comes_in_time() {
    for (late, told) in [
        (9 * SECOND, vec!["finding suffix-cut", "group suffix-cut began"]),
        (
            20 * SECOND,
            vec![
                "finding not-found",
                "group not-found began",
                "withdrawn not-found",
                "finding suffix-cut",
                "group suffix-cut began",
            ],
        ),
    ] {
        let mut stage = Stage::new(&["a.log", "b.log"], TERMS);
        let wrong = format!("{}-Ann", base(0));
        stage.record(1, "worker", 10, "missing", &wrong);
        let mut words_told = words(&stage.step(0));
        words_told.extend(words(&stage.step(late)));
        stage.run(0);
        words_told.extend(words(&stage.later()));
        words_told.extend(words(&stage.step(12 * SECOND)));
        let kinds: Vec<String> =
            words_told.iter().map(|words| words.rsplit_once(' ').unwrap().0.to_owned()).collect();
        assert_eq!(kinds, told, "{late}");
    }
}

#[test]
fn a_group_is_told_when_it_begins_and_when_it_grows_tenfold() {
    let mut stage = Stage::of_one(TERMS);
    let mut sizes = Vec::new();
    for number in 0..120 {
        stage.cut_run(number * 20 * SECOND);
        stage.tick(number * 20 * SECOND + 15 * SECOND);
        let told = stage.later();
        let groups = told.iter().filter(|news| news["told"] == "group");
        sizes.extend(groups.map(|news| (news["reason"].clone(), news["group"]["size"].clone())));
    }
    assert_eq!(sizes, [(json!("began"), json!(1)), (json!("grew"), json!(10)), (json!("grew"), json!(100))]);
}

#[test]
fn refusals_at_one_place_grow_as_a_group() {
    let mut stage = Stage::of_one(Terms { settle: 0, ..TERMS });
    stage.run(0);
    let mut sizes = Vec::new();
    for number in 0..30 {
        let more = json!({ "code": "ERR_RUN_ID_FORMAT", "received": "undefined", "message": "no run ID" });
        stage.event(0, "worker", number * 11 * SECOND, "reject", None, &more);
        let told = stage.later();
        sizes.extend(
            told.iter().filter(|news| news["told"] == "group").map(|news| news["group"]["size"].clone()),
        );
    }
    assert_eq!(sizes, [json!(1), json!(10)]);
    assert_eq!(words(&stage.told).iter().filter(|words| words.starts_with("finding")).count(), 1);
}

#[test]
fn what_is_absent_is_told_at_the_end() {
    let mut stage = Stage::of_one(Terms { stale: HOUR, ..TERMS });
    let run_id = stage.run(0);
    stage.tick(2 * HOUR);
    assert_eq!(words(&stage.step(0)), [""; 0]);
    let (verdict, told, ..) = stage.finish();
    assert!(words(&told).contains(&format!("finding never-completed {run_id}")), "{:?}", words(&told));
    assert!(verdict.summary().unwrap().contains("never-completed"));
}

#[test]
fn logs_are_followed_through_rotation() {
    let mut stage = Stage::of_one(TERMS);
    let run_id = stage.run(0);
    stage.step(0);
    // The rest of the renamed log comes before the log that replaced it.
    let wrong = run_id.strip_suffix("-Carver").unwrap().to_owned();
    stage.tick(SECOND);
    let renamed = format!("{}.1", stage.names[0]);
    fs::rename(&stage.names[0], &renamed).unwrap();
    stage.record(0, "worker", 2 * SECOND, "missing", &wrong);
    stage.tick(20 * SECOND);
    let told = stage.step(0);
    // The writer has not noticed yet.
    stage.step(9 * SECOND);
    let late = stage.event_text("mailer", 3 * SECOND, "pass", Some(&run_id), &json!({}));
    append(&renamed, &late);
    stage.later();
    let finding = &told[0]["finding"];
    assert_eq!((&finding["class"], &finding["runId"]), (&json!("suffix-cut"), &json!(wrong)));
    let evidence = finding["evidence"].as_array().unwrap();
    assert!(evidence.iter().all(|line| line["text"].is_string()), "{evidence:?}");
    let missing = evidence.iter().find(|line| line["text"].as_str().unwrap().contains("missing")).unwrap();
    assert_eq!((&missing["file"], &missing["line"]), (&json!(stage.names[0]), &json!(1)));
    let created = evidence.iter().find(|line| line["text"].as_str().unwrap().contains("created")).unwrap();
    assert_eq!((&created["file"], &created["line"]), (&json!(renamed), &json!(3)));
    let (verdict, ..) = stage.finish();
    let services: Value = from_str(&verdict.summary().unwrap()).unwrap();
    assert!(services["services"].to_string().contains("mailer"), "{services}");
    assert!(!services.to_string().contains("lines-missing"), "{services}");
}

#[test]
fn logs_are_followed_through_truncation() {
    for is_longer in [false, true] {
        let mut stage = Stage::of_one(TERMS);
        let run_id = stage.run(0);
        stage.step(0);
        fs::write(&stage.names[0], "").unwrap();
        let wrong = run_id.strip_suffix("-Carver").unwrap().to_owned();
        stage.record(0, "worker", 2 * SECOND, "missing", &wrong);
        if is_longer {
            // It was emptied, and grew beyond its previous length before it was looked at.
            append(&stage.names[0], &"filler that is no event\n".repeat(200));
        }
        stage.tick(20 * SECOND);
        let told = stage.step(0);
        assert_eq!(words(&told)[0], format!("finding suffix-cut {wrong}"), "{is_longer}");
    }
}

#[test]
fn a_log_that_is_not_there_yet_is_waited_for() {
    let mut stage = Stage::new(&["a.log", "b.log"], TERMS);
    fs::remove_file(&stage.names[1]).unwrap();
    stage.run(0);
    stage.step(0);
    assert!(stage.follow.problems().unwrap().contains("b.log"));
    stage.record(1, "worker", 10, "missing", &format!("{}-Ann", base(0)));
    stage.tick(20 * SECOND);
    assert_eq!(words(&stage.step(0)).len(), 2);
    assert_eq!(stage.follow.problems().unwrap(), "[]");
}

#[test]
fn the_log_with_the_oldest_unread_lines_is_read_first() {
    // An hour of each log is more than is read at a time.
    let mut stage = Stage::new(&["a.log", "b.log"], Terms { keep: HOUR, ..TERMS });
    let mut texts = [String::new(), String::new()];
    for number in 0..6000 {
        let run = base(number * 10 * SECOND);
        let right = format!("{run}-Ann-Carver");
        let more = json!({ "action": "created", "table": "client", "clientId": "Ann-Carver" });
        texts[0] += &stage.event_text("api", number * 10 * SECOND, "record", Some(&right), &more);
        let action = if number % 100 == 0 { "missing" } else { "found" };
        let used = if number % 100 == 0 { format!("{run}-Ann") } else { right };
        let more = json!({ "action": action, "table": "client", "clientId": &used[14..] });
        texts[1] += &stage.event_text("worker", number * 10 * SECOND + 5, "record", Some(&used), &more);
    }
    for (name, text) in stage.names.iter().zip(&texts) {
        append(name, text);
    }
    let files = stage.names.clone();
    stage.step(0);
    let (_, told, _, folder) = stage.finish();
    let present = |all: Vec<String>| -> Vec<String> {
        all.into_iter().filter(|key| key.starts_with("\"suffix-cut\"")).collect()
    };
    assert_eq!(present(standing(&told)), present(findings_of(&files, DAY)));
    assert!(words(&told).iter().all(|words| !words.starts_with("withdrawn")));
    drop(folder);
}

#[test]
fn memory_is_bounded_by_what_is_kept() {
    let sizes = |hours: i64| {
        let mut stage = Stage::of_one(Terms { keep: HOUR, ..TERMS });
        let mut most = [0; 5];
        for number in 0..hours * 60 {
            let ms = number * 60 * SECOND;
            stage.run(ms);
            if number % 3 == 0 {
                stage.cut_run(ms + 30 * SECOND);
                let more = json!({ "code": "ERR_RUN_ID_FORMAT", "received": base(ms).replace('-', "/"), "message": "no run ID" });
                stage.event(0, "worker", ms + 31 * SECOND, "reject", None, &more);
            }
            stage.later();
            for (most, size) in most.iter_mut().zip(stage.follow.sizes()) {
                *most = size.max(*most);
            }
        }
        most
    };
    let [few, many] = [sizes(4), sizes(8)];
    assert!(few[0] > 100);
    for (few, many) in few.into_iter().zip(many) {
        assert!(many * 10 <= few * 11 + 20, "{few} and {many}");
    }
}

#[test]
fn what_is_forgotten_makes_no_new_findings() {
    let mut stage = Stage::of_one(Terms { keep: HOUR, ..TERMS });
    let long = stage.run(0);
    let wrong = stage.cut_run(30 * SECOND);
    for minute in 1..240 {
        stage.run(minute * 60 * SECOND);
        if minute % 40 == 0 {
            // The one run continues, and the right ID of the other is forgotten.
            stage.record(0, "worker", minute * 60 * SECOND + 7, "updated", &long);
            stage.record(0, "worker", minute * 60 * SECOND + 8, "found", &format!("{}-x", &wrong));
        }
        stage.later();
    }
    stage.record(0, "api", 240 * 60 * SECOND, "completed", &long);
    let (verdict, told, past, _folder) = stage.finish();
    let all = words(&told);
    assert_eq!(all.iter().filter(|words| words.contains("suffix-cut")).count(), 2, "{all:?}");
    assert!(
        !all.iter().any(|words| words.contains("never-generated") || words.contains("log-missing")),
        "{all:?}"
    );
    let past: Vec<Value> = from_str(&past).unwrap();
    assert_eq!((past.len(), &past[0]["size"]), (1, &json!(1)));
    assert!(verdict.summary().unwrap().contains("no longer kept"));
}

#[test]
fn one_line_with_a_wild_time_makes_nothing_old() {
    let mut stage = Stage::of_one(TERMS);
    stage.run(0);
    stage.tick(300 * DAY);
    let wrong = stage.cut_run(20 * SECOND);
    assert_eq!(words(&stage.step(0)), [""; 0]);
    stage.tick(31 * SECOND);
    assert_eq!(words(&stage.later())[0], format!("finding suffix-cut {wrong}"));
    // Two lines are believed.
    stage.tick(DAY);
    stage.tick(DAY + SECOND);
    stage.run(DAY + 2 * SECOND);
    stage.later();
    assert!(stage.follow.sizes()[0] <= 2, "{:?}", stage.follow.sizes());
}

#[test]
fn a_time_more_than_an_hour_later_has_to_be_told_twice() {
    // The miss is told at 10 ms.
    let leap = 300 * DAY;
    for (times, is_told) in [
        (vec![10 + HOUR], true),
        (vec![11 + HOUR], false),
        (vec![leap, leap + HOUR], true),
        (vec![leap, leap + HOUR + 1], false),
    ] {
        let mut stage = Stage::of_one(Terms { keep: 400 * DAY, ..TERMS });
        stage.cut_run(0);
        for ms in &times {
            stage.tick(*ms);
        }
        assert_eq!(!stage.step(0).is_empty(), is_told, "{times:?}");
    }
}

#[test]
fn a_renamed_log_is_read_for_ten_seconds_more() {
    for (wait, is_read) in [(10 * SECOND, true), (10 * SECOND + 1, false)] {
        let mut stage = Stage::of_one(TERMS);
        let run_id = stage.run(0);
        stage.step(0);
        let renamed = format!("{}.1", stage.names[0]);
        fs::rename(&stage.names[0], &renamed).unwrap();
        stage.tick(SECOND);
        stage.step(0);
        stage.step(wait);
        let late = stage.event_text("mailer", 3 * SECOND, "pass", Some(&run_id), &json!({}));
        append(&renamed, &late);
        stage.step(0);
        let (verdict, ..) = stage.finish();
        let summary: Value = from_str(&verdict.summary().unwrap()).unwrap();
        assert_eq!(summary["services"].to_string().contains("mailer"), is_read, "{wait}");
    }
}

#[test]
fn standard_input_is_read_as_it_comes_and_to_its_end() {
    let mut stage = Stage::of_one(TERMS);
    let mut text = String::new();
    let run_id = format!("{}-Ann-Carver", base(0));
    let more = json!({ "action": "created", "table": "client", "clientId": "Ann-Carver" });
    text += &stage.event_text("api", 0, "record", Some(&run_id), &more);
    let more = json!({ "action": "missing", "table": "client", "clientId": "Ann" });
    let wrong = format!("{}-Ann", base(0));
    text += &stage.event_text("worker", 5, "record", Some(&wrong), &more);
    let mut follow = Follow::new(vec!["-".to_owned()], &[], TERMS, Selection::default());
    for piece in text.trim_end().as_bytes().chunks(50) {
        follow.feed(0, piece);
        assert!(!follow.step(0).unwrap().is_over);
    }
    follow.feed(0, b"");
    assert!(follow.step(0).unwrap().is_over);
    let End { verdict, .. } = follow.finish(0).unwrap();
    let findings: Vec<Value> = from_str(&verdict.findings(0, 9).unwrap()).unwrap();
    assert_eq!(findings[0]["runId"], json!(wrong));
    assert_eq!(findings[0]["evidence"][0]["file"], json!("-"));
    assert!(findings[0]["evidence"][0]["text"].is_string());
}

#[test]
fn a_logger_and_the_events_of_a_process_are_one_as_in_whole_logs() {
    let mut stage = Stage::of_one(TERMS);
    let pino = |stage: &mut Stage, ms: i64, run_id: &str| {
        let mut text = String::new();
        let line = json!({ "level": 30, "time": START + ms, "pid": 7, "hostname": "worker-1", "runId": run_id, "msg": "goes on" });
        writeln!(text, "{line}").unwrap();
        append(&stage.names[0], &text);
    };
    for number in 0..4 {
        let ms = number * 30 * SECOND;
        let wrong = stage.cut_run(ms);
        pino(&mut stage, ms + 20, &wrong);
        stage.tick(ms + 15 * SECOND);
        stage.later();
    }
    let files = stage.names.clone();
    let (verdict, told, _, folder) = stage.finish();
    assert_eq!(standing(&told), findings_of(&files, DAY));
    let whole = Verdict::of(Files::from(files), DAY, &Selection::default(), &Progress::default());
    assert_eq!(verdict.findings(0, 99).unwrap(), whole.findings(0, 99).unwrap());
    assert_eq!(verdict.summary().unwrap(), whole.summary().unwrap());
    drop(folder);
}

#[test]
fn what_comes_at_once_is_judged_before_it_is_forgotten() {
    let mut stage = Stage::of_one(Terms { keep: HOUR, ..TERMS });
    stage.run(0);
    stage.step(0);
    let wrong = stage.cut_run(10 * SECOND);
    // The right one is older than what is kept, and the wrong one is not.
    for minute in [2, 100] {
        stage.record(0, "worker", minute * 60 * SECOND, "missing", &wrong);
    }
    stage.tick(101 * 60 * SECOND);
    assert_eq!(words(&stage.step(0))[0], format!("finding suffix-cut {wrong}"));
    assert!(words(&stage.finish().1).iter().all(|words| !words.contains("not-found")));
}

#[test]
fn each_finding_settles_by_itself() {
    let mut stage = Stage::of_one(TERMS);
    let first = stage.cut_run(0);
    let second = stage.cut_run(8 * SECOND);
    stage.tick(11 * SECOND);
    assert_eq!(words(&stage.step(0))[0], format!("finding suffix-cut {first}"));
    assert!(!words(&stage.told).join(" ").contains(&second));
    stage.tick(18 * SECOND + 10);
    assert_eq!(words(&stage.later()), [format!("finding suffix-cut {second}")]);
}

#[test]
fn findings_without_a_time_settle_by_the_clock_and_leave_nothing() {
    let mut stage = Stage::of_one(TERMS);
    let wrong = base(0);
    append(&stage.names[0], &format!("no record found: run {wrong} not found\n"));
    assert_eq!(words(&stage.step(0)), [""; 0]);
    assert_eq!(words(&stage.step(9 * SECOND)), [""; 0]);
    assert_eq!(words(&stage.step(SECOND))[0], format!("finding not-found {wrong}"));
    assert_eq!(stage.follow.sizes()[4], 1, "the base that it is about");
}

#[test]
fn of_groups_without_a_finding_that_is_kept_few_are_remembered() {
    let mut stage = Stage::of_one(Terms { keep: HOUR, ..TERMS });
    for place in 0..1200 {
        let more = json!({
            "code": "ERR_RUN_ID_FORMAT", "received": "undefined", "message": "no run ID",
            "at": format!("src/worker.js:{place}:1"),
        });
        stage.event(0, "worker", place, "reject", None, &more);
    }
    for minute in 1..150 {
        stage.tick(minute * 60 * SECOND);
        stage.later();
    }
    let [_, _, told, groups, _] = stage.follow.sizes();
    assert_eq!((told, groups), (0, 1000));
    assert_eq!(words(&stage.told).iter().filter(|words| words.ends_with("began 1")).count(), 1200);
}

/// A log that is emptied in place, its copy that grows next to it, and a pattern that names both.
#[test]
fn a_copy_of_a_followed_log_tells_nothing_again() {
    let counts = |keep, copied: Option<&dyn Fn(&str) -> String>| {
        let mut stage = Stage::new(&["a.log", "a.log.1"], Terms { keep, ..TERMS });
        for ms in [0, 3 * HOUR] {
            // The process continues for longer than its first run may be kept.
            let run_id = stage.run(ms);
            let wrong = run_id.strip_suffix("-Carver").unwrap();
            stage.event(0, "api", ms + 10, "pass", Some(wrong), &json!({}));
            stage.record(0, "api", ms + 20, "missing", wrong);
            let refusal = json!({ "code": "ERR_RUN_ID_TYPE", "message": "none", "received": "promise" });
            stage.event(0, "api", ms + 30, "reject", None, &refusal);
            stage.event(0, "api", ms + 20 * SECOND, "end", None, &json!({}));
            stage.step(SECOND);
        }
        if let Some(copied) = copied {
            let copy = fs::read_to_string(&stage.names[0]).unwrap();
            append(&stage.names[1], &copied(&copy));
        }
        stage.event(0, "api", 3 * HOUR + 60 * SECOND, "end", None, &json!({}));
        stage.step(SECOND);
        stage.later();
        let (verdict, told, ..) = stage.finish();
        let findings: Vec<Value> = from_str(&verdict.findings(0, usize::MAX).unwrap()).unwrap();
        let counts = findings.iter().map(|finding| {
            format!("{} {} {}", finding["class"], finding["confidence"], finding["consequenceCount"])
        });
        (confidences(&told), counts.collect::<Vec<_>>())
    };
    for keep in [6 * HOUR, HOUR] {
        assert_eq!(counts(keep, Some(&str::to_owned)), counts(keep, None), "{keep}");
    }
    // The numbers are those of the log, but the lines are not.
    let changed = |text: &str| text.replace("src/api.js:3:1", "src/api.js:4:1");
    assert_ne!(counts(6 * HOUR, Some(&changed)), counts(6 * HOUR, None));
}

#[test]
fn of_a_log_16_mebibytes_are_read_in_one_step() {
    let mut stage = Stage::of_one(TERMS);
    append(&stage.names[0], &"nothing about a run\n".repeat((24 << 20) / 20));
    let steps: Vec<bool> = (0..3).map(|wall| stage.follow.step(wall).unwrap().has_more).collect();
    assert_eq!(steps, [true, false, false]);
}

#[test]
fn what_is_kept_too_long_is_forgotten_eight_times_in_the_time_of_keeping() {
    let mut stage = Stage::of_one(Terms { keep: 8 * HOUR, ..TERMS });
    let mut forgotten = 0;
    for minutes in (0..=24 * 60).step_by(10) {
        stage.tick(minutes * 60 * SECOND);
        forgotten += usize::from(stage.follow.step(minutes).unwrap().has_forgotten);
    }
    assert_eq!(forgotten, 24);
}

//! What `check` tells, in pieces, and the lines that it quotes.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

#[path = "support/files.rs"]
mod files;
#[path = "support/findings.rs"]
#[expect(dead_code, reason = "only what has evidence is needed")]
mod findings;

use std::fmt::Write;

use files::{Folder, gzip};
use findings::Findings;
use run_id_logs::facts::history::Place;
use run_id_logs::read::input::Progress;
use run_id_logs::show::evidence::Quotes;
use run_id_logs::show::finding::ShownFinding;
use run_id_logs::show::groups::arrange;
use run_id_logs::show::selection::Selection;
use run_id_logs::show::verdict::{Files, Verdict};
use serde_json::{Value, from_str, json, to_value};

const HOUR: i64 = 3_600_000;
const CUT: &str = "251006-143000-Ann";

/// A finding for each list of lines, in the first file.
fn with_evidence(lines: impl Iterator<Item = Vec<u64>>) -> Findings {
    let mut findings = Findings::default();
    for lines in lines {
        let finding = findings.cut("api@web-1/1/0000000a", "src/split.js:1:1", CUT, 0);
        finding.evidence = lines.into_iter().map(|line| Place { file: 0, line }).collect();
    }
    findings
}

fn quotes_of(findings: &mut Findings, paths: Vec<String>) -> (Quotes, Files) {
    let mut all = findings.written();
    let groups = arrange(&mut all, &findings.names);
    findings.all = all.iter().collect();
    let files = Files::from(paths);
    (Quotes::read(&all, &groups, &files, &findings.names), files)
}

fn evidence_of(findings: &mut Findings, paths: Vec<String>) -> Value {
    let (quotes, files) = quotes_of(findings, paths);
    let shown = ShownFinding::of(&findings.all[0], &files.names, &findings.names, &quotes);
    to_value(shown).unwrap()["evidence"].clone()
}

fn event(run_id: &str, more: &Value) -> String {
    let mut event = json!({
        "v": 1, "time": "2025-10-06T14:30:05.000Z", "service": "worker", "host": "job-1", "pid": 3,
        "proc": "0000000c", "event": "pass", "runId": run_id,
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    format!("[run-id] {event}")
}

#[test]
fn evidence_is_quoted_with_its_time_and_process() {
    let folder = Folder::new();
    let own = event(CUT, &json!({}));
    let pino =
        format!(r#"{{"level":30,"time":1759761006000,"pid":9,"hostname":"h","runId":"{CUT}","msg":"x"}}"#);
    let text = format!("2025-10-06T14:30:07Z not found: {CUT}");
    let log = format!("something else\n{own}\r\n{pino}\n{text}\nwithout an ID\n{own}");
    let wanted = |file: &str| {
        let of = |line, time: &str, process: &str, text: &str| json!({ "file": file, "line": line, "time": time, "process": process, "text": text });
        json!([
            of(2, "2025-10-06T14:30:05.000Z", "worker@job-1/3/0000000c", &own),
            of(3, "2025-10-06T14:30:06.000Z", "h/9", &pino),
            of(4, "2025-10-06T14:30:07.000Z", file, &text),
            json!({ "file": file, "line": 5, "time": null, "process": null, "text": "without an ID" }),
            of(6, "2025-10-06T14:30:05.000Z", "worker@job-1/3/0000000c", &own),
            // The file has become shorter.
            json!({ "file": file, "line": 7, "time": null, "process": null, "text": null }),
        ])
    };
    for (name, content) in [("a.log", log.clone().into_bytes()), ("a.log.gz", gzip(log.as_bytes()))] {
        let path = folder.write(name, &content);
        let mut findings = with_evidence([(2..=7).collect()].into_iter());
        assert_eq!(evidence_of(&mut findings, vec![path.clone()]), wanted(&path));
    }
}

#[test]
fn what_a_finding_says_of_a_line_goes_before_what_the_line_says() {
    let folder = Folder::new();
    let path = folder.write("a.log", format!("{}\n", event(CUT, &json!({}))).as_bytes());
    let mut findings = with_evidence([vec![1]].into_iter());
    let seen = findings.seen("web@web-2/7/0a1b2c3d", CUT, 1);
    findings.all[0].consequences.push(seen);
    let evidence = evidence_of(&mut findings, vec![path]);
    assert_eq!(evidence[0]["process"], "web@web-2/7/0a1b2c3d");
    assert_eq!(evidence[0]["time"], "2025-10-06T14:30:05.000Z");
}

#[test]
fn a_line_that_says_something_of_several_runs_is_quoted_for_the_one_that_is_wrong() {
    let folder = Folder::new();
    let [other, own] = [event("251006-143000", &json!({ "proc": "000000aa" })), event(CUT, &json!({}))];
    let path = folder.write("a.log", format!("{other} {own}\n").as_bytes());
    let evidence = evidence_of(&mut with_evidence([vec![1]].into_iter()), vec![path]);
    assert_eq!(evidence[0]["process"], "worker@job-1/3/0000000c");
}

#[test]
fn what_cannot_be_read_again_is_not_quoted() {
    let mut findings = with_evidence([vec![1]].into_iter());
    let folder = Folder::new();
    for path in ["-".to_owned(), folder.path("gone.log"), folder.path("")] {
        let evidence = evidence_of(&mut findings, vec![path.clone()]);
        assert_eq!(
            evidence,
            json!([{ "file": path, "line": 1, "time": null, "process": null, "text": null }])
        );
    }
}

#[test]
fn quotes_take_a_bounded_part_of_memory() {
    let folder = Folder::new();
    let lines = 20 * 2_500;
    let mut log = String::new();
    for line in 1..=lines {
        writeln!(log, "{line:06} {}", "x".repeat(600)).unwrap();
    }
    let path = folder.write("a.log", log.as_bytes());
    let of_each = (0..lines / 20).map(|at| (at * 20 + 1..=at * 20 + 20).collect());
    let (quotes, _) = quotes_of(&mut with_evidence(of_each), vec![path.clone()]);
    let (count, bytes) = quotes.size();
    assert_eq!((count, bytes), (32_768, 16 << 20));
    // Findings that have few lines are no more than that.
    let of_each = (1..=lines / 20).map(|line| vec![line]);
    let (quotes, _) = quotes_of(&mut with_evidence(of_each), vec![path]);
    assert_eq!(quotes.size().0, 2_000);
    assert!(quotes.of(Place { file: 0, line: 2_000 }).is_some());
}

#[test]
fn the_examples_of_each_group_are_quoted_before_the_rest_of_the_first() {
    let folder = Folder::new();
    let many = 2_100;
    let log = (1..=many + 4).fold(String::new(), |log, line| log + &format!("line {line}\n"));
    let path = folder.write("a.log", log.as_bytes());
    let mut findings = with_evidence((1..=many).map(|line| vec![line]));
    for line in 1..=4 {
        let finding = findings.cut("worker@job-1/3/0000000c", "src/other.js:1:1", CUT, 0);
        finding.evidence = vec![Place { file: 0, line: many + line }];
    }
    let (quotes, _) = quotes_of(&mut findings, vec![path]);
    let is_quoted = |line| quotes.of(Place { file: 0, line }).is_some();
    assert_eq!([1, 2, 3, 4].map(|line| is_quoted(many + line)), [true, true, true, false]);
    assert_eq!(quotes.size().0, 2_000);
    assert!(is_quoted(1_997) && !is_quoted(1_998));
}

/// This many runs, each with a lookup of its ID in small letters that misses.
fn spoiled(runs: u32) -> String {
    let mut log = String::new();
    for run in 0..runs {
        let base = format!("251006-{:02}{:02}{:02}", run / 3600, run / 60 % 60, run % 60);
        let (right, wrong) = (format!("{base}-Ann-Carver"), format!("{base}-ann-carver"));
        let created = json!({ "event": "record", "action": "created", "table": "client" });
        let missing = json!({
            "event": "record", "action": "missing", "table": "client", "at": "src/look.js:3:1",
            "time": "2025-10-06T23:30:05.000Z", "near": [{ "runId": right, "reason": "case-changed" }],
        });
        let completed = json!({ "event": "record", "action": "completed", "table": "client" });
        for (run_id, more) in [(&right, created), (&wrong, missing), (&right, completed)] {
            writeln!(log, "{}", event(run_id, &more)).unwrap();
        }
    }
    log
}

fn verdict_of(log: &str, selection: &Selection) -> Verdict {
    let folder = Folder::new();
    let paths = vec![folder.write("content", log.as_bytes())];
    let [names, given] = [vec!["-".to_owned()], vec!["-".to_owned()]];
    let files = Files { names, given, ..Files::from(paths) };
    Verdict::of(files, HOUR, selection, &Progress::default())
}

fn parsed(json: serde_json::Result<String>) -> Value {
    from_str(&json.unwrap()).unwrap()
}

#[test]
fn pieces_make_the_whole() {
    let verdict = verdict_of(&spoiled(50), &Selection::default());
    let summary = parsed(verdict.summary());
    assert_eq!(
        [&summary["version"], &summary["runs"], &summary["findingCount"], &summary["groupCount"]],
        [1, 50, 50, 1]
    );
    assert_eq!(summary["consistent"], false);
    assert_eq!(summary["counts"], json!({ "case-changed": 50 }));
    assert_eq!(summary["severities"], json!({ "high": 50, "medium": 0, "low": 0 }));
    let whole = parsed(verdict.findings(0, 50));
    let pieces: Vec<Value> = (0..50)
        .step_by(7)
        .flat_map(|from| parsed(verdict.findings(from, 7)).as_array().unwrap().clone())
        .collect();
    assert_eq!(whole, Value::Array(pieces));
    assert_eq!(parsed(verdict.findings(50, 7)), json!([]));
    assert_eq!(parsed(verdict.groups(1, 7)), json!([]));
    let group = &parsed(verdict.groups(0, 1))[0];
    assert_eq!(group["findings"].as_array().unwrap().len(), 50);
}

#[test]
fn a_finding_names_files_as_the_command_line_does_and_the_command_to_go_on_with() {
    let verdict = verdict_of(&spoiled(1), &Selection::default());
    let finding = &parsed(verdict.findings(0, 1))[0];
    assert_eq!(finding["runId"], "251006-000000-ann-carver");
    assert_eq!(finding["expected"], "251006-000000-Ann-Carver");
    assert_eq!(finding["next"], "npx unified-run-id flow 251006-000000-Ann-Carver -");
    assert_eq!(finding["change"], json!({ "kind": "case-changed", "start": 14, "end": 19, "minutes": null }));
    assert_eq!(finding["service"], "worker");
    let evidence = finding["evidence"].as_array().unwrap();
    let missed = evidence.iter().find(|evidence| evidence["line"] == 2).unwrap();
    assert_eq!(missed["file"], "-");
    assert!(missed["text"].as_str().unwrap().contains("\"action\":\"missing\""), "{missed}");
}

#[test]
fn at_most_five_files_are_named_in_a_command_and_strange_names_are_quoted() {
    let mut findings = with_evidence([vec![]].into_iter());
    let next = |names: &[&str], findings: &mut Findings| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let quotes = Quotes::default();
        let shown = ShownFinding::of(&findings.all[0], &names, &findings.names, &quotes);
        to_value(shown).unwrap()["next"].clone()
    };
    let flow = format!("npx unified-run-id flow {CUT}");
    assert_eq!(next(&["a.log", "b/c.log.gz"], &mut findings), format!("{flow} a.log b/c.log.gz"));
    assert_eq!(
        next(&["my log", "it's", "", "$(x)"], &mut findings),
        format!(r"{flow} 'my log' 'it'\''s' '' '$(x)'")
    );
    assert_eq!(next(&["1", "2", "3", "4", "5", "6"], &mut findings), format!("{flow} 1 2 3 4 5 …"));
    findings.all[0].run_id = Some(findings.names.name("object"));
    assert_eq!(next(&["a.log"], &mut findings), Value::Null);
}

#[test]
fn a_selection_chooses_findings_and_never_what_is_read() {
    let selection = Selection { run: Some("251006-000003-ann-carver".to_owned()), ..Selection::default() };
    let verdict = verdict_of(&spoiled(5), &selection);
    let summary = parsed(verdict.summary());
    assert_eq!([&summary["runs"], &summary["findingCount"], &summary["leftOut"]], [5, 1, 4]);
    assert_eq!(summary["consistentRuns"], 0);
    assert_eq!(parsed(verdict.findings(0, 9))[0]["runId"], "251006-000003-ann-carver");
}

#[test]
fn the_services_are_told_with_their_times_and_the_runs_that_came_from_elsewhere() {
    let [own, other] = ["251006-143000", "251006-143001"];
    let lines = [
        event(own, &json!({ "service": "api", "event": "generate" })),
        event(own, &json!({ "time": "2025-10-06T14:30:09.000Z" })),
        event(other, &json!({ "time": "2025-10-06T14:30:01.000Z", "proc": "0000000d", "thread": 0, "n": 1 })),
        event(other, &json!({ "proc": "0000000d", "thread": 0, "n": 5 })),
    ];
    let summary = parsed(verdict_of(&lines.join("\n"), &Selection::default()).summary());
    let service = |service: &str, processes, runs, from: &str, to: &str, [shared, missing]: [u64; 2]| {
        json!({
            "service": service, "processes": processes, "runs": runs, "firstTime": from, "lastTime": to,
            "sharedWithMissing": shared, "missingLines": missing,
        })
    };
    assert_eq!(
        summary["services"],
        json!([
            service("api", 1, 1, "2025-10-06T14:30:05.000Z", "2025-10-06T14:30:05.000Z", [0, 0]),
            service("worker", 2, 2, "2025-10-06T14:30:01.000Z", "2025-10-06T14:30:09.000Z", [1, 3]),
        ])
    );
}

#[test]
fn what_could_not_be_judged_is_told_with_how_to_log_it() {
    let note = |log: &str| {
        let summary = parsed(verdict_of(log, &Selection::default()).summary());
        (summary["notes"].as_array().unwrap().clone(), summary["passedOver"].clone())
    };
    let (notes, passed_over) = note("nothing\n");
    assert!(notes[0].as_str().unwrap().contains("RUN_ID_LOG=lifecycle"), "{notes:?}");
    assert_eq!(passed_over, 1);
    let (notes, passed_over) = note("2025-10-06T14:30:07Z 251006-143000 begins\n");
    assert!(notes[0].as_str().unwrap().contains("No event of this library"), "{notes:?}");
    assert_eq!(passed_over, 0);
    let (notes, _) = note(&event(CUT, &json!({ "event": "reject", "code": "ERR_RUN_ID_TYPE" })));
    assert!(notes[0].as_str().unwrap().contains("only what was refused"), "{notes:?}");
    assert_eq!(note(&event("251006-143000", &json!({ "event": "generate" }))).0, [] as [Value; 0]);
}

#[test]
fn of_the_places_that_were_observed_a_thousand_are_told() {
    let observed = |number: usize| {
        let counts = json!([{ "place": format!("place {number}"), "outcome": "same", "count": 1 }]);
        event(CUT, &json!({ "event": "observe", "runId": null, "counts": counts }))
    };
    let lines: Vec<String> = (0..1200).map(observed).collect();
    let summary = parsed(verdict_of(&lines.join("\n"), &Selection::default()).summary());
    assert_eq!(summary["observedCount"], 1200);
    assert_eq!(summary["observed"].as_array().unwrap().len(), 1000);
}

//! Files read in parts against the same lines taken one by one.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

#[path = "support/files.rs"]
mod files;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::ErrorKind;
use std::sync::Barrier;
use std::thread::available_parallelism;

use files::{Folder, gzip};
use run_id_core::event::{MARKER, OPENING};
use run_id_logs::facts::files::{in_threads, read};
use run_id_logs::facts::history::{History, Place, Sight};
use run_id_logs::formats::layout::Layout;
use run_id_logs::formats::observation::observe;
use run_id_logs::formats::records::Entry;
use run_id_logs::read::input::Progress;
use run_id_logs::read::lines::{Line, MAX_LINE};
use run_id_logs::read::scan::scan;
use run_id_logs::show::selection::Selection;
use run_id_logs::show::verdict::{Files, Verdict};

const MIB: usize = 1024 * 1024;
const DAY: i64 = 86_400_000;

/// What a history holds, without the numbers of its names.
fn told(history: &History) -> BTreeMap<String, Vec<String>> {
    let name = |name| history.names.text(name).to_owned();
    let shown = |sight: &Sight| {
        format!("{:?} {:?} {:?} {}", sight.place, sight.time, sight.at.map(name), sight.is_certain)
    };
    let all = |sights: &[Sight]| sights.iter().map(shown).collect::<Vec<_>>();
    let mut told = BTreeMap::new();
    for (run_id, run) in &history.runs {
        for (process, activity) in &run.activity {
            let mut facts = Vec::new();
            for (kind, sight) in
                [("generated", activity.generated), ("created", activity.created()), ("used", activity.used)]
            {
                facts.extend(sight.iter().map(|sight| format!("{kind} {}", shown(sight))));
            }
            facts.push(format!("{:?} {}", all(activity.exists()), activity.has_clash));
            facts.push(format!("{} {:?}", activity.is_completed, run.last));
            facts.extend(
                activity.missed.iter().map(|miss| {
                    format!("{:?} {:?} {:?}", miss.table, miss.client.map(name), all(&miss.sights))
                }),
            );
            told.insert(format!("{} in {}", name(*run_id), name(*process)), facts);
        }
    }
    for (refusal, facts) in &history.refusals.refused {
        let key = format!(
            "{:?} {:?} in {}",
            refusal.received.map(name),
            refusal.at.map(name),
            name(refusal.process)
        );
        let mut all = all(&facts.sights);
        all.push(format!("{} {:?} {:?}", facts.count, facts.first, facts.last));
        told.insert(format!("{} {key}", name(refusal.code)), all);
    }
    for (conflict, facts) in &history.refusals.conflicts {
        let of = if conflict.runs.is_some() { "verified" } else { "unverified" };
        let both = [facts.received, facts.other].map(|run| run.map(name));
        told.insert(format!("{of} {both:?} in {}", name(conflict.process)), all(&facts.sights));
    }
    for (process, count, sight) in history.threads.missing() {
        told.insert(format!("{count} lines of {} before {}", name(process), shown(&sight)), Vec::new());
    }
    for (pair, sights) in &history.operations.other_runs {
        let key = format!("{} {} for {}", pair.is_write, name(pair.used), name(pair.in_hand));
        told.insert(format!("{key} in {}", name(pair.process)), all(sights));
    }
    told.insert("all".to_owned(), vec![format!("{:?} {}", history.last, history.skipped)]);
    told
}

/// Lines one by one, from all of the content in memory.
fn by_line(content: &[u8], file: u32, path: &str, history: &mut History) {
    for (line, number) in content.split(|byte| *byte == b'\n').zip(1..) {
        if line.len() > MAX_LINE {
            history.skipped += 1;
            continue;
        }
        let mut finds = Vec::new();
        scan(line, |find| finds.push(find));
        let is_marked = line.windows(OPENING.len()).any(|window| window == OPENING.as_bytes());
        if finds.is_empty() && !is_marked {
            continue;
        }
        let place = Place { file, line: number };
        let line = Line { text: line, number, first: None, is_marked, before: &[] };
        let entry = Entry { line, layout: &Layout::Lines };
        let is_torn = observe(&entry, &mut |observation| history.take(&observation, place, path));
        history.skipped += u64::from(is_torn);
    }
}

fn same<T: PartialEq + Debug>(left: &BTreeMap<String, T>, right: &BTreeMap<String, T>) {
    for (key, value) in left {
        assert_eq!(Some(value), right.get(key), "{key}");
    }
    assert_eq!(left.len(), right.len());
}

/// The life of a run, a line each.
fn events(second: usize) -> String {
    let run_id = format!("251006-{:02}{:02}{:02}", second / 3600 % 24, second / 60 % 60, second % 60);
    let time = format!("2025-10-06T15:{:02}:{:02}.000Z", second / 60 % 60, second % 60);
    let process = second % 3;
    let n = Cell::new(second / 3 * 6);
    let event = |event: &str, fields: &str| {
        n.set(n.get() + 1);
        let n = n.get() + second / 300;
        format!(
            "{MARKER}{{\"time\":\"{time}\",\"service\":\"s{process}\",\"proc\":\"0a1b2c3{process}\",\"host\":\"h\",\"pid\":{process},\"thread\":0,\"n\":{n},\"op\":\"op-{second}\",\"event\":\"{event}\",\"at\":\"a.js:{process}:1\"{fields}}}\n"
        )
    };
    let of_run = |more: &str| format!(",\"runId\":\"{run_id}\"{more}");
    [
        event("generate", &of_run("")),
        event("resolve", &of_run(",\"source\":\"body\"")),
        event("record", &of_run(",\"action\":\"created\",\"table\":\"job\",\"clientId\":null")),
        format!("2025-10-06 15:00:00 {run_id}-Ann-Carver not found\n"),
        format!("Oct  6 15:00:0{process} host app[{process}]: {run_id} of {run_id}-Ann\r\n"),
        format!(
            "{{\"level\":30,\"time\":1759761000000,\"pid\":9,\"hostname\":\"h\",\"runId\":\"{run_id}\"}}\n"
        ),
        event("reject", ",\"code\":\"ERR_RUN_ID_FORMAT\",\"received\":\"x\",\"runId\":null"),
        event("conflict", &of_run(",\"otherRunId\":\"251006-143000\"")),
        event("record", &of_run(",\"action\":\"missing\",\"table\":\"job\",\"clientId\":\"Ann\"")),
        event("record", &of_run(",\"action\":\"completed\",\"table\":\"job\""))
            .replace("completed\",\"table\":\"job\"}", "compl"),
        "\n".to_owned(),
    ]
    .concat()
}

/// A log of this many bytes, with events and many other lines.
fn log(length: usize) -> Vec<u8> {
    let filler = format!("{}\n", "2025-10-06 and 123456 - nothing of interest ".repeat(500));
    let mut content = String::new();
    for second in 0.. {
        content.push_str(&events(second));
        content.push_str(&filler);
        if content.len() > length {
            break;
        }
    }
    content.truncate(length);
    content.into_bytes()
}

fn check_against_lines(folder: &Folder, content: &[u8]) {
    let files = [folder.write("a.log", b"251006-143000\n\n"), folder.write("b.log", content)];
    let (history, failures) = read(&files, &Progress::default());
    assert!(failures.is_empty());
    let mut wanted = History::default();
    by_line(b"251006-143000\n\n", 0, &files[0], &mut wanted);
    by_line(content, 1, &files[1], &mut wanted);
    same(&told(&history), &told(&wanted));
}

#[test]
fn parts_tell_what_the_whole_does() {
    let folder = Folder::new();
    for length in [9 * MIB, 13 * MIB + 1] {
        check_against_lines(&folder, &log(length));
    }
}

#[test]
fn a_line_across_the_border_of_parts_is_read_once() {
    let folder = Folder::new();
    let mut content = log(10 * MIB);
    let middle = content.len() / 2;
    content[middle - 2 * MIB - MIB / 2..middle + 2 * MIB + MIB / 2].fill(b'x');
    check_against_lines(&folder, &content);
    // A line that fills several parts.
    content[MIB..9 * MIB].fill(b'x');
    check_against_lines(&folder, &content);
    content.fill(b'x');
    check_against_lines(&folder, &content);
    content.fill(b'\n');
    content[10 * MIB - 13..].copy_from_slice(b"251006-143000");
    check_against_lines(&folder, &content);
}

#[test]
fn a_border_of_parts_may_be_anywhere_in_a_line() {
    let folder = Folder::new();
    let filler = format!("{}\n", "x".repeat(65_535)).repeat(64);
    for shift in 0..=20 {
        let around: Vec<String> = (10..40).map(|second| format!("251006-1430{second}\n\n")).collect();
        let mut content = filler.clone();
        content.replace_range(4 * MIB - 200 - shift..4 * MIB, "\n");
        content.push_str(&around.concat());
        content.push_str(&"y".repeat(8 * MIB - content.len()));
        let path = folder.write("a.log", content.as_bytes());
        let (history, _) = read(&[path], &Progress::default());
        let mut lines: Vec<u64> = history
            .runs
            .values()
            .flat_map(|run| &run.activity)
            .filter_map(|(_, activity)| Some(activity.used?.place.line))
            .collect();
        lines.sort_unstable();
        let wanted: Vec<u64> = (0..30).map(|at| 65 + 2 * at).collect();
        assert_eq!(lines, wanted, "{shift}");
    }
}

#[test]
fn a_compressed_file_tells_what_the_plain_one_does() {
    let folder = Folder::new();
    let content = log(12 * MIB);
    let answers = [content.clone(), gzip(&content)].map(|content| {
        let files = [folder.write("a.log", &content)];
        let files = Files::from(files.to_vec());
        let verdict = Verdict::of(files, DAY, &Selection::default(), &Progress::default());
        verdict.findings(0, usize::MAX).unwrap()
    });
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].matches("\"class\"").count() > 100);
}

#[test]
fn progress_reaches_the_length_of_the_files() {
    let folder = Folder::new();
    let content = log(9 * MIB);
    let files = [folder.write("a.log", &content)];
    let progress = Progress::default();
    let _ = read(&files, &progress);
    // The lines at borders are looked at by both parts, and counted by one.
    assert_eq!(progress.read(), content.len() as u64);
}

#[test]
fn files_that_cannot_be_read_are_told_with_their_numbers() {
    let folder = Folder::new();
    let files = [folder.path("none.log"), folder.write("a.log", &log(9 * MIB)), folder.path("")];
    let (history, failures) = read(&files, &Progress::default());
    let failures: Vec<_> = failures.iter().map(|failure| (failure.file, failure.error.kind())).collect();
    let folder_is = if cfg!(windows) { ErrorKind::PermissionDenied } else { ErrorKind::IsADirectory };
    assert_eq!(failures, [(0, ErrorKind::NotFound), (2, folder_is)]);
    assert!(history.runs.len() > 100);
}

#[test]
fn an_operation_may_go_on_in_the_next_part() {
    let folder = Folder::new();
    let event = |second: usize, event: &str, run_id: &str| {
        format!(
            "{MARKER}{{\"time\":\"2025-10-06T15:00:{second:02}.000Z\",\"service\":\"s\",\"proc\":\"0a1b2c3d\",\"host\":\"h\",\"pid\":1,\"op\":\"op\",{event},\"runId\":\"{run_id}\"}}\n"
        )
    };
    let resolved = event(1, "\"event\":\"resolve\"", "251006-143000");
    let found = "\"event\":\"record\",\"action\":\"found\",\"table\":\"job\"";
    let looked_up = event(2, found, "251006-143001");
    let content = [resolved, "x".repeat(9 * MIB), "\n".to_owned(), looked_up].concat();
    check_against_lines(&folder, content.as_bytes());
}

fn in_order<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let mut all = Vec::new();
    in_threads(count, |at, tell| tell(work(at)), |_, value| all.push(value));
    all
}

#[test]
fn work_is_done_once_and_in_order() {
    for count in [0, 1, 2, 1000] {
        assert_eq!(in_order(count, |at| at * 2), (0..count).map(|at| at * 2).collect::<Vec<_>>());
    }
    if available_parallelism().is_ok_and(|processors| processors.get() == 2) {
        // One thread has the first and the third, the other the second.
        let meetings = [Barrier::new(2), Barrier::new(2)];
        let work = |at: usize| {
            let met =
                meetings.iter().enumerate().filter(|(meeting, _)| (*meeting..*meeting + 2).contains(&at));
            met.for_each(|(_, meeting)| _ = meeting.wait());
            at
        };
        assert_eq!(in_order(3, work), [0, 1, 2]);
    }
}

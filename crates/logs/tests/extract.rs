//! Extracts against the logs that they are from.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

#[path = "../../reader/tests/support/chunks.rs"]
mod chunks;
#[path = "support/files.rs"]
mod files;

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use chunks::Chunks;
use files::{Folder, gzip};
use memchr::memmem;
use proptest::prelude::*;
use run_id_core::event::OPENING;
use run_id_logs::facts::origins::{self, Origin};
use run_id_logs::formats::extract::{self, BY_LENGTH, MARKER, MAX_LINE, Says, Writer, read};
use run_id_logs::formats::layout::{Header, Layout};
use run_id_logs::formats::observation::{Zone, observe_in};
use run_id_logs::formats::records;
use run_id_logs::read::escape::escape;
use run_id_logs::read::input::Progress;
use run_id_logs::read::lines::Counts;
use run_id_logs::show::extract::{Answer, Extractor, extract};

const BY: &str = "Ab3-_xYz";
const RUN_ID: &str = "251006-143000-Ann-Carver";

/// The bytes that a pipe takes at once.
const PIPE: usize = 4096;

/// Writes of a process, each as it was made.
#[derive(Clone, Default)]
struct Writes(Vec<Vec<u8>>);

impl Write for &mut Writes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn extracted_by(by: &str, host: &str, files: &[String]) -> (Vec<Vec<u8>>, Answer) {
    let mut writes = Writes::default();
    let extractor = Extractor { by: by.to_owned(), host: host.to_owned() };
    let answer = extract(files, files, &extractor, &mut writes, &Progress::default());
    (writes.0, answer)
}

fn extracted(files: &[String]) -> Vec<u8> {
    extracted_by(BY, "web-1", files).0.concat()
}

/// Everything that is read from a file, and whether it was read to its end.
fn told(mut content: &[u8]) -> (Vec<String>, u64, Result<(), String>) {
    told_of(&mut content)
}

fn told_of(input: &mut dyn Read) -> (Vec<String>, u64, Result<(), String>) {
    let mut told = Vec::new();
    let mut zone = Zone::default();
    let mut torn = 0;
    let (counts, outcome) = records::read(input, None, &mut |entry| {
        torn += u64::from(observe_in(&entry, &mut zone, &mut |observation| {
            told.push(format!("{} {observation:?}", entry.line.number));
        }));
    });
    (told, torn + counts.too_long, outcome.map_err(|error| error.to_string()))
}

fn begin_and(lines: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::new();
    Writer::new(BY).begin(1, "web-1", &mut all);
    all.extend(lines.concat());
    all
}

fn record(text: &str) -> Vec<u8> {
    record_at(7, text)
}

fn record_at(line: u64, text: &str) -> Vec<u8> {
    let mut lines = Vec::new();
    let origin = extract::Origin { file: b"a.log", line, header: None, is_announced: false };
    Writer::new(BY).record(origin, text.as_bytes(), &mut lines);
    lines
}

fn end(kept: u64) -> Vec<u8> {
    let mut last = Vec::new();
    let counts = Counts { lines: 9, too_long: 0 };
    Writer::new(BY).end(b"a.log", counts, kept, None, &mut last);
    last
}

#[test]
fn of_each_format_the_extract_is_read_as_the_log() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("extract.log") || path.extension().is_none_or(|end| end != "log") {
            continue;
        }
        let path = path.to_str().unwrap().to_owned();
        let whole = told(&fs::read(&path).unwrap());
        assert_eq!(told(&extracted(std::slice::from_ref(&path))), whole, "{path}");
        read += whole.0.len();
    }
    assert!(read > 100);
}

#[test]
fn lines_are_whole_and_no_write_is_longer_than_a_pipe_takes_at_once() {
    let folder = Folder::new();
    let wide = format!("run {RUN_ID} {}\n", "é\"\\\u{9b}\u{1}".repeat(9000));
    let log = format!("nothing\n{}{wide}{}", "run 251006-143000 used\n".repeat(500), "torn 251006-143001");
    let (writes, answer) = extracted_by(BY, "web-1", &[folder.write("a.log", log.as_bytes())]);
    assert_eq!((answer.lines, answer.kept, answer.failures.len()), (502, 502, 0));
    assert!(writes.len() > 20);
    for write in &writes {
        assert!(write.len() <= PIPE && write.ends_with(b"\n"), "{}", write.len());
        for line in write.split_inclusive(|byte| *byte == b'\n') {
            assert!(read(str::from_utf8(line.strip_suffix(b"\n").unwrap()).unwrap()).is_some());
        }
    }
    let filled = writes.iter().filter(|write| write.len() > MAX_LINE - 512).count();
    assert!(filled > writes.len() / 2, "{filled} of {}", writes.len());
    assert_eq!(told(&writes.concat()), told(log.as_bytes()));
}

#[test]
fn a_file_of_many_pieces_is_extracted_in_order() {
    let mut log = Vec::new();
    for number in 0..60_000 {
        log.extend(
            format!("{number} run {RUN_ID} \"used\"\n{}\n", "nothing ".repeat(number % 7)).into_bytes(),
        );
        if number % 20_000 == 10_000 {
            // Lines that begin in one piece and end after the next: as long as a line may be, and longer.
            log.extend(format!("run {RUN_ID}{}\n", " x".repeat(520_000)).into_bytes());
            log.extend("y".repeat(2_000_000).into_bytes());
            log.extend(format!(" {RUN_ID}\n").into_bytes());
        }
    }
    log.extend(b"torn 251006-143001");
    let folder = Folder::new();
    let (writes, answer) = extracted_by(BY, "web-1", &[folder.write("a.log", &log)]);
    let whole = told(&log);
    assert!(writes.iter().all(|write| write.len() <= PIPE && write.ends_with(b"\n")));
    assert_eq!(told(&writes.concat()), whole);
    assert_eq!((answer.kept, whole.0.len(), whole.1), (60_004, 60_004, 3));
    assert_eq!(answer.lines, memchr::memchr_iter(b'\n', &log).count() as u64);
}

#[test]
fn what_precedes_the_damage_of_a_small_file_is_extracted() {
    let folder = Folder::new();
    let log = format!("run {RUN_ID} used\n").repeat(500);
    let mut damaged = gzip(log.as_bytes());
    *damaged.last_mut().unwrap() ^= 1;
    let (writes, answer) = extracted_by(BY, "web-1", &[folder.write("a.log.gz", &damaged)]);
    assert_eq!((answer.lines, answer.kept, answer.failures.len()), (500, 500, 1));
    let (records, _, outcome) = told(&writes.concat());
    assert_eq!(records, told(log.as_bytes()).0);
    assert!(outcome.unwrap_err().contains("its checksum differs"));
}

#[test]
fn a_pipe_that_is_closed_ends_the_extraction_of_all_pieces() {
    struct Closed(usize);
    impl Write for Closed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 9 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(bytes.len()) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let folder = Folder::new();
    let path = folder.write("a.log", format!("run {RUN_ID} used\n").repeat(200_000).as_bytes());
    let extractor = Extractor { by: BY.to_owned(), host: "web-1".to_owned() };
    let mut closed = Closed(0);
    let files = std::slice::from_ref(&path);
    let answer = extract(files, files, &extractor, &mut closed, &Progress::default());
    assert_eq!(answer.unwritten.map(|error| error.kind()), Some(io::ErrorKind::BrokenPipe));
    assert_eq!((closed.0, answer.failures.len()), (10, 0));
}

#[test]
fn a_file_whose_name_leaves_no_room_in_a_line_is_not_extracted() {
    let folder = Folder::new();
    let path = folder.write("a.log", format!("run {RUN_ID}\n").as_bytes());
    // In JSON a quote has two bytes.
    for (name, kept) in [("\"".repeat(512), 1), ("\"".repeat(512) + "a", 0)] {
        let extractor = Extractor { by: BY.to_owned(), host: "web-1".to_owned() };
        let files = std::slice::from_ref(&path);
        let answer = extract(files, &[name], &extractor, &mut &mut Writes::default(), &Progress::default());
        assert_eq!((answer.kept, answer.failures.len()), (kept, usize::from(kept == 0)));
    }
}

#[test]
fn the_last_line_of_a_file_has_room_for_any_error() {
    let counts = Counts { lines: u64::MAX / 2, too_long: u64::MAX / 2 };
    let (name, error) = ("n".repeat(1024), "\u{1}".repeat(10_000));
    let mut line = Vec::new();
    Writer::new(BY).end(name.as_bytes(), counts, u64::MAX / 2, Some(&error), &mut line);
    assert!(line.len() <= PIPE, "{}", line.len());
}

#[test]
fn an_extract_begins_with_a_line_that_a_pipe_takes_at_once() {
    for (length, begins) in [(1, true), (PIPE - 200, true), (PIPE, false), (100 * PIPE, false)] {
        let mut line = Vec::new();
        Writer::new(BY).end(&vec![b'n'; length], Counts::default(), 0, None, &mut line);
        assert_eq!(extract::begins(&line), begins, "{length}");
    }
}

#[test]
fn an_error_over_several_lines_is_read_as_in_its_log() {
    let log = format!(
        "RunIdError: no\n  code: 'ERR_JOB_NOT_FOUND',\n  received: '{RUN_ID}'\n}}\n{}received: '{RUN_ID}'\n",
        "filler\n".repeat(400)
    );
    let folder = Folder::new();
    let of_extract = told(&extracted(&[folder.write("a.log", log.as_bytes())]));
    assert_eq!(of_extract, told(log.as_bytes()));
    assert!(of_extract.0[0].contains("Missing") && of_extract.0[1].contains("Pass"), "{of_extract:?}");
}

#[test]
fn what_is_cut_off_is_told_and_nothing_is_taken_from_a_torn_line() {
    let event = format!(
        "{OPENING}\"v\":1,\"time\":\"2025-10-06T14:30:00.000Z\",\"event\":\"pass\",\"runId\":\"{RUN_ID}\"}}"
    );
    let long = format!("run {RUN_ID}-x{}", "y ".repeat(3000));
    let (one, other, last) = (record(&event), record(&long), end(2));
    let parts: Vec<&[u8]> = other.split_inclusive(|byte| *byte == b'\n').collect();
    let all = begin_and(&[&one, &other, &last]);
    let whole = told(&all);
    assert!(whole.2.is_ok() && whole.0.len() == 2, "{whole:?}");
    for length in begin_and(&[]).len()..all.len() - 1 {
        let (some, _, outcome) = told(&all[..length]);
        assert!(whole.0.starts_with(&some), "{length}");
        assert!(
            outcome.is_err_and(|problem| problem.contains("its last line is missing")
                || problem.contains("files are missing")),
            "{length}"
        );
    }
    for (lines, problem, skipped) in [
        (begin_and(&[&one, &last]), "1 of 2 extracted records are missing", 0),
        (begin_and(&[&one, parts[1], &last]), "1 of 2 extracted records are missing", 1),
        (begin_and(&[&one, parts[0], &last]), "1 of 2 extracted records are missing", 1),
        ([&one[..], &other, &last].concat(), "its first line is missing", 0),
        (begin_and(&[]), "1 of its files are missing", 0),
    ] {
        let (some, count, outcome) = told(&lines);
        assert!(some.len() < 3 && outcome.is_err_and(|told| told.contains(problem)), "{problem}");
        assert_eq!(count, skipped, "{problem}");
    }
    for size in [1, 100, MAX_LINE, MAX_LINE + 1] {
        assert_eq!(told_of(&mut Chunks::new(&all, &[size])), whole, "{size}");
    }
    let copied = [&all[..], &all].concat();
    assert_eq!(told(&copied), whole);
}

#[test]
fn parts_of_different_records_are_not_put_together() {
    let parts = |number: u64| -> Vec<Vec<u8>> {
        let lines = record_at(number, &format!("run {RUN_ID} {}", "y ".repeat(4000)));
        lines.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (one, other) = (parts(7), parts(8));
    assert_eq!(one.len(), 3);
    for (lines, skipped) in [
        (begin_and(&[&one[0], &one[2], &end(1)]), 1),
        (begin_and(&[&one[0], &other[1], &other[2], &end(1)]), 2),
        (begin_and(&[&one[0], &one[1], &other[2], &end(1)]), 1),
        (begin_and(&[&one[0], &one[1], &one[1], &one[2], &end(1)]), 2),
    ] {
        let (some, count, outcome) = told(&lines);
        assert_eq!((some.len(), count), (0, skipped));
        assert_eq!(outcome, Err("1 of 1 extracted records are missing".to_owned()));
    }
    let whole = begin_and(&[&one[0], &one[1], &one[2], &other[0], &other[1], &other[2], &end(2)]);
    assert_eq!((told(&whole).0.len(), told(&whole).2), (2, Ok(())));
}

#[test]
fn two_halves_of_different_lines_are_none() {
    let (one, other) =
        (record(&format!("run {RUN_ID}")), record(&format!("run {RUN_ID}-Other of a long name")));
    for head in 1..one.len() - 1 {
        for tail in 1..other.len() - 1 {
            let line = [&one[..head], &other[tail..other.len() - 1]].concat();
            let is_whole = line == one[..one.len() - 1] || line == other[..other.len() - 1];
            assert_eq!(read(str::from_utf8(&line).unwrap()).is_some(), is_whole);
        }
    }
    let twice = [&one[..one.len() - 1], &other[..other.len() - 1]].concat();
    assert_eq!(read(str::from_utf8(&twice).unwrap()), None);
}

#[test]
fn an_extracted_line_in_a_log_is_counted_and_never_judged() {
    let event = format!(
        "{OPENING}\"v\":1,\"time\":\"2025-10-06T14:30:00.000Z\",\"event\":\"pass\",\"runId\":\"{RUN_ID}\"}}"
    );
    let line = String::from_utf8(record(&event)).unwrap();
    let (told_of, skipped, outcome) =
        told(format!("plain\n{line}2025-10-06T14:30:00Z INFO {line}").as_bytes());
    assert_eq!((told_of.len(), skipped, outcome), (0, 2, Ok(())));
    let (quoted, ..) = told(format!("plain\nuser sent {line}").as_bytes());
    assert!(!quoted.is_empty() && quoted.iter().all(|told| told.contains("is_certain: false")), "{quoted:?}");
    assert_eq!(Layout::of(format!("plain\n{line}").as_bytes()), Layout::Lines);
    assert_eq!(Layout::of(line.replace(BY, "other-by").as_bytes()), Layout::Lines, "its sum is wrong");
    assert_eq!(Layout::of(line.as_bytes()), Layout::Extract);
}

#[test]
fn what_cannot_be_extracted_is_told_in_the_extract_too() {
    let folder = Folder::new();
    let mut damaged = gzip(format!("run {RUN_ID}\n").repeat(2000).as_bytes());
    damaged.truncate(damaged.len() - 4);
    let files =
        [folder.path("absent.log"), folder.write("a.gz", &damaged), folder.write("x", &extracted(&[]))];
    let (writes, answer) = extracted_by(BY, "web-1", &files);
    let failed: Vec<usize> = answer.failures.iter().map(|failure| failure.file).collect();
    assert_eq!(failed, [0, 1, 2]);
    let problem = told(&writes.concat()).2.unwrap_err();
    for failure in &answer.failures {
        assert!(problem.contains(&failure.error.to_string()), "{problem}");
    }
    assert!(problem.contains("give it to check"), "{problem}");
}

/// The lines of several processes, in turns.
fn mixed(all: Vec<Vec<Vec<u8>>>) -> Vec<u8> {
    let mut left: Vec<_> = all.into_iter().map(Vec::into_iter).collect();
    let mut mixed = Vec::new();
    while !left.is_empty() {
        left.retain_mut(|writes| writes.next().map(|write| mixed.extend(write)).is_some());
    }
    mixed
}

fn divided(folder: &Folder, content: &[u8]) -> Vec<Origin> {
    let extract = folder.write("all.extract", content);
    let place = folder.path("origins");
    let _ = fs::remove_dir_all(&place);
    fs::create_dir(&place).unwrap();
    assert_eq!(origins::extracts_among(&["absent".to_owned(), extract.clone()]), [1]);
    origins::divide(&[extract], &["all.extract".to_owned()], Path::new(&place)).unwrap()
}

#[test]
fn the_files_of_many_processes_are_divided_in_the_order_of_folders() {
    let folder = Folder::new();
    fs::create_dir(folder.path("a")).unwrap();
    let logs = ["a.log", "a/z.log", "b.log"];
    let content = |name: &str| {
        format!("run {RUN_ID}{}\nrun 251006-143000 of {name}\n", "x".repeat(name.len())).repeat(100)
    };
    let files = logs.map(|name| folder.write(name, content(name).as_bytes()));
    folder.write("silent.log", b"nothing\n");
    let both = [files[2].clone(), folder.path("silent.log")];
    let writes = |by: &str, host: &str, files: &[String]| extracted_by(by, host, files).0;
    for (hosts, prefix) in [(["web-1"; 3], ""), (["web-1", "web-2", "web-1"], "web-1:")] {
        let all = vec![
            writes("process1", hosts[0], &both),
            writes("process2", hosts[1], &files[..1]),
            writes("process3", hosts[2], &files[1..2]),
        ];
        let origins = divided(&folder, &gzip(&mixed(all)));
        let names: Vec<&str> = origins.iter().map(|origin| &*origin.name).collect();
        let at = |file: usize| format!("{prefix}{}", files[file]);
        let wanted = if prefix.is_empty() {
            vec![at(1), at(0), at(2)]
        } else {
            vec![at(1), at(2), format!("web-2:{}", files[0])]
        };
        assert_eq!(names, wanted);
        for origin in &origins {
            let file = files.iter().find(|file| origin.name.ends_with(*file)).unwrap();
            assert_eq!(told(&fs::read(&origin.path).unwrap()), told(&fs::read(file).unwrap()));
        }
    }
}

#[test]
fn an_extract_may_be_cut_into_files_and_given_twice() {
    let folder = Folder::new();
    let files =
        ["a.log", "b.log"].map(|name| folder.write(name, format!("run {RUN_ID}\n").repeat(50).as_bytes()));
    let whole = extracted(&files);
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let place = folder.path("origins");
    fs::create_dir(&place).unwrap();
    let extracts = [&lines[..30], &lines[30..], &lines[..]].map(<[&[u8]]>::concat);
    let paths: Vec<String> =
        (0..).zip(&extracts).map(|(at, lines): (u32, _)| folder.write(&format!("x{at}"), lines)).collect();
    let origins = origins::divide(&paths, &paths, Path::new(&place)).unwrap();
    let all: Vec<_> = origins.iter().map(|origin| told(&fs::read(&origin.path).unwrap())).collect();
    assert_eq!(all, files.map(|file| told(&fs::read(file).unwrap())));
}

#[test]
fn what_is_wrong_with_an_extract_is_told_under_its_own_name_or_that_of_the_file() {
    let folder = Folder::new();
    let file = folder.write("a.log", format!("run {RUN_ID}\n").as_bytes());
    let whole = extracted(&[file.clone(), folder.path("absent.log")]);
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let problems = |content: &[u8]| -> Vec<(String, u64, Option<String>)> {
        let origins = divided(&folder, content);
        origins
            .iter()
            .map(|origin| {
                let (_, skipped, outcome) = told(&fs::read(&origin.path).unwrap());
                (origin.name.rsplit(['/', '\\']).next().unwrap().to_owned(), skipped, outcome.err())
            })
            .collect()
    };
    let shown = |content: &[u8]| {
        let told = problems(content).into_iter();
        told.map(|(name, skipped, problem)| format!("{name} {skipped} {}", problem.unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let of = |text: &str| {
        lines
            .iter()
            .copied()
            .filter(|line| memmem::find(line, text.as_bytes()).is_some())
            .collect::<Vec<_>>()
            .concat()
    };
    let (records, absent) = (of("\"text\""), of("absent.log"));
    let own_end: Vec<u8> = lines[1..]
        .iter()
        .copied()
        .filter(|line| memmem::find(line, b"a.log\",\"lines").is_some())
        .collect::<Vec<_>>()
        .concat();
    let system = format!("absent.log 0 {}", io::Error::from_raw_os_error(2));
    assert_eq!(shown(&whole), ["a.log 0 ", &system]);
    assert_eq!(
        shown(&[lines[0], &records, &own_end].concat()),
        ["a.log 0 ", "all.extract 0 the extract is cut: 1 of its files are missing"]
    );
    assert_eq!(
        shown(&[lines[0], &records, &absent].concat()),
        ["a.log 0 the extract is cut: its last line is missing", &system]
    );
    assert_eq!(
        shown(&[lines[0], b"half of a line\n", &records, &own_end, &absent].concat()),
        ["a.log 0 ", &system, "all.extract 1 "]
    );
    assert_eq!(
        shown(&[&records[..], &own_end].concat()),
        ["a.log 0 the extract is cut: its first line is missing"]
    );
    assert_eq!(shown(&extracted(&[])), ["all.extract 0 "]);
    let mut damaged = gzip(&whole);
    damaged.truncate(damaged.len() - 4);
    assert!(shown(&damaged).last().unwrap().starts_with("all.extract 0 "), "{:?}", shown(&damaged));
}

proptest! {
    #[test]
    fn any_record_comes_back_as_it_was(
        text in prop_oneof![
            any::<String>(),
            prop::collection::vec(prop_oneof![Just("\""), Just("\\"), Just("\u{0}"), Just("\u{9b}"), Just("€"), Just("x")], 0..6000)
                .prop_map(|parts| parts.concat()),
        ],
        name in "[a-z/\"\\\\ :é]{1,40}",
        number in 1..u64::MAX / 2,
        header in prop::option::of((1..9_usize, 0..9_usize, prop::option::of(0..9_usize))),
        is_announced: bool,
    ) {
        let header = header.map(|(columns, message, time)| Header { columns, message, time });
        let mut file = Vec::new();
        escape(name.as_bytes(), &mut file);
        let mut joined = String::new();
        let mut parts = 0;
        let mut is_over = false;
        let mut lines = Vec::new();
        let origin = extract::Origin { file: &file, line: number, header: header.as_ref(), is_announced };
        Writer::new(BY).record(origin, text.as_bytes(), &mut lines);
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            assert!(line.len() <= MAX_LINE && line.ends_with(b"\n") && line.starts_with(MARKER.as_bytes()));
            let line = read(str::from_utf8(&line[..line.len() - 1]).unwrap()).unwrap();
            let Says::Record(record) = line.says else { panic!() };
            assert_eq!((line.by, &*record.file, record.line), (BY, &*name, number));
            assert_eq!((&record.header, record.is_announced), (&header, is_announced));
            parts += 1;
            assert!(!is_over && record.part.unwrap_or(1) == parts);
            is_over = !record.has_more;
            joined.push_str(&record.text.decode());
        }
        assert!(is_over && joined == text);
    }

    #[test]
    fn no_byte_of_a_line_can_change_unseen(at in 0..200_usize, byte: u8) {
        let line = record(&format!("run {RUN_ID} of {}", "x".repeat(80)));
        let at = at % (line.len() - 1);
        let mut changed = line.clone();
        changed[at] = byte;
        let is_read = str::from_utf8(&changed[..line.len() - 1]).ok().and_then(read).is_some();
        prop_assert_eq!(is_read, changed == line);
    }
}

#[test]
fn the_name_of_a_process_has_its_length() {
    assert_eq!(BY.len(), BY_LENGTH);
}

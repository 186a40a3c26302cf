//! Records within documents, blocks and split lines, in whatever pieces the input comes.

#![expect(clippy::unwrap_used, reason = "a fixture that cannot be read must fail")]

#[path = "../../reader/tests/support/chunks.rs"]
mod chunks;

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use chunks::Chunks;
use proptest::prelude::*;
use run_id_logs::formats::layout::{Header, Layout};
use run_id_logs::formats::records::read;
use run_id_logs::read::lines::{Counts, MAX_LINE};

/// Records of interest with the numbers of their lines.
fn told(input: &mut dyn Read) -> (Vec<(u64, String)>, Counts) {
    let mut told = Vec::new();
    let (counts, outcome) = read(input, None, &mut |entry| {
        let text = String::from_utf8_lossy(entry.line.text);
        told.push((entry.line.number, text.trim().to_owned()));
    });
    outcome.unwrap();
    (told, counts)
}

fn texts(text: &str) -> Vec<(u64, String)> {
    told(&mut text.as_bytes()).0
}

fn owned(wanted: &[(u64, &str)]) -> Vec<(u64, String)> {
    wanted.iter().map(|(number, text)| (*number, (*text).to_owned())).collect()
}

#[test]
fn the_layout_is_told_by_the_first_bytes() {
    let table = Layout::Table(Header { columns: 3, message: 2, time: Some(0) });
    for (start, layout) in [
        ("", Layout::Lines),
        ("[run-id] {\"time\"", Layout::Lines),
        ("[2025-10-06] x\n{\"a\":1}\n", Layout::JsonLines),
        ("{ not JSON\n", Layout::Lines),
        ("{\"level\":30}\n{\"level\":30}\n", Layout::JsonLines),
        ("{\"level\":30,\"a", Layout::Documents),
        ("torn\"}\n{\"log\":\"a\\n\",\"stream\":\"stdout\"}\n", Layout::Docker),
        ("2025-10-06T14:30:00.1Z stdout F a\n", Layout::Cri),
        ("2025-10-06T14:30:00.1Z stdin F a\n", Layout::Lines),
        ("{\n  \"a\": 1\n}\n", Layout::Documents),
        ("[{\"a\":1},{\"a\":2}]", Layout::Documents),
        ("{\"a\":1}\0{\"a\":2}\0", Layout::Documents),
        ("{\"a\":1}{\"a\":2}", Layout::Documents),
        ("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}]}]}]}\n", Layout::Documents),
        ("{\"events\":{\"a\":1}}\n", Layout::JsonLines),
        ("__CURSOR=x\n", Layout::Blocks),
        ("\"Date\",Host,MESSAGE\r\n", table),
        ("Date,Host,Text\n", Layout::Lines),
        ("message\n", Layout::Lines),
    ] {
        assert_eq!(Layout::of(start.as_bytes()), layout, "{start}");
    }
}

#[test]
fn a_document_of_any_length_is_read_record_by_record() {
    // 40 MiB in one line, and in some million.
    struct Endless {
        left: usize,
        record: Vec<u8>,
        at: usize,
        largest_buffer: usize,
    }
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.largest_buffer = self.largest_buffer.max(buffer.len());
            let length = buffer.len().min(self.record.len() - self.at).min(self.left);
            buffer[..length].copy_from_slice(&self.record[self.at..self.at + length]);
            self.at = (self.at + length) % self.record.len();
            self.left -= length;
            Ok(length)
        }
    }
    for (record, lines) in [
        ("{\"timestamp\":1,\"message\":\"251006-143000\",\"x\":[1,{\"y\":\"]}\"}]},", 0),
        ("{\n \"timestamp\": 1,\n \"message\": \"251006-143000\",\n \"x\": [\n 1\n ]\n },\n", 7),
    ] {
        let count = 40 * MAX_LINE / record.len();
        let record = record.as_bytes().to_vec();
        let mut input = Endless { left: count * record.len(), record, at: 0, largest_buffer: 0 };
        let mut found = 0;
        let mut number = 0;
        let mut whole = b"{\"events\":[".chain(&mut input);
        let (counts, _) = read(&mut whole, None, &mut |entry| {
            found += 1;
            number = entry.line.number;
            assert!(entry.line.text.starts_with(b"{") && entry.line.text.ends_with(b"}"));
        });
        assert_eq!((found, counts.too_long), (count, 0));
        assert_eq!(counts.lines, lines * count as u64);
        assert!(number <= counts.lines + 1 && input.largest_buffer <= 2 * MAX_LINE);
    }
}

#[test]
fn a_record_that_is_too_long_is_counted_and_the_next_is_read() {
    let long = format!("{{\"message\":\"251006-143001 {}\"}}", "x".repeat(3 * MAX_LINE));
    let text = format!(
        "[{{\"message\":\"251006-143000\"}},{long},\n{{\"message\":\"251006-143002\"}}]\n251006-143003"
    );
    let (told, counts) = told(&mut text.as_bytes());
    let wanted = [
        (1, "{\"message\":\"251006-143000\"}"),
        (2, "{\"message\":\"251006-143002\"}"),
        (3, "251006-143003"),
    ];
    assert_eq!(told, owned(&wanted));
    assert_eq!(counts, Counts { lines: 2, too_long: 1 });
    // A document of many lines is read line by line.
    let lines = "  \"251006-143000\",\n".repeat(MAX_LINE / 10);
    let (told, counts) = self::told(&mut format!("{{\n\"unknown\":[\n{lines}1]}}").as_bytes());
    let found: usize = told.iter().map(|(_, text)| text.matches("251006").count()).sum();
    assert_eq!((found, counts.too_long), (MAX_LINE / 10, 0));
}

#[test]
fn what_is_beside_records_is_read_as_well() {
    let text = r#"{"run":"251006-143000","events":[{"message":"251006-143001"}],"next":"251006-143002"}"#;
    let wanted = [
        (1, r#"{"run":"251006-143000","events":["#),
        (1, r#"{"message":"251006-143001"}"#),
        (1, r#"],"next":"251006-143002"}"#),
    ];
    assert_eq!(texts(text), owned(&wanted));
}

#[test]
fn lines_among_documents_are_lines() {
    let text = "{\"a\":1}{\"a\":\n\"251006-143000\"} 251006-143001 x\nplain 251006-143002\n{\"a\": 251006-143003\n{ no 251006-143004\n[251006-143005]\n{\"a\":[1,2}\n251006-143006\n{\"a\":\"251006-143007\"}";
    let found: Vec<(u64, String)> = texts(text)
        .into_iter()
        .flat_map(|(number, text)| {
            let bases: Vec<_> = text
                .match_indices("251006-14300")
                .map(|(at, _)| text[at + 12..=at + 12].to_owned())
                .collect();
            bases.into_iter().map(move |base| (number, base))
        })
        .collect();
    let wanted = [(2, "0"), (2, "1"), (3, "2"), (4, "3"), (5, "4"), (6, "5"), (8, "6"), (9, "7")];
    assert_eq!(found, owned(&wanted));
}

#[test]
fn split_lines_are_joined_up_to_the_length_of_a_line() {
    let cri = |stream: &str, tag: &str, text: &str| format!("2025-10-06T14:30:00.1Z {stream} {tag} {text}\n");
    let part = "x".repeat(16 * 1024);
    for (parts, too_long) in [(10, 0), (63, 0), (80, 1)] {
        let mut text = cri("stdout", "F", "251006-143000");
        for _ in 0..parts {
            text += &cri("stderr", "P", &part);
        }
        text += &cri("stderr", "F", " 251006-143001");
        text += &cri("stdout", "F", "251006-143002");
        let (told, counts) = told(&mut text.as_bytes());
        assert_eq!(counts, Counts { lines: parts + 3, too_long }, "{parts}");
        let numbers: Vec<u64> = told.iter().map(|(number, _)| *number).collect();
        let wanted = if too_long == 0 { vec![1, 2, parts + 3] } else { vec![1, parts + 3] };
        assert_eq!(numbers, wanted, "{parts}");
    }
    // A record that never ends is passed on at the end.
    let open = [cri("stdout", "P", "251006-1430"), cri("stderr", "P", "251006-143009")].concat();
    assert_eq!(texts(&open).len(), 1);
    assert_eq!(texts(&[open, cri("stdout", "F", "00")].concat()).len(), 2);
}

#[test]
fn what_is_nested_too_deep_is_read_as_lines() {
    for depth in [50, 99, 101, 1_000_000] {
        let text = format!(
            "{}{{\"message\":\"251006-143000\"}}{}\n251006-143001",
            "[".repeat(depth),
            "]".repeat(depth)
        );
        let (told, counts) = told(&mut text.as_bytes());
        let is_long = text.len() > MAX_LINE;
        assert_eq!(told.len(), if is_long { 1 } else { 2 }, "{depth}");
        assert_eq!(told[0].1.starts_with('['), !is_long && depth >= 100, "{depth}");
        assert_eq!((counts.lines, counts.too_long), (1, u64::from(is_long)), "{depth}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn records_do_not_depend_on_the_pieces_of_the_input(
        fixture in any::<prop::sample::Index>(),
        sizes in prop::collection::vec(0..3000_usize, 1..6),
        cut in any::<prop::sample::Index>(),
        put in "[\\[\\]{}\",:\\\\\n x]{0,3}",
    ) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        // An extract counts the lines of other files.
        paths.retain(|path| path.extension().is_some_and(|end| end == "log") && !path.ends_with("extract.log"));
        paths.sort();
        let mut content = fs::read(&paths[fixture.index(paths.len())]).unwrap();
        let at = cut.index(content.len());
        content.splice(at..at, put.bytes());
        // Longer than the bytes that are looked at first.
        let content = content.repeat(1 + 100_000 / content.len());
        let whole = told(&mut &*content);
        let sizes = [sizes.as_slice(), &[1000]].concat();
        let in_pieces = told(&mut Chunks::new(&content, &sizes));
        prop_assert_eq!(whole.1, in_pieces.1);
        prop_assert!(whole.0 == in_pieces.0);
        prop_assert_eq!(whole.1.lines, content.split(|byte| *byte == b'\n').count() as u64 - 1);
    }
}

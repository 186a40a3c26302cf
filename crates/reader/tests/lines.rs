//! Lines of interest against a reading of the whole input line by line.

#[path = "support/chunks.rs"]
mod chunks;
#[path = "support/noise.rs"]
mod noise;
#[path = "support/oracle.rs"]
mod oracle;

use run_id_core::event::OPENING;
use std::io::{self, Read};

use chunks::Chunks;
use proptest::prelude::*;
use run_id_reader::lines::{Counts, Line, read};

const CHUNK: usize = 256 * 1024;
const MAX_LINE: usize = 1024 * 1024;

/// A line of interest: its number, text, finds, and whether an event may be in it.
type Told = (u64, Vec<u8>, Vec<Vec<u8>>, bool);

fn wanted(text: &[u8]) -> Vec<Told> {
    let lines = text.split(|byte| *byte == b'\n').zip(1..).map(|(line, number)| {
        let finds: Vec<_> = oracle::finds(line).into_iter().map(|(run_id, ..)| run_id).collect();
        (number, line.to_vec(), finds, holds(line, OPENING))
    });
    let is_wanted = |line: &Told| line.3 || !line.2.is_empty() || holds(&line.1, "\"counts");
    lines.filter(is_wanted).collect()
}

fn holds(line: &[u8], words: &str) -> bool {
    line.windows(words.len()).any(|window| window == words.as_bytes())
}

fn told(input: &mut impl Read) -> (Vec<Told>, Counts, io::Result<()>) {
    let mut told = Vec::new();
    let (counts, outcome) = read(input, &mut |line: Line<'_>| {
        let finds = line.finds().iter().map(|find| find.text.to_vec()).collect();
        told.push((line.number, line.text.to_vec(), finds, line.is_marked));
    });
    (told, counts, outcome)
}

fn line_ends(text: &[u8]) -> u64 {
    text.split(|byte| *byte == b'\n').count() as u64 - 1
}

/// A line of this length that begins with a run ID.
fn padded(length: usize) -> String {
    ["251006-143000", &" ".repeat(length - 13)].concat()
}

fn log() -> impl Strategy<Value = Vec<u8>> {
    let end = prop::sample::select(
        &["\n", "\n", "\r\n", "\n\n", "", OPENING, "[run-id] [run-id] {}\n", "\"counts\":", "\\\"counts\n"][..],
    );
    prop::collection::vec((noise::noise(), end), 0..8)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.into()].concat()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn each_line_of_interest_is_told_once(text in log(), sizes in prop::collection::vec(0..60_usize, 1..6)) {
        let sizes = [sizes.as_slice(), &[1]].concat();
        let (told, counts, outcome) = told(&mut Chunks::new(&text, &sizes));
        prop_assert_eq!(told, wanted(&text));
        prop_assert_eq!(counts, Counts { lines: line_ends(&text), too_long: 0 });
        prop_assert!(outcome.is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_line_at_the_border_of_a_chunk_is_read_as_anywhere(
        log in log(),
        line_length in 1..CHUNK,
        shift in 0..300_usize,
    ) {
        let mut text: Vec<u8> = vec![b'x'; CHUNK - shift];
        text.iter_mut().step_by(line_length).for_each(|byte| *byte = b'\n');
        text.extend_from_slice(&log);
        text.extend_from_slice(b" 251006-143000");
        let (told, counts, _) = told(&mut text.as_slice());
        prop_assert_eq!(told, wanted(&text));
        prop_assert_eq!(counts.lines, line_ends(&text));
    }
}

#[test]
fn the_last_line_needs_no_end() {
    for text in ["251006-143000", "\n251006-143000", "a\n\nb 251006-143000\r\n[run-id] {"] {
        let (told, ..) = told(&mut text.as_bytes());
        assert_eq!(told, wanted(text.as_bytes()), "{text}");
        assert_eq!(told.last().unwrap().0, line_ends(text.as_bytes()) + 1);
    }
    for text in ["", "\n", "\n\n"] {
        assert!(told(&mut text.as_bytes()).0.is_empty());
    }
}

#[test]
fn the_longest_line_that_is_read_is_told_whole() {
    for length in [CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK - 20, MAX_LINE] {
        let line = padded(length);
        for text in [format!("\n{line}\n251006-143001\n"), format!("\n{line}")] {
            let (told, counts, _) = told(&mut text.as_bytes());
            assert_eq!(told, wanted(text.as_bytes()), "{length}");
            assert_eq!(counts.too_long, 0);
        }
    }
}

#[test]
fn a_line_that_is_too_long_is_counted_and_the_next_ones_keep_their_numbers() {
    for length in [2 * MAX_LINE + 1, 3 * MAX_LINE, 5 * MAX_LINE + 7] {
        let long = format!("251006-143000 [run-id] {{ {} 251006-143000", "x".repeat(length));
        let text = format!("251006-143001\n{long}\n251006-143002\n\n{long}\n{long}\n\n251006-143003\n{long}");
        for sizes in [&[usize::MAX][..], &[CHUNK], &[100_000, 0, 3_000_000]] {
            let (told, counts, outcome) = told(&mut Chunks::new(text.as_bytes(), sizes));
            let told: Vec<_> = told.into_iter().map(|(number, line, ..)| (number, line)).collect();
            let short = |number, line: &str| (number, line.as_bytes().to_vec());
            assert_eq!(
                told,
                [short(1, "251006-143001"), short(3, "251006-143002"), short(8, "251006-143003")],
                "{sizes:?}"
            );
            assert_eq!(counts, Counts { lines: 8, too_long: 4 }, "{sizes:?}");
            assert!(outcome.is_ok());
        }
    }
}

#[test]
fn whether_a_line_is_too_long_does_not_depend_on_chunks() {
    for (length, too_long) in
        [(MAX_LINE, 0), (MAX_LINE + 1, 1), (MAX_LINE + MAX_LINE / 2, 1), (2 * MAX_LINE, 1)]
    {
        for before in [0, 1, 100, CHUNK + 1] {
            for end in ["\n", "", "\n251006-143001\n"] {
                let text = format!("{}\n{}{end}", "y".repeat(before), padded(length));
                for sizes in [&[usize::MAX][..], &[CHUNK], &[1000], &[CHUNK - 1, 3 * CHUNK]] {
                    let (_, counts, _) = told(&mut Chunks::new(text.as_bytes(), sizes));
                    assert_eq!(counts.too_long, too_long, "{length} {before} {end:?} {sizes:?}");
                }
            }
        }
    }
}

/// So many times the same byte. It sees the buffer that it is read into.
struct Repeated {
    byte: u8,
    left: usize,
    largest_buffer: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.largest_buffer = self.largest_buffer.max(buffer.len());
        let length = buffer.len().min(self.left);
        buffer[..length].fill(self.byte);
        self.left -= length;
        Ok(length)
    }
}

#[test]
fn a_line_of_100_megabytes_is_not_kept() {
    let mut line = Repeated { byte: b'-', left: 100_000_000, largest_buffer: 0 };
    let (told, counts, _) = told(&mut b"251006-143000\n".chain(&mut line).chain(&b"\n251006-143001"[..]));
    assert_eq!(told.iter().map(|(number, ..)| *number).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(counts, Counts { lines: 2, too_long: 1 });
    assert!(line.left == 0 && line.largest_buffer <= 2 * MAX_LINE);
}

#[test]
fn short_lines_are_read_256_kib_at_a_time() {
    let mut lines = Repeated { byte: b'\n', left: 2_000_000, largest_buffer: 0 };
    let (_, counts, _) = told(&mut lines);
    assert_eq!((counts.lines, lines.largest_buffer), (2_000_000, CHUNK));
}

#[test]
fn of_what_stands_before_a_line_2048_bytes_are_told() {
    let text = ["Error: what went wrong\n".repeat(1000), "251006-143000\n".to_owned()].concat();
    let mut before = Vec::new();
    let (_, outcome) = read(&mut text.as_bytes(), &mut |line| before.extend_from_slice(line.before));
    assert!(outcome.is_ok());
    assert_eq!(before, text.as_bytes()[23_000 - 2048..23_000]);
}

#[test]
fn what_stands_before_a_failure_is_told() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    let (told, counts, outcome) = told(&mut b"251006-143000\nx\n251006-143001 cu".chain(Failing));
    let told: Vec<_> = told.into_iter().map(|(number, line, ..)| (number, line)).collect();
    assert_eq!(told, [(1, b"251006-143000".to_vec()), (3, b"251006-143001 cu".to_vec())]);
    assert_eq!((counts.lines, outcome.unwrap_err().to_string().as_str()), (2, "unplugged"));
}

//! The scanner against tokens read forwards byte by byte, in memory and in pieces of any size.

#![expect(clippy::unwrap_used, reason = "a reader that fails is a mistake in this test")]

#[path = "support/chunks.rs"]
mod chunks;
#[path = "support/noise.rs"]
mod noise;
#[path = "support/oracle.rs"]
mod oracle;

use std::io::{self, Read};

use chunks::Chunks;
use oracle::Found;
use proptest::prelude::*;
use run_id_core::run_id::RunId;
use run_id_reader::scan::{Find, Scanner, scan};

const CHUNK: usize = 256 * 1024;

fn told(find: &Find<'_>) -> Found {
    assert_eq!(RunId::parse(find.text), Ok(find.run_id));
    (find.text.to_vec(), find.offset, find.line)
}

fn in_memory(text: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    scan(text, |find| found.push(told(&find)));
    found
}

fn streamed(input: &mut impl Read) -> Vec<Found> {
    let mut found = Vec::new();
    Scanner::default().scan(input, |find| found.push(told(&find))).unwrap();
    found
}

/// Lines without a hyphen, `length` bytes of them.
fn filler(length: usize) -> Vec<u8> {
    b"some words and 251006143000\n".iter().copied().cycle().take(length).collect()
}

fn line_ends(text: &[u8]) -> u64 {
    text.split(|byte| *byte == b'\n').count() as u64 - 1
}

fn lines_with_planted_ids() -> impl Strategy<Value = (Vec<u8>, Vec<&'static str>)> {
    let before = prop::sample::select(
        &["", " ", "runId=", "\"", "%2F", "\\t", "\x1B[1;31m", "\0", "\u{e9}", "/", "("][..],
    );
    let run_id = prop::sample::select(&["251006-143000", "240229-000000-Ann-Carver", "991231-235959-a"][..]);
    let after = prop::sample::select(
        &["", " ", "-", "_-", ".", "\"}", "%20", "\\n", "\x1B[0m", "\r", "\0", ")."][..],
    );
    let words = "[a-zA-Z]{1,8} [0-9-]{1,12} ";
    prop::collection::vec((words, before, run_id, after), 50).prop_map(|lines| {
        let text = lines
            .iter()
            .map(|(words, before, run_id, after)| [words.as_str(), before, run_id, after, "\n"].concat());
        (text.collect::<String>().into_bytes(), lines.iter().map(|(_, _, run_id, _)| *run_id).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30_000))]

    #[test]
    fn finds_are_the_tokens_that_are_run_ids(text in noise::noise()) {
        prop_assert_eq!(in_memory(&text), oracle::finds(&text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_stream_tells_what_a_buffer_does(
        pieces in prop::collection::vec(noise::noise(), 1..4),
        sizes in prop::collection::vec(0..40_usize, 1..6),
    ) {
        let text = pieces.concat();
        let sizes = [sizes.as_slice(), &[1]].concat();
        prop_assert_eq!(streamed(&mut Chunks::new(&text, &sizes)), oracle::finds(&text));
    }

    #[test]
    fn each_planted_id_is_found((text, planted) in lines_with_planted_ids()) {
        let found = in_memory(&text);
        let wanted: Vec<_> = planted.iter().zip(1..).map(|(run_id, line)| (run_id.as_bytes().to_vec(), line)).collect();
        let found: Vec<_> = found.into_iter().map(|(run_id, _, line)| (run_id, line)).collect();
        prop_assert_eq!(found, wanted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn noise_at_the_border_of_a_chunk_is_read_as_anywhere(
        before in noise::noise(),
        after in noise::noise(),
        size in CHUNK - 3..CHUNK + 3,
        shift in 0..200_usize,
    ) {
        let text = [filler(CHUNK - shift), before, after, b" 251006-143000\n".to_vec()].concat();
        prop_assert_eq!(streamed(&mut Chunks::new(&text, &[size, 0, 7])), oracle::finds(&text));
    }
}

#[test]
fn an_id_is_found_wherever_a_chunk_ends_in_it() {
    let longest_control = format!("\x1B[{}m", "1".repeat(61));
    for before in [" ", "%20", "\\n", longest_control.as_str()] {
        let planted = format!("x{before}251006-143000-Ann-Carver--");
        for cut in 0..=planted.len() + 1 {
            let start = CHUNK - cut;
            let text = [filler(start), planted.clone().into_bytes(), b" y\n".to_vec()].concat();
            let wanted = (
                b"251006-143000-Ann-Carver".to_vec(),
                (start + 1 + before.len()) as u64,
                1 + line_ends(&text[..start]),
            );
            assert_eq!(streamed(&mut Chunks::new(&text, &[CHUNK])), [wanted], "{before:?}, {cut}");
        }
    }
}

#[test]
fn what_only_looks_like_one_is_left_wherever_a_chunk_ends_in_it() {
    let too_long_control = format!("\x1B[{}m", "1".repeat(62));
    for before in ["x", "%2", "%", "\\", "\x1B[3", "%25%2", too_long_control.as_str(), "\x1B[[31m"] {
        let near = format!("{before}251006-143000");
        let is_find = before == "\\";
        for cut in 0..=near.len() {
            let text = [filler(CHUNK - cut), near.clone().into_bytes(), b"\n".to_vec()].concat();
            assert_eq!(
                streamed(&mut Chunks::new(&text, &[CHUNK])).len(),
                usize::from(is_find),
                "{before:?}, {cut}"
            );
        }
    }
}

#[test]
fn a_token_of_any_length_is_judged_by_all_of_it() {
    let longest = format!("251006-143000-{}", "x".repeat(64));
    for head in ["251006-143000", "251006-143000-Ann", "251006-143000-Ann_-_", longest.as_str()] {
        for length in [64, 78, 79, 4095, 4096, 4097, 4200, 300 * 1024] {
            let dashes = "-_".repeat(length / 2 + 1)[..length].to_owned();
            for (tail, is_find) in
                [("", true), (" ", true), ("%41", true), ("x", false), ("x-", false), ("1 ", false)]
            {
                let text = format!("\n{head}{dashes}{tail}\n 251006-143001\n").into_bytes();
                let last = (b"251006-143001".to_vec(), text.len() as u64 - 14, 3);
                let run_id = head.trim_end_matches(['-', '_']);
                let first = is_find.then(|| (run_id.as_bytes().to_vec(), 1, 2));
                let wanted: Vec<Found> = first.into_iter().chain([last]).collect();
                assert_eq!(in_memory(&text), wanted, "{length} {tail}");
                for sizes in [&[CHUNK][..], &[CHUNK * 2], &[1000, 0, 333]] {
                    assert_eq!(streamed(&mut Chunks::new(&text, sizes)), wanted, "{length} {tail} {sizes:?}");
                }
            }
        }
    }
    for (head, tail) in
        [(longest.as_str(), "x"), ("251306-143000", ""), ("251006-143000_Ann", ""), ("251006-143000x", "")]
    {
        let text = format!("{head}{tail}{} 251006-143001", "-".repeat(5000)).into_bytes();
        assert_eq!(streamed(&mut text.as_slice()).len(), 1, "{head}{tail}");
    }
}

#[test]
fn a_letter_anywhere_in_a_long_token_makes_it_none() {
    for at in [66, 1000, 4083, 4084, 5000, CHUNK, 2 * CHUNK] {
        let dashes = "-".repeat(3 * CHUNK);
        let with_letter = format!("251006-143000{}x{}", &dashes[..at], &dashes[at..]);
        let without = format!("251006-143000{dashes}");
        for end in ["", "\n", " y"] {
            for sizes in [&[CHUNK][..], &[usize::MAX], &[1000, 0, 3333]] {
                let found = |token: &str| streamed(&mut Chunks::new([token, end].concat().as_bytes(), sizes));
                assert_eq!(found(&with_letter), [], "{at} {end:?} {sizes:?}");
                assert_eq!(found(&without), [(b"251006-143000".to_vec(), 0, 1)], "{end:?} {sizes:?}");
            }
        }
    }
}

#[test]
fn what_follows_a_token_of_any_length_is_read_as_anywhere() {
    for length in [4096, 300 * 1024] {
        for between in ["%20", "\\n", "\x1B[31m", " ", "%2", "\x1B[3"] {
            let text = format!("251006-143000{}{between}251006-143001-Ann", "-".repeat(length)).into_bytes();
            assert_eq!(streamed(&mut text.as_slice()), oracle::finds(&text), "{length} {between:?}");
        }
    }
}

#[test]
fn a_token_that_the_input_ends_in_is_told_once() {
    for text in ["251006-143000", "251006-143000-", "251006-143000-A", "x 251006-143000-Ann-Carver\\"] {
        assert_eq!(
            streamed(&mut Chunks::new(text.as_bytes(), &[1])),
            oracle::finds(text.as_bytes()),
            "{text}"
        );
        assert_eq!(in_memory(text.as_bytes()).len(), 1, "{text}");
    }
    for text in [&b""[..], b"-", b"251006-", b"251006-14300", b"-143000", b"251006"] {
        assert_eq!((in_memory(text), streamed(&mut &*text)), (vec![], vec![]));
    }
}

#[test]
fn what_stands_before_a_failure_was_told() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    let mut found = Vec::new();
    let mut input = b"251006-143000-Ann \n251006-143001\n251006-14".chain(Failing);
    let outcome = Scanner::default().scan(&mut input, |find| found.push(told(&find)));
    assert_eq!(outcome.unwrap_err().to_string(), "unplugged");
    assert_eq!(found, [(b"251006-143000-Ann".to_vec(), 0, 1), (b"251006-143001".to_vec(), 19, 2)]);
}

/// One line of any length that is never in memory. It sees the buffer that it is read into.
struct LongLine {
    pattern: &'static [u8],
    left: usize,
    largest_buffer: usize,
}

impl Read for LongLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.largest_buffer = self.largest_buffer.max(buffer.len());
        let length = buffer.len().min(self.left) / self.pattern.len() * self.pattern.len();
        buffer[..length]
            .chunks_exact_mut(self.pattern.len())
            .for_each(|part| part.copy_from_slice(self.pattern));
        self.left -= length;
        Ok(length)
    }
}

#[test]
fn a_line_of_100_megabytes_takes_no_more_memory_than_a_short_one() {
    const LENGTH: usize = 100_000_000;
    for (head, pattern, is_find) in [
        ("251006-143000 ", &b"2025-10-06 11251006-143000x "[..28], true),
        ("251006-143000-Ann", b"--------------------", true),
        ("251006-143000", b"-------------------x", false),
    ] {
        let mut line = LongLine { pattern, left: LENGTH / pattern.len() * pattern.len(), largest_buffer: 0 };
        let length = (head.len() + line.left) as u64;
        let found = streamed(&mut head.as_bytes().chain(&mut line).chain(&b" 251006-143001\n"[..]));
        let first = is_find.then(|| (head.trim_end().as_bytes().to_vec(), 0, 1));
        let wanted: Vec<Found> =
            first.into_iter().chain([(b"251006-143001".to_vec(), length + 1, 1)]).collect();
        assert_eq!(found, wanted, "{head}");
        assert_eq!(line.left, 0);
        assert!(line.largest_buffer <= CHUNK + 4096 + 66);
    }
}

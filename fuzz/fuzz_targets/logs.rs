//! Feeds arbitrary bytes to everything that reads logs.
//!
//! `cargo +nightly fuzz run logs` in the repository's folder; needs `cargo install cargo-fuzz`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use run_id_core::run_id::RunId;
use run_id_logs::facts::history::{History, Place};
use run_id_logs::judge::judgement::judge;
use run_id_logs::formats::extract;
use run_id_logs::formats::observation::observe;
use run_id_logs::formats::records;
use run_id_logs::read::lines;
use run_id_logs::read::scan::{Scanner, scan};

fuzz_target!(|input: &[u8]| {
    let mut found = Vec::new();
    scan(input, |find| {
        assert_eq!(RunId::parse(find.text), Ok(find.run_id));
        let at = usize::try_from(find.offset).unwrap();
        assert_eq!(&input[at..at + find.text.len()], find.text);
        found.push((find.text.to_vec(), find.offset, find.line));
    });
    let mut streamed = Vec::new();
    let outcome = Scanner::default().scan(&mut &*input, |find| {
        streamed.push((find.text.to_vec(), find.offset, find.line));
    });
    assert!(outcome.is_ok() && streamed == found);

    let mut history = History::default();
    let mut in_lines = 0;
    let (counts, outcome) = lines::read(&mut &*input, &mut |line| {
        let finds = line.finds().len();
        in_lines += finds;
        assert!(line.is_marked || finds > 0);
    });
    assert!(outcome.is_ok());
    assert_eq!(counts.lines, input.iter().filter(|byte| **byte == b'\n').count() as u64);
    assert!(counts.too_long > 0 || in_lines == found.len());

    // As whatever the first bytes make of it.
    let (in_records, outcome) = records::read(&mut &*input, None, &mut |entry| {
        let place = Place { file: 0, line: entry.line.number };
        let is_torn = observe(&entry, &mut |observation| history.take(&observation, place, "a.log"));
        history.skipped += u64::from(is_torn);
    });
    // An extract counts the lines of other files, and may be cut.
    if !extract::begins(input) {
        assert!(outcome.is_ok());
        assert_eq!(in_records.lines, counts.lines);
    }

    judge(&history.with_joined_processes(), 0);
});

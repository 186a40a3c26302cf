//! A log that is written again while it is followed.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

use std::fs;

use run_id_reader::growing::{Fate, Growing};

/// What becomes of a log that is written again so that it first differs in this byte.
fn fate_of_another_from(at: usize) -> Fate {
    let name = format!("run-id-reader-growing-{}-{at}", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::write(&path, "a".repeat(1000)).unwrap();
    let mut log = Growing::open(path.to_str().unwrap()).unwrap();
    log.measure();
    assert_eq!(log.read(&mut Vec::new(), 1000).unwrap(), 1000);
    let other = ["a".repeat(at), "b".repeat(2000 - at)].concat();
    fs::write(&path, other).unwrap();
    let fate = log.fate().unwrap();
    fs::remove_file(&path).unwrap();
    fate
}

#[test]
fn another_log_is_told_by_its_first_64_bytes() {
    assert_eq!([0, 63, 64].map(fate_of_another_from), [Fate::Emptied, Fate::Emptied, Fate::Same]);
}

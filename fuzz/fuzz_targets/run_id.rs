//! Feeds arbitrary UTF-16 to the parser and to the making of errors.
//!
//! `cargo +nightly fuzz run run_id` in the repository's folder; needs `cargo install cargo-fuzz`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use run_id_core::rejection::{MAX_MESSAGE, Rejection};
use run_id_core::run_id::{MAX_LENGTH, RunId};
use run_id_core::text::{MAX_SHOWN, Value};

fuzz_target!(|input: &[u8]| {
    let (pairs, _) = input.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    for text in [units, input.iter().copied().map(u16::from).collect()] {
        match RunId::parse(&text) {
            Ok(run_id) => {
                assert!(text.len() <= MAX_LENGTH && text.iter().all(|unit| *unit < 0x80));
                let bytes: Vec<u8> = text.iter().map(|unit| unit.to_le_bytes()[0]).collect();
                assert_eq!(bytes[..13], run_id.base.text());
                assert!(RunId::parse(&bytes).is_ok());
            }
            Err(_) => {
                let value = Value::Text(&text);
                let message = Rejection::of_run_id(&value, || "normalizeRunId".to_owned()).message();
                assert!(message.len() < MAX_MESSAGE && message.bytes().all(|byte| (0x20..0x7F).contains(&byte)));
                assert!(value.received().len() <= MAX_SHOWN);
                assert!(Rejection::of_client_id(&value).message().len() < MAX_MESSAGE);
            }
        }
    }
});

//! Bytes that are, or nearly are, run IDs and what ends them.

use proptest::prelude::*;
use run_id_core::event::OPENING;

/// What occurs in logs, and what looks like it.
pub fn noise() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => prop::sample::select(RUN_IDS).prop_map(|text| text.as_bytes().to_vec()),
        4 => prop::sample::select(NEAR).prop_map(<[u8]>::to_vec),
        2 => "[0-9]{5,7}-[0-9]{5,7}".prop_map(String::into_bytes),
        2 => "[0-9]{2}[01][0-9][0-3][0-9]-[0-2][0-9][0-5][0-9][0-6][0-9](-[A-Za-z0-9_-]{0,66})?[-_]{0,3}"
            .prop_map(String::into_bytes),
        2 => "\u{1B}\\[[0-?]{0,3}[ -/]{0,2}[@-~]?".prop_map(String::into_bytes),
        1 => (55..66_usize).prop_map(|count| ["\u{1B}[".to_owned(), "1".repeat(count), "m".to_owned()].concat().into()),
        2 => "%[0-9A-Fa-fg]{0,3}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..6),
        1 => "[-_A-Za-z0-9 ]{0,6}".prop_map(String::into_bytes),
    ]
}

const RUN_IDS: &[&str] = &[
    "251006-143000",
    "251006-143000-Ann-Carver",
    "000229-000000",
    "991231-235959-Duran-Duran",
    "240229-120000-A_b",
    "251006-143000-1",
];

const NEAR: &[&[u8]] = &[
    b"\n",
    b"\r\n",
    b" ",
    b"\0",
    b"\xFF",
    b"\xC3\xA9",
    b"-",
    b"_",
    b"--",
    b"-_-",
    b"\\",
    b"\\n",
    b"\\r",
    b"\\t",
    b"\\u",
    b"\\\\n",
    b"%",
    b"%2",
    b"%20",
    b"%25",
    b"%2D",
    b"%0a",
    b"%5Cn",
    b"\x1B",
    b"\x1B[",
    b"\x1B[31m",
    b"\x1B[0;1m",
    b"\x1B[[",
    b"\x1B[%A",
    b"\x1B[\\",
    b"\x1B[2",
    b"\x1B[ -",
    b"\x1B]0;",
    b"m",
    b"n",
    b"A",
    b"2",
    b"\"",
    b"/",
    b":",
    b".",
    b"=",
    b"2025-10-06T14:30:00Z",
    b"2025-10-06",
    b"251006",
    b"143000",
    b"-143000",
    b"1251006-143000",
    b"251006-1430001",
    b"251006-143000_",
    b"251006-143060",
    b"250230-143000",
    b"251006-143000-251006-143000",
    b"123e4567-e89b-12d3-a456-426614174000",
    b"123456-789012-345678",
    b"20251006-143000-001",
    b"SR-251006-143000",
    OPENING.as_bytes(),
    b"runId=",
];

//! Where a token begins and ends: a maximal run of letters, digits, `_` and `-`.
//!
//! A sequence that represents another character ends a token as that character would: ANSI control sequences, `%XX` in
//! URLs, and `\n`, `\r`, `\t` in quoted text.

use std::ops::RangeInclusive;

use run_id_core::client_id::is_inner;

/// A control sequence that is longer than this is treated as text. Terminals give up far earlier.
const MAX_CONTROL_SEQUENCE: usize = 64;

/// How many bytes before a token decide whether it begins there: a control sequence before a `%XX`.
pub const LOOK_BEHIND: usize = MAX_CONTROL_SEQUENCE + 2;

const ESCAPE: u8 = 0x1B;

/// Whether a token begins at `at`, where two digits are.
#[inline]
#[must_use]
pub fn begins(text: &[u8], at: usize) -> bool {
    match text[..at].last() {
        None => true,
        Some(b'%') => false, // `%XX`, with the digits as its end
        Some(byte) => !is_inner(*byte) || ends_separator(text, at),
    }
}

/// Whether the token bytes before `at` are the end of something that ends tokens. Where two such overlap, the
/// one that begins first counts.
fn ends_separator(text: &[u8], at: usize) -> bool {
    if ends_control_sequence(text, at) {
        return true;
    }
    // A `%` and one digit before `at` do not end a token: their second digit is the one at `at`.
    match text[..at] {
        [.., b'%', first, second] if first.is_ascii_hexdigit() && second.is_ascii_hexdigit() => {
            !ends_control_sequence(text, at - 1)
        }
        [.., b'\\', b'n' | b'r' | b't'] => !ends_control_sequence(text, at - 1),
        _ => false,
    }
}

/// Whether the bytes before `end` are a control sequence: `ESC [`, parameters, intermediates and a final byte.
/// ECMA-48, section 5.4.
fn ends_control_sequence(text: &[u8], end: usize) -> bool {
    let sequence = &text[end.saturating_sub(MAX_CONTROL_SEQUENCE)..end];
    let Some((0x40..=0x7E, rest)) = sequence.split_last() else { return false };
    let before = trim_end(trim_end(rest, 0x20..=0x2F), 0x30..=0x3F);
    before.ends_with(&[ESCAPE, b'['])
}

fn trim_end(bytes: &[u8], trimmed: RangeInclusive<u8>) -> &[u8] {
    let kept = bytes.iter().rposition(|byte| !trimmed.contains(byte));
    &bytes[..kept.map_or(0, |at| at + 1)]
}

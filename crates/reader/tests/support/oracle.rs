//! Tokens and finds once more, read forwards byte by byte, as the documentation says it.

use run_id_core::run_id::RunId;

/// A find as its text, offset and line.
pub type Found = (Vec<u8>, u64, u64);

/// Every find of `text`.
pub fn finds(text: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < text.len() {
        let length = match separator(&text[at..]) {
            0 => token(&text[at..]),
            length => {
                at += length;
                continue;
            }
        };
        if length == 0 {
            line += u64::from(text[at] == b'\n');
            at += 1;
            continue;
        }
        let token = &text[at..at + length];
        let kept = token.iter().rev().skip_while(|byte| matches!(byte, b'-' | b'_')).count();
        if RunId::parse(&token[..kept]).is_ok() {
            found.push((token[..kept].to_vec(), at as u64, line));
        }
        at += length;
    }
    found
}

/// How many token bytes a text begins with.
fn token(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count()
}

/// The length of the separator of several bytes that a text begins with, or 0.
fn separator(text: &[u8]) -> usize {
    match text {
        [b'%', first, second, ..] if first.is_ascii_hexdigit() && second.is_ascii_hexdigit() => 3,
        [b'\\', b'n' | b'r' | b't', ..] => 2,
        [0x1B, b'[', rest @ ..] => {
            let parameters = rest.iter().take_while(|byte| (0x30..=0x3F).contains(*byte)).count();
            let rest = &rest[parameters..];
            let intermediates = rest.iter().take_while(|byte| (0x20..=0x2F).contains(*byte)).count();
            let length = 2 + parameters + intermediates + 1;
            let is_ended = rest.get(intermediates).is_some_and(|byte| (0x40..=0x7E).contains(byte));
            if is_ended && length <= 64 { length } else { 0 }
        }
        _ => 0,
    }
}

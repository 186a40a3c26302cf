//! Writes a text as JSON. An event has a quote every five bytes, and `extract` escapes each of them.

/// Bytes that are escaped at a time: one for each bit of a word.
const BLOCK: usize = 64;

/// Bytes that are copied at a time, since quotes are hardly ever farther apart.
const STRIDE: usize = 32;

/// A block, and what the last copy reads after it.
type Block = [u8; BLOCK + STRIDE];

/// The most bytes that an escaped block takes: a power of two, so that the compiler sees which places are in it.
const ESCAPED: usize = 2 * BLOCK;

/// Room for them, and for what the last copy writes after them.
type Room = [u8; ESCAPED + STRIDE];

/// Bytes of a text for which room is made at a time: all of nearly any text. What an escaped control character leaves of the
/// room is made again for the next block.
const AHEAD: usize = 512;

/// Writes a text as JSON, without quotes. Bytes that are not UTF-8 become the control character that `check` reads in their
/// place. Control characters are escaped, those of eight-bit terminals too.
pub fn escape(text: &[u8], out: &mut Vec<u8>) {
    if text.is_ascii() {
        return escape_valid::<true>(text, out);
    }
    for chunk in text.utf8_chunks() {
        escape_valid::<false>(chunk.valid().as_bytes(), out);
        for _ in chunk.invalid() {
            out.extend_from_slice(b"\\u0001");
        }
    }
}

fn escape_valid<const IS_ASCII: bool>(text: &[u8], out: &mut Vec<u8>) {
    let (mut at, mut to) = (0, out.len());
    while at < text.len() {
        let rest = &text[at..];
        if out.len() < to + size_of::<Room>() {
            let ahead = rest.len().min(AHEAD);
            out.resize(to + ahead + ahead / 2 + size_of::<Room>(), 0);
        }
        let Some(room) = out[to..].first_chunk_mut() else { break };
        let length = rest.len().min(BLOCK);
        let mut last = [b' '; BLOCK + STRIDE];
        let block = if let Some(block) = rest.first_chunk() {
            block
        } else {
            last[..length].copy_from_slice(&rest[..length]);
            &last
        };
        if let Some(quotes) = quotes::<IS_ASCII>(block) {
            to += escape_quotes(block, quotes, room) - (BLOCK - length);
            at += length;
        } else {
            out.truncate(to);
            at += escape_each(rest, length, out);
            to = out.len();
        }
    }
    out.truncate(to);
}

/// Returns how many bytes are written.
fn escape_quotes(block: &Block, mut quotes: u64, room: &mut Room) -> usize {
    let (mut from, mut to) = (0, 0);
    loop {
        let end = quotes.trailing_zeros() as usize;
        copy(block, from, room, to);
        if end > from + STRIDE {
            copy(block, from + STRIDE, room, to + STRIDE);
        }
        to += end - from;
        from = end;
        if quotes == 0 {
            return to;
        }
        room[to % ESCAPED] = b'\\';
        to += 1;
        quotes &= quotes - 1;
    }
}

#[inline]
fn copy(block: &Block, from: usize, room: &mut Room, to: usize) {
    let (from, to) = (from % BLOCK, to % ESCAPED);
    room[to..to + STRIDE].copy_from_slice(&block[from..from + STRIDE]);
}

/// The quotes and backslashes in a block, a bit each; `None` if the block has control characters, or 0xC2, with which those of
/// eight-bit terminals begin.
#[inline]
fn quotes<const IS_ASCII: bool>(block: &Block) -> Option<u64> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = EACH * 0x7F;
    let (mut plain, mut fine) = (0, !LOW);
    let (eights, _) = block[..BLOCK].as_chunks::<8>();
    for (at, eight) in eights.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        // The result is in the highest bit of each byte. Without the byte's own highest bit, no sum carries into the next byte.
        let low = if IS_ASCII { eight } else { eight & LOW };
        let differs = |byte: u8| (low ^ (EACH * u64::from(byte))) + LOW;
        let mut is_plain = differs(b'"') & differs(b'\\');
        let mut is_fine = (low + EACH * 0x60) & !(low + EACH);
        if !IS_ASCII {
            is_plain |= eight;
            is_fine = (is_fine & !eight) | (differs(0xC2 & 0x7F) & eight);
        }
        fine &= is_fine;
        // Gathers the highest bits of eight bytes in one.
        plain |= (((is_plain & !LOW) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    (fine == !LOW).then_some(!plain)
}

/// Escapes character by character until at least `length` bytes are escaped. Returns how many were.
fn escape_each(text: &[u8], length: usize, out: &mut Vec<u8>) -> usize {
    let mut at = 0;
    while at < length {
        let control = match text[at..] {
            [0xC2, control @ 0x80..=0x9F, ..] => {
                at += 1;
                control
            }
            [control @ (..0x20 | 0x7F), ..] => control,
            [byte, ..] => {
                if matches!(byte, b'"' | b'\\') {
                    out.push(b'\\');
                }
                out.push(byte);
                at += 1;
                continue;
            }
            [] => break,
        };
        at += 1;
        let digit = |of: u8| b"0123456789abcdef"[usize::from(of & 0xF)];
        out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(control >> 4), digit(control)]);
    }
    at
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::escape;

    /// A second implementation, character by character.
    fn escaped(text: &[u8]) -> String {
        let mut escaped = String::new();
        for chunk in text.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '"' | '\\' => escaped.extend(['\\', character]),
                    _ if character.is_control() => {
                        write!(escaped, "\\u{:04x}", u32::from(character)).unwrap_or_default();
                    }
                    _ => escaped.push(character),
                }
            }
            escaped += &"\\u0001".repeat(chunk.invalid().len());
        }
        escaped
    }

    fn byte() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            20 => prop::sample::select(b"x\"\\ {:~".as_slice()).prop_map(|byte| vec![byte]),
            1 => any::<u8>().prop_map(|byte| vec![byte]),
            1 => prop::sample::select(&["\u{80}", "\u{9f}", "\u{a0}", "é", "€", "😀"]).prop_map(|text| text.as_bytes().to_vec()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]

        #[test]
        fn any_text_is_escaped_as_character_by_character(
            plain in "[a-z]{0,1500}",
            text in prop::collection::vec(byte(), 0..300),
            before in "[a-z\"]{0,3}",
        ) {
            let text = [plain.as_bytes(), &text.concat()].concat();
            let mut out = before.clone().into_bytes();
            escape(&text, &mut out);
            prop_assert_eq!(String::from_utf8(out), Ok(before + &escaped(&text)));
        }
    }

    #[test]
    fn blocks_of_quotes_and_of_nothing_else() {
        for length in 0..200 {
            for quote in ["\"", "x", "\u{9b}", "x\""] {
                let text = quote.repeat(length);
                let mut out = Vec::new();
                escape(text.as_bytes(), &mut out);
                assert_eq!(out, escaped(text.as_bytes()).into_bytes(), "{length} {quote}");
            }
        }
    }
}

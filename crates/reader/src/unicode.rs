//! Text in UTF-16, as Windows PowerShell writes it with `>`, read as UTF-8. It is recognized by its byte order mark only.

use std::io::{self, Read};

use crate::input::Input;

/// How the text of a file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 with its mark, which is left out.
    Utf8,
    /// UTF-16, the low byte first.
    LittleEndian,
    /// UTF-16, the high byte first.
    BigEndian,
}

/// The longest byte order mark.
pub const MARK_LENGTH: usize = 3;

impl Encoding {
    /// The encoding of a file that begins with these bytes, and the length of its mark.
    #[must_use]
    pub fn of(start: &[u8]) -> Option<(Self, usize)> {
        match start {
            [0xEF, 0xBB, 0xBF, ..] => Some((Self::Utf8, 3)),
            [0xFF, 0xFE, ..] => Some((Self::LittleEndian, 2)),
            [0xFE, 0xFF, ..] => Some((Self::BigEndian, 2)),
            _ => None,
        }
    }

    /// What follows the mark in `inner`, as UTF-8.
    #[must_use]
    pub fn decoded(self, inner: Input<'_>) -> Input<'_> {
        let of = match self {
            Self::Utf8 => return inner,
            Self::LittleEndian => u16::from_le_bytes,
            Self::BigEndian => u16::from_be_bytes,
        };
        Input::new(Utf16 { inner, of, units: Vec::new(), odd: None, decoded: Vec::new(), given: 0 })
    }
}

/// Bytes that are read at a time.
const CHUNK: usize = 64 * 1024;

struct Utf16<'r> {
    inner: Input<'r>,
    of: fn([u8; 2]) -> u16,
    /// The first half of a pair whose second half has not come yet.
    units: Vec<u16>,
    /// The first byte of a unit whose second one has not come yet.
    odd: Option<u8>,
    decoded: Vec<u8>,
    /// Bytes of `decoded` that were handed out.
    given: usize,
}

impl Utf16<'_> {
    /// Decodes the next bytes. Returns whether there were any.
    fn fill(&mut self) -> io::Result<bool> {
        let mut chunk = vec![0; CHUNK];
        let start = usize::from(self.odd.is_some());
        chunk[0] = self.odd.take().unwrap_or_default();
        let read = self.inner.read(&mut chunk[start..])?;
        let bytes = &chunk[..start + read];
        let (pairs, odd) = bytes.as_chunks::<2>();
        self.units.extend(pairs.iter().map(|pair| (self.of)(*pair)));
        self.odd = odd.first().copied();
        let is_first_half = |unit: &u16| (0xD800..0xDC00).contains(unit);
        let kept = if read > 0 { self.units.pop_if(|unit| is_first_half(unit)) } else { None };
        self.given = 0;
        self.decoded.clear();
        for character in char::decode_utf16(self.units.drain(..)) {
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.units.extend(kept);
        if read == 0 && self.odd.take().is_some() {
            // Half a unit at the very end.
            self.decoded.extend_from_slice("\u{FFFD}".as_bytes());
        }
        Ok(read > 0)
    }
}

impl Read for Utf16<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.decoded.len() {
            if !self.fill()? && self.decoded.is_empty() {
                return Ok(0);
            }
        }
        let rest = &self.decoded[self.given..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}

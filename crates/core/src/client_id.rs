//! The client ID: 1 to 64 ASCII characters, letters and digits at both ends, hyphens and underscores
//! between them, and never a text that itself begins like a run ID.
//!
//! References: SPEC §2.

use crate::base;
use crate::text::Unit;

/// The most characters a client ID may have.
pub const MAX_CLIENT_LENGTH: usize = 64;

/// The grammar as a regular expression, without anchors: a macro, so that [`PATTERN`] and the pattern of a run ID can
/// both be built from it.
macro_rules! client_id_pattern {
    () => {
        "(?![0-9]{6}-[0-9]{6})[A-Za-z0-9](?:[A-Za-z0-9_\\-]{0,62}[A-Za-z0-9])?"
    };
}
pub(crate) use client_id_pattern;

/// The grammar as an anchored regular expression, usable in the same places as
/// [`run_id::PATTERN`](crate::run_id::PATTERN). It accepts exactly what [`check`] accepts.
pub const PATTERN: &str = concat!("^", client_id_pattern!(), "$");

/// Why a text is not a client ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadClient {
    /// No character at all.
    Empty,
    /// More than [`MAX_CLIENT_LENGTH`] characters.
    TooLong,
    /// The character at this offset is not a letter, digit, hyphen or underscore.
    Character(usize),
    /// A hyphen or underscore at this offset, which is the first or the last.
    Edge(usize),
    /// It begins with six digits, a hyphen and six digits.
    NestedRunId,
}

/// Checks a client ID.
///
/// # Errors
/// The first reason that applies, in the order of [`BadClient`].
#[inline]
pub fn check<U: Unit>(text: &[U]) -> Result<(), BadClient> {
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return Err(BadClient::Empty) };
    // Without a branch per character; the wrong one is searched for only if there is one. Four at a time, because the loop
    // itself takes as long as a look-up.
    let join = |(bits, class), unit: &U| (bits | unit.bits(), class & class_of(*unit));
    let (fours, rest) = text.as_chunks::<4>();
    let (bits, class) =
        rest.iter().fold(fours.iter().fold((0, INNER), |seen, four| four.iter().fold(seen, join)), join);
    let inner = bits < 0x80 && class != 0 && text.len() <= MAX_CLIENT_LENGTH;
    if inner && class_of(*first) & class_of(*last) & EDGE != 0 && !base::begins_like_base(text) {
        return Ok(());
    }
    Err(explain(text))
}

/// The client ID that this one contains twice, joined by a hyphen, as if the suffix had been added again.
/// `Duran-Duran` is also just a name: which it is depends on what exists.
#[must_use]
pub fn repeated<U: PartialEq + Unit>(text: &[U]) -> Option<&[U]> {
    let (once, rest) = text.split_at(text.len() / 2);
    let (separator, again) = rest.split_first()?;
    (separator.ascii() == b'-' && once == again && !once.is_empty()).then_some(once)
}

#[cold]
fn explain<U: Unit>(text: &[U]) -> BadClient {
    let last = text.len() - 1;
    if text.len() > MAX_CLIENT_LENGTH {
        BadClient::TooLong
    } else if let Some(at) = text.iter().position(|&unit| !is(INNER, unit)) {
        BadClient::Character(at)
    } else if !is(EDGE, text[0]) {
        BadClient::Edge(0)
    } else if !is(EDGE, text[last]) {
        BadClient::Edge(last)
    } else {
        BadClient::NestedRunId
    }
}

const EDGE: u8 = 1;
const INNER: u8 = 2;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = if byte.is_ascii_alphanumeric() {
            EDGE | INNER
        } else if is_separator(byte) {
            INNER
        } else {
            0
        };
        byte += 1;
    }
    classes
};

/// Whether a byte may occur in a client ID: letters, digits, `-` and `_`.
#[inline]
#[must_use]
pub fn is_inner(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & INNER != 0
}

/// Whether a byte may occur within a client ID, but not at its ends.
#[inline]
#[must_use]
pub const fn is_separator(byte: u8) -> bool {
    byte == b'-' || byte == b'_'
}

/// The class of a unit's lowest byte, which is the unit's own only if it is ASCII.
#[inline]
fn class_of(unit: impl Unit) -> u8 {
    CLASSES[usize::from(unit.bits().to_le_bytes()[0])]
}

#[inline]
fn is(class: u8, unit: impl Unit) -> bool {
    unit.bits() < 0x80 && class_of(unit) & class != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_names_pass() {
        for name in ["A", "7", "Ann-Marie-Carver", "Duran-Duran", "a--b__c", "251006-14300", &"x".repeat(64)]
        {
            assert_eq!(check(name.as_bytes()), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_client_that_stands_twice_is_seen() {
        for (text, once) in [
            ("Ann-Ann", Some("Ann")),
            ("Duran-Duran-Duran-Duran", Some("Duran-Duran")),
            ("a-a", Some("a")),
            ("Ann_Ann", None),
            ("AnnxAnn", None),
            ("Ann-Ant", None),
            ("AnnAnn", None),
            ("Ann", None),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(repeated(text.as_bytes()), once.map(str::as_bytes), "{text}");
        }
    }

    #[test]
    fn each_reason_is_told() {
        let long = "x".repeat(65);
        for (text, why) in [
            ("", BadClient::Empty),
            (long.as_str(), BadClient::TooLong),
            ("Ann Carver", BadClient::Character(3)),
            ("Ann.Carver", BadClient::Character(3)),
            ("-Ann", BadClient::Edge(0)),
            ("_Ann", BadClient::Edge(0)),
            ("Ann-", BadClient::Edge(3)),
            ("Ann_", BadClient::Edge(3)),
            ("-", BadClient::Edge(0)),
            ("251006-143000", BadClient::NestedRunId),
            ("999999-999999x", BadClient::NestedRunId),
        ] {
            assert_eq!(check(text.as_bytes()), Err(why), "{text}");
        }
        assert_eq!(check(&[b'a', 0x80, b'a']), Err(BadClient::Character(1)));
    }
}

//! Values from JavaScript: UTF-16 text with any content, or no text at all; and the only way in which they may be
//! shown in a message or a log.

/// Above this many UTF-16 units a text is not read, only its length: a text of 100 MB must be refused in
/// constant time. SPEC §5.
pub const MAX_READ_UNITS: usize = 4096;

/// The maximum of characters of a received value that are shown, after escaping. SPEC §5.
pub const MAX_SHOWN: usize = 64;

/// The beginnings of credentials. SPEC §5.
const CREDENTIALS: [&str; 3] = ["eyJ", "sk_", "ghp_"];

/// The scheme of a token in a header, in any case.
const SCHEME: &[u8; 7] = b"bearer ";

/// The maximum of characters that are shown of a value that begins like a credential. SPEC §5.
const MAX_SHOWN_CREDENTIAL: usize = 12;

/// A value that was passed.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Text of at most [`MAX_READ_UNITS`].
    Text(&'a [u16]),
    /// Longer text, of which only the length in UTF-16 units is known.
    LongText(usize),
    /// Not a primitive string.
    Other(Kind),
}

/// What a value is, when it isn't a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `undefined`
    Undefined,
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number, NaN included
    Number,
    /// A `BigInt`
    BigInt,
    /// A symbol
    Symbol,
    /// A string, where something else was wanted
    String,
    /// A function or class
    Function,
    /// An array
    Array,
    /// A promise
    Promise,
    /// A `Date`
    Date,
    /// A `Buffer` or another typed array
    Bytes,
    /// Any other object
    Object,
}

impl Kind {
    /// JavaScript's `typeof`, capitalised: arrays, promises and null are `Object`.
    #[must_use]
    pub fn type_word(self) -> &'static str {
        match self {
            Self::Undefined => "Undefined",
            Self::Boolean => "Boolean",
            Self::Number => "Number",
            Self::BigInt => "Bigint",
            Self::Symbol => "Symbol",
            Self::String => "String",
            Self::Function => "Function",
            Self::Null | Self::Array | Self::Promise | Self::Date | Self::Bytes | Self::Object => "Object",
        }
    }

    /// The word used for the value in `received`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::BigInt => "bigint",
            Self::Symbol => "symbol",
            Self::String => "string",
            Self::Function => "function",
            Self::Array => "array",
            Self::Promise => "promise",
            Self::Date | Self::Bytes | Self::Object => "object",
        }
    }
}

impl Value<'_> {
    /// The value as it may be shown: JSON-escaped printable ASCII of at most [`MAX_SHOWN`] characters,
    /// no escape cut in two; a kind word for what isn't text.
    #[must_use]
    pub fn received(&self) -> String {
        match self {
            Self::Text(units) if begins_like_credential(after_marks(units)) => {
                escape(units, MAX_SHOWN_CREDENTIAL)
            }
            Self::Text(units) => escape(units, MAX_SHOWN),
            Self::LongText(length) => format!("<{length} characters>"),
            Self::Other(kind) => kind.word().to_owned(),
        }
    }

    /// What the value is, as `typeof` and a look at its class would say.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::LongText(_) => Kind::String,
            Self::Other(kind) => *kind,
        }
    }
}

/// One unit of a text in some encoding, as the grammar needs it: JavaScript strings are UTF-16, log files are bytes.
pub trait Unit: Copy {
    /// The ASCII character, or 0x80 for any other unit. A unit such as U+0132, whose low byte is the
    /// digit `2`, must never pass for that digit.
    fn ascii(self) -> u8;

    /// Four of them, each in 16 bits of its own, the first lowest.
    fn lanes(units: [Self; 4]) -> u64;

    /// A number that is below 0x80 for ASCII only. The numbers of many units may be or-ed together first.
    fn bits(self) -> u16;
}

impl Unit for u8 {
    #[inline]
    fn ascii(self) -> u8 {
        self
    }

    #[inline]
    fn lanes(units: [Self; 4]) -> u64 {
        // Spread in two steps: four loads would take longer.
        let pairs = u64::from(u32::from_le_bytes(units));
        let pairs = (pairs | pairs << 16) & 0x0000_FFFF_0000_FFFF;
        (pairs | pairs << 8) & 0x00FF_00FF_00FF_00FF
    }

    #[inline]
    fn bits(self) -> u16 {
        self.into()
    }
}

impl Unit for u16 {
    #[inline]
    fn ascii(self) -> u8 {
        self.min(0x80) as u8
    }

    #[inline]
    fn lanes(units: [Self; 4]) -> u64 {
        let [a, b, c, d] = units.map(u64::from);
        a | b << 16 | c << 32 | d << 48
    }

    #[inline]
    fn bits(self) -> u16 {
        self
    }
}

/// Whether a text begins like a token or a key.
#[must_use]
pub fn begins_like_credential<U: Unit>(text: &[U]) -> bool {
    let begins = |start: &str| {
        text.len() >= start.len() && text.iter().zip(start.bytes()).all(|(unit, byte)| unit.ascii() == byte)
    };
    let scheme = text
        .first_chunk()
        .map(|start: &[U; SCHEME.len()]| start.map(|unit| unit.ascii().to_ascii_lowercase()));
    scheme.as_ref() == Some(SCHEME) || CREDENTIALS.into_iter().any(begins)
}

/// A text without white space and quotation marks at its beginning.
fn after_marks(units: &[u16]) -> &[u16] {
    let is_mark = |unit: &u16| matches!(unit.ascii(), 0..=b' ' | b'"' | b'\'');
    &units[units.iter().take_while(|unit| is_mark(unit)).count()..]
}

fn escape(units: &[u16], limit: usize) -> String {
    let mut shown = String::with_capacity(limit + MAX_ESCAPE);
    for &unit in units {
        let before = shown.len();
        push_escaped(&mut shown, unit);
        if shown.len() > limit {
            shown.truncate(before);
            break;
        }
    }
    shown
}

/// Characters of the longest escape, `\u0000`.
const MAX_ESCAPE: usize = 6;

/// One UTF-16 unit as JSON writes it, with everything outside printable ASCII escaped.
fn push_escaped(shown: &mut String, unit: u16) {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let short = match unit.ascii() {
        0x08 => 'b',
        b'\t' => 't',
        b'\n' => 'n',
        0x0C => 'f',
        b'\r' => 'r',
        quoted @ (b'"' | b'\\') => quoted.into(),
        plain @ 0x20..=0x7E => return shown.push(plain.into()),
        _ => {
            let nibbles = [unit >> 12, unit >> 8, unit >> 4, unit].map(|part| usize::from(part & 0xF));
            shown.push_str("\\u");
            return shown.extend(nibbles.map(|nibble| char::from(HEX[nibble])));
        }
    };
    shown.push('\\');
    shown.push(short);
}

/// The last characters of a text, at most that many: they are the most informative part of a call site.
#[must_use]
pub(crate) fn ending_of(text: &str, most: usize) -> &str {
    let excess = text.chars().count().saturating_sub(most);
    text.char_indices().nth(excess).map_or("", |(start, _)| &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let units: Vec<u16> = text.encode_utf16().collect();
        Value::Text(&units).received()
    }

    #[test]
    fn everything_but_printable_ascii_is_escaped() {
        assert_eq!(shown("a\"b\\c\r\n\t\u{8}\u{c}\0"), r#"a\"b\\c\r\n\t\b\f\u0000"#);
        assert_eq!(shown("\u{1b}[31m\u{7f}\u{202e}\u{132}"), r"\u001b[31m\u007f\u202e\u0132");
        assert_eq!(Value::Text(&[0xD800, 0x61]).received(), r"\ud800a");
    }

    #[test]
    fn no_escape_is_cut() {
        let text = "x".repeat(61) + "\u{202e}y";
        assert_eq!(shown(&text), "x".repeat(61));
        assert_eq!(shown(&"\u{202e}".repeat(20)).len(), 60);
        assert_eq!(shown(&"x".repeat(200)).len(), 64);
        // The characters of the longest escape are added before it is known that they are too many.
        assert_eq!(shown("x").capacity(), 64 + 6);
    }

    #[test]
    fn little_is_shown_of_what_begins_like_a_credential() {
        for (text, part) in [
            ("Bearer abcdefghij", "Bearer abcde"),
            ("bearer abcdefghij", "bearer abcde"),
            ("eyJhbGciOiJIUzI1NiJ9.e30.x", "eyJhbGciOiJI"),
            ("sk_live_abcdefghij", "sk_live_abcd"),
            ("ghp_abcdefghijklmnop", "ghp_abcdefgh"),
            (" \"eyJhbGciOiJIUzI1NiJ9", r#" \"eyJhbGciO"#),
            ("sk_\u{e9}\u{e9}", r"sk_\u00e9"),
            ("sk_", "sk_"),
        ] {
            assert_eq!(shown(text), part);
        }
        for text in
            ["Bearer251006-143000", "xeyJhbGciOiJIUzI1NiJ9", "SK_live_abcdefghij", "ghpabcdefghijklmnop"]
        {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn no_unit_passes_for_another() {
        for unit in 0..=u16::MAX {
            let ascii = unit.ascii();
            assert!(if unit < 0x80 { u16::from(ascii) == unit } else { ascii == 0x80 }, "{unit:04x}");
        }
    }
}

//! Reads JSON as far as logs need it: texts, whole numbers, and where the rest ends. Nested values are read on demand.
//! RFC 8259.
//!
//! A log of many gigabytes is full of events. A general parser takes four times as long to read them as it takes to find
//! them, and half as much room in the addon as everything else.

use std::borrow::Cow;

/// Why a text is not a JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoJson;

/// The value of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string.
    Text(Text<'a>),
    /// A number without an exponent. Its fraction is dropped.
    Number(i64),
    /// An object or an array, as it was written.
    Nested(&'a str),
    /// Anything else.
    Other,
}

/// A string as it was written, between its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    raw: &'a str,
    escapes: Escapes,
}

/// Whether a text has escapes. It fills a word because values are moved word by word: the processor stalls when it reads a word
/// after writing only one of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
enum Escapes {
    None,
    Some,
}

impl<'a> Text<'a> {
    /// As it was written, escapes and all.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.raw
    }

    /// What it says. Half a surrogate pair is shown as U+FFFD.
    #[must_use]
    pub fn decode(self) -> Cow<'a, str> {
        match self.escapes {
            Escapes::None => self.raw.into(),
            Escapes::Some => decode(self.raw).into(),
        }
    }
}

/// How deep objects and arrays may be nested.
const MAX_DEPTH: usize = 100;

/// Tells each member of the object that `text` begins with, and returns what follows it.
///
/// # Errors
/// If it is not an object, or not complete. Members before the fault have been told.
pub fn members<'a>(text: &'a str, mut each: impl FnMut(Text<'a>, Value<'a>)) -> Result<&'a str, NoJson> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.expect(b'{')?;
    cursor.skip_space();
    if !cursor.takes(b'}') {
        loop {
            let name = cursor.name()?;
            each(name, cursor.value(MAX_DEPTH)?);
            cursor.skip_space();
            if !cursor.takes(b',') {
                break;
            }
        }
        cursor.expect(b'}')?;
    }
    Ok(&text[cursor.at..])
}

/// The name of a known member.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    name: &'static str,
    /// The name in its quotes, with the first byte as the lowest. A name that is too long for this is never found by it.
    written: u128,
    /// Which of the sixteen bytes that are.
    mask: u128,
}

impl Key {
    /// The key of a name.
    #[must_use]
    pub const fn of(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        if bytes.len() > 14 {
            return Self { name, written: 1, mask: 0 };
        }
        let (mut written, mut at) = (b'"' as u128, 0);
        while at < bytes.len() {
            written |= (bytes[at] as u128) << (8 * (at + 1));
            at += 1;
        }
        written |= (b'"' as u128) << (8 * (at + 1));
        Self { name, written, mask: u128::MAX >> (8 * (14 - bytes.len())) }
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// The names of all known members, in the order in which most objects have them.
#[derive(Debug)]
pub struct Keys {
    all: &'static [Key],
    /// The place of a name by its [`beginning`]; of several names with the same one, the place of the first.
    beginnings: [u8; 256],
}

impl Keys {
    /// These names.
    ///
    /// # Panics
    /// If there are more than 256.
    #[must_use]
    pub const fn of(all: &'static [Key]) -> Self {
        assert!(all.len() <= 256);
        let mut beginnings = [0; 256];
        let mut at = all.len();
        while at > 0 {
            at -= 1;
            beginnings[beginning(all[at].written)] = at.to_le_bytes()[0];
        }
        Self { all, beginnings }
    }

    /// The place of the name at the start of `written`, if it has no escapes.
    #[inline]
    fn find(&self, written: u128, next: usize) -> Option<usize> {
        let is = |at: usize| self.all.get(at).is_some_and(|key| written & key.mask == key.written);
        let at = if is(next) { next } else { usize::from(self.beginnings[beginning(written)]) };
        is(at).then_some(at)
    }
}

/// A hash of the first three characters after the quote. With this multiplier, the names in events have different ones, except for
/// two that begin alike.
#[inline]
const fn beginning(written: u128) -> usize {
    let letters = (written >> 8) & 0x00FF_FFFF;
    ((letters * 0xC386_BBC5) >> 24) as usize & 0xFF
}

/// Puts the known members of the object that `text` begins with into `values`, each in the place of its key, and returns what
/// follows the object. Most members come in that order, and as this library writes them: then a name is compared, and not read.
///
/// # Errors
/// As [`members`].
#[inline(never)] // Inlined, it would be compiled for size like its caller.
pub fn known_members<'a>(text: &'a str, keys: &Keys, values: &mut [Value<'a>]) -> Result<&'a str, NoJson> {
    let mut cursor = Cursor { text, at: 0 };
    let mut next = 0;
    cursor.expect(b'{')?;
    cursor.skip_space();
    if cursor.takes(b'}') {
        return Ok(&text[cursor.at..]);
    }
    let mut at = cursor.at;
    loop {
        if let Some(member) = compact_member(text, at, keys, next) {
            next = member.known + 1;
            at = member.end;
            values[member.known] = member.value;
        } else {
            let mut cursor = Cursor { text, at };
            let name = cursor.name()?;
            let value = cursor.value(MAX_DEPTH)?;
            if let Some(known) = keys.all.iter().position(|key| key.name == name.raw) {
                next = known + 1;
                values[known] = value;
            }
            cursor.skip_space();
            at = cursor.at;
        }
        match text.as_bytes().get(at) {
            Some(b',') => at += 1,
            Some(b'}') => return Ok(&text[at + 1..]),
            _ => return Err(NoJson),
        }
    }
}

/// A known member.
struct Member<'a> {
    known: usize,
    value: Value<'a>,
    /// Where it ends: at a comma or a closing brace.
    end: usize,
}

/// The known member at this place, if it is written like most: without blanks, and with a text without escapes, a short number or
/// null as its value.
#[inline]
fn compact_member<'a>(text: &'a str, at: usize, keys: &Keys, next: usize) -> Option<Member<'a>> {
    /// Numbers with this many digits fit.
    const DIGITS: usize = 18;
    let bytes = text.as_bytes();
    let known = keys.find(u128::from_le_bytes(*bytes.get(at..)?.first_chunk()?), next)?;
    let colon = at + keys.all[known].name.len() + 2;
    let start = colon + 1;
    let rest = bytes.get(start..).filter(|_| bytes[colon] == b':')?;
    let (value, end) = match rest.first()? {
        b'"' => {
            let end = start + 1 + plain(&rest[1..]);
            if bytes.get(end) != Some(&b'"') {
                return None;
            }
            (Value::Text(Text { raw: &text[start + 1..end], escapes: Escapes::None }), end + 1)
        }
        b'n' if rest.starts_with(b"null") => (Value::Other, start + 4),
        first @ b'0'..=b'9' => {
            let (mut number, mut length) = (0, 0);
            while let Some(digit @ b'0'..=b'9') = rest.get(length).filter(|_| length < DIGITS) {
                number = number * 10 + i64::from(digit - b'0');
                length += 1;
            }
            if *first == b'0' && length > 1 {
                return None;
            }
            (Value::Number(number), start + length)
        }
        _ => return None,
    };
    matches!(bytes.get(end), Some(b',' | b'}')).then_some(Member { known, value, end })
}

/// Tells each element of the array that `text` begins with, and returns what follows it.
///
/// # Errors
/// If it is not an array, or not complete. Elements before the fault have been told.
pub fn elements<'a>(text: &'a str, mut each: impl FnMut(Value<'a>)) -> Result<&'a str, NoJson> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.expect(b'[')?;
    cursor.skip_space();
    if !cursor.takes(b']') {
        loop {
            cursor.skip_space();
            each(cursor.value(MAX_DEPTH)?);
            cursor.skip_space();
            if !cursor.takes(b',') {
                break;
            }
        }
        cursor.expect(b']')?;
    }
    Ok(&text[cursor.at..])
}

/// The members of one object.
#[derive(Clone, Debug, Default)]
pub struct Object<'a>(Vec<(Text<'a>, Value<'a>)>);

impl<'a> Object<'a> {
    /// The members of `text`, which is one object; blanks may follow.
    #[must_use]
    pub fn of(text: &'a str) -> Option<Self> {
        let mut all = Vec::new();
        let rest = members(text, |name, value| all.push((name, value))).ok()?;
        rest.trim_ascii().is_empty().then_some(Self(all))
    }

    /// In their order.
    pub fn members(&self) -> impl Iterator<Item = (Text<'a>, &Value<'a>)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// The value of a member. If several have this name, the last one counts, as in JavaScript.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().rev().find(|(known, _)| known.raw == name).map(|(_, value)| value)
    }

    /// Whether there is a member of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A member that is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        match self.get(name)? {
            Value::Text(text) => Some(text.decode()),
            _ => None,
        }
    }

    /// A member that is an object.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Self> {
        match self.get(name)? {
            Value::Nested(nested) => Self::of(nested),
            _ => None,
        }
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), NoJson> {
        if self.takes(byte) { Ok(()) } else { Err(NoJson) }
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The name of a member, up to its value.
    fn name(&mut self) -> Result<Text<'a>, NoJson> {
        self.skip_space();
        self.expect(b'"')?;
        let name = self.text()?;
        self.skip_space();
        self.expect(b':')?;
        self.skip_space();
        Ok(name)
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, NoJson> {
        let start = self.at;
        Ok(match self.peek().ok_or(NoJson)? {
            b'"' => {
                self.at += 1;
                Value::Text(self.text()?)
            }
            b'-' | b'0'..=b'9' => self.number()?,
            open @ (b'{' | b'[') => {
                let is_object = open == b'{';
                self.nested(if is_object { b'}' } else { b']' }, is_object, depth)?;
                Value::Nested(&self.text[start..self.at])
            }
            _ => {
                // Most are null.
                let rest = &self.text.as_bytes()[self.at..];
                let is_short = matches!(rest.first_chunk(), Some(b"null" | b"true"));
                if !is_short && !rest.starts_with(b"false") {
                    return Err(NoJson);
                }
                self.at += if is_short { 4 } else { 5 };
                Value::Other
            }
        })
    }

    /// Goes past an object or an array.
    fn nested(&mut self, end: u8, has_names: bool, depth: usize) -> Result<(), NoJson> {
        let depth = depth.checked_sub(1).ok_or(NoJson)?;
        self.at += 1;
        self.skip_space();
        if self.takes(end) {
            return Ok(());
        }
        loop {
            if has_names {
                self.name()?;
            }
            self.skip_space();
            self.value(depth)?;
            self.skip_space();
            if !self.takes(b',') {
                return self.expect(end);
            }
        }
    }

    /// Goes past digits. Returns their number if it fits.
    fn digits(&mut self) -> Result<Option<i64>, NoJson> {
        let start = self.at;
        let mut number = 0_i64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        match self.at - start {
            0 => Err(NoJson),
            1..=18 => Ok(Some(number)),
            _ => Ok(self.text[start..self.at].parse().ok()),
        }
    }

    fn number(&mut self) -> Result<Value<'a>, NoJson> {
        let is_negative = self.takes(b'-');
        let has_zero = self.peek() == Some(b'0');
        let start = self.at;
        let whole = self.digits()?;
        if has_zero && self.at > start + 1 {
            return Err(NoJson);
        }
        if self.takes(b'.') {
            self.digits()?;
        }
        if self.takes(b'e') || self.takes(b'E') {
            let _ = self.takes(b'+') || self.takes(b'-');
            self.digits()?;
            return Ok(Value::Other);
        }
        Ok(whole.map_or(Value::Other, |number| Value::Number(if is_negative { -number } else { number })))
    }

    /// The rest of a string whose first quote was taken.
    #[inline]
    fn text(&mut self) -> Result<Text<'a>, NoJson> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut escapes = Escapes::None;
        loop {
            self.at += plain(&bytes[self.at..]);
            match self.peek().ok_or(NoJson)? {
                b'"' => break,
                b'\\' => {
                    escapes = Escapes::Some;
                    self.escape()?;
                }
                _ => return Err(NoJson),
            }
        }
        let raw = &self.text[start..self.at];
        self.at += 1;
        Ok(Text { raw, escapes })
    }

    fn escape(&mut self) -> Result<(), NoJson> {
        let escaped = &self.text.as_bytes()[self.at + 1..];
        self.at += match escaped {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', hex @ ..] if hex.len() >= 4 && hex[..4].iter().all(u8::is_ascii_hexdigit) => 6,
            _ => return Err(NoJson),
        };
        Ok(())
    }
}

/// How many bytes at the start are neither a quote, a backslash nor a control character. Eight at a time, by Mycroft's trick:
/// a subtraction borrows where a byte is zero.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let quotes = zeros(word ^ (ONES * u64::from(b'"')));
        let backslashes = zeros(word ^ (ONES * u64::from(b'\\')));
        let controls = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (quotes | backslashes | controls) & HIGH;
        if found != 0 {
            // A borrow can only reach bytes above the first one that is found.
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = &bytes[at..];
    at + rest.iter().position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\')).unwrap_or(rest.len())
}

fn decode(raw: &str) -> String {
    let mut decoded = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        decoded.push_str(&rest[..at]);
        let escaped = rest.as_bytes()[at + 1];
        let mut length = 2;
        decoded.push(match escaped {
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (character, taken) = unicode(&rest[at..]);
                length = taken;
                character
            }
            other => char::from(other),
        });
        rest = &rest[at + length..];
    }
    decoded.push_str(rest);
    decoded
}

/// The character of a `\uXXXX`, or of two that are a surrogate pair, and how many bytes it takes.
fn unicode(text: &str) -> (char, usize) {
    const LENGTH: usize = 6;
    let unit = |at: usize| {
        let digits = text.get(at..at + LENGTH)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let units = [unit(0), unit(LENGTH)].into_iter().map_while(|unit| unit);
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => (character, LENGTH * character.len_utf16()),
        _ => (char::REPLACEMENT_CHARACTER, LENGTH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read<'a> = (Vec<(String, Value<'a>)>, &'a str);

    fn read(text: &str) -> Result<Read<'_>, NoJson> {
        let mut found = Vec::new();
        let rest = members(text, |name, value| found.push((name.decode().into_owned(), value)))?;
        Ok((found, rest))
    }

    #[test]
    fn members_are_told_and_what_follows_is_left() {
        let (found, rest) =
            read(r#"{ "a" : "x\"\u00e9\ud83d\ude00\ud800y" , "b":-12.5,"c":[{"d":[]},null] } z"#).unwrap();
        assert_eq!(rest, " z");
        let Value::Text(text) = &found[0].1 else { panic!() };
        assert_eq!(text.decode(), "x\"\u{e9}\u{1F600}\u{FFFD}y");
        assert_eq!(
            found[1..],
            [("b".to_owned(), Value::Number(-12)), ("c".to_owned(), Value::Nested(r#"[{"d":[]},null]"#))]
        );
        assert_eq!(read("{}").unwrap(), (Vec::new(), ""));
    }

    #[test]
    fn anything_but_an_object_is_refused() {
        for text in [
            "",
            "{",
            "{}"[..1].trim(),
            "[]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":01}",
            "{\"a\":1.}",
            "{\"a\":tru}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12g4\"}",
            "{\"a\":\"\\",
            "{\"a\":[1}",
            "{a:1}",
        ] {
            assert_eq!(read(text), Err(NoJson), "{text}");
        }
        let deep = format!("{{\"a\":{}", "[".repeat(100_000));
        assert_eq!(read(&deep), Err(NoJson));
    }

    #[test]
    fn known_members_are_read_as_any_others() {
        const NAMES: [Key; 5] = [
            Key::of("a"),
            Key::of("otherRunId"),
            Key::of("otherSource"),
            Key::of("expectClientId"),
            Key::of("aNameOfMoreLetters"),
        ];
        static KEYS: Keys = Keys::of(&NAMES);
        let values =
            ["null", "true", "false", "\"\"", "\"x y\"", "\"\\\"\"", "0", "01", "-1", "7", "1.5", "1e3"];
        let long =
            ["999999999999999999", "9999999999999999999", "[{}]", "{\"a\":1}", "tru", "\"", "", "\"\n\""];
        for value in values.iter().chain(&long) {
            for name in NAMES.iter().map(Key::name).chain(["other", "b"]) {
                for object in [
                    format!("{{\"{name}\":{value}}} z"),
                    format!("{{\"{name}\":7,\"b\":1,\"{name}\":{value},\"a\":2}}"),
                    format!("{{ \"{name}\" : {value} , \"a\" :\"y\"}}"),
                    format!("{{\"{name}\":{value}\"a\":1}}"),
                    format!("{{\"{name}\":{value},}}"),
                ] {
                    let mut known = [const { Value::Other }; NAMES.len()];
                    let rest = known_members(&object, &KEYS, &mut known);
                    let mut wanted = [const { Value::Other }; NAMES.len()];
                    let wanted_rest = members(&object, |name, value| {
                        if let Some(at) = NAMES.iter().position(|key| key.name() == name.raw()) {
                            wanted[at] = value;
                        }
                    });
                    assert_eq!(rest, wanted_rest, "{object}");
                    assert!(rest.is_err() || known == wanted, "{object}");
                }
            }
        }
    }
}

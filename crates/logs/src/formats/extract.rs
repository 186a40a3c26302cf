//! The lines that `extract` writes: what `check` needs from a log, each record with its original file and line.
//!
//! `[run-id-extract <by> <sum>] <object>`: `by` tells the extracting process from all others, and `sum` is the CRC-32 of `by`
//! and the object, so that two halves of different lines are never taken for one. The object is one of:
//!
//! | members | says |
//! |---|---|
//! | `files`, `host` | how many files are going to be read, and on which machine |
//! | `at`, `text` | a record: `file:line` of its origin, and what stands there; in several lines where it is too long for one (`part`, `more`) |
//! | `end`, `lines`, `tooLong`, `kept` | how much of a file was read, and how many records are in the extract; `error` if not all |
//!
//! What the surrounding lines say about a record is written with it: the columns of a `table`, and that a failed lookup was
//! `announced`.

use std::borrow::Cow;
use std::io::Write;

use crate::formats::json::{self, Text, Value};
use crate::formats::layout::Header;
use crate::read::checksum::Checksum;
use crate::read::lines::Counts;

/// How a line begins.
pub const MARKER: &str = "[run-id-extract ";

/// The bytes of a line with its end: POSIX guarantees that this many are written to a pipe in one piece. It is `PIPE_BUF` on Linux.
pub const MAX_LINE: usize = 4096;

/// The bytes of the name of a process that extracts: 48 bits in the alphabet of base64url.
pub const BY_LENGTH: usize = 8;

/// The bytes of a file's name, as JSON, that leave room for what stands in it.
pub const MAX_NAME: usize = 1024;

const SUM_LENGTH: usize = 8;

/// What stands before the object.
const HEAD_LENGTH: usize = MARKER.len() + BY_LENGTH + 1 + SUM_LENGTH + 2;

/// The members of a part besides its text, and what ends a line.
const TAIL: &str = r#","part":99999,"more":1,"text":""}"#;

mod name {
    pub const FILES: &str = "files";
    pub const HOST: &str = "host";
    pub const AT: &str = "at";
    pub const TEXT: &str = "text";
    pub const TABLE: &str = "table";
    pub const ANNOUNCED: &str = "announced";
    pub const PART: &str = "part";
    pub const MORE: &str = "more";
    pub const END: &str = "end";
    pub const LINES: &str = "lines";
    pub const TOO_LONG: &str = "tooLong";
    pub const KEPT: &str = "kept";
    pub const ERROR: &str = "error";
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractLine<'a> {
    /// Which process extracted.
    pub by: &'a str,
    /// What.
    pub says: Says<'a>,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says<'a> {
    /// An extract begins.
    Begin {
        /// Of so many files.
        files: u64,
        /// On this machine.
        host: Cow<'a, str>,
    },
    /// A record, or a part of one.
    Record(Extracted<'a>),
    /// A file ends.
    End {
        /// Its name.
        file: Cow<'a, str>,
        /// Its lines.
        counts: Counts,
        /// How many records were extracted.
        kept: u64,
        /// Why it was not read to its end.
        error: Option<Cow<'a, str>>,
    },
}

/// A record, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted<'a> {
    /// The file that it is from.
    pub file: Cow<'a, str>,
    /// Its line there.
    pub line: u64,
    /// The table that it is a row of.
    pub header: Option<Header>,
    /// Whether the lines before it say that what it names was not found.
    pub is_announced: bool,
    /// Its text, as it is written.
    pub text: Text<'a>,
    /// Which part of it the text is, from 1 on; none where it is all.
    pub part: Option<u64>,
    /// Whether another part follows.
    pub has_more: bool,
}

/// Parses a line, without its end; none if any byte differs from what was written.
#[must_use]
pub fn read(line: &str) -> Option<ExtractLine<'_>> {
    let rest = line.strip_prefix(MARKER)?;
    let (by, rest) = rest.split_at_checked(BY_LENGTH)?;
    let (sum, rest) = rest.strip_prefix(' ')?.split_at_checked(SUM_LENGTH)?;
    let object = rest.strip_prefix("] ")?;
    if sum.as_bytes() != hex(sum_of(by.as_bytes(), object.as_bytes())) {
        return None;
    }
    let mut fields = Fields::default();
    let after = json::members(object, |name, value| fields.take(name, &value)).ok()?;
    if !after.is_empty() {
        return None;
    }
    Some(ExtractLine { by, says: fields.says()? })
}

/// Whether a file that begins so is an extract.
#[must_use]
pub fn begins(start: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b'\n', &start[..start.len().min(MAX_LINE)]) else { return false };
    start.starts_with(MARKER.as_bytes())
        && str::from_utf8(&start[..end]).is_ok_and(|line| read(line).is_some())
}

fn sum_of(by: &[u8], object: &[u8]) -> u32 {
    let mut sum = Checksum::default();
    sum.update(by);
    sum.update(object);
    sum.value()
}

fn hex(sum: u32) -> [u8; SUM_LENGTH] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    std::array::from_fn(|at| DIGITS[(sum >> (28 - 4 * at)) as usize & 0xF])
}

#[derive(Default)]
struct Fields<'a> {
    files: Option<u64>,
    host: Option<Text<'a>>,
    at: Option<Text<'a>>,
    text: Option<Text<'a>>,
    table: Option<&'a str>,
    announced: Option<u64>,
    part: Option<u64>,
    more: Option<u64>,
    end: Option<Text<'a>>,
    lines: Option<u64>,
    too_long: Option<u64>,
    kept: Option<u64>,
    error: Option<Text<'a>>,
}

impl<'a> Fields<'a> {
    fn take(&mut self, name: Text<'a>, value: &Value<'a>) {
        match value {
            Value::Text(text) => {
                let member = match name.raw() {
                    name::HOST => &mut self.host,
                    name::AT => &mut self.at,
                    name::TEXT => &mut self.text,
                    name::END => &mut self.end,
                    name::ERROR => &mut self.error,
                    _ => return,
                };
                *member = Some(*text);
            }
            Value::Number(number) => {
                let member = match name.raw() {
                    name::FILES => &mut self.files,
                    name::ANNOUNCED => &mut self.announced,
                    name::PART => &mut self.part,
                    name::MORE => &mut self.more,
                    name::LINES => &mut self.lines,
                    name::TOO_LONG => &mut self.too_long,
                    name::KEPT => &mut self.kept,
                    _ => return,
                };
                *member = u64::try_from(*number).ok();
            }
            Value::Nested(nested) if name.raw() == name::TABLE => self.table = Some(nested),
            _ => {}
        }
    }

    fn says(self) -> Option<Says<'a>> {
        if let Some(files) = self.files {
            return Some(Says::Begin { files, host: self.host?.decode() });
        }
        if let Some(file) = self.end {
            return Some(Says::End {
                file: file.decode(),
                counts: Counts { lines: self.lines?, too_long: self.too_long? },
                kept: self.kept?,
                error: self.error.map(Text::decode),
            });
        }
        let (file, line) = split_place(self.at?.decode())?;
        Some(Says::Record(Extracted {
            file,
            line,
            header: match self.table {
                Some(table) => Some(header_of(table)?),
                None => None,
            },
            is_announced: self.announced.is_some(),
            text: self.text?,
            part: self.part,
            has_more: self.more.is_some(),
        }))
    }
}

fn split_place(at: Cow<'_, str>) -> Option<(Cow<'_, str>, u64)> {
    let colon = at.rfind(':')?;
    let line = at[colon + 1..].parse().ok()?;
    let file = match at {
        Cow::Borrowed(at) => at[..colon].into(),
        Cow::Owned(mut at) => {
            at.truncate(colon);
            at.into()
        }
    };
    Some((file, line))
}

/// `[columns, message, time]`; a table may have no time.
fn header_of(table: &str) -> Option<Header> {
    let mut numbers = Vec::new();
    json::elements(table, |value| {
        numbers.push(if let Value::Number(number) = value { usize::try_from(number).ok() } else { None });
    })
    .ok()?;
    match numbers[..] {
        [Some(columns), Some(message)] => Some(Header { columns, message, time: None }),
        [Some(columns), Some(message), time @ Some(_)] => Some(Header { columns, message, time }),
        _ => None,
    }
}

/// Writes lines.
#[derive(Debug)]
pub struct Writer<'w> {
    by: &'w str,
    line: Vec<u8>,
    text: Vec<u8>,
}

impl<'w> Writer<'w> {
    /// For a process of that name, which has [`BY_LENGTH`] bytes.
    #[must_use]
    pub fn new(by: &'w str) -> Self {
        Self { by, line: Vec::with_capacity(MAX_LINE), text: Vec::new() }
    }

    /// The first line.
    pub fn begin(&mut self, files: usize, host: &str, each: &mut dyn FnMut(&[u8])) {
        self.start();
        member(&mut self.line, name::FILES, files as u64);
        self.line.extend_from_slice(br#","host":""#);
        escape(host.as_bytes(), &mut self.line);
        self.line.extend_from_slice(b"\"}");
        self.finish(each);
    }

    /// The last line of a file; its name is a JSON string without quotes.
    pub fn end(
        &mut self,
        file: &[u8],
        counts: Counts,
        kept: u64,
        error: Option<&str>,
        each: &mut dyn FnMut(&[u8]),
    ) {
        self.start();
        self.line.extend_from_slice(b"\"end\":\"");
        self.line.extend_from_slice(file);
        self.line.extend_from_slice(b"\",");
        member(&mut self.line, name::LINES, counts.lines);
        self.line.push(b',');
        member(&mut self.line, name::TOO_LONG, counts.too_long);
        self.line.push(b',');
        member(&mut self.line, name::KEPT, kept);
        if let Some(error) = error {
            let error: String = error.chars().take(MAX_NAME / 6).collect();
            self.line.extend_from_slice(br#","error":""#);
            escape(error.as_bytes(), &mut self.line);
            self.line.push(b'"');
        }
        self.line.push(b'}');
        self.finish(each);
    }

    /// A record, in as many lines as it takes; the name of its file is a JSON string without quotes.
    pub fn record(
        &mut self,
        file: &[u8],
        number: u64,
        header: Option<&Header>,
        is_announced: bool,
        text: &[u8],
        each: &mut dyn FnMut(&[u8]),
    ) {
        let mut escaped = std::mem::take(&mut self.text);
        escaped.clear();
        escape(text, &mut escaped);
        let mut rest = escaped.as_slice();
        let mut part = 1;
        loop {
            self.start();
            self.line.extend_from_slice(b"\"at\":\"");
            self.line.extend_from_slice(file);
            // Writing to memory cannot fail.
            let _ = write!(self.line, ":{number}\"");
            if let Some(Header { columns, message, time }) = header {
                let _ = write!(self.line, r#","table":[{columns},{message}"#);
                let _ = time.map(|time| write!(self.line, ",{time}"));
                self.line.push(b']');
            }
            if is_announced {
                self.line.extend_from_slice(br#","announced":1"#);
            }
            let room = MAX_LINE - 1 - self.line.len() - TAIL.len();
            let length = if rest.len() <= room { rest.len() } else { length_within(rest, room) };
            let (now, later) = rest.split_at(length);
            if part > 1 || !later.is_empty() {
                let _ = write!(self.line, r#","part":{part}"#);
            }
            if !later.is_empty() {
                self.line.extend_from_slice(br#","more":1"#);
            }
            self.line.extend_from_slice(br#","text":""#);
            self.line.extend_from_slice(now);
            self.line.extend_from_slice(b"\"}");
            self.finish(each);
            if later.is_empty() {
                break;
            }
            rest = later;
            part += 1;
        }
        self.text = escaped;
    }

    fn start(&mut self) {
        self.line.clear();
        self.line.extend_from_slice(MARKER.as_bytes());
        self.line.extend_from_slice(self.by.as_bytes());
        self.line.extend_from_slice(b" ........] {");
    }

    fn finish(&mut self, each: &mut dyn FnMut(&[u8])) {
        let sum = hex(sum_of(self.by.as_bytes(), &self.line[HEAD_LENGTH..]));
        self.line[HEAD_LENGTH - 2 - SUM_LENGTH..HEAD_LENGTH - 2].copy_from_slice(&sum);
        self.line.push(b'\n');
        each(&self.line);
    }
}

fn member(line: &mut Vec<u8>, name: &str, number: u64) {
    let _ = write!(line, "\"{name}\":{number}");
}

/// How much of an escaped text fits, with no character and no escape cut in two.
fn length_within(escaped: &[u8], room: usize) -> usize {
    let mut length = 0;
    while let Some(rest) = escaped.get(length..) {
        let unit = match rest {
            [b'\\', b'u', ..] => 6,
            [b'\\' | 0xC0..=0xDF, ..] => 2,
            [0xF0..=0xFF, ..] => 4,
            [0xE0..=0xEF, ..] => 3,
            _ => 1,
        };
        if length + unit > room {
            break;
        }
        length += unit;
    }
    length
}

/// Writes a text as JSON, without quotes. What is not UTF-8 becomes what `check` takes it for; control characters are
/// escaped, those of a terminal with eight bits as well.
pub fn escape(text: &[u8], out: &mut Vec<u8>) {
    if str::from_utf8(text).is_ok() {
        return escape_valid(text, out);
    }
    for chunk in text.utf8_chunks() {
        escape_valid(chunk.valid().as_bytes(), out);
        for _ in chunk.invalid() {
            out.extend_from_slice(b"\\u0001");
        }
    }
}

/// Bytes that are escaped at a time. The room for them is cleared for each text, which is some hundred bytes long.
const BLOCK: usize = 64;

/// The bytes of the longest escape, `\u0000`.
const MAX_ESCAPE: usize = 6;

fn escape_valid(text: &[u8], out: &mut Vec<u8>) {
    let mut room = [0; BLOCK * MAX_ESCAPE + 8];
    let mut rest = text;
    while !rest.is_empty() {
        let length = match rest.get(..BLOCK) {
            // A control character of two bytes stays together.
            Some([.., 0xC2]) => BLOCK - 1,
            Some(_) => BLOCK,
            None => rest.len(),
        };
        let (block, later) = rest.split_at(length);
        let written = escape_block(block, &mut room);
        out.extend_from_slice(&room[..written]);
        rest = later;
    }
}

/// Eight bytes at a time: an event has a quote in most of them. Returns how many bytes are written.
fn escape_block(block: &[u8], room: &mut [u8; BLOCK * MAX_ESCAPE + 8]) -> usize {
    let (mut at, mut to) = (0, 0);
    while let Some(eight) = block[at..].first_chunk::<8>() {
        let special = specials(u64::from_le_bytes(*eight));
        if let Some(place) = room[to..].first_chunk_mut::<8>() {
            *place = *eight;
        }
        // Of none there are 64 zeros.
        let plain = special.trailing_zeros() as usize / 8;
        at += plain;
        to += plain;
        if special == 0 {
            continue;
        }
        // Nearly all are quotes.
        if let (Some(b'"'), Some(quoted)) = (block.get(at), room[to..].first_chunk_mut()) {
            *quoted = *b"\\\"";
            at += 1;
            to += 2;
        } else {
            let (taken, written) = escape_first(&block[at..], &mut room[to..]);
            at += taken;
            to += written;
        }
    }
    while at < block.len() {
        let (taken, written) = escape_first(&block[at..], &mut room[to..]);
        at += taken;
        to += written;
    }
    to
}

/// Marks the first of eight bytes that may have to be escaped, and perhaps others behind it: a control character, a quote, a
/// backslash, or the first byte of a control character of two.
fn specials(eight: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let below = |eight: u64, bound: u64| eight.wrapping_sub(EACH * bound) & !eight & (EACH << 7);
    let equal = |byte: u8| below(eight ^ (EACH * u64::from(byte)), 1);
    below(eight, 0x20) | equal(b'"') | equal(b'\\') | equal(0x7F) | equal(0xC2)
}

/// Writes the first character, or a byte of one. Returns how many bytes are taken, and how many are written.
fn escape_first(text: &[u8], room: &mut [u8]) -> (usize, usize) {
    let (control, taken) = match *text {
        [quoted @ (b'"' | b'\\'), ..] => {
            room[0] = b'\\';
            room[1] = quoted;
            return (1, 2);
        }
        [control @ (..0x20 | 0x7F), ..] => (control, 1),
        [0xC2, control @ 0x80..=0x9F, ..] => (control, 2),
        [byte, ..] => {
            room[0] = byte;
            return (1, 1);
        }
        [] => return (0, 0),
    };
    let [.., high, low] = hex(u32::from(control));
    room[..MAX_ESCAPE].copy_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
    (taken, MAX_ESCAPE)
}

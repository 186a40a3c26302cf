//! The lines that `extract` writes: what `check` needs from a log, each record with its original file and line.
//!
//! `[run-id-extract <by> <sum>] <object>`: `by` tells the extracting process from all others, and `sum` is the CRC-32 of `by`
//! and the object, so that two halves of different lines are never taken for one. The object is one of:
//!
//! | members | says |
//! |---|---|
//! | `files`, `host` | how many files are going to be read, and on which machine |
//! | `at`, `text` | a record: `file:line` of its origin, and its text; in several lines if it is too long for one (`part`, `more`) |
//! | `end`, `lines`, `tooLong`, `kept` | how much of a file was read, and how many records are in the extract; `error` if not all |
//!
//! What the surrounding lines say about a record is written with it: the columns of a `table`, and that a failed lookup was
//! `announced`.

use std::borrow::Cow;
use std::io::Write;

use crate::formats::json::{self, Text, Value};
use crate::formats::layout::Header;
use crate::read::checksum::Checksum;
use crate::read::escape::escape;
use crate::read::lines::Counts;

/// How a line begins.
pub const MARKER: &str = "[run-id-extract ";

/// The maximum bytes of a line, including its end: `PIPE_BUF` of Linux, which a pipe takes in one piece.
pub const MAX_LINE: usize = 4096;

/// The bytes in the name of an extracting process: 48 bits in the alphabet of base64url.
pub const BY_LENGTH: usize = 8;

/// The maximum bytes of a file's name, as JSON, so that its lines have room for their text.
pub const MAX_NAME: usize = 1024;

const SUM_LENGTH: usize = 8;

/// Bytes before the object.
const HEAD_LENGTH: usize = MARKER.len() + BY_LENGTH + 1 + SUM_LENGTH + 2;

/// What precedes the text of a record.
const TEXT: &[u8] = br#","text":""#;

/// The other members of a part, and the end of its line.
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
    /// What it says.
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

/// Parses a line, without its end; `None` if any byte differs from what was written.
#[must_use]
pub fn read(line: &str) -> Option<ExtractLine<'_>> {
    let rest = line.strip_prefix(MARKER)?;
    let (by, rest) = rest.split_at_checked(BY_LENGTH)?;
    let (sum, rest) = rest.strip_prefix(' ')?.split_at_checked(SUM_LENGTH)?;
    let object = rest.strip_prefix("] ")?;
    let mut read = Checksum::default();
    read.update(by.as_bytes());
    read.update(object.as_bytes());
    if sum.as_bytes() != hex(read.value()) {
        return None;
    }
    let mut fields = Fields::default();
    let after = json::members(object, |name, value| fields.take(name, &value)).ok()?;
    if !after.is_empty() {
        return None;
    }
    Some(ExtractLine { by, says: fields.says()? })
}

/// Whether a file that begins with these bytes is an extract.
#[must_use]
pub fn begins(start: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b'\n', &start[..start.len().min(MAX_LINE)]) else { return false };
    start.starts_with(MARKER.as_bytes())
        && str::from_utf8(&start[..end]).is_ok_and(|line| read(line).is_some())
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
pub struct Writer<'w> {
    by: &'w str,
    /// The checksum of the name, with which that of each line begins.
    sum: Checksum,
}

/// Where a record is from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'o> {
    /// The name of its file: a JSON string without quotes.
    pub file: &'o [u8],
    /// Its line there.
    pub line: u64,
    /// The table that it is a row of.
    pub header: Option<&'o Header>,
    /// Whether the lines before it say that what it names was not found.
    pub is_announced: bool,
}

impl<'w> Writer<'w> {
    /// The writer of a process. Its name has [`BY_LENGTH`] bytes.
    #[must_use]
    pub fn new(by: &'w str) -> Self {
        let mut sum = Checksum::default();
        sum.update(by.as_bytes());
        Self { by, sum }
    }

    /// The first line.
    pub fn begin(&self, files: usize, host: &str, out: &mut Vec<u8>) {
        let start = self.start(out);
        member(out, name::FILES, files as u64);
        out.extend_from_slice(br#","host":""#);
        escape(host.as_bytes(), out);
        out.push(b'"');
        self.finish(start, out);
    }

    /// The last line of a file; its name is a JSON string without quotes.
    pub fn end(&self, file: &[u8], counts: Counts, kept: u64, error: Option<&str>, out: &mut Vec<u8>) {
        let start = self.start(out);
        out.extend_from_slice(b"\"end\":\"");
        out.extend_from_slice(file);
        out.extend_from_slice(b"\",");
        member(out, name::LINES, counts.lines);
        out.push(b',');
        member(out, name::TOO_LONG, counts.too_long);
        out.push(b',');
        member(out, name::KEPT, kept);
        if let Some(error) = error {
            let error: String = error.chars().take(MAX_NAME / 6).collect();
            out.extend_from_slice(br#","error":""#);
            escape(error.as_bytes(), out);
            out.push(b'"');
        }
        self.finish(start, out);
    }

    /// A record, in as many lines as it takes.
    pub fn record(&self, origin: Origin<'_>, text: &[u8], out: &mut Vec<u8>) {
        let start = self.start_record(origin, out);
        let room = room_after(start, out);
        out.extend_from_slice(TEXT);
        let at = out.len();
        escape(text, out);
        if out.len() - at > room {
            let escaped = out.split_off(at);
            out.truncate(start);
            return self.parts(origin, &escaped, out);
        }
        out.push(b'"');
        self.finish(start, out);
    }

    fn parts(&self, origin: Origin<'_>, escaped: &[u8], out: &mut Vec<u8>) {
        let mut rest = escaped;
        let mut part = 1;
        while !rest.is_empty() {
            let start = self.start_record(origin, out);
            let room = room_after(start, out);
            let length = if rest.len() <= room { rest.len() } else { length_within(rest, room) };
            let (now, later) = rest.split_at(length);
            out.push(b',');
            member(out, name::PART, part);
            if !later.is_empty() {
                out.push(b',');
                member(out, name::MORE, 1);
            }
            out.extend_from_slice(TEXT);
            out.extend_from_slice(now);
            out.push(b'"');
            self.finish(start, out);
            rest = later;
            part += 1;
        }
    }

    /// Begins a line. Returns where it begins.
    fn start(&self, out: &mut Vec<u8>) -> usize {
        let start = out.len();
        out.extend_from_slice(MARKER.as_bytes());
        out.extend_from_slice(self.by.as_bytes());
        out.extend_from_slice(b" ........] {");
        start
    }

    fn start_record(&self, origin: Origin<'_>, out: &mut Vec<u8>) -> usize {
        let start = self.start(out);
        let Origin { file, line, header, is_announced } = origin;
        out.extend_from_slice(b"\"at\":\"");
        out.extend_from_slice(file);
        out.push(b':');
        decimal(line, out);
        out.push(b'"');
        if let Some(Header { columns, message, time }) = header {
            // Writing to memory cannot fail.
            let _ = write!(out, r#","table":[{columns},{message}"#);
            let _ = time.map(|time| write!(out, ",{time}"));
            out.push(b']');
        }
        if is_announced {
            out.push(b',');
            member(out, name::ANNOUNCED, 1);
        }
        start
    }

    /// Ends the line that begins at `start`.
    fn finish(&self, start: usize, out: &mut Vec<u8>) {
        out.push(b'}');
        let object = start + HEAD_LENGTH;
        let mut sum = self.sum.clone();
        sum.update(&out[object..]);
        out[object - 2 - SUM_LENGTH..object - 2].copy_from_slice(&hex(sum.value()));
        out.push(b'\n');
    }
}

/// How many bytes of a text fit into the line that begins at `start`.
fn room_after(start: usize, out: &[u8]) -> usize {
    MAX_LINE - 1 - (out.len() - start) - TAIL.len()
}

fn member(out: &mut Vec<u8>, name: &str, number: u64) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    decimal(number, out);
}

/// Every record has such a number, and the standard library takes five times as long to write it.
fn decimal(number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let (mut at, mut rest) = (digits.len(), number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// How much of an escaped text fits without cutting a character or an escape in two.
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

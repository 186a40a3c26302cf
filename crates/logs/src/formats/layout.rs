//! How records lie in a file, guessed from its first bytes.

use crate::formats::extract;
use crate::formats::records::walk::{Cut, Walk};
use crate::read::input::SNIFFED;

/// How records lie in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A record a line.
    Lines,
    /// A JSON object a line.
    JsonLines,
    /// Docker's lines, with long ones split into parts.
    Docker,
    /// The lines of Kubernetes' runtimes, likewise.
    Cri,
    /// JSON documents that take several lines or hold several records.
    Documents,
    /// Blocks between empty lines: journald's export.
    Blocks,
    /// Rows after a header.
    Table(Header),
    /// Records of other files, each with its place there.
    Extract,
}

/// The columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// How many there are.
    pub columns: usize,
    /// The one of messages.
    pub message: usize,
    /// The one of times.
    pub time: Option<usize>,
}

/// Lines that are inspected: the first may be torn.
const LINES: usize = 8;

const MESSAGES: [&str; 6] = ["_raw", "@message", "message", "log", "logmessage", "content"];
const TIMES: [&str; 6] = ["_time", "@timestamp", "timestamp", "date", "time", "timegenerated"];

impl Layout {
    /// The layout of a file that begins with these bytes.
    #[must_use]
    pub fn of(start: &[u8]) -> Self {
        if extract::begins(start) {
            return Self::Extract;
        }
        let start = start.trim_ascii_start();
        if start.starts_with(b"__CURSOR=") || start.starts_with(b"__REALTIME_TIMESTAMP=") {
            return Self::Blocks;
        }
        if holds_documents(start) {
            return Self::Documents;
        }
        let mut lines = start.split(|byte| *byte == b'\n').take(LINES);
        if let Some(header) = lines.clone().next().and_then(Header::of) {
            return Self::Table(header);
        }
        let known = lines.find_map(|line| match line.trim_ascii_start() {
            line if line.starts_with(b"{\"log\":\"") => Some(Self::Docker),
            line if line.starts_with(b"{\"") => Some(Self::JsonLines),
            line if is_cri(line) => Some(Self::Cri),
            _ => None,
        });
        known.unwrap_or(Self::Lines)
    }

    /// Whether each line can be read without the others.
    #[must_use]
    pub fn is_divisible(&self) -> bool {
        matches!(self, Self::Lines | Self::JsonLines | Self::Table(_))
    }
}

/// Whether the first JSON value takes several lines, holds several records, or is followed by something in its line.
fn holds_documents(start: &[u8]) -> bool {
    let mut walk = Walk::default();
    let mut at = 0;
    match walk.next(start, &mut at, start.len() < SNIFFED / 2) {
        Some(Cut::Lines(_)) => false,
        Some(Cut::Piece(_)) if walk.is_within() => true,
        Some(Cut::Piece(end)) => {
            let rest = start[end..].trim_ascii_start();
            let after = &start[end..start.len() - rest.len()];
            start[..end].contains(&b'\n') || (!rest.is_empty() && !after.contains(&b'\n'))
        }
        None => !start.is_empty(),
    }
}

/// `2025-10-06T14:30:00.123456789Z stderr F `
fn is_cri(line: &[u8]) -> bool {
    let mut words = line.splitn(4, |byte| *byte == b' ');
    let (Some(time), Some(stream), Some(tag)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    crate::formats::time::of_iso(time).is_some()
        && matches!(stream, b"stdout" | b"stderr")
        && matches!(tag.first(), Some(b'F' | b'P'))
}

impl Header {
    fn of(line: &[u8]) -> Option<Self> {
        let line = str::from_utf8(line).ok()?;
        let names: Vec<String> =
            fields(line)?.into_iter().map(|name| name.trim_matches('"').to_ascii_lowercase()).collect();
        let place =
            |known: &[&str]| known.iter().find_map(|known| names.iter().position(|name| name == known));
        let message = place(&MESSAGES).filter(|_| names.len() > 1)?;
        Some(Self { columns: names.len(), message, time: place(&TIMES) })
    }
}

/// The fields of a row of CSV with their quotes; `None` if a quote is open or within a field. RFC 4180, section 2.
#[must_use]
pub fn fields(row: &str) -> Option<Vec<&str>> {
    let mut fields = Vec::new();
    let mut rest = row.trim_end_matches('\r');
    loop {
        let end = match rest.strip_prefix('"') {
            Some(quoted) => 1 + end_of(quoted)?,
            None => rest.find(',').unwrap_or(rest.len()),
        };
        let (field, after) = rest.split_at(end);
        if !field.starts_with('"') && field.contains('"') {
            return None;
        }
        fields.push(field);
        if after.is_empty() {
            return Some(fields);
        }
        rest = after.strip_prefix(',')?;
    }
}

/// The length of the rest of a quoted field, its last quote included.
fn end_of(quoted: &str) -> Option<usize> {
    let bytes = quoted.as_bytes();
    let mut at = 0;
    loop {
        at += memchr::memchr(b'"', &bytes[at..])? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

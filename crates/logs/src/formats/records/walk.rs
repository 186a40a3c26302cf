//! Goes through JSON documents byte by byte, in whatever pieces they come, and tells where a record begins and ends:
//! memory is needed for one record, and not for a document.

use std::mem;

use memchr::memchr3;

use crate::formats::FORMATS;

/// Where to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// What precedes is a record, or is between two.
    Piece(usize),
    /// What precedes is not JSON: lines.
    Lines(usize),
}

/// A document that is nested deeper is not a log.
const MAX_DEPTH: usize = 100;

/// No name on the way to records is longer.
const MAX_NAME: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expects {
    Value,
    ValueOrEnd,
    Name,
    NameOrEnd,
    Colon,
    CommaOrEnd,
}

/// How far a container is on the way to records.
#[derive(Clone, Copy, Debug)]
struct Way {
    /// The ways that fit so far, a bit each.
    fits: u64,
    /// Names passed.
    names: usize,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    is_object: bool,
    way: Way,
}

/// The state after what has been gone through.
pub struct Walk {
    ways: Vec<&'static [&'static str]>,
    levels: Vec<Level>,
    expects: Expects,
    /// In a string: whether it is a name.
    string: Option<bool>,
    /// Whether the next byte of the string is escaped.
    is_escaped: bool,
    name: Vec<u8>,
    /// How many containers are open where a record begins; 0 outside of one.
    record: usize,
    /// Whether the rest of the line is not JSON.
    is_lost: bool,
    /// Where a value begins that was cut off from what precedes it.
    begun: Option<usize>,
}

impl Default for Walk {
    /// At the start of a file.
    fn default() -> Self {
        Self {
            ways: FORMATS.iter().flat_map(|format| format.envelopes).copied().collect(),
            levels: Vec::new(),
            expects: Expects::Value,
            string: None,
            is_escaped: false,
            name: Vec::new(),
            record: 0,
            is_lost: false,
            begun: None,
        }
    }
}

impl Walk {
    /// Whether a document is open.
    #[must_use]
    pub fn is_within(&self) -> bool {
        !self.levels.is_empty()
    }

    /// Forgets that many bytes at the start.
    pub fn advance(&mut self, by: usize) {
        self.begun = self.begun.map(|at| at.saturating_sub(by));
    }

    /// The next place to cut, from `at` on, which is moved there; none if more data is needed.
    pub fn next(&mut self, bytes: &[u8], at: &mut usize, is_last: bool) -> Option<Cut> {
        while *at < bytes.len() {
            if self.is_lost {
                let end = memchr::memchr(b'\n', &bytes[*at..]).map(|length| *at + length + 1);
                *at = end.unwrap_or(bytes.len());
                if end.is_none() && !is_last {
                    return None;
                }
                self.is_lost = false;
                return Some(Cut::Lines(*at));
            }
            if let Some(is_name) = self.string {
                self.go_through_string(bytes, at, is_name);
                continue;
            }
            let byte = bytes[*at];
            if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                *at += 1;
                continue;
            }
            if self.levels.is_empty() {
                // What separates documents: a comma, a zero byte, a record separator (RFC 7464).
                if matches!(byte, b',' | 0 | 0x1E) {
                    *at += 1;
                    continue;
                }
                match is_document(&bytes[*at..], is_last) {
                    None => return None,
                    Some(false) => {
                        self.is_lost = true;
                        continue;
                    }
                    Some(true) => self.expects = Expects::Value,
                }
            }
            match (self.expects, byte) {
                (Expects::Value | Expects::ValueOrEnd, b'{' | b'[') => {
                    if self.begins_piece() && self.begun != Some(*at) && *at > 0 {
                        self.begun = Some(*at);
                        return Some(Cut::Piece(*at));
                    }
                    self.open(byte == b'{');
                    *at += 1;
                }
                (Expects::ValueOrEnd, b']') | (Expects::NameOrEnd, b'}') => {
                    *at += 1;
                    if self.close() {
                        return Some(Cut::Piece(*at));
                    }
                }
                (Expects::CommaOrEnd, b']' | b'}') => {
                    let is_object = self.levels.last().is_some_and(|level| level.is_object);
                    if is_object != (byte == b'}') {
                        self.lose();
                        continue;
                    }
                    *at += 1;
                    if self.close() {
                        return Some(Cut::Piece(*at));
                    }
                }
                (Expects::CommaOrEnd, b',') => {
                    let is_object = self.levels.last().is_some_and(|level| level.is_object);
                    self.expects = if is_object { Expects::Name } else { Expects::Value };
                    *at += 1;
                }
                (Expects::Colon, b':') => {
                    self.expects = Expects::Value;
                    *at += 1;
                }
                (Expects::Name | Expects::NameOrEnd, b'"') => {
                    self.name.clear();
                    self.string = Some(true);
                    *at += 1;
                }
                (Expects::Value | Expects::ValueOrEnd, b'"') => {
                    self.string = Some(false);
                    *at += 1;
                }
                (Expects::Value | Expects::ValueOrEnd, b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {
                    let is_scalar =
                        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
                    let end = bytes[*at..].iter().position(|byte| !is_scalar(byte));
                    *at += end.or(is_last.then_some(bytes.len() - *at))?;
                    self.expects = Expects::CommaOrEnd;
                }
                _ => self.lose(),
            }
            if self.levels.len() > MAX_DEPTH {
                self.lose();
            }
        }
        None
    }

    fn go_through_string(&mut self, bytes: &[u8], at: &mut usize, is_name: bool) {
        if mem::take(&mut self.is_escaped) {
            *at += 1;
            return;
        }
        let rest = &bytes[*at..];
        let length = memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
        if is_name && self.name.len() <= MAX_NAME {
            self.name.extend_from_slice(&rest[..length.min(MAX_NAME + 1)]);
        }
        *at += length;
        match rest.get(length) {
            Some(b'"') => {
                *at += 1;
                self.string = None;
                self.expects = if is_name { Expects::Colon } else { Expects::CommaOrEnd };
            }
            Some(b'\\') => {
                if is_name {
                    // None of the names that count is escaped.
                    self.name.push(b'\\');
                }
                *at += 1;
                self.is_escaped = true;
            }
            Some(_) => self.lose(),
            None => {}
        }
    }

    /// Whether the value that begins here is a record, or a document that may be one.
    fn begins_piece(&self) -> bool {
        self.record == 0
            && match self.levels.last() {
                None => true,
                Some(level) => {
                    !level.is_object && (Self::holds_documents(*level) || self.are_records(level.way))
                }
            }
    }

    /// Whether an array holds documents: no name was passed on the way to it.
    fn holds_documents(array: Level) -> bool {
        array.way.names == 0
    }

    fn are_records(&self, way: Way) -> bool {
        self.fitting(way).any(|known| known.len() == way.names) && way.names > 0
    }

    fn fitting(&self, way: Way) -> impl Iterator<Item = &'static [&'static str]> {
        self.ways.iter().enumerate().filter(move |(at, _)| way.fits >> at & 1 == 1).map(|(_, known)| *known)
    }

    fn open(&mut self, is_object: bool) {
        let is_record = self.record == 0
            && self.levels.last().is_some_and(|level| !level.is_object && self.are_records(level.way));
        let way = match self.levels.last() {
            None => Way { fits: u64::MAX, names: 0 },
            Some(level) if level.is_object => {
                let Way { fits, names } = level.way;
                let passes =
                    |known: &[&str]| known.get(names).is_some_and(|name| name.as_bytes() == self.name);
                let passing = self.ways.iter().enumerate().filter(|(_, known)| passes(known));
                let passing = passing.fold(0, |all, (at, _)| all | 1 << at);
                Way { fits: fits & passing, names: names + 1 }
            }
            Some(level) => level.way,
        };
        self.levels.push(Level { is_object, way });
        if is_record {
            self.record = self.levels.len();
        }
        self.expects = if is_object { Expects::NameOrEnd } else { Expects::ValueOrEnd };
    }

    /// Whether a record or a document ends with this container.
    fn close(&mut self) -> bool {
        let is_record = self.record == self.levels.len();
        self.levels.pop();
        self.expects = Expects::CommaOrEnd;
        if is_record {
            self.record = 0;
        }
        is_record
            || (self.record == 0
                && self.levels.last().is_none_or(|level| !level.is_object && Self::holds_documents(*level)))
    }

    /// What has begun is not JSON.
    fn lose(&mut self) {
        self.levels.clear();
        self.record = 0;
        self.string = None;
        self.is_escaped = false;
        self.is_lost = true;
    }
}

/// Whether a JSON document begins here; `None` if that is not known yet.
fn is_document(bytes: &[u8], is_last: bool) -> Option<bool> {
    match bytes.first()? {
        b'{' => Some(true),
        b'[' => {
            // Text may begin with brackets as well, such as `[[run-id]`.
            let is_passed = |byte: &u8| *byte == b'[' || byte.is_ascii_whitespace();
            let passed = bytes.iter().take_while(|byte| is_passed(byte));
            let depth = passed.clone().filter(|byte| **byte == b'[').count();
            match bytes.get(passed.count()) {
                Some(next) => Some(matches!(next, b'{' | b']') || (*next == b'"' && depth > 1)),
                None => is_last.then_some(false),
            }
        }
        _ => Some(false),
    }
}

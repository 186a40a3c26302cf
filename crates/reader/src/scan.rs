//! Finds run IDs in bytes: in one buffer, or in a stream of any length with constant memory.
//!
//! A token without its trailing `-` and `_` is a match if and only if it is a run ID; nothing inside a token is
//! searched. So longer digit strings, UUIDs, dates and other systems' IDs contain none.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memchr_iter;
use run_id_core::base::BASE_LENGTH;
use run_id_core::client_id::{is_inner, is_separator};
use run_id_core::event::OPENING;
use run_id_core::run_id::{MAX_LENGTH, RunId};

use crate::token;

/// A run ID, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find<'a> {
    /// The run ID as it was written.
    pub text: &'a [u8],
    /// Its parts.
    pub run_id: RunId<'a>,
    /// Bytes before it.
    pub offset: u64,
    /// The line it is in, from 1. Lines end with a line feed.
    pub line: u64,
}

/// Digits before the hyphen of a base, and after it.
const HALF: usize = BASE_LENGTH / 2;

/// How far a window of the input was scanned.
enum Scanned {
    /// Every find was told; hyphens from here on have not been looked at.
    Upto(usize),
    /// A token that begins here like a base, and may go on after the window.
    Open(usize),
}

/// Where a window lies in the input.
#[derive(Clone, Copy)]
struct Position {
    /// Bytes before the window.
    offset: u64,
    /// Line feeds before `counted`.
    lines: u64,
    /// How far into the window line feeds have been counted.
    counted: usize,
}

impl Position {
    fn line_at(&mut self, window: &[u8], at: usize) -> u64 {
        self.lines += memchr_iter(b'\n', &window[self.counted..at]).count() as u64;
        self.counted = at;
        self.lines + 1
    }

    /// Lets go of the first bytes of the window.
    fn advance(&mut self, window: &[u8], by: usize) {
        if self.counted < by {
            self.line_at(window, by);
        }
        self.counted -= by;
        self.offset += by as u64;
    }
}

/// Every find in a buffer, in order.
pub fn scan<'a>(text: &'a [u8], mut each: impl FnMut(Find<'a>)) {
    let mut position = Position { offset: 0, lines: 0, counted: 0 };
    scan_window(text, 0, true, &mut position, &mut each);
}

/// The run IDs in a buffer, in order, where it is known that none begins before `from`.
#[must_use]
pub fn spans(text: &[u8], from: usize) -> Vec<(Range<usize>, RunId<'_>)> {
    let mut spans = Vec::new();
    let mut at = from;
    while let Next::Find(span, run_id) = next(text, at..text.len(), true, false) {
        at = span.end;
        spans.push((span, run_id));
    }
    spans
}

/// Where the first run ID begins whose base has its hyphen in `range`.
#[must_use]
pub fn first(text: &[u8], range: Range<usize>) -> Option<usize> {
    if let Next::Find(span, _) = next(text, range, true, false) { Some(span.start) } else { None }
}

/// Where the first run ID in a range begins, or the marker of an event before it. Both have a hyphen, so looking for both takes no
/// longer than for one.
#[must_use]
pub fn first_or_marker(text: &[u8], range: Range<usize>) -> Option<First> {
    match next(text, range, true, true) {
        Next::Find(span, _) => Some(First::RunId(span.start)),
        Next::Marker(start) => Some(First::Marker(start)),
        Next::Open(_) | Next::Nothing => None,
    }
}

/// What comes first in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// A run ID begins here.
    RunId(usize),
    /// The marker of an event does.
    Marker(usize),
}

/// Where the marker begins whose hyphen this is.
fn marker_at(text: &[u8], hyphen: usize) -> Option<usize> {
    const BEFORE: usize = {
        let mut at = 0;
        while OPENING.as_bytes()[at] != b'-' {
            at += 1;
        }
        at
    };
    let start = hyphen.checked_sub(BEFORE)?;
    let is_marker = text[hyphen + 1..].first() == Some(&OPENING.as_bytes()[BEFORE + 1])
        && text[start..].starts_with(OPENING.as_bytes());
    is_marker.then_some(start)
}

/// What comes next in a window.
enum Next<'a> {
    /// A run ID. Its token may be longer, but contains no other run ID.
    Find(Range<usize>, RunId<'a>),
    /// A token that begins here like a base, and may go on after the window.
    Open(usize),
    /// The marker of an event begins here.
    Marker(usize),
    /// Neither.
    Nothing,
}

/// Looks at the hyphens in a range of a window. What precedes the range decides where tokens begin.
fn next(window: &[u8], range: Range<usize>, is_last: bool, with_markers: bool) -> Next<'_> {
    let mut within = range.start;
    for hyphen in memchr_iter(b'-', &window[range.clone()]).map(|at| range.start + at) {
        if hyphen < within || !is_base_hyphen(window, hyphen) {
            if with_markers && let Some(marker) = marker_at(window, hyphen) {
                return Next::Marker(marker);
            }
            continue;
        }
        let start = hyphen - HALF;
        if !token::begins(window, start) {
            continue;
        }
        let after = hyphen + 1 + HALF;
        let end = window[after..].iter().position(|byte| !is_inner(*byte));
        let Some(end) = end.map(|length| after + length).or(is_last.then_some(window.len())) else {
            return Next::Open(start);
        };
        within = end;
        if let Some(text) = find_in(&window[start..end])
            && let Some(run_id) = RunId::of_bytes(text)
        {
            return Next::Find(start..start + text.len(), run_id);
        }
    }
    Next::Nothing
}

/// Tells every find of a window from `from` on.
fn scan_window<'a>(
    window: &'a [u8],
    from: usize,
    is_last: bool,
    position: &mut Position,
    each: &mut impl FnMut(Find<'a>),
) -> Scanned {
    let mut at = from;
    loop {
        match next(window, at..window.len(), is_last, false) {
            Next::Find(span, run_id) => {
                // Only separators may follow in its token.
                at = span.end;
                let (offset, line) =
                    (position.offset + span.start as u64, position.line_at(window, span.start));
                each(Find { text: &window[span], run_id, offset, line });
            }
            Next::Open(start) => return Scanned::Open(start),
            // A base whose end is not here yet has its hyphen among the last bytes.
            Next::Marker(_) | Next::Nothing => {
                return Scanned::Upto(window.len().saturating_sub(HALF).max(from));
            }
        }
    }
}

/// Whether six digits stand on either side. Dates and UUIDs, the usual hyphens, fail at one of the first looks.
#[inline]
fn is_base_hyphen(window: &[u8], hyphen: usize) -> bool {
    let Some(around) = hyphen.checked_sub(HALF).and_then(|start| window.get(start..start + BASE_LENGTH))
    else {
        return false;
    };
    let is_digit = |at: usize| around[at].is_ascii_digit();
    is_digit(HALF + 1)
        && is_digit(0)
        && is_digit(BASE_LENGTH - 1)
        && (1..HALF).all(is_digit)
        && (HALF + 2..BASE_LENGTH - 1).all(is_digit)
}

/// The part of a token that may be a run ID.
fn find_in(token: &[u8]) -> Option<&[u8]> {
    let last = token.iter().rposition(|byte| !is_separator(*byte))?;
    (last < MAX_LENGTH).then(|| &token[..=last])
}

/// Bytes that are read at a time.
const CHUNK: usize = 256 * 1024;

/// Of a token longer than this, only the beginning is kept, and whether it is over.
const MAX_KEPT: usize = 4096;

/// A long token whose end has not come yet.
struct LongToken {
    head: Vec<u8>,
    /// Whether nothing but trailing bytes has come since the head.
    is_over: bool,
    offset: u64,
    line: u64,
}

/// Finds run IDs in a stream.
pub struct Scanner {
    buffer: Vec<u8>,
    /// Bytes of the buffer that hold input.
    filled: usize,
    /// Where the next hyphen may be.
    from: usize,
    position: Position,
    long: Option<LongToken>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            buffer: vec![0; CHUNK + MAX_KEPT + token::LOOK_BEHIND],
            filled: 0,
            from: 0,
            position: Position { offset: 0, lines: 0, counted: 0 },
            long: None,
        }
    }
}

impl Scanner {
    /// Reads all of `input` and tells every find, in order.
    ///
    /// # Errors
    /// Those of the reader. What was found before one has been told, except for a token that it cut.
    pub fn scan(&mut self, input: &mut impl Read, mut each: impl FnMut(Find<'_>)) -> io::Result<()> {
        loop {
            let read = match input.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.filled += read;
            let is_last = read == 0;
            self.take(is_last, &mut each);
            if is_last {
                return Ok(());
            }
        }
    }

    fn take(&mut self, is_last: bool, each: &mut impl FnMut(Find<'_>)) {
        if let Some(long) = &mut self.long {
            let window = &self.buffer[self.from..self.filled];
            let rest = window.iter().position(|byte| !is_inner(*byte));
            let end = rest.unwrap_or(window.len());
            long.is_over &= window[..end].iter().all(|byte| is_separator(*byte));
            self.from += end;
            if rest.is_some() || is_last {
                long.tell(each);
                self.long = None;
            }
        }
        let window = &self.buffer[..self.filled];
        if self.long.is_none() {
            match scan_window(window, self.from, is_last, &mut self.position, each) {
                Scanned::Upto(from) => self.from = from,
                Scanned::Open(start) if self.filled - start <= MAX_KEPT => self.from = start + HALF,
                Scanned::Open(start) => {
                    let (head, rest) = window[start..].split_at(MAX_LENGTH + 1);
                    self.long = Some(LongToken {
                        head: head.to_vec(),
                        is_over: rest.iter().all(|byte| is_separator(*byte)),
                        offset: self.position.offset + start as u64,
                        line: self.position.line_at(window, start),
                    });
                    self.from = self.filled;
                }
            }
        }
        let kept = self.from.saturating_sub(HALF + token::LOOK_BEHIND);
        self.position.advance(&self.buffer[..self.filled], kept);
        self.buffer.copy_within(kept..self.filled, 0);
        self.filled -= kept;
        self.from -= kept;
    }
}

impl LongToken {
    fn tell(&self, each: &mut impl FnMut(Find<'_>)) {
        if !self.is_over {
            return;
        }
        let Some(text) = find_in(&self.head) else { return };
        if let Ok(run_id) = RunId::parse(text) {
            each(Find { text, run_id, offset: self.offset, line: self.line });
        }
    }
}

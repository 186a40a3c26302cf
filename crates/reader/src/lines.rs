//! Reads the lines that may be about a run: those with a run ID or an event, including one whose fields a logger wrote.

use std::cell::RefCell;
use std::io::{self, Read};
use std::iter;

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter, memrchr};

use run_id_core::event::{OPENING, field};

use crate::scan::{Find, First, first, first_or_marker, scan};

/// A line of interest.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Without its end.
    pub text: &'a [u8],
    /// From 1.
    pub number: u64,
    /// Where the first run ID in it begins, if that is known.
    pub first: Option<usize>,
    /// Whether [`OPENING`] is in it.
    pub is_marked: bool,
    /// What precedes it in the chunk: at most the last [`BEFORE`] bytes.
    pub before: &'a [u8],
}

impl<'a> Line<'a> {
    /// Whether it holds a run ID or the marker. Any other line has to be read to see whether it is of interest.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        self.first.is_some() || self.is_marked
    }

    /// The run IDs in it.
    #[must_use]
    pub fn finds(&self) -> Vec<Find<'a>> {
        let mut finds = Vec::new();
        scan(self.text, |find| finds.push(find));
        finds
    }
}

/// How Node.js shows an error: its message comes some lines before the run ID.
pub const BEFORE: usize = 2048;

/// Bytes that are read at a time.
pub const CHUNK: usize = 256 * 1024;

/// An event has up to 4 KiB, and less than four times that in a collector's quotes. Anything longer than this is not a log
/// line, and is not kept in memory.
pub const MAX_LINE: usize = 1024 * 1024;

/// How many lines there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Line ends.
    pub lines: u64,
    /// Lines that were too long to be read; of an extract, torn ones as well.
    pub too_long: u64,
}

/// Reads `input` and tells its lines of interest, in order.
///
/// All lines before an error of the reader are passed on, including the one that it cut.
pub fn read(input: &mut dyn Read, each: &mut dyn FnMut(Line<'_>)) -> (Counts, io::Result<()>) {
    read_with(Reader::new(None), input, each)
}

/// The same; lines that hold `also` are of interest too.
pub fn read_also(
    input: &mut dyn Read,
    also: &'static str,
    each: &mut dyn FnMut(Line<'_>),
) -> (Counts, io::Result<()>) {
    read_with(Reader::new(Some(also)), input, each)
}

fn read_with(
    reader: Reader,
    input: &mut dyn Read,
    each: &mut dyn FnMut(Line<'_>),
) -> (Counts, io::Result<()>) {
    let reader = RefCell::new(reader);
    let take = &mut |chunk: &[u8]| reader.borrow_mut().take(chunk, each);
    let outcome = read_chunks(input, take, &mut || reader.borrow_mut().begin_long());
    (reader.into_inner().counts, outcome)
}

/// Passes `input` to `take` in pieces of whole lines, and the rest at its end. A line that is too long is not passed on: `skip` is
/// called for each piece of it, and the next piece for `take` begins with its end.
///
/// # Errors
/// Those of the reader.
pub fn read_chunks(
    input: &mut dyn Read,
    take: &mut dyn FnMut(&[u8]),
    skip: &mut dyn FnMut(),
) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize((buffer.len() * 2).min(MAX_LINE + 1), 0);
        }
        let read = match input.read(&mut buffer[filled..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Ok(read) if read > 0 => read,
            ended => {
                take(&buffer[..filled]);
                return ended.map(|_| ());
            }
        };
        let before = filled;
        filled += read;
        let Some(last) = memrchr(b'\n', &buffer[before..filled]) else {
            if filled > MAX_LINE {
                skip();
                filled = 0;
            }
            continue;
        };
        let end = before + last + 1;
        take(&buffer[..end]);
        buffer.copy_within(end..filled, 0);
        filled -= end;
    }
}

/// The beginning of the field by which some events are found: those about refusals and observations may have no run ID and, if a
/// logger wrote their fields, no marker. In a quoted line, its quote is escaped.
fn counts() -> Finder<'static> {
    Finder::new(&format!("\"{}", field::COUNTS)).into_owned()
}

/// Finds the lines of interest.
pub struct Reader {
    marker: Finder<'static>,
    others: Vec<Finder<'static>>,
    /// Of everything before the next chunk.
    counts: Counts,
    /// Whether the next chunk begins with the rest of a line that is too long.
    is_in_long: bool,
}

impl Reader {
    /// At the start of a file. Lines that hold `also` are of interest too.
    #[must_use]
    pub fn new(also: Option<&'static str>) -> Self {
        Self {
            marker: Finder::new(OPENING),
            others: iter::once(counts()).chain(also.map(Finder::new)).collect(),
            counts: Counts::default(),
            is_in_long: false,
        }
    }

    /// How many lines there were so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Counts lines that were told otherwise.
    pub fn pass(&mut self, lines: u64) {
        self.counts.lines += lines;
    }

    /// Counts one that is too long.
    pub fn leave_out(&mut self) {
        self.counts.too_long += 1;
    }

    /// Whether what comes next is the rest of a line that is too long.
    #[must_use]
    pub fn is_in_long(&self) -> bool {
        self.is_in_long
    }

    /// Skips everything up to the next line end.
    pub fn begin_long(&mut self) {
        if !self.is_in_long {
            self.leave_out();
        }
        self.is_in_long = true;
    }

    /// Takes a text that is not a line, and follows what was taken before.
    pub fn piece(&mut self, text: &[u8], each: &mut dyn FnMut(Line<'_>)) {
        self.whole(text, self.counts.lines + 1, each);
        self.counts.lines += line_ends(text);
    }

    /// Tells a text if it is of interest, with the number of the line in it that makes it so.
    pub fn whole(&self, text: &[u8], number: u64, each: &mut dyn FnMut(Line<'_>)) {
        let marker = self.marker.find(text);
        let other = self.others.iter().filter_map(|words| words.find(text)).min();
        let first = first(text, 0..text.len());
        let Some(at) = [marker, other, first].into_iter().flatten().min() else { return };
        let number = number + line_ends(&text[..at]);
        each(Line { text, number, first, is_marked: marker.is_some(), before: &[] });
    }

    /// Takes whole lines, or the last of all.
    pub fn take(&mut self, chunk: &[u8], each: &mut dyn FnMut(Line<'_>)) {
        let mut chunk = chunk;
        if self.is_in_long {
            let Some(end) = memchr(b'\n', chunk) else { return };
            self.is_in_long = false;
            self.counts.lines += 1;
            chunk = &chunk[end + 1..];
        }
        let mut others: Vec<_> = self.others.iter().map(|words| Places::of(words, chunk)).collect();
        let mut told = 0;
        loop {
            let other = others.iter_mut().filter_map(|places| places.next_from(told)).min();
            // A run ID after it changes nothing, and no token spans it.
            let (at, first) = match (first_or_marker(chunk, told..other.unwrap_or(chunk.len())), other) {
                (Some(First::RunId(at)), _) => (at, Some(at)),
                (Some(First::Marker(at)), _) | (None, Some(at)) => (at, None),
                (None, None) => break,
            };
            let start = memrchr(b'\n', &chunk[told..at]).map_or(told, |before| told + before + 1);
            let end = memchr(b'\n', &chunk[at..]).map_or(chunk.len(), |length| at + length);
            // Most lines follow the one that was told last.
            self.counts.lines += if start == told + 1 { 1 } else { line_ends(&chunk[told..start]) };
            told = end;
            let is_marked = self.marker.find(&chunk[at..end]).is_some();
            let text = &chunk[start..end];
            let before = &chunk[start.saturating_sub(BEFORE)..start];
            let first = first.map(|first| first - start);
            each(Line { text, number: self.counts.lines + 1, first, is_marked, before });
        }
        self.counts.lines += line_ends(&chunk[told..]);
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// Where some words occur in a chunk.
struct Places<'r> {
    words: &'r Finder<'static>,
    chunk: &'r [u8],
    next: Option<usize>,
}

impl<'r> Places<'r> {
    fn of(words: &'r Finder<'static>, chunk: &'r [u8]) -> Self {
        Self { words, chunk, next: words.find(chunk) }
    }

    /// The first place from `at` on, which never decreases.
    fn next_from(&mut self, at: usize) -> Option<usize> {
        if self.next.is_some_and(|next| next < at) {
            self.next = self.words.find(&self.chunk[at..]).map(|found| at + found);
        }
        self.next
    }
}

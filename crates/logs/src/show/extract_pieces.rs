//! Pieces of a log that several threads extract at the same time, and that are written one after the other.

use std::io;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use memchr::memchr_iter;

use crate::facts::files::{Part, open, open_whole, parts_of};
use crate::formats::layout::Layout;
use crate::formats::records::{self, Entry};
use crate::read::input::{Progress, SNIFFED, read_beginning};
use crate::read::lines::Counts;

/// Bytes of a piece. Each thread keeps one in memory with what is extracted of it, and it fits into a processor's cache.
const SIZE: u64 = 512 * 1024;

/// A piece of a file.
pub struct Piece {
    /// Which lines.
    pub part: Part,
    /// Its number among those of its file.
    pub at: usize,
    /// Whether it is the last of them.
    pub is_last: bool,
}

impl Piece {
    /// Those of a file.
    pub fn all_of(file: usize, path: &str) -> impl Iterator<Item = Self> {
        let parts = parts_of(file, path, SIZE);
        let count = parts.len();
        parts.into_iter().enumerate().map(move |(at, part)| Self { part, at, is_last: at + 1 == count })
    }

    /// Reads it and tells its records of interest, each with its line in the file. What of it is in memory is in `buffer`.
    pub fn read(
        &self,
        path: &str,
        progress: &Progress,
        turn: &Turn<'_>,
        buffer: &mut Vec<u8>,
        each: &mut dyn FnMut(Entry<'_>),
    ) -> (Counts, io::Result<()>) {
        let (Some((start, end)), Some(layout)) = (self.part.range, &self.part.layout) else {
            return read_whole(path, progress, each);
        };
        let mut input = match open(&self.part, path, progress) {
            Ok(input) => input,
            Err(error) => return (Counts::default(), Err(error)),
        };
        // Its last line may reach out of it, and be of any length.
        let most = usize::try_from(end - start).unwrap_or(usize::MAX) + SNIFFED;
        let failure = read_beginning(&mut input, most, buffer).err();
        let is_open = buffer.len() == most && !buffer.ends_with(b"\n");
        let line_ends = memchr_iter(b'\n', buffer).count() as u64 + u64::from(is_open);
        let before = turn.lines_before(line_ends);
        let each = &mut |mut entry: Entry<'_>| {
            entry.line.number += before;
            each(entry);
        };
        match failure {
            None if is_open => records::read(&mut input.behind(mem::take(buffer)), Some(layout), each),
            failure => (records::read_lines(buffer, layout, each), failure.map_or(Ok(()), Err)),
        }
    }
}

fn read_whole(path: &str, progress: &Progress, each: &mut dyn FnMut(Entry<'_>)) -> (Counts, io::Result<()>) {
    let (layout, mut input) = match open_whole(path, progress) {
        Ok(input) => records::with_layout(input),
        Err(error) => return (Counts::default(), Err(error)),
    };
    if layout == Layout::Extract {
        let problem = "is an extract already: give it to check";
        return (Counts::default(), Err(io::Error::new(io::ErrorKind::InvalidInput, problem)));
    }
    records::read(&mut input, Some(&layout), each)
}

/// What has been extracted of a file so far.
#[derive(Debug, Default)]
pub struct Extracted {
    /// Its lines.
    pub counts: Counts,
    /// Records.
    pub kept: u64,
    /// Why it was not read to its end.
    pub error: Option<String>,
}

impl Extracted {
    /// Together with the next piece.
    #[must_use]
    pub fn and(self, counts: Counts, kept: u64, error: Option<String>) -> Self {
        Self {
            counts: Counts {
                lines: self.counts.lines + counts.lines,
                too_long: self.counts.too_long + counts.too_long,
            },
            kept: self.kept + kept,
            error: self.error.or(error),
        }
    }
}

/// The order of the pieces of a file.
#[derive(Default)]
pub struct Order {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Pieces whose lines are counted, and these lines.
    counted: (usize, u64),
    /// Pieces that are over.
    over: usize,
    extracted: Extracted,
}

/// The turn of a piece. When it is dropped, the next piece has its turn.
pub struct Turn<'o> {
    order: &'o Order,
    at: usize,
}

impl Order {
    /// The turn of the piece with this number.
    pub fn turn(&self, at: usize) -> Turn<'_> {
        Turn { order: self, at }
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, is_early: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let state = self.changed.wait_while(self.locked(), |state| is_early(state));
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Says how many lines the piece has. Returns how many are before it, as soon as that is known.
    #[must_use]
    pub fn lines_before(&self, lines: u64) -> u64 {
        let mut state = self.order.wait(|state| state.counted.0 < self.at);
        let before = state.counted.1;
        state.counted = (self.at + 1, before + lines);
        self.order.changed.notify_all();
        before
    }

    /// Whether all pieces before are over.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.order.locked().over >= self.at
    }

    /// Waits for them. Returns what was extracted of them.
    #[must_use]
    pub fn wait(&self) -> Extracted {
        mem::take(&mut self.order.wait(|state| state.over < self.at).extracted)
    }

    /// Ends the turn, passing on what has been extracted of the file so far.
    pub fn end(self, extracted: Extracted) {
        self.order.locked().extracted = extracted;
    }
}

impl Drop for Turn<'_> {
    /// Whatever became of the piece, the others must not wait for it.
    fn drop(&mut self) {
        let mut state = self.order.locked();
        state.counted.0 = state.counted.0.max(self.at + 1);
        state.over = state.over.max(self.at + 1);
        self.order.changed.notify_all();
    }
}

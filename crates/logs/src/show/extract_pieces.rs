//! Pieces of a log: several threads extract them at the same time, and their lines are written in order.

use std::io;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use memchr::memchr_iter;

use crate::facts::files::{Part, open, open_whole, parts_of};
use crate::formats::layout::Layout;
use crate::formats::records::{self, Entry};
use crate::read::input::{Progress, SNIFFED, read_beginning};
use crate::read::lines::Counts;

/// Bytes of a piece. Each thread keeps one in memory with the lines extracted from it, and it fits into a processor's cache.
const SIZE: u64 = 512 * 1024;

/// A piece of a file.
pub struct Piece {
    /// Which lines.
    pub part: Part,
    /// Its number among the pieces of its file.
    pub at: usize,
    /// Whether it is the last of them.
    pub is_last: bool,
}

impl Piece {
    /// The pieces of a file.
    pub fn all_of(file: usize, path: &str) -> impl Iterator<Item = Self> {
        let parts = parts_of(file, path, SIZE);
        let count = parts.len();
        parts.into_iter().enumerate().map(move |(at, part)| Self { part, at, is_last: at + 1 == count })
    }

    /// Reads it and tells its records of interest, each with its line in the file. `buffer` is memory to read it into.
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
        // Its last line may end after it, and be of any length.
        let most = usize::try_from(end - start).unwrap_or(usize::MAX) + SNIFFED;
        let failure = read_beginning(&mut input, most, buffer).err();
        let is_open = buffer.len() == most && !buffer.ends_with(b"\n");
        let line_ends = memchr_iter(b'\n', buffer).count() as u64 + u64::from(is_open);
        let before = turn.count(line_ends);
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

/// What has been extracted from a file so far.
#[derive(Debug, Default)]
pub struct Totals {
    /// Its lines.
    pub counts: Counts,
    /// Records.
    pub kept: u64,
    /// Why it was not read to its end.
    pub error: Option<String>,
}

impl Totals {
    /// The totals with those of the next piece.
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
    /// How many pieces have been counted, and how many lines these have.
    counted: (usize, u64),
    /// How many pieces are finished.
    finished: usize,
    totals: Totals,
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
    /// Notes how many lines the piece has. Returns how many come before it, as soon as that is known.
    #[must_use]
    pub fn count(&self, lines: u64) -> u64 {
        let mut state = self.order.wait(|state| state.counted.0 < self.at);
        let before = state.counted.1;
        // A later one may have failed already.
        state.counted = (state.counted.0.max(self.at + 1), before + lines);
        self.order.changed.notify_all();
        before
    }

    /// Whether all pieces before it are finished.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.order.locked().finished >= self.at
    }

    /// Waits for them. Returns what was extracted from them.
    #[must_use]
    pub fn wait(&self) -> Totals {
        mem::take(&mut self.order.wait(|state| state.finished < self.at).totals)
    }

    /// Ends the turn, and passes on what has been extracted from the file so far.
    pub fn end(self, totals: Totals) {
        self.order.locked().totals = totals;
    }
}

impl Drop for Turn<'_> {
    /// The other pieces must not wait for this one, even if it failed.
    fn drop(&mut self) {
        let mut state = self.order.locked();
        state.counted.0 = state.counted.0.max(self.at + 1);
        state.finished = state.finished.max(self.at + 1);
        self.order.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_piece_that_fails_early_lets_all_others_go_on() {
        let order = Order::default();
        drop(order.turn(2));
        for (at, before) in [(0, 0), (1, 5), (3, 10)] {
            assert_eq!(order.turn(at).count(5), before);
        }
    }

    #[test]
    fn pieces_have_their_turns_in_order_even_if_one_could_not_be_opened() {
        let order = Order::default();
        let finished = Mutex::new(Vec::new());
        thread::scope(|scope| {
            // The last piece begins first.
            for (at, before) in [0, 1, 3, 6, 6, 11, 17].into_iter().enumerate().rev() {
                let (order, finished) = (&order, &finished);
                scope.spawn(move || {
                    let turn = order.turn(at);
                    if at != 3 {
                        assert_eq!(turn.count(at as u64 + 1), before);
                    }
                    let totals = turn.wait();
                    assert_eq!(totals.kept, at as u64);
                    finished.lock().unwrap_or_else(PoisonError::into_inner).push(at);
                    turn.end(totals.and(Counts::default(), 1, None));
                });
            }
        });
        assert_eq!(finished.into_inner().unwrap_or_default(), [0, 1, 2, 3, 4, 5, 6]);
    }
}

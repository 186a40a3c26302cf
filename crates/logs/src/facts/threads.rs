//! Which of the numbered lines of each thread are present, and where some are missing. SPEC §6, `n`.

use hashbrown::HashMap;
use run_id_core::order;

use crate::facts::history::{Name, Sight};
use crate::map::Set;

/// The maximum of gapless sequences of lines kept for a thread; beyond it, the rest is ignored.
const MAX_SPANS: usize = 1000;

/// What the number of a line says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// It is new, and in the order of the file.
    InOrder,
    /// It is new, but breaks the order of the file.
    OutOfOrder,
    /// Another line has this number: a copy of this one, or one of the two is from another process.
    Taken,
}

/// Lines of a thread that follow one another.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: i64,
    end: i64,
    /// Where the first of them stands.
    sight: Sight,
}

/// The lines of one thread.
#[derive(Clone, Debug, Default)]
struct Thread {
    /// In order, with gaps between them.
    spans: Vec<Span>,
    /// File and number of the line that was read last.
    last: Option<(u32, i64)>,
    /// File and number of the line that was read first.
    first: Option<(u32, i64)>,
    /// Whether numbers fall in the file that was read last: some exports have the newest line first.
    is_falling: Option<bool>,
}

impl Thread {
    /// The span that a number is in, or where it would stand.
    fn find(&self, n: i64) -> Result<usize, usize> {
        let at = self.spans.partition_point(|span| span.end < n);
        match self.spans.get(at) {
            Some(span) if span.start <= n => Ok(at),
            _ => Err(at),
        }
    }

    /// Takes a line in.
    fn take(&mut self, n: i64, sight: Sight) -> Numbering {
        let Err(at) = self.find(n) else { return Numbering::Taken };
        self.insert(at, Span { start: n, end: n, sight });
        let file = sight.place.file;
        self.first.get_or_insert((file, n));
        let last = self.last.replace((file, n)).filter(|(of, _)| *of == file);
        let Some((_, before)) = last else {
            self.is_falling = None;
            return Numbering::InOrder;
        };
        let is_falling = n < before;
        let is_in_line = *self.is_falling.get_or_insert(is_falling) == is_falling;
        if is_in_line {
            return Numbering::InOrder;
        }
        self.last = last;
        Numbering::OutOfOrder
    }

    fn insert(&mut self, at: usize, new: Span) {
        let follows = at.checked_sub(1).is_some_and(|before| self.spans[before].end + 1 == new.start);
        let precedes = self.spans.get(at).is_some_and(|after| new.end + 1 == after.start);
        match (follows, precedes) {
            (true, true) => {
                self.spans[at - 1].end = self.spans[at].end;
                self.spans.remove(at);
            }
            (true, false) => self.spans[at - 1].end = new.end,
            (false, true) => {
                self.spans[at].start = new.start;
                self.spans[at].sight = new.sight;
            }
            (false, false) if self.spans.len() < MAX_SPANS => self.spans.insert(at, new),
            (false, false) => {}
        }
    }

    /// Takes in lines, some of which may be there.
    fn cover(&mut self, new: Span) {
        self.spans.push(new);
        order::sort_by_key(&mut self.spans, |span| span.start);
        self.spans.dedup_by(|next, span| {
            let is_one = next.start <= span.end.saturating_add(1);
            if is_one {
                span.end = span.end.max(next.end);
            }
            is_one
        });
    }

    fn missing(&self) -> impl Iterator<Item = (i64, Sight)> {
        // What a log says may be any number.
        self.spans.windows(2).map(|pair| (pair[1].start.saturating_sub(pair[0].end) - 1, pair[1].sight))
    }
}

/// The threads of all processes.
#[derive(Clone, Debug, Default)]
pub struct Threads(HashMap<(Name, i64), Thread>);

impl Threads {
    /// Takes in a numbered line.
    pub fn take(&mut self, process: Name, thread: i64, n: i64, sight: Sight) -> Numbering {
        self.0.entry((process, thread)).or_default().take(n, sight)
    }

    /// Whether all lines of a thread from one number to another are there.
    #[must_use]
    pub fn is_whole(&self, process: Name, thread: i64, from: i64, to: i64) -> bool {
        let known = self.0.get(&(process, thread));
        known.is_some_and(|thread| thread.find(from).is_ok_and(|at| to <= thread.spans[at].end))
    }

    /// Forgets the threads of processes that are not kept.
    pub fn retain(&mut self, is_kept: impl Fn(Name) -> bool) {
        self.0.retain(|(process, _), _| is_kept(*process));
    }

    /// Where lines of a process are missing: how many, and the first line after them.
    pub fn missing(&self) -> impl Iterator<Item = (Name, i64, Sight)> {
        self.0.iter().flat_map(|((process, _), thread)| {
            thread.missing().map(|(count, sight)| (*process, count, sight))
        })
    }

    /// Takes in what was read after this, and names the processes whose numbers were taken or are out of line.
    pub fn append(
        &mut self,
        later: Self,
        own: impl Fn(Name) -> Name,
        moved: impl Fn(Sight) -> Sight,
    ) -> Set<Name> {
        let mut doubtful = Set::default();
        for ((process, number), thread) in later.0 {
            let process = own(process);
            let kept = self.0.entry((process, number)).or_default();
            if !kept.continues_with(&thread) {
                doubtful.insert(process);
            }
            for span in thread.spans {
                let span = Span { sight: moved(span.sight), ..span };
                match (kept.find(span.start), kept.find(span.end)) {
                    (Err(at), Err(end)) if at == end => kept.insert(at, span),
                    _ => {
                        doubtful.insert(process);
                        kept.cover(span);
                    }
                }
            }
            kept.first = kept.first.or(thread.first);
            kept.last = thread.last.or(kept.last);
            kept.is_falling = thread.is_falling.or(kept.is_falling);
        }
        doubtful
    }
}

impl Thread {
    /// Whether the numbers go on in the same way in the next part of a file.
    fn continues_with(&self, later: &Self) -> bool {
        let (Some((file, last)), Some((next_file, first))) = (self.last, later.first) else { return true };
        let is_falling = self.is_falling.or(later.is_falling).unwrap_or(first < last);
        file != next_file
            || ((first < last) == is_falling && later.is_falling.is_none_or(|falling| falling == is_falling))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::history::{Names, Place};

    fn sight(file: u32, line: u64) -> Sight {
        Sight { place: Place { file, line }, ..Sight::default() }
    }

    fn taken(numbers: &[i64]) -> (Vec<Numbering>, Vec<(i64, u64)>) {
        let mut threads = Threads::default();
        let process = Names::default().name("api");
        let numberings =
            numbers.iter().zip(1..).map(|(n, line)| threads.take(process, 0, *n, sight(0, line))).collect();
        let missing = threads.missing().map(|(_, count, sight)| (count, sight.place.line)).collect();
        (numberings, missing)
    }

    #[test]
    fn gaps_are_counted_and_lines_out_of_line_are_not_trusted() {
        use Numbering::{InOrder, OutOfOrder, Taken};
        for (numbers, numberings, missing) in [
            (&[1, 2, 3][..], &[InOrder, InOrder, InOrder][..], &[][..]),
            (&[500, 501], &[InOrder, InOrder], &[]),
            (&[1, 2, 5, 6], &[InOrder; 4], &[(2, 3)]),
            (&[3, 2, 1], &[InOrder; 3], &[]),
            (&[6, 5, 2, 1], &[InOrder; 4], &[(2, 2)]),
            (&[1, 2, 2, 3], &[InOrder, InOrder, Taken, InOrder], &[]),
            (&[1, 2, 6, 4, 7], &[InOrder, InOrder, InOrder, OutOfOrder, InOrder], &[(1, 4), (1, 3)]),
            (&[-i64::MAX, i64::MAX], &[InOrder; 2], &[(i64::MAX - 1, 2)]),
        ] {
            assert_eq!(taken(numbers), (numberings.to_vec(), missing.to_vec()), "{numbers:?}");
        }
    }

    #[test]
    fn what_lies_between_two_lines_is_whole_where_no_line_is_missing() {
        let mut threads = Threads::default();
        let process = Names::default().name("api");
        for n in [3, 4, 5, 8, 9] {
            threads.take(process, 0, n, sight(0, 1));
        }
        for (from, to, is_whole) in
            [(3, 5, true), (4, 4, true), (8, 9, true), (5, 8, false), (3, 6, false), (2, 4, false)]
        {
            assert_eq!(threads.is_whole(process, 0, from, to), is_whole, "{from} to {to}");
        }
        assert!(!threads.is_whole(process, 1, 3, 4));
    }

    #[test]
    fn few_spans_are_kept() {
        let numbers: Vec<i64> = (0..3000).map(|n| 2 * n).collect();
        assert_eq!(taken(&numbers).1.len(), 999);
    }

    #[test]
    fn parts_of_a_file_go_on_and_copies_are_not_trusted() {
        let process = Names::default().name("api");
        let part = |numbers: &[i64], file| {
            let mut threads = Threads::default();
            for (n, line) in numbers.iter().zip(1..) {
                threads.take(process, 0, *n, sight(file, line));
            }
            threads
        };
        for (one, other, file, is_doubtful, missing) in [
            (&[1, 2][..], &[3, 4][..], 0, false, 0),
            (&[1, 2], &[4, 5], 0, false, 1),
            (&[5, 4], &[3, 2], 0, false, 0),
            (&[3, 4], &[1, 2], 1, false, 0),
            (&[3, 4], &[1, 2], 0, true, 0),
            (&[1, 2], &[2, 3], 1, true, 0),
            (&[2], &[1, 2, 3], 1, true, 0),
            (&[1, 4], &[2, 3, 4, 5, 6], 1, true, 0),
            (&[i64::MAX], &[i64::MAX], 1, true, 0),
        ] {
            let mut all = part(one, 0);
            let doubtful = all.append(part(other, file), |name| name, |sight| sight);
            assert_eq!(doubtful.contains(&process), is_doubtful, "{one:?} {other:?}");
            assert_eq!(all.missing().map(|(_, count, _)| count).sum::<i64>(), missing, "{one:?} {other:?}");
        }
    }
}

//! Records that are not lines: cut out of the input wherever one begins or ends.

use std::io::{self, Read};

use memchr::{memchr_iter, memmem, memrchr};

use super::walk::{Cut, Walk};
use crate::read::lines::{CHUNK, Counts, Line, MAX_LINE, Reader};

/// Tells where to cut.
pub trait Cutter {
    /// What makes a piece one of interest, besides a run ID or a marker.
    const ALSO: Option<&'static str>;

    /// The next place to cut, from `at` on, which is moved there; none if more data is needed.
    fn next(&mut self, bytes: &[u8], at: &mut usize, is_last: bool) -> Option<Cut>;

    /// Forgets that many bytes at the start.
    fn advance(&mut self, by: usize);
}

/// JSON documents.
#[derive(Default)]
pub struct Documents(Walk);

impl Cutter for Documents {
    const ALSO: Option<&'static str> = Some("\"MESSAGE\"");

    fn next(&mut self, bytes: &[u8], at: &mut usize, is_last: bool) -> Option<Cut> {
        self.0.next(bytes, at, is_last)
    }

    fn advance(&mut self, by: usize) {
        self.0.advance(by);
    }
}

/// Blocks with an empty line after each.
pub struct Blocks;

impl Cutter for Blocks {
    const ALSO: Option<&'static str> = None;

    fn next(&mut self, bytes: &[u8], at: &mut usize, _: bool) -> Option<Cut> {
        if let Some(length) = memmem::find(&bytes[*at..], b"\n\n") {
            *at += length + 2;
            return Some(Cut::Piece(*at));
        }
        // The last byte may be the first of two.
        *at = bytes.len().saturating_sub(1).max(*at);
        None
    }

    fn advance(&mut self, _: usize) {}
}

/// Reads `input` and tells its pieces of interest, in order, each with the number of the line that makes it one. A piece that is
/// longer than a line may be is told line by line.
pub fn read<C: Cutter>(
    input: &mut dyn Read,
    cutter: &mut C,
    each: &mut dyn FnMut(Line<'_>),
) -> (Counts, io::Result<()>) {
    let mut lines = Reader::new(C::ALSO);
    let mut buffer = Vec::new();
    let (mut filled, mut at) = (0, 0);
    let mut is_in_long = false;
    loop {
        buffer.resize(buffer.len().max(filled + CHUNK), 0);
        let (read, outcome) = match input.read(&mut buffer[filled..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Ok(read) => (read, Ok(())),
            Err(error) => (0, Err(error)),
        };
        filled += read;
        let is_last = read == 0;
        let bytes = &buffer[..filled];
        let mut start = 0;
        while let Some(cut) = cutter.next(bytes, &mut at, is_last) {
            let (Cut::Piece(end) | Cut::Lines(end)) = cut;
            let piece = &bytes[start..end];
            match cut {
                _ if is_in_long => lines.pass(memchr_iter(b'\n', piece).count() as u64),
                Cut::Piece(_) => lines.piece(piece, each),
                Cut::Lines(_) => lines.take(piece, each),
            }
            is_in_long = false;
            start = end;
        }
        if is_last {
            if !is_in_long {
                lines.take(&bytes[start..], each);
            }
            return (lines.counts(), outcome);
        }
        if filled - start > MAX_LINE {
            if let Some(length) = memrchr(b'\n', &bytes[start..]) {
                lines.take(&bytes[start..=start + length], each);
                start += length + 1;
                is_in_long = false;
            } else {
                if !is_in_long {
                    lines.leave_out();
                }
                is_in_long = true;
                start = filled;
            }
        }
        cutter.advance(start);
        // Nothing after what is cut off has been looked at.
        at = at.saturating_sub(start);
        buffer.copy_within(start..filled, 0);
        filled -= start;
    }
}

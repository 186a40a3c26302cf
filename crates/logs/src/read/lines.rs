//! Reads the lines that may tell of a run: those that hold a run ID or an event.

use std::io::{self, Read};

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter, memrchr};

use run_id_core::event::OPENING;

use crate::read::scan::{Find, scan};

/// A line of interest.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Without its end.
    pub text: &'a [u8],
    /// From 1.
    pub number: u64,
    /// The run IDs in it, at offsets of the chunk that it is in.
    pub finds: &'a [Find<'a>],
    /// Whether [`OPENING`] is in it.
    pub is_marked: bool,
}

/// Bytes that are read at a time.
const CHUNK: usize = 256 * 1024;

/// An event has 4 KiB, and less than four times that in a collector's quotes. Whatever is longer than this is
/// no log line, and is not kept in memory.
pub const MAX_LINE: usize = 1024 * 1024;

/// How many lines there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Line ends.
    pub lines: u64,
    /// Lines that were too long to be read.
    pub too_long: u64,
}

/// Reads `input` and tells its lines of interest, in order.
///
/// Before an error of the reader all lines have been told, and the one it cut in two as well.
pub fn read(input: &mut dyn Read, each: &mut dyn FnMut(Line<'_>)) -> (Counts, io::Result<()>) {
    let mut reader = Reader { marker: Finder::new(OPENING), counts: Counts::default(), is_in_long: false };
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
                reader.take(&buffer[..filled], each);
                return (reader.counts, ended.map(|_| ()));
            }
        };
        let before = filled;
        filled += read;
        let Some(last) = memrchr(b'\n', &buffer[before..filled]) else {
            if filled > MAX_LINE {
                reader.leave_out();
                filled = 0;
            }
            continue;
        };
        let end = before + last + 1;
        reader.take(&buffer[..end], each);
        buffer.copy_within(end..filled, 0);
        filled -= end;
    }
}

struct Reader<'m> {
    marker: Finder<'m>,
    /// Of what came before the next chunk.
    counts: Counts,
    /// Whether what comes is the rest of a line that is too long.
    is_in_long: bool,
}

impl Reader<'_> {
    fn leave_out(&mut self) {
        if !self.is_in_long {
            self.counts.too_long += 1;
        }
        self.is_in_long = true;
    }

    /// Takes whole lines, or the last of all.
    fn take(&mut self, chunk: &[u8], each: &mut dyn FnMut(Line<'_>)) {
        let mut chunk = chunk;
        if self.is_in_long {
            let Some(end) = memchr(b'\n', chunk) else { return };
            self.is_in_long = false;
            self.counts.lines += 1;
            chunk = &chunk[end + 1..];
        }
        let mut finds = Vec::new();
        scan(chunk, |find| finds.push(find));
        let mut finds = finds.as_slice();
        let mut markers = self.marker.find_iter(chunk).peekable();
        let mut counted = 0;
        loop {
            let find = finds.first().map(|find| offset_of(find));
            let Some(at) = [find, markers.peek().copied()].into_iter().flatten().min() else { break };
            let start = memrchr(b'\n', &chunk[counted..at]).map_or(counted, |before| counted + before + 1);
            let end = memchr(b'\n', &chunk[at..]).map_or(chunk.len(), |length| at + length);
            self.counts.lines += memchr_iter(b'\n', &chunk[counted..start]).count() as u64;
            counted = start;
            let mut is_marked = false;
            while markers.next_if(|marker| *marker < end).is_some() {
                is_marked = true;
            }
            let (own, rest) = finds.split_at(finds.partition_point(|find| offset_of(find) < end));
            finds = rest;
            let text = &chunk[start..end];
            each(Line { text, number: self.counts.lines + 1, finds: own, is_marked });
        }
        self.counts.lines += memchr_iter(b'\n', &chunk[counted..]).count() as u64;
    }
}

/// Within the chunk, which is in memory.
#[expect(clippy::cast_possible_truncation, reason = "an offset in a buffer is a usize")]
fn offset_of(find: &Find<'_>) -> usize {
    find.offset as usize
}

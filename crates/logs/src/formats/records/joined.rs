//! Lines that a container runtime split, put together again. Parts of stdout and stderr may alternate.

use std::cell::RefCell;
use std::io::{self, Read};
use std::ops::Range;

use memchr::memmem;

use crate::read::lines::{Counts, Line, MAX_LINE, Reader, read_chunks};

/// A line of a runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    is_stderr: bool,
    /// Whether the next line of the same stream continues it.
    is_open: bool,
    /// What the program wrote.
    content: Range<usize>,
}

/// A line of several parts that is not complete yet.
struct Open {
    /// The first part up to the end of its content, then the content of the others.
    text: Vec<u8>,
    number: u64,
    /// Whether it is too long to be kept.
    is_long: bool,
}

/// Parts of Kubernetes' runtimes: `P` is continued, `F` is the last.
pub fn cri(line: &[u8]) -> Option<Part> {
    let mut spaces = memchr::memchr_iter(b' ', line);
    let (time, stream) = (spaces.next()?, spaces.next()?);
    let tag = spaces.next().unwrap_or(line.len());
    let is_open = match line.get(stream + 1)? {
        b'P' => true,
        b'F' => false,
        _ => return None,
    };
    let is_stderr = match &line[time + 1..stream] {
        b"stderr" => true,
        b"stdout" => false,
        _ => return None,
    };
    Some(Part { is_stderr, is_open, content: (tag + 1).min(line.len())..line.len() })
}

/// Parts of Docker's json-file driver: a part that does not end with a line end is continued.
pub fn docker(line: &[u8]) -> Option<Part> {
    const BEGIN: &[u8] = b"{\"log\":\"";
    const STREAM: &[u8] = b"\",\"stream\":\"std";
    if !line.starts_with(BEGIN) {
        return None;
    }
    let end = memmem::rfind(line, STREAM).filter(|end| *end >= BEGIN.len())?;
    let is_open = !line[..end].ends_with(b"\\n");
    Some(Part {
        is_stderr: line[end + STREAM.len()..].starts_with(b"err"),
        is_open,
        content: BEGIN.len()..end,
    })
}

/// How many bytes at the start are lines that are complete.
pub fn whole(bytes: &[u8], part_of: fn(&[u8]) -> Option<Part>) -> usize {
    let mut open = [None; 2];
    let mut at = 0;
    while let Some(length) = memchr::memchr(b'\n', &bytes[at..]) {
        if let Some(part) = part_of(bytes[at..at + length].trim_ascii_end()) {
            let stream = &mut open[usize::from(part.is_stderr)];
            *stream = part.is_open.then(|| stream.unwrap_or(at));
        }
        at += length + 1;
    }
    open.into_iter().flatten().min().unwrap_or(at)
}

struct Joiner {
    lines: Reader,
    part_of: fn(&[u8]) -> Option<Part>,
    open: [Option<Open>; 2],
}

/// Reads `input` and tells its lines of interest, each with all its parts and the number of the first.
pub fn read(
    input: &mut dyn Read,
    part_of: fn(&[u8]) -> Option<Part>,
    each: &mut dyn FnMut(Line<'_>),
) -> (Counts, io::Result<()>) {
    let joiner = RefCell::new(Joiner { lines: Reader::new(None), part_of, open: [None, None] });
    let take = &mut |chunk: &[u8]| joiner.borrow_mut().take(chunk, each);
    let outcome = read_chunks(input, take, &mut || joiner.borrow_mut().lines.begin_long());
    let mut joiner = joiner.into_inner();
    for open in joiner.open.iter_mut().filter_map(Option::take) {
        joiner.lines.whole(&open.text, open.number, each);
    }
    (joiner.lines.counts(), outcome)
}

/// Where the next line begins.
fn end_of_line(chunk: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &chunk[at..]).map_or(chunk.len(), |length| at + length + 1)
}

impl Joiner {
    /// Takes whole lines, or the last of all. Lines among which none is open are passed on together.
    fn take(&mut self, chunk: &[u8], each: &mut dyn FnMut(Line<'_>)) {
        let mut told = 0;
        let mut at = if self.lines.is_in_long() { end_of_line(chunk, 0) } else { 0 };
        while at < chunk.len() {
            let end = end_of_line(chunk, at);
            let line = chunk[at..end].trim_ascii_end();
            let part = (self.part_of)(line);
            let stream = usize::from(part.as_ref().is_some_and(|part| part.is_stderr));
            if let Some(part) = part.filter(|part| part.is_open || self.open[stream].is_some()) {
                self.lines.take(&chunk[told..at], each);
                told = end;
                self.join(line, &part, stream, each);
                self.lines.pass(u64::from(chunk[at..end].ends_with(b"\n")));
            }
            at = end;
        }
        self.lines.take(&chunk[told..], each);
    }

    fn join(&mut self, line: &[u8], part: &Part, stream: usize, each: &mut dyn FnMut(Line<'_>)) {
        let number = self.lines.counts().lines + 1;
        let before = &line[..part.content.start];
        let open =
            self.open[stream].get_or_insert_with(|| Open { text: before.to_vec(), number, is_long: false });
        if open.text.len() + part.content.len() > MAX_LINE {
            open.is_long = true;
            open.text = Vec::new();
        }
        if !open.is_long {
            open.text.extend_from_slice(&line[part.content.clone()]);
        }
        if part.is_open {
            return;
        }
        let Some(mut open) = self.open[stream].take() else { return };
        if open.is_long {
            self.lines.leave_out();
            return;
        }
        open.text.extend_from_slice(&line[part.content.end..]);
        self.lines.whole(&open.text, open.number, each);
    }
}

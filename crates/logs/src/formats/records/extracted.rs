//! The records of an extract, as they were in their files. A torn line is counted, and no part of it is judged. Missing files and
//! records are reported, because findings must not be based on their absence.

use std::error::Error;
use std::fmt;
use std::io::{self, Read};

use memchr::memmem;
use run_id_core::event::OPENING;

use super::Entry;
use crate::formats::extract::{self, Extracted, Says};
use crate::formats::layout::{Header, Layout};
use crate::formats::miss_forms;
use crate::map::Map;
use crate::read::lines::{Counts, Line, MAX_LINE, read_chunks};
use crate::read::scan::first;

/// The maximum of problems that are reported about an extract.
const MAX_TOLD: usize = 3;

/// What one process extracted.
#[derive(Default)]
struct Process {
    /// Of how many files, as its first line says.
    files: Option<u64>,
    origins: Map<Box<str>, Origin>,
}

/// What it extracted of one file.
#[derive(Default)]
struct Origin {
    read: u64,
    is_ended: bool,
    open: Option<Open>,
}

/// A record of several parts that is not complete yet.
struct Open {
    line: u64,
    parts: u64,
    text: String,
}

struct Extracts<'e> {
    each: &'e mut dyn FnMut(Entry<'_>),
    by: Map<Box<str>, Process>,
    counts: Counts,
    /// What is missing.
    problems: Vec<String>,
    /// Why files were not read to their ends where they were extracted.
    unread: Vec<String>,
}

/// Reads `input` and tells the records in it, in order, each with the line of its origin.
///
/// # Errors
/// Those of the reader; and if a part of an extract is missing.
pub fn read(input: &mut dyn Read, each: &mut dyn FnMut(Entry<'_>)) -> (Counts, io::Result<()>) {
    let mut extracts = Extracts {
        each,
        by: Map::default(),
        counts: Counts::default(),
        problems: Vec::new(),
        unread: Vec::new(),
    };
    let mut too_long = 0;
    let outcome = read_chunks(
        input,
        &mut |chunk| {
            for line in chunk.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                extracts.take(line.strip_suffix(b"\r").unwrap_or(line));
            }
        },
        &mut || too_long += 1,
    );
    extracts.counts.too_long += too_long;
    extracts.finish();
    let counts = extracts.counts;
    (counts, outcome.and_then(|()| extracts.told()))
}

/// A part of an extract is missing.
#[derive(Debug)]
pub struct Cut(String);

impl Cut {
    /// Whether an error says that.
    #[must_use]
    pub fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<Self>)
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Cut {}

impl Extracts<'_> {
    fn take(&mut self, line: &[u8]) {
        let Some(line) = str::from_utf8(line).ok().and_then(extract::read) else {
            self.counts.too_long += 1;
            return;
        };
        let process = match self.by.get_mut(line.by) {
            Some(process) => process,
            None => self.by.entry(line.by.into()).or_default(),
        };
        match line.says {
            Says::Begin { files, .. } => _ = process.files.get_or_insert(files),
            Says::Record(record) => {
                let origin = process.origin(&record.file);
                // After its end, only a copy of it can follow.
                if !origin.is_ended {
                    let is_whole = origin.take(record, self.each);
                    self.counts.too_long += u64::from(!is_whole);
                }
            }
            Says::End { file, counts, kept, error } => {
                let origin = process.origin(&file);
                if origin.is_ended {
                    return;
                }
                origin.is_ended = true;
                self.counts.too_long += counts.too_long + u64::from(origin.open.take().is_some());
                self.counts.lines += counts.lines;
                if origin.read != kept {
                    let missing = kept.abs_diff(origin.read);
                    self.problems.push(format!("{missing} of {kept} extracted records are missing"));
                }
                self.unread.extend(error.map(String::from));
            }
        }
    }

    fn told(self) -> io::Result<()> {
        let is_cut = !self.problems.is_empty();
        let all: Vec<String> = self.problems.into_iter().chain(self.unread).collect();
        if all.is_empty() {
            return Ok(());
        }
        let more = all.len().saturating_sub(MAX_TOLD);
        let more = (more > 0).then(|| format!("and {more} more"));
        let text = all.into_iter().take(MAX_TOLD).chain(more).collect::<Vec<_>>().join("; ");
        Err(if is_cut {
            io::Error::new(io::ErrorKind::InvalidData, Cut(text))
        } else {
            io::Error::other(text)
        })
    }

    /// Notes what has no end.
    fn finish(&mut self) {
        for process in self.by.values() {
            let open = process.origins.values().filter(|origin| origin.open.is_some()).count();
            self.counts.too_long += open as u64;
            let seen = process.origins.len() as u64;
            match process.files {
                None => self.problems.push("the extract is cut: its first line is missing".to_owned()),
                Some(files) if files > seen => {
                    let missing = files - seen;
                    self.problems.push(format!("the extract is cut: {missing} of its files are missing"));
                }
                Some(_) => {}
            }
            if process.origins.values().any(|origin| !origin.is_ended) {
                self.problems.push("the extract is cut: its last line is missing".to_owned());
            }
        }
    }
}

impl Process {
    fn origin(&mut self, file: &str) -> &mut Origin {
        if !self.origins.contains_key(file) {
            self.origins.insert(file.into(), Origin::default());
        }
        self.origins.entry(file.into()).or_default()
    }
}

impl Origin {
    /// Takes a record, or a part of one. Returns whether no part of another record is missing.
    fn take(&mut self, record: Extracted<'_>, each: &mut dyn FnMut(Entry<'_>)) -> bool {
        let Extracted { line, header, is_announced, text, part, has_more, .. } = record;
        let text = text.decode();
        let open = self.open.take();
        let Some(part) = part else {
            self.read += 1;
            tell(&text, line, header, is_announced, each);
            return open.is_none();
        };
        let is_next = |open: &Open| {
            open.line == line && open.parts + 1 == part && open.text.len() + text.len() <= MAX_LINE
        };
        let (mut open, is_whole) = match open {
            Some(open) if is_next(&open) => (open, true),
            before if part == 1 => (Open { line, parts: 0, text: String::new() }, before.is_none()),
            // Each part that is left over is a line that is not judged.
            _ => return false,
        };
        open.parts = part;
        open.text.push_str(&text);
        if has_more {
            self.open = Some(open);
        } else {
            self.read += 1;
            tell(&open.text, line, header, is_announced, each);
        }
        is_whole
    }
}

fn tell(
    text: &str,
    number: u64,
    header: Option<Header>,
    is_announced: bool,
    each: &mut dyn FnMut(Entry<'_>),
) {
    let first = first(text.as_bytes(), 0..text.len());
    let is_marked = memmem::find(text.as_bytes(), OPENING.as_bytes()).is_some();
    let before = if is_announced { miss_forms::CODE.as_bytes() } else { &[] };
    let line = Line { text: text.as_bytes(), number, first, is_marked, before };
    let layout = header.map_or(Layout::Lines, Layout::Table);
    each(Entry { line, layout: &layout });
}

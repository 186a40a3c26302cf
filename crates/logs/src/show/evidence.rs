//! The lines that show a finding, as they are in the files. They are read again, and only as many as fit in bounded memory:
//! a finding has places, but no texts.

use std::io::{self, Cursor, Read};

use memchr::{memchr, memchr_iter, memmem, memrchr};
use run_id_core::event::OPENING;
use run_id_core::order;

use crate::facts::files::in_threads;
use crate::facts::followed::LastLines;
use crate::facts::history::{Name, Names, Place};
use crate::formats::extract;
use crate::formats::layout::Layout;
use crate::formats::observation::observe;
use crate::formats::records::{self, Entry};
use crate::formats::time::Millis;
use crate::judge::finding::Finding;
use crate::judge::findings::Findings;
use crate::map::Map;
use crate::read::input::{self, Progress, STANDARD_INPUT};
use crate::read::lines::{CHUNK, Line};
use crate::show::groups::Group;
use crate::show::verdict::Files;

/// The bytes of a line that are quoted.
pub const MAX_TEXT: usize = 512;

/// Findings of which lines are quoted: the examples of the groups, and then the worst.
pub const MAX_FINDINGS: usize = 2_000;

/// The bytes of all quotes.
pub const MAX_BYTES: usize = 16 << 20;

/// Of a quote that begins within its line, the bytes before the run ID.
const BEFORE: usize = 128;

/// The bytes of a line among which its time, its process and the run ID are looked for: an event has 4 KiB, and less than
/// four times that in a collector's quotes.
const MAX_LINE: usize = 16 * 1024;

/// A line, as far as it is quoted.
#[derive(Debug)]
pub struct Quote {
    /// Its text.
    pub text: Box<str>,
    /// When it was written, as far as it says.
    pub time: Option<Millis>,
    /// By which process, as far as it says.
    pub process: Option<Box<str>>,
}

/// The lines that are quoted.
#[derive(Debug, Default)]
pub struct Quotes {
    by_place: Map<Place, Quote>,
}

/// A line that is to be quoted, and the run ID that it is quoted for.
type Wanted = (Place, Option<Name>);

impl Quotes {
    /// Reads the lines of the findings that are shown first.
    #[must_use]
    pub fn read(findings: &Findings, groups: &[Group], files: &Files, names: &Names) -> Self {
        let wanted = wanted(findings, groups);
        let of_files: Vec<&[Wanted]> = wanted.chunk_by(|(one, _), (next, _)| one.file == next.file).collect();
        let mut quotes = Self::default();
        in_threads(
            of_files.len(),
            |at, tell| tell(quotes_of(of_files[at], files, names)),
            |_, of_file| quotes.by_place.extend(of_file),
        );
        quotes
    }

    /// With lines of findings that were kept when they were read.
    #[must_use]
    pub fn with_lines(
        mut self,
        lines: &LastLines,
        findings: impl Iterator<Item = Finding>,
        files: &[String],
        names: &Names,
    ) -> Self {
        for finding in findings.take(MAX_FINDINGS) {
            let run_id = finding.run_id.map(|run_id| names.text(run_id));
            for place in &finding.evidence {
                let file = usize::try_from(place.file).ok().and_then(|file| files.get(file));
                if let Some((line, file)) = lines.of(*place).zip(file) {
                    self.by_place.entry(*place).or_insert_with(|| Quote::of(line, file, run_id));
                }
            }
        }
        self
    }

    /// The quote of a line, if it was kept.
    #[must_use]
    pub fn of(&self, place: Place) -> Option<&Quote> {
        self.by_place.get(&place)
    }

    /// How many lines there are, and how many bytes their texts have.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.by_place.len(), self.by_place.values().map(|quote| quote.text.len()).sum())
    }
}

/// The lines that are quoted, in their order, each once.
fn wanted(findings: &Findings, groups: &[Group]) -> Vec<Wanted> {
    let examples = groups.iter().flat_map(Group::examples);
    let chosen: Vec<usize> = examples.take(MAX_FINDINGS).collect();
    // The findings of a group stand together, and groups in their order.
    let others = (0..findings.len()).filter(|number| chosen.binary_search(number).is_err());
    let others: Vec<usize> = others.take(MAX_FINDINGS - chosen.len()).collect();
    let mut wanted: Vec<Wanted> = Vec::new();
    for number in chosen.iter().chain(&others) {
        let Some(finding) = findings.get(*number) else { continue };
        wanted.extend(finding.evidence.iter().map(|place| (*place, finding.run_id)));
    }
    wanted.truncate(MAX_BYTES / MAX_TEXT);
    order::sort_by_key(&mut wanted, |(place, _)| *place);
    wanted.dedup_by_key(|(place, _)| *place);
    wanted
}

/// The quotes of one file. What can't be read has been told of when it was judged.
fn quotes_of(wanted: &[Wanted], files: &Files, names: &Names) -> Vec<(Place, Quote)> {
    let mut quotes = Vec::new();
    let file = wanted.first().and_then(|(place, _)| usize::try_from(place.file).ok());
    let Some((path, name)) = file.and_then(|file| files.paths.get(file).zip(files.names.get(file))) else {
        return quotes;
    };
    if path == STANDARD_INPUT {
        return quotes;
    }
    let mut quote = |at: usize, line: &[u8]| {
        let (place, run_id) = wanted[at];
        quotes.push((place, Quote::of(line, name, run_id.map(|run_id| names.text(run_id)))));
    };
    // The bar that shows the progress is full.
    let Ok(mut input) = input::open(path, &Progress::default()) else { return quotes };
    let mut start = Vec::new();
    if input.by_ref().take(extract::MAX_LINE as u64).read_to_end(&mut start).is_err() {
        return quotes;
    }
    let mut whole = Cursor::new(&start).chain(input);
    if extract::begins(&start) {
        let mut next = 0;
        let _ = records::read(&mut whole, Some(&Layout::Extract), &mut |entry| {
            if wanted.get(next).is_some_and(|(place, _)| place.line == entry.line.number) {
                quote(next, line_of_interest(&entry.line));
                next += 1;
            }
        });
    } else {
        let _ = each_line(&mut whole, wanted.iter().map(|(place, _)| place.line), &mut quote);
    }
    quotes
}

/// Of a record that takes several lines, the one that its number is of.
fn line_of_interest<'a>(line: &Line<'a>) -> &'a [u8] {
    let text = line.text;
    let at = line.first.into_iter().chain(memmem::find(text, OPENING.as_bytes())).min().unwrap_or(0);
    let start = memrchr(b'\n', &text[..at]).map_or(0, |before| before + 1);
    let end = memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
    &text[start..end]
}

/// Tells the lines of these numbers, which ascend, with their places among them. Nothing after the last of them is read.
fn each_line(
    input: &mut dyn Read,
    numbers: impl Iterator<Item = u64>,
    each: &mut dyn FnMut(usize, &[u8]),
) -> io::Result<()> {
    let mut wanted = numbers.enumerate().peekable();
    let mut buffer = vec![0; CHUNK];
    // Of the line that is read.
    let mut number = 1;
    let mut kept: Vec<u8> = Vec::new();
    while wanted.peek().is_some() {
        let read = match input.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let mut rest = &buffer[..read];
        while let Some((at, next)) = wanted.peek().copied() {
            if number < next {
                let Some(after) = after_lines(rest, next - number, &mut number) else { break };
                rest = after;
            }
            let end = memchr(b'\n', rest);
            let part = &rest[..end.unwrap_or(rest.len())];
            kept.extend_from_slice(&part[..part.len().min(MAX_LINE - kept.len())]);
            if end.is_none() && read > 0 {
                break;
            }
            if end.is_some() || !kept.is_empty() {
                each(at, &kept);
            }
            wanted.next();
            kept.clear();
            let Some(end) = end else { return Ok(()) };
            rest = &rest[end + 1..];
            number += 1;
        }
        if read == 0 {
            break;
        }
    }
    Ok(())
}

/// What follows so many line ends; `None` when there are fewer. Counts them.
fn after_lines<'a>(text: &'a [u8], lines: u64, counted: &mut u64) -> Option<&'a [u8]> {
    let ends = memchr_iter(b'\n', text).count() as u64;
    if ends < lines {
        *counted += ends;
        return None;
    }
    *counted += lines;
    let last = usize::try_from(lines).ok()?.checked_sub(1)?;
    memchr_iter(b'\n', text).nth(last).map(|end| &text[end + 1..])
}

impl Quote {
    fn of(line: &[u8], file: &str, run_id: Option<&str>) -> Self {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (time, process) = told_by(line, file, run_id);
        Self { text: shown(line, run_id).into(), time, process: process.map(Into::into) }
    }
}

/// When a line was written and by whom, of the run ID if it says something of that.
fn told_by(text: &[u8], file: &str, run_id: Option<&str>) -> (Option<Millis>, Option<String>) {
    let is_marked = memmem::find(text, OPENING.as_bytes()).is_some();
    let line = Line { text, number: 1, first: None, is_marked, before: &[] };
    let mut told = None;
    let mut is_of_run = false;
    observe(&Entry { line, layout: &Layout::Lines }, &mut |observation| {
        let event = &observation.event;
        let is_about = run_id.is_some() && event.run_id.as_deref() == run_id;
        if told.is_none() || (is_about && !is_of_run) {
            let mut process = String::new();
            event.process.write(file, &mut process);
            told = Some((event.time, process));
            is_of_run |= is_about;
        }
    });
    told.map_or((None, None), |(time, process)| (time, Some(process)))
}

/// The beginning of a line, or what is around the run ID where that comes later. At most [`MAX_TEXT`] bytes.
fn shown(line: &[u8], run_id: Option<&str>) -> String {
    let at = run_id.and_then(|run_id| Some((memmem::find(line, run_id.as_bytes())?, run_id.len())));
    let start = match at {
        Some((at, length)) if at + length > MAX_TEXT => at.saturating_sub(BEFORE),
        _ => 0,
    };
    // Not within a character.
    let start = (start..line.len()).find(|at| line[*at] & 0xC0 != 0x80).unwrap_or(start);
    let mut text = String::from_utf8_lossy(&line[start..line.len().min(start + MAX_TEXT)]).into_owned();
    let end = (0..=MAX_TEXT.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let (piece, rest) = self.0.split_at(self.1.min(self.0.len()).min(buffer.len()));
            buffer[..piece.len()].copy_from_slice(piece);
            self.0 = rest;
            Ok(piece.len())
        }
    }

    fn read(text: &[u8], step: usize, numbers: &[u64]) -> (Vec<(usize, Vec<u8>)>, usize) {
        let mut input = Slow(text, step);
        let mut told = Vec::new();
        each_line(&mut input, numbers.iter().copied(), &mut |at, line| told.push((at, line.to_vec())))
            .unwrap();
        (told, input.0.len())
    }

    #[test]
    fn any_lines_are_told_however_the_bytes_come() {
        let text = b"one\n\nthree\nfour\n\n\nseven and more\neight";
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        for step in 1..=text.len() {
            for wanted in 0..1_u64 << lines.len() {
                let numbers: Vec<u64> =
                    (1..=lines.len() as u64).filter(|at| wanted >> (at - 1) & 1 == 1).collect();
                let told: Vec<Vec<u8>> =
                    read(text, step, &numbers).0.into_iter().map(|(_, line)| line).collect();
                let expected: Vec<&[u8]> =
                    numbers.iter().map(|at| lines[usize::try_from(*at).unwrap() - 1]).collect();
                assert_eq!(told, expected, "{step} {numbers:?}");
            }
        }
    }

    #[test]
    fn nothing_is_read_after_the_last_line_that_is_wanted() {
        let text = b"one\ntwo\nthree\nfour\n";
        assert_eq!(read(text, 1, &[2]), (vec![(0, b"two".to_vec())], b"three\nfour\n".len()));
        assert_eq!(read(text, 1, &[]), (vec![], text.len()));
        assert_eq!(read(text, 1, &[9]), (vec![], 0), "there are fewer lines");
    }

    #[test]
    fn of_a_long_line_only_the_beginning_is_kept() {
        let kept = 16_384;
        let mut text = vec![b'x'; kept * 3];
        text.extend_from_slice(b"\nnext\n");
        for step in [1000, kept, kept + 1, text.len()] {
            let (told, _) = read(&text, step, &[1, 2]);
            assert!(told == [(0, vec![b'x'; kept]), (1, b"next".to_vec())], "{step}");
        }
    }

    #[test]
    fn what_is_shown_begins_with_the_line_or_near_the_run_id() {
        let run_id = "251006-143000-Ann";
        let near = format!("{}{run_id}", "é".repeat(240));
        assert_eq!(shown(near.as_bytes(), Some(run_id)), near);
        let far = format!("{}{run_id} {}", "é".repeat(300), "é".repeat(300));
        let text = shown(far.as_bytes(), Some(run_id));
        assert!(text.starts_with("éé") && text.contains(run_id) && text.ends_with('é'), "{text}");
        assert!((510..=512).contains(&text.len()), "{}", text.len());
        let others = shown(far.as_bytes(), None);
        assert_eq!(others, "é".repeat(MAX_TEXT / 2));
        // What is no text becomes longer than it was.
        assert_eq!(shown(&[0xFF; 1000], None), "\u{FFFD}".repeat(MAX_TEXT / 3));
    }
}

//! The new data of a growing log: records as soon as they are complete, with the numbers of their lines.

use std::io::{self, Cursor};

use memchr::memchr_iter;

use crate::facts::fact::Facts;
use crate::facts::history::Place;
use crate::formats::extract;
use crate::formats::layout::Layout;
use crate::formats::observation::{Zone, observe_in};
use crate::formats::records::{self, whole};
use crate::read::compressed::{Compression, MAGIC_LENGTH};
use crate::read::lines::{BEFORE, MAX_LINE};
use crate::read::unicode::Encoding;

/// A log, as far as it has been read.
#[derive(Debug)]
pub struct Growth {
    /// Its number among all.
    file: u32,
    /// Data that was not read yet, preceded by the end of what was: a record may need it.
    held: Vec<u8>,
    read: usize,
    layout: Option<Layout>,
    /// What it tells of the zone of its times.
    pub zone: Zone,
    /// Lines that were read.
    pub lines: u64,
    /// Whether the next data is the rest of a line that is too long.
    is_in_long: bool,
}

/// What some of it tells.
#[derive(Debug, Default)]
pub struct Gain {
    /// With lines numbered from the one after [`Gain::lines_before`] on.
    pub facts: Facts,
    /// Lines that were read before.
    pub lines_before: u64,
    /// Records with a run ID or an event.
    pub records: u64,
    /// Lines that could not be read.
    pub skipped: u64,
}

impl Growth {
    /// Nothing yet, of the log with this number.
    #[must_use]
    pub fn new(file: u32) -> Self {
        Self {
            file,
            held: Vec::new(),
            read: 0,
            layout: None,
            zone: Zone::default(),
            lines: 0,
            is_in_long: false,
        }
    }

    /// Where what comes next belongs.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.held
    }

    /// Reads the complete records of the new data; at the end, all of it. `name` stands for a process that no line names, and
    /// `each` gets each line of interest.
    ///
    /// # Errors
    /// If the file is not a log that grows line by line.
    pub fn take(
        &mut self,
        name: &str,
        is_last: bool,
        each: &mut dyn FnMut(Place, &[u8]),
    ) -> io::Result<Gain> {
        let mut gain = Gain { lines_before: self.lines, ..Gain::default() };
        self.pass_long(&mut gain);
        let Some(layout) = self.layout(is_last)? else { return Ok(gain) };
        let new = &self.held[self.read..];
        let mut length = if is_last { new.len() } else { whole(&layout, new) };
        if length == 0 && new.len() > MAX_LINE {
            length = memchr::memrchr(b'\n', new).map_or(0, |last| last + 1);
            if length == 0 {
                gain.skipped += 1;
                self.is_in_long = true;
                self.held.clear();
                self.read = 0;
            }
        }
        if length > 0 {
            self.read_to(self.read + length, &layout, name, &mut gain, each);
        }
        self.layout = Some(layout);
        Ok(gain)
    }

    /// Skips the rest of a line that is too long.
    fn pass_long(&mut self, gain: &mut Gain) {
        if self.is_in_long {
            let end = memchr::memchr(b'\n', &self.held);
            self.held.drain(..end.map_or(self.held.len(), |end| end + 1));
            self.is_in_long = end.is_none();
            self.lines += u64::from(end.is_some());
            gain.lines_before = self.lines;
        }
    }

    /// How its records lie, as soon as a line of it is there.
    fn layout(&mut self, is_last: bool) -> io::Result<Option<Layout>> {
        if self.layout.is_some() {
            return Ok(self.layout.take());
        }
        if self.held.len() < MAGIC_LENGTH && !is_last {
            return Ok(None);
        }
        let kind = match Encoding::of(&self.held) {
            Some((Encoding::Utf8, _)) => None,
            Some(_) => Some("UTF-16"),
            None if Compression::of(&self.held).is_some() => Some("compressed"),
            None => extract::begins(&self.held).then_some("an extract"),
        };
        if let Some(kind) = kind {
            let problem =
                format!("{kind}: --follow reads only plain logs; check reads this one without --follow");
            return Err(io::Error::new(io::ErrorKind::Unsupported, problem));
        }
        let has_line = self.held.contains(&b'\n') || is_last || self.held.len() > MAX_LINE;
        if !has_line || self.held.is_empty() {
            return Ok(None);
        }
        if let Some((_, mark)) = Encoding::of(&self.held) {
            self.held.drain(..mark);
        }
        Ok(Some(Layout::of(&self.held)))
    }

    fn read_to(
        &mut self,
        end: usize,
        layout: &Layout,
        name: &str,
        gain: &mut Gain,
        each: &mut dyn FnMut(Place, &[u8]),
    ) {
        let known = memchr_iter(b'\n', &self.held[..self.read]).count() as u64;
        let mut zone = self.zone;
        let mut input = Cursor::new(&self.held[..end]);
        let Gain { facts, records, skipped, .. } = gain;
        let (counts, _) = records::read(&mut input, Some(layout), &mut |entry| {
            let Some(line) = entry.line.number.checked_sub(known).filter(|line| *line > 0) else { return };
            let place = Place { file: self.file, line };
            each(Place { line: line + self.lines, ..place }, entry.line.text);
            let mut is_record = entry.line.is_telling();
            let is_torn = observe_in(&entry, &mut zone, &mut |observation| {
                is_record = true;
                facts.take(&observation, place, name);
            });
            *records += u64::from(is_record || is_torn);
            *skipped += u64::from(is_torn);
        });
        facts.zone = zone;
        *skipped += counts.too_long;
        self.lines += counts.lines - known;
        // A document and a block begin with themselves.
        let is_of_lines = !matches!(layout, Layout::Documents | Layout::Blocks);
        let from = if is_of_lines { end.saturating_sub(BEFORE) } else { end };
        let from = if from == 0 { 0 } else { line_from(&self.held[..end], from) };
        self.held.drain(..from);
        self.read = end - from;
    }
}

/// Where the first line begins that does so there or later.
fn line_from(bytes: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &bytes[from - 1..]).map_or(bytes.len(), |length| from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = concat!(
        r#"[run-id] {"time":"2025-10-06T14:30:00.000Z","service":"api","proc":"0a1b2c3d","host":"h","pid":7,"#,
        r#""event":"pass","runId":"251006-143000"}"#
    );

    fn places(content: &str, step: usize) -> Vec<(u64, String)> {
        let mut growth = Growth::new(0);
        let mut told = Vec::new();
        let mut facts = 0;
        for piece in content.as_bytes().chunks(step) {
            growth.buffer().extend_from_slice(piece);
            let gain = growth
                .take("a.log", false, &mut |place, text| {
                    told.push((place.line, String::from_utf8_lossy(text).into_owned()));
                })
                .unwrap();
            facts += gain.facts.all.len();
            assert!(growth.held.len() <= 2048 + step + 400, "{}", growth.held.len());
        }
        let gain =
            growth.take("a.log", true, &mut |place, _| told.push((place.line, "last".into()))).unwrap();
        assert_eq!(growth.lines, content.lines().count() as u64);
        assert!(facts + gain.facts.all.len() >= told.len());
        told
    }

    #[test]
    fn lines_are_told_once_however_they_come() {
        let filler = "nothing about a run\n".repeat(400);
        let content = format!("{EVENT}\n{filler}run 251006-143000 goes on\n{EVENT}\n{filler}{EVENT}\n");
        let whole = places(&content, content.len());
        assert_eq!(whole.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 402, 403, 804]);
        for step in [1, 7, 100, 3000] {
            assert_eq!(places(&content, step), whole, "{step}");
        }
    }

    #[test]
    fn a_line_without_an_end_is_read_at_the_end() {
        let content = format!("{EVENT}\n{EVENT}");
        let told = places(&format!("{content}\n"), 10);
        assert_eq!(told.len(), 2);
        let mut growth = Growth::new(0);
        growth.buffer().extend_from_slice(content.as_bytes());
        let mut count = |is_last| growth.take("a.log", is_last, &mut |_, _| {}).unwrap().records;
        assert_eq!([count(false), count(true)], [1, 1]);
    }

    #[test]
    fn what_does_not_grow_line_by_line_is_refused() {
        for (start, kind) in
            [(&b"\x1F\x8B\x08\0\0\0\0\0\0\x03\n"[..], "compressed"), (b"\xFF\xFEa\0b\0c\0d\0\n\0", "UTF-16")]
        {
            let mut growth = Growth::new(0);
            growth.buffer().extend_from_slice(start);
            let error = growth.take("a.log", false, &mut |_, _| {}).unwrap_err();
            assert!(error.to_string().starts_with(kind), "{error}");
        }
    }

    #[test]
    fn of_a_line_that_is_too_long_nothing_is_held() {
        let mut growth = Growth::new(0);
        let mut skipped = 0;
        let mut records = 0;
        for piece in [
            &b"x".repeat(MAX_LINE + 2),
            &b"x".repeat(MAX_LINE),
            &b"\n".to_vec(),
            &format!("{EVENT}\n").into(),
        ] {
            growth.buffer().extend_from_slice(piece);
            let gain = growth.take("a.log", false, &mut |place, _| assert_eq!(place.line, 2)).unwrap();
            skipped += gain.skipped;
            records += gain.records;
            assert!(growth.held.len() < 1000);
        }
        assert_eq!((skipped, records), (1, 1));
    }
}

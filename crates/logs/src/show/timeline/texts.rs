//! The lines that steps are in.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use run_id_core::event;
use serde::{Serialize, Serializer};

use super::step::Step;
use crate::facts::history::Place;
use crate::formats::records::{self, Entry};
use crate::map::{Map, Set};
use crate::read::input::{self, Input, Progress};

/// The bytes that are shown of a line: as many as this library's own lines have. SPEC §6.
const MAX_TEXT: usize = event::MAX_LINE;

/// The end of a line that was cut.
const CUT: &str = "...";

/// The line as text, cut if it is too long.
#[must_use]
pub fn beginning_of(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(MAX_TEXT)]);
    if line.len() <= MAX_TEXT {
        return text.trim_end().to_owned();
    }
    // The last character may have been cut in two.
    format!("{}{CUT}", text.trim_end_matches(char::REPLACEMENT_CHARACTER))
}

/// The most bytes that the text of a line takes.
#[must_use]
pub fn most_bytes_of(line: &[u8]) -> usize {
    // A byte that is not UTF-8 becomes a character of three bytes.
    let shown = &line[..line.len().min(MAX_TEXT)];
    shown.len() + CUT.len() + if str::from_utf8(shown).is_ok() { 0 } else { 2 * shown.len() }
}

/// Lines as they are shown, each once, however many steps it contains.
#[derive(Debug, Default)]
pub struct Texts {
    /// By where a text is in memory: a line may hold several records.
    numbers: Map<usize, usize>,
    all: Vec<Arc<str>>,
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.all())
    }
}

impl Texts {
    /// Takes in the line of each step, and tells the step its number.
    pub fn number(&mut self, steps: &mut [Step]) {
        for line in steps.iter_mut().map(|step| &mut step.line) {
            let Some(text) = &line.text else { continue };
            line.number = *self.numbers.entry(text.as_ptr().addr()).or_insert_with(|| {
                self.all.push(Arc::clone(text));
                self.all.len() - 1
            });
        }
    }

    /// All, by number.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|text| &**text)
    }
}

/// Numbers the records of a line, as they are read.
#[derive(Debug, Default)]
pub struct Records {
    line: u64,
    next: u32,
}

impl Records {
    /// The number of the record that was read last.
    pub fn number(&mut self, entry: &Entry<'_>) -> u32 {
        if self.line != entry.line.number {
            *self = Self { line: entry.line.number, next: 0 };
        }
        self.next += 1;
        self.next - 1
    }
}

/// A record of a file: where it is, and which of its line.
type Record = (Place, u32);

fn record_of(step: &Step) -> Record {
    (step.place, step.line.record)
}

/// The lines of the requested steps, read again, with those of the steps that will be requested next.
#[derive(Debug, Default)]
pub struct Window {
    texts: Map<Record, Box<str>>,
    /// The steps whose lines are there, if these can still be read.
    steps: Range<usize>,
}

impl Window {
    /// The line of a step, if it is there.
    #[must_use]
    pub fn text_of(&self, step: &Step) -> Option<&str> {
        self.texts.get(&record_of(step)).map(|text| &**text)
    }

    /// Makes sure that the lines of the steps `asked` for are there. Files are read again for them, and for the lines of as many steps
    /// after them as there are `bytes` for.
    pub fn show(&mut self, steps: &[Step], asked: Range<usize>, bytes: usize, files: &[String]) {
        if self.steps.start <= asked.start && asked.end <= self.steps.end {
            return;
        }
        let mut left = bytes;
        let mut end = asked.start;
        let mut wanted: Map<u32, Set<Record>> = Map::default();
        for step in &steps[asked.start..] {
            if end >= asked.end && left < step.line.bytes {
                break;
            }
            if wanted.entry(step.place.file).or_default().insert(record_of(step)) {
                left = left.saturating_sub(step.line.bytes);
            }
            end += 1;
        }
        self.steps = asked.start..end;
        self.texts.clear();
        for (file, records) in wanted {
            if let Some(path) = files.get(file as usize) {
                self.read(file, path, &records);
            }
        }
    }

    fn read(&mut self, file: u32, path: &str, wanted: &Set<Record>) {
        let last = wanted.iter().map(|(place, _)| place.line).max().unwrap_or(0);
        let is_over = Rc::new(Cell::new(false));
        let Ok(input) = input::open(path, &Progress::default()) else { return };
        let mut input = Input::new(Until { input, is_over: Rc::clone(&is_over) });
        let mut numbers = Records::default();
        // A file that cannot be read now was read before: only the texts of its lines are missing.
        let _ = records::read(&mut input, None, &mut |entry| {
            let record = (Place { file, line: entry.line.number }, numbers.number(&entry));
            is_over.set(is_over.get() || entry.line.number > last);
            if wanted.contains(&record) {
                self.texts.insert(record, beginning_of(entry.line.text).into());
            }
        });
    }
}

/// Ends when everything requested was read.
struct Until {
    input: Input<'static>,
    is_over: Rc<Cell<bool>>,
}

impl Read for Until {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_over.get() { Ok(0) } else { self.input.read(buffer) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::timeline::Subject;
    use crate::show::timeline::reading::read_without_lines;
    use crate::show::verdict::Files;

    const RUN_ID: &str = "251006-143000";

    /// A log of so many lines of a hundred bytes, and its steps.
    fn log(name: &str, lines: usize) -> (Files, Vec<Step>) {
        let path = std::env::temp_dir().join(format!("run-id-logs-window-{name}-{}", std::process::id()));
        let line = |at: usize| format!("{:<99}.\n", format!("{RUN_ID} {at}"));
        std::fs::write(&path, (0..lines).map(line).collect::<String>()).unwrap();
        let files = Files::from(vec![path.to_str().unwrap().to_owned()]);
        let subject = Subject { run_id: Some(RUN_ID.to_owned()), ..Subject::default() };
        let steps = read_without_lines(&subject, &files.paths, &files.names, &Progress::default()).events;
        assert!(steps.len() == lines && steps.iter().all(|step| step.line.text.is_none()));
        (files, steps)
    }

    fn kept(window: &Window) -> (usize, usize) {
        (window.texts.len(), window.texts.values().map(|text| text.len()).sum())
    }

    #[test]
    fn a_window_holds_what_is_asked_for_and_as_much_after_it_as_there_are_bytes_for() {
        let (files, steps) = log("bytes", 50);
        let mut window = Window::default();
        let bytes = 10 * steps[0].line.bytes;
        for (asked, lines) in [(0..1, 10), (9..10, 10), (10..11, 10), (5..25, 20), (45..50, 5), (50..50, 5)] {
            window.show(&steps, asked.clone(), bytes, &files.paths);
            assert_eq!(kept(&window), (lines, 100 * lines), "{asked:?}");
            for at in asked {
                let text = window.text_of(&steps[at]).unwrap();
                assert!(text.starts_with(&format!("{RUN_ID} {at} ")), "{text}");
            }
        }
        std::fs::remove_file(&files.paths[0]).unwrap();
    }

    #[test]
    fn files_are_read_again_only_for_lines_that_are_not_there() {
        let (files, steps) = log("once", 20);
        let mut window = Window::default();
        window.show(&steps, 2..3, 10 * steps[0].line.bytes, &files.paths);
        std::fs::remove_file(&files.paths[0]).unwrap();
        window.show(&steps, 2..12, 0, &files.paths);
        assert!((2..12).all(|at| window.text_of(&steps[at]).is_some()));
        window.show(&steps, 1..2, 0, &files.paths);
        assert_eq!(kept(&window), (0, 0));
    }

    #[test]
    fn a_file_is_read_no_further_than_it_is_asked_for() {
        let until = |is_over| Until { input: Input::new(&b"abc"[..]), is_over: Rc::new(Cell::new(is_over)) };
        assert_eq!(io::read_to_string(until(false)).unwrap(), "abc");
        assert_eq!(io::read_to_string(until(true)).unwrap(), "");
    }

    #[test]
    fn a_line_takes_no_more_than_is_reckoned_with() {
        let long = "x".repeat(2 * 4096);
        for line in [
            &b""[..],
            b"a",
            b"\xff\xfe\xff",
            &[0xff; 2 * 4096],
            long.as_bytes(),
            "\u{20ac}".repeat(4096).as_bytes(),
        ] {
            assert!(beginning_of(line).len() <= most_bytes_of(line), "{}", line.len());
        }
        assert!(most_bytes_of(long.as_bytes()) <= 4096 + CUT.len());
    }
}

//! Reads files in parts, as many at a time as there are processors for.

use std::any::Any;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read, Seek, SeekFrom};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::facts::fact::Facts;
use crate::facts::history::{History, Place};
use crate::formats::layout::Layout;
use crate::formats::observation::{Zone, observe_in};
use crate::formats::records::{self, Cut};
use crate::read::input::{self, Input, Progress};
use crate::read::lines::Counts;

/// Bytes of a part of a file: a smaller one would take too much time for its beginning, and with larger ones more results would
/// wait for the parts before.
const PART: u64 = 2 * 1024 * 1024;

/// A file that could not be read to its end.
#[derive(Debug)]
pub struct Failure {
    /// Its number on the command line.
    pub file: usize,
    /// Why.
    pub error: io::Error,
}

/// Why a file was not read to its end.
enum Ended {
    /// It could not be.
    Failed(io::Error),
    /// Nothing more was to be read.
    Stopped,
}

/// The lines of a file that begin in a range of its bytes; all lines if there is no range.
pub struct Part {
    /// The number of the file.
    pub file: usize,
    /// Its first byte, and the one after the last.
    pub range: Option<(u64, u64)>,
    /// How records lie in it; guessed if there is none.
    pub layout: Option<Layout>,
}

/// The facts in all files.
#[must_use]
pub fn read(files: &[String], progress: &Progress) -> (History, Vec<Failure>) {
    read_as(files, files, progress)
}

/// The same. A file's name, which need not be its path, stands for a process that its lines do not name.
#[must_use]
pub fn read_as(files: &[String], names: &[String], progress: &Progress) -> (History, Vec<Failure>) {
    let parts: Vec<Part> = (0..files.len()).flat_map(|file| parts_of(file, &files[file], PART)).collect();
    let mut history = History { lines: vec![0; files.len()], ..History::default() };
    let mut failures = Vec::new();
    let (mut lines_before, mut zone) = (0, Zone::default());
    let (mut is_silent, mut is_unread) = (vec![true; files.len()], vec![false; files.len()]);
    let work = |at: usize, tell: &mut dyn FnMut(Told)| read_part(&parts[at], files, names, progress, tell);
    in_threads(parts.len(), work, |at, told| {
        let part = &parts[at];
        history.gather(&told.facts, &mut zone, lines_before);
        let Some(End { counts, records, torn, outcome }) = told.end else { return };
        is_silent[part.file] &= records == 0 && outcome.is_ok();
        if records > 0 || outcome.is_ok() {
            history.begun_files = part.file + 1;
        }
        history.records += records;
        history.skipped += torn + counts.too_long;
        lines_before += counts.lines;
        history.lines[part.file] = lines_before;
        if parts.get(at + 1).is_none_or(|next| next.file != part.file) {
            (lines_before, zone) = (0, Zone::default());
        }
        match outcome {
            Err(Ended::Failed(error)) => {
                history.has_cut_extract |= Cut::is(&error);
                failures.push(Failure { file: part.file, error });
            }
            Err(Ended::Stopped) => is_unread[part.file] = true,
            Ok(()) => {}
        }
    });
    history.silent_files = is_silent.into_iter().filter(|is_silent| *is_silent).count();
    history.unread_files = is_unread.into_iter().filter(|is_unread| *is_unread).count();
    (history.with_joined_processes(), failures)
}

/// Facts that are handed over at a time: some 400 KB.
const MAX_FACTS: usize = 2048;

/// What some lines of a part tell.
struct Told {
    facts: Facts,
    /// How the part ended, if these are its last facts.
    end: Option<End>,
}

/// How the reading of a part ended.
struct End {
    counts: Counts,
    /// Records with a run ID or an event.
    records: u64,
    /// Those that could not be read.
    torn: u64,
    outcome: Result<(), Ended>,
}

/// Parts of a file that threads can read at the same time, each of about `size` bytes.
#[must_use]
pub fn parts_of(file: usize, path: &str, size: u64) -> Vec<Part> {
    let whole = || vec![Part { file, range: None, layout: None }];
    let Some((length, start)) = input::divisible(path) else { return whole() };
    let count = length / size;
    if count < 2 || threads() < 2 {
        return whole();
    }
    let layout = Layout::of(&start);
    if !layout.is_divisible() {
        return whole();
    }
    let part = |at| Part {
        file,
        range: Some((length * at / count, length * (at + 1) / count)),
        layout: Some(layout.clone()),
    };
    (0..count).map(part).collect()
}

fn read_part(
    part: &Part,
    files: &[String],
    names: &[String],
    progress: &Progress,
    tell: &mut dyn FnMut(Told),
) {
    let mut facts = Facts::default();
    let (mut torn, mut records) = (0, 0);
    let path = &files[part.file];
    let opened = if progress.is_stopped() { Err(stopped()) } else { open(part, path, progress) };
    let (counts, outcome) = match opened {
        Err(error) => (Counts::default(), Err(error)),
        Ok(mut input) => {
            let name = names.get(part.file).unwrap_or(path);
            let file = u32::try_from(part.file).unwrap_or(u32::MAX);
            let mut zone = Zone::default();
            records::read(&mut input, part.layout.as_ref(), &mut |entry| {
                let place = Place { file, line: entry.line.number };
                let mut is_record = entry.line.is_telling();
                let is_torn = observe_in(&entry, &mut zone, &mut |observation| {
                    is_record = true;
                    facts.take(&observation, place, name);
                });
                records += u64::from(is_record || is_torn);
                torn += u64::from(is_torn);
                facts.zone = zone;
                if facts.all.len() >= MAX_FACTS {
                    tell(Told { facts: facts.hand_over(), end: None });
                }
            })
        }
    };
    let outcome =
        outcome.map_err(|error| if progress.is_stopped() { Ended::Stopped } else { Ended::Failed(error) });
    tell(Told { facts, end: Some(End { counts, records, torn, outcome }) });
}

/// Opens a part.
///
/// # Errors
/// Those of [`open_whole`].
pub fn open(part: &Part, path: &str, progress: &Progress) -> io::Result<Input<'static>> {
    match part.range {
        None => open_whole(path, progress),
        Some((start, end)) => {
            Ok(input::counted(Input::new(LinesFrom::new(File::open(path)?, start, end)?), progress))
        }
    }
}

/// Opens a file that is read from its first byte to its last.
///
/// # Errors
/// Those of [`input::open`]. When read, a plain file that has become shorter is an error too.
pub fn open_whole(path: &str, progress: &Progress) -> io::Result<Input<'static>> {
    let length = input::plain_length(path);
    let file = input::open(path, progress)?;
    Ok(match length {
        Some(left) => Input::new(Promised { file, left }),
        None => file,
    })
}

/// A file with at least that many bytes left, unless it was emptied or cut meanwhile.
struct Promised {
    file: Input<'static>,
    left: u64,
}

impl Read for Promised {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            // Once: what was read before it is still reported.
            self.left = 0;
            return Err(shrunk());
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

fn stopped() -> io::Error {
    io::Error::other("the reading was stopped")
}

fn shrunk() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was read")
}

/// The lines that begin in a range of a file.
struct LinesFrom {
    inner: Chain<Cursor<Vec<u8>>, File>,
    position: u64,
    /// The first byte after the range.
    end: u64,
    is_over: bool,
}

impl LinesFrom {
    fn new(file: File, start: u64, end: u64) -> io::Result<Self> {
        let mut inner = BufReader::new(file);
        let mut position = start;
        if start > 0 {
            // From the byte before: if it ends a line, a line begins at the start. A line that does not end in the range leaves
            // none to begin there, and may be longer than the memory.
            inner.seek(SeekFrom::Start(start - 1))?;
            let mut before = inner.by_ref().take(end.saturating_sub(start - 1));
            position = start - 1 + before.skip_until(b'\n')? as u64;
        }
        // Everything else is read directly into the caller's buffer.
        let rest = Cursor::new(inner.buffer().to_vec());
        Ok(Self { inner: rest.chain(inner.into_inner()), position, end, is_over: position >= end })
    }
}

impl Read for LinesFrom {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_over {
            return Ok(0);
        }
        let mut read = self.inner.read(buffer)?;
        if read == 0 && self.position < self.end && !buffer.is_empty() {
            self.is_over = true;
            return Err(shrunk());
        }
        // The line that the last byte of the range belongs to is the last one.
        let inside = usize::try_from(self.end.saturating_sub(self.position + 1)).unwrap_or(usize::MAX);
        if inside < read
            && let Some(length) = memchr::memchr(b'\n', &buffer[inside..read])
        {
            read = inside + length + 1;
            self.is_over = true;
        }
        self.position += read as u64;
        Ok(read)
    }
}

/// More threads would only wait for the disk, and each has memory of its own.
const MAX_THREADS: usize = 8;

/// Threads that read at the same time: one for each processor that this process may use. The standard library would also
/// consider a container's limit, which costs 5 KB of addon only to have fewer threads waiting for each other.
fn threads() -> usize {
    #[cfg(target_os = "linux")]
    let processors = rustix::thread::sched_getaffinity(None).map_or(1, |set| set.count() as usize);
    #[cfg(not(target_os = "linux"))]
    let processors = thread::available_parallelism().map_or(1, usize::from);
    processors.clamp(1, MAX_THREADS)
}

/// Results that may wait for their turn: each may be some megabytes, and there may be 100,000 small files.
const MAX_WAITING: usize = 16;

/// Where threads hand over their results, number by number.
struct Turns<T> {
    state: Mutex<State<T>>,
    /// Something was taken.
    taken: Condvar,
    /// Something was made.
    made: Condvar,
}

struct State<T> {
    /// The number whose turn it is; `usize::MAX` if nothing more will be taken.
    due: usize,
    /// From that number on, the results that are in progress or waiting.
    all: VecDeque<Made<T>>,
    /// How many results wait.
    waiting: usize,
    panic: Option<Box<dyn Any + Send>>,
}

/// The results of a number.
struct Made<T> {
    results: VecDeque<T>,
    is_over: bool,
}

impl<T> Turns<T> {
    /// The next number to be processed.
    fn next(&self, count: usize) -> Option<usize> {
        let mut state = locked(&self.state);
        let next = state.due.checked_add(state.all.len()).filter(|next| *next < count)?;
        state.all.push_back(Made { results: VecDeque::new(), is_over: false });
        Some(next)
    }

    /// Hands over a result, as soon as few enough others wait. The number whose turn it is never waits.
    fn tell(&self, at: usize, result: T) {
        let is_early = |state: &mut State<T>| {
            let is_due = state.due == at && state.all.front().is_some_and(|made| made.results.is_empty());
            state.waiting >= MAX_WAITING && !is_due && state.due != usize::MAX
        };
        let state = self.taken.wait_while(locked(&self.state), is_early);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = at.checked_sub(state.due) {
            state.all[place].results.push_back(result);
            state.waiting += 1;
            self.made.notify_one();
        }
    }

    fn end(&self, at: usize, outcome: Result<(), Box<dyn Any + Send>>) {
        let mut state = locked(&self.state);
        if let Some(place) = at.checked_sub(state.due) {
            state.all[place].is_over = true;
        }
        state.panic = state.panic.take().or(outcome.err());
        self.made.notify_one();
    }

    /// The next result of the number whose turn it is; `None` if there are no more.
    fn take(&self) -> Result<Option<T>, Box<dyn Any + Send>> {
        let is_early = |state: &mut State<T>| {
            let is_here = |made: &Made<T>| made.is_over || !made.results.is_empty();
            state.panic.is_none() && !state.all.front().is_some_and(is_here)
        };
        let state = self.made.wait_while(locked(&self.state), is_early);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        if let Some(panic) = state.panic.take() {
            return Err(panic);
        }
        let result = state.all.front_mut().and_then(|made| made.results.pop_front());
        if result.is_some() {
            state.waiting -= 1;
        } else {
            state.all.pop_front();
            state.due += 1;
        }
        self.taken.notify_all();
        Ok(result)
    }
}

/// However the consumer ends, the readers must not wait for it.
struct Release<'t, T>(&'t Turns<T>);

impl<T> Drop for Release<'_, T> {
    fn drop(&mut self) {
        locked(&self.0.state).due = usize::MAX;
        self.0.taken.notify_all();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes to `take`, in order, the results of `work` for each number below `count`, on one thread per processor.
pub fn in_threads<T: Send>(
    count: usize,
    work: impl Fn(usize, &mut dyn FnMut(T)) + Sync,
    mut take: impl FnMut(usize, T),
) {
    let state = State { due: 0, all: VecDeque::new(), waiting: 0, panic: None };
    let turns = Turns { state: Mutex::new(state), taken: Condvar::new(), made: Condvar::new() };
    let outcome = thread::scope(|scope| {
        let _release = Release(&turns);
        for _ in 0..threads().min(count) {
            scope.spawn(|| {
                while let Some(at) = turns.next(count) {
                    let make = || work(at, &mut |result| turns.tell(at, result));
                    turns.end(at, panic::catch_unwind(AssertUnwindSafe(make)));
                }
            });
        }
        for due in 0..count {
            while let Some(result) = turns.take()? {
                take(due, result);
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|panic: Box<dyn Any + Send>| panic::resume_unwind(panic));
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn each_line_belongs_to_the_range_that_it_begins_in() {
        let content = b"a\n\nbcd\n\n\nefghijklmn\no\npq";
        let path = std::env::temp_dir().join(format!("run-id-logs-ranges-{}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        let lines = |start: usize, end: usize| {
            let mut read = Vec::new();
            let mut lines = LinesFrom::new(File::open(&path).unwrap(), start as u64, end as u64).unwrap();
            lines.read_to_end(&mut read).unwrap();
            read
        };
        let begins = |at: usize| at == 0 || content[at - 1] == b'\n';
        for start in 0..=content.len() {
            for end in start..=content.len() {
                let first = (start..end).find(|at| begins(*at));
                let after = (end..content.len()).find(|at| begins(*at)).unwrap_or(content.len());
                let wanted = first.map_or(&[][..], |first| &content[first..after]);
                assert_eq!(lines(start, end), wanted, "{start}..{end}");
            }
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_line_that_ends_after_a_range_is_not_read_to_its_end() {
        let path = std::env::temp_dir().join(format!("run-id-logs-endless-{}", std::process::id()));
        std::fs::write(&path, "x".repeat(1 << 20)).unwrap();
        let mut lines = LinesFrom::new(File::open(&path).unwrap(), 1000, 2000).unwrap();
        assert_eq!(lines.read(&mut [0]).unwrap(), 0);
        let read = lines.inner.get_mut().1.stream_position().unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(read < 20_000, "{read}");
    }

    #[test]
    fn a_file_that_became_shorter_is_an_error() {
        let path = std::env::temp_dir().join(format!("run-id-logs-shrunk-{}", std::process::id()));
        std::fs::write(&path, "one\ntwo\nthree\n").unwrap();
        let file = File::options().read(true).write(true).open(&path).unwrap();
        let open = || open_whole(path.to_str().unwrap(), &Progress::default()).unwrap();
        let range = |start, end| LinesFrom::new(File::open(&path).unwrap(), start, end).unwrap();
        let mut readers: Vec<Box<dyn Read>> =
            vec![Box::new(open()), Box::new(range(0, 14)), Box::new(range(6, 14))];
        let whole = open().read_to_end(&mut Vec::new());
        assert_eq!(whole.unwrap(), 14);
        // The buffer of a range has not been filled yet.
        readers.remove(2);
        file.set_len(5).unwrap();
        readers.push(Box::new(range(6, 14)));
        for reader in &mut readers {
            let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
            assert_eq!(error.to_string(), "the file became shorter while it was read");
            assert_eq!(reader.read(&mut [0]).unwrap(), 0, "it is told once");
        }
        std::fs::remove_file(&path).unwrap();
    }

    const EVENT: &str = concat!(
        r#"[run-id] {"time":"2025-10-06T14:30:00.000Z","service":"api","proc":"0a1b2c3d","host":"h","pid":7,"#,
        r#""event":"pass","runId":"251006-143000"}"#
    );

    #[test]
    fn a_long_file_is_handed_over_in_pieces() {
        let path = std::env::temp_dir().join(format!("run-id-logs-pieces-{}", std::process::id()));
        std::fs::write(&path, format!("{EVENT}\n").repeat(3 * 2048 + 1)).unwrap();
        let files = [path.to_str().unwrap().to_owned()];
        let part = Part { file: 0, range: None, layout: None };
        let mut told = Vec::new();
        read_part(&part, &files, &files, &Progress::default(), &mut |piece: Told| {
            let last = piece.facts.all.last().map(|fact| fact.place.line);
            told.push((piece.facts.all.len(), last, piece.end.map(|end| end.records)));
        });
        let lines = |pieces: u64| Some(pieces * 2048);
        let whole = |pieces| (2048, lines(pieces), None);
        let records = lines(3).map(|lines| lines + 1);
        assert_eq!(told, [whole(1), whole(2), whole(3), (1, records, records)]);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_zone_that_one_part_tells_holds_for_the_next_ones() {
        let path = std::env::temp_dir().join(format!("run-id-logs-zone-{}", std::process::id()));
        let filler = "nothing about a run\n".repeat(3 * usize::try_from(PART).unwrap() / 20);
        let log =
            format!("2025-10-06 16:30:00 {EVENT}\n{filler}2025-10-06 16:40:00 run 251006-143000 goes on\n");
        std::fs::write(&path, &log).unwrap();
        let (history, failures) = read(&[path.to_str().unwrap().to_owned()], &Progress::default());
        let wanted = crate::formats::time::of_iso(b"2025-10-06T14:40:00Z");
        assert_eq!((history.last, failures.len(), history.lines[0]), (wanted, 0, log.lines().count() as u64));
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn few_results_wait_for_their_turn() {
        let made = AtomicUsize::new(0);
        let most = AtomicUsize::new(0);
        let (mut taken, threads) = (0, threads());
        let work = |at, tell: &mut dyn FnMut(usize)| {
            for part in 0..3 {
                most.fetch_max(made.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tell(3 * at + part);
            }
        };
        in_threads(160, work, |at, value| {
            assert_eq!((at, value), (taken / 3, taken));
            // All that may be made ahead of the first one is.
            while taken == 0 && most.load(Ordering::SeqCst) < 16 + threads {
                thread::yield_now();
            }
            // And has turns enough to make more.
            (0..1000).filter(|_| taken == 0).for_each(|_| thread::yield_now());
            taken += 1;
            made.fetch_sub(1, Ordering::SeqCst);
        });
        // One that is taken, those that wait, one of the number whose turn it is, and one that each thread holds.
        let most = most.into_inner();
        assert!((16 + threads..=16 + threads + 2).contains(&most), "{most}");
        assert_eq!(taken, 3 * 160);
    }

    #[test]
    fn a_panic_ends_the_reading() {
        let panics = |bad: usize| move |at: usize| assert!(at != bad, "{at}");
        for (work, take) in [(5, usize::MAX), (usize::MAX, 5)] {
            let (work, take) = (panics(work), panics(take));
            let work = |at, tell: &mut dyn FnMut(())| {
                work(at);
                tell(());
            };
            let read = || in_threads(160, work, |at, ()| take(at));
            assert!(panic::catch_unwind(AssertUnwindSafe(read)).is_err());
        }
    }
}

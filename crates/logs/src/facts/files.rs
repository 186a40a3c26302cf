//! Reads files in parts, as many at a time as there are processors for.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::facts::history::{History, Place};
use crate::formats::layout::Layout;
use crate::formats::observation::observe;
use crate::formats::records;
use crate::read::input::{self, Progress};
use crate::read::lines::Counts;

/// Below this a part is not worth a thread.
const MIN_PART: u64 = 4 * 1024 * 1024;

/// A file that could not be read to its end.
#[derive(Debug)]
pub struct Failure {
    /// Its number on the command line.
    pub file: usize,
    /// Why.
    pub error: io::Error,
}

/// The lines of a file that begin in a range of its bytes; all of them when there is none.
struct Part {
    file: usize,
    range: Option<(u64, u64)>,
    /// Guessed where there is none.
    layout: Option<Layout>,
}

/// All that the files tell.
#[must_use]
pub fn read(files: &[String], progress: &Progress) -> (History, Vec<Failure>) {
    let parts: Vec<Part> = (0..files.len()).flat_map(|file| parts_of(file, &files[file])).collect();
    let mut history = History::default();
    let mut failures = Vec::new();
    let mut lines_before = 0;
    let work = |at: usize| read_part(&parts[at], files, progress);
    in_threads(parts.len(), work, |at, (told, counts, outcome)| {
        let part = &parts[at];
        if part.range.is_none_or(|(start, _)| start == 0) {
            lines_before = 0;
        }
        history.append(told, lines_before);
        lines_before += counts.lines;
        failures.extend(outcome.err().map(|error| Failure { file: part.file, error }));
    });
    (history, failures)
}

fn parts_of(file: usize, path: &str) -> Vec<Part> {
    let whole = || vec![Part { file, range: None, layout: None }];
    let Some((length, start)) = input::divisible(path) else { return whole() };
    let count = (length / MIN_PART).min(threads() as u64);
    if count < 2 {
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

fn read_part(part: &Part, files: &[String], progress: &Progress) -> (History, Counts, io::Result<()>) {
    let mut history = History::default();
    let path = &files[part.file];
    let mut input = match open(part, path, progress) {
        Ok(input) => input,
        Err(error) => return (history, Counts::default(), Err(error)),
    };
    let mut torn = 0;
    let number = u32::try_from(part.file).unwrap_or(u32::MAX);
    let (counts, outcome) = records::read(&mut input, part.layout.as_ref(), &mut |entry| {
        let place = Place { file: number, line: entry.line.number };
        torn += u64::from(observe(&entry, &mut |observation| history.take(&observation, place, path)));
    });
    history.skipped = torn + counts.too_long;
    (history, counts, outcome)
}

fn open(part: &Part, path: &str, progress: &Progress) -> io::Result<Box<dyn Read>> {
    match part.range {
        None => open_whole(path, progress),
        Some((start, end)) => Ok(Box::new(LinesFrom::new(File::open(path)?, start, end)?.counted(progress))),
    }
}

/// Opens a file that is read from its first byte to its last.
///
/// # Errors
/// Those of [`input::open`]; and those of the reader, when a plain file ends before the length that it had.
pub fn open_whole(path: &str, progress: &Progress) -> io::Result<Box<dyn Read>> {
    let length = input::plain_length(path);
    let file = input::open(path, progress)?;
    Ok(match length {
        Some(left) => Box::new(Promised { file, left }),
        None => file,
    })
}

/// A file that has at least so many bytes left, unless it was emptied or cut meanwhile.
struct Promised<R> {
    file: R,
    left: u64,
}

impl<R: Read> Read for Promised<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            // Once: what was read before it is still told.
            self.left = 0;
            return Err(shrunk());
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

fn shrunk() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was read")
}

/// The lines that begin in a range of a file.
struct LinesFrom {
    inner: BufReader<File>,
    position: u64,
    /// The first byte after the range.
    end: u64,
    is_over: bool,
}

impl LinesFrom {
    fn new(file: File, start: u64, end: u64) -> io::Result<Self> {
        let mut inner = BufReader::with_capacity(256 * 1024, file);
        let mut position = start;
        if start > 0 {
            // From the byte before: when it ends a line, a line begins at the start.
            inner.seek(SeekFrom::Start(start - 1))?;
            position = start - 1 + inner.skip_until(b'\n')? as u64;
        }
        Ok(Self { inner, position, end, is_over: position >= end })
    }

    fn counted(self, progress: &Progress) -> impl Read + use<> {
        input::counted(self, progress)
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

/// More only wait for the disk, and each keeps what it reads.
const MAX_THREADS: usize = 8;

/// Threads that read at a time: one for each processor that this process may use. The standard library would also read
/// what a container may use of them, which is 5 KB of addon for fewer threads that wait for one another.
fn threads() -> usize {
    #[cfg(target_os = "linux")]
    let processors = rustix::thread::sched_getaffinity(None).map_or(1, |set| set.count() as usize);
    #[cfg(not(target_os = "linux"))]
    let processors = thread::available_parallelism().map_or(1, usize::from);
    processors.clamp(1, MAX_THREADS)
}

/// Results that may wait for their turn: each may be as large as the log that it was read from, and there may be
/// 100,000 small files.
const MAX_WAITING: usize = 256;

/// Tells `take` in order what `work` makes of each number below `count`, on as many threads as there are processors for.
pub fn in_threads<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync, mut take: impl FnMut(usize, T)) {
    for start in (0..count).step_by(MAX_WAITING) {
        let end = count.min(start + MAX_WAITING);
        for (at, value) in (start..end).zip(batch(start, end, &work)) {
            take(at, value);
        }
    }
}

fn batch<T: Send>(start: usize, end: usize, work: &(impl Fn(usize) -> T + Sync)) -> Vec<T> {
    let next = AtomicUsize::new(start);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= end {
                return done;
            }
            done.push((at, work(at)));
        }
    };
    let mut values: Vec<Option<T>> = (start..end).map(|_| None).collect();
    let mut put =
        |done: Vec<(usize, T)>| done.into_iter().for_each(|(at, value)| values[at - start] = Some(value));
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads().min(end - start)).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            put(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    values.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
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
    fn a_file_that_became_shorter_is_an_error() {
        let path = std::env::temp_dir().join(format!("run-id-logs-shrunk-{}", std::process::id()));
        std::fs::write(&path, "one\ntwo\nthree\n").unwrap();
        let file = File::options().read(true).write(true).open(&path).unwrap();
        let open = || open_whole(path.to_str().unwrap(), &Progress::default()).unwrap();
        let range = |start, end| LinesFrom::new(File::open(&path).unwrap(), start, end).unwrap();
        let mut readers: Vec<Box<dyn Read>> = vec![open(), Box::new(range(0, 14)), Box::new(range(6, 14))];
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

    #[test]
    fn few_results_wait_for_their_turn() {
        let alive = AtomicUsize::new(0);
        let most = AtomicUsize::new(0);
        let work = |at| {
            most.fetch_max(alive.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            at
        };
        let mut taken = 0;
        in_threads(10 * MAX_WAITING + 1, work, |at, value| {
            assert_eq!((at, value), (taken, taken));
            taken += 1;
            alive.fetch_sub(1, Ordering::SeqCst);
        });
        assert_eq!((taken, most.into_inner()), (10 * MAX_WAITING + 1, MAX_WAITING));
    }
}

//! The output of `extract`: what `check` needs from logs, in lines that any pipe carries in one piece.

use std::fs::File;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use memchr::memmem::Finder;

use crate::facts::files::{Failure, in_threads, open_whole};
use crate::formats::extract::{self, MAX_LINE, MAX_NAME, Writer};
use crate::formats::layout::Layout;
use crate::formats::miss_forms;
use crate::formats::observation::observe;
use crate::formats::records::{self, Entry};
use crate::read::input::{Progress, SNIFFED, read_beginning};
use crate::read::lines::Counts;
use crate::show::problem::{Problem, text_of};

/// Its name on the command line.
const COMMAND: &str = "extract";

/// Who extracts.
#[derive(Clone, Debug)]
pub struct Extractor {
    /// A name that no other process has, of [`extract::BY_LENGTH`] bytes.
    pub by: String,
    /// The machine.
    pub host: String,
}

/// What was extracted.
#[derive(Debug, Default)]
pub struct Answer {
    /// Lines read.
    pub lines: u64,
    /// Records extracted.
    pub kept: u64,
    /// Files that could not be read to their ends.
    pub failures: Vec<Failure>,
    /// Why the extract could not be written.
    pub unwritten: Option<io::Error>,
}

impl Answer {
    /// The files that could not be read to their ends, as JSON.
    ///
    /// # Errors
    /// Never in practice.
    pub fn problems(&self, files: &[String]) -> serde_json::Result<String> {
        serde_json::to_string(&Problem::all(&self.failures, files, COMMAND))
    }
}

/// Where extracts go. One write is at most [`MAX_LINE`] bytes of whole lines, so that a pipe that others write to as well
/// does not mix them.
#[derive(Debug)]
pub struct Output<W> {
    writer: Mutex<W>,
    failure: Mutex<Option<io::Error>>,
    /// What is stopped when nothing more can be written.
    progress: Progress,
}

impl<W: Write> Output<W> {
    /// To `writer`, which takes each write at once.
    pub fn new(writer: W, progress: &Progress) -> Self {
        Self { writer: Mutex::new(writer), failure: Mutex::new(None), progress: progress.clone() }
    }

    fn write(&self, lines: &[u8]) {
        if self.progress.is_stopped() {
            return;
        }
        let outcome = self.writer.lock().unwrap_or_else(PoisonError::into_inner).write_all(lines);
        if let Err(error) = outcome {
            *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            self.progress.stop();
        }
    }
}

/// Lines that are written together.
struct Batch<'o, W: Write> {
    output: &'o Output<W>,
    lines: Vec<u8>,
}

impl<W: Write> Batch<'_, W> {
    fn push(&mut self, line: &[u8]) {
        if self.lines.len() + line.len() > MAX_LINE {
            self.flush();
        }
        self.lines.extend_from_slice(line);
    }

    fn flush(&mut self) {
        if !self.lines.is_empty() {
            self.output.write(&self.lines);
            self.lines.clear();
        }
    }
}

/// Extracts files; `names` are what they are called.
pub fn extract<W: Write + Send>(
    files: &[String],
    names: &[String],
    extractor: &Extractor,
    writer: W,
    progress: &Progress,
) -> Answer {
    let output = Output::new(writer, progress);
    Writer::new(&extractor.by).begin(files.len(), &extractor.host, &mut |line| output.write(line));
    let mut answer = Answer::default();
    let work =
        |at: usize, tell: &mut dyn FnMut(_)| tell(extract_file(&files[at], &names[at], extractor, &output));
    in_threads(files.len(), work, |file, (counts, kept, outcome)| {
        answer.lines += counts.lines;
        answer.kept += kept;
        if let Err(error) = outcome
            && !progress.is_stopped()
        {
            answer.failures.push(Failure { file, error });
        }
    });
    answer.unwritten = output.failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    answer
}

fn extract_file<W: Write>(
    path: &str,
    name: &str,
    extractor: &Extractor,
    output: &Output<W>,
) -> (Counts, u64, io::Result<()>) {
    let mut file = Vec::new();
    extract::escape(name.as_bytes(), &mut file);
    if file.len() > MAX_NAME {
        let problem =
            format!("its name has more than {MAX_NAME} bytes; extract it under another one, or with --as");
        return (Counts::default(), 0, Err(io::Error::new(io::ErrorKind::InvalidInput, problem)));
    }
    let mut writer = Writer::new(&extractor.by);
    let received = Finder::new(miss_forms::RECEIVED);
    let mut batch = Batch { output, lines: Vec::with_capacity(MAX_LINE) };
    let mut kept = 0;
    let (counts, outcome) = read(path, &output.progress, &mut |entry| {
        if !is_needed(&entry) {
            return;
        }
        kept += 1;
        let header = if let Layout::Table(header) = entry.layout { Some(header) } else { None };
        let is_announced = is_announced(&entry, &received);
        let line = &entry.line;
        writer.record(&file, line.number, header, is_announced, line.text, &mut |line| batch.push(line));
    });
    let error = outcome.as_ref().err().map(|error| text_of(error, path, COMMAND));
    writer.end(&file, counts, kept, error.as_deref(), &mut |line| batch.push(line));
    batch.flush();
    (counts, kept, outcome)
}

fn read(path: &str, progress: &Progress, each: &mut dyn FnMut(Entry<'_>)) -> (Counts, io::Result<()>) {
    let mut start = Vec::new();
    let opened = open_whole(path, progress).and_then(|mut input| {
        read_beginning(&mut input, SNIFFED, &mut start)?;
        Ok(input)
    });
    let input = match opened {
        Ok(input) => input,
        Err(error) => return (Counts::default(), Err(error)),
    };
    let layout = Layout::of(&start);
    if layout == Layout::Extract {
        let problem = "is an extract already: give it to check";
        return (Counts::default(), Err(io::Error::new(io::ErrorKind::InvalidInput, problem)));
    }
    records::read(&mut input.behind(start), Some(&layout), each)
}

/// A text that was written byte by byte tells only when it is read what it is about.
fn is_needed(entry: &Entry<'_>) -> bool {
    if entry.line.is_telling() {
        return true;
    }
    let mut is_told = false;
    let is_torn = observe(entry, &mut |_| is_told = true);
    is_told || is_torn
}

/// Whether what stands before a record says that what it names was looked for in vain.
fn is_announced(entry: &Entry<'_>, received: &Finder<'_>) -> bool {
    received.find(entry.line.text).is_some()
        && miss_forms::is_announced(&String::from_utf8_lossy(entry.line.before))
}

/// Standard output as it is, without a buffer.
///
/// # Errors
/// Where it is closed.
pub fn standard_output() -> io::Result<impl Write + Send> {
    #[cfg(unix)]
    let owned = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let owned = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(Patient(File::from(owned)))
}

/// A pipe that is full is waited for, in whichever mode another process has put it.
struct Patient(File);

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.wait()?,
                outcome => return outcome,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Patient {
    #[cfg(unix)]
    fn wait(&self) -> io::Result<()> {
        use rustix::event::{PollFd, PollFlags, poll};

        match poll(&mut [PollFd::new(&self.0, PollFlags::OUT)], None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(windows)]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as on Unix")]
    fn wait(&self) -> io::Result<()> {
        std::thread::sleep(std::time::Duration::from_millis(1));
        Ok(())
    }
}

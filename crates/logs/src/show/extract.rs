//! The output of `extract`: what `check` needs from logs, in lines that any pipe carries in one piece.

use std::fs::File;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use memchr::memmem::Finder;
use memchr::memrchr;
use run_id_core::event::OPENING;

use crate::facts::files::{Failure, in_threads};
use crate::formats::extract::{MAX_LINE, MAX_NAME, Origin, Writer};
use crate::formats::layout::Layout;
use crate::formats::miss_forms;
use crate::formats::observation::observe;
use crate::formats::records::Entry;
use crate::read::escape::escape;
use crate::read::input::Progress;
use crate::read::lines::{Counts, Line};
use crate::show::extract_pieces::{Order, Piece, Totals};
use crate::show::problem::{Problem, text_of};

/// Its name on the command line.
const COMMAND: &str = "extract";

/// Who extracts.
#[derive(Clone, Debug)]
pub struct Extractor {
    /// A name that no other process has, of [`BY_LENGTH`](crate::formats::extract::BY_LENGTH) bytes.
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

/// Where extracts go.
struct Output<W> {
    writer: Mutex<W>,
    failure: Mutex<Option<io::Error>>,
    /// Stopped when nothing more can be written.
    progress: Progress,
}

impl<W: Write> Output<W> {
    /// Writes whole lines, at most [`MAX_LINE`] bytes at a time, so that a pipe to which others write too does not mix them.
    fn write(&self, lines: &[u8]) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rest = lines;
        while !rest.is_empty() && !self.progress.is_stopped() {
            let length = rest.len().min(MAX_LINE);
            let length = memrchr(b'\n', &rest[..length]).map_or(length, |last| last + 1);
            if let Err(error) = writer.write_all(&rest[..length]) {
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                self.progress.stop();
            }
            rest = &rest[length..];
        }
    }
}

/// Extracts files. `names` are their names in the extract.
pub fn extract<W: Write + Send>(
    files: &[String],
    names: &[String],
    extractor: &Extractor,
    writer: W,
    progress: &Progress,
) -> Answer {
    let output = Output { writer: Mutex::new(writer), failure: Mutex::new(None), progress: progress.clone() };
    let mut first = Vec::new();
    Writer::new(&extractor.by).begin(files.len(), &extractor.host, &mut first);
    output.write(&first);
    let pieces: Vec<Piece> = (0..files.len()).flat_map(|file| Piece::all_of(file, &files[file])).collect();
    let orders: Vec<Order> = files.iter().map(|_| Order::default()).collect();
    let buffers = Mutex::new(Vec::new());
    let mut answer = Answer::default();
    let work = |at: usize, tell: &mut dyn FnMut(_)| {
        let piece = &pieces[at];
        let file = piece.part.file;
        let extraction =
            Extraction { piece, path: &files[file], name: &names[file], extractor, output: &output };
        let pooled = buffers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut used = pooled.unwrap_or_default();
        tell(extraction.run(&orders[file], &mut used));
        buffers.lock().unwrap_or_else(PoisonError::into_inner).push(used);
    };
    in_threads(pieces.len(), work, |at, (counts, kept, outcome): (Counts, u64, io::Result<()>)| {
        answer.lines += counts.lines;
        answer.kept += kept;
        let file = pieces[at].part.file;
        if let Err(error) = outcome
            && !progress.is_stopped()
            && answer.failures.last().is_none_or(|failure| failure.file != file)
        {
            answer.failures.push(Failure { file, error });
        }
    });
    answer.unwritten = output.failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    answer
}

/// The memory of a thread, used for one piece after another.
#[derive(Default)]
struct Buffers {
    piece: Vec<u8>,
    lines: Vec<u8>,
}

/// While it is the turn of a piece, its lines are written whenever there are that many bytes of them.
const BATCH: usize = 64 * 1024;

/// The extraction of a piece of a file.
struct Extraction<'e, W> {
    piece: &'e Piece,
    path: &'e str,
    name: &'e str,
    extractor: &'e Extractor,
    output: &'e Output<W>,
}

impl<W: Write> Extraction<'_, W> {
    /// Extracts the piece, and writes its lines when its turn comes. Returns how many lines it has, how many records were
    /// extracted, and why it could not be read to its end.
    fn run(&self, order: &Order, buffers: &mut Buffers) -> (Counts, u64, io::Result<()>) {
        let turn = order.turn(self.piece.at);
        let mut file = Vec::new();
        escape(self.name.as_bytes(), &mut file);
        if file.len() > MAX_NAME {
            let problem = format!(
                "its name has more than {MAX_NAME} bytes: rename it, or give it a shorter name with --as"
            );
            let problem = io::Error::new(io::ErrorKind::InvalidInput, problem);
            return (Counts::default(), 0, Err(problem));
        }
        let writer = Writer::new(&self.extractor.by);
        let received = Finder::new(miss_forms::RECEIVED);
        let Buffers { piece, lines } = buffers;
        lines.clear();
        let (mut enough, mut kept) = (BATCH, 0);
        let (counts, outcome) =
            self.piece.read(self.path, &self.output.progress, &turn, piece, &mut |entry| {
                if !is_needed(&entry) {
                    return;
                }
                kept += 1;
                let header = if let Layout::Table(header) = entry.layout { Some(header) } else { None };
                let is_announced = is_announced(&entry, &received);
                let Line { text, number, .. } = entry.line;
                writer.record(Origin { file: &file, line: number, header, is_announced }, text, lines);
                if lines.len() >= enough {
                    if turn.is_due() {
                        self.output.write(lines);
                        lines.clear();
                    }
                    enough = lines.len() + BATCH;
                }
            });
        let error = outcome.as_ref().err().map(|error| text_of(error, self.path, COMMAND));
        let before = turn.wait();
        let whole = before.and(counts, kept, error);
        if self.piece.is_last {
            let Totals { counts, kept, error } = &whole;
            writer.end(&file, *counts, *kept, error.as_deref(), lines);
        }
        self.output.write(lines);
        turn.end(whole);
        (counts, kept, outcome)
    }
}

/// Whether a record is of use to `check`. A text that was written byte by byte has to be read for that.
fn is_needed(entry: &Entry<'_>) -> bool {
    if entry.line.is_telling() {
        return true;
    }
    let mut is_told = false;
    let is_torn = observe(entry, &mut |_| is_told = true);
    is_told || is_torn
}

/// Whether the lines before a record say that the record of its run was not found.
fn is_announced(entry: &Entry<'_>, received: &Finder<'_>) -> bool {
    // An event says itself what was not found.
    !entry.line.text.starts_with(OPENING.as_bytes())
        && received.find(entry.line.text).is_some()
        && miss_forms::is_announced(&String::from_utf8_lossy(entry.line.before))
}

/// Standard output, without a buffer.
///
/// # Errors
/// If it is closed.
pub fn standard_output() -> io::Result<impl Write + Send> {
    #[cfg(unix)]
    let owned = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let owned = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(Patient(File::from(owned)))
}

/// Waits for a full pipe, even if another process has made it non-blocking.
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

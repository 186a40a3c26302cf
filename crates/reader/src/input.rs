//! Files as streams of bytes: plain, compressed, in UTF-16, or standard input.

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::compressed::{self, Compression};
use crate::unicode::{self, Encoding};

/// The name that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// Shared with the thread that requested the reading: its progress, and whether to stop.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    read: AtomicU64,
    is_stopped: AtomicBool,
}

impl Progress {
    /// Bytes read so far, before they were unpacked.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.0.read.load(Ordering::Relaxed)
    }

    /// Stops the reading: only what was read is judged.
    pub fn stop(&self) {
        self.0.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Whether the reading was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped.load(Ordering::Relaxed)
    }
}

/// The only operation that a source of bytes needs: the table of a `dyn Read` has seven more functions, and adds all of
/// them to the addon for each kind of reader.
trait Source {
    fn next(&mut self, buffer: &mut [u8]) -> io::Result<usize>;
}

impl<R: Read> Source for R {
    fn next(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read(buffer)
    }
}

/// Bytes from anywhere.
pub struct Input<'r>(Box<dyn Source + 'r>);

impl<'r> Input<'r> {
    /// Those of any reader.
    pub fn new(reader: impl Read + 'r) -> Self {
        Self(Box::new(reader))
    }

    /// These, after those that were already read.
    #[must_use]
    pub fn behind(self, start: Vec<u8>) -> Self {
        Self::new(Cursor::new(start).chain(self))
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.next(buffer)
    }
}

struct Counted<'r> {
    inner: Input<'r>,
    progress: Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.progress.is_stopped() {
            return Err(io::Error::other("the reading was stopped"));
        }
        let read = self.inner.read(buffer)?;
        self.progress.0.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Shows in `progress` what is read.
#[must_use]
pub fn counted<'r>(inner: Input<'r>, progress: &Progress) -> Input<'r> {
    Input::new(Counted { inner, progress: progress.clone() })
}

/// The bytes at the start of a file that tell what is in it.
pub const SNIFFED: usize = 64 * 1024;

/// The length and the first bytes of a file that can be read in parts: one that is neither compressed, nor in UTF-16, nor a
/// pipe or the like.
#[must_use]
pub fn divisible(path: &str) -> Option<(u64, Vec<u8>)> {
    plain(path, SNIFFED)
}

/// The length of a file that can be read in parts.
#[must_use]
pub fn plain_length(path: &str) -> Option<u64> {
    plain(path, compressed::MAGIC_LENGTH).map(|(length, _)| length)
}

fn plain(path: &str, sniffed: usize) -> Option<(u64, Vec<u8>)> {
    let metadata =
        std::fs::metadata(path).ok().filter(|metadata| path != STANDARD_INPUT && metadata.is_file())?;
    let start = beginning(&mut Input::new(File::open(path).ok()?), sniffed).ok()?;
    let is_as_it_is = Compression::of(&start).is_none() && Encoding::of(&start).is_none();
    (!start.is_empty() && is_as_it_is).then_some((metadata.len(), start))
}

/// Opens a file, and unpacks it if its first bytes say that it is compressed, whatever its name. Text in UTF-16 comes as
/// UTF-8.
///
/// # Errors
/// Those of opening it and of reading its first bytes; and if it is compressed in a format that is not unpacked here.
pub fn open(path: &str, progress: &Progress) -> io::Result<Input<'static>> {
    let file =
        if path == STANDARD_INPUT { Input::new(io::stdin().lock()) } else { Input::new(File::open(path)?) };
    let mut counted = counted(file, progress);
    let start = beginning(&mut counted, compressed::MAGIC_LENGTH)?;
    let compression = Compression::of(&start);
    let whole = counted.behind(start);
    let Some(compression) = compression else { return decoded(whole) };
    decoded(compression.unpacked(whole)?)
}

fn decoded(mut inner: Input<'static>) -> io::Result<Input<'static>> {
    let mut start = beginning(&mut inner, unicode::MARK_LENGTH)?;
    Ok(match Encoding::of(&start) {
        Some((encoding, mark)) => encoding.decoded(inner.behind(start.split_off(mark))),
        None => inner.behind(start),
    })
}

/// The first bytes; fewer only if there are no more.
fn beginning(input: &mut Input<'_>, length: usize) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    read_beginning(input, length, &mut start).map(|()| start)
}

/// Reads the first bytes; fewer only if there are no more.
///
/// # Errors
/// Those of the reader; what precedes one has been read.
pub fn read_beginning(input: &mut dyn Read, length: usize, start: &mut Vec<u8>) -> io::Result<()> {
    start.resize(length, 0);
    let mut filled = 0;
    let outcome = loop {
        match input.read(&mut start[filled..]) {
            Ok(0) => break Ok(()),
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => break Err(error),
        }
    };
    start.truncate(filled);
    outcome
}

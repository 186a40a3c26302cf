//! Files as streams of bytes: plain, compressed, in UTF-16, or standard input.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::compressed::{self, Compression};
use crate::unicode::{self, Encoding};

/// The name that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// What the thread that asked for the reading knows of it, and tells it.
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

    /// Nothing more is to be read: what was read is to be judged.
    pub fn stop(&self) {
        self.0.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Whether nothing more is to be read.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped.load(Ordering::Relaxed)
    }
}

struct Counted<R> {
    inner: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
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
pub fn counted<R: Read>(inner: R, progress: &Progress) -> impl Read + use<R> {
    Counted { inner, progress: progress.clone() }
}

/// The bytes at the start of a file that tell what is in it.
pub const SNIFFED: usize = 64 * 1024;

/// The length and the first bytes of a file that can be read in parts: one that is neither compressed, nor in UTF-16, nor a
/// pipe or the like.
#[must_use]
pub fn divisible(path: &str) -> Option<(u64, Vec<u8>)> {
    plain(path, SNIFFED)
}

/// The length of such a file.
#[must_use]
pub fn plain_length(path: &str) -> Option<u64> {
    plain(path, compressed::MAGIC_LENGTH).map(|(length, _)| length)
}

fn plain(path: &str, sniffed: usize) -> Option<(u64, Vec<u8>)> {
    let metadata =
        std::fs::metadata(path).ok().filter(|metadata| path != STANDARD_INPUT && metadata.is_file())?;
    let start = beginning(&mut File::open(path).ok()?, sniffed).ok()?;
    let is_as_it_is = Compression::of(&start).is_none() && Encoding::of(&start).is_none();
    (!start.is_empty() && is_as_it_is).then_some((metadata.len(), start))
}

/// Opens a file, and unpacks it if its first bytes say that it is compressed, whatever its name. Text in UTF-16 comes as
/// UTF-8.
///
/// # Errors
/// Those of opening it and of reading its first bytes, and where it is compressed with what is not read here.
pub fn open(path: &str, progress: &Progress) -> io::Result<Box<dyn Read>> {
    let file: Box<dyn Read> =
        if path == STANDARD_INPUT { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
    let mut counted = counted(file, progress);
    let start = beginning(&mut counted, compressed::MAGIC_LENGTH)?;
    let compression = Compression::of(&start);
    let whole = Cursor::new(start).chain(counted);
    let Some(compression) = compression else { return decoded(whole) };
    decoded(compression.unpacked(whole, path)?)
}

fn decoded(mut inner: impl Read + 'static) -> io::Result<Box<dyn Read>> {
    let start = beginning(&mut inner, unicode::MARK_LENGTH)?;
    let encoding = Encoding::of(&start);
    let mut start = Cursor::new(start);
    Ok(match encoding {
        Some((encoding, mark)) => {
            start.set_position(mark);
            encoding.decoded(start.chain(inner))
        }
        None => Box::new(start.chain(inner)),
    })
}

/// The first bytes, fewer only where there are no more.
fn beginning(input: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(length);
    input.take(length as u64).read_to_end(&mut start)?;
    Ok(start)
}

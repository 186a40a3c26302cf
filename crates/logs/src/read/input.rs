//! Files as streams of bytes: plain, compressed with gzip, or standard input.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

/// The name that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// RFC 1952, section 2.3.1.
const GZIP_MAGIC: [u8; 2] = [0x1F, 0x8B];

/// Bytes read so far, for whoever shows progress from another thread.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Bytes read so far, before they were unpacked.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Counted<R> {
    inner: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.progress.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Shows in `progress` what is read.
pub fn counted<R: Read>(inner: R, progress: &Progress) -> impl Read + use<R> {
    Counted { inner, progress: progress.clone() }
}

/// The length of a file that is neither compressed nor a pipe or the like, and so can be read in parts.
#[must_use]
pub fn plain_length(path: &str) -> Option<u64> {
    let metadata =
        std::fs::metadata(path).ok().filter(|metadata| path != STANDARD_INPUT && metadata.is_file())?;
    let mut start = [0; GZIP_MAGIC.len()];
    File::open(path).ok()?.read_exact(&mut start).ok()?;
    (start != GZIP_MAGIC).then_some(metadata.len())
}

/// Opens a file, and unpacks it if its first bytes say that it is compressed, whatever its name.
///
/// # Errors
/// Those of opening it and of reading its first bytes.
pub fn open(path: &str, progress: &Progress) -> io::Result<Box<dyn Read>> {
    let file: Box<dyn Read> =
        if path == STANDARD_INPUT { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
    let mut counted = counted(file, progress);
    let mut start = Vec::with_capacity(GZIP_MAGIC.len());
    counted.by_ref().take(GZIP_MAGIC.len() as u64).read_to_end(&mut start)?;
    let is_gzip = start == GZIP_MAGIC;
    let whole = Cursor::new(start).chain(counted);
    Ok(if is_gzip { Box::new(MultiGzDecoder::new(BufReader::new(whole))) } else { Box::new(whole) })
}

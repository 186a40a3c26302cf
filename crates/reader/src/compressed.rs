//! Compression formats by their first bytes: gzip and Zstandard are unpacked, the others named.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::gzip::Members;
use crate::input::{Input, STANDARD_INPUT};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstandard,
    /// Another format, known only by name.
    Other(&'static Unread),
}

/// A format that is not unpacked here.
#[derive(Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its usual name.
    name: &'static str,
    /// The program that unpacks a file, or standard input if no file is given, to standard output.
    program: &'static str,
}

/// The first bytes of each format.
const MAGIC: [(&[u8], Compression); 8] = [
    (b"\x1F\x8B", Compression::Gzip),
    (b"\x28\xB5\x2F\xFD", Compression::Zstandard),
    (b"\xFD7zXZ\0", Compression::Other(&Unread { name: "xz", program: "xzcat" })),
    // After the level comes pi for a block, or its square root for the end.
    (b"BZh?\x31\x41\x59\x26\x53\x59", Compression::Other(&BZIP2)),
    (b"BZh?\x17\x72\x45\x38\x50\x90", Compression::Other(&BZIP2)),
    (b"\x04\x22\x4D\x18", Compression::Other(&LZ4)),
    (b"\x02\x21\x4C\x18", Compression::Other(&LZ4)),
    (b"PK\x03\x04", Compression::Other(&Unread { name: "zip", program: UNZIP })),
];

/// The only one of the programs that does not read standard input.
const UNZIP: &str = "unzip -p";

const BZIP2: Unread = Unread { name: "bzip2", program: "bzcat" };
const LZ4: Unread = Unread { name: "lz4", program: "lz4cat" };

/// The length of the longest.
pub const MAGIC_LENGTH: usize = 10;

/// Only `zstd --ultra` and `--long` require more, all of which would have to be kept in memory.
const MAX_WINDOW: u64 = 8 * 1024 * 1024;

const LARGE_WINDOW: Packed = Packed { with: "zstd and a window above 8 MiB", program: "zstdcat --long=31" };

impl Compression {
    /// What a file that begins with these bytes is compressed with.
    #[must_use]
    pub fn of(start: &[u8]) -> Option<Self> {
        let begins = |magic: &[u8]| {
            let is_same = |(byte, known): (&u8, &u8)| byte == known || *known == b'?';
            start.len() >= magic.len() && start.iter().zip(magic).all(is_same)
        };
        MAGIC.into_iter().find(|(magic, _)| begins(magic)).map(|(_, compression)| compression)
    }

    /// The content of such a file.
    ///
    /// # Errors
    /// [`Packed`], if that is not unpacked here.
    pub fn unpacked(self, inner: Input<'_>) -> io::Result<Input<'_>> {
        let buffered = BufReader::new(inner);
        match self {
            Self::Gzip => Ok(Input::new(Members::new(buffered))),
            Self::Zstandard => Ok(Input::new(Frames::new(buffered)?)),
            Self::Other(Unread { name, program }) => Err(Packed { with: name, program }.into()),
        }
    }
}

/// A file that another program has to unpack.
#[derive(Debug)]
pub struct Packed {
    with: &'static str,
    program: &'static str,
}

impl Packed {
    /// What to tell the user if this is the error of a file: which pipeline unpacks it for a command. `None` for any other error.
    #[must_use]
    pub fn way(error: &io::Error, name: &str, command: &str) -> Option<String> {
        let packed = error.get_ref()?.downcast_ref::<Self>()?;
        let program = packed.program;
        let unpacking = match name {
            STANDARD_INPUT if program == UNZIP => format!("… | {program} file.zip"),
            STANDARD_INPUT => format!("… | {program}"),
            _ => format!("{program} {}", quoted(name)),
        };
        Some(format!("{packed}; unpack it on the way: {unpacking} | unified-run-id {command} -"))
    }
}

impl fmt::Display for Packed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "compressed with {}", self.with)
    }
}

impl Error for Packed {}

impl From<Packed> for io::Error {
    fn from(packed: Packed) -> Self {
        Self::new(io::ErrorKind::Unsupported, packed)
    }
}

/// A path as one word of a shell.
#[must_use]
pub fn quoted(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/+:@%=".contains(&byte);
    if !path.is_empty() && path.bytes().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

/// The frames of a Zstandard file, one after another: a rotated log that was appended to has several.
struct Frames<'r> {
    source: BufReader<Input<'r>>,
    frame: FrameDecoder,
}

impl<'r> Frames<'r> {
    fn new(source: BufReader<Input<'r>>) -> io::Result<Self> {
        let mut frame = FrameDecoder::new();
        frame.set_max_window_size(MAX_WINDOW);
        let mut frames = Self { source, frame };
        frames.begin()?;
        Ok(frames)
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        let mut left = length;
        while left > 0 {
            let here = self.source.fill_buf()?.len();
            if here == 0 {
                break;
            }
            let passed = here.min(usize::try_from(left).unwrap_or(usize::MAX));
            self.source.consume(passed);
            left -= passed as u64;
        }
        Ok(())
    }

    /// Goes to the next frame of data. Returns whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.frame.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    self.skip(u64::from(length))?;
                }
                Err(FrameDecoderError::WindowSizeTooBig { .. }) => {
                    return Err(LARGE_WINDOW.into());
                }
                Err(error) => return Err(damaged(&error)),
            }
        }
        Ok(false)
    }
}

fn damaged(error: &FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("damaged zstd file: {error}"))
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() {
            let read = self.frame.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            if self.frame.is_finished() {
                if !self.begin()? {
                    break;
                }
            } else {
                // One at a time: a block has 128 KiB at most.
                let blocks = BlockDecodingStrategy::UptoBlocks(1);
                self.frame.decode_blocks(&mut self.source, blocks).map_err(|error| damaged(&error))?;
            }
        }
        Ok(0)
    }
}

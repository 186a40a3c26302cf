//! Compression formats by their first bytes: gzip and Zstandard are unpacked, the others named.

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
    /// Of the other formats only the names are known.
    Other(&'static Unread),
}

/// A format that is not unpacked here.
#[derive(Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its usual name.
    name: &'static str,
    /// The program that unpacks a file to standard output, or standard input where it is given no file.
    program: &'static str,
}

/// The first bytes of each format.
const MAGIC: [(&[u8], Compression); 8] = [
    (b"\x1F\x8B", Compression::Gzip),
    (b"\x28\xB5\x2F\xFD", Compression::Zstandard),
    (b"\xFD7zXZ\0", Compression::Other(&Unread { name: "xz", program: "xzcat" })),
    // Behind the level comes pi for a block, and its square root for the end.
    (b"BZh?\x31\x41\x59\x26\x53\x59", Compression::Other(&BZIP2)),
    (b"BZh?\x17\x72\x45\x38\x50\x90", Compression::Other(&BZIP2)),
    (b"\x04\x22\x4D\x18", Compression::Other(&LZ4)),
    (b"\x02\x21\x4C\x18", Compression::Other(&LZ4)),
    (b"PK\x03\x04", Compression::Other(&Unread { name: "zip", program: "unzip -p" })),
];

const BZIP2: Unread = Unread { name: "bzip2", program: "bzcat" };
const LZ4: Unread = Unread { name: "lz4", program: "lz4cat" };

/// The longest of them.
pub const MAGIC_LENGTH: usize = 10;

/// More is asked for by `zstd --ultra` and `--long` only, and would have to be kept in memory.
const MAX_WINDOW: u64 = 8 * 1024 * 1024;

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

    /// What is in a file of this path.
    ///
    /// # Errors
    /// Where that is not read here: says how to pipe it in.
    pub fn unpacked<'r>(self, inner: Input<'r>, path: &str) -> io::Result<Input<'r>> {
        let buffered = BufReader::new(inner);
        match self {
            Self::Gzip => Ok(Input::new(Members::new(buffered))),
            Self::Zstandard => Ok(Input::new(Frames::new(buffered, path)?)),
            Self::Other(Unread { name, program }) => {
                let way = pipe(program, path);
                Err(io::Error::new(io::ErrorKind::Unsupported, format!("compressed with {name}; {way}")))
            }
        }
    }
}

/// How a file gets here through the program that unpacks it.
fn pipe(program: &str, path: &str) -> String {
    let command = match path {
        STANDARD_INPUT => format!("… | {program}{}", if program == "unzip -p" { " file.zip" } else { "" }),
        _ => format!("{program} {}", quoted(path)),
    };
    format!("unpack it on the way: {command} | unified-run-id check -")
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

/// The frames of a Zstandard file, one after the other: a rotated log that was appended to has several.
struct Frames<'r> {
    source: BufReader<Input<'r>>,
    frame: FrameDecoder,
    path: String,
}

impl<'r> Frames<'r> {
    fn new(source: BufReader<Input<'r>>, path: &str) -> io::Result<Self> {
        let mut frame = FrameDecoder::new();
        frame.set_max_window_size(MAX_WINDOW);
        let mut frames = Self { source, frame, path: path.to_owned() };
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

    /// Goes to the next frame of data; whether there is one.
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
                    let way = pipe("zstdcat --long=31", &self.path);
                    let problem = format!("compressed with zstd and a window above 8 MiB; {way}");
                    return Err(io::Error::new(io::ErrorKind::Unsupported, problem));
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

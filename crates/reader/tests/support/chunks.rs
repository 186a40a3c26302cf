//! A reader that hands out its input in pieces of given sizes.

use std::io::{self, Read};

/// Gives as many bytes at a time as `sizes` say, over and over; a size of 0 is an interrupted read.
pub struct Chunks<'a> {
    pub rest: &'a [u8],
    pub sizes: &'a [usize],
    pub turn: usize,
}

impl<'a> Chunks<'a> {
    pub fn new(rest: &'a [u8], sizes: &'a [usize]) -> Self {
        assert!(sizes.iter().any(|size| *size > 0));
        Self { rest, sizes, turn: 0 }
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()];
        self.turn += 1;
        if size == 0 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = size.min(buffer.len());
        self.rest.read(&mut buffer[..length])
    }
}

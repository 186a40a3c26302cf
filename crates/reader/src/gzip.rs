//! What is in a gzip file. RFC 1952; what is packed in it is read by flate2, whose own reader of these files brings a table
//! that takes 16 KB of the addon.

use std::io::{self, BufRead, Error, ErrorKind, Read};
use std::mem;

use flate2::bufread::DeflateDecoder;

use crate::checksum::Checksum;

/// How each member begins: its magic number, and the only method there is.
const START: [u8; 3] = [0x1F, 0x8B, 8];

/// What else is in its header, by the bits of its flags: a checksum of the header, a field of any bytes, a name and a comment.
const HAS_SUM: u8 = 1 << 1;
const HAS_FIELD: u8 = 1 << 2;
const HAS_NAME: u8 = 1 << 3;
const HAS_COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// The members of a gzip file, one after another: a rotated log that was appended to has several.
pub struct Members<R> {
    packed: DeflateDecoder<R>,
    sum: Checksum,
    /// Bytes of this member so far, as its end counts them.
    length: u32,
    is_within: bool,
    is_first: bool,
}

impl<R: BufRead> Members<R> {
    /// Those of a file.
    pub fn new(source: R) -> Self {
        let packed = DeflateDecoder::new(source);
        Self { packed, sum: Checksum::default(), length: 0, is_within: false, is_first: true }
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.packed.get_mut().read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads the header of the next member. Returns whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        let is_over = !self.is_first && self.packed.get_mut().fill_buf()?.is_empty();
        if is_over {
            return Ok(false);
        }
        self.is_first = false;
        let [start @ .., flags, _, _, _, _, _, _] = self.bytes::<10>()?;
        if start != START || flags & RESERVED != 0 {
            return Err(damaged("it has an invalid header"));
        }
        if flags & HAS_FIELD != 0 {
            let length = u16::from_le_bytes(self.bytes()?);
            for _ in 0..length {
                self.bytes::<1>()?;
            }
        }
        for _ in [HAS_NAME, HAS_COMMENT].into_iter().filter(|flag| flags & flag != 0) {
            self.packed.get_mut().skip_until(0)?;
        }
        if flags & HAS_SUM != 0 {
            self.bytes::<2>()?;
        }
        self.is_within = true;
        Ok(true)
    }

    /// Compares a member with what its end says of it.
    fn end(&mut self) -> io::Result<()> {
        let sum = u32::from_le_bytes(self.bytes()?);
        let length = u32::from_le_bytes(self.bytes()?);
        if (sum, length) != (mem::take(&mut self.sum).value(), mem::take(&mut self.length)) {
            return Err(damaged("its checksum differs"));
        }
        self.packed.reset_data();
        self.is_within = false;
        Ok(())
    }
}

fn damaged(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("damaged gzip file: {why}"))
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() && (self.is_within || self.begin()?) {
            let read = self.packed.read(buffer)?;
            if read > 0 {
                self.sum.update(&buffer[..read]);
                // Counted modulo 2³².
                self.length = self.length.wrapping_add(u32::try_from(read).unwrap_or(u32::MAX));
                return Ok(read);
            }
            self.end()?;
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};

    use super::*;

    fn read(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        Members::new(bytes).read_to_string(&mut text)?;
        Ok(text)
    }

    fn packed(text: &str, builder: GzBuilder) -> Vec<u8> {
        let mut encoder = builder.write(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn members_with_any_header_are_read_to_the_end_of_the_last() {
        let plain = packed("one", GzBuilder::new());
        let named = packed(" and two", GzBuilder::new().filename("a.log").extra(vec![0, 1, 2, 0]));
        let commented = packed(" and three", GzBuilder::new().comment("of a rotated log"));
        let all = [plain, named, commented].concat();
        assert_eq!(read(&all).unwrap(), "one and two and three");
        // The checksum of the first header is not compared.
        let mut checked = all.clone();
        checked[3] |= HAS_SUM;
        checked.splice(10..10, [7, 7]);
        assert_eq!(read(&checked).unwrap(), "one and two and three");
    }

    #[test]
    fn what_is_damaged_or_no_member_is_an_error() {
        let whole = packed("one", GzBuilder::new());
        for at in [0, 1, 2, whole.len() - 8, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            assert_eq!(read(&damaged).unwrap_err().kind(), ErrorKind::InvalidData, "{at}");
        }
        let mut reserved = whole.clone();
        reserved[3] = 1 << 5;
        assert_eq!(read(&reserved).unwrap_err().kind(), ErrorKind::InvalidData);
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
            assert_eq!(read(&[&*whole, &whole[..end]].concat()).is_err(), end > 0, "{end}");
        }
        assert!(read(&[&*whole, b"\0\0 and more"].concat()).is_err());
    }
}

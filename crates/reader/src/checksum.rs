//! The checksum of gzip: CRC-32, as RFC 1952 has it.

use std::sync::LazyLock;

use crc::{CRC_32_ISO_HDLC, Crc, Digest, Table};

/// Its table is computed when it is first needed: in the addon, it would take 16 KB that do not compress.
static CRC_32: LazyLock<Box<Crc<u32, Table<16>>>> =
    LazyLock::new(|| Box::new(Crc::<u32, Table<16>>::new(&CRC_32_ISO_HDLC)));

/// The checksum of bytes that come piece by piece.
#[derive(Clone)]
pub struct Checksum(Digest<'static, u32, Table<16>>);

impl Default for Checksum {
    fn default() -> Self {
        Self(CRC_32.digest())
    }
}

impl Checksum {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The checksum of all of them.
    #[must_use]
    pub fn value(self) -> u32 {
        self.0.finalize()
    }
}

//! How much of a file is read ahead of what is asked for.

#![expect(clippy::unwrap_used, reason = "an unwritable folder is not a fault in the tested code")]

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use run_id_reader::input::{Progress, divisible, open};

const KIB: usize = 1024;

/// A file that is removed with it.
struct Written(PathBuf);

impl Written {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("run-id-reader-input-{}-{name}", std::process::id()));
        fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    /// Bytes of the file that are read where the first hundred of its content are asked for.
    fn read_for_a_hundred(&self) -> usize {
        let progress = Progress::default();
        let mut input = open(self.path(), &progress).unwrap();
        input.read_exact(&mut [0; 100]).unwrap();
        usize::try_from(progress.read()).unwrap()
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A Zstandard frame of so many blocks of 128 KiB, not compressed, with a window of the same size.
fn frame(blocks: u32) -> Vec<u8> {
    let length = 128 * 1024;
    let mut frame = b"\x28\xB5\x2F\xFD\0\x38".to_vec();
    for at in 1..=blocks {
        let header: u32 = length << 3 | u32::from(at == blocks);
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.extend("nothing about a run\n".bytes().cycle().take(128 * KIB));
    }
    frame
}

#[test]
fn of_a_plain_file_no_more_is_read_than_tells_that_it_is_one() {
    assert_eq!(Written::new("plain", &b"x".repeat(64 * KIB)).read_for_a_hundred(), 100);
}

#[test]
fn text_in_utf_16_is_read_64_kib_at_a_time() {
    let text = [b"\xFF\xFE".to_vec(), b"x\0".repeat(1024 * KIB)].concat();
    let read = Written::new("utf-16", &text).read_for_a_hundred();
    assert!(read <= 64 * KIB + 10, "{read}");
}

#[test]
fn of_a_zstandard_frame_a_block_more_than_its_window_is_unpacked() {
    let read = Written::new("zstd", &frame(40)).read_for_a_hundred();
    assert!(read <= (2 * 128 + 16) * KIB, "{read}");
    let mut content = Vec::new();
    let whole = Written::new("whole-zstd", &frame(3));
    open(whole.path(), &Progress::default()).unwrap().read_to_end(&mut content).unwrap();
    assert_eq!(content.len(), 3 * 128 * KIB);
}

#[test]
fn what_is_in_a_file_is_told_by_its_first_64_kib() {
    let file = Written::new("long", &b"nothing about a run\n".repeat(50_000));
    let (length, start) = divisible(file.path()).unwrap();
    assert_eq!((length, start.len()), (1_000_000, 64 * KIB));
}

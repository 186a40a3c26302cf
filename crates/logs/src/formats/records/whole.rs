//! How much of a growing log can be read without what follows.

use memchr::memmem;

use super::joined;
use super::walk::{Cut, Walk};
use crate::formats::layout::Layout;

/// How many bytes at the start hold complete records. In an extract, there are none before its end.
#[must_use]
pub fn whole(layout: &Layout, bytes: &[u8]) -> usize {
    match layout {
        Layout::Lines | Layout::JsonLines | Layout::Table(_) => {
            memchr::memrchr(b'\n', bytes).map_or(0, |last| last + 1)
        }
        Layout::Cri => joined::whole(bytes, joined::cri),
        Layout::Docker => joined::whole(bytes, joined::docker),
        Layout::Documents => documents(bytes),
        Layout::Blocks => memmem::rfind(bytes, b"\n\n").map_or(0, |last| last + 2),
        Layout::Extract => 0,
    }
}

/// Where the last document ends that is not within another.
fn documents(bytes: &[u8]) -> usize {
    let mut walk = Walk::default();
    let (mut at, mut end) = (0, 0);
    while let Some(Cut::Piece(to) | Cut::Lines(to)) = walk.next(bytes, &mut at, false) {
        if !walk.is_within() {
            end = to;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_ends_where_nothing_is_open() {
        let out = "2025-10-06T14:30:00Z stdout";
        let cri = format!("{out} F one\n{out} P two\n2025-10-06T14:30:00Z stderr F three\n");
        let docker = concat!(
            "{\"log\":\"one\\n\",\"stream\":\"stdout\"}\n",
            "{\"log\":\"two\",\"stream\":\"stdout\"}\n",
        );
        for (layout, bytes, whole_part) in [
            (Layout::Lines, "one\ntwo\nthr", "one\ntwo\n"),
            (Layout::Lines, "one", ""),
            (Layout::Cri, &*cri, &cri[..cri.find('\n').map_or(0, |end| end + 1)]),
            (Layout::Cri, &format!("{cri}{out} F end\n"), &format!("{cri}{out} F end\n")),
            (Layout::Docker, docker, &docker[..docker.find('\n').map_or(0, |end| end + 1)]),
            (Layout::Documents, "{\n \"a\": [1,\n 2]\n}\n{\n \"b\":", "{\n \"a\": [1,\n 2]\n}\n"),
            (Layout::Documents, "[{\"a\": 1},\n", ""),
            (Layout::Blocks, "A=1\n\nB=2\n\nC=3\n", "A=1\n\nB=2\n\n"),
            (Layout::Extract, "one\ntwo\n", ""),
        ] {
            let whole = whole(&layout, bytes.as_bytes());
            // What is between two documents may belong to either.
            assert_eq!(bytes[..whole].trim_end(), whole_part.trim_end(), "{layout:?} {bytes:?}");
        }
    }
}

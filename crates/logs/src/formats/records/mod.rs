//! The records of a file that may be about a run, in whichever layout: as lines, as parts of lines that a runtime split,
//! within JSON documents, as blocks, as rows, or extracted from another file.

mod extracted;
mod joined;
mod pieces;
pub mod walk;
mod whole;

use std::io::{self, Read};

pub use extracted::Cut;
pub use whole::whole;

use crate::formats::layout::Layout;
use crate::read::input::{Input, SNIFFED, read_beginning};
use crate::read::lines::{self, Counts, Line, Reader};

/// A record of interest, as it is in its file.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its text, and where it is.
    pub line: Line<'a>,
    /// How records lie in its file.
    pub layout: &'a Layout,
}

/// The beginning of a text that is written byte by byte.
const BYTES: &str = "\"MESSAGE\":[";

/// Reads `input` and tells its records of interest, in order. The layout is guessed unless it is known.
///
/// All records before an error of the reader are passed on, including the one that it cut.
pub fn read(
    input: &mut dyn Read,
    layout: Option<&Layout>,
    each: &mut dyn FnMut(Entry<'_>),
) -> (Counts, io::Result<()>) {
    let guessed;
    let (layout, mut whole) = if let Some(layout) = layout {
        (layout, Input::new(input))
    } else {
        let (layout, whole) = with_layout(Input::new(input));
        guessed = layout;
        (&guessed, whole)
    };
    let tell = &mut |line: Line<'_>| each(Entry { line, layout });
    match layout {
        Layout::Lines | Layout::Table(_) => lines::read(&mut whole, tell),
        Layout::JsonLines => lines::read_also(&mut whole, BYTES, tell),
        Layout::Cri => joined::read(&mut whole, joined::cri, tell),
        Layout::Docker => joined::read(&mut whole, joined::docker, tell),
        Layout::Documents => pieces::read(&mut whole, &mut pieces::Documents::default(), tell),
        Layout::Blocks => pieces::read(&mut whole, &mut pieces::Blocks, tell),
        Layout::Extract => extracted::read(&mut whole, each),
    }
}

/// Tells the records of interest in whole lines. The layout must be one in which each line can be read without the others.
pub fn read_lines(lines: &[u8], layout: &Layout, each: &mut dyn FnMut(Entry<'_>)) -> Counts {
    let mut reader = Reader::new((*layout == Layout::JsonLines).then_some(BYTES));
    reader.take(lines, &mut |line| each(Entry { line, layout }));
    reader.counts()
}

/// Guesses the layout of an input from its first bytes, which are read again. An error in them is reported after what precedes it.
#[must_use]
pub fn with_layout(mut input: Input<'_>) -> (Layout, Input<'_>) {
    let mut start = Vec::new();
    let failure = read_beginning(&mut input, SNIFFED, &mut start).err();
    let layout = Layout::of(&start);
    let rest = match failure {
        Some(error) => Input::new(Failing(Some(error))),
        None => input,
    };
    (layout, rest.behind(start))
}

/// An error, and then the end.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

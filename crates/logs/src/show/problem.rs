//! Files that could not be read to their ends.

use std::io;

use serde::Serialize;

use crate::facts::files::Failure;
use crate::read::compressed::Packed;

/// A file that could not be read to its end.
#[derive(Debug, Serialize)]
pub struct Problem<'a> {
    /// As named on the command line.
    pub file: &'a str,
    /// In the system's words, or what to do instead.
    pub problem: String,
}

impl<'a> Problem<'a> {
    /// The problem of each failure. `command` is the one that was run, with its arguments before the files.
    #[must_use]
    pub fn all(failures: &[Failure], files: &'a [String], command: &str) -> Vec<Self> {
        let problem = |failure: &Failure| {
            let file = files.get(failure.file)?;
            Some(Self { file, problem: text_of(&failure.error, file, command) })
        };
        failures.iter().filter_map(problem).collect()
    }
}

/// What is reported about an error in one file.
pub(super) fn text_of(error: &io::Error, file: &str, command: &str) -> String {
    Packed::way(error, file, command).unwrap_or_else(|| error.to_string())
}

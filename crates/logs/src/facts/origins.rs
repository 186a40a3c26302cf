//! The files from which extracts were made: each is written to disk as a separate extract, and read like any other file.
//! Many processes may have written into one extract in turns, and each file has to be read line by line.

use std::fs::File;
use std::io::{self, Write};
use std::mem::take;
use std::path::{Path, PathBuf};

use run_id_core::order;
use serde::Serialize;

use crate::facts::files::{in_threads, open_whole};
use crate::formats::extract::{self, Says, Writer};
use crate::map::{Map, Set};
use crate::read::input::{self, Progress, read_beginning};
use crate::read::lines::{Counts, read_chunks};

/// Bytes that wait to be written, of all files together.
const MAX_PENDING: usize = 16 << 20;

/// Stands for an extracting process that is not known.
const NOBODY: &str = "--------";

/// A file that an extract is from.
#[derive(Debug, Serialize)]
pub struct Origin {
    /// Where its extracted lines are now.
    pub path: PathBuf,
    /// Its name where it was extracted, with its machine before it if there are several.
    pub name: String,
}

/// The numbers of the files that are extracts. Unreadable files are left out; whatever reads them reports them.
#[must_use]
pub fn extracts_among(files: &[String]) -> Vec<u32> {
    let mut found = Vec::new();
    in_threads(
        files.len(),
        |at, tell| tell(is_extract(&files[at]).unwrap_or(false)),
        |at, is_extract| found.extend(is_extract.then(|| u32::try_from(at).ok()).flatten()),
    );
    found
}

fn is_extract(path: &str) -> io::Result<bool> {
    if path == input::STANDARD_INPUT || !std::fs::metadata(path)?.is_file() {
        return Ok(false);
    }
    let mut start = Vec::new();
    // What precedes an error is enough.
    let mut input = input::open(path, &Progress::default())?;
    let _ = read_beginning(&mut input, extract::MAX_LINE, &mut start);
    Ok(extract::begins(&start))
}

/// Writes the files that extracts are from into a folder. `names` are those of the extracts: a problem of an extract, and not of
/// one of its files, is reported under its name.
///
/// # Errors
/// Those of writing.
pub fn divide(extracts: &[String], names: &[String], folder: &Path) -> io::Result<Vec<Origin>> {
    let mut dealer = Dealer::new(folder);
    for extract in extracts {
        dealer.deal(extract)?;
    }
    dealer.tell_missing()?;
    let mut wrong = Vec::new();
    for (at, name) in names.iter().enumerate().take(extracts.len()) {
        if dealer.rests[at].is_some() || dealer.files.is_empty() {
            wrong.push(Origin { path: dealer.rest(at).path.clone(), name: name.clone() });
        }
    }
    dealer.flush()?;
    let hosts: Set<&str> = dealer.files.iter().map(|file| &*file.host).collect();
    let has_several = hosts.len() > 1;
    let origin = |file: Dealt| Origin {
        path: file.path,
        name: if has_several { format!("{}:{}", file.host, file.name) } else { file.name },
    };
    let mut origins: Vec<Origin> = dealer.files.into_iter().map(origin).collect();
    // In the order of a walk through their folders.
    order::sort_by(&mut origins, |one, other| {
        let parts = |origin: &'_ Origin| -> Vec<String> {
            origin.name.split(['/', '\\']).map(str::to_owned).collect()
        };
        parts(one).cmp(&parts(other))
    });
    origins.extend(wrong);
    Ok(origins)
}

/// A file that is written.
struct Dealt {
    path: PathBuf,
    name: String,
    host: String,
    pending: Vec<u8>,
}

impl Dealt {
    fn new(by: &str, process: &Process, path: PathBuf, name: String) -> Self {
        let mut pending = Vec::new();
        if process.files.is_some() {
            Writer::new(by).begin(1, &process.host, &mut pending);
        }
        Self { path, name, host: process.host.clone(), pending }
    }
}

/// What is wrong with an extract as a whole.
struct Rest {
    path: PathBuf,
    pending: Vec<u8>,
}

/// What one process extracted.
#[derive(Default)]
struct Process {
    /// The extract in which its lines begin.
    extract: usize,
    files: Option<usize>,
    host: String,
    /// Numbers of files.
    dealt: Map<String, usize>,
    /// Files in which nothing was found.
    silent: Set<String>,
}

struct Dealer<'f> {
    folder: &'f Path,
    files: Vec<Dealt>,
    /// What is wrong with each extract, if anything.
    rests: Vec<Option<Rest>>,
    /// An extract may have been cut into several files.
    processes: Map<String, Process>,
    pending: usize,
    written: usize,
}

impl<'f> Dealer<'f> {
    fn new(folder: &'f Path) -> Self {
        Self {
            folder,
            files: Vec::new(),
            rests: Vec::new(),
            processes: Map::default(),
            pending: 0,
            written: 0,
        }
    }

    /// Distributes the lines of one extract.
    fn deal(&mut self, path: &str) -> io::Result<()> {
        let extract = self.rests.len();
        self.rests.push(None);
        let mut outcome = Ok(());
        let mut skipped = 0;
        let read = open_whole(path, &Progress::default()).and_then(|mut input| {
            read_chunks(
                &mut input,
                &mut |chunk| {
                    for line in chunk.split_inclusive(|byte| *byte == b'\n') {
                        if outcome.is_ok() && !line.trim_ascii().is_empty() {
                            outcome = self.take(extract, line);
                        }
                    }
                },
                &mut || skipped += 1,
            )
        });
        outcome?;
        for _ in 0..skipped {
            self.leave(extract, b"too long\n")?;
        }
        if let Err(error) = read {
            let mut end = Vec::new();
            Writer::new(NOBODY).end(b"", Counts::default(), 0, Some(&error.to_string()), &mut end);
            self.leave(extract, &end)?;
        }
        Ok(())
    }

    /// Adds to what is wrong with each extract how many files of its processes never came.
    fn tell_missing(&mut self) -> io::Result<()> {
        for (by, process) in take(&mut self.processes) {
            let seen = process.dealt.len() + process.silent.len();
            let missing = process.files.map_or(0, |files| files.saturating_sub(seen));
            if missing > 0 {
                let mut begin = Vec::new();
                Writer::new(&by).begin(missing, &process.host, &mut begin);
                self.leave(process.extract, &begin)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, extract: usize, line: &[u8]) -> io::Result<()> {
        let Some(read) = str::from_utf8(line.trim_ascii_end()).ok().and_then(extract::read) else {
            return self.leave(extract, &[line.trim_ascii_end(), b"\n"].concat());
        };
        let by = read.by;
        if !self.processes.contains_key(by) {
            self.processes.insert(by.to_owned(), Process { extract, ..Process::default() });
        }
        let Some(process) = self.processes.get_mut(by) else { return Ok(()) };
        let file = match read.says {
            Says::Begin { files, host } => {
                process.files.get_or_insert(usize::try_from(files).unwrap_or(usize::MAX));
                process.host = host.into_owned();
                return Ok(());
            }
            Says::Record(record) => record.file,
            Says::End { file, kept: 0, error: None, counts: Counts { too_long: 0, .. } }
                if !process.dealt.contains_key(&*file) =>
            {
                process.silent.insert(file.into_owned());
                return Ok(());
            }
            Says::End { file, .. } => file,
        };
        let number = process.dealt.get(&*file).copied().unwrap_or(self.files.len());
        if number == self.files.len() {
            let file = file.into_owned();
            self.written += 1;
            let path = self.folder.join(self.written.to_string());
            process.dealt.insert(file.clone(), number);
            self.files.push(Dealt::new(by, process, path, file));
        }
        self.files[number].pending.extend_from_slice(line.trim_ascii_end());
        self.files[number].pending.push(b'\n');
        self.wait(line.len())
    }

    /// Adds a line to those that are not valid in an extract.
    fn leave(&mut self, extract: usize, line: &[u8]) -> io::Result<()> {
        self.rest(extract).pending.extend_from_slice(line);
        self.wait(line.len())
    }

    fn rest(&mut self, extract: usize) -> &mut Rest {
        self.rests[extract].get_or_insert_with(|| {
            self.written += 1;
            let mut pending = Vec::new();
            Writer::new(NOBODY).begin(0, "", &mut pending);
            Rest { path: self.folder.join(self.written.to_string()), pending }
        })
    }

    /// That many more bytes wait to be written.
    fn wait(&mut self, bytes: usize) -> io::Result<()> {
        self.pending += bytes;
        if self.pending > MAX_PENDING { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let files = self.files.iter_mut().map(|file| (&file.path, &mut file.pending));
        let rests = self.rests.iter_mut().flatten().map(|rest| (&rest.path, &mut rest.pending));
        for (path, pending) in files.chain(rests).filter(|(_, pending)| !pending.is_empty()) {
            File::options().append(true).create(true).open(path)?.write_all(&take(pending))?;
        }
        self.pending = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_being_written_is_bounded() {
        let folder = std::env::temp_dir().join(format!("run-id-logs-origins-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut dealer = Dealer::new(&folder);
        dealer.rests.extend([None, None]);
        let (mut all, mut most) = (0, 0);
        for number in 0..20_000 {
            // Files of several processes, and lines that are not of an extract, alternately.
            let (by, file) = (["00000000", "00000001"][number % 2], format!("{}.log", number % 7));
            let text = vec![b'x'; 2000];
            let mut line = Vec::new();
            let file = file.as_bytes();
            let origin = extract::Origin { file, line: number as u64, header: None, is_announced: false };
            Writer::new(by).record(origin, &text, &mut line);
            for line in [line, [&text[..], b"\n"].concat()] {
                all += line.len() as u64;
                dealer.take(number % 2, &line).unwrap();
                let files = dealer.files.iter().map(|file| file.pending.len());
                let rests = dealer.rests.iter().flatten().map(|rest| rest.pending.len());
                most = most.max(files.chain(rests).sum());
            }
        }
        dealer.flush().unwrap();
        let files = dealer.files.iter().map(|file| &file.path);
        let paths = files.chain(dealer.rests.iter().flatten().map(|rest| &rest.path));
        let lengths: Vec<u64> = paths.map(|path| path.metadata().unwrap().len()).collect();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(lengths.len(), 14 + 2);
        assert!((all..all + 1000).contains(&lengths.iter().sum()), "{lengths:?}");
        assert!(all > 80_000_000 && most < (16 << 20) + 1000, "{most} of {all}");
    }
}

//! A file that grows while it is read, and may be renamed or emptied meanwhile.

use std::fs::{File, metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes at the start of a file that distinguish it from one that was written again.
const HEAD: usize = 64;

/// What distinguishes a file from others of the same name: its device, and its number there.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(file: &File) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;

    let found = file.metadata()?;
    Ok((found.dev(), found.ino()))
}

/// Not the time of creation: on Windows, a new file gets that of a file that had its name seconds ago.
#[cfg(windows)]
fn identity(file: &File) -> io::Result<Identity> {
    let found = winapi_util::file::information(file)?;
    Ok((found.volume_serial_number(), found.file_index()))
}

/// The identity and the length of what a path names.
#[cfg(unix)]
fn look_at(path: &Path) -> io::Result<(Identity, u64)> {
    use std::os::unix::fs::MetadataExt;

    let found = metadata(path)?;
    Ok(((found.dev(), found.ino()), found.len()))
}

/// The same. Windows tells it of open files only.
#[cfg(windows)]
fn look_at(path: &Path) -> io::Result<(Identity, u64)> {
    let file = File::open(path)?;
    Ok((identity(&file)?, file.metadata()?.len()))
}

/// What has happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is still there, and may have grown.
    Same,
    /// It was emptied, and may have been written to since then.
    Emptied,
    /// It was renamed or removed, and another file is where it was.
    Replaced,
}

/// What a file is found by, when it has been renamed.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    path: PathBuf,
    identity: Identity,
    /// Its first bytes: a file that is removed may leave its number to another.
    head: Vec<u8>,
}

/// A file, as far as it has been read.
#[derive(Debug)]
pub struct Growing {
    whereabouts: Whereabouts,
    file: File,
    position: u64,
    /// Its length when it was last looked at. No more is read until it is looked at again, so that several files are read up to the
    /// same moment.
    length: u64,
}

impl Growing {
    /// Opens a file.
    ///
    /// # Errors
    /// Those of the system; and if it is a folder, or something else that does not grow.
    pub fn open(path: &str) -> io::Result<Self> {
        // Opening a pipe would wait for its writer.
        let found = metadata(path)?;
        if !found.is_file() {
            let kind = if found.is_dir() { "a folder" } else { "no file" };
            let problem = format!("{kind}: only files and standard input are followed");
            return Err(io::Error::new(io::ErrorKind::Unsupported, problem));
        }
        let file = File::open(path)?;
        let identity = identity(&file)?;
        let whereabouts = Whereabouts { path: path.into(), identity, head: Vec::new() };
        Ok(Self { whereabouts, file, position: 0, length: 0 })
    }

    /// What has happened to it.
    ///
    /// # Errors
    /// Those of the system, also when no file has its name.
    pub fn fate(&mut self) -> io::Result<Fate> {
        let (identity, length) = look_at(&self.whereabouts.path)?;
        if identity != self.whereabouts.identity {
            return Ok(Fate::Replaced);
        }
        let is_emptied = length < self.position || (length != self.length && !self.has_its_head()?);
        self.length = length;
        Ok(if is_emptied { Fate::Emptied } else { Fate::Same })
    }

    /// Whether it begins as it did when it was read.
    fn has_its_head(&mut self) -> io::Result<bool> {
        self.file.seek(SeekFrom::Start(0))?;
        let has_it = self.whereabouts.is_head_of(&mut self.file)?;
        self.file.seek(SeekFrom::Start(self.position))?;
        Ok(has_it)
    }

    /// From its first byte on again.
    ///
    /// # Errors
    /// Those of the system.
    pub fn begin_again(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.position = 0;
        self.whereabouts.head.clear();
        Ok(())
    }

    /// Measures the file, even if it has been renamed.
    pub fn measure(&mut self) {
        self.length = self.file.metadata().map_or(self.length, |found| found.len());
    }

    /// Reads at most that many more bytes. Returns how many there were.
    ///
    /// # Errors
    /// Those of the system.
    pub fn read(&mut self, buffer: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let start = buffer.len();
        let most = self.left().min(most as u64);
        let read = self.file.by_ref().take(most).read_to_end(buffer)?;
        self.position += read as u64;
        let head = &mut self.whereabouts.head;
        let missing = HEAD.saturating_sub(head.len());
        head.extend(buffer[start..].iter().take(missing));
        Ok(read)
    }

    /// Whether there is more than was read.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.left() > 0
    }

    fn left(&self) -> u64 {
        self.length.saturating_sub(self.position)
    }

    /// What it is found by.
    #[must_use]
    pub fn whereabouts(&self) -> &Whereabouts {
        &self.whereabouts
    }
}

impl Whereabouts {
    /// Its present name, if it is still in its folder.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        if self.is_at(&self.path) {
            return Some(self.path.clone());
        }
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let entries = folder.unwrap_or(Path::new(".")).read_dir().ok()?;
        let names = entries.filter_map(Result::ok).map(|entry| entry.file_name());
        let mut paths =
            names.map(|name| folder.map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name)));
        paths.find(|path| self.is_at(path))
    }

    fn is_at(&self, path: &Path) -> bool {
        look_at(path).is_ok_and(|(identity, _)| identity == self.identity)
            && File::open(path).is_ok_and(|mut file| self.is_head_of(&mut file).unwrap_or(false))
    }

    /// Whether a file begins with the first bytes of this one.
    fn is_head_of(&self, file: &mut File) -> io::Result<bool> {
        let mut head = Vec::new();
        file.take(self.head.len() as u64).read_to_end(&mut head)?;
        Ok(head == self.head)
    }
}

//! The sequence of a host: one small file, locked for each ID, that holds the last base issued by any
//! process, as one ASCII line of 14 bytes.
//!
//! It is opened again for each ID: a process that kept a file open that was deleted and created again would hold the
//! wrong lock. A process killed at any instant leaves either the old line or the new one.
//!
//! References: SPEC §3.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::base::{BASE_LENGTH, Base};

/// For how long the lock is tried: a stopped holder must not freeze the event loops of a whole host.
pub const LOCK_PATIENCE: Duration = Duration::from_millis(250);

const LONGEST_WAIT: Duration = Duration::from_millis(2);
const LINE_LENGTH: usize = BASE_LENGTH + 1;

/// Why the file at a path cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{problem}")]
pub struct FileFault {
    /// What is wrong.
    pub problem: FileProblem,
    /// The file.
    pub path: PathBuf,
}

/// What can be wrong with a sequence file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FileProblem {
    /// Not a regular file: a symbolic link, folder, device or pipe.
    #[error("The sequence file is not a regular file")]
    NotRegular,
    /// It has a second name somewhere (a hard link).
    #[error("The sequence file has more than one hard link")]
    Linked,
    /// It belongs to another user.
    #[error("The sequence file is owned by another user")]
    Owner,
    /// Other users may write to it.
    #[error("The sequence file is writable by others")]
    Writable,
    /// Neither empty nor one line with a base.
    #[error("The sequence file contains something other than one base run ID")]
    Content,
    /// Its lock was not free for [`LOCK_PATIENCE`].
    #[error("The sequence file stayed locked for 250 ms")]
    Busy,
    /// Another file was set in this process before.
    #[error("Another sequence file is in use in this process")]
    Different,
    /// The operating system refused.
    #[error("The sequence file cannot be used: {0}")]
    Io(OsRefusal),
}

/// What the operating system said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OsRefusal {
    /// Its kind, where the standard library has one.
    pub kind: io::ErrorKind,
    /// Its error number.
    pub code: Option<i32>,
}

impl OsRefusal {
    /// Whether the process or the host has as many files open as it may: the standard library has no kind for it.
    #[must_use]
    pub fn is_too_many_files(self) -> bool {
        #[cfg(unix)]
        let codes = [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE].map(rustix::io::Errno::raw_os_error);
        #[cfg(windows)]
        let codes = [4];
        self.code.is_some_and(|code| codes.contains(&code))
    }
}

impl fmt::Display for OsRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_too_many_files() {
            out.write_str("too many open files")?;
        } else {
            self.kind.fmt(out)?;
        }
        self.code.map_or(Ok(()), |code| write!(out, " (os error {code})"))
    }
}

impl FileProblem {
    /// Milliseconds after which the same call may succeed.
    #[must_use]
    pub fn retry_after_ms(&self) -> Option<u64> {
        matches!(self, Self::Busy).then_some(250)
    }

    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Busy => "Another process holds its lock: is one stopped or suspended?",
            Self::Different => "All threads of a process share one sequence file: set it once.",
            Self::Content => {
                "It was left as it is. Is this the right path? An empty file starts a new sequence."
            }
            Self::Io(os) if os.is_too_many_files() => {
                "Raise the limit of open files (ulimit -n), or find what leaves files and sockets open."
            }
            Self::Io(os) => match os.kind {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "Make room on its disk, or raise this user's quota there."
                }
                io::ErrorKind::ReadOnlyFilesystem => {
                    "Put the file on a file system that this process may write to."
                }
                _ => "Is the path right, and is its folder on a local disk and writable?",
            },
            Self::Writable => {
                "chmod 600 it. On a Kubernetes volume with fsGroup each start of a pod makes it group-writable again: \
                 set fsGroupChangePolicy: OnRootMismatch, or use an emptyDir."
            }
            Self::NotRegular | Self::Linked | Self::Owner => {
                "Give it a path in a folder of this user's own and let the library create the file."
            }
        }
    }
}

impl From<io::Error> for FileProblem {
    fn from(error: io::Error) -> Self {
        Self::Io(OsRefusal { kind: error.kind(), code: error.raw_os_error() })
    }
}

/// A sequence file by its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceFile {
    path: PathBuf,
}

/// The file, open and locked: no other process issues a base until it is dropped.
#[derive(Debug)]
pub struct Held {
    file: File,
    last: Option<Base>,
}

impl SequenceFile {
    /// The file at a path, which is made absolute so that each file has one name. Nothing is touched yet.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path: std::path::absolute(&path).map_or(path, |absolute| without_dots(&absolute)) }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Attaches the path to a problem.
    #[must_use]
    pub fn fault(&self, problem: FileProblem) -> FileFault {
        FileFault { problem, path: self.path.clone() }
    }

    /// Opens, locks and reads the file, which is created if it does not exist.
    ///
    /// # Errors
    /// What is wrong with the file, which is then left as it is; [`FileProblem::Busy`] past `deadline`.
    pub fn hold(&self, deadline: Instant) -> Result<Held, FileProblem> {
        loop {
            let file = patiently(deadline, || self.open())?;
            let found = status(&file)?;
            inspect(&file, &found)?;
            lock(&file, deadline)?;
            if is_still_at(&found, &self.path)? {
                return read(file);
            }
            if Instant::now() >= deadline {
                return Err(FileProblem::Busy);
            }
        }
    }

    #[cfg(unix)]
    fn open(&self) -> Result<Option<File>, FileProblem> {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;

        // No link is followed; a named pipe put there must not block the event loop.
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
        let open = |create| {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(create).truncate(false).mode(0o600).custom_flags(flags);
            options.open(&self.path)
        };
        // Usually it exists, and Linux opens a file faster if it need not create it.
        let opened = match open(false) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => open(true),
            opened => opened,
        };
        opened.map(Some).map_err(|error| match error.raw_os_error() {
            Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => FileProblem::NotRegular,
            _ if error.kind() == io::ErrorKind::IsADirectory => FileProblem::NotRegular,
            _ => error.into(),
        })
    }

    /// No other process may rename or delete the file while it is open here: one that created it again would hold another
    /// lock. None if it is open elsewhere in a way that rules this out, as virus scanners do for a moment.
    #[cfg(windows)]
    fn open(&self) -> Result<Option<File>, FileProblem> {
        use std::os::windows::fs::OpenOptionsExt;

        const FILE_SHARE_READ: u32 = 1;
        const FILE_SHARE_WRITE: u32 = 2;
        const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        const ERROR_SHARING_VIOLATION: i32 = 32;
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE)
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(&self.path);
        match opened {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && self.path.is_dir() => {
                Err(FileProblem::NotRegular)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Resolves `..` lexically, without touching the file system, as Node.js does.
fn without_dots(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut so_far, component| {
        match component {
            Component::ParentDir => {
                so_far.pop();
            }
            named => so_far.push(named),
        }
        so_far
    })
}

impl Held {
    /// The Unix second of the base the file holds; 0 for a new file.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.last.map_or(0, Base::unix)
    }

    /// Overwrites the line in place.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn write(self, base: Base) -> Result<(), FileProblem> {
        let mut line = [b'\n'; LINE_LENGTH];
        line[..BASE_LENGTH].copy_from_slice(&base.text());
        Ok(write_at_start(&self.file, &line)?)
    }
}

#[cfg(unix)]
fn write_at_start(file: &File, line: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, line, 0)
}

#[cfg(windows)]
fn write_at_start(mut file: &File, line: &[u8]) -> io::Result<()> {
    use std::io::{Seek, Write};

    file.rewind()?;
    file.write_all(line)
}

fn read(mut file: File) -> Result<Held, FileProblem> {
    // One byte more than a line, to see whether there is more.
    let mut line = [0; LINE_LENGTH + 1];
    // A regular file returns everything at once.
    let length = file.read(&mut line)?;
    let last = match &line[..length] {
        [] => None,
        [base @ .., b'\n'] => {
            let base = <&[u8; BASE_LENGTH]>::try_from(base).map_err(|_| FileProblem::Content)?;
            Some(Base::parse(base).map_err(|_| FileProblem::Content)?)
        }
        _ => return Err(FileProblem::Content),
    };
    Ok(Held { file, last })
}

fn lock(file: &File, deadline: Instant) -> Result<(), FileProblem> {
    patiently(deadline, || match file.try_lock() {
        Ok(()) => Ok(Some(())),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error.into()),
    })
}

/// Tries until it succeeds, with short and growing waits.
///
/// # Errors
/// [`FileProblem::Busy`] past the deadline; what the attempt says.
pub fn patiently<T>(
    deadline: Instant,
    mut attempt: impl FnMut() -> Result<Option<T>, FileProblem>,
) -> Result<T, FileProblem> {
    let mut wait = Duration::from_micros(20);
    loop {
        if let Some(had) = attempt()? {
            return Ok(had);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(FileProblem::Busy);
        }
        std::thread::sleep(wait.min(left));
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// What the system says of an open file.
#[cfg(unix)]
type Status = rustix::fs::Stat;
#[cfg(windows)]
type Status = std::fs::Metadata;

/// On Unix, without the times that the standard library would also request.
#[cfg(unix)]
fn status(file: &File) -> io::Result<Status> {
    Ok(rustix::fs::fstat(file)?)
}

#[cfg(windows)]
fn status(file: &File) -> io::Result<Status> {
    file.metadata()
}

#[cfg(unix)]
fn inspect(_file: &File, found: &Status) -> Result<(), FileProblem> {
    use rustix::fs::FileType;

    if !FileType::from_raw_mode(found.st_mode).is_file() {
        Err(FileProblem::NotRegular)
    } else if found.st_nlink > 1 {
        Err(FileProblem::Linked)
    } else if found.st_uid != rustix::process::geteuid().as_raw() {
        Err(FileProblem::Owner)
    } else if found.st_mode & 0o022 != 0 {
        Err(FileProblem::Writable)
    } else {
        Ok(())
    }
}

#[cfg(windows)]
fn inspect(file: &File, found: &Status) -> Result<(), FileProblem> {
    if !found.is_file() {
        Err(FileProblem::NotRegular)
    } else if winapi_util::file::information(file)?.number_of_links() > 1 {
        Err(FileProblem::Linked)
    } else {
        Ok(())
    }
}

/// Whether the path still names the file that is now locked.
#[cfg(unix)]
fn is_still_at(held: &Status, path: &Path) -> Result<bool, FileProblem> {
    match rustix::fs::lstat(path).map_err(io::Error::from) {
        Ok(named) => Ok((held.st_dev, held.st_ino) == (named.st_dev, named.st_ino)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// It does: see [`SequenceFile::open`].
#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn is_still_at(_held: &Status, _path: &Path) -> Result<bool, FileProblem> {
    Ok(true)
}

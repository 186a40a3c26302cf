//! Standard error, shared by all threads of the process: it neither blocks nor silently loses a line.
//!
//! References: SPEC §6.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::line_buffer::{Attempt, Descriptor, LineBuffer};

/// How long the end of the process waits in total for a full descriptor.
const EXIT_WAIT: Duration = Duration::from_millis(500);

/// The pause between two attempts at the end. A pipe of 64 KiB is emptied in less.
const EXIT_PAUSE: Duration = Duration::from_millis(2);

/// The lines of the log in front of descriptor 2.
#[derive(Debug, Default)]
pub struct Stderr {
    lines: Mutex<LineBuffer>,
    /// When the end of the process stops waiting.
    deadline: OnceLock<Instant>,
    /// JavaScript environments that may write.
    users: AtomicUsize,
}

impl Stderr {
    /// Standard error with nothing waiting.
    #[must_use]
    pub const fn new() -> Self {
        Self { lines: Mutex::new(LineBuffer::new()), deadline: OnceLock::new(), users: AtomicUsize::new(0) }
    }

    /// Writes a line, or keeps it, or counts it as lost; see [`LineBuffer::write`]. Returns whether anything waits.
    pub fn write(&self, line: &[u8], reports: u64) -> bool {
        let mut lines = self.lines();
        lines.write(line, reports, &mut System);
        lines.waits()
    }

    /// Writes what is accepted now. Returns whether anything still waits.
    pub fn flush(&self) -> bool {
        let mut lines = self.lines();
        lines.flush(&mut System);
        lines.waits()
    }

    /// The same at the end of the process, which waits for a full descriptor. The wait is measured from the first
    /// call.
    pub fn flush_at_exit(&self) {
        let deadline = *self.deadline.get_or_init(|| Instant::now() + EXIT_WAIT);
        // The lock is free during the pause.
        while self.flush() && Instant::now() < deadline {
            System::pause();
        }
    }

    /// How many lost lines there are to report, if there is room for a report; 0 otherwise. At the end, even a broken
    /// descriptor is tried: it may have been repaired since.
    #[must_use]
    pub fn due_report(&self, at_end: bool) -> u64 {
        let mut lines = self.lines();
        if at_end {
            lines.try_again();
        }
        if lines.has_unreported() {
            lines.flush(&mut System);
        }
        lines.due_report()
    }

    /// How many lines were lost since the start.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lines().lost()
    }

    /// An environment may write from now on.
    pub fn enter(&self) {
        self.users.fetch_add(1, Relaxed);
    }

    /// An environment has ended. With the last one ends whatever would try again: in a process whose main thread never
    /// loaded the library no end of the process is seen.
    pub fn leave(&self) {
        if self.users.fetch_sub(1, Relaxed) == 1 {
            self.flush_at_exit();
        }
    }

    /// A panic elsewhere does no harm.
    fn lines(&self) -> MutexGuard<'_, LineBuffer> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Descriptor 2, whatever it is at the moment: the application may have put another file there.
struct System;

#[cfg(unix)]
impl Descriptor for System {
    fn write(&mut self, bytes: &[u8]) -> Attempt {
        use std::os::fd::AsFd;

        unix::write(std::io::stderr().as_fd(), bytes)
    }
}

#[cfg(unix)]
impl System {
    fn pause() {
        std::thread::sleep(EXIT_PAUSE);
    }
}

#[cfg(windows)]
impl Descriptor for System {
    fn write(&mut self, bytes: &[u8]) -> Attempt {
        windows::write(bytes)
    }
}

#[cfg(windows)]
impl System {
    fn pause() {
        windows::pause();
    }
}

#[cfg(windows)]
mod windows {
    use std::fs::File;
    use std::io::{self, ErrorKind, Write};
    use std::os::windows::io::{AsHandle, BorrowedHandle};

    use winapi_util::file::typ;

    use super::EXIT_PAUSE;
    use crate::line_buffer::Attempt;
    use crate::writer_thread::WriterThread;

    /// A thread writes to pipes and consoles: a write blocks if they are full, or if text is being selected.
    static THREAD: WriterThread = WriterThread::new(|bytes| attempt(io::stderr().as_handle(), bytes));

    pub(super) fn write(bytes: &[u8]) -> Attempt {
        // While a write blocks, a query about its handle blocks too.
        if !THREAD.is_busy() && typ(io::stderr()).is_ok_and(|kind| kind.is_disk()) {
            return attempt(io::stderr().as_handle(), bytes);
        }
        THREAD.write(bytes)
    }

    /// A pause ends when the thread's write ends: Windows usually sleeps for no less than 15 ms.
    pub(super) fn pause() {
        if THREAD.is_busy() {
            THREAD.wait(EXIT_PAUSE);
        } else {
            std::thread::sleep(EXIT_PAUSE);
        }
    }

    /// Not through the standard library's own writer, for which a closed handle accepts everything.
    pub(super) fn attempt(handle: BorrowedHandle<'_>, bytes: &[u8]) -> Attempt {
        match handle.try_clone_to_owned().and_then(|own| File::from(own).write(bytes)) {
            Ok(count) => Attempt::Taken(count),
            Err(error) => match error.kind() {
                // A full disk may get room again, as a full pipe does.
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::Interrupted => Attempt::Full,
                _ => Attempt::Broken,
            },
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::os::fd::BorrowedFd;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::{FileType, Mode, OFlags, fcntl_getfl, fstat, open};
    use rustix::io::{Errno, Result};
    use rustix::net::{SendFlags, send};
    use rustix::pipe::PIPE_BUF;
    use rustix::termios::{isatty, ttyname};

    use crate::line_buffer::Attempt;

    /// Writes what the descriptor accepts now, whether or not it is in blocking mode.
    pub(super) fn write(descriptor: BorrowedFd<'_>, bytes: &[u8]) -> Attempt {
        match write_as_kind(descriptor, bytes) {
            Ok(count) => Attempt::Taken(count),
            // A full disk may get room again, as a full pipe does.
            Err(Errno::AGAIN | Errno::INTR | Errno::NOSPC | Errno::DQUOT | Errno::NOBUFS | Errno::NOMEM) => {
                Attempt::Full
            }
            Err(_) => Attempt::Broken,
        }
    }

    fn write_as_kind(descriptor: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize> {
        match FileType::from_raw_mode(fstat(descriptor)?.st_mode) {
            FileType::RegularFile => rustix::io::write(descriptor, bytes),
            FileType::Socket => send(descriptor, bytes, SendFlags::DONTWAIT),
            FileType::Fifo => write_to_pipe(descriptor, bytes),
            _ if isatty(descriptor) => write_to_terminal(descriptor, bytes),
            _ => write_when_ready(descriptor, bytes),
        }
    }

    /// Linux has a non-blocking write, which pipes support since Linux 6.4. Without it, another process may fill the pipe
    /// between the check and the write.
    #[cfg(target_os = "linux")]
    fn write_to_pipe(descriptor: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize> {
        use rustix::io::{IoSlice, ReadWriteFlags, pwritev2};

        let here = u64::MAX;
        match pwritev2(descriptor, &[IoSlice::new(bytes)], here, ReadWriteFlags::NOWAIT) {
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => write_when_ready(descriptor, bytes),
            done => done,
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn write_to_pipe(descriptor: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize> {
        write_when_ready(descriptor, bytes)
    }

    /// A terminal that is ready may have room for one byte only, and a write in blocking mode waits for the rest. The mode
    /// is shared by all processes at this terminal, so it is opened a second time instead, as libuv does.
    fn write_to_terminal(descriptor: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize> {
        if fcntl_getfl(descriptor)?.contains(OFlags::NONBLOCK) {
            return rustix::io::write(descriptor, bytes);
        }
        if !is_ready(descriptor)? {
            return Err(Errno::AGAIN);
        }
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        match ttyname(descriptor, Vec::new()).and_then(|path| open(path, flags, Mode::empty())) {
            Ok(own) => rustix::io::write(own, bytes),
            Err(_) => write_when_ready(descriptor, bytes),
        }
    }

    /// A pipe that is ready accepts at least [`PIPE_BUF`] bytes.
    pub(super) fn write_when_ready(descriptor: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize> {
        if !is_ready(descriptor)? {
            return Err(Errno::AGAIN);
        }
        rustix::io::write(descriptor, &bytes[..bytes.len().min(PIPE_BUF)])
    }

    /// Whether a write would not block. A broken descriptor is ready: the write reports what is wrong.
    fn is_ready(descriptor: BorrowedFd<'_>) -> Result<bool> {
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut [PollFd::from_borrowed_fd(descriptor, PollFlags::OUT)], Some(&now)).map(|ready| ready > 0)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::Read;
    use std::os::fd::{AsFd, BorrowedFd};
    use std::os::unix::net::UnixStream;
    use std::sync::mpsc;

    use rustix::pipe::PIPE_BUF;

    use super::*;

    /// Writes until nothing more is taken. All of these descriptors are in blocking mode: a write that waits would never
    /// end, and fails here.
    fn fill(
        descriptor: impl AsFd + Send + 'static,
        attempt: impl Fn(BorrowedFd<'_>, &[u8]) -> Attempt + Send + 'static,
    ) -> usize {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut taken = 0;
            while let Attempt::Taken(count) = attempt(descriptor.as_fd(), &[b'x'; 300]) {
                taken += count;
            }
            sender.send(taken).unwrap();
        });
        receiver.recv_timeout(Duration::from_secs(20)).unwrap()
    }

    #[test]
    fn the_end_of_the_process_waits_half_a_second_from_its_first_call_on() {
        let (stderr, half) = (Stderr::new(), Duration::from_millis(500));
        let before = Instant::now();
        stderr.flush_at_exit();
        let after = Instant::now();
        let deadline = *stderr.deadline.get().unwrap();
        assert!((before + half..=after + half).contains(&deadline));
        stderr.flush_at_exit();
        assert_eq!(stderr.deadline.get(), Some(&deadline));
    }

    #[test]
    fn a_full_pipe_in_blocking_mode_does_not_wait() {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let taken = fill(writer.try_clone().unwrap(), unix::write);
        assert!(taken >= PIPE_BUF);
        let mut read = vec![0; taken];
        reader.read_exact(&mut read).unwrap();
        assert_eq!(unix::write(writer.as_fd(), b"again\n"), Attempt::Taken(6));
        drop(reader);
        assert_eq!(unix::write(writer.as_fd(), b"again\n"), Attempt::Broken);
    }

    #[test]
    fn the_question_before_a_write_keeps_it_from_waiting_too() {
        let (reader, writer) = std::io::pipe().unwrap();
        let taken = fill(writer.try_clone().unwrap(), |descriptor, bytes| {
            unix::write_when_ready(descriptor, bytes).map_or(Attempt::Full, Attempt::Taken)
        });
        assert!(taken >= PIPE_BUF);
        assert!(unix::write_when_ready(writer.as_fd(), &[b'x'; 2 * PIPE_BUF]).is_err());
        drop(reader);
    }

    #[test]
    fn a_ready_pipe_is_given_what_it_takes_without_a_wait() {
        let (_reader, writer) = std::io::pipe().unwrap();
        // A pipe has room for all of it, so that a write of more fails here rather than waits.
        let taken = unix::write_when_ready(writer.as_fd(), &vec![b'x'; 2 * PIPE_BUF]);
        assert_eq!(taken, Ok(PIPE_BUF));
    }

    #[test]
    fn a_full_socket_in_blocking_mode_does_not_wait() {
        let (writer, reader) = UnixStream::pair().unwrap();
        assert!(fill(writer.try_clone().unwrap(), unix::write) > 0);
        drop(reader);
        assert_eq!(unix::write(writer.as_fd(), b"again\n"), Attempt::Broken);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_full_and_not_broken() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert_eq!(unix::write(full.as_fd(), b"line\n"), Attempt::Full);
        let read_only = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(unix::write(read_only.as_fd(), b"line\n"), Attempt::Broken);
    }
}

#[cfg(test)]
#[cfg(windows)]
mod tests {
    use std::fs::File;
    use std::io::{Read, pipe};
    use std::os::windows::io::AsHandle;

    use super::windows::attempt;
    use super::*;

    #[test]
    fn a_pipe_takes_a_line_until_its_reader_is_gone() {
        let (mut reader, writer) = pipe().unwrap();
        assert_eq!(attempt(writer.as_handle(), b"line\n"), Attempt::Taken(5));
        let mut read = [0; 5];
        reader.read_exact(&mut read).unwrap();
        assert_eq!(&read, b"line\n");
        drop(reader);
        assert_eq!(attempt(writer.as_handle(), b"line\n"), Attempt::Broken);
    }

    #[test]
    fn a_handle_that_is_not_written_to_is_broken() {
        let read_only = File::open(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(attempt(read_only.as_handle(), b"line\n"), Attempt::Broken);
    }
}

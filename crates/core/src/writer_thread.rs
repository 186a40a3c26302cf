//! A descriptor whose writes may block, with its own thread that does the waiting: Windows has no write to a pipe or a
//! console that returns at once.
//!
//! References: SPEC §6.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::line_buffer::Attempt;

/// How long to wait for the thread. Thus output that the descriptor accepts at once stays in order with what the
/// application itself writes there.
const PATIENCE: Duration = Duration::from_millis(5);

const STACK: usize = 64 * 1024;

/// The thread, and what it is doing.
#[derive(Debug)]
pub(crate) struct WriterThread<W = fn(&[u8]) -> Attempt> {
    write: W,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    course: Course,
    is_started: bool,
    /// Whether the last write took longer than [`PATIENCE`]. Then the next one is not waited for at all.
    is_slow: bool,
}

#[derive(Debug)]
enum Course {
    Idle,
    Due(Vec<u8>),
    Writing,
    Done(Attempt),
}

impl<W: Fn(&[u8]) -> Attempt + Send + Sync> WriterThread<W> {
    /// A descriptor to which `write` writes. The thread starts with the first bytes and ends with the process.
    pub(crate) const fn new(write: W) -> Self {
        let state = State { course: Course::Idle, is_started: false, is_slow: false };
        Self { write, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Whether the thread is writing, or the result of the last write has not been collected.
    pub(crate) fn is_busy(&self) -> bool {
        !matches!(self.state().course, Course::Idle)
    }

    /// Hands bytes over, and returns [`Attempt::Full`] while they are being written. A later call returns the result; it
    /// must offer the same bytes again, with or without more after them.
    pub(crate) fn write(&'static self, bytes: &[u8]) -> Attempt {
        let mut state = self.state();
        match state.course {
            Course::Idle => {}
            Course::Done(attempt) => {
                state.course = Course::Idle;
                state.is_slow = false;
                return attempt;
            }
            Course::Due(_) | Course::Writing => return Attempt::Full,
        }
        if !state.is_started {
            let builder = thread::Builder::new().name("run-id-stderr".into()).stack_size(STACK);
            // If no thread can be started now, one may be later.
            if builder.spawn(|| self.write_forever()).is_err() {
                return Attempt::Full;
            }
            state.is_started = true;
        }
        state.course = Course::Due(bytes.to_vec());
        self.changed.notify_all();
        if state.is_slow {
            return Attempt::Full;
        }
        let is_at_it = |state: &mut State| !matches!(state.course, Course::Done(_));
        let waited = self.changed.wait_timeout_while(state, PATIENCE, is_at_it);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if let Course::Done(attempt) = state.course {
            state.course = Course::Idle;
            return attempt;
        }
        state.is_slow = true;
        Attempt::Full
    }

    /// Waits until the thread has finished, but at most that long.
    pub(crate) fn wait(&self, most: Duration) {
        let is_at_it = |state: &mut State| matches!(state.course, Course::Due(_) | Course::Writing);
        drop(self.changed.wait_timeout_while(self.state(), most, is_at_it));
    }

    fn write_forever(&self) {
        let mut state = self.state();
        loop {
            match std::mem::replace(&mut state.course, Course::Writing) {
                Course::Due(bytes) => {
                    drop(state);
                    let attempt = (self.write)(&bytes);
                    state = self.state();
                    state.course = Course::Done(attempt);
                    self.changed.notify_all();
                }
                other => {
                    state.course = other;
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// A panic elsewhere spoils nothing.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{PipeReader, PipeWriter, Read, Write as _, pipe};
    use std::sync::mpsc;

    use super::*;
    use crate::line_buffer::{Descriptor, LineBuffer};

    type Write = Box<dyn Fn(&[u8]) -> Attempt + Send + Sync>;

    /// A pipe in blocking mode: a write that waits for its reader would never end.
    struct Pipe(&'static WriterThread<Write>);

    impl Descriptor for Pipe {
        fn write(&mut self, bytes: &[u8]) -> Attempt {
            self.0.write(bytes)
        }
    }

    fn piped() -> (PipeReader, Pipe) {
        let (reader, writer) = pipe().unwrap();
        let write: Write = Box::new(move |bytes| attempt(&writer, bytes));
        (reader, Pipe(Box::leak(Box::new(WriterThread::new(write)))))
    }

    fn attempt(mut writer: &PipeWriter, bytes: &[u8]) -> Attempt {
        writer.write(bytes).map_or(Attempt::Broken, Attempt::Taken)
    }

    /// Fails where the work waits for ever.
    fn ending<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(work()).unwrap());
        receiver.recv_timeout(Duration::from_secs(60)).unwrap()
    }

    fn line(number: usize) -> Vec<u8> {
        format!("{number:0299}\n").into_bytes()
    }

    #[test]
    fn a_full_pipe_is_full_and_each_line_arrives_once_it_is_read() {
        let (mut reader, mut pipe) = piped();
        let (buffer, written, pipe) = ending(move || {
            let mut buffer = LineBuffer::new();
            let mut written = 0;
            // The buffer holds more than what is written here after the pipe is full.
            while !buffer.waits() || written % 100 != 0 {
                buffer.write(&line(written), 0, &mut pipe);
                written += 1;
            }
            (buffer, written, pipe)
        });
        assert!(buffer.waits() && buffer.lost() == 0);
        let flushed = thread::spawn(move || {
            let (mut buffer, mut pipe) = (buffer, pipe);
            while buffer.waits() {
                buffer.flush(&mut pipe);
                pipe.0.wait(Duration::from_secs(60));
            }
            buffer.lost()
        });
        let mut text = vec![0; written * 300];
        reader.read_exact(&mut text).unwrap();
        assert_eq!(ending(move || flushed.join().unwrap()), 0);
        assert_eq!(text, (0..written).flat_map(line).collect::<Vec<_>>());
    }

    #[test]
    fn a_reader_that_leaves_while_bytes_wait_breaks_the_descriptor() {
        let (reader, mut pipe) = piped();
        let mut pipe = ending(move || {
            while pipe.write(&line(0)) != Attempt::Full {}
            pipe
        });
        assert!(pipe.0.is_busy());
        drop(reader);
        assert_eq!(
            ending(move || loop {
                match pipe.write(&line(0)) {
                    Attempt::Full => pipe.0.wait(Duration::from_secs(60)),
                    done => return done,
                }
            }),
            Attempt::Broken
        );
    }

    #[test]
    fn what_is_taken_at_once_is_answered_at_once() {
        let (mut reader, mut pipe) = piped();
        let mut text = vec![0; 300];
        // The thread may be late once, but not each time.
        let answers = (0..50).map(|number| {
            let answer = pipe.write(&line(number));
            while pipe.0.is_busy() {
                pipe.0.wait(Duration::from_secs(60));
                pipe.write(&line(number));
            }
            reader.read_exact(&mut text).unwrap();
            assert_eq!(text, line(number));
            answer
        });
        assert!(answers.filter(|answer| *answer == Attempt::Taken(300)).count() > 0);
    }
}

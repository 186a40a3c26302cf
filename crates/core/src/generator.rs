//! Generates bases for one process: from its own sequence, and from the host's sequence file if one is set.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::base::Base;
use crate::clock;
use crate::fault::{ClockFault, Fault};
use crate::sequence::{DEFAULT_MAX_LEAD, Issued, Sequence, WARN_LEAD};
use crate::sequence_file::{FileProblem, LOCK_PATIENCE, SequenceFile, patiently};

/// Issues bases, and knows when one may be issued without further checks.
#[derive(Debug)]
pub struct Generator {
    sequence: Sequence,
    max_lead: AtomicI64,
    /// Up to this lead, a base is ordinary: no file, no listener, no warning due. Negative if none is.
    ordinary_lead: AtomicI64,
    state: Mutex<State>,
    /// Held while a base is taken from the file: two threads would both hold the file's lock.
    file_turn: Mutex<()>,
}

#[derive(Debug)]
struct State {
    file: Option<SequenceFile>,
    warned: bool,
    watched: bool,
}

/// A base, and whether its lead deserves a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The base and its lead.
    pub issued: Issued,
    /// True once, for the first lead above [`WARN_LEAD`].
    pub warn: bool,
}

impl Default for Generator {
    fn default() -> Self {
        Self::new()
    }
}

impl Generator {
    /// A generator with its own sequence, without a file.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            sequence: Sequence::new(),
            max_lead: AtomicI64::new(DEFAULT_MAX_LEAD),
            ordinary_lead: AtomicI64::new(WARN_LEAD),
            state: Mutex::new(State { file: None, warned: false, watched: false }),
            file_turn: Mutex::new(()),
        }
    }

    /// The next base by the wall clock if there is nothing to report about it; otherwise `None`, with nothing
    /// used up, and [`Generator::generate`] says what there is to report.
    #[inline]
    pub fn ordinary(&self) -> Option<Base> {
        let lead = self.ordinary_lead.load(Relaxed);
        if lead < 0 {
            return None;
        }
        self.sequence.claim(clock::now_seconds(), lead, 0).map(|issued| issued.base)
    }

    /// The next base.
    ///
    /// # Errors
    /// [`Fault::Exhausted`], [`Fault::Clock`] or [`Fault::Sequence`], with nothing issued.
    pub fn generate(&self, now_ms: i64) -> Result<Generated, Fault> {
        let max_lead = self.max_lead.load(Relaxed);
        let file = self.state().file.clone();
        let issued = match &file {
            Some(file) => self.issue_from(file, now_ms, max_lead)?,
            None => self.sequence.issue(now_ms, max_lead, 0)?,
        };
        let mut state = self.state();
        let warn = issued.lead_seconds > WARN_LEAD && !state.warned;
        state.warned |= warn;
        self.refresh(&state);
        Ok(Generated { issued, warn })
    }

    /// Makes sure that the next base is above `seconds`, as far as the lead allows.
    pub fn raise(&self, seconds: i64, now_ms: i64) {
        self.sequence.raise(seconds, now_ms, self.max_lead());
    }

    /// How far the last base is ahead of the clock, in whole seconds.
    #[must_use]
    pub fn lead(&self) -> i64 {
        self.sequence.lead(clock::now_seconds())
    }

    /// Changes settings, all or none. `None` leaves one as it is.
    ///
    /// # Errors
    /// [`Fault::Sequence`] or [`Fault::Clock`] when the file cannot be used.
    pub fn configure(&self, sequence_file: Option<PathBuf>, max_lead: Option<i64>) -> Result<(), Fault> {
        let max_lead = max_lead.unwrap_or_else(|| self.max_lead.load(Relaxed));
        if let Some(path) = sequence_file {
            let file = SequenceFile::new(path);
            refuse_second(&self.state(), &file)?;
            self.check(&file, max_lead)?;
            // Another thread may have set one meanwhile.
            let mut state = self.state();
            refuse_second(&state, &file)?;
            state.file = Some(file);
        }
        self.max_lead.store(max_lead, Relaxed);
        self.refresh(&self.state());
        Ok(())
    }

    /// Sets a file that is checked only when the first base is generated.
    pub fn adopt_file(&self, path: PathBuf) {
        let mut state = self.state();
        state.file = Some(SequenceFile::new(path));
        self.refresh(&state);
    }

    /// While the generator is watched, no base is ordinary.
    pub fn set_watched(&self, watched: bool) {
        let mut state = self.state();
        state.watched = watched;
        self.refresh(&state);
    }

    /// The bound of the lead, in seconds.
    #[must_use]
    pub fn max_lead(&self) -> i64 {
        self.max_lead.load(Relaxed)
    }

    fn refresh(&self, state: &State) {
        let max_lead = self.max_lead.load(Relaxed);
        let ordinary = match state {
            State { watched: true, .. } | State { file: Some(_), .. } => -1,
            State { warned: true, .. } => max_lead,
            _ => max_lead.min(WARN_LEAD),
        };
        self.ordinary_lead.store(ordinary, Relaxed);
    }

    fn issue_from(&self, file: &SequenceFile, now_ms: i64, max_lead: i64) -> Result<Issued, Fault> {
        let fault = |problem| Fault::Sequence(file.fault(problem));
        let deadline = Instant::now() + LOCK_PATIENCE;
        let _turn = self.take_turn(deadline).map_err(fault)?;
        let held = file.hold(deadline).map_err(fault)?;
        refuse_ahead(held.last(), now_ms, max_lead)?;
        let issued = self.sequence.issue(now_ms, max_lead, held.last())?;
        held.write(issued.base).map_err(fault)?;
        Ok(issued)
    }

    fn check(&self, file: &SequenceFile, max_lead: i64) -> Result<(), Fault> {
        let fault = |problem| Fault::Sequence(file.fault(problem));
        let deadline = Instant::now() + LOCK_PATIENCE;
        let _turn = self.take_turn(deadline).map_err(fault)?;
        let held = file.hold(deadline).map_err(fault)?;
        refuse_ahead(held.last(), clock::now_ms(), max_lead)
    }

    fn take_turn(&self, deadline: Instant) -> Result<MutexGuard<'_, ()>, FileProblem> {
        patiently(deadline, || {
            use std::sync::TryLockError::{Poisoned, WouldBlock};
            match self.file_turn.try_lock() {
                Ok(turn) => Ok(Some(turn)),
                Err(Poisoned(turn)) => Ok(Some(turn.into_inner())),
                Err(WouldBlock) => Ok(None),
            }
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the state, and half a change is not possible in it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refuse_second(state: &State, file: &SequenceFile) -> Result<(), Fault> {
    match &state.file {
        Some(in_use) if in_use != file => Err(Fault::Sequence(file.fault(FileProblem::Different))),
        _ => Ok(()),
    }
}

/// No process moves the file beyond its bound, so a file beyond it means that the clock was set back or that
/// the line is not ours.
fn refuse_ahead(last: i64, now_ms: i64, max_lead: i64) -> Result<(), Fault> {
    let lead = last - now_ms.div_euclid(1000);
    if lead > max_lead {
        return Err(Fault::Clock(ClockFault::FileAhead { lead, max_lead }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_bases_end_where_there_is_something_to_tell() {
        let generator = Generator::new();
        let mut count = 0;
        while generator.ordinary().is_some() {
            count += 1;
            assert!(count < 100);
        }
        assert!((60..=62).contains(&count), "{count}");
        assert!((58..=60).contains(&generator.lead()), "{}", generator.lead());
        let first = generator.generate(clock::now_ms()).unwrap();
        assert!(first.warn && first.issued.lead_seconds > WARN_LEAD - 2);
        assert!(generator.ordinary().is_some());
        assert!(!generator.generate(clock::now_ms()).unwrap().warn);
    }

    #[test]
    fn nothing_is_ordinary_while_watched() {
        let generator = Generator::new();
        generator.set_watched(true);
        assert_eq!(generator.ordinary(), None);
        generator.set_watched(false);
        assert!(generator.ordinary().is_some());
    }

    #[test]
    fn settings_change_all_or_none() {
        let generator = Generator::new();
        let bad = std::env::temp_dir().join("no-such-folder").join("sequence");
        assert!(generator.configure(Some(bad), Some(7)).is_err());
        assert_eq!(generator.max_lead(), DEFAULT_MAX_LEAD);
        assert!(generator.ordinary().is_some(), "no file was adopted");
        generator.configure(None, Some(0)).unwrap();
        assert_eq!(generator.max_lead(), 0);
    }

    #[test]
    fn a_file_that_another_thread_set_meanwhile_stays() {
        let generator = Generator::new();
        let path =
            |name: &str| std::env::temp_dir().join(format!("run-id-generator-{}-{name}", std::process::id()));
        std::thread::scope(|scope| {
            let turn = generator.file_turn.lock().unwrap();
            let second = scope.spawn(|| generator.configure(Some(path("second")), None));
            // Time to get past the first check of the setting; it is refused all the same if it comes too late.
            std::thread::sleep(std::time::Duration::from_millis(50));
            generator.adopt_file(path("first"));
            drop(turn);
            assert!(second.join().unwrap().is_err());
        });
        assert_eq!(generator.state().file, Some(SequenceFile::new(path("first"))));
        let _ = std::fs::remove_file(path("second"));
    }
}

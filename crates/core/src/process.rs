//! What all threads of a process share: the generator, the debug switch, the service's name, the number
//! that tells this process from another with the same pid, the allowance of the reject log and standard error.

use std::cell::RefCell;
use std::ffi::OsString;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::generator::Generator;
use crate::log_allowance::LogAllowance;
use crate::stderr::Stderr;

/// Names the sequence file of the host. Read at load; a bad one is told at the first generation.
pub const SEQUENCE_FILE_VARIABLE: &str = "RUN_ID_SEQUENCE_FILE";
/// Names the service in events.
pub const SERVICE_VARIABLE: &str = "RUN_ID_SERVICE";
/// Shows every event; on unless empty, `0` or `false`.
pub const DEBUG_VARIABLE: &str = "DEBUG_RUN_ID";

/// The most characters of a service's name, so that an event fits into its line.
pub const MAX_SERVICE_LENGTH: usize = 128;

/// The state of one process.
#[derive(Debug)]
pub struct Process {
    /// Issues its bases.
    pub generator: Generator,
    /// Where its log goes.
    pub stderr: Stderr,
    debug: AtomicBool,
    service: Mutex<Option<String>>,
    allowance: Mutex<LogAllowance>,
    inherited: Mutex<Option<String>>,
    /// Drawn at process start, because pids repeat in containers.
    number: u32,
}

/// Settings of a process; `None` leaves one as it is.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Absolute path of the sequence file.
    pub sequence_file: Option<PathBuf>,
    /// Bound of the lead over the clock, in seconds.
    pub max_lead_seconds: Option<i64>,
    /// Whether every event is logged.
    pub debug: Option<bool>,
    /// Name of the service.
    pub service: Option<String>,
}

/// The process this code runs in.
pub static PROCESS: LazyLock<Process> = LazyLock::new(|| Process::new(|name| std::env::var_os(name)));

thread_local! {
    /// What was taken out of the environment that this thread was given for itself.
    static OWN_INHERITED: RefCell<Option<String>> = const { RefCell::new(None) };
}

impl Process {
    /// A process with the settings of its environment.
    pub fn new(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let given = |name| variable(name).filter(|value| !value.is_empty());
        let text = |value: OsString| value.to_string_lossy().into_owned();
        let generator = Generator::new();
        if let Some(path) = given(SEQUENCE_FILE_VARIABLE).map(PathBuf::from) {
            generator.adopt_file(path);
        }
        let debug = given(DEBUG_VARIABLE).map(text).is_some_and(|value| value != "0" && value != "false");
        generator.set_watched(debug);
        let service = given(SERVICE_VARIABLE).map(text);
        #[expect(clippy::cast_possible_truncation, reason = "any 32 of its bits are as random as the others")]
        let number = RandomState::new().build_hasher().finish() as u32;
        Self {
            generator,
            stderr: Stderr::new(),
            debug: AtomicBool::new(debug),
            service: Mutex::new(service.map(|name| cut(&name))),
            allowance: Mutex::new(LogAllowance::new()),
            inherited: Mutex::new(None),
            number,
        }
    }

    /// Changes settings, all or none.
    ///
    /// # Errors
    /// [`Fault::Sequence`] or [`Fault::Clock`] when the sequence file cannot be used.
    pub fn configure(&self, settings: Settings) -> Result<(), Fault> {
        self.generator.configure(settings.sequence_file, settings.max_lead_seconds)?;
        if let Some(debug) = settings.debug {
            self.debug.store(debug, Relaxed);
            self.generator.set_watched(debug);
        }
        if let Some(service) = settings.service {
            *held(&self.service) = Some(service);
        }
        Ok(())
    }

    /// Whether every event is logged.
    #[inline]
    #[must_use]
    pub fn is_debug(&self) -> bool {
        self.debug.load(Relaxed)
    }

    /// The service's name, where one is set.
    #[must_use]
    pub fn service(&self) -> Option<String> {
        held(&self.service).clone()
    }

    /// Eight hexadecimal digits.
    #[must_use]
    pub fn number(&self) -> String {
        format!("{:08x}", self.number)
    }

    /// Keeps the run ID that was taken out of the environment: that of a thread which was given an environment of its
    /// own for this thread, any other for the whole process.
    pub fn keep_inherited(&self, run_id: String, is_main_thread: bool) {
        if is_main_thread {
            *held(&self.inherited) = Some(run_id);
        } else {
            OWN_INHERITED.set(Some(run_id));
        }
    }

    /// The run ID that was taken out of this thread's own environment, or else out of that of the process.
    #[must_use]
    pub fn inherited(&self) -> Option<String> {
        OWN_INHERITED.with_borrow(Clone::clone).or_else(|| held(&self.inherited).clone())
    }

    /// Takes one line from the allowance of the reject log.
    ///
    /// # Errors
    /// How long until there is room again.
    pub fn take_log_line(&self) -> Result<(), Duration> {
        held(&self.allowance).take(Instant::now())
    }

    /// Counts a rejection that was not logged.
    pub fn leave_out(&self) {
        held(&self.allowance).leave_out();
    }

    /// How many rejections were not logged since this was last asked.
    #[must_use]
    pub fn take_left_out(&self) -> u64 {
        held(&self.allowance).take_left_out()
    }
}

/// As much of a name as [`MAX_SERVICE_LENGTH`] UTF-16 units hold, which is how JavaScript counts.
fn cut(name: &str) -> String {
    let mut units = 0;
    name.chars()
        .take_while(|character| {
            units += character.len_utf16();
            units <= MAX_SERVICE_LENGTH
        })
        .collect()
}

/// Whatever is behind these locks is whole at every instant, so a panic elsewhere spoils nothing.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(variables: &[(&str, &str)]) -> Process {
        Process::new(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn debug_is_on_unless_empty_0_or_false() {
        for (value, on) in
            [("1", true), ("yes", true), ("FALSE", true), ("", false), ("0", false), ("false", false)]
        {
            assert_eq!(process(&[(DEBUG_VARIABLE, value)]).is_debug(), on, "{value:?}");
        }
        assert!(!process(&[]).is_debug());
    }

    #[test]
    fn a_watched_process_has_no_ordinary_base() {
        let process = process(&[(DEBUG_VARIABLE, "1")]);
        assert_eq!(process.generator.ordinary(), None);
        process.configure(Settings { debug: Some(false), ..Settings::default() }).unwrap();
        assert!(process.generator.ordinary().is_some());
    }

    #[test]
    fn a_service_is_named_by_the_environment_or_by_configure() {
        let process = process(&[(SERVICE_VARIABLE, "api")]);
        assert_eq!(process.service().as_deref(), Some("api"));
        process.configure(Settings { service: Some("worker".to_owned()), ..Settings::default() }).unwrap();
        assert_eq!(process.service().as_deref(), Some("worker"));
    }

    #[test]
    fn what_was_inherited_is_that_of_the_process_unless_a_thread_has_its_own() {
        let process = process(&[]);
        let in_thread = |act: &(dyn Fn() + Sync)| {
            std::thread::scope(|scope| {
                scope
                    .spawn(|| {
                        act();
                        process.inherited()
                    })
                    .join()
                    .unwrap()
            })
        };
        assert_eq!(process.inherited(), None);
        process.keep_inherited("251006-143000".to_owned(), true);
        assert_eq!(in_thread(&|| ()).as_deref(), Some("251006-143000"));
        let own = in_thread(&|| process.keep_inherited("251006-143001".to_owned(), false));
        assert_eq!(own.as_deref(), Some("251006-143001"));
        assert_eq!(process.inherited().as_deref(), Some("251006-143000"));
        process.keep_inherited("251006-143002".to_owned(), true);
        assert_eq!(in_thread(&|| ()).as_deref(), Some("251006-143002"));
    }

    #[test]
    fn a_bad_file_changes_nothing_else() {
        let process = process(&[]);
        let bad = Settings {
            sequence_file: Some(std::env::temp_dir()),
            max_lead_seconds: Some(1),
            debug: Some(true),
            service: Some("x".to_owned()),
        };
        assert!(process.configure(bad).is_err());
        assert!(!process.is_debug());
        assert_eq!((process.service(), process.generator.max_lead()), (None, 3600));
    }

    #[test]
    fn a_bad_variable_is_told_at_the_first_generation() {
        let process = process(&[(SEQUENCE_FILE_VARIABLE, "/nonexistent/sequence")]);
        assert!(matches!(process.generator.generate(1_759_752_000_000), Err(Fault::Sequence(_))));
        assert_eq!(process.generator.ordinary(), None, "never a silent fallback");
    }
}

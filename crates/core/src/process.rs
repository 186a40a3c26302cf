//! What all threads of a process share: the generator, the debug switch, the service's name, the number
//! that tells this process from another with the same pid, the allowance of the reject log, standard error and what
//! was counted.

use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::event::Level;
use crate::fault::{Code, Fault};
use crate::generator::Generator;
use crate::log_allowance::{LeftOut, LogAllowance};
use crate::observed::Observed;
use crate::stderr::Stderr;
use crate::tally::Tallies;

/// Names the sequence file of the host. Read at load; an invalid one is reported when the first ID is generated.
pub const SEQUENCE_FILE_VARIABLE: &str = "RUN_ID_SEQUENCE_FILE";
/// Names the service in events.
pub const SERVICE_VARIABLE: &str = "RUN_ID_SERVICE";
/// Shows every event; on unless empty, `0` or `false`.
pub const DEBUG_VARIABLE: &str = "DEBUG_RUN_ID";
/// Names a [`Level`] of what is logged.
pub const LOG_VARIABLE: &str = "RUN_ID_LOG";

/// The maximum length of a service's name, so that an event fits into its line.
pub const MAX_SERVICE_LENGTH: usize = 128;

/// The state of one process.
#[derive(Debug)]
pub struct Process {
    /// Issues its bases.
    pub generator: Generator,
    /// Where its log goes.
    pub stderr: Stderr,
    /// What its threads have counted.
    pub tallies: Tallies,
    /// What was observed in them.
    pub observed: Observed,
    /// The level that is in force, as its number.
    level: AtomicU8,
    wishes: Mutex<Wishes>,
    /// A value of [`LOG_VARIABLE`] that is not a level.
    unknown_level: Option<String>,
    service: Mutex<Option<String>>,
    allowance: Mutex<LogAllowance>,
    inherited: Mutex<Option<String>>,
    /// Random, chosen at process start, because pids repeat in containers.
    number: u32,
}

/// The requested log level. `log` takes precedence over `debug`, and a setting over a variable.
#[derive(Clone, Copy, Debug, Default)]
struct Wishes {
    log: Option<Level>,
    debug: Option<bool>,
    log_variable: Option<Level>,
    debug_variable: bool,
}

impl Wishes {
    fn level(self) -> Level {
        let by_debug = |is_on| if is_on { Level::All } else { Level::Rejections };
        match (self.log, self.debug, self.log_variable) {
            (Some(level), _, _) | (None, None, Some(level)) => level,
            (None, Some(true), _) => Level::All,
            // Switching debugging off overrides any variable.
            (None, Some(false), level) => {
                level.filter(|level| *level != Level::All).unwrap_or(Level::Rejections)
            }
            (None, None, None) => by_debug(self.debug_variable),
        }
    }
}

/// Settings of a process; `None` leaves one as it is.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Absolute path of the sequence file.
    pub sequence_file: Option<PathBuf>,
    /// Bound of the lead over the clock, in seconds.
    pub max_lead_seconds: Option<i64>,
    /// What is logged.
    pub log: Option<Level>,
    /// Whether every event is logged, if `log` is not given.
    pub debug: Option<bool>,
    /// Name of the service.
    pub service: Option<String>,
}

/// The process this code runs in.
pub static PROCESS: LazyLock<Process> = LazyLock::new(|| Process::new(|name| std::env::var_os(name)));

thread_local! {
    /// The run ID that was removed from this thread's own environment.
    static OWN_INHERITED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// How many lines of this thread were due.
    static LINES: Cell<u32> = const { Cell::new(0) };
    /// Whether the end of this thread was told.
    static ENDED: Cell<bool> = const { Cell::new(false) };
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
        let log = given(LOG_VARIABLE).map(text);
        let log_variable = log.as_deref().and_then(Level::named);
        let wishes = Wishes { log_variable, debug_variable: debug, ..Wishes::default() };
        let level = wishes.level();
        generator.set_watched(level >= Level::Lifecycle);
        let service = given(SERVICE_VARIABLE).map(text);
        #[expect(clippy::cast_possible_truncation, reason = "any 32 of its bits are as random as the others")]
        let number = RandomState::new().build_hasher().finish() as u32;
        Self {
            generator,
            stderr: Stderr::new(),
            tallies: Tallies::new(),
            observed: Observed::new(),
            level: AtomicU8::new(level as u8),
            wishes: Mutex::new(wishes),
            unknown_level: log.filter(|_| log_variable.is_none()),
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
        let mut wishes = held(&self.wishes);
        wishes.log = settings.log.or(wishes.log);
        wishes.debug = settings.debug.or(wishes.debug);
        let level = wishes.level();
        self.level.store(level as u8, Relaxed);
        self.generator.set_watched(level >= Level::Lifecycle);
        drop(wishes);
        if let Some(service) = settings.service {
            *held(&self.service) = Some(service);
        }
        Ok(())
    }

    /// Whether every event is logged.
    #[inline]
    #[must_use]
    pub fn is_debug(&self) -> bool {
        self.level.load(Relaxed) == Level::All as u8
    }

    /// The number of the level that is in force.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.level.load(Relaxed)
    }

    /// What [`LOG_VARIABLE`] holds, when that is not a level.
    #[must_use]
    pub fn unknown_level(&self) -> Option<&str> {
        self.unknown_level.as_deref()
    }

    /// The number of the next line of this thread, from 1.
    #[must_use]
    pub fn next_line(&self) -> u32 {
        LINES.with(|lines| {
            lines.set(lines.get().wrapping_add(1));
            lines.get()
        })
    }

    /// Whether this thread has lines and was not ended before.
    #[must_use]
    pub fn take_end(&self) -> bool {
        !ENDED.replace(true) && LINES.get() > 0
    }

    /// The service's name, if one is set.
    #[must_use]
    pub fn service(&self) -> Option<String> {
        held(&self.service).clone()
    }

    /// Eight hexadecimal digits.
    #[must_use]
    pub fn number(&self) -> String {
        format!("{:08x}", self.number)
    }

    /// Keeps the run ID that was removed from the environment: for this thread if it has its own environment,
    /// otherwise for the whole process.
    pub fn keep_inherited(&self, run_id: String, is_main_thread: bool) {
        if is_main_thread {
            *held(&self.inherited) = Some(run_id);
        } else {
            OWN_INHERITED.set(Some(run_id));
        }
    }

    /// The run ID that was removed from this thread's own environment, or otherwise from that of the process.
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
    pub fn leave_out(&self, code: Code, at: Option<&str>) {
        held(&self.allowance).leave_out(code, at);
    }

    /// The rejections that were not logged since the last call.
    #[must_use]
    pub fn take_left_out(&self) -> Vec<LeftOut> {
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

/// The data behind these locks is consistent at every instant, so a panic elsewhere does no harm.
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
    fn a_setting_wins_over_a_variable_and_log_over_debug() {
        let level = |variables: &[(&str, &str)], log, debug| {
            let process = process(variables);
            process.configure(Settings { log, debug, ..Settings::default() }).unwrap();
            Level::ALL[usize::from(process.level())]
        };
        let (log, debug) = ((LOG_VARIABLE, "lifecycle"), (DEBUG_VARIABLE, "1"));
        assert_eq!(level(&[], None, None), Level::Rejections);
        assert_eq!(level(&[log], None, None), Level::Lifecycle);
        assert_eq!(level(&[debug], None, None), Level::All);
        assert_eq!(level(&[(LOG_VARIABLE, "off"), debug], None, None), Level::Off);
        assert_eq!(level(&[log, debug], None, None), Level::Lifecycle);
        assert_eq!(level(&[(LOG_VARIABLE, "loud")], None, None), Level::Rejections);
        assert_eq!(level(&[debug], Some(Level::Off), None), Level::Off);
        assert_eq!(level(&[log], None, Some(true)), Level::All);
        assert_eq!(level(&[debug], None, Some(false)), Level::Rejections);
        assert_eq!(level(&[log, debug], None, Some(false)), Level::Lifecycle);
        assert_eq!(level(&[(LOG_VARIABLE, "all")], None, Some(false)), Level::Rejections);
        assert_eq!(level(&[], Some(Level::Rejections), Some(true)), Level::Rejections);
        assert_eq!(process(&[(LOG_VARIABLE, "loud")]).unknown_level(), Some("loud"));
    }

    #[test]
    fn lines_are_counted_by_each_thread() {
        let process = process(&[]);
        let count = || [process.next_line(), process.next_line()];
        let other = std::thread::scope(|scope| scope.spawn(count).join().unwrap());
        assert_eq!((count(), other), ([1, 2], [1, 2]));
        assert_eq!((process.take_end(), process.take_end()), (true, false));
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
    fn of_a_long_name_128_units_are_kept_and_no_character_is_cut() {
        for (name, kept) in [
            ("x".repeat(300), "x".repeat(128)),
            ("x".repeat(128), "x".repeat(128)),
            (format!("{}\u{1F600}", "x".repeat(127)), "x".repeat(127)),
        ] {
            assert_eq!(process(&[(SERVICE_VARIABLE, &name)]).service(), Some(kept));
        }
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
            log: None,
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

//! Every error of the library: its message, and in one table its code, HTTP status and hint.
//!
//! A new error is a variant of [`Fault`] with its message, a [`Code`] with its row, and an arm of [`Fault::row`]; one that
//! JavaScript creates also has a row in `named_faults!`. What a refused value looks like is in `hint`.
//!
//! References: SPEC §5.

use std::borrow::Cow;
use std::path::Path;

use thiserror::Error;

use crate::retired::{self, Retired};
use crate::sequence_file::FileFault;
use crate::source::SOURCES;
use crate::text::{Kind, Value};
use crate::unread::Unread;

/// What callers tell errors apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable, such as `ERR_RUN_ID_FORMAT`.
    pub name: &'static str,
    /// The HTTP status that answers it.
    pub status: u16,
}

/// Declares the codes, and the table of them all.
macro_rules! codes {
    ($($constant:ident = $name:literal, $status:literal;)+) => {
        $(#[doc = concat!("`", $name, "`")] pub const $constant: Code = Code { name: $name, status: $status };)+

        /// Every code.
        pub const CODES: &[Code] = &[$($constant),+];
    };
}

codes! {
    TYPE = "ERR_RUN_ID_TYPE", 400;
    FORMAT = "ERR_RUN_ID_FORMAT", 400;
    MISSING = "ERR_RUN_ID_MISSING", 400;
    KIND = "ERR_RUN_ID_KIND", 400;
    CLIENT = "ERR_RUN_ID_CLIENT", 500;
    SUFFIX = "ERR_RUN_ID_SUFFIX", 500;
    CLIENT_MISMATCH = "ERR_RUN_ID_CLIENT_MISMATCH", 403;
    CONFLICT = "ERR_RUN_ID_CONFLICT", 409;
    EXHAUSTED = "ERR_RUN_ID_EXHAUSTED", 503;
    CLOCK = "ERR_RUN_ID_CLOCK", 503;
    SEQUENCE = "ERR_RUN_ID_SEQUENCE", 500;
    DEPRECATED = "ERR_RUN_ID_DEPRECATED", 500;
    JOB_NOT_FOUND = "ERR_JOB_NOT_FOUND", 404;
    JOB_EXISTS = "ERR_JOB_EXISTS", 409;
    JOB_FINISHED = "ERR_JOB_FINISHED", 409;
    JOB_RUNNING = "ERR_JOB_RUNNING", 409;
    JOB_OPEN_CLIENTS = "ERR_JOB_OPEN_CLIENTS", 409;
    JOB_UNKNOWN_OUTCOME = "ERR_JOB_UNKNOWN_OUTCOME", 503;
    JOB_DATABASE = "ERR_JOB_DATABASE", 500;
}

/// A code, and what to do about the fault that has it.
type Row = (Code, Option<Cow<'static, str>>);

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// Something other than a string, or other than a request, was passed.
    #[error("STRICT RUN ID ERROR: {} passed to {function} instead of {}", .kind.type_word(), .wanted.word())]
    Type {
        /// What it was.
        kind: Kind,
        /// The public function that was called.
        function: String,
        /// What should have been passed.
        wanted: Wanted,
    },

    /// A string that is not a run ID.
    #[error("STRICT RUN ID ERROR: Non-standard run ID format encountered: \"{received}\"")]
    Format {
        /// The string, escaped and cut.
        received: String,
    },

    /// No source holds a run ID, and none may be generated.
    #[error("STRICT RUN ID ERROR: No run ID found")]
    Missing(LookedIn),

    /// A run ID of the other kind: a base where a client's ID belongs, or the reverse.
    #[error("STRICT RUN ID ERROR: {wanted} run ID expected")]
    Kind {
        /// The run ID.
        received: String,
        /// `Base` or `Client`.
        wanted: &'static str,
    },

    /// A client ID outside the grammar.
    #[error("STRICT RUN ID ERROR: Invalid client ID: \"{received}\"")]
    Client {
        /// The value, escaped and cut, or the word for its kind.
        received: String,
    },

    /// A client ID was to be added to a run ID that has one.
    #[error("STRICT RUN ID ERROR: Run ID already carries a client ID: \"{received}\"")]
    Suffix {
        /// The run ID.
        received: String,
        /// Whether it is that client's own.
        is_own: bool,
    },

    /// The run ID is not that of the client it was expected from.
    #[error("STRICT RUN ID ERROR: Run ID belongs to another client")]
    ClientMismatch {
        /// The run ID.
        received: String,
    },

    /// Two sources hold different runs.
    #[error("STRICT RUN ID ERROR: Sources disagree")]
    Conflict {
        /// The run ID of the lower source.
        received: String,
        /// The path of the higher source.
        higher: String,
    },

    /// IDs were generated faster than one per second for so long that the lead is used up.
    #[error(
        "RUN ID ERROR: The next run ID would be {lead} s ahead of the clock; maxLeadSeconds allows {max_lead}"
    )]
    Exhausted {
        /// Seconds between the clock and the ID that was not issued.
        lead: i64,
        /// The bound.
        max_lead: i64,
        /// When one more ID fits, if no other caller takes it.
        retry_after_ms: u64,
    },

    /// Every ID that was claimed for a record was already in use by another process.
    #[error("RUN ID ERROR: {tries} run IDs in a row were taken by others")]
    Contended {
        /// How many were tried.
        tries: u32,
    },

    /// The clock cannot be trusted with an ID.
    #[error("RUN ID ERROR: {0}")]
    Clock(ClockFault),

    /// The sequence file cannot be used.
    #[error("RUN ID ERROR: {0}")]
    Sequence(FileFault),

    /// A record of job tracking is not as it was expected.
    #[error("{problem}")]
    Job {
        /// How it is instead.
        problem: JobProblem,
        /// Its run ID, or the external one.
        received: String,
    },

    /// An attempt at a job is not the one that may continue.
    #[error("{problem}")]
    Attempt {
        /// Which one may, or why none.
        problem: AttemptProblem,
        /// The job's run ID, or the client's.
        received: String,
        /// The last sign of life of the attempt that counts.
        heard: String,
    },

    /// The database, its client or its role lacks something that job tracking needs.
    #[error("The database cannot be used for job tracking: {problem}")]
    Database {
        /// What came, or what is missing. Printable ASCII.
        problem: String,
    },

    /// A store's function returned an invalid value.
    #[error("The store cannot be used to claim run IDs: {problem}")]
    Store {
        /// What came. Printable ASCII.
        problem: String,
    },

    /// A function of the legacy service.
    #[error("DEPRECATED: {} has been removed. {}", .0.label(), .0.instead)]
    Deprecated(&'static Retired),
}

/// What should have been passed in place of something of another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A run ID.
    RunId,
    /// A request, and one that can be marked.
    Request,
    /// A request or a carrier that can be read to its end.
    Readable(&'static Unread),
    /// No second argument.
    Nothing,
}

impl Wanted {
    /// As the message names it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RunId => "string",
            Self::Request => "request",
            Self::Readable(unread) => unread.wanted.unwrap_or("request"),
            Self::Nothing => "nothing",
        }
    }
}

/// Where a run ID was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookedIn {
    /// All sources of a request.
    Sources {
        /// Whether the sources that are read on demand were included.
        on_demand: bool,
    },
    /// All sources of a request, one of which could not be read completely, so that it may contain one.
    Unread(&'static Unread),
    /// One named place, such as an environment variable.
    Place(String),
}

/// What can be wrong with a record of job tracking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JobProblem {
    /// There is none.
    #[error("Job tracking record not found")]
    NotFound,
    /// There is one already.
    #[error("Job tracking record already exists")]
    Exists,
    /// There are two of them.
    #[error("Job tracking record exists more than once")]
    Twice,
    /// It, or its job, has ended.
    #[error("Job tracking record already has a final status")]
    Finished,
    /// Client runs of it are still running.
    #[error("Job tracking record has client runs that are still running")]
    OpenClients,
    /// The connection was lost before the answer came.
    #[error("The database did not say whether the job tracking record was created")]
    UnknownOutcome,
    /// No run is linked to an external ID.
    #[error("Job tracking record not found")]
    NotLinked,
    /// Another run is linked to an external ID.
    #[error("External ID is already linked to another run")]
    LinkedToAnother,
}

impl JobProblem {
    fn row(self) -> (Code, &'static str) {
        match self {
            Self::NotFound => (
                JOB_NOT_FOUND,
                "A lookup never creates a record: find where the run ID was changed (error.diagnosis lists records \
                 close to it).",
            ),
            Self::NotLinked => (
                JOB_NOT_FOUND,
                "No run is linked to this external ID, or not yet: have the other system send the run ID itself.",
            ),
            Self::Exists => (JOB_EXISTS, "One run ID has one record; two runs are never merged."),
            Self::Twice => (
                JOB_EXISTS,
                "Two runs share one run ID because the store did not refuse the second: give one of them a new run ID, \
                 and generate run IDs on one host with a sequence file.",
            ),
            Self::LinkedToAnother => {
                (JOB_EXISTS, "An external ID stands for exactly one run; a run may have many external IDs.")
            }
            Self::Finished => (
                JOB_FINISHED,
                "A final status is set once and never changed, and a finished job takes no more client runs.",
            ),
            Self::OpenClients => {
                (JOB_OPEN_CLIENTS, "Complete its client runs first, or pass { force: true }.")
            }
            Self::UnknownOutcome => (JOB_UNKNOWN_OUTCOME, "Look it up by error.runId before you try again."),
        }
    }
}

/// What can be wrong with an attempt at a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AttemptProblem {
    /// Another one is at it.
    #[error("Job tracking record is Running in another attempt")]
    Running,
    /// It was silent for so long that another one took over.
    #[error("Job tracking record is Running in another attempt")]
    TakenOver,
    /// It was silent for so long that it was failed.
    #[error("Job tracking record already has a final status")]
    Stale,
}

impl AttemptProblem {
    fn row(self, heard: &str) -> (Code, String) {
        match self {
            Self::Running => (
                JOB_RUNNING,
                format!(
                    "Its last heartbeat was at {heard}: let that attempt end, or try again after it has missed three \
                     heartbeats."
                ),
            ),
            Self::TakenOver => (
                JOB_RUNNING,
                format!(
                    "This attempt missed three heartbeats, and another one took over (last heartbeat at {heard}): \
                     write nothing more."
                ),
            ),
            Self::Stale => (
                JOB_FINISHED,
                format!(
                    "failStale() failed it at {heard} because it sent no heartbeats: write nothing more."
                ),
            ),
        }
    }
}

/// Why a clock cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClockFault {
    /// Not a second of 2000–2099.
    #[error("The clock, or the run ID that follows from it, is outside the years 2000-2099")]
    OutOfRange,
    /// The function given as `configure({ now })` returned something else than a number.
    #[error("now() did not return a finite number of milliseconds")]
    NotFinite,
    /// A monotonic clock shows that the wall clock was set back.
    #[error("The clock went back {back} s, and the last run ID is now {lead} s ahead of it")]
    WentBack {
        /// How far, in seconds.
        back: i64,
        /// Seconds between the clock and the last ID.
        lead: i64,
    },
    /// The sequence file is further ahead than any process could have moved it.
    #[error("The sequence file is {lead} s ahead of the clock; maxLeadSeconds allows {max_lead}")]
    FileAhead {
        /// Seconds between the clock and the file.
        lead: i64,
        /// The bound.
        max_lead: i64,
    },
}

impl ClockFault {
    fn hint(&self) -> &'static str {
        match self {
            Self::NotFinite => "Return milliseconds since 1970, as Date.now() does.",
            Self::FileAhead { .. } => {
                "Correct the clock. If it is right, stop every process that uses the file, then empty the file."
            }
            Self::OutOfRange | Self::WentBack { .. } => "Correct the clock, then try again.",
        }
    }
}

impl LookedIn {
    fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Sources { on_demand } => {
                let read = SOURCES.iter().filter(|source| *on_demand || !source.on_demand);
                let places = read.map(|source| source.path).collect::<Vec<_>>().join(", ");
                format!("None of {places} has one, and this call may not generate one.").into()
            }
            Self::Unread(unread) => unread.hint.into(),
            Self::Place(place) if place == "currentRunId()" => {
                "currentRunId() has none: call this inside runWithRunId(runId, fn) or behind a boundary, or pass a \
                 runId."
                    .into()
            }
            Self::Place(place) if place == "@RunId()" => {
                "No run is in hand: for HTTP, import RunIdModule.forRoot() from unified-run-id/nest; in a message \
                 handler, call receive(data, 'data', fn)."
                    .into()
            }
            Self::Place(place) => format!("{place} has none: was it handed over?").into(),
        }
    }
}

impl Wanted {
    fn hint(self) -> Option<&'static str> {
        match self {
            // `hint::for_run_id` says what a value looks like.
            Self::RunId => None,
            Self::Request => Some(
                "Pass the request object itself, which must be extensible; a script without a request passes {}.",
            ),
            Self::Readable(unread) => Some(unread.hint),
            Self::Nothing => Some(
                "A client ID passed here would be dropped: clientRunIdFor(runId, clientId) returns the client's run ID.",
            ),
        }
    }
}

impl Fault {
    /// The table of the errors.
    fn row(&self) -> Row {
        let (code, hint) = match self {
            Self::Type { wanted, .. } => return (TYPE, wanted.hint().map(Cow::from)),
            Self::Format { .. } => return (FORMAT, None),
            Self::Client { .. } => return (CLIENT, None),
            Self::Deprecated(_) => return (DEPRECATED, None),
            Self::Missing(looked_in) => return (MISSING, Some(looked_in.hint())),
            Self::Conflict { higher, .. } => {
                let hint =
                    format!("It names a different run from {higher}: find out which of the two was changed.");
                return (CONFLICT, Some(hint.into()));
            }
            Self::Kind { wanted: "Base", .. } => (
                KIND,
                "It is a client's run ID: pass it to getClientRun(runId). A job is looked up by the base run ID that it \
                 was created with.",
            ),
            Self::Kind { .. } => (
                KIND,
                "A client run is looked up by the client's run ID: pass that, or the base and { clientId } of the \
                 authenticated client.",
            ),
            Self::Suffix { is_own: true, .. } => (
                SUFFIX,
                "It is already this client's run ID: keep it as it is. clientRunIdFor(runId, clientId) takes either \
                 kind.",
            ),
            Self::Suffix { .. } => (
                SUFFIX,
                "It is another client's run ID: find out how this client got it. A client ID is added once, to a base.",
            ),
            Self::ClientMismatch { received } if ["undefined", "null"].contains(&received.as_str()) => (
                CLIENT_MISMATCH,
                "No client is authenticated for this request; knowing a run ID does not grant access.",
            ),
            Self::ClientMismatch { .. } => (
                CLIENT_MISMATCH,
                "Use only what belongs to the authenticated client; knowing a run ID does not grant access.",
            ),
            Self::Exhausted { .. } => {
                (EXHAUSTED, "Try again after retryAfterMs, or generate one ID per run, not one per request.")
            }
            Self::Contended { .. } => {
                (EXHAUSTED, "Try again after retryAfterMs: many processes claim run IDs at once.")
            }
            Self::Clock(fault) => (CLOCK, fault.hint()),
            Self::Sequence(fault) => (SEQUENCE, fault.problem.hint()),
            Self::Job { problem, .. } => problem.row(),
            Self::Attempt { problem, heard, .. } => {
                let (code, hint) = problem.row(heard);
                return (code, Some(hint.into()));
            }
            Self::Database { .. } => {
                (JOB_DATABASE, "docs/databases.md says what each client and each role needs.")
            }
            Self::Store { .. } => {
                (JOB_DATABASE, "docs/stores.md says what create, get, existing and greatest must return.")
            }
        };
        (code, Some(hint.into()))
    }

    fn misplaced(value: &Value<'_>, function: String, wanted: Wanted) -> Self {
        Self::Type { kind: value.kind(), function, wanted }
    }

    fn of_job(value: &Value<'_>, problem: JobProblem) -> Self {
        Self::Job { problem, received: value.received() }
    }

    fn of_attempt(value: &Value<'_>, problem: AttemptProblem, heard: String) -> Self {
        Self::Attempt { problem, received: value.received(), heard }
    }

    /// What callers tell it apart by.
    #[must_use]
    pub fn code(&self) -> Code {
        self.row().0
    }

    /// What to do about it, unless that depends on the value.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        self.row().1
    }

    /// What came, escaped and cut; a kind word for what isn't a string.
    #[must_use]
    pub fn received(&self) -> Option<&str> {
        match self {
            Self::Type { kind, .. } => Some(kind.word()),
            Self::Format { received }
            | Self::Client { received }
            | Self::Suffix { received, .. }
            | Self::ClientMismatch { received }
            | Self::Kind { received, .. }
            | Self::Job { received, .. }
            | Self::Attempt { received, .. }
            | Self::Conflict { received, .. } => Some(received),
            _ => None,
        }
    }

    /// The file it is about. Not in the message, which may be sent to a stranger.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sequence(fault) => Some(&fault.path),
            _ => None,
        }
    }

    /// Milliseconds after which the same call may succeed.
    #[must_use]
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Exhausted { retry_after_ms, .. } => Some(*retry_after_ms),
            Self::Contended { .. } => Some(1000),
            Self::Sequence(fault) => fault.problem.retry_after_ms(),
            _ => None,
        }
    }
}

macro_rules! named_faults {
    (|$value:ident, $detail:ident| { $($name:literal => $fault:expr,)+ }) => {
        /// The names by which JavaScript reports a fault; see [`Fault::named`].
        pub const NAMED: &[&str] = &[$($name),+];

        impl Fault {
            /// The fault that JavaScript reports by a name, about a value; `detail` is what else its message or its hint
            /// needs.
            #[must_use]
            pub fn named(name: &str, $value: &Value<'_>, $detail: String) -> Option<Self> {
                Some(match name {
                    $($name => $fault,)+
                    _ => return None,
                })
            }
        }
    };
}

named_faults!(|value, detail| {
    "not-a-request" => Self::misplaced(value, detail, Wanted::Request),
    "second-argument" => Self::misplaced(value, detail, Wanted::Nothing),
    "missing" => Self::Missing(LookedIn::Sources { on_demand: false }),
    "missing-on-demand" => Self::Missing(LookedIn::Sources { on_demand: true }),
    "missing-in" => Self::Missing(LookedIn::Place(detail)),
    "other-client" => Self::ClientMismatch { received: value.received() },
    "conflict" => Self::Conflict { received: value.received(), higher: detail },
    "retired" => Self::Deprecated(retired::find(&detail)?),
    "contended" => Self::Contended { tries: detail.parse().ok()? },
    "database" => Self::Database { problem: detail },
    "store" => Self::Store { problem: detail },
    "job-not-found" => Self::of_job(value, JobProblem::NotFound),
    "job-exists" => Self::of_job(value, JobProblem::Exists),
    "job-twice" => Self::of_job(value, JobProblem::Twice),
    "job-finished" => Self::of_job(value, JobProblem::Finished),
    "job-open-clients" => Self::of_job(value, JobProblem::OpenClients),
    "attempt-running" => Self::of_attempt(value, AttemptProblem::Running, detail),
    "attempt-taken-over" => Self::of_attempt(value, AttemptProblem::TakenOver, detail),
    "attempt-stale" => Self::of_attempt(value, AttemptProblem::Stale, detail),
    "job-unknown-outcome" => Self::of_job(value, JobProblem::UnknownOutcome),
    "not-linked" => Self::of_job(value, JobProblem::NotLinked),
    "linked-to-another" => Self::of_job(value, JobProblem::LinkedToAnother),
});

#[cfg(test)]
mod tests {
    use std::io::Error;
    use std::path::PathBuf;

    use super::*;
    use crate::sequence_file::FileProblem;

    #[test]
    fn each_code_has_the_status_of_the_contract() {
        let received = String::new;
        let clock = Fault::Clock(ClockFault::OutOfRange);
        let attempt = |problem| Fault::Attempt { problem, received: received(), heard: received() };
        for (fault, code, status) in [
            (Fault::Format { received: received() }, "ERR_RUN_ID_FORMAT", 400),
            (Fault::Missing(LookedIn::Sources { on_demand: false }), "ERR_RUN_ID_MISSING", 400),
            (Fault::Kind { received: received(), wanted: "Base" }, "ERR_RUN_ID_KIND", 400),
            (Fault::Client { received: received() }, "ERR_RUN_ID_CLIENT", 500),
            (Fault::Suffix { received: received(), is_own: false }, "ERR_RUN_ID_SUFFIX", 500),
            (Fault::ClientMismatch { received: received() }, "ERR_RUN_ID_CLIENT_MISMATCH", 403),
            (Fault::Conflict { received: received(), higher: received() }, "ERR_RUN_ID_CONFLICT", 409),
            (Fault::Exhausted { lead: 1, max_lead: 0, retry_after_ms: 1 }, "ERR_RUN_ID_EXHAUSTED", 503),
            (Fault::Contended { tries: 64 }, "ERR_RUN_ID_EXHAUSTED", 503),
            (clock, "ERR_RUN_ID_CLOCK", 503),
            (Fault::Database { problem: String::new() }, "ERR_JOB_DATABASE", 500),
            (Fault::Store { problem: String::new() }, "ERR_JOB_DATABASE", 500),
            (attempt(AttemptProblem::Running), "ERR_JOB_RUNNING", 409),
            (attempt(AttemptProblem::TakenOver), "ERR_JOB_RUNNING", 409),
            (attempt(AttemptProblem::Stale), "ERR_JOB_FINISHED", 409),
            (Fault::Deprecated(&crate::retired::RETIRED[0]), "ERR_RUN_ID_DEPRECATED", 500),
        ] {
            assert_eq!(fault.code(), Code { name: code, status });
        }
    }

    #[test]
    fn a_request_without_a_client_is_told_from_that_of_another_client() {
        let hint = |received: &str| Fault::ClientMismatch { received: received.to_owned() }.hint().unwrap();
        assert!(
            hint("undefined").contains("No client is authenticated") && hint("null") == hint("undefined")
        );
        assert!(hint("251006-143000-Ann-Carver").contains("authenticated client"));
    }

    #[test]
    fn a_client_is_never_led_to_the_run_of_another() {
        let suffix = |is_own| Fault::Suffix { received: String::new(), is_own }.hint().unwrap();
        assert!(suffix(true).contains("keep it as it is"));
        assert!(suffix(false).contains("another client's run"));
        let job = Fault::Kind { received: String::new(), wanted: "Base" }.hint().unwrap();
        for hint in [suffix(true), suffix(false), job] {
            assert!(!hint.contains("getBaseRunId"), "{hint}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_says_what_helps() {
        let hint = |problem| {
            Fault::Sequence(FileFault { problem, path: PathBuf::new() }).hint().unwrap().into_owned()
        };
        assert!(hint(FileProblem::Writable).contains("fsGroupChangePolicy: OnRootMismatch"));
        assert!(hint(FileProblem::Owner).contains("this user's own"));
        // The numbers of Linux and of Windows, which has a single one for both limits on open files.
        #[cfg(any(target_os = "linux", windows))]
        for (numbers, words, help) in [
            ([24, 4], "too many open files", "ulimit -n"),
            ([23, 4], "too many open files", "ulimit -n"),
            ([28, 112], "no storage space", "room"),
            ([122, 1295], "quota exceeded", "quota"),
            ([30, 19], "read-only filesystem or storage medium", "may write"),
            ([13, 5], "permission denied", "writable"),
        ] {
            let code = numbers[usize::from(cfg!(windows))];
            let refused = FileProblem::from(Error::from_raw_os_error(code));
            assert!(refused.to_string().ends_with(&format!("{words} (os error {code})")), "{refused}");
            let hint = hint(refused);
            assert!(hint.contains(help), "{hint}");
        }
    }

    #[test]
    fn each_name_that_javascript_reports_has_a_fault() {
        let value = Value::Other(Kind::Object);
        for name in NAMED {
            let detail = match *name {
                "retired" => "generateRunId",
                _ => "8",
            };
            assert!(Fault::named(name, &value, detail.to_owned()).is_some(), "{name}");
        }
        assert_eq!(Fault::named("missing-", &value, String::new()), None);
    }

    #[test]
    fn no_two_codes_have_one_name() {
        for (at, code) in CODES.iter().enumerate() {
            assert_eq!(CODES.iter().position(|other| other.name == code.name), Some(at));
            assert!((400..600).contains(&code.status), "{}", code.name);
        }
    }
}

//! Every error of the library: code, HTTP status and message, each written once, here.
//!
//! References: SPEC §5.

use std::path::Path;

use thiserror::Error;

use crate::retired::Retired;
use crate::sequence_file::FileFault;
use crate::text::Kind;
use crate::unread::Unread;

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

    /// A string that is no run ID.
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

    /// IDs were asked for faster than one a second for so long that the lead is used up.
    #[error(
        "RUN ID ERROR: The next run ID would be {lead} s ahead of the clock, maxLeadSeconds allows {max_lead}"
    )]
    Exhausted {
        /// Seconds between the clock and the ID that was not issued.
        lead: i64,
        /// The bound.
        max_lead: i64,
        /// When one more ID fits, if nobody takes it.
        retry_after_ms: u64,
    },

    /// Every ID that was claimed for a record had been taken by somebody else.
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

    /// What job tracking asks of a database, its client or its role is not there.
    #[error("The database cannot be used for job tracking: {problem}")]
    Database {
        /// What came, or what is missing. Printable ASCII.
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
    Sources,
    /// All sources of a request, of which one could not be read to its end, so that there may be one in it.
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
    #[error("Job tracking record exists already")]
    Exists,
    /// It, or its job, has ended.
    #[error("Job tracking record has a final status already")]
    Finished,
    /// Client runs of it are still running.
    #[error("Job tracking record has client runs that are still running")]
    OpenClients,
    /// The connection was lost before the answer came.
    #[error("The database did not say whether the job tracking record was made")]
    UnknownOutcome,
    /// No run is linked to an external ID.
    #[error("Job tracking record not found")]
    NotLinked,
    /// Another run is linked to an external ID.
    #[error("External ID is linked to another run already")]
    LinkedToAnother,
}

impl JobProblem {
    /// Those of a run ID, each with a code of its own; the others are of an external ID.
    pub const OF_RUN_IDS: [Self; 5] =
        [Self::NotFound, Self::Exists, Self::Finished, Self::OpenClients, Self::UnknownOutcome];

    fn row(self) -> (&'static str, u16) {
        match self {
            Self::NotFound | Self::NotLinked => ("ERR_JOB_NOT_FOUND", 404),
            Self::Exists | Self::LinkedToAnother => ("ERR_JOB_EXISTS", 409),
            Self::Finished => ("ERR_JOB_FINISHED", 409),
            Self::OpenClients => ("ERR_JOB_OPEN_CLIENTS", 409),
            Self::UnknownOutcome => ("ERR_JOB_UNKNOWN_OUTCOME", 503),
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }
}

/// Why a clock cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClockFault {
    /// Not a second of 2000–2099.
    #[error("The clock, or the sequence it led to, is outside the years 2000-2099")]
    OutOfRange,
    /// The function given as `configure({ now })` returned something else than a number.
    #[error("now() returned no finite number of milliseconds")]
    NotFinite,
    /// A monotonic clock shows that the wall clock was set back.
    #[error("The clock went back {back} s, and the last run ID is now {lead} s ahead of it")]
    WentBack {
        /// How far, in seconds.
        back: i64,
        /// Seconds between the clock and the last ID.
        lead: i64,
    },
    /// The sequence file is further ahead than any process could have led it.
    #[error("The sequence file is {lead} s ahead of the clock, maxLeadSeconds allows {max_lead}")]
    FileAhead {
        /// Seconds between the clock and the file.
        lead: i64,
        /// The bound.
        max_lead: i64,
    },
}

impl Fault {
    /// The code and the HTTP status.
    fn row(&self) -> (&'static str, u16) {
        match self {
            Self::Type { .. } => ("ERR_RUN_ID_TYPE", 400),
            Self::Format { .. } => ("ERR_RUN_ID_FORMAT", 400),
            Self::Missing(_) => ("ERR_RUN_ID_MISSING", 400),
            Self::Kind { .. } => ("ERR_RUN_ID_KIND", 400),
            Self::Client { .. } => ("ERR_RUN_ID_CLIENT", 500),
            Self::Suffix { .. } => ("ERR_RUN_ID_SUFFIX", 500),
            Self::ClientMismatch { .. } => ("ERR_RUN_ID_CLIENT_MISMATCH", 403),
            Self::Conflict { .. } => ("ERR_RUN_ID_CONFLICT", 409),
            Self::Exhausted { .. } | Self::Contended { .. } => ("ERR_RUN_ID_EXHAUSTED", 503),
            Self::Clock(_) => ("ERR_RUN_ID_CLOCK", 503),
            Self::Sequence(_) => ("ERR_RUN_ID_SEQUENCE", 500),
            Self::Job { problem, .. } => problem.row(),
            Self::Database { .. } => ("ERR_JOB_DATABASE", 500),
            Self::Deprecated(_) => ("ERR_RUN_ID_DEPRECATED", 500),
        }
    }

    /// The stable code, such as `ERR_RUN_ID_FORMAT`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.row().0
    }

    /// The HTTP status that answers it.
    #[must_use]
    pub fn status(&self) -> u16 {
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
            | Self::Conflict { received, .. } => Some(received),
            _ => None,
        }
    }

    /// The file it is about. Not in the message, which may be answered to a stranger.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_the_status_of_the_contract() {
        let received = String::new;
        let clock = Fault::Clock(ClockFault::OutOfRange);
        for (fault, code, status) in [
            (Fault::Format { received: received() }, "ERR_RUN_ID_FORMAT", 400),
            (Fault::Missing(LookedIn::Sources), "ERR_RUN_ID_MISSING", 400),
            (Fault::Kind { received: received(), wanted: "Base" }, "ERR_RUN_ID_KIND", 400),
            (Fault::Client { received: received() }, "ERR_RUN_ID_CLIENT", 500),
            (Fault::Suffix { received: received(), is_own: false }, "ERR_RUN_ID_SUFFIX", 500),
            (Fault::ClientMismatch { received: received() }, "ERR_RUN_ID_CLIENT_MISMATCH", 403),
            (Fault::Conflict { received: received(), higher: received() }, "ERR_RUN_ID_CONFLICT", 409),
            (Fault::Exhausted { lead: 1, max_lead: 0, retry_after_ms: 1 }, "ERR_RUN_ID_EXHAUSTED", 503),
            (Fault::Contended { tries: 64 }, "ERR_RUN_ID_EXHAUSTED", 503),
            (clock, "ERR_RUN_ID_CLOCK", 503),
            (Fault::Database { problem: String::new() }, "ERR_JOB_DATABASE", 500),
            (Fault::Deprecated(&crate::retired::RETIRED[0]), "ERR_RUN_ID_DEPRECATED", 500),
        ] {
            assert_eq!((fault.code(), fault.status()), (code, status));
        }
    }
}

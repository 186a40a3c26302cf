//! The events of the library: every kind with its fields, and the levels at which they are logged.
//!
//! This is the only list. JavaScript gets it at load, logs are read by it, and tests compare the types and the documents
//! with it. To add a field, add its name to [`field`], its place to [`COMMON`] or [`Kind::fields`], and its type to
//! `index.d.ts`.
//!
//! References: SPEC §6.

macro_rules! marker {
    () => {
        "[run-id] "
    };
}

/// The text before the JSON object of an event in a log.
pub const MARKER: &str = marker!();

/// How an event begins in a log: the marker and the bracket that opens its object.
pub const OPENING: &str = concat!(marker!(), "{");

/// The version of events that this table describes. The events of 1.0 have none.
pub const VERSION: u32 = 1;

/// The maximum bytes of a line, including marker and line end: longer ones get mixed when processes share a pipe.
pub const MAX_LINE: usize = 4096;

/// The maximum bytes of the counts in a line, which leaves enough for the other fields.
pub const MAX_COUNTS: usize = MAX_LINE - 1600;

/// The names of fields.
pub mod field {
    #![allow(missing_docs, reason = "docs/events.md says what each holds")]

    pub const V: &str = "v";
    pub const TIME: &str = "time";
    pub const SERVICE: &str = "service";
    pub const PROC: &str = "proc";
    pub const HOST: &str = "host";
    pub const PID: &str = "pid";
    pub const THREAD: &str = "thread";
    pub const N: &str = "n";
    pub const OP: &str = "op";
    pub const ROUTE: &str = "route";
    pub const EVENT: &str = "event";
    pub const AT: &str = "at";
    pub const WITHIN: &str = "within";
    pub const ARRIVED: &str = "arrived";
    pub const RUN_ID: &str = "runId";
    pub const LEAD_SECONDS: &str = "leadSeconds";
    pub const SOURCE: &str = "source";
    pub const EXPECT_CLIENT_ID: &str = "expectClientId";
    pub const CARRIER: &str = "carrier";
    pub const PEER: &str = "peer";
    pub const CODE: &str = "code";
    pub const MESSAGE: &str = "message";
    pub const RECEIVED: &str = "received";
    pub const STACK: &str = "stack";
    pub const LEFT_OUT: &str = "leftOut";
    pub const LOST: &str = "lost";
    pub const OTHER_RUN_ID: &str = "otherRunId";
    pub const OTHER_SOURCE: &str = "otherSource";
    pub const SENDER: &str = "sender";
    pub const METHOD: &str = "method";
    pub const ACTION: &str = "action";
    pub const TABLE: &str = "table";
    pub const CLIENT_ID: &str = "clientId";
    pub const STATUS: &str = "status";
    pub const DURATION_MS: &str = "durationMs";
    pub const NEAR: &str = "near";
    pub const PLACE: &str = "place";
    pub const COUNTS: &str = "counts";
    pub const OUTCOME: &str = "outcome";
    pub const SETTINGS: &str = "settings";
}

use crate::named::named;
use crate::run_id::RunId;
use field::{
    ACTION, ARRIVED, AT, CARRIER, CLIENT_ID, CODE, COUNTS, DURATION_MS, EVENT, EXPECT_CLIENT_ID, HOST,
    LEAD_SECONDS, LEFT_OUT, LOST, MESSAGE, METHOD, N, NEAR, OP, OTHER_RUN_ID, OTHER_SOURCE, OUTCOME, PEER,
    PID, PLACE, PROC, RECEIVED, ROUTE, RUN_ID, SENDER, SERVICE, SETTINGS, SOURCE, STACK, STATUS, TABLE,
    THREAD, TIME, V, WITHIN,
};

/// The fields of every event, in the order in which they are written.
pub const COMMON: &[&str] = &[V, TIME, SERVICE, PROC, HOST, PID, THREAD, N, OP, ROUTE, EVENT, AT];

named! {
    /// What happened. Each kind is published on a diagnostics channel of its own name.
    Kind {
        /// A run ID was made.
        Generate = "generate",
        /// A run ID was found in a request.
        Resolve = "resolve",
        /// A run ID was checked.
        Pass = "pass",
        /// A run ID was handed over to another process.
        Send = "send",
        /// A run ID was taken from what another process handed over.
        Receive = "receive",
        /// Something was refused.
        Reject = "reject",
        /// Two places name different runs.
        Conflict = "conflict",
        /// A record was made, looked for or changed.
        Record = "record",
        /// What the library would do was compared with what the application did, or these comparisons were counted.
        Observe = "observe",
        /// Settings were changed.
        Configure = "configure",
        /// The thread ended.
        End = "end",
    }
}

impl Kind {
    /// The fields besides [`COMMON`], in the order in which they are written.
    #[must_use]
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Generate => &[RUN_ID, LEAD_SECONDS, WITHIN, ARRIVED],
            Self::Resolve => &[RUN_ID, SOURCE, EXPECT_CLIENT_ID],
            Self::Pass => &[RUN_ID, WITHIN, ARRIVED],
            Self::Send | Self::Receive => &[RUN_ID, CARRIER, PEER, WITHIN, ARRIVED],
            Self::Reject => &[
                CODE,
                MESSAGE,
                SOURCE,
                RECEIVED,
                EXPECT_CLIENT_ID,
                TABLE,
                NEAR,
                LEFT_OUT,
                COUNTS,
                LOST,
                WITHIN,
                ARRIVED,
                STACK,
            ],
            Self::Conflict => &[RUN_ID, SOURCE, OTHER_RUN_ID, OTHER_SOURCE, SENDER],
            Self::Record => {
                &[METHOD, ACTION, TABLE, RUN_ID, CLIENT_ID, STATUS, DURATION_MS, NEAR, WITHIN, ARRIVED]
            }
            Self::Observe => &[OUTCOME, CODE, MESSAGE, SOURCE, RECEIVED, OTHER_RUN_ID, PLACE, COUNTS],
            Self::Configure => &[SETTINGS],
            Self::End => &[],
        }
    }
}

named! {
    /// What became of a record.
    Action {
        /// It was made.
        Created = "created",
        /// It was there before.
        Exists = "exists",
        /// A new ID was already taken.
        Clash = "clash",
        /// It was read.
        Found = "found",
        /// It is not there.
        Missing = "missing",
        /// It was changed.
        Updated = "updated",
        /// It already was as requested.
        Unchanged = "unchanged",
        /// It got its final status.
        Completed = "completed",
        /// What was requested for it was refused.
        Refused = "refused",
        /// The database did not say what happened to it.
        Unknown = "unknown",
    }
}

/// The source of a run ID that came as OpenTelemetry's baggage.
pub const BAGGAGE: &str = "baggage";

named! {
    /// Who sent the baggage that names another run. Anyone can send it.
    Sender {
        /// A service that the application knows as its own.
        Internal = "internal",
        /// Anyone.
        External = "external",
    }
}

named! {
    /// What the library would do at a place that is only observed.
    Outcome {
        /// It would return the same.
        Same = "same",
        /// It would find another run ID.
        Differs = "differs",
        /// It would throw.
        WouldThrow = "would-throw",
        /// It would find none, and begin a new run.
        WouldGenerate = "would-generate",
    }
}

/// The least level at which one comparison is logged; the lines that count them are of the level of their kind.
pub const OUTCOME_LEVEL: Level = Level::All;

named! {
    /// The tables of job tracking.
    Table {
        /// Keyed by the base.
        Job = "job",
        /// Keyed by the client run ID.
        Client = "client",
    }
}

impl Action {
    /// Whether the call that tells it ends in an error.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Exists | Self::Missing | Self::Refused | Self::Unknown)
    }
}

impl Table {
    /// The table that is keyed by IDs like this.
    #[must_use]
    pub fn of(run_id: RunId<'_>) -> Self {
        if run_id.client.is_none() { Self::Job } else { Self::Client }
    }
}

named! {
    /// The carriers by which a run ID is handed over. SPEC §10.
    Carrier {
        /// A property of an object.
        Data = "data",
        /// The data of a worker thread.
        WorkerData = "workerData",
        /// The environment of a process.
        Env = "env",
        /// Headers of a request or message.
        Headers = "headers",
        /// The query of a URL.
        Url = "url",
        /// A job of a queue in Redis.
        Bullmq = "bullmq",
        /// Headers of a Kafka message.
        Kafka = "kafka",
        /// Headers of an AMQP message.
        Amqp = "amqp",
        /// Attributes of an SQS message.
        Sqs = "sqs",
        /// All custom carriers of an application, in counts. In events, each has its own name.
        Custom = "custom",
    }
}

named! {
    /// How much is logged.
    Level {
        /// Nothing.
        Off = "off",
        /// What was refused, or would have been.
        Rejections = "rejections",
        /// About five lines per run in addition.
        Lifecycle = "lifecycle",
        /// Every event.
        All = "all",
    }
}

impl Level {
    /// The least level at which a kind of event is logged; records by their action.
    #[must_use]
    pub const fn of(kind: Kind, action: Option<Action>) -> Self {
        match (kind, action) {
            (Kind::Reject | Kind::Observe, _) => Self::Rejections,
            (Kind::Record, Some(Action::Found | Action::Updated))
            | (Kind::Resolve | Kind::Pass | Kind::Configure, _) => Self::All,
            (Kind::Generate | Kind::Send | Kind::Receive | Kind::Conflict | Kind::Record | Kind::End, _) => {
                Self::Lifecycle
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_event_has_a_field_twice() {
        for kind in Kind::ALL {
            let fields: Vec<_> = COMMON.iter().chain(kind.fields()).collect();
            assert_eq!(fields.iter().collect::<HashSet<_>>().len(), fields.len(), "{kind:?}");
        }
    }

    #[test]
    fn every_name_finds_its_own() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(*kind));
        }
        for action in Action::ALL {
            assert_eq!(Action::named(action.name()), Some(*action));
        }
        assert_eq!((Kind::named("Pass"), Level::named(""), Table::named("runs")), (None, None, None));
    }

    #[test]
    fn each_level_logs_what_the_one_below_it_does_and_more() {
        let logged = |level| {
            let events = Kind::ALL.iter().flat_map(|kind| {
                let actions =
                    Action::ALL.iter().filter(|_| *kind == Kind::Record).map(|action| Some(*action));
                std::iter::once(None).chain(actions).map(move |action| Level::of(*kind, action))
            });
            events.filter(|least| *least <= level).count()
        };
        let counts: Vec<_> = Level::ALL.iter().map(|level| logged(*level)).collect();
        assert!(counts[0] == 0 && counts.is_sorted_by(|less, more| less < more), "{counts:?}");
    }

    #[test]
    fn levels_are_those_of_the_contract() {
        let names = |level| {
            let kinds = Kind::ALL.iter().filter(move |kind| Level::of(**kind, None) == level);
            kinds.map(|kind| kind.name()).collect::<Vec<_>>()
        };
        assert_eq!(names(Level::Rejections), ["reject", "observe"]);
        assert_eq!(names(Level::Lifecycle), ["generate", "send", "receive", "conflict", "record", "end"]);
        let rest = Action::ALL.iter().filter(|action| Level::of(Kind::Record, Some(**action)) == Level::All);
        assert_eq!(rest.map(|action| action.name()).collect::<Vec<_>>(), ["found", "updated"]);
    }
}

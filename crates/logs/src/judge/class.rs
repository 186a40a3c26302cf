//! The classes of inconsistencies, in the order in which they are tried.

use run_id_core::change::Kind;

/// What is wrong with a run ID in a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Another system's ID came in its place.
    ExternalId,
    /// It was changed.
    Change(Kind),
    /// A second ID was generated for the same run.
    MintedAgain,
    /// Two processes generated the same ID.
    GeneratedTwice,
    /// Two processes created the same record.
    CreatedTwice,
    /// It was generated, and no record was created under it.
    NeverCreated,
    /// The record was there when the same operation looked again.
    FoundLater,
    /// The record was created after it had been looked for.
    LookedUpBeforeCreated,
    /// The record was created, and not found later.
    NotFoundAfterCreated,
    /// Two sources named different runs.
    SourcesDisagree,
    /// Baggage that anyone may have sent named another run.
    BaggageDisagrees,
    /// One run was in hand, another one's record changed.
    OtherRun,
    /// One run was in hand, another one's record read.
    OtherRunRead,
    /// Something that is not a run ID came.
    NotAnId,
    /// A call was refused.
    Refused,
    /// A record was missed, and nothing says why.
    NotFound,
    /// No process generated it.
    NeverGenerated,
    /// It was begun and not ended.
    NeverCompleted,
    /// The log of a service is missing.
    LogMissing,
    /// Lines are missing in the log of a service.
    LinesMissing,
}

/// How much harm is done by what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// A record was missed, or a run taken for another.
    High,
    /// It was refused before anything was lost.
    Medium,
    /// Something is absent, perhaps only from these logs, or not proved.
    Low,
}

impl Severity {
    /// All of them, the greatest first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// What reports say of a class.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which one.
    pub class: Class,
    /// How much harm it does.
    pub severity: Severity,
    /// What it means.
    pub sentence: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

macro_rules! pass_it {
    () => {
        "Pass the ID on exactly as received: never build, cut, respell or format one."
    };
}

impl Class {
    /// What reports say of it.
    #[must_use]
    pub fn row(self) -> Option<&'static Row> {
        Self::ALL.get(self.rank())
    }

    /// All of them, in the order in which they are tried.
    pub const ALL: &[Row] = &[
        Row {
            class: Self::ExternalId,
            severity: Severity::Medium,
            sentence: "The ID of another system was passed where a run ID belongs: pass the run ID that is stored with it.",
            title: "Another system's ID in place of a run ID",
            remedy: "Pass the run ID that is stored with the external ID: `findByExternalId` of JobTracking finds its record.",
        },
        Row {
            class: Self::Change(Kind::SuffixOfAnotherClient),
            severity: Severity::High,
            sentence: "The run ID carries one client's suffix, and was used for another client.",
            title: "Another client's run ID",
            remedy: "Look for a variable that outlives its client: a loop, a closure, a module or a pool. Create the ID of each client with `clientRunIdFor(base, clientId)`.",
        },
        Row {
            class: Self::Change(Kind::SuffixTwice),
            severity: Severity::High,
            sentence: "The client ID was added to a run ID that already carried it.",
            title: "Client ID added twice",
            remedy: "Replace the line that adds the suffix with `clientRunIdFor(runId, clientId)`, which does not add it twice.",
        },
        Row {
            class: Self::Change(Kind::SuffixAdded),
            severity: Severity::High,
            sentence: "The client ID was added to the run ID of another client: add it to the base.",
            title: "Client ID added to another client's run ID",
            remedy: "Add the client ID to the base: `clientRunIdFor(getBaseRunId(runId), clientId)`.",
        },
        Row {
            class: Self::Change(Kind::SuffixCut),
            severity: Severity::High,
            sentence: "The client ID lost its end, so the record was not found.",
            title: "Client ID cut short",
            remedy: "Look for `split(\"-\")` or a column, field or file name that is too short. `getClientId` and `getBaseRunId` take an ID apart.",
        },
        Row {
            class: Self::Change(Kind::CaseChanged),
            severity: Severity::High,
            sentence: "Letters of the run ID changed their case, so the record was not found.",
            title: "Letters changed case",
            remedy: "Look for `toLowerCase`, a case-insensitive column, a header or a file name on the way. Run IDs are case-sensitive.",
        },
        Row {
            class: Self::Change(Kind::SeparatorChanged),
            severity: Severity::High,
            sentence: "Hyphens or underscores of the client ID were exchanged or dropped, so the record was not found.",
            title: "Hyphens or underscores changed",
            remedy: "Look for a slug, or a name made for metrics, SQL or files, that was used as the ID. Keep the ID next to it.",
        },
        Row {
            class: Self::Change(Kind::PlaceholderClient),
            severity: Severity::High,
            sentence: "A missing value was written as text where the client ID belongs.",
            title: "A missing value in place of the client ID",
            remedy: "Look for a template literal with a client ID that was lost. `createClientRunId` throws on the line where it is missing.",
        },
        Row {
            class: Self::Change(Kind::SuffixMissing),
            severity: Severity::High,
            sentence: "The base alone was used where the client's run ID belongs: its suffix was lost.",
            title: "Client ID lost",
            remedy: "Pass the client's run ID, not the base, or create it with `clientRunIdFor(base, clientId)` before the lookup.",
        },
        Row {
            class: Self::Change(Kind::TimeZoneShift),
            severity: Severity::High,
            sentence: "The time in the run ID is off by the distance between UTC and a time zone: it was parsed and formatted in another zone.",
            title: "Time shifted by a time zone",
            remedy: concat!(
                "Look for code that builds the ID from a time, such as `created_at` of a record. ",
                pass_it!()
            ),
        },
        Row {
            class: Self::Change(Kind::DigitsExchanged),
            severity: Severity::High,
            sentence: "Two neighbouring digits of the run ID are exchanged: it was typed, not passed on.",
            title: "Digits exchanged",
            remedy: "Someone typed it. Copy the ID, or give the script a link or a list to choose from.",
        },
        Row {
            class: Self::Change(Kind::DateChanged),
            severity: Severity::High,
            sentence: "The time of day is right and the date is not: it was parsed and formatted in another form.",
            title: "Date changed",
            remedy: concat!(
                "Look for a date that is parsed and formatted in another order, or that is another day's. ",
                pass_it!()
            ),
        },
        Row {
            class: Self::MintedAgain,
            severity: Severity::High,
            sentence: "A second run ID was generated for a run that had one, and nothing is recorded under it.",
            title: "Second ID generated for one run",
            remedy: "Use the received ID instead of generating one: `resolveRunId(req, { generate: false })`, and `childEnv` or `inject` where the work is handed over.",
        },
        Row {
            class: Self::GeneratedTwice,
            severity: Severity::High,
            sentence: "Two processes generated the same base: they share no sequence file.",
            title: "The same ID generated by two processes",
            remedy: "Set `RUN_ID_SEQUENCE_FILE` for all processes of a host, and let the unique key of the record tell hosts apart.",
        },
        Row {
            class: Self::CreatedTwice,
            severity: Severity::Medium,
            sentence: "A record was to be created, but another process had already created it.",
            title: "Record created a second time",
            remedy: "Find out which of the two should create it: one creates, the others look it up. A retry may look it up first.",
        },
        Row {
            class: Self::NeverCreated,
            severity: Severity::Medium,
            sentence: "The run ID was generated and looked up, and no record was created under it.",
            title: "Generated, and never recorded",
            remedy: "Find out what refused the creation, or stopped before it. Hand an ID over only once its record exists.",
        },
        Row {
            class: Self::FoundLater,
            severity: Severity::Low,
            sentence: "The record was not found at first, and the same operation found it later.",
            title: "Found only at a later attempt",
            remedy: "Create the record before handing the ID over, or check how far a replica lags behind.",
        },
        Row {
            class: Self::LookedUpBeforeCreated,
            severity: Severity::Medium,
            sentence: "The record was looked up, and not found, before it was created.",
            title: "Looked up before it was created",
            remedy: "Create the record, and wait for it, before handing the ID to the service that looks it up.",
        },
        Row {
            class: Self::NotFoundAfterCreated,
            severity: Severity::Medium,
            sentence: "The record had been created, and was not found later: another database, a replica that lags, or it was deleted.",
            title: "Created, and not found afterwards",
            remedy: "Check whether both use the same database and schema, whether a replica lags behind, and what deletes records.",
        },
        Row {
            class: Self::SourcesDisagree,
            severity: Severity::High,
            sentence: "Two sources of one request, or a request and the run in hand, named different runs.",
            title: "Two run IDs at once",
            remedy: "Find out which of the two belongs here, and stop sending the other. `onConflict: \"throw\"` refuses such a request.",
        },
        Row {
            class: Self::BaggageDisagrees,
            severity: Severity::Low,
            sentence: "The baggage of a request named another run. Its sender is not known, and anyone can send baggage: it proves nothing.",
            title: "Baggage of an unknown sender names another run",
            remedy: "If one of your own services sent it, set the `internal` option of `baggage`: docs/observability.md. Otherwise drop the `baggage` header of requests from outside.",
        },
        Row {
            class: Self::OtherRun,
            severity: Severity::High,
            sentence: "Within one operation one run was in hand, and the record of another was changed.",
            title: "Record of another run",
            remedy: "Use the ID of the run in hand (`currentRunId`), or start the other run on purpose: `runWithRunId(id, fn, { replace: true })`.",
        },
        Row {
            class: Self::OtherRunRead,
            severity: Severity::Low,
            sentence: "Within one operation one run was in hand, and the record of another was read.",
            title: "Record of another run",
            remedy: "Use the ID of the run in hand (`currentRunId`), or start the other run on purpose: `runWithRunId(id, fn, { replace: true })`.",
        },
        Row {
            class: Self::NotAnId,
            severity: Severity::Medium,
            sentence: "Something that is not a run ID was passed as one, or nothing at all.",
            title: "Something that is not a run ID",
            remedy: "Fix the call that passes it: the text above says what was received, and what it looks like.",
        },
        Row {
            class: Self::Refused,
            severity: Severity::Low,
            sentence: "A call was refused: the code and the message say why.",
            title: "Call refused",
            remedy: "Read the error: its message says what to do, and docs/errors.md lists the codes.",
        },
        Row {
            class: Self::NotFound,
            severity: Severity::Medium,
            sentence: "The record was not found, and nothing in these logs says what its run ID should have been.",
            title: "Record not found",
            remedy: "Find out where this ID comes from. With `RUN_ID_LOG=lifecycle` the logs say which IDs were generated and created.",
        },
        Row {
            class: Self::NeverGenerated,
            severity: Severity::Low,
            sentence: "No process in these logs generated it: it was made up, or changed on the way.",
            title: "Used, and never generated",
            remedy: "Add the log of the process that generated it. If there is none, find out what makes up IDs.",
        },
        Row {
            class: Self::NeverCompleted,
            severity: Severity::Low,
            sentence: "The record was created and never completed.",
            title: "Never completed",
            remedy: "Check whether the process ended, is still working (`--stale` says how long a run may be silent), or forgets to complete it.",
        },
        Row {
            class: Self::LogMissing,
            severity: Severity::Low,
            sentence: "Runs are used or begun here, and none of these logs shows their beginning or end: the log of a service is missing.",
            title: "The log of a service is missing",
            remedy: "Add the logs of the services that begin and end these runs, and set `RUN_ID_LOG=lifecycle` for all of them.",
        },
        Row {
            class: Self::LinesMissing,
            severity: Severity::Low,
            sentence: "Numbered lines of this service are missing, so their content was not judged.",
            title: "Lines of a service are missing",
            remedy: "Add the rotated files. If there are none, check whether its stderr is read in time: `stats().linesLost` counts lost lines.",
        },
    ];

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Change(kind) => kind.name(),
            Self::ExternalId => "external-id",
            Self::MintedAgain => "minted-again",
            Self::GeneratedTwice => "generated-twice",
            Self::CreatedTwice => "created-twice",
            Self::NeverCreated => "never-created",
            Self::FoundLater => "found-later",
            Self::LookedUpBeforeCreated => "looked-up-before-created",
            Self::NotFoundAfterCreated => "not-found-after-created",
            Self::SourcesDisagree => "sources-disagree",
            Self::BaggageDisagrees => "baggage-disagrees",
            Self::OtherRun | Self::OtherRunRead => "other-run",
            Self::NotAnId => "not-an-id",
            Self::Refused => "refused",
            Self::NotFound => "not-found",
            Self::NeverGenerated => "never-generated",
            Self::NeverCompleted => "never-completed",
            Self::LogMissing => "log-missing",
            Self::LinesMissing => "lines-missing",
        }
    }

    /// How much harm it does.
    #[must_use]
    pub fn severity(self) -> Severity {
        self.row().map_or(Severity::High, |row| row.severity)
    }

    /// Its place in the order: of several classes that apply, the one with the lowest is reported.
    #[must_use]
    pub fn rank(self) -> usize {
        Self::ALL.iter().position(|row| row.class == self).unwrap_or(Self::ALL.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_change_is_a_class() {
        for &kind in Kind::ALL {
            assert!(Class::ALL.iter().any(|row| row.class == Class::Change(kind)), "{}", kind.name());
        }
    }

    #[test]
    fn no_two_classes_have_one_name_but_reading_and_writing_of_another_run() {
        let classes = Class::ALL.iter().map(|row| row.class);
        let mut names: Vec<_> =
            classes.filter(|class| *class != Class::OtherRunRead).map(Class::name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Class::ALL.len() - 1);
        assert_eq!(Class::OtherRun.name(), Class::OtherRunRead.name());
    }
}

//! The classes of inconsistencies, in the order in which they are tried.

use run_id_core::change::Kind;

/// What is wrong with a run ID in a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Another system's ID came in its place.
    ExternalId,
    /// It was changed.
    Change(Kind),
    /// A second ID was made for the same run.
    MintedAgain,
    /// Two processes made the same ID.
    GeneratedTwice,
    /// Two processes made the same record.
    CreatedTwice,
    /// It was made, and no record under it.
    NeverCreated,
    /// The record was there when the same operation looked again.
    FoundLater,
    /// The record was made after it had been looked for.
    LookedUpBeforeCreated,
    /// The record was made, and not there later.
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
    /// What was asked for was refused.
    Refused,
    /// A record was missed, and nothing says why.
    NotFound,
    /// No process made it.
    NeverGenerated,
    /// It was begun and not ended.
    NeverCompleted,
    /// The log of a service is not among these.
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

impl Class {
    /// All of them, each with its severity and a sentence, in the order in which they are tried.
    pub const ALL: [(Self, Severity, &'static str); 30] = [
        (
            Self::ExternalId,
            Severity::Medium,
            "The ID of another system was passed where a run ID belongs: pass the run ID that is stored with it.",
        ),
        (
            Self::Change(Kind::SuffixOfAnotherClient),
            Severity::High,
            "The run ID carries one client's suffix, and was used for another client.",
        ),
        (
            Self::Change(Kind::SuffixTwice),
            Severity::High,
            "The client ID was added to a run ID that already carried it.",
        ),
        (
            Self::Change(Kind::SuffixAdded),
            Severity::High,
            "The client ID was added to the run ID of another client: add it to the base.",
        ),
        (
            Self::Change(Kind::SuffixCut),
            Severity::High,
            "The client ID lost its end, so the record was not found.",
        ),
        (
            Self::Change(Kind::CaseChanged),
            Severity::High,
            "Letters of the run ID changed their case, so the record was not found.",
        ),
        (
            Self::Change(Kind::SeparatorChanged),
            Severity::High,
            "Hyphens or underscores of the client ID were exchanged or dropped, so the record was not found.",
        ),
        (
            Self::Change(Kind::PlaceholderClient),
            Severity::High,
            "A missing value was written as text where the client ID belongs.",
        ),
        (
            Self::Change(Kind::SuffixMissing),
            Severity::High,
            "The base alone was used where the client's run ID belongs: its suffix was lost.",
        ),
        (
            Self::Change(Kind::TimeZoneShift),
            Severity::High,
            "The time in the run ID is off by the distance between UTC and a time zone: it was parsed and formatted in another zone.",
        ),
        (
            Self::Change(Kind::DigitsExchanged),
            Severity::High,
            "Two neighbouring digits of the run ID are exchanged: it was typed, not passed on.",
        ),
        (
            Self::Change(Kind::DateChanged),
            Severity::High,
            "The time of day is right and the date is not: it was parsed and formatted in another form.",
        ),
        (
            Self::MintedAgain,
            Severity::High,
            "A second run ID was generated for a run that had one, and nothing is recorded under it.",
        ),
        (
            Self::GeneratedTwice,
            Severity::High,
            "Two processes generated the same base: they share no sequence file.",
        ),
        (
            Self::CreatedTwice,
            Severity::Medium,
            "A record was to be created, but another process had already created it.",
        ),
        (
            Self::NeverCreated,
            Severity::Medium,
            "The run ID was generated and looked up, and no record was created under it.",
        ),
        (
            Self::FoundLater,
            Severity::Low,
            "The record was not found at first, and the same operation found it later.",
        ),
        (
            Self::LookedUpBeforeCreated,
            Severity::Medium,
            "The record was looked up, and not found, before it was created.",
        ),
        (
            Self::NotFoundAfterCreated,
            Severity::Medium,
            "The record had been created, and was not found later: another database, a replica that lags, or it was deleted.",
        ),
        (
            Self::SourcesDisagree,
            Severity::High,
            "Two sources of one request, or a request and the run in hand, named different runs.",
        ),
        (
            Self::BaggageDisagrees,
            Severity::Low,
            "The baggage of a request named another run. Its sender is not known, and anyone can send baggage: it proves nothing.",
        ),
        (
            Self::OtherRun,
            Severity::High,
            "Within one operation one run was in hand, and the record of another was changed.",
        ),
        (
            Self::OtherRunRead,
            Severity::Low,
            "Within one operation one run was in hand, and the record of another was read.",
        ),
        (
            Self::NotAnId,
            Severity::Medium,
            "Something that is not a run ID was passed as one, or nothing at all.",
        ),
        (Self::Refused, Severity::Low, "A call was refused: the code and the message say why."),
        (
            Self::NotFound,
            Severity::Medium,
            "The record was not found, and nothing in these logs says what its run ID should have been.",
        ),
        (
            Self::NeverGenerated,
            Severity::Low,
            "No process in these logs generated it: it was made up, or changed on the way.",
        ),
        (Self::NeverCompleted, Severity::Low, "The record was created and never completed."),
        (
            Self::LogMissing,
            Severity::Low,
            "Runs are used or begun here, and none of these logs shows their beginning or end: the log of a service is missing.",
        ),
        (
            Self::LinesMissing,
            Severity::Low,
            "Numbered lines of this service are missing, so their content was not judged.",
        ),
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
        Self::ALL.get(self.rank()).map_or(Severity::High, |(_, severity, _)| *severity)
    }

    /// Its place in the order: of several classes that apply, the one with the lowest is reported.
    #[must_use]
    pub fn rank(self) -> usize {
        Self::ALL.iter().position(|(class, ..)| *class == self).unwrap_or(Self::ALL.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_change_is_a_class() {
        for &kind in Kind::ALL {
            assert!(Class::ALL.iter().any(|(class, ..)| *class == Class::Change(kind)), "{}", kind.name());
        }
    }

    #[test]
    fn no_two_classes_have_one_name_but_reading_and_writing_of_another_run() {
        let classes = Class::ALL.iter().map(|(class, ..)| class);
        let mut names: Vec<_> =
            classes.filter(|class| **class != Class::OtherRunRead).map(|class| class.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Class::ALL.len() - 1);
        assert_eq!(Class::OtherRun.name(), Class::OtherRunRead.name());
    }
}

//! The classes of inconsistencies, the first that fits first.

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
    /// The record was made after it had been looked for.
    LookedUpBeforeCreated,
    /// One run was resolved, another one looked up.
    OtherRun,
    /// Something that is not a run ID came.
    NotAnId,
    /// No process made it.
    NeverGenerated,
    /// It was begun and not ended.
    NeverCompleted,
}

/// How much harm is done by what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// A record was missed, or a run taken for another.
    High,
    /// It was refused before anything was lost.
    Medium,
    /// Something is absent, perhaps only from these logs.
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
    /// All of them with the severity and a sentence for each: the first that fits first.
    pub const ALL: [(Self, Severity, &'static str); 20] = [
        (
            Self::ExternalId,
            Severity::Medium,
            "The ID of another system was passed where a run ID belongs: pass the run ID that is stored beside it.",
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
            "The time in the run ID is off by the distance between UTC and a time zone: it was read and written again in another zone.",
        ),
        (
            Self::Change(Kind::DigitsExchanged),
            Severity::High,
            "Two neighbouring digits of the run ID are exchanged: it was typed, and not passed.",
        ),
        (
            Self::Change(Kind::DateChanged),
            Severity::High,
            "The time of day is right and the date is not: it was read and written again in another form.",
        ),
        (
            Self::MintedAgain,
            Severity::High,
            "A second run ID was generated for a run that had one, and nothing is recorded under it.",
        ),
        (
            Self::GeneratedTwice,
            Severity::High,
            "Two processes generated the same base: they share no sequence file, and no record's key told them apart.",
        ),
        (
            Self::CreatedTwice,
            Severity::Medium,
            "A record was to be created that another process had created.",
        ),
        (
            Self::LookedUpBeforeCreated,
            Severity::Medium,
            "The record was looked up, and not found, before it was created.",
        ),
        (
            Self::OtherRun,
            Severity::High,
            "Within one operation one run was resolved, and the record of another was used.",
        ),
        (
            Self::NotAnId,
            Severity::Medium,
            "Something that is not a run ID was passed as one, or nothing at all.",
        ),
        (
            Self::NeverGenerated,
            Severity::Low,
            "No process of these logs generated it: it was made up, or changed on the way.",
        ),
        (Self::NeverCompleted, Severity::Low, "The record was created and never completed."),
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
            Self::LookedUpBeforeCreated => "looked-up-before-created",
            Self::OtherRun => "other-run",
            Self::NotAnId => "not-an-id",
            Self::NeverGenerated => "never-generated",
            Self::NeverCompleted => "never-completed",
        }
    }

    /// How much harm it does.
    #[must_use]
    pub fn severity(self) -> Severity {
        Self::ALL.get(self.rank()).map_or(Severity::High, |(_, severity, _)| *severity)
    }

    /// Its place in the order: of several classes that fit, the one with the lowest is told.
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
    fn no_two_classes_have_one_name() {
        let mut names: Vec<_> = Class::ALL.iter().map(|(class, ..)| class.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Class::ALL.len());
    }
}

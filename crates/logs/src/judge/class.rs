//! The classes of inconsistencies, the first that fits first.

/// What is wrong with a run ID in a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Another system's ID came in its place.
    ExternalId,
    /// One client's run ID where another's belongs.
    SuffixOfAnotherClient,
    /// The client ID was added twice.
    SuffixTwice,
    /// The client ID lost its end.
    SuffixCut,
    /// The client ID changed its case.
    CaseChanged,
    /// The client ID is gone.
    SuffixMissing,
    /// The time was written in another zone.
    TimeZoneShift,
    /// The date was written otherwise.
    DateChanged,
    /// A second ID was made for the same run.
    MintedAgain,
    /// Two processes made the same ID.
    GeneratedTwice,
    /// Two processes made the same record.
    CreatedTwice,
    /// The record was made after somebody had looked for it.
    LookedUpBeforeCreated,
    /// One run was resolved, another one looked up.
    OtherRun,
    /// Something that is no run ID came.
    NotAnId,
    /// Nobody made it.
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
    /// All of them, the first that fits first, with the name, the severity and a sentence for each.
    pub const ALL: [(Self, &'static str, Severity, &'static str); 16] = [
        (
            Self::ExternalId,
            "external-id",
            Severity::Medium,
            "The ID of another system was passed where a run ID belongs: pass the run ID that is stored beside it.",
        ),
        (
            Self::SuffixOfAnotherClient,
            "suffix-of-another-client",
            Severity::High,
            "The run ID carries one client's suffix, and was used for another client.",
        ),
        (
            Self::SuffixTwice,
            "suffix-twice",
            Severity::High,
            "The client ID was added to a run ID that already carried it.",
        ),
        (
            Self::SuffixCut,
            "suffix-cut",
            Severity::High,
            "The client ID was cut at a hyphen, so the record was not found.",
        ),
        (
            Self::CaseChanged,
            "case-changed",
            Severity::High,
            "Letters of the run ID changed their case, so the record was not found.",
        ),
        (
            Self::SuffixMissing,
            "suffix-missing",
            Severity::High,
            "The base alone was used where the client's run ID belongs: its suffix was lost.",
        ),
        (
            Self::TimeZoneShift,
            "time-zone-shift",
            Severity::High,
            "The time in the run ID is off by whole quarters of an hour: it was read and written again in another time zone.",
        ),
        (
            Self::DateChanged,
            "date-changed",
            Severity::High,
            "The time of day is right and the date is not: it was read and written again in another form.",
        ),
        (
            Self::MintedAgain,
            "minted-again",
            Severity::High,
            "A second run ID was generated for a run that had one, and nothing is recorded under it.",
        ),
        (
            Self::GeneratedTwice,
            "generated-twice",
            Severity::High,
            "Two processes generated the same base: they share no sequence file, and no record's key told them apart.",
        ),
        (
            Self::CreatedTwice,
            "created-twice",
            Severity::Medium,
            "A record was to be created that another process had created.",
        ),
        (
            Self::LookedUpBeforeCreated,
            "looked-up-before-created",
            Severity::Medium,
            "The record was looked up, and not found, before it was created.",
        ),
        (
            Self::OtherRun,
            "other-run",
            Severity::High,
            "Within one operation one run was resolved, and the record of another was used.",
        ),
        (
            Self::NotAnId,
            "not-an-id",
            Severity::Medium,
            "Something that is not a run ID was passed as one, or nothing at all.",
        ),
        (
            Self::NeverGenerated,
            "never-generated",
            Severity::Low,
            "No process of these logs generated it: it was made up, or changed on the way.",
        ),
        (
            Self::NeverCompleted,
            "never-completed",
            Severity::Low,
            "The record was created and never completed.",
        ),
    ];

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// How much harm it does.
    #[must_use]
    pub fn severity(self) -> Severity {
        Self::ALL[self as usize].2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_stands_at_its_own_place() {
        assert!(Class::ALL.iter().enumerate().all(|(at, (class, ..))| *class as usize == at));
    }
}

//! What a text that is no run ID can be recognised as: the ID of another system, a value that was lost on the
//! way, a run ID that somebody touched.
//!
//! References: SPEC §5, last paragraph.

use std::sync::LazyLock;

use regex::RegexSet;

use crate::base::begins_like_base;

/// Something else that a text can be recognised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookalike {
    /// No character at all.
    Empty,
    /// A missing value that was turned into text.
    MissingAsText,
    /// A promise that was turned into text.
    PromiseAsText,
    /// An object that was turned into text.
    ObjectAsText,
    /// White space or a line end around it.
    Padded,
    /// A word that stood for "no run ID" in the legacy code.
    Sentinel,
    /// A four-digit year, as session IDs have.
    SessionId,
    /// A number's fraction at its end, as spreadsheets add it.
    Fraction,
    /// A base and a client ID joined by a colon.
    ColonJoined,
    /// One run ID inside another.
    Nested,
    /// The ID of a queued job.
    JobId,
    /// The name of a Smart Resume file or lock.
    SmartResume,
    /// A Smart Resume ID.
    SrId,
    /// A UUID.
    Uuid,
    /// The ID of an Apify run.
    ApifyId,
    /// A time in milliseconds or seconds.
    EpochTime,
    /// An ISO 8601 time.
    IsoTime,
}

/// Each form with the pattern of the texts that have it. The first that fits is told.
const FORMS: [(Lookalike, &str); 17] = [
    (Lookalike::Empty, "^$"),
    (Lookalike::MissingAsText, "^(?:undefined|null|NaN)$"),
    (Lookalike::PromiseAsText, r"^\[object Promise\]"),
    (Lookalike::ObjectAsText, r"\[object [A-Za-z]+\]"),
    (
        Lookalike::Padded,
        concat!(
            r"^[\x00-\x20\x{A0}\x{1680}\x{2000}-\x{200F}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]",
            r"|[\x00-\x20\x{A0}\x{1680}\x{2000}-\x{200F}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]$"
        ),
    ),
    (Lookalike::Sentinel, "^(?:[0-9]{6}-[0-9]{6}-)?(?:UNKNOWN|SYSTEM|INITIALIZING)$"),
    (Lookalike::SessionId, "^[0-9]{8}-[0-9]{6}"),
    (Lookalike::Fraction, r"\.0$"),
    (Lookalike::ColonJoined, "^[0-9]{6}-[0-9]{6}:"),
    (Lookalike::Nested, "^[0-9]{6}-[0-9]{6}-[0-9]{6}-[0-9]{6}"),
    (Lookalike::JobId, "^job_"),
    (Lookalike::SmartResume, "^smart_resume_"),
    (Lookalike::SrId, "^SR-"),
    (Lookalike::Uuid, "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"),
    (Lookalike::EpochTime, "^[0-9]{10}(?:[0-9]{3})?$"),
    (Lookalike::ApifyId, "^[A-Za-z0-9]{17}$"),
    (Lookalike::IsoTime, "^[0-9]{4}-[0-9]{2}-[0-9]{2}"),
];

/// A pattern that does not compile is a mistake in [`FORMS`], which a test finds; hints are then missing,
/// errors are not.
static SET: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(FORMS.map(|(_, pattern)| pattern)).unwrap_or_else(|_| RegexSet::empty()));

impl Lookalike {
    /// Recognises a text that is no run ID.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        SET.matches(text).iter().next().map(|first| FORMS[first].0)
    }

    /// What to tell somebody who passed it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Empty => {
                "An empty string: leave the run ID out when there is none, undefined and null count as absent."
            }
            Self::MissingAsText => "A missing value was turned into text before it came here.",
            Self::PromiseAsText => "A promise was turned into text: is an await missing?",
            Self::ObjectAsText => "An object was turned into text: pass the run ID it holds.",
            Self::Padded => {
                "White space or a line end stands around it: pass exactly what was generated, nothing is trimmed."
            }
            Self::Sentinel => "A placeholder, not a run ID: pass nothing until there is one.",
            Self::SessionId => {
                "It has a four-digit year, like a session ID (YYYYMMDD-HHMMSS); a run ID has two digits for the year."
            }
            Self::Fraction => "It ends in .0: was it read as a number, by a spreadsheet perhaps?",
            Self::ColonJoined => {
                "A base and a client ID joined by a colon: createClientRunId(baseRunId, clientId) joins them."
            }
            Self::Nested => "A run ID inside a run ID: was the suffix added to a whole run ID?",
            Self::JobId => {
                "It looks like a job ID, the name of a queued job: pass the run ID stored beside it."
            }
            Self::SmartResume => "It looks like a smart_resume_ file or lock name: pass the run ID alone.",
            Self::SrId => "It looks like an SR- ID of Smart Resume: pass the run ID stored beside it.",
            Self::Uuid => "It looks like a UUID: pass the run ID stored beside it.",
            Self::ApifyId => {
                "It looks like an Apify run ID (17 letters and digits): pass the run ID stored beside it."
            }
            Self::EpochTime => {
                "It looks like a Unix time: a run ID is generated once and passed on, not derived again."
            }
            Self::IsoTime => {
                "It looks like an ISO 8601 time: a run ID is generated once and passed on, not derived again."
            }
        }
    }
}

/// Whether a text is a form that only other systems give out. Used to tell a foreign ID from a broken one.
#[must_use]
pub fn is_external(text: &str) -> bool {
    matches!(
        Lookalike::of(text),
        Some(Lookalike::ApifyId | Lookalike::JobId | Lookalike::SrId | Lookalike::Uuid)
    ) && !begins_like_base(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(RegexSet::new(FORMS.map(|(_, pattern)| pattern)).unwrap().len(), FORMS.len());
    }

    #[test]
    fn foreign_ids_are_told_from_broken_ones() {
        assert!(is_external("HG7ML7M8z78YcAPEB") && is_external("SR-1") && is_external("job_x_stream1_1"));
        assert!(!is_external("251306-143000") && !is_external("UNKNOWN"));
    }
}

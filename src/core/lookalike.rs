//! What a text that is no run ID can be recognised as: the ID of another system, a value that was lost on the
//! way, a run ID that somebody touched.
//!
//! References: SPEC §5, last paragraph.

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

type Form = (Lookalike, fn(&str) -> bool);

/// Each form with what tells a text that has it. The first that fits is told.
const FORMS: [Form; 17] = [
    (Lookalike::Empty, str::is_empty),
    (Lookalike::MissingAsText, |text| ["undefined", "null", "NaN"].contains(&text)),
    (Lookalike::PromiseAsText, |text| text.starts_with("[object Promise]")),
    (Lookalike::ObjectAsText, holds_object),
    (Lookalike::Padded, |text| text.starts_with(is_padding) || text.ends_with(is_padding)),
    (Lookalike::Sentinel, |text| SENTINELS.contains(&after_base(text).unwrap_or(text))),
    (Lookalike::SessionId, |text| begins_as(text, "00000000-000000")),
    (Lookalike::Fraction, |text| text.ends_with(".0")),
    (Lookalike::ColonJoined, |text| begins_as(text, "000000-000000:")),
    (Lookalike::Nested, |text| begins_as(text, "000000-000000-000000-000000")),
    (Lookalike::JobId, |text| text.starts_with("job_")),
    (Lookalike::SmartResume, |text| text.starts_with("smart_resume_")),
    (Lookalike::SrId, |text| text.starts_with("SR-")),
    (Lookalike::Uuid, |text| is_all(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")),
    (Lookalike::EpochTime, |text| is_all(text, "0000000000") || is_all(text, "0000000000000")),
    (Lookalike::ApifyId, |text| is_all(text, "aaaaaaaaaaaaaaaaa")),
    (Lookalike::IsoTime, |text| begins_as(text, "0000-00-00")),
];

/// Words that stood for "no run ID yet".
const SENTINELS: [&str; 3] = ["UNKNOWN", "SYSTEM", "INITIALIZING"];

/// Whether a text begins with a shape: in it `0` is any digit, `x` a hexadecimal one, `a` a letter or digit.
fn begins_as(text: &str, shape: &str) -> bool {
    text.len() >= shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            b'x' => byte.is_ascii_hexdigit(),
            b'a' => byte.is_ascii_alphanumeric(),
            _ => byte == wanted,
        })
}

fn is_all(text: &str, shape: &str) -> bool {
    text.len() == shape.len() && begins_as(text, shape)
}

/// What follows a base and its hyphen.
fn after_base(text: &str) -> Option<&str> {
    begins_as(text, "000000-000000-").then(|| &text["000000-000000-".len()..])
}

/// As `String(object)` gives it, anywhere in the text.
fn holds_object(text: &str) -> bool {
    text.split("[object ").skip(1).any(|rest| {
        let class = rest.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        class.len() < rest.len() && class.starts_with(']')
    })
}

/// Control characters, and what any script takes for white space or does not show at all.
fn is_padding(character: char) -> bool {
    matches!(
        character,
        '\0'..=' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202F}'
            | '\u{205F}' | '\u{3000}' | '\u{FEFF}'
    )
}

impl Lookalike {
    /// Recognises a text that is no run ID.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        FORMS.iter().find(|(_, fits)| fits(text)).map(|(form, _)| *form)
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
    fn foreign_ids_are_told_from_broken_ones() {
        assert!(is_external("HG7ML7M8z78YcAPEB") && is_external("SR-1") && is_external("job_x_stream1_1"));
        assert!(!is_external("251306-143000") && !is_external("UNKNOWN"));
    }
}

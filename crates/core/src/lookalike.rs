//! What a text that is not a run ID can be recognised as: the ID of another system, a value that was lost on the
//! way, a run ID that was changed.
//!
//! References: SPEC §5, last paragraph.

use std::sync::LazyLock;

use regex::RegexSet;

/// Something else that a text can be recognised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookalike {
    /// No character at all.
    Empty,
    /// A missing value that was turned into text.
    MissingAsText,
    /// A boolean that was turned into text.
    BooleanAsText,
    /// A promise that was turned into text.
    PromiseAsText,
    /// An object that was turned into text.
    ObjectAsText,
    /// White space or a line end around it.
    Padded,
    /// Quotation marks around it.
    Quoted,
    /// The place for a value in a template.
    Template,
    /// Characters as a URL encodes them.
    PercentEncoded,
    /// A token or a key.
    Credential,
    /// A word that stood for "no run ID" in the legacy code.
    Sentinel,
    /// A four-digit year, as session IDs have.
    SessionId,
    /// A number's fraction at its end, as spreadsheets add it.
    Fraction,
    /// Several values joined by commas, as headers and some query parsers do it.
    Repeated,
    /// A base and a client ID joined by a colon.
    ColonJoined,
    /// One run ID inside another.
    Nested,
    /// A base without its hyphen, or with another character in its place, or in that of the next one.
    HyphenLost,
    /// The ID of a queued job.
    JobId,
    /// The name of a Smart Resume file or lock.
    SmartResume,
    /// A Smart Resume ID.
    SrId,
    /// A UUID.
    Uuid,
    /// A time of 14 or 17 digits.
    DigitTime,
    /// The ID of an Apify run.
    ApifyId,
    /// A time in seconds, milliseconds or microseconds.
    EpochTime,
    /// An ISO 8601 time.
    IsoTime,
    /// A name and a time in milliseconds.
    FromClock,
    /// A longer text with a run ID in it.
    Enclosed,
}

/// One form.
struct Form {
    lookalike: Lookalike,
    /// What tells a text that has it: ASCII classes only, since `regex` is built without Unicode tables.
    pattern: &'static str,
    /// What it is, and what to do.
    hint: &'static str,
}

/// Every form. Of those that fit, the first counts.
const FORMS: [Form; 27] = [
    Form {
        lookalike: Lookalike::Empty,
        pattern: "^$",
        hint: "An empty string: leave the run ID out when there is none, undefined and null count as absent.",
    },
    Form {
        lookalike: Lookalike::MissingAsText,
        pattern: "^(?i-u:undefined|null|NaN|none|nil)$",
        hint: "A missing value was turned into text before it came here.",
    },
    Form {
        lookalike: Lookalike::BooleanAsText,
        pattern: "^(?i-u:true|false)$",
        hint: "A boolean was turned into text before it came here.",
    },
    Form {
        lookalike: Lookalike::PromiseAsText,
        pattern: r"^\[object Promise\]",
        hint: "A promise was turned into text: is an await missing?",
    },
    Form {
        lookalike: Lookalike::ObjectAsText,
        pattern: r"\[object [A-Za-z]+\]",
        hint: "An object was turned into text: pass the run ID it holds.",
    },
    Form {
        lookalike: Lookalike::Padded,
        pattern: r"^[\x00-\x20\x{A0}\x{1680}\x{2000}-\x{200F}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]|[\x00-\x20\x{A0}\x{1680}\x{2000}-\x{200F}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]$",
        hint: "White space or a line end surrounds it: pass exactly what was generated, nothing is trimmed.",
    },
    Form {
        lookalike: Lookalike::Quoted,
        pattern: r#"^["']|["']$"#,
        hint: "Quotation marks surround it: docker --env-file and cmd.exe keep them, and JSON that is stringified twice gains them.",
    },
    Form {
        lookalike: Lookalike::Template,
        pattern: r"\{\{|\$\{|\$\(|^\$|^(?:%[A-Za-z_][A-Za-z0-9_]*%|\{[A-Za-z_][A-Za-z0-9_]*\}|<[A-Za-z_][A-Za-z0-9_]*>|\[[A-Za-z_][A-Za-z0-9_]*\]|:[A-Za-z_][A-Za-z0-9_]*)$",
        hint: "A template was not filled in: this is the place for a value, not a value.",
    },
    Form {
        lookalike: Lookalike::PercentEncoded,
        pattern: "%[0-9A-Fa-f]{2}",
        hint: "It is percent-encoded: was it encoded twice, or never decoded?",
    },
    Form {
        lookalike: Lookalike::Credential,
        pattern: "^(?:(?i-u:bearer) |eyJ|sk_|ghp_)",
        hint: "It begins like a token or a key, so only its first characters are shown.",
    },
    Form {
        lookalike: Lookalike::Sentinel,
        pattern: "^(?:[0-9]{6}-[0-9]{6}-)?(?:UNKNOWN|SYSTEM|INITIALIZING)$",
        hint: "A placeholder, not a run ID: pass nothing until there is one.",
    },
    Form {
        lookalike: Lookalike::SessionId,
        pattern: "^[0-9]{8}-[0-9]{6}",
        hint: "It has a four-digit year, like a session ID (YYYYMMDD-HHMMSS); a run ID has two digits for the year.",
    },
    Form {
        lookalike: Lookalike::Fraction,
        pattern: r"\.0$",
        hint: "It ends in .0: was it read as a number, by a spreadsheet perhaps?",
    },
    Form {
        lookalike: Lookalike::Repeated,
        pattern: "^[0-9]{6}-[0-9]{6}(?s:.*),",
        hint: "Several values are joined by commas: was the run ID sent more than once?",
    },
    Form {
        lookalike: Lookalike::ColonJoined,
        pattern: "^[0-9]{6}-[0-9]{6}:",
        hint: "A base and a client ID joined by a colon: createClientRunId(baseRunId, clientId) joins them.",
    },
    Form {
        lookalike: Lookalike::Nested,
        pattern: "^[0-9]{6}-[0-9]{6}-[0-9]{6}-[0-9]{6}",
        hint: "A run ID inside a run ID: was the suffix added to a whole run ID?",
    },
    Form {
        lookalike: Lookalike::HyphenLost,
        pattern: "^[0-9]{6}(?:[^-0-9]?[0-9]{6}(?:[^0-9]|$)|-[0-9]{6}[^-0-9])",
        hint: "A hyphen is missing or was replaced: pass exactly what was generated, YYMMDD-hhmmss and, for a client, a hyphen and the client ID.",
    },
    Form {
        lookalike: Lookalike::JobId,
        pattern: "^job_",
        hint: "It looks like a job ID, the name of a queued job: pass the run ID stored beside it.",
    },
    Form {
        lookalike: Lookalike::SmartResume,
        pattern: "^(?i-u:smart[_-]resume[_-])",
        hint: "It looks like a smart_resume_ file or lock name: pass the run ID alone.",
    },
    Form {
        lookalike: Lookalike::SrId,
        pattern: "^SR-",
        hint: "It looks like an SR- ID of Smart Resume: pass the run ID stored beside it.",
    },
    Form {
        lookalike: Lookalike::Uuid,
        pattern: "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
        hint: "It looks like a UUID: pass the run ID stored beside it.",
    },
    Form {
        lookalike: Lookalike::EpochTime,
        pattern: "^(?:[0-9]{10}|[0-9]{13}|[0-9]{16})$",
        hint: "It looks like a Unix time: a run ID is generated once and passed on, not derived again.",
    },
    Form {
        lookalike: Lookalike::DigitTime,
        pattern: "^(?:[0-9]{14}|[0-9]{17})$",
        hint: "It looks like a time of 14 or 17 digits: a run ID is generated once and passed on, not derived again.",
    },
    Form {
        lookalike: Lookalike::ApifyId,
        pattern: "^[A-Za-z0-9]{17}$",
        hint: "It looks like an Apify run ID (17 letters and digits): pass the run ID stored beside it.",
    },
    Form {
        lookalike: Lookalike::IsoTime,
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}",
        hint: "It looks like an ISO 8601 time: a run ID is generated once and passed on, not derived again.",
    },
    Form {
        lookalike: Lookalike::FromClock,
        pattern: "^[A-Za-z](?s:.*)[_-][0-9]{13}$",
        hint: "It ends in a time in milliseconds, as an ID made on the spot does: pass the run ID that the run was given.",
    },
    Form {
        lookalike: Lookalike::Enclosed,
        pattern: "^(?s:[^0-9]|[^0-9].*[^0-9])[0-9]{6}-[0-9]{6}",
        hint: "A run ID is part of a longer text: pass the run ID alone, nothing before it.",
    },
];

static PATTERNS: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(FORMS.iter().map(|form| form.pattern)).ok());

impl Lookalike {
    /// Recognises a text that is not a run ID.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let first = PATTERNS.as_ref()?.matches(text).iter().next()?;
        Some(FORMS[first].lookalike)
    }

    /// What it is, and what to do.
    #[must_use]
    pub fn hint(self) -> &'static str {
        FORMS.iter().find(|form| form.lookalike == self).map_or("", |form| form.hint)
    }
}

/// Whether a text is a form that only other systems give out. Used to tell a foreign ID from a broken one.
#[must_use]
pub fn is_external(text: &str) -> bool {
    matches!(
        Lookalike::of(text),
        Some(Lookalike::ApifyId | Lookalike::JobId | Lookalike::SrId | Lookalike::Uuid)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_ids_are_told_from_broken_ones() {
        assert!(is_external("HG7ML7M8z78YcAPEB") && is_external("SR-1") && is_external("job_x_stream1_1"));
        assert!(!is_external("251306-143000") && !is_external("UNKNOWN"));
        assert!(!is_external("20251010020157123"), "a time of 17 digits is not an Apify run ID");
    }
}

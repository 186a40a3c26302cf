//! What a text that is no run ID can be recognised as: the ID of another system, a value that was lost on the
//! way, a run ID that somebody touched.
//!
//! References: SPEC §5, last paragraph.

use crate::base::begins_like_base;
use crate::text;

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

type Form = (Lookalike, fn(&str) -> bool);

/// Each form with what tells a text that has it. The first that fits is told.
const FORMS: [Form; 27] = [
    (Lookalike::Empty, str::is_empty),
    (Lookalike::MissingAsText, |text| is_word(text, &["undefined", "null", "nan", "none", "nil"])),
    (Lookalike::BooleanAsText, |text| is_word(text, &["true", "false"])),
    (Lookalike::PromiseAsText, |text| text.starts_with("[object Promise]")),
    (Lookalike::ObjectAsText, holds_object),
    (Lookalike::Padded, |text| text.starts_with(is_padding) || text.ends_with(is_padding)),
    (Lookalike::Quoted, |text| text.starts_with(['"', '\'']) || text.ends_with(['"', '\''])),
    (Lookalike::Template, is_template),
    (Lookalike::PercentEncoded, |text| text.split('%').skip(1).any(|rest| begins_as(rest, "xx"))),
    (Lookalike::Credential, |text| text::begins_like_credential(text.as_bytes())),
    (Lookalike::Sentinel, |text| SENTINELS.contains(&after_base(text).unwrap_or(text))),
    (Lookalike::SessionId, |text| begins_as(text, "00000000-000000")),
    (Lookalike::Fraction, |text| text.ends_with(".0")),
    (Lookalike::Repeated, |text| begins_as(text, "000000-000000") && text.contains(',')),
    (Lookalike::ColonJoined, |text| begins_as(text, "000000-000000:")),
    (Lookalike::Nested, |text| begins_as(text, "000000-000000-000000-000000")),
    (Lookalike::HyphenLost, lacks_hyphen),
    (Lookalike::JobId, |text| text.starts_with("job_")),
    (Lookalike::SmartResume, |text| begins_with_name(text, "smart_resume_")),
    (Lookalike::SrId, |text| text.starts_with("SR-")),
    (Lookalike::Uuid, |text| is_all(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")),
    (Lookalike::EpochTime, |text| is_digits(text, &[10, 13, 16])),
    (Lookalike::DigitTime, |text| is_digits(text, &[14, 17])),
    (Lookalike::ApifyId, |text| is_all(text, "aaaaaaaaaaaaaaaaa")),
    (Lookalike::IsoTime, |text| begins_as(text, "0000-00-00")),
    (Lookalike::FromClock, ends_in_milliseconds),
    (Lookalike::Enclosed, encloses_base),
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

fn is_word(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn is_digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text begins with a name, in letters of any case, with hyphens or underscores.
fn begins_with_name(text: &str, name: &str) -> bool {
    let plain = |byte: u8| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
    text.len() >= name.len() && text.bytes().map(plain).zip(name.bytes()).all(|(byte, wanted)| byte == wanted)
}

/// As templates, shells and routers write the place for a value.
fn is_template(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let name = match text.as_bytes() {
        [b'$', ..] => return true,
        [b'%', name @ .., b'%']
        | [b'{', name @ .., b'}']
        | [b'<', name @ .., b'>']
        | [b'[', name @ .., b']']
        | [b':', name @ ..] => name,
        _ => &[],
    };
    let is_name = name.first().is_some_and(|first| is_letter(*first))
        && name.iter().all(|byte| is_letter(*byte) || byte.is_ascii_digit());
    is_name || ["{{", "${", "$("].iter().any(|mark| text.contains(mark))
}

/// Six digits and six digits with no hyphen between them, or none after them though more follows.
fn lacks_hyphen(text: &str) -> bool {
    if !begins_as(text, "000000") {
        return false;
    }
    let rest = &text[6..];
    let time = rest.strip_prefix(|between: char| !between.is_ascii_digit()).unwrap_or(rest);
    let next = time.chars().nth(6);
    begins_as(time, "000000")
        && !next.is_some_and(|next| next.is_ascii_digit())
        && (!rest.starts_with('-') || next.is_some_and(|next| next != '-'))
}

fn ends_in_milliseconds(text: &str) -> bool {
    let name = text.trim_end_matches(|digit: char| digit.is_ascii_digit());
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.ends_with(['-', '_'])
        && text.len() - name.len() == 13
}

/// A base behind something else.
fn encloses_base(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins_there = |at: usize| !bytes[at - 1].is_ascii_digit() && begins_like_base(&bytes[at..]);
    !text.starts_with(|first: char| first.is_ascii_digit()) && (1..bytes.len()).any(begins_there)
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

    /// What it is, and what to do.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Empty => {
                "An empty string: leave the run ID out when there is none, undefined and null count as absent."
            }
            Self::MissingAsText => "A missing value was turned into text before it came here.",
            Self::BooleanAsText => "A boolean was turned into text before it came here.",
            Self::PromiseAsText => "A promise was turned into text: is an await missing?",
            Self::ObjectAsText => "An object was turned into text: pass the run ID it holds.",
            Self::Padded => {
                "White space or a line end surrounds it: pass exactly what was generated, nothing is trimmed."
            }
            Self::Quoted => {
                "Quotation marks surround it: docker --env-file and cmd.exe keep them, and JSON that is stringified \
                 twice gains them."
            }
            Self::Template => "A template was not filled in: this is the place for a value, not a value.",
            Self::PercentEncoded => "It is percent-encoded: was it encoded twice, or never decoded?",
            Self::Credential => "It begins like a token or a key, so only its first characters are shown.",
            Self::Sentinel => "A placeholder, not a run ID: pass nothing until there is one.",
            Self::SessionId => {
                "It has a four-digit year, like a session ID (YYYYMMDD-HHMMSS); a run ID has two digits for the year."
            }
            Self::Fraction => "It ends in .0: was it read as a number, by a spreadsheet perhaps?",
            Self::Repeated => "Several values are joined by commas: was the run ID sent more than once?",
            Self::ColonJoined => {
                "A base and a client ID joined by a colon: createClientRunId(baseRunId, clientId) joins them."
            }
            Self::Nested => "A run ID inside a run ID: was the suffix added to a whole run ID?",
            Self::HyphenLost => {
                "A hyphen is missing or was replaced: pass exactly what was generated, YYMMDD-hhmmss and, for a \
                 client, a hyphen and the client ID."
            }
            Self::JobId => {
                "It looks like a job ID, the name of a queued job: pass the run ID stored beside it."
            }
            Self::SmartResume => "It looks like a smart_resume_ file or lock name: pass the run ID alone.",
            Self::SrId => "It looks like an SR- ID of Smart Resume: pass the run ID stored beside it.",
            Self::Uuid => "It looks like a UUID: pass the run ID stored beside it.",
            Self::ApifyId => {
                "It looks like an Apify run ID (17 letters and digits): pass the run ID stored beside it."
            }
            Self::DigitTime => {
                "It looks like a time of 14 or 17 digits: a run ID is generated once and passed on, not derived again."
            }
            Self::EpochTime => {
                "It looks like a Unix time: a run ID is generated once and passed on, not derived again."
            }
            Self::IsoTime => {
                "It looks like an ISO 8601 time: a run ID is generated once and passed on, not derived again."
            }
            Self::FromClock => {
                "It ends in a time in milliseconds, as an ID made on the spot does: pass the run ID that the run was \
                 given."
            }
            Self::Enclosed => "A run ID is part of a longer text: pass the run ID alone, nothing before it.",
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
        assert!(!is_external("20251010020157123"), "a time of 17 digits is not an Apify run ID");
    }
}

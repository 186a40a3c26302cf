//! What a text that is not a run ID can be recognised as: another system's ID, a value that was lost on the way, or a
//! changed run ID.
//!
//! References: SPEC §5, last paragraph.

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
    /// A word that meant "no run ID" in the legacy code.
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
    /// Whether a text has it. Functions, because a crate for regular expressions is an eighth of the addon.
    fits: fn(&str) -> bool,
    /// What it is, and what to do.
    hint: &'static str,
}

/// Every form. If several match, the first one counts.
const FORMS: [Form; 27] = [
    Form {
        lookalike: Lookalike::Empty,
        fits: str::is_empty,
        hint: "It is an empty string: if there is no run ID, leave it out; undefined and null count as absent.",
    },
    Form {
        lookalike: Lookalike::MissingAsText,
        fits: |text| is_one_of(text, &["undefined", "null", "NaN", "none", "nil"]),
        hint: "A missing value was turned into text before it came here.",
    },
    Form {
        lookalike: Lookalike::BooleanAsText,
        fits: |text| is_one_of(text, &["true", "false"]),
        hint: "A boolean was turned into text before it came here.",
    },
    Form {
        lookalike: Lookalike::PromiseAsText,
        fits: |text| text.starts_with("[object Promise]"),
        hint: "A promise was turned into text: is an await missing?",
    },
    Form {
        lookalike: Lookalike::ObjectAsText,
        fits: has_object,
        hint: "An object was turned into text: pass the run ID that it contains.",
    },
    Form {
        lookalike: Lookalike::Padded,
        fits: |text| text.starts_with(is_padding) || text.ends_with(is_padding),
        hint: "White space or a line ending surrounds it: pass exactly what was generated; nothing is trimmed.",
    },
    Form {
        lookalike: Lookalike::Quoted,
        fits: |text| text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']),
        hint: "Quotation marks surround it: docker --env-file and cmd.exe keep them, and JSON that is stringified twice gains them.",
    },
    Form {
        lookalike: Lookalike::Template,
        fits: is_template,
        hint: "A template was not filled in: this is a placeholder for a value, not a value.",
    },
    Form {
        lookalike: Lookalike::PercentEncoded,
        fits: |text| text.match_indices('%').any(|(at, _)| begins(&text[at..], "%xx")),
        hint: "It is percent-encoded: was it encoded twice, or never decoded?",
    },
    Form {
        lookalike: Lookalike::Credential,
        fits: |text| {
            begins_any_case(text, "bearer ")
                || ["eyJ", "sk_", "ghp_"].iter().any(|mark| text.starts_with(mark))
        },
        hint: "It begins like a token or a key, so only its first characters are shown.",
    },
    Form {
        lookalike: Lookalike::Sentinel,
        fits: |text| {
            ["UNKNOWN", "SYSTEM", "INITIALIZING"].contains(&after(text, "000000-000000-").unwrap_or(text))
        },
        hint: "It is a placeholder, not a run ID: pass nothing until there is a run ID.",
    },
    Form {
        lookalike: Lookalike::SessionId,
        fits: |text| begins(text, "00000000-000000"),
        hint: "It has a four-digit year, like a session ID (YYYYMMDD-HHMMSS); a run ID has two digits for the year.",
    },
    Form {
        lookalike: Lookalike::Fraction,
        fits: |text| text.ends_with(".0"),
        hint: "It ends in .0: did a spreadsheet or a parser read it as a number?",
    },
    Form {
        lookalike: Lookalike::Repeated,
        fits: |text| after(text, "000000-000000").is_some_and(|rest| rest.contains(',')),
        hint: "Several values are joined by commas: was the run ID sent more than once?",
    },
    Form {
        lookalike: Lookalike::ColonJoined,
        fits: |text| begins(text, "000000-000000:"),
        hint: "A colon joins the base and the client ID: use createClientRunId(baseRunId, clientId) instead.",
    },
    Form {
        lookalike: Lookalike::Nested,
        fits: |text| begins(text, "000000-000000-000000-000000"),
        hint: "There is a run ID inside a run ID: was a whole run ID passed as the client ID?",
    },
    Form {
        lookalike: Lookalike::HyphenLost,
        fits: has_lost_hyphen,
        hint: "A hyphen is missing or was replaced: pass exactly what was generated, YYMMDD-hhmmss and, for a client, a hyphen and the client ID.",
    },
    Form {
        lookalike: Lookalike::JobId,
        fits: |text| text.starts_with("job_"),
        hint: "It looks like a job ID, the name of a queued job: pass the run ID stored beside it.",
    },
    Form {
        lookalike: Lookalike::SmartResume,
        fits: |text| {
            ["smart_resume_", "smart_resume-", "smart-resume_", "smart-resume-"]
                .iter()
                .any(|name| begins_any_case(text, name))
        },
        hint: "It looks like a smart_resume_ file or lock name: pass the run ID alone.",
    },
    Form {
        lookalike: Lookalike::SrId,
        fits: |text| text.starts_with("SR-"),
        hint: "It looks like an SR- ID of Smart Resume: pass the run ID stored beside it.",
    },
    Form {
        lookalike: Lookalike::Uuid,
        fits: |text| after(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") == Some(""),
        hint: "It looks like a UUID: pass the run ID stored beside it.",
    },
    Form {
        lookalike: Lookalike::EpochTime,
        fits: |text| is_digits(text) && [10, 13, 16].contains(&text.len()),
        hint: "It looks like a Unix time: a run ID is generated once and passed on, not derived again.",
    },
    Form {
        lookalike: Lookalike::DigitTime,
        fits: |text| is_digits(text) && [14, 17].contains(&text.len()),
        hint: "It looks like a time of 14 or 17 digits: a run ID is generated once and passed on, not derived again.",
    },
    Form {
        lookalike: Lookalike::ApifyId,
        fits: |text| text.len() == 17 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        hint: "It looks like an Apify run ID (17 letters and digits): pass the run ID stored beside it.",
    },
    Form {
        lookalike: Lookalike::IsoTime,
        fits: |text| begins(text, "0000-00-00"),
        hint: "It looks like an ISO 8601 time: a run ID is generated once and passed on, not derived again.",
    },
    Form {
        lookalike: Lookalike::FromClock,
        fits: is_from_clock,
        hint: "It ends in a time in milliseconds, like an ID made on the spot: pass the run ID that was generated for the run.",
    },
    Form {
        lookalike: Lookalike::Enclosed,
        fits: is_enclosed,
        hint: "A run ID is part of a longer text: pass only the run ID.",
    },
];

/// The rest of a text after a shape at its beginning: `0` means a digit, `x` a hexadecimal digit, anything else
/// itself.
fn after<'a>(text: &'a str, shape: &str) -> Option<&'a str> {
    let rest = text.get(shape.len()..)?;
    let fits = |(byte, wanted): (u8, u8)| match wanted {
        b'0' => byte.is_ascii_digit(),
        b'x' => byte.is_ascii_hexdigit(),
        _ => byte == wanted,
    };
    text.bytes().zip(shape.bytes()).all(fits).then_some(rest)
}

fn begins(text: &str, shape: &str) -> bool {
    after(text, shape).is_some()
}

fn begins_any_case(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// White space, line ends, control characters and invisible characters.
fn is_padding(character: char) -> bool {
    matches!(
        character,
        '\0'..=' '
            | '\u{A0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200F}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202F}'
            | '\u{205F}'
            | '\u{3000}'
            | '\u{FEFF}'
    )
}

fn has_object(text: &str) -> bool {
    text.match_indices('[').any(|(at, _)| {
        after(&text[at..], "[object ").is_some_and(|name| {
            let end = name.trim_start_matches(|character: char| character.is_ascii_alphabetic());
            end.len() < name.len() && end.starts_with(']')
        })
    })
}

fn is_template(text: &str) -> bool {
    const AROUND_A_NAME: [(char, &str); 5] = [('%', "%"), ('{', "}"), ('<', ">"), ('[', "]"), (':', "")];
    text.starts_with('$')
        || text.as_bytes().windows(2).any(|pair| [b"{{", b"${", b"$("].iter().any(|mark| *mark == pair))
        || AROUND_A_NAME.iter().any(|(before, behind)| {
            let name = text.strip_prefix(*before).and_then(|rest| rest.strip_suffix(behind));
            name.is_some_and(is_name)
        })
}

/// The name of a variable.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn has_lost_hyphen(text: &str) -> bool {
    let Some(rest) = after(text, "000000") else { return false };
    let is_digit = |character: char| character.is_ascii_digit();
    if let Some(behind) = after(rest, "-000000") {
        return !behind.is_empty() && !behind.starts_with(|next| is_digit(next) || next == '-');
    }
    let second = rest.trim_start_matches(|next: char| !is_digit(next));
    let between = &rest[..rest.len() - second.len()];
    between.chars().count() <= 1
        && after(second, "000000").is_some_and(|behind| !behind.starts_with(is_digit))
}

fn is_from_clock(text: &str) -> bool {
    const DIGITS: usize = 13;
    let end = text.len().checked_sub(DIGITS).and_then(|at| text.split_at_checked(at));
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && end.is_some_and(|(before, time)| before.ends_with(['_', '-']) && is_digits(time))
}

fn is_enclosed(text: &str) -> bool {
    let mut last_was_digit = true;
    let begins_there = |(at, character): (usize, char)| {
        let begins = !last_was_digit && begins(&text[at..], "000000-000000");
        last_was_digit = character.is_ascii_digit();
        begins
    };
    !text.starts_with(|first: char| first.is_ascii_digit()) && text.char_indices().any(begins_there)
}

impl Lookalike {
    /// Recognises a text that is not a run ID.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        FORMS.iter().find(|form| (form.fits)(text)).map(|form| form.lookalike)
    }

    /// What it is, and what to do.
    #[must_use]
    pub fn hint(self) -> &'static str {
        FORMS.iter().find(|form| form.lookalike == self).map_or("", |form| form.hint)
    }
}

/// Whether a text has a form that only other systems use. Distinguishes a foreign ID from a broken one.
#[must_use]
pub fn is_external(text: &str) -> bool {
    matches!(
        Lookalike::of(text),
        Some(Lookalike::ApifyId | Lookalike::JobId | Lookalike::SrId | Lookalike::Uuid)
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::RegexSet;

    use super::*;

    /// Each form as a regular expression, in their order: written without a thought for size.
    const PATTERNS: [&str; FORMS.len()] = [
        "^$",
        "^(?i-u:undefined|null|NaN|none|nil)$",
        "^(?i-u:true|false)$",
        r"^\[object Promise\]",
        r"\[object [A-Za-z]+\]",
        r"^[\x00-\x20\x{A0}\x{1680}\x{2000}-\x{200F}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]|[\x00-\x20\x{A0}\x{1680}\x{2000}-\x{200F}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]$",
        r#"^["']|["']$"#,
        r"\{\{|\$\{|\$\(|^\$|^(?:%[A-Za-z_][A-Za-z0-9_]*%|\{[A-Za-z_][A-Za-z0-9_]*\}|<[A-Za-z_][A-Za-z0-9_]*>|\[[A-Za-z_][A-Za-z0-9_]*\]|:[A-Za-z_][A-Za-z0-9_]*)$",
        "%[0-9A-Fa-f]{2}",
        "^(?:(?i-u:bearer) |eyJ|sk_|ghp_)",
        "^(?:[0-9]{6}-[0-9]{6}-)?(?:UNKNOWN|SYSTEM|INITIALIZING)$",
        "^[0-9]{8}-[0-9]{6}",
        r"\.0$",
        "^[0-9]{6}-[0-9]{6}(?s:.*),",
        "^[0-9]{6}-[0-9]{6}:",
        "^[0-9]{6}-[0-9]{6}-[0-9]{6}-[0-9]{6}",
        "^[0-9]{6}(?:[^-0-9]?[0-9]{6}(?:[^0-9]|$)|-[0-9]{6}[^-0-9])",
        "^job_",
        "^(?i-u:smart[_-]resume[_-])",
        "^SR-",
        "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
        "^(?:[0-9]{10}|[0-9]{13}|[0-9]{16})$",
        "^(?:[0-9]{14}|[0-9]{17})$",
        "^[A-Za-z0-9]{17}$",
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "^[A-Za-z](?s:.*)[_-][0-9]{13}$",
        "^(?s:[^0-9]|[^0-9].*[^0-9])[0-9]{6}-[0-9]{6}",
    ];

    /// Texts that fit one form at least.
    const EXAMPLES: [&str; 40] = [
        "",
        "undefined",
        "null",
        "NaN",
        "none",
        "nil",
        "true",
        "false",
        "[object Promise]",
        "[object Date]",
        "a[object ]",
        "\u{feff}a\n",
        "\"Ann'",
        "a{{b}}",
        "a${b}",
        "a$(b)",
        "$a",
        "%RUN_ID%",
        "{_a1}",
        "<a>",
        "[a1_]",
        ":a",
        "a%2d",
        "bearer a",
        "eyJa",
        "sk_a",
        "ghp_a",
        "251006-143000-UNKNOWN",
        "SYSTEM",
        "INITIALIZING",
        "20251006-143000",
        "251006-143000-251006-143000",
        "251006\u{2013}143000a",
        "251006-143000.0,",
        "smart-resume_251006",
        "0190163d-8694-739b-aea5-966c26f8ad91",
        "2025-10-06",
        "a_1759761000000",
        "a-251006-143000:a",
        "job_SR-1",
    ];

    /// Examples, each with something before, behind, and in place of one character.
    fn texts() -> impl Strategy<Value = String> {
        let example = proptest::sample::select(EXAMPLES.map(str::to_owned).to_vec());
        let numbers = prop_oneof![
            "[0-9]{9,18}",
            "[A-Za-z0-9]{16,18}",
            "(251006[-_])?[0-9]{5,7}[-_. ]?[0-9]{5,7}[-:a,]?",
            "SR[-_]"
        ];
        let before = prop_oneof![9 => "", 1 => "[ -~]{1,2}", 1 => ".{1,2}", 1 => "[\u{9}\u{a0}\u{1680}\u{1fff}\u{2000}\u{200f}\u{2010}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}\u{ff00}]"];
        let behind = before.clone();
        let place = any::<proptest::sample::Index>();
        let other = prop_oneof![2 => "", 3 => "[-_0-9A-Za-z]", 2 => "[ -~]", 1 => "."];
        let changed = (prop_oneof![4 => example, 1 => numbers], place, prop::option::of(other)).prop_map(
            |(text, place, other)| {
                let mut parts: Vec<String> = text.chars().map(String::from).collect();
                if let (Some(other), false) = (other, parts.is_empty()) {
                    let at = place.index(parts.len());
                    parts[at] = other;
                }
                parts.concat()
            },
        );
        (before, changed, behind).prop_map(|(before, text, behind)| before + &text + &behind)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20_000) })]

        #[test]
        fn each_form_fits_what_its_pattern_matches(text in texts()) {
            thread_local! {
                static SET: RegexSet = RegexSet::new(PATTERNS).unwrap_or_default();
            }
            let matched: Vec<usize> = SET.with(|set| set.matches(&text).into_iter().collect());
            let fitting: Vec<usize> = (0..FORMS.len()).filter(|at| (FORMS[*at].fits)(&text)).collect();
            prop_assert_eq!(fitting, matched);
        }
    }

    #[test]
    fn foreign_ids_are_told_from_broken_ones() {
        assert!(is_external("HG7ML7M8z78YcAPEB") && is_external("SR-1") && is_external("job_x_stream1_1"));
        assert!(!is_external("251306-143000") && !is_external("UNKNOWN"));
        assert!(!is_external("20251010020157123"), "a time of 17 digits is not an Apify run ID");
    }
}

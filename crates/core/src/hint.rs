//! What a refused value looks like, and what to do. Runs only when an error is created.
//!
//! References: SPEC §5, last paragraph.

use std::borrow::Cow;

use crate::base::{BASE_LENGTH, BadBase};
use crate::client_id::{self, BadClient, MAX_CLIENT_LENGTH};
use crate::lookalike::Lookalike;
use crate::run_id::{BadRunId, MAX_LENGTH, RunId};
use crate::text::{Kind, MAX_SHOWN, Value};

const GRAMMAR: &str = "A run ID is YYMMDD-hhmmss in UTC, alone or followed by a hyphen and a client ID.";

/// The hint for a value that is not a run ID.
#[must_use]
pub fn for_run_id(value: &Value<'_>) -> Cow<'static, str> {
    let units = match value {
        Value::Text(units) => units,
        Value::LongText(_) => return too_long().into(),
        Value::Other(kind) => return for_kind(*kind).into(),
    };
    let text = String::from_utf16_lossy(units);
    if let Some(form) = Lookalike::of(&text) {
        return form.hint().into();
    }
    match RunId::parse(units) {
        Err(BadRunId::Base(part)) if part != BadBase::Shape => impossible(part, &text).into(),
        Err(BadRunId::Client(bad)) => {
            format!("In the client ID, {}", client_problem(bad, &units[BASE_LENGTH + 1..])).into()
        }
        _ if units.len() > MAX_LENGTH => too_long().into(),
        _ if is_lone_client(&text) => {
            "It looks like a client ID alone: pass the full run ID of this client's run.".into()
        }
        _ => match units.iter().position(|unit| *unit > 0x7F) {
            Some(at) => format!("{} is not ASCII. {GRAMMAR}", name_at(units, at)).into(),
            None => GRAMMAR.into(),
        },
    }
}

/// The hint for a value that is not a client ID.
#[must_use]
pub fn for_client_id(value: &Value<'_>) -> Cow<'static, str> {
    let units = match value {
        Value::Text(units) => units,
        Value::LongText(_) => {
            return format!("A client ID has at most {MAX_CLIENT_LENGTH} characters.").into();
        }
        Value::Other(Kind::Promise) => return for_kind(Kind::Promise).into(),
        Value::Other(_) => {
            return "A client ID is a string. Only undefined means no client, so that losing a client ID cannot \
                    silently produce a base ID."
                .into();
        }
    };
    match Lookalike::of(&String::from_utf16_lossy(units)) {
        Some(
            form @ (Lookalike::PromiseAsText
            | Lookalike::ObjectAsText
            | Lookalike::Padded
            | Lookalike::Quoted
            | Lookalike::Template
            | Lookalike::PercentEncoded
            | Lookalike::Credential),
        ) => form.hint().into(),
        _ => match client_id::check(units) {
            Err(bad) => {
                let problem = client_problem(bad, units);
                (problem[..1].to_uppercase() + &problem[1..]).into()
            }
            Ok(()) => GRAMMAR.into(),
        },
    }
}

fn for_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Undefined => "Nothing was passed: is the property's name right?",
        Kind::Null => "It is null: do not call this when there is no run ID.",
        Kind::Array => "It is an array: was the run ID sent more than once?",
        Kind::Promise => "It is a promise: is an await missing?",
        Kind::Function => "It is a function: was it meant to be called?",
        Kind::Number | Kind::BigInt => {
            "It is a number: a run ID must stay a string everywhere, including in JSON."
        }
        Kind::Date => "It is a Date: something on the way parsed the run ID as a date.",
        Kind::Bytes => {
            "It is a Buffer: extract(message, 'kafka') and extract(message, 'amqp') read bytes; anywhere else, decode \
             it first."
        }
        Kind::Object => "It is an object: pass the run ID that it contains.",
        Kind::Boolean | Kind::Symbol | Kind::String => GRAMMAR,
    }
}

fn too_long() -> String {
    format!("A run ID has at most {MAX_LENGTH} characters.")
}

fn impossible(part: BadBase, text: &str) -> String {
    let (name, at) = match part {
        BadBase::Month | BadBase::Shape => ("month", 2),
        BadBase::Day => ("day", 4),
        BadBase::Hour => ("hour", 7),
        BadBase::Minute => ("minute", 9),
        BadBase::Second => ("second", 11),
    };
    format!("The {name} {} does not exist. {GRAMMAR}", &text[at..at + 2])
}

fn is_lone_client(text: &str) -> bool {
    client_id::check(text.as_bytes()).is_ok() && text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// What is wrong with a client ID, as the rest of a sentence.
fn client_problem(bad: BadClient, client: &[u16]) -> String {
    match bad {
        BadClient::Empty => "nothing follows the hyphen: leave the hyphen out for a base run ID.".to_owned(),
        BadClient::TooLong => format!("there are more than {MAX_CLIENT_LENGTH} characters."),
        BadClient::Character(at) => {
            format!(
                "character {}, {}, is not allowed; use only letters, digits, hyphens and underscores.",
                at + 1,
                name_at(client, at)
            )
        }
        BadClient::Edge(at) => {
            format!("character {} must be a letter or a digit, because it is the first or the last.", at + 1)
        }
        BadClient::NestedRunId => "there is a whole run ID where a client ID belongs.".to_owned(),
    }
}

/// The character that begins at a unit, in printable ASCII.
fn name_at(units: &[u16], at: usize) -> String {
    let character = char::decode_utf16(units[at..].iter().copied()).next();
    match character.unwrap_or(Ok('?')) {
        Ok(graphic) if graphic.is_ascii_graphic() => format!("{graphic} (U+{:04X})", u32::from(graphic)),
        Ok(other) => format!("U+{:04X}", u32::from(other)),
        Err(lone) => format!("U+{:04X}", lone.unpaired_surrogate()),
    }
}

const _: () = assert!(MAX_SHOWN < MAX_LENGTH, "a received value can always be told from a whole run ID");

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(text: &str) -> String {
        for_run_id(&Value::Text(&text.encode_utf16().collect::<Vec<_>>())).into_owned()
    }

    fn client_hint(text: &str) -> String {
        for_client_id(&Value::Text(&text.encode_utf16().collect::<Vec<_>>())).into_owned()
    }

    #[test]
    fn each_known_form_is_recognised() {
        for (text, words) in [
            ("", "empty string"),
            ("undefined", "missing value"),
            ("null", "missing value"),
            ("[object Object]", "object was turned into text"),
            ("[object Promise]-Ann-Carver", "await"),
            ("NONE", "missing value"),
            ("nil", "missing value"),
            ("true", "boolean was turned into text"),
            ("\"251006-143000\"", "Quotation marks"),
            ("'251006-143000'", "Quotation marks"),
            ("\"251006-143000-Ann", "Quotation marks"),
            ("251006%2D143000", "percent-encoded"),
            ("251006-143000%2dAnn", "percent-encoded"),
            ("{{runId}}", "template"),
            ("${runId}", "template"),
            ("%RUN_ID%", "template"),
            ("$RUN_ID", "template"),
            ("$(RUN_ID)", "template"),
            (":runId", "template"),
            ("[runId]", "template"),
            ("{runId}", "template"),
            ("251006-143000-${clientId}", "template"),
            ("251006143000", "hyphen is missing"),
            ("251006143000-Ann", "hyphen is missing"),
            ("251006_143000", "hyphen is missing"),
            ("251006 143000", "hyphen is missing"),
            ("251006\u{2013}143000", "hyphen is missing"),
            ("251006-143000_Ann", "hyphen is missing"),
            ("251006-143000Ann", "hyphen is missing"),
            ("251006-143000,251006-143001", "more than once"),
            ("Bearer eyJhbGciOiJIUzI1NiJ9", "token or a key"),
            ("sk_live_51Habc", "token or a key"),
            ("20251010020157123", "14 or 17 digits"),
            ("20251006143000", "14 or 17 digits"),
            ("post_batch_1759761000000", "made on the spot"),
            ("client-fallback-Ann-1759761000000", "made on the spot"),
            ("SMART_RESUME_251006-143000", "smart_resume_"),
            ("smart-resume-251006-143000.lock", "smart_resume_"),
            ("Ann-Carver-251006-143000", "part of a longer text"),
            ("run_251006-143000-Ann", "part of a longer text"),
            (" 251006-143000", "White space"),
            ("251006-143000\n", "line end"),
            ("251006-143000\u{a0}", "White space"),
            ("251306-143000", "month 13"),
            ("250230-143000", "day 30"),
            ("251006-253000", "hour 25"),
            ("251006-146000-Ann", "minute 60"),
            ("251006-143060", "second 60"),
            ("HG7ML7M8z78YcAPEB", "Apify"),
            ("job_1a2b_stream1_20251006143000", "job ID"),
            ("job_1a2b_bypass_1759761000000", "job ID"),
            ("SR-251006-001", "SR-"),
            ("0190163d-8694-739b-aea5-966c26f8ad91", "UUID"),
            ("20251006-143000", "four-digit year"),
            ("20251006-143000-Ann", "four-digit year"),
            ("20251006-143000-001", "session ID"),
            ("Ann-Carver", "client ID alone"),
            ("251006-143000-251006-143000", "inside a run ID"),
            ("251006-143000-Ann-251006-143000", ""),
            ("251006-143000.0", ".0"),
            ("UNKNOWN", "placeholder"),
            ("SYSTEM", "placeholder"),
            ("INITIALIZING", "placeholder"),
            ("251006-143000:Ann", "colon"),
            ("smart_resume_251006", "smart_resume_"),
            ("251006-143000-Ann.Carver", "character 4, . (U+002E)"),
            ("251006-143000-Ann Carver", "character 4, U+0020"),
            ("251006-143000-Ann\u{132}", "character 4, U+0132"),
            ("251006-143000-Ann-", "character 4 must be"),
            ("251006-143000-", "nothing follows"),
            ("25100\u{132}-143000", "U+0132 is not ASCII"),
            ("foo bar/251006", "YYMMDD-hhmmss"),
            ("1759761000000", "Unix time"),
            ("2025-10-06T14:30:00Z", "ISO 8601"),
            ("foo bar", "YYMMDD-hhmmss"),
        ] {
            assert!(hint(text).contains(words), "{text}: {}", hint(text));
        }
        assert!(hint(&"x".repeat(79)).contains("at most 78"));
        assert!(for_run_id(&Value::LongText(100_000_000)).contains("at most 78"));
    }

    #[test]
    fn a_client_hint_names_the_character() {
        assert!(client_hint("Ann Carver").starts_with("Character 4, U+0020"));
        assert!(client_hint("").starts_with("Nothing follows"));
        assert!(client_hint("251006-143000").contains("whole run ID"));
        assert!(client_hint("${clientId}").contains("template"));
        assert!(client_hint("\"Ann-Carver\"").contains("Quotation marks"));
        assert!(client_hint("Ann%20Carver").contains("percent-encoded"));
        assert!(client_hint("undefined-x!").contains("Character 12"));
        assert!(for_client_id(&Value::Other(Kind::Null)).contains("base ID"));
        assert!(for_client_id(&Value::Other(Kind::Promise)).contains("await"));
    }
}

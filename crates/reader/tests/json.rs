//! The members of JSON objects against the reading of `serde_json`.

#![expect(clippy::unwrap_used, reason = "what serde_json wrote, it can read")]

use run_id_core::event::OPENING;
use std::fmt;

use proptest::prelude::*;
use run_id_reader::json::{NoJson, Value, members};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// Members in their order, including several with one name.
#[derive(Debug)]
struct Members(Vec<(String, serde_json::Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// The members of the object that a text begins with, and what follows it.
fn wanted(text: &str) -> Option<(Vec<(String, serde_json::Value)>, &str)> {
    if !text.starts_with('{') {
        return None;
    }
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Members>();
    let Members(members) = stream.next()?.ok()?;
    Some((members, &text[stream.byte_offset()..]))
}

type Told<'a> = (Vec<(String, Value<'a>)>, &'a str);

fn told(text: &str) -> Result<Told<'_>, NoJson> {
    let mut told = Vec::new();
    let rest = members(text, |name, value| told.push((name.decode().into_owned(), value)))?;
    Ok((told, rest))
}

fn is_same(value: &Value<'_>, wanted: &serde_json::Value) -> bool {
    match (value, wanted) {
        (Value::Text(text), serde_json::Value::String(wanted)) => text.decode() == wanted.as_str(),
        #[expect(clippy::cast_precision_loss, reason = "serde_json has lost it already")]
        (Value::Number(number), serde_json::Value::Number(wanted)) => match wanted.as_i64() {
            Some(wanted) => *number == wanted,
            None => wanted.as_f64().is_some_and(|wanted| is_whole_part(*number as f64, wanted)),
        },
        // With an exponent, or beyond 63 bits.
        (Value::Other, serde_json::Value::Number(wanted)) => {
            wanted.as_i64().is_none_or(|number| number == i64::MIN)
        }
        (Value::Other, wanted) => !wanted.is_string() && !wanted.is_object() && !wanted.is_array(),
        (Value::Nested(nested), wanted) => {
            (wanted.is_object() || wanted.is_array())
                && serde_json::from_str::<serde_json::Value>(nested).is_ok_and(|nested| nested == *wanted)
        }
        _ => false,
    }
}

/// Whether a number is another one without its fraction. A float rounds: what is a little less than a whole number may
/// come as that number.
fn is_whole_part(number: f64, float: f64) -> bool {
    let is_rounded_up = float.fract() == 0.0
        && (float.abs() - number.abs() - 1.0).abs() < f64::EPSILON
        && float.abs() >= 1e12;
    is_rounded_up || (number - float.trunc()).abs() <= float.abs() * 1e-15
}

/// Compares where both read; tells whether they did.
fn compare(text: &str) -> Result<bool, TestCaseError> {
    match (told(text), wanted(text)) {
        (Ok((told, rest)), Some((wanted, wanted_rest))) => {
            prop_assert_eq!(rest, wanted_rest, "{}", text);
            prop_assert_eq!(told.len(), wanted.len(), "{}", text);
            for ((name, value), (wanted_name, wanted_value)) in told.iter().zip(&wanted) {
                prop_assert_eq!(name, wanted_name, "{}", text);
                prop_assert!(is_same(value, wanted_value), "{value:?} {wanted_value:?} in {text}");
            }
            Ok(true)
        }
        (Err(NoJson), None) => Ok(false),
        // Half a surrogate pair, or a number that no float can hold.
        (Ok(_), None) => {
            let text = text.to_ascii_lowercase();
            let has_half = ["\\ud8", "\\ud9", "\\uda", "\\udb", "\\udc", "\\udd", "\\ude", "\\udf"];
            prop_assert!(has_half.iter().any(|half| text.contains(half)) || text.contains('e'), "{text}");
            Ok(false)
        }
        (Err(NoJson), Some(_)) => Err(TestCaseError::fail(format!("refused: {text}"))),
    }
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,12}",
        "[\u{0}-\u{20}\"\\\\/a\u{7F}-\u{100}\u{FFFF}-\u{10002}]{0,20}",
        prop::sample::select(&["runId", "pid", "", OPENING, "1234567", "12345678", "123456789"][..])
            .prop_map(str::to_owned),
    ]
}

fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        (-1000..1000_i64).prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        (-1e6..1e6).prop_map(Into::into),
        texts().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec((texts(), inner), 0..5)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// An object as text: names may be there twice, texts escaped to the last character, blanks anywhere.
fn objects() -> impl Strategy<Value = String> {
    let blank = prop::sample::select(&["", "", " ", "\t\r\n "][..]);
    let member = (texts(), values(), any::<bool>(), any::<bool>());
    (prop::collection::vec(member, 0..6), blank, any::<bool>()).prop_map(|(members, blank, is_pretty)| {
        let members = members.into_iter().map(|(name, value, is_name_escaped, is_escaped)| {
            let name = serde_json::Value::String(name);
            let value =
                if is_pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
            let escaped = |text: String, is_escaped: bool| {
                if is_escaped && text.starts_with('"') { escape_all(&text) } else { text }
            };
            format!(
                "{}{blank}:{blank}{}",
                escaped(name.to_string(), is_name_escaped),
                escaped(value, is_escaped)
            )
        });
        let separator = format!("{blank},{blank}");
        format!("{{{blank}{}{blank}}}", members.collect::<Vec<_>>().join(&separator))
    })
}

/// A JSON string with each of its characters as `\uXXXX`.
fn escape_all(json: &str) -> String {
    let text: String = serde_json::from_str(json).unwrap();
    let units: Vec<String> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    format!("\"{}\"", units.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn valid_objects_are_read_as_serde_json_reads_them(text in objects(), rest in "[ }\\]\",a]{0,3}") {
        prop_assert!(compare(&text)?);
        let followed = text + &rest;
        prop_assert!(compare(&followed)?);
    }

    #[test]
    fn what_serde_json_refuses_is_refused(
        text in objects(),
        at in any::<prop::sample::Index>(),
        removed in 0..4_usize,
        put in prop_oneof![
            Just(String::new()),
            "[{}\\[\\]:,\"\\\\ \n0-9eE+.u-]{0,3}",
            prop::sample::select(&["\\u", "\\ud83d", "\\ude00", "\\x", "01", "-", "1.", ".5", "1e", "nul", "\u{1}", "\u{1F}", "\u{20}"][..])
                .prop_map(str::to_owned),
        ],
    ) {
        let characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len());
        let tail = &characters[(at + removed).min(characters.len())..];
        let mutated: String = characters[..at].iter().copied().chain(put.chars()).chain(tail.iter().copied()).collect();
        compare(&mutated)?;
        let cut: String = characters[..at].iter().collect();
        prop_assert_eq!(told(&cut), Err(NoJson));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\{?\"?.{0,40}") {
        compare(&text)?;
    }
}

#[test]
fn a_float_that_was_rounded_up_is_told_from_a_wrong_number() {
    assert!(is_whole_part(374_877_782_800_631.0, 374_877_782_800_631.99_f64));
    assert!(!is_whole_part(630.0, 631.5) && !is_whole_part(630.0, 631.0) && is_whole_part(631.0, 631.9));
}

#[test]
fn every_character_may_end_a_string_or_stand_in_it_at_every_place() {
    for length in 0..20 {
        for byte in (0..=0x80).map(char::from).chain(['\u{A2}', '\u{DC}', '\u{2022}', '\u{1F600}']) {
            for at in 0..=length {
                let text = format!("{{\"{}{byte}{}\":1}}", "x".repeat(at), "\u{A2}".repeat(length - at));
                assert_eq!(told(&text).is_ok(), wanted(&text).is_some(), "{text:?}");
            }
        }
    }
}

#[test]
fn a_comma_stands_between_two_and_nowhere_else() {
    for text in [
        "{,}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1,,\"b\":1}",
        "{\"a\":1 \"b\":1}",
        "{\"a\":[1,]}",
        "{\"a\":[,]}",
        "{\"a\":{\"b\":1,}}",
    ] {
        assert_eq!((told(text), wanted(text)), (Err(NoJson), None), "{text}");
    }
}

#[test]
fn half_a_pair_is_a_replacement_character() {
    for (escaped, decoded) in [
        (r"\ud83d", "\u{FFFD}"),
        (r"\ude00x", "\u{FFFD}x"),
        (r"\ud83dx\ude00", "\u{FFFD}x\u{FFFD}"),
        (r"\ud83d\ud83d\ude00", "\u{FFFD}\u{1F600}"),
        (r"\ud83d\u0041", "\u{FFFD}A"),
        (r"\ud83d\n", "\u{FFFD}\n"),
        (r"\ud83d\\u0041", "\u{FFFD}\\u0041"),
        ("\\ud83d\u{1F600}", "\u{FFFD}\u{1F600}"),
    ] {
        let text = format!("{{\"{escaped}\":\"{escaped}\"}}");
        let (told, _) = told(&text).unwrap();
        let Value::Text(value) = &told[0].1 else { unreachable!() };
        assert_eq!((told[0].0.as_str(), value.decode().as_ref(), value.raw()), (decoded, decoded, escaped));
    }
}

#[test]
fn nesting_has_a_limit() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for (depth, is_read) in [(1, true), (99, true), (100, true), (101, false), (100_000, false)] {
            let inner = if close == "]" { "" } else { "1" };
            let text = format!("{{\"a\":{}{inner}{}}}", open.repeat(depth), close.repeat(depth));
            assert_eq!(told(&text).is_ok(), is_read, "{open} {depth}");
        }
    }
}

#[test]
fn numbers_are_whole_and_fit_or_are_something_else() {
    for (text, value) in [
        ("0", Value::Number(0)),
        ("-0", Value::Number(0)),
        ("9223372036854775807", Value::Number(i64::MAX)),
        ("-9223372036854775807", Value::Number(-i64::MAX)),
        ("9223372036854775808", Value::Other),
        ("-9223372036854775808", Value::Other),
        ("99999999999999999999999999", Value::Other),
        ("1759761000000.75", Value::Number(1_759_761_000_000)),
        ("1e3", Value::Other),
        ("1.5E+3", Value::Other),
    ] {
        let text = format!("{{\"a\":{text}}}");
        assert_eq!(told(&text).unwrap().0, [("a".to_owned(), value)], "{text}");
    }
}

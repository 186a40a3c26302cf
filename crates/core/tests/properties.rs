//! Properties that hold for any input.

#![expect(clippy::unwrap_used, reason = "a pattern that does not compile is a mistake in this test")]

use proptest::prelude::*;
use regex::Regex;
use run_id_core::base::{BASE_LENGTH, Base, FIRST_SECOND, LAST_SECOND};
use run_id_core::client_id;
use run_id_core::rejection::Rejection;
use run_id_core::run_id::{self, RunId};
use run_id_core::sequence::Sequence;
use run_id_core::text::Value;

/// The grammar again, without a thought for speed: split, let chrono judge the date.
fn is_run_id_by_chrono(text: &str) -> bool {
    let (Some(base), Some(rest)) = (text.get(..BASE_LENGTH), text.get(BASE_LENGTH..)) else { return false };
    let digits_only =
        base.bytes().enumerate().all(|(at, b)| if at == 6 { b == b'-' } else { b.is_ascii_digit() });
    let real = chrono::NaiveDateTime::parse_from_str(&format!("20{base}"), "%Y%m%d-%H%M%S").is_ok();
    digits_only
        && real
        && !base.ends_with("60")
        && (rest.is_empty() || rest.strip_prefix('-').is_some_and(is_client))
}

fn is_client(text: &str) -> bool {
    let alnum = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let shape: String =
        text.chars().take(BASE_LENGTH).map(|c| if c.is_ascii_digit() { 'N' } else { c }).collect();
    (1..=64).contains(&text.len())
        && alnum(text.chars().next())
        && alnum(text.chars().last())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && shape != "NNNNNN-NNNNNN"
}

fn near_run_ids() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{6}-[0-9]{6}",
        "[0-9]{2}[01][0-9][0-3][0-9]-[0-2][0-9][0-5][0-9][0-6][0-9](-[A-Za-z0-9_-]{0,70})?",
        "2510(0|1|3)[0-9]-14[0-6][0-9]00[-_:. ]?[ -~]{0,30}",
        "251006-143000-[0-9]{6}-[0-9]{6}[A-Za-z]?",
        ".*",
    ]
}

fn near_client_ids() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9_-]{0,70}",
        "[A-Za-z0-9]([A-Za-z0-9_-]{60,64}[A-Za-z0-9])?",
        "[0-9]{5,7}[-_][0-9]{5,7}[A-Za-z_-]{0,3}",
        "[A-Z][a-z]{0,3}[ -~\u{e9}\n][A-Za-z]{0,3}",
    ]
}

/// An exported pattern. The `regex` crate has no lookahead, so what must not follow is a pattern of its own.
struct Pattern {
    with_nested: Regex,
    nested: Regex,
}

impl Pattern {
    fn new(pattern: &str) -> Self {
        const LOOKAHEAD: &str = "(?![0-9]{6}-[0-9]{6})";
        let (before, after) = pattern.split_once(LOOKAHEAD).unwrap();
        let before_nested = before.replace("(?:-", "-");
        Self {
            with_nested: Regex::new(&format!("{before}{after}")).unwrap(),
            nested: Regex::new(&format!("{before_nested}[0-9]{{6}}-[0-9]{{6}}")).unwrap(),
        }
    }

    fn accepts(&self, text: &str) -> bool {
        self.with_nested.is_match(text) && !self.nested.is_match(text)
    }
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) })]

    #[test]
    fn the_parser_agrees_with_a_slow_one(text in near_run_ids()) {
        prop_assert_eq!(RunId::parse(text.as_bytes()).is_ok(), is_run_id_by_chrono(&text), "{}", text);
    }

    #[test]
    fn the_patterns_accept_what_the_parsers_accept(text in prop_oneof![near_run_ids(), near_client_ids()]) {
        thread_local! {
            static RUN_ID: Pattern = Pattern::new(run_id::PATTERN);
            static CLIENT_ID: Pattern = Pattern::new(client_id::PATTERN);
        }
        prop_assert_eq!(RUN_ID.with(|pattern| pattern.accepts(&text)), RunId::parse(text.as_bytes()).is_ok());
        prop_assert_eq!(
            CLIENT_ID.with(|pattern| pattern.accepts(&text)),
            client_id::check(text.as_bytes()).is_ok()
        );
    }

    #[test]
    fn bytes_and_utf16_are_judged_alike(text in near_run_ids()) {
        let units = units(&text);
        let (bytes, units) = (RunId::parse(text.as_bytes()), RunId::parse(&units));
        prop_assert_eq!(bytes.is_ok(), units.is_ok());
        if let (Ok(bytes), Ok(units)) = (bytes, units) {
            prop_assert_eq!(bytes.base, units.base);
            let client = units.client.map(String::from_utf16_lossy);
            prop_assert_eq!(bytes.client, client.as_deref().map(str::as_bytes));
        }
    }

    #[test]
    fn any_unit_that_is_not_ascii_refuses(text in "251006-143000-[A-Za-z]{1,20}", at in any::<prop::sample::Index>(), unit in 0x80..=u16::MAX) {
        let mut units = units(&text);
        let at = at.index(units.len());
        units[at] = unit;
        prop_assert!(RunId::parse(&units).is_err());
    }

    #[test]
    fn every_message_is_one_short_line_of_printable_ascii(
        units in prop_oneof![prop::collection::vec(any::<u16>(), 0..200), near_run_ids().prop_map(|t| units(&t))],
        source in prop::option::of(Just("req.specificRunId".to_owned())),
    ) {
        let value = Value::Text(&units);
        for rejection in [Rejection::of_run_id(&value, || "resolveRunIdWithSource".to_owned()), Rejection::of_client_id(&value)] {
            let message = rejection.at(source.clone()).message();
            prop_assert!(message.bytes().all(|b| (0x20..=0x7E).contains(&b)), "{}", message);
            prop_assert!(message.len() < 500, "{}", message);
        }
        prop_assert!(value.received().len() <= 64);
    }

    #[test]
    fn a_base_goes_there_and_back(seconds in FIRST_SECOND..=LAST_SECOND) {
        let base = Base::from_unix(seconds).unwrap();
        prop_assert_eq!(base.unix(), seconds);
        prop_assert_eq!(Base::parse(&base.text()), Ok(base));
    }

    #[test]
    fn a_client_is_judged_alike_alone_and_in_a_run_id(client in "[A-Za-z0-9_.-]{0,70}") {
        let run_id = format!("251006-143000-{client}");
        prop_assert_eq!(client_id::check(client.as_bytes()).is_ok(), RunId::parse(run_id.as_bytes()).is_ok());
    }

    #[test]
    fn whatever_the_clock_does_bases_increase_within_the_lead(
        steps in prop::collection::vec(-20_000i64..20_000, 1..200),
        max_lead in 0i64..30,
    ) {
        let sequence = Sequence::new();
        let mut now_ms = 1_759_752_000_000;
        let mut last = 0;
        for step in steps {
            now_ms += step;
            let now = now_ms / 1000;
            let expected = now.max(last + 1);
            match sequence.issue(now_ms, max_lead, 0) {
                Ok(issued) => {
                    prop_assert_eq!(issued.base.unix(), expected);
                    prop_assert_eq!(issued.lead_seconds, expected - now);
                    prop_assert!(issued.lead_seconds <= max_lead);
                    last = expected;
                }
                Err(_) => prop_assert!(expected - now > max_lead, "refused although {} fits", expected),
            }
        }
    }
}

//! The forms of other systems' IDs against patterns that say the same.

#![expect(clippy::unwrap_used, reason = "a pattern that does not compile is a mistake in this test")]

use proptest::prelude::*;
use regex::Regex;
use run_id_core::lookalike::Lookalike;

const PADDING: &str =
    r"[\x00-\x20\x{A0}\x{1680}\x{2000}-\x{200F}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]";

fn patterns() -> Vec<(Lookalike, Regex)> {
    [
        (Lookalike::Empty, "^$".to_owned()),
        (Lookalike::MissingAsText, "^(?:undefined|null|NaN)$".to_owned()),
        (Lookalike::PromiseAsText, r"^\[object Promise\]".to_owned()),
        (Lookalike::ObjectAsText, r"\[object [A-Za-z]+\]".to_owned()),
        (Lookalike::Padded, format!("^{PADDING}|{PADDING}$")),
        (Lookalike::Sentinel, "^(?:[0-9]{6}-[0-9]{6}-)?(?:UNKNOWN|SYSTEM|INITIALIZING)$".to_owned()),
        (Lookalike::SessionId, "^[0-9]{8}-[0-9]{6}".to_owned()),
        (Lookalike::Fraction, r"\.0$".to_owned()),
        (Lookalike::ColonJoined, "^[0-9]{6}-[0-9]{6}:".to_owned()),
        (Lookalike::Nested, "^[0-9]{6}-[0-9]{6}-[0-9]{6}-[0-9]{6}".to_owned()),
        (Lookalike::JobId, "^job_".to_owned()),
        (Lookalike::SmartResume, "^smart_resume_".to_owned()),
        (Lookalike::SrId, "^SR-".to_owned()),
        (Lookalike::Uuid, "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$".to_owned()),
        (Lookalike::EpochTime, "^[0-9]{10}(?:[0-9]{3})?$".to_owned()),
        (Lookalike::ApifyId, "^[A-Za-z0-9]{17}$".to_owned()),
        (Lookalike::IsoTime, "^[0-9]{4}-[0-9]{2}-[0-9]{2}".to_owned()),
    ]
    .map(|(form, pattern)| (form, Regex::new(&pattern).unwrap()))
    .into()
}

fn near_forms() -> impl Strategy<Value = String> {
    prop_oneof![
        "(undefined|null|NaN)?",
        r".{0,3}\[object [A-Za-z1]{0,8}\]?.{0,3}",
        r"\[object \[object [A-Z]\]",
        "[\\x00- \u{7F}\u{A0}\u{1680}\u{1FFF}-\u{2010}\u{2027}-\u{2030}\u{205F}\u{3000}\u{FEFF}]?[ab]{1,2}[\t\u{A0}\u{2060}\u{FEFF}]?",
        "([0-9]{6}-[0-9]{6}-)?(UNKNOWN|SYSTEM|INITIALIZING)x?",
        "[0-9]{7,9}-[0-9]{5,7}",
        r"[0-9]{6}-[0-9]{6}[:.](Ann|0)?",
        "[0-9]{6}-[0-9]{6}(-[0-9]{5,6}){1,2}-?[0-9]{5,6}",
        "(job_|smart_resume_|SR-|sr-)[a-z0-9_]{0,9}",
        "[0-9a-gA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{11,13}",
        "[0-9]{9,14}",
        "[A-Za-z0-9_]{16,18}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}.{0,3}",
        ".*",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_first_form_that_fits_is_told(text in near_forms()) {
        thread_local!(static PATTERNS: Vec<(Lookalike, Regex)> = patterns());
        let expected = PATTERNS.with(|patterns| {
            patterns.iter().find(|(_, pattern)| pattern.is_match(&text)).map(|(form, _)| *form)
        });
        prop_assert_eq!(Lookalike::of(&text), expected);
    }
}

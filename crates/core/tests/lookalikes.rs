//! The forms of other systems' IDs against patterns that say the same.

#![expect(clippy::unwrap_used, reason = "a pattern that does not compile is a mistake in this test")]

use proptest::prelude::*;
use regex::Regex;
use run_id_core::lookalike::Lookalike;

const PADDING: &str =
    r"[\x00-\x20\x{A0}\x{1680}\x{2000}-\x{200F}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]";

const NAME: &str = "[A-Za-z_][A-Za-z0-9_]*";

fn patterns() -> Vec<(Lookalike, Regex)> {
    [
        (Lookalike::Empty, "^$".to_owned()),
        (Lookalike::MissingAsText, "^(?i-u:undefined|null|NaN|none|nil)$".to_owned()),
        (Lookalike::BooleanAsText, "^(?i-u:true|false)$".to_owned()),
        (Lookalike::PromiseAsText, r"^\[object Promise\]".to_owned()),
        (Lookalike::ObjectAsText, r"\[object [A-Za-z]+\]".to_owned()),
        (Lookalike::Padded, format!("^{PADDING}|{PADDING}$")),
        (Lookalike::Quoted, r#"^["']|["']$"#.to_owned()),
        (
            Lookalike::Template,
            format!(r"\{{\{{|\$\{{|\$\(|^\$|^(?:%{NAME}%|\{{{NAME}\}}|<{NAME}>|\[{NAME}\]|:{NAME})$"),
        ),
        (Lookalike::PercentEncoded, "%[0-9A-Fa-f]{2}".to_owned()),
        (Lookalike::Credential, "^(?:(?i-u:bearer) |eyJ|sk_|ghp_)".to_owned()),
        (Lookalike::Sentinel, "^(?:[0-9]{6}-[0-9]{6}-)?(?:UNKNOWN|SYSTEM|INITIALIZING)$".to_owned()),
        (Lookalike::SessionId, "^[0-9]{8}-[0-9]{6}".to_owned()),
        (Lookalike::Fraction, r"\.0$".to_owned()),
        (Lookalike::Repeated, "^[0-9]{6}-[0-9]{6}(?s:.*),".to_owned()),
        (Lookalike::ColonJoined, "^[0-9]{6}-[0-9]{6}:".to_owned()),
        (Lookalike::Nested, "^[0-9]{6}-[0-9]{6}-[0-9]{6}-[0-9]{6}".to_owned()),
        (Lookalike::HyphenLost, "^[0-9]{6}(?:[^-0-9]?[0-9]{6}(?:[^0-9]|$)|-[0-9]{6}[^-0-9])".to_owned()),
        (Lookalike::JobId, "^job_".to_owned()),
        (Lookalike::SmartResume, "^(?i-u:smart[_-]resume[_-])".to_owned()),
        (Lookalike::SrId, "^SR-".to_owned()),
        (Lookalike::Uuid, "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$".to_owned()),
        (Lookalike::EpochTime, "^(?:[0-9]{10}|[0-9]{13}|[0-9]{16})$".to_owned()),
        (Lookalike::DigitTime, "^(?:[0-9]{14}|[0-9]{17})$".to_owned()),
        (Lookalike::ApifyId, "^[A-Za-z0-9]{17}$".to_owned()),
        (Lookalike::IsoTime, "^[0-9]{4}-[0-9]{2}-[0-9]{2}".to_owned()),
        (Lookalike::FromClock, "^[A-Za-z](?s:.*)[_-][0-9]{13}$".to_owned()),
        (Lookalike::Enclosed, "^(?s:[^0-9]|[^0-9].*[^0-9])[0-9]{6}-[0-9]{6}".to_owned()),
    ]
    .map(|(form, pattern)| (form, Regex::new(&pattern).unwrap()))
    .into()
}

fn near_forms() -> impl Strategy<Value = String> {
    prop_oneof![
        "(undefined|null|NaN|none|NIL|true|False)?x?",
        r#"["']?[0-9a]{1,3}["']?"#,
        r"(%|\{|<|\[|:|\$|\$\{|\{\{)?[A-Za-z0-9_-]{0,4}(%|\}|>|\]|\}\})?",
        "25%[0-9A-Ga-g]{1,3}",
        "(Bearer |bearer|eyJ|sk_|ghp_|Eyj)[a-z0-9]{0,9}",
        "[0-9]{5,7}([-_.T ]|\u{2013})?[0-9]{5,7}([-_, ][a-z]{0,3})?",
        "[A-Za-z0-9]?[a-z_-]{0,5}[_-]?[0-9]{12,14}",
        "[0-9a-z_-]{0,4}[0-9]{6}-[0-9]{6}[a-z.-]{0,3}",
        r".{0,3}\[object [A-Za-z1]{0,8}\]?.{0,3}",
        r"\[object \[object [A-Z]\]",
        "[\\x00- \u{7F}\u{A0}\u{1680}\u{1FFF}-\u{2010}\u{2027}-\u{2030}\u{205F}\u{3000}\u{FEFF}]?[ab]{1,2}[\t\u{A0}\u{2060}\u{FEFF}]?",
        "([0-9]{6}-[0-9]{6}-)?(UNKNOWN|SYSTEM|INITIALIZING)x?",
        "[0-9]{7,9}-[0-9]{5,7}",
        r"[0-9]{6}-[0-9]{6}[:.](Ann|0)?",
        "[0-9]{6}-[0-9]{6}(-[0-9]{5,6}){1,2}-?[0-9]{5,6}",
        "(job_|smart_resume_|Smart-Resume_|smartresume_|SR-|sr-)[a-z0-9_]{0,9}",
        "[0-9a-gA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{11,13}",
        "[0-9]{9,18}",
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

//! The patterns of other systems' IDs against hand-written matching that says the same.

use proptest::prelude::*;
use run_id_core::base::begins_like_base;
use run_id_core::lookalike::Lookalike;
use run_id_core::text;

type Form = (Lookalike, fn(&str) -> bool);

/// Each form with what recognizes it. The first that fits counts.
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

/// Words that meant "no run ID yet".
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

/// A base after something else.
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
        let expected = FORMS.iter().find(|(_, fits)| fits(&text)).map(|(form, _)| *form);
        prop_assert_eq!(Lookalike::of(&text), expected);
    }
}

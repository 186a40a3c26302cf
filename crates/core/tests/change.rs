//! Each kind of change, made by a generator, is named; whatever a list of all IDs says about a change, the index and the
//! lookups of a diagnosis find; and false matches are counted on realistic populations.

#![expect(clippy::unwrap_used, reason = "a helper of tests may fail as they do")]

use std::collections::{BTreeMap, HashMap};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use run_id_core::base::Base;
use run_id_core::change::{Change, Kind, ZONE_OFFSETS, between, right_times};
use run_id_core::known::KnownRunIds;
use run_id_core::near;
use run_id_core::run_id::RunId;

const PLACEHOLDERS: [&str; 3] = ["undefined", "null", "NaN"];

fn change(wrong: &str, right: &str) -> Option<Change> {
    between(RunId::of(wrong).unwrap(), RunId::of(right).unwrap())
}

fn named(wrong: &str, right: &str) -> Option<&'static str> {
    change(wrong, right).map(|change| change.kind.name())
}

/// A second of 2020 to 2079, as far from the ends of the century as a change goes.
fn second() -> impl Strategy<Value = i64> {
    1_577_836_800i64..3_471_292_800
}

fn text_of(second: i64) -> String {
    Base::from_unix(second).unwrap().to_string()
}

/// First and last names, with a hyphen between them.
fn client() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{2,8}-[A-Z][a-z]{2,8}"
}

/// The text with the characters of a change left out.
fn without_span(wrong: &str, change: &Change) -> String {
    format!("{}{}", &wrong[..change.span.start], &wrong[change.span.end..])
}

proptest! {
    #[test]
    fn letters_of_another_case(second in second(), client in client(), flips in any::<u64>()) {
        let right = format!("{}-{client}", text_of(second));
        let flipped = client.chars().enumerate().map(|(at, letter)| match flips >> at & 1 {
            1 if letter.is_ascii_lowercase() => letter.to_ascii_uppercase(),
            1 => letter.to_ascii_lowercase(),
            _ => letter,
        });
        let wrong = format!("{}-{}", text_of(second), flipped.collect::<String>());
        prop_assume!(wrong != right);
        let change = change(&wrong, &right).unwrap();
        prop_assert_eq!(change.kind.name(), "case-changed");
        let differs = |at: &usize| wrong.as_bytes()[*at] != right.as_bytes()[*at];
        let places: Vec<usize> = (0..wrong.len()).filter(differs).collect();
        prop_assert_eq!(change.span, places[0]..places[places.len() - 1] + 1);
    }

    #[test]
    fn separators_exchanged_or_dropped(second in second(), parts in vec("[A-Z][a-z]{1,6}", 2..5), others in vec(0..3, 4), is_lower: bool) {
        let base = text_of(second);
        let right = format!("{base}-{}", parts.join("-"));
        let mut wrong = parts[0].clone();
        for (part, other) in parts[1..].iter().zip(&others) {
            wrong += ["-", "_", ""][usize::try_from(*other).unwrap()];
            wrong += part;
        }
        let wrong = if is_lower { wrong.to_lowercase() } else { wrong };
        prop_assume!(others[..parts.len() - 1].iter().any(|other| *other != 0));
        prop_assert_eq!(named(&format!("{base}-{wrong}"), &right), Some("separator-changed"));
    }

    #[test]
    fn placeholders(second in second(), client in client(), placeholder in select(&PLACEHOLDERS)) {
        let base = text_of(second);
        let wrong = format!("{base}-{placeholder}");
        let change = change(&wrong, &format!("{base}-{client}")).unwrap();
        prop_assert_eq!(change.kind.name(), "placeholder-client");
        prop_assert_eq!(&wrong[change.span], placeholder);
    }

    #[test]
    fn a_suffix_twice_added_or_missing(second in second(), one in client(), other in client()) {
        prop_assume!(!one.eq_ignore_ascii_case(&other));
        let base = text_of(second);
        let right = format!("{base}-{other}");
        for (wrong, name) in [
            (format!("{right}-{other}"), "suffix-twice"),
            (format!("{base}-{one}-{other}"), "suffix-added"),
        ] {
            let change = change(&wrong, &right).unwrap();
            prop_assert_eq!(change.kind.name(), name);
            prop_assert_eq!(without_span(&wrong, &change), right.clone());
        }
        let change = change(&base, &right).unwrap();
        prop_assert_eq!((change.kind.name(), change.span), ("suffix-missing", 13..13));
        prop_assert_eq!(named(&format!("{base}-{one}"), &right), Some("suffix-of-another-client"));
    }

    #[test]
    fn a_suffix_cut(second in second(), client in client(), at in 1usize..18) {
        let cut = &client[..at.min(client.len() - 1)];
        prop_assume!(!cut.ends_with('-'));
        let base = text_of(second);
        let wrong = format!("{base}-{cut}");
        let change = change(&wrong, &format!("{base}-{client}")).unwrap();
        prop_assert_eq!((change.kind.name(), change.span), ("suffix-cut", wrong.len()..wrong.len()));
    }

    #[test]
    fn a_time_zone(second in second(), minutes in select(&ZONE_OFFSETS), is_ahead: bool) {
        let minutes = if is_ahead { minutes } else { -minutes };
        let wrong = format!("{}-Ann", text_of(second + minutes * 60));
        let change = change(&wrong, &format!("{}-Ann", text_of(second))).unwrap();
        prop_assert_eq!((change.kind.name(), change.minutes), ("time-zone-shift", Some(minutes)));
    }

    #[test]
    fn digits_exchanged(second in second(), at in 0usize..12) {
        let right = text_of(second);
        let mut wrong = right.clone().into_bytes();
        wrong.swap(at, at + 1);
        let wrong = String::from_utf8(wrong).unwrap();
        prop_assume!(wrong != right && RunId::of(&wrong).is_some());
        let change = change(&wrong, &right).unwrap();
        // An exchange of hours that amounts to nine hours is also the time zone of Japan.
        let is_zone = change.minutes.is_some_and(|minutes| ZONE_OFFSETS.contains(&minutes.abs()));
        prop_assert_eq!(change.kind.name(), if is_zone { "time-zone-shift" } else { "digits-exchanged" });
        prop_assert_eq!(change.span, at..at + 2);
    }

    #[test]
    fn dates(second in second(), days in 1i64..=31, is_later: bool, order in 0usize..5) {
        let right = text_of(second);
        let shifted = text_of(second + if is_later { days } else { -days } * 86_400);
        let parts = [&right[..2], &right[2..4], &right[4..6]];
        let order = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]][order];
        let arranged = format!("{}{}", order.map(|at| parts[at]).concat(), &right[6..]);
        for wrong in [shifted, arranged] {
            if wrong == right || RunId::of(&wrong).is_none() {
                continue;
            }
            let change = change(&wrong, &right).unwrap();
            let is_swap = change.kind == Kind::DigitsExchanged && change.span.len() == 2;
            prop_assert!(is_swap || change.kind == Kind::DateChanged, "{} {}", wrong, right);
            prop_assert!(change.span.end <= 6);
        }
    }

    #[test]
    fn unrelated_ids_have_nothing_in_common(one in second(), other in second(), clients in (client(), client())) {
        let apart = (one - other).abs();
        prop_assume!(apart % 60 != 0 && apart > 0);
        let [one, other] = [one, other].map(text_of);
        prop_assume!(one.chars().zip(other.chars()).filter(|(a, b)| a != b).count() > 2);
        prop_assert_eq!(named(&one, &other), None);
        prop_assert_eq!(named(&format!("{one}-{}", clients.0), &format!("{other}-{}", clients.0)), None);
        prop_assume!(clients.0 != clients.1);
        prop_assert_eq!(named(&format!("{one}-{}", clients.0), &format!("{one}-{}", clients.0)), None);
        prop_assert_eq!(named(&format!("{one}-{}", clients.0), &format!("{other}-{}", clients.1)), None);
    }

    /// Against all known IDs, one by one. They are alike on purpose.
    #[test]
    fn the_index_finds_what_a_walk_through_all_finds(
        known in vec(run_id_of_few(), 1..40),
        wrong in run_id_of_few(),
    ) {
        let index: KnownRunIds<'_> = known.iter().map(String::as_str).collect();
        let run_id = RunId::of(&wrong).unwrap();
        prop_assert_eq!(index.get(run_id), known.contains(&wrong).then_some(wrong.as_str()));
        for &kind in Kind::ALL {
            let fits = |right: &&String| change(&wrong, right).is_some_and(|change| change.kind == kind);
            let mut all: Vec<&String> = known.iter().filter(fits).collect();
            all.sort();
            all.dedup();
            let found = index.changed_into(run_id, kind);
            if kind == Kind::SuffixAdded {
                // Then the ID to which the suffix was added is known, too.
                let is_known = |right: &&&String| {
                    let front = wrong.strip_suffix(&right[14..]).and_then(|front| front.strip_suffix('-'));
                    front.is_some_and(|front| known.iter().any(|known| known == front))
                };
                prop_assert_eq!(found.is_some(), all.iter().any(|right| is_known(&right)), "{} {:?}", wrong, all);
            } else {
                prop_assert_eq!(found.is_some(), !all.is_empty(), "{} {} {:?}", wrong, kind.name(), all);
            }
            if let Some(found) = found {
                prop_assert!(all.iter().any(|right| *right == found), "{} {}", wrong, found);
                let apart = |text: &str| (RunId::of(text).unwrap().base.unix() - run_id.base.unix()).abs();
                prop_assert!(!kind.is_of_time() || all.iter().all(|right| apart(right) >= apart(found)));
            }
        }
    }
}

proptest! {
    // Each walks through every minute of two months.
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn every_change_of_time_is_enumerated_and_nothing_else(second in second()) {
        let wrong = Base::from_unix(second).unwrap();
        let listed: Vec<(Kind, i64)> = right_times(wrong).collect();
        for (kind, right) in &listed {
            let right = RunId { base: Base::from_unix(*right).unwrap(), client: None };
            let change = between(RunId { base: wrong, client: None }, right).unwrap();
            prop_assert_eq!(change.kind, *kind);
        }
        let times: HashMap<i64, Kind> = listed.iter().map(|(kind, right)| (*right, *kind)).collect();
        prop_assert_eq!(times.len(), listed.len());
        prop_assert!(listed.len() <= 50 + 12 + 62 + 5);
        // Each minute of 33 days around.
        for apart in (-47_520i64..=47_520).filter(|apart| *apart != 0) {
            let right = RunId { base: Base::from_unix(second + apart * 60).unwrap(), client: None };
            let change = between(RunId { base: wrong, client: None }, right);
            prop_assert_eq!(change.map(|change| change.kind), times.get(&(second + apart * 60)).copied());
        }
    }
}

/// One of few bases, with a client of few, or none: most pairs are a change of another.
fn run_id_of_few() -> impl Strategy<Value = String> {
    let base = select(&["251006-143000", "251006-133000", "251007-143000", "251006-134000", "250610-143000"]);
    let client = select(&[
        "",
        "-Ann",
        "-ann",
        "-Ann-Carver",
        "-Ann_Carver",
        "-anncarver",
        "-Ann-Ann",
        "-Ann-Bob",
        "-Bob",
        "-null",
        "-An",
    ]);
    (base, client).prop_map(|(base, client)| format!("{base}{client}"))
}

/// For how many of the IDs another one is taken for the right one, by kind: as if each had been missed once.
fn false_matches(ids: &[String]) -> BTreeMap<&'static str, usize> {
    let known: KnownRunIds<'_> = ids.iter().map(String::as_str).collect();
    let run_ids = || ids.iter().map(|text| RunId::of(text).unwrap());
    let taken = |kind| run_ids().filter(|run_id| known.changed_into(*run_id, kind).is_some()).count();
    Kind::ALL.iter().map(|kind| (kind.name(), taken(*kind))).filter(|(_, count)| *count > 0).collect()
}

fn counts<const N: usize>(of_kinds: [(&'static str, usize); N]) -> BTreeMap<&'static str, usize> {
    of_kinds.into_iter().collect()
}

/// Names that neither begin nor end with another one.
fn names(count: usize) -> Vec<String> {
    let firsts = [
        "Ann", "Bob", "Cid", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jill", "Karl", "Lena", "Max",
        "Nora", "Otto", "Pia", "Quinn", "Rosa", "Sven", "Tina",
    ];
    let lasts =
        ["Carver", "Lindqvist", "Marsh", "Okafor", "Petrov", "Quist", "Rivera", "Sato", "Tanaka", "Ueda"];
    let all = firsts.iter().flat_map(|first| lasts.iter().map(move |last| format!("{first}-{last}")));
    all.take(count).collect()
}

/// Monday, 6 October 2025, midnight.
const START: i64 = 1_759_708_800;

fn with_clients(seconds: impl Iterator<Item = i64>, clients: &[String]) -> Vec<String> {
    let bases = seconds.map(text_of);
    bases
        .flat_map(|base| clients.iter().map(move |client| format!("{base}-{client}")).collect::<Vec<_>>())
        .collect()
}

// The figures of docs/changes.md.

#[test]
fn false_matches_of_three_thousand_runs_a_second_apart() {
    let clients = names(200);
    let of_three = |at: i64| format!("{}-{}", text_of(START + at), clients[usize::try_from(at % 3).unwrap()]);
    let ids: Vec<String> = (0..3_000).map(of_three).collect();
    assert_eq!(false_matches(&ids), counts([("digits-exchanged", 2_150)]));
}

#[test]
fn false_matches_of_the_jobs_of_a_year() {
    const DAY: i64 = 86_400;
    let client = names(1);
    let daily = with_clients((0..365).map(|day| START + day * DAY + 3 * 3_600), &client);
    assert_eq!(false_matches(&daily), counts([("date-changed", 365), ("digits-exchanged", 168)]));
    let quarters = with_clients((0..365 * 96).map(|quarter| START + quarter * 900), &client);
    assert_eq!(quarters.len(), 35_040);
    assert_eq!(
        false_matches(&quarters),
        counts([("date-changed", 35_040), ("digits-exchanged", 17_704), ("time-zone-shift", 35_040)])
    );
}

#[test]
fn false_matches_of_two_hundred_clients_of_one_base() {
    let mut ids = with_clients([START].into_iter(), &names(200));
    ids.push(text_of(START));
    assert_eq!(false_matches(&ids), counts([("suffix-missing", 201), ("suffix-of-another-client", 200)]));
}

#[test]
fn a_date_is_changed_by_31_days_at_most() {
    for (wrong, kind) in [
        ("251106", Some("date-changed")),
        ("250905", Some("date-changed")),
        ("251107", None),
        ("250904", None),
    ] {
        assert_eq!(named(&format!("{wrong}-143000"), "251006-143000"), kind, "{wrong}");
    }
}

#[test]
fn a_diagnosis_looks_for_every_kind() {
    let looked_for = |wrong: &str, right: &str| {
        let near::Lookups { jobs, client_runs, spellings } = near::lookups(RunId::of(wrong).unwrap());
        let is_spelled = spellings.iter().any(|spelling| spelling.eq_ignore_ascii_case(right));
        let is_of_base = right.starts_with(&wrong[..13]) && right.len() > 13;
        jobs.iter().chain(&client_runs).any(|found| found == right) || is_spelled || is_of_base
    };
    let mut kinds = Vec::new();
    for (wrong, right) in [
        ("251006-143000-ann", "251006-143000-Ann"),
        ("251006-143000-AnnCarver", "251006-143000-Ann-Carver"),
        ("251006-143000-null", "251006-143000-Ann"),
        ("251006-143000-Ann-Ann", "251006-143000-Ann"),
        ("251006-143000-Bob-Ann", "251006-143000-Ann"),
        ("251006-143000-An", "251006-143000-Ann"),
        ("251006-143000-Ann", "251006-123000-Ann"),
        ("251006-143000", "251006-134000"),
        ("251006-143000", "251106-143000"),
        ("251006-143000-Ann", "251006-143000-Bob"),
        ("251006-143000-Ann", "251006-143000"),
    ] {
        assert!(looked_for(wrong, right), "{wrong} {right}");
        kinds.push(change(wrong, right).unwrap().kind);
    }
    assert_eq!(kinds, Kind::ALL);
}

#[test]
fn a_day_whose_digits_are_exchanged_is_enumerated_once() {
    let [wrong, right] = ["251012-120000", "251021-120000"].map(|text| RunId::of(text).unwrap());
    let kinds = right_times(wrong.base).filter(|(_, second)| *second == right.base.unix());
    assert_eq!(kinds.map(|(kind, _)| kind).collect::<Vec<_>>(), [Kind::DigitsExchanged]);
    assert_eq!(between(wrong, right).unwrap().kind, Kind::DigitsExchanged);
}

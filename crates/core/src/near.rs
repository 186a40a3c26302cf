//! Which run IDs are near one that was not found, and why: the diagnosis of a lookup that missed.
//!
//! Candidates are enumerated, so that a store can look all of them up by its key.

use crate::base::{BASE_LENGTH, Base};
use crate::client_id;
use crate::run_id::RunId;

/// How far apart two IDs of one client may be and still be one run minted twice, in seconds.
pub const MINTED_AGAIN: i64 = 60;

/// Time zones differ by multiples of this many seconds.
pub const ZONE_STEP: i64 = 15 * 60;

/// The most steps between two time zones: 14 hours.
pub const ZONE_STEPS: i64 = 56;

/// The most rows that a diagnosis names.
pub const MAX_NEAR: usize = 5;

/// Why an ID is near another, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A base where a client's ID was wanted, or the reverse.
    Kind,
    /// The same run, another client.
    OtherClient,
    /// Equal but for the case of letters.
    LetterCase,
    /// One carries the client ID twice.
    SuffixTwice,
    /// The same client within a minute.
    MintedAgain,
    /// Shifted by quarters of an hour.
    TimeZone,
    /// Two neighbouring digits stand the other way round.
    DigitsExchanged,
}

impl Reason {
    /// The name that a diagnosis gives.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::OtherClient => "other-client",
            Self::LetterCase => "letter-case",
            Self::SuffixTwice => "suffix-twice",
            Self::MintedAgain => "minted-again",
            Self::TimeZone => "time-zone",
            Self::DigitsExchanged => "digits-exchanged",
        }
    }

    /// Why `found` is near `wanted`; `None` when it isn't, or is the same.
    #[must_use]
    pub fn between(wanted: RunId<'_>, found: RunId<'_>) -> Option<Self> {
        if wanted.base == found.base {
            return match (wanted.client, found.client) {
                (None, None) => None,
                (Some(wanted), Some(found)) => between_clients(wanted, found),
                _ => Some(Self::Kind),
            };
        }
        if wanted.client != found.client {
            return None;
        }
        let apart = wanted.base.unix().abs_diff(found.base.unix()).cast_signed();
        if apart <= MINTED_AGAIN {
            Some(Self::MintedAgain)
        } else if apart % ZONE_STEP == 0 && apart / ZONE_STEP <= ZONE_STEPS {
            Some(Self::TimeZone)
        } else {
            exchanges(wanted.base).any(|base| base == found.base).then_some(Self::DigitsExchanged)
        }
    }
}

fn between_clients(wanted: &[u8], found: &[u8]) -> Option<Reason> {
    let is_twice = |long: &[u8], short: &[u8]| client_id::repeated(long) == Some(short);
    if wanted == found {
        None
    } else if wanted.eq_ignore_ascii_case(found) {
        Some(Reason::LetterCase)
    } else if is_twice(wanted, found) || is_twice(found, wanted) {
        Some(Reason::SuffixTwice)
    } else {
        Some(Reason::OtherClient)
    }
}

/// The bases that are one exchange of neighbouring digits away and real.
fn exchanges(base: Base) -> impl Iterator<Item = Base> {
    let text = base.text();
    (0..BASE_LENGTH - 1).filter_map(move |at| {
        let mut other = text;
        other.swap(at, at + 1);
        // A hyphen that moves is no base, and two equal digits are the same one.
        Base::parse(&other).ok().filter(|other| *other != base)
    })
}

/// Every ID that would be near `wanted` for its time alone; where it has a client also its base, and the same run
/// with the client once more, and once less when it stands there twice. At most 300.
#[must_use]
pub fn candidates(wanted: RunId<'_>) -> Vec<String> {
    let seconds = wanted.base.unix();
    let minted = (1..=MINTED_AGAIN).flat_map(|apart| [-apart, apart]);
    let zones = (1..=ZONE_STEPS).flat_map(|steps| [-steps * ZONE_STEP, steps * ZONE_STEP]);
    let shifted = minted.chain(zones).filter_map(|apart| Base::from_unix(seconds + apart));
    let at = |base| RunId { base, ..wanted }.to_string();
    let mut found: Vec<String> = shifted.chain(exchanges(wanted.base)).map(at).collect();
    if let Some(client) = wanted.client {
        found.push(wanted.base.to_string());
        let of_client = |client| RunId { client: Some(client), ..wanted }.to_string();
        let again = [client, b"-", client].concat();
        let suffixes = [client_id::check(&again).is_ok().then_some(&again[..]), client_id::repeated(client)];
        found.extend(suffixes.into_iter().flatten().map(of_client));
    }
    found
}

/// The rows to name, at most [`MAX_NEAR`]: the most telling reason first, the nearest in time first within
/// it, and no second row for a reason before each reason had its first.
#[must_use]
pub fn rank<'a>(wanted: RunId<'_>, found: &'a [String]) -> Vec<(&'a str, Reason)> {
    let mut near: Vec<(Reason, u64, &str)> = found
        .iter()
        .filter_map(|text| {
            let run_id = RunId::parse(text.as_bytes()).ok()?;
            let reason = Reason::between(wanted, run_id)?;
            Some((reason, wanted.base.unix().abs_diff(run_id.base.unix()), text.as_str()))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    let mut turn = 0;
    let mut before = None;
    let by_reason: Vec<(usize, Reason, &str)> = near
        .into_iter()
        .map(|(reason, _, text)| {
            turn = if before == Some(reason) { turn + 1 } else { 0 };
            before = Some(reason);
            (turn, reason, text)
        })
        .collect();
    let in_turns = (0..MAX_NEAR).flat_map(|turn| by_reason.iter().filter(move |row| row.0 == turn));
    in_turns.take(MAX_NEAR).map(|&(_, reason, text)| (text, reason)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn reason(wanted: &str, found: &str) -> Option<Reason> {
        let [wanted, found] = [wanted, found].map(|text| RunId::parse(text.as_bytes()).unwrap());
        Reason::between(wanted, found)
    }

    #[test]
    fn each_reason_is_known() {
        for (wanted, found, why) in [
            ("251006-143000-Ann", "251006-143000", Some(Reason::Kind)),
            ("251006-143000", "251006-143000-Ann", Some(Reason::Kind)),
            ("251006-143000-Ann", "251006-143000-Bob", Some(Reason::OtherClient)),
            ("251006-143000-ann", "251006-143000-Ann", Some(Reason::LetterCase)),
            ("251006-143000-Ann-Ann", "251006-143000-Ann", Some(Reason::SuffixTwice)),
            ("251006-143000-Ann", "251006-143000-Ann-Ann", Some(Reason::SuffixTwice)),
            ("251006-143000-Ann", "251006-142900-Ann", Some(Reason::MintedAgain)),
            ("251006-143000-Ann", "251006-142859-Ann", None),
            ("251006-143000-Ann", "251006-144500-Ann", Some(Reason::TimeZone)),
            ("251006-143000-Ann", "251006-003000-Ann", Some(Reason::TimeZone)),
            ("251006-143000-Ann", "251006-001500-Ann", None),
            ("251006-143000", "250106-143000-Ann", None),
            ("250106-143000", "251006-143000", Some(Reason::DigitsExchanged)),
            ("251006-143000-Ann", "251006-143001-Bob", None),
            ("251006-143000", "251006-143000", None),
        ] {
            assert_eq!(reason(wanted, found), why, "{wanted} {found}");
        }
    }

    #[test]
    fn whatever_time_makes_near_is_a_candidate_and_nothing_else() {
        let long = format!("251006-143000-{}", "x".repeat(40)); // twice that is no client ID
        for wanted in
            ["251006-143000-Ann", "251006-143000-Ann-Ann", "251231-235959", "000101-000000-Ann", &long]
        {
            let run_id = RunId::parse(wanted.as_bytes()).unwrap();
            let candidates = candidates(run_id);
            assert!(candidates.len() <= 300 && candidates.len() > 100);
            for candidate in &candidates {
                assert!(reason(wanted, candidate).is_some(), "{wanted} {candidate}");
            }
        }
    }

    #[test]
    fn no_time_that_makes_near_is_left_out() {
        let wanted = "251006-143012-Ann";
        let run_id = RunId::parse(wanted.as_bytes()).unwrap();
        let candidates: HashSet<String> = candidates(run_id).into_iter().collect();
        let furthest = ZONE_STEPS * ZONE_STEP;
        let around =
            (-furthest - 1..=furthest + 1).filter_map(|apart| Base::from_unix(run_id.base.unix() + apart));
        let exchanged = (1..BASE_LENGTH).filter_map(|at| {
            let mut text = *b"251006-143012";
            text.swap(at - 1, at);
            Base::parse(&text).ok()
        });
        let mut count = 0;
        for base in around.chain(exchanged) {
            let found = format!("{base}-Ann");
            let is_near = reason(wanted, &found).is_some();
            assert_eq!(candidates.contains(&found), is_near, "{found}");
            count += usize::from(is_near);
        }
        assert!(count > 232, "60 seconds and 56 quarters of an hour each way, and exchanges: {count}");
        for text in ["521006-143012-Ann", "251006-143021-Ann"] {
            assert!(candidates.contains(text), "{text}");
        }
    }

    #[test]
    fn the_base_and_the_client_once_more_or_less_are_candidates() {
        for (wanted, others) in [
            ("251006-143000-Ann", ["251006-143000", "251006-143000-Ann-Ann"].as_slice()),
            (
                "251006-143000-Ann-Ann",
                ["251006-143000", "251006-143000-Ann", "251006-143000-Ann-Ann-Ann-Ann"].as_slice(),
            ),
        ] {
            let candidates = candidates(RunId::parse(wanted.as_bytes()).unwrap());
            for other in others {
                assert!(candidates.iter().any(|candidate| candidate == other), "{wanted} {other}");
            }
        }
    }

    #[test]
    fn no_reason_has_its_second_row_before_each_has_its_first() {
        let found = [
            "251006-143002-Ann",
            "251006-143001-Ann",
            "251006-143000-Bob",
            "251006-143000",
            "251006-144500-Ann",
            "251006-143000-Cid",
            "251006-143000-Bob",
            "999999-999999",
        ]
        .map(str::to_owned);
        let wanted = RunId::parse(b"251006-143000-Ann").unwrap();
        let named: Vec<&str> = rank(wanted, &found).into_iter().map(|(text, _)| text).collect();
        assert_eq!(
            named,
            [
                "251006-143000",
                "251006-143000-Bob",
                "251006-143001-Ann",
                "251006-144500-Ann",
                "251006-143000-Cid"
            ]
        );
    }
}

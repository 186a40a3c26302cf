//! Which records are close to one that was not found, and what that says about its run ID: the diagnosis of a failed
//! lookup.
//!
//! What to look for is enumerated, so that a store can find all of it by its keys.

use crate::base::Base;
use crate::change::{self, Kind};
use crate::client_id::{self, is_separator};
use crate::order;
use crate::run_id::RunId;

/// The maximum of rows that a diagnosis names.
pub const MAX_NEAR: usize = 5;

/// What to look for when a run ID was not found, besides the client runs whose IDs begin with it, and those of its
/// base. At most 400.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookups {
    /// Jobs of exactly these IDs.
    pub jobs: Vec<String>,
    /// Client runs of exactly these IDs.
    pub client_runs: Vec<String>,
    /// Client runs of these IDs in any case.
    pub spellings: Vec<String>,
}

/// What to look for when `wanted` was not found.
#[must_use]
pub fn lookups(wanted: RunId<'_>) -> Lookups {
    let bases = change::right_times(wanted.base).filter_map(|(_, second)| Base::from_unix(second));
    let other_times = bases.map(|base| RunId { base, ..wanted }.to_string()).collect();
    let Some(client) = wanted.client else {
        return Lookups { jobs: other_times, ..Lookups::default() };
    };
    let of_client = |client: &[u8]| RunId { client: Some(client), ..wanted }.to_string();
    let hyphens = (0..client.len()).filter(|at| client[*at] == b'-');
    let suffixes = hyphens.map(|at| &client[at + 1..]).filter(|suffix| client_id::check(suffix).is_ok());
    Lookups {
        jobs: vec![wanted.base.to_string()],
        client_runs: suffixes.map(of_client).chain(other_times).collect(),
        spellings: spellings(client).iter().map(|spelling| of_client(spelling)).collect(),
    }
}

/// The client ID as it is, with all separators of one kind, with one more at any place, and with one before each
/// capital: what it was before separators were exchanged or dropped. Two or more that were dropped are found only
/// where capitals show them.
fn spellings(client: &[u8]) -> Vec<Vec<u8>> {
    let mut spellings = vec![client.to_vec()];
    for separator in *b"-_" {
        spellings
            .push(client.iter().map(|unit| if is_separator(*unit) { separator } else { *unit }).collect());
        let is_between = |at: &usize| !is_separator(client[at - 1]) && !is_separator(client[*at]);
        let places: Vec<usize> = (1..client.len()).filter(is_between).collect();
        let with = |places: &[usize]| {
            let units = client.iter().enumerate();
            let spelled = units.flat_map(|(at, unit)| {
                let separator = places.contains(&at).then_some(separator);
                separator.into_iter().chain([*unit])
            });
            spelled.collect::<Vec<u8>>()
        };
        spellings.extend(places.iter().map(|at| with(&[*at])));
        let capitals: Vec<usize> =
            places.iter().copied().filter(|at| client[*at].is_ascii_uppercase()).collect();
        spellings.push(with(&capitals));
    }
    spellings.retain(|spelling| client_id::check(spelling).is_ok());
    order::sort(&mut spellings);
    spellings.dedup();
    spellings
}

/// The rows to name, at most [`MAX_NEAR`]: the most telling kind of change first, the nearest in time first within
/// it, and no second row for a kind before each kind had its first. A suffix that is missing says least, and is told
/// only where nothing else is near. Where the run itself exists, no other run is: its time was not changed.
#[must_use]
pub fn rank<'a>(wanted: RunId<'_>, found: &'a [String]) -> Vec<(&'a str, Kind)> {
    let rows = || found.iter().filter_map(|text| Some((text.as_str(), RunId::of(text)?)));
    let has_run = rows().any(|(_, row)| row.base == wanted.base);
    let mut near: Vec<(Kind, u64, &str)> = rows()
        .filter_map(|(text, row)| {
            let kind = change::between(wanted, row)?.kind;
            Some((kind, wanted.base.unix().abs_diff(row.base.unix()), text))
        })
        .filter(|(kind, ..)| !(has_run && kind.is_of_time()))
        .collect();
    order::sort(&mut near);
    near.dedup();
    if near.first().is_some_and(|(kind, ..)| *kind != Kind::SuffixMissing) {
        near.retain(|(kind, ..)| *kind != Kind::SuffixMissing);
    }
    let mut turn = 0;
    let mut before = None;
    let by_kind: Vec<(usize, Kind, &str)> = near
        .into_iter()
        .map(|(kind, _, text)| {
            turn = if before == Some(kind) { turn + 1 } else { 0 };
            before = Some(kind);
            (turn, kind, text)
        })
        .collect();
    let in_turns = (0..MAX_NEAR).flat_map(|turn| by_kind.iter().filter(move |row| row.0 == turn));
    in_turns.take(MAX_NEAR).map(|&(_, kind, text)| (text, kind)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookups_of(wanted: &str) -> Lookups {
        lookups(RunId::of(wanted).unwrap())
    }

    fn named<'a>(wanted: &str, found: &'a [String]) -> Vec<(&'a str, &'static str)> {
        let near = rank(RunId::of(wanted).unwrap(), found);
        near.into_iter().map(|(text, kind)| (text, kind.name())).collect()
    }

    #[test]
    fn a_base_has_other_times_and_no_clients() {
        let Lookups { jobs, client_runs, spellings } = lookups_of("251006-143000");
        assert!(jobs.iter().all(|job| job.len() == 13) && jobs.contains(&"251007-143000".to_owned()));
        assert_eq!((client_runs.len(), spellings.len()), (0, 0));
    }

    #[test]
    fn what_was_before_a_change_is_looked_for() {
        for (wrong, right) in [("Ann-Carver-Ann-Carver", "Ann-Carver"), ("Ann-Carver-Acme-Corp", "Acme-Corp")]
        {
            let right = format!("251006-143000-{right}");
            assert!(lookups_of(&format!("251006-143000-{wrong}")).client_runs.contains(&right), "{wrong}");
        }
        for (wrong, right) in [
            ("ANN-CARVER", "ANN-CARVER"),
            ("Ann_Carver", "Ann-Carver"),
            ("Ann-Marie_Carver", "Ann-Marie-Carver"),
            ("AnnCarver", "Ann_Carver"),
            ("anncarver", "ann-carver"),
            ("AnnMarieCarver", "Ann-Marie-Carver"),
        ] {
            let right = format!("251006-143000-{right}");
            assert!(lookups_of(&format!("251006-143000-{wrong}")).spellings.contains(&right), "{wrong}");
        }
        let shifted = lookups_of("251006-143000-Ann");
        for time in ["251006-123000", "251007-143000", "250610-143000", "250106-143000"] {
            assert!(shifted.client_runs.contains(&format!("{time}-Ann")), "{time}");
        }
        assert_eq!(shifted.jobs, ["251006-143000"]);
    }

    #[test]
    fn there_are_at_most_four_hundred() {
        for client in ["x".repeat(64), "x-".repeat(32) + "x", "X_".repeat(31) + "X", "Xx".repeat(32)] {
            let client = &client[..client.len().min(63)];
            let Lookups { jobs, client_runs, spellings } = lookups_of(&format!("251011-011223-{client}"));
            let count = jobs.len() + client_runs.len() + spellings.len();
            assert!(count <= 400, "{client}: {count}");
        }
    }

    #[test]
    fn the_most_telling_comes_first_and_the_base_only_alone() {
        let row = |client: &str| format!("251006-143000{client}");
        let job = [row("")];
        assert_eq!(named(&row("-Ann"), &job), [(&*job[0], "suffix-missing")]);
        let rows = [row(""), row("-Bob"), row("-ANN"), row("-Ann-Carver")];
        assert_eq!(
            named(&row("-Ann"), &rows),
            [(&*rows[2], "case-changed"), (&*rows[3], "suffix-cut"), (&*rows[1], "suffix-of-another-client")]
        );
    }

    #[test]
    fn the_time_of_a_run_that_exists_was_not_changed() {
        let mut rows = vec!["251006-123000-Ann".to_owned()];
        assert_eq!(named("251006-143000-Ann", &rows), [("251006-123000-Ann", "time-zone-shift")]);
        rows.push("251006-143000-Bob".to_owned());
        assert_eq!(named("251006-143000-Ann", &rows), [("251006-143000-Bob", "suffix-of-another-client")]);
    }

    #[test]
    fn no_kind_has_its_second_row_before_each_has_its_first() {
        let found = [
            "251006-163000-Ann",
            "251006-153000-Ann",
            "251007-143000-Ann",
            "251006-134000-Ann",
            "251005-143000-Ann",
            "251106-143000-Ann",
            "251006-153000-Ann",
            "999999-999999",
        ]
        .map(str::to_owned);
        assert_eq!(
            named("251006-143000-Ann", &found),
            [
                ("251006-153000-Ann", "time-zone-shift"),
                ("251006-134000-Ann", "digits-exchanged"),
                ("251005-143000-Ann", "date-changed"),
                ("251006-163000-Ann", "time-zone-shift"),
                ("251007-143000-Ann", "date-changed"),
            ]
        );
    }
}

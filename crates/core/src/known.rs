//! The run IDs that are known to exist, indexed by what each may have been changed into.
//!
//! Each lookup takes a bounded number of steps, however many IDs are known: an incident has thousands of misses.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use crate::base::{BASE_LENGTH, Base};
use crate::change::{self, Kind};
use crate::client_id::{self, is_separator};
use crate::order;
use crate::run_id::RunId;

/// The maximum number of IDs that one lookup considers: of those that differ only in case and separators, and of a run's clients.
pub const MAX_ALIKE: usize = 8;

/// An index over run IDs.
#[derive(Debug, Default)]
pub struct KnownRunIds<'t> {
    /// In order: those of one base are together, the base itself first.
    texts: Vec<&'t str>,
    /// The range of each base, by its second. There may be millions.
    by_second: HashMap<i64, Range<u32>>,
    /// Hashes of the spellings of all client run IDs, with their positions. Hashes take a tenth of the memory of the
    /// spellings themselves; whether two IDs differ in spelling only is decided on the IDs.
    spellings: Vec<(u64, u32)>,
    hasher: RandomState,
}

impl<'t> FromIterator<&'t str> for KnownRunIds<'t> {
    fn from_iter<T: IntoIterator<Item = &'t str>>(texts: T) -> Self {
        let mut texts: Vec<&str> = texts.into_iter().filter(|text| RunId::of(text).is_some()).collect();
        order::sort(&mut texts);
        texts.dedup();
        let mut known = Self { texts, ..Self::default() };
        for (at, text) in (0..).zip(&known.texts) {
            let Some(run_id) = RunId::of(text) else { continue };
            let of_base = known.by_second.entry(run_id.base.unix()).or_insert(at..at);
            of_base.end = at + 1;
            if let Some(client) = run_id.client {
                known.spellings.push((spelling(&known.hasher, run_id.base, client), at));
            }
        }
        order::sort(&mut known.spellings);
        known
    }
}

impl<'t> KnownRunIds<'t> {
    /// Whether any has this base.
    #[must_use]
    pub fn has_base(&self, base: Base) -> bool {
        self.by_second.contains_key(&base.unix())
    }

    /// The ID itself, if it is known.
    #[must_use]
    pub fn get(&self, run_id: RunId<'_>) -> Option<&'t str> {
        self.at(run_id.base.unix(), run_id.client)
    }

    /// The ID of a client, or of none, whose base is this second since 1970.
    fn at(&self, second: i64, client: Option<&[u8]>) -> Option<&'t str> {
        let texts = self.of_second(second);
        let found = texts.binary_search_by(|text| client_part(text).cmp(&client));
        found.ok().map(|at| texts[at])
    }

    /// The other run IDs of the same client, or of none, whose bases are at most `seconds` away from that of `run_id`: the nearest
    /// first, and of two that are as near the earlier one.
    #[must_use]
    pub fn about(&self, run_id: RunId<'_>, seconds: i64) -> Vec<&'t str> {
        let own = run_id.base.unix();
        let second_of = |text: &&str| RunId::of(text).map_or(i64::MAX, |run_id| run_id.base.unix());
        let mut at = self.texts.partition_point(|text| second_of(text) < own - seconds);
        let mut found = Vec::new();
        while let Some(second) = self.texts.get(at).map(second_of).filter(|second| *second <= own + seconds) {
            let distance = second - own;
            let texts = &self.texts[at..];
            let is_of_base = |text: &&str| text[..BASE_LENGTH] == texts[0][..BASE_LENGTH];
            let is_alone = !texts.get(1).is_some_and(is_of_base);
            let texts = if is_alone { &texts[..1] } else { self.of_second(second) };
            let of_client = texts.binary_search_by(|text| client_part(text).cmp(&run_id.client)).ok();
            found.extend(of_client.filter(|_| distance != 0).map(|number| (distance, texts[number])));
            at += texts.len();
        }
        order::sort_by_key(&mut found, |(distance, _)| (distance.abs(), *distance));
        found.into_iter().map(|(_, text)| text).collect()
    }

    /// The known ID that was changed into `wrong` in this way; of several, the closest in time, or the first in order.
    #[must_use]
    pub fn changed_into(&self, wrong: RunId<'_>, kind: Kind) -> Option<&'t str> {
        self.all_changed_into(wrong, kind).into_iter().next()
    }

    /// The known IDs that may have been changed into `wrong` in this way: all at the times that are looked at, the
    /// nearest first, or the first few in order.
    #[must_use]
    pub fn all_changed_into(&self, wrong: RunId<'_>, kind: Kind) -> Vec<&'t str> {
        let second = wrong.base.unix();
        if kind.is_of_time() {
            let times = change::right_times(wrong.base).filter(|(of_kind, _)| *of_kind == kind);
            return times.filter_map(|(_, right)| self.at(right, wrong.client)).collect();
        }
        let Some(client) = wrong.client else {
            let clients = if kind == Kind::SuffixMissing { self.clients_of(second) } else { &[] };
            return clients.iter().take(MAX_ALIKE).copied().collect();
        };
        let is_right = |right: &&str| {
            let right = RunId::of(right).and_then(|right| change::between(wrong, right));
            right.is_some_and(|change| change.kind == kind)
        };
        let of_client = |client| self.at(second, Some(client)).into_iter();
        match kind {
            Kind::CaseChanged | Kind::SeparatorChanged => {
                self.alike(wrong.base, client).filter(is_right).collect()
            }
            Kind::SuffixTwice => {
                client_id::repeated(client).into_iter().flat_map(of_client).filter(is_right).collect()
            }
            Kind::SuffixAdded => self.last_of_two(second, client).into_iter().filter(is_right).collect(),
            Kind::SuffixCut => self.longer(second, client).iter().copied().filter(is_right).collect(),
            Kind::PlaceholderClient | Kind::SuffixOfAnotherClient => {
                self.clients_of(second).iter().take(MAX_ALIKE).copied().filter(is_right).collect()
            }
            Kind::SuffixMissing => self.at(second, None).into_iter().collect(),
            Kind::TimeZoneShift | Kind::DigitsExchanged | Kind::DateChanged => Vec::new(),
        }
    }

    /// All of a base, in order.
    fn of_second(&self, second: i64) -> &[&'t str] {
        let of_base = self.by_second.get(&second).map(|of_base| of_base.start as usize..of_base.end as usize);
        of_base.and_then(|of_base| self.texts.get(of_base)).unwrap_or_default()
    }

    /// The client run IDs of a base, in order.
    #[must_use]
    pub fn clients(&self, base: Base) -> &[&'t str] {
        self.clients_of(base.unix())
    }

    fn clients_of(&self, second: i64) -> &[&'t str] {
        let texts = self.of_second(second);
        let is_base = texts.first().is_some_and(|first| client_part(first).is_none());
        &texts[usize::from(is_base)..]
    }

    /// The client ID at the end of `client`, if the part before it is a client ID, too.
    fn last_of_two(&self, second: i64, client: &[u8]) -> Option<&'t str> {
        let hyphens = (0..client.len()).filter(|at| client[*at] == b'-');
        let mut splits = hyphens.map(|at| (&client[..at], &client[at + 1..]));
        splits.find_map(|(front, suffix)| self.at(second, Some(front)).and(self.at(second, Some(suffix))))
    }

    /// The first few IDs whose client ID follows `client` in order: those that begin with it and are longer.
    fn longer(&self, second: i64, client: &[u8]) -> &[&'t str] {
        let texts = self.clients_of(second);
        let at = texts.partition_point(|text| client_part(text) <= Some(client));
        &texts[at..texts.len().min(at + MAX_ALIKE)]
    }

    /// IDs of the same base, at most [`MAX_ALIKE`], nearly all of which differ only in case and separators.
    fn alike(&self, base: Base, client: &[u8]) -> impl Iterator<Item = &'t str> {
        let hash = spelling(&self.hasher, base, client);
        let from = self.spellings.partition_point(|(known, _)| *known < hash);
        let alike = self.spellings[from..].iter().take_while(move |(known, _)| *known == hash);
        alike.take(MAX_ALIKE).filter_map(|(_, at)| self.texts.get(*at as usize).copied())
    }
}

/// The client ID of a checked run ID.
fn client_part(run_id: &str) -> Option<&[u8]> {
    run_id.as_bytes().get(BASE_LENGTH + 1..)
}

/// What IDs that differ in case and separators only have in common.
fn spelling(hasher: &RandomState, base: Base, client: &[u8]) -> u64 {
    let letters = client.iter().filter(|unit| !is_separator(**unit)).map(u8::to_ascii_lowercase);
    hasher.hash_one((base, letters.collect::<Vec<u8>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All spellings of a client ID with that many letters in either case.
    fn cases(letters: u32) -> Vec<String> {
        let letter = |bits: u32, at| if bits >> at & 1 == 0 { 'a' } else { 'A' };
        let client = |bits| (0..letters).map(|at| letter(bits, at)).collect::<String>();
        (0..1 << letters).map(|bits| format!("251006-143000-{}", client(bits))).collect()
    }

    #[test]
    fn a_look_takes_up_few_of_the_ids_that_are_alike() {
        let texts = cases(10);
        let known: KnownRunIds<'_> = texts.iter().map(String::as_str).collect();
        let wrong = RunId::of(&texts[77]).unwrap();
        assert_eq!(known.alike(wrong.base, wrong.client.unwrap()).count(), 8);
        assert!(known.changed_into(wrong, Kind::CaseChanged).is_some());
    }

    #[test]
    fn of_many_clients_a_base_or_a_cut_suffix_takes_up_the_first_few() {
        let texts: Vec<String> = (0..100).map(|at| format!("251006-143000-Ann{at}")).collect();
        let known: KnownRunIds<'_> = texts.iter().map(String::as_str).collect();
        for (wrong, kind) in [("251006-143000", Kind::SuffixMissing), ("251006-143000-Ann", Kind::SuffixCut)]
        {
            let found = known.all_changed_into(RunId::of(wrong).unwrap(), kind);
            assert_eq!(found.len(), MAX_ALIKE, "{wrong}");
        }
    }

    #[test]
    fn of_many_clients_a_placeholder_takes_up_the_first_few() {
        let others = ["NULL", "NUll", "NUlL", "NaN", "Nan", "NulL", "Null", "UNDEFINED"];
        let own = |client: &str| format!("251006-143000-{client}");
        for (client, is_found) in [("Ann", true), ("null-Corp", false)] {
            let texts: Vec<String> = others.iter().chain([&client]).map(|client| own(client)).collect();
            let known: KnownRunIds<'_> = texts.iter().map(String::as_str).collect();
            let wrong = own("undefined");
            let found = known.changed_into(RunId::of(&wrong).unwrap(), Kind::PlaceholderClient);
            assert_eq!(found.is_some(), is_found, "{client}");
        }
    }

    #[test]
    fn those_about_then_are_of_the_same_client_and_the_nearest_comes_first() {
        let clients = ["", "-Ann", "-Bob"];
        let text = |second: i64, client: &str| format!("{}{client}", Base::from_unix(second).unwrap());
        let some = (0..300).zip(clients.into_iter().cycle()).filter(|(at, _)| at % 7 < 5);
        let texts: Vec<String> = some.map(|(at, client)| text(1_000_000_000 + at, client)).collect();
        let more = [text(1_000_000_100, ""), text(1_000_000_100, "-Ann"), text(1_000_000_100, "-Zoe")];
        let known: KnownRunIds<'_> = texts.iter().chain(&more).map(String::as_str).collect();
        for (second, client) in (890..1210).flat_map(|at| clients.map(|client| (999_999_000 + at, client))) {
            let own = text(second, client);
            let apart = (1..=60).flat_map(|apart| [-apart, apart]);
            let wanted = apart.map(|apart| text(second + apart, client));
            let wanted: Vec<String> =
                wanted.filter(|text| known.get(RunId::of(text).unwrap()).is_some()).collect();
            assert_eq!(known.about(RunId::of(&own).unwrap(), 60), wanted, "{own}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_run_id_is_not_known_and_a_repeated_one_is_known_once() {
        let texts = ["251006-143000-Ann", "999999-999999", "251006-143000-Ann", "", "251006-143000"];
        let known: KnownRunIds<'_> = texts.into_iter().collect();
        let base = RunId::of("251006-143000").unwrap().base;
        assert_eq!(known.clients(base), ["251006-143000-Ann"]);
        assert!(known.has_base(base) && !known.has_base(Base { second: 1, ..base }));
    }
}

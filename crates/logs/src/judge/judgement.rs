//! Judges each run: which process turned one ID into another, and how sure that is.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDate};
use run_id_core::base::{BASE_LENGTH, Base};
use run_id_core::client_id;
use run_id_core::event::Table;
use run_id_core::lookalike;
use run_id_core::near::{MINTED_AGAIN, ZONE_STEP, ZONE_STEPS};
use run_id_core::run_id::RunId;

use crate::facts::history::{
    Activity, History, MAX_PLACES, Miss, Name, Place, Run, Sight, base_of, order_of,
};
use crate::formats::time::Millis;
use crate::judge::class::Class;

/// How far apart the clocks of two hosts may be, in seconds.
const CLOCK_SKEW: i64 = 6;

/// The furthest that a date that was written otherwise is away, in days.
const MAX_DAYS: i64 = 31;

const DAY: i64 = 24 * 60 * 60;

/// One thing that is wrong with one run ID in one process.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is wrong.
    pub class: Class,
    /// The run ID, or what came in place of one.
    pub run_id: Option<String>,
    /// What it should have been.
    pub expected: Option<String>,
    /// Where it went wrong.
    pub process: Name,
    /// In which line of code.
    pub at: Option<Name>,
    /// Whether more than a text says so.
    pub is_certain: bool,
    /// At most [`MAX_PLACES`], in order.
    pub evidence: Vec<Place>,
}

/// All findings, in the order of their classes, then by run ID.
#[must_use]
pub fn judge(history: &History, grace: Millis) -> Vec<Finding> {
    let known = Known::of(history);
    let mut judge = Judge { history, known, found: HashMap::new() };
    judge.judge_refusals();
    judge.judge_runs();
    judge.judge_other_runs();
    judge.judge_the_unexplained(grace);
    let mut findings: Vec<Finding> = judge.found.into_values().collect();
    findings.sort_unstable_by(|a, b| {
        let key = |finding: &Finding| (finding.class, finding.run_id.clone(), finding.process);
        key(a).cmp(&key(b))
    });
    findings
}

/// What the logs tell of all run IDs of one base.
#[derive(Default)]
struct SameBase<'h> {
    /// Those that were made, or under which a record was made, in order.
    known: Vec<&'h str>,
    /// Who made which of them.
    generators: Vec<(Name, Sight, &'h str)>,
    /// Who found the base taken.
    clashes: Vec<Name>,
    /// The last that was heard of any.
    last_heard: Option<Millis>,
}

/// The run IDs that were made, or under which a record was made, by what they may be mistaken for.
#[derive(Default)]
struct Known<'h> {
    /// By base, in seconds since 1970.
    by_base: HashMap<i64, SameBase<'h>>,
    by_lower_case: HashMap<String, Vec<&'h str>>,
    /// By client, and for each in order of time.
    by_client: HashMap<Option<&'h str>, BTreeMap<i64, &'h str>>,
    first_generated: Option<i64>,
}

impl<'h> Known<'h> {
    fn of(history: &'h History) -> Self {
        let mut all = Self::default();
        for (name, run) in &history.runs {
            let text = history.names.text(*name);
            let Some((base, client)) = split(text) else { continue };
            let base = base.unix();
            let same_base = all.by_base.entry(base).or_default();
            same_base.last_heard = same_base.last_heard.max(run.last);
            for (process, activity) in &run.activity {
                if activity.has_clash {
                    same_base.clashes.push(*process);
                }
                if let Some(sight) = activity.generated {
                    same_base.generators.push((*process, sight, text));
                    all.first_generated = Some(all.first_generated.map_or(base, |first| first.min(base)));
                }
            }
            if run.is_known() {
                same_base.known.push(text);
                all.by_lower_case.entry(text.to_ascii_lowercase()).or_default().push(text);
                all.by_client.entry(client).or_default().insert(base, text);
            }
        }
        let known = all.by_base.values_mut().map(|same_base| &mut same_base.known);
        for texts in known.chain(all.by_lower_case.values_mut()) {
            texts.sort_unstable();
        }
        all
    }

    fn same_base(&self, run_id: &str) -> Option<&SameBase<'h>> {
        self.by_base.get(&base_of(run_id)?.unix())
    }

    fn holds(&self, run_id: &str) -> bool {
        self.of_base(run_id).binary_search(&run_id).is_ok()
    }

    /// The known run IDs of the same base, in order.
    fn of_base(&self, run_id: &str) -> &[&'h str] {
        self.same_base(run_id).map_or(&[], |same_base| &same_base.known)
    }

    fn is_generated(&self, run_id: &str) -> bool {
        self.same_base(run_id).is_some_and(|same_base| !same_base.generators.is_empty())
    }
}

fn split(run_id: &str) -> Option<(Base, Option<&str>)> {
    let parsed = RunId::parse(run_id.as_bytes()).ok()?;
    Some((parsed.base, parsed.client.and_then(|client| str::from_utf8(client).ok())))
}

struct Judge<'h> {
    history: &'h History,
    known: Known<'h>,
    /// One finding for each run ID and process, the first class that fits.
    found: HashMap<(Option<String>, Name), Finding>,
}

impl<'h> Judge<'h> {
    /// Notes a finding, unless one of an earlier class is there. `sights` begin with what is wrong.
    fn note(
        &mut self,
        class: Class,
        run_id: Option<&str>,
        expected: Option<String>,
        process: Name,
        sights: &[Sight],
    ) {
        let mut evidence: Vec<Place> = sights.iter().take(MAX_PLACES).map(|sight| sight.place).collect();
        let key = (run_id.map(str::to_owned), process);
        if let Some(found) = self.found.get_mut(&key) {
            if found.class == class && found.expected == expected {
                evidence.append(&mut found.evidence);
                found.evidence = in_order(evidence);
                found.is_certain |= sights.iter().all(|sight| sight.is_certain);
                return;
            }
            if found.class <= class {
                return;
            }
        }
        let finding = Finding {
            class,
            run_id: key.0.clone(),
            expected,
            process,
            at: sights.first().and_then(|sight| sight.at),
            is_certain: sights.iter().all(|sight| sight.is_certain),
            evidence: in_order(evidence),
        };
        self.found.insert(key, finding);
    }

    fn judge_refusals(&mut self) {
        for (refusal, sights) in in_order_of_place(&self.history.refusals) {
            let text = |name: Option<Name>| name.map(|name| self.history.names.text(name));
            let received = text(refusal.received);
            let client = text(refusal.expect_client);
            let Some((class, expected)) = self.class_of_refusal(text(Some(refusal.code)), received, client)
            else {
                continue;
            };
            self.note(class, received, expected, refusal.process, sights);
        }
    }

    fn class_of_refusal(
        &self,
        code: Option<&str>,
        received: Option<&str>,
        client: Option<&str>,
    ) -> Option<(Class, Option<String>)> {
        match (code?.strip_prefix("ERR_RUN_ID_")?, received) {
            ("FORMAT", Some(received)) if lookalike::is_external(received) => Some((Class::ExternalId, None)),
            ("CLIENT_MISMATCH", received) => {
                let expected =
                    received.zip(client).and_then(|(received, client)| self.of_client(received, client));
                Some((Class::SuffixOfAnotherClient, expected))
            }
            ("SUFFIX", Some(received)) => {
                let expected = self.without_second_suffix(received);
                let expected = expected.or(self.known.holds(received).then(|| received.to_owned()))?;
                Some((Class::SuffixTwice, Some(expected)))
            }
            ("KIND", Some(received)) => {
                self.with_lost_suffix(received, client).map(|expected| (Class::SuffixMissing, Some(expected)))
            }
            ("TYPE" | "FORMAT" | "MISSING", _) => Some((Class::NotAnId, None)),
            _ => None,
        }
    }

    fn judge_runs(&mut self) {
        for (run_id, run) in self.history.in_order_of_sight() {
            for (process, activity) in &run.activity {
                for miss in &activity.missed {
                    self.judge_miss(run_id, run, *process, miss);
                }
                self.judge_creation(run_id, run, *process, activity);
            }
        }
        self.judge_generators();
    }

    fn judge_miss(&mut self, run_id: &str, run: &Run, process: Name, miss: &Miss) {
        let client = miss.client.map(|client| self.history.names.text(client));
        if let Some((class, expected)) = self.class_of_miss(run_id, miss, client) {
            self.note(class, Some(run_id), Some(expected), process, &miss.sights);
            return;
        }
        if let Some((expected, generator, generated)) = self.minted_again(run_id, run) {
            let sights: Vec<Sight> = [generated].iter().chain(&miss.sights).copied().collect();
            self.note(Class::MintedAgain, Some(run_id), Some(expected), generator, &sights);
        }
    }

    fn class_of_miss(&self, run_id: &str, miss: &Miss, client: Option<&str>) -> Option<(Class, String)> {
        let other_client = || {
            let own = split(run_id)?.1?;
            let client = client.filter(|client| *client != own)?;
            self.of_client(run_id, client)
        };
        let lost_suffix = || {
            // A text does not say which table it was about: then the base has no record of its own.
            let is_client_table = match miss.table {
                Some(table) => table == Table::Client,
                None => !self.known.holds(run_id),
            };
            is_client_table.then(|| self.with_lost_suffix(run_id, client)).flatten()
        };
        let ways: [(Class, &dyn Fn() -> Option<String>); 7] = [
            (Class::SuffixOfAnotherClient, &other_client),
            (Class::SuffixTwice, &|| self.without_second_suffix(run_id)),
            (Class::SuffixCut, &|| self.with_cut_suffix(run_id)),
            (Class::CaseChanged, &|| self.in_other_case(run_id)),
            (Class::SuffixMissing, &lost_suffix),
            (Class::TimeZoneShift, &|| self.in_other_zone(run_id)),
            (Class::DateChanged, &|| self.on_other_date(run_id)),
        ];
        ways.into_iter().find_map(|(class, way)| way().map(|expected| (class, expected)))
    }

    /// The known run ID of a client under the same base.
    fn of_client(&self, run_id: &str, client: &str) -> Option<String> {
        let wanted = format!("{}-{client}", run_id.get(..BASE_LENGTH)?);
        self.known.holds(&wanted).then_some(wanted)
    }

    fn without_second_suffix(&self, run_id: &str) -> Option<String> {
        let client = split(run_id)?.1?;
        let once = client_id::repeated(client.as_bytes())?.len();
        self.of_client(run_id, &client[..once])
    }

    fn with_cut_suffix(&self, run_id: &str) -> Option<String> {
        split(run_id)?.1?;
        let beginning = format!("{run_id}-");
        let known = self.known.of_base(run_id);
        let at = known.partition_point(|known| **known < *beginning);
        known.get(at).filter(|known| known.starts_with(&beginning)).map(|known| (*known).to_owned())
    }

    fn in_other_case(&self, run_id: &str) -> Option<String> {
        let known = self.known.by_lower_case.get(&run_id.to_ascii_lowercase())?;
        known.iter().find(|known| **known != run_id).map(|known| (*known).to_owned())
    }

    fn with_lost_suffix(&self, run_id: &str, client: Option<&str>) -> Option<String> {
        if split(run_id)?.1.is_some() {
            return None;
        }
        match client {
            Some(client) => self.of_client(run_id, client),
            None => self
                .known
                .of_base(run_id)
                .iter()
                .find(|known| **known != run_id)
                .map(|known| (*known).to_owned()),
        }
    }

    /// The nearest of the known run IDs of the same client that fits, at another time at most `reach` seconds away;
    /// of two that are as near, the earlier one.
    fn nearest(&self, run_id: &str, reach: i64, fits: &dyn Fn(i64, &str) -> bool) -> Option<&'h str> {
        let (base, client) = split(run_id)?;
        let at = base.unix();
        let around = self.known.by_client.get(&client)?.range(at - reach..=at + reach);
        let apart = around.map(|(known, text)| (*known - at, *text)).filter(|(apart, _)| *apart != 0);
        let fitting = apart.filter(|(apart, text)| fits(*apart, text));
        fitting.min_by_key(|(apart, _)| (apart.abs(), *apart)).map(|(_, text)| text)
    }

    fn in_other_zone(&self, run_id: &str) -> Option<String> {
        if self.known.is_generated(run_id) {
            return None;
        }
        self.nearest(run_id, ZONE_STEP * ZONE_STEPS, &|apart, _| apart % ZONE_STEP == 0).map(str::to_owned)
    }

    fn on_other_date(&self, run_id: &str) -> Option<String> {
        if self.known.is_generated(run_id) {
            return None;
        }
        let near = self.nearest(run_id, MAX_DAYS * DAY, &|apart, _| apart % DAY == 0);
        near.or_else(|| self.with_exchanged_date(run_id)).map(str::to_owned)
    }

    /// The known run ID whose day is this one's month, and the reverse.
    fn with_exchanged_date(&self, run_id: &str) -> Option<&'h str> {
        let (base, client) = split(run_id)?;
        let time = DateTime::from_timestamp(base.unix(), 0)?;
        let exchanged = NaiveDate::from_ymd_opt(time.year(), time.day(), time.month())?;
        let seconds = exchanged.and_time(time.time()).and_utc().timestamp();
        if seconds == base.unix() {
            return None;
        }
        self.known.by_client.get(&client)?.get(&seconds).copied()
    }

    /// The run that had an ID when this one was made, and who made it.
    fn minted_again(&self, run_id: &str, run: &Run) -> Option<(String, Name, Sight)> {
        let generators = &self.known.same_base(run_id)?.generators;
        // Of another client's run ID, or of a client's where the base was missed, it is not this one's maker.
        let is_own = |generated: &str| generated == run_id || generated.len() == BASE_LENGTH;
        let (generator, generated, _) = *generators
            .iter()
            .filter(|(.., generated)| is_own(generated))
            .min_by_key(|(_, sight, _)| (sight.time, sight.place))?;
        if run.creation().is_some() {
            return None;
        }
        let expected = self.nearest(run_id, MINTED_AGAIN, &|apart, known| {
            // An earlier one, as far as two clocks can tell.
            apart < 0 || (apart <= CLOCK_SKEW && !self.does(known, generator, Activity::is_origin))
        })?;
        Some((expected.to_owned(), generator, generated))
    }

    fn does(&self, run_id: &str, process: Name, what: impl Fn(&Activity) -> bool) -> bool {
        self.history.activity(run_id, process).is_some_and(what)
    }

    fn judge_creation(&mut self, run_id: &str, run: &Run, process: Name, activity: &Activity) {
        let is_by_another =
            run.activity.iter().any(|(other, activity)| *other != process && activity.created.is_some());
        if !activity.exists.is_empty() && is_by_another {
            self.note(Class::CreatedTwice, Some(run_id), None, process, &activity.exists);
        }
    }

    fn judge_generators(&mut self) {
        let mut twice: Vec<(Name, Vec<Sight>, &'h str)> = Vec::new();
        for same_base in self.known.by_base.values() {
            let alone =
                || same_base.generators.iter().filter(|(process, ..)| !same_base.clashes.contains(process));
            let Some((earliest, first, _)) = alone().min_by_key(|(_, sight, _)| (sight.time, sight.place))
            else {
                continue;
            };
            for (process, sight, run_id) in alone().filter(|(process, ..)| process != earliest) {
                twice.push((*process, vec![*sight, *first], run_id));
            }
        }
        for (process, sights, run_id) in twice {
            self.note(Class::GeneratedTwice, Some(run_id), None, process, &sights);
        }
    }

    fn judge_other_runs(&mut self) {
        let is_known_base = |known: &Known<'_>, run_id: &str| !known.of_base(run_id).is_empty();
        for (pair, sights) in in_order_of_place(&self.history.other_runs) {
            let [looked_up, resolved] =
                [pair.looked_up, pair.resolved].map(|name| self.history.names.text(name));
            if is_known_base(&self.known, looked_up) && is_known_base(&self.known, resolved) {
                let expected = Some(resolved.to_owned());
                self.note(Class::OtherRun, Some(looked_up), expected, pair.process, sights);
            }
        }
    }

    /// What other findings are about, and what they say it should have been.
    fn mentioned(&self) -> HashSet<String> {
        let findings = self.found.values();
        findings.flat_map(|finding| [&finding.run_id, &finding.expected]).flatten().cloned().collect()
    }

    /// Classes that only say that something is odd, and so add nothing to a finding that explains it.
    fn judge_the_unexplained(&mut self, grace: Millis) {
        let runs = self.history.in_order_of_sight();
        self.judge_the_unmentioned(&runs, Self::judge_order);
        self.judge_the_unmentioned(&runs, Self::judge_origin);
        self.judge_the_unmentioned(&runs, |judge, run_id, run| judge.judge_end(run_id, run, grace));
    }

    fn judge_the_unmentioned(&mut self, runs: &[(&str, &Run)], judge_one: impl Fn(&mut Self, &str, &Run)) {
        let mentioned = self.mentioned();
        for (run_id, run) in runs {
            if !mentioned.contains(*run_id) {
                judge_one(self, run_id, run);
            }
        }
    }

    fn judge_order(&mut self, run_id: &str, run: &Run) {
        let Some((_, created)) = run.creation() else { return };
        let Ok(parsed) = RunId::parse(run_id.as_bytes()) else { return };
        let table = Table::of(parsed);
        for (process, activity) in &run.activity {
            let missed =
                activity.missed.iter().filter(|miss| miss.table.is_none_or(|missed| missed == table));
            let mut sights: Vec<Sight> = missed.flat_map(|miss| &miss.sights).copied().collect();
            if !sights.is_empty() {
                sights.push(created);
                self.note(Class::LookedUpBeforeCreated, Some(run_id), None, *process, &sights);
            }
        }
    }

    fn judge_origin(&mut self, run_id: &str, run: &Run) {
        let Some(base) = base_of(run_id).map(Base::unix) else { return };
        let has_earlier = self.known.first_generated.is_some_and(|first| first < base);
        if !has_earlier || self.known.is_generated(run_id) {
            return;
        }
        for (process, activity) in &run.activity {
            if let Some(used) = activity.used {
                self.note(Class::NeverGenerated, Some(run_id), None, *process, &[used]);
            }
        }
    }

    fn judge_end(&mut self, run_id: &str, run: &Run, grace: Millis) {
        let is_completed = run.activity.iter().any(|(_, activity)| activity.is_completed);
        if let (Some((process, created)), false) = (run.creation(), is_completed)
            && self.is_silent_since(run_id, grace)
        {
            self.note(Class::NeverCompleted, Some(run_id), None, process, &[created]);
        }
    }

    /// Whether nothing was heard of a run while the logs went on for `grace` milliseconds.
    fn is_silent_since(&self, run_id: &str, grace: Millis) -> bool {
        let last = self.known.same_base(run_id).and_then(|same_base| same_base.last_heard);
        last.zip(self.history.last).is_some_and(|(own, all)| all - own >= grace)
    }
}

/// Facts in the order in which they were first seen.
fn in_order_of_place<F>(facts: &HashMap<F, Vec<Sight>>) -> impl Iterator<Item = (&F, &Vec<Sight>)> {
    let facts: Vec<_> = facts.iter().collect();
    let first = |sights: &[Sight]| sights.first().map_or(Place { file: 0, line: 0 }, |sight| sight.place);
    let order = order_of(facts.iter().map(|(_, sights)| (None, first(sights))));
    order.into_iter().map(move |at| facts[at])
}

/// The places in order, each once, at most [`MAX_PLACES`].
fn in_order(places: Vec<Place>) -> Vec<Place> {
    let mut ordered = Vec::new();
    for place in places {
        if let Err(at) = ordered.binary_search(&place) {
            ordered.insert(at, place);
        }
    }
    ordered.truncate(MAX_PLACES);
    ordered
}

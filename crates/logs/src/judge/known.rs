//! What is known about all runs, by base, for the rules that compare runs with each other; and since when each run is
//! known.

use run_id_core::base::Base;
use run_id_core::known::KnownRunIds;
use run_id_core::order;
use run_id_core::run_id::RunId;

use crate::facts::history::{History, Name, Run, Sight};
use crate::formats::time::Millis;
use crate::judge::clocks::{CLOCK_SKEW, Clocks};
use crate::judge::finding::Seen;
use crate::map::{Map, Set};

/// What the logs tell of all run IDs of one base.
#[derive(Default)]
pub struct SameBase<'h> {
    /// Who made which of them.
    pub generators: Vec<(Name, Sight, &'h str)>,
    /// Who found the base taken.
    pub clashes: Set<Name>,
    /// The last that was heard of any.
    pub last_heard: Option<Millis>,
}

/// Since when a run ID is known, and how.
#[derive(Clone, Copy, Debug)]
struct Existence {
    /// The first that was heard of it.
    since: Option<Millis>,
    /// Who told of that.
    by: Name,
    /// The last that was heard of it.
    last: Option<Millis>,
    /// Whether an event says so, and not only a use without a miss.
    is_certain: bool,
}

/// What the logs tell of all runs.
#[derive(Default)]
pub struct Known<'h> {
    /// Those that were made, or under which a record was made, or that were used and never missed.
    pub run_ids: KnownRunIds<'h>,
    /// By base, in seconds since 1970.
    pub by_second: Map<i64, SameBase<'h>>,
    /// Who made a run ID first, and where.
    first_generators: Map<&'h str, (Name, Sight)>,
    /// The first base that was made.
    pub first_generated: Option<i64>,
    existences: Map<&'h str, Existence>,
}

impl<'h> Known<'h> {
    /// What these logs tell.
    pub fn of(history: &'h History, clocks: &Clocks) -> Self {
        let mut all = Self::default();
        for (name, run) in &history.runs {
            let text = history.names.text(*name);
            let Some(run_id) = RunId::of(text) else { continue };
            let second = run_id.base.unix();
            let same_base = all.by_second.entry(second).or_default();
            same_base.last_heard = same_base.last_heard.max(run.last);
            for (process, activity) in &run.activity {
                if activity.has_clash {
                    same_base.clashes.insert(*process);
                }
                if let Some(sight) = activity.generated {
                    same_base.generators.push((*process, sight, text));
                    let first = all.first_generators.entry(text).or_insert((*process, sight));
                    *first = earlier(*first, (*process, sight));
                    all.first_generated = Some(all.first_generated.map_or(second, |first| first.min(second)));
                }
            }
            if let Some(existence) = existence_of(run, clocks) {
                all.existences.insert(text, existence);
            }
        }
        all.take_near(history, clocks);
        all.run_ids = all.existences.keys().copied().collect();
        all
    }

    /// Records that a lookup found near one that it missed are known from then on.
    fn take_near(&mut self, history: &'h History, clocks: &Clocks) {
        for run in history.runs.values() {
            for (process, activity) in &run.activity {
                for miss in &activity.missed {
                    let Some(sight) = miss.sights.first() else { continue };
                    let time = clocks.time(*process, sight.time);
                    let is_certain = miss.near.is_certain;
                    for (near, _) in &miss.near.rows {
                        let new = Existence { since: time, by: *process, last: time, is_certain };
                        let known = self.existences.entry(history.names.text(*near)).or_insert(new);
                        known.is_certain |= is_certain;
                        if time < known.since {
                            (known.since, known.by) = (time, *process);
                        }
                        known.last = known.last.max(time);
                    }
                }
            }
        }
    }

    /// What is told of the run IDs of a base.
    pub fn same_base(&self, base: Base) -> Option<&SameBase<'h>> {
        self.by_second.get(&base.unix())
    }

    /// Whether any run ID of a base was generated.
    pub fn is_generated(&self, base: Base) -> bool {
        self.same_base(base).is_some_and(|same_base| !same_base.generators.is_empty())
    }

    /// Whether a run ID itself was generated.
    pub fn is_generated_itself(&self, run_id: RunId<'_>) -> bool {
        self.first_generators.contains_key(&*run_id.to_string())
    }

    /// Who made a run ID, or its base, first. Of another client's run ID, or of a client's where the base was missed,
    /// it is not this one's maker.
    pub fn first_generator(&self, run_id: RunId<'_>) -> Option<(Name, Sight)> {
        let of = |run_id: RunId<'_>| self.first_generators.get(&*run_id.to_string()).copied();
        let [own, base] = [of(run_id), of(RunId { client: None, ..run_id })];
        own.into_iter().chain(base).reduce(earlier)
    }

    /// Whether an event says that a run ID is right.
    pub fn is_certain(&self, run_id: &str) -> bool {
        self.existences.get(run_id).is_some_and(|known| known.is_certain)
    }

    /// Whether a run ID was known when a lookup missed, as far as two clocks can tell.
    fn is_known_at(&self, run_id: &str, miss: &Seen, time: Option<Millis>) -> bool {
        let Some(known) = self.existences.get(run_id) else { return false };
        let skew = if known.by == miss.process { 0 } else { CLOCK_SKEW };
        // Where no time is told, it is that in the ID.
        let since = known.since.or_else(|| Some(RunId::of(run_id)?.base.unix() * 1000));
        since.zip(time).is_none_or(|(since, time)| since <= time + skew)
    }

    /// Of run IDs those that were known when a lookup missed, in the order of how likely it is that they were meant: of
    /// events before those of texts, and what was heard of last before it first. Of equals the earlier ones stay so.
    pub fn likeliest(&self, run_ids: Vec<&'h str>, miss: &Seen, clocks: &Clocks) -> Vec<&'h str> {
        let time = clocks.time(miss.process, miss.sight.time);
        let mut known = run_ids;
        known.retain(|run_id| self.is_known_at(run_id, miss, time));
        if known.iter().any(|run_id| self.is_certain(run_id)) {
            known.retain(|run_id| self.is_certain(run_id));
        }
        order::sort_by_key(&mut known, |run_id| self.distance(run_id, time));
        known
    }

    /// How long before or after a time a run was heard of, in milliseconds.
    fn distance(&self, run_id: &str, time: Option<Millis>) -> Millis {
        let heard = self.existences.get(run_id).and_then(|known| known.since.zip(known.last));
        let Some(((since, last), time)) = heard.zip(time) else { return Millis::MAX };
        (since - time).max(time - last).max(0)
    }
}

/// Since when a run is known, if it is: it was made, or used and never missed.
fn existence_of(run: &Run, clocks: &Clocks) -> Option<Existence> {
    let made = run.activity.iter().flat_map(|(process, activity)| {
        let sights = activity.generated.into_iter().chain(activity.created);
        sights.map(|sight| (*process, sight, sight.is_certain))
    });
    let is_missed = run.is_missed();
    let used = run
        .activity
        .iter()
        .filter(|_| !is_missed)
        .filter_map(|(process, activity)| Some((*process, activity.used?, false)));
    let all = made.chain(used).map(|(by, sight, is_certain)| {
        let since = clocks.time(by, sight.time);
        Existence { since, by, last: clocks.time(by, run.last), is_certain }
    });
    all.reduce(|one, other| {
        let is_earlier = other.since.is_some() && (one.since.is_none() || other.since < one.since);
        let first = if is_earlier { other } else { one };
        Existence { is_certain: one.is_certain || other.is_certain, last: one.last.max(other.last), ..first }
    })
}

fn earlier(one: (Name, Sight), other: (Name, Sight)) -> (Name, Sight) {
    let order = |(_, sight): &(Name, Sight)| (sight.time, sight.place);
    if order(&other) < order(&one) { other } else { one }
}

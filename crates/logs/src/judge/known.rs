//! What is known about all runs, by base, for the rules that compare runs with each other; and since when each run is known.

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
pub struct SameBase {
    /// Which process generated which of them, and where.
    pub generators: Vec<(Name, Name, Sight)>,
    /// Who found the base taken. In a box, because hardly any base needs it.
    clashes: Option<Box<Set<Name>>>,
    /// The last that was heard of any.
    pub last_heard: Option<Millis>,
}

impl SameBase {
    /// Whether a process found the base taken.
    pub fn has_clash(&self, process: Name) -> bool {
        self.clashes.as_ref().is_some_and(|clashes| clashes.contains(&process))
    }
}

/// Since when a run ID is known, and how.
#[derive(Clone, Copy, Debug)]
struct Existence {
    /// The first that was heard of it.
    since: Option<Millis>,
    /// The process from which that is known.
    by: Name,
    /// The last that was heard of it.
    last: Option<Millis>,
    /// Whether an event says so, and not only a use without a miss.
    is_certain: bool,
}

/// The processes of a run are looked through on demand if it has at most this many: there may be millions of runs.
const FEW_PROCESSES: usize = 16;

/// What the logs tell of all runs.
pub struct Known<'h> {
    history: &'h History,
    /// Run IDs that were generated, have a record, or were used and never missed.
    pub run_ids: KnownRunIds<'h>,
    /// By base, in seconds since 1970.
    pub by_second: Map<i64, SameBase>,
    /// The first base that was generated.
    pub first_generated: Option<i64>,
    /// Who generated a run ID first, and where: only for run IDs that more processes used.
    first_generators: Map<Name, Option<(Name, Sight)>>,
    /// Since when each of these is known; also for run IDs that lookups found near one that they missed.
    existences: Map<Name, Option<Existence>>,
}

impl<'h> Known<'h> {
    /// What these logs tell.
    pub fn of(history: &'h History, clocks: &Clocks) -> Self {
        let mut all = Self {
            history,
            run_ids: KnownRunIds::default(),
            by_second: Map::default(),
            first_generated: None,
            first_generators: Map::default(),
            existences: Map::default(),
        };
        for (name, run) in &history.runs {
            let Some(run_id) = RunId::of(history.names.text(*name)) else { continue };
            let second = run_id.base.unix();
            let same_base = all.by_second.entry(second).or_default();
            same_base.last_heard = same_base.last_heard.max(run.last);
            for (process, activity) in &run.activity {
                if activity.has_clash {
                    same_base.clashes.get_or_insert_default().insert(*process);
                }
                if let Some(sight) = activity.generated {
                    if same_base.generators.is_empty() {
                        // Most bases have one, and a vector would begin with four.
                        same_base.generators.reserve_exact(1);
                    }
                    same_base.generators.push((*process, *name, sight));
                    all.first_generated = Some(all.first_generated.map_or(second, |first| first.min(second)));
                }
            }
            if run.activity.len() > FEW_PROCESSES {
                all.first_generators.insert(*name, first_generator_in(run));
                all.existences.insert(*name, existence_of(run, clocks));
            }
        }
        all.take_near(clocks);
        let known = history.runs.iter().filter(|(_, run)| run.is_known_or_used()).map(|(name, _)| name);
        let near = all.existences.iter().filter(|(_, known)| known.is_some()).map(|(name, _)| name);
        all.run_ids = known.chain(near).map(|name| history.names.text(*name)).collect();
        all
    }

    /// Notes that records that a lookup found near one that it missed are known from then on.
    fn take_near(&mut self, clocks: &Clocks) {
        for run in self.history.runs.values() {
            for (process, activity) in &run.activity {
                for miss in &activity.missed {
                    let Some(sight) = miss.sights.first() else { continue };
                    let time = clocks.time(*process, sight.time);
                    let is_certain = miss.near.is_certain;
                    for (near, _) in &miss.near.rows {
                        let new = Existence { since: time, by: *process, last: time, is_certain };
                        let known = self.existence(*near, clocks).unwrap_or(new);
                        let is_earlier = time < known.since;
                        let known = Existence {
                            since: if is_earlier { time } else { known.since },
                            by: if is_earlier { *process } else { known.by },
                            last: known.last.max(time),
                            is_certain: known.is_certain || is_certain,
                        };
                        self.existences.insert(*near, Some(known));
                    }
                }
            }
        }
    }

    fn existence(&self, name: Name, clocks: &Clocks) -> Option<Existence> {
        let known = self.existences.get(&name).copied();
        known.unwrap_or_else(|| existence_of(self.history.runs.get(&name)?, clocks))
    }

    fn first_generator_of(&self, name: Name) -> Option<(Name, Sight)> {
        let known = self.first_generators.get(&name).copied();
        known.unwrap_or_else(|| first_generator_in(self.history.runs.get(&name)?))
    }

    /// What the logs tell of the run IDs of a base.
    pub fn same_base(&self, base: Base) -> Option<&SameBase> {
        self.by_second.get(&base.unix())
    }

    /// Whether any run ID of a base was generated.
    pub fn is_generated(&self, base: Base) -> bool {
        self.same_base(base).is_some_and(|same_base| !same_base.generators.is_empty())
    }

    /// Whether a run ID itself was generated.
    pub fn is_generated_itself(&self, run_id: RunId<'_>) -> bool {
        let name = self.history.names.find(&run_id.to_string());
        name.is_some_and(|name| self.first_generator_of(name).is_some())
    }

    /// Who generated a run ID, or its base, first. The process that generated another run ID of the same base does not count.
    pub fn first_generator(&self, run_id: RunId<'_>) -> Option<(Name, Sight)> {
        let of = |run_id: RunId<'_>| self.first_generator_of(self.history.names.find(&run_id.to_string())?);
        let base = run_id.client.and_then(|_| of(RunId { client: None, ..run_id }));
        of(run_id).into_iter().chain(base).reduce(earlier)
    }

    /// Whether an event says that a run ID is right.
    pub fn is_certain(&self, run_id: &str, clocks: &Clocks) -> bool {
        let name = self.history.names.find(run_id);
        name.and_then(|name| self.existence(name, clocks)).is_some_and(|known| known.is_certain)
    }

    /// Those of some run IDs that were known when a lookup missed, the likeliest first: if any is known from events, only these, and the
    /// nearest in time first. Equal ones keep their order.
    pub fn likeliest(&self, run_ids: Vec<&'h str>, miss: &Seen, clocks: &Clocks) -> Vec<&'h str> {
        let time = clocks.time(miss.process, miss.sight.time);
        let known = run_ids.into_iter().filter_map(|run_id| {
            let known = self.existence(self.history.names.find(run_id)?, clocks)?;
            known.is_at(run_id, miss, time).then_some((run_id, known))
        });
        let mut known: Vec<(&str, Existence)> = known.collect();
        if known.iter().any(|(_, known)| known.is_certain) {
            known.retain(|(_, known)| known.is_certain);
        }
        order::sort_by_key(&mut known, |(_, known)| known.distance(time));
        known.into_iter().map(|(run_id, _)| run_id).collect()
    }
}

impl Existence {
    /// Whether the run ID was known when a lookup missed, within what two clocks may differ.
    fn is_at(&self, run_id: &str, miss: &Seen, time: Option<Millis>) -> bool {
        let skew = if self.by == miss.process { 0 } else { CLOCK_SKEW };
        // Without a time, the one in the ID counts.
        let since = self.since.or_else(|| Some(RunId::of(run_id)?.base.unix() * 1000));
        since.zip(time).is_none_or(|(since, time)| since <= time + skew)
    }

    /// How long before or after a time it was heard of, in milliseconds.
    fn distance(&self, time: Option<Millis>) -> Millis {
        let Some(((since, last), time)) = self.since.zip(self.last).zip(time) else { return Millis::MAX };
        (since - time).max(time - last).max(0)
    }
}

/// Who generated the ID of a run first, and where.
fn first_generator_in(run: &Run) -> Option<(Name, Sight)> {
    let made = run.activity.iter().filter_map(|(process, activity)| Some((*process, activity.generated?)));
    made.reduce(earlier)
}

/// Since when a run is known, if it is: it was made, or used and never missed.
fn existence_of(run: &Run, clocks: &Clocks) -> Option<Existence> {
    let made = run.activity.iter().flat_map(|(process, activity)| {
        let sights = activity.generated.into_iter().chain(activity.created());
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

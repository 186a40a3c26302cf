//! What followed from a wrong run ID: lookups that missed, and later uses.

use run_id_core::order;

use crate::facts::acts::Act;
use crate::facts::history::{Name, Place, Run};
use crate::formats::time::Millis;
use crate::judge::clocks::{Clocks, Order};
use crate::judge::finding::{MAX_CONSEQUENCES, Seen};
use crate::judge::hold::Step;
use crate::map::{Map, Set};

/// What followed, in order.
#[derive(Debug, Default)]
pub struct Consequences {
    /// The first of them.
    pub kept: Vec<Seen>,
    /// How many there are.
    pub count: usize,
    /// The first sight of the wrong ID.
    pub first_time: Option<Millis>,
    /// The last consequence.
    pub last_time: Option<Millis>,
}

impl Consequences {
    /// What followed from a wrong ID that has no right use. `beginnings` are not consequences: who made it, and where it came from
    /// outside.
    pub fn of(
        clocks: &Clocks,
        wrong: Name,
        run: Option<&Run>,
        beginnings: &[Step<'_>],
        misses: &[Seen],
    ) -> Self {
        let beginnings: Map<Name, &Act> = beginnings
            .iter()
            .filter(|step| step.run_id == wrong)
            .map(|step| (step.process, step.act))
            .collect();
        let mut given: Map<Name, Vec<Seen>> = Map::default();
        for miss in misses {
            given.entry(miss.process).or_default().push(*miss);
        }
        let mut count = 0;
        let mut all = Vec::new();
        let (mut first_time, mut last_time) = (None, None);
        for (process, activity) in run.into_iter().flat_map(|run| &run.activity) {
            let acts = &activity.acts;
            let step = |act| Step { run_id: wrong, process: *process, act };
            let beginning = beginnings.get(process).filter(|act| !act.kind.is_miss());
            let uses = acts.iter().filter(|act| !act.kind.is_miss() && beginning != Some(act));
            all.extend(uses.map(step).map(|step| (clocks.order(step), step.seen())));
            let given = given.remove(process).unwrap_or_default();
            count += acts.use_count() - usize::from(beginning.is_some()) + acts.miss_count().max(given.len());
            let own: Vec<Seen> = acts.misses().map(|act| step(act).seen()).collect();
            // Both hold some of the same misses.
            let longer = if given.len() < own.len() { own } else { given };
            all.extend(longer.iter().map(|miss| (order_of(clocks, miss), *miss)));
            first_time = earlier(first_time, acts.iter().filter_map(|act| act.sight().time).min());
            let followed = acts.iter().filter(|act| beginning != Some(act));
            last_time = followed.filter_map(|act| act.sight().time).max().max(last_time);
        }
        let others: Vec<Seen> = given.into_values().flatten().collect();
        all.extend(others.iter().map(|miss| (order_of(clocks, miss), *miss)));
        let own = Self::of_all(all, count + others.len());
        Self {
            first_time: earlier(first_time, own.first_time),
            last_time: last_time.max(own.last_time),
            ..own
        }
    }

    /// What followed from one that is right elsewhere.
    pub fn of_misses(clocks: &Clocks, misses: &[Seen]) -> Self {
        Self::of_all(misses.iter().map(|miss| (order_of(clocks, miss), *miss)).collect(), misses.len())
    }

    fn of_all(mut all: Vec<(Order, Seen)>, count: usize) -> Self {
        order::sort_by_key(&mut all, |(order, _)| *order);
        let times = || all.iter().filter_map(|(_, seen)| seen.sight.time);
        Self {
            count,
            first_time: times().min(),
            last_time: times().max(),
            kept: all.iter().map(|(_, seen)| *seen).take(MAX_CONSEQUENCES).collect(),
        }
    }
}

fn order_of(clocks: &Clocks, seen: &Seen) -> Order {
    (clocks.time(seen.process, seen.sight.time), None, seen.sight.place)
}

/// The earlier of two times, if there are two.
pub fn earlier(one: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    one.into_iter().chain(other).min()
}

/// Places in the order of the story, each once.
pub fn each_once(places: impl Iterator<Item = Place>, most: usize) -> Vec<Place> {
    let mut known = Set::default();
    places.filter(|place| known.insert(*place)).take(most).collect()
}

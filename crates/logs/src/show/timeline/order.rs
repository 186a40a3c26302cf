//! In which order the events of several processes happened, whatever their clocks say.
//!
//! The events of one process stay in its own order. Between two processes, proof decides: an ID is generated before another
//! process uses it, a record created before another finds it and updated before it is completed, and a message sent before
//! it is received. Everything else is ordered by time. If an event must come before an earlier one of another process, its
//! own process's previous events move with it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use run_id_core::event::{Action, Kind};
use run_id_core::order;

use super::step::Step;
use crate::facts::history::{Name, Names, base_of};
use crate::formats::time::Millis;
use crate::map::{Map, Set};

/// The time of a step, then its place among everything that was read.
type Key = (Option<Millis>, usize);

/// The key of a step in its process, its thread, its position there, and its number.
type Link = (Key, Option<i64>, usize, usize);

/// The steps in their order; they come as they were read, file by file.
#[must_use]
pub fn in_order(names: &Names, mut steps: Vec<Step>) -> Vec<Step> {
    turn_newest_first(&mut steps);
    let mut keys = keys_of(&steps);
    let chains = chains(&steps, &mut keys);
    let causes = Causes::of(names, &steps, &keys).edges(&steps, &chains);

    let by_time = sorted(&keys, &chains, &causes);
    let mut position = vec![0; steps.len()];
    for (at, step) in by_time.iter().enumerate() {
        position[*step] = at;
    }
    // An order that does not hold is part of a circle: because of clocks, or of forged lines.
    let holding: Vec<_> =
        causes.into_iter().filter(|(cause, effect)| position[*cause] < position[*effect]).collect();
    let ranks = pulled(&keys, &chains, &holding, &by_time);
    arranged(steps, sorted(&ranks, &chains, &holding))
}

/// Reverses what was exported with the newest first, as the pairs of one process in each file show.
fn turn_newest_first(steps: &mut [Step]) {
    let mut start = 0;
    while start < steps.len() {
        let file = steps[start].place.file;
        let length = steps[start..].iter().take_while(|step| step.place.file == file).count();
        let part = &mut steps[start..start + length];
        let mut last: Map<Name, Millis> = Map::default();
        let (mut later, mut earlier) = (0_usize, 0_usize);
        for step in part.iter() {
            let Some(time) = step.time else { continue };
            if let Some(before) = last.insert(step.process, time) {
                later += usize::from(time > before);
                earlier += usize::from(time < before);
            }
        }
        if earlier > later {
            part.reverse();
        }
        start += length;
    }
}

/// A line without a time is as late as the one before it in its file.
fn keys_of(steps: &[Step]) -> Vec<Key> {
    let mut before: Option<(u32, Option<Millis>)> = None;
    let key = |(at, step): (usize, &Step)| {
        let file = step.place.file;
        let time =
            step.time.or_else(|| before.filter(|(other, _)| *other == file).and_then(|(_, time)| time));
        before = Some((file, time));
        (time, at)
    };
    steps.iter().enumerate().map(key).collect()
}

/// The steps of each process in its own order: those of a thread by their numbers, all others by time. A key becomes at
/// least as late as those before it.
fn chains(steps: &[Step], keys: &mut [Key]) -> Vec<Vec<usize>> {
    let mut sequences: Map<(Name, Option<i64>), Vec<usize>> = Map::default();
    for (at, step) in steps.iter().enumerate() {
        sequences.entry((step.process, step.n.map(|_| step.thread))).or_default().push(at);
    }
    let mut chains: Map<Name, Vec<Link>> = Map::default();
    for ((process, thread), mut sequence) in sequences {
        order::sort_by_key(&mut sequence, |at| (steps[*at].n, keys[*at]));
        let mut latest = (None, 0);
        let chain = chains.entry(process).or_default();
        for (number, at) in sequence.into_iter().enumerate() {
            latest = keys[at].max(latest);
            keys[at] = latest;
            chain.push((latest, thread, number, at));
        }
    }
    let in_order = |mut chain: Vec<Link>| {
        order::sort(&mut chain);
        chain.into_iter().map(|(.., at)| at).collect()
    };
    chains.into_values().map(in_order).collect()
}

/// What proves that something came first, by what it is about.
struct Causes {
    bases: Map<Name, Name>,
    generated: Map<Name, usize>,
    created: Map<Name, usize>,
    completed: Map<Name, usize>,
    /// By ID and carrier, the first event, and the first one of another process.
    sent: Map<(Name, Option<Name>), Vec<usize>>,
}

impl Causes {
    fn of(names: &Names, steps: &[Step], keys: &[Key]) -> Self {
        let mut causes = Self {
            bases: bases(names, steps),
            generated: Map::default(),
            created: Map::default(),
            completed: Map::default(),
            sent: Map::default(),
        };
        let mut in_time: Vec<usize> = (0..steps.len()).collect();
        order::sort_by_key(&mut in_time, |at| keys[*at]);
        for at in in_time {
            let step = &steps[at];
            let Some(run_id) = step.run_id else { continue };
            match (step.event, step.action) {
                (Kind::Generate, _) => _ = causes.generated.entry(run_id).or_insert(at),
                (_, Some(Action::Created)) => _ = causes.created.entry(run_id).or_insert(at),
                (_, Some(Action::Completed)) => _ = causes.completed.entry(run_id).or_insert(at),
                (Kind::Send, _) => {
                    let sent = causes.sent.entry((run_id, step.carrier)).or_default();
                    if sent.len() < 2 && sent.iter().all(|other| steps[*other].process != step.process) {
                        sent.push(at);
                    }
                }
                _ => {}
            }
        }
        causes
    }

    /// Each cause with the first effect that it had in every other process.
    fn edges(&self, steps: &[Step], chains: &[Vec<usize>]) -> Vec<(usize, usize)> {
        let mut edges = Vec::new();
        let mut link = |cause: Option<&usize>, effect: usize| {
            if let Some(cause) = cause.filter(|cause| steps[**cause].process != steps[effect].process) {
                edges.push((*cause, effect));
            }
        };
        for chain in chains {
            let (mut used, mut found, mut received) = (Set::default(), Set::default(), Set::default());
            let mut updated = Map::default();
            for &at in chain {
                let step = &steps[at];
                let Some(run_id) = step.run_id else { continue };
                let own = Some(run_id).filter(|_| step.event != Kind::Generate);
                let base = self.bases.get(&run_id).copied().filter(|base| *base != run_id);
                for used_id in own.into_iter().chain(base) {
                    if used.insert(used_id) {
                        link(self.generated.get(&used_id), at);
                    }
                }
                if tells_of_record(step.action) && found.insert(run_id) {
                    link(self.created.get(&run_id), at);
                }
                if step.event == Kind::Receive && received.insert((run_id, step.carrier)) {
                    let sent = self.sent.get(&(run_id, step.carrier)).into_iter().flatten();
                    link(sent.into_iter().find(|sent| steps[**sent].process != step.process), at);
                }
                if step.action == Some(Action::Updated) {
                    updated.insert(run_id, at);
                }
            }
            for (run_id, last) in updated {
                if let Some(completed) = self.completed.get(&run_id) {
                    link(Some(&last), *completed);
                }
            }
        }
        edges
    }
}

/// Whether a record must be there for it.
fn tells_of_record(action: Option<Action>) -> bool {
    matches!(
        action,
        Some(Action::Exists | Action::Found | Action::Updated | Action::Unchanged | Action::Completed)
    )
}

/// The bases of all IDs, where these occur themselves.
fn bases(names: &Names, steps: &[Step]) -> Map<Name, Name> {
    let ids: Set<Name> = steps.iter().filter_map(|step| step.run_id).collect();
    let base = |id: Name| Some((id, names.find(&base_of(names.text(id))?.to_string())?));
    ids.into_iter().filter_map(base).collect()
}

/// Moves whatever must come before an earlier event to the time of that event.
fn pulled(
    keys: &[Key],
    chains: &[Vec<usize>],
    causes: &[(usize, usize)],
    order: &[usize],
) -> Vec<(Key, Key)> {
    let mut pulled = keys.to_vec();
    let mut effects: Vec<Vec<usize>> = vec![Vec::new(); keys.len()];
    let next_in_chain = chains.iter().flat_map(|chain| chain.iter().copied().zip(chain[1..].iter().copied()));
    for (before, after) in next_in_chain.chain(causes.iter().copied()) {
        effects[before].push(after);
    }
    for &at in order.iter().rev() {
        for effect in &effects[at] {
            pulled[at] = pulled[at].min(pulled[*effect]);
        }
    }
    pulled.into_iter().zip(keys.iter().copied()).collect()
}

/// The numbers of the steps by their ranks, but each after what precedes it in its chain, and after its
/// causes unless these form a circle.
fn sorted<R: Copy + Ord>(ranks: &[R], chains: &[Vec<usize>], causes: &[(usize, usize)]) -> Vec<usize> {
    let mut effects: Vec<Vec<usize>> = vec![Vec::new(); ranks.len()];
    let mut waits_for = vec![0_usize; ranks.len()];
    for &(cause, effect) in causes {
        effects[cause].push(effect);
        waits_for[effect] += 1;
    }
    let mut next_in_chain: Vec<Option<usize>> = vec![None; ranks.len()];
    for (before, after) in chains.iter().flat_map(|chain| chain.iter().zip(&chain[1..])) {
        next_in_chain[*before] = Some(*after);
    }
    let mut is_head = vec![false; ranks.len()];
    let mut is_placed = vec![false; ranks.len()];
    let (mut ready, mut waiting) = (BinaryHeap::new(), BinaryHeap::new());
    let mut order = Vec::with_capacity(ranks.len());
    let mut heads: Vec<usize> = chains.iter().filter_map(|chain| chain.first().copied()).collect();
    loop {
        for head in heads.drain(..) {
            is_head[head] = true;
            let heap = if waits_for[head] == 0 { &mut ready } else { &mut waiting };
            heap.push(Reverse((ranks[head], head)));
        }
        let Some(Reverse((_, at))) = ready.pop().or_else(|| waiting.pop()) else { return order };
        if std::mem::replace(&mut is_placed[at], true) {
            continue;
        }
        order.push(at);
        for &effect in &effects[at] {
            waits_for[effect] -= 1;
            if waits_for[effect] == 0 && is_head[effect] && !is_placed[effect] {
                ready.push(Reverse((ranks[effect], effect)));
            }
        }
        heads.extend(next_in_chain[at]);
    }
}

fn arranged(steps: Vec<Step>, order: Vec<usize>) -> Vec<Step> {
    let mut left: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| left[at].take()).collect()
}

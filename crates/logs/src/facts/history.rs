//! What the logs tell of each run: facts by run and process, so that memory grows with runs and not with lines.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hasher};

use run_id_core::base::Base;
use run_id_core::event::{Action, Table};
use run_id_core::run_id::RunId;

use crate::facts::keyed::{HasKey, Keyed};
use crate::formats::event::EventKind;
use crate::formats::observation::Observation;
use crate::formats::time::Millis;

/// The most places that are kept of one fact.
pub const MAX_PLACES: usize = 20;

/// Operations whose runs are remembered. An operation is one request or one script: when so many others began
/// after it, it is over.
const MAX_OPERATIONS: usize = 100_000;

/// A text that is kept once, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

/// A name is a number already, and is not chosen from outside.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameHasher(u64);

impl Hasher for NameHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 ^= number;
    }

    fn write_u32(&mut self, number: u32) {
        // Fibonacci hashing: maps look at the highest and at the lowest bits.
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }
}

/// Texts that occur again and again.
#[derive(Debug, Default)]
pub struct Names {
    numbers: HashMap<Box<str>, Name>,
    texts: Vec<Box<str>>,
}

impl Names {
    /// The name of a text.
    pub fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.numbers.get(text) {
            return *name;
        }
        let name = Name(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.numbers.insert(text.into(), name);
        self.texts.push(text.into());
        name
    }

    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        &self.texts[name.0 as usize]
    }

    /// The name that a text has, if any.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Name> {
        self.numbers.get(text).copied()
    }
}

/// A line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Its number on the command line.
    pub file: u32,
    /// From 1.
    pub line: u64,
}

/// Where something was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The line.
    pub place: Place,
    /// When.
    pub time: Option<Millis>,
    /// In which line of code.
    pub at: Option<Name>,
    /// Whether more than a text says so.
    pub is_certain: bool,
}

/// A lookup that missed, in one process.
#[derive(Clone, Debug)]
pub struct Miss {
    /// In which table; unknown where only a text tells.
    pub table: Option<Table>,
    /// For which client.
    pub client: Option<Name>,
    /// Where.
    pub sights: Vec<Sight>,
}

impl HasKey for Miss {
    type Key = (Option<Table>, Option<Name>);

    fn key(&self) -> Self::Key {
        (self.table, self.client)
    }
}

/// What one process did with one run ID.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    /// This process generated the ID.
    pub generated: Option<Sight>,
    /// Its claim clashed with an existing row.
    pub has_clash: bool,
    /// It made the record.
    pub created: Option<Sight>,
    /// It found the record made before.
    pub exists: Vec<Sight>,
    /// It missed the record.
    pub missed: Keyed<Miss>,
    /// It did anything but make the ID or the record.
    pub used: Option<Sight>,
    /// It gave the record its final status.
    pub is_completed: bool,
}

impl Activity {
    /// Whether the process made the ID, or the record.
    #[must_use]
    pub fn is_origin(&self) -> bool {
        self.generated.is_some() || self.created.is_some()
    }

    fn miss_of(&mut self, table: Option<Table>, client: Option<Name>) -> &mut Vec<Sight> {
        let miss = self.missed.entry((table, client), || Miss { table, client, sights: Vec::new() });
        &mut miss.1.sights
    }
}

impl HasKey for (Name, Activity) {
    type Key = Name;

    fn key(&self) -> Name {
        self.0
    }
}

/// A run ID.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The last that was heard of it.
    pub last: Option<Millis>,
    /// What each process did with it.
    pub activity: Keyed<(Name, Activity)>,
    /// The numbers of the first two processes that made the record.
    creators: [Option<usize>; 2],
}

impl Run {
    /// Whether it was made, or a record was made under it.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.activity.iter().any(|(_, activity)| activity.is_origin())
    }

    /// What a process did with it, if anything.
    #[must_use]
    pub fn by(&self, process: Name) -> Option<&Activity> {
        let (_, activity) = &self.activity[self.activity.number_of(process)?];
        Some(activity)
    }

    /// Who made the record, and where.
    #[must_use]
    pub fn creation(&self) -> Option<(Name, Sight)> {
        let (process, activity) = &self.activity[self.creators[0]?];
        Some((*process, activity.created?))
    }

    /// Whether another process than this one made the record.
    #[must_use]
    pub fn is_created_by_another(&self, process: Name) -> bool {
        self.creators.iter().flatten().any(|number| self.activity[*number].0 != process)
    }

    /// Whether anything was done with it but finding it taken.
    #[must_use]
    pub fn is_known_or_used(&self) -> bool {
        self.is_known() || self.activity.iter().any(|(_, activity)| activity.used.is_some())
    }

    fn doings_of(&mut self, process: Name) -> (usize, &mut Activity) {
        let (number, (_, activity)) = self.activity.entry(process, || (process, Activity::default()));
        (number, activity)
    }

    fn note_creator(&mut self, number: usize) {
        let [one, other] = self.creators;
        if one == Some(number) || other == Some(number) {
            return;
        }
        let mut all: Vec<usize> = [one, other, Some(number)].into_iter().flatten().collect();
        all.sort_unstable();
        self.creators = [all.first().copied(), all.get(1).copied()];
    }
}

/// What a process refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// Such as `ERR_RUN_ID_FORMAT`.
    pub code: Name,
    /// What came.
    pub received: Option<Name>,
    /// Whose run ID it had to be.
    pub expect_client: Option<Name>,
    /// Which process.
    pub process: Name,
}

/// A lookup of one run within an operation that had resolved another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OtherRun {
    /// What was looked up.
    pub looked_up: Name,
    /// What was resolved.
    pub resolved: Name,
    /// In which process.
    pub process: Name,
}

/// What an operation did, as far as it matters.
#[derive(Clone, Debug, Default)]
struct Operation {
    resolved: Vec<(Name, Sight)>,
    looked_up: Vec<(Name, Sight)>,
}

/// The most runs of one kind that are remembered of an operation, each with its first sight: so the evidence of one
/// that began in an earlier part of a file is one line for each run. Keeping all took 65 MiB for a log of 1 GiB.
const MAX_RUNS_OF_OPERATION: usize = 8;

/// All that was read.
#[derive(Debug, Default)]
pub struct History {
    /// Run IDs, processes, clients and lines of code.
    pub names: Names,
    /// By run ID.
    pub runs: HashMap<Name, Run, BuildHasherDefault<NameHasher>>,
    /// The last that was heard of all.
    pub last: Option<Millis>,
    /// Rejections.
    pub refusals: HashMap<Refusal, Vec<Sight>>,
    /// Lookups under another run.
    pub other_runs: HashMap<OtherRun, Vec<Sight>>,
    /// Lines that could not be read.
    pub skipped: u64,
    /// Lines of one process come one after the other.
    last_process: Option<Name>,
    process: String,
    operations: HashMap<(Name, u64), Operation, BuildHasherDefault<NameHasher>>,
    in_order: VecDeque<(Name, u64)>,
}

impl History {
    /// Takes in what a line tells. `file` stands for a process that the line does not name.
    pub fn take(&mut self, observation: &Observation<'_>, place: Place, file: &str) {
        let event = &observation.event;
        event.process.write(file, &mut self.process);
        let process = match self.last_process {
            Some(last) if *self.names.text(last) == self.process => last,
            _ => self.names.name(&self.process),
        };
        self.last_process = Some(process);
        let at = event.at.as_deref().map(|at| self.names.name(at));
        let sight = Sight { place, time: event.time, at, is_certain: observation.is_certain };
        self.last = self.last.max(event.time);
        if let EventKind::Reject { code, received, expect_client, .. } = &event.kind {
            let refusal = Refusal {
                code: self.names.name(code),
                received: received.as_deref().map(|received| self.names.name(received)),
                expect_client: expect_client.as_deref().map(|client| self.names.name(client)),
                process,
            };
            keep(self.refusals.entry(refusal).or_default(), sight);
            return;
        }
        let Some(text) = event.run_id.as_deref() else { return };
        if RunId::of(text).is_none() {
            return;
        }
        let run_id = self.names.name(text);
        self.take_activity(run_id, process, &event.kind, sight);
        if let Some(op) = event.op.as_deref() {
            self.take_operation(op, process, run_id, &event.kind, sight);
        }
    }

    fn take_activity(&mut self, run_id: Name, process: Name, kind: &EventKind<'_>, sight: Sight) {
        let names = &mut self.names;
        let run = self.runs.entry(run_id).or_default();
        run.last = run.last.max(sight.time);
        let (number, activity) = run.doings_of(process);
        let is_use = match kind {
            EventKind::Generate => {
                first(&mut activity.generated, sight);
                false
            }
            EventKind::Record { action: Action::Created, .. } => {
                first(&mut activity.created, sight);
                false
            }
            EventKind::Record { action: Action::Clash, .. } => {
                activity.has_clash = true;
                false
            }
            EventKind::Record { action: Action::Exists, .. } => {
                keep(&mut activity.exists, sight);
                true
            }
            EventKind::Record { action: Action::Missing, table, client, .. } => {
                let client = client.as_deref().map(|client| names.name(client));
                keep(activity.miss_of(*table, client), sight);
                true
            }
            EventKind::Record { action: Action::Completed | Action::Unchanged, .. } => {
                activity.is_completed = true;
                true
            }
            _ => true,
        };
        if is_use {
            first(&mut activity.used, sight);
        }
        if activity.created.is_some() {
            run.note_creator(number);
        }
    }

    fn take_operation(&mut self, op: &str, process: Name, run_id: Name, kind: &EventKind<'_>, sight: Sight) {
        let is_lookup = match kind {
            EventKind::Resolve { .. } => false,
            EventKind::Record {
                action: Action::Found | Action::Missing | Action::Updated | Action::Completed,
                ..
            } => true,
            _ => return,
        };
        // Operations are kept by 64 bits of their name; parts of a file must agree about them.
        let fingerprint = BuildHasherDefault::<DefaultHasher>::default();
        self.note_operation((process, fingerprint.hash_one(op)), is_lookup, run_id, sight);
    }

    fn note_operation(&mut self, key: (Name, u64), is_lookup: bool, run_id: Name, sight: Sight) {
        let operation = match self.operations.entry(key) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                self.in_order.push_back(key);
                entry.insert(Operation::default())
            }
        };
        let (own, others) = if is_lookup {
            (&mut operation.looked_up, &operation.resolved)
        } else {
            (&mut operation.resolved, &operation.looked_up)
        };
        for &other in others {
            let [looked_up, resolved] =
                if is_lookup { [(run_id, sight), other] } else { [other, (run_id, sight)] };
            // One process, one clock.
            if looked_up.0 == resolved.0
                || (looked_up.1.time, looked_up.1.place) < (resolved.1.time, resolved.1.place)
            {
                continue;
            }
            if base_of(self.names.text(looked_up.0)) != base_of(self.names.text(resolved.0)) {
                let pair = OtherRun { looked_up: looked_up.0, resolved: resolved.0, process: key.0 };
                keep(self.other_runs.entry(pair).or_default(), looked_up.1);
            }
        }
        if own.len() < MAX_RUNS_OF_OPERATION && !own.iter().any(|(known, _)| *known == run_id) {
            own.push((run_id, sight));
        }
        if self.in_order.len() > MAX_OPERATIONS
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.operations.remove(&oldest);
        }
    }

    /// Takes in what was read after this, of one file from the line after `lines` on.
    pub fn append(&mut self, later: Self, lines: u64) {
        let names: Vec<Name> = later.names.texts.iter().map(|text| self.names.name(text)).collect();
        let own = |name: Name| names[name.0 as usize];
        let moved = |mut sight: Sight| {
            sight.place.line += lines;
            sight.at = sight.at.map(own);
            sight
        };
        let keep_all = |kept: &mut Vec<Sight>, sights: Vec<Sight>| {
            for sight in sights {
                keep(kept, moved(sight));
            }
        };
        self.last = self.last.max(later.last);
        self.skipped += later.skipped;
        for (name, run) in later.runs {
            let known = self.runs.entry(own(name)).or_default();
            known.last = known.last.max(run.last);
            for (process, activity) in run.activity {
                let (number, kept) = known.doings_of(own(process));
                activity.generated.into_iter().for_each(|sight| first(&mut kept.generated, moved(sight)));
                activity.created.into_iter().for_each(|sight| first(&mut kept.created, moved(sight)));
                activity.used.into_iter().for_each(|sight| first(&mut kept.used, moved(sight)));
                keep_all(&mut kept.exists, activity.exists);
                kept.has_clash |= activity.has_clash;
                kept.is_completed |= activity.is_completed;
                for miss in activity.missed {
                    keep_all(kept.miss_of(miss.table, miss.client.map(own)), miss.sights);
                }
                if kept.created.is_some() {
                    known.note_creator(number);
                }
            }
        }
        for (refusal, sights) in later.refusals {
            let refusal = Refusal {
                code: own(refusal.code),
                received: refusal.received.map(own),
                expect_client: refusal.expect_client.map(own),
                process: own(refusal.process),
            };
            keep_all(self.refusals.entry(refusal).or_default(), sights);
        }
        for (pair, sights) in later.other_runs {
            let pair = OtherRun {
                looked_up: own(pair.looked_up),
                resolved: own(pair.resolved),
                process: own(pair.process),
            };
            keep_all(self.other_runs.entry(pair).or_default(), sights);
        }
        for key in later.in_order {
            let Some(operation) = later.operations.get(&key) else { continue };
            let key = (own(key.0), key.1);
            // Its own pairs are known; those with what came before it are not.
            for (is_lookup, runs) in [(false, &operation.resolved), (true, &operation.looked_up)] {
                for (run_id, sight) in runs {
                    self.note_operation(key, is_lookup, own(*run_id), moved(*sight));
                }
            }
        }
    }

    /// What a process did with a run ID, if anything.
    #[must_use]
    pub fn activity(&self, run_id: &str, process: Name) -> Option<&Activity> {
        self.runs.get(&self.names.find(run_id)?)?.by(process)
    }

    /// The run IDs in the order in which they were first seen, which is that of their names.
    #[must_use]
    pub fn in_order_of_sight(&self) -> Vec<(&str, &Run)> {
        let names = (0u32..).zip(&self.names.texts);
        names.filter_map(|(number, text)| Some((&**text, self.runs.get(&Name(number))?))).collect()
    }

    /// The bases of all runs, in seconds since 1970.
    #[must_use]
    pub fn bases(&self) -> HashSet<i64> {
        let known = self.runs.iter().filter(|(_, run)| run.is_known_or_used());
        known.filter_map(|(name, _)| base_of(self.names.text(*name))).map(Base::unix).collect()
    }
}

/// The numbers of sights in their order: by time where there is one, then by place.
#[must_use]
pub fn order_of(sights: impl Iterator<Item = (Option<Millis>, Place)>) -> Vec<usize> {
    let mut order: Vec<(Option<Millis>, Place, usize)> =
        sights.zip(0..).map(|((time, place), number)| (time, place, number)).collect();
    order.sort_unstable();
    order.into_iter().map(|(.., number)| number).collect()
}

/// Keeps the earliest: by time where there is one, else by place.
fn first(kept: &mut Option<Sight>, sight: Sight) {
    let is_earlier = |kept: &Sight| (sight.time, sight.place) < (kept.time, kept.place);
    if kept.as_ref().is_none_or(is_earlier) {
        *kept = Some(sight);
    }
}

fn keep(sights: &mut Vec<Sight>, sight: Sight) {
    if sights.len() < MAX_PLACES {
        sights.push(sight);
    }
}

/// The base of a run ID.
#[must_use]
pub fn base_of(run_id: &str) -> Option<Base> {
    RunId::of(run_id).map(|run_id| run_id.base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(line: u64) -> Sight {
        let time = i64::try_from(line).ok();
        Sight { place: Place { file: 0, line }, time, at: None, is_certain: true }
    }

    #[test]
    fn an_operation_is_forgotten_when_many_others_began_after_it() {
        let mut history = History::default();
        let [process, resolved, looked_up] =
            ["api", "251006-143000", "251006-143001"].map(|text| history.names.name(text));
        let last = MAX_OPERATIONS as u64;
        for number in 0..=last {
            history.note_operation((process, number), false, resolved, sight(number));
        }
        assert_eq!((history.operations.len(), history.in_order.len()), (MAX_OPERATIONS, MAX_OPERATIONS));
        for (number, found) in [(0, 0), (2, 1), (last, 2)] {
            history.note_operation((process, number), true, looked_up, sight(last + 1));
            assert_eq!(history.other_runs.values().map(Vec::len).sum::<usize>(), found, "{number}");
        }
        assert_eq!((history.operations.len(), history.in_order.len()), (MAX_OPERATIONS, MAX_OPERATIONS));
    }

    #[test]
    fn few_runs_of_an_operation_are_kept_and_few_places_of_a_fact() {
        let mut history = History::default();
        let process = history.names.name("api");
        let runs: Vec<Name> =
            (10..60).map(|second| history.names.name(&format!("251006-1430{second}"))).collect();
        for is_lookup in [false, true] {
            for (line, run) in (1..).zip(&runs) {
                for again in 0..50 {
                    history.note_operation((process, 0), is_lookup, *run, sight(line + again));
                }
            }
        }
        let operation = &history.operations[&(process, 0)];
        let kept = [&operation.resolved, &operation.looked_up].map(Vec::len);
        assert_eq!(kept, [MAX_RUNS_OF_OPERATION; 2]);
        assert!(history.other_runs.len() <= runs.len() * MAX_RUNS_OF_OPERATION);
        assert_eq!(history.other_runs.values().map(Vec::len).max(), Some(MAX_PLACES));
    }

    #[test]
    fn the_first_two_that_made_a_record_are_known_by_number() {
        for order in [[5, 3, 9], [9, 5, 3], [3, 9, 5], [3, 3, 5], [5, 3, 5]] {
            let mut run = Run::default();
            let mut names = Names::default();
            let processes: Vec<Name> = (0..10).map(|at| names.name(&format!("api-{at}"))).collect();
            for process in &processes {
                run.doings_of(*process);
            }
            for number in order {
                first(&mut run.doings_of(processes[number]).1.created, sight(1));
                run.note_creator(number);
            }
            assert_eq!(run.creation().map(|(process, _)| process), Some(processes[3]));
            assert!(processes.iter().all(|process| run.is_created_by_another(*process)));
        }
        let mut run = Run::default();
        let mut names = Names::default();
        let [only, other] = ["api", "worker"].map(|text| names.name(text));
        assert!(run.creation().is_none() && !run.is_created_by_another(only));
        first(&mut run.doings_of(only).1.created, sight(1));
        run.note_creator(0);
        assert!(!run.is_created_by_another(only) && run.is_created_by_another(other));
    }
}

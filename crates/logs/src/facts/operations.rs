//! Which run each operation had in hand, and which other ones it read or wrote.

use std::collections::VecDeque;
use std::hash::{BuildHasher, BuildHasherDefault};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use run_id_core::event::{Action, Table};
use run_id_core::run_id::RunId;

use crate::facts::history::{Name, NameHasher, Names, Sight, base_of, keep};
use crate::formats::event::EventKind;
use crate::formats::time::Millis;
use crate::map::Map;

/// Operations whose runs are remembered. An operation is one request or one script: when this many others began
/// after it, it is over.
const MAX_OPERATIONS: usize = 100_000;

/// The most runs of one kind that are remembered for an operation, each with its first sight. Keeping all of them took 65 MiB
/// for a log of 1 GiB.
const MAX_RUNS_OF_OPERATION: usize = 8;

/// A record of one run that was used within an operation that had another in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OtherRun {
    /// Whose record was used.
    pub used: Name,
    /// Which run was in hand.
    pub in_hand: Name,
    /// In which process.
    pub process: Name,
    /// Whether the record was changed, and not only read.
    pub is_write: bool,
}

/// An operation of a process, by 64 bits of its name.
type Key = (Name, u64);

/// What a process does to a run in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// It came, or was found in a request.
    InHand,
    /// It was begun: it is the operation's own.
    Started,
    /// Its record was read.
    Read,
    /// Its record was changed.
    Written,
}

impl Part {
    fn of<T>(kind: &EventKind<T>) -> Option<Self> {
        Some(match kind {
            EventKind::Resolve { .. } | EventKind::Receive { .. } => Self::InHand,
            EventKind::Generate => Self::Started,
            EventKind::Record { action, table, .. } => match action {
                Action::Created if *table == Some(Table::Job) => Self::Started,
                Action::Created | Action::Updated | Action::Completed => Self::Written,
                Action::Found => Self::Read,
                _ => return None,
            },
            _ => return None,
        })
    }

    fn is_use(self) -> bool {
        matches!(self, Self::Read | Self::Written)
    }
}

/// What an operation did with a run, at first.
#[derive(Clone, Copy, Debug)]
struct Use {
    part: Part,
    run_id: Name,
    sight: Sight,
}

/// What an operation did, as far as it matters. Most have one run and do one thing, and 100,000 are remembered: the first
/// use is kept without a list.
#[derive(Clone, Debug, Default)]
struct Operation {
    first: Option<Use>,
    others: Vec<Use>,
}

impl Operation {
    fn all(&self) -> impl DoubleEndedIterator<Item = &Use> {
        self.first.iter().chain(&self.others)
    }

    fn of(&self, is_it: impl Fn(Part) -> bool) -> impl DoubleEndedIterator<Item = &Use> {
        self.all().filter(move |known| is_it(known.part))
    }

    fn in_hand(&self) -> impl DoubleEndedIterator<Item = &Use> {
        self.of(|part| part == Part::InHand)
    }

    fn uses(&self) -> impl Iterator<Item = &Use> {
        self.of(Part::is_use)
    }

    /// Whether it has this run in hand, or its base or client.
    fn has_in_hand(&self, names: &Names, run_id: Name) -> bool {
        self.in_hand().any(|held| !is_other_run(names.text(run_id), names.text(held.run_id)))
    }

    /// Whether it started this run, or another one of its base.
    fn has_started(&self, names: &Names, run_id: Name) -> bool {
        let base = |name: Name| base_of(names.text(name));
        self.of(|part| part == Part::Started).any(|known| base(known.run_id) == base(run_id))
    }

    fn push(&mut self, new: Use) {
        if self.first.is_none() {
            self.first = Some(new);
            return;
        }
        let is_known = self.all().any(|known| (known.part, known.run_id) == (new.part, new.run_id));
        let is_alike = |part: Part| part == new.part || (part.is_use() && new.part.is_use());
        if !is_known && self.of(is_alike).count() < MAX_RUNS_OF_OPERATION {
            self.others.push(new);
        }
    }
}

/// The operations that began last, in the order in which they did. The table holds their numbers only, since it is looked up
/// for each event and what is large does not fit into the caches.
#[derive(Debug, Default)]
struct LastBegun {
    all: VecDeque<(Key, Operation)>,
    /// The number of the first of them; it wraps.
    first: u32,
    numbers: HashTable<u32>,
}

fn hash_of(key: &Key) -> u64 {
    BuildHasherDefault::<NameHasher>::new().hash_one(key)
}

impl LastBegun {
    fn get(&self, key: &Key) -> Option<&Operation> {
        let at = |number: u32| number.wrapping_sub(self.first) as usize;
        let number = self.numbers.find(hash_of(key), |number| self.all[at(*number)].0 == *key)?;
        Some(&self.all[at(*number)].1)
    }

    /// The operation with this key, which begins now if it is new.
    fn entry(&mut self, key: Key) -> &mut Operation {
        let Self { all, first, numbers } = self;
        let at = |number: u32| number.wrapping_sub(*first) as usize;
        let is_it = |number: &u32| all[at(*number)].0 == key;
        let number = match numbers.entry(hash_of(&key), is_it, |number| hash_of(&all[at(*number)].0)) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                // There are at most `MAX_OPERATIONS`.
                let number = first.wrapping_add(u32::try_from(all.len()).unwrap_or_default());
                entry.insert(number);
                all.push_back((key, Operation::default()));
                number
            }
        };
        &mut all[at(number)].1
    }

    /// Forgets all others.
    fn retain(&mut self, is_wanted: impl Fn(&Operation) -> bool) {
        for (key, operation) in std::mem::take(self).all {
            if is_wanted(&operation) {
                *self.entry(key) = operation;
            }
        }
    }

    /// Forgets the first if there are too many.
    fn trim(&mut self) {
        if self.all.len() > MAX_OPERATIONS
            && let Some((key, _)) = self.all.pop_front()
        {
            if let Ok(entry) = self.numbers.find_entry(hash_of(&key), |number| *number == self.first) {
                entry.remove();
            }
            self.first = self.first.wrapping_add(1);
        }
    }
}

/// The operations of the processes.
#[derive(Debug, Default)]
pub struct Operations {
    /// Uses of another run than that in hand.
    pub other_runs: Map<OtherRun, Vec<Sight>>,
    last_begun: LastBegun,
}

impl Operations {
    /// Takes in what an event tells of a run. `within` is the run in hand, if it says so.
    pub fn take<T>(
        &mut self,
        names: &Names,
        key: Key,
        run: (Name, Sight),
        within: Option<Name>,
        kind: &EventKind<T>,
    ) {
        let Some(part) = Part::of(kind) else { return };
        match within.filter(|_| part.is_use()) {
            Some(within) => {
                let known = self.last_begun.get(&key);
                let is_started = known.is_some_and(|known| known.has_started(names, run.0));
                if !is_started {
                    self.pair(names, key.0, run, within, part == Part::Written);
                }
            }
            None => self.note(names, key, run, part),
        }
    }

    fn note(&mut self, names: &Names, key: Key, (run_id, sight): (Name, Sight), part: Part) {
        let operation = self.last_begun.entry(key);
        let new = Use { part, run_id, sight };
        let mut pairs = Vec::new();
        match part {
            Part::Started => {}
            Part::InHand => {
                let others = operation.uses().filter(|used| !operation.has_in_hand(names, used.run_id));
                pairs.extend(others.map(|used| (*used, new)));
            }
            Part::Read | Part::Written if operation.has_started(names, run_id) => return,
            Part::Read | Part::Written => {
                // The one that came last is in hand.
                let held = operation.in_hand().next_back().filter(|_| !operation.has_in_hand(names, run_id));
                pairs.extend(held.map(|held| (new, *held)));
            }
        }
        operation.push(new);
        for (used, held) in pairs {
            // One process, one clock.
            if (used.sight.time, used.sight.place) >= (held.sight.time, held.sight.place) {
                let is_write = used.part == Part::Written;
                self.pair(names, key.0, (used.run_id, used.sight), held.run_id, is_write);
            }
        }
        self.last_begun.trim();
    }

    fn pair(
        &mut self,
        names: &Names,
        process: Name,
        (used, sight): (Name, Sight),
        in_hand: Name,
        is_write: bool,
    ) {
        if is_other_run(names.text(used), names.text(in_hand)) {
            let pair = OtherRun { used, in_hand, process, is_write };
            let sights = self.other_runs.entry(pair).or_default();
            if !sights.contains(&sight) {
                keep(sights, sight);
            }
        }
    }

    /// Forgets what did not happen since then.
    pub fn forget(&mut self, horizon: Millis) {
        let is_since = |sight: &Sight| sight.time >= Some(horizon);
        self.other_runs.retain(|_, sights| sights.iter().any(is_since));
        self.last_begun.retain(|operation| operation.all().any(|known| is_since(&known.sight)));
    }

    /// Takes in what was read after this: `own` gives its names those that they have here, and `moved` its places.
    pub fn append(
        &mut self,
        later: Self,
        names: &Names,
        own: impl Fn(Name) -> Name,
        moved: impl Fn(Sight) -> Sight,
    ) {
        for (pair, sights) in later.other_runs {
            let pair = OtherRun {
                used: own(pair.used),
                in_hand: own(pair.in_hand),
                process: own(pair.process),
                ..pair
            };
            let kept = self.other_runs.entry(pair).or_default();
            for sight in sights {
                keep(kept, moved(sight));
            }
        }
        for (key, operation) in &later.last_begun.all {
            let key = (own(key.0), key.1);
            // Its own pairs are known; those with what came before it are not.
            let started = operation.of(|part| part == Part::Started);
            for Use { part, run_id, sight } in started.chain(operation.in_hand()).chain(operation.uses()) {
                self.note(names, key, (own(*run_id), moved(*sight)), *part);
            }
        }
    }
}

/// Whether the record of one run is another run's: not that of a run's own clients, nor of a client's own base.
fn is_other_run(used: &str, in_hand: &str) -> bool {
    let Some((used, in_hand)) = RunId::of(used).zip(RunId::of(in_hand)) else { return false };
    used.base != in_hand.base
        || (used.client.is_some() && in_hand.client.is_some() && used.client != in_hand.client)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::history::Place;

    fn sight(line: u64) -> Sight {
        let time = i64::try_from(line).ok();
        Sight { place: Place { file: 0, line }, time, at: None, is_certain: true }
    }

    #[test]
    fn an_operation_is_forgotten_when_many_others_began_after_it() {
        let mut operations = Operations::default();
        let mut names = Names::default();
        let [process, resolved, looked_up] =
            ["api", "251006-143000", "251006-143001"].map(|text| names.name(text));
        let last = 100_000;
        let counts =
            |operations: &Operations| [operations.last_begun.all.len(), operations.last_begun.numbers.len()];
        // Numbers wrap in a log that is long enough.
        operations.last_begun.first = u32::MAX - 7;
        for number in 0..=last {
            operations.note(&names, (process, number), (resolved, sight(number)), Part::InHand);
        }
        assert_eq!(counts(&operations), [100_000; 2]);
        for (number, found) in [(0, 0), (2, 1), (last, 2)] {
            let sight = sight(last + 1 + number);
            operations.note(&names, (process, number), (looked_up, sight), Part::Read);
            assert_eq!(operations.other_runs.values().map(Vec::len).sum::<usize>(), found, "{number}");
        }
        assert_eq!(counts(&operations), [100_000; 2]);
    }

    #[test]
    fn few_runs_of_an_operation_are_kept_and_few_places_of_a_fact() {
        let mut operations = Operations::default();
        let mut names = Names::default();
        let process = names.name("api");
        let runs: Vec<Name> = (10..60).map(|second| names.name(&format!("251006-1430{second}"))).collect();
        for part in [Part::InHand, Part::Read, Part::Written, Part::Started] {
            for (line, run) in (1..).zip(&runs) {
                for again in 0..50 {
                    operations.note(&names, (process, 0), (*run, sight(line + again)), part);
                }
            }
        }
        let operation = operations.last_begun.get(&(process, 0)).unwrap();
        let started = operation.of(|part| part == Part::Started).count();
        let kept = [operation.in_hand().count(), operation.uses().count(), started];
        assert_eq!(kept, [8; 3]);
        assert!(operations.other_runs.len() <= 2 * runs.len() * 8);
        assert_eq!(operations.other_runs.values().map(Vec::len).max(), Some(20));
    }

    #[test]
    fn a_run_that_the_operation_started_is_not_another_run() {
        let mut operations = Operations::default();
        let mut names = Names::default();
        let [process, held, started, client] =
            ["api", "251006-143000-Ann", "251006-150000", "251006-150000-Bo"].map(|text| names.name(text));
        for (run, part) in
            [(held, Part::InHand), (started, Part::Started), (started, Part::Read), (client, Part::Written)]
        {
            operations.note(&names, (process, 0), (run, sight(1)), part);
        }
        assert!(operations.other_runs.is_empty());
    }

    #[test]
    fn of_several_in_hand_none_is_another_run() {
        let mut operations = Operations::default();
        let mut names = Names::default();
        let [process, one, two, three] =
            ["api", "251006-143000-Ann", "251006-143000-Bo", "251006-143000-Cy"].map(|text| names.name(text));
        for (line, (run, part)) in (1..).zip([
            (one, Part::InHand),
            (one, Part::Written),
            (two, Part::InHand),
            (two, Part::Written),
            (one, Part::Written),
        ]) {
            operations.note(&names, (process, 0), (run, sight(line)), part);
        }
        assert!(operations.other_runs.is_empty());
        operations.note(&names, (process, 0), (three, sight(6)), Part::Written);
        let pair = OtherRun { used: three, in_hand: two, process, is_write: true };
        assert!(operations.other_runs.keys().eq([&pair]));
    }

    #[test]
    fn a_use_is_told_once_where_operations_are_put_together() {
        let [mut operations, mut all] = [Operations::default(), Operations::default()];
        let mut names = Names::default();
        let [process, held, used] = ["api", "251006-143000", "251006-143001"].map(|text| names.name(text));
        operations.note(&names, (process, 0), (held, sight(1)), Part::InHand);
        operations.note(&names, (process, 0), (used, sight(2)), Part::Read);
        all.append(operations, &names, |name| name, |sight| sight);
        assert_eq!(all.other_runs.into_values().collect::<Vec<_>>(), [[sight(2)]]);
    }

    #[test]
    fn runs_are_compared_by_base_and_clients_with_clients() {
        for (used, in_hand, is_other) in [
            ("251006-143000", "251006-143000-Ann", false),
            ("251006-143000-Ann", "251006-143000", false),
            ("251006-143000-Ann", "251006-143000-Ann", false),
            ("251006-143000-Bo", "251006-143000-Ann", true),
            ("251006-143001-Ann", "251006-143000-Ann", true),
            ("251006-143001", "251006-143000", true),
        ] {
            assert_eq!(is_other_run(used, in_hand), is_other, "{used} {in_hand}");
        }
    }
}

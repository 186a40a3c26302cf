//! The life of one run across files, on one timeline.
//!
//! | module | holds |
//! |---|---|
//! | [`step`] | one event of it |
//! | [`reading`] | steps read from files |
//! | [`texts`] | the lines that they are in |
//! | [`order`] | in which order they happened |
//! | [`hand_overs`] | who handed the run on |

pub mod hand_overs;
pub mod order;
pub mod reading;
pub mod step;
pub mod texts;

use std::sync::Arc;

use crate::facts::history::{Name, Names, Place, base_of};
use crate::facts::processes::{self, Life};
use crate::map::{Map, Set};
pub use hand_overs::HandOver;
pub use reading::{Limits, read};
pub use step::Step;
pub use texts::Texts;

/// All that happened to a run.
#[derive(Debug, Default)]
pub struct Timeline {
    /// The texts of all names in it.
    pub names: Arc<Names>,
    /// In the order in which they come into it.
    pub processes: Vec<Name>,
    /// In the order in which they happened.
    pub events: Vec<Step>,
    /// In that order too.
    pub hand_overs: Vec<HandOver>,
}

/// What a timeline is about.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// A run; none if something that is not a run ID came in its place.
    pub run_id: Option<String>,
    /// The IDs that its findings name: what it was turned into, or should have been.
    pub others: Set<String>,
    /// IDs derived from another ID; a process that uses one no longer holds the run.
    pub changed: Set<String>,
    /// Lines that belong to it, whatever they name.
    pub places: Vec<Place>,
}

impl Subject {
    fn is_about(&self, run_id: &str) -> bool {
        self.run_id.as_deref().is_some_and(|own| is_same_run(own, run_id)) || self.others.contains(run_id)
    }

    /// Whether a process with this ID in hand has the run in hand.
    fn is_held_by(&self, run_id: &str) -> bool {
        self.run_id.as_deref().is_some_and(|own| is_same_run(own, run_id)) && !self.changed.contains(run_id)
    }
}

/// Whether two IDs are of one run: equal, or one of them is the base of both.
#[must_use]
pub fn is_same_run(wanted: &str, other: &str) -> bool {
    let is_base = |run_id: &str| run_id.len() == run_id_core::base::BASE_LENGTH;
    wanted == other
        || ((is_base(wanted) || is_base(other))
            && base_of(wanted).is_some_and(|base| base_of(other) == Some(base)))
}

/// Gives the steps of each process one name.
fn join_processes(names: &Names, steps: &mut [Step]) {
    let mut lives: Map<Name, Life> = Map::default();
    for step in &*steps {
        let (time, file) = (step.time, step.place.file);
        lives.entry(step.process).or_insert_with(|| Life::new(step.process, time, file)).see(time, file);
    }
    let lives: Vec<Life> = lives.into_values().collect();
    let joined = processes::joined(names, &lives);
    for step in steps {
        step.process = joined.get(&step.process).copied().unwrap_or(step.process);
    }
}

/// Leaves out the steps that a copy of a log repeats.
fn leave_out_copies(steps: &mut Vec<Step>) {
    let mut known = Set::default();
    steps.retain(|step| step.n.is_none_or(|n| known.insert((n, step.thread, step.told()))));
}

impl Timeline {
    fn of(subject: &Subject, names: Arc<Names>, mut steps: Vec<Step>) -> Self {
        join_processes(&names, &mut steps);
        leave_out_copies(&mut steps);
        let events = order::in_order(&names, steps);
        let mut known: Set<Name> = Set::default();
        let processes = events.iter().map(|step| step.process).filter(|process| known.insert(*process));
        let processes = processes.collect();
        let ids: Set<Name> = events.iter().filter_map(|step| step.run_id).collect();
        let held: Set<Name> = ids.into_iter().filter(|id| subject.is_held_by(names.text(*id))).collect();
        let is_held = |step: &Step| step.has_in_hand() && step.run_id.is_some_and(|id| held.contains(&id));
        let hand_overs = hand_overs::hand_overs(&names, &events, is_held);
        Self { names, processes, events, hand_overs }
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events in each line.
    #[must_use]
    pub fn by_place(&self) -> Map<Place, Vec<usize>> {
        let mut by_place: Map<Place, Vec<usize>> = Map::default();
        for (at, step) in self.events.iter().enumerate() {
            by_place.entry(step.place).or_default().push(at);
        }
        by_place
    }

    /// The process of an event.
    #[must_use]
    pub fn process_of(&self, event: usize) -> &str {
        self.names.text(self.events[event].process)
    }
}

//! What was observed, counted by place and by what would have happened there. The process counts, not each thread, so
//! that the counts of a terminated thread are still reported.
//!
//! References: SPEC §13.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::event::Outcome;
use crate::fault::{CODES, Code};
use crate::text::ending_of;

/// Places that are counted individually. All others are counted as one: a place may be named after the content of a
/// request, and then their number has no limit.
pub const MAX_PLACES: usize = 1000;

/// The maximum length of a place's name; a longer one loses its beginning.
pub const MAX_PLACE_LENGTH: usize = 256;

/// The number of the places that are counted as one.
pub const OTHERS: u32 = 0;

/// The number of the calls whose place is not known.
pub const UNKNOWN: u32 = 1;

/// What is counted together at a place: the outcome, and the error of this library.
pub type Case = (Outcome, Option<Code>);

/// The case of an outcome and a code, given by their numbers; a negative code means none.
#[must_use]
pub fn case(outcome: i32, code: i32) -> Option<Case> {
    let outcome = Outcome::ALL.get(usize::try_from(outcome).ok()?)?;
    Some((*outcome, usize::try_from(code).ok().and_then(|code| CODES.get(code).copied())))
}

/// How often something was observed at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Its name; none for the others, and if it is not known.
    pub place: Option<Box<str>>,
    /// Whether it stands for all places beyond [`MAX_PLACES`].
    pub is_others: bool,
    /// What would have happened.
    pub case: Case,
    /// How often since the process began.
    pub count: u64,
    /// The first received value; none if it was accepted.
    pub received: Option<Box<str>>,
}

/// All that was observed.
#[derive(Debug, Default)]
pub struct Observed {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Of the places that have names, in the order of these.
    numbers: Vec<(Box<str>, u32)>,
    places: Vec<Place>,
}

impl Default for State {
    /// With the places that have no names.
    fn default() -> Self {
        Self { numbers: Vec::new(), places: vec![Place::default(), Place::default()] }
    }
}

#[derive(Debug, Default)]
struct Place {
    name: Option<Box<str>>,
    tallies: Vec<Tally>,
}

#[derive(Debug)]
struct Tally {
    case: Case,
    count: u64,
    told: u64,
    received: Option<Box<str>>,
}

impl Observed {
    /// Nothing was observed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of a place.
    #[must_use]
    pub fn place(&self, name: &str) -> u32 {
        let name = ending_of(name, MAX_PLACE_LENGTH);
        let mut state = self.state();
        let at = match state.numbers.binary_search_by(|(known, _)| (**known).cmp(name)) {
            Ok(at) => return state.numbers[at].1,
            Err(_) if state.numbers.len() == MAX_PLACES => return OTHERS,
            Err(at) => at,
        };
        let Ok(number) = u32::try_from(state.places.len()) else { return OTHERS };
        state.numbers.insert(at, (name.into(), number));
        state.places.push(Place { name: Some(name.into()), tallies: Vec::new() });
        number
    }

    /// Counts one case at a place. Returns whether it is the first of its kind, which is kept as an example.
    pub fn count(&self, place: u32, case: Case) -> bool {
        let mut state = self.state();
        let Some(Place { tallies, .. }) = state.places.get_mut(place as usize) else { return false };
        if let Some(tally) = tallies.iter_mut().find(|tally| tally.case == case) {
            tally.count += 1;
            return false;
        }
        tallies.push(Tally { case, count: 1, told: 0, received: None });
        true
    }

    /// Keeps what came as the example of a case.
    pub fn keep_example(&self, place: u32, case: Case, received: &str) {
        let mut state = self.state();
        let place = state.places.get_mut(place as usize);
        let tally = place.and_then(|place| place.tallies.iter_mut().find(|tally| tally.case == case));
        if let Some(tally) = tally {
            tally.received = Some(received.into());
        }
    }

    /// Whether anything was counted since the counts were last taken.
    #[must_use]
    pub fn is_due(&self) -> bool {
        let state = self.state();
        state.places.iter().flat_map(|place| &place.tallies).any(|tally| tally.count > tally.told)
    }

    /// The counts that have changed since they were last taken. Each is reported as a sum since the beginning, so that
    /// the next one makes up for a lost line.
    pub fn take(&self) -> Vec<Count> {
        let mut state = self.state();
        let mut counts = Vec::new();
        for (at, place) in state.places.iter_mut().enumerate() {
            for tally in &mut place.tallies {
                if tally.count == tally.told {
                    continue;
                }
                tally.told = tally.count;
                counts.push(Count {
                    place: place.name.clone(),
                    is_others: at == OTHERS as usize,
                    case: tally.case,
                    count: tally.count,
                    received: tally.received.clone(),
                });
            }
        }
        counts
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::CODES;

    const SAME: Case = (Outcome::Same, None);

    fn thrown(code: usize) -> Case {
        (Outcome::WouldThrow, Some(CODES[code]))
    }

    #[test]
    fn counts_are_sums_and_only_those_that_changed_are_told() {
        let observed = Observed::new();
        let [one, other] = ["webhook", "worker"].map(|name| observed.place(name));
        assert_eq!(observed.place("webhook"), one);
        assert!(!observed.is_due());
        assert!(observed.count(one, SAME) && !observed.count(one, SAME));
        assert!(observed.count(other, thrown(0)) && observed.count(other, thrown(1)));
        observed.keep_example(other, thrown(1), "job_1");
        assert!(observed.is_due());
        let told = |counts: Vec<Count>| {
            let row = |count: Count| (count.place.unwrap().to_string(), count.case, count.count);
            counts.into_iter().map(row).collect::<Vec<_>>()
        };
        let first = observed.take();
        assert_eq!(first[2].received.as_deref(), Some("job_1"));
        let [webhook, worker] = ["webhook", "worker"].map(str::to_owned);
        let rows = [(webhook, SAME, 2), (worker.clone(), thrown(0), 1), (worker.clone(), thrown(1), 1)];
        assert_eq!(told(first), rows);
        assert!(!observed.is_due() && observed.take().is_empty());
        assert!(!observed.count(other, thrown(0)));
        assert_eq!(told(observed.take()), [(worker, thrown(0), 2)]);
    }

    #[test]
    fn what_has_no_place_of_its_own_is_counted_too() {
        let observed = Observed::new();
        observed.count(UNKNOWN, SAME);
        for at in 0..1002 {
            observed.count(observed.place(&format!("place {at}")), SAME);
        }
        let counts = observed.take();
        assert_eq!(counts.len(), 1000 + 2);
        assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), 1003);
        let of = |is_others| {
            counts.iter().find(|count| count.place.is_none() && count.is_others == is_others).unwrap().count
        };
        assert_eq!((of(true), of(false)), (2, 1));
        // A known place is still counted individually.
        assert_ne!(observed.place("place 5"), OTHERS);
    }

    #[test]
    fn a_long_name_keeps_its_end() {
        let observed = Observed::new();
        let long = format!("{}é{}", "a".repeat(1000), "b".repeat(255));
        observed.count(observed.place(&long), SAME);
        let kept = observed.take().remove(0).place.unwrap();
        assert_eq!(&*kept, format!("é{}", "b".repeat(255)));
        assert_eq!(observed.place(""), observed.place(""));
    }
}

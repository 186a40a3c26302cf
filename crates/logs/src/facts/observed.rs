//! What the library would have done where it was only observed, by place.

use std::collections::HashMap;

use run_id_core::event::Outcome;

use crate::facts::fact::{Fact, Own};
use crate::facts::history::{Heard, Name, Names, Sight};
use crate::formats::event::EventKind;

/// Where something was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Where {
    /// At a place that has a name.
    Named(Name),
    /// At one of the places that its process did not count by themselves.
    Others,
    /// No place is known.
    Unknown,
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Case {
    /// By which process.
    pub process: Name,
    /// Where.
    pub place: Where,
    /// What would have happened.
    pub outcome: Outcome,
    /// With which error.
    pub code: Option<Name>,
}

/// How often.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    /// The greatest count that was told: each is a sum since the process began.
    pub count: u64,
    /// What came, the first time.
    pub received: Option<Name>,
    /// When it was told.
    pub heard: Heard,
}

impl Sum {
    fn extend(&mut self, other: &Self) {
        self.count = self.count.max(other.count);
        self.received = self.received.or(other.received);
        self.heard.extend(other.heard);
    }
}

/// All that was observed.
#[derive(Debug, Default)]
pub struct Observed {
    /// What events say that are certain.
    pub certain: HashMap<Case, Sum>,
    /// What others say, such as those that a line merely quotes.
    pub doubtful: HashMap<Case, Sum>,
}

impl Observed {
    /// Takes in the counts of a line.
    pub fn take(&mut self, names: &mut Names, fact: &Fact, own: &mut Own<'_>, process: Name, sight: Sight) {
        let EventKind::Observe { counts } = &fact.kind else { return };
        let sums = if sight.is_certain { &mut self.certain } else { &mut self.doubtful };
        for counted in counts {
            let mut own = |name: Option<Name>| name.map(|name| own.name(names, name));
            let place = match own(counted.place) {
                Some(name) => Where::Named(name),
                None if counted.is_others => Where::Others,
                None => Where::Unknown,
            };
            let case = Case { process, place, outcome: counted.outcome, code: own(counted.code) };
            let heard = Heard { first: sight.time, last: sight.time };
            let sum = Sum { count: counted.count, received: own(counted.received), heard };
            sums.entry(case).or_default().extend(&sum);
        }
    }

    /// Takes in what was read after this: `own` gives its names those that they have here.
    pub fn append(&mut self, later: Self, own: impl Fn(Name) -> Name) {
        let moved = |case: Case| Case {
            process: own(case.process),
            place: if let Where::Named(name) = case.place { Where::Named(own(name)) } else { case.place },
            code: case.code.map(&own),
            ..case
        };
        for (sums, later) in [(&mut self.certain, later.certain), (&mut self.doubtful, later.doubtful)] {
            for (case, sum) in later {
                let sum = Sum { received: sum.received.map(&own), ..sum };
                sums.entry(moved(case)).or_default().extend(&sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_the_greatest_that_was_told_also_by_a_process_of_two_names() {
        let mut names = Names::default();
        let [one, other, place] = ["api@h/7/0a1b2c3d", "h/7", "webhook"].map(|text| names.name(text));
        let case = |process| Case { process, place: Where::Named(place), outcome: Outcome::Same, code: None };
        let sum =
            |count, time| Sum { count, received: None, heard: Heard { first: Some(time), last: Some(time) } };
        let mut observed = Observed::default();
        observed.certain.insert(case(one), sum(5, 10));
        let mut later = Observed::default();
        later.certain.insert(case(other), sum(3, 40));
        later.doubtful.insert(case(other), sum(9, 20));
        observed.append(later, |name| if name == other { one } else { name });
        let kept = &observed.certain[&case(one)];
        assert_eq!((kept.count, kept.heard), (5, Heard { first: Some(10), last: Some(40) }));
        assert_eq!((observed.certain.len(), observed.doubtful[&case(one)].count), (1, 9));
    }
}

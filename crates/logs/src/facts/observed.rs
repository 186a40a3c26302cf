//! What the library would have done where it was only observed, by place.

use run_id_core::event::Outcome;
use run_id_core::order;

use crate::facts::fact::{Fact, Own};
use crate::facts::history::{Heard, Name, Names, Sight};
use crate::formats::event::EventKind;
use crate::formats::time::Millis;

/// Where something was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Where {
    /// At a place that has a name.
    Named(Name),
    /// At one of the places that its process did not count individually.
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
    /// From events that are certain.
    pub certain: Sums,
    /// From other events, such as those that a line merely quotes.
    pub doubtful: Sums,
}

/// Sums by case. A list that is put in order now and then: a table for this alone would be some kilobytes of addon.
#[derive(Debug, Default)]
pub struct Sums {
    all: Vec<(Case, Sum)>,
    /// How many there were when each case was in it once.
    compact: usize,
}

/// Entries up to which a list is left as it is.
const FEW: usize = 64;

impl Sums {
    fn add(&mut self, case: Case, sum: Sum) {
        self.all.push((case, sum));
        if self.all.len() > 2 * self.compact + FEW {
            self.all = std::mem::take(self).in_order();
            self.compact = self.all.len();
        }
    }

    /// Each case once, in order.
    #[must_use]
    pub fn in_order(mut self) -> Vec<(Case, Sum)> {
        order::sort_by(&mut self.all, |(one, _), (other, _)| one.cmp(other));
        let mut once: Vec<(Case, Sum)> = Vec::new();
        for (case, sum) in self.all {
            match once.last_mut() {
                Some((known, kept)) if *known == case => kept.extend(&sum),
                _ => once.push((case, sum)),
            }
        }
        once
    }
}

impl Observed {
    /// Forgets what was not heard of since then.
    pub fn forget(&mut self, horizon: Millis) {
        for sums in [&mut self.certain, &mut self.doubtful] {
            sums.all.retain(|(_, sum)| sum.heard.last >= Some(horizon));
        }
    }

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
            sums.add(case, sum);
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
            for (case, sum) in later.all {
                let sum = Sum { received: sum.received.map(&own), ..sum };
                sums.add(moved(case), sum);
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
        observed.certain.add(case(one), sum(5, 10));
        let mut later = Observed::default();
        for _ in 0..3 * 64 {
            later.certain.add(case(other), sum(3, 40));
        }
        assert!(later.certain.all.len() <= 64 + 2, "{}", later.certain.all.len());
        later.doubtful.add(case(other), sum(9, 20));
        observed.append(later, |name| if name == other { one } else { name });
        let [(kept, told)] = &observed.certain.in_order()[..] else { panic!() };
        assert_eq!((*kept, told.count), (case(one), 5));
        assert_eq!(told.heard, Heard { first: Some(10), last: Some(40) });
        assert_eq!(observed.doubtful.in_order()[0].1.count, 9);
    }
}

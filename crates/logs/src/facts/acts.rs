//! What each process did with each run ID, act by act: the first few and the last few, so that memory grows with runs
//! and not with lines.

use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::num::NonZeroU64;
use std::sync::LazyLock;

use hashbrown::DefaultHashBuilder;
use run_id_core::event::Action;

use crate::facts::fact::{Fact, Own};
use crate::facts::history::{Name, Names, Place, Sight};
use crate::formats::event::EventKind;
use crate::formats::time::Millis;

/// Of one process's acts with one run ID, this many of the first are kept, and as many of the last.
pub const MAX_AT_EACH_END: usize = 8;

/// The value of `source` and `arrived` for an ID that was generated here.
const GENERATED: &str = run_id_core::source::GENERATED;

/// What a process did with a run ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActKind {
    /// It generated it.
    Generate,
    /// It checked it.
    Pass,
    /// It handed it over.
    Send,
    /// It received it.
    Receive,
    /// It found it in a request.
    Resolve,
    /// It created a record under it.
    Created,
    /// It tried to create one, and there already was one.
    Exists,
    /// It found the record, or did something with it.
    Lookup,
    /// It did not find the record.
    Missing,
    /// It refused to continue without the record.
    Refused,
    /// A text or another log's line of it holds the ID.
    Text,
    /// One says that the record was missed.
    TextMissing,
}

impl ActKind {
    /// Whether the record was missed.
    #[must_use]
    pub fn is_miss(self) -> bool {
        matches!(self, Self::Missing | Self::Refused | Self::TextMissing)
    }

    /// Whether a process that does this uses the ID actively, instead of only looking it up or receiving it.
    #[must_use]
    pub fn is_use(self) -> bool {
        matches!(self, Self::Generate | Self::Pass | Self::Send | Self::Created | Self::Exists)
    }

    fn of<T>(kind: &EventKind<T>, is_own: bool) -> Self {
        match kind {
            EventKind::Record { action: Action::Missing, .. } if !is_own => Self::TextMissing,
            _ if !is_own => Self::Text,
            EventKind::Generate => Self::Generate,
            EventKind::Pass => Self::Pass,
            EventKind::Send { .. } => Self::Send,
            EventKind::Receive { .. } => Self::Receive,
            EventKind::Resolve { .. } => Self::Resolve,
            EventKind::Reject { .. } => Self::Refused,
            EventKind::Conflict { .. }
            | EventKind::LeftOut { .. }
            | EventKind::Observe { .. }
            | EventKind::Other => Self::Text,
            EventKind::Record { action, .. } => match action {
                Action::Created => Self::Created,
                Action::Exists => Self::Exists,
                Action::Missing => Self::Missing,
                // The record need not exist.
                Action::Refused | Action::Unknown | Action::Clash => Self::Text,
                _ => Self::Lookup,
            },
        }
    }
}

/// Which line of its thread an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// Which thread of the process.
    pub thread: u32,
    /// From 1.
    pub n: u32,
}

/// One thing that a process did with a run ID. There may be sixteen for each process and each of 100,000 run IDs: it takes
/// 64 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    line: u64,
    /// The smallest number means none.
    time: Millis,
    /// Which operation, by 64 bits of its name.
    pub op: Option<NonZeroU64>,
    file: u32,
    at: Option<Name>,
    /// Which line of the thread it was.
    pub number: Option<Number>,
    /// The run in hand.
    pub within: Option<Name>,
    /// How the ID came or went: a source of a request, or a carrier.
    pub source: Option<Name>,
    /// How the run in hand came; none if it was generated here.
    pub arrived: Option<Name>,
    /// On which route of a boundary.
    pub route: Option<Name>,
    /// What.
    pub kind: ActKind,
    /// Whether the process may have generated the ID itself: it did not come with the request.
    pub is_generated: bool,
    is_certain: bool,
}

const _: () = assert!(size_of::<Act>() == 64);

impl Act {
    /// Something at a place.
    fn new(kind: ActKind, sight: Sight) -> Self {
        let nothing = Self {
            line: 0,
            time: 0,
            op: None,
            file: 0,
            at: None,
            number: None,
            within: None,
            source: None,
            arrived: None,
            route: None,
            kind,
            is_generated: false,
            is_certain: false,
        };
        nothing.with_sight(sight)
    }

    /// Where and when.
    #[must_use]
    pub fn sight(&self) -> Sight {
        Sight {
            place: Place { file: self.file, line: self.line },
            time: (self.time != Millis::MIN).then_some(self.time),
            at: self.at,
            is_certain: self.is_certain,
        }
    }

    /// The same elsewhere.
    #[must_use]
    pub fn with_sight(self, sight: Sight) -> Self {
        let Sight { place: Place { file, line }, time, at, is_certain } = sight;
        Self { line, time: time.unwrap_or(Millis::MIN), file, at, is_certain, ..self }
    }

    /// Whether another line says the very same.
    fn is_copy_of(&self, other: &Self) -> bool {
        let Self { line, file, is_certain, .. } = *other;
        Self { line, file, is_certain, ..*self } == *other
    }

    /// The same with other names.
    #[must_use]
    pub fn named(self, own: impl Fn(Name) -> Name) -> Self {
        Self {
            within: self.within.map(&own),
            source: self.source.map(&own),
            arrived: self.arrived.map(&own),
            route: self.route.map(&own),
            ..self
        }
    }

    /// The act that a fact describes.
    pub fn of(fact: &Fact, sight: Sight, names: &mut Names, own: &mut Own<'_>) -> Self {
        let kind = ActKind::of(&fact.kind, fact.is_own);
        let source = match &fact.kind {
            EventKind::Resolve { source } => *source,
            EventKind::Send { carrier } | EventKind::Receive { carrier } => *carrier,
            _ => None,
        };
        let texts = own.texts;
        let is_made = |name: &Name| texts.text(*name) == GENERATED;
        let mut known = |name: Option<Name>| {
            let name = name.filter(|name| !is_made(name))?;
            Some(own.name(names, name))
        };
        let number = fact.thread.zip(fact.n).and_then(|(thread, n)| {
            Some(Number { thread: u32::try_from(thread).ok()?, n: u32::try_from(n).ok()? })
        });
        Self {
            op: fact.op,
            number,
            within: known(fact.within),
            source: known(source),
            arrived: known(fact.arrived),
            route: known(fact.route),
            is_generated: kind == ActKind::Generate || source.as_ref().is_some_and(is_made),
            ..Self::new(kind, sight)
        }
    }

    /// Whether it was before the other one, in one process: lines of a thread are numbered, and clocks may be set.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        match (self.number, other.number) {
            (Some(own), Some(others)) if own.thread == others.thread => own.n < others.n,
            _ => self.order() < other.order(),
        }
    }

    /// Exports may have the newest line first: the place counts last.
    fn order(&self) -> impl Ord + use<> {
        (self.time, self.number, self.file, self.line)
    }
}

/// 64 bits of an operation's name: the same in all threads.
#[must_use]
pub fn fingerprint(op: &str) -> Option<NonZeroU64> {
    static HASH: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);
    NonZeroU64::new(HASH.hash_one(op))
}

/// How often a process failed to find a record, by kind of evidence. One lookup may show in each of these ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Misses {
    records: u32,
    refusals: u32,
    texts: u32,
}

/// What one process did with one run ID.
#[derive(Clone, Debug, Default)]
pub struct Acts {
    /// In order, except that the last [`MAX_AT_EACH_END`] of many are a ring.
    kept: Vec<Act>,
    /// Where the ring begins: in most logs each act is later than all before it, and replaces the oldest of the last ones.
    turned: u8,
    /// What the process did right before the first of them, with another run ID whose acts are not all kept.
    before: Option<Box<(Name, Act)>>,
    uses: u32,
    misses: Misses,
}

impl Acts {
    /// Adds one, in any order. Returns whether it is now the first.
    pub fn add(&mut self, act: Act) -> bool {
        let count = match act.kind {
            ActKind::Missing => &mut self.misses.records,
            ActKind::Refused => &mut self.misses.refusals,
            ActKind::TextMissing => &mut self.misses.texts,
            _ => &mut self.uses,
        };
        *count = count.saturating_add(1);
        self.keep(act)
    }

    /// Whether an act is neither among the first nor among the last, and so would not be kept.
    fn is_between(&self, act: &Act) -> bool {
        if self.kept.len() < 2 * MAX_AT_EACH_END {
            return false;
        }
        let (before, after) =
            (&self.kept[MAX_AT_EACH_END - 1], &self.kept[MAX_AT_EACH_END + usize::from(self.turned)]);
        let order = act.order();
        before.order() <= order && order < after.order()
    }

    /// Whether the same act is there. Of one that would not be kept, this is assumed: there is nothing to compare it with.
    #[must_use]
    pub fn has(&self, act: &Act) -> bool {
        self.is_between(act) || self.kept.iter().any(|known| act.is_copy_of(known))
    }

    /// Returns whether it is the first of them now.
    fn keep(&mut self, act: Act) -> bool {
        let order = act.order();
        if self.kept.len() == 2 * MAX_AT_EACH_END {
            let turned = usize::from(self.turned);
            let last = &mut self.kept[MAX_AT_EACH_END..];
            if last[(turned + MAX_AT_EACH_END - 1) % MAX_AT_EACH_END].order() <= order {
                last[turned] = act;
                self.turned = (self.turned + 1) % MAX_AT_EACH_END.to_le_bytes()[0];
                return false;
            }
            // For a run with many lines, most other acts end here.
            if self.is_between(&act) {
                return false;
            }
            self.kept[MAX_AT_EACH_END..].rotate_left(turned);
            self.turned = 0;
        }
        let is_last = self.kept.last().is_none_or(|last| last.order() <= order);
        let count = self.kept.len();
        let mut at = if is_last { count } else { self.kept.partition_point(|kept| kept.order() <= order) };
        if at == 0 {
            self.before = None;
        }
        if count == 2 * MAX_AT_EACH_END {
            // The last of the first ones goes, or the first of the last ones.
            if at < MAX_AT_EACH_END {
                self.kept.remove(MAX_AT_EACH_END - 1);
            } else {
                self.kept.remove(MAX_AT_EACH_END);
                at -= 1;
            }
        } else if count == self.kept.capacity() {
            // Most processes do one thing or three with a run ID. A vector would begin with room for four, and double it.
            self.kept.reserve_exact((1 + count.min(1) + count / 4).min(2 * MAX_AT_EACH_END - count));
        }
        self.kept.insert(at, act);
        at == 0
    }

    /// Adds acts that were read elsewhere. `named` translates names, and `moved` acts.
    pub fn append(&mut self, others: Self, named: impl Fn(Name) -> Name, moved: impl Fn(Act) -> Act) {
        for (own, others) in [
            (&mut self.uses, others.uses),
            (&mut self.misses.records, others.misses.records),
            (&mut self.misses.refusals, others.misses.refusals),
            (&mut self.misses.texts, others.misses.texts),
        ] {
            *own = own.saturating_add(others);
        }
        if self.kept.is_empty() {
            self.kept = others.kept;
            self.turned = others.turned;
            self.kept.iter_mut().for_each(|act| *act = moved(*act));
        } else {
            for act in others.iter() {
                self.keep(moved(*act));
            }
        }
        if let Some((run_id, act)) = others.before.map(|before| *before) {
            self.note_before(named(run_id), moved(act));
        }
    }

    /// Whether this is the first of them.
    #[must_use]
    pub fn begin_with(&self, act: &Act) -> bool {
        self.kept.first() == Some(act)
    }

    /// Whether there are more of them than the first ones.
    #[must_use]
    pub fn are_many(&self) -> bool {
        self.kept.len() > MAX_AT_EACH_END
    }

    /// Notes what the process did with another run ID before the first of them. The latest counts.
    pub fn note_before(&mut self, run_id: Name, act: Act) {
        let is_later = self.before.as_ref().is_none_or(|before| before.1.is_before(&act));
        if is_later && self.kept.first().is_some_and(|first| act.is_before(first)) {
            self.before = Some(Box::new((run_id, act)));
        }
    }

    /// What the process did with a run ID before the first of them, if that was noted.
    #[must_use]
    pub fn before(&self, run_id: Name) -> Option<&Act> {
        self.before.as_ref().filter(|before| before.0 == run_id).map(|before| &before.1)
    }

    /// The index in `kept` of an act, by its position in their order.
    fn place(&self, at: usize) -> usize {
        at.checked_sub(MAX_AT_EACH_END)
            .map_or(at, |last| MAX_AT_EACH_END + (last + usize::from(self.turned)) % MAX_AT_EACH_END)
    }

    /// The first and the last, in their order.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Act> {
        (0..self.kept.len()).map(|at| &self.kept[self.place(at)])
    }

    /// How often the process used the ID in any way but a lookup that missed.
    #[must_use]
    pub fn use_count(&self) -> usize {
        self.uses as usize
    }

    /// How often it missed the record.
    #[must_use]
    pub fn miss_count(&self) -> usize {
        let Misses { records, refusals, texts } = self.misses;
        records.max(refusals).max(texts) as usize
    }

    /// The misses, each lookup once: by its record event, or else by its refusal, or else by a text.
    pub fn misses(&self) -> impl Iterator<Item = &Act> {
        let told_by = match self.misses {
            Misses { records: 1.., .. } => ActKind::Missing,
            Misses { refusals: 1.., .. } => ActKind::Refused,
            _ => ActKind::TextMissing,
        };
        self.iter().filter(move |act| act.kind == told_by)
    }
}

/// This many acts, of any process, are remembered while logs are read.
const MAX_RECENT: usize = 16;

/// The acts that were read last. A process may do so much with a run ID that its last act before it changed the ID is not
/// among those that are kept.
#[derive(Debug, Default)]
pub struct Recent(VecDeque<(Name, Name, Act)>);

impl Recent {
    /// Takes in an act of a process. `each` gets the recent acts of that process with other run IDs in the same operation.
    pub fn take(&mut self, process: Name, run_id: Name, act: Act, mut each: impl FnMut(Name, &Act)) {
        for (of_process, other, recent) in &self.0 {
            if *of_process == process && *other != run_id && recent.op == act.op {
                each(*other, recent);
            }
        }
        if self.0.len() == MAX_RECENT {
            self.0.pop_front();
        }
        self.0.push_back((process, run_id, act));
    }

    /// The same with other names.
    #[must_use]
    pub fn named(self, own: &dyn Fn(Name) -> Name) -> Self {
        let named = |(process, run_id, act): (Name, Name, Act)| {
            let sight = act.sight();
            let placed = Sight { at: sight.at.map(own), ..sight };
            (own(process), own(run_id), act.named(own).with_sight(placed))
        };
        Self(self.0.into_iter().map(named).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(line: u64, n: Option<u32>, kind: ActKind) -> Act {
        let time = i64::try_from(line).ok();
        let sight = Sight { place: Place { file: 0, line }, time, at: None, is_certain: true };
        Act { number: n.map(|n| Number { thread: 0, n }), ..Act::new(kind, sight) }
    }

    fn lines(acts: &Acts) -> Vec<u64> {
        acts.iter().map(|act| act.line).collect()
    }

    #[test]
    fn the_first_and_the_last_are_kept_in_whichever_order_and_parts_they_come() {
        let all: Vec<Act> = (0..1000).map(|line| act(line, None, ActKind::Pass)).collect();
        let wanted: Vec<u64> = (0..8).chain(992..1000).collect();
        let of = |acts: &mut dyn Iterator<Item = &Act>| {
            let mut kept = Acts::default();
            acts.for_each(|act| _ = kept.add(*act));
            assert!(kept.kept.capacity() <= 2 * 8);
            kept
        };
        // 7 and 1000 have no divisor in common.
        let mixed: Vec<Act> = (0..1000).map(|at| all[at * 7 % 1000]).collect();
        // Small parts, whose acts are all kept, and larger ones.
        let in_parts = [13, 50].map(|size| {
            let mut acts = Acts::default();
            for part in mixed.chunks(size).rev() {
                acts.append(of(&mut part.iter()), |name| name, |act| act);
            }
            acts
        });
        let whole = [of(&mut all.iter()), of(&mut all.iter().rev()), of(&mut mixed.iter())];
        for acts in whole.into_iter().chain(in_parts) {
            assert_eq!((lines(&acts), acts.use_count(), acts.miss_count()), (wanted.clone(), 1000, 0));
        }
    }

    #[test]
    fn few_are_all_kept() {
        let mut acts = Acts::default();
        for line in [3, 1, 2] {
            acts.add(act(line, None, ActKind::Text));
        }
        assert_eq!(lines(&acts), [1, 2, 3]);
    }

    #[test]
    fn of_one_thread_the_numbers_tell_the_order_and_else_the_times() {
        let set_back = [act(5, Some(1), ActKind::Pass), act(4, Some(2), ActKind::Pass)];
        assert!(set_back[0].is_before(&set_back[1]) && !set_back[1].is_before(&set_back[0]));
        let other = Act { number: Some(Number { thread: 1, n: 9 }), ..act(3, None, ActKind::Pass) };
        assert!(other.is_before(&set_back[0]) && act(4, None, ActKind::Pass).is_before(&set_back[0]));
    }

    #[test]
    fn a_lookup_that_several_lines_tell_of_is_one() {
        let mut acts = Acts::default();
        for (line, kind) in (0..).zip([
            ActKind::TextMissing,
            ActKind::Refused,
            ActKind::Missing,
            ActKind::Refused,
            ActKind::Missing,
        ]) {
            acts.add(act(line, None, kind));
            let told_by: Vec<ActKind> = acts.misses().map(|act| act.kind).collect();
            assert_eq!(told_by.len(), [1, 1, 1, 1, 2][usize::try_from(line).unwrap_or_default()]);
        }
        assert_eq!((acts.use_count(), acts.miss_count()), (0, 2));
    }
}

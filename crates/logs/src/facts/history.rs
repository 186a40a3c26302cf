//! The facts about each run, by run and process, so that memory grows with runs and not with lines.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::num::NonZeroU32;

use run_id_core::base::Base;
use run_id_core::change::{Kind, between};
use run_id_core::event::{Action, Table};
use run_id_core::near::MAX_NEAR;
use run_id_core::order;
use run_id_core::run_id::RunId;

use crate::facts::acts::{Act, Acts, Recent};
use crate::facts::fact::{Fact, Facts, Own};
use crate::facts::keyed::{HasKey, Keyed};
pub use crate::facts::names::{Name, NameHasher, Names};
use crate::facts::observed::Observed;
use crate::facts::operations::Operations;
use crate::facts::processes::{self, Life};
use crate::facts::refusals::AllRefusals;
use crate::facts::threads::{Numbering, Threads};
use crate::formats::event::{EventKind, Near};
use crate::formats::miss_forms;
use crate::formats::observation::{Observation, Zone};
use crate::formats::time::Millis;

/// The maximum of places that are kept for one fact.
pub const MAX_PLACES: usize = 20;

/// The code of a refusal of a base where a client's run is looked up, or the reverse.
const KIND: &str = "ERR_RUN_ID_KIND";

/// A line of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Its number on the command line.
    pub file: u32,
    /// From 1.
    pub line: u64,
}

/// Where something was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// What shows a failed lookup. One may show in each of these ways: the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ToldBy {
    /// The event of the lookup.
    Record,
    /// The event of the resulting refusal.
    Refusal,
    /// A text.
    Text,
}

/// Lookups that missed, in one process.
#[derive(Clone, Debug)]
pub struct Miss {
    /// What tells of them.
    pub told_by: ToldBy,
    /// In which table; unknown where only a text tells.
    pub table: Option<Table>,
    /// For which client.
    pub client: Option<Name>,
    /// Where, at first.
    pub sights: Vec<Sight>,
    /// How many more there were.
    pub more: usize,
    /// The last time.
    pub last: Option<Millis>,
    /// What was found near.
    pub near: Nearby,
}

/// Records that were found near one that was missed, in the words of changes.
#[derive(Clone, Debug, Default)]
pub struct Nearby {
    /// The most telling first.
    pub rows: Vec<(Name, Kind)>,
    /// Whether an event says so that is certain.
    pub is_certain: bool,
}

impl Nearby {
    /// Adopts what another line says, unless something at least as certain is known.
    pub fn take(&mut self, other: Self) {
        let says_more = self.rows.is_empty() || (other.is_certain && !self.is_certain);
        if says_more && !other.rows.is_empty() {
            *self = other;
        }
    }
}

impl HasKey for Miss {
    type Key = (ToldBy, Option<Table>, Option<Name>);

    fn key(&self) -> Self::Key {
        (self.told_by, self.table, self.client)
    }
}

/// What happened when a process created a record.
#[derive(Clone, Debug, Default)]
struct Creation {
    made: Option<Sight>,
    /// The record already existed.
    exists: Vec<Sight>,
    refused: Option<Sight>,
}

/// What one process did with one run ID.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    /// This process generated the ID.
    pub generated: Option<Sight>,
    /// Its claim clashed with an existing row.
    pub has_clash: bool,
    /// What happened when it created the record. In a box, because most processes that use an ID do not create its record.
    creation: Option<Box<Creation>>,
    /// It missed the record.
    pub missed: Keyed<Miss>,
    /// It used the ID in any way except generating it, creating or missing the record, and failed requests.
    pub used: Option<Sight>,
    /// It gave the record its final status.
    pub is_completed: bool,
    /// All that it did.
    pub acts: Acts,
}

impl Activity {
    /// Whether the process made the ID, or the record.
    #[must_use]
    pub fn is_origin(&self) -> bool {
        self.generated.is_some() || self.created().is_some()
    }

    /// It made the record.
    #[must_use]
    pub fn created(&self) -> Option<Sight> {
        self.creation.as_ref()?.made
    }

    /// It found that the record already existed.
    #[must_use]
    pub fn exists(&self) -> &[Sight] {
        self.creation.as_ref().map_or(&[], |creation| &creation.exists)
    }

    /// It was not allowed to create the record, or does not know whether it did.
    #[must_use]
    pub fn refused(&self) -> Option<Sight> {
        self.creation.as_ref()?.refused
    }

    fn creation(&mut self) -> &mut Creation {
        self.creation.get_or_insert_default()
    }

    /// Takes in what a line tells. Returns whether the process made the record.
    fn take(&mut self, names: &mut Names, fact: &Fact, sight: Sight, own: &mut Own<'_>) -> bool {
        let is_use = match &fact.kind {
            EventKind::Generate => {
                first(&mut self.generated, sight);
                false
            }
            EventKind::Record { action: Action::Created, .. } => {
                first(&mut self.creation().made, sight);
                false
            }
            EventKind::Record { action: Action::Clash, .. } => {
                self.has_clash = true;
                false
            }
            EventKind::Record { action: Action::Exists, .. } => {
                keep(&mut self.creation().exists, sight);
                true
            }
            EventKind::Record { action: Action::Missing, table, client, near } => {
                let client = client.map(|client| own.name(names, client));
                let told_by = if fact.is_own { ToldBy::Record } else { ToldBy::Text };
                let near = fact.run_id.map(|missed| nearby(names, missed, near, sight, own));
                keep_miss(self.miss_of((told_by, *table, client)), sight, near.unwrap_or_default());
                false
            }
            EventKind::Record { action: Action::Refused | Action::Unknown, .. } => {
                first(&mut self.creation().refused, sight);
                false
            }
            kind if is_completion(kind) => {
                self.is_completed = true;
                true
            }
            _ => !fact.is_failed,
        };
        if is_use {
            first(&mut self.used, sight);
        }
        self.created().is_some()
    }

    fn miss_of(&mut self, key: (ToldBy, Option<Table>, Option<Name>)) -> &mut Miss {
        let (told_by, table, client) = key;
        let new = || Miss {
            told_by,
            table,
            client,
            sights: Vec::new(),
            more: 0,
            last: None,
            near: Nearby::default(),
        };
        self.missed.entry(key, new).1
    }

    /// The lookups that missed, each told once.
    pub fn misses(&self) -> impl Iterator<Item = &Miss> {
        let first = self.missed.iter().map(|miss| miss.told_by).min();
        self.missed.iter().filter(move |miss| Some(miss.told_by) == first)
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
    /// When it was last mentioned.
    pub last: Option<Millis>,
    /// What each process did with it.
    pub activity: Keyed<(Name, Activity)>,
    /// The numbers of the first two processes that made the record, from 1 on.
    creators: [Option<NonZeroU32>; 2],
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
        let (process, activity) = self.creators().next()?;
        Some((*process, activity.created()?))
    }

    /// Whether another process than this one made the record.
    #[must_use]
    pub fn is_created_by_another(&self, process: Name) -> bool {
        self.creators().any(|(creator, _)| *creator != process)
    }

    fn creators(&self) -> impl Iterator<Item = &(Name, Activity)> {
        self.creators.iter().flatten().map(|number| &self.activity[number.get() as usize - 1])
    }

    /// Whether it is a run: it was made, or used and never missed.
    #[must_use]
    pub fn is_known_or_used(&self) -> bool {
        self.is_known()
            || (!self.is_missed() && self.activity.iter().any(|(_, activity)| activity.used.is_some()))
    }

    /// Whether a lookup missed its record.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        self.activity.iter().any(|(_, activity)| !activity.missed.is_empty())
    }

    fn activity_of(&mut self, process: Name) -> (usize, &mut Activity) {
        let (number, (_, activity)) = self.activity.entry(process, || (process, Activity::default()));
        (number, activity)
    }

    /// Takes in what a line of a process tells. Returns whether its act is the process's first now.
    fn take(
        &mut self,
        names: &mut Names,
        process: Name,
        fact: &Fact,
        sight: Sight,
        own: &mut Own<'_>,
        act: Option<Act>,
    ) -> bool {
        self.last = self.last.max(sight.time);
        let (number, activity) = self.activity_of(process);
        let is_first = act.is_some_and(|act| activity.acts.add(act));
        if activity.take(names, fact, sight, own) {
            self.note_creator(number);
        }
        is_first
    }

    fn note_creator(&mut self, number: usize) {
        let Some(number) = u32::try_from(number + 1).ok().and_then(NonZeroU32::new) else { return };
        let [one, other] = self.creators;
        if one == Some(number) || other == Some(number) {
            return;
        }
        let mut all: Vec<NonZeroU32> = [one, other, Some(number)].into_iter().flatten().collect();
        order::sort(&mut all);
        self.creators = [all.first().copied(), all.get(1).copied()];
    }
}

/// When a process was first and last seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// First.
    pub first: Option<Millis>,
    /// Last.
    pub last: Option<Millis>,
}

impl Heard {
    /// Extends this to the times of another.
    pub fn extend(&mut self, other: Self) {
        self.first = match (self.first, other.first) {
            (Some(own), Some(first)) => Some(own.min(first)),
            (own, first) => own.or(first),
        };
        self.last = self.last.max(other.last);
    }
}

/// All that was read.
#[derive(Debug, Default)]
pub struct History {
    /// Run IDs, processes, clients and lines of code.
    pub names: Names,
    /// By run ID.
    pub runs: HashMap<Name, Run, BuildHasherDefault<NameHasher>>,
    /// When anything was last mentioned.
    pub last: Option<Millis>,
    /// What was refused.
    pub refusals: AllRefusals,
    /// What the library would have done.
    pub observed: Observed,
    /// What each operation did.
    pub operations: Operations,
    /// The numbered lines of each thread.
    pub threads: Threads,
    /// The same of lines that merely quote events, or have them as fields of a logger.
    pub doubtful_threads: Threads,
    /// When each process was first and last seen.
    pub heard: HashMap<Name, Heard, BuildHasherDefault<NameHasher>>,
    /// Whether any event of this library was read.
    pub has_events: bool,
    /// Lines that could not be read.
    pub skipped: u64,
    /// Records with a run ID or an event.
    pub records: u64,
    /// Files without any.
    pub silent_files: usize,
    /// Files up to the last one from which anything was read.
    pub begun_files: usize,
    /// Files that were not read to their ends because the reading was stopped.
    pub unread_files: usize,
    /// Whether a part of an extract is missing: then nothing can be said about what is absent.
    pub has_cut_extract: bool,
    /// How many lines each file has.
    pub lines: Vec<u64>,
    /// Everything that was not mentioned since then has been removed.
    pub forgotten: Option<Millis>,
    pub(super) recent: Recent,
}

impl History {
    /// Takes in what a line tells. `file` stands for a process that the line does not name.
    pub fn take(&mut self, observation: &Observation<'_>, place: Place, file: &str) {
        let mut facts = Facts::default();
        facts.take(observation, place, file);
        self.gather(&facts, &mut Zone::default(), 0);
    }

    /// Takes in what lines of a file tell, which were numbered from the one after `lines` on. `zone` is that of the file.
    pub fn gather(&mut self, facts: &Facts, zone: &mut Zone, lines: u64) {
        let mut own = Own::of(&facts.names);
        let mut heard: Vec<Option<Heard>> = vec![None; facts.names.len()];
        for fact in &facts.all {
            let time = fact.local.and_then(|local| zone.time_of_local(local)).or(fact.time);
            let place = Place { line: fact.place.line + lines, ..fact.place };
            heard[fact.process.at()].get_or_insert_default().extend(Heard { first: time, last: time });
            self.take_fact(fact, place, time, &mut own);
        }
        for ((process, _), heard) in facts.names.iter().zip(heard) {
            let Some(heard) = heard else { continue };
            self.heard.entry(own.name(&mut self.names, process)).or_default().extend(heard);
        }
        *zone = zone.or_later(facts.zone);
    }

    fn take_fact(&mut self, fact: &Fact, place: Place, time: Option<Millis>, own: &mut Own<'_>) {
        let process = own.name(&mut self.names, fact.process);
        // Only events of the library name their thread.
        self.has_events |= fact.thread.is_some() || fact.is_own;
        let at = fact.at.map(|at| own.name(&mut self.names, at));
        let mut sight = Sight { place, time, at, is_certain: fact.is_certain };
        if let Some((thread, n)) = fact.thread.zip(fact.n) {
            let threads = if fact.is_certain { &mut self.threads } else { &mut self.doubtful_threads };
            let numbering = threads.take(process, thread, n, sight);
            sight.is_certain = fact.is_certain && numbering == Numbering::InOrder;
            if numbering == Numbering::Taken && self.has_same(fact, process, sight, own) {
                return;
            }
        }
        self.last = self.last.max(time);
        let run_id = fact.run_id.map(|run_id| own.name(&mut self.names, run_id));
        let used = used_run_id(fact, own.texts).map(|used| own.name(&mut self.names, used));
        if let Some(used) = used {
            self.take_act(used, process, fact, sight, own);
        }
        self.refusals.take(&mut self.names, fact, own.texts, process, sight);
        self.observed.take(&mut self.names, fact, own, process, sight);
        self.take_refused_lookup(fact, process, sight, own);
        let Some(run_id) = run_id else { return };
        if used != Some(run_id) {
            self.runs.entry(run_id).or_default().take(&mut self.names, process, fact, sight, own, None);
        }
        if let Some(op) = fact.op {
            let within = fact.within.map(|within| own.name(&mut self.names, within));
            self.operations.take(&self.names, (process, op.get()), (run_id, sight), within, &fact.kind);
        }
    }

    /// A refusal to continue without a record implies a failed lookup.
    fn take_refused_lookup(&mut self, fact: &Fact, process: Name, sight: Sight, own: &mut Own<'_>) {
        let EventKind::Reject { code, received: Some(received), expect_client, table, near, .. } = &fact.kind
        else {
            return;
        };
        let texts = own.texts;
        if texts.text(*code) != miss_forms::CODE || RunId::of(texts.text(*received)).is_none() {
            return;
        }
        let names = &mut self.names;
        let client = expect_client.map(|client| own.name(names, client));
        let near = nearby(names, *received, near, sight, own);
        let run = self.runs.entry(own.name(names, *received)).or_default();
        run.last = run.last.max(sight.time);
        let miss = run.activity_of(process).1.miss_of((ToldBy::Refusal, *table, client));
        keep_miss(miss, sight, near);
    }

    /// Whether a line whose number is taken is a copy of the line that has the number, which may be forgotten: a log and its
    /// copy are one. A line that would not be kept counts as a copy: it could only be counted once more.
    fn has_same(&mut self, fact: &Fact, process: Name, sight: Sight, own: &mut Own<'_>) -> bool {
        if sight.time.is_some_and(|time| self.forgotten >= Some(time)) {
            return true;
        }
        let Some(run_id) = used_run_id(fact, own.texts) else {
            return self.refusals.has(&mut self.names, fact, own.texts, process, sight);
        };
        let act = Act::of(fact, sight, &mut self.names, own);
        let run_id = own.name(&mut self.names, run_id);
        let activity = self.runs.get(&run_id).and_then(|run| run.by(process));
        activity.is_some_and(|activity| {
            let is_known = activity.is_completed || !is_completion(&fact.kind);
            is_known && activity.acts.has(&act)
        })
    }

    fn take_act(&mut self, run_id: Name, process: Name, fact: &Fact, sight: Sight, own: &mut Own<'_>) {
        let act = Act::of(fact, sight, &mut self.names, own);
        let is_about = fact.run_id.map(|about| own.name(&mut self.names, about)) == Some(run_id);
        let run = self.runs.entry(run_id).or_default();
        let is_first = if is_about {
            run.take(&mut self.names, process, fact, sight, own, Some(act))
        } else {
            // What was refused is another run.
            run.activity_of(process).1.acts.add(act)
        };
        let runs = &mut self.runs;
        let mut acts_of = |run_id: Name, take: &mut dyn FnMut(&mut Acts) -> bool| {
            runs.get_mut(&run_id).is_some_and(|run| take(&mut run.activity_of(process).1.acts))
        };
        self.recent.take(process, run_id, act, |other, recent| {
            let is_later = recent.is_before(&act);
            // Most logs have the newest line last.
            if is_later && !is_first {
                return;
            }
            let [(before, act_before), (after, act_after)] =
                if is_later { [(other, recent), (run_id, &act)] } else { [(run_id, &act), (other, recent)] };
            if acts_of(before, &mut |acts| acts.are_many()) {
                acts_of(after, &mut |acts| {
                    let is_first = acts.begin_with(act_after);
                    if is_first {
                        acts.note_before(before, *act_before);
                    }
                    is_first
                });
            }
        });
    }

    /// The same facts, with one name for each process.
    #[must_use]
    pub fn with_joined_processes(self) -> Self {
        let life = |(process, heard): (&Name, &Heard)| Life {
            process: *process,
            first: heard.first,
            last: heard.last,
            file: None,
        };
        let lives: Vec<Life> = self.heard.iter().map(life).collect();
        let joined = processes::joined(&self.names, &lives);
        if joined.is_empty() {
            return self;
        }
        let mut all = Self {
            silent_files: self.silent_files,
            begun_files: self.begun_files,
            unread_files: self.unread_files,
            has_cut_extract: self.has_cut_extract,
            lines: self.lines.clone(),
            forgotten: self.forgotten,
            ..Self::default()
        };
        let mut names: Vec<Name> = self.names.iter().map(|(_, text)| all.names.name(text)).collect();
        for (process, one) in joined {
            names[process.at()] = names[one.at()];
        }
        all.append(self, &|name| names[name.at()]);
        all
    }

    /// Takes in what was read later; `own` are the names that it has here.
    pub(super) fn append(&mut self, later: Self, own: &dyn Fn(Name) -> Name) {
        let placed = |sight: Sight| Sight { at: sight.at.map(own), ..sight };
        let doubtful = self.threads.append(later.threads, own, placed);
        // Nothing that they say is certain anyway.
        self.doubtful_threads.append(later.doubtful_threads, own, placed);
        self.refusals.append(later.refusals, own, placed);
        self.observed.append(later.observed, own);
        self.operations.append(later.operations, &self.names, own, placed);
        self.last = self.last.max(later.last);
        self.skipped += later.skipped;
        self.records += later.records;
        self.has_events |= later.has_events;
        self.recent = later.recent.named(own);
        for (process, heard) in later.heard {
            self.heard.entry(own(process)).or_default().extend(heard);
        }
        for (name, run) in later.runs {
            let known = self.runs.entry(own(name)).or_default();
            known.last = known.last.max(run.last);
            for (process, activity) in run.activity {
                let process = own(process);
                let is_trusted = !doubtful.contains(&process);
                let moved = |sight: Sight| {
                    let sight = placed(sight);
                    Sight { is_certain: sight.is_certain && is_trusted, ..sight }
                };
                let (number, kept) = known.activity_of(process);
                activity.generated.into_iter().for_each(|sight| first(&mut kept.generated, moved(sight)));
                activity.used.into_iter().for_each(|sight| first(&mut kept.used, moved(sight)));
                if let Some(creation) = activity.creation {
                    let known = kept.creation();
                    creation.made.into_iter().for_each(|sight| first(&mut known.made, moved(sight)));
                    creation.exists.into_iter().for_each(|sight| keep(&mut known.exists, moved(sight)));
                    creation.refused.into_iter().for_each(|sight| first(&mut known.refused, moved(sight)));
                }
                kept.acts.append(activity.acts, own, |act| act.named(own).with_sight(moved(act.sight())));
                kept.has_clash |= activity.has_clash;
                kept.is_completed |= activity.is_completed;
                for miss in activity.missed {
                    let own_miss = kept.miss_of((miss.told_by, miss.table, miss.client.map(own)));
                    let rows = miss.near.rows.iter().map(|(name, kind)| (own(*name), *kind)).collect();
                    let near = Nearby { rows, is_certain: miss.near.is_certain && is_trusted };
                    let count = own_miss.sights.len() + miss.sights.len();
                    own_miss.more += miss.more + count.saturating_sub(MAX_PLACES);
                    own_miss.last = own_miss.last.max(miss.last);
                    miss.sights.into_iter().for_each(|sight| keep(&mut own_miss.sights, moved(sight)));
                    own_miss.near.take(near);
                }
                if kept.created().is_some() {
                    known.note_creator(number);
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
    pub fn in_order_of_sight(&self) -> impl Iterator<Item = (Name, &Run)> {
        self.names.iter().filter_map(|(name, _)| Some((name, self.runs.get(&name)?)))
    }
}

/// The numbers of sights in their order: by time where there is one, then by place.
#[must_use]
pub fn order_of(sights: impl Iterator<Item = (Option<Millis>, Place)>) -> Vec<usize> {
    let mut order: Vec<(Option<Millis>, Place, usize)> =
        sights.zip(0..).map(|((time, place), number)| (time, place, number)).collect();
    order::sort(&mut order);
    order.into_iter().map(|(.., number)| number).collect()
}

/// What a lookup found close, if it really is close: any line may claim so.
fn nearby(names: &mut Names, missed: Name, near: &[Near<Name>], sight: Sight, own: &mut Own<'_>) -> Nearby {
    let texts = own.texts;
    let missed = RunId::of(texts.text(missed));
    let is_so = |near: &&Near<Name>| {
        let right = RunId::of(texts.text(near.run_id));
        let change = missed.zip(right).and_then(|(wrong, right)| between(wrong, right));
        change.is_some_and(|change| near.reason == Some(change.kind))
    };
    let rows = near.iter().filter(is_so).take(MAX_NEAR);
    let rows = rows.filter_map(|near| Some((own.name(names, near.run_id), near.reason?))).collect();
    Nearby { rows, is_certain: sight.is_certain }
}

/// The run ID that a process did something with, or that was refused because it has no record.
fn used_run_id(fact: &Fact, texts: &Names) -> Option<Name> {
    let is_missed = |code, received: &Name| match (texts.text(code), RunId::of(texts.text(*received))) {
        (miss_forms::CODE, Some(_)) => true,
        // No client run is looked up by its base, so the refusal alone tells of that lookup.
        (KIND, Some(run_id)) => run_id.client.is_none(),
        _ => false,
    };
    match fact.kind {
        EventKind::Reject { code, received, .. } => received.filter(|received| is_missed(code, received)),
        _ => fact.run_id,
    }
}

/// Whether it gives the record its final status.
fn is_completion(kind: &EventKind<Name>) -> bool {
    matches!(kind, EventKind::Record { action: Action::Completed | Action::Unchanged, .. })
}

fn keep_miss(miss: &mut Miss, sight: Sight, near: Nearby) {
    miss.more += usize::from(miss.sights.len() == MAX_PLACES);
    miss.last = miss.last.max(sight.time);
    keep(&mut miss.sights, sight);
    miss.near.take(near);
}

/// Keeps the earliest: by time where there is one, else by place.
pub(super) fn first(kept: &mut Option<Sight>, sight: Sight) {
    let is_earlier = |kept: &Sight| (sight.time, sight.place) < (kept.time, kept.place);
    if kept.as_ref().is_none_or(is_earlier) {
        *kept = Some(sight);
    }
}

pub(super) fn keep(sights: &mut Vec<Sight>, sight: Sight) {
    if sights.len() < MAX_PLACES {
        if sights.is_empty() {
            // Millions of lookups are missed once, and a vector would begin with four.
            sights.reserve_exact(1);
        }
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
    fn the_first_two_that_made_a_record_are_known_by_number() {
        for order in [[5, 3, 9], [9, 5, 3], [3, 9, 5], [3, 3, 5], [5, 3, 5]] {
            let mut run = Run::default();
            let mut names = Names::default();
            let processes: Vec<Name> = (0..10).map(|at| names.name(&format!("api-{at}"))).collect();
            for process in &processes {
                run.activity_of(*process);
            }
            for number in order {
                first(&mut run.activity_of(processes[number]).1.creation().made, sight(1));
                run.note_creator(number);
            }
            assert_eq!(run.creation().map(|(process, _)| process), Some(processes[3]));
            assert!(processes.iter().all(|process| run.is_created_by_another(*process)));
        }
        let mut run = Run::default();
        let mut names = Names::default();
        let [only, other] = ["api", "worker"].map(|text| names.name(text));
        assert!(run.creation().is_none() && !run.is_created_by_another(only));
        first(&mut run.activity_of(only).1.creation().made, sight(1));
        run.note_creator(0);
        assert!(!run.is_created_by_another(only) && run.is_created_by_another(other));
    }
}

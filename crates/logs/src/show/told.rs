//! Which findings have been reported while following logs, and how large their groups have become. Each is reported once, when no
//! line on its way can change it any more. If later lines change it all the same, it is reported again, or withdrawn.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;
use run_id_core::order;
use serde::Serialize;

use crate::facts::history::{History, Name, Names, base_of};
use crate::facts::service::service_of;
use crate::formats::time::{Millis, iso};
use crate::judge::class::Class;
use crate::judge::finding::{Finding, Seen};
use crate::map::{Map, Set};
use crate::show::finding::meaning_of;
use crate::show::groups::{Head, ShownHead};

/// The maximum of groups that are remembered without any finding.
const MAX_PAST_GROUPS: usize = 1000;

/// What distinguishes a finding from others: a hash of its texts, because names change when runs are forgotten.
type Key = u64;

/// What a finding is about.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    class: &'static str,
    run_id: Option<Box<str>>,
    expected: Option<Box<str>>,
    process: Box<str>,
    at: Option<Box<str>>,
    code: Option<Box<str>>,
}

impl Subject {
    fn of(finding: &Finding, names: &Names) -> Self {
        let text = |name: Name| names.text(name).into();
        Self {
            class: finding.class.name(),
            run_id: finding.run_id.map(text),
            expected: finding.expected.map(text),
            process: text(finding.process),
            at: finding.at.map(text),
            code: finding.refused.map(|refused| text(refused.code)),
        }
    }
}

/// A finding that was reported.
#[derive(Debug)]
struct Told {
    subject: Subject,
    group: Key,
    is_certain: bool,
    /// A hash of what later lines may change in the finding: how sure it is, and who did it.
    verdict: u64,
    /// How often it happened, if it is not about a run.
    times: usize,
    last: Option<Millis>,
}

impl Told {
    /// Whether the right ID is still known.
    fn has_its_right(&self, history: &History) -> bool {
        self.subject.expected.as_deref().is_none_or(|right| {
            history.names.find(right).is_some_and(|right| history.runs.contains_key(&right))
        })
    }
}

/// A group that may still grow.
#[derive(Debug)]
struct Growing {
    head: Head<Box<str>>,
    first_time: Option<Millis>,
    last_time: Option<Millis>,
    /// How much of it is forgotten, whether any of that was certain, and how much there is in total.
    past: usize,
    past_is_certain: bool,
    size: usize,
    /// It is reported again when it has reached this size.
    next: usize,
    /// The last of its findings that was reported.
    example: Key,
}

/// A group as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownGrowth<'a> {
    #[serde(flatten)]
    head: ShownHead<'a>,
    size: usize,
    first_time: Option<String>,
    last_time: Option<String>,
    meaning: &'static str,
    example: Option<&'a Subject>,
}

/// What has to be reported.
#[derive(Debug)]
pub enum News {
    /// The finding with this number.
    Finding(usize),
    /// The finding with this number, which was reported before: it is surer now, or less so, or others did it.
    Changed(usize),
    /// One that was reported, and is no longer true.
    Withdrawn(Subject),
    /// A group began, or grew tenfold.
    Group {
        /// Which.
        key: u64,
        /// Whether it is reported for the first time.
        is_new: bool,
    },
}

/// What is judged, and when.
#[derive(Clone, Copy)]
pub struct Now<'n> {
    /// All that is known.
    pub history: &'n History,
    /// Hashes of the run IDs that were heard of since findings were taken in last.
    pub touched: &'n Set<u64>,
    /// The time of the logs.
    pub time: Millis,
    /// How long new findings wait before they are reported; at the end, all are.
    pub settle: Option<Millis>,
}

/// Findings that are not told yet.
#[derive(Debug, Default)]
pub struct Waiting {
    /// When the first of them has to be reported.
    pub due: Option<Millis>,
    /// Hashes of the run IDs that they are about.
    pub run_ids: Set<u64>,
}

/// All that was told.
#[derive(Debug, Default)]
pub struct Ledger {
    hash: DefaultHashBuilder,
    told: Map<Key, Told>,
    groups: Map<Key, Growing>,
    /// When findings without a time were seen first.
    untimed: Map<Key, Millis>,
    /// What reported findings are about: hashes of bases, and of texts without one.
    concerned: Set<u64>,
    past: usize,
}

impl Ledger {
    /// A text, in few bytes.
    #[must_use]
    pub fn hash_of(&self, text: &str) -> u64 {
        self.hash.hash_one(text)
    }

    /// Whether a reported finding may become another one when a run is mentioned again: it is about that run, or about one of the
    /// same base.
    #[must_use]
    pub fn concerns(&self, run_id: &str) -> bool {
        self.concerned.contains(&self.concern(run_id))
    }

    fn concern(&self, run_id: &str) -> u64 {
        match base_of(run_id) {
            Some(base) => self.hash.hash_one(base.unix()),
            None => self.hash_of(run_id),
        }
    }

    /// How many reported findings are forgotten.
    #[must_use]
    pub fn past(&self) -> usize {
        self.past
    }

    /// Takes in all findings of what is known, and tells which of them are to be told now.
    pub fn take(&mut self, findings: &[Finding], now: Now<'_>) -> (Vec<News>, Waiting) {
        let names = &now.history.names;
        let keys: Vec<Key> = findings.iter().map(|finding| self.key(finding, names)).collect();
        let current: Set<Key> = keys.iter().copied().collect();
        let first_refusals = first_refusals(now.history);
        let changed = self.changed(&current, now);
        let mut news = Vec::new();
        let mut waiting = Waiting::default();
        let mut replaced = Set::default();
        let mut numbers: Vec<usize> = (0..findings.len()).collect();
        order::sort_by_key(&mut numbers, |number| findings[*number].first_time);
        for number in numbers {
            let (finding, key) = (&findings[number], keys[number]);
            if self.told.contains_key(&key) {
                if self.renew(finding, key, now) {
                    news.push(News::Changed(number));
                }
                continue;
            }
            let run = finding.run_id.map(|run_id| self.hash_of(names.text(run_id)));
            let of_changed = run.and_then(|run| changed.get(&run).copied());
            if of_changed.is_some_and(|is_open| !is_open || !self.is_touched(finding, now)) {
                // It would be another one only because what explains it is forgotten.
                continue;
            }
            let began = began(finding, now.history, &first_refusals);
            let began = began.unwrap_or_else(|| *self.untimed.entry(key).or_insert(now.time));
            if let Some(settle) = now.settle
                && began + settle > now.time
            {
                waiting.due = waiting.due.into_iter().chain([began + settle]).min();
                waiting.run_ids.extend(self.run_ids(finding, names));
                continue;
            }
            self.tell(finding, key, names, now.time);
            replaced.extend(run);
            news.push(News::Finding(number));
        }
        self.untimed.retain(|key, _| current.contains(key) && !self.told.contains_key(key));
        news.splice(0..0, self.withdraw(&current, &replaced, now));
        news.extend(self.measure());
        (news, waiting)
    }

    /// Forgets the findings of forgotten runs.
    pub fn forget(&mut self, findings: &[Finding], names: &Names, horizon: Millis) {
        let current: Set<Key> = findings.iter().map(|finding| self.key(finding, names)).collect();
        let Self { told, groups, past, .. } = self;
        told.retain(|key, told| {
            let is_kept = current.contains(key) || told.last >= Some(horizon);
            if !is_kept {
                *past += 1;
                if let Some(group) = groups.get_mut(&told.group) {
                    group.past = group.past.saturating_add(told.times);
                    group.past_is_certain |= told.is_certain;
                }
            }
            is_kept
        });
        let mut alone: Vec<(Option<Millis>, Key)> = groups
            .iter()
            .filter(|(_, group)| group.past == group.size)
            .map(|(key, group)| (group.last_time, *key))
            .collect();
        if alone.len() > MAX_PAST_GROUPS {
            order::sort(&mut alone);
            for (_, key) in &alone[..alone.len() - MAX_PAST_GROUPS] {
                groups.remove(key);
            }
        }
        self.note_concerned();
    }

    /// A group as it is shown.
    #[must_use]
    pub fn shown(&self, group: u64) -> Option<ShownGrowth<'_>> {
        let Growing { head, first_time, last_time, size, example, .. } = self.groups.get(&group)?;
        Some(ShownGrowth {
            head: head.shown(|text| text),
            size: *size,
            first_time: first_time.map(iso),
            last_time: last_time.map(iso),
            meaning: meaning_of(head.class),
            example: self.told.get(example).map(|told| &told.subject),
        })
    }

    /// The groups with forgotten findings, the first one first.
    #[must_use]
    pub fn past_groups(&self) -> Vec<ShownGrowth<'_>> {
        let mut past: Vec<(Option<Millis>, Key)> = self
            .groups
            .iter()
            .filter(|(_, group)| group.past > 0)
            .map(|(key, group)| (group.first_time, *key))
            .collect();
        order::sort(&mut past);
        past.into_iter().filter_map(|(_, key)| self.shown(key)).collect()
    }

    /// How much is kept, by kind: findings, groups, others.
    #[must_use]
    pub fn sizes(&self) -> [usize; 3] {
        [self.told.len(), self.groups.len(), self.untimed.len() + self.concerned.len()]
    }

    fn key(&self, finding: &Finding, names: &Names) -> Key {
        let text = |name: Option<Name>| name.map(|name| names.text(name));
        let ids = (finding.class.rank(), text(finding.run_id), text(finding.expected));
        let code = text(finding.refused.map(|refused| refused.code));
        self.hash.hash_one((ids, names.text(finding.process), text(finding.at), code))
    }

    fn group_key(&self, finding: &Finding, names: &Names) -> Key {
        let text = |name: Option<Name>| name.map(|name| names.text(name));
        let code = text(finding.refused.map(|refused| refused.code));
        let service = service_of(names.text(finding.process));
        self.hash.hash_one((finding.class.rank(), service, text(finding.at), code))
    }

    /// The run IDs of reported findings that are not found any more, and for each, whether another finding may take its place:
    /// not where the right ID is forgotten.
    fn changed(&self, current: &Set<Key>, now: Now<'_>) -> Map<u64, bool> {
        let gone = self.told.iter().filter(|(key, _)| !current.contains(key));
        let of = gone.filter_map(|(_, told)| {
            let run = self.hash_of(told.subject.run_id.as_deref()?);
            Some((run, told.has_its_right(now.history)))
        });
        of.collect()
    }

    /// Whether something was heard lately of what a finding is about.
    fn is_touched(&self, finding: &Finding, now: Now<'_>) -> bool {
        self.run_ids(finding, &now.history.names).any(|run_id| now.touched.contains(&run_id))
    }

    fn run_ids<'f>(&'f self, finding: &'f Finding, names: &'f Names) -> impl Iterator<Item = u64> + 'f {
        let all = finding.run_id.iter().chain(&finding.expected).chain(&finding.candidates);
        all.map(|name| self.hash_of(names.text(*name)))
    }

    fn tell(&mut self, finding: &Finding, key: Key, names: &Names, now: Millis) {
        let group = self.group_key(finding, names);
        let subject = Subject::of(finding, names);
        for run_id in [&subject.run_id, &subject.expected].into_iter().flatten() {
            let concern = self.concern(run_id);
            self.concerned.insert(concern);
        }
        let last = finding.last_time.or(finding.first_time).or(Some(now));
        let own = self.groups.entry(group).or_insert_with(|| Growing {
            head: Head::of(finding, |name| names.text(name).into()),
            first_time: finding.first_time,
            last_time: last,
            past: 0,
            past_is_certain: false,
            size: 0,
            next: 1,
            example: key,
        });
        own.first_time = own.first_time.into_iter().chain(finding.first_time).min();
        own.last_time = own.last_time.max(last);
        own.example = key;
        let (verdict, is_certain) = (self.verdict(finding, names), finding.is_certain);
        self.told.insert(key, Told { subject, group, is_certain, verdict, times: times(finding), last });
    }

    /// What is new about a finding that was told. Returns whether that is its verdict.
    fn renew(&mut self, finding: &Finding, key: Key, now: Now<'_>) -> bool {
        let verdict = self.verdict(finding, &now.history.names);
        let is_touched = self.is_touched(finding, now);
        let Some(told) = self.told.get_mut(&key) else { return false };
        told.times = times(finding);
        told.last = told.last.max(finding.last_time);
        // What nothing was heard of would be another one only because what explains it is forgotten.
        let is_new = told.verdict != verdict && is_touched && told.has_its_right(now.history);
        if is_new {
            told.verdict = verdict;
            told.is_certain = finding.is_certain;
        }
        is_new
    }

    fn verdict(&self, finding: &Finding, names: &Names) -> u64 {
        let place = |seen: &Seen| (names.text(seen.process), seen.sight.at.map(|at| names.text(at)));
        let culprits: Vec<_> = finding.changed_by.iter().map(|culprit| place(&culprit.to)).collect();
        let arrival = finding.arrived_at.as_ref().map(|arrival| place(&arrival.seen));
        self.hash.hash_one((finding.is_certain, culprits, arrival))
    }

    /// Takes back what is not found any more, where something was heard of it or another finding stands in its place.
    fn withdraw(&mut self, current: &Set<Key>, replaced: &Set<u64>, now: Now<'_>) -> Vec<News> {
        let hash = |text: &Option<Box<str>>| text.as_deref().map(|text| self.hash.hash_one(text));
        let is_gone = |key: &Key, told: &Told| {
            let run = hash(&told.subject.run_id);
            !current.contains(key)
                && run.is_some_and(|run| replaced.contains(&run) || now.touched.contains(&run))
        };
        let gone: Vec<Key> = self
            .told
            .iter()
            .filter(|(key, told)| is_gone(key, told) && told.has_its_right(now.history))
            .map(|(key, _)| *key)
            .collect();
        let taken = gone.into_iter().filter_map(|key| self.told.remove(&key));
        let taken: Vec<News> = taken.map(|told| News::Withdrawn(told.subject)).collect();
        if !taken.is_empty() {
            self.note_concerned();
        }
        taken
    }

    fn note_concerned(&mut self) {
        let of = self.told.values().flat_map(|told| [&told.subject.run_id, &told.subject.expected]);
        self.concerned = of.flatten().map(|run_id| self.concern(run_id)).collect();
    }

    /// Counts the groups anew, and tells of those that began or grew tenfold, the first one first.
    fn measure(&mut self) -> Vec<News> {
        for group in self.groups.values_mut() {
            group.size = group.past;
            group.head.is_certain = group.past_is_certain;
        }
        for told in self.told.values() {
            if let Some(group) = self.groups.get_mut(&told.group) {
                group.size = group.size.saturating_add(told.times);
                group.head.is_certain |= told.is_certain;
                group.last_time = group.last_time.max(told.last);
            }
        }
        self.groups.retain(|_, group| group.size > 0);
        let mut grown = Vec::new();
        for (key, group) in &mut self.groups {
            if group.size >= group.next {
                grown.push((group.first_time, *key, group.next == 1));
                while group.size >= group.next {
                    group.next = group.next.saturating_mul(10);
                }
            }
        }
        order::sort(&mut grown);
        grown.into_iter().map(|(_, key, is_new)| News::Group { key, is_new }).collect()
    }
}

/// Refusals at one line of code are one finding, however often they happen.
fn times(finding: &Finding) -> usize {
    let is_conflict = matches!(finding.class, Class::SourcesDisagree | Class::BaggageDisagrees);
    let is_of_place = finding.refused.is_some() || is_conflict;
    if is_of_place { finding.consequence_count + 1 } else { 1 }
}

/// The first refusal of each run ID.
fn first_refusals(history: &History) -> Map<Name, Millis> {
    let mut first = Map::default();
    for facts in history.refusals.refused.values() {
        if let (Some(run_id), Some(time)) = (facts.received, facts.first) {
            first.entry(run_id).and_modify(|known: &mut Millis| *known = time.min(*known)).or_insert(time);
        }
    }
    first
}

/// When a finding came to be one: when the run ID was first missed or refused, if that is the reason.
fn began(finding: &Finding, history: &History, refusals: &Map<Name, Millis>) -> Option<Millis> {
    let is_of_miss = matches!(
        finding.class,
        Class::Change(_)
            | Class::MintedAgain
            | Class::NotFound
            | Class::NeverCreated
            | Class::FoundLater
            | Class::LookedUpBeforeCreated
            | Class::NotFoundAfterCreated
    );
    let run = finding.run_id.filter(|_| is_of_miss).and_then(|run_id| history.runs.get(&run_id));
    let activity = run.into_iter().flat_map(|run| &run.activity);
    let sights = activity.flat_map(|(_, activity)| activity.misses()).flat_map(|miss| &miss.sights);
    let missed = sights.filter_map(|sight| sight.time).min();
    let refused = finding.run_id.filter(|_| is_of_miss).and_then(|run_id| refusals.get(&run_id).copied());
    missed.into_iter().chain(refused).min().or(finding.first_time)
}

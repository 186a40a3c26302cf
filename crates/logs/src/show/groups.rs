//! Groups of findings with one cause: one class, one service, one call site.

use std::cmp::Reverse;
use std::ops::Range;

use run_id_core::base::Base;
use run_id_core::change::Kind;
use run_id_core::order;
use serde::Serialize;

use crate::facts::history::{Name, Names, base_of};
use crate::facts::service::service_of;
use crate::formats::observation::confidence;
use crate::formats::time::{Millis, iso};
use crate::judge::class::Class;
use crate::judge::finding::Finding;
use crate::judge::findings::Findings;
use crate::map::{Map, Set};
use crate::show::finding::{meaning_of, severity_rank};
use crate::show::selection::client_of;

/// The maximum of findings of a group whose numbers are shown.
const MAX_FINDINGS: usize = 1000;

/// The maximum of findings that stand for a group.
pub const MAX_EXAMPLES: usize = 3;

/// The maximum of clients, and of processes, that are named for a group.
const MAX_NAMED: usize = 10;

/// The number of intervals in which the findings of a group are counted.
const BINS: usize = 20;

/// What findings of one group have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key<'n> {
    class: Class,
    service: &'n str,
    at: Option<Name>,
    code: Option<Name>,
}

impl<'n> Key<'n> {
    fn of(finding: &Finding, names: &'n Names) -> Self {
        Self {
            class: finding.class,
            service: service_of(names.text(finding.process)),
            at: finding.at,
            code: finding.refused.map(|refused| refused.code),
        }
    }
}

/// The keys of findings. If a job and its clients were never completed, all of these findings have the key of the job.
struct Keys<'n> {
    names: &'n Names,
    /// The keys of jobs that were never completed, by base.
    jobs: Map<i64, Key<'n>>,
}

impl<'n> Keys<'n> {
    fn of(findings: &Findings, names: &'n Names) -> Self {
        let jobs = findings.iter().filter_map(|finding| {
            let run_id = unended(&finding, names)?;
            client_of(run_id).is_none().then_some(())?;
            Some((base_of(run_id)?.unix(), Key::of(&finding, names)))
        });
        Self { names, jobs: jobs.collect() }
    }

    fn key(&self, finding: &Finding) -> Key<'n> {
        let base = unended(finding, self.names).and_then(base_of);
        let of_job = base.and_then(|base| self.jobs.get(&base.unix()));
        of_job.copied().unwrap_or_else(|| Key::of(finding, self.names))
    }
}

/// The run of a finding that it was never completed.
fn unended<'n>(finding: &Finding, names: &'n Names) -> Option<&'n str> {
    finding.wrong(names).filter(|_| finding.class == Class::NeverCompleted)
}

/// What a group is about. `T` is a name, or its text if names may be forgotten.
#[derive(Debug)]
pub(super) struct Head<T> {
    pub(super) class: Class,
    pub(super) is_certain: bool,
    /// One of its service.
    process: T,
    at: Option<T>,
    route: Option<T>,
    change: Option<Kind>,
    code: Option<T>,
}

impl<T> Head<T> {
    /// The head of a group that begins with this finding.
    pub(super) fn of(finding: &Finding, own: impl Fn(Name) -> T) -> Self {
        Self {
            class: finding.class,
            is_certain: finding.is_certain,
            process: own(finding.process),
            at: finding.at.map(&own),
            route: finding.route.map(&own),
            change: finding.change.as_ref().map(|change| change.kind),
            code: finding.refused.map(|refused| own(refused.code)),
        }
    }

    /// Its form in the output.
    pub(super) fn shown<'a>(&'a self, text: impl Fn(&'a T) -> &'a str) -> ShownHead<'a> {
        ShownHead {
            class: self.class.name(),
            severity: self.class.severity().name(),
            confidence: confidence(self.is_certain),
            service: service_of(text(&self.process)),
            at: self.at.as_ref().map(&text),
            route: self.route.as_ref().map(&text),
            change_kind: self.change.map(Kind::name),
            code: self.code.as_ref().map(&text),
        }
    }
}

/// What a group is about, in the output.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownHead<'a> {
    class: &'static str,
    severity: &'static str,
    confidence: &'static str,
    service: &'a str,
    at: Option<&'a str>,
    route: Option<&'a str>,
    change_kind: Option<&'static str>,
    code: Option<&'a str>,
}

/// Findings that one line of code made.
#[derive(Debug)]
pub struct Group {
    head: Head<Name>,
    /// The number of its first finding; the others follow.
    first: usize,
    /// How many there are.
    count: usize,
    runs: usize,
    clients: Few,
    processes: Few,
    first_time: Option<Millis>,
    last_time: Option<Millis>,
    histogram: [usize; BINS],
}

/// The first of many names, and how many there are.
#[derive(Debug, Default)]
struct Few {
    named: Vec<Box<str>>,
    count: usize,
}

impl Few {
    /// The names in order.
    fn of(names: Set<&str>) -> Self {
        let mut all: Vec<&str> = names.into_iter().collect();
        order::sort(&mut all);
        let first = all.iter().take(MAX_NAMED);
        Self { named: first.map(|name| (*name).into()).collect(), count: all.len() }
    }
}

/// A group as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownGroup<'a> {
    #[serde(flatten)]
    head: ShownHead<'a>,
    findings: Vec<usize>,
    finding_count: usize,
    runs: usize,
    clients: &'a [Box<str>],
    client_count: usize,
    processes: &'a [Box<str>],
    process_count: usize,
    first_time: Option<String>,
    last_time: Option<String>,
    histogram: &'a [usize],
    examples: Vec<usize>,
    meaning: &'static str,
}

/// Sorts findings by their groups, the worst first: those of one group are together, in the order in which they happened.
pub fn arrange(findings: &mut Findings, names: &Names) -> Vec<Group> {
    let keys = Keys::of(findings, names);
    let ranks = ranks(findings, &keys);
    findings.sort_by_key(|finding| {
        let rank = ranks.get(&keys.key(finding)).copied();
        (rank, !finding.is_certain, finding.first_time.is_none(), finding.first_time)
    });
    let mut groups = Vec::new();
    let (mut first, mut own) = (0, None);
    let numbered = findings.iter().map(|finding| Some(keys.key(&finding))).chain([None]).enumerate();
    for (number, key) in numbered {
        if number > 0 && key != own {
            groups.extend(Group::of(findings, first..number, names));
            first = number;
        }
        own = key;
    }
    groups
}

/// The place of each group among all: by severity, then confidence, then the number of findings.
fn ranks<'n>(findings: &Findings, keys: &Keys<'n>) -> Map<Key<'n>, usize> {
    /// Which is certain, how many, and the first.
    type Found = (bool, usize, usize);
    let mut found: Map<Key<'_>, Found> = Map::default();
    for (number, finding) in findings.iter().enumerate() {
        let (is_certain, count, _) = found.entry(keys.key(&finding)).or_insert((false, 0, number));
        *is_certain |= finding.is_certain;
        *count += 1;
    }
    let mut order: Vec<(Key<'_>, Found)> = found.into_iter().collect();
    order::sort_by_key(&mut order, |(key, (is_certain, count, first))| {
        (severity_rank(key.class.severity()), !is_certain, Reverse(*count), *first)
    });
    order.into_iter().zip(0..).map(|((key, _), rank)| (key, rank)).collect()
}

impl Group {
    /// The group of the findings with these numbers.
    fn of(findings: &Findings, numbers: Range<usize>, names: &Names) -> Option<Self> {
        let own = || findings.from(numbers.start).take(numbers.len());
        let mut lead: Option<Finding> = None;
        let (mut bases, mut clients, mut processes) = (Set::default(), Set::default(), Set::default());
        let (mut first_time, mut last_time, mut is_certain) = (None, None, false);
        let mut has_job = false;
        for finding in own() {
            let run_id = finding.ids(names).last();
            bases.extend(run_id.and_then(base_of).map(Base::unix));
            clients.extend(run_id.and_then(client_of));
            let culprits = finding.changed_by.iter().map(|culprit| culprit.to.process);
            processes.extend(culprits.chain([finding.process]).map(|process| names.text(process)));
            first_time = first_time.into_iter().chain(finding.first_time).min();
            last_time = last_time.max(finding.last_time.or(finding.first_time));
            is_certain |= finding.is_certain;
            // A job is sorted among its clients by time: the group has the place of the job.
            let is_job = unended(&finding, names).is_some_and(|run_id| client_of(run_id).is_none());
            if lead.is_none() || (is_job && !has_job) {
                lead = Some(finding);
            }
            has_job |= is_job;
        }
        let head = Head { is_certain, ..Head::of(&lead?, |name| name) };
        Some(Self {
            head,
            first: numbers.start,
            count: numbers.len(),
            runs: bases.len(),
            clients: Few::of(clients),
            processes: Few::of(processes),
            first_time,
            last_time,
            histogram: histogram(own(), first_time, last_time),
        })
    }

    /// The group as it is shown.
    #[must_use]
    pub fn shown<'a>(&'a self, names: &'a Names) -> ShownGroup<'a> {
        ShownGroup {
            head: self.head.shown(|name| names.text(*name)),
            findings: (self.first..).take(self.count.min(MAX_FINDINGS)).collect(),
            finding_count: self.count,
            runs: self.runs,
            clients: &self.clients.named,
            client_count: self.clients.count,
            processes: &self.processes.named,
            process_count: self.processes.count,
            first_time: self.first_time.map(iso),
            last_time: self.last_time.map(iso),
            histogram: &self.histogram,
            examples: self.examples().collect(),
            meaning: meaning_of(self.head.class),
        }
    }

    /// The numbers of the findings that stand for all.
    pub fn examples(&self) -> impl Iterator<Item = usize> + use<> {
        (self.first..).take(self.count.min(MAX_EXAMPLES))
    }
}

/// How many findings began in each interval between the first and the last.
fn histogram(
    findings: impl Iterator<Item = Finding>,
    first: Option<Millis>,
    last: Option<Millis>,
) -> [usize; BINS] {
    let mut counts = [0; BINS];
    let Some((first, last)) = first.zip(last) else { return counts };
    let length = i128::from(last) - i128::from(first) + 1;
    for time in findings.filter_map(|finding| finding.first_time) {
        let bin = (i128::from(time) - i128::from(first)) * BINS as i128 / length;
        if let Some(count) = usize::try_from(bin).ok().and_then(|bin| counts.get_mut(bin)) {
            *count += 1;
        }
    }
    counts
}

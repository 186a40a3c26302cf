//! Judges all runs: collects the faults by wrong ID, and reconstructs the story of each.

use std::cmp::Reverse;

use run_id_core::change::{self, Change, Kind};
use run_id_core::order;
use run_id_core::run_id::RunId;

use crate::facts::history::{History, MAX_PLACES, Name, Place, Run, Sight};
use crate::formats::time::Millis;
use crate::judge::class::Class;
use crate::judge::culprit::{Stories, Story};
use crate::judge::finding::{Arrival, Finding, MAX_CANDIDATES, MAX_CONSEQUENCES, Refused, Seen};
use crate::judge::findings::Findings;
use crate::judge::hold::held_by_any;
use crate::judge::known::Known;
use crate::map::{Map, Set};

/// All findings, in the order of their classes, then by run ID.
#[must_use]
pub fn judge(history: &History, stale: Millis) -> Findings {
    judged(history, Some(stale))
}

/// The findings that the data so far shows, while more is to come.
#[must_use]
pub fn judge_present(history: &History) -> Findings {
    judged(history, None)
}

/// `stale` is how long a run may be silent; what is absent is not judged without it.
fn judged(history: &History, stale: Option<Millis>) -> Findings {
    let stories = Stories::of(history);
    let known = Known::of(history, stories.clocks());
    let mut judge = Judge { history, known, stories, cases: Map::default(), found: Findings::default() };
    judge.judge_refusals();
    judge.judge_misses();
    judge.tell_cases();
    judge.judge_conflicts();
    judge.judge_generators();
    judge.judge_creations();
    judge.judge_other_runs();
    if let Some(stale) = stale {
        judge.judge_absences(stale);
    }
    let mut findings = std::mem::take(&mut judge.found);
    // What takes a part of the memory of the runs is not needed to put them in order.
    drop(judge);
    let text = |name: Option<Name>| name.map(|name| history.names.text(name));
    findings.sort_by_key(|finding| {
        let ids = (finding.class.rank(), text(finding.run_id), text(finding.expected));
        let first = (text(finding.candidates.first().copied()), finding.evidence.first().copied());
        (ids, history.names.text(finding.process), text(finding.at), first)
    });
    findings
}

/// What is wrong with a run ID, by class and by what the ID may have been made from, the likeliest first.
type Cases = Map<(Class, Vec<Name>), Case>;

/// The lookups that missed for one reason, in whichever process.
#[derive(Default)]
struct Case {
    misses: Vec<Seen>,
    also: Vec<Place>,
    source: Option<Name>,
    more: usize,
    last: Option<Millis>,
    is_certain: bool,
}

/// What the rules share; each family of rules adds its own.
pub(super) struct Judge<'h> {
    /// What the logs tell.
    pub history: &'h History,
    /// The same, by IDs that may be mistaken for one another.
    pub known: Known<'h>,
    /// Who changed what.
    pub stories: Stories<'h>,
    /// By the wrong run ID.
    cases: Map<Name, Cases>,
    found: Findings,
}

impl<'h> Judge<'h> {
    /// Notes lookups that missed, or what was refused, because the run ID is a wrong one.
    pub fn note_case(&mut self, wrong: Name, why: Cause<'_>, misses: impl IntoIterator<Item = Seen>) {
        let rights = self.first_candidates(wrong, why.rights);
        let case = self.cases.entry(wrong).or_default().entry((why.class, rights)).or_default();
        case.misses.extend(misses);
        case.also.extend(why.also);
        case.source = case.source.or(why.source);
        case.more += why.more;
        case.last = case.last.max(why.last);
        case.is_certain |= why.is_certain;
    }

    /// As many as are reported: those that were in hand when the wrong one was used, the surest first, then the likeliest.
    fn first_candidates(&self, wrong: Name, rights: &[Name]) -> Vec<Name> {
        let mut rights = rights.to_vec();
        if rights.len() > MAX_CANDIDATES {
            order::sort_by_key(&mut rights, |right| Reverse(held_by_any(self.history, wrong, *right)));
            rights.truncate(MAX_CANDIDATES);
        }
        rights
    }

    fn tell_cases(&mut self) {
        for wrong in self.cases.keys().copied().collect::<Vec<_>>() {
            self.tell_cases_of(wrong);
        }
    }

    /// Tells what is wrong with a run ID. There may be millions of them, so it is not kept until all are known.
    pub fn tell_cases_of(&mut self, wrong: Name) {
        for ((class, rights), mut case) in self.cases.remove(&wrong).unwrap_or_default() {
            let clocks = self.stories.clocks();
            order::sort_by_key(&mut case.misses, |miss| {
                (clocks.time(miss.process, miss.sight.time), miss.sight.place)
            });
            self.tell_case(class, wrong, &rights, &case);
        }
    }

    fn tell_case(&mut self, class: Class, wrong: Name, rights: &[Name], case: &Case) {
        let Some(first) = case.misses.first().copied() else { return };
        let story = if self.is_right_elsewhere(class, wrong, rights) {
            Story {
                arrived_at: case.source.map(|source| Arrival { seen: first, source: Some(source) }),
                ..told(&case.misses)
            }
        } else {
            self.story_of(wrong, rights, &case.misses)
        };
        let is_decided = story.in_hand.is_some() || rights.len() < 2;
        let expected = story.in_hand.or_else(|| rights.first().copied());
        // Schedules make bases alike.
        let is_proved = !is_of_schedule(class) || (story.is_of_operation && story.in_hand.is_some());
        let is_told = case.misses.iter().any(|miss| miss.sight.is_certain);
        let culprit = story.changed_by.first().map(|culprit| culprit.to);
        let place = culprit.or(story.arrived_at.map(|arrival| arrival.seen)).unwrap_or(first);
        let wrong_text = self.history.names.text(wrong);
        let change = expected.and_then(|right| change_of(class, wrong_text, self.history.names.text(right)));
        let is_change = matches!(class, Class::Change(_) | Class::MintedAgain);
        let places = case.also.iter().copied().chain(case.misses.iter().map(|miss| miss.sight.place));
        let mut evidence = story.evidence;
        for place in places {
            if evidence.len() < MAX_PLACES && !evidence.contains(&place) {
                evidence.push(place);
            }
        }
        self.found.push(&Finding {
            class,
            run_id: Some(wrong),
            expected: expected.filter(|_| is_change),
            candidates: if is_decided && is_change { Vec::new() } else { rights.to_vec() },
            change,
            is_certain: case.is_certain
                && is_decided
                && is_proved
                && is_told
                && (story.changed_by.is_empty() || story.is_certain),
            changed_by: if is_change { story.changed_by } else { Vec::new() },
            arrived_at: story.arrived_at,
            last_right: story.last_right.filter(|_| is_change),
            process: place.process,
            at: place.sight.at,
            route: story.route,
            consequences: story.consequences,
            consequence_count: story.consequence_count.max(case.misses.len() + case.more),
            first_time: story.first_time,
            last_time: story.last_time.max(case.last),
            refused: None,
            evidence,
        });
    }

    /// The story of a wrong ID. If it is right elsewhere, or was made later, other uses belong to that run.
    fn story_of(&self, wrong: Name, rights: &[Name], misses: &[Seen]) -> Story {
        let mut story = self.story(wrong, rights, misses);
        let run = self.history.runs.get(&wrong);
        if run.is_some_and(|run| run.creation().is_some()) {
            let Story { consequences, consequence_count, first_time, last_time, .. } = told(misses);
            story.changed_by.retain(|culprit| culprit.to.sight.time <= last_time);
            story = Story { consequences, consequence_count, first_time, last_time, ..story };
        }
        story
    }

    /// Whether what was refused or missed here is the right ID of another client, or of this one: then most uses of it
    /// are right, and tell no story.
    fn is_right_elsewhere(&self, class: Class, wrong: Name, rights: &[Name]) -> bool {
        let is_of_another = class == Class::Change(Kind::SuffixOfAnotherClient);
        rights.contains(&wrong)
            || (is_of_another && self.known.is_certain(self.history.names.text(wrong), self.stories.clocks()))
    }

    /// Notes what needs no story: the first of `seen` is where it went wrong. `count` is how often.
    pub fn note(&mut self, note: Note<'_>) {
        let Some(first) = note.seen.first() else { return };
        let times = || note.seen.iter().filter_map(|seen| seen.sight.time);
        // A note that is not about a run ID has no sights of one to show.
        let is_about_ids = note.run_id.is_some() || note.class == Class::LogMissing;
        let following = note.seen.get(1..).filter(|_| is_about_ids).unwrap_or_default();
        let evidence = note.seen.iter().map(|seen| seen.sight.place).chain(note.also.iter().copied());
        self.found.push(&Finding {
            class: note.class,
            run_id: note.run_id,
            expected: note.expected,
            candidates: note.candidates.to_vec(),
            change: None,
            is_certain: note.is_certain,
            changed_by: Vec::new(),
            arrived_at: None,
            last_right: None,
            process: first.process,
            at: first.sight.at,
            route: note.route,
            consequences: following.iter().take(MAX_CONSEQUENCES).copied().collect(),
            consequence_count: note.count.saturating_sub(1).max(following.len()),
            first_time: times().min(),
            last_time: times().max().max(note.last),
            refused: note.refused,
            evidence: in_order(evidence.collect()),
        });
    }

    /// What findings are about, and what they say it should have been.
    pub fn mentioned(&self) -> Set<Name> {
        self.found.iter().flat_map(|finding| [finding.run_id, finding.expected]).flatten().collect()
    }

    /// Runs that no finding is about yet, in the order in which they were first seen.
    pub fn unmentioned(&self) -> impl Iterator<Item = (Name, &'h Run)> + use<'h> {
        let mentioned = self.mentioned();
        self.history.in_order_of_sight().filter(move |(name, _)| !mentioned.contains(name))
    }
}

/// What lookups alone tell.
fn told(misses: &[Seen]) -> Story {
    let times = || misses.iter().filter_map(|miss| miss.sight.time);
    Story {
        is_certain: true,
        consequences: misses.iter().take(MAX_CONSEQUENCES).copied().collect(),
        consequence_count: misses.len(),
        first_time: times().min(),
        last_time: times().max(),
        ..Story::default()
    }
}

/// Why a lookup missed, or why a run ID was refused.
#[derive(Clone, Copy)]
pub(super) struct Cause<'c> {
    /// What is wrong.
    pub class: Class,
    /// What the wrong ID may have been made from, the likeliest first.
    pub rights: &'c [Name],
    /// What else shows it.
    pub also: Option<Place>,
    /// In which source it came, if that was refused.
    pub source: Option<Name>,
    /// How many more lookups missed.
    pub more: usize,
    /// The last time.
    pub last: Option<Millis>,
    /// Whether class and rights are proved.
    pub is_certain: bool,
}

/// What is noted without a story.
#[derive(Clone, Copy)]
pub(super) struct Note<'n> {
    /// What is wrong.
    pub class: Class,
    /// With which run ID, or what came in place of one.
    pub run_id: Option<Name>,
    /// What it should have been.
    pub expected: Option<Name>,
    /// What else it may have been.
    pub candidates: &'n [Name],
    /// Where, in order.
    pub seen: &'n [Seen],
    /// What else shows it.
    pub also: &'n [Place],
    /// How often.
    pub count: usize,
    /// The last time, if not all are in `seen`.
    pub last: Option<Millis>,
    /// On which route.
    pub route: Option<Name>,
    /// What was refused.
    pub refused: Option<Refused>,
    /// Whether it is proved.
    pub is_certain: bool,
}

impl<'n> Note<'n> {
    /// Of a class, a run ID, and where it was seen.
    pub fn of(class: Class, run_id: Option<Name>, seen: &'n [Seen], is_certain: bool) -> Self {
        Self {
            class,
            run_id,
            expected: None,
            candidates: &[],
            seen,
            also: &[],
            count: seen.len(),
            last: None,
            route: None,
            refused: None,
            is_certain,
        }
    }
}

/// Whether a class is one that a schedule of jobs makes likely by chance.
fn is_of_schedule(class: Class) -> bool {
    match class {
        Class::Change(kind) => kind.is_of_time(),
        Class::MintedAgain => true,
        _ => false,
    }
}

/// How one run ID became the other, if the class says that.
fn change_of(class: Class, wrong: &str, right: &str) -> Option<Change> {
    let change = change::between(RunId::of(wrong)?, RunId::of(right)?)?;
    // A suffix is added to a run ID, which is one more way to be another client's.
    (class == Class::Change(change.kind)).then_some(change)
}

/// The kinds of changes in the order in which they are tried.
pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    Class::ALL.iter().filter_map(|row| match row.class {
        Class::Change(kind) => Some(kind),
        _ => None,
    })
}

/// Sights of a process, of one run ID.
pub(super) fn seen(process: Name, run_id: Name, sights: &[Sight]) -> impl Iterator<Item = Seen> {
    sights.iter().map(move |sight| Seen { process, run_id, sight: *sight })
}

/// The places in order, each once, at most [`MAX_PLACES`].
fn in_order(mut places: Vec<Place>) -> Vec<Place> {
    order::sort(&mut places);
    places.dedup();
    places.truncate(MAX_PLACES);
    places
}

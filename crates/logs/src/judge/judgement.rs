//! Judges each run: which process turned one ID into another, and how sure that is.

use std::collections::{HashMap, HashSet};

use run_id_core::change::{self, Change};
use run_id_core::run_id::RunId;

use crate::facts::history::{History, MAX_PLACES, Name, Place, Run, Sight, order_of};
use crate::formats::time::Millis;
use crate::judge::class::Class;
use crate::judge::finding::Finding;
use crate::judge::known::Known;

/// All findings, in the order of their classes, then by run ID.
#[must_use]
pub fn judge(history: &History, grace: Millis) -> Vec<Finding> {
    let mut judge = Judge { history, known: Known::of(history), found: HashMap::new() };
    judge.judge_refusals();
    judge.judge_runs();
    judge.judge_generators();
    judge.judge_other_runs();
    judge.judge_the_unexplained(grace);
    let mut findings: Vec<Finding> = judge.found.into_values().collect();
    findings
        .sort_by_cached_key(|finding| (finding.class.rank(), finding.wrong(&history.names), finding.process));
    findings
}

/// What the rules share; each family of rules adds its own.
pub(super) struct Judge<'h> {
    /// What the logs tell.
    pub history: &'h History,
    /// The same by what may be mistaken for one another.
    pub known: Known<'h>,
    /// One finding for each run ID and process, the first class that fits.
    found: HashMap<(Option<Name>, Name), Finding>,
}

impl Judge<'_> {
    /// Notes a finding, unless one of an earlier class is there. `sights` begin with what is wrong.
    pub fn note(
        &mut self,
        class: Class,
        run_id: Option<&str>,
        expected: Option<&str>,
        process: Name,
        sights: &[Sight],
    ) {
        let named = |text: Option<&str>| text.and_then(|text| self.history.names.find(text));
        let (run_id, expected) = (named(run_id), named(expected));
        let mut evidence: Vec<Place> = sights.iter().take(MAX_PLACES).map(|sight| sight.place).collect();
        let key = (run_id, process);
        if let Some(found) = self.found.get_mut(&key) {
            if found.class == class && found.expected == expected {
                evidence.append(&mut found.evidence);
                found.evidence = in_order(evidence);
                found.is_certain |= sights.iter().all(|sight| sight.is_certain);
                return;
            }
            if found.class.rank() <= class.rank() {
                return;
            }
        }
        let change = run_id.zip(expected).and_then(|(wrong, right)| {
            change_of(class, self.history.names.text(wrong), self.history.names.text(right))
        });
        let finding = Finding {
            class,
            run_id,
            expected,
            candidates: Vec::new(),
            change,
            is_certain: sights.iter().all(|sight| sight.is_certain),
            changed_by: Vec::new(),
            arrived_at: None,
            last_right: None,
            process,
            at: sights.first().and_then(|sight| sight.at),
            route: None,
            consequences: Vec::new(),
            consequence_count: 0,
            first_time: sights.iter().filter_map(|sight| sight.time).min(),
            last_time: sights.iter().filter_map(|sight| sight.time).max(),
            refused: None,
            evidence: in_order(evidence),
        };
        self.found.insert(key, finding);
    }

    fn judge_runs(&mut self) {
        for (run_id, run) in self.history.in_order_of_sight() {
            for (process, activity) in &run.activity {
                for miss in &activity.missed {
                    self.judge_miss(run_id, run, *process, miss);
                }
                self.judge_creation(run_id, run, *process, activity);
            }
        }
    }

    /// What other findings are about, and what they say it should have been.
    fn mentioned(&self) -> HashSet<Name> {
        let findings = self.found.values();
        findings.flat_map(|finding| [finding.run_id, finding.expected]).flatten().collect()
    }

    /// Weak classes, reported only for IDs that no other finding explains.
    fn judge_the_unexplained(&mut self, grace: Millis) {
        let runs = self.history.in_order_of_sight();
        self.judge_the_unmentioned(&runs, Self::judge_order);
        self.judge_the_unmentioned(&runs, Self::judge_origin);
        self.judge_the_unmentioned(&runs, |judge, run_id, run| judge.judge_end(run_id, run, grace));
    }

    fn judge_the_unmentioned(&mut self, runs: &[(&str, &Run)], judge_one: impl Fn(&mut Self, &str, &Run)) {
        let mentioned = self.mentioned();
        for (run_id, run) in runs {
            if !self.history.names.find(run_id).is_some_and(|name| mentioned.contains(&name)) {
                judge_one(self, run_id, run);
            }
        }
    }
}

/// How one run ID became the other, where that is what the class says.
fn change_of(class: Class, wrong: &str, right: &str) -> Option<Change> {
    let change = change::between(RunId::of(wrong)?, RunId::of(right)?)?;
    (class == Class::Change(change.kind)).then_some(change)
}

/// Facts in the order in which they were first seen.
pub(super) fn in_order_of_place<F>(
    facts: &HashMap<F, Vec<Sight>>,
) -> impl Iterator<Item = (&F, &Vec<Sight>)> {
    let facts: Vec<_> = facts.iter().collect();
    let first = |sights: &[Sight]| sights.first().map_or(Place { file: 0, line: 0 }, |sight| sight.place);
    let order = order_of(facts.iter().map(|(_, sights)| (None, first(sights))));
    order.into_iter().map(move |at| facts[at])
}

/// The places in order, each once, at most [`MAX_PLACES`].
fn in_order(places: Vec<Place>) -> Vec<Place> {
    let mut ordered = Vec::new();
    for place in places {
        if let Err(at) = ordered.binary_search(&place) {
            ordered.insert(at, place);
        }
    }
    ordered.truncate(MAX_PLACES);
    ordered
}

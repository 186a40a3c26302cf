//! What was read: the services, from when to when, and what could not be judged.

use run_id_core::base::Base;
use run_id_core::order;
use serde::Serialize;

use crate::facts::history::{Heard, History, Name, base_of};
use crate::facts::service::service_of;
use crate::formats::time::iso;
use crate::judge::findings::Findings;
use crate::map::{Map, Set};

/// If no beginning of a run was logged.
const NO_EVENTS: &str = "No event of this library is in these logs, so only what other lines say about run IDs was \
                         judged: RUN_ID_LOG=lifecycle logs some five lines a run";

/// If runs are known by their rejections only.
const NO_ORIGINS: &str = "These logs do not say which runs there were, only what was refused: RUN_ID_LOG=lifecycle \
                          logs some five lines a run, by which check names who changed an ID";

/// If absent lines may have been extracted and lost.
const CUT_EXTRACT: &str =
    "A part of an extract is missing: no run was judged by what is absent from the logs";

/// What was read.
#[derive(Debug, Default)]
pub struct Frame {
    /// How many runs there are.
    pub runs: usize,
    /// How many runs have no finding.
    pub consistent_runs: usize,
    /// What could not be judged.
    pub notes: Vec<String>,
    services: Vec<ServiceFacts>,
}

/// What is known of a service.
#[derive(Debug, Default)]
struct ServiceFacts {
    name: Box<str>,
    processes: usize,
    runs: usize,
    heard: Heard,
    shared_with_missing: usize,
    missing_lines: u64,
}

/// A service as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Service<'a> {
    #[serde(rename = "service")]
    name: &'a str,
    processes: usize,
    runs: usize,
    first_time: Option<String>,
    last_time: Option<String>,
    shared_with_missing: usize,
    missing_lines: u64,
}

impl Frame {
    /// What was read, before any of it is dropped.
    #[must_use]
    pub fn of(history: &History, findings: &Findings) -> Self {
        let (bases, services) = services_of(history);
        let mut frame = Self {
            runs: bases.all.len(),
            consistent_runs: consistent_runs(&bases.all, findings, history),
            services,
            notes: Vec::new(),
        };
        if history.unread_files > 0 {
            let (count, verb) = match history.unread_files {
                1 => ("1 file", "was"),
                many => (&*format!("{many} files"), "were"),
            };
            frame.notes.push(format!("The reading was stopped: {count} {verb} not read to the end"));
        }
        if history.has_cut_extract {
            frame.notes.push(CUT_EXTRACT.to_owned());
        }
        let has_origins =
            history.runs.values().any(|run| run.activity.iter().any(|(_, activity)| activity.is_origin()));
        if !history.has_events {
            frame.notes.push(NO_EVENTS.to_owned());
        } else if !has_origins {
            frame.notes.push(NO_ORIGINS.to_owned());
        }
        frame
    }

    /// The services, in the order of their names.
    #[must_use]
    pub fn services(&self) -> Vec<Service<'_>> {
        self.services.iter().map(Service::of).collect()
    }
}

impl<'a> Service<'a> {
    fn of(facts: &'a ServiceFacts) -> Self {
        Self {
            name: &facts.name,
            processes: facts.processes,
            runs: facts.runs,
            first_time: facts.heard.first.map(iso),
            last_time: facts.heard.last.map(iso),
            shared_with_missing: facts.shared_with_missing,
            missing_lines: facts.missing_lines,
        }
    }
}

/// What the logs tell of the bases of runs.
#[derive(Default)]
struct Bases {
    /// Bases of all runs.
    all: Set<i64>,
    /// Bases that were generated.
    generated: Set<i64>,
    /// Bases with which a service did something, by its number.
    by_service: Set<(u32, i64)>,
}

impl Bases {
    fn of(history: &History, of_process: &Map<Name, u32>) -> Self {
        let mut bases = Self::default();
        for (name, run) in &history.runs {
            let Some(base) = base_of(history.names.text(*name)).map(Base::unix) else { continue };
            if run.is_known_or_used() {
                bases.all.insert(base);
            }
            for (process, activity) in &run.activity {
                if activity.generated.is_some() {
                    bases.generated.insert(base);
                }
                bases.by_service.extend(of_process.get(process).map(|service| (*service, base)));
            }
        }
        bases
    }
}

fn services_of(history: &History) -> (Bases, Vec<ServiceFacts>) {
    let mut numbers: Map<&str, u32> = Map::default();
    let mut services: Vec<ServiceFacts> = Vec::new();
    let mut of_process: Map<Name, u32> = Map::default();
    for (process, heard) in &history.heard {
        let name = service_of(history.names.text(*process));
        let number = *numbers.entry(name).or_insert_with(|| {
            services.push(ServiceFacts { name: name.into(), ..ServiceFacts::default() });
            u32::try_from(services.len() - 1).unwrap_or(u32::MAX)
        });
        of_process.insert(*process, number);
        let service = &mut services[number as usize];
        service.processes += 1;
        service.heard.extend(*heard);
    }
    for (process, lines, _) in history.threads.missing() {
        let service = of_process.get(&process).and_then(|number| services.get_mut(*number as usize));
        if let Some(service) = service {
            service.missing_lines = service.missing_lines.saturating_add_signed(lines);
        }
    }
    let bases = Bases::of(history, &of_process);
    for (service, base) in &bases.by_service {
        let service = &mut services[*service as usize];
        service.runs += 1;
        // A process generated it, but none of these logs shows that.
        let is_kept = history.forgotten.is_none_or(|forgotten| base * 1000 > forgotten);
        service.shared_with_missing +=
            usize::from(is_kept && !bases.generated.is_empty() && !bases.generated.contains(base));
    }
    order::sort_by(&mut services, |one, other| one.name.cmp(&other.name));
    (bases, services)
}

/// How many runs no finding is about or expects.
fn consistent_runs(bases: &Set<i64>, findings: &Findings, history: &History) -> usize {
    let mentioned = findings.iter().flat_map(|finding| finding.ids(&history.names));
    let mentioned: Set<i64> = mentioned.filter_map(base_of).map(Base::unix).collect();
    bases.iter().filter(|base| !mentioned.contains(*base)).count()
}

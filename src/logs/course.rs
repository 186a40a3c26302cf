//! The life of one run across files, on one time line.

use run_id_core::base::Base;
use serde::Serialize;

use crate::event::{Action, Event, Happening};
use crate::history::base_of;
use crate::input::{self, Progress};
use crate::lines;
use crate::observation::observe;
use crate::report::{confidence, iso};
use crate::time::Millis;

/// One event of the run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step<'a> {
    time: Option<String>,
    process: String,
    event: &'static str,
    action: Option<&'static str>,
    table: Option<&'static str>,
    source: Option<String>,
    run_id: Option<String>,
    code: Option<String>,
    at: Option<String>,
    file: &'a str,
    line: u64,
    confidence: &'static str,
    /// When, and in which place.
    #[serde(skip)]
    order: (Option<Millis>, usize, u64),
    #[serde(skip)]
    stage: Stage,
}

/// What must have happened before what, whatever the clocks say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Generated,
    Underway,
    Created,
    Recorded,
}

/// From the process that held the ID to the one that resolved it next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HandOver {
    from: String,
    to: String,
    event: usize,
}

/// All that happened to a run.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Course<'a> {
    processes: Vec<String>,
    events: Vec<Step<'a>>,
    hand_overs: Vec<HandOver>,
}

/// Whether two IDs are of one run: equal, or one of them is the base of both.
#[must_use]
pub fn is_same_run(wanted: &str, other: &str) -> bool {
    wanted == other
        || (base_of(wanted) == base_of(other) && base_of(wanted).is_some() && {
            let is_base = |run_id: &str| run_id.len() == run_id_core::base::BASE_LENGTH;
            is_base(wanted) || is_base(other)
        })
}

/// Reads the events of a run and of `others`, the IDs that it was turned into, or that it should have been.
#[must_use]
pub fn read<'a>(run_id: &str, others: &[&str], files: &'a [String], progress: &Progress) -> Course<'a> {
    let mut steps = Vec::new();
    let wanted: Vec<Base> = others.iter().copied().chain([run_id]).filter_map(base_of).collect();
    for (number, file) in files.iter().enumerate() {
        // What can't be read has been told of when it was judged.
        let Ok(mut input) = input::open(file, progress) else { continue };
        let _ = lines::read(&mut input, |line| {
            if !line.finds.iter().any(|find| wanted.contains(&find.run_id.base)) {
                return;
            }
            observe(&line, |observation| {
                let event = &observation.event;
                if ids_of(event).any(|other| is_same_run(run_id, other) || others.contains(&other)) {
                    steps.push(Step::of(event, (number, file), line.number, observation.is_certain));
                }
            });
        });
    }
    in_order(run_id, &mut steps);
    let mut processes: Vec<String> = Vec::new();
    for step in &steps {
        if !processes.contains(&step.process) {
            processes.push(step.process.clone());
        }
    }
    let hand_overs = hand_overs(run_id, &steps);
    Course { processes, events: steps, hand_overs }
}

/// The IDs that an event is about: what was refused counts as well.
fn ids_of<'e>(event: &'e Event<'_>) -> impl Iterator<Item = &'e str> {
    let received = match &event.happening {
        Happening::Reject { received, .. } => received.as_deref(),
        _ => None,
    };
    event.run_id.as_deref().into_iter().chain(received)
}

impl<'a> Step<'a> {
    fn of(event: &Event<'_>, (number, file): (usize, &'a str), line: u64, is_certain: bool) -> Self {
        let mut step = Self {
            time: event.time.map(iso),
            process: event.process.name(file),
            event: "",
            action: None,
            table: None,
            source: None,
            run_id: event.run_id.as_deref().map(str::to_owned),
            code: None,
            at: event.at.as_deref().map(str::to_owned),
            file,
            line,
            confidence: confidence(is_certain),
            order: (event.time, number, line),
            stage: Stage::Underway,
        };
        match &event.happening {
            Happening::Generate => {
                step.event = "generate";
                step.stage = Stage::Generated;
            }
            Happening::Resolve { source } => {
                step.event = "resolve";
                step.source = source.as_deref().map(str::to_owned);
            }
            Happening::Pass => step.event = "pass",
            Happening::Conflict => step.event = "conflict",
            Happening::Reject { code, received, source, .. } => {
                step.event = "reject";
                step.code = Some(code.clone().into_owned());
                step.run_id = received.as_deref().map(str::to_owned);
                step.source = source.as_deref().map(str::to_owned);
            }
            Happening::Record { action, table, .. } => {
                step.event = "record";
                step.action = Some(action.name());
                step.table = table.map(crate::event::Table::name);
                step.stage = match action {
                    Action::Created => Stage::Created,
                    Action::Missing | Action::Clash => Stage::Underway,
                    _ => Stage::Recorded,
                };
            }
        }
        step
    }
}

/// By time, and each process in the order of its own log; but nothing before the ID was made, and nothing found
/// before it was created: clocks of hosts differ.
fn in_order(run_id: &str, steps: &mut [Step<'_>]) {
    steps.sort_unstable_by_key(|step| step.order);
    let is_own = |step: &Step<'_>| step.run_id.as_deref().is_some_and(|other| is_same_run(run_id, other));
    bring_forward(steps, |step| is_own(step) && step.stage == Stage::Generated, |_, step| is_own(step));
    let is_created = |step: &Step<'_>| step.stage == Stage::Created;
    bring_forward(steps, is_created, |created, step| {
        created.run_id == step.run_id && step.stage == Stage::Recorded && step.process != created.process
    });
}

/// Moves each step that `is_cause` before the first of its effects.
fn bring_forward(
    steps: &mut [Step<'_>],
    is_cause: impl Fn(&Step<'_>) -> bool,
    is_effect: impl Fn(&Step<'_>, &Step<'_>) -> bool,
) {
    for at in 0..steps.len() {
        if !is_cause(&steps[at]) {
            continue;
        }
        let effect =
            (0..at).find(|before| !is_cause(&steps[*before]) && is_effect(&steps[at], &steps[*before]));
        if let Some(effect) = effect {
            steps[effect..=at].rotate_right(1);
        }
    }
}

/// Each process that resolves the ID without having held it has it from the last one that held it before.
fn hand_overs(run_id: &str, steps: &[Step<'_>]) -> Vec<HandOver> {
    let mut holders: Vec<&str> = Vec::new();
    let mut hand_overs = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let is_own = step.run_id.as_deref().is_some_and(|other| is_same_run(run_id, other));
        if !is_own || step.event == "reject" || step.action == Some(Action::Missing.name()) {
            continue;
        }
        let process = step.process.as_str();
        if let Some(from) = holders.last()
            && !holders.contains(&process)
        {
            hand_overs.push(HandOver { from: (*from).to_owned(), to: process.to_owned(), event: at });
        }
        holders.retain(|holder| *holder != process);
        holders.push(process);
    }
    hand_overs
}

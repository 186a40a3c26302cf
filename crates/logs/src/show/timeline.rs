//! The life of one run across files, on one time line.

use std::collections::{HashMap, HashSet};

use run_id_core::event::{self, Action, Kind, Table};
use serde::Serialize;

use crate::facts::files::in_threads;
use crate::facts::history::{Place, base_of, order_of};
use crate::formats::event::{Event, EventKind};
use crate::formats::observation::{Observation, confidence, observe};
use crate::formats::records;
use crate::formats::time::{Millis, iso};
use crate::read::input::{self, Progress};

/// The bytes of a line that are shown: as many as one of this library's own has. SPEC §6.
const MAX_TEXT: usize = event::MAX_LINE;

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
    /// The line itself, as far as [`MAX_TEXT`] goes.
    text: String,
    confidence: &'static str,
    /// When, as far as that is known, and in which place.
    #[serde(skip)]
    order: (Option<Millis>, Place),
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
#[derive(Debug, Default)]
pub struct Timeline<'a> {
    /// In the order in which they come into it.
    pub processes: Vec<String>,
    /// In the order in which they happened.
    pub events: Vec<Step<'a>>,
    /// In that order too.
    pub hand_overs: Vec<HandOver>,
}

/// What a timeline is about.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// A run; none where something that is not a run ID came in the place of one.
    pub run_id: Option<String>,
    /// The IDs that its findings name: what it was turned into, or should have been.
    pub others: HashSet<String>,
    /// IDs derived from another ID; a process that uses one no longer holds the run.
    pub changed: HashSet<String>,
    /// Lines that belong to it, whatever they name.
    pub places: Vec<Place>,
}

impl Subject {
    fn is_about(&self, run_id: &str) -> bool {
        self.run_id.as_deref().is_some_and(|own| is_same_run(own, run_id)) || self.others.contains(run_id)
    }
}

/// Whether two IDs are of one run: equal, or one of them is the base of both.
#[must_use]
pub fn is_same_run(wanted: &str, other: &str) -> bool {
    let is_base = |run_id: &str| run_id.len() == run_id_core::base::BASE_LENGTH;
    wanted == other
        || ((is_base(wanted) || is_base(other))
            && base_of(wanted).is_some_and(|base| base_of(other) == Some(base)))
}

/// The timelines of all subjects, in their order, from one reading of the files; `None` for one of more than `limit`
/// events.
#[must_use]
pub fn read<'a>(
    subjects: &[Subject],
    files: &'a [String],
    limit: usize,
    progress: &Progress,
) -> Vec<Option<Timeline<'a>>> {
    let wanted = Wanted::of(subjects);
    let mut steps: Vec<Option<Vec<Step<'a>>>> = subjects.iter().map(|_| Some(Vec::new())).collect();
    in_threads(
        files.len(),
        |file| wanted.read(file, &files[file], limit, progress),
        |_, of_file| {
            for (all, more) in steps.iter_mut().zip(of_file) {
                append(all, more, limit);
            }
        },
    );
    subjects.iter().zip(steps).map(|(subject, steps)| Some(Timeline::of(subject, steps?))).collect()
}

/// Adds the steps of one more file; none are kept once there are more than `limit`.
fn append<'a>(all: &mut Option<Vec<Step<'a>>>, more: Option<Vec<Step<'a>>>, limit: usize) {
    let both = all.take().zip(more).filter(|(all, more)| all.len() + more.len() <= limit);
    *all = both.map(|(mut all, more)| {
        all.extend(more);
        all
    });
}

/// The subjects by what a line must hold to be about one.
struct Wanted<'s> {
    subjects: &'s [Subject],
    by_base: HashMap<i64, Vec<usize>>,
    by_place: HashMap<Place, Vec<usize>>,
}

impl<'s> Wanted<'s> {
    fn of(subjects: &'s [Subject]) -> Self {
        let mut wanted = Self { subjects, by_base: HashMap::new(), by_place: HashMap::new() };
        for (number, subject) in subjects.iter().enumerate() {
            for base in subject.run_id.iter().chain(&subject.others).filter_map(|run_id| base_of(run_id)) {
                let numbers = wanted.by_base.entry(base.unix()).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
            for place in &subject.places {
                wanted.by_place.entry(*place).or_default().push(number);
            }
        }
        wanted
    }

    /// The steps of each subject in one file, until there are more than `limit`.
    fn read<'a>(
        &self,
        number: usize,
        file: &'a str,
        limit: usize,
        progress: &Progress,
    ) -> Vec<Option<Vec<Step<'a>>>> {
        let mut steps: Vec<Option<Vec<Step<'a>>>> = self.subjects.iter().map(|_| Some(Vec::new())).collect();
        // What can't be read has been told of when it was judged.
        let Ok(mut input) = input::open(file, progress) else { return steps };
        let _ = records::read(&mut input, None, &mut |entry| {
            let line = &entry.line;
            let place = Place { file: u32::try_from(number).unwrap_or(u32::MAX), line: line.number };
            let named = self.by_place.get(&place).into_iter().flatten();
            let by_base =
                line.finds.iter().filter_map(|find| self.by_base.get(&find.run_id.base.unix())).flatten();
            // Those that are named come first: they need no further look.
            let mut candidates: Vec<(usize, bool)> = named.map(|at| (*at, true)).collect();
            for at in by_base {
                if !candidates.iter().any(|(known, _)| known == at) {
                    candidates.push((*at, false));
                }
            }
            if line.finds.is_empty() && !line.is_marked {
                // A text written byte by byte: only reading it tells whom it is about.
                candidates = (0..self.subjects.len()).map(|at| (at, false)).collect();
            }
            if candidates.is_empty() {
                return;
            }
            observe(&entry, &mut |observation| {
                for (at, is_named) in &candidates {
                    let (subject, found) = (&self.subjects[*at], &mut steps[*at]);
                    let is_about =
                        *is_named || ids_of(&observation.event).any(|run_id| subject.is_about(run_id));
                    if let (true, Some(known)) = (is_about, found.as_mut()) {
                        known.push(Step::of(&observation, place, file, line.text));
                        if known.len() > limit {
                            *found = None;
                        }
                    }
                }
            });
        });
        steps
    }
}

impl<'a> Timeline<'a> {
    fn of(subject: &Subject, steps: Vec<Step<'a>>) -> Self {
        let own = subject.run_id.as_deref();
        let events = in_order(own, steps);
        let mut known: HashSet<String> = HashSet::new();
        let processes = events.iter().map(|step| &step.process);
        let processes = processes.filter(|process| known.insert((*process).clone())).cloned().collect();
        let hand_overs = hand_overs(own, &subject.changed, &events);
        Self { processes, events, hand_overs }
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events that stand in each line.
    #[must_use]
    pub fn by_place(&self) -> HashMap<Place, Vec<usize>> {
        let mut by_place: HashMap<Place, Vec<usize>> = HashMap::new();
        for (at, step) in self.events.iter().enumerate() {
            by_place.entry(step.place()).or_default().push(at);
        }
        by_place
    }

    /// The process of an event.
    #[must_use]
    pub fn process_of(&self, event: usize) -> &str {
        &self.events[event].process
    }

    /// The process that held a run last before an event, under none of the `changed` IDs.
    #[must_use]
    pub fn holder_before(&self, event: usize, run_id: &str, changed: &HashSet<String>) -> Option<&str> {
        let mut earlier = self.events[..event].iter().rev();
        earlier.find(|step| step.holds(run_id, changed)).map(|step| step.process.as_str())
    }
}

/// The IDs that an event is about: what was refused counts as well.
fn ids_of<'e>(event: &'e Event<'_>) -> impl Iterator<Item = &'e str> {
    let received = match &event.kind {
        EventKind::Reject { received, .. } => received.as_deref(),
        _ => None,
    };
    event.run_id.as_deref().into_iter().chain(received)
}

impl<'a> Step<'a> {
    fn of(observation: &Observation<'_>, place: Place, file: &'a str, text: &[u8]) -> Self {
        let event = &observation.event;
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
            line: place.line,
            text: beginning_of(text),
            confidence: confidence(observation.is_certain),
            order: (event.time, place),
            stage: Stage::Underway,
        };
        match &event.kind {
            EventKind::Generate => {
                step.event = Kind::Generate.name();
                step.stage = Stage::Generated;
            }
            EventKind::Resolve { source } => {
                step.event = Kind::Resolve.name();
                step.source = source.as_deref().map(str::to_owned);
            }
            EventKind::Pass => step.event = Kind::Pass.name(),
            EventKind::Send => step.event = Kind::Send.name(),
            EventKind::Receive => step.event = Kind::Receive.name(),
            EventKind::Conflict => step.event = Kind::Conflict.name(),
            EventKind::Reject { code, received, source, .. } => {
                step.event = Kind::Reject.name();
                step.code = Some(code.clone().into_owned());
                step.run_id = received.as_deref().map(str::to_owned);
                step.source = source.as_deref().map(str::to_owned);
            }
            EventKind::Record { action, table, .. } => {
                step.event = Kind::Record.name();
                step.action = Some(action.name());
                step.table = table.map(Table::name);
                step.stage = match action {
                    Action::Created => Stage::Created,
                    Action::Missing | Action::Clash => Stage::Underway,
                    _ => Stage::Recorded,
                };
            }
        }
        step
    }

    fn place(&self) -> Place {
        self.order.1
    }

    /// Whether the process had this run in hand then: what is refused or missed, it had not.
    fn holds(&self, run_id: &str, changed: &HashSet<String>) -> bool {
        self.run_id.as_deref().is_some_and(|own| is_same_run(run_id, own) && !changed.contains(own))
            && self.event != Kind::Reject.name()
            && self.action != Some(Action::Missing.name())
    }
}

/// The line as text, cut where it gets too long.
fn beginning_of(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(MAX_TEXT)]);
    if line.len() <= MAX_TEXT {
        return text.trim_end().to_owned();
    }
    // The last character may have been cut in two.
    format!("{}...", text.trim_end_matches(char::REPLACEMENT_CHARACTER))
}

/// By time, and what tells none after what stands before it in its log; but nothing before the ID was made, and nothing
/// found before it was created: clocks of hosts differ.
fn in_order<'a>(run_id: Option<&str>, mut steps: Vec<Step<'a>>) -> Vec<Step<'a>> {
    let mut before = None;
    for step in &mut steps {
        let (time, place) = &mut step.order;
        *time = time.or_else(|| before.filter(|(file, _)| *file == place.file).and_then(|(_, time)| time));
        before = Some((place.file, *time));
    }
    let order = order_of(steps.iter().map(|step| step.order));
    let steps = arranged(steps, order);
    let Some(run_id) = run_id else { return steps };
    let is_own = |step: &Step<'_>| step.run_id.as_deref().is_some_and(|other| is_same_run(run_id, other));
    let first = steps.iter().position(|step| step.stage != Stage::Generated && is_own(step));
    let found = first_found(&steps);
    let effect_of = |step: &Step<'_>| match step.stage {
        Stage::Generated => first.filter(|_| is_own(step)),
        Stage::Created => {
            let found = found.get(step.run_id.as_deref()?)?;
            found.iter().copied().find(|at| steps[*at].process != step.process)
        }
        _ => None,
    };
    // By the number of a step those that belong before it.
    let mut causes: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for stage in [Stage::Generated, Stage::Created] {
        for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.stage == stage) {
            if let Some(effect) = effect_of(step).filter(|effect| *effect < at) {
                causes[effect].push(at);
            }
        }
    }
    for (at, group) in causes.iter_mut().enumerate() {
        group.push(at);
    }
    arranged(steps, causes.concat())
}

/// The steps in the order of these numbers; one that is named again stays where it was named first.
fn arranged(steps: Vec<Step<'_>>, order: Vec<usize>) -> Vec<Step<'_>> {
    let mut left: Vec<Option<Step<'_>>> = steps.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| left[at].take()).collect()
}

/// Where each record was first found, and where first by another process than that.
fn first_found(steps: &[Step<'_>]) -> HashMap<String, Vec<usize>> {
    let mut found: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.stage == Stage::Recorded) {
        let Some(run_id) = &step.run_id else { continue };
        let first = found.entry(run_id.clone()).or_default();
        if first.len() < 2 && first.iter().all(|other| steps[*other].process != step.process) {
            first.push(at);
        }
    }
    found
}

/// Each process that resolves the ID without having held it has it from the last one that held it before.
fn hand_overs(run_id: Option<&str>, changed: &HashSet<String>, steps: &[Step<'_>]) -> Vec<HandOver> {
    let Some(run_id) = run_id else { return Vec::new() };
    let mut holders: HashSet<String> = HashSet::new();
    let mut last: Option<&str> = None;
    let mut hand_overs = Vec::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.holds(run_id, changed)) {
        let process = step.process.as_str();
        let is_new = holders.insert(process.to_owned());
        if let Some(from) = last.replace(process).filter(|_| is_new) {
            hand_overs.push(HandOver { from: from.to_owned(), to: process.to_owned(), event: at });
        }
    }
    hand_overs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_steps_are_kept_than_the_limit() {
        let path = std::env::temp_dir().join(format!("run-id-logs-timeline-{}", std::process::id()));
        std::fs::write(&path, "251006-143000\n".repeat(5)).unwrap();
        let file = path.to_str().unwrap();
        let subjects =
            [Subject { run_id: Some("251006-143000".to_owned()), ..Subject::default() }, Subject::default()];
        let wanted = Wanted::of(&subjects);
        let read = |limit| wanted.read(0, file, limit, &Progress::default());
        let count = |steps: &Option<Vec<Step<'_>>>| steps.as_ref().map(Vec::len);
        for (limit, kept) in [(4, None), (5, Some(5)), (6, Some(5))] {
            assert_eq!(read(limit).iter().map(count).collect::<Vec<_>>(), [kept, Some(0)], "{limit}");
        }
        for (limit, kept) in [(9, None), (10, Some(10))] {
            let [mut all, more] = [(); 2].map(|()| read(limit).swap_remove(0));
            append(&mut all, more, limit);
            assert_eq!(count(&all), kept, "{limit}");
            append(&mut all, Some(Vec::new()), limit);
            assert_eq!(count(&all), kept, "{limit}");
        }
        std::fs::remove_file(&path).unwrap();
    }
}

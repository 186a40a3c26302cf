//! The life of one run across files, on one time line.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use run_id_core::event::{self, Action, Kind, Table};
use serde::{Serialize, Serializer};

use crate::facts::files::in_threads;
use crate::facts::history::{Place, base_of, order_of};
use crate::formats::event::{Event, EventKind};
use crate::formats::observation::{Observation, confidence, observe};
use crate::formats::records::{self, Entry};
use crate::formats::time::{Millis, iso};
use crate::read::input::{self, Progress};
use crate::read::lines::Line;

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
    /// The number of its line in [`Texts`].
    text: usize,
    /// The line itself, as far as [`MAX_TEXT`] goes; all steps of a line share it.
    #[serde(skip)]
    line_text: Arc<str>,
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

/// Lines as they are shown, each once, however many steps are in it.
#[derive(Debug, Default)]
pub struct Texts {
    /// By where a text is in memory: a line may hold several records.
    numbers: HashMap<usize, usize>,
    all: Vec<Arc<str>>,
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.all())
    }
}

impl Texts {
    /// Takes in the line of each step, and tells the step its number.
    pub fn number(&mut self, steps: &mut [Step<'_>]) {
        for step in steps {
            step.text = *self.numbers.entry(step.line_text.as_ptr().addr()).or_insert_with(|| {
                self.all.push(Arc::clone(&step.line_text));
                self.all.len() - 1
            });
        }
    }

    /// All, by number.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|text| &**text)
    }
}

/// The most that is kept in memory at a time, and drawn.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps of one subject.
    pub steps_of_one: usize,
    /// Steps of all.
    pub steps: usize,
    /// Bytes of the lines of all.
    pub text: usize,
}

impl Limits {
    /// Everything is kept.
    pub const NONE: Self = Self { steps_of_one: usize::MAX, steps: usize::MAX, text: usize::MAX };

    /// The subjects that are drawn, the first ones first, each with all of its steps or not at all.
    fn choose(&self, found: &[Found<'_>]) -> Vec<bool> {
        let mut left = (self.steps, self.text);
        let mut choose = |found: &Found<'_>| {
            let fits = found.count <= self.steps_of_one && found.count <= left.0 && found.text <= left.1;
            if fits {
                left = (left.0 - found.count, left.1 - found.text);
            }
            fits
        };
        found.iter().map(&mut choose).collect()
    }
}

/// What is kept by all threads that read. It is not given back: what has no room is read again.
struct Room {
    limits: Limits,
    steps: AtomicUsize,
    text: AtomicUsize,
}

impl Room {
    fn of(limits: Limits) -> Self {
        Self { limits, steps: AtomicUsize::new(0), text: AtomicUsize::new(0) }
    }

    /// Whether there is room for one more step, and for so many bytes of a line that no step has yet.
    fn take(&self, text: usize) -> bool {
        let has_room_for_step = self.steps.fetch_add(1, Ordering::Relaxed) < self.limits.steps;
        let before = self.text.fetch_add(text, Ordering::Relaxed);
        has_room_for_step && before.saturating_add(text) <= self.limits.text
    }
}

/// What was found of one subject. All is counted, and kept only where there is room for all.
#[derive(Debug, Default)]
struct Found<'a> {
    steps: Vec<Step<'a>>,
    /// How many steps there are.
    count: usize,
    /// Bytes of the lines that they are in.
    text: usize,
}

impl<'a> Found<'a> {
    fn is_whole(&self) -> bool {
        self.steps.len() == self.count
    }

    /// Adds what one more file has.
    fn append(&mut self, more: Self, limit: usize) {
        let is_kept = self.is_whole() && more.is_whole() && self.count + more.count <= limit;
        self.count += more.count;
        self.text += more.text;
        if is_kept {
            self.steps.extend(more.steps);
        } else {
            self.steps = Vec::new();
        }
    }

    /// Adds a step, unless it belongs to more than are kept.
    fn push(&mut self, room: &Room, text: usize, step: impl FnOnce() -> Step<'a>) {
        let is_kept = self.is_whole() && self.count < room.limits.steps_of_one && room.take(text);
        self.count += 1;
        if is_kept {
            self.steps.push(step());
        } else {
            self.steps = Vec::new();
        }
    }
}

/// The timelines of all subjects, in their order; `None` for those that the limits leave no room for. The files are
/// read once, and once more where that is not clear before their end.
#[must_use]
pub fn read<'a>(
    subjects: &[Subject],
    files: &'a [String],
    limits: Limits,
    progress: &Progress,
) -> Vec<Option<Timeline<'a>>> {
    let mut found = read_all(&Wanted::of(subjects, vec![true; subjects.len()]), files, limits, progress);
    let chosen = limits.choose(&found);
    if found.iter().zip(&chosen).any(|(found, is_chosen)| *is_chosen && !found.is_whole()) {
        drop(found);
        // The bar that shows the progress is full.
        found = read_all(&Wanted::of(subjects, chosen.clone()), files, limits, &Progress::default());
    }
    let timeline = |((subject, found), is_chosen): ((&Subject, Found<'a>), bool)| {
        // A file may have grown since it was read first.
        (is_chosen && found.is_whole()).then(|| Timeline::of(subject, found.steps))
    };
    subjects.iter().zip(found).zip(chosen).map(timeline).collect()
}

fn read_all<'a>(
    wanted: &Wanted<'_>,
    files: &'a [String],
    limits: Limits,
    progress: &Progress,
) -> Vec<Found<'a>> {
    let room = Room::of(limits);
    let mut found: Vec<Found<'a>> = wanted.subjects.iter().map(|_| Found::default()).collect();
    in_threads(
        files.len(),
        |file| wanted.read(file, &files[file], &room, progress),
        |_, of_file| {
            for (at, more) in of_file {
                found[at].append(more, limits.steps_of_one);
            }
        },
    );
    found
}

/// The subjects by what a line must hold to be about one.
struct Wanted<'s> {
    subjects: &'s [Subject],
    chosen: Vec<bool>,
    by_base: HashMap<i64, Vec<usize>>,
    by_place: HashMap<Place, Vec<usize>>,
}

impl<'s> Wanted<'s> {
    /// Of these subjects those that are chosen.
    fn of(subjects: &'s [Subject], chosen: Vec<bool>) -> Self {
        let mut wanted = Self { subjects, chosen, by_base: HashMap::new(), by_place: HashMap::new() };
        for (number, subject) in subjects.iter().enumerate() {
            if !wanted.chosen[number] {
                continue;
            }
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

    /// What one file has of each subject that it has anything of.
    fn read<'a>(
        &self,
        number: usize,
        file: &'a str,
        room: &Room,
        progress: &Progress,
    ) -> HashMap<usize, Found<'a>> {
        let mut found = HashMap::new();
        // What can't be read has been told of when it was judged.
        let Ok(mut input) = input::open(file, progress) else { return found };
        let _ = records::read(&mut input, None, &mut |entry| {
            let place = Place { file: u32::try_from(number).unwrap_or(u32::MAX), line: entry.line.number };
            let subjects = self.subjects_of(&entry.line, place);
            if !subjects.is_empty() {
                self.take(&mut found, &subjects, &entry, place, file, room);
            }
        });
        found
    }

    /// The subjects that a line may be about, and whether it is named as one that belongs to them.
    fn subjects_of(&self, line: &Line<'_>, place: Place) -> Vec<(usize, bool)> {
        let named = self.by_place.get(&place).into_iter().flatten();
        let mut subjects: Vec<(usize, bool)> = named.map(|at| (*at, true)).collect();
        let finds = line.finds.iter();
        let by_base = finds.filter_map(|find| self.by_base.get(&find.run_id.base.unix())).flatten();
        for at in by_base {
            if !subjects.iter().any(|(known, _)| known == at) {
                subjects.push((*at, false));
            }
        }
        if line.finds.is_empty() && !line.is_marked {
            // A text written byte by byte: only reading it tells whom it is about.
            let is_known = |at: usize| subjects.iter().any(|(known, _)| *known == at);
            let others: Vec<_> =
                (0..self.subjects.len()).filter(|at| !is_known(*at) && self.chosen[*at]).collect();
            subjects.extend(others.into_iter().map(|at| (at, false)));
        }
        subjects
    }

    /// Takes in the steps that are in a line. Of a line that is evidence these are the ones about the subject, and all
    /// only where it names none of its IDs: a text may hold thousands of others.
    fn take<'a>(
        &self,
        found: &mut HashMap<usize, Found<'a>>,
        subjects: &[(usize, bool)],
        entry: &Entry<'_>,
        place: Place,
        file: &'a str,
        room: &Room,
    ) {
        let mut text: Option<Arc<str>> = None;
        let mut has_steps = vec![false; subjects.len()];
        let mut push = |at: usize, has_steps: &mut bool, observation: &Observation<'_>| {
            let text = text.get_or_insert_with(|| beginning_of(entry.line.text).into());
            let of_subject = found.entry(at).or_default();
            if !std::mem::replace(has_steps, true) {
                of_subject.text += text.len();
            }
            let new = if Arc::strong_count(text) == 1 { text.len() } else { 0 };
            let step = || Step::of(observation, place, file, Arc::clone(text));
            of_subject.push(room, new, step);
        };
        observe(entry, &mut |observation| {
            for ((at, _), has_steps) in subjects.iter().zip(&mut has_steps) {
                if ids_of(&observation.event).any(|run_id| self.subjects[*at].is_about(run_id)) {
                    push(*at, has_steps, &observation);
                }
            }
        });
        let mut without: Vec<(usize, &mut bool)> = Vec::new();
        for ((at, is_named), has_steps) in subjects.iter().zip(&mut has_steps) {
            if *is_named && !*has_steps {
                without.push((*at, has_steps));
            }
        }
        if !without.is_empty() {
            observe(entry, &mut |observation| {
                for (at, has_steps) in &mut without {
                    push(*at, has_steps, &observation);
                }
            });
        }
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
    fn of(observation: &Observation<'_>, place: Place, file: &'a str, line_text: Arc<str>) -> Self {
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
            text: 0,
            line_text,
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
            EventKind::Send { .. } => step.event = Kind::Send.name(),
            EventKind::Receive { .. } => step.event = Kind::Receive.name(),
            EventKind::Conflict { .. } => step.event = Kind::Conflict.name(),
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

    /// A log, which is removed again.
    struct Log(String);

    impl Log {
        fn new(text: &str) -> Self {
            static LOGS: AtomicUsize = AtomicUsize::new(0);
            let name = format!(
                "run-id-logs-timeline-{}-{}",
                std::process::id(),
                LOGS.fetch_add(1, Ordering::Relaxed)
            );
            let path = std::env::temp_dir().join(name);
            std::fs::write(&path, text).unwrap();
            Self(path.to_str().unwrap().to_owned())
        }
    }

    impl Drop for Log {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    fn subject(run_id: &str) -> Subject {
        Subject { run_id: Some(run_id.to_owned()), ..Subject::default() }
    }

    /// Bytes of the texts that are in memory, each once.
    fn text_of<'s>(steps: impl Iterator<Item = &'s Step<'s>>) -> usize {
        let texts: HashMap<_, _> =
            steps.map(|step| (step.line_text.as_ptr(), step.line_text.len())).collect();
        texts.values().sum()
    }

    const BASES: [&str; 3] = ["251006-143000", "251006-143001", "251006-143002"];

    #[test]
    fn no_more_steps_of_one_subject_are_kept_than_the_limit() {
        let log = Log::new(&"251006-143000\n".repeat(5));
        let subjects = [subject(BASES[0]), subject(BASES[1])];
        for (limit, kept) in [(4, 0), (5, 5), (6, 5)] {
            let room = Room::of(Limits { steps_of_one: limit, ..Limits::NONE });
            let found = Wanted::of(&subjects, vec![true; subjects.len()]).read(
                0,
                &log.0,
                &room,
                &Progress::default(),
            );
            assert_eq!((found.len(), found[&0].steps.len(), found[&0].count), (1, kept, 5), "{limit}");
        }
        let files = [log.0.clone(), log.0.clone()];
        for (limit, kept) in [(9, None), (10, Some(10))] {
            let limits = Limits { steps_of_one: limit, ..Limits::NONE };
            let timelines = read(&subjects, &files, limits, &Progress::default());
            let counts: Vec<_> = timelines.iter().map(|one| one.as_ref().map(Timeline::len)).collect();
            assert_eq!(counts, [kept, Some(0)], "{limit}");
            let found = read_all(
                &Wanted::of(&subjects, vec![true; subjects.len()]),
                &files,
                limits,
                &Progress::default(),
            );
            assert_eq!(found[0].steps.len(), kept.unwrap_or(0), "{limit}");
        }
    }

    #[test]
    fn no_more_steps_and_lines_are_kept_than_there_is_room_for() {
        let line = |base: &str| format!("{base} {}\n", "x".repeat(86));
        let log = Log::new(&[BASES[0], BASES[1], BASES[0], BASES[2], BASES[1], BASES[1]].map(line).concat());
        let subjects = BASES.map(subject);
        let files = [log.0.clone()];
        let drawn = |limits| -> [Option<usize>; 3] {
            let wanted = Wanted::of(&subjects, vec![true; subjects.len()]);
            let found = read_all(&wanted, &files, limits, &Progress::default());
            assert_eq!([&found[0], &found[1], &found[2]].map(|found| found.count), [2, 3, 1]);
            let kept = || found.iter().flat_map(|found| &found.steps);
            assert!(kept().count() <= limits.steps && text_of(kept()) <= limits.text, "{limits:?}");
            let timelines = read(&subjects, &files, limits, &Progress::default());
            let drawn = || timelines.iter().flatten().flat_map(|timeline| &timeline.events);
            assert!(drawn().count() <= limits.steps && text_of(drawn()) <= limits.text, "{limits:?}");
            [0, 1, 2].map(|at| timelines[at].as_ref().map(Timeline::len))
        };
        for (steps, wanted) in [
            (6, [Some(2), Some(3), Some(1)]),
            (5, [Some(2), Some(3), None]),
            (4, [Some(2), None, Some(1)]),
            (2, [Some(2), None, None]),
            (1, [None, None, Some(1)]),
            (0, [None, None, None]),
        ] {
            assert_eq!(drawn(Limits { steps, ..Limits::NONE }), wanted, "{steps} steps");
            assert_eq!(drawn(Limits { text: 100 * steps, ..Limits::NONE }), wanted, "{steps} lines");
        }
    }

    #[test]
    fn records_of_one_line_are_shown_apart() {
        let record = |message: &str| format!(r#"{{"runId":"{}","msg":"{message}"}}"#, BASES[0]);
        let log = Log::new(&format!("[{},{}]\n", record("one"), record("two")));
        let files = [log.0.clone()];
        let mut timelines = read(&[subject(BASES[0])], &files, Limits::NONE, &Progress::default());
        let mut steps = timelines.remove(0).unwrap().events;
        let mut texts = Texts::default();
        texts.number(&mut steps);
        assert_eq!(steps.iter().map(|step| (step.line, step.text)).collect::<Vec<_>>(), [(1, 0), (1, 1)]);
        assert_eq!(texts.all().collect::<Vec<_>>(), [record("one"), record("two")]);
    }

    #[test]
    fn a_line_of_many_ids_is_kept_once_and_each_subject_has_its_own_of_them() {
        let base = |second: usize| format!("251006-14{:02}{:02}", second / 60, second % 60);
        let line = (0..1_000).map(base).collect::<Vec<_>>().join(" ") + " not found";
        let log = Log::new(&line);
        let places = vec![Place { file: 0, line: 1 }];
        let mut subjects: Vec<Subject> =
            (0..100).map(|at| Subject { places: places.clone(), ..subject(&base(at)) }).collect();
        let files = [log.0.clone()];
        let counts = |subjects: &[Subject]| {
            let timelines = read(subjects, &files, Limits::NONE, &Progress::default());
            let mut steps: Vec<Step<'_>> =
                timelines.into_iter().flatten().flat_map(|one| one.events).collect();
            let mut texts = Texts::default();
            texts.number(&mut steps);
            assert!(steps.iter().all(|step| step.text == 0));
            (steps.len(), texts.all().count(), text_of(steps.iter()))
        };
        assert_eq!(counts(&subjects), (100, 1, MAX_TEXT + 3));
        // Of one that names no ID all that its line holds.
        subjects.push(Subject { places, ..Subject::default() });
        assert_eq!(counts(&subjects), (1_100, 1, MAX_TEXT + 3));
    }
}

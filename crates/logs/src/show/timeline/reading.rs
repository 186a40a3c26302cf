//! Reads the steps of runs from files.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::step::{Line as StepLine, Step};
use super::texts::{Records, beginning_of, most_bytes_of};
use super::{Subject, Timeline};
use crate::facts::files::in_threads;
use crate::facts::history::{Names, Place, base_of};
use crate::formats::event::{Event, EventKind};
use crate::formats::observation::{Observation, Zone, observe_in};
use crate::formats::records::{self, Entry};
use crate::map::Map;
use crate::read::input::{self, Progress};
use crate::read::lines::Line;

/// How much is kept in memory at a time, and drawn.
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
    fn choose(&self, found: &[Found]) -> Vec<bool> {
        let mut left = (self.steps, self.text);
        let mut choose = |found: &Found| {
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
    /// Whether the lines are kept too, or only how long they are.
    keeps_lines: bool,
    steps: AtomicUsize,
    text: AtomicUsize,
    names: Mutex<Names>,
}

impl Room {
    fn of(limits: Limits, keeps_lines: bool) -> Self {
        let [steps, text] = [AtomicUsize::new(0), AtomicUsize::new(0)];
        Self { limits, keeps_lines, steps, text, names: Mutex::new(Names::default()) }
    }

    /// Whether there is room for one more step, and for so many bytes of a line that no step has yet.
    fn take(&self, text: usize) -> bool {
        let has_room_for_step = self.steps.fetch_add(1, Ordering::Relaxed) < self.limits.steps;
        let before = self.text.fetch_add(text, Ordering::Relaxed);
        has_room_for_step && before.saturating_add(text) <= self.limits.text
    }
}

/// What was found of one subject. Everything is counted, and kept only if there is room for all of it.
#[derive(Debug, Default)]
struct Found {
    steps: Vec<Step>,
    /// How many steps there are.
    count: usize,
    /// Bytes of the lines that they are in.
    text: usize,
}

impl Found {
    fn is_whole(&self) -> bool {
        self.steps.len() == self.count
    }

    /// Adds the steps of one more file.
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
    fn push(&mut self, room: &Room, text: usize, step: impl FnOnce() -> Step) {
        let is_kept = self.is_whole() && self.count < room.limits.steps_of_one && room.take(text);
        self.count += 1;
        if is_kept {
            self.steps.push(step());
        } else {
            self.steps = Vec::new();
        }
    }
}

/// The timelines of all subjects, in their order; `None` for those that the limits leave no room for. The files are read once, and
/// once more if that is not clear before their end. Their names stand for processes that lines do not name.
#[must_use]
pub fn read(
    subjects: &[Subject],
    paths: &[String],
    names: &[String],
    limits: Limits,
    progress: &Progress,
) -> Vec<Option<Timeline>> {
    if subjects.is_empty() {
        return Vec::new();
    }
    let files = Files { paths, names };
    let room = Room::of(limits, true);
    let mut found = read_all(&Wanted::of(subjects, vec![true; subjects.len()]), files, &room, progress);
    let mut names = room.names;
    let chosen = limits.choose(&found);
    if found.iter().zip(&chosen).any(|(found, is_chosen)| *is_chosen && !found.is_whole()) {
        drop(found);
        let room = Room::of(limits, true);
        // The bar that shows the progress is full.
        found = read_all(&Wanted::of(subjects, chosen.clone()), files, &room, &Progress::default());
        names = room.names;
    }
    let texts = Arc::new(names.into_inner().unwrap_or_else(PoisonError::into_inner));
    let timeline = |((subject, found), is_chosen): ((&Subject, Found), bool)| {
        // A file may have grown since it was read first.
        (is_chosen && found.is_whole()).then(|| Timeline::of(subject, Arc::clone(&texts), found.steps))
    };
    subjects.iter().zip(found).zip(chosen).map(timeline).collect()
}

/// The timeline of one subject, however long, without the lines of its steps.
#[must_use]
pub fn read_without_lines(
    subject: &Subject,
    paths: &[String],
    names: &[String],
    progress: &Progress,
) -> Timeline {
    let room = Room::of(Limits::NONE, false);
    let subjects = std::slice::from_ref(subject);
    let files = Files { paths, names };
    let found = read_all(&Wanted::of(subjects, vec![true]), files, &room, progress);
    let names = Arc::new(room.names.into_inner().unwrap_or_else(PoisonError::into_inner));
    Timeline::of(subject, names, found.into_iter().flat_map(|found| found.steps).collect())
}

fn read_all(wanted: &Wanted<'_>, files: Files<'_>, room: &Room, progress: &Progress) -> Vec<Found> {
    let mut found: Vec<Found> = wanted.subjects.iter().map(|_| Found::default()).collect();
    in_threads(
        files.paths.len(),
        |file, tell| tell(wanted.read(file, files, room, progress)),
        |_, of_file| {
            for (at, more) in of_file {
                found[at].append(more, room.limits.steps_of_one);
            }
        },
    );
    found
}

/// The subjects, by what a line about one must contain.
struct Wanted<'s> {
    subjects: &'s [Subject],
    chosen: Vec<bool>,
    by_base: Map<i64, Vec<usize>>,
    by_place: Map<Place, Vec<usize>>,
}

impl<'s> Wanted<'s> {
    /// Those of these subjects that are chosen.
    fn of(subjects: &'s [Subject], chosen: Vec<bool>) -> Self {
        let mut wanted = Self { subjects, chosen, by_base: Map::default(), by_place: Map::default() };
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
                let numbers = wanted.by_place.entry(*place).or_default();
                // Two findings may have the same evidence.
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        }
        wanted
    }

    /// What one file has about each subject that occurs in it.
    fn read(&self, number: usize, files: Files<'_>, room: &Room, progress: &Progress) -> Map<usize, Found> {
        let mut found = Map::default();
        // A file that cannot be read was reported when it was judged.
        let path = &files.paths[number];
        // It stands for a process that a line does not name, as it does where lines are judged.
        let file = files.names.get(number).unwrap_or(path);
        let Ok(mut input) = input::open(path, progress) else { return found };
        let (mut numbers, mut zone) = (Records::default(), Zone::default());
        let _ = records::read(&mut input, None, &mut |entry| {
            let record = numbers.number(&entry);
            let place = Place { file: u32::try_from(number).unwrap_or(u32::MAX), line: entry.line.number };
            let subjects = self.subjects_of(&entry.line, place);
            if !subjects.is_empty() {
                let source = Source { file, place, record };
                self.take(&mut found, &subjects, &entry, source, &mut zone, room);
            }
        });
        found
    }

    /// The subjects that a line may be about, and whether each names it as a line that belongs to it.
    fn subjects_of(&self, line: &Line<'_>, place: Place) -> Vec<(usize, bool)> {
        let named = self.by_place.get(&place).into_iter().flatten();
        let mut subjects: Vec<(usize, bool)> = named.map(|at| (*at, true)).collect();
        let finds = line.finds();
        let by_base = finds.iter().filter_map(|find| self.by_base.get(&find.run_id.base.unix())).flatten();
        for at in by_base {
            if !subjects.iter().any(|(known, _)| known == at) {
                subjects.push((*at, false));
            }
        }
        if finds.is_empty() && !line.is_marked {
            // A text that was written byte by byte has to be read for that.
            let is_known = |at: usize| subjects.iter().any(|(known, _)| *known == at);
            let others: Vec<_> =
                (0..self.subjects.len()).filter(|at| !is_known(*at) && self.chosen[*at]).collect();
            subjects.extend(others.into_iter().map(|at| (at, false)));
        }
        subjects
    }

    /// Takes in the steps in a line. From a line that is evidence, only those about the subject are taken, or all if it names none of
    /// its IDs: a text may contain thousands of others.
    fn take(
        &self,
        found: &mut Map<usize, Found>,
        subjects: &[(usize, bool)],
        entry: &Entry<'_>,
        source: Source<'_>,
        zone: &mut Zone,
        room: &Room,
    ) {
        let mut line: Option<StepLine> = None;
        let mut has_steps = vec![false; subjects.len()];
        let mut push = |at: usize, has_steps: &mut bool, observation: &Observation<'_>| {
            let line = line.get_or_insert_with(|| source.line(entry, room.keeps_lines));
            let of_subject = found.entry(at).or_default();
            if !std::mem::replace(has_steps, true) {
                of_subject.text += line.bytes;
            }
            let is_first = line.text.as_ref().is_none_or(|text| Arc::strong_count(text) == 1);
            let step = || {
                let mut names = room.names.lock().unwrap_or_else(PoisonError::into_inner);
                Step::of(observation, source.place, line.clone(), source.file, &mut names)
            };
            of_subject.push(room, if is_first { line.bytes } else { 0 }, step);
        };
        observe_in(entry, zone, &mut |observation| {
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
            observe_in(entry, zone, &mut |observation| {
                if matches!(observation.event.kind, EventKind::Other | EventKind::Observe { .. }) {
                    return;
                }
                for (at, has_steps) in &mut without {
                    push(*at, has_steps, &observation);
                }
            });
        }
    }
}

/// Where files are, and what they are called.
#[derive(Clone, Copy)]
struct Files<'f> {
    paths: &'f [String],
    names: &'f [String],
}

/// What is read.
#[derive(Clone, Copy)]
struct Source<'f> {
    file: &'f str,
    place: Place,
    record: u32,
}

impl Source<'_> {
    fn line(self, entry: &Entry<'_>, is_kept: bool) -> StepLine {
        let text = is_kept.then(|| Arc::<str>::from(beginning_of(entry.line.text)));
        let bytes = text.as_ref().map_or_else(|| most_bytes_of(entry.line.text), |text| text.len());
        StepLine { record: self.record, bytes, text, number: 0 }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::timeline::texts::Texts;

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
    fn text_of<'s>(steps: impl Iterator<Item = &'s Step>) -> usize {
        let texts: Map<_, _> = steps
            .filter_map(|step| step.line.text.as_ref())
            .map(|text| (text.as_ptr(), text.len()))
            .collect();
        texts.values().sum()
    }

    const BASES: [&str; 3] = ["251006-143000", "251006-143001", "251006-143002"];

    #[test]
    fn no_more_steps_of_one_subject_are_kept_than_the_limit() {
        let log = Log::new(&"251006-143000\n".repeat(5));
        let subjects = [subject(BASES[0]), subject(BASES[1])];
        for (limit, kept) in [(4, 0), (5, 5), (6, 5)] {
            let room = Room::of(Limits { steps_of_one: limit, ..Limits::NONE }, true);
            let found = Wanted::of(&subjects, vec![true; subjects.len()]).read(
                0,
                Files { paths: std::slice::from_ref(&log.0), names: &[] },
                &room,
                &Progress::default(),
            );
            assert_eq!((found.len(), found[&0].steps.len(), found[&0].count), (1, kept, 5), "{limit}");
        }
        let files = [log.0.clone(), log.0.clone()];
        for (limit, kept) in [(9, None), (10, Some(10))] {
            let limits = Limits { steps_of_one: limit, ..Limits::NONE };
            let timelines = read(&subjects, &files, &files, limits, &Progress::default());
            let counts: Vec<_> = timelines.iter().map(|one| one.as_ref().map(Timeline::len)).collect();
            assert_eq!(counts, [kept, Some(0)], "{limit}");
            let found = read_all(
                &Wanted::of(&subjects, vec![true; subjects.len()]),
                Files { paths: &files, names: &files },
                &Room::of(limits, true),
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
            let found = read_all(
                &wanted,
                Files { paths: &files, names: &files },
                &Room::of(limits, true),
                &Progress::default(),
            );
            assert_eq!([&found[0], &found[1], &found[2]].map(|found| found.count), [2, 3, 1]);
            let kept = || found.iter().flat_map(|found| &found.steps);
            assert!(kept().count() <= limits.steps && text_of(kept()) <= limits.text, "{limits:?}");
            let timelines = read(&subjects, &files, &files, limits, &Progress::default());
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
        let mut timelines = read(&[subject(BASES[0])], &files, &files, Limits::NONE, &Progress::default());
        let mut steps = timelines.remove(0).unwrap().events;
        let mut texts = Texts::default();
        texts.number(&mut steps);
        assert_eq!(
            steps.iter().map(|step| (step.place.line, step.line.number)).collect::<Vec<_>>(),
            [(1, 0), (1, 1)]
        );
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
            let timelines = read(subjects, &files, &files, Limits::NONE, &Progress::default());
            let mut steps: Vec<Step> = timelines.into_iter().flatten().flat_map(|one| one.events).collect();
            let mut texts = Texts::default();
            texts.number(&mut steps);
            assert!(steps.iter().all(|step| step.line.number == 0));
            (steps.len(), texts.all().count(), text_of(steps.iter()))
        };
        assert_eq!(counts(&subjects), (100, 1, 4096 + 3));
        // Of one that names no ID all that its line holds.
        subjects.push(Subject { places, ..Subject::default() });
        assert_eq!(counts(&subjects), (1_100, 1, 4096 + 3));
    }
}

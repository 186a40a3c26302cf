//! Logs of events as the library writes them, and the stories that they tell.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use run_id_core::event::{Action, Kind, Level, MARKER};
use run_id_logs::facts::files;
use run_id_logs::facts::history::{History, Name};
use run_id_logs::formats::time::Millis;
use run_id_logs::judge::culprit::{Stories, Story};
use run_id_logs::judge::finding::Seen;
use run_id_logs::read::input::Progress;

/// 2025-10-06T14:30:00Z.
pub const START: Millis = 1_759_761_000_000;

/// A process and its operation; an empty text means none.
pub type Who = (&'static str, &'static str);

/// Event lines in the order in which they are written, each with its process.
#[derive(Clone, Debug)]
pub struct Log {
    level: Level,
    pub lines: Vec<String>,
    numbers: HashMap<&'static str, u32>,
    /// Whether lines have the members that 1.0 did not write.
    pub is_numbered: bool,
}

impl Log {
    pub fn at(level: Level) -> Self {
        Self { level, lines: Vec::new(), numbers: HashMap::new(), is_numbered: true }
    }

    /// Writes an event, `ms` after the start by the clock of the process, if the level has it.
    pub fn ev(&mut self, (process, op): Who, ms: Millis, event: &str, fields: &[(&str, &str)]) {
        let kind = Kind::named(event).unwrap();
        let action = fields.iter().find(|(name, _)| *name == "action");
        let action = action.and_then(|(_, action)| Action::named(action));
        if Level::of(kind, action) > self.level {
            return;
        }
        self.write((process, op), ms, event, fields);
    }

    pub fn record(&mut self, who: Who, ms: Millis, action: &str, run_id: &str, fields: &[(&str, &str)]) {
        let table = if run_id.len() > 13 { "client" } else { "job" };
        let own = [("action", action), ("table", table), ("runId", run_id)];
        let all: Vec<_> = own.iter().chain(fields).copied().collect();
        self.ev(who, ms, "record", &all);
    }

    pub fn not_found(&mut self, who: Who, ms: Millis, run_id: &str, fields: &[(&str, &str)]) {
        let own = [
            ("code", "ERR_JOB_NOT_FOUND"),
            ("message", "Job tracking record not found"),
            ("received", run_id),
        ];
        let all: Vec<_> = own.iter().chain(fields).copied().collect();
        self.ev(who, ms, "reject", &all);
    }

    /// Lets lines of a process be lost.
    pub fn lose(&mut self, process: &'static str, count: u32) {
        *self.numbers.entry(process).or_default() += count;
    }

    fn write(&mut self, (process, op): Who, ms: Millis, event: &str, fields: &[(&str, &str)]) {
        let time = chrono::DateTime::from_timestamp_millis(START + ms).unwrap();
        let time = time.format("%Y-%m-%dT%H:%M:%S%.3fZ");
        let mut line =
            format!("{MARKER}{{\"v\":1,\"time\":\"{time}\",\"service\":\"{process}\",\"proc\":\"0a1b2c3d\"");
        write!(line, ",\"host\":\"h\",\"pid\":7,\"thread\":0").unwrap();
        if self.is_numbered {
            let n = self.numbers.entry(process).or_default();
            *n += 1;
            write!(line, ",\"n\":{n}").unwrap();
        }
        if !op.is_empty() {
            write!(line, ",\"op\":\"{op}\"").unwrap();
        }
        write!(line, ",\"event\":\"{event}\"").unwrap();
        for (name, value) in fields {
            // Arrays and numbers are written as they are.
            let quote = if value.starts_with('[') || *name == "thread" { "" } else { "\"" };
            write!(line, ",\"{name}\":{quote}{value}{quote}").unwrap();
        }
        line.push('}');
        self.lines.push(line);
    }

    /// The story of a wrong ID, by a file with these lines.
    pub fn story(&self, wrong: &str, rights: &[&str]) -> Told {
        told(&[self.lines.join("\n") + "\n"], wrong, rights)
    }
}

static FILES: AtomicUsize = AtomicUsize::new(0);

/// Reads files with these contents.
pub fn read(contents: &[String]) -> History {
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    let folder: PathBuf =
        std::env::temp_dir().join(format!("run-id-logs-culprit-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let paths = (0..contents.len()).map(|at| folder.join(format!("{at}.log")).to_str().unwrap().to_owned());
    let paths: Vec<String> = paths.collect();
    for (path, content) in paths.iter().zip(contents) {
        fs::write(path, content).unwrap();
    }
    let (history, failures) = files::read(&paths, &Progress::default());
    assert!(failures.is_empty(), "{failures:?}");
    fs::remove_dir_all(&folder).unwrap();
    history
}

/// A story, with the texts of its names.
#[derive(Debug)]
pub struct Told {
    pub story: Story,
    names: HashMap<Name, String>,
}

/// The story of a wrong ID in files with these contents.
pub fn told(contents: &[String], wrong: &str, rights: &[&str]) -> Told {
    let mut history = read(contents);
    let rights: Vec<Name> = rights.iter().map(|right| history.names.name(right)).collect();
    let wrong = history.names.name(wrong);
    tell(&history, &Stories::of(&history), wrong, &rights)
}

/// The story of a wrong ID.
pub fn tell(history: &History, stories: &Stories<'_>, wrong: Name, rights: &[Name]) -> Told {
    let misses: Vec<Seen> = history.runs.get(&wrong).map_or_else(Vec::new, |run| {
        let misses = run.activity.iter().flat_map(|(process, activity)| {
            activity.acts.misses().map(|act| Seen { process: *process, run_id: wrong, sight: act.sight() })
        });
        misses.collect()
    });
    let story = stories.story(wrong, rights, &misses);
    let names = story.in_hand.into_iter().chain(story_names(&story));
    let names = names.map(|name| (name, history.names.text(name).to_owned())).collect();
    Told { story, names }
}

fn story_names(story: &Story) -> impl Iterator<Item = Name> {
    let culprits = story.changed_by.iter().flat_map(|culprit| culprit.from.iter().chain([&culprit.to]));
    let arrived = story.arrived_at.iter().map(|arrival| &arrival.seen);
    let seen = culprits.chain(arrived).chain(&story.last_right).chain(&story.consequences);
    let seen = seen.flat_map(|seen| [Some(seen.process), Some(seen.run_id), seen.sight.at]);
    let rest = [story.route, story.arrived_at.and_then(|arrival| arrival.source)];
    seen.chain(rest).flatten()
}

impl Told {
    fn text(&self, name: Name) -> &str {
        &self.names[&name]
    }

    /// The service, and when after the start.
    fn seen(&self, seen: &Seen) -> (&str, Millis) {
        let process = self.text(seen.process);
        let service = process.split('@').next().unwrap();
        (service, seen.sight.time.unwrap() - START)
    }

    pub fn culprits(&self) -> Vec<(&str, Millis)> {
        self.story.changed_by.iter().map(|culprit| self.seen(&culprit.to)).collect()
    }

    pub fn to(&self) -> Option<(&str, Millis)> {
        self.story.changed_by.first().map(|culprit| self.seen(&culprit.to))
    }

    pub fn from(&self) -> Option<(&str, Millis)> {
        self.story.changed_by.first()?.from.as_ref().map(|from| self.seen(from))
    }

    pub fn arrived(&self) -> Option<(&str, Millis)> {
        self.story.arrived_at.as_ref().map(|arrival| self.seen(&arrival.seen))
    }

    pub fn source(&self) -> Option<&str> {
        Some(self.text(self.story.arrived_at?.source?))
    }

    pub fn last_right(&self) -> Option<(&str, Millis)> {
        self.story.last_right.as_ref().map(|last| self.seen(last))
    }

    pub fn in_hand(&self) -> Option<&str> {
        Some(self.text(self.story.in_hand?))
    }

    pub fn is_certain(&self) -> bool {
        self.story.is_certain
    }

    pub fn is_of_operation(&self) -> bool {
        self.story.is_of_operation
    }

    pub fn consequences(&self) -> Vec<(&str, Millis)> {
        self.story.consequences.iter().map(|seen| self.seen(seen)).collect()
    }
}

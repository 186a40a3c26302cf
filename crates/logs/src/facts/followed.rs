//! Growing logs, read into a history in the order of time: of the logs with unread lines, the one with the oldest lines comes
//! first. Their time continues while they are silent.

use std::collections::VecDeque;
use std::io;
use std::mem::{replace, take};

use run_id_core::event::Action;

use crate::facts::fact::{Fact, Facts};
use crate::facts::files::Failure;
use crate::facts::growth::{Gain, Growth};
use crate::facts::history::{Heard, History, Name, Place, base_of};
use crate::facts::processes::{self, Life};
use crate::formats::event::EventKind;
use crate::formats::time::Millis;
use crate::map::{Map, Set};
use crate::read::growing::{Fate, Growing, Whereabouts};
use crate::read::input::STANDARD_INPUT;
use crate::read::lines::CHUNK;

/// How long a renamed log is still read: its writer may not have noticed yet.
const LINGER: Millis = 10_000;

/// A time this much later than all before it is believed only if another line confirms it: a single line must not make all
/// runs old.
const LEAP: Millis = 3_600_000;

/// Bytes of lines that are kept for being quoted.
const MAX_KEPT: usize = 8 << 20;

/// Of each line.
const MAX_LINE: usize = 1024;

/// Where new data of a log comes from.
#[derive(Debug)]
enum Source {
    /// A file, which may not exist yet.
    File(Option<Growing>),
    /// Data that is handed over.
    Stream,
}

/// One log: a file from its first line to its last, across renames.
#[derive(Debug)]
struct Log {
    /// Its number on the command line.
    named: usize,
    /// Its number among all logs so far.
    number: usize,
    source: Source,
    growth: Growth,
    /// The time that its lines have reached.
    last: Option<Millis>,
    /// A time far ahead of that.
    leap: Option<Millis>,
    has_more: bool,
    is_begun: bool,
    /// Since when another file has its name.
    replaced: Option<Millis>,
    /// Nothing more is read from it.
    is_over: bool,
}

impl Log {
    fn new(named: usize, number: usize, source: Source) -> Self {
        Self {
            named,
            number,
            source,
            growth: Growth::new(u32::try_from(number).unwrap_or(u32::MAX)),
            last: None,
            leap: None,
            has_more: false,
            is_begun: false,
            replaced: None,
            is_over: false,
        }
    }

    /// Records the time of a line.
    fn note(&mut self, time: Millis) {
        let is_leap = self.last.is_some_and(|last| time > last + LEAP);
        if is_leap && self.leap.is_none_or(|leap| (time - leap).abs() > LEAP) {
            self.leap = Some(time);
        } else {
            self.last = self.last.max(Some(time));
            self.leap = None;
        }
    }
}

/// What is new since the last call.
#[derive(Debug, Default)]
pub struct News {
    /// The first time of something that may be wrong.
    pub suspect: Option<Millis>,
    /// Run IDs that were mentioned.
    pub touched: Set<Name>,
}

/// Lines that came last.
#[derive(Debug, Default)]
pub struct LastLines {
    texts: Map<Place, Box<[u8]>>,
    order: VecDeque<Place>,
    bytes: usize,
}

impl LastLines {
    fn keep(&mut self, place: Place, text: &[u8]) {
        let text: Box<[u8]> = text[..text.len().min(MAX_LINE)].into();
        self.bytes += text.len() + size_of::<(Place, Box<[u8]>)>();
        self.order.push_back(place);
        self.texts.insert(place, text);
        while self.bytes > MAX_KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            let text = self.texts.remove(&oldest).unwrap_or_default();
            self.bytes -= text.len() + size_of::<(Place, Box<[u8]>)>();
        }
    }

    /// The line at a place, as far as it was kept.
    #[must_use]
    pub fn of(&self, place: Place) -> Option<&[u8]> {
        self.texts.get(&place).map(|text| &**text)
    }
}

/// Logs that grow.
#[derive(Debug)]
pub struct Followed {
    /// What was named.
    named: Vec<String>,
    logs: Vec<Log>,
    /// Where the logs so far are, if they still exist.
    pub paths: Vec<String>,
    /// The names of the logs so far.
    pub names: Vec<String>,
    /// Those that were renamed, and are still read to their ends.
    renamed: Vec<(usize, Whereabouts)>,
    /// What they tell.
    pub history: History,
    /// Why something on the command line is not read at present.
    problems: Vec<Option<io::Error>>,
    /// Lines that came last.
    pub lines: LastLines,
    news: News,
    /// The time that all logs have reached, and when that was.
    time: Option<(Millis, Millis)>,
    /// The same, continuing while they are silent.
    now: Option<Millis>,
    /// Which process generated which base, so that duplicates are noticed.
    makers: Map<i64, Name>,
    /// For processes that loggers name by host and pid, their names in events, and when these were seen.
    aliases: Map<Box<str>, (Box<str>, Heard)>,
}

impl Followed {
    /// The logs with these names. The data of standard input, and of those in `streams`, is handed over.
    #[must_use]
    pub fn new(named: Vec<String>, streams: &[usize]) -> Self {
        let is_stream = |at: usize, name: &str| name == STANDARD_INPUT || streams.contains(&at);
        let path_of = |at, name: &String| {
            if is_stream(at, name) { STANDARD_INPUT.to_owned() } else { name.clone() }
        };
        let log = |at: usize, name: &String| {
            Log::new(at, at, if is_stream(at, name) { Source::Stream } else { Source::File(None) })
        };
        Self {
            logs: named.iter().enumerate().map(|(at, name)| log(at, name)).collect(),
            paths: named.iter().enumerate().map(|(at, name)| path_of(at, name)).collect(),
            renamed: Vec::new(),
            names: named.clone(),
            problems: named.iter().map(|_| None).collect(),
            named,
            history: History::default(),
            lines: LastLines::default(),
            news: News::default(),
            time: None,
            now: None,
            makers: Map::default(),
            aliases: Map::default(),
        }
    }

    /// Hands over data of a log; nothing at its end.
    pub fn feed(&mut self, named: usize, bytes: &[u8]) {
        if let Some(log) = self.logs.iter_mut().find(|log| log.named == named && !log.is_over) {
            log.growth.buffer().extend_from_slice(bytes);
            log.has_more = true;
            log.is_over = bytes.is_empty();
            if log.is_over {
                let number = log.number;
                self.finish_log(number);
            }
        }
    }

    /// Whether nothing more can come.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.logs.iter().all(|log| log.is_over)
    }

    /// The time of the logs: all of them are read up to then.
    #[must_use]
    pub fn now(&self) -> Option<Millis> {
        self.now
    }

    /// What is new since the last call.
    pub fn news(&mut self) -> News {
        take(&mut self.news)
    }

    /// Reads at most that many new bytes. Returns whether there is more. `wall` is the time of a monotonic clock.
    pub fn read(&mut self, wall: Millis, most: usize) -> bool {
        self.look(wall);
        let mut left = most;
        while left > 0
            && let Some(at) = self.next()
        {
            left = left.saturating_sub(self.advance(at).max(1));
        }
        let has_more = self.next().is_some();
        self.tick(wall);
        has_more
    }

    /// Reads what is there, to its last byte, with or without a line end.
    pub fn finish(&mut self, wall: Millis) {
        while self.read(wall, usize::MAX) {}
        for at in 0..self.logs.len() {
            let number = self.logs[at].number;
            self.finish_log(number);
        }
        self.find_renamed();
        self.tick(wall);
    }

    /// What was named and is not read, or was not read to its end.
    #[must_use]
    pub fn failures(&self) -> Vec<Failure> {
        let problems = self.problems.iter().enumerate();
        let failure = |(file, error): (usize, &Option<io::Error>)| {
            let error = error.as_ref()?;
            // Its name now is that of its last log.
            let file = self.logs.iter().filter(|log| log.named == file).map(|log| log.number).max()?;
            Some(Failure { file, error: io::Error::new(error.kind(), error.to_string()) })
        };
        problems.filter_map(failure).collect()
    }

    /// Checks what has happened to the files.
    fn look(&mut self, wall: Millis) {
        let mut next = 0;
        // The file that replaces a renamed one is checked too.
        while let Some(log) = self.logs.get_mut(next) {
            let at = next;
            next += 1;
            let Source::File(source) = &mut log.source else { continue };
            if log.is_over {
                continue;
            }
            if source.is_none() {
                match Growing::open(&self.named[log.named]) {
                    Ok(file) => *source = Some(file),
                    Err(error) => {
                        log.is_over = error.kind() == io::ErrorKind::Unsupported;
                        self.problems[log.named] = Some(match error.kind() {
                            io::ErrorKind::NotFound => io::Error::new(error.kind(), "it does not exist yet"),
                            _ => error,
                        });
                        continue;
                    }
                }
                self.problems[log.named] = None;
            }
            let Some(file) = source else { continue };
            if log.replaced.is_none() {
                match file.fate() {
                    Ok(Fate::Same) => log.has_more = file.has_more(),
                    Ok(Fate::Emptied) => self.begin_again(at),
                    Ok(Fate::Replaced) => self.replace(at, wall),
                    // It was renamed or removed: the rest of it is read, and a new one may appear.
                    Err(_) => {
                        file.measure();
                        log.has_more = file.has_more();
                    }
                }
            } else {
                file.measure();
                log.has_more = file.has_more();
                log.is_over = !log.has_more && log.replaced.is_some_and(|since| wall > since + LINGER);
                if log.is_over {
                    let number = log.number;
                    self.finish_log(number);
                }
            }
        }
        // Lines in the order in which they were written.
        self.logs.retain(|log| !(log.is_over && log.replaced.is_some()));
    }

    /// Finds the renamed ones: each rotation changes all their names.
    fn find_renamed(&mut self) {
        self.renamed.retain(|(number, whereabouts)| {
            let path = whereabouts.path().map(|path| path.to_string_lossy().into_owned());
            let is_found = path.is_some();
            if let Some(path) = &path {
                self.names[*number].clone_from(path);
            }
            self.paths[*number] = path.unwrap_or_default();
            is_found
        });
    }

    /// A file was emptied: from now on it is another log with the same name.
    fn begin_again(&mut self, at: usize) {
        let number = self.logs[at].number;
        self.finish_log(number);
        let named = self.logs[at].named;
        let next = self.number(named);
        let Source::File(Some(mut file)) = take_source(&mut self.logs[at]) else { return };
        // Its previous content is gone.
        self.paths[number].clear();
        match file.begin_again() {
            Ok(()) => {
                self.logs[at] = Log::new(named, next, Source::File(Some(file)));
                self.logs[at].has_more = true;
            }
            Err(error) => self.problems[named] = Some(error),
        }
    }

    /// Another file has its name: that is one more log.
    fn replace(&mut self, at: usize, wall: Millis) {
        let log = &mut self.logs[at];
        log.replaced = Some(wall);
        if let Source::File(Some(file)) = &mut log.source {
            file.measure();
            log.has_more = file.has_more();
            self.renamed.push((log.number, file.whereabouts().clone()));
        }
        self.find_renamed();
        let named = self.logs[at].named;
        let next = self.number(named);
        self.logs.push(Log::new(named, next, Source::File(None)));
    }

    /// The number of one more log of a name.
    fn number(&mut self, named: usize) -> usize {
        self.paths.push(self.named[named].clone());
        self.names.push(self.named[named].clone());
        self.names.len() - 1
    }

    /// The log that is read next: of those with unread lines, the one with the oldest. The rest of a renamed log comes before the
    /// log that replaced it.
    fn next(&self) -> Option<usize> {
        let is_first = |log: &Log| {
            let is_earlier = |other: &Log| other.named == log.named && other.number < log.number;
            !self.logs.iter().any(|other| other.has_more && is_earlier(other))
        };
        let behind = self.logs.iter().enumerate().filter(|(_, log)| log.has_more && is_first(log));
        behind.min_by_key(|(_, log)| (log.is_begun, log.last)).map(|(at, _)| at)
    }

    /// Reads a piece of a log. Returns how many bytes that were.
    fn advance(&mut self, at: usize) -> usize {
        let log = &mut self.logs[at];
        log.is_begun = true;
        let read = if let Source::File(Some(file)) = &mut log.source {
            let read = file.read(log.growth.buffer(), CHUNK);
            log.has_more = read.is_ok() && file.has_more();
            read
        } else {
            log.has_more = false;
            Ok(log.growth.buffer().len())
        };
        if let Err(error) = &read {
            self.problems[log.named] = Some(io::Error::new(error.kind(), error.to_string()));
        }
        self.take(at, false);
        read.unwrap_or(0)
    }

    /// Reads what is left of a log.
    fn finish_log(&mut self, number: usize) {
        if let Some(at) = self.logs.iter().position(|log| log.number == number) {
            self.take(at, true);
        }
    }

    fn take(&mut self, at: usize, is_last: bool) {
        let log = &mut self.logs[at];
        let name = &self.named[log.named];
        let lines = &mut self.lines;
        match log.growth.take(name, is_last, &mut |place, text| lines.keep(place, text)) {
            Ok(mut gain) => {
                self.rename_processes(&mut gain.facts);
                self.gather(at, &gain);
            }
            Err(error) => {
                log.is_over = true;
                log.has_more = false;
                self.problems[log.named] = Some(error);
            }
        }
    }

    fn gather(&mut self, at: usize, gain: &Gain) {
        let log = &mut self.logs[at];
        self.history.records += gain.records;
        self.history.skipped += gain.skipped;
        let pairs = self.history.operations.other_runs.len();
        self.history.gather(&gain.facts, &mut log.growth.zone, gain.lines_before);
        let names = &gain.facts.names;
        let mut suspect = None;
        for fact in &gain.facts.all {
            let time = fact.local.and_then(|local| log.growth.zone.time_of_local(local)).or(fact.time);
            // A line that quotes an event may quote any time.
            if let Some(time) = time.filter(|_| fact.is_certain || !fact.is_own) {
                log.note(time);
            }
            let kept = |name: Name| self.history.names.find(names.text(name));
            let received = if let EventKind::Reject { received, .. } = &fact.kind { *received } else { None };
            self.news.touched.extend(fact.run_id.into_iter().chain(received).filter_map(kept));
            let is_suspect = is_suspect(fact) || {
                let base = fact.run_id.filter(|_| matches!(fact.kind, EventKind::Generate));
                let base = base.and_then(|run_id| base_of(names.text(run_id)));
                let maker = kept(fact.process);
                base.zip(maker)
                    .is_some_and(|(base, maker)| *self.makers.entry(base.unix()).or_insert(maker) != maker)
            };
            if is_suspect && suspect.is_none() {
                suspect = Some(time.or(log.last).unwrap_or(Millis::MIN));
            }
        }
        if self.history.operations.other_runs.len() > pairs {
            suspect = suspect.or(log.last).or(Some(Millis::MIN));
        }
        self.news.suspect = self.news.suspect.into_iter().chain(suspect).min();
    }

    /// The time continues: with the lines or, if there are none, with the clock.
    fn tick(&mut self, wall: Millis) {
        let is_unknown = |log: &Log| log.has_more && !log.is_begun;
        if self.logs.iter().any(is_unknown) {
            return;
        }
        let behind = self.logs.iter().filter(|log| log.has_more).filter_map(|log| log.last).min();
        let ahead = self.logs.iter().filter_map(|log| log.last).max();
        let now = match (behind, self.time) {
            (Some(behind), _) => {
                self.time = Some((behind, wall));
                Some(behind)
            }
            (None, Some((time, since))) if ahead <= Some(time) => Some(time + wall - since),
            (None, _) => {
                self.time = ahead.map(|ahead| (ahead, wall));
                ahead
            }
        };
        self.now = self.now.max(now);
    }

    /// Forgets the runs that were not mentioned since then.
    pub fn forget(&mut self, horizon: Millis) {
        self.history = take(&mut self.history).since(horizon);
        // Names have changed.
        self.news.touched.clear();
        self.makers.clear();
        for (name, run) in &self.history.runs {
            let Some(base) = base_of(self.history.names.text(*name)) else { continue };
            let maker = run.activity.iter().find(|(_, activity)| activity.generated.is_some());
            if let Some((maker, _)) = maker {
                self.makers.insert(base.unix(), *maker);
            }
        }
        self.aliases.retain(|_, (_, heard)| heard.last >= Some(horizon));
    }

    /// Gives the processes that loggers name by host and pid the names that events have for them.
    pub fn join_processes(&mut self) {
        let names = &mut self.history.names;
        let life =
            |process: Name, heard: Heard| Life { process, first: heard.first, last: heard.last, file: None };
        let mut lives: Vec<Life> =
            self.history.heard.iter().map(|(name, heard)| life(*name, *heard)).collect();
        let known = lives.len();
        lives.extend(self.aliases.iter().map(|(alias, (_, heard))| life(names.name(alias), *heard)));
        let joined = processes::joined(names, &lives);
        let is_so = |alias: &str, process: &str| {
            let one = names.find(alias).and_then(|alias| joined.get(&alias));
            one.is_some_and(|one| names.text(*one) == process)
        };
        self.aliases.retain(|alias, (process, _)| is_so(alias, process));
        let mut is_new = false;
        for life in &lives[..known] {
            if let Some(one) = joined.get(&life.process) {
                let heard = Heard { first: life.first, last: life.last };
                let alias = self.history.names.text(life.process).into();
                self.aliases.insert(alias, (self.history.names.text(*one).into(), heard));
                is_new = true;
            }
        }
        if is_new {
            self.history = take(&mut self.history).with_joined_processes();
        }
    }

    fn rename_processes(&mut self, facts: &mut Facts) {
        if self.aliases.is_empty() {
            return;
        }
        for fact in &mut facts.all {
            if let Some((process, heard)) = self.aliases.get_mut(facts.names.text(fact.process)) {
                heard.extend(Heard { first: fact.time, last: fact.time });
                fact.process = facts.names.name(process);
            }
        }
    }
}

fn take_source(log: &mut Log) -> Source {
    replace(&mut log.source, Source::File(None))
}

/// Whether something may be wrong. Texts about lookups that found nothing are judged together with all uses.
fn is_suspect(fact: &Fact) -> bool {
    match &fact.kind {
        EventKind::Reject { .. } | EventKind::LeftOut { .. } | EventKind::Conflict { .. } => true,
        EventKind::Record { action, .. } => matches!(
            action,
            Action::Missing | Action::Exists | Action::Clash | Action::Refused | Action::Unknown
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_lines_are_kept_and_the_last_ones() {
        let mut lines = LastLines::default();
        let count = (16 << 20) / 1024;
        for line in 0..count {
            lines.keep(Place { file: 0, line }, &[b'x'; 2 * 1024]);
        }
        assert!(lines.bytes <= 8 << 20 && lines.texts.len() == lines.order.len());
        assert!(lines.of(Place { file: 0, line: 0 }).is_none());
        let last = lines.of(Place { file: 0, line: count - 1 });
        assert_eq!(last.map(<[u8]>::len), Some(1024));
    }
}

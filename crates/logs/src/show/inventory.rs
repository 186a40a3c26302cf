//! Every run ID of the files, with its counts and places.

use std::io;

use run_id_core::base::Base;
use run_id_core::order;
use run_id_core::run_id::RunId;
use serde::Serialize;

use crate::facts::files::{Failure, in_threads, open_whole};
use crate::facts::history::{Name, Names};
use crate::formats::time::{Millis, iso};
use crate::map::Map;
use crate::read::input::Progress;
use crate::read::scan::{Find, Scanner};
use crate::show::problem::Problem;

/// Where a run ID stands. Offsets are those of the unpacked bytes.
#[derive(Clone, Copy, Debug)]
struct Position {
    file: u32,
    line: u64,
    offset: u64,
}

/// How often a run ID was seen, and where.
#[derive(Clone, Debug)]
struct Tally {
    count: u64,
    first: Position,
    last: Position,
    /// The places after the first.
    more_files: Vec<u32>,
}

/// A base, and its client.
type Key = (Base, Option<Name>);

/// What one file holds.
#[derive(Default)]
struct Part {
    clients: Names,
    tallies: Map<Key, Tally>,
}

impl Part {
    fn take(&mut self, find: &Find<'_>, file: u32) {
        let RunId { base, client } = find.run_id;
        let client =
            client.and_then(|client| str::from_utf8(client).ok()).map(|client| self.clients.name(client));
        let place = Position { file, line: find.line, offset: find.offset };
        self.tallies
            .entry((base, client))
            .and_modify(|tally| {
                tally.count += 1;
                tally.last = place;
            })
            .or_insert_with(|| Tally { count: 1, first: place, last: place, more_files: Vec::new() });
    }

    /// Takes in what a later file holds.
    fn append(&mut self, later: Self) {
        for ((base, client), tally) in later.tallies {
            let client = client.map(|name| self.clients.name(later.clients.text(name)));
            if let Some(known) = self.tallies.get_mut(&(base, client)) {
                known.count += tally.count;
                known.last = tally.last;
                known.more_files.push(tally.first.file);
            } else {
                self.tallies.insert((base, client), tally);
            }
        }
    }
}

/// In which order run IDs are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By the start of the run, then by the client ID.
    Time,
    /// By the first place.
    First,
    /// The most frequent first.
    Count,
}

impl Order {
    /// Their names on the command line, the usual one first.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Time, "time"), (Self::First, "first"), (Self::Count, "count")];

    /// The order with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(order, _)| order)
    }
}

/// Which run IDs are listed.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Of this client.
    pub client: Option<String>,
    /// Of runs that began then or later.
    pub since: Option<Millis>,
    /// Of runs that began before.
    pub until: Option<Millis>,
}

/// Every run ID of the files.
pub struct Inventory {
    files: Vec<String>,
    clients: Names,
    runs: Vec<(Key, Tally)>,
    failures: Vec<Failure>,
}

/// A run ID as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sighting<'a> {
    run_id: String,
    base_run_id: String,
    client_id: Option<&'a str>,
    started_at: String,
    count: u64,
    first: ShownPosition<'a>,
    last: ShownPosition<'a>,
    files: Vec<&'a str>,
}

/// A place as it is shown.
#[derive(Debug, Serialize)]
struct ShownPosition<'a> {
    file: &'a str,
    line: u64,
    offset: u64,
}

impl Inventory {
    /// Reads all files, as many at a time as the machine has processors.
    #[must_use]
    pub fn of(files: Vec<String>, progress: &Progress) -> Self {
        let work = |at: usize, tell: &mut dyn FnMut((Part, Option<Failure>))| {
            let mut part = Part::default();
            let number = u32::try_from(at).unwrap_or(u32::MAX);
            let outcome = read_file(&files[at], progress, |find| part.take(find, number));
            tell((part, outcome.err().map(|error| Failure { file: at, error })));
        };
        let mut whole = Part::default();
        let mut failures = Vec::new();
        in_threads(files.len(), work, |_, (part, failure)| {
            failures.extend(failure);
            if whole.tallies.is_empty() {
                whole = part;
            } else {
                whole.append(part);
            }
        });
        Self { files, clients: whole.clients, runs: whole.tallies.into_iter().collect(), failures }
    }

    /// How many run IDs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How often they were found, in total.
    #[must_use]
    pub fn finds(&self) -> u64 {
        self.runs.iter().map(|(_, tally)| tally.count).sum()
    }

    /// Leaves out what is not selected, and sorts the rest.
    pub fn arrange(&mut self, selection: &Selection, order: Order) {
        let clients = &self.clients;
        let text = |client: Option<Name>| client.map(|name| clients.text(name));
        self.runs.retain(|((base, client), _)| {
            let start = base.unix() * 1000;
            selection.client.as_deref().is_none_or(|wanted| text(*client) == Some(wanted))
                && selection.since.is_none_or(|since| start >= since)
                && selection.until.is_none_or(|until| start < until)
        });
        order::sort_by(&mut self.runs, |(a, one), (b, other)| {
            let by_order = match order {
                Order::Time => std::cmp::Ordering::Equal,
                Order::First => {
                    (one.first.file, one.first.offset).cmp(&(other.first.file, other.first.offset))
                }
                Order::Count => other.count.cmp(&one.count),
            };
            by_order.then_with(|| (a.0, text(a.1)).cmp(&(b.0, text(b.1))))
        });
    }

    /// Some of the run IDs as JSON: at most `count` from the one at `from` on.
    ///
    /// # Errors
    /// Never in practice: everything in it can be written as JSON.
    pub fn rows(&self, from: usize, count: usize) -> serde_json::Result<String> {
        let rows: Vec<Sighting<'_>> =
            self.runs.iter().skip(from).take(count).map(|(key, tally)| self.shown(*key, tally)).collect();
        serde_json::to_string(&rows)
    }

    /// The files that could not be read to their ends, as JSON.
    ///
    /// # Errors
    /// Never in practice.
    pub fn problems(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Problem::all(&self.failures, &self.files, "scan"))
    }

    fn shown(&self, (base, client): Key, tally: &Tally) -> Sighting<'_> {
        let place = |place: Position| ShownPosition {
            file: self.file(place.file),
            line: place.line,
            offset: place.offset,
        };
        let base_run_id = base.to_string();
        let client_id = client.map(|client| self.clients.text(client));
        Sighting {
            run_id: RunId { base, client: client_id.map(str::as_bytes) }.to_string(),
            base_run_id,
            client_id,
            started_at: iso(base.unix() * 1000),
            count: tally.count,
            first: place(tally.first),
            last: place(tally.last),
            files: [tally.first.file].iter().chain(&tally.more_files).map(|file| self.file(*file)).collect(),
        }
    }

    fn file(&self, number: u32) -> &str {
        self.files.get(number as usize).map_or("", String::as_str)
    }
}

fn read_file(path: &str, progress: &Progress, mut each: impl FnMut(&Find<'_>)) -> io::Result<()> {
    Scanner::default().scan(&mut open_whole(path, progress)?, |find| each(&find))
}

//! What the commands answer, as JSON.

use std::collections::HashMap;
use std::io;

use chrono::{DateTime, SecondsFormat};
use run_id_core::base::{BASE_LENGTH, Base};
use run_id_core::run_id::RunId;
use serde::Serialize;

use crate::course::{self, Course};
use crate::history::{History, Place};
use crate::input::{self, Progress};
use crate::judgement::{self, Finding};
use crate::reading::{self, in_threads};
use crate::scan::Scanner;
use crate::time::Millis;

/// A file that could not be read to its end.
#[derive(Debug, Serialize)]
pub struct Problem<'a> {
    /// As named on the command line.
    pub file: &'a str,
    /// The words of the system.
    pub problem: String,
}

/// Where a run ID stands.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Position<'a> {
    file: &'a str,
    line: u64,
    offset: u64,
}

/// One run ID, and where it was seen.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sighting<'a> {
    run_id: String,
    base_run_id: String,
    client_id: Option<String>,
    started_at: String,
    count: u64,
    first: Position<'a>,
    last: Position<'a>,
    files: Vec<&'a str>,
}

/// The answer of `scan`.
#[derive(Debug, Serialize)]
pub struct Inventory<'a> {
    bytes: u64,
    runs: Vec<Sighting<'a>>,
    problems: Vec<Problem<'a>>,
}

/// Every run ID in the files, in the order of its first place.
#[must_use]
pub fn scan<'a>(files: &'a [String], progress: &Progress) -> Inventory<'a> {
    let parts = in_threads(files.len(), |at| {
        let file = files[at].as_str();
        let mut runs: HashMap<Box<[u8]>, Sighting<'a>> = HashMap::new();
        let outcome = input::open(file, progress).and_then(|mut input| {
            Scanner::default().scan(&mut input, |find| {
                let place = Position { file, line: find.line, offset: find.offset };
                if let Some(sighting) = runs.get_mut(find.text) {
                    sighting.count += 1;
                    sighting.last = place;
                } else {
                    runs.insert(find.text.into(), Sighting::first(find.run_id, place));
                }
            })
        });
        (runs, problem(file, outcome))
    });
    let mut runs: HashMap<Box<[u8]>, Sighting<'a>> = HashMap::new();
    let mut problems = Vec::new();
    for (part, problem) in parts {
        problems.extend(problem);
        for (run_id, sighting) in part {
            if let Some(known) = runs.get_mut(&run_id) {
                known.count += sighting.count;
                known.last = sighting.last;
                known.files.extend(sighting.files);
            } else {
                runs.insert(run_id, sighting);
            }
        }
    }
    let order: HashMap<&str, usize> =
        files.iter().enumerate().map(|(at, file)| (file.as_str(), at)).collect();
    let mut runs: Vec<Sighting<'a>> = runs.into_values().collect();
    runs.sort_by_key(|sighting| (order.get(sighting.first.file).copied(), sighting.first.offset));
    Inventory { bytes: progress.read(), runs, problems }
}

impl<'a> Sighting<'a> {
    fn first(run_id: RunId<'_>, place: Position<'a>) -> Self {
        let client_id = run_id.client.map(|client| String::from_utf8_lossy(client).into_owned());
        let base_run_id = text_of(run_id.base);
        Self {
            run_id: client_id
                .as_ref()
                .map_or_else(|| base_run_id.clone(), |client| format!("{base_run_id}-{client}")),
            base_run_id,
            client_id,
            started_at: iso(run_id.base.unix() * 1000),
            count: 1,
            first: place,
            last: place,
            files: vec![place.file],
        }
    }
}

/// The answer of `check`.
#[derive(Debug, Serialize)]
pub struct Verdict<'a> {
    consistent: bool,
    runs: usize,
    skipped: u64,
    findings: Vec<ShownFinding<'a>>,
    problems: Vec<Problem<'a>>,
}

/// A finding as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownFinding<'a> {
    class: &'static str,
    run_id: Option<String>,
    expected: Option<String>,
    process: String,
    at: Option<String>,
    confidence: &'static str,
    evidence: Vec<ShownPlace<'a>>,
}

/// A line of a file, as it is shown.
#[derive(Debug, Serialize)]
pub struct ShownPlace<'a> {
    file: &'a str,
    line: u64,
}

/// Judges every run in the files.
#[must_use]
pub fn check<'a>(files: &'a [String], grace: Millis, progress: &Progress) -> Verdict<'a> {
    let (history, problems) = read(files, progress);
    let findings = judgement::judge(&history, grace);
    Verdict {
        consistent: findings.is_empty(),
        runs: history.bases(),
        skipped: history.skipped,
        findings: findings.into_iter().map(|finding| shown(finding, files, &history)).collect(),
        problems,
    }
}

/// The answer of `flow`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flow<'a> {
    run_id: String,
    base_run_id: String,
    client_id: Option<String>,
    started_at: String,
    skipped: u64,
    #[serde(flatten)]
    course: Course<'a>,
    findings: Vec<ShownFinding<'a>>,
    problems: Vec<Problem<'a>>,
}

/// The life of one run in the files, and of the IDs that it was turned into. `None` when `run_id` is none.
#[must_use]
pub fn flow<'a>(run_id: &str, files: &'a [String], grace: Millis, progress: &Progress) -> Option<Flow<'a>> {
    let parsed = RunId::parse(run_id.as_bytes()).ok()?;
    let (history, problems) = read(files, progress);
    let mut findings = judgement::judge(&history, grace);
    findings.retain(|finding| {
        [&finding.run_id, &finding.expected]
            .into_iter()
            .flatten()
            .any(|other| course::is_same_run(run_id, other))
    });
    let others = findings.iter().flat_map(|finding| [&finding.run_id, &finding.expected]);
    let wanted = others.flatten().cloned().collect();
    let course = course::read(run_id, wanted, files, progress);
    let sighting = Sighting::first(parsed, Position { file: "", line: 0, offset: 0 });
    Some(Flow {
        run_id: sighting.run_id,
        base_run_id: sighting.base_run_id,
        client_id: sighting.client_id,
        started_at: sighting.started_at,
        skipped: history.skipped,
        course,
        findings: findings.into_iter().map(|finding| shown(finding, files, &history)).collect(),
        problems,
    })
}

fn read<'a>(files: &'a [String], progress: &Progress) -> (History, Vec<Problem<'a>>) {
    let (history, failures) = reading::read(files, progress);
    let problem = |failure: reading::Failure| problem(files.get(failure.file)?, Err(failure.error));
    (history, failures.into_iter().filter_map(problem).collect())
}

fn shown<'a>(finding: Finding, files: &'a [String], history: &History) -> ShownFinding<'a> {
    let place = |place: &Place| {
        Some(ShownPlace { file: files.get(usize::try_from(place.file).ok()?)?, line: place.line })
    };
    ShownFinding {
        class: finding.class.name(),
        run_id: finding.run_id,
        expected: finding.expected,
        process: history.names.text(finding.process).to_owned(),
        at: finding.at.map(|at| history.names.text(at).to_owned()),
        confidence: confidence(finding.is_certain),
        evidence: finding.evidence.iter().filter_map(place).collect(),
    }
}

/// How sure a report is of what an event, or only a text, says.
#[must_use]
pub fn confidence(is_certain: bool) -> &'static str {
    if is_certain { "certain" } else { "likely" }
}

/// Milliseconds since 1970 as events write them.
#[must_use]
pub fn iso(millis: Millis) -> String {
    DateTime::from_timestamp_millis(millis)
        .map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true))
        .unwrap_or_default()
}

fn text_of(base: Base) -> String {
    let text: [u8; BASE_LENGTH] = base.text();
    text.into_iter().map(char::from).collect()
}

fn problem(file: &str, outcome: io::Result<()>) -> Option<Problem<'_>> {
    outcome.err().map(|error| Problem { file, problem: error.to_string() })
}

//! What the commands answer, as JSON.

use chrono::{DateTime, SecondsFormat};
use run_id_core::run_id::RunId;
use serde::Serialize;

use crate::course::{self, Course};
use crate::history::{History, Place};
use crate::input::Progress;
use crate::judgement::{self, Finding};
use crate::reading::{self, Failure};
use crate::time::Millis;

/// A file that could not be read to its end.
#[derive(Debug, Serialize)]
pub struct Problem<'a> {
    /// As named on the command line.
    pub file: &'a str,
    /// The words of the system.
    pub problem: String,
}

impl<'a> Problem<'a> {
    /// What is told of each failure.
    #[must_use]
    pub fn all(failures: &[Failure], files: &'a [String]) -> Vec<Self> {
        let problem = |failure: &Failure| {
            Some(Self { file: files.get(failure.file)?, problem: failure.error.to_string() })
        };
        failures.iter().filter_map(problem).collect()
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
    let (history, failures) = reading::read(files, progress);
    let findings = judgement::judge(&history, grace);
    Verdict {
        consistent: findings.is_empty(),
        runs: history.bases(),
        skipped: history.skipped,
        findings: findings.into_iter().map(|finding| shown(finding, files, &history)).collect(),
        problems: Problem::all(&failures, files),
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
    let (history, failures) = reading::read(files, progress);
    let mut findings = judgement::judge(&history, grace);
    findings.retain(|finding| {
        [&finding.run_id, &finding.expected]
            .into_iter()
            .flatten()
            .any(|other| course::is_same_run(run_id, other))
    });
    let others = findings.iter().flat_map(|finding| [&finding.run_id, &finding.expected]);
    let others: Vec<&str> = others.flatten().map(String::as_str).collect();
    let course = course::read(run_id, &others, files, progress);
    Some(Flow {
        run_id: run_id.to_owned(),
        base_run_id: parsed.base.to_string(),
        client_id: parsed.client.map(|client| String::from_utf8_lossy(client).into_owned()),
        started_at: iso(parsed.base.unix() * 1000),
        skipped: history.skipped,
        course,
        findings: findings.into_iter().map(|finding| shown(finding, files, &history)).collect(),
        problems: Problem::all(&failures, files),
    })
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

//! What `check` answers, as JSON.

use std::ops::Range;

use run_id_core::change::Change;
use serde::Serialize;

use crate::facts::files::{self, Failure};
use crate::facts::history::{History, Place};
use crate::formats::observation::confidence;
use crate::formats::time::Millis;
use crate::judge::finding::Finding;
use crate::judge::judgement;
use crate::read::input::Progress;

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
    change: Option<ShownChange>,
    process: String,
    at: Option<String>,
    confidence: &'static str,
    evidence: Vec<ShownPlace<'a>>,
}

/// How the run ID became another, as it is shown.
#[derive(Debug, Serialize)]
pub struct ShownChange {
    kind: &'static str,
    start: usize,
    end: usize,
    minutes: Option<i64>,
}

impl From<&Change> for ShownChange {
    fn from(change: &Change) -> Self {
        let Range { start, end } = change.span;
        Self { kind: change.kind.name(), start, end, minutes: change.minutes }
    }
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
    let (history, failures) = files::read(files, progress);
    Verdict::of(&history, &judgement::judge(&history, grace), &failures, files)
}

impl<'a> Verdict<'a> {
    /// What is told of these findings.
    #[must_use]
    pub fn of(history: &History, findings: &[Finding], failures: &[Failure], files: &'a [String]) -> Self {
        Self {
            consistent: findings.is_empty(),
            runs: history.bases().len(),
            skipped: history.skipped,
            findings: findings.iter().map(|finding| ShownFinding::of(finding, files, history)).collect(),
            problems: Problem::all(failures, files),
        }
    }
}

impl<'a> ShownFinding<'a> {
    /// What is told of a finding.
    #[must_use]
    pub fn of(finding: &Finding, files: &'a [String], history: &History) -> Self {
        let place = |place: &Place| {
            Some(ShownPlace { file: files.get(usize::try_from(place.file).ok()?)?, line: place.line })
        };
        Self {
            class: finding.class.name(),
            run_id: finding.wrong(&history.names).map(str::to_owned),
            expected: finding.right(&history.names).map(str::to_owned),
            change: finding.change.as_ref().map(ShownChange::from),
            process: history.names.text(finding.process).to_owned(),
            at: finding.at.map(|at| history.names.text(at).to_owned()),
            confidence: confidence(finding.is_certain),
            evidence: finding.evidence.iter().filter_map(place).collect(),
        }
    }
}

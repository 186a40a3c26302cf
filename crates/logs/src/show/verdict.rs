//! The output of `check`, as JSON. It is fetched in pieces: as one text, it may exceed the maximum length of a string.

use std::collections::BTreeMap;
use std::mem::take;

use serde::Serialize;

use crate::facts::files::{self, Failure};
use crate::facts::followed::LastLines;
use crate::facts::history::{History, Names};
use crate::formats::time::Millis;
use crate::judge::class::Severity;
use crate::judge::findings::Findings;
use crate::judge::judgement;
use crate::read::input::Progress;
use crate::show::evidence::Quotes;
use crate::show::finding::ShownFinding;
use crate::show::frame::{Frame, Service};
use crate::show::groups::{self, Group, ShownGroup};
use crate::show::observed;
use crate::show::observed::{ObservedPlace, ShownPlace};
use crate::show::problem::Problem;
use crate::show::selection::Selection;

/// The version of the JSON.
const VERSION: u32 = 1;

/// Its name on the command line.
pub(super) const COMMAND: &str = "check";

/// The files that are read.
#[derive(Clone, Debug)]
pub struct Files {
    /// Where they are.
    pub paths: Vec<String>,
    /// What they are called on the command line: standard input may have been kept elsewhere.
    pub names: Vec<String>,
    /// What was given there, also folders and patterns in which they were found.
    pub given: Vec<String>,
    /// How many of them were cut off, because the pipe that fills them was interrupted.
    pub cut: usize,
}

impl From<Vec<String>> for Files {
    /// Files that are where their names say.
    fn from(paths: Vec<String>) -> Self {
        Self { names: paths.clone(), given: paths.clone(), paths, cut: 0 }
    }
}

/// What is wrong in the files, the worst first.
pub struct Verdict {
    files: Files,
    /// Without the facts: only its names are needed to tell of findings.
    pub(super) history: History,
    failures: Vec<Failure>,
    frame: Frame,
    observed: Vec<ObservedPlace>,
    /// Those that were selected, group by group.
    pub(super) findings: Findings,
    groups: Vec<Group>,
    /// How many findings the selection left out.
    left_out: usize,
    pub(super) quotes: Quotes,
}

/// Drops the facts, which take most of the memory: once they are judged, findings are shown with names alone.
fn drop_facts(history: &mut History) {
    take(&mut history.runs);
    take(&mut history.heard);
    take(&mut history.refusals);
    take(&mut history.operations);
    take(&mut history.threads);
    take(&mut history.doubtful_threads);
}

/// The verdict without findings and groups.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    version: u32,
    consistent: bool,
    runs: usize,
    consistent_runs: usize,
    skipped: u64,
    passed_over: usize,
    unread: usize,
    services: Vec<Service<'a>>,
    notes: &'a [String],
    finding_count: usize,
    group_count: usize,
    left_out: usize,
    counts: BTreeMap<&'static str, usize>,
    severities: BTreeMap<&'static str, usize>,
    observed_count: usize,
    observed: Vec<ShownPlace<'a>>,
    problems: Vec<Problem<'a>>,
}

impl Verdict {
    /// Judges every run in the files.
    #[must_use]
    pub fn of(files: Files, stale: Millis, selection: &Selection, progress: &Progress) -> Self {
        let (mut history, failures) = files::read_as(&files.paths, &files.names, progress);
        history.unread_files += files.cut;
        let findings = judgement::judge(&history, stale);
        Self::judged(files, history, failures, findings, selection)
    }

    /// What was found in what was read of the files.
    pub(super) fn judged(
        files: Files,
        mut history: History,
        failures: Vec<Failure>,
        mut findings: Findings,
        selection: &Selection,
    ) -> Self {
        let frame = Frame::of(&history, &findings);
        let observed = observed::places(&mut history);
        drop_facts(&mut history);
        let found = findings.len();
        findings.retain(|finding| selection.takes(finding, &history.names));
        let left_out = found - findings.len();
        let groups = groups::arrange(&mut findings, &history.names);
        let quotes = Quotes::read(&findings, &groups, &files, &history.names);
        Self { files, history, failures, frame, observed, findings, groups, left_out, quotes }
    }

    /// Quotes lines of files that can't be read again.
    pub(super) fn quote_lines(&mut self, lines: &LastLines) {
        let quotes = take(&mut self.quotes);
        self.quotes = quotes.with_lines(lines, self.findings.iter(), &self.files.names, &self.history.names);
    }

    /// Says what else could not be judged.
    pub(super) fn add_note(&mut self, note: String) {
        self.frame.notes.push(note);
    }

    /// Names of what findings are about.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.history.names
    }

    /// The files that were read.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The files from which anything was read: all, unless the reading was stopped.
    #[must_use]
    pub fn begun_files(&self) -> Files {
        let mut begun = self.files.clone();
        begun.paths.truncate(self.history.begun_files);
        begun.names.truncate(self.history.begun_files);
        begun
    }

    /// Everything but findings and groups, as JSON.
    ///
    /// # Errors
    /// Never in practice: everything in it can be written as JSON.
    pub fn summary(&self) -> serde_json::Result<String> {
        let mut counts = BTreeMap::new();
        let mut severities: BTreeMap<_, _> =
            Severity::ALL.into_iter().map(|severity| (severity.name(), 0)).collect();
        for finding in self.findings.iter() {
            *counts.entry(finding.class.name()).or_default() += 1;
            *severities.entry(finding.class.severity().name()).or_default() += 1;
        }
        serde_json::to_string(&Summary {
            version: VERSION,
            consistent: self.findings.is_empty(),
            runs: self.frame.runs,
            consistent_runs: self.frame.consistent_runs,
            skipped: self.history.skipped,
            passed_over: self.history.silent_files,
            unread: self.history.unread_files,
            services: self.frame.services(),
            notes: &self.frame.notes,
            finding_count: self.findings.len(),
            group_count: self.groups.len(),
            left_out: self.left_out,
            counts,
            severities,
            observed_count: self.observed.len(),
            observed: observed::shown(&self.observed, self.names()),
            problems: Problem::all(&self.failures, &self.files.names, COMMAND),
        })
    }

    /// The numbers of the findings that stand for their groups, the first of each group before the second of any.
    pub fn examples(&self) -> impl Iterator<Item = usize> {
        (0..groups::MAX_EXAMPLES)
            .flat_map(|at| self.groups.iter().filter_map(move |group| group.examples().nth(at)))
    }

    /// Some of the groups as a JSON array: at most `count` from the one at `from` on.
    ///
    /// # Errors
    /// Never in practice.
    pub fn groups(&self, from: usize, count: usize) -> serde_json::Result<String> {
        let groups = self.groups.iter().skip(from).take(count);
        let shown: Vec<ShownGroup<'_>> = groups.map(|group| group.shown(self.names())).collect();
        serde_json::to_string(&shown)
    }

    /// Some of the findings as a JSON array: at most `count` from the one at `from` on.
    ///
    /// # Errors
    /// Never in practice.
    pub fn findings(&self, from: usize, count: usize) -> serde_json::Result<String> {
        let findings = self.findings.from(from).take(count);
        let shown: Vec<ShownFinding<'_>> = findings
            .map(|finding| {
                let shown = ShownFinding::of(&finding, &self.files.names, self.names(), &self.quotes);
                shown.asked_of(&finding, self.names(), &self.files.given)
            })
            .collect();
        serde_json::to_string(&shown)
    }
}

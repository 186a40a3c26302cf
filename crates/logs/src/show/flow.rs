//! What `flow` answers, as JSON: a run with its timeline, and what is wrong with it.

use std::collections::HashSet;

use run_id_core::run_id::RunId;
use serde::Serialize;

use crate::facts::files;
use crate::facts::history::{History, Names, base_of};
use crate::formats::time::{Millis, iso};
use crate::judge::finding::Finding;
use crate::judge::judgement;
use crate::read::input::Progress;
use crate::show::report::{Problem, ShownFinding};
use crate::show::timeline::{self, HandOver, Limits, Step, Subject, Texts, Timeline, is_same_run};

/// A run, or what came in the place of one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flow<'a> {
    run_id: Option<String>,
    base_run_id: Option<String>,
    client_id: Option<String>,
    started_at: Option<String>,
    processes: Vec<String>,
    events: Vec<Step<'a>>,
    hand_overs: Vec<HandOver>,
    findings: Vec<ShownFinding<'a>>,
    marks: Vec<Mark>,
}

/// Where a finding is seen in the timeline.
#[derive(Debug, Serialize)]
struct Mark {
    /// Its number among the findings.
    finding: usize,
    /// The number of the event that shows it: the first of its process among the evidence, or of any.
    event: usize,
    /// The process that held the ID last that should have been used, where it became another.
    from: Option<String>,
}

/// The answer of `flow`.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    flow: Flow<'a>,
    /// The lines that its events are in, by the number that these give.
    texts: Texts,
    skipped: u64,
    problems: Vec<Problem<'a>>,
}

/// The life of one run in the files, and of the IDs that it was turned into. `None` when `run_id` is none.
#[must_use]
pub fn flow<'a>(run_id: &str, files: &'a [String], grace: Millis, progress: &Progress) -> Option<Answer<'a>> {
    RunId::parse(run_id.as_bytes()).ok()?;
    let (history, failures) = files::read(files, progress);
    let findings = judgement::judge(&history, grace);
    let own = of_run(run_id, &findings, &history.names);
    let subjects = [subject_of(Some(run_id), &own, &history.names)];
    let timeline = timeline::read(&subjects, files, Limits::NONE, progress).pop()??;
    let mut texts = Texts::default();
    let flow = Flow::of(Some(run_id), timeline, &mut texts, &own, files, &history);
    Some(Answer { flow, texts, skipped: history.skipped, problems: Problem::all(&failures, files) })
}

/// The findings that a run is part of, in their order.
#[must_use]
pub fn of_run<'f>(run_id: &str, findings: &'f [Finding], names: &Names) -> Vec<&'f Finding> {
    findings.iter().filter(|finding| finding.ids(names).any(|other| is_same_run(run_id, other))).collect()
}

/// What has to be read of a run with these findings, or of what came in the place of one.
#[must_use]
pub fn subject_of(run_id: Option<&str>, findings: &[&Finding], names: &Names) -> Subject {
    Subject {
        run_id: run_id.map(str::to_owned),
        others: findings.iter().flat_map(|finding| finding.ids(names)).map(str::to_owned).collect(),
        changed: changed(findings, names),
        places: findings.iter().flat_map(|finding| &finding.evidence).copied().collect(),
    }
}

/// The IDs that others became. The base of the expected one is none of them: without its client it is still the same
/// run.
fn changed(findings: &[&Finding], names: &Names) -> HashSet<String> {
    let changed = findings.iter().filter_map(|finding| {
        let (run_id, expected) = finding.wrong(names).zip(finding.right(names))?;
        (!is_same_run(run_id, expected)).then(|| run_id.to_owned())
    });
    changed.collect()
}

impl<'a> Flow<'a> {
    /// Puts together what was read, and what was judged.
    #[must_use]
    pub fn of(
        run_id: Option<&str>,
        mut timeline: Timeline<'a>,
        texts: &mut Texts,
        findings: &[&Finding],
        files: &'a [String],
        history: &History,
    ) -> Self {
        let parsed = run_id.and_then(|run_id| RunId::parse(run_id.as_bytes()).ok());
        let client = parsed.and_then(|parsed| parsed.client);
        texts.number(&mut timeline.events);
        Self {
            run_id: run_id.map(str::to_owned),
            base_run_id: parsed.map(|parsed| parsed.base.to_string()),
            client_id: client.map(|client| String::from_utf8_lossy(client).into_owned()),
            started_at: parsed.map(|parsed| iso(parsed.base.unix() * 1000)),
            marks: marks(&timeline, findings, history),
            processes: timeline.processes,
            events: timeline.events,
            hand_overs: timeline.hand_overs,
            findings: findings.iter().map(|finding| ShownFinding::of(finding, files, history)).collect(),
        }
    }
}

fn marks(timeline: &Timeline<'_>, findings: &[&Finding], history: &History) -> Vec<Mark> {
    let by_place = timeline.by_place();
    let changed = changed(findings, &history.names);
    let mark = |(number, finding): (usize, &&Finding)| {
        let events = finding.evidence.iter().filter_map(|place| by_place.get(place)).flatten();
        let process = history.names.text(finding.process);
        let event = events.copied().min_by_key(|event| (timeline.process_of(*event) != process, *event))?;
        let expected =
            finding.right(&history.names).filter(|right| finding.wrong(&history.names) != Some(right));
        let from = expected
            .and_then(|expected| timeline.holder_before(event, expected, &changed))
            .map(str::to_owned);
        Some(Mark { finding: number, event, from })
    };
    findings.iter().enumerate().filter_map(mark).collect()
}

/// The run that a finding is about: the one that should have been, or else the one that was.
#[must_use]
pub fn run_of<'n>(finding: &Finding, names: &'n Names) -> Option<&'n str> {
    [finding.right(names), finding.wrong(names)].into_iter().flatten().find(|id| base_of(id).is_some())
}

//! What `check` shows on a page besides the verdict: runs that show what is wrong, each with its timeline.

use serde::Serialize;

use crate::facts::history::Names;
use crate::judge::finding::Finding;
use crate::judge::findings::Findings;
use crate::map::Map;
use crate::read::input::Progress;
use crate::show::flow::{Flow, run_of, subject_of};
use crate::show::timeline::{self, Limits, Subject, Texts};
use crate::show::verdict::Verdict;

/// Runs that are drawn on one page.
const MAX_RUNS: usize = 100;

/// What one page shows of them: as many events of a run as a reader can follow among others. `flow` draws runs that have more. A
/// usual line has some 300 bytes.
const LIMITS: Limits = Limits { steps_of_one: 2_000, steps: 4_000, text: 640 << 10 };

/// What a page shows of a verdict.
#[derive(Debug, Serialize)]
pub struct Picture<'a> {
    /// The findings whose runs are drawn.
    drawn: Vec<Drawn>,
    flows: Vec<Flow<'a>>,
    /// The lines that the events of all flows are in, by the number that these give.
    texts: Texts,
    /// How many lines each file has.
    lines: &'a [u64],
}

/// A finding that is seen in a flow.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Drawn {
    /// Its number in the verdict.
    finding: usize,
    /// The number of the flow.
    flow: usize,
    /// Its number among the findings of that.
    in_flow: usize,
}

/// A run, or what came in the place of one, with the findings that it shows.
struct Run<'f> {
    run_id: Option<&'f str>,
    /// Numbers in the verdict.
    findings: Vec<usize>,
}

/// Reads again what happened to runs that show what is wrong: those of the examples of each group, the worst first.
#[must_use]
pub fn of<'a>(verdict: &'a Verdict, progress: &Progress) -> Picture<'a> {
    let (findings, history, files) = (&verdict.findings, &verdict.history, verdict.files());
    let runs = runs(verdict.examples(), findings, &history.names);
    let findings_of = |run: &Run<'_>| -> Vec<Finding> {
        run.findings.iter().filter_map(|number| findings.get(*number)).collect()
    };
    let subject = |run: &Run<'_>| {
        let own = findings_of(run);
        subject_of(run.run_id, &own.iter().collect::<Vec<_>>(), &history.names)
    };
    let subjects: Vec<Subject> = runs.iter().map(subject).collect();
    let begun = verdict.begun_files();
    let timelines = timeline::read(&subjects, &begun.paths, &begun.names, LIMITS, progress);
    let mut picture =
        Picture { drawn: Vec::new(), flows: Vec::new(), texts: Texts::default(), lines: &history.lines };
    for (run, timeline) in runs.iter().zip(timelines) {
        let Some(timeline) = timeline else { continue };
        let flow = picture.flows.len();
        let drawn = |(in_flow, finding): (usize, &usize)| Drawn { finding: *finding, flow, in_flow };
        picture.drawn.extend(run.findings.iter().enumerate().map(drawn));
        picture.flows.push(Flow::of(
            run.run_id,
            timeline,
            &mut picture.texts,
            &findings_of(run).iter().collect::<Vec<_>>(),
            &files.names,
            history,
            &verdict.quotes,
        ));
    }
    picture
}

/// The runs of these findings, each once. A finding that is not about a run stands for itself.
fn runs<'f>(examples: impl Iterator<Item = usize>, findings: &Findings, names: &'f Names) -> Vec<Run<'f>> {
    let mut runs: Vec<Run<'f>> = Vec::new();
    let mut known: Map<&str, usize> = Map::default();
    for number in examples {
        let Some(finding) = findings.get(number) else { continue };
        let run_id = run_of(&finding, names);
        let known = run_id.map(|run_id| *known.entry(run_id).or_insert(runs.len()));
        if let Some(run) = known.and_then(|at| runs.get_mut(at)) {
            run.findings.push(number);
        } else if runs.len() < MAX_RUNS {
            runs.push(Run { run_id, findings: vec![number] });
        }
    }
    runs
}

//! What `check` shows on a page: the verdict, and the runs that are inconsistent, each with its timeline.

use std::collections::{HashMap, HashSet};

use run_id_core::base::Base;
use serde::Serialize;

use crate::facts::files;
use crate::facts::history::{History, Names, base_of};
use crate::formats::time::Millis;
use crate::judge::class::Severity;
use crate::judge::finding::Finding;
use crate::judge::judgement;
use crate::read::input::Progress;
use crate::show::flow::{Flow, run_of, subject_of};
use crate::show::report::Verdict;
use crate::show::timeline::{self, Limits, Subject, Texts};

/// Runs that are drawn on one page, the worst ones.
const MAX_RUNS: usize = 100;

/// What one page shows of them. Events of a run are as many as a reader can follow among others; `flow` draws those
/// that have more. A usual line has some 300 bytes.
const LIMITS: Limits = Limits { steps_of_one: 2_000, steps: 20_000, text: 8 << 20 };

/// The verdict, with what there is to see.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Picture<'a> {
    verdict: Verdict<'a>,
    /// How many runs no finding is about.
    consistent_runs: usize,
    /// The findings, the worst first.
    ranking: Vec<Ranked>,
    flows: Vec<Flow<'a>>,
    /// The lines that the events of all flows are in, by the number that these give.
    texts: Texts,
}

/// A finding in the order of severity.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ranked {
    /// Its number in the verdict.
    finding: usize,
    /// The run that `flow` draws; none where something that is not a run ID came.
    run_id: Option<String>,
    /// The number of its flow, where that is drawn.
    flow: Option<usize>,
    /// Its number among the findings of that.
    in_flow: usize,
}

/// Findings that are drawn together.
struct Group<'f> {
    run_id: Option<String>,
    findings: Vec<&'f Finding>,
}

/// Judges every run in the files, and reads again what happened to those that are inconsistent.
#[must_use]
pub fn check<'a>(files: &'a [String], grace: Millis, progress: &Progress) -> Picture<'a> {
    let (history, failures) = files::read(files, progress);
    let findings = judgement::judge(&history, grace);
    let ranks = Severity::ALL.into_iter().flat_map(|severity| [(severity, true), (severity, false)]);
    let rank_of = |finding: &Finding| (finding.class.severity(), finding.is_certain);
    let of_rank = |rank| (0..findings.len()).filter(|at| rank_of(&findings[*at]) == rank).collect::<Vec<_>>();
    let worst: Vec<usize> = ranks.flat_map(of_rank).collect();
    let (groups, group_of) = group(&findings, &worst, &history.names);

    let drawn = &groups[..groups.len().min(MAX_RUNS)];
    let subjects: Vec<Subject> = drawn
        .iter()
        .map(|group| subject_of(group.run_id.as_deref(), &group.findings, &history.names))
        .collect();
    let timelines = timeline::read(&subjects, files, LIMITS, progress);
    let mut texts = Texts::default();
    let mut flows = Vec::new();
    let mut flow_of_group: Vec<Option<usize>> = vec![None; groups.len()];
    for (at, (group, timeline)) in drawn.iter().zip(timelines).enumerate() {
        let Some(timeline) = timeline else { continue };
        flow_of_group[at] = Some(flows.len());
        let run_id = group.run_id.as_deref();
        flows.push(Flow::of(run_id, timeline, &mut texts, &group.findings, files, &history));
    }
    let ranked = |(finding, (group, in_flow)): (&usize, (usize, usize))| Ranked {
        finding: *finding,
        run_id: groups[group].run_id.clone(),
        flow: flow_of_group[group],
        in_flow,
    };
    Picture {
        consistent_runs: consistent_runs(&findings, &history),
        ranking: worst.iter().zip(group_of).map(ranked).collect(),
        flows,
        texts,
        verdict: Verdict::of(&history, &findings, &failures, files),
    }
}

/// One group for each run, in the order of the worst findings; for each of these the number of its group, and its own
/// in that. Findings about several clients of one job make one group of the job.
fn group<'f>(
    findings: &'f [Finding],
    worst: &[usize],
    names: &Names,
) -> (Vec<Group<'f>>, Vec<(usize, usize)>) {
    let mut groups: Vec<Group<'f>> = Vec::new();
    let mut by_base: HashMap<i64, usize> = HashMap::new();
    let mut group_of = Vec::with_capacity(worst.len());
    for at in worst {
        let finding = &findings[*at];
        let run = run_of(finding, names).and_then(|run_id| Some((run_id, base_of(run_id)?)));
        let new = groups.len();
        let number = run.map_or(new, |(_, base)| *by_base.entry(base.unix()).or_insert(new));
        if number == new {
            group_of.push((number, 0));
            groups.push(Group { run_id: run.map(|(run_id, _)| run_id.to_owned()), findings: vec![finding] });
            continue;
        }
        let group = &mut groups[number];
        group_of.push((number, group.findings.len()));
        group.findings.push(finding);
        if let Some((run_id, base)) = run
            && group.run_id.as_deref() != Some(run_id)
        {
            group.run_id = Some(base.to_string());
        }
    }
    (groups, group_of)
}

/// How many of the runs are neither what a finding is about, nor what it says should have been.
fn consistent_runs(findings: &[Finding], history: &History) -> usize {
    let mentioned = findings.iter().flat_map(|finding| finding.ids(&history.names));
    let mentioned: HashSet<i64> = mentioned.filter_map(base_of).map(Base::unix).collect();
    history.bases().difference(&mentioned).count()
}

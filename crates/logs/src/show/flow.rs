//! The output of `flow`, as JSON: a run with its timeline, and what is wrong with it.

use std::ops::Range;

use run_id_core::order;
use run_id_core::run_id::RunId;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::to_string;

use crate::facts::files;
use crate::facts::history::{History, Name, Names, Place, base_of};
use crate::formats::time::{Millis, iso};
use crate::judge::finding::{Finding, Seen};
use crate::judge::judgement;
use crate::map::Set;
use crate::read::input::Progress;
use crate::show::evidence::Quotes;
use crate::show::finding::ShownFinding;
use crate::show::problem::Problem;
use crate::show::timeline::hand_overs::ShownHandOver;
use crate::show::timeline::reading::read_without_lines;
use crate::show::timeline::step::{ShownStep, ShownText};
use crate::show::timeline::texts::Window;
use crate::show::timeline::{Subject, Texts, Timeline, is_same_run};
use crate::show::verdict::Files;

/// Bytes of lines that are read again at a time, and kept. Files are read from their beginnings each time.
const WINDOW: usize = 32 << 20;

/// Which run it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    run_id: Option<String>,
    base_run_id: Option<String>,
    client_id: Option<String>,
    started_at: Option<String>,
}

impl Head {
    fn of(run_id: Option<&str>) -> Self {
        let parsed = run_id.and_then(|run_id| RunId::parse(run_id.as_bytes()).ok());
        let client = parsed.and_then(|parsed| parsed.client);
        Self {
            run_id: run_id.map(str::to_owned),
            base_run_id: parsed.map(|parsed| parsed.base.to_string()),
            client_id: client.map(|client| String::from_utf8_lossy(client).into_owned()),
            started_at: parsed.map(|parsed| iso(parsed.base.unix() * 1000)),
        }
    }
}

/// A run, or what came in the place of one, as a page shows it: completely.
#[derive(Debug)]
pub struct Flow<'a> {
    head: Head,
    timeline: Timeline,
    files: &'a [String],
    findings: Vec<ShownFinding<'a>>,
    marks: Vec<Mark>,
}

/// Where a finding is seen in the timeline.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Mark {
    /// Its number among the findings.
    finding: usize,
    /// The number of the event: the first use of the wrong ID by who changed it, else where it arrived, else the first
    /// consequence, else the first of its process among the evidence, or of any.
    event: usize,
    /// Whether the finding names the process of the event as one that changed the ID.
    is_change: bool,
}

/// The output of `flow`. JavaScript fetches it in pieces: as one text, it may exceed the maximum length of a string.
#[derive(Debug)]
pub struct Answer {
    head: Head,
    timeline: Timeline,
    files: Files,
    /// Each as JSON.
    findings: Vec<String>,
    marks: Vec<Mark>,
    skipped: u64,
    /// As JSON.
    problems: String,
    window: Window,
}

/// What is shown of a run at first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'t> {
    run_id: &'t Option<String>,
    base_run_id: &'t Option<String>,
    client_id: &'t Option<String>,
    started_at: &'t Option<String>,
    processes: Vec<&'t str>,
    event_count: usize,
    hand_over_count: usize,
    finding_count: usize,
    mark_count: usize,
    skipped: u64,
}

/// The life of one run in the files, and of the IDs that it was turned into. `None` if `run_id` is not a run ID.
#[must_use]
pub fn flow(run_id: &str, files: Files, stale: Millis, progress: &Progress) -> Option<Answer> {
    RunId::parse(run_id.as_bytes()).ok()?;
    let (history, failures) = files::read_as(&files.paths, &files.names, progress);
    let mut findings = judgement::judge(&history, stale);
    findings.retain(|finding| finding.ids(&history.names).any(|other| is_same_run(run_id, other)));
    let all: Vec<Finding> = findings.iter().collect();
    let own: Vec<&Finding> = all.iter().collect();
    let timeline = read_without_lines(
        &subject_of(Some(run_id), &own, &history.names),
        &files.paths,
        &files.names,
        progress,
    );
    let quotes = Quotes::read(&findings, &[], &files, &history.names);
    let json = |finding: &&Finding| {
        to_string(&ShownFinding::of(finding, &files.names, &history.names, &quotes)).unwrap_or_default()
    };
    Some(Answer {
        head: Head::of(Some(run_id)),
        marks: marks(&timeline, &own, &history),
        timeline,
        findings: own.iter().map(json).collect(),
        skipped: history.skipped,
        problems: to_string(&Problem::all(&failures, &files.names, &format!("flow {run_id}")))
            .unwrap_or_default(),
        files,
        window: Window::default(),
    })
}

impl Answer {
    /// Everything but the lists, and the lengths of these.
    ///
    /// # Errors
    /// When it cannot be written, which does not happen.
    pub fn summary(&self) -> serde_json::Result<String> {
        let Head { run_id, base_run_id, client_id, started_at } = &self.head;
        let Timeline { names, processes, events, hand_overs } = &self.timeline;
        to_string(&Summary {
            run_id,
            base_run_id,
            client_id,
            started_at,
            processes: processes.iter().map(|process| names.text(*process)).collect(),
            event_count: events.len(),
            hand_over_count: hand_overs.len(),
            finding_count: self.findings.len(),
            mark_count: self.marks.len(),
            skipped: self.skipped,
        })
    }

    /// The files that could not be read to their ends, as JSON.
    #[must_use]
    pub fn problems(&self) -> &str {
        &self.problems
    }

    /// At most `count` events from the one at `from` on, as JSON; with their lines, which are read again, or without.
    ///
    /// # Errors
    /// When they cannot be written, which does not happen.
    pub fn events(&mut self, from: usize, count: usize, has_lines: bool) -> serde_json::Result<String> {
        let Timeline { names, events, .. } = &self.timeline;
        let asked = piece(from, count, events.len());
        if has_lines {
            self.window.show(events, asked.clone(), WINDOW, &self.files.paths);
        }
        let window = &self.window;
        let shown = |step| {
            let line = if has_lines { window.text_of(step) } else { None };
            ShownStep::of(step, names, &self.files.names, line.map_or(ShownText::None, ShownText::Text))
        };
        to_string(&events[asked].iter().map(shown).collect::<Vec<_>>())
    }

    /// The same of hand-overs.
    ///
    /// # Errors
    /// When they cannot be written, which does not happen.
    pub fn hand_overs(&self, from: usize, count: usize) -> serde_json::Result<String> {
        let Timeline { names, hand_overs, .. } = &self.timeline;
        let asked = &hand_overs[piece(from, count, hand_overs.len())];
        to_string(&asked.iter().map(|one| ShownHandOver::of(one, names)).collect::<Vec<_>>())
    }

    /// The same of findings.
    #[must_use]
    pub fn findings(&self, from: usize, count: usize) -> String {
        format!("[{}]", self.findings[piece(from, count, self.findings.len())].join(","))
    }

    /// The same of the events at which findings are seen.
    ///
    /// # Errors
    /// When they cannot be written, which does not happen.
    pub fn marks(&self, from: usize, count: usize) -> serde_json::Result<String> {
        to_string(&self.marks[piece(from, count, self.marks.len())])
    }
}

/// At most `count` numbers from `from` on, below `length`.
fn piece(from: usize, count: usize, length: usize) -> Range<usize> {
    let start = from.min(length);
    start..from.saturating_add(count).clamp(start, length)
}

/// What has to be read of a run with these findings, or of what came in the place of one.
#[must_use]
pub fn subject_of(run_id: Option<&str>, findings: &[&Finding], names: &Names) -> Subject {
    // A line counts once, whatever number of findings it is evidence of.
    let mut places: Vec<_> = findings.iter().flat_map(|finding| &finding.evidence).copied().collect();
    order::sort(&mut places);
    places.dedup();
    Subject {
        run_id: run_id.map(str::to_owned),
        others: findings.iter().flat_map(|finding| finding.ids(names)).map(str::to_owned).collect(),
        changed: changed(findings, names),
        places,
    }
}

/// The IDs that others became. The base of the expected one does not count: without its client it is still the same run.
fn changed(findings: &[&Finding], names: &Names) -> Set<String> {
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
        mut timeline: Timeline,
        texts: &mut Texts,
        findings: &[&Finding],
        files: &'a [String],
        history: &'a History,
        quotes: &'a Quotes,
    ) -> Self {
        let shown = |finding: &&Finding| ShownFinding::of(finding, files, &history.names, quotes);
        texts.number(&mut timeline.events);
        Self {
            head: Head::of(run_id),
            marks: marks(&timeline, findings, history),
            findings: findings.iter().map(shown).collect(),
            timeline,
            files,
        }
    }
}

impl Serialize for Flow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Timeline { names, processes, events, hand_overs } = &self.timeline;
        let texts = |names_of: &[Name]| names_of.iter().map(|name| names.text(*name)).collect::<Vec<_>>();
        let event = |step| ShownStep::of(step, names, self.files, ShownText::Number(step.line.number));
        let hand_over = |one| ShownHandOver::of(one, names);
        let mut flow = serializer.serialize_struct("Flow", 9)?;
        flow.serialize_field("runId", &self.head.run_id)?;
        flow.serialize_field("baseRunId", &self.head.base_run_id)?;
        flow.serialize_field("clientId", &self.head.client_id)?;
        flow.serialize_field("startedAt", &self.head.started_at)?;
        flow.serialize_field("processes", &texts(processes))?;
        flow.serialize_field("events", &events.iter().map(event).collect::<Vec<_>>())?;
        flow.serialize_field("handOvers", &hand_overs.iter().map(hand_over).collect::<Vec<_>>())?;
        flow.serialize_field("findings", &self.findings)?;
        flow.serialize_field("marks", &self.marks)?;
        flow.end()
    }
}

fn marks(timeline: &Timeline, findings: &[&Finding], history: &History) -> Vec<Mark> {
    let by_place = timeline.by_place();
    let at = |place: &Place| by_place.get(place).into_iter().flatten().copied();
    // One line may hold several events.
    let of_process = |process: Name, events: &mut dyn Iterator<Item = usize>| {
        let process = history.names.text(process);
        events.min_by_key(|event| (timeline.process_of(*event) != process, *event))
    };
    let of_sight = |seen: &Seen| of_process(seen.process, &mut at(&seen.sight.place));
    let mark = |(number, finding): (usize, &&Finding)| {
        let culprit = finding.changed_by.first().and_then(|culprit| of_sight(&culprit.to));
        let arrival = || finding.arrived_at.as_ref().and_then(|arrival| of_sight(&arrival.seen));
        let consequence = || finding.consequences.first().and_then(of_sight);
        let evidence = || of_process(finding.process, &mut finding.evidence.iter().flat_map(at));
        let event = culprit.or_else(arrival).or_else(consequence).or_else(evidence)?;
        Some(Mark { finding: number, event, is_change: culprit.is_some() })
    };
    findings.iter().enumerate().filter_map(mark).collect()
}

/// The run that a finding is about: the one that should have been, or else the one that was.
#[must_use]
pub fn run_of<'n>(finding: &Finding, names: &'n Names) -> Option<&'n str> {
    [finding.right(names), finding.wrong(names)].into_iter().flatten().find(|id| base_of(id).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::history::Sight;
    use crate::judge::class::Class;
    use crate::judge::finding::{Arrival, Culprit};

    const RIGHT: &str = "251006-143000-Ann-Carver";
    const WRONG: &str = "251006-143000-ann-carver";
    const SERVICES: [&str; 3] = ["worker", "webhook", "mail"];

    /// A line of each service with the wrong ID, all in one file.
    fn log() -> String {
        let line = |service| {
            format!(
                "[run-id] {{\"time\":\"2025-10-06T14:30:00.000Z\",\"service\":\"{service}\",\"host\":\"h\",\"pid\":7,\
                 \"proc\":\"0a1b2c3d\",\"event\":\"pass\",\"runId\":\"{WRONG}\"}}\n"
            )
        };
        SERVICES.map(line).concat()
    }

    fn seen(history: &mut History, line: u64) -> Seen {
        let service = SERVICES[usize::try_from(line).unwrap() - 1];
        let [process, run_id] =
            [format!("{service}@h/7/0a1b2c3d").as_str(), WRONG].map(|text| history.names.name(text));
        let sight = Sight { place: Place { file: 0, line }, time: None, at: None, is_certain: true };
        Seen { process, run_id, sight }
    }

    /// The event at which a finding is seen that the mail service noticed.
    fn mark_of(tell: impl Fn(&mut Finding, &mut History)) -> (usize, bool) {
        let mut history = History::default();
        let noticed = seen(&mut history, 3);
        let mut finding = Finding {
            class: Class::MintedAgain,
            run_id: Some(noticed.run_id),
            expected: Some(history.names.name(RIGHT)),
            candidates: Vec::new(),
            change: None,
            is_certain: true,
            changed_by: Vec::new(),
            arrived_at: None,
            last_right: None,
            process: noticed.process,
            at: None,
            route: None,
            consequences: Vec::new(),
            consequence_count: 0,
            first_time: None,
            last_time: None,
            refused: None,
            evidence: [1, 2, 3].map(|line| Place { file: 0, line }).to_vec(),
        };
        tell(&mut finding, &mut history);
        let path = std::env::temp_dir().join(format!(
            "run-id-logs-marks-{}-{}",
            std::process::id(),
            finding.changed_by.len() + 2 * usize::from(finding.arrived_at.is_some())
        ));
        std::fs::write(&path, log()).unwrap();
        let files = [path.to_str().unwrap().to_owned()];
        let subject = subject_of(Some(RIGHT), &[&finding], &history.names);
        let timeline = read_without_lines(&subject, &files, &files, &Progress::default());
        std::fs::remove_file(&path).unwrap();
        let marks = marks(&timeline, &[&finding], &history);
        assert_eq!(marks.len(), 1);
        (marks[0].event, marks[0].is_change)
    }

    #[test]
    fn the_lines_that_are_read_ahead_have_at_most_32_mebibytes() {
        let path = std::env::temp_dir().join(format!("run-id-logs-ahead-{}", std::process::id()));
        std::fs::write(&path, log().repeat(20)).unwrap();
        let files = vec![path.to_str().unwrap().to_owned()];
        let mut answer = flow(WRONG, Files::from(files), 1000, &Progress::default()).unwrap();
        assert!(answer.timeline.events.len() > 40);
        for step in &mut answer.timeline.events {
            step.line.bytes = 1 << 20;
        }
        answer.events(0, 1, true).unwrap();
        std::fs::remove_file(&path).unwrap();
        let ahead = answer.timeline.events.iter().filter(|step| answer.window.text_of(step).is_some());
        assert_eq!(ahead.count(), 32);
    }

    #[test]
    fn a_finding_is_seen_where_the_id_was_changed_or_arrived_or_was_missed() {
        let change = |finding: &mut Finding, history: &mut History| {
            let to = seen(history, 1);
            finding.changed_by = vec![Culprit { from: None, to }];
        };
        let arrive = |finding: &mut Finding, history: &mut History| {
            let seen = seen(history, 2);
            finding.arrived_at = Some(Arrival { seen, source: None });
        };
        assert_eq!(mark_of(|_, _| ()), (2, false));
        assert_eq!(mark_of(arrive), (1, false));
        assert_eq!(mark_of(change), (0, true));
        assert_eq!(
            mark_of(|finding, history| {
                change(finding, history);
                arrive(finding, history);
            }),
            (0, true)
        );
    }
}

//! Which findings are selected.

#![expect(clippy::unwrap_used, reason = "a finding that was just added is there")]

#[expect(dead_code, reason = "findings are written down for other tests")]
#[path = "support/findings.rs"]
mod findings;

use findings::{Findings, NOON};
use run_id_logs::judge::class::{Class, Severity};
use run_id_logs::judge::finding::Arrival;
use run_id_logs::show::selection::Selection;

const CUT: &str = "251006-120000-Ann";
const RIGHT: &str = "251006-120000-Ann-Carver";
const OTHER: &str = "251006-130000-Duran-Duran";

/// A cut suffix that api made, that arrived at web, and that worker missed; a run that was never generated; what came in
/// place of an ID.
fn scene() -> Findings {
    let mut findings = Findings::default();
    let right = findings.name(RIGHT);
    let culprit = findings.culprit("api@web-1/1/0000000a", CUT);
    let arrival = Arrival { seen: findings.seen("web@web-1/2/0000000b", CUT, 2), source: None };
    let consequence = findings.seen("worker@job-1/3/0000000c", CUT, 3);
    let cut = findings.cut("api@web-1/1/0000000a", "src/split.js:1:1", CUT, 10);
    cut.expected = Some(right);
    cut.changed_by = vec![culprit];
    cut.arrived_at = Some(arrival);
    cut.consequences = vec![consequence];
    cut.last_time = Some(NOON + 20_000);
    findings.add(Class::NeverGenerated, "mail@web-1/4/0000000d", None, Some(OTHER), 30);
    let nothing = findings.add(Class::NotAnId, "web@web-1/2/0000000b", None, None, 0);
    (nothing.first_time, nothing.last_time) = (None, None);
    findings
}

/// The numbers of the selected findings.
fn taken(selection: &Selection) -> Vec<usize> {
    let Findings { names, all } = scene();
    (0..all.len()).filter(|number| selection.takes(&all[*number], &names)).collect()
}

fn named(text: &str) -> String {
    text.to_owned()
}

#[test]
fn everything_is_taken_unless_something_is_asked_for() {
    assert_eq!(taken(&Selection::default()), [0, 1, 2]);
}

#[test]
fn a_time_is_touched_from_the_first_sight_to_the_last_consequence() {
    let since =
        |seconds: i64| taken(&Selection { since: Some(NOON + seconds * 1000), ..Selection::default() });
    assert_eq!(since(0), [0, 1]);
    assert_eq!(since(20), [0, 1], "the last consequence is at that time");
    assert_eq!(since(21), [1]);
    assert_eq!(since(31), [] as [usize; 0]);
    let until =
        |seconds: i64| taken(&Selection { until: Some(NOON + seconds * 1000), ..Selection::default() });
    assert_eq!(until(10), [] as [usize; 0], "the end is not within");
    assert_eq!(until(11), [0]);
    assert_eq!(until(31), [0, 1]);
    let between =
        Selection { since: Some(NOON + 12_000), until: Some(NOON + 13_000), ..Selection::default() };
    assert_eq!(taken(&between), [0], "it goes on meanwhile");
}

#[test]
fn a_finding_with_one_time_has_that_one() {
    let mut findings = Findings::default();
    findings.cut("api", "a.js:1:1", CUT, 10).last_time = None;
    findings.cut("api", "a.js:1:1", CUT, 10).first_time = None;
    let at = |since, until| {
        let selection =
            Selection { since: Some(NOON + since), until: Some(NOON + until), ..Selection::default() };
        findings.all.iter().filter(|finding| selection.takes(finding, &findings.names)).count()
    };
    assert_eq!([at(10_000, 10_001), at(10_001, 20_000), at(0, 10_000)], [2, 0, 0]);
}

#[test]
fn a_client_or_a_run_is_that_of_the_wrong_id_or_the_expected_one() {
    let client = |client: &str| taken(&Selection { client: Some(named(client)), ..Selection::default() });
    assert_eq!([client("Ann"), client("Ann-Carver"), client("Duran-Duran")], [[0], [0], [1]]);
    assert_eq!(client("Carver"), [] as [usize; 0]);
    let run = |run: &str| taken(&Selection { run: Some(named(run)), ..Selection::default() });
    assert_eq!([run(CUT), run(RIGHT), run(OTHER)], [[0], [0], [1]]);
    assert_eq!(run("251006-120000"), [] as [usize; 0], "its base is another run ID");
}

#[test]
fn a_service_or_a_process_is_that_of_a_culprit_an_arrival_or_a_consequence() {
    let service = |service: &str| taken(&Selection { service: Some(named(service)), ..Selection::default() });
    assert_eq!([service("api"), service("worker"), service("mail")], [[0], [0], [1]]);
    assert_eq!(service("web"), [0, 2]);
    assert_eq!(service("web@web-1/2/0000000b"), [] as [usize; 0]);
    let process = |process: &str| taken(&Selection { process: Some(named(process)), ..Selection::default() });
    assert_eq!([process("api@web-1/1/0000000a"), process("worker@job-1/3/0000000c")], [[0], [0]]);
    assert_eq!(process("web@web-1/2/0000000b"), [0, 2]);
    assert_eq!(process("api"), [] as [usize; 0]);
}

#[test]
fn each_culprit_counts_and_not_only_the_first() {
    let mut findings = scene();
    let second = findings.culprit("billing@web-9/9/000000ff", CUT);
    findings.all.first_mut().unwrap().changed_by.push(second);
    let selection = Selection { service: Some(named("billing")), ..Selection::default() };
    assert!(selection.takes(&findings.all[0], &findings.names));
}

#[test]
fn a_class_is_one_of_those_and_a_severity_at_least_that() {
    let classes = |classes: &[&str]| {
        taken(&Selection {
            classes: classes.iter().map(|name| (*name).to_owned()).collect(),
            ..Selection::default()
        })
    };
    assert_eq!(classes(&["suffix-cut"]), [0]);
    assert_eq!(classes(&["not-an-id", "never-generated"]), [1, 2]);
    let severity = |severity| taken(&Selection { severity: Some(severity), ..Selection::default() });
    assert_eq!(severity(Severity::High), [0]);
    assert_eq!(severity(Severity::Medium), [0, 2]);
    assert_eq!(severity(Severity::Low), [0, 1, 2]);
}

#[test]
fn all_that_is_asked_for_must_hold() {
    let selection =
        Selection { service: Some(named("api")), client: Some(named("Duran-Duran")), ..Selection::default() };
    assert_eq!(taken(&selection), [] as [usize; 0]);
}

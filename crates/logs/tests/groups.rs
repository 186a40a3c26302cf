//! Findings that one line of code made are one group.

#![expect(clippy::unwrap_used, reason = "a finding that was just added is there")]

#[path = "support/findings.rs"]
mod findings;

use findings::{Findings, NOON};
use run_id_logs::judge::class::Class;
use run_id_logs::judge::finding::Refused;
use run_id_logs::show::groups::arrange;
use serde_json::{Value, json, to_value};

const SITE: &str = "src/legacy/split.js:77:9";

fn groups_of(findings: &mut Findings) -> Vec<Value> {
    let mut all = findings.written();
    let groups = arrange(&mut all, &findings.names);
    findings.all = all.iter().collect();
    groups.iter().map(|group| to_value(group.shown(&findings.names)).unwrap()).collect()
}

fn base(number: u32) -> String {
    format!(
        "2510{:02}-{:02}{:02}{:02}",
        1 + number / 86_400,
        number / 3600 % 24,
        number / 60 % 60,
        number % 60
    )
}

/// A process of the service, started anew for each number.
fn process(service: &str, number: u32) -> String {
    format!("{service}@web-1/{}/{number:08x}", 100 + number)
}

fn pick(groups: &[Value], field: &str) -> Vec<Value> {
    groups.iter().map(|group| group[field].clone()).collect()
}

#[test]
fn what_one_line_of_code_did_in_many_processes_is_one_group() {
    let mut findings = Findings::default();
    for number in 0..5_000 {
        let run_id = format!("{}-Client{}", base(number), number % 30);
        findings.cut(&process("api", number % 1_000), SITE, &run_id, i64::from(number));
    }
    let groups = groups_of(&mut findings);
    assert_eq!(groups.len(), 1);
    let group = &groups[0];
    assert_eq!(
        (&group["class"], &group["severity"], &group["service"], &group["at"]),
        (&json!("suffix-cut"), &json!("high"), &json!("api"), &json!(SITE)),
    );
    assert_eq!([&group["findingCount"], &group["runs"]], [5_000, 5_000]);
    assert_eq!([&group["clientCount"], &group["processCount"]], [30, 1_000]);
    assert_eq!(group["clients"].as_array().unwrap().len(), 10);
    assert_eq!(group["processes"].as_array().unwrap().len(), 10);
    assert_eq!(group["findings"].as_array().unwrap().len(), 1_000);
    assert_eq!(group["examples"], json!([0, 1, 2]));
    assert_eq!(group["firstTime"], "2025-10-06T12:00:00.000Z");
    assert_eq!(group["lastTime"], "2025-10-06T13:23:19.000Z");
    assert_eq!(group["histogram"], json!(vec![250; 20]));
}

#[test]
fn another_class_service_call_site_or_code_is_another_group() {
    let mut findings = Findings::default();
    let run_id = format!("{}-Ann", base(0));
    findings.cut(&process("api", 0), SITE, &run_id, 0);
    findings.cut(&process("api", 1), SITE, &run_id, 0);
    findings.cut(&process("api", 0), "src/legacy/split.js:78:9", &run_id, 0);
    findings.cut(&process("worker", 0), SITE, &run_id, 0);
    // Not the name of an event's process: it is a separate service.
    findings.cut("web-1 api[12]", SITE, &run_id, 0);
    findings.cut("@acme/api@web-1/7/0a1b2c3d", SITE, &run_id, 0);
    findings.add(Class::NeverGenerated, &process("api", 0), Some(SITE), Some(&run_id), 0);
    for code in ["ERR_RUN_ID_TYPE", "ERR_RUN_ID_FORMAT", "ERR_RUN_ID_TYPE"] {
        let code = findings.name(code);
        let refused = findings.add(Class::NotAnId, &process("api", 0), Some(SITE), None, 0);
        refused.refused = Some(Refused { code, source: None, message: None });
    }
    let groups = groups_of(&mut findings);
    let mut counts: Vec<_> = groups
        .iter()
        .map(|group| (group["service"].as_str().unwrap(), group["findingCount"].as_u64().unwrap()))
        .collect();
    counts.sort_unstable();
    assert_eq!(
        counts,
        [
            ("@acme/api", 1),
            ("api", 1),
            ("api", 1),
            ("api", 1),
            ("api", 2),
            ("api", 2),
            ("web-1 api[12]", 1),
            ("worker", 1),
        ],
    );
    assert_eq!(findings.all.len(), 10);
}

#[test]
fn the_worst_group_comes_first_and_its_findings_in_the_order_in_which_they_began() {
    let mut findings = Findings::default();
    let run_id = |number| format!("{}-Ann", base(number));
    findings.add(Class::NeverGenerated, "a@h/1/00000001", None, Some(&base(9)), 0);
    findings.add(Class::CreatedTwice, "b@h/1/00000001", None, Some(&base(8)), 0);
    findings.cut("c@h/1/00000001", SITE, &run_id(1), 5).is_certain = false;
    findings.cut("c@h/1/00000001", SITE, &run_id(2), 4).is_certain = false;
    findings.cut("d@h/1/00000001", SITE, &run_id(3), 7);
    for (number, seconds) in [(4, 9), (5, 3), (6, 6)] {
        findings.cut("e@h/1/00000001", SITE, &run_id(number), seconds);
    }
    // The third one is only likely, and one has no time.
    findings.all.last_mut().unwrap().is_certain = false;
    findings.cut("e@h/1/00000001", SITE, &run_id(7), 0).first_time = None;
    let groups = groups_of(&mut findings);
    assert_eq!(pick(&groups, "service"), ["e", "d", "c", "b", "a"]);
    assert_eq!(pick(&groups, "confidence"), ["certain", "certain", "likely", "certain", "certain"]);
    assert_eq!(
        pick(&groups, "findings"),
        [json!([0, 1, 2, 3]), json!([4]), json!([5, 6]), json!([7]), json!([8])]
    );
    assert_eq!(pick(&groups, "examples")[0], json!([0, 1, 2]));
    let ids: Vec<_> = findings.all.iter().map(|finding| finding.wrong(&findings.names).unwrap()).collect();
    let wanted = [5, 4, 7, 6, 3, 2, 1].map(run_id);
    assert_eq!(ids[..7], wanted.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_dead_job_and_its_clients_are_one_group() {
    let mut findings = Findings::default();
    // Two jobs that one line of code begins, and whose clients another one makes; a client of a job that was ended.
    for job in 0..2 {
        for client in 0..30 {
            let run_id = format!("{}-Client{client}", base(job));
            findings.add(
                Class::NeverCompleted,
                &process("worker", 0),
                Some("src/clients.js:3:1"),
                Some(&run_id),
                1,
            );
        }
        findings.add(
            Class::NeverCompleted,
            &process("api", job),
            Some("src/job.js:9:1"),
            Some(&base(job)),
            2,
        );
    }
    let orphan = format!("{}-Ann", base(7));
    findings.add(Class::NeverCompleted, &process("worker", 0), Some("src/clients.js:3:1"), Some(&orphan), 0);
    let groups = groups_of(&mut findings);
    assert_eq!(pick(&groups, "service"), ["api", "worker"]);
    assert_eq!(pick(&groups, "at"), ["src/job.js:9:1", "src/clients.js:3:1"]);
    assert_eq!(pick(&groups, "findingCount"), [62, 1]);
    assert_eq!(pick(&groups, "runs"), [2, 1]);
    assert_eq!(pick(&groups, "clientCount"), [30, 1]);
    assert_eq!(pick(&groups, "processCount"), [3, 1]);
}

#[test]
fn the_right_id_tells_run_and_client_and_each_culprit_is_a_process() {
    let mut findings = Findings::default();
    let (right, wrong) = (format!("{}-Ann-Carver", base(0)), format!("{}-ann-carver", base(1)));
    let right = findings.name(&right);
    let culprits = ["api@h/1/00000001", "mail@h/1/00000002"].map(|process| findings.culprit(process, &wrong));
    let finding = findings.cut("api@h/1/00000001", SITE, &wrong, 0);
    (finding.expected, finding.changed_by) = (Some(right), culprits.to_vec());
    let same = findings.cut("api@h/1/00000001", SITE, &base(0), 0);
    (same.first_time, same.last_time) = (Some(NOON), Some(NOON + 1_999));
    let group = &groups_of(&mut findings)[0];
    assert_eq!([&group["runs"], &group["clientCount"], &group["processCount"]], [1, 1, 2]);
    assert_eq!(group["clients"], json!(["Ann-Carver"]));
    assert_eq!(group["processes"], json!(["api@h/1/00000001", "mail@h/1/00000002"]));
    assert_eq!(group["lastTime"], "2025-10-06T12:00:01.999Z");
    assert_eq!(group["histogram"][0], 2);
}

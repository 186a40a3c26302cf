//! What lines tell, as collectors and other processes leave them.

#![expect(clippy::unwrap_used, reason = "what serde_json wrote is valid JSON")]

#[path = "../../reader/tests/support/noise.rs"]
mod noise;

use proptest::prelude::*;
use run_id_core::event::{Action, Kind, MARKER, OPENING};
use run_id_logs::formats::event::EventKind;
use run_id_logs::formats::observation::{Zone, observe_in};
use run_id_logs::formats::records::read;
use serde_json::{Value, json};

/// What is reported about one run, and how certain it is.
type Told = (Option<String>, String, &'static str, Option<i64>, bool);

/// What all lines tell, and how many are torn.
fn told(text: &[u8]) -> (Vec<Told>, usize) {
    let (mut told, mut torn) = (Vec::new(), 0);
    let mut zone = Zone::default();
    let (_, outcome) = read(&mut &*text, None, &mut |entry| {
        let is_torn = observe_in(&entry, &mut zone, &mut |observation| {
            let event = &observation.event;
            let kind = match &event.kind {
                EventKind::Generate => Kind::Generate.name(),
                EventKind::Resolve { .. } => Kind::Resolve.name(),
                EventKind::Pass => Kind::Pass.name(),
                EventKind::Send { .. } => Kind::Send.name(),
                EventKind::Receive { .. } => Kind::Receive.name(),
                EventKind::Conflict { .. } => Kind::Conflict.name(),
                EventKind::Reject { .. } | EventKind::LeftOut { .. } => Kind::Reject.name(),
                EventKind::Observe { .. } => Kind::Observe.name(),
                EventKind::Other => return,
                EventKind::Record { action, .. } => action.name(),
            };
            let run_id = event.run_id.as_deref().map(str::to_owned);
            told.push((run_id, event.process.name("file"), kind, event.time, observation.is_certain));
        });
        torn += usize::from(is_torn);
    });
    outcome.unwrap();
    (told, torn)
}

const TIME: i64 = 1_759_761_000_250;

fn event(kind: &str, run_id: &str) -> String {
    let fields = r#""time":"2025-10-06T14:30:00.250Z","service":"api","proc":"0a1b2c3d","host":"h","pid":7,"thread":0"#;
    let run_id = serde_json::to_string(run_id).unwrap();
    format!("{MARKER}{{{fields},\"op\":null,\"event\":\"{kind}\",\"at\":\"a.js:1:2\",\"runId\":{run_id}}}")
}

fn certain(kind: &'static str, run_id: &str) -> Told {
    (Some(run_id.to_owned()), "api@h/7/0a1b2c3d".to_owned(), kind, Some(TIME), true)
}

/// An event that is only quoted, or a text between others.
fn quoted(kind: &'static str, run_id: &str) -> Told {
    let (run_id, process, kind, time, _) = certain(kind, run_id);
    (run_id, process, kind, time, false)
}

fn likely(run_id: &str, process: &str, kind: &'static str, time: Option<i64>) -> Told {
    (Some(run_id.to_owned()), process.to_owned(), kind, time, false)
}

fn docker(line: &str) -> String {
    let log = serde_json::to_string(&format!("{line}\n")).unwrap();
    format!("{{\"log\":{log},\"stream\":\"stderr\",\"time\":\"2025-10-06T14:30:00.999999999Z\"}}")
}

#[test]
fn events_are_read_at_any_column_and_in_the_quotes_of_collectors() {
    let event = event("generate", "251006-143000-Ann-Carver");
    let json = |text: &str| serde_json::to_string(text).unwrap();
    for line in [
        event.clone(),
        format!("2025-10-06T14:30:00.999999999Z stderr F {event}"),
        format!("Oct  6 14:30:00 host app[7]: {event} and more \u{1F600}"),
        format!("web-1  | {event}\r"),
        format!("\x1B[31m{event}\x1B[0m"),
        docker(&event),
        docker(&docker(&event)),
        format!("web-1  | {}", docker(&format!("2025-10-06T14:30:00Z {event}"))),
        docker(&event).replace('[', "\\u005b"),
        format!("{{\"stream\":\"stderr\",\"a\":[1,{{}}],\"message\":{}}}", json(&event)),
    ] {
        // If the marker is escaped, the run ID makes the line one of interest.
        let wanted = [certain("generate", "251006-143000-Ann-Carver")];
        assert_eq!(told(line.as_bytes()), (wanted.to_vec(), 0), "{line}");
    }
    for line in [
        format!("{{ not JSON {event}"),
        docker(&format!("prefix {event}")),
        format!("web-1  | {}", docker(&format!("2025-10-06T14:30:00Z {{x}} {event}"))),
        format!("GET /?q={event} 200"),
        format!("{{\"level\":30,\"q\":{}}}", json(&event)),
        format!("{{\"level\":30,\"message\":{}}}", json(&format!("lead {event}"))),
        format!("2025-10-06T14:30:00Z GET /x: {event}"),
        format!("2025-10-06T14:30:00Z INFO lead {event}"),
        format!("a, b | {event}"),
        format!("<9> {event}"),
        format!("2025-10-06T14:30:00Z stdin F {event}"),
        format!("level=info x {event}"),
    ] {
        let wanted = [quoted("generate", "251006-143000-Ann-Carver")];
        assert_eq!(told(line.as_bytes()), (wanted.to_vec(), 0), "{line}");
    }
}

#[test]
fn a_message_is_about_the_run_that_is_named_beside_it() {
    const ANN: &str = "251006-143000-Ann-Carver";
    const LEE: &str = "251006-143000-Lee-Marlow";
    let attribute = |run_id: &str| json!({ "key": "run.id", "value": { "stringValue": run_id } });
    let otlp = |message: &str, attributes: Value| json!({ "timeUnixNano": "1759761000250000000", "body": { "stringValue": message }, "attributes": attributes });
    let shapes = |message: &str| {
        vec![
            json!({ "level": 50, "time": TIME, "msg": message, "run.id": ANN }),
            json!({ "level": "error", "timestamp": TIME, "message": message, "attributes": { "a": {}, "run.id": ANN } }),
            json!({ "time": TIME, "message": message, "attributes": [json!(7), attribute(ANN)] }),
            json!({ "_index": "logs", "_source": { "@timestamp": TIME, "message": message, "run.id": ANN } }),
            json!({ "insertId": "1", "timestamp": TIME, "jsonPayload": { "message": message, "run.id": ANN } }),
            json!({ "_id": "1", "date": TIME, "message": message, "attributes": { "message": message, "run.id": ANN } }),
            otlp(
                message,
                json!([{ "key": "run.base_id", "value": { "stringValue": "251006-143000" } }, attribute(ANN)]),
            ),
        ]
    };
    let of = |run_id: &str, kind: &'static str, is_certain| -> Told {
        (Some(run_id.to_owned()), "file".to_owned(), kind, Some(TIME), is_certain)
    };
    let told_of = |line: &Value| told(line.to_string().as_bytes());
    for line in shapes("Job tracking record not found") {
        assert_eq!(told_of(&line), (vec![of(ANN, "missing", false)], 0), "{line}");
    }
    for line in shapes("lead 12 not found") {
        assert_eq!(told_of(&line), (vec![of(ANN, "pass", true)], 0), "{line}");
    }
    // What was looked for is the one in the message.
    let line = otlp(&format!("no record for {LEE}"), json!([attribute(ANN)]));
    assert_eq!(told_of(&line), (vec![of(LEE, "missing", false), of(ANN, "pass", true)], 0));
    let line = otlp(&format!("no record for {ANN}"), json!([attribute(ANN)]));
    assert_eq!(told_of(&line), (vec![of(ANN, "missing", false)], 0));
    // An event says itself which run it is about.
    let line = otlp(&event("generate", LEE), json!([attribute(ANN)]));
    assert_eq!(told_of(&line), (vec![certain("generate", LEE)], 0));
    for bad in
        [json!("251006-143000-"), json!("x"), json!(7), json!(null), json!([ANN]), json!({ "id": ANN })]
    {
        for line in [
            json!({ "msg": "record not found", "run.id": bad }),
            json!({ "msg": "record not found", "attributes": { "run.id": bad } }),
            otlp("record not found", json!([{ "key": "run.id", "value": bad }, 7, [], {}])),
            otlp("record not found", bad.clone()),
        ] {
            let (told, torn) = told_of(&line);
            assert!(torn == 0 && told.iter().all(|told| told.2 == "pass" && !told.4), "{line} {told:?}");
        }
    }
}

#[test]
fn a_message_about_a_job_tracking_record_is_about_the_only_run_beside_it() {
    const ANN: &str = "251006-143000-Ann-Carver";
    const LEE: &str = "251006-143000-Lee-Marlow";
    const MISSED: &str = "Job tracking record not found";
    let is_missed = |line: &Value| {
        told(line.to_string().as_bytes())
            .0
            .iter()
            .any(|told| told.0.as_deref() == Some(ANN) && told.2 == "missing")
    };
    for line in [
        json!({ "msg": MISSED, "data": { "runId": ANN } }),
        json!({ "msg": MISSED, "run": { "id": ANN } }),
        json!({ "msg": MISSED, "jobId": ANN, "again": [ANN] }),
        json!({ "msg": "x", "err": { "message": MISSED }, "run": ANN }),
        json!({ "runId": ANN, "err": MISSED }),
        json!({ "runId": ANN, "error": "Error: Job tracking record not found" }),
        json!({ "event": MISSED, "run_id": ANN }),
        json!({ "message": "job not found", "run_id": ANN }),
    ] {
        assert!(is_missed(&line), "{line}");
    }
    for line in [
        json!({ "msg": MISSED, "from": ANN, "to": LEE }),
        json!({ "msg": "record not found", "data": { "runId": ANN } }),
        json!({ "runId": ANN, "error": "record not found" }),
        json!({ "msg": "lead not found", "run": { "id": ANN } }),
        json!({ "msg": "job tracking record found", "run": { "id": ANN } }),
        json!({ "msg": format!("job tracking record not found: {LEE}"), "run": { "id": ANN } }),
    ] {
        assert!(!is_missed(&line), "{line}");
    }
}

#[test]
fn an_event_after_a_torn_one_is_read_wherever_that_was_cut() {
    let (first, second) = (event("generate", "251006-143000"), event("resolve", "251006-143001-Ann"));
    for cut in 0..first.len() {
        let line = format!("{}{second}", &first[..cut]);
        let is_torn = cut >= OPENING.len();
        let wanted = if cut == 0 { certain } else { quoted };
        let wanted = vec![wanted("resolve", "251006-143001-Ann")];
        assert_eq!(told(line.as_bytes()), (wanted.clone(), usize::from(is_torn)), "{cut}");
        assert_eq!(told(docker(&line).as_bytes()), (wanted, usize::from(is_torn)), "{cut}");
        // In two lines: the rest of the first is only text.
        let lines = format!("{second}\n{}", &first[..cut]);
        let (all, torn) = told(lines.as_bytes());
        assert_eq!(
            (&all[0], torn),
            (&certain("resolve", "251006-143001-Ann"), usize::from(is_torn)),
            "{cut}"
        );
        for text in &all[1..] {
            assert!(!text.4 && text.0.as_deref().is_some_and(|run_id| run_id == "251006-143000"), "{cut}");
        }
    }
    for between in ["", " "] {
        let both = format!("{first}{between}{second}");
        let wanted = vec![certain("generate", "251006-143000"), certain("resolve", "251006-143001-Ann")];
        assert_eq!(told(both.as_bytes()), (wanted, 0));
    }
    let both = format!("{first} and {second}");
    let wanted = vec![certain("generate", "251006-143000"), quoted("resolve", "251006-143001-Ann")];
    assert_eq!(told(both.as_bytes()), (wanted, 0));
}

#[test]
fn what_no_event_follows_is_judged_as_text() {
    let missed = |line: &str| likely("251006-150000-Ann", line, "missing", None);
    for line in ["251006-150000-Ann not found q=[run-id] {", "[run-id] {x 251006-150000-Ann not found"] {
        let is_own = usize::from(line.starts_with('['));
        assert_eq!(told(line.as_bytes()), (vec![missed("file")], is_own), "{line}");
    }
    let line = r#"{"level":30,"pid":9,"hostname":"h","runId":"251006-150000","q":"[run-id] {"}"#;
    let pass = (Some("251006-150000".to_owned()), "h/9".to_owned(), "pass", None, true);
    assert_eq!(told(line.as_bytes()), (vec![pass], 0));
    // Nothing is known and nothing is reported, except that it was torn.
    assert_eq!(told(b"q=[run-id] {"), (vec![], 1));
}

#[test]
fn a_later_version_of_an_event_is_not_read() {
    let versioned = |v: u32| event("pass", "251006-143000").replacen('{', &format!("{{\"v\":{v},"), 1);
    assert_eq!(told(versioned(1).as_bytes()), (vec![certain("pass", "251006-143000")], 0));
    let (told, torn) = told(versioned(2).as_bytes());
    assert_eq!((told[0].4, torn), (false, 1));
}

#[test]
fn invalid_text_after_an_event_does_not_matter_and_within_it_does() {
    let event = event("pass", "251006-143000");
    let after = [event.as_bytes(), b" \xFF\xFE"].concat();
    assert_eq!(told(&after), (vec![certain("pass", "251006-143000")], 0));
    let before = [b"\xFF ", event.as_bytes()].concat();
    assert_eq!(told(&before), (vec![quoted("pass", "251006-143000")], 0));
    let within = [&event.as_bytes()[..60], b"\xFF", &event.as_bytes()[60..]].concat();
    let (told, torn) = told(&within);
    assert_eq!((told.len(), told[0].4, torn), (1, false, 1));
}

#[test]
fn a_marker_that_an_event_quotes_is_none() {
    let line = event("reject", "251006-143000")
        .replace("\"at\"", "\"code\":\"ERR_RUN_ID_FORMAT\",\"received\":\"[run-id] {x\",\"at\"");
    assert_eq!(told(line.as_bytes()), (vec![certain("reject", "251006-143000")], 0));
}

#[test]
fn blanks_before_an_object_do_not_matter() {
    let wrapped = format!(" {}", docker(&event("pass", "251006-143000")));
    assert_eq!(told(wrapped.as_bytes()), (vec![certain("pass", "251006-143000")], 0));
    let pass = (Some("251006-143000".to_owned()), "file".to_owned(), "pass", None, true);
    assert_eq!(told(b"\t{\"runId\":\"251006-143000\"}"), (vec![pass], 0));
}

#[test]
fn structured_lines_are_passes() {
    let of = |line: &str| told(line.as_bytes());
    let pass =
        |process: &str, time| (Some("251006-143000".to_owned()), process.to_owned(), "pass", time, true);
    for (line, process, time) in [
        (r#"{"runId":"251006-143000"}"#, "file", None),
        (
            r#"{"time":1759761000250,"pid":9,"hostname":"h","service":"s","runId":"251006-143000"}"#,
            "h/9",
            Some(TIME),
        ),
        (r#"{"pid":9,"service":"s","runId":"251006-143000"} "#, "s", None),
        (
            r#"{"hostname":"h","@timestamp":"2025-10-06T14:30:00.250Z","runId":"251006-143000"}"#,
            "file",
            Some(TIME),
        ),
        (r#"{"msg":"not found","runId":"251006-143000","other":"251006-143001"}"#, "file", None),
    ] {
        assert_eq!(of(line), (vec![pass(process, time)], 0), "{line}");
    }
    let torn = r#"{"level":30,"runId":"251006-143000","msg":"cu"#;
    assert_eq!(of(torn), (vec![], 1));
    for line in [r#"{"runId":["251006-143000"],"msg":"x"}"#, r#"{"runId":"x","msg":"251006-143000"}"#] {
        assert_eq!(of(line), (vec![likely("251006-143000", "file", "pass", None)], 0), "{line}");
    }
}

#[test]
fn texts_tell_what_was_not_found_and_who_says_so() {
    const SECOND: i64 = TIME - 250;
    for (line, wanted) in [
        ("251006-143000", vec![likely("251006-143000", "file", "pass", None)]),
        ("Not Found: 251006-143000", vec![likely("251006-143000", "file", "missing", None)]),
        ("251006-143000 nOT fOUND", vec![likely("251006-143000", "file", "missing", None)]),
        ("251006-143000 not  found", vec![likely("251006-143000", "file", "missing", None)]),
        ("251006-143000 not so found", vec![likely("251006-143000", "file", "pass", None)]),
        ("found 251006-143000 not", vec![likely("251006-143000", "file", "pass", None)]),
        (
            "2025-10-06 14:30:00Z 251006-143000 of 251006-143000-Ann, 251006-143000",
            vec![
                likely("251006-143000", "file", "pass", Some(SECOND)),
                likely("251006-143000-Ann", "file", "pass", Some(SECOND)),
            ],
        ),
        (
            "<13>Oct  6 14:30:00 web-1 api[77]: 251006-143000",
            vec![likely("251006-143000", "web-1 api[77]", "pass", None)],
        ),
        (
            "2025-10-06T14:30:00Z web-1 api[77]: 251006-143000",
            vec![likely("251006-143000", "web-1 api[77]", "pass", Some(SECOND))],
        ),
        ("Oct  6 14:30:00 web-1 api[]: 251006-143000", vec![likely("251006-143000", "file", "pass", None)]),
        ("Oct  6 14:30:00 web-1 api[x7]: 251006-143000", vec![likely("251006-143000", "file", "pass", None)]),
        ("Oct  6 14:30:00 web-1 [77]: 251006-143000", vec![likely("251006-143000", "file", "pass", None)]),
        ("Oct  6 14:30:00 web-1 api: 251006-143000", vec![likely("251006-143000", "file", "pass", None)]),
    ] {
        assert_eq!(told(line.as_bytes()), (wanted, 0), "{line}");
    }
}

#[test]
fn a_time_without_a_zone_is_one_where_an_event_of_the_file_tells_the_zone() {
    let plain = "2025-10-06 16:31:00 251006-143000";
    let before = |prefix: &str| format!("{prefix} {}\n{plain}", event("pass", "251006-143000"));
    let minute = TIME - 250 + 60_000;
    for (prefix, time) in [
        ("2025-10-06 16:30:01", Some(minute)),
        ("2025-10-06 20:00:01", Some(minute - 3_600_000 * 7 / 2)),
        ("Oct  6 16:30:01 web-1 api[7]:", Some(minute)),
        ("2025-10-06 14:30:01Z", None),
        ("2025-10-06 16:37:00", None),
    ] {
        let (told, _) = told(before(prefix).as_bytes());
        assert_eq!(told[1], likely("251006-143000", "file", "pass", time), "{prefix}");
    }
    assert_eq!(told(plain.as_bytes()).0, [likely("251006-143000", "file", "pass", None)]);
}

#[test]
fn a_failure_in_a_structured_line_is_that_of_what_was_received() {
    let right = "251006-143000-Ann-Carver";
    let wrong = "251006-143000-Ann";
    let line = |more: Value| {
        let mut line = json!({ "level": 50, "pid": 1, "hostname": "h", "runId": right });
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line.to_string()
    };
    let missing = likely(wrong, "h/1", "missing", None);
    let pass = (Some(right.to_owned()), "h/1".to_owned(), "pass", None, true);
    for more in [
        json!({ "err": { "code": "ERR_JOB_NOT_FOUND", "received": wrong } }),
        json!({ "error": { "code": "ERR_JOB_NOT_FOUND", "received": wrong } }),
        json!({ "code": "ERR_JOB_NOT_FOUND", "received": wrong }),
        json!({ "msg": format!("Job tracking record not found: {wrong}") }),
        json!({ "message": format!("run {wrong} does not exist") }),
        json!({ "err": { "message": format!("no such job: {wrong}") } }),
    ] {
        let line = line(more);
        assert_eq!(told(line.as_bytes()).0, [pass.clone(), missing.clone()], "{line}");
    }
    let own = likely(right, "h/1", "missing", None);
    for more in [
        json!({ "msg": "Job tracking record not found" }),
        json!({ "err": { "code": "ERR_JOB_NOT_FOUND", "received": "x" } }),
        json!({ "err": { "code": "ERR_JOB_NOT_FOUND" } }),
    ] {
        let line = line(more);
        assert_eq!(told(line.as_bytes()).0, std::slice::from_ref(&own), "{line}");
    }
    for more in [
        json!({ "msg": "lead not found" }),
        json!({ "msg": format!("Run {wrong}: lead 12 not found") }),
        json!({ "err": { "code": "ERR_JOB_FINISHED", "received": wrong } }),
        json!({ "msg": format!("looking for run {wrong}"), "x": "not found" }),
    ] {
        let line = line(more);
        assert_eq!(told(line.as_bytes()).0, std::slice::from_ref(&pass), "{line}");
    }
    let alone = json!({ "msg": format!("no such job: {wrong}") }).to_string();
    assert_eq!(told(alone.as_bytes()).0, [likely(wrong, "file", "missing", None)]);
}

#[test]
fn an_error_as_node_shows_it_is_a_miss() {
    let shown = |code: &str| {
        format!(
            "RunIdError: x\n    at handle (a.js:1:1) {{\n  code: '{code}',\n  statusCode: 404,\n  received: '251006-143000-Ann',\n"
        )
    };
    let kind_of = |text: String| told(text.as_bytes()).0[0].2;
    assert_eq!(kind_of(shown("ERR_JOB_NOT_FOUND")), "missing");
    assert_eq!(kind_of(shown("ERR_JOB_FINISHED")), "pass");
}

#[test]
fn a_line_with_a_failed_request_says_so() {
    let failed = |line: &str| {
        let mut failed = Vec::new();
        let (_, outcome) = read(&mut line.as_bytes(), None, &mut |entry| {
            observe_in(&entry, &mut Zone::default(), &mut |observation| failed.push(observation.is_failed));
        });
        outcome.unwrap();
        failed
    };
    for line in [
        "GET /runs/251006-143000 HTTP/1.1\" 404 12",
        "GET /runs?runId=251006-143000 500",
        "status=503 run=251006-143000",
        r#"{"runId":"251006-143000","statusCode":404}"#,
        r#"{"runId":"251006-143000","res":{"statusCode":500}}"#,
        r#"{"runId":"251006-143000","status":"400"}"#,
    ] {
        assert_eq!(failed(line), [true], "{line}");
    }
    for line in [
        "GET /runs/251006-143000 HTTP/1.1\" 200 12",
        "251006-143000 took 4040 ms",
        r#"{"runId":"251006-143000","statusCode":201}"#,
        r#"{"runId":"251006-143000","status":"done","code":404}"#,
    ] {
        assert_eq!(failed(line), [false], "{line}");
    }
}

#[test]
fn every_action_has_a_name_of_its_own() {
    for action in [
        Action::Created,
        Action::Exists,
        Action::Clash,
        Action::Found,
        Action::Missing,
        Action::Updated,
        Action::Completed,
    ] {
        let record = format!("\"action\":\"{}\",\"at\"", action.name());
        let line = event("record", "251006-143000").replace("\"at\"", &record);
        assert_eq!(told(line.as_bytes()), (vec![certain(action.name(), "251006-143000")], 0));
    }
}

#[test]
fn the_name_before_a_bar_has_at_most_eighty_bytes() {
    let behind = |length: usize| format!("{} | {}", "w".repeat(length), event("pass", "251006-143000"));
    assert_eq!(told(behind(80).as_bytes()).0, [certain("pass", "251006-143000")]);
    assert_eq!(told(behind(81).as_bytes()).0, [quoted("pass", "251006-143000")]);
}

#[test]
fn wrappings_and_quotes_have_a_bound() {
    let wrapped = |times: usize, wrap: &dyn Fn(&str) -> String| {
        (0..times).fold(event("pass", "251006-143000"), |line, _| wrap(&line))
    };
    let compose = |line: &str| format!("web-1  | {line}");
    assert_eq!(told(wrapped(8, &compose).as_bytes()).0, [certain("pass", "251006-143000")]);
    assert_eq!(told(wrapped(9, &compose).as_bytes()).0, [quoted("pass", "251006-143000")]);
    let csv = |line: &str| format!("x {}", quoted_by(2, line));
    assert_eq!(told(wrapped(6, &csv).as_bytes()).0, [quoted("pass", "251006-143000")]);
    let (told, torn) = told(wrapped(7, &csv).as_bytes());
    assert_eq!((told[0].2, told[0].4, torn), ("pass", false, 0));
    assert_eq!(told[0].1, "file");
}

#[test]
fn a_line_full_of_markers_or_run_ids_is_gone_through_once() {
    // As long as a line may be: gone through once for each of them, it would take minutes.
    for marker in
        ["[run-id] {\u{e9}", "[run-id] {\\\"", "[run-id] {\"", "[run-id] {&quot;\\", "[run-id] {\"\"a"]
    {
        let line = marker.repeat(1_000_000 / marker.len());
        assert_eq!(told(line.as_bytes()), (vec![], 1), "{marker}");
    }
    let runs: Vec<String> =
        (0..60_000).map(|at| format!("251006-{:02}{:02}{:02}-A", at / 3600, at / 60 % 60, at % 60)).collect();
    let (told, torn) = told(runs.join(" ").as_bytes());
    assert_eq!((told.len(), torn), (60_000, 0));
}

/// One layer of quotes.
fn quoted_by(layer: u8, text: &str) -> String {
    match layer {
        0 => serde_json::json!({ "level": 30, "text": text }).to_string(),
        1 => serde_json::json!([{ "a": { "b": [text] } }]).to_string(),
        2 => format!("1,\"{}\",x", text.replace('"', "\"\"")),
        3 => {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            format!("<li>{}</li>", escaped.replace('"', "&quot;"))
        }
        4 => format!("text {text} text"),
        5 => format!("msg={}", serde_json::to_string(text).unwrap()),
        _ => text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn an_event_is_found_in_any_quotes(
        layers in prop::collection::vec(0..6_u8, 0..5),
        before in "[ -~]{0,20}",
        after in "[ -~]{0,20}",
        at in "\\PC{0,12}",
    ) {
        // In HTML nothing shows that an event stands in a string, whose backslashes are doubled: there this ends it.
        prop_assume!(!(layers.contains(&3) && at.contains("\"}")));
        // What precedes must not end in a marker, or in what escapes the first quote.
        let at = serde_json::to_string(&at).unwrap();
        let event = event("generate", "251006-143000-Ann-Carver").replace("\"a.js:1:2\"", &at);
        let mut line = event;
        for layer in &layers {
            line = quoted_by(*layer, &line);
        }
        let line = format!("{before} {line} {after}");
        prop_assume!(!line.contains('\n'));
        let (told, _) = told(line.as_bytes());
        prop_assert!(
            told.iter().any(|(run_id, process, kind, time, _)| {
                run_id.as_deref() == Some("251006-143000-Ann-Carver")
                    && process == "api@h/7/0a1b2c3d"
                    && *kind == "generate"
                    && *time == Some(TIME)
            }),
            "{line} {told:?}"
        );
    }

    #[test]
    fn whatever_is_read_no_run_is_made_up(bytes in noise::noise(), start in 0..6_usize) {
        let starts = [&b""[..], b"[{", b"{\"log\":\"", b"__CURSOR=", b"a,message\n", b"2025-10-06T14:30:00Z stderr P "];
        for (run_id, ..) in told(&[starts[start], &bytes].concat()).0 {
            prop_assert!(run_id_core::run_id::RunId::parse(run_id.unwrap_or_default().as_bytes()).is_ok());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_damaged_event_tells_no_other_run(
        at in any::<prop::sample::Index>(),
        removed in 0..6_usize,
        put in noise::noise(),
        is_wrapped in any::<bool>(),
    ) {
        let event = event("generate", "251006-143000-Ann-Carver");
        let line = if is_wrapped { docker(&event) } else { event };
        let at = at.index(line.len());
        let damaged = [&line.as_bytes()[..at], &put, &line.as_bytes()[(at + removed).min(line.len())..]].concat();
        for (run_id, ..) in told(&damaged).0 {
            // A text or an event may be told; what is told is a run ID.
            let run_id = run_id.unwrap_or_default();
            prop_assert!(run_id_core::run_id::RunId::parse(run_id.as_bytes()).is_ok(), "{run_id}");
        }
    }
}

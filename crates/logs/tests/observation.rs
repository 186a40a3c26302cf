//! What lines tell, as collectors and other processes leave them.

#![expect(clippy::unwrap_used, reason = "what serde_json wrote is valid JSON")]

#[path = "support/noise.rs"]
mod noise;

use proptest::prelude::*;
use run_id_core::event::{Action, Kind, MARKER, OPENING};
use run_id_logs::formats::event::EventKind;
use run_id_logs::formats::observation::observe;
use run_id_logs::read::lines::read;

/// What is told of one run, and how sure it is.
type Told = (Option<String>, String, &'static str, Option<i64>, bool);

/// What all lines tell, and how many are torn.
fn told(text: &[u8]) -> (Vec<Told>, usize) {
    let (mut told, mut torn) = (Vec::new(), 0);
    let (_, outcome) = read(&mut &*text, &mut |line| {
        let is_torn = observe(&line, &mut |observation| {
            let event = &observation.event;
            let kind = match &event.kind {
                EventKind::Generate => Kind::Generate.name(),
                EventKind::Resolve { .. } => Kind::Resolve.name(),
                EventKind::Pass => Kind::Pass.name(),
                EventKind::Send => Kind::Send.name(),
                EventKind::Receive => Kind::Receive.name(),
                EventKind::Conflict => Kind::Conflict.name(),
                EventKind::Reject { .. } => Kind::Reject.name(),
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
    let wanted = [certain("generate", "251006-143000-Ann-Carver")];
    for line in [
        event.clone(),
        format!("2025-10-06T14:30:00.999999999Z stderr F {event}"),
        format!("Oct  6 14:30:00 host app[7]: {event} and more \u{1F600}"),
        format!("web-1  | {event}\r"),
        format!("\x1B[31m{event}\x1B[0m"),
        format!("{{ not JSON {event}"),
        docker(&event),
        docker(&docker(&event)),
        format!("web-1  | {}", docker(&format!("2025-10-06T14:30:00Z {{x}} {event}"))),
        docker(&format!("prefix {event}")),
        docker(&event).replace('[', "\\u005b"),
        format!(
            "{{\"stream\":\"stderr\",\"a\":[1,{{}}],\"message\":{}}}",
            serde_json::to_string(&event).unwrap()
        ),
    ] {
        // Where the marker is escaped, it is the run ID that makes the line one of interest.
        assert_eq!(told(line.as_bytes()), (wanted.to_vec(), 0), "{line}");
    }
}

#[test]
fn an_event_after_a_torn_one_is_read_wherever_that_was_cut() {
    let (first, second) = (event("generate", "251006-143000"), event("resolve", "251006-143001-Ann"));
    for cut in 0..first.len() {
        let line = format!("{}{second}", &first[..cut]);
        let is_torn = cut >= OPENING.len();
        assert_eq!(
            told(line.as_bytes()),
            (vec![certain("resolve", "251006-143001-Ann")], usize::from(is_torn)),
            "{cut}"
        );
        assert_eq!(told(docker(&line).as_bytes()).0, [certain("resolve", "251006-143001-Ann")], "{cut}");
        // In two lines: the rest of the first one is a text at best.
        let lines = format!("{second}\n{}", &first[..cut]);
        assert_eq!(told(lines.as_bytes()).0[0], certain("resolve", "251006-143001-Ann"), "{cut}");
        if is_torn {
            assert_eq!((told(lines.as_bytes()).0.len(), told(lines.as_bytes()).1), (1, 1), "{cut}");
        }
    }
    let both = format!("{first}{second}");
    let wanted = vec![certain("generate", "251006-143000"), certain("resolve", "251006-143001-Ann")];
    assert_eq!(told(both.as_bytes()), (wanted, 0));
}

#[test]
fn invalid_text_after_an_event_does_not_matter_and_within_it_does() {
    let event = event("pass", "251006-143000");
    let after = [event.as_bytes(), b" \xFF\xFE"].concat();
    assert_eq!(told(&after), (vec![certain("pass", "251006-143000")], 0));
    let before = [b"\xFF ", event.as_bytes()].concat();
    assert_eq!(told(&before), (vec![certain("pass", "251006-143000")], 0));
    let within = [&event.as_bytes()[..60], b"\xFF", &event.as_bytes()[60..]].concat();
    assert_eq!(told(&within), (vec![], 1));
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
        ("251006-143000 not  found", vec![likely("251006-143000", "file", "pass", None)]),
        ("found 251006-143000 not", vec![likely("251006-143000", "file", "pass", None)]),
        (
            "2025-10-06 14:30:00 251006-143000 of 251006-143000-Ann, 251006-143000",
            vec![
                likely("251006-143000", "file", "pass", Some(SECOND)),
                likely("251006-143000-Ann", "file", "pass", Some(SECOND)),
            ],
        ),
        (
            "<13>Oct  6 14:30:00 web-1 api[77]: 251006-143000",
            vec![likely("251006-143000", "web-1 api[77]", "pass", Some(SECOND))],
        ),
        (
            "2025-10-06T14:30:00Z web-1 api[77]: 251006-143000",
            vec![likely("251006-143000", "web-1 api[77]", "pass", Some(SECOND))],
        ),
        (
            "Oct  6 14:30:00 web-1 api[]: 251006-143000",
            vec![likely("251006-143000", "file", "pass", Some(SECOND))],
        ),
        (
            "Oct  6 14:30:00 web-1 api[x7]: 251006-143000",
            vec![likely("251006-143000", "file", "pass", Some(SECOND))],
        ),
        (
            "Oct  6 14:30:00 web-1 [77]: 251006-143000",
            vec![likely("251006-143000", "file", "pass", Some(SECOND))],
        ),
        (
            "Oct  6 14:30:00 web-1 api: 251006-143000",
            vec![likely("251006-143000", "file", "pass", Some(SECOND))],
        ),
    ] {
        assert_eq!(told(line.as_bytes()), (wanted, 0), "{line}");
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

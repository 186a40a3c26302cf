//! What is read of each format, against the fixtures: a log as its vendor documents it, and what must be read of it.

#![expect(clippy::unwrap_used, reason = "a fixture that cannot be read must fail")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use run_id_core::event::Kind;
use run_id_logs::formats::FORMATS;
use run_id_logs::formats::event::EventKind;
use run_id_logs::formats::observation::{Zone, confidence, observe_in};
use run_id_logs::formats::records::read;
use run_id_logs::formats::time::iso;
use serde_json::{Value, json};

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "log")).collect()
}

fn name_of(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// All that is read, as a fixture has it.
fn told(mut content: &[u8]) -> Value {
    let mut observations = Vec::new();
    let mut skipped = 0;
    let mut zone = Zone::default();
    let (counts, outcome) = read(&mut content, None, &mut |entry| {
        let is_torn = observe_in(&entry, &mut zone, &mut |observation| {
            let event = &observation.event;
            let kind = match &event.kind {
                EventKind::Generate => Kind::Generate.name().to_owned(),
                EventKind::Resolve { .. } => Kind::Resolve.name().to_owned(),
                EventKind::Pass => Kind::Pass.name().to_owned(),
                EventKind::Send { .. } => Kind::Send.name().to_owned(),
                EventKind::Receive { .. } => Kind::Receive.name().to_owned(),
                EventKind::Conflict { .. } => Kind::Conflict.name().to_owned(),
                EventKind::Reject { .. } | EventKind::LeftOut { .. } => Kind::Reject.name().to_owned(),
                EventKind::Observe { .. } => Kind::Observe.name().to_owned(),
                EventKind::Other => return,
                EventKind::Record { action, .. } => format!("record {}", action.name()),
            };
            let process = event.process.name("");
            observations.push(json!({
                "line": entry.line.number,
                "runId": event.run_id,
                "kind": kind,
                "time": event.time.map(iso),
                "process": if process.is_empty() { None } else { Some(process) },
                "confidence": confidence(observation.is_certain),
            }));
        });
        skipped += u64::from(is_torn);
    });
    outcome.unwrap();
    json!({ "skipped": skipped + counts.too_long, "observations": observations })
}

#[test]
fn each_fixture_is_read_as_its_json_says() {
    for path in fixtures() {
        let mut wanted: Value =
            serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
        let source = wanted.as_object_mut().unwrap().remove("source").unwrap();
        assert!(source.as_str().is_some_and(|source| source.contains("https://") || source.contains("SPEC")));
        assert_eq!(told(&fs::read(&path).unwrap()), wanted, "{}", name_of(&path));
    }
}

#[test]
fn each_format_has_a_fixture() {
    let named: BTreeSet<String> = fixtures().iter().map(|path| name_of(path)).collect();
    let formats: BTreeSet<String> = FORMATS.iter().map(|format| format.name.to_owned()).collect();
    assert_eq!(formats.difference(&named).next(), None);
    assert_eq!(formats.len(), FORMATS.len());
}

//! Logs of events, and the life of a run in them.

use run_id_core::event::MARKER;
use run_id_logs::read::input::Progress;
use run_id_logs::show::flow::{self, Answer};
use run_id_logs::show::verdict::Files;
use serde_json::{Value, from_str, json};

use super::files::Folder;

pub const HOUR: i64 = 3_600_000;
pub const ANN: &str = "Ann-Carver";

/// Lines of events, a second apart.
#[derive(Default)]
pub struct Log {
    pub text: String,
    pub lines: u32,
}

impl Log {
    pub fn event(&mut self, service: &str, event: &str, run_id: &str, more: &Value) {
        let mut fields = json!({
            "time": format!("2025-10-06T14:{:02}:{:02}.000Z", self.lines / 60 % 60, self.lines % 60),
            "service": service, "host": "h", "pid": 7, "proc": "0a1b2c3d", "op": null,
            "event": event, "at": format!("src/{service}.js:{}:1", self.lines + 1), "runId": run_id,
        });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.line(&format!("{MARKER}{fields}"));
    }

    pub fn line(&mut self, text: &str) {
        self.text.extend([text, "\n"]);
        self.lines += 1;
    }

    pub fn record(&mut self, service: &str, action: &str, run_id: &str) {
        let client = run_id.get(14..);
        let table = if client.is_some() { "client" } else { "job" };
        self.event(
            service,
            "record",
            run_id,
            &json!({ "action": action, "table": table, "clientId": client }),
        );
    }

    /// A run of a client, generated and created by the api and completed by it.
    pub fn run(&mut self, base: &str, client: &str) -> String {
        let run_id = format!("{base}-{client}");
        self.event("api", "generate", &run_id, &json!({}));
        self.record("api", "created", &run_id);
        self.record("api", "completed", &run_id);
        run_id
    }
}

pub fn base(number: usize) -> String {
    format!(
        "25{:02}{:02}-{:02}{:02}00",
        1 + number / 600 % 12,
        1 + number / 60 % 10,
        number / 40 % 24,
        number % 40
    )
}

pub fn flow_of(run_id: &str, log: &Log) -> Value {
    flow_of_all(run_id, &[&log.text])
}

pub fn flow_of_all(run_id: &str, texts: &[&str]) -> Value {
    let folder = Folder::new();
    let write = |(at, text): (usize, &&str)| folder.write(&format!("{at}.log"), text.as_bytes());
    let files: Vec<String> = texts.iter().enumerate().map(write).collect();
    answer_of(run_id, &files)
}

pub fn answer_of(run_id: &str, files: &[String]) -> Value {
    whole(
        &mut flow::flow(run_id, Files::from(files.to_vec()), HOUR, &Progress::default()).unwrap(),
        usize::MAX,
    )
}

/// The answer put together from pieces of this many elements.
pub fn whole(answer: &mut Answer, count: usize) -> Value {
    let mut flow: Value = from_str(&answer.summary().unwrap()).unwrap();
    for name in ["events", "handOvers", "findings", "marks"] {
        let mut all = Vec::new();
        loop {
            let json = match name {
                "events" => answer.events(all.len(), count, true).unwrap(),
                "handOvers" => answer.hand_overs(all.len(), count).unwrap(),
                "findings" => answer.findings(all.len(), count),
                _ => answer.marks(all.len(), count).unwrap(),
            };
            let piece: Vec<Value> = from_str(&json).unwrap();
            if piece.is_empty() {
                break;
            }
            assert!(piece.len() <= count, "{name}");
            all.extend(piece);
        }
        flow[name] = Value::Array(all);
    }
    flow
}

/// The line of the first event of a run, as it is shown.
pub fn first_text(run_id: &str, log: &Log) -> String {
    let folder = Folder::new();
    let answer = answer_of(run_id, &[folder.write("a.log", log.text.as_bytes())]);
    answer["events"][0]["text"].as_str().unwrap().to_owned()
}

pub fn usize_of(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

//! The events of this library as they stand in logs, and what other structured logs tell. SPEC §6.

use std::borrow::Cow;
use std::fmt::Write;

use run_id_core::event::{Action, Kind, Table, VERSION, field};
use run_id_core::run_id::RunId;

use crate::formats::json::{self, Text, Value};
use crate::formats::time::{self, Millis};

/// What happened, with what only this kind of event tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind<'a> {
    /// A run ID was made.
    Generate,
    /// A run ID was found in a request.
    Resolve {
        /// In which source.
        source: Option<Cow<'a, str>>,
    },
    /// A run ID went through.
    Pass,
    /// A run ID was handed over.
    Send,
    /// A run ID was taken from what was handed over.
    Receive,
    /// A lower source named another run.
    Conflict,
    /// Something was refused.
    Reject {
        /// Such as `ERR_RUN_ID_FORMAT`.
        code: Cow<'a, str>,
        /// What came, escaped.
        received: Option<Cow<'a, str>>,
        /// Whose run ID it had to be.
        expect_client: Option<Cow<'a, str>>,
        /// In which source.
        source: Option<Cow<'a, str>>,
    },
    /// A record was made, looked for or changed.
    Record {
        /// What became of it.
        action: Action,
        /// In which table; unknown where only a text tells.
        table: Option<Table>,
        /// For which client.
        client: Option<Cow<'a, str>>,
    },
}

/// A process, as far as a line names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Process<'a> {
    /// Not at all: then it is the file that stands for it.
    #[default]
    Unnamed,
    /// By a text of its own.
    Named(Cow<'a, str>),
    /// As events do: `service@host/pid/proc`.
    Parts {
        /// What the process calls itself.
        service: Option<Cow<'a, str>>,
        /// On which machine.
        host: Option<Cow<'a, str>>,
        /// Unique on the machine, for a while.
        pid: Option<i64>,
        /// Unique.
        proc: Option<Cow<'a, str>>,
    },
}

impl Process<'_> {
    /// Writes its name; `file` is where it was read.
    pub fn write(&self, file: &str, out: &mut String) {
        out.clear();
        match self {
            Self::Unnamed => out.push_str(file),
            Self::Named(name) => out.push_str(name),
            Self::Parts { service, host, pid, proc } => {
                let or_none = |text: &Option<Cow<'_, str>>, out: &mut String| {
                    out.push_str(text.as_deref().unwrap_or("-"));
                };
                or_none(service, out);
                out.push('@');
                or_none(host, out);
                out.push('/');
                match pid {
                    // Writing to a text cannot fail.
                    Some(pid) => drop(write!(out, "{pid}")),
                    None => out.push('-'),
                }
                out.push('/');
                or_none(proc, out);
            }
        }
    }

    /// Its name; `file` is where it was read.
    #[must_use]
    pub fn name(&self, file: &str) -> String {
        let mut name = String::new();
        self.write(file, &mut name);
        name
    }
}

/// What is read of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// When.
    pub time: Option<Millis>,
    /// In which process.
    pub process: Process<'a>,
    /// In which operation of it.
    pub op: Option<Cow<'a, str>>,
    /// In which line of code.
    pub at: Option<Cow<'a, str>>,
    /// Which run.
    pub run_id: Option<Cow<'a, str>>,
    /// What.
    pub kind: EventKind<'a>,
}

/// Why the text after a marker is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// The members that are read, absent where they are null or of another type.
#[derive(Default)]
struct Fields<'a> {
    /// 0 for 1.0, which wrote none.
    version: i64,
    time: Option<Text<'a>>,
    event: Option<Text<'a>>,
    service: Option<Text<'a>>,
    proc: Option<Text<'a>>,
    host: Option<Text<'a>>,
    pid: Option<i64>,
    op: Option<Text<'a>>,
    at: Option<Text<'a>>,
    run_id: Option<Text<'a>>,
    source: Option<Text<'a>>,
    code: Option<Text<'a>>,
    received: Option<Text<'a>>,
    expect_client: Option<Text<'a>>,
    action: Option<Text<'a>>,
    table: Option<Text<'a>>,
    client: Option<Text<'a>>,
}

impl<'a> Fields<'a> {
    /// With how many bytes they take.
    fn read(text: &'a str) -> Result<(Self, usize), Unreadable> {
        let mut fields = Self::default();
        let rest = json::members(text, |name, value| {
            let member = match (name.raw(), &value) {
                (field::PID, Value::Number(pid)) => {
                    fields.pid = Some(*pid);
                    return;
                }
                (field::V, Value::Number(version)) => {
                    fields.version = *version;
                    return;
                }
                (field::TIME, _) => &mut fields.time,
                (field::EVENT, _) => &mut fields.event,
                (field::SERVICE, _) => &mut fields.service,
                (field::PROC, _) => &mut fields.proc,
                (field::HOST, _) => &mut fields.host,
                (field::OP, _) => &mut fields.op,
                (field::AT, _) => &mut fields.at,
                (field::RUN_ID, _) => &mut fields.run_id,
                (field::SOURCE, _) => &mut fields.source,
                (field::CODE, _) => &mut fields.code,
                (field::RECEIVED, _) => &mut fields.received,
                (field::EXPECT_CLIENT_ID, _) => &mut fields.expect_client,
                (field::ACTION, _) => &mut fields.action,
                (field::TABLE, _) => &mut fields.table,
                (field::CLIENT_ID, _) => &mut fields.client,
                _ => return,
            };
            if let Value::Text(text) = value {
                *member = Some(text);
            }
        });
        rest.map(|rest| (fields, text.len() - rest.len())).map_err(|_| Unreadable)
    }
}

/// Reads the JSON object that `text` begins with, whatever follows it, and tells how many bytes it takes.
///
/// No event is one that is about no run, such as that of a setting.
///
/// # Errors
/// When it is torn, or isn't what this library writes.
pub fn read<'a>(text: &'a [u8]) -> Result<(Option<Event<'a>>, usize), Unreadable> {
    let (fields, length) = Fields::read(as_text(text))?;
    if fields.version > i64::from(VERSION) {
        return Err(Unreadable);
    }
    let decoded = |text: Option<Text<'a>>| text.map(Text::decode);
    let time = fields.time.and_then(|time| time::of_iso(time.raw().as_bytes())).ok_or(Unreadable)?;
    let run_id = decoded(fields.run_id);
    if run_id.as_deref().is_some_and(|run_id| RunId::parse(run_id.as_bytes()).is_err()) {
        return Err(Unreadable);
    }
    let kind = match fields.event.ok_or(Unreadable).map(|event| Kind::named(event.raw()))? {
        Some(Kind::Generate) => EventKind::Generate,
        Some(Kind::Resolve) => EventKind::Resolve { source: decoded(fields.source) },
        Some(Kind::Pass) => EventKind::Pass,
        Some(Kind::Send) => EventKind::Send,
        Some(Kind::Receive) => EventKind::Receive,
        Some(Kind::Conflict) => EventKind::Conflict,
        // The count of rejections that were not logged has no code.
        Some(Kind::Reject) => match decoded(fields.code) {
            Some(code) => EventKind::Reject {
                code,
                received: decoded(fields.received),
                expect_client: decoded(fields.expect_client),
                source: decoded(fields.source),
            },
            None => return Ok((None, length)),
        },
        Some(Kind::Record) => EventKind::Record {
            action: fields.action.and_then(|action| Action::named(action.raw())).ok_or(Unreadable)?,
            table: fields.table.and_then(|table| Table::named(table.raw())),
            client: decoded(fields.client),
        },
        _ => return Ok((None, length)),
    };
    let is_about_a_run = run_id.is_some() || matches!(kind, EventKind::Reject { .. });
    let event = is_about_a_run.then(|| Event {
        time: Some(time),
        process: Process::Parts {
            service: decoded(fields.service),
            host: decoded(fields.host),
            pid: fields.pid,
            proc: decoded(fields.proc),
        },
        op: decoded(fields.op),
        at: decoded(fields.at),
        run_id,
        kind,
    });
    Ok((event, length))
}

/// A line of another structured log, such as pino's, or an event in the quotes of a collector.
#[derive(Debug, Default)]
pub struct Structured<'a> {
    /// Its run, a string of any content.
    pub run_id: Option<Cow<'a, str>>,
    /// Its process: `hostname/pid` where given, else `service`.
    pub process: Process<'a>,
    /// Its time: ISO 8601, or milliseconds since 1970.
    pub time: Option<Millis>,
    /// Its operation.
    pub op: Option<Cow<'a, str>>,
    /// The first text in it that holds an event.
    pub wrapped: Option<Cow<'a, str>>,
}

/// Reads a line that is one JSON object.
#[must_use]
pub fn read_structured<'a>(text: &'a [u8], marker: &str) -> Option<Structured<'a>> {
    let mut line = Structured::default();
    let (mut hostname, mut pid, mut service) = (None, None, None);
    let rest = json::members(as_text(text), |name, value| match (name.raw(), value) {
        ("time" | "timestamp" | "ts", Value::Number(number)) => line.time = line.time.or(Some(number)),
        ("pid", Value::Number(number)) => pid = Some(number),
        (name, Value::Text(text)) => {
            if line.wrapped.is_none() && text.may_hold(marker) {
                line.wrapped = Some(text.decode()).filter(|text| text.contains(marker));
            }
            match name {
                "runId" => line.run_id = Some(text.decode()),
                "op" => line.op = Some(text.decode()),
                "hostname" => hostname = Some(text.decode()),
                "service" => service = Some(text.decode()),
                "time" | "timestamp" | "ts" | "@timestamp" => {
                    line.time = line.time.or(time::of_iso(text.raw().as_bytes()));
                }
                _ => {}
            }
        }
        _ => {}
    });
    if !rest.is_ok_and(|rest| rest.trim_ascii().is_empty()) {
        return None;
    }
    line.process = match (hostname, pid, service) {
        (Some(hostname), Some(pid), _) => Process::Named(format!("{hostname}/{pid}").into()),
        (_, _, Some(service)) => Process::Named(service),
        _ => Process::Unnamed,
    };
    Some(line)
}

/// Invalid UTF-8 is in no text that is asked for: where it begins, the object is torn.
fn as_text(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_up_to_this_version_are_read() {
        for (version, is_read) in [("0", true), ("1", true), ("2", false), ("null", true)] {
            let line = LINE.replacen('{', &format!("{{\"v\":{version},"), 1);
            assert_eq!(read(line.as_bytes()).is_ok(), is_read, "{version}");
        }
    }

    const LINE: &str = r#"{"time":"2025-10-06T14:30:00.000Z","service":"api","proc":"0a1b2c3d","host":"h","pid":7,
        "thread":0,"op":null,"event":"record","at":"a.js:1:2","action":"missing","table":"client",
        "runId":"251006-143000-Ann-Carver","clientId":"Ann-Carver","near":[]} and more"#;

    #[test]
    fn an_event_is_read_whatever_follows_it() {
        let (event, length) = read(LINE.as_bytes()).unwrap();
        assert_eq!(&LINE[length..], " and more");
        let event = event.unwrap();
        assert_eq!(event.process.name("x.log"), "api@h/7/0a1b2c3d");
        assert_eq!(event.run_id.as_deref(), Some("251006-143000-Ann-Carver"));
        let EventKind::Record { action, table, client } = event.kind else { panic!() };
        assert_eq!(
            (action, table, client.as_deref()),
            (Action::Missing, Some(Table::Client), Some("Ann-Carver"))
        );
    }

    #[test]
    fn what_is_torn_or_foreign_is_unreadable() {
        for (end, _) in LINE.char_indices().filter(|(end, _)| *end < LINE.find("} and").unwrap()) {
            assert_eq!(read(&LINE.as_bytes()[..end]), Err(Unreadable), "{end}");
        }
        assert_eq!(read(&LINE.replace("missing", "vanished").into_bytes()), Err(Unreadable));
        assert_eq!(read(&LINE.replace("251006-143000", "251306-143000").into_bytes()), Err(Unreadable));
        assert_eq!(read(&LINE.replace("T14", "T99").into_bytes()), Err(Unreadable));
    }

    #[test]
    fn a_structured_line_tells_its_run_and_process() {
        let line = r#"{"level":30,"time":1759761000000,"pid":9,"hostname":"h","runId":"251006-143000","a":{"b":[1]}}"#;
        let line = read_structured(line.as_bytes(), "x").unwrap();
        assert_eq!(line.run_id.as_deref(), Some("251006-143000"));
        assert_eq!((line.process.name("x.log").as_str(), line.time), ("h/9", Some(1_759_761_000_000)));
        assert!(read_structured(b"{\"a\":1", "x").is_none() && read_structured(b"[1]", "x").is_none());
    }

    #[test]
    fn an_event_in_quotes_is_handed_out() {
        let line = r#"{"log":"x [run-id] {\"a\":1}\n","stream":"stderr"}"#;
        let line = read_structured(line.as_bytes(), "[run-id] {").unwrap();
        assert_eq!(line.wrapped.as_deref(), Some("x [run-id] {\"a\":1}\n"));
    }
}

//! The events of this library as they stand in logs. SPEC §6.

use std::borrow::Cow;
use std::fmt::Write;

use run_id_core::change;
use run_id_core::event::{Action, Kind, Table, VERSION, field};
use run_id_core::run_id::RunId;

use crate::formats::json::{self, Object, Text, Value};
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
    Send {
        /// By what.
        carrier: Option<Cow<'a, str>>,
    },
    /// A run ID was taken from what was handed over.
    Receive {
        /// From what.
        carrier: Option<Cow<'a, str>>,
    },
    /// Two sources named different runs.
    Conflict {
        /// Which named the run of the event.
        source: Option<Cow<'a, str>>,
        /// The other run.
        other_run_id: Option<Cow<'a, str>>,
        /// Which named that.
        other_source: Option<Cow<'a, str>>,
    },
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
        /// The words of the error.
        message: Option<Cow<'a, str>>,
        /// In which table a record was missed.
        table: Option<Table>,
        /// What was found near a record that was missed.
        near: Vec<Near<'a>>,
    },
    /// A record was made, looked for or changed.
    Record {
        /// What became of it.
        action: Action,
        /// In which table; unknown where only a text tells.
        table: Option<Table>,
        /// For which client.
        client: Option<Cow<'a, str>>,
        /// What was found near one that was missed.
        near: Vec<Near<'a>>,
    },
    /// Something that is about no run: a setting, a count, the end of a thread.
    Other,
}

/// A record that was found near the one that was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near<'a> {
    /// Its run ID.
    pub run_id: Cow<'a, str>,
    /// How the one that was looked up differs.
    pub reason: Option<change::Kind>,
}

impl<'a> Near<'a> {
    /// Those of an array, as it was written, that hold a run ID.
    fn all(nested: &'a str) -> Vec<Self> {
        let mut all = Vec::new();
        let read = json::elements(nested, |element| {
            let Value::Nested(element) = element else { return };
            let Some(object) = Object::of(element) else { return };
            let Some(run_id) = object.text(field::RUN_ID) else { return };
            if RunId::parse(run_id.as_bytes()).is_ok() {
                let reason = object.text("reason").and_then(|reason| change::Kind::named(&reason));
                all.push(Near { run_id, reason });
            }
        });
        if read.is_err() { Vec::new() } else { all }
    }
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
    /// The version of the event; 1.0 wrote none.
    pub v: Option<i64>,
    /// In which thread of the process.
    pub thread: Option<i64>,
    /// Its number among the lines of that thread, from 1; 1.0 wrote none.
    pub n: Option<i64>,
    /// In which operation of it.
    pub op: Option<Cow<'a, str>>,
    /// Which route of a boundary.
    pub route: Option<Cow<'a, str>>,
    /// In which line of code.
    pub at: Option<Cow<'a, str>>,
    /// The run in hand.
    pub within: Option<Cow<'a, str>>,
    /// By which source the run in hand came.
    pub arrived: Option<Cow<'a, str>>,
    /// Which run.
    pub run_id: Option<Cow<'a, str>>,
    /// What.
    pub kind: EventKind<'a>,
}

/// Why the text after a marker is not an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// The members that are read, absent where they are null or of another type.
#[derive(Default)]
struct Fields<'a> {
    time: Option<Text<'a>>,
    event: Option<Text<'a>>,
    service: Option<Text<'a>>,
    proc: Option<Text<'a>>,
    host: Option<Text<'a>>,
    pid: Option<i64>,
    v: Option<i64>,
    thread: Option<i64>,
    n: Option<i64>,
    op: Option<Text<'a>>,
    route: Option<Text<'a>>,
    at: Option<Text<'a>>,
    within: Option<Text<'a>>,
    arrived: Option<Text<'a>>,
    carrier: Option<Text<'a>>,
    other_run_id: Option<Text<'a>>,
    other_source: Option<Text<'a>>,
    message: Option<Text<'a>>,
    near: Option<&'a str>,
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
    /// Of fields of one name the last one counts.
    fn take(&mut self, name: Text<'a>, value: &Value<'a>) {
        let number = match name.raw() {
            field::PID => Some(&mut self.pid),
            field::V => Some(&mut self.v),
            field::THREAD => Some(&mut self.thread),
            field::N => Some(&mut self.n),
            _ => None,
        };
        if let (Some(member), Value::Number(number)) = (number, value) {
            *member = Some(*number);
        }
        if let (field::NEAR, Value::Nested(nested)) = (name.raw(), value) {
            self.near = Some(nested);
        }
        let Value::Text(text) = value else { return };
        let member = match name.raw() {
            field::TIME => &mut self.time,
            field::EVENT => &mut self.event,
            field::SERVICE => &mut self.service,
            field::PROC => &mut self.proc,
            field::HOST => &mut self.host,
            field::OP => &mut self.op,
            field::ROUTE => &mut self.route,
            field::WITHIN => &mut self.within,
            field::ARRIVED => &mut self.arrived,
            field::CARRIER => &mut self.carrier,
            field::OTHER_RUN_ID => &mut self.other_run_id,
            field::OTHER_SOURCE => &mut self.other_source,
            field::MESSAGE => &mut self.message,
            field::AT => &mut self.at,
            field::RUN_ID => &mut self.run_id,
            field::SOURCE => &mut self.source,
            field::CODE => &mut self.code,
            field::RECEIVED => &mut self.received,
            field::EXPECT_CLIENT_ID => &mut self.expect_client,
            field::ACTION => &mut self.action,
            field::TABLE => &mut self.table,
            field::CLIENT_ID => &mut self.client,
            _ => return,
        };
        *member = Some(*text);
    }

    fn event(self) -> Result<Event<'a>, Unreadable> {
        if self.v.is_some_and(|v| v > i64::from(VERSION)) {
            return Err(Unreadable);
        }
        let decoded = |text: Option<Text<'a>>| text.map(Text::decode);
        let time = self.time.and_then(|time| time::of_iso(time.raw().as_bytes())).ok_or(Unreadable)?;
        let run_id = decoded(self.run_id);
        if run_id.as_deref().is_some_and(|run_id| RunId::parse(run_id.as_bytes()).is_err()) {
            return Err(Unreadable);
        }
        let near = || self.near.map(Near::all).unwrap_or_default();
        let kind = match Kind::named(self.event.ok_or(Unreadable)?.raw()) {
            Some(Kind::Generate) => EventKind::Generate,
            Some(Kind::Resolve) => EventKind::Resolve { source: decoded(self.source) },
            Some(Kind::Pass) => EventKind::Pass,
            Some(Kind::Send) => EventKind::Send { carrier: decoded(self.carrier) },
            Some(Kind::Receive) => EventKind::Receive { carrier: decoded(self.carrier) },
            Some(Kind::Conflict) => EventKind::Conflict {
                source: decoded(self.source),
                other_run_id: decoded(self.other_run_id),
                other_source: decoded(self.other_source),
            },
            // The count of rejections that were not logged has no code.
            Some(Kind::Reject) => match decoded(self.code) {
                Some(code) => EventKind::Reject {
                    code,
                    received: decoded(self.received),
                    expect_client: decoded(self.expect_client),
                    source: decoded(self.source),
                    message: decoded(self.message),
                    table: self.table.and_then(|table| Table::named(table.raw())),
                    near: near(),
                },
                None => EventKind::Other,
            },
            Some(Kind::Record) => EventKind::Record {
                action: self.action.and_then(|action| Action::named(action.raw())).ok_or(Unreadable)?,
                table: self.table.and_then(|table| Table::named(table.raw())),
                client: decoded(self.client),
                near: near(),
            },
            _ => EventKind::Other,
        };
        let is_about_a_run = run_id.is_some() || matches!(kind, EventKind::Reject { .. });
        Ok(Event {
            time: Some(time),
            process: Process::Parts {
                service: decoded(self.service),
                host: decoded(self.host),
                pid: self.pid,
                proc: decoded(self.proc),
            },
            v: self.v,
            thread: self.thread,
            n: self.n,
            op: decoded(self.op),
            route: decoded(self.route),
            at: decoded(self.at),
            within: decoded(self.within),
            arrived: decoded(self.arrived),
            run_id,
            kind: if is_about_a_run { kind } else { EventKind::Other },
        })
    }
}

/// Reads the JSON object that `text` begins with, whatever follows it, and tells how many bytes it takes.
///
/// # Errors
/// When it is torn, or isn't what this library writes.
pub fn read(text: &str) -> Result<(Event<'_>, usize), Unreadable> {
    let mut fields = Fields::default();
    let rest = json::members(text, |name, value| fields.take(name, &value)).map_err(|_| Unreadable)?;
    Ok((fields.event()?, text.len() - rest.len()))
}

/// Reads the fields of an event among those that a logger wrote beside them.
#[must_use]
pub fn among<'a>(object: &Object<'a>) -> Option<Event<'a>> {
    let mut fields = Fields::default();
    object.members().for_each(|(name, value)| fields.take(name, value));
    let is_event = fields.event.is_some()
        && fields.proc.is_some()
        && fields.host.is_some()
        && fields.thread.is_some()
        && fields.n.is_some();
    // `v` may be the logger's own: bunyan's is.
    fields.v = None;
    if is_event { fields.event().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_up_to_this_version_are_read() {
        for (version, is_read) in [("0", true), ("1", true), ("2", false), ("null", true)] {
            let line = LINE.replacen('{', &format!("{{\"v\":{version},"), 1);
            assert_eq!(read(&line).is_ok(), is_read, "{version}");
        }
    }

    const LINE: &str = r#"{"time":"2025-10-06T14:30:00.000Z","service":"api","proc":"0a1b2c3d","host":"h","pid":7,
        "thread":0,"op":null,"event":"record","at":"a.js:1:2","action":"missing","table":"client",
        "runId":"251006-143000-Ann-Carver","clientId":"Ann-Carver","near":[]} and more"#;

    #[test]
    fn an_event_is_read_whatever_follows_it() {
        let (event, length) = read(LINE).unwrap();
        assert_eq!(&LINE[length..], " and more");
        assert_eq!(event.process.name("x.log"), "api@h/7/0a1b2c3d");
        assert_eq!(event.run_id.as_deref(), Some("251006-143000-Ann-Carver"));
        let EventKind::Record { action, table, client, .. } = event.kind else { panic!() };
        assert_eq!(
            (action, table, client.as_deref()),
            (Action::Missing, Some(Table::Client), Some("Ann-Carver"))
        );
    }

    #[test]
    fn what_is_torn_or_foreign_is_unreadable() {
        for (end, _) in LINE.char_indices().filter(|(end, _)| *end < LINE.find("} and").unwrap()) {
            assert_eq!(read(&LINE[..end]), Err(Unreadable), "{end}");
        }
        assert_eq!(read(&LINE.replace("missing", "vanished")), Err(Unreadable));
        assert_eq!(read(&LINE.replace("251006-143000", "251306-143000")), Err(Unreadable));
        assert_eq!(read(&LINE.replace("T14", "T99")), Err(Unreadable));
    }
}

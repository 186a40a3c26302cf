//! The events of this library as they stand in logs. SPEC §6.

use std::borrow::Cow;
use std::fmt::Write;

use run_id_core::change;
use run_id_core::event::{Action, Kind, Outcome, Sender, Table, VERSION, field};
use run_id_core::run_id::RunId;

use crate::formats::json::{self, Key, Keys, Object, Text, Value};
use crate::formats::time::{self, Millis};

/// What happened, with what only this kind of event tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind<T> {
    /// A run ID was made.
    Generate,
    /// A run ID was found in a request.
    Resolve {
        /// In which source.
        source: Option<T>,
    },
    /// A run ID went through.
    Pass,
    /// A run ID was handed over.
    Send {
        /// By what.
        carrier: Option<T>,
    },
    /// A run ID was taken from what was handed over.
    Receive {
        /// From what.
        carrier: Option<T>,
    },
    /// Two sources named different runs.
    Conflict {
        /// Which named the run of the event.
        source: Option<T>,
        /// The other run.
        other_run_id: Option<T>,
        /// Which named that.
        other_source: Option<T>,
        /// Who sent it, if it came as baggage.
        sender: Option<Sender>,
    },
    /// Something was refused.
    Reject {
        /// Such as `ERR_RUN_ID_FORMAT`.
        code: T,
        /// What came, escaped.
        received: Option<T>,
        /// Whose run ID it had to be.
        expect_client: Option<T>,
        /// In which source.
        source: Option<T>,
        /// The words of the error.
        message: Option<T>,
        /// In which table a record was missed.
        table: Option<Table>,
        /// What was found near a record that was missed.
        near: Vec<Near<T>>,
    },
    /// A record was made, looked for or changed.
    Record {
        /// What became of it.
        action: Action,
        /// In which table; unknown where only a text tells.
        table: Option<Table>,
        /// For which client.
        client: Option<T>,
        /// What was found near one that was missed.
        near: Vec<Near<T>>,
    },
    /// What was observed by place, counted.
    Observe {
        /// The counts that have changed.
        counts: Vec<Count<T>>,
    },
    /// What was refused and not logged, counted.
    LeftOut {
        /// By error code and call site.
        counts: Vec<LeftOut<T>>,
    },
    /// Something that is not about a run: a setting, a count, the end of a thread.
    Other,
}

impl<T> EventKind<T> {
    /// The same, with something else for each of its texts.
    pub fn map<U>(&self, of: &mut impl FnMut(&T) -> U) -> EventKind<U> {
        let all = |near: &[Near<T>], of: &mut dyn FnMut(&T) -> U| {
            near.iter().map(|Near { run_id, reason }| Near { run_id: of(run_id), reason: *reason }).collect()
        };
        match self {
            Self::Generate => EventKind::Generate,
            Self::Resolve { source } => EventKind::Resolve { source: source.as_ref().map(of) },
            Self::Pass => EventKind::Pass,
            Self::Send { carrier } => EventKind::Send { carrier: carrier.as_ref().map(of) },
            Self::Receive { carrier } => EventKind::Receive { carrier: carrier.as_ref().map(of) },
            Self::Conflict { source, other_run_id, other_source, sender } => EventKind::Conflict {
                source: source.as_ref().map(&mut *of),
                other_run_id: other_run_id.as_ref().map(&mut *of),
                other_source: other_source.as_ref().map(of),
                sender: *sender,
            },
            Self::Reject { code, received, expect_client, source, message, table, near } => {
                EventKind::Reject {
                    code: of(code),
                    received: received.as_ref().map(&mut *of),
                    expect_client: expect_client.as_ref().map(&mut *of),
                    source: source.as_ref().map(&mut *of),
                    message: message.as_ref().map(&mut *of),
                    table: *table,
                    near: all(near, of),
                }
            }
            Self::Record { action, table, client, near } => EventKind::Record {
                action: *action,
                table: *table,
                client: client.as_ref().map(&mut *of),
                near: all(near, of),
            },
            Self::Observe { counts } => {
                EventKind::Observe { counts: counts.iter().map(|count| count.map(of)).collect() }
            }
            Self::LeftOut { counts } => {
                EventKind::LeftOut { counts: counts.iter().map(|count| count.map(of)).collect() }
            }
            Self::Other => EventKind::Other,
        }
    }
}

/// Rejections that were not logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut<T> {
    /// Their error code.
    pub code: T,
    /// The call site, if it is known.
    pub at: Option<T>,
    /// How many.
    pub count: u64,
}

impl<T> LeftOut<T> {
    fn map<U>(&self, of: &mut impl FnMut(&T) -> U) -> LeftOut<U> {
        LeftOut { code: of(&self.code), at: self.at.as_ref().map(of), count: self.count }
    }
}

impl<'a> LeftOut<Cow<'a, str>> {
    /// The valid entries of an array, as written; others are skipped.
    fn all(nested: &'a str) -> Vec<Self> {
        counted_in(nested, |object, count| {
            Some(Self { code: object.text(field::CODE)?, at: object.text(field::AT), count })
        })
    }
}

/// How often something was observed at a place since its process began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count<T> {
    /// The place, if it is known.
    pub place: Option<T>,
    /// Whether it stands for the places that are not counted individually.
    pub is_others: bool,
    /// What would have happened.
    pub outcome: Outcome,
    /// With which error.
    pub code: Option<T>,
    /// What came, the first time.
    pub received: Option<T>,
    /// How often.
    pub count: u64,
}

impl<T> Count<T> {
    fn map<U>(&self, of: &mut impl FnMut(&T) -> U) -> Count<U> {
        Count {
            place: self.place.as_ref().map(&mut *of),
            is_others: self.is_others,
            outcome: self.outcome,
            code: self.code.as_ref().map(&mut *of),
            received: self.received.as_ref().map(of),
            count: self.count,
        }
    }
}

impl<'a> Count<Cow<'a, str>> {
    /// The valid entries of an array, as written; others are skipped.
    fn all(nested: &'a str) -> Vec<Self> {
        counted_in(nested, |object, count| {
            Some(Self {
                place: object.text(field::PLACE),
                is_others: object.has("others"),
                outcome: Outcome::named(&object.text(field::OUTCOME)?)?,
                code: object.text(field::CODE),
                received: object.text(field::RECEIVED),
                count,
            })
        })
    }
}

/// The valid entries of an array of objects that each have a count.
fn counted_in<'a, T>(nested: &'a str, of: impl Fn(&Object<'a>, u64) -> Option<T>) -> Vec<T> {
    let mut all = Vec::new();
    let read = json::elements(nested, |element| {
        let Value::Nested(element) = element else { return };
        let Some(object) = Object::of(element) else { return };
        let Some(Value::Number(count)) = object.get("count") else { return };
        let Ok(count) = u64::try_from(*count) else { return };
        all.extend(of(&object, count));
    });
    if read.is_err() { Vec::new() } else { all }
}

/// A record that was found near the one that was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near<T> {
    /// Its run ID.
    pub run_id: T,
    /// How the one that was looked up differs.
    pub reason: Option<change::Kind>,
}

impl<'a> Near<Cow<'a, str>> {
    /// The entries of an array, as written, that contain a run ID.
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
    /// Not at all: then the file stands for it.
    #[default]
    Unnamed,
    /// By a text.
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

/// Stands for a missing part of a process's name.
pub const NO_PART: &str = "-";

impl Process<'_> {
    /// Writes its name; `file` is where it was read.
    pub fn write(&self, file: &str, out: &mut String) {
        out.clear();
        match self {
            Self::Unnamed => out.push_str(file),
            Self::Named(name) => out.push_str(name),
            Self::Parts { service, host, pid, proc } => {
                let or_none = |text: &Option<Cow<'_, str>>, out: &mut String| {
                    out.push_str(text.as_deref().unwrap_or(NO_PART));
                };
                or_none(service, out);
                out.push('@');
                or_none(host, out);
                out.push('/');
                match pid {
                    // Writing to a text cannot fail.
                    Some(pid) => drop(write!(out, "{pid}")),
                    None => out.push_str(NO_PART),
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
    /// The call site.
    pub at: Option<Cow<'a, str>>,
    /// The run in hand.
    pub within: Option<Cow<'a, str>>,
    /// By which source the run in hand came.
    pub arrived: Option<Cow<'a, str>>,
    /// Which run.
    pub run_id: Option<Cow<'a, str>>,
    /// What.
    pub kind: EventKind<Cow<'a, str>>,
}

/// Why the text after a marker is not an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Members in the order of `record` events, which are the most frequent; also those in between that are not read.
const KEYS: &[Key] = &[
    Key::of(field::V),
    Key::of(field::TIME),
    Key::of(field::SERVICE),
    Key::of(field::PROC),
    Key::of(field::HOST),
    Key::of(field::PID),
    Key::of(field::THREAD),
    Key::of(field::N),
    Key::of(field::OP),
    Key::of(field::ROUTE),
    Key::of(field::EVENT),
    Key::of(field::AT),
    Key::of(field::METHOD),
    Key::of(field::ACTION),
    Key::of(field::TABLE),
    Key::of(field::RUN_ID),
    Key::of(field::CLIENT_ID),
    Key::of(field::STATUS),
    Key::of(field::DURATION_MS),
    Key::of(field::NEAR),
    Key::of(field::WITHIN),
    Key::of(field::ARRIVED),
    Key::of(field::LEAD_SECONDS),
    Key::of(field::SOURCE),
    Key::of(field::EXPECT_CLIENT_ID),
    Key::of(field::CARRIER),
    Key::of(field::PEER),
    Key::of(field::CODE),
    Key::of(field::MESSAGE),
    Key::of(field::RECEIVED),
    Key::of(field::OTHER_RUN_ID),
    Key::of(field::OTHER_SOURCE),
    Key::of(field::SENDER),
    Key::of(field::COUNTS),
];

/// The same, to be found.
static KNOWN: Keys = Keys::of(KEYS);

/// The place of a member.
const fn place_of(name: &str) -> usize {
    let mut at = 0;
    while !is_same(KEYS[at].name().as_bytes(), name.as_bytes()) {
        at += 1;
    }
    at
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

macro_rules! at {
    ($name:ident) => {
        const { place_of(field::$name) }
    };
}

/// The members that are read, `Other` if they are null. If several have one name, the last one counts.
struct Fields<'a>([Value<'a>; KEYS.len()]);

impl Default for Fields<'_> {
    fn default() -> Self {
        Self([const { Value::Other }; KEYS.len()])
    }
}

impl<'a> Fields<'a> {
    fn text(&self, at: usize) -> Option<Text<'a>> {
        if let Value::Text(text) = &self.0[at] { Some(*text) } else { None }
    }

    fn number(&self, at: usize) -> Option<i64> {
        if let Value::Number(number) = &self.0[at] { Some(*number) } else { None }
    }

    fn decoded(&self, at: usize) -> Option<Cow<'a, str>> {
        self.text(at).map(Text::decode)
    }

    fn near(&self) -> Vec<Near<Cow<'a, str>>> {
        let Value::Nested(nested) = &self.0[at!(NEAR)] else { return Vec::new() };
        Near::all(nested)
    }

    fn table(&self) -> Option<Table> {
        Table::named(self.text(at!(TABLE))?.raw())
    }

    fn kind(&self) -> Result<EventKind<Cow<'a, str>>, Unreadable> {
        Ok(match Kind::named(self.text(at!(EVENT)).ok_or(Unreadable)?.raw()) {
            Some(Kind::Generate) => EventKind::Generate,
            Some(Kind::Resolve) => EventKind::Resolve { source: self.decoded(at!(SOURCE)) },
            Some(Kind::Pass) => EventKind::Pass,
            Some(Kind::Send) => EventKind::Send { carrier: self.decoded(at!(CARRIER)) },
            Some(Kind::Receive) => EventKind::Receive { carrier: self.decoded(at!(CARRIER)) },
            Some(Kind::Conflict) => EventKind::Conflict {
                source: self.decoded(at!(SOURCE)),
                other_run_id: self.decoded(at!(OTHER_RUN_ID)),
                other_source: self.decoded(at!(OTHER_SOURCE)),
                sender: self.text(at!(SENDER)).and_then(|sender| Sender::named(sender.raw())),
            },
            // Those that were not logged are counted, and have no code in common.
            Some(Kind::Reject) => match self.decoded(at!(CODE)) {
                Some(code) => EventKind::Reject {
                    code,
                    received: self.decoded(at!(RECEIVED)),
                    expect_client: self.decoded(at!(EXPECT_CLIENT_ID)),
                    source: self.decoded(at!(SOURCE)),
                    message: self.decoded(at!(MESSAGE)),
                    table: self.table(),
                    near: self.near(),
                },
                None => match &self.0[at!(COUNTS)] {
                    Value::Nested(counts) => EventKind::LeftOut { counts: LeftOut::all(counts) },
                    _ => EventKind::Other,
                },
            },
            Some(Kind::Record) => EventKind::Record {
                action: self
                    .text(at!(ACTION))
                    .and_then(|action| Action::named(action.raw()))
                    .ok_or(Unreadable)?,
                table: self.table(),
                client: self.decoded(at!(CLIENT_ID)),
                near: self.near(),
            },
            // These counts include each single observation.
            Some(Kind::Observe) => match &self.0[at!(COUNTS)] {
                Value::Nested(counts) => EventKind::Observe { counts: Count::all(counts) },
                _ => EventKind::Other,
            },
            _ => EventKind::Other,
        })
    }

    #[inline]
    fn event(&self) -> Result<Event<'a>, Unreadable> {
        let v = self.number(at!(V));
        if v.is_some_and(|v| v > i64::from(VERSION)) {
            return Err(Unreadable);
        }
        let time = self.text(at!(TIME)).and_then(|time| time::of_iso(time.raw().as_bytes()));
        let time = time.ok_or(Unreadable)?;
        let run_id = self.decoded(at!(RUN_ID));
        if run_id.as_deref().is_some_and(|run_id| RunId::of(run_id).is_none()) {
            return Err(Unreadable);
        }
        let kind = self.kind()?;
        let is_told = run_id.is_some()
            || matches!(
                kind,
                EventKind::Reject { .. } | EventKind::LeftOut { .. } | EventKind::Observe { .. }
            );
        Ok(Event {
            time: Some(time),
            process: Process::Parts {
                service: self.decoded(at!(SERVICE)),
                host: self.decoded(at!(HOST)),
                pid: self.number(at!(PID)),
                proc: self.decoded(at!(PROC)),
            },
            v,
            thread: self.number(at!(THREAD)),
            n: self.number(at!(N)),
            op: self.decoded(at!(OP)),
            route: self.decoded(at!(ROUTE)),
            at: self.decoded(at!(AT)),
            within: self.decoded(at!(WITHIN)),
            arrived: self.decoded(at!(ARRIVED)),
            run_id,
            kind: if is_told { kind } else { EventKind::Other },
        })
    }
}

/// Reads the JSON object that `text` begins with, whatever follows it, and tells how many bytes it takes.
///
/// # Errors
/// If it is torn, or is not what this library writes.
pub fn read(text: &str) -> Result<(Event<'_>, usize), Unreadable> {
    let mut fields = Fields::default();
    let rest = json::known_members(text, &KNOWN, &mut fields.0).map_err(|_| Unreadable)?;
    Ok((fields.event()?, text.len() - rest.len()))
}

/// Reads the fields of an event among those that a logger added.
#[must_use]
pub fn among<'a>(object: &Object<'a>) -> Option<Event<'a>> {
    let mut fields = Fields::default();
    for (name, value) in object.members() {
        if let Some(at) = KEYS.iter().position(|key| key.name() == name.raw()) {
            fields.0[at] = value.clone();
        }
    }
    let texts = [at!(EVENT), at!(PROC), at!(HOST)].map(|member| fields.text(member).is_some());
    let numbers = [at!(THREAD), at!(N)].map(|member| fields.number(member).is_some());
    let is_event = texts == [true; 3] && numbers == [true; 2];
    // `v` may be the logger's own: bunyan's is.
    fields.0[at!(V)] = Value::Other;
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
    fn counts_are_read_and_other_values_are_skipped() {
        let line = LINE.replace("\"record\"", "\"observe\"").replace(",\"near\":[]", concat!(
            r#","counts":[{"place":"a\u0301","outcome":"would-throw","code":"ERR_RUN_ID_FORMAT","count":3,"received":"x"},"#,
            r#"{"place":null,"others":true,"outcome":"same","count":9223372036854775807},7,{"outcome":"same"},"#,
            r#"{"outcome":"same","count":-1},{"outcome":"never","count":1},{"outcome":"same","count":1e99}]"#,
        ));
        let (event, _) = read(&line).unwrap();
        let EventKind::Observe { counts } = event.kind else { panic!("{:?}", event.kind) };
        let told: Vec<_> =
            counts.iter().map(|one| (one.place.as_deref(), one.is_others, one.count)).collect();
        assert_eq!(told[..2], [(Some("a\u{301}"), false, 3), (None, true, 9_223_372_036_854_775_807)]);
        assert_eq!(
            (counts[0].code.as_deref(), counts[0].received.as_deref()),
            (Some("ERR_RUN_ID_FORMAT"), Some("x"))
        );
        let line = LINE
            .replace("\"record\"", "\"observe\"")
            .replace("\"runId\":\"251006-143000-Ann-Carver\"", "\"runId\":null");
        assert_eq!(read(&line).unwrap().0.kind, EventKind::Other);
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

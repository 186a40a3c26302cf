//! The events of this library as they stand in logs, and what other structured logs tell. SPEC §6.

use std::borrow::Cow;
use std::fmt;

use run_id_core::run_id::RunId;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::time::{self, Millis};

/// The tables of JobTracking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Keyed by the base.
    Job,
    /// Keyed by the client run ID.
    Client,
}

impl Table {
    /// The name in events.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Client => "client",
        }
    }

    /// The one that is keyed by IDs like this.
    #[must_use]
    pub fn of(run_id: RunId<'_>) -> Self {
        if run_id.client.is_none() { Self::Job } else { Self::Client }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Job, Self::Client].into_iter().find(|table| table.name() == name)
    }
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It was made.
    Created,
    /// It was there before.
    Exists,
    /// A new ID was taken already.
    Clash,
    /// It was read.
    Found,
    /// It isn't there.
    Missing,
    /// It was changed.
    Updated,
    /// It got its final status.
    Completed,
}

impl Action {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Created, "created"),
        (Self::Exists, "exists"),
        (Self::Clash, "clash"),
        (Self::Found, "found"),
        (Self::Missing, "missing"),
        (Self::Updated, "updated"),
        (Self::Completed, "completed"),
    ];

    /// The name in events.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(action, _)| *action == self).map_or("", |(_, name)| name)
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(action, _)| action)
    }
}

/// What happened, with what only this kind of event tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening<'a> {
    /// A run ID was made.
    Generate,
    /// A run ID was found in a request.
    Resolve {
        /// In which source.
        source: Option<Cow<'a, str>>,
    },
    /// A run ID went through.
    Pass,
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

/// What is read of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// When.
    pub time: Option<Millis>,
    /// In which process: `service@host/pid/proc`.
    pub process: String,
    /// In which operation of it.
    pub op: Option<Cow<'a, str>>,
    /// In which line of code.
    pub at: Option<Cow<'a, str>>,
    /// Which run.
    pub run_id: Option<Cow<'a, str>>,
    /// What.
    pub happening: Happening<'a>,
}

/// Why the text after a marker is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow, default)]
    service: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    proc: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    host: Option<Cow<'a, str>>,
    #[serde(default)]
    pid: Option<u64>,
    #[serde(borrow, default)]
    op: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    at: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "runId")]
    run_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    code: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    received: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "expectClientId")]
    expect_client: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    action: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    table: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "clientId")]
    client: Option<Cow<'a, str>>,
}

/// Reads the JSON object that `text` begins with, whatever follows it.
///
/// `Ok(None)` is an event that is about no run, such as that of a setting.
///
/// # Errors
/// When it is torn, or isn't what this library writes.
pub fn read(text: &[u8]) -> Result<Option<Event<'_>>, Unreadable> {
    let fields = serde_json::Deserializer::from_slice(text).into_iter::<Fields<'_>>().next();
    let fields = fields.and_then(Result::ok).ok_or(Unreadable)?;
    let time = Some(time::of_iso(fields.time.as_bytes()).ok_or(Unreadable)?);
    if fields.run_id.as_deref().is_some_and(|run_id| RunId::parse(run_id.as_bytes()).is_err()) {
        return Err(Unreadable);
    }
    let happening = match &*fields.event {
        "generate" => Happening::Generate,
        "resolve" => Happening::Resolve { source: fields.source },
        "pass" => Happening::Pass,
        "conflict" => Happening::Conflict,
        // The count of rejections that were not logged has no code.
        "reject" => match fields.code {
            Some(code) => Happening::Reject {
                code,
                received: fields.received,
                expect_client: fields.expect_client,
                source: fields.source,
            },
            None => return Ok(None),
        },
        "record" => Happening::Record {
            action: fields.action.as_deref().and_then(Action::named).ok_or(Unreadable)?,
            table: fields.table.as_deref().and_then(Table::named),
            client: fields.client,
        },
        _ => return Ok(None),
    };
    let is_about_a_run = fields.run_id.is_some() || matches!(happening, Happening::Reject { .. });
    let or_none = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or("-").to_owned();
    Ok(is_about_a_run.then(|| Event {
        time,
        process: format!(
            "{}@{}/{}/{}",
            or_none(&fields.service),
            or_none(&fields.host),
            fields.pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string()),
            or_none(&fields.proc)
        ),
        op: fields.op,
        at: fields.at,
        run_id: fields.run_id,
        happening,
    }))
}

/// A line of another structured log, such as pino's, or an event in the quotes of a collector.
#[derive(Debug, Default)]
pub struct Structured<'a> {
    /// Its run, a string of any content.
    pub run_id: Option<Cow<'a, str>>,
    /// Its process: `hostname/pid` where given, else `service`.
    pub process: Option<String>,
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
    let Json(fields) = serde_json::from_slice(text).ok()?;
    let mut line = Structured::default();
    let (mut hostname, mut pid, mut service) = (None, None, None);
    for (name, value) in fields {
        match (&*name, value) {
            (_, Scalar::Text(text)) if line.wrapped.is_none() && text.contains(marker) => {
                line.wrapped = Some(text);
            }
            ("runId", Scalar::Text(text)) => line.run_id = Some(text),
            ("op", Scalar::Text(text)) => line.op = Some(text),
            ("hostname", Scalar::Text(text)) => hostname = Some(text),
            ("pid", Scalar::Number(number)) => pid = Some(number),
            ("service", Scalar::Text(text)) => service = Some(text),
            ("time" | "timestamp" | "ts" | "@timestamp", Scalar::Text(text)) => {
                line.time = line.time.or(time::of_iso(text.as_bytes()));
            }
            ("time" | "timestamp" | "ts", Scalar::Number(number)) => line.time = line.time.or(Some(number)),
            _ => {}
        }
    }
    line.process = match (hostname, pid, service) {
        (Some(hostname), Some(pid), _) => Some(format!("{hostname}/{pid}")),
        (_, _, service) => service.map(Cow::into_owned),
    };
    Some(line)
}

/// The members of an object, in order. Those that are objects themselves are only checked.
struct Json<'a>(Vec<(Cow<'a, str>, Scalar<'a>)>);

enum Scalar<'a> {
    Text(Cow<'a, str>),
    Number(i64),
    Other,
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Json<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(Text(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Json(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Serde borrows a `Cow` only when it is told to.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("any value")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Scalar::Number(number))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(i64::try_from(number).map_or(Scalar::Other, Scalar::Number))
            }

            #[expect(clippy::cast_possible_truncation, reason = "fractions of a millisecond do not count")]
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Scalar::Number(number as i64))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Scalar::Other)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"time":"2025-10-06T14:30:00.000Z","service":"api","proc":"0a1b2c3d","host":"h","pid":7,
        "thread":0,"op":null,"event":"record","at":"a.js:1:2","action":"missing","table":"client",
        "runId":"251006-143000-Ann-Carver","clientId":"Ann-Carver","near":[]} and more"#;

    #[test]
    fn an_event_is_read_whatever_follows_it() {
        let event = read(LINE.as_bytes()).unwrap().unwrap();
        assert_eq!(event.process, "api@h/7/0a1b2c3d");
        assert_eq!(event.run_id.as_deref(), Some("251006-143000-Ann-Carver"));
        let Happening::Record { action, table, client } = event.happening else { panic!() };
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
        assert_eq!((line.process.as_deref(), line.time), (Some("h/9"), Some(1_759_761_000_000)));
        assert!(read_structured(b"{\"a\":1", "x").is_none() && read_structured(b"[1]", "x").is_none());
    }

    #[test]
    fn an_event_in_quotes_is_handed_out() {
        let line = r#"{"log":"x [run-id] {\"a\":1}\n","stream":"stderr"}"#;
        let line = read_structured(line.as_bytes(), "[run-id] {").unwrap();
        assert_eq!(line.wrapped.as_deref(), Some("x [run-id] {\"a\":1}\n"));
    }
}

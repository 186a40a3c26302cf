//! One event of a run, and how it is shown.

use std::hash::Hash;
use std::sync::Arc;

use run_id_core::event::{Action, Kind, Table};
use serde::{Serialize, Serializer};

use crate::facts::history::{Name, Names, Place};
use crate::formats::event::{Event, EventKind};
use crate::formats::observation::{Observation, confidence};
use crate::formats::time::{Millis, iso};

/// The line that a step is in.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Which of the records in the line: JSON may hold several.
    pub record: u32,
    /// Bytes that are shown of it.
    pub bytes: usize,
    /// What is shown of it, if that is kept; all steps of a line share it.
    pub text: Option<Arc<str>>,
    /// Its number in [`super::texts::Texts`].
    pub number: usize,
}

/// One event of the run.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it was read.
    pub place: Place,
    /// What was read there.
    pub line: Line,
    /// When, if the line says so.
    pub time: Option<Millis>,
    /// In which process.
    pub process: Name,
    /// In which thread of it.
    pub thread: i64,
    /// Its number among the lines of that thread.
    pub n: Option<i64>,
    /// In which operation.
    pub op: Option<Name>,
    /// What happened.
    pub event: Kind,
    /// To a record.
    pub action: Option<Action>,
    /// Of which table.
    pub table: Option<Table>,
    /// In which source the ID was found.
    pub source: Option<Name>,
    /// By what it was handed over.
    pub carrier: Option<Name>,
    /// Which ID; for a refusal, what came.
    pub run_id: Option<Name>,
    /// The code of a refusal.
    pub code: Option<Name>,
    /// The call site.
    pub at: Option<Name>,
    /// Whether more than a text says so.
    pub is_certain: bool,
}

impl Step {
    /// The step in a line. `file` stands for a process that it does not name.
    #[must_use]
    pub fn of(
        observation: &Observation<'_>,
        place: Place,
        line: Line,
        file: &str,
        names: &mut Names,
    ) -> Self {
        let event = &observation.event;
        let mut name = |text: Option<&str>| text.map(|text| names.name(text));
        let mut step = Self {
            place,
            line,
            time: event.time,
            thread: event.thread.unwrap_or(0),
            n: event.n,
            op: name(event.op.as_deref()),
            event: Kind::Record,
            action: None,
            table: None,
            source: None,
            carrier: None,
            run_id: name(shown_id(event)),
            code: None,
            at: name(event.at.as_deref()),
            is_certain: observation.is_certain,
            process: names.name(&event.process.name(file)),
        };
        let mut name = |text: Option<&str>| text.map(|text| names.name(text));
        match &event.kind {
            EventKind::Generate => step.event = Kind::Generate,
            EventKind::Resolve { source } => {
                step.event = Kind::Resolve;
                step.source = name(source.as_deref());
            }
            EventKind::Pass | EventKind::Observe { .. } | EventKind::Other => step.event = Kind::Pass,
            EventKind::Send { carrier, .. } => {
                step.event = Kind::Send;
                step.carrier = name(carrier.as_deref());
            }
            EventKind::Receive { carrier, .. } => {
                step.event = Kind::Receive;
                step.carrier = name(carrier.as_deref());
            }
            EventKind::Conflict { .. } => step.event = Kind::Conflict,
            EventKind::LeftOut { .. } => step.event = Kind::Reject,
            EventKind::Reject { code, source, .. } => {
                step.event = Kind::Reject;
                step.code = name(Some(code));
                step.source = name(source.as_deref());
            }
            EventKind::Record { action, table, .. } => {
                step.action = Some(*action);
                step.table = *table;
            }
        }
        step
    }

    /// Everything that is shown of it, except where it was read.
    pub(super) fn told(&self) -> impl Eq + Hash + use<> {
        let when = (self.process, self.time, self.op, self.at, self.is_certain);
        let what = (self.event, self.action, self.table, self.run_id);
        (when, what, self.source, self.carrier, self.code)
    }

    /// Whether the process had its run ID in hand then: not one that was refused or missed.
    #[must_use]
    pub fn has_in_hand(&self) -> bool {
        self.event != Kind::Reject && self.action != Some(Action::Missing)
    }
}

/// The ID that an event shows: what was refused takes its place.
fn shown_id<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match &event.kind {
        EventKind::Reject { received, .. } => received.as_deref(),
        _ => event.run_id.as_deref(),
    }
}

/// How a line is given.
#[derive(Clone, Copy, Debug)]
pub enum ShownText<'t> {
    /// Not at all: it could not be read again.
    None,
    /// By its number among the texts of a page.
    Number(usize),
    /// As it is.
    Text(&'t str),
}

impl Serialize for ShownText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// A step as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownStep<'t> {
    time: Option<String>,
    process: &'t str,
    event: &'static str,
    action: Option<&'static str>,
    table: Option<&'static str>,
    source: Option<&'t str>,
    carrier: Option<&'t str>,
    run_id: Option<&'t str>,
    code: Option<&'t str>,
    at: Option<&'t str>,
    file: &'t str,
    line: u64,
    text: ShownText<'t>,
    confidence: &'static str,
}

impl<'t> ShownStep<'t> {
    /// How a step is shown.
    #[must_use]
    pub fn of(step: &Step, names: &'t Names, files: &'t [String], text: ShownText<'t>) -> Self {
        let told = |name: Option<Name>| name.map(|name| names.text(name));
        Self {
            time: step.time.map(iso),
            process: names.text(step.process),
            event: step.event.name(),
            action: step.action.map(Action::name),
            table: step.table.map(Table::name),
            source: told(step.source),
            carrier: told(step.carrier),
            run_id: told(step.run_id),
            code: told(step.code),
            at: told(step.at),
            file: files.get(step.place.file as usize).map_or("", String::as_str),
            line: step.place.line,
            text,
            confidence: confidence(step.is_certain),
        }
    }
}

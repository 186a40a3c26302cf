//! The table of events that JavaScript gets at load.

use napi_derive::napi;
use run_id_core::change;
use run_id_core::event::{
    Action, BAGGAGE, COMMON, Carrier, Kind, Level, MARKER, MAX_COUNTS, MAX_LINE, OUTCOME_LEVEL, Outcome,
    Sender, Table, VERSION,
};

/// A kind of event.
#[napi(object, object_from_js = false)]
pub struct KindObject {
    /// Its name.
    pub name: &'static str,
    /// Its fields in addition to the common ones.
    pub fields: Vec<&'static str>,
    /// The least level at which it is logged.
    pub level: u32,
}

/// What became of a record.
#[napi(object, object_from_js = false)]
pub struct ActionObject {
    /// Its name.
    pub name: &'static str,
    /// The least level at which it is logged.
    pub level: u32,
    /// Whether the call that tells it ends in an error.
    pub is_failure: bool,
}

/// All that JavaScript knows of events.
#[napi(object, object_from_js = false)]
pub struct EventsObject {
    /// Stands before an event in a log.
    pub marker: &'static str,
    /// Of the table.
    pub version: u32,
    /// The most bytes of a line.
    pub max_line: u32,
    /// The most bytes of the counts in a line.
    pub max_counts: u32,
    /// Fields of every event.
    pub common: Vec<&'static str>,
    /// The kinds of events.
    pub kinds: Vec<KindObject>,
    /// What becomes of records.
    pub actions: Vec<ActionObject>,
    /// The source of a run ID that came as baggage.
    pub baggage: &'static str,
    /// Who may have sent it.
    pub senders: Vec<&'static str>,
    /// What is observed.
    pub outcomes: Vec<&'static str>,
    /// The least level at which one observation is logged.
    pub outcome_level: u32,
    /// Why a record is near one that was not found.
    pub reasons: Vec<&'static str>,
    /// The tables of records.
    pub tables: Vec<&'static str>,
    /// The carriers by which run IDs are handed over.
    pub carriers: Vec<&'static str>,
    /// In ascending order.
    pub levels: Vec<&'static str>,
}

/// The table.
pub(crate) fn table() -> EventsObject {
    let kinds = Kind::ALL.iter().map(|kind| KindObject {
        name: kind.name(),
        fields: kind.fields().to_vec(),
        level: Level::of(*kind, None) as u32,
    });
    let actions = Action::ALL.iter().map(|action| ActionObject {
        name: action.name(),
        level: Level::of(Kind::Record, Some(*action)) as u32,
        is_failure: action.is_failure(),
    });
    EventsObject {
        marker: MARKER,
        version: VERSION,
        max_line: u32::try_from(MAX_LINE).unwrap_or(u32::MAX),
        max_counts: u32::try_from(MAX_COUNTS).unwrap_or(u32::MAX),
        common: COMMON.to_vec(),
        kinds: kinds.collect(),
        actions: actions.collect(),
        baggage: BAGGAGE,
        senders: Sender::ALL.iter().map(|sender| sender.name()).collect(),
        outcomes: Outcome::ALL.iter().map(|outcome| outcome.name()).collect(),
        outcome_level: OUTCOME_LEVEL as u32,
        reasons: change::Kind::ALL.iter().map(|kind| kind.name()).collect(),
        tables: Table::ALL.iter().map(|table| table.name()).collect(),
        carriers: Carrier::ALL.iter().map(|carrier| carrier.name()).collect(),
        levels: Level::ALL.iter().map(|level| level.name()).collect(),
    }
}

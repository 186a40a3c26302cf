//! What job tracking asks of the rules.

#![expect(clippy::needless_pass_by_value, reason = "generated bindings convert into owned values")]

use napi::bindgen_prelude::{Error, Result, Unknown};
use napi_derive::napi;
use run_id_core::base::{Base, FIRST_SECOND, LAST_SECOND};
use run_id_core::fault::Fault;
use run_id_core::process::PROCESS;
use run_id_core::run_id::RunId;
use run_id_core::{clock, near};

use crate::exports::{OWN_CLOCK, base_text, run_id};
use crate::passed::Passed;
use crate::rejection::RejectionTuple;

/// A run ID that exists, and why it is near another.
#[napi(object, object_from_js = false)]
pub struct NearObject {
    /// The run ID.
    pub run_id: String,
    /// Why.
    pub reason: &'static str,
}

/// Why a value is not a run ID of the wanted kind; nothing when it is one.
#[napi(catch_unwind)]
pub fn refuse_kind(
    value: Unknown<'_>,
    #[napi(ts_arg_type = "'Base' | 'Client'")] wanted: String,
    caller: Unknown<'_>,
) -> Result<Option<RejectionTuple>> {
    let Some(wanted) = ["Base", "Client"].into_iter().find(|kind| *kind == wanted) else {
        return Err(Error::from_reason(format!("there is no kind {wanted}")));
    };
    let passed = Passed::read(&value)?;
    Ok(match run_id(&passed, &caller) {
        Err(rejection) => Some(rejection.into()),
        Ok(run_id) if run_id.client.map_or("Base", |_| "Client") == wanted => None,
        Ok(_) => Some(Fault::Kind { received: passed.value().received(), wanted }.into()),
    })
}

/// The greatest base that may exist by now, given the lead: the clock's second plus `maxLeadSeconds`. `nowMs`,
/// where given, is the time of this thread's own clock.
#[napi(catch_unwind)]
pub fn greatest_base(now_ms: Option<f64>) -> String {
    let seconds = read(now_ms).div_euclid(1000) + PROCESS.generator.max_lead();
    Base::from_unix(seconds.clamp(FIRST_SECOND, LAST_SECOND)).map(base_text).unwrap_or_default()
}

/// Makes sure that the next base is more than `extra` seconds above a given one, as far as the lead allows: in
/// the sequence of this thread's own clock when `nowMs` is its time, else in that of the process.
#[napi(catch_unwind)]
pub fn raise_sequence(base: String, extra: u32, now_ms: Option<f64>) {
    let Some(base) = base.as_bytes().first_chunk().and_then(|text| Base::parse(text).ok()) else { return };
    let seconds = base.unix() + i64::from(extra);
    match now_ms {
        None => PROCESS.generator.raise(seconds, clock::now_ms()),
        Some(_) => OWN_CLOCK.with_borrow(|own| own.raise(seconds, read(now_ms))),
    }
}

/// The time of a thread's own clock, or of the real one.
fn read(now_ms: Option<f64>) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "fractions of a millisecond do not count")]
    now_ms.map_or_else(clock::now_ms, |now_ms| now_ms.floor() as i64)
}

/// What to look for when a run ID was not found.
#[napi(object, object_from_js = false)]
#[derive(Default)]
pub struct NearLookupsObject {
    /// Jobs of exactly these IDs.
    pub jobs: Vec<String>,
    /// Client runs of exactly these IDs.
    pub client_runs: Vec<String>,
    /// Client runs of these IDs in any case.
    pub spellings: Vec<String>,
}

/// What to look for when a run ID was not found.
#[napi(catch_unwind)]
pub fn near_lookups(run_id: String) -> NearLookupsObject {
    let Some(wanted) = RunId::of(&run_id) else { return NearLookupsObject::default() };
    let near::Lookups { jobs, client_runs, spellings } = near::lookups(wanted);
    NearLookupsObject { jobs, client_runs, spellings }
}

/// Those of the run IDs that exist which are near one that was not found, the most telling first.
#[napi(catch_unwind)]
pub fn rank_near(run_id: String, found: Vec<String>) -> Vec<NearObject> {
    let Some(wanted) = RunId::of(&run_id) else { return Vec::new() };
    near::rank(wanted, &found)
        .into_iter()
        .map(|(run_id, kind)| NearObject { run_id: run_id.to_owned(), reason: kind.name() })
        .collect()
}

//! The rules that job tracking uses.

#![expect(clippy::needless_pass_by_value, reason = "generated bindings convert into owned values")]

use napi::bindgen_prelude::{Error, Result, Unknown};
use napi_derive::napi;
use run_id_core::base::{Base, FIRST_SECOND, LAST_SECOND};
use run_id_core::fault::Fault;
use run_id_core::process::PROCESS;
use run_id_core::run_id::RunId;
use run_id_core::{clock, near};

use crate::exports::{base_text, run_id};
use crate::own_clock::OwnClock;
use crate::passed::Passed;
use crate::rejection::RejectionTuple;

/// A run ID that exists, and why it is close to another.
#[napi(object, object_from_js = false)]
pub struct NearObject {
    /// The run ID.
    pub run_id: String,
    /// Why.
    pub reason: &'static str,
}

/// Why a value is not a run ID of the given kind; nothing if it is one.
#[napi(catch_unwind)]
pub fn refuse_kind(
    value: Unknown<'_>,
    #[napi(ts_arg_type = "'Base' | 'Client'")] wanted: String,
    caller: Unknown<'_>,
) -> Result<Option<RejectionTuple>> {
    let Some(wanted) = ["Base", "Client"].into_iter().find(|kind| *kind == wanted) else {
        return Err(Error::from_reason(format!("unknown kind {wanted}")));
    };
    let passed = Passed::read(&value)?;
    Ok(match run_id(&passed, &caller) {
        Err(rejection) => Some(rejection.into()),
        Ok(run_id) if run_id.client.map_or("Base", |_| "Client") == wanted => None,
        Ok(_) => Some(Fault::Kind { received: passed.value().received(), wanted }.into()),
    })
}

/// The greatest base that may exist by now, given the lead: the clock's second plus `maxLeadSeconds`.
#[napi(catch_unwind)]
pub fn greatest_base(clock: Option<&OwnClock>) -> String {
    base_at(greatest_second(clock)).unwrap_or_default()
}

/// The bases after a given one that another claim may have used, in order: at most 64, none beyond the greatest.
#[napi(catch_unwind)]
pub fn bases_after(base: String, clock: Option<&OwnClock>) -> Vec<String> {
    let Some(second) = second_of(&base) else { return Vec::new() };
    let last = greatest_second(clock).min(second + LOOK_AHEAD);
    (second + 1..=last).filter_map(base_at).collect()
}

/// Makes sure that the next base of a clock is more than `extra` seconds above a given one, as far as the lead allows.
#[napi(catch_unwind)]
pub fn raise_sequence(base: String, extra: u32, clock: Option<&OwnClock>) {
    let Some(second) = second_of(&base) else { return };
    let seconds = second + i64::from(extra);
    match clock {
        None => PROCESS.generator.raise(seconds, clock::now_ms()),
        Some(own) => own.raise(seconds),
    }
}

/// How many seconds are looked up together. As many lookups as there are tries in a claim cover the whole default lead.
const LOOK_AHEAD: i64 = 64;

fn greatest_second(clock: Option<&OwnClock>) -> i64 {
    let now_ms = clock.map_or_else(clock::now_ms, OwnClock::now_ms);
    (now_ms.div_euclid(1000) + PROCESS.generator.max_lead()).clamp(FIRST_SECOND, LAST_SECOND)
}

fn second_of(base: &str) -> Option<i64> {
    base.as_bytes().first_chunk().and_then(|text| Base::parse(text).ok()).map(Base::unix)
}

fn base_at(second: i64) -> Option<String> {
    Base::from_unix(second).map(base_text)
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

/// The existing run IDs that are close to one that was not found, the most likely first.
#[napi(catch_unwind)]
pub fn rank_near(run_id: String, found: Vec<String>) -> Vec<NearObject> {
    let Some(wanted) = RunId::of(&run_id) else { return Vec::new() };
    near::rank(wanted, &found)
        .into_iter()
        .map(|(run_id, kind)| NearObject { run_id: run_id.to_owned(), reason: kind.name() })
        .collect()
}

//! What was observed, by place.

#![expect(clippy::needless_pass_by_value, reason = "generated bindings convert into owned values")]

use napi_derive::napi;
use run_id_core::observed::case;
use run_id_core::process::PROCESS;

/// How often something was observed at a place since the process began.
#[napi(object, object_from_js = false, use_nullable = true)]
pub struct CountObject {
    /// The name of the place; null for the others, and if it is not known.
    pub place: Option<String>,
    /// Whether it stands for all places that are not counted individually.
    pub is_others: bool,
    /// What would have happened.
    pub outcome: &'static str,
    /// With which error of this library.
    pub code: Option<&'static str>,
    /// How often.
    pub count: f64,
    /// The first received value.
    pub received: Option<String>,
}

/// The number under which a place is counted; 0 for those beyond the limit, 1 for unknown places.
#[napi(catch_unwind)]
pub fn observed_place(name: String) -> u32 {
    PROCESS.observed.place(&name)
}

/// Keeps the received value as the example for an outcome and a code, given by their numbers.
#[napi(catch_unwind)]
pub fn keep_observed(place: u32, outcome: i32, code: i32, received: String) {
    if let Some(case) = case(outcome, code) {
        PROCESS.observed.keep_example(place, case, &received);
    }
}

/// Whether anything was counted since the counts were last taken.
#[napi(catch_unwind)]
pub fn observed_is_due() -> bool {
    PROCESS.observed.is_due()
}

/// The counts that have changed since they were last taken.
#[napi(catch_unwind)]
pub fn take_observed() -> Vec<CountObject> {
    let counts = PROCESS.observed.take().into_iter();
    counts
        .map(|counted| CountObject {
            place: counted.place.map(String::from),
            is_others: counted.is_others,
            outcome: counted.case.0.name(),
            code: counted.case.1.map(|code| code.name),
            #[expect(clippy::cast_precision_loss, reason = "9,007,199,254,740,992 are exact")]
            count: counted.count as f64,
            received: counted.received.map(String::from),
        })
        .collect()
}

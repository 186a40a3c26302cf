//! The N-API border. It reads JavaScript values, applies the rules in `run-id-core`, and returns results or rejections as
//! plain data; JavaScript throws.
//!
//! | module | contents |
//! |---|---|
//! | `passed` | values as they were passed |
//! | `rejection` | faults as plain objects |
//! | `events` | the table of events, and what is counted for them |
//! | `exports` | everything off the hot path |
//! | `observed` | what was observed, by place |
//! | `own_clock` | a clock and a sequence for tests |
//! | `job_tracking` | the rules that job tracking uses |
//! | `log_reading` | run IDs in buffers and in logs |
//! | `probe` | a panic for the tests, never shipped |
//!
//! The calls of the hot path are raw callbacks, in `crates/fast`.

#![cfg_attr(test, allow(dead_code, reason = "napi-derive registers nothing in test builds"))]
#![deny(unsafe_code)]

mod events;
mod exports;
mod job_tracking;
mod log_following;
mod log_reading;
mod observed;
mod own_clock;
mod passed;
#[cfg(feature = "probe")]
mod probe;
mod rejection;

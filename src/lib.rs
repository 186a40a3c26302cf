//! The N-API border. It reads JavaScript values, asks the rules in `run-id-core`, and hands back results
//! or rejections as plain data; JavaScript throws.
//!
//! | module | holds |
//! |---|---|
//! | `fast` | the calls of the hot path, as raw callbacks; all `unsafe` code |
//! | `passed` | values as they were passed |
//! | `rejection` | faults as plain objects |
//! | `events` | the table of events, and what is counted for them |
//! | `exports` | everything off the hot path |
//! | `own_clock` | a clock and a sequence for tests |
//! | `job_tracking` | what job tracking asks |
//! | `log_reading` | run IDs in buffers and in logs |
//! | `probe` | floors for the benchmark, never shipped |

#![cfg_attr(test, allow(dead_code, reason = "napi-derive registers nothing in test builds"))]
#![deny(unsafe_code)]

mod events;
mod exports;
#[allow(unsafe_code, reason = "raw callbacks of N-API")]
mod fast;
mod job_tracking;
mod log_reading;
mod own_clock;
mod passed;
#[allow(unsafe_code, reason = "measures what `fast` builds on")]
#[cfg(feature = "probe")]
mod probe;
mod rejection;

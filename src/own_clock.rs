//! A clock that JavaScript sets, for tests. Its sequence never touches the real one or the sequence file.

use std::cell::Cell;

use napi_derive::napi;
use run_id_core::fault::{ClockFault, Fault};
use run_id_core::generator::{Generated, Generator};
use run_id_core::process::PROCESS;

/// A clock that shows the time it is given, with its own sequence.
#[napi]
pub struct OwnClock {
    generator: Generator,
    shown: Cell<f64>,
}

#[napi]
impl OwnClock {
    /// A clock that shows no time yet.
    #[napi(constructor, catch_unwind)]
    #[must_use]
    pub fn new() -> Self {
        Self { generator: Generator::new(), shown: Cell::new(f64::NAN) }
    }

    /// Shows a time, in milliseconds since 1970. One that is not finite is refused when it is read.
    #[napi(catch_unwind)]
    pub fn show(&self, now_ms: f64) {
        self.shown.set(now_ms);
    }
}

impl OwnClock {
    /// Milliseconds since 1970. Fractions do not count.
    #[expect(clippy::cast_possible_truncation, reason = "fractions of a millisecond do not count")]
    pub(crate) fn now_ms(&self) -> i64 {
        self.shown.get().floor() as i64
    }

    pub(crate) fn generate(&self) -> Result<Generated, Fault> {
        if !self.shown.get().is_finite() {
            return Err(Fault::Clock(ClockFault::NotFinite));
        }
        self.generator.configure(None, Some(PROCESS.generator.max_lead()))?;
        self.generator.generate(self.now_ms())
    }

    pub(crate) fn raise(&self, seconds: i64) {
        self.generator.raise(seconds, self.now_ms());
    }
}

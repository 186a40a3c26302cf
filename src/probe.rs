//! A panic for the tests. Built with `--features probe` only.

#![expect(clippy::panic, reason = "tests need one")]

use napi_derive::napi;

/// A generated binding that panics.
#[napi(catch_unwind)]
pub fn panic_slow() {
    std::panic::panic_any("probe")
}

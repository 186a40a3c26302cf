//! What the benchmark measures against, and a panic for the tests. Built with `--features probe` only.

#![expect(clippy::panic, reason = "tests need one")]

use napi::bindgen_prelude::sys;

use crate::{argument, ascii_string, guarded, read_units};

/// The lower limit for checking a value: reads the argument exactly as the product does and returns it, without
/// applying any rule.
pub unsafe extern "C" fn floor_read(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    guarded(|| {
        let mut room = [0; _];
        // SAFETY: both come from N-API, for this call.
        let value = unsafe { argument(env, info) };
        // SAFETY: the same.
        unsafe { read_units(env, value, &mut room) }.map(|_| value)
    })
}

/// The lower limit for a new ID: returns 13 characters.
pub unsafe extern "C" fn floor_string(env: sys::napi_env, _: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: the environment comes from N-API, for this call.
    guarded(|| unsafe { ascii_string(env, b"251006-143000") })
}

/// A raw callback that panics.
#[must_use]
pub unsafe extern "C" fn panic_fast(_: sys::napi_env, _: sys::napi_callback_info) -> sys::napi_value {
    guarded(|| std::panic::panic_any("probe"))
}

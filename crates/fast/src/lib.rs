//! The hot path: raw N-API callbacks, which cost a third of what a generated binding does. All `unsafe`
//! code of the product is in this crate, which is compiled for speed where the rest of the border is compiled for size.
//!
//! Each callback either returns its result or `undefined`, which means "look closer": JavaScript then
//! calls the slower function that knows why. Text is read as UTF-16, because a one-byte read would cut
//! U+0132 down to the digit `2`.

#![expect(
    clippy::missing_safety_doc,
    reason = "N-API alone calls the callbacks, with what it made for the call"
)]
#![expect(clippy::missing_errors_doc, reason = "the errors are those of N-API")]

mod loaded;
#[cfg(feature = "probe")]
pub mod probe;

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use napi::bindgen_prelude::{JsValue, Result, Unknown, check_status, sys};
use run_id_core::base::BASE_LENGTH;
use run_id_core::client_id;
use run_id_core::observed::case;
use run_id_core::process::PROCESS;
use run_id_core::rejection::Rejection;
use run_id_core::run_id::{MAX_LENGTH, RunId};
use run_id_core::tally::Tally;
use run_id_core::text::{Unit, Value};

pub use loaded::{keep_loaded, loaded_files};

/// Room for the longest run ID, one unit more to detect longer texts, and N-API's terminator.
const ROOM: usize = MAX_LENGTH + 2;

/// `isRunId(value)`: the value itself if it is a run ID.
pub unsafe extern "C" fn is_run_id(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: both come from N-API, for this call.
    guarded(|| unsafe { valid_argument(env, info) })
}

/// `pass(value)`: the same, while nothing listens to it.
pub unsafe extern "C" fn pass(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: both come from N-API, for this call.
    guarded(|| unsafe { valid_argument(env, info) }.filter(|_| !PROCESS.is_debug()))
}

/// `isClientId(value)`: the value itself if it is a client ID.
pub unsafe extern "C" fn is_client_id(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    guarded(|| {
        // SAFETY: both come from N-API, for this call.
        let value = unsafe { argument(env, info) };
        // SAFETY: the same.
        unsafe { with_text(env, value, |text| client_id::check(text).is_ok()) }.then_some(value)
    })
}

/// `refuseText(value)`: why a text of at most [`MAX_LENGTH`] is not a run ID, as [`Rejection::packed`] has it.
pub unsafe extern "C" fn refuse_text(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    guarded(|| {
        let mut room = [0; ROOM];
        // SAFETY: both come from N-API, for this call.
        let units = unsafe { read_units(env, argument(env, info), &mut room) }?;
        if units.len() > MAX_LENGTH || RunId::parse(units).is_ok() {
            return None;
        }
        let packed = Rejection::of_run_id(&Value::Text(units), String::new).packed()?;
        // SAFETY: the environment comes from N-API, for this call.
        unsafe { ascii_string(env, packed.as_bytes()) }
    })
}

/// The first argument if it is a run ID.
///
/// # Safety
/// `env` and `info` must be those of the running callback.
#[inline]
unsafe fn valid_argument(env: sys::napi_env, info: sys::napi_callback_info) -> Option<sys::napi_value> {
    // SAFETY: promised by the caller.
    let value = unsafe { argument(env, info) };
    // SAFETY: the same.
    unsafe { with_text(env, value, |text| RunId::parse(text).is_ok()) }.then_some(value)
}

/// `nextBase()`: a new base, if there is nothing to report about it.
pub unsafe extern "C" fn next_base(env: sys::napi_env, _: sys::napi_callback_info) -> sys::napi_value {
    guarded(|| {
        let base = PROCESS.generator.ordinary()?;
        // SAFETY: the environment comes from N-API, for this call.
        unsafe { ascii_string(env, &base.text()) }
    })
}

/// `nextClientRunId(clientId)`: a new base with a client ID, likewise. A bad client ID uses up nothing.
pub unsafe extern "C" fn next_client_run_id(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    guarded(|| {
        let mut run_id = [0; MAX_LENGTH];
        let mut length = BASE_LENGTH + 1;
        // SAFETY: both come from N-API, for this call.
        let valid = unsafe {
            with_text(env, argument(env, info), |client| {
                let fits = client_id::check(client).is_ok();
                if fits {
                    for (place, unit) in run_id[length..].iter_mut().zip(client) {
                        *place = unit.ascii();
                    }
                    length += client.len();
                }
                fits
            })
        };
        if !valid {
            return None;
        }
        run_id[..BASE_LENGTH].copy_from_slice(&PROCESS.generator.ordinary()?.text());
        run_id[BASE_LENGTH] = b'-';
        // SAFETY: the environment comes from N-API, for this call.
        unsafe { ascii_string(env, &run_id[..length]) }
    })
}

/// `countObserved(place, outcome, code)`: counts what would have happened at a place, by the numbers of the outcome and the
/// code, which is negative for none. `undefined` if there is nothing more to do; otherwise whether it is the first of its
/// kind: an example of that is kept, and in debug mode each is reported.
pub unsafe extern "C" fn count_observed(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    guarded(|| {
        // SAFETY: both come from N-API, for this call.
        let [place, outcome, code] = unsafe { integers(env, info) }?;
        let is_first = PROCESS.observed.count(u32::try_from(place).ok()?, case(outcome, code)?);
        if !is_first && !PROCESS.is_debug() {
            return None;
        }
        let mut answer = ptr::null_mut();
        // SAFETY: the environment comes from N-API, for this call.
        let status = unsafe { sys::napi_get_boolean(env, is_first, &raw mut answer) };
        (status == sys::Status::napi_ok).then_some(answer)
    })
}

/// `openTally(length)`: memory for that many numbers, in which this thread counts and whose sums all others see; nothing
/// if the runtime does not accept external memory.
pub unsafe extern "C" fn open_tally(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    guarded(|| {
        // SAFETY: both come from N-API, for this call.
        let value = unsafe { argument(env, info) };
        let mut length = 0;
        // SAFETY: the same.
        let status = unsafe { sys::napi_get_value_uint32(env, value, &raw mut length) };
        if status != sys::Status::napi_ok {
            return None;
        }
        let tally = PROCESS.tallies.open(usize::try_from(length).ok()?);
        let (memory, bytes) = (tally.as_ptr().cast_mut().cast(), size_of_val(&*tally));
        let hint = Box::into_raw(Box::new(tally));
        let mut buffer = ptr::null_mut();
        // SAFETY: pointer and size are those of the tally, which the hint keeps alive until `close_tally`. JavaScript
        // writes 64 bits at once, and Rust reads them as atomics.
        let status = unsafe {
            sys::napi_create_external_arraybuffer(
                env,
                memory,
                bytes,
                Some(close_tally),
                hint.cast(),
                &raw mut buffer,
            )
        };
        if status == sys::Status::napi_ok {
            return Some(buffer);
        }
        // SAFETY: the box has no other owner.
        PROCESS.tallies.close(&*unsafe { Box::from_raw(hint) });
        None
    })
}

/// Called when nothing in JavaScript refers to the memory any more, at the end of its thread at the latest.
unsafe extern "C" fn close_tally(_: sys::napi_env, _: *mut c_void, hint: *mut c_void) {
    // SAFETY: `open_tally` made the box for this one call.
    let tally = unsafe { Box::from_raw(hint.cast::<Tally>()) };
    PROCESS.tallies.close(&tally);
}

/// Length of a string in UTF-16 units, without reading it.
pub fn utf16_length(value: &Unknown<'_>) -> Result<usize> {
    let mut length = 0;
    let raw = value.value();
    // SAFETY: environment and value are those of a live call; no buffer means that only the length is told.
    check_status!(unsafe {
        sys::napi_get_value_string_utf16(raw.env, raw.value, ptr::null_mut(), 0, &raw mut length)
    })?;
    Ok(length)
}

/// Whether an object is a `Date`, of whichever realm.
pub fn is_date(value: &Unknown<'_>) -> Result<bool> {
    let mut is_date = false;
    let raw = value.value();
    // SAFETY: environment and value are those of a live call.
    check_status!(unsafe { napi_sys::napi_is_date(raw.env, raw.value, &raw mut is_date) })?;
    Ok(is_date)
}

/// The first `length` units of a string.
pub fn utf16(value: &Unknown<'_>, length: usize) -> Result<Vec<u16>> {
    let mut units = vec![0; length + 1];
    let mut read = 0;
    let raw = value.value();
    // SAFETY: environment and value are those of a live call, and the buffer is as long as it is said to be.
    check_status!(unsafe {
        sys::napi_get_value_string_utf16(raw.env, raw.value, units.as_mut_ptr(), units.len(), &raw mut read)
    })?;
    units.truncate(read);
    Ok(units)
}

/// A panic must not unwind into JavaScript, where it would end the process: it becomes `undefined`.
pub fn guarded(call: impl FnOnce() -> Option<sys::napi_value>) -> sys::napi_value {
    catch_unwind(AssertUnwindSafe(call)).ok().flatten().unwrap_or(ptr::null_mut())
}

/// The first argument; `undefined` if there is none.
///
/// # Safety
/// `env` and `info` must be those of the running callback.
pub unsafe fn argument(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut count = 1;
    let mut value = ptr::null_mut();
    // SAFETY: one value is requested and there is room for one; the other results are not.
    unsafe {
        sys::napi_get_cb_info(env, info, &raw mut count, &raw mut value, ptr::null_mut(), ptr::null_mut());
    }
    value
}

/// The arguments, if they are that many numbers.
///
/// # Safety
/// `env` and `info` must be those of the running callback.
unsafe fn integers<const COUNT: usize>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> Option<[i32; COUNT]> {
    let mut count = COUNT;
    let mut values = [ptr::null_mut(); COUNT];
    // SAFETY: as many values are requested as there is room for; the other results are not.
    unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &raw mut count,
            values.as_mut_ptr(),
            ptr::null_mut(),
            ptr::null_mut(),
        );
    }
    let mut integers = [0; COUNT];
    for (value, integer) in values.into_iter().zip(&mut integers) {
        // SAFETY: environment and value are those of a live call, and there is room for the number.
        let status = unsafe { sys::napi_get_value_int32(env, value, integer) };
        if status != sys::Status::napi_ok {
            return None;
        }
    }
    Some(integers)
}

/// Reads at most [`ROOM`] units of a string; `None` if the value is not a string.
///
/// # Safety
/// `env` and `value` must be those of the running callback.
pub unsafe fn read_units(
    env: sys::napi_env,
    value: sys::napi_value,
    room: &mut [u16; ROOM],
) -> Option<&[u16]> {
    let mut length = 0;
    // SAFETY: the buffer is as long as it is said to be.
    let status =
        unsafe { sys::napi_get_value_string_utf16(env, value, room.as_mut_ptr(), ROOM, &raw mut length) };
    if status == sys::Status::napi_ok { room.get(..length) } else { None }
}

/// Whether the value is a text, of at most [`ROOM`] units, that passes a check.
///
/// # Safety
/// `env` and `value` must be those of the running callback.
#[expect(clippy::inline_always, reason = "the call would cost as much as half of the check")]
#[inline(always)]
unsafe fn with_text(env: sys::napi_env, value: sys::napi_value, check: impl FnOnce(&[u16]) -> bool) -> bool {
    let mut room = [0; ROOM];
    // SAFETY: promised by the caller.
    unsafe { read_units(env, value, &mut room) }.is_some_and(check)
}

/// A new string of ASCII bytes.
///
/// # Safety
/// `env` must be that of the running callback.
pub unsafe fn ascii_string(env: sys::napi_env, text: &[u8]) -> Option<sys::napi_value> {
    let mut value = ptr::null_mut();
    // SAFETY: pointer and length are those of one slice, and ASCII is Latin-1.
    let status = unsafe {
        sys::napi_create_string_latin1(env, text.as_ptr().cast(), text.len().cast_signed(), &raw mut value)
    };
    (status == sys::Status::napi_ok).then_some(value)
}

//! The wall clock, read exactly and read cheaply.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970. Negative before.
#[must_use]
pub fn now_ms() -> i64 {
    let millis = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    SystemTime::now().duration_since(UNIX_EPOCH).map_or_else(|before| -millis(before.duration()), millis)
}

/// Whole seconds since 1970.
///
/// Linux has a clock that is four times cheaper to read and lags by up to one tick, 10 ms at most. Close to
/// the end of a second, where that matters, the exact one is read.
#[cfg(target_os = "linux")]
#[inline]
#[must_use]
pub fn now_seconds() -> i64 {
    use rustix::time::{ClockId, clock_gettime};

    let coarse = clock_gettime(ClockId::RealtimeCoarse);
    if is_surely_this_second(coarse.tv_nsec) { coarse.tv_sec } else { now_ms().div_euclid(1000) }
}

/// Whether a clock that shows these nanoseconds, and lags by a tick or even by two, is still in its second.
#[cfg(target_os = "linux")]
#[inline]
fn is_surely_this_second(nanoseconds: i64) -> bool {
    const LONGEST_TICK: i64 = 10_000_000;
    nanoseconds < 1_000_000_000 - 2 * LONGEST_TICK
}

/// Whole seconds since 1970.
#[cfg(not(target_os = "linux"))]
#[inline]
#[must_use]
pub fn now_seconds() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or_else(|| now_ms().div_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_cheap_clock_is_left_two_ticks_before_the_second_ends() {
        assert!(is_surely_this_second(0));
        assert!(is_surely_this_second(979_999_999));
        assert!(!is_surely_this_second(980_000_000));
        assert!(!is_surely_this_second(999_999_999));
    }

    #[test]
    fn the_cheap_clock_shows_the_same_second_or_lags_where_the_machine_was_held_up() {
        for _ in 0..200_000 {
            let before = now_ms().div_euclid(1000);
            let cheap = now_seconds();
            let after = now_ms().div_euclid(1000);
            assert!((before - 1..=after).contains(&cheap), "{before} {cheap} {after}");
        }
    }
}

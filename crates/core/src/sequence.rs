//! Strictly increasing bases: `next = max(now, last + 1)` in whole UTC seconds, one atomic for all threads.
//!
//! A clock that is set back never repeats an ID: the sequence continues from the last one. How far it may run ahead of
//! the clock is bounded, and it never waits.
//!
//! References: SPEC §3.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Instant;

use crate::base::{Base, FIRST_SECOND};
use crate::fault::{ClockFault, Fault};

/// The default of `maxLeadSeconds`.
pub const DEFAULT_MAX_LEAD: i64 = 3600;

/// The most that `maxLeadSeconds` may be set to: a benchmark may lift the bound.
pub const MAX_LEAD_LIMIT: usize = 2_000_000_000;

/// Above this lead a process warns, once: the IDs no longer tell the time.
pub const WARN_LEAD: i64 = 60;

/// How much the wall clock may lag behind a monotonic one before it counts as set back. Clocks that are
/// slewed drift by half a millisecond a second.
const BACK_TOLERANCE_MS: i64 = 500;

/// An ID that was issued, and how far it is ahead of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The base.
    pub base: Base,
    /// Whole seconds, 0 or more.
    pub lead_seconds: i64,
}

/// A source of bases that never repeats one.
#[derive(Debug)]
pub struct Sequence {
    /// Unix second of the last base issued.
    last: AtomicI64,
    /// The highest second the wall clock ever showed. Written with `anchor`, read without its lock.
    highest: AtomicI64,
    anchor: Mutex<Option<Anchor>>,
}

/// When the wall clock showed its highest second, by a monotonic clock.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    wall_ms: i64,
    steady: Instant,
}

impl Default for Sequence {
    fn default() -> Self {
        Self::new()
    }
}

impl Sequence {
    /// A sequence that has issued nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: AtomicI64::new(0), highest: AtomicI64::new(0), anchor: Mutex::new(None) }
    }

    /// Issues the next base, above `floor` (a Unix second) too.
    ///
    /// # Errors
    /// [`Fault::Exhausted`] when the base would be more than `max_lead` seconds ahead of `now_ms`,
    /// [`Fault::Clock`] when that is because the clock went back, or when the year is outside 2000–2099.
    #[inline]
    pub fn issue(&self, now_ms: i64, max_lead: i64, floor: i64) -> Result<Issued, Fault> {
        let now = now_ms.div_euclid(1000);
        self.claim(now, max_lead, floor).ok_or_else(|| self.refusal(now_ms, max_lead, floor))
    }

    /// [`Sequence::issue`] without the reason for a refusal. A refusal uses up nothing.
    #[inline]
    pub fn claim(&self, now: i64, max_lead: i64, floor: i64) -> Option<Issued> {
        if now > self.highest.load(Relaxed) {
            self.raise_anchor(now);
        }
        let mut last = self.last.load(Relaxed);
        loop {
            let next = now.max(last + 1).max(floor + 1);
            let lead_seconds = next - now;
            if lead_seconds > max_lead {
                return None;
            }
            let base = Base::from_unix(next)?;
            if now < FIRST_SECOND {
                return None;
            }
            // All changes of one atomic have a total order, which is all that uniqueness needs.
            match self.last.compare_exchange_weak(last, next, Relaxed, Relaxed) {
                Ok(_) => return Some(Issued { base, lead_seconds }),
                Err(newer) => last = newer,
            }
        }
    }

    /// Makes sure that the next base is above `seconds`, as far as the lead allows.
    pub fn raise(&self, seconds: i64, now_ms: i64, max_lead: i64) {
        let bound = now_ms.div_euclid(1000) + max_lead;
        self.last.fetch_max(seconds.min(bound), Relaxed);
    }

    /// How far the last base is ahead of the clock, in whole seconds.
    #[must_use]
    pub fn lead(&self, now: i64) -> i64 {
        (self.last.load(Relaxed) - now).max(0)
    }

    #[cold]
    fn raise_anchor(&self, now: i64) {
        let Ok(mut anchor) = self.anchor.lock() else { return };
        if now > self.highest.load(Relaxed) {
            *anchor = Some(Anchor { wall_ms: now * 1000, steady: Instant::now() });
            self.highest.store(now, Relaxed);
        }
    }

    #[cold]
    fn refusal(&self, now_ms: i64, max_lead: i64, floor: i64) -> Fault {
        let now = now_ms.div_euclid(1000);
        let last = self.last.load(Relaxed).max(floor);
        let next = now.max(last + 1);
        if now < FIRST_SECOND || Base::from_unix(next).is_none() {
            return Fault::Clock(ClockFault::OutOfRange);
        }
        // A burst of calls stops with `last` at the bound. Beyond it, the bound or the clock has moved, and
        // the monotonic clock tells which.
        let back_ms = self.set_back_ms(now_ms);
        if last > now + max_lead && back_ms > BACK_TOLERANCE_MS {
            return Fault::Clock(ClockFault::WentBack { back: (back_ms + 500) / 1000, lead: last - now });
        }
        let fits_at_ms = (next - max_lead) * 1000;
        Fault::Exhausted {
            lead: next - now,
            max_lead,
            retry_after_ms: u64::try_from(fits_at_ms - now_ms).unwrap_or(0).max(1),
        }
    }

    fn set_back_ms(&self, now_ms: i64) -> i64 {
        let anchor = self.anchor.lock().ok().and_then(|anchor| *anchor);
        anchor.map_or(0, |Anchor { wall_ms, steady }| {
            let passed = i64::try_from(steady.elapsed().as_millis()).unwrap_or(i64::MAX);
            wall_ms.saturating_add(passed) - now_ms
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const NOON: i64 = 1_759_752_000_000;
    const ANY: i64 = 0;

    fn text(issued: &Issued) -> String {
        String::from_utf8(issued.base.text().to_vec()).unwrap()
    }

    #[test]
    fn issues_the_clocks_second_then_the_next_free_one() {
        let sequence = Sequence::new();
        assert_eq!(text(&sequence.issue(NOON + 999, 10, ANY).unwrap()), "251006-120000");
        let second = sequence.issue(NOON + 999, 10, ANY).unwrap();
        assert_eq!((text(&second).as_str(), second.lead_seconds), ("251006-120001", 1));
        assert_eq!(text(&sequence.issue(NOON + 60_000, 10, ANY).unwrap()), "251006-120100");
    }

    #[test]
    fn a_clock_set_back_repeats_nothing() {
        let sequence = Sequence::new();
        let first = sequence.issue(NOON, 3600, ANY).unwrap();
        let second = sequence.issue(NOON - 1_800_000, 3600, ANY).unwrap();
        assert!(second.base > first.base);
        assert_eq!(second.lead_seconds, 1801);
    }

    #[test]
    fn a_burst_is_exhausted_and_a_clock_set_back_is_told_apart() {
        let sequence = Sequence::new();
        for _ in 0..=5 {
            sequence.issue(NOON + 250, 5, ANY).unwrap();
        }
        let burst = sequence.issue(NOON + 250, 5, ANY);
        assert_eq!(burst, Err(Fault::Exhausted { lead: 6, max_lead: 5, retry_after_ms: 750 }));
        assert!(sequence.issue(NOON + 1000, 5, ANY).is_ok());
        let back = sequence.issue(NOON - 7_200_000, 5, ANY);
        assert!(matches!(back, Err(Fault::Clock(ClockFault::WentBack { .. }))), "{back:?}");
    }

    #[test]
    fn a_lowered_bound_is_not_the_clocks_fault() {
        let sequence = Sequence::new();
        for _ in 0..10 {
            sequence.issue(NOON, 100, ANY).unwrap();
        }
        assert!(matches!(sequence.issue(NOON, 3, ANY), Err(Fault::Exhausted { retry_after_ms: 7000, .. })));
    }

    #[test]
    fn refusals_use_up_nothing() {
        let sequence = Sequence::new();
        sequence.issue(NOON, 0, ANY).unwrap();
        for _ in 0..5 {
            sequence.issue(NOON, 0, ANY).unwrap_err();
        }
        assert_eq!(text(&sequence.issue(NOON + 1000, 0, ANY).unwrap()), "251006-120001");
    }

    #[test]
    fn goes_above_the_floor() {
        let sequence = Sequence::new();
        assert_eq!(sequence.issue(NOON, 10, NOON / 1000 + 4).unwrap().lead_seconds, 5);
    }

    #[test]
    fn is_raised_but_not_beyond_the_lead() {
        let sequence = Sequence::new();
        sequence.raise(NOON / 1000 + 3, NOON, 10);
        assert_eq!(sequence.issue(NOON, 10, ANY).unwrap().lead_seconds, 4);
        sequence.raise(NOON / 1000 + 500, NOON, 10);
        assert!(matches!(sequence.issue(NOON, 10, ANY), Err(Fault::Exhausted { lead: 11, .. })));
        sequence.raise(0, NOON, 10);
        assert!(sequence.issue(NOON + 1000, 10, ANY).is_ok());
    }

    #[test]
    fn outside_the_century_is_the_clocks_fault() {
        let out = Err(Fault::Clock(ClockFault::OutOfRange));
        let max = 2_000_000_000;
        assert_eq!(Sequence::new().issue(-1, max, ANY), out);
        assert_eq!(Sequence::new().issue(946_684_799_999, max, ANY), out);
        assert_eq!(Sequence::new().issue(4_102_444_800_000, max, ANY), out);
        let end = Sequence::new();
        assert!(end.issue(4_102_444_799_000, max, ANY).is_ok());
        assert_eq!(end.issue(4_102_444_799_000, max, ANY), out);
    }

    #[test]
    fn a_clock_before_the_century_is_refused_however_near_the_last_base_is() {
        let sequence = Sequence::new();
        sequence.issue(FIRST_SECOND * 1000, 10, ANY).unwrap();
        let before = sequence.issue(FIRST_SECOND * 1000 - 1, 10, ANY);
        assert_eq!(before, Err(Fault::Clock(ClockFault::OutOfRange)));
    }

    #[test]
    fn a_clock_that_is_slewed_by_half_a_second_was_not_set_back() {
        // The monotonic clock has not come to the anchor, so for it no time passes.
        let steady = Instant::now() + std::time::Duration::from_secs(3600);
        for (lag_ms, is_back) in [(500, false), (501, true)] {
            let sequence = Sequence {
                last: AtomicI64::new(NOON / 1000 + 5),
                highest: AtomicI64::new(NOON / 1000),
                anchor: Mutex::new(Some(Anchor { wall_ms: NOON, steady })),
            };
            let refusal = sequence.issue(NOON - lag_ms, 0, ANY).unwrap_err();
            assert_eq!(matches!(refusal, Fault::Clock(_)), is_back, "{refusal:?}");
        }
    }

    #[test]
    fn threads_share_one_order() {
        let sequence = Sequence::new();
        let issued: Vec<Vec<Base>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        (0..5000).map(|_| sequence.issue(NOON, 1_000_000, ANY).unwrap().base).collect()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(issued.iter().all(|own| own.is_sorted_by(|a, b| a < b)));
        assert_eq!(issued.iter().flatten().map(|base| base.text()).collect::<HashSet<_>>().len(), 20_000);
    }
}

//! How many rejections may be logged: a flood of bad requests must not become a flood of log lines.
//!
//! References: SPEC §6.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

const WINDOWS: [(usize, Duration); 2] = [(10, Duration::from_secs(1)), (100, Duration::from_secs(60))];

/// A sliding count over the last second and the last minute, and what it left out.
#[derive(Debug, Default)]
pub struct LogAllowance {
    logged: VecDeque<Instant>,
    left_out: u64,
}

impl LogAllowance {
    /// An allowance of which nothing is used.
    #[must_use]
    pub const fn new() -> Self {
        Self { logged: VecDeque::new(), left_out: 0 }
    }

    /// Takes one line out of the allowance.
    ///
    /// # Errors
    /// How long to wait until there is room again.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let wait = WINDOWS
            .iter()
            .filter_map(|&(lines, window)| {
                let oldest = self.logged.get(self.logged.len().checked_sub(lines)?)?;
                (*oldest + window).checked_duration_since(now)
            })
            .filter(|wait| !wait.is_zero())
            .max();
        if let Some(wait) = wait {
            return Err(wait);
        }
        self.logged.push_back(now);
        if self.logged.len() > WINDOWS[1].0 {
            self.logged.pop_front();
        }
        Ok(())
    }

    /// Counts a line that was not logged.
    pub fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// How many lines were not logged since this was last asked.
    pub fn take_left_out(&mut self) -> u64 {
        std::mem::take(&mut self.left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_a_second_and_a_hundred_a_minute() {
        let start = Instant::now();
        let mut allowance = LogAllowance::new();
        let mut logged = Vec::new();
        for tick in 0..1300u64 {
            let at = Duration::from_millis(tick * 50);
            if allowance.take(start + at).is_ok() {
                logged.push(at);
            }
        }
        assert!(logged.windows(11).all(|run| run[10] >= run[0] + Duration::from_secs(1)));
        assert!(logged.windows(101).all(|run| run[100] >= run[0] + Duration::from_secs(60)));
        assert_eq!(logged.iter().filter(|at| at.as_secs() < 60).count(), 100);
        assert!(logged.len() > 100, "room comes back");
    }

    #[test]
    fn no_more_times_are_kept_than_count() {
        let start = Instant::now();
        let mut allowance = LogAllowance::new();
        let mut logged = 0;
        for second in 0..5_000 {
            logged += usize::from(allowance.take(start + Duration::from_secs(second)).is_ok());
        }
        assert!(logged > 1_000, "{logged}");
        assert_eq!(allowance.logged.len(), 100);
    }

    #[test]
    fn says_how_long_to_wait() {
        let start = Instant::now();
        let mut allowance = LogAllowance::new();
        for _ in 0..10 {
            assert_eq!(allowance.take(start), Ok(()));
        }
        assert_eq!(allowance.take(start), Err(Duration::from_secs(1)));
        assert_eq!(allowance.take(start + Duration::from_secs(1)), Ok(()));
    }

    #[test]
    fn what_is_left_out_is_told_once() {
        let mut allowance = LogAllowance::new();
        allowance.leave_out();
        allowance.leave_out();
        assert_eq!(allowance.take_left_out(), 2);
        assert_eq!(allowance.take_left_out(), 0);
    }
}

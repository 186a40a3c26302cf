//! How many rejections may be logged: a flood of bad requests must not become a flood of log lines. Those that are not
//! logged are counted by code and call site.
//!
//! References: SPEC §6.

use std::collections::VecDeque;
use std::mem::take;
use std::time::{Duration, Instant};

use crate::event::MAX_COUNTS;
use crate::fault::Code;
use crate::observed::MAX_PLACE_LENGTH;
use crate::order;
use crate::text::ending_of;

const WINDOWS: [(usize, Duration); 2] = [(10, Duration::from_secs(1)), (100, Duration::from_secs(60))];

/// Codes and call sites that are counted individually between two lines that report them. All others are counted by code
/// only: code may be generated at run time, and then the number of its call sites has no limit.
pub const MAX_LEFT_OUT: usize = 100;

/// Rejections that were not logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What they were refused with.
    pub code: Code,
    /// The line of code; none for the others, and if it is not known.
    pub at: Option<Box<str>>,
    /// Whether they are those of all places beyond [`MAX_LEFT_OUT`].
    pub is_others: bool,
    /// How many.
    pub count: u64,
}

/// A sliding count over the last second and the last minute, and the rejections that were left out.
#[derive(Debug, Default)]
pub struct LogAllowance {
    logged: VecDeque<Instant>,
    left_out: Vec<LeftOut>,
}

impl LogAllowance {
    /// An unused allowance.
    #[must_use]
    pub const fn new() -> Self {
        Self { logged: VecDeque::new(), left_out: Vec::new() }
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

    /// Counts a rejection that was not logged.
    pub fn leave_out(&mut self, code: Code, at: Option<&str>) {
        let at = at.map(|at| ending_of(at, MAX_PLACE_LENGTH));
        let is_known = |one: &&mut LeftOut| one.code == code && one.at.as_deref() == at && !one.is_others;
        if let Some(known) = self.left_out.iter_mut().find(is_known) {
            known.count += 1;
        } else if self.left_out.iter().filter(|one| !one.is_others).count() < MAX_LEFT_OUT {
            self.left_out.push(LeftOut { code, at: at.map(Box::from), is_others: false, count: 1 });
        } else {
            add_others(&mut self.left_out, code, 1);
        }
    }

    /// What was not logged since the last call, the most frequent first, with as many individual entries as fit into
    /// one line.
    pub fn take_left_out(&mut self) -> Vec<LeftOut> {
        let mut left_out = take(&mut self.left_out);
        order::sort_by(&mut left_out, |one, other| {
            (one.is_others, other.count).cmp(&(other.is_others, one.count))
        });
        while left_out.iter().map(LeftOut::bytes).sum::<usize>() > MAX_COUNTS {
            let Some(last) = left_out.iter().rposition(|one| !one.is_others) else { break };
            let LeftOut { code, count, .. } = left_out.remove(last);
            add_others(&mut left_out, code, count);
        }
        left_out
    }
}

fn add_others(left_out: &mut Vec<LeftOut>, code: Code, count: u64) {
    match left_out.iter_mut().find(|one| one.is_others && one.code == code) {
        Some(others) => others.count += count,
        None => left_out.push(LeftOut { code, at: None, is_others: true, count }),
    }
}

impl LeftOut {
    /// The most bytes that it takes in a line.
    fn bytes(&self) -> usize {
        let at = self.at.as_deref().unwrap_or_default();
        let escaped = |unit: u16| match u8::try_from(unit) {
            Ok(b'"' | b'\\') => 2,
            Ok(b' '..=b'~') => 1,
            _ => "\\u0000".len(),
        };
        LONGEST_ROW + self.code.name.len() + at.encode_utf16().map(escaped).sum::<usize>()
    }
}

/// The longest row without its code and place.
const LONGEST_ROW: usize = r#"{"code":"","at":"","others":true,"count":9007199254740992},"#.len();

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{CODES, FORMAT, TYPE};

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

    fn rows(left_out: Vec<LeftOut>) -> Vec<(&'static str, Option<String>, bool, u64)> {
        let row = |one: LeftOut| (one.code.name, one.at.map(String::from), one.is_others, one.count);
        left_out.into_iter().map(row).collect()
    }

    #[test]
    fn what_is_left_out_is_told_once_by_code_and_call_site() {
        let mut allowance = LogAllowance::new();
        for (code, at) in [(TYPE, Some("a.js:1:2")), (FORMAT, Some("a.js:1:2")), (FORMAT, None)] {
            allowance.leave_out(code, at);
        }
        allowance.leave_out(FORMAT, Some("a.js:1:2"));
        let at = || Some("a.js:1:2".to_owned());
        let told = [
            ("ERR_RUN_ID_FORMAT", at(), false, 2),
            ("ERR_RUN_ID_TYPE", at(), false, 1),
            ("ERR_RUN_ID_FORMAT", None, false, 1),
        ];
        assert_eq!(rows(allowance.take_left_out()), told);
        assert_eq!(allowance.take_left_out(), []);
    }

    #[test]
    fn of_any_number_of_places_a_few_are_held_and_all_are_counted() {
        let mut allowance = LogAllowance::new();
        for round in 0..2 {
            for at in 0..10_000 {
                let code = if at % 4 == 0 { TYPE } else { FORMAT };
                allowance.leave_out(code, Some(&format!("{}{at}", "x".repeat(1000))));
            }
            assert_eq!(allowance.left_out.len(), MAX_LEFT_OUT + 2, "{round}");
        }
        let left_out = allowance.take_left_out();
        assert!(left_out.iter().all(|one| one.at.as_ref().is_none_or(|at| at.len() == MAX_PLACE_LENGTH)));
        let named = left_out.iter().filter(|one| !one.is_others).count();
        assert!((5..10).contains(&named), "{named}");
        let count_of =
            |code| left_out.iter().filter(|one| one.code == code).map(|one| one.count).sum::<u64>();
        assert_eq!((count_of(TYPE), count_of(FORMAT)), (5_000, 15_000));
        assert!(left_out.is_sorted_by_key(|one| one.is_others));
    }

    #[test]
    fn what_is_told_fits_into_a_line_also_where_it_is_escaped() {
        for unit in ["x", "\"", "\u{e9}", "\u{1f600}"] {
            let mut allowance = LogAllowance::new();
            for (at, code) in CODES.iter().cycle().take(90).enumerate() {
                allowance.leave_out(*code, Some(&format!("{}{at}", unit.repeat(60))));
            }
            let left_out = allowance.take_left_out();
            assert_eq!(left_out.iter().map(|one| one.count).sum::<u64>(), 90);
            let bytes: usize = left_out.iter().map(LeftOut::bytes).sum();
            assert!((1800..=MAX_COUNTS).contains(&bytes), "{unit}: {bytes}");
        }
    }
}

//! What the threads of a process have counted. Each counts in its own memory, which the others only read, so that
//! counting takes no lock and no atomic addition; the sum is computed on demand.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The numbers of one thread: the bits of each as a 64-bit float, which is how JavaScript counts.
pub type Tally = Arc<[AtomicU64]>;

/// The tallies of all threads.
#[derive(Debug, Default)]
pub struct Tallies {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    open: Vec<Tally>,
    /// The sums of those that were closed.
    closed: Vec<f64>,
}

impl Tallies {
    /// Nothing is counted yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: Mutex::new(State { open: Vec::new(), closed: Vec::new() }) }
    }

    /// A tally with that many zeros.
    #[must_use]
    pub fn open(&self, length: usize) -> Tally {
        let tally: Tally = std::iter::repeat_with(|| AtomicU64::new(0)).take(length).collect();
        self.state().open.push(Arc::clone(&tally));
        tally
    }

    /// Keeps the counts of a thread that has stopped counting.
    pub fn close(&self, tally: &Tally) {
        let mut state = self.state();
        let State { open, closed } = &mut *state;
        let Some(at) = open.iter().position(|known| Arc::ptr_eq(known, tally)) else { return };
        add(closed, &open.swap_remove(at));
    }

    /// The sums of everything that was ever counted.
    #[must_use]
    pub fn totals(&self) -> Vec<f64> {
        let state = self.state();
        let mut totals = state.closed.clone();
        for tally in &state.open {
            add(&mut totals, tally);
        }
        totals
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(sums: &mut Vec<f64>, tally: &Tally) {
    sums.resize(sums.len().max(tally.len()), 0.0);
    for (sum, bits) in sums.iter_mut().zip(tally.iter()) {
        *sum += f64::from_bits(bits.load(Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(tally: &Tally, numbers: &[f64]) {
        for (place, number) in tally.iter().zip(numbers) {
            place.store(number.to_bits(), Relaxed);
        }
    }

    #[test]
    fn the_sum_is_that_of_all_threads_also_of_those_that_have_ended() {
        let tallies = Tallies::new();
        assert_eq!(tallies.totals(), []);
        let [one, other] = [3, 3].map(|length| tallies.open(length));
        count(&one, &[1.0, 0.0, 5.0]);
        count(&other, &[2.0, 7.0, 0.0]);
        assert_eq!(tallies.totals(), [3.0, 7.0, 5.0]);
        tallies.close(&one);
        tallies.close(&one);
        assert_eq!(tallies.totals(), [3.0, 7.0, 5.0]);
        count(&other, &[3.0, 7.0, 0.0]);
        tallies.close(&other);
        assert_eq!(tallies.totals(), [4.0, 7.0, 5.0]);
        assert!(tallies.state().open.is_empty(), "the memory of ended threads is kept");
    }
}

//! Keeps workers from running far ahead of the one who commits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// Hands out the numbers from 0, at most `window` beyond the number whose turn it is.
pub(super) struct Gate {
    end: usize,
    window: usize,
    /// The next number to hand out, and the number whose turn it is.
    state: Mutex<(usize, usize)>,
    moved: Condvar,
}

impl Gate {
    pub(super) fn new(end: usize, window: usize) -> Self {
        Self { end, window: window.max(1), state: Mutex::new((0, 0)), moved: Condvar::new() }
    }

    /// The next number, when it may be begun; none at the end, or when `stop` is set.
    pub(super) fn take(&self, stop: &AtomicBool) -> Option<usize> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self
            .moved
            .wait_while(state, |(next, turn)| *next < self.end && *next >= *turn + self.window)
            .unwrap_or_else(PoisonError::into_inner);
        if state.0 >= self.end || stop.load(Ordering::Relaxed) {
            return None;
        }
        state.0 += 1;
        Some(state.0 - 1)
    }

    /// It is the next number's turn.
    pub(super) fn advance(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 += 1;
        self.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::Gate;

    #[test]
    fn hands_out_each_number_once_and_waits_for_the_turn() {
        let (gate, stop) = (Gate::new(3, 2), AtomicBool::new(false));
        assert_eq!((gate.take(&stop), gate.take(&stop)), (Some(0), Some(1)));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| gate.take(&stop));
            gate.advance();
            assert_eq!(waiting.join().expect("a number"), Some(2));
        });
        assert_eq!(gate.take(&stop), None);
    }
}

//! Keeps reading below a number of bytes a second, and ends it when asked to.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Shared by all workers.
pub(super) struct Pace<'a> {
    /// Bytes a second; None for no limit.
    limit: Option<u64>,
    stopwatch: fn() -> Duration,
    begun: Duration,
    read: AtomicU64,
    stop: &'a AtomicBool,
}

/// Longest sleep before looking again whether to stop.
const NAP: Duration = Duration::from_millis(50);

impl<'a> Pace<'a> {
    pub(super) fn new(limit: Option<u64>, stopwatch: fn() -> Duration, stop: &'a AtomicBool) -> Self {
        Self { limit, stopwatch, begun: stopwatch(), read: AtomicU64::new(0), stop }
    }

    /// Whether it was asked to end.
    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Counts `bytes` that were read and waits until they are due. False if it was asked to end.
    pub(super) fn read(&self, bytes: u64) -> bool {
        let total = self.read.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if let Some(limit) = self.limit {
            let due = Duration::from_millis(total.saturating_mul(1000) / limit.max(1));
            while !self.stopped() {
                let elapsed = (self.stopwatch)().saturating_sub(self.begun);
                match due.checked_sub(elapsed) {
                    Some(left) if !left.is_zero() => thread::sleep(left.min(NAP)),
                    _ => break,
                }
            }
        }
        !self.stopped()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::sync::atomic::Ordering::Relaxed;
    use std::time::Duration;

    use super::Pace;

    /// Time stands still: whoever waits for it waits for ever, unless stopped.
    fn still() -> Duration {
        Duration::ZERO
    }

    /// A second has passed, seen from the beginning of each test.
    fn running() -> Duration {
        static CALLS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        Duration::from_secs(CALLS.fetch_add(1, Relaxed))
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        let stop = AtomicBool::new(false);
        assert!(Pace::new(None, still, &stop).read(u64::MAX));
    }

    #[test]
    fn a_limit_waits_until_the_bytes_are_due_or_it_is_stopped() {
        let stop = AtomicBool::new(false);
        assert!(Pace::new(Some(100), running, &stop).read(300));
        stop.store(true, Relaxed);
        assert!(!Pace::new(Some(1), still, &stop).read(1000));
    }
}

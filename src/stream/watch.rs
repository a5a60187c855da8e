//! Ends a worker that exceeds the time or the memory of a page.

use std::fs;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::error::LostPage;
use crate::message::{Milliseconds, Size};

/// The memory of a worker is looked at again when it may have reached its limit, by a process that takes so many bytes a
/// millisecond: about as fast as a system hands out memory.
const GROWTH: u64 = 4 << 20;

/// But not more often than this. What is taken in between is not seen: a few dozen MiB.
const SHORTEST: Duration = Duration::from_millis(10);

/// And at least as often as this.
const LONGEST: Duration = Duration::from_millis(250);

/// What a page may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the page handed to the worker to its answer.
    pub time: Duration,
    /// Memory of the worker that is its own (mapped files, such as fonts, are not), in bytes. Looked at where `/proc`
    /// tells it: on Linux.
    pub memory: u64,
}

/// A process that may be ended by one thread while another waits for what it says.
pub(super) type Process = Arc<Mutex<Child>>;

/// Watches over the worker of one lane.
pub(super) struct Watch {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    stopwatch: fn() -> Duration,
}

/// A worker that something is expected of.
#[derive(Clone)]
struct Duty {
    process: Process,
    limits: Limits,
    /// When its time is over.
    end: Duration,
}

#[derive(Default)]
struct State {
    duty: Option<Duty>,
    /// Why it was ended.
    verdict: Option<LostPage>,
    over: bool,
}

impl Watch {
    /// Begins to watch; `stopwatch` tells monotonic time.
    pub(super) fn new(stopwatch: fn() -> Duration) -> std::io::Result<Self> {
        let (state, changed) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(Shared { state, changed, stopwatch });
        let watching = Arc::clone(&shared);
        thread::Builder::new().stack_size(256 << 10).spawn(move || watching.run())?;
        Ok(Self { shared })
    }

    /// An answer is expected of `process` from now on.
    pub(super) fn begin(&self, process: &Process, limits: Limits) {
        let end = (self.shared.stopwatch)().saturating_add(limits.time);
        let mut state = self.shared.lock();
        state.verdict = None;
        state.duty = Some(Duty { process: Arc::clone(process), limits, end });
        drop(state);
        self.shared.changed.notify_one();
    }

    /// It has answered, or is gone. Says why, if it was ended by this watch.
    pub(super) fn end(&self) -> Option<LostPage> {
        let mut state = self.shared.lock();
        state.duty = None;
        state.verdict.take()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut state = self.lock();
        while !state.over {
            let Some(Duty { process, limits, end }) = state.duty.clone() else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = end.saturating_sub((self.stopwatch)());
            let taken = resident(&process);
            let verdict = if left.is_zero() {
                let milliseconds = u64::try_from(limits.time.as_millis()).unwrap_or(u64::MAX);
                Some(LostPage::TimeLimit { time: Milliseconds(milliseconds) })
            } else if taken > limits.memory {
                Some(LostPage::MemoryLimit { size: Size(limits.memory) })
            } else {
                None
            };
            if verdict.is_some() {
                state.verdict = verdict;
                state.duty = None;
                // Fails only where the process has ended already.
                let _ = process.lock().unwrap_or_else(PoisonError::into_inner).kill();
                continue;
            }
            let until_full = Duration::from_millis(limits.memory.saturating_sub(taken) / GROWTH);
            let wait = left.min(until_full.clamp(SHORTEST, LONGEST));
            state = self.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Memory of `process` that is its own, in bytes; 0 where the system does not tell.
pub(super) fn resident(process: &Process) -> u64 {
    let id = process.lock().unwrap_or_else(PoisonError::into_inner).id();
    let Ok(status) = fs::read_to_string(format!("/proc/{id}/status")) else { return 0 };
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kibibytes.unwrap_or(0).saturating_mul(1024)
}

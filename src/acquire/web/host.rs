//! The manners towards each host: one request after the other, with a pause between.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::WebClock;
use super::error::WebError;

/// How long a worker that waits for another's request sleeps before it looks whether the run was told to end.
const LOOK: Duration = Duration::from_millis(100);

/// All hosts of a run.
#[derive(Debug, Default)]
pub(super) struct Hosts(Mutex<BTreeMap<String, Arc<Host>>>);

impl Hosts {
    pub(super) fn of(&self, name: &str) -> Arc<Host> {
        Arc::clone(lock(&self.0).entry(name.to_owned()).or_default())
    }
}

/// One host.
#[derive(Debug, Default)]
pub(super) struct Host {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    /// When the next request may begin.
    next: Option<Timestamp>,
    /// The host asked to come again not before this.
    not_before: Option<Timestamp>,
    /// `Crawl-delay` of its `robots.txt`.
    crawl_delay: Duration,
}

/// The right to make one request.
pub(super) struct Turn<'a>(&'a Host);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).running -= 1;
        self.0.freed.notify_one();
    }
}

impl Host {
    /// Waits for a turn: until fewer than `most` requests run and `delay` (or the host's own) is over since the last
    /// began. Where the host asked to come again later than `longest` from now, there is no turn.
    pub(super) fn turn(
        &self,
        most: usize,
        delay: Duration,
        longest: Duration,
        clock: &dyn WebClock,
    ) -> Result<Turn<'_>, WebError> {
        let mut state = lock(&self.state);
        while state.running >= most.max(1) {
            if clock.given_up() {
                return Err(WebError::Stopped);
            }
            state = self.freed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        let now = clock.now();
        let delay = delay.max(state.crawl_delay);
        // A clock that was put back must not make us wait for as long as it was put back.
        let mut begin = now.max(state.next.unwrap_or(now).min(later(now, delay)));
        if let Some(not_before) = state.not_before.filter(|not_before| *not_before > now) {
            let left = seconds_between(now, not_before);
            if left > longest.as_secs() {
                return Err(WebError::RateLimited { seconds: left });
            }
            begin = begin.max(not_before);
        }
        state.next = Some(later(begin, delay));
        state.running += 1;
        drop(state);
        let turn = Turn(self);
        let wait = Duration::try_from(begin.duration_since(now)).unwrap_or_default();
        if !wait.is_zero() {
            clock.pause(wait);
        }
        if clock.given_up() { Err(WebError::Stopped) } else { Ok(turn) }
    }

    /// The host asks to come again in `seconds`.
    pub(super) fn come_again(&self, seconds: u64, clock: &dyn WebClock) {
        let then = later(clock.now(), Duration::from_secs(seconds.min(366 * 24 * 3600)));
        lock(&self.state).not_before = Some(then);
    }

    /// Its `robots.txt` asks for this pause.
    pub(super) fn set_crawl_delay(&self, delay: Duration) {
        lock(&self.state).crawl_delay = delay;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind these locks is whole after every statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    time.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn seconds_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_second().saturating_sub(from.as_second())).unwrap_or(0)
}

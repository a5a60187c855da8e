//! The manners towards each host: one request after the other, in the order in which they were wanted, with a pause between.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::WebClock;
use super::error::WebError;

/// How long a worker that waits for others sleeps before it looks whether it may still begin.
const LOOK: Duration = Duration::from_millis(100);

/// All hosts of a run.
#[derive(Debug, Default)]
pub(super) struct Hosts(Mutex<BTreeMap<String, Arc<Host>>>);

impl Hosts {
    pub(super) fn of(&self, name: &str) -> Arc<Host> {
        Arc::clone(lock(&self.0).entry(name.to_owned()).or_default())
    }

    /// Those that asked to come again after `now`, and when.
    pub(super) fn patience(&self, now: Timestamp) -> Vec<(String, Timestamp)> {
        let hosts = lock(&self.0);
        let then = |host: &Host| lock(&host.state).not_before.filter(|then| *then > now);
        hosts.iter().filter_map(|(name, host)| Some((name.clone(), then(host)?))).collect()
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
    /// Who waits, first come first served, by the numbers that were drawn.
    waiting: VecDeque<u64>,
    drawn: u64,
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
        self.0.freed.notify_all();
    }
}

/// Thirty days, in seconds.
const MONTH: u64 = 30 * 86_400;

/// What a request waits for, and how long.
pub(super) struct Manners<'a> {
    /// Requests to the host at the same time, at least 1.
    pub(super) most: usize,
    /// From the beginning of one request to that of the next, at least.
    pub(super) delay: Duration,
    /// The longest that is waited because the host asks to.
    pub(super) longest: Duration,
    /// Whether what the request belongs to may still be begun; none where it was begun already.
    pub(super) begin: Option<&'a dyn Fn() -> bool>,
}

impl Manners<'_> {
    fn is_over(&self, clock: &dyn WebClock) -> bool {
        clock.given_up() || self.begin.is_some_and(|begin| !begin())
    }

    /// Waits; what has not begun need not be waited for once the run was told to end.
    fn wait(&self, duration: Duration, clock: &dyn WebClock) {
        match self.begin {
            Some(_) => clock.sleep(duration),
            None => clock.pause(duration),
        }
    }
}

/// A place among those who wait, given up when it is dropped.
struct Place<'a>(&'a Host, u64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).waiting.retain(|number| *number != self.1);
        self.0.freed.notify_all();
    }
}

impl Host {
    /// Waits for a turn: until it is the first of those who wait, fewer than `most` requests run and `delay` (or the host's
    /// own) is over since the last began. Where the host asked to come again later than `longest` from now, there is no
    /// turn; nor where the run is over before it comes.
    pub(super) fn turn(&self, manners: &Manners<'_>, clock: &dyn WebClock) -> Result<Turn<'_>, WebError> {
        let place = {
            let mut state = lock(&self.state);
            state.drawn += 1;
            let number = state.drawn;
            state.waiting.push_back(number);
            Place(self, number)
        };
        let mut waited_for = None;
        loop {
            if manners.is_over(clock) {
                return Err(WebError::Stopped);
            }
            let mut state = lock(&self.state);
            if state.waiting.front() != Some(&place.1) || state.running >= manners.most.max(1) {
                drop(self.freed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner));
                continue;
            }
            let now = clock.now();
            let delay = manners.delay.max(state.crawl_delay);
            // A clock that was put back must not make us wait for as long as it was put back.
            let mut begin = now.max(state.next.unwrap_or(now).min(later(now, delay)));
            if let Some(not_before) = state.not_before.filter(|not_before| *not_before > now) {
                let left = seconds_between(now, not_before);
                if left > manners.longest.as_secs() {
                    return Err(WebError::RateLimited { seconds: left });
                }
                begin = begin.max(not_before);
            }
            // Once, whatever the clock does meanwhile; again only if the host has asked for more in the meantime.
            if begin > now && waited_for != Some(state.not_before) {
                waited_for = Some(state.not_before);
                drop(state);
                manners.wait(Duration::try_from(begin.duration_since(now)).unwrap_or_default(), clock);
                continue;
            }
            state.next = Some(later(begin, delay));
            state.running += 1;
            drop(state);
            return Ok(Turn(self));
        }
    }

    /// The host asks to come again in `seconds`. It is remembered across runs: who asks for years, by mistake or malice, is
    /// asked once a month all the same.
    pub(super) fn come_again(&self, seconds: u64, clock: &dyn WebClock) {
        let then = later(clock.now(), Duration::from_secs(seconds.min(MONTH)));
        lock(&self.state).not_before = Some(then);
    }

    /// It is not to be asked before `then`, or before it is itself content with.
    pub(super) fn leave_alone(&self, then: Timestamp) {
        let mut state = lock(&self.state);
        state.not_before = state.not_before.max(Some(then));
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

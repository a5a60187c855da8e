//! Waits from one due time to the next, for as long as nobody says to stop.

use std::time::Duration;

use jiff::Timestamp;

use crate::acquire::web::WebClock;

/// The clock is looked at this often while waiting: one that is set, or a machine that wakes up, is noticed.
const SLICE: Duration = Duration::from_secs(60);
/// After a turn that says it is due again at once, so long is waited: what cannot begin must not spin.
const BREATH: Duration = Duration::from_secs(1);
/// A clock that goes back by more than this has been set.
const SET_BACK: Duration = Duration::from_secs(120);

/// Why it is time for a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// At the beginning, and whenever something is due.
    Due,
    /// The configuration is to be read anew.
    Reload,
    /// The clock was set back: what is due next has to be worked out anew.
    SetBack,
}

/// Takes a `turn` whenever something is due; a turn returns when it is due next, none for never. `reload` says whether the
/// configuration is to be read anew, and is true once for each time it was asked for. Returns when the clock says stopped.
pub fn serve(
    clock: &dyn WebClock,
    reload: &dyn Fn() -> bool,
    mut turn: impl FnMut(Wake) -> Option<Timestamp>,
) {
    let mut wake = Wake::Due;
    while !clock.stopped() {
        let next = turn(wake);
        clock.sleep(BREATH);
        wake = wait(clock, reload, next);
    }
}

/// Waits until `next`, or until something else is to be done.
fn wait(clock: &dyn WebClock, reload: &dyn Fn() -> bool, next: Option<Timestamp>) -> Wake {
    let mut before = clock.now();
    while !clock.stopped() {
        if reload() {
            return Wake::Reload;
        }
        let now = clock.now();
        if before.duration_since(now) > jiff::SignedDuration::try_from(SET_BACK).unwrap_or_default() {
            return Wake::SetBack;
        }
        before = now;
        let rest = match next {
            Some(next) if next <= now => return Wake::Due,
            Some(next) => Duration::try_from(next.duration_since(now)).unwrap_or_default(),
            None => SLICE,
        };
        clock.sleep(rest.min(SLICE));
    }
    Wake::Due
}

#[cfg(test)]
mod tests;

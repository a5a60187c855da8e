//! `guidang run --daemon`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use signal_hook::flag;

use super::Office;
use crate::cli::jobs::configuration as read;
use crate::cli::{Exit, words};
use crate::jobs::Configuration;
use crate::message::Describe;
use crate::runs::daemon::{self, Wake};
use crate::runs::engine;

/// When a run could not begin, it is tried again after so long.
const AGAIN: Duration = Duration::from_secs(60);

/// Runs jobs when they are due until a signal comes. A mistake in a jobs file that is read anew is told, and the old one
/// stays in force.
pub(super) fn serve(office: &Office<'_>, mut configuration: Configuration) -> Exit {
    let reload = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    // Without it there is no reading anew.
    let _ = flag::register(signal_hook::consts::SIGHUP, Arc::clone(&reload));
    let asked = || reload.swap(false, Ordering::SeqCst);
    let language = office.language;
    daemon::serve(office.clock.as_ref(), &asked, |wake| {
        if wake == Wake::Reload {
            match read(&office.args.file, language) {
                Ok(new) => configuration = new,
                Err(line) => words::error(language, &line),
            }
        }
        let again = |now: Timestamp| now.checked_add(AGAIN).ok();
        let now = office.clock.now();
        match engine::next(&configuration, now) {
            Ok(Some(next)) if next <= now => match office.turn(&configuration, &[]) {
                Ok(ending) if ending.locked => again(office.clock.now()),
                Ok(ending) => ending.next,
                Err(error) => {
                    words::error(language, &error.describe(language));
                    again(office.clock.now())
                }
            },
            Ok(next) => next,
            Err(error) => {
                words::error(language, &error.describe(language));
                again(now)
            }
        }
    });
    Exit::Done
}

//! `guidang run --daemon`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::flag;

use super::{Office, identifier};
use crate::cli::Exit;
use crate::cli::jobs::configuration as read;
use crate::jobs::Configuration;
use crate::message::Describe;
use crate::runs::daemon::{self, Wake};
use crate::runs::engine;

/// When a run could not begin, it is tried again after so long.
const AGAIN: Duration = Duration::from_secs(60);
/// When a store could not be used (a full disk, say), it is tried again after so long: each time somebody is told.
const REPAIR: Duration = Duration::from_secs(15 * 60);

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
        let id = identifier();
        if wake == Wake::Reload {
            match read(&office.args.file, language) {
                Ok(new) => configuration = new,
                Err(line) => office.voice(&configuration, &id).fault("configuration", &line),
            }
        }
        let after = |wait: Duration| office.clock.now().checked_add(wait).ok();
        let now = office.clock.now();
        match engine::next(&configuration, now) {
            Some(next) if next <= now => match office.turn(&configuration, &[], &id) {
                Ok((ending, _)) if ending.broken => after(REPAIR),
                Ok((ending, _)) if ending.locked => after(AGAIN),
                Ok((ending, _)) => ending.next,
                Err(error) => {
                    office.voice(&configuration, &id).fault(error.code(), &error.describe(language));
                    after(AGAIN)
                }
            },
            next => next,
        }
    });
    Exit::Done
}

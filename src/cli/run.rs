//! What every run over many sources has: a report, a progress bar, and signals that end it in good order.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use indicatif::{ProgressBar, ProgressStyle};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::settings::SettingsError;

/// The report is written line by line while the run goes on, so that it can be followed and survives a crash.
pub(super) fn open_report(path: &Path) -> Result<Box<dyn Write>, SettingsError> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdout()));
    }
    let file = File::create(path).map_err(|error| SettingsError::Report {
        path: path.display().to_string(),
        why: error.to_string(),
    })?;
    Ok(Box::new(BufWriter::new(file)))
}

/// A flag that stops the batch after the pages in hand, and the signal that set it. A second signal ends at once.
pub(super) fn listen() -> (Arc<AtomicBool>, Arc<AtomicUsize>) {
    let stop = Arc::new(AtomicBool::new(false));
    let signal = Arc::new(AtomicUsize::new(0));
    for number in [SIGINT, SIGTERM] {
        // In this order, so that the first signal finds the flag unset and only sets it. A signal that cannot be
        // listened to keeps its default, which is to end the process: files in their places are whole even then.
        let _ = flag::register_conditional_shutdown(number, 128 + number, Arc::clone(&stop));
        let _ = flag::register(number, Arc::clone(&stop));
        let _ = flag::register_usize(number, Arc::clone(&signal), usize::try_from(number).unwrap_or(0));
    }
    (stop, signal)
}

/// A bar on a terminal, nothing when piped.
pub(super) fn progress_bar(total: usize) -> ProgressBar {
    if !io::stderr().is_terminal() || total < 2 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {elapsed} < {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total as u64).with_style(style)
}

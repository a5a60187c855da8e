//! For tests: the process dies before the n-th change to the file system, and what was done is remembered.

use std::cell::{Cell, RefCell};
use std::io;
use std::path::PathBuf;

/// A change to the file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// A file was written or a folder made, or what a folder names has changed.
    Changed(PathBuf),
    /// A file or folder was made durable.
    Synced(PathBuf),
    /// Something got its name.
    Renamed(PathBuf, PathBuf),
}

thread_local! {
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    static DIED: Cell<bool> = const { Cell::new(false) };
    static ACTS: RefCell<Vec<Act>> = const { RefCell::new(Vec::new()) };
}

/// From now on `steps` changes succeed and all after them fail, as nothing happens after death.
pub(super) fn die_after(steps: usize) {
    LEFT.set(Some(steps));
}

/// From now on all changes succeed. Whether the process had died.
pub(super) fn live() -> bool {
    LEFT.set(None);
    DIED.replace(false)
}

pub(super) fn step() -> io::Result<()> {
    match LEFT.get() {
        None => Ok(()),
        Some(0) => {
            DIED.set(true);
            Err(io::Error::other("dead"))
        }
        Some(left) => {
            LEFT.set(Some(left - 1));
            Ok(())
        }
    }
}

pub(super) fn record(act: Act) {
    ACTS.with_borrow_mut(|acts| acts.push(act));
}

/// What was done since the last call, in order.
pub(super) fn acts() -> Vec<Act> {
    ACTS.take()
}

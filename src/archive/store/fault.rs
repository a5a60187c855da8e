//! For tests: the process dies before the n-th change to the file system, and what was synchronised is remembered.

use std::cell::{Cell, RefCell};
use std::io;
use std::path::{Path, PathBuf};

thread_local! {
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    static DIED: Cell<bool> = const { Cell::new(false) };
    static SYNCED: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
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

pub(super) fn record(path: &Path) {
    SYNCED.with_borrow_mut(|synced| synced.push(path.to_owned()));
}

/// What was synchronised since the last call, in order.
pub(super) fn synced() -> Vec<PathBuf> {
    SYNCED.take()
}

//! One writer at a time, by a lock of the operating system on an open file: it goes with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::StoreError;
use super::layout::LOCK;
use super::reading;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// Attempts that are always made: one who looks whether the store is held has the lock for a moment ([`is_held`]).
const FEWEST: u128 = 3;

/// The lock, as long as it lives.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone would not do while a process that another thread is just starting still has a copy of the file.
        let _ = self.0.unlock();
    }
}

/// Locks the store, waiting for at most about `wait`.
///
/// # Errors
/// [`StoreError::Locked`] if another holds it for longer; else if the lock file cannot be opened for writing.
pub(crate) fn lock(store: &Path, wait: Duration) -> Result<Lock, StoreError> {
    reading::look(store, LOCK)?;
    let path = store.join(LOCK);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| StoreError::writing(&path, &error))?;
    // Attempts are counted instead of time taken: the store knows no clock.
    let mut attempts = wait.as_nanos().div_ceil(PAUSE.as_nanos()).max(FEWEST);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock(file)),
            Err(TryLockError::WouldBlock) if attempts == 0 => {
                return Err(StoreError::Locked { path: store.display().to_string() });
            }
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(StoreError::writing(&path, &error)),
        }
        attempts -= 1;
    }
}

/// Whether a process holds the lock of the store at this moment. Waits for nobody and writes nothing.
pub(crate) fn is_held(store: &Path) -> bool {
    let Ok(file) = File::open(store.join(LOCK)) else { return false };
    match file.try_lock_shared() {
        Ok(()) => {
            let _ = file.unlock();
            false
        }
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => false,
    }
}

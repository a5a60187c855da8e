//! Moves a damaged ledger aside, so that nobody has to come for it: it only ever said what is to be done next.
//!
//! Only a file that SQLite says is damaged is moved: the medium may be full, read-only or away for a while, another program
//! may hold the file, and a file of someone else, or of a newer guidang, is not ours to move.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use super::{Ledger, LedgerError, database};

impl Ledger {
    /// Opens the ledger of the store at `root` for writing, as [`Ledger::open`]; in place of a damaged one a new one, and
    /// where the damaged one is now. Whoever writes holds the lock of the store.
    ///
    /// # Errors
    /// If it is of another version of guidang, no ledger at all, or cannot be written or moved.
    pub fn open_or_renew(root: &Path, now: Timestamp) -> Result<(Self, Option<PathBuf>), LedgerError> {
        match Self::open(root) {
            Err(LedgerError::Damaged { .. }) => {
                let aside = set_aside(&root.join(super::FILE), now)?;
                Ok((Self::open(root)?, Some(aside)))
            }
            opened => Ok((opened?, None)),
        }
    }

    /// Begins a new ledger in place of this one, which turned out to be damaged. Where the damaged one is now.
    ///
    /// # Errors
    /// If it cannot be moved, or the new one not be made.
    pub fn renew(&mut self, now: Timestamp) -> Result<PathBuf, LedgerError> {
        // Closed first: SQLite clears away the log of a file that it closes, by its name.
        self.connection =
            Connection::open_in_memory().map_err(|error| database::explain(&self.path, &error))?;
        let aside = set_aside(&self.path, now)?;
        self.connection = database::open_writer(&self.path)?;
        Ok(aside)
    }
}

/// Renames the file at `path` to one that says since when it is no longer used, with what SQLite keeps beside it.
fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf, LedgerError> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let name = |number: u32| match number {
        0 => with(path, &format!(".damaged-{stamp}")),
        number => with(path, &format!(".damaged-{stamp}-{number}")),
    };
    let aside = (0..1000).map(name).find(|aside| !aside.exists()).unwrap_or_else(|| name(1000));
    let failed =
        |error: io::Error| LedgerError::Failed { path: path.display().to_string(), why: error.to_string() };
    // The log first: left behind, it would be taken for that of the new ledger.
    for suffix in ["-wal", "-shm", ""] {
        match fs::rename(with(path, suffix), with(&aside, suffix)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            renamed => renamed.map_err(failed)?,
        }
    }
    Ok(aside)
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

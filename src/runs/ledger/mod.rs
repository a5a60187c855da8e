//! The ledger (采集台账): what scheduled jobs have seen, fetched and told, in a SQLite file beside the archive.
//!
//! It says what is to be done next, never what is archived: without it every page is looked at anew, and what has not
//! changed makes no version. Every page is one transaction. Nothing is ever loaded as a whole, however much is in it.

mod aside;
mod database;
mod error;
mod items;
mod jobs;
mod listing;
mod log_end;
mod notices;
mod patience;
mod rehearsal;
mod runs;
#[cfg(test)]
mod tests;
mod troubles;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::archive::store::layout::LEDGER;

pub use error::LedgerError;
pub use items::{Check, Due, Item, PageOutcome, Standing};
pub use jobs::JobState;
pub use listing::{Listed, Seen};
pub use notices::{Notice, NoticeKind};
pub use runs::{Counts, RunOutcome, RunRecord};
pub use troubles::Trouble;

/// Name of the file within the store.
pub const FILE: &str = LEDGER;

/// A ledger, open.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
    path: PathBuf,
}

impl Ledger {
    /// Opens the ledger of the store at `root` for writing; made if there is none. Whoever writes holds the lock of the
    /// store.
    ///
    /// # Errors
    /// If it is of another version of guidang, damaged, or cannot be written.
    pub fn open(root: &Path) -> Result<Self, LedgerError> {
        let path = root.join(FILE);
        Ok(Self { connection: database::open_writer(&path)?, path })
    }

    /// Opens it for reading: waits for no writer, needs no permission to write, leaves no trace. None if there is none yet.
    ///
    /// # Errors
    /// If it is of another version of guidang, or damaged.
    pub fn open_reader(root: &Path) -> Result<Option<Self>, LedgerError> {
        let path = root.join(FILE);
        Ok(database::open_reader(&path)?.map(|connection| Self { connection, path }))
    }

    /// Looks at something.
    fn read<T>(&self, look: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LedgerError> {
        look(&self.connection).map_err(|error| database::explain(&self.path, &error))
    }

    /// Changes something: all of it, or nothing.
    fn write<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        let path = &self.path;
        let all = |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let changed = change(&transaction)?;
            transaction.commit()?;
            Ok(changed)
        };
        all(&mut self.connection).map_err(|error: rusqlite::Error| database::explain(path, &error))
    }
}

/// A column of seconds as a time. What no calendar has is the nearest time that one has.
fn time(seconds: i64) -> Timestamp {
    let nearest = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(seconds).unwrap_or(nearest)
}

fn optional_time(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.map(time)
}

fn seconds(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_second)
}

/// A count; never negative in a ledger of ours.
fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A count for a column.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

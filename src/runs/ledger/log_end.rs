//! Where the event log of the store ended: a later run can tell whether it is as it was left.

use rusqlite::OptionalExtension;

use super::{Ledger, LedgerError, count, signed};

impl Ledger {
    /// Where the event log of the store ended when the last run did, if that is known: sequence number and digest.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn log_end(&self) -> Result<Option<(u64, String)>, LedgerError> {
        self.read(|connection| {
            connection
                .query_row("SELECT sequence, digest FROM log_end", [], |row| {
                    Ok((count(row.get(0)?), row.get(1)?))
                })
                .optional()
        })
    }

    /// Puts down where the event log of the store ends now.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn keep_log_end(&mut self, sequence: u64, digest: &str) -> Result<(), LedgerError> {
        self.write(|transaction| {
            transaction
                .execute(
                    "REPLACE INTO log_end (one, sequence, digest) VALUES (1, ?1, ?2)",
                    (signed(sequence), digest),
                )
                .map(drop)
        })
    }
}

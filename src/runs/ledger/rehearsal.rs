//! Lets one who may only read try out what a run would write.

use super::{Ledger, LedgerError};

impl Ledger {
    /// From now on, what is written of `job` and its pages goes to a copy in memory that is read in place of the file, which
    /// stays as it is. For a ledger that was opened by [`Ledger::open_reader`]: so a preview works out what is due with the
    /// very code of a run.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn rehearse(&mut self, job: &str) -> Result<(), LedgerError> {
        self.read(|connection| {
            // SQLite takes a name without a schema for that of a temporary table first
            // (<https://www.sqlite.org/lang_naming.html>); one of these may be made beside a file that is read-only.
            connection.execute_batch(
                "PRAGMA temp_store = MEMORY;
                 CREATE TEMP TABLE item AS SELECT * FROM main.item WHERE 0;
                 CREATE TEMP TABLE job AS SELECT * FROM main.job WHERE 0;",
            )?;
            connection.execute("INSERT INTO temp.item SELECT * FROM main.item WHERE job = ?1", [job])?;
            connection.execute("INSERT INTO temp.job SELECT * FROM main.job WHERE name = ?1", [job]).map(drop)
        })
    }
}

//! Hosts that asked to come again later, and when they may be asked.

use jiff::Timestamp;

use super::{Ledger, LedgerError, time};

/// A clock may be wrong by so much, in seconds: what was asked for later than that was asked of a wrong one.
const TOLERANCE: i64 = 86_400;

impl Ledger {
    /// The hosts that are not to be asked at `now`, and until when.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn patience(&self, now: Timestamp) -> Result<Vec<(String, Timestamp)>, LedgerError> {
        self.read(|connection| {
            // A ledger that nobody has written since it had no such table.
            let table = "SELECT count(*) FROM sqlite_schema WHERE name = 'patience'";
            if connection.query_row(table, [], |row| row.get::<_, i64>(0))? == 0 {
                return Ok(Vec::new());
            }
            let now = now.as_second();
            connection
                .prepare("SELECT host, until FROM patience WHERE until > ?1 AND asked <= ?2 ORDER BY host")?
                .query_map((now, now.saturating_add(TOLERANCE)), |row| Ok((row.get(0)?, time(row.get(1)?))))?
                .collect()
        })
    }

    /// Puts down which hosts asked to come again later, and when; those whose time is over are forgotten.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn keep_patience(
        &mut self,
        hosts: &[(String, Timestamp)],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM patience WHERE until <= ?1", [now.as_second()])?;
            let mut keep =
                transaction.prepare("REPLACE INTO patience (host, asked, until) VALUES (?1, ?2, ?3)")?;
            for (host, until) in hosts {
                keep.execute((host, now.as_second(), until.as_second()))?;
            }
            Ok(())
        })
    }
}

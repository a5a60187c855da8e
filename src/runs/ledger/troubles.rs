//! What of a job cannot be had at present: pages that fail, pages that are gone, sources that cannot be read.

use jiff::Timestamp;
use rusqlite::Row;

use super::{Ledger, LedgerError, count, optional_time};

/// A page or source that cannot be had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Its address or path.
    pub url: String,
    /// Its title, as listed.
    pub title: Option<String>,
    /// Why, as a code.
    pub code: Option<String>,
    /// Looks in vain in a row; 0 for a page that is gone, which is no failure.
    pub failures: u64,
    /// When it was last looked at; none for a source.
    pub checked: Option<Timestamp>,
}

fn trouble(row: &Row<'_>) -> rusqlite::Result<Trouble> {
    Ok(Trouble {
        url: row.get(0)?,
        title: row.get(1)?,
        code: row.get(2)?,
        failures: count(row.get(3)?),
        checked: optional_time(row.get(4)?),
    })
}

impl Ledger {
    /// Pages of `job` that failed when they were last looked at, the latest first, at most `most`.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn failing(&self, job: &str, most: u32) -> Result<Vec<Trouble>, LedgerError> {
        self.troubles(
            "SELECT url, title, code, failures, checked FROM item
             WHERE job = ?1 AND failures > 0 ORDER BY checked DESC, row LIMIT ?2",
            job,
            most,
        )
    }

    /// Pages of `job` that are archived and were no longer there when they were last looked at, the latest first, at most
    /// `most`.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn gone(&self, job: &str, most: u32) -> Result<Vec<Trouble>, LedgerError> {
        self.troubles(
            "SELECT url, title, code, failures, checked FROM item
             WHERE job = ?1 AND outcome = 'gone' ORDER BY checked DESC, row LIMIT ?2",
            job,
            most,
        )
    }

    /// Sources of `job` that could not be read, or not to their end, at most `most`.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn failing_sources(&self, job: &str, most: u32) -> Result<Vec<Trouble>, LedgerError> {
        self.troubles(
            "SELECT place, NULL, code, failures, NULL FROM source
             WHERE job = ?1 AND failures > 0 ORDER BY place LIMIT ?2",
            job,
            most,
        )
    }

    fn troubles(&self, question: &str, job: &str, most: u32) -> Result<Vec<Trouble>, LedgerError> {
        self.read(|connection| connection.prepare(question)?.query_map((job, most), trouble)?.collect())
    }
}

//! What the ledger knows of a job.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};

use super::notices::{self, Notice, NoticeKind};
use super::{Ledger, LedgerError, RunOutcome, count, optional_time};

/// How things stand with a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobState {
    /// When the run in hand began: one that was interrupted, or is going on in another process.
    pub hand: Option<Timestamp>,
    /// Whether the run in hand knows all that is listed.
    pub discovered: bool,
    /// When the last run that came to its end began.
    pub last: Option<Timestamp>,
    /// When the last run in which nothing failed ended.
    pub success: Option<Timestamp>,
    /// How the last run ended.
    pub outcome: Option<RunOutcome>,
    /// Runs in a row, up to the last, that failed as a whole.
    pub failures: u64,
    /// The setting by which it was worked out when pages are due.
    pub recheck: String,
    /// When its last run began, however it ended and whether it has ended at all.
    pub begun: Option<Timestamp>,
}

impl Ledger {
    /// How things stand with `job`; the default if it has never run.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn job(&self, job: &str) -> Result<JobState, LedgerError> {
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT hand, discovered, last, success, outcome, failures, recheck,
                         (SELECT begun FROM run WHERE run.job = ?1 ORDER BY number DESC LIMIT 1)
                     FROM job WHERE name = ?1",
                )?
                .query_row([job], |row| {
                    Ok(JobState {
                        hand: optional_time(row.get(0)?),
                        discovered: row.get(1)?,
                        last: optional_time(row.get(2)?),
                        success: optional_time(row.get(3)?),
                        outcome: row.get::<_, Option<String>>(4)?.and_then(|name| RunOutcome::of(&name)),
                        failures: count(row.get(5)?),
                        recheck: row.get(6)?,
                        begun: optional_time(row.get(7)?),
                    })
                })
                .optional()
        })
        .map(Option::unwrap_or_default)
    }

    /// The run of `job` in hand knows all that is listed: if it is interrupted from now on, it goes on with the pages.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn discovered(&mut self, job: &str) -> Result<(), LedgerError> {
        self.write(|transaction| {
            transaction.execute("UPDATE job SET discovered = 1 WHERE name = ?1", [job]).map(drop)
        })
    }

    /// Puts down whether the source at `place` of `job` could be read to its end, or why not. What is new about it is
    /// noticed: the first failure in a row, and the recovery.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn source(
        &mut self,
        run: i64,
        job: &str,
        place: &str,
        failure: Option<(&str, &str)>,
    ) -> Result<(), LedgerError> {
        self.write(|transaction| {
            let before: i64 = transaction
                .prepare("SELECT failures FROM source WHERE job = ?1 AND place = ?2")?
                .query_row([job, place], |row| row.get(0))
                .optional()?
                .unwrap_or(0);
            let failures = if failure.is_some() { before.saturating_add(1) } else { 0 };
            transaction
                .prepare("REPLACE INTO source (job, place, failures, code) VALUES (?1, ?2, ?3, ?4)")?
                .execute((job, place, failures, failure.map(|(code, _)| code)))?;
            let kind = match (before, failure) {
                (0, Some(_)) => NoticeKind::Failure,
                (1.., None) => NoticeKind::Recovery,
                _ => return Ok(()),
            };
            let notice = Notice {
                kind,
                url: place.to_owned(),
                title: None,
                code: failure.map(|(code, _)| code.to_owned()),
                message: failure.map(|(_, message)| message.to_owned()),
                old: None,
                new: None,
            };
            notices::add(transaction, run, job, &notice)
        })
    }

    /// Works out anew when each page of `job` is due, because the setting is another now: `due` of its address, the list
    /// that it was found in, and what is known of it.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn reschedule(
        &mut self,
        job: &str,
        setting: &str,
        due: impl Fn(&str, Option<&str>, &super::Item) -> Option<Timestamp>,
    ) -> Result<(), LedgerError> {
        /// Pages at a time.
        const SOME: i64 = 1000;
        self.write(|transaction| {
            let mut after = 0;
            loop {
                let some = super::items::after(transaction, job, after, SOME)?;
                let Some((last, ..)) = some.last() else { break };
                after = *last;
                let mut update = transaction.prepare("UPDATE item SET due = :due WHERE row = :row")?;
                for (row, url, parent, item) in &some {
                    let due = super::seconds(due(url, parent.as_deref(), item));
                    update.execute(named_params! { ":due": due, ":row": row })?;
                }
            }
            transaction.execute("UPDATE job SET recheck = ?2 WHERE name = ?1", [job, setting]).map(drop)
        })
    }
}

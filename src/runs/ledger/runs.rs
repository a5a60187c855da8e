//! What the ledger knows of runs.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};

use super::{Ledger, LedgerError, PageOutcome, count, signed, time};

/// How a run of a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// All was done.
    Done,
    /// Some failed.
    Partly,
    /// Nothing could be done.
    Failed,
    /// It was stopped, or a limit was reached; the next run goes on.
    Interrupted,
}

impl RunOutcome {
    const ALL: [Self; 4] = [Self::Done, Self::Partly, Self::Failed, Self::Interrupted];

    /// The name in the ledger, in metrics and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Partly => "partly",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// Pages by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Entries of lists that were read.
    pub listed: u64,
    /// Of these, never seen before.
    pub new: u64,
    /// Archived for the first time.
    pub created: u64,
    /// Archived as a new version.
    pub changed: u64,
    /// Found to say what is archived.
    pub unchanged: u64,
    /// Archived earlier, and no longer there.
    pub gone: u64,
    /// No document.
    pub refused: u64,
    /// Not to be had, or not to be converted.
    pub failed: u64,
    /// Due, and left for the next run.
    pub left: u64,
    /// Requests that were made.
    pub requests: u64,
}

impl Counts {
    /// Pages that were looked at.
    #[must_use]
    pub fn looked_at(&self) -> u64 {
        self.well() + self.badly()
    }

    /// Pages that were looked at with a result.
    #[must_use]
    pub fn well(&self) -> u64 {
        self.created + self.changed + self.unchanged + self.gone
    }

    /// Pages that were looked at in vain.
    #[must_use]
    pub fn badly(&self) -> u64 {
        self.refused + self.failed
    }

    /// A page was looked at, with this result.
    pub fn looked(&mut self, outcome: PageOutcome) {
        *match outcome {
            PageOutcome::Created => &mut self.created,
            PageOutcome::Changed => &mut self.changed,
            PageOutcome::Unchanged => &mut self.unchanged,
            PageOutcome::Gone => &mut self.gone,
            PageOutcome::Refused => &mut self.refused,
            PageOutcome::Failed => &mut self.failed,
        } += 1;
    }

    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.listed += other.listed;
        self.new += other.new;
        self.created += other.created;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.gone += other.gone;
        self.refused += other.refused;
        self.failed += other.failed;
        self.left += other.left;
        self.requests += other.requests;
    }
}

/// A run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// From 1, over all jobs.
    pub number: i64,
    /// The invocation that it was part of.
    pub id: String,
    /// When it began.
    pub begun: Timestamp,
    /// When it ended; none if it was killed or is going on.
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
    /// Why it failed as a whole, as a code.
    pub code: Option<String>,
    /// Its pages.
    pub counts: Counts,
}

const COLUMNS: &str = "number, id, begun, ended, outcome, code, listed, new, created, changed, unchanged, gone, \
     refused, failed, left_over, requests";

fn record(row: &Row<'_>) -> rusqlite::Result<RunRecord> {
    Ok(RunRecord {
        number: row.get(0)?,
        id: row.get(1)?,
        begun: time(row.get(2)?),
        ended: super::optional_time(row.get(3)?),
        outcome: row.get::<_, Option<String>>(4)?.and_then(|name| RunOutcome::of(&name)),
        code: row.get(5)?,
        counts: counts(row, 6)?,
    })
}

fn counts(row: &Row<'_>, first: usize) -> rusqlite::Result<Counts> {
    let get = |index: usize| row.get(first + index).map(count);
    Ok(Counts {
        listed: get(0)?,
        new: get(1)?,
        created: get(2)?,
        changed: get(3)?,
        unchanged: get(4)?,
        gone: get(5)?,
        refused: get(6)?,
        failed: get(7)?,
        left: get(8)?,
        requests: get(9)?,
    })
}

impl Ledger {
    /// Begins a run of `job`, as part of the invocation `id`, or goes on with the one in hand; its number, and whether it
    /// goes on. Accepted notices of earlier runs are forgotten.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn begin(
        &mut self,
        job: &str,
        id: &str,
        now: Timestamp,
        resume: bool,
    ) -> Result<(i64, bool), LedgerError> {
        self.write(|transaction| {
            transaction.execute("INSERT OR IGNORE INTO job (name) VALUES (?1)", [job])?;
            let hand: Option<i64> =
                transaction.query_row("SELECT hand FROM job WHERE name = ?1", [job], |row| row.get(0))?;
            let resumed = resume && hand.is_some();
            if !resumed {
                transaction.execute(
                    "UPDATE job SET hand = :now, discovered = 0 WHERE name = :job",
                    named_params! { ":now": now.as_second(), ":job": job },
                )?;
            }
            transaction.execute("DELETE FROM notice WHERE job = ?1 AND told = 1", [job])?;
            transaction.execute(
                "INSERT INTO run (id, job, begun, resumed) VALUES (:id, :job, :now, :resumed)",
                named_params! { ":id": id, ":job": job, ":now": now.as_second(), ":resumed": resumed },
            )?;
            Ok((transaction.last_insert_rowid(), resumed))
        })
    }

    /// Ends run `number` of `job`. `left` pages are still due; `requests` were made. An interrupted run stays in hand.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    #[expect(clippy::too_many_arguments, reason = "each is another column")]
    pub fn end(
        &mut self,
        job: &str,
        number: i64,
        now: Timestamp,
        outcome: RunOutcome,
        code: Option<&str>,
        left: u64,
        requests: u64,
    ) -> Result<(), LedgerError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE run SET ended = :now, outcome = :outcome, code = :code, left_over = :left,
                     requests = :requests WHERE number = :number",
                named_params! {
                    ":now": now.as_second(), ":outcome": outcome.name(), ":code": code, ":left": signed(left),
                    ":requests": signed(requests), ":number": number,
                },
            )?;
            transaction.execute("UPDATE job SET outcome = ?2 WHERE name = ?1", [job, outcome.name()])?;
            if outcome == RunOutcome::Interrupted {
                return Ok(());
            }
            let (failed, well) = (outcome == RunOutcome::Failed, outcome == RunOutcome::Done);
            transaction
                .execute(
                    "UPDATE job SET last = hand, hand = NULL, discovered = 0,
                         failures = CASE WHEN :failed THEN failures + 1 ELSE 0 END,
                         success = CASE WHEN :well THEN :now ELSE success END
                     WHERE name = :job",
                    named_params! {
                        ":failed": failed, ":well": well, ":now": now.as_second(), ":job": job,
                    },
                )
                .map(drop)
        })
    }

    /// Ends run `number` of `job` for trouble with its store. It has failed, and stays in hand as an interrupted one does: the
    /// next start goes on with it.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn break_off(
        &mut self,
        job: &str,
        number: i64,
        now: Timestamp,
        code: &str,
        left: u64,
    ) -> Result<(), LedgerError> {
        self.write(|transaction| {
            let failed = RunOutcome::Failed.name();
            transaction.execute(
                "UPDATE run SET ended = ?1, outcome = ?2, code = ?3, left_over = ?4 WHERE number = ?5",
                (now.as_second(), failed, code, signed(left), number),
            )?;
            transaction
                .execute(
                    "UPDATE job SET outcome = ?2, failures = failures + 1 WHERE name = ?1",
                    [job, failed],
                )
                .map(drop)
        })
    }

    /// The job whose run was the last to begin in this store, and when, if that run has not ended: it is going on, or was
    /// killed.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn under_way(&self) -> Result<Option<(String, Timestamp)>, LedgerError> {
        self.read(|connection| {
            connection
                .query_row(
                    "SELECT job, begun FROM run WHERE number = (SELECT max(number) FROM run) AND ended IS NULL",
                    [],
                    |row| Ok((row.get(0)?, time(row.get(1)?))),
                )
                .optional()
        })
    }

    /// Run `number`.
    ///
    /// # Errors
    /// If the ledger cannot be read, or has no such run.
    pub fn run(&self, number: i64) -> Result<RunRecord, LedgerError> {
        self.read(|connection| {
            connection
                .prepare(&format!("SELECT {COLUMNS} FROM run WHERE number = ?1"))?
                .query_row([number], record)
        })
    }

    /// The last runs of `job`, at most `most`, oldest first.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn history(&self, job: &str, most: u32) -> Result<Vec<RunRecord>, LedgerError> {
        self.read(|connection| {
            let mut statement = connection.prepare(&format!(
                "SELECT {COLUMNS} FROM run WHERE job = ?1 ORDER BY number DESC LIMIT ?2"
            ))?;
            let mut runs = statement.query_map((job, most), record)?.collect::<rusqlite::Result<Vec<_>>>()?;
            runs.reverse();
            Ok(runs)
        })
    }

    /// All runs of `job` in at most `most` records, oldest first, and the number of runs. The last record is the last run;
    /// before it, runs that follow each other are taken together where there are more: with the time of the last of them,
    /// their pages added up, and as failed if any of them was.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn overview(&self, job: &str, most: u32) -> Result<(Vec<RunRecord>, u64), LedgerError> {
        self.read(|connection| {
            // Each column of a group that has no sum is that of its last run: SQLite takes it from where the maximum is.
            let mut statement = connection.prepare(
                "WITH earlier AS (
                     SELECT *, ntile(?2) OVER (ORDER BY number) AS part FROM run
                     WHERE job = ?1 AND number < (SELECT max(number) FROM run WHERE job = ?1)
                 )
                 SELECT max(number), id, begun, ended, CASE WHEN sum(outcome IS 'failed') > 0 THEN 'failed' ELSE outcome END,
                     code, sum(listed), sum(new), sum(created), sum(changed), sum(unchanged), sum(gone), sum(refused),
                     sum(failed), left_over, sum(requests), count(*)
                 FROM earlier GROUP BY part ORDER BY part",
            )?;
            let groups = statement.query_map((job, most.saturating_sub(1).max(1)), |row| {
                Ok((record(row)?, row.get(16).map(count)?))
            })?;
            let (mut runs, mut number) = (Vec::new(), 0);
            for group in groups {
                let (run, of_group) = group?;
                runs.push(run);
                number += of_group;
            }
            let last = connection
                .prepare(&format!("SELECT {COLUMNS} FROM run WHERE job = ?1 ORDER BY number DESC LIMIT 1"))?
                .query_row([job], record)
                .optional()?;
            number += u64::from(last.is_some());
            runs.extend(last);
            Ok((runs, number))
        })
    }

    /// The pages of all runs of `job` together.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn totals(&self, job: &str) -> Result<Counts, LedgerError> {
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT coalesce(sum(listed), 0), coalesce(sum(new), 0), coalesce(sum(created), 0),
                         coalesce(sum(changed), 0), coalesce(sum(unchanged), 0), coalesce(sum(gone), 0),
                         coalesce(sum(refused), 0), coalesce(sum(failed), 0), 0, coalesce(sum(requests), 0)
                     FROM run WHERE job = ?1",
                )?
                .query_row([job], |row| counts(row, 0))
        })
    }
}

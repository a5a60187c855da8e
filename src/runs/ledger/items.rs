//! What the ledger knows of pages.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, named_params};

use super::notices::{self, Notice};
use super::{Ledger, LedgerError, count, optional_time, seconds, time};

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageOutcome {
    /// Archived for the first time.
    Created,
    /// Archived as a new version.
    Changed,
    /// It says what is archived.
    Unchanged,
    /// It is archived, and no longer there.
    Gone,
    /// It is no document.
    Refused,
    /// It could not be had or not be converted.
    Failed,
}

impl PageOutcome {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Created, Self::Changed, Self::Unchanged, Self::Gone, Self::Refused, Self::Failed];

    /// The name in the ledger, in metrics and messages; also the column of a run that counts it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Gone => "gone",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Whether the page was looked at in vain.
    #[must_use]
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Refused | Self::Failed)
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// What is known of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// When it was first listed.
    pub first_seen: Timestamp,
    /// When it was last listed.
    pub last_seen: Timestamp,
    /// When it was last looked at.
    pub checked: Option<Timestamp>,
    /// When it was last found to say something else than before.
    pub changed: Option<Timestamp>,
    /// What came of that look.
    pub outcome: Option<PageOutcome>,
    /// The date beside it in the list, as `2024-05-06`.
    pub listed: Option<String>,
    /// Looks in vain in a row, up to the last.
    pub failures: u64,
    /// Whether the last failure may pass by itself.
    pub transient: bool,
    /// The newest version of it that the job knows.
    pub version: Option<u32>,
}

/// A page that is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its number in the ledger.
    pub row: i64,
    /// Its address.
    pub url: String,
    /// Its title, as listed.
    pub title: Option<String>,
    /// The address of the list that it was found in.
    pub parent: Option<String>,
    /// What the column calls itself, or is called by the configuration.
    pub column: Option<String>,
    /// Since when it is due.
    pub since: Timestamp,
    /// What is known of it.
    pub item: Item,
}

/// What a look at a page came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// When.
    pub now: Timestamp,
    /// What came of it.
    pub outcome: PageOutcome,
    /// Why it failed, as a code.
    pub code: Option<String>,
    /// Whether the failure may pass by itself.
    pub transient: bool,
    /// The version of the archive that it is, or that is in the archive still.
    pub version: Option<u32>,
    /// When it is due again; none for never.
    pub due: Option<Timestamp>,
    /// What is worth telling of it.
    pub notices: Vec<Notice>,
}

/// How the pages of a job stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// All that were ever listed.
    pub items: u64,
    /// Never looked at.
    pub waiting: u64,
    /// By what came of the last look.
    pub outcomes: Vec<(PageOutcome, u64)>,
    /// Those that failed, by code, the most frequent first.
    pub failing: Vec<(String, u64)>,
}

const COLUMNS: &str =
    "row, first_seen, last_seen, checked, changed, outcome, failures, version, listed, transient";

fn item(row: &Row<'_>) -> rusqlite::Result<(i64, Item)> {
    let item = Item {
        first_seen: time(row.get(1)?),
        last_seen: time(row.get(2)?),
        checked: optional_time(row.get(3)?),
        changed: optional_time(row.get(4)?),
        outcome: row.get::<_, Option<String>>(5)?.and_then(|name| PageOutcome::of(&name)),
        failures: count(row.get(6)?),
        version: row.get(7)?,
        listed: row.get(8)?,
        transient: row.get(9)?,
    };
    Ok((row.get(0)?, item))
}

/// A page: its number, its address, the list that it was found in, and what is known of it.
pub(super) type Known = (i64, String, Option<String>, Item);

/// Pages of `job`, from the one after number `after` on, at most `most`.
pub(super) fn after(
    transaction: &Transaction<'_>,
    job: &str,
    after: i64,
    most: i64,
) -> rusqlite::Result<Vec<Known>> {
    transaction
        .prepare(&format!(
            "SELECT {COLUMNS}, url, parent FROM item WHERE job = ?1 AND row > ?2 ORDER BY row LIMIT ?3"
        ))?
        .query_map((job, after, most), |row| {
            let (number, item) = item(row)?;
            Ok((number, row.get(10)?, row.get(11)?, item))
        })?
        .collect()
}

impl Ledger {
    /// Pages of `job` that are due at `now`, in the order of first sight, from the one after number `after` on, at most
    /// `most`: those never looked at (`fresh`), or the others.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn due(
        &self,
        job: &str,
        now: Timestamp,
        fresh: bool,
        after: i64,
        most: u32,
    ) -> Result<Vec<Due>, LedgerError> {
        self.read(|connection| {
            connection
                .prepare(&format!(
                    "SELECT {COLUMNS}, url, title, parent, column_name, due FROM item
                     WHERE job = ?1 AND due <= ?2 AND (checked IS NULL) = ?3 AND row > ?4 ORDER BY row LIMIT ?5"
                ))?
                .query_map((job, now.as_second(), fresh, after, most), |row| {
                    let (number, item) = item(row)?;
                    Ok(Due {
                        row: number,
                        url: row.get(10)?,
                        title: row.get(11)?,
                        parent: row.get(12)?,
                        column: row.get(13)?,
                        since: time(row.get(14)?),
                        item,
                    })
                })?
                .collect()
        })
    }

    /// The number of pages of `job` that are due at `now`.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn count_due(&self, job: &str, now: Timestamp) -> Result<u64, LedgerError> {
        self.read(|connection| {
            connection
                .prepare("SELECT count(*) FROM item WHERE job = ?1 AND due <= ?2")?
                .query_row((job, now.as_second()), |row| row.get(0).map(count))
        })
    }

    /// What is known of the page `url` of `job`.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn item(&self, job: &str, url: &str) -> Result<Option<Item>, LedgerError> {
        self.read(|connection| {
            connection
                .prepare(&format!("SELECT {COLUMNS} FROM item WHERE job = ?1 AND url = ?2"))?
                .query_row((job, url), item)
                .optional()
        })
        .map(|found| found.map(|(_, item)| item))
    }

    /// Puts down what a look at page `row` of `job` came to, as part of run `run`: the page, the run's count and the
    /// notices, or nothing.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn checked(&mut self, run: i64, job: &str, row: i64, check: &Check) -> Result<(), LedgerError> {
        self.write(|transaction| {
            let bad = check.outcome.is_bad();
            let new = check.outcome == PageOutcome::Changed;
            transaction
                .prepare(
                    "UPDATE item SET checked = :now, outcome = :outcome, code = :code, transient = :transient, due = :due,
                         failures = CASE WHEN :bad THEN failures + 1 ELSE 0 END,
                         version = coalesce(:version, version),
                         changed = CASE WHEN :new THEN :now ELSE changed END
                     WHERE row = :row",
                )?
                .execute(named_params! {
                    ":now": check.now.as_second(), ":outcome": check.outcome.name(), ":code": check.code,
                    ":transient": check.transient, ":due": seconds(check.due), ":bad": bad, ":version": check.version, ":new": new, ":row": row,
                })?;
            count_up(transaction, run, check.outcome)?;
            check.notices.iter().try_for_each(|notice| notices::add(transaction, run, job, notice))
        })
    }

    /// Counts something that is no page of a list: a file of a folder, a list that could not be read.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn counted(
        &mut self,
        run: i64,
        job: &str,
        outcome: PageOutcome,
        notices: &[Notice],
    ) -> Result<(), LedgerError> {
        self.write(|transaction| {
            count_up(transaction, run, outcome)?;
            notices.iter().try_for_each(|notice| notices::add(transaction, run, job, notice))
        })
    }

    /// Pages of `job` that were looked at long after `now`, by a clock that was wrong, are due now.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn repair(&mut self, job: &str, now: Timestamp) -> Result<(), LedgerError> {
        /// A clock may be wrong by so much, in seconds.
        const TOLERANCE: i64 = 86_400;
        self.write(|transaction| {
            transaction
                .execute(
                    "UPDATE item SET due = ?2 WHERE job = ?1 AND due > ?2 AND checked > ?3",
                    (job, now.as_second(), now.as_second().saturating_add(TOLERANCE)),
                )
                .map(drop)
        })
    }

    /// How the pages of `job` stand.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn standing(&self, job: &str) -> Result<Standing, LedgerError> {
        self.read(|connection| {
            let mut standing = Standing::default();
            let mut statement = connection.prepare(
                "SELECT outcome, count(*) FROM item WHERE job = ?1 GROUP BY outcome ORDER BY outcome",
            )?;
            let mut rows = statement.query([job])?;
            while let Some(row) = rows.next()? {
                let number = count(row.get(1)?);
                standing.items += number;
                match row.get::<_, Option<String>>(0)?.and_then(|name| PageOutcome::of(&name)) {
                    Some(outcome) => standing.outcomes.push((outcome, number)),
                    None => standing.waiting += number,
                }
            }
            let mut statement = connection.prepare(
                "SELECT coalesce(code, ''), count(*) FROM item WHERE job = ?1 AND failures > 0
                 GROUP BY code ORDER BY count(*) DESC, code LIMIT 100",
            )?;
            standing.failing = statement
                .query_map([job], |row| Ok((row.get(0)?, count(row.get(1)?))))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(standing)
        })
    }
}

fn count_up(transaction: &Transaction<'_>, run: i64, outcome: PageOutcome) -> rusqlite::Result<()> {
    let column = outcome.name();
    transaction
        .prepare(&format!("UPDATE run SET {column} = {column} + 1 WHERE number = ?1"))?
        .execute([run])
        .map(drop)
}

//! What is worth telling: kept until a webhook has accepted it, or the next run begins without one.

use rusqlite::{Row, Transaction, named_params};

use super::{Ledger, LedgerError};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// The job failed as a whole, and had not the time before.
    JobFailure,
    /// The job no longer fails as a whole.
    JobRecovery,
    /// A page failed that had not failed the time before.
    Failure,
    /// A page that had failed no longer does.
    Recovery,
    /// A page says something else than is archived; a new version is.
    Change,
    /// A page that is archived is no longer there.
    Gone,
    /// A page was archived for the first time.
    Created,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::JobFailure,
        Self::JobRecovery,
        Self::Failure,
        Self::Recovery,
        Self::Change,
        Self::Gone,
        Self::Created,
    ];

    /// The name in the ledger and in messages: `job-failure`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JobFailure => "job-failure",
            Self::JobRecovery => "job-recovery",
            Self::Failure => "failure",
            Self::Recovery => "recovery",
            Self::Change => "change",
            Self::Gone => "gone",
            Self::Created => "created",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Something worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub kind: NoticeKind,
    /// The page; the source that failed, where the job did.
    pub url: String,
    /// Its title, as listed.
    pub title: Option<String>,
    /// Why, as a code.
    pub code: Option<String>,
    /// Why, in words.
    pub message: Option<String>,
    /// The version before a change.
    pub old: Option<u32>,
    /// The version that was made.
    pub new: Option<u32>,
}

/// Puts `notice` down as part of a larger change.
pub(super) fn add(
    transaction: &Transaction<'_>,
    run: i64,
    job: &str,
    notice: &Notice,
) -> rusqlite::Result<()> {
    transaction
        .prepare(
            "INSERT INTO notice (run, job, kind, url, title, code, message, old, new)
             VALUES (:run, :job, :kind, :url, :title, :code, :message, :old, :new)",
        )?
        .execute(named_params! {
            ":run": run, ":job": job, ":kind": notice.kind.name(), ":url": notice.url, ":title": notice.title,
            ":code": notice.code, ":message": notice.message, ":old": notice.old, ":new": notice.new,
        })
        .map(drop)
}

fn notice(row: &Row<'_>) -> rusqlite::Result<Option<Notice>> {
    let Some(kind) = NoticeKind::of(row.get_ref(0)?.as_str()?) else { return Ok(None) };
    Ok(Some(Notice {
        kind,
        url: row.get(1)?,
        title: row.get(2)?,
        code: row.get(3)?,
        message: row.get(4)?,
        old: row.get(5)?,
        new: row.get(6)?,
    }))
}

impl Ledger {
    /// Puts `notice` down.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn notice(&mut self, run: i64, job: &str, notice: &Notice) -> Result<(), LedgerError> {
        self.write(|transaction| add(transaction, run, job, notice))
    }

    /// What of this kind nobody has been told for `job`: the number of notices, the first of them, at most `most`, and the
    /// number of the last, up to which they can then be ticked off.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn untold(
        &self,
        job: &str,
        kind: NoticeKind,
        most: u32,
    ) -> Result<(u64, Vec<Notice>, i64), LedgerError> {
        self.read(|connection| {
            let (number, last) = connection
                .prepare(
                    "SELECT count(*), coalesce(max(number), 0) FROM notice WHERE job = ?1 AND kind = ?2 AND told = 0",
                )?
                .query_row((job, kind.name()), |row| Ok((super::count(row.get(0)?), row.get(1)?)))?;
            let mut statement = connection.prepare(
                "SELECT kind, url, title, code, message, old, new FROM notice
                 WHERE job = ?1 AND kind = ?2 AND told = 0 ORDER BY number LIMIT ?3",
            )?;
            let first = statement.query_map((job, kind.name(), most), notice)?;
            Ok((number, first.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect(), last))
        })
    }

    /// The notices of this kind of run `run` of `job`: their number, and the first of them, at most `most`.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn noticed(
        &self,
        run: i64,
        job: &str,
        kind: NoticeKind,
        most: u32,
    ) -> Result<(u64, Vec<Notice>), LedgerError> {
        self.read(|connection| {
            let number = connection
                .prepare("SELECT count(*) FROM notice WHERE job = ?1 AND kind = ?2 AND run = ?3")?
                .query_row((job, kind.name(), run), |row| row.get(0).map(super::count))?;
            let mut statement = connection.prepare(
                "SELECT kind, url, title, code, message, old, new FROM notice
                 WHERE job = ?1 AND kind = ?2 AND run = ?3 ORDER BY number LIMIT ?4",
            )?;
            let first = statement.query_map((job, kind.name(), run, most), notice)?;
            Ok((number, first.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect()))
        })
    }

    /// The notices of this kind of `job` up to number `last` need not be told any more.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn told(&mut self, job: &str, kind: NoticeKind, last: i64) -> Result<(), LedgerError> {
        self.write(|transaction| {
            transaction
                .execute(
                    "UPDATE notice SET told = 1 WHERE job = ?1 AND kind = ?2 AND number <= ?3",
                    (job, kind.name(), last),
                )
                .map(drop)
        })
    }
}

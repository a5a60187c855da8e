//! What lists say of pages. Most of a list is as it was the time before, and costs next to nothing.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};

use super::{Ledger, LedgerError, seconds, signed};

/// An entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The page's canonical address.
    pub url: String,
    /// The address of the list.
    pub parent: Option<String>,
    /// What the column calls itself, or is called by the configuration.
    pub column: Option<String>,
    /// The date beside it, as `2024-05-06`.
    pub date: Option<String>,
    /// When the list says that it was changed last.
    pub modified: Option<Timestamp>,
    /// The words of the link.
    pub title: Option<String>,
}

/// How many entries of a list there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Never seen before.
    pub new: u64,
    /// Seen before.
    pub known: u64,
}

impl Ledger {
    /// Puts the entries of a list down, as part of run `run` of `job`. Those never seen before are due; so are those whose
    /// date in the list is another now, or of which the list says that they were changed since they were looked at.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn list(
        &mut self,
        run: i64,
        job: &str,
        entries: &[Listed],
        now: Timestamp,
    ) -> Result<Seen, LedgerError> {
        self.write(|transaction| {
            let mut seen = Seen::default();
            let mut known = transaction.prepare(
                "SELECT row, last_seen,
                     (:parent IS NULL OR parent IS :parent) AND (:column IS NULL OR column_name IS :column)
                         AND (:listed IS NULL OR listed IS :listed) AND (:title IS NULL OR title IS :title)
                         AND (:modified IS NULL OR checked IS NULL OR :modified <= checked OR :modified > :now)
                 FROM item WHERE job = :job AND url = :url",
            )?;
            let mut insert = transaction.prepare(
                "INSERT INTO item (job, url, parent, column_name, listed, title, first_seen, last_seen, due)
                 VALUES (:job, :url, :parent, :column, :listed, :title, :now, :now, :now)",
            )?;
            // Most of a list is as it was: this touches no index.
            let mut seen_again = transaction.prepare("UPDATE item SET last_seen = ?2 WHERE row = ?1")?;
            let mut update = transaction.prepare(
                "UPDATE item SET last_seen = :now, parent = coalesce(:parent, parent),
                     column_name = coalesce(:column, column_name), title = coalesce(:title, title),
                     due = CASE WHEN listed <> :listed OR (:modified > checked AND :modified <= :now)
                         THEN min(:now, coalesce(due, :now)) ELSE due END,
                     listed = coalesce(:listed, listed)
                 WHERE row = :row",
            )?;
            let now = now.as_second();
            for entry in entries {
                let Listed { url, parent, column, date, modified, title } = entry;
                let modified = seconds(*modified);
                let found = known
                    .query_row(
                        named_params! {
                            ":job": job, ":url": url, ":parent": parent, ":column": column, ":listed": date,
                            ":modified": modified, ":title": title, ":now": now,
                        },
                        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, bool>(2)?)),
                    )
                    .optional()?;
                match found {
                    Some((_, last, true)) if last == now => {}
                    Some((row, _, true)) => {
                        seen_again.execute((row, now))?;
                    }
                    Some((row, _, false)) => {
                        update.execute(named_params! {
                            ":row": row, ":parent": parent, ":column": column, ":listed": date,
                            ":modified": modified, ":title": title, ":now": now,
                        })?;
                    }
                    None => {
                        insert.execute(named_params! {
                            ":job": job, ":url": url, ":parent": parent, ":column": column, ":listed": date,
                            ":title": title, ":now": now,
                        })?;
                    }
                }
                if found.is_some() {
                    seen.known += 1;
                } else {
                    seen.new += 1;
                }
            }
            transaction
                .prepare("UPDATE run SET listed = listed + ?2, new = new + ?3 WHERE number = ?1")?
                .execute((run, signed(seen.new + seen.known), signed(seen.new)))?;
            Ok(seen)
        })
    }
}

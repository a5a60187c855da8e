//! Turns entries into rows of the catalogue.
//!
//! The rows of [`words`](super::database) are numbered by date, so that the newest hits are the last of every list and a
//! search for them reads no more than it shows: day (since 0000-01-01) · minute of the day (11 bits) · counter (9 bits).
//! The counter runs over into the minutes behind, so that a day holds a million documents.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::entry::Entry;
use super::unit::{CHARACTER_MARK, SITE_MARK, Units};
use crate::document::Moment;

const COUNTER_BITS: u32 = 9;
const DAY_BITS: u32 = 11 + COUNTER_BITS;

/// The first row of `day`.
pub(super) fn first_row(day: Date) -> i64 {
    let days = day.since(date(0, 1, 1)).map_or(0, |span| span.get_days());
    i64::from(days) << DAY_BITS
}

/// The last row of `day`.
pub(super) fn last_row(day: Date) -> i64 {
    first_row(day) | ((1 << DAY_BITS) - 1)
}

/// The first of the rows for documents of `moment`; documents without any date come before all others.
fn row_of(moment: Option<Moment>) -> i64 {
    let Some(moment) = moment else { return first_row(Date::MIN) };
    let minute = moment.time.map_or(0, |time| i64::from(time.hour()) * 60 + i64::from(time.minute()));
    first_row(moment.date) | minute << COUNTER_BITS
}

/// Writes `entries` and forgets those of the same object and version. The newest version of an object is its head.
///
/// # Errors
/// Those of SQLite; the transaction around it must then be given up.
pub(super) fn write(connection: &Connection, entries: &[Entry]) -> rusqlite::Result<()> {
    let mut remove = connection.prepare("DELETE FROM words WHERE rowid = ?1")?;
    let mut forget = connection.prepare("DELETE FROM entry WHERE id = ?1 AND version = ?2 RETURNING row")?;
    let mut newest = connection.prepare("SELECT max(version) FROM entry WHERE id = ?1")?;
    let mut supersede = connection.prepare("UPDATE entry SET head = 0 WHERE id = ?1 AND head = 1")?;
    let mut insert = connection.prepare(
        "INSERT INTO entry (row, id, version, head, published, written, effective, printed, captured,
            title, number, issuer, source, site, url)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    let mut rows = Rows::new(connection)?;
    let mut placed: Vec<(i64, &Entry)> = Vec::with_capacity(entries.len());
    for entry in entries {
        let old: Option<i64> =
            forget.query_row(params![entry.id, entry.version], |row| row.get(0)).optional()?;
        if let Some(old) = old {
            remove.execute([old])?;
        }
        let before: Option<u32> = newest.query_row([&entry.id], |row| row.get(0))?;
        let head = before.is_none_or(|before| before < entry.version);
        if head {
            supersede.execute([&entry.id])?;
        }
        let row = rows.free(row_of(entry.date()))?;
        let shown = |moment: Option<Moment>| moment.map(|moment| moment.to_string());
        insert.execute(params![
            row,
            entry.id,
            entry.version,
            head,
            shown(entry.published),
            shown(entry.written),
            shown(entry.effective),
            shown(entry.printed),
            shown(entry.captured),
            entry.title,
            entry.number,
            entry.issuer,
            entry.source,
            entry.site,
            entry.url,
        ])?;
        placed.push((row, entry));
    }
    // FTS5 collects tokens in memory as long as rows rise.
    placed.sort_unstable_by_key(|(row, _)| *row);
    let mut index = connection.prepare(
        "INSERT INTO words (rowid, title, number, issuer, source, site, text, characters)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (row, entry) in placed {
        let tokens = Tokens::of(entry);
        let [title, number, issuer, source, site, text] = &tokens.columns;
        index.execute(params![row, title, number, issuer, source, site, text, tokens.characters])?;
    }
    Ok(())
}

/// The tokens of an entry by column, separated by spaces.
struct Tokens {
    columns: [String; 6],
    characters: String,
}

impl Tokens {
    fn of(entry: &Entry) -> Self {
        let site: Vec<&str> =
            [entry.site.as_deref(), entry.url.as_deref(), Some(&entry.id)].into_iter().flatten().collect();
        let texts = [
            ("", entry.title.as_deref().unwrap_or_default()),
            ("", entry.number.as_deref().unwrap_or_default()),
            ("", entry.issuer.as_deref().unwrap_or_default()),
            ("", entry.source.as_deref().unwrap_or_default()),
            (SITE_MARK, &site.join("\n")),
            ("", &entry.text),
        ];
        let mut distinct: Vec<char> = Vec::new();
        let columns = texts.map(|(mark, text)| {
            let units = Units::of(text);
            if mark.is_empty() {
                distinct.extend(units.distinct_characters());
            }
            let mut tokens = String::with_capacity(text.len() * 7 / 3);
            units.expand(mark, false, &mut tokens);
            tokens
        });
        distinct.sort_unstable();
        distinct.dedup();
        let mut characters = String::with_capacity(distinct.len() * 6);
        for character in distinct {
            characters.push_str(CHARACTER_MARK);
            characters.push(character);
            characters.push(' ');
        }
        Self { columns, characters }
    }
}

/// Rows that are free.
struct Rows<'t> {
    /// The row behind those taken from the key on, as far as this batch knows.
    taken: BTreeMap<i64, i64>,
    is_taken: Statement<'t>,
    end_of_run: Statement<'t>,
}

impl<'t> Rows<'t> {
    fn new(connection: &'t Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            taken: BTreeMap::new(),
            is_taken: connection.prepare("SELECT 1 FROM entry WHERE row = ?1")?,
            end_of_run: connection.prepare(
                "SELECT row + 1 FROM entry AS taken WHERE row >= ?1
                    AND NOT EXISTS (SELECT 1 FROM entry WHERE row = taken.row + 1) ORDER BY row LIMIT 1",
            )?,
        })
    }

    /// The first free row from `row` on.
    fn free(&mut self, row: i64) -> rusqlite::Result<i64> {
        let mut free = *self.taken.get(&row).unwrap_or(&row);
        if self.is_taken.exists([free])? {
            free = self.end_of_run.query_row([free], |found| found.get(0))?;
        }
        self.taken.insert(row, free + 1);
        Ok(free)
    }
}

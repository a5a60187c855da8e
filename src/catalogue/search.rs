//! Turns a query into hits.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::Serialize;

use super::database::explain;
use super::error::CatalogueError;
use super::index::{first_row, last_row};
use super::query::{DateField, Match, Order, Query};

/// A version of an object that was found. In JSON, what the document does not state is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The object.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Whether it is the object's newest version.
    pub head: bool,
    /// 标题.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// 发文字号.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// 发文机关.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// 来源.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// 网站名称.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The page's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// 发布日期, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// 成文日期.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// 施行日期.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<String>,
    /// 印发日期.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
    /// Time of capture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
}

const COLUMNS: &str = "entry.id, entry.version, entry.head, entry.title, entry.number, entry.issuer, entry.source, \
     entry.site, entry.url, entry.published, entry.written, entry.effective, entry.printed, entry.captured";

/// BM25 by the columns of `words`: the title, the number and the issuer count for more than the text.
const SCORE: &str = "bm25(words, 8.0, 4.0, 2.0, 1.0, 0.0, 1.0, 1.0)";

/// A statement's part behind SELECT, and its parameters in order.
#[derive(Default)]
struct Selection {
    from: String,
    conditions: Vec<String>,
    parameters: Vec<Value>,
}

impl Selection {
    fn add(&mut self, condition: impl Into<String>, parameter: Option<Value>) {
        self.conditions.push(condition.into());
        self.parameters.extend(parameter);
    }

    fn sql(&self, what: &str, behind: &str) -> String {
        let conditions = if self.conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.conditions.join(" AND "))
        };
        format!("SELECT {what} FROM {}{conditions}{behind}", self.from)
    }
}

/// The hits of `query` from its offset on, at most as many as its limit.
pub(super) fn hits(connection: &Connection, path: &Path, query: &Query) -> Result<Vec<Hit>, CatalogueError> {
    let matching = query.matching()?;
    if matching.nothing {
        return Ok(Vec::new());
    }
    let by_score = query.order == Order::Relevance && matching.wanted.is_some();
    let mut selection =
        select(connection, query, &matching, !by_score).map_err(|error| explain(path, &error))?;
    let number = |n: usize| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    selection.parameters.extend([number(query.limit), number(query.offset)]);
    let sql = if by_score {
        // With the column `rank` FTS5 would sort all hits; with the function SQLite keeps the best few.
        let best = selection.sql(
            &format!("words.rowid AS row, {SCORE} AS score"),
            " ORDER BY score, words.rowid DESC LIMIT ? OFFSET ?",
        );
        format!(
            "SELECT {COLUMNS} FROM ({best}) AS best CROSS JOIN entry ON entry.row = best.row
             ORDER BY best.score, best.row DESC"
        )
    } else {
        let row = if matching.wanted.is_some() { "words.rowid" } else { "entry.row" };
        let order = match query.date_field {
            // The rows are numbered by this very order.
            DateField::Published => format!("{row} DESC"),
            field => format!("entry.{} DESC NULLS LAST, {row} DESC", field.column()),
        };
        selection.sql(COLUMNS, &format!(" ORDER BY {order} LIMIT ? OFFSET ?"))
    };
    let read = || {
        let mut statement = connection.prepare(&sql)?;
        let hits = statement.query_map(params_from_iter(&selection.parameters), hit)?;
        hits.collect::<rusqlite::Result<Vec<Hit>>>()
    };
    read().map_err(|error| explain(path, &error))
}

/// The number of all hits of `query`.
pub(super) fn count(connection: &Connection, path: &Path, query: &Query) -> Result<u64, CatalogueError> {
    let matching = query.matching()?;
    if matching.nothing {
        return Ok(0);
    }
    let read = || {
        let selection = select(connection, query, &matching, false)?;
        let mut statement = connection.prepare(&selection.sql("count(*)", ""))?;
        statement.query_row(params_from_iter(&selection.parameters), |row| {
            Ok(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0))
        })
    };
    read().map_err(|error| explain(path, &error))
}

/// The rows that `query` is about. `joined`: with the columns of `entry`, also where no condition needs them.
fn select(
    connection: &Connection,
    query: &Query,
    matching: &Match,
    joined: bool,
) -> rusqlite::Result<Selection> {
    let dated = query.from.is_some() || query.to.is_some();
    let mut selection = Selection::default();
    let row = match &matching.wanted {
        Some(wanted) => {
            // CROSS: the index first, in its order; SQLite would otherwise begin with the smaller table.
            let join = if joined || dated { " CROSS JOIN entry ON entry.row = words.rowid" } else { "" };
            selection.from = format!("words{join}");
            selection.add("words MATCH ?", Some(Value::Text(wanted.clone())));
            "words.rowid"
        }
        None => {
            "entry".clone_into(&mut selection.from);
            "entry.row"
        }
    };
    if let Some(unwanted) = &matching.unwanted {
        selection.add(
            format!("{row} NOT IN (SELECT rowid FROM words WHERE words MATCH ?)"),
            Some(Value::Text(unwanted.clone())),
        );
    }
    if !query.all_versions {
        // Few are superseded; a look into their own small index is cheaper than into the table.
        let superseded = "SELECT row FROM entry WHERE head = 0";
        if connection.prepare(&format!("{superseded} LIMIT 1"))?.exists([])? {
            selection.add(format!("{row} NOT IN ({superseded})"), None);
        }
    }
    if dated {
        dates(connection, query, row, &mut selection)?;
    }
    Ok(selection)
}

/// The conditions on dates. Dates are compared as ISO 8601 text.
fn dates(
    connection: &Connection,
    query: &Query,
    row: &str,
    selection: &mut Selection,
) -> rusqlite::Result<()> {
    let column = query.date_field.column();
    let by_row = query.date_field == DateField::Published;
    if let Some(from) = query.from {
        selection.add(format!("entry.{column} >= ?"), Some(Value::Text(from.first().to_string())));
        if by_row {
            selection.add(format!("{row} >= ?"), Some(Value::Integer(first_row(from.first()))));
        }
    }
    if let Some(to) = query.to {
        // `T` begins the time of day; `U` is the next character.
        selection.add(format!("entry.{column} < ?"), Some(Value::Text(format!("{}U", to.last()))));
        let last = last_row(to.last());
        // A day whose last row is taken may have run over into the next.
        let full = connection.prepare("SELECT 1 FROM entry WHERE row = ?")?.exists([last])?;
        if by_row && !full {
            selection.add(format!("{row} <= ?"), Some(Value::Integer(last)));
        }
    }
    Ok(())
}

fn hit(row: &Row<'_>) -> rusqlite::Result<Hit> {
    Ok(Hit {
        id: row.get(0)?,
        version: row.get(1)?,
        head: row.get(2)?,
        title: row.get(3)?,
        number: row.get(4)?,
        issuer: row.get(5)?,
        source: row.get(6)?,
        site: row.get(7)?,
        url: row.get(8)?,
        published: row.get(9)?,
        written: row.get(10)?,
        effective: row.get(11)?,
        printed: row.get(12)?,
        captured: row.get(13)?,
    })
}

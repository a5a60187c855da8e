//! Turns a Comparison into JSON that holds what differs and leaves out what does not.

use serde::{Serialize, Serializer};

use super::{CellChange, Clause, Comparison, Kind, RowChange};

/// Name and version of the JSON form. The number rises when a reader of the old form would misread the new one;
/// new optional keys do not raise it.
pub const SCHEMA: &str = "guidang-comparison/1";

#[derive(Serialize)]
struct Versioned<'a> {
    schema: &'a str,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

/// The Comparison as indented JSON with a final newline. Unchanged clauses, rows and cells are counted in `summary` and
/// otherwise left out. Offsets count characters (Unicode scalar values).
///
/// # Panics
/// Never: every key is a string and every number finite.
#[must_use]
pub fn to_json(comparison: &Comparison) -> String {
    let mut json = serde_json::to_string_pretty(&Versioned { schema: SCHEMA, comparison })
        .expect("a Comparison has string keys and finite numbers only");
    json.push('\n');
    json
}

pub(super) fn changed_clauses<S: Serializer>(clauses: &[Clause], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(clauses.iter().filter(|clause| clause.kind != Kind::Unchanged || clause.moved))
}

pub(super) fn changed_rows<S: Serializer>(rows: &[RowChange], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.iter().filter(|row| row.differs()))
}

pub(super) fn changed_cells<S: Serializer>(cells: &[CellChange], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(cells.iter().filter(|cell| cell.kind != Kind::Unchanged))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
pub(super) fn is_false(value: &bool) -> bool {
    !*value
}

//! Turns two tables into the rows, columns and cells that were added, deleted, moved or changed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::edits::{Edit, Operation, edits, whole};
use super::pairing::{Item, Pair, pair};
use super::signature::{Signature, hash};
use super::units::{self, Look};
use super::{Aspect, Kind, PictureChange, numbering};
use crate::document::{Document, Placement, Table};

/// What became of a table's grid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TableComparison {
    /// Number of the old table's columns.
    pub old_columns: usize,
    /// Number of the new table's columns.
    pub new_columns: usize,
    /// The columns: added, deleted and moved ones only.
    pub columns: Vec<ColumnChange>,
    /// The rows in the order of the new table, deleted ones where they stood.
    #[serde(serialize_with = "super::json::changed_rows")]
    pub rows: Vec<RowChange>,
}

/// A column that was added, deleted or moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnChange {
    /// [`Kind::Added`], [`Kind::Deleted`], or [`Kind::Unchanged`] for one that only moved.
    pub kind: Kind,
    /// Its number in the old table, from 0.
    pub old: Option<usize>,
    /// Its number in the new table, from 0.
    pub new: Option<usize>,
    /// The text at its head.
    pub head: String,
}

/// A row and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowChange {
    /// What became of it, columns that were added or deleted left aside.
    pub kind: Kind,
    /// It stands before or after rows that it did not before.
    #[serde(skip_serializing_if = "super::json::is_false")]
    pub moved: bool,
    /// Its number in the old table, from 0.
    pub old: Option<usize>,
    /// Its number in the new table, from 0.
    pub new: Option<usize>,
    /// Its cells in the order of the new table, deleted ones last.
    #[serde(serialize_with = "super::json::changed_cells")]
    pub cells: Vec<CellChange>,
}

/// A cell and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellChange {
    /// What became of it.
    pub kind: Kind,
    /// First column and number of columns it covers in the old table, from 0.
    pub old: Option<(usize, usize)>,
    /// The same in the new table.
    pub new: Option<(usize, usize)>,
    /// Its text.
    pub edits: Vec<Edit>,
    /// Its pictures, where they changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pictures: Option<PictureChange>,
    /// What else changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aspects: Vec<Aspect>,
}

impl TableComparison {
    /// Whether any row, column or cell differs in what it says.
    #[must_use]
    pub fn says_the_same(&self) -> bool {
        self.columns.is_empty()
            && self.rows.iter().all(|row| !row.moved && matches!(row.kind, Kind::Unchanged | Kind::Restyled))
    }
}

/// A cell of one of the tables.
struct Flat {
    place: Placement,
    text: String,
    pictures: Vec<String>,
    look: Look,
}

type Rows = Vec<Vec<Flat>>;

fn flat(document: &Document, table: &Table) -> Rows {
    table
        .placements()
        .into_iter()
        .zip(&table.rows)
        .map(|(places, row)| {
            places
                .into_iter()
                .zip(&row.cells)
                .map(|(place, cell)| {
                    let (text, pictures, look) = units::cell(document, cell);
                    Flat { place, text, pictures, look }
                })
                .collect()
        })
        .collect()
}

/// All text of a table, cells and rows kept apart: by this tables are told alike.
pub(super) fn key(document: &Document, table: &Table) -> String {
    let mut key = String::new();
    for row in &flat(document, table) {
        for cell in row {
            key.push_str(&cell.text);
            key.push('\u{1}');
            for picture in &cell.pictures {
                key.push_str(picture);
                key.push('\u{2}');
            }
        }
        key.push('\u{3}');
    }
    key
}

/// A table of which every row was added or deleted.
pub(super) fn alone(document: &Document, table: &Table, kind: Kind) -> TableComparison {
    let rows = flat(document, table)
        .into_iter()
        .enumerate()
        .map(|(index, row)| lone_row(index, row, kind))
        .collect();
    let (old_columns, new_columns) =
        if kind == Kind::Deleted { (table.columns, 0) } else { (0, table.columns) };
    TableComparison { old_columns, new_columns, columns: Vec::new(), rows }
}

/// Compares the grids of two tables.
pub(super) fn compare(old: (&Document, &Table), new: (&Document, &Table)) -> TableComparison {
    let (old_table, new_table) = (old.1, new.1);
    let (old, new) = (flat(old.0, old.1), flat(new.0, new.1));
    let columns = pair_columns((old_table, &old), (new_table, &new));
    let mut of_old = vec![None; old_table.columns];
    let mut of_new = vec![None; new_table.columns];
    for pair in &columns {
        of_old[pair.old] = Some(pair.new);
        of_new[pair.new] = Some(pair.old);
    }
    let pairs = pair_rows(&old, &new, &of_old, &of_new);
    let (mut old, mut new): (Vec<_>, Vec<_>) =
        (old.into_iter().map(Some).collect(), new.into_iter().map(Some).collect());
    let mut rows = Vec::with_capacity(old.len().max(new.len()));
    for step in super::order(old.len(), new.len(), &pairs) {
        let take = |rows: &mut Vec<Option<Vec<Flat>>>, index: usize| rows[index].take().unwrap_or_default();
        rows.push(match step {
            (Some(i), Some(j), moved) => {
                RowChange { moved, ..both(i, j, take(&mut old, i), take(&mut new, j), &of_old) }
            }
            (Some(i), None, _) => lone_row(i, take(&mut old, i), Kind::Deleted),
            (None, Some(j), _) => lone_row(j, take(&mut new, j), Kind::Added),
            (None, None, _) => continue,
        });
    }
    let columns = column_changes(&columns, (old_table.columns, new_table.columns), &rows);
    TableComparison { old_columns: old_table.columns, new_columns: new_table.columns, columns, rows }
}

/// Columns of either table that are the same column: by what stands at the head, else by the cells below.
fn pair_columns(old: (&Table, &Rows), new: (&Table, &Rows)) -> Vec<Pair> {
    if old.0.columns == 0 || new.0.columns == 0 {
        return Vec::new();
    }
    let (heads_old, heads_new) = (heads(old.0.columns, old.1), heads(new.0.columns, new.1));
    let ids = super::names(heads_old.iter().map(String::as_str), heads_new.iter().map(String::as_str));
    let items = |heads: &[String], ids: &[u32], bags: Vec<Vec<u64>>| -> Vec<Item> {
        heads
            .iter()
            .zip(ids)
            .zip(bags)
            .map(|((head, &id), bag)| {
                let length = head.chars().count().max(5);
                let slot = if head.is_empty() { 0 } else { id };
                let signature = Signature::of_elements(bag);
                Item { id, unnumbered: 0, class: 0, signature, length, slot, slot_worth: 500 }
            })
            .collect()
    };
    let left = items(&heads_old, &ids[0], bags(old.0.columns, old.1));
    let right = items(&heads_new, &ids[1], bags(new.0.columns, new.1));
    let mut pairs = pair(&left, &right);
    // As many columns as before: one that got another head and other cells is still the one at that place.
    if old.0.columns == new.0.columns {
        let mut free = vec![(true, true); old.0.columns];
        for pair in &pairs {
            free[pair.old].0 = false;
            free[pair.new].1 = false;
        }
        let here = free.iter().enumerate().filter(|(_, free)| **free == (true, true));
        pairs.extend(here.map(|(place, _)| Pair { old: place, new: place, moved: false }));
        pairs.sort_unstable_by_key(|pair| pair.new);
    }
    pairs
}

/// The text at the head of each column, and in which column it stands.
fn heads(columns: usize, rows: &Rows) -> Vec<String> {
    let mut heads = vec![String::new(); columns];
    // A second header row tells apart what a spanning head holds together.
    for row in rows.iter().take(2) {
        for cell in row {
            for head in &mut heads[cell.place.column..cell.place.column + cell.place.colspan] {
                if head.is_empty() || (cell.place.row > 0 && cell.look.cell.2) {
                    head.push_str(&cell.text);
                }
            }
        }
        if row.iter().any(|cell| cell.place.colspan == 1) {
            break;
        }
    }
    heads
}

/// The cells of each column as hashes.
fn bags(columns: usize, rows: &Rows) -> Vec<Vec<u64>> {
    let mut bags = vec![Vec::new(); columns];
    for cell in rows.iter().flatten().filter(|cell| cell.place.colspan == 1 && !cell.text.is_empty()) {
        bags[cell.place.column].push(hash(&cell.text));
    }
    bags
}

/// Rows of either table that are the same row, by the columns that both have.
fn pair_rows(old: &Rows, new: &Rows, of_old: &[Option<usize>], of_new: &[Option<usize>]) -> Vec<Pair> {
    /// Keys of a row: all it says, the same without a running number in the first column, the words that name it.
    struct Keys {
        all: String,
        unnumbered: String,
        label: String,
        words: String,
    }
    let keys = |rows: &Rows, paired: &[Option<usize>]| -> Vec<Keys> {
        rows.iter()
            .map(|row| {
                let (mut all, mut unnumbered, mut label) = (String::new(), String::new(), String::new());
                let mut words = String::new();
                for cell in
                    row.iter().filter(|cell| paired.get(cell.place.column).copied().flatten().is_some())
                {
                    let text = cell.text.trim();
                    let is_number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
                    for key in
                        [Some(&mut all), (cell.place.column > 0 || !is_number).then_some(&mut unnumbered)]
                            .into_iter()
                            .flatten()
                    {
                        key.push_str(&cell.text);
                        cell.pictures.iter().for_each(|picture| key.push_str(picture));
                        key.push('\u{1}');
                    }
                    if label.is_empty() && text.chars().any(char::is_alphabetic) {
                        numbering::split(text).2.clone_into(&mut label);
                    }
                    words.push_str(text);
                    words.push('\u{1}');
                }
                if unnumbered.chars().all(|c| c == '\u{1}') {
                    unnumbered.clear();
                }
                Keys { all, unnumbered, label, words }
            })
            .collect()
    };
    let (old, new) = (keys(old, of_old), keys(new, of_new));
    let of = |key: fn(&Keys) -> &str| super::names(old.iter().map(key), new.iter().map(key));
    let (all, unnumbered, label) =
        (of(|keys| &keys.all), of(|keys| &keys.unnumbered), of(|keys| &keys.label));
    let items = |keys: &[Keys], side: usize| -> Vec<Item> {
        keys.iter()
            .enumerate()
            .map(|(index, keys)| Item {
                id: all[side][index],
                unnumbered: if keys.unnumbered.is_empty() { 0 } else { unnumbered[side][index] },
                class: 0,
                signature: Signature::of(&keys.words),
                length: keys.words.chars().filter(|&c| c != '\u{1}').count(),
                slot: if keys.label.is_empty() { 0 } else { label[side][index] },
                slot_worth: 400,
            })
            .collect()
    };
    pair(&items(&old, 0), &items(&new, 1))
}

fn lone_row(index: usize, row: Vec<Flat>, kind: Kind) -> RowChange {
    let cells = row.into_iter().map(|cell| lone_cell(&cell, kind)).collect();
    let (old, new) = if kind == Kind::Deleted { (Some(index), None) } else { (None, Some(index)) };
    RowChange { kind, moved: false, old, new, cells }
}

fn lone_cell(cell: &Flat, kind: Kind) -> CellChange {
    let place = Some((cell.place.column, cell.place.colspan));
    let (old, new, operation) = match kind {
        Kind::Deleted => (place, None, Operation::Delete),
        _ => (None, place, Operation::Insert),
    };
    let pictures = match kind {
        Kind::Deleted => PictureChange::between(&cell.pictures, &[]),
        _ => PictureChange::between(&[], &cell.pictures),
    };
    CellChange { kind, old, new, edits: whole(&cell.text, operation), pictures, aspects: Vec::new() }
}

/// A row that stands in both tables.
fn both(i: usize, j: usize, old: Vec<Flat>, new: Vec<Flat>, of_old: &[Option<usize>]) -> RowChange {
    let mut by_column: BTreeMap<usize, Flat> = BTreeMap::new();
    let mut gone = Vec::new();
    for cell in old {
        match of_old.get(cell.place.column).copied().flatten() {
            Some(column) => drop(by_column.insert(column, cell)),
            None => gone.push(cell),
        }
    }
    let mut kind = Kind::Unchanged;
    let mut cells = Vec::with_capacity(new.len());
    for cell in new {
        let change = match by_column.remove(&cell.place.column) {
            Some(before) => both_cells(&before, &cell),
            None => {
                let paired = of_old.contains(&Some(cell.place.column));
                // A cell without counterpart in a column that both tables have: the spans changed.
                if paired {
                    kind = Kind::Changed;
                }
                cells.push(lone_cell(&cell, Kind::Added));
                continue;
            }
        };
        kind = match (kind, change.kind) {
            (Kind::Changed, _) | (_, Kind::Changed) => Kind::Changed,
            (Kind::Restyled, _) | (_, Kind::Restyled) => Kind::Restyled,
            _ => kind,
        };
        cells.push(change);
    }
    if !by_column.is_empty() {
        kind = Kind::Changed;
    }
    cells.extend(by_column.into_values().chain(gone).map(|cell| lone_cell(&cell, Kind::Deleted)));
    RowChange { kind, moved: false, old: Some(i), new: Some(j), cells }
}

fn both_cells(old: &Flat, new: &Flat) -> CellChange {
    let pictures = PictureChange::between(&old.pictures, &new.pictures);
    let same = old.text == new.text && pictures.is_none();
    let aspects = Aspect::between(&old.look, &new.look, old.text == new.text);
    let kind = match (same, aspects.is_empty()) {
        (true, true) => Kind::Unchanged,
        (true, false) => Kind::Restyled,
        (false, _) => Kind::Changed,
    };
    CellChange {
        kind,
        old: Some((old.place.column, old.place.colspan)),
        new: Some((new.place.column, new.place.colspan)),
        edits: edits(&old.text, &new.text),
        pictures,
        aspects,
    }
}

/// The columns that were added, deleted or moved, with the text that stands at their head.
fn column_changes(pairs: &[Pair], counts: (usize, usize), rows: &[RowChange]) -> Vec<ColumnChange> {
    let head = |old: Option<usize>, new: Option<usize>| {
        rows.iter()
            .flat_map(|row| &row.cells)
            .find(|cell| {
                (old.is_some() && cell.old.map(|place| place.0) == old)
                    || (new.is_some() && cell.new.map(|place| place.0) == new)
            })
            .map_or_else(String::new, |cell| cell.edits.iter().map(|edit| edit.text.as_str()).collect())
    };
    let mut changes = Vec::new();
    for column in (0..counts.0).filter(|&column| !pairs.iter().any(|pair| pair.old == column)) {
        let head = head(Some(column), None);
        changes.push(ColumnChange { kind: Kind::Deleted, old: Some(column), new: None, head });
    }
    for column in 0..counts.1 {
        match pairs.iter().find(|pair| pair.new == column) {
            Some(pair) if pair.moved => {
                let head = head(None, Some(column));
                changes.push(ColumnChange {
                    kind: Kind::Unchanged,
                    old: Some(pair.old),
                    new: Some(column),
                    head,
                });
            }
            Some(_) => {}
            None => {
                let head = head(None, Some(column));
                changes.push(ColumnChange { kind: Kind::Added, old: None, new: Some(column), head });
            }
        }
    }
    changes
}

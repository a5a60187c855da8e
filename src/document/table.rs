//! Tables: rows of cells with spans, and the grid they fill.

use serde::{Deserialize, Serialize};

use super::{Align, Block, Inline};

/// A data table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// 表题, above the table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caption: Vec<Inline>,
    /// 「单位：万元」, above the table at the right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unit: Vec<Inline>,
    /// Number of grid columns.
    pub columns: usize,
    /// Number of leading rows that are the table's head and repeat on each page.
    pub header_rows: usize,
    /// The rows, each with the cells that *begin* in it, left to right.
    pub rows: Vec<Row>,
}

/// A row: the cells that begin in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Row {
    /// The cells, left to right.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Rows it covers, at least 1.
    pub rowspan: usize,
    /// Columns it covers, at least 1.
    pub colspan: usize,
    /// Whether it heads its row or column (`<th>`).
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub header: bool,
    /// How the page aligns its content.
    #[serde(default, skip_serializing_if = "Align::is_start")]
    pub align: Align,
    /// Its content; empty for an empty cell.
    pub blocks: Vec<Block>,
}

impl Default for Cell {
    fn default() -> Self {
        Self { rowspan: 1, colspan: 1, header: false, align: Align::Start, blocks: Vec::new() }
    }
}

/// Where a cell stands in the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Row it begins in, from 0.
    pub row: usize,
    /// Column it begins in, from 0.
    pub column: usize,
    /// Rows it covers within the table.
    pub rowspan: usize,
    /// Columns it covers within the table.
    pub colspan: usize,
}

impl Table {
    /// The place of every cell, in the order of `rows` and, within a row, of its `cells`.
    ///
    /// Follows the row algorithm of HTML (“forming a table”): a cell takes the first free column of its row.
    /// Spans are cut at the edges of the grid, so placements of a table that passes
    /// [`check`](super::check()) never overlap.
    #[must_use]
    pub fn placements(&self) -> Vec<Vec<Placement>> {
        let mut busy_until = vec![0usize; self.columns];
        let mut placements = Vec::with_capacity(self.rows.len());
        for (row, cells) in self.rows.iter().enumerate() {
            let mut column = 0;
            let mut places = Vec::with_capacity(cells.cells.len());
            for cell in &cells.cells {
                while column < self.columns && busy_until[column] > row {
                    column += 1;
                }
                let colspan = cell.colspan.min(self.columns.saturating_sub(column));
                let rowspan = cell.rowspan.min(self.rows.len() - row);
                for slot in &mut busy_until[column..column + colspan] {
                    *slot = row + rowspan;
                }
                places.push(Placement { row, column, rowspan, colspan });
                column += colspan;
            }
            placements.push(places);
        }
        placements
    }
}

//! Turns tables into drawings with `+ - |`, measured first and drawn row by row.

use super::body::{Composer, Mark, Place, Sheet};
use super::draw::{Grid, Picture};
use super::width::width;
use crate::document::{Align, Block, Cell, Table};
use crate::write::column::{Column, columns};

/// Where a table is drawn: reading it means reading its cells, not its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableArea {
    /// Its first line, counted from 0 in the file (or in the cell it stands in).
    pub line: usize,
    /// Number of lines.
    pub lines: usize,
    /// Its cells in the order of the Document.
    pub cells: Vec<CellArea>,
}

/// Where a cell's content stands within its table, borders not included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellArea {
    /// First line, counted from the table's first.
    pub line: u32,
    /// Number of lines.
    pub lines: u32,
    /// First display column, counted from the table's left border.
    pub column: u32,
    /// Display columns.
    pub columns: u32,
    /// Tables within it; their lines count from the cell's first.
    pub tables: Box<[TableArea]>,
}

/// What a cell takes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    pub(super) columns: usize,
    pub(super) lines: usize,
}

/// Tables nested deeper are written as the lines of their cells.
const DEEPEST: usize = 3;
/// Columns that a cell adds to its content: two spaces and a border.
pub(super) const AROUND: usize = 3;

impl<'a> Composer<'a> {
    /// A table with its caption and unit.
    pub(super) fn table(&mut self, table: &'a Table, place: &mut Place, sheet: &mut Sheet) {
        if self.nested >= DEEPEST || table.columns == 0 {
            self.captions(table, None, sheet);
            for cell in table.rows.iter().flat_map(|row| &row.cells) {
                self.blocks(&cell.blocks, &mut Place::cell(None), sheet);
            }
            return;
        }
        self.nested += 1;
        let placements = table.placements();
        let kinds = columns(table, &placements, self.document);
        let mut grid = Grid::new(table, placements, table.columns);
        self.measure(table, &mut grid, None);
        if let Some(cap) = grid.cap(place.wrap) {
            self.measure(table, &mut grid, Some(cap));
        }
        self.captions(table, Some(grid.width()), sheet);
        let mut picture = Picture::new(&grid);
        for (index, row) in table.rows.iter().enumerate() {
            for (number, cell) in row.cells.iter().enumerate() {
                let content = self.cell(cell, grid.wrap_at(index, number));
                let kind = kinds.get(grid.place(index, number).column).copied().unwrap_or_default();
                let head = index < table.header_rows || cell.header;
                picture.cell(&grid, index, number, content, alignment(cell, head, kind), head);
            }
            picture.row(&grid, index, self.options.ambiguous);
        }
        picture.end(&grid);
        self.nested -= 1;
        let line = sheet.lines;
        let (text, cells) = picture.finish();
        sheet.push_block(&text);
        sheet.tables.push(TableArea { line, lines: sheet.lines - line, cells });
    }

    fn captions(&mut self, table: &'a Table, width_of_table: Option<usize>, sheet: &mut Sheet) {
        if !table.caption.is_empty() {
            let mut line = String::new();
            self.inlines(&table.caption, &mut line);
            self.lines("", "", &line, None, sheet);
        }
        if !table.unit.is_empty() {
            let mut line = String::new();
            self.inlines(&table.unit, &mut line);
            let room = width_of_table.unwrap_or(0).saturating_sub(width(&line, self.options.ambiguous));
            self.lines(&" ".repeat(room), "", &line, None, sheet);
        }
    }

    /// The content of a cell, wrapped at so many columns or not at all.
    fn cell(&mut self, cell: &'a Cell, wrap: Option<usize>) -> Sheet {
        let mut content = Sheet::default();
        self.blocks(&cell.blocks, &mut Place::cell(wrap), &mut content);
        let flowing =
            |block: &Block| matches!(block, Block::Paragraph(_) | Block::Heading(_) | Block::Title { .. });
        if wrap.is_none() && content.lines > 1 && cell.blocks.iter().all(flowing) {
            return self.joined(&content);
        }
        content
    }

    /// `content` with short lines run together, so that what a narrow column of the page broke up
    /// (`（三）`, `合理用药`) can be searched for.
    fn joined(&self, content: &Sheet) -> Sheet {
        /// Twenty Han characters.
        const SHORT: usize = 40;
        let mut joined = Sheet::default();
        let mut line = String::new();
        for piece in content.text.lines() {
            if width(&line, self.options.ambiguous) >= SHORT {
                joined.line(&std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(piece.trim());
        }
        joined.line(&line);
        joined
    }

    /// Measures every cell and gives the grid its columns and rows.
    fn measure(&mut self, table: &'a Table, grid: &mut Grid, cap: Option<usize>) {
        let mark: Mark = self.mark();
        grid.clear(cap);
        for (index, row) in table.rows.iter().enumerate() {
            for (number, cell) in row.cells.iter().enumerate() {
                let content = self.cell(cell, grid.wrap_at(index, number));
                let ambiguous = self.options.ambiguous;
                let columns = content.text.lines().map(|line| width(line, ambiguous)).max().unwrap_or(0);
                grid.take(index, number, Extent { columns, lines: content.lines });
                self.reset(&mark);
            }
        }
        grid.settle();
    }
}

/// As the page states it; else heads centred and amounts to the right.
fn alignment(cell: &Cell, head: bool, kind: Column) -> Align {
    match (cell.align, kind) {
        (Align::Start, _) if head => Align::Center,
        (Align::Start, Column::Numbers) if cell.colspan == 1 => Align::End,
        (align, _) => align,
    }
}

//! Sets tables: columns from their content, cells as strips of their own, rows as pieces of the page.

mod columns;
mod group;
mod heads;
mod measure;

use std::collections::VecDeque;
use std::rc::Rc;

use crate::diagnostic::Diagnostic;
use crate::document::{Align, Cell, Inline, Placement, Table};
use crate::fonts::Role;

use super::Context;
use super::block::{self, Column};
use super::flow::{Kind, Piece};
use super::frame::{Scope, Tag};
use super::inline::{Text, Type};
use super::justify::{self, Setting};
use columns::{Columns, Content as ColumnContent};
use group::GroupCell;
use heads::Heads;

pub(super) use group::{Content, Group, Part};

/// Tables nested deeper than this are set as plain blocks.
const DEEPEST: u8 = 3;

/// Sets `table` in `column`.
pub(super) fn table(table: &Table, column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    if column.tables >= DEEPEST {
        return flattened(table, column, context);
    }
    context.structure.begin(Tag::Table);
    let measured = measure::measure(table, context);
    let largest = column.size.min(context.style.table);
    let mut columns = Columns::choose(&measured.extents, column.measure, largest);
    let mut column = *column;
    let turned = column.is_page(context.style) && !columns.roomy;
    if turned {
        // GB/T 9704-2012, clause 8: 横排表格.
        column.measure = context.style.landscape_measure();
        columns = Columns::choose(&measured.extents, column.measure, largest);
    }
    let column = &column;
    let mut pieces = captions(table, column, context);
    if columns.squeezed {
        context.diagnostics.push(Diagnostic::TableSqueezed { columns: table.columns });
    }
    let heads = Heads::new(table);
    let mut setter = Setter { table, columns: &columns, measured: &measured, lefts: Vec::new(), heads };
    setter.lefts = setter.left_edges();
    let mut rows = setter.rows(column, context);
    context.structure.end();
    let space = if column.tables == 0 { column.pitch / 4.0 } else { 0.0 };
    if space > 0.0 && pieces.is_empty() {
        pieces.push(Piece { break_after: false, ..Piece::space(space) });
    }
    pieces.append(&mut rows);
    if space > 0.0 {
        pieces.push(Piece::space(space));
    }
    if turned {
        pieces.insert(0, Piece::turn(true, false));
        pieces.push(Piece::turn(false, false));
    }
    pieces
}

/// Caption and unit above the table.
fn captions(table: &Table, column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if table.caption.is_empty() && table.unit.is_empty() {
        return pieces;
    }
    context.structure.begin(Tag::Caption);
    let largest = column.size.min(context.style.table);
    let mut line = |content: &[Inline], role: Role, size: f32, align: Align, context: &mut Context<'_>| {
        if content.is_empty() {
            return;
        }
        let element = context.structure.begin(Tag::Paragraph);
        let mut text = Text::new();
        text.push(content, Type { role, size }, element, context);
        context.structure.end();
        let setting = Setting { align, pitch: size * 1.6, size, snap: false, ..column.plain() };
        pieces.extend(justify::set(&mut text, setting, context));
    };
    line(&table.caption, Role::Hei, largest, Align::Center, context);
    line(&table.unit, Role::FangSong, largest * 0.875, Align::End, context);
    context.structure.end();
    for piece in &mut pieces {
        piece.break_after = false;
    }
    pieces
}

/// The cells of a table that is nested too deep, one under the other.
fn flattened(table: &Table, column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    let mut pieces = captions(table, column, context);
    for cell in table.rows.iter().flat_map(|row| &row.cells) {
        pieces.extend(block::blocks(&cell.blocks, column, context));
    }
    pieces
}

struct Setter<'a> {
    table: &'a Table,
    columns: &'a Columns,
    measured: &'a measure::Measured,
    lefts: Vec<f32>,
    heads: Heads,
}

impl Setter<'_> {
    /// Left edge of each column, and the right edge of the last.
    fn left_edges(&self) -> Vec<f32> {
        let mut left = 0.0;
        let mut lefts = vec![0.0];
        for width in &self.columns.widths {
            left += width;
            lefts.push(left);
        }
        lefts
    }

    /// The rows, those tied together by spanning cells as one piece.
    fn rows(&mut self, column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
        let placements = self.table.placements();
        let header_end = ties(&placements, self.table.header_rows);
        let mut pieces = Vec::new();
        let mut header: Option<Rc<Part>> = None;
        let mut row = 0;
        while row < placements.len() {
            let end = if row < header_end { header_end } else { group_end(&placements, row) };
            let mut group = self.group(&placements, row, end, column, context);
            let is_header = row == 0 && header_end > 0 && end < placements.len();
            if is_header && column.tables == 0 {
                header = Some(Rc::new(group.clone().take_all()));
            } else {
                group.header.clone_from(&header);
            }
            // A row of one short cell heads the rows below it.
            let heads = end == row + 1
                && end < placements.len()
                && matches!(&placements[row][..], [place] if place.colspan == self.table.columns)
                && group.height() < 4.0 * self.columns.size;
            pieces.push(Piece {
                height: group.height(),
                snap: false,
                break_after: !is_header && !heads,
                kind: Kind::Rows(Box::new(group)),
            });
            row = end;
        }
        pieces
    }

    fn group(
        &mut self,
        placements: &[Vec<Placement>],
        start: usize,
        end: usize,
        column: &Column,
        context: &mut Context<'_>,
    ) -> Group {
        let mut cells = VecDeque::new();
        for (places, row) in placements.iter().zip(&self.table.rows).take(end).skip(start) {
            context.structure.begin(Tag::Row);
            for (place, cell) in places.iter().zip(&row.cells) {
                if let Some(set) = self.cell(place, cell, start, column, context) {
                    cells.push_back(set);
                }
            }
            context.structure.end();
        }
        let least = self.columns.size * 1.2 + 2.0 * self.columns.padding;
        let mut heights = vec![least; end - start];
        for cell in cells.iter().filter(|cell| cell.end == cell.row + 1) {
            heights[cell.row] = heights[cell.row].max(cell.needed());
        }
        for cell in cells.iter().filter(|cell| cell.end > cell.row + 1) {
            let missing = cell.needed() - heights[cell.row..cell.end].iter().sum::<f32>();
            if missing > 0.0 {
                heights[cell.end - 1] += missing;
            }
        }
        Group { x: 0.0, heights, first: 0, cells, header: None }
    }

    fn cell(
        &mut self,
        place: &Placement,
        cell: &Cell,
        start: usize,
        column: &Column,
        context: &mut Context<'_>,
    ) -> Option<GroupCell> {
        if place.colspan == 0 || place.rowspan == 0 {
            return None;
        }
        let header = place.row < self.table.header_rows;
        let scope = match (header, cell.header) {
            (true, _) => Some(Scope::Column),
            (false, true) => Some(Scope::Row),
            (false, false) => None,
        };
        let rowspan = u32::try_from(place.rowspan).unwrap_or(1);
        let colspan = u32::try_from(place.colspan).unwrap_or(1);
        let headers = self.heads.of(place);
        let element = context.structure.begin(Tag::Cell { scope, rowspan, colspan, headers });
        if scope.is_some() {
            self.heads.add(place, header, element);
        }
        let x = self.lefts[place.column];
        let width = self.lefts[place.column + place.colspan] - x;
        let padding = self.columns.padding;
        let mut measure = (width - 2.0 * padding).max(1.0);
        let short = |most: f32, measure: f32| most <= 8.0 && most * self.columns.size <= measure + 0.1;
        let align = match (cell.align, header || cell.header) {
            (Align::Start, true) => Align::Center,
            (Align::Start, false) if place.colspan == 1 => match self.measured.contents[place.column] {
                ColumnContent::Short if self.fits(place.column, measure) => Align::Center,
                ColumnContent::Numbers => {
                    // At the right of one another, the widest in the middle of the column.
                    let widest = self.measured.widest[place.column] * self.columns.size;
                    measure -= ((measure - widest) / 2.0).max(0.0);
                    Align::End
                }
                _ => Align::Start,
            },
            (Align::Start, false) if short(measure::widest(&cell.blocks, context), measure) => Align::Center,
            (stated, _) => stated,
        };
        let size = self.columns.size;
        let inner = Column {
            measure,
            role: if header { Role::Hei } else { Role::FangSong },
            size,
            pitch: size * 1.35,
            snap: false,
            indent: 0.0,
            align,
            tables: column.tables + 1,
        };
        let pieces = block::blocks(&cell.blocks, &inner, context);
        context.structure.end();
        let pieces = trimmed(pieces);
        Some(GroupCell {
            row: place.row - start,
            end: place.row - start + place.rowspan,
            x,
            width,
            padding,
            pieces,
            continued: false,
            leads_with_rest: false,
        })
    }

    /// Whether the widest cell of a column is on one line.
    fn fits(&self, column: usize, measure: f32) -> bool {
        self.measured.extents[column].most * self.columns.size <= measure + 0.1
    }
}

/// Without white space at its end.
fn trimmed(mut pieces: Vec<Piece>) -> Vec<Piece> {
    while matches!(pieces.last(), Some(Piece { kind: Kind::Space, .. })) {
        pieces.pop();
    }
    pieces.shrink_to_fit();
    pieces
}

/// The row after the first `rows` rows and those that spanning cells tie to them.
fn ties(placements: &[Vec<Placement>], rows: usize) -> usize {
    let mut end = rows;
    let mut row = 0;
    while row < end {
        end = placements[row].iter().map(|place| place.row + place.rowspan).fold(end, usize::max);
        row += 1;
    }
    end.min(placements.len())
}

/// The row after those that are tied to row `start`.
fn group_end(placements: &[Vec<Placement>], start: usize) -> usize {
    let mut end = start + 1;
    let mut row = start;
    while row < end {
        end = placements[row].iter().map(|place| place.row + place.rowspan).fold(end, usize::max);
        row += 1;
    }
    end.min(placements.len())
}

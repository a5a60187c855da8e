//! Rows of a table that are kept on one page, and how they are cut when no page can hold them.

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use crate::fonts::Face;
use crate::layout::flow::{Kind, Line, Piece};
use crate::layout::frame::Rectangle;

/// Thickness of a table's rules.
const RULE: f32 = 0.5;

/// Rows that belong together: one row, or the rows that a spanning cell ties to each other.
#[derive(Clone)]
pub(in crate::layout) struct Group {
    /// Left edge of the table in its column.
    pub(in crate::layout) x: f32,
    /// Heights of the rows; those before `first` are done.
    pub(super) heights: Vec<f32>,
    /// The first row that is not done.
    pub(super) first: usize,
    /// The cells of the rows that are not done, in reading order.
    pub(super) cells: VecDeque<GroupCell>,
    /// The table's head, to be repeated above these rows when they begin a page.
    pub(in crate::layout) header: Option<Rc<Part>>,
}

/// A cell. Rows are numbered in its group.
#[derive(Clone)]
pub(super) struct GroupCell {
    /// The row it begins in, or the first row that is not done.
    pub(super) row: usize,
    /// The row after its last.
    pub(super) end: usize,
    /// Left edge in the table.
    pub(super) x: f32,
    /// Width, padding included.
    pub(super) width: f32,
    /// Blank on each side.
    pub(super) padding: f32,
    /// What it holds.
    pub(super) pieces: Vec<Piece>,
    /// Its text began on an earlier page.
    pub(super) continued: bool,
    /// Its first piece is the rest of a table that was cut.
    pub(super) leads_with_rest: bool,
}

/// Content with places relative to the part's top and to its column's left edge.
#[derive(Clone, Default)]
pub(in crate::layout) struct Part {
    pub(in crate::layout) height: f32,
    pub(in crate::layout) content: Vec<Content>,
    /// Borders.
    pub(in crate::layout) rules: Vec<Rectangle>,
}

/// A piece of a part's content.
#[derive(Clone)]
pub(in crate::layout) enum Content {
    /// A line or picture.
    Line(Line),
    /// See [`Item::Continued`](crate::layout::frame::Item::Continued).
    Continued,
    /// See [`Item::Continuation`](crate::layout::frame::Item::Continuation).
    Continuation,
    /// Its end.
    ContinuationEnd,
}

impl GroupCell {
    /// Height of its content with padding.
    pub(super) fn needed(&self) -> f32 {
        crate::layout::flow::height(&self.pieces) + 2.0 * self.padding
    }
}

impl Group {
    /// Height of the rows that are not done.
    pub(in crate::layout) fn height(&self) -> f32 {
        self.heights[self.first..].iter().sum()
    }

    /// Whether all rows are done.
    pub(in crate::layout) fn is_done(&self) -> bool {
        self.first >= self.heights.len()
    }

    /// What the remaining cells hold.
    pub(in crate::layout) fn cells(&mut self) -> impl Iterator<Item = &mut [Piece]> {
        self.cells.iter_mut().map(|cell| &mut cell.pieces[..])
    }

    /// The faces that the remaining cells are set in.
    pub(in crate::layout) fn faces(&self, found: &mut BTreeSet<Face>) {
        self.cells.iter().for_each(|cell| crate::layout::flow::faces(&cell.pieces, found));
    }

    /// All remaining rows.
    pub(in crate::layout) fn take_all(&mut self) -> Part {
        let end = self.heights.len();
        self.take_rows(end)
    }

    /// What fits `room`: whole rows or, if the first row alone does not, the beginning of that row. `force` takes at
    /// least something of it. `None` if nothing fits.
    pub(in crate::layout) fn take(&mut self, room: f32, force: bool) -> Option<Part> {
        let mut end = self.first;
        let mut used = 0.0;
        while end < self.heights.len() && used + self.heights[end] <= room + 0.01 {
            used += self.heights[end];
            end += 1;
        }
        if end > self.first {
            return Some(self.take_rows(end));
        }
        self.cut_row(room, force)
    }

    /// The rows before `end`. Cells that reach further are cut.
    fn take_rows(&mut self, end: usize) -> Part {
        let mut part = Part { height: self.heights[self.first..end].iter().sum(), ..Part::default() };
        let mut rest = Vec::new();
        let tops = self.tops(end);
        while self.cells.front().is_some_and(|cell| cell.row < end) {
            let Some(mut cell) = self.cells.pop_front() else { break };
            let top = tops[cell.row - self.first];
            let last = cell.end.min(end);
            let height = tops[last - self.first] - top;
            part.frame(self.x, &cell, top, height);
            if cell.end <= end {
                let spare = (height - cell.needed()).max(0.0) / 2.0;
                part.cell(self.x, cell, top + spare);
                continue;
            }
            let fits = height - 2.0 * cell.padding;
            let led = cell.leads_with_rest;
            let taken = cell.split(fits);
            part.split_cell(self.x, &cell, taken, led, top);
            cell.row = end;
            let missing = cell.needed() - self.heights[end..cell.end].iter().sum::<f32>();
            if missing > 0.0 && !cell.pieces.is_empty() {
                self.heights[cell.end - 1] += missing;
            }
            cell.continued = !cell.pieces.is_empty();
            rest.push(cell);
        }
        for cell in rest.into_iter().rev() {
            self.cells.push_front(cell);
        }
        self.first = end;
        part
    }

    /// The beginning of the first row, which is higher than `room`.
    fn cut_row(&mut self, room: f32, force: bool) -> Option<Part> {
        let row = self.first;
        let count = self.cells.iter().take_while(|cell| cell.row == row).count();
        let led: Vec<bool> = self.cells.iter().take(count).map(|cell| cell.leads_with_rest).collect();
        let mut taken: Vec<Vec<Piece>> = Vec::with_capacity(count);
        for cell in self.cells.iter_mut().take(count) {
            let fits = room - 2.0 * cell.padding;
            taken.push(cell.split(fits));
        }
        if taken.iter().all(Vec::is_empty) {
            if !force {
                return None;
            }
            // Not even a line fits a page: it is set all the same.
            for (cell, taken) in self.cells.iter_mut().take(count).zip(&mut taken) {
                if !cell.pieces.is_empty() {
                    taken.push(cell.pieces.remove(0));
                    break;
                }
            }
        }
        let used = self
            .cells
            .iter()
            .zip(&taken)
            .map(|(cell, taken)| crate::layout::flow::height(taken) + 2.0 * cell.padding)
            .fold(0.0, f32::max);
        let mut part = Part { height: used, ..Part::default() };
        let mut left: f32 = 0.0;
        for ((cell, taken), led) in self.cells.iter_mut().take(count).zip(taken).zip(led) {
            part.frame(self.x, cell, 0.0, used);
            part.split_cell(self.x, cell, taken, led, 0.0);
            cell.continued = !cell.pieces.is_empty();
            if cell.end == row + 1 && !cell.pieces.is_empty() {
                left = left.max(cell.needed());
            }
        }
        self.heights[row] = left;
        if left == 0.0 {
            self.finish_row(count);
        }
        Some(part)
    }

    /// Goes on to the next row: of the first row's `count` cells only those that span further remain.
    fn finish_row(&mut self, count: usize) {
        let next = self.first + 1;
        let spanning: Vec<GroupCell> = self.cells.drain(..count).filter(|cell| cell.end > next).collect();
        for mut cell in spanning.into_iter().rev() {
            cell.row = next;
            let missing = cell.needed() - self.heights[next..cell.end].iter().sum::<f32>();
            if missing > 0.0 && !cell.pieces.is_empty() {
                self.heights[cell.end - 1] += missing;
            }
            self.cells.push_front(cell);
        }
        self.first = next;
    }

    /// Tops of the rows from the first to `end`, `end` included.
    fn tops(&self, end: usize) -> Vec<f32> {
        let mut top = 0.0;
        let mut tops = Vec::with_capacity(end - self.first + 1);
        tops.push(0.0);
        for height in &self.heights[self.first..end] {
            top += height;
            tops.push(top);
        }
        tops
    }
}

impl GroupCell {
    /// Takes the pieces that fit `room` from the front.
    fn split(&mut self, room: f32) -> Vec<Piece> {
        let mut used = 0.0;
        let mut count = 0;
        for piece in &self.pieces {
            if used + piece.height > room + 0.01 {
                break;
            }
            used += piece.height;
            count += 1;
        }
        let mut rest = self.pieces.split_off(count);
        let mut taken = std::mem::take(&mut self.pieces);
        self.leads_with_rest = false;
        if let Some(Piece { kind: Kind::Rows(group), height, .. }) = rest.first_mut()
            && let Some(part) = group.take(room - used, false)
        {
            *height = group.height();
            self.leads_with_rest = true;
            taken.push(Piece {
                height: part.height,
                snap: false,
                break_after: true,
                kind: Kind::Part(Box::new(part)),
            });
        }
        self.pieces = rest;
        taken
    }
}

impl Part {
    /// Makes furniture of all text.
    pub(in crate::layout) fn mark_furniture(&mut self, kind: crate::furniture::Kind) {
        for content in &mut self.content {
            if let Content::Line(line) = content {
                line.spans.iter_mut().for_each(|span| span.furniture = Some(kind));
            }
        }
    }

    /// The faces that it is set in.
    pub(in crate::layout) fn faces(&self, found: &mut BTreeSet<Face>) {
        for content in &self.content {
            if let Content::Line(line) = content {
                line.faces(found);
            }
        }
    }

    /// Moves everything to the right.
    pub(in crate::layout) fn shift(&mut self, by: f32) {
        for content in &mut self.content {
            if let Content::Line(line) = content {
                line.shift(by, 0.0);
            }
        }
        for rule in &mut self.rules {
            rule.x += by;
        }
    }

    /// The borders of a cell: right and bottom, and left and top at the edge of the part.
    fn frame(&mut self, table_x: f32, cell: &GroupCell, top: f32, height: f32) {
        let x = table_x + cell.x;
        let (right, bottom) = (x + cell.width, top + height);
        let half = RULE / 2.0;
        self.rules.push(Rectangle { x: right - half, y: top - half, width: RULE, height: height + RULE });
        self.rules.push(Rectangle { x: x - half, y: bottom - half, width: cell.width + RULE, height: RULE });
        if cell.x == 0.0 {
            self.rules.push(Rectangle { x: x - half, y: top - half, width: RULE, height: height + RULE });
        }
        if top == 0.0 {
            self.rules.push(Rectangle { x: x - half, y: -half, width: cell.width + RULE, height: RULE });
        }
    }

    /// A cell that ends here, its content beginning at `top`.
    fn cell(&mut self, table_x: f32, cell: GroupCell, top: f32) {
        let (x, y) = (table_x + cell.x + cell.padding, top + cell.padding);
        let mut pieces = cell.pieces.into_iter();
        let mut y = y;
        if cell.continued {
            if cell.leads_with_rest
                && let Some(piece) = pieces.next()
            {
                self.place(piece, x, &mut y);
            }
            self.content.push(Content::Continuation);
        }
        for piece in pieces {
            self.place(piece, x, &mut y);
        }
        if cell.continued {
            self.content.push(Content::ContinuationEnd);
        }
    }

    /// The part of a cell that ends here although the cell goes on. `led`: it begins with the rest of a table that
    /// was cut, whose cells have their own marks.
    fn split_cell(&mut self, table_x: f32, cell: &GroupCell, taken: Vec<Piece>, led: bool, top: f32) {
        let (x, mut y) = (table_x + cell.x + cell.padding, top + cell.padding);
        let mut taken = taken.into_iter();
        if cell.continued {
            if led && let Some(piece) = taken.next() {
                self.place(piece, x, &mut y);
            }
            self.content.push(Content::Continuation);
        }
        for piece in taken {
            self.place(piece, x, &mut y);
        }
        if !cell.pieces.is_empty() {
            self.content.push(Content::Continued);
        }
        if cell.continued {
            self.content.push(Content::ContinuationEnd);
        }
    }

    /// Places a piece at `x` and `y`; moves `y` below it.
    pub(in crate::layout) fn place(&mut self, piece: Piece, x: f32, y: &mut f32) {
        match piece.kind {
            Kind::Space | Kind::Turn { .. } => {}
            Kind::Line(mut line) | Kind::Figure(mut line) => {
                line.shift(x, *y);
                self.content.push(Content::Line(line));
            }
            Kind::Rows(mut group) => {
                let part = group.take_all();
                self.append(part, x, *y);
            }
            Kind::Part(part) => self.append(*part, x, *y),
        }
        *y += piece.height;
    }

    fn append(&mut self, part: Part, x: f32, y: f32) {
        for mut content in part.content {
            if let Content::Line(line) = &mut content {
                line.shift(x, y);
            }
            self.content.push(content);
        }
        self.rules.extend(part.rules.into_iter().map(|rule| Rectangle {
            x: rule.x + x,
            y: rule.y + y,
            ..rule
        }));
    }
}

//! Turns measured cells into a grid of columns and rows, and draws it line by line.

use super::body::Sheet;
use super::table::{AROUND, CellArea, Extent};
use super::width::{Ambiguous, width};
use crate::document::{Align, Placement, Table};

/// Columns and rows of a table.
pub(super) struct Grid {
    placements: Vec<Vec<Placement>>,
    /// Content width of each column.
    widths: Vec<usize>,
    /// Lines of each row.
    heights: Vec<usize>,
    /// Cells over several columns or rows, with what they take.
    spanning: Vec<(Placement, Extent)>,
    /// Content is wrapped so that no column is wider.
    cap: Option<usize>,
    /// Columns of all content, to tell a drawing that is mostly padding.
    content: usize,
}

impl Grid {
    pub(super) fn new(table: &Table, placements: Vec<Vec<Placement>>, columns: usize) -> Self {
        Self {
            placements,
            widths: vec![0; columns],
            heights: vec![1; table.rows.len()],
            spanning: Vec::new(),
            cap: None,
            content: 0,
        }
    }

    /// Forgets what has been measured; `cap` holds for what follows.
    pub(super) fn clear(&mut self, cap: Option<usize>) {
        self.widths.fill(0);
        self.heights.fill(1);
        self.spanning.clear();
        self.cap = cap;
        self.content = 0;
    }

    pub(super) fn place(&self, row: usize, number: usize) -> Placement {
        self.placements[row][number]
    }

    /// The columns at which a cell's content is wrapped.
    pub(super) fn wrap_at(&self, row: usize, number: usize) -> Option<usize> {
        let span = self.place(row, number).colspan.max(1);
        self.cap.map(|cap| cap * span + AROUND * (span - 1))
    }

    /// Takes in the extent of a cell.
    pub(super) fn take(&mut self, row: usize, number: usize, extent: Extent) {
        let place = self.place(row, number);
        self.content += extent.columns * extent.lines;
        if place.colspan <= 1 && place.column < self.widths.len() {
            let width = &mut self.widths[place.column];
            *width = (*width).max(extent.columns);
        }
        if place.rowspan <= 1 {
            self.heights[row] = self.heights[row].max(extent.lines);
        }
        if place.colspan > 1 || place.rowspan > 1 {
            self.spanning.push((place, extent));
        }
    }

    /// Makes room for the cells that span.
    pub(super) fn settle(&mut self) {
        for (place, extent) in std::mem::take(&mut self.spanning) {
            if place.colspan > 1 {
                let span = &mut self.widths[place.column..place.column + place.colspan];
                let room = span.iter().sum::<usize>() + AROUND * (span.len() - 1);
                let missing = extent.columns.saturating_sub(room);
                let count = span.len();
                for (index, width) in span.iter_mut().enumerate() {
                    *width += missing / count + usize::from(index < missing % count);
                }
            }
            if place.rowspan > 1 {
                let span = &mut self.heights[place.row..place.row + place.rowspan];
                let room = span.iter().sum::<usize>() + span.len() - 1;
                if let Some(last) = span.last_mut() {
                    *last += extent.lines.saturating_sub(room);
                }
            }
        }
    }

    /// Display columns of the whole table.
    pub(super) fn width(&self) -> usize {
        1 + self.widths.iter().map(|width| width + AROUND).sum::<usize>()
    }

    /// The width that columns have to keep to, if the table is wider than `limit` or would be padding above all.
    pub(super) fn cap(&self, limit: Option<usize>) -> Option<usize> {
        /// Below this many bytes padding does not matter.
        const SMALL: usize = 4 << 20;
        /// Columns that content is then wrapped at.
        const CAP: usize = 60;
        /// Narrower columns are no longer read with pleasure.
        const NARROWEST: usize = 8;
        let area = self.width().saturating_mul(self.heights.iter().sum::<usize>() + self.heights.len());
        let padded = area > SMALL && area / 32 > self.content;
        let limit = match limit {
            Some(limit) if self.width() > limit => limit,
            _ => return padded.then_some(CAP),
        };
        // The widest columns give way first, down to the same width.
        let room = limit.saturating_sub(1 + AROUND * self.widths.len());
        let mut widths = self.widths.clone();
        widths.sort_unstable();
        let mut rest = room;
        for (index, width) in widths.iter().enumerate() {
            let share = rest / (widths.len() - index);
            if *width > share {
                return Some(share.max(NARROWEST));
            }
            rest -= width;
        }
        None
    }

    /// Content width of `colspan` columns from `column`.
    fn span_width(&self, column: usize, colspan: usize) -> usize {
        self.widths[column..column + colspan].iter().sum::<usize>() + AROUND * colspan.saturating_sub(1)
    }
}

/// A cell that is being drawn.
struct Active {
    number: usize,
    column: usize,
    colspan: usize,
    /// First row that it does not cover.
    until: usize,
    lines: Vec<String>,
    /// Empty lines above the content.
    above: usize,
    drawn: usize,
    align: Align,
}

impl Active {
    /// The next of its lines.
    fn next_line(&mut self) -> &str {
        let index = self.drawn.checked_sub(self.above);
        self.drawn += 1;
        index.and_then(|index| self.lines.get(index)).map_or("", String::as_str)
    }
}

/// A table being drawn.
pub(super) struct Picture {
    text: String,
    lines: u32,
    cells: Vec<CellArea>,
    /// The cells that cover the row at hand and reach it from above, by their first column.
    active: Vec<Active>,
    /// Number of the cell that covers each column of the row above, from 1; 0 outside the table.
    above: Vec<usize>,
    gaps: usize,
    columns: usize,
}

impl Picture {
    pub(super) fn new(grid: &Grid) -> Self {
        Self {
            text: String::new(),
            lines: 0,
            cells: Vec::new(),
            active: Vec::new(),
            above: vec![0; grid.widths.len()],
            gaps: usize::MAX,
            columns: grid.widths.len(),
        }
    }

    /// Takes a cell of the row that is drawn next.
    pub(super) fn cell(
        &mut self,
        grid: &Grid,
        row: usize,
        number: usize,
        content: Sheet,
        align: Align,
        head: bool,
    ) {
        let place = grid.place(row, number);
        // In a sound Document every cell has a column; content without one joins the cell before.
        let (column, colspan) = (place.column.min(self.columns - 1), place.colspan);
        if colspan == 0 {
            if let Some(last) = self.active.last_mut() {
                last.lines.extend(content.text.lines().map(str::to_owned));
            }
            return;
        }
        let rowspan = place.rowspan.max(1);
        let height = grid.heights[row..row + rowspan].iter().sum::<usize>() + rowspan - 1;
        let above = if head || rowspan > 1 { height.saturating_sub(content.lines) / 2 } else { 0 };
        let mut tables = content.tables;
        for table in &mut tables {
            table.line += above;
            // The content begins with the space that sets it off from the border.
            for cell in &mut table.cells {
                cell.column += 1;
            }
        }
        // A table within the cell stays at its left edge, line by line.
        let align = if tables.is_empty() { align } else { Align::Start };
        let x = grid.widths[..column].iter().map(|width| width + AROUND).sum::<usize>() + 1;
        self.cells.push(CellArea {
            // The line after the rule that is drawn first.
            line: self.lines + 1,
            lines: count(height),
            column: count(x),
            columns: count(grid.span_width(column, colspan) + 2),
            tables: tables.into_boxed_slice(),
        });
        self.active.push(Active {
            number: self.cells.len(),
            column,
            colspan,
            until: row + rowspan,
            lines: content.text.lines().map(str::to_owned).collect(),
            above,
            drawn: 0,
            align,
        });
    }

    /// Draws the rule above a row and the row.
    pub(super) fn row(&mut self, grid: &Grid, row: usize, ambiguous: Ambiguous) {
        self.active.sort_by_key(|cell| cell.column);
        let mut owners = vec![0; self.columns];
        for cell in &self.active {
            owners[cell.column..cell.column + cell.colspan].fill(cell.number);
        }
        for owner in owners.iter_mut().filter(|owner| **owner == 0) {
            self.gaps -= 1;
            *owner = self.gaps;
        }
        self.rule(grid, &owners, ambiguous);
        for _ in 0..grid.heights[row] {
            let mut column = 0;
            for cell in &mut self.active {
                while column < cell.column {
                    self.text.push('|');
                    blank(&mut self.text, grid.widths[column] + 2);
                    column += 1;
                }
                self.text.push('|');
                let room = grid.span_width(cell.column, cell.colspan);
                let align = cell.align;
                put(&mut self.text, cell.next_line(), room, align, ambiguous);
                column = cell.column + cell.colspan;
            }
            while column < self.columns {
                self.text.push('|');
                blank(&mut self.text, grid.widths[column] + 2);
                column += 1;
            }
            self.text.push_str("|\n");
            self.lines += 1;
        }
        self.active.retain(|cell| cell.until > row + 1);
        self.above = owners;
    }

    /// Draws the rule below the table.
    pub(super) fn end(&mut self, grid: &Grid) {
        let outside = vec![0; self.columns];
        self.active.clear();
        self.rule(grid, &outside, Ambiguous::Wide);
    }

    pub(super) fn finish(self) -> (String, Vec<CellArea>) {
        (self.text, self.cells)
    }

    /// The rule between the row above and the one of `below`; cells that cover both rows go on in it.
    fn rule(&mut self, grid: &Grid, below: &[usize], ambiguous: Ambiguous) {
        let columns = self.columns;
        let side = |owners: &[usize], at: usize| {
            let outside = owners[0] == 0;
            !outside && (at == 0 || at == columns || owners[at - 1] != owners[at])
        };
        let ruled = |above: &[usize], at: usize| above[at] != below[at];
        let mut column = 0;
        while column <= columns {
            let left = column > 0 && ruled(&self.above, column - 1);
            let right = column < columns && ruled(&self.above, column);
            let (up, down) = (side(&self.above, column), side(below, column));
            self.text.push(match (left || right, up || down) {
                (true, false) if left && right => '-',
                (true, _) => '+',
                (false, true) => '|',
                (false, false) => ' ',
            });
            if column == columns {
                break;
            }
            if right {
                self.text.extend(std::iter::repeat_n('-', grid.widths[column] + 2));
                column += 1;
                continue;
            }
            // A cell goes on from the row above into the one below.
            let Some(cell) = self.active.iter_mut().find(|cell| cell.column == column) else {
                blank(&mut self.text, grid.widths[column] + 2);
                column += 1;
                continue;
            };
            let room = grid.span_width(cell.column, cell.colspan);
            let align = cell.align;
            column += cell.colspan;
            put(&mut self.text, cell.next_line(), room, align, ambiguous);
        }
        self.text.push('\n');
        self.lines += 1;
    }
}

/// Appends ` content `, padded to `room` columns and two spaces.
fn put(out: &mut String, content: &str, room: usize, align: Align, ambiguous: Ambiguous) {
    let padding = room.saturating_sub(width(content, ambiguous));
    let before = match align {
        Align::Start => 0,
        Align::Center => padding / 2,
        Align::End => padding,
    };
    blank(out, before + 1);
    out.push_str(content);
    blank(out, padding - before + 1);
}

fn blank(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

//! Turns tables into `w:tbl`: grid, spans, a head that repeats, rows that stay whole (ECMA-376 Part 1, 17.4).

use super::paragraph::Properties;
use super::story::Story;
use super::styles::id;
use super::table_plan::{MOST_COLUMNS, TablePlan, lines, plan};
use crate::diagnostic::Diagnostic;
use crate::document::{Align, Cell, Placement, Row, Table};
use crate::write::column::Column;

/// The cell that blocks stand in.
#[derive(Clone, Copy, Debug)]
pub(super) struct CellContext {
    pub(super) align: Align,
    head: bool,
    step: usize,
}

/// Tables nested deeper are written as the paragraphs of their cells: Word itself grows slow and readers overflow.
const DEEPEST: usize = 6;
/// Word opens no table of more than 32,767 rows; a longer one goes on in a second table.
const MOST_ROWS: usize = 32_000;
/// A row of more lines may break across pages.
const TALL: u32 = 16;
/// Bytes of markup after which what is written goes to the package.
const PIECE: usize = 256 * 1024;

/// What fills a grid column of a row.
enum Slot<'a> {
    /// A cell that begins here, and further content that the file format has no column for.
    Begins { place: Placement, cell: &'a Cell, overflow: Vec<&'a Cell> },
    /// The continuation of a cell from above, over so many columns.
    Continues(usize),
    /// A gap in the grid, which no sound Document has.
    Gap,
}

impl<'a> Story<'a> {
    /// Style of a paragraph in the cell at hand.
    pub(super) fn cell_style(&self) -> &'static str {
        match &self.cell {
            Some(cell) if cell.head => id::TABLE_HEAD[cell.step],
            Some(cell) => id::TABLE_TEXT[cell.step],
            None => id::TABLE_TEXT[0],
        }
    }

    /// Style of a heading in the cell at hand.
    pub(super) fn cell_head_style(&self) -> &'static str {
        id::TABLE_HEAD[self.cell.map_or(0, |cell| cell.step)]
    }

    /// A table that stands in a cell, an item or a quotation.
    pub(super) fn table(&mut self, table: &'a Table) {
        if self.tables >= DEEPEST || table.columns == 0 {
            self.dissolved(table);
            return;
        }
        let plan = plan(table, self.document, self.bounds.0, false);
        self.planned_table(table, &plan);
    }

    /// A table set as `plan` says.
    pub(super) fn planned_table(&mut self, table: &'a Table, plan: &TablePlan) {
        if plan.squeezed || table.columns > MOST_COLUMNS {
            self.diagnostics.push(Diagnostic::TableSqueezed { columns: table.columns });
        }
        // Word joins tables that touch.
        if self.after_table && table.caption.is_empty() && table.unit.is_empty() {
            self.separator();
        }
        self.captions(table);
        let grid = grid(plan);
        self.open_table(table, &grid, table.header_rows > 0);
        let outer = (self.cell, self.bounds, self.tables);
        // An item's mark and indent stay outside its table's cells.
        let around = self.leave_item();
        self.tables += 1;
        let mut above = vec![Above::default(); grid.len()];
        let mut rows = 0;
        for (index, row) in table.rows.iter().enumerate() {
            if rows >= MOST_ROWS && above.iter().all(|cell| cell.until <= index) {
                self.xml.close();
                self.separator();
                self.open_table(table, &grid, false);
                rows = 0;
            }
            rows += 1;
            let slots = slots(row, &plan.placements[index], index, &mut above);
            self.row(table, plan, &grid, index, slots);
            self.flush(PIECE);
        }
        (self.cell, self.bounds, self.tables) = outer;
        self.enter_item(around);
        self.xml.close();
        self.after_table = true;
        self.section_slot = None;
    }

    fn captions(&mut self, table: &'a Table) {
        let in_cell = self.cell.is_some();
        for (content, style) in [(&table.caption, id::TABLE_CAPTION), (&table.unit, id::TABLE_UNIT)] {
            if !content.is_empty() {
                let mut properties = Properties::new(if in_cell { self.cell_style() } else { style });
                properties.keep_next = true;
                self.plain(properties, content);
            }
        }
    }

    fn open_table(&mut self, table: &Table, grid: &[u32], head: bool) {
        let caption = super::super::plain(&table.caption, self.document);
        let xml = &mut self.xml;
        xml.open("w:tbl", &[]);
        xml.open("w:tblPr", &[]);
        xml.empty("w:tblStyle", &[("w:val", &id::TABLE)]);
        xml.empty("w:tblW", &[("w:w", &grid.iter().sum::<u32>()), ("w:type", &"dxa")]);
        xml.raw("<w:jc w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/>");
        let first_row = u8::from(head);
        xml.empty(
            "w:tblLook",
            &[
                ("w:val", if first_row == 1 { &"0620" } else { &"0600" }),
                ("w:firstRow", &first_row),
                ("w:lastRow", &0),
                ("w:firstColumn", &0),
                ("w:lastColumn", &0),
                ("w:noHBand", &1),
                ("w:noVBand", &1),
            ],
        );
        if !caption.trim().is_empty() {
            xml.empty("w:tblCaption", &[("w:val", &caption.trim())]);
        }
        xml.close();
        xml.open("w:tblGrid", &[]);
        for width in grid {
            xml.empty("w:gridCol", &[("w:w", width)]);
        }
        xml.close();
    }

    fn row(
        &mut self,
        table: &'a Table,
        plan: &TablePlan,
        grid: &[u32],
        index: usize,
        slots: Vec<(usize, Slot<'a>)>,
    ) {
        let head = index < table.header_rows;
        let tall = slots.iter().any(|(column, slot)| match slot {
            Slot::Begins { place, cell, .. } => {
                let width = grid[*column..*column + place.colspan].iter().sum();
                lines(cell, self.document, plan.step, width)
                    > TALL * u32::try_from(place.rowspan).unwrap_or(u32::MAX)
            }
            _ => false,
        });
        self.xml.open("w:tr", &[]);
        if head || !tall {
            self.xml.open("w:trPr", &[]);
            if !tall {
                self.xml.raw("<w:cantSplit/>");
            }
            if head {
                self.xml.raw("<w:tblHeader/>");
            }
            self.xml.close();
        }
        for (column, slot) in slots {
            match slot {
                Slot::Begins { place, cell, overflow } => {
                    let width = grid[column..column + place.colspan].iter().sum();
                    let merge = (place.rowspan > 1).then_some("<w:vMerge w:val=\"restart\"/>");
                    self.open_cell(width, place.colspan, merge);
                    self.cell = Some(CellContext {
                        align: align(cell, head, place.colspan, plan.columns[place.column]),
                        head: head || cell.header,
                        step: plan.step,
                    });
                    self.bounds = (width.saturating_sub(170).max(200), 8000);
                    self.cell_content(cell, &overflow);
                }
                Slot::Continues(span) => {
                    self.open_cell(grid[column..column + span].iter().sum(), span, Some("<w:vMerge/>"));
                    self.empty_cell(plan.step);
                }
                Slot::Gap => {
                    self.open_cell(grid[column], 1, None);
                    self.empty_cell(plan.step);
                }
            }
            self.xml.close();
        }
        self.xml.close();
    }

    fn open_cell(&mut self, width: u32, span: usize, merge: Option<&str>) {
        let xml = &mut self.xml;
        xml.open("w:tc", &[]);
        xml.open("w:tcPr", &[]);
        xml.empty("w:tcW", &[("w:w", &width), ("w:type", &"dxa")]);
        if span > 1 {
            xml.empty("w:gridSpan", &[("w:val", &span)]);
        }
        if let Some(merge) = merge {
            xml.raw(merge);
        }
        xml.raw("<w:vAlign w:val=\"center\"/>");
        xml.close();
    }

    /// The content of a cell; it ends with a paragraph, which Word demands.
    fn cell_content(&mut self, cell: &'a Cell, overflow: &[&'a Cell]) {
        // `after_table` holds for an empty cell as well: no paragraph has been written in it yet.
        self.after_table = false;
        let before = self.xml.len();
        self.blocks(&cell.blocks);
        for cell in overflow {
            self.blocks(&cell.blocks);
        }
        if self.after_table || self.xml.len() == before {
            self.empty_cell(self.cell.map_or(0, |cell| cell.step));
        }
    }

    fn empty_cell(&mut self, step: usize) {
        self.open_paragraph(Properties::new(id::TABLE_TEXT[step]));
        self.close_paragraph();
    }

    /// The words of a table without the table.
    fn dissolved(&mut self, table: &'a Table) {
        self.diagnostics.push(Diagnostic::TableSqueezed { columns: table.columns });
        self.captions(table);
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            self.blocks(&cell.blocks);
        }
    }

    /// Hands what is written over to the package once it is more than `piece` bytes, so that memory stays bounded.
    pub(super) fn flush(&mut self, piece: usize) {
        if self.tables <= 1 && self.xml.len() > piece {
            self.pour();
        }
    }
}

/// The columns that the file gets: the plan's, those beyond Word's limit joined into the last.
fn grid(plan: &TablePlan) -> Vec<u32> {
    let mut grid = plan.widths.clone();
    if grid.len() > MOST_COLUMNS {
        let rest = grid.split_off(MOST_COLUMNS);
        grid[MOST_COLUMNS - 1] += rest.iter().sum::<u32>();
    }
    grid
}

/// The cell that a column begins and that reaches down from above.
#[derive(Clone, Copy, Debug, Default)]
struct Above {
    /// The first row that it no longer covers.
    until: usize,
    /// Columns it covers.
    span: usize,
}

/// What fills the columns of the row at `index`, left to right; `above` is kept up to date for the rows below.
fn slots<'a>(
    row: &'a Row,
    places: &[Placement],
    index: usize,
    above: &mut [Above],
) -> Vec<(usize, Slot<'a>)> {
    let columns = above.len();
    let mut slots: Vec<(usize, Slot<'a>)> = Vec::with_capacity(columns);
    let mut cells = row.cells.iter().zip(places).peekable();
    let mut column = 0;
    while column < columns {
        let Above { until, span } = above[column];
        if until > index {
            slots.push((column, Slot::Continues(span)));
            column += span.max(1);
        } else if let Some((cell, place)) =
            cells.next_if(|(_, place)| place.column == column && place.colspan > 0)
        {
            let colspan = place.colspan.min(columns - column);
            let rowspan = place.rowspan.max(1);
            above[column..column + colspan].fill(Above::default());
            above[column] = Above { until: index + rowspan, span: colspan };
            let place = Placement { rowspan, colspan, ..*place };
            slots.push((column, Slot::Begins { place, cell, overflow: Vec::new() }));
            column += colspan;
        } else {
            slots.push((column, Slot::Gap));
            column += 1;
        }
    }
    let rest: Vec<&Cell> = cells.map(|(cell, _)| cell).collect();
    if !rest.is_empty() {
        let last = slots.iter_mut().rev().find_map(|(_, slot)| match slot {
            Slot::Begins { overflow, .. } => Some(overflow),
            _ => None,
        });
        match last {
            Some(overflow) => *overflow = rest,
            None => overflow_cell(&mut slots, rest),
        }
    }
    slots
}

/// Gives content that has no column, in a row that begins no cell, the place of the row's last continuation.
fn overflow_cell<'a>(slots: &mut Vec<(usize, Slot<'a>)>, mut rest: Vec<&'a Cell>) {
    if let Some((column, _)) = slots.pop() {
        let cell = rest.remove(0);
        let place = Placement { row: 0, column, rowspan: 1, colspan: 1 };
        slots.push((column, Slot::Begins { place, cell, overflow: rest }));
    }
}

/// Alignment of a cell: as the page states it; else heads and serial numbers centred, amounts to the right.
fn align(cell: &Cell, head: bool, colspan: usize, column: Column) -> Align {
    match (cell.align, column) {
        (Align::Start, _) if head || cell.header => Align::Start,
        (Align::Start, Column::Numbers) if colspan == 1 => Align::End,
        (Align::Start, Column::Serial) if colspan == 1 => Align::Center,
        (align, _) => align,
    }
}

//! Turns the cells of a table into what each column holds, so that every writer aligns numbers alike.

use crate::document::{Cell, Document, Placement, Table};

/// What a column holds below the table's head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Column {
    /// Words, or a mixture.
    #[default]
    Words,
    /// Whole numbers counting up from row to row: 序号.
    Serial,
    /// Amounts.
    Numbers,
}

/// What the cells of a column have been so far.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    words: bool,
    numbers: u32,
    last: Option<u64>,
    uncounted: bool,
}

/// What each grid column of `table` holds; cells that span columns have no say.
pub(super) fn columns(table: &Table, placements: &[Vec<Placement>], document: &Document) -> Vec<Column> {
    let mut evidence = vec![Evidence::default(); table.columns];
    for (row, places) in table.rows.iter().zip(placements).skip(table.header_rows) {
        for (cell, place) in row.cells.iter().zip(places) {
            if place.colspan == 1 && !cell.header {
                evidence[place.column].add(cell, document);
            }
        }
    }
    evidence.iter().map(Evidence::verdict).collect()
}

impl Evidence {
    fn add(&mut self, cell: &Cell, document: &Document) {
        if self.words || cell.blocks.is_empty() {
            return;
        }
        let text = super::plain_blocks(&cell.blocks, document);
        let text = text.trim();
        if text.is_empty() || matches!(text, "-" | "—" | "——" | "/" | "－") {
            return;
        }
        if !is_amount(text) {
            self.words = true;
            return;
        }
        self.numbers += 1;
        match (text.parse::<u64>(), self.last) {
            (Ok(number), Some(last)) if number == last + 1 => self.last = Some(number),
            (Ok(number), None) if self.numbers == 1 => self.last = Some(number),
            _ => self.uncounted = true,
        }
    }

    fn verdict(&self) -> Column {
        match (self.words, self.numbers) {
            (true, _) | (_, 0) => Column::Words,
            (false, _) if self.uncounted => Column::Numbers,
            _ => Column::Serial,
        }
    }
}

/// `1,234.50`, `-3`, `＋5.2%`, `（80）`: digits with their signs, points and per cent.
fn is_amount(text: &str) -> bool {
    let is_sign = |c: char| {
        matches!(
            c,
            ',' | '.'
                | '%'
                | '‰'
                | '+'
                | '-'
                | '－'
                | '＋'
                | '−'
                | '('
                | ')'
                | '（'
                | '）'
                | '，'
                | '％'
                | '±'
                | ' '
                | '*'
        )
    };
    text.chars().any(|c| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || is_sign(c))
}

#[cfg(test)]
mod tests {
    use super::{Column, columns};
    use crate::document::{Block, Cell, Document, Inline, Paragraph, Row, Run, Table};

    #[test]
    fn serial_numbers_amounts_and_words_are_told_apart() {
        let cell = |text: &str| Cell {
            blocks: vec![Block::Paragraph(Paragraph {
                content: vec![Inline::Text(Run::plain(text))],
                ..Paragraph::default()
            })],
            ..Cell::default()
        };
        let row = |cells: [&str; 4]| Row { cells: cells.into_iter().map(cell).collect() };
        let table = Table {
            caption: vec![],
            unit: vec![],
            columns: 4,
            header_rows: 1,
            rows: vec![
                row(["序号", "名称", "金额", "电话"]),
                row(["1", "甲", "1,234.50", "020-8313"]),
                row(["2", "3", "80", "—"]),
                row(["3", "乙", "(5)", "020 1234 转 5"]),
            ],
        };
        let found = columns(&table, &table.placements(), &Document::default());
        assert_eq!(found, [Column::Serial, Column::Words, Column::Numbers, Column::Words]);
    }
}

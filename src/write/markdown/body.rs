//! Turns blocks into Markdown blocks, each line behind the marks of the containers it stands in.

use super::escape::line_start;
use super::inline::Line;
use crate::document::{Align, Block, Document, Figure, Inline, List, Marker, Row, Table};
use crate::furniture::{Furniture, Kind};
use crate::write::column::{Column, columns};
use crate::write::html;

/// Walks the Document and writes it.
pub(super) struct Composer<'a> {
    pub(super) document: &'a Document,
    pub(super) out: String,
    pub(super) furniture: Vec<Furniture>,
    /// Significant characters written so far.
    pub(super) written: usize,
    /// What every line of the containers at hand begins with: `> ` and the indent of items.
    prefix: String,
    /// What the next line begins with in place of the end of `prefix`: the mark of an item.
    mark: Option<String>,
    /// The empty line before the next block is written.
    separated: bool,
}

impl<'a> Composer<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            out: String::new(),
            furniture: Vec::new(),
            written: 0,
            prefix: String::new(),
            mark: None,
            separated: true,
        }
    }

    /// Blocks in order.
    pub(super) fn blocks(&mut self, blocks: &'a [Block]) {
        for (index, block) in blocks.iter().enumerate() {
            match block {
                Block::Title { lines } => {
                    let lines: Vec<String> =
                        lines.iter().map(|line| self.words(line, Line::Heading)).collect();
                    self.put(&format!("# {}", lines.join("<br>").trim()));
                }
                Block::Heading(heading) => {
                    let level = usize::from(heading.level.get() + 1).min(6);
                    let content = self.inlines(&heading.content, Line::Heading);
                    self.put(&format!("{} {}", "#".repeat(level), content.trim()));
                }
                Block::Paragraph(paragraph) => self.paragraph(&paragraph.content),
                Block::List(list) => {
                    // Two lists in a row would be one.
                    if index > 0 && matches!(blocks[index - 1], Block::List(_)) {
                        self.put("<!-- -->");
                    }
                    self.list(list);
                }
                Block::Table(table) => self.table(table),
                Block::Figure(figure) => self.figure(figure),
                Block::Quote { body } => {
                    let outer = self.prefix.len();
                    self.flush_mark();
                    self.separate();
                    self.prefix.push_str("> ");
                    self.blocks(body);
                    self.prefix.truncate(outer);
                }
            }
        }
    }

    /// The notes at the end.
    pub(super) fn notes(&mut self) {
        for (index, note) in self.document.notes.iter().enumerate() {
            let mark = self.words(&note.mark, Line::Paragraph);
            let content = self.inlines(&note.content, Line::Paragraph);
            self.flow(&format!("<a id=\"note-{}\"></a>{mark} {content}", index + 1));
        }
    }

    fn paragraph(&mut self, content: &'a [Inline]) {
        let content = self.inlines(content, Line::Paragraph);
        self.flow(&content);
    }

    /// Lines of a paragraph, none of them the beginning of another block.
    fn flow(&mut self, content: &str) {
        let lines: Vec<String> =
            content.split('\n').map(line_start).filter(|line| !line.is_empty()).collect();
        self.put(without_last_break(&lines.join("\n")));
    }

    fn list(&mut self, list: &'a List) {
        for (index, item) in list.items.iter().enumerate() {
            let outer = self.prefix.len();
            let number = list.start.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
            let native = match list.marker {
                // No more than nine digits (CommonMark 0.31, 5.2).
                Marker::Decimal if number < 1_000_000_000 => Some(format!("{number}. ")),
                Marker::None => None,
                _ => Some("- ".to_owned()),
            };
            self.flush_mark();
            if let Some(native) = &native {
                self.prefix.push_str(&" ".repeat(native.len()));
            }
            self.mark.clone_from(&native);
            let own = match (list.marker, &native) {
                (Marker::Bullet | Marker::None, _) => String::new(),
                (Marker::Decimal, Some(native)) if native != "- " => String::new(),
                _ => list.mark(index),
            };
            if own.is_empty() {
                self.blocks(item);
            } else {
                self.marked_item(&own, item);
            }
            self.flush_mark();
            self.prefix.truncate(outer);
        }
    }

    /// An item whose mark Markdown does not know: its first line begins with it.
    fn marked_item(&mut self, mark: &str, item: &'a [Block]) {
        let mark = self.add(Kind::ListMark, mark, Line::Paragraph);
        match item {
            [Block::Paragraph(paragraph), rest @ ..] => {
                let content = self.inlines(&paragraph.content, Line::Paragraph);
                self.flow(&format!("{mark} {content}"));
                self.blocks(rest);
            }
            item => {
                self.put(&line_start(&mark));
                self.blocks(item);
            }
        }
    }

    fn figure(&mut self, figure: &'a Figure) {
        let mut line = String::new();
        self.image(&figure.image, Line::Paragraph, &mut line);
        self.put(&line_start(&line));
        if !figure.caption.is_empty() {
            self.paragraph(&figure.caption);
        }
    }

    fn table(&mut self, table: &'a Table) {
        if !is_simple(table) {
            let mut composer = html::Composer::new(self.document, html::Pictures::Source);
            composer.table(table);
            self.furniture.extend(
                composer
                    .furniture
                    .into_iter()
                    .map(|piece| Furniture { offset: piece.offset + self.written, ..piece }),
            );
            self.written += composer.written;
            self.put(&composer.out);
            return;
        }
        for line in [&table.caption, &table.unit] {
            if !line.is_empty() {
                self.paragraph(line);
            }
        }
        let kinds = columns(table, &table.placements(), self.document);
        let mut lines = String::new();
        for (index, row) in table.rows.iter().enumerate() {
            self.row(row, &mut lines);
            if index == 0 {
                for (column, kind) in kinds.iter().enumerate() {
                    let stated =
                        table.rows.get(1).and_then(|row| row.cells.get(column)).map(|cell| cell.align);
                    lines.push_str(match (stated, kind) {
                        (Some(Align::End), _) | (Some(Align::Start), Column::Numbers) => "| ---: ",
                        (Some(Align::Center), _) | (Some(Align::Start), Column::Serial) => "| :---: ",
                        _ => "| --- ",
                    });
                }
                lines.push_str("|\n");
            }
        }
        self.put(lines.trim_end());
    }

    fn row(&mut self, row: &'a Row, out: &mut String) {
        for cell in &row.cells {
            out.push_str("| ");
            for (index, block) in cell.blocks.iter().enumerate() {
                if let Block::Paragraph(paragraph) = block {
                    if index > 0 {
                        out.push_str("<br>");
                    }
                    let content = self.inlines(&paragraph.content, Line::Cell);
                    out.push_str(content.trim());
                }
            }
            out.push(' ');
        }
        out.push_str("|\n");
    }

    /// An item's mark that no block has taken, on a line of its own.
    fn flush_mark(&mut self) {
        self.put("");
    }

    /// The empty line before a block; it belongs to the container: `>` in a quotation.
    fn separate(&mut self) {
        if !std::mem::replace(&mut self.separated, true) {
            let outer = self.prefix.len() - self.mark.as_ref().map_or(0, String::len);
            self.out.push_str(self.prefix[..outer].trim_end());
            self.out.push('\n');
        }
    }

    /// A block of lines, set apart from the one before.
    fn put(&mut self, block: &str) {
        let block = match (block.is_empty(), &self.mark) {
            (false, _) => block,
            // A comment, since an item may not begin with two blank lines.
            (true, Some(_)) => "<!-- -->",
            (true, None) => return,
        };
        self.separate();
        for line in block.split('\n') {
            let at = self.out.len();
            if let Some(mark) = self.mark.take() {
                self.out.push_str(&self.prefix[..self.prefix.len() - mark.len()]);
                self.out.push_str(&mark);
            } else {
                self.out.push_str(&self.prefix);
            }
            self.out.push_str(line);
            let end = self.out[at..].trim_end_matches([' ', '\t']).len() + at;
            self.out.truncate(end);
            self.out.push('\n');
        }
        self.separated = false;
    }
}

/// Whether GFM can draw it: one head row, no spans, cells of paragraphs alone.
fn is_simple(table: &Table) -> bool {
    let simple_row = |row: &Row| {
        row.cells.len() == table.columns
            && row.cells.iter().all(|cell| {
                cell.rowspan == 1
                    && cell.colspan == 1
                    && cell.blocks.iter().all(|block| matches!(block, Block::Paragraph(_)))
            })
    };
    table.header_rows == 1 && table.rows.iter().all(simple_row)
}

/// `lines` without hard line breaks at their end, where they would be read as backslashes.
fn without_last_break(mut lines: &str) -> &str {
    loop {
        lines = lines.trim_end_matches([' ', '\n']);
        // Escaped backslashes come in pairs.
        let backslashes = lines.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if backslashes % 2 == 0 {
            return lines;
        }
        lines = &lines[..lines.len() - 1];
    }
}

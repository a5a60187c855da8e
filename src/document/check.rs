//! The invariants that every Document keeps, so that writers need not ask.

use std::fmt;

use super::{Align, Block, Document, Image, Inline, Role, Table};

/// An invariant that a Document breaks: a fault of the reader, never of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path to the offending part, such as `body[3].rows[1].cells[0]`.
    pub path: String,
    /// What is wrong there.
    pub what: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// All broken invariants, in document order; empty for a sound Document.
///
/// No empty run, no two adjacent runs of the same style and link, no control character, no empty block;
/// a run-in heading is followed by a body paragraph; cells fill the grid without gap or overlap;
/// every picture and note referred to exists.
#[must_use]
pub fn check(document: &Document) -> Vec<Violation> {
    let mut checker = Checker { document, found: Vec::new() };
    checker.blocks(&document.body, "body");
    for (index, note) in document.notes.iter().enumerate() {
        checker.inlines(&note.content, &format!("notes[{index}]"));
        checker.characters(&note.mark, &format!("notes[{index}].mark"));
    }
    checker.found
}

struct Checker<'a> {
    document: &'a Document,
    found: Vec<Violation>,
}

impl Checker<'_> {
    fn report(&mut self, path: &str, what: &'static str) {
        self.found.push(Violation { path: path.to_owned(), what });
    }

    fn blocks(&mut self, blocks: &[Block], path: &str) {
        for (index, block) in blocks.iter().enumerate() {
            let path = format!("{path}[{index}]");
            match block {
                Block::Title { lines } => {
                    if lines.is_empty() || lines.iter().any(|line| line.trim().is_empty()) {
                        self.report(&path, "empty title line");
                    }
                    for line in lines {
                        self.characters(line, &path);
                    }
                }
                Block::Heading(heading) => {
                    self.filled(&heading.content, &path);
                    let continued = matches!(blocks.get(index + 1), Some(Block::Paragraph(next))
                        if next.role == Role::Body && next.align == Align::Start);
                    if heading.run_in && !continued {
                        self.report(&path, "run-in heading without a body paragraph after it");
                    }
                }
                Block::Paragraph(paragraph) => self.filled(&paragraph.content, &path),
                Block::List(list) => {
                    if list.items.is_empty() {
                        self.report(&path, "list without items");
                    }
                    for (index, item) in list.items.iter().enumerate() {
                        self.blocks(item, &format!("{path}.items[{index}]"));
                    }
                }
                Block::Table(table) => self.table(table, &path),
                Block::Figure(figure) => {
                    self.image(&figure.image, &path);
                    self.inlines(&figure.caption, &path);
                }
                Block::Quote { body } => {
                    if body.is_empty() {
                        self.report(&path, "empty quote");
                    }
                    self.blocks(body, &format!("{path}.body"));
                }
            }
        }
    }

    fn table(&mut self, table: &Table, path: &str) {
        if table.columns == 0 || table.rows.is_empty() || table.header_rows > table.rows.len() {
            self.report(path, "table without rows or columns, or with more header rows than rows");
            return;
        }
        self.inlines(&table.caption, &format!("{path}.caption"));
        self.inlines(&table.unit, &format!("{path}.unit"));
        let mut busy_until = vec![0usize; table.columns];
        for (row, (places, cells)) in table.placements().iter().zip(&table.rows).enumerate() {
            for (index, (place, cell)) in places.iter().zip(&cells.cells).enumerate() {
                let path = format!("{path}.rows[{row}].cells[{index}]");
                if cell.rowspan == 0 || cell.colspan == 0 {
                    self.report(&path, "span of 0");
                }
                if (place.rowspan, place.colspan) != (cell.rowspan, cell.colspan) {
                    self.report(&path, "cell reaches outside the grid");
                }
                for slot in &mut busy_until[place.column..place.column + place.colspan] {
                    if *slot > row {
                        self.found.push(Violation { path: path.clone(), what: "cells overlap" });
                    }
                    *slot = row + place.rowspan;
                }
                self.blocks(&cell.blocks, &format!("{path}.blocks"));
            }
            if busy_until.iter().any(|&until| until <= row) {
                self.report(&format!("{path}.rows[{row}]"), "cells leave a gap in the grid");
            }
        }
    }

    fn filled(&mut self, content: &[Inline], path: &str) {
        if content.is_empty() {
            self.report(path, "empty block");
        }
        self.inlines(content, path);
    }

    fn inlines(&mut self, content: &[Inline], path: &str) {
        for (index, inline) in content.iter().enumerate() {
            match inline {
                Inline::Text(run) => {
                    if run.text.is_empty() {
                        self.report(path, "empty run");
                    }
                    if let Some(Inline::Text(next)) = content.get(index + 1)
                        && next.style == run.style
                        && next.link == run.link
                    {
                        self.report(path, "adjacent runs of the same style");
                    }
                    self.characters(&run.text, path);
                }
                Inline::Image(image) => self.image(image, path),
                Inline::LineBreak => {}
                Inline::NoteReference { note } => {
                    if *note >= self.document.notes.len() {
                        self.report(path, "reference to a note that does not exist");
                    }
                }
            }
        }
    }

    fn image(&mut self, image: &Image, path: &str) {
        if image.asset.as_ref().is_some_and(|id| !self.document.assets.contains_key(id)) {
            self.report(path, "reference to a picture that does not exist");
        }
        // Both are printed where the picture is missing.
        self.characters(&image.source, path);
        self.characters(&image.alternative, path);
    }

    fn characters(&mut self, text: &str, path: &str) {
        // Tabs and newlines are layout: extraction turns them into spaces and line breaks.
        if text.chars().any(|c| c.is_control() || c == '\u{FEFF}' || ('\u{FFFE}'..='\u{FFFF}').contains(&c)) {
            self.report(path, "control character");
        }
    }
}

//! Turns the notes of a Document into `footnotes.xml`, or into paragraphs where they cannot be footnotes.

use super::paragraph::Properties;
use super::relationships::Relationships;
use super::story::{Notes, Story};
use super::styles::id;
use super::xml::Xml;
use crate::document::{Block, Document, Inline};

/// How the notes of `document` can be written: footnotes need a reference each, in the notes' own order.
pub(super) fn choose(document: &Document) -> Notes {
    let mut next = 0;
    let mut in_order = true;
    references(&document.body, &mut |note| {
        if note == next {
            next += 1;
        } else if note > next {
            in_order = false;
        }
    });
    if in_order && next == document.notes.len() { Notes::Footnotes } else { Notes::Paragraphs }
}

/// Calls `found` with each reference in reading order.
fn references(blocks: &[Block], found: &mut dyn FnMut(usize)) {
    let inlines = |content: &[Inline], found: &mut dyn FnMut(usize)| {
        for inline in content {
            if let Inline::NoteReference { note } = inline {
                found(*note);
            }
        }
    };
    for block in blocks {
        match block {
            Block::Title { .. } => {}
            Block::Heading(heading) => inlines(&heading.content, found),
            Block::Paragraph(paragraph) => inlines(&paragraph.content, found),
            Block::List(list) => list.items.iter().for_each(|item| references(item, found)),
            Block::Table(table) => {
                inlines(&table.caption, found);
                inlines(&table.unit, found);
                for cell in table.rows.iter().flat_map(|row| &row.cells) {
                    references(&cell.blocks, found);
                }
            }
            Block::Figure(figure) => inlines(&figure.caption, found),
            Block::Quote { body } => references(body, found),
        }
    }
}

impl Story<'_> {
    /// The notes as paragraphs at the end of the main story.
    pub(super) fn note_paragraphs(&mut self) {
        for index in 0..self.document.notes.len() {
            self.note(index);
        }
    }

    /// The footnotes part and its relationships, written after the main story.
    pub(super) fn footnotes(&mut self) -> (String, Relationships) {
        let main = std::mem::replace(&mut self.xml, Xml::part());
        let main_relationships = std::mem::take(&mut self.relationships);
        super::open_root(&mut self.xml, "w:footnotes");
        for (kind, number, mark) in
            [("separator", -1, "<w:separator/>"), ("continuationSeparator", 0, "<w:continuationSeparator/>")]
        {
            self.xml.open("w:footnote", &[("w:type", &kind), ("w:id", &number)]);
            self.open_paragraph(Properties::new(id::NOTE));
            self.xml.raw("<w:r>");
            self.xml.raw(mark);
            self.xml.raw("</w:r>");
            self.close_paragraph();
            self.xml.close();
        }
        for index in 0..self.document.notes.len() {
            self.xml.open("w:footnote", &[("w:id", &(index + 1))]);
            self.note(index);
            self.xml.close();
        }
        let notes = std::mem::replace(&mut self.xml, main);
        let relationships = std::mem::replace(&mut self.relationships, main_relationships);
        self.xml.dropped += notes.dropped;
        (notes.finish(), relationships)
    }

    fn note(&mut self, index: usize) {
        let note = &self.document.notes[index];
        self.open_paragraph(Properties::new(id::NOTE));
        self.xml.open("w:r", &[]);
        self.note_mark_properties();
        if note.mark.is_empty() && self.notes == Notes::Footnotes {
            self.xml.raw("<w:footnoteRef/>");
        }
        self.characters(&note.mark);
        self.xml.close();
        self.plain_run(" ");
        self.inlines(&note.content);
        self.close_paragraph();
    }
}

//! Turns inline content into runs, hyperlinks and marks of notes.

use super::relationships::address;
use super::script::{Direction, Script, pieces};
use super::story::{Notes, Story};
use super::styles::id;
use super::xml::Xml;
use crate::diagnostic::Diagnostic;
use crate::document::{Inline, Position, Run, Style};

impl<'a> Story<'a> {
    /// Inline content within an open paragraph.
    pub(super) fn inlines(&mut self, content: &'a [Inline]) {
        let mut link: Option<&str> = None;
        let mut linked = false;
        for inline in content {
            let wanted = if let Inline::Text(run) = inline { run.link.as_deref() } else { None };
            if wanted != link {
                if linked {
                    self.xml.close();
                    linked = false;
                }
                if let Some(target) = wanted {
                    linked = self.open_link(target);
                }
                link = wanted;
            }
            match inline {
                Inline::Text(run) => self.run(run, linked),
                Inline::Image(image) => self.picture(image, ""),
                Inline::LineBreak => self.line_break(),
                Inline::NoteReference { note } => self.note_reference(*note),
            }
        }
        if linked {
            self.xml.close();
        }
    }

    /// Opens a hyperlink; `false` if `target` is no address that a package may hold.
    fn open_link(&mut self, target: &str) -> bool {
        let Some(address) = address(target) else {
            self.diagnostics.push(Diagnostic::LinkDropped { target: target.to_owned() });
            return false;
        };
        let id = self.relationships.link(&address);
        self.xml.open("w:hyperlink", &[("r:id", &id), ("w:history", &1)]);
        true
    }

    fn run(&mut self, run: &Run, linked: bool) {
        if run.text.is_ascii() && self.direction == Direction::LeftToRight {
            return self.piece(&run.text, Script::Common, run.style, linked);
        }
        for (script, piece) in pieces(&run.text, self.direction) {
            self.piece(piece, script, run.style, linked);
        }
    }

    /// A run of one script.
    fn piece(&mut self, text: &str, script: Script, style: Style, linked: bool) {
        self.xml.open("w:r", &[]);
        let foreign = !text.is_ascii() || script != Script::Common;
        if linked || foreign || !style.is_plain() {
            // Children in the order of CT_RPr.
            let xml = &mut self.xml;
            xml.open("w:rPr", &[]);
            if linked {
                xml.empty("w:rStyle", &[("w:val", &id::LINK)]);
            } else if style.emphasis {
                xml.empty("w:rStyle", &[("w:val", &id::EMPHASIS)]);
            }
            if let Some(font) = script.fonts() {
                fonts(xml, font);
            } else if linked && style.emphasis {
                xml.raw("<w:rFonts w:hint=\"eastAsia\" w:eastAsia=\"楷体\"/>");
            } else if foreign {
                // “ ” — … · × belong to the Han font (17.3.2.26).
                xml.raw("<w:rFonts w:hint=\"eastAsia\"/>");
            }
            if style.strong {
                xml.raw("<w:b/><w:bCs/>");
            }
            if style.strike {
                xml.raw("<w:strike/>");
            }
            if style.underline {
                xml.raw("<w:u w:val=\"single\"/>");
            }
            match style.position {
                Position::Baseline => {}
                Position::Superscript => xml.raw("<w:vertAlign w:val=\"superscript\"/>"),
                Position::Subscript => xml.raw("<w:vertAlign w:val=\"subscript\"/>"),
            }
            xml.raw(script.properties());
            xml.close();
        }
        self.characters(text);
        self.xml.close();
    }

    /// Runs in the paragraph's own style.
    pub(super) fn plain_run(&mut self, text: &str) {
        for (script, piece) in pieces(text, self.direction) {
            self.piece(piece, script, Style::default(), false);
        }
    }

    /// A line break within a paragraph.
    pub(super) fn line_break(&mut self) {
        self.xml.raw("<w:r><w:br/></w:r>");
    }

    /// The mark of a note as the page prints it; the footnote hangs on the first mark alone.
    ///
    /// The printed mark stays text, so that it reads as on the page. What the footnote itself is given as its mark is
    /// a no-break space of 1 pt before that: LibreOffice shows the mark of a `customMarkFollows` once as the note's
    /// label and once more as text, in both places.
    fn note_reference(&mut self, index: usize) {
        let Some(note) = self.document.notes.get(index) else { return };
        let first = self.notes == Notes::Footnotes && !std::mem::replace(&mut self.referred[index], true);
        if first && !note.mark.is_empty() {
            self.xml.raw("<w:r>");
            self.xml.open("w:rPr", &[]);
            self.xml.empty("w:rStyle", &[("w:val", &id::NOTE_MARK)]);
            self.xml.raw("<w:sz w:val=\"2\"/><w:szCs w:val=\"2\"/>");
            self.xml.close();
            self.xml.empty("w:footnoteReference", &[("w:customMarkFollows", &1), ("w:id", &(index + 1))]);
            self.xml.raw("<w:t xml:space=\"preserve\">\u{A0}</w:t></w:r>");
        }
        self.xml.open("w:r", &[]);
        self.note_mark_properties();
        if first && note.mark.is_empty() {
            self.xml.empty("w:footnoteReference", &[("w:id", &(index + 1))]);
        }
        self.characters(&note.mark);
        self.xml.close();
    }

    /// Run properties of a note's mark.
    pub(super) fn note_mark_properties(&mut self) {
        self.xml.open("w:rPr", &[]);
        self.xml.empty("w:rStyle", &[("w:val", &id::NOTE_MARK)]);
        self.xml.raw("<w:rFonts w:hint=\"eastAsia\"/>");
        self.xml.close();
    }
}

/// Names `font` for every class of characters, so that no application chooses by its own reckoning.
fn fonts(xml: &mut Xml, font: &str) {
    xml.empty("w:rFonts", &[("w:ascii", &font), ("w:hAnsi", &font), ("w:eastAsia", &font), ("w:cs", &font)]);
}

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

#[cfg(test)]
mod tests {
    use crate::diagnostic::Diagnostics;
    use crate::document::{Block, Role};
    use crate::write::docx::{docx, package_check};
    use crate::write::samples;

    /// The main story of a Document of `body`.
    fn story(body: Vec<Block>) -> String {
        let document = samples::of(body);
        let bytes = docx(&document, &Default::default(), &mut Diagnostics::default()).expect("written").bytes;
        let mut parts = package_check::parts(&bytes);
        assert_eq!(package_check::faults(&parts), Vec::<String>::new());
        parts.remove("word/document.xml").expect("the main story")
    }

    #[test]
    fn uyghur_goes_from_right_to_left_in_its_own_font() {
        let story = story(vec![samples::paragraph("ئۇيغۇر: 新疆"), samples::paragraph("新疆 ئۇيغۇر")]);
        assert_eq!(story.matches("<w:bidi/>").count(), 1);
        assert_eq!(story.matches("<w:rtl/>").count(), 2);
        assert_eq!(story.matches("w:cs=\"Microsoft Uighur\"").count(), 2);
        assert!(story.contains(">新疆</w:t>") && story.contains(">新疆 </w:t>"), "{story}");
    }

    #[test]
    fn tibetan_names_its_font_and_language() {
        let story = story(vec![samples::paragraph("བོད་ཡིག")]);
        assert!(story.contains("w:ascii=\"Microsoft Himalaya\"") && story.contains("w:bidi=\"bo-CN\""));
        assert!(!story.contains("<w:bidi/>"));
    }

    #[test]
    fn the_printed_mark_of_a_note_is_text_behind_the_footnote_s_own() {
        let document = samples::notice();
        let bytes = docx(&document, &Default::default(), &mut Diagnostics::default()).expect("written").bytes;
        let story = &package_check::parts(&bytes)["word/document.xml"];
        let first = story.split_once("w:customMarkFollows=\"1\" w:id=\"1\"/>").expect("a footnote").1;
        assert!(first.starts_with("<w:t xml:space=\"preserve\">\u{A0}</w:t></w:r><w:r>"), "{first}");
        assert!(first.split_once("</w:r><w:r>").expect("the mark").1.contains(&document.notes[0].mark));
    }

    #[test]
    fn an_attachment_begins_a_page_with_its_label() {
        let label = samples::role(Role::Body, "附件2");
        let story = story(vec![samples::paragraph("附件1和附件2是本通知的组成部分。"), label]);
        assert_eq!(story.matches("GongwenAttachmentLabel").count(), 1);
    }
}

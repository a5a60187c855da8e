//! Turns inline content into characters of a line: words, marks of notes, labels of pictures, links.

use super::body::{Composer, Sheet};
use crate::colophon::one_line;
use crate::document::text::significant;
use crate::document::{Image, Inline, Position, Run};
use crate::furniture::{Furniture, Kind};

impl<'a> Composer<'a> {
    /// Appends inline content to `line`.
    pub(super) fn inlines(&mut self, content: &'a [Inline], line: &mut String) {
        for (index, inline) in content.iter().enumerate() {
            match inline {
                Inline::Text(run) => {
                    if is_power(run, index.checked_sub(1).map(|index| &content[index])) {
                        self.add(Kind::PowerMark, "^");
                        line.push('^');
                    }
                    self.words(&run.text, line);
                    if let Some(link) = &run.link {
                        let more = matches!(content.get(index + 1), Some(Inline::Text(next)) if next.link == run.link);
                        if !more {
                            self.link_mark(link, line);
                        }
                    }
                }
                Inline::Image(image) => self.image(image, line),
                Inline::LineBreak => line.push('\n'),
                Inline::NoteReference { note } => {
                    if let Some(note) = self.document.notes.get(*note) {
                        self.words(&note.mark, line);
                    }
                }
            }
        }
    }

    /// Appends words of the Document.
    pub(super) fn words(&mut self, words: &str, line: &mut String) {
        self.written += significant(words).count();
        line.push_str(words);
    }

    /// Notes that `text` is written and is not the Document's.
    pub(super) fn add(&mut self, kind: Kind, text: &str) {
        let characters = significant(text).count();
        self.furniture.push(Furniture { kind, offset: self.written, text: text.to_owned() });
        self.written += characters;
    }

    pub(super) fn image(&mut self, image: &Image, line: &mut String) {
        let there = image.asset.as_ref().is_some_and(|asset| self.document.assets.contains_key(asset));
        let name = one_line(&image.alternative);
        let label = match (there, name.is_empty()) {
            (true, true) => "[图片]".to_owned(),
            (true, false) => format!("[图片：{name}]"),
            (false, true) => format!("[图片缺失：{}]", one_line(&image.source)),
            (false, false) => format!("[图片缺失：{name}]"),
        };
        self.add(Kind::PictureNote, &label);
        line.push_str(&label);
    }

    fn link_mark(&mut self, target: &'a str, line: &mut String) {
        let next = self.links.len();
        let number = *self.known_links.entry(target).or_insert(next);
        if number == next {
            self.links.push(target);
        }
        if self.options.link_marks {
            let mark = format!("[{}]", number + 1);
            self.add(Kind::LinkTarget, &mark);
            line.push_str(&mark);
        }
    }

    /// The list of links at the end.
    pub(super) fn link_list(&mut self, sheet: &mut Sheet) {
        if self.links.is_empty() {
            return;
        }
        let mut list = "链接\n".to_owned();
        for (index, link) in self.links.iter().enumerate() {
            if self.options.link_marks {
                list.extend(["[", &(index + 1).to_string(), "] "]);
            }
            list.push_str(&one_line(link));
            list.push('\n');
        }
        sheet.blank_line();
        sheet.push_block(&list);
        self.add(Kind::LinkTarget, &list);
    }
}

/// Whether `run` is a power whose base ends in a digit: 10⁸ must not become 108. 「m³」 is left as it is.
fn is_power(run: &Run, before: Option<&Inline>) -> bool {
    let raised = run.style.position == Position::Superscript;
    let number = run.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '−' | '－'));
    let base = matches!(before, Some(Inline::Text(base))
        if base.style.position == Position::Baseline && base.text.ends_with(|c: char| c.is_ascii_digit()));
    raised && number && base
}

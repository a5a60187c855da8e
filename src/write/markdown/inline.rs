//! Turns inline content into Markdown within a line.

use super::body::Composer;
use super::escape::{destination, escape};
use crate::document::text::significant;
use crate::document::{Image, Inline, Position, Run};
use crate::furniture::{Furniture, Kind};

/// Where inline content stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// In a paragraph: lines may follow each other.
    Paragraph,
    /// In a heading: one line.
    Heading,
    /// In a table's cell: one line, no bare `|`.
    Cell,
}

impl<'a> Composer<'a> {
    /// Inline content as Markdown.
    pub(super) fn inlines(&mut self, content: &'a [Inline], place: Line) -> String {
        let mut out = String::new();
        let mut link: Option<&str> = None;
        for (index, inline) in content.iter().enumerate() {
            let wanted = match inline {
                Inline::Text(run) => run.link.as_deref().filter(|link| is_followable(link)),
                _ => None,
            };
            if wanted != link {
                Self::end_link(link, &mut out);
                if wanted.is_some() {
                    out.push('[');
                }
                link = wanted;
            }
            match inline {
                Inline::Text(run) => {
                    // Marks that touch other marks are read otherwise than they are meant.
                    let alone = is_plain(index.checked_sub(1).and_then(|index| content.get(index)))
                        && is_plain(content.get(index + 1));
                    self.run(run, alone, place, &mut out);
                }
                Inline::Image(image) => self.image(image, place, &mut out),
                Inline::LineBreak if place == Line::Paragraph => out.push_str("\\\n"),
                Inline::LineBreak => out.push_str("<br>"),
                Inline::NoteReference { note } => {
                    if let Some(note_text) = self.document.notes.get(*note) {
                        let mark = self.words(&note_text.mark, place);
                        out.extend(["<sup>[", &mark, "](<#note-", &(note + 1).to_string(), ">)</sup>"]);
                    }
                }
            }
        }
        Self::end_link(link, &mut out);
        out
    }

    fn end_link(link: Option<&str>, out: &mut String) {
        if let Some(target) = link {
            out.extend(["](", &destination(target), ")"]);
        }
    }

    fn run(&mut self, run: &Run, alone: bool, line: Line, out: &mut String) {
        let style = run.style;
        let words = self.words(&run.text, line);
        let firm = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        // `**` next to a punctuation mark does not open or close in Chinese text (CommonMark 0.31, 6.2).
        let flanking = alone && firm(run.text.chars().next()) && firm(run.text.chars().next_back());
        let level = style.position.is_baseline() && !style.underline && !style.strike;
        let mark = match (style.strong, style.emphasis) {
            (true, false) if flanking && level => "**",
            (false, true) if flanking && level => "*",
            _ => "",
        };
        if !mark.is_empty() {
            out.extend([mark, &words, mark]);
            return;
        }
        let tags = [
            (style.strong, "strong"),
            (style.emphasis, "em"),
            (style.underline, "u"),
            (style.strike, "del"),
            (style.position == Position::Superscript, "sup"),
            (style.position == Position::Subscript, "sub"),
        ];
        for (_, tag) in tags.iter().filter(|(set, _)| *set) {
            out.extend(["<", tag, ">"]);
        }
        out.push_str(&words);
        for (_, tag) in tags.iter().rev().filter(|(set, _)| *set) {
            out.extend(["</", tag, ">"]);
        }
    }

    pub(super) fn image(&mut self, image: &Image, line: Line, out: &mut String) {
        if is_followable(&image.source) {
            let alternative = escape(&crate::colophon::one_line(&image.alternative));
            let alternative =
                if line == Line::Cell { alternative.replace('|', "&#124;") } else { alternative };
            out.extend(["![", &alternative, "](", &destination(&image.source), ")"]);
            return;
        }
        let there = image.asset.as_ref().is_some_and(|asset| self.document.assets.contains_key(asset));
        let name = if image.alternative.is_empty() { &image.source } else { &image.alternative };
        let name = crate::colophon::one_line(name);
        let label = if there { format!("[图片：{name}]") } else { format!("[图片缺失：{name}]") };
        out.push_str(&self.add(Kind::PictureNote, &label, line));
    }

    /// Words of the Document as Markdown.
    pub(super) fn words(&mut self, words: &str, line: Line) -> String {
        self.written += significant(words).count();
        let escaped = escape(words);
        match line {
            Line::Paragraph => escaped,
            // A heading may end in `#` marks, which would be taken for its own.
            Line::Heading => escaped.replace('#', "\\#"),
            Line::Cell => escaped.replace('|', "&#124;"),
        }
    }

    /// Words that are not the Document's, as Markdown.
    pub(super) fn add(&mut self, kind: Kind, text: &str, line: Line) -> String {
        self.furniture.push(Furniture { kind, offset: self.written, text: text.to_owned() });
        self.words(text, line)
    }
}

fn is_plain(inline: Option<&Inline>) -> bool {
    match inline {
        None | Some(Inline::LineBreak) => true,
        Some(Inline::Text(run)) => run.style.is_plain() && run.link.is_none(),
        Some(Inline::Image(_) | Inline::NoteReference { .. }) => false,
    }
}

/// Whether a reader may follow `link`: never into a script.
fn is_followable(link: &str) -> bool {
    let scheme = link.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "ftp" | "mailto"))
}

//! Turns blocks and inline content into HTML elements.

use super::base64;
use crate::document::text::significant;
use crate::document::{
    Align, Block, Cell, Document, Figure, Image, Inline, List, Marker, Paragraph, Position, Role, Run, Table,
};
use crate::furniture::{Furniture, Kind};
use crate::write::column::{Column, columns};

/// Where `src` of a picture leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::write) enum Pictures {
    /// Into the file itself.
    Inline,
    /// To where the page takes the picture from.
    Source,
}

/// Walks the Document and writes its markup.
pub(in crate::write) struct Composer<'a> {
    document: &'a Document,
    pictures: Pictures,
    pub(in crate::write) out: String,
    pub(in crate::write) furniture: Vec<Furniture>,
    /// Significant characters written so far.
    pub(in crate::write) written: usize,
    referred: Vec<bool>,
}

impl<'a> Composer<'a> {
    /// An empty page.
    pub(in crate::write) fn new(document: &'a Document, pictures: Pictures) -> Self {
        Self {
            document,
            pictures,
            out: String::new(),
            furniture: Vec::new(),
            written: 0,
            referred: vec![false; document.notes.len()],
        }
    }

    /// Blocks in order.
    pub(in crate::write) fn blocks(&mut self, blocks: &'a [Block]) {
        let mut running_in = false;
        for (index, block) in blocks.iter().enumerate() {
            match block {
                Block::Title { lines } => {
                    self.open("h1", "");
                    for (index, line) in lines.iter().enumerate() {
                        if index > 0 {
                            self.out.push_str("<br>");
                        }
                        self.words(line);
                    }
                    self.close("h1");
                }
                Block::Heading(heading) => {
                    let name = ["h2", "h3", "h4", "h5", "h6", "h6"][usize::from(heading.level.get()) - 1];
                    let run_in = heading.run_in && matches!(blocks.get(index + 1), Some(Block::Paragraph(_)));
                    if run_in {
                        self.out.push_str("<div class=\"run-in\">");
                    }
                    self.open(name, align_class(heading.align));
                    self.inlines(&heading.content);
                    self.out.extend(["</", name, ">"]);
                    if !run_in {
                        self.out.push('\n');
                    }
                    running_in = run_in;
                }
                Block::Paragraph(paragraph) => {
                    self.open("p", paragraph_class(paragraph));
                    self.inlines(&paragraph.content);
                    self.out.push_str("</p>");
                    if std::mem::take(&mut running_in) {
                        self.out.push_str("</div>");
                    }
                    self.out.push('\n');
                }
                Block::List(list) => self.list(list),
                Block::Table(table) => {
                    self.out.push_str("<div class=\"scroll\">");
                    self.table(table);
                    self.out.push_str("</div>\n");
                }
                Block::Figure(figure) => self.figure(figure),
                Block::Quote { body } => {
                    self.out.push_str("<blockquote>\n");
                    self.blocks(body);
                    self.out.push_str("</blockquote>\n");
                }
            }
        }
    }

    fn open(&mut self, name: &str, class: &str) {
        self.out.extend(["<", name]);
        if !class.is_empty() {
            self.out.extend([" class=\"", class, "\""]);
        }
        self.out.push('>');
    }

    fn close(&mut self, name: &str) {
        self.out.extend(["</", name, ">\n"]);
    }

    fn list(&mut self, list: &'a List) {
        let (name, attributes) = match list.marker {
            Marker::Bullet => ("ul", " class=\"bullet\""),
            Marker::None => ("ul", " class=\"none\" role=\"list\""),
            Marker::Decimal => ("ol", ""),
            Marker::LowerAlpha => ("ol", " type=\"a\""),
            Marker::UpperAlpha => ("ol", " type=\"A\""),
            Marker::LowerRoman => ("ol", " type=\"i\""),
            Marker::UpperRoman => ("ol", " type=\"I\""),
            Marker::Han => ("ol", " class=\"han\""),
        };
        self.out.extend(["<", name, attributes]);
        if name == "ol" && list.start != 1 {
            self.out.extend([" start=\"", &list.start.to_string(), "\""]);
        }
        self.out.push_str(">\n");
        for item in &list.items {
            self.out.push_str("<li>");
            self.blocks(item);
            self.out.push_str("</li>\n");
        }
        self.close(name);
    }

    /// A table without blank lines in its markup.
    pub(in crate::write) fn table(&mut self, table: &'a Table) {
        let placements = table.placements();
        let kinds = columns(table, &placements, self.document);
        self.out.push_str("<table>\n");
        if !table.caption.is_empty() || !table.unit.is_empty() {
            self.out.push_str("<caption>");
            self.inlines(&table.caption);
            if !table.unit.is_empty() {
                self.out.push_str("<span class=\"unit\">");
                self.inlines(&table.unit);
                self.out.push_str("</span>");
            }
            self.out.push_str("</caption>\n");
        }
        for (index, (row, places)) in table.rows.iter().zip(&placements).enumerate() {
            let head = index < table.header_rows;
            match index {
                0 if head => self.out.push_str("<thead>\n"),
                0 => self.out.push_str("<tbody>\n"),
                _ if index == table.header_rows => self.out.push_str("</thead>\n<tbody>\n"),
                _ => {}
            }
            self.out.push_str("<tr>");
            for (cell, place) in row.cells.iter().zip(places) {
                self.cell(cell, head, kinds.get(place.column).copied().unwrap_or_default());
            }
            self.out.push_str("</tr>\n");
        }
        let only_head = table.header_rows >= table.rows.len() && table.header_rows > 0;
        self.out.push_str(if only_head { "</thead>\n</table>" } else { "</tbody>\n</table>" });
    }

    fn cell(&mut self, cell: &'a Cell, head: bool, kind: Column) {
        let name = if head || cell.header { "th" } else { "td" };
        self.out.extend(["<", name]);
        if head {
            self.out.push_str(" scope=\"col\"");
        } else if cell.header {
            self.out.push_str(" scope=\"row\"");
        }
        for (attribute, span) in [("rowspan", cell.rowspan), ("colspan", cell.colspan)] {
            if span > 1 {
                self.out.extend([" ", attribute, "=\"", &span.to_string(), "\""]);
            }
        }
        let class = match (cell.align, kind) {
            (Align::Start, Column::Numbers) if name == "td" && cell.colspan == 1 => "number",
            (Align::Start, Column::Serial) if name == "td" && cell.colspan == 1 => "center",
            (align, _) => align_class(align),
        };
        if !class.is_empty() {
            self.out.extend([" class=\"", class, "\""]);
        }
        self.out.push('>');
        match &cell.blocks[..] {
            // One paragraph is the cell itself.
            [Block::Paragraph(paragraph)] if paragraph.align == Align::Start => {
                self.inlines(&paragraph.content);
            }
            blocks => self.blocks(blocks),
        }
        self.out.extend(["</", name, ">"]);
    }

    fn figure(&mut self, figure: &'a Figure) {
        self.out.push_str("<figure>");
        self.image(&figure.image);
        if !figure.caption.is_empty() {
            self.out.push_str("<figcaption>");
            self.inlines(&figure.caption);
            self.out.push_str("</figcaption>");
        }
        self.close("figure");
    }

    /// The notes at the end.
    pub(in crate::write) fn notes(&mut self) {
        if self.document.notes.is_empty() {
            return;
        }
        self.out.push_str("<section class=\"notes\" role=\"doc-endnotes\">\n");
        for (index, note) in self.document.notes.iter().enumerate() {
            let number = (index + 1).to_string();
            self.out.extend(["<p id=\"note-", &number, "\">"]);
            if self.referred[index] {
                self.out.extend(["<a href=\"#reference-", &number, "\" role=\"doc-backlink\">"]);
                self.words(&note.mark);
                self.out.push_str("</a> ");
            } else {
                self.words(&note.mark);
                self.out.push(' ');
            }
            self.inlines(&note.content);
            self.close("p");
        }
        self.out.push_str("</section>\n");
    }

    /// Inline content.
    pub(in crate::write) fn inlines(&mut self, content: &'a [Inline]) {
        let mut link: Option<&str> = None;
        for inline in content {
            let wanted = match inline {
                Inline::Text(run) => run.link.as_deref().filter(|link| is_followable(link)),
                _ => None,
            };
            if wanted != link {
                if link.is_some() {
                    self.out.push_str("</a>");
                }
                if let Some(target) = wanted {
                    self.out.extend(["<a href=\"", &escape(target), "\" rel=\"noopener noreferrer\">"]);
                }
                link = wanted;
            }
            match inline {
                Inline::Text(run) => self.run(run),
                Inline::Image(image) => self.image(image),
                Inline::LineBreak => self.out.push_str("<br>"),
                Inline::NoteReference { note } => self.note_reference(*note),
            }
        }
        if link.is_some() {
            self.out.push_str("</a>");
        }
    }

    fn run(&mut self, run: &Run) {
        let style = run.style;
        let tags = [
            (style.strong, "strong"),
            (style.emphasis, "em"),
            (style.underline, "u"),
            (style.strike, "del"),
            (style.position == Position::Superscript, "sup"),
            (style.position == Position::Subscript, "sub"),
        ];
        for (_, tag) in tags.iter().filter(|(set, _)| *set) {
            self.out.extend(["<", tag, ">"]);
        }
        self.words(&run.text);
        for (_, tag) in tags.iter().rev().filter(|(set, _)| *set) {
            self.out.extend(["</", tag, ">"]);
        }
    }

    fn note_reference(&mut self, index: usize) {
        let Some(note) = self.document.notes.get(index) else { return };
        let number = (index + 1).to_string();
        self.out.extend(["<sup><a href=\"#note-", &number, "\" role=\"doc-noteref\""]);
        if !std::mem::replace(&mut self.referred[index], true) {
            self.out.extend([" id=\"reference-", &number, "\""]);
        }
        self.out.push('>');
        self.words(&note.mark);
        self.out.push_str("</a></sup>");
    }

    fn image(&mut self, image: &Image) {
        let asset = image.asset.as_ref().and_then(|id| self.document.assets.get(id));
        let source = match (self.pictures, asset) {
            (Pictures::Inline, Some(asset)) if !asset.bytes.is_empty() => {
                Some(format!("data:{};base64,{}", asset.media_type, base64::encode(&asset.bytes)))
            }
            (Pictures::Source, _) if is_followable(&image.source) => Some(image.source.clone()),
            _ => None,
        };
        let Some(source) = source else {
            let name = if image.alternative.is_empty() { &image.source } else { &image.alternative };
            let note = format!("图片缺失：{name}");
            self.furniture.push(Furniture {
                kind: Kind::PictureNote,
                offset: self.written,
                text: note.clone(),
            });
            self.out.push_str("<span class=\"missing\">");
            self.words(&note);
            self.out.push_str("</span>");
            return;
        };
        self.out.extend(["<img src=\"", &escape(&source), "\" alt=\"", &escape(&image.alternative), "\""]);
        for (attribute, length) in [("width", image.width), ("height", image.height)] {
            if let Some(length) = length.filter(|&length| length > 0) {
                self.out.extend([" ", attribute, "=\"", &length.to_string(), "\""]);
            }
        }
        self.out.push('>');
    }

    fn words(&mut self, words: &str) {
        self.written += significant(words).count();
        escape_into(words, &mut self.out);
    }
}

/// Whether a reader may follow `link`: never into a script.
fn is_followable(link: &str) -> bool {
    let scheme = link.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "ftp" | "mailto"))
}

fn align_class(align: Align) -> &'static str {
    match align {
        Align::Start => "",
        Align::Center => "center",
        Align::End => "end",
    }
}

fn paragraph_class(paragraph: &Paragraph) -> &'static str {
    match paragraph.role {
        Role::Body | Role::Annotation => align_class(paragraph.align),
        Role::Subtitle => "subtitle",
        Role::DocumentNumber => "document-number",
        Role::Addressee => "addressee",
        Role::AttachmentNote => "attachment-note",
        Role::Signature => "signature",
        Role::SignedDate => "signed-date",
    }
}

/// `text` fit for content and for attribute values in double quotes.
pub(in crate::write) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(text, &mut out);
    out
}

fn escape_into(text: &str, out: &mut String) {
    let mut clean = 0;
    for (at, byte) in text.bytes().enumerate() {
        let replacement = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            // No line of markup is blank: that would end an HTML block of Markdown.
            b'\n' => " ",
            _ => continue,
        };
        out.push_str(&text[clean..at]);
        out.push_str(replacement);
        clean = at + 1;
    }
    out.push_str(&text[clean..]);
}

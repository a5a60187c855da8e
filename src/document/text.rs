//! The text of a Document, and the law that every output keeps it.

use super::{Block, Document, Inline};

/// The characters that count when a Document is compared with an output: everything but white space.
///
/// **Conservation**: `significant(text(document))` = the same of the text file = of the DOCX = of the PDF's
/// text layer, once each writer's own [furniture](crate::furniture) has been taken away.
pub fn significant(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !c.is_whitespace())
}

/// The text of a Document in reading order, blocks separated by newlines.
///
/// Title lines, headings, paragraphs, list items (without generated marks), tables (caption, unit, then cells row
/// by row as they begin), figure captions and quotes as they stand; then the notes, each with its mark.
/// Alternative texts are not text: they describe a picture.
#[must_use]
pub fn text(document: &Document) -> String {
    let mut out = String::new();
    blocks(&document.body, document, &mut out);
    for note in &document.notes {
        out.push_str(&note.mark);
        inlines(&note.content, document, &mut out);
        out.push('\n');
    }
    out
}

/// Appends the text of `content` to `out`, one newline after each block.
pub fn blocks(content: &[Block], document: &Document, out: &mut String) {
    for block in content {
        match block {
            Block::Title { lines } => {
                for line in lines {
                    out.push_str(line);
                    out.push('\n');
                }
            }
            Block::Heading(heading) => {
                inlines(&heading.content, document, out);
                if !heading.run_in {
                    out.push('\n');
                }
            }
            Block::Paragraph(paragraph) => {
                inlines(&paragraph.content, document, out);
                out.push('\n');
            }
            Block::List(list) => {
                for item in &list.items {
                    blocks(item, document, out);
                }
            }
            Block::Table(table) => {
                for line in [&table.caption, &table.unit] {
                    if !line.is_empty() {
                        inlines(line, document, out);
                        out.push('\n');
                    }
                }
                for cell in table.rows.iter().flat_map(|row| &row.cells) {
                    blocks(&cell.blocks, document, out);
                }
            }
            Block::Figure(figure) => {
                if !figure.caption.is_empty() {
                    inlines(&figure.caption, document, out);
                    out.push('\n');
                }
            }
            Block::Quote { body } => blocks(body, document, out),
        }
    }
}

/// Appends the text of `content` to `out`.
pub fn inlines(content: &[Inline], document: &Document, out: &mut String) {
    for inline in content {
        match inline {
            Inline::Text(run) => out.push_str(&run.text),
            Inline::Image(_) => {}
            Inline::LineBreak => out.push('\n'),
            Inline::NoteReference { note } => {
                if let Some(note) = document.notes.get(*note) {
                    out.push_str(&note.mark);
                }
            }
        }
    }
}

/// `一`…`九十九`, `一百`… up to 9999, digits beyond: list marks of `cjk-ideographic` (CSS Counter Styles 3).
#[must_use]
pub fn han_number(n: u32) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    if n == 0 || n > 9999 {
        return n.to_string();
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = n / unit % 10;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        // 十, not 一十, where it leads the number.
        if !(unit == 10 && digit == 1 && out.is_empty()) {
            out.push(DIGITS[digit as usize]);
        }
        out.push_str(name);
    }
    out
}

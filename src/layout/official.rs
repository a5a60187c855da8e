//! Sets the closing parts of an official document: list of attachments, signature and date (GB/T 9704-2012, 7.3.4–5).

use crate::document::{Align, Block, Paragraph, Role as Part, is_attachment_label, text};

use crate::fonts::Role;

use super::Context;
use super::block::{Column, is_part};
use super::flow::{self, Piece};
use super::frame::Tag;
use super::inline::{Text, Type};
use super::justify::{self, Setting};

/// The signatures and dates at the head of `blocks`.
pub(super) fn signed(blocks: &[Block]) -> Vec<&Paragraph> {
    blocks
        .iter()
        .map_while(|block| match block {
            Block::Paragraph(paragraph) if matches!(paragraph.role, Part::Signature | Part::SignedDate) => {
                Some(paragraph)
            }
            _ => None,
        })
        .collect()
}

/// Sets signatures and dates, after a blank line if something stands before them.
///
/// 7.3.5.2: the signature two characters from the right; the date in the next line, beginning two characters further
/// right than the signature; a date longer than the signature stands two characters from the right and moves the
/// signature. 7.3.5.1: a date alone four characters from the right.
pub(super) fn signature(
    group: &[&Paragraph],
    blank: bool,
    column: &Column,
    context: &mut Context<'_>,
) -> Vec<Piece> {
    let em = column.size;
    let face = Type { role: column.role, size: em };
    let mut pieces = Vec::new();
    if blank {
        pieces.push(Piece { break_after: false, ..Piece::space(column.pitch) });
    }
    let mut set: Vec<(Part, Text, f32)> = Vec::new();
    for paragraph in group {
        let element = context.structure.begin(Tag::Paragraph);
        let mut text = Text::new();
        text.push(&paragraph.content, face, element, context);
        text.settle(context);
        let width = justify::natural_width(&text, context);
        context.structure.end();
        set.push((paragraph.role, text, width));
    }
    // Left edges: of the widest signature, and of the widest date.
    let widest = |part: Part| {
        set.iter().filter(|(role, ..)| *role == part).map(|(.., width)| *width).fold(0.0, f32::max)
    };
    let (signature, date) = (widest(Part::Signature), widest(Part::SignedDate));
    let right = column.measure - 2.0 * em;
    let (signature_left, date_left) = if signature == 0.0 {
        (right, column.measure - 4.0 * em - date)
    } else if date > signature {
        (right - date - 2.0 * em, right - date)
    } else {
        (right - signature, right - signature + 2.0 * em)
    };
    for (role, mut text, width) in set {
        let left = match role {
            Part::SignedDate => date_left,
            // Several signatures are aligned at the left of the widest, narrower ones centred under it.
            _ => signature_left + (signature - width) / 2.0,
        };
        let setting = if left < 0.0 {
            Setting { right: 2.0 * em, align: Align::End, ..column.plain() }
        } else {
            // The rest of the line is as wide as it needs to be: the text is on one line.
            Setting { measure: column.measure + em, first: left, rest: left, ..column.plain() }
        };
        let mut lines = justify::set(&mut text, setting, context);
        for line in &mut lines {
            line.break_after = false;
        }
        pieces.append(&mut lines);
    }
    if let Some(last) = pieces.last_mut() {
        last.break_after = true;
    }
    pieces
}

/// Sets a line of the list of attachments: indented by two characters, what does not fit under the first character of
/// the name (7.3.4). The second and further lines stand under the number of the first.
pub(super) fn attachment_note(
    paragraph: &Paragraph,
    listed: bool,
    column: &Column,
    context: &mut Context<'_>,
) -> Vec<Piece> {
    let face = Type { role: column.role, size: column.size };
    let mut words = String::new();
    text::inlines(&paragraph.content, context.document, &mut words);
    let (label, number) = prefix(&words);
    let label_width = context.string_width(&words[..label], face);
    let number_width = context.string_width(&words[label..number], face);
    let indent = 2.0 * column.size;
    let under_label = if listed && label == 0 { context.string_width("附件：", face) } else { 0.0 };
    let left = indent + under_label;
    let element = context.structure.begin(Tag::Paragraph);
    let mut text = Text::new();
    text.push(&paragraph.content, face, element, context);
    context.structure.end();
    let hang = (left + label_width + number_width).min(column.measure / 2.0);
    let setting = Setting { first: left, rest: hang, ..column.plain() };
    let mut lines = justify::set(&mut text, setting, context);
    flow::control_orphans(&mut lines);
    lines
}

/// Whether a document ends with `blocks`: with its date, or the remark below it. What it issues (印发) or promulgates
/// begins a page.
pub(super) fn ends_before(blocks: &[Block]) -> bool {
    let dated = |blocks: &[Block]| blocks.last().is_some_and(|block| is_part(block, Part::SignedDate));
    match blocks.split_last() {
        Some((last, rest)) if is_part(last, Part::Annotation) => dated(rest),
        _ => dated(blocks),
    }
}

/// Whether `blocks` end with the label of an attachment.
pub(super) fn label_before(blocks: &[Block], context: &Context<'_>) -> bool {
    matches!(blocks.last(), Some(Block::Paragraph(paragraph)) if is_attachment_label(paragraph, context.document))
}

/// Sets the label of an attachment (7.3.7): on a new page, in the first line, flush left, in 黑体; its title follows in
/// the third line.
pub(super) fn attachment_label(
    paragraph: &Paragraph,
    column: &Column,
    context: &mut Context<'_>,
) -> Vec<Piece> {
    let element = context.structure.begin(Tag::Paragraph);
    let mut text = Text::new();
    text.push(&paragraph.content, Type { role: Role::Hei, size: column.size }, element, context);
    context.structure.end();
    let mut pieces = vec![Piece::turn(false, true)];
    pieces.extend(justify::set(&mut text, column.plain(), context));
    pieces.push(Piece::space(column.pitch));
    for piece in &mut pieces {
        piece.break_after = false;
    }
    pieces
}

/// Ends, in bytes, of the label `附件：` and of the number `1.` after it.
fn prefix(words: &str) -> (usize, usize) {
    let label = words
        .strip_prefix("附件")
        .and_then(|rest| rest.strip_prefix(['：', ':']))
        .map_or(0, |rest| words.len() - rest.len());
    let rest = &words[label..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = match rest[digits..].chars().next() {
        Some(point @ ('.' | '．' | '、')) if digits > 0 => digits + point.len_utf8(),
        _ => 0,
    };
    (label, label + number)
}

#[cfg(test)]
mod tests {
    use super::prefix;
    use crate::document::{Align, Block, Heading, Level, Role as Part};
    use crate::fonts::Face;
    use crate::layout::frame::{Item, Page, Span};
    use crate::layout::samples::{document, heading, paragraph, part, text};
    use crate::layout::{PageStyle, lay_out};

    fn pages(body: Vec<Block>) -> Vec<Page> {
        let library = crate::fonts::tests::library();
        let style = PageStyle::default();
        lay_out(&document(body), None, &style, &library, &mut Default::default()).expect("laid out").pages
    }

    fn spans(page: &Page) -> Vec<&Span> {
        page.items
            .iter()
            .filter_map(|item| if let Item::Text(span) = item { Some(span) } else { None })
            .collect()
    }

    #[test]
    fn an_attachment_begins_a_page_with_its_label_and_its_title_in_the_third_line() {
        let pages = pages(vec![
            paragraph("正文。"),
            part(Part::SignedDate, "2018年1月31日"),
            paragraph("附件2"),
            heading(1, "工作要点", false),
            paragraph("附件1和附件2是本通知的组成部分。"),
        ]);
        assert_eq!(pages.len(), 2);
        let spans = spans(&pages[1]);
        let (label, title) = (spans[0], spans[1]);
        assert_eq!((&label.text[..], &title.text[..]), ("附件2", "工作要点"));
        assert_eq!((label.x, label.runs[0].face), (0.0, Face::Hei));
        assert!((title.y - label.y - 2.0 * PageStyle::default().pitch()).abs() < 0.01);
    }

    #[test]
    fn what_a_notice_issues_begins_a_page_in_the_type_of_a_title() {
        let issued = |align| {
            Block::Heading(Heading {
                level: Level::new(1),
                content: vec![text("档案管理办法")],
                run_in: false,
                align,
            })
        };
        let body = |align| {
            vec![
                paragraph("现印发给你们。"),
                part(Part::SignedDate, "2018年1月31日"),
                part(Part::Annotation, "（此件公开发布）"),
                issued(align),
                paragraph("正文。"),
            ]
        };
        let centred = pages(body(Align::Center));
        assert_eq!(centred.len(), 2);
        assert_eq!(spans(&centred[1])[0].runs[0].face, Face::Title);
        assert_eq!(pages(body(Align::Start)).len(), 1);
    }

    #[test]
    fn a_remark_stands_on_the_page_of_the_date() {
        for before in 1..30 {
            let mut body: Vec<Block> = (0..before).map(|_| paragraph("一行。")).collect();
            body.push(part(Part::Signature, "广东省档案局"));
            body.push(part(Part::SignedDate, "2018年1月31日"));
            body.push(part(Part::Annotation, "（此件公开发布）"));
            let pages = pages(body);
            let last = spans(&pages[pages.len() - 1]);
            let texts: Vec<&str> = last.iter().map(|span| &span.text[..]).collect();
            assert!(texts.contains(&"2018年1月31日") && texts.contains(&"一行。"), "{before}: {texts:?}");
        }
    }

    #[test]
    fn the_label_and_number_of_an_attachment() {
        assert_eq!(prefix("附件：1.目录"), ("附件：".len(), "附件：1.".len()));
        assert_eq!(prefix("2.名单"), (0, 2));
        assert_eq!(prefix("附件:名单"), ("附件:".len(), "附件:".len()));
        assert_eq!(prefix("2018年名单"), (0, 0));
    }
}

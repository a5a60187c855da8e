//! Turns titles, headings and paragraphs into `w:p`, each placed by the part it plays (GB/T 9704-2012, 7.3).

use unicode_width::UnicodeWidthStr;

use super::numbering::text_indent;
use super::script::{Direction, direction};
use super::story::Story;
use super::styles::id;
use crate::document::{Align, Block, Heading, Inline, Paragraph, Role, is_attachment_label, is_listed};

/// What a paragraph states beyond its style. Lengths in twips, `…_characters` in hundredths of a character.
#[derive(Clone, Copy, Debug)]
pub(super) struct Properties {
    pub(super) style: &'static str,
    pub(super) keep_next: bool,
    /// Level of the list item it stands in, and the list's number where the mark is due.
    pub(super) item: Option<(u8, Option<(u32, u8)>)>,
    /// It holds pictures, which need automatic line height.
    pub(super) pictures: bool,
    pub(super) before: Option<u32>,
    pub(super) after: Option<u32>,
    pub(super) indent: Option<Indent>,
    pub(super) justification: Option<&'static str>,
    /// Quotations it stands in.
    pub(super) quotes: u32,
    /// Its mark is a style separator: the next paragraph goes on in the same line.
    pub(super) run_in: bool,
    /// Which way it goes, by its first letter.
    pub(super) direction: Direction,
}

/// Indents, in hundredths of a character of 16 pt.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Indent {
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) first_line: u32,
    pub(super) hanging: u32,
}

impl Properties {
    /// What the style says and nothing else.
    pub(super) fn new(style: &'static str) -> Self {
        Self {
            style,
            keep_next: false,
            item: None,
            pictures: false,
            before: None,
            after: None,
            indent: None,
            justification: None,
            quotes: 0,
            run_in: false,
            direction: Direction::LeftToRight,
        }
    }
}

/// A blank line, in twips.
const BLANK_LINE: u32 = 579;

impl<'a> Story<'a> {
    pub(super) fn title(&mut self, lines: &'a [String], next: Option<&Block>) {
        let mut properties = Properties::new(id::TITLE);
        if self.cell.is_some() {
            properties = Properties::new(self.cell_head_style());
        } else if matches!(next, Some(Block::Title { .. })) {
            properties.after = Some(0);
        } else {
            let blank = !is_role(next, &[Role::Subtitle, Role::DocumentNumber]);
            properties.after = space_after_title(lines, blank);
        }
        properties.direction =
            lines.iter().find_map(|line| direction(line)).unwrap_or(Direction::LeftToRight);
        self.item_properties(&mut properties);
        self.open_paragraph(properties);
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                self.line_break();
            }
            self.plain_run(line);
        }
        self.close_paragraph();
    }

    pub(super) fn heading(&mut self, heading: &'a Heading) {
        let level = usize::from(heading.level.get()) - 1;
        let mut properties = Properties::new(id::HEADINGS[level]);
        if self.cell.is_some() {
            properties = Properties::new(self.cell_head_style());
            properties.justification = Some("left");
        } else if heading.align != Align::Start && !heading.run_in {
            properties.indent = Some(Indent::default());
        }
        if let Some(justification) = justification(heading.align) {
            properties.justification = Some(justification);
        }
        properties.run_in = heading.run_in;
        self.plain(properties, &heading.content);
    }

    pub(super) fn body_paragraph(&mut self, paragraph: &'a Paragraph, blocks: &'a [Block], index: usize) {
        if let Some(cell) = &self.cell {
            let align = if paragraph.align == Align::Start { cell.align } else { paragraph.align };
            let mut properties = Properties::new(self.cell_style());
            properties.justification = justification(align);
            return self.plain(properties, &paragraph.content);
        }
        if self.in_item() {
            let mut properties = Properties::new(id::LIST);
            properties.justification = justification(paragraph.align);
            return self.plain(properties, &paragraph.content);
        }
        let mut properties = self.role_properties(paragraph, blocks, index);
        if paragraph.align != Align::Start
            && matches!(paragraph.role, Role::Body | Role::Addressee | Role::Annotation)
        {
            properties.justification = justification(paragraph.align);
            properties.indent = Some(Indent::default());
        }
        self.plain(properties, &paragraph.content);
    }

    fn role_properties(&self, paragraph: &Paragraph, blocks: &[Block], index: usize) -> Properties {
        let previous = index.checked_sub(1).map(|index| &blocks[index]);
        let next = blocks.get(index + 1);
        match paragraph.role {
            Role::Body if self.quotes() > 0 => {
                let mut properties = Properties::new(id::QUOTE);
                if self.quotes() > 1 {
                    let side = 200 * self.quotes().min(5);
                    properties.indent = Some(Indent { left: side, right: side, first_line: 200, hanging: 0 });
                }
                properties
            }
            Role::Body if is_attachment_label(paragraph, self.document) => {
                Properties::new(id::ATTACHMENT_LABEL)
            }
            Role::Body => Properties::new(id::BODY),
            Role::Subtitle => {
                let mut properties = Properties::new(id::SUBTITLE);
                if is_role(next, &[Role::Subtitle, Role::DocumentNumber]) {
                    properties.after = Some(0);
                }
                properties
            }
            Role::DocumentNumber => {
                let mut properties = Properties::new(id::NUMBER);
                if is_role(next, &[Role::Subtitle, Role::DocumentNumber]) {
                    properties.after = Some(0);
                }
                properties
            }
            Role::Addressee => Properties::new(id::ADDRESSEE),
            Role::AttachmentNote => {
                let mut properties = Properties::new(id::ATTACHMENTS);
                properties.indent = Some(attachment_indent(
                    &crate::write::plain(&paragraph.content, self.document),
                    is_listed(blocks, index),
                ));
                // 正文下空一行 (7.3.4).
                properties.before = (!is_role(previous, &[Role::AttachmentNote])).then_some(BLANK_LINE);
                properties
            }
            Role::Signature => {
                let mut properties = Properties::new(id::SIGNATURE);
                properties.before = (!is_role(previous, &[Role::Signature])).then_some(BLANK_LINE);
                if let Some(Block::Paragraph(date)) = next
                    && date.role == Role::SignedDate
                {
                    let (right, _) =
                        signature_indents(self.width(&paragraph.content), self.width(&date.content));
                    properties.indent = Some(Indent { right, ..Indent::default() });
                }
                properties
            }
            Role::SignedDate => {
                let mut properties = Properties::new(id::SIGNED_DATE);
                properties.before = (!is_role(previous, &[Role::Signature])).then_some(BLANK_LINE);
                if let Some(Block::Paragraph(signature)) = previous
                    && signature.role == Role::Signature
                {
                    let (_, right) =
                        signature_indents(self.width(&signature.content), self.width(&paragraph.content));
                    properties.indent = Some(Indent { right, ..Indent::default() });
                }
                properties
            }
            Role::Annotation => Properties::new(id::ANNOTATION),
        }
    }

    /// Width of one line of `content` in hundredths of a character.
    fn width(&self, content: &[Inline]) -> u32 {
        line_width(crate::write::plain(content, self.document).trim())
    }

    /// Opens a paragraph and writes its properties in the order of `CT_PPr`.
    pub(super) fn open_paragraph(&mut self, properties: Properties) {
        let xml = &mut self.xml;
        xml.open("w:p", &[]);
        xml.open("w:pPr", &[]);
        xml.empty("w:pStyle", &[("w:val", &properties.style)]);
        if properties.keep_next {
            xml.raw("<w:keepNext/>");
        }
        if let Some((_, Some((number, level)))) = properties.item {
            xml.open("w:numPr", &[]);
            xml.empty("w:ilvl", &[("w:val", &level)]);
            xml.empty("w:numId", &[("w:val", &number)]);
            xml.close();
        }
        if properties.direction == Direction::RightToLeft {
            xml.raw("<w:bidi/>");
        }
        if properties.pictures {
            xml.raw("<w:snapToGrid w:val=\"0\"/>");
        }
        spacing(xml, &properties);
        indent(xml, &properties, self.cell.is_some());
        if let Some(justification) = properties.justification {
            xml.empty("w:jc", &[("w:val", &justification)]);
        }
        if properties.run_in {
            // A style separator: a paragraph mark that is hidden and does not end the line (17.3.2.36).
            xml.raw("<w:rPr><w:vanish/><w:specVanish/></w:rPr>");
        }
        self.section_slot = (self.tables == 0).then_some(xml.len());
        xml.close();
        self.after_table = false;
        self.direction = properties.direction;
    }

    pub(super) fn close_paragraph(&mut self) {
        self.xml.close();
    }
}

fn spacing(xml: &mut super::xml::Xml, properties: &Properties) {
    if properties.before.is_none() && properties.after.is_none() && !properties.pictures {
        return;
    }
    xml.open_ended("w:spacing");
    if let Some(before) = properties.before {
        xml.attributes(&[("w:before", &before)]);
    }
    if let Some(after) = properties.after {
        xml.attributes(&[("w:after", &after)]);
    }
    if properties.pictures {
        // An exact line height would clip them.
        xml.attributes(&[("w:line", &240), ("w:lineRule", &"auto")]);
    }
    xml.close_ended();
}

fn indent(xml: &mut super::xml::Xml, properties: &Properties, in_cell: bool) {
    if let Some((level, number)) = properties.item {
        let left =
            if in_cell { 360 * (u32::from(level) + 1) } else { text_indent(level) + 640 * properties.quotes };
        // The numbering's own indent will do unless the item stands in a cell or a quotation.
        if number.is_none() {
            xml.empty(
                "w:ind",
                &[("w:leftChars", &0), ("w:left", &left), ("w:firstLineChars", &0), ("w:firstLine", &0)],
            );
        } else if in_cell || properties.quotes > 0 {
            let hanging = if in_cell { 360 } else { 480 };
            xml.empty("w:ind", &[("w:left", &left), ("w:hanging", &hanging)]);
        }
        return;
    }
    let Some(indent) = properties.indent else { return };
    // 16 pt to the character: 3.2 twips to its hundredth.
    let twips = |hundredths: u32| hundredths.saturating_mul(16) / 5;
    let (left, right) = (twips(indent.left), twips(indent.right));
    xml.open_ended("w:ind");
    xml.attributes(&[("w:leftChars", &indent.left), ("w:left", &left)]);
    xml.attributes(&[("w:rightChars", &indent.right), ("w:right", &right)]);
    if indent.hanging > 0 {
        xml.attributes(&[("w:hangingChars", &indent.hanging), ("w:hanging", &twips(indent.hanging))]);
    } else {
        xml.attributes(&[
            ("w:firstLineChars", &indent.first_line),
            ("w:firstLine", &twips(indent.first_line)),
        ]);
    }
    xml.close_ended();
}

fn justification(align: Align) -> Option<&'static str> {
    match align {
        Align::Start => None,
        Align::Center => Some("center"),
        Align::End => Some("right"),
    }
}

fn is_role(block: Option<&Block>, roles: &[Role]) -> bool {
    matches!(block, Some(Block::Paragraph(paragraph)) if roles.contains(&paragraph.role))
}

/// The space below a title of `lines`, in twips, such that what follows stands on its grid again, below a `blank` line or
/// at once; `None` where that is what the style has.
fn space_after_title(lines: &[String], blank: bool) -> Option<u32> {
    /// The type area in hundredths of a character of 二号, and the height of a line of the title in twips.
    const MEASURE: u32 = 2010;
    const LINE: u32 = 660;
    const STYLE: u32 = 2 * BLANK_LINE - LINE;
    let count: u32 = lines.iter().map(|line| line_width(line).div_ceil(MEASURE).max(1)).sum();
    let height = count.max(1).saturating_mul(LINE);
    let after = (height / BLANK_LINE + 1).saturating_mul(BLANK_LINE).saturating_sub(height);
    // Less than half a line is not seen as a blank one.
    let after = if blank && after < BLANK_LINE / 2 { after + BLANK_LINE } else { after };
    (after != STYLE).then_some(after)
}

/// 附件说明: 左空二字, and what follows the first line aligns with the name's first character (7.3.4).
fn attachment_indent(text: &str, listed: bool) -> Indent {
    let text = text.trim_start();
    let label = ["附件：", "附件:"].into_iter().find(|label| text.starts_with(label));
    let rest = label.map_or(text, |label| &text[label.len()..]).trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = digits > 0 && rest[digits..].starts_with(['.', '．', '、']);
    // A digit is half a character wide, its point as wide as it is printed.
    let number = match (numbered, u32::try_from(digits)) {
        (true, Ok(digits)) => 50 * digits + if rest[digits as usize..].starts_with('.') { 50 } else { 100 },
        _ => 0,
    };
    match label {
        Some(_) => Indent { left: 500 + number, hanging: 300 + number, ..Indent::default() },
        None if numbered && listed => Indent { left: 500 + number, hanging: number, ..Indent::default() },
        None if numbered => Indent { left: 200 + number, hanging: number, ..Indent::default() },
        None => Indent { left: 0, first_line: 200, ..Indent::default() },
    }
}

/// Width of `text` in hundredths of a character, with the quarter character that Word sets between Han and digits.
fn line_width(text: &str) -> u32 {
    let latin = |c: char| c.is_ascii_alphanumeric();
    let gaps = text.chars().zip(text.chars().skip(1)).filter(|&(a, b)| latin(a) != latin(b)).count();
    u32::try_from(text.width_cjk() * 50 + gaps * 25).unwrap_or(u32::MAX)
}

/// Right indents of 署名 and 成文日期 by their widths, in hundredths of a character (7.3.5.2).
///
/// 署名 stands two characters in from the right and the date begins two characters right of it; where the date is
/// the longer one, the date stands two characters in and 署名 moves.
fn signature_indents(signature: u32, date: u32) -> (u32, u32) {
    if date > signature {
        (date.saturating_add(400).saturating_sub(signature).min(2000), 200)
    } else {
        (200, (signature - date).min(2000))
    }
}

#[cfg(test)]
mod tests {
    use super::{BLANK_LINE, attachment_indent, line_width, signature_indents, space_after_title};

    #[test]
    fn below_a_title_the_body_stands_on_its_grid() {
        for count in 1..9 {
            let lines = vec!["示例".to_owned(); count as usize];
            let after = space_after_title(&lines, true).unwrap_or(498);
            assert_eq!((660 * count + after) % BLANK_LINE, 0);
            assert!((BLANK_LINE / 2..BLANK_LINE * 2).contains(&after), "{count}: {after}");
        }
        assert_eq!(
            space_after_title(&["一二三四五六七八九十一二三四五六七八九十一".to_owned()], true),
            Some(417)
        );
    }

    #[test]
    fn the_date_begins_two_characters_right_of_the_signature() {
        // Nine characters against a date of five and a half: start 11 and start 5.5 + 3.5 from the right edge.
        let (signature, date) = signature_indents(900, 550);
        assert_eq!((signature + 900) - (date + 550), 200);
        let (signature, date) = signature_indents(300, 550);
        assert_eq!(date, 200);
        assert_eq!((signature + 300) - (date + 550), 200);
        // Four digits, three Han characters, one and two digits, five gaps between them.
        assert_eq!(line_width("2018年1月31日"), 200 + 100 + 50 + 100 + 100 + 100 + 125);
    }

    #[test]
    fn the_second_line_of_an_attachment_aligns_with_its_name() {
        let first = attachment_indent("附件：1. 资金安排表", false);
        assert_eq!((first.left, first.hanging), (600, 400));
        let second = attachment_indent("2. 名单", true);
        assert_eq!((second.left, second.hanging), (600, 100));
        let single = attachment_indent("附件：示例办法", false);
        assert_eq!((single.left, single.hanging), (500, 300));
    }
}

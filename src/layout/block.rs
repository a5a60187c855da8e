//! Sets blocks one under the other as a strip of pieces: the order of the Document is the order of the strip.

use crate::document::{
    Align, Block, Heading, Inline, List, Marker, Paragraph, Role as Part, Run, is_attachment_label,
    is_listed, text,
};
use crate::fonts::Role;
use crate::furniture::Kind as FurnitureKind;

use super::Context;
use super::flow::{self, Kind, Piece};
use super::frame::{OutlineEntry, Tag};
use super::inline::{Text, Type};
use super::justify::{self, Setting};
use super::style::PageStyle;
use super::{figure, official, table, title};

/// Where blocks are set: the type area, a cell, a list item. Lengths in points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its width.
    pub(super) measure: f32,
    /// Face of running text.
    pub(super) role: Role,
    /// Size of running text.
    pub(super) size: f32,
    /// Distance of lines.
    pub(super) pitch: f32,
    /// Lines stand on the body's grid.
    pub(super) snap: bool,
    /// Indent of a paragraph's first line: two characters in the body, none in a cell.
    pub(super) indent: f32,
    /// Alignment of paragraphs that state none.
    pub(super) align: Align,
    /// How many tables this column is inside of.
    pub(super) tables: u8,
}

/// What a gap of a line of the body may grow by, in em: beyond it the letters seem spaced out.
const LOOSEST: f32 = 0.25;

/// The same beside a narrow column's other lines, where it shows sooner.
const LOOSEST_IN_CELL: f32 = 0.1;

impl Column {
    /// The type area.
    pub(super) fn body(context: &Context<'_>) -> Self {
        let style = context.style;
        Self {
            measure: style.measure(),
            role: Role::FangSong,
            size: style.body,
            pitch: style.pitch(),
            snap: true,
            indent: 2.0 * style.body,
            align: Align::Start,
            tables: 0,
        }
    }

    /// Whether it is the type area of a page, not a part of it.
    pub(super) fn is_page(&self, style: &PageStyle) -> bool {
        self.tables == 0 && self.snap && self.measure.to_bits() == style.measure().to_bits()
    }

    /// Plain lines from edge to edge.
    pub(super) fn plain(&self) -> Setting {
        Setting {
            measure: self.measure,
            first: 0.0,
            rest: 0.0,
            right: 0.0,
            align: Align::Start,
            pitch: self.pitch,
            size: self.size,
            snap: self.snap,
            loosest: if self.snap { LOOSEST } else { LOOSEST_IN_CELL },
        }
    }

    /// The column inside this one, `by` narrower on the left; as it is where that would leave too little.
    fn narrowed(&self, by: f32) -> (Self, f32) {
        let by = if self.measure - by < 8.0 * self.size { 0.0 } else { by };
        (Self { measure: self.measure - by, ..*self }, by)
    }

    fn face(&self) -> Type {
        Type { role: self.role, size: self.size }
    }
}

/// Sets `blocks` in `column`.
pub(super) fn blocks(blocks: &[Block], column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut index = 0;
    while let Some(block) = blocks.get(index) {
        index += 1;
        match block {
            Block::Title { lines } => {
                if column.is_page(context.style) && official::ends_before(&blocks[..index - 1]) {
                    pieces.push(Piece::turn(false, true));
                } else if column.tables == 0
                    && index > 1
                    && !matches!(blocks[index - 2], Block::Title { .. } | Block::Heading(_))
                    && !is_part(&blocks[index - 2], Part::Subtitle)
                    && !is_part(&blocks[index - 2], Part::DocumentNumber)
                {
                    pieces.push(Piece::space(column.pitch));
                }
                pieces.extend(title::title(lines, blocks.get(index), column, context));
            }
            Block::Heading(heading) => {
                if column.is_page(context.style) && heading.align == Align::Center && !heading.run_in {
                    let before = &blocks[..index - 1];
                    let begins = official::ends_before(before);
                    if begins {
                        pieces.push(Piece::turn(false, true));
                    }
                    if begins || official::label_before(before, context) {
                        pieces.extend(title::heading(heading, column, context));
                        continue;
                    }
                }
                let body = match blocks.get(index) {
                    Some(Block::Paragraph(paragraph)) if heading.run_in => {
                        index += 1;
                        Some(paragraph)
                    }
                    _ => None,
                };
                pieces.extend(self::heading(heading, body, column, context));
            }
            Block::Paragraph(paragraph) => {
                let following = blocks.get(index);
                match paragraph.role {
                    Part::Signature | Part::SignedDate if column.tables == 0 => {
                        let group = official::signed(&blocks[index - 1..]);
                        index += group.len() - 1;
                        // 署名 and 成文日期 do not stand on a page without body text.
                        if let Some(last) = pieces.last_mut() {
                            last.break_after = false;
                        }
                        pieces.extend(official::signature(&group, index > group.len(), column, context));
                    }
                    Part::AttachmentNote if column.tables == 0 => {
                        let first = index < 2 || !is_part(&blocks[index - 2], Part::AttachmentNote);
                        if first && index > 1 {
                            pieces.push(Piece::space(column.pitch));
                        }
                        pieces.extend(official::attachment_note(
                            paragraph,
                            is_listed(blocks, index - 1),
                            column,
                            context,
                        ));
                    }
                    _ => {
                        let signed = index > 1
                            && [Part::Signature, Part::SignedDate]
                                .iter()
                                .any(|&part| is_part(&blocks[index - 2], part));
                        if signed
                            && (paragraph.role == Part::Annotation || is_remark(paragraph))
                            && let Some(last) = pieces.last_mut()
                        {
                            // 7.3.6: 附注 stands below the date, not on a page of its own.
                            last.break_after = false;
                        }
                        if column.is_page(context.style) && is_attachment_label(paragraph, context.document) {
                            pieces.extend(official::attachment_label(paragraph, column, context));
                        } else {
                            pieces.extend(self::paragraph(paragraph, following, column, context));
                        }
                    }
                }
            }
            Block::List(list) => pieces.extend(self::list(list, column, context)),
            Block::Table(table) => {
                let rows = table::table(table, column, context);
                if matches!(rows.first(), Some(Piece { kind: Kind::Turn { landscape: true, .. }, .. })) {
                    flow::turn_headings(&mut pieces, context.style);
                }
                pieces.extend(rows);
            }
            Block::Figure(figure) => pieces.extend(figure::figure(figure, column, context)),
            Block::Quote { body } => {
                context.structure.begin(Tag::Quote);
                let (inner, by) = column.narrowed(2.0 * column.size);
                let mut quoted = self::blocks(body, &Column { role: Role::Kai, ..inner }, context);
                flow::indent(&mut quoted, by);
                pieces.append(&mut quoted);
                context.structure.end();
            }
        }
    }
    pieces
}

/// Whether `block` is a paragraph of that part.
pub(super) fn is_part(block: &Block, part: Part) -> bool {
    matches!(block, Block::Paragraph(paragraph) if paragraph.role == part)
}

fn paragraph(
    paragraph: &Paragraph,
    following: Option<&Block>,
    column: &Column,
    context: &mut Context<'_>,
) -> Vec<Piece> {
    let element = context.structure.begin(Tag::Paragraph);
    let mut face = column.face();
    let mut setting = Setting { first: column.indent, align: column.align, ..column.plain() };
    if !paragraph.align.is_start() {
        setting.align = paragraph.align;
    }
    let mut blank_after = false;
    match paragraph.role {
        Part::Addressee => setting.first = 0.0,
        Part::Subtitle | Part::DocumentNumber => {
            if paragraph.role == Part::Subtitle {
                face.role = Role::Kai;
            }
            setting.align = Align::Center;
            blank_after = column.tables == 0
                && !following.is_some_and(|next| {
                    matches!(next, Block::Title { .. })
                        || is_part(next, Part::Subtitle)
                        || is_part(next, Part::DocumentNumber)
                });
        }
        _ => {}
    }
    if !setting.align.is_start() {
        setting.first = 0.0;
    }
    let mut lines = match &paragraph.content[..] {
        // Centred lines are divided as a title's are.
        [Inline::Text(run)] if setting.align == Align::Center && column.tables == 0 && run.link.is_none() => {
            let mut lines = Vec::new();
            for line in title::divided(&run.text, face, column.measure, context) {
                let mut text = Text::new();
                let part = Inline::Text(Run { text: line, ..run.clone() });
                text.push(&[part], face, element, context);
                lines.append(&mut justify::set(&mut text, setting, context));
            }
            lines
        }
        content => {
            let mut text = Text::new();
            text.push(content, face, element, context);
            justify::set(&mut text, setting, context)
        }
    };
    flow::control_orphans(&mut lines);
    if let [line] = &mut lines[..]
        && column.tables == 0
        && following.is_some()
        && is_strong(paragraph)
    {
        // A heading that the page only prints bold does not end a page either.
        line.break_after = false;
    }
    if blank_after {
        lines.push(Piece::space(column.pitch));
    }
    context.structure.end();
    lines
}

/// Whether a paragraph is a short remark in brackets.
fn is_remark(paragraph: &Paragraph) -> bool {
    let [Inline::Text(run)] = &paragraph.content[..] else { return false };
    let words = run.text.trim();
    words.starts_with(['（', '(']) && words.ends_with(['）', ')']) && words.chars().count() <= 28
}

/// Whether all words of a paragraph are strong.
fn is_strong(paragraph: &Paragraph) -> bool {
    !paragraph.content.is_empty()
        && paragraph.content.iter().all(|inline| matches!(inline, Inline::Text(run) if run.style.strong))
}

/// A heading; with `body`, the paragraph that goes on in its line.
fn heading(
    heading: &Heading,
    body: Option<&Paragraph>,
    column: &Column,
    context: &mut Context<'_>,
) -> Vec<Piece> {
    let role = match heading.level.get() {
        1 => Role::Hei,
        2 => Role::Kai,
        // 7.3.3: the third and fourth level are 仿宋 like the text.
        _ => column.role,
    };
    let mut words = String::new();
    text::inlines(&heading.content, context.document, &mut words);
    let title = shortened(&words);
    let level = context.structure.heading_level(heading.level.get());
    let entry = context.outline.len();
    context.outline.push(OutlineEntry { level, title: title.clone(), page: 0, y: 0.0 });

    let mut text = Text::new();
    let element = context.structure.begin(Tag::Heading(level.min(6), title));
    text.push(&heading.content, Type { role, size: column.size }, element, context);
    context.structure.end();
    if let Some(body) = body {
        let element = context.structure.begin(Tag::Paragraph);
        text.push(&body.content, column.face(), element, context);
        context.structure.end();
    }
    let align = if heading.align.is_start() { column.align } else { heading.align };
    let first = if align.is_start() { column.indent } else { 0.0 };
    let setting = Setting { first, align, ..column.plain() };
    let mut lines = justify::set(&mut text, setting, context);
    flow::control_orphans(&mut lines);
    if body.is_none() {
        // No heading at the foot of a page.
        for line in &mut lines {
            line.break_after = false;
        }
    }
    match lines.first_mut().map(|piece| &mut piece.kind) {
        Some(Kind::Line(line)) => line.heading = Some(entry),
        _ => {
            context.outline.pop();
        }
    }
    lines
}

/// What fits a bookmark.
pub(super) fn shortened(words: &str) -> String {
    const LONGEST: usize = 200;
    let words = words.replace('\n', "");
    let words = words.trim();
    if words.is_empty() {
        return "（无题）".to_owned();
    }
    if words.chars().count() <= LONGEST {
        return words.to_owned();
    }
    words.chars().take(LONGEST).chain(['…']).collect()
}

/// A list: each item's blocks beside its mark.
fn list(list: &List, column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    context.structure.begin(Tag::List(list.marker));
    let (outer, outer_by) = column.narrowed(column.indent);
    let face = column.face();
    // The bullet fills its em; set smaller, it is raised to the middle of the line.
    let bullet = list.marker == Marker::Bullet;
    let label_face = if bullet { Type { role: Role::Song, size: face.size * 0.5 } } else { face };
    // The widest mark is the last or one a digit shorter; measuring these two is enough.
    let count = list.items.len();
    let widest = [count.saturating_sub(1), count.saturating_sub(2)]
        .into_iter()
        .map(|index| context.string_width(&list.mark(index), label_face))
        .fold(0.0, f32::max);
    let hang =
        if widest > 0.0 { ((widest / column.size + 0.3) * 2.0).ceil() / 2.0 * column.size } else { 0.0 };
    let (inner, inner_by) = outer.narrowed(hang);
    let inner = Column { indent: 0.0, ..inner };
    let mut pieces = Vec::new();
    for (index, item) in list.items.iter().enumerate() {
        context.structure.begin(Tag::ListItem);
        let mark = list.mark(index);
        let label = (!mark.is_empty()).then(|| {
            let element = context.structure.begin(Tag::Label);
            let mut text = Text::new();
            text.push_str(&mark, label_face, element, Some(FurnitureKind::ListMark), context);
            let mut label = justify::set(&mut text, Setting { measure: f32::MAX, ..column.plain() }, context);
            if bullet {
                flow::raise(&mut label, 0.38 * (face.size - label_face.size));
            }
            context.structure.end();
            label
        });
        context.structure.begin(Tag::ListBody);
        let mut body = blocks(item, &inner, context);
        flow::indent(&mut body, inner_by);
        context.structure.end();
        if let Some(label) = label {
            join_label(label, &mut body, inner_by == 0.0);
        }
        flow::indent(&mut body, outer_by);
        pieces.append(&mut body);
        context.structure.end();
    }
    context.structure.end();
    pieces
}

/// Puts a list item's mark before the first line of its body; above the body if that does not begin with a line or
/// there is no room for the mark.
fn join_label(label: Vec<Piece>, body: &mut Vec<Piece>, above: bool) {
    let Some(mut label) = label.into_iter().next() else { return };
    if let (Kind::Line(mark), Some(Kind::Line(first)), false) =
        (&mut label.kind, body.first_mut().map(|piece| &mut piece.kind), above)
    {
        let baseline = first.spans.first().map(|span| span.y);
        for span in &mut mark.spans {
            span.y = baseline.unwrap_or(span.y);
        }
        first.spans.splice(0..0, mark.spans.drain(..));
        return;
    }
    label.break_after = false;
    body.insert(0, label);
}

impl Context<'_> {
    /// Width of `words` on one line in `face`, in points; not part of the page.
    pub(super) fn string_width(&mut self, words: &str, face: Type) -> f32 {
        words.chars().map(|c| self.glyph(face.role, c).advance * face.size).sum()
    }
}

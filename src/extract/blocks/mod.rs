//! Turns the items of a region into drafts of blocks: paragraphs with their marks of style, tables, lists, pictures.
//!
//! One pass over the flat view with an explicit stack, so that neither depth nor size of a page can hurt.

pub(super) mod attachments;
pub(super) mod inlines;
pub(super) mod lists;
pub(super) mod notes;
pub(super) mod paragraphs;
pub(super) mod pictures;
pub(super) mod tables;

use crate::extract::page;
use url::Url;

use self::inlines::{Builder, Segment, State};
use self::lists::ListDraft;
use self::notes::Anchors;
use self::paragraphs::{Paragraph, groups, join};
use self::pictures::{image, is_decoration};
use self::tables::DraftRow;
use crate::diagnostic::Diagnostics;
use crate::document::{self, Align, Block, Cell, Figure, Inline, Note, Role};
use crate::extract::page::links;
use crate::extract::page::{Kind, Page, Tag};
use crate::extract::region::Region;

/// Lists, tables and quotes nest this deep; deeper ones are dissolved into their text.
const DEEPEST: usize = 24;

/// A block being read.
pub(super) enum Draft {
    /// A paragraph, or what may turn out to be a heading.
    Paragraph(Paragraph),
    /// Anything else, as good as done.
    Block {
        /// The block.
        block: Block,
        /// Index of the item where it begins.
        origin: usize,
    },
}

impl Draft {
    /// The paragraph, if it is one.
    pub(super) fn paragraph(&self) -> Option<&Paragraph> {
        match self {
            Self::Paragraph(paragraph) => Some(paragraph),
            Self::Block { .. } => None,
        }
    }
}

/// What was read from a region.
pub(super) struct Built {
    /// The blocks.
    pub(super) drafts: Vec<Draft>,
    /// The notes.
    pub(super) notes: Vec<Note>,
    /// Control characters that were dropped.
    pub(super) dropped: u64,
}

/// Reads `region`; items with `removed` set are left out. `base` is what links are relative to.
pub(super) fn build(
    page: &Page<'_>,
    region: &Region,
    removed: &[bool],
    base: Option<&Url>,
    diagnostics: &mut Diagnostics,
) -> Built {
    let ranges: Vec<_> = region.parts.iter().map(|part| part.start..part.end).collect();
    let anchors = Anchors::find(page, &ranges);
    let notes = anchors.marks.iter().map(|mark| Note { mark: mark.clone(), content: Vec::new() }).collect();
    let mut reader = Reader {
        page,
        base,
        anchors,
        notes,
        note: None,
        note_end: 0,
        builder: Builder::default(),
        links: Vec::new(),
        drafts: Vec::new(),
        frames: Vec::new(),
        open: Vec::new(),
        diagnostics,
    };
    for range in ranges {
        reader.read(range.start, range.end, removed);
    }
    let dropped = reader.builder.dropped;
    Built { drafts: reader.drafts, notes: reader.notes, dropped }
}

enum FrameKind {
    Table(tables::Draft),
    Caption,
    Cell(Cell),
    List(ListDraft),
    Item(Option<u32>),
    Quote,
}

struct Frame {
    kind: FrameKind,
    item: usize,
    drafts: Vec<Draft>,
}

struct Open {
    end: usize,
    state: State,
    tag: Tag,
    framed: bool,
}

struct Reader<'a, 'd> {
    page: &'a Page<'a>,
    base: Option<&'a Url>,
    anchors: Anchors,
    notes: Vec<Note>,
    /// The note that the paragraph being read defines.
    note: Option<usize>,
    /// Where the element ends that holds all paragraphs of that note; 0 if the note is one paragraph.
    note_end: usize,
    builder: Builder,
    links: Vec<String>,
    drafts: Vec<Draft>,
    frames: Vec<Frame>,
    open: Vec<Open>,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_, '_> {
    fn read(&mut self, start: usize, end: usize, removed: &[bool]) {
        let page = self.page;
        let mut index = start;
        while index < end {
            self.close(index);
            if self.note_end > 0 && index >= self.note_end {
                (self.note, self.note_end) = (None, 0);
            }
            let item = &page.items[index];
            if item.hidden || removed[index] {
                index = item.end;
                continue;
            }
            let state = self.open.last().map(|open| open.state).unwrap_or_default();
            match item.kind {
                Kind::Text(text) => self.builder.text(text, &state, &self.links, index),
                Kind::Other => {}
                Kind::Element(element, tag) => {
                    if let Some(&note) = self.anchors.references.get(&index) {
                        self.builder.inline(Inline::NoteReference { note }, &state, &self.links, index);
                        index = item.end;
                        continue;
                    }
                    if let Some(&note) = self.anchors.definitions.get(&index) {
                        self.note = Some(note);
                        self.note_end = notes::element(page, index).map_or(0, |at| page.items[at].end);
                        index = item.end;
                        continue;
                    }
                    let mut state = state.within(element);
                    if let Tag::Heading(level) = tag {
                        state.heading = Some(level);
                    }
                    let framed = self.enter(index, tag);
                    match tag {
                        Tag::Image => self.picture(index, &state),
                        Tag::Anchor => {
                            if let Some(target) = page::attribute(element, "href")
                                .and_then(|target| links::target(target, self.base))
                            {
                                state.link = Some(self.links.len());
                                self.links.push(target);
                            }
                        }
                        _ => {}
                    }
                    self.open.push(Open { end: item.end, state, tag, framed });
                }
            }
            index += 1;
        }
        self.close(usize::MAX);
        self.flush();
    }

    /// Leaves the elements that end at or before `index`.
    fn close(&mut self, index: usize) {
        while self.open.last().is_some_and(|open| open.end <= index) {
            let Some(open) = self.open.pop() else { return };
            if open.tag.breaks_line() && open.tag != Tag::Break {
                self.flush();
            }
            if open.framed {
                self.leave();
            }
        }
    }

    /// Enters an element; tells whether it opened a frame.
    fn enter(&mut self, index: usize, tag: Tag) -> bool {
        if tag == Tag::Break {
            self.builder.line_break();
            return false;
        }
        if !tag.breaks_line() {
            return false;
        }
        self.flush();
        let page = self.page;
        let deep = self.frames.len() >= DEEPEST;
        let table = page.tables[index];
        let in_list = matches!(self.frames.last(), Some(Frame { kind: FrameKind::List(_), .. }));
        let in_table = self.frames.last_mut().filter(|frame| frame.item == table);
        let kind = match (tag, in_table) {
            (Tag::Table, _) if !deep && tables::is_data(page, index) => {
                FrameKind::Table(tables::Draft::default())
            }
            (Tag::Row, Some(Frame { kind: FrameKind::Table(draft), .. })) => {
                let head =
                    page.element(page.items[index].parent).is_some_and(|parent| parent.name() == "thead");
                draft.rows.push(DraftRow { head, ..DraftRow::default() });
                return false;
            }
            (Tag::Cell, Some(Frame { kind: FrameKind::Table(draft), .. })) => {
                if draft.rows.is_empty() {
                    draft.rows.push(DraftRow::default());
                }
                FrameKind::Cell(Cell {
                    rowspan: tables::span(page, index, "rowspan"),
                    colspan: tables::span(page, index, "colspan"),
                    header: page.element(index).is_some_and(|element| element.name() == "th"),
                    ..Cell::default()
                })
            }
            (Tag::Caption, Some(Frame { kind: FrameKind::Table(_), .. })) => FrameKind::Caption,
            (Tag::List, _) if !deep => match page.element(index) {
                Some(element) => FrameKind::List(ListDraft::new(element)),
                None => return false,
            },
            (Tag::Item, _) if in_list => {
                FrameKind::Item(page.attribute(index, "value").and_then(|value| value.trim().parse().ok()))
            }
            (Tag::Quote, _) if !deep => FrameKind::Quote,
            _ => return false,
        };
        self.frames.push(Frame { kind, item: index, drafts: Vec::new() });
        true
    }

    /// Leaves the innermost frame and hands what it holds to the one around it.
    fn leave(&mut self) {
        let Some(Frame { kind, item, drafts }) = self.frames.pop() else { return };
        match kind {
            FrameKind::Cell(mut cell) => {
                let bold =
                    drafts.iter().all(|draft| draft.paragraph().is_some_and(|paragraph| paragraph.bold));
                let mut blocks = plain(drafts);
                cell.align = common_align(&mut blocks);
                cell.blocks = blocks;
                if let Some(Frame { kind: FrameKind::Table(draft), .. }) = self.frames.last_mut()
                    && let Some(row) = draft.rows.last_mut()
                {
                    row.cells.push(cell);
                    row.bold.push(bold);
                }
            }
            FrameKind::Caption => {
                // What is no line of text (a picture, a list) stands before the table instead.
                let (lines, others): (Vec<Draft>, Vec<Draft>) =
                    drafts.into_iter().partition(|draft| draft.paragraph().is_some());
                self.emit(others);
                let content = joined(plain(lines));
                if let Some(Frame { kind: FrameKind::Table(draft), .. }) = self.frames.last_mut() {
                    if !draft.caption.is_empty() && !content.is_empty() {
                        draft.caption.push(Inline::LineBreak);
                    }
                    draft.caption.extend(content);
                }
            }
            FrameKind::Table(draft) => {
                // Text that stands in a table but in no cell stands before it.
                self.emit(drafts);
                match tables::finish(draft, self.diagnostics) {
                    Ok(table) => self.emit(vec![Draft::Block { block: Block::Table(table), origin: item }]),
                    Err(blocks) => {
                        self.emit(
                            blocks.into_iter().map(|block| Draft::Block { block, origin: item }).collect(),
                        );
                    }
                }
            }
            FrameKind::Item(value) => {
                if let Some(Frame { kind: FrameKind::List(list), .. }) = self.frames.last_mut() {
                    list.push(value, drafts);
                }
            }
            FrameKind::List(list) => {
                self.emit(drafts);
                self.emit(list.finish(item));
            }
            FrameKind::Quote => {
                // Editors indent with <blockquote>; only a short piece of a text is a quotation.
                let length = self.page.length(item);
                if length * 3 > self.page.lines.iter().map(|line| line.length).sum::<usize>()
                    || drafts.is_empty()
                {
                    self.emit(drafts);
                } else {
                    self.emit(vec![Draft::Block {
                        block: Block::Quote { body: plain(drafts) },
                        origin: item,
                    }]);
                }
            }
        }
    }

    fn emit(&mut self, drafts: Vec<Draft>) {
        match self.frames.last_mut() {
            Some(frame) => frame.drafts.extend(drafts),
            None => self.drafts.extend(drafts),
        }
    }

    fn picture(&mut self, index: usize, state: &State) {
        let item = &self.page.items[index];
        let Some(mut image) = item.element().and_then(image) else { return };
        let mark =
            image.width.is_some_and(|width| width <= 24) || image.height.is_some_and(|height| height <= 24);
        if image.alternative.is_empty() && mark && is_decoration(item) {
            return;
        }
        image.source = links::source(&image.source, self.base);
        // A picture that links to its larger self is no link of the text.
        self.builder.inline(Inline::Image(image), state, &self.links, index);
    }

    /// Ends the paragraph being read.
    fn flush(&mut self) {
        let segments = self.builder.finish();
        let note = if self.note_end > 0 { self.note } else { self.note.take() };
        if segments.is_empty() {
            return;
        }
        if let Some(note) = note.and_then(|note| self.notes.get_mut(note)) {
            let content = join(segments).content;
            if !note.content.is_empty() && !content.is_empty() {
                note.content.push(Inline::LineBreak);
            }
            note.content.extend(content);
            return;
        }
        let in_cell =
            matches!(self.frames.last(), Some(Frame { kind: FrameKind::Cell(_) | FrameKind::Caption, .. }));
        let mut drafts = Vec::new();
        for group in groups(segments, in_cell) {
            if group.iter().all(Segment::is_pictures) {
                for segment in group {
                    let origin = segment.origin;
                    for inline in segment.content {
                        if let Inline::Image(image) = inline {
                            let figure = Figure { image, caption: Vec::new() };
                            drafts.push(Draft::Block { block: Block::Figure(figure), origin });
                        }
                    }
                }
            } else {
                drafts.push(Draft::Paragraph(join(group)));
            }
        }
        self.emit(drafts);
    }
}

/// The drafts as blocks without regard to outline and roles: the content of cells, items and quotes.
pub(super) fn plain(drafts: Vec<Draft>) -> Vec<Block> {
    drafts
        .into_iter()
        .filter_map(|draft| match draft {
            Draft::Block { block, .. } => Some(block),
            Draft::Paragraph(paragraph) if paragraph.content.is_empty() => None,
            Draft::Paragraph(paragraph) => Some(Block::Paragraph(document::Paragraph {
                role: Role::Body,
                align: paragraph.align,
                content: paragraph.content,
            })),
        })
        .collect()
}

/// The alignment that all paragraphs share, which is then the cell's and no longer theirs.
fn common_align(blocks: &mut [Block]) -> Align {
    let mut aligns = blocks.iter().map(|block| match block {
        Block::Paragraph(paragraph) => paragraph.align,
        _ => Align::Start,
    });
    let Some(first) = aligns.next().filter(|first| aligns.all(|align| align == *first)) else {
        return Align::Start;
    };
    for block in blocks {
        if let Block::Paragraph(paragraph) = block {
            paragraph.align = Align::Start;
        }
    }
    first
}

/// The inline content of paragraphs, line breaks between them.
fn joined(blocks: Vec<Block>) -> Vec<Inline> {
    let mut content = Vec::new();
    for block in blocks {
        if let Block::Paragraph(paragraph) = block {
            if !content.is_empty() {
                content.push(Inline::LineBreak);
            }
            content.extend(paragraph.content);
        }
    }
    content
}

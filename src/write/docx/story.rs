//! Turns blocks into the markup of a story: the main document or the notes (WordprocessingML, ECMA-376 Part 1, 17.2).

use super::DocxError;
use super::numbering::{DEEPEST, Numbering};
use super::package::Package;
use super::paragraph::Properties;
use super::picture::Media;
use super::relationships::Relationships;
use super::script::{Direction, direction};
use super::section::{Footers, Orientation};
use super::styles::id;
use super::table::CellContext;
use super::xml::Xml;
use crate::diagnostic::Diagnostics;
use crate::document::text::significant;
use crate::document::{Block, Document, Figure, Inline, List, Marker};
use crate::furniture::{Furniture, Kind};

/// How the notes of the Document are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notes {
    /// As footnotes, each at its first reference.
    Footnotes,
    /// As paragraphs at the end: some note is referred to nowhere, and footnotes must be.
    Paragraphs,
}

/// The list item that blocks stand in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// The list's number and level, until the item's first paragraph has taken them.
    number: Option<(u32, u8)>,
    level: u8,
}

/// Everything that is written or counted while walking the Document.
pub(super) struct Story<'a> {
    pub(super) document: &'a Document,
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) xml: Xml,
    /// The package, whose open part is the main story.
    pub(super) package: Package,
    /// Why the package could not take a piece.
    pub(super) failure: Option<DocxError>,
    pub(super) relationships: Relationships,
    pub(super) media: Media<'a>,
    pub(super) numbering: Numbering,
    pub(super) footers: Footers,
    pub(super) furniture: Vec<Furniture>,
    /// Significant characters written so far.
    pub(super) written: usize,
    /// Drawings written so far; the number of the last one.
    pub(super) drawings: u32,
    /// Width and height that a picture may take here, in twips.
    pub(super) bounds: (u32, u32),
    pub(super) notes: Notes,
    /// Which way the paragraph at hand goes.
    pub(super) direction: Direction,
    /// Which notes have been referred to.
    pub(super) referred: Vec<bool>,
    /// The cell that blocks stand in, if any, and how many tables are around it.
    pub(super) cell: Option<CellContext>,
    pub(super) tables: usize,
    item: Option<Item>,
    quotes: u32,
    /// The last thing written is a table: the format wants a paragraph before another table or the end.
    pub(super) after_table: bool,
    /// Byte in `xml` where the last paragraph of the body may take section properties.
    pub(super) section_slot: Option<usize>,
}

/// Height that a picture may take on a page, less its caption, in twips.
const PICTURE_HEIGHT_RESERVE: u32 = 3 * 579;

impl<'a> Story<'a> {
    /// An empty story.
    pub(super) fn new(
        document: &'a Document,
        diagnostics: &'a mut Diagnostics,
        package: Package,
        relationships: Relationships,
        footers: Footers,
    ) -> Self {
        let mut story = Self {
            document,
            diagnostics,
            xml: Xml::part(),
            package,
            failure: None,
            relationships,
            media: Media::default(),
            numbering: Numbering::default(),
            footers,
            furniture: Vec::new(),
            written: 0,
            drawings: 0,
            bounds: (0, 0),
            notes: Notes::Footnotes,
            direction: Direction::LeftToRight,
            referred: vec![false; document.notes.len()],
            cell: None,
            tables: 0,
            item: None,
            quotes: 0,
            after_table: false,
            section_slot: None,
        };
        story.lie(Orientation::Portrait);
        story
    }

    /// Lets the page lie as `orientation` says.
    pub(super) fn lie(&mut self, orientation: Orientation) {
        self.bounds = (orientation.width(), orientation.height() - PICTURE_HEIGHT_RESERVE);
    }

    /// Notes that `text` is about to be written and is not the Document's.
    pub(super) fn furniture(&mut self, kind: Kind, text: &str) {
        self.furniture.push(Furniture { kind, offset: self.written, text: text.to_owned() });
    }

    /// Text within an open run.
    pub(super) fn characters(&mut self, text: &str) {
        // Some readers (docx-rs among them) resolve entities twice and would read a literal `&lt;` as `<`.
        const ENTITIES: [&str; 7] = ["lt;", "gt;", "amp;", "quot;", "apos;", "#39;", "nbsp;"];
        self.written += significant(text).count();
        for (line, piece) in text.split('\n').enumerate() {
            if line > 0 {
                self.xml.raw("<w:br/>");
            }
            for (column, piece) in piece.split('\t').enumerate() {
                if column > 0 {
                    self.xml.raw("<w:tab/>");
                }
                let mut rest = piece;
                while let Some(at) = rest
                    .match_indices('&')
                    .map(|(at, _)| at + 1)
                    .find(|&at| ENTITIES.iter().any(|entity| rest[at..].starts_with(entity)))
                {
                    self.xml.element("w:t", &[("xml:space", &"preserve")], &rest[..at]);
                    rest = &rest[at..];
                }
                if !rest.is_empty() {
                    self.xml.element("w:t", &[("xml:space", &"preserve")], rest);
                }
            }
        }
    }

    /// Blocks that stand together: in the body, a cell, an item or a quotation.
    pub(super) fn blocks(&mut self, blocks: &'a [Block]) {
        for index in 0..blocks.len() {
            self.block(blocks, index);
        }
    }

    /// The block at `index`, placed by what stands before and after it.
    pub(super) fn block(&mut self, blocks: &'a [Block], index: usize) {
        let next = blocks.get(index + 1);
        match &blocks[index] {
            Block::Title { lines } => self.title(lines, next),
            Block::Heading(heading) => self.heading(heading),
            Block::Paragraph(paragraph) => self.body_paragraph(paragraph, blocks, index),
            Block::List(list) => self.list(list),
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
            Block::Quote { body } => {
                self.quotes += 1;
                self.blocks(body);
                self.quotes -= 1;
            }
        }
    }

    /// How many quotations the blocks stand in.
    pub(super) fn quotes(&self) -> u32 {
        self.quotes
    }

    /// The numbering or indent that a paragraph takes from the list item it stands in.
    pub(super) fn item_properties(&mut self, properties: &mut Properties) {
        let Some(item) = &mut self.item else { return };
        properties.item = Some((item.level, item.number.take()));
        properties.quotes = self.quotes;
    }

    /// Whether blocks stand in a list item.
    pub(super) fn in_item(&self) -> bool {
        self.item.is_some()
    }

    /// Leaves the list item for a table's cells.
    pub(super) fn leave_item(&mut self) -> Option<Item> {
        self.item.take()
    }

    /// Goes on in a list item whose mark has been carried.
    pub(super) fn enter_item(&mut self, item: Option<Item>) {
        self.item = item.map(|item| Item { number: None, ..item });
    }

    /// Hands what is written over to the package.
    pub(super) fn pour(&mut self) {
        let piece = self.xml.take();
        self.section_slot = None;
        if self.failure.is_none() {
            self.failure = self.package.append(piece.as_bytes()).err();
        }
    }

    fn list(&mut self, list: &'a List) {
        let outer = self.item;
        let level = outer.map_or(0, |item| (item.level + 1).min(DEEPEST));
        let number = self.numbering.begin(list.marker, level, list.start);
        for item in &list.items {
            // A mark that the item's own blocks cannot carry gets a paragraph of its own.
            let carries =
                matches!(item.first(), Some(Block::Paragraph(_) | Block::Heading(_) | Block::Title { .. }));
            self.item = Some(Item { number: number.map(|number| (number, level)), level });
            if !carries && list.marker != Marker::None {
                self.plain(Properties::new(id::LIST), &[]);
            }
            self.blocks(item);
        }
        self.enter_item(outer);
    }

    fn figure(&mut self, figure: &'a Figure) {
        let caption = crate::write::plain(&figure.caption, self.document);
        let mut properties =
            Properties::new(if self.cell.is_some() { self.cell_style() } else { id::PICTURE });
        properties.justification = Some("center");
        properties.keep_next = !figure.caption.is_empty();
        self.open_paragraph(properties);
        self.picture(&figure.image, &caption);
        self.close_paragraph();
        if !figure.caption.is_empty() {
            let style = if self.cell.is_some() { self.cell_style() } else { id::FIGURE_CAPTION };
            let mut properties = Properties::new(style);
            properties.justification = Some("center");
            self.plain(properties, &figure.caption);
        }
    }

    /// A paragraph of inline content.
    pub(super) fn plain(&mut self, mut properties: Properties, content: &'a [Inline]) {
        properties.pictures = content.iter().any(|inline| matches!(inline, Inline::Image(_)));
        properties.direction = content
            .iter()
            .find_map(|inline| match inline {
                Inline::Text(run) => direction(&run.text),
                _ => None,
            })
            .unwrap_or(Direction::LeftToRight);
        self.item_properties(&mut properties);
        self.open_paragraph(properties);
        self.inlines(content);
        self.close_paragraph();
    }

    /// An empty paragraph of no height.
    pub(super) fn separator(&mut self) {
        self.open_paragraph(Properties::new(id::SEPARATOR));
        self.close_paragraph();
    }
}

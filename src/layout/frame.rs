//! What layout hands to the writer: pages of positioned items, a structure tree and an outline.
//!
//! Vertical positions are points from the top of the page. Horizontal positions and advances are points from the
//! left edge of the *type area*, before [`PagedDocument::stretch`]: 28 characters of 15.75 pt measure 441 pt there and
//! fill 442.2 pt (156 mm) on paper.

use std::ops::Range;

use crate::document::AssetId;
use crate::fonts::Face;
use crate::furniture::{Furniture, Kind};

/// A document laid out in pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PagedDocument {
    /// The pages, the first a right-hand page.
    pub pages: Vec<Page>,
    /// The elements of the structure tree; the first is the root.
    pub elements: Vec<Element>,
    /// The headings; the last is that of the 著录信息 page, if there is one.
    pub outline: Vec<OutlineEntry>,
    /// The first page of the 著录信息, from 0. What stands before it is the document's alone.
    pub colophon: Option<u32>,
    /// What layout added to the Document's text, in ascending order of offset.
    pub furniture: Vec<Furniture>,
    /// Horizontal scale of everything in the type area.
    pub stretch: f32,
    /// Left edge of the type area on an upright page.
    pub upright_left: f32,
    /// The text holds private-use characters, which PDF/A-2a, 3a and 4 forbid.
    pub holds_private_use: bool,
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Width of the paper in points.
    pub width: f32,
    /// Height of the paper in points.
    pub height: f32,
    /// Left edge of the type area in points.
    pub left: f32,
    /// A wide table stands on it: the paper lies on its side, the upright page turned clockwise by a quarter.
    pub landscape: bool,
    /// What stands on it, in reading order.
    pub items: Vec<Item>,
}

/// Something on a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A stretch of one line.
    Text(Span),
    /// Borders, underlines, strokes: filled rectangles that mean nothing to a listener.
    Rules(Vec<Rectangle>),
    /// A picture.
    Picture(Picture),
    /// An area that leads to an address.
    Link(LinkArea),
    /// The text of a table cell goes on elsewhere: on the next page, after its neighbours' text.
    Continued,
    /// Where such text goes on: everything up to [`Item::ContinuationEnd`].
    Continuation,
    /// Where it ends.
    ContinuationEnd,
}

/// A stretch of one line that belongs to one structure element.
///
/// Page numbers stand where they stand on an upright page, on a landscape one too (GB/T 9704-2012, clause 8): their
/// `x` and `y` are always those of the upright page.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Left edge.
    pub x: f32,
    /// The line's baseline.
    pub y: f32,
    /// Its place in the structure tree; `None` for furniture that is no part of it.
    pub mark: Option<Mark>,
    /// Whether it is the Document's own text or something layout added.
    pub furniture: Option<Kind>,
    /// The characters, as they are to be read. A no-break space is a plain space here.
    pub text: String,
    /// The glyphs.
    pub runs: Vec<GlyphRun>,
}

/// Glyphs of one face and size.
#[derive(Clone, Debug, PartialEq)]
pub struct GlyphRun {
    /// The face.
    pub face: Face,
    /// Size in points.
    pub size: f32,
    /// Left edge, from the span's.
    pub x: f32,
    /// How far above the span's baseline it stands.
    pub rise: f32,
    /// The glyphs in the order in which they are read, those of one cluster from left to right.
    pub glyphs: Vec<PlacedGlyph>,
}

/// A glyph in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacedGlyph {
    /// Its number in the face.
    pub id: u16,
    /// From its origin to the next glyph's, in em.
    pub advance: f32,
    /// From its origin to where it is drawn, in em.
    pub offset: f32,
    /// How far above the run's baseline it is drawn, in em.
    pub rise: f32,
    /// First byte of its characters in the span's text.
    pub start: u32,
    /// End of its characters in the span's text.
    pub end: u32,
}

impl PlacedGlyph {
    /// Its characters in the span's text, as bytes.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A rectangle; `x` is in type-area coordinates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rectangle {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// A picture on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Where it stands.
    pub area: Rectangle,
    /// Which one.
    pub asset: AssetId,
    /// Its place in the structure tree.
    pub mark: Mark,
}

/// An area of a page that leads to an address.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkArea {
    /// The area.
    pub area: Rectangle,
    /// Where to.
    pub target: LinkTarget,
    /// The place of the annotation in the structure tree.
    pub mark: Mark,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkTarget {
    /// To an address.
    Address(String),
    /// To a place in this document.
    Place {
        /// The page, from 0.
        page: u32,
        /// Points from its top.
        y: f32,
        /// What stands there.
        title: String,
    },
}

/// Number of a leaf of the structure tree: a stretch of content on one page.
pub type Mark = u32;

/// Number of an element in [`PagedDocument::elements`].
pub type ElementId = u32;

/// An element of the structure tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// What it is.
    pub tag: Tag,
    /// What it holds, in reading order.
    pub children: Vec<Child>,
}

/// What an element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// A further element.
    Element(ElementId),
    /// Content on a page.
    Mark(Mark),
}

/// What a structure element is (ISO 32000-1, 14.8.4).
#[derive(Clone, Debug, PartialEq)]
pub enum Tag {
    /// The root.
    Document,
    /// The document's title.
    Title,
    /// H1 to H6 with the heading's text. No level is skipped on the way down (ISO 14289-1, 7.4.2).
    Heading(u8, String),
    /// A paragraph.
    Paragraph,
    /// A quotation.
    Quote,
    /// A list and the kind of its marks.
    List(crate::document::Marker),
    /// A list item.
    ListItem,
    /// Its mark.
    Label,
    /// Its content.
    ListBody,
    /// A table.
    Table,
    /// The caption of a table or picture.
    Caption,
    /// A table row.
    Row,
    /// A cell.
    Cell {
        /// What it heads, if it is a header cell.
        scope: Option<Scope>,
        /// Rows it covers.
        rowspan: u32,
        /// Columns it covers.
        colspan: u32,
        /// The header cells that head it, outermost first, where their scope alone does not tell.
        headers: Vec<ElementId>,
    },
    /// A picture with its alternative text and place: page (from 0) and area.
    Figure {
        /// What it shows.
        alternative: String,
        /// Page and area, once it is placed.
        area: Option<(u32, Rectangle)>,
    },
    /// A part of the document: the 著录信息.
    Section,
    /// The 目录.
    Contents,
    /// An entry of it.
    ContentsEntry,
    /// What an entry says: it refers to its heading.
    Reference,
    /// A link.
    Link,
    /// A footnote or endnote.
    Note,
}

/// What a header cell heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The cells to its right.
    Row,
    /// The cells below it.
    Column,
    /// Both.
    Both,
}

/// A heading in the outline.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineEntry {
    /// Depth, from 1.
    pub level: u8,
    /// Its text.
    pub title: String,
    /// Page, from 0.
    pub page: u32,
    /// Top of its line in points from the top of the page.
    pub y: f32,
}

//! The vertical strip of a column before it is cut into pages: pieces of a height, each with what it draws.

use super::frame::{ElementId, LinkArea, Picture, Rectangle, Span};
use super::table::{Group, Part};

/// A piece of the strip. Positions inside it are relative to its top and to the left edge of its column.
#[derive(Clone)]
pub(super) struct Piece {
    /// Height in points.
    pub(super) height: f32,
    /// Begins on the grid of the body's lines.
    pub(super) snap: bool,
    /// The page may end after it.
    pub(super) break_after: bool,
    pub(super) kind: Kind,
}

/// What a piece is.
#[derive(Clone)]
pub(super) enum Kind {
    /// White space, dropped at the head of a page.
    Space,
    /// A line of text.
    Line(Line),
    /// A picture standing on its own.
    Figure(Line),
    /// Rows of a table that belong together.
    Rows(Box<Group>),
    /// A part of a table inside a table, cut already.
    Part(Box<Part>),
}

/// What is drawn for a line (or a figure).
#[derive(Clone, Default)]
pub(super) struct Line {
    pub(super) spans: Vec<Span>,
    pub(super) rules: Vec<Rectangle>,
    pub(super) pictures: Vec<(Picture, ElementId)>,
    pub(super) links: Vec<LinkArea>,
    /// The heading that begins here: an index into the outline.
    pub(super) heading: Option<usize>,
}

impl Piece {
    /// White space of `height`, after which the page may end.
    pub(super) fn space(height: f32) -> Self {
        Self { height, snap: false, break_after: true, kind: Kind::Space }
    }
}

/// Sets which lines of a paragraph may end a page: never the first alone nor all but the last (孤行控制).
pub(super) fn control_orphans(lines: &mut [Piece]) {
    let count = lines.len();
    for (index, line) in lines.iter_mut().enumerate() {
        let (above, below) = (index + 1, count - index - 1);
        line.break_after = below == 0 || (above >= 2 && below >= 2);
    }
}

/// Moves everything in `pieces` to the right.
pub(super) fn indent(pieces: &mut [Piece], by: f32) {
    for piece in pieces {
        match &mut piece.kind {
            Kind::Space => {}
            Kind::Line(line) | Kind::Figure(line) => line.shift(by, 0.0),
            Kind::Rows(group) => group.x += by,
            Kind::Part(part) => part.shift(by),
        }
    }
}

/// Raises the glyphs of lines.
pub(super) fn raise(pieces: &mut [Piece], by: f32) {
    for piece in pieces {
        if let Kind::Line(line) = &mut piece.kind {
            line.spans.iter_mut().flat_map(|span| &mut span.runs).for_each(|run| run.rise += by);
        }
    }
}

/// Height of all pieces.
pub(super) fn height(pieces: &[Piece]) -> f32 {
    pieces.iter().map(|piece| piece.height).sum()
}

impl Line {
    /// Moves everything in the line.
    pub(super) fn shift(&mut self, x: f32, y: f32) {
        for span in &mut self.spans {
            span.x += x;
            span.y += y;
        }
        let areas = self
            .rules
            .iter_mut()
            .chain(self.pictures.iter_mut().map(|(picture, _)| &mut picture.area))
            .chain(self.links.iter_mut().map(|link| &mut link.area));
        for area in areas {
            area.x += x;
            area.y += y;
        }
    }
}

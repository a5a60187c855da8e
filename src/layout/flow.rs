//! The vertical strip of a column before it is cut into pages: pieces of a height, each with what it draws.

use std::collections::BTreeSet;

use crate::fonts::Face;

use super::frame::{ElementId, LinkArea, Picture, Rectangle, Span};
use super::style::PageStyle;
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
    /// What follows stands on pages that lie so; on a new page if it `begins` one.
    Turn { landscape: bool, begins: bool },
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
    /// A change of pages.
    pub(super) fn turn(landscape: bool, begins: bool) -> Self {
        Self { height: 0.0, snap: false, break_after: false, kind: Kind::Turn { landscape, begins } }
    }

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

/// Lets the headings at the end of `pieces` stand on the landscape page of the table that follows. A title with
/// nothing before it is centred there.
pub(super) fn turn_headings(pieces: &mut Vec<Piece>, style: &PageStyle) {
    const MOST: usize = 12;
    let count = pieces.iter().rev().take_while(|piece| !piece.break_after).count();
    let start = pieces.len() - count;
    if let Some(Piece { kind: Kind::Turn { landscape, begins: true }, .. }) =
        pieces[start..].iter_mut().rev().find(|piece| matches!(piece.kind, Kind::Turn { .. }))
    {
        // They begin a page already.
        *landscape = true;
        return;
    }
    if count == 0
        || count > MOST
        || pieces[start..].iter().any(|piece| matches!(piece.kind, Kind::Turn { .. }))
    {
        return;
    }
    if start == 0 {
        indent(&mut pieces[..], (style.landscape_measure() - style.measure()) / 2.0);
    }
    pieces.insert(start, Piece::turn(true, false));
}

/// Moves everything in `pieces` to the right.
pub(super) fn indent(pieces: &mut [Piece], by: f32) {
    for piece in pieces {
        match &mut piece.kind {
            Kind::Space | Kind::Turn { .. } => {}
            Kind::Line(line) | Kind::Figure(line) => line.shift(by, 0.0),
            Kind::Rows(group) => group.x += by,
            Kind::Part(part) => part.shift(by),
        }
    }
}

/// Makes furniture of all text in `pieces`.
pub(super) fn mark_furniture(pieces: &mut [Piece], kind: crate::furniture::Kind) {
    for piece in pieces {
        match &mut piece.kind {
            Kind::Space | Kind::Turn { .. } => {}
            Kind::Line(line) | Kind::Figure(line) => {
                line.spans.iter_mut().for_each(|span| span.furniture = Some(kind));
            }
            Kind::Rows(group) => group.cells().for_each(|cell| mark_furniture(cell, kind)),
            Kind::Part(part) => part.mark_furniture(kind),
        }
    }
}

/// The faces that `pieces` are set in.
pub(super) fn faces(pieces: &[Piece], found: &mut BTreeSet<Face>) {
    for piece in pieces {
        match &piece.kind {
            Kind::Space | Kind::Turn { .. } => {}
            Kind::Line(line) | Kind::Figure(line) => line.faces(found),
            Kind::Rows(group) => group.faces(found),
            Kind::Part(part) => part.faces(found),
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
    /// The faces that it is set in.
    pub(super) fn faces(&self, found: &mut BTreeSet<Face>) {
        found.extend(self.spans.iter().flat_map(|span| &span.runs).map(|run| run.face));
    }

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

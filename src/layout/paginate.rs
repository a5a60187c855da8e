//! Cuts the strip of pieces into pages: where a page may end, what begins the next, repeated table heads, page numbers.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::furniture::Kind as FurnitureKind;

use super::Context;
use super::flow::{Kind, Line, Piece};
use super::frame::{GlyphRun, Item, OutlineEntry, Page, PlacedGlyph, Rectangle, Span};
use super::structure::Structure;
use super::style::{MILLIMETRE, PageStyle};
use super::table::{Content, Group, Part};

/// Lengths that differ by less are equal, in points.
const TOLERANCE: f32 = 0.05;

/// A heading or figure and where it came to stand: its number, page and place.
pub(super) struct Places {
    /// Outline entries: page and top in points from the top of the page.
    pub(super) headings: Vec<(usize, u32, f32)>,
    /// Figures: element, page and area.
    pub(super) figures: Vec<(u32, u32, Rectangle)>,
}

impl Places {
    /// Moves everything `count` pages on.
    pub(super) fn move_on(&mut self, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let headings = self.headings.iter_mut().map(|(_, page, _)| page);
        let figures = self.figures.iter_mut().map(|(_, page, _)| page);
        headings.chain(figures).for_each(|page| *page = page.saturating_add(count));
    }

    /// Writes down in the outline where each heading stands.
    pub(super) fn enter(&self, outline: &mut [OutlineEntry]) {
        for &(entry, page, y) in &self.headings {
            if let Some(entry) = outline.get_mut(entry) {
                (entry.page, entry.y) = (page, y);
            }
        }
    }
}

/// Cuts `pieces` into pages. There is always one page.
pub(super) fn paginate(pieces: Vec<Piece>, style: &PageStyle) -> (Vec<Page>, Places) {
    let places = Places { headings: Vec::new(), figures: Vec::new() };
    let mut paginator =
        Paginator { style, pages: vec![blank(style, false)], y: 0.0, fresh: true, turn: None, places };
    let mut queue = VecDeque::from(pieces);
    while !queue.is_empty() {
        if let Some(Piece { kind: Kind::Turn { landscape, begins }, .. }) = queue.front() {
            paginator.turn = Some((*landscape, *begins || paginator.turn.is_some_and(|(_, begins)| begins)));
            queue.pop_front();
            continue;
        }
        if !matches!(queue.front(), Some(Piece { kind: Kind::Space, break_after: true, .. })) {
            paginator.settle_turn();
        }
        let (count, height) = paginator.together(&queue);
        if count == 1 && matches!(queue.front(), Some(Piece { kind: Kind::Space, .. })) {
            // White space alone never begins a page: the next piece does.
            queue.drain(..1).for_each(|piece| paginator.piece(piece));
            continue;
        }
        if !paginator.fresh && paginator.y + height > paginator.room() {
            paginator.turn();
        }
        for piece in queue.drain(..count) {
            paginator.piece(piece);
        }
    }
    (paginator.pages, paginator.places)
}

/// A page without anything on it. Turned clockwise by a quarter, its foot is at the left.
fn blank(style: &PageStyle, landscape: bool) -> Page {
    let (width, height, left) = if landscape {
        (style.height, style.width, style.bottom)
    } else {
        (style.width, style.height, style.left)
    };
    Page { width, height, left, landscape, items: Vec::new() }
}

struct Paginator<'a> {
    style: &'a PageStyle,
    pages: Vec<Page>,
    /// Where the next piece begins, from the top of the type area.
    y: f32,
    /// Nothing stands on the page but a repeated table head.
    fresh: bool,
    /// What comes next stands on pages that lie so, perhaps on a new one.
    turn: Option<(bool, bool)>,
    places: Places,
}

impl Paginator<'_> {
    /// Height of the type area.
    fn room(&self) -> f32 {
        self.type_height() + TOLERANCE
    }

    /// Height of the type area of the page as it lies.
    fn type_height(&self) -> f32 {
        if self.is_landscape() { self.style.type_width() } else { self.style.type_height() }
    }

    fn is_landscape(&self) -> bool {
        self.pages.last().is_some_and(|page| page.landscape)
    }

    /// Follows the change of pages that was asked for before.
    fn settle_turn(&mut self) {
        let Some((landscape, begins)) = self.turn.take() else { return };
        if !begins && landscape == self.is_landscape() {
            return;
        }
        if self.pages.last().is_some_and(|page| page.items.is_empty()) {
            self.pages.pop();
        }
        self.pages.push(blank(self.style, landscape));
        self.y = 0.0;
        self.fresh = true;
    }

    /// How many pieces at the head of `queue` stay together, and how much height they take from `y` on. As many as
    /// a page holds if it is more.
    fn together(&self, queue: &VecDeque<Piece>) -> (usize, f32) {
        let mut y = self.y;
        let mut fresh = self.fresh;
        for (index, piece) in queue.iter().enumerate() {
            y = self.top(piece, y, fresh);
            let tall = match &piece.kind {
                Kind::Turn { .. } => return (index.max(1), y - self.y),
                // Rows that no page holds need not begin a page.
                Kind::Rows(_) if piece.height > self.type_height() * 0.9 => piece.height.min(100.0),
                _ => piece.height,
            };
            if y + tall - self.y > self.room() {
                return (index.max(1), y - self.y);
            }
            if !(fresh && matches!(piece.kind, Kind::Space)) {
                y += tall;
                fresh &= matches!(piece.kind, Kind::Space);
            }
            if piece.break_after {
                return (index + 1, y - self.y);
            }
        }
        (queue.len(), y - self.y)
    }

    /// Where `piece` begins if what is before it ends at `y`.
    fn top(&self, piece: &Piece, y: f32, fresh: bool) -> f32 {
        if !piece.snap || (fresh && y == 0.0) {
            return y;
        }
        let pitch = self.style.pitch();
        let lines = (y / pitch - 0.01).ceil().max(0.0);
        lines * pitch
    }

    /// Begins a page.
    fn turn(&mut self) {
        self.pages.push(blank(self.style, self.is_landscape()));
        self.y = 0.0;
        self.fresh = true;
    }

    fn piece(&mut self, piece: Piece) {
        if matches!(piece.kind, Kind::Space) {
            if !self.fresh {
                self.y += piece.height;
            }
            return;
        }
        let mut top = self.top(&piece, self.y, self.fresh);
        match piece.kind {
            Kind::Space | Kind::Turn { .. } => {}
            Kind::Line(line) | Kind::Figure(line) => {
                if !self.fresh && top + piece.height > self.room() {
                    self.turn();
                    top = 0.0;
                }
                self.line(line, 0.0, top, false);
                self.y = top + piece.height;
                self.fresh = false;
            }
            Kind::Rows(group) => self.rows(*group),
            Kind::Part(part) => {
                self.y = top;
                self.part(*part, false);
            }
        }
    }

    /// Places rows, on as many pages as they need.
    fn rows(&mut self, mut group: Group) {
        let header = group.header.take();
        while !group.is_done() {
            if self.fresh && self.y == 0.0 {
                self.repeat(header.as_ref());
            }
            let room = self.room() - self.y;
            if group.height() <= room {
                let part = group.take_all();
                self.part(part, false);
                return;
            }
            let whole = self.type_height() - header.as_ref().map_or(0.0, |part| part.height);
            let turns = !self.fresh && (group.height() <= whole || room < self.type_height() / 5.0);
            let part = if turns { None } else { group.take(room, self.fresh) };
            match part {
                Some(part) => self.part(part, false),
                // Nothing fits even on a page of its own: it is set and runs over the edge.
                None if self.fresh => {
                    let part = group.take_all();
                    self.part(part, false);
                    return;
                }
                None => {}
            }
            if !group.is_done() {
                self.turn();
            }
        }
    }

    /// Top of the type area on the page as it lies: turned clockwise, the left edge is at the top.
    fn top_edge(&self) -> f32 {
        if self.is_landscape() { self.style.left } else { self.style.top }
    }

    /// Repeats a table's head, unless it takes half the page.
    fn repeat(&mut self, header: Option<&Rc<Part>>) {
        if let Some(header) = header
            && header.height < self.type_height() / 2.0
        {
            self.part(Part::clone(header), true);
            self.fresh = true;
        }
    }

    fn part(&mut self, part: Part, repeated: bool) {
        let top = self.y;
        for content in part.content {
            match content {
                Content::Line(line) => self.line(line, 0.0, top, repeated),
                _ if repeated => {}
                Content::Continued => self.item(Item::Continued),
                Content::Continuation => self.item(Item::Continuation),
                Content::ContinuationEnd => self.item(Item::ContinuationEnd),
            }
        }
        let down = self.top_edge() + top;
        let rules: Vec<Rectangle> =
            part.rules.into_iter().map(|rule| Rectangle { y: rule.y + down, ..rule }).collect();
        if !rules.is_empty() {
            self.item(Item::Rules(rules));
        }
        self.y = top + part.height;
        self.fresh = false;
    }

    /// Places a line whose top is `y` below the top of the type area. Repeated lines are furniture.
    fn line(&mut self, mut line: Line, x: f32, y: f32, repeated: bool) {
        let top = self.top_edge() + y;
        line.shift(x, top);
        let page = u32::try_from(self.pages.len() - 1).unwrap_or(u32::MAX);
        if repeated {
            for mut span in line.spans {
                span.mark = None;
                span.furniture = Some(FurnitureKind::RepeatedHeader);
                self.item(Item::Text(span));
            }
        } else {
            if let Some(entry) = line.heading {
                self.places.headings.push((entry, page, top));
            }
            for span in line.spans {
                self.item(Item::Text(span));
            }
            for (picture, element) in line.pictures {
                self.places.figures.push((element, page, picture.area));
                self.item(Item::Picture(picture));
            }
            for link in line.links {
                self.item(Item::Link(link));
            }
        }
        if !line.rules.is_empty() {
            self.item(Item::Rules(line.rules));
        }
    }

    fn item(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.items.push(item);
        }
    }
}

/// Sets the page numbers (7.5): 四号 half-width 宋体, `— 1 —`, the dash 7 mm below the type area; one character in
/// from the right on odd pages, from the left on even ones.
pub(super) fn number(pages: &mut [Page], context: &Context<'_>) {
    let style = context.style;
    let size = style.page_number;
    // The stroke of the dash is 0.04 em thick and stands 0.36 to 0.40 em above the baseline.
    let baseline = style.height - style.bottom + 7.0 * MILLIMETRE + 0.40 * size;
    for (index, page) in pages.iter_mut().enumerate() {
        let text = format!("— {} —", index + 1);
        let mut glyphs = Vec::with_capacity(text.len());
        let mut width = 0.0;
        for (start, c) in text.char_indices() {
            let Some(glyph) = context.half_width(c) else { continue };
            let end = start + c.len_utf8();
            let (start, end) = (u32::try_from(start).unwrap_or(0), u32::try_from(end).unwrap_or(0));
            glyphs.push(PlacedGlyph {
                id: glyph.id,
                advance: glyph.advance,
                offset: 0.0,
                rise: 0.0,
                start,
                end,
            });
            width += glyph.advance * size;
        }
        let x = if index % 2 == 0 { style.measure() - style.body - width } else { style.body };
        let run = GlyphRun { face: crate::fonts::Face::Song, size, x: 0.0, rise: 0.0, glyphs };
        page.items.push(Item::Text(Span {
            x,
            y: baseline,
            mark: None,
            furniture: Some(FurnitureKind::PageNumber),
            text,
            runs: vec![run],
        }));
    }
}

/// Writes down in the tree where each figure stands.
pub(super) fn place_figures(places: &Places, elements: &mut [super::frame::Element]) {
    for &(element, page, area) in &places.figures {
        Structure::place_figure(elements, element, page, area);
    }
}

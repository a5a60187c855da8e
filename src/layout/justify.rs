//! Sets a line: squeezes or stretches it to the measure in CLREQ's order and positions its glyphs.

use crate::document::{Align, Position};

use super::classes::Class;
use super::flow::{Kind, Line, Piece};
use super::frame::{ElementId, GlyphRun, LinkArea, Mark, Picture, PlacedGlyph, Rectangle, Span, Tag};
use super::inline::{Cluster, Owner, Text};
use super::linebreak::{Breaker, GAP, Range, stretches, takes_left};
use super::{Context, bidi};

/// How a paragraph is set. Lengths in points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Width of the column.
    pub(super) measure: f32,
    /// Indent of the first line.
    pub(super) first: f32,
    /// Indent of the other lines.
    pub(super) rest: f32,
    /// Space kept free at the right.
    pub(super) right: f32,
    /// Alignment; [`Align::Start`] is justified.
    pub(super) align: Align,
    /// Distance of lines.
    pub(super) pitch: f32,
    /// Size of the text, which places the baseline.
    pub(super) size: f32,
    /// Lines begin on the body's grid.
    pub(super) snap: bool,
}

/// A link's element, so that its further lines join it.
type OpenLink = Option<(u32, ElementId)>;

/// Breaks `text` and sets its lines.
pub(super) fn set(text: &mut Text, setting: Setting, context: &mut Context<'_>) -> Vec<Piece> {
    text.settle(context);
    if text.clusters.is_empty() {
        return Vec::new();
    }
    let available = (setting.measure - setting.right).max(setting.size);
    let first = (available - setting.first).max(setting.size);
    let rest = (available - setting.rest).max(setting.size);
    let breaker = Breaker::new(&text.clusters, context.style.prohibition);
    let ranges = breaker.lines(first, rest);
    let mut pieces = Vec::with_capacity(ranges.len());
    let mut link = None;
    for (index, range) in ranges.iter().enumerate() {
        let (measure, left) = if index == 0 { (first, setting.first) } else { (rest, setting.rest) };
        let setter = Setter { text, breaker: &breaker, range: *range, setting };
        let (set, height) = setter.set(measure, left, &mut link, context);
        pieces.push(Piece { height, snap: setting.snap, break_after: true, kind: Kind::Line(set) });
    }
    pieces
}

/// Natural width of `text` on one line, in points.
pub(super) fn natural_width(text: &Text, context: &Context<'_>) -> f32 {
    if text.clusters.is_empty() {
        return 0.0;
    }
    Breaker::new(&text.clusters, context.style.prohibition).natural(0, text.clusters.len())
}

struct Setter<'a> {
    text: &'a Text,
    breaker: &'a Breaker<'a>,
    range: Range,
    setting: Setting,
}

/// What is done to a cluster: parts of its blank taken away, and space after it. Points.
#[derive(Clone, Copy, Default)]
struct Adjustment {
    left: f32,
    right: f32,
    after: f32,
}

impl Setter<'_> {
    fn set(&self, measure: f32, left: f32, link: &mut OpenLink, context: &mut Context<'_>) -> (Line, f32) {
        let Range { start, end, last } = self.range;
        let inked = self.breaker.trim(start, end);
        let mut adjustments = self.adjustments(start, inked, end);
        let natural = self.breaker.natural(start, end);
        let spare = measure - natural;
        let justified = self.setting.align.is_start();
        if spare < -0.01 {
            self.squeeze(&mut adjustments, start, inked, -spare);
        } else if justified && !last {
            self.stretch(&mut adjustments, start, inked, spare);
        }
        let offset = match self.setting.align {
            Align::Start => 0.0,
            Align::Center => spare.max(0.0) / 2.0,
            Align::End => spare.max(0.0),
        };
        self.place(left + offset, &adjustments, link, context)
    }

    /// What adjacency and the edges of the line do to each cluster.
    fn adjustments(&self, start: usize, inked: usize, end: usize) -> Vec<Adjustment> {
        let mut adjustments = vec![Adjustment::default(); end - start];
        for index in start..end {
            let cluster = &self.text.clusters[index];
            let spacing = if index > start { self.breaker.spacing[index] } else { 0.0 };
            if spacing > 0.0 {
                adjustments[index - 1 - start].after += spacing;
            } else if spacing < 0.0 {
                if takes_left(&self.text.clusters[index - 1], cluster) {
                    adjustments[index - start].left -= spacing;
                } else {
                    adjustments[index - 1 - start].right -= spacing;
                }
            }
            if index >= inked {
                // Spaces at the end of the line hang: they have no width.
                adjustments[index - start].right = cluster.width();
            }
        }
        if inked > start {
            adjustments[0].left += self.breaker.edge_start(start);
            adjustments[inked - 1 - start].right = self.breaker.edge_end(inked);
        }
        adjustments
    }

    /// Takes `amount` away, in CLREQ's order: word spaces, interpuncts, brackets and commas, Han–Latin gaps, stops.
    fn squeeze(&self, adjustments: &mut [Adjustment], start: usize, end: usize, mut amount: f32) {
        for step in 0..5 {
            let rooms: Vec<(f32, f32, f32)> = (start..end)
                .map(|index| self.room(step, index, start, &adjustments[index - start]))
                .collect();
            let total: f32 = rooms.iter().map(|(left, right, gap)| left + right + gap).sum();
            if total <= 0.0 {
                continue;
            }
            let share = (amount / total).min(1.0);
            for ((left, right, gap), index) in rooms.into_iter().zip(0..) {
                adjustments[index].left += left * share;
                adjustments[index].right += right * share;
                if gap > 0.0 && index > 0 {
                    adjustments[index - 1].after -= gap * share;
                }
            }
            amount -= total * share;
            if amount <= 0.01 {
                return;
            }
        }
    }

    /// What step `step` of squeezing may take from a cluster's left, from its right, and from the gap before it.
    fn room(&self, step: u8, index: usize, start: usize, done: &Adjustment) -> (f32, f32, f32) {
        let cluster = &self.text.clusters[index];
        let blanks = || {
            let (left, right) = self.breaker.blanks(index);
            let rest = |blank: f32, taken: f32| (blank * cluster.size - taken).max(0.0);
            (rest(left, done.left), rest(right, done.right), 0.0)
        };
        match (step, cluster.class) {
            (0, Class::Space) => (0.0, (cluster.glyph.advance - 0.25).max(0.0) * cluster.size, 0.0),
            (1, Class::MiddleDot) | (2, Class::Opening | Class::Closing) | (4, Class::Stop) => blanks(),
            (3, _) if index > start && self.breaker.spacing[index] > 0.0 => {
                (0.0, 0.0, self.breaker.spacing[index] / 2.0)
            }
            _ => (0.0, 0.0, 0.0),
        }
    }

    /// Adds `amount`, in CLREQ's order: word spaces to ½ em, Han–Latin gaps to ⅓ em, then everywhere alike.
    fn stretch(&self, adjustments: &mut [Adjustment], start: usize, end: usize, mut amount: f32) {
        if amount <= 0.01 || end <= start + 1 {
            return;
        }
        for step in 0..2 {
            let room = |index: usize| {
                let cluster = &self.text.clusters[index];
                match step {
                    0 if cluster.class == Class::Space && index + 1 < end => {
                        (0.5 - cluster.glyph.advance).max(0.0) * cluster.size
                    }
                    1 if index + 1 < end && self.breaker.spacing[index + 1] > 0.0 => {
                        (1.0 / 3.0 - GAP) * cluster.size
                    }
                    _ => 0.0,
                }
            };
            let total: f32 = (start..end).map(room).sum();
            if total <= 0.0 {
                continue;
            }
            let share = (amount / total).min(1.0);
            for index in start..end {
                adjustments[index - start].after += room(index) * share;
            }
            amount -= total * share;
            if amount <= 0.01 {
                return;
            }
        }
        let open = |index: usize| stretches(&self.text.clusters[index], &self.text.clusters[index + 1]);
        let mut places = (start..end - 1).filter(|&index| open(index)).count();
        // A line of one long word in a narrow column stays as it is rather than falling apart.
        let em = self.text.clusters[start].size;
        if places == 0 || amount / f32::from(u16::try_from(places).unwrap_or(u16::MAX)) > 1.5 * em {
            places = 0;
        }
        if places > 0 {
            let each = amount / f32::from(u16::try_from(places).unwrap_or(u16::MAX));
            for index in (start..end - 1).filter(|&index| open(index)) {
                adjustments[index - start].after += each;
            }
        }
    }

    /// Where each cluster of the line stands.
    fn places(&self, left: f32, adjustments: &[Adjustment]) -> Vec<Place> {
        let clusters = &self.text.clusters[self.range.start..self.range.end];
        let advance = |index: usize| {
            let adjustment: &Adjustment = &adjustments[index];
            clusters[index].width() - adjustment.left - adjustment.right + adjustment.after
        };
        let mut places: Vec<Place> =
            (0..clusters.len()).map(|index| Place { x: left, advance: advance(index) }).collect();
        let levels = self.text.levels.get(self.range.start..self.range.end).unwrap_or_default();
        let mut x = left;
        let Some(order) = bidi::visual_order(levels, clusters) else {
            for place in &mut places {
                place.x = x;
                x += place.advance;
            }
            return places;
        };
        for index in order {
            // The space after a word set from right to left is at its left.
            let before = if levels[index].is_rtl() { adjustments[index].after } else { 0.0 };
            places[index].x = x + before;
            x += places[index].advance;
        }
        places
    }

    /// Positions the glyphs of the line whose left edge is `left`; also its height.
    fn place(
        &self,
        left: f32,
        adjustments: &[Adjustment],
        link: &mut OpenLink,
        context: &mut Context<'_>,
    ) -> (Line, f32) {
        let setting = self.setting;
        let clusters = &self.text.clusters[self.range.start..self.range.end];
        let tallest = clusters
            .iter()
            .filter_map(|cluster| self.text.owners[cluster.owner as usize].picture.as_ref())
            .map(|picture| picture.height)
            .fold(0.0, f32::max);
        let mut height = setting.pitch;
        let mut baseline = (setting.pitch - setting.size) / 2.0 + 0.88 * setting.size;
        let above = tallest - 0.88 * setting.size;
        if above > (setting.pitch - setting.size) / 2.0 {
            // A tall picture takes further lines of the grid.
            let wanted = tallest + 0.12 * setting.size + (setting.pitch - setting.size);
            height = (wanted / setting.pitch).ceil() * setting.pitch;
            baseline = height - (setting.pitch - setting.size) / 2.0 - 0.12 * setting.size;
        }
        let mut drawing = Drawing { line: Line::default(), baseline, height, link: *link, pen: left };
        let places = self.places(left, adjustments);
        for ((cluster, adjustment), place) in clusters.iter().zip(adjustments).zip(places) {
            let owner = &self.text.owners[cluster.owner as usize];
            let Place { x, advance } = place;
            if cluster.class == Class::Object {
                drawing.picture(owner, x, context);
            } else if cluster.class != Class::Forced {
                drawing.cluster(self.text, cluster, x, advance, -adjustment.left, context);
            }
            if cluster.class != Class::Forced {
                let width = advance - adjustment.after;
                drawing.decorate(cluster, owner, x, width + adjustment.after.max(0.0));
            }
        }
        drawing.shrink();
        for area in &mut drawing.line.links {
            area.mark = context.structure.mark(area.mark);
        }
        *link = drawing.link;
        (drawing.line, height)
    }
}

/// Where a cluster stands and how far it is to the next. Points.
#[derive(Clone, Copy, Default)]
struct Place {
    x: f32,
    advance: f32,
}

struct Drawing {
    line: Line,
    baseline: f32,
    height: f32,
    link: OpenLink,
    /// Where the last run of glyphs ends.
    pen: f32,
}

impl Drawing {
    /// Gives back what is left over: a large table has hundreds of thousands of lines.
    fn shrink(&mut self) {
        for span in &mut self.line.spans {
            span.text.shrink_to_fit();
            if let Some(run) = span.runs.last_mut() {
                run.glyphs.shrink_to_fit();
            }
        }
    }

    /// The element that content of `owner` belongs to: the link inside the paragraph, if it is one.
    fn element(&mut self, number: u32, owner: &Owner, context: &mut Context<'_>) -> ElementId {
        if owner.link.is_none() {
            self.link = None;
            return owner.element;
        }
        match self.link {
            Some((open, element)) if open == number => element,
            _ => {
                let element = context.structure.add(owner.element, Tag::Link);
                self.link = Some((number, element));
                element
            }
        }
    }

    fn cluster(
        &mut self,
        text: &Text,
        cluster: &Cluster,
        x: f32,
        advance: f32,
        offset: f32,
        context: &mut Context<'_>,
    ) {
        let owner = &text.owners[cluster.owner as usize];
        let continues = self.line.spans.last().is_some_and(|span| {
            span.furniture == owner.furniture && context.last_owner == Some((cluster.owner, span.mark))
        });
        if !continues {
            self.begin_span(cluster.owner, owner, x, context);
        }
        let Some(span) = self.line.spans.last_mut() else { return };
        let shape = text.shape(cluster);
        let start = u32::try_from(span.text.len()).unwrap_or(u32::MAX);
        match shape {
            Some(shape) => span.text.push_str(&text.letters[shape.text.clone()]),
            // A no-break space would share its glyph with the space and make readers stumble (PDF.md 1.3); how it
            // breaks has been settled, so a plain space says the same.
            None => {
                span.text.push(if cluster.class == Class::NoBreakSpace { ' ' } else { cluster.character });
            }
        }
        let end = u32::try_from(span.text.len()).unwrap_or(u32::MAX);
        let rise = match owner.style.position {
            Position::Baseline => 0.0,
            Position::Superscript => cluster.size * 0.6,
            Position::Subscript => cluster.size * -0.2,
        };
        let (face, size) = (cluster.glyph.face, cluster.size);
        // In a line with words set from right to left the next glyph may stand elsewhere.
        let elsewhere = !text.levels.is_empty() && (self.pen - x).abs() > 0.01;
        let same = |run: &GlyphRun| {
            !elsewhere
                && (run.face, run.size.to_bits(), run.rise.to_bits())
                    == (face, size.to_bits(), rise.to_bits())
        };
        if !span.runs.last().is_some_and(same) {
            if let Some(done) = span.runs.last_mut() {
                done.glyphs.shrink_to_fit();
            }
            span.runs.push(GlyphRun { face, size, x: x - span.x, rise, glyphs: Vec::new() });
        }
        self.pen = x + advance;
        let Some(run) = span.runs.last_mut() else { return };
        let Some(shape) = shape else {
            let (advance, offset) = (advance / size, offset / size);
            run.glyphs.push(PlacedGlyph { id: cluster.glyph.id, advance, offset, rise: 0.0, start, end });
            return;
        };
        run.glyphs.extend(text.ink[shape.glyphs.clone()].iter().map(|glyph| PlacedGlyph {
            id: glyph.id,
            advance: glyph.advance,
            offset: glyph.offset,
            rise: glyph.rise,
            start,
            end,
        }));
        if let Some(last) = run.glyphs.last_mut() {
            last.advance += advance / size - cluster.glyph.advance;
        }
    }

    fn begin_span(&mut self, number: u32, owner: &Owner, x: f32, context: &mut Context<'_>) {
        let element = self.element(number, owner, context);
        // Runs of one element that differ in style only are one stretch of the line.
        let joins = self.line.spans.last().is_some_and(|span| {
            span.furniture == owner.furniture
                && owner.link.is_none()
                && context.last_element == Some((element, span.mark))
        });
        if !joins {
            let mark = context.structure.mark(element);
            if self.line.spans.is_empty() {
                self.line.spans.reserve_exact(1);
            }
            self.line.spans.push(Span {
                x,
                y: self.baseline,
                mark: Some(mark),
                furniture: owner.furniture,
                text: String::new(),
                runs: Vec::with_capacity(1),
            });
        }
        let mark = self.line.spans.last().and_then(|span| span.mark);
        context.last_owner = Some((number, mark));
        context.last_element = Some((element, mark));
    }

    fn picture(&mut self, owner: &Owner, x: f32, context: &mut Context<'_>) {
        let Some(sized) = &owner.picture else { return };
        let figure = Tag::Figure { alternative: sized.alternative.clone(), area: None };
        let element = context.structure.add(owner.element, figure);
        let mark: Mark = context.structure.mark(element);
        let area = Rectangle { x, y: self.baseline - sized.height, width: sized.width, height: sized.height };
        self.line.pictures.push((Picture { area, asset: sized.asset.clone(), mark }, element));
        context.last_owner = None;
        context.last_element = None;
    }

    /// Underlines, strikes and link areas.
    fn decorate(&mut self, cluster: &Cluster, owner: &Owner, x: f32, width: f32) {
        let thickness = (cluster.size * 0.045).max(0.4);
        let mut rule = |y: f32| {
            let area = Rectangle { x, y, width, height: thickness };
            match self.line.rules.last_mut() {
                Some(last) if last.y.to_bits() == y.to_bits() && (last.x + last.width - x).abs() < 0.05 => {
                    last.width = x + width - last.x;
                }
                _ => self.line.rules.push(area),
            }
        };
        if owner.style.underline {
            rule(self.baseline + cluster.size * 0.14);
        }
        if owner.style.strike {
            rule(self.baseline - cluster.size * 0.38);
        }
        if let (Some(target), Some((_, element))) = (&owner.link, self.link) {
            let area = Rectangle { x, y: 0.0, width, height: self.height };
            match self.line.links.last_mut() {
                // The element's number stands in for the mark until the line is done.
                Some(last) if last.mark == element => {
                    let right = (x + width).max(last.area.x + last.area.width);
                    last.area.x = last.area.x.min(x);
                    last.area.width = right - last.area.x;
                }
                _ => self.line.links.push(LinkArea { area, target: target.clone(), mark: element }),
            }
        }
    }
}

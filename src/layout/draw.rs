//! Draws a line: joins positioned clusters into spans of one element and runs of one face, with rules and link areas.

use crate::document::Position;

use super::Context;
use super::classes::Class;
use super::flow::Line;
use super::frame::{
    ElementId, GlyphRun, LinkArea, LinkTarget, Mark, Picture, PlacedGlyph, Rectangle, Span, Tag,
};
use super::inline::{Cluster, Owner, Text};

/// A link's element, so that its further lines join it.
pub(super) type OpenLink = Option<(u32, ElementId)>;

/// A line under the pen.
pub(super) struct Drawing {
    line: Line,
    baseline: f32,
    height: f32,
    link: OpenLink,
    /// Where the last run of glyphs ends.
    pen: f32,
}

impl Drawing {
    /// A line of `height` with its `baseline` below the top, drawn from `left` on. `link` is open from the line before.
    pub(super) fn new(baseline: f32, height: f32, left: f32, link: OpenLink) -> Self {
        Self { line: Line::default(), baseline, height, link, pen: left }
    }

    /// The line, and the link that is open at its end.
    pub(super) fn finish(mut self, context: &mut Context<'_>) -> (Line, OpenLink) {
        self.shrink();
        for area in &mut self.line.links {
            area.mark = context.structure.mark(area.mark);
        }
        (self.line, self.link)
    }

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

    /// Draws a cluster at `x`, `advance` before the next, its glyph moved by `offset`.
    pub(super) fn cluster(
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

    /// Draws the picture of `owner`.
    pub(super) fn picture(&mut self, owner: &Owner, x: f32, context: &mut Context<'_>) {
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
    pub(super) fn decorate(&mut self, cluster: &Cluster, owner: &Owner, x: f32, width: f32) {
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
                _ => self.line.links.push(LinkArea {
                    area,
                    target: LinkTarget::Address(target.clone()),
                    mark: element,
                }),
            }
        }
    }
}

//! Draws the spans of a page: glyphs, each span one stretch of marked content with its characters as ActualText.

use std::collections::HashMap;

use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};
use krilla::text::{GlyphId, KrillaGlyph};

use super::fonts::PdfFace;
use crate::furniture::Kind;
use crate::layout::{Mark, PlacedGlyph, Span, is_right_to_left};

/// Draws text and remembers which characters each glyph stands for.
pub(super) struct TextWriter<'a> {
    /// The faces of the document, by their numbers.
    faces: &'a [Option<PdfFace>],
    /// By face and glyph: the characters it stood for first. A reader that knows no ActualText takes those; krilla
    /// puts an ActualText of its own around a glyph that stands for others.
    meanings: HashMap<(u8, u16), Box<str>>,
    glyphs: Vec<KrillaGlyph>,
    /// Marks of the structure tree and the content they became.
    pub(super) identifiers: Vec<(Mark, Identifier)>,
}

impl<'a> TextWriter<'a> {
    pub(super) fn new(faces: &'a [Option<PdfFace>]) -> Self {
        Self { faces, meanings: HashMap::new(), glyphs: Vec::new(), identifiers: Vec::new() }
    }

    /// Begins a page: names all faces of the document on it, in one order, by a space of each.
    ///
    /// Font names are a page's own, but some readers (printpdf 0.12 among them) look them up in one table for the
    /// whole file. With the same names on every page those read the text right.
    pub(super) fn begin_page(&mut self, surface: &mut Surface<'_>) {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
        for face in self.faces.iter().flatten() {
            let Some(space) = face.space else { continue };
            self.meanings.entry((space.face as u8, space.id)).or_insert_with(|| " ".into());
            let glyph =
                KrillaGlyph::new(GlyphId::new(u32::from(space.id)), space.advance, 0.0, 0.0, 0.0, 0..1, None);
            surface.draw_glyphs(Point::from_xy(0.0, 1.0), &[glyph], face.font.clone(), " ", 1.0, false);
        }
        surface.end_tagged();
    }

    /// Draws `span`.
    pub(super) fn span(&mut self, span: &Span, surface: &mut Surface<'_>) {
        let strangers = self.strangers(span);
        let Some(mark) = span.mark else {
            let kind = match span.furniture {
                Some(Kind::PageNumber) => ArtifactType::PageNumber,
                _ => ArtifactType::PaginationOther,
            };
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
            for index in 0..span.runs.len() {
                let count = span.runs[index].glyphs.len();
                self.run(span, index, 0..count, 0, span.text.len(), surface);
            }
            surface.end_tagged();
            return;
        };
        // Usually one piece. A glyph that stands for other characters than it did before is a piece of its own, as
        // are glyphs that stand for their characters together: an ActualText inside another's makes readers stumble
        // (PDF.md 1.3), so these have krilla's only.
        let mut start = Cut { run: 0, glyph: 0 };
        let end = Cut { run: span.runs.len(), glyph: 0 };
        for (from, to) in strangers.into_iter().chain([(end, end)]) {
            self.piece(span, mark, start, from, true, surface);
            if from != end {
                self.piece(span, mark, from, to, false, surface);
                start = to;
            }
        }
    }

    /// Where glyphs stand that already have another meaning, or only together have one.
    fn strangers(&mut self, span: &Span) -> Vec<(Cut, Cut)> {
        let mut found: Vec<(Cut, Cut)> = Vec::new();
        for (run, glyphs) in span.runs.iter().enumerate() {
            let mut glyph = 0;
            for cluster in glyphs.glyphs.chunk_by(|a, b| a.range() == b.range()) {
                let meaning = &span.text[cluster[0].range()];
                // Readers expect words set from right to left as they see them; the text behind a line would be
                // turned round.
                let mut strange = cluster.len() > 1 || meaning.chars().any(is_right_to_left);
                for placed in cluster {
                    let known = self.meanings.entry((glyphs.face as u8, placed.id));
                    strange |= **known.or_insert_with(|| meaning.into()) != *meaning;
                }
                let from = Cut { run, glyph };
                glyph += cluster.len();
                let last = glyph == glyphs.glyphs.len();
                let to = if last { Cut { run: run + 1, glyph: 0 } } else { Cut { run, glyph } };
                match found.last_mut() {
                    _ if !strange => {}
                    Some((_, end)) if *end == from => *end = to,
                    _ => found.push((from, to)),
                }
            }
        }
        found
    }

    /// Draws what stands between two places of `span` as one stretch of marked content.
    fn piece(
        &mut self,
        span: &Span,
        mark: Mark,
        start: Cut,
        end: Cut,
        actual: bool,
        surface: &mut Surface<'_>,
    ) {
        let mut bounds: Option<(usize, usize)> = None;
        let mut parts = Vec::new();
        for run in start.run..=end.run.min(span.runs.len().saturating_sub(1)) {
            let glyphs = &span.runs[run].glyphs;
            let from = if run == start.run { start.glyph.min(glyphs.len()) } else { 0 };
            let to = if run == end.run { end.glyph } else { glyphs.len() };
            if let (true, Some(first), Some(last)) =
                (from < to, glyphs.get(from), glyphs.get(to.wrapping_sub(1)))
            {
                let (low, high) = (first.range().start, last.range().end);
                bounds = Some(bounds.map_or((low, high), |(start, _)| (start, high)));
                parts.push((run, from..to));
            }
        }
        let Some((low, high)) = bounds else { return };
        let text = &span.text[low..high];
        let tag = SpanTag::empty().with_actual_text(actual.then_some(text));
        let identifier = surface.start_tagged(ContentTag::Span(tag));
        for (run, range) in parts {
            self.run(span, run, range, low, high, surface);
        }
        surface.end_tagged();
        self.identifiers.push((mark, identifier));
    }

    /// Draws some glyphs of a run, whose characters are among those from byte `low` to byte `high`.
    fn run(
        &mut self,
        span: &Span,
        run: usize,
        range: std::ops::Range<usize>,
        low: usize,
        high: usize,
        surface: &mut Surface<'_>,
    ) {
        let run = &span.runs[run];
        let before: f32 = run.glyphs[..range.start].iter().map(|glyph| glyph.advance).sum();
        self.glyphs.clear();
        self.glyphs.extend(run.glyphs[range].iter().map(|glyph: &PlacedGlyph| {
            let bytes = glyph.range();
            KrillaGlyph::new(
                GlyphId::new(u32::from(glyph.id)),
                glyph.advance,
                glyph.offset,
                glyph.rise,
                0.0,
                bytes.start - low..bytes.end - low,
                None,
            )
        }));
        let start = Point::from_xy(span.x + run.x + before * run.size, span.y - run.rise);
        // Every face of the document is there.
        let Some(face) = &self.faces[run.face.index()] else { return };
        surface.draw_glyphs(start, &self.glyphs, face.font.clone(), &span.text[low..high], run.size, false);
    }
}

/// A place in a span: before a glyph of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut {
    run: usize,
    glyph: usize,
}

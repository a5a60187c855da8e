//! Sets a line: squeezes or stretches it to the measure in CLREQ's order and positions its glyphs.

use crate::document::Align;

use super::boundary::{GAP, stretches, takes_left};
use super::classes::Class;
use super::draw::{Drawing, OpenLink};
use super::flow::{Kind, Line, Piece};
use super::inline::Text;
use super::linebreak::{Breaker, Range};
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
    /// What justification may add to a gap, in em: a line that would need more ends where it ends.
    pub(super) loosest: f32,
}

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
    let setters = || {
        ranges.iter().enumerate().map(|(index, &range)| {
            let (measure, left) = if index == 0 { (first, setting.first) } else { (rest, setting.rest) };
            (Setter { text, breaker: &breaker, range, setting }, measure, left)
        })
    };
    // Beside loose lines that end where they end, full ones would look like an accident in a narrow column.
    let ragged = !setting.snap && setters().any(|(setter, measure, _)| setter.is_loose(measure));
    for (setter, measure, left) in setters() {
        let (set, height) = setter.set(measure, left, ragged, &mut link, context);
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
    fn set(
        &self,
        measure: f32,
        left: f32,
        ragged: bool,
        link: &mut OpenLink,
        context: &mut Context<'_>,
    ) -> (Line, f32) {
        let Range { start, end, last } = self.range;
        let inked = self.breaker.trim(start, end);
        let mut adjustments = self.adjustments(start, inked, end);
        let natural = self.breaker.natural(start, end);
        let spare = measure - natural;
        let justified = self.setting.align.is_start();
        if spare < -0.01 {
            self.squeeze(&mut adjustments, start, inked, -spare);
        } else if justified && !last && !ragged {
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

    /// Adds `amount`, in CLREQ's order: word spaces to ½ em, Han–Latin gaps to ⅓ em, then everywhere alike. Adds
    /// nothing if that would be too much.
    fn stretch(&self, adjustments: &mut [Adjustment], start: usize, end: usize, mut amount: f32) {
        if amount <= 0.01 || end <= start + 1 {
            return;
        }
        let stretch = self.stretches(start, end);
        if self.everywhere(amount, &stretch).is_none() {
            return;
        }
        for (step, total) in stretch.rooms.into_iter().enumerate() {
            if total <= 0.0 {
                continue;
            }
            let share = (amount / total).min(1.0);
            for index in start..end - 1 {
                adjustments[index - start].after += self.room_to_stretch(step, index) * share;
            }
            amount -= total * share;
            if amount <= 0.01 {
                return;
            }
        }
        let each = amount / stretch.places;
        for index in (start..end - 1).filter(|&index| self.opens(index)) {
            adjustments[index - start].after += each;
        }
    }

    /// What step `step` of stretching may add after a cluster.
    fn room_to_stretch(&self, step: usize, index: usize) -> f32 {
        let cluster = &self.text.clusters[index];
        match step {
            0 if cluster.class == Class::Space => (0.5 - cluster.glyph.advance).max(0.0) * cluster.size,
            1 if self.breaker.spacing[index + 1] > 0.0 => (1.0 / 3.0 - GAP) * cluster.size,
            _ => 0.0,
        }
    }

    /// Whether space may be added after a cluster in any case.
    fn opens(&self, index: usize) -> bool {
        stretches(&self.text.clusters[index], &self.text.clusters[index + 1])
    }

    fn stretches(&self, start: usize, end: usize) -> Stretch {
        let mut stretch = Stretch::default();
        for index in start..end - 1 {
            for (step, room) in stretch.rooms.iter_mut().enumerate() {
                *room += self.room_to_stretch(step, index);
            }
            stretch.places += f32::from(u8::from(self.opens(index)));
        }
        stretch
    }

    /// What is left for each place to add, in points, if a line is `amount` too short; `None` if it is too much.
    fn everywhere(&self, amount: f32, stretch: &Stretch) -> Option<f32> {
        let rest = amount - stretch.rooms.iter().sum::<f32>();
        if rest <= 0.01 {
            return Some(0.0);
        }
        let each = if stretch.places > 0.0 { rest / stretch.places } else { f32::INFINITY };
        (each <= self.setting.loosest * self.setting.size).then_some(each)
    }

    /// Whether the line ends before the end of the column because justification would tear it apart.
    fn is_loose(&self, measure: f32) -> bool {
        let Range { start, end, last } = self.range;
        let inked = self.breaker.trim(start, end);
        let spare = measure - self.breaker.natural(start, end);
        self.setting.align.is_start()
            && !last
            && spare > 0.01
            && (inked <= start + 1 || self.everywhere(spare, &self.stretches(start, inked)).is_none())
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
        let mut drawing = Drawing::new(baseline, height, left, *link);
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
        let (line, open) = drawing.finish(context);
        *link = open;
        (line, height)
    }
}

/// Where a line can be stretched. Points.
#[derive(Clone, Copy, Default)]
struct Stretch {
    /// At word spaces, and at gaps between Han and Latin.
    rooms: [f32; 2],
    /// How many places there are for the rest.
    places: f32,
}

/// Where a cluster stands and how far it is to the next. Points.
#[derive(Clone, Copy, Default)]
struct Place {
    x: f32,
    advance: f32,
}

#[cfg(test)]
mod tests {
    use crate::document::{Block, Document, Row, Table};
    use crate::layout::frame::{Item, PagedDocument, Span};
    use crate::layout::samples::{cell, document, paragraph};
    use crate::layout::{PageStyle, lay_out};

    fn laid_out(document: &Document) -> PagedDocument {
        let library = crate::fonts::tests::library();
        lay_out(document, None, &PageStyle::default(), &library, &mut Default::default()).expect("laid out")
    }

    /// The widest advance of a Han character in the line that holds `words`, in em.
    fn widest(paged: &PagedDocument, words: &str) -> f32 {
        let holds = |item: &&Item| matches!(item, Item::Text(Span { text, .. }) if text.contains(words));
        let Some(Item::Text(span)) = paged.pages.iter().flat_map(|page| &page.items).find(holds) else {
            panic!("{words} is not set in one line");
        };
        let han = |start: u32| span.text[start as usize..].starts_with(|c: char| c >= '\u{4E00}');
        let glyphs = span.runs.iter().flat_map(|run| &run.glyphs);
        glyphs.filter(|glyph| han(glyph.start)).map(|glyph| glyph.advance).fold(0.0, f32::max)
    }

    #[test]
    fn a_line_before_a_long_word_ends_where_it_ends() {
        let address = "photographs-and-portraits-of-the-municipal-archives.jpg";
        let words = format!("以下文章转载自某网站图片见{address}并请各单位认真研究贯彻落实。");
        let paged = laid_out(&document(vec![paragraph(&words)]));
        assert!(widest(&paged, "以下文章转载自") < 1.35, "{}", widest(&paged, "以下文章转载自"));
    }

    #[test]
    fn lines_of_a_cell_are_justified_together_or_not_at_all() {
        let cells = |words: &str| vec![cell(words), cell("乙"), cell("丙"), cell("丁"), cell("戊")];
        let table = |words: &str| {
            let rows = vec![Row { cells: cells(words) }];
            Block::Table(Table { caption: Vec::new(), unit: Vec::new(), columns: 5, header_rows: 0, rows })
        };
        let ragged =
            "出院患者的总数除以门诊人次（examination-of-outpatients-included）的平均数值再乘以百分之一百"
                .repeat(3);
        let row = |paged: &PagedDocument| widest(paged, "出院患者");
        let paged = laid_out(&document(vec![table(&ragged)]));
        assert!((row(&paged) - 1.0).abs() < 0.001, "{}", row(&paged));
    }
}

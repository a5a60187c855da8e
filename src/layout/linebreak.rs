//! Breaks a paragraph's clusters into lines: prohibitions, unbreakable groups, then the best of the possible breaks.
//!
//! All lines of a paragraph are chosen together (as Knuth and Plass do for Latin text): a line that must be squeezed
//! or stretched a little is worth it if another line is spared much. A Han line has two or three possible ends, so
//! this costs little more than taking the first.

use super::boundary::{cuts_korean, may_break, spacing, stretches, takes_left};
use super::classes::{self, Class};
use super::inline::Cluster;
use super::style::Prohibition;

/// Where lines may end, and the widths that decide it.
pub(super) struct Breaker<'a> {
    clusters: &'a [Cluster],
    /// Before each cluster: whether a line may begin with it.
    pub(super) allowed: Vec<bool>,
    /// Before each cluster: space added (Han–Latin gap) or taken away (adjacent marks) between it and the one before.
    pub(super) spacing: Vec<f32>,
    /// Sums over the clusters before each position: natural width, what can be squeezed, places to stretch.
    width: Vec<f64>,
    squeeze: Vec<f64>,
    stretch: Vec<u32>,
}

/// A line as a range of clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The paragraph ends here, or the page asks for a break.
    pub(super) last: bool,
}

impl<'a> Breaker<'a> {
    pub(super) fn new(clusters: &'a [Cluster], prohibition: Prohibition) -> Self {
        let count = clusters.len();
        let mut breaker = Self {
            clusters,
            allowed: vec![false; count + 1],
            spacing: vec![0.0; count + 1],
            width: Vec::with_capacity(count + 1),
            squeeze: Vec::with_capacity(count + 1),
            stretch: Vec::with_capacity(count + 1),
        };
        for index in 1..count {
            breaker.allowed[index] = may_break(clusters, index, prohibition);
            breaker.spacing[index] = spacing(&clusters[index - 1], &clusters[index]);
        }
        let (mut width, mut squeeze, mut stretch) = (0.0, 0.0, 0);
        breaker.width.push(0.0);
        breaker.squeeze.push(0.0);
        breaker.stretch.push(0);
        for (index, cluster) in clusters.iter().enumerate() {
            width += f64::from(cluster.width() + breaker.spacing[index]);
            squeeze += f64::from(breaker.room(index));
            stretch += u32::from(index > 0 && stretches(&clusters[index - 1], cluster));
            breaker.width.push(width);
            breaker.squeeze.push(squeeze);
            breaker.stretch.push(stretch);
        }
        breaker
    }

    /// How much narrower cluster `index` and the space before it can become.
    pub(super) fn room(&self, index: usize) -> f32 {
        let cluster = &self.clusters[index];
        let gap = if self.spacing[index] > 0.0 { self.spacing[index] / 2.0 } else { 0.0 };
        let (left, right) = self.blanks(index);
        let own = match cluster.class {
            Class::Space => (cluster.glyph.advance - 0.25).max(0.0),
            _ => left + right,
        };
        own * cluster.size + gap
    }

    /// The blank halves of mark `index` that its neighbours have not taken already, in em.
    pub(super) fn blanks(&self, index: usize) -> (f32, f32) {
        let cluster = &self.clusters[index];
        if cluster.glyph.advance < 0.9 {
            return (0.0, 0.0);
        }
        let (mut left, mut right) = classes::blank(cluster.class);
        if self.spacing[index] < 0.0 && takes_left(&self.clusters[index - 1], cluster) {
            left = 0.0;
        }
        if self.spacing[index + 1] < 0.0 && !takes_left(cluster, &self.clusters[index + 1]) {
            right = 0.0;
        }
        (left, right)
    }

    /// Natural width of a line, marks at its edges already halved and spaces at its end hanging.
    pub(super) fn natural(&self, start: usize, end: usize) -> f32 {
        let end = self.trim(start, end);
        if end == start {
            return 0.0;
        }
        difference(&self.width, start, end) - self.spacing[start] - self.edges(start, end)
    }

    /// What marks at the edges of a line lose: the right half at its end (GB/T 15834-2011, 5.1.10) and, except at
    /// the start of the paragraph, the left half of an opening mark at its start.
    fn edges(&self, start: usize, end: usize) -> f32 {
        self.edge_start(start) + self.edge_end(end)
    }

    /// See [`edges`](Self::edges): at the start, in points.
    pub(super) fn edge_start(&self, start: usize) -> f32 {
        let cluster = &self.clusters[start];
        if start > 0 && cluster.class == Class::Opening && cluster.glyph.advance >= 0.9 {
            0.5 * cluster.size
        } else {
            0.0
        }
    }

    /// See [`edges`](Self::edges): at the end of the line that ends before `end`, in points.
    pub(super) fn edge_end(&self, end: usize) -> f32 {
        let cluster = &self.clusters[end - 1];
        let closing = matches!(cluster.class, Class::Closing | Class::Stop);
        if closing && cluster.glyph.advance >= 0.9 { 0.5 * cluster.size } else { 0.0 }
    }

    /// `end` without the spaces before it.
    pub(super) fn trim(&self, start: usize, mut end: usize) -> usize {
        while end > start
            && (self.clusters[end - 1].class.is_space()
                || matches!(
                    self.clusters[end - 1].class,
                    Class::NoBreakSpace | Class::Forced | Class::Ignorable
                ))
        {
            end -= 1;
        }
        end
    }

    /// How much a line can be squeezed, in points.
    fn squeezable(&self, start: usize, end: usize) -> f32 {
        let end = self.trim(start, end);
        if end <= start {
            return 0.0;
        }
        // What the edges lose is spent.
        (difference(&self.squeeze, start, end) - self.edges(start, end)).max(0.0)
    }

    /// Breaks the whole text. The first line measures `first` points, the others `rest`.
    pub(super) fn lines(&self, first: f32, rest: f32) -> Vec<Range> {
        let mut lines = Vec::new();
        let mut start = 0;
        while start < self.clusters.len() {
            let end = self.clusters[start..]
                .iter()
                .position(|cluster| cluster.class == Class::Forced)
                .map_or(self.clusters.len(), |offset| start + offset + 1);
            self.segment(start, end, if start == 0 { first } else { rest }, rest, &mut lines);
            start = end;
        }
        lines
    }

    /// Breaks the clusters from `start` to `end`, between which no break is forced.
    fn segment(&self, start: usize, end: usize, first: f32, rest: f32, lines: &mut Vec<Range>) {
        let length = end - start;
        let mut cost = vec![f32::INFINITY; length + 1];
        let mut from = vec![0u32; length + 1];
        cost[0] = 0.0;
        for offset in 0..length {
            if cost[offset].is_finite() {
                let measure = if offset == 0 { first } else { rest };
                self.extend(start, offset, end, measure, &mut cost, &mut from);
            }
        }
        let mut ends = vec![length];
        let mut offset = length;
        while offset > 0 {
            offset = from[offset] as usize;
            ends.push(offset);
        }
        for pair in ends.windows(2).rev() {
            lines.push(Range { start: start + pair[1], end: start + pair[0], last: pair[0] == length });
        }
    }

    /// Tries every line that begins at `offset`.
    fn extend(
        &self,
        base: usize,
        offset: usize,
        end: usize,
        measure: f32,
        cost: &mut [f32],
        from: &mut [u32],
    ) {
        let start = base + offset;
        let mut reached = false;
        let mut offer = |to: usize, price: f32| {
            let total = cost[offset] + price;
            // Of equals the one with its loose line further down.
            if total <= cost[to - base] {
                cost[to - base] = total;
                from[to - base] = u32::try_from(offset).unwrap_or(u32::MAX);
            }
        };
        // Shorter lines than this are too loose, except the last.
        let least = self.width[start] + f64::from(0.6 * measure);
        let nearest =
            (start + 1 + self.width[start + 1..=end].partition_point(|&width| width < least)).min(end);
        let mut emergency = (nearest - 1).max(start + 1);
        for to in nearest..=end {
            let natural = self.natural(start, to);
            let excess = natural - measure;
            if excess > 0.01 {
                // Wider lines only get worse, but for what marks at the edges save, an em at most, and for spaces that
                // hang: with something after them they do no longer.
                let least = difference(&self.width, start, to) - difference(&self.squeeze, start, to);
                let em = self.clusters[to - 1].size.max(self.clusters[start].size);
                if least > measure + 2.0 * em && !self.clusters[to - 1].class.is_space() {
                    break;
                }
                if excess > self.squeezable(start, to) + 0.01 {
                    continue;
                }
            } else if !matches!(
                self.clusters.get(to).map(|next| next.class),
                Some(Class::Combining | Class::Ignorable)
            ) {
                emergency = to;
            }
            if to == end || (self.allowed[to] && -excess <= 0.4 * measure) {
                offer(to, self.price(start, to, excess, to == end, offset == 0));
                reached = true;
            }
        }
        if !reached {
            // A word wider than the line, or the word after this one is: break where the line is full or, failing
            // that, at the last place allowed.
            let allowed = (start + 1..=emergency).rev().find(|&to| to == end || self.allowed[to]);
            match allowed {
                Some(to) if self.natural(start, to) > 0.25 * measure => offer(to, 100.0),
                _ => offer(self.seam(start, emergency), 1000.0),
            }
        }
    }

    /// Where a word wider than the line is best broken, near `full`, where the line is: after a mark in it, so that
    /// addresses and file names fall apart between their parts.
    fn seam(&self, start: usize, full: usize) -> usize {
        const REACH: usize = 12;
        let mark =
            |c: char| matches!(c, ' ' | '/' | '-' | '_' | '.' | '?' | '&' | '=' | '#' | '%' | ':' | '~');
        let earliest = (start + 1).max(full.saturating_sub(REACH));
        let marked = |&to: &usize| mark(self.clusters[to - 1].character);
        (earliest..=full).rev().find(marked).unwrap_or(full)
    }

    /// How bad a line is. `excess` is its natural width minus the measure.
    fn price(&self, start: usize, end: usize, excess: f32, last: bool, first: bool) -> f32 {
        let em = self.clusters[start].size.max(1.0);
        let adjustment = if excess > 0.0 {
            (excess / em).powi(2) + 0.05
        } else if last {
            0.0
        } else {
            let gaps = self.stretch[self.trim(start, end)].saturating_sub(self.stretch[start] + 1).max(1);
            let each = -excess / em / f32::from(u16::try_from(gaps).unwrap_or(u16::MAX));
            // Lines looser than that are not stretched: how short they are is what shows.
            if each > 0.3 { 66.0 + (excess / em).powi(2) } else { (each * 27.0).powi(2) }
        };
        // Web pages write most spaces as no-break spaces; a line ends with one if nothing better is near.
        let held = self.clusters[end - 1].class == Class::NoBreakSpace && !last;
        let cut = self.clusters.get(end).is_some_and(|next| cuts_korean(&self.clusters[end - 1], next));
        // CLREQ: the last line of a paragraph has at least two characters.
        let orphan = last && !first && self.characters(start, end) < 2;
        adjustment
            + 0.3
            + if orphan { 60.0 } else { 0.0 }
            + if held { 2.0 } else { 0.0 }
            + if cut { 40.0 } else { 0.0 }
    }

    /// Characters of a line that are not marks, counted up to 2; a Latin word is enough.
    fn characters(&self, start: usize, end: usize) -> usize {
        self.clusters[start..end]
            .iter()
            .filter(|cluster| {
                matches!(
                    cluster.class,
                    Class::Han | Class::Hangul | Class::Latin | Class::Digit | Class::Object
                )
            })
            .take(2)
            .count()
    }
}

/// The difference of two sums; the sums of a long paragraph need more digits than their difference.
#[expect(clippy::cast_possible_truncation, reason = "the width of one line")]
fn difference(sums: &[f64], start: usize, end: usize) -> f32 {
    (sums[end] - sums[start]) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::{Face, Glyph};
    use crate::layout::inline::UNSHAPED;

    fn clusters(text: &str) -> Vec<Cluster> {
        text.chars()
            .map(|character| {
                let thai_mark =
                    matches!(character, '\u{E31}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}');
                let class = if thai_mark { Class::Combining } else { Class::of(character) };
                let advance = match class {
                    Class::Combining => 0.0,
                    _ if character.is_ascii() => 0.5,
                    _ => 1.0,
                };
                let glyph = Glyph { face: Face::Song, id: 1, advance };
                Cluster { character, class, glyph, size: 10.0, owner: 0, shape: UNSHAPED }
            })
            .collect()
    }

    fn broken(text: &str, columns: f32) -> Vec<String> {
        let clusters = clusters(text);
        Breaker::new(&clusters, Prohibition::Basic)
            .lines(columns * 10.0, columns * 10.0)
            .iter()
            .map(|line| clusters[line.start..line.end].iter().map(|cluster| cluster.character).collect())
            .collect()
    }

    #[test]
    fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
        let text = "甲乙丙丁戊，己庚（辛壬）癸子丑寅卯辰。“巳午”未申酉戌、亥甲·乙丙丁".repeat(20);
        for columns in 6..30u8 {
            for line in broken(&text, f32::from(columns)) {
                assert!(!line.starts_with(['，', '）', '。', '”', '、', '·']), "{columns}: {line}");
                assert!(!line.ends_with(['（', '“']), "{columns}: {line}");
            }
        }
    }

    #[test]
    fn dashes_ellipses_words_and_numbers_are_not_broken() {
        let text = "甲乙——丙丁……戊己guidang庚辛3.14%壬癸￥1,234元“12·21”事".repeat(10);
        for columns in 6..30u8 {
            let lines = broken(&text, f32::from(columns));
            assert_eq!(lines.concat(), text);
            for pair in lines.windows(2) {
                for whole in ["——", "……", "guidang", "3.14%", "￥1,234", "12·21"] {
                    let joined = format!("{}{}", pair[0], pair[1]);
                    assert_eq!(
                        joined.matches(whole).count(),
                        pair[0].matches(whole).count() + pair[1].matches(whole).count(),
                        "{columns}: {pair:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_last_line_has_two_characters() {
        assert_eq!(broken("甲乙丙丁戊己庚辛壬癸子。", 10.0).last().map(|line| line.chars().count()), Some(3));
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken_where_it_is_full() {
        let lines = broken(&"a".repeat(100), 10.0);
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0].len(), 20);
    }

    #[test]
    fn addresses_break_after_a_solidus() {
        let lines = broken("见https://www.example.gov.cn/zwgk/content/post_1.html", 14.0);
        assert!(lines[..lines.len() - 1].iter().skip(1).all(|line| line.ends_with('/')), "{lines:?}");
    }

    #[test]
    fn a_line_may_end_with_the_no_break_space_of_a_web_page_but_not_between_number_and_unit() {
        let lines = broken("storage\u{A0}of\u{A0}valuables\u{A0}and\u{A0}data", 10.0);
        assert_eq!(lines, ["storage\u{A0}of\u{A0}", "valuables\u{A0}and\u{A0}data"]);
        for columns in 6..20u8 {
            let lines = broken("甲乙丙丁戊己100\u{A0}km庚辛壬癸子丑寅卯", f32::from(columns));
            assert!(lines.iter().any(|line| line.contains("100\u{A0}km")), "{columns}: {lines:?}");
        }
    }

    #[test]
    fn thai_breaks_where_a_syllable_surely_begins() {
        let text = "ประเทศไทยและแผ่นดินไทยในเอเชีย";
        let lines = broken(text, 12.0);
        assert_eq!(lines.concat(), text);
        assert!(lines.len() > 1);
        // Here marks above and below are characters of their own, as shaping leaves them.
        assert!(lines[1..].iter().all(|line| line.starts_with(['เ', 'แ', 'โ', 'ใ', 'ไ'])), "{lines:?}");
    }

    #[test]
    fn korean_breaks_between_words_unless_one_is_too_long() {
        let text = "연변조선족자치주 인민정부는 2018년 사업요점을 인쇄발부하니 참답게 관철집행하기 바란다. "
            .repeat(4);
        let lines = broken(&text, 28.0);
        assert_eq!(lines.concat(), text);
        assert!(lines.iter().all(|line| line.ends_with(' ')), "{lines:?}");
        let lines = broken(&"가".repeat(50), 20.0);
        assert_eq!(lines.iter().map(|line| line.chars().count()).collect::<Vec<_>>(), [20, 20, 10]);
    }

    #[test]
    fn forced_breaks_are_kept() {
        assert_eq!(broken("甲乙\n丙丁", 10.0), ["甲乙\n", "丙丁"]);
    }
}

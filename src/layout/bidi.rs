//! Orders a line that holds words set from right to left (Unicode Standard Annex 9).
//!
//! A paragraph's base direction is left to right: it stands in a Chinese document. Characters are drawn in the order in
//! which they are read, each where it is seen, so the PDF's text is in logical order.

use unicode_bidi::{BidiInfo, Level};

use super::inline::{Cluster, Text};

/// Whether `c` is set from right to left or asks for it.
pub(crate) fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{200F}' | '\u{202B}' | '\u{202E}' | '\u{2067}'
        | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// The embedding level of each cluster of `text`.
pub(super) fn levels(text: &Text) -> Vec<Level> {
    let mut characters = String::new();
    let mut starts = Vec::with_capacity(text.clusters.len());
    for cluster in &text.clusters {
        starts.push(characters.len());
        match text.shape(cluster) {
            Some(shape) => characters.push_str(&text.letters[shape.text.clone()]),
            None => characters.push(cluster.character),
        }
    }
    let bidi = BidiInfo::new(&characters, Some(Level::ltr()));
    starts.into_iter().map(|start| bidi.levels.get(start).copied().unwrap_or(Level::ltr())).collect()
}

/// The clusters of a line in the order in which they stand from left to right. `None` if that is the order in which
/// they are read.
pub(super) fn visual_order(levels: &[Level], clusters: &[Cluster]) -> Option<Vec<usize>> {
    if !levels.iter().any(Level::is_rtl) {
        return None;
    }
    let mut levels = levels.to_vec();
    // Spaces at the end of the line have the level of the paragraph (L1).
    for (level, cluster) in levels.iter_mut().zip(clusters).rev() {
        if !cluster.class.is_space() && cluster.class != super::classes::Class::Forced {
            break;
        }
        *level = Level::ltr();
    }
    Some(BidiInfo::reorder_visual(&levels))
}

/// The character whose glyph draws `c` in text set from right to left (`Bidi_Mirroring_Glyph`).
pub(super) fn mirrored(c: char) -> char {
    const PAIRS: [(char, char); 15] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('<', '>'),
        ('«', '»'),
        ('‹', '›'),
        ('（', '）'),
        ('［', '］'),
        ('｛', '｝'),
        ('《', '》'),
        ('〈', '〉'),
        ('「', '」'),
        ('『', '』'),
        ('【', '】'),
        ('〔', '〕'),
    ];
    PAIRS
        .iter()
        .find_map(|&(open, close)| (c == open).then_some(close).or((c == close).then_some(open)))
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_mirrored_both_ways() {
        assert_eq!((mirrored('('), mirrored('》'), mirrored('甲')), (')', '《', '甲'));
    }
}

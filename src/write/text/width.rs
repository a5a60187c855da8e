//! Turns characters into display columns (Unicode Standard Annex 11).

use unicode_width::UnicodeWidthChar;

/// How wide a font draws characters of East Asian Ambiguous width: “ ” — … ① ·
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ambiguous {
    /// Two columns, as Chinese fonts do.
    #[default]
    Wide,
    /// One column, as most terminals do.
    Narrow,
}

/// Display columns of `c`: 0, 1 or 2.
#[must_use]
pub fn character_width(c: char, ambiguous: Ambiguous) -> usize {
    match ambiguous {
        Ambiguous::Wide => c.width_cjk(),
        Ambiguous::Narrow => c.width(),
    }
    .unwrap_or(0)
}

/// Display columns of `text`.
pub(super) fn width(text: &str, ambiguous: Ambiguous) -> usize {
    text.chars().map(|c| character_width(c, ambiguous)).sum()
}

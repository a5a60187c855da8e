//! The page of GB/T 9704-2012: paper, type area, grid, sizes.

/// Points in a millimetre.
pub const MILLIMETRE: f32 = 72.0 / 25.4;

/// Which marks may not begin or end a line (CLREQ, “Prohibition rules for line start and line end”).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prohibition {
    /// No rule.
    None,
    /// Closing marks and stops do not begin a line, opening marks do not end one.
    #[default]
    Basic,
    /// Moreover a solidus does not end a line.
    Gb,
    /// Moreover —— and …… do not begin a line.
    Strict,
}

/// How pages look. All lengths in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageStyle {
    /// Width of the paper.
    pub width: f32,
    /// Height of the paper.
    pub height: f32,
    /// 天头: from the top of the paper to the type area.
    pub top: f32,
    /// From the type area to the foot of the paper.
    pub bottom: f32,
    /// 订口: from the left edge of the paper to the type area.
    pub left: f32,
    /// From the type area to the right edge of the paper.
    pub right: f32,
    /// Characters in a line of the body.
    pub columns: u16,
    /// Lines on a page.
    pub lines: u16,
    /// 三号: the body, headings, everything not named below.
    pub body: f32,
    /// 二号: the title.
    pub title: f32,
    /// 四号: page numbers.
    pub page_number: f32,
    /// The largest size of text in tables; a table that is too wide steps down from it.
    pub table: f32,
    /// Line-start and line-end rules.
    pub prohibition: Prohibition,
    /// A 目录 of the headings stands before the document.
    pub contents: bool,
    /// Print 〓 for a character that no font has, instead of failing.
    pub substitute_missing: bool,
}

impl Default for PageStyle {
    /// GB/T 9704-2012, 5.1 to 5.2 and 7.5.
    fn default() -> Self {
        Self {
            width: 210.0 * MILLIMETRE,
            height: 297.0 * MILLIMETRE,
            top: 37.0 * MILLIMETRE,
            bottom: 35.0 * MILLIMETRE,
            left: 28.0 * MILLIMETRE,
            right: 26.0 * MILLIMETRE,
            columns: 28,
            lines: 22,
            body: 15.75,
            title: 22.0,
            page_number: 14.0,
            table: 12.0,
            prohibition: Prohibition::Basic,
            contents: false,
            substitute_missing: false,
        }
    }
}

impl PageStyle {
    /// Width of the type area (版心): 156 mm.
    #[must_use]
    pub fn type_width(&self) -> f32 {
        self.width - self.left - self.right
    }

    /// Height of the type area: 225 mm.
    #[must_use]
    pub fn type_height(&self) -> f32 {
        self.height - self.top - self.bottom
    }

    /// What a line of a landscape page measures in the coordinates of the type area: 225 mm, since the page is the
    /// upright one turned by a quarter.
    #[must_use]
    pub fn landscape_measure(&self) -> f32 {
        self.type_height() / self.stretch()
    }

    /// Distance of two lines of the body: 28.991 pt.
    #[must_use]
    pub fn pitch(&self) -> f32 {
        self.type_height() / f32::from(self.lines)
    }

    /// What a line of the body measures in its own em: 28 × 15.75 pt.
    #[must_use]
    pub fn measure(&self) -> f32 {
        f32::from(self.columns) * self.body
    }

    /// How much wider than its em a character is set, so that [`measure`](Self::measure) fills the type area: 1.0027.
    #[must_use]
    pub fn stretch(&self) -> f32 {
        self.type_width() / self.measure()
    }
}

#[cfg(test)]
mod tests {
    use super::{MILLIMETRE, PageStyle};

    #[test]
    fn twenty_eight_characters_and_twenty_two_lines_fill_the_type_area() {
        let style = PageStyle::default();
        assert!((style.type_width() / MILLIMETRE - 156.0).abs() < 0.001);
        assert!((style.type_height() / MILLIMETRE - 225.0).abs() < 0.001);
        assert!((style.body * style.stretch() - 15.793).abs() < 0.001);
        assert!((style.pitch() - 28.991).abs() < 0.001);
    }
}

//! Turns the page of GB/T 9704-2012 into section properties, upright or turned for a wide table.

use super::xml::Xml;

/// Which way the page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orientation {
    /// Upright.
    Portrait,
    /// Turned, for a table too wide for the upright page (GB/T 9704-2012, 8).
    Landscape,
}

/// A4, in twips.
const A4: (u32, u32) = (11906, 16838);
/// 天头 37 mm, 订口 28 mm, and what they leave of A4 beside a type area of 156 × 225 mm; in twips.
const TOP: u32 = 2098;
const LEFT: u32 = 1588;
const RIGHT: u32 = 1474;
const BOTTOM: u32 = 1984;
/// From the type area's foot to the foot of the page number's line: 一字线上距版心下边缘 7 mm (7.5).
const FOOTER: u32 = 566;
/// 22 lines to the page (5.2.3).
const LINE_PITCH: u32 = 579;

impl Orientation {
    /// Width of the type area in twips.
    pub(super) fn width(self) -> u32 {
        match self {
            Self::Portrait => A4.0 - LEFT - RIGHT,
            Self::Landscape => A4.1 - TOP - BOTTOM,
        }
    }

    /// Height of the type area in twips.
    pub(super) fn height(self) -> u32 {
        match self {
            Self::Portrait => A4.1 - TOP - BOTTOM,
            Self::Landscape => A4.0 - LEFT - RIGHT,
        }
    }
}

/// The ids of the relationships to the two footers.
#[derive(Clone, Debug)]
pub(super) struct Footers {
    /// Odd pages.
    pub(super) odd: String,
    /// Even pages.
    pub(super) even: String,
}

/// A `w:sectPr`; sections begin on a new page.
pub(super) fn properties(orientation: Orientation, footers: &Footers) -> String {
    let mut xml = Xml::default();
    xml.open("w:sectPr", &[]);
    xml.empty("w:footerReference", &[("w:type", &"default"), ("r:id", &footers.odd)]);
    xml.empty("w:footerReference", &[("w:type", &"even"), ("r:id", &footers.even)]);
    let (top, right, bottom, left) = match orientation {
        Orientation::Portrait => {
            xml.empty("w:pgSz", &[("w:w", &A4.0), ("w:h", &A4.1)]);
            (TOP, RIGHT, BOTTOM, LEFT)
        }
        Orientation::Landscape => {
            xml.empty("w:pgSz", &[("w:w", &A4.1), ("w:h", &A4.0), ("w:orient", &"landscape")]);
            // Turned so that the table's head lies at the binding edge.
            (LEFT, TOP, RIGHT, BOTTOM)
        }
    };
    xml.empty(
        "w:pgMar",
        &[
            ("w:top", &top),
            ("w:right", &right),
            ("w:bottom", &bottom),
            ("w:left", &left),
            ("w:header", &851),
            ("w:footer", &(bottom - FOOTER)),
            ("w:gutter", &0),
        ],
    );
    xml.empty("w:cols", &[("w:space", &425)]);
    xml.empty("w:docGrid", &[("w:type", &"lines"), ("w:linePitch", &LINE_PITCH)]);
    xml.finish()
}

#[cfg(test)]
mod tests {
    use super::{LINE_PITCH, Orientation};

    #[test]
    fn the_type_area_holds_28_characters_in_22_lines() {
        let (width, height) = (Orientation::Portrait.width(), Orientation::Portrait.height());
        // 16 pt less 0.25 pt, in twips; 156 mm = 8844 twips, 225 mm = 12756 twips.
        assert_eq!((width, height), (8844, 12756));
        assert_eq!(width / 315, 28);
        assert_eq!(height / LINE_PITCH, 22);
    }
}

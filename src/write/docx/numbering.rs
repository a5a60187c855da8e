//! Turns lists into `numbering.xml`: real numbering, so that Word makes the marks.

use super::xml::Xml;
use crate::document::Marker;

/// Deepest list level of the file format (`w:ilvl`, 0 to 8).
pub(super) const DEEPEST: u8 = 8;

/// The markers that get an abstract definition; its number is the index.
const MARKERS: [Marker; 7] = [
    Marker::Bullet,
    Marker::Decimal,
    Marker::LowerAlpha,
    Marker::UpperAlpha,
    Marker::LowerRoman,
    Marker::UpperRoman,
    Marker::Han,
];

/// The lists of a document, in the order in which they begin.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: Vec<ListInstance>,
    bullets: Option<u32>,
}

#[derive(Debug)]
struct ListInstance {
    marker: usize,
    level: u8,
    start: u32,
}

impl Numbering {
    /// The number (`w:numId`) of a list that begins here; `None` for a list without marks.
    pub(super) fn begin(&mut self, marker: Marker, level: u8, start: u32) -> Option<u32> {
        let index = MARKERS.iter().position(|known| *known == marker)?;
        // Bullets do not count, so all bullet lists are one.
        if marker == Marker::Bullet
            && let Some(number) = self.bullets
        {
            return Some(number);
        }
        self.lists.push(ListInstance { marker: index, level, start });
        let number = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
        if marker == Marker::Bullet {
            self.bullets = Some(number);
        }
        Some(number)
    }

    /// The numbering part.
    pub(super) fn finish(&self) -> String {
        let mut xml = Xml::part();
        xml.open("w:numbering", &[("xmlns:w", &super::WORDPROCESSING)]);
        for (index, marker) in MARKERS.into_iter().enumerate() {
            xml.open("w:abstractNum", &[("w:abstractNumId", &index)]);
            xml.empty("w:multiLevelType", &[("w:val", &"multilevel")]);
            for level in 0..=DEEPEST {
                definition(&mut xml, marker, level);
            }
            xml.close();
        }
        for (index, list) in self.lists.iter().enumerate() {
            xml.open("w:num", &[("w:numId", &(index + 1))]);
            xml.empty("w:abstractNumId", &[("w:val", &list.marker)]);
            xml.open("w:lvlOverride", &[("w:ilvl", &list.level)]);
            xml.empty("w:startOverride", &[("w:val", &list.start)]);
            xml.close();
            xml.close();
        }
        xml.finish()
    }
}

/// Left edge of the text of a list item of `level`, in twips: the mark stands two characters in, as a paragraph does.
pub(super) fn text_indent(level: u8) -> u32 {
    640 + 480 + 640 * u32::from(level)
}

fn definition(xml: &mut Xml, marker: Marker, level: u8) {
    let number = level + 1;
    let (format, text) = match marker {
        Marker::Bullet | Marker::None => ("bullet", "●".to_owned()),
        Marker::Decimal => ("decimal", format!("%{number}.")),
        Marker::LowerAlpha => ("lowerLetter", format!("%{number}.")),
        Marker::UpperAlpha => ("upperLetter", format!("%{number}.")),
        Marker::LowerRoman => ("lowerRoman", format!("%{number}.")),
        Marker::UpperRoman => ("upperRoman", format!("%{number}.")),
        Marker::Han => ("chineseCountingThousand", format!("%{number}、")),
    };
    xml.open("w:lvl", &[("w:ilvl", &level)]);
    xml.empty("w:start", &[("w:val", &1)]);
    xml.empty("w:numFmt", &[("w:val", &format)]);
    xml.empty("w:lvlText", &[("w:val", &text)]);
    xml.empty("w:lvlJc", &[("w:val", &"left")]);
    xml.open("w:pPr", &[]);
    xml.empty("w:ind", &[("w:left", &text_indent(level)), ("w:hanging", &480)]);
    xml.close();
    xml.open("w:rPr", &[]);
    xml.empty("w:rFonts", &[("w:hint", &"eastAsia")]);
    xml.close();
    xml.close();
}

#[cfg(test)]
mod tests {
    use super::Numbering;
    use crate::document::Marker;

    #[test]
    fn each_counted_list_starts_anew_and_bullets_are_shared() {
        let mut numbering = Numbering::default();
        assert_eq!(numbering.begin(Marker::Decimal, 0, 3), Some(1));
        assert_eq!(numbering.begin(Marker::Bullet, 1, 1), Some(2));
        assert_eq!(numbering.begin(Marker::Bullet, 0, 1), Some(2));
        assert_eq!(numbering.begin(Marker::None, 0, 1), None);
        assert_eq!(numbering.begin(Marker::Decimal, 0, 1), Some(3));
        let part = numbering.finish();
        assert!(part.contains(r#"<w:num w:numId="1"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/>"#));
    }
}

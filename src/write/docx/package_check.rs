//! Turns a finished package into the list of what Word would stumble over: the assertions beside the outside judges.
//!
//! A test seeds each fault into a sound package and sees it reported (`DOCX.md` §5 tells which outside judge sees
//! which fault; none sees all).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// The parts of a package by name.
pub(super) type Parts = BTreeMap<String, String>;

/// Unpacks the markup of a package; pictures become empty.
pub(super) fn parts(package: &[u8]) -> Parts {
    let mut archive = ZipArchive::new(Cursor::new(package)).expect("a ZIP file");
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).expect("an entry");
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("readable");
            (file.name().to_owned(), String::from_utf8(content).unwrap_or_default())
        })
        .collect()
}

/// What is wrong with the package; empty for a sound one.
pub(super) fn faults(parts: &Parts) -> Vec<String> {
    let markup = |name: &str| matches!(name.rsplit_once('.'), Some((_, "xml" | "rels")));
    let ill_formed: Vec<String> = parts
        .iter()
        .filter(|(name, _)| markup(name))
        .filter_map(|(name, part)| Some(format!("{name}: {}", ill_formed(part)?)))
        .collect();
    if !ill_formed.is_empty() {
        return ill_formed;
    }
    let mut checker = Checker {
        styles: values(&parts["word/styles.xml"], "w:style", "w:styleId"),
        numbers: values(&parts["word/numbering.xml"], "w:num", "w:numId"),
        notes: parts
            .get("word/footnotes.xml")
            .map(|part| values(part, "w:footnote", "w:id"))
            .unwrap_or_default(),
        ..Checker::default()
    };
    for name in ["word/document.xml", "word/footnotes.xml", "word/footer1.xml", "word/footer2.xml"] {
        if let Some(part) = parts.get(name) {
            checker.relationships = checker.relationships_of(parts, name);
            checker.story(part);
        }
    }
    checker.faults
}

/// Why `part` is not well-formed.
fn ill_formed(part: &str) -> Option<String> {
    let mut reader = Reader::from_str(part);
    let mut depth = 0usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                depth += 1;
                if element.attributes().any(|attribute| attribute.is_err()) {
                    return Some("ill-formed attribute".to_owned());
                }
            }
            Ok(Event::End(_)) => depth -= 1,
            Ok(Event::GeneralRef(reference)) => {
                let name = reference.decode().unwrap_or_default();
                if !reference.is_char_ref() && quick_xml::escape::resolve_predefined_entity(&name).is_none() {
                    return Some(format!("unknown entity {name}"));
                }
            }
            Ok(Event::Eof) => return (depth > 0).then(|| "elements left open".to_owned()),
            Ok(_) => {}
            Err(error) => return Some(error.to_string()),
        }
    }
}

/// All values of an attribute of the elements named `name`.
fn values(part: &str, name: &str, attribute: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut reader = Reader::from_str(part);
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(element) | Event::Empty(element) if element.name().as_ref() == name.as_bytes() => {
                found.extend(value(&element, attribute));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn value(element: &BytesStart<'_>, attribute: &str) -> Option<String> {
    let attribute = element.try_get_attribute(attribute).ok()??;
    Some(String::from_utf8_lossy(&attribute.value).into_owned())
}

#[derive(Default)]
struct Checker {
    styles: BTreeSet<String>,
    numbers: BTreeSet<String>,
    notes: BTreeSet<String>,
    relationships: BTreeSet<String>,
    drawings: BTreeSet<String>,
    faults: Vec<String>,
}

/// An element that is open: its name, the name of its last child, and that child's place in the schema's order.
struct Open {
    name: String,
    last_child: String,
    place: usize,
}

/// Columns of a table's grid and of the row at hand.
#[derive(Default)]
struct Grid {
    columns: usize,
    row: usize,
}

/// Order of the children of property elements (ECMA-376 Part 1, A.1), as far as the writer uses them.
const ORDERS: [(&str, &str); 4] = [
    (
        "w:pPr",
        "w:pStyle w:keepNext w:keepLines w:pageBreakBefore w:widowControl w:numPr w:bidi w:snapToGrid w:spacing w:ind w:jc w:outlineLvl w:rPr w:sectPr",
    ),
    (
        "w:rPr",
        "w:rStyle w:rFonts w:b w:bCs w:strike w:vanish w:spacing w:sz w:szCs w:u w:bdr w:vertAlign w:rtl w:cs w:lang w:specVanish",
    ),
    ("w:tcPr", "w:tcW w:gridSpan w:vMerge w:vAlign"),
    ("w:sectPr", "w:footerReference w:pgSz w:pgMar w:cols w:docGrid"),
];

impl Checker {
    /// The relationship ids of a part; every internal target must be there.
    fn relationships_of(&mut self, parts: &Parts, name: &str) -> BTreeSet<String> {
        let name = name.replace("word/", "word/_rels/") + ".rels";
        let Some(part) = parts.get(&name) else { return BTreeSet::new() };
        let mut reader = Reader::from_str(part);
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Empty(element) if element.name().as_ref() == b"Relationship" => {
                    let target = format!("word/{}", value(&element, "Target").unwrap_or_default());
                    if value(&element, "TargetMode").is_none() && !parts.contains_key(&target) {
                        self.faults.push(format!("no part {target}"));
                    }
                }
                Event::Eof => return values(part, "Relationship", "Id"),
                _ => {}
            }
        }
    }

    fn story(&mut self, part: &str) {
        let mut reader = Reader::from_str(part);
        let mut open: Vec<Open> = Vec::new();
        let mut grids: Vec<Grid> = Vec::new();
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(element) => self.start(&element, &mut open, &mut grids),
                Event::Empty(element) => {
                    self.start(&element, &mut open, &mut grids);
                    self.end(&mut open, &mut grids);
                }
                Event::End(_) => self.end(&mut open, &mut grids),
                Event::Eof => return,
                _ => {}
            }
        }
    }

    fn start(&mut self, element: &BytesStart<'_>, open: &mut Vec<Open>, grids: &mut Vec<Grid>) {
        let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
        if let Some(parent) = open.last_mut() {
            self.order(parent, &name);
            parent.last_child.clone_from(&name);
        }
        let id = |attribute: &str| value(element, attribute).unwrap_or_default();
        match (&name[..], grids.last_mut()) {
            ("w:tbl", _) => grids.push(Grid::default()),
            ("w:gridCol", Some(grid)) => grid.columns += 1,
            ("w:tr", Some(grid)) => grid.row = 0,
            ("w:tc", Some(grid)) => grid.row += 1,
            ("w:gridSpan", Some(grid)) => grid.row += id("w:val").parse().unwrap_or(1) - 1,
            ("w:pStyle" | "w:rStyle" | "w:tblStyle", _) => {
                Self::known(&self.styles, &mut self.faults, "style", &id("w:val"));
            }
            ("w:numId", _) => Self::known(&self.numbers, &mut self.faults, "numbering", &id("w:val")),
            ("w:footnoteReference", _) => Self::known(&self.notes, &mut self.faults, "footnote", &id("w:id")),
            ("a:blip", _) => {
                Self::known(&self.relationships, &mut self.faults, "relationship", &id("r:embed"));
            }
            ("w:hyperlink" | "w:footerReference", _) => {
                Self::known(&self.relationships, &mut self.faults, "relationship", &id("r:id"));
            }
            ("wp:docPr", _) if !self.drawings.insert(id("id")) => {
                self.faults.push(format!("drawing {} twice", id("id")));
            }
            _ => {}
        }
        open.push(Open { name, last_child: String::new(), place: 0 });
    }

    fn end(&mut self, open: &mut Vec<Open>, grids: &mut Vec<Grid>) {
        let Some(element) = open.pop() else { return };
        match (&element.name[..], grids.last()) {
            ("w:tr", Some(grid)) if grid.row != grid.columns => {
                self.faults.push(format!("a row of {} columns in a grid of {}", grid.row, grid.columns));
            }
            ("w:tc", _) if element.last_child != "w:p" => {
                self.faults.push("a cell does not end with a paragraph".to_owned());
            }
            ("w:tbl", _) => {
                grids.pop();
            }
            _ => {}
        }
    }

    fn order(&mut self, parent: &mut Open, child: &str) {
        let Some((_, order)) = ORDERS.iter().find(|(name, _)| *name == parent.name) else { return };
        match order.split(' ').position(|name| name == child) {
            Some(place) if place >= parent.place => parent.place = place,
            _ => self.faults.push(format!("{child} out of place in {}", parent.name)),
        }
    }

    fn known(ids: &BTreeSet<String>, faults: &mut Vec<String>, kind: &str, id: &str) {
        if !ids.contains(id) {
            faults.push(format!("{kind} {id} is not defined"));
        }
    }
}

mod tests {
    use super::{Parts, faults, parts};
    use crate::colophon::Row;
    use crate::diagnostic::Diagnostics;
    use crate::write::docx::{DocxOptions, docx};
    use crate::write::samples;

    fn package(document: &crate::document::Document) -> Parts {
        let options = DocxOptions {
            colophon: Row::new("归档工具", "guidang").map(|row| vec![row]),
            fallback_date: None,
        };
        parts(&docx(document, &options, &mut Diagnostics::default()).expect("written").bytes)
    }

    #[test]
    fn every_sample_is_sound() {
        for document in samples::all() {
            assert_eq!(faults(&package(&document)), Vec::<String>::new());
        }
    }

    #[test]
    fn a_table_of_more_rows_than_word_opens_goes_on_in_a_second_one() {
        let mut table = samples::funds();
        table.rows = vec![crate::document::Row { cells: vec![samples::cell("行")] }; 32_001];
        (table.columns, table.header_rows) = (1, 1);
        let parts = package(&samples::of(vec![crate::document::Block::Table(table)]));
        assert_eq!(faults(&parts), Vec::<String>::new());
        // The third is the 著录信息 page.
        assert_eq!(parts["word/document.xml"].matches("<w:tbl>").count(), 3);
    }

    /// The notice with `from` replaced once by `to` in a part.
    fn seeded(part: &str, from: &str, to: &str) -> Vec<String> {
        let mut parts = package(&samples::notice());
        let content = parts.get_mut(part).expect("the part");
        assert!(content.contains(from), "nothing to seed the fault into");
        *content = content.replacen(from, to, 1);
        faults(&parts)
    }

    #[test]
    fn a_cell_without_a_paragraph_is_reported() {
        let empty = "<w:p><w:pPr><w:pStyle w:val=\"GongwenTableText\"/></w:pPr></w:p></w:tc>";
        assert_eq!(seeded("word/document.xml", empty, "</w:tc>"), ["a cell does not end with a paragraph"]);
    }

    #[test]
    fn an_undefined_style_is_reported() {
        let found = seeded("word/document.xml", "w:val=\"GongwenAddressee\"", "w:val=\"Nobody\"");
        assert_eq!(found, ["style Nobody is not defined"]);
    }

    #[test]
    fn a_dangling_picture_or_link_is_reported() {
        assert!(
            seeded("word/document.xml", "r:embed=\"rId", "r:embed=\"rId9")[0]
                .starts_with("relationship rId9")
        );
        assert!(
            seeded("word/document.xml", "<w:hyperlink r:id=\"rId", "<w:hyperlink r:id=\"rId9")[0]
                .starts_with("relationship rId9")
        );
        assert_eq!(
            seeded("word/_rels/document.xml.rels", "media/image1.png", "media/image9.png"),
            ["no part word/media/image9.png"]
        );
    }

    #[test]
    fn a_reference_to_no_footnote_is_reported() {
        let found = seeded("word/footnotes.xml", "<w:footnote w:id=\"2\">", "<w:footnote w:id=\"7\">");
        assert_eq!(found, ["footnote 2 is not defined"]);
    }

    #[test]
    fn a_grid_of_another_number_of_columns_is_reported() {
        let found = seeded("word/document.xml", "<w:tblGrid>", "<w:tblGrid><w:gridCol w:w=\"9\"/>");
        assert_eq!(found.len(), samples::funds().rows.len());
        assert_eq!(found[0], "a row of 4 columns in a grid of 5");
    }

    #[test]
    fn a_drawing_number_used_twice_is_reported() {
        assert_eq!(
            seeded("word/document.xml", "<wp:docPr id=\"2\"", "<wp:docPr id=\"1\""),
            ["drawing 1 twice"]
        );
    }

    #[test]
    fn an_element_out_of_place_is_reported() {
        let found = seeded("word/document.xml", "<w:b/><w:bCs/>", "<w:bCs/><w:b/>");
        assert_eq!(found, ["w:b out of place in w:rPr"]);
    }

    #[test]
    fn an_ill_formed_part_is_reported() {
        let found = seeded("docProps/custom.xml", "x=1&amp;y=2", "x=1&y=2");
        assert!(found[0].starts_with("docProps/custom.xml"), "{found:?}");
    }
}

//! Turns the Document's body into `word/document.xml`: its blocks, its sections and the 著录信息 page.

use super::paragraph::Properties;
use super::section::{Orientation, properties};
use super::story::{Notes, Story};
use super::styles::id;
use super::table_plan::plan;
use crate::colophon::Row;
use crate::document::Block;
use crate::furniture::{Furniture, Kind};

/// Bytes of markup after which what is written goes to the package, between blocks.
const PIECE: usize = 256 * 1024;

impl Story<'_> {
    /// The main story; the part stays open in the package until [`pour`](Story::pour) has taken the last piece.
    pub(super) fn main(&mut self, colophon: Option<&[Row]>) {
        super::open_root(&mut self.xml, "w:document");
        self.xml.open("w:body", &[]);
        let document = self.document;
        let mut page = Orientation::Portrait;
        for (index, block) in document.body.iter().enumerate() {
            if let Block::Table(table) = block
                && table.columns > 0
            {
                let plan = plan(table, document, Orientation::Portrait.width(), true);
                if plan.orientation != page {
                    if index > 0 {
                        self.end_section(page);
                    }
                    page = plan.orientation;
                    self.lie(page);
                }
                self.planned_table(table, &plan);
                continue;
            }
            if page == Orientation::Landscape {
                self.end_section(page);
                page = Orientation::Portrait;
                self.lie(page);
            }
            self.block(&document.body, index);
            self.flush(PIECE);
        }
        if self.notes == Notes::Paragraphs {
            self.note_paragraphs();
        }
        if let Some(rows) = colophon.filter(|rows| !rows.is_empty()) {
            self.end_section(page);
            page = Orientation::Portrait;
            self.colophon(rows);
        }
        if self.after_table || document.body.is_empty() {
            self.separator();
        }
        let last = properties(page, &self.footers);
        self.xml.raw(&last);
        self.xml.close();
        self.xml.close();
    }

    /// Ends the section: the last paragraph carries its properties, or an empty one where there is none.
    fn end_section(&mut self, orientation: Orientation) {
        if self.section_slot.is_none() {
            self.separator();
        }
        if let Some(at) = self.section_slot.take() {
            let properties = properties(orientation, &self.footers);
            self.xml.insert(at, &properties);
        }
    }

    /// The 著录信息 page: label and value of each row in a table.
    fn colophon(&mut self, rows: &[Row]) {
        const HEADING: &str = "著录信息";
        const LABEL: u32 = 1500;
        /// 小五, so that all rows stand on one page.
        const SIZE: usize = 2;
        let value = Orientation::Portrait.width() - LABEL;
        let offset = self.written;
        let mut text = HEADING.to_owned();
        self.open_paragraph(Properties::new(id::COLOPHON));
        self.plain_run(HEADING);
        self.close_paragraph();
        self.xml.open("w:tbl", &[]);
        self.xml.open("w:tblPr", &[]);
        self.xml.empty("w:tblStyle", &[("w:val", &id::TABLE)]);
        self.xml.empty("w:tblW", &[("w:w", &(LABEL + value)), ("w:type", &"dxa")]);
        self.xml.raw("<w:jc w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/>");
        self.xml.raw(concat!(
            r#"<w:tblCellMar><w:top w:w="70" w:type="dxa"/><w:bottom w:w="70" w:type="dxa"/></w:tblCellMar>"#,
            r#"<w:tblLook w:val="0680" w:firstRow="0" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" "#,
            r#"w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val="著录信息"/>"#,
        ));
        self.xml.close();
        self.xml.open("w:tblGrid", &[]);
        self.xml.empty("w:gridCol", &[("w:w", &LABEL)]);
        self.xml.empty("w:gridCol", &[("w:w", &value)]);
        self.xml.close();
        self.tables += 1;
        for row in rows {
            self.xml.raw("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for (width, style, content) in
                [(LABEL, id::TABLE_HEAD[SIZE], &row.label), (value, id::TABLE_TEXT[SIZE], &row.value)]
            {
                self.xml.open("w:tc", &[]);
                self.xml.open("w:tcPr", &[]);
                self.xml.empty("w:tcW", &[("w:w", &width), ("w:type", &"dxa")]);
                self.xml.raw("<w:vAlign w:val=\"center\"/>");
                self.xml.close();
                self.open_paragraph(Properties::new(style));
                self.plain_run(content);
                self.close_paragraph();
                self.xml.close();
                text.push_str(content);
            }
            self.xml.raw("</w:tr>");
        }
        self.tables -= 1;
        self.xml.close();
        self.after_table = true;
        self.section_slot = None;
        self.furniture.push(Furniture { kind: Kind::Colophon, offset, text });
    }
}

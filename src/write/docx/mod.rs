//! Turns a Document into a Word document: WordprocessingML (ECMA-376, transitional) in the form of GB/T 9704-2012.
//!
//! The writer walks the Document once. What it writes pours into the package piece by piece; the parts that it
//! counts up on the way (relationships, numbering, footnotes, pictures) follow. `CONFORMANCE.md` beside this file
//! lists the clauses that are kept and how each is checked.

mod content_types;
mod document_part;
mod fonts_part;
mod footer;
mod notes;
mod numbering;
mod package;
#[cfg(test)]
mod package_check;
mod paragraph;
mod picture;
mod properties;
mod relationships;
mod run;
mod script;
mod section;
mod settings;
mod story;
mod styles;
mod table;
mod table_plan;
mod theme;
mod xml;

use crate::colophon::Row;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Document, Moment};
use crate::furniture::Written;
use crate::message::messages;

use package::{Package, Storage};
use relationships::{OFFICE, Relationships};
use section::Footers;
use story::{Notes, Story};
use xml::Xml;

/// Namespace of WordprocessingML.
const WORDPROCESSING: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// How to write a Word document.
#[derive(Clone, Debug, Default)]
pub struct DocxOptions {
    /// Rows of the 著录信息 page at the end; `None` for no such page.
    pub colophon: Option<Vec<Row>>,
    /// The date of the properties where the Document states neither publication date nor capture time.
    pub fallback_date: Option<Moment>,
}

messages! {
    /// Why no Word document came about.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum DocxError {
        /// The ZIP container could not hold a part: it is larger than 4 GiB.
        Package { why: String } = "docx-package", "the DOCX package cannot be written: {why}", "DOCX 包无法写成：{why}";
    }
}

impl std::error::Error for DocxError {}

/// Writes `document` as a Word document.
///
/// The same Document and options give the same bytes. Furniture: notes in the place of missing pictures and the
/// 著录信息 page; page numbers and list marks are made by Word and are no text of the file's body.
///
/// # Errors
/// If the package would be too large for its container.
pub fn docx(
    document: &Document,
    options: &DocxOptions,
    diagnostics: &mut Diagnostics,
) -> Result<Written, DocxError> {
    let notes = notes::choose(document);
    let footnotes = notes == Notes::Footnotes && !document.notes.is_empty();
    let mut package = Package::new();
    package.part(
        "[Content_Types].xml",
        content_types::content_types(footnotes).as_bytes(),
        Storage::Deflated,
    )?;
    package.part("_rels/.rels", root_relationships().as_bytes(), Storage::Deflated)?;
    package.begin("word/document.xml", Storage::Deflated)?;

    let (relationships, footers) = document_relationships(footnotes);
    let mut story = Story::new(document, diagnostics, package, relationships, footers);
    story.notes = notes;
    story.main(options.colophon.as_deref());
    story.pour();
    let footnotes = footnotes.then(|| story.footnotes());
    let dropped = story.xml.dropped;

    let Story { mut package, failure, relationships, media, numbering, furniture, diagnostics, .. } = story;
    if let Some(failure) = failure {
        return Err(failure);
    }
    if dropped > 0 {
        diagnostics.push(Diagnostic::ControlCharacter { count: dropped });
    }
    let mut part = |name: &str, content: &str| package.part(name, content.as_bytes(), Storage::Deflated);
    part("word/_rels/document.xml.rels", &relationships.finish())?;
    if let Some((footnotes, relationships)) = &footnotes {
        part("word/footnotes.xml", footnotes)?;
        if !relationships.is_empty() {
            part("word/_rels/footnotes.xml.rels", &relationships.finish())?;
        }
    }
    part("word/styles.xml", &styles::styles())?;
    part("word/numbering.xml", &numbering.finish())?;
    part("word/settings.xml", &settings::settings(footnotes.is_some()))?;
    part("word/fontTable.xml", &fonts_part::font_table())?;
    part("word/footer1.xml", &footer::odd())?;
    part("word/footer2.xml", &footer::even())?;
    part("word/theme/theme1.xml", theme::THEME)?;
    part("docProps/core.xml", &properties::core(document, options))?;
    part("docProps/app.xml", &properties::extended(document))?;
    part("docProps/custom.xml", &properties::custom(document))?;
    for (name, asset) in media.files() {
        package.part(&format!("word/{name}"), &asset.bytes, Storage::Stored)?;
    }
    Ok(Written { bytes: package.finish()?, furniture })
}

/// What Word would stumble over in a package.
#[cfg(test)]
pub(crate) fn package_faults(package: &[u8]) -> Vec<String> {
    package_check::faults(&package_check::parts(package))
}

/// Opens the root of a story with the namespaces that stories use.
fn open_root(xml: &mut Xml, name: &'static str) {
    xml.open(
        name,
        &[
            ("xmlns:w", &WORDPROCESSING),
            ("xmlns:r", &OFFICE),
            ("xmlns:wp", &"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
            ("xmlns:a", &"http://schemas.openxmlformats.org/drawingml/2006/main"),
            ("xmlns:pic", &"http://schemas.openxmlformats.org/drawingml/2006/picture"),
        ],
    );
}

fn root_relationships() -> String {
    const PACKAGE: &str =
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    let mut relationships = Relationships::default();
    relationships.part(&format!("{OFFICE}/officeDocument"), "word/document.xml");
    relationships.part(PACKAGE, "docProps/core.xml");
    relationships.part(&format!("{OFFICE}/extended-properties"), "docProps/app.xml");
    relationships.part(&format!("{OFFICE}/custom-properties"), "docProps/custom.xml");
    relationships.finish()
}

/// The relationships that every document has, and the footers among them.
fn document_relationships(footnotes: bool) -> (Relationships, Footers) {
    let mut relationships = Relationships::default();
    for (kind, target) in [
        ("styles", "styles.xml"),
        ("numbering", "numbering.xml"),
        ("settings", "settings.xml"),
        ("fontTable", "fontTable.xml"),
        ("theme", "theme/theme1.xml"),
    ] {
        relationships.part(&format!("{OFFICE}/{kind}"), target);
    }
    if footnotes {
        relationships.part(&format!("{OFFICE}/footnotes"), "footnotes.xml");
    }
    let footers = Footers {
        odd: relationships.part(&format!("{OFFICE}/footer"), "footer1.xml"),
        even: relationships.part(&format!("{OFFICE}/footer"), "footer2.xml"),
    };
    (relationships, footers)
}

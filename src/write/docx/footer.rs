//! Turns the page number of GB/T 9704-2012, 7.5 into the two footer parts.

use super::styles::id;
use super::xml::Xml;

/// The footer of odd pages: 居右空一字.
pub(super) fn odd() -> String {
    footer(r#"<w:ind w:rightChars="100" w:right="280"/><w:jc w:val="right"/>"#)
}

/// The footer of even pages: 居左空一字.
pub(super) fn even() -> String {
    footer(r#"<w:ind w:leftChars="100" w:left="280"/><w:jc w:val="left"/>"#)
}

fn footer(placement: &str) -> String {
    let mut xml = Xml::part();
    xml.open("w:ftr", &[("xmlns:w", &super::WORDPROCESSING)]);
    xml.raw("<w:p><w:pPr>");
    xml.empty("w:pStyle", &[("w:val", &id::FOOTER)]);
    xml.raw(placement);
    xml.raw(concat!(
        r#"</w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">— </w:t></w:r>"#,
        r#"<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>"#,
        r#"<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>"#,
        r#"<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve"> —</w:t></w:r></w:p>"#,
    ));
    xml.finish()
}

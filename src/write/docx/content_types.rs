//! Turns the list of parts into `[Content_Types].xml`.

use super::xml::Xml;

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// The content types of a package, with or without a footnotes part.
pub(super) fn content_types(with_notes: bool) -> String {
    let mut xml = Xml::part();
    xml.open("Types", &[("xmlns", &"http://schemas.openxmlformats.org/package/2006/content-types")]);
    for (extension, content_type) in [
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
        ("png", "image/png"),
        ("jpeg", "image/jpeg"),
        ("gif", "image/gif"),
        ("bmp", "image/bmp"),
    ] {
        xml.empty("Default", &[("Extension", &extension), ("ContentType", &content_type)]);
    }
    let mut part = |name: &str, content_type: &dyn std::fmt::Display| {
        xml.empty("Override", &[("PartName", &name), ("ContentType", content_type)]);
    };
    part("/word/document.xml", &format_args!("{WORD}.document.main+xml"));
    part("/word/styles.xml", &format_args!("{WORD}.styles+xml"));
    part("/word/settings.xml", &format_args!("{WORD}.settings+xml"));
    part("/word/fontTable.xml", &format_args!("{WORD}.fontTable+xml"));
    part("/word/numbering.xml", &format_args!("{WORD}.numbering+xml"));
    part("/word/footer1.xml", &format_args!("{WORD}.footer+xml"));
    part("/word/footer2.xml", &format_args!("{WORD}.footer+xml"));
    if with_notes {
        part("/word/footnotes.xml", &format_args!("{WORD}.footnotes+xml"));
    }
    part("/word/theme/theme1.xml", &"application/vnd.openxmlformats-officedocument.theme+xml");
    part("/docProps/core.xml", &"application/vnd.openxmlformats-package.core-properties+xml");
    part("/docProps/app.xml", &"application/vnd.openxmlformats-officedocument.extended-properties+xml");
    part("/docProps/custom.xml", &"application/vnd.openxmlformats-officedocument.custom-properties+xml");
    xml.finish()
}

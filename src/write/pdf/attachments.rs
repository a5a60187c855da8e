//! Puts the source page and the Document's JSON into the PDF as associated files (PDF/A-3, PDF/A-4f).

use std::collections::BTreeSet;

use krilla::Document as Pdf;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};

use super::{PdfOptions, metadata};
use crate::document::{Document, to_json};

/// Embeds the files: the page, the article's further pages in their order, the Document.
pub(super) fn attach(pdf: &mut Pdf, document: &Document, options: &PdfOptions<'_>) {
    let date = metadata::date(options.date);
    // What krilla refuses is a name that is taken.
    let mut taken = BTreeSet::new();
    for (index, page) in options.source.iter().chain(options.parts).enumerate() {
        let path = free(file_name(page.name, "source.html"), index + 1, &mut taken);
        let description = match index {
            0 => "原始网页 / source page as published".to_owned(),
            _ => format!("原始网页第{0}页 / source page as published, part {0}", index + 1),
        };
        let _ = pdf.embed_file(EmbeddedFile {
            path,
            mime_type: MimeType::new(page.media_type).or_else(|| MimeType::new("application/octet-stream")),
            description: Some(description),
            association_kind: AssociationKind::Source,
            data: page.bytes.to_vec().into(),
            modification_date: Some(date),
            compress: Some(true),
            location: None,
        });
    }
    let json = file_name(&document.provenance.file, "document.json");
    let json = json.rsplit_once('.').map_or(json.as_str(), |(stem, _)| stem).to_owned() + ".json";
    let _ = pdf.embed_file(EmbeddedFile {
        path: if taken.contains(&json) { format!("document-{json}") } else { json },
        mime_type: MimeType::new("application/json"),
        description: Some("文档结构与元数据 / Document as JSON".to_owned()),
        association_kind: AssociationKind::Data,
        data: to_json(document).into_bytes().into(),
        modification_date: Some(date),
        compress: Some(true),
        location: None,
    });
}

/// `name`, with the number of its page before it as often as it takes to be a name of its own.
fn free(mut name: String, number: usize, taken: &mut BTreeSet<String>) -> String {
    while !taken.insert(name.clone()) {
        name = format!("{number}-{name}");
    }
    name
}

/// The last part of a path; `otherwise` if nothing is left.
fn file_name(path: &str, otherwise: &str) -> String {
    let name: String =
        path.rsplit(['/', '\\']).next().unwrap_or("").chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() || name == "-" || name == ".." || name == "." { otherwise.to_owned() } else { name }
}

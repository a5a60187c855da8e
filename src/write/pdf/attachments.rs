//! Puts the source page and the Document's JSON into the PDF as associated files (PDF/A-3, PDF/A-4f).

use krilla::Document as Pdf;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};

use super::{PdfOptions, metadata};
use crate::document::{Document, to_json};

/// Embeds the files.
pub(super) fn attach(pdf: &mut Pdf, document: &Document, options: &PdfOptions<'_>) {
    let date = metadata::date(options.date);
    let json = file_name(&document.provenance.file, "document.json");
    let mut taken = String::new();
    if let Some(source) = &options.source {
        taken = file_name(source.name, "source.html");
        let embedded = EmbeddedFile {
            path: taken.clone(),
            mime_type: MimeType::new(source.media_type).or_else(|| MimeType::new("application/octet-stream")),
            description: Some("原始网页 / source page as published".to_owned()),
            association_kind: AssociationKind::Source,
            data: source.bytes.to_vec().into(),
            modification_date: Some(date),
            compress: Some(true),
            location: None,
        };
        // The only file so far: its name cannot be taken.
        let _ = pdf.embed_file(embedded);
    }
    let mut path = json.rsplit_once('.').map_or(json.as_str(), |(stem, _)| stem).to_owned() + ".json";
    if path == taken {
        path = format!("document-{path}");
    }
    let embedded = EmbeddedFile {
        path,
        mime_type: MimeType::new("application/json"),
        description: Some("文档结构与元数据 / Document as JSON".to_owned()),
        association_kind: AssociationKind::Data,
        data: to_json(document).into_bytes().into(),
        modification_date: Some(date),
        compress: Some(true),
        location: None,
    };
    let _ = pdf.embed_file(embedded);
}

/// The last part of a path; `otherwise` if nothing is left.
fn file_name(path: &str, otherwise: &str) -> String {
    let name: String =
        path.rsplit(['/', '\\']).next().unwrap_or("").chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() || name == "-" || name == ".." || name == "." { otherwise.to_owned() } else { name }
}

//! Turns what a Document says into one digest: two captures of a page have the same one when nothing was edited.

use serde_json::{Map, Value, json};

use super::{Document, sha256};

/// Names the form that is digested. It changes when the same Document would get another digest.
const FORM: &str = "guidang-content/1";

/// The lower-case hexadecimal SHA-256 of what `document` says, in a canonical form: JSON without white space, keys in
/// the order of their code points, values of metadata without their origin, printed form and candidates.
///
/// In it are all metadata but the page's address, the body with its pictures' references, the notes, and the
/// attachments' names and addresses. Not in it are the provenance, the address, and the bytes of files beside the page
/// (pictures, attachments): that a file could not be had this time is no edit. Whoever compares captures compares those
/// files one by one. A picture within the page (`data:`) is part of the page, and so its digest is in it.
///
/// # Panics
/// Never: every key is a string and every number finite.
#[must_use]
pub fn content_digest(document: &Document) -> String {
    let metadata = match serde_json::to_value(&document.metadata) {
        Ok(Value::Object(fields)) => values(fields),
        _ => Map::new(),
    };
    let mut content = json!({
        "form": FORM,
        "metadata": metadata,
        "body": document.body,
        "notes": document.notes,
        "attachments": document
            .attachments
            .iter()
            .map(|attachment| json!({ "name": attachment.name, "url": attachment.url }))
            .collect::<Vec<_>>(),
    });
    forget_files(&mut content);
    sha256(content.to_string().as_bytes())
}

/// The value of each field that the page states.
fn values(fields: Map<String, Value>) -> Map<String, Value> {
    fields
        .into_iter()
        .filter(|(name, _)| name != "url")
        .filter_map(|(name, mut field)| Some((name, field.get_mut("value")?.take())))
        .collect()
}

/// Takes away the digest of every picture that is a file beside the page.
fn forget_files(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(forget_files),
        Value::Object(object) => {
            let within = object.get("source").and_then(Value::as_str).is_some_and(|source| {
                source.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
            });
            if !within {
                object.remove("asset");
            }
            object.values_mut().for_each(forget_files);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::content_digest;
    use crate::document::{
        AssetId, Attachment, Block, Candidate, Document, Field, Figure, Image, Inline, Origin, Paragraph, Run,
    };

    fn page() -> Document {
        let mut document = Document::default();
        document.metadata.title = Some(Field::new("关于甲的通知".to_owned(), Origin::Heading));
        document.metadata.url = Some(Field::new("https://www.gd.gov.cn/t1.html".to_owned(), Origin::Given));
        document.body = vec![
            Block::Paragraph(Paragraph {
                content: vec![Inline::Text(Run::plain("各地、各部门："))],
                ..Paragraph::default()
            }),
            Block::Figure(Figure {
                image: Image { source: "p1.png".to_owned(), ..Image::default() },
                caption: Vec::new(),
            }),
        ];
        document.attachments = vec![Attachment {
            name: "附件1".to_owned(),
            url: "https://www.gd.gov.cn/f.pdf".to_owned(),
            media_type: None,
        }];
        document
    }

    fn changed(change: impl FnOnce(&mut Document)) -> bool {
        let (before, mut after) = (page(), page());
        change(&mut after);
        content_digest(&before) != content_digest(&after)
    }

    fn image(document: &mut Document) -> &mut Image {
        let Some(Block::Figure(figure)) = document.body.get_mut(1) else { panic!("the figure") };
        &mut figure.image
    }

    #[test]
    fn how_a_page_was_captured_is_no_edit() {
        assert!(!changed(|page| {
            page.provenance.file = "other.html".to_owned();
            page.provenance.captured = Some("2026-11-24T00:00:00Z".to_owned());
            page.provenance.encoding.name = "gb18030".to_owned();
        }));
        assert!(!changed(|page| page.metadata.url = None));
        assert!(!changed(|page| image(page).asset = Some(AssetId("00".repeat(32)))));
    }

    #[test]
    fn where_a_value_was_read_is_no_edit() {
        assert!(!changed(|page| {
            let title = page.metadata.title.as_mut().expect("the title");
            title.origin = Origin::TitleElement;
            title.candidates = vec![Candidate { value: "甲".to_owned(), origin: Origin::Body }];
        }));
    }

    #[test]
    fn one_character_is_an_edit_wherever_it_stands() {
        assert!(changed(|page| page.metadata.title.as_mut().expect("the title").value.push('。')));
        assert!(changed(|page| page.attachments[0].name.push('。')));
        assert!(changed(|page| page.attachments[0].url.push('x')));
        assert!(changed(|page| image(page).source.push('x')));
        assert!(changed(|page| {
            let Block::Paragraph(paragraph) = &mut page.body[0] else { panic!("the paragraph") };
            paragraph.content = vec![Inline::Text(Run::plain("各地、各部门:"))];
        }));
    }

    #[test]
    fn a_picture_within_the_page_is_part_of_it() {
        let with = |digest: &str| {
            let mut document = page();
            *image(&mut document) = Image {
                source: "data:image/png".to_owned(),
                asset: Some(AssetId(digest.to_owned())),
                ..Image::default()
            };
            content_digest(&document)
        };
        assert_ne!(with("00"), with("01"));
    }

    #[test]
    fn the_form_is_pinned() {
        // A changed digest makes every page of every archive a new version: raise the form when that is meant.
        let mut document = Document::default();
        document.metadata.title = Some(Field::new("甲".to_owned(), Origin::Heading));
        let canonical = "{\"attachments\":[],\"body\":[],\"form\":\"guidang-content/1\",\"metadata\":{\"title\":\"甲\"},\"notes\":[]}";
        assert_eq!(content_digest(&document), crate::document::sha256(canonical.as_bytes()));
    }
}

//! Looks into a PDF for encryption, active content and its title. ISO 32000-1; lopdf shares no code with our writer.

use lopdf::{Document, Object, decode_text_string};

use super::markup::element;

/// What is in a PDF besides its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inside {
    pub(super) encrypted: bool,
    /// What could do something when the file is opened or clicked on.
    pub(super) active: Vec<String>,
    /// Title of the document information dictionary; of the XMP metadata where that has none (PDF 2.0).
    pub(super) title: Option<String>,
    /// The date of creation, `D:20180131…` (ISO 32000-1, 7.9.4).
    pub(super) created: Option<String>,
}

/// Kinds of actions that do something outside the file. ISO 32000-1, table 198; what ISO 19005-2, 6.5.1 forbids.
const ACTIONS: [&[u8]; 10] = [
    b"JavaScript",
    b"Launch",
    b"Sound",
    b"Movie",
    b"ResetForm",
    b"ImportData",
    b"SubmitForm",
    b"Rendition",
    b"GoTo3DView",
    b"RichMediaExecute",
];

/// Objects within objects looked at: deeper ones do not occur.
const DEEPEST: usize = 64;

/// Looks into the file.
///
/// # Errors
/// If it is none.
pub(super) fn look(bytes: &[u8]) -> Result<Inside, String> {
    let document = Document::load_mem(bytes).map_err(|error| error.to_string())?;
    let mut inside = Inside {
        encrypted: document.trailer.has(b"Encrypt") || document.is_encrypted(),
        ..Inside::default()
    };
    let information = document.trailer.get(b"Info").ok();
    let information =
        information.and_then(|object| document.dereference(object).ok()).map(|(_, object)| object);
    let stated = |key: &[u8]| {
        information.and_then(|object| decode_text_string(object.as_dict().ok()?.get(key).ok()?).ok())
    };
    (inside.title, inside.created) = (stated(b"Title"), stated(b"CreationDate"));
    if inside.title.is_none() {
        // PDF 2.0 has given up the dictionary for XMP (ISO 32000-2, 14.3.3).
        let described = metadata(&document).unwrap_or_default();
        inside.title = element(&described, b"dc:title")?;
        let created = element(&described, b"xmp:CreateDate")?;
        inside.created = created.map(|date| format!("D:{}", date.replace('-', "")));
    }
    for object in document.objects.values() {
        within(object, 0, &mut inside);
    }
    inside.active.sort();
    inside.active.dedup();
    Ok(inside)
}

/// The XMP metadata of the document.
fn metadata(document: &Document) -> Option<String> {
    let stream = document.catalog().ok()?.get(b"Metadata").ok()?;
    let (_, stream) = document.dereference(stream).ok()?;
    String::from_utf8(stream.as_stream().ok()?.get_plain_content().ok()?).ok()
}

fn within(object: &Object, depth: usize, inside: &mut Inside) {
    if depth > DEEPEST {
        inside.active.push("nested too deeply".to_owned());
        return;
    }
    let dictionary = match object {
        Object::Array(items) => {
            for item in items {
                within(item, depth + 1, inside);
            }
            return;
        }
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => {
            if stream.dict.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"EmbeddedFile")
                && let Some(what) = super::formats::program(&stream.get_plain_content().unwrap_or_default())
            {
                inside.active.push(format!("embedded {what}"));
            }
            &stream.dict
        }
        _ => return,
    };
    for (key, value) in dictionary {
        let name = String::from_utf8_lossy(key);
        match key.as_slice() {
            b"JS" | b"JavaScript" | b"AA" | b"XFA" => inside.active.push(format!("/{name}")),
            b"S" if value.as_name().is_ok_and(|kind| ACTIONS.contains(&kind)) => {
                inside
                    .active
                    .push(format!("/S /{}", String::from_utf8_lossy(value.as_name().unwrap_or_default())));
            }
            _ => {}
        }
        within(value, depth + 1, inside);
    }
}

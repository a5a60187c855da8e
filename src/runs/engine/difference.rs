//! What differs between two versions of an archived page.

use crate::archive::store::{Object, ObjectId, Store};
use crate::compare::{self, Summary, TerminalOptions, compare};
use crate::document::{Document, from_json};
use crate::message::Language;

/// Name of the Document among a version's files.
const DOCUMENT: &str = "document.json";
/// A longer difference is cut, at the end of a line.
const LONGEST: usize = 8_000;

/// The title of version `new` of the page at `url`, and what it says differently from version `old`: in numbers and clause
/// by clause. None if either cannot be read: then there is nothing to tell but that something changed.
pub(super) fn difference(
    store: &Store,
    url: &str,
    old: u32,
    new: u32,
    language: Language,
) -> Option<(Option<String>, Summary, String)> {
    let object = store.object(&ObjectId::parse(url)?).ok()??;
    let (before, after) = (document(&object, old)?, document(&object, new)?);
    let comparison = compare(&before, &after);
    let options = TerminalOptions { colour: false, width: None, context: 1, language };
    let mut text = compare::terminal(&comparison, &options);
    if text.len() > LONGEST {
        let end = text.floor_char_boundary(LONGEST);
        let end = text.get(..end).and_then(|text| text.rfind('\n')).unwrap_or(end);
        text.truncate(end);
        text.push_str("\n……\n");
    }
    Some((after.metadata.title.map(|title| title.value), comparison.summary, text))
}

/// The title of `version` of the page at `url`, else of the last.
pub(super) fn archived_title(store: &Store, url: &str, version: Option<u32>) -> Option<String> {
    let object = store.object(&ObjectId::parse(url)?).ok()??;
    let document = document(&object, version.unwrap_or_else(|| object.head()))?;
    document.metadata.title.map(|title| title.value)
}

fn document(object: &Object, version: u32) -> Option<Document> {
    let json = String::from_utf8(object.read(version, DOCUMENT).ok()?).ok()?;
    from_json(&json).ok()
}

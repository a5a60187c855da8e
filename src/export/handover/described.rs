//! A version with all that its metadata files are written from.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::Value;

use crate::appraisal::{Decision, Rules};
use crate::archive::package::PackageMetadata;
use crate::document::{Block, Document, Role, text};

/// A version to be described.
pub(super) struct Described<'a> {
    /// What its `metadata.json` says.
    pub(super) metadata: &'a PackageMetadata,
    /// Its document.
    pub(super) document: &'a Document,
    /// What was decided about the object.
    pub(super) decision: Option<&'a Decision>,
    /// The rules, which know the 全宗.
    pub(super) rules: Option<&'a Rules>,
    /// Where the version is in the hand-over.
    pub(super) folder: &'a str,
    /// When it is handed over.
    pub(super) handed_over: Timestamp,
}

impl Described<'_> {
    /// The first value of an element.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.values(key).into_iter().next()
    }

    /// All values of an element.
    pub(super) fn values(&self, key: &str) -> Vec<&str> {
        let element = self.metadata.elements.iter().find(|element| element.key == key);
        match element.map(|element| &element.value) {
            Some(Value::String(value)) => vec![value],
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The day of an element that is a date.
    pub(super) fn day(&self, key: &str) -> Option<&str> {
        let day = self.value(key)?.get(..10)?;
        day.parse::<jiff::civil::Date>().ok().map(|_| day)
    }

    /// What the document's paragraphs of this role say, one line each.
    pub(super) fn printed(&self, role: Role) -> Option<String> {
        let mut lines = Vec::new();
        printed(&self.document.body, role, self.document, &mut lines);
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

fn printed(blocks: &[Block], role: Role, document: &Document, lines: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) if paragraph.role == role => {
                let mut line = String::new();
                text::inlines(&paragraph.content, document, &mut line);
                let line = line.trim();
                if !line.is_empty() {
                    lines.push(line.to_owned());
                }
            }
            Block::Quote { body } => printed(body, role, document, lines),
            _ => {}
        }
    }
}

/// A time as people in China read it: `2026-11-24T08:00:00+08:00`.
pub(super) fn local(time: Timestamp) -> String {
    format!("{}+08:00", Offset::constant(8).to_datetime(time).strftime("%Y-%m-%dT%H:%M:%S"))
}

/// The day of a time in China: `2026-11-24`.
pub(super) fn local_day(time: Timestamp) -> String {
    Offset::constant(8).to_datetime(time).date().to_string()
}

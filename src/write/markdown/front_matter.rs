//! Turns what the page states into YAML front matter.

use std::fmt::Write;

use crate::colophon::{Row, source, stated};
use crate::document::Document;

/// The front matter; empty if nothing is known.
pub(super) fn front_matter(document: &Document) -> String {
    let mut out = String::new();
    for row in stated(&document.metadata).into_iter().chain(source(document)) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}: {}", row.label, quoted(&row.value));
    }
    let attachments: Vec<Row> = document
        .attachments
        .iter()
        .filter_map(|attachment| Row::new(&attachment.name, &attachment.url))
        .collect();
    if !attachments.is_empty() {
        out.push_str("附件:\n");
        for row in attachments {
            let _ = writeln!(out, "  - {{名称: {}, 网址: {}}}", quoted(&row.label), quoted(&row.value));
        }
    }
    if out.is_empty() { out } else { format!("---\n{out}---\n\n") }
}

/// A double-quoted scalar (YAML 1.2, 7.3.1): what JSON calls a string.
fn quoted(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

//! Writes small XML documents whose element names are the Chinese names of the standards.

use super::encoding::{Encoding, escaped};

/// An XML document in the making: indented, one element a line.
#[derive(Debug, Default)]
pub(super) struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    /// A document's beginning.
    pub(super) fn new(encoding: Encoding) -> Self {
        let out = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n", encoding.name());
        Self { out, depth: 0 }
    }

    /// A part of a document, `depth` elements deep.
    pub(super) fn within(depth: usize) -> Self {
        Self { out: String::new(), depth }
    }

    fn indent(&mut self) {
        self.out += &"  ".repeat(self.depth);
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.out += &format!("<{name}");
        for (name, value) in attributes {
            self.out += &format!(" {name}=\"{}\"", escaped(value));
        }
    }

    /// Begins an element that has elements in it.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out += ">\n";
        self.depth += 1;
    }

    /// Ends it.
    pub(super) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.out += &format!("</{name}>\n");
    }

    /// An element with text in it; empty text is an empty element.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.start(name, attributes);
        if text.is_empty() {
            self.out += "/>\n";
        } else {
            self.out += &format!(">{}</{name}>\n", escaped(text));
        }
    }

    /// As [`Xml::text`], if there is any.
    pub(super) fn optional(&mut self, name: &str, attributes: &[(&str, &str)], text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.text(name, attributes, text);
        }
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.out
    }
}

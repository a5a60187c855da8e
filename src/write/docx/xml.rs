//! Turns elements, attributes and text into well-formed XML 1.0: the one place where anything is escaped.

use std::fmt::{Display, Write};

/// Attributes of an element, in writing order.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a dyn Display)];

/// XML in the making. Elements close in the order in which they opened; text is escaped and filtered.
#[derive(Debug, Default)]
pub(super) struct Xml {
    out: String,
    open: Vec<&'static str>,
    /// Characters that XML 1.0 cannot hold and that were dropped.
    pub(super) dropped: u64,
}

impl Xml {
    /// An empty part with the XML declaration.
    pub(super) fn part() -> Self {
        let mut xml = Self::default();
        xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
        xml
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.tag(name, attributes);
        self.out.push('>');
        self.open.push(name);
    }

    /// Closes the innermost open element.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.tag(name, attributes);
        self.out.push_str("/>");
    }

    /// An element that holds text alone.
    pub(super) fn element(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.open(name, attributes);
        self.text(text);
        self.close();
    }

    /// Escaped text.
    pub(super) fn text(&mut self, text: &str) {
        self.dropped += escape(text, &mut self.out);
    }

    /// Markup of our own, already well-formed.
    pub(super) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Number of bytes written since the last [`take`](Self::take).
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Puts our own markup at byte `at`, a place that [`len`](Self::len) returned.
    pub(super) fn insert(&mut self, at: usize, markup: &str) {
        self.out.insert_str(at, markup);
    }

    /// Takes what has been written so far; elements stay open.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// Closes everything and returns the XML.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    /// Begins the tag of an element without content whose [`attributes`](Self::attributes) come one by one.
    pub(super) fn open_ended(&mut self, name: &'static str) {
        self.out.push('<');
        self.out.push_str(name);
    }

    /// Ends the tag that [`open_ended`](Self::open_ended) began.
    pub(super) fn close_ended(&mut self) {
        self.out.push_str("/>");
    }

    fn tag(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.open_ended(name);
        self.attributes(attributes);
    }

    /// Attributes of the tag that is open.
    pub(super) fn attributes(&mut self, attributes: Attributes<'_>) {
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            let mut escaped = Escaped { out: &mut self.out, dropped: 0 };
            // Writing to a String cannot fail.
            let _ = write!(escaped, "{value}");
            self.dropped += escaped.dropped;
            self.out.push('"');
        }
    }
}

struct Escaped<'a> {
    out: &'a mut String,
    dropped: u64,
}

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.dropped += escape(text, self.out);
        Ok(())
    }
}

/// Whether XML 1.0 can hold `c` (production 2, `Char`).
pub(super) fn is_xml_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Appends `text`, fit for content and attribute values alike; returns how many characters were dropped.
fn escape(text: &str, out: &mut String) -> u64 {
    let mut dropped = 0;
    let mut clean = 0;
    for (at, c) in text.char_indices() {
        let replacement = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            // Literal white space other than the space is normalised by every parser, in attributes at least.
            '\t' => "&#9;",
            '\n' => "&#10;",
            '\r' => "&#13;",
            c if is_xml_character(c) => continue,
            _ => {
                dropped += 1;
                ""
            }
        };
        out.push_str(&text[clean..at]);
        out.push_str(replacement);
        clean = at + c.len_utf8();
    }
    out.push_str(&text[clean..]);
    dropped
}

#[cfg(test)]
mod tests {
    use super::Xml;

    #[test]
    fn escapes_text_and_attributes_and_drops_what_xml_cannot_hold() {
        let mut xml = Xml::default();
        xml.open("a", &[("b", &"x\"&<>\n")]);
        xml.text("1 < 2 && \u{1}\u{B}\u{FFFE}\u{FFFF}𠮷");
        xml.empty("c", &[("d", &5)]);
        assert_eq!(xml.dropped, 4);
        assert_eq!(xml.finish(), "<a b=\"x&quot;&amp;&lt;&gt;&#10;\">1 &lt; 2 &amp;&amp; 𠮷<c d=\"5\"/></a>");
    }
}

//! Turns what a part refers to into its relationships part.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::xml::Xml;

/// Prefix of the relationship types of ECMA-376 Part 1 (transitional).
pub(super) const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The relationships of one part, numbered in the order of first use.
#[derive(Debug, Default)]
pub(super) struct Relationships {
    entries: Vec<Entry>,
    known: BTreeMap<(String, String), usize>,
}

#[derive(Debug)]
struct Entry {
    kind: String,
    target: String,
    external: bool,
}

impl Relationships {
    /// The id of the relationship of type `kind` (a URI) to the part `target`.
    pub(super) fn part(&mut self, kind: &str, target: &str) -> String {
        self.id(kind, target, false)
    }

    /// The id of the relationship to the address `target`.
    pub(super) fn link(&mut self, target: &str) -> String {
        self.id(&format!("{OFFICE}/hyperlink"), target, true)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The relationships part.
    pub(super) fn finish(&self) -> String {
        let mut xml = Xml::part();
        xml.open(
            "Relationships",
            &[("xmlns", &"http://schemas.openxmlformats.org/package/2006/relationships")],
        );
        for (index, entry) in self.entries.iter().enumerate() {
            let id = format!("rId{}", index + 1);
            if entry.external {
                xml.empty(
                    "Relationship",
                    &[
                        ("Id", &id),
                        ("Type", &entry.kind),
                        ("Target", &entry.target),
                        ("TargetMode", &"External"),
                    ],
                );
            } else {
                xml.empty("Relationship", &[("Id", &id), ("Type", &entry.kind), ("Target", &entry.target)]);
            }
        }
        xml.finish()
    }

    fn id(&mut self, kind: &str, target: &str, external: bool) -> String {
        let next = self.entries.len();
        let index = *self.known.entry((kind.to_owned(), target.to_owned())).or_insert(next);
        if index == next {
            self.entries.push(Entry { kind: kind.to_owned(), target: target.to_owned(), external });
        }
        format!("rId{}", index + 1)
    }
}

/// `link` as an address that packages may hold (RFC 3986), or `None` if it is none or leads into a script.
///
/// Word and the Open XML SDK give up on the whole file when one relationship's target is no URI.
pub(super) fn address(link: &str) -> Option<String> {
    // Beyond this length Word is known to cut or refuse addresses.
    const LONGEST: usize = 2048;
    let url = url::Url::parse(link).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "ftp" | "mailto") {
        return None;
    }
    let serialized = url.as_str();
    let mut address = String::with_capacity(serialized.len());
    let mut in_fragment = false;
    for (at, c) in serialized.char_indices() {
        let plain = match c {
            '#' => !std::mem::replace(&mut in_fragment, true),
            '%' => {
                let digits = serialized.as_bytes().get(at + 1..at + 3);
                digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            }
            c => c.is_ascii_alphanumeric() || "-._~:/?[]@!$&'()*+,;=".contains(c),
        };
        if plain {
            address.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    (address.len() <= LONGEST).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::{Relationships, address};

    #[test]
    fn the_same_target_gets_the_same_id() {
        let mut relationships = Relationships::default();
        assert_eq!(relationships.link("http://a.cn/?x=1&y=2"), "rId1");
        assert_eq!(relationships.link("http://b.cn/"), "rId2");
        assert_eq!(relationships.link("http://a.cn/?x=1&y=2"), "rId1");
        assert!(relationships.finish().contains("Target=\"http://a.cn/?x=1&amp;y=2\""));
    }

    #[test]
    fn addresses_are_valid_uris_and_never_scripts() {
        assert_eq!(
            address("http://a.cn/附件 1|2.doc").as_deref(),
            Some("http://a.cn/%E9%99%84%E4%BB%B6%201%7C2.doc")
        );
        assert_eq!(address("http://a.cn/100%#a#b").as_deref(), Some("http://a.cn/100%25#a%23b"));
        assert_eq!(address("http://a.cn/a%20b?x=[1]").as_deref(), Some("http://a.cn/a%20b?x=[1]"));
        assert_eq!(address("javascript:void(0)"), None);
        assert_eq!(address("http://"), None);
        assert_eq!(address(&format!("http://a.cn/{}", "x".repeat(3000))), None);
    }
}

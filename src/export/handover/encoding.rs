//! Turns text into the bytes of an XML or TXT file in the encoding that was asked for.

use encoding_rs::GB18030;

/// How characters are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// GB 18030-2022.
    #[default]
    Gb18030,
    /// UTF-8, without a byte order mark.
    Utf8,
}

impl Encoding {
    /// The name in an XML declaration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gb18030 => "GB18030",
            Self::Utf8 => "UTF-8",
        }
    }

    /// The bytes of XML. Characters that the encoding has not are in it as references already: see [`escaped`].
    #[must_use]
    pub(super) fn xml(self, text: &str) -> Vec<u8> {
        match self {
            // What cannot be written becomes a reference, which is what XML has for it.
            Self::Gb18030 => GB18030.encode(text).0.into_owned(),
            Self::Utf8 => text.as_bytes().to_vec(),
        }
    }

    /// The bytes of a text file with the line ends of Windows. What cannot be written becomes 〓.
    #[must_use]
    pub(super) fn text(self, text: &str) -> Vec<u8> {
        let lines = text.replace('\n', "\r\n");
        match self {
            Self::Gb18030 => GB18030.encode(&lines.replace(|c| is_apart(c), "〓")).0.into_owned(),
            Self::Utf8 => lines.into_bytes(),
        }
    }
}

/// Characters that editions of GB 18030 write by different bytes, and those of private use, which mean something to their
/// author only: a reader with an older table would see something else.
fn is_apart(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{1E3F}' | '\u{FE10}'..='\u{FE19}' | '\u{9FB4}'..='\u{9FBB}')
        || matches!(c, '\u{20087}' | '\u{20089}' | '\u{200CC}' | '\u{215D7}' | '\u{2298F}' | '\u{241FE}')
}

/// `text` as XML 1.0 may hold it in content and attributes: what no document may hold (control characters) becomes U+FFFD,
/// and what GB 18030 does not hold in one way only becomes a reference.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' => out.push('\n'),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            character if character.is_control() => out.push('\u{FFFD}'),
            character if is_apart(character) => out += &format!("&#x{:X};", u32::from(character)),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Encoding, escaped};

    #[test]
    fn xml_holds_every_title_whatever_is_in_it() {
        let title = "甲<乙>&\"丙\"\u{0}\u{1b}[2J\u{FFFF}\u{E5E5}\u{9FB4}𠮷é";
        let xml = escaped(title);
        assert_eq!(xml, "甲&lt;乙&gt;&amp;&quot;丙&quot;\u{FFFD}\u{FFFD}[2J\u{FFFD}&#xE5E5;&#x9FB4;𠮷é");
        let bytes = Encoding::Gb18030.xml(&xml);
        assert_eq!(encoding_rs::GB18030.decode(&bytes).0, xml);
        assert_eq!(Encoding::Utf8.xml(&xml), xml.as_bytes());
    }

    #[test]
    fn text_has_windows_line_ends_and_no_references() {
        let bytes = Encoding::Gb18030.text("甲\n\u{E5E5}\n");
        assert_eq!(encoding_rs::GB18030.decode(&bytes).0, "甲\r\n〓\r\n");
    }
}

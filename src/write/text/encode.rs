//! Turns text into the bytes of a file, and tells which characters the encoding does not bring back.

use std::collections::BTreeMap;

use encoding_rs::{EncoderResult, GB18030};

/// The character encoding of a text file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8 without a byte order mark.
    #[default]
    Utf8,
    /// UTF-8 with a byte order mark, for old versions of Windows Notepad.
    Utf8Bom,
    /// GB 18030-2022.
    Gb18030,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnding {
    /// U+000A.
    #[default]
    Lf,
    /// U+000D U+000A, as Windows has it.
    CrLf,
}

/// Stands for a character that the encoding has not: 〓, the mark for a missing sort.
const MISSING: char = '〓';

/// The bytes of `text`, and the characters that do not come back the same, with what comes back.
pub(super) fn encode(text: &str, encoding: TextEncoding) -> (Vec<u8>, Vec<(char, char)>) {
    match encoding {
        TextEncoding::Utf8 => (text.as_bytes().to_vec(), Vec::new()),
        TextEncoding::Utf8Bom => (["\u{FEFF}".as_bytes(), text.as_bytes()].concat(), Vec::new()),
        TextEncoding::Gb18030 => gb18030(text),
    }
}

fn gb18030(text: &str) -> (Vec<u8>, Vec<(char, char)>) {
    let mut encoder = GB18030.new_encoder();
    let mut bytes = Vec::with_capacity(text.len());
    let mut lost = BTreeMap::new();
    let mut rest = text;
    let mut at_end = false;
    loop {
        let room = encoder
            .max_buffer_length_from_utf8_without_replacement(rest.len())
            .unwrap_or(rest.len() * 4 + 16);
        bytes.reserve(room);
        let start = bytes.len();
        bytes.resize(start + room, 0);
        let (result, read, written) =
            encoder.encode_from_utf8_without_replacement(rest, &mut bytes[start..], at_end);
        bytes.truncate(start + written);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty if at_end => break,
            EncoderResult::InputEmpty => at_end = true,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => {
                lost.insert(character, MISSING);
                bytes.extend(GB18030.encode(MISSING.encode_utf8(&mut [0; 4])).0.iter());
            }
        }
    }
    // A few private-use characters encode to bytes that decode to the characters which took their place in 2022.
    let (decoded, _) = GB18030.decode_without_bom_handling(&bytes);
    for (wanted, found) in text.chars().zip(decoded.chars()) {
        if wanted != found {
            lost.insert(wanted, found);
        }
    }
    (bytes, lost.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::{TextEncoding, encode};

    #[test]
    fn gb18030_holds_all_of_unicode_but_names_what_does_not_come_back() {
        let (bytes, lost) = encode("汉𠮷é\u{F9D1}㎡\u{E000}", TextEncoding::Gb18030);
        assert_eq!(lost, []);
        assert_eq!(encoding_rs::GB18030.decode(&bytes).0, "汉𠮷é\u{F9D1}㎡\u{E000}");
        let (bytes, lost) = encode("甲\u{E5E5}乙\u{E81E}", TextEncoding::Gb18030);
        assert_eq!(lost, [('\u{E5E5}', '〓'), ('\u{E81E}', '\u{9FB4}')]);
        assert_eq!(encoding_rs::GB18030.decode(&bytes).0, "甲〓乙\u{9FB4}");
    }

    #[test]
    fn the_mark_comes_first_where_it_is_asked_for() {
        assert_eq!(encode("甲", TextEncoding::Utf8Bom).0, "\u{FEFF}甲".as_bytes());
    }
}

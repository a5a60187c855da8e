//! Turns bytes of a known encoding into text, one U+FFFD for each malformed sequence.

use encoding_rs::{DecoderResult, Encoding as Charset, UTF_8};

/// Text and what it cost.
pub(super) struct Transcoded {
    /// The characters.
    pub(super) text: String,
    /// Malformed sequences, each of which is one U+FFFD in `text`. U+FFFD of the page itself does not count.
    pub(super) replaced: u64,
}

/// Decodes `bytes`, which begin behind any byte order mark.
pub(super) fn transcode(charset: &'static Charset, bytes: &[u8]) -> Transcoded {
    if charset == UTF_8 { utf8(bytes) } else { other(charset, bytes) }
}

/// `std` replaces maximal subparts of malformed sequences, as the Encoding Standard does, and is quicker.
fn utf8(bytes: &[u8]) -> Transcoded {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Transcoded { text: text.to_owned(), replaced: 0 };
    }
    let mut transcoded = Transcoded { text: String::with_capacity(bytes.len()), replaced: 0 };
    for chunk in bytes.utf8_chunks() {
        transcoded.text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            transcoded.text.push(char::REPLACEMENT_CHARACTER);
            transcoded.replaced += 1;
        }
    }
    transcoded
}

fn other(charset: &'static Charset, bytes: &[u8]) -> Transcoded {
    let mut decoder = charset.new_decoder_without_bom_handling();
    // Two bytes of GB18030 become three of UTF-8 at most; the rest of the worst case is left to growth.
    let mut transcoded =
        Transcoded { text: String::with_capacity(bytes.len() + bytes.len() / 2 + 16), replaced: 0 };
    let mut rest = bytes;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut transcoded.text, true);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return transcoded,
            DecoderResult::OutputFull => transcoded.text.reserve(rest.len() + 16),
            DecoderResult::Malformed(..) => {
                transcoded.text.push(char::REPLACEMENT_CHARACTER);
                transcoded.replaced += 1;
            }
        }
    }
}

/// The number of private-use characters in `text`.
pub(super) fn private_use(text: &str) -> u64 {
    // U+E000 to U+F8FF, U+F0000 to U+FFFFD and U+100000 to U+10FFFD are told by the first two bytes of their UTF-8,
    // which is quicker than by character. The noncharacters that end both planes are counted with them.
    let is_private = |first: u8, second: u8| {
        first == 0xEE
            || first == 0xF4
            || (first == 0xEF && second < 0xA4)
            || (first == 0xF3 && second >= 0xB0)
    };
    // In blocks of 255 a byte can hold the count, so that sixteen bytes are counted at once.
    let blocks = text.as_bytes().chunks(255).zip(text.as_bytes().get(1..).unwrap_or_default().chunks(255));
    let count = |(first, second): (&[u8], &[u8])| {
        first.iter().zip(second).map(|(a, b)| u8::from(is_private(*a, *b))).fold(0, u8::wrapping_add)
    };
    blocks.map(|block| u64::from(count(block))).sum()
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GB18030, UTF_8, UTF_16LE};

    use super::{private_use, transcode};

    fn decoded(charset: &'static encoding_rs::Encoding, bytes: &[u8]) -> (String, u64) {
        let transcoded = transcode(charset, bytes);
        (transcoded.text, transcoded.replaced)
    }

    #[test]
    fn a_truncated_pair_costs_one_character_and_spares_the_tag_behind_it() {
        assert_eq!(decoded(GB18030, b"\xD6\xD0\xB9</p>"), ("中\u{FFFD}</p>".to_owned(), 1));
        assert_eq!(decoded(BIG5, b"\xA4\xA4\xB0</p>"), ("中\u{FFFD}</p>".to_owned(), 1));
        assert_eq!(decoded(UTF_8, b"\xE4\xB8\xAD\xE5\x9B</p>"), ("中\u{FFFD}</p>".to_owned(), 1));
        assert_eq!(decoded(GB18030, b"\xD6\xD0\xB9"), ("中\u{FFFD}".to_owned(), 1));
        assert_eq!(decoded(UTF_16LE, b"\x2D\x4E\x00"), ("中\u{FFFD}".to_owned(), 1));
    }

    #[test]
    fn a_stray_byte_costs_one_character_at_most() {
        assert_eq!(decoded(GB18030, b"\xFF<b>"), ("\u{FFFD}<b>".to_owned(), 1));
        assert_eq!(decoded(GB18030, b"\x80<b>"), ("€<b>".to_owned(), 0));
        assert_eq!(decoded(UTF_8, b"\x80\xFF<b>"), ("\u{FFFD}\u{FFFD}<b>".to_owned(), 2));
    }

    #[test]
    fn the_page_s_own_replacement_characters_are_no_loss() {
        assert_eq!(decoded(UTF_8, "a\u{FFFD}b".as_bytes()), ("a\u{FFFD}b".to_owned(), 0));
    }

    #[test]
    fn counts_private_use() {
        assert_eq!(private_use("中，\u{E5E5}\u{F8FF}\u{F900}\u{10FFFD}"), 3);
    }
}

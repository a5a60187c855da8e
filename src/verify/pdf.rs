//! Reads a PDF back with printpdf and compares its text with the Document's.
//!
//! printpdf shares no code with the writer. Each glyph is read twice over: by its font's ToUnicode map, and by the
//! ActualText of the line it stands in; both must say the same.

mod slices;

use std::thread;

use printpdf::{DictItem, Op, PdfDocument, PdfPage, PdfParseOptions, TextItem};

use super::VerifyError;
use crate::document::text::significant;
use crate::furniture::{Furniture, Kind, Written};

/// Compares the text of `written` with `expected`, the text of the Document, character for character, white space
/// aside: furniture is taken away, and cells that are cut over pages are put together again.
///
/// # Errors
/// The first difference.
pub fn verify(expected: &str, written: &Written) -> Result<(), VerifyError> {
    let found = read(&written.bytes)?;
    let found = logical(&found, &written.furniture)?;
    let mut expected = significant(expected);
    let mut offset = 0;
    for &c in &found {
        match expected.next() {
            Some(wanted) if wanted == c => offset += 1,
            other => {
                let wanted: String = other.into_iter().chain(expected).take(EXCERPT).collect();
                return Err(differs(offset, wanted, &found));
            }
        }
    }
    let rest: String = expected.take(EXCERPT).collect();
    if rest.is_empty() { Ok(()) } else { Err(differs(offset, rest, &found)) }
}

/// Characters shown of a difference.
const EXCERPT: usize = 20;

fn differs(offset: usize, expected: String, found: &[char]) -> VerifyError {
    let found = found[offset..].iter().take(EXCERPT).collect();
    VerifyError::TextDiffers { format: "PDF", offset, expected, found }
}

fn unreadable(why: String) -> VerifyError {
    VerifyError::Unreadable { format: "PDF", why }
}

/// The significant characters of all pages.
///
/// # Errors
/// If the file cannot be read, or its glyphs do not say what the text behind them says.
pub fn read(bytes: &[u8]) -> Result<Vec<char>, VerifyError> {
    let Some(sliced) = slices::Sliced::new(bytes) else {
        let mut found = Vec::new();
        read_file(&without_ink(bytes.to_vec()), &mut found)?;
        return Ok(found);
    };
    let read = || {
        let mut found = Vec::new();
        for slice in sliced.slices() {
            let slice = slice.ok_or_else(|| unreadable("an object of a page is missing".to_owned()))?;
            read_file(&without_ink(slice), &mut found)?;
        }
        Ok(found)
    };
    // In a thread only for the memory that it gets: what laying out and writing a long document leave is in so many
    // pieces that the system's allocator spends more time in looking through them than printpdf does in reading.
    thread::scope(|scope| match thread::Builder::new().spawn_scoped(scope, read) {
        Ok(reader) => reader.join().unwrap_or_else(|_| Err(unreadable("the reader gave up".to_owned()))),
        Err(error) => Err(unreadable(error.to_string())),
    })
}

fn read_file(bytes: &[u8], found: &mut Vec<char>) -> Result<(), VerifyError> {
    let options = PdfParseOptions { fail_on_error: false };
    let document = PdfDocument::parse(bytes, &options, &mut Vec::new()).map_err(unreadable)?;
    document.pages.iter().try_for_each(|page| read_page(page, found))
}

/// The file with its font programs and pictures out of sight. They hold no text, and printpdf unpacks each of them
/// again for each page: 25 of 37 ms for the 16 pages of the founding document.
fn without_ink(mut bytes: Vec<u8>) -> Vec<u8> {
    for (key, hidden) in [(b"/FontFile3 ", b"/FontFileX "), (b"/FontFile2 ", b"/FontFileX ")] {
        replace(&mut bytes, key, hidden);
    }
    replace(&mut bytes, b"/XObject<<", b"/XObjecX<<");
    bytes
}

/// Replaces `key` by a name of the same length wherever it stands.
fn replace(bytes: &mut [u8], key: &[u8], name: &[u8]) {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|&byte| byte == key[0]) {
        let at = from + at;
        if bytes[at..].starts_with(key) {
            bytes[at..at + key.len()].copy_from_slice(name);
        }
        from = at + 1;
    }
}

/// A stretch of marked content that is open.
struct Marked {
    /// Its ActualText.
    actual: Option<String>,
    /// How many characters had been read when it began.
    start: usize,
}

fn read_page(page: &PdfPage, found: &mut Vec<char>) -> Result<(), VerifyError> {
    let mut open: Vec<Marked> = Vec::new();
    for op in &page.ops {
        match op {
            Op::BeginMarkedContentWithProperties { properties, .. } => {
                open.push(Marked { actual: actual_text(properties), start: found.len() });
            }
            Op::BeginMarkedContent { .. } | Op::BeginLayer { .. } => {
                open.push(Marked { actual: None, start: found.len() });
            }
            Op::Unknown { key, .. } if key == "BDC" => {
                open.push(Marked { actual: None, start: found.len() });
            }
            Op::EndMarkedContent | Op::EndMarkedContentWithProperties => {
                let Some(Marked { actual: Some(actual), start }) = open.pop() else { continue };
                let glyphs: String = found[start..].iter().collect();
                let actual: String = significant(&actual).collect();
                if glyphs == actual {
                    continue;
                }
                if open.is_empty() {
                    return Err(unreadable(format!(
                        "the glyphs say “{glyphs}”, the text behind them “{actual}”"
                    )));
                }
                // One glyph that stands for several characters has an ActualText of its own.
                found.truncate(start);
                found.extend(actual.chars());
            }
            Op::ShowText { items } => {
                for item in items {
                    match item {
                        TextItem::Offset(_) => {}
                        TextItem::Text(text) => found.extend(significant(text)),
                        TextItem::GlyphIds(glyphs) => {
                            for glyph in glyphs {
                                found.extend(significant(glyph.cid.as_deref().unwrap_or("\u{FFFD}")));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The ActualText among the properties of marked content.
fn actual_text(properties: &DictItem) -> Option<String> {
    let DictItem::Dict { map } = properties else { return None };
    match map.get("ActualText") {
        Some(DictItem::String { data, .. } | DictItem::Bytes(data)) => Some(text_string(data)),
        _ => None,
    }
}

/// A text string (ISO 32000-1, 7.9.2.2): UTF-16BE after a byte order mark, else ASCII.
fn text_string(data: &[u8]) -> String {
    match data.strip_prefix(&[0xFE, 0xFF]) {
        Some(rest) => {
            let units = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).collect()
        }
        None => data.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// A part of a stream of text.
enum Token {
    /// Characters from an offset to another.
    Text(usize, usize),
    /// The next continuation belongs here.
    Continued,
}

/// The text without furniture, each [`Kind::Continuation`] moved to its [`Kind::Continued`].
pub(crate) fn logical(found: &[char], furniture: &[Furniture]) -> Result<Vec<char>, VerifyError> {
    // The first stream is the text as it stands; each continuation is one of its own.
    let mut streams: Vec<Vec<Token>> = vec![Vec::new()];
    let mut position = 0;
    // Where the open continuation ends.
    let mut open: Option<usize> = None;
    let mut markers = 0;
    for piece in furniture {
        let characters: Vec<char> = significant(&piece.text).collect();
        let end = piece.offset + characters.len();
        if piece.offset < position || found.get(piece.offset..end) != Some(&characters[..]) {
            let (text, offset) = (piece.text.clone(), piece.offset);
            return Err(VerifyError::FurnitureAstray { format: "PDF", text, offset });
        }
        if let Some(close) = open
            && (close < piece.offset || (close == piece.offset && piece.kind != Kind::Continued))
        {
            stream(&mut streams, open).push(Token::Text(position, close));
            position = close;
            open = None;
        }
        stream(&mut streams, open).push(Token::Text(position, piece.offset));
        position = piece.offset;
        match piece.kind {
            Kind::Continued => {
                markers += 1;
                stream(&mut streams, open).push(Token::Continued);
            }
            Kind::Continuation => {
                streams.push(Vec::new());
                open = Some(end);
            }
            _ => position = end,
        }
    }
    if let Some(close) = open {
        stream(&mut streams, open).push(Token::Text(position, close));
        position = close;
    }
    streams[0].push(Token::Text(position, found.len()));
    if markers + 1 != streams.len() {
        let text = "…".to_owned();
        return Err(VerifyError::FurnitureAstray { format: "PDF", text, offset: position });
    }
    Ok(unfold(found, &streams))
}

/// The stream that text belongs to: that of the open continuation, which is the last, or the first.
fn stream(streams: &mut [Vec<Token>], open: Option<usize>) -> &mut Vec<Token> {
    let index = if open.is_some() { streams.len() - 1 } else { 0 };
    &mut streams[index]
}

fn unfold(found: &[char], streams: &[Vec<Token>]) -> Vec<char> {
    let mut text = Vec::with_capacity(found.len());
    // Ranks of the markers: they are numbered as they stand in the file, stream after stream on the page. A marker
    // in a continuation comes before those after that continuation, so numbering goes through the file's order.
    let mut ranks: Vec<Vec<usize>> = streams.iter().map(|_| Vec::new()).collect();
    let mut order: Vec<(usize, usize, usize)> = Vec::new();
    for (index, tokens) in streams.iter().enumerate() {
        let mut end = 0;
        for (place, token) in tokens.iter().enumerate() {
            match token {
                Token::Text(_, to) => end = *to,
                Token::Continued => order.push((end, index, place)),
            }
        }
    }
    order.sort_unstable();
    for (rank, (_, index, _)) in order.into_iter().enumerate() {
        ranks[index].push(rank + 1);
    }
    let mut stack = vec![(0, 0, 0)];
    while let Some((index, place, marker)) = stack.pop() {
        let Some(token) = streams[index].get(place) else { continue };
        match token {
            Token::Text(from, to) => {
                text.extend_from_slice(&found[*from..*to]);
                stack.push((index, place + 1, marker));
            }
            Token::Continued => {
                stack.push((index, place + 1, marker + 1));
                stack.push((ranks[index][marker], 0, 0));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(kind: Kind, offset: usize, text: &str) -> Furniture {
        Furniture { kind, offset, text: text.to_owned() }
    }

    #[test]
    fn cells_cut_over_three_pages_are_put_together() {
        // Page 1: cells 甲 and 乙 begin; page 2: they go on; page 3: they end.
        let found: Vec<char> = "甲1乙1—1—甲2乙2—2—甲3乙3丙—3—".chars().collect();
        let furniture = [
            piece(Kind::Continued, 2, ""),
            piece(Kind::Continued, 4, ""),
            piece(Kind::PageNumber, 4, "— 1 —"),
            piece(Kind::Continuation, 7, "甲2"),
            piece(Kind::Continued, 9, ""),
            piece(Kind::Continuation, 9, "乙2"),
            piece(Kind::Continued, 11, ""),
            piece(Kind::PageNumber, 11, "— 2 —"),
            piece(Kind::Continuation, 14, "甲3"),
            piece(Kind::Continuation, 16, "乙3"),
            piece(Kind::PageNumber, 19, "— 3 —"),
        ];
        let text = logical(&found, &furniture).expect("all pieces stand there");
        assert_eq!(text.iter().collect::<String>(), "甲1甲2甲3乙1乙2乙3丙");
    }

    #[test]
    fn furniture_that_is_not_there_is_named() {
        let found: Vec<char> = "甲乙".chars().collect();
        let error = logical(&found, &[piece(Kind::PageNumber, 1, "— 1 —")]).expect_err("no number");
        assert!(matches!(error, VerifyError::FurnitureAstray { offset: 1, .. }));
    }

    #[test]
    fn text_strings_are_utf16_or_ascii() {
        assert_eq!(text_string(&[0xFE, 0xFF, 0x4E, 0x00]), "一");
        assert_eq!(text_string(b"abc"), "abc");
    }

    #[test]
    fn bytes_that_are_no_pdf_are_unreadable() {
        let written = Written { bytes: b"not a PDF".to_vec(), furniture: Vec::new() };
        assert!(matches!(verify("", &written), Err(VerifyError::Unreadable { .. })));
    }
}

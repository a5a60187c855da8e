//! Reorders two operators in krilla's content streams, puts the outlines of the fonts in, and deflates both.
//!
//! krilla ends a stretch of marked content after it has restored the graphics state: `BDC q … ET Q EMC`. Readers that
//! place an ActualText when it ends (poppler, and with it `pdftotext`, Evince and Okular) then no longer know font and
//! matrix, take each line for a speck in the wrong place, and read two elements of one line, or the cells of a table,
//! in the wrong order. `BDC q … ET EMC Q` says the same (ISO 32000-1, 14.6.1 ties marked content to text objects only)
//! and is read right. krilla offers no hook for this, so its streams are left uncompressed, changed here and deflated;
//! the file is otherwise krilla's, object for object.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::{PdfError, font_programs};
use crate::fonts::FontLibrary;

/// How hard to deflate.
const LEVEL: u32 = 6;

/// krilla's file with its content streams put right and the outlines of the faces of `library` put in.
///
/// # Errors
/// [`PdfError::Structure`] if it is not built as expected; [`PdfError::Font`] for a face without outlines.
pub(super) fn rewrite(pdf: &[u8], library: &FontLibrary) -> Result<Vec<u8>, PdfError> {
    let table = start_of_table(pdf).ok_or(unexpected("no cross-reference table"))?;
    let (mut entries, trailer) =
        cross_references(pdf, table).ok_or(unexpected("its cross-reference table"))?;
    let mut order: Vec<usize> = (0..entries.len()).filter(|&number| entries[number].used).collect();
    order.sort_by_key(|&number| entries[number].offset);
    let first = order.first().map_or(table, |&number| entries[number].offset);
    let mut out = Vec::with_capacity(pdf.len());
    out.extend_from_slice(pdf.get(..first).ok_or(unexpected("an offset"))?);
    // One for all streams: to set it up takes longer than a short stream.
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(LEVEL));
    for (index, &number) in order.iter().enumerate() {
        let start = entries[number].offset;
        let end = order.get(index + 1).map_or(table, |&next| entries[next].offset);
        let object = pdf.get(start..end).ok_or(unexpected("an offset"))?;
        entries[number].offset = out.len();
        match Stream::parse(object) {
            Some(stream) if stream.is_skeleton() => {
                let program = font_programs::program(stream.data, library)?;
                stream.write(&program, &mut encoder, &mut out);
            }
            // Of a long document.
            Some(stream) if stream.compressed && stream.rest.is_empty() => {
                let content = inflate(stream.data).ok_or(unexpected("a content stream"))?;
                stream.write(&close_before_restoring(&content), &mut encoder, &mut out);
            }
            Some(stream) if stream.is_plain() => {
                if stream.rest.is_empty() {
                    stream.write(&close_before_restoring(stream.data), &mut encoder, &mut out);
                } else {
                    stream.write(stream.data, &mut encoder, &mut out);
                }
            }
            _ => out.extend_from_slice(object),
        }
    }
    let table = out.len();
    let _ = write!(out, "xref\n0 {}\n", entries.len());
    for entry in &entries {
        let kind = if entry.used { 'n' } else { 'f' };
        let _ = write!(out, "{:010} {:05} {kind}\r\n", entry.offset, entry.generation);
    }
    out.extend_from_slice(trailer);
    let _ = write!(out, "startxref\n{table}\n%%EOF\n");
    Ok(out)
}

fn unexpected(why: &'static str) -> PdfError {
    PdfError::Structure { why }
}

/// An entry of the cross-reference table.
struct Entry {
    offset: usize,
    generation: usize,
    used: bool,
}

/// Where the cross-reference table begins.
fn start_of_table(pdf: &[u8]) -> Option<usize> {
    let tail =
        std::str::from_utf8(pdf.get(pdf.len().saturating_sub(40)..)?.split(|&byte| byte > 127).next_back()?);
    let (_, rest) = tail.ok()?.rsplit_once("startxref\n")?;
    rest.lines().next()?.parse().ok()
}

/// The entries, and the trailer up to `startxref`.
fn cross_references(pdf: &[u8], table: usize) -> Option<(Vec<Entry>, &[u8])> {
    let text = pdf.get(table..)?.strip_prefix(b"xref\n0 ")?;
    let line = text.iter().position(|&byte| byte == b'\n')?;
    let count: usize = std::str::from_utf8(&text[..line]).ok()?.trim().parse().ok()?;
    let rows = text.get(line + 1..)?;
    let mut entries = Vec::with_capacity(count);
    for row in rows.chunks_exact(20).take(count) {
        let row = std::str::from_utf8(row).ok()?;
        let offset = row.get(..10)?.parse().ok()?;
        let generation = row.get(11..16)?.parse().ok()?;
        entries.push(Entry { offset, generation, used: row.get(17..18)? == "n" });
    }
    let rest = rows.get(count * 20..)?;
    let end = rest.windows(9).rposition(|window| window == b"startxref")?;
    (entries.len() == count && rest.starts_with(b"trailer")).then_some((entries, &rest[..end]))
}

/// An object that is a stream.
struct Stream<'a> {
    /// `12 0 obj\n<<`.
    head: &'a [u8],
    /// The dictionary after its length and the filter of a compressed stream.
    rest: &'a [u8],
    compressed: bool,
    data: &'a [u8],
    /// From `endstream` on.
    tail: &'a [u8],
}

impl<'a> Stream<'a> {
    fn parse(object: &'a [u8]) -> Option<Self> {
        const LENGTH: &[u8] = b"<</Length ";
        const FILTER: &[u8] = b"/Filter/FlateDecode";
        let at = find(object, LENGTH)?;
        let (head, dictionary) = object.split_at(at + 2);
        let digits = dictionary.get(LENGTH.len() - 2..)?;
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let length: usize = std::str::from_utf8(&digits[..count]).ok()?.parse().ok()?;
        let rest = &digits[count..];
        let begin = find(rest, b">>\nstream\n")?;
        let (rest, body) = rest.split_at(begin);
        let body = body.get(10..)?;
        let tail = body.get(length..).filter(|tail| tail.starts_with(b"\nendstream"))?;
        let (rest, compressed) = rest.strip_prefix(FILTER).map_or((rest, false), |rest| (rest, true));
        Some(Self { head, rest, compressed, data: &body[..length], tail })
    }

    /// Whether it is the font program of a skeleton.
    fn is_skeleton(&self) -> bool {
        self.compressed && find(self.rest, b"/Subtype/CIDFontType0C").is_some()
    }

    /// Whether it can be deflated: not compressed already, and not to be read by programs that know nothing of PDF
    /// (ISO 19005-2, 6.6.2.1).
    fn is_plain(&self) -> bool {
        !self.compressed && find(self.rest, b"/Filter").is_none() && find(self.rest, b"/Metadata").is_none()
    }

    /// Writes the object with other data, deflated.
    fn write(&self, data: &[u8], encoder: &mut ZlibEncoder<Vec<u8>>, out: &mut Vec<u8>) {
        // Writing to a vector does not fail.
        let _ = encoder.write_all(data);
        let deflated = encoder.reset(Vec::with_capacity(data.len() / 2)).unwrap_or_default();
        out.extend_from_slice(self.head);
        let _ = write!(out, "/Length {}/Filter/FlateDecode", deflated.len());
        out.extend_from_slice(self.rest);
        out.extend_from_slice(b">>\nstream\n");
        out.extend_from_slice(&deflated);
        out.extend_from_slice(self.tail);
    }
}

/// What `deflated` was; `None` if it is malformed.
fn inflate(deflated: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::with_capacity(deflated.len() * 8);
    ZlibDecoder::new(deflated).read_to_end(&mut content).ok()?;
    Some(content)
}

/// `Q EMC` as `EMC Q`. Strings cannot be mistaken for operators: line feeds are escaped in them.
fn close_before_restoring(content: &[u8]) -> Vec<u8> {
    const RESTORE_CLOSE: &[u8] = b"\nQ\nEMC";
    let mut out = content.to_vec();
    let mut from = 0;
    while let Some(at) = find(&out[from..], RESTORE_CLOSE) {
        let at = from + at;
        out[at..at + RESTORE_CLOSE.len()].copy_from_slice(b"\nEMC\nQ");
        from = at + RESTORE_CLOSE.len();
        // `EMC` may have been followed by an operator without a space before it, such as `/Span`; `Q` may too.
    }
    out
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let mut from = 0;
    while let Some(at) = haystack.get(from..)?.iter().position(|byte| byte == first) {
        let after = from + at + 1;
        if haystack.get(after..after + rest.len()) == Some(rest) {
            return Some(after - 1);
        }
        from = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_content_ends_before_the_state_is_restored() {
        let content = b"/Span<</MCID 0>>BDC\nq 1 0 0 1 0 0 cm\nBT\nET\nQ\nEMC/P<</MCID 1>>BDC\nq\nQ\nEMC";
        let expected = b"/Span<</MCID 0>>BDC\nq 1 0 0 1 0 0 cm\nBT\nET\nEMC\nQ/P<</MCID 1>>BDC\nq\nEMC\nQ";
        assert_eq!(close_before_restoring(content), expected);
    }

    #[test]
    fn a_file_that_is_built_otherwise_is_refused() {
        let library = crate::fonts::tests::library();
        for other in [&b""[..], b"%PDF-1.7\nstartxref\n9\n%%EOF"] {
            assert!(matches!(rewrite(other, &library), Err(PdfError::Structure { .. })));
        }
    }
}

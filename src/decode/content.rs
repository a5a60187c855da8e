//! Tells bytes that are some other kind of file from text.

use super::evidence;

/// Beginnings that no text has.
const SIGNATURES: [(&[u8], &str); 20] = [
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP (DOCX, XLSX, OFD, …)"),
    (b"PK\x05\x06", "ZIP (DOCX, XLSX, OFD, …)"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "OLE (DOC, XLS, WPS)"),
    (b"\x89PNG\r\n\x1A\n", "PNG"),
    (b"\xFF\xD8\xFF", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x1F\x8B\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xFD7zXZ\x00", "xz"),
    (b"\x28\xB5\x2F\xFD", "Zstandard"),
    (b"Rar!\x1A\x07", "RAR"),
    (b"7z\xBC\xAF\x27\x1C", "7z"),
    (b"{\\rtf", "RTF"),
    (b"wOFF", "WOFF"),
    (b"wOF2", "WOFF2"),
    (b"SQLite format 3\x00", "SQLite"),
];

/// Beginnings that a text may have too: they count only for a file full of binary bytes.
const WEAK_SIGNATURES: [(&[u8], &str); 8] = [
    (b"BM", "BMP"),
    (b"MZ", "EXE"),
    (b"\x7FELF", "ELF"),
    (b"RIFF", "RIFF (WebP, AVI, WAV)"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"\x00\x01\x00\x00", "TrueType"),
    (b"OTTO", "OpenType"),
    (b"ID3", "MP3"),
];

/// Of so many bytes one may be binary: a stray NUL does not make a page a binary file.
const TOLERATED: usize = 50;

/// What kind of file `bytes` look like, if not text; `wide` if they are UTF-16, where NUL bytes are natural.
pub(super) fn not_text(bytes: &[u8], wide: bool) -> Option<&'static str> {
    if bytes.starts_with(b"\xFF\xFE\x00\x00") || bytes.starts_with(b"\x00\x00\xFE\xFF") {
        return Some("UTF-32");
    }
    if let Some((_, kind)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Some(kind);
    }
    if wide {
        return None;
    }
    // The binary data bytes of the MIME Sniffing Standard, 3.
    let binary =
        evidence::count(bytes, |byte| matches!(byte, 0x00..=0x08 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F));
    if binary.saturating_mul(TOLERATED) <= bytes.len() {
        return None;
    }
    let weak = WEAK_SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature));
    Some(weak.map_or("binary data", |(_, kind)| kind))
}

#[cfg(test)]
mod tests {
    use super::not_text;

    #[test]
    fn names_what_it_looks_like() {
        assert_eq!(not_text(b"%PDF-1.7\n1 0 obj", false), Some("PDF"));
        assert_eq!(not_text(b"\x89PNG\r\n\x1A\n\x00\x00\x00\rIHDR", false), Some("PNG"));
        assert_eq!(not_text(&[0; 100], false), Some("binary data"));
        assert_eq!(not_text(b"BM\x00\x00\x00\x00\x00\x00\x36\x00", false), Some("BMP"));
    }

    #[test]
    fn leaves_text_with_a_stray_control_byte_alone() {
        let mut page = b"<p>BM".repeat(40);
        page.push(0);
        assert_eq!(not_text(&page, false), None);
        assert_eq!(not_text(b"BMW", false), None);
        assert_eq!(not_text(b"<\x00p\x00>\x00", true), None);
    }
}

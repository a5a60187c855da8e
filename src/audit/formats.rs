//! Tells the format of a file by its first bytes.

/// Formats that are kept, by the extension that says so. DA/T 47-2009 asks for open, self-contained ones; attachments are
/// kept as the site published them, in the office formats that are read everywhere.
const KNOWN: [(&str, &str, &[&[u8]]); 22] = [
    ("pdf", "PDF", &[b"%PDF-"]),
    ("docx", "OOXML", &[ZIP]),
    ("xlsx", "OOXML", &[ZIP]),
    ("pptx", "OOXML", &[ZIP]),
    ("ofd", "OFD", &[ZIP]),
    ("zip", "ZIP", &[ZIP]),
    ("odt", "ODF", &[ZIP]),
    ("ods", "ODF", &[ZIP]),
    ("doc", "Word 97", &[OLE, b"{\\rtf", ZIP]),
    ("xls", "Excel 97", &[OLE, b"\t\x08", ZIP]),
    ("ppt", "PowerPoint 97", &[OLE]),
    ("wps", "WPS", &[OLE, ZIP]),
    ("et", "WPS", &[OLE, ZIP]),
    ("rtf", "RTF", &[b"{\\rtf"]),
    ("png", "PNG", &[b"\x89PNG\r\n\x1a\n"]),
    ("jpg", "JPEG", &[b"\xff\xd8\xff"]),
    ("jpeg", "JPEG", &[b"\xff\xd8\xff"]),
    ("gif", "GIF", &[b"GIF87a", b"GIF89a"]),
    ("bmp", "BMP", &[b"BM"]),
    ("webp", "WebP", &[b"RIFF"]),
    ("gz", "gzip", &[b"\x1f\x8b"]),
    ("rar", "RAR", &[b"Rar!"]),
];

const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What a look at the first bytes gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// What the name says, and fit to be kept.
    AsNamed,
    /// Not what the name says, which is this.
    Other(&'static str),
    /// The name says nothing that is known.
    Unknown,
}

/// Whether the file at `path` is by its content what its extension says.
pub(super) fn look(path: &str, bytes: &[u8]) -> Format {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "txt" | "csv" => return if bytes.contains(&0) { Format::Other("text") } else { Format::AsNamed },
        "json" | "xml" | "svg" => {
            let is_text = std::str::from_utf8(bytes).is_ok_and(|text| {
                text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[', '<'])
            });
            return if is_text { Format::AsNamed } else { Format::Other("UTF-8 JSON or XML") };
        }
        _ => {}
    }
    match KNOWN.iter().find(|(known, ..)| *known == extension) {
        Some((_, _, beginnings)) if beginnings.iter().any(|beginning| bytes.starts_with(beginning)) => {
            Format::AsNamed
        }
        Some((_, name, _)) => Format::Other(name),
        None => Format::Unknown,
    }
}

/// What kind of program the bytes are, if they are one.
pub(super) fn program(bytes: &[u8]) -> Option<&'static str> {
    let portable = || {
        let at = bytes.get(0x3c..0x40)?;
        let at = u32::from_le_bytes(at.try_into().ok()?);
        (bytes.get(usize::try_from(at).ok()?..)?.starts_with(b"PE\0\0")).then_some("Windows program")
    };
    match bytes {
        [b'M', b'Z', ..] => portable(),
        [0x7f, b'E', b'L', b'F', ..] => Some("ELF program"),
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] => Some("Mach-O program"),
        [b'#', b'!', ..] => Some("script"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, look, program};

    #[test]
    fn content_is_held_against_the_name() {
        assert_eq!(look("attachments/001-aa.pdf", b"%PDF-1.7"), Format::AsNamed);
        assert_eq!(look("attachments/001-aa.PDF", b"<html>"), Format::Other("PDF"));
        assert_eq!(look("document.json", b"{}"), Format::AsNamed);
        assert_eq!(look("document.json", b"\xff"), Format::Other("UTF-8 JSON or XML"));
        assert_eq!(look("attachments/001-aa.exe", b"MZ"), Format::Unknown);
    }

    #[test]
    fn programs_are_known_by_their_beginning() {
        assert_eq!(program(b"#!/bin/sh"), Some("script"));
        assert_eq!(program(b"\x7fELF"), Some("ELF program"));
        assert_eq!(program(b"MZ is how this text begins, and it is long enough to have an offset"), None);
    }
}

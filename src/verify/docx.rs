//! Reads a Word document back with docx-rs, and what docx-rs cannot read with an XML reader, and compares the text.

use std::io::{BufReader, Cursor};

use docx_rs::{DocumentChild, Hyperlink, Paragraph, ParagraphChild, Run, RunChild, Table, TableCellContent};
use docx_rs::{TableChild, TableRowChild, read_docx};
use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::{VerifyError, compare};
use crate::furniture::Written;

const FORMAT: &str = "DOCX";
/// docx-rs takes about twenty bytes of memory for each byte of markup, 2 GB for a table of 50,000 rows. A main
/// story of more bytes is read as a stream of XML events instead.
const LARGEST_FOR_DOCX_RS: u64 = 8 << 20;

/// Compares the text of the file with `expected`, the text of the Document.
///
/// Body text is that of the main story; headers and footers are no part of it. Footnotes follow in their order.
///
/// # Errors
/// If the file cannot be read, lacks a piece of furniture, or says anything else than `expected`.
pub fn verify(expected: &str, written: &Written) -> Result<(), VerifyError> {
    compare(FORMAT, expected, &read(&written.bytes)?, &written.furniture)
}

/// The text of a Word document: the main story, then the footnotes, blocks separated by newlines.
///
/// # Errors
/// If the file cannot be read.
pub fn read(bytes: &[u8]) -> Result<String, VerifyError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let size = archive.by_name("word/document.xml").map_err(|error| unreadable(&error))?.size();
    let mut text = String::new();
    if size > LARGEST_FOR_DOCX_RS {
        stream(&mut archive, "word/document.xml", &mut text)?;
    } else {
        main_story(bytes, &mut text)?;
    }
    // docx-rs reads no footnotes.
    if archive.index_for_name("word/footnotes.xml").is_some() {
        stream(&mut archive, "word/footnotes.xml", &mut text)?;
    }
    Ok(text)
}

/// Appends the text of the main story as docx-rs reads it.
fn main_story(bytes: &[u8], text: &mut String) -> Result<(), VerifyError> {
    let docx = read_docx(bytes).map_err(|error| unreadable(&error))?;
    for child in &docx.document.children {
        match child {
            DocumentChild::Paragraph(content) => paragraph(content, text),
            DocumentChild::Table(content) => table(content, text),
            _ => {}
        }
    }
    Ok(())
}

fn paragraph(content: &Paragraph, text: &mut String) {
    for child in &content.children {
        match child {
            ParagraphChild::Run(content) => run(content, text),
            ParagraphChild::Hyperlink(content) => hyperlink(content, text),
            _ => {}
        }
    }
    text.push('\n');
}

fn hyperlink(content: &Hyperlink, text: &mut String) {
    for child in &content.children {
        if let ParagraphChild::Run(content) = child {
            run(content, text);
        }
    }
}

fn run(content: &Run, text: &mut String) {
    for child in &content.children {
        match child {
            RunChild::Text(piece) => text.push_str(&piece.text),
            RunChild::Tab(_) => text.push('\t'),
            RunChild::Break(_) | RunChild::CarriageReturn(_) => text.push('\n'),
            _ => {}
        }
    }
}

fn table(content: &Table, text: &mut String) {
    for TableChild::TableRow(row) in &content.rows {
        for TableRowChild::TableCell(cell) in &row.cells {
            for child in &cell.children {
                match child {
                    TableCellContent::Paragraph(content) => paragraph(content, text),
                    TableCellContent::Table(content) => table(content, text),
                    _ => {}
                }
            }
        }
    }
}

/// Appends the text of a part, read as a stream of XML events.
fn stream(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str, text: &mut String) -> Result<(), VerifyError> {
    let part = archive.by_name(name).map_err(|error| unreadable(&error))?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    let mut in_text = false;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| unreadable(&error))? {
            Event::Start(element) if element.name().as_ref() == b"w:t" => in_text = true,
            Event::Empty(element) if matches!(element.name().as_ref(), b"w:br" | b"w:tab") => text.push(' '),
            Event::End(element) => match element.name().as_ref() {
                b"w:t" => in_text = false,
                b"w:p" => text.push('\n'),
                _ => {}
            },
            Event::Text(piece) if in_text => {
                text.push_str(&piece.decode().map_err(|error| unreadable(&error))?);
            }
            Event::GeneralRef(reference) if in_text => {
                let character = reference.resolve_char_ref().map_err(|error| unreadable(&error))?;
                let entity = reference.decode().map_err(|error| unreadable(&error))?;
                match (character, quick_xml::escape::resolve_predefined_entity(&entity)) {
                    (Some(character), _) => text.push(character),
                    (None, Some(characters)) => text.push_str(characters),
                    (None, None) => return Err(unreadable(&format!("unknown entity {entity}"))),
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> VerifyError {
    VerifyError::Unreadable { format: FORMAT, why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use zip::ZipArchive;

    use super::{main_story, stream, verify};
    use crate::colophon::Row;
    use crate::diagnostic::Diagnostics;
    use crate::document::text::text;
    use crate::verify::VerifyError;
    use crate::write::docx::{DocxOptions, docx};
    use crate::write::samples;

    #[test]
    fn document_and_word_document_say_the_same_whatever_is_in_them() {
        let options = DocxOptions {
            colophon: Row::new("归档工具", "guidang").map(|row| vec![row]),
            fallback_date: None,
        };
        for document in samples::all() {
            let written = docx(&document, &options, &mut Diagnostics::default()).expect("written");
            assert_eq!(verify(&text(&document), &written), Ok(()));
            let again = docx(&document, &options, &mut Diagnostics::default()).expect("written");
            assert_eq!(written, again, "the same bytes");
        }
    }

    #[test]
    fn both_readers_read_the_same() {
        for document in samples::all() {
            let bytes =
                docx(&document, &DocxOptions::default(), &mut Diagnostics::default()).expect("written").bytes;
            let (mut by_model, mut by_stream) = (String::new(), String::new());
            main_story(&bytes, &mut by_model).expect("readable");
            let mut archive = ZipArchive::new(Cursor::new(&bytes[..])).expect("a ZIP file");
            stream(&mut archive, "word/document.xml", &mut by_stream).expect("readable");
            assert!(
                crate::document::text::significant(&by_model)
                    .eq(crate::document::text::significant(&by_stream))
            );
        }
    }

    #[test]
    fn a_changed_character_is_found_and_shown() {
        let document = samples::of(vec![samples::paragraph("厅党组将其作为重要工作来抓。")]);
        let written = docx(&document, &DocxOptions::default(), &mut Diagnostics::default()).expect("written");
        let error = verify("厅党组将其当作重要工作来抓。", &written).expect_err("differs");
        let VerifyError::TextDiffers { offset, expected, found, .. } = error else { panic!("{error}") };
        assert_eq!((offset, &expected[..], &found[..]), (5, "当作重要工作来抓。", "作为重要工作来抓。"));
    }

    #[test]
    fn what_is_no_package_is_unreadable() {
        let mut written =
            docx(&samples::notice(), &DocxOptions::default(), &mut Diagnostics::default()).expect("written");
        written.bytes.truncate(written.bytes.len() / 2);
        assert!(matches!(verify("", &written), Err(VerifyError::Unreadable { .. })));
    }
}

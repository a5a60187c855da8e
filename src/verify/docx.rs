//! Reads a Word document back with docx-rs, and its footnotes with a plain XML reader, and compares the text.

use std::io::{Cursor, Read};

use docx_rs::{DocumentChild, Hyperlink, Paragraph, ParagraphChild, Run, RunChild, Table, TableCellContent};
use docx_rs::{TableChild, TableRowChild, read_docx};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::{VerifyError, compare};
use crate::furniture::Written;

const FORMAT: &str = "DOCX";

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
    let docx = read_docx(bytes).map_err(|error| unreadable(&error))?;
    let mut text = String::new();
    for child in &docx.document.children {
        match child {
            DocumentChild::Paragraph(content) => paragraph(content, &mut text),
            DocumentChild::Table(content) => table(content, &mut text),
            _ => {}
        }
    }
    // docx-rs reads no footnotes.
    footnotes(bytes, &mut text)?;
    Ok(text)
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

/// Appends the text of `word/footnotes.xml`, if the package has one.
fn footnotes(bytes: &[u8], text: &mut String) -> Result<(), VerifyError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let Ok(mut part) = archive.by_name("word/footnotes.xml") else { return Ok(()) };
    let mut xml = String::new();
    part.read_to_string(&mut xml).map_err(|error| unreadable(&error))?;
    let mut reader = Reader::from_str(&xml);
    let mut in_text = false;
    loop {
        match reader.read_event().map_err(|error| unreadable(&error))? {
            Event::Start(element) if element.name().as_ref() == b"w:t" => in_text = true,
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
                let name = reference.decode().map_err(|error| unreadable(&error))?;
                match (character, quick_xml::escape::resolve_predefined_entity(&name)) {
                    (Some(character), _) => text.push(character),
                    (None, Some(characters)) => text.push_str(characters),
                    (None, None) => return Err(unreadable(&format!("unknown entity {name}"))),
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

//! Turns a Document into plain text: a header of what the page states, a rule, then one line for each paragraph.
//!
//! The rule is exactly ten hyphens and the first such line of the file. Words are written as they are; what the
//! writer adds (header, list marks, labels of pictures, the list of links) is told as furniture, and where the
//! tables stand is told as [`TableArea`]s, since a table drawn with `+-|` does not read line by line.

mod body;
mod draw;
mod encode;
mod header;
mod table;
mod width;
mod wrap;

use std::borrow::Cow;

use crate::document::Document;
use crate::furniture::{Furniture, Written};

pub use encode::{LineEnding, TextEncoding};
pub use table::{CellArea, TableArea};
pub use width::{Ambiguous, character_width};

/// How to write plain text.
#[derive(Clone, Debug, Default)]
pub struct TextOptions {
    /// Wrap lines at so many display columns (at least 20); `None` writes each paragraph on one line.
    pub wrap: Option<usize>,
    /// The character encoding of the file.
    pub encoding: TextEncoding,
    /// What ends a line.
    pub line_ending: LineEnding,
    /// How wide the reader's font draws characters of East Asian Ambiguous width.
    pub ambiguous: Ambiguous,
    /// Put `[n]` after each link and number the list of links at the end.
    pub link_marks: bool,
}

/// A text file before it gets its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextWritten {
    /// The file and what the writer added, in reading order: a table counts cell by cell, its borders not at all.
    pub written: Written,
    /// Where tables are drawn, from the top.
    pub tables: Vec<TableArea>,
    /// The widths the tables were drawn with.
    pub ambiguous: Ambiguous,
    /// The encoding of the file.
    pub encoding: TextEncoding,
    /// Characters that the encoding does not bring back, each with what a reader gets instead; ascending.
    pub lost: Vec<(char, char)>,
}

/// Writes `document` as plain text. The same Document and options give the same bytes.
#[must_use]
pub fn text(document: &Document, options: &TextOptions) -> TextWritten {
    let mut composer = body::Composer::new(document, options);
    composer.header();
    composer.body();
    let body::Composed { text, furniture, tables } = composer.finish();
    let text = match options.line_ending {
        LineEnding::Lf => Cow::Borrowed(&text[..]),
        LineEnding::CrLf => Cow::Owned(text.replace('\n', "\r\n")),
    };
    let (bytes, lost) = encode::encode(&text, options.encoding);
    let furniture: Vec<Furniture> = furniture;
    TextWritten {
        written: Written { bytes, furniture },
        tables,
        ambiguous: options.ambiguous,
        encoding: options.encoding,
        lost,
    }
}

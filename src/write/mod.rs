//! Turns a Document into files: each writer gives its bytes and the furniture it added.

mod column;
pub mod docx;
pub mod html;
#[cfg(test)]
mod laws;
pub mod markdown;
pub mod pdf;
#[cfg(test)]
pub(crate) mod samples;
pub mod text;

use crate::document::{Block, Document, Inline, text as document_text};
use crate::message::{Describe, Language};

/// What can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Archival PDF.
    Pdf,
    /// Word document.
    Docx,
    /// Plain text.
    Text,
    /// Markdown: `CommonMark` with GFM tables.
    Markdown,
    /// A self-contained web page.
    Html,
    /// The Document as JSON.
    Json,
}

impl Format {
    /// The file name extension, which is also the format's name on the command line.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
        }
    }
}

/// Why a file could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// The PDF.
    Pdf(pdf::PdfError),
    /// The DOCX.
    Docx(docx::DocxError),
}

impl Describe for WriteError {
    fn code(&self) -> &'static str {
        match self {
            Self::Pdf(error) => error.code(),
            Self::Docx(error) => error.code(),
        }
    }

    fn describe(&self, language: Language) -> String {
        match self {
            Self::Pdf(error) => error.describe(language),
            Self::Docx(error) => error.describe(language),
        }
    }
}

impl From<pdf::PdfError> for WriteError {
    fn from(error: pdf::PdfError) -> Self {
        Self::Pdf(error)
    }
}

impl From<docx::DocxError> for WriteError {
    fn from(error: docx::DocxError) -> Self {
        Self::Docx(error)
    }
}

/// The text of inline content.
fn plain(content: &[Inline], document: &Document) -> String {
    let mut text = String::new();
    document_text::inlines(content, document, &mut text);
    text
}

/// The text of blocks, one line a block.
fn plain_blocks(blocks: &[Block], document: &Document) -> String {
    let mut text = String::new();
    document_text::blocks(blocks, document, &mut text);
    text
}

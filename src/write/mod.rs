//! Turns a Document into files: each writer gives its bytes and the furniture it added.

pub mod colophon;
mod column;
pub mod docx;
pub mod html;
#[cfg(test)]
mod laws;
pub mod markdown;
#[cfg(test)]
pub(crate) mod samples;
pub mod text;

use crate::document::{Block, Document, Inline, text as document_text};

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

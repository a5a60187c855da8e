//! Turns the tree of a page into what the document says: main-content extraction, metadata, structure.

mod trace;
pub use trace::{Choice, Trace};
use url::Url;
/// stub
#[derive(Clone, Debug, Default)]
pub struct Sites;
impl Sites {
    /// x
    pub fn parse(_: &str) -> Result<Self, String> {
        Ok(Self)
    }
}

use crate::diagnostic::Diagnostics;
use crate::document::{Attachment, Block, Metadata, Note};
use crate::message::messages;
use crate::parse::Dom;

/// How to extract.
#[derive(Clone, Debug, Default)]
pub struct ExtractOptions {
    /// Leave the site rules (`sites.toml`) aside and use the generic path alone.
    pub generic_only: bool,
    /// Ignore the tags of 国办发〔2017〕47号, as if the page had none.
    pub ignore_tags: bool,
    /// s
    pub sites: Sites,
}

/// What was extracted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extraction {
    /// What the page states about the document.
    pub metadata: Metadata,
    /// The document, in reading order.
    pub body: Vec<Block>,
    /// Its notes.
    pub notes: Vec<Note>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
    /// s
    pub trace: Trace,
}

messages! {
    /// Why a page gave no document.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ExtractError {
        /// The page holds no text of a document.
        EmptyBody = "empty-body", "the page holds no document text", "网页没有正文";
    }
}

impl std::error::Error for ExtractError {}

/// Extracts the document of a page; `url` is the page's address where it is known from outside.
///
/// # Errors
/// If the page is no document: see [`ExtractError`].
pub fn extract(
    dom: &Dom,
    url: Option<&Url>,
    options: &ExtractOptions,
    diagnostics: &mut Diagnostics,
) -> Result<Extraction, ExtractError> {
    let _ = (dom, url, options, diagnostics);
    Err(ExtractError::EmptyBody)
}

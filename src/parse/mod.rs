//! Turns text into a tree of elements, within limits. The only stage that builds an HTML tree.
//!
//! The tree is the one that the HTML standard prescribes (html5ever builds it, as a browser with scripting would:
//! the content of `<noscript>` is text), unless the page goes beyond a limit. The limits exist because the
//! standard's algorithm is quadratic, and worse, in what they bound: open elements, formatting elements to be
//! reopened, attributes of a tag.

mod attributes;
mod flatten;
mod limiter;
mod sink;
mod work;

use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::message::messages;
use limiter::Limiter;
use work::Work;

/// Limits of parsing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseOptions {
    /// Elements may nest this deep, `<html>` and `<body>` included; deeper ones are flattened, but for those that
    /// hold no elements (`<img>`, `<script>`), which may stand one level deeper. Default 512, at least 8.
    pub nesting: usize,
    /// A page may have this many table cells. Default 200,000.
    pub cells: usize,
    /// A page may have this many elements, of which each costs about 200 bytes of memory. Default 4,000,000.
    pub elements: usize,
    /// A tag may have this many attributes; further ones are dropped. Default 256.
    pub attributes: usize,
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self { nesting: 512, cells: 200_000, elements: 4_000_000, attributes: 256 }
    }
}

/// A parsed page.
pub struct Dom {
    /// The tree. Its list of parse errors is left empty.
    pub html: scraper::Html,
}

messages! {
    /// Why a page could not be parsed. Malformed HTML is no reason: the standard says how to read it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ParseError {
        /// Too many table cells.
        TooManyCells { limit: usize } = "too-many-cells",
            "the page has more than {limit} table cells", "网页的表格单元超过 {limit} 个";
        /// Too many elements.
        TooManyElements { limit: usize } = "too-many-elements",
            "the page has more than {limit} elements", "网页的元素超过 {limit} 个";
    }
}

impl std::error::Error for ParseError {}

/// Text is handed to the tokenizer in pieces of so many bytes: its buffers cannot hold more than 4 GiB.
const PIECE: usize = 16 * 1024 * 1024;

/// Parses `html`.
///
/// # Errors
/// If the page goes beyond a limit that cannot be met by flattening.
pub fn parse(html: &str, options: &ParseOptions, diagnostics: &mut Diagnostics) -> Result<Dom, ParseError> {
    let (html, attributes_dropped) = attributes::limit(html, options.attributes);
    if attributes_dropped > 0 {
        diagnostics
            .push(Diagnostic::AttributesLimited { count: attributes_dropped, limit: options.attributes });
    }
    let options = &ParseOptions { nesting: options.nesting.max(8), ..options.clone() };
    let limiter = build(&html, options, Work::default())?;
    let (mut nesting, tangle) = (limiter.flattened(), limiter.tangled());
    let mut html = limiter.finish();
    nesting += flatten::flatten(&mut html, options.nesting);
    if nesting > 0 {
        diagnostics.push(Diagnostic::NestingLimited { count: nesting, limit: options.nesting });
    }
    if tangle > 0 {
        diagnostics.push(Diagnostic::MarkupLimited { count: tangle });
    }
    Ok(Dom { html })
}

fn build(html: &str, options: &ParseOptions, work: Work) -> Result<Limiter, ParseError> {
    let tokenizer = Tokenizer::new(Limiter::new(options, work), TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        rest = after;
        queue.push_back(StrTendril::from_slice(piece));
        // The tokenizer comes back at each script and encoding declaration, which mean nothing here, and when the
        // limiter gives up.
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {
            if let Some(error) = tokenizer.sink.error() {
                return Err(error);
            }
        }
    }
    tokenizer.end();
    tokenizer.sink.error().map_or(Ok(tokenizer.sink), Err)
}

#[cfg(test)]
mod tests;

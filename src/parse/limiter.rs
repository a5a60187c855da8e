//! Stands between tokenizer and tree builder, and drops the tags that would lead beyond a limit.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use ego_tree::NodeId;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{EndTag, Tag, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{Tracer, TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, local_name};
use scraper::Html;

use super::sink::{CountingSink, is_formatting};
use super::work::{Level, Work};
use super::{ParseError, ParseOptions};

/// So many `<html>` tags may add attributes to the one element, and so many `<body>` tags.
const ROOT_TAGS: usize = 64;

/// A token sink that builds a tree within limits.
pub(super) struct Limiter {
    builder: TreeBuilder<NodeId, CountingSink>,
    options: ParseOptions,
    error: RefCell<Option<ParseError>>,
    measured: Cell<Measure>,
    /// Nothing was closed since the limit was reached.
    full: Cell<bool>,
    /// The tokenizer reads raw text; the next end tag belongs to it.
    raw: Cell<bool>,
    /// What was dropped and not yet closed.
    dropped: RefCell<Dropped>,
    html_tags: Cell<usize>,
    body_tags: Cell<usize>,
    work: Work,
    flattened: Cell<u64>,
    tangled: Cell<u64>,
}

/// What the tree builder held at some moment.
#[derive(Clone, Copy, Default)]
struct Measure {
    /// Open elements, and formatting elements that the next text would reopen.
    open: usize,
    /// Formatting elements among them.
    formatting: usize,
    /// Elements made until then.
    elements: usize,
    /// Formatting elements made until then.
    formatting_elements: usize,
}

impl Limiter {
    pub(super) fn new(options: &ParseOptions, work: Work) -> Self {
        Self {
            builder: TreeBuilder::new(CountingSink::new(), TreeBuilderOpts::default()),
            options: options.clone(),
            error: RefCell::new(None),
            measured: Cell::default(),
            full: Cell::new(false),
            raw: Cell::new(false),
            dropped: RefCell::default(),
            html_tags: Cell::new(0),
            body_tags: Cell::new(0),
            work,
            flattened: Cell::new(0),
            tangled: Cell::new(0),
        }
    }

    /// Why the page cannot be parsed, once that is known.
    pub(super) fn error(&self) -> Option<ParseError> {
        self.error.borrow().clone()
    }

    /// How many elements were flattened because they were nested too deep.
    pub(super) fn flattened(&self) -> u64 {
        self.flattened.get()
    }

    /// How many elements were flattened because the page's markup was too tangled.
    pub(super) fn tangled(&self) -> u64 {
        self.tangled.get()
    }

    /// The tree.
    pub(super) fn finish(self) -> Html {
        self.builder.sink.finish()
    }

    fn tag(&self, mut tag: Tag, line: u64) -> TokenSinkResult<NodeId> {
        self.work.tag();
        self.limit_root_attributes(&mut tag);
        let keep = if tag.kind == EndTag { self.keeps_end(&tag) } else { self.keeps_start(&tag) };
        if !keep {
            return TokenSinkResult::Continue;
        }
        let result = self.builder.process_token(Token::TagToken(tag), line);
        self.raw.set(matches!(result, TokenSinkResult::RawData(_)));
        let sink = &self.builder.sink;
        if sink.cells.get() > self.options.cells {
            self.error.replace(Some(ParseError::TooManyCells { limit: self.options.cells }));
            return give_up();
        }
        if sink.elements.get() > self.options.elements {
            self.error.replace(Some(ParseError::TooManyElements { limit: self.options.elements }));
            return give_up();
        }
        result
    }

    /// Each further `<html>` or `<body>` adds its attributes to the one element.
    fn limit_root_attributes(&self, tag: &mut Tag) {
        let tags = match tag.name {
            local_name!("html") => &self.html_tags,
            local_name!("body") => &self.body_tags,
            _ => return,
        };
        tags.set(tags.get() + 1);
        if tags.get() > ROOT_TAGS && !tag.attrs.is_empty() {
            tag.attrs.clear();
            self.tangled.set(self.tangled.get() + 1);
        }
    }

    fn keeps_start(&self, tag: &Tag) -> bool {
        if self.builder.adjusted_current_node_present_but_not_in_html_namespace() {
            // In SVG and MathML a self-closing tag opens nothing.
            if tag.self_closing {
                return true;
            }
        } else if opens_nothing(&tag.name) {
            return true;
        }
        if matches!(tag.name, local_name!("html") | local_name!("body")) {
            return true;
        }
        if self.work.level() > Level::Full {
            self.tangled.set(self.tangled.get() + 1);
        } else if self.is_full() {
            self.flattened.set(self.flattened.get() + 1);
        } else {
            self.account(tag);
            return true;
        }
        self.dropped.borrow_mut().push(&tag.name);
        false
    }

    fn keeps_end(&self, tag: &Tag) -> bool {
        if self.raw.get() {
            return true;
        }
        if self.work.level() == Level::Text || self.dropped.borrow_mut().close(&tag.name) {
            return false;
        }
        self.full.set(false);
        if is_formatting(&tag.name) {
            self.work.formatting_search();
        }
        true
    }

    /// Whether no further element can be opened.
    fn is_full(&self) -> bool {
        if self.full.get() {
            return true;
        }
        let (measured, elements) = (self.measured.get(), self.builder.sink.elements.get());
        // Each element was opened once at most. Only when that leaves no room are they counted.
        if measured.open + (elements - measured.elements) < self.options.nesting {
            return false;
        }
        let full = self.measure().open >= self.options.nesting;
        self.full.set(full);
        if !full {
            // What held the dropped elements is closed, and so are they.
            self.dropped.borrow_mut().clear();
        }
        full
    }

    fn measure(&self) -> Measure {
        let nodes = self.census();
        self.work.steps(nodes.len() * 8);
        self.work.formatting_search();
        let sink = &self.builder.sink;
        let measure = Measure {
            open: nodes.len(),
            formatting: nodes.iter().filter(|node| is_formatting(&sink.name(**node))).count(),
            elements: sink.elements.get(),
            formatting_elements: sink.formatting.get(),
        };
        self.measured.set(measure);
        measure
    }

    /// The open elements, and formatting elements that the next text would reopen.
    fn census(&self) -> Vec<NodeId> {
        let census = Census::default();
        self.builder.trace_handles(&census);
        let mut nodes = census.0.into_inner();
        // The first is the document. The tree builder remembers `<head>` after it is closed.
        nodes.remove(0);
        nodes.retain(|node| self.builder.sink.name(*node) != local_name!("head"));
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// Adds up the costs of a tag that the sink does not see.
    fn account(&self, tag: &Tag) {
        match tag.name {
            local_name!("applet") | local_name!("marquee") | local_name!("object") => self.work.markers(1),
            // The cells of tables in a template can all leave their markers behind.
            local_name!("template") => self.work.markers(self.options.nesting / 4),
            ref name if is_formatting(name) && !tag.attrs.is_empty() => {
                let others = |measured: Measure| {
                    measured.formatting + (self.builder.sink.formatting.get() - measured.formatting_elements)
                };
                let mut measured = self.measured.get();
                if others(measured) > 2 * measured.formatting + 8 {
                    measured = self.measure();
                }
                self.work.formatting_start(tag.attrs.len(), others(measured));
            }
            _ => {}
        }
    }

    /// Gives up on structure where it outgrows the page.
    fn check_work(&self) {
        let sink = &self.builder.sink;
        if !self.raw.get()
            && self.work.outgrows(sink.steps.get(), sink.elements.get())
            && self.work.level() == Level::Text
        {
            self.close_all();
        }
    }

    /// Closes all elements within the body, inner ones (which were made later) first.
    fn close_all(&self) {
        for node in self.census().into_iter().rev() {
            let name = self.builder.sink.name(node);
            if matches!(name, local_name!("html") | local_name!("body")) {
                continue;
            }
            let tag = Tag {
                kind: EndTag,
                name,
                self_closing: false,
                attrs: Vec::new(),
                had_duplicate_attributes: false,
            };
            // An end tag asks nothing of the tokenizer.
            let _ = self.builder.process_token(Token::TagToken(tag), 0);
        }
    }
}

impl TokenSink for Limiter {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        let failed = self.error.borrow().is_some();
        match token {
            Token::TagToken(_) if failed => give_up(),
            _ if failed => TokenSinkResult::Continue,
            Token::TagToken(tag) => {
                self.check_work();
                self.tag(tag, line)
            }
            token => {
                self.work.text();
                self.check_work();
                self.builder.process_token(token, line)
            }
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Makes the tokenizer come back to its caller, who asks for the error.
fn give_up() -> TokenSinkResult<NodeId> {
    TokenSinkResult::EncodingIndicator(StrTendril::new())
}

/// Elements without content, and those whose content is raw text and can hold no element. The latter have to reach
/// the tree builder: it tells the tokenizer that a script is no markup.
pub(super) fn opens_nothing(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("area")
            | local_name!("base")
            | local_name!("basefont")
            | local_name!("bgsound")
            | local_name!("br")
            | local_name!("col")
            | local_name!("embed")
            | local_name!("frame")
            | local_name!("hr")
            | local_name!("image")
            | local_name!("img")
            | local_name!("input")
            | local_name!("keygen")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("param")
            | local_name!("source")
            | local_name!("track")
            | local_name!("wbr")
            | local_name!("iframe")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("noscript")
            | local_name!("plaintext")
            | local_name!("script")
            | local_name!("style")
            | local_name!("textarea")
            | local_name!("title")
            | local_name!("xmp")
    )
}

/// The names of dropped elements, innermost last.
#[derive(Default)]
struct Dropped {
    names: Vec<LocalName>,
    counts: BTreeMap<LocalName, usize>,
}

impl Dropped {
    fn push(&mut self, name: &LocalName) {
        self.names.push(name.clone());
        *self.counts.entry(name.clone()).or_default() += 1;
    }

    /// Closes the innermost element of this name and all within it, if there is one.
    fn close(&mut self, name: &LocalName) -> bool {
        if self.counts.get(name).is_none_or(|count| *count == 0) {
            return false;
        }
        while let Some(innermost) = self.names.pop() {
            if let Some(count) = self.counts.get_mut(&innermost) {
                *count -= 1;
            }
            if innermost == *name {
                break;
            }
        }
        true
    }

    fn clear(&mut self) {
        self.names.clear();
        self.counts.clear();
    }
}

/// Collects the nodes that the tree builder holds.
#[derive(Default)]
struct Census(RefCell<Vec<NodeId>>);

impl Tracer for Census {
    type Handle = NodeId;

    fn trace_handle(&self, node: &NodeId) {
        self.0.borrow_mut().push(*node);
    }
}

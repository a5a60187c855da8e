//! Stands between tokenizer and tree builder, and drops the tags that would lead beyond a limit.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use ego_tree::NodeId;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{EndTag, Tag, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{Tracer, TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, local_name};
use scraper::Html;

use super::sink::CountingSink;
use super::{ParseError, ParseOptions};

/// The tree builder may take so many steps for each tag. Real pages take 20 to 60.
const STEPS_FOR_A_TAG: usize = 400;
/// Steps beyond that, for which a page need not account. They take about 50 ms.
const FREE_STEPS: usize = 20_000_000;
/// The tree builder may make so many elements for each tag, by reopening formatting elements that the page left open.
const ELEMENTS_FOR_A_TAG: usize = 4;
/// Elements beyond that, for which a page need not account.
const FREE_ELEMENTS: usize = 100_000;
/// So many `<html>` and `<body>` tags may add attributes to the one element.
const ROOT_TAGS: usize = 64;

/// A token sink that builds a tree within limits.
pub(super) struct Limiter {
    builder: TreeBuilder<NodeId, CountingSink>,
    options: ParseOptions,
    error: RefCell<Option<ParseError>>,
    /// At most so many elements were open when `elements` were made in all.
    measured: Cell<Measure>,
    /// Nothing was closed since the limit was reached.
    full: Cell<bool>,
    /// The tokenizer reads raw text; the next end tag belongs to it.
    raw: Cell<bool>,
    /// What was dropped and not yet closed.
    dropped: RefCell<Dropped>,
    /// Start and end tags so far.
    tags: Cell<usize>,
    /// Formatting start tags so far, and tags that hide formatting elements from what follows.
    formatting: Cell<usize>,
    markers: Cell<usize>,
    roots: Cell<usize>,
    /// Steps that the sink does not see.
    hidden_steps: Cell<usize>,
    /// The page took more steps than its tags account for: from here on all elements are flattened.
    tangle: Cell<bool>,
    flattened: Cell<u64>,
    tangled: Cell<u64>,
}

/// A count of open elements.
#[derive(Clone, Copy, Default)]
struct Measure {
    open: usize,
    elements: usize,
}

impl Limiter {
    pub(super) fn new(options: &ParseOptions) -> Self {
        Self {
            builder: TreeBuilder::new(CountingSink::new(), TreeBuilderOpts::default()),
            options: options.clone(),
            error: RefCell::new(None),
            measured: Cell::default(),
            full: Cell::new(false),
            raw: Cell::new(false),
            dropped: RefCell::default(),
            tags: Cell::new(0),
            formatting: Cell::new(0),
            markers: Cell::new(0),
            roots: Cell::new(0),
            hidden_steps: Cell::new(0),
            tangle: Cell::new(false),
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

    fn tag(&self, tag: Tag, line: u64) -> TokenSinkResult<NodeId> {
        if self.error.borrow().is_some() {
            return give_up();
        }
        self.tags.set(self.tags.get() + 1);
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

    fn keeps_start(&self, tag: &Tag) -> bool {
        self.account(tag);
        if self.builder.adjusted_current_node_present_but_not_in_html_namespace() {
            // In SVG and MathML a self-closing tag opens nothing.
            if tag.self_closing {
                return true;
            }
        } else if opens_nothing(&tag.name) {
            return true;
        }
        if matches!(tag.name, local_name!("html") | local_name!("body")) {
            self.roots.set(self.roots.get() + 1);
            return self.roots.get() <= ROOT_TAGS;
        }
        if self.tangle.get() {
            self.tangled.set(self.tangled.get() + 1);
        } else if self.is_full() {
            self.flattened.set(self.flattened.get() + 1);
        } else {
            return true;
        }
        self.dropped.borrow_mut().push(&tag.name);
        false
    }

    fn keeps_end(&self, tag: &Tag) -> bool {
        if self.raw.get() {
            return true;
        }
        if self.dropped.borrow_mut().close(&tag.name) {
            return false;
        }
        self.full.set(false);
        if is_formatting(&tag.name) {
            self.add_hidden_steps(self.markers.get());
        }
        true
    }

    /// Whether no further element can be opened.
    fn is_full(&self) -> bool {
        if self.full.get() {
            return true;
        }
        let elements = self.builder.sink.elements.get();
        let measured = self.measured.get();
        // Each element was opened once at most. Only when that leaves no room are they counted.
        if measured.open + (elements - measured.elements) < self.options.nesting {
            return false;
        }
        let open = self.count_open();
        self.measured.set(Measure { open, elements });
        self.full.set(open >= self.options.nesting);
        if !self.full.get() {
            // What held the dropped elements is closed, and so are they.
            self.dropped.borrow_mut().clear();
        }
        self.full.get()
    }

    /// The number of open elements, and of formatting elements that the next text would reopen.
    fn count_open(&self) -> usize {
        let census = Census { sink: &self.builder.sink, nodes: RefCell::default() };
        self.builder.trace_handles(&census);
        let mut nodes = census.nodes.into_inner();
        self.add_hidden_steps(nodes.len() * 8);
        nodes.sort_unstable();
        nodes.dedup();
        // One of them is the document.
        nodes.len().saturating_sub(1)
    }

    /// Adds up the work, and gives up on structure where it outgrows the page.
    fn account(&self, tag: &Tag) {
        match tag.name {
            local_name!("applet") | local_name!("marquee") | local_name!("object") => {
                self.markers.set(self.markers.get() + 1);
            }
            // The cells of tables in a template can all leave their markers behind.
            local_name!("template") => self.markers.set(self.markers.get() + self.options.nesting / 4),
            ref name if is_formatting(name) => {
                self.formatting.set(self.formatting.get() + 1);
                // Each is compared with those before it, attribute by attribute.
                let others = self.formatting.get().min(self.options.nesting);
                self.add_hidden_steps(tag.attrs.len() * others);
            }
            _ => {}
        }
        let (sink, tags) = (&self.builder.sink, self.tags.get());
        let steps = sink.steps.get().saturating_add(self.hidden_steps.get());
        if steps > FREE_STEPS.saturating_add(tags.saturating_mul(STEPS_FOR_A_TAG))
            || sink.elements.get() > FREE_ELEMENTS.saturating_add(tags.saturating_mul(ELEMENTS_FOR_A_TAG))
        {
            self.tangle.set(true);
        }
    }

    fn add_hidden_steps(&self, steps: usize) {
        self.hidden_steps.set(self.hidden_steps.get().saturating_add(steps));
    }
}

impl TokenSink for Limiter {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        match token {
            Token::TagToken(tag) => self.tag(tag, line),
            _ if self.error.borrow().is_some() => TokenSinkResult::Continue,
            token => self.builder.process_token(token, line),
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

/// The formatting elements (HTML, 13.2.4.3).
fn is_formatting(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("a")
            | local_name!("b")
            | local_name!("big")
            | local_name!("code")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("nobr")
            | local_name!("s")
            | local_name!("small")
            | local_name!("strike")
            | local_name!("strong")
            | local_name!("tt")
            | local_name!("u")
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
struct Census<'a> {
    sink: &'a CountingSink,
    nodes: RefCell<Vec<NodeId>>,
}

impl Tracer for Census<'_> {
    type Handle = NodeId;

    fn trace_handle(&self, node: &NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        // The first is the document. The tree builder remembers `<head>` after it is closed.
        if nodes.is_empty() || !self.sink.is_head(*node) {
            nodes.push(*node);
        }
    }
}

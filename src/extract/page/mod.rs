//! Turns the parsed tree into a flat preorder view and its lines, on which every later step is a linear scan.

pub(super) mod lines;
pub(super) mod links;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::node::Element;
use scraper::{Html, Node};

use self::lines::{Line, lines};
use crate::extract::whitespace::is_blank;

/// What an element means for extraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// Never shown as text: scripts, styles, form controls, embedded objects.
    Skipped,
    /// `<br>`.
    Break,
    /// `<hr>`.
    Rule,
    /// `<img>`.
    Image,
    /// `<a>`.
    Anchor,
    /// `<table>`.
    Table,
    /// `<thead>`, `<tbody>`, `<tfoot>`, `<colgroup>`.
    Section,
    /// `<tr>`.
    Row,
    /// `<td>` or `<th>`.
    Cell,
    /// `<caption>`.
    Caption,
    /// `<ul>`, `<ol>`, `<menu>`, `<dir>`.
    List,
    /// `<li>`.
    Item,
    /// `<h1>` to `<h6>`.
    Heading(u8),
    /// `<blockquote>`.
    Quote,
    /// `<pre>`.
    Preformatted,
    /// `<figcaption>`.
    FigureCaption,
    /// Any other block.
    Block,
    /// Any other element.
    Inline,
}

/// What an item of the flat view is.
#[derive(Clone, Copy)]
pub(super) enum Kind<'a> {
    /// An element.
    Element(&'a Element, Tag),
    /// Text.
    Text(&'a str),
    /// A comment, doctype or the document itself.
    Other,
}

/// A node in preorder.
pub(super) struct Item<'a> {
    /// The node in the tree.
    pub(super) id: NodeId,
    /// Index of its parent; the root is its own parent.
    pub(super) parent: usize,
    /// One beyond the index of its last descendant.
    pub(super) end: usize,
    /// What it is.
    pub(super) kind: Kind<'a>,
    /// Whether the page does not show it, or shows no text of it.
    pub(super) hidden: bool,
}

impl<'a> Item<'a> {
    /// The element, if it is one.
    pub(super) fn element(&self) -> Option<&'a Element> {
        match self.kind {
            Kind::Element(element, _) => Some(element),
            _ => None,
        }
    }

    /// Its tag; text counts as inline.
    pub(super) fn tag(&self) -> Tag {
        match self.kind {
            Kind::Element(_, tag) => tag,
            _ => Tag::Inline,
        }
    }
}

/// The flat view of a page.
pub(super) struct Page<'a> {
    /// All nodes in preorder.
    pub(super) items: Vec<Item<'a>>,
    /// The visible lines in reading order.
    pub(super) lines: Vec<Line>,
    /// For each item the index of the nearest table around it, or [`NO_TABLE`].
    pub(super) tables: Vec<usize>,
    /// Characters of all lines before each line; one longer than the lines.
    lengths: Vec<usize>,
}

/// Stands for no table.
pub(super) const NO_TABLE: usize = usize::MAX;

impl<'a> Page<'a> {
    /// Flattens `html`.
    pub(super) fn new(html: &'a Html) -> Self {
        let mut page =
            Self { items: flatten(html), lines: Vec::new(), tables: Vec::new(), lengths: Vec::new() };
        page.hide();
        page.lines = lines(&page.items);
        page.tables.reserve(page.items.len());
        for (index, item) in page.items.iter().enumerate() {
            let around = match page.items[item.parent].tag() {
                _ if item.parent == index => NO_TABLE,
                Tag::Table => item.parent,
                _ => page.tables[item.parent],
            };
            page.tables.push(around);
        }
        page.lengths.push(0);
        let mut sum = 0;
        for line in &page.lines {
            sum += line.length;
            page.lengths.push(sum);
        }
        page
    }

    /// The element at `index`, if it is one.
    pub(super) fn element(&self, index: usize) -> Option<&'a Element> {
        self.items[index].element()
    }

    /// The value of the attribute `name` of the element at `index`.
    pub(super) fn attribute(&self, index: usize, name: &str) -> Option<&'a str> {
        attribute(self.element(index)?, name)
    }

    /// Indexes of the children of the item at `index`.
    pub(super) fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.items[index].end;
        let mut next = index + 1;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let child = next;
            next = self.items[child].end;
            Some(child)
        })
    }

    /// Indexes of the ancestors of `index`, nearest first.
    pub(super) fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let mut at = index;
        std::iter::from_fn(move || {
            let parent = self.items[at].parent;
            if parent == at {
                return None;
            }
            at = parent;
            Some(parent)
        })
    }

    /// The range of lines that lie within the item at `index`.
    pub(super) fn lines_within(&self, index: usize) -> std::ops::Range<usize> {
        self.lines_between(index, self.items[index].end)
    }

    /// The range of lines whose text lies in the items `start..end`.
    pub(super) fn lines_between(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let first = self.lines.partition_point(|line| line.start < start);
        let last = self.lines.partition_point(|line| line.start < end);
        first..last.max(first)
    }

    /// Visible characters, white space not counted, within the item at `index`.
    pub(super) fn length(&self, index: usize) -> usize {
        let range = self.lines_within(index);
        self.lengths[range.end] - self.lengths[range.start]
    }

    /// The first `most` characters of the visible text within the item at `index`, white space runs as one space.
    pub(super) fn text(&self, index: usize, most: usize) -> String {
        let mut out = String::new();
        let mut count = 0;
        let mut space = false;
        for item in &self.items[index..self.items[index].end] {
            let Kind::Text(text) = item.kind else { continue };
            if item.hidden {
                continue;
            }
            for character in text.chars() {
                if is_blank(character) {
                    space = true;
                    continue;
                }
                if count >= most {
                    return out;
                }
                if space && !out.is_empty() {
                    out.push(' ');
                }
                space = false;
                out.push(character);
                count += 1;
            }
        }
        out
    }

    /// The CSS-like path of the item at `index`: `html > body > div#main.article`.
    pub(super) fn path(&self, index: usize) -> String {
        let mut steps: Vec<String> = std::iter::once(index)
            .chain(self.ancestors(index))
            .filter_map(|at| self.element(at))
            .map(|element| {
                let mut step = element.name().to_owned();
                if let Some(id) = attribute(element, "id").filter(|id| !id.trim().is_empty()) {
                    step.push('#');
                    step.push_str(id.trim());
                }
                for class in attribute(element, "class").unwrap_or_default().split_ascii_whitespace() {
                    step.push('.');
                    step.push_str(class);
                }
                step
            })
            .collect();
        steps.reverse();
        steps.join(" > ")
    }

    /// Marks what the page does not show. Classes are believed for small pieces only: a main text that scripts
    /// unveil must not be lost.
    fn hide(&mut self) {
        const SMALL: usize = 400;
        let mut index = 0;
        while index < self.items.len() {
            let end = self.items[index].end;
            let hide = match self.items[index].kind {
                Kind::Element(_, Tag::Skipped) => true,
                Kind::Element(element, _) => {
                    hidden_by_style(element)
                        || hidden_by_class(element) && self.raw_length(index, SMALL) < SMALL
                }
                _ => false,
            };
            if hide {
                for item in &mut self.items[index..end] {
                    item.hidden = true;
                }
                index = end;
            } else {
                index += 1;
            }
        }
        // A page that shows nothing without scripts, but holds text: what style hides is the document.
        let (mut shown, mut veiled) = (0, 0);
        for item in &self.items {
            if let Kind::Text(text) = item.kind {
                let count = text.chars().filter(|c| !is_blank(*c)).count();
                if item.hidden { veiled += count } else { shown += count }
            }
        }
        if shown < 40 && veiled > 200 {
            let mut index = 0;
            while index < self.items.len() {
                if self.items[index].tag() == Tag::Skipped {
                    index = self.items[index].end;
                } else {
                    self.items[index].hidden = false;
                    index += 1;
                }
            }
        }
    }

    /// The text within the hidden element at `index`, scripts aside, up to 400 characters.
    pub(super) fn hidden_text(&self, index: usize) -> String {
        let mut text = String::new();
        let mut at = index;
        while at < self.items[index].end && text.len() < 1600 {
            let item = &self.items[at];
            if item.tag() == Tag::Skipped {
                at = item.end;
                continue;
            }
            if let Kind::Text(said) = item.kind {
                for word in said.split_whitespace().take(400) {
                    text.push_str(if text.is_empty() { "" } else { " " });
                    text.extend(word.chars().take(400));
                }
            }
            at += 1;
        }
        text
    }

    /// Characters within `index`, counted up to `limit`.
    fn raw_length(&self, index: usize, limit: usize) -> usize {
        let mut count = 0;
        for item in &self.items[index..self.items[index].end] {
            if let Kind::Text(text) = item.kind {
                count += text.chars().filter(|c| !is_blank(*c)).take(limit).count();
            }
            if count >= limit {
                break;
            }
        }
        count
    }
}

/// The value of an attribute of `element`.
pub(super) fn attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attrs().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The value of the declaration `property` in the `style` attribute of `element`, without `!important`.
pub(super) fn style<'a>(element: &'a Element, property: &str) -> Option<&'a str> {
    declaration(attribute(element, "style")?, property)
}

/// The value of the last declaration of `property` in `style`.
pub(super) fn declaration<'a>(style: &'a str, property: &str) -> Option<&'a str> {
    style.split(';').rev().find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let value = value.trim();
        let value = value.strip_suffix("!important").unwrap_or(value).trim_end();
        name.trim().eq_ignore_ascii_case(property).then_some(value)
    })
}

fn hidden_by_style(element: &Element) -> bool {
    attribute(element, "hidden").is_some()
        || attribute(element, "style").is_some_and(|style| {
            declaration(style, "display").is_some_and(|value| value.eq_ignore_ascii_case("none"))
                || declaration(style, "visibility").is_some_and(|value| value.eq_ignore_ascii_case("hidden"))
        })
}

fn hidden_by_class(element: &Element) -> bool {
    const CLASSES: [&str; 10] = [
        "hide",
        "hidden",
        "d-none",
        "dn",
        "disnone",
        "displaynone",
        "display-none",
        "undis",
        "visually-hidden",
        "sr-only",
    ];
    attribute(element, "class")
        .is_some_and(|classes| classes.split_ascii_whitespace().any(|class| CLASSES.contains(&class)))
}

fn tag(name: &str) -> Tag {
    match name {
        "script" | "style" | "noscript" | "template" | "iframe" | "object" | "embed" | "applet"
        | "canvas" | "svg" | "audio" | "video" | "map" | "select" | "option" | "optgroup" | "datalist"
        | "input" | "button" | "textarea" | "progress" | "meter" | "title" | "noframes" => Tag::Skipped,
        "br" => Tag::Break,
        "hr" => Tag::Rule,
        "img" | "image" => Tag::Image,
        "a" => Tag::Anchor,
        "table" => Tag::Table,
        "thead" | "tbody" | "tfoot" | "colgroup" => Tag::Section,
        "tr" => Tag::Row,
        "td" | "th" => Tag::Cell,
        "caption" => Tag::Caption,
        "ul" | "ol" | "menu" | "dir" => Tag::List,
        "li" => Tag::Item,
        "h1" => Tag::Heading(1),
        "h2" => Tag::Heading(2),
        "h3" => Tag::Heading(3),
        "h4" => Tag::Heading(4),
        "h5" => Tag::Heading(5),
        "h6" => Tag::Heading(6),
        "blockquote" => Tag::Quote,
        "pre" | "listing" | "xmp" => Tag::Preformatted,
        "figcaption" => Tag::FigureCaption,
        "html" | "head" | "body" | "address" | "article" | "aside" | "center" | "dd" | "details"
        | "dialog" | "div" | "dl" | "dt" | "fieldset" | "figure" | "footer" | "form" | "header"
        | "hgroup" | "legend" | "main" | "nav" | "p" | "search" | "section" | "summary" | "ucapcontent"
        | "frameset" | "body-main" => Tag::Block,
        _ => Tag::Inline,
    }
}

impl Tag {
    /// Whether text before and after its start or end stands on different lines.
    pub(super) fn breaks_line(self) -> bool {
        !matches!(self, Self::Inline | Self::Anchor | Self::Image | Self::Skipped)
    }
}

fn flatten(html: &Html) -> Vec<Item<'_>> {
    let mut items: Vec<Item<'_>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => {
                let kind = match node.value() {
                    Node::Element(element) => Kind::Element(element, tag(element.name())),
                    Node::Text(text) => Kind::Text(text),
                    _ => Kind::Other,
                };
                let index = items.len();
                let parent = open.last().copied().unwrap_or(index);
                items.push(Item { id: node.id(), parent, end: index + 1, kind, hidden: false });
                open.push(index);
            }
            Edge::Close(_) => {
                if let Some(index) = open.pop() {
                    items[index].end = items.len();
                }
            }
        }
    }
    items
}

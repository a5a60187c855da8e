//! A list page laid out flat: its texts in order, the links among them, its scripts.

use ego_tree::iter::Edge;
use scraper::node::Element;
use scraper::{Html, Node};
use url::Url;

use super::resolve;

/// Something that can be clicked.
#[derive(Debug)]
pub(super) struct Anchor {
    /// Its element, as an index of [`FlatPage::elements`].
    pub element: usize,
    /// Where it leads, if `href` says so.
    pub url: Option<Url>,
    /// Attributes that say more: `title`, `rel`, `class`, `onclick`, `tagname`, …
    pub attributes: Vec<(String, String)>,
}

impl Anchor {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// An element within the flat page.
#[derive(Debug)]
pub(super) struct FlatElement {
    pub name: String,
    /// The element around it.
    pub parent: Option<usize>,
    /// The texts within it, as a range of [`FlatPage::texts`].
    pub texts: (usize, usize),
    /// The links (with an address) within it, as a range of [`FlatPage::anchors`].
    pub anchors: (usize, usize),
}

/// A page laid out flat.
#[derive(Debug, Default)]
pub(super) struct FlatPage {
    pub elements: Vec<FlatElement>,
    /// Texts in order, as written, with the element directly around each.
    pub texts: Vec<(usize, String)>,
    /// Links and other clickable elements in order.
    pub anchors: Vec<Anchor>,
    /// The text of each script.
    pub scripts: Vec<String>,
    /// What addresses are relative to.
    pub base: Option<Url>,
    /// `ColumnName` of 国办发〔2017〕47号, else the first part of the title.
    pub name: Option<String>,
    /// The target of `<link rel="next">`.
    pub next: Option<Url>,
}

/// Attributes that are kept.
const KEPT: [&str; 12] = [
    "href",
    "title",
    "rel",
    "class",
    "onclick",
    "tagname",
    "data-href",
    "data-url",
    "data-page",
    "aria-label",
    "value",
    "alt",
];

impl FlatPage {
    /// Lays out `html`, whose address is `url`.
    pub(super) fn new(html: &Html, url: Option<&Url>) -> Self {
        let mut page = Self { base: url.cloned(), ..Self::default() };
        let mut title = None;
        let mut open: Vec<usize> = Vec::new();
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Element(element) => {
                        page.open(element, open.last().copied(), &mut title);
                        open.push(page.elements.len() - 1);
                    }
                    Node::Text(text) => {
                        if let Some(element) = open.last() {
                            page.texts.push((*element, text.to_string()));
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if node.value().is_element()
                        && let Some(index) = open.pop()
                    {
                        page.close(index, &mut title);
                    }
                }
            }
        }
        if page.name.is_none() {
            page.name = title.as_deref().and_then(|title: &str| {
                super::tidy(
                    title
                        .split(['-', '_', '|', '—', '–', '－', '·'])
                        .map(str::trim)
                        .find(|part| !part.is_empty())?,
                )
            });
        }
        page
    }

    fn open(&mut self, element: &Element, parent: Option<usize>, title: &mut Option<String>) {
        let name = element.name();
        let texts = (self.texts.len(), self.texts.len());
        let anchors = (self.anchors.len(), self.anchors.len());
        let index = self.elements.len();
        self.elements.push(FlatElement { name: name.to_owned(), parent, texts, anchors });
        match name {
            "base" if self.base_is_open() => {
                if let Some(base) = element.attr("href").and_then(|href| resolve(href, self.base.as_ref())) {
                    self.base = Some(base);
                }
            }
            "meta" if element.attr("name").is_some_and(|name| name.eq_ignore_ascii_case("ColumnName")) => {
                self.name = self.name.take().or_else(|| super::tidy(element.attr("content")?));
            }
            "link" if has_word(element.attr("rel"), "next") => {
                self.next = element.attr("href").and_then(|href| resolve(href, self.base.as_ref()));
            }
            "title" => {
                title.get_or_insert_with(String::new);
            }
            _ => {}
        }
        let clickable = name == "a" || element.attr("onclick").is_some() || element.attr("tagname").is_some();
        if clickable {
            let kept = element.attrs().filter(|(name, _)| KEPT.contains(name));
            self.anchors.push(Anchor {
                element: index,
                url: element.attr("href").and_then(|href| resolve(href, self.base.as_ref())),
                attributes: kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            });
        }
    }

    /// Only the first `<base>` counts, and it stands before all links.
    fn base_is_open(&self) -> bool {
        self.anchors.is_empty() && !self.elements.iter().rev().skip(1).any(|element| element.name == "base")
    }

    fn close(&mut self, index: usize, title: &mut Option<String>) {
        let (texts, anchors) = (self.texts.len(), self.anchors.len());
        let Some(element) = self.elements.get_mut(index) else { return };
        element.texts.1 = texts;
        element.anchors.1 = anchors;
        let (from, name) = (element.texts.0, element.name.as_str());
        match name {
            // Neither is a text of the page.
            "script" | "style" | "noscript" | "template" | "title" => {
                let is_script = name == "script";
                let is_title = name == "title";
                element.texts.1 = from;
                let text: String = self.texts.drain(from..).map(|(_, text)| text).collect();
                if is_script {
                    self.scripts.push(text);
                } else if is_title && title.as_deref() == Some("") {
                    *title = Some(text);
                }
            }
            _ => {}
        }
    }

    /// The texts within an element.
    pub(super) fn texts_of(&self, element: usize) -> &[(usize, String)] {
        let (from, to) = self.elements[element].texts;
        &self.texts[from..to]
    }

    /// The words of an anchor, white space aside.
    pub(super) fn words(&self, anchor: &Anchor) -> String {
        let texts = self.texts_of(anchor.element).iter().map(|(_, text)| text.as_str());
        texts.flat_map(|text| text.chars().filter(|c| !c.is_whitespace())).collect()
    }

    /// The element and those around it, from within.
    pub(super) fn around(&self, element: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(element), |element| self.elements[*element].parent)
    }
}

/// Whether `word` is among the words of an attribute.
pub(super) fn has_word(value: Option<&str>, word: &str) -> bool {
    value.is_some_and(|value| value.split_ascii_whitespace().any(|own| own.eq_ignore_ascii_case(word)))
}

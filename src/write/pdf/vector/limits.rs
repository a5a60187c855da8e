//! Bounds the work that an SVG picture may ask for, before it is done.
//!
//! There is no clock here: the same picture is drawn or not drawn on every machine. Small files ask for much work by
//! naming parts again and again (`use`, masks, patterns, markers, entities), so what counts is the size of the
//! picture once all names are followed.

use std::collections::BTreeMap;

use usvg::filter::Kind;
use usvg::roxmltree::{Document as Xml, Node as XmlNode};
use usvg::{Group, Node, Tree};

/// The longest file, in bytes.
const MOST_BYTES: usize = 2 << 20;
/// Elements, texts and comments of a file.
pub(super) const MOST_NODES: u32 = 60_000;
/// Elements and letters of a picture with all names followed; a letter counts [`LETTER`].
const MOST_PARTS: u64 = 200_000;
/// A letter is shaped and becomes an outline of its own.
const LETTER: u64 = 16;
/// How deep elements nest with all names followed. ISO 19005-2, 6.1.13 lets far fewer have a graphics state.
const DEEPEST: u64 = 200;
/// How deep groups may nest where they are drawn: viewers show nothing of what is deeper (poppler stops at 100 forms,
/// ISO 19005-2, 6.1.13 allows 28 graphics states). Groups that change nothing do not count.
const DEEPEST_DRAWN: u64 = 24;
/// How often names are followed to find out: longer chains, and circles, are refused.
const ROUNDS: usize = 24;
/// Elements that others refer to for how they look: usvg compares them with each other.
const MOST_SHARED: usize = 1_000;
/// Style sheets are tried on every element: bytes of them times elements.
const MOST_STYLE: usize = 100_000_000;
/// The longest entity, and what all entities of a file may become, in bytes.
const LONGEST_ENTITY: usize = 256;
const MOST_ENTITY_BYTES: usize = 1 << 20;
/// Pixels that filters compute, of all their steps.
const MOST_FILTER_PIXELS: f32 = 40_000_000.0;
/// Pixels of a picture inside the picture.
pub(super) const MOST_PIXELS_EMBEDDED: usize = 20_000_000;
/// The longest side on a page, in points: A4's.
pub(super) const LONGEST_SIDE: f32 = 842.0;
/// What a picture may add to a file, in bytes, before it is deflated.
pub(super) const MOST_BYTES_WRITTEN: usize = 32 << 20;

/// Whether a file may be taken apart as XML: its length, and entities, which may be short strings only.
pub(super) fn may_be_parsed(text: &str) -> bool {
    if text.len() > MOST_BYTES {
        return false;
    }
    let mut longest = 0;
    for declaration in text.split("<!ENTITY").skip(1) {
        let Some(from) = declaration.find(['"', '\'']) else { return false };
        let quote = &declaration[from..=from];
        let value = &declaration[from + 1..];
        let Some(value) = value.find(quote).map(|to| &value[..to]) else { return false };
        if value.len() > LONGEST_ENTITY || value.contains(['<', '&', '%']) {
            return false;
        }
        longest = longest.max(value.len());
    }
    longest * text.bytes().filter(|&byte| byte == b'&').count() <= MOST_ENTITY_BYTES
}

/// What an element comes to with all names followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cost {
    /// Elements and letters.
    parts: u64,
    /// Bytes of paths: markers stand at their points.
    outline: u64,
    depth: u64,
}

impl Cost {
    fn add(&mut self, part: Self, times: u64) {
        self.parts = self.parts.saturating_add(part.parts.saturating_mul(times));
        self.outline = self.outline.saturating_add(part.outline.saturating_mul(times));
        self.depth = self.depth.max(part.depth);
    }

    fn is_too_much(self) -> bool {
        self.parts > MOST_PARTS || self.depth > DEEPEST
    }
}

/// An element and what it refers to.
struct Element {
    parent: Option<usize>,
    own: Cost,
    /// Places of the elements named, and whether as markers.
    names: Vec<(usize, bool)>,
}

/// Whether usvg may have it: elements, letters and depth with all names followed, and style sheets.
pub(super) fn may_be_read(xml: &Xml<'_>) -> bool {
    let nodes: Vec<XmlNode<'_, '_>> = xml.descendants().filter(XmlNode::is_element).collect();
    let places: BTreeMap<_, usize> =
        nodes.iter().enumerate().map(|(place, node)| (node.id().get_usize(), place)).collect();
    let by_name: BTreeMap<&str, usize> = nodes
        .iter()
        .enumerate()
        .rev()
        .filter_map(|(place, node)| Some((node.attribute("id")?, place)))
        .collect();
    let is_style = |node: &XmlNode<'_, '_>| node.tag_name().name() == "style";
    let sheets: Vec<&str> = nodes.iter().filter(|node| is_style(node)).flat_map(texts).collect();
    if sheets.iter().map(|sheet| sheet.len()).sum::<usize>().saturating_mul(nodes.len()) > MOST_STYLE {
        return false;
    }
    let rules: Vec<Rule<'_>> = sheets.iter().flat_map(|sheet| rules(sheet)).collect();
    let mut shared = 0;
    let mut elements = Vec::with_capacity(nodes.len());
    for node in &nodes {
        shared += usize::from(matches!(
            node.tag_name().name(),
            "pattern"
                | "mask"
                | "clipPath"
                | "filter"
                | "marker"
                | "use"
                | "linearGradient"
                | "radialGradient"
        ));
        let mut names: Vec<(usize, bool)> = Vec::new();
        let mut outline = 0;
        for attribute in node.attributes() {
            let value = attribute.value();
            match attribute.name() {
                "d" | "points" => outline += value.len() as u64,
                "href" => {
                    names.extend(
                        value
                            .trim()
                            .strip_prefix('#')
                            .and_then(|name| by_name.get(name))
                            .map(|&at| (at, false)),
                    );
                }
                name => {
                    let marker = name.starts_with("marker") || value.contains("marker");
                    names.extend(urls(value).filter_map(|name| by_name.get(name)).map(|&at| (at, marker)));
                }
            }
        }
        for rule in rules.iter().filter(|rule| rule.may_match(node)) {
            names.extend(by_name.get(rule.name).map(|&at| (at, rule.marker)));
        }
        let letters: usize =
            if is_style(node) { 0 } else { texts(node).map(|text| text.trim().chars().count()).sum() };
        let own = Cost { parts: 1 + letters as u64 * LETTER, outline, depth: 1 };
        let parent = node.parent().and_then(|parent| places.get(&parent.id().get_usize()).copied());
        elements.push(Element { parent, own, names });
    }
    if shared > MOST_SHARED * 4 {
        return false;
    }
    follow(&elements).is_some_and(|whole| !whole.is_too_much())
}

/// What the picture comes to; `None` if names lead on and on.
fn follow(elements: &[Element]) -> Option<Cost> {
    let mut costs = vec![Cost::default(); elements.len()];
    for _ in 0..ROUNDS {
        let mut next: Vec<Cost> = elements.iter().map(|element| element.own).collect();
        // Children stand after their parents.
        for (place, element) in elements.iter().enumerate().rev() {
            let mut cost = next[place];
            let points = cost.outline / 2;
            for &(named, marker) in &element.names {
                cost.add(costs[named], if marker { points.max(1) } else { 1 });
            }
            cost.depth =
                cost.depth.max(element.names.iter().map(|&(at, _)| costs[at].depth + 1).max().unwrap_or(0));
            next[place] = cost;
            if let Some(parent) = element.parent {
                let depth = next[parent].depth.max(cost.depth + 1);
                next[parent].add(cost, 1);
                next[parent].depth = depth;
            }
            if cost.is_too_much() {
                return Some(cost);
            }
        }
        if next == costs {
            return costs.first().copied();
        }
        costs = next;
    }
    None
}

/// A name that a style sheet gives to elements.
struct Rule<'a> {
    name: &'a str,
    marker: bool,
    /// The class, identifier or element that the selector ends with; none if it may be any.
    class: Option<&'a str>,
    identifier: Option<&'a str>,
    element: Option<&'a str>,
}

impl Rule<'_> {
    /// Whether the rule may apply to `node`: what its selector asks of other elements is taken as fulfilled.
    fn may_match(&self, node: &XmlNode<'_, '_>) -> bool {
        let classes = || node.attribute("class").unwrap_or_default().split_ascii_whitespace();
        self.class.is_none_or(|class| classes().any(|own| own == class))
            && self.identifier.is_none_or(|identifier| node.attribute("id") == Some(identifier))
            && self.element.is_none_or(|element| node.tag_name().name() == element)
    }
}

/// The names in the rules of a style sheet, each with the last simple selector of every selector of its rule. In a
/// sheet with more than plain rules every name may go to every element.
fn rules(sheet: &str) -> Vec<Rule<'_>> {
    let is_plain = !sheet.contains(['@', '\\', '[']);
    let mut found = Vec::new();
    for block in sheet.split('}') {
        let (selectors, declarations) = block.split_once('{').unwrap_or(("*", block));
        for name in urls(declarations) {
            for selector in selectors.split(',') {
                let last =
                    selector.split([' ', '>', '+', '~', '\n', '\r', '\t']).rfind(|part| !part.is_empty());
                let last = last.filter(|last| is_plain && !last.contains([':', '*', '/'])).unwrap_or("*");
                let after =
                    |mark: char| Some(last.rsplit_once(mark)?.1.split(['.', '#']).next().unwrap_or_default());
                let element = last.split(['.', '#']).next().filter(|element| !matches!(*element, "" | "*"));
                found.push(Rule {
                    name,
                    marker: declarations.contains("marker"),
                    class: after('.'),
                    identifier: after('#'),
                    element,
                });
            }
        }
    }
    found
}

/// The texts right inside an element.
fn texts<'a>(node: &XmlNode<'a, '_>) -> impl Iterator<Item = &'a str> {
    node.children().filter(XmlNode::is_text).filter_map(|text| text.text())
}

/// The names in `url(#…)`.
fn urls(value: &str) -> impl Iterator<Item = &str> {
    value.split("url(").skip(1).filter_map(|rest| {
        let (inside, _) = rest.split_once(')')?;
        inside.trim().trim_matches(['"', '\'']).trim().strip_prefix('#')
    })
}

/// Whether krilla may draw it: parts, masks and patterns as often as they are drawn, and pixels of filters, of which
/// those are allowed that cost the same for every pixel.
pub(super) fn may_be_drawn(tree: &Tree, filter_scale: f32) -> bool {
    let cheap = tree.filters().iter().flat_map(|filter| filter.primitives()).all(|primitive| {
        matches!(
            primitive.kind(),
            Kind::Blend(_)
                | Kind::ColorMatrix(_)
                | Kind::ComponentTransfer(_)
                | Kind::Composite(_)
                | Kind::DropShadow(_)
                | Kind::Flood(_)
                | Kind::GaussianBlur(_)
                | Kind::Merge(_)
                | Kind::Offset(_)
        )
    });
    let size = tree.size();
    let scale = (LONGEST_SIDE / size.width().max(size.height())).min(1.0) * filter_scale;
    let mut count = Count { parts: 0, pixels: 0.0, scale };
    cheap && size.width().is_finite() && size.height().is_finite() && count.group(tree.root(), false, 0)
}

struct Count {
    parts: u64,
    pixels: f32,
    /// Pixels of a filter to a unit.
    scale: f32,
}

impl Count {
    /// Counts what is in a group; false if it is too much. `filtered` inside a group with filters.
    fn group(&mut self, group: &Group, filtered: bool, depth: u64) -> bool {
        let steps: usize = group.filters().iter().map(|filter| filter.primitives().len() + 1).sum();
        let filtered = filtered || steps > 0;
        if filtered {
            let area = group.abs_layer_bounding_box();
            // Intermediate pictures of the group and of each step.
            let times = u16::try_from(steps + 1).map_or(f32::INFINITY, f32::from);
            self.pixels += area.width() * area.height() * self.scale * self.scale * times;
        }
        self.parts += 1;
        // Not NaN either.
        let fits = self.parts <= MOST_PARTS && depth <= DEEPEST_DRAWN && self.pixels <= MOST_FILTER_PIXELS;
        fits && group.children().iter().all(|node| self.node(node, filtered, depth + 1))
    }

    fn node(&mut self, node: &Node, filtered: bool, depth: u64) -> bool {
        let fits = match node {
            Node::Group(group) => self.group(group, filtered, depth),
            Node::Text(text) => self.group(text.flattened(), filtered, depth),
            Node::Path(_) | Node::Image(_) => {
                self.parts += 1;
                if filtered {
                    let area = node.abs_stroke_bounding_box();
                    self.pixels += area.width() * area.height() * self.scale * self.scale;
                }
                true
            }
        };
        fits && self.below(node, filtered, depth)
    }

    /// Counts the masks, clips and patterns of a node.
    fn below(&mut self, node: &Node, filtered: bool, depth: u64) -> bool {
        let mut fits = true;
        node.subroots(|root| fits = fits && self.group(root, filtered, depth + 1));
        fits
    }
}

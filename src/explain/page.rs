//! Turns the tree of a page into harmless markup with the decisions drawn upon it.

use std::collections::BTreeMap;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::Node;
use scraper::node::Element;

use super::{escape, words};
use crate::extract::Trace;
use crate::message::Language;
use crate::parse::Dom;

/// What is drawn upon a node.
#[derive(Default)]
struct Mark {
    classes: Vec<&'static str>,
    label: String,
}

/// Writes the body of the page.
pub(super) fn draw(out: &mut String, dom: &Dom, trace: &Trace, language: Language) {
    let marks = marks(trace, language);
    let first = trace.regions.first().map(|part| part.children.first().copied().unwrap_or(part.node));
    // Closing tags of the open elements; `None` for elements that were left out with all they hold.
    let mut skipping: Option<NodeId> = None;
    for edge in dom.html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => {
                if skipping.is_some() {
                    continue;
                }
                if first == Some(node.id()) {
                    out.push_str("<a id=\"document\"></a>");
                }
                match node.value() {
                    Node::Text(text) => match marks.get(&node.id()) {
                        Some(mark) => {
                            *out += &format!("<span{}>{}</span>", attributes("", mark), escape(text));
                        }
                        None => out.push_str(&escape(text)),
                    },
                    Node::Element(element) => {
                        let mark = marks.get(&node.id());
                        if !open(out, element, mark, language) {
                            skipping = Some(node.id());
                        }
                    }
                    _ => {}
                }
            }
            Edge::Close(node) => {
                if skipping == Some(node.id()) {
                    skipping = None;
                } else if skipping.is_none()
                    && let Node::Element(element) = node.value()
                {
                    let shape = shape(element.name());
                    if shape.wraps && marks.contains_key(&node.id()) {
                        *out += &format!("</{}></div>", shape.tag);
                    } else if !shape.tag.is_empty() && !shape.void {
                        *out += &format!("</{}>", shape.tag);
                    }
                }
            }
        }
    }
}

/// The marks by node: a node may be the region and a part of it at once.
fn marks(trace: &Trace, language: Language) -> BTreeMap<NodeId, Mark> {
    let mut marks: BTreeMap<NodeId, Mark> = BTreeMap::new();
    let mut add = |node: NodeId, classes: &[&'static str], label: &str| {
        let mark = marks.entry(node).or_default();
        // The first part that begins at a node gives it its colour: a run-in heading before its text.
        if !(classes.contains(&"kept") && mark.classes.contains(&"kept")) {
            mark.classes.extend_from_slice(classes);
        }
        if !label.is_empty() && !mark.label.is_empty() {
            mark.label.push_str(" + ");
        }
        mark.label.push_str(label);
    };
    for part in &trace.regions {
        if part.children.is_empty() {
            add(part.node, &["region"], "");
        }
        for &child in &part.children {
            add(child, &["region", "run"], "");
        }
    }
    if let Some(heading) = trace.heading {
        add(heading, &["kept", "title"], &words::role("title", language));
    }
    for kept in &trace.kept {
        let outside = kept.role == "title" && trace.heading.is_some();
        if !outside {
            add(kept.node, &["kept", colour(&kept.role)], &words::role(&kept.role, language));
        }
    }
    for removed in &trace.removed {
        add(removed.node, &["removed"], words::kind(removed.kind, language));
    }
    marks
}

/// The class that colours a part.
pub(super) fn colour(role: &str) -> &'static str {
    match role {
        "title" | "subtitle" | "document-number" => "title",
        "addressee" => "addressee",
        "signature" | "signed-date" | "annotation" => "close",
        "attachment-note" => "attachment",
        "table" => "table",
        "figure" => "figure",
        _ if role.starts_with("heading-") => "heading",
        _ => "body",
    }
}

/// The element that stands for an element of the page.
struct Shape {
    /// Its name; empty if only what it holds is drawn.
    tag: &'static str,
    class: &'static str,
    void: bool,
    /// A mark goes on a block around it, for its own box cannot carry a label.
    wraps: bool,
}

fn shape(name: &str) -> Shape {
    let (tag, class) = match name {
        "html" | "body" => ("", ""),
        "table" => ("table", ""),
        "thead" => ("thead", ""),
        "tbody" => ("tbody", ""),
        "tfoot" => ("tfoot", ""),
        "tr" => ("tr", ""),
        "td" => ("td", ""),
        "th" => ("th", ""),
        "ul" => ("ul", ""),
        "ol" => ("ol", ""),
        "li" => ("li", ""),
        "br" => ("br", ""),
        "hr" => ("hr", ""),
        "b" | "strong" => ("b", ""),
        "i" | "em" => ("i", ""),
        "u" => ("u", ""),
        "sup" => ("sup", ""),
        "sub" => ("sub", ""),
        "pre" => ("pre", ""),
        "a" => ("span", "link"),
        "p" => ("div", "p"),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => ("div", "h"),
        "span" | "font" | "small" | "big" | "label" | "cite" | "code" | "q" | "s" | "del" | "ins"
        | "mark" | "abbr" | "time" | "var" | "kbd" | "samp" | "tt" | "nobr" | "ruby" | "rt" | "rp"
        | "bdi" | "bdo" | "strike" | "dfn" | "wbr" | "data" => ("span", ""),
        _ => ("div", ""),
    };
    Shape { tag, class, void: matches!(tag, "br" | "hr"), wraps: matches!(tag, "table" | "ul" | "ol") }
}

/// Opens `element`; gives false if it is left out with all it holds.
fn open(out: &mut String, element: &Element, mark: Option<&Mark>, language: Language) -> bool {
    let name = element.name();
    match name {
        "head" | "script" | "style" | "link" | "meta" | "base" | "title" | "template" | "noscript"
        | "iframe" | "frame" | "frameset" | "noframes" | "object" | "embed" | "applet" | "param"
        | "input" | "button" | "select" | "textarea" | "option" | "svg" | "math" | "audio" | "video"
        | "source" | "track" | "canvas" | "map" | "area" | "dialog" | "portal" | "col" | "colgroup" => {
            return false;
        }
        "img" => {
            picture(out, element, mark, language);
            return false;
        }
        _ => {}
    }
    let shape = shape(name);
    if shape.tag.is_empty() {
        return true;
    }
    let plain = Mark::default();
    let mut own = mark.unwrap_or(&plain);
    if shape.wraps && mark.is_some() {
        *out += &format!("<div{}>", attributes("", own));
        own = &plain;
    }
    let mut class = shape.class.to_owned();
    for extra in [hidden(element).then_some("hidden"), alignment(element)].into_iter().flatten() {
        class = if class.is_empty() { extra.to_owned() } else { format!("{class} {extra}") };
    }
    *out += &format!("<{}{}", shape.tag, attributes(&class, own));
    for (span, most) in [("colspan", 1000u32), ("rowspan", 65534)] {
        if matches!(shape.tag, "td" | "th")
            && let Some(count) = element.attr(span).and_then(|value| value.trim().parse::<u32>().ok())
        {
            *out += &format!(" {span}=\"{}\"", count.min(most));
        }
    }
    out.push('>');
    true
}

/// `class` and `data-label`, with a space before each.
fn attributes(class: &str, mark: &Mark) -> String {
    let mut classes: Vec<&str> = if class.is_empty() { Vec::new() } else { vec![class] };
    for class in &mark.classes {
        if !classes.contains(class) {
            classes.push(class);
        }
    }
    let mut out = String::new();
    if !classes.is_empty() {
        out += &format!(" class=\"{}\"", classes.join(" "));
    }
    if !mark.label.is_empty() {
        out += &format!(" data-label=\"{}\"", mark.label);
    }
    out
}

/// A picture of the page's own bytes, or a box with the name of one that would have to be fetched.
fn picture(out: &mut String, element: &Element, mark: Option<&Mark>, language: Language) {
    let attribute = |name: &str| element.attr(name).map(str::trim).unwrap_or_default();
    let source = attribute("src");
    let embedded = ["png", "jpeg", "gif", "webp", "bmp"]
        .iter()
        .any(|kind| source.strip_prefix("data:image/").is_some_and(|rest| rest.starts_with(kind)));
    let drawn = if embedded {
        format!("<img src=\"{}\" alt=\"{}\">", escape(source), escape(attribute("alt")))
    } else {
        let word = match language {
            Language::English => "picture",
            Language::Chinese => "图片",
        };
        let name: String = source.split(['?', '#']).next().unwrap_or_default().chars().take(120).collect();
        let name = name.rsplit('/').next().unwrap_or_default();
        format!("<span class=\"picture\">{word} {} {}</span>", escape(attribute("alt")), escape(name))
    };
    match mark {
        Some(mark) => *out += &format!("<span{}>{drawn}</span>", attributes("", mark)),
        None => out.push_str(&drawn),
    }
}

fn hidden(element: &Element) -> bool {
    element.attr("hidden").is_some()
        || element.attr("style").is_some_and(|style| {
            let style: String = style.split_ascii_whitespace().collect::<String>().to_ascii_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        })
}

fn alignment(element: &Element) -> Option<&'static str> {
    let style = element.attr("style").unwrap_or_default().to_ascii_lowercase();
    let style = style.split(';').find_map(|declaration| {
        let (property, value) = declaration.split_once(':')?;
        (property.trim() == "text-align").then(|| value.trim().to_owned())
    });
    let stated = style.or_else(|| element.attr("align").map(str::to_ascii_lowercase));
    match (element.name(), stated.as_deref()) {
        ("center", _) | (_, Some("center")) => Some("center"),
        (_, Some("right" | "end")) => Some("end"),
        _ => None,
    }
}

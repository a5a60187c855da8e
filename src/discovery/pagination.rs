//! The next list page.
//!
//! In this order: `rel="next"`; a link, button or handler that is labelled 下一页; a script that prints the pagination;
//! page numbers of which one is the current. What is labelled but leads nowhere by itself is told as unfollowed.

use url::Url;

use super::anchors::{Anchor, FlatPage, has_word};
use super::resolve;
use super::script::{self, Said, looks_like_path, quoted_path};
use super::shape::Shape;

/// What a list page says about the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Where it is.
    Page(Url),
    /// There is none.
    Last,
    /// There is one, but only a script knows where.
    Unreadable,
}

/// The words on what leads to the next page, white space and arrows aside.
const LABELS: [&str; 9] =
    ["下一页", "下页", "下一頁", "下頁", "后一页", "后页", "下一页次", "next", "nextpage"];

/// The next page of the list at `list`.
pub(super) fn next(page: &FlatPage, list: Option<&Url>) -> Next {
    let elsewhere = |url: &Url| list != Some(url);
    if let Some(next) = page.next.clone().filter(elsewhere) {
        return Next::Page(next);
    }
    let by_relation = page.anchors.iter().filter(|anchor| has_word(anchor.attribute("rel"), "next"));
    if let Some(next) = by_relation.filter_map(|anchor| anchor.url.clone()).find(elsewhere) {
        return Next::Page(next);
    }
    let mut unreadable = false;
    for anchor in page.anchors.iter().filter(|anchor| is_labelled(page, anchor)) {
        if let Some(next) = target(page, anchor).filter(elsewhere) {
            return Next::Page(next);
        }
        unreadable |= needs_a_script(anchor);
    }
    match script::next(&page.scripts, list) {
        Some(Said::Next(path)) => {
            if let Some(next) = resolve(&path, list).filter(elsewhere) {
                return Next::Page(next);
            }
        }
        Some(Said::Last) => return Next::Last,
        None => {}
    }
    match by_number(page, list) {
        Some(next) => Next::Page(next),
        None if unreadable => Next::Unreadable,
        None => Next::Last,
    }
}

fn is_labelled(page: &FlatPage, anchor: &Anchor) -> bool {
    let is_label = |text: &str| {
        let word: String = text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
        LABELS.contains(&word.as_str()) || matches!(text.trim(), ">" | "›")
    };
    let words = page.words(anchor);
    // An article may be called “下一页”; its label is not longer than one.
    (words.chars().count() <= 12 && is_label(&words))
        || ["title", "aria-label", "value", "alt"]
            .iter()
            .any(|name| anchor.attribute(name).is_some_and(is_label))
}

/// Where something labelled leads: by its `href`, by an attribute that holds a path, or by a path in its handler.
fn target(page: &FlatPage, anchor: &Anchor) -> Option<Url> {
    let href = anchor.attribute("href").map(str::trim).unwrap_or_default();
    if anchor.url.is_some() && !href.is_empty() && !href.starts_with('#') {
        return anchor.url.clone();
    }
    let attributes = ["tagname", "data-href", "data-url"].iter().filter_map(|name| anchor.attribute(name));
    let by_attribute = attributes
        .filter(|value| looks_like_path(value))
        .find_map(|value| resolve(value, page.base.as_ref()));
    by_attribute.or_else(|| {
        let handlers = [anchor.attribute("onclick").unwrap_or_default(), href];
        handlers
            .iter()
            .filter_map(|handler| quoted_path(handler))
            .find_map(|path| resolve(path, page.base.as_ref()))
    })
}

/// Whether something would happen at a click that only a script knows.
fn needs_a_script(anchor: &Anchor) -> bool {
    let class = anchor.attribute("class").unwrap_or_default().to_ascii_lowercase();
    if ["disabled", "disable", "off", "none", "nolink"].iter().any(|word| class.contains(word)) {
        return false;
    }
    let calls = |handler: Option<&str>| {
        handler.is_some_and(|handler| {
            let code = handler.trim().strip_prefix("javascript:").unwrap_or(handler.trim());
            code.contains('(') && !code.replace(' ', "").starts_with("void(")
        })
    };
    let href = anchor.attribute("href").filter(|href| href.trim_start().starts_with("javascript:"));
    // `[NEXTPAGE]` is a placeholder that the system fills in where there is a next page.
    let placeholder = anchor.attribute("tagname").is_some_and(|name| name.starts_with('['));
    !placeholder && (calls(anchor.attribute("onclick")) || calls(href))
}

/// The page after the current one by its number, where the page shows numbers: `1 2 3 …`.
fn by_number(page: &FlatPage, list: Option<&Url>) -> Option<Url> {
    let mut numbered: Vec<(u32, &Anchor, &Url)> = Vec::new();
    for anchor in &page.anchors {
        let words = page.words(anchor);
        let number =
            words.trim_matches(['[', ']']).parse::<u32>().ok().filter(|number| (1..100_000).contains(number));
        if let (Some(number), Some(url)) = (number, &anchor.url) {
            numbered.push((number, anchor, url));
        }
    }
    // Numbers that lead to addresses of one shape are pages; two at least, the first of them may look different.
    let shapes: Vec<Shape> =
        numbered.iter().filter_map(|(_, _, url)| Shape::of(url)).filter(Shape::is_general).collect();
    let paging =
        |url: &Url| shapes.iter().filter(|shape| shape.fits(url)).count() >= 2 || numbered.len() == 1;
    let own = numbered.iter().find(|(_, _, url)| Some(*url) == list).map(|(number, ..)| *number);
    let current = own.or_else(|| shown_number(page, numbered.first()?.1)).unwrap_or(1);
    let (_, _, next) = numbered.iter().find(|(number, _, url)| *number == current + 1 && paging(url))?;
    (Some(*next) != list).then(|| (*next).clone())
}

/// The number beside the page numbers that is no link: the current page.
fn shown_number(page: &FlatPage, beside: &Anchor) -> Option<u32> {
    let pager = page.around(beside.element).skip(1).take(3).find(|element| {
        let (from, to) = page.elements[*element].anchors;
        to - from >= 2
    })?;
    let (from, to) = page.elements[pager].anchors;
    let linked: Vec<(usize, usize)> = page.anchors[from..to]
        .iter()
        .filter(|anchor| anchor.url.is_some())
        .map(|anchor| page.elements[anchor.element].texts)
        .collect();
    let first_text = page.elements[pager].texts.0;
    page.texts_of(pager).iter().enumerate().find_map(|(position, (_, text))| {
        let at = first_text + position;
        let in_link = linked.iter().any(|(from, to)| (*from..*to).contains(&at));
        if in_link { None } else { text.trim().trim_matches(['[', ']']).parse().ok() }
    })
}

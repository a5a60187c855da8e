//! Turns each line and picture into a signed weight, so that the document is the subtree with the greatest sum.
//!
//! Chinese has no spaces to count words by; what tells prose from furniture is the mass of unlinked characters
//! and the marks of sentences. Furniture weighs *against* a subtree, so that a container is left as soon as
//! leaving it drops more furniture than text.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::blocks::pictures::is_decoration;
use crate::extract::boilerplate::{self, Kind, classify, is_footer, is_linked, is_related_label};
use crate::extract::metadata::info_line::is_info_line;
use crate::extract::metadata::labels;
use crate::extract::metadata::number;
use crate::extract::page::lines::Line;
use crate::extract::page::{Item, Kind as ItemKind, Page, Tag, attribute};
use crate::extract::whitespace::squeeze;

/// Weights of a page, summed.
pub(in crate::extract) struct Weights {
    /// Sum of the weights of all items before each index; one longer than the items.
    sums: Vec<i64>,
}

impl Weights {
    /// Weighs `page`; `title` is the text of its `<title>`.
    pub(in crate::extract) fn new(page: &Page<'_>, title: &str) -> Self {
        let title = squeeze(title);
        let zones = zones(page);
        let mut weights = vec![0i64; page.items.len()];
        let mirrored = mirrored(&page.lines);
        for (at, line) in page.lines.iter().enumerate() {
            let weight = weigh(line, &title, zones[line.start]);
            weights[line.start] += if mirrored.contains(&at) && weight > 0 { -weight / 2 } else { weight };
        }
        let mut linked_until = 0;
        for (index, item) in page.items.iter().enumerate() {
            match item.kind {
                ItemKind::Element(_, Tag::Anchor) => linked_until = linked_until.max(item.end),
                ItemKind::Element(_, Tag::Image)
                    if !item.hidden && !zones[index] && index >= linked_until =>
                {
                    weights[index] += if is_decoration(item) { 0 } else { 15 };
                }
                _ => {}
            }
        }
        let mut sums = Vec::with_capacity(weights.len() + 1);
        let mut sum = 0;
        sums.push(0);
        for weight in weights {
            sum += weight;
            sums.push(sum);
        }
        Self { sums }
    }

    /// The weight of the items `start..end`.
    pub(in crate::extract) fn between(&self, start: usize, end: usize) -> i64 {
        self.sums[end] - self.sums[start]
    }

    /// The weight of the subtree at `index`.
    pub(in crate::extract) fn of(&self, page: &Page<'_>, index: usize) -> i64 {
        self.between(index, page.items[index].end)
    }
}

/// The lines of a second copy of a text. Many pages hold their document twice, for the elderly or for telephones;
/// the first copy counts. One line that recurs is no copy: rows of a table do.
fn mirrored(lines: &[Line]) -> BTreeSet<usize> {
    let long: Vec<usize> =
        (0..lines.len()).filter(|&at| lines[at].length >= 30 && !is_linked(&lines[at])).collect();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let first: Vec<usize> = long
        .iter()
        .enumerate()
        .map(|(position, &at)| *known.entry(lines[at].text.as_str()).or_insert(position))
        .collect();
    let copy = |position: usize| first[position] < position;
    (0..long.len())
        .filter(|&position| {
            let follows = position > 0 && copy(position - 1) && first[position - 1] + 1 == first[position];
            let leads =
                position + 1 < long.len() && copy(position + 1) && first[position] + 1 == first[position + 1];
            let short = long.len() == 2;
            copy(position) && (follows || leads || short)
        })
        .map(|position| long[position])
        .collect()
}

fn weigh(line: &Line, title: &str, zone: bool) -> i64 {
    let length = i64::try_from(line.length).unwrap_or(i64::MAX / 4);
    let linked = i64::try_from(line.linked).unwrap_or(0);
    let squeezed = if line.length <= 300 { line.squeezed() } else { String::new() };
    if let Some(kind) = classify(&squeezed) {
        return match kind {
            Kind::Editor => -5,
            _ => -(20 + length / 4).min(60),
        };
    }
    if is_related_label(&squeezed) {
        return -20;
    }
    if line.length <= 300 && (is_footer(&squeezed) || boilerplate::is_disclaimer(&squeezed)) {
        return -(20 + length);
    }
    if line.marks < 3 && boilerplate::is_weak_footer(&squeezed) {
        return -4;
    }
    if is_info_line(&line.text) {
        return -40;
    }
    if line.length <= 24 && squeezed.ends_with(['：', ':']) && labels::only(&squeezed).is_some() {
        return -10;
    }
    if line.length <= 80 && is_index_row(&line.text) {
        return -15;
    }
    if is_linked(line) {
        return -(length / 2 + 4);
    }
    if zone {
        return if line.marks > 1 && line.length >= 40 { length / 4 } else { -length / 2 };
    }
    if line.length >= 6 && !squeezed.is_empty() && title.contains(&squeezed) {
        return -1;
    }
    if number::whole(&squeezed).is_some() {
        return 10;
    }
    if line.marks == 0 && line.length < 40 {
        return length.min(if line.length < 12 { 4 } else { 6 });
    }
    length - 2 * linked
}

/// Whether the line is a row of an index table: `索引号：0001/2018`.
fn is_index_row(text: &str) -> bool {
    if !text.contains(['：', ':', ']', '】']) {
        return false;
    }
    let (lead, fields) = labels::fields(text);
    let core = [
        labels::Slot::IndexNumber,
        labels::Slot::Number,
        labels::Slot::Issuer,
        labels::Slot::Written,
        labels::Slot::Title,
    ];
    lead.is_empty() && fields.first().is_some_and(|field| core.contains(&field.slot))
}

/// Which items lie in parts of the page that tags, classes or ids call navigation, head or foot.
fn zones(page: &Page<'_>) -> Vec<bool> {
    let mut zones = vec![false; page.items.len()];
    let total = page.lines.iter().filter(|line| line.marks > 1).map(|line| line.length).sum::<usize>();
    let mut index = 0;
    while index < page.items.len() {
        let end = page.items[index].end;
        let named = is_zone(&page.items[index]);
        // A name is not believed where it holds half of the page's prose.
        let believed = named
            && page.lines[page.lines_within(index)]
                .iter()
                .filter(|line| line.marks > 1 && !is_linked(line))
                .map(|line| line.length)
                .sum::<usize>()
                * 2
                <= total;
        if believed {
            zones[index..end].fill(true);
            index = end;
        } else {
            index += 1;
        }
    }
    zones
}

fn is_zone(item: &Item<'_>) -> bool {
    const NAMES: [&str; 22] = [
        "nav",
        "navbar",
        "menu",
        "footer",
        "foot",
        "sidebar",
        "side",
        "copyright",
        "login",
        "search",
        "crumb",
        "crumbs",
        "breadcrumb",
        "position",
        "location",
        "topbar",
        "toolbar",
        "header",
        "friendlink",
        "related",
        "recommend",
        "comment",
    ];
    let ItemKind::Element(element, tag) = item.kind else { return false };
    if !tag.breaks_line() || matches!(element.name(), "html" | "body") {
        return false;
    }
    if matches!(element.name(), "nav" | "footer" | "aside") {
        return true;
    }
    ["class", "id"].into_iter().any(|name| {
        attribute(element, name).is_some_and(|value| {
            value
                .split(|c: char| !c.is_ascii_alphabetic())
                .any(|token| NAMES.iter().any(|name| token.eq_ignore_ascii_case(name)))
        })
    })
}

//! Turns `<ul>` and `<ol>` into lists, and lists that only place things into their items.

use super::inlines;
use super::{Draft, plain};
use crate::document::{Block, List, Marker};
use crate::extract::page::{attribute, style};
use crate::extract::structure::outline;
use scraper::node::Element;

/// A list being read.
pub(in crate::extract) struct ListDraft {
    marker: Marker,
    start: u32,
    items: Vec<(Option<u32>, Vec<Draft>)>,
}

impl ListDraft {
    /// The list that `element` opens.
    pub(in crate::extract) fn new(element: &Element) -> Self {
        let ordered = element.name() == "ol";
        let kind = style(element, "list-style-type")
            .or_else(|| style(element, "list-style").and_then(|value| value.split_whitespace().next()))
            .or_else(|| attribute(element, "type"));
        let marker = match kind.map(str::trim) {
            Some("none") => Marker::None,
            Some("a" | "lower-alpha" | "lower-latin") => Marker::LowerAlpha,
            Some("A" | "upper-alpha" | "upper-latin") => Marker::UpperAlpha,
            Some("i" | "lower-roman") => Marker::LowerRoman,
            Some("I" | "upper-roman") => Marker::UpperRoman,
            Some("1" | "decimal" | "decimal-leading-zero") => Marker::Decimal,
            Some("cjk-ideographic" | "simp-chinese-informal" | "trad-chinese-informal" | "cjk-decimal") => {
                Marker::Han
            }
            _ if ordered => Marker::Decimal,
            _ => Marker::Bullet,
        };
        let start = attribute(element, "start").and_then(|value| value.trim().parse().ok()).unwrap_or(1);
        Self { marker, start, items: Vec::new() }
    }

    /// Adds an item; `value` is its own number if it gives one.
    pub(in crate::extract) fn push(&mut self, value: Option<u32>, drafts: Vec<Draft>) {
        self.items.push((value, drafts));
    }

    /// The list as drafts: one list, several where items renumber it, or its items where its marks say nothing.
    pub(in crate::extract) fn finish(self, origin: usize) -> Vec<Draft> {
        let mut items: Vec<(Option<u32>, Vec<Draft>)> =
            self.items.into_iter().filter(|(_, drafts)| !drafts.is_empty()).collect();
        if items.is_empty() {
            return Vec::new();
        }
        let numbered = items.iter().filter(|(_, drafts)| is_numbered(drafts)).count();
        let placed = items.len() == 1 && items[0].1.len() > 1;
        if self.marker == Marker::None || numbered * 2 > items.len() || placed {
            return items.into_iter().flat_map(|(_, drafts)| drafts).collect();
        }
        let mut lists = Vec::new();
        let mut list = List { marker: self.marker, start: self.start, items: Vec::new() };
        for (value, drafts) in items.drain(..) {
            let expected = list.start.saturating_add(u32::try_from(list.items.len()).unwrap_or(u32::MAX));
            if let Some(value) = value.filter(|value| *value != expected) {
                if !list.items.is_empty() {
                    lists.push(Draft::Block { block: Block::List(list.clone()), origin });
                }
                list.start = value;
                list.items.clear();
            }
            list.items.push(plain(drafts));
        }
        lists.push(Draft::Block { block: Block::List(list), origin });
        lists
    }
}

/// Whether an item brings its own number or bullet.
fn is_numbered(drafts: &[Draft]) -> bool {
    match drafts.first() {
        Some(Draft::Paragraph(paragraph)) => {
            let text = inlines::text(&paragraph.content);
            outline::numbering(&text).is_some()
                || text.starts_with([
                    '●', '·', '■', '◆', '•', '①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨', '※', '★',
                ])
        }
        _ => false,
    }
}

//! Turns labelled values around the text into what they state: info line, index table, editor.

use std::collections::BTreeSet;

use super::info_line::{dated_line, is_value};
use super::labels::{self, Slot, is_void};
use super::{date, number, title};
use crate::document::Origin;
use crate::extract::boilerplate::{is_footer, is_linked};
use crate::extract::page;
use crate::extract::page::lines::Line;
use crate::extract::page::{NO_TABLE, Page};
use crate::extract::region::Region;
use crate::extract::whitespace::squeeze;

/// How far from the text labelled values are looked for, in lines.
const BEFORE: usize = 70;
const AFTER: usize = 14;

/// A value found under a label.
pub(super) struct Found {
    pub(super) slot: Slot,
    pub(super) value: String,
    pub(super) origin: Origin,
}

/// The labelled values around the text: info line, index table, editor.
pub(super) fn labelled(page: &Page<'_>, region: &Region, inside: &[usize]) -> Vec<Found> {
    let before = page.lines.partition_point(|line| line.start < region.start());
    let after = page.lines.partition_point(|line| line.start < region.end());
    let mut order: Vec<usize> = (before.saturating_sub(BEFORE)..before).collect();
    let mut sorted = inside.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    order.extend(sorted);
    order.extend(
        (after..page.lines.len().min(after + AFTER))
            .take_while(|&at| page.lines[at].length > 400 || !is_footer(&page.lines[at].squeezed())),
    );
    let mut found = Vec::new();
    // Dates that may be the document's own: they count where nothing else says when the page was published.
    let mut doubtful = Vec::new();
    let labels_alone = labels_alone(page, &order);
    // Whether the lines at hand belong to an index table: one of its labels was met shortly before.
    let mut index_block = 0usize;
    let mut position = 0;
    while position < order.len() {
        let line = &page.lines[order[position]];
        let next = order
            .get(position + 1)
            .filter(|&&next| next == order[position] + 1)
            .map(|&next| &page.lines[next]);
        position += 1;
        index_block = index_block.saturating_sub(1);
        if line.length > 260 {
            continue;
        }
        let squeezed = line.squeezed();
        // A label in a cell or element of its own: the value is the next line.
        let in_cell = page.tables[line.start] != NO_TABLE;
        if let Some((label, slot)) = labels::only(&squeezed)
            && (squeezed.ends_with(['：', ':', ']', '】'])
                || in_cell
                || labels_alone.contains(&order[position - 1]))
        {
            if is_core(slot) {
                index_block = 10;
            }
            if let Some(next) = next.filter(|next| next.length <= 300 && slot != Slot::Ignored) {
                let is_label = next.length <= 12 && labels::only(&next.squeezed()).is_some();
                let is_field = next.length <= 80 && {
                    let (lead, fields) = labels::fields(&next.text);
                    lead.is_empty() && !fields.is_empty()
                };
                if !is_label && !is_field && !is_void(&next.text) {
                    push(&mut found, slot, label, next.text.trim().to_owned(), index_block > 0);
                    position += 1;
                }
            }
            continue;
        }
        if is_linked(line) {
            continue;
        }
        // 「某某通知（2024年03月05日）」: some systems print the date within the heading.
        if line.length <= 120
            && (before.saturating_sub(8)..before).contains(&order[position - 1])
            && !line.text.contains(['：', ':'])
            && let Some(open) = title::date_at_end(&line.text)
            && let Some(moment) = date::find(&line.text[open..]).map(|found| found.moment)
        {
            push(&mut doubtful, Slot::Published, "", moment.to_string(), false);
            continue;
        }
        // What stands between title and text.
        let at = order[position - 1];
        let near = at + 8 >= before && at < before || inside.contains(&at);
        if near && index_block == 0 && !is_value(page, at) {
            if let Some(dated) = dated_line(&line.text).filter(|dated| !dated.rest.contains(['：', ':', '∶']))
            {
                push(&mut found, Slot::Published, "", dated.moment.to_string(), false);
                continue;
            }
            if let Some(moment) = date::whole(&line.text) {
                push(&mut doubtful, Slot::Published, "", moment.to_string(), false);
                continue;
            }
            if line.length <= 40 && number::whole(&line.text).is_some() {
                push(&mut doubtful, Slot::Number, "", line.text.trim().to_owned(), false);
                continue;
            }
        }
        let marked = marked(page, line);
        if !marked.contains(['：', ':', '∶', ']', '】']) {
            continue;
        }
        let (lead, fields) = labels::fields(&marked);
        if fields.is_empty() {
            continue;
        }
        if let Some(date) = date::find(&lead).filter(|date| date.range.start == 0) {
            push(&mut found, Slot::Published, "", lead[date.range].to_owned(), false);
        }
        let count = fields.len();
        for (at, field) in fields.into_iter().enumerate() {
            if is_core(field.slot) {
                index_block = 10;
            }
            let mut value = field.value;
            if value.is_empty()
                && at + 1 == count
                && field.slot != Slot::Ignored
                && let Some(next) = next.filter(|next| next.length <= 120 && !next.text.contains(['：', ':']))
                && !is_linked(next)
            {
                next.text.trim().clone_into(&mut value);
            }
            if field.slot == Slot::Source
                && let Some(date) = date::find(&value)
            {
                push(&mut found, Slot::Published, "", value[date.range.clone()].to_owned(), false);
                value.truncate(value[..date.range.start].trim_end().len());
            }
            push(&mut found, field.slot, field.label, value, index_block > 0);
        }
    }
    // 标题 is a label of index tables only.
    let indexed = found.iter().any(|found| is_core(found.slot));
    found.extend(doubtful);
    found.retain(|found| indexed || found.slot != Slot::Title);
    found
}

/// The text of `line` with marks where its elements meet, and a colon after an element that is a label and nothing
/// else: `<b>发布机构</b>某市人民政府`.
pub(in crate::extract) fn marked(page: &Page<'_>, line: &Line) -> String {
    let mut out = String::with_capacity(line.text.len() + 16);
    for item in &page.items[line.start..line.end] {
        let page::Kind::Text(text) = item.kind else { continue };
        if item.hidden || text.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(labels::BOUNDARY);
        }
        let squeezed = if text.len() <= 60 { squeeze(text) } else { String::new() };
        let mut words = text.split([' ', '\n', '\t', '\r']);
        out.push_str(words.next().unwrap_or_default());
        for word in words {
            if !out.ends_with(' ') {
                out.push(' ');
            }
            out.push_str(word);
        }
        if squeezed.chars().count() >= 2
            && squeezed.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
            && labels::only(&squeezed).is_some()
        {
            out.push('：');
        }
    }
    out
}

/// The lines of `order` that are a label without a colon, one of several: label and value alternate
/// (`<dt>索引号</dt><dd>…</dd>`, two `<div>`s a row).
fn labels_alone(page: &Page<'_>, order: &[usize]) -> BTreeSet<usize> {
    let label = |at: usize| {
        let line = &page.lines[at];
        line.length <= 12 && labels::only(&line.squeezed()).is_some()
    };
    let all: Vec<usize> = order.iter().copied().filter(|&at| label(at)).collect();
    let neighbours = |left: usize, right: usize| (1..=4).contains(&(right - left));
    let mut alone = BTreeSet::new();
    for trio in all.windows(3) {
        if let &[a, b, c] = trio
            && neighbours(a, b)
            && neighbours(b, c)
        {
            alone.extend([a, b, c]);
        }
    }
    alone
}

/// Labels that only index tables have.
fn is_core(slot: Slot) -> bool {
    matches!(slot, Slot::IndexNumber | Slot::Number | Slot::Issuer | Slot::Written | Slot::Subject)
}

fn push(found: &mut Vec<Found>, slot: Slot, label: &str, value: String, indexed: bool) {
    let dated =
        matches!(slot, Slot::Published | Slot::Updated | Slot::Written | Slot::Effective | Slot::Printed);
    let sound = !is_void(&value)
        && labels::only(&squeeze(&value)).is_none()
        && slot != Slot::Ignored
        && (!dated || date::tag(&value).is_some())
        && (slot != Slot::Source || value.chars().count() <= 60);
    if sound {
        let origin =
            if indexed { Origin::Index(label.to_owned()) } else { Origin::InfoLine(label.to_owned()) };
        found.push(Found { slot, value, origin });
    }
}

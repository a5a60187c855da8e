//! Turns a region into the items to leave out of it, each with the kind of boilerplate it is.

use super::{
    Kind, classify, gadget, is_attachment_label, is_disclaimer, is_footer, is_linked, is_related_label,
    is_weak_footer,
};
use crate::extract::blocks::attachments;
use crate::extract::blocks::tables;
use crate::extract::metadata::date;
use crate::extract::metadata::info_line::{dated_line, is_doubtful, is_info_line, is_value};
use crate::extract::metadata::{labelled, labels};
use crate::extract::page::lines::Line;
use crate::extract::page::{NO_TABLE, Page, Tag};
use crate::extract::region::Region;
use crate::extract::region::sites::Sites;
use crate::extract::whitespace;

/// Longest list of related links that is followed, in lines.
const MOST_LISTED: usize = 200;

/// Something to leave out.
pub(in crate::extract) struct Piece {
    /// Its kind.
    pub(in crate::extract) kind: Kind,
    /// The item.
    pub(in crate::extract) item: usize,
    /// Its text.
    pub(in crate::extract) text: String,
}

/// What is left out of a region.
pub(in crate::extract) struct Noise {
    /// For each item of the page whether it is left out with all it holds.
    pub(in crate::extract) removed: Vec<bool>,
    /// What is left out, in page order.
    pub(in crate::extract) pieces: Vec<Piece>,
    /// Lines of the region (by index) that were left out and may hold metadata.
    pub(in crate::extract) lines: Vec<usize>,
}

/// Finds the boilerplate within `region`.
pub(in crate::extract) fn find(page: &Page<'_>, region: &Region, sites: &Sites) -> Noise {
    let mut noise = Noise { removed: vec![false; page.items.len()], pieces: Vec::new(), lines: Vec::new() };
    noise.hidden(page, region);
    noise.gadgets(page, region, sites);
    let lines: Vec<usize> = region
        .parts
        .iter()
        .flat_map(|part| page.lines_between(part.start, part.end))
        .filter(|&line| !noise.removed[page.lines[line].start])
        .collect();
    let data = data_tables(page, region);
    let free: Vec<usize> = lines
        .into_iter()
        .filter(|&line| {
            let table = page.tables[page.lines[line].start];
            table == NO_TABLE || !data[table]
        })
        .collect();
    noise.index_tables(page, region, &data);
    noise.whole_lines(page, region, &free);
    noise.head(page, region, &free);
    noise.labels(page, region, &free);
    if region.rule.is_none() {
        noise.foot(page, region, &free);
    }
    noise.pieces.sort_by_key(|piece| piece.item);
    noise
}

/// For each item whether it is a data table within the region.
fn data_tables(page: &Page<'_>, region: &Region) -> Vec<bool> {
    let mut data = vec![false; page.items.len()];
    for part in &region.parts {
        for (index, flag) in data.iter_mut().enumerate().take(part.end).skip(part.start) {
            let item = &page.items[index];
            *flag = item.tag() == Tag::Table && !item.hidden && tables::is_data(page, index);
        }
    }
    // What stands in a layout table within a data table stands in the data table.
    for part in &region.parts {
        for index in part.start..part.end {
            let around = page.tables[index];
            if page.items[index].tag() == Tag::Table && around != NO_TABLE && region.holds(around) {
                data[index] |= data[around];
            }
        }
    }
    data
}

/// The text of the lines within the item at `index`.
pub(in crate::extract) fn text_of(page: &Page<'_>, index: usize) -> String {
    page.lines[page.lines_within(index)].iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ")
}

impl Noise {
    fn remove(&mut self, page: &Page<'_>, item: usize, kind: Kind, text: String) {
        let end = page.items[item].end;
        if self.removed[item] {
            return;
        }
        self.removed[item..end].fill(true);
        if !text.is_empty() {
            self.pieces.push(Piece { kind, item, text });
        }
    }

    /// Leaves out a line: the block around it if that holds nothing else, else its text alone.
    fn remove_line(&mut self, page: &Page<'_>, region: &Region, line: &Line, kind: Kind) {
        let block = line.block;
        let alone = region.holds(block)
            && page.items[block].tag().breaks_line()
            && page.lines_within(block).len() == 1
            && !matches!(page.items[block].tag(), Tag::Cell | Tag::Table)
            && !region.parts.iter().any(|part| part.node == block);
        if alone {
            self.remove(page, block, kind, line.text.clone());
            return;
        }
        let mut told = false;
        for item in line.start..line.end {
            if page.items[item].element().is_none() && !self.removed[item] {
                self.removed[item] = true;
                if !told {
                    self.pieces.push(Piece { kind, item, text: line.text.clone() });
                    told = true;
                }
            }
        }
        // Icons within the line go with it.
        for item in line.start..line.end {
            if page.items[item].tag() == Tag::Image {
                self.removed[item] = true;
            }
        }
    }

    /// Text that style or class hides; scripts and the like are no text.
    fn hidden(&mut self, page: &Page<'_>, region: &Region) {
        for part in &region.parts {
            let mut index = part.start;
            while index < part.end {
                let item = &page.items[index];
                if !item.hidden || item.tag() == Tag::Skipped {
                    index = if item.hidden { item.end } else { index + 1 };
                    continue;
                }
                let text = page.hidden_text(index);
                if !text.is_empty() {
                    self.pieces.push(Piece { kind: Kind::Hidden, item: index, text });
                }
                index = item.end;
            }
        }
    }

    /// Elements that rules or their names declare to be furniture, if little is in them.
    fn gadgets(&mut self, page: &Page<'_>, region: &Region, sites: &Sites) {
        for part in &region.parts {
            let mut index = part.start;
            while index < part.end {
                let item = &page.items[index];
                if item.hidden || item.element().is_none() || index == part.node {
                    index += 1;
                    continue;
                }
                let named = region.rule.is_some_and(|rule| sites.is_noise(rule, page, index));
                let kind = if named {
                    let squeezed = whitespace::squeeze(&text_of(page, index));
                    Some(classify(&squeezed).unwrap_or(Kind::Navigation))
                } else {
                    gadget(page, index)
                };
                let lines = &page.lines[page.lines_within(index)];
                let small = page.length(index) < 160
                    && lines.iter().all(|line| {
                        line.marks < 3 || is_linked(line) || classify(&line.squeezed()).is_some()
                    });
                if let Some(kind) = kind.filter(|_| small && page.items[index].tag() != Tag::Image) {
                    self.lines.extend(page.lines_within(index));
                    self.remove(page, index, kind, text_of(page, index));
                    index = page.items[index].end;
                } else {
                    index += 1;
                }
            }
        }
    }

    /// Lines that are boilerplate whatever stands around them.
    fn whole_lines(&mut self, page: &Page<'_>, region: &Region, lines: &[usize]) {
        for &at in lines {
            let line = &page.lines[at];
            if line.length > 260 || self.removed[line.start] {
                continue;
            }
            let squeezed = line.squeezed();
            if let Some(kind) = classify(&squeezed) {
                // A label alone may be the first word of a sentence that a tag interrupts.
                self.lines.push(at);
                self.remove_line(page, region, line, kind);
            }
        }
    }

    /// Info line and breadcrumb before the text begins.
    fn head(&mut self, page: &Page<'_>, region: &Region, lines: &[usize]) {
        for (position, &at) in lines.iter().enumerate().take(16) {
            let line = &page.lines[at];
            if self.removed[line.start] {
                continue;
            }
            if line.length >= 60 && line.marks >= 2 && !is_info_line(&line.text) {
                break;
            }
            let trail =
                is_linked(line) && line.text.contains("首页") && line.text.contains(['>', '＞', '»', '/']);
            let kind = if trail {
                Kind::Breadcrumb
            } else if is_info_line(&line.text) && (region.rule.is_none() || !is_doubtful(&line.text))
                || region.rule.is_none() && is_dated(page, lines, position)
            {
                Kind::InfoLine
            } else {
                continue;
            };
            self.lines.push(at);
            self.remove_line(page, region, line, kind);
        }
    }

    /// Tables of 索引号, 发文字号 … before the text begins.
    fn index_tables(&mut self, page: &Page<'_>, region: &Region, data: &[bool]) {
        for part in &region.parts {
            let prose = page.lines[page.lines_between(part.start, part.end)]
                .iter()
                .find(|line| line.length >= 60 && line.marks >= 2)
                .map_or(part.end, |line| line.start);
            let mut index = part.start;
            while index < prose {
                let item = &page.items[index];
                let tabular = matches!(item.tag(), Tag::Table | Tag::List);
                let block = tabular || item.tag().breaks_line() && item.element().is_some();
                if !block || item.hidden || self.removed[index] || index == part.node {
                    index += 1;
                    continue;
                }
                let range = page.lines_within(index);
                let fits = range.len() <= 60 && (page.length(index) < 800 || data[index]);
                if !fits || !(tabular || range.len() >= 2 && is_label_block(page, &page.lines[range.clone()]))
                {
                    index += 1;
                    continue;
                }
                let found = page.lines[range.clone()]
                    .iter()
                    .filter(|line| line.length < 80)
                    .filter(|line| {
                        let slot = match labels::only(&line.squeezed()) {
                            Some((_, slot)) => Some(slot),
                            None => {
                                let (lead, fields) = labels::fields(&labelled::marked(page, line));
                                fields.first().filter(|_| lead.is_empty()).map(|field| field.slot)
                            }
                        };
                        matches!(
                            slot,
                            Some(
                                labels::Slot::IndexNumber
                                    | labels::Slot::Number
                                    | labels::Slot::Issuer
                                    | labels::Slot::Written
                                    | labels::Slot::Subject
                            )
                        )
                    })
                    .count();
                if found >= 2 {
                    self.lines.extend(range);
                    self.remove(page, index, Kind::IndexTable, text_of(page, index));
                    index = page.items[index].end;
                } else {
                    index += 1;
                }
            }
        }
    }

    /// 相关链接 with the links that follow, and attachment boxes without attachments.
    fn labels(&mut self, page: &Page<'_>, region: &Region, lines: &[usize]) {
        let mut position = 0;
        while position < lines.len() {
            let line = &page.lines[lines[position]];
            position += 1;
            if self.removed[line.start] {
                continue;
            }
            if line.length > 16 {
                continue;
            }
            let squeezed = line.squeezed();
            let attachments = is_attachment_label(&squeezed);
            if !attachments && !is_related_label(&squeezed) {
                continue;
            }
            let rest: Vec<usize> = lines[position..]
                .iter()
                .take(MOST_LISTED)
                .copied()
                .filter(|&at| !self.removed[page.lines[at].start])
                .collect();
            if attachments {
                let names_file = rest.iter().take(3).any(|&at| holds_file(page, &page.lines[at]));
                let goes_on = rest.first().is_some_and(|&at| page.lines[at].length > 1);
                if !names_file && (!goes_on || squeezed.contains("相关附件") || squeezed.contains("下载"))
                {
                    self.remove_line(page, region, line, Kind::EmptyAttachments);
                }
            } else {
                let followers = rest
                    .iter()
                    .take_while(|&&at| {
                        let line = &page.lines[at];
                        is_linked(line) || date::whole(&line.text).is_some()
                    })
                    .count();
                if followers > 0 || rest.is_empty() {
                    self.remove_line(page, region, line, Kind::Related);
                    for &at in &rest[..followers] {
                        self.remove_line(page, region, &page.lines[at], Kind::Related);
                    }
                }
            }
        }
    }

    /// Foot lines and disclaimers at the end of a region that scoring chose.
    fn foot(&mut self, page: &Page<'_>, region: &Region, lines: &[usize]) {
        let mut in_foot = false;
        for &at in lines.iter().rev() {
            let line = &page.lines[at];
            if self.removed[line.start] {
                continue;
            }
            let squeezed = if line.length <= 400 { line.squeezed() } else { String::new() };
            let kind = if is_disclaimer(&squeezed) {
                Kind::Disclaimer
            } else if is_footer(&squeezed) || in_foot && is_weak_footer(&squeezed) {
                in_foot = true;
                Kind::Footer
            } else {
                return;
            };
            self.remove_line(page, region, line, kind);
        }
    }
}

/// Whether the line at `position` of `lines` is the date under the title, without a label: `2024-03-05 10:20`. Lines
/// that are dated one after the other are a chronicle.
fn is_dated(page: &Page<'_>, lines: &[usize], position: usize) -> bool {
    let dated = |at: usize| {
        let line = &page.lines[at];
        dated_line(&line.text).filter(|_| !is_linked(line) && line.length <= 48)
    };
    let plain = |rest: &str| {
        let squeezed = whitespace::squeeze(rest);
        let counted = squeezed.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '次' | '人'));
        classify(&squeezed).is_some()
            || labels::only(counted).is_some_and(|(_, slot)| slot == labels::Slot::Ignored)
            || squeezed.chars().count() <= 12
                && !squeezed.contains(whitespace::is_sentence_mark)
                && !squeezed.contains(['至', '～', '~'])
    };
    position <= 4
        && !is_value(page, lines[position])
        && dated(lines[position]).is_some_and(|dated| plain(&dated.rest))
        && lines[position + 1..].iter().take(3).all(|&next| dated(next).is_none())
}

/// Whether the lines are labels and their values, and hardly anything else: an index block built of other elements
/// than a table.
fn is_label_block(page: &Page<'_>, lines: &[Line]) -> bool {
    let mut told = 0;
    let mut labelled = false;
    for line in lines {
        let squeezed = if line.length <= 300 { line.squeezed() } else { String::new() };
        let alone = line.length <= 12 && labels::only(&squeezed).is_some();
        let field = !alone && {
            let (lead, fields) = labels::fields(&labelled::marked(page, line));
            lead.is_empty() && !fields.is_empty()
        };
        told += usize::from(alone || field || labelled);
        labelled = alone;
    }
    told * 10 >= lines.len() * 9
}

/// Whether the line holds a link to a file.
pub(in crate::extract) fn holds_file(page: &Page<'_>, line: &Line) -> bool {
    let links = |index: usize| {
        page.items[index].tag() == Tag::Anchor
            && page.attribute(index, "href").is_some_and(|target| attachments::media_type(target).is_some())
    };
    (line.start..line.end).any(links) || page.ancestors(line.start).take(4).any(links)
}

//! Turns a page into the regions that hold its document: site rules, else the heaviest subtree.

pub(super) mod score;
pub(super) mod sites;

use self::score::Weights;
use self::sites::Sites;
use crate::extract::blocks::pictures::is_decoration;
use crate::extract::blocks::tables;
use crate::extract::boilerplate;
use crate::extract::boilerplate::classify;
use crate::extract::metadata::info_line;
use crate::extract::page::{Page, Tag};
use crate::extract::trace::Choice;

/// A part of the page that belongs to the document: some consecutive children of a node, or the node itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The container.
    pub(super) node: usize,
    /// The items, `start..end`.
    pub(super) start: usize,
    /// One beyond the last item.
    pub(super) end: usize,
}

/// Where the document stands.
#[derive(Clone, Debug)]
pub(super) struct Region {
    /// Its parts in page order.
    pub(super) parts: Vec<Part>,
    /// How they were found.
    pub(super) choice: Choice,
    /// The site rule, if one applied.
    pub(super) rule: Option<usize>,
}

impl Region {
    /// Whether the item at `index` lies in it.
    pub(super) fn holds(&self, index: usize) -> bool {
        self.parts.iter().any(|part| (part.start..part.end).contains(&index))
    }

    /// Its first item.
    pub(super) fn start(&self) -> usize {
        self.parts.first().map_or(0, |part| part.start)
    }

    /// One beyond its last item.
    pub(super) fn end(&self) -> usize {
        self.parts.last().map_or(0, |part| part.end)
    }
}

/// A name that occurs more often than this on a page is not that of a document's container.
const MOST_CONTAINERS: usize = 256;

/// Below this weight a subtree is no document.
const LEAST: i64 = 24;

/// The same for a subtree that follows an info line: notices of one sentence are documents.
const LEAST_INFORMED: i64 = 8;

/// Whether the line before item `start` is an info line.
fn follows_info_line(page: &Page<'_>, start: usize) -> bool {
    let before = page.lines.partition_point(|line| line.start < start);
    page.lines[before.saturating_sub(2)..before].iter().any(|line| {
        line.length <= 260
            && (info_line::is_info_line(&line.text) || info_line::dated_line(&line.text).is_some())
    })
}

/// Finds the document in `page`; `sites` are the rules to follow, if any.
pub(super) fn find(
    page: &Page<'_>,
    weights: &Weights,
    sites: Option<&Sites>,
    host: Option<&str>,
) -> Option<Region> {
    let scored = score(page, weights);
    if let Some(sites) = sites
        && let Some(region) = by_rule(page, weights, sites, host)
    {
        let weight = |region: &Region| -> i64 {
            region.parts.iter().map(|part| weights.between(part.start, part.end)).sum()
        };
        // A rule's container that holds little beside what scoring finds elsewhere is another use of its name.
        let elsewhere = scored.as_ref().is_some_and(|scored| {
            let apart = region.parts.iter().all(|part| {
                scored.parts.iter().all(|other| part.end <= other.start || other.end <= part.start)
            });
            apart && weight(&region) * 5 < weight(scored)
        });
        if !elsewhere {
            return Some(region);
        }
    }
    scored.or_else(|| pictures(page))
}

fn by_rule(page: &Page<'_>, weights: &Weights, sites: &Sites, host: Option<&str>) -> Option<Region> {
    let mut found: Vec<(usize, usize)> = sites
        .containers(page, host)
        .into_iter()
        .filter(|&(_, index)| page.length(index) >= 2 || has_picture(page, index))
        .take(MOST_CONTAINERS + 1)
        .collect();
    if found.len() > MOST_CONTAINERS {
        return None;
    }
    if found.iter().any(|&(rule, _)| sites.is_own(rule)) {
        found.retain(|&(rule, _)| sites.is_own(rule));
    }
    if found.iter().any(|&(rule, _)| !sites.is_loose(rule)) {
        found.retain(|&(rule, _)| !sites.is_loose(rule));
    } else {
        // Loose names nest: the innermost that still holds nearly everything of the outer ones.
        let all = found.clone();
        found.retain(|&(_, index)| {
            !all.iter().any(|&(_, inner)| {
                inner > index
                    && inner < page.items[index].end
                    && weights.of(page, inner) * 10 >= weights.of(page, index) * 9
            })
        });
    }
    let mut outermost: Vec<(usize, usize)> = Vec::new();
    for (rule, index) in found {
        if outermost.last().is_none_or(|&(_, outer)| index >= page.items[outer].end) {
            outermost.push((rule, index));
        }
    }
    let &(rule, main) =
        outermost.iter().max_by_key(|&&(_, index)| (weights.of(page, index), std::cmp::Reverse(index)))?;
    if weights.of(page, main) < LEAST && page.length(main) < 10 && !has_picture(page, main) {
        return None;
    }
    // Parts of the same document stand side by side under one parent or grandparent.
    let family = |index: usize| page.ancestors(index).take(2).collect::<Vec<_>>();
    let kin = family(main);
    let parts = outermost
        .iter()
        .filter(|&&(other, index)| {
            index == main
                || other == rule
                    && weights.of(page, index) >= LEAST
                    && family(index).iter().any(|ancestor| kin.contains(ancestor))
        })
        .map(|&(_, index)| Part { node: index, start: index, end: page.items[index].end })
        .collect();
    Some(Region { parts, choice: Choice::Rule(sites.name(rule).to_owned()), rule: Some(rule) })
}

/// The heaviest run of consecutive children of any node. A container by itself is the run of all its children; text
/// that shares its container with title and info line is the run that follows them.
fn score(page: &Page<'_>, weights: &Weights) -> Option<Region> {
    let mut best: Option<Run> = None;
    let mut data_end = 0;
    for (index, item) in page.items.iter().enumerate() {
        let tag = item.tag();
        if item.element().is_none()
            || item.hidden
            || !tag.breaks_line()
            || matches!(tag, Tag::Break | Tag::Rule)
        {
            continue;
        }
        if tag == Tag::Table && index >= data_end && tables::is_data(page, index) {
            data_end = item.end;
        }
        // The rows of a data table belong together.
        let run = if index < data_end {
            if matches!(tag, Tag::Section | Tag::Row) {
                continue;
            }
            Run { weight: weights.of(page, index), node: index, start: index, end: item.end }
        } else {
            heaviest(page, weights, index)
        };
        // Of nested nodes with runs of one weight the innermost counts.
        if best.as_ref().is_none_or(|best| run.weight >= best.weight) {
            best = Some(run);
        }
    }
    let run = best.filter(|run| {
        run.weight >= LEAST || run.weight >= LEAST_INFORMED && follows_info_line(page, run.start)
    })?;
    let Run { weight, node, .. } = run;
    let (start, end) = widen(page, weights, &run);
    Some(Region { parts: vec![Part { node, start, end }], choice: Choice::Scored(weight), rule: None })
}

struct Run {
    weight: i64,
    node: usize,
    start: usize,
    end: usize,
}

/// The run of children of `node` with the greatest weight; the shortest of several.
fn heaviest(page: &Page<'_>, weights: &Weights, node: usize) -> Run {
    let mut best = Run { weight: i64::MIN, node, start: node, end: page.items[node].end };
    let (mut sum, mut start) = (0, node + 1);
    for child in page.children(node) {
        if sum < 0 {
            (sum, start) = (0, child);
        }
        sum += weights.of(page, child);
        if sum > best.weight {
            best = Run { weight: sum, node, start, end: page.items[child].end };
        }
    }
    best
}

/// The run with what stands before and after it and weighs nothing: pictures in links, lines of the title.
fn widen(page: &Page<'_>, weights: &Weights, run: &Run) -> (usize, usize) {
    const SLACK: i64 = -4;
    if run.start == run.node {
        return (run.start, run.end);
    }
    let (mut start, mut end) = (run.start, run.end);
    let before: Vec<usize> = page.children(run.node).take_while(|child| *child < run.start).collect();
    let mut sum = 0;
    for &child in before.iter().rev() {
        let weight = weights.of(page, child);
        sum += weight;
        if weight < -1 || sum < SLACK {
            break;
        }
        start = child;
    }
    sum = 0;
    for child in page.children(run.node).skip_while(|child| *child < run.end) {
        let weight = weights.of(page, child);
        sum += weight;
        if weight < -1 || sum < SLACK {
            break;
        }
        end = page.items[child].end;
    }
    let whole = start == run.node + 1 && end == page.items[run.node].end;
    (if whole { run.node } else { start }, end)
}

fn has_picture(page: &Page<'_>, index: usize) -> bool {
    page.items[index..page.items[index].end]
        .iter()
        .any(|item| item.tag() == Tag::Image && !item.hidden && !is_decoration(item))
}

/// A notice that is only a picture: the block of pictures that follows the page's last line of furniture on top.
fn pictures(page: &Page<'_>) -> Option<Region> {
    // Pictures before the info line are the site's; without an info line nothing says that a picture is a document.
    let line = page.lines.iter().rfind(|line| line.length <= 300 && info_line::is_info_line(&line.text))?;
    let foot = page
        .lines
        .iter()
        .find(|other| {
            other.start > line.start
                && other.length <= 300
                && (boilerplate::is_footer(&other.squeezed())
                    || classify(&other.squeezed()).is_some_and(|kind| kind == boilerplate::Kind::Close))
        })
        .map_or(page.items.len(), |foot| foot.start);
    let found: Vec<usize> = (line.end..foot)
        .filter(|&index| {
            let item = &page.items[index];
            item.tag() == Tag::Image && !item.hidden && !is_decoration(item)
        })
        .collect();
    let (&first, &last) = (found.first()?, found.last()?);
    let node = page
        .ancestors(first)
        .find(|&ancestor| page.items[ancestor].end > last && page.items[ancestor].tag().breaks_line())?;
    let start = page.children(node).find(|&child| page.items[child].end > first).unwrap_or(node);
    let end = page
        .children(node)
        .filter(|&child| child <= last)
        .last()
        .map_or(page.items[node].end, |child| page.items[child].end);
    Some(Region { parts: vec![Part { node, start, end }], choice: Choice::Pictures, rule: None })
}

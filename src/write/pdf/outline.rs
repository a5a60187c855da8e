//! Nests the headings as bookmarks.

use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::outline::{Outline, OutlineNode};

use super::metadata;
use crate::document::Document;
use crate::layout::{OutlineEntry, PagedDocument};

/// The outline of `paged`: its headings, each below the nearest one above it of a smaller level. A document without
/// headings has its title (ISO 14289-1, 7.17 wants some outline).
pub(super) fn outline(document: &Document, paged: &PagedDocument) -> Outline {
    let mut outline = Outline::new();
    let mut open: Vec<(u8, OutlineNode)> = Vec::new();
    let headings = paged.outline.len() - usize::from(paged.colophon.is_some()).min(paged.outline.len());
    if headings == 0 {
        let title = metadata::title(document);
        let entry = OutlineEntry { level: 1, title: title.chars().take(200).collect(), page: 0, y: 0.0 };
        outline.push_child(node(&entry, paged));
    }
    for entry in &paged.outline {
        close(&mut open, &mut outline, entry.level);
        open.push((entry.level, node(entry, paged)));
    }
    close(&mut open, &mut outline, 0);
    outline
}

/// Closes the open bookmarks that are not above `level`.
fn close(open: &mut Vec<(u8, OutlineNode)>, outline: &mut Outline, level: u8) {
    while open.last().is_some_and(|(above, _)| *above >= level) {
        let Some((_, done)) = open.pop() else { return };
        match open.last_mut() {
            Some((_, parent)) => parent.push_child(done),
            None => outline.push_child(done),
        }
    }
}

fn node(entry: &OutlineEntry, paged: &PagedDocument) -> OutlineNode {
    let left = paged.pages.get(entry.page as usize).map_or(0.0, |page| page.left);
    let target = XyzDestination::new(entry.page as usize, Point::from_xy(left, entry.y));
    OutlineNode::new(entry.title.clone(), target).with_open(true)
}

//! Dissolves the elements of a finished tree that are nested too deep.
//!
//! The limiter bounds the stack of open elements. The tree can be deeper than that: `<form><div></form>` takes the
//! form off the stack, but not out of the tree.

use ego_tree::iter::Edge;
use scraper::Html;

use super::limiter::opens_nothing;

/// Replaces each element with `limit` elements or more around it by its children, and counts them. Elements that
/// hold no elements, such as `<img>` and `<script>`, stay.
pub(super) fn flatten(html: &mut Html, limit: usize) -> u64 {
    let (mut depth, mut deep) = (0_usize, Vec::new());
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => {
                let Some(element) = node.value().as_element() else { continue };
                if depth >= limit && !opens_nothing(&element.name.local) {
                    deep.push(node.id());
                }
                depth += 1;
            }
            Edge::Close(node) => depth -= usize::from(node.value().is_element()),
        }
    }
    // Outer ones come first, so each node is moved once.
    for id in &deep {
        let children: Vec<_> = html
            .tree
            .get(*id)
            .map(|node| node.children().map(|child| child.id()).collect())
            .unwrap_or_default();
        let Some(mut node) = html.tree.get_mut(*id) else { continue };
        for child in children {
            node.insert_id_before(child);
        }
        node.detach();
    }
    deep.iter().fold(0, |count, _| count + 1)
}

//! What extraction decided about a page, for `inspect`: the region, what was removed, and the part each block plays.

use ego_tree::NodeId;

/// How the region of the document was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// A site rule of this name named the container.
    Rule(String),
    /// It is the subtree of the greatest weight, which is given.
    Scored(i64),
    /// The page holds pictures where other pages hold text.
    Pictures,
    /// Nothing was chosen.
    #[default]
    None,
}

/// A part of the page that the document was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedRegion {
    /// The container.
    pub node: NodeId,
    /// Its CSS-like path.
    pub path: String,
    /// The children of the container that were read; all if empty.
    pub children: Vec<NodeId>,
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The kind, as in the `boilerplate-removed` diagnostic.
    pub kind: &'static str,
    /// The element or text.
    pub node: NodeId,
    /// The beginning of its text.
    pub excerpt: String,
}

/// A block that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The element or text where it begins.
    pub node: NodeId,
    /// The part it plays: `title`, `heading-2`, `body`, `addressee`, `table`, `figure`, `list` …
    pub role: String,
    /// The beginning of its text.
    pub excerpt: String,
}

/// Every decision about a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// How the region was chosen.
    pub choice: Choice,
    /// The region's parts in page order.
    pub regions: Vec<TracedRegion>,
    /// What was left out, in page order.
    pub removed: Vec<Removed>,
    /// What was kept, in page order.
    pub kept: Vec<Kept>,
    /// The element from which the title's lines were taken, if it stands outside the region.
    pub heading: Option<NodeId>,
}

/// The first `most` characters of `text`, with `…` if there are more.
pub(super) fn excerpt(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut out: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        out.push('…');
    }
    out
}

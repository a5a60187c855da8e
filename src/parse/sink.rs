//! Passes what the tree builder asks for on to scraper's tree, and counts the work.

use std::borrow::Cow;
use std::cell::{Cell, Ref};

use ego_tree::NodeId;
use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, LocalName, QualName, local_name};
use scraper::{Html, HtmlTreeSink};

/// scraper's tree with counters.
pub(super) struct CountingSink {
    tree: HtmlTreeSink,
    /// Elements made so far, clones of formatting elements included.
    pub(super) elements: Cell<usize>,
    /// Formatting elements made so far.
    pub(super) formatting: Cell<usize>,
    /// Table cells made so far.
    pub(super) cells: Cell<usize>,
    /// Names asked for and nodes compared so far: every loop of the tree builder over its lists does either.
    pub(super) steps: Cell<usize>,
}

impl CountingSink {
    pub(super) fn new() -> Self {
        Self {
            tree: HtmlTreeSink::new(Html::new_document()),
            elements: Cell::new(0),
            formatting: Cell::new(0),
            cells: Cell::new(0),
            steps: Cell::new(0),
        }
    }

    /// The name of `node`, which is an element.
    pub(super) fn name(&self, node: NodeId) -> LocalName {
        self.tree.elem_name(&node).local.clone()
    }
}

/// The formatting elements (HTML, 13.2.4.3).
pub(super) fn is_formatting(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("a")
            | local_name!("b")
            | local_name!("big")
            | local_name!("code")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("nobr")
            | local_name!("s")
            | local_name!("small")
            | local_name!("strike")
            | local_name!("strong")
            | local_name!("tt")
            | local_name!("u")
    )
}

fn increment(counter: &Cell<usize>) {
    counter.set(counter.get().saturating_add(1));
}

impl TreeSink for CountingSink {
    type Handle = NodeId;
    type Output = Html;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Html {
        self.tree.finish()
    }

    // Nobody reads parse errors, and a bad page has more of them than elements.
    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.tree.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        increment(&self.steps);
        self.tree.elem_name(target)
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        increment(&self.steps);
        x == y
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        increment(&self.elements);
        if name.local == local_name!("td") || name.local == local_name!("th") {
            increment(&self.cells);
        } else if is_formatting(&name.local) {
            increment(&self.formatting);
        }
        self.tree.create_element(name, attributes, flags)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.tree.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.tree.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.tree.append(parent, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        self.tree.append_based_on_parent_node(element, previous, child);
    }

    fn append_before_sibling(&self, sibling: &NodeId, node: NodeOrText<NodeId>) {
        self.tree.append_before_sibling(sibling, node);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.tree.append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.tree.get_template_contents(target)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.set_quirks_mode(mode);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.tree.add_attrs_if_missing(target, attributes);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.tree.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.tree.reparent_children(node, new_parent);
    }
}

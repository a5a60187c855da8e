//! Builds the structure tree while blocks are laid out in reading order.

use super::frame::{Child, Element, ElementId, Mark, Tag};

/// Elements nested deeper than this become children of the ancestor at this depth.
const DEEPEST: usize = 64;

/// The structure tree under construction.
pub(super) struct Structure {
    elements: Vec<Element>,
    /// The open elements, outermost first. May be longer than [`DEEPEST`]; the surplus is not in the tree.
    open: Vec<ElementId>,
    marks: Mark,
    /// Open headings' levels as the Document has them, for levels that are not skipped.
    levels: Vec<u8>,
}

impl Structure {
    pub(super) fn new() -> Self {
        Self {
            elements: vec![Element { tag: Tag::Document, children: Vec::new() }],
            open: vec![0],
            marks: 0,
            levels: Vec::new(),
        }
    }

    /// Opens an element inside the one that is open.
    pub(super) fn begin(&mut self, tag: Tag) -> ElementId {
        let parent = self.current();
        if self.open.len() >= DEEPEST {
            self.open.push(parent);
            return parent;
        }
        let id = self.add(parent, tag);
        self.open.push(id);
        id
    }

    /// Closes the element opened last.
    pub(super) fn end(&mut self) {
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    /// The innermost open element.
    pub(super) fn current(&self) -> ElementId {
        self.open.last().copied().unwrap_or(0)
    }

    /// Adds an element to `parent` without opening it.
    pub(super) fn add(&mut self, parent: ElementId, tag: Tag) -> ElementId {
        let id = ElementId::try_from(self.elements.len()).unwrap_or(ElementId::MAX);
        self.elements.push(Element { tag, children: Vec::new() });
        self.elements[parent as usize].children.push(Child::Element(id));
        id
    }

    /// A new place for content in `element`.
    pub(super) fn mark(&mut self, element: ElementId) -> Mark {
        let mark = self.marks;
        self.marks += 1;
        self.elements[element as usize].children.push(Child::Mark(mark));
        mark
    }

    /// The level at which a heading of `level` stands in the tree: one below the nearest heading above it that has
    /// a smaller level. So no level is skipped downwards.
    pub(super) fn heading_level(&mut self, level: u8) -> u8 {
        while self.levels.last().is_some_and(|&above| above >= level) {
            self.levels.pop();
        }
        self.levels.push(level);
        u8::try_from(self.levels.len()).unwrap_or(u8::MAX)
    }

    /// Records where a figure was placed.
    pub(super) fn place_figure(
        elements: &mut [Element],
        id: ElementId,
        page: u32,
        at: super::frame::Rectangle,
    ) {
        if let Some(Element { tag: Tag::Figure { area, .. }, .. }) = elements.get_mut(id as usize) {
            *area = Some((page, at));
        }
    }

    /// Opens an element of the root that is read before all others.
    pub(super) fn begin_first(&mut self, tag: Tag) -> ElementId {
        self.open.truncate(1);
        let id = self.begin(tag);
        self.elements[0].children.rotate_right(1);
        id
    }

    pub(super) fn finish(self) -> Vec<Element> {
        self.elements
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heading_levels_are_never_skipped() {
        let mut structure = Structure::new();
        let levels: Vec<u8> = [1, 3, 3, 2, 4, 1].map(|level| structure.heading_level(level)).into();
        assert_eq!(levels, [1, 2, 2, 2, 3, 1]);
    }

    #[test]
    fn nesting_in_the_tree_is_bounded() {
        let mut structure = Structure::new();
        for _ in 0..1000 {
            structure.begin(Tag::Quote);
        }
        for _ in 0..1000 {
            structure.end();
        }
        assert_eq!(structure.current(), 0);
        assert_eq!(structure.finish().len(), DEEPEST);
    }
}

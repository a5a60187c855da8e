//! Adds up what a page costs the tree builder, and says when that is out of proportion to the page.

use std::cell::Cell;

/// The tree builder may take so many steps for each tag. Real pages take 12 on average, 42 at most.
const STEPS_FOR_A_TAG: usize = 128;
/// And so many for each piece of text.
const STEPS_FOR_A_TEXT: usize = 16;
/// Steps beyond that, for which a page need not account. They take about 50 ms.
const FREE_STEPS: usize = 20_000_000;
/// The tree builder may make so many elements for each tag, by reopening formatting elements that were left open.
const ELEMENTS_FOR_A_TAG: usize = 4;
/// Elements beyond that, for which a page need not account.
const FREE_ELEMENTS: usize = 100_000;
/// To compare an attribute with another takes as long as so many steps.
const STEPS_FOR_AN_ATTRIBUTE: usize = 16;

/// How much structure a page may still have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// All of it.
    #[default]
    Full,
    /// Elements are closed, but no more are opened.
    Closing,
    /// Neither: what follows is text in the body.
    Text,
}

/// What a page costs.
pub(super) struct Work {
    /// Steps and elements for which the page need not account.
    free_steps: usize,
    free_elements: usize,
    /// What the page may cost, for the tokens so far.
    allowed: Cell<usize>,
    tags: Cell<usize>,
    /// Steps that the sink does not see.
    hidden: Cell<usize>,
    /// Entries that elements such as `<object>` leave in the list of formatting elements, at most.
    markers: Cell<usize>,
    level: Cell<Level>,
}

impl Default for Work {
    fn default() -> Self {
        Self::new(FREE_STEPS, FREE_ELEMENTS)
    }
}

impl Work {
    pub(super) fn new(free_steps: usize, free_elements: usize) -> Self {
        Self {
            free_steps,
            free_elements,
            allowed: Cell::new(0),
            tags: Cell::new(0),
            hidden: Cell::new(0),
            markers: Cell::new(0),
            level: Cell::default(),
        }
    }

    pub(super) fn level(&self) -> Level {
        self.level.get()
    }

    pub(super) fn tag(&self) {
        add(&self.tags, 1);
        add(&self.allowed, STEPS_FOR_A_TAG);
    }

    pub(super) fn text(&self) {
        add(&self.allowed, STEPS_FOR_A_TEXT);
    }

    pub(super) fn steps(&self, steps: usize) {
        add(&self.hidden, steps);
    }

    pub(super) fn markers(&self, markers: usize) {
        add(&self.markers, markers);
    }

    /// The list of formatting elements is searched from its beginning.
    pub(super) fn formatting_search(&self) {
        add(&self.hidden, self.markers.get());
    }

    /// A formatting element with so many attributes is compared with so many others.
    pub(super) fn formatting_start(&self, attributes: usize, others: usize) {
        add(&self.hidden, attributes.saturating_mul(others).saturating_mul(STEPS_FOR_AN_ATTRIBUTE));
    }

    /// Compares the steps taken and the elements made so far with what the page accounts for. The level only rises;
    /// the answer is whether it rose.
    pub(super) fn outgrows(&self, steps: usize, elements: usize) -> bool {
        let steps = steps.saturating_add(self.hidden.get()).saturating_sub(self.allowed.get());
        let elements = elements.saturating_sub(self.tags.get().saturating_mul(ELEMENTS_FOR_A_TAG));
        let level = if steps > 2 * self.free_steps || elements > 2 * self.free_elements {
            Level::Text
        } else if steps > self.free_steps || elements > self.free_elements {
            Level::Closing
        } else {
            Level::Full
        };
        let rises = level > self.level.get();
        if rises {
            self.level.set(level);
        }
        rises
    }
}

fn add(counter: &Cell<usize>, more: usize) {
    counter.set(counter.get().saturating_add(more));
}

#[cfg(test)]
mod tests {
    use super::{FREE_STEPS, Level, Work};

    #[test]
    fn structure_ends_when_the_steps_outgrow_the_tags() {
        let work = Work::default();
        (0..1000).for_each(|_| work.tag());
        assert!(!work.outgrows(FREE_STEPS + 128_000, 0));
        assert!(work.outgrows(FREE_STEPS + 128_001, 0));
        assert_eq!(work.level(), Level::Closing);
        assert!(!work.outgrows(0, 0));
        assert_eq!(work.level(), Level::Closing);
        work.formatting_start(1000, 2000);
        assert!(work.outgrows(FREE_STEPS, 0));
        assert_eq!(work.level(), Level::Text);
    }
}

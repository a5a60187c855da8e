//! Turns pairs of anchors (`#_ftn1` ↔ `#_ftnref1`, as Word writes them) into note references and notes.

use crate::extract::whitespace;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::extract::page::{Page, Tag};

/// The anchors of notes within a region, by item.
#[derive(Debug, Default)]
pub(in crate::extract) struct Anchors {
    /// Anchors that refer to a note.
    pub(in crate::extract) references: BTreeMap<usize, usize>,
    /// Anchors that begin a note.
    pub(in crate::extract) definitions: BTreeMap<usize, usize>,
    /// The marks of the notes as printed, in the order of their references.
    pub(in crate::extract) marks: Vec<String>,
}

impl Anchors {
    /// Finds the pairs within `ranges` of items: an anchor and a later one that link to each other.
    pub(in crate::extract) fn find(page: &Page<'_>, ranges: &[Range<usize>]) -> Self {
        let mut anchors = Self::default();
        let all: Vec<(usize, &str, &str)> = ranges
            .iter()
            .flat_map(Clone::clone)
            .filter(|&index| page.items[index].tag() == Tag::Anchor && !page.items[index].hidden)
            .filter_map(|index| {
                let (_, target) = page.attribute(index, "href")?.split_once('#')?;
                let name = page.attribute(index, "name").or_else(|| page.attribute(index, "id"))?;
                (!target.is_empty() && !name.is_empty()).then_some((index, name, target))
            })
            .collect();
        let by_name: BTreeMap<&str, (usize, &str)> =
            all.iter().rev().map(|&(index, name, target)| (name, (index, target))).collect();
        for &(index, name, target) in &all {
            if let Some(&(definition, back)) = by_name.get(target)
                && back == name
                && definition > index
            {
                let note = anchors.marks.len();
                anchors.references.insert(index, note);
                anchors.definitions.insert(definition, note);
                let text = |at: usize| whitespace::squeeze(&page.text(at, 40));
                let printed = text(index);
                anchors.marks.push(if printed.is_empty() { text(definition) } else { printed });
            }
        }
        anchors
    }
}

/// The element that holds the whole of the note whose anchor is at `index`, as Word writes it: `<div id=ftn1>`.
pub(in crate::extract) fn element(page: &Page<'_>, index: usize) -> Option<usize> {
    page.ancestors(index).take(8).find(|&at| {
        let named = page.attribute(at, "id").is_some_and(|id| {
            let id = id.to_ascii_lowercase();
            ["ftn", "edn", "footnote", "endnote"].iter().any(|name| {
                id.strip_prefix(name)
                    .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
            })
        });
        named && page.items[at].tag().breaks_line()
    })
}

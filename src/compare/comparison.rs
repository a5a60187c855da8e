//! What a comparison of two Documents tells: clauses, what became of each, and how much differs.

use std::collections::BTreeSet;

use serde::Serialize;

use super::units::Look;
use super::{Edit, FieldChange, Part, RowChange, TableComparison};
use crate::document::Document;

/// What became of a clause, a row, a cell or a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It says the same and looks the same.
    Unchanged,
    /// It says the same and looks different.
    Restyled,
    /// It says something else.
    Changed,
    /// The new Document only has it.
    Added,
    /// The old Document only has it.
    Deleted,
}

/// What differs in how a clause looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// The part it plays: heading, paragraph, its role.
    Role,
    /// Level of a heading.
    Level,
    /// Alignment.
    Alignment,
    /// Emphasis, raised and lowered characters.
    Emphasis,
    /// Targets of links.
    Link,
    /// Rows and columns that a cell covers, or whether it is a header.
    Span,
}

impl Aspect {
    /// What differs. Emphasis and links of different texts cannot be held against each other.
    pub(super) fn between(old: &Look, new: &Look, same_text: bool) -> Vec<Self> {
        [
            (old.role != new.role, Self::Role),
            (old.level != new.level, Self::Level),
            (old.align != new.align, Self::Alignment),
            (same_text && old.styles != new.styles, Self::Emphasis),
            (same_text && old.links != new.links, Self::Link),
            (old.cell != new.cell, Self::Span),
        ]
        .into_iter()
        .filter_map(|(differs, aspect)| differs.then_some(aspect))
        .collect()
    }
}

/// Where a clause stands in one of the Documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Its number among all clauses, from 0.
    pub index: usize,
    /// The same in words, for a person: `二、（一）第 2 段`.
    pub address: String,
}

/// Pictures that differ, each by `sha256:…` or, where it could not be had, by its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PictureChange {
    /// Those of the old clause only.
    pub deleted: Vec<String>,
    /// Those of the new clause only.
    pub added: Vec<String>,
}

impl PictureChange {
    /// `None` if they are the same in the same order; where only the order differs, all of them.
    pub(super) fn between(old: &[String], new: &[String]) -> Option<Self> {
        if old == new {
            return None;
        }
        let without = |pictures: &[String], others: &[String]| -> Vec<String> {
            let others: BTreeSet<&String> = others.iter().collect();
            pictures.iter().filter(|picture| !others.contains(picture)).cloned().collect()
        };
        let change = Self { deleted: without(old, new), added: without(new, old) };
        if change.deleted.is_empty() && change.added.is_empty() {
            return Some(Self { deleted: old.to_vec(), added: new.to_vec() });
        }
        Some(change)
    }
}

/// A clause and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// What became of it.
    pub kind: Kind,
    /// It stands before or after clauses that it did not before.
    #[serde(skip_serializing_if = "super::json::is_false")]
    pub moved: bool,
    /// Nothing but its number changed: 二、 became 三、.
    #[serde(skip_serializing_if = "super::json::is_false")]
    pub renumbered: bool,
    /// What it is, in the new Document if it stands there.
    pub part: Part,
    /// Where it stands in the old Document; `None` if it was added.
    pub old: Option<Place>,
    /// Where it stands in the new Document; `None` if it was deleted.
    pub new: Option<Place>,
    /// Its text; empty for a table.
    pub edits: Vec<Edit>,
    /// Its pictures, where they changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pictures: Option<PictureChange>,
    /// What else differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aspects: Vec<Aspect>,
    /// Its grid, if it is a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<TableComparison>,
}

/// How many clauses became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Changed in their words, whether moved or not; those of which only the number changed not counted.
    pub changed: usize,
    /// Added.
    pub added: usize,
    /// Deleted.
    pub deleted: usize,
    /// Moved, whether changed or not.
    pub moved: usize,
    /// Changed in nothing but their number.
    pub renumbered: usize,
    /// Changed in how they look only.
    pub restyled: usize,
    /// Neither changed nor moved.
    pub unchanged: usize,
    /// Statements about the document that differ.
    pub metadata: usize,
}

/// What one of the Documents is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Its title, empty if the page gives none.
    pub title: String,
    /// Name of the file it was read from.
    pub file: String,
    /// SHA-256 of the page, lower-case hexadecimal.
    pub sha256: String,
    /// When the page was captured, RFC 3339, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
    /// Number of the version in the archive, where it comes from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl Side {
    pub(super) fn of(document: &Document) -> Self {
        Self {
            title: document.metadata.title.as_ref().map_or_else(String::new, |title| title.value.clone()),
            file: document.provenance.file.clone(),
            sha256: document.provenance.sha256.clone(),
            captured: document.provenance.captured.clone(),
            version: None,
        }
    }
}

/// What differs between two Documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The old Document.
    pub old: Side,
    /// The new Document.
    pub new: Side,
    /// How much differs.
    pub summary: Summary,
    /// The statements about the document that differ.
    pub metadata: Vec<FieldChange>,
    /// Every clause of both, in the order of the new Document, deleted ones where they stood. In JSON only those that
    /// differ.
    #[serde(serialize_with = "super::json::changed_clauses")]
    pub clauses: Vec<Clause>,
}

impl Comparison {
    /// Whether nothing differs, neither words nor looks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.metadata.is_empty() && self.clauses.iter().all(|clause| !clause.differs())
    }
}

impl Clause {
    /// Whether it changed, moved or looks different.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.kind != Kind::Unchanged || self.moved
    }

    /// Where it stands: in the new Document, if it stands there.
    #[must_use]
    pub fn address(&self) -> &str {
        self.new.as_ref().or(self.old.as_ref()).map_or("", |place| &place.address)
    }
}

impl RowChange {
    /// Whether it changed, moved, looks different or has cells in columns that were added or deleted.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.kind != Kind::Unchanged
            || self.moved
            || self.cells.iter().any(|cell| cell.kind != Kind::Unchanged)
    }
}

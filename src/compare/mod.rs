//! Turns two Documents into what differs between them, clause by clause (版本比对).
//!
//! The clauses of both are paired (`pairing`) — unchanged, changed, moved — and what has no partner was added or deleted.
//! Within a changed clause the [edits](edits::Edit) are told to the character, within a table to the cell. Every
//! character of both Documents stands in exactly one edit of the [`Comparison`], so that the new Document's text can be
//! had from the old one's. The work grows with the length of the Documents, whatever they hold; no clock cuts it short,
//! so that the same Documents always give the same Comparison.

mod address;
mod comparison;
mod edits;
mod heaviest;
mod html;
mod json;
#[cfg(test)]
mod laws;
mod metadata;
mod numbering;
mod pairing;
mod sequence;
mod signature;
mod table;
mod terminal;
mod tokens;
mod units;
mod words;

pub use comparison::{Aspect, Clause, Comparison, Kind, PictureChange, Place, Side, Summary};
pub use edits::{Edit, Operation};
pub use html::html;
pub use json::{SCHEMA, to_json};
pub use metadata::FieldChange;
pub use table::{CellChange, ColumnChange, RowChange, TableComparison};
pub use terminal::{TerminalOptions, terminal};
pub use units::Part;
pub use words::summary as summary_in_words;

use crate::document::Document;
use numbering::Numbering;
use pairing::{Item, Pair};
use signature::Signature;
use units::Unit;

/// Compares two Documents. Where the words came from (provenance, the page's address) is not compared.
#[must_use]
pub fn compare(old: &Document, new: &Document) -> Comparison {
    let (left, right) = (units::units(old), units::units(new));
    let pairs = pair_units((old, &left), (new, &right));
    let place = |units: &[Unit], index: usize| Some(Place { index, address: units[index].address.clone() });
    let clauses: Vec<Clause> = order(left.len(), right.len(), &pairs)
        .into_iter()
        .filter_map(|step| match step {
            (Some(i), Some(j), moved) => Some(Clause {
                moved,
                old: place(&left, i),
                new: place(&right, j),
                ..both((old, &left[i]), (new, &right[j]))
            }),
            (Some(i), None, _) => Some(Clause { old: place(&left, i), ..lone(old, &left[i], Kind::Deleted) }),
            (None, Some(j), _) => Some(Clause { new: place(&right, j), ..lone(new, &right[j], Kind::Added) }),
            (None, None, _) => None,
        })
        .collect();
    let metadata = metadata::compare(&old.metadata, &new.metadata);
    let summary = summary(&clauses, metadata.len());
    Comparison { old: Side::of(old), new: Side::of(new), summary, metadata, clauses }
}

/// Which clauses of either side are the same.
fn pair_units(old: (&Document, &[Unit]), new: (&Document, &[Unit])) -> Vec<Pair> {
    /// All it says, the same without its number, its place.
    struct Keys {
        all: String,
        unnumbered: String,
        slot: String,
    }
    let keys = |(document, units): (&Document, &[Unit])| -> Vec<Keys> {
        let mut following = units.iter().skip(1).map(|unit| unit.text.as_str());
        units
            .iter()
            .map(|unit| {
                let next = following.next().unwrap_or_default();
                let (numbering, _, rest) = numbering::split(&unit.text);
                let mut says = String::new();
                for picture in &unit.pictures {
                    says.push('\u{2}');
                    says.push_str(picture);
                }
                if let Some(table) = unit.table {
                    says.push_str(&table::key(document, table));
                }
                let class = char::from(class(unit.part));
                // A number on a line of its own (第三条) is the number of what follows: where an article is struck out,
                // those after it bear other numbers, and the number alone says nothing of which article it is.
                let numbered = if numbering != Numbering::None && rest.is_empty() { next } else { "" };
                if !numbered.is_empty() {
                    says.push('\u{3}');
                    says.push_str(numbered);
                }
                let unnumbered = if rest.chars().count() < 2 && numbered.is_empty() {
                    String::new()
                } else {
                    format!("{class}{rest}{says}")
                };
                Keys {
                    all: format!("{class}{}{says}", unit.text),
                    unnumbered,
                    slot: format!("{class}{}", unit.address),
                }
            })
            .collect()
    };
    let (left, right) = (keys(old), keys(new));
    let of = |key: fn(&Keys) -> &str| names(left.iter().map(key), right.iter().map(key));
    let all = of(|keys| &keys.all);
    let unnumbered = of(|keys| &keys.unnumbered);
    let slots = of(|keys| &keys.slot);
    let items = |units: &[Unit], keys: &[Keys], side: usize| -> Vec<Item> {
        units
            .iter()
            .zip(keys)
            .enumerate()
            .map(|(index, (unit, keys))| {
                let words = if unit.table.is_some() { &keys.all } else { &unit.text };
                Item {
                    id: all[side][index],
                    unnumbered: if keys.unnumbered.is_empty() { 0 } else { unnumbered[side][index] },
                    class: class(unit.part),
                    signature: Signature::of(words),
                    length: words.chars().count() + 5 * unit.pictures.len(),
                    slot: slots[side][index],
                    slot_worth: slot_worth(unit),
                }
            })
            .collect()
    };
    pairing::pair(&items(old.1, &left, 0), &items(new.1, &right, 1))
}

/// Clauses of different classes are never the same clause. A heading may become a paragraph, a note may not.
fn class(part: Part) -> u8 {
    match part {
        Part::Title | Part::Heading | Part::Paragraph | Part::ListItem => b'0',
        Part::TableCaption | Part::TableUnit => b'1',
        Part::Table => b'2',
        Part::Figure => b'3',
        Part::Note => b'4',
        Part::Attachment => b'5',
    }
}

/// What standing at the same place is worth: the signed date is the signed date, whatever it says.
fn slot_worth(unit: &Unit) -> u32 {
    use crate::document::Role;
    match unit.part {
        Part::Title => 500,
        Part::TableCaption | Part::TableUnit | Part::Table | Part::Figure => 300,
        Part::Note | Part::Attachment => 100,
        Part::Heading | Part::Paragraph | Part::ListItem => match unit.look.role {
            Role::Body if numbering::split(&unit.text).0 == Numbering::Article => 200,
            Role::Body if numbering::split(&unit.text).0 != Numbering::None => 120,
            Role::Body | Role::AttachmentNote => 60,
            _ => 500,
        },
    }
}

/// A clause that stands in both.
fn both((old_document, old): (&Document, &Unit), (new_document, new): (&Document, &Unit)) -> Clause {
    let pictures = PictureChange::between(&old.pictures, &new.pictures);
    let mut aspects = Aspect::between(&old.look, &new.look, old.text == new.text);
    if old.part != new.part && !aspects.contains(&Aspect::Role) {
        aspects.insert(0, Aspect::Role);
    }
    let mut same = old.text == new.text && pictures.is_none();
    let mut same_look = aspects.is_empty();
    let grid = match (old.table, new.table) {
        (Some(old), Some(new)) => Some(table::compare((old_document, old), (new_document, new))),
        _ => None,
    };
    if let Some(grid) = &grid {
        same = same && grid.says_the_same();
        same_look = same_look && grid.rows.iter().all(|row| row.kind != Kind::Restyled);
    }
    let kind = match (same, same_look) {
        (true, true) => Kind::Unchanged,
        (true, false) => Kind::Restyled,
        (false, _) => Kind::Changed,
    };
    let renumbered = kind == Kind::Changed && grid.is_none() && pictures.is_none() && {
        let ((before, _, words), (after, _, same)) =
            (numbering::split(&old.text), numbering::split(&new.text));
        words == same && before != Numbering::None && after != Numbering::None
    };
    Clause {
        kind,
        moved: false,
        renumbered,
        part: new.part,
        old: None,
        new: None,
        edits: edits::edits(&old.text, &new.text),
        pictures,
        aspects,
        table: grid,
    }
}

/// A clause that stands in one of them.
fn lone(document: &Document, unit: &Unit, kind: Kind) -> Clause {
    let (operation, pictures) = if kind == Kind::Deleted {
        (Operation::Delete, PictureChange::between(&unit.pictures, &[]))
    } else {
        (Operation::Insert, PictureChange::between(&[], &unit.pictures))
    };
    Clause {
        kind,
        moved: false,
        renumbered: false,
        part: unit.part,
        old: None,
        new: None,
        edits: edits::whole(&unit.text, operation),
        pictures,
        aspects: Vec::new(),
        table: unit.table.map(|grid| table::alone(document, grid, kind)),
    }
}

fn summary(clauses: &[Clause], metadata: usize) -> Summary {
    let count = |test: &dyn Fn(&Clause) -> bool| clauses.iter().filter(|clause| test(clause)).count();
    Summary {
        changed: count(&|clause| clause.kind == Kind::Changed && !clause.renumbered),
        added: count(&|clause| clause.kind == Kind::Added),
        deleted: count(&|clause| clause.kind == Kind::Deleted),
        moved: count(&|clause| clause.moved),
        renumbered: count(&|clause| clause.renumbered),
        restyled: count(&|clause| clause.kind == Kind::Restyled),
        unchanged: count(&|clause| !clause.differs()),
        metadata,
    }
}

/// Old and new index of each step through both sides, and whether it moved: the order of the new side, with what has no
/// partner on the old side put after the clause that it followed.
fn order(old: usize, new: usize, pairs: &[Pair]) -> Vec<(Option<usize>, Option<usize>, bool)> {
    let mut paired = vec![false; old];
    let mut partner: Vec<Option<&Pair>> = vec![None; new];
    for pair in pairs {
        paired[pair.old] = true;
        partner[pair.new] = Some(pair);
    }
    let mut steps = Vec::with_capacity(old + new - pairs.len());
    // What was deleted after an old clause, up to the next that is in its place.
    let mut in_place: Vec<bool> = vec![false; old];
    pairs.iter().filter(|pair| !pair.moved).for_each(|pair| in_place[pair.old] = true);
    let deleted = |steps: &mut Vec<_>, from: usize| {
        let gap = (from..old).take_while(|&index| !in_place[index]).filter(|&index| !paired[index]);
        steps.extend(gap.map(|index| (Some(index), None, false)));
    };
    deleted(&mut steps, 0);
    for (index, pair) in partner.iter().enumerate() {
        match pair {
            None => steps.push((None, Some(index), false)),
            Some(pair) => {
                steps.push((Some(pair.old), Some(index), pair.moved));
                if !pair.moved {
                    deleted(&mut steps, pair.old + 1);
                }
            }
        }
    }
    steps
}

/// Numbers from 1 for the texts of both sides: the same for the same text, ascending with the text, so that they do not
/// depend on which side is which.
fn names<'a>(old: impl Iterator<Item = &'a str>, new: impl Iterator<Item = &'a str>) -> [Vec<u32>; 2] {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.collect(), new.collect());
    let mut all: Vec<(&str, usize)> = old.iter().chain(&new).copied().zip(0..).collect();
    all.sort_unstable();
    let mut ids = vec![0; all.len()];
    let mut id = 0;
    let mut before = None;
    for (text, index) in all {
        if before != Some(text) {
            id += 1;
            before = Some(text);
        }
        ids[index] = id;
    }
    let right = ids.split_off(old.len());
    [ids, right]
}

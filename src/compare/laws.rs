//! The laws of a comparison, tried on Documents that nobody would write.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Comparison, Edit, Kind, Operation, compare, table, units};
use crate::document::{
    Block, Cell, Document, Heading, Inline, Level, Note, Paragraph, Row, Run, Style, Table,
};

/// Few words, so that clauses are alike.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("各级人民政府"),
        Just("应当"),
        Just("必须"),
        Just("加强领导"),
        Just("，"),
        Just("。"),
        Just("2018年1月31日"),
        Just("12%"),
        Just("第三条　"),
        Just("（一）"),
        Just("二、"),
        Just("三、"),
        Just("😀"),
        Just("甲"),
        Just("乙")
    ];
    vec(piece, 1..9).prop_map(|pieces| pieces.concat())
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    (words(), prop::bool::weighted(0.1)).prop_map(|(text, strong)| {
        vec![Inline::Text(Run { text, style: Style { strong, ..Style::default() }, link: None })]
    })
}

fn paragraph() -> impl Strategy<Value = Block> {
    inlines().prop_map(|content| Block::Paragraph(Paragraph { content, ..Paragraph::default() }))
}

fn grid() -> impl Strategy<Value = Block> {
    (1usize..4, 1usize..5).prop_flat_map(|(columns, rows)| {
        vec(vec(words(), columns), rows).prop_map(move |rows| {
            let cell = |text| {
                let content = vec![Inline::Text(Run::plain(text))];
                let blocks = vec![Block::Paragraph(Paragraph { content, ..Paragraph::default() })];
                Cell { blocks, ..Cell::default() }
            };
            let rows =
                rows.into_iter().map(|row| Row { cells: row.into_iter().map(cell).collect() }).collect();
            Block::Table(Table { caption: vec![], unit: vec![], columns, header_rows: 0, rows })
        })
    })
}

fn document() -> impl Strategy<Value = Document> {
    let heading = inlines().prop_map(|content| {
        Block::Heading(Heading { level: Level::new(1), content, run_in: false, align: Default::default() })
    });
    let block = prop_oneof![8 => paragraph(), 2 => heading, 1 => grid()];
    let note = inlines().prop_map(|content| Note { mark: "[1]".to_owned(), content });
    (vec(block, 0..14), vec(note, 0..2)).prop_map(|(body, notes)| Document {
        body,
        notes,
        ..Document::default()
    })
}

/// Two versions of one document: some blocks left out, exchanged, repeated.
fn versions() -> impl Strategy<Value = (Document, Document)> {
    let edited = (document(), vec((0usize..14, 0usize..14, 0u8..4), 0..5), document()).prop_map(
        |(old, changes, other)| {
            let mut new = old.clone();
            for (from, to, what) in changes {
                let (from, to) = (from % new.body.len().max(1), to % new.body.len().max(1));
                match what {
                    0 if from < new.body.len() => drop(new.body.remove(from)),
                    1 if from < new.body.len() => new.body.swap(from, to),
                    2 => new.body.extend(other.body.get(from).cloned()),
                    _ => {
                        if let (Some(block), Some(place)) = (other.body.get(to), new.body.get_mut(from)) {
                            *place = block.clone();
                        }
                    }
                }
            }
            (old, new)
        },
    );
    prop_oneof![3 => edited, 1 => (document(), document())]
}

/// The texts of all clauses, rows of cells of tables included: what must come out again.
fn texts(document: &Document) -> Vec<String> {
    units::units(document)
        .iter()
        .map(|unit| match unit.table {
            Some(grid) => table::key(document, grid),
            None => unit.text.clone(),
        })
        .collect()
}

/// The new text, from the old one and the edits.
fn applied(old: &str, edits: &[Edit]) -> String {
    let old: Vec<char> = old.chars().collect();
    let mut out = String::new();
    for edit in edits {
        let length = edit.text.chars().count();
        if edit.operation != Operation::Insert {
            assert_eq!(old[edit.old..edit.old + length].iter().collect::<String>(), edit.text);
        }
        if edit.operation != Operation::Delete {
            assert_eq!(edit.new, out.chars().count());
            out.push_str(&edit.text);
        }
    }
    out
}

fn side(edits: &[Edit], without: Operation) -> String {
    edits.iter().filter(|edit| edit.operation != without).map(|edit| edit.text.as_str()).collect()
}

/// The texts of the new Document, had from the old one and the Comparison alone.
fn reconstructed(comparison: &Comparison, old: &Document) -> Vec<String> {
    let before = units::units(old);
    let mut after: Vec<(usize, String)> = Vec::new();
    for clause in &comparison.clauses {
        let Some(new) = &clause.new else { continue };
        let text = match (&clause.table, &clause.old) {
            (Some(grid), _) => {
                let mut rows: Vec<(usize, String)> = Vec::new();
                for row in &grid.rows {
                    let Some(new) = row.new else { continue };
                    let mut cells: Vec<_> = row.cells.iter().filter(|cell| cell.new.is_some()).collect();
                    cells.sort_by_key(|cell| cell.new);
                    let text: String =
                        cells.iter().map(|cell| side(&cell.edits, Operation::Delete) + "\u{1}").collect();
                    rows.push((new, text + "\u{3}"));
                }
                rows.sort();
                rows.into_iter().map(|row| row.1).collect()
            }
            (None, Some(old)) => applied(&before[old.index].text, &clause.edits),
            (None, None) => applied("", &clause.edits),
        };
        after.push((new.index, text));
    }
    after.sort();
    assert!(after.iter().enumerate().all(|(index, clause)| clause.0 == index), "each clause once");
    after.into_iter().map(|clause| clause.1).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_does_not_differ_from_itself(document in document()) {
        let comparison = compare(&document, &document);
        prop_assert!(comparison.is_empty());
        prop_assert!(comparison.clauses.iter().all(|clause| clause.edits.iter().all(|edit| edit.operation == Operation::Equal)));
    }

    #[test]
    fn the_new_document_comes_out_of_the_old_and_the_edits((old, new) in versions()) {
        let comparison = compare(&old, &new);
        prop_assert_eq!(reconstructed(&comparison, &old), texts(&new));
        // Exchanged, the same gives the old one: every character of both stands in exactly one edit.
        prop_assert_eq!(reconstructed(&compare(&new, &old), &new), texts(&old));
        prop_assert_eq!(&compare(&old, &new), &comparison);
    }

    #[test]
    fn exchanged_documents_exchange_the_differences((old, new) in versions()) {
        let (forth, back) = (compare(&old, &new), compare(&new, &old));
        prop_assert_eq!(forth.summary.added, back.summary.deleted);
        prop_assert_eq!(forth.summary.deleted, back.summary.added);
        prop_assert_eq!(forth.summary.changed, back.summary.changed);
        prop_assert_eq!(forth.summary.moved, back.summary.moved);
        let pairs = |comparison: &Comparison, exchanged: bool| {
            let mut pairs: Vec<_> = comparison.clauses.iter().map(|clause| {
                let index = |place: &Option<super::Place>| place.as_ref().map(|place| place.index);
                let (old, new) = (index(&clause.old), index(&clause.new));
                let (gone, come) = (side(&clause.edits, Operation::Insert), side(&clause.edits, Operation::Delete));
                let kind = match clause.kind {
                    Kind::Added if exchanged => Kind::Deleted,
                    Kind::Deleted if exchanged => Kind::Added,
                    kind => kind,
                };
                if exchanged { (new, old, kind, clause.moved, come, gone) } else { (old, new, kind, clause.moved, gone, come) }
            }).collect();
            pairs.sort();
            pairs
        };
        prop_assert_eq!(pairs(&forth, false), pairs(&back, true));
    }
}

/// A document of paragraphs.
fn paragraphs(texts: impl Iterator<Item = String>) -> Document {
    let body = texts
        .map(|text| {
            let content = vec![Inline::Text(Run::plain(text))];
            Block::Paragraph(Paragraph { content, ..Paragraph::default() })
        })
        .collect();
    Document { body, ..Document::default() }
}

/// What would take quadratic time if anything did: these take minutes then, and seconds now.
#[test]
fn hostile_documents_end_soon() {
    let same = |count: usize| paragraphs((0..count).map(|_| "各级人民政府应当加强领导。".to_owned()));
    let comparison = compare(&same(10_000), &same(9_000));
    assert_eq!((comparison.summary.unchanged, comparison.summary.deleted), (9_000, 1_000));

    let numbered = |from: usize| {
        paragraphs(
            (from..from + 10_000).map(|n| format!("第{n}项各级人民政府应当加强领导，落实责任{}。", n * 7919)),
        )
    };
    let comparison = compare(&numbered(0), &numbered(1_000_000));
    assert!(comparison.summary.changed > 5_000, "{:?}", comparison.summary);

    let alternating =
        |step: usize| paragraphs((0..10_000).map(|n| format!("条款{}的内容在此", n * step % 7)));
    let comparison = compare(&alternating(1), &alternating(3));
    assert!(comparison.summary.unchanged > 2_000, "{:?}", comparison.summary);

    let long = |mark: char| {
        paragraphs(std::iter::once((0..300_000).map(|n| if n % 3 == 0 { mark } else { '乙' }).collect()))
    };
    assert!(!compare(&long('甲'), &long('丙')).is_empty());
}

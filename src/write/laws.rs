//! Turns arbitrary Documents into every output and reads each back: the law of conservation as a property.

use proptest::prelude::*;

use super::{docx, html, markdown, samples, text};
use crate::diagnostic::Diagnostics;
use crate::document::text::text as document_text;
use crate::document::{
    Align, Block, Cell, Document, Figure, Heading, Image, Inline, Level, List, Marker, Note, Paragraph,
    Position, Role, Row, Run, Style, Table, check,
};
use crate::verify;

/// Words that look like markup, like the writers' own marks, or like nothing at all.
fn words() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "公文",
        "（一）",
        "1. ",
        "2018年1月31日",
        "----------",
        "+--+",
        "| a |",
        "# ",
        "- ",
        "> ",
        "&lt;",
        "&",
        "<b>",
        "]]>",
        "**",
        "_x_",
        "`",
        "~~",
        "[图片：x]",
        "“",
        "”",
        "……",
        "——",
        "\u{3000}",
        "\u{A0}",
        " ",
        "e\u{301}",
        "葛\u{E0100}",
        "𠮷",
        "㎡",
        "\u{200B}",
        "\u{E000}",
        "\\",
        "http://a.cn/?x=1&y=2",
        "1,234.50",
        "：",
        "。",
        "\u{202E}",
        "ابت",
        "😀",
        "'",
        "\"",
        "a",
        "W",
    ];
    prop::collection::vec(prop::sample::select(PIECES), 1..6).prop_map(|pieces| pieces.concat())
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    let style =
        (any::<[bool; 4]>(), 0..3u8).prop_map(|([strong, emphasis, underline, strike], position)| Style {
            strong,
            emphasis,
            underline,
            strike,
            position: [Position::Baseline, Position::Superscript, Position::Subscript][usize::from(position)],
        });
    let link = prop::option::weighted(
        0.3,
        prop::sample::select(&["http://a.cn/附件 1<>.doc", "javascript:x", "mailto:a@b.cn", "//x"][..]),
    );
    let run = (words(), style, link)
        .prop_map(|(text, style, link)| Inline::Text(Run { text, style, link: link.map(str::to_owned) }));
    let image = words().prop_map(|alternative| {
        Inline::Image(Image { source: "data:image/png".to_owned(), alternative, ..Image::default() })
    });
    let inline = prop_oneof![
        8 => run,
        1 => image,
        1 => Just(Inline::LineBreak),
        1 => (0..2usize).prop_map(|note| Inline::NoteReference { note }),
    ];
    // No two runs of the same style and link stand side by side in a Document.
    prop::collection::vec(inline, 1..5).prop_map(|mut content| {
        content.dedup_by(|next, before| match (next, before) {
            (Inline::Text(next), Inline::Text(before)) => {
                next.style == before.style && next.link == before.link
            }
            _ => false,
        });
        content
    })
}

fn align() -> impl Strategy<Value = Align> {
    prop::sample::select(&[Align::Start, Align::Center, Align::End][..])
}

/// A sound table: cells are put at the first free place, with spans that fit.
fn table(blocks: impl Strategy<Value = Vec<Block>> + Clone) -> impl Strategy<Value = Table> {
    let cell = (blocks, 1..3usize, 1..3usize, any::<bool>(), align());
    let caption = prop::option::of(inlines()).prop_map(Option::unwrap_or_default).boxed();
    (1..4usize, 1..4usize, 0..3usize, prop::collection::vec(cell, 9), caption.clone(), caption).prop_map(
        |(columns, rows, header_rows, cells, caption, unit)| {
            let mut free = vec![vec![true; columns]; rows];
            let mut table = Table {
                caption,
                unit,
                columns,
                header_rows: header_rows.min(rows),
                rows: vec![Row::default(); rows],
            };
            let mut cells = cells.into_iter();
            for row in 0..rows {
                for column in 0..columns {
                    if !free[row][column] {
                        continue;
                    }
                    let Some((blocks, rowspan, colspan, header, align)) = cells.next() else { continue };
                    let colspan = free[row][column..].iter().take(colspan).take_while(|free| **free).count();
                    let rowspan = rowspan.min(rows - row);
                    for line in &mut free[row..row + rowspan] {
                        line[column..column + colspan].fill(false);
                    }
                    table.rows[row].cells.push(Cell { rowspan, colspan, header, align, blocks });
                }
            }
            table
        },
    )
}

fn blocks() -> impl Strategy<Value = Vec<Block>> + Clone {
    const ROLES: [Role; 8] = [
        Role::Body,
        Role::Subtitle,
        Role::DocumentNumber,
        Role::Addressee,
        Role::AttachmentNote,
        Role::Signature,
        Role::SignedDate,
        Role::Annotation,
    ];
    const MARKERS: [Marker; 8] = [
        Marker::Bullet,
        Marker::Decimal,
        Marker::LowerAlpha,
        Marker::UpperAlpha,
        Marker::LowerRoman,
        Marker::UpperRoman,
        Marker::Han,
        Marker::None,
    ];
    let paragraph = (inlines(), prop::sample::select(&ROLES[..]), align())
        .prop_map(|(content, role, align)| vec![Block::Paragraph(Paragraph { role, align, content })]);
    let heading = (inlines(), inlines(), 1..7u8, any::<bool>()).prop_map(|(content, next, level, run_in)| {
        let heading = Heading { level: Level::new(level), content, run_in, align: Align::Start };
        vec![Block::Heading(heading), Block::Paragraph(Paragraph { content: next, ..Paragraph::default() })]
    });
    let title = prop::collection::vec(words().prop_filter("not blank", |line| !line.trim().is_empty()), 1..3)
        .prop_map(|lines| vec![Block::Title { lines }]);
    let figure = (words(), prop::option::of(inlines())).prop_map(|(alternative, caption)| {
        let image = Image { source: "http://a.cn/1.png".to_owned(), alternative, ..Image::default() };
        vec![Block::Figure(Figure { image, caption: caption.unwrap_or_default() })]
    });
    let leaf = prop_oneof![4 => paragraph, 2 => heading, 1 => title, 1 => figure];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4).prop_map(|groups| groups.concat());
        let maybe = prop::collection::vec(inner.clone(), 0..3).prop_map(|groups| groups.concat());
        prop_oneof![
            2 => several.clone(),
            1 => several.clone().prop_map(|body| vec![Block::Quote { body }]),
            2 => (prop::collection::vec(maybe.clone(), 1..4), prop::sample::select(&MARKERS[..]), 1..30u32)
                .prop_map(|(items, marker, start)| vec![Block::List(List { marker, start, items })]),
            2 => table(maybe.boxed()).prop_map(|table| vec![Block::Table(table)]),
        ]
    })
    .boxed()
}

fn document() -> impl Strategy<Value = Document> {
    (prop::collection::vec(blocks(), 0..5), words(), inlines()).prop_map(|(groups, mark, content)| {
        let mut document = samples::of(groups.concat());
        let content: Vec<Inline> =
            content.into_iter().filter(|inline| !matches!(inline, Inline::NoteReference { .. })).collect();
        document.notes =
            vec![Note { mark, content: content.clone() }, Note { mark: "[2]".to_owned(), content }];
        document
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_output_says_what_the_document_says(document in document()) {
        let violations = check(&document);
        prop_assert!(violations.iter().all(|violation| violation.what.contains("adjacent runs")), "{violations:?}");
        let expected = document_text(&document);
        let written = docx::docx(&document, &docx::DocxOptions::default(), &mut Diagnostics::default())
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(verify::docx::verify(&expected, &written), Ok(()));
        prop_assert_eq!(docx::package_faults(&written.bytes), Vec::<String>::new());
        let page = html::html(&document, &html::HtmlOptions::default());
        prop_assert_eq!(verify::html::verify(&expected, &page), Ok(()));
        let file = markdown::markdown(&document, &markdown::MarkdownOptions::default());
        prop_assert_eq!(verify::markdown::verify(&expected, &file), Ok(()), "{}", String::from_utf8_lossy(&file.bytes));
        for wrap in [None, Some(24)] {
            for ambiguous in [text::Ambiguous::Wide, text::Ambiguous::Narrow] {
                let options = text::TextOptions { wrap, ambiguous, link_marks: wrap.is_some(), ..Default::default() };
                let file = text::text(&document, &options);
                prop_assert_eq!(verify::text::verify(&expected, &file), Ok(()), "{}", String::from_utf8_lossy(&file.written.bytes));
            }
        }
    }
}

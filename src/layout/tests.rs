//! The laws of layout on small Documents.

use super::samples::{cell, document, heading, notice, paragraph, part, table, text};
use super::*;
use crate::document::{Block, Cell, Inline, Paragraph, Role as Part, Row, Table, text as words};
use crate::fonts::tests::library;

fn laid_out(document: &Document) -> PagedDocument {
    let mut diagnostics = Diagnostics::default();
    lay_out(document, &PageStyle::default(), &library(), &mut diagnostics).expect("all glyphs are there")
}

fn spans(paged: &PagedDocument) -> impl Iterator<Item = &Span> {
    paged.pages.iter().flat_map(|page| &page.items).filter_map(|item| match item {
        Item::Text(span) => Some(span),
        _ => None,
    })
}

/// The Document's own text in the order in which it is drawn.
fn own_text(paged: &PagedDocument) -> String {
    spans(paged).filter(|span| span.furniture.is_none()).flat_map(|span| significant(&span.text)).collect()
}

/// The lines of a page: the spans of each baseline, furniture aside.
fn lines(page: &Page) -> Vec<String> {
    let mut lines: Vec<(u32, String)> = Vec::new();
    for item in &page.items {
        if let Item::Text(span) = item
            && span.furniture.is_none()
        {
            match lines.last_mut() {
                Some((y, line)) if *y == span.y.to_bits() => line.push_str(&span.text),
                _ => lines.push((span.y.to_bits(), span.text.clone())),
            }
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

fn width(span: &Span) -> f32 {
    let run = |run: &GlyphRun| run.x + run.glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * run.size;
    span.runs.iter().map(run).fold(0.0, f32::max)
}

#[test]
fn every_character_is_drawn_once_and_in_order() {
    let notice = notice();
    let expected: String = significant(&words::text(&notice)).collect();
    assert_eq!(own_text(&laid_out(&notice)), expected);
}

#[test]
fn furniture_stands_where_it_is_said_to_stand() {
    let paged = laid_out(&notice());
    let all: Vec<char> = spans(&paged).flat_map(|span| significant(&span.text)).collect();
    let rest = crate::furniture::subtract(&all, &paged.furniture).expect("each piece stands there");
    assert_eq!(rest.iter().collect::<String>(), own_text(&paged));
}

#[test]
fn a_full_page_has_22_lines_of_28_characters() {
    let paged = laid_out(&document(vec![paragraph(&"档".repeat(26 + 28 * 50))]));
    let full = lines(&paged.pages[1]);
    assert_eq!(full.len(), 22);
    assert!(full.iter().all(|line| line.chars().count() == 28), "{full:?}");
    let style = PageStyle::default();
    for span in spans(&paged).filter(|span| span.furniture.is_none()) {
        if span.text.chars().count() == 28 {
            assert!((width(span) * paged.stretch - style.type_width()).abs() < 0.05);
        }
    }
    let tops: Vec<f32> = spans(&laid_out(&document(vec![paragraph(&"档".repeat(600))])))
        .filter(|span| span.furniture.is_none())
        .map(|span| span.y)
        .collect();
    for pair in tops.windows(2) {
        assert!((pair[1] - pair[0] - style.pitch()).abs() < 0.01);
    }
}

#[test]
fn nothing_leaves_the_type_area() {
    let style = PageStyle::default();
    let mut body = notice().body;
    body.push(table(30, 60));
    body.push(paragraph(&"w".repeat(500)));
    let paged = laid_out(&Document { body, ..notice() });
    for span in spans(&paged).filter(|span| span.furniture != Some(Kind::PageNumber)) {
        assert!(span.x > -0.6 && span.x + width(span) < style.measure() + 0.6, "{span:?}");
        assert!(span.y > style.top && span.y < style.height - style.bottom, "{span:?}");
    }
}

#[test]
fn no_line_begins_with_a_mark_that_may_not() {
    let words =
        "各级机关应当坚持“公开为常态、不公开为例外”，做好（信息）公开工作；及时、准确·全面。".repeat(30);
    let paged = laid_out(&document(vec![paragraph(&words)]));
    for line in paged.pages.iter().flat_map(lines) {
        assert!(!line.starts_with(['”', '、', '，', '）', '；', '·', '。']), "{line}");
        assert!(!line.ends_with(['“', '（']), "{line}");
    }
}

#[test]
fn headings_do_not_end_a_page_and_lines_do_not_stand_alone() {
    for before in 1..44 {
        let mut body: Vec<Block> = (0..before).map(|_| paragraph("一行。")).collect();
        body.push(heading(1, "一、标题", false));
        body.push(paragraph(&"正文".repeat(60)));
        let paged = laid_out(&document(body));
        for page in &paged.pages {
            let lines = lines(page);
            let last = lines.last().expect("no page is empty");
            assert_ne!(last, "一、标题", "{before}");
            assert!(!(last.starts_with("正文") && lines[lines.len() - 2] == "一、标题"), "{before}");
        }
    }
}

#[test]
fn page_numbers_stand_outside_on_alternating_sides() {
    let paged = laid_out(&document(vec![paragraph(&"档".repeat(1500))]));
    let style = PageStyle::default();
    let numbers: Vec<&Span> = spans(&paged).filter(|span| span.furniture == Some(Kind::PageNumber)).collect();
    assert_eq!(numbers.iter().map(|span| &span.text[..]).collect::<Vec<_>>(), ["— 1 —", "— 2 —", "— 3 —"]);
    assert!((numbers[0].x + width(numbers[0]) + style.body - style.measure()).abs() < 0.01);
    assert!((numbers[1].x - style.body).abs() < 0.01);
}

#[test]
fn signature_and_date_stand_by_7_3_5_2() {
    let em = PageStyle::default().body;
    let measure = PageStyle::default().measure();
    let place = |signature: &str, date: &str| {
        let paged = laid_out(&document(vec![
            paragraph("正文。"),
            part(Part::Signature, signature),
            part(Part::SignedDate, date),
        ]));
        let find = |words: &str| {
            let span = spans(&paged).find(|span| span.text == words).expect("it is set");
            (span.x, span.x + width(span))
        };
        (find(signature), find(date))
    };
    let ((left, right), (date, _)) = place("广东省人力资源和社会保障厅", "2018年1月31日");
    assert!((measure - right - 2.0 * em).abs() < 0.1);
    assert!((date - left - 2.0 * em).abs() < 0.1);
    // A date longer than the signature stands two characters from the right.
    let ((left, _), (date, end)) = place("省厅", "2018年12月31日");
    assert!((measure - end - 2.0 * em).abs() < 0.1);
    assert!((date - left - 2.0 * em).abs() < 0.1);
}

#[test]
fn a_run_in_heading_shares_its_line_with_the_paragraph() {
    let paged = laid_out(&document(vec![heading(2, "（一）标题。", true), paragraph("正文。")]));
    assert_eq!(lines(&paged.pages[0]), ["（一）标题。正文。"]);
    let tags: Vec<&Tag> = paged.elements.iter().map(|element| &element.tag).collect();
    assert_eq!(tags, [&Tag::Document, &Tag::Heading(1, "（一）标题。".to_owned()), &Tag::Paragraph]);
}

#[test]
fn a_table_repeats_its_head_on_each_page_and_cuts_no_row() {
    let paged = laid_out(&document(vec![table(200, 3)]));
    assert!(paged.pages.len() > 3);
    let repeated = paged.furniture.iter().filter(|piece| piece.kind == Kind::RepeatedHeader).count();
    assert_eq!(repeated, 3 * (paged.pages.len() - 1));
    assert!(!paged.furniture.iter().any(|piece| piece.kind == Kind::Continued));
}

#[test]
fn a_row_higher_than_a_page_is_cut_and_says_so() {
    let long = "长文。".repeat(900);
    let rows = vec![Row { cells: vec![cell(&long), cell(&long)] }];
    let table = Table { caption: Vec::new(), unit: Vec::new(), columns: 2, header_rows: 0, rows };
    let paged = laid_out(&document(vec![Block::Table(table)]));
    let count = |kind: Kind| paged.furniture.iter().filter(|piece| piece.kind == kind).count();
    assert!(count(Kind::Continued) >= 2);
    assert_eq!(count(Kind::Continued), count(Kind::Continuation));
}

#[test]
fn a_character_that_no_font_has_is_named() {
    let (style, library) = (PageStyle::default(), library());
    let strange = document(vec![paragraph("甲\u{10330}乙")]);
    let error = lay_out(&strange, &style, &library, &mut Diagnostics::default()).expect_err("no Gothic");
    assert!(error.to_string().contains("U+10330"));
    let style = PageStyle { substitute_missing: true, ..style };
    let mut diagnostics = Diagnostics::default();
    lay_out(&strange, &style, &library, &mut diagnostics).expect("substituted");
    assert!(diagnostics.iter().any(|it| matches!(it, Diagnostic::GlyphMissing { .. })));
}

#[test]
fn private_use_characters_are_printed_as_geta_with_the_character_behind() {
    let paged = laid_out(&document(vec![paragraph("甲\u{E000}乙\u{FFFD}")]));
    assert!(paged.holds_private_use);
    assert_eq!(own_text(&paged), "甲\u{E000}乙\u{FFFD}");
}

#[test]
fn odd_documents_are_laid_out() {
    let nested = (0..500).fold(vec![paragraph("最里")], |inner, level| match level % 3 {
        0 => vec![Block::Quote { body: inner }],
        1 => vec![Block::List(crate::document::List {
            marker: crate::document::Marker::Decimal,
            start: u32::MAX,
            items: vec![inner],
        })],
        _ => vec![Block::Table(Table {
            caption: Vec::new(),
            unit: Vec::new(),
            columns: 1,
            header_rows: 0,
            rows: vec![Row { cells: vec![Cell { blocks: inner, ..Cell::default() }] }],
        })],
    });
    for body in [
        Vec::new(),
        vec![paragraph("一")],
        vec![paragraph(" ")],
        vec![paragraph(&"长".repeat(10_000))],
        vec![paragraph(&"w".repeat(10_000))],
        vec![Block::Paragraph(Paragraph { content: vec![Inline::LineBreak; 3], ..Paragraph::default() })],
        vec![Block::Paragraph(Paragraph {
            content: vec![text("a"), Inline::LineBreak, text("b")],
            ..Paragraph::default()
        })],
        (0..300).map(|_| heading(1, "只有标题", false)).collect(),
        nested,
    ] {
        let odd = document(body);
        let expected: String = significant(&words::text(&odd)).collect();
        let paged = laid_out(&odd);
        assert!(!paged.pages.is_empty());
        assert_eq!(own_text(&paged), expected);
    }
}

#[test]
fn a_picture_that_is_no_picture_leaves_a_note_and_a_diagnostic() {
    let mut notice = notice();
    for asset in notice.assets.values_mut() {
        asset.bytes = std::sync::Arc::new(b"<html>404</html>".to_vec());
    }
    let mut diagnostics = Diagnostics::default();
    let paged = lay_out(&notice, &PageStyle::default(), &library(), &mut diagnostics).expect("laid out");
    assert!(diagnostics.iter().any(|it| matches!(it, Diagnostic::AssetMissing { .. })));
    let notes = paged.furniture.iter().filter(|piece| piece.kind == Kind::PictureNote).count();
    assert_eq!(notes, 3);
    assert!(!paged.pages.iter().flat_map(|page| &page.items).any(|item| matches!(item, Item::Picture(_))));
}

#[test]
fn words_set_from_right_to_left_are_read_in_order_and_seen_in_reverse() {
    let paged = laid_out(&document(vec![paragraph("甲ئۇيغۇر يىلى乙")]));
    assert_eq!(own_text(&paged), "甲ئۇيغۇريىلى乙");
    let span = spans(&paged).find(|span| span.text.contains('甲')).expect("it is set");
    let place = |c: char| {
        let byte = u32::try_from(span.text.find(c).expect("it is there")).expect("short");
        span.runs.iter().find(|run| run.glyphs[0].start == byte).map(|run| run.x)
    };
    assert!(place('ئ') > place('ي') && place('乙') > place('ئ'));
    let style = PageStyle::default();
    let long = laid_out(&document(vec![paragraph(&"ئۇيغۇر ".repeat(60)), paragraph(&"སྐྱབས་".repeat(90))]));
    for span in spans(&long).filter(|span| span.furniture.is_none()) {
        for run in &span.runs {
            let x = span.x + run.x;
            assert!(x > -0.6 && x < style.measure() + 0.6, "{span:?}");
        }
    }
}

//! The laws of layout on small Documents.

use super::samples::{cell, document, heading, notice, paragraph, part, table, text};
use super::*;
use crate::document::{Block, Cell, Inline, Paragraph, Role as Part, Row, Table, text as words};
use crate::fonts::tests::library;

fn laid_out(document: &Document) -> PagedDocument {
    let mut diagnostics = Diagnostics::default();
    lay_out(document, None, &PageStyle::default(), &library(), &mut diagnostics)
        .expect("all glyphs are there")
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
    for page in &paged.pages {
        let (measure, top, bottom) = if page.landscape {
            (style.landscape_measure(), style.left, style.width - style.right)
        } else {
            (style.measure(), style.top, style.height - style.bottom)
        };
        for item in &page.items {
            let Item::Text(span) = item else { continue };
            if span.furniture != Some(Kind::PageNumber) {
                assert!(span.x > -0.6 && span.x + width(span) < measure + 0.6, "{span:?}");
                assert!(span.y > top && span.y < bottom, "{span:?}");
            }
        }
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

/// A table whose cells hold words that are never broken.
fn wide_table(columns: usize) -> Block {
    let row = || Row { cells: (0..columns).map(|_| cell("unbreakable")).collect() };
    Block::Table(Table {
        caption: vec![text("宽表")],
        unit: Vec::new(),
        columns,
        header_rows: 1,
        rows: (0..60).map(|_| row()).collect(),
    })
}

#[test]
fn a_table_too_wide_for_the_page_lies_on_its_side() {
    let style = PageStyle::default();
    let body =
        vec![paragraph("前"), heading(1, "一、表", false), wide_table(12), wide_table(12), paragraph("后")];
    let document = document(body);
    let paged = laid_out(&document);
    let lying: Vec<bool> = paged.pages.iter().map(|page| page.landscape).collect();
    let (first, last) = (lying[0], lying[lying.len() - 1]);
    assert!(!first && !last && lying.iter().filter(|&&lies| lies).count() >= 2, "{lying:?}");
    // The heading goes with its table, and the head is repeated.
    assert_eq!(lines(&paged.pages[0]), ["前"]);
    assert_eq!(lines(&paged.pages[1])[0], "一、表");
    assert!(paged.furniture.iter().any(|piece| piece.kind == Kind::RepeatedHeader));
    for page in paged.pages.iter().filter(|page| page.landscape) {
        assert!((page.width - style.height).abs() < 0.01 && (page.height - style.width).abs() < 0.01);
    }
    // Clause 8: page numbers stand where they stand on upright pages.
    let numbers: Vec<u32> = spans(&paged)
        .filter(|span| span.furniture == Some(Kind::PageNumber))
        .map(|span| span.y.to_bits())
        .collect();
    assert!(numbers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(own_text(&paged), significant(&words::text(&document)).collect::<String>());
}

#[test]
fn the_colophon_is_furniture_on_pages_of_its_own() {
    let rows = [
        crate::colophon::Row::new("标题", "关于印发档案工作要点的通知").expect("not empty"),
        crate::colophon::Row::new("源文件摘要", "\u{10330}").expect("not empty"),
        crate::colophon::Row::new("备注", "无").expect("not empty"),
    ];
    let notice = notice();
    let (style, library) = (PageStyle::default(), library());
    let paged =
        lay_out(&notice, Some(&rows), &style, &library, &mut Diagnostics::default()).expect("laid out");
    let plain = laid_out(&notice);
    // What stands before it is the document's alone.
    assert_eq!(paged.colophon, u32::try_from(plain.pages.len()).ok());
    assert_eq!(paged.pages[..plain.pages.len()], plain.pages[..]);
    assert_eq!(own_text(&paged), own_text(&plain));
    let all: Vec<char> = spans(&paged).flat_map(|span| significant(&span.text)).collect();
    crate::furniture::subtract(&all, &paged.furniture).expect("each piece stands there");
    let own: Vec<&str> = spans(&paged)
        .filter(|span| span.furniture == Some(Kind::Colophon))
        .map(|span| &span.text[..])
        .collect();
    assert_eq!(own[0], "著录信息");
    assert_eq!(own[own.len() - 2..], ["备注", "无"]);
    assert!(own.contains(&"所用字体"));
    assert_eq!(paged.outline.last().map(|entry| &entry.title[..]), Some("著录信息"));
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

/// A table with random spans and cells, some higher than a page.
fn random_table(random: &mut impl FnMut(usize) -> usize) -> Table {
    let (rows, columns) = (1 + random(10), 1 + random(5));
    let mut taken = vec![vec![false; columns]; rows];
    let mut number = 0;
    let body = (0..rows).map(|row| {
        let mut cells = Vec::new();
        for column in 0..columns {
            if taken[row][column] {
                continue;
            }
            let width = (1..=1 + random(2))
                .take_while(|n| column + n <= columns && !taken[row][column + n - 1])
                .count();
            let height = (1 + random(4) * random(2)).min(rows - row);
            for line in &mut taken[row..row + height] {
                line[column..column + width].fill(true);
            }
            number += 1;
            let words = match random(12) {
                0 => format!("{number}号长文。").repeat(400 + random(600)),
                1 | 2 => format!("第{number}格，").repeat(40),
                3 => String::new(),
                _ => format!("格{number}"),
            };
            let blocks = (0..=random(2)).map(|_| paragraph(&words)).collect();
            cells.push(Cell { blocks, rowspan: height, colspan: width, ..Cell::default() });
        }
        Row { cells }
    });
    let rows = body.collect();
    Table { caption: Vec::new(), unit: Vec::new(), columns, header_rows: random(2).min(1), rows }
}

#[test]
fn tables_cut_over_pages_lose_no_cell_and_set_none_over_another() {
    let mut state = 7u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    for round in 0..60 {
        let lines_before = random(22);
        let mut body: Vec<Block> = (0..lines_before).map(|_| paragraph("前。")).collect();
        body.push(Block::Table(random_table(&mut random)));
        body.push(paragraph("后。"));
        let document = document(body);
        let paged = laid_out(&document);
        let all: Vec<char> = spans(&paged).flat_map(|span| significant(&span.text)).collect();
        let found: String = crate::verify::pdf::logical(&all, &paged.furniture)
            .expect("furniture is there")
            .into_iter()
            .collect();
        assert_eq!(found, significant(&words::text(&document)).collect::<String>(), "round {round}");
        for page in &paged.pages {
            let boxes: Vec<[f32; 4]> = page
                .items
                .iter()
                .filter_map(|item| match item {
                    Item::Text(span) => {
                        let size = span.runs.first().map_or(0.0, |run| run.size);
                        Some([span.x, span.x + width(span), span.y - 0.88 * size, span.y + 0.12 * size])
                    }
                    _ => None,
                })
                .collect();
            for (index, a) in boxes.iter().enumerate() {
                for b in &boxes[index + 1..] {
                    let apart =
                        a[1] <= b[0] + 0.1 || b[1] <= a[0] + 0.1 || a[3] <= b[2] + 0.1 || b[3] <= a[2] + 0.1;
                    assert!(apart, "round {round}: {a:?} {b:?}");
                }
            }
        }
    }
}

#[test]
fn white_space_at_the_end_begins_no_page() {
    for rows in 20..60 {
        let paged = laid_out(&document(vec![table(rows, 2)]));
        assert!(paged.pages.iter().all(|page| page.items.len() > 1), "{rows}");
    }
}

#[test]
fn a_character_that_no_font_has_is_named() {
    let (style, library) = (PageStyle::default(), library());
    let strange = document(vec![paragraph("甲\u{10330}乙")]);
    let error =
        lay_out(&strange, None, &style, &library, &mut Diagnostics::default()).expect_err("no Gothic");
    assert!(error.to_string().contains("U+10330"));
    let style = PageStyle { substitute_missing: true, ..style };
    let mut diagnostics = Diagnostics::default();
    lay_out(&strange, None, &style, &library, &mut diagnostics).expect("substituted");
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
    let paged =
        lay_out(&notice, None, &PageStyle::default(), &library(), &mut diagnostics).expect("laid out");
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

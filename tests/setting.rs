//! The pages of the fixtures, judged as a typist would: the grid, the type area, the edges of lines, cells apart.

use std::fs;

use guidang::acquire::Source;
use guidang::diagnostic::Diagnostics;
use guidang::document::{Block, Document, Inline, Paragraph, Run};
use guidang::furniture::Kind;
use guidang::layout::{Item, MILLIMETRE, Page, PageStyle, PagedDocument, Rectangle, Span, lay_out};
use guidang::pipeline::{Options, Pipeline};
use guidang::write::Format;
use guidang::write::pdf::{PdfOptions, PdfStandard, pdf};
use printpdf::{Op, PdfDocument, PdfParseOptions, TextItem};

use crate::properties::ENVIRONMENT;
use crate::support::root;

/// Half a millimetre, in points.
const TOLERANCE: f32 = 0.5 * MILLIMETRE;

/// The documents of all fixtures that have one, by name.
fn documents() -> Vec<(String, Document)> {
    let mut cases: Vec<_> =
        fs::read_dir(root().join("tests/fixtures")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let options = Options { formats: vec![Format::Text], ..Options::default() };
    let documents: Vec<(String, Document)> = cases
        .into_iter()
        .filter_map(|case| {
            let source = Source::File { path: case.join("page.html"), root: case.clone() };
            let (document, _) = Pipeline::new(&options, &ENVIRONMENT).convert(&source).ok()?;
            Some((case.file_name().unwrap().to_string_lossy().into_owned(), document))
        })
        .collect();
    assert!(documents.len() > 15, "{}", documents.len());
    documents
}

fn laid_out(document: &Document) -> PagedDocument {
    let style = PageStyle { substitute_missing: true, ..PageStyle::default() };
    lay_out(document, None, &style, &ENVIRONMENT.fonts, &mut Diagnostics::default()).unwrap()
}

/// What a span covers, without the blank above and below its letters.
fn area(span: &Span) -> Rectangle {
    let run = span.runs.iter().map(|run| run.size).fold(0.0, f32::max);
    let right = span
        .runs
        .iter()
        .map(|run| run.x + run.glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * run.size)
        .fold(0.0, f32::max);
    Rectangle { x: span.x, y: span.y - 0.88 * run, width: right, height: run }
}

fn spans(page: &Page) -> impl Iterator<Item = &Span> {
    page.items.iter().filter_map(|item| match item {
        Item::Text(span) if span.furniture != Some(Kind::PageNumber) => Some(span),
        _ => None,
    })
}

/// Lines as they are read: spans that follow on each other on one baseline.
fn lines(page: &Page) -> Vec<String> {
    let mut lines: Vec<(f32, f32, String)> = Vec::new();
    for span in spans(page) {
        let (left, right) = (span.x, span.x + area(span).width);
        match lines.last_mut() {
            Some((y, end, line)) if (*y - span.y).abs() < 0.1 && (left - *end).abs() < 8.0 => {
                *end = right;
                line.push_str(&span.text);
            }
            _ => lines.push((span.y, right, span.text.clone())),
        }
    }
    lines.into_iter().map(|(.., line)| line).collect()
}

#[test]
fn no_line_begins_or_ends_with_a_mark_that_may_not() {
    for (name, document) in documents() {
        for line in laid_out(&document).pages.iter().flat_map(lines) {
            let line = line.trim();
            assert!(
                !line.starts_with(['，', '。', '、', '；', '：', '！', '？', '）', '》', '”', '〕', '·']),
                "{name}: {line}"
            );
            assert!(!line.ends_with(['（', '《', '“', '〔', '「', '【']), "{name}: {line}");
        }
    }
}

#[test]
fn everything_stands_in_the_type_area_and_the_body_on_its_grid() {
    let style = PageStyle::default();
    for (name, document) in documents() {
        let paged = laid_out(&document);
        for (number, page) in paged.pages.iter().enumerate() {
            let (measure, top, bottom) = if page.landscape {
                (style.landscape_measure(), style.left, style.width - style.right)
            } else {
                (style.measure(), style.top, style.height - style.bottom)
            };
            for span in spans(page) {
                let Rectangle { x, y, width, height } = area(span);
                let inside = x > -TOLERANCE && x + width < measure + TOLERANCE;
                let within = y > top - TOLERANCE && y + height < bottom + TOLERANCE;
                assert!(inside && within, "{name}, page {}: {}", number + 1, span.text);
                let body =
                    span.runs.iter().all(|run| (run.size - style.body).abs() < 0.01 && run.rise == 0.0);
                if body && !page.landscape {
                    let middle = (y + height / 2.0 - top) / style.pitch() - 0.5;
                    let off = (middle - middle.round()).abs() * style.pitch();
                    assert!(off < TOLERANCE, "{name}, page {}, {off} pt off: {}", number + 1, span.text);
                }
            }
        }
    }
}

#[test]
fn nothing_is_set_over_anything_else() {
    for (name, document) in documents() {
        for page in &laid_out(&document).pages {
            let areas: Vec<(Rectangle, &str)> = spans(page)
                .filter(|span| span.runs.iter().all(|run| run.rise == 0.0))
                .map(|span| (area(span), &span.text[..]))
                .collect();
            for (index, (a, first)) in areas.iter().enumerate() {
                for (b, second) in &areas[index + 1..] {
                    let apart = |from: f32, length: f32, to: f32| from + length <= to + 0.5;
                    let free = apart(a.x, a.width, b.x)
                        || apart(b.x, b.width, a.x)
                        || apart(a.y, a.height, b.y)
                        || apart(b.y, b.height, a.y);
                    assert!(free, "{name}: {first} | {second}");
                }
            }
        }
    }
}

#[test]
fn no_page_ends_with_a_heading() {
    for (name, document) in documents() {
        let paged = laid_out(&document);
        for entry in &paged.outline {
            let page = &paged.pages[entry.page as usize];
            let lowest = spans(page).map(|span| span.y).fold(0.0, f32::max);
            // A run-in heading's paragraph, or what follows, stands on the same page.
            let last = spans(page)
                .filter(|span| span.y >= lowest - 0.1)
                .all(|span| entry.title.contains(span.text.trim()));
            assert!(!last || page.items.len() < 3, "{name}: {}", entry.title);
        }
    }
}

/// A matrix as PDF has it.
type Matrix = [f32; 6];

fn product(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// A line of a page of a finished PDF, in points from its lower left corner.
#[derive(Debug)]
struct Measured {
    left: f32,
    right: f32,
    baseline: f32,
    characters: usize,
}

/// The lines of full-width characters of a page, from its operators alone.
fn measured(operators: &[Op]) -> Vec<Measured> {
    let mut stack = vec![[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]];
    let (mut text, mut size) = ([1.0, 0.0, 0.0, 1.0, 0.0, 0.0], 0.0f32);
    let mut lines = Vec::new();
    for operator in operators {
        match operator {
            Op::SaveGraphicsState => stack.push(*stack.last().unwrap()),
            Op::RestoreGraphicsState => drop(stack.pop()),
            Op::SetTransformationMatrix { matrix } => {
                let top = stack.last_mut().unwrap();
                *top = product(matrix.as_array(), *top);
            }
            Op::SetTextMatrix { matrix } => text = matrix.as_array(),
            Op::SetFont { size: points, .. } => size = points.0,
            Op::ShowText { items } => {
                let (mut characters, mut width) = (0, 0.0);
                for item in items {
                    match item {
                        TextItem::Offset(thousandths) => width -= thousandths / 1000.0,
                        TextItem::Text(words) => characters += words.chars().filter(|&c| c == '档').count(),
                        TextItem::GlyphIds(glyphs) => {
                            for glyph in glyphs.iter().filter(|glyph| glyph.cid.as_deref() == Some("档")) {
                                characters += 1;
                                width -= glyph.offset / 1000.0;
                            }
                        }
                    }
                }
                let whole = product(text, *stack.last().unwrap());
                if characters > 0 {
                    let advance = f32::from(u16::try_from(characters).unwrap()) + width;
                    lines.push(Measured {
                        left: whole[4],
                        right: whole[4] + advance * size * whole[0],
                        baseline: whole[5],
                        characters,
                    });
                }
            }
            _ => {}
        }
    }
    lines
}

/// GB/T 9704-2012, 5.2.3: 一般每面排22行，每行排28个字，并撑满版心.
#[test]
fn the_finished_pdf_fills_the_type_area_with_22_lines_of_28_characters() {
    let content = vec![Inline::Text(Run::plain("档".repeat(26 + 28 * 70)))];
    let body = vec![Block::Paragraph(Paragraph { content, ..Paragraph::default() })];
    let document = Document { body, ..Document::default() };
    let options = PdfOptions {
        standard: PdfStandard::A2a,
        date: "2018-01-31".parse().unwrap(),
        source: None,
        parts: &[],
        version: "0.0.0",
    };
    let paged = laid_out(&document);
    let written =
        pdf(&document, paged, &ENVIRONMENT.pdf_fonts, &options, &mut Diagnostics::default()).unwrap();
    let read = PdfDocument::parse(&written.bytes, &PdfParseOptions::default(), &mut Vec::new()).unwrap();
    let near = |found: f32, millimetres: f32| (found - millimetres * MILLIMETRE).abs() < TOLERANCE;
    let mut full = 0;
    for page in &read.pages {
        let lines = measured(&page.ops);
        for line in lines.iter().filter(|line| line.characters == 28) {
            assert!(near(line.left, 28.0) && near(line.right - line.left, 156.0), "{line:?}");
        }
        if lines.len() == 22 && lines.iter().all(|line| line.characters == 28) {
            full += 1;
            // Each line is 1/22 of the type area, its characters in the middle: half a leading above the first, and
            // below the last.
            let leading = 225.0 / 22.0 * MILLIMETRE - 15.75;
            let top = lines[0].baseline + 0.88 * 15.75 + leading / 2.0;
            let bottom = lines[21].baseline - 0.12 * 15.75 - leading / 2.0;
            assert!(near(297.0 * MILLIMETRE - top, 37.0), "{top}");
            assert!(near(top - bottom, 225.0), "{top} {bottom}");
            for pair in lines.windows(2) {
                assert!((pair[0].baseline - pair[1].baseline - 225.0 / 22.0 * MILLIMETRE).abs() < 0.05);
            }
        }
    }
    assert!(full >= 2, "{full}");
}

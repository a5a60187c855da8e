//! The laws, tried on documents and pages that nobody would write.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use guidang::diagnostic::Diagnostics;
use guidang::document::{
    self, Align, Block, Cell, Document, Heading, Inline, Level, List, Marker, Note, Paragraph, Position,
    Role, Row, Run, Style, Table,
};
use guidang::environment::Environment;
use guidang::fonts::FontLibrary;
use guidang::layout::{PageStyle, lay_out};
use guidang::write::pdf::{PdfFonts, PdfOptions, PdfStandard};
use guidang::{decode, extract, parse, verify, write};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::support::root;

pub(crate) static ENVIRONMENT: LazyLock<Environment> = LazyLock::new(|| {
    let fonts = FontLibrary::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).unwrap();
    let pdf_fonts = PdfFonts::new(&fonts);
    Environment { fonts, pdf_fonts, epoch: None, stopwatch: || std::time::Duration::ZERO }
});

/// Words as they come in official documents: Han, marks that open, close and pair, digits, Latin, spaces.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[一-龥]{1,12}",
        3 => "[，。、；：！？“”‘’（）《》〈〉【】〔〕—…·]{1,3}",
        2 => "[0-9]{1,6}([.,][0-9]{1,3})?(%|万元|‰|℃)?",
        2 => "[A-Za-z]{1,14}",
        1 => "[ \u{A0}\u{3000}]",
        1 => "——|……|https?://[a-z]{3,20}\\.gov\\.cn/[a-z0-9/]{0,40}",
        1 => "[㐀-㐚𠀀-𠀚①-⑩㎡々〇]",
    ];
    vec(piece, 1..12).prop_map(|pieces| pieces.concat()).prop_filter("words", |text| !text.trim().is_empty())
}

fn style() -> impl Strategy<Value = Style> {
    let position = prop_oneof![
        8 => Just(Position::Baseline),
        1 => Just(Position::Superscript),
        1 => Just(Position::Subscript),
    ];
    let rare = || prop::bool::weighted(0.1);
    (rare(), rare(), rare(), rare(), position).prop_map(|(strong, emphasis, underline, strike, position)| {
        Style { strong, emphasis, underline, strike, position }
    })
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    let link = option::weighted(0.1, "https://www\\.[a-z]{3,9}\\.gov\\.cn/[a-z&?=]{0,9}");
    let run =
        (words(), style(), link).prop_map(|(text, style, link)| Inline::Text(Run { text, style, link }));
    let inline = prop_oneof![9 => run, 1 => Just(Inline::LineBreak)];
    vec(inline, 1..5)
        .prop_map(merged)
        .prop_filter("words", |content| content.iter().any(|inline| matches!(inline, Inline::Text(_))))
}

/// No two adjacent runs of one style, no break at an edge: what extraction guarantees.
fn merged(content: Vec<Inline>) -> Vec<Inline> {
    let mut merged: Vec<Inline> = Vec::new();
    for inline in content {
        match (merged.last_mut(), inline) {
            (Some(Inline::Text(last)), Inline::Text(run))
                if last.style == run.style && last.link == run.link =>
            {
                last.text += &run.text;
            }
            (None | Some(Inline::LineBreak), Inline::LineBreak) => {}
            (_, inline) => merged.push(inline),
        }
    }
    while matches!(merged.last(), Some(Inline::LineBreak)) {
        merged.pop();
    }
    merged
}

fn paragraph() -> impl Strategy<Value = Block> {
    let role = prop_oneof![
        12 => Just(Role::Body),
        1 => Just(Role::Subtitle),
        1 => Just(Role::DocumentNumber),
        1 => Just(Role::Addressee),
        1 => Just(Role::AttachmentNote),
        1 => Just(Role::Signature),
        1 => Just(Role::SignedDate),
        1 => Just(Role::Annotation),
    ];
    let align = prop_oneof![8 => Just(Align::Start), 1 => Just(Align::Center), 1 => Just(Align::End)];
    (role, align, inlines())
        .prop_map(|(role, align, content)| Block::Paragraph(Paragraph { role, align, content }))
}

/// A grid of cells in which some pairs are merged.
fn table(block: impl Strategy<Value = Block> + Clone + 'static) -> impl Strategy<Value = Block> {
    let cell = vec(block, 0..3);
    (1usize..6, 1usize..6).prop_flat_map(move |(rows, columns)| {
        (vec(vec((cell.clone(), 0u8..8), columns), rows), option::of(inlines())).prop_map(
            move |(grid, caption)| {
                let mut taken = vec![vec![false; columns]; rows];
                let mut filled = Vec::new();
                for (row, cells) in grid.into_iter().enumerate() {
                    let mut out = Row::default();
                    for (column, (blocks, merge)) in cells.into_iter().enumerate() {
                        if taken[row][column] {
                            continue;
                        }
                        let wide = merge == 1 && column + 1 < columns && !taken[row][column + 1];
                        let tall = merge == 2 && row + 1 < rows;
                        let (rowspan, colspan) = (1 + usize::from(tall), 1 + usize::from(wide));
                        for taken in &mut taken[row..row + rowspan] {
                            taken[column..column + colspan].fill(true);
                        }
                        out.cells.push(Cell {
                            rowspan,
                            colspan,
                            header: row == 0,
                            align: Align::Start,
                            blocks,
                        });
                    }
                    filled.push(out);
                }
                // A header row must not be tied to the row below it.
                let header_rows =
                    usize::from(filled[0].cells.iter().all(|cell| cell.rowspan == 1) && rows > 1);
                Block::Table(Table {
                    caption: caption.unwrap_or_default(),
                    unit: Vec::new(),
                    columns,
                    header_rows,
                    rows: filled,
                })
            },
        )
    })
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let heading = (1u8..7, inlines()).prop_map(|(level, content)| {
        vec![Block::Heading(Heading {
            level: Level::new(level),
            content,
            run_in: false,
            align: Align::Start,
        })]
    });
    let run_in = (1u8..7, inlines(), inlines()).prop_map(|(level, content, rest)| {
        vec![
            Block::Heading(Heading { level: Level::new(level), content, run_in: true, align: Align::Start }),
            Block::Paragraph(Paragraph { content: rest, ..Paragraph::default() }),
        ]
    });
    let marker =
        prop_oneof![Just(Marker::Bullet), Just(Marker::Decimal), Just(Marker::Han), Just(Marker::None)];
    let list = (marker, 1u32..9, vec(vec(paragraph(), 1..3), 1..4))
        .prop_map(|(marker, start, items)| vec![Block::List(List { marker, start, items })]);
    let quote = vec(paragraph(), 1..3).prop_map(|body| vec![Block::Quote { body }]);
    let plain = paragraph().prop_map(|block| vec![block]);
    let cell_paragraph =
        inlines().prop_map(|content| Block::Paragraph(Paragraph { content, ..Paragraph::default() })).boxed();
    let piece = prop_oneof![
        6 => plain,
        2 => heading,
        1 => run_in,
        1 => list,
        1 => quote,
        1 => table(cell_paragraph).prop_map(|block| vec![block]),
    ];
    vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

fn documents() -> impl Strategy<Value = Document> {
    (vec(words(), 1..3), blocks(), vec((inlines(), "\\[[0-9]\\]"), 0..2)).prop_map(
        |(lines, mut body, notes)| {
            let lines = lines.iter().map(|line| line.trim().to_owned()).collect();
            body.insert(0, Block::Title { lines });
            for (note, _) in notes.iter().enumerate() {
                body.push(Block::Paragraph(Paragraph {
                    content: vec![Inline::Text(Run::plain("见注")), Inline::NoteReference { note }],
                    ..Paragraph::default()
                }));
            }
            let notes = notes.into_iter().map(|(content, mark)| Note { mark, content }).collect();
            Document { body, notes, ..Document::default() }
        },
    )
}

fn pdf_options() -> PdfOptions<'static> {
    PdfOptions {
        standard: PdfStandard::A2a,
        date: "2018-01-31".parse().unwrap(),
        source: None,
        parts: &[],
        version: "0",
    }
}

/// `PROPTEST_CASES` tries more than the usual number.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_documents_are_sound(document in documents()) {
        prop_assert_eq!(document::check(&document), vec![]);
    }

    #[test]
    fn json_gives_the_document_back(document in documents()) {
        let json = document::to_json(&document);
        prop_assert_eq!(document::from_json(&json), Ok(document));
    }

    #[test]
    fn the_text_file_conserves_the_text(document in documents()) {
        let written = write::text::text(&document, &Default::default());
        prop_assert_eq!(verify::text::verify(&document::text::text(&document), &written), Ok(()));
    }

    #[test]
    fn the_docx_conserves_the_text(document in documents()) {
        let written = write::docx::docx(&document, &Default::default(), &mut Diagnostics::default()).unwrap();
        prop_assert_eq!(verify::docx::verify(&document::text::text(&document), &written), Ok(()));
    }

    #[test]
    fn the_pdf_conserves_the_text(document in documents()) {
        let diagnostics = &mut Diagnostics::default();
        let style = PageStyle { substitute_missing: true, ..PageStyle::default() };
        let pages = lay_out(&document, None, &style, &ENVIRONMENT.fonts, diagnostics).unwrap();
        let written =
            write::pdf::pdf(&document, pages, &ENVIRONMENT.pdf_fonts, &pdf_options(), diagnostics).unwrap();
        prop_assert_eq!(verify::pdf::verify(&document::text::text(&document), &written), Ok(()));
    }

    #[test]
    fn any_tag_soup_is_the_same_text_in_every_format(soup in soup()) {
        conserved(soup.as_bytes())?;
    }

    #[test]
    fn any_damaged_page_is_the_same_text_in_every_format(page in damaged()) {
        conserved(&page)?;
    }

    #[test]
    fn any_bytes_give_a_document_or_a_named_error(bytes in vec(any::<u8>(), 0..2000)) {
        read(&bytes)?;
    }

    #[test]
    fn any_tag_soup_gives_a_sound_document_or_a_named_error(soup in soup()) {
        read(soup.as_bytes())?;
    }
}

/// Tags that open and never close, close what was never open, and nest where they may not.
fn soup() -> impl Strategy<Value = String> {
    let tag = prop::sample::select(vec![
        "div",
        "p",
        "table",
        "tr",
        "td",
        "th",
        "ul",
        "ol",
        "li",
        "a",
        "b",
        "span",
        "h1",
        "h3",
        "br",
        "img",
        "td rowspan=3",
        "td colspan=7",
        "div class=TRS_Editor",
        "div id=zoom",
        "sup",
        "center",
        "blockquote",
        "td rowspan=0 colspan=0",
        "p style='text-align:center'",
        "p style='text-align:right'",
        "a href='x.docx'",
        "a href='#_ftn1' name='_ftnref1'",
        "form",
        "select",
        "option",
        "svg",
        "math",
        "template",
        "noscript",
        "iframe",
        "title",
        "body",
        "frameset",
    ]);
    let piece = prop_oneof![
        3 => tag.clone().prop_map(|tag| format!("<{tag}>")),
        2 => tag.prop_map(|tag| format!("</{}>", tag.split(' ').next().unwrap_or("p"))),
        4 => words(),
        1 => Just("\n　　".to_owned()),
        1 => Just("附件：".to_owned()),
        1 => Just("一、总体要求。".to_owned()),
        1 => Just("2018年1月31日".to_owned()),
    ];
    vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

/// The pages of the fixtures.
static PAGES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut cases: Vec<_> =
        fs::read_dir(root().join("tests/fixtures")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases.iter().filter_map(|case| fs::read(case.join("page.html")).ok()).collect()
});

/// What happens to a page: where it begins and how far it goes, in thousandths of the page.
#[derive(Clone, Debug)]
enum Damage {
    Cut(usize, usize),
    Double(usize, usize),
    Move(usize, usize, usize),
    Insert(usize, String),
    Flip(usize, u8),
}

/// A page of the fixtures with pieces lost, doubled, moved, inserted and bytes changed.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let damage = prop_oneof![
        (0usize..1000, 1usize..40).prop_map(|(at, length)| Damage::Cut(at, length)),
        (0usize..1000, 1usize..80).prop_map(|(at, length)| Damage::Double(at, length)),
        (0usize..1000, 1usize..80, 0usize..1000).prop_map(|(at, length, to)| Damage::Move(at, length, to)),
        (0usize..1000, soup()).prop_map(|(at, soup)| Damage::Insert(at, soup)),
        (0usize..1000, any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
    ];
    (0usize..1000, vec(damage, 1..8)).prop_map(|(page, damages)| {
        let mut page = PAGES[page % PAGES.len()].clone();
        for damage in damages {
            let place = |at: usize| at * page.len() / 1000;
            let range = |at: usize, length: usize| place(at)..place((at + length).min(1000));
            match damage {
                Damage::Cut(at, length) => drop(page.drain(range(at, length))),
                Damage::Double(at, length) => {
                    let piece = page[range(at, length)].to_vec();
                    let at = place(at);
                    page.splice(at..at, piece);
                }
                Damage::Move(at, length, to) => {
                    let piece: Vec<u8> = page[range(at, length)].to_vec();
                    page.drain(range(at, length));
                    let to = to * page.len() / 1000;
                    page.splice(to..to, piece);
                }
                Damage::Insert(at, soup) => {
                    let at = place(at);
                    page.splice(at..at, soup.into_bytes());
                }
                Damage::Flip(at, byte) => {
                    let at = place(at);
                    if let Some(place) = page.get_mut(at) {
                        *place = byte;
                    }
                }
            }
        }
        page
    })
}

/// Whatever Document comes of `bytes`, every format says the same.
fn conserved(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Some(document) = read(bytes)? else { return Ok(()) };
    let diagnostics = &mut Diagnostics::default();
    let expected = document::text::text(&document);
    let text = write::text::text(&document, &Default::default());
    prop_assert_eq!(verify::text::verify(&expected, &text), Ok(()));
    let docx = write::docx::docx(&document, &Default::default(), diagnostics).unwrap();
    prop_assert_eq!(verify::docx::verify(&expected, &docx), Ok(()));
    let style = PageStyle { substitute_missing: true, ..PageStyle::default() };
    let pages = lay_out(&document, None, &style, &ENVIRONMENT.fonts, diagnostics).unwrap();
    let pdf = write::pdf::pdf(&document, pages, &ENVIRONMENT.pdf_fonts, &pdf_options(), diagnostics).unwrap();
    prop_assert_eq!(verify::pdf::verify(&expected, &pdf), Ok(()));
    Ok(())
}

/// The sound Document of `bytes`; `None` for a refusal.
fn read(bytes: &[u8]) -> Result<Option<Document>, TestCaseError> {
    let diagnostics = &mut Diagnostics::default();
    let Ok(decoded) = decode::decode(bytes, None, &Default::default(), diagnostics) else { return Ok(None) };
    let Ok(dom) = parse::parse(&decoded.text, &Default::default(), diagnostics) else { return Ok(None) };
    let Ok(extraction) = extract::extract(&dom, None, &Default::default(), diagnostics) else {
        return Ok(None);
    };
    let document = Document {
        metadata: extraction.metadata,
        body: extraction.body,
        notes: extraction.notes,
        attachments: extraction.attachments,
        ..Document::default()
    };
    prop_assert_eq!(document::check(&document), vec![]);
    Ok(Some(document))
}

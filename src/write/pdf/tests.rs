//! What the writer must give for any Document: a file that its standard accepts and that says the same.

use super::*;
use crate::diagnostic::Diagnostics;
use crate::document::{Block, Row, Table, text};
use crate::fonts::tests::library;
use crate::layout::samples::{cell, document, notice, paragraph, table};
use crate::layout::{PageStyle, lay_out};
use crate::verify::pdf::verify;

const STANDARDS: [PdfStandard; 6] = [
    PdfStandard::A2a,
    PdfStandard::A2u,
    PdfStandard::A3a,
    PdfStandard::A3u,
    PdfStandard::A4,
    PdfStandard::A4f,
];

fn options(standard: PdfStandard) -> PdfOptions<'static> {
    PdfOptions {
        standard,
        date: "2018-01-31".parse().expect("a date"),
        source: Some(SourceFile { name: "page.html", media_type: "text/html", bytes: b"<p>page</p>" }),
        parts: &[SourceFile { name: "page.html", media_type: "text/html", bytes: b"<p>page 2</p>" }],
        version: "0.0.0",
    }
}

fn written(document: &Document, standard: PdfStandard) -> Written {
    let library = library();
    let fonts = PdfFonts::new(&library);
    let rows =
        crate::colophon::rows(document, &crate::colophon::Colophon { tool: "guidang", ..Default::default() });
    let paged = lay_out(document, Some(&rows), &PageStyle::default(), &library, &mut Diagnostics::default())
        .expect("all glyphs are there");
    pdf(document, paged, &fonts, &options(standard), &mut crate::diagnostic::Diagnostics::default())
        .expect("no violation")
}

#[test]
fn every_standard_accepts_every_kind_of_block() {
    let notice = notice();
    for standard in STANDARDS {
        let written = written(&notice, standard);
        verify(&text::text(&notice), &written).expect("the same text");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let notice = notice();
    assert_eq!(written(&notice, PdfStandard::A3a).bytes, written(&notice, PdfStandard::A3a).bytes);
}

#[test]
fn every_page_of_an_article_is_embedded_under_a_name_of_its_own() {
    let file = written(&document(vec![paragraph("甲")]), PdfStandard::A3a).bytes;
    let file = String::from_utf8_lossy(&file);
    for name in ["(page.html)", "(2-page.html)"] {
        assert!(file.contains(&format!("/F{name}")), "{name}");
    }
}

#[test]
fn private_use_characters_lower_the_standard_instead_of_failing() {
    let private = document(vec![paragraph("甲\u{E000}乙\u{E001}丙\u{FFFD}")]);
    for standard in STANDARDS {
        let written = written(&private, standard);
        verify(&text::text(&private), &written).expect("the true characters are behind the marks");
    }
}

#[test]
fn odd_documents_are_written_and_read_back() {
    let long = "行政机关应当及时公开政府信息。".repeat(90);
    let inner = Table {
        caption: Vec::new(),
        unit: Vec::new(),
        columns: 2,
        header_rows: 0,
        rows: vec![Row { cells: vec![cell(&long), cell(&long)] }],
    };
    let mut outer = inner.clone();
    outer.rows[0].cells[0].blocks.push(Block::Table(inner));
    for body in [
        Vec::new(),
        vec![paragraph(" ")],
        vec![Block::Title { lines: vec!["题".repeat(300)] }],
        vec![table(100, 4)],
        vec![paragraph("前"), table(40, 40), paragraph("后")],
        vec![paragraph("前"), Block::Table(outer), paragraph("后")],
    ] {
        let odd = document(body);
        verify(&text::text(&odd), &written(&odd, PdfStandard::A2a)).expect("the same text");
    }
}

#[test]
fn a_changed_word_is_found() {
    let document = document(vec![paragraph("甲乙丙")]);
    let written = written(&document, PdfStandard::A2a);
    assert!(verify("甲乙丁", &written).is_err());
    assert!(verify("甲乙", &written).is_err());
    assert!(verify("甲乙丙丁", &written).is_err());
}

#[test]
fn a_picture_that_cannot_be_decoded_does_not_fail_the_document() {
    let mut notice = notice();
    for asset in notice.assets.values_mut() {
        // The header is sound, what follows is cut off.
        asset.bytes = std::sync::Arc::new(asset.bytes[..40].to_vec());
    }
    verify(&text::text(&notice), &written(&notice, PdfStandard::A2a)).expect("the same text");
}

#[test]
fn every_kind_of_picture_is_drawn_under_every_standard() {
    // Gradients from red to blue, or from black to white, of a few pixels, of our own making.
    let files: [(&str, &str, &[u8]); 11] = [
        ("four inks", "image/jpeg", include_bytes!("pictures/cmyk.jpg")),
        ("four inks of several resolutions", "image/jpeg", include_bytes!("pictures/cmyk-subsampled.jpg")),
        ("grey", "image/jpeg", include_bytes!("pictures/gray.jpg")),
        ("16 bits", "image/png", include_bytes!("pictures/sixteen.png")),
        ("16 bits and alpha", "image/png", include_bytes!("pictures/sixteen-alpha.png")),
        ("alpha", "image/png", include_bytes!("pictures/alpha.png")),
        ("interlaced", "image/png", include_bytes!("pictures/interlaced.png")),
        ("palette", "image/png", include_bytes!("pictures/palette.png")),
        ("grey of 2 bits", "image/png", include_bytes!("pictures/gray.png")),
        ("first of two frames", "image/gif", include_bytes!("pictures/frames.gif")),
        ("WebP", "image/webp", include_bytes!("pictures/webp.webp")),
    ];
    let mut document = document(Vec::new());
    for (name, media_type, bytes) in files {
        let size = imagesize::blob_size(bytes).expect("a picture");
        let id = crate::document::AssetId(name.to_owned());
        let image = crate::document::Image {
            asset: Some(id.clone()),
            alternative: name.to_owned(),
            ..crate::document::Image::default()
        };
        document.body.push(Block::Figure(crate::document::Figure { image, caption: Vec::new() }));
        let (width, height) = (size.width.try_into().expect("small"), size.height.try_into().expect("small"));
        let bytes = std::sync::Arc::new(bytes.to_vec());
        let media_type = media_type.to_owned();
        document.assets.insert(id, crate::document::Asset { media_type, width, height, bytes });
    }
    let library = library();
    let fonts = PdfFonts::new(&library);
    for standard in STANDARDS {
        let mut diagnostics = Diagnostics::default();
        let paged =
            lay_out(&document, None, &PageStyle::default(), &library, &mut diagnostics).expect("laid out");
        pdf(&document, paged, &fonts, &options(standard), &mut diagnostics).expect("no violation");
        assert!(diagnostics.iter().next().is_none(), "each is decoded");
    }
}

#[test]
fn a_long_document_is_read_back_in_slices() {
    let mut body: Vec<Block> = (0..70).map(|n| paragraph(&format!("第{n}段。").repeat(120))).collect();
    body.push(table(300, 5));
    let document = document(body);
    let written = written(&document, PdfStandard::A2a);
    let expected = text::text(&document);
    verify(&expected, &written).expect("the same text");
    assert!(verify(&expected.replace("第69段", "第70段"), &written).is_err());
}

#[test]
fn words_of_other_scripts_are_written_and_read_back() {
    let mixed = document(vec![
        paragraph(
            "藏文བོད་ཡིག་གི་ལས་དོན།，维吾尔文شىنجاڭ ئۇيغۇر (2018-يىلى)，蒙古文ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ，彝文ꆈꌠꁱꂷ，泰文ที่นี่。",
        ),
        paragraph("人名㛃䶮𬱖喆堃珺祎，异体葛\u{E0101}葛，组合é̂ x̌ 漢̈，‏右‎左。"),
        paragraph(&"شىنجاڭئۇيغۇر".repeat(60)),
        paragraph(&"བོད་ཡིག་".repeat(80)),
    ]);
    for standard in [PdfStandard::A2a, PdfStandard::A4] {
        verify(&text::text(&mixed), &written(&mixed, standard)).expect("the same text in logical order");
    }
}

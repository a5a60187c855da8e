//! Any bytes give three verified documents or a named error: never a panic, never an output that says something else.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use guidang::diagnostic::Diagnostics;
use guidang::document::{self, Document};
use guidang::fonts::FontLibrary;
use guidang::layout::{PageStyle, lay_out};
use guidang::write::pdf::{PdfFonts, PdfOptions, PdfStandard};
use guidang::{decode, extract, parse, verify, write};
use libfuzzer_sys::fuzz_target;

static FONTS: LazyLock<(FontLibrary, PdfFonts)> = LazyLock::new(|| {
    let fonts = FontLibrary::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fonts")).expect("the fonts");
    let pdf_fonts = PdfFonts::new(&fonts);
    (fonts, pdf_fonts)
});

fuzz_target!(|bytes: &[u8]| {
    let diagnostics = &mut Diagnostics::default();
    let Ok(decoded) = decode::decode(bytes, None, &Default::default(), diagnostics) else { return };
    let Ok(dom) = parse::parse(&decoded.text, &Default::default(), diagnostics) else { return };
    let Ok(extraction) = extract::extract(&dom, None, &Default::default(), diagnostics) else { return };
    let document = Document {
        metadata: extraction.metadata,
        body: extraction.body,
        notes: extraction.notes,
        attachments: extraction.attachments,
        ..Document::default()
    };
    assert_eq!(document::check(&document), vec![]);
    let expected = document::text::text(&document);

    let text = write::text::text(&document, &Default::default());
    verify::text::verify(&expected, &text).expect("the same text");
    let docx = write::docx::docx(&document, &Default::default(), diagnostics).expect("a DOCX");
    verify::docx::verify(&expected, &docx).expect("the same text");
    let (fonts, pdf_fonts) = &*FONTS;
    let Ok(pages) = lay_out(&document, None, &PageStyle::default(), fonts, diagnostics) else { return };
    let options = PdfOptions {
        standard: PdfStandard::A2a,
        date: "2018-01-31".parse().expect("a date"),
        source: None,
        parts: &[],
        version: "0",
    };
    let pdf = write::pdf::pdf(&document, pages, pdf_fonts, &options, diagnostics).expect("a PDF");
    verify::pdf::verify(&expected, &pdf).expect("the same text");
});

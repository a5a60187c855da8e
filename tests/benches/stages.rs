//! Time for each stage and for a whole page, on the page the project was founded on. `cargo bench`.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it should be")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use divan::Bencher;
use guidang::acquire::Source;
use guidang::diagnostic::Diagnostics;
use guidang::document::{self, Document};
use guidang::environment::Environment;
use guidang::fonts::FontLibrary;
use guidang::layout::{PageStyle, lay_out};
use guidang::pipeline::{Options, Pipeline};
use guidang::write::pdf::{PdfFonts, PdfOptions, PdfStandard};
use guidang::{decode, extract, parse, verify, write};

fn main() {
    divan::main();
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

static ENVIRONMENT: LazyLock<Environment> = LazyLock::new(|| {
    let fonts = FontLibrary::open(&root().join("fonts")).unwrap();
    let pdf_fonts = PdfFonts::new(&fonts);
    Environment { fonts, pdf_fonts, epoch: None, stopwatch: || Duration::ZERO }
});

fn page() -> PathBuf {
    root().join("input/post_1296867.html")
}

fn source(path: PathBuf) -> Source {
    Source::File { path, root: root().join("input") }
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    Pipeline::new(&Options::default(), &ENVIRONMENT).read(&source(page())).unwrap().conversion.document
});

fn pdf_options() -> PdfOptions<'static> {
    PdfOptions {
        standard: PdfStandard::A2a,
        date: "2018-01-31".parse().unwrap(),
        source: None,
        parts: &[],
        version: "0",
    }
}

#[divan::bench(args = ["post_1296867.html", "post_1296867_gbk.html"])]
fn decode_page(bencher: Bencher, name: &str) {
    let bytes = std::fs::read(root().join("input").join(name)).unwrap();
    bencher
        .bench(|| decode::decode(black_box(&bytes), None, &Default::default(), &mut Diagnostics::default()));
}

#[divan::bench]
fn parse_page(bencher: Bencher) {
    let html = std::fs::read_to_string(page()).unwrap();
    bencher.bench(|| parse::parse(black_box(&html), &Default::default(), &mut Diagnostics::default()));
}

#[divan::bench]
fn extract_page(bencher: Bencher) {
    let html = std::fs::read_to_string(page()).unwrap();
    let dom = parse::parse(&html, &Default::default(), &mut Diagnostics::default()).unwrap();
    bencher.bench_local(|| extract::extract(&dom, None, &Default::default(), &mut Diagnostics::default()));
}

#[divan::bench]
fn lay_out_pages(bencher: Bencher) {
    let (document, style) = (&*DOCUMENT, PageStyle::default());
    bencher.bench(|| {
        lay_out(black_box(document), None, &style, &ENVIRONMENT.fonts, &mut Diagnostics::default())
    });
}

#[divan::bench]
fn write_pdf(bencher: Bencher) {
    let pages =
        lay_out(&DOCUMENT, None, &PageStyle::default(), &ENVIRONMENT.fonts, &mut Diagnostics::default())
            .unwrap();
    bencher.with_inputs(|| pages.clone()).bench_values(|pages| {
        let diagnostics = &mut Diagnostics::default();
        write::pdf::pdf(&DOCUMENT, black_box(pages), &ENVIRONMENT.pdf_fonts, &pdf_options(), diagnostics)
    });
}

/// The founding document's body again and again, to about so many pages, of which there are 16 in it.
fn long(pages: usize) -> Document {
    let mut document = DOCUMENT.clone();
    document.body = std::iter::repeat_n(&DOCUMENT.body, pages.div_ceil(16)).flatten().cloned().collect();
    document
}

/// Layout, writing and verification of long documents; the throughput is in pages, counted in the result.
#[divan::bench(args = [100, 500, 1000], sample_count = 5, sample_size = 1)]
fn long_document(bencher: Bencher, pages: usize) {
    let document = long(pages);
    let expected = document::text::text(&document);
    let laid_out = || {
        lay_out(&document, None, &PageStyle::default(), &ENVIRONMENT.fonts, &mut Diagnostics::default())
            .unwrap()
    };
    let count = laid_out().pages.len();
    bencher.counter(divan::counter::ItemsCount::new(count)).bench_local(|| {
        let diagnostics = &mut Diagnostics::default();
        let written =
            write::pdf::pdf(&document, laid_out(), &ENVIRONMENT.pdf_fonts, &pdf_options(), diagnostics)
                .unwrap();
        verify::pdf::verify(&expected, &written).unwrap();
    });
}

#[divan::bench]
fn verify_pdf(bencher: Bencher) {
    let diagnostics = &mut Diagnostics::default();
    let pages = lay_out(&DOCUMENT, None, &PageStyle::default(), &ENVIRONMENT.fonts, diagnostics).unwrap();
    let written =
        write::pdf::pdf(&DOCUMENT, pages, &ENVIRONMENT.pdf_fonts, &pdf_options(), diagnostics).unwrap();
    let expected = document::text::text(&DOCUMENT);
    bencher.bench(|| verify::pdf::verify(&expected, black_box(&written)));
}

#[divan::bench]
fn write_docx(bencher: Bencher) {
    let document = &*DOCUMENT;
    bencher
        .bench(|| write::docx::docx(black_box(document), &Default::default(), &mut Diagnostics::default()));
}

#[divan::bench]
fn verify_docx(bencher: Bencher) {
    let written = write::docx::docx(&DOCUMENT, &Default::default(), &mut Diagnostics::default()).unwrap();
    let expected = document::text::text(&DOCUMENT);
    bencher.bench(|| verify::docx::verify(&expected, black_box(&written)));
}

#[divan::bench]
fn write_text(bencher: Bencher) {
    let document = &*DOCUMENT;
    bencher.bench(|| write::text::text(black_box(document), &Default::default()));
}

#[divan::bench]
fn verify_text(bencher: Bencher) {
    let written = write::text::text(&DOCUMENT, &Default::default());
    let expected = document::text::text(&DOCUMENT);
    bencher.bench(|| verify::text::verify(&expected, black_box(&written)));
}

#[divan::bench]
fn write_markdown(bencher: Bencher) {
    let document = &*DOCUMENT;
    bencher.bench(|| write::markdown::markdown(black_box(document), &Default::default()));
}

#[divan::bench]
fn verify_markdown(bencher: Bencher) {
    let written = write::markdown::markdown(&DOCUMENT, &Default::default());
    let expected = document::text::text(&DOCUMENT);
    bencher.bench(|| verify::markdown::verify(&expected, black_box(&written)));
}

#[divan::bench]
fn write_html(bencher: Bencher) {
    let document = &*DOCUMENT;
    bencher.bench(|| write::html::html(black_box(document), &Default::default()));
}

#[divan::bench]
fn verify_html(bencher: Bencher) {
    let written = write::html::html(&DOCUMENT, &Default::default());
    let expected = document::text::text(&DOCUMENT);
    bencher.bench(|| verify::html::verify(&expected, black_box(&written)));
}

/// The whole way from the file to three documents in memory, with and without reading them back.
#[divan::bench(args = [false, true])]
fn page_to_three_documents(bencher: Bencher, verified: bool) {
    let options = Options { verify: verified, ..Options::default() };
    let source = source(page());
    bencher.bench(|| Pipeline::new(&options, &ENVIRONMENT).convert(black_box(&source)).unwrap());
}

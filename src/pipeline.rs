//! Runs the stages in order: the only place that knows them all.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::acquire::assets::{self, AssetOptions, AssetSource, FolderAssets, NoAssets, RecordedAssets};
use crate::acquire::attachments::{self, AttachmentOptions, Attachments};
use crate::acquire::container::single_file;
use crate::acquire::web::WebPage;
use crate::acquire::{AcquireOptions, Acquired, Source, acquire};
use crate::colophon::{self, Colophon, Row};
use crate::decode::{DecodeOptions, Decoded, decode};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::document::{self, Document, Field, Moment, Origin, Part, Provenance};
use crate::environment::Environment;
use crate::error::Error;
use crate::extract::{self, ExtractOptions, Extraction, Trace};
use crate::layout::{PageStyle, PagedDocument, lay_out};
use crate::message::{Describe, Language};
use crate::parse::{Dom, ParseOptions, parse};
use crate::verify;
use crate::write::docx::DocxOptions;
use crate::write::html::HtmlOptions;
use crate::write::markdown::MarkdownOptions;
use crate::write::pdf::{PdfOptions, PdfStandard, SourceFile};
use crate::write::text::TextOptions;
use crate::write::{self, Format};

/// More parts than this are not followed from page to page: an article of so many is a mistake.
const MOST_PARTS: usize = 500;

/// One options struct for each stage.
#[derive(Clone, Debug)]
pub struct Options {
    /// What to write, in this order.
    pub formats: Vec<Format>,
    /// Of [`acquire`].
    pub acquire: AcquireOptions,
    /// Of [`decode`].
    pub decode: DecodeOptions,
    /// Of [`parse`].
    pub parse: ParseOptions,
    /// Of [`extract`].
    pub extract: ExtractOptions,
    /// Of [`assets::load`].
    pub assets: AssetOptions,
    /// Of [`attachments::load`].
    pub attachments: AttachmentOptions,
    /// Of [`lay_out`].
    pub page: PageStyle,
    /// The standard that the PDF claims.
    pub pdf_standard: PdfStandard,
    /// Of [`write::text::text`].
    pub text: TextOptions,
    /// Put a 著录信息 page at the end of PDF, DOCX and HTML.
    pub colophon: bool,
    /// Read every output back and compare it with the Document.
    pub verify: bool,
    /// Let a warning fail the source.
    pub strict: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            formats: vec![Format::Pdf, Format::Docx, Format::Text],
            acquire: AcquireOptions::default(),
            decode: DecodeOptions::default(),
            parse: ParseOptions::default(),
            extract: ExtractOptions::default(),
            assets: AssetOptions::default(),
            attachments: AttachmentOptions::default(),
            page: PageStyle::default(),
            pdf_standard: PdfStandard::default(),
            text: TextOptions::default(),
            colophon: true,
            verify: true,
            strict: false,
        }
    }
}

/// One finished output, not yet in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its format.
    pub format: Format,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A page that was read: everything up to and including the Document.
pub struct Reading {
    /// What writers and the archive need of it.
    pub conversion: Conversion,
    /// The text and how it was read.
    pub decoded: Decoded,
    /// The tree.
    pub dom: Dom,
    /// Which parts of the tree were kept and why.
    pub trace: Trace,
}

/// What writers and the archive need of a page that was read.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The page's bytes and where they came from.
    pub acquired: Acquired,
    /// The same of the article's further pages that could be read, in order.
    pub parts: Vec<Acquired>,
    /// The Document, pictures included.
    pub document: Document,
    /// The attachments that could be had.
    pub attachments: Attachments,
}

/// Time spent in each stage, in running order.
pub type Timings = Vec<(&'static str, Duration)>;

/// Runs one source through the stages, with its diagnostics and timings.
pub struct Pipeline<'a> {
    options: &'a Options,
    environment: &'a Environment,
    parts: Vec<Source>,
    /// What was noticed so far, also when a stage fails.
    pub diagnostics: Diagnostics,
    /// Time spent so far.
    pub timings: Timings,
}

impl<'a> Pipeline<'a> {
    /// A pipeline for one source.
    #[must_use]
    pub fn new(options: &'a Options, environment: &'a Environment) -> Self {
        let (diagnostics, timings) = (Diagnostics::default(), Timings::new());
        Self { options, environment, parts: Vec::new(), diagnostics, timings }
    }

    /// The same, for an article whose text goes on in `parts`.
    #[must_use]
    pub fn with_parts(mut self, parts: Vec<Source>) -> Self {
        self.parts = parts;
        self
    }

    /// Converts a source into every format that the options ask for. Nothing is written to disk.
    ///
    /// # Errors
    /// The first stage that fails; with `strict`, also the first warning.
    pub fn convert(&mut self, source: &Source) -> Result<(Document, Vec<Artifact>), Error> {
        let Reading { conversion, .. } = self.read(source)?;
        let artifacts = self.write(&conversion)?;
        Ok((conversion.document, artifacts))
    }

    /// Writes a page that [`Pipeline::read`] gave into every format that the options ask for. Nothing is written to
    /// disk.
    ///
    /// # Errors
    /// The first writer that fails, or output that reads back as something else; with `strict`, also the first
    /// warning.
    pub fn write(&mut self, conversion: &Conversion) -> Result<Vec<Artifact>, Error> {
        let Conversion { acquired, parts, document, .. } = conversion;
        // The page first.
        let pages: Vec<SourceFile<'_>> = std::iter::once(acquired).chain(parts).map(source_file).collect();
        let mut artifacts = Vec::with_capacity(self.options.formats.len());
        // What every output is compared with; the same for all of them.
        let expected = if self.options.verify { document::text::text(document) } else { String::new() };
        let colophon = self.options.colophon.then(|| self.colophon(document));
        for &format in &self.options.formats {
            let bytes = self.artifact(document, &pages, format, &expected, colophon.as_deref())?;
            artifacts.push(Artifact { format, bytes });
        }
        if !self.options.verify {
            self.diagnostics.push(Diagnostic::NotVerified);
        }
        if self.options.strict
            && let Some(warning) = self.diagnostics.first_warning()
        {
            return Err(Error::Strict(warning.clone()));
        }
        Ok(artifacts)
    }

    /// Reads a source as far as the Document.
    ///
    /// # Errors
    /// The first stage that fails.
    pub fn read(&mut self, source: &Source) -> Result<Reading, Error> {
        let options = self.options;
        let acquired = self.timed("acquire", |_| acquire(source, &options.acquire))?;
        let decoded = self.timed("decode", |diagnostics| {
            decode(&acquired.bytes, acquired.transport_charset.as_deref(), &options.decode, diagnostics)
        })?;
        let dom = self.timed("parse", |diagnostics| parse(&decoded.text, &options.parse, diagnostics))?;
        let extraction = self.timed("extract", |diagnostics| {
            extract::extract(&dom, acquired.url.as_ref(), &options.extract, diagnostics)
        })?;
        let (extraction, parts) = self.with_further_parts(extraction, source, &acquired)?;
        let Extraction { mut metadata, body, notes, attachments, trace, .. } = extraction;
        if metadata.url.is_none() {
            // Said by a comment of the page: better than nothing, and worse than anything else.
            let claimed = single_file::claim(&acquired.bytes).and_then(|claim| claim.url);
            let origin = Origin::Link("singlefile".to_owned());
            metadata.url = claimed.map(|url| Field::new(url.to_string(), origin));
        }
        let provenance = Provenance {
            parts: parts.iter().map(part).collect(),
            attachments: Vec::new(),
            file: acquired.name.clone(),
            captured: acquired.captured.clone(),
            sha256: document::sha256(&acquired.bytes),
            bytes: acquired.bytes.len() as u64,
            encoding: decoded.encoding.clone(),
        };
        let mut document =
            Document { metadata, body, notes, attachments, assets: document::Assets::new(), provenance };
        let attachments = self.timed("assets", |diagnostics| {
            let url = document.metadata.url.as_ref().and_then(|field| Url::parse(&field.value).ok());
            let pictures = pictures_of(source, url, acquired.url.clone());
            assets::load(&mut document, pictures.as_ref(), &options.assets, diagnostics);
            attachments::load(&mut document, pictures.as_ref(), &options.attachments, diagnostics)
        });
        let conversion = Conversion { acquired, parts, document, attachments };
        match document::check(&conversion.document).into_iter().next() {
            Some(violation) => Err(violation.into()),
            None => Ok(Reading { conversion, decoded, dom, trace }),
        }
    }

    /// `first`, the extraction of `page`, with the text of the further parts: those that were named as sources, and for a
    /// page of the web those that it and they name. A part that is not there or cannot be read is told of and leaves a
    /// gap, but for one that the web may give another time: half an article is not to be taken for a changed one.
    fn with_further_parts(
        &mut self,
        first: Extraction,
        source: &Source,
        page: &Acquired,
    ) -> Result<(Extraction, Vec<Acquired>), Error> {
        let declared = first.pages.iter().flat_map(|pages| pages.names.clone());
        let mut missing: Vec<String> = declared.filter(|part| *part != page.name).collect();
        let (mut others, mut parts) = (Vec::new(), Vec::new());
        let mut queue: VecDeque<Source> = std::mem::take(&mut self.parts).into();
        let mut known = Vec::new();
        if let (Source::Web(web), Some(url)) = (source, &page.url) {
            let declared = missing.iter().filter_map(|name| web.part(url, name));
            follow(web.further(url, page).into_iter().chain(declared), &mut queue, &mut known);
        }
        while let Some(source) = queue.pop_front() {
            let name = source.name();
            missing.retain(|part| *part != name);
            match self.read_part(&source) {
                Ok((extraction, part)) => {
                    if let (Source::Web(web), Some(url)) = (&source, &page.url) {
                        follow(web.further(url, &part).into_iter(), &mut queue, &mut known);
                    }
                    others.push(extraction);
                    parts.push(part);
                }
                Err(error) if error.is_transient() => return Err(error),
                Err(error) => {
                    self.diagnostics.push(Diagnostic::PartMissing { name, why: error.to_string() });
                }
            }
        }
        for name in missing {
            self.diagnostics.push(Diagnostic::PartMissing { name, why: "not among the sources".to_owned() });
        }
        Ok((extract::join(first, others), parts))
    }

    fn read_part(&mut self, source: &Source) -> Result<(Extraction, Acquired), Error> {
        let options = self.options;
        let acquired = self.timed("acquire", |_| acquire(source, &options.acquire))?;
        let decoded = self.timed("decode", |diagnostics| {
            decode(&acquired.bytes, acquired.transport_charset.as_deref(), &options.decode, diagnostics)
        })?;
        let dom = self.timed("parse", |diagnostics| parse(&decoded.text, &options.parse, diagnostics))?;
        // What a part says of itself (that it has no date) says nothing of the article.
        let extraction = self.timed("extract", |_| {
            let url = acquired.url.as_ref();
            extract::extract(&dom, url, &options.extract, &mut Diagnostics::default())
        })?;
        Ok((extraction, acquired))
    }

    fn artifact(
        &mut self,
        document: &Document,
        pages: &[SourceFile<'_>],
        format: Format,
        expected: &str,
        colophon: Option<&[Row]>,
    ) -> Result<Vec<u8>, Error> {
        let (options, environment) = (self.options, self.environment);
        match format {
            Format::Pdf => {
                let paged = self.timed("layout", |diagnostics| {
                    lay_out(document, colophon, &options.page, &environment.fonts, diagnostics)
                })?;
                let date = self.date(document);
                let pdf_options = PdfOptions {
                    standard: self.standard(&paged),
                    date,
                    source: pages.first().copied(),
                    parts: pages.get(1..).unwrap_or_default(),
                    version: env!("CARGO_PKG_VERSION"),
                };
                let written = self.timed("write-pdf", |diagnostics| {
                    write::pdf::pdf(document, paged, &environment.pdf_fonts, &pdf_options, diagnostics)
                        .map_err(write::WriteError::from)
                })?;
                if options.verify {
                    self.timed("verify-pdf", |_| verify::pdf::verify(expected, &written))?;
                }
                Ok(written.bytes)
            }
            Format::Docx => {
                let written = self.timed("write-docx", |diagnostics| {
                    let options = DocxOptions {
                        colophon: colophon.map(<[Row]>::to_vec),
                        fallback_date: environment.epoch,
                    };
                    write::docx::docx(document, &options, diagnostics).map_err(write::WriteError::from)
                })?;
                if options.verify {
                    self.timed("verify-docx", |_| verify::docx::verify(expected, &written))?;
                }
                Ok(written.bytes)
            }
            Format::Text => {
                let written = self.timed("write-text", |_| write::text::text(document, &options.text));
                if !written.lost.is_empty() {
                    let characters = written.lost.iter().map(|(character, _)| *character).collect();
                    self.diagnostics.push(Diagnostic::EncodingLoss { characters });
                }
                if options.verify {
                    self.timed("verify-text", |_| verify::text::verify(expected, &written))?;
                }
                Ok(written.written.bytes)
            }
            Format::Markdown => {
                let written = self
                    .timed("write-md", |_| write::markdown::markdown(document, &MarkdownOptions::default()));
                if options.verify {
                    self.timed("verify-md", |_| verify::markdown::verify(expected, &written))?;
                }
                Ok(written.bytes)
            }
            Format::Html => {
                let html = HtmlOptions { colophon: colophon.map(<[Row]>::to_vec) };
                let written = self.timed("write-html", |_| write::html::html(document, &html));
                if options.verify {
                    self.timed("verify-html", |_| verify::html::verify(expected, &written))?;
                }
                Ok(written.bytes)
            }
            Format::Json => Ok(self.timed("write-json", |_| document::to_json(document).into_bytes())),
        }
    }

    /// The rows of the 著录信息 page. What is remarked on is known before anything is written, so that the page is the
    /// same whatever formats are asked for.
    fn colophon(&self, document: &Document) -> Vec<Row> {
        let remarks: Vec<String> = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity() == Severity::Warning)
            .map(|diagnostic| diagnostic.describe(Language::Chinese))
            .collect();
        let tool = concat!("guidang ", env!("CARGO_PKG_VERSION"));
        colophon::rows(document, &Colophon { tool, fonts: &[], remarks: &remarks })
    }

    /// The date of the PDF: publication, else capture, else `SOURCE_DATE_EPOCH`,
    /// else 1970. Never the wall clock and never a file's modification time: the same page gives the same bytes.
    fn date(&self, document: &Document) -> Moment {
        let captured = || document.provenance.captured.as_deref().and_then(|captured| captured.parse().ok());
        if let Some(moment) = document.metadata.published.as_ref().map(|field| field.value).or_else(captured)
        {
            return moment;
        }
        self.environment.epoch.unwrap_or(Moment::from(jiff::civil::date(1970, 1, 1)))
    }

    /// The standard asked for, or the strongest that the characters of the document allow.
    fn standard(&mut self, pages: &PagedDocument) -> PdfStandard {
        let (standard, lowered) = self.options.pdf_standard.for_document(pages);
        if let Some(lowered) = lowered {
            self.diagnostics.push(lowered);
        }
        standard
    }

    fn timed<T>(&mut self, stage: &'static str, run: impl FnOnce(&mut Diagnostics) -> T) -> T {
        let start = (self.environment.stopwatch)();
        let result = run(&mut self.diagnostics);
        self.timings.push((stage, (self.environment.stopwatch)().saturating_sub(start)));
        result
    }
}

/// Puts pages that are not `known` yet into the `queue`.
fn follow(pages: impl Iterator<Item = WebPage>, queue: &mut VecDeque<Source>, known: &mut Vec<Url>) {
    for page in pages {
        if known.len() < MOST_PARTS && !known.contains(&page.url) {
            known.push(page.url.clone());
            queue.push_back(Source::Web(page));
        }
    }
}

/// What the Document records of a further page.
fn part(acquired: &Acquired) -> Part {
    let bytes = acquired.bytes.len() as u64;
    Part { file: acquired.name.clone(), sha256: document::sha256(&acquired.bytes), bytes }
}

/// A page as the PDF embeds it.
fn source_file(acquired: &Acquired) -> SourceFile<'_> {
    SourceFile { name: &acquired.name, media_type: "text/html", bytes: &acquired.bytes }
}

/// Where the pictures of a source are: beside a file, nowhere for standard input.
/// References that extraction made absolute with the page's `url` are found again with it. A page of the web has them
/// where it says so itself, seen from the address that it was `fetched` from.
fn pictures_of(source: &Source, url: Option<Url>, fetched: Option<Url>) -> Box<dyn AssetSource> {
    match source {
        Source::File { path, root } => {
            let mut pictures = FolderAssets::new(path.parent().unwrap_or(root), root);
            pictures.page_url = url;
            Box::new(pictures)
        }
        Source::StandardInput => Box::new(NoAssets),
        Source::Recorded(recorded) => Box::new(RecordedAssets(Arc::clone(recorded))),
        Source::Captured(captured) => captured.assets(url),
        Source::Web(page) => Box::new(page.assets(fetched)),
    }
}

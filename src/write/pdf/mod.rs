//! Writes a laid-out Document as archival PDF: PDF/A and PDF/UA with tags, outline, metadata and attachments.
//!
//! krilla validates while it writes and gives no bytes if a rule is broken, so a file that comes out conforms as far
//! as a machine can tell. What each clause asks and who answers for it stands in `CONFORMANCE.md`.

mod attachments;
mod bitmap;
mod font_programs;
mod fonts;
mod images;
mod metadata;
mod outline;
mod page;
mod streams;
mod tags;
mod text;
mod vector;

use krilla::configure::{Accessibility, Archival, Configuration, ConfigurationBuilder};
use krilla::error::KrillaError;
use krilla::{Document as Pdf, SerializeSettings};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Document, Moment};
use crate::furniture::Written;
use crate::layout::PagedDocument;
use crate::message::messages;

pub use fonts::PdfFonts;

messages! {
    /// Why no PDF was written.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum PdfError {
        /// The file would break a rule of its standard. Always a fault of the writer.
        Violations { standard: &'static str, violations: String } = "pdf-violations",
            "the PDF would break {standard}: {violations}", "PDF 将违反 {standard}：{violations}";
        /// A font cannot be embedded.
        Font { face: &'static str, why: String } = "pdf-font",
            "cannot embed {face}: {why}", "无法嵌入字体 {face}：{why}";
        /// A picture cannot be embedded.
        Picture { why: String } = "pdf-picture",
            "cannot embed a picture: {why}", "无法嵌入图片：{why}";
        /// krilla's file is not built as the rewriting of its streams expects. Always a fault of the writer.
        Structure { why: &'static str } = "pdf-structure",
            "the PDF is not built as expected: {why}", "PDF 结构与预期不符：{why}";
        /// A limit of the file format was reached.
        Limit { what: String } = "pdf-limit",
            "the document is too large for a PDF: {what}", "文档超出 PDF 的限度：{what}";
    }
}

impl std::error::Error for PdfError {}

/// The standard a PDF claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PdfStandard {
    /// PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1): tagged, accessible.
    #[default]
    A2a,
    /// PDF/A-2u and PDF/UA-1: all text has Unicode; private-use characters are allowed.
    A2u,
    /// PDF/A-3a (ISO 19005-3) and PDF/UA-1, with the source page and the Document as associated files.
    A3a,
    /// PDF/A-3u and PDF/UA-1: as 3a, private-use characters allowed.
    A3u,
    /// PDF/A-4 (ISO 19005-4), PDF 2.0.
    A4,
    /// PDF/A-4f: as 4, with the source page and the Document as associated files.
    A4f,
}

impl PdfStandard {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::A2a => "PDF/A-2a",
            Self::A2u => "PDF/A-2u",
            Self::A3a => "PDF/A-3a",
            Self::A3u => "PDF/A-3u",
            Self::A4 => "PDF/A-4",
            Self::A4f => "PDF/A-4f",
        }
    }

    /// Whether it carries the source page and the Document as files.
    #[must_use]
    pub fn embeds_files(self) -> bool {
        matches!(self, Self::A3a | Self::A3u | Self::A4f)
    }

    /// The standard that can hold `document`, and what to tell if it is not this one: private-use characters mean
    /// nothing without the page's font, so the levels that promise meaning forbid them.
    #[must_use]
    pub fn for_document(self, document: &PagedDocument) -> (Self, Option<Diagnostic>) {
        let lowered = match self {
            Self::A2u | Self::A3u => return (self, None),
            _ if !document.holds_private_use => return (self, None),
            Self::A2a | Self::A4 => Self::A2u,
            Self::A3a | Self::A4f => Self::A3u,
        };
        let why = "private-use characters".to_owned();
        let (from, to) = (self.name(), lowered.name());
        (lowered, Some(Diagnostic::StandardLowered { from, to, why }))
    }

    fn configuration(self) -> Configuration {
        let archival = match self {
            Self::A2a => Archival::A2_A,
            Self::A2u => Archival::A2_U,
            Self::A3a => Archival::A3_A,
            Self::A3u => Archival::A3_U,
            Self::A4 => Archival::A4,
            Self::A4f => Archival::A4F,
        };
        let builder = ConfigurationBuilder::new().with_archival_validator(archival);
        let builder = match self {
            // PDF/UA-1 is a standard for PDF 1.7; its successor for PDF 2.0 is not in krilla.
            Self::A4 | Self::A4f => builder,
            _ => builder.with_accessibility_validator(Accessibility::UA1),
        };
        builder.finish().expect("the standards of one variant agree on a PDF version")
    }
}

/// The page that a PDF was made from.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'a> {
    /// Its file name.
    pub name: &'a str,
    /// Its media type, such as `text/html`.
    pub media_type: &'a str,
    /// The file, byte for byte.
    pub bytes: &'a [u8],
}

/// How a PDF is written.
#[derive(Clone, Copy, Debug)]
pub struct PdfOptions<'a> {
    /// What it claims to be.
    pub standard: PdfStandard,
    /// The date of the document: creation and modification date of the PDF. PDF/A asks for one, known or not.
    pub date: Moment,
    /// The source page, embedded where the standard allows it.
    pub source: Option<SourceFile<'a>>,
    /// The article's further pages, embedded after it.
    pub parts: &'a [SourceFile<'a>],
    /// Version of this program.
    pub version: &'a str,
}

/// Up to so many pages, krilla keeps what is drawn as it is: the streams are changed before they are deflated. More
/// are deflated twice, which takes longer, so as not to hold 200 MB of operators for a table of 50,000 rows.
const PAGES_AS_THEY_ARE: usize = 256;

/// Writes `document`, laid out as `paged`.
///
/// The standard is lowered as [`PdfStandard::for_document`] says, so a file is written for any text. Each page is
/// dropped once it is drawn.
///
/// # Errors
/// What stands in the way; violations by krilla's names.
pub fn pdf(
    document: &Document,
    mut paged: PagedDocument,
    fonts: &PdfFonts,
    options: &PdfOptions<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<Written, PdfError> {
    let (standard, _) = options.standard.for_document(&paged);
    let mut pdf = Pdf::new_with(SerializeSettings {
        configuration: standard.configuration(),
        compress_content_streams: paged.pages.len() > PAGES_AS_THEY_ARE,
        ..SerializeSettings::default()
    });
    let faces = fonts.used(&paged)?;
    let identifiers = page::pages(&mut pdf, document, &mut paged, fonts, &faces, diagnostics);
    pdf.set_tag_tree(tags::tree(&paged, identifiers));
    pdf.set_outline(outline::outline(document, &paged));
    let furniture = std::mem::take(&mut paged.furniture);
    drop(paged);
    pdf.set_metadata(metadata::metadata(document, options));
    if standard.embeds_files() {
        attachments::attach(&mut pdf, document, options);
    }
    let bytes = pdf.finish().map_err(|error| explain(&error, standard))?;
    let bytes = streams::rewrite(&bytes, fonts.library())?;
    Ok(Written { bytes, furniture })
}

fn explain(error: &KrillaError, standard: PdfStandard) -> PdfError {
    match error {
        KrillaError::Validation(violations) => {
            let mut names: Vec<String> =
                violations.iter().map(|(violation, _)| format!("{violation:?}")).collect();
            names.dedup();
            let more = names.len().saturating_sub(5);
            names.truncate(5);
            let mut violations = names.join("; ");
            if more > 0 {
                violations = format!("{violations}; and {more} more");
            }
            PdfError::Violations { standard: standard.name(), violations }
        }
        KrillaError::Font(_, why) => PdfError::Font { face: "a font", why: why.clone() },
        KrillaError::Image(_, _, why) => PdfError::Picture { why: why.clone() },
        other => PdfError::Limit { what: other.to_string() },
    }
}

#[cfg(test)]
mod tests;

//! What is made of pages: the arguments that `convert`, `stream` and `shard` share, and the options that they mean.

use clap::{Args, ValueEnum};

use crate::layout::PageStyle;
use crate::pipeline::Options;
use crate::write::Format;
use crate::write::pdf::PdfStandard;
use crate::write::text::{LineEnding, TextEncoding, TextOptions};

/// What is made of pages.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are independent of each other")]
pub(super) struct ConversionArgs {
    /// Formats to write
    #[arg(
        short,
        long,
        value_enum,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "pdf,docx,txt"
    )]
    pub format: Vec<Format>,
    /// Standard that the PDF claims
    #[arg(long, value_enum, value_name = "S", default_value = "a-2a")]
    pub pdf_standard: PdfStandard,
    /// Put a 目录 of the headings, with page numbers, before the document (PDF)
    #[arg(long)]
    pub contents: bool,
    /// Leave out the 著录信息 page at the end (source, dates, digest, remarks)
    #[arg(long)]
    pub no_colophon: bool,
    /// Wrap the lines of text files at N columns
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(20..=1000))]
    pub wrap: Option<u16>,
    /// Encoding of text files
    #[arg(long, value_enum, value_name = "ENCODING", default_value = "utf-8")]
    pub text_encoding: TextEncoding,
    /// Line ending of text files
    #[arg(long, value_enum, value_name = "ENDING", default_value = "lf")]
    pub line_ending: LineEnding,
    /// Characters that no font has: fail the source, or print 〓 with the true character behind it
    #[arg(long, value_enum, value_name = "WHAT", default_value = "fail")]
    pub missing_glyph: MissingGlyph,
    /// Let a warning fail its source
    #[arg(long)]
    pub strict: bool,
    /// Do not read the results back
    #[arg(long)]
    pub no_verify: bool,
}

impl ConversionArgs {
    /// The first option, as it is typed, that gives other files than `archive` makes, which has none of these.
    pub(super) fn other_than_archived(&self) -> Option<&'static str> {
        let given = [
            ("--contents", self.contents),
            ("--no-colophon", self.no_colophon),
            ("--wrap", self.wrap.is_some()),
            ("--text-encoding", self.text_encoding != TextEncoding::Utf8),
            ("--line-ending", self.line_ending != LineEnding::Lf),
        ];
        given.into_iter().find_map(|(option, given)| given.then_some(option))
    }

    /// `options`, which say how pages are read, with what is made of them.
    pub(super) fn options(&self, options: Options) -> Options {
        let mut formats = Vec::new();
        for &format in &self.format {
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        let page = PageStyle {
            contents: self.contents,
            substitute_missing: self.missing_glyph == MissingGlyph::Substitute,
            ..options.page
        };
        let text = TextOptions {
            wrap: self.wrap.map(usize::from),
            encoding: self.text_encoding,
            line_ending: self.line_ending,
            ..options.text.clone()
        };
        Options {
            formats,
            text,
            page,
            pdf_standard: self.pdf_standard,
            colophon: !self.no_colophon,
            verify: !self.no_verify,
            strict: self.strict,
            ..options
        }
    }
}

/// What to do about characters that no font has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MissingGlyph {
    // Fail the source, naming them.
    Fail,
    // Print 〓 with the true character behind it.
    Substitute,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Pdf, Self::Docx, Self::Text, Self::Markdown, Self::Html, Self::Json]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.extension()))
    }
}

impl ValueEnum for TextEncoding {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Utf8, Self::Utf8Bom, Self::Gb18030]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Gb18030 => "gb18030",
        }))
    }
}

impl ValueEnum for LineEnding {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Lf, Self::CrLf]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Lf => "lf",
            Self::CrLf => "crlf",
        }))
    }
}

impl ValueEnum for PdfStandard {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::A2a, Self::A2u, Self::A3a, Self::A3u, Self::A4, Self::A4f]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::A2a => "a-2a",
            Self::A2u => "a-2u",
            Self::A3a => "a-3a",
            Self::A3u => "a-3u",
            Self::A4 => "a-4",
            Self::A4f => "a-4f",
        }))
    }
}

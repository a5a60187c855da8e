//! Why a source failed: one variant for each stage.

use std::fmt;

use crate::acquire::AcquireError;
use crate::acquire::sources::SourceError;
use crate::acquire::web::WebError;
use crate::archive::PlaceError;
use crate::archive::package::PackageError;
use crate::archive::store::StoreError;
use crate::decode::DecodeError;
use crate::diagnostic::Diagnostic;
use crate::document::Violation;
use crate::export::received::CheckError;
use crate::extract::ExtractError;
use crate::layout::LayoutError;
use crate::message::{Describe, Language};
use crate::parse::ParseError;
use crate::verify::VerifyError;
use crate::write::WriteError;

/// Why a source failed. Such a source leaves no output and never stops the others.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// What was typed gives no source.
    Source(SourceError),
    /// What was handed on is not whole and unaltered.
    Received(CheckError),
    /// The page could not be had.
    Acquire(AcquireError),
    /// Its bytes are no text.
    Decode(DecodeError),
    /// It goes beyond a limit of parsing.
    Parse(ParseError),
    /// It is no document: a refusal.
    Extract(ExtractError),
    /// Extraction broke an invariant of the Document: a fault of guidang.
    Document(Violation),
    /// It could not be set in pages.
    Layout(LayoutError),
    /// An output could not be written.
    Write(WriteError),
    /// An output read back is not what the Document says.
    Verify(VerifyError),
    /// A finished output could not be put in its place.
    Place(PlaceError),
    /// The store could not be read or written.
    Store(StoreError),
    /// What is archived could not be used again.
    Package(PackageError),
    /// `--strict`: this warning fails the source.
    Strict(Diagnostic),
    /// A fault of guidang that was caught at the boundary of the source.
    Internal(String),
}

impl Error {
    /// The stage that failed.
    #[must_use]
    pub fn stage(&self) -> &'static str {
        match self {
            Self::Source(_) | Self::Received(_) | Self::Acquire(_) => "acquire",
            Self::Decode(_) => "decode",
            Self::Parse(_) => "parse",
            Self::Extract(_) => "extract",
            Self::Document(_) => "document",
            Self::Layout(_) => "layout",
            Self::Write(_) => "write",
            Self::Verify(_) => "verify",
            Self::Place(_) | Self::Store(_) | Self::Package(_) => "archive",
            Self::Strict(_) => "strict",
            Self::Internal(_) => "internal",
        }
    }

    /// Whether the page was read and found to be no document, rather than something having gone wrong.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        use WebError::{Challenge, Forbidden, Gone, NoPage};
        match self {
            Self::Extract(_) => true,
            Self::Acquire(AcquireError::Web { why }) => {
                matches!(why, Gone { .. } | Challenge { .. } | Forbidden { .. } | NoPage { .. })
            }
            _ => false,
        }
    }

    /// Whether the source may be had another time: the web did not answer, or only with a fault.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Acquire(AcquireError::Web { why }) if why.is_transient())
    }

    fn inner(&self) -> Option<&dyn Describe> {
        Some(match self {
            Self::Source(error) => error,
            Self::Received(error) => error,
            Self::Acquire(error) => error,
            Self::Decode(error) => error,
            Self::Parse(error) => error,
            Self::Extract(error) => error,
            Self::Layout(error) => error,
            Self::Write(error) => error,
            Self::Verify(error) => error,
            Self::Place(error) => error,
            Self::Store(error) => error,
            Self::Package(error) => error,
            Self::Strict(diagnostic) => diagnostic,
            Self::Document(_) | Self::Internal(_) => return None,
        })
    }
}

impl Describe for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Document(_) => "document-invalid",
            Self::Acquire(AcquireError::Web { why }) => why.code(),
            // What is wrong is what matters, not that it was made elsewhere.
            Self::Package(PackageError::Converted { fault, .. }) => fault.code(),
            _ => self.inner().map_or("internal", Describe::code),
        }
    }

    fn describe(&self, language: Language) -> String {
        match (self, language) {
            (Self::Document(violation), Language::English) => {
                format!("extraction broke an invariant at {violation}; please report this page")
            }
            (Self::Document(violation), Language::Chinese) => {
                format!("抽取结果不合文档规则（{violation}），请将此网页报告给我们")
            }
            (Self::Internal(what), Language::English) => {
                format!("a fault of guidang: {what}; please report this page")
            }
            (Self::Internal(what), Language::Chinese) => {
                format!("程序内部错误：{what}，请将此网页报告给我们")
            }
            _ => self.inner().map_or_else(String::new, |inner| inner.describe(language)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Language::English))
    }
}

impl std::error::Error for Error {}

macro_rules! from_stage {
    ($($error:ident => $variant:ident),* $(,)?) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}

from_stage! {
    SourceError => Source,
    AcquireError => Acquire,
    DecodeError => Decode,
    ParseError => Parse,
    ExtractError => Extract,
    Violation => Document,
    LayoutError => Layout,
    WriteError => Write,
    VerifyError => Verify,
    PlaceError => Place,
    StoreError => Store,
    PackageError => Package,
}

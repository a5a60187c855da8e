//! All that a conversion needs and that is not its input: fonts, the stopwatch, the date of last resort.

use std::time::Duration;

use crate::document::Moment;
use crate::fonts::FontLibrary;
use crate::write::pdf::PdfFonts;

/// What the stages are given from outside. Shared by all workers.
pub struct Environment {
    /// The pinned faces, for measuring.
    pub fonts: FontLibrary,
    /// The same faces, for embedding.
    pub pdf_fonts: PdfFonts,
    /// `SOURCE_DATE_EPOCH`: the date of documents whose page states none.
    pub epoch: Option<Moment>,
    /// A monotonic stopwatch, for the timings of the report only; no output depends on it.
    pub stopwatch: fn() -> Duration,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

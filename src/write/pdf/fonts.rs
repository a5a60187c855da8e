//! Makes krilla fonts of the pinned faces, each when a document first needs it, once for the process.

use std::sync::{Arc, OnceLock};

use krilla::Data;
use krilla::text::Font;

use super::PdfError;
use super::vector::VectorFonts;
use crate::fonts::{Coverage, Face, FontLibrary, Glyph};
use crate::layout::{Item, PagedDocument};

/// The pinned faces as the writer wants them. Cheap to clone and shared between threads; what a document uses of
/// them is subset for each document.
#[derive(Clone)]
pub struct PdfFonts {
    library: FontLibrary,
    faces: Arc<[OnceLock<Result<PdfFace, PdfError>>; Face::ALL.len()]>,
    vector: Arc<OnceLock<VectorFonts>>,
}

/// A face in krilla's hands.
#[derive(Clone)]
pub(super) struct PdfFace {
    /// The font; of one with outlines in Compact Font Format only the skeleton, see `font_programs.rs`.
    pub(super) font: Font,
    /// Its space, where it has one.
    pub(super) space: Option<Glyph>,
}

impl std::fmt::Debug for PdfFonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PdfFonts")
    }
}

impl PdfFonts {
    /// The faces of `library`. Nothing is read yet.
    #[must_use]
    pub fn new(library: &FontLibrary) -> Self {
        Self { library: library.clone(), faces: Arc::default(), vector: Arc::default() }
    }

    /// The library they are from.
    pub(super) fn library(&self) -> &FontLibrary {
        &self.library
    }

    /// The faces for words in SVG pictures.
    pub(super) fn vector(&self) -> &VectorFonts {
        self.vector.get_or_init(|| VectorFonts::new(&self.library))
    }

    /// A face.
    fn get(&self, face: Face) -> Result<PdfFace, PdfError> {
        self.faces[face.index()].get_or_init(|| self.make(face)).clone()
    }

    fn make(&self, face: Face) -> Result<PdfFace, PdfError> {
        let data = match self.library.skeleton(face) {
            Some(skeleton) => Data::from(skeleton),
            None => Data::from(self.library.bytes(face)),
        };
        let font = Font::new(data, 0)
            .ok_or_else(|| PdfError::Font { face: face.name(), why: "malformed tables".to_owned() })?;
        Ok(PdfFace { font, space: Coverage::new(&self.library).glyph_of(face, ' ') })
    }

    /// The faces that `document` uses, by their numbers.
    ///
    /// # Errors
    /// [`PdfError::Font`] names a face that the writer cannot use.
    pub(super) fn used(
        &self,
        document: &PagedDocument,
    ) -> Result<[Option<PdfFace>; Face::ALL.len()], PdfError> {
        let mut used: [Option<PdfFace>; Face::ALL.len()] = Default::default();
        for item in document.pages.iter().flat_map(|page| &page.items) {
            if let Item::Text(span) = item {
                for run in &span.runs {
                    let slot = &mut used[run.face.index()];
                    if slot.is_none() {
                        *slot = Some(self.get(run.face)?);
                    }
                }
            }
        }
        Ok(used)
    }
}

//! Makes krilla fonts of the pinned faces, once for the process.

use krilla::Data;
use krilla::text::Font;

use super::PdfError;
use crate::fonts::{Coverage, Face, FontLibrary, Glyph};
use crate::layout::{Item, PagedDocument};

/// The pinned faces as the writer wants them. Cheap to clone and shared between threads; what a document uses of
/// them is subset for each document.
#[derive(Clone)]
pub struct PdfFonts {
    fonts: [Font; Face::ALL.len()],
    /// Each face's space, where it has one.
    spaces: [Option<Glyph>; Face::ALL.len()],
}

impl std::fmt::Debug for PdfFonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PdfFonts")
    }
}

impl PdfFonts {
    /// Reads the faces of `library`.
    ///
    /// # Errors
    /// [`PdfError::Font`] names a face that the writer cannot use.
    pub fn new(library: &FontLibrary) -> Result<Self, PdfError> {
        let mut fonts = Vec::with_capacity(Face::ALL.len());
        for face in Face::ALL {
            let font = Font::new(Data::from(library.bytes(face)), 0)
                .ok_or_else(|| PdfError::Font { face: face.name(), why: "malformed tables".to_owned() })?;
            fonts.push(font);
        }
        let Ok(fonts) = fonts.try_into() else { unreachable!("one font for each face") };
        let coverage = Coverage::new(library);
        let spaces = Face::ALL.map(|face| coverage.glyph_of(face, ' '));
        Ok(Self { fonts, spaces })
    }

    /// The font of `face`.
    pub(super) fn get(&self, face: Face) -> Font {
        self.fonts[face.index()].clone()
    }

    /// The faces that `document` uses and that have a space, with that space.
    pub(super) fn used(&self, document: &PagedDocument) -> Vec<(Face, Glyph)> {
        let mut used = [false; Face::ALL.len()];
        for item in document.pages.iter().flat_map(|page| &page.items) {
            if let Item::Text(span) = item {
                for run in &span.runs {
                    used[run.face.index()] = true;
                }
            }
        }
        Face::ALL
            .into_iter()
            .filter(|face| used[face.index()])
            .filter_map(|face| Some((face, self.spaces[face.index()]?)))
            .collect()
    }
}

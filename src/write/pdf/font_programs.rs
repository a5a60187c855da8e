//! Turns the font programs that krilla made of skeletons into those of the faces.
//!
//! krilla takes each outline in Compact Font Format apart, puts it together again, and draws it for its
//! bounds: half of the 22 ms that the 16 pages of the founding document took. Charstrings can be copied as they are. So
//! krilla is given faces without outlines, and writes all that belongs to a font but those: names, widths, ToUnicode,
//! descriptor, and in place of the program one that says which glyphs of which face it took, in which order.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::PdfError;
use crate::fonts::{FontLibrary, glyphs_of_skeleton};

/// No skeleton's program is longer: 65,535 glyphs of nine bytes.
const LONGEST: u64 = 1 << 20;

/// The font program of the glyphs that are named in `deflated`, a skeleton's.
///
/// # Errors
/// [`PdfError::Font`] for a face that is malformed; [`PdfError::Structure`] for another font's program.
pub(super) fn program(deflated: &[u8], library: &FontLibrary) -> Result<Vec<u8>, PdfError> {
    let unexpected = PdfError::Structure { why: "a font program" };
    let mut skeleton = Vec::new();
    if ZlibDecoder::new(deflated).take(LONGEST).read_to_end(&mut skeleton).is_err() {
        return Err(unexpected);
    }
    let (face, glyphs) = glyphs_of_skeleton(&skeleton).ok_or(unexpected)?;
    library
        .font_program(face, &glyphs)
        .ok_or_else(|| PdfError::Font { face: face.name(), why: "malformed outlines".to_owned() })
}

//! Turns a face with Compact Font Format outlines into a font program of a few of its glyphs.
//!
//! krilla's subsetter takes each outline apart and puts it together again, and then draws each for its bounds: half
//! of the time that a page took to become a PDF. A charstring without subroutines can be copied as it is.
//! So the PDF writer is given a [`skeleton()`] of each face, and its outlines are put in afterwards.

mod encode;
mod flatten;
mod skeleton;
mod subset;

use skrifa::FontRef;
use skrifa::raw::TableProvider;
use skrifa::raw::ps::cff::index::Index;
use skrifa::raw::ps::cff::{CffFontRef, Subfont};
use skrifa::raw::types::GlyphId;

use flatten::Subroutines;

pub use skeleton::glyphs_of_skeleton;
pub(super) use skeleton::skeleton;

/// The outlines of a face in Compact Font Format.
pub(super) struct CompactFont<'a> {
    outlines: CffFontRef<'a>,
}

impl<'a> CompactFont<'a> {
    /// `None` if the outlines of `font` are of another format.
    pub(super) fn new(font: &FontRef<'a>) -> Option<Self> {
        Self::of_program(font.cff().ok()?.offset_data().as_bytes())
    }

    /// The same for a bare font program.
    fn of_program(program: &'a [u8]) -> Option<Self> {
        Some(Self { outlines: CffFontRef::new_cff(program, 0, None).ok()? })
    }

    /// The number of a glyph's font DICT.
    fn subfont_number(&self, glyph: u16) -> Option<u16> {
        self.outlines.subfont_index(GlyphId::from(glyph))
    }

    /// A font DICT.
    fn subfont(&self, number: u16) -> Option<Subfont> {
        self.outlines.subfont(number, &[]).ok()
    }

    /// The subroutines that the glyphs of a font DICT may call.
    fn subroutines(&self, subfont: &Subfont) -> Option<Subroutines<'_>> {
        let local = match subfont.subrs_offset() {
            0 => None,
            offset => Some(Index::new(self.outlines.data().get(offset as usize..)?, false).ok()?),
        };
        Some(Subroutines { global: self.outlines.global_subrs(), local })
    }
}

#[cfg(test)]
mod tests {
    use skrifa::outline::pen::SvgPen;

    use super::*;
    use crate::fonts::Face;
    use crate::fonts::tests::library;

    /// A glyph as skrifa reads it: its outline and its advance width.
    fn drawn(font: &CompactFont<'_>, glyph: u16) -> (String, Option<f32>) {
        let subfont =
            font.subfont_number(glyph).and_then(|number| font.subfont(number)).expect("a font DICT");
        let mut pen = SvgPen::new();
        let width = font.outlines.draw(&subfont, GlyphId::from(glyph), &[], None, &mut pen).expect("sound");
        (pen.to_string(), width)
    }

    #[test]
    fn every_glyph_is_drawn_as_in_its_face() {
        let library = library();
        for face in [Face::FangSong, Face::Kai, Face::Hei, Face::Title, Face::Song] {
            let font = library.font(face);
            let count = font.maxp().expect("maxp").num_glyphs();
            // A tenth of them meets each font DICT and all depths of subroutines; in an order of their own.
            let mut glyphs: Vec<u16> = (0..count).step_by(10).collect();
            glyphs[1..].reverse();
            let program = library.font_program(face, &glyphs).expect("a program");
            let (old, new) = (CompactFont::new(&font), CompactFont::of_program(&program));
            let (old, new) = (old.expect("outlines"), new.expect("outlines"));
            assert_eq!(new.outlines.global_subrs().count(), 0);
            for (number, &glyph) in (0..).zip(&glyphs) {
                assert_eq!(drawn(&new, number), drawn(&old, glyph), "{face:?} {glyph}");
            }
        }
    }

    #[test]
    fn the_notice_stays_with_the_outlines() {
        let program = library().font_program(Face::FangSong, &[0]).expect("a program");
        let notice = b"Copyright 2012-2013, the Fandol team";
        assert!(program.windows(notice.len()).any(|window| window == notice));
    }

    #[test]
    fn a_skeleton_says_which_glyphs_were_taken() {
        let library = library();
        let skeleton = library.skeleton(Face::Title).expect("a skeleton");
        let font = FontRef::new(&skeleton).expect("a font");
        let program = font.cff().expect("CFF").offset_data().as_bytes();
        let (face, glyphs) = glyphs_of_skeleton(program).expect("numbers");
        assert_eq!((face, glyphs.len()), (Face::Title, 23_918));
        assert!((0..).zip(&glyphs).all(|(number, &glyph)| number == glyph));
        assert!(library.skeleton(Face::Tibetan).is_none());
    }
}

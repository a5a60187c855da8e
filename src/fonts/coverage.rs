//! Turns a character and a role into a glyph: cmap, the default language's substitutions, hmtx.
//!
//! Han text needs no shaping (measured: 3 glyphs of 9,325 differ, all kerning), so this is the whole of it.

use std::cell::OnceCell;

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::raw::TableProvider;
use skrifa::{GlyphId, MetadataProvider, Tag};

use super::script::last_resort;
use super::shaping::{ShapedCluster, Shaper};
use super::substitution::Substitutions;
use super::{Face, FontLibrary, Role, Script};

/// A glyph of a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// The face that has it.
    pub face: Face,
    /// Its number in the face.
    pub id: u16,
    /// Its advance width, in em.
    pub advance: f32,
}

/// Answers which glyph draws a character. Made for one document, dropped with it.
pub struct Coverage<'a> {
    library: &'a FontLibrary,
    faces: [OnceCell<FaceTables<'a>>; Face::ALL.len()],
    halves: OnceCell<Substitutions>,
    shapers: [OnceCell<Option<Shaper<'a>>>; Script::ALL.len()],
}

struct FaceTables<'a> {
    charmap: Charmap<'a>,
    metrics: GlyphMetrics<'a>,
    units_per_em: f32,
    localized: Substitutions,
}

impl<'a> Coverage<'a> {
    /// Looks at the faces of `library`; their tables are read when the first character needs them.
    #[must_use]
    pub fn new(library: &'a FontLibrary) -> Self {
        Self { library, faces: Default::default(), halves: OnceCell::new(), shapers: Default::default() }
    }

    /// The glyph that draws `c` in `role`; `None` if no face of the role's chain and of the character's script has it.
    #[must_use]
    pub fn glyph(&self, role: Role, c: char) -> Option<Glyph> {
        role.preferred(c)
            .and_then(|face| self.glyph_of(face, c))
            .or_else(|| role.chain().iter().find_map(|&face| self.glyph_of(face, c)))
            .or_else(|| last_resort(c).iter().find_map(|&face| self.glyph_of(face, c)))
    }

    /// The glyphs of a word of `script`, in the order of its characters; `None` if the script's face lacks one.
    #[must_use]
    pub fn shape(&self, script: Script, word: &str) -> Option<Vec<ShapedCluster>> {
        self.shapers[script.index()].get_or_init(|| Shaper::new(self.library, script)).as_ref()?.shape(word)
    }

    /// The glyph of `c` in `face` alone.
    #[must_use]
    pub fn glyph_of(&self, face: Face, c: char) -> Option<Glyph> {
        let tables = self.tables(face);
        let id = tables.charmap.map(c)?;
        let id = tables.localized.get(u16::try_from(id.to_u32()).ok()?);
        (id != 0).then(|| tables.glyph(face, id))
    }

    /// The half-width form of an ASCII character in 宋体 (feature `hwid`), as GB/T 9704-2012, 7.5 has page numbers.
    #[must_use]
    pub fn half_width(&self, c: char) -> Option<Glyph> {
        let tables = self.tables(Face::Song);
        let id = u16::try_from(tables.charmap.map(c)?.to_u32()).ok()?;
        let halves = self
            .halves
            .get_or_init(|| Substitutions::of_feature(&self.library.font(Face::Song), Tag::new(b"hwid")));
        Some(tables.glyph(Face::Song, halves.get(id)))
    }

    fn tables(&self, face: Face) -> &FaceTables<'a> {
        self.faces[face.index()].get_or_init(|| {
            let font = self.library.font(face);
            FaceTables {
                charmap: font.charmap(),
                metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
                units_per_em: font.head().map_or(1000.0, |head| f32::from(head.units_per_em())),
                localized: Substitutions::of_feature(&font, Tag::new(b"locl")),
            }
        })
    }
}

impl FaceTables<'_> {
    fn glyph(&self, face: Face, id: u16) -> Glyph {
        let advance = self.metrics.advance_width(GlyphId::from(id)).unwrap_or(0.0) / self.units_per_em;
        Glyph { face, id, advance }
    }
}

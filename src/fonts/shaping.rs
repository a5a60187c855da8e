//! Turns a word of a script that needs it into placed glyphs, by the face's own rules (GSUB, GPOS).

use std::ops::Range;

use harfrust::{
    BufferClusterLevel, BufferFlags, Direction, ShapeOptions, ShapePlan, ShaperData, Tag, UnicodeBuffer,
};
use skrifa::FontRef;

use super::{FontLibrary, Script};

/// A glyph of a shaped word. Lengths in em.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShapedGlyph {
    /// Its number in the script's face.
    pub id: u16,
    /// From its origin to the next glyph's, which stands to its right whatever the direction of the script.
    pub advance: f32,
    /// How far right of its origin it is drawn.
    pub offset: f32,
    /// How far above the baseline it is drawn.
    pub rise: f32,
}

/// Characters that became some glyphs together: a letter with its marks, a ligature, a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapedCluster {
    /// The characters, as bytes of the word.
    pub text: Range<usize>,
    /// The glyphs, from left to right; at least one.
    pub glyphs: Vec<ShapedGlyph>,
}

impl ShapedCluster {
    /// Its width in em.
    #[must_use]
    pub fn advance(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.advance).sum()
    }
}

/// What shaping reads from a face for a script.
pub(super) struct Shaper<'a> {
    font: FontRef<'a>,
    data: ShaperData,
    plan: ShapePlan,
    direction: Direction,
    script: harfrust::Script,
}

impl<'a> Shaper<'a> {
    /// `None` if the face's tables cannot be read.
    pub(super) fn new(library: &'a FontLibrary, script: Script) -> Option<Self> {
        let font = library.font(script.face());
        let (tag, direction) = match script {
            Script::Arabic => (b"Arab", Direction::RightToLeft),
            Script::Tibetan => (b"Tibt", Direction::LeftToRight),
            Script::Mongolian => (b"Mong", Direction::LeftToRight),
            Script::Thai => (b"Thai", Direction::LeftToRight),
            Script::Western => (b"Latn", Direction::LeftToRight),
        };
        let script = harfrust::Script::from_iso15924_tag(Tag::new(tag))?;
        let data = ShaperData::new(&font);
        let plan = ShapePlan::new(&data.shaper(&font).build(), direction, Some(script), None, &[]);
        Some(Self { font, data, plan, direction, script })
    }

    /// The clusters of `word` in the order of its characters; `None` if the face lacks one of them.
    #[expect(clippy::cast_precision_loss, reason = "font units are small")]
    pub(super) fn shape(&self, word: &str) -> Option<Vec<ShapedCluster>> {
        let mut buffer = UnicodeBuffer::new();
        for (offset, c) in word.char_indices() {
            buffer.add(c, u32::try_from(offset).ok()?);
        }
        buffer.set_direction(self.direction);
        buffer.set_script(self.script);
        // Marks keep their own place in the text where the face does not melt them into a ligature.
        buffer.set_cluster_level(BufferClusterLevel::MonotoneCharacters);
        buffer.set_flags(
            BufferFlags::BEGINNING_OF_TEXT
                | BufferFlags::END_OF_TEXT
                | BufferFlags::REMOVE_DEFAULT_IGNORABLES
                | BufferFlags::DO_NOT_INSERT_DOTTED_CIRCLE,
        );
        let shaper = self.data.shaper(&self.font).build();
        let em = shaper.units_per_em().max(1) as f32;
        let shaped = shaper.shape(buffer, ShapeOptions::new().plan(Some(&self.plan)));
        let mut clusters: Vec<ShapedCluster> = Vec::new();
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let id = u16::try_from(info.glyph_id).ok().filter(|&id| id != 0)?;
            let start = info.cluster as usize;
            let glyph = ShapedGlyph {
                id,
                advance: position.x_advance as f32 / em,
                offset: position.x_offset as f32 / em,
                rise: position.y_offset as f32 / em,
            };
            match clusters.last_mut() {
                Some(last) if last.text.start == start => last.glyphs.push(glyph),
                _ => clusters.push(ShapedCluster { text: start..word.len(), glyphs: vec![glyph] }),
            }
        }
        clusters.sort_by_key(|cluster| cluster.text.start);
        // What left no glyph belongs to the cluster before it, or to the first.
        let starts: Vec<usize> = clusters.iter().skip(1).map(|cluster| cluster.text.start).collect();
        for (cluster, next) in clusters.iter_mut().zip(starts) {
            cluster.text.end = next;
        }
        clusters.first_mut()?.text.start = 0;
        Some(clusters)
    }
}

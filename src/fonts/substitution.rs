//! Reads the one-to-one substitutions of a feature from a font's GSUB table.

use skrifa::raw::TableProvider;
use skrifa::raw::tables::gsub::{SingleSubst, SubstitutionSubtables};
use skrifa::{FontRef, Tag};

/// Pairs of glyphs, sorted by the first: what becomes what.
#[derive(Debug, Default)]
pub(super) struct Substitutions(Vec<(u16, u16)>);

impl Substitutions {
    /// The single substitutions of `feature` in the font's default language system. The pinned fonts keep no other
    /// (`build_subsets.py` makes Simplified Chinese the default), so every feature record of that name counts.
    pub(super) fn of_feature(font: &FontRef<'_>, feature: Tag) -> Self {
        Self(read(font, feature).unwrap_or_default())
    }

    /// What `glyph` becomes: itself unless the feature substitutes it.
    pub(super) fn get(&self, glyph: u16) -> u16 {
        match self.0.binary_search_by_key(&glyph, |pair| pair.0) {
            Ok(index) => self.0[index].1,
            Err(_) => glyph,
        }
    }
}

fn read(font: &FontRef<'_>, wanted: Tag) -> Option<Vec<(u16, u16)>> {
    let gsub = font.gsub().ok()?;
    let features = gsub.feature_list().ok()?;
    let lookups = gsub.lookup_list().ok()?;
    let mut pairs = Vec::new();
    for record in features.feature_records() {
        if record.feature_tag() != wanted {
            continue;
        }
        let feature = record.feature(features.offset_data()).ok()?;
        for index in feature.lookup_list_indices() {
            let lookup = lookups.lookups().get(usize::from(index.get())).ok()?;
            let Ok(SubstitutionSubtables::Single(subtables)) = lookup.subtables() else { continue };
            for subtable in subtables.iter().flatten() {
                add(&subtable, &mut pairs)?;
            }
        }
    }
    // Where two records speak about a glyph, the first counts: a stable sort keeps it in front.
    pairs.sort_by_key(|pair| pair.0);
    pairs.dedup_by_key(|pair| pair.0);
    Some(pairs)
}

fn add(subtable: &SingleSubst<'_>, pairs: &mut Vec<(u16, u16)>) -> Option<()> {
    match subtable {
        SingleSubst::Format1(format) => {
            for from in format.coverage().ok()?.iter() {
                pairs.push((from.to_u16(), from.to_u16().wrapping_add_signed(format.delta_glyph_id())));
            }
        }
        SingleSubst::Format2(format) => {
            let to = format.substitute_glyph_ids();
            for (from, to) in format.coverage().ok()?.iter().zip(to) {
                pairs.push((from.to_u16(), to.get().to_u16()));
            }
        }
    }
    Some(())
}

//! Turns a face into one without outlines: of each glyph there is its width and, in place of its outline, its number.
//!
//! Whoever subsets such a face leaves a font program behind that says which glyphs of which face were taken.

use skrifa::raw::TableProvider;
use skrifa::raw::ps::cff::CffFontRef;
use skrifa::{FontRef, Tag};

use super::encode::{index, index_of, wide};
use super::flatten::number;
use crate::fonts::Face;

/// Tables that are kept as they are: metrics, names, the permission to embed.
const KEPT: [&[u8; 4]; 7] = [b"OS/2", b"head", b"hhea", b"hmtx", b"maxp", b"name", b"post"];

/// `font`, which is `face`, without outlines. `None` if it is malformed.
pub(in crate::fonts) fn skeleton(font: &FontRef<'_>, face: Face) -> Option<Vec<u8>> {
    let outlines = outlines(font.maxp().ok()?.num_glyphs(), face)?;
    let mut tables: Vec<(&[u8; 4], &[u8])> = vec![(b"CFF ", &outlines)];
    for tag in KEPT {
        if let Some(table) = font.table_data(Tag::new(tag)) {
            tables.push((tag, table.as_bytes()));
        }
    }
    assemble(&tables)
}

/// A name-keyed CFF table of `count` glyphs, each `number endchar`, where the number stands for a width. That of
/// `.notdef` is the face's.
fn outlines(count: u16, face: Face) -> Option<Vec<u8>> {
    let (mut ends, mut data) = (Vec::with_capacity(count.into()), Vec::with_capacity(usize::from(count) * 4));
    for glyph in 0..count {
        let number = if glyph == 0 { face as u16 } else { glyph };
        data.push(28);
        data.extend_from_slice(&number.to_be_bytes());
        data.push(14);
        ends.push(data.len());
    }
    let mut out = vec![1, 0, 4, 4];
    index_of(&[b"skeleton"], &mut out)?;
    // The top DICT holds CharStrings alone: five bytes of offset, one of operator. No strings, no subroutines.
    let mut top = Vec::new();
    let after = out.len() + 5 + 6 + 2 + 2;
    wide(i32::try_from(after).ok()?, &mut top);
    top.push(17);
    index_of(&[&top], &mut out)?;
    out.extend_from_slice(&[0; 4]);
    index(&ends, &data, &mut out)?;
    Some(out)
}

/// An OpenType file of `tables`, which are in the order of their tags. Checksums are left out: nobody looks.
fn assemble(tables: &[(&[u8; 4], &[u8])]) -> Option<Vec<u8>> {
    let count = u16::try_from(tables.len()).ok()?;
    let mut out = b"OTTO".to_vec();
    let power = 15 - count.leading_zeros().min(15) as u16;
    for word in [count, 16 << power, power, count * 16 - (16 << power)] {
        out.extend_from_slice(&word.to_be_bytes());
    }
    let mut offset = out.len() + tables.len() * 16;
    for (tag, table) in tables {
        out.extend_from_slice(*tag);
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&u32::try_from(offset).ok()?.to_be_bytes());
        out.extend_from_slice(&u32::try_from(table.len()).ok()?.to_be_bytes());
        offset += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        out.extend_from_slice(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    Some(out)
}

/// The face and the glyphs that a subset of a skeleton was made of, `.notdef` first. `None` if `program`, the CFF
/// table of the subset, is of something else.
#[must_use]
pub fn glyphs_of_skeleton(program: &[u8]) -> Option<(Face, Vec<u16>)> {
    let font = CffFontRef::new_cff(program, 0, None).ok()?;
    let charstrings = font.charstrings();
    let mut glyphs = (0..charstrings.count())
        .map(|glyph| {
            let number = number(charstrings.get(glyph as usize).ok()?)?;
            Some(i16::try_from(number).ok()?.cast_unsigned())
        })
        .collect::<Option<Vec<u16>>>()?;
    let notdef = glyphs.first_mut()?;
    let face = *Face::ALL.get(usize::from(*notdef))?;
    *notdef = 0;
    Some((face, glyphs))
}

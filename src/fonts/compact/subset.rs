//! Turns some glyphs of a face into a CID-keyed font program, as PDF embeds it (ISO 32000-1, 9.9, `CIDFontType0C`).

use skrifa::raw::ps::cff::dict::{self, Entry};
use skrifa::raw::ps::cff::v1::Cff;
use skrifa::raw::types::Fixed;
use skrifa::raw::{FontData, FontRead};

use super::encode::{index, index_of, integer, wide};
use super::flatten::flatten;
use super::{CompactFont, Subfont};

/// The first string identifier that is not a standard one (Technical Note 5176, appendix A).
const FIRST_STRING: i32 = 391;

/// Operators of a DICT (Technical Note 5176, tables 9, 10 and 23).
mod operator {
    pub(super) const NOTICE: &[u8] = &[1];
    pub(super) const FONT_BBOX: &[u8] = &[5];
    pub(super) const CHARSET: &[u8] = &[15];
    pub(super) const CHAR_STRINGS: &[u8] = &[17];
    pub(super) const PRIVATE: &[u8] = &[18];
    pub(super) const DEFAULT_WIDTH: &[u8] = &[20];
    pub(super) const NOMINAL_WIDTH: &[u8] = &[21];
    pub(super) const COPYRIGHT: &[u8] = &[12, 0];
    pub(super) const FONT_MATRIX: &[u8] = &[12, 7];
    pub(super) const ROS: &[u8] = &[12, 30];
    pub(super) const CID_COUNT: &[u8] = &[12, 34];
    pub(super) const FD_ARRAY: &[u8] = &[12, 36];
    pub(super) const FD_SELECT: &[u8] = &[12, 37];
}

impl CompactFont<'_> {
    /// The font program of `glyphs`, in that order; the first must be `.notdef`. The CID of a glyph is its number in
    /// it. `None` if the face is malformed or not of 1,000 units.
    pub(crate) fn subset(&self, glyphs: &[u16]) -> Option<Vec<u8>> {
        let parts = self.parts(glyphs)?;
        let count = i32::try_from(glyphs.len()).ok()?;
        let mut head = vec![1, 0, 4, 4];
        index_of(&[self.outlines.metadata()?.name().unwrap_or("font").as_bytes()], &mut head)?;
        let (notices, strings) = self.strings();
        let bounds = self.outlines.metadata()?.bbox();
        let bounds = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(Fixed::to_i32);
        // The length of the top DICT does not depend on the offsets in it.
        let top = |offsets: [usize; 4]| {
            let mut top = Vec::with_capacity(64);
            entry(&[FIRST_STRING, FIRST_STRING + 1, 0], operator::ROS, &mut top);
            for (operator, string) in &notices {
                entry(&[*string], operator, &mut top);
            }
            // 0.001, though it is the default: some printers show nothing otherwise.
            let thousandth = [30, 0x0A, 0x00, 0x1F];
            top.extend_from_slice(&thousandth);
            entry(&[0, 0], &[], &mut top);
            top.extend_from_slice(&thousandth);
            entry(&[0, 0], operator::FONT_MATRIX, &mut top);
            entry(&bounds, operator::FONT_BBOX, &mut top);
            entry(&[count], operator::CID_COUNT, &mut top);
            let operators =
                [operator::CHARSET, operator::FD_SELECT, operator::CHAR_STRINGS, operator::FD_ARRAY];
            for (offset, operator) in offsets.into_iter().zip(operators) {
                wide(i32::try_from(offset).ok()?, &mut top);
                top.extend_from_slice(operator);
            }
            let mut out = Vec::with_capacity(top.len() + 8);
            index_of(&[&top], &mut out)?;
            Some(out)
        };
        let mut tail = Vec::new();
        index_of(&strings, &mut tail)?;
        // No global subroutines.
        tail.extend_from_slice(&[0, 0]);

        let charset = head.len() + top([0; 4])?.len() + tail.len();
        let select = charset + parts.charset.len();
        let charstrings = select + parts.select.len();
        let array = charstrings + parts.charstrings.len();
        let mut out = head;
        out.reserve(array + 256);
        out.extend_from_slice(&top([charset, select, charstrings, array])?);
        for part in [&tail, &parts.charset, &parts.select, &parts.charstrings] {
            out.extend_from_slice(part);
        }
        private(&parts.widths, &mut out)?;
        Some(out)
    }

    /// What does not depend on where it stands.
    fn parts(&self, glyphs: &[u16]) -> Option<Parts> {
        let mut parts = Parts::default();
        // All CIDs in a row (format 2); `.notdef` is not told.
        parts.charset.push(2);
        if let Some(left) = glyphs.len().checked_sub(2) {
            parts.charset.extend_from_slice(&[0, 1]);
            parts.charset.extend_from_slice(&u16::try_from(left).ok()?.to_be_bytes());
        }
        let mut ranges: Vec<(u16, u8)> = Vec::new();
        let (mut ends, mut data) = (Vec::with_capacity(glyphs.len()), Vec::with_capacity(glyphs.len() * 256));
        let mut last = None;
        for (number, &glyph) in (0..=u16::MAX).zip(glyphs) {
            let index = self.subfont_number(glyph)?;
            let (_, widths, subroutines) = match &last {
                Some(known @ (same, _, _)) if *same == index => known,
                _ => {
                    let subfont = self.subfont(index)?;
                    last.insert((index, Widths::of(&subfont)?, self.subroutines(&subfont)?))
                }
            };
            let place = match parts.widths.iter().position(|known| known == widths) {
                Some(place) => place,
                None => {
                    parts.widths.push(*widths);
                    parts.widths.len() - 1
                }
            };
            let place = u8::try_from(place).ok()?;
            if ranges.last().is_none_or(|(_, current)| *current != place) {
                ranges.push((number, place));
            }
            flatten(self.outlines.charstrings().get(usize::from(glyph)).ok()?, subroutines, &mut data)?;
            ends.push(data.len());
        }
        index(&ends, &data, &mut parts.charstrings)?;
        parts.select.push(3);
        parts.select.extend_from_slice(&u16::try_from(ranges.len()).ok()?.to_be_bytes());
        for (first, place) in ranges {
            parts.select.extend_from_slice(&first.to_be_bytes());
            parts.select.push(place);
        }
        parts.select.extend_from_slice(&u16::try_from(glyphs.len()).ok()?.to_be_bytes());
        Some(parts)
    }

    /// The notices that must stay with the outlines, as operator and string; all strings of the program.
    fn strings(&self) -> (Vec<Notice>, Vec<&[u8]>) {
        let (mut notices, mut strings) = (Vec::new(), vec![&b"Adobe"[..], b"Identity"]);
        let Ok(table) = Cff::read(FontData::new(self.outlines.data())) else { return (notices, strings) };
        let Ok(top) = table.top_dicts().get(0) else { return (notices, strings) };
        for found in dict::entries(top, None).flatten() {
            let (operator, string) = match found {
                Entry::Notice(string) => (operator::NOTICE, string),
                Entry::Copyright(string) => (operator::COPYRIGHT, string),
                _ => continue,
            };
            if let (Some(words), Ok(number)) = (table.string(string), i32::try_from(strings.len())) {
                notices.push((operator, FIRST_STRING + number));
                strings.push(words);
            }
        }
        (notices, strings)
    }
}

/// An operator of the top DICT and the string it takes.
type Notice = (&'static [u8], i32);

#[derive(Default)]
struct Parts {
    charset: Vec<u8>,
    select: Vec<u8>,
    charstrings: Vec<u8>,
    /// Of each font DICT.
    widths: Vec<Widths>,
}

/// All that a glyph without hints and subroutines needs of its private DICT.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Widths {
    default: i32,
    nominal: i32,
}

impl Widths {
    fn of(subfont: &Subfont) -> Option<Self> {
        // A matrix of its own: none of the pinned faces has one.
        if subfont.matrix().is_some() {
            return None;
        }
        let default = subfont.default_width().unwrap_or_default().to_i32();
        Some(Self { default, nominal: subfont.nominal_width().to_i32() })
    }
}

/// The font DICTs and, after them, their private DICTs.
fn private(widths: &[Widths], out: &mut Vec<u8>) -> Option<()> {
    let privates: Vec<Vec<u8>> = widths
        .iter()
        .map(|widths| {
            let mut private = Vec::new();
            entry(&[widths.default], operator::DEFAULT_WIDTH, &mut private);
            entry(&[widths.nominal], operator::NOMINAL_WIDTH, &mut private);
            private
        })
        .collect();
    let array = |first: usize| {
        let mut offset = first;
        let mut fonts = Vec::new();
        for private in &privates {
            let mut font = Vec::new();
            entry(&[1, 0, 0, 1, 0, 0], operator::FONT_MATRIX, &mut font);
            wide(i32::try_from(private.len()).ok()?, &mut font);
            wide(i32::try_from(offset).ok()?, &mut font);
            font.extend_from_slice(operator::PRIVATE);
            offset += private.len();
            fonts.push(font);
        }
        let mut array = Vec::new();
        index_of(&fonts.iter().map(Vec::as_slice).collect::<Vec<_>>(), &mut array)?;
        Some(array)
    };
    let first = out.len() + array(0)?.len();
    out.extend_from_slice(&array(first)?);
    out.extend(privates.concat());
    Some(())
}

/// Operands and what they mean.
fn entry(operands: &[i32], operator: &[u8], out: &mut Vec<u8>) {
    for &operand in operands {
        integer(operand, out);
    }
    out.extend_from_slice(operator);
}

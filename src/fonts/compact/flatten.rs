//! Turns a charstring that calls subroutines into one that does not (Adobe Technical Note 5177).

use skrifa::raw::ps::cff::index::Index;

/// Subroutines may be nested this deep (Technical Note 5177, appendix B).
const DEEPEST: u8 = 10;

/// The subroutines that a charstring may call.
pub(super) struct Subroutines<'a> {
    /// Of the whole font.
    pub(super) global: &'a Index<'a>,
    /// Of the glyph's font DICT.
    pub(super) local: Option<Index<'a>>,
}

/// Appends `code` to `out` with its subroutines in their places. `None` if it is malformed or computes (the arithmetic
/// operators are obsolete, and a subroutine's number could not be told).
pub(super) fn flatten(code: &[u8], subroutines: &Subroutines<'_>, out: &mut Vec<u8>) -> Option<()> {
    if subroutines.global.count() == 0 && subroutines.local.is_none() {
        out.extend_from_slice(code);
        return Some(());
    }
    let mut flattener = Flattener { subroutines, out, operands: Vec::with_capacity(48), hints: 0 };
    flattener.run(code, 0)?.then_some(())
}

struct Flattener<'a> {
    subroutines: &'a Subroutines<'a>,
    out: &'a mut Vec<u8>,
    /// Where in `out` the operands begin that no operator has taken yet.
    operands: Vec<usize>,
    /// Stem hints so far: a bit each in the masks.
    hints: usize,
}

impl Flattener<'_> {
    /// Whether the glyph ended here.
    fn run(&mut self, code: &[u8], depth: u8) -> Option<bool> {
        if depth > DEEPEST {
            return None;
        }
        let mut at = 0;
        while let Some(&byte) = code.get(at) {
            let start = at;
            at += 1;
            match byte {
                28 | 32..=255 => {
                    at += match byte {
                        28 => 2,
                        247..=254 => 1,
                        255 => 4,
                        _ => 0,
                    };
                    self.operands.push(self.out.len());
                    self.out.extend_from_slice(code.get(start..at)?);
                    continue;
                }
                // callsubr, callgsubr
                10 | 29 => {
                    let operand = self.operands.pop()?;
                    let number = number(&self.out[operand..])?;
                    self.out.truncate(operand);
                    let index =
                        if byte == 29 { self.subroutines.global } else { self.subroutines.local.as_ref()? };
                    let subroutine = index.get(usize::try_from(number + index.subr_bias()).ok()?).ok()?;
                    if self.run(subroutine, depth + 1)? {
                        return Some(true);
                    }
                    continue;
                }
                // return
                11 => return Some(false),
                // endchar
                14 => {
                    self.out.push(byte);
                    return Some(true);
                }
                // The stems, and the masks with the stems they imply.
                1 | 3 | 18 | 23 => self.hints += self.operands.len() / 2,
                19 | 20 => {
                    self.hints += self.operands.len() / 2;
                    at += self.hints.div_ceil(8);
                }
                // The flexes.
                12 => {
                    at += 1;
                    if !matches!(code.get(start + 1), Some(34..=37)) {
                        return None;
                    }
                }
                // Moves, lines and curves.
                4..=8 | 21 | 22 | 24..=27 | 30 | 31 => {}
                _ => return None,
            }
            self.operands.clear();
            self.out.extend_from_slice(code.get(start..at)?);
        }
        Some(false)
    }
}

/// The integer operand that `code` begins with (Technical Note 5177, 3.2).
pub(super) fn number(code: &[u8]) -> Option<i32> {
    let second = || code.get(1).map(|&byte| i32::from(byte));
    match *code.first()? {
        28 => Some(i32::from(i16::from_be_bytes(code.get(1..3)?.try_into().ok()?))),
        first @ 32..=246 => Some(i32::from(first) - 139),
        first @ 247..=250 => Some((i32::from(first) - 247) * 256 + second()? + 108),
        first @ 251..=254 => Some(-(i32::from(first) - 251) * 256 - second()? - 108),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use skrifa::raw::ps::cff::index::Index;

    use super::super::encode;
    use super::{Subroutines, flatten};

    /// Flattens with two subroutines, numbers -107 and -106, global and local alike.
    fn flattened(code: &[u8]) -> Option<Vec<u8>> {
        // `1 return` and `-107 callgsubr 2 rlineto endchar`.
        let mut bytes = Vec::new();
        encode::index_of(&[&[140, 11], &[32, 29, 141, 5, 14]], &mut bytes)?;
        let index = || Index::new(&bytes, false).expect("sound");
        let mut out = Vec::new();
        flatten(code, &Subroutines { global: &index(), local: Some(index()) }, &mut out)?;
        Some(out)
    }

    #[test]
    fn subroutines_come_into_their_places() {
        assert_eq!(flattened(&[32, 10, 141, 5, 33, 10]), Some(vec![140, 141, 5, 140, 141, 5, 14]));
    }

    #[test]
    fn bytes_of_a_mask_are_no_operators() {
        // Two stems by hstemhm, one implied: a mask of one byte, here that of callsubr.
        let code = [140, 140, 140, 140, 18, 140, 140, 19, 10, 14];
        assert_eq!(flattened(&code), Some(code.to_vec()));
    }

    #[test]
    fn what_is_malformed_is_refused() {
        // No operand, no such subroutine, an operand cut off, arithmetic, no end.
        for code in [&[10, 14][..], &[139, 10, 14], &[28, 1], &[140, 140, 12, 10, 14], &[140, 140, 5]] {
            assert_eq!(flattened(code), None, "{code:?}");
        }
    }
}

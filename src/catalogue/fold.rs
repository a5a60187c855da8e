//! Turns text into folded characters: what the index does not tell apart becomes one character, in the index only.
//!
//! Folded away are the width of letters and kana, case, traditional against simplified characters, compatibility
//! ideographs and radicals, invisible characters, and the spellings of a document number. Each folded character
//! knows the bytes of the text that it stands for, so that what was found can be shown as it was published.

use std::sync::LazyLock;

use super::number;

/// A folded character and the bytes it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Folded {
    /// The character that is compared.
    pub character: char,
    /// Its first byte in the text.
    pub start: u32,
    /// The byte behind its last.
    pub end: u32,
}

/// Pairs of a character and what it folds to, ordered by the former. How the file was made: `folding.py` beside it.
static PAIRS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    include_str!("folding.tsv")
        .lines()
        .filter_map(|line| {
            let mut characters = line.chars();
            Some((characters.next()?, characters.nth(1)?))
        })
        .collect()
});

/// `text`, folded. A text longer than 4 GiB is folded up to there.
pub(super) fn fold(text: &str) -> Vec<Folded> {
    let mut folded: Vec<Folded> = Vec::with_capacity(text.len() / 3);
    for (at, character) in text.char_indices() {
        let (Ok(start), Ok(end)) = (u32::try_from(at), u32::try_from(at + character.len_utf8())) else {
            break;
        };
        if is_invisible(character) {
            continue;
        }
        // The voicing mark of half-width kana is a character of its own.
        if matches!(character, 'ﾞ' | 'ﾟ')
            && let Some(last) = folded.last_mut()
            && let Some(voiced) = voiced(last.character, character)
        {
            *last = Folded { character: voiced, end, ..*last };
            continue;
        }
        let character = narrow(character);
        if character.is_ascii() {
            folded.push(Folded { character: character.to_ascii_lowercase(), start, end });
        } else if character < '\u{2E80}' {
            folded.extend(
                character.to_lowercase().filter(|&lower| !is_invisible(lower)).map(|lower| Folded {
                    character: lower,
                    start,
                    end,
                }),
            );
        } else {
            folded.push(Folded { character: paired(character), start, end });
        }
    }
    number::canonical(&mut folded);
    folded
}

/// Full-width ASCII as ASCII (Unicode, Halfwidth and Fullwidth Forms).
fn narrow(character: char) -> char {
    match character {
        '！'..='～' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}

fn paired(character: char) -> char {
    match PAIRS.binary_search_by_key(&character, |pair| pair.0) {
        Ok(index) => PAIRS[index].1,
        Err(_) => character,
    }
}

/// `kana` with the voicing mark behind it; `None` if there is no such kana.
fn voiced(kana: char, mark: char) -> Option<char> {
    const VOICED: &str = "カキクケコサシスセソタチツテトハヒフヘホ";
    let next = |by| char::from_u32(u32::from(kana) + by);
    match mark {
        'ﾞ' if kana == 'ウ' => Some('ヴ'),
        'ﾞ' if VOICED.contains(kana) => next(1),
        'ﾟ' if "ハヒフヘホ".contains(kana) => next(2),
        _ => None,
    }
}

/// Characters without a form of their own: soft hyphens, joiners, directional marks, variation selectors, accents
/// that combine.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{300}'..='\u{36F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::{PAIRS, fold};

    fn folded(text: &str) -> String {
        fold(text).iter().map(|folded| folded.character).collect()
    }

    #[test]
    fn width_case_and_script_are_one() {
        for (text, expected) in [
            ("ＡＢＣ１２３", "abc123"),
            ("Ünïcode", "ünïcode"),
            ("U\u{308}ber", "uber"),
            ("欠資", "欠资"),
            ("臺灣後發", "台湾后发"),
            ("\u{F9D1}\u{2F00}\u{2EA0}\u{2F800}", "六一民丽"),
            ("ｶﾞｷﾞﾊﾟｳﾞｱﾞ", "ガギパヴアﾞ"),
            ("零\u{200B}宽\u{FEFF}字\u{E0100}", "零宽字"),
            ("𠮷𮧵", "𠮷𮧵"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn every_folded_character_knows_its_bytes() {
        let text = "Ａ臺ｶﾞ𠮷";
        let pieces: Vec<&str> =
            fold(text).iter().map(|folded| &text[folded.start as usize..folded.end as usize]).collect();
        assert_eq!(pieces, ["Ａ", "臺", "ｶﾞ", "𠮷"]);
    }

    #[test]
    fn the_pairs_are_ordered_and_final() {
        assert!(PAIRS.len() > 5000);
        assert!(PAIRS.is_sorted_by(|one, next| one.0 < next.0));
        let chained = PAIRS.iter().filter(|pair| PAIRS.binary_search_by_key(&pair.1, |pair| pair.0).is_ok());
        assert_eq!(chained.count(), 0);
    }
}

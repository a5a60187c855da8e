//! Turns text into units, and units into the tokens of the index: overlapping pairs of Han characters, and whole words.
//!
//! A run of Han characters c1…cn becomes `c1c2 c2c3 … c(n−1)cn cn`; the last character alone closes the run, so that no
//! phrase crosses punctuation. Letters and digits stay whole words; between a word and what punctuation separates from
//! it stands [`BOUNDARY`], for the same reason. White space within a line is nothing: government pages pad names and
//! titles with it (`通　知`). Documents and queries are expanded by the same function.

use std::ops::Range;

use super::fold::{Folded, fold};

/// The token for punctuation beside a word. Not a letter, so no text gives it otherwise.
const BOUNDARY: &str = "¶";
/// Before the tokens of the column of single characters. With the marks a search anywhere needs no list of columns, by which
/// FTS5 would have to sift the places of every hit.
pub(super) const CHARACTER_MARK: &str = "§";
/// Before the tokens of the column of sites and addresses, in which a search anywhere does not look.
pub(super) const SITE_MARK: &str = "※";

/// A Han character or a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// Whether it is a Han character (or another that is written without spaces) rather than a word.
    pub han: bool,
    /// Whether punctuation or a new line separates it from the unit before.
    pub apart: bool,
    /// Its folded characters, as a range of [`Units::folded`].
    range: Range<u32>,
}

/// A text in units.
#[derive(Clone, Debug, Default)]
pub(super) struct Units {
    folded: Vec<Folded>,
    units: Vec<Unit>,
}

/// What a character is to the index.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Han,
    Word,
    Space,
    Apart,
}

impl Units {
    /// The units of `text`.
    pub(super) fn of(text: &str) -> Self {
        let folded = fold(text);
        let mut units: Vec<Unit> = Vec::with_capacity(folded.len());
        let (mut apart, mut within) = (false, false);
        for (index, character) in (0_u32..).zip(&folded) {
            let kind = kind(character.character);
            match kind {
                Kind::Space => {}
                Kind::Apart => apart = true,
                Kind::Word if within => {
                    if let Some(word) = units.last_mut() {
                        word.range.end = index + 1;
                    }
                }
                Kind::Han | Kind::Word => {
                    units.push(Unit { han: kind == Kind::Han, apart, range: index..index + 1 });
                    apart = false;
                }
            }
            within = kind == Kind::Word;
        }
        Self { folded, units }
    }

    /// Their number.
    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    /// The bytes of the text that units `range` cover; empty for an empty range.
    pub(super) fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let units = self.units.get(range).unwrap_or_default();
        let (Some(first), Some(last)) = (units.first(), units.last()) else { return 0..0 };
        let start = self.folded[first.range.start as usize].start as usize;
        let end = self.folded[last.range.end as usize - 1].end as usize;
        start..end
    }

    fn characters(&self, unit: &Unit) -> impl Iterator<Item = char> + '_ {
        self.folded[unit.range.start as usize..unit.range.end as usize].iter().map(|folded| folded.character)
    }

    /// The Han characters, each once, in code point order.
    pub(super) fn distinct_characters(&self) -> Vec<char> {
        let mut characters: Vec<char> =
            self.units.iter().filter(|unit| unit.han).flat_map(|unit| self.characters(unit)).collect();
        characters.sort_unstable();
        characters.dedup();
        characters
    }

    /// The only unit, if it is a Han character.
    pub(super) fn single_character(&self) -> Option<char> {
        match self.units.as_slice() {
            [unit] if unit.han => self.characters(unit).next(),
            _ => None,
        }
    }

    /// Whether the last run is a single Han character: as the end of a phrase it may be the beginning of any pair.
    pub(super) fn ends_in_single_character(&self) -> bool {
        match self.units.as_slice() {
            [.., before, last] => last.han && (!before.han || last.apart),
            [unit] => unit.han,
            [] => false,
        }
    }

    /// Appends the tokens to `out`, each with `mark` before it, separated by spaces. With `open`, the last run is not closed: a phrase may end in
    /// the middle of a run of the document.
    pub(super) fn expand(&self, mark: &str, open: bool, out: &mut String) {
        for (index, unit) in self.units.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| &self.units[before]);
            let after = self.units.get(index + 1);
            if let Some(before) = before
                && unit.apart
                && !(before.han && unit.han)
            {
                token(out, "", BOUNDARY.chars());
            }
            if !unit.han {
                token(out, mark, self.characters(unit));
            } else if let Some(after) = after.filter(|after| after.han && !after.apart) {
                token(out, mark, self.characters(unit).chain(self.characters(after)));
            } else if !(open && after.is_none() && before.is_some_and(|before| before.han && !unit.apart)) {
                token(out, mark, self.characters(unit));
            }
        }
    }

    /// Where `phrase` stands in this text: the first unit of each place, by the law of [`expand`](Self::expand).
    pub(super) fn places(&self, phrase: &Units) -> Vec<usize> {
        let length = phrase.len();
        if length == 0 || length > self.len() {
            return Vec::new();
        }
        let same = |(index, (ours, theirs)): (usize, (&Unit, &Unit))| {
            ours.han == theirs.han
                && (index == 0 || ours.apart == theirs.apart)
                && self.characters(ours).eq(phrase.characters(theirs))
        };
        (0..=self.len() - length)
            .filter(|&at| self.units[at..at + length].iter().zip(&phrase.units).enumerate().all(same))
            .collect()
    }
}

fn token(out: &mut String, mark: &str, characters: impl Iterator<Item = char>) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(mark);
    out.extend(characters);
}

fn kind(c: char) -> Kind {
    match c {
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Kind::Apart,
        _ if c.is_whitespace() => Kind::Space,
        _ if is_han(c) => Kind::Han,
        _ if c.is_alphanumeric() => Kind::Word,
        _ => Kind::Apart,
    }
}

/// Ideographs, their parts, kana and bopomofo: written without spaces between words. Private-use characters count as
/// ideographs: older pages have rare names in them.
fn is_han(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{2FDF}' | '々' | '〆' | '〇' | '\u{3021}'..='\u{3029}' | '\u{3038}'..='\u{303C}'
        | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'
        | '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31EF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{E000}'..='\u{F8FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFD}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Units;

    fn closed(text: &str) -> String {
        let mut out = String::new();
        Units::of(text).expand("", false, &mut out);
        out
    }

    fn open(text: &str) -> String {
        let mut out = String::new();
        Units::of(text).expand("", true, &mut out);
        out
    }

    #[test]
    fn runs_are_pairs_and_a_closing_character() {
        for (text, expected) in [
            ("农民工欠薪", "农民 民工 工欠 欠薪 薪"),
            ("欠薪。薪应", "欠薪 薪 薪应 应"),
            ("通　知", "通知 知"),
            ("2018年 1月", "2018 年 1 月"),
            ("GB18030编码", "gb18030 编码 码"),
            ("国办发〔2018〕03号", "国办 办发 发 ¶ 2018 ¶ 3 号"),
            ("3.5", "3 ¶ 5"),
            ("A B", "a b"),
            ("第一行\n2", "第一 一行 行 ¶ 2"),
            ("，。！", ""),
            ("𠮷𮧵吉", "𠮷𮧵 𮧵吉 吉"),
        ] {
            assert_eq!(closed(text), expected, "{text}");
        }
    }

    #[test]
    fn a_phrase_may_end_within_a_run() {
        for (text, expected) in
            [("农民工", "农民 民工"), ("税", "税"), ("A股", "a 股"), ("年2018", "年 2018")]
        {
            assert_eq!(open(text), expected, "{text}");
        }
        assert!(Units::of("A股").ends_in_single_character());
        assert!(!Units::of("股市").ends_in_single_character());
        assert!(Units::of("股，市").ends_in_single_character());
    }

    #[test]
    fn places_are_found_across_folding_but_not_across_punctuation() {
        let units = Units::of("拖欠工資，工资。ＧＢ 9704工 資");
        let places = |phrase: &str| units.places(&Units::of(phrase));
        assert_eq!(places("工资"), [2, 4, 8]);
        assert_eq!(places("资工"), Vec::<usize>::new());
        assert_eq!(places("gb 9704"), [6]);
        assert_eq!(places(""), Vec::<usize>::new());
        assert_eq!(units.bytes(2..4), 6..12);
    }

    /// Whether the tokens of the open `phrase` stand in a row among those of the closed `text`, as FTS5 compares.
    fn holds(text: &str, phrase: &str) -> bool {
        let (text, wanted) = (closed(text), open(phrase));
        let text: Vec<&str> = text.split(' ').collect();
        let wanted: Vec<&str> = wanted.split(' ').collect();
        let prefix = Units::of(phrase).ends_in_single_character();
        text.windows(wanted.len()).any(|window| {
            let (last, rest) = window.split_last().expect("not empty");
            let (wanted_last, wanted_rest) = wanted.split_last().expect("not empty");
            rest == wanted_rest && (last == wanted_last || prefix && last.starts_with(wanted_last))
        })
    }

    proptest! {
        #[test]
        fn what_stands_in_a_text_is_found_in_it(
            text in "[欠薪资税A1 ，〔〕\n。號\u{20BB7}]{2,40}",
            from in 0_usize..40,
            length in 1_usize..8,
        ) {
            let units = Units::of(&text);
            let words: Vec<std::ops::Range<usize>> = (0..units.len()).map(|at| units.bytes(at..at + 1)).collect();
            prop_assume!(from < words.len());
            let last = (from + length).min(words.len()) - 1;
            let phrase = &text[words[from].start..words[last].end];
            prop_assert!(holds(&text, phrase), "{phrase:?} in {text:?}");
            prop_assert!(units.places(&Units::of(phrase)).contains(&from), "{phrase:?} in {text:?}");
        }

        #[test]
        fn the_index_and_the_shown_places_agree(
            text in "[欠薪A1 ，]{2,24}",
            phrase in "[欠薪A1 ，]{1,4}",
        ) {
            let wanted = Units::of(&phrase);
            prop_assume!(wanted.len() > 0);
            prop_assert_eq!(holds(&text, &phrase), !Units::of(&text).places(&wanted).is_empty());
        }
    }
}

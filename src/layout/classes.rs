//! The classes of characters for line composition, as CLREQ has them and GB/T 15834 uses them.
//!
//! The table of UAX #14 does not serve Chinese: it forbids breaks outside quotation marks and lets `·` begin a line.

/// What a character is to line composition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Han characters, kana, symbols: a break is allowed on either side.
    Han,
    /// Syllables and letters of Korean: a line ends between words; between syllables only if it would be too loose.
    Hangul,
    /// 々 and its like: never begins a line.
    Iteration,
    /// Opening marks: never end a line; their left half is blank.
    Opening,
    /// Closing marks and 、，；： : never begin a line; their right half is blank.
    Closing,
    /// 。？！ : as closing marks, squeezed last.
    Stop,
    /// · ・ : never begins a line; blank on both sides.
    MiddleDot,
    /// — ― ⸺: one of a pair that is never broken.
    Dash,
    /// …: likewise.
    Ellipsis,
    /// 0–9.
    Digit,
    /// Letters of alphabetic scripts and signs used among them.
    Latin,
    /// `( [ {` and the like, of proportional width.
    LatinOpening,
    /// `) ] } , . ; : ! ? %` and the like: never begin a line.
    LatinClosing,
    /// `/ \ | & = _ ? #` in addresses: a break is allowed after it.
    Solidus,
    /// `- – ~ ～`: never begins a line.
    Connector,
    /// ￥ $ № : stays with the number after it.
    Prefix,
    /// ％ ℃ ‰ ° : stays with the number before it.
    Suffix,
    /// A space.
    Space,
    /// U+3000.
    IdeographicSpace,
    /// U+00A0 and its like: no break on either side.
    NoBreakSpace,
    /// Characters without a glyph: zero-width spaces, joiners, variation selectors, soft hyphens.
    Ignorable,
    /// Tibetan tsheg and shad: never begin a line, and a line may end with them.
    SyllableEnd,
    /// Marks that stand on the character before them.
    Combining,
    /// A picture in the line.
    Object,
    /// A break the page asks for.
    Forced,
}

impl Class {
    /// The class of `c`. `"` and `'` are [`Class::Latin`] here: which side they stand on is known only in context.
    pub(super) fn of(c: char) -> Self {
        if c.is_ascii() {
            return Self::of_ascii(c);
        }
        match c {
            '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{3FFFF}' => Self::Han,
            '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{AC00}'..='\u{D7FF}' => Self::Hangul,
            '“' | '‘' | '（' | '《' | '〈' | '【' | '「' | '『' | '〔' | '〖' | '［' | '｛' | '〝' | '｟'
            | '｢' => Self::Opening,
            '”' | '’' | '）' | '》' | '〉' | '】' | '」' | '』' | '〕' | '〗' | '］' | '｝' | '〞' | '〟'
            | '｠' | '｣' | '、' | '，' | '；' | '：' | '．' | '､' | '｡' => Self::Closing,
            '。' | '？' | '！' | '‼' | '⁇' | '⁈' | '⁉' => Self::Stop,
            '·' | '・' | '•' | '‧' | '･' => Self::MiddleDot,
            '—' | '―' | '⸺' => Self::Dash,
            '…' | '‥' => Self::Ellipsis,
            '\u{A0}' | '\u{202F}' | '\u{2007}' => Self::NoBreakSpace,
            '\u{3000}' => Self::IdeographicSpace,
            '\u{2000}'..='\u{200A}' | '\u{205F}' | '\u{1680}' | '\u{2028}' | '\u{2029}' | '\u{85}' => {
                Self::Space
            }
            '％' | '‰' | '℃' | '°' | '′' | '″' | '℉' | '￠' | '¢' | '㎡' | '㎏' | '㎎' | '㎜' | '㎝'
            | '㎞' | '㏄' => Self::Suffix,
            '￥' | '¥' | '＄' | '£' | '€' | '№' | '￡' => Self::Prefix,
            '～' | '–' | '‐' | '‑' | '〜' | '－' => Self::Connector,
            '／' => Self::Solidus,
            '々' | 'ー' | '〻' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ' => Self::Iteration,
            '\u{300}'..='\u{36F}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{302A}'..='\u{302F}'
            | '\u{3099}'
            | '\u{309A}' => Self::Combining,
            '\u{F0B}' | '\u{F0D}'..='\u{F12}' | '\u{F14}' => Self::SyllableEnd,
            // Arabic and Mongolian punctuation.
            '\u{60C}'
            | '\u{61B}'
            | '\u{61F}'
            | '\u{6D4}'
            | '\u{1802}'..='\u{1805}'
            | '\u{1808}'
            | '\u{1809}' => Self::LatinClosing,
            '\u{660}'..='\u{669}'
            | '\u{6F0}'..='\u{6F9}'
            | '\u{E50}'..='\u{E59}'
            | '\u{F20}'..='\u{F33}'
            | '\u{1810}'..='\u{1819}' => Self::Digit,
            _ if is_ignorable(c) => Self::Ignorable,
            '\u{A1}'..='\u{24FF}' if c.is_alphabetic() && !('\u{2150}'..='\u{24FF}').contains(&c) => {
                Self::Latin
            }
            '\u{1E00}'..='\u{1FFF}' | '\u{A640}'..='\u{ABFF}' | '\u{FB00}'..='\u{FDFF}' => Self::Latin,
            _ => Self::Han,
        }
    }

    fn of_ascii(c: char) -> Self {
        match c {
            '0'..='9' => Self::Digit,
            '\n' => Self::Forced,
            ' ' | '\t' => Self::Space,
            '(' | '[' | '{' | '<' => Self::LatinOpening,
            ')' | ']' | '}' | '>' | ',' | '.' | ';' | ':' | '!' | '?' => Self::LatinClosing,
            '%' => Self::Suffix,
            '$' => Self::Prefix,
            '/' | '\\' | '|' | '&' | '=' | '_' | '#' => Self::Solidus,
            '-' | '~' => Self::Connector,
            _ => Self::Latin,
        }
    }

    /// Never begins a line.
    pub(super) fn never_starts(self) -> bool {
        matches!(
            self,
            Self::Closing
                | Self::Stop
                | Self::MiddleDot
                | Self::Iteration
                | Self::LatinClosing
                | Self::Connector
                | Self::Solidus
                | Self::Ignorable
                | Self::Combining
                | Self::SyllableEnd
                | Self::Space
        )
    }

    /// Never ends a line.
    pub(super) fn never_ends(self) -> bool {
        matches!(self, Self::Opening | Self::LatinOpening | Self::Prefix)
    }

    /// Belongs to words of an alphabetic script, or to numbers.
    pub(super) fn is_western(self) -> bool {
        matches!(self, Self::Latin | Self::Digit)
    }

    /// Some kind of space, which hangs at the end of a line.
    pub(super) fn is_space(self) -> bool {
        matches!(self, Self::Space | Self::IdeographicSpace)
    }
}

/// Default-ignorable characters (Unicode, `Default_Ignorable_Code_Point`) and other format characters.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether `c` is in a private-use area.
pub(super) fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

/// The blank part of a full-width mark that composition may take away, in em: on its left, on its right.
pub(super) fn blank(class: Class) -> (f32, f32) {
    match class {
        Class::Opening => (0.5, 0.0),
        Class::Closing | Class::Stop => (0.0, 0.5),
        Class::MiddleDot => (0.25, 0.25),
        _ => (0.0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_open_and_close() {
        assert_eq!(Class::of('“'), Class::Opening);
        assert_eq!(Class::of('”'), Class::Closing);
    }

    #[test]
    fn marks_that_never_begin_a_line() {
        for c in "、，。；：？！”’）》〉】」』〕·,.;:!?)]}-～/".chars() {
            assert!(Class::of(c).never_starts(), "{c}");
        }
    }

    #[test]
    fn marks_that_never_end_a_line() {
        for c in "“‘（《〈【「『〔([{￥$№".chars() {
            assert!(Class::of(c).never_ends(), "{c}");
        }
    }

    #[test]
    fn circled_numbers_are_not_letters() {
        for c in "①⑳⑴Ⅰ㈠".chars() {
            assert_eq!(Class::of(c), Class::Han, "{c}");
        }
        assert_eq!(Class::of('é'), Class::Latin);
        assert_eq!(Class::of('Я'), Class::Latin);
    }
}

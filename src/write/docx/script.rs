//! Turns text into pieces of one writing system each: Word takes a font and a direction for each, not for each character.

/// How a run of a writing system has to be marked (ECMA-376 Part 1, 17.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Han, Latin and all that the styles' own fonts hold.
    Common,
    /// Uyghur, Kazakh, Kirghiz, Arabic, Hebrew: from right to left.
    RightToLeft,
    /// Tibetan.
    Tibetan,
    /// Mongolian and Manchu.
    Mongolian,
    /// 规范彝文.
    Yi,
    /// Thai.
    Thai,
}

/// Which way a paragraph goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Chinese.
    LeftToRight,
    /// Uyghur.
    RightToLeft,
}

impl Script {
    /// The script that `c` belongs to; `None` for spaces, digits and marks, which go with their neighbours.
    fn of(c: char) -> Option<Self> {
        match c {
            '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => {
                (!matches!(c, '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}')).then_some(Self::RightToLeft)
            }
            '\u{E00}'..='\u{E7F}' => Some(Self::Thai),
            '\u{F00}'..='\u{FFF}' => Some(Self::Tibetan),
            '\u{1800}'..='\u{18AF}' => Some(Self::Mongolian),
            '\u{A000}'..='\u{A4CF}' => Some(Self::Yi),
            c if !is_mark(c) && c.is_alphabetic() => Some(Self::Common),
            _ => None,
        }
    }

    /// The font that Windows has for the script; `None` where the styles' own fonts hold it.
    pub(super) fn fonts(self) -> Option<&'static str> {
        match self {
            Self::Common => None,
            Self::RightToLeft => Some("Microsoft Uighur"),
            Self::Tibetan => Some("Microsoft Himalaya"),
            Self::Mongolian => Some("Mongolian Baiti"),
            Self::Yi => Some("Microsoft Yi Baiti"),
            Self::Thai => Some("Leelawadee UI"),
        }
    }

    /// What stands at the end of a run's properties: `w:rtl`, `w:cs`, `w:lang`.
    pub(super) fn properties(self) -> &'static str {
        match self {
            Self::Common => "",
            // The language cannot be told from the letters: the styles' ug-CN holds.
            Self::RightToLeft => "<w:rtl/>",
            Self::Tibetan => "<w:cs/><w:lang w:bidi=\"bo-CN\"/>",
            Self::Mongolian => "<w:cs/><w:lang w:bidi=\"mn-Mong-CN\"/>",
            Self::Yi => "<w:lang w:eastAsia=\"ii-CN\"/>",
            Self::Thai => "<w:cs/><w:lang w:bidi=\"th-TH\"/>",
        }
    }
}

/// The direction of the first letter of `text`; `None` if it holds no letter (UAX 9, P2 and P3).
pub(super) fn direction(text: &str) -> Option<Direction> {
    text.chars().find_map(Script::of).map(|script| match script {
        Script::RightToLeft => Direction::RightToLeft,
        _ => Direction::LeftToRight,
    })
}

/// The pieces of `text`, in order and whole. What has no script goes with its neighbours where they agree, else with
/// the paragraph (UAX 9, N1 and N2).
pub(super) fn pieces(text: &str, paragraph: Direction) -> Vec<(Script, &str)> {
    let around = match paragraph {
        Direction::LeftToRight => Script::Common,
        Direction::RightToLeft => Script::RightToLeft,
    };
    let mut ranges: Vec<(Script, usize, usize)> = Vec::new();
    let mut push = |script: Script, from: usize, to: usize| match ranges.last_mut() {
        _ if from == to => {}
        Some((last, _, end)) if *last == script => *end = to,
        _ => ranges.push((script, from, to)),
    };
    // Where the letters of one script begin, and where they end so far.
    let (mut begin, mut end, mut script) = (0, 0, around);
    for (at, c) in text.char_indices() {
        let after = at + c.len_utf8();
        let Some(own) = Script::of(c) else {
            if is_mark(c) && end == at {
                end = after;
            }
            continue;
        };
        if own != script {
            push(script, begin, end);
            push(around, end, at);
            (begin, script) = (at, own);
        }
        end = after;
    }
    push(script, begin, end);
    push(around, end, text.len());
    ranges.into_iter().map(|(script, from, to)| (script, &text[from..to])).collect()
}

/// Combining marks and joiners, which stay with the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200F}')
}

#[cfg(test)]
mod tests {
    use super::{Direction, Script, direction, pieces};

    #[test]
    fn text_of_one_script_is_one_piece() {
        for (text, script) in [
            ("2018年，“意见”。", Script::Common),
            ("", Script::Common),
            ("(1)", Script::Common),
            ("བོད་ཡིག གི་རྩོམ", Script::Tibetan),
            ("ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ", Script::Mongolian),
        ] {
            let pieces = pieces(text, Direction::LeftToRight);
            assert!(pieces.iter().all(|(own, _)| *own == script), "{pieces:?}");
            assert!(pieces.len() <= 1);
        }
    }

    #[test]
    fn marks_go_with_their_neighbours_and_nothing_is_lost() {
        let text = "新疆 ئۇيغۇر، خەت 2018 گېزىت (Xinjiang).";
        let parts = pieces(text, Direction::LeftToRight);
        let scripts: Vec<Script> = parts.iter().map(|(script, _)| *script).collect();
        assert_eq!(scripts, [Script::Common, Script::RightToLeft, Script::Common]);
        assert_eq!(parts[1].1, "ئۇيغۇر، خەت 2018 گېزىت");
        for paragraph in [Direction::LeftToRight, Direction::RightToLeft] {
            assert_eq!(pieces(text, paragraph).iter().map(|(_, piece)| *piece).collect::<String>(), text);
        }
        let parts = pieces("«ئۇيغۇر».", Direction::RightToLeft);
        assert_eq!(parts, [(Script::RightToLeft, "«ئۇيغۇر».")]);
    }

    #[test]
    fn the_first_letter_decides_the_direction() {
        assert_eq!(direction("2018 — ئۇيغۇر 新疆"), Some(Direction::RightToLeft));
        assert_eq!(direction("（新疆 ئۇيغۇر）"), Some(Direction::LeftToRight));
        assert_eq!(direction("2018."), None);
    }
}

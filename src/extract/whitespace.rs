//! Turns source characters into the characters of a paragraph: indents, collapsing, joins between Han.

/// White space of any kind, and characters that take no room: what never counts as text.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{2060}' | '\u{00AD}')
}

/// Marks that only sentences have.
pub(super) fn is_sentence_mark(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '、' | '！' | '？' | '：' | ',' | ';')
}

/// `text` without any white space.
pub(super) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !is_blank(*c)).collect()
}

/// White space that CSS collapses (CSS Text 3, 4.1): U+3000 and NBSP are not among them.
pub(super) fn is_collapsible(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{000C}')
}

/// Characters between which a line break of the source leaves no space (CSS Text 3, 4.1.3: both sides are of
/// East Asian Width W, F or H, Hangul excepted).
pub(super) fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x2E80..=0x303E | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F | 0xFF00..=0xFFEF | 0x20000..=0x3FFFD)
        || matches!(c, '“' | '”' | '‘' | '’' | '—' | '…' | '·')
}

/// Layout characters at the edges of a paragraph: indents typed as U+3000 or NBSP, and stray spaces.
pub(super) fn is_edge(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

/// Characters that no Document may hold. Breaks and tabs are handled as white space before this is asked.
pub(super) fn is_forbidden(c: char) -> bool {
    c.is_control() || c == '\u{FEFF}' || c == '\u{200B}' || ('\u{FFFE}'..='\u{FFFF}').contains(&c)
}

/// Whether a run of collapsible white space between `before` and `after` stands for a space.
pub(super) fn keeps_space(before: Option<char>, had_break: bool, after: char) -> bool {
    match before {
        None => false,
        Some(before) => !(had_break && is_wide(before) && is_wide(after)),
    }
}

/// Width in em of the indent that `text` begins with: U+3000 and EM SPACE count 1, NBSP and EN SPACE ½.
pub(super) fn indent(text: &str) -> f32 {
    text.chars()
        .take_while(|c| is_edge(*c))
        .map(|c| match c {
            '\u{3000}' | '\u{2003}' => 1.0,
            '\u{00A0}' | '\u{2002}' | '\u{2000}' => 0.5,
            _ => 0.0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::{indent, keeps_space, squeeze};

    #[test]
    fn a_source_line_break_between_han_is_no_space() {
        assert!(!keeps_space(Some('政'), true, '府'));
        assert!(!keeps_space(Some('。'), true, '“'));
        assert!(keeps_space(Some('政'), false, '府'), "a typed space stays");
        assert!(keeps_space(Some('A'), true, '府'));
        assert!(!keeps_space(None, true, '府'), "nothing before: indent, not a space");
    }

    #[test]
    fn indents_are_measured_in_em() {
        assert!((indent("\u{3000}\u{3000}正文") - 2.0).abs() < f32::EPSILON);
        assert!((indent("\u{A0}\u{A0}\u{A0}\u{A0}正文") - 2.0).abs() < f32::EPSILON);
        assert!(indent("正\u{3000}文") < f32::EPSILON);
    }

    #[test]
    fn squeezing_leaves_no_white_space() {
        assert_eq!(squeeze(" 索\u{3000}引 号：\u{200B}"), "索引号：");
    }
}

//! Turns a paragraph into lines of at most so many columns that begin and end as Chinese lines may (CLREQ 3.1.3).

use super::width::{Ambiguous, character_width};

/// May not begin a line: marks of pause and stop, closing marks, connectors, interpuncts, iteration marks.
const NOT_AT_START: &str =
    "、，。；：？！．·・‧～〜—…－–-／%‰％℃’”）〕］｝〉》」』】〗〙〛,.;:?!)]}>々〻ー＂＇";
/// May not end a line: opening marks, and signs that stand before a number.
const NOT_AT_END: &str = "‘“（〔［｛〈《「『【〖〘〚([{<￥¥$＄£€№§＃#";

/// Breaks `text` into lines of at most `columns`; white space at a break is left out.
///
/// Latin words, numbers, —— and …… stay whole unless one alone is longer than a line.
pub(super) fn wrap(text: &str, columns: usize, ambiguous: Ambiguous) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut used = 0;
    // The last place where the line may break, and the columns used up to it.
    let mut opportunity: Option<(usize, usize)> = None;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        let width = character_width(c, ambiguous);
        if let Some(previous) = previous
            && at > start
            && may_break(previous, c, width)
        {
            opportunity = Some((at, used));
        }
        // White space may hang over the edge: it is left out.
        while used + width > columns && at > start && !c.is_whitespace() {
            let (end, before) = opportunity.take().filter(|(end, _)| *end > start).unwrap_or((at, used));
            lines.push(text[start..end].trim_end());
            start = end;
            used -= before;
        }
        used += width;
        previous = Some(c);
    }
    if start < text.len() || lines.is_empty() {
        lines.push(text[start..].trim_end());
    }
    lines
}

/// Whether a line may end with `a` and the next begin with `b`, which is `width` columns wide.
fn may_break(a: char, b: char, width: usize) -> bool {
    let is_latin = |c: char| c.is_ascii_graphic() || ('\u{A1}'..='\u{24F}').contains(&c);
    if width == 0 || b.is_whitespace() || NOT_AT_START.contains(b) || NOT_AT_END.contains(a) {
        return false;
    }
    a.is_whitespace() || !(is_latin(a) && is_latin(b))
}

#[cfg(test)]
mod tests {
    use super::{NOT_AT_END, NOT_AT_START, wrap};
    use crate::write::text::width::{Ambiguous, width};

    fn lines(text: &str, columns: usize) -> Vec<&str> {
        wrap(text, columns, Ambiguous::Wide)
    }

    #[test]
    fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
        let text =
            "现将《示例办法（试行）》印发给你们，请认真贯彻执行。“放管服”改革……做好2018年工作——要求如下：";
        for columns in 8..60 {
            let lines = lines(text, columns);
            assert_eq!(lines.concat(), text);
            for line in &lines {
                assert!(width(line, Ambiguous::Wide) <= columns, "{line} at {columns}");
            }
            for pair in lines.windows(2) {
                assert!(!pair[0].ends_with(|c| NOT_AT_END.contains(c)), "{lines:?} at {columns}");
                assert!(!pair[1].starts_with(|c| NOT_AT_START.contains(c)), "{lines:?} at {columns}");
            }
        }
    }

    #[test]
    fn words_and_numbers_stay_whole_until_one_is_longer_than_the_line() {
        assert_eq!(lines("共计1234.5万元", 8), ["共计", "1234.5万", "元"]);
        assert_eq!(lines("see the words", 8), ["see the", "words"]);
        assert_eq!(lines("http://example.gov.cn/", 10), ["http://exa", "mple.gov.c", "n/"]);
        assert_eq!(lines("", 10), [""]);
    }
}

//! Turns a document's text and a query into the line of text that shows why it was found.

use std::ops::Range;

use serde::Serialize;
use unicode_width::UnicodeWidthChar;

use super::query::{Query, Words};
use super::unit::Units;

/// A piece of a document's text on one line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The characters as published, new lines as spaces, `…` where the text goes on.
    pub text: String,
    /// What was found in it: ranges of characters (Unicode scalar values), first and one behind the last, in order.
    pub highlights: Vec<Range<usize>>,
}

/// Words looked for, made ready to be found in texts.
#[derive(Clone, Debug, Default)]
pub struct Highlighter {
    words: Vec<Units>,
}

/// Most places of one word that are looked at.
const MOST_PLACES: usize = 2000;

impl Highlighter {
    /// For the words of `query`.
    #[must_use]
    pub fn new(query: &Query) -> Self {
        Self { words: Words::read(&query.words).wanted }
    }

    /// The part of `text` with most of the words, at most `columns` wide on a terminal (and at least 8).
    #[must_use]
    pub fn snippet(&self, text: &str, columns: usize) -> Snippet {
        let found = self.find(text);
        let columns = columns.max(8);
        let start = best(&found, columns * 3 / 2);
        let (first, last) = window(text, start, columns);
        cut(text, first..last, &found)
    }

    /// All of `line`, on one line.
    #[must_use]
    pub fn whole(&self, line: &str) -> Snippet {
        cut(line, 0..line.len(), &self.find(line))
    }

    /// Where the words stand in `text`: the word's index and the bytes, in the order of the text.
    fn find(&self, text: &str) -> Vec<(usize, Range<usize>)> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let units = Units::of(text);
        let mut found = Vec::new();
        for (index, word) in self.words.iter().enumerate() {
            let places = units.places(word);
            found
                .extend(places.iter().take(MOST_PLACES).map(|&at| (index, units.bytes(at..at + word.len()))));
        }
        found.sort_by_key(|(index, bytes)| (bytes.start, *index));
        found
    }
}

/// The byte at which a window of about `bytes` holds the most different words; of equals the first.
fn best(found: &[(usize, Range<usize>)], bytes: usize) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (index, (_, place)) in found.iter().enumerate() {
        let mut words: Vec<usize> = found[index..]
            .iter()
            .take_while(|(_, other)| other.start < place.start + bytes)
            .take(16)
            .map(|(word, _)| *word)
            .collect();
        words.sort_unstable();
        words.dedup();
        if best.is_none_or(|(most, _)| words.len() > most) {
            best = Some((words.len(), place.start));
        }
    }
    best.map(|(_, start)| start)
}

fn width(c: char) -> usize {
    if c == '\n' { 1 } else { c.width_cjk().unwrap_or(0) }
}

/// The bytes of a window of `columns` around the byte `place`, a third of it before; without a place, from the start.
fn window(text: &str, place: Option<usize>, columns: usize) -> (usize, usize) {
    // Two columns for each `…`.
    let mut room = columns - 4;
    let place = place.unwrap_or(0);
    let mut first = place;
    for (at, c) in text[..place].char_indices().rev() {
        // A new line begins a paragraph: a good place to begin.
        if c == '\n' || width(c) > room || room < columns * 2 / 3 {
            break;
        }
        room -= width(c);
        first = at;
    }
    let mut last = place;
    for (at, c) in text[place..].char_indices() {
        if width(c) > room {
            break;
        }
        room -= width(c);
        last = place + at + c.len_utf8();
    }
    (first, last)
}

/// The bytes `range` of `text` as a snippet.
fn cut(text: &str, range: Range<usize>, found: &[(usize, Range<usize>)]) -> Snippet {
    let mut snippet = Snippet::default();
    let mut characters = 0;
    let mut push = |snippet: &mut Snippet, c: char| {
        snippet.text.push(c);
        characters += 1;
        characters
    };
    if !text[..range.start].trim_end_matches([' ', '\u{3000}']).is_empty()
        && !text[..range.start].ends_with('\n')
    {
        push(&mut snippet, '…');
    }
    let mut next =
        found.iter().map(|(_, place)| place).skip_while(|place| place.end <= range.start).peekable();
    let mut before_was_space = true;
    for (at, c) in text[range.clone()].char_indices() {
        let at = range.start + at;
        while next.next_if(|place| place.end <= at).is_some() {}
        let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
        if c == ' ' && before_was_space {
            continue;
        }
        before_was_space = c == ' ';
        let end = push(&mut snippet, c);
        if next.peek().is_some_and(|place| place.contains(&at)) {
            match snippet.highlights.last_mut() {
                Some(last) if last.end == end - 1 => last.end = end,
                _ => snippet.highlights.push(end - 1..end),
            }
        }
    }
    if text[range.end..].trim().is_empty() {
        snippet.text.truncate(snippet.text.trim_end().len());
    } else {
        push(&mut snippet, '…');
    }
    snippet
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::{Highlighter, Snippet};
    use crate::catalogue::query::Query;

    fn highlighter(words: &str) -> Highlighter {
        Highlighter::new(&Query { words: words.to_owned(), ..Query::default() })
    }

    /// The snippet with what was found in 【】.
    fn marked(snippet: &Snippet) -> String {
        let mut out = String::new();
        for (index, c) in snippet.text.chars().enumerate() {
            if snippet.highlights.iter().any(|range| range.start == index) {
                out.push('【');
            }
            out.push(c);
            if snippet.highlights.iter().any(|range| range.end == index + 1) {
                out.push('】');
            }
        }
        out
    }

    #[test]
    fn the_words_are_shown_as_published() {
        let text = "关于治理拖欠工資问题的通知\n各市：工　资应按月发，工资不得拖欠。";
        let snippet = highlighter("工资 拖欠").snippet(text, 200);
        assert_eq!(
            marked(&snippet),
            "关于治理【拖欠工資】问题的通知 各市：【工 资】应按月发，【工资】不得【拖欠】。"
        );
        assert_eq!(marked(&highlighter("ＧＢ").whole("按 gb/T 9704")), "按 【gb】/T 9704");
    }

    #[test]
    fn the_window_goes_where_the_words_are() {
        let text = format!("{}。欠薪企业名单。{}", "前言".repeat(300), "后记".repeat(300));
        let snippet = highlighter("企业 欠薪").snippet(&text, 40);
        assert_eq!(marked(&snippet), "…言前言前言。【欠薪企业】名单。后记后记后…");
        assert_eq!(highlighter("无").snippet("甲乙丙丁戊己庚", 8).text, "甲乙…");
    }

    proptest! {
        #[test]
        fn a_snippet_is_never_wider_than_asked(
            text in "[欠薪资A1 ，。\n…号]{0,80}",
            words in "[欠薪A1 ]{0,4}",
            columns in 8_usize..60,
        ) {
            let snippet = highlighter(&words).snippet(&text, columns);
            prop_assert!(snippet.text.width_cjk() <= columns, "{snippet:?}");
            let characters = snippet.text.chars().count();
            prop_assert!(snippet.highlights.iter().all(|range| range.start < range.end && range.end <= characters));
        }
    }
}

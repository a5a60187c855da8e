//! Finds the words in a text that need shaping and makes clusters of them.

use crate::fonts::{Glyph, Script};

use super::Context;
use super::classes::Class;
use super::inline::{Cluster, Shape, Text, UNSHAPED};

/// Whether `text` may hold a character that needs shaping or the other direction; a quick no for nearly every text.
pub(super) fn may_need(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{300}'..'\u{2000}' | '\u{20D0}'..='\u{20FF}') || super::is_right_to_left(c))
}

/// `text` in parts: words of a script that needs shaping, and what stands between them.
pub(super) fn parts(text: &str) -> Vec<(&str, Option<Script>)> {
    let mut parts: Vec<(&str, Option<Script>)> = Vec::new();
    // Bytes at which the part under way began, and at which the last character began.
    let (mut start, mut last) = (0, 0);
    let mut script: Option<Script> = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let own = Script::of(c);
        let next = if own.is_some() {
            own
        } else if script.is_some_and(|script| script.holds(c)) {
            script
        } else if Script::is_western_mark(c) && (script == Some(Script::Western) || is_western_letter(before))
        {
            Some(Script::Western)
        } else {
            None
        };
        if next == Some(Script::Western) && script != next {
            // The letter under the mark comes along.
            cut(&mut parts, &text[start..last], script);
            start = last;
        } else if next != script {
            cut(&mut parts, &text[start..at], script);
            start = at;
        }
        (script, before, last) = (next, c, at);
    }
    cut(&mut parts, &text[start..], script);
    parts
}

fn cut<'a>(parts: &mut Vec<(&'a str, Option<Script>)>, part: &'a str, script: Option<Script>) {
    if !part.is_empty() {
        parts.push((part, script));
    }
}

fn is_western_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || (('\u{C0}'..='\u{52F}').contains(&c) || ('\u{1E00}'..='\u{1FFF}').contains(&c))
            && c.is_alphabetic()
}

impl Text {
    /// Adds a word of `script`. Gives false, and adds nothing, if the script's face lacks a character of it.
    pub(super) fn word(
        &mut self,
        word: &str,
        script: Script,
        size: f32,
        owner: u32,
        context: &Context<'_>,
    ) -> bool {
        let Some(shaped) = context.coverage.shape(script, word) else { return false };
        for (number, cluster) in shaped.into_iter().enumerate() {
            let Some(character) = word[cluster.text.clone()].chars().next() else { continue };
            let Some(first) = cluster.glyphs.first() else { continue };
            let class = match Class::of(character) {
                class @ (Class::Digit | Class::LatinClosing | Class::SyllableEnd) => class,
                _ if number > 0 && cluster.advance() <= 0.0 => Class::Combining,
                _ => Class::Latin,
            };
            let glyph = Glyph { face: script.face(), id: first.id, advance: cluster.advance().max(0.0) };
            let shape = u32::try_from(self.shapes.len()).unwrap_or(UNSHAPED);
            let start = self.letters.len();
            self.letters.push_str(&word[cluster.text]);
            let from = self.ink.len();
            self.ink.extend(cluster.glyphs);
            self.shapes.push(Shape { text: start..self.letters.len(), glyphs: from..self.ink.len() });
            self.clusters.push(Cluster { character, class, glyph, size, owner, shape });
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_what_stands_between_them() {
        let text = "甲ئۇيغۇر，2018 ཀྱི་ e\u{301}a 乙ᠮᠣᠩ\u{202F}ᠤᠨ";
        let parts = parts(text);
        assert_eq!(parts.iter().map(|(part, _)| *part).collect::<String>(), text);
        let found: Vec<(&str, Script)> =
            parts.iter().filter_map(|&(part, script)| Some((part, script?))).collect();
        assert_eq!(
            found,
            [
                ("ئۇيغۇر", Script::Arabic),
                ("ཀྱི་", Script::Tibetan),
                ("e\u{301}", Script::Western),
                ("ᠮᠣᠩ\u{202F}ᠤᠨ", Script::Mongolian)
            ]
        );
    }

    #[test]
    fn chinese_text_is_not_looked_at_twice() {
        assert!(!may_need("关于印发《档案工作要点》的通知——2018年 caf\u{e9}"));
        assert!(may_need("བོད་"));
    }
}

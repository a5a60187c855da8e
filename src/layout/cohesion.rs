//! Judges where a title may be divided without cutting a word, from how its characters go together in the document.
//!
//! Without a dictionary: two characters that stand side by side in the body nearly as often as the rarer of them
//! stands at all (`高水平`, `标准化`) belong to a word; two that do not (`公开|标准`) are a place to divide.

use std::collections::HashMap;

use crate::document::{Block, Document, text};

/// How close each two neighbours of a line are, 0 (strangers) to about 1 (always together).
pub(super) fn cohesion(line: &[char], document: &Document) -> Vec<f32> {
    let mut pairs: HashMap<(char, char), u32> = line.windows(2).map(|pair| ((pair[0], pair[1]), 0)).collect();
    let mut single: HashMap<char, u32> = line.iter().map(|&c| (c, 0)).collect();
    let mut body = String::new();
    for block in document.body.iter().filter(|block| !matches!(block, Block::Title { .. })).take(400) {
        text::blocks(std::slice::from_ref(block), document, &mut body);
    }
    let mut before = ' ';
    for c in body.chars() {
        if let Some(count) = single.get_mut(&c) {
            *count += 1;
            if let Some(count) = pairs.get_mut(&(before, c)) {
                *count += 1;
            }
        }
        before = c;
    }
    line.windows(2)
        .map(|pair| {
            let count = |number: u32| f32::from(u16::try_from(number).unwrap_or(u16::MAX));
            let together = count(pairs[&(pair[0], pair[1])]);
            let rarer = count(single[&pair[0]].min(single[&pair[1]]));
            // Characters the body does not know tell nothing.
            if rarer == 0.0 { UNKNOWN } else { together / rarer }
        })
        .map(|cohesion| cohesion.min(1.0))
        .zip(line.windows(2))
        .map(|(cohesion, pair)| cohesion + manners(pair[0], pair[1]))
        .collect()
}

/// Cohesion of characters that do not occur in the body.
const UNKNOWN: f32 = 0.4;

/// What the language says of a division between two characters: a line does not begin with a particle, and ends
/// well with one.
fn manners(before: char, after: char) -> f32 {
    let particle = |c: char| matches!(c, '的' | '和' | '与' | '及' | '等' | '了' | '暨');
    if particle(after) {
        0.8
    } else if particle(before) || matches!(before, '、' | '》' | '”' | '）' | ' ') {
        -0.3
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::samples::{document, paragraph};

    #[test]
    fn words_of_the_body_hold_together() {
        let body = "促进高水平开放，推动高质量发展。综合保税区开放，保税区的发展水平，质量高。".repeat(3);
        let document = document(vec![paragraph(&body)]);
        let line: Vec<char> = "综合保税区高水平开放".chars().collect();
        let cohesion = cohesion(&line, &document);
        // 区|高 is a better place than 高|水 or 水|平.
        assert!(cohesion[4] < cohesion[5] && cohesion[4] < cohesion[6], "{cohesion:?}");
    }
}

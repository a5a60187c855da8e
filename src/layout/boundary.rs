//! Says what belongs between two neighbouring characters: an end of line or none, a gap, room to stretch.

use super::classes::Class;
use super::inline::Cluster;
use super::style::Prohibition;

/// Width of the gap between Han and Latin, in em (CLREQ: at most ¼).
pub(super) const GAP: f32 = 0.25;

/// Whether a line may begin with cluster `index`.
pub(super) fn may_break(clusters: &[Cluster], index: usize, prohibition: Prohibition) -> bool {
    let (before, after) = (&clusters[index - 1], &clusters[index]);
    let (mut a, b) = (before.class, after.class);
    if a == Class::Combining {
        // What a mark stands on decides; marks stand in heaps of a few.
        let base = clusters[..index].iter().rev().take(8).find(|cluster| cluster.class != Class::Combining);
        a = base.map_or(a, |base| base.class);
    }
    if a == Class::Forced {
        return true;
    }
    if matches!(b, Class::Combining | Class::Ignorable | Class::Forced | Class::Space) {
        return false;
    }
    if before.character == '\u{200B}' || before.character == '\u{AD}' {
        return true;
    }
    if b == Class::NoBreakSpace || before.character == '\u{2060}' {
        return false;
    }
    if a == Class::NoBreakSpace {
        return before.character == '\u{A0}' && !keeps_together(clusters, index);
    }
    if a.is_space() {
        return true;
    }
    // Unbreakable whatever the rules: 破折号 and 省略号, words, numbers with their signs.
    match (a, b) {
        (Class::Latin, Class::Latin) if is_thai(before.character) && is_thai(after.character) => {
            return begins_syllable(before.character, after.character);
        }
        (Class::Dash, Class::Dash)
        | (Class::Ellipsis, Class::Ellipsis)
        | (Class::Latin | Class::Digit, Class::Latin | Class::Digit | Class::LatinOpening)
        | (Class::Prefix | Class::Connector, Class::Digit)
        | (Class::Digit, Class::Suffix) => return false,
        (Class::LatinClosing | Class::Solidus, b) if b.is_western() => {
            return after_western_mark(clusters, index);
        }
        // 12·5: an event by its date.
        (Class::MiddleDot, Class::Digit) if index >= 2 && clusters[index - 2].class == Class::Digit => {
            return false;
        }
        (Class::Connector, Class::Latin) => return index >= 2 && clusters[index - 2].class == Class::Han,
        _ => {}
    }
    if prohibition == Prohibition::None {
        return true;
    }
    if b.never_starts() || a.never_ends() || (b == Class::Suffix && a != Class::Han) {
        return false;
    }
    if prohibition >= Prohibition::Gb && a == Class::Solidus {
        return false;
    }
    !(prohibition >= Prohibition::Strict && matches!(b, Class::Dash | Class::Ellipsis))
}

/// Whether a line may begin with the letter or digit at `index`, before which a Western mark stands: not inside
/// `3.14`, `a.b` or `12:30`; yes after the comma of `2017年,39项`, and inside addresses after a solidus.
fn after_western_mark(clusters: &[Cluster], index: usize) -> bool {
    let mark = &clusters[index - 1];
    let earlier = index.checked_sub(2).map(|earlier| clusters[earlier].class);
    if mark.class == Class::Solidus {
        // Between the solidi of `//` a break would look like an end; 2017/18 stays whole.
        let number = clusters[index].class == Class::Digit && earlier == Some(Class::Digit);
        let twins = earlier == Some(Class::Solidus);
        return !number && !twins;
    }
    !matches!(earlier, Some(Class::Latin | Class::Digit))
}

/// Whether the no-break space before `index` holds a number and its unit or two initials together, as it is meant to:
/// most no-break spaces of web pages are plain spaces.
fn keeps_together(clusters: &[Cluster], index: usize) -> bool {
    let digit = |at: Option<usize>| {
        at.and_then(|at| clusters.get(at)).is_some_and(|cluster| cluster.class == Class::Digit)
    };
    digit(index.checked_sub(2)) || digit(Some(index))
}

/// Whether `c` is a Thai letter or mark.
fn is_thai(c: char) -> bool {
    matches!(c, '\u{E01}'..='\u{E4E}')
}

/// Whether a Thai syllable surely begins between two letters: before a vowel that is written first, after one that
/// ends a syllable. Words cannot be told without a dictionary; a break between such syllables can be read.
fn begins_syllable(before: char, after: char) -> bool {
    let consonant = matches!(after, '\u{E01}'..='\u{E2E}');
    matches!(after, '\u{E40}'..='\u{E44}') && !matches!(before, '\u{E40}'..='\u{E44}')
        || consonant && matches!(before, '\u{E30}' | '\u{E2F}' | '\u{E46}')
}

/// Whether a line that begins with `after` cuts a Korean word: allowed, but the last resort.
pub(super) fn cuts_korean(before: &Cluster, after: &Cluster) -> bool {
    let word = |class: Class| class == Class::Hangul || class.is_western();
    let korean = before.class == Class::Hangul || after.class == Class::Hangul;
    korean && word(before.class) && (word(after.class) || after.class == Class::LatinOpening)
}

/// What is added between two clusters, in points: a gap between Han and Latin, or, negative, half of one of two
/// adjacent marks (CLREQ: two marks take 1½ em).
pub(super) fn spacing(before: &Cluster, after: &Cluster) -> f32 {
    use Class::{Closing, Han, MiddleDot, Opening, Stop};
    let (a, b) = (before.class, after.class);
    let western = |class: Class| class.is_western();
    if (a == Han && western(b)) || (western(a) && b == Han) {
        let both_on_line = before.size.to_bits() == after.size.to_bits();
        return if both_on_line { GAP * before.size } else { 0.0 };
    }
    let full = before.glyph.advance >= 0.9 && after.glyph.advance >= 0.9;
    let adjacent = match (a, b) {
        (Closing | Stop, Closing | Stop | Opening) | (Opening, Opening) => 0.5,
        (Closing | Stop, MiddleDot) | (MiddleDot, Opening) => 0.25,
        _ => 0.0,
    };
    if full && adjacent > 0.0 { -adjacent * before.size.min(after.size) } else { 0.0 }
}

/// Of two adjacent marks, whether the second gives up its blank left part rather than the first its right.
pub(super) fn takes_left(before: &Cluster, after: &Cluster) -> bool {
    after.class == Class::Opening && matches!(before.class, Class::Opening | Class::MiddleDot)
}

/// Whether justification may add space between two clusters.
pub(super) fn stretches(before: &Cluster, after: &Cluster) -> bool {
    let (a, b) = (before.class, after.class);
    let inner = matches!(
        (a, b),
        (Class::Dash, Class::Dash)
            | (Class::Ellipsis, Class::Ellipsis)
            | (Class::Digit, Class::Suffix)
            | (Class::Prefix, Class::Digit)
            | (_, Class::Combining | Class::Ignorable | Class::Connector | Class::Solidus)
            | (Class::Connector | Class::Solidus | Class::Ignorable, _)
    );
    let word = |class: Class| {
        class.is_western() || matches!(class, Class::Hangul | Class::LatinClosing | Class::LatinOpening)
    };
    !(inner || word(a) && word(b))
}

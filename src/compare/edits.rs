//! Turns two texts into the edits that lead from one to the other, grouped as a reader would mark them.
//!
//! Numbers, dates and Latin words are never cut in two; short stretches that happen to be equal between two changes are
//! part of the change; an insertion begins after a mark of punctuation where it can.

use std::collections::BTreeMap;

use serde::Serialize;

use super::sequence::{Anchors, matches};
use super::tokens::tokens;

/// What happens to a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// It stands in both.
    Equal,
    /// It stands in the old text only.
    Delete,
    /// It stands in the new text only.
    Insert,
}

/// A stretch of text and what happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What happens.
    pub operation: Operation,
    /// Where, in characters (Unicode scalar values) from the beginning of the old text.
    pub old: usize,
    /// Where, in characters from the beginning of the new text.
    pub new: usize,
    /// The characters; never empty.
    pub text: String,
}

/// Edits that lead from `old` to `new`, in order, a deletion before an insertion at the same place. Equal and deleted
/// stretches together are `old`, equal and inserted ones `new`. Exchanged texts give exchanged edits.
pub(super) fn edits(old: &str, new: &str) -> Vec<Edit> {
    if old == new {
        return whole(old, Operation::Equal);
    }
    // The search prefers one side over the other: it always begins at the same.
    let exchanged = old > new;
    let (left, right) = if exchanged { (new, old) } else { (old, new) };
    let mut found = compare(&tokens(left), &tokens(right));
    if exchanged {
        for change in &mut found {
            std::mem::swap(&mut change.old, &mut change.new);
        }
    }
    written(&tokens(old), &tokens(new), &found)
}

/// One edit that holds all of `text`; none if there is none.
pub(super) fn whole(text: &str, operation: Operation) -> Vec<Edit> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![Edit { operation, old: 0, new: 0, text: text.to_owned() }]
}

/// A change: half-open ranges of tokens, of which one may be empty. What lies between changes is equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    old: (usize, usize),
    new: (usize, usize),
}

fn compare(old: &[&str], new: &[&str]) -> Vec<Change> {
    let mut names: BTreeMap<&str, u32> = BTreeMap::new();
    for token in old.iter().chain(new) {
        let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
        names.entry(token).or_insert(next);
    }
    let ids = |tokens: &[&str]| tokens.iter().map(|token| names[token]).collect::<Vec<u32>>();
    let (left, right) = (ids(old), ids(new));
    let mut changes = Vec::new();
    let mut from = (0, 0);
    for (i, j) in matches(&left, &right, Anchors::None).into_iter().chain([(old.len(), new.len())]) {
        if i > from.0 || j > from.1 {
            changes.push(Change { old: (from.0, i), new: (from.1, j) });
        }
        from = (i + 1, j + 1);
    }
    let changes = slid(old, new, changes);
    grouped(old, new, changes)
}

/// Number of pieces of a stretch that are not white space: a date weighs no more than a character.
fn weight(tokens: &[&str]) -> usize {
    tokens.iter().filter(|token| !token.trim().is_empty()).count()
}

/// Changes with the short equal stretches between them taken in: where the stretch is no longer than the changes on
/// either side, or where all that stays equal is too little to be the same sentence.
fn grouped(old: &[&str], new: &[&str], changes: Vec<Change>) -> Vec<Change> {
    /// A change of many words may be interrupted by a mark or a particle, but not by a phrase.
    const LONGEST: usize = 4;
    let size = |change: &Change| {
        weight(&old[change.old.0..change.old.1]).max(weight(&new[change.new.0..change.new.1]))
    };
    let mut grouped: Vec<(Change, usize)> = Vec::new();
    for change in changes {
        let mut change = change;
        let mut own = size(&change);
        while let Some(&(last, last_size)) = grouped.last() {
            let between = weight(&old[last.old.1..change.old.0]);
            if between > LONGEST || between > own || between > last_size {
                break;
            }
            grouped.pop();
            change = Change { old: (last.old.0, change.old.1), new: (last.new.0, change.new.1) };
            own = own + last_size + between;
        }
        grouped.push((change, own));
    }
    let changes: Vec<Change> = grouped.into_iter().map(|(change, _)| change).collect();
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return changes };
    let all = Change { old: (first.old.0, last.old.1), new: (first.new.0, last.new.1) };
    let changed: usize = changes.iter().map(size).sum();
    let kept = size(&all).saturating_sub(changed);
    // Three changes and more in which hardly anything stays: one text took the place of another.
    if changes.len() > 2 && kept * 3 < changed { vec![all] } else { changes }
}

/// Insertions and deletions that could stand a little earlier or later, put where a reader would look for them.
fn slid(old: &[&str], new: &[&str], mut changes: Vec<Change>) -> Vec<Change> {
    /// Tokens that a change may slide.
    const FARTHEST: usize = 400;
    for index in 0..changes.len() {
        let change = changes[index];
        let floor = if index > 0 { changes[index - 1].old.1 } else { 0 };
        let ceiling = changes.get(index + 1).map_or(old.len(), |next| next.old.0);
        // Only what was purely inserted or purely deleted can slide.
        let (tokens, range) = match (change.old.1 > change.old.0, change.new.1 > change.new.0) {
            (false, true) => (new, change.new),
            (true, false) => (old, change.old),
            _ => continue,
        };
        let before = (change.old.0 - floor).min(FARTHEST);
        let after = (ceiling - change.old.1).min(FARTHEST);
        let mut left = 0;
        while left < before && tokens[range.0 - 1 - left] == tokens[range.1 - 1 - left] {
            left += 1;
        }
        let mut right = 0;
        while right < after && tokens[range.0 + right] == tokens[range.1 + right] {
            right += 1;
        }
        // As a signed distance from the leftmost place.
        let worth = |place: usize| {
            let (begin, end) = (range.0 - left + place, range.1 - left + place);
            boundary(tokens, begin) + boundary(tokens, end)
        };
        let Some(best) = (0..=left + right).max_by_key(|&place| (worth(place), std::cmp::Reverse(place)))
        else {
            continue;
        };
        let shift = |range: (usize, usize)| (range.0 + best - left, range.1 + best - left);
        changes[index] = Change { old: shift(change.old), new: shift(change.new) };
    }
    changes
}

/// How natural a break before the token at `index` is.
fn boundary(tokens: &[&str], index: usize) -> u32 {
    let mark = |token: Option<&&str>| token.and_then(|token| token.chars().next());
    let (Some(before), Some(after)) =
        (index.checked_sub(1).and_then(|index| mark(tokens.get(index))), mark(tokens.get(index)))
    else {
        return 6;
    };
    match (before, after) {
        ('\n', _) => 6,
        ('。' | '；' | '！' | '？', _) => 5,
        ('，' | '：' | ',' | ';', _) => 4,
        ('、', _) | (_, '（' | '《' | '“') => 3,
        (_, '。' | '；' | '，' | '、' | '：') | ('）' | '》' | '”', _) => 2,
        (before, after) if before.is_ascii_alphanumeric() != after.is_ascii_alphanumeric() => 1,
        _ => 0,
    }
}

/// Changes as edits with their characters.
fn written(old: &[&str], new: &[&str], changes: &[Change]) -> Vec<Edit> {
    let mut edits = Writer::default();
    let mut from = 0;
    for change in changes {
        edits.push(Operation::Equal, &old[from..change.old.0]);
        edits.push(Operation::Delete, &old[change.old.0..change.old.1]);
        edits.push(Operation::Insert, &new[change.new.0..change.new.1]);
        from = change.old.1;
    }
    edits.push(Operation::Equal, &old[from..]);
    edits.done
}

#[derive(Default)]
struct Writer {
    done: Vec<Edit>,
    old: usize,
    new: usize,
}

impl Writer {
    fn push(&mut self, operation: Operation, tokens: &[&str]) {
        if tokens.is_empty() {
            return;
        }
        let text = tokens.concat();
        let length = text.chars().count();
        self.done.push(Edit { operation, old: self.old, new: self.new, text });
        if operation != Operation::Insert {
            self.old += length;
        }
        if operation != Operation::Delete {
            self.new += length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation, edits};

    /// The edits in the notation of the terminal.
    fn shown(old: &str, new: &str) -> String {
        edits(old, new)
            .iter()
            .map(|edit| match edit.operation {
                Operation::Equal => edit.text.clone(),
                Operation::Delete => format!("[-{}-]", edit.text),
                Operation::Insert => format!("{{+{}+}}", edit.text),
            })
            .collect()
    }

    #[test]
    fn one_character() {
        assert_eq!(shown("应当公布结果", "必须公布结果"), "[-应当-]{+必须+}公布结果");
        assert_eq!(shown("不得收费", "不能收费"), "不[-得-]{+能+}收费");
    }

    #[test]
    fn numbers_and_dates_stay_whole() {
        assert_eq!(
            shown("自2018年1月31日起，补助1,200元", "自2018年2月1日起，补助1,350元"),
            "自[-2018年1月31日-]{+2018年2月1日+}起，补助[-1,200-]{+1,350+}元"
        );
        assert_eq!(shown("增长3.5%", "增长3.6%"), "增长[-3.5%-]{+3.6%+}");
        assert_eq!(shown("三十五个工作日", "三十个工作日"), "[-三十五-]{+三十+}个工作日");
    }

    #[test]
    fn no_confetti() {
        assert_eq!(shown("按照甲的乙办理", "按照丙的丁办理"), "按照[-甲的乙-]{+丙的丁+}办理");
        assert_eq!(
            shown("各级人民政府应当加强领导", "有关部门会同财政机关另行制定办法"),
            "[-各级人民政府应当加强领导-]{+有关部门会同财政机关另行制定办法+}"
        );
    }

    #[test]
    fn an_insertion_stands_where_a_reader_would_put_it() {
        assert_eq!(shown("财政厅、民政厅", "财政厅、教育厅、民政厅"), "财政厅、{+教育厅、+}民政厅");
        assert_eq!(
            shown("县人民政府，市人民政府负责。", "县人民政府，乡人民政府，市人民政府负责。"),
            "县人民政府，{+乡人民政府，+}市人民政府负责。"
        );
    }

    #[test]
    fn offsets_count_characters() {
        let found = edits("甲😀乙丙", "甲😀丁丙");
        assert_eq!(
            found.iter().map(|edit| (edit.old, edit.new)).collect::<Vec<_>>(),
            [(0, 0), (2, 2), (3, 2), (3, 3)]
        );
    }
}

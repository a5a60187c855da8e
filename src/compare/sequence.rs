//! Turns two sequences of numbers into the pairs of equal elements that a shortest edit script keeps.
//!
//! Anchors on elements that occur once on either side (patience), then the greedy algorithm of Myers (“An O(ND)
//! Difference Algorithm and Its Variations”, 1986) between them. Both are cut off by counts of steps, never by a clock,
//! so that the same input gives the same pairs on any machine.

/// How often ranges may be split at anchors before Myers takes over; bounds the work at a multiple of the length.
const MOST_SPLITS: usize = 24;

/// Edit distance at which the search commits to the furthest path and begins anew from there.
const FARTHEST: usize = 256;

/// The same for sequences of at most [`SHORT`] elements, where a minimal script is worth more steps.
const FARTHEST_IN_SHORT: usize = 512;
const SHORT: usize = 4096;

/// Whether unique elements are paired first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchors {
    /// Right for clauses, of which most occur once.
    Unique,
    /// Right for characters, where uniqueness means nothing.
    None,
}

/// Half-open ranges of the two sequences that are still to be compared.
#[derive(Clone, Copy)]
struct Stretch {
    old: (usize, usize),
    new: (usize, usize),
    splits: usize,
}

/// Pairs of indices of equal elements, increasing on both sides. The numbers should be dense: memory is linear in the
/// largest.
pub(super) fn matches(old: &[u32], new: &[u32], anchors: Anchors) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut counts = Counts::new(old, new, anchors);
    let whole = Stretch { old: (0, old.len()), new: (0, new.len()), splits: 0 };
    let mut open = vec![whole];
    while let Some(stretch) = open.pop() {
        let Some(stretch) = trim(old, new, stretch, &mut pairs) else { continue };
        let unique = if anchors == Anchors::Unique && stretch.splits < MOST_SPLITS {
            counts.unique(old, new, stretch)
        } else {
            Vec::new()
        };
        if unique.is_empty() {
            myers(old, new, stretch, &mut pairs);
            continue;
        }
        let mut from = (stretch.old.0, stretch.new.0);
        let splits = stretch.splits + 1;
        for (left, right) in unique {
            pairs.push((left, right));
            open.push(Stretch { old: (from.0, left), new: (from.1, right), splits });
            from = (left + 1, right + 1);
        }
        open.push(Stretch { old: (from.0, stretch.old.1), new: (from.1, stretch.new.1), splits });
    }
    pairs.sort_unstable();
    pairs
}

/// Pairs what the ends of the stretch have in common; what is left between, unless one side is empty.
fn trim(old: &[u32], new: &[u32], stretch: Stretch, pairs: &mut Vec<(usize, usize)>) -> Option<Stretch> {
    let Stretch { old: (mut left, mut left_end), new: (mut right, mut right_end), splits } = stretch;
    while left < left_end && right < right_end && old[left] == new[right] {
        pairs.push((left, right));
        left += 1;
        right += 1;
    }
    while left < left_end && right < right_end && old[left_end - 1] == new[right_end - 1] {
        left_end -= 1;
        right_end -= 1;
        pairs.push((left_end, right_end));
    }
    (left < left_end && right < right_end).then_some(Stretch {
        old: (left, left_end),
        new: (right, right_end),
        splits,
    })
}

/// Occurrences of each number within a stretch, in arrays that are cleared after use rather than made anew.
struct Counts {
    old: Vec<u32>,
    new: Vec<u32>,
    place: Vec<usize>,
}

impl Counts {
    fn new(old: &[u32], new: &[u32], anchors: Anchors) -> Self {
        let largest = old.iter().chain(new).max().map_or(0, |&id| id as usize + 1);
        let size = if anchors == Anchors::Unique { largest } else { 0 };
        Self { old: vec![0; size], new: vec![0; size], place: vec![0; size] }
    }

    /// The longest increasing run of elements that occur once on either side of the stretch.
    fn unique(&mut self, old: &[u32], new: &[u32], stretch: Stretch) -> Vec<(usize, usize)> {
        let (left, right) = (stretch.old.0..stretch.old.1, stretch.new.0..stretch.new.1);
        for &id in &old[left.clone()] {
            self.old[id as usize] += 1;
        }
        for index in right.clone() {
            let id = new[index] as usize;
            self.new[id] += 1;
            self.place[id] = index;
        }
        let both: Vec<(usize, usize)> = left
            .clone()
            .filter(|&index| self.old[old[index] as usize] == 1 && self.new[old[index] as usize] == 1)
            .map(|index| (index, self.place[old[index] as usize]))
            .collect();
        for &id in old[left].iter().chain(&new[right]) {
            self.old[id as usize] = 0;
            self.new[id as usize] = 0;
        }
        longest_increasing(&both)
    }
}

/// The longest subsequence of `pairs` (increasing in the first number) that increases in the second.
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length, the index of the pair with the smallest end.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut chosen = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        chosen.push(pairs[index]);
        next = before[index];
    }
    chosen.reverse();
    chosen
}

/// Greedy search for the fewest insertions and deletions. Where they are more than the limit, the furthest path so far
/// is taken and the search begins anew at its end: each round costs at most the square of the limit and gets at least
/// the limit further, so that the whole is linear.
fn myers(old: &[u32], new: &[u32], stretch: Stretch, pairs: &mut Vec<(usize, usize)>) {
    let (mut left, mut right) = (&old[stretch.old.0..stretch.old.1], &new[stretch.new.0..stretch.new.1]);
    let mut offset = (stretch.old.0, stretch.new.0);
    let limit = if left.len() + right.len() <= SHORT { FARTHEST_IN_SHORT } else { FARTHEST };
    while !left.is_empty() && !right.is_empty() {
        let (x, y) = round(left, right, limit, offset, pairs);
        left = &left[x..];
        right = &right[y..];
        offset = (offset.0 + x, offset.1 + y);
    }
}

/// One round of the search: pushes the pairs on its path, returns how far it came.
fn round(
    left: &[u32],
    right: &[u32],
    limit: usize,
    offset: (usize, usize),
    pairs: &mut Vec<(usize, usize)>,
) -> (usize, usize) {
    // Diagonals are numbered from −distance to +distance; a row holds every second one.
    let mut rows: Vec<Vec<usize>> = Vec::new();
    let mut end = None;
    let farthest = limit.min(left.len() + right.len());
    for distance in 0..=farthest {
        let mut row = vec![0usize; distance + 1];
        for (step, reached) in row.iter_mut().enumerate() {
            // Diagonal k = 2·step − distance, x − y = k.
            let mut x = start_of(rows.last(), step, distance);
            let Some(mut y) = (x + distance).checked_sub(2 * step) else { continue };
            while x < left.len() && y < right.len() && left[x] == right[y] {
                x += 1;
                y += 1;
            }
            *reached = x;
            if x >= left.len() && y >= right.len() {
                end = Some((distance, step));
                break;
            }
        }
        rows.push(row);
        if end.is_some() {
            break;
        }
    }
    let (mut distance, mut step) = end.unwrap_or_else(|| furthest(&rows, left.len(), right.len()));
    let reached = {
        let x = rows[distance][step].min(left.len());
        (x, (rows[distance][step] + distance - 2 * step).min(right.len()))
    };
    loop {
        let x = rows[distance][step];
        let previous = distance.checked_sub(1).map(|shorter| &rows[shorter]);
        let from = start_of(previous, step, distance);
        for x in (from..x).rev() {
            pairs.push((offset.0 + x, offset.1 + x + distance - 2 * step));
        }
        let Some(shorter) = distance.checked_sub(1) else { return reached };
        // An insertion comes from diagonal k + 1, which has the same rank one row earlier.
        if !came_down(previous.map_or(&[], Vec::as_slice), step, distance) {
            step -= 1;
        }
        distance = shorter;
    }
}

/// Whether the best path to this diagonal comes from the one above it, by an insertion.
fn came_down(previous: &[usize], step: usize, distance: usize) -> bool {
    step == 0 || (step < distance && previous[step - 1] < previous[step])
}

/// Where the path enters a diagonal before it follows equal elements.
fn start_of(previous: Option<&Vec<usize>>, step: usize, distance: usize) -> usize {
    match previous {
        None => 0,
        Some(previous) if came_down(previous, step, distance) => previous[step],
        Some(previous) => previous[step - 1] + 1,
    }
}

/// The end that got furthest at the last distance within both sequences.
fn furthest(rows: &[Vec<usize>], left: usize, right: usize) -> (usize, usize) {
    let distance = rows.len() - 1;
    let progress = |step: usize| {
        let x = rows[distance][step];
        let y = (x + distance).checked_sub(2 * step)?;
        (x <= left && y <= right).then_some(x + y)
    };
    let step = (0..=distance).max_by_key(|&step| (progress(step), std::cmp::Reverse(step))).unwrap_or(0);
    (distance, step)
}

#[cfg(test)]
mod tests {
    use super::{Anchors, matches};

    fn ids(text: &str) -> Vec<u32> {
        text.bytes().map(|byte| u32::from(byte - b'a')).collect()
    }

    /// Length of the longest common subsequence by the textbook table.
    fn longest(old: &[u32], new: &[u32]) -> usize {
        let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
        for (i, a) in old.iter().enumerate() {
            for (j, b) in new.iter().enumerate() {
                table[i + 1][j + 1] =
                    if a == b { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        table[old.len()][new.len()]
    }

    #[test]
    fn keeps_as_much_as_the_textbook() {
        for (old, new) in
            [("abcabba", "cbabac"), ("", "abc"), ("abc", ""), ("aaaa", "aa"), ("abcd", "bd"), ("ab", "ba")]
        {
            let (old, new) = (ids(old), ids(new));
            let pairs = matches(&old, &new, Anchors::None);
            assert_eq!(pairs.len(), longest(&old, &new), "{old:?} {new:?} {pairs:?}");
            assert!(pairs.iter().all(|&(a, b)| old[a] == new[b]));
            assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
        }
    }

    #[test]
    fn random_sequences_too() {
        let mut seed = 7u32;
        let mut next = |n: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % n
        };
        for _ in 0..300 {
            let (a, b) = (next(40), next(40));
            let old: Vec<u32> = (0..a).map(|_| next(4)).collect();
            let new: Vec<u32> = (0..b).map(|_| next(4)).collect();
            let pairs = matches(&old, &new, Anchors::None);
            assert_eq!(pairs.len(), longest(&old, &new), "{old:?} {new:?}");
            for pairs in [pairs, matches(&old, &new, Anchors::Unique)] {
                assert!(pairs.iter().all(|&(a, b)| old[a] == new[b]));
                assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
            }
        }
    }

    #[test]
    fn sequences_without_anything_in_common_end_soon() {
        let old: Vec<u32> = (0..200_000).map(|n| n % 2).collect();
        let new: Vec<u32> = (0..200_000).map(|n| 2 + n % 3).collect();
        assert_eq!(matches(&old, &new, Anchors::Unique), vec![]);
        let new: Vec<u32> = (0..200_000).map(|n| n % 3).collect();
        assert!(matches(&old, &new, Anchors::Unique).len() > 60_000);
    }
}

//! Turns weighted pairs into those that stand in order on both sides and weigh most together.

/// Which of `pairs` (old, new, weight; sorted by old, then new) belong to the heaviest subsequence that strictly
/// increases on both sides. O(n log n).
pub(super) fn heaviest(pairs: &[(usize, usize, u64)]) -> Vec<bool> {
    let size = pairs.iter().map(|pair| pair.1 + 1).max().unwrap_or(0);
    // A Fenwick tree over the new side: the heaviest subsequence that ends at or before a place, with its last pair.
    let mut tree: Vec<(u64, Option<usize>)> = vec![(0, None); size + 1];
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    let mut best = (0, None);
    let mut begin = 0;
    while begin < pairs.len() {
        let end = begin + pairs[begin..].partition_point(|pair| pair.0 == pairs[begin].0);
        // The largest first, so that pairs of the same old item never follow each other.
        for index in (begin..end).rev() {
            let (_, new, weight) = pairs[index];
            let mut found = (0, None);
            let mut place = new;
            while place > 0 {
                if tree[place].0 > found.0 {
                    found = tree[place];
                }
                place &= place - 1;
            }
            before[index] = found.1;
            let total = found.0 + weight;
            let mut place = new + 1;
            while place < tree.len() {
                if total > tree[place].0 {
                    tree[place] = (total, Some(index));
                }
                place += place & place.wrapping_neg();
            }
            if total > best.0 {
                best = (total, Some(index));
            }
        }
        begin = end;
    }
    let mut kept = vec![false; pairs.len()];
    let mut next = best.1;
    while let Some(index) = next {
        kept[index] = true;
        next = before[index];
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::heaviest;

    #[test]
    fn the_heaviest_run_wins_over_the_longest() {
        let kept = heaviest(&[(0, 2, 10), (1, 0, 3), (2, 1, 3)]);
        assert_eq!(kept, [true, false, false]);
        // Of the candidates of one old item only one is taken.
        let kept = heaviest(&[(0, 0, 3), (0, 1, 5), (1, 1, 4)]);
        assert_eq!(kept, [true, false, true]);
    }
}

//! Turns two lists of clauses (or rows, or columns) into pairs that are the same clause in either version.
//!
//! From the certain to the likely: the same words in the same order; the same words but for the number before them;
//! the same words elsewhere; like words in the same gap between pairs; like words elsewhere. What is then left was added
//! or deleted. Every step is bounded by a multiple of the number of items, whatever they hold.

use super::heaviest::heaviest;
use super::sequence::{Anchors, matches};
use super::signature::Signature;

/// Likeness from which two clauses in the same gap are the same clause, changed.
const ALIKE: u32 = 430;
/// Likeness from which a clause elsewhere is the same clause, moved and changed.
const ALIKE_ELSEWHERE: u32 = 620;
/// Length from which the same words elsewhere are a moved clause and not two clauses that happen to say the same.
const LONG_ENOUGH_TO_MOVE: usize = 5;
/// The same for words that changed on the way.
const LONG_ENOUGH_TO_MOVE_CHANGED: usize = 10;
/// Gaps of at most this many possible pairs are weighed pair by pair.
const SMALL: usize = 4096;
/// Clauses with the same hash that are looked at for one clause.
const NEAREST: usize = 8;

/// What one item is compared by.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Equal exactly when the items say the same.
    pub id: u32,
    /// Equal when they say the same but for the number before it; 0 if there is nothing but a number.
    pub unnumbered: u32,
    /// Items of different classes are never the same (a note, a paragraph).
    pub class: u8,
    /// Its words.
    pub signature: Signature,
    /// Number of its characters.
    pub length: usize,
    /// What marks its place whatever it says, such as a role or an article's number; 0 if nothing does.
    pub slot: u32,
    /// What having the same slot is worth, in thousandths of likeness.
    pub slot_worth: u32,
}

impl Item {
    /// How much two items are the same, from 0.
    fn score(&self, other: &Self) -> u32 {
        if self.class != other.class {
            return 0;
        }
        let slot = if self.slot != 0 && self.slot == other.slot { self.slot_worth } else { 0 };
        self.signature.likeness(&other.signature) + slot
    }
}

/// A pair of indices and whether it stands out of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub old: usize,
    pub new: usize,
    pub moved: bool,
}

/// The pairs, in the order of `new`. Every item is in one pair at most. With `old` and `new` exchanged the pairs are
/// the same, exchanged.
pub(super) fn pair(old: &[Item], new: &[Item]) -> Vec<Pair> {
    // The search is not symmetric; so that the result is, it always begins at the same side.
    let ids = |items: &[Item]| items.iter().map(|item| item.id).collect::<Vec<u32>>();
    let mut pairs = if ids(old) <= ids(new) {
        Search::new(old, new).run()
    } else {
        let pairs = Search::new(new, old).run();
        pairs.into_iter().map(|pair| Pair { old: pair.new, new: pair.old, ..pair }).collect()
    };
    pairs.sort_unstable_by_key(|pair| pair.new);
    pairs
}

struct Search<'a> {
    old: &'a [Item],
    new: &'a [Item],
    /// Partner of each old item.
    of_old: Vec<Option<usize>>,
    /// Partner of each new item.
    of_new: Vec<Option<usize>>,
    /// The pairs in order, ascending on both sides.
    spine: Vec<(usize, usize)>,
}

impl<'a> Search<'a> {
    fn new(old: &'a [Item], new: &'a [Item]) -> Self {
        Self { old, new, of_old: vec![None; old.len()], of_new: vec![None; new.len()], spine: Vec::new() }
    }

    fn run(mut self) -> Vec<Pair> {
        self.same_in_order();
        self.unnumbered_in_gaps();
        self.same_elsewhere(|item| item.id);
        self.same_elsewhere(|item| item.unnumbered);
        self.alike_in_gaps();
        self.alike_elsewhere();
        self.finish()
    }

    fn join(&mut self, old: usize, new: usize) {
        self.of_old[old] = Some(new);
        self.of_new[new] = Some(old);
    }

    fn same_in_order(&mut self) {
        let ids = |items: &[Item]| items.iter().map(|item| item.id).collect::<Vec<u32>>();
        for (old, new) in matches(&ids(self.old), &ids(self.new), Anchors::Unique) {
            self.join(old, new);
            self.spine.push((old, new));
        }
    }

    /// The items without partner between two neighbours of the spine.
    fn gaps(&self) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut gaps = Vec::new();
        let mut from = (0, 0);
        for &(old, new) in self.spine.iter().chain([&(self.old.len(), self.new.len())]) {
            let free_old: Vec<usize> = (from.0..old).filter(|&index| self.of_old[index].is_none()).collect();
            let free_new: Vec<usize> = (from.1..new).filter(|&index| self.of_new[index].is_none()).collect();
            if !free_old.is_empty() && !free_new.is_empty() {
                gaps.push((free_old, free_new));
            }
            from = (old + 1, new + 1);
        }
        gaps
    }

    fn join_in_order(&mut self, pairs: Vec<(usize, usize)>) {
        for &(old, new) in &pairs {
            self.join(old, new);
        }
        self.spine.extend(pairs);
        self.spine.sort_unstable();
    }

    fn unnumbered_in_gaps(&mut self) {
        let mut found = Vec::new();
        for (free_old, free_new) in self.gaps() {
            // Numbers without words are not the same as anything: each gets a number of its own.
            let mut own = 0;
            let mut ids = |items: &[Item], free: &[usize]| -> Vec<u32> {
                free.iter()
                    .map(|&index| match items[index].unnumbered {
                        0 => {
                            own += 1;
                            u32::MAX - own
                        }
                        id => id,
                    })
                    .collect()
            };
            let left = ids(self.old, &free_old);
            let [old, new] = dense(left, ids(self.new, &free_new));
            found.extend(
                matches(&old, &new, Anchors::Unique).into_iter().map(|(i, j)| (free_old[i], free_new[j])),
            );
        }
        self.join_in_order(found);
    }

    /// Items with the same key, first with first.
    fn same_elsewhere(&mut self, key: impl Fn(&Item) -> u32) {
        let long = |item: &Item| item.length >= LONG_ENOUGH_TO_MOVE;
        let free = |items: &[Item], partner: &[Option<usize>]| {
            let mut free: Vec<(u32, usize)> = (0..items.len())
                .filter(|&index| partner[index].is_none() && long(&items[index]))
                .map(|index| (key(&items[index]), index))
                .filter(|&(key, _)| key != 0)
                .collect();
            free.sort_unstable();
            free
        };
        let (old, new) = (free(self.old, &self.of_old), free(self.new, &self.of_new));
        let (mut i, mut j) = (0, 0);
        while i < old.len() && j < new.len() {
            match old[i].0.cmp(&new[j].0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    if self.old[old[i].1].class == self.new[new[j].1].class {
                        self.join(old[i].1, new[j].1);
                    }
                    i += 1;
                    j += 1;
                }
            }
        }
    }

    fn alike_in_gaps(&mut self) {
        let mut found = Vec::new();
        for (free_old, free_new) in self.gaps() {
            if free_old.len() * free_new.len() <= SMALL {
                found.extend(self.weigh_all(&free_old, &free_new));
            } else {
                let mut candidates = self.candidates(&free_old, &free_new);
                // In a table whose numbers all changed, the rows at the same place are the best guess.
                if free_old.len() == free_new.len() {
                    candidates.extend(free_old.iter().zip(&free_new).map(|(&old, &new)| (old, new)));
                }
                candidates.sort_unstable();
                candidates.dedup();
                let weighed: Vec<(usize, usize, u64)> = candidates
                    .into_iter()
                    .map(|(old, new)| (old, new, self.old[old].score(&self.new[new])))
                    .filter(|candidate| candidate.2 >= ALIKE)
                    .map(|(old, new, score)| (old, new, gain(score)))
                    .collect();
                let kept = heaviest(&weighed);
                found.extend(
                    weighed.iter().zip(kept).filter(|(_, kept)| *kept).map(|(&(old, new, _), _)| (old, new)),
                );
            }
        }
        self.join_in_order(found);
    }

    /// The pairs in order with the greatest sum of likeness (Needleman and Wunsch, 1970).
    fn weigh_all(&self, free_old: &[usize], free_new: &[usize]) -> Vec<(usize, usize)> {
        let (rows, columns) = (free_old.len(), free_new.len());
        let mut gains = vec![0u64; rows * columns];
        for (i, &old) in free_old.iter().enumerate() {
            for (j, &new) in free_new.iter().enumerate() {
                let score = self.old[old].score(&self.new[new]);
                gains[i * columns + j] = if score >= ALIKE { gain(score) } else { 0 };
            }
        }
        let mut best = vec![0u64; (rows + 1) * (columns + 1)];
        let at = |i: usize, j: usize| i * (columns + 1) + j;
        for i in (0..rows).rev() {
            for j in (0..columns).rev() {
                let here = gains[i * columns + j];
                let both = if here > 0 { here + best[at(i + 1, j + 1)] } else { 0 };
                best[at(i, j)] = both.max(best[at(i + 1, j)]).max(best[at(i, j + 1)]);
            }
        }
        let (mut i, mut j) = (0, 0);
        let mut pairs = Vec::new();
        while i < rows && j < columns {
            let here = gains[i * columns + j];
            if here > 0 && best[at(i, j)] == here + best[at(i + 1, j + 1)] {
                pairs.push((free_old[i], free_new[j]));
                i += 1;
                j += 1;
            } else if best[at(i, j)] == best[at(i + 1, j)] {
                i += 1;
            } else {
                j += 1;
            }
        }
        pairs
    }

    /// Pairs that share one of their smallest hashes, a bounded number for each old item.
    fn candidates(&self, free_old: &[usize], free_new: &[usize]) -> Vec<(usize, usize)> {
        let mut index: Vec<(u64, usize)> = free_new
            .iter()
            .enumerate()
            .flat_map(|(rank, &new)| self.new[new].signature.smallest().iter().map(move |&hash| (hash, rank)))
            .collect();
        index.sort_unstable();
        let mut candidates = Vec::new();
        for (rank, &old) in free_old.iter().enumerate() {
            // Of many with the same hash, those at about the same place.
            let place = rank * free_new.len() / free_old.len();
            for &hash in self.old[old].signature.smallest() {
                let begin = index.partition_point(|entry| entry.0 < hash);
                let end = begin + index[begin..].partition_point(|entry| entry.0 == hash);
                let near = begin + index[begin..end].partition_point(|entry| entry.1 < place);
                let from = near.saturating_sub(NEAREST / 2).max(begin);
                let to = (from + NEAREST).min(end);
                candidates.extend(index[from..to].iter().map(|&(_, rank)| (old, free_new[rank])));
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    fn alike_elsewhere(&mut self) {
        let free = |items: &[Item], partner: &[Option<usize>]| -> Vec<usize> {
            (0..items.len())
                .filter(|&index| {
                    partner[index].is_none() && items[index].length >= LONG_ENOUGH_TO_MOVE_CHANGED
                })
                .collect()
        };
        let (free_old, free_new) = (free(self.old, &self.of_old), free(self.new, &self.of_new));
        if free_old.is_empty() || free_new.is_empty() {
            return;
        }
        let mut weighed: Vec<(u32, usize, usize)> = self
            .candidates(&free_old, &free_new)
            .into_iter()
            .filter(|&(old, new)| self.old[old].class == self.new[new].class)
            .map(|(old, new)| (self.old[old].signature.likeness(&self.new[new].signature), old, new))
            .filter(|candidate| candidate.0 >= ALIKE_ELSEWHERE)
            .collect();
        weighed.sort_unstable_by_key(|&(score, old, new)| {
            (std::cmp::Reverse(score), old.abs_diff(new), old, new)
        });
        for (_, old, new) in weighed {
            if self.of_old[old].is_none() && self.of_new[new].is_none() {
                self.join(old, new);
            }
        }
    }

    /// All pairs; those outside the heaviest run in order have moved, so that a line moves past a page rather than the
    /// page past the line.
    fn finish(self) -> Vec<Pair> {
        let pairs: Vec<(usize, usize, u64)> = self
            .of_old
            .iter()
            .enumerate()
            .filter_map(|(old, new)| new.map(|new| (old, new, self.old[old].length as u64 + 1)))
            .collect();
        let in_order = heaviest(&pairs);
        pairs
            .into_iter()
            .zip(in_order)
            .map(|((old, new, _), in_order)| Pair { old, new, moved: !in_order })
            .collect()
    }
}

/// What a pair of this score is worth: a good pair more than two doubtful ones.
fn gain(score: u32) -> u64 {
    u64::from(score.saturating_sub(ALIKE - 130)).max(1)
}

/// The same numbers renamed from 0 upwards.
fn dense(old: Vec<u32>, new: Vec<u32>) -> [Vec<u32>; 2] {
    let mut all: Vec<u32> = old.iter().chain(&new).copied().collect();
    all.sort_unstable();
    all.dedup();
    let rename = |ids: Vec<u32>| {
        ids.into_iter()
            .map(|id| u32::try_from(all.partition_point(|&other| other < id)).unwrap_or(0))
            .collect()
    };
    [rename(old), rename(new)]
}

#[cfg(test)]
mod tests {
    use super::{Item, Pair, pair};
    use crate::compare::numbering;
    use crate::compare::signature::{Signature, hash};

    fn items(texts: &[&str]) -> Vec<Item> {
        let id = |text: &str| u32::try_from(hash(text) % 10_007).unwrap_or(0) + 1;
        texts
            .iter()
            .map(|text| Item {
                id: id(text),
                unnumbered: id(numbering::split(text).2),
                class: 0,
                signature: Signature::of(text),
                length: text.chars().count(),
                slot: 0,
                slot_worth: 0,
            })
            .collect()
    }

    /// The partner of each new item, `!` before one that moved.
    fn partners(old: &[&str], new: &[&str]) -> Vec<String> {
        let pairs = pair(&items(old), &items(new));
        let mirrored = pair(&items(new), &items(old));
        let mut back: Vec<Pair> =
            mirrored.into_iter().map(|pair| Pair { old: pair.new, new: pair.old, ..pair }).collect();
        back.sort_unstable_by_key(|pair| pair.new);
        assert_eq!(pairs, back, "exchanged arguments exchange the pairs");
        (0..new.len())
            .map(|index| match pairs.iter().find(|pair| pair.new == index) {
                None => "+".to_owned(),
                Some(pair) => format!("{}{}", if pair.moved { "!" } else { "" }, pair.old),
            })
            .collect()
    }

    #[test]
    fn an_inserted_clause_renumbers_those_after_it() {
        let old = ["一、加强组织领导", "二、落实工作责任", "三、强化监督检查"];
        let new = ["一、加强组织领导", "二、完善制度体系", "三、落实工作责任", "四、强化监督检查"];
        assert_eq!(partners(&old, &new), ["0", "+", "1", "2"]);
    }

    #[test]
    fn the_shorter_of_two_exchanged_clauses_moved() {
        let old =
            ["开头的话在这里", "这是较短的一段话", "这是比上面那一段要长得多的另一段话", "结尾的话在这里"];
        let new = [old[0], old[2], old[1], old[3]];
        assert_eq!(partners(&old, &new), ["0", "2", "!1", "3"]);
    }

    #[test]
    fn a_clause_may_move_and_change() {
        let old = ["各县区人民政府应当定期公布检查结果", "甲乙丙丁戊己庚辛", "子丑寅卯辰巳午未申酉"];
        let new = [old[1], old[2], "各县区人民政府必须定期公布检查结果"];
        assert_eq!(partners(&old, &new), ["1", "2", "!0"]);
    }

    #[test]
    fn unlike_clauses_are_no_pair() {
        assert_eq!(partners(&["各县区人民政府应当定期公布"], &["本办法自公布之日起施行"]), ["+"]);
    }
}

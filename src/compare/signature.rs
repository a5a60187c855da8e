//! Turns a text into a sketch of bounded size by which two texts are told alike.

/// Most hashes kept. Up to this many pairs of characters the likeness is exact, beyond it is estimated from the
/// smallest hashes of both (bottom-k sampling), so that a comparison never costs more however long the texts are.
const LARGEST: usize = 256;

/// The pairs of adjacent characters of a text, as hashes in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Signature {
    hashes: Vec<u64>,
    /// Number of pairs before the sketch was cut.
    pairs: usize,
}

impl Signature {
    /// Of a text. White space does not count; the text's ends do.
    pub(super) fn of(text: &str) -> Self {
        let mut pairs = Vec::with_capacity(text.len() / 3 + 1);
        let mut before = 0;
        for character in text.chars().filter(|character| !character.is_whitespace()) {
            pairs.push(before << 21 | u64::from(character));
            before = u64::from(character);
        }
        if before != 0 {
            pairs.push(before << 21);
        }
        Self::of_elements(pairs)
    }

    /// Of a bag of numbers.
    pub(super) fn of_elements(mut elements: Vec<u64>) -> Self {
        elements.sort_unstable();
        let mut repetition = 0u64;
        let mut hashes = Vec::with_capacity(elements.len());
        for (index, &element) in elements.iter().enumerate() {
            // The second occurrence of a pair matches a second occurrence only.
            repetition = if index > 0 && elements[index - 1] == element { repetition + 1 } else { 0 };
            hashes.push(mixed(mixed(element).wrapping_add(repetition)));
        }
        hashes.sort_unstable();
        let pairs = hashes.len();
        hashes.truncate(LARGEST);
        hashes.shrink_to_fit();
        Self { hashes, pairs }
    }

    /// Likeness of two texts in thousandths (coefficient of Dice): 0 for nothing in common, 1000 for the same pairs.
    pub(super) fn likeness(&self, other: &Self) -> u32 {
        let (a, b) = (&self.hashes, &other.hashes);
        let whole = self.pairs + other.pairs;
        if whole == 0 {
            return 1000;
        }
        let exact = self.pairs <= LARGEST && other.pairs <= LARGEST;
        let (mut i, mut j, mut common, mut seen) = (0, 0, 0, 0);
        while i < a.len() && j < b.len() && (exact || seen < LARGEST) {
            seen += 1;
            match a[i].cmp(&b[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    common += 1;
                    i += 1;
                    j += 1;
                }
            }
        }
        let dice = if exact {
            2000 * common / whole
        } else {
            // Jaccard's coefficient J among the smallest hashes of the union; Dice's is 2J / (1 + J).
            let union = seen + if seen < LARGEST { a.len() - i + b.len() - j } else { 0 };
            2000 * common / (union.min(LARGEST).max(seen) + common).max(1)
        };
        u32::try_from(dice).unwrap_or(1000).min(1000)
    }

    /// Its few smallest hashes: texts that are much alike nearly always share one.
    pub(super) fn smallest(&self) -> &[u64] {
        &self.hashes[..self.hashes.len().min(8)]
    }
}

/// A hash of a text, the same on every machine (FNV-1a, 64 bits).
pub(super) fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Spreads the bits of a number (the finaliser of `SplitMix64`).
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::Signature;

    fn likeness(a: &str, b: &str) -> u32 {
        Signature::of(a).likeness(&Signature::of(b))
    }

    #[test]
    fn from_nothing_to_the_same() {
        assert_eq!(likeness("依法治国", "依法治国"), 1000);
        assert_eq!(likeness("依法治国", "依 法治国"), 1000);
        assert_eq!(likeness("依法治国", "甲乙丙丁"), 0);
        assert_eq!(likeness("", ""), 1000);
        // ^依 依法 法治 治国 国$ against ^依 依法 法行 行政 政$.
        assert_eq!(likeness("依法治国", "依法行政"), 400);
    }

    #[test]
    fn long_texts_are_estimated_well() {
        let letter = |n: u32| char::from_u32(0x4e00 + n * 7 % 5000).unwrap_or('一');
        let old: String = (0..4000).map(letter).collect();
        let new: String = (0..4000).map(|n| if n % 40 == 0 { '某' } else { letter(n) }).collect();
        let found = likeness(&old, &new);
        assert!((900..=980).contains(&found), "{found}");
    }
}

//! Says which objects are looked at.

use crate::archive::store::ObjectId;
use crate::document::sha256;

/// Which objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All.
    All,
    /// This share of them, in millionths, chosen by the seed: the same seed chooses the same objects of the same store,
    /// and each object on its own, so that new ones do not change what else is chosen.
    Sample {
        /// Millionths, up to 1,000,000.
        share: u32,
        /// Any number.
        seed: u64,
    },
    /// One.
    Object(ObjectId),
}

impl Selection {
    /// Whether the object in this folder is one of them. [`Selection::Object`] is found by its folder.
    pub(super) fn takes(&self, folder: &str) -> bool {
        let Self::Sample { share, seed } = self else { return true };
        let digest = sha256(format!("{seed} {folder}").as_bytes());
        let drawn = u64::from_str_radix(&digest[..15], 16).unwrap_or(0);
        // 15 digits are 60 bits.
        let bound = (u128::from(*share) << 60) / 1_000_000;
        u128::from(drawn) < bound
    }

    /// In words for the report: `all`, `5 % (seed 7)`, the identifier.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Sample { share, seed } => {
                let percent = format!("{}.{:04}", share / 10_000, share % 10_000);
                let percent = percent.trim_end_matches('0').trim_end_matches('.');
                format!("{percent} % (seed {seed})")
            }
            Self::Object(id) => id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Selection;

    #[test]
    fn a_sample_is_about_its_share_and_always_the_same() {
        let chosen = |share, seed| {
            let selection = Selection::Sample { share, seed };
            (0..10_000).filter(|number| selection.takes(&format!("objects/{number}"))).collect::<Vec<_>>()
        };
        let some = chosen(50_000, 7);
        assert!((400..600).contains(&some.len()), "{}", some.len());
        assert_eq!(some, chosen(50_000, 7));
        assert_ne!(some, chosen(50_000, 8));
        assert_eq!(chosen(1_000_000, 7).len(), 10_000);
        assert_eq!(chosen(0, 7).len(), 0);
    }

    #[test]
    fn a_share_is_told_in_percent() {
        assert_eq!(Selection::Sample { share: 50_000, seed: 7 }.words(), "5 % (seed 7)");
        assert_eq!(Selection::Sample { share: 1_500, seed: 0 }.words(), "0.15 % (seed 0)");
    }
}

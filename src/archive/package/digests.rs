//! Turns bytes into the three message digests that a package records of each file.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha512};
use sm3::Sm3;

/// Bytes taken at a time: they are still in the processor's cache when the next function wants them.
const BLOCK: usize = 16 << 10;

/// Size and digests of a file, the digests in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digests {
    /// Number of bytes.
    pub bytes: u64,
    /// SHA-256 (FIPS 180-4).
    pub sha256: String,
    /// SM3 (GB/T 32905-2016).
    pub sm3: String,
    /// SHA-512 (FIPS 180-4).
    pub sha512: String,
}

impl Digests {
    /// All of them, in one pass over `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let (mut sha256, mut sm3, mut sha512) = (Sha256::new(), Sm3::new(), Sha512::new());
        for block in bytes.chunks(BLOCK) {
            sha256.update(block);
            sm3.update(block);
            sha512.update(block);
        }
        Self {
            bytes: bytes.len() as u64,
            sha256: hexadecimal(&sha256.finalize()),
            sm3: hexadecimal(&sm3.finalize()),
            sha512: hexadecimal(&sha512.finalize()),
        }
    }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Digests;

    #[test]
    fn agree_with_the_standards() {
        let digests = Digests::of(b"abc");
        assert_eq!(digests.bytes, 3);
        // FIPS 180-4 and GB/T 32905-2016, appendix A.1.
        assert_eq!(digests.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digests.sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        assert!(digests.sha512.starts_with("ddaf35a193617abacc417349ae204131"));
    }

    #[test]
    fn blocks_do_not_show() {
        let long = vec![7; super::BLOCK * 2 + 1];
        assert_eq!(Digests::of(&long).sha256, crate::document::sha256(&long));
    }
}

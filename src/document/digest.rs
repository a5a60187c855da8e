//! Turns bytes into the digest by which they are known.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The lower-case hexadecimal SHA-256 (FIPS 180-4) of `bytes`, 64 characters.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn agrees_with_the_standard() {
        // FIPS 180-4, example “abc”.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(super::sha256(b"abc"), expected);
    }
}

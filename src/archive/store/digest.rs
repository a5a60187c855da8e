//! Turns bytes into digests in lower-case hexadecimal.

use sha2::{Digest, Sha256, Sha512};

/// The beginning of the SHA-256 of `text`: enough to tell any two texts apart, and short where many are remembered.
pub(crate) fn short_key(text: &str) -> [u8; 16] {
    let mut key = [0; 16];
    for (byte, digest) in key.iter_mut().zip(Sha256::digest(text.as_bytes())) {
        *byte = digest;
    }
    key
}

/// SHA-512, 128 digits: the content addressing of OCFL.
pub(crate) fn sha512(bytes: &[u8]) -> String {
    hexadecimal(&Sha512::digest(bytes))
}

/// SHA-256, 64 digits: the fixity block, the layout and the event log.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

/// Whether `text` is `length` lower-case hexadecimal digits.
pub(crate) fn is_hexadecimal(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{is_hexadecimal, sha256, sha512};

    #[test]
    fn digests_of_nothing_are_those_of_fips_180_4() {
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert!(sha512(b"").starts_with("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"));
        assert!(is_hexadecimal(&sha512(b""), 128));
    }

    #[test]
    fn upper_case_and_wrong_lengths_are_no_digest() {
        assert!(!is_hexadecimal("ABCDEF", 6));
        assert!(!is_hexadecimal("abc", 4));
    }
}

//! Turns what a record is about into an identifier that is the same whenever the record is written again.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// A UUID of version 8 (RFC 9562, 5.8) from the SHA-256 of `parts`, each with its length.
pub(super) fn uuid(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes: Vec<u8> = hash.finalize().iter().copied().take(16).collect();
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let mut uuid = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            uuid.push('-');
        }
        // Writing to a string cannot fail.
        let _ = write!(uuid, "{byte:02x}");
    }
    uuid
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn has_the_form_of_version_8_and_depends_on_every_part() {
        let one = uuid(&["https://www.gd.gov.cn/", "page"]);
        assert_eq!(one.len(), 36);
        assert_eq!((&one[8..9], &one[14..15]), ("-", "8"));
        assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"));
        assert_eq!(one, uuid(&["https://www.gd.gov.cn/", "page"]));
        assert_ne!(uuid(&["ab", "c"]), uuid(&["a", "bc"]));
    }
}

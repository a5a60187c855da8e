//! Compares bytes with the digests that a WARC record states of them: `sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ`.

mod blocks;
mod md5;
mod sha1;

use sha2::{Digest, Sha256, Sha512};

/// Whether `claim` is the digest of `parts` one after the other; `None` where it is of an algorithm or in a form that is
/// not known, which says nothing.
///
/// ISO 28500 (5.8, 5.9) fixes neither algorithm nor form. SHA-1 in Base32 is what most tools write; others write hexadecimal
/// digits, or Base64.
pub(super) fn agrees(claim: &str, parts: &[&[u8]]) -> Option<bool> {
    let (algorithm, value) = claim.split_once(':')?;
    let digest = match algorithm.trim().to_ascii_lowercase().replace('-', "").as_str() {
        "md5" => md5::md5(parts).to_vec(),
        "sha1" => sha1::sha1(parts).to_vec(),
        "sha256" => of::<Sha256>(parts),
        "sha512" => of::<Sha512>(parts),
        _ => return None,
    };
    let claimed = bytes(value.trim().trim_end_matches('='), digest.len())?;
    Some(claimed == digest)
}

fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().to_vec()
}

/// The `length` bytes that `text` writes: its own length tells in which digits.
fn bytes(text: &str, length: usize) -> Option<Vec<u8>> {
    let bits = [4, 5, 6].into_iter().find(|bits| text.len() == (8 * length).div_ceil(*bits))?;
    let mut bytes = Vec::with_capacity(length);
    let (mut held, mut count) = (0_u32, 0);
    for character in text.bytes() {
        held = held << bits | digit(character, bits)?;
        count += bits;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count & 0xFF) as u8);
        }
    }
    Some(bytes)
}

/// The value of a digit of `bits` bits (RFC 4648: Base16, Base32, and Base64 with either alphabet).
fn digit(character: u8, bits: usize) -> Option<u32> {
    let value = match (bits, character) {
        (4, _) => return char::from(character).to_digit(16),
        (5 | 6, b'A'..=b'Z') => character - b'A',
        (5, b'a'..=b'z') => character - b'a',
        (5, b'2'..=b'7') => character - b'2' + 26,
        (6, b'a'..=b'z') => character - b'a' + 26,
        (6, b'0'..=b'9') => character - b'0' + 52,
        (6, b'+' | b'-') => 62,
        (6, b'/' | b'_') => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::agrees;

    /// Of `abc`, in each form that is known.
    const OF_ABC: [&str; 8] = [
        "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5",
        "SHA-1:a9993e364706816aba3e25717850c26c9cd0d89d",
        "sha1:qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
        "md5:900150983cd24fb0d6963f7d28e17f72",
        "md5:SAAVBGB42JH3BVUWH56SRYL7OI======",
        "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "sha-256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
        "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ];

    #[test]
    fn a_digest_is_known_in_each_form() {
        for claim in OF_ABC {
            assert_eq!(agrees(claim, &[b"a", b"bc"]), Some(true), "{claim}");
            assert_eq!(agrees(claim, &[b"abd"]), Some(false), "{claim}");
        }
    }

    #[test]
    fn what_is_not_known_says_nothing() {
        for claim in ["", "abc", "sha3:AAAA", "sha1:", "sha1:AAAA", "sha1:1GMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"] {
            assert_eq!(agrees(claim, &[b"abc"]), None, "{claim}");
        }
    }
}

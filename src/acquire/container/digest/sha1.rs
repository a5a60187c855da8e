//! SHA-1 (RFC 3174).
//!
//! Most WARC files state their digests in it. It is written out here because nothing that this program depends on has it to
//! give. It finds damage; against someone who means to deceive it is no proof, and nothing of ours is named by it.

use super::blocks::padded;

/// The digest of `parts` one after the other.
pub(super) fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    let mut state = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    padded(parts, u64::to_be_bytes, |block| compress(&mut state, block));
    let mut digest = [0; 20];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

#[allow(clippy::many_single_char_names, reason = "the letters of RFC 3174, 6.1")]
fn compress(state: &mut [u32; 5], block: &[u8; 64]) {
    let mut words = [0_u32; 80];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    for at in 16..80 {
        words[at] = (words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1);
    }
    let [mut a, mut b, mut c, mut d, mut e] = *state;
    for (at, word) in words.into_iter().enumerate() {
        let (mixed, constant) = match at {
            0..20 => ((b & c) | (!b & d), 0x5A82_7999),
            20..40 => (b ^ c ^ d, 0x6ED9_EBA1),
            40..60 => ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC),
            _ => (b ^ c ^ d, 0xCA62_C1D6_u32),
        };
        let sum = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e);
        let next = sum.wrapping_add(word).wrapping_add(constant);
        (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
    }
    for (kept, new) in state.iter_mut().zip([a, b, c, d, e]) {
        *kept = kept.wrapping_add(new);
    }
}

#[cfg(test)]
mod tests {
    use super::sha1;

    fn hex(parts: &[&[u8]]) -> String {
        sha1(parts).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn agrees_with_the_vectors_of_rfc_3174() {
        assert_eq!(hex(&[b"abc"]), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let second = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(hex(&[second]), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
        assert_eq!(hex(&[&vec![b'a'; 1_000_000]]), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
        let fourth = b"01234567".repeat(80);
        assert_eq!(hex(&[&fourth]), "dea356a2cddd90c7a7ecedc5ebb563934f460452");
    }

    #[test]
    fn where_a_message_is_cut_makes_no_difference() {
        let message: Vec<u8> = (0..=255).collect();
        for length in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 256] {
            let message = &message[..length];
            for at in 0..=length {
                let (a, b) = message.split_at(at);
                assert_eq!(sha1(&[a, b]), sha1(&[message]), "{length} bytes cut at {at}");
            }
        }
        assert_eq!(hex(&[]), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }
}

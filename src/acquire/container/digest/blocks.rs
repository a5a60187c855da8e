//! Cuts a message into the blocks of 64 bytes that MD5 and SHA-1 work on, its end padded.

/// Gives `take` each block of `parts` one after the other. The length in bits, as `length_bytes` writes it, is the end of
/// the last (RFC 1321, 3.1 and 3.2; RFC 3174, 4).
pub(super) fn padded(parts: &[&[u8]], length_bytes: fn(u64) -> [u8; 8], mut take: impl FnMut(&[u8; 64])) {
    let mut block = [0; 64];
    let (mut filled, mut length) = (0, 0_u64);
    for part in parts {
        length = length.wrapping_add(part.len() as u64);
        let mut rest = *part;
        while !rest.is_empty() {
            let count = rest.len().min(block.len() - filled);
            block[filled..filled + count].copy_from_slice(&rest[..count]);
            rest = &rest[count..];
            filled += count;
            if filled == block.len() {
                take(&block);
                filled = 0;
            }
        }
    }
    block[filled] = 0x80;
    block[filled + 1..].fill(0);
    if filled + 1 > 56 {
        take(&block);
        block.fill(0);
    }
    block[56..].copy_from_slice(&length_bytes(length.wrapping_mul(8)));
    take(&block);
}

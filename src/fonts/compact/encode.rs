//! Turns numbers and lists of byte strings into their Compact Font Format encoding (Adobe Technical Note 5176).

/// A DICT operand, as short as can be (clause 4, table 3).
pub(super) fn integer(value: i32, out: &mut Vec<u8>) {
    match value {
        -107..=107 => out.push((value + 139).to_le_bytes()[0]),
        108..=1131 => out.extend_from_slice(&((value - 108) + (247 << 8)).to_be_bytes()[2..]),
        -1131..=-108 => out.extend_from_slice(&((-value - 108) + (251 << 8)).to_be_bytes()[2..]),
        -32768..=32767 => {
            out.push(28);
            out.extend_from_slice(&value.to_be_bytes()[2..]);
        }
        _ => wide(value, out),
    }
}

/// A DICT operand of five bytes whatever its value, as offsets are that are not known yet.
pub(super) fn wide(value: i32, out: &mut Vec<u8>) {
    out.push(29);
    out.extend_from_slice(&value.to_be_bytes());
}

/// An INDEX (clause 5) of at most 65,535 byte strings that follow each other in `data` and end at `ends`.
pub(super) fn index(ends: &[usize], data: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let count = u16::try_from(ends.len()).ok()?;
    out.extend_from_slice(&count.to_be_bytes());
    if count == 0 {
        return Some(());
    }
    let last = u32::try_from(data.len() + 1).ok()?;
    // Bytes of an offset: as many as the last one needs.
    let size = 4 - (last.leading_zeros() / 8).min(3) as usize;
    out.push(size.to_le_bytes()[0]);
    for end in std::iter::once(&0).chain(ends) {
        let offset = u32::try_from(end + 1).ok()?;
        out.extend_from_slice(&offset.to_be_bytes()[4 - size..]);
    }
    out.extend_from_slice(data);
    Some(())
}

/// An INDEX of a few byte strings.
pub(super) fn index_of(items: &[&[u8]], out: &mut Vec<u8>) -> Option<()> {
    let mut end = 0;
    let ends: Vec<usize> = items
        .iter()
        .map(|item| {
            end += item.len();
            end
        })
        .collect();
    index(&ends, &items.concat(), out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_the_encodings_of_table_4() {
        for (value, bytes) in [
            (0, &[0x8B][..]),
            (100, &[0xEF]),
            (-100, &[0x27]),
            (1000, &[0xFA, 0x7C]),
            (-1000, &[0xFE, 0x7C]),
            (10000, &[0x1C, 0x27, 0x10]),
            (-10000, &[0x1C, 0xD8, 0xF0]),
            (100_000, &[0x1D, 0x00, 0x01, 0x86, 0xA0]),
        ] {
            let mut out = Vec::new();
            integer(value, &mut out);
            assert_eq!(out, bytes, "{value}");
        }
    }

    #[test]
    fn offsets_of_an_index_count_from_one() {
        let mut out = Vec::new();
        index_of(&[b"ab", b"", b"c"], &mut out).expect("short");
        assert_eq!(out, b"\x00\x03\x01\x01\x03\x03\x04abc");
    }
}

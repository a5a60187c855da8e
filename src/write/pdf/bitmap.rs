//! Decodes Windows bitmaps, which krilla does not know: uncompressed, 1 to 32 bits a pixel.

use krilla::image::Image;

/// A decoded bitmap.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bitmap {
    width: u32,
    height: u32,
    /// Four bytes a pixel, from the top left.
    rgba: Vec<u8>,
}

impl Bitmap {
    pub(super) fn into_image(self) -> Image {
        Image::from_rgba8(self.rgba, self.width, self.height)
    }
}

/// Decodes a bitmap file; `None` if it is malformed, compressed or has more than 50 million pixels.
pub(super) fn decode(bytes: &[u8]) -> Option<Bitmap> {
    if bytes.get(..2)? != b"BM" {
        return None;
    }
    let word = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let long = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let pixels = usize::try_from(long(10)?).ok()?;
    let header = usize::try_from(long(14)?).ok()?;
    if header < 40 {
        return None;
    }
    let width = long(18)?;
    let signed_height = long(22)?.cast_signed();
    let height = signed_height.unsigned_abs();
    let (depth, compression) = (word(28)?, long(30)?);
    // BI_RGB, or BI_BITFIELDS with the usual masks of 32 bits.
    if !(compression == 0 || (compression == 3 && depth == 32)) || width == 0 || height == 0 {
        return None;
    }
    if u64::from(width) * u64::from(height) > 50_000_000 {
        return None;
    }
    let stride = (usize::try_from(width).ok()? * usize::from(depth)).div_ceil(32) * 4;
    let palette = bytes.get(14 + header..pixels).unwrap_or_default();
    let mut rgba = Vec::with_capacity(usize::try_from(width).ok()? * usize::try_from(height).ok()? * 4);
    for row in 0..height {
        let stored = if signed_height < 0 { row } else { height - 1 - row };
        let start = pixels.checked_add(usize::try_from(stored).ok()?.checked_mul(stride)?)?;
        let line = bytes.get(start..start.checked_add(stride)?)?;
        for column in 0..usize::try_from(width).ok()? {
            let [blue, green, red] = pixel(line, column, depth, palette)?;
            rgba.extend([red, green, blue, 0xFF]);
        }
    }
    Some(Bitmap { width, height, rgba })
}

/// Blue, green and red of a pixel.
fn pixel(line: &[u8], column: usize, depth: u16, palette: &[u8]) -> Option<[u8; 3]> {
    let indexed = |index: u8| {
        let at = usize::from(index) * 4;
        palette.get(at..at + 3)?.try_into().ok()
    };
    match depth {
        1 | 2 | 4 => {
            let bits = usize::from(depth);
            let byte = *line.get(column * bits / 8)?;
            let shift = 8 - bits - column * bits % 8;
            indexed((byte >> shift) & ((1u16 << bits) - 1).to_le_bytes()[0])
        }
        8 => indexed(*line.get(column)?),
        16 => {
            let at = column * 2;
            let value = u16::from_le_bytes(line.get(at..at + 2)?.try_into().ok()?);
            let five = |shift: u16| u8::try_from(((value >> shift) & 31) * 255 / 31).unwrap_or(0xFF);
            Some([five(0), five(5), five(10)])
        }
        24 => line.get(column * 3..column * 3 + 3)?.try_into().ok(),
        32 => line.get(column * 4..column * 4 + 3)?.try_into().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(depth: u16, height: i32, palette: &[u8], rows: &[u8]) -> Vec<u8> {
        let mut bytes = b"BM".to_vec();
        bytes.extend([0; 8]);
        bytes.extend(u32::try_from(54 + palette.len()).expect("small").to_le_bytes());
        bytes.extend(40u32.to_le_bytes());
        bytes.extend(2u32.to_le_bytes());
        bytes.extend(height.to_le_bytes());
        bytes.extend(1u16.to_le_bytes());
        bytes.extend(depth.to_le_bytes());
        bytes.extend([0; 24]);
        bytes.extend(palette);
        bytes.extend(rows);
        bytes
    }

    #[test]
    fn rows_run_from_the_bottom() {
        let rows = [1, 2, 3, 4, 5, 6, 0, 0, 11, 12, 13, 14, 15, 16, 0, 0];
        let bitmap = decode(&file(24, 2, &[], &rows)).expect("sound");
        assert_eq!(bitmap.rgba, [13, 12, 11, 255, 16, 15, 14, 255, 3, 2, 1, 255, 6, 5, 4, 255]);
    }

    #[test]
    fn a_palette_is_looked_up() {
        let palette = [0, 0, 0, 0, 255, 255, 255, 0];
        let bitmap = decode(&file(1, -1, &palette, &[0b0100_0000, 0, 0, 0])).expect("sound");
        assert_eq!(bitmap.rgba, [0, 0, 0, 255, 255, 255, 255, 255]);
    }

    #[test]
    fn a_truncated_file_is_refused() {
        assert_eq!(decode(&file(24, 2, &[], &[1, 2, 3])), None);
        assert_eq!(decode(b"BM"), None);
    }
}

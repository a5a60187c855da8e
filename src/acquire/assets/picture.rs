//! Tells what picture bytes are and how large it is, from its header alone.

use imagesize::ImageType;
use quick_xml::events::Event;

use crate::diagnostic::PictureFault;

/// A picture that can become an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) media_type: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// So many bytes tell whether a file begins as a picture. An SVG file may begin with a licence.
pub(super) const HEAD: usize = 4096;

/// The media type of bytes that begin as a picture does.
pub(super) fn media_type(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"\x89PNG\r\n\x1A\n") {
        return Some("image/png");
    }
    if head.starts_with(b"\xFF\xD8\xFF") {
        return Some("image/jpeg");
    }
    if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        return Some("image/gif");
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    // `BM` alone begins many a text; the size of the second header follows from its version.
    if head.starts_with(b"BM")
        && matches!(head.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
    {
        return Some("image/bmp");
    }
    svg(head).map(|_| "image/svg+xml")
}

/// What `bytes` show, if it is a picture of at most `pixels` pixels.
pub(super) fn examine(bytes: &[u8], pixels: u64) -> Result<Picture, PictureFault> {
    let media_type = media_type(&bytes[..bytes.len().min(HEAD)]).ok_or(PictureFault::NotAPicture)?;
    let (width, height) = match media_type {
        "image/bmp" => bmp(bytes),
        "image/svg+xml" => svg(bytes),
        _ => raster(bytes),
    }
    .ok_or(PictureFault::DamagedHeader { media_type })?;
    if width == 0 || height == 0 {
        return Err(PictureFault::DamagedHeader { media_type });
    }
    if u64::from(width) * u64::from(height) > pixels {
        return Err(PictureFault::TooManyPixels {
            width: width.into(),
            height: height.into(),
            limit: pixels,
        });
    }
    if media_type == "image/png" && !png_is_whole(bytes) {
        return Err(PictureFault::CutOff { media_type });
    }
    Ok(Picture { media_type, width, height })
}

/// Whether every chunk up to IEND is there and at least one holds pixels (PNG, third edition, 5.3).
///
/// Decoders of the outputs refuse a PNG that is cut off, so it would be silently missing from them; a JPEG that is
/// cut off still shows what is there.
fn png_is_whole(bytes: &[u8]) -> bool {
    let mut rest = &bytes[8..];
    let mut pixels = false;
    loop {
        let Some((head, after)) = rest.split_first_chunk::<8>() else { return false };
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        match &head[4..] {
            b"IEND" => return pixels,
            b"IDAT" => pixels = true,
            _ => {}
        }
        // Length, then the checksum's four bytes.
        match usize::try_from(length).ok().and_then(|length| after.get(length.checked_add(4)?..)) {
            Some(next) => rest = next,
            None => return false,
        }
    }
}

fn raster(bytes: &[u8]) -> Option<(u32, u32)> {
    let kind = imagesize::image_type(bytes).ok()?;
    if kind == ImageType::Png && bytes.get(12..16) != Some(b"IHDR") {
        return None;
    }
    let size = imagesize::blob_size(bytes).ok()?;
    Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
}

/// BITMAPCOREHEADER, or BITMAPINFOHEADER and its successors, where a negative height means top-down rows.
fn bmp(bytes: &[u8]) -> Option<(u32, u32)> {
    let word = |at: usize| Some(i32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    if word(14)? == 12 {
        let half = |at: usize| Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
        return Some((half(18)?, half(20)?));
    }
    Some((u32::try_from(word(18)?).ok()?, word(22)?.unsigned_abs()))
}

/// The size of an SVG picture: its `width` and `height`, else its `viewBox`, else what CSS gives a picture without
/// size (CSS Images 3, 5.1). `None` if the first element is another one.
fn svg(bytes: &[u8]) -> Option<(u32, u32)> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if !bytes.trim_ascii_start().starts_with(b"<") {
        return None;
    }
    let mut reader = quick_xml::Reader::from_reader(bytes);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                if element.local_name().as_ref() != b"svg" {
                    return None;
                }
                let attribute = |name: &str| {
                    let found = element.try_get_attribute(name).ok()??;
                    String::from_utf8(found.value.into_owned()).ok()
                };
                let view_box = attribute("viewBox").unwrap_or_default();
                let mut view_box = view_box
                    .split([' ', ',', '\t', '\r', '\n'])
                    .filter(|part| !part.is_empty())
                    .skip(2)
                    .map(length);
                let (box_width, box_height) = (view_box.next().flatten(), view_box.next().flatten());
                let width = attribute("width").as_deref().and_then(length).or(box_width);
                let height = attribute("height").as_deref().and_then(length).or(box_height);
                return Some((width.unwrap_or(300), height.unwrap_or(150)));
            }
            Event::Text(text) if text.trim_ascii().is_empty() => {}
            Event::Decl(_) | Event::DocType(_) | Event::Comment(_) | Event::PI(_) => {}
            _ => return None,
        }
    }
}

/// A CSS length in pixels, rounded up; `None` for a percentage or nonsense.
fn length(text: &str) -> Option<u32> {
    let text = text.trim();
    let number_length = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '+' | '-')).unwrap_or(text.len());
    let (number, unit) = text.split_at(number_length);
    let pixels = number.parse::<f64>().ok()?
        * match unit.to_ascii_lowercase().as_str() {
            "" | "px" => 1.0,
            "pt" => 4.0 / 3.0,
            "pc" | "em" => 16.0,
            "in" => 96.0,
            "cm" => 96.0 / 2.54,
            "mm" => 96.0 / 25.4,
            _ => return None,
        };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
    (pixels > 0.0 && pixels <= f64::from(u32::MAX)).then(|| pixels.ceil() as u32)
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::PictureFault;

    use super::{Picture, examine};

    fn size(bytes: &[u8]) -> Result<(&'static str, u32, u32), PictureFault> {
        examine(bytes, 1_000_000).map(|Picture { media_type, width, height }| (media_type, width, height))
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        [
            b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".as_slice(),
            &width.to_be_bytes(),
            &height.to_be_bytes(),
            b"\x08\x02\0\0\0crc.\0\0\0\x02IDATxycrc.\0\0\0\0IENDcrc.",
        ]
        .concat()
    }

    #[test]
    fn a_picture_that_is_cut_off_is_told_from_a_whole_one() {
        let whole = png(10, 10);
        assert!(size(&whole).is_ok());
        // The last checksum is not looked at.
        for end in 34..whole.len() - 8 {
            let expected = Err(PictureFault::CutOff { media_type: "image/png" });
            assert_eq!(size(&whole[..end]), expected, "cut at {end}");
        }
    }

    #[test]
    fn reads_the_size_of_each_kind() {
        assert_eq!(size(&png(640, 480)), Ok(("image/png", 640, 480)));
        assert_eq!(size(b"GIF89a\x10\x00\x20\x00\0\0\0"), Ok(("image/gif", 16, 32)));
        let jpeg = b"\xFF\xD8\xFF\xE0\x00\x04ab\xFF\xC0\x00\x0B\x08\x00\x20\x00\x10\x01\x01\x11\x00";
        assert_eq!(size(jpeg), Ok(("image/jpeg", 16, 32)));
        let webp = b"RIFF\x1A\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\x0F\0\0\x1F\0\0";
        assert_eq!(size(webp), Ok(("image/webp", 16, 32)));
        let mut bmp = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x10\0\0\0".to_vec();
        bmp.extend_from_slice(&(-32_i32).to_le_bytes());
        assert_eq!(size(&bmp), Ok(("image/bmp", 16, 32)));
    }

    #[test]
    fn reads_the_size_of_svg_from_its_attributes() {
        let svg =
            |attributes: &str| size(format!("<?xml version='1.0'?><!-- x --><svg {attributes}/>").as_bytes());
        assert_eq!(svg("width='16' height='24pt'"), Ok(("image/svg+xml", 16, 32)));
        assert_eq!(svg("width='100%' viewBox='0 0 16.5 32'"), Ok(("image/svg+xml", 17, 32)));
        assert_eq!(svg(""), Ok(("image/svg+xml", 300, 150)));
        assert_eq!(size(b"<html><svg width='1' height='1'/></html>"), Err(PictureFault::NotAPicture));
    }

    #[test]
    fn refuses_what_is_no_picture_or_too_large() {
        assert_eq!(size(b"<html>"), Err(PictureFault::NotAPicture));
        assert_eq!(size(b"root:x:0:0"), Err(PictureFault::NotAPicture));
        assert_eq!(size(b"BMW and Mercedes cars, all of them"), Err(PictureFault::NotAPicture));
        assert_eq!(size(b""), Err(PictureFault::NotAPicture));
        assert_eq!(
            size(&png(60_000, 60_000)),
            Err(PictureFault::TooManyPixels { width: 60_000, height: 60_000, limit: 1_000_000 })
        );
        assert_eq!(size(&png(0, 10)), Err(PictureFault::DamagedHeader { media_type: "image/png" }));
        assert_eq!(size(&png(10, 10)[..20]), Err(PictureFault::DamagedHeader { media_type: "image/png" }));
        assert_eq!(
            size(b"\xFF\xD8\xFF\xE0\x00"),
            Err(PictureFault::DamagedHeader { media_type: "image/jpeg" })
        );
    }
}

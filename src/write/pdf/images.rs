//! Makes krilla images of the Document's pictures.

use std::collections::BTreeMap;
use std::sync::Arc;

use krilla::Data;
use krilla::image::Image;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::PdfFonts;
use super::vector::Vector;
use crate::diagnostic::{Diagnostic, Diagnostics, PictureFault};
use crate::document::{Asset, AssetId, Assets};

/// Pictures with more pixels are not decoded.
const MOST_PIXELS: u64 = 100_000_000;

/// A picture that can be drawn.
#[derive(Clone)]
pub(super) enum Drawing {
    /// Of pixels.
    Pixels(Image),
    /// Of paths.
    Paths(Vector),
}

/// The pictures of a document that were used, each decoded once. `None` for one that cannot be decoded.
pub(super) struct Images<'a> {
    assets: &'a Assets,
    fonts: &'a PdfFonts,
    made: BTreeMap<AssetId, Option<Drawing>>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Images<'a> {
    pub(super) fn new(assets: &'a Assets, fonts: &'a PdfFonts, diagnostics: &'a mut Diagnostics) -> Self {
        Self { assets, fonts, made: BTreeMap::new(), diagnostics }
    }

    /// The picture `id`.
    pub(super) fn get(&mut self, id: &AssetId) -> Option<Drawing> {
        if let Some(drawing) = self.made.get(id) {
            return drawing.clone();
        }
        let asset = self.assets.get(id);
        let drawing = asset.and_then(|asset| match asset.media_type.as_str() {
            "image/svg+xml" => Vector::read(&asset.bytes, self.fonts.vector()).map(Drawing::Paths),
            _ => make(asset).map(Drawing::Pixels),
        });
        let media_type = || asset.map(|asset| asset.media_type.clone()).unwrap_or_default();
        let fault = match &drawing {
            None => Some(PictureFault::NotShown { media_type: media_type(), output: "PDF" }),
            Some(Drawing::Paths(Vector { incomplete: true, .. })) => {
                Some(PictureFault::PartlyShown { media_type: media_type(), output: "PDF" })
            }
            Some(_) => None,
        };
        if let Some(reason) = fault {
            self.diagnostics.push(Diagnostic::AssetMissing { source: id.0.clone(), reason });
        }
        self.made.insert(id.clone(), drawing.clone());
        drawing
    }
}

fn make(asset: &Asset) -> Option<Image> {
    if u64::from(asset.width) * u64::from(asset.height) > MOST_PIXELS {
        return None;
    }
    let data = || Data::from(Arc::clone(&asset.bytes));
    match asset.media_type.as_str() {
        "image/png" => Image::from_png(data(), false).ok(),
        "image/jpeg" => jpeg(data(), &asset.bytes),
        "image/gif" => gif(&asset.bytes),
        "image/webp" => Image::from_webp(data(), false).ok(),
        "image/bmp" => super::bitmap::decode(&asset.bytes).map(super::bitmap::Bitmap::into_image),
        _ => None,
    }
}

/// A JPEG file as it is; in four inks, for which PDF/A would need a profile (ISO 19005-2, 6.2.4.3), as RGB pixels.
fn jpeg(data: Data, bytes: &[u8]) -> Option<Image> {
    let Some(decoder) = four_inks(bytes) else { return Image::from_jpeg(data, false).ok() };
    let (pixels, width, height) = opaque(decoder)?;
    Some(Image::from_rgba8(pixels, width, height))
}

/// Pixels of four bytes, width and height.
type Pixels = (Vec<u8>, u32, u32);

/// Whether a JPEG file is in four inks.
pub(super) fn is_in_four_inks(bytes: &[u8]) -> bool {
    four_inks(bytes).is_some()
}

/// A decoder for a JPEG file in four inks; `None` for any other.
fn four_inks(bytes: &[u8]) -> Option<JpegDecoder<ZCursor<&[u8]>>> {
    // Not RGBA: zune-jpeg 0.5.15 converts only three quarters of each row then.
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    matches!(decoder.input_colorspace(), Some(ColorSpace::CMYK | ColorSpace::YCCK)).then_some(decoder)
}

/// The decoded pixels with full alpha.
fn opaque(mut decoder: JpegDecoder<ZCursor<&[u8]>>) -> Option<Pixels> {
    let (width, height) = decoder.dimensions()?;
    let pixels = decoder.decode().ok()?;
    if pixels.len() != width.checked_mul(height)?.checked_mul(3)? {
        return None;
    }
    let opaque = pixels.chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 0xFF]).collect();
    Some((opaque, u32::try_from(width).ok()?, u32::try_from(height).ok()?))
}

/// The first frame, on the whole canvas.
fn gif(bytes: &[u8]) -> Option<Image> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).ok()?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    let frame = decoder.read_next_frame().ok()??;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let row_bytes = usize::from(frame.width) * 4;
    if width == 0 || height == 0 || row_bytes == 0 {
        return None;
    }
    let mut canvas = vec![0; width * height * 4];
    for (row, pixels) in frame.buffer.chunks_exact(row_bytes).enumerate() {
        let (y, visible) = (top + row, width.saturating_sub(left).min(usize::from(frame.width)) * 4);
        if y < height {
            let start = (y * width + left) * 4;
            canvas[start..start + visible].copy_from_slice(&pixels[..visible]);
        }
    }
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    Some(Image::from_rgba8(canvas, width, height))
}

#[cfg(test)]
mod tests {
    use super::{four_inks, opaque};

    #[test]
    fn four_inks_become_the_same_colours_over_the_whole_row() {
        // Gradients from red at the top to blue at the foot.
        for bytes in
            [&include_bytes!("pictures/cmyk.jpg")[..], include_bytes!("pictures/cmyk-subsampled.jpg")]
        {
            let (pixels, width, height) = four_inks(bytes).and_then(opaque).expect("four inks");
            assert_eq!((width, height), (16, 12));
            let rows: Vec<&[u8]> = pixels.chunks_exact(64).collect();
            for pixel in rows[0].chunks_exact(4) {
                assert!(pixel[0] > 200 && pixel[1] < 60 && pixel[2] < 80, "{pixel:?}");
            }
            for pixel in rows[11].chunks_exact(4) {
                assert!(pixel[0] < 80 && pixel[1] < 60 && pixel[2] > 200, "{pixel:?}");
            }
        }
    }

    #[test]
    fn other_jpeg_files_are_passed_through() {
        assert!(four_inks(include_bytes!("pictures/gray.jpg")).is_none());
    }
}

//! Turns pictures into inline drawings, each file kept once and byte for byte, or into a note where there is none.

use std::collections::BTreeMap;

use super::relationships::OFFICE;
use super::story::Story;
use super::styles::id;
use crate::diagnostic::{Diagnostic, PictureFault};
use crate::document::{Asset, AssetId, Image};
use crate::furniture::Kind;

/// English Metric Units to the CSS pixel (1/96 inch) and to the twip.
const EMU_PER_PIXEL: u64 = 9525;
const EMU_PER_TWIP: u64 = 635;
/// The largest extent that `ST_PositiveCoordinate` of a drawing in Word can be used for, in EMU: 22 inches.
const LARGEST: u64 = 22 * 914_400;

/// The picture files of the package, in the order of first use.
#[derive(Debug, Default)]
pub(super) struct Media<'a> {
    known: BTreeMap<&'a AssetId, usize>,
    files: Vec<(String, &'a Asset)>,
}

impl<'a> Media<'a> {
    /// Name of the picture's part under `word/`.
    fn part(&mut self, asset_id: &'a AssetId, asset: &'a Asset, extension: &str) -> String {
        let next = self.files.len();
        let index = *self.known.entry(asset_id).or_insert(next);
        if index == next {
            self.files.push((format!("media/image{}.{extension}", index + 1), asset));
        }
        self.files[index].0.clone()
    }

    /// The parts: name under `word/`, and the picture.
    pub(super) fn files(&self) -> &[(String, &'a Asset)] {
        &self.files
    }
}

/// File extension of the media types that Word 2013 and later show; `None` for others (WebP, SVG).
fn extension(media_type: &str) -> Option<&'static str> {
    match media_type {
        "image/png" => Some("png"),
        "image/jpeg" => Some("jpeg"),
        "image/gif" => Some("gif"),
        "image/bmp" => Some("bmp"),
        _ => None,
    }
}

/// Width and height in EMU: as the page asks, else as the file is, made smaller where it does not fit `bounds` (twips).
fn extent(image: &Image, asset: &Asset, bounds: (u32, u32)) -> (u64, u64) {
    let (natural_width, natural_height) = (u64::from(asset.width.max(1)), u64::from(asset.height.max(1)));
    let asked = |value: Option<u32>| value.map(u64::from).filter(|&value| value > 0);
    let (width, height) = match (asked(image.width), asked(image.height)) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, (natural_height * width).div_ceil(natural_width)),
        (None, Some(height)) => ((natural_width * height).div_ceil(natural_height), height),
        (None, None) => (natural_width, natural_height),
    };
    let (mut width, mut height) = (width.saturating_mul(EMU_PER_PIXEL), height.saturating_mul(EMU_PER_PIXEL));
    let widest = (u64::from(bounds.0) * EMU_PER_TWIP).min(LARGEST);
    let highest = (u64::from(bounds.1) * EMU_PER_TWIP).min(LARGEST);
    let scaled = |side: u64, to: u64, of: u64| {
        u64::try_from(u128::from(side) * u128::from(to) / u128::from(of)).unwrap_or(LARGEST)
    };
    if width > widest {
        (width, height) = (widest, scaled(height, widest, width));
    }
    if height > highest {
        (width, height) = (scaled(width, highest, height), highest);
    }
    (width.max(1), height.max(1))
}

impl<'a> Story<'a> {
    /// A picture as a run, `fallback` describing it where the page gives no alternative text.
    pub(super) fn picture(&mut self, image: &'a Image, fallback: &str) {
        let asset = image.asset.as_ref().and_then(|id| Some((id, self.document.assets.get(id)?)));
        let Some((asset_id, asset)) = asset.filter(|(_, asset)| !asset.bytes.is_empty()) else {
            return self.missing("图片缺失", image);
        };
        let Some(extension) = extension(&asset.media_type) else {
            self.diagnostics.push(Diagnostic::AssetMissing {
                source: image.source.clone(),
                reason: PictureFault::NotShown { media_type: asset.media_type.clone(), output: "DOCX" },
            });
            return self.missing("图片格式无法在 DOCX 中显示", image);
        };
        let part = self.media.part(asset_id, asset, extension);
        let relationship = self.relationships.part(&format!("{OFFICE}/image"), &part);
        self.drawings += 1;
        let number = self.drawings;
        let name = format!("图片 {number}");
        let description = if image.alternative.is_empty() { fallback } else { &image.alternative };
        let (width, height) = extent(image, asset, self.bounds);
        let xml = &mut self.xml;
        xml.raw("<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">");
        xml.empty("wp:extent", &[("cx", &width), ("cy", &height)]);
        xml.raw("<wp:effectExtent l=\"0\" t=\"0\" r=\"0\" b=\"0\"/>");
        xml.empty("wp:docPr", &[("id", &number), ("name", &name), ("descr", &description)]);
        xml.raw(concat!(
            r#"<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>"#,
            r#"<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>"#,
        ));
        xml.empty("pic:cNvPr", &[("id", &number), ("name", &name), ("descr", &description)]);
        xml.raw(
            "<pic:cNvPicPr><a:picLocks noChangeAspect=\"1\"/></pic:cNvPicPr></pic:nvPicPr><pic:blipFill>",
        );
        xml.empty("a:blip", &[("r:embed", &relationship)]);
        xml.raw(
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>",
        );
        xml.empty("a:ext", &[("cx", &width), ("cy", &height)]);
        xml.raw(concat!(
            r#"</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>"#,
            "</wp:inline></w:drawing></w:r>",
        ));
    }

    /// The framed note that stands for a picture.
    fn missing(&mut self, what: &str, image: &Image) {
        let name = if image.alternative.is_empty() { &image.source } else { &image.alternative };
        let note = format!("{what}：{name}");
        self.furniture(Kind::PictureNote, &note);
        self.xml.raw("<w:r><w:rPr>");
        self.xml.empty("w:rStyle", &[("w:val", &id::MISSING)]);
        self.xml.raw("<w:rFonts w:hint=\"eastAsia\"/></w:rPr>");
        self.characters(&note);
        self.xml.raw("</w:r>");
    }
}

#[cfg(test)]
mod tests {
    use super::{EMU_PER_PIXEL, extent};
    use crate::document::{Asset, Image};

    fn asset(width: u32, height: u32) -> Asset {
        Asset { media_type: "image/png".to_owned(), width, height, bytes: std::sync::Arc::default() }
    }

    #[test]
    fn a_picture_keeps_its_shape_and_fits_the_type_area() {
        let bounds = (8844, 12000);
        let plain = extent(&Image::default(), &asset(100, 50), bounds);
        assert_eq!(plain, (100 * EMU_PER_PIXEL, 50 * EMU_PER_PIXEL));
        let asked = Image { width: Some(200), ..Image::default() };
        assert_eq!(extent(&asked, &asset(100, 50), bounds), (200 * EMU_PER_PIXEL, 100 * EMU_PER_PIXEL));
        let (width, height) = extent(&Image::default(), &asset(4000, 2000), bounds);
        assert_eq!((width, height), (8844 * 635, 8844 * 635 / 2));
        let (width, height) = extent(&Image::default(), &asset(10, u32::MAX), bounds);
        assert!(width >= 1 && height == 12000 * 635);
        assert_eq!(extent(&Image::default(), &asset(0, 0), bounds), (EMU_PER_PIXEL, EMU_PER_PIXEL));
    }
}

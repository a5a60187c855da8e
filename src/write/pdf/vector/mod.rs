//! Reads SVG pictures as trees of paths that can be drawn on a page.
//!
//! A picture comes from a page, so from anybody. It names no file and no address, its work is bounded before any is
//! done (`limits.rs`), and it is drawn on trial first: what panics or breaks the standard is not shown at all. Its
//! words become outlines of the pinned faces: they are a picture's, not the document's, and PDF/A wants no font of
//! which the document knows nothing.

mod fonts;
mod limits;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{Size, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::{Document as Pdf, SerializeSettings};
use krilla_svg::{SurfaceExt as _, SvgSettings};
use usvg::roxmltree::{Document as Xml, ParsingOptions};
use usvg::{ImageHrefResolver, ImageKind, Options, Tree};

pub(super) use fonts::VectorFonts;

/// Filters are drawn as pixels, this many to a point: 288 to an inch.
const FILTER_SCALE: f32 = 4.0;
/// Words are outlines.
const SETTINGS: SvgSettings = SvgSettings { embed_text: false, filter_scale: FILTER_SCALE };

/// A picture that was drawn on trial.
#[derive(Clone)]
pub(super) struct Vector {
    tree: Arc<Tree>,
    /// Whether pictures inside it were left out.
    pub(super) incomplete: bool,
}

impl Vector {
    /// Reads an SVG file. `None` if it is malformed, asks for too much work, or cannot be drawn under every standard.
    pub(super) fn read(bytes: &[u8], fonts: &VectorFonts) -> Option<Self> {
        // What usvg and krilla make of a strange file is not in our hands; the page is more than this picture.
        catch_unwind(AssertUnwindSafe(|| Self::parse(bytes, fonts).filter(Self::can_be_drawn))).ok().flatten()
    }

    fn parse(bytes: &[u8], fonts: &VectorFonts) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| limits::may_be_parsed(text))?;
        let xml_options =
            ParsingOptions { allow_dtd: true, nodes_limit: limits::MOST_NODES, ..Default::default() };
        let xml = Xml::parse_with_options(text, xml_options).ok()?;
        if !limits::may_be_read(&xml) {
            return None;
        }
        let incomplete = AtomicBool::new(false);
        let options = Options {
            languages: vec!["zh-CN".to_owned(), "zh".to_owned()],
            image_href_resolver: ImageHrefResolver {
                resolve_data: Box::new(|_, data, _| {
                    let kind = embedded(data);
                    incomplete.fetch_or(kind.is_none(), Ordering::Relaxed);
                    kind
                }),
                // The one door to files.
                resolve_string: Box::new(|_, _| {
                    incomplete.store(true, Ordering::Relaxed);
                    None
                }),
            },
            font_resolver: fonts.resolver(),
            fontdb: fonts.database(),
            ..Options::default()
        };
        let tree = Tree::from_xmltree(&xml, &options).ok()?;
        drop(options);
        limits::may_be_drawn(&tree, FILTER_SCALE)
            .then(|| Self { tree: Arc::new(tree), incomplete: incomplete.into_inner() })
    }

    /// Whether a file with nothing but this picture is written, is not too large, and obeys the strictest of the
    /// standards in what a picture can break.
    fn can_be_drawn(&self) -> bool {
        let Ok(configuration) = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B).finish()
        else {
            return false;
        };
        let mut pdf = Pdf::new_with(SerializeSettings {
            configuration,
            compress_content_streams: false,
            ..SerializeSettings::default()
        });
        pdf.set_metadata(Metadata::new().title("-".to_owned()).creation_date(DateTime::new(1970)));
        let side = limits::LONGEST_SIDE;
        let own = self.tree.size();
        let scale = (side / own.width().max(own.height())).min(1.0);
        let Some(size) = Size::from_wh(own.width() * scale, own.height() * scale) else { return false };
        let Some(sheet) = Size::from_wh(side, side) else { return false };
        let mut page = pdf.start_page_with(PageSettings::new(sheet));
        let mut surface = page.surface();
        // As deep in transformations as on a page.
        surface.push_transform(&Transform::default());
        surface.push_transform(&Transform::from_translate(1.0, 1.0));
        let drawn = self.draw(size, &mut surface);
        surface.pop();
        surface.pop();
        surface.finish();
        page.finish();
        drawn.is_some() && pdf.finish().is_ok_and(|bytes| bytes.len() <= limits::MOST_BYTES_WRITTEN)
    }

    /// Draws the picture from the origin.
    pub(super) fn draw(&self, size: Size, surface: &mut Surface<'_>) -> Option<()> {
        surface.draw_svg(&self.tree, size, SETTINGS)
    }
}

/// A picture inside the picture, by its content. No SVG in SVG; no JPEG in four inks, for which there is no profile.
fn embedded(data: Arc<Vec<u8>>) -> Option<ImageKind> {
    let size = imagesize::blob_size(&data).ok()?;
    if size.width.checked_mul(size.height)? > limits::MOST_PIXELS_EMBEDDED {
        return None;
    }
    match imagesize::image_type(&data).ok()? {
        imagesize::ImageType::Png => Some(ImageKind::PNG(data)),
        imagesize::ImageType::Jpeg if super::images::is_in_four_inks(&data) => None,
        imagesize::ImageType::Jpeg => Some(ImageKind::JPEG(data)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

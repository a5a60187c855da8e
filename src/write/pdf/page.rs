//! Draws the pages: text, pictures, rules, and the areas of links.

use std::fmt::Write as _;
use std::num::NonZeroU32;

use krilla::Document as Pdf;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::destination::{Destination, XyzDestination};
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::page::{NumberingStyle, PageLabel, PageSettings};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};

use super::PdfFonts;
use super::fonts::PdfFace;
use super::images::{Drawing, Images};
use super::text::TextWriter;
use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::furniture::Kind;
use crate::layout::{Item, LinkArea, LinkTarget, Mark, Page, PagedDocument, Picture, Rectangle};

/// Draws all pages and takes what stands on them away, each as it is drawn; the content of each mark.
pub(super) fn pages(
    pdf: &mut Pdf,
    document: &Document,
    paged: &mut PagedDocument,
    fonts: &PdfFonts,
    faces: &[Option<PdfFace>],
    diagnostics: &mut Diagnostics,
) -> Vec<(Mark, Identifier)> {
    let mut writer = TextWriter::new(faces);
    let mut images = Images::new(&document.assets, fonts, diagnostics);
    let (stretch, upright_left) = (paged.stretch, paged.upright_left);
    for (index, page) in paged.pages.iter_mut().enumerate() {
        // Krilla has it from here on: a table of 50,000 rows need not be in memory twice.
        let items = std::mem::take(&mut page.items);
        let page = &*page;
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        let label = PageLabel::new(Some(NumberingStyle::Arabic), None, number);
        let settings =
            Size::from_wh(page.width, page.height).map_or_else(PageSettings::default, PageSettings::new);
        let mut sheet = pdf.start_page_with(settings.with_page_label(label));
        let mut surface = sheet.surface();
        surface.push_transform(&type_area(page.left, stretch));
        writer.begin_page(&mut surface);
        for item in &items {
            match item {
                Item::Text(span) if page.landscape && span.furniture == Some(Kind::PageNumber) => {
                    upright(page, (upright_left, stretch), &mut surface, |surface| {
                        writer.span(span, surface);
                    });
                }
                Item::Text(span) => writer.span(span, &mut surface),
                Item::Rules(rules) => draw_rules(rules, &mut surface),
                Item::Picture(picture) => {
                    if let Some(identifier) = draw_picture(picture, &mut images, &mut surface) {
                        writer.identifiers.push((picture.mark, identifier));
                    }
                }
                Item::Link(_) | Item::Continued | Item::Continuation | Item::ContinuationEnd => {}
            }
        }
        surface.pop();
        surface.finish();
        for item in &items {
            if let Item::Link(link) = item
                && let Some(annotation) = annotation(link, page, stretch)
            {
                let identifier = sheet.add_tagged_annotation(annotation);
                writer.identifiers.push((link.mark, identifier));
            }
        }
        sheet.finish();
    }
    writer.identifiers
}

/// Draws on the upright page of which the landscape `page` is the quarter turn clockwise, by the left edge and the
/// stretch of its type area.
fn upright(
    page: &Page,
    (upright_left, stretch): (f32, f32),
    surface: &mut Surface<'_>,
    draw: impl FnOnce(&mut Surface<'_>),
) {
    surface.pop();
    surface.push_transform(&Transform::from_row(0.0, 1.0, -1.0, 0.0, page.width, 0.0));
    surface.push_transform(&type_area(upright_left, stretch));
    draw(surface);
    surface.pop();
    surface.pop();
    surface.push_transform(&type_area(page.left, stretch));
}

/// The type area's own coordinates: characters a little wider than their em, so that 28 fill the line.
fn type_area(left: f32, stretch: f32) -> Transform {
    Transform::from_row(stretch, 0.0, 0.0, 1.0, left, 0.0)
}

fn draw_rules(rules: &[Rectangle], surface: &mut Surface<'_>) {
    let mut path = PathBuilder::new();
    for rule in rules {
        if let Some(rect) = Rect::from_xywh(rule.x, rule.y, rule.width, rule.height) {
            path.push_rect(rect);
        }
    }
    let Some(path) = path.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    surface.draw_path(&path);
    surface.end_tagged();
}

/// Draws a picture; an empty frame in place of one that cannot be decoded.
fn draw_picture(picture: &Picture, images: &mut Images<'_>, surface: &mut Surface<'_>) -> Option<Identifier> {
    let Rectangle { x, y, width, height } = picture.area;
    let size = Size::from_wh(width, height)?;
    let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
    if let Some(drawing) = images.get(&picture.asset) {
        surface.push_transform(&Transform::from_translate(x, y));
        match drawing {
            Drawing::Pixels(image) => surface.draw_image(image, size),
            // It was drawn on trial: it does draw.
            Drawing::Paths(vector) => vector.draw(size, surface).unwrap_or_default(),
        }
        surface.pop();
    } else {
        let mut path = PathBuilder::new();
        let thickness = 0.5;
        for rect in [
            Rect::from_xywh(x, y, width, thickness),
            Rect::from_xywh(x, y + height - thickness, width, thickness),
            Rect::from_xywh(x, y, thickness, height),
            Rect::from_xywh(x + width - thickness, y, thickness, height),
        ]
        .into_iter()
        .flatten()
        {
            path.push_rect(rect);
        }
        if let Some(path) = path.finish() {
            surface.draw_path(&path);
        }
    }
    surface.end_tagged();
    Some(identifier)
}

fn annotation(link: &LinkArea, page: &Page, stretch: f32) -> Option<Annotation> {
    let Rectangle { x, y, width, height } = link.area;
    let rect = Rect::from_xywh(page.left + x * stretch, y, (width * stretch).max(0.1), height)?;
    let (target, words) = match &link.target {
        LinkTarget::Address(address) => {
            (Target::Action(Action::Link(LinkAction::new(ascii(address)))), address)
        }
        LinkTarget::Place { page: number, y, title } => {
            let place = XyzDestination::new(*number as usize, Point::from_xy(page.left, *y));
            (Target::Destination(Destination::Xyz(place)), title)
        }
    };
    let alternative: String = words.chars().filter(|c| !c.is_control()).take(1000).collect();
    let alternative = if alternative.is_empty() { "链接".to_owned() } else { alternative };
    Some(Annotation::new_link(LinkAnnotation::new(rect, target), Some(alternative)))
}

/// An address in 7-bit ASCII (ISO 32000-1, 12.6.4.7), anything else percent-encoded.
fn ascii(address: &str) -> String {
    let mut encoded = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic() {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

//! Sets pictures: their size on the page, captions, and the framed note where a picture is missing.

use crate::diagnostic::{Diagnostic, PictureFault};
use crate::document::{Align, Asset, AssetId, Figure, Image};
use crate::fonts::Role;
use crate::furniture::Kind as FurnitureKind;

use super::Context;
use super::block::Column;
use super::flow::{Kind, Line, Piece};
use super::frame::{Picture, Rectangle, Tag};
use super::inline::{Text, Type};
use super::justify::{self, Setting};

/// Points in a CSS pixel.
const PIXEL: f32 = 0.75;

/// A picture with its size on the page, in points.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sized {
    pub(super) asset: AssetId,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) alternative: String,
}

/// The size of `image`: what the page asks for, else a pixel a CSS pixel, scaled down to `measure` and the page.
/// `None` if there is no picture that can be drawn.
pub(super) fn sized(image: &Image, context: &Context<'_>, measure: f32) -> Option<Sized> {
    let id = image.asset.as_ref()?;
    let asset = context.document.assets.get(id)?;
    if asset.width == 0 || asset.height == 0 || !can_be_drawn(asset) {
        return None;
    }
    let (own_width, own_height) = (pixels(asset.width), pixels(asset.height));
    let asked = |length: Option<u32>| length.filter(|&length| length > 0).map(pixels);
    let (mut width, mut height) = match (asked(image.width), asked(image.height)) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, width * own_height / own_width),
        (None, Some(height)) => (height * own_width / own_height, height),
        (None, None) => (own_width, own_height),
    };
    let tallest = context.style.type_height() - 3.0 * context.style.pitch();
    let scale = (measure / width).min(tallest / height).min(1.0);
    width = (width * scale).max(0.5);
    height = (height * scale).max(0.5);
    Some(Sized { asset: id.clone(), width, height, alternative: alternative(image) })
}

fn can_be_drawn(asset: &Asset) -> bool {
    if asset.media_type == "image/svg+xml" {
        return true; // the writer draws it on trial, and a frame in its place if that fails
    }
    let raster = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];
    raster.contains(&asset.media_type.as_str()) && imagesize::blob_size(&asset.bytes).is_ok()
}

/// Tells of a picture that is there but cannot be drawn. One that could not be had has been told of before.
pub(super) fn report(image: &Image, context: &mut Context<'_>) {
    let asset = image.asset.as_ref().and_then(|id| context.document.assets.get(id));
    if let Some(asset) = asset {
        let reason = PictureFault::NotShown { media_type: asset.media_type.clone(), output: "PDF" };
        context.diagnostics.push(Diagnostic::AssetMissing { source: image.source.clone(), reason });
    }
}

#[expect(clippy::cast_precision_loss, reason = "a fraction of a pixel does not matter")]
fn pixels(count: u32) -> f32 {
    count as f32 * PIXEL
}

/// What stands for the picture to somebody who cannot see it; never empty (ISO 14289-1, 7.3).
fn alternative(image: &Image) -> String {
    let name =
        if image.alternative.trim().is_empty() { file_name(&image.source) } else { &image.alternative };
    let name: String = name.chars().take(1000).collect();
    if name.is_empty() { "图片".to_owned() } else { name }
}

fn file_name(source: &str) -> &str {
    if source.starts_with("data:") {
        return "";
    }
    let path = source.split(['?', '#']).next().unwrap_or(source);
    path.rsplit('/').next().unwrap_or(path)
}

/// The note in place of a picture that could not be had.
pub(super) fn missing_note(image: &Image) -> String {
    let name: String = if image.alternative.trim().is_empty() {
        image.source.chars().filter(|c| !c.is_control()).take(200).collect()
    } else {
        image.alternative.chars().filter(|c| !c.is_control()).take(200).collect()
    };
    if name.is_empty() { "图片缺失".to_owned() } else { format!("图片缺失：{name}") }
}

/// Sets a figure and its caption, centred in the column.
pub(super) fn figure(figure: &Figure, column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let picture = sized(&figure.image, context, column.measure);
    let alternative =
        picture.as_ref().map_or_else(|| missing_note(&figure.image), |it| it.alternative.clone());
    let element = context.structure.begin(Tag::Figure { alternative, area: None });
    if let Some(sized) = picture {
        let mark = context.structure.mark(element);
        let x = (column.measure - sized.width).max(0.0) / 2.0;
        let area = Rectangle { x, y: MARGIN, width: sized.width, height: sized.height };
        let picture = Picture { area, asset: sized.asset, mark };
        let line = Line { pictures: vec![(picture, element)], ..Line::default() };
        pieces.push(Piece {
            height: sized.height + 2.0 * MARGIN,
            snap: false,
            break_after: figure.caption.is_empty(),
            kind: Kind::Figure(line),
        });
    } else {
        pieces.extend(note(&figure.image, element, column, context));
        if let (Some(last), false) = (pieces.last_mut(), figure.caption.is_empty()) {
            last.break_after = false;
        }
    }
    context.structure.end();
    if !figure.caption.is_empty() {
        let element = context.structure.begin(Tag::Caption);
        let mut text = Text::new();
        let size = column.size.min(CAPTION);
        text.push(&figure.caption, Type { role: Role::Kai, size }, element, context);
        let setting =
            Setting { align: Align::Center, pitch: size * 1.5, size, snap: false, ..column.plain() };
        let mut lines = justify::set(&mut text, setting, context);
        super::flow::control_orphans(&mut lines);
        pieces.extend(lines);
        context.structure.end();
    }
    pieces
}

/// Space above and below a picture.
const MARGIN: f32 = 5.0;

/// 小四, the largest size of a caption.
const CAPTION: f32 = 12.0;

/// The note in a frame.
fn note(image: &Image, element: u32, column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    report(image, context);
    let size = column.size.min(CAPTION);
    let padding = size * 0.6;
    let mut text = Text::new();
    let face = Type { role: Role::FangSong, size };
    text.push_str(&missing_note(image), face, element, Some(FurnitureKind::PictureNote), context);
    let pitch = size * 1.4;
    let setting = Setting {
        first: padding,
        rest: padding,
        right: padding,
        align: Align::Center,
        pitch,
        size,
        snap: false,
        ..column.plain()
    };
    let lines = justify::set(&mut text, setting, context);
    let inner: f32 = super::flow::height(&lines);
    let mut framed = Line::default();
    let mut y = MARGIN + padding / 2.0;
    for piece in lines {
        if let Kind::Line(mut line) = piece.kind {
            line.shift(0.0, y);
            framed.spans.append(&mut line.spans);
        }
        y += piece.height;
    }
    let (top, height) = (MARGIN, inner + padding);
    framed.rules = frame(Rectangle { x: 0.0, y: top, width: column.measure, height });
    vec![Piece { height: height + 2.0 * MARGIN, snap: false, break_after: true, kind: Kind::Figure(framed) }]
}

/// Four rules around `area`.
fn frame(area: Rectangle) -> Vec<Rectangle> {
    const THICKNESS: f32 = 0.5;
    let Rectangle { x, y, width, height } = area;
    vec![
        Rectangle { x, y, width, height: THICKNESS },
        Rectangle { x, y: y + height - THICKNESS, width, height: THICKNESS },
        Rectangle { x, y, width: THICKNESS, height },
        Rectangle { x: x + width - THICKNESS, y, width: THICKNESS, height },
    ]
}

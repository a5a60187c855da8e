//! Turns the picture references of a Document into pictures: `data:` URLs decoded, others asked of a source.
//!
//! Nothing here reaches into the network; an [`AssetSource`] decides what a reference may name.

mod folder;
mod picture;

use std::collections::BTreeMap;
use std::sync::Arc;

use data_url::DataUrl;

pub use folder::FolderAssets;

use super::Recorded;
use crate::diagnostic::{Diagnostic, Diagnostics, PictureFault};
use crate::document::{Asset, AssetId, Assets, Block, Document, Image, Inline, sha256};

/// Where pictures come from.
pub trait AssetSource {
    /// The bytes that `source` names.
    ///
    /// # Errors
    /// Why they cannot be had, in a few words without a full stop.
    fn fetch(&self, source: &str) -> Result<Vec<u8>, PictureFault>;

    /// The bytes of the attachment at `url`, of any type, at most `limit` of them.
    ///
    /// # Errors
    /// Why they cannot be had. Without an implementation of its own, a source has pictures only.
    fn attachment(&self, _url: &str, _limit: usize) -> Result<Vec<u8>, PictureFault> {
        Err(PictureFault::NotBeside)
    }
}

/// A source without pictures.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoAssets;

impl AssetSource for NoAssets {
    fn fetch(&self, _source: &str) -> Result<Vec<u8>, PictureFault> {
        Err(PictureFault::NoSource)
    }
}

/// The files that an archive kept with a page.
#[derive(Clone, Debug)]
pub struct RecordedAssets(pub Arc<Recorded>);

impl AssetSource for RecordedAssets {
    fn fetch(&self, source: &str) -> Result<Vec<u8>, PictureFault> {
        self.attachment(source, usize::MAX)
    }

    fn attachment(&self, url: &str, limit: usize) -> Result<Vec<u8>, PictureFault> {
        let bytes = self.0.files.get(url).ok_or(PictureFault::NotFound)?;
        if bytes.len() > limit { Err(PictureFault::TooManyBytes { limit }) } else { Ok(bytes.to_vec()) }
    }
}

/// Limits of pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetOptions {
    /// A picture file may have this many bytes. Default 32 MiB.
    pub bytes: usize,
    /// The picture files of one page may have this many bytes together. Default 128 MiB.
    pub total_bytes: usize,
    /// A picture may have this many pixels. Default 50 million.
    pub pixels: u64,
}

impl Default for AssetOptions {
    fn default() -> Self {
        Self { bytes: 32 << 20, total_bytes: 128 << 20, pixels: 50_000_000 }
    }
}

/// Loads the pictures that the body and the notes of `document` refer to into its assets.
///
/// Pictures are told by content, not by name: PNG, JPEG, GIF, WebP, BMP, SVG. Their sizes are read from their
/// headers; nothing is decoded. A picture that cannot be had leaves its reference without an asset, and a
/// diagnostic. The source of a `data:` URL is shortened to its media type.
pub fn load(
    document: &mut Document,
    from: &dyn AssetSource,
    options: &AssetOptions,
    diagnostics: &mut Diagnostics,
) {
    let mut loader =
        Loader { from, options, diagnostics, assets: &mut document.assets, known: BTreeMap::new(), bytes: 0 };
    loader.blocks(&mut document.body);
    for note in &mut document.notes {
        loader.inlines(&mut note.content);
    }
}

struct Loader<'a> {
    from: &'a dyn AssetSource,
    options: &'a AssetOptions,
    diagnostics: &'a mut Diagnostics,
    assets: &'a mut Assets,
    /// What each source gave; `None` if it failed and was reported.
    known: BTreeMap<String, Option<AssetId>>,
    bytes: usize,
}

impl Loader<'_> {
    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::Title { .. } => {}
                Block::Heading(heading) => self.inlines(&mut heading.content),
                Block::Paragraph(paragraph) => self.inlines(&mut paragraph.content),
                Block::List(list) => list.items.iter_mut().for_each(|item| self.blocks(item)),
                Block::Table(table) => {
                    self.inlines(&mut table.caption);
                    self.inlines(&mut table.unit);
                    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                        self.blocks(&mut cell.blocks);
                    }
                }
                Block::Figure(figure) => {
                    self.image(&mut figure.image);
                    self.inlines(&mut figure.caption);
                }
                Block::Quote { body } => self.blocks(body),
            }
        }
    }

    fn inlines(&mut self, content: &mut [Inline]) {
        for inline in content {
            if let Inline::Image(image) = inline {
                self.image(image);
            }
        }
    }

    fn image(&mut self, image: &mut Image) {
        if image.asset.is_some() {
            return;
        }
        if is_data_url(&image.source) {
            let url = std::mem::take(&mut image.source);
            let (declared, bytes) = self.decode(&url);
            let outcome = bytes.and_then(|bytes| self.keep(bytes));
            let kept = outcome.as_ref().ok().and_then(|id| self.assets.get(id));
            image.source = format!("data:{}", kept.map_or(declared.as_str(), |asset| &asset.media_type));
            image.asset = self.report(&image.source, outcome);
            return;
        }
        if let Some(known) = self.known.get(&image.source) {
            image.asset.clone_from(known);
            return;
        }
        let outcome = self.from.fetch(&image.source).and_then(|bytes| self.keep(bytes));
        image.asset = self.report(&image.source, outcome);
        self.known.insert(image.source.clone(), image.asset.clone());
    }

    /// The declared media type of a `data:` URL, and its bytes.
    fn decode(&self, url: &str) -> (String, Result<Vec<u8>, PictureFault>) {
        let Ok(url) = DataUrl::process(url) else {
            return (String::new(), Err(PictureFault::DataUrl));
        };
        let declared = format!("{}/{}", url.mime_type().type_, url.mime_type().subtype);
        let mut bytes = Vec::new();
        let limit = self.options.bytes;
        let decoded = url.decode(|part| {
            if part.len() > limit - bytes.len() {
                return Err(());
            }
            bytes.extend_from_slice(part);
            Ok(())
        });
        let outcome = match decoded {
            Ok(_) => Ok(bytes),
            Err(data_url::forgiving_base64::DecodeError::WriteError(())) => {
                Err(PictureFault::TooManyBytes { limit })
            }
            Err(data_url::forgiving_base64::DecodeError::InvalidBase64(_)) => Err(PictureFault::DataUrl),
        };
        (declared, outcome)
    }

    /// Makes `bytes` an asset, if they are a picture within the limits.
    fn keep(&mut self, bytes: Vec<u8>) -> Result<AssetId, PictureFault> {
        if bytes.len() > self.options.bytes {
            return Err(PictureFault::TooManyBytes { limit: self.options.bytes });
        }
        let picture = picture::examine(&bytes, self.options.pixels)?;
        let id = AssetId(sha256(&bytes));
        if !self.assets.contains_key(&id) {
            if bytes.len() > self.options.total_bytes - self.bytes {
                return Err(PictureFault::PageTooLarge { limit: self.options.total_bytes });
            }
            self.bytes += bytes.len();
            let asset = Asset {
                media_type: picture.media_type.to_owned(),
                width: picture.width,
                height: picture.height,
                bytes: Arc::new(bytes),
            };
            self.assets.insert(id.clone(), asset);
        }
        Ok(id)
    }

    fn report(&mut self, source: &str, outcome: Result<AssetId, PictureFault>) -> Option<AssetId> {
        match outcome {
            Ok(id) => Some(id),
            Err(reason) => {
                self.diagnostics.push(Diagnostic::AssetMissing { source: source.to_owned(), reason });
                None
            }
        }
    }
}

fn is_data_url(source: &str) -> bool {
    source.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

#[cfg(test)]
mod tests;

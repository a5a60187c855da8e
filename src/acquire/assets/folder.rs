//! Turns relative references into the picture files of a folder, and into nothing outside it.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use url::Url;

use super::{AssetOptions, AssetSource, picture};
use crate::diagnostic::PictureFault;

/// The pictures that lie beside a page on disk.
#[derive(Clone, Debug)]
pub struct FolderAssets {
    /// The folder of the page, against which relative references are resolved.
    pub page_folder: PathBuf,
    /// Nothing outside this folder is read, whatever a reference or a symbolic link says.
    pub root: PathBuf,
    /// The address of the page. A reference made absolute with it is made relative again.
    pub page_url: Option<Url>,
    /// A picture file may have this many bytes.
    pub bytes: usize,
}

impl FolderAssets {
    /// The pictures in and below `root`, for a page in `page_folder`.
    pub fn new(page_folder: impl Into<PathBuf>, root: impl Into<PathBuf>) -> Self {
        Self {
            page_folder: page_folder.into(),
            root: root.into(),
            page_url: None,
            bytes: AssetOptions::default().bytes,
        }
    }

    /// The relative path that `source` names, percent-decoded.
    fn path(&self, source: &str) -> Result<String, PictureFault> {
        let source = source.trim();
        let relative = match Url::parse(source) {
            Ok(url) => {
                let page = self.page_url.as_ref().filter(|page| page.origin() == url.origin());
                // An opaque origin, such as that of `file:`, is never the same as another.
                Cow::Owned(page.and_then(|page| page.make_relative(&url)).ok_or(PictureFault::NotBeside)?)
            }
            Err(_) => Cow::Borrowed(source),
        };
        let end = relative.find(['?', '#']).unwrap_or(relative.len());
        // Browsers read a backslash as a slash (URL Standard, 4.4).
        let decoded = percent_decoded(&relative[..end]).ok_or(PictureFault::NoFileName)?.replace('\\', "/");
        if decoded.is_empty() {
            return Err(PictureFault::NoFileName);
        }
        if decoded.starts_with('/') {
            return Err(PictureFault::Absolute);
        }
        if decoded.contains('\0') {
            return Err(PictureFault::NoFileName);
        }
        Ok(decoded)
    }
}

impl FolderAssets {
    /// Opens the file that `source` names, of at most `limit` bytes.
    fn open(&self, source: &str, limit: usize) -> Result<File, PictureFault> {
        let path = self.page_folder.join(self.path(source)?);
        let missing = |_| PictureFault::NotFound;
        let root = self.root.canonicalize().map_err(missing)?;
        let path = path.canonicalize().map_err(missing)?;
        if !path.starts_with(&root) {
            return Err(PictureFault::Outside);
        }
        let metadata = path.metadata().map_err(unreadable)?;
        // A device or a pipe could be read for ever.
        if !metadata.is_file() {
            return Err(PictureFault::NotAFile);
        }
        if metadata.len() > limit as u64 {
            return Err(PictureFault::TooManyBytes { limit });
        }
        File::open(&path).map_err(unreadable)
    }
}

impl AssetSource for FolderAssets {
    fn fetch(&self, source: &str) -> Result<Vec<u8>, PictureFault> {
        let mut file = self.open(source, self.bytes)?;
        let mut bytes = Vec::new();
        read(&mut file, &mut bytes, picture::HEAD)?;
        if picture::media_type(&bytes).is_none() {
            return Err(PictureFault::NotAPicture);
        }
        read_rest(&mut file, bytes, self.bytes)
    }

    fn attachment(&self, url: &str, limit: usize) -> Result<Vec<u8>, PictureFault> {
        let mut file = self.open(url, limit)?;
        read_rest(&mut file, Vec::new(), limit)
    }
}

/// Reads on, up to `limit` bytes more.
fn read(file: &mut File, bytes: &mut Vec<u8>, limit: usize) -> Result<(), PictureFault> {
    file.take(limit as u64).read_to_end(bytes).map(|_| ()).map_err(unreadable)
}

/// Reads to the end. The file may have grown beyond `limit` since it was measured.
fn read_rest(file: &mut File, mut bytes: Vec<u8>, limit: usize) -> Result<Vec<u8>, PictureFault> {
    read(file, &mut bytes, limit.saturating_add(1))?;
    if bytes.len() > limit { Err(PictureFault::TooManyBytes { limit }) } else { Ok(bytes) }
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of map_err")]
fn unreadable(error: io::Error) -> PictureFault {
    PictureFault::Unreadable { why: error.kind().to_string() }
}

/// `None` if the result is not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| {
            let code = std::str::from_utf8(code).ok().filter(|code| !code.starts_with('+'))?;
            u8::from_str_radix(code, 16).ok()
        });
        decoded.push(code.unwrap_or(*first));
        rest = &rest[if code.is_some() { 3 } else { 1 }..];
    }
    String::from_utf8(decoded).ok()
}

//! Turns relative references into the picture files of a folder, and into nothing outside it.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use url::Url;

use super::{AssetOptions, AssetSource, picture};

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
    fn path(&self, source: &str) -> Result<String, String> {
        let source = source.trim();
        let relative = match Url::parse(source) {
            Ok(url) => {
                let page = self.page_url.as_ref().filter(|page| page.origin() == url.origin());
                // An opaque origin, such as that of `file:`, is never the same as another.
                Cow::Owned(page.and_then(|page| page.make_relative(&url)).ok_or("not beside the page")?)
            }
            Err(_) => Cow::Borrowed(source),
        };
        let end = relative.find(['?', '#']).unwrap_or(relative.len());
        // Browsers read a backslash as a slash (URL Standard, 4.4).
        let decoded = percent_decoded(&relative[..end]).ok_or("not a file name")?.replace('\\', "/");
        if decoded.is_empty() {
            return Err("no file name".to_owned());
        }
        if decoded.starts_with('/') {
            return Err("an absolute path".to_owned());
        }
        if decoded.contains('\0') {
            return Err("not a file name".to_owned());
        }
        Ok(decoded)
    }
}

impl AssetSource for FolderAssets {
    fn fetch(&self, source: &str) -> Result<Vec<u8>, String> {
        let path = self.page_folder.join(self.path(source)?);
        let missing = |_| "no such file".to_owned();
        let root = self.root.canonicalize().map_err(missing)?;
        let path = path.canonicalize().map_err(missing)?;
        if !path.starts_with(&root) {
            return Err("outside the folder".to_owned());
        }
        let metadata = path.metadata().map_err(|error| error.kind().to_string())?;
        // A device or a pipe could be read for ever.
        if !metadata.is_file() {
            return Err("not a file".to_owned());
        }
        if metadata.len() > self.bytes as u64 {
            return Err(picture::too_many_bytes(self.bytes));
        }
        let mut file = File::open(&path).map_err(|error| error.kind().to_string())?;
        let mut bytes = Vec::new();
        let mut read = |bytes: &mut Vec<u8>, limit: usize| {
            file.by_ref().take(limit as u64).read_to_end(bytes).map_err(|error| error.kind().to_string())
        };
        read(&mut bytes, picture::HEAD)?;
        if picture::media_type(&bytes).is_none() {
            return Err("not a picture".to_owned());
        }
        // The file may have grown since it was measured.
        read(&mut bytes, self.bytes)?;
        if bytes.len() > self.bytes { Err(picture::too_many_bytes(self.bytes)) } else { Ok(bytes) }
    }
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

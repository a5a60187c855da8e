//! Turns a web archive — WARC, WACZ or MHTML — into its pages, and into the pictures and attachments kept with them.

mod archive;
mod digest;
mod filter;
pub(super) mod head;
mod http;
mod mhtml;
pub(super) mod names;
mod record;
mod scan;
pub mod single_file;
mod spool;
mod stretch;
mod wacz;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

pub use archive::{Archive, FiledElsewhere, PassedOver, Survey, page_of_record};
pub use filter::{CaptureFilter, FilterError};
pub use mhtml::Mhtml;
pub use record::RecordFault;

use super::assets::AssetSource;
use super::{AcquireError, AcquireOptions, Acquired};
use crate::message::messages;

messages! {
    /// Why a web archive cannot be read at all.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ContainerError {
        /// The system does not let us read it.
        Unreadable { path: String, why: String } = "unreadable",
            "cannot read {path}: {why}", "无法读取 {path}：{why}";
        /// No record begins anywhere in it.
        NoRecords { path: String } = "no-records", "no WARC record in {path}", "{path} 中没有 WARC 记录";
        /// Not a zip file, or a damaged one.
        Zip { path: String, why: String } = "wacz-damaged",
            "{path} is no sound zip file: {why}", "{path} 不是完好的 zip 文件：{why}";
        /// A WACZ without a WARC file.
        NoVolumes { path: String } = "wacz-empty",
            "no archive/*.warc or archive/*.warc.gz in {path}", "{path} 中没有 archive/*.warc 或 archive/*.warc.gz";
        /// A file compressed as one gzip member that unpacks to more than the limit.
        Bomb { path: String, limit: u64 } = "unpacks-too-large",
            "{path} unpacks to more than {limit} bytes", "{path} 解压后超过 {limit} 字节";
        /// MHTML that is no `multipart/related`, or has no boundary.
        NoBoundary { path: String } = "mhtml-no-boundary",
            "{path} is no MHTML file: its head names no boundary between parts",
            "{path} 不是 MHTML 文件：头部未给出各部分的分隔标记";
        /// MHTML without an HTML part.
        NoPage { path: String } = "mhtml-no-page", "no page in {path}", "{path} 中没有网页";
        /// MHTML with more parts than the limit.
        TooManyParts { path: String, limit: usize } = "mhtml-parts",
            "{path} has more than {limit} parts", "{path} 的组成部分超过 {limit} 个";
        /// A WARC file within a WACZ cannot be read; the others can.
        Entry { name: String, fault: EntryFault } = "wacz-entry", "{name}: {fault}", "{name}：{fault}";
        /// Damage; what is sound is read all the same.
        Record { offset: u64, fault: RecordFault } = "damaged-record",
            "passed over at byte {offset}: {fault}", "第 {offset} 字节处略过：{fault}";
    }
}

messages! {
    /// Why a WARC file within a WACZ cannot be read.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum EntryFault {
        /// Its name leads out of the folder.
        Path = "path", "its name leads astray", "名称指向外部";
        /// It is encrypted.
        Encrypted = "encrypted", "it is encrypted", "已加密";
        /// Neither stored nor deflated.
        Method = "method", "its compression method is not known", "压缩方式不支持";
        /// It unpacks to more than the limit.
        Bomb { limit: u64 } = "bomb", "it unpacks to more than {limit} bytes", "解压后超过 {limit} 字节";
        /// The zip is damaged there.
        Unreadable { why: String } = "entry-unreadable", "it cannot be read: {why}", "无法读取：{why}";
    }
}

messages! {
    /// Why a sound record of a web archive is no page. What is an error page to its reader is one here.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum NoPage {
        /// Status 3xx.
        Redirect = "redirect", "redirects", "跳转";
        /// Status 404 or 410.
        NotFound = "not-found", "not found", "页面不存在";
        /// Any other status than 200.
        OtherStatus = "other-status", "other status", "其他状态";
        /// The same as an earlier capture.
        Revisit = "revisit", "revisits", "重复采集";
        /// A picture, style sheet, script, document …
        NotHtml = "not-html", "not HTML", "非 HTML";
        /// No body.
        Empty = "empty", "empty", "空白";
        /// Requests, descriptions and the like.
        OtherRecord = "other-record", "other records", "其他记录";
        /// Left out by the filter.
        Filtered = "filtered", "filtered out", "筛选排除";
    }
}

impl std::error::Error for ContainerError {}

/// How a file is recognised by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerKind {
    /// `.warc`, `.warc.gz`.
    Warc,
    /// `.wacz`.
    Wacz,
    /// `.mht`, `.mhtml`.
    Mhtml,
}

/// The kind of web archive that a file is by its name.
#[must_use]
pub fn kind(path: &Path) -> Option<ContainerKind> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let ends = |ending: &str| name.len() > ending.len() && name.ends_with(ending);
    if ends(".warc") || ends(".warc.gz") {
        Some(ContainerKind::Warc)
    } else if ends(".wacz") {
        Some(ContainerKind::Wacz)
    } else if ends(".mht") || ends(".mhtml") {
        Some(ContainerKind::Mhtml)
    } else {
        None
    }
}

/// The file's name without the ending that makes it a web archive.
#[must_use]
pub fn stem(path: &Path) -> PathBuf {
    let stem = path.with_extension("");
    let is_warc = stem.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("warc"));
    if is_warc { stem.with_extension("") } else { stem }
}

/// A page within a web archive.
#[derive(Clone)]
pub struct Captured {
    container: Container,
    page: usize,
}

#[derive(Clone)]
enum Container {
    Archive(Arc<Archive>),
    Mhtml(PathBuf),
}

impl Captured {
    /// Page `page` of a WARC or WACZ, in the order of [`Archive::pages`].
    #[must_use]
    pub fn of_archive(archive: &Arc<Archive>, page: usize) -> Self {
        Self { container: Container::Archive(Arc::clone(archive)), page }
    }

    /// The page of an MHTML file, which is opened when it is read.
    #[must_use]
    pub fn of_mhtml(path: PathBuf) -> Self {
        Self { container: Container::Mhtml(path), page: 0 }
    }

    /// The file that it is in.
    #[must_use]
    pub fn file(&self) -> &Path {
        match &self.container {
            Container::Archive(archive) => archive.path(),
            Container::Mhtml(path) => path,
        }
    }

    /// Its address as the web archive has it; none for MHTML before the file is read.
    #[must_use]
    pub fn url(&self) -> Option<Url> {
        match &self.container {
            Container::Archive(archive) => Url::parse(archive.address(self.page)?).ok(),
            Container::Mhtml(_) => None,
        }
    }

    /// The name of its file: the last part of its address, or the name of the MHTML file.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.container {
            Container::Archive(archive) => {
                archive.address(self.page).map_or_else(String::new, names::file_name)
            }
            Container::Mhtml(path) => {
                path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
            }
        }
    }

    /// Reads the page.
    ///
    /// # Errors
    /// If it is damaged, empty, or larger than the limit.
    pub fn read(&self, options: &AcquireOptions) -> Result<Acquired, AcquireError> {
        let mut acquired = match &self.container {
            Container::Archive(archive) => archive.read(self.page, options.max_bytes)?,
            Container::Mhtml(path) => Mhtml::open(path)?.page(self.name(), options.max_bytes)?,
        };
        if acquired.url.is_none() {
            acquired.url.clone_from(&options.base_url);
        }
        Ok(acquired)
    }

    /// The further pages of the article that the page begins, in order, where the web archive knows them.
    #[must_use]
    pub fn parts(&self) -> Vec<Self> {
        let Container::Archive(archive) = &self.container else { return Vec::new() };
        archive.parts(self.page).iter().map(|page| Self::of_archive(archive, *page)).collect()
    }

    /// What another store filed of the page, where the web archive is an export of one; at most `limit` bytes.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn filed_elsewhere(&self, limit: u64) -> Result<Option<FiledElsewhere>, AcquireError> {
        let Container::Archive(archive) = &self.container else { return Ok(None) };
        archive.filed(self.page, limit).transpose().map_err(|error| AcquireError::Unreadable {
            path: archive.path().display().to_string(),
            why: error.to_string(),
        })
    }

    /// The pictures and attachments in the same file, for a page at `url`.
    #[must_use]
    pub fn assets(&self, url: Option<Url>) -> Box<dyn AssetSource> {
        match &self.container {
            Container::Archive(archive) => {
                Box::new(archive::ArchiveAssets { archive: Arc::clone(archive), page: self.page, url })
            }
            Container::Mhtml(path) => Box::new(mhtml::MhtmlAssets { file: Mhtml::open(path), url }),
        }
    }
}

impl From<ContainerError> for AcquireError {
    fn from(why: ContainerError) -> Self {
        Self::Container { why }
    }
}

impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Captured({}, {})", self.file().display(), self.page)
    }
}

impl PartialEq for Captured {
    fn eq(&self, other: &Self) -> bool {
        self.page == other.page && self.file() == other.file()
    }
}

impl Eq for Captured {}

/// The name of the file that an address names, as it is shown: `post_1.html`, `index.html` for a folder.
#[must_use]
pub fn page_name(address: &str) -> String {
    names::file_name(address)
}

/// A time of capture as WARC files and CDX indexes write it: RFC 3339, or 14 digits in UTC.
#[must_use]
pub fn capture_time(text: &str) -> Option<jiff::Timestamp> {
    record::date(text)
}

/// An address without what makes no difference between two references to one file: scheme, fragment, case of the host.
fn canonical(address: &str) -> String {
    match Url::parse(address.trim()) {
        Ok(mut url) => {
            url.set_fragment(None);
            let text = String::from(url);
            let bare = text.strip_prefix("https:").or_else(|| text.strip_prefix("http:"));
            bare.map_or_else(|| text.clone(), str::to_owned)
        }
        Err(_) => address.trim().to_owned(),
    }
}

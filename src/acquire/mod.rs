//! Gets the bytes of a page, and what is known about where they come from.

pub mod assets;
pub mod attachments;
mod coding;
pub mod container;
pub mod sources;
pub mod web;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

use self::container::{Captured, ContainerError, RecordFault, single_file};
use self::web::{Fetched, WebError, WebPage};
use crate::message::{Size, messages};

/// Where a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file; its pictures are looked for inside `root`.
    File {
        /// The page.
        path: PathBuf,
        /// The folder that the page and its pictures may not leave.
        root: PathBuf,
    },
    /// Standard input. It has no folder, hence no pictures but embedded ones.
    StandardInput,
    /// A page out of an archive, with the files that were kept with it.
    Recorded(Arc<Recorded>),
    /// A page in a web archive, read when its turn comes; its pictures are looked for in the same file.
    Captured(Captured),
    /// A page of the web, fetched when its turn comes, with its pictures.
    Web(WebPage),
}

/// A page out of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The page.
    pub page: Acquired,
    /// Its pictures and attachments, by the reference or the address that the page gives.
    pub files: BTreeMap<String, Arc<Vec<u8>>>,
}

impl Source {
    /// The file's name without its folder; `-` for standard input.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File { path, .. } => {
                path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
            }
            Self::StandardInput => "-".to_owned(),
            Self::Recorded(recorded) => recorded.page.name.clone(),
            Self::Captured(captured) => captured.name(),
            Self::Web(page) => page.name(),
        }
    }
}

/// Limits and outside knowledge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcquireOptions {
    /// The largest page, in bytes. Default 32 MiB.
    pub max_bytes: u64,
    /// `--base-url`: the page's address, where the file does not say.
    pub base_url: Option<Url>,
}

impl Default for AcquireOptions {
    fn default() -> Self {
        Self { max_bytes: 32 << 20, base_url: None }
    }
}

/// A page's bytes, and what is known about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acquired {
    /// Name of the source, without its folder.
    pub name: String,
    /// The page, byte for byte.
    pub bytes: Vec<u8>,
    /// The page's address, if it is known from outside the page.
    pub url: Option<Url>,
    /// The charset of the HTTP header, if there was one.
    pub transport_charset: Option<String>,
    /// When the page was captured, RFC 3339, if that is known.
    pub captured: Option<String>,
    /// The status line and header fields of the HTTP response, byte for byte, up to and including the empty line, if
    /// the page came over HTTP.
    pub http_head: Option<Vec<u8>>,
    /// How it was had, if it was fetched from the web now.
    pub fetched: Option<Fetched>,
}

messages! {
    /// Why a page could not be had.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum AcquireError {
        /// No such file.
        NotFound { path: String } = "not-found", "no such file: {path}", "文件不存在：{path}";
        /// The system does not let us read it.
        Unreadable { path: String, why: String } = "unreadable",
            "cannot read {path}: {why}", "无法读取 {path}：{why}";
        /// A folder, device or pipe where a file was asked for.
        NotAFile { path: String } = "not-a-file", "not a regular file: {path}", "不是普通文件：{path}";
        /// The file has no bytes.
        Empty { path: String } = "empty-file", "empty file: {path}", "空文件：{path}";
        /// Larger than the limit.
        TooLarge { path: String, limit: Size } = "too-large",
            "{path} is larger than {limit} (--max-bytes)", "{path} 超过 {limit}（--max-bytes）";
        /// The web archive that it is in cannot be read.
        Container { why: ContainerError } = "web-archive", "{why}", "{why}";
        /// The WARC record that it is in is damaged.
        Damaged { path: String, fault: RecordFault } = "warc-damaged", "{path}: {fault}", "{path}：{fault}";
        /// The WARC record that it is in says that it had other bytes.
        Digest { path: String, fault: RecordFault } = "warc-digest", "{path}: {fault}", "{path}：{fault}";
        /// Where a WARC record should be is none.
        NoRecord { path: String, fault: RecordFault } = "warc-no-record", "{path}: {fault}", "{path}：{fault}";
        /// It is a WARC record of a kind that holds no page: a request, a revisit.
        NoResponse { path: String } = "warc-no-page",
            "{path} is no response and no resource", "{path} 不是 response 或 resource 记录";
        /// It is the response of a server that had no page: moved, not found.
        Status { path: String, status: u64 } = "warc-status",
            "{path} is a response with the status {status}", "{path} 是状态为 {status} 的应答";
        /// It cannot be fetched.
        Web { why: WebError } = "web", "{why}", "{why}";
    }
}

impl From<WebError> for AcquireError {
    fn from(why: WebError) -> Self {
        Self::Web { why }
    }
}

impl std::error::Error for AcquireError {}

/// Reads a source.
///
/// # Errors
/// If it cannot be read, is empty, or is larger than the limit.
pub fn acquire(source: &Source, options: &AcquireOptions) -> Result<Acquired, AcquireError> {
    let shown = match source {
        Source::File { path, .. } => path.display().to_string(),
        Source::StandardInput | Source::Recorded(_) | Source::Captured(_) | Source::Web(_) => source.name(),
    };
    let bytes = match source {
        Source::Captured(captured) => return captured.read(options),
        Source::Web(page) => return page.read(options),
        Source::Recorded(recorded) => return from_record(&recorded.page, options, shown),
        Source::File { path, .. } => read_file(path, options.max_bytes, &shown)?,
        Source::StandardInput => read_bounded(io::stdin().lock(), options.max_bytes, 0, &shown)?,
    };
    if bytes.is_empty() {
        return Err(AcquireError::Empty { path: shown });
    }
    let captured = single_file::claim(&bytes).and_then(|claim| claim.saved);
    Ok(Acquired {
        name: source.name(),
        bytes,
        url: options.base_url.clone(),
        transport_charset: None,
        captured,
        http_head: None,
        fetched: None,
    })
}

fn from_record(page: &Acquired, options: &AcquireOptions, shown: String) -> Result<Acquired, AcquireError> {
    if page.bytes.is_empty() {
        return Err(AcquireError::Empty { path: shown });
    }
    if page.bytes.len() as u64 > options.max_bytes {
        return Err(AcquireError::TooLarge { path: shown, limit: Size(options.max_bytes) });
    }
    let url = page.url.clone().or_else(|| options.base_url.clone());
    Ok(Acquired { url, ..page.clone() })
}

fn read_file(path: &Path, limit: u64, shown: &str) -> Result<Vec<u8>, AcquireError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => AcquireError::NotFound { path: shown.to_owned() },
        _ => AcquireError::Unreadable { path: shown.to_owned(), why: error.to_string() },
    };
    // Asked before opening: opening a named pipe for reading would wait for a writer.
    let metadata = path.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(AcquireError::NotAFile { path: shown.to_owned() });
    }
    if metadata.len() > limit {
        return Err(AcquireError::TooLarge { path: shown.to_owned(), limit: Size(limit) });
    }
    let file = File::open(path).map_err(unreadable)?;
    read_bounded(file, limit, metadata.len(), shown)
}

/// Reads to the end, but never more than one byte beyond `limit`.
fn read_bounded(reader: impl Read, limit: u64, expected: u64, shown: &str) -> Result<Vec<u8>, AcquireError> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(limit)).unwrap_or(0));
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| AcquireError::Unreadable { path: shown.to_owned(), why: error.to_string() })?;
    if bytes.len() as u64 > limit {
        return Err(AcquireError::TooLarge { path: shown.to_owned(), limit: Size(limit) });
    }
    Ok(bytes)
}

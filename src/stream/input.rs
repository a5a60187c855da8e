//! Turns a record into the page that it is about.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::answer::Failure;
use super::error::StreamError;
use super::record::{Record, Whereabouts};
use super::storage::{self, Location, ReadError, Remotes, StorageError};
use crate::acquire::container::{page_name, page_of_record, single_file};
use crate::acquire::{AcquireError, AcquireOptions, Acquired, Source, acquire};
use crate::message::messages;

/// A WARC record is larger than the page in it by its heads: so many bytes at most, as stored.
const HEADS: u64 = 256 << 10;

/// From where pages may be read.
#[derive(Clone, Debug)]
pub struct InputOptions {
    /// The largest page, in bytes.
    pub max_bytes: u64,
    /// If there are any, records may name only what is below one of these.
    pub roots: Vec<Location>,
    /// For object stores.
    pub settings: storage::Settings,
}

messages! {
    /// Why the page of a record cannot be had.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) enum InputError {
        /// It lies elsewhere than where pages may be read from.
        Outside { uri: String } = "input-outside", "{uri} is not below any --input-root", "{uri} 不在任何 --input-root 之下";
        /// The place it names is none.
        Place { why: StorageError } = "input-place", "{why}", "{why}";
        /// The store has it not, or does not give it.
        Unreadable { uri: String, why: String } = "unreadable", "cannot read {uri}: {why}", "无法读取 {uri}：{why}";
    }
}

/// Why there is no page: the record's fault, or the world's.
pub(super) enum NoPage {
    Record(Failure),
    Stream(StreamError),
}

impl From<InputError> for NoPage {
    fn from(error: InputError) -> Self {
        Self::Record(Failure::of("acquire", &error))
    }
}

impl From<AcquireError> for NoPage {
    fn from(error: AcquireError) -> Self {
        Self::Record(Failure::of("acquire", &error))
    }
}

/// Where pages come from, with the stores that were opened for them.
pub(super) struct Inputs {
    options: InputOptions,
    remotes: Remotes,
}

impl Inputs {
    pub(super) fn new(options: InputOptions) -> Self {
        let remotes = Remotes::new(options.settings.clone());
        Self { options, remotes }
    }

    /// The page of `record`. What a WARC record says of itself counts for more than what `record` says.
    pub(super) fn acquire(&mut self, record: Record) -> Result<Acquired, NoPage> {
        let limit = self.options.max_bytes;
        let name = record.url.as_ref().map(|url| page_name(url.as_str()));
        let mut page = match record.page {
            Whereabouts::Bytes(bytes) => bare(name, None, bytes),
            Whereabouts::Uri(uri) => {
                let bytes = self.read(&uri, None, limit)?;
                bare(name, Some(&uri), bytes)
            }
            Whereabouts::Warc { uri, offset, length } => {
                let most = limit.saturating_add(HEADS);
                if length > most {
                    return Err(AcquireError::TooLarge { path: uri, limit: most }.into());
                }
                let bytes = self.read(&uri, Some((offset, length)), length)?;
                page_of_record(&bytes, &format!("{uri} ({offset})"), limit)?
            }
        };
        page.url = page.url.or(record.url);
        page.transport_charset = page.transport_charset.or(record.charset);
        page.captured = page.captured.or(record.captured);
        if page.captured.is_none() {
            page.captured = single_file::claim(&page.bytes).and_then(|claim| claim.saved);
        }
        Ok(page)
    }

    /// The bytes at `uri`, or `(offset, length)` of them; at most `limit`.
    fn read(&mut self, uri: &str, range: Option<(u64, u64)>, limit: u64) -> Result<Vec<u8>, NoPage> {
        let location = Location::parse(uri).map_err(|why| InputError::Place { why })?;
        let location = self.allowed(uri, location)?;
        match location {
            Location::Folder(path) => match range {
                None => {
                    let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
                    let options = AcquireOptions { max_bytes: limit, base_url: None };
                    Ok(acquire(&Source::File { path, root }, &options)?.bytes)
                }
                Some((offset, length)) => Ok(part_of_file(path, uri, offset, length)?),
            },
            Location::Remote(url) => self.remotes.read(&url, range, limit).map_err(|error| match error {
                ReadError::Refused { why } => InputError::Unreadable { uri: uri.to_owned(), why }.into(),
                ReadError::TooLarge => AcquireError::TooLarge { path: uri.to_owned(), limit }.into(),
                ReadError::Storage(why) => NoPage::Stream(why.into()),
            }),
        }
    }

    fn allowed(&self, uri: &str, location: Location) -> Result<Location, InputError> {
        if self.options.roots.is_empty() {
            return Ok(location);
        }
        // Resolved, so that neither `..` nor a link leads out; a file that is not there is not there for anyone.
        let location = match location {
            Location::Folder(path) => Location::Folder(resolved(path)),
            remote @ Location::Remote(_) => remote,
        };
        let below = self.options.roots.iter().any(|root| match (root, &location) {
            (Location::Folder(root), Location::Folder(path)) => path.starts_with(resolved(root.clone())),
            (Location::Remote(root), Location::Remote(url)) => {
                let root = root.as_str().trim_end_matches('/');
                url.as_str().strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
            }
            _ => false,
        });
        if below { Ok(location) } else { Err(InputError::Outside { uri: uri.to_owned() }) }
    }
}

fn resolved(path: PathBuf) -> PathBuf {
    path.canonicalize().unwrap_or(path)
}

fn bare(name: Option<String>, uri: Option<&str>, bytes: Vec<u8>) -> Acquired {
    let last = || {
        let path = uri?.split(['?', '#']).next()?;
        path.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned)
    };
    let name = name.or_else(last).unwrap_or_else(|| "page.html".to_owned());
    Acquired {
        name,
        bytes,
        url: None,
        transport_charset: None,
        captured: None,
        http_head: None,
        fetched: None,
    }
}

fn part_of_file(path: PathBuf, uri: &str, offset: u64, length: u64) -> Result<Vec<u8>, InputError> {
    let unreadable = |why: String| InputError::Unreadable { uri: uri.to_owned(), why };
    // Asked before opening: opening a named pipe would wait for a writer.
    let metadata = path.metadata().map_err(|error| unreadable(error.to_string()))?;
    if !metadata.is_file() {
        return Err(unreadable("not a regular file".to_owned()));
    }
    if offset.checked_add(length).is_none_or(|end| end > metadata.len()) {
        return Err(unreadable(format!("it has {} bytes only", metadata.len())));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|mut file| {
            file.seek(SeekFrom::Start(offset))?;
            file.take(length).read_to_end(&mut bytes)
        })
        .map_err(|error| unreadable(error.to_string()))?;
    Ok(bytes)
}

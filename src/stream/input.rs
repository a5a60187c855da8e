//! Turns a record into the page that it is about.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

use super::answer::Failure;
use super::error::StreamError;
use super::record::{Record, Whereabouts};
use super::roots::{admitted, may_lead};
use super::storage::{self, Location, NotThere, ReadError, Remotes, StorageError, is_store};
use crate::acquire::container::{page_name, page_of_record, single_file};
use crate::acquire::web::{Web, WebError};
use crate::acquire::{AcquireError, AcquireOptions, Acquired, Source, acquire};
use crate::message::{Size, messages};

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
    /// For pages of the web. Shared by all lanes, so that a host is met with manners by all of them together.
    pub web: Arc<Web>,
}

messages! {
    /// Why the page of a record cannot be had.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) enum InputError {
        /// It lies elsewhere than where pages may be read from.
        Outside { uri: String } = "input-outside", "{uri} is not below any --input-root", "{uri} 不在任何 --input-root 之下";
        /// The place it names is none.
        Place { why: StorageError } = "input-place", "{why}", "{why}";
        /// It ends before the part that is asked for does.
        Beyond { uri: String } = "beyond-end",
            "{uri} ends before the part that the record names", "{uri} 不足记录所指的长度";
        /// A record of a web archive that is larger than any page.
        RecordTooLarge { uri: String, length: u64, limit: u64 } = "too-large",
            "{uri}: a record of {length} bytes is more than may be read, {limit} bytes (--max-bytes, and heads besides)",
            "{uri}：记录长 {length} 字节，超过可读取的 {limit} 字节（--max-bytes 另加记录头）";
        /// The store does not give it, for a reason of its own.
        Unreadable { uri: String, why: NotThere } = "unreadable", "cannot read {uri}: {why}", "无法读取 {uri}：{why}";
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

impl From<WebError> for NoPage {
    /// Whatever happens on the web is the record's: of many sites some are always down, and the others must go on.
    fn from(error: WebError) -> Self {
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

    /// The page of `record`. What a WARC record or a server says of the page counts for more than what `record` says; but
    /// whoever gives a page of the web an address or a time of its own has it from a mirror.
    pub(super) fn acquire(&mut self, record: Record) -> Result<Acquired, NoPage> {
        let limit = self.options.max_bytes;
        let name = record.url.as_ref().map(|url| page_name(url.as_str()));
        let (mut url, mut captured) = (record.url, record.captured);
        let mut page = match record.page {
            Whereabouts::Bytes(bytes) => bare(name, None, bytes),
            Whereabouts::Uri(uri) => match self.place(&uri)? {
                Location::Folder(path) => bare(name, Some(&uri), whole_file(path, limit)?),
                Location::Remote(place) if !is_store(&place) => {
                    let mut page = self.page_of_web(&place, limit)?;
                    page.name = name.unwrap_or(page.name);
                    page.url = url.take().or(page.url);
                    page.captured = captured.take().or(page.captured);
                    page
                }
                Location::Remote(place) => bare(name, Some(&uri), self.object(&place, &uri, None, limit)?),
            },
            Whereabouts::Warc { uri, offset, length } => {
                let most = limit.saturating_add(HEADS);
                if length > most {
                    return Err(InputError::RecordTooLarge { uri, length, limit: most }.into());
                }
                let part = (offset, length);
                let bytes = match self.place(&uri)? {
                    Location::Folder(path) => part_of_file(path, &uri, offset, length)?,
                    Location::Remote(place) if !is_store(&place) => {
                        let within = |to: &Url| may_lead(&place, to, &self.options.roots);
                        self.options.web.part_within(&place, &within, part)?
                    }
                    Location::Remote(place) => self.object(&place, &uri, Some(part), length)?,
                };
                page_of_record(&bytes, &format!("{uri} ({offset})"), limit)?
            }
        };
        page.url = page.url.or(url);
        page.transport_charset = page.transport_charset.or(record.charset);
        page.captured = page.captured.or(captured);
        if page.captured.is_none() {
            page.captured = single_file::claim(&page.bytes).and_then(|claim| claim.saved);
        }
        Ok(page)
    }

    /// Where `uri` is, if pages may be read there.
    fn place(&self, uri: &str) -> Result<Location, InputError> {
        let location = Location::parse(uri).map_err(|why| InputError::Place { why })?;
        admitted(location, &self.options.roots).ok_or_else(|| InputError::Outside { uri: uri.to_owned() })
    }

    fn page_of_web(&self, url: &Url, limit: u64) -> Result<Acquired, NoPage> {
        let within = |to: &Url| may_lead(url, to, &self.options.roots);
        Ok(self.options.web.get_within(url, &within, limit)?.page()?)
    }

    /// The object at `url`, or a part of it, of at most `limit` bytes.
    fn object(
        &mut self,
        url: &Url,
        uri: &str,
        part: Option<(u64, u64)>,
        limit: u64,
    ) -> Result<Vec<u8>, NoPage> {
        self.remotes.read(url, part, limit).map_err(|error| match error {
            ReadError::Missing => AcquireError::NotFound { path: uri.to_owned() }.into(),
            ReadError::NoObject => AcquireError::NotAFile { path: uri.to_owned() }.into(),
            ReadError::Beyond => InputError::Beyond { uri: uri.to_owned() }.into(),
            ReadError::Refused { why } => InputError::Unreadable { uri: uri.to_owned(), why }.into(),
            ReadError::TooLarge => AcquireError::TooLarge { path: uri.to_owned(), limit: Size(limit) }.into(),
            ReadError::Storage(why) => NoPage::Stream(why.into()),
        })
    }
}

fn whole_file(path: PathBuf, limit: u64) -> Result<Vec<u8>, AcquireError> {
    let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let options = AcquireOptions { max_bytes: limit, base_url: None };
    Ok(acquire(&Source::File { path, root }, &options)?.bytes)
}

fn bare(name: Option<String>, uri: Option<&str>, bytes: Vec<u8>) -> Acquired {
    let last = || uri?.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
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

fn part_of_file(path: PathBuf, uri: &str, offset: u64, length: u64) -> Result<Vec<u8>, NoPage> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => AcquireError::NotFound { path: uri.to_owned() },
        _ => AcquireError::Unreadable { path: uri.to_owned(), why: error.to_string() },
    };
    // Asked before opening: opening a named pipe would wait for a writer.
    let metadata = path.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(AcquireError::NotAFile { path: uri.to_owned() }.into());
    }
    if offset.checked_add(length).is_none_or(|end| end > metadata.len()) {
        return Err(InputError::Beyond { uri: uri.to_owned() }.into());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|mut file| {
            file.seek(SeekFrom::Start(offset))?;
            file.take(length).read_to_end(&mut bytes)
        })
        .map_err(unreadable)?;
    Ok(bytes)
}

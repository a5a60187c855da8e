//! Objects as pages: reads from whatever object stores records name.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::Arc;

use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, ObjectStore, ObjectStoreScheme};
use tokio::runtime::{Builder, Runtime};
use url::{Position, Url};

use super::client::{build, one_line, shown};
use super::wording::words;
use super::{NotThere, ReadError, Settings, StorageError};

/// With these words S3, Google and Azure say that there is no such bucket; the status is that of a missing object.
const NO_BUCKET: [&str; 3] = ["<Code>NoSuchBucket", "bucket does not exist", "<Code>ContainerNotFound"];

/// The object stores that pages are read from, opened when they are first named.
pub(crate) struct Remotes {
    settings: Settings,
    runtime: Option<Runtime>,
    stores: BTreeMap<String, Arc<dyn ObjectStore>>,
}

impl Remotes {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, runtime: None, stores: BTreeMap::new() }
    }

    /// The object at `url`, or `(offset, length)` of it; at most `limit` bytes.
    pub(crate) fn read(
        &mut self,
        url: &Url,
        range: Option<(u64, u64)>,
        limit: u64,
    ) -> Result<Vec<u8>, ReadError> {
        let refused = |why: String| ReadError::Refused { why: NotThere::Said { why: one_line(&why) } };
        let unusable = |why: String| {
            ReadError::Storage(StorageError::Configuration { text: shown(url), why: one_line(&why) })
        };
        let (scheme, path) = ObjectStoreScheme::parse(url).map_err(|error| refused(error.to_string()))?;
        if path.as_ref().is_empty() || url.path().ends_with('/') {
            return Err(ReadError::NoObject);
        }
        let store = match self.stores.get(&identity(url, &scheme)) {
            Some(store) => Arc::clone(store),
            None => {
                let store =
                    build(&scheme, url, &self.settings).map_err(|error| unusable(error.to_string()))?;
                self.stores.insert(identity(url, &scheme), Arc::clone(&store));
                store
            }
        };
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => Builder::new_current_thread().enable_all().build().map_err(|error| {
                let why = error.to_string();
                ReadError::Storage(StorageError::Configuration { text: shown(url), why })
            })?,
        };
        let read = runtime.block_on(read(store.as_ref(), &path, &shown(url), range, limit));
        self.runtime = Some(runtime);
        read
    }
}

/// What of `url` names the store. Where the bucket is a part of the path, that part belongs to it.
fn identity(url: &Url, scheme: &ObjectStoreScheme) -> String {
    let mut identity = url[..Position::BeforePath].to_owned();
    if url.scheme() == "https" && *scheme != ObjectStoreScheme::Http {
        identity.push('/');
        identity += url.path_segments().and_then(|mut parts| parts.next()).unwrap_or_default();
    }
    identity
}

/// The object at `path`, which is called `name` where it cannot be had.
pub(super) async fn read(
    store: &dyn ObjectStore,
    path: &Path,
    name: &str,
    range: Option<(u64, u64)>,
    limit: u64,
) -> Result<Vec<u8>, ReadError> {
    let failed = |error: Error| reason(name, &error);
    let wanted = match range {
        None => None,
        Some((_, 0)) => return Ok(Vec::new()),
        Some((offset, length)) => {
            let end = offset.checked_add(length);
            let end = end.ok_or(ReadError::Beyond)?;
            Some(offset..end)
        }
    };
    let options = GetOptions { range: wanted.clone().map(GetRange::Bounded), ..GetOptions::default() };
    let found = store.get_opts(path, options).await.map_err(failed)?;
    let size = found.range.end.saturating_sub(found.range.start);
    if size > limit {
        return Err(ReadError::TooLarge);
    }
    if wanted.is_some_and(|wanted| wanted != found.range) {
        return Err(ReadError::Beyond);
    }
    Ok(found.bytes().await.map_err(failed)?.to_vec())
}

/// Whether it is the object that cannot be had, or the store. Only what the store says of this very object is the
/// object's: a retry would end the same way. Whatever would be said of every other object too is the store's.
fn reason(name: &str, error: &Error) -> ReadError {
    let why = words(error);
    // Its own words, in which keys are encoded: no key can speak for the store.
    let said = error.source().map_or_else(String::new, ToString::to_string);
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    match error {
        Error::NotFound { .. } if !says(&NO_BUCKET) => ReadError::Missing,
        Error::InvalidPath { .. } | Error::NotSupported { .. } => {
            ReadError::Refused { why: NotThere::Said { why } }
        }
        // The crate tells other answers only in words: a part beyond the end, and an object that was moved to tape.
        _ if says(&["status code: 416"]) => ReadError::Beyond,
        _ if says(&["<Code>InvalidObjectState"]) => ReadError::Refused { why: NotThere::Said { why } },
        Error::PermissionDenied { .. } => {
            ReadError::Storage(StorageError::Denied { key: name.to_owned(), why })
        }
        _ => ReadError::Storage(StorageError::Read { key: name.to_owned(), why }),
    }
}

#[cfg(test)]
mod tests {
    use object_store::{Error, ObjectStoreScheme};
    use url::Url;

    use super::{identity, reason};
    use crate::stream::storage::{ReadError, StorageError};

    #[test]
    fn a_store_is_known_again() {
        let of = |url: &str| {
            let url = Url::parse(url).expect("a URL");
            identity(&url, &ObjectStoreScheme::parse(&url).expect("a store").0)
        };
        assert_eq!(of("s3://bucket/a/b"), of("s3://bucket/c"));
        assert_eq!(of("https://data.example.org/a/b"), of("https://data.example.org/c"));
        assert_ne!(
            of("https://s3.cn-north-1.amazonaws.com/a/x"),
            of("https://s3.cn-north-1.amazonaws.com/b/x")
        );
        assert_ne!(of("http://127.0.0.1:1/a"), of("http://127.0.0.1:2/a"));
    }

    #[test]
    fn what_is_said_of_the_object_is_the_objects_and_everything_else_the_stores() {
        let (path, store) = ("in/a.html".to_owned(), "S3");
        let missing = |body: &str| Error::NotFound { path: path.clone(), source: body.into() };
        let other = |body: &str| Error::Generic { store, source: body.into() };
        let of = |error: &Error| reason("s3://bucket/in/a.html", error);
        assert_eq!(of(&missing("<Code>NoSuchKey</Code>")), ReadError::Missing);
        assert_eq!(of(&other("status code: 416 Range Not Satisfiable")), ReadError::Beyond);
        for error in [
            missing("<Code>NoSuchBucket</Code>"),
            other("status code: 400 Bad Request: <Code>ExpiredToken</Code>"),
            Error::Unauthenticated { path: path.clone(), source: "401".into() },
        ] {
            assert!(matches!(of(&error), ReadError::Storage(StorageError::Read { .. })), "{error}");
        }
        let denied = Error::PermissionDenied { path: path.clone(), source: "RequestTimeTooSkewed".into() };
        assert!(matches!(of(&denied), ReadError::Storage(StorageError::Denied { .. })));
    }
}

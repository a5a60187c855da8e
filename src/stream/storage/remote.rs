//! An object store as a store: S3 and what is compatible with it, Google Cloud Storage, Azure; HTTP to read from.

use std::collections::BTreeMap;
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{
    BackoffConfig, Error, GetOptions, GetRange, ObjectStore, ObjectStoreScheme, PutMode, PutPayload,
    RetryConfig,
};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use url::{Position, Url};

use super::{Object, ReadError, Settings, StorageError, Stored};
use crate::document::sha256;

/// Between two attempts the wait grows up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// So often a key is tried that is said to exist and cannot be read: another writer has not finished.
const ATTEMPTS: u32 = 8;

/// What is under a key may have so many bytes.
const LARGEST: u64 = 4 << 30;

/// An object store. Its connections live on a runtime of its own, which runs while something is asked of it: a store is
/// used by one lane.
pub struct Remote {
    runtime: Runtime,
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Remote {
    pub(super) fn open(url: &Url, settings: &Settings) -> Result<Self, StorageError> {
        let configuration =
            |why: String| StorageError::Configuration { text: shown(url), why: one_line(&why) };
        let (scheme, prefix) =
            ObjectStoreScheme::parse(url).map_err(|error| configuration(error.to_string()))?;
        if scheme == ObjectStoreScheme::Http {
            let why = "outputs cannot be written over plain HTTP".to_owned();
            return Err(StorageError::Location { text: shown(url), why });
        }
        let store = build(&scheme, url, settings).map_err(|error| configuration(error.to_string()))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| configuration(error.to_string()))?;
        Ok(Self { runtime, store, prefix })
    }

    pub(super) fn put(&self, objects: &[Object]) -> Result<Vec<Stored>, StorageError> {
        let mut stored: Vec<Option<Stored>> = vec![None; objects.len()];
        let mut existing = Vec::new();
        for (index, created) in self.put_all(objects)? {
            if created {
                stored[index] = Some(Stored::Created);
            } else {
                existing.push(index);
            }
        }
        for index in existing {
            stored[index] = Some(self.existing(&objects[index])?);
        }
        Ok(stored.into_iter().flatten().collect())
    }

    /// Puts all of them at once; says of each whether it was created.
    fn put_all(&self, objects: &[Object]) -> Result<Vec<(usize, bool)>, StorageError> {
        self.runtime.block_on(async {
            let mut puts = JoinSet::new();
            for (index, object) in objects.iter().enumerate() {
                let (store, path) = (Arc::clone(&self.store), self.path(&object.key));
                let (key, payload) = (object.key.clone(), PutPayload::from(object.bytes.clone()));
                puts.spawn(async move {
                    match store.put_opts(&path, payload, PutMode::Create.into()).await {
                        Ok(_) => Ok((index, true)),
                        Err(Error::AlreadyExists { .. }) => Ok((index, false)),
                        Err(error) => Err(StorageError::Write { key, why: one_line(&error.to_string()) }),
                    }
                });
            }
            let mut done = Vec::with_capacity(objects.len());
            while let Some(put) = puts.join_next().await {
                let put = put.map_err(|error| StorageError::Write {
                    key: self.prefix.to_string(),
                    why: error.to_string(),
                })?;
                done.push(put?);
            }
            Ok(done)
        })
    }

    /// What is stored under the key of `object`, which is said to exist. A store may say so while the other writer is
    /// still at it (S3: 409), and that writer may fail: then it is put again.
    fn existing(&self, object: &Object) -> Result<Stored, StorageError> {
        let mut why = "it is said to exist and cannot be read".to_owned();
        for attempt in 0..ATTEMPTS {
            match self.get(&object.key, LARGEST) {
                Ok(found) => {
                    return Ok(Stored::Existed { sha256: sha256(&found), bytes: found.len() as u64 });
                }
                Err(ReadError::Storage(error)) => return Err(error),
                Err(ReadError::TooLarge) => {
                    "something larger than 4 GiB is stored there".clone_into(&mut why);
                }
                Err(ReadError::Refused { why: refused }) => why = refused,
            }
            thread::sleep(Duration::from_millis(50 << attempt.min(6)));
            if self.put_all(std::slice::from_ref(object))?.iter().any(|(_, created)| *created) {
                return Ok(Stored::Created);
            }
        }
        Err(StorageError::Write { key: object.key.clone(), why })
    }

    pub(super) fn get(&self, key: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let path = self.path(key);
        self.runtime.block_on(read(self.store.as_ref(), &path, None, limit))
    }

    fn path(&self, key: &str) -> Path {
        let key = Path::from(key);
        self.prefix.parts().chain(key.parts()).collect()
    }
}

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
        let refused = |why: String| ReadError::Refused { why: one_line(&why) };
        let (scheme, path) = ObjectStoreScheme::parse(url).map_err(|error| refused(error.to_string()))?;
        let store = match self.stores.get(&identity(url, &scheme)) {
            Some(store) => Arc::clone(store),
            None => {
                let store =
                    build(&scheme, url, &self.settings).map_err(|error| refused(error.to_string()))?;
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
        let read = runtime.block_on(read(store.as_ref(), &path, range, limit));
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

fn build(scheme: &ObjectStoreScheme, url: &Url, settings: &Settings) -> Result<Arc<dyn ObjectStore>, Error> {
    with_ring();
    let retry = RetryConfig {
        backoff: BackoffConfig { max_backoff: LONGEST_WAIT, ..BackoffConfig::default() },
        max_retries: usize::MAX,
        retry_timeout: settings.patience,
    };
    /// Gives a builder those of the variables that it knows.
    macro_rules! configured {
        ($builder:expr) => {
            settings.variables.iter().fold($builder, |builder, (name, value)| {
                match name.to_ascii_lowercase().parse() {
                    Ok(key) => builder.with_config(key, value),
                    Err(_) => builder,
                }
            })
        };
    }
    Ok(match scheme {
        ObjectStoreScheme::AmazonS3 => {
            let builder = configured!(AmazonS3Builder::new().with_url(url.as_str()));
            Arc::new(builder.with_retry(retry).build()?)
        }
        ObjectStoreScheme::GoogleCloudStorage => {
            let builder = configured!(GoogleCloudStorageBuilder::new().with_url(url.as_str()));
            Arc::new(builder.with_retry(retry).build()?)
        }
        ObjectStoreScheme::MicrosoftAzure => {
            let builder = configured!(MicrosoftAzureBuilder::new().with_url(url.as_str()));
            Arc::new(builder.with_retry(retry).build()?)
        }
        ObjectStoreScheme::Http => {
            let builder = HttpBuilder::new().with_url(&url[..Position::BeforePath]);
            let options = object_store::ClientOptions::new().with_allow_http(true);
            Arc::new(builder.with_client_options(options).with_retry(retry).build()?)
        }
        other => {
            let source = format!("{other:?} is no object store").into();
            return Err(Error::NotSupported { source });
        }
    })
}

/// HTTPS is spoken with ring, as everywhere in this program. The first call decides for the process.
fn with_ring() {
    static ONCE: Once = Once::new();
    // Fails only where another provider was chosen before, which serves as well.
    ONCE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

async fn read(
    store: &dyn ObjectStore,
    path: &Path,
    range: Option<(u64, u64)>,
    limit: u64,
) -> Result<Vec<u8>, ReadError> {
    let failed = |error: Error| reason(path, &error);
    let wanted = match range {
        None => None,
        Some((_, 0)) => return Ok(Vec::new()),
        Some((offset, length)) => {
            let end = offset.checked_add(length);
            let end = end.ok_or_else(|| ReadError::Refused { why: "no such part".to_owned() })?;
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
        return Err(ReadError::Refused { why: format!("it has {} bytes only", found.meta.size) });
    }
    Ok(found.bytes().await.map_err(failed)?.to_vec())
}

/// Whether it is the object that cannot be had, or the store.
fn reason(path: &Path, error: &Error) -> ReadError {
    let why = one_line(&error.to_string());
    match error {
        Error::NotFound { .. }
        | Error::InvalidPath { .. }
        | Error::NotSupported { .. }
        | Error::PermissionDenied { .. } => ReadError::Refused { why },
        // The crate tells other answers of a server only in words. What the server finds wrong with the question (4xx, as
        // 416 for a part beyond the end) will be wrong again, but for 401, 408 and 429.
        _ if why.contains("status code: 4")
            && !["401", "408", "429"].iter().any(|code| why.contains(&format!("status code: {code}"))) =>
        {
            ReadError::Refused { why }
        }
        _ => ReadError::Storage(StorageError::Read { key: path.to_string(), why }),
    }
}

/// The address without what may be a secret.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    let _ = url.set_password(None);
    url.to_string()
}

/// Answers of servers come with whole documents.
fn one_line(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    line.join(" ").chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use url::Url;

    use super::{Remote, identity};
    use crate::message::Describe;
    use crate::stream::storage::{Object, Settings};
    use object_store::ObjectStoreScheme;

    fn open(url: &str, variables: &[(&str, &str)]) -> Result<Remote, String> {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let settings = Settings { variables, patience: Duration::from_millis(1) };
        Remote::open(&Url::parse(url).expect("a URL"), &settings).map_err(|error| error.code().to_owned())
    }

    #[test]
    fn each_kind_of_store_is_opened_from_its_variables() {
        let aws = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_REGION", "cn-north-1")];
        open("s3://bucket/prefix", &aws).expect("S3");
        open("gs://bucket/prefix", &[("GOOGLE_SKIP_SIGNATURE", "true")]).expect("Google");
        let azure = [("AZURE_STORAGE_ACCOUNT_NAME", "account"), ("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")];
        open("az://container/prefix", &azure).expect("Azure");
        open("abfss://container@account.dfs.core.windows.net/prefix", &azure).expect("Azure");
    }

    #[test]
    fn what_is_missing_is_told() {
        assert_eq!(open("az://container/prefix", &[]).err().as_deref(), Some("storage-configuration"));
        let key = [("GOOGLE_SERVICE_ACCOUNT_KEY", "no JSON")];
        assert_eq!(open("gs://bucket/prefix", &key).err().as_deref(), Some("storage-configuration"));
        assert_eq!(open("https://www.gd.gov.cn/x", &[]).err().as_deref(), Some("storage-location"));
    }

    #[test]
    fn a_store_that_does_not_answer_is_an_error_within_patience() {
        let aws = [
            ("AWS_ACCESS_KEY_ID", "a"),
            ("AWS_SECRET_ACCESS_KEY", "b"),
            ("AWS_REGION", "x"),
            // Discard: nobody listens there.
            ("AWS_ENDPOINT", "http://127.0.0.1:9"),
            ("AWS_ALLOW_HTTP", "true"),
        ];
        let store = open("s3://bucket/prefix", &aws).expect("S3");
        let object = Object { key: "a/b".to_owned(), sha256: String::new(), bytes: b"x".to_vec() };
        let error = store.put(&[object]).expect_err("nobody listens");
        assert_eq!(error.code(), "storage-write");
        assert!(!error.describe(crate::message::Language::Chinese).contains('\n'));
    }

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
}

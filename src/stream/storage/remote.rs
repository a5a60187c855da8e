//! An object store as a store: S3 and what is compatible with it, Google Cloud Storage, Azure.

mod client;
mod reading;
mod wording;

use std::error::Error as _;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use object_store::client::{HttpError, HttpErrorKind};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreScheme, PutMode, PutPayload};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use url::Url;

use super::{NoPlace, NotThere, Object, ReadError, Settings, StorageError, Stored};
use crate::document::sha256;
use crate::message::Told;
use client::{REQUESTS, build, one_line, shown};
use reading::read;
use wording::words;

pub(crate) use client::is_store;
pub(crate) use reading::Remotes;

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
            return Err(StorageError::Location { text: shown(url), why: NoPlace::ReadOnly });
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

    pub(super) fn replace(&self, object: &Object) -> Result<(), StorageError> {
        let (path, payload) = (self.path(&object.key), PutPayload::from(object.bytes.clone()));
        let put = self.runtime.block_on(self.store.put_opts(&path, payload, PutMode::Overwrite.into()));
        put.map(drop)
            .map_err(|error| StorageError::Write { key: object.key.clone(), why: said(words(&error)) })
    }

    /// Puts all of them at once; says of each whether it was created.
    fn put_all(&self, objects: &[Object]) -> Result<Vec<(usize, bool)>, StorageError> {
        self.runtime.block_on(async {
            let mut puts = JoinSet::new();
            for (index, object) in objects.iter().enumerate() {
                let (store, path) = (Arc::clone(&self.store), self.path(&object.key));
                let (key, payload) = (object.key.clone(), PutPayload::from(object.bytes.clone()));
                puts.spawn(async move {
                    let created = create(store.as_ref(), &path, payload).await;
                    let created =
                        created.map_err(|error| StorageError::Write { key, why: said(words(&error)) })?;
                    Ok((index, created))
                });
            }
            let mut done = Vec::with_capacity(objects.len());
            while let Some(put) = puts.join_next().await {
                let put = put.map_err(|error| StorageError::Write {
                    key: self.prefix.to_string(),
                    why: said(error.to_string()),
                })?;
                done.push(put?);
            }
            Ok(done)
        })
    }

    /// What is stored under the key of `object`, which is said to exist. A store may say so while the other writer is
    /// still at it (S3: 409), and that writer may fail: then it is put again.
    fn existing(&self, object: &Object) -> Result<Stored, StorageError> {
        let mut why = NotThere::Unfinished;
        for attempt in 0..ATTEMPTS {
            match self.get(&object.key, LARGEST) {
                Ok(found) => {
                    return Ok(Stored::Existed { sha256: sha256(&found), bytes: found.len() as u64 });
                }
                Err(ReadError::Storage(error)) => return Err(error),
                Err(ReadError::TooLarge) => why = NotThere::TooLarge,
                Err(ReadError::Refused { why: refused }) => why = refused,
                Err(ReadError::Missing | ReadError::NoObject | ReadError::Beyond) => {}
            }
            thread::sleep(Duration::from_millis(50 << attempt.min(6)));
            if self.put_all(std::slice::from_ref(object))?.iter().any(|(_, created)| *created) {
                return Ok(Stored::Created);
            }
        }
        Err(StorageError::Write { key: object.key.clone(), why: Told::of(&why) })
    }

    pub(super) fn get(&self, key: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let path = self.path(key);
        self.runtime.block_on(read(self.store.as_ref(), &path, key, None, limit))
    }

    fn path(&self, key: &str) -> Path {
        let key = Path::from(key);
        self.prefix.parts().chain(key.parts()).collect()
    }
}

/// What the store or its client says, as a reason.
fn said(why: String) -> Told {
    Told::of(&NotThere::Said { why })
}

/// Puts `payload` under `path` unless something is there; says whether it did. The client does not repeat a put that was
/// accepted and never answered, for it cannot know what became of it. Here that does no harm: what is then found is the
/// same.
async fn create(store: &dyn ObjectStore, path: &Path, payload: PutPayload) -> Result<bool, Error> {
    let mut request = 1;
    loop {
        match store.put_opts(path, payload.clone(), PutMode::Create.into()).await {
            Ok(_) => return Ok(true),
            Err(Error::AlreadyExists { .. }) => return Ok(false),
            Err(error) if request < REQUESTS && is_unanswered(&error) => request += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Whether the request went out and nothing, or half an answer, came back.
fn is_unanswered(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(http) = inner.downcast_ref::<HttpError>() {
            use HttpErrorKind::{Interrupted, Timeout, Unknown};
            return matches!(http.kind(), Timeout | Interrupted | Unknown);
        }
        cause = inner.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use url::Url;

    use super::Remote;
    use crate::message::Describe;
    use crate::stream::storage::{Object, Settings};

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
}

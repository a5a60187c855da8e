//! What stands for object stores where this program was built without them: nothing can be one.

use url::Url;

use super::{NotThere, Object, ReadError, Settings, StorageError, Stored};

/// An object store; there is none.
pub enum Remote {}

impl Remote {
    pub(super) fn open(url: &Url, _: &Settings) -> Result<Self, StorageError> {
        Err(StorageError::NotBuilt { text: url.to_string() })
    }

    pub(super) fn put(&self, _: &[Object]) -> Result<Vec<Stored>, StorageError> {
        match *self {}
    }

    pub(super) fn replace(&self, _: &Object) -> Result<(), StorageError> {
        match *self {}
    }

    pub(super) fn get(&self, _: &str, _: u64) -> Result<Vec<u8>, ReadError> {
        match *self {}
    }
}

/// Whether the address is of an object store: those of the web are of the web.
pub(crate) fn is_store(url: &Url) -> bool {
    !matches!(url.scheme(), "http" | "https")
}

/// Object stores that pages are read from; there are none.
pub(crate) struct Remotes;

impl Remotes {
    pub(crate) fn new(_: Settings) -> Self {
        Self
    }

    pub(crate) fn read(&mut self, _: &Url, _: Option<(u64, u64)>, _: u64) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::Refused { why: NotThere::NotBuilt })
    }
}

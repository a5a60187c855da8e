//! Turns the files of a version that lie in a folder outside of any store into what can be filed again.

use std::path::Path;
use std::sync::Arc;

use super::metadata::PackageMetadata;
use super::{Archived, METADATA, PackageError, SOURCE};
use crate::archive::store::{StoreError, reading};
use crate::document::sha256;

/// Descriptions are small.
const LARGEST_METADATA: u64 = 64 << 20;

/// Captured files may have this many bytes together.
pub const LARGEST_SOURCE: u64 = 4 << 30;

impl Archived {
    /// The captured files of the version in `folder`, as they were filed once.
    ///
    /// # Errors
    /// If they cannot be read, or are not those that the metadata beside them describe.
    pub fn from_folder(folder: &Path) -> Result<Self, PackageError> {
        let name = || folder.display().to_string();
        let read = |file: &str, limit| {
            let failed = |error: StoreError| PackageError::Unreadable { why: error.to_string() };
            let bytes = reading::read(folder, file, limit).map_err(failed)?;
            bytes.ok_or_else(|| PackageError::Unreadable { why: format!("{}: no {file}", name()) })
        };
        Self::from_bytes(&name(), read(SOURCE, LARGEST_SOURCE)?, &read(METADATA, LARGEST_METADATA)?)
    }

    /// The captured files `warc` with their metadata `json`. `name` is how they are shown.
    ///
    /// # Errors
    /// If the metadata cannot be read, or describe other files.
    pub fn from_bytes(name: &str, warc: Vec<u8>, json: &[u8]) -> Result<Self, PackageError> {
        let wrong = |why| PackageError::Metadata { object: name.to_owned(), why };
        let metadata = PackageMetadata::from_json(json).map_err(wrong)?;
        let described = metadata.files.iter().find(|file| file.path == SOURCE);
        if described.is_none_or(|file| file.digests.sha256 != sha256(&warc)) {
            return Err(PackageError::Altered { object: name.to_owned() });
        }
        Ok(Self { warc: Arc::new(warc), metadata })
    }
}

//! Reads an object of the store: its versions, and their files with digests checked.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::digest::sha512;
use super::error::InventoryFault;
use super::inventory::{self, Inventory, VersionName};
use super::inventory_check;
use super::layout::{INVENTORY, OBJECT_CONFORMANCE, OBJECT_DECLARATION, SIDECAR, object_folder};
use super::reading::{self, Kind};
use super::{ObjectId, StoreError};

/// Times the inventory is read before it is called damaged: beside a writer it may be exchanged in between.
const ATTEMPTS: u32 = 3;

/// An object as it was when it was looked up. What it names never changes afterwards; newer versions do not show.
#[derive(Clone, Debug)]
pub struct Object {
    id: ObjectId,
    store: PathBuf,
    /// Below the store.
    folder: String,
    path: PathBuf,
    pub(crate) inventory: Inventory,
    versions: Vec<Version>,
}

/// What is known about a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: u32,
    /// When it was made.
    pub created: Timestamp,
    /// Why; empty if not stated.
    pub message: String,
    /// By whom; empty if not stated.
    pub user: String,
}

/// A file of the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredFile {
    /// Where it is.
    pub path: PathBuf,
    /// SHA-512 in lower-case hexadecimal, from the manifest.
    pub sha512: String,
    /// SHA-256 in lower-case hexadecimal, from the fixity block. Always there in objects that guidang made.
    pub sha256: Option<String>,
}

impl Object {
    /// The object with this identifier, if there is one.
    ///
    /// # Errors
    /// If it cannot be read, or is damaged.
    pub(crate) fn read_by_id(store: &Path, id: &ObjectId) -> Result<Option<Self>, StoreError> {
        let folder = object_folder(id);
        if reading::look(store, &folder)? == Kind::Missing {
            return Ok(None);
        }
        let object = Self::read_folder(store, &folder)?;
        if object.id == *id { Ok(Some(object)) } else { Err(object.elsewhere()) }
    }

    /// The object in this folder, which must be where its identifier belongs.
    ///
    /// # Errors
    /// If it cannot be read, or is damaged.
    pub(crate) fn read_by_folder(store: &Path, folder: &str) -> Result<Self, StoreError> {
        let object = Self::read_folder(store, folder)?;
        if object_folder(&object.id) == folder { Ok(object) } else { Err(object.elsewhere()) }
    }

    fn elsewhere(&self) -> StoreError {
        StoreError::Inventory {
            path: self.path.join(INVENTORY).display().to_string(),
            fault: InventoryFault::Identity { found: self.id.to_string() },
        }
    }

    fn read_folder(store: &Path, folder: &str) -> Result<Self, StoreError> {
        let mut attempt = 1;
        loop {
            match Self::read_once(store, folder) {
                Err(StoreError::Inventory { fault: InventoryFault::Sidecar, .. }) if attempt < ATTEMPTS => {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    fn read_once(store: &Path, folder: &str) -> Result<Self, StoreError> {
        let path = store.join(folder);
        let missing = |name: &str| StoreError::Missing { path: path.join(name).display().to_string() };
        let wrong = |fault| StoreError::Inventory { path: path.join(INVENTORY).display().to_string(), fault };
        let small = 4096;

        let declaration = reading::read(store, &format!("{folder}/{OBJECT_DECLARATION}"), small)?
            .ok_or_else(|| missing(OBJECT_DECLARATION))?;
        if declaration != OBJECT_CONFORMANCE.as_bytes() {
            return Err(StoreError::Unsupported {
                path: path.display().to_string(),
                found: String::from_utf8_lossy(&declaration).escape_debug().to_string(),
            });
        }
        let bytes = reading::read(store, &format!("{folder}/{INVENTORY}"), inventory::LARGEST)?
            .ok_or_else(|| missing(INVENTORY))?;
        let inventory = Inventory::parse(&bytes).map_err(wrong)?;
        // The sidecar of the head version is in place before the inventory of the object changes; the one beside that
        // inventory changes after it, and says nothing while a commit is under way.
        let sidecar = format!("{folder}/{}/{SIDECAR}", inventory.head);
        let sidecar = reading::read(store, &sidecar, small)?.ok_or_else(|| missing(SIDECAR))?;
        if sidecar != sidecar_of(&bytes).into_bytes() {
            return Err(wrong(InventoryFault::Sidecar));
        }
        inventory_check::check(&inventory).map_err(wrong)?;
        let id = ObjectId::parse(&inventory.id).ok_or_else(|| {
            wrong(InventoryFault::Identity { found: inventory.id.escape_debug().to_string() })
        })?;
        let versions = inventory
            .versions
            .0
            .iter()
            .filter_map(|(name, block)| {
                Some(Version {
                    number: name.0,
                    created: block.created.parse().ok()?,
                    message: block.message.clone().unwrap_or_default(),
                    user: block.user.as_ref().map(|user| user.name.clone()).unwrap_or_default(),
                })
            })
            .collect();
        Ok(Self { id, store: store.to_owned(), folder: folder.to_owned(), path, inventory, versions })
    }

    /// The identifier.
    #[must_use]
    pub fn id(&self) -> &ObjectId {
        &self.id
    }

    /// The folder of the object.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The newest version.
    #[must_use]
    pub fn head(&self) -> u32 {
        self.inventory.head.0
    }

    /// All versions, oldest first.
    #[must_use]
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The files of a version by logical path.
    ///
    /// # Errors
    /// If there is no such version.
    pub fn files(&self, version: u32) -> Result<BTreeMap<String, StoredFile>, StoreError> {
        let fixity = self.inventory.fixity();
        let files = self.inventory.files(version).ok_or_else(|| self.no_version(version))?;
        let stored = |(logical, (digest, content)): (&str, (&str, &str))| {
            (logical.to_owned(), self.stored(content, digest, &fixity))
        };
        Ok(files.into_iter().map(stored).collect())
    }

    /// The files that the object keeps, each once however many versions have it, in order of their paths.
    #[must_use]
    pub fn content(&self) -> Vec<StoredFile> {
        let fixity = self.inventory.fixity();
        let mut files: Vec<StoredFile> = self
            .inventory
            .manifest
            .0
            .iter()
            .flat_map(|(digest, paths)| paths.iter().map(move |path| (digest, path)))
            .map(|(digest, path)| self.stored(path, digest, &fixity))
            .collect();
        files.sort();
        files
    }

    /// The bytes of a file of a version, after their digest was checked.
    ///
    /// # Errors
    /// If there is no such version or file, or it cannot be read, or its bytes are not those that were filed.
    pub fn read(&self, version: u32, logical: &str) -> Result<Vec<u8>, StoreError> {
        let files = self.inventory.files(version).ok_or_else(|| self.no_version(version))?;
        let (digest, content) = files.get(logical).copied().ok_or_else(|| StoreError::NoFile {
            object: self.id.to_string(),
            file: format!("{}/{}", VersionName(version), logical.escape_debug()),
        })?;
        let relative = format!("{}/{content}", self.folder);
        let path = || self.store.join(&relative).display().to_string();
        let bytes = reading::read(&self.store, &relative, u64::MAX)?
            .ok_or_else(|| StoreError::Missing { path: path() })?;
        let found = sha512(&bytes);
        if found != digest {
            return Err(StoreError::Altered { path: path(), expected: digest.to_owned(), found });
        }
        Ok(bytes)
    }

    /// A file of this object, as [`Object::files`] names it, open for reading: it may be of any size, and its digest is
    /// the caller's to compare.
    ///
    /// # Errors
    /// If it is missing, cannot be read, or is no regular file of this object.
    pub fn open(&self, file: &StoredFile) -> Result<File, StoreError> {
        let missing = || StoreError::Missing { path: file.path.display().to_string() };
        let relative = file.path.strip_prefix(&self.path).ok().and_then(Path::to_str).ok_or_else(missing)?;
        let opened = reading::open(&self.store, &format!("{}/{relative}", self.folder))?;
        Ok(opened.ok_or_else(missing)?.0)
    }

    fn stored(&self, content: &str, digest: &str, fixity: &BTreeMap<&str, &str>) -> StoredFile {
        StoredFile {
            path: self.path.join(content),
            sha512: digest.to_owned(),
            sha256: fixity.get(content).map(|&digest| digest.to_owned()),
        }
    }

    fn no_version(&self, version: u32) -> StoreError {
        StoreError::NoVersion { object: self.id.to_string(), version: version.into() }
    }
}

/// OCFL 1.1, section 3.7: digest, white space, file name, line feed.
pub(crate) fn sidecar_of(inventory: &[u8]) -> String {
    format!("{} {INVENTORY}\n", sha512(inventory))
}

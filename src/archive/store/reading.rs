//! Opens what is in the store without ever leaving it: no link is followed, no pipe or device opened.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::StoreError;

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing.
    Missing,
    /// A regular file of this many bytes.
    File(u64),
    /// A folder.
    Folder,
}

/// What is at `relative` (parts between `/`) below `store`, which itself may be a link: it is what the user named.
///
/// # Errors
/// If any part of the way is a link, device or pipe, or a file where there should be a folder.
pub(crate) fn look(store: &Path, relative: &str) -> Result<Kind, StoreError> {
    let mut path = store.to_owned();
    let mut kind = Kind::Folder;
    for part in relative.split('/') {
        path.push(part);
        if kind != Kind::Folder {
            return Err(foreign(&path));
        }
        kind = match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => Kind::Folder,
            Ok(found) if found.is_file() => Kind::File(found.len()),
            Ok(_) => return Err(foreign(&path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kind::Missing),
            // A file in place of a folder.
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(foreign(&path)),
            Err(error) => return Err(StoreError::reading(&path, &error)),
        };
    }
    Ok(kind)
}

/// The regular file at `relative` and its length; None if there is nothing.
///
/// # Errors
/// As [`look`]; also if it is a folder or the system does not let us open it.
pub(crate) fn open(store: &Path, relative: &str) -> Result<Option<(File, u64)>, StoreError> {
    let path = store.join(relative);
    match look(store, relative)? {
        Kind::Missing => Ok(None),
        Kind::Folder => Err(foreign(&path)),
        Kind::File(_) => {
            let file = File::open(&path).map_err(|error| StoreError::reading(&path, &error))?;
            let length = file.metadata().map_err(|error| StoreError::reading(&path, &error))?.len();
            Ok(Some((file, length)))
        }
    }
}

/// The bytes of the regular file at `relative`; None if there is nothing.
///
/// # Errors
/// As [`open`]; also if it has more than `limit` bytes.
pub(crate) fn read(store: &Path, relative: &str, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let Some((file, length)) = open(store, relative)? else { return Ok(None) };
    let path = store.join(relative);
    let too_large = || StoreError::TooLarge { path: path.display().to_string(), limit };
    if length > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| StoreError::reading(&path, &error))?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(Some(bytes))
}

/// The names in the folder at `relative`, in order.
///
/// # Errors
/// As [`look`]; also if it is missing, or a name is not Unicode: no name in a store is anything but ASCII or what an
/// inventory, which is Unicode, says.
pub(crate) fn names(store: &Path, relative: &str) -> Result<Vec<String>, StoreError> {
    let path = store.join(relative);
    match look(store, relative)? {
        Kind::Folder => {}
        Kind::Missing => return Err(StoreError::Missing { path: path.display().to_string() }),
        Kind::File(_) => return Err(foreign(&path)),
    }
    let failed = |error: io::Error| StoreError::reading(&path, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(&path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        names.push(name.into_string().map_err(|name| foreign(&path.join(name)))?);
    }
    names.sort_unstable();
    Ok(names)
}

pub(crate) fn foreign(path: &Path) -> StoreError {
    StoreError::Foreign { path: path.display().to_string() }
}

/// `store` without links: what is checked from now on is what is below it.
///
/// # Errors
/// If it cannot be found.
pub(crate) fn resolve(store: &Path) -> Result<PathBuf, StoreError> {
    store.canonicalize().map_err(|error| StoreError::reading(store, &error))
}

//! A folder on this machine, or one that many machines share, as a store.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{NotThere, Object, ReadError, StorageError, Stored};
use crate::archive::{PlaceError, place, place_new, sweep, sync_folder};
use crate::document::sha256;
use crate::message::{Describe, Told};

/// The folder for files that are being written. In one place, so that what a killed process left is found.
const INCOMING: &str = ".incoming";

/// What is under a key may have so many bytes.
const LARGEST: u64 = 4 << 30;

/// A folder as a store.
pub struct Folder {
    root: PathBuf,
    incoming: PathBuf,
}

impl Folder {
    pub(super) fn open(root: &Path) -> Result<Self, StorageError> {
        let incoming = root.join(INCOMING);
        fs::create_dir_all(&incoming).map_err(|error| StorageError::Configuration {
            text: root.display().to_string(),
            why: error.to_string(),
        })?;
        sweep(&incoming);
        Ok(Self { root: root.to_path_buf(), incoming })
    }

    pub(super) fn put(&self, objects: &[Object]) -> Result<Vec<Stored>, StorageError> {
        let stored = objects.iter().map(|object| self.put_one(object)).collect::<Result<Vec<_>, _>>()?;
        // Once for all files of a page: each of these waits for the disk.
        let created = objects.iter().zip(&stored).filter(|(_, stored)| **stored == Stored::Created);
        let mut last = None;
        for (object, _) in created {
            let folder = self.root.join(&object.key).parent().map(Path::to_path_buf);
            if let Some(folder) = folder.filter(|folder| last.as_ref() != Some(folder)) {
                let failed = |error: PlaceError| StorageError::Write {
                    key: object.key.clone(),
                    why: Told::of(&error),
                };
                sync_folder(&folder).map_err(failed)?;
                last = Some(folder);
            }
        }
        Ok(stored)
    }

    pub(super) fn replace(&self, object: &Object) -> Result<(), StorageError> {
        place(&self.root.join(&object.key), &object.bytes)
            .map_err(|error| StorageError::Write { key: object.key.clone(), why: Told::of(&error) })
    }

    fn put_one(&self, object: &Object) -> Result<Stored, StorageError> {
        let failed = |why: &dyn Describe| StorageError::Write { key: object.key.clone(), why: Told::of(why) };
        let path = self.root.join(&object.key);
        if place_new(&path, &self.incoming, &object.bytes).map_err(|error| failed(&error))? {
            return Ok(Stored::Created);
        }
        match self.get(&object.key, LARGEST) {
            Ok(found) => Ok(Stored::Existed { sha256: sha256(&found), bytes: found.len() as u64 }),
            Err(ReadError::Storage(error)) => Err(error),
            Err(ReadError::Refused { why }) => Err(failed(&why)),
            Err(ReadError::Missing | ReadError::Beyond) => Err(failed(&NotThere::Unfinished)),
            Err(ReadError::NoObject) => Err(failed(&NotThere::NotAFile)),
            Err(ReadError::TooLarge) => Err(failed(&NotThere::TooLarge)),
        }
    }

    pub(super) fn get(&self, key: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let broken = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Missing,
            _ => ReadError::Storage(StorageError::Read { key: key.to_owned(), why: error.to_string() }),
        };
        let path = self.root.join(key);
        let metadata = fs::symlink_metadata(&path).map_err(broken)?;
        if !metadata.is_file() {
            return Err(ReadError::NoObject);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or(0));
        File::open(&path)
            .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
            .map_err(broken)?;
        if bytes.len() as u64 > limit { Err(ReadError::TooLarge) } else { Ok(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Barrier;

    use super::Folder;
    use crate::document::sha256;
    use crate::stream::storage::{Object, ReadError, Stored};

    fn object(bytes: &[u8]) -> Object {
        Object { key: "abc/abcdef/document.txt".to_owned(), sha256: sha256(bytes), bytes: bytes.to_vec() }
    }

    #[test]
    fn of_many_writers_one_creates_and_the_others_report_what_is_stored() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for _ in 0..20 {
            let barrier = Barrier::new(8);
            let stored: Vec<Stored> = std::thread::scope(|scope| {
                let writers: Vec<_> = (0..8u8)
                    .map(|number| {
                        let (barrier, path) = (&barrier, folder.path());
                        scope.spawn(move || {
                            let store = Folder::open(path).expect("a store");
                            barrier.wait();
                            store.put(&[object(&vec![number; 100_000])]).expect("stored").remove(0)
                        })
                    })
                    .collect();
                writers.into_iter().map(|writer| writer.join().expect("no panic")).collect()
            });
            let found = fs::read(folder.path().join("abc/abcdef/document.txt")).expect("the object");
            assert_eq!(stored.iter().filter(|stored| **stored == Stored::Created).count(), 1);
            let creator = stored.iter().position(|stored| *stored == Stored::Created);
            assert_eq!(found, vec![u8::try_from(creator.expect("one")).expect("small"); 100_000]);
            let existed = Stored::Existed { sha256: sha256(&found), bytes: 100_000 };
            assert_eq!(stored.iter().filter(|stored| **stored == existed).count(), 7);
            assert_eq!(fs::read_dir(folder.path().join(".incoming")).expect("a folder").count(), 0);
            fs::remove_dir_all(folder.path().join("abc")).expect("removed");
        }
    }

    #[test]
    fn what_is_read_is_a_whole_file_within_the_limit() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Folder::open(folder.path()).expect("a store");
        store.put(&[object(b"words")]).expect("stored");
        assert_eq!(store.get("abc/abcdef/document.txt", 5), Ok(b"words".to_vec()));
        assert_eq!(store.get("abc/abcdef/document.txt", 4), Err(ReadError::TooLarge));
        assert_eq!(store.get("abc/none", 4), Err(ReadError::Missing));
        assert_eq!(store.get("abc", 4), Err(ReadError::NoObject));
    }
}

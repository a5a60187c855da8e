//! Turns what is written beside its destination into what has its name, in one step.
//!
//! A run that is killed leaves at most a file or folder `.NAME.guidang-partial`, which the next run to the same
//! destination removes.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::ExportError;

/// What is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One file.
    File,
    /// A folder.
    Folder,
}

/// Where it is to be. Dropped without [`Destination::publish`], nothing is left of it.
#[derive(Debug)]
pub struct Destination {
    path: PathBuf,
    temporary: PathBuf,
    shape: Shape,
    /// Holds the lock on what is being written.
    _lock: File,
    published: bool,
}

impl Destination {
    /// Makes ready to write `path`. A folder may be there if it is empty, a file if `force` allows to replace it.
    ///
    /// # Errors
    /// If something else is there, the place is within the folder `store`, another process is writing to it, or the
    /// system refuses.
    pub fn prepare(path: &Path, shape: Shape, force: bool, store: &Path) -> Result<Self, ExportError> {
        let shown = || path.display().to_string();
        let occupied = || ExportError::Occupied { path: shown() };
        let name = path.file_name().ok_or_else(occupied)?;
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(ExportError::writing(path, &error)),
            Ok(found) if shape == Shape::Folder && found.is_dir() => {
                let mut entries = fs::read_dir(path).map_err(|error| ExportError::writing(path, &error))?;
                if entries.next().is_some() {
                    return Err(occupied());
                }
            }
            Ok(found) if shape == Shape::File && found.is_file() && force => {}
            Ok(found) if shape == Shape::File && found.is_file() => {
                return Err(ExportError::FileExists { path: shown() });
            }
            Ok(_) => return Err(occupied()),
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|error| ExportError::writing(folder, &error))?;
        let folder = folder.canonicalize().map_err(|error| ExportError::writing(folder, &error))?;
        if folder.starts_with(store) {
            return Err(ExportError::WithinStore { path: shown() });
        }
        let mut partial = std::ffi::OsString::from(".");
        partial.push(name);
        partial.push(".guidang-partial");
        let temporary = folder.join(partial);
        let lock = made(&temporary, shape).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => ExportError::InUse { path: shown() },
            _ => ExportError::writing(&temporary, &error),
        })?;
        Ok(Self { path: folder.join(name), temporary, shape, _lock: lock, published: false })
    }

    /// Where it is written for now: an empty file, or an empty folder.
    #[must_use]
    pub fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// If the system refuses; nothing is left then.
    pub fn publish(mut self) -> Result<(), ExportError> {
        let failed = |error: io::Error| ExportError::writing(&self.path, &error);
        if self.shape == Shape::Folder {
            settle(&self.temporary).map_err(failed)?;
            // An empty folder may be in the place; not every system replaces it by renaming.
            match fs::remove_dir(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        } else {
            File::open(&self.temporary).and_then(|file| file.sync_all()).map_err(failed)?;
        }
        fs::rename(&self.temporary, &self.path).map_err(failed)?;
        self.published = true;
        // The rename itself must survive a power failure too.
        let folder = self.path.parent().unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        if !self.published {
            let _ = removed(&self.temporary);
        }
    }
}

/// Makes what is to be written, empty, and locks it: the lock goes with the process. What a dead process left is removed
/// first.
fn made(temporary: &Path, shape: Shape) -> io::Result<File> {
    loop {
        if temporary.symlink_metadata().is_ok() {
            if let Ok(file) = File::open(temporary) {
                file.try_lock()?;
            }
            removed(temporary)?;
        }
        match shape {
            Shape::File => File::create_new(temporary).map(drop)?,
            Shape::Folder => fs::create_dir(temporary)?,
        }
        let lock = File::open(temporary)?;
        lock.try_lock()?;
        // Another process may have taken it for what a dead one left, between its birth and its lock.
        if temporary.exists() {
            return Ok(lock);
        }
    }
}

fn removed(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// Makes all files below `folder` and the folder itself durable.
fn settle(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            settle(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Destination, ExportError, Shape};

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn it_gets_its_name_last_and_leaves_nothing_when_given_up() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let store = root.path().join("store");
        let bag = root.path().join("out/bag");
        let given_up = Destination::prepare(&bag, Shape::Folder, false, &store).expect("a destination");
        fs::write(given_up.temporary().join("half"), b"x").expect("a file");
        drop(given_up);
        assert_eq!(names(&root.path().join("out")), Vec::<String>::new());
        fs::create_dir(&bag).expect("an empty folder is no obstacle");
        let destination = Destination::prepare(&bag, Shape::Folder, false, &store).expect("a destination");
        fs::write(destination.temporary().join("whole"), b"x").expect("a file");
        assert_eq!(names(&bag), Vec::<String>::new());
        destination.publish().expect("published");
        assert_eq!(names(&bag), ["whole"]);
        assert_eq!(names(&root.path().join("out")), ["bag"]);
    }

    #[test]
    fn nothing_is_overwritten_unasked() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (store, file) = (root.path().join("store"), root.path().join("a.wacz"));
        fs::write(&file, b"old").expect("a file");
        let refused = |path: &Path, shape, force| Destination::prepare(path, shape, force, &store).err();
        assert!(matches!(refused(&file, Shape::File, false), Some(ExportError::FileExists { .. })));
        assert!(matches!(refused(&file, Shape::Folder, true), Some(ExportError::Occupied { .. })));
        assert!(matches!(refused(root.path(), Shape::Folder, true), Some(ExportError::Occupied { .. })));
        let destination = Destination::prepare(&file, Shape::File, true, &store).expect("force");
        fs::write(destination.temporary(), b"new").expect("a file");
        destination.publish().expect("published");
        assert_eq!(fs::read(&file).expect("a file"), b"new");
        let root = root.path().canonicalize().expect("a path");
        let within = Destination::prepare(&root.join("store/x"), Shape::File, true, &root.join("store"));
        assert!(matches!(within, Err(ExportError::WithinStore { .. })));
    }

    #[test]
    fn what_a_dead_run_left_is_removed_and_what_a_living_one_writes_is_not() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let store = root.path().join("store");
        let bag = root.path().join("bag");
        fs::create_dir_all(root.path().join(".bag.guidang-partial/data")).expect("folders");
        let first = Destination::prepare(&bag, Shape::Folder, false, &store).expect("a destination");
        assert_eq!(names(first.temporary()), Vec::<String>::new());
        let second = Destination::prepare(&bag, Shape::Folder, false, &store);
        assert!(matches!(second, Err(ExportError::InUse { .. })), "{second:?}");
    }
}

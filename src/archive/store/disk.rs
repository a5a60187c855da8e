//! All changes to the file system that the store makes: written first, made durable together at a barrier.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;

use super::StoreError;

#[cfg(test)]
use super::fault;

/// For the test of the order in which things are done.
#[cfg(test)]
macro_rules! record {
    ($act:ident, $($path:expr),+) => { fault::record(fault::Act::$act($($path.to_owned()),+)) };
}

#[cfg(not(test))]
macro_rules! record {
    ($act:ident, $($path:expr),+) => {};
}

/// Open files that wait for a barrier at most.
const MOST_OPEN: usize = 128;

/// Files that are made durable at the same time at most.
const SYNCING: usize = 8;

/// Whether a commit waits until it is on the medium.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// It survives a power failure when the call returns.
    #[default]
    Fsync,
    /// It survives the death of the process, not of the machine. For measurements and tests.
    None,
}

/// The file system, with what was changed and is not durable yet.
#[derive(Debug)]
pub(crate) struct Disk {
    durability: Durability,
    files: Vec<(PathBuf, File)>,
    folders: BTreeSet<PathBuf>,
}

impl Disk {
    pub(crate) fn new(durability: Durability) -> Self {
        Self { durability, files: Vec::new(), folders: BTreeSet::new() }
    }

    /// Makes a folder unless there is one.
    pub(crate) fn folder(&mut self, path: &Path) -> Result<(), StoreError> {
        if path.is_dir() {
            return Ok(());
        }
        self.change(path, || fs::create_dir(path))?;
        self.folders.insert(path.to_owned());
        record!(Changed, path);
        self.touch(path);
        Ok(())
    }

    /// Makes the folders of `relative` below `base` that are not there.
    pub(crate) fn folders(&mut self, base: &Path, relative: &str) -> Result<(), StoreError> {
        let mut path = base.to_owned();
        relative.split('/').try_for_each(|part| {
            path.push(part);
            self.folder(&path)
        })
    }

    /// Writes a new file.
    pub(crate) fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let file = self.change(path, || {
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            write_all(&mut file, bytes)?;
            Ok(file)
        })?;
        record!(Changed, path);
        self.touch(path);
        if self.durability == Durability::Fsync {
            self.files.push((path.to_owned(), file));
            if self.files.len() > MOST_OPEN {
                self.sync_files()?;
            }
        }
        Ok(())
    }

    /// Adds to the end of a file, at which `length` bytes are valid: what follows them is cut off. The file is made
    /// if there is none. After an error the old end is restored if the system lets us.
    pub(crate) fn append(&mut self, path: &Path, length: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let new = !path.exists();
        let file = self.change(path, || {
            let mut file = OpenOptions::new().append(true).create(true).open(path)?;
            if file.metadata()?.len() != length {
                step()?;
                file.set_len(length)?;
            }
            if let Err(error) = write_all(&mut file, bytes) {
                // A torn line is cut off by the next writer anyway.
                let _ = step().and_then(|()| file.set_len(length));
                return Err(error);
            }
            Ok(file)
        })?;
        record!(Changed, path);
        if new {
            self.touch(path);
        }
        self.files.push((path.to_owned(), file));
        Ok(())
    }

    /// Writes `bytes` as `path`, replacing what is there in one step, by way of `temporary`. Durable on return.
    pub(crate) fn replace(&mut self, temporary: &Path, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        self.remove(temporary)?;
        self.write(temporary, bytes)?;
        self.barrier()?;
        self.rename(temporary, path)?;
        self.barrier()
    }

    /// Gives something its name, replacing a file that has it.
    pub(crate) fn rename(&mut self, from: &Path, to: &Path) -> Result<(), StoreError> {
        self.change(to, || fs::rename(from, to))?;
        record!(Renamed, from, to);
        self.touch(from);
        self.touch(to);
        Ok(())
    }

    /// Removes a file, or a folder with all that is in it, if there is one. Links are removed, not followed.
    pub(crate) fn remove(&mut self, path: &Path) -> Result<(), StoreError> {
        let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
        self.change(path, || if found.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) })?;
        self.folders.retain(|folder| !folder.starts_with(path));
        self.touch(path);
        Ok(())
    }

    /// Makes everything before it durable: first the files, then the folders that name them.
    pub(crate) fn barrier(&mut self) -> Result<(), StoreError> {
        self.sync_files()?;
        let folders = std::mem::take(&mut self.folders);
        if self.durability == Durability::None {
            return Ok(());
        }
        let open = |folder: PathBuf| match File::open(&folder) {
            Ok(file) => Ok((folder, file)),
            Err(error) => Err(StoreError::writing(&folder, &error)),
        };
        sync(&folders.into_iter().map(open).collect::<Result<Vec<_>, _>>()?)
    }

    /// Forgets what was to be made durable: it is about to be removed.
    pub(crate) fn forget(&mut self) {
        self.files.clear();
        self.folders.clear();
    }

    fn sync_files(&mut self) -> Result<(), StoreError> {
        let files = std::mem::take(&mut self.files);
        if self.durability == Durability::Fsync { sync(&files) } else { Ok(()) }
    }

    /// The folder that names `path` has changed.
    fn touch(&mut self, path: &Path) {
        if let Some(folder) = path.parent() {
            record!(Changed, folder);
            self.folders.insert(folder.to_owned());
        }
    }

    #[expect(clippy::unused_self, reason = "what changes the disk goes through it")]
    fn change<T>(&mut self, path: &Path, action: impl FnOnce() -> io::Result<T>) -> Result<T, StoreError> {
        step().and_then(|()| action()).map_err(|error| StoreError::writing(path, &error))
    }
}

/// Makes files durable, some at a time: the file system then writes its own journal once for several of them.
fn sync(files: &[(PathBuf, File)]) -> Result<(), StoreError> {
    for (path, _) in files {
        step().map_err(|error| StoreError::writing(path, &error))?;
    }
    let results: Vec<io::Result<()>> = match files {
        [(_, one)] => vec![one.sync_all()],
        _ => thread::scope(|scope| {
            let share = files.len().div_ceil(SYNCING).max(1);
            let begun: Vec<_> = files
                .chunks(share)
                .map(|files| {
                    let all = || files.iter().map(|(_, file)| file.sync_all()).collect::<Vec<_>>();
                    // Without another thread this one does it.
                    thread::Builder::new().spawn_scoped(scope, all).map_err(|_| all())
                })
                .collect();
            let panicked = |_| vec![Err(io::Error::other("a thread panicked"))];
            begun
                .into_iter()
                .flat_map(|share| match share {
                    Ok(thread) => thread.join().unwrap_or_else(panicked),
                    Err(results) => results,
                })
                .collect()
        }),
    };
    for ((path, _), result) in files.iter().zip(results) {
        result.map_err(|error| StoreError::writing(path, &error))?;
        record!(Synced, path);
    }
    Ok(())
}

#[cfg(not(test))]
fn write_all(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)
}

/// In two halves, so that the process can die in between.
#[cfg(test)]
fn write_all(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    step()?;
    file.write_all(second)
}

/// Before each change: in tests the process may die here.
#[cfg(test)]
fn step() -> io::Result<()> {
    fault::step()
}

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as in tests")]
fn step() -> io::Result<()> {
    Ok(())
}

//! Turns bytes into a file under its name, atomically: temporary file, fsync, rename.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::message::messages;

/// Temporary files begin with this; [`sweep`] removes those that no process holds.
const TEMPORARY_PREFIX: &str = ".guidang-";

messages! {
    /// Why a file could not be put in its place. The old file, if any, is untouched.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum PlaceError {
        /// The folder cannot be made: a file is in the way, or the system refuses.
        Folder { path: String, why: String } = "output-folder",
            "cannot make the folder {path}: {why}", "无法建立文件夹 {path}：{why}";
        /// The file cannot be written: disk full, read-only, no permission.
        Write { path: String, why: String } = "output-write",
            "cannot write {path}: {why}", "无法写入 {path}：{why}";
    }
}

impl std::error::Error for PlaceError {}

/// Writes `bytes` as `path`, replacing an older file in one step. At any moment, also after a crash, `path` is
/// either the whole old or the whole new file.
///
/// # Errors
/// If the folder cannot be made or the file not written; no trace is left then.
pub fn place(path: &Path, bytes: &[u8]) -> Result<(), PlaceError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    fs::create_dir_all(folder)
        .map_err(|error| PlaceError::Folder { path: folder.display().to_string(), why: error.to_string() })?;
    let failed =
        |error: io::Error| PlaceError::Write { path: path.display().to_string(), why: error.to_string() };

    let mut temporary = locked_temporary(folder).map_err(failed)?;
    temporary.write_all(bytes).map_err(failed)?;
    readable_by_all(temporary.as_file()).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
    // The rename itself must survive a power failure too.
    sync_folder(folder)
}

/// Writes `bytes` as `path` unless something has that name, and says whether it did. `incoming` is a folder of the same
/// file system for the file until it is whole; [`sweep`] it. Of several writers of one name, one succeeds. What stands
/// under the name is whole even after a power failure; that the name is still there then takes [`sync_folder`].
///
/// # Errors
/// If a folder cannot be made or the file not written; no trace is left then.
pub fn place_new(path: &Path, incoming: &Path, bytes: &[u8]) -> Result<bool, PlaceError> {
    if fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)
        .map_err(|error| PlaceError::Folder { path: folder.display().to_string(), why: error.to_string() })?;
    let failed =
        |error: io::Error| PlaceError::Write { path: path.display().to_string(), why: error.to_string() };
    let mut temporary = locked_temporary(incoming).map_err(failed)?;
    temporary.write_all(bytes).map_err(failed)?;
    readable_by_all(temporary.as_file()).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    match temporary.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(failed(error.error)),
    }
    Ok(true)
}

/// Makes the names in `folder` survive a power failure.
///
/// # Errors
/// If the system cannot.
pub fn sync_folder(folder: &Path) -> Result<(), PlaceError> {
    let failed =
        |error: io::Error| PlaceError::Write { path: folder.display().to_string(), why: error.to_string() };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// A temporary file in `folder`, locked: the lock tells [`sweep`] in another process that the file has an owner, and
/// goes with the process.
fn locked_temporary(folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        // The error itself would name a random file.
        let temporary = tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .suffix(".tmp")
            .tempfile_in(folder)
            .map_err(|error| io::Error::from(error.kind()))?;
        match temporary.as_file().lock() {
            Ok(()) => {}
            // Some network file systems have no locks, and nothing is swept there.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(temporary),
            Err(error) => return Err(error),
        }
        // A sweep may have removed the file between its birth and its lock.
        if temporary.path().exists() {
            return Ok(temporary);
        }
    }
}

/// Temporary files are born private (0600); an archive's readers are other users.
#[cfg(unix)]
fn readable_by_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature on every system")]
fn readable_by_all(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Removes temporary files in `folder` that an interrupted run left behind; those of a running process stay.
/// Errors are passed over: a file that cannot be removed now is removed by a later run.
pub fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with(TEMPORARY_PREFIX) && name.ends_with(".tmp")) {
            continue;
        }
        if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let Ok(file) = File::open(entry.path()) else { continue };
        // The lock is held until the file is gone: an owner that waits for it then finds no file.
        if file.try_lock().is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{place, sweep};

    #[test]
    fn replaces_a_file_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("年度/报告.txt");
        place(&path, b"old").expect("first");
        place(&path, b"new").expect("second");
        assert_eq!(fs::read(&path).expect("the file"), b"new");
        assert_eq!(fs::read_dir(path.parent().expect("a folder")).expect("the folder").count(), 1);
    }

    #[test]
    fn a_file_in_the_way_of_a_folder_is_an_error_and_survives() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("output");
        fs::write(&file, b"precious").expect("a file");
        assert!(place(&file.join("page.pdf"), b"new").is_err());
        assert_eq!(fs::read(&file).expect("the file"), b"precious");
    }

    #[test]
    fn sweeps_what_a_dead_process_left_but_not_what_is_held() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let stale = folder.path().join(".guidang-dead.tmp");
        let held = folder.path().join(".guidang-held.tmp");
        fs::write(&stale, b"half").expect("a file");
        let holder = fs::File::create(&held).expect("a file");
        holder.lock().expect("a lock");
        sweep(folder.path());
        assert!(!stale.exists());
        assert!(held.exists());
    }
}

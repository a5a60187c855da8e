//! The files of a folder that others put pages into: looked at, and moved away.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::acquire::sources::is_page;
use crate::archive::place;
use crate::jobs::ConsumeFolder;

/// What browsers call the folder that they save beside a page, after the page's name.
const COMPANIONS: [&str; 2] = ["_files", ".files"];
/// Endings of files that are still being written.
const UNFINISHED: [&str; 4] = ["part", "tmp", "crdownload", "partial"];
/// A name that is taken gets a number, up to this.
const MOST_NAMES: u32 = 100_000;

/// A file, as it was when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dropped {
    pub(super) path: PathBuf,
    /// Length, and the seconds and nanoseconds of its last change, whoever may have set its date back.
    stamp: (u64, i64, i64),
}

impl Dropped {
    /// Whether it has not changed for `wait` seconds before `now`.
    pub(super) fn has_rested(&self, now: i64, wait: i64) -> bool {
        now.saturating_sub(self.stamp.1) >= wait
    }
}

#[cfg(unix)]
fn stamp(metadata: &fs::Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.len(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn stamp(metadata: &fs::Metadata) -> (u64, i64, i64) {
    let changed =
        metadata.modified().ok().and_then(|time| jiff::Timestamp::try_from(time).ok()).unwrap_or_default();
    (metadata.len(), changed.as_second(), i64::from(changed.subsec_nanosecond()))
}

/// The pages and web archives in and below `folder`, in the order of their names. What is done or has failed is left out;
/// so are hidden files and folders, links, what browsers save beside a page, and what is still being written by its name.
pub(super) fn look(folder: &ConsumeFolder) -> io::Result<Vec<Dropped>> {
    // To tell a folder that is missing from an empty one.
    fs::read_dir(&folder.path)?;
    let left_out = |path: &Path| path == folder.done || path == folder.failed;
    let entries =
        WalkDir::new(&folder.path).min_depth(1).sort_by_file_name().into_iter().filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            let companion = entry.file_type().is_dir() && COMPANIONS.iter().any(|end| name.ends_with(end));
            !name.starts_with('.') && !companion && !left_out(entry.path())
        });
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let unfinished = entry
            .path()
            .extension()
            .is_some_and(|end| UNFINISHED.iter().any(|unfinished| end == *unfinished));
        if entry.file_type().is_file() && !unfinished && is_page(entry.path()) {
            // Gone since: somebody took it away again.
            let Ok(metadata) = entry.metadata() else { continue };
            found.push(Dropped { path: entry.into_path(), stamp: stamp(&metadata) });
        }
    }
    Ok(found)
}

/// How moving a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// It is where it belongs.
    Away,
    /// It has changed since it was looked at, and stays for the next run.
    Changed,
}

/// Moves `drop` and what was saved beside it out of `folder` to `to`, under its path in the folder; with a note beside it
/// if there is something to say. Nothing that is there already is replaced.
///
/// # Errors
/// If the system refuses.
pub(super) fn away(
    drop: &Dropped,
    folder: &ConsumeFolder,
    to: &Path,
    note: Option<&str>,
) -> io::Result<Moved> {
    match fs::symlink_metadata(&drop.path) {
        Ok(metadata) if metadata.is_file() && stamp(&metadata) == drop.stamp => {}
        Ok(_) => return Ok(Moved::Changed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Moved::Changed),
        Err(error) => return Err(error),
    }
    let relative = drop.path.strip_prefix(&folder.path).unwrap_or(Path::new("page"));
    let target = vacant(&to.join(relative))?;
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    for end in COMPANIONS {
        let (beside, goes_to) = (companion(&drop.path, end), companion(&target, end));
        if fs::symlink_metadata(&beside).is_ok_and(|found| found.is_dir()) && !goes_to.exists() {
            // Pictures have been filed with the page: where they cannot be moved they may stay.
            let _ = fs::rename(&beside, &goes_to);
        }
    }
    if let Some(note) = note {
        let mut name = target.clone().into_os_string();
        name.push(".txt");
        place(Path::new(&name), note.as_bytes()).map_err(|error| io::Error::other(error.to_string()))?;
    }
    move_file(&drop.path, &target)?;
    for changed in [drop.path.parent(), target.parent()].into_iter().flatten() {
        // The move must survive a power failure; a file system that cannot promise it is none to fail for.
        let _ = File::open(changed).and_then(|folder| folder.sync_all());
    }
    Ok(Moved::Away)
}

fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let bytes = fs::read(from)?;
            place(to, &bytes).map_err(|error| io::Error::other(error.to_string()))?;
            fs::remove_file(from)
        }
        result => result,
    }
}

/// `page_files` for `page.html`.
fn companion(page: &Path, end: &str) -> PathBuf {
    let mut name = page.file_stem().unwrap_or_default().to_owned();
    name.push(end);
    page.with_file_name(name)
}

/// `path`, or if something is there, the same with a number: `page-2.html`.
fn vacant(path: &Path) -> io::Result<PathBuf> {
    let is_free = |path: &Path| fs::symlink_metadata(path).is_err();
    if is_free(path) {
        return Ok(path.to_owned());
    }
    for number in 2..MOST_NAMES {
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{number}"));
        if let Some(extension) = path.extension() {
            name.push(".");
            name.push(extension);
        }
        let path = path.with_file_name(name);
        if is_free(&path) {
            return Ok(path);
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    use super::{Moved, away, look};
    use crate::jobs::ConsumeFolder;

    fn folder(path: &Path) -> ConsumeFolder {
        let settle = Duration::from_secs(30);
        ConsumeFolder { path: path.to_owned(), done: path.join("done"), failed: path.join("failed"), settle }
    }

    fn write(folder: &Path, names: &[&str]) {
        for name in names {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            fs::write(path, name).expect("a file");
        }
    }

    fn names(folder: &ConsumeFolder) -> Vec<String> {
        let drops = look(folder).expect("a folder");
        let relative = |path: &Path| path.strip_prefix(&folder.path).expect("within").display().to_string();
        drops.iter().map(|drop| relative(&drop.path)).collect()
    }

    #[test]
    fn only_finished_pages_are_taken() {
        let place = tempfile::tempdir().expect("a folder");
        write(place.path(), &["b.html", "a/c.shtml", "x.warc.gz", "x.png", ".hidden.html", "y.html.part"]);
        write(place.path(), &["done/d.html", "failed/f.html", "b_files/frame.html", ".git/g.html"]);
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/hostname", place.path().join("link.html")).expect("a link");
        assert_eq!(names(&folder(place.path())), ["a/c.shtml", "b.html", "x.warc.gz"]);
        assert!(look(&folder(&place.path().join("missing"))).is_err());
    }

    #[test]
    fn a_file_rests_from_its_last_change_whatever_its_date_says() {
        let place = tempfile::tempdir().expect("a folder");
        write(place.path(), &["a.html"]);
        let file = fs::File::options().write(true).open(place.path().join("a.html")).expect("the file");
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("an old date");
        let drop = look(&folder(place.path())).expect("a folder").remove(0);
        let changed = drop.stamp.1;
        assert!(!drop.has_rested(changed + 29, 30) && drop.has_rested(changed + 30, 30));
    }

    #[test]
    fn nothing_is_replaced_and_what_changed_stays() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = folder(place.path());
        write(place.path(), &["a/p.html", "a/p_files/1.png", "done/a/p.html"]);
        let drop = look(&folder).expect("a folder").remove(0);
        assert_eq!(away(&drop, &folder, &folder.done, Some("why\n")).expect("moved"), Moved::Away);
        for name in ["done/a/p.html", "done/a/p-2.html", "done/a/p-2.html.txt", "done/a/p-2_files/1.png"] {
            assert!(place.path().join(name).is_file(), "{name}");
        }
        assert!(!place.path().join("a/p.html").exists() && !place.path().join("a/p_files").exists());
        write(place.path(), &["q.html"]);
        let drop = look(&folder).expect("a folder").remove(0);
        fs::write(place.path().join("q.html"), "longer than before").expect("changed");
        assert_eq!(away(&drop, &folder, &folder.done, None).expect("looked at"), Moved::Changed);
        assert!(place.path().join("q.html").is_file());
        fs::remove_file(place.path().join("q.html")).expect("taken away");
        assert_eq!(away(&drop, &folder, &folder.done, None).expect("looked at"), Moved::Changed);
    }
}

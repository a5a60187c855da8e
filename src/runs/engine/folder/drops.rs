//! The files of a folder that others put pages into: looked at, and moved away.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::others::Others;
use crate::acquire::sources::is_page;
use crate::archive::place;
use crate::archive::store::layout::{EVENTS, FORMAT, OBJECT_DECLARATION, OBJECTS, ROOT_DECLARATION};
use crate::jobs::ConsumeFolder;
use crate::message::messages;

/// What browsers call the folder that they save beside a page, after the page's name.
const COMPANIONS: [&str; 2] = ["_files", ".files"];
/// Endings of files that are still being written.
const UNFINISHED: [&str; 4] = ["part", "tmp", "crdownload", "partial"];
/// A name that is taken gets a number, up to this.
const MOST_NAMES: u32 = 100_000;

messages! {
    /// Why nothing is taken from a folder.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) enum FolderError {
        /// The system refuses.
        Unreadable { path: String, why: String } = "unreadable", "cannot read {path}: {why}", "无法读取 {path}：{why}";
        /// What is archived is not there to be taken.
        InStore { path: String } = "folder-in-store",
            "{path} is a store, or lies within one: nothing is taken from it",
            "{path} 是归档库或位于归档库内，其中文件一概不取";
    }
}

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
/// so are stores, hidden files and folders, links, what browsers save beside a page, and what is still being written by
/// its name. Beside them, what is no page and stays.
///
/// The jobs file is checked for folders and stores that lie within each other, but by their paths alone: links and
/// mounts are seen only here.
pub(super) fn look(folder: &ConsumeFolder) -> Result<(Vec<Dropped>, Others), FolderError> {
    let shown = || folder.path.display().to_string();
    let unreadable = |error: io::Error| FolderError::Unreadable { path: shown(), why: error.to_string() };
    // To tell a folder that is missing from an empty one.
    fs::read_dir(&folder.path).map_err(unreadable)?;
    let whole = fs::canonicalize(&folder.path).map_err(unreadable)?;
    if whole.ancestors().any(is_store) {
        return Err(FolderError::InStore { path: shown() });
    }
    let targets = [&folder.done, &folder.failed].map(|target| fs::canonicalize(target).ok());
    let left_out = |path: &Path| {
        is_store(path) || fs::canonicalize(path).is_ok_and(|whole| targets.contains(&Some(whole)))
    };
    let entries =
        WalkDir::new(&folder.path).min_depth(1).sort_by_file_name().into_iter().filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            let companion = || COMPANIONS.iter().any(|end| name.ends_with(end));
            let passed_over = entry.file_type().is_dir() && (companion() || left_out(entry.path()));
            !name.starts_with('.') && !passed_over
        });
    let (mut found, mut others) = (Vec::new(), Others::default());
    for entry in entries.flatten() {
        let unfinished = entry
            .path()
            .extension()
            .is_some_and(|end| UNFINISHED.iter().any(|unfinished| end == *unfinished));
        if !entry.file_type().is_file() || unfinished {
            continue;
        }
        if is_page(entry.path()) {
            // Gone since: somebody took it away again.
            let Ok(metadata) = entry.metadata() else { continue };
            found.push(Dropped { path: entry.into_path(), stamp: stamp(&metadata) });
        } else {
            others.add(entry.path().strip_prefix(&folder.path).unwrap_or(entry.path()));
        }
    }
    Ok((found, others))
}

/// Whether a store, or an object of one, is in the folder `path`; also one that is damaged, as long as it can be told.
fn is_store(path: &Path) -> bool {
    let has = |name: &str| fs::symlink_metadata(path.join(name)).is_ok();
    has(ROOT_DECLARATION) || has(OBJECT_DECLARATION) || [FORMAT, OBJECTS, EVENTS].into_iter().all(has)
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

    use super::{FolderError, Moved, away, look};
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
        let (drops, _) = look(folder).expect("a folder");
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
        let (_, others) = look(&folder(place.path())).expect("a folder");
        assert_eq!(
            others.note().expect("one").to_string(),
            "files that are neither web pages nor web archives stay where they are (1): x.png"
        );
        assert!(look(&folder(&place.path().join("missing"))).is_err());
    }

    #[test]
    fn no_store_is_taken_apart() {
        let place = tempfile::tempdir().expect("a folder");
        let object = "objects/3c0/ff4/240/page/v1/content/source.html";
        write(&place.path().join("in/store"), &["objects/0=ocfl_1.1", object, "FORMAT.md"]);
        write(&place.path().join("in/damaged"), &[object, "FORMAT.md", "events/log.jsonl"]);
        write(&place.path().join("in"), &["a.html"]);
        assert_eq!(names(&folder(&place.path().join("in"))), ["a.html"]);
        for within in ["in/store", "in/store/objects/3c0"] {
            let looked = look(&folder(&place.path().join(within)));
            assert!(matches!(looked, Err(FolderError::InStore { .. })), "{within}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn what_is_done_is_left_out_by_whatever_path_it_is_named() {
        let place = tempfile::tempdir().expect("a folder");
        write(place.path(), &["in/a.html", "in/done/b.html"]);
        std::os::unix::fs::symlink(place.path().join("in"), place.path().join("link")).expect("a link");
        let done = place.path().join("in/done");
        let linked = ConsumeFolder { done, ..folder(&place.path().join("link")) };
        assert_eq!(names(&linked), ["a.html"]);
    }

    #[test]
    fn a_file_rests_from_its_last_change_whatever_its_date_says() {
        let place = tempfile::tempdir().expect("a folder");
        write(place.path(), &["a.html"]);
        let file = fs::File::options().write(true).open(place.path().join("a.html")).expect("the file");
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("an old date");
        let drop = look(&folder(place.path())).expect("a folder").0.remove(0);
        let changed = drop.stamp.1;
        assert!(!drop.has_rested(changed + 29, 30) && drop.has_rested(changed + 30, 30));
    }

    #[test]
    fn nothing_is_replaced_and_what_changed_stays() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = folder(place.path());
        write(place.path(), &["a/p.html", "a/p_files/1.png", "done/a/p.html"]);
        let drop = look(&folder).expect("a folder").0.remove(0);
        assert_eq!(away(&drop, &folder, &folder.done, Some("why\n")).expect("moved"), Moved::Away);
        for name in ["done/a/p.html", "done/a/p-2.html", "done/a/p-2.html.txt", "done/a/p-2_files/1.png"] {
            assert!(place.path().join(name).is_file(), "{name}");
        }
        assert!(!place.path().join("a/p.html").exists() && !place.path().join("a/p_files").exists());
        write(place.path(), &["q.html"]);
        let drop = look(&folder).expect("a folder").0.remove(0);
        fs::write(place.path().join("q.html"), "longer than before").expect("changed");
        assert_eq!(away(&drop, &folder, &folder.done, None).expect("looked at"), Moved::Changed);
        assert!(place.path().join("q.html").is_file());
        fs::remove_file(place.path().join("q.html")).expect("taken away");
        assert_eq!(away(&drop, &folder, &folder.done, None).expect("looked at"), Moved::Changed);
    }
}

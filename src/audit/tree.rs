//! Walks the folders of the store: what belongs there and what does not, links, permissions, and the texts that are
//! always the same.

use std::fs;
use std::io;
use std::path::Path;

use super::report::Subject;
use super::revisits::is_month;
use super::{Check, Fault, Tally};
use crate::archive::store::layout::{
    EVENTS, EXTENSION, EXTENSION_CONFIGURATION, EXTENSION_TEXT, FORMAT, JOURNAL, LAYOUT, LAYOUT_TEXT, LEDGER,
    LOCK, OBJECTS, REVISITS, ROOT_CONFORMANCE, ROOT_DECLARATION, RULES, STAGING, TUPLES,
};
use crate::archive::store::reading;
use crate::archive::store::root::FORMAT_TEXT;

/// What comes and goes beside the catalogue and the ledger.
const SQLITE: [&str; 4] =
    ["catalogue.sqlite-wal", "catalogue.sqlite-shm", "ledger.sqlite3-wal", "ledger.sqlite3-shm"];

/// What is in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) is_folder: bool,
}

/// What is in the folder at `relative`, in the order of the names. Links, devices, names that are no text, and odd
/// permissions are told of; the first three are left out.
pub(super) fn list(root: &Path, relative: &str, tally: &mut Tally) -> Vec<Listed> {
    let path = root.join(relative);
    let unreadable = |error: &io::Error, tally: &mut Tally| {
        let fault = Fault::Unreadable { why: error.to_string() };
        tally.fault(Check::StrayFiles, about(relative), &fault);
    };
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) => {
            unreadable(&error, tally);
            return Vec::new();
        }
    };
    let mut listed = Vec::new();
    for entry in entries {
        let (entry, metadata) = match entry.and_then(|entry| entry.metadata().map(|found| (entry, found))) {
            Ok(found) => found,
            // Gone since: a writer is at work.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                unreadable(&error, tally);
                continue;
            }
        };
        let name = entry.file_name();
        let below = join(relative, &name.to_string_lossy());
        // SQLite puts its log and shared memory beside the catalogue whenever someone reads it, we too.
        if metadata.is_file() && SQLITE.contains(&below.as_str()) {
            continue;
        }
        tally.looked(Check::Links);
        if !metadata.is_dir() && !metadata.is_file() {
            tally.fault(Check::Links, about(&below), &Fault::Foreign);
            continue;
        }
        permissions(&metadata, &below, tally);
        match name.into_string() {
            Ok(name) => listed.push(Listed { name, is_folder: metadata.is_dir() }),
            Err(_) => tally.fault(Check::StrayFiles, about(&below), &Fault::Extra),
        }
    }
    listed.sort_by(|one, other| one.name.cmp(&other.name));
    listed
}

/// `relative/name`.
fn join(relative: &str, name: &str) -> String {
    if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") }
}

fn about(file: &str) -> Subject<'_> {
    Subject { file: Some(file), ..Subject::default() }
}

/// What anybody may write anybody may alter. Programs have no place here: that a file may be run is worth a remark only,
/// since some file systems say so of every file.
#[cfg(unix)]
fn permissions(metadata: &fs::Metadata, file: &str, tally: &mut Tally) {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o7777;
    tally.looked(Check::Permissions);
    let odd = mode & 0o002 != 0 || (metadata.is_file() && mode & 0o7111 != 0);
    if odd {
        tally.remark(Check::Permissions, about(file), &Fault::Mode { mode: format!("{mode:04o}") });
    }
}

#[cfg(not(unix))]
fn permissions(_: &fs::Metadata, _: &str, _: &mut Tally) {}

fn extra(file: &str, tally: &mut Tally) {
    tally.fault(Check::StrayFiles, about(file), &Fault::Extra);
}

/// Looks at everything in the store but the objects and what the log says.
pub(super) fn parts(root: &Path, catalogue: &str, tally: &mut Tally) {
    for Listed { name, is_folder } in list(root, "", tally) {
        tally.looked(Check::StrayFiles);
        let known = match name.as_str() {
            OBJECTS | EVENTS => is_folder,
            STAGING => {
                for left in if is_folder { list(root, STAGING, tally) } else { Vec::new() } {
                    let file = join(STAGING, &left.name);
                    tally.remark(Check::StrayFiles, about(&file), &Fault::Unfinished);
                }
                is_folder
            }
            REVISITS => {
                for kept in if is_folder { list(root, REVISITS, tally) } else { Vec::new() } {
                    tally.looked(Check::StrayFiles);
                    if kept.is_folder || !is_month(&kept.name) {
                        extra(&join(REVISITS, &kept.name), tally);
                    }
                }
                is_folder
            }
            JOURNAL => {
                tally.remark(Check::StrayFiles, about(JOURNAL), &Fault::Unfinished);
                !is_folder
            }
            FORMAT | LEDGER | LOCK | RULES => !is_folder,
            name if name.starts_with(LEDGER) => !is_folder, // its log, and one that was moved aside
            name => !is_folder && name == catalogue,
        };
        if !known {
            extra(&name, tally);
        }
    }
    for (file, text) in [
        (FORMAT, FORMAT_TEXT),
        (ROOT_DECLARATION, ROOT_CONFORMANCE),
        (LAYOUT, LAYOUT_TEXT),
        (EXTENSION_CONFIGURATION, EXTENSION_TEXT),
    ] {
        same_text(root, file, text, tally);
    }
    for Listed { name, is_folder } in list_if_there(root, EVENTS, tally) {
        tally.looked(Check::StrayFiles);
        let file = join(EVENTS, &name);
        match (name.as_str(), is_folder) {
            ("log.jsonl", false) => {}
            ("timestamps", true) => {
                for token in list(root, &file, tally) {
                    if token.is_folder || token.name.strip_suffix(".tsr").is_none() {
                        extra(&join(&file, &token.name), tally);
                    }
                }
            }
            _ => extra(&file, tally),
        }
    }
    for folder in ["objects/extensions", EXTENSION] {
        for Listed { name, .. } in list_if_there(root, folder, tally) {
            let file = join(folder, &name);
            if file != EXTENSION && file != EXTENSION_CONFIGURATION {
                extra(&file, tally);
            }
        }
    }
}

fn list_if_there(root: &Path, folder: &str, tally: &mut Tally) -> Vec<Listed> {
    match reading::look(root, folder) {
        Ok(reading::Kind::Folder) => list(root, folder, tally),
        Ok(_) => {
            tally.fault(Check::StoreParts, about(folder), &Fault::Missing);
            Vec::new()
        }
        // A link: told of where its folder is listed.
        Err(_) => Vec::new(),
    }
}

/// The file must hold this text and nothing else.
pub(super) fn same_text(root: &Path, file: &str, text: &str, tally: &mut Tally) {
    tally.looked(Check::StoreParts);
    match reading::read(root, file, 1 << 20) {
        Ok(Some(bytes)) if bytes == text.as_bytes() => {}
        Ok(Some(_)) => tally.fault(Check::StoreParts, about(file), &Fault::OtherText),
        Ok(None) => tally.fault(Check::StoreParts, about(file), &Fault::Missing),
        Err(error) => {
            tally.fault(Check::StoreParts, about(file), &Fault::Unreadable { why: error.to_string() });
        }
    }
}

/// Gives `each` the folder of every object, in order, until it says that it is enough.
pub(super) fn objects(root: &Path, tally: &mut Tally, each: &mut dyn FnMut(String) -> bool) {
    level(root, OBJECTS, 0, tally, each);
}

fn level(
    root: &Path,
    folder: &str,
    depth: usize,
    tally: &mut Tally,
    each: &mut dyn FnMut(String) -> bool,
) -> bool {
    let top = ["0=ocfl_1.1", "ocfl_layout.json", "extensions"];
    let listed = if depth == 0 { list_if_there(root, folder, tally) } else { list(root, folder, tally) };
    for Listed { name, is_folder } in listed {
        let below = join(folder, &name);
        tally.looked(Check::StrayFiles);
        if depth == 0 && top.contains(&name.as_str()) {
            if is_folder != (name == "extensions") {
                extra(&below, tally);
            }
        } else if depth == TUPLES && is_folder {
            if !each(below) {
                return false;
            }
        } else if depth < TUPLES && is_folder && is_tuple(&name) {
            if !level(root, &below, depth + 1, tally, each) {
                return false;
            }
        } else {
            extra(&below, tally);
        }
    }
    true
}

fn is_tuple(name: &str) -> bool {
    name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

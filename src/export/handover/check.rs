//! Turns a hand-over folder into the certainty that it is what was handed over.
//!
//! The list of digests by SHA-256 names every file but itself and the form that both parties fill in; the form states the
//! digest of the list. Nothing is believed before its digest is compared, nothing outside the folder is opened, and memory
//! holds 16 bytes a file.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::super::copy::hexadecimal;
use super::super::received::CheckError;
use super::names::{FORM, RECORDS, SHA256_LIST, SM3_LIST};
use super::read_back::{named_folders, stated_digest};
use crate::archive::store::digest::{is_hexadecimal, short_key};

/// The file that tells a hand-over folder from other folders.
pub const DIRECTORY: &str = "文件目录.XML";

/// Longer lines of a list are refused: digest, two spaces, a path of at most 4096 bytes.
const LONGEST_LINE: u64 = 64 + 2 + 4096 + 1;
/// Bytes taken at a time.
const BLOCK: usize = 64 << 10;
/// Deepest folder looked into; what is handed over is seven deep.
const DEEPEST: usize = 32;

/// Paths, by the beginnings of their digests.
type Listed = BTreeSet<[u8; 16]>;

/// Compares `folder` with its own lists of digests and its directory of files.
///
/// # Errors
/// The first file that was altered, is missing, or is in no list; or what is wrong with a list.
pub fn check(folder: &Path) -> Result<(), CheckError> {
    let (listed, digest) = files(folder)?;
    for needed in [DIRECTORY, SM3_LIST] {
        if !listed.contains(&short_key(needed)) {
            return Err(CheckError::Malformed {
                path: SHA256_LIST.to_owned(),
                why: format!("{needed} is not listed"),
            });
        }
    }
    let form = format!("{FORM}.XML");
    if let Some(stated) = stated_digest(folder, &form)?
        && stated != digest
    {
        return Err(CheckError::Altered { path: SHA256_LIST.to_owned(), algorithm: "SHA-256".to_owned() });
    }
    strays(folder, "", &listed, 0)?;
    let records = records(folder)?;
    let mut missing: BTreeSet<&String> = records.iter().collect();
    named_folders(folder, |name| {
        let known = records.binary_search_by(|record| record.as_str().cmp(name));
        match known {
            Ok(index) if missing.remove(&&records[index]) => Ok(()),
            _ => Err(CheckError::Missing { path: name.to_owned() }),
        }
    })?;
    match missing.first() {
        Some(stray) => Err(CheckError::Stray { path: (*stray).clone() }),
        None => Ok(()),
    }
}

/// The folders of all 件, in order.
fn records(folder: &Path) -> Result<Vec<String>, CheckError> {
    let mut found = vec![RECORDS.to_owned()];
    for _ in ["年度", "类别", "件"] {
        let mut next = Vec::new();
        for above in found {
            next.extend(names(folder, &above)?.into_iter().map(|name| format!("{above}/{name}")));
        }
        found = next;
    }
    found.sort();
    Ok(found)
}

/// Compares every file that is listed; returns what is listed, and the digest of the list.
fn files(folder: &Path) -> Result<(Listed, String), CheckError> {
    let mut listed = Listed::new();
    let mut whole = Sha256::new();
    let mut reader = BufReader::new(open(folder, SHA256_LIST, SHA256_LIST)?);
    let unreadable =
        |error: &io::Error| CheckError::Unreadable { path: SHA256_LIST.to_owned(), why: error.to_string() };
    let mut number = 0u64;
    let mut buffer = vec![0; BLOCK];
    loop {
        let mut line = Vec::new();
        reader
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .map_err(|error| unreadable(&error))?;
        if line.is_empty() {
            return Ok((listed, hexadecimal(&whole.finalize())));
        }
        number += 1;
        whole.update(&line);
        let malformed = || CheckError::Malformed {
            path: SHA256_LIST.to_owned(),
            why: format!("line {number} is no digest with a path"),
        };
        line.pop_if(|last| *last == b'\n').ok_or_else(malformed)?;
        let line = String::from_utf8(line).map_err(|_| malformed())?;
        let (digest, path) = line.split_once("  ").ok_or_else(malformed)?;
        if !is_hexadecimal(digest, 64) {
            return Err(malformed());
        }
        if !is_sound(path) {
            return Err(CheckError::Path {
                path: path.escape_debug().to_string(),
                list: SHA256_LIST.to_owned(),
            });
        }
        if path == SHA256_LIST || !listed.insert(short_key(path)) {
            return Err(malformed());
        }
        if digest_of(&mut open(folder, path, path)?, path, &mut buffer)? != digest {
            return Err(CheckError::Altered { path: path.to_owned(), algorithm: "SHA-256".to_owned() });
        }
    }
}

fn digest_of(file: &mut File, path: &str, buffer: &mut [u8]) -> Result<String, CheckError> {
    let mut digest = Sha256::new();
    loop {
        let count = file
            .read(buffer)
            .map_err(|error| CheckError::Unreadable { path: path.to_owned(), why: error.to_string() })?;
        if count == 0 {
            return Ok(hexadecimal(&digest.finalize()));
        }
        digest.update(&buffer[..count]);
    }
}

/// Whether a path leads to a place within the folder, on every system.
fn is_sound(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !path.chars().any(|c| c == '\\' || c.is_control())
}

/// The regular file at `relative`, which is told of as `shown`; no link is followed on the way.
pub(super) fn open(folder: &Path, relative: &str, shown: &str) -> Result<File, CheckError> {
    let mut path = folder.to_owned();
    let parts: Vec<&str> = relative.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        path.push(part);
        let unreadable =
            |error: &io::Error| CheckError::Unreadable { path: shown.to_owned(), why: error.to_string() };
        let found = match path.symlink_metadata() {
            Ok(found) => found,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Err(CheckError::Missing { path: shown.to_owned() });
            }
            Err(error) => return Err(unreadable(&error)),
        };
        let last = index + 1 == parts.len();
        if (last && !found.is_file()) || (!last && !found.is_dir()) {
            return Err(CheckError::Foreign { path: parts[..=index].join("/") });
        }
    }
    File::open(&path)
        .map_err(|error| CheckError::Unreadable { path: shown.to_owned(), why: error.to_string() })
}

/// Looks for files that are not listed.
fn strays(folder: &Path, relative: &str, listed: &Listed, depth: usize) -> Result<(), CheckError> {
    if depth > DEEPEST {
        return Err(CheckError::Stray { path: relative.to_owned() });
    }
    let path = folder.join(relative);
    let shown = if relative.is_empty() { "." } else { relative };
    let unreadable =
        |error: &io::Error| CheckError::Unreadable { path: shown.to_owned(), why: error.to_string() };
    let mut entries = Vec::new();
    for entry in fs::read_dir(&path).map_err(|error| unreadable(&error))? {
        let entry = entry.map_err(|error| unreadable(&error))?;
        entries.push((entry.file_name(), entry.file_type().map_err(|error| unreadable(&error))?));
    }
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    for (name, kind) in entries {
        let name = name.to_string_lossy();
        let below = if relative.is_empty() { name.into_owned() } else { format!("{relative}/{name}") };
        if kind.is_dir() {
            strays(folder, &below, listed, depth + 1)?;
        } else if !kind.is_file() {
            return Err(CheckError::Foreign { path: below });
        } else if !is_outside_the_list(&below) && !listed.contains(&short_key(&below)) {
            return Err(CheckError::Stray { path: below });
        }
    }
    Ok(())
}

/// The list itself, and the form: filled in, signed, sealed and scanned, it is another file than was handed over.
fn is_outside_the_list(path: &str) -> bool {
    path == SHA256_LIST
        || path.strip_prefix(FORM).is_some_and(|rest| {
            rest.chars().count() <= 40 && !rest.contains('/') && !rest.to_ascii_lowercase().ends_with(".xsd")
        })
}

/// The names of the folders in the folder at `relative`, in order.
fn names(folder: &Path, relative: &str) -> Result<Vec<String>, CheckError> {
    let unreadable =
        |error: &io::Error| CheckError::Unreadable { path: relative.to_owned(), why: error.to_string() };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join(relative)).map_err(|error| unreadable(&error))? {
        let entry = entry.map_err(|error| unreadable(&error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let below = format!("{relative}/{name}");
        let kind = entry.file_type().map_err(|error| unreadable(&error))?;
        if !kind.is_dir() {
            return Err(CheckError::Stray { path: below });
        }
        names.push(name);
    }
    names.sort();
    Ok(names)
}

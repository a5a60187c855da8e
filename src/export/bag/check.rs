//! Turns a bag into the certainty that it is whole and unaltered: RFC 8493, 3, and that nothing else is in it.

use std::collections::BTreeSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256, Sha512};
use walkdir::WalkDir;

use super::manifest::{Algorithm, Lines, unreadable};
use super::{DATA, DECLARATION, INFO};
use crate::export::copy::hexadecimal;
use crate::export::received::CheckError;

/// Descriptions are small.
const LARGEST_TAG_FILE: u64 = 1 << 20;
/// So many files may be in a bag: of each, eight bytes are kept in memory.
const MOST_FILES: usize = 50_000_000;
/// Bytes taken at a time.
const BLOCK: usize = 64 << 10;

/// What is in the folder.
#[derive(Default)]
struct Contents {
    files: u64,
    bytes: u64,
    /// Names of the files beside `data/`, with their folders.
    tags: BTreeSet<String>,
}

/// Compares the bag at `folder` with its manifests: every digest, missing and stray files, sizes. Nothing is opened by a
/// path that leads out of it, no link is followed.
///
/// # Errors
/// The first thing that is wrong, by name.
pub fn check(folder: &Path) -> Result<(), CheckError> {
    declaration(folder)?;
    let contents = contents(folder)?;
    if contents.tags.contains("fetch.txt") {
        let why = "the bag is not complete: files are to be fetched from elsewhere".to_owned();
        return Err(CheckError::Malformed { path: "fetch.txt".to_owned(), why });
    }
    let of = |prefix: &str| {
        Algorithm::ALL
            .map(|algorithm| (algorithm, format!("{prefix}-{}.txt", algorithm.name())))
            .into_iter()
            .filter(|(_, name)| contents.tags.contains(name))
            .collect::<Vec<_>>()
    };
    let manifests = of("manifest");
    if manifests.is_empty() {
        return Err(CheckError::Missing { path: "manifest-sha512.txt".to_owned() });
    }
    for (algorithm, name) in of("tagmanifest") {
        tags(folder, algorithm, &name, &contents)?;
    }
    for (algorithm, name) in manifests {
        payload(folder, algorithm, &name, &contents)?;
    }
    oxum(folder, &contents)
}

/// RFC 8493, 2.1.1. Versions before 1.0 have the same form since 0.93.
fn declaration(folder: &Path) -> Result<(), CheckError> {
    let text = small(folder, DECLARATION)?;
    let lines: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name, value.trim()))
        .collect();
    let version = |value: &str| value == "1.0" || (value.starts_with("0.9") && value.len() == 4);
    match lines[..] {
        [("BagIt-Version", found), ("Tag-File-Character-Encoding", "UTF-8")] if version(found) => Ok(()),
        _ => Err(CheckError::Malformed {
            path: DECLARATION.to_owned(),
            why: "not a declaration of BagIt 1.0 in UTF-8".to_owned(),
        }),
    }
}

/// Goes through the folder without following a link.
fn contents(folder: &Path) -> Result<Contents, CheckError> {
    let mut contents = Contents::default();
    for entry in files(folder) {
        let (path, bytes) = entry?;
        if path.strip_prefix(DATA).is_some_and(|rest| rest.starts_with('/')) {
            contents.files += 1;
            contents.bytes += bytes;
        } else {
            contents.tags.insert(path);
        }
    }
    Ok(contents)
}

/// The files below `folder` with their sizes, in order, paths between `/`.
fn files(folder: &Path) -> impl Iterator<Item = Result<(String, u64), CheckError>> + '_ {
    WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(move |entry| {
        let look = || {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(folder).display().to_string();
                CheckError::Unreadable { path, why: io::Error::from(error).to_string() }
            })?;
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let foreign = || CheckError::Foreign { path: below.display().to_string() };
            if entry.file_type().is_dir() || (entry.depth() == 0 && entry.path().is_dir()) {
                return Ok(None);
            }
            if !entry.file_type().is_file() {
                return Err(foreign());
            }
            let path = below.iter().map(|part| part.to_str()).collect::<Option<Vec<_>>>();
            let metadata = entry.metadata().map_err(|error| unreadable(below, &error.into()))?;
            Ok(Some((path.ok_or_else(foreign)?.join("/"), metadata.len())))
        };
        look().transpose()
    })
}

/// Compares the files that describe the bag. One that no manifest of them lists was put there by somebody else.
fn tags(folder: &Path, algorithm: Algorithm, name: &str, contents: &Contents) -> Result<(), CheckError> {
    let mut unlisted: BTreeSet<&str> = contents.tags.iter().map(String::as_str).collect();
    let mut lines = Lines::open(folder, name, algorithm)?;
    while let Some((digest, path)) = lines.next()? {
        if path.starts_with("data/") || path.starts_with("tagmanifest-") {
            return Err(CheckError::Path { path, list: name.to_owned() });
        }
        if !unlisted.remove(path.as_str()) {
            return Err(CheckError::Missing { path });
        }
        compare(folder, &path, algorithm, &digest)?;
    }
    match unlisted.into_iter().find(|path| !path.starts_with("tagmanifest-")) {
        Some(path) => Err(CheckError::Stray { path: path.to_owned() }),
        None => Ok(()),
    }
}

/// Compares the payload with one of its manifests.
fn payload(folder: &Path, algorithm: Algorithm, name: &str, contents: &Contents) -> Result<(), CheckError> {
    let mut seen = BTreeSet::new();
    let mut lines = Lines::open(folder, name, algorithm)?;
    while let Some((digest, path)) = lines.next()? {
        if !path.starts_with("data/") {
            return Err(CheckError::Path { path, list: name.to_owned() });
        }
        let malformed = |why: String| CheckError::Malformed { path: name.to_owned(), why };
        if !seen.insert(key(&path)) {
            return Err(malformed(format!("{path} is listed twice")));
        }
        if seen.len() > MOST_FILES {
            return Err(malformed(format!("more than {MOST_FILES} files")));
        }
        compare(folder, &path, algorithm, &digest)?;
    }
    if seen.len() as u64 == contents.files {
        return Ok(());
    }
    for entry in files(folder) {
        let (path, _) = entry?;
        if path.starts_with("data/") && !seen.contains(&key(&path)) {
            return Err(CheckError::Stray { path });
        }
    }
    Ok(())
}

/// A number for a path within this run.
fn key(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

fn compare(folder: &Path, path: &str, algorithm: Algorithm, digest: &str) -> Result<(), CheckError> {
    let place = folder.join(path);
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            CheckError::Missing { path: path.to_owned() }
        }
        _ => unreadable(Path::new(path), &error),
    };
    if !place.symlink_metadata().map_err(failed)?.is_file() {
        return Err(CheckError::Foreign { path: path.to_owned() });
    }
    let file = File::open(&place).map_err(failed)?;
    let found = match algorithm {
        Algorithm::Sha256 => digest_of::<Sha256>(file),
        Algorithm::Sha512 => digest_of::<Sha512>(file),
    };
    if found.map_err(failed)? == digest {
        Ok(())
    } else {
        Err(CheckError::Altered { path: path.to_owned(), algorithm: algorithm.name().to_owned() })
    }
}

fn digest_of<D: Digest>(mut file: File) -> io::Result<String> {
    let mut digest = D::new();
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hexadecimal(&digest.finalize())),
            count => digest.update(&block[..count]),
        }
    }
}

/// RFC 8493, 2.2.2: number of bytes, a full stop, number of files.
fn oxum(folder: &Path, contents: &Contents) -> Result<(), CheckError> {
    if !contents.tags.contains(INFO) {
        return Ok(());
    }
    let text = small(folder, INFO)?;
    let found = format!("{}.{}", contents.bytes, contents.files);
    for line in text.lines() {
        let Some((label, stated)) = line.split_once(':') else { continue };
        if label.trim().eq_ignore_ascii_case("payload-oxum") && stated.trim() != found {
            return Err(CheckError::Oxum { path: INFO.to_owned(), stated: stated.trim().to_owned(), found });
        }
    }
    Ok(())
}

/// The text of a small file beside `data/`.
fn small(folder: &Path, name: &str) -> Result<String, CheckError> {
    let path = folder.join(name);
    let is_file = path.symlink_metadata().map_err(|error| unreadable(Path::new(name), &error))?.is_file();
    if !is_file {
        return Err(CheckError::Foreign { path: name.to_owned() });
    }
    let mut bytes = Vec::new();
    File::open(&path)
        .and_then(|file| file.take(LARGEST_TAG_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(Path::new(name), &error))?;
    let malformed = |why: &str| CheckError::Malformed { path: name.to_owned(), why: why.to_owned() };
    if bytes.len() as u64 > LARGEST_TAG_FILE {
        return Err(malformed("too large"));
    }
    String::from_utf8(bytes).map_err(|_| malformed("not UTF-8"))
}

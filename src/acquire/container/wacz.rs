//! Turns a WACZ file into the stretches of its WARC files.
//!
//! Of the zip only `archive/*.warc` and `archive/*.warc.gz` are read, wherever its indexes say that records are: they
//! are found by going through the files. Nothing is unpacked but deflated entries, into a bounded temporary file.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use zip::{CompressionMethod, ZipArchive};

use super::spool::{limit, spool};
use super::stretch::Stretch;
use super::{ContainerError, ContainerKind, EntryFault, kind};

/// More entries are refused: a zip of empty files costs time for nothing.
const MAX_ENTRIES: usize = 1 << 20;

/// The WARC files of a WACZ by name, in the order of their names; and those that cannot be read.
pub(super) type Volumes = (Vec<(String, Stretch)>, Vec<(String, EntryFault)>);

/// Finds the WARC files.
pub(super) fn volumes(path: &Path) -> Result<Volumes, ContainerError> {
    let shown = path.display().to_string();
    let unreadable =
        |error: io::Error| ContainerError::Unreadable { path: shown.clone(), why: error.to_string() };
    let no_zip =
        |error: &zip::result::ZipError| ContainerError::Zip { path: shown.clone(), why: error.to_string() };
    let reader = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut zip = ZipArchive::new(reader).map_err(|error| no_zip(&error))?;
    if zip.len() > MAX_ENTRIES {
        return Err(ContainerError::Zip { path: shown, why: format!("{} entries", zip.len()) });
    }
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    for index in 0..zip.len() {
        let entry = match zip.by_index_raw(index) {
            Ok(entry) => entry,
            Err(error) => {
                refused.push((format!("#{index}"), EntryFault::Unreadable { why: error.to_string() }));
                continue;
            }
        };
        let name = entry.name().to_owned();
        if kind(Path::new(&name)) != Some(ContainerKind::Warc) {
            continue;
        }
        let leads_out = name.contains('\\') || name.split('/').any(|part| matches!(part, ".." | "." | ""));
        if leads_out {
            refused.push((name, EntryFault::Path));
            continue;
        }
        if !name.starts_with("archive/") {
            continue;
        }
        if entry.encrypted() {
            refused.push((name, EntryFault::Encrypted));
            continue;
        }
        let (start, length) = (entry.data_start(), entry.compressed_size());
        let (method, size) = (entry.compression(), entry.size());
        drop(entry);
        match (method, start) {
            (CompressionMethod::Stored, Some(start)) => {
                found.push((name, Stretch::part(path.to_path_buf(), start, length)));
            }
            (CompressionMethod::Deflated, _) => match inflated(&mut zip, index, length, size) {
                Ok(stretch) => found.push((name, stretch)),
                Err(fault) => refused.push((name, fault)),
            },
            _ => refused.push((name, EntryFault::Method)),
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok((found, refused))
}

fn inflated(
    zip: &mut ZipArchive<BufReader<File>>,
    index: usize,
    compressed: u64,
    size: u64,
) -> Result<Stretch, EntryFault> {
    let limit = limit(compressed);
    if size > limit {
        return Err(EntryFault::Bomb { limit });
    }
    let unreadable = |why: String| EntryFault::Unreadable { why };
    let entry = zip.by_index(index).map_err(|error| unreadable(error.to_string()))?;
    let temporary = spool(entry, limit).map_err(|error| unreadable(error.to_string()))?;
    let temporary = temporary.ok_or(EntryFault::Bomb { limit })?;
    Stretch::temporary(temporary).map_err(|error| unreadable(error.to_string()))
}

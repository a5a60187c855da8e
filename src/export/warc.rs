//! Turns versions into WARC files (WARC 1.1, ISO 28500:2017): the records of each version as they were filed, then a
//! `metadata` record with what is known about it.
//!
//! The records are those of `source.warc.gz`, member by member and byte for byte. By the `metadata` record a reader knows
//! which records belong together and what the page was called, so that what is read back is the same Document. A version
//! that was only rendered anew captured nothing and has no records of its own.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::tz::Offset;

use super::copy::{Copied, Digesting, put, stream};
use super::{ExportError, Order, Shape, Summary};
use crate::archive::package::{METADATA, PackageMetadata, SOURCE, warc};
use crate::archive::store::{Object, StoredFile};

/// A file has about this many bytes at most: WARC 1.1, annex C.1.
const LARGEST: u64 = 1_000_000_000;

/// The records of a version.
pub(super) struct Group {
    pub(super) source: StoredFile,
    pub(super) metadata: PackageMetadata,
    /// The member that describes them.
    pub(super) description: Vec<u8>,
    /// Bytes of the records and their description together.
    pub(super) length: u64,
}

/// The records of the versions of `object`, each once.
pub(super) fn groups(order: &Order<'_>, object: &Object) -> Result<Vec<Group>, ExportError> {
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for number in order.numbers(object) {
        let unfit = |why: String| ExportError::Unfit {
            object: object.id().to_string(),
            version: u64::from(number),
            why,
        };
        let source = object.files(number)?.remove(SOURCE).ok_or_else(|| unfit(format!("no {SOURCE}")))?;
        if !seen.insert(source.sha512.clone()) {
            continue;
        }
        let json = object.read(number, METADATA)?;
        let metadata =
            PackageMetadata::from_json(&json).map_err(|why| unfit(format!("{METADATA}: {why}")))?;
        let description =
            warc::description(&metadata, &json).ok_or_else(|| unfit(format!("{METADATA} names no page")))?;
        let opened = object.open(&source)?.metadata();
        let length = opened.map_err(|error| unfit(error.to_string()))?.len() + description.len() as u64;
        groups.push(Group { source, metadata, description, length });
    }
    Ok(groups)
}

/// Whether a destination is to be one file.
#[must_use]
pub fn is_file_name(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(".warc.gz"))
}

/// The name of the file number `serial`, from 0: Prefix-Timestamp-Serial-Crawlhost, WARC 1.1, annex C.2.
pub(super) fn file_name(order: &Order<'_>, serial: u32) -> String {
    let time = Offset::UTC.to_datetime(order.created).strftime("%Y%m%d%H%M%S");
    format!("guidang-{time}-{serial:05}-archive.warc.gz")
}

/// Writes what `order` asks for: as the file `to`, or as files of at most about a gigabyte into the empty folder `to`,
/// with their digests in `SHA256SUMS`. The digest of the summary is that of the file, or of `SHA256SUMS`.
///
/// # Errors
/// If nothing is selected, a version has no source, something in the store was altered, or `to` cannot be written.
pub fn write(order: &Order<'_>, to: &Path, shape: Shape) -> Result<Summary, ExportError> {
    let mut summary = Summary::default();
    let mut sums = String::new();
    let mut serial = 0;
    let mut volume: Option<Volume> = None;
    for object in order.objects() {
        let object = object?;
        for group in groups(order, &object)? {
            order.proceed()?;
            let full = |volume: &Volume| shape == Shape::Folder && !volume.takes(group.length);
            if let Some(written) = volume.take_if(|volume| full(volume)) {
                written.finish(&mut summary, &mut sums)?;
            }
            let volume = match &mut volume {
                Some(volume) => volume,
                None => {
                    let (path, name) = match shape {
                        Shape::File => (to.to_owned(), String::new()),
                        Shape::Folder => (to.join(file_name(order, serial)), file_name(order, serial)),
                    };
                    serial += 1;
                    volume.insert(Volume::create(path, name)?)
                }
            };
            volume.add(&object, &group)?;
            summary.versions += 1;
        }
        summary.objects += 1;
    }
    let Some(last) = volume else { return Err(ExportError::Nothing) };
    let written = last.finish(&mut summary, &mut sums)?;
    summary.digest = match shape {
        Shape::File => written.sha256,
        Shape::Folder => put(&to.join("SHA256SUMS"), sums.as_bytes())?.sha256,
    };
    Ok(summary)
}

/// A WARC file that is being written.
struct Volume {
    path: PathBuf,
    name: String,
    out: Digesting<BufWriter<File>>,
}

impl Volume {
    fn create(path: PathBuf, name: String) -> Result<Self, ExportError> {
        // A single file is there already, empty.
        let file = File::create(&path).map_err(|error| ExportError::writing(&path, &error))?;
        Ok(Self { path, name, out: Digesting::new(BufWriter::new(file)) })
    }

    /// Whether it has room; an empty file has, for anything.
    fn takes(&self, length: u64) -> bool {
        self.out.bytes() == 0 || self.out.bytes().saturating_add(length) <= LARGEST
    }

    fn add(&mut self, object: &Object, group: &Group) -> Result<(), ExportError> {
        stream(object, &group.source, &self.path, &mut self.out)?;
        self.out.write_all(&group.description).map_err(|error| ExportError::writing(&self.path, &error))
    }

    fn finish(self, summary: &mut Summary, sums: &mut String) -> Result<Copied, ExportError> {
        let (mut file, copied) = self.out.finish();
        file.flush().map_err(|error| ExportError::writing(&self.path, &error))?;
        summary.files += 1;
        summary.bytes += copied.bytes;
        *sums += &format!("{}  {}\n", copied.sha256, self.name);
        Ok(copied)
    }
}

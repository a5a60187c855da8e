//! Turns versions into a WACZ file (WACZ 1.1.1): a zip of WARC files, an index of their records, a list of pages.
//!
//! The WARC files are those of [`warc`](super::warc). What is compressed already is stored, so that a player can reach any
//! record by its offset; the index is compressed in blocks of lines with an index of its own, so that a player need not
//! load it whole.

mod index;
mod records;
mod sorting;
mod surt;

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};
use std::path::Path;

use jiff::tz::Offset;
use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use self::index::Index;
use self::records::records;
use super::copy::{Copied, Digesting, stream};
use super::warc::{Group, file_name, groups};
use super::{ExportError, Order, Summary};
use crate::archive::package::SourceRole;
use crate::archive::store::Object;
use crate::document::sha256;

/// A WARC file in it has about this many bytes at most.
const LARGEST: u64 = 1_000_000_000;

/// Writes what `order` asks for as the file `to`. The digest of the summary is that of `datapackage.json`, which has the
/// digests of all else.
///
/// # Errors
/// If nothing is selected, a version has no source, something in the store was altered, or `to` cannot be written.
pub fn write(order: &Order<'_>, to: &Path) -> Result<Summary, ExportError> {
    let failed = |error: std::io::Error| ExportError::writing(to, &error);
    let file = File::create(to).map_err(failed)?;
    let mut package = Package {
        path: to,
        modified: modified(order),
        zip: ZipWriter::new(BufWriter::new(file)),
        resources: Vec::new(),
    };
    let mut summary = Summary::default();
    let mut index = Index::default();
    let mut pages = BufWriter::new(tempfile::tempfile().map_err(failed)?);
    writeln!(pages, "{}", json!({"format": "json-pages-1.0", "id": "pages", "title": "Pages"}))
        .map_err(failed)?;
    let mut open: Option<(String, u64)> = None;
    let mut serial = 0;
    let mut digesting = Digesting::new(std::io::sink());
    for object in order.objects() {
        let object = object?;
        for group in groups(order, &object)? {
            order.proceed()?;
            if let Some((name, _)) = open.take_if(|(_, length)| *length + group.length > LARGEST) {
                let whole = std::mem::replace(&mut digesting, Digesting::new(std::io::sink()));
                package.add(format!("archive/{name}"), whole.finish().1);
            }
            let (name, offset) = match &mut open {
                Some(open) => open,
                None => {
                    let name = file_name(order, serial);
                    serial += 1;
                    package.start(&format!("archive/{name}"), CompressionMethod::Stored)?;
                    summary.files += 1;
                    open.insert((name, 0))
                }
            };
            let mut out = Both(&mut package.zip, &mut digesting);
            stream(&object, &group.source, to, &mut out)?;
            out.write_all(&group.description).map_err(failed)?;
            describe(&object, &group, name, *offset, &mut index, &mut pages)
                .map_err(|error| ExportError::writing(to, &error))?;
            *offset += group.length;
            summary.versions += 1;
            summary.bytes += group.length;
        }
        summary.objects += 1;
    }
    let Some((name, _)) = open else { return Err(ExportError::Nothing) };
    package.add(format!("archive/{name}"), digesting.finish().1);

    package.index(index)?;
    let mut pages = pages.into_inner().map_err(|error| failed(error.into_error()))?;
    pages.rewind().map_err(failed)?;
    package.start("pages/pages.jsonl", CompressionMethod::Deflated)?;
    let mut digesting = Digesting::new(&mut package.zip);
    for line in BufReader::new(pages).split(b'\n') {
        digesting
            .write_all(&line.map_err(failed)?)
            .and_then(|()| digesting.write_all(b"\n"))
            .map_err(failed)?;
    }
    let copied = digesting.finish().1;
    package.add("pages/pages.jsonl".to_owned(), copied);

    summary.digest = package.finish(order, &summary)?;
    Ok(summary)
}

/// Index lines of the records of `group`, which begins at `offset` of the WARC file `name`; and the line of its page.
fn describe(
    object: &Object,
    group: &Group,
    name: &str,
    offset: u64,
    index: &mut Index,
    pages: &mut impl Write,
) -> std::io::Result<()> {
    let page = group.metadata.sources.iter().find(|source| source.role == SourceRole::Page);
    let file = object.open(&group.source).map_err(std::io::Error::other)?;
    for record in records(BufReader::new(file)) {
        let record = record?;
        index.add(&record, name, offset)?;
        if page.is_some_and(|page| record.id == format!("<urn:uuid:{}>", page.record)) {
            let title = group.metadata.elements.iter().find(|element| element.key == "title");
            let title = title.and_then(|title| title.value.as_str()).unwrap_or(&record.target);
            let line = json!({"id": record.id_without_brackets(), "url": record.target, "ts": record.date, "title": title});
            writeln!(pages, "{line}")?;
        }
    }
    Ok(())
}

/// Writes to two places.
struct Both<'a, A, B>(&'a mut A, &'a mut B);

impl<A: Write, B: Write> Write for Both<'_, A, B> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.0.write(bytes)?;
        self.1.write_all(&bytes[..count])?;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// The zip, and what is in it.
struct Package<'a> {
    path: &'a Path,
    modified: zip::DateTime,
    zip: ZipWriter<BufWriter<File>>,
    /// Path, and what was written.
    resources: Vec<(String, Copied)>,
}

impl Package<'_> {
    fn start(&mut self, name: &str, method: CompressionMethod) -> Result<(), ExportError> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(self.modified)
            .unix_permissions(0o644)
            .large_file(true);
        self.zip.start_file(name, options).map_err(|error| ExportError::writing(self.path, &error.into()))
    }

    fn add(&mut self, path: String, copied: Copied) {
        self.resources.push((path, copied));
    }

    fn index(&mut self, index: Index) -> Result<(), ExportError> {
        let path = self.path;
        let failed = |error: std::io::Error| ExportError::writing(path, &error);
        self.start("indexes/index.cdx.gz", CompressionMethod::Stored)?;
        let mut digesting = Digesting::new(&mut self.zip);
        let blocks = index.write(&mut digesting).map_err(failed)?;
        let copied = digesting.finish().1;
        self.add("indexes/index.cdx.gz".to_owned(), copied);
        self.start("indexes/index.idx", CompressionMethod::Deflated)?;
        let mut digesting = Digesting::new(&mut self.zip);
        digesting.write_all(blocks.as_bytes()).map_err(failed)?;
        let copied = digesting.finish().1;
        self.add("indexes/index.idx".to_owned(), copied);
        Ok(())
    }

    /// Adds `datapackage.json`, whose digest is returned, and `datapackage-digest.json`.
    fn finish(mut self, order: &Order<'_>, summary: &Summary) -> Result<String, ExportError> {
        let path = self.path;
        let failed = |error: std::io::Error| ExportError::writing(path, &error);
        let resources: Vec<_> = self
            .resources
            .iter()
            .map(|(path, copied)| {
                let name = path.rsplit('/').next().unwrap_or(path);
                let hash = format!("sha256:{}", copied.sha256);
                json!({"name": name, "path": path, "hash": hash, "bytes": copied.bytes})
            })
            .collect();
        let package = json!({
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": format!("guidang: {} objects, {} captures", summary.objects, summary.versions),
            "created": order.created.to_string(),
            "software": order.agent.name,
            "resources": resources,
        });
        let package = format!("{package:#}\n");
        let digest = sha256(package.as_bytes());
        let signature = json!({"path": "datapackage.json", "hash": format!("sha256:{digest}")});
        for (name, text) in
            [("datapackage.json", package), ("datapackage-digest.json", format!("{signature:#}\n"))]
        {
            self.start(name, CompressionMethod::Deflated)?;
            self.zip.write_all(text.as_bytes()).map_err(failed)?;
        }
        let mut file = self.zip.finish().map_err(|error| failed(error.into()))?;
        file.flush().map_err(failed)?;
        Ok(digest)
    }
}

/// The time of the entries. A zip knows no time before 1980 nor time zones: UTC.
fn modified(order: &Order<'_>) -> zip::DateTime {
    let time = Offset::UTC.to_datetime(order.created);
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    zip::DateTime::from_date_and_time(
        u16::try_from(time.year()).unwrap_or_default(),
        part(time.month()),
        part(time.day()),
        part(time.hour()),
        part(time.minute()),
        part(time.second()),
    )
    .unwrap_or_default()
}

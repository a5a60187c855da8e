//! Turns parts into an Open Packaging Conventions package: a ZIP file that depends on nothing but its parts.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::DocxError;

/// A package in the making. Parts stand in the file in the order in which they are added.
pub(super) struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

/// How a part is kept in the ZIP file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    /// Compressed: markup.
    Deflated,
    /// As it is: pictures, which are compressed already.
    Stored,
}

impl Package {
    /// An empty package.
    pub(super) fn new() -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::with_capacity(64 * 1024))) }
    }

    /// Adds a whole part.
    pub(super) fn part(&mut self, name: &str, content: &[u8], storage: Storage) -> Result<(), DocxError> {
        self.begin(name, storage)?;
        self.append(content)
    }

    /// Begins a part that [`append`](Self::append) fills piece by piece.
    pub(super) fn begin(&mut self, name: &str, storage: Storage) -> Result<(), DocxError> {
        let method = match storage {
            Storage::Deflated => CompressionMethod::Deflated,
            Storage::Stored => CompressionMethod::Stored,
        };
        // No clock: the earliest date a ZIP file can hold.
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644);
        self.zip.start_file(name, options).map_err(|error| package_error(&error))
    }

    /// Appends to the part begun last.
    pub(super) fn append(&mut self, content: &[u8]) -> Result<(), DocxError> {
        self.zip.write_all(content).map_err(|error| package_error(&error))
    }

    /// The bytes of the package.
    pub(super) fn finish(self) -> Result<Vec<u8>, DocxError> {
        Ok(self.zip.finish().map_err(|error| package_error(&error))?.into_inner())
    }
}

fn package_error(error: &dyn std::fmt::Display) -> DocxError {
    DocxError::Package { why: error.to_string() }
}

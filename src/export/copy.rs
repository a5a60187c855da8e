//! Turns a file of the store into a file elsewhere, its digest compared on the way.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256, Sha512};
use sm3::Sm3;

use super::ExportError;
use crate::archive::store::{Object, StoreError, StoredFile};

/// Bytes taken at a time.
const BLOCK: usize = 64 << 10;

/// What a file that was written is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Number of bytes.
    pub bytes: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// SHA-512 in lower-case hexadecimal.
    pub sha512: String,
    /// SM3 (GB/T 32905-2016) in lower-case hexadecimal.
    pub sm3: String,
}

/// Passes on what is written and takes its digests.
#[derive(Debug, Default)]
pub(super) struct Digesting<W> {
    pub(super) inner: W,
    bytes: u64,
    sha256: Sha256,
    sha512: Sha512,
    sm3: Sm3,
}

impl<W: Write> Digesting<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, bytes: 0, sha256: Sha256::new(), sha512: Sha512::new(), sm3: Sm3::new() }
    }

    /// Number of bytes so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The writer, and what was written to it.
    pub(super) fn finish(self) -> (W, Copied) {
        let copied = Copied {
            bytes: self.bytes,
            sha256: hexadecimal(&self.sha256.finalize()),
            sha512: hexadecimal(&self.sha512.finalize()),
            sm3: hexadecimal(&self.sm3.finalize()),
        };
        (self.inner, copied)
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.bytes += count as u64;
        self.sha256.update(&bytes[..count]);
        self.sha512.update(&bytes[..count]);
        self.sm3.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Copies `file` of `object` to the new file `to`, making the folders that it needs.
///
/// # Errors
/// If its bytes are not those that were filed, or `to` cannot be written or exists.
pub fn copy(object: &Object, file: &StoredFile, to: &Path) -> Result<Copied, ExportError> {
    let failed = |error: io::Error| ExportError::writing(to, &error);
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut digesting = Digesting::new(File::create_new(to).map_err(failed)?);
    stream(object, file, to, &mut digesting)?;
    Ok(digesting.finish().1)
}

/// Passes `file` of `object` on to `out`, which writes `to`.
///
/// # Errors
/// As [`copy`].
pub(super) fn stream(
    object: &Object,
    file: &StoredFile,
    to: &Path,
    out: &mut impl Write,
) -> Result<(), ExportError> {
    let path = || file.path.display().to_string();
    let mut opened = object.open(file)?;
    let mut sha512 = Sha512::new();
    let mut block = vec![0; BLOCK];
    loop {
        let count = opened
            .read(&mut block)
            .map_err(|error| StoreError::Read { path: path(), why: error.to_string() })?;
        if count == 0 {
            break;
        }
        sha512.update(&block[..count]);
        out.write_all(&block[..count]).map_err(|error| ExportError::writing(to, &error))?;
    }
    let found = hexadecimal(&sha512.finalize());
    if found != file.sha512 {
        return Err(StoreError::Altered { path: path(), expected: file.sha512.clone(), found }.into());
    }
    Ok(())
}

/// Writes `bytes` as the new file `to`, making the folders that it needs.
///
/// # Errors
/// If it cannot be written or exists.
pub fn put(to: &Path, bytes: &[u8]) -> Result<Copied, ExportError> {
    let failed = |error: io::Error| ExportError::writing(to, &error);
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut digesting = Digesting::new(File::create_new(to).map_err(failed)?);
    digesting.write_all(bytes).map_err(failed)?;
    Ok(digesting.finish().1)
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

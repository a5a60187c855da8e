//! The lists of digests, written line by line while files are.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::super::copy::Digesting;
use super::super::{Copied, ExportError};
use super::names::{SHA256_LIST, SM3_LIST};

/// Both lists, and how much is in them.
pub(super) struct DigestLists {
    root: PathBuf,
    sha256: Digesting<BufWriter<File>>,
    sm3: Digesting<BufWriter<File>>,
    /// Files listed.
    pub(super) files: u64,
    /// Their bytes.
    pub(super) bytes: u64,
}

impl DigestLists {
    /// Begins the lists of the folder `root`.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn new(root: &Path) -> Result<Self, ExportError> {
        let list = |relative: &str| {
            let path = root.join(relative);
            let failed = |error: std::io::Error| ExportError::writing(&path, &error);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            let file = File::create_new(&path).map_err(failed)?;
            Ok::<_, ExportError>(Digesting::new(BufWriter::new(file)))
        };
        Ok(Self {
            root: root.to_owned(),
            sha256: list(SHA256_LIST)?,
            sm3: list(SM3_LIST)?,
            files: 0,
            bytes: 0,
        })
    }

    /// Lists a file that was written at `relative`.
    ///
    /// # Errors
    /// If a list cannot be written.
    pub(super) fn add(&mut self, relative: &str, copied: &Copied) -> Result<(), ExportError> {
        let failed = |list: &str, error| ExportError::writing(&self.root.join(list), &error);
        writeln!(self.sha256, "{}  {relative}", copied.sha256).map_err(|error| failed(SHA256_LIST, error))?;
        writeln!(self.sm3, "{}  {relative}", copied.sm3).map_err(|error| failed(SM3_LIST, error))?;
        self.files += 1;
        self.bytes += copied.bytes;
        Ok(())
    }

    /// Ends the lists. The list by SHA-256 names the other one too; its own digest is returned.
    ///
    /// # Errors
    /// If a list cannot be written.
    pub(super) fn finish(mut self) -> Result<String, ExportError> {
        let failed = |list: &str, error| ExportError::writing(&self.root.join(list), &error);
        let (mut out, sm3) = self.sm3.finish();
        out.flush().map_err(|error| failed(SM3_LIST, error))?;
        writeln!(self.sha256, "{}  {SM3_LIST}", sm3.sha256).map_err(|error| failed(SHA256_LIST, error))?;
        let (mut out, sha256) = self.sha256.finish();
        out.flush().map_err(|error| failed(SHA256_LIST, error))?;
        Ok(sha256.sha256)
    }
}

//! Turns a stream of entries into a new catalogue, which then takes the old one's place in one step.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::database::{self, FILE, explain};
use super::entry::Entry;
use super::error::CatalogueError;
use super::index;

/// Entries in one transaction: FTS5 writes their tokens out together.
const BATCH: usize = 500;
/// Bytes of text in one transaction at most, so that memory stays flat however long the documents are.
const BATCH_BYTES: usize = 16 << 20;
/// Bytes of tokens that FTS5 collects before it writes them out; the default of 1 MiB makes hundreds of segments that have
/// to be merged.
const HASH_BYTES: u32 = 96 << 20;

/// A catalogue being made.
#[derive(Debug)]
pub struct Builder {
    connection: Connection,
    scratch: Scratch,
    path: PathBuf,
    entries: Vec<Entry>,
    bytes: usize,
}

impl Builder {
    /// Begins a new catalogue for the store at `root`, beside the present one. Only one process at a time may do so: the
    /// store's writer.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin(root: &Path) -> Result<Self, CatalogueError> {
        let scratch = Scratch(root.to_path_buf());
        scratch.clear()?;
        let path = scratch.path(NEW);
        let connection = database::create(&path)?;
        let settings = format!(
            "INSERT INTO words (words, rank) VALUES ('hashsize', {HASH_BYTES});
             INSERT INTO words (words, rank) VALUES ('automerge', 0);
             INSERT INTO words (words, rank) VALUES ('crisismerge', 1000);
             BEGIN"
        );
        connection.execute_batch(&settings).map_err(|error| explain(&path, &error))?;
        Ok(Self { connection, scratch, path, entries: Vec::new(), bytes: 0 })
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, entry: Entry) -> Result<(), CatalogueError> {
        self.bytes += entry.text.len();
        self.entries.push(entry);
        if self.entries.len() >= BATCH || self.bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    /// Whether version `version` of object `id` is in it.
    ///
    /// # Errors
    /// If it cannot be read or written.
    pub fn holds(&mut self, id: &str, version: u32) -> Result<bool, CatalogueError> {
        self.flush()?;
        self.connection
            .prepare("SELECT 1 FROM entry WHERE id = ?1 AND version = ?2")
            .and_then(|mut statement| statement.exists(rusqlite::params![id, version]))
            .map_err(|error| explain(&self.path, &error))
    }

    fn flush(&mut self) -> Result<(), CatalogueError> {
        if self.entries.is_empty() {
            return Ok(());
        }
        self.bytes = 0;
        index::write(&self.connection, &self.entries).map_err(|error| explain(&self.path, &error))?;
        self.entries.clear();
        Ok(())
    }

    /// Ends it: it stands for the event log up to entry `sequence` with this `digest`, and replaces the old catalogue.
    /// Readers of the old one go on reading it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self, sequence: u64, digest: &str) -> Result<(), CatalogueError> {
        self.flush()?;
        let packed = self.scratch.path(PACKED);
        // Merging leaves as much free space behind as it merged. VACUUM INTO leaves it behind, and unlike VACUUM it needs no
        // space where the system keeps its temporary files.
        set_state(&self.connection, sequence, digest)
            .and_then(|()| {
                self.connection.execute_batch(
                    "COMMIT;
                     INSERT INTO words (words) VALUES ('optimize');
                     INSERT INTO words (words, rank) VALUES ('hashsize', 1048576);
                     INSERT INTO words (words, rank) VALUES ('automerge', 4);
                     INSERT INTO words (words, rank) VALUES ('crisismerge', 16);",
                )
            })
            .and_then(|()| self.connection.execute("VACUUM INTO ?1", [packed.to_string_lossy()]))
            .map_err(|error| explain(&self.path, &error))?;
        drop(self.connection);
        remove(&self.path)?;
        database::keep_log(&packed)?;
        let failed = |error: std::io::Error| CatalogueError::Failed {
            path: packed.display().to_string(),
            why: error.to_string(),
        };
        File::open(&packed).and_then(|file| file.sync_all()).map_err(failed)?;
        let folder = &self.scratch.0;
        let old = folder.join(FILE);
        // The old log must not be taken for the new file's. What it holds goes into the old file first, so that a crash
        // in between leaves the old catalogue whole.
        if let Ok(connection) = database::open_writer(&old) {
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
        for log in ["-wal", "-shm"] {
            remove(&folder.join(format!("{FILE}{log}")))?;
        }
        fs::rename(&packed, &old).map_err(failed)?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }
}

/// End of the name of the file that is written, and of the one without its free space.
const NEW: &str = ".new";
const PACKED: &str = ".packed";

/// The folder in which a catalogue is made; what was not finished goes with it.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Scratch {
    fn path(&self, end: &str) -> PathBuf {
        self.0.join(format!("{FILE}{end}"))
    }

    /// Removes what an attempt left, this one's or an interrupted one's.
    fn clear(&self) -> Result<(), CatalogueError> {
        for end in [NEW, PACKED] {
            for log in ["", "-wal", "-shm", "-journal"] {
                remove(&self.path(&format!("{end}{log}")))?;
            }
        }
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = self.clear();
    }
}

/// Which entry of the event log the catalogue stands for.
pub(super) fn set_state(connection: &Connection, sequence: u64, digest: &str) -> rusqlite::Result<()> {
    let sequence = i64::try_from(sequence).unwrap_or(i64::MAX);
    connection.execute("UPDATE state SET sequence = ?1, digest = ?2", rusqlite::params![sequence, digest])?;
    Ok(())
}

/// Removes a file that need not be there.
fn remove(path: &Path) -> Result<(), CatalogueError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(CatalogueError::ReadOnly { path: path.display().to_string() })
        }
        Err(error) => {
            Err(CatalogueError::Failed { path: path.display().to_string(), why: error.to_string() })
        }
        Ok(()) => Ok(()),
    }
}

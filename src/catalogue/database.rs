//! Turns a path into a connection to a catalogue of this version, or says why it is none.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Error, ErrorCode, OpenFlags};

use super::error::CatalogueError;

/// Name of the file within the store.
pub const FILE: &str = "catalogue.sqlite";
/// The schema this version reads and writes (`user_version`). It rises with every change to [`TABLES`], to the folding
/// or to the expansion into tokens: an index and its queries must be expanded alike.
pub(super) const SCHEMA: u64 = 1;
/// `application_id`: “gdcg”.
const APPLICATION: i64 = 0x6764_6367;
/// How long one waits for another who writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// `entry.row` orders by date, see [`index`](super::index). The text itself is not here: the store has it. FTS5 keeps the
/// tokens only (`content=''`), split at spaces by the tokenizer `ascii`, to which every character beyond ASCII is a letter:
/// `unicode61` takes ideographs of newer Unicode versions for punctuation.
const TABLES: &str = "
CREATE TABLE state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    sequence INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0, '');
CREATE TABLE entry (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    head INTEGER NOT NULL,
    published TEXT,
    written TEXT,
    effective TEXT,
    printed TEXT,
    captured TEXT,
    title TEXT,
    number TEXT,
    issuer TEXT,
    source TEXT,
    site TEXT,
    url TEXT,
    UNIQUE (id, version)
) STRICT;
CREATE INDEX superseded ON entry (row) WHERE head = 0;
CREATE VIRTUAL TABLE words USING fts5 (
    title, number, issuer, source, site, text, characters,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
";

/// What `error`, met at `path`, means.
pub(super) fn explain(path: &Path, error: &Error) -> CatalogueError {
    let path = path.display().to_string();
    let code = error.sqlite_error_code();
    let why = match error {
        Error::SqliteFailure(_, Some(why)) => why.clone(),
        other => other.to_string(),
    };
    match code {
        // Unknown: a table or a column is missing that should be there; someone else's file.
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) => {
            CatalogueError::Damaged { path, why }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => CatalogueError::Busy { path },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => CatalogueError::ReadOnly { path },
        _ => CatalogueError::Failed { path, why },
    }
}

/// Opens the catalogue at `path` for readers. They see whole states while another writes, and need no permission to
/// write.
///
/// # Errors
/// If there is none, or it is not of this version, or damaged.
pub(super) fn open_reader(path: &Path) -> Result<Connection, CatalogueError> {
    if !path.is_file() {
        return Err(CatalogueError::Missing { path: path.display().to_string() });
    }
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let open = |uri: &str| {
        let connection = Connection::open_with_flags(uri, flags)?;
        connection.busy_timeout(PATIENCE)?;
        // The first look reads the header and makes the shared memory of the log.
        connection.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0))?;
        Ok(connection)
    };
    let uri = uri(path);
    let connection = open(&uri).or_else(|error: Error| {
        // WAL needs a file of shared memory beside, and the folder may not be ours to write. Without a log to read, the
        // file alone is the whole state.
        let log = path.with_file_name(format!("{FILE}-wal"));
        let quiet = log.metadata().map_or(true, |log| log.len() == 0);
        match error.sqlite_error_code() {
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) if quiet => {
                open(&format!("{uri}?immutable=1"))
            }
            _ => Err(error),
        }
    });
    let connection = connection.map_err(|error| explain(path, &error))?;
    check(&connection, path)?;
    connection
        .execute_batch("PRAGMA query_only = 1; PRAGMA cache_size = -65536")
        .map_err(|error| explain(path, &error))?;
    Ok(connection)
}

/// Opens the catalogue at `path` for a writer.
///
/// # Errors
/// If there is none, or it is not of this version, damaged, or cannot be written.
pub(super) fn open_writer(path: &Path) -> Result<Connection, CatalogueError> {
    if !path.is_file() {
        return Err(CatalogueError::Missing { path: path.display().to_string() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    };
    let connection = open().map_err(|error: Error| explain(path, &error))?;
    check(&connection, path)?;
    // FULL: with NORMAL a power failure may lose the last commits, which would be caught up with; but a commit of a
    // run is one fsync.
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
        .map_err(|error| explain(path, &error))?;
    Ok(connection)
}

/// Makes an empty catalogue at `path`, where nothing is, to be filled in one go: a crash leaves rubbish there.
///
/// # Errors
/// If the system refuses.
pub(super) fn create(path: &Path) -> Result<Connection, CatalogueError> {
    let make = || {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;",
        )?;
        connection.execute_batch(TABLES)?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.pragma_update(None, "user_version", i64::try_from(SCHEMA).unwrap_or(i64::MAX))?;
        Ok(connection)
    };
    make().map_err(|error: Error| match explain(path, &error) {
        // “unable to open database file” is all that SQLite says when a folder may not be written.
        CatalogueError::Failed { path, .. } if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => {
            CatalogueError::ReadOnly { path }
        }
        other => other,
    })
}

/// Lets the finished catalogue at `path`, which no one else has open, keep a write-ahead log from now on.
///
/// # Errors
/// If the system refuses.
pub(super) fn keep_log(path: &Path) -> Result<(), CatalogueError> {
    Connection::open(path)
        .and_then(|connection| {
            connection.execute_batch("PRAGMA journal_mode = WAL")?;
            connection.close().map_err(|(_, error)| error)
        })
        .map_err(|error| explain(path, &error))
}

/// Whether the file is a catalogue of this version.
fn check(connection: &Connection, path: &Path) -> Result<(), CatalogueError> {
    let pragma = |name: &str| {
        connection
            .query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0))
            .map_err(|error| explain(path, &error))
    };
    let (application, found) = (pragma("application_id")?, pragma("user_version")?);
    let shown = path.display().to_string();
    if application != APPLICATION {
        return Err(CatalogueError::Damaged { path: shown, why: format!("application id {application:#x}") });
    }
    let found = u64::try_from(found).unwrap_or(0);
    match found.cmp(&SCHEMA) {
        std::cmp::Ordering::Greater => Err(CatalogueError::Newer { path: shown, found, known: SCHEMA }),
        std::cmp::Ordering::Less => Err(CatalogueError::Older { path: shown, found, known: SCHEMA }),
        std::cmp::Ordering::Equal => Ok(()),
    }
}

/// `path` as a URI of SQLite (<https://www.sqlite.org/uri.html>, 3.1).
fn uri(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for c in path.to_string_lossy().chars() {
        match c {
            '%' => uri += "%25",
            '?' => uri += "%3f",
            '#' => uri += "%23",
            c => uri.push(c),
        }
    }
    uri
}

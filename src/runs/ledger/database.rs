//! Turns a path into a connection to a ledger of this version, or says why it is none.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Error, ErrorCode, OpenFlags};

use super::error::LedgerError;

/// The schema this version reads and writes (`user_version`). It rises with every change to [`TABLES`].
const SCHEMA: u64 = 1;
/// `application_id`: “gdlg”.
const APPLICATION: i64 = 0x6764_6c67;
/// How long one waits for another who writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Times are seconds since 1970 (UTC). What is NULL is not known or has not happened.
///
/// - `job.hand`: when the run in hand began; NULL between runs. A process that dies leaves it, and the next one goes on.
/// - `job.discovered`: whether the run in hand knows all that is listed.
/// - `job.recheck`: the setting that `item.due` was worked out by.
/// - `item.row`: in the order of first sight. Pages are fetched in this order.
/// - `item.due`: when it is to be fetched; NULL for never again.
/// - `run.*`: numbers of pages, counted up with each page.
/// - `notice`: what is worth telling; `told` once a webhook has accepted it.
const TABLES: &str = "
CREATE TABLE job (
    name TEXT PRIMARY KEY,
    hand INTEGER,
    discovered INTEGER NOT NULL DEFAULT 0,
    last INTEGER,
    success INTEGER,
    outcome TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    recheck TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TABLE run (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    job TEXT NOT NULL,
    begun INTEGER NOT NULL,
    ended INTEGER,
    resumed INTEGER NOT NULL,
    outcome TEXT,
    code TEXT,
    listed INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    left_over INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX run_of_job ON run (job, number);
CREATE TABLE item (
    row INTEGER PRIMARY KEY,
    job TEXT NOT NULL,
    url TEXT NOT NULL,
    parent TEXT,
    column_name TEXT,
    listed TEXT,
    title TEXT,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    checked INTEGER,
    changed INTEGER,
    outcome TEXT,
    code TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    transient INTEGER NOT NULL DEFAULT 0,
    version INTEGER,
    due INTEGER,
    UNIQUE (job, url)
) STRICT;
CREATE INDEX due ON item (job, due) WHERE due IS NOT NULL;
CREATE INDEX failing ON item (job, code) WHERE failures > 0;
CREATE TABLE source (
    job TEXT NOT NULL,
    place TEXT NOT NULL,
    failures INTEGER NOT NULL,
    code TEXT,
    PRIMARY KEY (job, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE notice (
    number INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    job TEXT NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    code TEXT,
    message TEXT,
    old INTEGER,
    new INTEGER,
    told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX untold ON notice (job, kind, number);
";

/// Where the event log of the store ended when the last run did. Added after the first ledgers were made: one that lacks it
/// is as good, and programs that do not know it pass it over, so that the schema is the same.
const LOG_END: &str = "
CREATE TABLE IF NOT EXISTS log_end (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT;
";

/// Hosts that asked not to be asked before `until`; added as [`LOG_END`] was.
const PATIENCE_OF_HOSTS: &str = "
CREATE TABLE IF NOT EXISTS patience (
    host TEXT PRIMARY KEY,
    asked INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// What `error`, met at `path`, means.
pub(super) fn explain(path: &Path, error: &Error) -> LedgerError {
    let code = error.sqlite_error_code();
    let why = match error {
        Error::SqliteFailure(_, Some(why)) => why.clone(),
        other => other.to_string(),
    };
    let path = path.display().to_string();
    match code {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => LedgerError::Damaged { path, why },
        // A table or a column is missing that should be there.
        Some(ErrorCode::Unknown) => LedgerError::Foreign { path, why },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Busy { path },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => LedgerError::ReadOnly { path },
        _ => LedgerError::Failed { path, why },
    }
}

/// Opens the ledger at `path` for the one who writes; made if there is none.
///
/// A commit does not wait for the medium. “WAL mode is always consistent with synchronous=NORMAL, but WAL mode does lose
/// durability. A transaction committed in WAL mode with synchronous=NORMAL might roll back following a power loss or system
/// crash. Transactions are durable across application crashes regardless of the synchronous setting or journal mode”
/// (<https://www.sqlite.org/pragma.html#pragma_synchronous>). What a ledger can lose so are the looks of the last moments:
/// these pages are looked at again, what was archived of them is there, and the numbers of the versions tell what was new.
/// To wait would be most of what a list page with nothing new costs.
///
/// # Errors
/// If it is not of this version, damaged, or cannot be written.
pub(super) fn open_writer(path: &Path) -> Result<Connection, LedgerError> {
    let failed = |error: Error| explain(path, &error);
    let mut connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    let new = pragma(&connection, path, "application_id")? == 0 && is_empty(&connection, path)?;
    if !new {
        // Before anything is changed in what may be someone else's.
        check(&connection, path)?;
    }
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384")
        .map_err(failed)?;
    if new {
        // Tables and numbers in one transaction: a ledger is whole, or empty.
        let make = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", i64::try_from(SCHEMA).unwrap_or(i64::MAX))?;
            transaction.commit()
        };
        make(&mut connection).map_err(failed)?;
    }
    connection.execute_batch(LOG_END).map_err(failed)?;
    connection.execute_batch(PATIENCE_OF_HOSTS).map_err(failed)?;
    Ok(connection)
}

/// Opens the ledger at `path` for a reader, who waits for no writer, needs no permission to write, and leaves no trace: where
/// nobody writes, not even the shared memory that readers have with writers is made. None if there is none, or one that was
/// made just now and is empty.
///
/// # Errors
/// If it is not of this version, or damaged.
pub(super) fn open_reader(path: &Path) -> Result<Option<Connection>, LedgerError> {
    if !path.is_file() {
        return Ok(None);
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
    // Without a log to read, the file alone is the whole state.
    let quiet = wal(path).metadata().map_or(true, |log| log.len() == 0);
    let uri = if quiet { format!("{uri}?immutable=1") } else { uri };
    let connection = open(&uri).map_err(|error| explain(path, &error))?;
    if pragma(&connection, path, "application_id")? == 0 && is_empty(&connection, path)? {
        return Ok(None);
    }
    check(&connection, path)?;
    Ok(Some(connection))
}

fn wal(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn pragma(connection: &Connection, path: &Path, name: &str) -> Result<i64, LedgerError> {
    connection
        .query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
        .map_err(|error| explain(path, &error))
}

fn is_empty(connection: &Connection, path: &Path) -> Result<bool, LedgerError> {
    connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
        .map(|count| count == 0)
        .map_err(|error| explain(path, &error))
}

/// Whether the file is a ledger of this version.
fn check(connection: &Connection, path: &Path) -> Result<(), LedgerError> {
    let application = pragma(connection, path, "application_id")?;
    let shown = path.display().to_string();
    if application != APPLICATION {
        return Err(LedgerError::Foreign { path: shown, why: format!("application id {application:#x}") });
    }
    let found = u64::try_from(pragma(connection, path, "user_version")?).unwrap_or(0);
    if found == SCHEMA { Ok(()) } else { Err(LedgerError::Schema { path: shown, found, known: SCHEMA }) }
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

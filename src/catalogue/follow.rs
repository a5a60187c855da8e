//! Turns the store's event log into the state of the catalogue: catches up, or makes all anew.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::builder::{Builder, set_state};
use super::database::{self, FILE, explain};
use super::entry::Entry;
use super::error::CatalogueError;
use super::index;
use super::query::Query;
use super::search::{self, Hit};
use crate::archive::events::{Event, EventKind};
use crate::archive::store::{Object, Store, StoreError};
use crate::document::from_json;

/// Name of the Document among a version's files.
const DOCUMENT: &str = "document.json";
/// Versions in one transaction of [`Catalogue::apply`].
const BATCH: usize = 200;

/// A catalogue, open.
#[derive(Debug)]
pub struct Catalogue {
    connection: Connection,
    path: PathBuf,
}

impl Catalogue {
    /// Opens the catalogue of the store at `root` for reading. Needs no permission to write and waits for no writer.
    ///
    /// # Errors
    /// If there is none, it is of another version of guidang, or damaged.
    pub fn open(root: &Path) -> Result<Self, CatalogueError> {
        let path = root.join(FILE);
        Ok(Self { connection: database::open_reader(&path)?, path })
    }

    /// Opens it for [`apply`](Self::apply).
    ///
    /// # Errors
    /// If there is none, it is of another version of guidang, damaged, or cannot be written.
    pub fn open_to_write(root: &Path) -> Result<Self, CatalogueError> {
        let path = root.join(FILE);
        Ok(Self { connection: database::open_writer(&path)?, path })
    }

    /// The hits of `query` from its offset on, at most as many as its limit.
    ///
    /// # Errors
    /// If the query is too long or the catalogue damaged.
    pub fn search(&self, query: &Query) -> Result<Vec<Hit>, CatalogueError> {
        search::hits(&self.connection, &self.path, query)
    }

    /// The number of all hits of `query`, its offset and limit aside.
    ///
    /// # Errors
    /// If the query is too long or the catalogue damaged.
    pub fn count(&self, query: &Query) -> Result<u64, CatalogueError> {
        search::count(&self.connection, &self.path, query)
    }

    /// The number and digest of the event log's entry that it stands for; 0 and nothing for an empty log.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn state(&self) -> Result<(u64, String), CatalogueError> {
        self.connection
            .query_row("SELECT sequence, digest FROM state", [], |row| {
                Ok((unsigned(row.get(0)?), row.get(1)?))
            })
            .map_err(|error| explain(&self.path, &error))
    }

    /// Gives `each` the identifier and number of every version that it knows, in their order.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn each_version(&self, mut each: impl FnMut(&str, u32)) -> Result<(), CatalogueError> {
        let mut read = || {
            let mut statement =
                self.connection.prepare("SELECT id, version FROM entry ORDER BY id, version")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                each(row.get_ref(0)?.as_str()?, row.get(1)?);
            }
            Ok(())
        };
        read().map_err(|error: rusqlite::Error| explain(&self.path, &error))
    }

    /// Looks through the whole database for damage.
    ///
    /// # Errors
    /// If there is any.
    pub fn integrity(&self) -> Result<(), CatalogueError> {
        let found: String = self
            .connection
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(|error| explain(&self.path, &error))?;
        if found == "ok" {
            return Ok(());
        }
        Err(CatalogueError::Damaged { path: self.path.display().to_string(), why: found })
    }

    /// Whether it stands for all of `store`'s event log.
    ///
    /// # Errors
    /// If either cannot be read.
    pub fn is_current(&self, store: &Store) -> Result<bool, CatalogueError> {
        let head = store.head().map_err(|error| in_store(&error))?;
        let head = head.map_or((0, String::new()), |head| (head.sequence, head.digest));
        Ok(self.state()? == head)
    }

    /// Writes `entries`, and that the catalogue stands for the event log up to entry `sequence`, in one transaction.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, entries: &[Entry], sequence: u64, digest: &str) -> Result<(), CatalogueError> {
        let path = &self.path;
        let mut write = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let now = transaction.query_row("SELECT sequence FROM state", [], |row| row.get(0))?;
            // Another who caught up at the same time was further.
            if unsigned(now) < sequence {
                index::write(&transaction, entries)?;
                set_state(&transaction, sequence, digest)?;
            }
            transaction.commit()
        };
        write().map_err(|error| explain(path, &error))
    }

    /// Catches up with the event log of `store`. The number of versions taken in.
    ///
    /// # Errors
    /// If the catalogue does not follow from this log, or either cannot be read or written.
    pub fn apply(&mut self, store: &Store) -> Result<u64, CatalogueError> {
        let (done, digest) = self.state()?;
        let head = store.head().map_err(|error| in_store(&error))?;
        let foreign = CatalogueError::Foreign { path: self.path.display().to_string() };
        match head {
            Some(head) if head.sequence == done && head.digest == digest => return Ok(0),
            None if done == 0 => return Ok(0),
            Some(head) if head.sequence > done => {}
            _ => return Err(foreign),
        }
        let mut entries: Vec<Entry> = Vec::new();
        let mut count = 0;
        let mut last = (done, digest);
        for event in store.events_after(done).map_err(|error| in_store(&error))? {
            let event = event.map_err(|error| CatalogueError::Store { why: error.to_string() })?;
            if event.previous != last.1 && last.0 != 0 {
                return Err(foreign);
            }
            last = (event.sequence, event.digest);
            if let Some(entry) = filed(store, &event.event)? {
                entries.push(entry);
                count += 1;
            }
            if entries.len() >= BATCH {
                self.write(&entries, last.0, &last.1)?;
                entries.clear();
            }
        }
        self.write(&entries, last.0, &last.1)?;
        Ok(count)
    }
}

/// Brings the catalogue of `store` up to date, and makes it where there is none. The caller holds the store's lock as its
/// writer. The number of versions taken in.
///
/// # Errors
/// If the catalogue is not of this version, damaged or of another store, or either cannot be read or written.
pub fn update(store: &Store) -> Result<u64, CatalogueError> {
    match Catalogue::open_to_write(store.root()) {
        Ok(mut catalogue) => catalogue.apply(store),
        Err(CatalogueError::Missing { .. }) => rebuild(store),
        Err(error) => Err(error),
    }
}

/// Makes the catalogue of `store` anew: what the event log says was filed, in its order, so that documents of one minute
/// stand in the order in which they would stand otherwise; then what is in the store all the same. The caller holds the store's lock as its writer. The number of
/// versions in it.
///
/// # Errors
/// If the store cannot be read or the catalogue not written; the old catalogue then stays.
pub fn rebuild(store: &Store) -> Result<u64, CatalogueError> {
    let head = store.head().map_err(|error| in_store(&error))?;
    let mut builder = Builder::begin(store.root())?;
    let mut count = 0;
    // A broken log is for `guidang verify` to tell about: the objects stand for themselves.
    for event in store.events().map_err(|error| in_store(&error))?.map_while(Result::ok) {
        if let Some(entry) = filed(store, &event.event)? {
            builder.add(entry)?;
            count += 1;
        }
    }
    for object in store.objects() {
        let object = object.map_err(|error| in_store(&error))?;
        for version in 1..=object.head() {
            if !builder.holds(object.id().as_str(), version)? {
                builder.add(entry(&object, version)?)?;
                count += 1;
            }
        }
    }
    let (sequence, digest) = head.map_or((0, String::new()), |head| (head.sequence, head.digest));
    builder.finish(sequence, &digest)?;
    Ok(count)
}

/// What the catalogue takes in of the version that `event` says was filed, if it says so.
fn filed(store: &Store, event: &Event) -> Result<Option<Entry>, CatalogueError> {
    let (EventKind::Ingestion | EventKind::Rerendering, Some(id), Some(version)) =
        (event.kind, &event.object, event.version)
    else {
        return Ok(None);
    };
    match store.object(id).map_err(|error| in_store(&error))? {
        Some(object) if version <= object.head() => entry(&object, version).map(Some),
        _ => Ok(None),
    }
}

/// What the catalogue takes in of version `version` of `object`.
fn entry(object: &Object, version: u32) -> Result<Entry, CatalogueError> {
    let id = object.id().as_str();
    let failed =
        |why: String| CatalogueError::Document { id: id.to_owned(), version: u64::from(version), why };
    let json = object.read(version, DOCUMENT).map_err(|error| failed(error.to_string()))?;
    let json = String::from_utf8(json).map_err(|error| failed(error.to_string()))?;
    let document = from_json(&json).map_err(failed)?;
    let created = object.versions().iter().find(|known| known.number == version).map(|known| known.created);
    Ok(Entry::new(&document, id, version, created.unwrap_or_default()))
}

/// SQLite's integers are signed; numbers of entries never reach half of them.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn in_store(error: &StoreError) -> CatalogueError {
    CatalogueError::Store { why: error.to_string() }
}

//! The preservation store: pages as OCFL 1.1 objects, captures as their versions, written by one and read by many.
//!
//! The layout on disk is told in `src/archive/FORMAT.md`, a copy of which is in every store.
//!
//! - **Whole or not at all**: a version is complete and durable in the staging folder before the journal names it; with
//!   the journal in place it will be published, by this process or the next one that writes. A killed run and a
//!   rerun leave the store that an undisturbed run leaves, byte for byte.
//! - **Readers take no lock**: what they go by, the inventory of the object, is exchanged in one step and names only
//!   what is there already.
//! - **The store is not trusted**: links, devices, paths that lead out of it and contradictory inventories are errors
//!   before anything is opened by them.
//! - **No clock, no chance**: times come in with what is filed, names follow from it.

mod commit;
pub(crate) mod digest;
mod disk;
mod error;
mod identity;
pub(crate) mod inventory;
pub(crate) mod inventory_check;
mod journal;
pub(crate) mod layout;
mod lock;
mod names;
mod object;
mod objects;
pub(crate) mod reading;
pub(crate) mod revisits;
pub(crate) mod root;
mod staging;
mod submission;

#[cfg(test)]
mod fault;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::events::{self, Events, Head};

pub use commit::Writer;
pub use disk::Durability;
pub use error::{InventoryFault, PathFault, StoreError};
pub use identity::ObjectId;
pub use object::{Object, StoredFile, Version};
pub use objects::Objects;
pub use submission::{Agent, Receipt, Submission};

/// A store. Opening takes the same time for one object and for a million; nothing is kept in memory.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    durability: Durability,
}

impl Store {
    /// The store in this folder; made there if there is none and the folder is missing or empty.
    ///
    /// # Errors
    /// [`StoreError::NotAStore`] if other things are in the folder; else if it cannot be read or written, or is laid
    /// out in a way that this version does not know.
    pub fn create_or_open(root: &Path) -> Result<Self, StoreError> {
        Self::create_or_open_with(root, Durability::Fsync)
    }

    /// As [`Store::create_or_open`], with a choice of durability.
    ///
    /// # Errors
    /// As [`Store::create_or_open`].
    pub fn create_or_open_with(root: &Path, durability: Durability) -> Result<Self, StoreError> {
        Ok(Self { root: root::create_or_open(root, durability)?, durability })
    }

    /// The store in this folder. Nothing is written: the folder may be read-only.
    ///
    /// # Errors
    /// [`StoreError::NotAStore`] if there is none; else if it cannot be read, or is laid out in a way that this version
    /// does not know.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        Ok(Self { root: root::open(root)?, durability: Durability::Fsync })
    }

    /// The store in this folder, whatever state its declarations are in: for those who look for what is wrong with it.
    ///
    /// # Errors
    /// [`StoreError::NotAStore`] if neither objects nor events are there.
    pub fn suspected(root: &Path) -> Result<Self, StoreError> {
        let resolved = reading::resolve(root)?;
        if [layout::OBJECTS, layout::EVENTS].iter().any(|folder| resolved.join(folder).is_dir()) {
            return Ok(Self { root: resolved, durability: Durability::Fsync });
        }
        Err(StoreError::NotAStore { path: root.display().to_string() })
    }

    /// The folder of the store, without links.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Takes the place of the one writer, waiting for at most about `wait`. Finishes what an interrupted writer began,
    /// or removes what it did not get far with.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another writes for longer; else if the store cannot be written or is damaged.
    pub fn writer(&self, wait: Duration) -> Result<Writer<'_>, StoreError> {
        Writer::new(self, wait)
    }

    /// Whether a process is at work in the store at `root` at this moment. Waits for nobody and writes nothing.
    #[must_use]
    pub fn is_held(root: &Path) -> bool {
        lock::is_held(root)
    }

    /// The object with this identifier, if there is one.
    ///
    /// # Errors
    /// If it cannot be read, or is damaged.
    pub fn object(&self, id: &ObjectId) -> Result<Option<Object>, StoreError> {
        Object::read_by_id(&self.root, id)
    }

    /// All objects, in the order of their folders: stable, but no order of theirs.
    #[must_use]
    pub fn objects(&self) -> Objects {
        Objects::of(&self.root)
    }

    /// The event log from its beginning, every entry checked.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn events(&self) -> Result<Events, StoreError> {
        self.events_after(0)
    }

    /// The entries of the event log after number `sequence`, without reading all before them.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn events_after(&self, sequence: u64) -> Result<Events, StoreError> {
        events::read_after(&self.root, sequence)
    }

    /// The last entry of the event log; None when nothing has happened yet.
    ///
    /// # Errors
    /// If the log cannot be read, or its last line is no entry.
    pub fn head(&self) -> Result<Option<Head>, StoreError> {
        Ok(events::read_head(&self.root)?.0)
    }

    /// The entries about which there is a time-stamp response, in order.
    ///
    /// # Errors
    /// If their folder cannot be read, or something else is in it.
    pub fn timestamps(&self) -> Result<Vec<u64>, StoreError> {
        if reading::look(&self.root, layout::TIMESTAMPS)? == reading::Kind::Missing {
            return Ok(Vec::new());
        }
        let number = |name: String| {
            let digits = name.strip_suffix(".tsr").and_then(|digits| digits.parse::<u64>().ok());
            let path = || self.root.join(layout::TIMESTAMPS).join(&name);
            digits.filter(|number| name == format!("{number}.tsr")).ok_or_else(|| reading::foreign(&path()))
        };
        let names = reading::names(&self.root, layout::TIMESTAMPS)?;
        let mut numbers = names.into_iter().map(number).collect::<Result<Vec<_>, _>>()?;
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The response of a time-stamp authority about entry `sequence`, if there is one.
    ///
    /// # Errors
    /// If it cannot be read, or is larger than a megabyte.
    pub fn timestamp(&self, sequence: u64) -> Result<Option<Vec<u8>>, StoreError> {
        reading::read(&self.root, &format!("{}/{sequence}.tsr", layout::TIMESTAMPS), 1 << 20)
    }
}

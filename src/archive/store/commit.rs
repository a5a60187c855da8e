//! Publishes versions and events, one after the other; finishes what an interrupted writer began.

use std::path::PathBuf;
use std::time::Duration;

use super::disk::Disk;
use super::inventory::VersionName;
use super::journal::Journal;
use super::layout::{
    EVENTS, INVENTORY, JOURNAL, LOG, SIDECAR, STAGED_FILE, STAGED_OBJECT, STAGING, TIMESTAMPS, object_folder,
};
use super::lock::{Lock, lock};
use super::reading::{self, Kind};
use super::{Receipt, Store, StoreError, Submission, staging};
use crate::archive::events::{Entry, Event, GENESIS, Head, read_head};

/// The one who may write. Dropping it lets the next one write.
#[derive(Debug)]
pub struct Writer<'store> {
    store: &'store Store,
    disk: Disk,
    _lock: Lock,
    /// The end of the log and its length in bytes; None when what is on the disk has to be looked at first: at the
    /// beginning, and after an error.
    log: Option<(Option<Head>, u64)>,
}

impl<'store> Writer<'store> {
    pub(crate) fn new(store: &'store Store, wait: Duration) -> Result<Self, StoreError> {
        let lock = lock(&store.root, wait)?;
        let mut writer = Self { store, disk: Disk::new(store.durability), _lock: lock, log: None };
        writer.settled()?;
        Ok(writer)
    }

    /// Files one version: all of it and its event, or nothing.
    ///
    /// # Errors
    /// If the submission is impossible, the object damaged, or the store cannot be written. The store is then as it was,
    /// or, when the error came while the version was being published, the next writer (or the next call) publishes it.
    pub fn commit(&mut self, submission: &Submission) -> Result<Receipt, StoreError> {
        let (head, length) = self.settled()?;
        let before = self.store.object(&submission.id)?;
        let (inventory, new) = staging::next(before.as_ref().map(|object| &object.inventory), submission)?;
        let version = inventory.head;
        let folder = object_folder(&submission.id);
        if before.is_some() {
            self.vacant(&format!("{folder}/{version}"))?;
        }
        let event = Event {
            object: Some(submission.id.clone()),
            version: Some(version.0),
            ..submission.event.clone()
        };
        let entry = after(head.as_ref(), event);
        let journal = Journal::new(submission.id.clone(), version.0, &entry);

        // From here on an error leaves something to clean up.
        self.log = None;
        let root = &self.store.root;
        let staged = staging::stage(&mut self.disk, root, submission, &inventory, &new)
            .and_then(|()| self.disk.replace(&root.join(STAGED_FILE), &root.join(JOURNAL), &journal.bytes()));
        if let Err(error) = staged {
            // Give the space back now; if that fails too, the next writer does it.
            let _ = self.settled();
            return Err(error);
        }
        self.publish(&journal)?;
        self.append(&entry, length)?;
        self.finish()?;
        self.log = Some((Some(head_of(&entry)), length + entry.line().len() as u64 + 1));
        Ok(match version.0 {
            1 => Receipt::Created { version: 1 },
            version => Receipt::NewVersion { version },
        })
    }

    /// Appends an event that makes no version.
    ///
    /// # Errors
    /// If the log cannot be written; it is then as it was.
    pub fn record(&mut self, event: &Event) -> Result<Entry, StoreError> {
        let (head, length) = self.settled()?;
        let entry = after(head.as_ref(), event.clone());
        self.log = None;
        self.append(&entry, length)?;
        self.log = Some((Some(head_of(&entry)), length + entry.line().len() as u64 + 1));
        Ok(entry)
    }

    /// Appends events that make no version, in order, durable all at once. Each is an entry of its own: after a crash the
    /// first ones may be there without the others.
    ///
    /// # Errors
    /// If the log cannot be written; it is then as it was.
    pub fn record_all(&mut self, events: &[Event]) -> Result<(), StoreError> {
        let (mut head, length) = self.settled()?;
        let mut lines = String::new();
        for event in events {
            let entry = after(head.as_ref(), event.clone());
            lines += &entry.line();
            lines.push('\n');
            head = Some(head_of(&entry));
        }
        self.log = None;
        self.append_lines(&lines, length)?;
        self.log = Some((head, length + lines.len() as u64));
        Ok(())
    }

    /// Keeps the response of a time-stamp authority about entry `sequence`, in place of an earlier one about the same.
    /// Whether it is one is the caller's to check: [`crate::archive::events::timestamp::check`].
    ///
    /// # Errors
    /// If it cannot be written; an earlier one is then as it was.
    pub fn keep_timestamp(&mut self, sequence: u64, response: &[u8]) -> Result<(), StoreError> {
        self.settled()?;
        let root = &self.store.root;
        let path = format!("{TIMESTAMPS}/{sequence}.tsr");
        reading::look(root, &path)?;
        let kept = self
            .disk
            .folders(root, TIMESTAMPS)
            .and_then(|()| self.disk.replace(&root.join(STAGED_FILE), &root.join(path), response));
        if kept.is_err() {
            self.log = None;
        }
        kept
    }

    /// Finishes what was begun, and looks where the log ends.
    fn settled(&mut self) -> Result<(Option<Head>, u64), StoreError> {
        if let Some(log) = &self.log {
            return Ok(log.clone());
        }
        let root = self.store.root.clone();
        self.disk.forget();
        for folder in [STAGING, EVENTS] {
            // An empty folder is easily lost in a copy.
            reading::look(&root, folder)?;
            self.disk.folder(&root.join(folder))?;
        }
        let mut log = read_head(&root)?;
        if let Some((journal, entry)) = Journal::read(&root)? {
            let done = log.0.as_ref() == Some(&head_of(&entry));
            if !done && after(log.0.as_ref(), entry.event.clone()) != entry {
                return Err(StoreError::Journal {
                    path: root.join(JOURNAL).display().to_string(),
                    why: "its entry does not follow from the event log".to_owned(),
                });
            }
            self.publish(&journal)?;
            if !done {
                self.append(&entry, log.1)?;
                log = (Some(head_of(&entry)), log.1 + entry.line().len() as u64 + 1);
            }
            self.finish()?;
        }
        for name in reading::names(&root, STAGING)? {
            self.disk.remove(&root.join(STAGING).join(name))?;
        }
        if let Some((_, length)) = reading::open(&root, LOG)?
            && length != log.1
        {
            self.disk.append(&root.join(LOG), log.1, b"")?;
        }
        self.disk.barrier()?;
        self.log = Some(log.clone());
        Ok(log)
    }

    /// Moves what is staged to where it belongs. What has been moved already is passed over.
    fn publish(&mut self, journal: &Journal) -> Result<(), StoreError> {
        let root = self.store.root.clone();
        let folder = object_folder(&journal.object);
        if journal.version == 1 {
            if let Some((parents, _)) = folder.rsplit_once('/') {
                reading::look(&root, parents)?;
                self.disk.folders(&root, parents)?;
            }
            self.put(STAGED_OBJECT, &folder, journal)?;
            return self.disk.barrier();
        }
        let version = VersionName(journal.version);
        self.put(&format!("{STAGED_OBJECT}/{version}"), &format!("{folder}/{version}"), journal)?;
        // Readers go by the inventory of the object: it may only name what is there for good.
        self.disk.barrier()?;
        for name in [INVENTORY, SIDECAR] {
            self.put(&format!("{STAGED_OBJECT}/{name}"), &format!("{folder}/{name}"), journal)?;
            self.disk.barrier()?;
        }
        self.disk.remove(&root.join(STAGED_OBJECT))?;
        self.disk.barrier()
    }

    /// Moves `from` to `to`, unless that was done before.
    fn put(&mut self, from: &str, to: &str, journal: &Journal) -> Result<(), StoreError> {
        let root = self.store.root.clone();
        match (reading::look(&root, from)?, reading::look(&root, to)?) {
            (Kind::File(_), Kind::File(_)) | (Kind::File(_) | Kind::Folder, Kind::Missing) => {
                self.disk.rename(&root.join(from), &root.join(to))
            }
            (Kind::Missing, Kind::File(_) | Kind::Folder) => Ok(()),
            (Kind::Missing, Kind::Missing) => Err(StoreError::Journal {
                path: root.join(JOURNAL).display().to_string(),
                why: format!("version {} of {} is not staged", journal.version, journal.object),
            }),
            _ => Err(StoreError::Occupied { path: root.join(to).display().to_string() }),
        }
    }

    fn append(&mut self, entry: &Entry, length: u64) -> Result<(), StoreError> {
        self.append_lines(&format!("{}\n", entry.line()), length)
    }

    fn append_lines(&mut self, lines: &str, length: u64) -> Result<(), StoreError> {
        let path: PathBuf = self.store.root.join(LOG);
        reading::look(&self.store.root, LOG)?;
        self.disk.append(&path, length, lines.as_bytes())?;
        self.disk.barrier()
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        self.disk.remove(&self.store.root.join(JOURNAL))?;
        self.disk.barrier()
    }

    fn vacant(&self, relative: &str) -> Result<(), StoreError> {
        match reading::look(&self.store.root, relative)? {
            Kind::Missing => Ok(()),
            _ => Err(StoreError::Occupied { path: self.store.root.join(relative).display().to_string() }),
        }
    }
}

fn after(head: Option<&Head>, event: Event) -> Entry {
    match head {
        Some(head) => Entry::after(head.sequence, &head.digest, event),
        None => Entry::after(0, GENESIS, event),
    }
}

fn head_of(entry: &Entry) -> Head {
    Head { sequence: entry.sequence, digest: entry.digest.clone() }
}

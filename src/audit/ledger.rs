//! Reads the event log and keeps of each object how many versions it tells of.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

use super::report::Subject;
use super::{Check, Fault, Tally};
use crate::appraisal::Register;
use crate::archive::events::{EventKind, Head, timestamp};
use crate::archive::store::digest::short_key;
use crate::archive::store::layout::{JOURNAL, LOG, OBJECTS, TIMESTAMPS, object_folder};
use crate::archive::store::reading::{self, Kind};
use crate::archive::store::{ObjectId, Store, StoreError};

/// The beginning of the digest of an identifier: 24 bytes for each object of the store are kept, no more.
type Key = [u8; 16];

/// Versions by object.
#[derive(Debug, Default)]
pub(super) struct Versions(BTreeMap<Key, u32>);

impl Versions {
    pub(super) fn get(&self, id: &str) -> u32 {
        self.0.get(&short_key(id)).copied().unwrap_or(0)
    }

    pub(super) fn slot(&mut self, id: &str) -> &mut u32 {
        self.0.entry(short_key(id)).or_default()
    }
}

/// What the log tells.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) versions: Versions,
    pub(super) head: Option<Head>,
    /// The digest of the entry that was asked for.
    pub(super) asked: Option<String>,
    /// The captures that gave nothing new.
    pub(super) revisits: Noted,
}

/// Digests of records by their beginning, with the file that each is in; how often each was told of.
#[derive(Clone, Debug, Default)]
pub(super) struct Noted {
    files: Vec<String>,
    records: BTreeMap<Key, (u32, u32)>,
}

impl Noted {
    fn note(&mut self, file: &str, digest: &str) {
        let place = self.files.iter().position(|known| known == file).unwrap_or_else(|| {
            self.files.push(file.to_owned());
            self.files.len() - 1
        });
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        self.records.entry(short_key(digest)).or_insert((place, 0)).1 += 1;
    }

    /// Whether a record of this digest was told of once more than it was found so far.
    pub(super) fn take(&mut self, digest: &str) -> bool {
        let count =
            self.records.get_mut(&short_key(digest)).map(|(_, count)| count).filter(|count| **count > 0);
        count.map(|count| *count -= 1).is_some()
    }

    /// The files of the records that were told of and not found, each as often as that.
    pub(super) fn left(&self) -> impl Iterator<Item = &str> {
        let missing = self.records.values().filter(|(_, count)| *count > 0);
        missing.filter_map(|(place, _)| self.files.get(*place as usize).map(String::as_str))
    }
}

/// Reads the log of `store`. `ask` is the number of an entry whose digest is wanted.
pub(super) fn read(store: &Store, ask: Option<u64>, tally: &mut Tally) -> Ledger {
    let mut ledger = Ledger::default();
    let log = Subject { file: Some(LOG), ..Subject::default() };
    let stamped = match store.timestamps() {
        Ok(stamped) => stamped,
        Err(error) => {
            let subject = Subject { file: Some(TIMESTAMPS), ..Subject::default() };
            tally.fault(Check::Timestamps, subject, &Fault::Unreadable { why: error.to_string() });
            Vec::new()
        }
    };
    let events = match store.events() {
        Ok(events) => events,
        Err(error) => {
            tally.fault(Check::EventChain, log, &unreadable(&error));
            return ledger;
        }
    };
    let mut register = Register::default();
    let mut waiting = stamped.iter().copied().peekable();
    for entry in events {
        tally.looked(Check::EventChain);
        let entry = match entry {
            Ok(entry) => entry,
            Err(why) => {
                tally.fault(Check::EventChain, log, &Fault::Chain { why });
                continue;
            }
        };
        let (sequence, event) = (entry.sequence, &entry.event);
        if ask == Some(sequence) {
            ledger.asked = Some(entry.digest.clone());
        }
        if let (EventKind::Ingestion | EventKind::Rerendering, Some(id), Some(version)) =
            (event.kind, &event.object, event.version)
        {
            filed(store, &mut ledger, id, version, sequence, tally);
        }
        if let (EventKind::Capture, Some(file), Some(digest)) =
            (event.kind, event.detail.get("revisit"), event.detail.get("revisit-sha256"))
        {
            ledger.revisits.note(file, digest);
        }
        if event.kind == EventKind::Appraisal {
            tally.looked(Check::ItemNumbers);
            if let Err(why) = register.follow(&entry) {
                let object = event.object.as_ref().map(ObjectId::as_str);
                let subject = Subject { object, version: event.version, file: Some(LOG) };
                tally.fault(Check::ItemNumbers, subject, &Fault::Appraisal { why });
            }
        }
        let head = Head { sequence, digest: entry.digest };
        while waiting.next_if(|waited| *waited < sequence).is_some() {}
        if waiting.next_if_eq(&sequence).is_some() {
            time_stamp(store, &head, tally);
        }
        ledger.head = Some(head);
    }
    let last = ledger.head.as_ref().map_or(0, |head| head.sequence);
    for sequence in stamped.into_iter().filter(|sequence| *sequence > last) {
        let file = format!("{TIMESTAMPS}/{sequence}.tsr");
        let subject = Subject { file: Some(&file), ..Subject::default() };
        tally.fault(Check::Timestamps, subject, &Fault::Extra);
    }
    if ledger.head.is_none()
        && matches!(reading::look(store.root(), LOG), Ok(Kind::Missing))
        && has_objects(store)
    {
        tally.fault(Check::EventChain, log, &Fault::Missing);
    }
    if !ends_whole(store) {
        tally.fault(Check::EventChain, log, &Fault::Torn);
    }
    ledger
}

fn unreadable(error: &StoreError) -> Fault {
    match error {
        StoreError::Foreign { .. } => Fault::Foreign,
        other => Fault::Unreadable { why: other.to_string() },
    }
}

/// An event that made a version.
fn filed(store: &Store, ledger: &mut Ledger, id: &ObjectId, version: u32, sequence: u64, tally: &mut Tally) {
    tally.looked(Check::EventCoverage);
    let known = ledger.versions.slot(id.as_str());
    let subject = Subject { object: Some(id.as_str()), version: Some(version), file: Some(LOG) };
    if version != known.saturating_add(1) {
        let fault = Fault::EventOrder { sequence, version: version.into() };
        tally.fault(Check::EventCoverage, subject, &fault);
    }
    let first = *known == 0;
    *known = version.max(*known);
    // The other versions are held against the inventory when the object is looked at.
    if first {
        let folder = object_folder(id);
        if matches!(reading::look(store.root(), &folder), Ok(Kind::Missing)) {
            let subject = Subject { file: Some(&folder), ..subject };
            tally.fault(Check::EventCoverage, subject, &Fault::NoVersion { version: version.into() });
        }
    }
}

fn time_stamp(store: &Store, head: &Head, tally: &mut Tally) {
    tally.looked(Check::Timestamps);
    let file = format!("{TIMESTAMPS}/{}.tsr", head.sequence);
    let subject = Subject { file: Some(&file), ..Subject::default() };
    match store.timestamp(head.sequence) {
        Ok(Some(response)) => {
            if let Err(why) = timestamp::check(&response, head, None) {
                tally.fault(Check::Timestamps, subject, &Fault::Timestamp { why });
            }
        }
        Ok(None) => tally.fault(Check::Timestamps, subject, &Fault::Missing),
        Err(error) => tally.fault(Check::Timestamps, subject, &unreadable(&error)),
    }
}

/// Whether anything was filed: a store that was only made has no log yet.
fn has_objects(store: &Store) -> bool {
    let names = reading::names(store.root(), OBJECTS).unwrap_or_default();
    names.iter().any(|name| name.len() == 3)
}

/// Whether the log ends in a line feed, or is being written: the journal tells.
fn ends_whole(store: &Store) -> bool {
    let Ok(Some((mut file, length))) = reading::open(store.root(), LOG) else { return true };
    let mut last = [b'\n'];
    let read =
        length == 0 || (file.seek(SeekFrom::Start(length - 1)).is_ok() && file.read_exact(&mut last).is_ok());
    (read && last == [b'\n']) || matches!(reading::look(store.root(), JOURNAL), Ok(Kind::File(_)))
}

#[cfg(test)]
mod tests {
    use super::{Noted, Versions};

    #[test]
    fn versions_are_kept_by_object() {
        let mut versions = Versions::default();
        *versions.slot("https://www.gd.gov.cn/a") = 3;
        assert_eq!(versions.get("https://www.gd.gov.cn/a"), 3);
        assert_eq!(versions.get("https://www.gd.gov.cn/b"), 0);
    }

    #[test]
    fn records_are_found_as_often_as_they_were_told_of() {
        let mut noted = Noted::default();
        noted.note("2026-11.warc.gz", "aa");
        noted.note("2026-11.warc.gz", "aa");
        noted.note("2026-12.warc.gz", "bb");
        assert!(noted.take("aa") && noted.take("aa") && !noted.take("aa") && !noted.take("cc"));
        assert_eq!(noted.left().collect::<Vec<_>>(), ["2026-12.warc.gz"]);
    }
}

//! Holds the catalogue against the event log.

use std::path::Path;

use super::ledger::{Ledger, Versions};
use super::report::Subject;
use super::{Check, Fault, Tally};
use crate::catalogue::{Catalogue, CatalogueError, FILE};
use crate::message::{Describe, Language};

const ABOUT: Subject<'_> = Subject { object: None, version: None, file: Some(FILE) };

/// The catalogue, and the entry of the log that it stands for.
pub(super) struct Opened {
    catalogue: Catalogue,
    sequence: u64,
    digest: String,
}

fn unreadable(error: &CatalogueError, tally: &mut Tally) {
    let fault = Fault::CatalogueUnreadable { why: error.describe(Language::English) };
    match error {
        CatalogueError::Damaged { .. } => tally.fault(Check::Catalogue, ABOUT, &fault),
        // One of another version of the program can be made anew.
        _ => tally.remark(Check::Catalogue, ABOUT, &fault),
    }
}

/// Opens the catalogue, if there is one.
pub(super) fn open(root: &Path, tally: &mut Tally) -> Option<Opened> {
    // A link is told of where the folder is listed.
    if !root.join(FILE).symlink_metadata().is_ok_and(|found| found.is_file()) {
        return None;
    }
    tally.looked(Check::Catalogue);
    let opened = Catalogue::open(root).and_then(|catalogue| {
        catalogue.integrity()?;
        let (sequence, digest) = catalogue.state()?;
        Ok(Opened { catalogue, sequence, digest })
    });
    opened.map_err(|error| unreadable(&error, tally)).ok()
}

impl Opened {
    /// Number of the entry that it stands for.
    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Compares it with the log. What it knows of each object, if it stands for the whole log.
    pub(super) fn compare(self, ledger: &Ledger, tally: &mut Tally) -> Option<Versions> {
        let head = ledger.head.as_ref().map_or(0, |head| head.sequence);
        if self.sequence > 0 && ledger.asked.as_ref() != Some(&self.digest) {
            tally.fault(Check::Catalogue, ABOUT, &Fault::CatalogueForeign { sequence: self.sequence });
            return None;
        }
        let mut versions = Versions::default();
        let read = self.catalogue.each_version(|id, version| {
            tally.looked(Check::Catalogue);
            let known = versions.slot(id);
            // The versions come in order: what is not the next is a gap.
            if version == known.saturating_add(1) {
                *known = version;
            }
            if version > ledger.versions.get(id) {
                let subject = Subject { object: Some(id), version: Some(version), file: Some(FILE) };
                let fault = Fault::CataloguedOnly { version: version.into() };
                tally.fault(Check::Catalogue, subject, &fault);
            }
        });
        if let Err(error) = read {
            unreadable(&error, tally);
            return None;
        }
        if self.sequence < head {
            tally.remark(Check::Catalogue, ABOUT, &Fault::CatalogueBehind);
            return None;
        }
        Some(versions)
    }
}

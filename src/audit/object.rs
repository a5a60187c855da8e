//! Looks at one object: its inventories, its files, their digests, its events; then at what its versions hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::content::{self, Held};
use super::fixity::{self, Found};
use super::ledger::{Ledger, Versions};
use super::pace::Pace;
use super::report::Subject;
use super::tree::{self, Listed};
use super::{Check, Depth, Fault, Tally, inventories};
use crate::archive::events::EventKind;
use crate::archive::store::inventory::Inventory;
use crate::archive::store::layout::{
    INVENTORY, OBJECT_CONFORMANCE, OBJECT_DECLARATION, SIDECAR, object_folder,
};
use crate::archive::store::{ObjectId, Store, reading};

/// What all objects are looked at with.
pub(super) struct Shared<'a> {
    pub(super) store: &'a Store,
    pub(super) root: &'a Path,
    pub(super) ledger: &'a Ledger,
    /// What the catalogue knows, if it stands for the whole log.
    pub(super) catalogued: Option<&'a Versions>,
    pub(super) depth: Depth,
    pub(super) all_digests: bool,
    pub(super) pace: &'a Pace<'a>,
}

/// What was found; None if it was asked to end.
pub(super) fn audit(folder: &str, shared: &Shared<'_>, buffer: &mut Vec<u8>) -> Option<Tally> {
    let mut tally = Tally { objects: 1, ..Tally::default() };
    let entries = entries(shared.root, folder, &mut tally);
    tree::same_text(shared.root, &format!("{folder}/{OBJECT_DECLARATION}"), OBJECT_CONFORMANCE, &mut tally);
    let newest = entries
        .iter()
        .filter(|(_, is_folder)| **is_folder)
        .filter_map(|(name, _)| name.strip_prefix('v')?.parse().ok())
        .max()
        .unwrap_or(0);
    let inventory = inventories::read(shared.root, folder, newest, &mut tally);
    let id = inventory.as_ref().map(|inventory| inventory.id.clone());
    if let (Some(inventory), Some(id)) = (inventory, &id) {
        tally.versions = inventory.head.0.into();
        identity(id, folder, &mut tally);
        files(&inventory, &entries, folder, id, &mut tally);
        coverage(&inventory, shared, &mut tally);
        let found = digests(&inventory, &entries, folder, shared, buffer, &mut tally)?;
        if shared.depth == Depth::Full {
            for number in 1..=inventory.head.0 {
                if shared.pace.stopped() {
                    return None;
                }
                let Some(files) = inventory.files(number) else { continue };
                let created = inventory
                    .versions
                    .0
                    .iter()
                    .find(|(version, _)| version.0 == number)
                    .and_then(|(_, block)| block.created.parse().ok());
                let held =
                    Held { root: shared.root, folder, id, version: number, created, files, found: &found };
                content::audit(&held, &mut tally);
            }
        }
    } else {
        for file in [INVENTORY, SIDECAR] {
            if !entries.contains_key(file) {
                let file = format!("{folder}/{file}");
                let subject = Subject { file: Some(&file), ..Subject::default() };
                tally.fault(Check::ObjectFiles, subject, &Fault::Missing);
            }
        }
    }
    if let Some(id) = id {
        for finding in &mut tally.findings {
            finding.object.get_or_insert_with(|| id.clone());
        }
    }
    Some(tally)
}

/// Everything below `folder`, by path from there, and whether it is a folder.
fn entries(root: &Path, folder: &str, tally: &mut Tally) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![String::new()];
    while let Some(below) = waiting.pop() {
        let relative = format!("{folder}/{below}");
        for Listed { name, is_folder } in tree::list(root, relative.trim_end_matches('/'), tally) {
            let path = format!("{below}{name}");
            if is_folder {
                waiting.push(format!("{path}/"));
            }
            found.insert(path, is_folder);
        }
    }
    found
}

fn identity(id: &str, folder: &str, tally: &mut Tally) {
    let belongs = ObjectId::parse(id).map(|id| object_folder(&id));
    if belongs.as_deref() != Some(folder) {
        let subject = Subject { object: Some(id), file: Some(folder), ..Subject::default() };
        tally.fault(Check::Inventories, subject, &Fault::Misplaced { object: id.to_owned() });
    }
}

/// Every file that the inventory calls for must be there, and no other.
fn files(inventory: &Inventory, entries: &BTreeMap<String, bool>, folder: &str, id: &str, tally: &mut Tally) {
    let mut expected: BTreeSet<String> = inventory.manifest.0.values().flatten().cloned().collect();
    expected.extend([INVENTORY, SIDECAR, OBJECT_DECLARATION].map(str::to_owned));
    for number in 1..=inventory.head.0 {
        expected.extend([INVENTORY, SIDECAR].map(|file| format!("v{number}/{file}")));
    }
    let mut folders = BTreeSet::new();
    for path in &expected {
        tally.looked(Check::ObjectFiles);
        folders.extend(path.match_indices('/').map(|(slash, _)| &path[..slash]));
        // The declaration is told of as a part of the store.
        if entries.get(path) != Some(&false) && path != OBJECT_DECLARATION {
            let file = format!("{folder}/{path}");
            let subject = Subject { object: Some(id), file: Some(&file), ..Subject::default() };
            tally.fault(Check::ObjectFiles, subject, &Fault::Missing);
        }
    }
    for (path, is_folder) in entries {
        tally.looked(Check::StrayFiles);
        let belongs = if *is_folder { folders.contains(path.as_str()) } else { expected.contains(path) };
        if !belongs {
            let file = format!("{folder}/{path}");
            let subject = Subject { object: Some(id), file: Some(&file), ..Subject::default() };
            tally.fault(Check::StrayFiles, subject, &Fault::Extra);
        }
    }
}

/// Each version must have its event, and be in the catalogue.
fn coverage(inventory: &Inventory, shared: &Shared<'_>, tally: &mut Tally) {
    let (head, id) = (inventory.head.0, inventory.id.as_str());
    let subject = |version| Subject { object: Some(id), version: Some(version), file: None };
    let mut logged = shared.ledger.versions.get(id);
    if logged < head {
        logged = logged.max(filed_since(shared, id));
    }
    tally.looked(Check::EventCoverage);
    for version in logged.saturating_add(1)..=head {
        tally.fault(Check::EventCoverage, subject(version), &Fault::NoEvent { version: version.into() });
    }
    for version in head.saturating_add(1)..=logged {
        tally.fault(Check::EventCoverage, subject(version), &Fault::NoVersion { version: version.into() });
    }
    if let Some(catalogued) = shared.catalogued {
        tally.looked(Check::Catalogue);
        for version in catalogued.get(id).saturating_add(1)..=head.min(shared.ledger.versions.get(id)) {
            tally.fault(
                Check::Catalogue,
                subject(version),
                &Fault::NotCatalogued { version: version.into() },
            );
        }
    }
}

/// The newest version that was filed after the log was read: another process writes meanwhile.
fn filed_since(shared: &Shared<'_>, id: &str) -> u32 {
    let after = shared.ledger.head.as_ref().map_or(0, |head| head.sequence);
    let Ok(events) = shared.store.events_after(after) else { return 0 };
    let filed = events.filter_map(Result::ok).filter(|entry| {
        matches!(entry.event.kind, EventKind::Ingestion | EventKind::Rerendering)
            && entry.event.object.as_ref().is_some_and(|object| object.as_str() == id)
    });
    filed.filter_map(|entry| entry.event.version).max().unwrap_or(0)
}

/// Digests of every file that is as it was filed, by content path; None if it was asked to end.
fn digests(
    inventory: &Inventory,
    entries: &BTreeMap<String, bool>,
    folder: &str,
    shared: &Shared<'_>,
    buffer: &mut Vec<u8>,
    tally: &mut Tally,
) -> Option<BTreeMap<String, Found>> {
    let fixity = inventory.fixity();
    let mut sound = BTreeMap::new();
    for (sha512, path) in
        inventory.manifest.0.iter().flat_map(|(digest, paths)| paths.iter().map(move |path| (digest, path)))
    {
        if entries.get(path) != Some(&false) {
            continue;
        }
        let file = format!("{folder}/{path}");
        let subject = Subject { object: Some(&inventory.id), version: None, file: Some(&file) };
        tally.looked(Check::FixityManifest);
        let opened = reading::open(shared.root, &file).map_err(|error| error.to_string());
        let read = opened.and_then(|opened| match opened {
            None => Ok(None),
            Some((opened, _)) => fixity::digests(opened, shared.all_digests, buffer, shared.pace)
                .map(|found| found.map(Some))
                .map_err(|error| error.to_string())
                .map(Option::unwrap_or_default),
        });
        if shared.pace.stopped() {
            return None;
        }
        let found = match read {
            Ok(Some(found)) => found,
            Ok(None) => {
                tally.fault(Check::FixityManifest, subject, &Fault::Missing);
                continue;
            }
            Err(why) => {
                tally.fault(Check::FixityManifest, subject, &Fault::Unreadable { why });
                continue;
            }
        };
        tally.files += 1;
        tally.bytes += found.bytes;
        let mut whole = true;
        let altered = |algorithm, expected: &str, found: &str| Fault::Altered {
            algorithm,
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        if found.sha512 != *sha512 {
            tally.fault(Check::FixityManifest, subject, &altered("SHA-512", sha512, &found.sha512));
            whole = false;
        }
        if let Some((sha256, _)) = &found.others {
            tally.looked(Check::FixityDigests);
            match fixity.get(path.as_str()) {
                Some(expected) if expected == sha256 => {}
                Some(expected) => {
                    tally.fault(Check::FixityDigests, subject, &altered("SHA-256", expected, sha256));
                    whole = false;
                }
                None => {
                    let fault = Fault::NotRecorded { algorithm: "SHA-256" };
                    tally.fault(Check::FixityDigests, subject, &fault);
                }
            }
        }
        if whole {
            sound.insert(path.clone(), found);
        }
    }
    Some(sound)
}

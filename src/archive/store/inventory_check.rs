//! Checks what an inventory says before anything is opened by it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::digest::is_hexadecimal;
use super::error::{InventoryFault, PathFault};
use super::inventory::{ALGORITHM, CONTENT, FIXITY, Inventory, KIND, VersionName};
use super::names;

/// Whether the inventory is one of OCFL 1.1 with SHA-512, its versions run from 1 to the head, its paths stay within
/// the object and do not conflict, and every version's content is in the manifest.
///
/// # Errors
/// The first fault.
pub(crate) fn check(inventory: &Inventory) -> Result<(), InventoryFault> {
    if inventory.kind != KIND {
        return Err(InventoryFault::Kind { found: inventory.kind.clone() });
    }
    if inventory.digest_algorithm != ALGORITHM {
        return Err(InventoryFault::Algorithm { found: inventory.digest_algorithm.clone() });
    }
    if let Some(found) = inventory.content_directory.as_ref().filter(|name| *name != CONTENT) {
        return Err(InventoryFault::ContentDirectory { found: found.clone() });
    }
    let expected = (1..=inventory.head.0).map(VersionName);
    if !inventory.versions.0.keys().copied().eq(expected) {
        return Err(InventoryFault::Versions);
    }
    check_manifest(inventory)?;
    check_fixity(inventory)?;
    inventory.versions.0.values().try_for_each(|version| {
        if version.created.parse::<Timestamp>().is_err() {
            return Err(InventoryFault::Created { found: version.created.clone() });
        }
        let logical = || version.state.0.values().flatten().map(String::as_str);
        for path in logical() {
            names::check(path).map_err(|why| InventoryFault::Path { path: path.to_owned(), why })?;
        }
        if let Some(path) = names::conflict(logical()) {
            return Err(InventoryFault::Conflict { path: path.to_owned() });
        }
        match version.state.0.keys().find(|digest| !inventory.manifest.0.contains_key(*digest)) {
            Some(digest) => Err(InventoryFault::NotInManifest { digest: digest.clone() }),
            None => Ok(()),
        }
    })
}

fn check_manifest(inventory: &Inventory) -> Result<(), InventoryFault> {
    for (digest, paths) in &inventory.manifest.0 {
        if !is_hexadecimal(digest, 128) || paths.is_empty() {
            return Err(InventoryFault::Digest { found: digest.clone() });
        }
        for path in paths {
            let wrong = |why| InventoryFault::Path { path: path.clone(), why };
            names::check(path).map_err(wrong)?;
            let mut parts = path.splitn(3, '/');
            let version = parts.next().and_then(VersionName::parse);
            let within = version.is_some_and(|version| version <= inventory.head)
                && parts.next() == Some(CONTENT)
                && parts.next().is_some();
            if !within {
                return Err(wrong(PathFault::Outside));
            }
        }
    }
    let paths = inventory.manifest.0.values().flatten().map(String::as_str);
    match names::conflict(paths) {
        Some(path) => Err(InventoryFault::Conflict { path: path.to_owned() }),
        None => Ok(()),
    }
}

/// OCFL 1.1, section 3.5.4: the paths of a fixity block are those of the manifest.
fn check_fixity(inventory: &Inventory) -> Result<(), InventoryFault> {
    let known: BTreeSet<&String> = inventory.manifest.0.values().flatten().collect();
    for (algorithm, block) in &inventory.fixity.0 {
        let mut seen = BTreeSet::new();
        for (digest, paths) in &block.0 {
            if algorithm == FIXITY && !is_hexadecimal(digest, 64) {
                return Err(InventoryFault::Digest { found: digest.clone() });
            }
            for path in paths {
                if !known.contains(path) {
                    return Err(InventoryFault::Path { path: path.clone(), why: PathFault::Outside });
                }
                if !seen.insert(path) {
                    return Err(InventoryFault::Conflict { path: path.clone() });
                }
            }
        }
    }
    Ok(())
}

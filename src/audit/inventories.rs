//! Tells which of the inventories and sidecars of an object were altered, and which inventory to go by.
//!
//! The newest inventory is there twice, and its digest twice: of four witnesses, those that contradict the others are
//! named. The inventories of older versions follow from the newest: they are what it was before.

use std::collections::BTreeMap;
use std::path::Path;

use super::report::Subject;
use super::{Check, Fault, Tally};
use crate::archive::store::digest::sha512;
use crate::archive::store::inventory::{ByDigest, Inventory, LARGEST, VersionName};
use crate::archive::store::inventory_check;
use crate::archive::store::layout::{INVENTORY, SIDECAR};
use crate::archive::store::reading;
use crate::message::{Describe, Language};

/// Reads and compares the inventories of the object in `folder`, whose newest version folder is `newest`. The one to go
/// by, if any can be read.
pub(super) fn read(root: &Path, folder: &str, newest: u32, tally: &mut Tally) -> Option<Inventory> {
    let bytes = |file: &str| reading::read(root, &format!("{folder}/{file}"), LARGEST).ok().flatten();
    let (own, own_sidecar) = (bytes(INVENTORY), bytes(SIDECAR));
    let stated =
        own.as_deref().and_then(|bytes| Inventory::parse(bytes).ok()).map(|inventory| inventory.head.0);
    // If the inventory cannot be read, the folders tell which version is the newest.
    let head = stated.filter(|head| *head == newest).unwrap_or(newest);
    let in_head = |file: &str| bytes(&format!("v{head}/{file}"));
    let (copy, copy_sidecar) = (in_head(INVENTORY), in_head(SIDECAR));

    let attested = attested(&[
        own_sidecar.as_deref().and_then(digest_in),
        copy_sidecar.as_deref().and_then(digest_in),
        own.as_deref().map(sha512),
        copy.as_deref().map(sha512),
    ]);
    let mut fault = |file: String, fault: &Fault| {
        let file = format!("{folder}/{file}");
        tally.fault(Check::Inventories, Subject { file: Some(&file), ..Subject::default() }, fault);
    };
    if let Some(attested) = &attested {
        let sidecar = format!("{attested} {INVENTORY}\n").into_bytes();
        if own.as_ref().is_some_and(|bytes| sha512(bytes) != *attested) {
            fault(INVENTORY.to_owned(), &Fault::InventoryAltered);
        }
        if own_sidecar.is_some_and(|found| found != sidecar) {
            fault(SIDECAR.to_owned(), &Fault::SidecarAltered);
        }
    }
    let chosen = [&own, &copy].into_iter().flatten().find(|bytes| Some(sha512(bytes)) == attested);
    let chosen = chosen.or(own.as_ref()).or(copy.as_ref())?;
    let inventory = match Inventory::parse(chosen)
        .and_then(|inventory| inventory_check::check(&inventory).map(|()| inventory))
    {
        Ok(inventory) => inventory,
        Err(why) => {
            fault(INVENTORY.to_owned(), &Fault::Inventory { why: why.describe(Language::English) });
            return None;
        }
    };
    // Written by another program: what it was before does not follow to the byte.
    let ours = inventory.bytes() == *chosen;
    for number in 1..=inventory.head.0 {
        tally.looked(Check::Inventories);
        let then = if ours { before(&inventory, number).bytes() } else { Vec::new() };
        let place = |file: &str| format!("v{number}/{file}");
        let (found, sidecar) = (bytes(&place(INVENTORY)), bytes(&place(SIDECAR)));
        let digest = match &found {
            _ if ours => sha512(&then),
            Some(found) => sha512(found),
            None => continue,
        };
        let mut fault = |file: String, fault: &Fault| {
            let file = format!("{folder}/{file}");
            let subject = Subject { version: Some(number), file: Some(&file), ..Subject::default() };
            tally.fault(Check::Inventories, subject, fault);
        };
        if ours && found.is_some_and(|found| found != then) {
            fault(place(INVENTORY), &Fault::InventoryAltered);
        }
        if sidecar.is_some_and(|found| found != format!("{digest} {INVENTORY}\n").into_bytes()) {
            fault(place(SIDECAR), &Fault::SidecarAltered);
        }
    }
    Some(inventory)
}

/// The digest that a sidecar states.
fn digest_in(sidecar: &[u8]) -> Option<String> {
    std::str::from_utf8(sidecar).ok()?.split_whitespace().next().map(str::to_owned)
}

/// What most witnesses say; of as many on two sides, what the first of them says.
fn attested(witnesses: &[Option<String>; 4]) -> Option<String> {
    let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
    for witness in witnesses.iter().flatten() {
        *votes.entry(witness).or_default() += 1;
    }
    let most = votes.values().copied().max()?;
    witnesses.iter().flatten().find(|witness| votes.get(witness.as_str()) == Some(&most)).cloned()
}

/// The inventory when `number` was the newest version.
fn before(inventory: &Inventory, number: u32) -> Inventory {
    let mut then = inventory.clone();
    then.head = VersionName(number);
    then.versions.0.retain(|version, _| version.0 <= number);
    let keep = |block: &mut ByDigest| {
        block.0.retain(|_, paths| {
            paths.retain(|path| version_of(path).is_some_and(|version| version <= number));
            !paths.is_empty()
        });
        !block.0.is_empty()
    };
    keep(&mut then.manifest);
    then.fixity.0.retain(|_, block| keep(block));
    then
}

/// The version in whose folder a content path is.
fn version_of(path: &str) -> Option<u32> {
    VersionName::parse(path.split('/').next()?).map(|version| version.0)
}

#[cfg(test)]
mod tests {
    use super::attested;

    #[test]
    fn the_odd_witness_out_is_not_believed() {
        let say = |words: [&str; 4]| attested(&words.map(|word| (!word.is_empty()).then(|| word.to_owned())));
        assert_eq!(say(["a", "a", "b", "a"]).as_deref(), Some("a"));
        assert_eq!(say(["b", "a", "a", "a"]).as_deref(), Some("a"));
        assert_eq!(say(["", "", "", ""]), None);
        assert_eq!(say(["a", "", "b", ""]).as_deref(), Some("a"));
    }
}

//! Turns a submission into a complete version in the staging folder, with the inventory that makes it the head.

use std::collections::BTreeMap;
use std::path::Path;

use super::digest::{sha256, sha512};
use super::disk::Disk;
use super::error::PathFault;
use super::inventory::{ALGORITHM, CONTENT, FIXITY, Inventory, KIND, User, VersionBlock, VersionName};
use super::layout::{INVENTORY, OBJECT_CONFORMANCE, OBJECT_DECLARATION, SIDECAR, STAGED_OBJECT};
use super::object::sidecar_of;
use super::{Agent, StoreError, Submission, names};

/// The inventory after the submission, and the logical paths of the files that the object does not have yet, by
/// content path.
///
/// # Errors
/// If a path of the submission is impossible.
pub(crate) fn next<'a>(
    before: Option<&Inventory>,
    submission: &'a Submission,
) -> Result<(Inventory, BTreeMap<String, &'a str>), StoreError> {
    let refused = |why| StoreError::Submission { object: submission.id.to_string(), why };
    if submission.files.is_empty() {
        return Err(refused(PathFault::NoFiles));
    }
    let version = VersionName(before.map_or(1, |inventory| inventory.head.0.saturating_add(1)));
    for path in submission.files.keys() {
        // With what stands before it in the object.
        names::check(&format!("{version}/{CONTENT}/{path}")).map_err(refused)?;
    }
    if names::conflict(submission.files.keys().map(String::as_str)).is_some() {
        return Err(refused(PathFault::Conflict));
    }
    let mut inventory = before.cloned().unwrap_or_else(|| Inventory {
        id: submission.id.to_string(),
        kind: KIND.to_owned(),
        digest_algorithm: ALGORITHM.to_owned(),
        head: version,
        content_directory: None,
        manifest: Default::default(),
        versions: Default::default(),
        fixity: Default::default(),
    });
    let mut block = VersionBlock {
        created: submission.created.to_string(),
        message: Some(submission.message.clone()),
        user: Some(user(&submission.agent)),
        state: Default::default(),
    };
    let mut new = BTreeMap::new();
    for (logical, bytes) in &submission.files {
        let digest = sha512(bytes);
        block.state.0.entry(digest.clone()).or_default().push(logical.clone());
        inventory.manifest.0.entry(digest).or_insert_with(|| {
            let content = format!("{version}/{CONTENT}/{logical}");
            let fixity = inventory.fixity.0.entry(FIXITY.to_owned()).or_default();
            fixity.0.entry(sha256(bytes)).or_default().push(content.clone());
            new.insert(content.clone(), logical.as_str());
            vec![content]
        });
    }
    inventory.head = version;
    inventory.versions.0.insert(version, block);
    Ok((inventory, new))
}

/// `name <address>` is taken apart, as OCFL keeps them apart; addresses are URIs there.
fn user(agent: &Agent) -> User {
    let Some(operator) = &agent.operator else { return User { name: agent.name.clone(), address: None } };
    let parts = operator.strip_suffix('>').and_then(|rest| rest.split_once('<'));
    match parts {
        Some((name, address)) if address.contains('@') && !name.trim().is_empty() => {
            User { name: name.trim().to_owned(), address: Some(format!("mailto:{}", address.trim())) }
        }
        _ => User { name: operator.clone(), address: None },
    }
}

/// Writes what [`next`] decided into the staging folder, and makes it durable. For a first version that is the whole
/// object, else the version's folder and the inventory of the object.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn stage(
    disk: &mut Disk,
    store: &Path,
    submission: &Submission,
    inventory: &Inventory,
    new: &BTreeMap<String, &str>,
) -> Result<(), StoreError> {
    let object = store.join(STAGED_OBJECT);
    let version = inventory.head;
    disk.folder(&object)?;
    disk.folder(&object.join(version.to_string()))?;
    if version.0 == 1 {
        disk.write(&object.join(OBJECT_DECLARATION), OBJECT_CONFORMANCE.as_bytes())?;
    }
    for (content, logical) in new {
        if let Some((folder, _)) = content.rsplit_once('/') {
            disk.folders(&object, folder)?;
        }
        if let Some(bytes) = submission.files.get(*logical) {
            disk.write(&object.join(content), bytes)?;
        }
    }
    let bytes = inventory.bytes();
    let sidecar = sidecar_of(&bytes);
    for folder in [object.join(version.to_string()), object] {
        disk.write(&folder.join(INVENTORY), &bytes)?;
        disk.write(&folder.join(SIDECAR), sidecar.as_bytes())?;
    }
    disk.barrier()
}

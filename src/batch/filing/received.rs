//! Turns a version that was filed in another store into the decision whether it is filed here.

use super::prepare::{Decision, Log, Prepared, Workshop};
use super::stored::metadata;
use crate::acquire::Source;
use crate::archive::package::{Archived, LARGEST_SOURCE, PackageMetadata};
use crate::archive::store::Object;
use crate::error::Error;

/// What another store filed of a page that is read from an export of it.
pub(super) fn filed_elsewhere(source: &Source) -> Result<Option<Archived>, Error> {
    let Source::Captured(captured) = source else { return Ok(None) };
    let Some(found) = captured.filed_elsewhere(LARGEST_SOURCE)? else { return Ok(None) };
    Ok(Some(Archived::from_bytes(&captured.name(), found.records, &found.description)?))
}

impl Workshop<'_> {
    /// Every version is filed, also one that says what the version before says, so that a store that was handed on is
    /// the same store again; and none twice, however often it is handed on. None where that leaves the decision to what
    /// the page says. With `foresee`, the versions before it, which are handed on with it, count as filed.
    pub(super) fn received(
        &self,
        prepared: &mut Prepared,
        object: Option<&Object>,
        foresee: bool,
        log: &mut Log,
    ) -> Result<Option<Decision>, Error> {
        let (Some(_), Some(archived)) = (prepared.filed_elsewhere, prepared.archived.clone()) else {
            return Ok(None);
        };
        let number = archived.metadata.version;
        let head = object.map_or(0, Object::head);
        let is_known = |version: u32| -> Result<bool, Error> {
            let Some(object) = object else { return Ok(false) };
            Ok(same_capture(&metadata(object, version)?, &archived.metadata))
        };
        if (1..=head).contains(&number) && is_known(number)? {
            return Ok(Some(Decision::Known(number)));
        }
        if number != head.saturating_add(1) {
            for version in (1..=head).rev() {
                if is_known(version)? {
                    return Ok(Some(Decision::Known(version)));
                }
            }
            if !(foresee && number > head) {
                return Ok(None);
            }
            prepared.head = number - 1;
        }
        Ok(Some(Decision::File(self.version(prepared, Some(&archived), false, log)?)))
    }
}

/// Whether two versions have the same records: their identifiers follow from what was captured when, for which object.
fn same_capture(one: &PackageMetadata, other: &PackageMetadata) -> bool {
    let records = |metadata: &PackageMetadata| {
        metadata.sources.iter().map(|source| source.record.clone()).collect::<Vec<_>>()
    };
    records(one) == records(other)
}

//! What a commit is about to do, so that a writer who finds it undone can do the rest.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::layout::JOURNAL;
use super::{ObjectId, StoreError, reading};
use crate::archive::events::Entry;

/// The form of the journal. Another number is refused.
const FORMAT: u32 = 1;
/// Longer journals are refused.
const LARGEST: u64 = 1 << 20;

/// A commit whose version is complete in the staging folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Journal {
    format: u32,
    /// The object.
    pub(crate) object: ObjectId,
    /// The version that is published: 1 for a new object.
    pub(crate) version: u32,
    /// The line that goes into the event log, without its line feed.
    pub(crate) line: String,
}

impl Journal {
    pub(crate) fn new(object: ObjectId, version: u32, entry: &Entry) -> Self {
        Self { format: FORMAT, object, version, line: entry.line() }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        // Nothing in it can fail to be JSON.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The journal of the store, if there is one, and the entry that it carries.
    ///
    /// # Errors
    /// If it cannot be read, or is none.
    pub(crate) fn read(store: &Path) -> Result<Option<(Self, Entry)>, StoreError> {
        let Some(bytes) = reading::read(store, JOURNAL, LARGEST)? else { return Ok(None) };
        let wrong =
            |why: String| StoreError::Journal { path: store.join(JOURNAL).display().to_string(), why };
        let journal: Self = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        if journal.format != FORMAT {
            return Err(wrong(format!("format {}", journal.format)));
        }
        let entry = Entry::parse(&journal.line, 0).map_err(|error| wrong(error.to_string()))?;
        if entry.event.object.as_ref() != Some(&journal.object)
            || entry.event.version != Some(journal.version)
        {
            return Err(wrong("the entry is about another version".to_owned()));
        }
        Ok(Some((journal, entry)))
    }
}

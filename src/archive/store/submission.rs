//! What is filed in one commit, and what became of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::ObjectId;
use crate::archive::events::Event;

/// One version of an object, complete.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The object that it is a version of; a new one is made when the store has none.
    pub id: ObjectId,
    /// Every file of the version by its logical path: `document.json`, `images/….png`. At least one. A path has parts
    /// of 1 to 255 bytes between `/`, 1024 bytes in all; none is `.` or `..`, has a backslash or control character.
    pub files: BTreeMap<String, Arc<Vec<u8>>>,
    /// When the version was made: `created` in the inventory.
    pub created: Timestamp,
    /// Why: `message` in the inventory.
    pub message: String,
    /// By whom: `user` in the inventory.
    pub agent: Agent,
    /// What is appended to the event log in the same commit. The writer fills in its object and version.
    pub event: Event,
}

/// By whom something was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The program and its version: `guidang 0.1.0`.
    pub name: String,
    /// The person or office that runs it, if stated: `王某` or `王某 <wang@example.cn>`.
    pub operator: Option<String>,
}

/// What a commit did. That a page was unchanged is decided before, and recorded as an event only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// The object is new.
    Created {
        /// 1.
        version: u32,
    },
    /// The object has got a version.
    NewVersion {
        /// From 2.
        version: u32,
    },
}

impl Receipt {
    /// The number of the version that was made.
    #[must_use]
    pub fn version(self) -> u32 {
        match self {
            Self::Created { version } | Self::NewVersion { version } => version,
        }
    }
}

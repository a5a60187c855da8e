//! Turns what is in the store into what is handed on: a [bag], a [hand-over folder](handover), a [WARC file](warc) or a
//! [WACZ file](wacz); and what was handed on back into [versions](received) that can be filed.
//!
//! - **Whole or not at all**: everything is written beside its [`Destination`] and gets its name last.
//! - **Nothing altered goes out**: each file's digest is compared with the inventory while it is copied.
//! - **Same store, same time, same bytes**: objects come in the order of the store or of their identifiers, times come in
//!   from outside.
//! - **Memory does not grow** with the number of objects, nor with the size of a file.

pub mod bag;
mod copy;
mod destination;
mod error;
pub mod handover;
pub mod received;
mod selection;
pub mod wacz;
pub mod warc;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

pub use copy::{Copied, copy, put};
pub use destination::{Destination, Shape};
pub use error::ExportError;
pub use selection::{Selection, Versions, find};

use crate::archive::events::{Event, EventKind, Outcome};
use crate::archive::store::{Agent, Object, Store};

/// What is asked for, whatever its form.
pub struct Order<'a> {
    /// The store.
    pub store: &'a Store,
    /// Which objects.
    pub selection: &'a Selection,
    /// Which of their versions.
    pub versions: Versions,
    /// When it is made: it stands in what is written.
    pub created: Timestamp,
    /// By whom it is made.
    pub agent: &'a Agent,
    /// Set when the user wants it to end: nothing is left behind then.
    pub stop: &'a AtomicBool,
}

impl Order<'_> {
    /// The objects, one after the other.
    pub fn objects(&self) -> impl Iterator<Item = Result<Object, ExportError>> + '_ {
        self.selection.objects(self.store).map(|object| {
            self.proceed()?;
            Ok(object?)
        })
    }

    /// The numbers of the versions of `object` that are wanted, oldest first.
    #[must_use]
    pub fn numbers(&self, object: &Object) -> Vec<u32> {
        match self.versions {
            Versions::All => object.versions().iter().map(|version| version.number).collect(),
            Versions::Newest => vec![object.head()],
        }
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// [`ExportError::Interrupted`] if the user wants it to end.
    pub fn proceed(&self) -> Result<(), ExportError> {
        if self.stop.load(Ordering::Relaxed) { Err(ExportError::Interrupted) } else { Ok(()) }
    }
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of objects.
    pub objects: u64,
    /// Number of versions.
    pub versions: u64,
    /// Number of files that are content rather than description.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// SHA-256 of the list of digests that is in it or, where it is one file, of the file: whoever keeps it can tell
    /// whether what he holds is what was handed on.
    pub digest: String,
}

impl Summary {
    /// The event for the store's log. `form` is `bagit`, `handover`, `warc` or `wacz`.
    #[must_use]
    pub fn event(&self, order: &Order<'_>, form: &str) -> Event {
        let Agent { name, operator } = order.agent;
        let mut detail = BTreeMap::from([
            ("form".to_owned(), form.to_owned()),
            ("objects".to_owned(), self.objects.to_string()),
            ("versions".to_owned(), self.versions.to_string()),
            ("sha256".to_owned(), self.digest.clone()),
        ]);
        if let Selection::Objects(_) = order.selection {
            detail.insert("selection".to_owned(), "part of the store".to_owned());
        }
        Event {
            time: order.created,
            agent: operator.as_ref().map_or_else(|| name.clone(), |operator| format!("{name} ({operator})")),
            kind: EventKind::Dissemination,
            object: None,
            version: None,
            outcome: Outcome::Success,
            detail,
        }
    }
}

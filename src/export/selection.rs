//! Turns what was asked for into objects of the store.

use super::ExportError;
use crate::archive::store::{Object, ObjectId, Store, StoreError};
use crate::catalogue::{Catalogue, Query};

/// Names told when several are possible.
const MOST_TOLD: usize = 5;
/// Hits taken from the catalogue at a time.
const HITS: usize = 1000;

/// Which objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All of the store, in the order of its folders.
    Whole,
    /// These, in the order of their identifiers, each once.
    Objects(Vec<ObjectId>),
}

/// Which versions of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// All of them.
    #[default]
    All,
    /// The newest.
    Newest,
}

impl Selection {
    /// These objects.
    #[must_use]
    pub fn of(mut objects: Vec<ObjectId>) -> Self {
        objects.sort();
        objects.dedup();
        Self::Objects(objects)
    }

    /// The identifiers of all objects that `query` finds, its offset and limit aside.
    ///
    /// # Errors
    /// If the query is too long or the catalogue damaged.
    pub fn found(catalogue: &Catalogue, query: &Query) -> Result<Vec<ObjectId>, ExportError> {
        let mut found = Vec::new();
        let mut page = Query { offset: 0, limit: HITS, ..query.clone() };
        loop {
            let hits = catalogue.search(&page)?;
            let last = hits.len() < HITS;
            found.extend(hits.iter().filter_map(|hit| ObjectId::parse(&hit.id)));
            if last {
                return Ok(found);
            }
            page.offset += HITS;
        }
    }

    /// The objects, read when their turn comes.
    pub(super) fn objects<'a>(
        &'a self,
        store: &'a Store,
    ) -> Box<dyn Iterator<Item = Result<Object, StoreError>> + 'a> {
        match self {
            Self::Whole => Box::new(store.objects()),
            Self::Objects(ids) => Box::new(ids.iter().map(move |id| {
                store.object(id)?.ok_or_else(|| StoreError::Missing { path: id.to_string() })
            })),
        }
    }
}

/// The object that `typed` names: its identifier, else an unambiguous part of it.
///
/// # Errors
/// If there is none, or there are several, or the store cannot be read.
pub fn find(store: &Store, typed: &str) -> Result<Object, ExportError> {
    if let Some(id) = ObjectId::parse(typed)
        && let Some(object) = store.object(&id)?
    {
        return Ok(object);
    }
    let mut found: Vec<Object> = Vec::new();
    for object in store.objects() {
        // What is broken elsewhere in the store is for `verify` to tell.
        let Ok(object) = object else { continue };
        if object.id().as_str().contains(typed) {
            found.push(object);
        }
    }
    // The end of an address is a better name than its middle.
    if found.len() > 1 && found.iter().filter(|object| object.id().as_str().ends_with(typed)).count() == 1 {
        found.retain(|object| object.id().as_str().ends_with(typed));
    }
    let mut names: Vec<String> = found.iter().map(|object| object.id().to_string()).collect();
    match (found.pop(), names.len()) {
        (Some(object), 1) => Ok(object),
        (None, _) => {
            let store = store.root().display().to_string();
            Err(ExportError::Unknown { typed: typed.to_owned(), store })
        }
        (Some(_), count) => {
            names.sort();
            names.truncate(MOST_TOLD);
            let mut told = names.join(", ");
            if count > MOST_TOLD {
                told += " …";
            }
            Err(ExportError::Ambiguous { typed: typed.to_owned(), found: told })
        }
    }
}

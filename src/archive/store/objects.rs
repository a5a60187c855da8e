//! Walks the objects of the store in order of their folders, holding one folder of names a level in memory.

use std::path::{Path, PathBuf};

use super::layout::{OBJECTS, TUPLES};
use super::reading;
use super::{Object, StoreError};

/// All objects in order of their folders. What cannot be read is an error of its own, and the walk goes on.
#[derive(Debug)]
pub struct Objects {
    store: PathBuf,
    /// For each level, its folder and the names in it that are still to be visited, last first.
    levels: Vec<(String, Vec<String>)>,
    /// The walk begins with the first call.
    begun: bool,
}

impl Objects {
    pub(crate) fn of(store: &Path) -> Self {
        Self { store: store.to_owned(), levels: Vec::new(), begun: false }
    }

    fn enter(&mut self, folder: String) -> Result<(), StoreError> {
        let mut names = reading::names(&self.store, &folder)?;
        if self.levels.is_empty() {
            names.retain(|name| !matches!(name.as_str(), "0=ocfl_1.1" | "ocfl_layout.json" | "extensions"));
        }
        names.reverse();
        self.levels.push((folder, names));
        Ok(())
    }
}

impl Iterator for Objects {
    type Item = Result<Object, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.begun {
            self.begun = true;
            if let Err(error) = self.enter(OBJECTS.to_owned()) {
                return Some(Err(error));
            }
        }
        loop {
            let depth = self.levels.len();
            let (folder, names) = self.levels.last_mut()?;
            let Some(name) = names.pop() else {
                self.levels.pop();
                continue;
            };
            let path = format!("{folder}/{name}");
            if depth > TUPLES {
                return Some(Object::read_by_folder(&self.store, &path));
            }
            if let Err(error) = self.enter(path) {
                return Some(Err(error));
            }
        }
    }
}

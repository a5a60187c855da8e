//! Makes a store, and recognises one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::disk::{Disk, Durability};
use super::layout::{
    EVENTS, EXTENSION, EXTENSION_CONFIGURATION, EXTENSION_TEXT, FORMAT, LAYOUT, LAYOUT_TEXT, LOCK, OBJECTS,
    ROOT_CONFORMANCE, ROOT_DECLARATION, STAGED_FILE, STAGING,
};
use super::lock::lock;
use super::reading::{self, Kind};
use super::{StoreError, layout};

/// How long one who makes a store waits for another who makes the same.
const PATIENCE: Duration = Duration::from_secs(10);
/// So often it is looked whether that other one has made it: from then on the store is there, and its first writer may keep
/// the lock for hours.
const LOOKS: u32 = 100;
/// The parts of a store are short texts.
const SMALL: u64 = 4096;
/// The layout in prose, a copy of which goes into every store.
pub(crate) const FORMAT_TEXT: &str = include_str!("../FORMAT.md");

/// Recognises the store at `path`; the path without links.
///
/// # Errors
/// If there is none, or it is laid out in another way.
pub(crate) fn open(path: &Path) -> Result<PathBuf, StoreError> {
    let not_a_store = || StoreError::NotAStore { path: path.display().to_string() };
    if !path.is_dir() {
        return Err(not_a_store());
    }
    let store = reading::resolve(path)?;
    let expect = |relative: &str, text: &str| match reading::read(&store, relative, SMALL)? {
        Some(found) if found == text.as_bytes() => Ok(()),
        Some(found) => Err(StoreError::Unsupported {
            path: store.join(relative).display().to_string(),
            found: String::from_utf8_lossy(&found).escape_debug().to_string(),
        }),
        None => Err(StoreError::Missing { path: store.join(relative).display().to_string() }),
    };
    if reading::look(&store, ROOT_DECLARATION)? == Kind::Missing {
        return Err(not_a_store());
    }
    expect(ROOT_DECLARATION, ROOT_CONFORMANCE)?;
    expect(LAYOUT, LAYOUT_TEXT)?;
    expect(EXTENSION_CONFIGURATION, EXTENSION_TEXT)?;
    Ok(store)
}

/// Recognises the store at `path`, or makes one there if there is nothing, or what an interrupted attempt left.
///
/// # Errors
/// If there is something else, or the store cannot be written.
pub(crate) fn create_or_open(path: &Path, durability: Durability) -> Result<PathBuf, StoreError> {
    match open(path) {
        Err(StoreError::NotAStore { .. }) => create(path, durability)?,
        result => return result,
    }
    open(path)
}

fn create(path: &Path, durability: Durability) -> Result<(), StoreError> {
    fs::create_dir_all(path).map_err(|error| StoreError::writing(path, &error))?;
    let store = reading::resolve(path)?;
    let ours = [layout::EVENTS, FORMAT, LOCK, OBJECTS, STAGING];
    let is_made = || reading::look(&store, ROOT_DECLARATION).map(|kind| kind != Kind::Missing);
    for entry in fs::read_dir(&store).map_err(|error| StoreError::reading(&store, &error))? {
        let name = entry.map_err(|error| StoreError::reading(&store, &error))?.file_name();
        if !ours.iter().any(|our| name == *our) {
            // What its first writer adds comes when it is made.
            if is_made()? {
                return Ok(());
            }
            return Err(StoreError::NotAStore { path: path.display().to_string() });
        }
    }
    let mut looks = 1;
    let _lock = loop {
        match lock(&store, PATIENCE / LOOKS) {
            Err(StoreError::Locked { .. }) if is_made()? => return Ok(()),
            Err(StoreError::Locked { .. }) if looks < LOOKS => looks += 1,
            result => break result?,
        }
    };
    if is_made()? {
        return Ok(()); // another was faster
    }
    let mut disk = Disk::new(durability);
    for folder in [STAGING, EVENTS, EXTENSION] {
        reading::look(&store, folder)?;
        disk.folders(&store, folder)?;
    }
    // The declaration last: a store that has it has everything.
    for (relative, text) in [
        (FORMAT, FORMAT_TEXT),
        (EXTENSION_CONFIGURATION, EXTENSION_TEXT),
        (LAYOUT, LAYOUT_TEXT),
        (ROOT_DECLARATION, ROOT_CONFORMANCE),
    ] {
        reading::look(&store, relative)?;
        disk.replace(&store.join(STAGED_FILE), &store.join(relative), text.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;
    use std::time::Duration;

    use super::{Durability, ROOT_DECLARATION, create_or_open, lock};

    #[test]
    fn who_waits_for_a_store_in_the_making_does_not_wait_for_its_first_writer() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        let root = create_or_open(path, Durability::None).expect("a store");
        let (declaration, aside) = (root.join(ROOT_DECLARATION), root.join("objects/aside"));
        fs::rename(&declaration, &aside).expect("not made yet");
        let first = lock(&root, Duration::ZERO).expect("nobody else");
        thread::scope(|scope| {
            let second = scope.spawn(|| create_or_open(path, Durability::None));
            thread::sleep(Duration::from_millis(50));
            fs::rename(&aside, &declaration).expect("made");
            assert_eq!(second.join().expect("no panic"), Ok(root.clone()));
        });
        drop(first);
    }
}

//! Keeps apart what must not lie within each other: stores, watched folders, and the files that each run writes.
//!
//! A watched folder is emptied. If a store lay in it, the next run would take the archive for pages that somebody had put
//! there, and move it away piece by piece.

use std::path::{Component, Path, PathBuf};

use super::super::configuration::Job;
use super::super::error::Mistake;
use super::super::file::{self, File, Text};
use super::super::sources::{ConsumeFolder, SourceKind};
use super::{Check, Checked};

/// A folder that the file names or that goes without saying, and where it is named.
struct Place<'a> {
    path: PathBuf,
    typed: Option<&'a Text>,
}

impl Check<'_> {
    /// No store is a watched folder, within one or around one, nor has one whose files go into it; whichever jobs they
    /// belong to.
    pub(super) fn stores_and_folders(&self, file: &File, jobs: &[Job]) -> Checked<()> {
        let stores: Vec<Place<'_>> = file
            .job
            .iter()
            .zip(jobs)
            .map(|(typed, job)| Place {
                path: plain(&job.store),
                typed: typed.get_ref().store.as_ref().or(file.store.as_ref()),
            })
            .collect();
        for (typed, job) in file.job.iter().zip(jobs) {
            for (source, meant) in typed.get_ref().sources.get_ref().iter().zip(&job.sources) {
                if let SourceKind::Folder(folder) = &meant.kind {
                    self.folder_apart(source.get_ref(), folder, &stores)?;
                }
            }
        }
        Ok(())
    }

    fn folder_apart(
        &self,
        typed: &file::Source,
        folder: &ConsumeFolder,
        stores: &[Place<'_>],
    ) -> Checked<()> {
        let watched = plain(&folder.path);
        for store in stores {
            let apart = !store.path.starts_with(&watched) && !watched.starts_with(&store.path);
            // The store that goes without saying is named nowhere: then the folder is what can be changed.
            if let (false, Some(place)) = (apart, store.typed.or(typed.folder.as_ref())) {
                let (store, folder) = (shown(&store.path), shown(&watched));
                return Err(self.mistake(&place.span(), Mistake::StoreInFolder { store, folder }));
            }
        }
        let targets = [("done", &folder.done, &typed.done), ("failed", &folder.failed, &typed.failed)];
        for (name, target, place) in targets {
            let target = plain(target);
            let Some(place) = place.as_ref().or(typed.folder.as_ref()) else { continue };
            // What is moved to where it came from would be found there again.
            if watched.starts_with(&target) {
                return Err(self.mistake(&place.span(), Mistake::MovedNowhere { name }));
            }
            if stores.iter().any(|store| target.starts_with(&store.path)) {
                return Err(self.mistake(&place.span(), Mistake::MovedIntoStore { name }));
            }
        }
        Ok(())
    }

    /// The metrics file and the report.
    pub(super) fn papers(&self, file: &File) -> Checked<(Option<PathBuf>, Option<PathBuf>)> {
        let (metrics, report) = (self.path(file.metrics.as_ref())?, self.path(file.report.as_ref())?);
        let unread = metrics.as_ref().is_some_and(|path| path.extension().is_none_or(|end| end != "prom"));
        let same = metrics.is_some() && metrics.as_deref().map(plain) == report.as_deref().map(plain);
        match (&file.metrics, &file.report) {
            (Some(typed), _) if unread => Err(self.mistake(&typed.span(), Mistake::MetricsName)),
            (_, Some(typed)) if same => {
                Err(self.mistake(&typed.span(), Mistake::SameFile { name: "metrics" }))
            }
            _ => Ok((metrics, report)),
        }
    }
}

/// `path` without `.` and `..`, as far as it can be told from the path alone.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

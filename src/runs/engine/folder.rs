//! Files what others put into a folder, and moves it away: to `done` what was filed, to `failed` what was not.
//!
//! A file is taken once it has settled: it has not changed for a while, or not between two looks that are so long apart. If
//! the run dies between filing and moving, the file is taken again and says what is archived already.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::RunError;
use super::fetching::{self, Hand};
use super::job::Came;
use super::judging::{self, Judgement};
use crate::acquire::Source;
use crate::acquire::sources::{self, Refused, SourceError};
use crate::archive::store::ObjectId;
use crate::batch::filing::Task;
use crate::jobs::ConsumeFolder;
use crate::message::Describe;
use crate::runs::ledger::PageOutcome;
use crate::runs::log::Event;
use crate::runs::look::{Look, notices};

mod drops;
mod others;

use drops::{Dropped, FolderError, Moved};
use others::Others;

/// Files that are taken at a time.
const MOST: usize = 1000;

/// What has become of a file, of which there may be many pages.
#[derive(Debug, Default)]
struct Fate {
    /// Sources that are still to be told of.
    open: usize,
    /// Why some were not filed, one line each.
    failures: Vec<String>,
}

impl Hand<'_, '_> {
    /// Files what has settled in `folder`.
    ///
    /// # Errors
    /// If the ledger or the store cannot be read or written.
    pub(super) fn consume(&mut self, folder: &ConsumeFolder) -> Result<Came, RunError> {
        if self.is_over() {
            return Ok(Came::Left);
        }
        let (settled, others) = match self.settled(folder) {
            Ok(settled) => settled,
            Err(error) => {
                let (place, message) =
                    (folder.path.display().to_string(), error.describe(self.options.language));
                (self.tell)(&Event::SourceFailed { place: &place, code: error.code(), message: &message });
                let failure = Some((error.code(), message.as_str()));
                self.ledger.source(self.run, &self.job.name, &place, failure)?;
                return Ok(Came::Failed(error.code().to_owned(), message));
            }
        };
        let place = folder.path.display().to_string();
        self.ledger.source(self.run, &self.job.name, &place, None)?;
        if let Some(note) = others.note() {
            let message = note.describe(self.options.language);
            (self.tell)(&Event::SourceRemark { place: &place, code: note.code(), message: &message });
        }
        let room = usize::try_from(self.budget.room(self.world.stopwatch())).unwrap_or(usize::MAX);
        let left = settled.len() > room.min(MOST);
        let taken: Vec<Dropped> = settled.into_iter().take(room.min(MOST)).collect();
        let stuck = self.take(folder, &taken)?;
        Ok(match stuck {
            Some((code, message)) => Came::Failed(code, message),
            None if left || self.world.clock.stopped() => Came::Left,
            None => Came::Read,
        })
    }

    /// What in `folder` has settled, and what is no page.
    fn settled(&self, folder: &ConsumeFolder) -> Result<(Vec<Dropped>, Others), FolderError> {
        let now = self.world.now().as_second();
        let (first, others) = drops::look(folder)?;
        let wait = i64::try_from(folder.settle.as_secs()).unwrap_or(i64::MAX);
        if first.iter().all(|drop| drop.has_rested(now, wait)) {
            return Ok((first, others));
        }
        self.world.clock.sleep(folder.settle);
        let (second, others) = drops::look(folder)?;
        let same = |drop: &Dropped| first.contains(drop) || drop.has_rested(now, wait);
        Ok((second.into_iter().filter(same).collect(), others))
    }

    /// Files `taken` and moves each file once all its pages are told of. Why a file could not be moved, if one could not.
    fn take(
        &mut self,
        folder: &ConsumeFolder,
        taken: &[Dropped],
    ) -> Result<Option<(String, String)>, RunError> {
        let Tasks { tasks, refused, parts } = tasks(taken);
        let mut fates: BTreeMap<PathBuf, Fate> =
            taken.iter().map(|drop| (drop.path.clone(), Fate::default())).collect();
        // By what is shown: the file that it is a page of.
        let mut files: BTreeMap<String, PathBuf> = BTreeMap::new();
        let shown = tasks.iter().map(|(task, file)| (task_name(task), file.clone()));
        for (name, file) in shown.chain(refused.iter().map(|((name, _), file)| (name.clone(), file.clone())))
        {
            fates.entry(file.clone()).or_default().open += 1;
            files.insert(name, file);
        }
        let by_path: BTreeMap<&Path, &Dropped> =
            taken.iter().map(|drop| (drop.path.as_path(), drop)).collect();
        let tasks: Vec<Task> = tasks.into_iter().map(|(task, _)| task).collect();
        let refused = refused.into_iter().map(|((source, error), _)| (source, error.into())).collect();
        let (mut fault, mut stuck) = (None, None);
        let halt = self.world.halt;
        let Self { job, run, store, writer, ledger, pipeline, options, world, budget, tell, .. } = self;
        let found_by = |_: &str| Some(fetching::of_job(job));
        fetching::file(
            None,
            &tasks,
            refused,
            store,
            writer,
            job,
            &found_by,
            options,
            world,
            pipeline,
            |outcome| {
                if fault.is_some() {
                    return;
                }
                let look = match judging::judge(&outcome, None, store, options.language) {
                    Judgement::Looked(look) => look.remarking(&outcome.diagnostics, options.language),
                    Judgement::Stopped => return,
                    Judgement::Broken(error) => {
                        fault = Some(fetching::broken(error));
                        halt.store(true, Ordering::SeqCst);
                        return;
                    }
                };
                let url = outcome.object.as_ref().map_or(outcome.source.as_str(), ObjectId::as_str);
                let told = notices(url, Some(&outcome.source), None, &look);
                if let Err(error) = ledger.counted(*run, &job.name, look.outcome, &told) {
                    fault = Some(error.into());
                    halt.store(true, Ordering::SeqCst);
                    return;
                }
                tell(&Event::Page { url: &outcome.source, look: &look });
                budget.spend();
                let Some(file) = files.get(&outcome.source) else { return };
                let Some(fate) = fates.get_mut(file) else { return };
                fate.open = fate.open.saturating_sub(1);
                if look.outcome.is_bad() {
                    fate.failures.push(reason(&outcome.source, &look));
                }
                if fate.open > 0 {
                    return;
                }
                let further = parts.get(file).into_iter().flatten();
                for drop in
                    std::iter::once(file).chain(further).filter_map(|file| by_path.get(file.as_path()))
                {
                    let moved = if fate.failures.is_empty() {
                        drops::away(drop, folder, &folder.done, None)
                    } else {
                        let note = Some(fate.failures.concat()).filter(|_| drop.path == *file);
                        drops::away(drop, folder, &folder.failed, note.as_deref())
                    };
                    match moved {
                        Ok(Moved::Away | Moved::Changed) => {}
                        Err(why) => {
                            let message = format!("{}: {why}", drop.path.display());
                            tell(&Event::Fault { code: "not-moved", message: &message });
                            stuck.get_or_insert(("not-moved".to_owned(), message));
                        }
                    }
                }
            },
        )?;
        fetching::rearm(world);
        match fault {
            Some(fault) => Err(fault),
            None => Ok(stuck),
        }
    }
}

fn reason(source: &str, look: &Look) -> String {
    let kind = if look.outcome == PageOutcome::Refused { "refused" } else { "failed" };
    let (code, message) =
        (look.code.as_deref().unwrap_or_default(), look.message.as_deref().unwrap_or_default());
    format!("{source}: {kind} [{code}] {message}\n")
}

fn task_name(task: &Task) -> String {
    match task {
        Task::Source(job) => job.shown.clone(),
        Task::Stored(id) => id.to_string(),
        Task::Received(folder) => folder.display().to_string(),
        Task::Elsewhere(page) => page.shown.clone(),
    }
}

/// Sources, each with its file.
#[derive(Default)]
struct Tasks {
    tasks: Vec<(Task, PathBuf)>,
    refused: Vec<(Refused, PathBuf)>,
    /// The further pages of an article, by the first: they go where it goes.
    parts: BTreeMap<PathBuf, Vec<PathBuf>>,
}

/// The sources that the files are, each with its file. Files of one folder are taken together, so that the parts of an
/// article find each other; where two would have the same name in a folder of outputs, which here there is not, alone.
fn tasks(taken: &[Dropped]) -> Tasks {
    let mut folders: BTreeMap<&Path, Vec<PathBuf>> = BTreeMap::new();
    for drop in taken {
        folders.entry(drop.path.parent().unwrap_or(Path::new(""))).or_default().push(drop.path.clone());
    }
    let mut all = Tasks::default();
    for paths in folders.into_values() {
        expand(&paths, &mut all);
    }
    all
}

fn expand(paths: &[PathBuf], all: &mut Tasks) {
    let (jobs, mut left) = sources::expand(paths);
    let by_name: BTreeMap<String, &PathBuf> =
        paths.iter().map(|path| (path.display().to_string(), path)).collect();
    if paths.len() > 1 && left.iter().any(|(_, why)| matches!(why, SourceError::SameOutput { .. })) {
        let alone: BTreeSet<&PathBuf> = left
            .iter()
            .filter(|(_, why)| matches!(why, SourceError::SameOutput { .. }))
            .filter_map(|(name, _)| by_name.get(name).copied())
            .collect();
        for path in &alone {
            expand(std::slice::from_ref(path), all);
        }
        left.retain(|(name, _)| by_name.get(name).is_none_or(|path| !alone.contains(path)));
    }
    for job in jobs {
        let file = match &job.source {
            Source::File { path, .. } => path.clone(),
            Source::Captured(captured) => captured.file().to_path_buf(),
            _ => continue,
        };
        let parts = job.parts.iter().filter_map(|part| match part {
            Source::File { path, .. } => Some(path.clone()),
            _ => None,
        });
        all.parts.insert(file.clone(), parts.collect());
        all.tasks.push((Task::Source(job), file));
    }
    for (name, why) in left {
        if let Some(path) = by_name.get(&name) {
            all.refused.push(((name.clone(), why), (*path).clone()));
        }
    }
}

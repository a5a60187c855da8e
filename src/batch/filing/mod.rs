//! Files many sources in the store: converted by a bounded number of workers, committed by one in the order of the
//! sources.

mod elsewhere;
mod gate;
mod prepare;
mod received;
mod report;
mod revisit;
mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{OnceLock, mpsc};
use std::thread;

use jiff::Timestamp;

use super::{WORKER_STACK, panic_message};
use crate::acquire::AcquireError;
use crate::acquire::sources::Job;
use crate::acquire::web::WebError;
use crate::archive::events::{Event, EventKind, Outcome};
use crate::archive::package::JobMetadata;
use crate::archive::store::{Agent, ObjectId, Receipt, Store, StoreError, Submission, Writer};
use crate::diagnostic::{Diagnostics, Severity};
use crate::document::sha256;
use crate::environment::Environment;
use crate::error::Error;
use crate::extract::ExtractError;
use crate::message::Describe;
use crate::pipeline::{Options, Timings};
use gate::Gate;
use prepare::{Decision, Log, Prepared, Workshop, known_address};
use revisit::{NotModified, Readied};

pub use elsewhere::{ConvertedPage, Elsewhere, NoSupply, Supply};
pub use report::line;

/// Under this name the event log tells where the outputs of another machine were stored.
pub const STORED_UNDER: &str = "stored-under";

/// How to file.
pub struct FilingOptions<'a> {
    /// Number of workers, at least 1.
    pub workers: usize,
    /// By whom it is filed.
    pub agent: Agent,
    /// Make a version of every source, also of one that says nothing new.
    pub rerender: bool,
    /// The time, in whole seconds.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// Whether `now` always gives the same. What the log already tells of a source at that time is then not told
    /// again: an interrupted run that is run again leaves the store of an undisturbed one.
    pub time_stands_still: bool,
    /// The scheduled job that came upon a source, by how the source is shown.
    pub found_by: &'a (dyn Fn(&str) -> Option<JobMetadata> + Sync),
    /// Where pages that were converted elsewhere come from.
    pub supply: &'a dyn Supply,
    /// Whether a page of the web may still be begun, asked when the turn of its first request comes: it may have waited
    /// for its host for longer than the run lasts. A page that may not is told of as [`WebError::Stopped`].
    pub begin: &'a (dyn Fn() -> bool + Sync),
}

/// What is filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// A source that was named.
    Source(Job),
    /// An object of the store, from its archived source.
    Stored(ObjectId),
    /// A version that was filed in another store, in its folder.
    Received(PathBuf),
    /// A page that another machine converted.
    Elsewhere(Elsewhere),
}

impl Task {
    /// How it is shown to the user.
    fn shown(&self) -> String {
        match self {
            Self::Source(job) => job.shown.clone(),
            Self::Stored(id) => id.to_string(),
            Self::Received(folder) => folder.display().to_string(),
            Self::Elsewhere(page) => page.shown.clone(),
        }
    }
}

/// What became of a source.
#[derive(Clone, Debug)]
pub struct FilingOutcome {
    /// The source as typed or found, or the identifier of the object.
    pub source: String,
    /// Its object, if it is known.
    pub object: Option<ObjectId>,
    /// What became of it.
    pub result: Result<Filed, Error>,
    /// What was noticed.
    pub diagnostics: Diagnostics,
    /// Time spent in each stage.
    pub timings: Timings,
}

/// How a source was filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filed {
    /// Its object is new.
    Created,
    /// Its object has this new version.
    NewVersion(u32),
    /// It says what this version says.
    Unchanged(u32),
}

/// What a worker hands over.
struct Handed {
    index: usize,
    result: Result<Readied, Error>,
    log: Log,
}

/// Files `tasks` in `store`, telling `tell` of each in their order, whatever the number of workers; the store is then the
/// same too. Sources already `refused` are told first. A source not begun when `stop` is set is left out.
///
/// # Errors
/// If the event log cannot be read or written at the beginning. A source that cannot be filed is told of instead.
#[expect(clippy::too_many_arguments, reason = "each is another thing of the caller's")]
pub fn run(
    tasks: &[Task],
    refused: Vec<(String, Error)>,
    store: &Store,
    writer: &mut Writer<'_>,
    filing: &FilingOptions<'_>,
    options: &Options,
    environment: &Environment,
    stop: &AtomicBool,
    mut tell: impl FnMut(FilingOutcome),
) -> Result<(), StoreError> {
    let workshop = Workshop { store, options, environment, filing, fonts: OnceLock::new() };
    let mut desk = Desk { workshop: &workshop, writer, told: BTreeSet::new(), committed: BTreeMap::new() };
    desk.open()?;
    for (source, error) in refused {
        tell(failed(source, error));
    }
    let workers = filing.workers.clamp(1, tasks.len().max(1));
    // As many again may wait for their turn: finished versions are large.
    let gate = Gate::new(tasks.len(), workers * 2);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..workers {
            let sender = sender.clone();
            let (gate, workshop) = (&gate, &workshop);
            let worker = move || {
                while let Some(index) = gate.take(stop) {
                    let mut log = Log::default();
                    // A fault of ours in one page must not take the others with it.
                    let result = catch_unwind(AssertUnwindSafe(|| workshop.prepare(&tasks[index], &mut log)))
                        .unwrap_or_else(|panic| Err(Error::Internal(panic_message(panic.as_ref()))));
                    if sender.send(Handed { index, result, log }).is_err() {
                        break;
                    }
                }
            };
            if let Err(error) = thread::Builder::new().stack_size(WORKER_STACK).spawn_scoped(scope, worker) {
                tell(failed("-".to_owned(), Error::Internal(format!("no thread: {error}"))));
            }
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut turn = 0;
        for handed in receiver {
            waiting.insert(handed.index, handed);
            while let Some(handed) = waiting.remove(&turn) {
                tell(desk.file(&tasks[turn], handed));
                turn += 1;
                gate.advance();
            }
        }
    });
    Ok(())
}

/// Where versions are committed, one after the other.
struct Desk<'a, 'store> {
    workshop: &'a Workshop<'a>,
    writer: &'a mut Writer<'store>,
    /// What the log tells of this very moment, when time stands still: whether rendered anew, object, source.
    told: BTreeSet<(bool, Option<ObjectId>, String)>,
    /// The newest version of each object that this run has filed.
    committed: BTreeMap<ObjectId, u32>,
}

impl Desk<'_, '_> {
    /// Begins the log of a new store; looks what an interrupted run has told already.
    fn open(&mut self) -> Result<(), StoreError> {
        let filing = self.workshop.filing;
        if self.workshop.store.head()?.is_none() {
            self.writer.record(&self.event(EventKind::Creation, None, None, Outcome::Success))?;
        }
        if filing.time_stands_still {
            let now = (filing.now)();
            for entry in self.workshop.store.events()? {
                let event = entry?.event;
                if let (true, Some(source)) = (event.time == now, event.detail.get("source")) {
                    let rerendered = event.kind == EventKind::Rerendering;
                    self.told.insert((rerendered, event.object, source.clone()));
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, task: &Task, handed: Handed) -> FilingOutcome {
        let source = task.shown();
        let Handed { result, mut log, .. } = handed;
        let start = (self.workshop.environment.stopwatch)();
        let (object, result) = match result {
            Ok(Readied::Read(mut prepared)) => {
                let key = match task {
                    Task::Elsewhere(page) => Some(page.key.as_str()),
                    Task::Source(_) | Task::Stored(_) | Task::Received(_) => None,
                };
                let result = self.commit(&source, key, &mut prepared, &mut log);
                (Some(prepared.id), result)
            }
            Ok(Readied::NotModified(news)) => {
                let result = self.keep_news(&source, &news);
                (Some(news.id), result)
            }
            Err(error) => {
                let object = match task {
                    Task::Source(job) => known_address(&job.source, self.workshop.options),
                    Task::Stored(id) => Some(id.clone()),
                    Task::Received(_) | Task::Elsewhere(_) => None,
                };
                let error = match self.refuse(&source, object.as_ref(), &error) {
                    Ok(()) => error,
                    Err(error) => error.into(),
                };
                (object, Err(error))
            }
        };
        log.timings.push(("archive", (self.workshop.environment.stopwatch)().saturating_sub(start)));
        FilingOutcome { source, object, result, diagnostics: log.diagnostics, timings: log.timings }
    }

    fn commit(
        &mut self,
        source: &str,
        stored_under: Option<&str>,
        prepared: &mut Prepared,
        log: &mut Log,
    ) -> Result<Filed, Error> {
        let key = (self.workshop.filing.rerender, Some(prepared.id.clone()), source.to_owned());
        if self.told.contains(&key) {
            return Ok(Filed::Unchanged(prepared.head));
        }
        let newest = self.committed.get(&prepared.id).copied().unwrap_or(prepared.seen);
        if newest != prepared.head {
            // An earlier source of this run was of the same object: the worker could not know.
            let workshop = self.workshop;
            catch_unwind(AssertUnwindSafe(|| workshop.decide(prepared, false, log)))
                .unwrap_or_else(|panic| Err(Error::Internal(panic_message(panic.as_ref()))))?;
        }
        let elsewhere =
            prepared.converted.as_ref().map_or_else(Default::default, |page| page.remarks.as_slice());
        let outcome = if log.diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Warning)
            || elsewhere.iter().any(|remark| remark.severity == Severity::Warning.name())
        {
            Outcome::Warning
        } else {
            Outcome::Success
        };
        let with_digest = |mut event: Event| {
            event.detail.insert("source".to_owned(), source.to_owned());
            event.detail.insert("content-digest".to_owned(), prepared.fingerprint.content.clone());
            if let Some(elsewhere) = &prepared.filed_elsewhere {
                event.detail.insert("filed-elsewhere".to_owned(), elsewhere.to_string());
            }
            if let Some(key) = stored_under {
                event.detail.insert(STORED_UNDER.to_owned(), key.to_owned());
            }
            event
        };
        let version = match &mut prepared.decision {
            // It is here as it was filed there: nothing has happened.
            Decision::Known(version) => return Ok(Filed::Unchanged(*version)),
            Decision::Unchanged => {
                let event = self.event(EventKind::Capture, Some(&prepared.id), Some(prepared.head), outcome);
                self.writer.record(&with_digest(event))?;
                return Ok(Filed::Unchanged(prepared.head));
            }
            Decision::File(version) => version,
        };
        let kind = if version.rerendered { EventKind::Rerendering } else { EventKind::Ingestion };
        let message = match (prepared.head, version.rerendered) {
            _ if prepared.filed_elsewhere.is_some() => "taken over from another store",
            (0, _) => "first capture",
            (_, true) => "rendered anew",
            (_, false) => "the page has changed",
        };
        let receipt = self.writer.commit(&Submission {
            id: prepared.id.clone(),
            files: std::mem::take(&mut version.files),
            created: version.created,
            message: message.to_owned(),
            agent: self.workshop.filing.agent.clone(),
            event: with_digest(self.event(kind, None, None, outcome)),
        })?;
        self.committed.insert(prepared.id.clone(), receipt.version());
        Ok(match receipt {
            Receipt::Created { .. } => Filed::Created,
            Receipt::NewVersion { version } => Filed::NewVersion(version),
        })
    }

    /// Records that the server says that nothing has changed: its answer first, then what came of it.
    fn keep_news(&mut self, source: &str, news: &NotModified) -> Result<Filed, Error> {
        if !self.told.contains(&(false, Some(news.id.clone()), source.to_owned())) {
            self.writer.keep_revisit(&news.file, &news.record)?;
            let mut event = self.event(EventKind::Capture, Some(&news.id), Some(news.head), Outcome::Success);
            event.detail.insert("source".to_owned(), source.to_owned());
            event.detail.insert("content-digest".to_owned(), news.content.clone());
            event.detail.insert("revisit".to_owned(), news.file.clone());
            event.detail.insert("revisit-sha256".to_owned(), sha256(&news.record));
            self.writer.record(&event)?;
        }
        Ok(Filed::Unchanged(news.head))
    }

    /// Records that a page was no document: gone, or refused. Other failures say nothing of the page.
    fn refuse(&mut self, source: &str, object: Option<&ObjectId>, error: &Error) -> Result<(), StoreError> {
        let kind = match error {
            Error::Extract(ExtractError::NotFound)
            | Error::Acquire(AcquireError::Web { why: WebError::Gone { .. } }) => EventKind::Disappearance,
            error if error.is_refusal() => EventKind::Refusal,
            _ => return Ok(()),
        };
        if self.told.contains(&(false, object.cloned(), source.to_owned())) {
            return Ok(());
        }
        let mut event = self.event(kind, object, None, Outcome::Fail);
        event.detail.insert("source".to_owned(), source.to_owned());
        event.detail.insert("reason".to_owned(), error.code().to_owned());
        self.writer.record(&event).map(|_| ())
    }

    fn event(
        &self,
        kind: EventKind,
        object: Option<&ObjectId>,
        version: Option<u32>,
        outcome: Outcome,
    ) -> Event {
        let Agent { name, operator } = &self.workshop.filing.agent;
        Event {
            time: (self.workshop.filing.now)(),
            agent: operator.as_ref().map_or_else(|| name.clone(), |operator| format!("{name} ({operator})")),
            kind,
            object: object.cloned(),
            version,
            outcome,
            detail: BTreeMap::new(),
        }
    }
}

fn failed(source: String, error: Error) -> FilingOutcome {
    let (diagnostics, timings) = (Diagnostics::default(), Timings::new());
    FilingOutcome { source, object: None, result: Err(error), diagnostics, timings }
}

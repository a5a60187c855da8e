//! Fetches and files the pages of a job that are due, some at a time, in the order of the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::budget::Budget;
use super::hosts::{Hosts, host};
use super::job::Came;
use super::judging::{self, Judgement};
use super::patience::{self, Patience};
use super::{RunError, RunOptions, World};
use crate::acquire::Source;
use crate::acquire::sources;
use crate::acquire::web::{Web, WebError, WebPage};
use crate::archive::package::JobMetadata;
use crate::archive::store::{Agent, Store, Writer};
use crate::batch::filing::{self, FilingOptions, FilingOutcome, NoSupply, Task};
use crate::error::Error;
use crate::jobs::Job;
use crate::message::Describe;
use crate::pipeline::Options;
use crate::runs::ledger::{Check, Due, Ledger, LedgerError};
use crate::runs::log::Event;
use crate::runs::look::{Look, notices};

/// Pages that are taken from the ledger at a time.
const SOME: u32 = 256;

/// A job under way: what its parts need.
pub(super) struct Hand<'a, 'store> {
    pub(super) job: &'a Job,
    /// The number of the run in the ledger.
    pub(super) run: i64,
    pub(super) store: &'a Store,
    pub(super) writer: &'a mut Writer<'store>,
    pub(super) ledger: &'a mut Ledger,
    pub(super) web: Arc<Web>,
    /// How its pages are converted.
    pub(super) pipeline: Options,
    pub(super) options: &'a RunOptions,
    pub(super) world: &'a World<'a>,
    pub(super) budget: &'a mut Budget,
    pub(super) down: Hosts,
    /// Hosts that asked to come again later.
    pub(super) patience: &'a mut Patience,
    /// Why pages were put off without asking for them, if some were: their host has asked for patience before.
    pub(super) put_off: Option<Came>,
    pub(super) tell: &'a mut dyn FnMut(&Event<'_>),
}

impl Hand<'_, '_> {
    /// Whether no further page may be begun.
    pub(super) fn is_over(&self) -> bool {
        self.world.clock.stopped() || self.budget.room(self.world.stopwatch()) == 0
    }

    /// Looks at all pages that are due: first those never looked at, then the others.
    ///
    /// # Errors
    /// If the ledger or the store cannot be read or written: nothing more can be done then.
    pub(super) fn fetch(&mut self) -> Result<(), RunError> {
        let now = self.world.now();
        for fresh in [true, false] {
            let mut after = 0;
            while !self.is_over() {
                let due = self.ledger.due(&self.job.name, now, fresh, after, SOME)?;
                let Some(last) = due.last() else { break };
                let last = last.row;
                let room = usize::try_from(self.budget.room(self.world.stopwatch())).unwrap_or(usize::MAX);
                let due: Vec<Due> =
                    due.into_iter().filter(|due| !self.is_left_alone(&host(&due.url))).take(room).collect();
                after = if due.is_empty() { last } else { self.some(&due)?.unwrap_or(last) };
            }
        }
        Ok(())
    }

    /// Whether `host` is left alone in this run: it does not answer, or has asked not to be asked before another time.
    fn is_left_alone(&mut self, host: &str) -> bool {
        if self.down.is_down(host) {
            return true;
        }
        let now = self.world.now();
        let Some(until) = self.patience.beyond(host, now) else { return false };
        self.down.give_up(host);
        let error = WebError::RateLimited { seconds: patience::left(until, now).as_secs() };
        let message = error.describe(self.options.language);
        self.put_off.get_or_insert(Came::Failed(error.code().to_owned(), message));
        (self.tell)(&Event::HostDown { host, code: Some(error.code()) });
        true
    }

    /// Remembers which hosts have asked to come again later.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub(super) fn learn_patience(&mut self) -> Result<(), RunError> {
        Ok(self.patience.learn(&self.web, self.ledger, self.world.now())?)
    }

    /// Looks at these pages. The last of those that are done with, if it is not the last of all.
    fn some(&mut self, due: &[Due]) -> Result<Option<i64>, RunError> {
        let mut by_address: BTreeMap<String, &Due> = BTreeMap::new();
        let mut tasks = Vec::with_capacity(due.len());
        for due in due {
            let Ok(url) = Url::parse(&due.url) else { continue };
            let page = WebPage::new(url, Arc::clone(&self.web));
            by_address.insert(due.url.clone(), due);
            tasks.push(task(&due.url, Source::Web(page)));
        }
        let halt = self.world.halt;
        let until = self.budget.end();
        let mut stopped_at = None;
        let mut unbegun = false;
        let mut fault = None;
        let Self {
            job,
            run,
            store,
            writer,
            ledger,
            web,
            pipeline,
            options,
            world,
            budget,
            down,
            patience,
            tell,
            ..
        } = self;
        let found_by = |shown: &str| {
            let due = by_address.get(shown)?;
            Some(JobMetadata {
                list: due.parent.clone(),
                column: due.column.clone(),
                listed: due.item.listed.clone(),
                ..of_job(job)
            })
        };
        let finished = file(
            until,
            &tasks,
            Vec::new(),
            store,
            writer,
            job,
            &found_by,
            options,
            world,
            pipeline,
            |outcome| {
                let Some(due) = by_address.get(&outcome.source) else { return };
                if fault.is_some() {
                    return;
                }
                let look = match judging::judge(&outcome, Some(&due.item), store, options.language) {
                    Judgement::Looked(look) => look.remarking(&outcome.diagnostics, options.language),
                    Judgement::Stopped => {
                        unbegun = true;
                        return;
                    }
                    Judgement::Broken(error) => {
                        fault = Some(broken(error));
                        halt.store(true, Ordering::SeqCst);
                        return;
                    }
                };
                let object = || store.object(outcome.object.as_ref()?).ok()?;
                let look = judging::by_version(look, &due.item, &job.name, object().as_ref());
                let (host, now) = (host(&due.url), world.now());
                let asked = look.code.as_deref() == Some("rate-limited");
                let learnt = if asked { patience.learn(web, ledger, now) } else { Ok(()) };
                let not_before = patience.until(&host, now).filter(|_| asked);
                let put_down = learnt.and_then(|()| put_down(ledger, *run, job, due, &look, now, not_before));
                if let Err(error) = put_down {
                    fault = Some(error.into());
                    halt.store(true, Ordering::SeqCst);
                    return;
                }
                tell(&Event::Page { url: &due.url, look: &look });
                budget.spend();
                if !unbegun {
                    stopped_at = Some(due.row);
                }
                if down.looked(&host, &look) {
                    tell(&Event::HostDown { host: &host, code: look.code.as_deref() });
                    halt.store(true, Ordering::SeqCst);
                }
                if budget.room(world.stopwatch()) == 0 {
                    halt.store(true, Ordering::SeqCst);
                }
            },
        );
        let halted = halt.load(Ordering::SeqCst);
        rearm(world);
        match fault {
            Some(fault) => Err(fault),
            None => {
                finished?;
                // A run that nothing came of must not be begun again and again.
                Ok(stopped_at.filter(|_| halted))
            }
        }
    }
}

/// Lets the run go on after it has halted itself, unless it was told to end.
pub(super) fn rearm(world: &World<'_>) {
    world.halt.store(false, Ordering::SeqCst);
    // In this order: a signal in between is seen by its own flag.
    if world.clock.stopped() {
        world.halt.store(true, Ordering::SeqCst);
    }
}

pub(super) fn broken(error: Error) -> RunError {
    match error {
        Error::Store(why) => why.into(),
        other => RunError::Unreadable { path: String::new(), why: other.to_string() },
    }
}

/// A source as filing takes it.
pub(super) fn task(shown: &str, source: Source) -> Task {
    Task::Source(sources::Job {
        source,
        parts: Vec::new(),
        shown: shown.to_owned(),
        output: std::path::PathBuf::new(),
    })
}

/// `not_before`: when the host of the page may be asked again, if it has asked for patience.
fn put_down(
    ledger: &mut Ledger,
    run: i64,
    job: &Job,
    due: &Due,
    look: &Look,
    now: Timestamp,
    not_before: Option<Timestamp>,
) -> Result<(), LedgerError> {
    let failures = if look.outcome.is_bad() { due.item.failures + 1 } else { 0 };
    let again =
        judging::due_again(job.recheck.as_ref(), &due.item, look.outcome, look.transient, failures, now);
    let check = Check {
        now,
        outcome: look.outcome,
        code: look.code.clone(),
        transient: look.transient,
        version: look.version,
        due: again.map(|again| not_before.map_or(again, |not_before| again.max(not_before))),
        notices: notices(&due.url, due.title.as_deref(), Some(&due.item), look),
    };
    ledger.checked(run, &job.name, due.row, &check)
}

/// What is recorded of `job` with everything that it files.
pub(super) fn of_job(job: &Job) -> JobMetadata {
    let retention = job.retention.map(|retention| retention.name().to_owned());
    JobMetadata { name: job.name.clone(), retention, ..JobMetadata::default() }
}

/// Files `tasks` for `job`. No page of the web is begun after `until` on the stopwatch, if it is given, however long it has
/// waited for its host by then.
#[expect(clippy::too_many_arguments, reason = "each is another thing of the caller's")]
pub(super) fn file(
    until: Option<Duration>,
    tasks: &[Task],
    refused: Vec<(String, Error)>,
    store: &Store,
    writer: &mut Writer<'_>,
    job: &Job,
    found_by: &(dyn Fn(&str) -> Option<JobMetadata> + Sync),
    options: &RunOptions,
    world: &World<'_>,
    pipeline: &Options,
    tell: impl FnMut(FilingOutcome),
) -> Result<(), RunError> {
    let clock = Arc::clone(&world.clock);
    let (stop, stopwatch): (&AtomicBool, _) = (world.halt, world.environment.stopwatch);
    let begin = || !stop.load(Ordering::SeqCst) && until.is_none_or(|until| stopwatch() < until);
    let filing = FilingOptions {
        workers: options.workers,
        agent: Agent {
            name: concat!("guidang ", env!("CARGO_PKG_VERSION")).to_owned(),
            operator: job.operator.clone(),
        },
        rerender: false,
        now: &move || clock.now(),
        time_stands_still: world.time_stands_still,
        found_by,
        supply: &NoSupply,
        begin: &begin,
    };
    Ok(filing::run(tasks, refused, store, writer, &filing, pipeline, world.environment, stop, tell)?)
}

//! Runs the jobs that are due: reads what is listed, fetches and files what is new or due, tells who should know.

mod budget;
mod difference;
mod discovering;
mod error;
mod fetching;
mod folder;
mod job;
mod judging;
mod papers;
mod telling;
mod webs;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use super::ledger::{Counts, JobState, Ledger, RunOutcome};
use super::log::Event;
use super::notify::Ping;
use super::plan::{self, Why};
use crate::acquire::web::WebClock;
use crate::archive::store::{Durability, Store};
use crate::environment::Environment;
use crate::jobs::{Configuration, Job};
use crate::message::{Describe, Language};
use crate::pipeline::Options;
use budget::Budget;
use webs::Webs;

pub use error::RunError;

/// What was asked for.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The run's identifier, a UUID: in every line of the log, in messages and pings.
    pub id: String,
    /// Only these jobs, due or not; none for all that are due.
    pub only: Vec<String>,
    /// Most pages that are looked at; the next run goes on.
    pub limit: Option<u64>,
    /// No page is begun after so long; the next run goes on.
    pub max_duration: Option<Duration>,
    /// Number of workers, at least 1.
    pub workers: usize,
    /// How long to wait for another process that writes to a store.
    pub lock_wait: Duration,
    /// Whether commits wait for the medium.
    pub durability: Durability,
    /// The language of reports and messages.
    pub language: Language,
}

/// What a run is given from outside.
pub struct World<'a> {
    /// Fonts, stopwatch.
    pub environment: &'a Environment,
    /// How pages are read, written and verified; limits, formats and attachments are the job's.
    pub options: &'a Options,
    /// The time, in whole seconds, waiting, and whether the run was told to end.
    pub clock: Arc<dyn WebClock>,
    /// Whether the clock always gives the same.
    pub time_stands_still: bool,
    /// Set when the run is told to end; also set and reset by the run itself.
    pub halt: &'a AtomicBool,
    /// The number of the signal by which the run was told to end; 0 for none.
    pub signal: &'a AtomicUsize,
}

impl std::fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("time_stands_still", &self.time_stands_still).finish_non_exhaustive()
    }
}

impl World<'_> {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The exit code of a run or job that would end with `code`, if it was ended by a signal.
    #[must_use]
    pub fn code(&self, code: u8) -> u8 {
        match self.signal.load(Ordering::SeqCst) {
            0 => code,
            signal => u8::try_from(128 + signal).unwrap_or(code),
        }
    }

    fn stopwatch(&self) -> Duration {
        (self.environment.stopwatch)()
    }
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobEnding {
    /// Its name.
    pub job: String,
    /// How.
    pub outcome: RunOutcome,
    /// Why it failed as a whole, as a code.
    pub code: Option<String>,
    /// Its pages.
    pub counts: Counts,
}

/// How a run ended.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// The jobs that ran, in their order.
    pub jobs: Vec<JobEnding>,
    /// When the next job is due; none for never.
    pub next: Option<Timestamp>,
    /// Whether another process holds a store.
    pub locked: bool,
    /// Whether a report or metrics file could not be written.
    pub papers_failed: bool,
    /// The stores that were written to.
    pub stores: Vec<Store>,
}

impl Ending {
    /// The pages of all jobs.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.jobs.iter().for_each(|job| counts.add(&job.counts));
        counts
    }

    /// The exit code, signals aside: 0 all was done, 1 nothing could be done, 3 some failed, 75 try again later.
    #[must_use]
    pub fn code(&self) -> u8 {
        let failed = |job: &&JobEnding| job.outcome == RunOutcome::Failed;
        let bad = |job: &JobEnding| {
            matches!(job.outcome, RunOutcome::Failed | RunOutcome::Partly) || job.counts.badly() > 0
        };
        let all_failed = !self.jobs.is_empty() && self.jobs.iter().filter(failed).count() == self.jobs.len();
        let later = self.jobs.iter().all(|job| job.code.as_deref() == Some("rate-limited"));
        match (self.locked, all_failed) {
            (true, _) => 75,
            (false, true) if later => 75,
            (false, true) => 1,
            (false, false) if self.jobs.iter().any(bad) || self.papers_failed => 3,
            (false, false) => 0,
        }
    }
}

/// How each job of `configuration` stands in the ledger of its store, in the order of the configuration. Nothing is written.
///
/// # Errors
/// If a ledger cannot be read.
pub fn states(configuration: &Configuration) -> Result<Vec<JobState>, RunError> {
    configuration
        .jobs
        .iter()
        .map(|job| {
            Ok(Ledger::open_reader(&job.store)?
                .map_or_else(|| Ok(JobState::default()), |ledger| ledger.job(&job.name))?)
        })
        .collect()
}

/// Why each job of `configuration` runs now or does not, in the order of the configuration.
///
/// # Errors
/// If a job that is asked for does not exist, or a ledger cannot be read.
pub fn decide(configuration: &Configuration, only: &[String], now: Timestamp) -> Result<Vec<Why>, RunError> {
    if let Some(name) = only.iter().find(|name| configuration.job(name).is_none()) {
        let known: Vec<&str> = configuration.jobs.iter().map(|job| job.name.as_str()).collect();
        return Err(RunError::UnknownJob { name: name.clone(), known: known.join(", ") });
    }
    let states = states(configuration)?;
    let decide = |(job, state): (&Job, &JobState)| match only {
        [] => plan::why(job, state, false, now),
        named if named.contains(&job.name) => plan::why(job, state, true, now),
        _ => Why::NotDue(plan::next_due(job, state, now)),
    };
    Ok(configuration.jobs.iter().zip(&states).map(decide).collect())
}

/// When the next job of `configuration` is due, as seen at `now`; none for never.
///
/// # Errors
/// If a ledger cannot be read.
pub fn next(configuration: &Configuration, now: Timestamp) -> Result<Option<Timestamp>, RunError> {
    let states = states(configuration)?;
    let due =
        configuration.jobs.iter().zip(&states).filter_map(|(job, state)| plan::next_due(job, state, now));
    Ok(due.min())
}

/// Runs the jobs of `configuration` that are due, or that are asked for; each event is told to `tell`, with the job that it
/// belongs to. A store that cannot be used is an event, and its jobs fail; the others run.
///
/// # Errors
/// If a job that is asked for does not exist, a ledger cannot be read, or what is configured about the web cannot be used.
pub fn run(
    configuration: &Configuration,
    options: &RunOptions,
    world: &World<'_>,
    tell: &mut dyn FnMut(Option<&str>, &Event<'_>),
) -> Result<Ending, RunError> {
    let whys = decide(configuration, &options.only, world.now())?;
    let webs = Webs::new(Arc::clone(&world.clock));
    let until = options.max_duration.map(|most| world.stopwatch().saturating_add(most));
    let mut engine = Engine {
        options,
        world,
        webs,
        budget: Budget { pages: options.limit, until, ..Budget::default() },
        tell,
        ending: Ending::default(),
    };
    let watchdog = configuration.notifications.ping.as_ref();
    engine.ping(None, watchdog, &configuration.notifications.allow_net, Ping::Start);
    // The jobs of a store together: its lock is taken once.
    let mut stores: Vec<(PathBuf, Vec<(&Job, Why)>)> = Vec::new();
    for (job, why) in configuration.jobs.iter().zip(whys).filter(|(_, why)| why.runs()) {
        match stores.iter_mut().find(|(store, _)| *store == job.store) {
            Some((_, jobs)) => jobs.push((job, why)),
            None => stores.push((job.store.clone(), vec![(job, why)])),
        }
    }
    for (store, jobs) in &stores {
        if let Err(error) = engine.in_store(store, jobs) {
            engine.fault(jobs, &error);
        }
    }
    if !engine.ending.locked || !engine.ending.jobs.is_empty() {
        engine.papers(configuration);
    }
    let now = world.now();
    engine.ending.next = next(configuration, now).unwrap_or_default();
    let code = world.code(engine.ending.code());
    engine.ping(None, watchdog, &configuration.notifications.allow_net, Ping::End(code));
    Ok(engine.ending)
}

/// A run under way.
struct Engine<'a> {
    options: &'a RunOptions,
    world: &'a World<'a>,
    webs: Webs,
    budget: Budget,
    tell: &'a mut dyn FnMut(Option<&str>, &Event<'_>),
    ending: Ending,
}

impl Engine<'_> {
    /// Runs the jobs of one store.
    fn in_store(&mut self, path: &std::path::Path, jobs: &[(&Job, Why)]) -> Result<(), RunError> {
        let store = Store::create_or_open_with(path, self.options.durability)?;
        let mut writer = store.writer(self.options.lock_wait)?;
        let mut ledger = Ledger::open(store.root())?;
        for &(job, why) in jobs {
            if self.world.clock.stopped() || self.budget.is_spent(self.world.stopwatch()) {
                break;
            }
            self.job(job, why, &store, &mut writer, &mut ledger)?;
        }
        drop(writer);
        self.ending.stores.push(store);
        Ok(())
    }

    /// The jobs of a store could not run, or not to their end.
    fn fault(&mut self, jobs: &[(&Job, Why)], error: &RunError) {
        let (code, message) = (error.code(), error.describe(self.options.language));
        (self.tell)(None, &Event::Fault { code, message: &message });
        if error.is_locked() {
            self.ending.locked = true;
            return;
        }
        for (job, _) in jobs {
            if !self.ending.jobs.iter().any(|ended| ended.job == job.name) {
                self.ending.jobs.push(JobEnding {
                    job: job.name.clone(),
                    outcome: RunOutcome::Failed,
                    code: Some(code.to_owned()),
                    counts: Counts::default(),
                });
            }
        }
    }
}

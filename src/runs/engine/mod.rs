//! Runs the jobs that are due: reads what is listed, fetches and files what is new or due, tells who should know.

mod breaking;
mod budget;
mod current;
mod difference;
mod discovering;
mod error;
mod fetching;
mod folder;
mod hosts;
mod job;
mod judging;
mod papers;
mod patience;
mod stores;
mod telling;
mod turns;
mod webs;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use super::ledger::{Counts, RunOutcome};
use super::log::Event;
use super::notify::Ping;
use super::plan::Why;
use crate::acquire::web::WebClock;
use crate::archive::store::{Durability, Store};
use crate::environment::Environment;
use crate::jobs::{Configuration, Job};
use crate::message::Language;
use crate::pipeline::Options;
use budget::Budget;
use webs::Webs;

pub(super) use current::bring_up;
pub use error::RunError;
pub(super) use hosts::host;
pub(super) use patience::Patience;
pub use turns::next;
pub(super) use turns::{Decision, decisions, turns as in_order};

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
    /// Jobs that are due and were not begun, because the run was told to end or reached a limit. They are first next time.
    pub unbegun: Vec<String>,
    /// When the next job is due; none for never.
    pub next: Option<Timestamp>,
    /// Whether another process holds a store.
    pub locked: bool,
    /// Whether a store or its ledger could not be used: to try again at once helps nobody.
    pub broken: bool,
    /// Whether something besides the jobs is not as it should be: a report could not be written, a ledger was damaged.
    pub marred: bool,
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

    /// How many jobs failed as a whole.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.jobs.iter().filter(|job| job.outcome == RunOutcome::Failed).count()
    }

    /// Whether pages are new, changed or gone.
    #[must_use]
    pub fn has_news(&self) -> bool {
        let Counts { created, changed, gone, .. } = self.counts();
        created + changed + gone > 0
    }

    /// The exit code, signals aside: 0 all was done, 1 nothing could be done, 3 some failed, 75 try again later.
    #[must_use]
    pub fn code(&self) -> u8 {
        let bad = |job: &JobEnding| {
            matches!(job.outcome, RunOutcome::Failed | RunOutcome::Partly) || job.counts.badly() > 0
        };
        let all_failed = !self.jobs.is_empty() && self.failed() == self.jobs.len();
        let later = self.jobs.iter().all(|job| job.code.as_deref() == Some("rate-limited"));
        match (self.locked, all_failed) {
            (true, _) => 75,
            (false, true) if later => 75,
            (false, true) => 1,
            (false, false) if self.jobs.iter().any(bad) || self.marred => 3,
            (false, false) => 0,
        }
    }
}

/// Runs the jobs of `configuration` that are due, or that are asked for; each event is told to `tell`, with the job that it
/// belongs to. A store that cannot be used is an event, and its jobs fail; the others run.
///
/// # Errors
/// If a job that is asked for does not exist.
pub fn run(
    configuration: &Configuration,
    options: &RunOptions,
    world: &World<'_>,
    tell: &mut dyn FnMut(Option<&str>, &Event<'_>),
) -> Result<Ending, RunError> {
    let decisions = decisions(configuration, &options.only, world.now())?;
    let until = options.max_duration.map(|most| world.stopwatch().saturating_add(most));
    let mut engine = Engine {
        configuration,
        options,
        world,
        webs: Webs::new(Arc::clone(&world.clock)),
        budget: Budget { pages: options.limit, until, ..Budget::default() },
        patience: Patience::remembered(configuration, world.now()),
        tell,
        watching: false,
        ending: Ending::default(),
    };
    engine.take_turns(in_order(&decisions));
    if engine.ending.jobs.is_empty() && !engine.ending.locked {
        // Nothing is due: who watches whether anything runs at all should know that it does.
        engine.watch();
    }
    if !engine.ending.locked || !engine.ending.jobs.is_empty() {
        engine.papers(configuration);
    }
    engine.ending.next = next(configuration, world.now());
    engine.unwatch();
    Ok(engine.ending)
}

/// A run under way.
struct Engine<'a> {
    configuration: &'a Configuration,
    options: &'a RunOptions,
    world: &'a World<'a>,
    webs: Webs,
    budget: Budget,
    patience: Patience,
    tell: &'a mut dyn FnMut(Option<&str>, &Event<'_>),
    /// Whether the watchdog of the run was told that it begins.
    watching: bool,
    ending: Ending,
}

impl Engine<'_> {
    /// Runs the jobs in the order of their `turns`, as far as the limits allow. Jobs of one store that follow each other
    /// take its lock once; if it cannot be used, that is true of its later jobs too.
    fn take_turns(&mut self, mut turns: VecDeque<&Decision<'_>>) {
        while let Some(store) = turns.front().map(|first| first.job.store.clone()) {
            if self.is_over() {
                break;
            }
            let same = turns.iter().take_while(|turn| turn.job.store == store).count();
            let mut lot: Vec<&Decision<'_>> = turns.drain(..same).collect();
            let jobs: Vec<(&Job, Why)> = lot.iter().map(|turn| (turn.job, turn.why)).collect();
            let unreadable = lot.iter().find_map(|turn| turn.unreadable.clone());
            match unreadable.map_or_else(|| self.in_store(&store, &jobs), Err) {
                // Of this store, those that a limit has left.
                Ok(()) => self.leave(lot.iter().map(|turn| turn.job)),
                Err(error) => {
                    lot.extend(turns.iter().filter(|turn| turn.job.store == store));
                    turns.retain(|turn| turn.job.store != store);
                    let jobs: Vec<(&Job, Why)> = lot.iter().map(|turn| (turn.job, turn.why)).collect();
                    self.fault(&jobs, &error);
                }
            }
        }
        self.leave(turns.iter().map(|turn| turn.job));
    }

    /// Those of `jobs` that have not run are left for the next run.
    fn leave<'j>(&mut self, jobs: impl Iterator<Item = &'j Job>) {
        let ending = &mut self.ending;
        let left = jobs.filter(|job| ending.jobs.iter().all(|ended| ended.job != job.name));
        ending.unbegun.extend(left.map(|job| job.name.clone()));
    }

    /// Whether no further job may be begun.
    fn is_over(&self) -> bool {
        self.world.clock.stopped() || self.budget.is_spent(self.world.stopwatch())
    }

    /// The run's watchdog is told that it begins, once. A run that finds all stores held by another has not begun: the
    /// watchdog hears of the other.
    fn watch(&mut self) {
        if !std::mem::replace(&mut self.watching, true) {
            self.ping_run(Ping::Start);
        }
    }

    /// The run's watchdog is told how it ends, if it was told that it begins. That a store was held is no failure of ours.
    fn unwatch(&mut self) {
        if self.watching {
            let locked = std::mem::replace(&mut self.ending.locked, false);
            let code = self.world.code(self.ending.code());
            self.ending.locked = locked;
            self.ping_run(Ping::End(code));
        }
    }

    fn ping_run(&mut self, ping: Ping) {
        let notifications = &self.configuration.notifications;
        self.ping(None, notifications.ping.as_ref(), &notifications.allow_net, ping);
    }
}

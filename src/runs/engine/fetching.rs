//! Fetches and files the pages of a job that are due, some at a time, in the order of the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use url::Url;

use super::budget::Budget;
use super::judging::{self, Judgement};
use super::{RunError, RunOptions, World};
use crate::acquire::Source;
use crate::acquire::sources;
use crate::acquire::web::{Web, WebPage};
use crate::archive::package::JobMetadata;
use crate::archive::store::{Agent, Store, Writer};
use crate::batch::filing::{self, FilingOptions, FilingOutcome, NoSupply, Task};
use crate::error::Error;
use crate::jobs::Job;
use crate::pipeline::Options;
use crate::runs::ledger::{Check, Due, Ledger, LedgerError};
use crate::runs::log::Event;
use crate::runs::look::{Look, notices};

/// Pages that are taken from the ledger at a time.
const SOME: u32 = 256;
/// After so many pages in a row that could not be had, a host is left alone until the next run.
const PATIENCE: u32 = 3;

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
    pub(super) tell: &'a mut dyn FnMut(&Event<'_>),
}

/// Failures in a row, by host.
#[derive(Debug, Default)]
pub(super) struct Hosts(BTreeMap<String, u32>);

impl Hosts {
    /// `host` cannot be reached: it is left alone from now on. Whether that is news.
    pub(super) fn give_up(&mut self, host: &str) -> bool {
        self.0.insert(host.to_owned(), PATIENCE).is_none_or(|failures| failures < PATIENCE)
    }

    /// Whether `host` is left alone.
    pub(super) fn is_down(&self, host: &str) -> bool {
        self.0.get(host).is_some_and(|failures| *failures >= PATIENCE)
    }

    /// A page of `host` was looked at. Whether the host is left alone from now on, and was not before.
    fn looked(&mut self, host: &str, look: &Look) -> bool {
        if !look.transient {
            self.0.remove(host);
            return false;
        }
        if look.code.as_deref() == Some("rate-limited") {
            return self.give_up(host);
        }
        let failures = self.0.entry(host.to_owned()).or_default();
        *failures += 1;
        *failures == PATIENCE
    }
}

/// The host of an address; nothing for what is none.
pub(super) fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
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
                    due.into_iter().filter(|due| !self.down.is_down(&host(&due.url))).take(room).collect();
                after = if due.is_empty() { last } else { self.some(&due)?.unwrap_or(last) };
            }
        }
        Ok(())
    }

    /// Looks at these pages. The last that was looked at, if it is not the last of all.
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
        let mut stopped_at = None;
        let mut fault = None;
        let Self { job, run, store, writer, ledger, pipeline, options, world, budget, down, tell, .. } = self;
        let found_by = |shown: &str| {
            let due = by_address.get(shown)?;
            Some(JobMetadata {
                list: due.parent.clone(),
                column: due.column.clone(),
                listed: due.item.listed.clone(),
                ..of_job(job)
            })
        };
        let finished =
            file(&tasks, Vec::new(), store, writer, job, &found_by, options, world, pipeline, |outcome| {
                let Some(due) = by_address.get(&outcome.source) else { return };
                if fault.is_some() {
                    return;
                }
                let look = match judging::judge(&outcome, Some(&due.item), store, options.language) {
                    Judgement::Looked(look) => look.remarking(&outcome.diagnostics, options.language),
                    Judgement::Stopped => return,
                    Judgement::Broken(error) => {
                        fault = Some(broken(error));
                        halt.store(true, Ordering::SeqCst);
                        return;
                    }
                };
                if let Err(error) = put_down(ledger, *run, job, due, &look, world.now()) {
                    fault = Some(error.into());
                    halt.store(true, Ordering::SeqCst);
                    return;
                }
                tell(&Event::Page { url: &due.url, look: &look });
                budget.spend();
                stopped_at = Some(due.row);
                let host = host(&due.url);
                if down.looked(&host, &look) {
                    tell(&Event::HostDown { host: &host, code: look.code.as_deref() });
                    halt.store(true, Ordering::SeqCst);
                }
                if budget.room(world.stopwatch()) == 0 {
                    halt.store(true, Ordering::SeqCst);
                }
            });
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

fn put_down(
    ledger: &mut Ledger,
    run: i64,
    job: &Job,
    due: &Due,
    look: &Look,
    now: jiff::Timestamp,
) -> Result<(), LedgerError> {
    let failures = if look.outcome.is_bad() { due.item.failures + 1 } else { 0 };
    let check = Check {
        now,
        outcome: look.outcome,
        code: look.code.clone(),
        transient: look.transient,
        version: look.version,
        due: judging::due_again(job.recheck.as_ref(), &due.item, look.outcome, look.transient, failures, now),
        notices: notices(&due.url, due.title.as_deref(), Some(&due.item), look),
    };
    ledger.checked(run, &job.name, due.row, &check)
}

/// What is recorded of `job` with everything that it files.
pub(super) fn of_job(job: &Job) -> JobMetadata {
    let retention = job.retention.map(|retention| retention.name().to_owned());
    JobMetadata { name: job.name.clone(), retention, ..JobMetadata::default() }
}

/// Files `tasks` for `job`.
#[expect(clippy::too_many_arguments, reason = "each is another thing of the caller's")]
pub(super) fn file(
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
    };
    let stop: &AtomicBool = world.halt;
    Ok(filing::run(tasks, refused, store, writer, &filing, pipeline, world.environment, stop, tell)?)
}

#[cfg(test)]
mod tests {
    use super::{Hosts, PATIENCE, host};
    use crate::runs::ledger::PageOutcome;
    use crate::runs::look::Look;

    #[test]
    fn a_host_that_does_not_answer_is_left_alone() {
        let (failed, well) = (
            Look::badly(PageOutcome::Failed, "timeout", String::new(), true),
            Look::well(PageOutcome::Unchanged, 1),
        );
        let mut hosts = Hosts::default();
        let name = host("http://www.gd.gov.cn:80/a.html");
        for _ in 1..PATIENCE {
            assert!(!hosts.looked(&name, &failed));
        }
        assert!(!hosts.looked(&name, &well), "it answers");
        let news: Vec<bool> = (0..=PATIENCE).map(|_| hosts.looked(&name, &failed)).collect();
        assert_eq!(news, [false, false, true, false]);
        assert!(hosts.is_down("www.gd.gov.cn") && !hosts.is_down("www.gz.gov.cn"));
        let limited = Look::badly(PageOutcome::Failed, "rate-limited", String::new(), true);
        assert!(hosts.looked("www.gz.gov.cn", &limited) && hosts.is_down("www.gz.gov.cn"));
        let missing = Look::badly(PageOutcome::Failed, "gone", String::new(), false);
        assert!(!hosts.looked("other", &missing) && !hosts.is_down("other"));
    }
}

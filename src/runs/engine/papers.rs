//! Writes the metrics file and the report, of all jobs of the configuration, whichever of them ran.

use std::path::Path;

use super::Engine;
use super::difference::archived_title;
use crate::archive::place;
use crate::archive::store::Store;
use crate::jobs::{Configuration, Job};
use crate::message::Describe;
use crate::runs::ledger::{Ledger, LedgerError, NoticeKind, Trouble};
use crate::runs::log::Event;
use crate::runs::plan;
use crate::runs::report::{self, Found, JobReport, Report, Troubles};
use crate::runs::{JobMetrics, metrics};

/// Runs in the plot, neighbours being taken together where there are more.
const HISTORY: u32 = 400;
/// Pages in each list of the report.
const LISTED: u32 = 100;
/// Pages in each list of what cannot be had.
const TROUBLES: u32 = report::MOST_NAMED;

impl Engine<'_> {
    /// Writes them, each whole or not at all. One that cannot be written is an event.
    pub(super) fn papers(&mut self, configuration: &Configuration) {
        if let Some(path) = &configuration.metrics {
            let standing: Vec<JobMetrics> = configuration
                .jobs
                .iter()
                .map(|job| {
                    let read = self.metrics_of(job);
                    self.readable(read)
                        .unwrap_or_else(|| JobMetrics { job: job.name.clone(), ..JobMetrics::default() })
                })
                .collect();
            self.paper(path, &metrics(&standing));
        }
        if let Some(path) = &configuration.report {
            let jobs: Vec<JobReport> = configuration
                .jobs
                .iter()
                .map(|job| {
                    let read = self.report_of(job);
                    self.readable(read)
                        .unwrap_or_else(|| JobReport { job: job.name.clone(), ..JobReport::default() })
                })
                .collect();
            let (time, language) = (self.world.now(), self.options.language);
            let run = &self.options.id;
            self.paper(path, &report::html(&Report { time, run, jobs: &jobs }, language));
        }
    }

    /// What was read; an event if it could not be: a ledger that cannot be read must not hide the other jobs.
    fn readable<T>(&mut self, read: Result<T, LedgerError>) -> Option<T> {
        read.map_err(|error| self.incomplete(&error)).ok()
    }

    fn paper(&mut self, path: &Path, text: &str) {
        if let Err(error) = place(path, text.as_bytes()) {
            self.incomplete(&error);
        }
    }

    fn incomplete(&mut self, error: &dyn Describe) {
        self.ending.marred = true;
        let message = error.describe(self.options.language);
        (self.tell)(None, &Event::Fault { code: error.code(), message: &message });
    }

    fn metrics_of(&self, job: &Job) -> Result<JobMetrics, LedgerError> {
        let name = job.name.clone();
        let Some(ledger) = Ledger::open_reader(&job.store)? else {
            return Ok(JobMetrics { job: name, ..JobMetrics::default() });
        };
        let state = ledger.job(&job.name)?;
        Ok(JobMetrics {
            last: ledger.history(&job.name, 1)?.pop(),
            totals: ledger.totals(&job.name)?,
            standing: ledger.standing(&job.name)?,
            next: plan::next_due(job, &state, self.world.now()),
            job: name,
            state,
        })
    }

    fn report_of(&self, job: &Job) -> Result<JobReport, LedgerError> {
        let name = job.name.clone();
        let Some(ledger) = Ledger::open_reader(&job.store)? else {
            return Ok(JobReport { job: name, ..JobReport::default() });
        };
        let state = ledger.job(&job.name)?;
        let (history, runs) = ledger.overview(&job.name, HISTORY)?;
        let store = Store::open(&job.store).ok();
        // The ledger remembers sources that the configuration has no longer.
        let is_read = |place: &str| job.sources.iter().any(|source| source.kind.place() == place);
        let mut failing_sources = ledger.failing_sources(&job.name, TROUBLES)?;
        failing_sources.retain(|source| is_read(&source.url));
        let mut found = Vec::new();
        for kind in NoticeKind::ALL {
            let Some(last) = history.last() else { break };
            let (all, notices) = ledger.noticed(last.number, &job.name, kind, LISTED)?;
            let pages = notices
                .into_iter()
                .enumerate()
                .filter_map(|(index, notice)| Some(self.page(store.as_ref()?, notice, index)));
            found.push((kind, Found { pages: pages.collect(), all }));
        }
        Ok(JobReport {
            job: name,
            totals: ledger.totals(&job.name)?,
            standing: ledger.standing(&job.name)?,
            failures: state.failures,
            next: plan::next_due(job, &state, self.world.now()),
            history,
            runs,
            troubles: Troubles {
                sources: failing_sources,
                failing: titled(store.as_ref(), ledger.failing(&job.name, TROUBLES)?),
                gone: titled(store.as_ref(), ledger.gone(&job.name, TROUBLES)?),
            },
            found,
        })
    }
}

/// Pages that no list gives a title, with that of what is archived of them.
fn titled(store: Option<&Store>, mut pages: Vec<Trouble>) -> Vec<Trouble> {
    for page in &mut pages {
        if let (None, Some(store)) = (&page.title, store) {
            page.title = archived_title(store, &page.url, None);
        }
    }
    pages
}

//! Ends jobs that cannot go on: whoever should know is told, with as much help of the ledger as there still is.

use super::job::Progress;
use super::{Engine, JobEnding, RunError};
use crate::archive::store::Store;
use crate::jobs::{Job, Occasion};
use crate::message::Describe;
use crate::runs::ledger::{Counts, Ledger, LedgerError, Notice, NoticeKind, RunOutcome};
use crate::runs::log::Event;
use crate::runs::notify::{Message, Page, message};
use crate::runs::plan::Why;

impl Engine<'_> {
    /// The jobs of a store could not run, or not to their end. One that is held by another process is at work there, and
    /// nobody need know.
    pub(super) fn fault(&mut self, jobs: &[(&Job, Why)], error: &RunError) {
        let (code, message) = (error.code(), error.describe(self.options.language));
        (self.tell)(None, &Event::Fault { code, message: &message });
        if error.is_locked() {
            self.ending.locked = true;
            return;
        }
        self.ending.broken = true;
        self.watch();
        for (job, _) in jobs {
            if self.ending.jobs.iter().any(|ended| ended.job == job.name) {
                continue;
            }
            let ending = failed(job, error, Counts::default());
            let progress = Progress { start: self.world.stopwatch(), ..Progress::default() };
            self.say_ended(&ending, &progress);
            self.tell_directly(job, &ending.counts, error);
            self.finish(job, ending);
        }
    }

    /// `job`, which was under way, cannot go on. What was told of it before is counted.
    pub(super) fn break_off(
        &mut self,
        job: &Job,
        store: &Store,
        ledger: &mut Ledger,
        progress: &Progress,
        error: &RunError,
    ) {
        let mut ending = failed(job, error, *progress.counts.borrow());
        // A ledger that can no longer be written can often still be read.
        ending.counts.left = ledger.count_due(&job.name, self.world.now()).unwrap_or(0);
        let put_down = self.put_failure_down(job, ledger, progress, error, ending.counts.left);
        self.say_ended(&ending, progress);
        // With the ledger it is told once, without it in every run.
        if put_down
            .map_err(RunError::from)
            .and_then(|()| self.tell_all(job, store, ledger, &ending.counts))
            .is_err()
        {
            self.tell_directly(job, &ending.counts, error);
        }
        self.finish(job, ending);
    }

    fn put_failure_down(
        &self,
        job: &Job,
        ledger: &mut Ledger,
        progress: &Progress,
        error: &RunError,
        left: u64,
    ) -> Result<(), LedgerError> {
        let now = self.world.now();
        let (run, failures) = match progress.run.get() {
            Some(run) => run,
            None => (ledger.begin(&job.name, &self.options.id, now, true)?.0, 0),
        };
        if failures == 0 {
            ledger.notice(run, &job.name, &self.failure(job, error))?;
        }
        ledger.break_off(&job.name, run, now, error.code(), left)
    }

    /// Sends the news that `job` failed without asking the ledger whether somebody knows.
    fn tell_directly(&mut self, job: &Job, counts: &Counts, error: &RunError) {
        let occasion = Occasion::FirstFailure;
        if !job.notifications.on.contains(&occasion) || self.world.clock.stopped() {
            return;
        }
        let pages = [Page { notice: self.failure(job, error), difference: None }];
        let (time, run) = (self.world.now(), self.options.id.as_str());
        let told = Message {
            occasion,
            job: &job.name,
            run,
            time,
            counts: *counts,
            pages: &pages,
            all: 1,
            lists: &[],
        };
        let body = message(&told, self.options.language).to_string();
        self.send(job, occasion, &body);
    }

    fn failure(&self, job: &Job, error: &RunError) -> Notice {
        Notice {
            kind: NoticeKind::JobFailure,
            url: job.sources.first().map_or_else(String::new, |source| source.kind.place()),
            title: Some(job.name.clone()),
            code: Some(error.code().to_owned()),
            message: Some(error.describe(self.options.language)),
            old: None,
            new: None,
        }
    }
}

fn failed(job: &Job, error: &RunError, counts: Counts) -> JobEnding {
    let (job, code) = (job.name.clone(), Some(error.code().to_owned()));
    JobEnding { job, outcome: RunOutcome::Failed, code, counts }
}

//! What the ledgers remember of jobs, as the outlook on jobs asks for it.

use std::cell::RefCell;

use jiff::Timestamp;

use super::ledger::{Ledger, LedgerError, RunOutcome};
use crate::archive::store::Store;
use crate::jobs::{History, Job, LastRun};

/// The ledgers of the stores of jobs.
#[derive(Debug, Default)]
pub struct Remembered {
    fault: RefCell<Option<LedgerError>>,
}

impl Remembered {
    /// Why a ledger could not be read, if one could not: its jobs then look as if they had never run.
    #[must_use]
    pub fn fault(&self) -> Option<LedgerError> {
        self.fault.borrow().clone()
    }

    fn read(job: &Job) -> Result<Option<LastRun>, LedgerError> {
        let Some(ledger) = Ledger::open_reader(&job.store)? else { return Ok(None) };
        let Some(run) = ledger.history(&job.name, 1)?.pop() else { return Ok(None) };
        let state = ledger.job(&job.name)?;
        let running = under_way(job, &ledger)?.is_some();
        let outcome = match run.outcome {
            _ if running => "running",
            Some(outcome) => outcome.name(),
            // Killed.
            None => RunOutcome::Interrupted.name(),
        };
        // What an interrupted run began, and the one that went on with it ended, counts from its beginning.
        let began = state.hand.or(state.last).unwrap_or(run.begun);
        let (outcome, failures, unfinished) = (outcome.to_owned(), state.failures, state.hand.is_some());
        Ok(Some(LastRun { began, outcome, failures, unfinished, running }))
    }
}

/// When the run of `job` began that is going on at this moment, in another process, if one is.
pub(super) fn under_way(job: &Job, ledger: &Ledger) -> Result<Option<Timestamp>, LedgerError> {
    if !Store::is_held(&job.store) {
        return Ok(None);
    }
    Ok(ledger.under_way()?.filter(|(name, _)| *name == job.name).map(|(_, begun)| begun))
}

impl History for Remembered {
    fn last_run(&self, job: &Job) -> Option<LastRun> {
        Self::read(job).unwrap_or_else(|error| {
            self.fault.borrow_mut().get_or_insert(error);
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::Timestamp;

    use super::Remembered;
    use crate::jobs::{Configuration, History, LastRun};
    use crate::runs::ledger::{FILE, Ledger, RunOutcome};

    #[test]
    fn the_last_run_is_that_of_the_ledger() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "[[job]]\nname = \"a\"\nevery = \"1h\"\nstore = \".\"\nsources = [{ url = \"http://a.example/\" }]\n";
        let configuration = Configuration::parse(text, folder.path()).expect("a configuration");
        let job = &configuration.jobs[0];
        let remembered = Remembered::default();
        assert_eq!(remembered.last_run(job), None);
        let mut ledger = Ledger::open(folder.path()).expect("a ledger");
        let (run, _) = ledger.begin("a", "id", Timestamp::UNIX_EPOCH, true).expect("a run");
        let outcome = || remembered.last_run(job).map(|last| last.outcome);
        assert_eq!(outcome().as_deref(), Some("interrupted"), "killed");
        let lock = std::fs::File::create(folder.path().join("lock")).expect("a lock");
        lock.lock().expect("locked");
        let running = remembered.last_run(job).expect("a run");
        assert!(running.running && running.outcome == "running", "{running:?}");
        drop(lock);
        assert_eq!(remembered.last_run(job).map(|last| (last.running, last.unfinished)), Some((false, true)));
        let epoch = Timestamp::UNIX_EPOCH;
        ledger.end("a", run, epoch, RunOutcome::Interrupted, None, 1, 0).expect("ended");
        assert_eq!(outcome().as_deref(), Some("interrupted"));
        ledger
            .end("a", run, Timestamp::UNIX_EPOCH, RunOutcome::Failed, Some("connect"), 0, 0)
            .expect("ended");
        drop(ledger);
        let last = LastRun {
            began: Timestamp::UNIX_EPOCH,
            outcome: "failed".to_owned(),
            failures: 1,
            unfinished: false,
            running: false,
        };
        assert_eq!(remembered.last_run(job), Some(last));
        assert_eq!(remembered.fault(), None);
        std::fs::write(Path::new(folder.path()).join(FILE), "no database at all").expect("damaged");
        assert_eq!(remembered.last_run(job), None);
        assert!(remembered.fault().is_some());
    }
}

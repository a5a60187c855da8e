//! What the ledgers remember of jobs, as the outlook on jobs asks for it.

use std::cell::RefCell;

use super::ledger::{Ledger, LedgerError, RunOutcome};
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
        let state = ledger.job(&job.name)?;
        let (began, outcome, unfinished) = match (state.hand, state.last, state.outcome) {
            // The run in hand is the last one, if it was told to end, or if there is no other.
            (Some(hand), _, Some(RunOutcome::Interrupted)) | (Some(hand), None, _) => {
                (hand, RunOutcome::Interrupted.name(), true)
            }
            // It may be going on: until it ends, how the one before ended is what is known.
            (hand, Some(last), outcome) => (last, outcome.map_or("", RunOutcome::name), hand.is_some()),
            (None, None, _) => return Ok(None),
        };
        Ok(Some(LastRun { began, outcome: outcome.to_owned(), failures: state.failures, unfinished }))
    }
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
        assert_eq!(outcome().as_deref(), Some("interrupted"), "killed, or going on");
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
        };
        assert_eq!(remembered.last_run(job), Some(last));
        assert_eq!(remembered.fault(), None);
        std::fs::write(Path::new(folder.path()).join(FILE), "no database at all").expect("damaged");
        assert_eq!(remembered.last_run(job), None);
        assert!(remembered.fault().is_some());
    }
}

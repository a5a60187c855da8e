//! Whose turn it is: which jobs run now, and in which order.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::RunError;
use crate::jobs::{Configuration, Job};
use crate::runs::ledger::{JobState, Ledger, LedgerError};
use crate::runs::plan::{self, Why};

/// Whether a job runs now, and what that rests on.
#[derive(Clone, Debug)]
pub(in crate::runs) struct Decision<'a> {
    pub(in crate::runs) job: &'a Job,
    pub(in crate::runs) why: Why,
    pub(in crate::runs) state: JobState,
    /// Why the ledger of its store cannot be read, if it cannot.
    pub(in crate::runs) unreadable: Option<RunError>,
}

/// How `job` stands in the ledger of its store; as if it had never run, where that is damaged: a run begins a new one.
fn state(job: &Job) -> Result<JobState, RunError> {
    let read = || -> Result<JobState, LedgerError> {
        Ledger::open_reader(&job.store)?
            .map_or_else(|| Ok(JobState::default()), |ledger| ledger.job(&job.name))
    };
    match read() {
        Err(LedgerError::Damaged { .. }) => Ok(JobState::default()),
        state => Ok(state?),
    }
}

/// Why each job of `configuration` runs now or does not, in the order of the configuration. One whose ledger cannot be read
/// runs if it is enabled: to run it is to tell so.
///
/// # Errors
/// If a job that is asked for does not exist.
pub(in crate::runs) fn decisions<'a>(
    configuration: &'a Configuration,
    only: &[String],
    now: Timestamp,
) -> Result<Vec<Decision<'a>>, RunError> {
    if let Some(name) = only.iter().find(|name| configuration.job(name).is_none()) {
        let known: Vec<&str> = configuration.jobs.iter().map(|job| job.name.as_str()).collect();
        return Err(RunError::UnknownJob { name: name.clone(), known: known.join(", ") });
    }
    let decide = |job: &'a Job| {
        let (state, unreadable) = match state(job) {
            Ok(state) => (state, None),
            Err(error) => (JobState::default(), Some(error)),
        };
        let asked = only.contains(&job.name);
        let why = match only {
            [] => plan::why(job, &state, false, now),
            _ if asked => Why::Asked,
            _ if unreadable.is_some() => Why::NotDue(None),
            _ => Why::NotDue(plan::next_due(job, &state, now)),
        };
        let unreadable = unreadable.filter(|_| why.runs());
        Decision { job, why, state, unreadable }
    };
    Ok(configuration.jobs.iter().map(decide).collect())
}

/// Those that run now, in the order of their turns: the one whose last run began first, whether that came to its end or
/// not, before the others; one that never ran before all; else in the order of the file. A run that a limit ends then does
/// not begin with the same job again and again.
pub(in crate::runs) fn turns<'d, 'a>(decisions: &'d [Decision<'a>]) -> VecDeque<&'d Decision<'a>> {
    let mut turns: Vec<&Decision<'a>> = decisions.iter().filter(|decision| decision.why.runs()).collect();
    turns.sort_by_key(|decision| decision.state.begun);
    turns.into()
}

/// When the next job of `configuration` is due, as seen at `now`; none for never. One whose ledger cannot be read is due: to
/// run it is to tell so.
#[must_use]
pub fn next(configuration: &Configuration, now: Timestamp) -> Option<Timestamp> {
    let due = |job: &Job| match state(job) {
        Ok(state) => plan::next_due(job, &state, now),
        Err(_) => Some(now).filter(|_| job.enabled),
    };
    configuration.jobs.iter().filter_map(due).min()
}

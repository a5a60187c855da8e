//! Decides which jobs run now, and says why. Pure: configuration, ledger and time in, decision out.

use jiff::Timestamp;

use super::ledger::JobState;
use crate::jobs::{Job, Zone};
use crate::message::Language;

/// Why a job runs now, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was asked for by name.
    Asked,
    /// A run that began then was interrupted, and is gone on with.
    Interrupted(Timestamp),
    /// It has never run.
    Never,
    /// It has been due since then.
    Due(Timestamp),
    /// It is not due before then; never, if that is none.
    NotDue(Option<Timestamp>),
    /// The configuration switches it off.
    Disabled,
}

impl Why {
    /// Whether the job runs.
    #[must_use]
    pub fn runs(self) -> bool {
        !matches!(self, Self::NotDue(_) | Self::Disabled)
    }

    /// The name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Interrupted(_) => "interrupted",
            Self::Never => "never-ran",
            Self::Due(_) => "due",
            Self::NotDue(_) => "not-due",
            Self::Disabled => "disabled",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self, zone: Zone, language: Language) -> String {
        match (self, language) {
            (Self::Asked, Language::English) => "asked for".to_owned(),
            (Self::Asked, Language::Chinese) => "指定运行".to_owned(),
            (Self::Interrupted(begun), Language::English) => {
                format!("goes on with the run of {}", zone.show(begun))
            }
            (Self::Interrupted(begun), Language::Chinese) => format!("继续 {} 中断的运行", zone.show(begun)),
            (Self::Never, Language::English) => "has never run".to_owned(),
            (Self::Never, Language::Chinese) => "尚未运行过".to_owned(),
            (Self::Due(since), Language::English) => format!("due since {}", zone.show(since)),
            (Self::Due(since), Language::Chinese) => format!("{} 已到期", zone.show(since)),
            (Self::NotDue(Some(next)), Language::English) => format!("not due before {}", zone.show(next)),
            (Self::NotDue(Some(next)), Language::Chinese) => format!("{} 才到期", zone.show(next)),
            (Self::NotDue(None), Language::English) => "never due".to_owned(),
            (Self::NotDue(None), Language::Chinese) => "不再到期".to_owned(),
            (Self::Disabled, Language::English) => "switched off".to_owned(),
            (Self::Disabled, Language::Chinese) => "已停用".to_owned(),
        }
    }
}

/// Whether `job`, which stands as `state` says, runs at `now`. `asked`: it was named by the user.
#[must_use]
pub fn why(job: &Job, state: &JobState, asked: bool, now: Timestamp) -> Why {
    if asked {
        return Why::Asked;
    }
    if !job.enabled {
        return Why::Disabled;
    }
    if let Some(begun) = state.hand {
        return Why::Interrupted(begun);
    }
    let Some(last) = state.last else { return Why::Never };
    match job.schedule.next_due(Some(last), now) {
        Some(due) if due <= now => Why::Due(due),
        next => Why::NotDue(next),
    }
}

/// When `job` is due next, as seen at `now`; `now` itself if it is due already. None if it never is.
#[must_use]
pub fn next_due(job: &Job, state: &JobState, now: Timestamp) -> Option<Timestamp> {
    match why(job, state, false, now) {
        Why::NotDue(next) => next,
        Why::Disabled => None,
        _ => Some(now),
    }
}

/// Whether a run of `job` at `now` goes on with the pages of an interrupted one that has read all lists: it reads none then.
#[must_use]
pub fn lists_are_read(job: &Job, state: &JobState, now: Timestamp) -> bool {
    state.discovered && state.hand.is_some_and(|hand| goes_on(job, hand, now))
}

/// Whether an interrupted run of `job` that began at `begun` is worth going on with as it is. If the job has become due
/// again in the meantime, what is listed is read anew.
#[must_use]
pub fn goes_on(job: &Job, begun: Timestamp, now: Timestamp) -> bool {
    !job.schedule.due(Some(begun), now)
}

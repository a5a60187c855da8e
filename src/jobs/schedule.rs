//! When a job is due.
//!
//! A schedule is an endless row of moments, the *slots*, the same whoever asks and whenever: for `every = "6h"` they lie
//! at 00:00, 06:00, 12:00 and 18:00 of local time, for a cron expression where it says. A job is due if a slot lies
//! after its last run and not after now. From this follows:
//!
//! - However many slots were missed, one run catches up with them all.
//! - A timer that is a little late or early from day to day does not let a job slip: slots do not move with the runs.
//! - A clock that is set back past the last run does not let a slot run twice.
//!
//! One case needs a rule of its own. If the last run lies in the future by two slots or more, the clock was wrong then or
//! is wrong now, and waiting could take years: the job is due at once, and all is as usual from there.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use super::cron::Cron;
use super::period::{in_chinese, in_words};
use super::zone::Zone;
use crate::message::Language;

/// Slots of `every` are counted from here: Monday, 1970-01-05 00:00 of local time. So `7d` is weekly on Mondays.
const MONDAY: i64 = 4 * 86_400;

/// The schedule of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    slots: Slots,
    zone: Zone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Slots {
    Cron(Cron),
    /// Seconds; at least a minute.
    Every(i64),
}

impl Schedule {
    /// The shortest period of `every`: a minute.
    pub const SHORTEST: Duration = Duration::from_secs(60);

    pub(super) fn cron(cron: Cron, zone: Zone) -> Self {
        Self { slots: Slots::Cron(cron), zone }
    }

    /// Slots at whole multiples of `period`, counted from a Monday at midnight of `zone`. `None` if `period` is shorter
    /// than [`Schedule::SHORTEST`]. Fractions of a second are dropped.
    #[must_use]
    pub fn every(period: Duration, zone: Zone) -> Option<Self> {
        let seconds = i64::try_from(period.as_secs()).ok()?;
        (period >= Self::SHORTEST).then_some(Self { slots: Slots::Every(seconds), zone })
    }

    /// The first slot after `time`, never `time` itself. `None` only at the end of representable time.
    #[must_use]
    pub fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        let offset = i64::from(self.zone.offset_seconds());
        // Rounds down: the slot at the beginning of this second has passed or is now.
        let local = time.as_second() - i64::from(time.subsec_nanosecond() < 0) + offset;
        let next = match &self.slots {
            Slots::Cron(cron) => cron.next_after(local)?,
            Slots::Every(seconds) => {
                let passed = (local - MONDAY).div_euclid(*seconds);
                (passed + 1).checked_mul(*seconds)?.checked_add(MONDAY)?
            }
        };
        Timestamp::from_second(next - offset).ok()
    }

    /// From when on a job is due whose last run began at `last`; `now` or before it if it is due already. A job that
    /// never ran is due at once. `None` only at the end of representable time.
    #[must_use]
    pub fn next_due(&self, last: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let Some(last) = last else { return Some(now) };
        if last > now {
            let second = self.next_after(now).and_then(|first| self.next_after(first));
            if second.is_some_and(|second| last >= second) {
                return Some(now);
            }
        }
        self.next_after(last)
    }

    /// Whether a job is due now whose last run began at `last`.
    #[must_use]
    pub fn due(&self, last: Option<Timestamp>, now: Timestamp) -> bool {
        self.next_due(last, now).is_some_and(|due| due <= now)
    }

    /// For people: `0 3 * * *`, or `every 6h`, in Chinese `每 6 小时`.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match (&self.slots, language) {
            (Slots::Every(seconds), Language::Chinese) => {
                format!("每 {}", in_chinese(Duration::from_secs(seconds.unsigned_abs())))
            }
            _ => self.to_string(),
        }
    }

    /// The time zone that it is meant in.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }
}

/// As it stands in the file: `0 3 * * *`, or `every 6h`.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.slots {
            Slots::Cron(cron) => cron.fmt(f),
            Slots::Every(seconds) => {
                write!(f, "every {}", in_words(Duration::from_secs(seconds.unsigned_abs())))
            }
        }
    }
}

#[cfg(test)]
mod tests;

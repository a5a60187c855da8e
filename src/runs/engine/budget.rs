//! How much a run may still do.

use std::time::Duration;

/// What is left of the limits of an invocation and of the job in hand. Times are of a stopwatch, not of the clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Budget {
    /// Pages of the invocation.
    pub(super) pages: Option<u64>,
    /// When the invocation is to begin nothing more.
    pub(super) until: Option<Duration>,
    /// Pages of the job.
    pub(super) job_pages: Option<u64>,
    /// When the job is to begin nothing more.
    pub(super) job_until: Option<Duration>,
}

impl Budget {
    /// A job begins at `now`, with limits of its own.
    pub(super) fn begin_job(&mut self, now: Duration, pages: Option<u64>, most: Option<Duration>) {
        self.job_pages = pages;
        self.job_until = most.map(|most| now.saturating_add(most));
    }

    /// A page was looked at.
    pub(super) fn spend(&mut self) {
        for pages in [&mut self.pages, &mut self.job_pages].into_iter().flatten() {
            *pages = pages.saturating_sub(1);
        }
    }

    /// How many pages may still be begun at `now`.
    pub(super) fn room(&self, now: Duration) -> u64 {
        let late = |until: Option<Duration>| until.is_some_and(|until| now >= until);
        if late(self.until) || late(self.job_until) {
            return 0;
        }
        self.pages.unwrap_or(u64::MAX).min(self.job_pages.unwrap_or(u64::MAX))
    }

    /// When nothing more is to be begun; none for never.
    pub(super) fn end(&self) -> Option<Duration> {
        [self.until, self.job_until].into_iter().flatten().min()
    }

    /// Whether the invocation itself may do nothing more: the next one goes on.
    pub(super) fn is_spent(&self, now: Duration) -> bool {
        self.pages == Some(0) || self.until.is_some_and(|until| now >= until)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Budget;

    #[test]
    fn the_narrower_limit_holds() {
        let second = Duration::from_secs;
        let mut budget = Budget { pages: Some(3), until: Some(second(100)), ..Budget::default() };
        budget.begin_job(second(10), Some(2), Some(second(5)));
        assert_eq!((budget.room(second(10)), budget.end()), (2, Some(second(15))));
        budget.spend();
        assert_eq!((budget.room(second(14)), budget.room(second(15))), (1, 0));
        assert!(!budget.is_spent(second(15)) && budget.is_spent(second(100)));
        budget.spend();
        budget.begin_job(second(20), None, None);
        assert_eq!(budget.room(second(20)), 1);
        budget.spend();
        assert!(budget.is_spent(second(20)));
    }
}

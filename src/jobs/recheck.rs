//! When a page that was seen before is due again.
//!
//! Young pages are corrected, old ones hardly ever. A page is looked at again when a tenth of its age has passed since
//! the last look, but not before the base interval (`recheck`) and at the latest after `recheck-at-most`. The tenth is the
//! fraction that RFC 9111, 4.2.2, names for heuristic freshness. A page's age counts from its last change as we saw it;
//! until one was seen, from the date that the list gave it, or else from when it was first seen.
//!
//! With the defaults (7 days, a year) a page is looked at weekly for its first ten weeks, monthly in the months after, about
//! 40 times in its first ten years; edited, it is young again.
//!
//! What failed is tried again after an hour, then two, four and so on up to the base interval where it may pass
//! (a timeout, a server that is busy), and after the base interval, then twice and four times that, where it will hardly
//! pass (gone, refused).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Of a page's age, so much is waited.
const FRACTION: i64 = 10;

/// The first wait after a failure that may pass.
const FIRST_RETRY: i64 = 3600;

/// How often pages are looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recheck {
    base: i64,
    at_most: i64,
}

/// What is known about a page from before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageHistory {
    /// When it was first seen, or seen changed for the last time.
    pub changed: Timestamp,
    /// When the list that it was found in says that it was published, if it was never seen changed.
    pub listed: Option<Timestamp>,
    /// When it was last looked at, whatever came of it.
    pub checked: Timestamp,
    /// How many looks in a row have failed, the last one included.
    pub failures: u32,
    /// Whether the last failure may pass by itself.
    pub transient: bool,
}

impl Recheck {
    /// The default for `recheck-at-most`: a year.
    pub const AT_MOST: Duration = Duration::from_secs(365 * 86_400);

    /// Intervals from `base` to `at_most`, in whole seconds. `None` if `base` is shorter than a minute or longer than
    /// `at_most`.
    #[must_use]
    pub fn new(base: Duration, at_most: Duration) -> Option<Self> {
        let (base, at_most) = (i64::try_from(base.as_secs()).ok()?, i64::try_from(at_most.as_secs()).ok()?);
        (base >= 60 && base <= at_most).then_some(Self { base, at_most })
    }

    /// How long to wait between the last look and the next: never less than the base interval for a page that was
    /// read, never more than the longest interval.
    #[must_use]
    pub fn interval(&self, page: &PageHistory) -> SignedDuration {
        let doubled = |first: i64, times: u32| {
            first.saturating_mul(1i64.checked_shl(times.min(62)).unwrap_or(i64::MAX))
        };
        let seconds = if page.failures == 0 {
            let born = page.listed.map_or(page.changed, |listed| listed.min(page.changed));
            let age = page.checked.as_second().saturating_sub(born.as_second());
            (age / FRACTION).clamp(self.base, self.at_most)
        } else if page.transient {
            doubled(FIRST_RETRY, page.failures - 1).min(self.base)
        } else {
            doubled(self.base, page.failures - 1).min(self.at_most)
        };
        SignedDuration::from_secs(seconds)
    }

    /// From when on the page is due. `None` at the end of representable time.
    #[must_use]
    pub fn next_due(&self, page: &PageHistory) -> Option<Timestamp> {
        page.checked.checked_add(self.interval(page)).ok()
    }

    /// Whether the page is due now. A look that lies in the future by more than its interval was made by a wrong clock
    /// and does not count.
    #[must_use]
    pub fn due(&self, page: &PageHistory, now: Timestamp) -> bool {
        let interval = self.interval(page);
        let wrong_clock = page.checked.duration_since(now) > interval;
        wrong_clock || self.next_due(page).is_some_and(|due| due <= now)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::{any, prop_assert, proptest};

    use super::{PageHistory, Recheck};

    const DAY: i64 = 86_400;

    fn weekly() -> Recheck {
        Recheck::new(Duration::from_secs(7 * 86_400), Recheck::AT_MOST).expect("intervals")
    }

    fn day(number: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + number * DAY).expect("a moment")
    }

    fn page(changed: i64, checked: i64) -> PageHistory {
        PageHistory {
            changed: day(changed),
            listed: None,
            checked: day(checked),
            failures: 0,
            transient: false,
        }
    }

    #[test]
    fn young_pages_are_looked_at_weekly_and_old_ones_rarely() {
        let days = |changed, checked| weekly().interval(&page(changed, checked)).as_secs() / DAY;
        assert_eq!(days(0, 0), 7);
        assert_eq!(days(0, 70), 7);
        assert_eq!(days(0, 365), 36);
        assert_eq!(days(0, 30 * 365), 365);
        assert_eq!(days(360, 365), 7, "edited, it is young again");
    }

    #[test]
    fn a_page_that_was_old_when_first_seen_is_not_young() {
        let old = PageHistory { listed: Some(day(-3650)), ..page(0, 0) };
        assert_eq!(weekly().interval(&old), SignedDuration::from_hours(365 * 24));
        // A date in the future says nothing.
        let early = PageHistory { listed: Some(day(3650)), ..page(0, 0) };
        assert_eq!(weekly().interval(&early), SignedDuration::from_hours(7 * 24));
    }

    #[test]
    fn about_forty_looks_in_ten_years() {
        let (mut now, mut looks) = (0, 0);
        while now < 3650 {
            now += weekly().interval(&page(0, now)).as_secs() / DAY;
            looks += 1;
        }
        assert!((40..=52).contains(&looks), "{looks}");
    }

    #[test]
    fn what_may_pass_is_tried_again_soon_and_what_will_not_rarely() {
        let hours = |failures, transient| {
            weekly().interval(&PageHistory { failures, transient, ..page(0, 0) }).as_hours()
        };
        assert_eq!([1, 2, 3, 8, 9, 60].map(|failures| hours(failures, true)), [1, 2, 4, 128, 168, 168]);
        assert_eq!(
            [1, 2, 3, 7, 8, 60].map(|failures| hours(failures, false)),
            [168, 336, 672, 8760, 8760, 8760]
        );
    }

    #[test]
    fn nonsense_intervals_are_refused() {
        let new = |base, at_most| Recheck::new(Duration::from_secs(base), Duration::from_secs(at_most));
        assert!(new(59, 1_000).is_none() && new(1_000, 999).is_none() && new(60, 60).is_some());
    }

    proptest! {
        #[test]
        fn intervals_keep_their_bounds_and_grow_with_age(
            changed in -20_000i64..20_000, checked in -20_000i64..20_000, later in 0i64..10_000,
            failures in any::<u32>(), transient in any::<bool>(),
        ) {
            let interval = |checked| weekly().interval(&page(changed, checked)).as_secs();
            prop_assert!((7 * DAY..=365 * DAY).contains(&interval(checked)));
            prop_assert!(interval(checked) <= interval(checked + later));
            let failed = weekly().interval(&PageHistory { failures, transient, ..page(changed, checked) });
            prop_assert!((3600..=365 * DAY).contains(&failed.as_secs()));
        }

        #[test]
        fn a_page_is_due_exactly_once_its_interval_has_passed(changed in -9_000i64..0, checked in 0i64..9_000, gap in -900i64..900) {
            let page = page(changed, checked);
            let interval = weekly().interval(&page).as_secs();
            let now = Timestamp::from_second(page.checked.as_second() + gap * DAY).expect("a moment");
            prop_assert!(weekly().due(&page, now) == (gap * DAY >= interval || -gap * DAY > interval));
        }
    }
}

//! Turns how a source was filed into what it means for its page, and into when it is due again.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::archive::package::PackageMetadata;
use crate::archive::store::{Object, Store};
use crate::batch::filing::{Filed, FilingOutcome};
use crate::error::Error;
use crate::extract::ExtractError;
use crate::jobs::{PageHistory, Recheck};
use crate::message::{Describe, In, Language};
use crate::runs::ledger::{Item, PageOutcome};
use crate::runs::look::Look;

/// Name of the metadata among a version's files.
const METADATA: &str = "metadata.json";
/// Where a job looks at no page twice, one that failed is tried again as if this were its interval.
const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// What became of a source.
pub(super) enum Judgement {
    /// The page was looked at.
    Looked(Look),
    /// The run was told to end before it could be.
    Stopped,
    /// The store cannot be written: nothing can be filed any more.
    Broken(Error),
}

/// What `outcome` means for the page that was known as `before`.
pub(super) fn judge(
    outcome: &FilingOutcome,
    before: Option<&Item>,
    store: &Store,
    language: Language,
) -> Judgement {
    let error = match &outcome.result {
        Ok(Filed::Created) => return Judgement::Looked(Look::well(PageOutcome::Created, 1)),
        Ok(Filed::NewVersion(version)) => {
            return Judgement::Looked(Look::well(PageOutcome::Changed, *version));
        }
        Ok(Filed::Unchanged(version)) => {
            return Judgement::Looked(Look::well(PageOutcome::Unchanged, *version));
        }
        Err(error) => error,
    };
    if matches!(error, Error::Store(_)) {
        return Judgement::Broken(error.clone());
    }
    let code = error.code();
    if code == "stopped" {
        return Judgement::Stopped;
    }
    let message = In(language, error).to_string();
    let missing = code == "gone" || matches!(error, Error::Extract(ExtractError::NotFound));
    let archived = || {
        let known = before.and_then(|before| before.version);
        known.or_else(|| store.object(outcome.object.as_ref()?).ok()?.as_ref().map(Object::head))
    };
    if let (true, Some(version)) = (missing, archived()) {
        let look = Look::badly(PageOutcome::Gone, code, message, false);
        return Judgement::Looked(Look { version: Some(version), ..look });
    }
    let kind = if error.is_refusal() { PageOutcome::Refused } else { PageOutcome::Failed };
    Judgement::Looked(Look::badly(kind, code, message, error.is_transient()))
}

/// The same look, where a run of `job` was killed after it had filed a version and before it had put that down: the page
/// then shows as unchanged, and yet the job has changed the archive. The numbers of the versions tell; of a page that was
/// never looked at, only a version that the job filed after it had come upon the page is its own.
pub(super) fn by_version(look: Look, before: &Item, job: &str, object: Option<&Object>) -> Look {
    let (PageOutcome::Unchanged, Some(version)) = (look.outcome, look.version) else { return look };
    match before.version {
        Some(known) if known < version => Look::well(PageOutcome::Changed, version),
        Some(_) => look,
        None if !object.is_some_and(|object| is_of(object, version, before, job)) => look,
        None if version == 1 => Look::well(PageOutcome::Created, version),
        None => Look::well(PageOutcome::Changed, version),
    }
}

/// Whether `job` filed this version after it had come upon the page.
fn is_of(object: &Object, version: u32, before: &Item, job: &str) -> bool {
    let json = object.read(version, METADATA).ok();
    let metadata = json.and_then(|json| PackageMetadata::from_json(&json).ok());
    metadata.is_some_and(|metadata| {
        metadata.created >= before.first_seen && metadata.job.is_some_and(|of| of.name == job)
    })
}

/// When the page, which was known as `before` and is looked at `now` with this result, is due again. None for never.
pub(super) fn due_again(
    recheck: Option<&Recheck>,
    before: &Item,
    outcome: PageOutcome,
    transient: bool,
    failures: u64,
    now: Timestamp,
) -> Option<Timestamp> {
    let weekly = Recheck::new(WEEK, Recheck::AT_MOST);
    let recheck = match (recheck, outcome.is_bad()) {
        (None, true) => weekly.as_ref()?,
        (recheck, _) => recheck?,
    };
    let changed = if outcome == PageOutcome::Changed { Some(now) } else { before.changed };
    let listed = if changed.is_none() { before.listed.as_deref().and_then(date) } else { None };
    recheck.next_due(&PageHistory {
        changed: changed.unwrap_or(before.first_seen),
        listed,
        checked: now,
        failures: u32::try_from(failures).unwrap_or(u32::MAX),
        transient,
    })
}

/// When the page is due by another setting, as far as it has been looked at.
pub(super) fn due_by(recheck: Option<&Recheck>, item: &Item) -> Option<Timestamp> {
    let (checked, outcome) = (item.checked?, item.outcome?);
    due_again(recheck, item, outcome, item.transient, item.failures, checked)
}

/// The beginning of the day that a list names, in China.
fn date(text: &str) -> Option<Timestamp> {
    let date: Date = text.parse().ok()?;
    Offset::constant(8).to_timestamp(date.at(0, 0, 0, 0)).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{due_again, due_by};
    use crate::jobs::Recheck;
    use crate::runs::ledger::{Item, PageOutcome};

    const DAY: i64 = 86_400;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_500_000 + second).expect("a time")
    }

    fn item(listed: Option<&str>) -> Item {
        Item {
            first_seen: at(0),
            last_seen: at(0),
            checked: Some(at(0)),
            changed: None,
            outcome: Some(PageOutcome::Created),
            listed: listed.map(str::to_owned),
            failures: 0,
            transient: false,
            version: Some(1),
        }
    }

    fn days(
        recheck: Option<&Recheck>,
        before: &Item,
        outcome: PageOutcome,
        transient: bool,
        failures: u64,
    ) -> Option<i64> {
        let due = due_again(recheck, before, outcome, transient, failures, at(0))?;
        Some((due.as_second() - at(0).as_second()) / DAY)
    }

    #[test]
    fn old_pages_wait_longer_and_what_failed_is_tried_again() {
        let weekly = Recheck::new(Duration::from_secs(7 * 86_400), Recheck::AT_MOST);
        let weekly = weekly.as_ref();
        assert_eq!(days(weekly, &item(None), PageOutcome::Created, false, 0), Some(7));
        assert_eq!(days(weekly, &item(Some("2016-11-24")), PageOutcome::Created, false, 0), Some(365));
        let edited = days(weekly, &item(Some("2016-11-24")), PageOutcome::Changed, false, 0);
        assert_eq!(edited, Some(7), "edited, it is young again");
        assert_eq!(days(weekly, &item(None), PageOutcome::Gone, false, 0), Some(7));
        assert_eq!(days(None, &item(None), PageOutcome::Unchanged, false, 0), None);
        assert_eq!(days(None, &item(None), PageOutcome::Gone, false, 0), None);
        assert_eq!(days(None, &item(None), PageOutcome::Failed, true, 1), Some(0));
        assert_eq!(days(None, &item(None), PageOutcome::Refused, false, 2), Some(14));
        assert_eq!(due_by(weekly, &item(None)), Some(at(7 * DAY)));
        assert_eq!(due_by(weekly, &Item { checked: None, ..item(None) }), None);
    }
}

//! Turns what became of a page, and what was known of it, into what is worth telling.

use crate::diagnostic::{Diagnostics, Severity};
use crate::message::{Describe, Language};
use crate::runs::ledger::{Item, Notice, NoticeKind, PageOutcome};

/// What became of a page that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// In one word.
    pub outcome: PageOutcome,
    /// Why it failed, as a code.
    pub code: Option<String>,
    /// Why, in words.
    pub message: Option<String>,
    /// The version of the archive that it is, or says the same as.
    pub version: Option<u32>,
    /// Whether it may be had a little later: the connection failed, the site is overloaded.
    pub transient: bool,
    /// What was noticed on the way: a picture is missing, an encoding was guessed.
    pub remarks: Vec<Remark>,
}

/// Something that was noticed about a page that did not keep it from being filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// As a code.
    pub code: &'static str,
    /// In words; none for what is only for the record.
    pub warning: Option<String>,
}

impl Look {
    /// A page that could be had and is this version.
    #[must_use]
    pub fn well(outcome: PageOutcome, version: u32) -> Self {
        Self {
            outcome,
            code: None,
            message: None,
            version: Some(version),
            transient: false,
            remarks: Vec::new(),
        }
    }

    /// A page that could not be had, or is no document.
    #[must_use]
    pub fn badly(outcome: PageOutcome, code: &str, message: String, transient: bool) -> Self {
        let (code, message) = (Some(code.to_owned()), Some(message));
        Self { outcome, code, message, version: None, transient, remarks: Vec::new() }
    }

    /// The same, with what was noticed on the way.
    #[must_use]
    pub fn remarking(self, diagnostics: &Diagnostics, language: Language) -> Self {
        let remarks = diagnostics.iter().map(|diagnostic| Remark {
            code: diagnostic.code(),
            warning: (diagnostic.severity() == Severity::Warning).then(|| diagnostic.describe(language)),
        });
        Self { remarks: remarks.collect(), ..self }
    }

    /// What is missing or doubtful, in words.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.remarks.iter().filter_map(|remark| remark.warning.as_deref())
    }
}

/// What is worth telling of the page `url`: what is new, and nothing twice. `before` is what was known of it; none for what
/// has no past, as a file that was dropped into a folder.
///
/// A version that an interrupted run has filed and not put down shows as unchanged by now: the number tells.
#[must_use]
pub fn notices(url: &str, title: Option<&str>, before: Option<&Item>, look: &Look) -> Vec<Notice> {
    let notice = |kind| Notice {
        kind,
        url: url.to_owned(),
        title: title.map(str::to_owned),
        code: look.code.clone(),
        message: look.message.clone(),
        old: before.and_then(|before| before.version),
        new: look.version,
    };
    let failed_before = before.is_some_and(|before| before.failures > 0);
    let known = before.and_then(|before| before.version);
    let mut notices = Vec::new();
    match look.outcome {
        PageOutcome::Refused | PageOutcome::Failed => {
            if !failed_before {
                notices.push(notice(NoticeKind::Failure));
            }
            return notices;
        }
        PageOutcome::Gone => {
            if before.and_then(|before| before.outcome) != Some(PageOutcome::Gone) {
                notices.push(notice(NoticeKind::Gone));
            }
            return notices;
        }
        PageOutcome::Created => notices.push(notice(NoticeKind::Created)),
        PageOutcome::Changed | PageOutcome::Unchanged => {
            if known.is_some() && known < look.version {
                notices.push(notice(NoticeKind::Change));
            } else if look.outcome == PageOutcome::Changed {
                // Archived by somebody else before the job first saw it.
                let before = look.version.and_then(|version| version.checked_sub(1));
                notices.push(Notice { old: before, ..notice(NoticeKind::Change) });
            }
        }
    }
    if failed_before || before.and_then(|before| before.outcome) == Some(PageOutcome::Gone) {
        notices.push(notice(NoticeKind::Recovery));
    }
    notices
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Look, notices};
    use crate::runs::ledger::{Item, NoticeKind, PageOutcome};

    fn item(outcome: Option<PageOutcome>, failures: u64, version: Option<u32>) -> Item {
        let now = Timestamp::UNIX_EPOCH;
        Item {
            first_seen: now,
            last_seen: now,
            checked: None,
            changed: None,
            outcome,
            listed: None,
            failures,
            transient: false,
            version,
        }
    }

    fn kinds(before: &Item, look: &Look) -> Vec<(NoticeKind, Option<u32>, Option<u32>)> {
        let told = notices("http://a/", None, Some(before), look);
        told.into_iter().map(|notice| (notice.kind, notice.old, notice.new)).collect()
    }

    #[test]
    fn only_the_first_failure_and_the_recovery_are_told() {
        let failed = Look::badly(PageOutcome::Failed, "timeout", "too slow".to_owned(), true);
        let well = Look::well(PageOutcome::Unchanged, 1);
        let fresh = item(None, 0, Some(1));
        assert_eq!(kinds(&fresh, &failed), [(NoticeKind::Failure, Some(1), None)]);
        let failing = item(Some(PageOutcome::Failed), 1, Some(1));
        assert_eq!(kinds(&failing, &failed), []);
        assert_eq!(kinds(&failing, &well), [(NoticeKind::Recovery, Some(1), Some(1))]);
        assert_eq!(kinds(&fresh, &well), []);
    }

    #[test]
    fn a_change_is_told_also_when_its_run_was_killed() {
        let known = item(Some(PageOutcome::Unchanged), 0, Some(1));
        let change = [(NoticeKind::Change, Some(1), Some(2))];
        assert_eq!(kinds(&known, &Look::well(PageOutcome::Changed, 2)), change);
        assert_eq!(kinds(&known, &Look::well(PageOutcome::Unchanged, 2)), change);
        let unknown = item(None, 0, None);
        assert_eq!(
            kinds(&unknown, &Look::well(PageOutcome::Changed, 5)),
            [(NoticeKind::Change, Some(4), Some(5))]
        );
        assert_eq!(kinds(&unknown, &Look::well(PageOutcome::Unchanged, 5)), []);
    }

    #[test]
    fn what_is_gone_is_told_once_and_when_it_is_back() {
        let known = item(Some(PageOutcome::Unchanged), 0, Some(3));
        let gone =
            Look { version: Some(3), ..Look::badly(PageOutcome::Gone, "status-404", String::new(), false) };
        assert_eq!(kinds(&known, &gone), [(NoticeKind::Gone, Some(3), Some(3))]);
        let missing = item(Some(PageOutcome::Gone), 0, Some(3));
        assert_eq!(kinds(&missing, &gone), []);
        assert_eq!(
            kinds(&missing, &Look::well(PageOutcome::Unchanged, 3)),
            [(NoticeKind::Recovery, Some(3), Some(3))]
        );
    }
}

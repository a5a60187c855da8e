//! Brings what the ledger says is due up to what the jobs file says now: how often pages are looked at again, and which of
//! them are still asked for.

use jiff::Timestamp;
use url::Url;

use super::judging;
use crate::archive::store::ObjectId;
use crate::discovery::{Choice, LinkRules};
use crate::jobs::{Job, JobSource, SourceKind};
use crate::runs::ledger::{Item, Ledger, LedgerError};

/// Works out anew when each page of `job` is due, if that was worked out by other settings, or by a clock that was wrong.
/// What a run begins with, a preview does on a copy.
///
/// # Errors
/// If the ledger cannot be read or written.
pub(in crate::runs) fn bring_up(job: &Job, ledger: &mut Ledger, now: Timestamp) -> Result<(), LedgerError> {
    ledger.repair(&job.name, now)?;
    let setting = setting(job);
    if setting == ledger.job(&job.name)?.recheck {
        return Ok(());
    }
    ledger.reschedule(&job.name, &setting, |url, parent, item| due(job, url, parent, item))
}

/// What decides when a page is due, and whether it is.
fn setting(job: &Job) -> String {
    let mut setting = format!("{:?}", job.recheck);
    for source in job.sources.iter().filter(|source| source.rules != LinkRules::default()) {
        setting += &format!(" {} {:?}", source.kind.place(), source.rules);
    }
    setting
}

/// When the page `url`, found in the list `parent`, is due. None for never: the rules exclude it, or it is looked at once.
fn due(job: &Job, url: &str, parent: Option<&str>, item: &Item) -> Option<Timestamp> {
    if is_excluded(job, url, parent) {
        return None;
    }
    match item.checked {
        Some(_) => judging::due_by(job.recheck.as_ref(), item),
        None => Some(item.first_seen),
    }
}

/// Whether the rules of the source that `url` was found by exclude it now, or no longer name it. Which source that was
/// is told by the list: its own address, else the source in whose folder it lies.
fn is_excluded(job: &Job, address: &str, parent: Option<&str>) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let names = |source: &JobSource| match &source.kind {
        SourceKind::Page { url } => ObjectId::of_url(url).is_some_and(|id| id.as_str() == address),
        _ => false,
    };
    if job.sources.iter().any(names) {
        return false;
    }
    let near = |source: &JobSource| match (&source.kind, parent) {
        (SourceKind::Addresses { .. }, None) => Some(0),
        (
            SourceKind::Column { url, .. } | SourceKind::Feed { url } | SourceKind::Sitemap { url },
            Some(parent),
        ) => Some(nearness(url.as_str(), parent)),
        _ => None,
    };
    let nearest = job.sources.iter().filter_map(near).max();
    let list = parent.and_then(|parent| Url::parse(parent).ok());
    let excludes = |source: &JobSource| source.rules.choose(&url, list.as_ref()) == Choice::Excluded;
    let mut found_by = job.sources.iter().filter(|source| nearest.is_some() && near(source) == nearest);
    nearest.is_some() && found_by.all(excludes)
}

/// How much speaks for it that the list `parent` is one of the source at `first`.
fn nearness(first: &str, parent: &str) -> usize {
    let folder = first.rfind('/').map_or("", |end| &first[..=end]);
    match parent {
        parent if parent == first => usize::MAX,
        parent if parent.starts_with(folder) => folder.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::is_excluded;
    use crate::jobs::Configuration;

    #[test]
    fn a_page_is_judged_by_the_rules_of_the_source_that_found_it() {
        let text = "[[job]]\nname = \"a\"\nevery = \"1h\"\nsources = [\n\
             { column = \"http://a.example/tz/\", rules = { exclude = [\"*/old/*\"] } },\n\
             { column = \"http://a.example/gb/\", rules = { include = [\"*/gb/*\"] } },\n\
             { url = \"http://a.example/tz/old/named.html\" },\n\
             { urls = \"urls.txt\" },\n]\n";
        let configuration = Configuration::parse(text, Path::new("")).expect("a configuration");
        let excluded = |page: &str, parent: Option<&str>| {
            let parent = parent.map(|parent| format!("http://a.example{parent}"));
            is_excluded(&configuration.jobs[0], &format!("http://a.example{page}"), parent.as_deref())
        };
        assert!(excluded("/tz/old/1.html", Some("/tz/")));
        assert!(excluded("/tz/old/1.html", Some("/tz/index_2.html")), "a later list of the column");
        assert!(!excluded("/tz/1.html", Some("/tz/")));
        assert!(excluded("/tz/1.html", Some("/gb/")), "no longer included");
        assert!(!excluded("/gb/1.html", Some("/gb/index_1.html")));
        assert!(!excluded("/tz/old/named.html", None), "named by itself");
        assert!(!excluded("/tz/old/1.html", None), "a line of the file of addresses");
    }
}

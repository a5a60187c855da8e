//! The part of the report about what cannot be had: sources, pages that fail, pages that are gone.

use super::reasons::reason;
use super::{Found, JobReport, address, escape, heading, link, moment, more, pick};
use crate::message::Language;
use crate::runs::ledger::{Notice, NoticeKind, Trouble};

/// What cannot be had, of a job.
#[derive(Clone, Debug, Default)]
pub struct Troubles {
    /// Sources that could not be read.
    pub sources: Vec<Trouble>,
    /// The first of the pages that fail.
    pub failing: Vec<Trouble>,
    /// The first of the pages that are gone.
    pub gone: Vec<Trouble>,
}

/// All about it.
pub(super) fn troubles(job: &JobReport, language: Language) -> String {
    sources(job, language) + &failing(job, language) + &gone(job, language)
}

/// What was noticed of `kind` in the last run.
fn noticed(job: &JobReport, kind: NoticeKind) -> Option<&Found> {
    job.found.iter().find(|(found, _)| *found == kind).map(|(_, found)| found)
}

/// The notice of the last run about `url`, which has the reason in whole words.
fn notice<'a>(job: &'a JobReport, kind: NoticeKind, url: &str) -> Option<&'a Notice> {
    noticed(job, kind)?.pages.iter().map(|page| &page.notice).find(|notice| notice.url == url)
}

fn sources(job: &JobReport, language: Language) -> String {
    let sources = &job.troubles.sources;
    let Some(first) =
        heading(language, ("Sources that cannot be read", "无法读取的来源"), sources.len() as u64)
    else {
        return String::new();
    };
    let items = sources.iter().map(|source| item(job, NoticeKind::Failure, source, language));
    first + "<ul class=\"pages\">\n" + &items.collect::<String>() + "</ul>\n"
}

fn failing(job: &JobReport, language: Language) -> String {
    let troubles = &job.troubles;
    let is_listed =
        |url: &str| troubles.failing.iter().chain(&troubles.sources).any(|trouble| trouble.url == url);
    // Files that were dropped into a folder have no standing, only the notice of the run.
    let dropped: Vec<Trouble> = noticed(job, NoticeKind::Failure)
        .into_iter()
        .flat_map(|found| &found.pages)
        .map(|page| &page.notice)
        .filter(|notice| !is_listed(&notice.url) && !notice.url.starts_with("http"))
        .map(|notice| Trouble {
            url: notice.url.clone(),
            title: notice.title.clone(),
            code: notice.code.clone(),
            ..Trouble::default()
        })
        .collect();
    let standing: u64 = job.standing.failing.iter().map(|(_, number)| *number).sum();
    let all = standing.max(troubles.failing.len() as u64) + dropped.len() as u64;
    let Some(first) = heading(language, ("Pages that fail", "失败的网页"), all) else {
        return String::new();
    };
    let listed: Vec<&Trouble> =
        dropped.iter().chain(&troubles.failing).take(super::MOST_NAMED as usize).collect();
    let items = listed.iter().map(|page| item(job, NoticeKind::Failure, page, language));
    let items: String = items.collect();
    first
        + &kinds(job, language)
        + "<ul class=\"pages\">\n"
        + &items
        + "</ul>\n"
        + &more(all, listed.len(), language)
}

fn gone(job: &JobReport, language: Language) -> String {
    let pages = &job.troubles.gone;
    let all =
        job.standing.outcomes.iter().find(|(outcome, _)| *outcome == crate::runs::ledger::PageOutcome::Gone);
    let all = all.map_or(0, |(_, number)| *number).max(pages.len() as u64);
    let name = ("Archived pages that are gone from their site", "网站已撤下的网页（归档版本仍在）");
    let Some(first) = heading(language, name, all) else { return String::new() };
    let items = pages.iter().map(|page| item(job, NoticeKind::Gone, page, language));
    first
        + "<ul class=\"pages\">\n"
        + &items.collect::<String>()
        + "</ul>\n"
        + &more(all, pages.len(), language)
}

/// One page or source: title, address, reason, how often in a row.
fn item(job: &JobReport, kind: NoticeKind, trouble: &Trouble, language: Language) -> String {
    let Trouble { url, title, code, failures, checked } = trouble;
    let name = title.as_deref().filter(|title| !title.is_empty()).unwrap_or(url);
    let mut out = format!("<li>{}", link(url, name));
    let new = notice(job, kind, url);
    if new.is_some() {
        out += &format!(" <span class=\"badge new\">{}</span>", pick(language, "new", "新出现"));
    }
    out += &address(url, name);
    let mut facts = Vec::new();
    let why = code.as_deref().map(|code| reason(code, language));
    match (why, new.and_then(|notice| notice.message.as_deref())) {
        // A page that is gone is under a heading that says so.
        _ if kind == NoticeKind::Gone => {}
        (Some(why), Some(message)) => {
            facts.push(format!("{why} <span class=\"message\">{}</span>", escape(message)));
        }
        (Some(why), None) => facts.push(why),
        (None, message) => facts.extend(message.map(escape)),
    }
    if *failures > 1 {
        facts.push(match language {
            Language::English => format!("{failures} times in a row"),
            Language::Chinese => format!("连续 {failures} 次"),
        });
    }
    if let Some(checked) = checked {
        facts.push(format!("{} {}", pick(language, "last tried", "最近检查"), moment(*checked)));
    }
    out + &format!("<div class=\"why\">{}</div></li>\n", facts.join(" · "))
}

/// How many pages fail for each reason, with bars; nothing where the list below says as much.
fn kinds(job: &JobReport, language: Language) -> String {
    let failing = &job.standing.failing;
    let most = failing.iter().map(|(_, number)| *number).max().unwrap_or(0);
    if failing.len() < 2 || most < 2 {
        return String::new();
    }
    let mut out = "<table class=\"failing\"><tbody>\n".to_owned();
    for (code, number) in failing {
        // At least a sliver.
        let width = (number * 200).div_ceil(most);
        out += &format!(
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{number}</td><td><svg class=\"bar\" viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"failed\" width=\"{width}\" height=\"10\"/></svg></td></tr>\n",
            reason(code, language)
        );
    }
    out + "</tbody></table>\n"
}

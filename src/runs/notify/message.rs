//! Turns what happened into the JSON object that a webhook gets.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::compare::Summary;
use crate::jobs::Occasion;
use crate::message::Language;
use crate::runs::ledger::{Counts, Notice, NoticeKind};
use crate::runs::summary;

/// `schema` of a message. Members are only ever added to it.
pub const SCHEMA: &str = "guidang-notification-1";
/// A longer list of pages than this is cut in the line for people.
const NAMED: usize = 3;

/// A page that a message is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// What happened to it.
    pub notice: Notice,
    /// What differs, in numbers and clause by clause as `guidang diff` prints it; none if nothing was compared.
    pub difference: Option<(Summary, String)>,
}

/// What a message is made from.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// Why somebody is told.
    pub occasion: Occasion,
    /// The job.
    pub job: &'a str,
    /// The run.
    pub run: &'a str,
    /// When.
    pub time: Timestamp,
    /// The numbers of the run.
    pub counts: Counts,
    /// What happened, the most important first.
    pub pages: &'a [Page],
    /// What happened in all, `pages` included.
    pub all: u64,
    /// Addresses of the lists of the job, which are no pages.
    pub lists: &'a [String],
}

/// The message: `schema`, `event` (the occasion), `job`, `run`, `time`, `text` (one line for people), `counts`, `pages`
/// (each with `kind`, `url`, `title`, `code`, `message`, `old`, `new`, and for changes `summary` and `diff`) and
/// `left_out`, the number of pages for which there was no room.
#[must_use]
pub fn message(message: &Message<'_>, language: Language) -> Value {
    let pages: Vec<Value> = message.pages.iter().map(page).collect();
    json!({
        "schema": SCHEMA,
        "event": message.occasion.name(),
        "job": message.job,
        "run": message.run,
        "time": message.time.to_string(),
        "text": text(message, language),
        "counts": summary::json(&message.counts),
        "left_out": message.all.saturating_sub(pages.len() as u64),
        "pages": pages,
    })
}

fn page(page: &Page) -> Value {
    let Notice { kind, url, title, code, message, old, new } = &page.notice;
    let mut value = json!({ "kind": kind.name(), "url": url });
    let optional = [
        ("title", title.as_ref().map(|title| json!(title))),
        ("code", code.as_ref().map(|code| json!(code))),
        ("message", message.as_ref().map(|message| json!(message))),
        ("old", old.map(|old| json!(old))),
        ("new", new.map(|new| json!(new))),
        ("summary", page.difference.as_ref().map(|(summary, _)| json!(summary))),
        ("diff", page.difference.as_ref().map(|(_, diff)| json!(diff))),
    ];
    for (name, member) in optional {
        if let Some(member) = member {
            value[name] = member;
        }
    }
    value
}

/// One line for people.
fn text(message: &Message<'_>, language: Language) -> String {
    let Message { job, all, .. } = message;
    let whole = message
        .pages
        .iter()
        .map(|page| &page.notice)
        .find(|notice| matches!(notice.kind, NoticeKind::JobFailure | NoticeKind::JobRecovery));
    let why = whole.and_then(|notice| notice.message.as_deref());
    let numbers = summary::words(&message.counts, language);
    match (message.occasion, language, whole) {
        (Occasion::FirstFailure, Language::English, Some(_)) => {
            format!("{job}: the job has failed: {}", why.unwrap_or(&numbers))
        }
        (Occasion::FirstFailure, Language::Chinese, Some(_)) => {
            format!("{job}：任务失败：{}", why.unwrap_or(&numbers))
        }
        (Occasion::Recovery, Language::English, Some(_)) => format!("{job}: the job works again: {numbers}"),
        (Occasion::Recovery, Language::Chinese, Some(_)) => format!("{job}：任务恢复正常：{numbers}"),
        (Occasion::FirstFailure, Language::English, None) => {
            format!("{job}: {} newly failing: {}", what(message, language), names(message, language))
        }
        (Occasion::FirstFailure, Language::Chinese, None) => {
            format!("{job}：新增失败{} {all} 个：{}", what(message, language), names(message, language))
        }
        (Occasion::Recovery, Language::English, None) => {
            format!("{job}: {} no longer failing: {}", what(message, language), names(message, language))
        }
        (Occasion::Recovery, Language::Chinese, None) => {
            format!("{job}：恢复正常{} {all} 个：{}", what(message, language), names(message, language))
        }
        (Occasion::Change, Language::English, _) => {
            format!("{job}: {} changed or gone: {}", pages(*all), names(message, language))
        }
        (Occasion::Change, Language::Chinese, _) => {
            format!("{job}：有变化或已撤下的网页 {all} 个：{}", names(message, language))
        }
    }
}

/// What can or cannot be had: pages, lists, or some of both; in English with their number.
fn what(message: &Message<'_>, language: Language) -> String {
    let all = message.all;
    let lists = message.pages.iter().filter(|page| message.lists.contains(&page.notice.url)).count() as u64;
    match (language, lists) {
        (Language::Chinese, 0) => "网页".to_owned(),
        (Language::Chinese, _) if lists == all => "列表页".to_owned(),
        (Language::Chinese, _) => "网页和列表页".to_owned(),
        (Language::English, 0) => pages(all),
        (Language::English, _) if lists == all => {
            if all == 1 {
                "1 list".to_owned()
            } else {
                format!("{all} lists")
            }
        }
        (Language::English, _) => format!("{all} pages and lists"),
    }
}

/// `1 page`, `2 pages`.
fn pages(number: u64) -> String {
    if number == 1 { "1 page".to_owned() } else { format!("{number} pages") }
}

/// The first few pages, by title or address.
fn names(message: &Message<'_>, language: Language) -> String {
    let names: Vec<&str> = message
        .pages
        .iter()
        .take(NAMED)
        .map(|page| page.notice.title.as_deref().unwrap_or(&page.notice.url))
        .collect();
    let more = if message.all > names.len() as u64 { "……" } else { "" };
    let comma = match language {
        Language::English => ", ",
        Language::Chinese => "、",
    };
    names.join(comma) + more
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Message, Page, SCHEMA, message};
    use crate::compare::Summary;
    use crate::jobs::Occasion;
    use crate::message::Language;
    use crate::runs::ledger::{Counts, Notice, NoticeKind};

    fn notice(kind: NoticeKind) -> Notice {
        Notice {
            kind,
            url: "http://a/1.html".to_owned(),
            title: Some("通知".to_owned()),
            code: None,
            message: Some("no route".to_owned()),
            old: Some(1),
            new: Some(2),
        }
    }

    fn told(occasion: Occasion, pages: &[Page], all: u64, language: Language) -> serde_json::Value {
        let counts = Counts { changed: 1, ..Counts::default() };
        let time = Timestamp::UNIX_EPOCH;
        message(
            &Message {
                occasion,
                job: "甲",
                run: "id",
                time,
                counts,
                pages,
                all,
                lists: &["http://a/list/".to_owned()],
            },
            language,
        )
    }

    #[test]
    fn a_change_is_told_with_the_difference() {
        let difference = Some((Summary { changed: 1, ..Summary::default() }, "~ 二、".to_owned()));
        let page = Page { notice: notice(NoticeKind::Change), difference };
        let told = told(Occasion::Change, &[page], 9, Language::English);
        assert_eq!((&told["schema"], &told["event"]), (&SCHEMA.into(), &"change".into()));
        assert_eq!(told["pages"][0]["diff"], "~ 二、");
        assert_eq!(told["pages"][0]["summary"]["changed"], 1);
        assert_eq!((&told["pages"][0]["old"], &told["pages"][0]["new"]), (&1.into(), &2.into()));
        assert_eq!(told["left_out"], 8);
        assert_eq!(told["text"], "甲: 9 pages changed or gone: 通知……");
    }

    #[test]
    fn a_list_is_not_called_a_page() {
        let list = Notice { title: None, url: "http://a/list/".to_owned(), ..notice(NoticeKind::Failure) };
        let list = Page { notice: list, difference: None };
        let page = Page { notice: notice(NoticeKind::Failure), difference: None };
        let text = |pages: &[Page], language| {
            told(Occasion::FirstFailure, pages, pages.len() as u64, language)["text"].clone()
        };
        assert_eq!(
            text(std::slice::from_ref(&list), Language::Chinese),
            "甲：新增失败列表页 1 个：http://a/list/"
        );
        assert_eq!(
            text(std::slice::from_ref(&list), Language::English),
            "甲: 1 list newly failing: http://a/list/"
        );
        assert_eq!(text(std::slice::from_ref(&page), Language::Chinese), "甲：新增失败网页 1 个：通知");
        assert_eq!(
            text(&[list, page], Language::Chinese),
            "甲：新增失败网页和列表页 2 个：http://a/list/、通知"
        );
    }

    #[test]
    fn a_job_that_fails_is_more_than_its_pages() {
        let pages = [NoticeKind::JobFailure, NoticeKind::Failure]
            .map(|kind| Page { notice: notice(kind), difference: None });
        let told = told(Occasion::FirstFailure, &pages, 2, Language::Chinese);
        assert_eq!(told["text"], "甲：任务失败：no route");
        assert!(told["pages"][1].get("diff").is_none());
    }
}

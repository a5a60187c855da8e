//! What a run would do, and why: from the configuration and the ledger. Nothing is asked of the web, and nothing is written.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::engine::{self, RunError};
use super::ledger::{Due, Ledger, PageOutcome};
use super::plan::Why;
use crate::jobs::{Configuration, Zone};
use crate::message::Language;

/// Pages of a job that are named.
const NAMED: u32 = 20;

/// What would become of a job.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Its name.
    pub job: String,
    /// The zone that times are shown in.
    pub zone: Zone,
    /// Why it would run, or would not.
    pub why: Why,
    /// What would be read: kind of source, and address or path.
    pub sources: Vec<(&'static str, String)>,
    /// Pages that are known and due.
    pub pages: u64,
    /// So many of them would be fetched at most: what is new in the lists comes on top.
    pub room: u64,
    /// The first of them.
    pub first: Vec<Due>,
}

/// What a run at `now` would do that looks at no more than `limit` pages.
///
/// # Errors
/// If a job that is asked for does not exist, or a ledger cannot be read.
pub fn preview(
    configuration: &Configuration,
    only: &[String],
    now: Timestamp,
    limit: Option<u64>,
) -> Result<Vec<Preview>, RunError> {
    let whys = engine::decide(configuration, only, now)?;
    let mut previews = Vec::new();
    let mut left = limit.unwrap_or(u64::MAX);
    for (job, why) in configuration.jobs.iter().zip(whys) {
        let sources = job.sources.iter().map(|source| (source.kind.name(), source.kind.place())).collect();
        let mut preview = Preview {
            job: job.name.clone(),
            zone: configuration.zone,
            why,
            sources,
            pages: 0,
            room: left.min(job.limits.pages.unwrap_or(u64::MAX)),
            first: Vec::new(),
        };
        if let (true, Some(ledger)) = (why.runs(), Ledger::open_reader(&job.store)?) {
            preview.pages = ledger.count_due(&job.name, now)?;
            let named = u32::try_from(preview.room).map_or(NAMED, |room| room.min(NAMED));
            preview.first = ledger.due(&job.name, now, true, 0, named)?;
            let rest = named.saturating_sub(u32::try_from(preview.first.len()).unwrap_or(named));
            preview.first.extend(ledger.due(&job.name, now, false, 0, rest)?);
            left = left.saturating_sub(preview.pages.min(preview.room));
        }
        previews.push(preview);
    }
    Ok(previews)
}

impl Preview {
    /// In lines for people.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let mut out = match language {
            Language::English => format!("{}: {}\n", self.job, self.why.words(self.zone, language)),
            Language::Chinese => format!("{}：{}\n", self.job, self.why.words(self.zone, language)),
        };
        if !self.why.runs() {
            return out;
        }
        for (kind, place) in &self.sources {
            out += &match language {
                Language::English => english(kind, place),
                Language::Chinese => chinese(kind, place),
            };
        }
        for due in &self.first {
            out += &format!("  {}  {}\n", due.url, reason(due, self.zone, language));
        }
        let fetched = self.pages.min(self.room);
        let more = fetched.saturating_sub(self.first.len() as u64);
        out += &match (language, more) {
            (Language::English, 0) => format!("  known pages that are due: {}", self.pages),
            (Language::English, more) => {
                format!("  and {more} more; known pages that are due: {}", self.pages)
            }
            (Language::Chinese, 0) => format!("  已知且到期的网页 {} 个", self.pages),
            (Language::Chinese, more) => format!("  另有 {more} 个；已知且到期的网页共 {} 个", self.pages),
        };
        if fetched < self.pages {
            out += &match language {
                Language::English => format!("; {fetched} of them in this run, by the limit"),
                Language::Chinese => format!("，受限度所限，本次处理 {fetched} 个"),
            };
        }
        out.push('\n');
        out
    }

    /// As a line of JSON, with its line feed.
    #[must_use]
    pub fn json(&self) -> String {
        let sources: Vec<Value> =
            self.sources.iter().map(|(kind, place)| json!({ "kind": kind, "place": place })).collect();
        let first: Vec<Value> = self
            .first
            .iter()
            .map(|due| json!({ "url": due.url, "why": code(due), "since": due.since.to_string() }))
            .collect();
        let line = json!({
            "job": self.job,
            "runs": self.why.runs(),
            "why": self.why.name(),
            "sources": sources,
            "pages": self.pages,
            "this_run": self.pages.min(self.room),
            "first": first,
        });
        format!("{line}\n")
    }
}

/// What would be done with a source of the kind that the jobs file calls `kind`.
fn english(kind: &str, place: &str) -> String {
    match kind {
        "folder" => format!("  would file what has settled in {place}\n"),
        "url" => format!("  would look at the page {place}\n"),
        "urls" => format!("  would read the addresses in {place}, and fetch those that are new\n"),
        _ => format!("  would read the {kind} {place}, and fetch what is new in it\n"),
    }
}

fn chinese(kind: &str, place: &str) -> String {
    let name = match kind {
        "folder" => return format!("  将归档文件夹 {place} 中已静置的文件\n"),
        "url" => return format!("  将检查网页 {place}\n"),
        "urls" => return format!("  将读取网址清单 {place}，抓取其中的新网页\n"),
        "column" => "栏目",
        "feed" => "订阅源",
        "sitemap" => "站点地图",
        other => other,
    };
    format!("  将读取{name} {place}，抓取其中的新网页\n")
}

/// Why a page would be fetched, as a code.
fn code(due: &Due) -> &'static str {
    match (due.item.checked, due.item.outcome) {
        (None, _) => "new",
        (_, Some(PageOutcome::Failed | PageOutcome::Refused)) => "failed-before",
        (_, Some(PageOutcome::Gone)) => "gone-before",
        _ => "recheck",
    }
}

fn reason(due: &Due, zone: Zone, language: Language) -> String {
    let item = &due.item;
    match (item.checked, language) {
        (None, Language::English) => "listed, and never looked at".to_owned(),
        (None, Language::Chinese) => "已列出，尚未抓取".to_owned(),
        (Some(checked), Language::English) if item.failures > 0 => {
            format!("failed {} times, last on {}", item.failures, zone.show(checked))
        }
        (Some(checked), Language::Chinese) if item.failures > 0 => {
            format!("已失败 {} 次，最近一次在 {}", item.failures, zone.show(checked))
        }
        (Some(checked), Language::English) => {
            format!("last looked at on {}, due since {}", zone.show(checked), zone.show(due.since))
        }
        (Some(checked), Language::Chinese) => {
            format!("上次检查 {}，{} 到期", zone.show(checked), zone.show(due.since))
        }
    }
}

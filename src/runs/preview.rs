//! What a run would do, and why: from the configuration and the ledger. Nothing is asked of the web, and nothing is written.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::engine::{self, Decision, Patience, RunError};
use super::history::under_way;
use super::ledger::{Due, Ledger, PageOutcome};
use super::plan::{self, Why};
use crate::jobs::{Configuration, SourceKind, Zone};
use crate::message::Language;

/// Pages of a job that are named.
const NAMED: usize = 20;
/// Pages that are taken from the ledger at a time.
const SOME: u32 = 1000;

/// What would become of a job.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Its name.
    pub job: String,
    /// The zone that times are shown in.
    pub zone: Zone,
    /// Why it would run, or would not.
    pub why: Why,
    /// What would be read: kind of source, and address or path. Not the lists, where an interrupted run has read them.
    pub sources: Vec<(&'static str, String)>,
    /// Whether a run would go on with the pages of an interrupted one, which has read the lists.
    pub lists_read: bool,
    /// When the run of the job began that is going on at this moment, if one is: another would not begin.
    pub running: Option<Timestamp>,
    /// Hosts of its sources and pages that asked not to be asked before a time: neither lists nor pages of theirs are
    /// fetched till then.
    pub waiting: Vec<(String, Timestamp)>,
    /// Pages that are known and due, and whose host may be asked.
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
    let decisions = engine::decisions(configuration, only, now)?;
    if let Some(error) = decisions.iter().find_map(|decision| decision.unreadable.clone()) {
        return Err(error);
    }
    let patience = Patience::remembered(configuration, now);
    let mut previews: Vec<Preview> = Vec::new();
    let mut left = limit.unwrap_or(u64::MAX);
    // What a limit leaves to a job hangs on whose turn was before it.
    for decision in engine::in_order(&decisions) {
        let preview = of(decision, configuration.zone, &patience, now, left)?;
        left = left.saturating_sub(preview.pages.min(preview.room));
        previews.push(preview);
    }
    for decision in decisions.iter().filter(|decision| !decision.why.runs()) {
        previews.push(Preview::begun(decision, configuration.zone, 0));
    }
    let place = |preview: &Preview| configuration.jobs.iter().position(|job| job.name == preview.job);
    previews.sort_by_key(place);
    Ok(previews)
}

/// What would become of a job that runs, if the jobs before it leave so many pages.
fn of(
    decision: &Decision<'_>,
    zone: Zone,
    patience: &Patience,
    now: Timestamp,
    left: u64,
) -> Result<Preview, RunError> {
    let job = decision.job;
    let mut preview = Preview::begun(decision, zone, left.min(job.limits.pages.unwrap_or(u64::MAX)));
    preview.lists_read = plan::lists_are_read(job, &decision.state, now);
    for source in &job.sources {
        let waits = preview.wait(&engine::host(&source.kind.place()), patience, now);
        if matches!(source.kind, SourceKind::Folder(_)) || !(preview.lists_read || waits) {
            preview.sources.push((source.kind.name(), source.kind.place()));
        }
    }
    let Some(mut ledger) = Ledger::open_reader(&job.store)? else { return Ok(preview) };
    preview.running = under_way(job, &ledger)?;
    // As a run begins, on a copy.
    ledger.rehearse(&job.name)?;
    engine::bring_up(job, &mut ledger, now)?;
    let named = usize::try_from(preview.room).map_or(NAMED, |room| room.min(NAMED));
    for fresh in [true, false] {
        let mut after = 0;
        loop {
            let some = ledger.due(&job.name, now, fresh, after, SOME)?;
            let Some(last) = some.last() else { break };
            after = last.row;
            for due in some {
                if preview.wait(&engine::host(&due.url), patience, now) {
                    continue;
                }
                preview.pages += 1;
                if preview.first.len() < named {
                    preview.first.push(due);
                }
            }
        }
    }
    Ok(preview)
}

impl Preview {
    fn begun(decision: &Decision<'_>, zone: Zone, room: u64) -> Self {
        Self {
            job: decision.job.name.clone(),
            zone,
            why: decision.why,
            sources: Vec::new(),
            lists_read: false,
            running: None,
            waiting: Vec::new(),
            pages: 0,
            room,
            first: Vec::new(),
        }
    }

    /// Whether `host` is not to be asked yet. If so, that is noted.
    fn wait(&mut self, host: &str, patience: &Patience, now: Timestamp) -> bool {
        let Some(until) = patience.beyond(host, now) else { return false };
        if self.waiting.iter().all(|(known, _)| known != host) {
            self.waiting.push((host.to_owned(), until));
        }
        true
    }

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
        if let Some(begun) = self.running {
            let begun = self.zone.show(begun);
            out += &match language {
                Language::English => {
                    format!("  running since {begun}: another run does not begin beside it\n")
                }
                Language::Chinese => format!("  正在运行（{begun} 开始），期间不会另行开始\n"),
            };
        }
        if self.lists_read {
            out += match language {
                Language::English => "  the lists were read already: would go on with the pages\n",
                Language::Chinese => "  列表已读取完毕，将继续抓取网页\n",
            };
        }
        for (host, until) in &self.waiting {
            let until = self.zone.show(*until);
            out += &match language {
                Language::English => format!("  {host} asked not to be asked before {until}: left alone\n"),
                Language::Chinese => format!("  {host} 要求 {until} 之后再访问，此前不访问\n"),
            };
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
        let waiting: Vec<Value> = self
            .waiting
            .iter()
            .map(|(host, until)| json!({ "host": host, "until": until.to_string() }))
            .collect();
        let line = json!({
            "job": self.job,
            "runs": self.why.runs(),
            "why": self.why.name(),
            "sources": sources,
            "lists_read": self.lists_read,
            "running": self.running.map(|begun| begun.to_string()),
            "waiting": waiting,
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

//! Turns how the jobs stand into one HTML page for a person: numbers, a plot of pages over time, what changed, what fails.
//!
//! No script, nothing loaded: a content security policy allows the stylesheet written here and nothing else.

mod happened;
mod plot;
mod reasons;
mod style;
mod troubles;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::ledger::{Counts, NoticeKind, RunOutcome, RunRecord, Standing};
use super::notify::Page;
use super::summary;
use crate::message::Language;
use crate::write::html::style_source;
use reasons::reason;
use style::STYLE;

pub use troubles::Troubles;

/// Times are shown as they are in China: +08:00, without summer time.
const ZONE: Offset = Offset::constant(8);

/// So many of the pages that cannot be had are named.
pub const MOST_NAMED: u32 = 50;

/// Pages of one kind: the first of them, and how many there are.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The first.
    pub pages: Vec<Page>,
    /// All.
    pub all: u64,
}

/// A job in the report.
#[derive(Clone, Debug, Default)]
pub struct JobReport {
    /// Its name.
    pub job: String,
    /// Its runs, oldest first: the last one at the end, those before it taken together where they are many.
    pub history: Vec<RunRecord>,
    /// How many runs there were.
    pub runs: u64,
    /// The pages of all its runs.
    pub totals: Counts,
    /// How its pages stand.
    pub standing: Standing,
    /// Runs in a row that failed as a whole.
    pub failures: u64,
    /// When it is due next.
    pub next: Option<Timestamp>,
    /// What cannot be had at present.
    pub troubles: Troubles,
    /// What happened in the last run, by kind.
    pub found: Vec<(NoticeKind, Found)>,
}

/// What a report is made from.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// When it was made.
    pub time: Timestamp,
    /// The invocation it is about.
    pub run: &'a str,
    /// The jobs, in the order of the configuration.
    pub jobs: &'a [JobReport],
}

/// Writes the report as one page.
#[must_use]
pub fn html(report: &Report<'_>, language: Language) -> String {
    let pick = |english, chinese| pick(language, english, chinese);
    let title = pick("Archiving runs", "定期归档运行报告");
    let mut out = format!(
        concat!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ",
            "style-src {style_source}; base-uri 'none'; form-action 'none'\">\n",
            "<meta name=\"referrer\" content=\"no-referrer\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n",
            "<p class=\"quiet\">{time} · {run}</p>\n",
        ),
        lang = pick("en", "zh-CN"),
        style_source = style_source(STYLE),
        title = title,
        style = STYLE,
        time = moment(report.time),
        run = escape(report.run),
    );
    out += &overview(report.jobs, language);
    out.push_str("</header>\n<main>\n");
    for (index, job) in report.jobs.iter().enumerate() {
        out += &section(index, job, language);
    }
    out + "</main>\n</body>\n</html>\n"
}

/// The jobs in a table, each a link to its section.
fn overview(jobs: &[JobReport], language: Language) -> String {
    let heads = [
        ("Job", "任务"),
        ("Last run", "上次运行"),
        ("Outcome", "结果"),
        ("New pages", "新归档"),
        ("Changed", "有变化"),
        ("Failed pages", "失败网页"),
        ("Next run", "下次运行"),
    ];
    let mut out = "<div class=\"scroll\"><table class=\"jobs\">\n<thead><tr>".to_owned();
    for (english, chinese) in heads {
        out += &format!("<th scope=\"col\">{}</th>", pick(language, english, chinese));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (index, job) in jobs.iter().enumerate() {
        let last = job.history.last();
        let counts = last.map(|run| run.counts).unwrap_or_default();
        out += &format!(
            "<tr><th scope=\"row\"><a href=\"#job{index}\">{}</a></th><td>{}</td><td>{}{}</td>{}{}{}<td>{}</td></tr>\n",
            escape(&job.job),
            last.map_or_else(|| "–".to_owned(), |run| moment(run.begun)),
            badge(last.and_then(|run| run.outcome), last.is_some(), language),
            last.and_then(why).map_or_else(String::new, |code| {
                format!("<div class=\"quiet\">{}</div>", reason(code, language))
            }),
            cell(counts.created),
            cell(counts.changed),
            cell(counts.badly()),
            job.next.map_or_else(|| "–".to_owned(), moment),
        );
    }
    out + "</tbody>\n</table></div>\n"
}

/// Why a run failed as a whole, as a code.
fn why(run: &RunRecord) -> Option<&str> {
    run.code.as_deref().filter(|_| run.outcome == Some(RunOutcome::Failed))
}

fn cell(value: u64) -> String {
    format!("<td class=\"number\">{value}</td>")
}

/// How a run ended, as a coloured word.
fn badge(outcome: Option<RunOutcome>, ran: bool, language: Language) -> String {
    match outcome {
        Some(outcome) => {
            format!("<span class=\"badge {}\">{}</span>", outcome.name(), summary::outcome(outcome, language))
        }
        None if ran => {
            format!("<span class=\"badge interrupted\">{}</span>", pick(language, "running", "进行中"))
        }
        None => "–".to_owned(),
    }
}

fn section(index: usize, job: &JobReport, language: Language) -> String {
    let mut out = format!("<section id=\"job{index}\">\n<h2>{}</h2>\n", escape(&job.job));
    let Some(last) = job.history.last() else {
        out += &format!("<p class=\"quiet\">{}</p>\n", pick(language, "has not run yet", "尚未运行"));
        return out + "</section>\n";
    };
    out += &format!("<p>{} {}</p>\n", badge(last.outcome, true, language), outcome(job, last, language));
    out += &facts(job, last, language);
    out += &figure(job, language);
    out += &troubles::troubles(job, language);
    for (kind, found) in &job.found {
        out += &happened::list(*kind, found, language);
    }
    out + "</section>\n"
}

/// What the last run came to: why it failed as a whole, or the numbers of its pages.
fn outcome(job: &JobReport, last: &RunRecord, language: Language) -> String {
    let numbers = escape(&summary::words_of(last.outcome, &last.counts, language));
    let again = job.found.iter().any(|(kind, found)| *kind == NoticeKind::JobRecovery && found.all > 0);
    match why(last) {
        Some(code) => {
            let why = format!("<strong>{}</strong>", reason(code, language));
            // Numbers of pages that nobody has looked at would only confuse.
            let pages = if last.counts.looked_at() > 0 { format!("<br>{numbers}") } else { String::new() };
            match language {
                Language::English => format!("no source could be read: {why}{pages}"),
                Language::Chinese => format!("所有来源均未能读取：{why}{pages}"),
            }
        }
        None if again => format!("{numbers}{}", pick(language, "; the job works again", "；任务已恢复正常")),
        None => numbers,
    }
}

/// The plot with its key. Nothing where there is nothing to be drawn.
fn figure(job: &JobReport, language: Language) -> String {
    let plot = plot::plot(&job.history, job.runs, job.totals.created, language);
    if plot.is_empty() {
        return String::new();
    }
    let mut out = format!("<figure>\n<div class=\"scroll\">{plot}</div><figcaption>");
    for (class, english, chinese) in [
        ("archived", "pages archived in all", "累计归档"),
        ("created", "new in the run", "当次新归档"),
        ("changed", "changed", "有变化"),
        ("failed", "failed pages", "失败网页"),
    ] {
        out += &format!("<span class=\"key {class}\"></span>{} ", pick(language, english, chinese));
    }
    if job.history.iter().any(|run| run.outcome == Some(RunOutcome::Failed)) {
        out += &format!("<span class=\"cross\">×</span>{}", pick(language, "run that failed", "运行失败"));
    }
    let (records, runs) = (job.history.len() as u64, job.runs);
    if runs > records {
        let together = (runs - 1).div_ceil(records.saturating_sub(1).max(1));
        out += &match language {
            Language::English => format!(" · {runs} runs, each bar up to {together} of them"),
            Language::Chinese => format!(" · 共 {runs} 次运行，每柱合计至多 {together} 次"),
        };
    }
    out + "</figcaption>\n</figure>\n"
}

/// Times and numbers of the last run.
fn facts(job: &JobReport, last: &RunRecord, language: Language) -> String {
    let duration = last.ended.map(|ended| ended.as_second() - last.begun.as_second());
    let rows = [
        ("Began", "开始", moment(last.begun)),
        ("Took", "用时", duration.map_or_else(|| "–".to_owned(), |seconds| took(seconds, language))),
        ("Requests", "请求数", last.counts.requests.to_string()),
        ("Listed", "列表条目", last.counts.listed.to_string()),
        ("Known pages", "已知网页", job.standing.items.to_string()),
        ("Waiting", "待抓取", job.standing.waiting.to_string()),
        ("Failed runs in a row", "连续失败次数", job.failures.to_string()),
        ("Next run", "下次运行", job.next.map_or_else(|| "–".to_owned(), moment)),
    ];
    let mut out = "<dl class=\"facts\">\n".to_owned();
    for (english, chinese, value) in rows {
        out += &format!("<div><dt>{}</dt><dd>{value}</dd></div>\n", pick(language, english, chinese));
    }
    out + "</dl>\n"
}

/// A heading with a number; none if that is 0.
fn heading(language: Language, (english, chinese): (&str, &str), number: u64) -> Option<String> {
    let name = pick(language, english, chinese);
    (number > 0).then(|| format!("<h3>{name} <span class=\"quiet\">{number}</span></h3>\n"))
}

/// How many there are besides those that were `named`.
fn more(all: u64, named: usize, language: Language) -> String {
    match (all.saturating_sub(named as u64), language) {
        (0, _) => String::new(),
        (more, Language::English) => format!("<p class=\"quiet\">and {more} more</p>\n"),
        (more, Language::Chinese) => format!("<p class=\"quiet\">另有 {more} 个</p>\n"),
    }
}

/// The address of a page in small print, unless it stands there as its name.
fn address(url: &str, name: &str) -> String {
    if url == name { String::new() } else { format!("<div class=\"quiet\">{}</div>", escape(url)) }
}

/// A link to a web address; anything else is shown as words.
fn link(url: &str, name: &str) -> String {
    if url.starts_with("http://") || url.starts_with("https://") {
        format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escape(url), escape(name))
    } else {
        escape(name)
    }
}

/// Local time to the minute, machine-readable too.
fn moment(time: Timestamp) -> String {
    let local = ZONE.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string();
    format!("<time datetime=\"{time}\">{local}</time>")
}

fn took(seconds: i64, language: Language) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (language, hours, minutes) {
        (Language::English, 0, 0) => format!("{seconds} s"),
        (Language::English, 0, _) => format!("{minutes} min {seconds} s"),
        (Language::English, ..) => format!("{hours} h {minutes} min"),
        (Language::Chinese, 0, 0) => format!("{seconds} 秒"),
        (Language::Chinese, 0, _) => format!("{minutes} 分 {seconds} 秒"),
        (Language::Chinese, ..) => format!("{hours} 小时 {minutes} 分"),
    }
}

fn pick<'a>(language: Language, english: &'a str, chinese: &'a str) -> &'a str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Not allowed in HTML, or invisible.
            c if c.is_control() && c != '\n' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;

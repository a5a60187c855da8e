//! `guidang jobs`: is the jobs file right, and when is what due?

mod doubts;
mod reading;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::args::Lang;
use super::{Exit, settings, words};
use crate::jobs::{LastRun, Outlook, Zone, outlook};
use crate::message::{Describe, Language};
use crate::runs::ledger::RunOutcome;
use crate::runs::{Remembered, summary};

pub(super) use reading::configuration;

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  the jobs file is right
  1  what is remembered of its jobs cannot be read
  2  the jobs file is not right, or cannot be read";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0  任务文件无误
  1  采集台账无法读取
  2  任务文件有误或无法读取";

/// Chinese help of these commands' arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 2] =
    [("jobs_file", "任务文件"), ("jobs_json", "每个任务输出一行 JSON，供程序使用")];

/// `guidang jobs`.
#[derive(Debug, Args)]
pub(super) struct JobsArgs {
    /// What to do
    #[command(subcommand)]
    pub command: JobsCommand,
}

/// What to do with the jobs file.
#[derive(Debug, Subcommand)]
pub(super) enum JobsCommand {
    /// Check a jobs file; a mistake is told with its line, column and key
    #[command(after_help = EXIT_CODES)]
    Check(CheckArgs),
    /// Show when each job is due, and how it went last
    #[command(after_help = EXIT_CODES)]
    List(ListArgs),
}

/// `guidang jobs check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// The jobs file [default: jobs.toml]
    #[arg(id = "jobs_file", value_name = "FILE", default_value = "jobs.toml", hide_default_value = true)]
    pub file: PathBuf,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// `guidang jobs list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// The jobs file [default: jobs.toml]
    #[arg(id = "jobs_file", value_name = "FILE", default_value = "jobs.toml", hide_default_value = true)]
    pub file: PathBuf,
    /// Print one JSON object for each job, for programs
    #[arg(id = "jobs_json", long = "json")]
    pub json: bool,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// Runs it.
pub(super) fn run(args: &JobsArgs, language: Language) -> Exit {
    match &args.command {
        JobsCommand::Check(args) => check(&args.file, language),
        JobsCommand::List(args) => list(args, language),
    }
}

fn check(path: &Path, language: Language) -> Exit {
    let configuration = match reading::checked(path, language) {
        Ok(configuration) => configuration,
        Err(lines) => {
            for line in &lines {
                words::error(language, line);
            }
            return Exit::Usage;
        }
    };
    for doubt in doubts::doubts(&configuration) {
        words::say(&match language {
            Language::English => format!("warning: {}", doubt.describe(language)),
            Language::Chinese => format!("警告：{}", doubt.describe(language)),
        });
    }
    let jobs = configuration.jobs.len();
    let enabled = configuration.jobs.iter().filter(|job| job.enabled).count();
    let sources: usize = configuration.jobs.iter().map(|job| job.sources.len()).sum();
    words::say(&match language {
        Language::English => {
            let (jobs, sources) = (counted(jobs, "job"), counted(sources, "source"));
            format!("{}: no mistake; {jobs}, {enabled} enabled, {sources}", path.display())
        }
        Language::Chinese => {
            format!("{}：无误；任务 {jobs} 个，启用 {enabled} 个，来源 {sources} 个", path.display())
        }
    });
    Exit::Done
}

/// `1 job`, `2 jobs`.
fn counted(number: usize, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

fn list(args: &ListArgs, language: Language) -> Exit {
    let configuration = match configuration(&args.file, language) {
        Ok(configuration) => configuration,
        Err(line) => {
            words::error(language, &line);
            return Exit::Usage;
        }
    };
    let now = match settings::clock() {
        Ok((clock, _)) => clock(),
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Usage;
        }
    };
    let remembered = Remembered::default();
    let outlooks = outlook(&configuration, &remembered, now);
    let text = if args.json {
        outlooks.iter().map(|outlook| format!("{}\n", as_json(outlook, now))).collect()
    } else {
        table(&outlooks, now, configuration.zone, language)
    };
    // A reader that has seen enough is no failure.
    let _ = words::data(&text);
    match remembered.fault() {
        // The other jobs are shown all the same.
        Some(fault) => {
            words::error(language, &fault.describe(language));
            Exit::Failed
        }
        None => Exit::Done,
    }
}

fn as_json(outlook: &Outlook<'_>, now: Timestamp) -> Value {
    let Outlook { job, last, due } = outlook;
    let sources: Vec<Value> = job
        .sources
        .iter()
        .map(|source| json!({ "kind": source.kind.name(), "place": source.kind.place() }))
        .collect();
    json!({
        "name": job.name,
        "enabled": job.enabled,
        "schedule": job.schedule.to_string(),
        "next_due": due.map(|due| due.to_string()),
        "due": outlook.is_due(now),
        "last_run": last.as_ref().map(|last| last.began.to_string()),
        "last_outcome": last.as_ref().map(|last| last.outcome.clone()),
        "running": last.as_ref().is_some_and(|last| last.running),
        "failures": last.as_ref().map_or(0, |last| last.failures),
        "store": job.store.display().to_string(),
        "sources": sources,
    })
}

/// A line for each job: name, next due, schedule, last run.
fn table(outlooks: &[Outlook<'_>], now: Timestamp, zone: Zone, language: Language) -> String {
    let rows: Vec<[String; 4]> = outlooks
        .iter()
        .map(|outlook| {
            [
                outlook.job.name.clone(),
                when(outlook, now, zone, language),
                outlook.job.schedule.words(language),
                last(outlook, zone, language),
            ]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for row in &rows {
        for (cell, width) in row.iter().zip(widths) {
            text.push_str(cell);
            text.push_str(&" ".repeat(width - cell.width() + 2));
        }
        text.push_str(&row[3]);
        text.push('\n');
    }
    text
}

fn when(outlook: &Outlook<'_>, now: Timestamp, zone: Zone, language: Language) -> String {
    let word = |english: &str, chinese: &str| match language {
        Language::English => english.to_owned(),
        Language::Chinese => chinese.to_owned(),
    };
    match outlook.due {
        None if outlook.job.enabled => word("never", "不会到期"),
        None => word("disabled", "未启用"),
        _ if outlook.last.as_ref().is_some_and(|last| last.running) => word("running", "正在运行"),
        Some(_) if outlook.last.as_ref().is_some_and(|last| last.unfinished) => {
            word("due now (goes on)", "已到期（继续）")
        }
        Some(due) if due <= now => word("due now", "已到期"),
        Some(due) => zone.show(due),
    }
}

fn last(outlook: &Outlook<'_>, zone: Zone, language: Language) -> String {
    let Some(LastRun { began, outcome, failures, .. }) = &outlook.last else {
        return match language {
            Language::English => "never run".to_owned(),
            Language::Chinese => "从未运行".to_owned(),
        };
    };
    let began = zone.show(*began);
    if outlook.last.as_ref().is_some_and(|last| last.running) {
        return match language {
            Language::English => format!("since {began}"),
            Language::Chinese => format!("{began} 开始"),
        };
    }
    let outcome = RunOutcome::of(outcome).map_or(outcome.as_str(), |known| summary::outcome(known, language));
    match (language, failures) {
        (Language::English, 0 | 1) => format!("last {began} {outcome}"),
        (Language::English, _) => format!("last {began} {outcome}, {failures} times in a row"),
        (Language::Chinese, 0 | 1) => format!("上次 {began} {outcome}"),
        (Language::Chinese, _) => format!("上次 {began} {outcome}，连续 {failures} 次"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::Timestamp;

    use super::{LastRun, as_json, outlook, table};
    use crate::jobs::{Configuration, History, Job};
    use crate::message::Language;

    struct Remembered;

    impl History for Remembered {
        fn last_run(&self, job: &Job) -> Option<LastRun> {
            let began = "2024-01-15T06:00:01+08:00".parse().ok()?;
            let outcome = if job.name == "乙" { "failed" } else { "done" };
            (job.name != "丙").then(|| LastRun {
                began,
                outcome: outcome.to_owned(),
                failures: 3 * u64::from(job.name == "乙"),
                unfinished: job.name == "丁",
                running: job.name == "戊",
            })
        }
    }

    fn jobs() -> Configuration {
        let job = |name: &str, more: &str| {
            format!(
                "[[job]]\nname = \"{name}\"\nsources = [{{ url = \"http://www.yunshan.example/1\" }}]\n{more}\n"
            )
        };
        let text = job("甲", "every = \"6h\"")
            + &job("乙", "schedule = \"0 7 * * *\"")
            + &job("丙", "every = \"1d\"\nenabled = false")
            + &job("丁", "every = \"6h\"")
            + &job("戊", "every = \"6h\"");
        Configuration::parse(&text, Path::new("")).expect("a configuration")
    }

    fn now() -> Timestamp {
        "2024-01-15T08:00:00+08:00".parse().expect("a moment")
    }

    #[test]
    fn the_table_shows_what_is_due_and_how_it_went() {
        let jobs = jobs();
        let shown = |language| table(&outlook(&jobs, &Remembered, now()), now(), jobs.zone, language);
        assert_eq!(
            shown(Language::English),
            "甲  2024-01-15 12:00   every 6h   last 2024-01-15 06:00 done\n\
             乙  due now            0 7 * * *  last 2024-01-15 06:00 failed, 3 times in a row\n\
             丙  disabled           every 1d   never run\n\
             丁  due now (goes on)  every 6h   last 2024-01-15 06:00 done\n\
             戊  running            every 6h   since 2024-01-15 06:00\n"
        );
        assert_eq!(
            shown(Language::Chinese),
            "甲  2024-01-15 12:00  每 6 小时  上次 2024-01-15 06:00 完成\n\
             乙  已到期            0 7 * * *  上次 2024-01-15 06:00 失败，连续 3 次\n\
             丙  未启用            每 1 天    从未运行\n\
             丁  已到期（继续）    每 6 小时  上次 2024-01-15 06:00 完成\n\
             戊  正在运行          每 6 小时  2024-01-15 06:00 开始\n"
        );
    }

    #[test]
    fn programs_get_the_same() {
        let jobs = jobs();
        let json = as_json(&outlook(&jobs, &Remembered, now())[1], now());
        assert_eq!(json["name"], "乙");
        assert_eq!(json["due"], true);
        assert_eq!(json["next_due"], "2024-01-14T23:00:00Z");
        assert_eq!(json["last_outcome"], "failed");
        assert_eq!(json["sources"][0]["kind"], "url");
    }
}

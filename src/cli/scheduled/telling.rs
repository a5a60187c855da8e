//! What is said of a run: events on standard error, the result on standard output.

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::LogFormat;
use crate::cli::words;
use crate::jobs::Zone;
use crate::message::Language;
use crate::runs::Ending;
use crate::runs::ledger::RunOutcome;
use crate::runs::log::{Event, Level};
use crate::runs::summary;

/// How a run is told.
pub(super) struct Voice<'a> {
    pub(super) format: LogFormat,
    pub(super) language: Language,
    /// The zone that times are shown in.
    pub(super) zone: Zone,
    pub(super) run: &'a str,
}

impl Voice<'_> {
    /// Tells an event.
    pub(super) fn tell(&self, time: Timestamp, job: Option<&str>, event: &Event<'_>) {
        match self.format {
            // A closed standard error is no reason to fail.
            LogFormat::Json => {
                let _ = writeln!(io::stderr().lock(), "{}", event.json(time, self.run, job));
            }
            LogFormat::Text => {
                let Some(line) = event.words(job, self.language) else { return };
                match (event.level(), self.language) {
                    (Level::Error, _) => words::error(self.language, &line),
                    (Level::Warning, Language::English) => words::say(&format!("warning: {line}")),
                    (Level::Warning, Language::Chinese) => words::say(&format!("警告：{line}")),
                    (Level::Info, _) => words::say(&line),
                }
            }
        }
    }

    /// Tells what ends a run, or keeps it from beginning.
    pub(super) fn fault(&self, code: &str, message: &str) {
        self.tell(Timestamp::now(), None, &Event::Fault { code, message });
    }

    /// Tells how a run ended, and with which exit code.
    pub(super) fn result(&self, ending: &Ending, code: u8) {
        let line = match self.format {
            LogFormat::Json => self.json(ending, code).to_string(),
            LogFormat::Text => self.words(ending),
        };
        // A closed standard output is no reason to fail: what was to be done is done.
        let _ = words::data(&format!("{line}\n"));
    }

    fn json(&self, ending: &Ending, code: u8) -> Value {
        let jobs: Vec<Value> = ending
            .jobs
            .iter()
            .map(|job| {
                json!({
                    "job": job.job,
                    "outcome": job.outcome.name(),
                    "code": job.code,
                    "counts": summary::json(&job.counts),
                })
            })
            .collect();
        json!({
            "run": self.run,
            "code": code,
            "jobs": jobs,
            "unbegun": ending.unbegun,
            "counts": summary::json(&ending.counts()),
            "next": ending.next.map(|next| next.to_string()),
        })
    }

    fn words(&self, ending: &Ending) -> String {
        let next = ending.next.map_or_else(
            || match self.language {
                Language::English => "never".to_owned(),
                Language::Chinese => "无".to_owned(),
            },
            |next| self.zone.show(next),
        );
        let next = match self.language {
            Language::English => format!("next job due: {next}"),
            Language::Chinese => format!("下次到期：{next}"),
        };
        // Where no page failed, it may have been lists.
        let partly = ending.jobs.iter().map(|job| job.outcome).find(|outcome| *outcome == RunOutcome::Partly);
        let numbers = summary::words_of(partly, &ending.counts(), self.language);
        let jobs = jobs(ending.jobs.len(), ending.failed(), self.language);
        let next = unbegun(&ending.unbegun, self.language) + &next;
        match (ending.jobs.len(), self.language) {
            (0, Language::English) => format!("nothing done; {next}"),
            (0, Language::Chinese) => format!("未运行任务；{next}"),
            (_, Language::English) => format!("{jobs}: {numbers}; {next}"),
            (_, Language::Chinese) => format!("{jobs}：{numbers}；{next}"),
        }
    }
}

/// How many jobs that are due were not begun, and which; nothing if there are none.
fn unbegun(names: &[String], language: Language) -> String {
    match (language, names.len()) {
        (_, 0) => String::new(),
        (Language::English, 1) => format!("1 due job not begun ({}); ", names.join(", ")),
        (Language::English, number) => {
            format!("{number} due jobs not begun ({}); ", names.join(", "))
        }
        (Language::Chinese, number) => format!("另有 {number} 个到期任务尚未开始（{}）；", names.join("、")),
    }
}

/// How many jobs ran, and how many of them failed as a whole.
fn jobs(number: usize, failed: usize, language: Language) -> String {
    match (language, number, failed) {
        (Language::English, 1, 0) => "1 job".to_owned(),
        (Language::English, 1, _) => "1 job, which failed".to_owned(),
        (Language::English, _, 0) => format!("{number} jobs"),
        (Language::English, ..) => format!("{number} jobs, {failed} of which failed"),
        (Language::Chinese, _, 0) => format!("{number} 个任务"),
        (Language::Chinese, ..) => format!("{number} 个任务（{failed} 个任务失败）"),
    }
}

#[cfg(test)]
mod tests {
    use super::jobs;
    use crate::message::Language::{Chinese, English};

    #[test]
    fn jobs_that_failed_are_not_passed_over() {
        assert_eq!([jobs(1, 0, English), jobs(1, 1, English)], ["1 job", "1 job, which failed"]);
        assert_eq!(jobs(3, 1, English), "3 jobs, 1 of which failed");
        assert_eq!([jobs(2, 0, Chinese), jobs(1, 1, Chinese)], ["2 个任务", "1 个任务（1 个任务失败）"]);
    }
}

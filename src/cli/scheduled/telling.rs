//! What is said of a run: events on standard error, the result on standard output.

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::LogFormat;
use crate::cli::words;
use crate::jobs::Zone;
use crate::message::Language;
use crate::runs::Ending;
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
        match (ending.jobs.len(), self.language) {
            (0, Language::English) => format!("nothing done; next job due: {next}"),
            (0, Language::Chinese) => format!("未运行任务；下次到期：{next}"),
            (number, Language::English) => {
                let jobs = if number == 1 { "1 job".to_owned() } else { format!("{number} jobs") };
                format!("{jobs}: {}; next job due: {next}", summary::words(&ending.counts(), self.language))
            }
            (number, Language::Chinese) => {
                format!(
                    "{number} 个任务：{}；下次到期：{next}",
                    summary::words(&ending.counts(), self.language)
                )
            }
        }
    }
}

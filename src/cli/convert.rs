//! `guidang convert`: many pages to many formats, with a progress bar, a report and an exit code.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use indicatif::ProgressBar;

use super::args::ConvertArgs;
use super::run::{listen, open_report, progress_bar};
use super::settings::{self, SettingsError};
use super::web::web;
use super::{Exit, words};
use crate::acquire::container::CaptureFilter;
use crate::acquire::sources::{self, Expanded, Inventory};
use crate::acquire::web::Web;
use crate::batch::{self, BatchOptions, Done, Outcome};
use crate::diagnostic::Severity;
use crate::message::{Describe, In, Language};

/// Runs it.
pub(super) fn run(args: &ConvertArgs, language: Language) -> Exit {
    match prepare(args) {
        Ok(run) => run.go(language),
        Err(error) => {
            words::error(language, &error.describe(language));
            Exit::Usage
        }
    }
}

/// Everything that can be wrong with the configuration has been ruled out.
struct Run {
    options: crate::pipeline::Options,
    environment: crate::environment::Environment,
    batch: BatchOptions,
    typed: Vec<PathBuf>,
    filter: CaptureFilter,
    /// For the addresses among what was typed.
    web: Option<Arc<Web>>,
    /// Set by signals that end the run.
    signals: (Arc<AtomicBool>, Arc<AtomicUsize>),
    report: Option<Box<dyn Write>>,
    /// What the report was called.
    report_name: String,
}

fn prepare(args: &ConvertArgs) -> Result<Run, SettingsError> {
    let options = settings::converting(args)?;
    let filter = settings::capture_filter(&args.read)?;
    if args.output.exists() && !args.output.is_dir() {
        return Err(SettingsError::OutputIsFile { path: args.output.display().to_string() });
    }
    let workers =
        args.jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    let typed = if args.sources.is_empty() { vec![PathBuf::from("input")] } else { args.sources.clone() };
    let report = args.report.as_deref().map(open_report).transpose()?;
    let environment = settings::environment(&args.read)?;
    let batch = BatchOptions { output: args.output.clone(), workers, skip_existing: args.skip_existing };
    let report_name = args.report.as_deref().map_or_else(String::new, |path| path.display().to_string());
    let signals = listen();
    let web = web(&args.web, &typed, &signals.0)?;
    Ok(Run { options, environment, batch, typed, filter, web, signals, report, report_name })
}

#[derive(Default)]
struct Tally {
    converted: usize,
    skipped: usize,
    failed: usize,
    warnings: usize,
    report_broken: Option<String>,
}

impl Run {
    fn go(mut self, language: Language) -> Exit {
        let Expanded { jobs, refused, inventories } =
            sources::expand_filtered(&self.typed, &self.filter, self.web.as_ref());
        for inventory in &inventories {
            words::say(&inventory_line(inventory, language));
        }
        let (stop, signal) = &self.signals;
        let total = jobs.len() + refused.len();
        let bar = progress_bar(total);
        let mut tally = Tally::default();
        batch::run(&jobs, refused, &self.batch, &self.options, &self.environment, stop, |outcome| {
            bar.inc(1);
            tell(&outcome, &mut tally, &bar, language);
            if let Some(report) = &mut self.report {
                let written = writeln!(report, "{}", batch::line(&outcome)).and_then(|()| report.flush());
                if let Err(error) = written {
                    tally.report_broken.get_or_insert(error.to_string());
                }
            }
        });
        bar.finish_and_clear();
        summary(&tally, total, language);
        match signal.load(Ordering::SeqCst) {
            0 => exit(&tally, self.report_name, language),
            signal => Exit::Signal(signal),
        }
    }
}

/// What is in a web archive: its pages, and what is passed over by reason.
pub(super) fn inventory_line(inventory: &Inventory, language: Language) -> String {
    let Inventory { source, pages, passed_over } = inventory;
    let mut line = match language {
        Language::English => format!("{source}: {pages} pages"),
        Language::Chinese => format!("{source}：网页 {pages} 个"),
    };
    for (place, (why, count)) in passed_over.iter().enumerate() {
        line += &match (language, place) {
            (Language::English, 0) => format!("; passed over: {count} {}", In(language, why)),
            (Language::English, _) => format!(", {count} {}", In(language, why)),
            (Language::Chinese, 0) => format!("；略过：{} {count} 个", In(language, why)),
            (Language::Chinese, _) => format!("，{} {count} 个", In(language, why)),
        };
    }
    line
}

fn exit(tally: &Tally, report: String, language: Language) -> Exit {
    if let Some(why) = &tally.report_broken {
        let error = SettingsError::Report { path: report, why: why.clone() };
        words::error(language, &error.describe(language));
    }
    match (tally.converted + tally.skipped, tally.failed) {
        (_, 0) if tally.report_broken.is_none() => Exit::Done,
        (0, _) => Exit::Failed,
        _ => Exit::Partly,
    }
}

fn tell(outcome: &Outcome, tally: &mut Tally, bar: &ProgressBar, language: Language) {
    let warnings = outcome.diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Warning);
    match &outcome.result {
        Ok(Done::Converted(_)) => {
            tally.converted += 1;
            for warning in warnings {
                tally.warnings += 1;
                let line = match language {
                    Language::English => format!("warning: {}: {}", outcome.source, In(language, warning)),
                    Language::Chinese => format!("警告：{}：{}", outcome.source, In(language, warning)),
                };
                bar.suspend(|| words::say(&line));
            }
        }
        Ok(Done::Skipped) => tally.skipped += 1,
        Err(error) => {
            tally.failed += 1;
            let line = format!("{} [{}] {}", outcome.source, error.stage(), In(language, error));
            bar.suspend(|| words::error(language, &line));
        }
    }
}

fn summary(tally: &Tally, total: usize, language: Language) {
    let Tally { converted, skipped, failed, warnings, .. } = tally;
    let left = total - converted - skipped - failed;
    let mut line = match language {
        Language::English => format!("{converted} converted, {failed} failed"),
        Language::Chinese => format!("转换 {converted} 个，失败 {failed} 个"),
    };
    for (count, english, chinese) in [
        (*skipped, "skipped", "跳过"),
        (left, "not begun", "未开始"),
        (*warnings, if *warnings == 1 { "warning" } else { "warnings" }, "警告"),
    ] {
        if count > 0 {
            line += &match language {
                Language::English => format!(", {count} {english}"),
                Language::Chinese => format!("，{chinese} {count} 个"),
            };
        }
    }
    words::say(&line);
}

//! `guidang archive`: many pages into a preservation store, with a progress bar, a report and an exit code.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;

use super::args::ArchiveArgs;
use super::convert::inventory_line;
use super::run::{listen, open_report, progress_bar};
use super::settings::{self, SettingsError};
use super::web::web;
use super::{Exit, search, words};
use crate::acquire::container::CaptureFilter;
use crate::acquire::sources::{self, Expanded, SourceError};
use crate::acquire::web::Web;
use crate::archive::store::{Agent, Durability, Store, StoreError, Writer};
use crate::batch::filing::{self, Filed, FilingOptions, FilingOutcome, NoSupply, Task};
use crate::diagnostic::Severity;
use crate::environment::Environment;
use crate::error::Error;
use crate::export::received::{self, Kind};
use crate::message::{Describe, In, Language};
use crate::pipeline::Options;

/// Runs it.
pub(super) fn run(args: &ArchiveArgs, language: Language) -> Exit {
    let prepared = settings::archiving(args).and_then(|options| {
        let report = args.report.as_deref().map(open_report).transpose()?;
        Ok((options, settings::environment(&args.read)?, report, settings::capture_filter(&args.read)?))
    });
    let (options, environment, report, filter) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return usage(&error, language),
    };
    let durability = if args.no_fsync { Durability::None } else { Durability::Fsync };
    let store = match Store::create_or_open_with(&args.store, durability) {
        Ok(store) => store,
        Err(error) => return broken(&error, language),
    };
    let mut writer = match store.writer(Duration::from_secs(args.lock_wait.into())) {
        Ok(writer) => writer,
        Err(error) => return broken(&error, language),
    };
    let typed = if args.sources.is_empty() { vec![PathBuf::from("input")] } else { args.sources.clone() };
    let signals = listen();
    let web = match web(&args.web, &typed, &signals.0) {
        Ok(web) => web,
        Err(error) => return usage(&error, language),
    };
    let (tasks, refused) = match tasks(args, &typed, &store, &filter, web.as_ref(), language) {
        Ok(tasks) => tasks,
        Err(error) => return broken(&error, language),
    };
    if args.read.base_url.is_some() && tasks.len() > 1 {
        return usage(&SettingsError::BaseUrlOfMany, language);
    }
    file(args, &options, &environment, &store, &mut writer, (tasks, refused), report, &signals, language)
}

fn usage(error: &SettingsError, language: Language) -> Exit {
    words::error(language, &error.describe(language));
    Exit::Usage
}

fn broken(error: &StoreError, language: Language) -> Exit {
    words::error(language, &error.describe(language));
    match error {
        StoreError::Locked { .. } => Exit::Locked,
        StoreError::NotAStore { .. } | StoreError::Unsupported { .. } => Exit::Usage,
        _ => Exit::Failed,
    }
}

/// What is to be filed, and what cannot be, and why.
type Wanted = (Vec<Task>, Vec<(String, Error)>);

/// What is to be filed: the sources, or with `--rerender` and no source every object of the store.
fn tasks(
    args: &ArchiveArgs,
    typed: &[PathBuf],
    store: &Store,
    filter: &CaptureFilter,
    web: Option<&Arc<Web>>,
    language: Language,
) -> Result<Wanted, StoreError> {
    if args.rerender && args.sources.is_empty() {
        let stored = store.objects().map(|object| Ok(Task::Stored(object?.id().clone())));
        return Ok((stored.collect::<Result<_, StoreError>>()?, Vec::new()));
    }
    let (mut tasks, mut refused) = (Vec::new(), Vec::new());
    let mut others = Vec::new();
    for path in typed {
        match received::kind(path) {
            Some(kind) => others.extend(handed_on(path, kind, filter, &mut tasks, &mut refused)),
            None => others.push(path.clone()),
        }
    }
    let Expanded { jobs, refused: unfit, inventories } = sources::expand_filtered(&others, filter, web);
    for inventory in &inventories {
        words::say(&inventory_line(inventory, language));
    }
    tasks.extend(jobs.into_iter().map(Task::Source));
    refused.extend(unfit.into_iter().map(|(source, error)| (source, error.into())));
    Ok((tasks, refused))
}

/// Adds the versions in a folder that was handed on, or why it is refused. A bag without versions of ours is a folder of
/// sources like any other, once it is certain that nothing in it was altered: that folder is returned.
fn handed_on(
    path: &Path,
    kind: Kind,
    filter: &CaptureFilter,
    tasks: &mut Vec<Task>,
    refused: &mut Vec<(String, Error)>,
) -> Option<PathBuf> {
    let shown = path.display().to_string();
    match received::versions(path, kind) {
        Ok(versions) if versions.is_empty() && kind == Kind::Bag => return Some(path.join("data")),
        Ok(versions) if versions.is_empty() => {
            refused.push((shown.clone(), SourceError::NoPagesWithin { path: shown }.into()));
        }
        Ok(_) if !filter.is_all() => refused.push((shown, SourceError::NotFiltered.into())),
        Ok(versions) => tasks.extend(versions.into_iter().map(Task::Received)),
        Err(error) => refused.push((shown, Error::Received(error))),
    }
    None
}

#[derive(Default)]
struct Tally {
    created: usize,
    versions: usize,
    unchanged: usize,
    refused: usize,
    failed: usize,
    warnings: usize,
    report_broken: Option<String>,
}

#[expect(clippy::too_many_arguments, reason = "each is another thing that was prepared")]
fn file(
    args: &ArchiveArgs,
    options: &Options,
    environment: &Environment,
    store: &Store,
    writer: &mut Writer<'_>,
    (tasks, refused): Wanted,
    mut report: Option<Box<dyn Write>>,
    (stop, signal): &(Arc<AtomicBool>, Arc<AtomicUsize>),
    language: Language,
) -> Exit {
    let (now, time_stands_still) = match settings::clock() {
        Ok(clock) => clock,
        Err(error) => return usage(&error, language),
    };
    let workers =
        args.jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    let agent = Agent {
        name: concat!("guidang ", env!("CARGO_PKG_VERSION")).to_owned(),
        operator: args.operator.clone(),
    };
    let rerender = args.rerender;
    let filing = FilingOptions {
        workers,
        agent,
        rerender,
        now: &now,
        time_stands_still,
        found_by: &|_| None,
        supply: &NoSupply,
        begin: &|| !stop.load(Ordering::Relaxed),
    };
    let total = tasks.len() + refused.len();
    let bar = progress_bar(total);
    let mut tally = Tally::default();
    let run = filing::run(&tasks, refused, store, writer, &filing, options, environment, stop, |outcome| {
        bar.inc(1);
        tell(&outcome, &mut tally, &bar, language);
        if let Some(report) = &mut report {
            let written = writeln!(report, "{}", filing::line(&outcome)).and_then(|()| report.flush());
            if let Err(error) = written {
                tally.report_broken.get_or_insert(error.to_string());
            }
        }
    });
    bar.finish_and_clear();
    if let Err(error) = run {
        return broken(&error, language);
    }
    search::follow(store, language);
    summary(&tally, total, language);
    match signal.load(Ordering::SeqCst) {
        0 => exit(&tally, args, language),
        signal => Exit::Signal(signal),
    }
}

fn exit(tally: &Tally, args: &ArchiveArgs, language: Language) -> Exit {
    if let Some(why) = &tally.report_broken {
        let path = args.report.as_deref().map_or_else(String::new, |path| path.display().to_string());
        words::error(language, &SettingsError::Report { path, why: why.clone() }.describe(language));
    }
    match (tally.created + tally.versions + tally.unchanged, tally.refused + tally.failed) {
        (_, 0) if tally.report_broken.is_none() => Exit::Done,
        (0, _) => Exit::Failed,
        _ => Exit::Partly,
    }
}

fn tell(outcome: &FilingOutcome, tally: &mut Tally, bar: &ProgressBar, language: Language) {
    match &outcome.result {
        Ok(filed) => {
            match filed {
                Filed::Created => tally.created += 1,
                Filed::NewVersion(_) => tally.versions += 1,
                Filed::Unchanged(_) => {
                    tally.unchanged += 1;
                    return;
                }
            }
            let warnings =
                outcome.diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Warning);
            for warning in warnings {
                tally.warnings += 1;
                let line = match language {
                    Language::English => format!("warning: {}: {}", outcome.source, In(language, warning)),
                    Language::Chinese => format!("警告：{}：{}", outcome.source, In(language, warning)),
                };
                bar.suspend(|| words::say(&line));
            }
        }
        Err(error) => {
            if error.is_refusal() {
                tally.refused += 1;
            } else {
                tally.failed += 1;
            }
            let line = format!("{} [{}] {}", outcome.source, error.stage(), In(language, error));
            bar.suspend(|| words::error(language, &line));
        }
    }
}

fn summary(tally: &Tally, total: usize, language: Language) {
    let Tally { created, versions, unchanged, refused, failed, warnings, .. } = tally;
    let left = total.saturating_sub(created + versions + unchanged + refused + failed);
    let mut line = match language {
        Language::English => {
            format!("{created} created, {versions} new versions, {unchanged} unchanged, {failed} failed")
        }
        Language::Chinese => {
            format!("新建 {created} 个，新版本 {versions} 个，未变 {unchanged} 个，失败 {failed} 个")
        }
    };
    for (count, english, chinese) in [
        (*refused, "refused", "拒收"),
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

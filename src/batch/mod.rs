//! Converts many sources with a bounded number of workers; one source's failure never stops the others.

pub mod filing;
mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::acquire::Source;
use crate::acquire::sources::{Job, Refused, SourceError};
use crate::archive::{place, sweep};
use crate::diagnostic::Diagnostics;
use crate::document::sha256;
use crate::environment::Environment;
use crate::error::Error;
use crate::pipeline::{Options, Pipeline, Timings};
use crate::write::Format;

pub use report::line;

/// Stack of a worker: deep enough for a page nested to the limit in every recursive stage.
pub(crate) const WORKER_STACK: usize = 32 << 20;

/// How to run a batch.
#[derive(Clone, Debug)]
pub struct BatchOptions {
    /// The folder for the outputs.
    pub output: PathBuf,
    /// Number of workers, at least 1.
    pub workers: usize,
    /// Pass over a source all of whose outputs exist.
    pub skip_existing: bool,
}

/// What became of a source.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The source as typed or found.
    pub source: String,
    /// What became of it.
    pub result: Result<Done, Error>,
    /// What was noticed.
    pub diagnostics: Diagnostics,
    /// Time spent in each stage.
    pub timings: Timings,
}

/// How a source succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// Its outputs were written.
    Converted(Vec<Output>),
    /// All its outputs existed.
    Skipped,
}

/// An output in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its format.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its lower-case hexadecimal SHA-256.
    pub sha256: String,
}

/// Converts `jobs`, telling `tell` of each outcome in the order of the jobs, whatever the number of workers.
/// Sources already `refused` are told first. A source not begun when `stop` is set is left out; one in hand is finished.
pub fn run(
    jobs: &[Job],
    refused: Vec<Refused>,
    batch: &BatchOptions,
    options: &Options,
    environment: &Environment,
    stop: &AtomicBool,
    mut tell: impl FnMut(Outcome),
) {
    for (source, error) in refused {
        tell(failed(source, error.into()));
    }
    let folders: BTreeSet<PathBuf> = jobs
        .iter()
        .filter_map(|job| batch.output.join(&job.output).parent().map(Path::to_path_buf))
        .collect();
    for folder in &folders {
        sweep(folder);
    }
    let sources: BTreeSet<PathBuf> = jobs
        .iter()
        .flat_map(|job| std::iter::once(&job.source).chain(&job.parts))
        .filter_map(|source| match source {
            Source::File { path, .. } => path.canonicalize().ok(),
            Source::StandardInput | Source::Recorded(_) | Source::Captured(_) | Source::Web(_) => None,
        })
        .collect();

    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..batch.workers.clamp(1, jobs.len().max(1)) {
            let sender = sender.clone();
            let (next, sources) = (&next, &sources);
            let worker = move || {
                while !stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { break };
                    let outcome = one(job, sources, batch, options, environment);
                    if sender.send((index, outcome)).is_err() {
                        break;
                    }
                }
            };
            if let Err(error) = thread::Builder::new().stack_size(WORKER_STACK).spawn_scoped(scope, worker) {
                tell(failed("-".to_owned(), Error::Internal(format!("no thread: {error}"))));
            }
        }
        drop(sender);
        // Outcomes are small; those that overtake a slow source wait here for their turn.
        let mut waiting = BTreeMap::new();
        let mut turn = 0;
        for (index, outcome) in receiver {
            waiting.insert(index, outcome);
            while let Some(outcome) = waiting.remove(&turn) {
                tell(outcome);
                turn += 1;
            }
        }
        waiting.into_values().for_each(&mut tell);
    });
}

fn failed(source: String, error: Error) -> Outcome {
    Outcome { source, result: Err(error), diagnostics: Diagnostics::default(), timings: Timings::new() }
}

fn one(
    job: &Job,
    sources: &BTreeSet<PathBuf>,
    batch: &BatchOptions,
    options: &Options,
    environment: &Environment,
) -> Outcome {
    let paths: Vec<(Format, PathBuf)> =
        options.formats.iter().map(|&format| (format, output_path(batch, job, format))).collect();
    let replaced = |path: &PathBuf| path.canonicalize().is_ok_and(|path| sources.contains(&path));
    if let Some((_, path)) = paths.iter().find(|(_, path)| replaced(path)) {
        let error = SourceError::OverwritesSource { output: path.display().to_string() };
        return failed(job.shown.clone(), error.into());
    }
    if batch.skip_existing && paths.iter().all(|(_, path)| path.is_file()) {
        return Outcome {
            result: Ok(Done::Skipped),
            ..failed(job.shown.clone(), Error::Internal(String::new()))
        };
    }
    let mut pipeline = Pipeline::new(options, environment).with_parts(job.parts.clone());
    // A fault of ours in one page must not take the batch with it.
    let result = catch_unwind(AssertUnwindSafe(|| pipeline.convert(&job.source)))
        .unwrap_or_else(|panic| Err(Error::Internal(panic_message(panic.as_ref()))));
    let Pipeline { diagnostics, mut timings, .. } = pipeline;
    let start = (environment.stopwatch)();
    let result = result.and_then(|(_, artifacts)| {
        let mut outputs = Vec::with_capacity(artifacts.len());
        for (artifact, (format, path)) in artifacts.into_iter().zip(paths) {
            place(&path, &artifact.bytes)?;
            outputs.push(Output {
                format,
                path,
                bytes: artifact.bytes.len() as u64,
                sha256: sha256(&artifact.bytes),
            });
        }
        Ok(Done::Converted(outputs))
    });
    timings.push(("archive", (environment.stopwatch)().saturating_sub(start)));
    Outcome { source: job.shown.clone(), result, diagnostics, timings }
}

/// The extension is appended, not replaced: `2018.01.html` gives `2018.01.pdf`.
fn output_path(batch: &BatchOptions, job: &Job, format: Format) -> PathBuf {
    let mut path = batch.output.join(&job.output).into_os_string();
    path.push(".");
    path.push(format.extension());
    path.into()
}

/// What a caught panic says.
pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|message| (*message).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic".to_owned())
}

//! Turns a store into a report on its 真实性, 完整性, 可用性 and 安全性: the 四性检测 of DA/T 70-2018.
//!
//! The store is only read, and nothing in it is trusted. What is found is told by file: a byte that changed anywhere
//! names the file that it is in. The event log is read first, then the objects in the order of their folders, a batch at a
//! time, by several workers; the report is the same for any number of them. Kept in memory are a batch and 24 bytes for
//! each object of the log.

mod catalogued;
mod check;
mod content;
mod fault;
mod fixity;
mod formats;
mod inventories;
mod ledger;
mod markup;
mod object;
mod office;
mod pace;
mod paper;
mod portable;
mod progress;
mod report;
mod revisits;
mod selection;
mod terminal;
mod tree;
mod wording;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

pub use check::{Check, Property};
pub use fault::Fault;
pub use paper::document;
pub use progress::{Progress, ProgressError};
pub use report::{Count, Finding, MOST_FINDINGS, Report, SCHEMA, Severity, Tally, Verdict};
pub use selection::Selection;
pub use terminal::terminal;

use crate::archive::store::layout::{JOURNAL, object_folder};
use crate::archive::store::reading::{self, Kind};
use crate::archive::store::{ObjectId, Store};
use object::Shared;
use pace::Pace;

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Structure, log and digests: what `sha512sum` and a look at the folders can tell.
    Fixity,
    /// Also what is in the files.
    Full,
}

/// How to look.
#[derive(Clone, Debug)]
pub struct Options {
    /// How far.
    pub depth: Depth,
    /// Compute SHA-256 and SM3 too; costs about as much again twice.
    pub all_digests: bool,
    /// Number of workers, at least 1.
    pub workers: usize,
    /// Most bytes read a second for digests.
    pub limit: Option<u64>,
    /// Which objects.
    pub selection: Selection,
    /// A monotonic clock, for the limit and for when to save; no result depends on it.
    pub stopwatch: fn() -> Duration,
}

/// What a run found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was found.
    pub tally: Tally,
    /// Number and digest of the log's last entry.
    pub head: Option<(u64, String)>,
    /// Whether everything that was asked for was looked at.
    pub finished: bool,
}

/// Objects in a batch for each worker.
const BATCH: usize = 32;
/// Stack of a worker: readers follow the nesting of documents.
const STACK: usize = 64 << 20;
/// Time between two savings.
const SAVING: Duration = Duration::from_secs(2);

/// Looks at `store`. `progress` is where an earlier run got to, and afterwards where this one got to; it is given to
/// `save` every few seconds and at the end. Ends early when `stop` is set.
pub fn run(
    store: &Store,
    options: &Options,
    progress: &mut Progress,
    stop: &AtomicBool,
    mut save: impl FnMut(&Progress),
) -> Outcome {
    let root = store.root();
    let mut tally = Tally::default();
    tree::parts(root, crate::catalogue::FILE, &mut tally);
    let catalogue = catalogued::open(root, &mut tally);
    let ask = catalogue.as_ref().map(catalogued::Opened::sequence);
    let mut ledger = ledger::read(store, ask, &mut tally);
    revisits::audit(store, std::mem::take(&mut ledger.revisits), &mut tally);
    let versions = catalogue.and_then(|catalogue| catalogue.compare(&ledger, &mut tally));
    let pace = Pace::new(options.limit, options.stopwatch, stop);
    let shared = Shared {
        store,
        root,
        ledger: &ledger,
        catalogued: versions.as_ref(),
        depth: options.depth,
        all_digests: options.all_digests,
        pace: &pace,
    };
    let workers = options.workers.max(1);
    let mut batch: Vec<String> = Vec::new();
    let mut finished = true;
    let mut saved = (options.stopwatch)();
    let mut turn = |batch: &mut Vec<String>, progress: &mut Progress| {
        let folders = std::mem::take(batch);
        for (folder, found) in folders.iter().zip(audit_batch(&folders, &shared, workers)) {
            let Some(found) = found else { return false };
            progress.tally.add(found);
            progress.through = Some(folder.clone());
        }
        let now = (options.stopwatch)();
        if now.saturating_sub(saved) >= SAVING {
            saved = now;
            save(progress);
        }
        !stop.load(Ordering::Relaxed)
    };
    let mut each = |folder: String| {
        let done = progress.through.as_ref().is_some_and(|through| folder <= *through);
        if !done && options.selection.takes(&folder) {
            batch.push(folder);
        }
        if batch.len() >= workers * BATCH && !turn(&mut batch, progress) {
            finished = false;
        }
        finished
    };
    match &options.selection {
        Selection::Object(id) => each_object(root, id, &mut tally, &mut each),
        Selection::All | Selection::Sample { .. } => tree::objects(root, &mut tally, &mut each),
    }
    if finished && !batch.is_empty() {
        finished = turn(&mut batch, progress);
    }
    save(progress);
    tally.add(progress.tally.clone());
    let head = ledger.head.map(|head| (head.sequence, head.digest));
    Outcome { tally, head, finished }
}

/// One object, which must be there.
fn each_object(
    root: &std::path::Path,
    id: &ObjectId,
    tally: &mut Tally,
    each: &mut dyn FnMut(String) -> bool,
) {
    let folder = object_folder(id);
    if matches!(reading::look(root, &folder), Ok(Kind::Folder)) {
        each(folder);
    } else {
        let subject = report::Subject { object: Some(id.as_str()), version: None, file: Some(&folder) };
        tally.fault(Check::ObjectFiles, subject, &Fault::Missing);
    }
}

/// What was found of each object, in their order; None where it was asked to end.
fn audit_batch(folders: &[String], shared: &Shared<'_>, workers: usize) -> Vec<Option<Tally>> {
    let found: Vec<Mutex<Option<Tally>>> = folders.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut buffer = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(folder) = folders.get(index) else { break };
            let tally = audit_object(folder, shared, &mut buffer);
            *found[index].lock().unwrap_or_else(PoisonError::into_inner) = tally;
        }
    };
    thread::scope(|scope| {
        let helpers = (1..workers.min(folders.len())).map(|_| work);
        for helper in helpers {
            // Without a further thread the others do its work.
            let _ = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, helper);
        }
        let own = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        if own.is_err() {
            work();
        }
    });
    found.into_iter().map(|tally| tally.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// Beside a writer an object may be between two states: what looks wrong then is looked at again.
fn audit_object(folder: &str, shared: &Shared<'_>, buffer: &mut Vec<u8>) -> Option<Tally> {
    let mut attempts = 0;
    loop {
        let tally = object::audit(folder, shared, buffer)?;
        let writing = || matches!(reading::look(shared.root, JOURNAL), Ok(Kind::File(_)));
        attempts += 1;
        if tally.faults() == 0 || attempts > 3 || !writing() {
            return Some(tally);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

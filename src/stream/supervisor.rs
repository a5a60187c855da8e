//! Reads lines, spreads them over lanes, and writes the answers in the order of the lines.

use std::io::{BufRead, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::answer::Answer;
use super::error::StreamError;
use super::input::InputOptions;
use super::key::Profile;
use super::lane::{Lane, Made};
use super::lines::{self, Line};
use super::storage::Location;
use super::storing::Storing;
use super::watch::Limits;
use super::worker_process::Spawn;

/// How a stream is run.
pub struct Plan {
    /// Number of lanes, each with a worker; at least 1.
    pub lanes: usize,
    /// The longest line, in bytes.
    pub longest_line: usize,
    /// From where pages may be read.
    pub input: InputOptions,
    /// Where outputs go.
    pub output: Location,
    /// What a page may take.
    pub limits: Limits,
    /// How a worker is started. It has to convert with the options that `profile` is of.
    pub spawn: Spawn,
    /// Tells monotonic time.
    pub stopwatch: fn() -> Duration,
    /// What outputs depend on besides the page.
    pub profile: Profile,
    /// The digest of the fonts.
    pub fonts: String,
    /// Also keep what the archive needs: the page, and what is known about it.
    pub archivable: bool,
}

/// What became of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records that gave outputs.
    pub converted: u64,
    /// Records that were answered with an error.
    pub failed: u64,
    /// Workers that were started.
    pub workers: u64,
}

/// Where an answer is waited for.
type Waiting = SyncSender<Result<Answer, StreamError>>;

/// A line on its way to a lane, and where its answer is waited for.
struct Task {
    line: Line,
    number: u64,
    answer: Waiting,
}

/// Answers every line of `input` with one line of `output`, in order, each as soon as it is there. Memory is bounded by
/// the number of lanes: nothing is read ahead of a reader of the answers that does not read.
///
/// # Errors
/// The first trouble that is none of a record's. The answers to all lines before it are written then.
pub fn run(
    input: impl BufRead + Send + 'static,
    output: &mut impl Write,
    plan: &Arc<Plan>,
) -> Result<Tally, StreamError> {
    let lanes = plan.lanes.max(1);
    let (tasks, queue) = sync_channel::<Task>(0);
    // Finished answers wait here for slower ones before them. A lane has three records in hand.
    let (order, answers) = sync_channel::<Receiver<Result<Answer, StreamError>>>(4 * lanes);
    let queue = Arc::new(Mutex::new(queue));
    let mut running = Vec::with_capacity(lanes);
    for _ in 0..lanes {
        let (plan, queue) = (Arc::clone(plan), Arc::clone(&queue));
        let lane = thread::Builder::new().spawn(move || work(&plan, &queue));
        running.push(lane.map_err(|error| StreamError::Internal { why: error.to_string() })?);
    }
    drop(queue);
    // Not joined when the output fails: it may wait for input for ever.
    let longest = plan.longest_line;
    thread::Builder::new()
        .spawn(move || distribute(input, longest, &tasks, &order))
        .map_err(|error| StreamError::Internal { why: error.to_string() })?;

    let mut tally = Tally::default();
    for answer in answers {
        let lost = || StreamError::Internal { why: "a lane panicked".to_owned() };
        let answer = answer.recv().map_err(|_| lost())??;
        let written = output.write_all(answer.line().as_bytes()).and_then(|()| output.flush());
        written.map_err(|error| StreamError::Output { why: error.to_string() })?;
        if answer.error.is_none() {
            tally.converted += 1;
        } else {
            tally.failed += 1;
        }
    }
    for lane in running {
        tally.workers += lane.join().unwrap_or_default();
    }
    Ok(tally)
}

fn distribute(
    mut input: impl BufRead,
    longest: usize,
    tasks: &SyncSender<Task>,
    order: &SyncSender<Receiver<Result<Answer, StreamError>>>,
) {
    for number in 1.. {
        let line = match lines::next(&mut input, longest) {
            Ok(None) => return,
            Ok(Some(line)) => Ok(line),
            Err(error) => Err(error),
        };
        let (answer, waiting) = sync_channel(1);
        // First its place in the order, then the work: there is room for the one before the other is begun.
        if order.send(waiting).is_err() {
            return;
        }
        match line {
            Ok(line) => {
                if tasks.send(Task { line, number, answer }).is_err() {
                    return;
                }
            }
            Err(error) => {
                let _ = answer.send(Err(StreamError::Input { why: error.to_string() }));
                return;
            }
        }
    }
}

/// Works until there is no more. Returns the number of workers started.
fn work(plan: &Arc<Plan>, queue: &Mutex<Receiver<Task>>) -> u64 {
    // Pages on their way from the worker to the store: one is converted while another is put. One more may wait, for a
    // disk that is sometimes slower than the worker must not stop it.
    let (made, pages) = sync_channel::<(Made, Waiting)>(1);
    thread::scope(|scope| {
        scope.spawn(|| store(plan, pages));
        convert(plan, queue, made)
    })
}

/// Has the pages of the queue converted, by one worker after the other.
fn convert(plan: &Arc<Plan>, queue: &Mutex<Receiver<Task>>, made: SyncSender<(Made, Waiting)>) -> u64 {
    // With the first line: what is not needed is not started.
    let mut lane: Option<Lane> = None;
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Task { line, number, answer }) = next else { break };
        let ready = match lane.take() {
            Some(ready) => Ok(ready),
            None => Lane::new(plan),
        };
        let sent = match ready.and_then(|ready| lane.insert(ready).make(&line, number)) {
            Ok(page) => made.send((page, answer)).is_ok(),
            Err(broken) => {
                let _ = answer.send(Err(broken));
                false
            }
        };
        if !sent {
            break;
        }
    }
    // Nothing more is to be stored, whatever it takes to end the worker.
    drop(made);
    lane.map_or(0, |lane| lane.workers_started())
}

/// Puts the pages of a lane into the store and answers.
fn store(plan: &Arc<Plan>, pages: Receiver<(Made, Waiting)>) {
    let mut storing: Option<Storing> = None;
    for (made, answer) in pages {
        let ready = match storing.take() {
            Some(ready) => Ok(ready),
            None => Storing::new(plan),
        };
        let answered = ready.and_then(|ready| storing.insert(ready).answer(made));
        let broken = answered.is_err();
        if answer.send(answered).is_err() || broken {
            break;
        }
    }
}

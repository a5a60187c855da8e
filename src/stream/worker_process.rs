//! The worker as its supervisor sees it: started, handed a page, waited for, replaced.

use std::io::{self, BufReader, Read};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::answer::Failure;
use super::error::{LostPage, StreamError};
use super::frame::{self, READY, Reply, Request};
use super::watch::{Limits, Process, Watch, resident};
use crate::acquire::Acquired;

/// A worker may take so long to load its fonts before the first page.
const START: Duration = Duration::from_secs(120);

/// So often a page is tried whose worker dies.
const ATTEMPTS: u32 = 2;

/// How a worker is started: a command whose standard input and output will be pipes.
pub type Spawn = Arc<dyn Fn() -> io::Result<Command> + Send + Sync>;

/// The worker of one lane.
pub(super) struct Worker {
    spawn: Spawn,
    limits: Limits,
    watch: Watch,
    running: Option<Running>,
    /// How many were started.
    pub(super) workers: u64,
}

struct Running {
    process: Process,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// What a worker made of a page: formats and files.
pub(super) struct Converted {
    pub(super) reply: Reply,
    pub(super) outputs: Vec<(String, Vec<u8>)>,
}

impl Worker {
    pub(super) fn new(
        spawn: Spawn,
        limits: Limits,
        stopwatch: fn() -> Duration,
    ) -> Result<Self, StreamError> {
        let watch = Watch::new(stopwatch).map_err(|error| unstartable(&error))?;
        Ok(Self { spawn, limits, watch, running: None, workers: 0 })
    }

    /// Converts `page`. The inner error is what became of the page.
    ///
    /// A worker may be ended by something that is none of the page's doing: a person, or the system where memory is short.
    /// So a page whose worker died is tried once more, in a fresh one, and reported when that dies too. What exceeds our
    /// own limits would exceed them again.
    pub(super) fn convert(&mut self, page: &Acquired) -> Result<Result<Converted, Failure>, StreamError> {
        let mut attempt = 1;
        loop {
            let lost = match self.attempt(page)? {
                Ok(converted) => return Ok(Ok(converted)),
                Err(lost) => lost,
            };
            if attempt == ATTEMPTS || !matches!(lost, LostPage::Crashed { .. }) {
                return Ok(Err(Failure::of("worker", &lost)));
            }
            attempt += 1;
        }
    }

    fn attempt(&mut self, page: &Acquired) -> Result<Result<Converted, LostPage>, StreamError> {
        let mut running = match self.running.take() {
            Some(running) if running.is_alive() => running,
            // Ended from outside between two pages: nothing is lost.
            _ => self.start()?,
        };
        let request = Request {
            name: page.name.clone(),
            url: page.url.as_ref().map(url::Url::to_string),
            charset: page.transport_charset.clone(),
            captured: page.captured.clone(),
            http_head: page.http_head.as_ref().map(|head| head.len() as u64),
            page: page.bytes.len() as u64,
        };
        let head = page.http_head.as_deref().unwrap_or_default();
        self.watch.begin(&running.process, self.limits);
        let answered =
            frame::write(&mut running.input, &request, &[head, &page.bytes]).and_then(|()| running.answer());
        let verdict = self.watch.end();
        match (answered, verdict) {
            // It may have been ended after its last word.
            (Ok(converted), verdict) => {
                // What a worker has once taken it may not give back: it must not be held against the next page.
                if verdict.is_none() && resident(&running.process) <= self.limits.memory / 2 {
                    self.running = Some(running);
                } else {
                    running.stop();
                }
                Ok(Ok(converted))
            }
            (Err(_), verdict) => {
                let how = running.stop().shown();
                Ok(Err(verdict.unwrap_or(LostPage::Crashed { how })))
            }
        }
    }

    fn start(&mut self) -> Result<Running, StreamError> {
        // One that is killed before its first page is no worse than one that is killed later.
        match self.started()? {
            Ok(running) => Ok(running),
            Err(_) => self.started()?.map_err(|why| StreamError::Worker { why }),
        }
    }

    /// A worker that can begin; the inner error says how it was killed before that.
    fn started(&mut self) -> Result<Result<Running, String>, StreamError> {
        let spawned = (self.spawn)().and_then(|mut command| {
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()
        });
        let mut child = spawned.map_err(|error| unstartable(&error))?;
        self.workers += 1;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(StreamError::Worker { why: "no pipes".to_owned() });
        };
        let process = Arc::new(Mutex::new(child));
        let mut running = Running { process, input, output: BufReader::with_capacity(64 << 10, output) };
        let mut greeting = vec![0; READY.len()];
        self.watch.begin(&running.process, Limits { time: START, memory: u64::MAX });
        let greeted = running.output.read_exact(&mut greeting);
        let verdict = self.watch.end();
        if greeted.is_ok() && greeting == READY {
            return Ok(Ok(running));
        }
        let end = running.stop();
        match verdict {
            Some(_) => {
                Err(StreamError::Worker { why: format!("it takes longer than {} s", START.as_secs()) })
            }
            None if end.was_killed() => Ok(Err(end.shown())),
            None => Err(StreamError::Worker { why: end.shown() }),
        }
    }
}

impl Running {
    fn is_alive(&self) -> bool {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(process.try_wait(), Ok(None))
    }

    fn answer(&mut self) -> io::Result<Converted> {
        let reply: Option<Reply> = frame::read(&mut self.output)?;
        let reply = reply.ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut outputs = Vec::with_capacity(reply.outputs.len());
        for (format, length) in &reply.outputs {
            outputs.push((format.clone(), frame::part(&mut self.output, *length)?));
        }
        Ok(Converted { reply, outputs })
    }

    /// Makes sure that it is gone, and says how it ended.
    fn stop(self) -> End {
        let Self { process, input, output } = self;
        drop((input, output));
        let mut process = process.lock().unwrap_or_else(PoisonError::into_inner);
        End(ended(&mut process))
    }
}

/// How a worker ended.
struct End(io::Result<ExitStatus>);

impl End {
    fn shown(&self) -> String {
        match &self.0 {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }

    /// Whether a signal ended it: by itself it ends with a code.
    fn was_killed(&self) -> bool {
        self.0.as_ref().is_ok_and(|status| status.code().is_none())
    }
}

/// How `process` ended by itself; ended now if it has not within a moment.
fn ended(process: &mut Child) -> io::Result<ExitStatus> {
    // With its pipes closed it ends soon, unless it is busy with a page.
    for _ in 0..20 {
        if let Some(status) = process.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    process.kill()?;
    process.wait()
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }
}

fn unstartable(error: &io::Error) -> StreamError {
    StreamError::Worker { why: error.to_string() }
}

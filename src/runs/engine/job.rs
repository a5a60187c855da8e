//! Runs one job from its beginning to its end.

use std::cell::{Cell, RefCell};

use super::fetching::Hand;
use super::hosts::Hosts;
use super::{Engine, JobEnding, RunError};
use crate::archive::store::{Store, Writer};
use crate::jobs::{Job, JobSource, SourceKind};
use crate::message::Describe;
use crate::pipeline::Options;
use crate::runs::ledger::{Counts, Ledger, LedgerError, Notice, NoticeKind, RunOutcome};
use crate::runs::log::Event;
use crate::runs::notify::Ping;
use crate::runs::plan::{self, Why};

/// How a source came off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// It was read to its end.
    Read,
    /// Some of its lists could not be read: a code, and words. What the others name is listed.
    Partly(String, String),
    /// It could not be read: a code, and words.
    Failed(String, String),
    /// The run was told to end, or a limit was reached.
    Left,
}

impl Came {
    fn failure(&self) -> Option<(&String, &String)> {
        match self {
            Self::Partly(code, message) | Self::Failed(code, message) => Some((code, message)),
            Self::Read | Self::Left => None,
        }
    }
}

/// What is known of a job under way also when it breaks off.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The number of its run, once it has begun, and how often it had failed before.
    pub(super) run: Cell<Option<(i64, u64)>>,
    /// What was told of so far.
    pub(super) counts: RefCell<Counts>,
    /// The stopwatch at its beginning.
    pub(super) start: std::time::Duration,
}

impl Engine<'_> {
    /// Runs `job`. However it comes off, it ends with an event, its numbers and a ping.
    ///
    /// # Errors
    /// If the ledger or the store cannot be read or written: no other job of this store can run either.
    pub(super) fn job(
        &mut self,
        job: &Job,
        why: Why,
        store: &Store,
        writer: &mut Writer<'_>,
        ledger: &mut Ledger,
    ) -> Result<(), RunError> {
        let progress = Progress { start: self.world.stopwatch(), ..Progress::default() };
        let mut ending = self.carry_out(job, why, store, writer, ledger, &progress);
        if let Err(RunError::Ledger { why: LedgerError::Damaged { .. } }) = &ending {
            // Nothing in it is worth waiting for a person: what it remembered is looked at again.
            ending =
                self.renew(ledger).and_then(|()| self.carry_out(job, why, store, writer, ledger, &progress));
        }
        let ending = match ending {
            Ok(ending) => ending,
            Err(error) => {
                self.break_off(job, store, ledger, &progress, &error);
                return Err(error);
            }
        };
        self.say_ended(&ending, &progress);
        let told = self.tell_all(job, store, ledger, &ending.counts);
        self.finish(job, ending);
        told
    }

    /// What happened to a job, in the log.
    pub(super) fn say_ended(&mut self, ending: &JobEnding, progress: &Progress) {
        let seconds = self.world.stopwatch().saturating_sub(progress.start).as_secs();
        let event = Event::JobEnded {
            outcome: ending.outcome,
            code: ending.code.as_deref(),
            counts: &ending.counts,
            seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
        };
        (self.tell)(Some(&ending.job), &event);
    }

    /// The last of a job: the watchdog is told, and the run has it among its jobs.
    pub(super) fn finish(&mut self, job: &Job, ending: JobEnding) {
        let code = super::Ending { jobs: vec![ending.clone()], ..super::Ending::default() }.code();
        let ping = Ping::End(self.world.code(code));
        self.ping(Some(&job.name), job.notifications.ping.as_ref(), &job.notifications.allow_net, ping);
        self.ending.jobs.push(ending);
    }

    /// The job itself, but for telling how it ended.
    fn carry_out(
        &mut self,
        job: &Job,
        why: Why,
        store: &Store,
        writer: &mut Writer<'_>,
        ledger: &mut Ledger,
        progress: &Progress,
    ) -> Result<JobEnding, RunError> {
        let begun = self.world.now();
        let before = ledger.job(&job.name)?;
        let resume = before.hand.is_some_and(|hand| plan::goes_on(job, hand, begun));
        let (run, _) = ledger.begin(&job.name, &self.options.id, begun, resume)?;
        progress.run.set(Some((run, before.failures)));
        let listed = plan::lists_are_read(job, &before, begun);
        (self.tell)(Some(&job.name), &Event::JobBegan { why, resumed: listed });
        let allowed = &job.notifications.allow_net;
        self.ping(Some(&job.name), job.notifications.ping.as_ref(), allowed, Ping::Start);
        let (came, requests) = match self.webs.of(&job.web) {
            Ok(web) => {
                super::bring_up(job, ledger, begun)?;
                self.patience.teach(&web);
                let requests = web.requests();
                self.budget.begin_job(progress.start, job.limits.pages, job.limits.max_duration);
                let name = job.name.clone();
                let tell = &mut *self.tell;
                let mut hand = Hand {
                    job,
                    run,
                    store,
                    writer: &mut *writer,
                    ledger: &mut *ledger,
                    web,
                    pipeline: pipeline(self.world.options, job),
                    options: self.options,
                    world: self.world,
                    budget: &mut self.budget,
                    down: Hosts::default(),
                    patience: &mut self.patience,
                    put_off: None,
                    tell: &mut |event| {
                        event.count(&mut progress.counts.borrow_mut());
                        tell(Some(&name), event);
                    },
                };
                let mut came = hand.sources(listed)?;
                hand.fetch()?;
                came.extend(hand.folders()?);
                // Also what the hosts of pictures and attachments asked for.
                hand.learn_patience()?;
                let requests = hand.web.requests().saturating_sub(requests);
                let in_vain = requests == 0 && !job.sources.iter().any(is_folder);
                if let Some(waiting) = hand.put_off.take().filter(|_| in_vain) {
                    came = vec![waiting];
                }
                (came, requests)
            }
            Err(error) => {
                // Nothing is begun with settings that cannot be used; the other jobs have settings of their own.
                let (code, message) = (error.code(), error.describe(self.options.language));
                (self.tell)(Some(&job.name), &Event::Fault { code, message: &message });
                (vec![Came::Failed(code.to_owned(), message)], 0)
            }
        };
        let left = ledger.count_due(&job.name, self.world.now())?;
        let spent = self.world.clock.stopped() || self.budget.is_spent(self.world.stopwatch());
        let counts = ledger.run(run)?.counts;
        let (outcome, code) = ending(&came, counts.well(), counts.badly(), left, spent);
        if outcome == RunOutcome::Failed && before.failures == 0 {
            ledger.notice(run, &job.name, &whole(job, NoticeKind::JobFailure, &came))?;
        }
        if matches!(outcome, RunOutcome::Done | RunOutcome::Partly) && before.failures > 0 {
            ledger.notice(run, &job.name, &whole(job, NoticeKind::JobRecovery, &came))?;
        }
        ledger.end(&job.name, run, self.world.now(), outcome, code.as_deref(), left, requests)?;
        let counts = ledger.run(run)?.counts;
        Ok(JobEnding { job: job.name.clone(), outcome, code, counts })
    }
}

impl Hand<'_, '_> {
    /// Reads what is listed, unless `listed`: an earlier run has, and was interrupted then.
    fn sources(&mut self, listed: bool) -> Result<Vec<Came>, RunError> {
        let job = self.job;
        let lists = job.sources.iter().filter(|source| !is_folder(source));
        if listed {
            return Ok(lists.map(|_| Came::Read).collect());
        }
        let came = lists.map(|source| self.source(source)).collect::<Result<Vec<_>, _>>()?;
        if !came.contains(&Came::Left) {
            self.ledger.discovered(&job.name)?;
        }
        Ok(came)
    }

    fn source(&mut self, source: &JobSource) -> Result<Came, RunError> {
        let place = source.kind.place();
        let came = self.discover(source)?;
        match &came {
            Came::Read => self.ledger.source(self.run, &self.job.name, &place, None)?,
            Came::Partly(code, message) | Came::Failed(code, message) => {
                (self.tell)(&Event::SourceFailed { place: &place, code, message });
                self.ledger.source(self.run, &self.job.name, &place, Some((code, message)))?;
            }
            Came::Left => {}
        }
        Ok(came)
    }

    /// Files what is in the folders of the job.
    fn folders(&mut self) -> Result<Vec<Came>, RunError> {
        let mut came = Vec::new();
        for source in &self.job.sources {
            if let SourceKind::Folder(folder) = &source.kind {
                came.push(self.consume(folder)?);
            }
        }
        Ok(came)
    }
}

fn is_folder(source: &JobSource) -> bool {
    matches!(source.kind, SourceKind::Folder(_))
}

/// How a job ends whose sources `came` off so, with so many pages looked at well and badly and so many left, `spent` if
/// the run was told to end or its own limits are reached: how, and why it failed as a whole.
fn ending(came: &[Came], well: u64, badly: u64, left: u64, spent: bool) -> (RunOutcome, Option<String>) {
    let read = came.iter().any(|came| matches!(came, Came::Read | Came::Partly(..)));
    let failed = came.iter().find_map(Came::failure).map(|(code, _)| code.clone());
    let unread = came.contains(&Came::Left);
    if spent && (left > 0 || unread) {
        return (RunOutcome::Interrupted, None);
    }
    match (&failed, badly) {
        (Some(_), _) if !read && well == 0 => (RunOutcome::Failed, failed),
        (None, 0) => (RunOutcome::Done, None),
        _ => (RunOutcome::Partly, None),
    }
}

/// The notice that the job failed, or works again, as a whole.
fn whole(job: &Job, kind: NoticeKind, came: &[Came]) -> Notice {
    let failure = came.iter().find_map(Came::failure).filter(|_| kind == NoticeKind::JobFailure);
    Notice {
        kind,
        url: job.sources.first().map_or_else(String::new, |source| source.kind.place()),
        title: Some(job.name.clone()),
        code: failure.map(|(code, _)| code.clone()),
        message: failure.map(|(_, message)| message.clone()),
        old: None,
        new: None,
    }
}

/// How the pages of `job` are converted: what is archived is always read back.
fn pipeline(base: &Options, job: &Job) -> Options {
    let mut options = base.clone();
    options.formats.clone_from(&job.formats);
    options.attachments.wanted = true;
    if let Some(bytes) = job.limits.max_bytes {
        options.acquire.max_bytes = bytes;
    }
    if let Some(bytes) = job.limits.max_attachment_bytes {
        options.attachments.bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    if let Some(pixels) = job.limits.max_pixels {
        options.assets.pixels = pixels;
    }
    options
}

#[cfg(test)]
mod tests {
    use super::{Came, ending};
    use crate::runs::ledger::RunOutcome;

    #[test]
    fn a_job_fails_as_a_whole_only_if_nothing_could_be_done() {
        let failed = |code: &str| Came::Failed(code.to_owned(), String::new());
        let outcome = |came: &[Came], well, badly, left, spent| ending(came, well, badly, left, spent).0;
        assert_eq!(outcome(&[Came::Read], 0, 0, 0, false), RunOutcome::Done);
        assert_eq!(outcome(&[Came::Read], 0, 1, 0, false), RunOutcome::Partly);
        assert_eq!(outcome(&[Came::Read, failed("connect")], 0, 0, 0, false), RunOutcome::Partly);
        let partly = Came::Partly("server-error".to_owned(), String::new());
        assert_eq!(outcome(&[partly], 0, 0, 0, false), RunOutcome::Partly, "nothing new on the other lists");
        assert_eq!(
            outcome(&[failed("connect")], 3, 0, 0, false),
            RunOutcome::Partly,
            "pages seen before could be looked at"
        );
        let whole = (RunOutcome::Failed, Some("connect".to_owned()));
        assert_eq!(ending(&[failed("connect")], 0, 2, 7, false), whole);
        assert_eq!(outcome(&[Came::Read], 5, 0, 7, true), RunOutcome::Interrupted);
        assert_eq!(outcome(&[Came::Left], 0, 0, 0, true), RunOutcome::Interrupted);
        assert_eq!(
            outcome(&[Came::Read], 5, 0, 7, false),
            RunOutcome::Done,
            "the job's own limit: the rest waits"
        );
        assert_eq!(outcome(&[Came::Read], 5, 0, 0, true), RunOutcome::Done);
    }
}

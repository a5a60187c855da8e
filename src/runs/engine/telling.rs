//! Sends pings and messages. What cannot be sent is an event and never fails a run; what nobody accepted is sent with the
//! next run.

use url::Url;

use super::difference::{archived_title, difference};
use super::{Engine, RunError};
use crate::acquire::web::WebError;
use crate::archive::store::Store;
use crate::jobs::{Job, Occasion, SourceKind};
use crate::message::Describe;
use crate::runs::ledger::{Counts, Ledger, Notice, NoticeKind};
use crate::runs::log::Event;
use crate::runs::notify::{self, Message, Page, Ping, message};

/// Pages in one message.
const MOST_PAGES: u32 = 50;
/// Pages of a message whose difference is told too.
const MOST_DIFFERENCES: usize = 20;
/// The answer to a ping is not read beyond this many bytes.
const ANSWER: u64 = 64 << 10;

impl Engine<'_> {
    /// Tells the watchdog at `base`, if there is one.
    pub(super) fn ping(
        &mut self,
        job: Option<&str>,
        base: Option<&Url>,
        allowed: &[ipnet::IpNet],
        ping: Ping,
    ) {
        let Some(base) = base else { return };
        let url = notify::address(base, ping, &self.options.id);
        let asked = self
            .webs
            .for_telling(&url, allowed, self.world.clock.stopped())
            .and_then(|web| web.get(&url, None, ANSWER));
        self.told(job, &url, "ping", asked.map(drop).err().as_ref());
    }

    fn told(&mut self, job: Option<&str>, url: &Url, what: &str, error: Option<&WebError>) {
        // The rest of such an address is a secret.
        let host = url.host_str().unwrap_or_default();
        match error {
            None => (self.tell)(job, &Event::Told { host, what }),
            Some(error) => {
                let message = error.describe(self.options.language);
                (self.tell)(job, &Event::NotTold { host, what, code: error.code(), message: &message });
            }
        }
    }

    /// Sends what nobody has been told of `job` to its webhooks, one message for each occasion. It is ticked off once one
    /// of them has accepted it, or if nobody is to be told.
    ///
    /// # Errors
    /// If the ledger cannot be read or written.
    pub(super) fn tell_all(
        &mut self,
        job: &Job,
        store: &Store,
        ledger: &mut Ledger,
        counts: &Counts,
    ) -> Result<(), RunError> {
        let settings = &job.notifications;
        for kind in NoticeKind::ALL {
            let wanted = settings.on.iter().any(|occasion| notify::kinds(*occasion).contains(&kind));
            if settings.webhooks.is_empty() || !wanted {
                let (_, _, last) = ledger.untold(&job.name, kind, 0)?;
                ledger.told(&job.name, kind, last)?;
            }
        }
        for &occasion in settings.on.iter().filter(|_| !settings.webhooks.is_empty()) {
            if self.world.clock.stopped() {
                break;
            }
            let mut pages = Vec::new();
            let (mut all, mut ends) = (0, Vec::new());
            for &kind in notify::kinds(occasion) {
                let (number, notices, last) = ledger.untold(&job.name, kind, MOST_PAGES)?;
                all += number;
                ends.push((kind, last));
                pages.extend(
                    notices.into_iter().enumerate().map(|(index, notice)| self.page(store, notice, index)),
                );
            }
            if all == 0 {
                continue;
            }
            pages.truncate(MOST_PAGES as usize);
            let time = self.world.now();
            let lists = lists(job);
            let told = Message {
                occasion,
                job: &job.name,
                run: &self.options.id,
                time,
                counts: *counts,
                pages: &pages,
                all,
                lists: &lists,
            };
            let body = message(&told, self.options.language).to_string();
            if self.send(job, occasion, &body) {
                for (kind, last) in ends {
                    ledger.told(&job.name, kind, last)?;
                }
            }
        }
        Ok(())
    }

    /// Sends a message to all webhooks of `job`; whether one of them accepted it.
    pub(super) fn send(&mut self, job: &Job, occasion: Occasion, body: &str) -> bool {
        let mut accepted = false;
        for url in &job.notifications.webhooks {
            let sent = self
                .webs
                .for_telling(url, &job.notifications.allow_net, self.world.clock.stopped())
                .and_then(|web| web.post(url, "application/json", body.as_bytes()))
                .and_then(accepted_with);
            accepted |= sent.is_ok();
            self.told(Some(&job.name), url, occasion.name(), sent.err().as_ref());
        }
        accepted
    }

    /// A page with what differs in it, if it changed and is among the first.
    pub(super) fn page(&self, store: &Store, notice: Notice, index: usize) -> Page {
        let versions = match (notice.kind, notice.old, notice.new) {
            (NoticeKind::Change, Some(old), Some(new)) if index < MOST_DIFFERENCES => Some((old, new)),
            _ => None,
        };
        let found =
            versions.and_then(|(old, new)| difference(store, &notice.url, old, new, self.options.language));
        match found {
            None => {
                // A file of addresses need give no titles.
                let title = notice.title.clone().or_else(|| {
                    let version = notice.new.or(notice.old)?;
                    archived_title(store, &notice.url, Some(version))
                });
                Page { notice: Notice { title, ..notice }, difference: None }
            }
            Some((title, summary, text)) => {
                let title = notice.title.clone().or(title);
                Page { notice: Notice { title, ..notice }, difference: Some((summary, text)) }
            }
        }
    }
}

/// The addresses and paths of the lists of `job`.
fn lists(job: &Job) -> Vec<String> {
    let is_list = |kind: &SourceKind| !matches!(kind, SourceKind::Page { .. } | SourceKind::Folder(_));
    job.sources.iter().filter(|source| is_list(&source.kind)).map(|source| source.kind.place()).collect()
}

/// Whether the status of an answer says that a message was accepted.
fn accepted_with(status: u16) -> Result<(), WebError> {
    match status {
        200..=299 => Ok(()),
        429 => Err(WebError::TooManyRequests),
        500..=599 => Err(WebError::ServerError { status: status.into() }),
        _ => Err(WebError::Status { status: status.into() }),
    }
}

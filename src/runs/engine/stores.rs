//! Runs the jobs of one store, and looks whether the store and its ledger are as they were left.

use std::path::Path;

use super::{Engine, RunError};
use crate::archive::store::{Store, Writer};
use crate::jobs::Job;
use crate::message::{Describe, messages};
use crate::runs::ledger::Ledger;
use crate::runs::log::Event;
use crate::runs::plan::Why;

messages! {
    /// What is not as it was left, and yet no reason not to go on.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Warning {
        /// The ledger was damaged.
        LedgerRenewed { path: String } = "ledger-renewed",
            "the ledger was damaged and has been moved to {path}; a new one is begun, every page is looked at anew, and nothing archived is archived again",
            "采集台账已损坏，已移至 {path} 保留，并已另建新台账：各网页将重新检查，已归档的内容不会重复归档";
        /// The event log no longer has what it had at the end of the last run.
        LogCut { path: String, sequence: u64 } = "event-log-cut",
            "the event log of {path} no longer has entry {sequence} as the last run left it: it was cut short or altered (guidang verify tells more)",
            "归档库 {path} 的事件日志中，上次运行结束时的第 {sequence} 条记录已不存在或有改动：日志可能被截断或篡改（请用 guidang verify 核查）";
    }
}

impl Engine<'_> {
    /// Runs the jobs of one store.
    ///
    /// # Errors
    /// If the store or its ledger cannot be used, or another process holds it.
    pub(super) fn in_store(&mut self, path: &Path, jobs: &[(&Job, Why)]) -> Result<(), RunError> {
        let store = Store::create_or_open_with(path, self.options.durability)?;
        let mut writer = store.writer(self.options.lock_wait)?;
        self.watch();
        let ran = self.with_ledger(&store, &mut writer, jobs);
        drop(writer);
        if self.ending.stores.iter().all(|known| known.root() != store.root()) {
            self.ending.stores.push(store);
        }
        ran
    }

    fn with_ledger(
        &mut self,
        store: &Store,
        writer: &mut Writer<'_>,
        jobs: &[(&Job, Why)],
    ) -> Result<(), RunError> {
        let (mut ledger, aside) = Ledger::open_or_renew(store.root(), self.world.now())?;
        if let Some(path) = aside {
            self.warn(&Warning::LedgerRenewed { path: path.display().to_string() });
        }
        self.look_at_log(store, &ledger);
        let mut ran = Ok(());
        for &(job, why) in jobs {
            if self.is_over() {
                break;
            }
            ran = self.job(job, why, store, writer, &mut ledger);
            if ran.is_err() {
                break;
            }
        }
        if let Ok(Some(head)) = store.head() {
            // If it cannot be put down, the next run has less to compare with, and that is all.
            let _ = ledger.keep_log_end(head.sequence, &head.digest);
        }
        ran
    }

    /// Whether the event log still has its end of the last run. Told once: from then on the log is taken as it is.
    fn look_at_log(&mut self, store: &Store, ledger: &Ledger) {
        let Ok(Some((sequence, digest))) = ledger.log_end() else { return };
        let entry = store.events_after(sequence.saturating_sub(1)).ok().and_then(|mut events| events.next());
        let same =
            |entry: &crate::archive::events::Entry| entry.sequence == sequence && entry.digest == digest;
        if !matches!(&entry, Some(Ok(entry)) if same(entry)) {
            self.warn(&Warning::LogCut { path: store.root().display().to_string(), sequence });
        }
    }

    /// A new ledger takes the place of the damaged one.
    ///
    /// # Errors
    /// If the damaged one cannot be moved away.
    pub(super) fn renew(&mut self, ledger: &mut Ledger) -> Result<(), RunError> {
        let path = ledger.renew(self.world.now())?;
        self.warn(&Warning::LedgerRenewed { path: path.display().to_string() });
        Ok(())
    }

    fn warn(&mut self, warning: &Warning) {
        self.ending.marred = true;
        let message = warning.describe(self.options.language);
        (self.tell)(None, &Event::Warning { code: warning.code(), message: &message });
    }
}

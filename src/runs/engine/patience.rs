//! Hosts that asked to come again later, as this run or an earlier one of any job was told.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::acquire::web::{Web, WebOptions};
use crate::jobs::Configuration;
use crate::runs::ledger::{Ledger, LedgerError};

/// Hosts, and when they may be asked again.
#[derive(Clone, Debug, Default)]
pub(in crate::runs) struct Patience(BTreeMap<String, Timestamp>);

impl Patience {
    /// What all ledgers of `configuration` know. One that cannot be read is told of elsewhere.
    pub(in crate::runs) fn remembered(configuration: &Configuration, now: Timestamp) -> Self {
        let mut patience = Self::default();
        let mut stores: Vec<_> = configuration.jobs.iter().map(|job| &job.store).collect();
        stores.sort();
        stores.dedup();
        for store in stores {
            if let Ok(Some(ledger)) = Ledger::open_reader(store) {
                patience.add(ledger.patience(now).unwrap_or_default());
            }
        }
        patience
    }

    fn add(&mut self, hosts: Vec<(String, Timestamp)>) -> bool {
        let mut news = false;
        for (host, until) in hosts {
            let known = self.0.entry(host).or_insert(Timestamp::MIN);
            news |= *known < until;
            *known = until.max(*known);
        }
        news
    }

    /// Has `web` leave these hosts alone.
    pub(super) fn teach(&self, web: &Web) {
        for (host, until) in &self.0 {
            web.leave_alone(host, *until);
        }
    }

    /// Takes over what `web` was asked for, and puts it down at once: a run that is killed must not forget it.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub(super) fn learn(
        &mut self,
        web: &Web,
        ledger: &mut Ledger,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let asked = web.patience();
        if !self.add(asked.clone()) {
            return Ok(());
        }
        ledger.keep_patience(&asked, now)
    }

    /// When `host` may be asked again, if it is not to be asked at `now`.
    pub(super) fn until(&self, host: &str, now: Timestamp) -> Option<Timestamp> {
        self.0.get(host).copied().filter(|until| *until > now)
    }

    /// When `host` may be asked again, if that is later than a run waits for.
    pub(in crate::runs) fn beyond(&self, host: &str, now: Timestamp) -> Option<Timestamp> {
        self.until(host, now).filter(|until| left(*until, now) > WebOptions::default().longest_wait)
    }
}

/// From `now` to `until`.
pub(super) fn left(until: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now)).unwrap_or_default()
}

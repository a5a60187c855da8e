//! Hosts that asked to come again later: what they asked for outlives the run that they asked.

use jiff::Timestamp;

use super::Web;

impl Web {
    /// Leaves `host` alone until `then`, as it asked an earlier run to.
    pub fn leave_alone(&self, host: &str, then: Timestamp) {
        self.hosts.of(host).leave_alone(then);
    }

    /// The hosts that asked to come again later than now, and when.
    #[must_use]
    pub fn patience(&self) -> Vec<(String, Timestamp)> {
        self.hosts.patience(self.clock.now())
    }
}

//! Scheduled jobs, carried out: what is listed is noted, what is new or due is fetched and filed, and whoever should know is
//! told.
//!
//! - [`ledger`] is what a job remembers from run to run. Each page is one transaction: a run that dies is gone on with at
//!   the page where it stopped.
//! - [`plan`] decides which jobs run, [`engine`] runs them, [`daemon`] waits in between.
//! - [`metrics()`], [`report`], [`notify`], [`log`] and [`summary`] turn what happened into files, messages and lines; they
//!   are pure.
//!
//! The archive itself, its versions and its log of events, is the [store](crate::archive::store)'s alone. If the ledger is
//! lost, every page is looked at anew, and nothing that is archived is archived again.

pub mod daemon;
pub mod engine;
mod history;
pub mod ledger;
pub mod log;
mod look;
pub mod metrics;
pub mod notify;
pub mod plan;
pub mod preview;
pub mod report;
pub mod summary;

pub use engine::{Ending, RunError, RunOptions, World, run};
pub use history::Remembered;
pub use ledger::{Ledger, LedgerError};
pub use look::{Look, Remark, notices};
pub use metrics::{JobMetrics, metrics};

//! What is to be done without being asked: the jobs of `jobs.toml`, when each is due, and when a page is looked at again.
//!
//! Everything here is pure. The text of the file and the time come in; nothing is read, nothing waits:
//!
//! 1. [`Configuration::parse`] reads the file. A mistake is told with line, column and key ([`ConfigurationError`]).
//! 2. [`Schedule`] says when a job is due, whatever the clock did in between.
//! 3. [`Recheck`] says when a page that was seen before is due again.
//!
//! What the sources of a job lead to is [`discovery`](crate::discovery)'s business.

mod configuration;
mod cron;
mod error;
mod file;
mod grammar;
mod outlook;
mod period;
mod position;
mod recheck;
mod schedule;
mod settings;
mod sources;
mod validate;
mod zone;

pub use configuration::{Configuration, Job, NamedFile};
pub use cron::{CronField, CronMistake};
pub use error::{ConfigurationError, Mistake};
pub use grammar::{Grammar, Typed};
pub use outlook::{History, LastRun, Outlook, outlook};
pub use period::{duration, in_words};
pub use recheck::{PageHistory, Recheck};
pub use schedule::Schedule;
pub use settings::{Limits, Notifications, Occasion, RobotsPolicy, WebSettings};
pub use sources::{ConsumeFolder, JobSource, SourceKind};
pub use zone::Zone;

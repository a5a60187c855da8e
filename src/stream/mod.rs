//! Converts records one after the other for an engine that runs many such processes: one line in, one line out.
//!
//! `guidang stream` reads NDJSON records and answers each with one line, in order ([`run`]). Between engine and
//! conversion stand two processes:
//!
//! - The **supervisor** reads lines, gets pages, puts outputs into a store and answers. It never parses a page.
//! - A disposable **worker** ([`serve`]) converts one page at a time and touches neither network nor disk. A page that
//!   ends it, or exceeds its time or memory, costs one line of error; the next page gets a new worker.
//!
//! Every output's name is a digest of all that it depends on ([`Key`]), and is written only where there is none: the
//! same record converted twice, or twice at a time, leaves what it leaves once. So an engine may run any part again.
//!
//! What is wrong with a record is an answer. What is wrong with the world around — a store that cannot be reached, a
//! worker that does not start, a reader that has gone — ends the stream ([`StreamError`]), and the engine tries again.

mod answer;
mod error;
mod frame;
mod input;
mod key;
mod lane;
mod lines;
mod manifest;
mod record;
mod record_id;
mod record_json;
mod roots;
mod shard;
pub mod storage;
mod storing;
mod supervisor;
mod watch;
mod worker;
mod worker_process;

pub use answer::{Answer, Failure, Output, Put, Remark};
pub use error::{LostPage, StreamError};
pub use input::InputOptions;
pub use key::{Key, Profile, font_set};
pub use manifest::{Answers, FetchError, Terms, fetch, key_of};
pub use record::{Record, RecordError, Whereabouts};
pub use record_json::PageRecord;
pub use shard::{Keeper, Part, Shard, Standing};
pub use storing::{DOCUMENT, RECORD, SOURCE};
pub use supervisor::{Plan, Tally, run};
pub use watch::Limits;
pub use worker::serve;
pub use worker_process::Spawn;

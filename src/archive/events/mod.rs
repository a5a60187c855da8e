//! The event log: what was done to the store, in one line each, every line bound to the one before by its digest.

mod chain;
mod der;
mod entry;
pub mod timestamp;

pub use chain::{ChainError, Events, Head};
pub use entry::{Entry, Event, EventKind, Outcome};

pub(crate) use chain::{read_after, read_head};
pub(crate) use entry::GENESIS;

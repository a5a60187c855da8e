//! The integration tests, as one binary. What a test needs and how to accept changed results: `tests/README.md`.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod support;

mod appraisal;
mod architecture;
mod archive;
mod archive_store;
#[path = "audit/mod.rs"]
mod audit;
mod cli;
mod comparison;
mod determinism;
#[path = "export/mod.rs"]
mod export;
mod golden;
mod hostile;
mod properties;
mod quality;
mod search;
mod setting;
mod timestamp;
mod web_archives;

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
mod discovery;
#[path = "export/mod.rs"]
mod export;
mod golden;
mod hostile;
mod properties;
mod quality;
#[path = "runs/mod.rs"]
mod runs;
mod search;
mod setting;
#[path = "stream/mod.rs"]
mod stream;
mod timestamp;
#[path = "web/mod.rs"]
mod web;
mod web_archives;

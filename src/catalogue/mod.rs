//! Turns the store into something that answers questions: full text and metadata in SQLite, never the only home of a fact.
//!
//! The catalogue stands for the event log up to an entry that it records. Later entries are
//! [caught up with](Catalogue::apply); the whole can be [made anew](rebuild) from the store at any time. A page's text goes
//! into a full-text index of overlapping pairs of characters, so that any two characters find every document that has
//! them side by side, in the middle of a word too.

mod builder;
mod database;
mod entry;
mod error;
mod fold;
mod follow;
mod index;
mod number;
mod query;
mod search;
mod snippet;
#[cfg(test)]
mod tests;
mod unit;

pub use builder::Builder;
pub use database::FILE;
pub use entry::Entry;
pub use error::CatalogueError;
pub use follow::{Catalogue, rebuild, update};
pub use query::{DateField, Day, Order, Query};
pub use search::Hit;
pub use snippet::{Highlighter, Snippet};

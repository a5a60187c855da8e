//! What there is to be fetched: the addresses in list pages, feeds, sitemaps and files of addresses.
//!
//! All of it is pure: bytes and an address come in, [`Item`]s and the address of the next list come out. Nothing is
//! fetched here, and no script is run; where a site prints its pagination by a script, the script is read as text.

mod rules;
mod shape;

pub(crate) use rules::host_name;
pub use rules::{Choice, LinkRules, RuleMistake};

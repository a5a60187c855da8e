//! Who is told what, and in which words: messages for webhooks and the addresses of pings. Nothing is sent here.

mod message;
mod ping;

pub use message::{Message, Page, SCHEMA, message};
pub use ping::{Ping, address};

use super::ledger::NoticeKind;
use crate::jobs::Occasion;

/// What is told on an occasion, the most important first.
#[must_use]
pub fn kinds(occasion: Occasion) -> &'static [NoticeKind] {
    match occasion {
        Occasion::FirstFailure => &[NoticeKind::JobFailure, NoticeKind::Failure],
        Occasion::Recovery => &[NoticeKind::JobRecovery, NoticeKind::Recovery],
        Occasion::Change => &[NoticeKind::Change, NoticeKind::Gone],
    }
}

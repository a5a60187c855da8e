//! Turns an event into a line of the log, and back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ChainError;
use crate::archive::store::ObjectId;
use crate::archive::store::digest::{is_hexadecimal, sha256};

/// `previous` of the first entry.
pub(crate) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What happened, to what, by whom, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    pub time: Timestamp,
    /// The program and its version, and who ran it: `guidang 0.1.0`.
    pub agent: String,
    /// What.
    pub kind: EventKind,
    /// The object it concerns; none for events of the whole store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// The version it made or concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whatever else is worth knowing, by name: `source`, `content-digest`, `reason`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub detail: BTreeMap<String, String>,
}

/// Kinds of events, by the PREMIS event types (id.loc.gov/vocabulary/preservation/eventType) where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// The store was made. PREMIS: creation.
    Creation,
    /// A version was filed. PREMIS: ingestion.
    Ingestion,
    /// The page was fetched and says what the newest version says: nothing was filed. PREMIS: capture.
    Capture,
    /// The page was fetched and is no document (a login form, a challenge). PREMIS: refusal has no type of its own.
    Refusal,
    /// The page is gone: 404 or 410. PREMIS has no type of its own.
    Disappearance,
    /// Files were written anew from the same Document by a newer program. PREMIS: migration.
    Rerendering,
    /// Digests were compared. PREMIS: fixity check.
    FixityCheck,
    /// The 四性 were checked. PREMIS: validation.
    Validation,
    /// Something was handed over in another packaging. PREMIS: dissemination.
    Dissemination,
    /// A time-stamp token over the head of this log was obtained. PREMIS: digital signature generation.
    Timestamping,
    /// 档号, 类别 and 保管期限 of a document were decided, or a decision was withdrawn. PREMIS: appraisal.
    Appraisal,
}

impl EventKind {
    /// The name in the log: `fixity-check`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Creation => "creation",
            Self::Ingestion => "ingestion",
            Self::Capture => "capture",
            Self::Refusal => "refusal",
            Self::Disappearance => "disappearance",
            Self::Rerendering => "rerendering",
            Self::FixityCheck => "fixity-check",
            Self::Validation => "validation",
            Self::Dissemination => "dissemination",
            Self::Timestamping => "timestamping",
            Self::Appraisal => "appraisal",
        }
    }
}

/// How an event ended, by the PREMIS event outcomes (id.loc.gov/vocabulary/preservation/eventOutcome).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As intended.
    Success,
    /// As intended, with remarks.
    Warning,
    /// Not as intended.
    Fail,
}

/// An event in its place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// From 1, without gaps.
    pub sequence: u64,
    /// The digest of the entry before; 64 zeros in the first.
    pub previous: String,
    /// The event.
    pub event: Event,
    /// SHA-256, in lower-case hexadecimal, of the line without this member: see [`Entry::line`].
    pub digest: String,
}

/// The part of an entry that its digest covers, in the order in which it is written.
#[derive(Serialize)]
struct Covered<'a> {
    sequence: u64,
    previous: &'a str,
    event: &'a Event,
}

/// What stands between the covered part and the digest.
const DIGEST_MEMBER: &str = ",\"digest\":\"";

impl Entry {
    /// The entry of `event` after the entry with `sequence` and digest `previous`.
    #[must_use]
    pub(crate) fn after(sequence: u64, previous: &str, event: Event) -> Self {
        let sequence = sequence.saturating_add(1);
        let digest = sha256(covered(sequence, previous, &event).as_bytes());
        Self { sequence, previous: previous.to_owned(), event, digest }
    }

    /// The line of the log without its line feed: `{"sequence":…,"previous":"…","event":{…},"digest":"…"}`. The digest
    /// is that of the line with `,"digest":"…"` taken out.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = covered(self.sequence, &self.previous, &self.event);
        line.pop();
        line + DIGEST_MEMBER + &self.digest + "\"}"
    }

    /// Reads a line, the `number`-th of the log as far as is known, and checks its digest.
    ///
    /// # Errors
    /// If it is no entry, or its digest is not that of the line.
    pub(crate) fn parse(line: &str, number: u64) -> Result<Self, ChainError> {
        let malformed = |why: String| ChainError::Malformed { line: number, why };
        let entry: Self = serde_json::from_str(line).map_err(|error| malformed(error.to_string()))?;
        if !is_hexadecimal(&entry.previous, 64) || !is_hexadecimal(&entry.digest, 64) {
            return Err(malformed("a digest is not 64 hexadecimal digits".to_owned()));
        }
        // The line's own bytes are hashed, not what they were understood as: nothing in them escapes the digest.
        let rest = format!("{DIGEST_MEMBER}{}\"}}", entry.digest);
        let body =
            line.strip_suffix(&rest).ok_or_else(|| malformed("the digest does not come last".to_owned()))?;
        if sha256(format!("{body}}}").as_bytes()) != entry.digest {
            return Err(ChainError::Altered { sequence: entry.sequence });
        }
        Ok(entry)
    }
}

/// Compact JSON in the order of the members; maps are in order of their names.
fn covered(sequence: u64, previous: &str, event: &Event) -> String {
    // Nothing in it can fail to be JSON: no map but by strings, no float.
    serde_json::to_string(&Covered { sequence, previous, event }).unwrap_or_default()
}

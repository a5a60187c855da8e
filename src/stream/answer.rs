//! What became of a record, as a line of the output.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::message::Describe;

/// The program and its version, as it stands in every answer.
pub(super) const TOOL: &str = concat!("guidang ", env!("CARGO_PKG_VERSION"));

/// What became of a record. Members are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The `id` of the record; null where it could not be read.
    pub id: Value,
    /// `ok` or `error`.
    pub status: String,
    /// What went wrong.
    pub error: Option<Failure>,
    /// What is in the store now.
    pub outputs: Vec<Output>,
    /// What was noticed.
    pub diagnostics: Vec<Remark>,
    /// The program and its version.
    pub tool: String,
}

/// Why a record gave no outputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Where: a stage of the conversion, `record` for the line itself, `worker` for its process.
    pub stage: String,
    /// Which: a stable name in kebab-case.
    pub code: String,
    /// In a line of English.
    pub message: String,
}

/// An output in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// What it is: a format (`pdf`, `docx`, `txt`, …), `source` or `record`.
    pub role: String,
    /// Its name in the store.
    pub key: String,
    /// Lower-case hexadecimal SHA-256 of what is stored.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Who wrote it.
    pub put: Put,
}

/// Who wrote what is stored under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Put {
    /// This record.
    Created,
    /// Another attempt, or a record of the same content.
    Existed,
}

/// Something that was noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// A stable name in kebab-case.
    pub code: String,
    /// `note` or `warning`.
    pub severity: String,
    /// In a line of English.
    pub message: String,
}

impl Failure {
    /// Of an error of `stage`.
    pub(super) fn of(stage: &str, error: &dyn Describe) -> Self {
        let message = error.describe(crate::message::Language::English);
        Self { stage: stage.to_owned(), code: error.code().to_owned(), message }
    }
}

impl Answer {
    /// A record that gave `outputs`.
    pub(super) fn ok(id: Value, outputs: Vec<Output>, diagnostics: Vec<Remark>) -> Self {
        Self { id, status: "ok".to_owned(), error: None, outputs, diagnostics, tool: TOOL.to_owned() }
    }

    /// A record that gave none.
    pub(super) fn failed(id: Value, error: Failure, diagnostics: Vec<Remark>) -> Self {
        let (status, tool) = ("error".to_owned(), TOOL.to_owned());
        Self { id, status, error: Some(error), outputs: Vec::new(), diagnostics, tool }
    }

    /// The line, with its line feed.
    ///
    /// # Panics
    /// Never: every key is a string and every number whole.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = serde_json::to_string(self).expect("strings and whole numbers");
        line.push('\n');
        line
    }
}

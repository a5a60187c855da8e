//! Why nothing could be run at all, or not for a store.

use crate::acquire::web::WebError;
use crate::archive::store::StoreError;
use crate::message::{Size, messages};
use crate::runs::ledger::LedgerError;

messages! {
    /// Why a run could not begin, or not go on.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum RunError {
        /// The configuration has no such job.
        UnknownJob { name: String, known: String } = "unknown-job",
            "there is no job “{name}” (there are: {known})", "没有名为“{name}”的任务（现有：{known}）";
        /// The store cannot be used.
        Store { why: StoreError } = "store", "{why}", "{why}";
        /// The ledger cannot be used.
        Ledger { why: LedgerError } = "ledger", "{why}", "{why}";
        /// What is configured about the web cannot be used.
        Web { why: WebError } = "web", "{why}", "{why}";
        /// A file that the configuration names is far too large.
        TooLarge { path: String, limit: Size } = "unreadable",
            "cannot read {path}: larger than {limit}", "无法读取 {path}：超过 {limit}";
        /// A file that the configuration names cannot be read.
        Unreadable { path: String, why: String } = "unreadable", "cannot read {path}: {why}", "无法读取 {path}：{why}";
    }
}

impl std::error::Error for RunError {}

impl RunError {
    /// Whether another process is at work, so that it may go well later.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(
            self,
            Self::Store { why: StoreError::Locked { .. } } | Self::Ledger { why: LedgerError::Busy { .. } }
        )
    }
}

impl From<StoreError> for RunError {
    fn from(why: StoreError) -> Self {
        Self::Store { why }
    }
}

impl From<LedgerError> for RunError {
    fn from(why: LedgerError) -> Self {
        Self::Ledger { why }
    }
}

impl From<WebError> for RunError {
    fn from(why: WebError) -> Self {
        Self::Web { why }
    }
}

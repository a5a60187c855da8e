//! Why the ledger cannot be used, in words.

use crate::message::messages;

messages! {
    /// Why the ledger could not be read or written. What is archived is never touched by it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum LedgerError {
        /// It was written by another version of guidang.
        Schema {
            path: String,
            /// The schema it has.
            found: u64,
            /// The schema that this version knows.
            known: u64,
        } = "ledger-schema",
            "the ledger {path} has schema {found}, this guidang knows schema {known}; use the guidang that wrote it",
            "采集台账 {path} 的结构版本为 {found}，本程序只认得版本 {known}，请用写它的 guidang";
        /// It is damaged. The next run moves it aside.
        Damaged { path: String, why: String } = "ledger-damaged",
            "the ledger {path} is damaged ({why}); the next run moves it aside and begins a new one: every page is then looked at anew, nothing archived is lost",
            "采集台账 {path} 已损坏（{why}）；下次运行会将其移开保留并另建新台账，届时各网页将重新检查，已归档内容不受影响";
        /// The file is no ledger of ours.
        Foreign { path: String, why: String } = "ledger-foreign",
            "{path} is no ledger of guidang ({why}); move it away and run again",
            "{path} 不是 guidang 的采集台账（{why}），请移走后再运行";
        /// Another process is writing it.
        Busy { path: String } = "ledger-busy",
            "the ledger {path} is being written by another process", "采集台账 {path} 正由另一进程写入";
        /// The folder or file cannot be written.
        ReadOnly { path: String } = "ledger-read-only",
            "the ledger {path} cannot be written: no permission", "无法写入采集台账 {path}：没有权限";
        /// The system refuses.
        Failed { path: String, why: String } = "ledger-failed", "ledger {path}: {why}", "采集台账 {path}：{why}";
    }
}

impl std::error::Error for LedgerError {}

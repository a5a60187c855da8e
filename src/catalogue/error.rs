//! Why the catalogue cannot be used, in words.

use crate::message::messages;

messages! {
    /// Why the catalogue could not be read or written. The store is never touched.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum CatalogueError {
        /// There is none.
        Missing { path: String } = "catalogue-missing",
            "there is no catalogue {path}; make it with “guidang catalogue rebuild”",
            "目录库 {path} 不存在，请用“guidang catalogue rebuild”建立";
        /// It was written by a newer version of guidang.
        Newer {
            path: String,
            /// The schema it has.
            found: u64,
            /// The newest schema that this version knows.
            known: u64,
        } = "catalogue-newer",
            "the catalogue {path} has schema {found} of a newer guidang, this one knows schema {known}; use the newer guidang, or “guidang catalogue rebuild” for this one",
            "目录库 {path} 的结构版本为 {found}，出自更新的 guidang；本程序只认得版本 {known}，请用新版 guidang，或用“guidang catalogue rebuild”重建";
        /// It was written by an older version of guidang.
        Older {
            path: String,
            /// The schema it has.
            found: u64,
            /// The schema that this version writes.
            known: u64,
        } = "catalogue-older",
            "the catalogue {path} has the older schema {found}, this guidang needs schema {known}; run “guidang catalogue rebuild”",
            "目录库 {path} 的结构版本 {found} 较旧，本程序需要版本 {known}，请用“guidang catalogue rebuild”重建";
        /// It is damaged, or no catalogue at all.
        Damaged { path: String, why: String } = "catalogue-damaged",
            "the catalogue {path} is damaged ({why}); run “guidang catalogue rebuild”, nothing is lost",
            "目录库 {path} 已损坏（{why}），请用“guidang catalogue rebuild”重建，不会丢失任何内容";
        /// It does not belong to this store's event log.
        Foreign { path: String } = "catalogue-foreign",
            "the catalogue {path} does not follow from this store's event log; run “guidang catalogue rebuild”",
            "目录库 {path} 与归档库的事件日志不符，请用“guidang catalogue rebuild”重建";
        /// Another process is writing it.
        Busy { path: String } = "catalogue-busy",
            "the catalogue {path} is being written by another process", "目录库 {path} 正由另一进程写入";
        /// The folder or file cannot be written.
        ReadOnly { path: String } = "catalogue-read-only",
            "the catalogue {path} cannot be written: no permission", "无法写入目录库 {path}：没有权限";
        /// The system refuses.
        Failed { path: String, why: String } = "catalogue-failed", "catalogue {path}: {why}", "目录库 {path}：{why}";
        /// The store cannot be read.
        Store { why: String } = "catalogue-store", "{why}", "{why}";
        /// The query is too long.
        TooLong {
            /// Its tokens.
            tokens: usize,
            /// The most there may be.
            most: usize,
        } = "query-too-long",
            "the query is too long: {tokens} pairs of characters, at most {most}",
            "检索词过长：{tokens} 个字对，最多 {most} 个";
        /// A document cannot be read.
        Document { id: String, version: u64, why: String } = "catalogue-document",
            "{id} version {version} cannot be catalogued: {why}", "{id} 第 {version} 版无法编目：{why}";
    }
}

impl std::error::Error for CatalogueError {}

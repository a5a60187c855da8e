//! Why something cannot be handed on, or what was handed on cannot be taken in.

use std::io;
use std::path::Path;

use crate::appraisal::RegisterError;
use crate::archive::store::StoreError;
use crate::catalogue::CatalogueError;
use crate::message::messages;

messages! {
    /// Why nothing was exported. Nothing is left of the attempt.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ExportError {
        /// The store cannot be read, or what is in it was altered.
        Store { fault: StoreError } = "export-store", "{fault}", "{fault}";
        /// The catalogue cannot be searched.
        Catalogue { fault: CatalogueError } = "export-catalogue", "{fault}", "{fault}";
        /// Nothing in the store has this name.
        Unknown { typed: String, store: String } = "unknown-object",
            "nothing in the archive store {store} is called {typed}", "归档库 {store} 中没有 {typed}";
        /// Several objects have this name.
        Ambiguous { typed: String, found: String } = "ambiguous-object",
            "{typed} may be any of {found}", "{typed} 不唯一：{found}";
        /// Nothing was selected.
        Nothing = "nothing-selected", "nothing to export", "没有可导出的内容";
        /// Something is there already.
        Occupied { path: String } = "destination-occupied",
            "{path} exists already; nothing is overwritten", "{path} 已存在，不予覆盖";
        /// A file is there already, and may be replaced.
        FileExists { path: String } = "destination-file",
            "{path} exists already; --force replaces it", "{path} 已存在，如需替换请用 --force";
        /// Another process is writing there.
        InUse { path: String } = "destination-in-use",
            "another process is exporting to {path}", "另一进程正在导出到 {path}";
        /// The destination lies within the store.
        WithinStore { path: String } = "destination-in-store",
            "{path} is within the archive store", "{path} 位于归档库之内";
        /// A file or folder cannot be written: disk full, read-only, no permission.
        Write { path: String, why: String } = "export-write",
            "cannot write {path}: {why}", "无法写入 {path}：{why}";
        /// A version lacks what the form needs, or it is not as guidang makes it.
        Unfit { object: String, version: u64, why: String } = "version-unfit",
            "version {version} of {object}: {why}", "{object} 第 {version} 版：{why}";
        /// Nobody has decided on some of it.
        Undecided { count: usize, objects: String } = "undecided",
            "{count} await a decision (guidang appraise), --undecided hands them over all the same: {objects}",
            "{count} 件未经鉴定（见 guidang appraise），如仍需移交请用 --undecided：{objects}";
        /// The decisions cannot be read.
        Appraisal { fault: RegisterError } = "export-appraisal", "{fault}", "{fault}";
        /// The rules of appraisal cannot be read or are wrong.
        Rules { why: String } = "export-rules", "{why}", "{why}";
        /// The user wants it to end.
        Interrupted = "interrupted", "interrupted, nothing was written", "已中断，未写出任何内容";
    }
}

impl std::error::Error for ExportError {}

impl ExportError {
    /// A failure to write `path`.
    #[must_use]
    pub fn writing(path: &Path, error: &io::Error) -> Self {
        Self::Write { path: path.display().to_string(), why: error.to_string() }
    }
}

impl From<StoreError> for ExportError {
    fn from(fault: StoreError) -> Self {
        Self::Store { fault }
    }
}

impl From<CatalogueError> for ExportError {
    fn from(fault: CatalogueError) -> Self {
        Self::Catalogue { fault }
    }
}

//! Why the store cannot be read or written.

use std::io;
use std::path::Path;

use crate::archive::events::ChainError;
use crate::message::messages;

messages! {
    /// Why the store cannot be read or written. A failed commit leaves the old state, or the new one if it was already
    /// in the journal: never a mixture.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum StoreError {
        /// The folder is no store, and cannot become one because other things are in it.
        NotAStore { path: String } = "not-a-store",
            "{path} is not an archive store", "{path} 不是归档库";
        /// The store is laid out in a way that this version does not know.
        Unsupported { path: String, found: String } = "store-unsupported",
            "{path}: this version cannot handle {found}", "{path}：本版本不支持 {found}";
        /// Another process writes, and did not finish in the time that was allowed.
        Locked { path: String } = "store-locked",
            "another process is writing to {path}", "另一进程正在写入 {path}";
        /// A file or folder cannot be read.
        Read { path: String, why: String } = "store-read",
            "cannot read {path}: {why}", "无法读取 {path}：{why}";
        /// A file or folder cannot be written: disk full, read-only, no permission.
        Write { path: String, why: String } = "store-write",
            "cannot write {path}: {why}", "无法写入 {path}：{why}";
        /// Something that should be there is not.
        Missing { path: String } = "store-missing",
            "{path} is missing", "缺少 {path}";
        /// A symbolic link, device, pipe, or a file in place of a folder: such are never followed or opened.
        Foreign { path: String } = "store-foreign",
            "{path} is neither a regular file nor a folder in its place", "{path} 不是应有的普通文件或文件夹";
        /// A file is larger than any of its kind can be.
        TooLarge { path: String, limit: u64 } = "store-too-large",
            "{path} has more than {limit} bytes", "{path} 超过 {limit} 字节";
        /// An inventory is not one, or contradicts itself.
        Inventory { path: String, fault: InventoryFault } = "inventory-invalid",
            "{path}: {fault}", "{path}：{fault}";
        /// A file's bytes are not those that were filed.
        Altered { path: String, expected: String, found: String } = "store-file-altered",
            "{path} has been altered: its digest is {found}, not {expected}",
            "{path} 已被改动：摘要为 {found}，应为 {expected}";
        /// The object has no such version.
        NoVersion { object: String, version: u64 } = "no-such-version",
            "{object} has no version {version}", "{object} 没有第 {version} 版";
        /// The version has no such file.
        NoFile { object: String, file: String } = "no-such-file",
            "{object} has no file {file}", "{object} 没有文件 {file}";
        /// What is to be filed has an impossible file name, or no files.
        Submission { object: String, why: PathFault } = "submission-invalid",
            "{object} cannot be filed: {why}", "无法归档 {object}：{why}";
        /// Where a version is to be put, something is already.
        Occupied { path: String } = "store-occupied",
            "{path} is in the way", "{path} 已被占用";
        /// The journal of an interrupted commit does not fit the store.
        Journal { path: String, why: String } = "journal-invalid",
            "{path} does not fit the store: {why}", "{path} 与归档库不符：{why}";
        /// The event log is damaged.
        Log { fault: ChainError } = "event-log",
            "event log: {fault}", "事件日志：{fault}";
    }
}

impl std::error::Error for StoreError {}

impl StoreError {
    pub(crate) fn reading(path: &Path, error: &io::Error) -> Self {
        Self::Read { path: path.display().to_string(), why: error.to_string() }
    }

    pub(crate) fn writing(path: &Path, error: &io::Error) -> Self {
        Self::Write { path: path.display().to_string(), why: error.to_string() }
    }
}

impl From<ChainError> for StoreError {
    fn from(fault: ChainError) -> Self {
        Self::Log { fault }
    }
}

messages! {
    /// What is wrong with an inventory. OCFL 1.1, section 3.5.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum InventoryFault {
        /// Not JSON, or not that of an inventory; also a key that occurs twice.
        Malformed { why: String } = "malformed",
            "not an OCFL inventory: {why}", "不是 OCFL 清单：{why}";
        /// Its digest is not the one beside it.
        Sidecar = "sidecar",
            "its digest is not the one recorded beside it", "摘要与旁注文件不符";
        /// Another version of OCFL.
        Kind { found: String } = "inventory-type",
            "unknown type {found}", "未知类型 {found}";
        /// Another algorithm than SHA-512.
        Algorithm { found: String } = "digest-algorithm",
            "content digests by {found} instead of sha512", "内容摘要算法为 {found}，应为 sha512";
        /// Content elsewhere than in `content`.
        ContentDirectory { found: String } = "content-directory",
            "content is kept in {found}", "内容目录为 {found}";
        /// It belongs to another object.
        Identity { found: String } = "object-id",
            "it is that of {found}", "属于另一对象 {found}";
        /// The versions are not 1, 2, 3 … head.
        Versions = "version-sequence",
            "the versions do not run from v1 to the head", "版本号不连续";
        /// A date that is none.
        Created { found: String } = "created",
            "not a date: {found}", "不是日期：{found}";
        /// A digest that is none.
        Digest { found: String } = "digest",
            "not a digest: {found}", "不是摘要：{found}";
        /// A path that leads astray.
        Path { path: String, why: PathFault } = "path",
            "{path}: {why}", "{path}：{why}";
        /// Two files at one path, or a file where another path has a folder.
        Conflict { path: String } = "path-conflict",
            "two files at {path}", "{path} 处有两个文件";
        /// A version names content that the manifest lacks.
        NotInManifest { digest: String } = "not-in-manifest",
            "the manifest lacks {digest}", "清单缺 {digest}";
    }
}

messages! {
    /// What is wrong with a path within an object.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum PathFault {
        /// Empty, or with an empty part: a slash at either end, or two in a row.
        Empty = "path-empty", "an empty name", "名称为空";
        /// A part `.` or `..`.
        Dots = "path-dots", "a part . or ..", "含 . 或 ..";
        /// A backslash or a control character.
        Character = "path-character", "a backslash or control character", "含反斜线或控制字符";
        /// More than 255 bytes in a part, or 1024 in all.
        Long = "path-long", "too long", "过长";
        /// Not below `vN/content/` of a version up to the head.
        Outside = "path-outside", "not within the content of a version", "不在版本内容之内";
        /// A file where another path has a folder.
        Conflict = "path-conflict", "two files at one path", "一处有两个文件";
        /// Nothing to file.
        NoFiles = "no-files", "no files", "没有文件";
    }
}

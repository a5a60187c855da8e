//! What a check found, in words.

use crate::message::messages;

messages! {
    /// What is wrong. The file and object that it is about stand beside it, in the [`Finding`](super::Finding).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Fault {
        /// The bytes are not those that were filed.
        Altered { algorithm: &'static str, expected: String, found: String } = "altered",
            "altered: its {algorithm} is {found}, not {expected}", "已被改动：{algorithm} 为 {found}，应为 {expected}";
        /// The record of a digest is none of this file's.
        NotRecorded { algorithm: &'static str } = "digest-not-recorded",
            "no {algorithm} is recorded of it", "未记录其 {algorithm}";
        /// Not there.
        Missing = "missing", "missing", "缺失";
        /// Should not be there.
        Extra = "extra", "does not belong here", "不应在此";
        /// A link, device or pipe, or a file where a folder belongs.
        Foreign = "foreign", "neither a regular file nor a folder", "不是普通文件或文件夹";
        /// The system does not let it be read.
        Unreadable { why: String } = "unreadable", "cannot be read: {why}", "无法读取：{why}";
        /// A text that is always the same is another.
        OtherText = "other-text", "not the text that belongs there", "内容不是应有的文本";
        /// An inventory contradicts itself, or is none.
        Inventory { why: String } = "inventory", "inventory: {why}", "清单：{why}";
        /// An inventory is not the one that its neighbours attest.
        InventoryAltered = "inventory-altered",
            "not the inventory that the sidecars and the other inventories attest", "与旁注摘要及其他清单不符";
        /// A sidecar is not over the inventory.
        SidecarAltered = "sidecar-altered", "not the digest of the inventory", "不是清单的摘要";
        /// An object is not in the folder that its identifier gives.
        Misplaced { object: String } = "misplaced", "the folder of another object: it holds {object}",
            "所在文件夹不符：其中为 {object}";
        /// Two records differ.
        Differs { what: &'static str, recorded: String, found: String } = "differs",
            "{what}: recorded “{recorded}”, found “{found}”", "{what}：记录为“{recorded}”，实为“{found}”";
        /// The text of a rendition is not that of the document.
        TextDiffers { offset: usize, expected: String, found: String } = "text-differs",
            "differs from the document at character {offset}: “{expected}” became “{found}”",
            "第 {offset} 字处与文档不符：“{expected}”变为“{found}”";
        /// A required element is lacking.
        Lacks { element: &'static str } = "lacks", "lacks {element}", "缺少 {element}";
        /// An attachment could not be had when the page was captured.
        NotCaptured { name: String, url: String } = "attachment-not-captured",
            "attachment “{name}” is not kept: {url}", "附件“{name}”未收存：{url}";
        /// A version without event.
        NoEvent { version: u64 } = "no-event", "version {version} has no event in the log", "第 {version} 版在日志中无记录";
        /// An event without version.
        NoVersion { version: u64 } = "no-version",
            "the log has version {version}, the store has not", "日志有第 {version} 版，库中没有";
        /// Events of an object out of order.
        EventOrder { sequence: u64, version: u64 } = "event-order",
            "entry {sequence} files version {version} out of order", "第 {sequence} 条归档的第 {version} 版次序有误";
        /// A decision contradicts those before it.
        Appraisal { why: crate::appraisal::RegisterError } = "appraisal", "{why}", "{why}";
        /// The catalogue cannot be read.
        CatalogueUnreadable { why: String } = "catalogue-unreadable", "{why}", "{why}";
        /// The catalogue lacks a version.
        NotCatalogued { version: u64 } = "not-catalogued",
            "the catalogue lacks version {version}", "目录库缺第 {version} 版";
        /// The catalogue has a version that the store has not.
        CataloguedOnly { version: u64 } = "catalogued-only",
            "the catalogue has version {version}, the store has not", "目录库有第 {version} 版，库中没有";
        /// The catalogue stands for another log.
        CatalogueForeign { sequence: u64 } = "catalogue-foreign",
            "the catalogue stands for entry {sequence}, which this log does not have", "目录库对应的第 {sequence} 条日志不存在";
        /// The catalogue has yet to catch up.
        CatalogueBehind = "catalogue-behind", "the catalogue is behind the log", "目录库尚未跟上日志";
        /// A reader cannot open it.
        NotOpened { why: String } = "not-opened", "does not open: {why}", "无法打开：{why}";
        /// The content is of another format than the name says.
        OtherFormat { expected: &'static str } = "other-format", "not {expected} by its content", "内容不是 {expected}";
        /// A format that is not known to be fit.
        UnknownFormat = "unknown-format", "format not on the list for archives", "格式不在归档格式之列";
        /// Encrypted.
        Encrypted = "encrypted", "encrypted", "已加密";
        /// Active content.
        Active { what: String } = "active", "holds active content: {what}", "含有活动内容：{what}";
        /// Odd permissions.
        Mode { mode: String } = "mode", "permissions {mode}", "权限为 {mode}";
        /// The log is damaged.
        Chain { why: crate::archive::events::ChainError } = "chain", "{why}", "{why}";
        /// The log's last line has no line feed.
        Torn = "torn", "the last line is not whole", "末行不完整";
        /// A time-stamp proves nothing.
        Timestamp { why: crate::archive::events::timestamp::TimestampError } = "timestamp", "{why}", "{why}";
        /// A writer was interrupted, or is at work.
        Unfinished = "unfinished", "left by a writer that was interrupted or is at work", "由被中断或正在运行的写入进程留下";
    }
}

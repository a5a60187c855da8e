//! Why the package of an archived version cannot be used again.

use super::warc::WarcError;
use crate::message::{Told, messages};

messages! {
    /// Why what another machine made of a page cannot be filed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ConvertedFault {
        /// The manifest names no such output.
        NoOutput { role: &'static str } = "no-output",
            "the manifest names no {role}; was it converted with --archivable?", "清单中没有 {role}，转换时是否用了 --archivable？";
        /// The store of the outputs has it not.
        Missing { role: &'static str } = "output-missing", "its {role} is missing from the outputs", "输出中缺少其 {role}";
        /// An output cannot be had.
        Unreadable { role: &'static str, why: Told } = "output-unreadable", "its {role}: {why}", "其 {role}：{why}";
        /// An output is not what the manifest says.
        Digest { role: &'static str } = "output-digest",
            "its {role} is not what the manifest says: another size or SHA-256", "其 {role} 与清单不符：大小或 SHA-256 不同";
        /// An output is malformed.
        Malformed { role: &'static str, why: String } = "output-malformed", "its {role} is malformed: {why}", "其 {role} 有误：{why}";
        /// Another version of this program made it.
        Tool { tool: String } = "other-tool", "{tool} made it, another version of this program", "由 {tool} 生成，版本不同";
        /// It was made with other options.
        Options = "other-options",
            "it was made with other options or another SOURCE_DATE_EPOCH: give the same here",
            "转换时所用选项或 SOURCE_DATE_EPOCH 不同，此处应相同";
        /// It was set in other fonts.
        Fonts = "other-fonts", "it was set in other fonts than are here", "所用字体与此处不同";
        /// What this program reads in the page is not the Document that was made of it.
        Document = "other-document", "its Document is not what this program reads in the page", "其 Document 与此程序所读不符";
    }
}

messages! {
    /// Why the package of an archived version cannot be used again.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum PackageError {
        /// Its metadata cannot be read.
        Metadata { object: String, why: String } = "package-metadata",
            "metadata.json of {object}: {why}", "{object} 的 metadata.json：{why}";
        /// Its captured files cannot be read.
        Source { object: String, fault: WarcError } = "package-source",
            "source.warc.gz of {object}: {fault}", "{object} 的 source.warc.gz：{fault}";
        /// Its captured files are not those that its metadata describe.
        Altered { object: String } = "package-altered",
            "source.warc.gz of {object} is not the one that its metadata.json describes",
            "{object} 的 source.warc.gz 与 metadata.json 所载摘要不符";
        /// A file of it cannot be read.
        Unreadable { why: String } = "package-unreadable", "{why}", "{why}";
        /// A captured file that the metadata name is not there.
        Missing { object: String, record: String } = "package-record-missing",
            "source.warc.gz of {object} has no record {record}", "{object} 的 source.warc.gz 缺少记录 {record}";
        /// What another machine made of a page cannot be filed.
        Converted { key: String, fault: ConvertedFault } = "converted-elsewhere", "{key}: {fault}", "{key}：{fault}";
    }
}

impl std::error::Error for PackageError {}

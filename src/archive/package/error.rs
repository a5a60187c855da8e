//! Why the package of an archived version cannot be used again.

use super::warc::WarcError;
use crate::message::messages;

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
    }
}

impl std::error::Error for PackageError {}

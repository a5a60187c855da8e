//! Names the single checks of the 四性检测 and the property that each is about. DA/T 70-2018.

use serde::{Deserialize, Serialize};

use crate::message::Language;

/// One of the four properties of an electronic record that DA/T 70-2018 has tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Property {
    /// 真实性: it is what it claims to be, and unaltered.
    Authenticity,
    /// 完整性: nothing is missing.
    Completeness,
    /// 可用性: it can be opened and read.
    Usability,
    /// 安全性: nothing in or around it does harm, and what was done to it is known.
    Security,
}

impl Property {
    /// All, in the order of the standard.
    pub const ALL: [Self; 4] = [Self::Authenticity, Self::Completeness, Self::Usability, Self::Security];

    /// Its name.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Authenticity, Language::English) => "Authenticity",
            (Self::Authenticity, Language::Chinese) => "真实性",
            (Self::Completeness, Language::English) => "Completeness",
            (Self::Completeness, Language::Chinese) => "完整性",
            (Self::Usability, Language::English) => "Usability",
            (Self::Usability, Language::Chinese) => "可用性",
            (Self::Security, Language::English) => "Security",
            (Self::Security, Language::Chinese) => "安全性",
        }
    }
}

/// A check. Its code is the same in every language and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// SHA-512 of every kept file against the manifest.
    FixityManifest,
    /// SHA-256 against the fixity block, SHA-256 and SM3 against `metadata.json`.
    FixityDigests,
    /// `metadata.json`, `document.json`, `premis.xml` and the inventory name the same object, version, time, files
    /// and content digest.
    MetadataAgreement,
    /// The payloads of `source.warc.gz` are those that `metadata.json` and `document.json` record.
    SourceDigests,
    /// PDF, DOCX and text file say what `document.json` says.
    RenditionText,
    /// The title within the files is the one in the metadata.
    FileProperties,
    /// The parts of the store that are always the same text.
    StoreParts,
    /// Inventories and their sidecars, in the object and in every version.
    Inventories,
    /// Version folders without gaps, every file of the manifest there, none besides.
    ObjectFiles,
    /// Title, source, digest and the other elements that every version has.
    RequiredElements,
    /// Every attachment that the document names is kept.
    Attachments,
    /// Every version has its event and every such event its version.
    EventCoverage,
    /// 件号 run without gaps, none is given twice, and every decision says who made it.
    ItemNumbers,
    /// The catalogue knows the versions of the store and no others.
    Catalogue,
    /// Independent readers open every file.
    FilesOpen,
    /// Files are, by their content, of a format fit for archives, the one that their name says.
    Formats,
    /// No encryption, no password.
    Encryption,
    /// No scripts, macros, launch actions or programs.
    ActiveContent,
    /// No file in the store that does not belong there.
    StrayFiles,
    /// No link, pipe or device in the store.
    Links,
    /// No file that everyone may write or that can be run.
    Permissions,
    /// The hash chain of the event log.
    EventChain,
    /// Time-stamp tokens are over the entries that they are kept for.
    Timestamps,
}

impl Check {
    /// All, by property.
    pub const ALL: [Self; 23] = [
        Self::FixityManifest,
        Self::FixityDigests,
        Self::MetadataAgreement,
        Self::SourceDigests,
        Self::RenditionText,
        Self::FileProperties,
        Self::StoreParts,
        Self::Inventories,
        Self::ObjectFiles,
        Self::RequiredElements,
        Self::Attachments,
        Self::EventCoverage,
        Self::ItemNumbers,
        Self::Catalogue,
        Self::FilesOpen,
        Self::Formats,
        Self::Encryption,
        Self::ActiveContent,
        Self::StrayFiles,
        Self::Links,
        Self::Permissions,
        Self::EventChain,
        Self::Timestamps,
    ];

    /// The property it is about.
    #[must_use]
    pub fn property(self) -> Property {
        match self {
            Self::FixityManifest
            | Self::FixityDigests
            | Self::MetadataAgreement
            | Self::SourceDigests
            | Self::RenditionText
            | Self::FileProperties => Property::Authenticity,
            Self::StoreParts
            | Self::Inventories
            | Self::ObjectFiles
            | Self::RequiredElements
            | Self::Attachments
            | Self::EventCoverage
            | Self::ItemNumbers
            | Self::Catalogue => Property::Completeness,
            Self::FilesOpen | Self::Formats | Self::Encryption => Property::Usability,
            Self::ActiveContent
            | Self::StrayFiles
            | Self::Links
            | Self::Permissions
            | Self::EventChain
            | Self::Timestamps => Property::Security,
        }
    }

    /// Stable name: `fixity-manifest`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// What it checks, in a few words.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match language {
            Language::English => self.words().1,
            Language::Chinese => self.words().2,
        }
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::FixityManifest => {
                ("fixity-manifest", "SHA-512 as in the manifest", "文件 SHA-512 与清单一致")
            }
            Self::FixityDigests => {
                ("fixity-digests", "SHA-256 and SM3 as recorded", "文件 SHA-256、SM3 与记录一致")
            }
            Self::MetadataAgreement => {
                ("metadata-agreement", "metadata, document and inventory agree", "元数据、文档与清单一致")
            }
            Self::SourceDigests => ("source-digests", "captured bytes as recorded", "采集的源文件与记录一致"),
            Self::RenditionText => (
                "rendition-text",
                "PDF, DOCX and text say what the document says",
                "版式、流式、文本文件与文档文字一致",
            ),
            Self::FileProperties => {
                ("file-properties", "properties within files as in the metadata", "文件自身属性与元数据一致")
            }
            Self::StoreParts => {
                ("store-parts", "declarations and layout of the store", "归档库标识与布局文件")
            }
            Self::Inventories => ("inventories", "OCFL inventories and sidecars", "OCFL 清单及旁注摘要"),
            Self::ObjectFiles => {
                ("object-files", "versions without gaps, every file there", "版本号连续、文件齐全")
            }
            Self::RequiredElements => ("required-elements", "required elements present", "必备著录项齐全"),
            Self::Attachments => ("attachments", "attachments present", "附件齐全"),
            Self::EventCoverage => ("event-coverage", "events and versions correspond", "日志与版本一一对应"),
            Self::ItemNumbers => ("item-numbers", "item numbers without gaps", "件号连续、不重复"),
            Self::Catalogue => ("catalogue", "catalogue agrees with the store", "目录库与归档库一致"),
            Self::FilesOpen => ("files-open", "files open in independent readers", "文件可由独立软件打开"),
            Self::Formats => ("formats", "formats fit for archives", "文件格式符合归档要求"),
            Self::Encryption => ("encryption", "no encryption, no password", "无加密、无口令"),
            Self::ActiveContent => {
                ("active-content", "no scripts, macros or programs", "无脚本、宏及可执行内容")
            }
            Self::StrayFiles => ("stray-files", "no file that does not belong", "无非归档文件"),
            Self::Links => ("links", "no links, pipes or devices", "无链接、管道及设备文件"),
            Self::Permissions => ("permissions", "no odd permissions", "文件权限正常"),
            Self::EventChain => ("event-chain", "event log unbroken", "事件日志哈希链未断"),
            Self::Timestamps => ("timestamps", "time-stamps match the log", "时间戳与日志一致"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Check;

    #[test]
    fn codes_are_those_of_the_json_form_and_stand_by_property() {
        for check in Check::ALL {
            assert_eq!(serde_json::to_value(check).expect("JSON"), check.code());
        }
        assert!(Check::ALL.is_sorted_by_key(|check| check.property()));
        assert!(Check::ALL.is_sorted());
    }
}

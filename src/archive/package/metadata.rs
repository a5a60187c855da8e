//! What `metadata.json` says about a version, and what of it tells whether a new capture brings anything new.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::digests::Digests;
use super::elements::Element;
use crate::document::Encoding;

/// Name and version of the JSON form. The number rises when a reader of the old form would misread the new one; new
/// keys do not raise it.
pub const SCHEMA: &str = "guidang-metadata/1";

/// All that is known about a version, for people and programs in the far future. The order of the fields is that of
/// the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackageMetadata {
    /// [`SCHEMA`].
    pub schema: String,
    /// The identifier of the object.
    pub object: String,
    /// Number of the version, from 1.
    pub version: u32,
    /// When the version was made.
    pub created: Timestamp,
    /// Name and version of the program that made it.
    pub tool: String,
    /// The person or office that ran it, if stated.
    pub operator: Option<String>,
    /// [`content_digest`](crate::document::content_digest) of the Document.
    pub content_digest: String,
    /// How the page was had.
    pub capture: CaptureMetadata,
    /// The scheduled job that came upon it; none if it was filed by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobMetadata>,
    /// How its bytes were read as characters.
    pub encoding: Encoding,
    /// What the page states about its document.
    pub elements: Vec<Element>,
    /// The files that were captured, in the order of the records of `source.warc.gz`.
    pub sources: Vec<SourceMetadata>,
    /// Every attachment that the document names, in its order.
    pub attachments: Vec<AttachmentMetadata>,
    /// The fonts that the renditions are set in.
    pub fonts: Vec<Font>,
    /// What was noticed, in the order in which it arose.
    pub diagnostics: Vec<Remark>,
    /// Every file of the version but this one and `premis.xml`, in the order of their paths.
    pub files: Vec<FileMetadata>,
}

/// How a page was had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureMetadata {
    /// The address that was asked for; none for a file whose address was not stated.
    pub requested_url: Option<String>,
    /// The address that answered in the end.
    pub final_url: Option<String>,
    /// The addresses in between.
    pub redirects: Vec<String>,
    /// The address that stands in the Document, and where it was read.
    pub stated_url: Option<String>,
    /// When it was captured, RFC 3339; none if that is not known, as of a file on disk.
    pub captured: Option<String>,
    /// The status code of the HTTP response.
    pub status: Option<u16>,
    /// The charset of the HTTP header.
    pub transport_charset: Option<String>,
}

/// How a scheduled job came upon a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobMetadata {
    /// Its name.
    pub name: String,
    /// The address of the list that named the page.
    pub list: Option<String>,
    /// What the column calls itself, or is called by the job.
    pub column: Option<String>,
    /// The date beside the page in the list, as `2024-05-06`.
    pub listed: Option<String>,
    /// 保管期限 of what the job files, as its configuration states it: `永久`. Nothing is decided by it.
    pub retention: Option<String>,
}

/// A captured file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMetadata {
    /// The part it plays.
    pub role: SourceRole,
    /// Name of the file or, of a picture or attachment, the reference as it stands in the Document.
    pub name: String,
    /// `WARC-Target-URI` of its record.
    pub target: String,
    /// UUID of its record.
    pub record: String,
    /// Media type.
    pub media_type: String,
    /// Size and digests.
    #[serde(flatten)]
    pub digests: Digests,
}

/// The part that a captured file plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceRole {
    /// The page.
    Page,
    /// A further page of the same article.
    Part,
    /// A picture of the body.
    Picture,
    /// An attachment.
    Attachment,
}

impl SourceRole {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Part => "part",
            Self::Picture => "picture",
            Self::Attachment => "attachment",
        }
    }
}

/// An attachment that the document names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentMetadata {
    /// From 1.
    pub number: usize,
    /// Its name as the page prints it.
    pub name: String,
    /// Its address.
    pub url: String,
    /// Media type by its file extension.
    pub media_type: Option<String>,
    /// Where it is in the version; none if it could not be had.
    pub path: Option<String>,
    /// SHA-256 of its bytes, if it could be had.
    pub sha256: Option<String>,
}

/// A font.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Font {
    /// Name of the font file.
    pub file: String,
    /// SHA-256 of the font file.
    pub sha256: String,
}

/// Something that was noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Stable name: `asset-missing`.
    pub code: String,
    /// `note` or `warning`.
    pub severity: String,
    /// In English.
    pub message: String,
}

/// A file of the version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMetadata {
    /// Its path in the version.
    pub path: String,
    /// Media type.
    pub media_type: String,
    /// Size and digests.
    #[serde(flatten)]
    pub digests: Digests,
}

impl PackageMetadata {
    /// The file: indented JSON with a final newline.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Every key is a string and there are no floats.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }

    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, in English: it is no JSON, or of another schema.
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let metadata: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if metadata.schema == SCHEMA {
            Ok(metadata)
        } else {
            Err(format!("schema {} is not {SCHEMA}", metadata.schema))
        }
    }

    /// What a new capture is compared with.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let of =
            |roles: [SourceRole; 2]| self.sources.iter().filter(move |source| roles.contains(&source.role));
        Fingerprint {
            content: self.content_digest.clone(),
            pages: of([SourceRole::Page, SourceRole::Part])
                .map(|source| source.digests.sha256.clone())
                .collect(),
            files: of([SourceRole::Picture, SourceRole::Attachment])
                .map(|source| (source.name.clone(), source.digests.sha256.clone()))
                .collect(),
        }
    }
}

/// What tells whether a capture of a page brings anything new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The content digest.
    pub content: String,
    /// The SHA-256 of the page and its further parts.
    pub pages: Vec<String>,
    /// The SHA-256 of each picture and attachment that could be had, by its reference.
    pub files: BTreeMap<String, String>,
}

impl Fingerprint {
    /// Whether `self` says nothing that `archived` does not say: the same words (or, whatever a newer program makes of
    /// them, the same bytes), and no picture or attachment that is new or different. One that is there no more, or
    /// could not be had this time, is nothing new.
    #[must_use]
    pub fn adds_nothing_to(&self, archived: &Self) -> bool {
        (self.content == archived.content || self.pages == archived.pages)
            && self.files.iter().all(|(name, digest)| archived.files.get(name) == Some(digest))
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    fn with(content: &str, page: &str, files: &[(&str, &str)]) -> Fingerprint {
        Fingerprint {
            content: content.to_owned(),
            pages: vec![page.to_owned()],
            files: files.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect(),
        }
    }

    #[test]
    fn other_bytes_that_say_the_same_are_nothing_new() {
        assert!(with("a", "1", &[]).adds_nothing_to(&with("a", "2", &[])));
        assert!(!with("a", "1", &[]).adds_nothing_to(&with("b", "2", &[])));
    }

    #[test]
    fn the_same_bytes_read_differently_are_nothing_new() {
        assert!(with("a", "1", &[]).adds_nothing_to(&with("b", "1", &[])));
    }

    #[test]
    fn a_file_gained_or_changed_is_new_and_one_not_had_is_not() {
        let archived = with("a", "1", &[("f.pdf", "x")]);
        assert!(with("a", "1", &[]).adds_nothing_to(&archived));
        assert!(with("a", "1", &[("f.pdf", "x")]).adds_nothing_to(&archived));
        assert!(!with("a", "1", &[("f.pdf", "y")]).adds_nothing_to(&archived));
        assert!(!with("a", "1", &[("f.pdf", "x"), ("g.pdf", "z")]).adds_nothing_to(&archived));
    }
}

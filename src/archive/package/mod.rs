//! Turns a converted page into the files of one version of its object.
//!
//! What each file is for is told in `src/archive/FORMAT.md`. Nothing here depends on the clock or on chance: the same
//! conversion, filed at the same time, gives the same files.

mod digests;
mod elements;
mod error;
mod identifier;
mod metadata;
mod pictures;
mod premis;
mod received;
pub mod warc;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

pub use digests::Digests;
pub use elements::{Element, elements};
pub use error::{ConvertedFault, PackageError};
pub use metadata::{
    AttachmentMetadata, CaptureMetadata, FileMetadata, Fingerprint, Font, JobMetadata, PackageMetadata,
    Remark, SCHEMA, SourceMetadata, SourceRole,
};
pub use received::LARGEST_SOURCE;

use super::store::{Agent, ObjectId};
use crate::document::{self, Attachment, Document, content_digest, sha256};

/// Path of the captured files.
pub const SOURCE: &str = "source.warc.gz";
/// Path of the metadata.
pub const METADATA: &str = "metadata.json";
/// Path of the Document.
pub const DOCUMENT: &str = "document.json";
/// Path of the preservation metadata.
pub const PREMIS: &str = "premis.xml";

/// A page as it was captured.
#[derive(Clone, Copy, Debug)]
pub struct Original<'a> {
    /// Name of the file.
    pub name: &'a str,
    /// The page, byte for byte.
    pub bytes: &'a [u8],
    /// Its address, if that is known from outside the page.
    pub url: Option<&'a Url>,
    /// The address that was asked for, where another answered.
    pub requested: Option<&'a Url>,
    /// The addresses in between.
    pub redirects: &'a [String],
    /// When it was captured, RFC 3339, if that is known.
    pub captured: Option<&'a str>,
    /// The charset of the HTTP header.
    pub charset: Option<&'a str>,
    /// Status line and header fields of the HTTP response.
    pub http_head: Option<&'a [u8]>,
}

/// What a page is and says, before it is known whether it is filed.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    /// The page.
    pub page: Original<'a>,
    /// The article's further pages, in order.
    pub parts: &'a [Original<'a>],
    /// The Document, pictures included.
    pub document: &'a Document,
    /// The attachments that could be had, by address.
    pub attachments: &'a BTreeMap<String, Arc<Vec<u8>>>,
}

/// What else goes into a version.
#[derive(Clone, Copy, Debug)]
pub struct Filing<'a> {
    /// The object.
    pub id: &'a ObjectId,
    /// The number that the version will have.
    pub version: u32,
    /// When it is made.
    pub created: Timestamp,
    /// By whom.
    pub agent: &'a Agent,
    /// The scheduled job that came upon it.
    pub job: Option<&'a JobMetadata>,
    /// How the robots policy of the site was treated.
    pub robots: &'a str,
    /// The renditions by their path: `document.pdf`.
    pub renditions: &'a BTreeMap<String, Arc<Vec<u8>>>,
    /// Whether they were read back.
    pub verified: bool,
    /// The fonts that they are set in.
    pub fonts: &'a [Font],
    /// What was noticed.
    pub remarks: &'a [Remark],
    /// The captured files as they were filed before, when nothing is captured anew: taken over as they are.
    pub archived: Option<&'a Archived>,
}

/// The captured files of an earlier version.
#[derive(Clone, Debug)]
pub struct Archived {
    /// `source.warc.gz`.
    pub warc: Arc<Vec<u8>>,
    /// Its metadata.
    pub metadata: PackageMetadata,
}

/// A captured file with all that its record needs.
struct Captured<'a> {
    role: SourceRole,
    name: &'a str,
    target: String,
    media_type: String,
    captured: Option<&'a str>,
    http_head: Option<&'a [u8]>,
    bytes: &'a [u8],
}

impl<'a> Contents<'a> {
    /// What is compared with the newest version.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let pictures = pictures::beside(self.document)
            .into_iter()
            .map(|(reference, asset)| (reference.to_owned(), asset.0.clone()));
        let attachments =
            self.document.provenance.attachments.iter().map(|had| (had.url.clone(), had.sha256.clone()));
        Fingerprint {
            content: content_digest(self.document),
            pages: std::iter::once(&self.page)
                .chain(self.parts)
                .map(|original| sha256(original.bytes))
                .collect(),
            files: pictures.chain(attachments).collect(),
        }
    }

    /// The page, its parts, its pictures and its attachments, in this order.
    fn captured(&self) -> Vec<Captured<'a>> {
        let address = self.address();
        let mut found = Vec::new();
        for (role, original) in std::iter::once((SourceRole::Page, &self.page))
            .chain(self.parts.iter().map(|part| (SourceRole::Part, part)))
        {
            let own = match role {
                SourceRole::Page => address.clone(),
                _ => original.url.cloned().or_else(|| address.as_ref()?.join(original.name).ok()),
            };
            found.push(Captured {
                role,
                name: original.name,
                target: own.map_or_else(|| by_digest(original.bytes), String::from),
                media_type: "text/html".to_owned(),
                captured: original.captured,
                http_head: original.http_head,
                bytes: original.bytes,
            });
        }
        let beside = |role, name: &'a str, media_type: &str, bytes: &'a [u8]| Captured {
            role,
            name,
            target: target(name, address.as_ref(), bytes),
            media_type: media_type.to_owned(),
            captured: self.page.captured,
            http_head: None,
            bytes,
        };
        for (reference, id) in pictures::beside(self.document) {
            if let Some(asset) = self.document.assets.get(id) {
                found.push(beside(SourceRole::Picture, reference, &asset.media_type, &asset.bytes));
            }
        }
        for (url, bytes) in self.attachments {
            let named = self.document.attachments.iter().find(|attachment| attachment.url == *url);
            let media_type = named.and_then(|attachment| attachment.media_type.as_deref());
            found.push(beside(SourceRole::Attachment, url, media_type.unwrap_or(UNKNOWN), bytes));
        }
        found
    }

    /// The page's address: from outside, else as the page states it.
    fn address(&self) -> Option<Url> {
        let stated = || Url::parse(&self.document.metadata.url.as_ref()?.value).ok();
        self.page.url.cloned().or_else(stated)
    }

    /// The files of a version.
    #[must_use]
    pub fn files(&self, filing: &Filing<'_>) -> BTreeMap<String, Arc<Vec<u8>>> {
        let mut files = filing.renditions.clone();
        files.insert(DOCUMENT.to_owned(), Arc::new(document::to_json(self.document).into_bytes()));
        for (id, asset) in &self.document.assets {
            files.insert(
                format!("images/{}.{}", id.0, extension_of(&asset.media_type)),
                Arc::clone(&asset.bytes),
            );
        }
        let mut attachments = Vec::new();
        for (index, attachment) in self.document.attachments.iter().enumerate() {
            let had = self.attachments.get(&attachment.url);
            let digest = had.map(|bytes| sha256(bytes));
            let path = digest.as_ref().map(|digest| attachment_path(index + 1, digest, attachment));
            if let (Some(path), Some(bytes)) = (&path, had) {
                files.insert(path.clone(), Arc::clone(bytes));
            }
            attachments.push(AttachmentMetadata {
                number: index + 1,
                name: attachment.name.clone(),
                url: attachment.url.clone(),
                media_type: attachment.media_type.clone(),
                path,
                sha256: digest,
            });
        }
        let sources = self.sources(filing, &mut files);
        let described: Vec<FileMetadata> = files
            .iter()
            .map(|(path, bytes)| FileMetadata {
                path: path.clone(),
                media_type: self.media_type(path),
                digests: Digests::of(bytes),
            })
            .collect();
        let metadata = self.metadata(filing, sources, attachments, described);
        let json = metadata.to_json();
        let digests = Digests::of(&json);
        let mut listed: Vec<premis::File<'_>> = metadata
            .files
            .iter()
            .map(|file| premis::File {
                path: &file.path,
                media_type: &file.media_type,
                digests: &file.digests,
            })
            .collect();
        listed.push(premis::File { path: METADATA, media_type: "application/json", digests: &digests });
        let premis = premis::premis(&metadata, &listed, filing.verified, filing.archived.is_some());
        files.insert(METADATA.to_owned(), Arc::new(json));
        files.insert(PREMIS.to_owned(), Arc::new(premis));
        files
    }

    /// Adds the captured files to `files`, and describes them.
    fn sources(
        &self,
        filing: &Filing<'_>,
        files: &mut BTreeMap<String, Arc<Vec<u8>>>,
    ) -> Vec<SourceMetadata> {
        if let Some(archived) = filing.archived {
            files.insert(SOURCE.to_owned(), Arc::clone(&archived.warc));
            return archived.metadata.sources.clone();
        }
        let captured = self.captured();
        let captures: Vec<warc::Capture<'_>> = captured
            .iter()
            .map(|file| warc::Capture {
                role: file.role.name(),
                target: &file.target,
                date: premis::moment(file.captured).unwrap_or(filing.created),
                media_type: &file.media_type,
                http_head: file.http_head,
                bytes: file.bytes,
            })
            .collect();
        let information = warc::Information {
            software: &filing.agent.name,
            operator: filing.agent.operator.as_deref(),
            object: filing.id.as_str(),
            robots: filing.robots,
            date: filing.created,
        };
        files.insert(SOURCE.to_owned(), Arc::new(warc::warc(&information, &captures)));
        captured
            .iter()
            .zip(&captures)
            .map(|(file, capture)| SourceMetadata {
                role: file.role,
                name: file.name.to_owned(),
                target: file.target.clone(),
                record: capture.identifier(filing.id.as_str()),
                media_type: file.media_type.clone(),
                digests: Digests::of(file.bytes),
            })
            .collect()
    }

    fn metadata(
        &self,
        filing: &Filing<'_>,
        sources: Vec<SourceMetadata>,
        attachments: Vec<AttachmentMetadata>,
        files: Vec<FileMetadata>,
    ) -> PackageMetadata {
        let url = self.page.url.map(ToString::to_string);
        PackageMetadata {
            schema: SCHEMA.to_owned(),
            object: filing.id.to_string(),
            version: filing.version,
            created: filing.created,
            tool: filing.agent.name.clone(),
            operator: filing.agent.operator.clone(),
            content_digest: content_digest(self.document),
            capture: CaptureMetadata {
                requested_url: self.page.requested.map(ToString::to_string).or_else(|| url.clone()),
                final_url: url,
                redirects: self.page.redirects.to_vec(),
                stated_url: self.document.metadata.url.as_ref().map(|url| url.value.clone()),
                captured: self.page.captured.map(str::to_owned),
                status: self.page.http_head.and_then(status),
                transport_charset: self.page.charset.map(str::to_owned),
            },
            job: filing.job.or_else(|| filing.archived?.metadata.job.as_ref()).cloned(),
            encoding: self.document.provenance.encoding.clone(),
            elements: elements(&self.document.metadata),
            sources,
            attachments,
            fonts: filing.fonts.to_vec(),
            diagnostics: filing.remarks.to_vec(),
            files,
        }
    }

    /// The media type of a file of the version by its path.
    fn media_type(&self, path: &str) -> String {
        let known = match path {
            SOURCE => Some("application/warc"),
            DOCUMENT => Some("application/json"),
            "document.pdf" => Some("application/pdf"),
            "document.docx" => {
                Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
            }
            "document.txt" => Some("text/plain"),
            _ => None,
        };
        let picture = || {
            let id = path.strip_prefix("images/")?.get(..64)?;
            self.document.assets.get(&document::AssetId(id.to_owned())).map(|asset| asset.media_type.as_str())
        };
        let attachment = || {
            let number: usize = path.strip_prefix("attachments/")?.split('-').next()?.parse().ok()?;
            self.document.attachments.get(number.checked_sub(1)?)?.media_type.as_deref()
        };
        known.or_else(picture).or_else(attachment).unwrap_or(UNKNOWN).to_owned()
    }
}

/// What is not known to be anything else.
const UNKNOWN: &str = "application/octet-stream";

/// `urn:sha256:…`.
fn by_digest(bytes: &[u8]) -> String {
    format!("urn:sha256:{}", sha256(bytes))
}

/// The address of a reference on the page at `base`; `urn:sha256:…` if it has none.
fn target(reference: &str, base: Option<&Url>, bytes: &[u8]) -> String {
    let url = match base {
        Some(base) => base.join(reference).ok(),
        None => Url::parse(reference).ok(),
    };
    url.filter(|url| matches!(url.scheme(), "http" | "https")).map_or_else(|| by_digest(bytes), String::from)
}

/// The status code of an HTTP response: `HTTP/1.1 200 OK`.
fn status(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    std::str::from_utf8(line).ok()?.split(' ').nth(1)?.parse().ok()
}

/// The file name extension of a picture.
fn extension_of(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/bmp" => "bmp",
        "image/svg+xml" => "svg",
        _ => "bin",
    }
}

/// `attachments/001-89abcdef.pdf`: number, beginning of the digest, and the extension of the address if it is a plain
/// one. The name that people know it by is in the metadata: a title makes no lasting path.
fn attachment_path(number: usize, digest: &str, attachment: &Attachment) -> String {
    let end = attachment.url.find(['?', '#']).unwrap_or(attachment.url.len());
    let extension = attachment.url[..end]
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .filter(|extension| (1..=5).contains(&extension.len()))
        .filter(|extension| extension.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .unwrap_or_else(|| "bin".to_owned());
    format!("attachments/{number:03}-{}.{extension}", &digest[..8])
}

#[cfg(test)]
mod tests;

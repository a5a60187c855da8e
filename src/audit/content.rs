//! Looks at what a version holds: its metadata, Document, captured files and renditions, each against the others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;

use super::fixity::Found;
use super::formats::{self, Format};
use super::report::Subject;
use super::wording::{Kind, Wording, below_header};
use super::{Check, Fault, Tally, markup, office, portable};
use crate::archive::package::{
    DOCUMENT, Digests, METADATA, PREMIS, PackageMetadata, SOURCE, SourceRole, elements, warc,
};
use crate::archive::store::reading;
use crate::document::text::significant;
use crate::document::{Document, content_digest, from_json};
use crate::verify;

/// Larger files are not opened.
const LARGEST: u64 = 1 << 30;
/// Files of a version that the metadata does not list: itself, and the one that lists it.
const UNLISTED: [&str; 2] = [METADATA, PREMIS];

/// A version of an object.
pub(super) struct Held<'a> {
    pub(super) root: &'a Path,
    pub(super) folder: &'a str,
    pub(super) id: &'a str,
    pub(super) version: u32,
    pub(super) created: Option<Timestamp>,
    /// SHA-512 and content path by logical path.
    pub(super) files: BTreeMap<&'a str, (&'a str, &'a str)>,
    /// Digests of the files that are as they were filed, by content path.
    pub(super) found: &'a BTreeMap<String, Found>,
}

impl Held<'_> {
    /// The bytes of a file; None if there is none, or it is not as it was filed and has been told of.
    fn read(&self, logical: &str) -> Option<Vec<u8>> {
        let (_, content) = self.files.get(logical)?;
        self.found.get(*content)?;
        reading::read(self.root, &format!("{}/{content}", self.folder), LARGEST).ok().flatten()
    }

    /// Where the file is.
    fn place(&self, logical: &str) -> String {
        let content = self.files.get(logical).map_or("", |(_, content)| content);
        if content.is_empty() {
            format!("{}/v{}/content/{logical}", self.folder, self.version)
        } else {
            format!("{}/{content}", self.folder)
        }
    }
}

/// What is told of, and where.
struct Desk<'a> {
    held: &'a Held<'a>,
    tally: &'a mut Tally,
}

impl Desk<'_> {
    fn fault(&mut self, check: Check, logical: &str, fault: &Fault) {
        let file = self.held.place(logical);
        let subject =
            Subject { object: Some(self.held.id), version: Some(self.held.version), file: Some(&file) };
        self.tally.fault(check, subject, fault);
    }

    fn remark(&mut self, check: Check, logical: &str, fault: &Fault) {
        let file = self.held.place(logical);
        let subject =
            Subject { object: Some(self.held.id), version: Some(self.held.version), file: Some(&file) };
        self.tally.remark(check, subject, fault);
    }

    /// Opens: tells if it does not.
    fn open<T>(&mut self, logical: &str, opened: Result<T, String>) -> Option<T> {
        self.tally.looked(Check::FilesOpen);
        opened.map_err(|why| self.fault(Check::FilesOpen, logical, &Fault::NotOpened { why })).ok()
    }

    /// Two records that must be the same.
    fn same(&mut self, check: Check, logical: &str, what: &'static str, recorded: &str, found: &str) {
        self.tally.looked(check);
        if recorded != found {
            let fault = Fault::Differs { what, recorded: shortened(recorded), found: shortened(found) };
            self.fault(check, logical, &fault);
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(128).collect()
}

/// Looks at the version.
pub(super) fn audit(held: &Held<'_>, tally: &mut Tally) {
    let mut desk = Desk { held, tally };
    for file in UNLISTED.into_iter().chain([DOCUMENT, SOURCE]) {
        desk.tally.looked(Check::RequiredElements);
        if !held.files.contains_key(file) {
            desk.fault(Check::RequiredElements, file, &Fault::Missing);
        }
    }
    let metadata = held.read(METADATA);
    let metadata = metadata.and_then(|bytes| desk.open(METADATA, PackageMetadata::from_json(&bytes)));
    let document = held.read(DOCUMENT);
    let document = document.and_then(|bytes| {
        let text = String::from_utf8(bytes).map_err(|error| error.to_string());
        desk.open(DOCUMENT, text.and_then(|text| from_json(&text)))
    });
    if let Some(metadata) = &metadata {
        desk.agreement(metadata);
        desk.required(metadata, document.as_ref());
        desk.attachments(metadata, document.as_ref());
        desk.sources(metadata);
    }
    if let (Some(metadata), Some(document)) = (&metadata, &document) {
        desk.document(metadata, document);
    }
    if let Some(bytes) = held.read(PREMIS) {
        let text = String::from_utf8(bytes).map_err(|error| error.to_string());
        let text = text.and_then(|text| markup::well_formed(&text).map(|()| text));
        if let Some(text) = desk.open(PREMIS, text)
            && let Some(metadata) = &metadata
        {
            desk.tally.looked(Check::MetadataAgreement);
            if !text.contains(&metadata.content_digest)
                && !metadata.files.iter().all(|file| text.contains(&file.digests.sha256))
            {
                desk.fault(
                    Check::MetadataAgreement,
                    PREMIS,
                    &Fault::Lacks { element: "digests of the files" },
                );
            }
        }
    }
    let wording = document.as_ref().map(Wording::of);
    let logical: Vec<&str> = held.files.keys().copied().collect();
    for path in logical {
        desk.file(path, document.as_ref(), wording.as_ref());
    }
}

impl Desk<'_> {
    /// `metadata.json` against the inventory and the files.
    fn agreement(&mut self, metadata: &PackageMetadata) {
        let held = self.held;
        let check = Check::MetadataAgreement;
        self.same(check, METADATA, "object", &metadata.object, held.id);
        self.same(check, METADATA, "version", &metadata.version.to_string(), &held.version.to_string());
        if let Some(created) = held.created {
            self.same(check, METADATA, "created", &metadata.created.to_string(), &created.to_string());
        }
        let listed: BTreeSet<&str> = metadata.files.iter().map(|file| file.path.as_str()).collect();
        for path in held.files.keys().filter(|path| !UNLISTED.contains(path)) {
            self.tally.looked(check);
            if !listed.contains(path) {
                self.fault(check, path, &Fault::NotRecorded { algorithm: "metadata" });
            }
        }
        for file in &metadata.files {
            self.tally.looked(check);
            let Some((sha512, content)) = held.files.get(file.path.as_str()) else {
                self.fault(check, &file.path, &Fault::Missing);
                continue;
            };
            self.same(check, &file.path, "SHA-512", &file.digests.sha512, sha512);
            if let Some(found) = held.found.get(*content) {
                self.same(
                    check,
                    &file.path,
                    "bytes",
                    &file.digests.bytes.to_string(),
                    &found.bytes.to_string(),
                );
                if let Some((sha256, sm3)) = &found.others {
                    self.same(Check::FixityDigests, &file.path, "SHA-256", &file.digests.sha256, sha256);
                    self.same(Check::FixityDigests, &file.path, "SM3", &file.digests.sm3, sm3);
                }
            }
        }
    }

    /// What every version must have. A page without a title is one: that its metadata has none either is worth a
    /// remark only.
    fn required(&mut self, metadata: &PackageMetadata, document: Option<&Document>) {
        let title = metadata.elements.iter().find(|element| element.key == "title");
        let title = title.and_then(|element| element.value.as_str()).unwrap_or_default();
        let page = metadata.sources.iter().find(|source| source.role == SourceRole::Page);
        let there = |text: &str| !text.trim().is_empty();
        for (element, present) in [
            ("title", there(title)),
            ("captured page", page.is_some()),
            (
                "digests of the captured page",
                page.is_some_and(|page| there(&page.digests.sha256) && there(&page.digests.sm3)),
            ),
            ("content digest", there(&metadata.content_digest)),
            ("program", there(&metadata.tool)),
            ("encoding", there(&metadata.encoding.name)),
        ] {
            self.tally.looked(Check::RequiredElements);
            let of_page =
                element == "title" && document.is_some_and(|document| document.metadata.title.is_none());
            if !present && of_page {
                self.remark(Check::RequiredElements, METADATA, &Fault::Lacks { element });
            } else if !present {
                self.fault(Check::RequiredElements, METADATA, &Fault::Lacks { element });
            }
        }
    }

    /// What the Document names must be kept; what could not be had when the page was captured is remarked on.
    fn attachments(&mut self, metadata: &PackageMetadata, document: Option<&Document>) {
        if let Some(document) = document {
            let named = |name: &str, url: &str| format!("{name} {url}");
            let recorded: Vec<String> = metadata
                .attachments
                .iter()
                .map(|attachment| named(&attachment.name, &attachment.url))
                .collect();
            let found: Vec<String> = document
                .attachments
                .iter()
                .map(|attachment| named(&attachment.name, &attachment.url))
                .collect();
            self.same(Check::Attachments, METADATA, "attachments", &recorded.join("\n"), &found.join("\n"));
        }
        for attachment in &metadata.attachments {
            self.tally.looked(Check::Attachments);
            let Some(path) = &attachment.path else {
                let fault = Fault::NotCaptured { name: attachment.name.clone(), url: attachment.url.clone() };
                self.remark(Check::Attachments, METADATA, &fault);
                continue;
            };
            let listed = metadata.files.iter().find(|file| file.path == *path);
            match (listed, self.held.files.contains_key(path.as_str())) {
                (Some(listed), true) => {
                    let recorded = attachment.sha256.as_deref().unwrap_or_default();
                    self.same(Check::Attachments, path, "SHA-256", recorded, &listed.digests.sha256);
                }
                _ => self.fault(Check::Attachments, path, &Fault::Missing),
            }
        }
    }

    /// The records of `source.warc.gz` against the metadata.
    fn sources(&mut self, metadata: &PackageMetadata) {
        let Some(bytes) = self.held.read(SOURCE) else { return };
        let records = warc::read(&bytes, LARGEST).map_err(|error| error.to_string());
        let Some(records) = self.open(SOURCE, records) else { return };
        let count = |number: usize| number.to_string();
        let check = Check::SourceDigests;
        self.same(check, SOURCE, "records", &count(metadata.sources.len()), &count(records.len()));
        for (source, record) in metadata.sources.iter().zip(&records) {
            self.same(check, SOURCE, "WARC-Record-ID", &source.record, &record.id);
            self.same(check, SOURCE, "WARC-Target-URI", &source.target, &record.target);
            let found = Digests::of(&record.payload);
            self.same(check, SOURCE, "SHA-256", &source.digests.sha256, &found.sha256);
            self.same(check, SOURCE, "SM3", &source.digests.sm3, &found.sm3);
        }
    }

    /// `document.json` against the metadata.
    fn document(&mut self, metadata: &PackageMetadata, document: &Document) {
        let check = Check::MetadataAgreement;
        self.same(check, DOCUMENT, "content digest", &metadata.content_digest, &content_digest(document));
        // The names in the schemes may be more in a later version of the program; values are for ever.
        let values = |elements: &[crate::archive::package::Element]| {
            elements
                .iter()
                .map(|element| format!("{}={}", element.key, element.value))
                .collect::<Vec<_>>()
                .join("\n")
        };
        self.same(
            check,
            DOCUMENT,
            "elements",
            &values(&metadata.elements),
            &values(&elements(&document.metadata)),
        );
        let of = |role| metadata.sources.iter().filter(move |source| source.role == role);
        let recorded: Vec<&str> = of(SourceRole::Page)
            .chain(of(SourceRole::Part))
            .map(|source| source.digests.sha256.as_str())
            .collect();
        let provenance = &document.provenance;
        let found: Vec<&str> = std::iter::once(provenance.sha256.as_str())
            .chain(provenance.parts.iter().map(|part| part.sha256.as_str()))
            .collect();
        self.same(
            Check::SourceDigests,
            DOCUMENT,
            "SHA-256 of the pages",
            &recorded.join(" "),
            &found.join(" "),
        );
        for id in document.assets.keys() {
            self.tally.looked(check);
            let prefix = format!("images/{}.", id.0);
            let file =
                self.held.files.range(prefix.as_str()..).next().filter(|(path, _)| path.starts_with(&prefix));
            let digest = file.and_then(|(_, (_, content))| self.held.found.get(*content)?.others.as_ref());
            match (file.map(|(path, _)| *path), digest) {
                (Some(path), Some((sha256, _))) => {
                    self.same(check, path, "SHA-256 in its name", &id.0, sha256);
                }
                (Some(_), None) => {}
                (None, _) => self.fault(check, &format!("{prefix}*"), &Fault::Missing),
            }
        }
    }

    /// One file by its own: format, encryption, active content; and of a rendition its text and title.
    fn file(&mut self, path: &str, document: Option<&Document>, wording: Option<&Wording>) {
        let Some(bytes) = self.held.read(path) else { return };
        let published = path.starts_with("attachments/");
        self.tally.looked(Check::Formats);
        match formats::look(path, &bytes) {
            Format::AsNamed => {}
            Format::Other(expected) if published => {
                self.remark(Check::Formats, path, &Fault::OtherFormat { expected });
            }
            Format::Other(expected) => self.fault(Check::Formats, path, &Fault::OtherFormat { expected }),
            Format::Unknown => self.remark(Check::Formats, path, &Fault::UnknownFormat),
        }
        self.tally.looked(Check::ActiveContent);
        if let Some(program) = formats::program(&bytes) {
            self.fault(Check::ActiveContent, path, &Fault::Active { what: program.to_owned() });
        }
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension.to_ascii_lowercase().as_str() {
            "pdf" => {
                let inside = portable::look(&bytes);
                let Some(inside) = self.opened(path, published, inside) else { return };
                self.harmless(path, published, inside.encrypted, inside.active);
                if published {
                    return;
                }
                self.title(path, document, inside.title.as_deref());
                self.date(path, document, inside.created.as_deref());
                let found = verify::pdf::read(&bytes).map_err(|error| error.to_string());
                if let Some(found) = self.open(path, found) {
                    self.text(path, &found, wording, Kind::Pdf);
                }
            }
            "docx" => {
                let Some(inside) = self.opened(path, published, office::look(&bytes)) else { return };
                self.harmless(path, published, inside.encrypted, inside.active);
                if published {
                    return;
                }
                self.title(path, document, inside.title.as_deref());
                let found = verify::docx::read(&bytes).map_err(|error| error.to_string());
                if let Some(found) = self.open(path, found) {
                    self.text(path, &significant(&found).collect::<Vec<_>>(), wording, Kind::Docx);
                }
            }
            "txt" if !published => {
                let text = String::from_utf8(bytes).map_err(|error| error.to_string());
                if let Some(text) = self.open(path, text) {
                    let found: Vec<char> = significant(below_header(&text)).collect();
                    self.text(path, &found, wording, Kind::Text);
                }
            }
            "png" | "jpg" | "gif" | "webp" | "bmp" if !published => {
                let size = imagesize::blob_size(&bytes).map_err(|error| error.to_string());
                self.open(path, size);
            }
            _ => {}
        }
    }

    /// What the site published is kept as it is, also if it does not open.
    fn opened<T>(&mut self, path: &str, published: bool, opened: Result<T, String>) -> Option<T> {
        if !published {
            return self.open(path, opened);
        }
        self.tally.looked(Check::FilesOpen);
        opened.map_err(|why| self.remark(Check::FilesOpen, path, &Fault::NotOpened { why })).ok()
    }

    fn harmless(&mut self, path: &str, published: bool, encrypted: bool, active: Vec<String>) {
        self.tally.looked(Check::Encryption);
        let encrypted = encrypted.then_some((Check::Encryption, Fault::Encrypted));
        let active = active.into_iter().map(|what| (Check::ActiveContent, Fault::Active { what }));
        for (check, fault) in encrypted.into_iter().chain(active) {
            if published {
                self.remark(check, path, &fault);
            } else {
                self.fault(check, path, &fault);
            }
        }
    }

    fn title(&mut self, path: &str, document: Option<&Document>, found: Option<&str>) {
        let stated = document.and_then(|document| document.metadata.title.as_ref());
        let Some(stated) = stated else { return };
        // Writers leave out what XML cannot hold, and cut what is longer than a title can be.
        let plain = |text: &str| {
            let kept = |c: &char| !c.is_control() && !('\u{FFFE}'..='\u{FFFF}').contains(c);
            text.chars().filter(kept).take(4000).collect::<String>()
        };
        let found = plain(found.unwrap_or_default());
        self.same(Check::FileProperties, path, "title", &plain(&stated.value), &found);
    }

    /// `D:20180131…`. ISO 32000-1, 7.9.4.
    fn date(&mut self, path: &str, document: Option<&Document>, found: Option<&str>) {
        let stated = document.and_then(|document| document.metadata.published.as_ref());
        let Some(stated) = stated else { return };
        let date = stated.value.date;
        let recorded = format!("D:{:04}{:02}{:02}", date.year(), date.month(), date.day());
        let found: String = found.unwrap_or_default().chars().take(recorded.len()).collect();
        self.same(Check::FileProperties, path, "date", &recorded, &found);
    }

    fn text(&mut self, path: &str, found: &[char], wording: Option<&Wording>, kind: Kind) {
        let Some(wording) = wording else { return };
        self.tally.looked(Check::RenditionText);
        if let Err(fault) = wording.compare(found, kind) {
            self.fault(Check::RenditionText, path, &fault);
        }
    }
}

//! Turns what is known about a version into PREMIS 3.0: its objects, the events that made it, and the agents.

use jiff::Timestamp;

use super::digests::Digests;
use super::identifier::uuid;
use super::metadata::PackageMetadata;

/// A file of the version, as PREMIS needs it.
pub(super) struct File<'a> {
    pub(super) path: &'a str,
    pub(super) media_type: &'a str,
    pub(super) digests: &'a Digests,
}

/// The event types of <https://id.loc.gov/vocabulary/preservation/eventType>, with their last path segment.
const CAPTURE: (&str, &str) = ("capture", "cap");
const INGESTION: (&str, &str) = ("ingestion", "ing");
const CREATION: (&str, &str) = ("creation", "cre");
const DIGEST: (&str, &str) = ("message digest calculation", "mes");
const VALIDATION: (&str, &str) = ("validation", "val");
const MIGRATION: (&str, &str) = ("migration", "mig");

/// The file: one intellectual entity (the page), one representation (the version) and a file object for each of
/// `files`; the events that made them; the program and who ran it. `verified` says whether the renditions were read
/// back, `migrated` whether they were made anew from what was archived before.
pub(super) fn premis(
    metadata: &PackageMetadata,
    files: &[File<'_>],
    verified: bool,
    migrated: bool,
) -> Vec<u8> {
    let mut writer = Writer { out: String::new(), metadata };
    writer.out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<premis xmlns=\"http://www.loc.gov/premis/v3\" \
        xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" version=\"3.0\">\n";
    writer.entity();
    for file in files {
        writer.file(file);
    }
    let all: Vec<&str> = files.iter().map(|file| file.path).collect();
    let source: Vec<&str> = all.iter().copied().filter(|path| *path == "source.warc.gz").collect();
    let renditions: Vec<&str> = all.iter().copied().filter(|path| path.starts_with("document.")).collect();
    if let Some(captured) = &metadata.capture.captured {
        writer.event(CAPTURE, captured, &["success"], &source);
    }
    let created = metadata.created.to_string();
    let made = if migrated { MIGRATION } else { CREATION };
    writer.event(made, &created, &["success"], &renditions);
    if verified {
        writer.event(
            VALIDATION,
            &created,
            &["success", "every rendition read back and compared with the Document"],
            &renditions,
        );
    }
    writer.event(DIGEST, &created, &["success", "SHA-512, SHA-256, SM3"], &all);
    writer.event(INGESTION, &created, &["success"], &all);
    writer.agents();
    writer.out += "</premis>\n";
    writer.out.into_bytes()
}

struct Writer<'a> {
    out: String,
    metadata: &'a PackageMetadata,
}

impl Writer<'_> {
    fn open(&mut self, name: &str) {
        self.out += &format!("<{name}>\n");
    }

    fn close(&mut self, name: &str) {
        self.out += &format!("</{name}>\n");
    }

    fn text(&mut self, name: &str, text: &str) {
        self.out += &format!("<{name}>{}</{name}>\n", escaped(text));
    }

    fn identifier(&mut self, name: &str, kind: &str, value: &str) {
        self.open(&format!("{name}Identifier"));
        self.text(&format!("{name}IdentifierType"), kind);
        self.text(&format!("{name}IdentifierValue"), value);
        self.close(&format!("{name}Identifier"));
    }

    /// The page and this version of it.
    fn entity(&mut self) {
        let metadata = self.metadata;
        self.out += "<object xsi:type=\"intellectualEntity\">\n";
        self.identifier("object", "URI", &metadata.object);
        let title = metadata.elements.iter().find(|element| element.key == "title");
        if let Some(title) = title.and_then(|title| title.value.as_str()) {
            self.text("originalName", title);
        }
        self.close("object");
        self.out += "<object xsi:type=\"representation\">\n";
        let version = self.version();
        self.identifier("object", "UUID", &version);
        self.relationship("structural", "represents", "URI", &metadata.object);
        self.close("object");
    }

    fn file(&mut self, file: &File<'_>) {
        self.out += "<object xsi:type=\"file\">\n";
        let id = self.of_file(file.path);
        self.identifier("object", "UUID", &id);
        self.open("objectCharacteristics");
        self.text("compositionLevel", if file.path == "source.warc.gz" { "1" } else { "0" });
        for (algorithm, digest) in
            [("SHA-512", &file.digests.sha512), ("SHA-256", &file.digests.sha256), ("SM3", &file.digests.sm3)]
        {
            self.open("fixity");
            self.text("messageDigestAlgorithm", algorithm);
            self.text("messageDigest", digest);
            self.text("messageDigestOriginator", &self.metadata.tool);
            self.close("fixity");
        }
        self.text("size", &file.digests.bytes.to_string());
        self.out += "<format>\n<formatDesignation>\n";
        self.text("formatName", file.media_type);
        self.out += "</formatDesignation>\n</format>\n";
        self.close("objectCharacteristics");
        self.out += "<storage>\n<contentLocation>\n";
        self.text("contentLocationType", "path in the version");
        self.text("contentLocationValue", file.path);
        self.out += "</contentLocation>\n<storageMedium>OCFL 1.1</storageMedium>\n</storage>\n";
        let version = self.version();
        self.relationship("structural", "is included in", "UUID", &version);
        if file.path.starts_with("document.") {
            let source = self.of_file("source.warc.gz");
            self.relationship("derivation", "has source", "UUID", &source);
        }
        self.close("object");
    }

    fn relationship(&mut self, kind: &str, subkind: &str, id_type: &str, id: &str) {
        self.open("relationship");
        self.text("relationshipType", kind);
        self.text("relationshipSubType", subkind);
        self.identifier("relatedObject", id_type, id);
        self.close("relationship");
    }

    /// An event with its outcome and, if there is one, a note on it.
    fn event(&mut self, kind: (&str, &str), time: &str, outcome: &[&str], objects: &[&str]) {
        let (name, code) = kind;
        self.open("event");
        let id = self.id(&["event", name, time]);
        self.identifier("event", "UUID", &id);
        self.out += &format!(
            "<eventType authority=\"eventType\" authorityURI=\"http://id.loc.gov/vocabulary/preservation/eventType\" \
             valueURI=\"http://id.loc.gov/vocabulary/preservation/eventType/{code}\">{name}</eventType>\n"
        );
        self.text("eventDateTime", time);
        if let Some((outcome, notes)) = outcome.split_first() {
            self.open("eventOutcomeInformation");
            self.text("eventOutcome", outcome);
            for note in notes {
                self.open("eventOutcomeDetail");
                self.text("eventOutcomeDetailNote", note);
                self.close("eventOutcomeDetail");
            }
            self.close("eventOutcomeInformation");
        }
        let tool = self.metadata.tool.clone();
        self.link_agent(&tool, "executing program");
        if let Some(operator) = self.metadata.operator.clone() {
            self.link_agent(&operator, "implementer");
        }
        for path in objects {
            let id = self.of_file(path);
            self.identifier("linkingObject", "UUID", &id);
        }
        self.close("event");
    }

    fn link_agent(&mut self, name: &str, role: &str) {
        let id = uuid(&["agent", name]);
        self.open("linkingAgentIdentifier");
        self.text("linkingAgentIdentifierType", "UUID");
        self.text("linkingAgentIdentifierValue", &id);
        self.text("linkingAgentRole", role);
        self.close("linkingAgentIdentifier");
    }

    fn agents(&mut self) {
        let metadata = self.metadata;
        let (name, version) = metadata.tool.rsplit_once(' ').unwrap_or((&metadata.tool, ""));
        self.open("agent");
        self.identifier("agent", "UUID", &uuid(&["agent", &metadata.tool]));
        self.text("agentName", name);
        self.text("agentType", "software");
        if !version.is_empty() {
            self.text("agentVersion", version);
        }
        self.close("agent");
        if let Some(operator) = &metadata.operator {
            self.open("agent");
            self.identifier("agent", "UUID", &uuid(&["agent", operator]));
            self.text("agentName", operator);
            self.text("agentType", "person or organization");
            self.close("agent");
        }
    }

    fn id(&self, parts: &[&str]) -> String {
        let version = self.metadata.version.to_string();
        uuid(&[&["premis", self.metadata.object.as_str(), version.as_str()], parts].concat())
    }

    fn version(&self) -> String {
        self.id(&["representation"])
    }

    fn of_file(&self, path: &str) -> String {
        self.id(&["file", path])
    }
}

/// Text as XML 1.0 may hold it: what it may not (control characters) becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            character if character.is_control() => out.push('\u{FFFD}'),
            character => out.push(character),
        }
    }
    out
}

/// The time of an event, as far as it can be read; archives write RFC 3339.
pub(super) fn moment(text: Option<&str>) -> Option<Timestamp> {
    text.and_then(|text| text.parse().ok())
}

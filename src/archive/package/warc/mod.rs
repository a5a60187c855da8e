//! Turns a captured page and its files into a WARC 1.1 file (ISO 28500:2017, GB/T 33994), and back.
//!
//! Each record is a gzip member of its own (WARC 1.1, annex D.3), so that any tool can begin at any record. The crate
//! `fastwarc` reads WARC well but brings zstd, brotli, lz4 and another decoder of characters; these few lines need
//! none of them.

mod head;
mod read;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;

use super::identifier::uuid;
use super::metadata::{PackageMetadata, SourceRole};
use crate::document::sha256;

pub use read::{Record, WarcError, read};

/// Who made the file, for its first record.
#[derive(Clone, Copy, Debug)]
pub struct Information<'a> {
    /// Name and version of the program.
    pub software: &'a str,
    /// The person or office that runs it, if stated.
    pub operator: Option<&'a str>,
    /// What the records were captured for: the identifier of the object.
    pub object: &'a str,
    /// How the robots policy of the site was treated: `obey`, `ignore`, or why there was none to treat.
    pub robots: &'a str,
    /// When the file was made.
    pub date: Timestamp,
}

/// A captured file.
#[derive(Clone, Copy, Debug)]
pub struct Capture<'a> {
    /// The part it plays: `page`, `part`, `picture`, `attachment`.
    pub role: &'a str,
    /// Its address, or `urn:sha256:` and its digest.
    pub target: &'a str,
    /// When it was captured.
    pub date: Timestamp,
    /// Its media type.
    pub media_type: &'a str,
    /// Status line and header fields of the HTTP response, up to and including the empty line, if there were any. What
    /// they say of encodings and length is made true of `bytes`, the old fields being kept as `X-Archive-Orig-…`.
    pub http_head: Option<&'a [u8]>,
    /// The file, encodings undone.
    pub bytes: &'a [u8],
}

impl Capture<'_> {
    /// The UUID of the record: the same for the same file captured for the same object at the same time.
    #[must_use]
    pub fn identifier(&self, object: &str) -> String {
        uuid(&["warc-record", object, self.role, self.target, &self.date.to_string(), &sha256(self.bytes)])
    }
}

/// The file: a `warcinfo` record, then a record for each capture, `response` where HTTP header fields are known, else
/// `resource`.
#[must_use]
pub fn warc(information: &Information<'_>, captures: &[Capture<'_>]) -> Vec<u8> {
    let mut fields = format!("software: {}\r\n", one_line(information.software));
    fields += "format: WARC File Format 1.1\r\n";
    fields +=
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n";
    if let Some(operator) = information.operator {
        fields += &format!("operator: {}\r\n", one_line(operator));
    }
    fields += &format!("robots: {}\r\n", one_line(information.robots));
    fields += &format!("isPartOf: {}\r\n", one_line(information.object));

    let mut out = Vec::new();
    let date = information.date.to_string();
    let id = uuid(&["warcinfo", information.object, &date, &fields]);
    let header = Header { kind: "warcinfo", id: &id, date: &date, content_type: "application/warc-fields" };
    member(&mut out, &header, &[], &[fields.as_bytes()], Compression::default());
    for capture in captures {
        let digest = format!("sha256:{}", sha256(capture.bytes));
        let mut named = vec![
            ("WARC-Target-URI", capture.target),
            ("WARC-Warcinfo-ID", id.as_str()),
            ("WARC-Payload-Digest", digest.as_str()),
        ];
        let information_id = format!("<urn:uuid:{id}>");
        named[1].1 = &information_id;
        let http_head = capture.http_head.and_then(|head| head::true_to(head, capture.bytes.len()));
        let (kind, content_type, block): (_, _, Vec<&[u8]>) = match &http_head {
            Some(head) => ("response", "application/http;msgtype=response", vec![head, capture.bytes]),
            None => ("resource", capture.media_type, vec![capture.bytes]),
        };
        let date = capture.date.to_string();
        let id = capture.identifier(information.object);
        let header = Header { kind, id: &id, date: &date, content_type };
        member(&mut out, &header, &named, &block, compression(capture.media_type));
    }
    out
}

/// A `metadata` record (WARC 1.1, 6.7) with `json`, the file of `metadata`, which describes the records of its version
/// and refers to that of the page; none if it names no page.
#[must_use]
pub fn description(metadata: &PackageMetadata, json: &[u8]) -> Option<Vec<u8>> {
    let page = metadata.sources.iter().find(|source| source.role == SourceRole::Page)?;
    let date = metadata.created.to_string();
    let id = uuid(&["warc-metadata", &metadata.object, &page.record, &sha256(json)]);
    let refers_to = format!("<urn:uuid:{}>", page.record);
    // Not the address of the page itself: tools that index descriptions too would take it for a capture.
    let target = format!("urn:metadata:{}", page.target);
    let named = [("WARC-Target-URI", target.as_str()), ("WARC-Refers-To", refers_to.as_str())];
    let header = Header { kind: "metadata", id: &id, date: &date, content_type: "application/json" };
    let mut out = Vec::new();
    member(&mut out, &header, &named, &[json], Compression::default());
    Some(out)
}

/// The fields that every record has.
struct Header<'a> {
    kind: &'a str,
    id: &'a str,
    date: &'a str,
    content_type: &'a str,
}

/// Adds one record as one gzip member. No time goes into the member's header.
fn member(
    out: &mut Vec<u8>,
    header: &Header<'_>,
    named: &[(&str, &str)],
    block: &[&[u8]],
    compression: Compression,
) {
    let block = block.concat();
    let mut text =
        format!("WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: <urn:uuid:{}>\r\n", header.kind, header.id);
    text += &format!("WARC-Date: {}\r\n", header.date);
    for (name, value) in named {
        text += &format!("{name}: {}\r\n", one_line(value));
    }
    text += &format!("WARC-Block-Digest: sha256:{}\r\n", sha256(&block));
    text += &format!(
        "Content-Type: {}\r\nContent-Length: {}\r\n\r\n",
        one_line(header.content_type),
        block.len()
    );
    let mut encoder = GzEncoder::new(&mut *out, compression);
    // Writing to a vector cannot fail.
    let _ = encoder.write_all(text.as_bytes());
    let _ = encoder.write_all(&block);
    let _ = encoder.write_all(b"\r\n\r\n");
    let _ = encoder.finish();
}

/// What is compressed already gains nothing from being compressed well.
fn compression(media_type: &str) -> Compression {
    let text = media_type.starts_with("text/") || media_type.contains("xml") || media_type.contains("json");
    if text { Compression::default() } else { Compression::fast() }
}

/// A header field ends at its line's end; nothing in it may begin another.
fn one_line(value: &str) -> String {
    value.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests;

//! Reads the answers of a stream back, and what they say was stored.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::sync::Arc;

use super::answer::{Answer, Output, TOOL};
use super::lines::{self, Line};
use super::record_json::PageRecord;
use super::storage::{ReadError, Store};
use crate::acquire::Acquired;
use crate::archive::package::{ConvertedFault, PackageError, Remark, warc};
use crate::batch::filing::ConvertedPage;
use crate::document::sha256;

/// The longest answer, in bytes: diagnostics quote what they are about.
const LONGEST: usize = 256 << 20;

/// An output may have so many bytes.
const LARGEST: u64 = 4 << 30;

/// What a version of an archived page is made of: roles and paths.
const RENDITIONS: [(&str, &str); 3] =
    [("pdf", "document.pdf"), ("docx", "document.docx"), ("txt", "document.txt")];

/// Of what is noticed, that which concerns the stream and not the page.
const OF_THE_STREAM: [&str; 2] = ["unknown-member", "stored-differs"];

/// The next answer of `reader`; `None` at the end. Empty lines are passed over. The inner error says what is wrong with
/// the line.
///
/// # Errors
/// If `reader` cannot be read.
pub fn next_answer(reader: &mut impl BufRead) -> io::Result<Option<Result<Answer, String>>> {
    loop {
        return Ok(Some(match lines::next(reader, LONGEST)? {
            None => return Ok(None),
            Some(Line::Whole(line)) if line.is_empty() => continue,
            Some(Line::Whole(line)) => serde_json::from_slice(&line).map_err(|error| error.to_string()),
            Some(Line::TooLong(_)) => Err(format!("longer than {LONGEST} bytes")),
        }));
    }
}

/// With what a page must have been converted to be filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// SHA-256 of the options.
    pub profile: String,
    /// SHA-256 of the fonts.
    pub fonts: String,
}

/// What the outputs of `answer` are stored under, if it tells of a page that can be filed.
#[must_use]
pub fn key_of(answer: &Answer) -> Option<String> {
    let record = answer.outputs.iter().find(|output| output.role == "record")?;
    record.key.rsplit('/').nth(1).map(str::to_owned)
}

/// What `answer` tells of, each output compared with its digest.
///
/// # Errors
/// If something is missing, is not what `answer` says, or was made otherwise than by `terms`.
pub fn fetch(store: &Store, answer: &Answer, terms: &Terms) -> Result<ConvertedPage, PackageError> {
    let fault = |fault: ConvertedFault| {
        let key = key_of(answer).unwrap_or_else(|| answer.id.to_string());
        PackageError::Converted { key, fault }
    };
    let output = |role: &'static str| output(store, answer, role).map_err(fault);
    let record = output("record")?;
    let record = PageRecord::from_json(&record)
        .map_err(|why| fault(ConvertedFault::Malformed { role: "record", why }))?;
    if record.tool != TOOL {
        return Err(fault(ConvertedFault::Tool { tool: record.tool }));
    }
    if record.fonts != terms.fonts {
        return Err(fault(ConvertedFault::Fonts));
    }
    if record.profile != terms.profile {
        return Err(fault(ConvertedFault::Options));
    }
    let document = sha256(&output("json")?);
    let page = page(&output("source")?, record).map_err(fault)?;
    let mut renditions = BTreeMap::new();
    for (role, path) in RENDITIONS {
        renditions.insert(path.to_owned(), Arc::new(output(role)?));
    }
    let remarks = answer.diagnostics.iter().filter(|remark| !OF_THE_STREAM.contains(&remark.code.as_str()));
    let remarks: Vec<Remark> = remarks
        .map(|remark| Remark {
            code: remark.code.clone(),
            severity: remark.severity.clone(),
            message: remark.message.clone(),
        })
        .collect();
    let verified = remarks.iter().all(|remark| remark.code != "not-verified");
    Ok(ConvertedPage { page, document, renditions, verified, remarks })
}

fn output(store: &Store, answer: &Answer, role: &'static str) -> Result<Vec<u8>, ConvertedFault> {
    let Output { key, sha256: expected, bytes: size, .. } =
        answer.outputs.iter().find(|output| output.role == role).ok_or(ConvertedFault::NoOutput { role })?;
    let bytes = store.get(key, LARGEST.min(*size)).map_err(|error| match error {
        ReadError::Refused { why } => ConvertedFault::Unreadable { role, why },
        ReadError::TooLarge => ConvertedFault::Digest { role },
        ReadError::Storage(error) => ConvertedFault::Unreadable { role, why: error.to_string() },
    })?;
    if bytes.len() as u64 == *size && sha256(&bytes) == *expected {
        Ok(bytes)
    } else {
        Err(ConvertedFault::Digest { role })
    }
}

/// The page, out of the WARC file that the stream made of it.
fn page(source: &[u8], record: PageRecord) -> Result<Acquired, ConvertedFault> {
    let malformed = |why: String| ConvertedFault::Malformed { role: "source", why };
    let limit = record.bytes.saturating_add(1 << 20);
    let mut captures = warc::read(source, limit).map_err(|error| malformed(error.to_string()))?;
    let capture = captures.pop().filter(|_| captures.is_empty());
    let capture = capture.ok_or_else(|| malformed("it has not exactly one capture".to_owned()))?;
    if sha256(&capture.payload) != record.sha256 {
        return Err(malformed("it is not of the page that the record is about".to_owned()));
    }
    let url = record
        .url
        .map(|url| url::Url::parse(&url))
        .transpose()
        .map_err(|error| ConvertedFault::Malformed { role: "record", why: error.to_string() })?;
    Ok(Acquired {
        name: record.name,
        bytes: capture.payload,
        url,
        transport_charset: record.charset,
        captured: record.captured,
        http_head: capture.http_head,
        fetched: None,
    })
}

//! Reads the answers of a stream back, and what they say was stored.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::sync::Arc;

use super::answer::{Answer, Output, TOOL};
use super::lines::{self, Line};
use super::record_json::PageRecord;
use super::storage::{ReadError, StorageError, Store};
use crate::acquire::Acquired;
use crate::archive::package::{ConvertedFault, PackageError, Remark, warc};
use crate::batch::filing::ConvertedPage;
use crate::document::sha256;
use crate::message::Told;

/// The longest answer, in bytes: diagnostics quote what they are about.
const LONGEST: usize = 256 << 20;

/// An output may have so many bytes.
const LARGEST: u64 = 4 << 30;

/// What a version of an archived page is made of: roles and paths.
const RENDITIONS: [(&str, &str); 3] =
    [("pdf", "document.pdf"), ("docx", "document.docx"), ("txt", "document.txt")];

/// Of what is noticed, that which concerns the stream and not the page.
const OF_THE_STREAM: [&str; 2] = ["unknown-member", "stored-differs"];

/// The answers of a stream, as they stand in its output.
pub struct Answers<R> {
    reader: R,
    line: u64,
}

impl<R: BufRead> Answers<R> {
    /// The answers that `reader` gives.
    pub fn new(reader: R) -> Self {
        Self { reader, line: 0 }
    }

    /// The number of the line that the last answer stood on, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The next answer; `None` at the end. Empty lines are passed over. The inner error says what is wrong with the line.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn next_answer(&mut self) -> io::Result<Option<Result<Answer, String>>> {
        loop {
            let line = lines::next(&mut self.reader, LONGEST)?;
            self.line += 1;
            return Ok(Some(match line {
                None => return Ok(None),
                Some(Line::Whole(line)) if line.trim_ascii().is_empty() => continue,
                Some(Line::Whole(line)) => {
                    serde_json::from_slice(&line).map_err(|error| without_line(&error))
                }
                Some(Line::TooLong(_)) => Err(format!("longer than {LONGEST} bytes")),
            }));
        }
    }
}

/// The words of `error` without its line number: for serde, each line is the first.
fn without_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.find(" at line ") {
        Some(end) => format!("{} at column {}", &text[..end], error.column()),
        None => text,
    }
}

/// Why the outputs of an answer cannot be had.
#[derive(Clone, Debug, PartialEq)]
pub enum FetchError {
    /// It is this page: something is missing, or is not as it should be.
    Page(PackageError),
    /// The store does not answer: nothing can be had.
    Storage(StorageError),
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
/// If something is missing, is not what `answer` says, or was made otherwise than by `terms`; or if the store cannot be
/// read.
pub fn fetch(store: &Store, answer: &Answer, terms: &Terms) -> Result<ConvertedPage, FetchError> {
    let fault = |fault: ConvertedFault| {
        let key = key_of(answer).unwrap_or_else(|| answer.id.to_string());
        FetchError::Page(PackageError::Converted { key, fault })
    };
    let output = |role: &'static str| output(store, answer, role)?.map_err(fault);
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

/// The bytes of an output, or what is wrong with it.
///
/// # Errors
/// If the store cannot be read.
fn output(
    store: &Store,
    answer: &Answer,
    role: &'static str,
) -> Result<Result<Vec<u8>, ConvertedFault>, FetchError> {
    let Some(found) = answer.outputs.iter().find(|output| output.role == role) else {
        return Ok(Err(ConvertedFault::NoOutput { role }));
    };
    let Output { key, sha256: expected, bytes: size, .. } = found;
    Ok(match store.get(key, LARGEST.min(*size)) {
        Ok(bytes) if bytes.len() as u64 == *size && sha256(&bytes) == *expected => Ok(bytes),
        Ok(_) | Err(ReadError::TooLarge | ReadError::NoObject | ReadError::Beyond) => {
            Err(ConvertedFault::Digest { role })
        }
        Err(ReadError::Missing) => Err(ConvertedFault::Missing { role }),
        Err(ReadError::Refused { why }) => Err(ConvertedFault::Unreadable { role, why: Told::of(&why) }),
        Err(ReadError::Storage(error)) => return Err(FetchError::Storage(error)),
    })
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

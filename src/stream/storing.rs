//! The second half of the way through the stream: what was made of a page is put into the store, and an answer goes out.
//! Beside the first half: while the files of one page are put, the next is converted.

use std::sync::Arc;

use jiff::Timestamp;

use super::answer::{Answer, Output, Put, Remark, TOOL};
use super::error::StreamError;
use super::key::Key;
use super::lane::{Conversion, Made, remark, unless_panic};
use super::record_json::PageRecord;
use super::storage::{Object, Store, Stored};
use super::supervisor::Plan;
use crate::acquire::Acquired;
use crate::archive::package::warc::{Capture, Information, warc};
use crate::document::sha256;
use crate::message::messages;

/// File of the role `source`: the page as it was read, as a WARC file.
pub const SOURCE: &str = "source.warc.gz";
/// File of the role `record`: what is known about the page.
pub const RECORD: &str = "record.json";
/// File of the role `json`: the Document.
pub const DOCUMENT: &str = "document.json";

messages! {
    /// What is noticed about what is in the store.
    enum Noticed {
        /// Under the key lies something else than was made now.
        StoredDiffers { key: String, sha256: String } = "stored-differs",
            "{key} is already stored with other bytes; those of this run have the SHA-256 {sha256}",
            "{key} 已存有不同内容，本次所得的 SHA-256 为 {sha256}";
    }
}

/// A store and what goes into it.
pub(super) struct Storing {
    plan: Arc<Plan>,
    store: Store,
}

impl Storing {
    pub(super) fn new(plan: &Arc<Plan>) -> Result<Self, StreamError> {
        Ok(Self { plan: Arc::clone(plan), store: Store::open(&plan.output, &plan.input.settings)? })
    }

    /// The answer to a record.
    pub(super) fn answer(&self, made: Made) -> Result<Answer, StreamError> {
        let Made { id, mut noticed, outcome } = made;
        let outcome = match outcome {
            Ok(conversion) => unless_panic(|| self.outputs(conversion, &mut noticed).map(Ok))?,
            Err(failure) => Err(failure),
        };
        Ok(match outcome {
            Ok(outputs) => Answer::ok(id, outputs, noticed),
            Err(failure) => Answer::failed(id, failure, noticed),
        })
    }

    fn outputs(&self, conversion: Conversion, noticed: &mut Vec<Remark>) -> Result<Vec<Output>, StreamError> {
        let Conversion { page, outputs } = conversion;
        let key = Key::new(&page, &self.plan.profile, &self.plan.fonts);
        let mut files: Vec<(String, String, Vec<u8>)> = outputs
            .into_iter()
            .map(|(format, bytes)| (format!("document.{format}"), format, bytes))
            .collect();
        if self.plan.archivable {
            files.push((SOURCE.to_owned(), "source".to_owned(), source(&page, &key)));
        }
        let mut put = self.put(&key, files, noticed)?;
        if self.plan.archivable {
            // Last: where it is, everything is.
            let record = PageRecord::new(&page, &self.plan.profile, &self.plan.fonts).to_json();
            put.extend(self.put(&key, vec![(RECORD.to_owned(), "record".to_owned(), record)], noticed)?);
        }
        Ok(put)
    }

    /// Puts `files`, each with its name, role and bytes, into the store.
    fn put(
        &self,
        key: &Key,
        files: Vec<(String, String, Vec<u8>)>,
        noticed: &mut Vec<Remark>,
    ) -> Result<Vec<Output>, StreamError> {
        let (mut objects, mut roles) = (Vec::with_capacity(files.len()), Vec::with_capacity(files.len()));
        for (file, role, bytes) in files {
            objects.push(Object { key: key.of_file(&file), sha256: sha256(&bytes), bytes });
            roles.push(role);
        }
        let stored = self.store.put(&objects)?;
        Ok(roles
            .into_iter()
            .zip(objects)
            .zip(stored)
            .map(|((role, object), stored)| {
                let Object { key, sha256, bytes } = object;
                let (put, sha256, bytes) = match stored {
                    Stored::Created => (Put::Created, sha256, bytes.len() as u64),
                    Stored::Existed { sha256: found, bytes } => {
                        if found != sha256 {
                            let differs = Noticed::StoredDiffers { key: key.clone(), sha256 };
                            noticed.push(remark(&differs, "warning"));
                        }
                        (Put::Existed, found, bytes)
                    }
                };
                Output { role, key, sha256, bytes, put }
            })
            .collect())
    }
}

/// The page as a WARC file of one capture; the same bytes for the same key.
fn source(page: &Acquired, key: &Key) -> Vec<u8> {
    let captured = page.captured.as_deref().and_then(|captured| captured.parse::<Timestamp>().ok());
    let date = captured.unwrap_or_default();
    let by_digest = format!("urn:sha256:{}", sha256(&page.bytes));
    let target = page.url.as_ref().map_or(by_digest.as_str(), url::Url::as_str);
    let object = key.to_string();
    let information = Information {
        software: TOOL,
        operator: None,
        object: &object,
        robots: page.fetched.as_ref().map_or("not applicable: read from records", |fetched| &fetched.robots),
        date,
    };
    let capture = Capture {
        role: "page",
        target,
        date,
        media_type: "text/html",
        http_head: page.http_head.as_deref(),
        bytes: &page.bytes,
    };
    warc(&information, &[capture])
}

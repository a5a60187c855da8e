//! One way through the stream: a line comes in, its page is fetched, converted and put into the store, an answer goes
//! out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jiff::Timestamp;

use super::answer::{Answer, Failure, Output, Put, Remark, TOOL};
use super::error::StreamError;
use super::input::{Inputs, NoPage};
use super::key::Key;
use super::lines::Line;
use super::record::{self, RecordError};
use super::record_id::id_of;
use super::record_json::PageRecord;
use super::storage::{Object, Store, Stored};
use super::supervisor::Plan;
use super::worker_process::{Converted, Worker};
use crate::acquire::Acquired;
use crate::archive::package::warc::{Capture, Information, warc};
use crate::batch::panic_message;
use crate::decode::is_known;
use crate::document::sha256;
use crate::message::messages;

/// File of the role `source`: the page as it was read, as a WARC file.
pub const SOURCE: &str = "source.warc.gz";
/// File of the role `record`: what is known about the page.
pub const RECORD: &str = "record.json";
/// File of the role `json`: the Document.
pub const DOCUMENT: &str = "document.json";

messages! {
    /// What is noticed about a record besides its page.
    enum Noticed {
        /// Members that are not known.
        UnknownMember { names: String } = "unknown-member", "members that are not known were passed over: {names}",
            "略过未知成员：{names}";
        /// What stands in `fetched_at` is no time.
        NoTime { text: String } = "record-time",
            "fetched_at {text} is no time (RFC 3339, or 14 digits in UTC) and was passed over",
            "fetched_at {text} 不是时间（RFC 3339 或 UTC 14 位数字），已略过";
        /// What stands in `charset_hint` is no charset.
        NoCharset { text: String } = "record-charset",
            "charset_hint {text} is no charset that is known and was passed over",
            "charset_hint {text} 不是已知的字符集，已略过";
        /// Under the key lies something else than was made now.
        StoredDiffers { key: String, sha256: String } = "stored-differs",
            "{key} is already stored with other bytes; those of this run have the SHA-256 {sha256}",
            "{key} 已存有不同内容，本次所得的 SHA-256 为 {sha256}";
    }
}

messages! {
    /// What is caught at the boundary of a record.
    enum Fault {
        /// A fault of guidang.
        Panic { what: String } = "internal", "a fault of guidang: {what}; please report this record",
            "程序内部错误：{what}，请将此记录报告给我们";
    }
}

/// A worker and the stores it works for.
pub(super) struct Lane {
    plan: Arc<Plan>,
    worker: Worker,
    inputs: Inputs,
    store: Store,
}

impl Lane {
    pub(super) fn new(plan: &Arc<Plan>) -> Result<Self, StreamError> {
        Ok(Self {
            plan: Arc::clone(plan),
            worker: Worker::new(Arc::clone(&plan.spawn), plan.limits, plan.stopwatch)?,
            inputs: Inputs::new(plan.input.clone()),
            store: Store::open(&plan.output, &plan.input.settings)?,
        })
    }

    /// How many workers it has started.
    pub(super) fn workers_started(&self) -> u64 {
        self.worker.workers
    }

    /// The answer to line number `number`.
    pub(super) fn answer(&mut self, line: &Line, number: u64) -> Result<Answer, StreamError> {
        let record = match line {
            Line::Whole(bytes) => record::parse(bytes, number),
            Line::TooLong(start) => {
                let error = RecordError::TooLong { line: number, limit: self.plan.longest_line };
                Err((id_of(start), error))
            }
        };
        let record = match record {
            Ok(record) => record,
            Err((id, error)) => return Ok(Answer::failed(id, Failure::of("record", &error), Vec::new())),
        };
        let id = record.id.clone();
        let mut noticed = odd(&record);
        // A fault of ours must not take the other records with it.
        match catch_unwind(AssertUnwindSafe(|| self.outputs(record, &mut noticed))) {
            Ok(Ok(Ok(outputs))) => Ok(Answer::ok(id, outputs, noticed)),
            Ok(Ok(Err(failure))) => Ok(Answer::failed(id, failure, noticed)),
            Ok(Err(broken)) => Err(broken),
            Err(panic) => {
                let fault = Fault::Panic { what: panic_message(panic.as_ref()) };
                Ok(Answer::failed(id, Failure::of("internal", &fault), noticed))
            }
        }
    }

    fn outputs(
        &mut self,
        record: record::Record,
        noticed: &mut Vec<Remark>,
    ) -> Result<Result<Vec<Output>, Failure>, StreamError> {
        let page = match self.inputs.acquire(record) {
            Ok(page) => page,
            Err(NoPage::Record(failure)) => return Ok(Err(failure)),
            Err(NoPage::Stream(broken)) => return Err(broken),
        };
        let Converted { reply, outputs } = match self.worker.convert(&page)? {
            Ok(converted) => converted,
            Err(failure) => return Ok(Err(failure)),
        };
        noticed.extend(reply.diagnostics);
        if let Some(failure) = reply.error {
            return Ok(Err(failure));
        }
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
        Ok(Ok(put))
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

/// What is odd about a record and costs it nothing.
fn odd(record: &record::Record) -> Vec<Remark> {
    let mut noticed = Vec::new();
    if !record.unknown.is_empty() {
        noticed.push(remark(&Noticed::UnknownMember { names: record.unknown.join(", ") }, "note"));
    }
    if let Some(text) = &record.no_time {
        noticed.push(remark(&Noticed::NoTime { text: text.clone() }, "warning"));
    }
    if let Some(text) = record.charset.as_ref().filter(|label| !is_known(label)) {
        let text = text.chars().take(200).collect();
        noticed.push(remark(&Noticed::NoCharset { text }, "warning"));
    }
    noticed
}

fn remark(noticed: &Noticed, severity: &str) -> Remark {
    use crate::message::Describe;
    Remark { code: noticed.code().to_owned(), severity: severity.to_owned(), message: noticed.to_string() }
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

//! The first half of the way through the stream: a line comes in, its page is fetched and converted.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::Value;

use super::answer::{Failure, Remark};
use super::error::StreamError;
use super::input::{Inputs, NoPage};
use super::lines::Line;
use super::record::{self, RecordError};
use super::record_id::id_of;
use super::supervisor::Plan;
use super::worker_process::{Converted, Worker};
use crate::acquire::Acquired;
use crate::batch::panic_message;
use crate::decode::is_known;
use crate::message::{Describe, Language, Size, messages};

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

/// What a record was made into: files for the store, or why there are none.
pub(super) struct Made {
    pub(super) id: Value,
    pub(super) noticed: Vec<Remark>,
    pub(super) outcome: Result<Conversion, Failure>,
}

/// A page and what was made of it.
pub(super) struct Conversion {
    pub(super) page: Acquired,
    /// Formats and files.
    pub(super) outputs: Vec<(String, Vec<u8>)>,
}

/// A worker and the places its pages come from.
pub(super) struct Lane {
    longest_line: usize,
    worker: Worker,
    inputs: Inputs,
}

impl Lane {
    pub(super) fn new(plan: &Plan) -> Result<Self, StreamError> {
        Ok(Self {
            longest_line: plan.longest_line,
            worker: Worker::new(Arc::clone(&plan.spawn), plan.limits, plan.stopwatch)?,
            inputs: Inputs::new(plan.input.clone()),
        })
    }

    /// How many workers it has started.
    pub(super) fn workers_started(&self) -> u64 {
        self.worker.workers
    }

    /// What line number `number` is made into.
    pub(super) fn make(&mut self, line: &Line, number: u64) -> Result<Made, StreamError> {
        let record = match line {
            Line::Whole(bytes) => record::parse(bytes, number),
            Line::TooLong(start) => {
                let error = RecordError::TooLong { line: number, limit: Size(self.longest_line as u64) };
                Err((id_of(start), error))
            }
        };
        let record = match record {
            Ok(record) => record,
            Err((id, error)) => {
                let outcome = Err(Failure::of("record", &error));
                return Ok(Made { id, noticed: Vec::new(), outcome });
            }
        };
        let id = record.id.clone();
        let mut noticed = odd(&record);
        let outcome = unless_panic(|| self.convert(record, &mut noticed))?;
        Ok(Made { id, noticed, outcome })
    }

    fn convert(
        &mut self,
        record: record::Record,
        noticed: &mut Vec<Remark>,
    ) -> Result<Result<Conversion, Failure>, StreamError> {
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
        Ok(match reply.error {
            Some(failure) => Err(failure),
            None => Ok(Conversion { page, outputs }),
        })
    }
}

/// What `work` gives. A panic is a fault of ours, and costs the record and not the others.
pub(super) fn unless_panic<T>(
    work: impl FnOnce() -> Result<Result<T, Failure>, StreamError>,
) -> Result<Result<T, Failure>, StreamError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let fault = Fault::Panic { what: panic_message(panic.as_ref()) };
        Ok(Err(Failure::of("internal", &fault)))
    })
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

/// `noticed` as it stands in an answer.
pub(super) fn remark(noticed: &impl Describe, severity: &str) -> Remark {
    Remark {
        code: noticed.code().to_owned(),
        severity: severity.to_owned(),
        message: noticed.describe(Language::English),
    }
}

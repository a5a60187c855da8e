//! Turns the head of a WARC record (ISO 28500) into what matters of it, and the beginning of its block too.

use std::io::{self, BufRead, Read};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::head::{Head, HeadFault, media_type, read_head};
use crate::message::messages;

messages! {
    /// What is wrong with a record.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum RecordFault {
        /// Something else stands where a record should begin.
        NotARecord = "not-a-record", "no record begins here", "此处没有记录";
        /// The file ends within the record.
        CutOff = "record-cut-off", "the file ends within the record", "文件在记录中途结束";
        /// The head has more than 64 KiB.
        HeadTooLarge = "record-head", "the head of the record is too large", "记录头过大";
        /// No Content-Length, several that differ, or no number.
        NoLength = "record-no-length", "the record states no length", "记录未给出长度";
        /// Something else than the end of the record stands where its Content-Length says it ends.
        WrongLength = "record-length",
            "the record does not end where its Content-Length says", "记录并未在 Content-Length 所述之处结束";
        /// The HTTP head within it has no end or more than 64 KiB.
        HttpHead = "record-http", "the HTTP head is malformed", "HTTP 头有误";
        /// The crawler says that it stored only a part.
        Truncated { why: String } = "record-truncated",
            "the crawler stored a part only ({why})", "采集时只保存了一部分（{why}）";
        /// Damage in the compressed data.
        Gzip { why: String } = "gzip-damaged", "a damaged gzip member: {why}", "gzip 成员损坏：{why}";
        /// Bytes between two gzip members.
        NotGzip = "not-gzip", "no gzip member begins here", "此处没有 gzip 成员";
        /// What was recorded and what the record says of it differ.
        Digest { field: &'static str } = "warc-digest",
            "the bytes of the record are not those that its {field} is of", "记录内容与其 {field} 不符";
        /// The body is not as the HTTP head says it was sent.
        Body { why: String } = "record-body", "its body cannot be decoded: {why}", "正文无法解码：{why}";
        /// A locator of something else than one whole record.
        Locator = "record-locator",
            "offset and length are not those of one whole record", "所给位置和长度并非恰好一条记录";
        /// Of a damaged file, more than is told one by one.
        More { count: u64 } = "more-damage", "{count} more damaged places", "另有 {count} 处损坏";
    }
}

/// What a record is, by its `WARC-Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An HTTP response, head and body.
    Response,
    /// A file as it is, without HTTP head.
    Resource,
    /// A response whose body is that of another record.
    Revisit,
    /// What a file begins with, and what begins a group of records.
    Information,
    /// A description of other records in JSON.
    Description,
    /// Requests, descriptions, name look-ups.
    Other,
}

/// What matters of the head of a record.
#[derive(Clone, Debug)]
pub(super) struct RecordHead {
    pub(super) kind: Kind,
    /// `WARC-Record-ID` as written.
    pub(super) id: String,
    /// `WARC-Target-URI` as written, without the angle brackets that some tools add.
    pub(super) target: String,
    pub(super) date: Option<Timestamp>,
    /// Length of the block in bytes.
    pub(super) length: u64,
    /// `Content-Type` of the block.
    pub(super) content_type: String,
    /// `WARC-Block-Digest` as written.
    pub(super) block_digest: Option<String>,
    /// `WARC-Payload-Digest` as written.
    pub(super) payload_digest: Option<String>,
    /// Address and time of the record that a revisit refers to.
    pub(super) refers_to: Option<(String, Option<Timestamp>)>,
    /// `WARC-Refers-To` as written: the record that a description is about.
    pub(super) about: Option<String>,
    /// `WARC-Truncated`.
    pub(super) truncated: Option<String>,
    /// One of several segments of a record.
    pub(super) segment: bool,
}

/// A record, so far as an index needs it.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    pub(super) record: RecordHead,
    /// The HTTP head of a response.
    pub(super) http: Option<Head>,
    /// The first bytes of the body as stored; all of a description.
    pub(super) start: Vec<u8>,
}

impl Outline {
    /// Media type of the body, in lower case; empty if nothing says.
    pub(super) fn media_type(&self) -> String {
        match &self.http {
            Some(http) => http.last("content-type").map_or_else(String::new, media_type),
            None => media_type(&self.record.content_type),
        }
    }
}

/// So much of the body tells whether there is any, and whether it is HTML.
const START: u64 = 512;

/// A larger description is not understood.
const LARGEST_DESCRIPTION: u64 = 8 << 20;

/// Whether reading failed because of what was read, rather than of the disk.
pub(super) fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

/// Reads the head of a record, from `WARC/` to its empty line.
pub(super) fn record_head(reader: &mut impl BufRead) -> Result<Result<RecordHead, RecordFault>, io::Error> {
    let bytes = match read_head(reader) {
        Ok(bytes) => bytes,
        Err(HeadFault::CutOff) => return Ok(Err(RecordFault::CutOff)),
        Err(HeadFault::TooLarge) => return Ok(Err(RecordFault::HeadTooLarge)),
        Err(HeadFault::Io(error)) => return Err(error),
    };
    let head = Head::parse(&bytes, true);
    if !head.first_line.starts_with("WARC/") {
        return Ok(Err(RecordFault::NotARecord));
    }
    let mut lengths = head.all("content-length");
    let length = lengths.next().filter(|first| lengths.all(|other| other == *first));
    let number = length.filter(|length| length.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(length) = number.and_then(|length| length.parse().ok()) else {
        return Ok(Err(RecordFault::NoLength));
    };
    let kind = match head.get("warc-type").unwrap_or_default().to_ascii_lowercase().as_str() {
        "response" => Kind::Response,
        "resource" => Kind::Resource,
        "revisit" => Kind::Revisit,
        "warcinfo" => Kind::Information,
        "metadata" if head.get("content-type").is_some_and(|it| media_type(it) == "application/json") => {
            Kind::Description
        }
        _ => Kind::Other,
    };
    let text = |name: &str| head.get(name).unwrap_or_default().to_owned();
    Ok(Ok(RecordHead {
        kind,
        id: text("warc-record-id"),
        target: without_brackets(&text("warc-target-uri")),
        date: head.get("warc-date").and_then(date),
        length,
        content_type: text("content-type"),
        block_digest: head.get("warc-block-digest").map(str::to_owned),
        payload_digest: head.get("warc-payload-digest").map(str::to_owned),
        refers_to: head
            .get("warc-refers-to-target-uri")
            .map(|uri| (without_brackets(uri), head.get("warc-refers-to-date").and_then(date))),
        about: head.get("warc-refers-to").map(str::to_owned),
        truncated: head.get("warc-truncated").map(str::to_owned),
        segment: head.get("warc-segment-number").is_some(),
    }))
}

/// WARC 1.0 in the wild writes `<http://…>`.
fn without_brackets(uri: &str) -> String {
    uri.strip_prefix('<').and_then(|uri| uri.strip_suffix('>')).unwrap_or(uri).to_owned()
}

/// A point in time of ISO 28500 (W3C date and time in UTC), or of the 14 digits that older tools write.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let digits = text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
        let civil = DateTime::strptime("%Y%m%d%H%M%S", text).ok().filter(|_| digits)?;
        Offset::UTC.to_timestamp(civil).ok()
    })
}

/// Reads so much of the block as an index needs. `block` ends where the block does.
pub(super) fn outline(
    record: RecordHead,
    block: &mut impl BufRead,
) -> Result<Result<Outline, RecordFault>, io::Error> {
    let mut http = None;
    if is_http(&record) {
        match read_head(block) {
            Ok(bytes) => http = Some(Head::parse(&bytes, true)),
            Err(HeadFault::Io(error)) => return Err(error),
            Err(_) => return Ok(Err(RecordFault::HttpHead)),
        }
    }
    let most = if record.kind == Kind::Description { LARGEST_DESCRIPTION } else { START };
    let mut start = Vec::new();
    block.take(most).read_to_end(&mut start)?;
    Ok(Ok(Outline { record, http, start }))
}

/// Whether the block begins with an HTTP head.
pub(super) fn is_http(record: &RecordHead) -> bool {
    record.kind == Kind::Response && media_type(&record.content_type) == "application/http"
}

#[cfg(test)]
mod tests {
    use super::{RecordFault, date, record_head};

    fn fault(head: &str) -> Option<RecordFault> {
        record_head(&mut head.as_bytes()).expect("memory").err()
    }

    #[test]
    fn a_length_must_be_one_number() {
        assert_eq!(fault("WARC/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n"), None);
        for lengths in [
            "",
            "Content-Length: -1\r\n",
            "Content-Length: 3\r\nContent-Length: 4\r\n",
            "Content-Length: 99999999999999999999999\r\n",
            "Content-Length: 1e3\r\n",
        ] {
            assert_eq!(
                fault(&format!("WARC/1.1\r\n{lengths}\r\n")),
                Some(RecordFault::NoLength),
                "{lengths}"
            );
        }
    }

    #[test]
    fn times_of_old_and_new_tools_are_read() {
        for text in ["2024-05-06T07:08:09Z", "20240506070809", "2024-05-06T07:08:09.000Z"] {
            assert_eq!(date(text).map(jiff::Timestamp::as_second), Some(1_714_979_289), "{text}");
        }
        assert_eq!(date("yesterday"), None);
        assert_eq!(date("99999999999999"), None);
    }

    #[test]
    fn angle_brackets_are_no_part_of_an_address() {
        let head = "WARC/1.0\r\nWARC-Target-URI: <http://a/>\r\nContent-Length: 0\r\n\r\n";
        let record = record_head(&mut head.as_bytes()).expect("memory").expect("a record");
        assert_eq!(record.target, "http://a/");
    }
}

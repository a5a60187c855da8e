//! Turns a WARC file of our own back into its records.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::document::sha256;
use crate::message::messages;

messages! {
    /// Why a WARC file cannot be read.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum WarcError {
        /// The compression is damaged.
        Gzip { why: String } = "warc-gzip", "damaged gzip: {why}", "gzip 数据损坏：{why}";
        /// Larger than allowed when decompressed.
        TooLarge { limit: u64 } = "warc-too-large",
            "more than {limit} bytes when decompressed", "解压后超过 {limit} 字节";
        /// A record does not have the form of one.
        Malformed { offset: usize } = "warc-malformed",
            "no WARC record at byte {offset}", "第 {offset} 字节处不是 WARC 记录";
        /// A payload is not the one that was recorded.
        Digest { target: String } = "warc-digest",
            "the payload of {target} is not the one recorded", "{target} 的内容与记录的摘要不符";
    }
}

impl std::error::Error for WarcError {}

/// A captured file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `response` or `resource`.
    pub kind: String,
    /// Its UUID.
    pub id: String,
    /// `WARC-Target-URI`.
    pub target: String,
    /// `WARC-Date`.
    pub date: String,
    /// Status line and header fields of the response.
    pub http_head: Option<Vec<u8>>,
    /// The file.
    pub payload: Vec<u8>,
}

/// The captured files of `bytes`, in order, payload digests checked. At most `limit` bytes are decompressed.
///
/// # Errors
/// If anything in it is not as [`super::warc`] writes it.
pub fn read(bytes: &[u8], limit: u64) -> Result<Vec<Record>, WarcError> {
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(limit.saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(|error| WarcError::Gzip { why: error.to_string() })?;
    if plain.len() as u64 > limit {
        return Err(WarcError::TooLarge { limit });
    }
    let mut records = Vec::new();
    let mut offset = 0;
    while offset < plain.len() {
        let (record, length) = record(&plain[offset..]).ok_or(WarcError::Malformed { offset })?;
        offset += length;
        if let Some((record, digest)) = record {
            if format!("sha256:{}", sha256(&record.payload)) != digest {
                return Err(WarcError::Digest { target: record.target });
            }
            records.push(record);
        }
    }
    Ok(records)
}

/// The record at the beginning of `plain` (None for `warcinfo`) with its payload digest, and its length in bytes.
fn record(plain: &[u8]) -> Option<(Option<(Record, String)>, usize)> {
    let end = find(plain, b"\r\n\r\n")?;
    let header = std::str::from_utf8(&plain[..end]).ok()?;
    let mut lines = header.split("\r\n");
    if lines.next() != Some("WARC/1.1") {
        return None;
    }
    let fields: Vec<(&str, &str)> =
        lines.map(|line| line.split_once(": ")).collect::<Option<Vec<(&str, &str)>>>()?;
    let field = |name: &str| {
        fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| (*value).to_owned())
    };
    let length: usize = field("Content-Length")?.parse().ok()?;
    let start = end + 4;
    let block = plain.get(start..start.checked_add(length)?)?;
    if plain.get(start + length..start + length + 4)? != b"\r\n\r\n" {
        return None;
    }
    let whole = start + length + 4;
    let kind = field("WARC-Type")?;
    if kind == "warcinfo" {
        return Some((None, whole));
    }
    let (http_head, payload) = if kind == "response" {
        let body = find(block, b"\r\n\r\n")? + 4;
        (Some(block[..body].to_vec()), block[body..].to_vec())
    } else {
        (None, block.to_vec())
    };
    let id = field("WARC-Record-ID")?.strip_prefix("<urn:uuid:")?.strip_suffix('>')?.to_owned();
    let (target, date) = (field("WARC-Target-URI")?, field("WARC-Date")?);
    let record = Record { kind, id, target, date, http_head, payload };
    Some((Some((record, field("WARC-Payload-Digest")?)), whole))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

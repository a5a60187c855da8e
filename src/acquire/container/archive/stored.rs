//! Turns a WARC record where it lies into a page, after comparing it with what it says of itself.
//!
//! Every byte that is given out has been compared with whatever stands against it: the checksum of its gzip member, the
//! record's length, its digests. Only records that are asked for are read so.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use jiff::Timestamp;
use url::Url;

use crate::acquire::container::head::{Head, HeadFault, parameter, read_head};
use crate::acquire::container::record::{Kind, RecordFault, RecordHead, is_damage, is_http, record_head};
use crate::acquire::container::{digest, http, names};
use crate::acquire::{AcquireError, Acquired};
use crate::message::Size;

/// A body as it was sent may be larger than what it stands for: chunks have heads, and deflate makes nothing of pictures.
const SENT: u64 = 64 << 10;

/// Line breaks behind a record; the standard has two.
const LINE_BREAKS: u64 = 4 << 10;

/// A record that was read.
pub(super) struct Stored {
    pub(super) record: RecordHead,
    pub(super) http_head: Option<Vec<u8>>,
    pub(super) body: Vec<u8>,
}

/// Why a record is not given out.
#[derive(Debug)]
pub(super) enum Unsound {
    /// It cannot be read, or its gzip member is damaged.
    Io(io::Error),
    /// It is not as it should be.
    Fault(RecordFault),
    /// It is larger than asked for.
    TooLarge,
}

impl From<io::Error> for Unsound {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<RecordFault> for Unsound {
    fn from(fault: RecordFault) -> Self {
        Self::Fault(fault)
    }
}

impl Unsound {
    /// Of a page that is called `shown` and may have `limit` bytes.
    pub(super) fn of(self, shown: &str, limit: u64) -> AcquireError {
        let path = shown.to_owned();
        match self {
            Self::TooLarge => AcquireError::TooLarge { path, limit: Size(limit) },
            Self::Fault(fault @ RecordFault::Digest { .. }) => AcquireError::Digest { path, fault },
            // Nothing says that a record ever was there.
            Self::Fault(fault @ RecordFault::NotARecord) => AcquireError::NoRecord { path, fault },
            Self::Fault(fault) => AcquireError::Damaged { path, fault },
            Self::Io(error) if is_damage(&error) => {
                AcquireError::Damaged { path, fault: RecordFault::Gzip { why: error.to_string() } }
            }
            Self::Io(error) => AcquireError::Unreadable { path, why: error.to_string() },
        }
    }

    /// For those who only tell it.
    pub(super) fn into_io(self) -> io::Error {
        let why = match self {
            Self::Io(error) => return error,
            Self::Fault(fault) => fault.to_string(),
            Self::TooLarge => "it is too large".to_owned(),
        };
        io::Error::new(io::ErrorKind::InvalidData, why)
    }
}

/// The record that begins where `reader` stands, its body decoded, at most `limit` bytes of it and one more. The reader
/// stands behind its block then.
pub(super) fn stored(reader: &mut impl BufRead, limit: u64) -> Result<Stored, Unsound> {
    let record = record_head(reader)??;
    let mut block = reader.take(record.length);
    let http_head = if is_http(&record) {
        Some(read_head(&mut block).map_err(|fault| match fault {
            HeadFault::Io(error) => Unsound::Io(error),
            HeadFault::CutOff | HeadFault::TooLarge => RecordFault::HttpHead.into(),
        })?)
    } else {
        None
    };
    let most = limit.saturating_mul(2).saturating_add(SENT);
    if block.limit() > most {
        return Err(Unsound::TooLarge);
    }
    let mut sent = Vec::new();
    block.read_to_end(&mut sent)?;
    if block.limit() > 0 {
        return Err(RecordFault::CutOff.into());
    }
    let head_bytes = http_head.as_deref().unwrap_or_default();
    let differs = |claim: Option<&str>, parts: &[&[u8]]| {
        claim.is_some_and(|claim| digest::agrees(claim, parts) == Some(false))
    };
    if differs(record.block_digest.as_deref(), &[head_bytes, &sent]) {
        return Err(RecordFault::Digest { field: "WARC-Block-Digest" }.into());
    }
    let head = http_head.as_deref().map_or_else(Head::default, |head| Head::parse(head, true));
    let body = http::decoded(sent.as_slice(), &head, limit);
    // Tools differ in what they take for the payload: the bytes as recorded, or without chunks, or as they are read. Of a
    // segment it is all segments together; of a request or revisit, nothing that is read here.
    let has_payload = matches!(record.kind, Kind::Response | Kind::Resource) && !record.segment;
    let claim = record.payload_digest.as_deref().filter(|_| has_payload);
    if differs(claim, &[&sent])
        && http::transferred(&sent, &head).is_none_or(|payload| differs(claim, &[&payload]))
        && body.as_ref().map_or(true, |body| differs(claim, &[body]))
    {
        return Err(RecordFault::Digest { field: "WARC-Payload-Digest" }.into());
    }
    let body = body.map_err(|error| RecordFault::Body { why: error.to_string() })?;
    Ok(Stored { record, http_head, body })
}

/// Goes to the end of a gzip member behind its record, where its checksum and size are compared.
pub(super) fn ended(member: &mut impl BufRead) -> Result<(), Unsound> {
    let mut rest = Vec::new();
    Read::take(&mut *member, LINE_BREAKS).read_to_end(&mut rest)?;
    let only_line_breaks = rest.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
    if only_line_breaks && member.fill_buf()?.is_empty() {
        Ok(())
    } else {
        Err(RecordFault::WrongLength.into())
    }
}

/// The page in a WARC record that stands alone: `bytes` is the record as it is stored, a gzip member or plain, and nothing
/// else. `shown` is what it is called in errors.
///
/// # Errors
/// If it is no record of a page, is damaged or empty, is not all of `bytes`, or the page is larger than `limit` bytes.
pub fn page_of_record(bytes: &[u8], shown: &str, limit: u64) -> Result<Acquired, AcquireError> {
    let path = || shown.to_owned();
    let stored = alone(bytes, limit).map_err(|unsound| unsound.of(shown, limit))?;
    let record = &stored.record;
    if record.kind != Kind::Response && record.kind != Kind::Resource {
        return Err(AcquireError::NoResponse { path: path() });
    }
    if let Some(why) = &record.truncated {
        return Err(AcquireError::Damaged {
            path: path(),
            fault: RecordFault::Truncated { why: why.clone() },
        });
    }
    match stored.http_head.as_deref().map(|head| http::status(&Head::parse(head, true))) {
        None | Some(Some(200)) => {}
        Some(Some(status)) => return Err(AcquireError::Status { path: path(), status: status.into() }),
        Some(None) => return Err(AcquireError::Damaged { path: path(), fault: RecordFault::HttpHead }),
    }
    let (address, captured) = (record.target.clone(), record.date);
    acquired(stored, &address, captured, shown.to_owned(), limit)
}

/// The record that is all of `bytes`.
fn alone(bytes: &[u8], limit: u64) -> Result<Stored, Unsound> {
    if !bytes.starts_with(b"\x1F\x8B") {
        if !bytes.starts_with(b"WARC/") {
            return Err(RecordFault::NotARecord.into());
        }
        let mut rest = bytes;
        let stored = stored(&mut rest, limit).map_err(cut_short)?;
        // Some indexes do not count the two line breaks behind a record.
        let whole = matches!(rest, b"\r\n\r\n" | b"\n\n" | b"");
        return if whole { Ok(stored) } else { Err(RecordFault::Locator.into()) };
    }
    let mut rest = bytes;
    let mut member = BufReader::new(GzDecoder::new(&mut rest));
    let stored = stored(&mut member, limit).map_err(cut_short)?;
    ended(&mut member).map_err(cut_short)?;
    drop(member);
    if rest.is_empty() { Ok(stored) } else { Err(RecordFault::Locator.into()) }
}

/// Where the bytes end too early, the length that they were fetched by is the first suspect.
fn cut_short(unsound: Unsound) -> Unsound {
    match unsound {
        Unsound::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => RecordFault::Locator.into(),
        Unsound::Fault(RecordFault::CutOff) => RecordFault::Locator.into(),
        other => other,
    }
}

/// The page that is in `stored`.
pub(super) fn acquired(
    stored: Stored,
    address: &str,
    captured: Option<Timestamp>,
    shown: String,
    limit: u64,
) -> Result<Acquired, AcquireError> {
    if stored.body.len() as u64 > limit {
        return Err(AcquireError::TooLarge { path: shown, limit: Size(limit) });
    }
    if stored.body.is_empty() {
        return Err(AcquireError::Empty { path: shown });
    }
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let declared = match &stored.http_head {
        Some(head) => Head::parse(head, true).last("content-type").map(str::to_owned),
        None => Some(stored.record.content_type.clone()),
    };
    Ok(Acquired {
        name: names::file_name(address),
        bytes: stored.body,
        url,
        transport_charset: declared.and_then(|declared| parameter(&declared, "charset")),
        captured: captured.map(|captured| captured.to_string()),
        http_head: stored.http_head,
        fetched: None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::page_of_record;
    use crate::document::sha256;
    use crate::message::Describe;

    const PAGE: &str = "<html><body>2024年1月1日起施行</body></html>";

    /// The PAGE in a response with `fields` in its WARC head and `http` in its HTTP head, sent as `sent`.
    fn record(fields: &str, http: &str, sent: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{http}\r\n");
        let warc = format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/1\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n\
             Content-Type: application/http\r\n{fields}Content-Length: {}\r\n\r\n",
            head.len() + sent.len()
        );
        [warc.as_bytes(), head.as_bytes(), sent, b"\r\n\r\n"].concat()
    }

    fn plain(fields: &str) -> Vec<u8> {
        record(fields, "", PAGE.as_bytes())
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    /// The page, or the code of the error.
    fn page(bytes: &[u8]) -> Result<String, &'static str> {
        let page = page_of_record(bytes, "x", 1000).map_err(|error| error.code())?;
        Ok(String::from_utf8_lossy(&page.bytes).into_owned())
    }

    #[test]
    fn no_flipped_bit_of_a_member_gives_another_page() {
        let member = gzip(&plain(""));
        assert_eq!(page(&member).as_deref(), Ok(PAGE));
        for bit in 0..member.len() * 8 {
            let mut flipped = member.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // Time and system in its head mean nothing to what is in it, nor does what fills its last byte.
            let found = page(&flipped);
            assert!(found.is_err() || found.as_deref() == Ok(PAGE), "bit {bit}: {found:?}");
        }
    }

    #[test]
    fn a_page_that_is_not_what_its_digest_says_is_an_error_of_its_own() {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
        let block = sha256(format!("{head}{PAGE}").as_bytes());
        for field in [
            format!("WARC-Block-Digest: sha256:{block}\r\n"),
            format!("WARC-Payload-Digest: sha256:{}\r\n", sha256(PAGE.as_bytes())),
        ] {
            let sound = plain(&field);
            assert_eq!(page(&sound).as_deref(), Ok(PAGE), "{field}");
            let altered = String::from_utf8(sound).expect("text").replace("年1月1日", "年1月7日");
            assert_eq!(page(altered.as_bytes()), Err("warc-digest"), "{field}");
            assert_eq!(page(&gzip(altered.as_bytes())), Err("warc-digest"), "{field}");
        }
        // Of a request it is about something else, and of an algorithm that is not known it says nothing.
        let request = plain(&format!("WARC-Payload-Digest: sha256:{}\r\n", sha256(b"")));
        let request = String::from_utf8(request).expect("text").replace("response", "request");
        assert_eq!(page(request.as_bytes()), Err("warc-no-page"));
        assert_eq!(page(&plain("WARC-Block-Digest: sha3:AAAA\r\n")).as_deref(), Ok(PAGE));
    }

    #[test]
    fn a_payload_is_what_was_recorded_or_what_was_sent_in_chunks() {
        let chunked = format!("{:x}\r\n{PAGE}\r\n0\r\n\r\n", PAGE.len());
        let of = |payload: &str| format!("WARC-Payload-Digest: sha256:{}\r\n", sha256(payload.as_bytes()));
        for payload in [PAGE, chunked.as_str()] {
            let found = record(&of(payload), "Transfer-Encoding: chunked\r\n", chunked.as_bytes());
            assert_eq!(page(&found).as_deref(), Ok(PAGE));
        }
        let other = record(&of("other"), "Transfer-Encoding: chunked\r\n", chunked.as_bytes());
        assert_eq!(page(&other), Err("warc-digest"));
    }

    #[test]
    fn a_locator_is_of_one_whole_record() {
        let (plain, member) = (plain(""), gzip(&plain("")));
        for short in 1..member.len() {
            assert!(page(&member[..member.len() - short]).is_err(), "{short} bytes short");
        }
        assert_eq!(page(&plain[..plain.len() - 4]).as_deref(), Ok(PAGE), "without the line breaks behind it");
        for short in (1..plain.len()).filter(|short| *short != 4) {
            assert!(page(&plain[..plain.len() - short]).is_err(), "{short} bytes short");
        }
        for record in [&plain, &member] {
            assert_eq!(page(&[record.as_slice(), b"x"].concat()), Err("warc-damaged"));
            assert_eq!(page(&[record.as_slice(), record].concat()), Err("warc-damaged"));
        }
    }
}

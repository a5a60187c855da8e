//! Turns a `source.warc.gz` of ours into what an index says of its records.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The largest head, in bytes.
const LARGEST_HEAD: u64 = 64 << 10;

/// A record, so far as an index needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// `WARC-Type`.
    pub(super) kind: String,
    /// `WARC-Record-ID`, in angle brackets.
    pub(super) id: String,
    /// `WARC-Target-URI`.
    pub(super) target: String,
    /// `WARC-Date`.
    pub(super) date: String,
    /// `WARC-Payload-Digest`.
    pub(super) digest: String,
    /// Media type of the payload.
    pub(super) media_type: String,
    /// Status of the response, if it is one.
    pub(super) status: Option<String>,
    /// Where its member begins.
    pub(super) offset: u64,
    /// The length of its member.
    pub(super) length: u64,
}

impl Record {
    /// The identifier as a URI.
    pub(super) fn id_without_brackets(&self) -> &str {
        self.id.trim_start_matches('<').trim_end_matches('>')
    }
}

/// The records of the WARC file, whose every record is a gzip member, in order.
pub(super) fn records<R: BufRead>(reader: R) -> Records<R> {
    Records { reader: Counting { inner: reader, count: 0 }, failed: false }
}

pub(super) struct Records<R> {
    reader: Counting<R>,
    failed: bool,
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<io::Result<Record>> {
        match self.reader.fill_buf() {
            Ok([]) => return None,
            _ if self.failed => return None,
            _ => {}
        }
        let record = self.record();
        self.failed = record.is_err();
        Some(record)
    }
}

impl<R: BufRead> Records<R> {
    fn record(&mut self) -> io::Result<Record> {
        let offset = self.reader.count;
        let mut member = io::BufReader::new(GzDecoder::new(&mut self.reader));
        let head = head(&mut member)?;
        let field = |name: &str| field(&head, name).unwrap_or_default();
        let mut record = Record {
            kind: field("WARC-Type"),
            id: field("WARC-Record-ID"),
            target: field("WARC-Target-URI"),
            date: field("WARC-Date"),
            digest: field("WARC-Payload-Digest"),
            media_type: field("Content-Type"),
            ..Record::default()
        };
        if matches!(record.kind.as_str(), "response" | "revisit") {
            let http = self::head(&mut member)?;
            record.media_type = self::field(&http, "Content-Type").unwrap_or_default();
            record.status = http.split_ascii_whitespace().nth(1).map(str::to_owned);
        }
        record.media_type = record.media_type.split(';').next().unwrap_or_default().trim().to_owned();
        io::copy(&mut member, &mut io::sink())?;
        record.offset = offset;
        record.length = self.reader.count - offset;
        Ok(record)
    }
}

/// The lines up to the empty one.
fn head(reader: &mut impl BufRead) -> io::Result<String> {
    let mut head = Vec::new();
    let mut limited = reader.take(LARGEST_HEAD);
    loop {
        let before = head.len();
        limited.read_until(b'\n', &mut head)?;
        match head[before..].trim_ascii() {
            [] if head.len() > before => return Ok(String::from_utf8_lossy(&head).into_owned()),
            [] => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            _ => {}
        }
    }
}

fn field(head: &str, name: &str) -> Option<String> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
}

/// Counts the bytes that were consumed.
struct Counting<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Read for Counting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.count += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counting<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count += amount as u64;
        self.inner.consume(amount);
    }
}

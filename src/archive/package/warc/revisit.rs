//! A WARC record that says: at this time the server said that nothing has changed (304).

use flate2::Compression;
use jiff::Timestamp;

use super::{Header, member};
use crate::archive::package::identifier::uuid;

/// WARC 1.1, 6.7.3: the server was asked by `ETag` or date, and sent no body.
const PROFILE: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

/// A capture that gave what was captured before.
#[derive(Clone, Copy, Debug)]
pub struct Revisit<'a> {
    /// The address.
    pub target: &'a str,
    /// When.
    pub date: Timestamp,
    /// Status line and header fields of the answer, up to and including the empty line.
    pub http_head: &'a [u8],
    /// UUID of the record with the body.
    pub refers_to: &'a str,
    /// `WARC-Target-URI` of that record.
    pub refers_to_target: &'a str,
    /// `WARC-Date` of that record.
    pub refers_to_date: Timestamp,
    /// How the robots policy of the site was treated.
    pub robots: &'a str,
}

impl Revisit<'_> {
    /// The record as one gzip member; the same for the same answer at the same time.
    #[must_use]
    pub fn member(&self) -> Vec<u8> {
        let date = self.date.to_string();
        let id = uuid(&["warc-revisit", self.target, &date, self.refers_to]);
        let refers_to = format!("<urn:uuid:{}>", self.refers_to);
        let refers_to_date = self.refers_to_date.to_string();
        let named = [
            ("WARC-Target-URI", self.target),
            ("WARC-Profile", PROFILE),
            ("WARC-Refers-To", refers_to.as_str()),
            ("WARC-Refers-To-Target-URI", self.refers_to_target),
            ("WARC-Refers-To-Date", refers_to_date.as_str()),
            ("X-Archive-Robots", self.robots),
        ];
        let content_type = "application/http;msgtype=response";
        let header = Header { kind: "revisit", id: &id, date: &date, content_type };
        let mut out = Vec::new();
        member(&mut out, &header, &named, &[self.http_head], Compression::default());
        out
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::Revisit;

    #[test]
    fn a_revisit_names_what_it_refers_to_and_lets_nothing_in() {
        let revisit = Revisit {
            target: "http://a.gov.cn/\r\nWARC-Type: response",
            date: "2026-11-29T08:00:00Z".parse().expect("a time"),
            http_head: b"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n",
            refers_to: "0191",
            refers_to_target: "http://a.gov.cn/",
            refers_to_date: "2026-11-28T08:00:00Z".parse().expect("a time"),
            robots: "obey",
        };
        let member = revisit.member();
        assert_eq!(member, revisit.member());
        let mut text = String::new();
        GzDecoder::new(member.as_slice()).read_to_string(&mut text).expect("gzip");
        assert!(text.starts_with("WARC/1.1\r\nWARC-Type: revisit\r\n"), "{text}");
        assert_eq!(text.matches("\r\nWARC-Type: ").count(), 1);
        assert!(
            text.contains(
                "\r\nWARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified\r\n"
            )
        );
        assert!(text.contains("\r\nWARC-Refers-To-Date: 2026-11-28T08:00:00Z\r\n"));
        assert!(text.ends_with("\r\n\r\nHTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n\r\n\r\n"));
    }
}

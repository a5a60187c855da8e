use std::io::Read;

use flate2::bufread::GzDecoder;
use jiff::Timestamp;

use super::{Capture, Information, WarcError, read, warc};

fn information() -> Information<'static> {
    Information {
        software: "guidang 0.1.0",
        operator: Some("王某\r\nrobots: none"),
        object: "https://www.gd.gov.cn/t1.html",
        robots: "obey",
        date: Timestamp::UNIX_EPOCH,
    }
}

fn page<'a>(bytes: &'a [u8], http_head: Option<&'a [u8]>) -> Capture<'a> {
    Capture {
        role: "page",
        target: "https://www.gd.gov.cn/t1.html",
        date: Timestamp::UNIX_EPOCH,
        media_type: "text/html",
        http_head,
        bytes,
    }
}

#[test]
fn each_record_is_a_gzip_member_and_comes_back() {
    let picture = Capture {
        role: "picture",
        target: "urn:sha256:00",
        media_type: "image/png",
        ..page(b"\r\n\r\nWARC/1.1\r\n", None)
    };
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\n\r\n";
    let bytes = warc(&information(), &[page(b"<html>", Some(head)), picture]);

    let mut rest = bytes.as_slice();
    let mut members = Vec::new();
    while !rest.is_empty() {
        let mut text = Vec::new();
        let mut decoder = GzDecoder::new(&mut rest);
        decoder.read_to_end(&mut text).expect("a member");
        members.push(String::from_utf8_lossy(&text).into_owned());
    }
    assert_eq!(members.len(), 3);
    assert!(members.iter().all(|member| member.starts_with("WARC/1.1\r\n")));
    // What an operator is called must not become a field of its own.
    assert_eq!(members[0].matches("\r\nrobots: ").count(), 1);

    let records = read(&bytes, 1 << 20).expect("our own file");
    assert_eq!(records.len(), 2);
    assert_eq!((records[0].kind.as_str(), records[0].payload.as_slice()), ("response", &b"<html>"[..]));
    let kept = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\nContent-Length: 6\r\n\r\n";
    assert_eq!(records[0].http_head.as_deref(), Some(&kept[..]));
    assert_eq!((records[1].kind.as_str(), records[1].payload.as_slice()), ("resource", picture.bytes));
    assert_eq!(records[1].id, picture.identifier("https://www.gd.gov.cn/t1.html"));
    assert_eq!(bytes, warc(&information(), &[page(b"<html>", Some(head)), picture]));
}

#[test]
fn damage_is_told_and_bombs_are_not_unpacked() {
    let bytes = warc(&information(), &[page(&[b'x'; 4096], None)]);
    assert!(matches!(read(&bytes[..bytes.len() - 9], 1 << 20), Err(WarcError::Gzip { .. })));
    assert!(matches!(read(&bytes, 1000), Err(WarcError::TooLarge { limit: 1000 })));
    assert!(matches!(read(b"x", 1000), Err(WarcError::Gzip { .. })));
    assert!(read(b"", 1000).is_err());
}

#[test]
fn a_head_is_true_of_the_block_it_is_kept_with() {
    let head = b"HTTP/1.1 200 OK\nContent-Encoding: gzip\nTransfer-Encoding: chunked\n\n";
    let bytes = warc(&information(), &[page(b"<html>\r\n\r\n</html>", Some(head))]);
    let records = read(&bytes, 1 << 20).expect("our own file");
    assert_eq!(records[0].payload, b"<html>\r\n\r\n</html>");
    let kept = String::from_utf8_lossy(records[0].http_head.as_deref().expect("a head")).into_owned();
    assert!(kept.contains("\r\nX-Archive-Orig-Content-Encoding: gzip\r\n"), "{kept}");
    assert!(kept.ends_with("\r\nContent-Length: 17\r\n\r\n"), "{kept}");
}

//! Web archives made here, sound and damaged, and what is read of them.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Archive, CaptureFilter, Captured, ContainerError, NoPage, Survey};
use crate::acquire::{AcquireError, AcquireOptions, Acquired};
use crate::message::Size;

const PAGE: &str = "<html><body>words</body></html>";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn record(kind: &str, url: &str, date: &str, fields: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n\
         Content-Type: application/http; msgtype=response\r\n{fields}Content-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(url: &str, http: &str, body: &[u8]) -> Vec<u8> {
    let block = [format!("HTTP/1.1 {http}\r\n\r\n").as_bytes(), body].concat();
    record("response", url, "2024-05-06T07:08:09Z", "", &block)
}

fn html(url: &str) -> Vec<u8> {
    response(url, "200 OK\r\nContent-Type: text/html; charset=gbk", PAGE.as_bytes())
}

struct Made {
    folder: tempfile::TempDir,
    path: PathBuf,
}

fn made(name: &str, bytes: &[u8]) -> Made {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a file");
    Made { folder, path }
}

fn open(path: &Path) -> (Arc<Archive>, Survey) {
    let (archive, survey) =
        Archive::open(path, &CaptureFilter::default(), &mut |_| {}).expect("a web archive");
    (Arc::new(archive), survey)
}

fn addresses(archive: &Archive) -> Vec<String> {
    archive.pages().map(|page| page.address.to_owned()).collect()
}

/// The pages found, and the places of damage.
fn found(name: &str, bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let made = made(name, bytes);
    let (archive, survey) = open(&made.path);
    (addresses(&archive), survey.damage.iter().map(ToString::to_string).collect())
}

fn read(archive: &Arc<Archive>, page: usize) -> Result<Acquired, AcquireError> {
    Captured::of_archive(archive, page).read(&AcquireOptions { max_bytes: 10_000, base_url: None })
}

#[test]
fn a_page_comes_with_address_time_charset_and_head() {
    for (name, bytes) in [("a.warc", html("http://a/1")), ("a.warc.gz", gzip(&html("http://a/1")))] {
        let made = made(name, &bytes);
        let (archive, survey) = open(&made.path);
        assert_eq!(survey, Survey::default());
        let page = read(&archive, 0).expect("a page");
        assert_eq!(page.bytes, PAGE.as_bytes());
        assert_eq!(page.url.map(|url| url.to_string()).as_deref(), Some("http://a/1"));
        assert_eq!(page.captured.as_deref(), Some("2024-05-06T07:08:09Z"));
        assert_eq!(page.transport_charset.as_deref(), Some("gbk"));
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\n\r\n";
        assert_eq!(page.http_head.as_deref(), Some(head.as_slice()));
    }
}

#[test]
fn what_is_no_page_is_counted_by_name() {
    let bytes = [
        record("warcinfo", "", "2024-05-06T07:08:09Z", "", b"software: x\r\n"),
        response("http://a/r", "301 Moved\r\nLocation: /", b""),
        response("http://a/n", "404 Not Found\r\nContent-Type: text/html", b"no"),
        response("http://a/e", "500 Error\r\nContent-Type: text/html", b"no"),
        response("http://a/i", "200 OK\r\nContent-Type: image/png", b"png"),
        response("http://a/0", "200 OK\r\nContent-Type: text/html", b""),
        record("revisit", "http://a/1", "2024-05-07T00:00:00Z", "", b"HTTP/1.1 200 OK\r\n\r\n"),
        response("http://a/sniffed", "200 OK", b"\n<!DOCTYPE HTML><p>"),
        html("http://a/1"),
    ];
    let made = made("a.warc.gz", &bytes.map(|record| gzip(&record)).concat());
    let (archive, survey) = open(&made.path);
    assert_eq!(addresses(&archive), ["http://a/sniffed", "http://a/1"]);
    let counted: Vec<(NoPage, u64)> = survey.passed_over.into_iter().collect();
    let every = [
        NoPage::Redirect,
        NoPage::NotFound,
        NoPage::OtherStatus,
        NoPage::Revisit,
        NoPage::NotHtml,
        NoPage::Empty,
        NoPage::OtherRecord,
    ];
    assert_eq!(counted, every.map(|why| (why, 1)));
}

#[test]
fn after_a_damaged_member_the_others_are_read() {
    let records: Vec<Vec<u8>> = (1..=5).map(|number| gzip(&html(&format!("http://a/{number}")))).collect();
    let sound = records.concat();
    let third = records[0].len() + records[1].len();
    for at in third..third + records[2].len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 0xFF;
        let (pages, damage) = found("a.warc.gz", &bytes);
        for page in ["http://a/1", "http://a/2", "http://a/4", "http://a/5"] {
            assert!(pages.contains(&page.to_owned()), "byte {at}: {pages:?}");
        }
        // Bytes 4 to 9 of a member (time, system) mean nothing to its content.
        assert_eq!(pages.len() + damage.len(), 5, "byte {at}: {damage:?}");
    }
}

#[test]
fn a_page_with_another_digest_fails_alone() {
    let block = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".as_slice(), PAGE.as_bytes()].concat();
    let other = "WARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r\n";
    let records = [
        html("http://a/1"),
        record("response", "http://a/2", "2024-05-06T07:08:09Z", other, &block),
        html("http://a/3"),
    ];
    for (name, bytes) in
        [("a.warc", records.concat()), ("a.warc.gz", records.map(|record| gzip(&record)).concat())]
    {
        let made = made(name, &bytes);
        let (archive, survey) = open(&made.path);
        assert_eq!((addresses(&archive).len(), survey.damage.len()), (3, 0));
        assert!(read(&archive, 0).is_ok() && read(&archive, 2).is_ok());
        assert!(matches!(read(&archive, 1), Err(AcquireError::Digest { .. })));
    }
}

#[test]
fn a_file_cut_anywhere_keeps_its_whole_records() {
    let records: Vec<Vec<u8>> = (1..=3).map(|number| html(&format!("http://a/{number}"))).collect();
    let plain = records.concat();
    let members: Vec<Vec<u8>> = records.iter().map(|record| gzip(record)).collect();
    for end in records[0].len()..plain.len() {
        let (pages, damage) = found("a.warc", &plain[..end]);
        // The line breaks at the end may be missing.
        let whole = (end + 4) / records[0].len();
        let partial = usize::from(end > whole * records[0].len());
        assert_eq!((pages.len(), damage.len()), (whole, partial), "cut at {end}: {damage:?}");
    }
    let compressed = members.concat();
    for end in members[0].len()..compressed.len() {
        let (pages, damage) = found("a.warc.gz", &compressed[..end]);
        let ends: Vec<usize> = (1..=3).map(|count| members[..count].iter().map(Vec::len).sum()).collect();
        let whole = ends.iter().filter(|&&boundary| boundary <= end).count();
        assert_eq!(pages.len(), whole, "cut at {end}: {damage:?}");
        assert_eq!(damage.len(), usize::from(!ends.contains(&end)), "cut at {end}: {damage:?}");
    }
}

#[test]
fn a_lying_length_costs_its_own_record_only() {
    let lying = |length: &str| {
        let text = String::from_utf8(html("http://a/2")).expect("text");
        let at = text.find("Content-Length: ").expect("a length") + "Content-Length: ".len();
        let end = at + text[at..].find('\r').expect("a line");
        format!("{}{length}{}", &text[..at], &text[end..]).into_bytes()
    };
    for length in ["1", "60", "150", "400", "99999999999", "18446744073709551615", "-1", "x", ""] {
        let records = [html("http://a/1"), lying(length), html("http://a/3")];
        let (pages, damage) = found("a.warc", &records.concat());
        assert_eq!(pages, ["http://a/1", "http://a/3"], "{length}: {damage:?}");
        assert_eq!(damage.len(), 1, "{length}: {damage:?}");
        let (pages, damage) = found("a.warc.gz", &records.map(|record| gzip(&record)).concat());
        assert_eq!(pages, ["http://a/1", "http://a/3"], "{length}: {damage:?}");
        assert_eq!(damage.len(), 1, "{length}: {damage:?}");
    }
}

#[test]
fn a_file_of_one_member_is_read_too() {
    let records = [html("http://a/1"), html("http://a/2")].concat();
    let made = made("a.warc.gz", &gzip(&records));
    let (archive, survey) = open(&made.path);
    assert_eq!((addresses(&archive).len(), survey.damage.len()), (2, 0));
    assert_eq!(read(&archive, 1).expect("a page").bytes, PAGE.as_bytes());
    // Its end damaged: the first record is sound.
    let long: String = (0..5000).map(|number| format!("{number} ")).collect();
    let second = response("http://a/2", "200 OK\r\nContent-Type: text/html", long.as_bytes());
    let whole = gzip(&[html("http://a/1"), second].concat());
    let (pages, damage) = found("a.warc.gz", &whole[..whole.len() / 2]);
    assert_eq!((pages.len(), damage.is_empty()), (1, false), "{damage:?}");
}

#[test]
fn heads_that_are_bombs_or_nonsense_are_passed_over() {
    let bomb = response("http://a/b", &format!("200 OK\r\n{}", "X: y\r\n".repeat(50_000)), b"x");
    let endless = record("response", "http://a/h", "2024-05-06T07:08:09Z", "", b"HTTP/1.1 200 OK\r\nA: b");
    let warc = record("response", "http://a/w", "2024-05-06T07:08:09Z", &"X: y\r\n".repeat(50_000), b"");
    for bad in [bomb, endless, warc] {
        let (pages, damage) = found("a.warc", &[bad.clone(), html("http://a/1")].concat());
        assert_eq!((pages.len(), damage.len()), (1, 1), "{damage:?}");
        let (pages, damage) = found("a.warc.gz", &[gzip(&bad), gzip(&html("http://a/1"))].concat());
        assert_eq!((pages.len(), damage.len()), (1, 1), "{damage:?}");
    }
    let twice = "200 OK\r\n: x\r\nno colon\r\nContent-Type: text/plain\r\nContent-Type: text/html";
    assert_eq!(found("a.warc", &response("http://a/1", twice, b"<p>")).0.len(), 1);
}

#[test]
fn a_record_of_two_gibibytes_fails_alone_and_costs_no_memory() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.warc");
    let mut file = File::create(&path).expect("a file");
    let length: u64 = 2 << 30;
    let http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>";
    let head = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/big\r\nWARC-Date: 2024-05-05T00:00:00Z\r\n\
         Content-Type: application/http\r\nContent-Length: {length}\r\n\r\n"
    );
    file.write_all(head.as_bytes()).expect("a file");
    file.write_all(http).expect("a file");
    // A hole: no blocks on disk.
    file.seek(SeekFrom::Start(head.len() as u64 + length)).expect("a file");
    file.write_all(&[b"\r\n\r\n".as_slice(), &html("http://a/1")].concat()).expect("a file");
    let (archive, survey) = open(&path);
    assert_eq!((addresses(&archive).len(), survey.damage.len()), (2, 0));
    assert!(matches!(read(&archive, 0), Err(AcquireError::TooLarge { limit: Size(10_000), .. })));
    assert!(read(&archive, 1).is_ok());
}

#[test]
fn ten_thousand_tiny_records_are_ten_thousand_pages() {
    let bytes: Vec<u8> = (0..10_000).flat_map(|number| gzip(&html(&format!("http://a/{number}")))).collect();
    let made = made("a.warc.gz", &bytes);
    let (archive, survey) = open(&made.path);
    assert_eq!((archive.pages().len(), survey.damage.len()), (10_000, 0));
    assert!(read(&archive, 9_999).is_ok());
}

#[test]
fn files_are_found_by_address_and_through_revisits() {
    let picture = b"picture";
    let block = [b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n".as_slice(), picture].concat();
    let digest = "WARC-Payload-Digest: sha1:AAAA\r\n";
    let refers =
        "WARC-Refers-To-Target-URI: http://a/img/1.png\r\nWARC-Refers-To-Date: 2024-05-06T07:08:09Z\r\n";
    let revisit = b"HTTP/1.1 200 OK\r\n\r\n";
    let bytes = [
        html("https://a/zw/1.html"),
        record("response", "http://a/img/1.png", "2024-05-06T07:08:09Z", digest, &block),
        record("revisit", "http://a/img/2.png", "2024-05-06T07:08:10Z", digest, revisit),
        record("revisit", "http://a/img/3.png", "2024-05-06T07:08:10Z", refers, revisit),
        record("revisit", "http://a/img/4.png", "2024-05-06T07:08:10Z", "", revisit),
    ];
    let made = made("a.warc.gz", &bytes.map(|record| gzip(&record)).concat());
    let (archive, _) = open(&made.path);
    let assets = Captured::of_archive(&archive, 0).assets(None);
    for source in ["../img/1.png", "https://A/img/1.png#x", "../img/2.png", "/img/3.png"] {
        assert_eq!(assets.fetch(source).as_deref(), Ok(picture.as_slice()), "{source}");
    }
    for source in ["../img/4.png", "../img/5.png", "file:///etc/passwd", "http://b/img/1.png"] {
        assert!(assets.fetch(source).is_err(), "{source}");
    }
    assert!(assets.attachment("../img/1.png", 3).is_err());
}

#[test]
fn captures_come_in_the_order_of_their_time() {
    let at = |date: &str| {
        let block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>";
        record("response", "http://a/1.html", date, "", block)
    };
    let bytes = [at("2024-03-01T00:00:00Z"), at("2024-01-01T00:00:00Z"), at("2024-02-01T00:00:00Z")].concat();
    let made = made("a.warc", &bytes);
    let (archive, _) = open(&made.path);
    let names: Vec<String> = archive.outputs().iter().map(|name| name.display().to_string()).collect();
    assert_eq!(names, ["a/1-20240101000000", "a/1-20240201000000", "a/1-20240301000000"]);
    let filter = CaptureFilter::new(&[], Some("2024-02"), None).expect("a filter");
    let (archive, survey) = Archive::open(&made.path, &filter, &mut |_| {}).expect("a web archive");
    assert_eq!((archive.pages().len(), survey.passed_over[&NoPage::Filtered]), (2, 1));
}

#[test]
fn what_is_no_web_archive_is_refused() {
    for bytes in [b"".as_slice(), b"<html>", &gzip(b"<html>"), b"\x1F\x8B\x08", &[0; 100]] {
        let made = made("a.warc.gz", bytes);
        let refused = Archive::open(&made.path, &CaptureFilter::default(), &mut |_| {}).map(|_| ());
        assert!(matches!(refused, Err(ContainerError::NoRecords { .. })), "{bytes:?}: {refused:?}");
    }
}

fn zip(entries: &[(&str, CompressionMethod, &[u8])]) -> Made {
    let made = made("a.wacz", b"");
    let mut zip = ZipWriter::new(File::create(&made.path).expect("a file"));
    for (name, method, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(*method)).expect("an entry");
        zip.write_all(bytes).expect("an entry");
    }
    zip.finish().expect("a zip file");
    made
}

#[test]
fn a_wacz_gives_the_pages_of_its_warc_files() {
    let (stored, deflated) = (CompressionMethod::Stored, CompressionMethod::Deflated);
    let made = zip(&[
        ("archive/b.warc.gz", stored, &gzip(&html("http://a/1"))),
        ("archive/a.warc", deflated, &html("http://a/2")),
        ("pages/pages.jsonl", deflated, b"{\"url\": \"http://a/none\"}"),
        ("indexes/index.cdx", deflated, b"nonsense"),
        ("other/c.warc", stored, &html("http://a/3")),
    ]);
    let (archive, survey) = open(&made.path);
    assert_eq!(addresses(&archive), ["http://a/2", "http://a/1"]);
    assert_eq!(survey.damage, []);
    assert!(read(&archive, 0).is_ok() && read(&archive, 1).is_ok());
}

#[test]
fn names_that_lead_astray_and_bombs_are_refused_by_name() {
    let (stored, deflated) = (CompressionMethod::Stored, CompressionMethod::Deflated);
    let bomb = vec![0; 80 << 20];
    let made = zip(&[
        ("archive/../../evil.warc", stored, &html("http://a/1")),
        ("/archive/root.warc", stored, &html("http://a/2")),
        ("archive/bomb.warc", deflated, &bomb),
        ("archive/good.warc", stored, &html("http://a/3")),
    ]);
    let (archive, survey) = open(&made.path);
    assert_eq!(addresses(&archive), ["http://a/3"]);
    let told: Vec<String> = survey.damage.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told[0].contains("evil.warc") && told[2].contains("bomb.warc: it unpacks to more than"),
        "{told:?}"
    );
    assert_eq!(fs::read_dir(made.folder.path()).expect("a folder").count(), 1);
}

#[test]
fn a_damaged_zip_is_refused() {
    let made = zip(&[("archive/a.warc", CompressionMethod::Stored, &html("http://a/1"))]);
    let bytes = fs::read(&made.path).expect("a file");
    for end in 0..bytes.len() {
        fs::write(&made.path, &bytes[..end]).expect("a file");
        assert!(Archive::open(&made.path, &CaptureFilter::default(), &mut |_| {}).is_err(), "cut at {end}");
    }
}

fn mhtml(text: &[u8]) -> Result<Acquired, AcquireError> {
    let made = made("a.mht", text);
    Captured::of_mhtml(made.path.clone()).read(&AcquireOptions::default())
}

const CHROME: &str = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.gov.cn/zw/1.html\r\n\
    Subject: =?utf-8?Q?=E9?=\r\nDate: Mon, 6 May 2024 15:08:09 +0800\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----Multi--x----\"\r\n\r\n\r\n\
    ------Multi--x----\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n\
    Content-Transfer-Encoding: quoted-printable\r\nContent-Location: https://a.gov.cn/zw/1.html\r\n\r\n\
    <p a=3D\"b\">=E9=80=9A=\r\n=E7=9F=A5</p>\r\n\r\n\
    ------Multi--x----\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\
    Content-Location: https://a.gov.cn/img/1.png\r\n\r\naGVs\r\nbG8=\r\n\
    ------Multi--x----\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\n\
    Content-Transfer-Encoding: binary\r\n\r\n\0\r\n--\r\n\n\r\n------Multi--x------\r\n";

#[test]
fn a_page_saved_by_chrome_is_read() {
    let page = mhtml(CHROME.as_bytes()).expect("a page");
    assert_eq!(String::from_utf8_lossy(&page.bytes), "<p a=\"b\">通知</p>\r\n");
    assert_eq!(page.url.map(|url| url.to_string()).as_deref(), Some("https://a.gov.cn/zw/1.html"));
    assert_eq!(page.captured.as_deref(), Some("2024-05-06T07:08:09Z"));
    let made = made("a.mhtml", CHROME.as_bytes());
    let base = "https://a.gov.cn/zw/1.html".parse().ok();
    let assets = Captured::of_mhtml(made.path.clone()).assets(base);
    assert_eq!(assets.fetch("../img/1.png").as_deref(), Ok(b"hello".as_slice()));
    assert_eq!(assets.fetch("cid:a@b").as_deref(), Ok(b"\0\r\n--\r\n\n".as_slice()));
    assert!(assets.fetch("../img/2.png").is_err() && assets.fetch("cid:x").is_err());
}

#[test]
fn a_page_saved_by_internet_explorer_is_read() {
    let text = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b1; type=\"text/html\"\r\n\r\n\
        This is a multi-part message.\r\n\r\n--b1\r\nContent-Type: text/html; charset=\"gb2312\"\r\n\
        Content-Transfer-Encoding: 8bit\r\nContent-Location: http://a.gov.cn/1.htm\r\n\r\n<p>\xCD\xA8</p>\r\n--b1--\r\n";
    let page = mhtml(text).expect("a page");
    assert_eq!(
        (page.bytes.as_slice(), page.transport_charset.as_deref()),
        (b"<p>\xCD\xA8</p>".as_slice(), Some("gb2312"))
    );
    assert_eq!(page.url.map(|url| url.host_str().map(str::to_owned)), Some(Some("a.gov.cn".to_owned())));
}

#[test]
fn mhtml_without_boundary_or_page_is_refused() {
    let error = |text: &str| mhtml(text.as_bytes()).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error(&CHROME.replace("boundary=\"----Multi--x----\"", "x=y")).contains("names no boundary"));
    assert!(error("<html>").contains("names no boundary"));
    assert!(error(&CHROME.replace("----Multi--x----\"\r\n", "other\"\r\n")).contains("no page in"));
    assert!(
        error(&CHROME.replace("text/html\r\nContent-ID", "text/plain\r\nContent-ID")).contains("no page in")
    );
}

#[test]
fn mhtml_cut_anywhere_never_panics() {
    for end in 0..CHROME.len() {
        let _ = mhtml(&CHROME.as_bytes()[..end]);
    }
}

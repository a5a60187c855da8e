//! Where pages come from and outputs go: files, parts of files, and what does not answer.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::{answers, lines, outcome, outcomes, record, run_on, stream, told};
use crate::support::{files, page};

/// A response as one gzip member.
pub(super) fn response(url: &str, html: &str) -> Vec<u8> {
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
    capture("response", url, "application/http;msgtype=response", &http)
}

fn capture(kind: &str, url: &str, media_type: &str, block: &str) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n\
         Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    );
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(head.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_part_of_a_warc_file_is_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let url = "https://www.gd.gov.cn/zw/post_7.html";
    let members = [
        response("https://www.gd.gov.cn/other.html", &page("关于甲的通知", "甲")),
        response(url, &page("关于乙的通知", "乙")),
        capture("request", url, "application/http;msgtype=request", "GET / HTTP/1.1\r\n\r\n"),
        capture("response", url, "application/http;msgtype=response", "HTTP/1.1 404 Not Found\r\n\r\nnone"),
    ];
    fs::write(folder.path().join("x.warc.gz"), members.concat()).unwrap();
    let mut offset = 0;
    let mut records = Vec::new();
    for (number, member) in members.iter().enumerate() {
        let warc = json!({ "uri": "x.warc.gz", "offset": offset, "length": member.len() });
        records.push(json!({ "id": number, "url": "https://ignored/", "warc": warc }));
        offset += member.len();
    }
    records.push(json!({ "id": "beyond", "warc": { "uri": "x.warc.gz", "offset": offset, "length": 1 } }));
    records.push(json!({ "id": "astray", "warc": { "uri": "x.warc.gz", "offset": 3, "length": 200 } }));
    records.push(json!({ "id": "huge", "warc": { "uri": "x.warc.gz", "offset": 0, "length": u64::MAX } }));
    records.push(json!({ "id": "no file", "warc": { "uri": "y.warc.gz", "offset": 0, "length": 9 } }));
    records.push(json!({ "id": "folder", "warc": { "uri": ".", "offset": 0, "length": 9 } }));
    let run = run_on(stream(folder.path(), &["-f", "json"]), lines(&records).as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    let too_large = &answers(&run)[6]["error"]["message"];
    assert!(
        too_large.as_str().unwrap().contains("x.warc.gz: a record of 18446744073709551615 bytes"),
        "{too_large}"
    );
    let expected = [
        ("0", "ok"),
        ("1", "ok"),
        ("2", "warc-no-page"),
        ("3", "warc-status"),
        ("beyond", "beyond-end"),
        ("astray", "warc-no-record"),
        ("huge", "too-large"),
        ("no file", "not-found"),
        ("folder", "not-a-file"),
    ];
    assert_eq!(outcomes(&run), told(&expected));
    let outputs = answers(&run)[1]["outputs"].as_array().unwrap().clone();
    let output =
        outputs.iter().find(|output| output["role"] == "json").unwrap()["key"].as_str().unwrap().to_owned();
    let document = fs::read_to_string(folder.path().join("out").join(output)).unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["metadata"]["url"]["value"], url);
    assert_eq!(document["provenance"]["captured"], "2024-05-06T07:08:09Z");
    assert_eq!(document["provenance"]["file"], "post_7.html");
}

#[test]
fn pages_come_from_below_the_root_only() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["in/a.html", "secret.html", "inner/b.html"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, page("关于甲的通知", "甲")).unwrap();
    }
    std::os::unix::fs::symlink("../secret.html", folder.path().join("in/link.html")).unwrap();
    let uris = [
        "in/a.html",
        "in/none.html",
        "in/../secret.html",
        "in/link.html",
        "inner/b.html",
        "s3://bucket/x",
        "/etc/passwd",
        "http://127.0.0.1/in/a.html",
    ];
    let records: Vec<serde_json::Value> = uris.iter().map(|uri| json!({ "id": uri, "uri": uri })).collect();
    let run = run_on(stream(folder.path(), &["--input-root", "in"]), lines(&records).as_bytes());
    let codes: Vec<String> = answers(&run).iter().map(outcome).collect();
    assert_eq!(codes[..2], ["ok", "not-found"]);
    assert!(codes[2..].iter().all(|code| code == "input-outside"), "{codes:?}");
}

#[test]
fn a_file_where_outputs_should_go_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("out"), "a file in the way").unwrap();
    let run = run_on(stream(folder.path(), &[]), lines(&[record(1)]).as_bytes());
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert_eq!(fs::read_to_string(folder.path().join("out")).unwrap(), "a file in the way");
}

#[test]
fn a_reader_that_leaves_breaks_the_stream() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = stream(folder.path(), &[]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    for number in 0..3 {
        // It may be gone by then.
        let _ = writeln!(input, "{}", record(number));
    }
    // The input stays open: the stream has to notice by itself.
    assert_eq!(child.wait().unwrap().code(), Some(1));
    drop(input);
}

#[test]
fn what_a_killed_stream_left_is_swept_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("out/.incoming")).unwrap();
    fs::write(folder.path().join("out/.incoming/.guidang-dead.tmp"), "half").unwrap();
    assert_eq!(run_on(stream(folder.path(), &[]), lines(&[record(1)]).as_bytes()).code, 0);
    let left = files(&folder.path().join("out"));
    assert!(left.len() == 1 && left[0].ends_with("document.txt"), "{left:?}");
}

#[test]
fn nothing_is_read_ahead_of_who_does_not_read() {
    // The reader of the answers sleeps: what is read ahead of it is bounded by the number of lanes, whatever the pipe holds.
    let folder = tempfile::tempdir().unwrap();
    let mut command = stream(folder.path(), &["-f", "md"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let taken = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counting = std::sync::Arc::clone(&taken);
    // Answers with long messages fill the pipe soon: 64 KiB.
    let line = format!("{{\"id\":\"{}\"}}\n", "x".repeat(8000));
    let writer = std::thread::spawn(move || {
        while input.write_all(line.as_bytes()).is_ok() {
            counting.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            if counting.load(std::sync::atomic::Ordering::SeqCst) == 2000 {
                return;
            }
        }
    });
    std::thread::sleep(std::time::Duration::from_secs(2));
    let ahead = taken.load(std::sync::atomic::Ordering::SeqCst);
    assert!(ahead < 100, "{ahead} records were taken without an answer being read");
    child.kill().unwrap();
    child.wait().unwrap();
    writer.join().unwrap();
}

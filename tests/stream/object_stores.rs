//! Object stores that are in trouble: the stream ends, so that the engine tries again. Only what is wrong with one object is
//! an answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use super::{answers, lines, outcomes, record, run_on, stream, told};
use crate::support::site::{Reply, Site};
use crate::support::{guidang, page};

/// `guidang stream` with an S3-compatible store at `endpoint`.
fn with_store(mut command: Command, endpoint: &str) -> Command {
    command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b").env("AWS_REGION", "x");
    command.env("AWS_ENDPOINT", endpoint).env("AWS_ALLOW_HTTP", "true");
    command
}

fn into_store(folder: &Path, endpoint: &str, patience: &str) -> Command {
    let mut command = guidang(folder);
    command.args(["stream", "--output", "s3://bucket/x", "--store-timeout", patience, "-f", "txt"]);
    with_store(command, endpoint)
}

fn refusal(status: u16, code: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>no</Message></Error>");
    Reply::new("application/xml", body).status(status)
}

#[test]
fn a_missing_object_is_an_answer_and_a_store_in_trouble_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start();
    site.put("/bucket/in/none.html", refusal(404, "NoSuchKey"));
    for (status, code) in [
        (403, "AccessDenied"),
        (403, "RequestTimeTooSkewed"),
        (400, "ExpiredToken"),
        (401, "InvalidToken"),
        (404, "NoSuchBucket"),
    ] {
        site.put("/bucket/in/a.html", refusal(status, code));
        let uri = |id: &str, uri: &str| json!({ "id": id, "uri": uri });
        let records = [uri("none", "s3://bucket/in/none.html"), uri("a", "s3://bucket/in/a.html"), record(3)];
        let command = with_store(stream(folder.path(), &["--store-timeout", "1s"]), &site.url(""));
        let run = run_on(command, lines(&records).as_bytes());
        assert_eq!((run.code, outcomes(&run)), (1, told(&[("none", "not-found")])), "{code} {run:?}");
        assert!(run.stderr.contains(code) && run.stderr.contains("s3://bucket/in/a.html"), "{run:?}");
        assert!(run.stderr.contains(": no") && !run.stderr.contains('<'), "{run:?}");
        // Fixed words: two runs answer alike.
        assert_eq!(answers(&run)[0]["error"]["message"], "no such file: s3://bucket/in/none.html", "{run:?}");
    }
}

#[test]
fn a_store_without_a_key_is_no_page() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start();
    site.put("/bucket", refusal(200, "listing"));
    site.put("/bucket/", refusal(200, "listing"));
    let records: Vec<Value> = ["s3://bucket", "s3://bucket/", "s3://bucket/in/"]
        .iter()
        .map(|uri| json!({ "id": uri, "uri": uri }))
        .collect();
    let run = run_on(with_store(stream(folder.path(), &[]), &site.url("")), lines(&records).as_bytes());
    let codes: Vec<String> = outcomes(&run).into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["not-a-file", "not-a-file", "not-a-file"], "{run:?}");
}

#[test]
fn an_endpoint_that_is_plain_http_says_what_to_set() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = into_store(folder.path(), "http://127.0.0.1:9", "1s");
    command.env_remove("AWS_ALLOW_HTTP");
    let run = run_on(command, lines(&[record(1)]).as_bytes());
    assert!(run.code == 1 && run.stderr.contains("AWS_ALLOW_HTTP=true"), "{run:?}");
}

#[test]
fn a_key_is_taken_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start();
    // As the client writes the key a?b#c%20.html in a request.
    site.page("/bucket/in/a%3Fb%23c%2520.html", &page("关于甲的通知", "甲"));
    let records = [json!({ "id": 1, "uri": "s3://bucket/in/a?b#c%20.html" })];
    let run = run_on(with_store(stream(folder.path(), &[]), &site.url("")), lines(&records).as_bytes());
    assert_eq!(outcomes(&run), told(&[("1", "ok")]), "{run:?} {:?}", site.requests());
}

#[test]
fn a_store_that_does_not_answer_breaks_the_stream_after_the_answers_before() {
    let folder = tempfile::tempdir().unwrap();
    let command = into_store(folder.path(), "http://127.0.0.1:9", "1ms");
    let run = run_on(command, format!("no record\n{}\n{}\n", record(1), record(2)).as_bytes());
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(outcomes(&run), told(&[("null", "record-malformed")]));
    assert!(!run.stderr.contains("AWS_SECRET") && run.stderr.contains("cannot write"), "{run:?}");
}

/// A store that takes what is put and says nothing, but for requests from number `from` on (counted from 0). Returns its
/// address, and how many requests came.
fn silent_store(from: usize) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counting = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let counting = Arc::clone(&counting);
            thread::spawn(move || serve(&stream, &counting, from));
        }
    });
    (address, count)
}

fn serve(stream: &TcpStream, count: &AtomicUsize, from: usize) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        if count.fetch_add(1, Ordering::SeqCst) >= from {
            let answer = b"HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 0\r\n\r\n";
            let mut stream: &TcpStream = stream;
            if stream.write_all(answer).is_err() {
                return;
            }
        }
    }
}

#[test]
fn a_put_that_is_never_answered_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (address, count) = silent_store(1);
    // A third of the time for each request: the first takes all of its share.
    let command = into_store(folder.path(), &format!("http://{address}"), "15s");
    let run = run_on(command, lines(&[record(1)]).as_bytes());
    assert_eq!(outcomes(&run), told(&[("r1", "ok")]), "{run:?}");
    assert_eq!(answers(&run)[0]["outputs"][0]["put"], Value::from("created"));
    assert!(count.load(Ordering::SeqCst) >= 2);
}

#[test]
fn a_store_that_never_answers_a_put_breaks_the_stream_when_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let (address, count) = silent_store(usize::MAX);
    let command = into_store(folder.path(), &format!("http://{address}"), "3s");
    let run = run_on(command, lines(&[record(1)]).as_bytes());
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:?}");
    assert!(run.stderr.contains("cannot write"), "{run:?}");
    assert!(count.load(Ordering::SeqCst) >= 2, "it was asked once");
}

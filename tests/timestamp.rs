//! `guidang timestamp` against an authority of our own: openssl behind a small HTTP server.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::support::{Run, guidang, page, run};

const CONFIGURATION: &str = "\
[tsa]
default_tsa = local
[local]
serial = ./serial
signer_cert = ./authority.pem
signer_key = ./authority.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[request]
distinguished_name = name
[name]
[extensions]
extendedKeyUsage = critical,timeStamping
";

fn openssl(folder: &Path, arguments: &str) -> bool {
    let ended = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output().unwrap();
    ended.status.success()
}

/// An authority's folder, if openssl is there.
#[expect(clippy::print_stdout, reason = "a test that is passed over says so")]
fn authority(folder: &Path) -> Option<PathBuf> {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("passed over: there is no openssl to make a time-stamp authority with");
        return None;
    }
    let authority = folder.join("authority");
    fs::create_dir(&authority).unwrap();
    fs::write(authority.join("authority.cnf"), CONFIGURATION).unwrap();
    fs::write(authority.join("serial"), "01\n").unwrap();
    let made = openssl(
        &authority,
        "req -x509 -newkey rsa:2048 -nodes -keyout authority.key -out authority.pem -days 3650 -subj /CN=Authority \
         -config authority.cnf -extensions extensions",
    );
    assert!(made, "openssl makes no authority");
    Some(authority)
}

/// What the authority answers to a request.
fn answer(authority: &Path, request: &[u8]) -> Vec<u8> {
    fs::write(authority.join("request.tsq"), request).unwrap();
    assert!(openssl(authority, "ts -reply -config authority.cnf -queryfile request.tsq -out reply.tsr"));
    fs::read(authority.join("reply.tsr")).unwrap()
}

/// Answers one request over HTTP with what `reply` makes of its body; returns the address.
fn serve(reply: impl FnOnce(&[u8]) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/tsa", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        // A client that has seen enough closes the connection.
        let _ = stream.write_all(&reply(&body));
    });
    address
}

fn with_status(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A store with one page.
fn archived(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), page("关于时间戳的通知", text)).unwrap();
    let run = archive(folder, name);
    assert_eq!(run.code, 0, "{run:?}");
}

fn archive(folder: &Path, name: &str) -> Run {
    let mut command = guidang(folder);
    Run::from(command.args(["archive", "--store", "store", "--no-fsync", name]).output().unwrap())
}

#[test]
fn an_authority_witnesses_the_log_over_http() {
    let folder = tempfile::tempdir().unwrap();
    let Some(authority) = authority(folder.path()) else { return };
    archived(folder.path(), "a.html", "甲");
    let clerk = authority.clone();
    let url = serve(move |request| with_status("200 OK", &answer(&clerk, request)));
    let stamped = run(folder.path(), &["timestamp", "--store", "store", "--url", &url]);
    assert_eq!(stamped.code, 0, "{stamped:?}");
    assert!(stamped.stderr.starts_with("entries 1 to 2 stamped at 20"), "{stamped:?}");

    let log = run(folder.path(), &["log", "--store", "store"]);
    assert_eq!(log.code, 0, "{log:?}");
    assert!(log.stdout.contains("timestamping") && log.stdout.contains("entry=2"), "{log:?}");
    assert_eq!(log.stderr, "entries 1 to 2 are covered by a time-stamp, entry 3 is not\n");

    // A judge from outside: the token is over the digest of entry 2.
    let json = run(folder.path(), &["log", "--store", "store", "--json"]).stdout;
    let entry: serde_json::Value = serde_json::from_str(json.lines().nth(1).unwrap()).unwrap();
    let digest = entry["digest"].as_str().unwrap().to_owned();
    let verify = |digest: &str| {
        let token = "../store/events/timestamps/2.tsr";
        openssl(&authority, &format!("ts -verify -digest {digest} -in {token} -CAfile authority.pem"))
    };
    assert!(verify(&digest), "openssl does not accept the token that was kept");
    assert!(!verify(&"0".repeat(64)));

    // A token about something else is damage.
    let kept = folder.path().join("store/events/timestamps/2.tsr");
    fs::rename(&kept, kept.with_file_name("1.tsr")).unwrap();
    let log = run(folder.path(), &["log", "--store", "store"]);
    assert_eq!(log.code, 1, "{log:?}");
    assert!(log.stderr.contains("entry 1: the time-stamp is not over the head of the log"), "{log:?}");
}

#[test]
fn a_request_may_be_carried_to_the_authority_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let Some(authority) = authority(folder.path()) else { return };
    archived(folder.path(), "a.html", "甲");
    let ask =
        |arguments: &[&str]| run(folder.path(), &[&["timestamp", "--store", "store"], arguments].concat());
    assert_eq!(ask(&["--request", "head.tsq"]).code, 0);
    let reply = answer(&authority, &fs::read(folder.path().join("head.tsq")).unwrap());
    fs::write(folder.path().join("head.tsr"), reply).unwrap();
    // The log grows in the meantime.
    archived(folder.path(), "b.html", "乙");
    let kept = ask(&["--reply", "head.tsr"]);
    assert_eq!(kept.code, 0, "{kept:?}");
    assert!(kept.stderr.starts_with("entries 1 to 2 stamped at 20"), "{kept:?}");
    assert!(folder.path().join("store/events/timestamps/2.tsr").is_file());

    // An answer from another store proves nothing here.
    fs::rename(folder.path().join("store"), folder.path().join("other")).unwrap();
    archived(folder.path(), "b.html", "丙");
    let foreign = ask(&["--reply", "head.tsr"]);
    assert_eq!(foreign.code, 1, "{foreign:?}");
    assert!(foreign.stderr.contains("no entry of this store"), "{foreign:?}");
}

#[test]
fn what_is_no_token_is_told_and_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    archived(folder.path(), "a.html", "甲");
    let ask =
        |arguments: &[&str]| run(folder.path(), &[&["timestamp", "--store", "store"], arguments].concat());
    let from = |reply: Vec<u8>| ask(&["--url", &serve(move |_| reply)]);
    let cases = [
        (from(with_status("200 OK", b"<html>")), "not a time-stamp response"),
        (from(with_status("302 Found", b"")), "answered with status 302"),
        (from(with_status("500 Internal Server Error", b"")), "answered with status 500"),
        (from(with_status("200 OK", &vec![0; (1 << 20) + 1])), "larger than 1048576 bytes"),
        (from(Vec::new()), "cannot be asked"),
        (ask(&["--url", "ftp://tsa.example.org/"]), "is no http or https address"),
    ];
    for (ended, told) in cases {
        assert_eq!(ended.code, 1, "{told}: {ended:?}");
        assert!(ended.stderr.contains(told) && ended.stderr.lines().count() == 1, "{told}: {ended:?}");
    }
    assert_eq!(ask(&[]).code, 2);
    assert_eq!(ask(&["--url", "http://a/", "--reply", "b"]).code, 2);
    assert!(!folder.path().join("store/events/timestamps").exists());
}

//! `guidang export`: what goes out of a store comes back as the same Documents, and goes out alike every time.

mod choice;
mod tampered;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use guidang::archive::store::Store;

use crate::support::{Run, files, guidang, page};

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3A\x7E\x9B\x55\0\0\0\x0AIDAT\x78\x9C\x63\
    \x60\0\0\0\x02\0\x01\x48\xAF\xA4\x71\0\0\0\0IEND\xAE\x42\x60\x82";

/// Runs a command at a time of its own.
fn at(folder: &Path, epoch: u64, arguments: &[&str]) -> Run {
    let mut command = guidang(folder);
    Run::from(command.env("SOURCE_DATE_EPOCH", epoch.to_string()).args(arguments).output().unwrap())
}

fn archive(folder: &Path, epoch: u64, store: &str, source: &str) -> Run {
    at(folder, epoch, &["archive", "--no-fsync", "--store", store, source])
}

fn done(run: Run) -> Run {
    assert_eq!(run.code, 0, "{run:?}");
    run
}

/// A page that states its address.
fn addressed(number: usize, paragraph: &str) -> String {
    let link = format!("<link rel=\"canonical\" href=\"https://www.gd.gov.cn/zw/t{number}.html\"></head>");
    page(&format!("关于第{number}号事项的通知"), paragraph).replace("</head>", &link)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A response as a crawler would keep it, compressed, in chunks, in an encoding that only its head names.
fn response(url: &str, date: &str, text: &str) -> Vec<u8> {
    let coded = gzip(&encoding_rs::GBK.encode(&text.replace("<meta charset=\"utf-8\">", "")).0);
    let http = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\nContent-Encoding: gzip\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        coded.len()
    );
    let block = [http.as_bytes(), &coded, b"\r\n0\r\n\r\n"].concat();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n\
         Content-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    gzip(&[head.as_bytes(), &block, b"\r\n\r\n"].concat())
}

/// A store with a page in two versions with picture and attachment, an article of two pages, a page without an address,
/// and a page out of a web archive in two versions.
fn store(folder: &Path) {
    let site = folder.join("site");
    fs::create_dir_all(&site).unwrap();
    let first =
        addressed(1, "甲</p><p><img src=\"a.png\"></p><p>附件：<a href=\"f1.pdf\">1.名单.pdf</a></p><p>");
    let article = addressed(2, "上篇")
        .replace("</body>", "<script>createPageHTML(2, 0, \"t2\", \"html\");</script></body>");
    let rest = addressed(2, "下篇")
        .replace("</body>", "<script>createPageHTML(2, 1, \"t2\", \"html\");</script></body>");
    fs::write(site.join("t1.html"), &first).unwrap();
    fs::write(site.join("a.png"), PNG).unwrap();
    fs::write(site.join("t2.html"), article).unwrap();
    fs::write(site.join("t2_1.html"), rest).unwrap();
    fs::write(site.join("无址.html"), page("关于没有网址的通知", "丙")).unwrap();
    let text = |words| page("关于采集网页的通知", words);
    let url = "http://www.example.gov.cn/a/b.html?x=1&y=2";
    let crawl = [
        response(url, "2020-01-02T03:04:05Z", &text("旧")),
        response(url, "2021-01-02T03:04:05Z", &text("新")),
    ];
    fs::write(site.join("crawl.warc.gz"), crawl.concat()).unwrap();
    done(archive(folder, 1_700_000_000, "store", "site"));
    // The attachment can be had only now, and a word is another.
    fs::write(site.join("f1.pdf"), b"%PDF one").unwrap();
    fs::write(site.join("t1.html"), first.replace('甲', "乙")).unwrap();
    done(archive(folder, 1_700_086_400, "store", "site/t1.html"));
}

/// The Documents of a store by identifier and version. Of versions without a capture of their own only if `all`.
fn documents(store: &Path, all: bool) -> BTreeMap<(String, u32), String> {
    let store = Store::open(store).unwrap();
    let mut found = BTreeMap::new();
    for object in store.objects() {
        let object = object.unwrap();
        let mut sources = Vec::new();
        for version in object.versions() {
            let source = object.files(version.number).unwrap()["source.warc.gz"].sha512.clone();
            if !all && sources.contains(&source) {
                continue;
            }
            sources.push(source);
            let number = u32::try_from(sources.len()).unwrap();
            let json = object.read(version.number, "document.json").unwrap();
            found.insert((object.id().to_string(), number), String::from_utf8(json).unwrap());
        }
    }
    found
}

/// When the records of a store were captured, by object and version.
fn captures(store: &Path) -> BTreeMap<(String, u32), String> {
    let store = Store::open(store).unwrap();
    let mut found = BTreeMap::new();
    for object in store.objects() {
        let object = object.unwrap();
        for version in object.versions() {
            let warc = object.files(version.number).unwrap()["source.warc.gz"].sha512.clone();
            found.insert((object.id().to_string(), version.number), warc);
        }
    }
    found
}

#[test]
fn what_goes_out_comes_back_as_the_same_documents() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(folder);
    // A version that captured nothing: rendered anew only.
    done(at(folder, 1_700_100_000, &["archive", "--no-fsync", "--store", "store", "--rerender"]));
    let before = documents(&folder.join("store"), true);
    assert_eq!(before.len(), 10, "{:?}", before.keys());
    let forms: [(&[&str], &str); 5] = [
        (&["--bagit"], "bag"),
        (&["--layout", "移交"], "移交"),
        (&["--warc"], "out.warc.gz"),
        (&["--warc"], "warcs"),
        (&["--wacz"], "out.wacz"),
    ];
    for (form, destination) in forms {
        let arguments = [&["export", "--undecided", "--store", "store"], form, &[destination]].concat();
        let exported = done(at(folder, 1_700_200_000, &arguments));
        assert!(exported.stderr.starts_with("4 objects, "), "{exported:?}");
        let back = format!("{destination}-store");
        let taken = done(archive(folder, 1_700_300_000, &back, destination));
        let all = !form[0].starts_with("--wa");
        assert_eq!(
            documents(&folder.join(&back), true),
            documents(&folder.join("store"), all),
            "{form:?}: {taken:?}"
        );
        done(at(folder, 1, &["verify", "--store", &back]));
        // Whatever is handed on a second time is there already.
        let log = fs::read(folder.join(&back).join("events/log.jsonl")).unwrap();
        let again = done(archive(folder, 1_700_400_000, &back, destination));
        assert!(again.stderr.contains("0 created, 0 new versions"), "{again:?}");
        assert_eq!(fs::read(folder.join(&back).join("events/log.jsonl")).unwrap(), log, "{form:?}");
        if all {
            // The captured files are the same, byte for byte, with the time of their capture.
            assert_eq!(captures(&folder.join(&back)), captures(&folder.join("store")));
        }
    }
    assert_eq!(documents(&folder.join("store"), true), before);
}

#[test]
fn the_same_store_goes_out_alike_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(folder);
    for (form, one, two) in
        [("--bagit", "bag1", "bag2"), ("--warc", "1.warc.gz", "2.warc.gz"), ("--wacz", "1.wacz", "2.wacz")]
    {
        done(at(folder, 1_700_200_000, &["export", "--store", "store", form, one]));
        done(at(folder, 1_700_200_000, &["export", "--store", "store", form, two]));
        let (one, two) = (folder.join(one), folder.join(two));
        if one.is_file() {
            assert!(fs::read(&one).unwrap() == fs::read(&two).unwrap(), "{form}");
            continue;
        }
        assert_eq!(files(&one), files(&two));
        for name in files(&one) {
            assert!(fs::read(one.join(&name)).unwrap() == fs::read(two.join(&name)).unwrap(), "{name}");
        }
    }
    let log = done(at(folder, 1, &["log", "--store", "store"])).stdout;
    assert_eq!(log.matches("dissemination").count(), 6, "{log}");
    assert!(log.contains("form=wacz  objects=4  sha256="), "{log}");
}

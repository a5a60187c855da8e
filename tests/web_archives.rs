//! A page out of a web archive is the same document as the page from a file.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::support::{files, page, root, run};

/// A response as one gzip member, its body chunked and compressed as a server would send it.
fn response(url: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let coded = gzip(body);
    let http = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Encoding: gzip\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        coded.len()
    );
    let block = [http.as_bytes(), &coded, b"\r\n0\r\n\r\n"].concat();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n\
         Content-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    gzip(&[head.as_bytes(), &block, b"\r\n\r\n"].concat())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The Document without what differs by nature: the name of the file and the time of capture.
fn document(path: &Path) -> Option<Value> {
    let mut value: Value = serde_json::from_slice(&fs::read(path).ok()?).unwrap();
    let provenance = value.get_mut("provenance").and_then(Value::as_object_mut).unwrap();
    provenance.remove("captured");
    provenance.remove("file");
    Some(value)
}

#[test]
fn every_fixture_gives_the_same_document_out_of_a_web_archive() {
    let folder = tempfile::tempdir().unwrap();
    let mut warc = Vec::new();
    let mut names = Vec::new();
    for name in fs::read_dir(root().join("tests/fixtures")).unwrap() {
        let name = name.unwrap().file_name().into_string().unwrap();
        let Ok(bytes) = fs::read(root().join("tests/fixtures").join(&name).join("page.html")) else {
            continue;
        };
        fs::write(folder.path().join(format!("{name}.html")), &bytes).unwrap();
        let url = format!("https://www.example.gov.cn/zw/{name}.html");
        warc.extend(response(&url, "text/html", &bytes));
        run(folder.path(), &[&format!("{name}.html"), "-f", "json", "-o", "files", "--base-url", &url]);
        names.push(name);
    }
    fs::write(folder.path().join("site.warc.gz"), &warc).unwrap();
    let converted = run(folder.path(), &["site.warc.gz", "-f", "json", "-o", "archive"]);
    assert!(names.len() > 20, "{names:?}");
    let summary = format!("site.warc.gz: {} pages\n", names.len());
    assert!(converted.stderr.starts_with(&summary), "{converted:?}");
    let mut same = 0;
    for name in names {
        let from_file = document(&folder.path().join("files").join(format!("{name}.json")));
        let place = format!("archive/site/www.example.gov.cn/zw/{name}.json");
        assert_eq!(document(&folder.path().join(place)), from_file, "{name}");
        same += usize::from(from_file.is_some());
    }
    assert!(same > 15, "{same} documents");
}

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3A\x7E\x9B\x55\0\0\0\x0AIDAT\x78\x9C\x63\
    \x60\0\0\0\x02\0\x01\x48\xAF\xA4\x71\0\0\0\0IEND\xAE\x42\x60\x82";

#[test]
fn pictures_come_out_of_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        page("关于图片的通知", "内容").replace("</p></div>", "</p><p><img src=\"../img/a.png\"></p></div>");
    let warc = [
        response("http://a.gov.cn/zw/1.html", "text/html", text.as_bytes()),
        response("http://a.gov.cn/img/a.png", "image/png", PNG),
    ];
    fs::write(folder.path().join("a.warc.gz"), warc.concat()).unwrap();
    let mhtml = format!(
        "Content-Type: multipart/related; boundary=\"b\"\r\nSnapshot-Content-Location: http://a.gov.cn/zw/1.html\r\n\r\n\
         --b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: binary\r\n\r\n{text}\r\n\
         --b\r\nContent-Type: image/png\r\nContent-Location: http://a.gov.cn/img/a.png\r\n\
         Content-Transfer-Encoding: binary\r\n\r\n"
    );
    fs::write(folder.path().join("b.mhtml"), [mhtml.as_bytes(), PNG, b"\r\n--b--\r\n"].concat()).unwrap();
    let converted = run(folder.path(), &[".", "-f", "json,pdf", "-o", "out"]);
    let converted = if converted.code == 0 { converted } else { panic!("{converted:?}") };
    assert!(converted.stderr.contains("1 not HTML"), "{converted:?}");
    let out = folder.path().join("out");
    let from_warc = document(&out.join("a/a.gov.cn/zw/1.json")).unwrap();
    let from_mhtml = document(&out.join("b.json")).unwrap();
    assert_eq!(from_warc["body"], from_mhtml["body"]);
    assert_eq!(from_warc["assets"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(from_warc["assets"], from_mhtml["assets"]);
}

#[test]
fn captures_are_chosen_listed_and_damage_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let good = |name: &str| {
        response(
            &format!("http://a.gov.cn/{name}.html"),
            "text/html",
            page("关于网页的通知", name).as_bytes(),
        )
    };
    let mut damaged = good("x");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xFF;
    fs::write(folder.path().join("a.warc.gz"), [good("1"), damaged, good("2"), good("3")].concat()).unwrap();
    let all = run(folder.path(), &["a.warc.gz", "-f", "txt"]);
    assert_eq!(all.code, 3, "{all:?}");
    assert!(
        all.stderr.contains("passed over at byte") && all.stderr.contains("3 converted, 1 failed"),
        "{all:?}"
    );
    let written = files(&folder.path().join("output"));
    assert_eq!(written, ["a/a.gov.cn/1.txt", "a/a.gov.cn/2.txt", "a/a.gov.cn/3.txt"]);

    let some = run(folder.path(), &["a.warc.gz", "-f", "txt", "-o", "some", "--url-filter", "*/[23].html"]);
    assert_eq!(files(&folder.path().join("some")).len(), 2, "{some:?}");
    let none = run(folder.path(), &["a.warc.gz", "-f", "txt", "-o", "none", "--to", "2023"]);
    assert!(none.code == 1 && files(&folder.path().join("none")).is_empty(), "{none:?}");
    assert_eq!(run(folder.path(), &["a.warc.gz", "--from", "soon"]).code, 2);
    fs::write(folder.path().join("p.html"), page("关于网页的通知", "x")).unwrap();
    let plain = run(folder.path(), &["p.html", "--from", "2024"]);
    assert!(plain.code == 1 && plain.stderr.contains("choose within web archives"), "{plain:?}");

    let listed = run(folder.path(), &["inspect", "a.warc.gz"]);
    assert!(
        listed.code == 3 && listed.stdout.contains("→ 2024-05-06T07:08:09Z  http://a.gov.cn/2.html"),
        "{listed:?}"
    );
    fs::write(folder.path().join("b.warc.gz"), good("1")).unwrap();
    let one = run(folder.path(), &["inspect", "b.warc.gz", "--json"]);
    assert!(one.code == 0 && one.stdout.contains("\"given\""), "{one:?}");
}

#[test]
fn a_page_that_is_not_what_its_record_says_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let record = |name: &str, field: &str, text: &str| {
        let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{text}");
        format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.gov.cn/{name}.html\r\n\
             WARC-Date: 2024-05-06T07:08:09Z\r\nContent-Type: application/http; msgtype=response\r\n{field}\
             Content-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    };
    let text = page("关于网页的通知", "自2024年1月1日起施行。");
    let digest = format!("WARC-Payload-Digest: sha256:{}\r\n", guidang::document::sha256(text.as_bytes()));
    let altered = text.replace("2024", "2021");
    let warc = [record("1", &digest, &text), record("2", &digest, &altered), record("3", &digest, &text)];
    fs::write(folder.path().join("a.warc"), warc.concat()).unwrap();
    let run = run(folder.path(), &["a.warc", "-f", "txt", "-o", "out", "--report", "report"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(files(&folder.path().join("out")), ["a/a.gov.cn/1.txt", "a/a.gov.cn/3.txt"]);
    assert!(run.stderr.contains("WARC-Payload-Digest"), "{run:?}");
    assert!(fs::read_to_string(folder.path().join("report")).unwrap().contains("\"warc-digest\""), "{run:?}");
}

#[test]
fn a_page_saved_by_singlefile_tells_its_address_unless_more_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let comment = "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://a.gov.cn/zw/1.html \n \
        saved date: Mon May 06 2024 15:08:09 GMT+0800 (China Standard Time)\n-->";
    let text = page("关于网页的通知", "内容")
        .replace("<!DOCTYPE html><html>", comment)
        .replace("<p>", "<template shadowrootmode=open><p>影子</p></template><p>")
        .replace("<h1>", "<div class=sf-hidden></div><h1>");
    fs::write(folder.path().join("a.html"), &text).unwrap();
    fs::write(folder.path().join("b.html"), page("关于网页的通知", "内容")).unwrap();
    run(folder.path(), &["a.html", "b.html", "-f", "json"]);
    let document: Value =
        serde_json::from_slice(&fs::read(folder.path().join("output/a.json")).unwrap()).unwrap();
    assert_eq!(document["metadata"]["url"]["value"], "https://a.gov.cn/zw/1.html");
    assert_eq!(document["metadata"]["url"]["origin"], "link:singlefile");
    assert_eq!(document["provenance"]["captured"], "2024-05-06T07:08:09Z");
    let plain: Value =
        serde_json::from_slice(&fs::read(folder.path().join("output/b.json")).unwrap()).unwrap();
    assert_eq!(document["body"], plain["body"]);
    run(folder.path(), &["a.html", "-f", "json", "--base-url", "https://b.gov.cn/2.html"]);
    let given: Value =
        serde_json::from_slice(&fs::read(folder.path().join("output/a.json")).unwrap()).unwrap();
    assert_eq!(given["metadata"]["url"]["value"], "https://b.gov.cn/2.html");
}

#[test]
fn hostile_archives_cost_themselves_only_and_write_nothing_outside() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let good = |name: &str| {
        let url = format!("http://a.gov.cn/{name}.html");
        response(&url, "text/html", page("关于网页的通知", name).as_bytes())
    };
    // A zip whose names lead out, with a bomb.
    let mut zip = zip::ZipWriter::new(fs::File::create(input.join("a.wacz")).unwrap());
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let deflated = stored.compression_method(zip::CompressionMethod::Deflated);
    for (name, options, bytes) in [
        ("archive/../../../evil.warc.gz", stored, good("evil")),
        ("archive/bomb.warc", deflated, vec![b'x'; 80 << 20]),
        ("archive/good.warc.gz", stored, good("wacz")),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap();
    // Records that lie about their length, compressed and not, and one that unpacks to a gigabyte.
    let lying = |length: &str| {
        let head = "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://a.gov.cn/lie.html\r\n\
            WARC-Date: 2024-05-06T07:08:09Z\r\nContent-Type: text/html\r\n";
        format!("{head}Content-Length: {length}\r\n\r\n<html>short</html>\r\n\r\n").into_bytes()
    };
    let bomb = [
        b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://a.gov.cn/bomb.html\r\nWARC-Date: \
          2024-05-06T07:08:09Z\r\nContent-Type: text/html\r\nContent-Length: 1073741824\r\n\r\n"
            .to_vec(),
        vec![b' '; 1 << 30],
        b"\r\n\r\n".to_vec(),
    ]
    .concat();
    let warc = [
        good("1"),
        gzip(&lying("999999999999")),
        gzip(&lying("3")),
        good("2"),
        gzip(&bomb),
        good("../../../../evil"),
        good("3"),
    ];
    drop(bomb);
    fs::write(input.join("b.warc.gz"), warc.concat()).unwrap();
    // MHTML that names a boundary which never comes, and one that names none.
    let mhtml = "Content-Type: multipart/related; boundary=\"x\"\r\n\r\n--y\r\nContent-Type: text/html\r\n\r\n<p>\r\n";
    fs::write(input.join("c.mhtml"), mhtml).unwrap();
    fs::write(input.join("d.mht"), mhtml.replace("; boundary=\"x\"", "")).unwrap();

    let run = run(folder.path(), &["in", "-f", "txt", "-o", "out", "--report", "report.jsonl"]);
    assert_eq!(run.code, 3, "{run:?}");
    let written = files(&folder.path().join("out"));
    let expected = [
        "a/a.gov.cn/wacz.txt",
        "b/a.gov.cn/1.txt",
        "b/a.gov.cn/2.txt",
        "b/a.gov.cn/3.txt",
        "b/a.gov.cn/evil.txt",
    ];
    assert_eq!(written, expected, "{run:?}");
    let beside: Vec<String> = files(folder.path()).into_iter().filter(|path| !path.contains('/')).collect();
    assert_eq!(beside, ["report.jsonl"]);
    for told in [
        "evil.warc.gz: its name leads astray",
        "bomb.warc: it unpacks to more than",
        "does not end where",
        "is larger than 32MiB",
        "c.mhtml",
        "d.mht",
    ] {
        let lines =
            run.stderr.lines().filter(|line| line.starts_with("error: ") && line.contains(told)).count();
        assert!(lines >= 1, "{told}: {run:?}");
    }
}

//! `convert`, `inspect` and `archive` with addresses, as a user would type them.

use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::support::site::{Reply, Site, article};
use crate::support::{Run, files, guidang, run};

/// A small grey picture.
const PIXEL: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x08\x00\x00\x00\x08\x08\x00\x00\x00\x00\xe1d\xe1W\x00\x00\x00\x0eIDATx\x9cch\x80\x02\x06\xca\x18\x00\x80\x84 \x01\x0d\x80$a\x00\x00\x00\x00IEND\xaeB`\x82";

/// With what lets a site on loopback be reached at once.
fn with_web<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &["--allow-net", "127.0.0.0/8", "--delay", "0"]].concat()
}

fn page_of(title: &str, body: &str) -> String {
    article(title, "2024-05-06", &["各地区、各部门要提高认识，落实责任。"])
        .replace("<div class=\"TRS_Editor\">", &format!("<div class=\"TRS_Editor\">{body}"))
}

/// Files `address` in `archive/` at a time of its own.
fn archive_at(folder: &Path, address: &str, time: &str) -> Run {
    let arguments = with_web(&["archive", "--store", "archive", address]);
    // A proxy of the environment is not heeded: nothing is there.
    let mut command = guidang(folder);
    command.args(arguments).env("SOURCE_DATE_EPOCH", time).env("http_proxy", "http://127.0.0.1:9");
    Run::from(command.env("ALL_PROXY", "http://127.0.0.1:9").output().unwrap())
}

fn events(folder: &Path) -> Vec<Value> {
    let log = fs::read_to_string(folder.join("archive/events/log.jsonl")).unwrap();
    log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].clone()).collect()
}

fn unpacked(path: &Path) -> String {
    let mut text = Vec::new();
    MultiGzDecoder::new(fs::read(path).unwrap().as_slice()).read_to_end(&mut text).unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

/// The file of this name below `folder`, in the newest version that has one.
fn kept(folder: &Path, name: &str) -> String {
    files(folder).into_iter().rfind(|file| file.ends_with(name)).unwrap()
}

#[test]
fn a_page_is_converted_by_its_address_with_its_pictures() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    site.page(
        "/zw/post_1.html",
        &page_of("关于测试的通知", "<p>　　如图所示。</p><p><img src=\"../img/1.png\"></p>"),
    );
    site.put("/img/1.png", Reply::new("image/png", PIXEL));
    site.put("/gbk.html", Reply::gbk(&page_of("关于编码的通知", "")));
    let (page, gbk) = (site.url("/zw/post_1.html"), site.url("/gbk.html"));
    let run = run(folder.path(), &with_web(&["convert", &page, &gbk, "-f", "txt,json", "-o", "out"]));
    assert_eq!((run.code, run.stderr.as_str()), (0, "2 converted, 0 failed\n"));
    let host = format!("127.0.0.1_{}", site.port());
    let found = files(&folder.path().join("out"));
    assert_eq!(found.len(), 4, "{found:?}");
    let json = found.iter().find(|file| file.ends_with("post_1.json")).unwrap();
    assert!(json.starts_with("127.0.0.1"), "{json} {host}");
    let document: Value =
        serde_json::from_slice(&fs::read(folder.path().join("out").join(json)).unwrap()).unwrap();
    assert_eq!(document["assets"].as_object().unwrap().len(), 1);
    assert_eq!(document["metadata"]["url"]["value"], page.as_str());
    let text = found.iter().find(|file| file.ends_with("gbk.txt")).unwrap();
    assert!(fs::read_to_string(folder.path().join("out").join(text)).unwrap().contains("关于编码的通知"));
    assert_eq!(site.count("/img/1.png"), 1);
    let referrer =
        site.requests().iter().find(|request| request.path == "/img/1.png").unwrap().fields["referer"]
            .clone();
    assert_eq!(referrer, page);
}

#[test]
fn what_cannot_be_fetched_fails_by_name_in_both_languages() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    site.put("/412", Reply::challenge(412));
    site.put("/file.zip", Reply::new("application/zip", "PK"));
    for (path, code, english, chinese) in [
        ("/none", "gone", "the page is gone (status 404)", "网页已不存在（状态 404）"),
        ("/412", "challenge", "a script challenge", "脚本验证页"),
        ("/file.zip", "no-page", "not a page but application/zip", "不是网页"),
    ] {
        let url = site.url(path);
        let run_in = |language: &str| {
            run(
                folder.path(),
                &with_web(&["convert", &url, "--report", "-", "--lang", language, "--retries", "0"]),
            )
        };
        let (one, other) = (run_in("en"), run_in("zh"));
        assert_eq!(one.code, 1);
        assert!(one.stderr.contains(english), "{}", one.stderr);
        assert!(other.stderr.contains(chinese), "{}", other.stderr);
        let line: Value = serde_json::from_str(&one.stdout).unwrap();
        assert_eq!(line["error"]["code"], code);
        assert_eq!(line["error"]["stage"], "acquire");
    }
    let closed = run(folder.path(), &["convert", &site.url("/none")]);
    assert!(closed.stderr.contains("127.0.0.1 is no public address (--allow-net)"), "{}", closed.stderr);
    let malformed = run(folder.path(), &["convert", "http://[::1/"]);
    assert!(malformed.stderr.contains("is no http or https address"), "{}", malformed.stderr);
    assert!(!folder.path().join("output").exists() || files(&folder.path().join("output")).is_empty());
}

#[test]
fn inspect_shows_the_way_of_a_page() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    site.put("/a", Reply::redirect(301, "/b"));
    site.put("/b", Reply::redirect(302, "/c.html"));
    site.page("/c.html", &page_of("关于测试的通知", ""));
    let shown = run(folder.path(), &with_web(&["inspect", &site.url("/a")]));
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(
        shown.stdout.starts_with(&format!(
            "Fetched\n    {}\n    → {}\n    → {}\n",
            site.url("/a"),
            site.url("/b"),
            site.url("/c.html")
        )),
        "{}",
        shown.stdout
    );
    let json = run(folder.path(), &with_web(&["inspect", "--json", &site.url("/a")]));
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["fetched"]["url"], site.url("/c.html"));
    assert!(json["fetched"]["robots"].as_str().unwrap().starts_with("obey ("));
}

#[test]
fn an_archived_page_keeps_what_the_server_sent_and_the_way_to_it() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    site.put("/old", Reply::redirect(301, "/mid"));
    site.put("/mid", Reply::redirect(301, "/zw/t1.html"));
    let body = "<p><img src=\"/i.png\"></p><p>附件：<a href=\"./P0201.pdf\">统计表.pdf</a></p>";
    site.put(
        "/zw/t1.html",
        Reply::html(&page_of("关于测试的通知", body))
            .field("X-Served-By", "节点\u{1}".trim_end_matches('\u{1}'))
            .gzip()
            .tagged(),
    );
    site.put("/i.png", Reply::new("image/png", PIXEL));
    site.put("/zw/P0201.pdf", Reply::new("application/pdf", "%PDF-1.4 words"));
    let run = archive_at(folder.path(), &site.url("/old"), "1796000000");
    assert_eq!(
        (run.code, run.stderr.lines().next_back()),
        (0, Some("1 created, 0 new versions, 0 unchanged, 0 failed")),
        "{}",
        run.stderr
    );
    let objects = folder.path().join("archive/objects");
    let metadata: Value =
        serde_json::from_slice(&fs::read(objects.join(kept(&objects, "metadata.json"))).unwrap()).unwrap();
    assert_eq!(metadata["object"], site.url("/zw/t1.html"));
    let capture = &metadata["capture"];
    assert_eq!(capture["requested_url"], site.url("/old"));
    assert_eq!(capture["redirects"][0], site.url("/mid"));
    assert_eq!(capture["final_url"], site.url("/zw/t1.html"));
    assert_eq!(capture["status"], 200);
    assert_eq!(capture["captured"], "2026-11-30T00:53:20Z");
    assert!(metadata["attachments"][0]["path"].is_string(), "{metadata:#}");
    let warc = unpacked(&objects.join(kept(&objects, "source.warc.gz")));
    assert!(warc.contains(&format!("robots: obey ({}, status 404)\r\n", site.url("/robots.txt"))), "{warc}");
    assert!(warc.contains("WARC-Type: response\r\n") && warc.contains("HTTP/1.1 200 OK\r\n"));
    assert!(warc.contains("关于测试的通知") && warc.contains("%PDF-1.4 words"));
}

#[test]
fn a_page_that_has_not_changed_is_a_revisit_and_no_version() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    let url = site.url("/zw/t1.html");
    site.page("/zw/t1.html", &page_of("关于测试的通知", ""));
    assert_eq!(archive_at(folder.path(), &url, "1796000000").code, 0);
    for (time, revisits) in [("1796086400", 1), ("1796172800", 2), ("1796172800", 2)] {
        let run = archive_at(folder.path(), &url, time);
        assert_eq!(
            (run.code, run.stderr.as_str()),
            (0, "0 created, 0 new versions, 1 unchanged, 0 failed\n")
        );
        let kept: usize = files(&folder.path().join("archive/revisits"))
            .iter()
            .map(|file| {
                unpacked(&folder.path().join("archive/revisits").join(file))
                    .matches("WARC-Type: revisit")
                    .count()
            })
            .sum();
        assert_eq!(kept, revisits);
    }
    let last = events(folder.path()).pop().unwrap();
    assert_eq!((last["kind"].as_str(), last["version"].as_u64()), (Some("capture"), Some(1)));
    assert_eq!(last["detail"]["revisit"], "2026-12.warc.gz");
    let text = unpacked(&folder.path().join("archive/revisits/2026-12.warc.gz"));
    assert!(
        text.contains(&format!("WARC-Refers-To-Target-URI: {url}\r\n"))
            && text.contains("WARC-Refers-To-Date: 2026-11-30T00:53:20Z\r\n"),
        "{text}"
    );
    assert!(text.contains("HTTP/1.1 304 Not Modified\r\n"));
    let requests = site.requests();
    assert!(requests.last().unwrap().fields.contains_key("if-none-match"));

    // Changed, it is a version; and the store is sound, to the last byte of the revisits.
    site.page("/zw/t1.html", &page_of("关于测试的通知", "<p>　　增加一段。</p>"));
    let changed = archive_at(folder.path(), &url, "1796259200");
    assert_eq!(changed.stderr, "0 created, 1 new versions, 0 unchanged, 0 failed\n");
    let verify = |folder: &Path| run(folder, &["verify", "--store", "archive"]);
    let sound = verify(folder.path());
    assert_eq!(sound.code, 0, "{}{}", sound.stdout, sound.stderr);
    let path = folder.path().join("archive/revisits/2026-12.warc.gz");
    let bytes = fs::read(&path).unwrap();
    for at in [4, 9, bytes.len() / 2, bytes.len() - 1] {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        fs::write(&path, flipped).unwrap();
        let run = verify(folder.path());
        assert_eq!(run.code, 1, "byte {at}");
        assert!(
            run.stdout.contains("revisits/2026-12.warc.gz")
                || run.stderr.contains("revisits/2026-12.warc.gz")
        );
    }
    fs::write(folder.path().join("archive/revisits/stray"), "x").unwrap();
    fs::write(&path, bytes).unwrap();
    assert_eq!(verify(folder.path()).code, 1);
}

#[test]
fn a_page_that_only_its_counter_changed_is_no_version() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    let url = site.url("/t1.html");
    for (hits, expected) in [(7, "1 created, 0 new"), (8, "0 created, 0 new"), (9, "0 created, 0 new")] {
        site.put(
            "/t1.html",
            Reply::html(
                &page_of("关于测试的通知", "")
                    .replace("</h1>", &format!("</h1><div class=\"info\">浏览次数：{hits}</div>")),
            ),
        );
        let run = archive_at(folder.path(), &url, &format!("17960000{hits:02}"));
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    assert!(!folder.path().join("archive/revisits").exists());
}

#[test]
fn what_was_missing_is_asked_for_again_and_what_fails_for_now_loses_nothing() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    let url = site.url("/t1.html");
    site.page("/t1.html", &page_of("关于测试的通知", "<p><img src=\"/i.png\"></p>"));
    assert_eq!(archive_at(folder.path(), &url, "1796000000").code, 0);
    // The picture is there at last. A conditional request would never have found out.
    site.put("/i.png", Reply::new("image/png", PIXEL));
    let run = archive_at(folder.path(), &url, "1796000100");
    assert_eq!(run.stderr, "0 created, 1 new versions, 0 unchanged, 0 failed\n");
    // And is gone again, while the page came anew: nothing is lost for it.
    site.put("/t1.html", Reply::html(&page_of("关于测试的通知", "<p><img src=\"/i.png\"></p>")));
    site.put("/i.png", Reply::html("").status(404));
    let run = archive_at(folder.path(), &url, "1796000200");
    assert!(run.stderr.contains("0 created, 0 new versions, 1 unchanged"), "{}", run.stderr);
}

#[test]
fn an_article_of_several_pages_is_followed_to_its_end_or_fails_for_now() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    let url = site.url("/zw/t1.html");
    let part = |number: usize, next: &str| {
        article("关于分页的通知", "2024-05-06", &[&format!("第{number}页的文字，各单位要逐条对照落实。")])
            .replace("</body>", &format!("<div class=\"page\">{next}</div></body>"))
    };
    site.page("/zw/t1.html", &part(1, "<a href=\"./t1_1.html\">下一页</a>"));
    site.page("/zw/t1_1.html", &part(2, "<a href=\"./t1_2.html\">下一页</a>"));
    site.page("/zw/t1_2.html", &part(3, ""));
    assert_eq!(archive_at(folder.path(), &url, "1796000000").code, 0);
    let objects = folder.path().join("archive/objects");
    let text = fs::read_to_string(objects.join(kept(&objects, "document.txt"))).unwrap();
    for number in 1..=3 {
        assert!(text.contains(&format!("第{number}页的文字")), "{text}");
    }
    let warc = unpacked(&objects.join(kept(&objects, "source.warc.gz")));
    assert_eq!(warc.matches("WARC-Type: response").count(), 3);
    // The last page fails for now: the article has not lost it.
    site.put("/zw/t1_2.html", Reply::html("").status(500));
    let mut arguments = with_web(&["archive", "--store", "archive", &url, "--retries", "0"]);
    arguments.extend(["--report", "-"]);
    let failed = run(folder.path(), &arguments);
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    assert!(failed.stdout.contains("\"server-error\""), "{}", failed.stdout);
    site.page("/zw/t1_2.html", &part(3, ""));
    let again = archive_at(folder.path(), &url, "1796000300");
    assert_eq!(again.stderr, "0 created, 0 new versions, 1 unchanged, 0 failed\n");
}

#[test]
fn a_page_that_is_gone_or_guarded_leaves_its_mark_in_the_log() {
    let site = Site::start();
    let folder = tempfile::tempdir().unwrap();
    let url = site.url("/t1.html");
    site.page("/t1.html", &page_of("关于测试的通知", ""));
    assert_eq!(archive_at(folder.path(), &url, "1796000000").code, 0);
    site.put("/t1.html", Reply::challenge(521));
    let run = archive_at(folder.path(), &url, "1796000100");
    assert_eq!(
        run.stderr.lines().next_back(),
        Some("0 created, 0 new versions, 0 unchanged, 0 failed, 1 refused")
    );
    site.remove("/t1.html");
    archive_at(folder.path(), &url, "1796000200");
    let kinds: Vec<(String, String)> = events(folder.path())
        .iter()
        .map(|event| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (text(&event["kind"]), text(&event["detail"]["reason"]))
        })
        .collect();
    let expected = [("creation", ""), ("ingestion", ""), ("refusal", "challenge"), ("disappearance", "gone")];
    assert_eq!(kinds, expected.map(|(kind, reason)| (kind.to_owned(), reason.to_owned())));
    assert!(events(folder.path()).last().unwrap()["object"] == url.as_str());
}

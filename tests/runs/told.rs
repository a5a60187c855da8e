//! What a run tells although it went well: what is missing from pages, lines that are no addresses, mistakes in settings.

use std::fs;

use super::{DAY, Scene, count};
use crate::support::site::{Column, Reply, article};
use crate::support::{Run, guidang};

#[test]
fn a_picture_and_an_attachment_that_are_missing_are_told() {
    let scene = Scene::new();
    Column::of("/tz/", 1).publish(&scene.site);
    let files = "甲。</p><p><img src=\"/tz/chart.png\"></p><p>附件：<a href=\"/tz/list.pdf\">名单.pdf</a>";
    scene.site.page("/tz/post_1.html", &article("关于甲事项的通知", "2024-01-02", &[files]));
    for name in ["/tz/chart.png", "/tz/list.pdf"] {
        scene.site.put(name, Reply::html("").status(503));
    }
    let run = scene.run(0, &["--log-format", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let lines = run.stderr.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let page = lines.into_iter().find(|line| line["event"] == "page").unwrap();
    assert_eq!(page["level"], "warning", "{page}");
    let codes = page["diagnostics"].as_array().unwrap();
    assert!(
        codes.contains(&"asset-missing".into()) && codes.contains(&"attachment-missing".into()),
        "{page}"
    );

    scene.site.page("/tz/post_1.html", &article("关于甲事项的通知（修订）", "2024-01-02", &[files]));
    let run = scene.run(DAY, &["--lang", "zh"]);
    let told = run.stderr.lines().find(|line| line.contains("post_1.html")).unwrap_or_default();
    assert!(
        told.starts_with("警告：[通知] ") && told.contains("图片缺失：") && told.contains("附件缺失："),
        "{run:?}"
    );
}

#[test]
fn lines_that_are_no_addresses_are_told_by_number() {
    let scene = Scene::new();
    scene.jobs("", "sources = [{ urls = \"addresses.txt\" }]");
    let page = article("关于甲事项的通知", "2024-01-02", &["甲。"]);
    scene.site.page("/a.html", &page);
    let good = scene.site.url("/a.html");
    let text = format!("{good}  # 说明\n废话\nwww.yunshan.example/x.html\n云山通知 {good}\n");
    fs::write(scene.path().join("addresses.txt"), text).unwrap();
    let run = scene.run(0, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("1 new"), "{run:?}");
    assert!(run.stderr.contains("in line 2, 3, 4"), "{run:?}");
    assert!(scene.report().contains(">关于甲事项的通知</a>"), "by the title of what is archived");
}

#[test]
fn a_column_that_shows_its_last_page_for_ever_is_left() {
    let scene = Scene::new();
    let list = |next: u32| {
        let articles = "<li><a href=\"/tz/post_1.html\">关于甲事项的通知</a><span>2024-01-02</span></li>\
                        <li><a href=\"/tz/post_2.html\">关于乙事项的通知</a><span>2024-01-02</span></li>";
        format!("<html><body><ul>{articles}</ul><a href=\"/tz/?page={next}\">下一页</a></body></html>")
    };
    scene.site.page("/tz/", &list(2));
    for page in 2..20 {
        scene.site.page(&format!("/tz/?page={page}"), &list(page + 1));
    }
    for number in 1..=2 {
        let page = article(&format!("关于第{number}号事项的通知"), "2024-01-02", &["甲。"]);
        scene.site.page(&format!("/tz/post_{number}.html"), &page);
    }
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, count(&result, "created")), (0, 2), "{result}");
    let lists = scene.site.requests().iter().filter(|request| request.path.starts_with("/tz/?page=")).count();
    assert_eq!(lists, 1, "the second page brings nothing new");
}

#[test]
fn a_dry_run_keeps_the_limit() {
    let scene = Scene::new();
    Column::of("/tz/", 4).publish(&scene.site);
    assert_eq!(scene.run(0, &[]).code, 0);
    let run = scene.run(DAY, &["--dry-run", "--limit", "2"]);
    assert_eq!(run.stdout.matches("last looked at").count(), 2, "{run:?}");
    assert!(run.stdout.contains("known pages that are due: 4; 2 of them in this run"), "{run:?}");
}

#[test]
fn the_check_looks_into_the_files_that_are_named() {
    let scene = Scene::new();
    let check = || Run::from(guidang(scene.path()).args(["jobs", "check"]).output().unwrap());
    let write = |roots: &str| {
        scene.jobs(
            "",
            &format!(
                "sources = [{{ url = \"{}\" }}]\nweb = {{ extra-roots = \"{roots}\" }}",
                scene.site.url("/")
            ),
        );
    };
    write("missing.pem");
    let run = check();
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("jobs.toml:15:23: job[1].web.extra-roots: there is no "), "{run:?}");
    fs::write(scene.path().join("empty.pem"), "nothing\n").unwrap();
    write("empty.pem");
    let run = check();
    assert!(run.code == 2 && run.stderr.contains("holds no certificate"), "{run:?}");
    // By an absolute path, which only leads into the folder once it is known where that is.
    let inbox = scene.path().canonicalize().unwrap().join("store/inbox");
    scene.jobs("", &format!("sources = [{{ folder = \"{}\" }}]", inbox.display()));
    let run = check();
    assert!(run.code == 2 && run.stderr.contains("jobs.toml:1:9: store: "), "{run:?}");
}

//! Ten runs in a row over a column that lives: no duplicate, no lost page, exact versions.

use std::collections::BTreeMap;

use super::{DAY, Scene, count};
use crate::support::site::{Column, Reply, article};

/// The article `number` of the column, with a paragraph of its own.
fn page(number: usize, text: &str) -> String {
    article(&format!("关于第{number}号事项的通知"), "2024-01-02", &[text])
}

#[test]
fn a_column_that_lives_is_followed_exactly() {
    let scene = Scene::new();
    let mut column = Column::of("/tz/", 25);
    column.publish(&scene.site);
    let site = &scene.site;
    let path = |number: usize| format!("/tz/post_{number}.html");
    let mut expected: BTreeMap<String, u64> =
        (1..=25).map(|number| (format!("post_{number}.html"), 1)).collect();
    let mut told = Vec::new();
    for day in 0..10 {
        match day {
            // A new article.
            2 => {
                column.articles.insert(
                    0,
                    ("post_26.html".to_owned(), "关于第26号事项的通知".to_owned(), "2026-11-25".to_owned()),
                );
                column.publish_lists(site);
                site.page(&path(26), &page(26, "新发的通知。"));
                expected.insert("post_26.html".to_owned(), 1);
            }
            // An article says something else.
            4 => {
                site.page(&path(5), &page(5, "一、自2027年1月1日起施行。"));
                expected.insert("post_5.html".to_owned(), 2);
            }
            // Only a counter has moved.
            5 => {
                let visits = "<div class=\"visits\">浏览次数：42</div><h1>";
                site.page(&path(5), &page(5, "一、自2027年1月1日起施行。").replace("<h1>", visits));
            }
            // An article is taken away, and comes back as it was.
            6 => site.remove(&path(7)),
            8 => site.page(
                &path(7),
                &article("关于第7号事项的通知", "2024-01-08", &["现将关于第7号事项的通知印发给你们。"]),
            ),
            _ => {}
        }
        site.forget();
        let (code, result) = scene.result(day * DAY, &[]);
        assert_eq!(code, 0, "day {day}: {result}");
        assert_eq!(scene.versions(), expected, "day {day}");
        let lists = (0..column.articles.len().div_ceil(20))
            .map(|list| if list == 0 { "/tz/".to_owned() } else { format!("/tz/index_{list}.html") });
        for list in lists {
            assert_eq!(site.count(&list), 1, "day {day}: {list}");
        }
        assert!(
            (1..=26).all(|number| site.count(&path(number)) <= 1),
            "day {day}: a page was asked for more than once"
        );
        told.push(["created", "changed", "unchanged", "gone", "failed"].map(|name| count(&result, name)));
    }
    assert_eq!(told[0], [25, 0, 0, 0, 0]);
    assert_eq!(told[1], [0, 0, 25, 0, 0]);
    assert_eq!(told[2], [1, 0, 25, 0, 0]);
    assert_eq!(told[4], [0, 1, 25, 0, 0]);
    assert_eq!(told[5], [0, 0, 26, 0, 0]);
    assert_eq!(told[6], [0, 0, 25, 1, 0]);
    assert_eq!(told[8], [0, 0, 26, 0, 0]);
    let gone = scene.log().iter().filter(|entry| entry["event"]["kind"] == "disappearance").count();
    assert!(gone >= 1, "the archive does not tell that a page was gone");
    let verified = crate::support::run(scene.path(), &["verify", "--store", "store"]);
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[test]
fn a_ledger_that_is_lost_costs_requests_and_no_versions() {
    let scene = Scene::new();
    Column::of("/tz/", 6).publish(&scene.site);
    assert_eq!(scene.result(0, &[]).0, 0);
    let before = scene.versions();
    for name in ["ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm"] {
        let _ = std::fs::remove_file(scene.store().join(name));
    }
    let (code, result) = scene.result(DAY, &[]);
    assert_eq!((code, count(&result, "new"), count(&result, "unchanged")), (0, 6, 6), "{result}");
    assert_eq!(scene.versions(), before);
}

#[test]
fn a_job_runs_when_it_is_due_and_not_before() {
    let scene = Scene::new();
    Column::of("/tz/", 2).publish(&scene.site);
    let (_, first) = scene.result(0, &[]);
    assert_eq!(first["jobs"][0]["outcome"], "done");
    scene.site.forget();
    let (code, early) = scene.result(600, &[]);
    assert_eq!((code, early["jobs"].as_array().map(Vec::len)), (0, Some(0)), "{early}");
    assert!(scene.site.requests().is_empty());
    assert!(early["next"].as_str().is_some_and(|next| next.starts_with("2026-11-24T05:00:00")), "{early}");
    let (_, asked) = scene.result(660, &["--job", "通知"]);
    assert_eq!(asked["jobs"][0]["job"], "通知");
    assert_eq!(scene.result(3600, &[]).1["jobs"][0]["outcome"], "done");
    let unknown = scene.run(3600, &["--job", "公告"]);
    assert_eq!(unknown.code, 2, "{unknown:?}");
}

#[test]
fn gbk_pages_feeds_and_site_maps_are_read_too() {
    let scene = Scene::new();
    Column::of("/tz/", 4).publish(&scene.site);
    scene.site.put("/tz/post_1.html", Reply::gbk(&page(1, "国标扩展编码的网页。")));
    scene.jobs(
        "",
        &format!(
            "sources = [{{ feed = \"{}\" }}, {{ sitemap = \"{}\" }}, {{ url = \"{}\" }}]",
            scene.site.url("/tz/rss.xml"),
            scene.site.url("/sitemap.xml"),
            scene.site.url("/tz/post_1.html")
        ),
    );
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, count(&result, "created"), count(&result, "listed")), (0, 4, 9), "{result}");
    let (code, again) = scene.result(DAY, &[]);
    assert_eq!(
        (code, count(&again, "unchanged")),
        (0, 0),
        "without recheck nothing is looked at twice: {again}"
    );
}

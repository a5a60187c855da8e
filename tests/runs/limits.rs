//! No more than was asked for: dry runs, limits, and columns in which nothing is new.

use std::collections::BTreeMap;
use std::fs;
use std::time::SystemTime;

use guidang::runs::Ledger;
use guidang::runs::ledger::{Check, Listed, PageOutcome, RunOutcome};
use jiff::Timestamp;

use super::{DAY, START, Scene, count};
use crate::support::files;
use crate::support::site::{Column, Reply, article};

#[test]
fn a_dry_run_says_what_and_why_and_touches_nothing() {
    let scene = Scene::new();
    Column::of("/tz/", 3).publish(&scene.site);
    let run = scene.run(0, &["--dry-run"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("has never run") && run.stdout.contains("/tz/"), "{run:?}");
    assert_eq!(files(scene.path()), ["jobs.toml"]);
    assert!(scene.site.requests().is_empty());

    assert_eq!(scene.run(0, &[]).code, 0);
    scene.site.forget();
    let state = || -> BTreeMap<String, (Vec<u8>, SystemTime)> {
        files(scene.path())
            .into_iter()
            .map(|name| {
                let path = scene.path().join(&name);
                let changed = fs::metadata(&path).unwrap().modified().unwrap();
                (name, (fs::read(path).unwrap(), changed))
            })
            .collect()
    };
    let before = state();
    let run = scene.run(DAY, &["--dry-run"]);
    assert!(run.stdout.contains("post_3.html  last looked at on 2026-11-24"), "{run:?}");
    assert!(run.stdout.contains("known pages that are due: 3"), "{run:?}");
    let json = scene.run(DAY, &["--dry-run", "--log-format", "json"]);
    let line: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&line["why"], &line["pages"], &line["first"][0]["why"]),
        (&"due".into(), &3.into(), &"recheck".into())
    );
    assert!(before == state(), "a dry run has written something");
    assert!(scene.site.requests().is_empty());
}

#[test]
fn a_limit_holds_and_the_next_run_goes_on() {
    let scene = Scene::new();
    Column::of("/tz/", 7).publish(&scene.site);
    let (code, first) = scene.result(0, &["--limit", "3"]);
    assert_eq!((code, count(&first, "created"), count(&first, "left")), (0, 3, 4), "{first}");
    assert_eq!(first["jobs"][0]["outcome"], "interrupted");
    scene.site.forget();
    // Long before the job is due again.
    let (code, second) = scene.result(60, &[]);
    assert_eq!((code, count(&second, "created"), count(&second, "left")), (0, 4, 0), "{second}");
    assert_eq!(scene.site.count("/tz/"), 0, "the list was read already");
    assert_eq!(scene.versions().len(), 7);
}

#[test]
fn the_limit_of_a_job_leaves_the_rest_for_its_next_time() {
    let scene = Scene::new();
    Column::of("/tz/", 5).publish(&scene.site);
    scene.jobs("[limits]\npages = 2", &format!("sources = [{{ column = \"{}\" }}]", scene.site.url("/tz/")));
    let (code, first) = scene.result(0, &[]);
    assert_eq!(
        (code, count(&first, "created"), &first["jobs"][0]["outcome"]),
        (0, 2, &"done".into()),
        "{first}"
    );
    assert_eq!(scene.result(60, &[]).1["jobs"].as_array().map(Vec::len), Some(0));
    assert_eq!(count(&scene.result(3600, &[]).1, "created"), 2);
    assert_eq!(count(&scene.result(7200, &[]).1, "created"), 1);
    assert_eq!(scene.versions().len(), 5);
}

#[test]
fn news_may_have_an_exit_code_of_their_own() {
    let scene = Scene::new();
    Column::of("/tz/", 1).publish(&scene.site);
    let news = ["--exit-on-change", "10"];
    let (code, result) = scene.result(0, &news);
    assert_eq!((code, &result["code"]), (10, &10.into()), "{result}");
    assert_eq!(scene.result(DAY, &news).0, 0, "nothing is new");
    scene.site.remove("/tz/post_1.html");
    assert_eq!(scene.result(2 * DAY, &news).0, 10, "a page is gone");
    for wrong in ["0", "256"] {
        assert_eq!(scene.run(0, &["--exit-on-change", wrong]).code, 2);
    }
}

#[test]
fn no_page_is_begun_after_the_longest_duration() {
    let scene = Scene::new();
    Column::of("/tz/", 6).publish(&scene.site);
    for number in 1..=6 {
        let page = article(&format!("关于第{number}号事项的通知"), "2024-01-02", &["慢。"]);
        let reply = Reply::html(&page).delayed(std::time::Duration::from_millis(700));
        scene.site.put(&format!("/tz/post_{number}.html"), reply);
    }
    let (code, result) = scene.result(0, &["--max-duration", "1s"]);
    assert_eq!(code, 0, "{result}");
    let created = count(&result, "created");
    assert!((1..6).contains(&created), "{result}");
    assert_eq!(count(&result, "left"), 6 - created);
    let (_, rest) = scene.result(10, &[]);
    assert_eq!(created + count(&rest, "created"), 6);
}

/// Ten thousand pages that were all looked at before, of which a few failed then and are due: one request for each list page and each
/// page that is due, and none besides.
#[test]
fn a_large_column_with_nothing_new_costs_one_request_for_each_list_page() {
    const PAGES: usize = 10_000;
    const DUE: usize = 3;
    let scene = Scene::new();
    let mut column = Column::of("/tz/", PAGES);
    column.per_page = 100;
    column.publish_lists(&scene.site);
    for number in PAGES - DUE + 1..=PAGES {
        let title = format!("关于第{number}号事项的通知");
        scene.site.page(&format!("/tz/post_{number}.html"), &article(&title, "2024-01-02", &["甲。"]));
    }
    let job = format!("sources = [{{ column = \"{}\" }}]", scene.site.url("/tz/"));
    scene.jobs("[limits]\nlist-pages = 150", &job);
    // A store, and a ledger as earlier runs would have left it.
    guidang::archive::store::Store::create_or_open(&scene.store()).unwrap();
    let at = |second: i64| Timestamp::from_second(START + second).unwrap();
    let mut ledger = Ledger::open(&scene.store()).unwrap();
    let (run, _) = ledger.begin("通知", "earlier", at(-DAY), false).unwrap();
    let entries: Vec<Listed> = column
        .articles
        .iter()
        .map(|(file, title, date)| Listed {
            url: scene.site.url(&format!("/tz/{file}")),
            date: Some(date.clone()),
            title: Some(title.clone()),
            ..Listed::default()
        })
        .collect();
    ledger.list(run, "通知", &entries, at(-DAY)).unwrap();
    for (index, due) in ledger.due("通知", at(0), true, 0, u32::MAX).unwrap().into_iter().enumerate() {
        let failed = index < DUE;
        let check = Check {
            now: at(-DAY),
            outcome: if failed { PageOutcome::Failed } else { PageOutcome::Unchanged },
            code: failed.then(|| "timeout".to_owned()),
            transient: failed,
            version: (!failed).then_some(1),
            due: failed.then(|| at(0)),
            notices: Vec::new(),
        };
        ledger.checked(run, "通知", due.row, &check).unwrap();
    }
    ledger.end("通知", run, at(-DAY), RunOutcome::Done, None, 0, 0).unwrap();
    drop(ledger);
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, count(&result, "listed"), count(&result, "new")), (0, 10_000, 0), "{result}");
    assert_eq!(count(&result, "created"), DUE as u64, "{result}");
    let asked = scene.site.requests().into_iter().filter(|request| request.path != "/robots.txt").count();
    assert_eq!(asked, PAGES / 100 + DUE);
}

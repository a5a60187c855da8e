//! Sites that ask to come again later are not asked before, whichever run it is.

use std::fs;

use super::{Scene, count};
use crate::support::site::{Column, Reply};

/// A job with this interval over a column whose pages ask to come again in two hours.
fn scene(recheck: &str) -> Scene {
    let scene = Scene::new();
    Column::of("/tz/", 3).publish(&scene.site);
    for number in 1..=3 {
        scene.site.put(&format!("/tz/post_{number}.html"), Reply::rate_limited(7200));
    }
    let url = scene.site.url("/tz/");
    scene.jobs("", &format!("{recheck}\nsources = [{{ column = \"{url}\" }}]"));
    scene
}

#[test]
fn a_host_that_asked_for_patience_is_not_asked_by_the_next_runs() {
    for recheck in ["", "recheck = \"1m\""] {
        let scene = scene(recheck);
        assert_eq!(scene.result(0, &["-j", "1"]).0, 3);
        Column::of("/tz/", 3).publish(&scene.site);
        scene.site.forget();
        for (second, arguments) in [(5, &["--job", "通知"][..]), (3600, &[]), (7000, &["--job", "通知"])]
        {
            let run = scene.run(second, &[&["--log-format", "json"], arguments].concat());
            assert_eq!(run.code, 75, "{run:?}");
            let result: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            assert_eq!(result["jobs"][0]["code"], "rate-limited", "{run:?}");
        }
        let told = scene.run(3600, &["--dry-run", "--job", "通知", "--lang", "zh"]);
        assert!(told.stdout.contains("127.0.0.1 要求 2026-11-24 14:00 之后再访问"), "{told:?}");
        assert!(told.stdout.contains("已知且到期的网页 0 个"), "{told:?}");
        assert!(scene.site.requests().is_empty(), "it was asked");
        let (code, result) = scene.result(7200, &[]);
        assert_eq!((code, count(&result, "created")), (0, 3), "{result}");
    }
}

#[test]
fn an_interrupted_job_and_one_with_another_store_wait_too() {
    let scene = scene("");
    let path = scene.path().join("jobs.toml");
    let text = fs::read_to_string(&path).unwrap();
    let url = scene.site.url("/gb/");
    let other = format!(
        "[[job]]\nname = \"公报\"\nevery = \"1h\"\nstore = \"other\"\nsources = [{{ column = \"{url}\" }}]\n"
    );
    fs::write(path, text + &other).unwrap();
    Column::of("/gb/", 1).publish(&scene.site);
    let (_, first) = scene.result(0, &["-j", "1", "--limit", "1"]);
    assert_eq!(first["jobs"][0]["outcome"], "interrupted", "{first}");
    scene.site.forget();
    let (code, result) = scene.result(60, &[]);
    assert_eq!((code, result["jobs"].as_array().map(Vec::len)), (75, Some(2)), "{result}");
    assert!(scene.site.requests().is_empty(), "it was asked");
}

//! Whose turn it is, what a dry run foretells, and what is still asked for.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::{DAILY, DAY, Scene, count};
use crate::support::Run;
use crate::support::guidang;
use crate::support::site::{Column, Reply, article};

/// A second job, “公报”, over another column.
fn second(scene: &Scene, store: &str) {
    let path = scene.path().join("jobs.toml");
    let text = fs::read_to_string(&path).unwrap();
    let url = scene.site.url("/gb/");
    let job =
        format!("[[job]]\nname = \"公报\"\nevery = \"1m\"\n{store}sources = [{{ column = \"{url}\" }}]\n");
    fs::write(path, text + &job).unwrap();
    Column::of("/gb/", 3).publish(&scene.site);
}

fn jobs(result: &serde_json::Value) -> Vec<&str> {
    result["jobs"].as_array().unwrap().iter().map(|job| job["job"].as_str().unwrap()).collect()
}

fn dry(scene: &Scene, second: i64) -> serde_json::Value {
    let run = scene.run(second, &["--dry-run", "--log-format", "json"]);
    serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap_or_else(|_| panic!("{run:?}"))
}

#[test]
fn a_limit_lets_no_job_starve() {
    for store in ["", "store = \"other\"\n"] {
        let scene = Scene::new();
        Column::of("/tz/", 3).publish(&scene.site);
        let url = scene.site.url("/tz/");
        scene.jobs(
            "",
            &format!("recheck = \"1m\"\nrecheck-at-most = \"1m\"\nsources = [{{ column = \"{url}\" }}]"),
        );
        second(&scene, store);
        let (_, first) = scene.result(0, &["--limit", "2"]);
        assert_eq!((jobs(&first), &first["unbegun"][0]), (vec!["通知"], &"公报".into()), "{first}");
        let (_, then) = scene.result(90, &["--limit", "2"]);
        assert_eq!((jobs(&then), &then["unbegun"][0]), (vec!["公报"], &"通知".into()), "{then}");
        let run = scene.run(180, &["--limit", "1", "--lang", "zh"]);
        assert!(run.stdout.contains("另有 1 个到期任务尚未开始（公报）"), "{run:?}");
        let (_, both) = scene.result(270, &[]);
        assert_eq!((jobs(&both), &both["unbegun"]), (vec!["公报", "通知"], &serde_json::json!([])), "{both}");
    }
}

#[test]
fn a_dry_run_decides_as_the_run_does() {
    let scene = Scene::new();
    Column::of("/tz/", 5).publish(&scene.site);
    let column = format!("sources = [{{ column = \"{}\" }}]", scene.site.url("/tz/"));
    let (_, first) = scene.result(0, &["--limit", "2"]);
    assert_eq!(count(&first, "created"), 2, "{first}");
    let told = dry(&scene, 60);
    assert_eq!((&told["lists_read"], &told["pages"]), (&true.into(), &3.into()), "{told}");
    assert_eq!(told["sources"], serde_json::json!([]), "{told}");
    scene.site.forget();
    assert_eq!(count(&scene.result(60, &[]).1, "created"), 3);
    assert_eq!(scene.site.count("/tz/"), 0);

    scene.jobs("", &format!("recheck = \"1h\"\nrecheck-at-most = \"1h\"\n{column}"));
    let told = dry(&scene, 7200);
    assert_eq!((&told["lists_read"], &told["pages"]), (&false.into(), &5.into()), "{told}");
    assert_eq!(count(&scene.result(7200, &[]).1, "unchanged"), 5);
    assert_eq!(dry(&scene, 7260)["runs"], false);
}

#[test]
fn pages_that_the_rules_exclude_now_are_left_alone() {
    let scene = Scene::new();
    Column::of("/tz/", 4).publish(&scene.site);
    assert_eq!(count(&scene.result(0, &[]).1, "created"), 4);
    let job = |rules: &str| {
        let column = format!("sources = [{{ column = \"{}\" }}]\n{DAILY}", scene.site.url("/tz/"));
        scene.jobs("", &format!("{column}\n[job.rules]\n{rules}"));
    };
    job("exclude = [\"*post_1.html\"]");
    scene.site.forget();
    assert_eq!(dry(&scene, DAY)["pages"], 3);
    let (_, result) = scene.result(DAY, &[]);
    assert_eq!((count(&result, "unchanged"), count(&result, "left")), (3, 0), "{result}");
    job("include = [\"*post_2.html\"]");
    assert_eq!(count(&scene.result(2 * DAY, &[]).1, "unchanged"), 1);
    assert_eq!(scene.site.count("/tz/post_1.html"), 0);
    scene.jobs("", &format!("sources = [{{ column = \"{}\" }}]\n{DAILY}", scene.site.url("/tz/")));
    assert_eq!(count(&scene.result(3 * DAY, &[]).1, "unchanged"), 4, "asked for again");
}

#[test]
fn a_job_that_is_running_is_not_called_interrupted() {
    let scene = Scene::new();
    Column::of("/tz/", 2).publish(&scene.site);
    let page = article("关于第1号事项的通知", "2024-01-02", &["慢。"]);
    scene.site.put("/tz/post_1.html", Reply::html(&page).delayed(Duration::from_secs(20)));
    let mut child = scene.command(0, &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while scene.site.count("/tz/post_1.html") == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it asked for the slow page");
        thread::sleep(Duration::from_millis(20));
    }
    let list = || {
        let mut command = guidang(scene.path());
        Run::from(command.args(["jobs", "list", "--lang", "zh"]).output().unwrap()).stdout
    };
    let running = list();
    let told = scene.run(60, &["--dry-run", "--lang", "zh"]);
    child.kill().unwrap();
    child.wait().unwrap();
    let killed = list();
    assert!(running.contains("正在运行") && !running.contains("中断"), "{running}");
    assert!(told.stdout.contains("正在运行"), "{told:?}");
    assert!(killed.contains("已到期（继续）") && killed.contains("中断"), "{killed}");
}

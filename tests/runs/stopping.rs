//! Runs that are told to end: what has begun is finished or given up in time, what only waited is not begun, and the run
//! says how it ended.

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{DAILY, Scene, count};
use crate::support::Run;
use crate::support::site::{Column, Reply, article};

/// Sends SIGTERM as soon as `path` was asked for, and waits for the end, which comes within ten seconds.
fn terminated(scene: &Scene, arguments: &[&str], path: &str) -> (Run, serde_json::Value) {
    let mut command = scene.command(0, &[arguments, &["--log-format", "json"]].concat());
    let child: Child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begin = Instant::now();
    while scene.site.count(path) == 0 {
        assert!(begin.elapsed() < Duration::from_secs(60), "{path} was never asked for");
        thread::sleep(Duration::from_millis(20));
    }
    let told = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let run = Run::from(child.wait_with_output().unwrap());
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    assert_eq!(run.code, 143, "{run:?}");
    assert!(run.stderr.contains("\"event\":\"job-ended\""), "{run:?}");
    let result: serde_json::Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    assert_eq!((&result["code"], &result["jobs"][0]["outcome"]), (&143.into(), &"interrupted".into()));
    (run, result)
}

#[test]
fn pages_that_wait_for_their_host_are_not_begun() {
    let scene = Scene::new();
    Column::of("/tz/", 6).publish(&scene.site);
    // Nobody waits so long: the turn of the first page comes long after the end.
    let job = format!(
        "sources = [{{ column = \"{}\" }}]\n{DAILY}\n[job.web]\ndelay = \"1h\"",
        scene.site.url("/tz/")
    );
    scene.jobs("", &job);
    let (_, result) = terminated(&scene, &["-j", "4"], "/tz/");
    let pages = scene.site.requests().iter().filter(|request| request.path.contains("post_")).count();
    assert_eq!((pages, count(&result, "created")), (0, 0), "{result}");
}

#[test]
fn a_server_that_is_silent_does_not_keep_a_run_from_ending_in_good_order() {
    let scene = Scene::new();
    Column::of("/tz/", 2).publish(&scene.site);
    let page = article("关于第2号事项的通知", "2024-01-02", &["没有应答。"]);
    let silent = Reply::html(&page).delayed(Duration::from_secs(120));
    scene.site.put("/tz/post_2.html", silent);
    let (_, result) = terminated(&scene, &["-j", "1"], "/tz/post_2.html");
    assert_eq!((count(&result, "failed"), count(&result, "left")), (0, 2), "{result}");
    assert!(scene.metrics().contains("guidang_job_last_run_outcome{job=\"通知\",outcome=\"interrupted\"} 1"));
    let listed = Run::from(crate::support::guidang(scene.path()).args(["jobs", "list"]).output().unwrap());
    assert!(listed.stdout.contains("interrupted"), "{listed:?}");
}

//! When a store, its ledger or a job's settings cannot be used: whoever should know is told, the others go on, and nobody
//! has to come for what can be made anew.

use std::fs;
use std::path::{Path, PathBuf};

use super::troubles::{pings, told, watched};
use super::{DAY, Scene, count};
use crate::support::files;
use crate::support::site::{Column, article};

/// Another job beside that of the scene, with a store of its own.
fn beside(scene: &Scene, lines: &str) {
    let path = scene.path().join("jobs.toml");
    let text = fs::read_to_string(&path).unwrap();
    let job = format!(
        "[[job]]\nname = \"公报\"\nevery = \"1h\"\nstore = \"other\"\nsources = [{{ column = \"{}\" }}]\n{lines}\n",
        scene.site.url("/gb/")
    );
    fs::write(path, text + &job).unwrap();
    Column::of("/gb/", 2).publish(&scene.site);
}

/// The folder of the object of the page whose address ends so.
fn object(store: &Path, end: &str) -> PathBuf {
    let inventory = files(store).into_iter().find(|name| {
        let root = name.matches('/').count() == 4 || !name.contains("/v1/");
        root && name.ends_with("/inventory.json")
            && fs::read_to_string(store.join(name)).unwrap().contains(end)
    });
    store.join(inventory.unwrap()).parent().unwrap().to_path_buf()
}

#[test]
fn a_damaged_ledger_is_set_aside_and_nothing_is_archived_again() {
    let scene = Scene::new();
    Column::of("/tz/", 3).publish(&scene.site);
    assert_eq!(scene.result(0, &[]).0, 0);
    let before = scene.versions();
    let rubbish = "no database, however long it is ".repeat(1000);
    fs::write(scene.store().join("ledger.sqlite3"), &rubbish).unwrap();
    let (code, result) = scene.result(DAY, &[]);
    assert_eq!((code, count(&result, "created"), count(&result, "unchanged")), (3, 0, 3), "{result}");
    assert_eq!(scene.versions(), before);
    let kept = scene.store().join("ledger.sqlite3.damaged-20261125T040000Z");
    assert_eq!(fs::read_to_string(kept).unwrap(), rubbish);
    assert_eq!(scene.result(2 * DAY, &[]).0, 0, "it is over");
    let verified = crate::support::run(scene.path(), &["verify", "--store", "store"]);
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[test]
fn a_ledger_that_turns_out_to_be_damaged_on_the_way_is_set_aside_too() {
    let scene = Scene::new();
    Column::of("/tz/", 3).publish(&scene.site);
    assert_eq!(scene.result(0, &[]).0, 0);
    // The first page stays, so that it still looks like a ledger.
    let path = scene.store().join("ledger.sqlite3");
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let (code, result) = scene.result(DAY, &[]);
    assert_eq!((code, count(&result, "unchanged")), (3, 3), "{result}");
    assert_eq!(scene.result(2 * DAY, &[]).0, 0);
}

#[test]
fn a_store_without_a_usable_ledger_is_told_and_the_others_go_on() {
    let (scene, service) = watched(2);
    let ping = format!("[job.notifications]\nping = \"{}\"", service.url("/ping/other"));
    beside(&scene, &ping);
    fs::create_dir_all(scene.path().join("other/ledger.sqlite3")).unwrap();
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, count(&result, "created")), (3, 2), "{result}");
    assert_eq!(
        (&result["jobs"][1]["job"], &result["jobs"][1]["outcome"]),
        (&"公报".into(), &"failed".into())
    );
    assert_eq!(pings(&service), ["/ping/start", "/ping", "/ping/other/1"]);
    let messages = told(&service, "/hook");
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!((&messages[0]["job"], &messages[0]["event"]), (&"公报".into(), &"first-failure".into()));
}

#[test]
fn a_job_whose_store_fails_on_the_way_ends_with_all_that_belongs_to_an_end() {
    let (scene, service) = watched(4);
    assert_eq!(scene.result(0, &[]).0, 0);
    scene.site.page("/tz/post_2.html", &article("关于第2号事项的通知", "2024-01-03", &["改过的文字。"]));
    let in_the_way = object(&scene.store(), "/tz/post_2.html").join("v2");
    fs::create_dir(&in_the_way).unwrap();
    fs::write(in_the_way.join("x"), "x").unwrap();
    let run = scene.run(DAY, &["-j", "1", "--log-format", "json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let result: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(count(&result, "unchanged"), 2, "two pages come before it: {result}");
    assert!(run.stderr.contains("\"event\":\"job-ended\""), "{run:?}");
    assert_eq!(pings(&service), ["/ping/start", "/ping", "/ping/start", "/ping/1"]);
    let messages = told(&service, "/hook");
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(messages[0]["pages"][0]["kind"], "job-failure");

    fs::remove_dir_all(&in_the_way).unwrap();
    assert_eq!(count(&result, "left"), 2, "{result}");
    // Long before it is due again: it stays in hand.
    let (code, result) = scene.result(DAY + 60, &[]);
    assert_eq!((code, count(&result, "changed"), count(&result, "left")), (0, 1, 0), "{result}");
}

#[test]
fn a_store_that_cannot_be_made_is_not_blamed_on_the_sources() {
    let scene = Scene::new();
    fs::write(scene.path().join("store"), "a file").unwrap();
    let run = scene.run(0, &["--lang", "zh"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("归档库无法使用") && !run.stderr.contains("来源"), "{run:?}");
    assert!(scene.site.requests().is_empty());
}

#[test]
fn settings_that_cannot_be_used_stop_only_their_own_job() {
    let scene = Scene::new();
    Column::of("/tz/", 2).publish(&scene.site);
    beside(&scene, "[job.web]\nextra-roots = \"none.pem\"");
    let path = scene.path().join("jobs.toml");
    let text = fs::read_to_string(&path).unwrap().replace("store = \"other\"\n", "");
    fs::write(path, text).unwrap();
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, count(&result, "created")), (3, 2), "{result}");
    let failed = &result["jobs"][1];
    assert_eq!((&failed["job"], &failed["outcome"]), (&"公报".into(), &"failed".into()), "{result}");
    assert_eq!(scene.site.count("/gb/"), 0);
}

#[test]
fn a_store_that_is_held_says_nothing_to_the_watchdog() {
    let (scene, service) = watched(1);
    assert_eq!(scene.result(0, &[]).0, 0);
    service.forget();
    let lock = fs::File::options().write(true).open(scene.store().join("lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(scene.run(DAY, &[]).code, 75);
    assert!(pings(&service).is_empty(), "whoever holds it has its own say");
}

#[test]
fn an_event_log_that_was_cut_short_is_told() {
    let scene = Scene::new();
    Column::of("/tz/", 2).publish(&scene.site);
    assert_eq!(scene.result(0, &[]).0, 0);
    let log = scene.store().join("events/log.jsonl");
    let text = fs::read_to_string(&log).unwrap();
    let cut = text.trim_end().rfind('\n').unwrap() + 1;
    fs::write(&log, &text[..cut]).unwrap();
    let run = scene.run(3600, &[]);
    assert!(run.code == 3 && run.stderr.contains("cut short or altered"), "{run:?}");
}

#[test]
fn what_keeps_a_run_from_beginning_is_a_line_for_programs_too() {
    let scene = Scene::new();
    let line = |run: &crate::support::Run| -> serde_json::Value {
        serde_json::from_str(run.stderr.trim_end()).unwrap_or_else(|_| panic!("{run:?}"))
    };
    let unknown = scene.run(0, &["--job", "无", "--log-format", "json"]);
    assert_eq!((unknown.code, &line(&unknown)["code"]), (2, &"unknown-job".into()));
    fs::write(scene.path().join("jobs.toml"), "nonsense").unwrap();
    let mistaken = scene.run(0, &["--log-format", "json"]);
    assert_eq!((mistaken.code, &line(&mistaken)["code"]), (2, &"configuration".into()));
    assert!(line(&mistaken)["run"].is_string());
}

//! Runs that are killed, told to end, or shut out: the next one completes, and the archive is that of an undisturbed run.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::{DAY, Scene, archive, count, differences};
use crate::support::site::{Column, Reply, article};

/// `SplitMix64` (Steele, Lea, Flood 2014).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Kills `times` first runs and as many second ones, each at a moment of its own, and compares with what never was killed.
fn killed(times: u64, seed: u64) {
    let scene = Scene::new();
    Column::of("/tz/", 8).publish(&scene.site);
    let clear = || {
        for name in ["store", "out"] {
            let _ = fs::remove_dir_all(scene.path().join(name));
        }
    };
    let changed = article("关于第3号事项的通知", "2024-01-02", &["改过的文字。"]);
    let original = article("关于第3号事项的通知", "2024-01-04", &["现将关于第3号事项的通知印发给你们。"]);
    let site = |changed: &str| scene.site.page("/tz/post_3.html", changed);

    let begin = Instant::now();
    assert_eq!(scene.run(0, &[]).code, 0);
    let length = begin.elapsed();
    let first = archive(&scene.store());
    site(&changed);
    assert_eq!(scene.run(DAY, &[]).code, 0);
    let second = archive(&scene.store());
    assert_eq!(scene.versions()["post_3.html"], 2);

    let mut state = seed;
    for time in 0..times {
        clear();
        site(&original);
        for (at, expected) in [(0, &first), (DAY, &second)] {
            if at == DAY {
                site(&changed);
            }
            let after = length * u32::try_from(random(&mut state) % 1000).unwrap() / 1000;
            let mut child =
                scene.command(at, &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            thread::sleep(after);
            child.kill().unwrap();
            child.wait().unwrap();
            let run = scene.run(at, &[]);
            assert_eq!(run.code, 0, "seed {seed}, kill {time} after {after:?}: {run:?}");
            let found = differences(&archive(&scene.store()), expected);
            assert!(found.is_empty(), "seed {seed}, kill {time} after {after:?}: {found:?}");
        }
    }
}

#[test]
fn a_run_that_is_killed_is_completed_by_the_next() {
    killed(5, 20_261_124);
}

#[test]
#[ignore = "a hundred kills take minutes"]
fn a_run_that_is_killed_a_hundred_times_is_completed_by_the_next() {
    killed(50, 42);
}

#[test]
fn a_run_that_is_told_to_end_ends_soon_and_goes_on_later() {
    let scene = Scene::new();
    Column::of("/tz/", 12).publish(&scene.site);
    for number in 1..=12 {
        let page = article(&format!("关于第{number}号事项的通知"), "2024-01-02", &["慢慢来。"]);
        let slow = Reply::html(&page).tagged().slow(100, Duration::from_millis(150));
        scene.site.put(&format!("/tz/post_{number}.html"), slow);
    }
    let mut child = scene.command(0, &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begin = Instant::now();
    while scene.site.count("/tz/post_11.html") == 0 {
        assert!(begin.elapsed() < Duration::from_secs(60), "the second page was never asked for");
        thread::sleep(Duration::from_millis(20));
    }
    let told = Instant::now();
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(143));
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    Column::of("/tz/", 12).publish(&scene.site);
    scene.site.forget();
    let (code, result) = scene.result(600, &[]);
    assert_eq!(code, 0, "{result}");
    assert_eq!(scene.versions().len(), 12);
    assert_eq!(scene.site.count("/tz/"), 0, "the list was read before the interruption");
    assert!(count(&result, "created") < 12, "it began anew: {result}");
}

/// A run is killed after a page was archived and before the ledger knows: the ledger is that of the run before.
#[test]
fn what_was_archived_just_before_a_kill_is_counted_by_the_next_run() {
    let scene = Scene::new();
    let ledger = scene.store().join("ledger.sqlite3");
    Column::of("/tz/", 2).publish(&scene.site);
    let (_, first) = scene.result(0, &["--limit", "1"]);
    assert_eq!(count(&first, "created"), 1, "{first}");
    let before = fs::read(&ledger).unwrap();
    assert_eq!(count(&scene.result(60, &[]).1, "created"), 1);
    fs::write(&ledger, before).unwrap();
    let (_, again) = scene.result(120, &[]);
    assert_eq!((count(&again, "created"), count(&again, "unchanged")), (1, 0), "{again}");

    let before = fs::read(&ledger).unwrap();
    scene.site.page("/tz/post_1.html", &article("关于第1号事项的通知", "2024-01-02", &["改过的文字。"]));
    assert_eq!(count(&scene.result(DAY + 120, &[]).1, "changed"), 1);
    fs::write(&ledger, before).unwrap();
    let (_, again) = scene.result(DAY + 180, &[]);
    assert_eq!((count(&again, "changed"), count(&again, "unchanged")), (1, 1), "{again}");
    assert_eq!(scene.versions()["post_1.html"], 2);
}

#[test]
fn a_store_that_is_held_is_left_alone() {
    let scene = Scene::new();
    Column::of("/tz/", 1).publish(&scene.site);
    assert_eq!(scene.run(0, &[]).code, 0);
    let lock = fs::File::options().write(true).open(scene.store().join("lock")).unwrap();
    lock.lock().unwrap();
    scene.site.forget();
    let run = scene.run(DAY, &[]);
    assert_eq!(run.code, 75, "{run:?}");
    assert!(scene.site.requests().is_empty());
}

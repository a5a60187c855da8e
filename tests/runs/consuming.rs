//! Folders that others put pages into.

use std::fs;

use super::{Scene, count};
use crate::support::{files, page};

fn scene() -> Scene {
    let scene = Scene::new();
    scene.jobs("", "sources = [{ folder = \"inbox\", settle = \"1s\" }]");
    fs::create_dir(scene.path().join("inbox")).unwrap();
    scene
}

#[test]
fn what_is_filed_is_moved_and_what_is_not_is_moved_with_the_reason() {
    let scene = scene();
    let inbox = scene.path().join("inbox");
    fs::create_dir(inbox.join("二处")).unwrap();
    fs::write(inbox.join("a.html"), page("关于甲事项的通知", "甲")).unwrap();
    fs::write(inbox.join("二处/b.html"), page("关于乙事项的通知", "乙")).unwrap();
    fs::write(inbox.join("c.html"), "<html><body>您访问的页面不存在</body></html>").unwrap();
    fs::write(inbox.join("note.txt"), "no page").unwrap();
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, count(&result, "created"), count(&result, "refused")), (3, 2, 1), "{result}");
    assert_eq!(
        files(&inbox),
        ["done/a.html", "done/二处/b.html", "failed/c.html", "failed/c.html.txt", "note.txt"]
    );
    let why = fs::read_to_string(inbox.join("failed/c.html.txt")).unwrap();
    assert!(why.contains("refused [") && why.ends_with('\n'), "{why}");
    // The same again: nothing new is archived, and nothing in “done” is replaced.
    fs::write(inbox.join("a.html"), page("关于甲事项的通知", "甲")).unwrap();
    let told = scene.run(60, &["--job", "通知"]);
    assert!(told.stderr.contains("stay where they are (1): note.txt"), "{told:?}");
    assert_eq!(told.code, 0, "a note, no failure: {told:?}");
    fs::write(inbox.join("a.html"), page("关于甲事项的通知", "甲")).unwrap();
    let (code, again) = scene.result(3600, &[]);
    assert_eq!((code, count(&again, "unchanged")), (0, 1), "{again}");
    assert!(inbox.join("done/a-3.html").is_file());
}

#[test]
fn a_file_that_is_still_growing_is_left_until_it_has_settled() {
    let scene = scene();
    let path = scene.path().join("inbox/a.html");
    fs::write(&path, "<html>").unwrap();
    let growing = std::thread::spawn({
        let path = path.clone();
        move || {
            for _ in 0..40 {
                std::thread::sleep(std::time::Duration::from_millis(100));
                let mut text = fs::read_to_string(&path).unwrap_or_default();
                text.push_str("<p>……</p>");
                if path.exists() {
                    fs::write(&path, text).unwrap();
                }
            }
            fs::write(&path, page("关于甲事项的通知", "甲")).unwrap();
        }
    });
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, count(&result, "created")), (0, 0), "{result}");
    growing.join().unwrap();
    let (code, result) = scene.result(3600, &[]);
    assert_eq!((code, count(&result, "created")), (0, 1), "{result}");
}

#[test]
fn a_folder_that_is_missing_is_told() {
    let scene = scene();
    fs::remove_dir(scene.path().join("inbox")).unwrap();
    let run = scene.run(0, &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("inbox"), "{run:?}");
}

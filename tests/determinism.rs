//! The same input, version and fonts give the same bytes: over processes, workers, times, places and languages.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::support::{files, guidang, root};

/// Copies every file of `from` to `to`, last written at `modified`; the copies are made in the order given.
fn copy(from: &Path, to: &Path, modified: SystemTime, backwards: bool) {
    let mut names = files(from);
    if backwards {
        // Folders whose entries lie in another order on the disk.
        names.reverse();
    }
    for name in names {
        let target = to.join(&name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(from.join(&name), &target).unwrap();
        fs::File::options().write(true).open(&target).unwrap().set_modified(modified).unwrap();
    }
}

/// Converts `folder`/in to every format below `folder`/out; `environment` is all the program gets to know of it.
fn convert(folder: &Path, workers: &str, environment: &[(&str, &str)]) {
    let run = guidang(folder)
        .envs(environment.iter().copied())
        .args(["convert", "in", "-o", "out", "-j", workers, "-f", "pdf,docx,txt,md,html,json"])
        .output()
        .unwrap();
    // Some fixtures are refused by right.
    assert_eq!(run.status.code(), Some(3), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn every_fixture_gives_the_same_bytes_anywhere_at_any_time_with_any_number_of_workers() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (folder.path().join("here"), folder.path().join("elsewhere 别处/深"));
    let fixtures = root().join("tests/fixtures");
    copy(&fixtures, &here.join("in"), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000), false);
    copy(&fixtures, &there.join("in"), SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000), true);
    convert(&here, "1", &[("TZ", "UTC"), ("HOME", "/nonexistent"), ("LC_ALL", "C"), ("LANG", "C")]);
    let home = there.to_str().unwrap();
    convert(
        &there,
        "2",
        &[("TZ", "Pacific/Kiritimati"), ("HOME", home), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "zh_CN.GB18030")],
    );
    let names = files(&here.join("out"));
    assert_eq!(names, files(&there.join("out")));
    for extension in ["pdf", "docx", "txt", "md", "html", "json"] {
        assert!(names.iter().filter(|name| name.ends_with(&format!(".{extension}"))).count() >= 20);
    }
    for name in names {
        let read = |folder: &Path| fs::read(folder.join("out").join(&name)).unwrap();
        assert!(read(&here) == read(&there), "{name} differs");
    }
}

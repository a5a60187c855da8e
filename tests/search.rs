//! The contract of `guidang search` and `guidang catalogue rebuild`: what is filed is found, by whoever may read.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Run, guidang, page, run};

/// A store with three pages, one of which has changed since.
fn archive() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut epoch = 1_795_500_000;
    let mut file = |name: &str, title: &str, text: &str| {
        epoch += 1;
        let source = folder.path().join(name);
        fs::write(&source, page(title, text)).unwrap();
        let url = format!("https://www.gd.gov.cn/{name}");
        let run = Run::from(
            guidang(folder.path())
                .env("SOURCE_DATE_EPOCH", epoch.to_string())
                .args(["archive", name, "--store", "store", "--base-url", &url])
                .output()
                .unwrap(),
        );
        assert_eq!(run.code, 0, "{run:?}");
    };
    file("a.html", "关于解决欠薪问题的通知", "企业拖欠农民工工资的，应当限期支付。");
    file("b.html", "关于公布企业名单的通知", "名单见附件，薪应按月发。");
    file("c.html", "关于旧事的通知", "旧版本的文字。");
    file("c.html", "关于旧事的通知", "新版本的文字。");
    folder
}

fn search(folder: &Path, arguments: &[&str]) -> Run {
    let mut all = vec!["search", "--store", "store"];
    all.extend(arguments);
    run(folder, &all)
}

fn ids(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let mut all = arguments.to_vec();
    all.push("--json");
    let run = search(folder, &all);
    let found: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    let hits = found["hits"].as_array().unwrap();
    assert_eq!(found["total"], hits.len());
    assert_eq!(run.code, i32::from(hits.is_empty()), "{run:?}");
    hits.iter().map(|hit| format!("{}#{}", hit["id"].as_str().unwrap(), hit["version"])).collect()
}

const A: &str = "https://www.gd.gov.cn/a.html#1";
const B: &str = "https://www.gd.gov.cn/b.html#1";
const C: [&str; 2] = ["https://www.gd.gov.cn/c.html#1", "https://www.gd.gov.cn/c.html#2"];

#[test]
fn what_is_filed_is_found() {
    let folder = archive();
    let ids = |arguments: &[&str]| ids(folder.path(), arguments);
    assert_eq!(ids(&["欠薪"]), [A]);
    assert_eq!(ids(&["薪应"]), [B]);
    assert_eq!(ids(&["企業", "-名单"]), [A]);
    assert_eq!(ids(&["\"限期 支付\""]), [A]);
    assert_eq!(ids(&["旧"]).len(), 1);
    assert_eq!(ids(&["旧版本"]), Vec::<String>::new());
    assert_eq!(ids(&["新版本"]), [C[1]]);
    assert_eq!(ids(&["版本", "--all-versions"]).len(), 2);
    assert_eq!(ids(&["旧版本", "--all-versions"]), [C[0]]);
    assert_eq!(ids(&["--site", "www.gd.gov.cn/a"]), [A]);
    assert_eq!(ids(&["--from", "2018-02"]), Vec::<String>::new());
    assert_eq!(ids(&["--from", "2018", "--to", "2018-01-31"]).len(), 3);
    assert_eq!(ids(&["--sort", "relevance", "通知"]).len(), 3);
    assert_eq!(ids(&["'\"*", "OR", "NEAR("]), Vec::<String>::new());
}

#[test]
fn hits_are_shown_with_their_place_and_their_number() {
    let folder = archive();
    let run = search(folder.path(), &["农民工", "--lang", "zh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "  1. 关于解决欠薪问题的通知");
    assert!(lines[1].starts_with("     2018-01-31"), "{run:?}");
    let place = "企业拖欠农民工工资的，应当限期支付。 请认真贯彻";
    assert!(lines[2].starts_with(&format!("     {place}")), "{run:?}");
    assert_eq!(lines.last(), Some(&"共 1 件，显示第 1–1 件"));
    let json = search(folder.path(), &["农民工", "--json"]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert!(json["hits"][0]["snippet"]["text"].as_str().unwrap().starts_with(place), "{json:#}");
    assert_eq!(json["hits"][0]["snippet"]["highlights"], serde_json::json!([[4, 7]]));
    let none = search(folder.path(), &["没有的"]);
    assert_eq!((none.code, none.stdout.as_str()), (1, "nothing found\n"));
}

#[test]
fn wrong_usage_is_told() {
    let folder = archive();
    for arguments in [
        &["--no-such-option"][..],
        &["--from", "yesterday"],
        &["--sort", "oldest"],
        &["--limit", "many"],
        &["--store", "nowhere"],
        &[&"长".repeat(5000)],
    ] {
        let run = run(folder.path(), &[&["search", "--store", "store"], arguments].concat());
        let run = if arguments[0] == "--store" {
            crate::support::run(folder.path(), &[&["search", "词"], arguments].concat())
        } else {
            run
        };
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
    }
}

#[test]
fn the_catalogue_can_be_made_anew_from_the_store_alone() {
    let folder = archive();
    let store = folder.path().join("store");
    let before = search(folder.path(), &["通知", "--all-versions", "--json"]).stdout;
    for damage in [None, Some(&b"rubbish"[..]), Some(b"")] {
        let catalogue = store.join("catalogue.sqlite");
        match damage {
            None => fs::remove_file(&catalogue).unwrap(),
            Some(bytes) => {
                fs::write(&catalogue, bytes).unwrap();
                let run = search(folder.path(), &["通知"]);
                assert_eq!(run.code, 1, "{run:?}");
                assert!(run.stderr.contains("guidang catalogue rebuild"), "{run:?}");
            }
        }
        let rebuilt = run(folder.path(), &["catalogue", "rebuild", "--store", "store"]);
        assert_eq!((rebuilt.code, rebuilt.stderr.as_str()), (0, "4 versions catalogued\n"), "{rebuilt:?}");
        assert_eq!(search(folder.path(), &["通知", "--all-versions", "--json"]).stdout, before);
    }
    // Where there is none, a search makes it.
    fs::remove_file(store.join("catalogue.sqlite")).unwrap();
    assert_eq!(search(folder.path(), &["通知", "--all-versions", "--json"]).stdout, before);
    // Readers of a write-ahead log leave its empty files behind; nothing else is.
    let names = fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let strange: Vec<String> = names
        .filter(|name| name.starts_with("catalogue"))
        .filter(|name| !["", "-wal", "-shm"].iter().any(|end| *name == format!("catalogue.sqlite{end}")))
        .collect();
    assert_eq!(strange, Vec::<String>::new());
}

#[test]
fn a_search_needs_no_lock() {
    let folder = archive();
    let lock = fs::File::options().write(true).open(folder.path().join("store/lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(search(folder.path(), &["欠薪"]).code, 0);
    let rebuild = run(folder.path(), &["catalogue", "rebuild", "--store", "store"]);
    assert_eq!(rebuild.code, 75, "{rebuild:?}");
}

//! Folders with an old and a new page: what differs comes out as expected, for a person and for a program.

use std::fs;
use std::path::Path;

use guidang::acquire::Source;
use guidang::compare::{self, TerminalOptions};
use guidang::message::Language;
use guidang::pipeline::{Options, Pipeline};

use crate::properties::ENVIRONMENT;
use crate::support::{compare as compare_with, page, root, run};

#[test]
fn differences_come_out_as_expected() {
    let mut cases: Vec<_> =
        fs::read_dir(root().join("tests/comparisons")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let mut wrong = Vec::new();
    for case in cases {
        let options = Options::default();
        let read = |name: &str| {
            let source = Source::File { path: case.join(name), root: case.clone() };
            Pipeline::new(&options, &ENVIRONMENT).read(&source).unwrap().conversion.document
        };
        let comparison = compare::compare(&read("old.html"), &read("new.html"));
        let options = TerminalOptions { language: Language::Chinese, width: Some(80), ..Default::default() };
        for (name, found) in [
            ("terminal.txt", compare::terminal(&comparison, &options)),
            ("comparison.json", compare::to_json(&comparison)),
        ] {
            wrong.extend(compare_with(&case.join("expected").join(name), &found).err());
        }
    }
    assert!(wrong.is_empty(), "accept with GUIDANG_ACCEPT=1 after reading:\n{}", wrong.join("\n"));
}

#[test]
fn the_exit_code_tells_of_differences_only_when_asked() {
    let folder = root().join("tests/comparisons/regulation");
    assert_eq!(run(&folder, &["diff", "old.html", "new.html"]).code, 0);
    assert_eq!(run(&folder, &["diff", "old.html", "new.html", "--exit-code"]).code, 1);
    let same = run(&folder, &["diff", "old.html", "old.html", "--exit-code"]);
    assert_eq!((same.code, same.stdout.contains("no difference")), (0, true), "{same:?}");
    let unknown = run(&folder, &["diff", "gov.cn/nowhere"]);
    assert_eq!((unknown.code, unknown.stderr.lines().count()), (2, 1), "{unknown:?}");
    assert_eq!(run(&folder, &["diff", "old.html"]).code, 2);
}

/// A store with one page in three versions, one in one, as `guidang archive` files them.
fn store(folder: &Path) {
    let file = |number: usize, text: &str| {
        let link =
            format!("<link rel=\"canonical\" href=\"https://www.example.gov.cn/t{number}.html\"></head>");
        let page = page("关于档案工作的通知", text).replace("</head>", &link);
        fs::write(folder.join(format!("t{number}.html")), page).unwrap();
        let name = format!("t{number}.html");
        let base = format!("https://www.example.gov.cn/{name}");
        let run = run(folder, &["archive", "--store", "store", "--no-fsync", &name, "--base-url", &base]);
        assert_eq!(run.code, 0, "{run:?}");
    };
    file(1, "各单位应当在三月底以前报送材料。");
    file(1, "各单位应当在四月底以前报送材料。");
    file(1, "各单位应当在五月底以前报送材料。");
    file(2, "各单位应当指定专人负责。");
}

#[test]
fn versions_of_an_archived_page_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let diff = |arguments: &[&str]| run(folder.path(), &[&["diff", "--store", "store"], arguments].concat());
    let shows = |arguments: &[&str], edit: &str| {
        let ended = diff(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
        assert!(ended.stdout.contains(edit), "{arguments:?}: {ended:?}");
    };
    let id = "https://www.example.gov.cn/t1.html";
    shows(&[id], "各单位应当在[-四-]{+五+}月底以前");
    shows(&["gov.cn/t1.html"], "[-四-]{+五+}");
    shows(&[id, "1", "2"], "[-三-]{+四+}");
    shows(&[id, "v3", "v1"], "[-五-]{+三+}");
    // One version: what came of it since.
    shows(&[id, "1"], "[-三-]{+五+}");
    shows(&[id, "1", "3", "--lang", "zh"], "（第 3 版，");
    let json: serde_json::Value = serde_json::from_str(&diff(&[id, "1", "3", "--json"]).stdout).unwrap();
    assert_eq!((&json["old"]["version"], &json["new"]["version"]), (&1.into(), &3.into()));
    assert_eq!(json["summary"]["changed"], 1);
    assert!(diff(&[id, "--html", "-"]).stdout.starts_with("<!DOCTYPE html>"));

    let refuses = |arguments: &[&str], why: &str| {
        let ended = diff(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {ended:?}");
        assert!(ended.stderr.contains(why) && ended.stderr.lines().count() == 1, "{arguments:?}: {ended:?}");
    };
    refuses(
        &["example.gov.cn"],
        "may be any of https://www.example.gov.cn/t1.html, https://www.example.gov.cn/t2",
    );
    refuses(&["gov.cn/t2.html"], "has one version only");
    refuses(&[id, "2", "2"], "compared with itself");
    refuses(&[id, "1", "4"], "has no version 4, the last is 3");
    refuses(&[id, "0"], "has no version 0");
    refuses(&[id, "first"], "first is not the number of a version");
    refuses(&["nowhere.html"], "neither a file nor in the archive store");
}

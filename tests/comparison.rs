//! Folders with an old and a new page: what differs comes out as expected, for a person and for a program.

use std::fs;

use guidang::acquire::Source;
use guidang::compare::{self, TerminalOptions};
use guidang::message::Language;
use guidang::pipeline::{Options, Pipeline};

use crate::properties::ENVIRONMENT;
use crate::support::{compare as compare_with, root, run};

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

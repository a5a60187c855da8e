//! Extraction quality as numbers with floors, on the corpus of real pages where it is at hand.
//!
//! The corpus is test data under no licence and not part of the repository; without it these tests pass at once.
//! A floor may only rise.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{root, run};

fn corpus() -> Option<PathBuf> {
    let corpus = root().join("../shared/corpus");
    corpus.join("score.py").is_file().then_some(corpus)
}

/// Converts `pages` of the corpus with `arguments` and holds the score against `floors`.
fn score(pages: &str, arguments: &[&str], floors: &str) {
    let Some(corpus) = corpus() else { return };
    let output = tempfile::tempdir().unwrap();
    let folder = corpus.join("pages").join(pages);
    let mut all =
        vec!["convert", folder.to_str().unwrap(), "-f", "txt,json", "-o", output.path().to_str().unwrap()];
    all.extend(arguments);
    let run = run(root(), &all);
    assert!(run.code == 0 || run.code == 3, "{run:?}");
    let scored = Command::new("python3")
        .arg(corpus.join("score.py"))
        .arg(output.path())
        .arg("--gold")
        .arg(corpus.join("gold").join(pages))
        .arg("--floor")
        .arg(Path::new("tests/floors").join(floors))
        .current_dir(root())
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&scored.stdout).into_owned() + &String::from_utf8_lossy(&scored.stderr);
    assert!(scored.status.success(), "{pages} {arguments:?}\n{said}");
}

#[test]
fn government_pages() {
    score("gov", &[], "gov.json");
}

#[test]
fn government_pages_without_site_rules() {
    score("gov", &["--no-site-rules"], "gov-generic.json");
}

#[test]
fn government_pages_without_their_tags() {
    score("gov", &["--no-tags"], "gov-no-tags.json");
}

#[test]
fn news_pages() {
    score("news", &[], "news.json");
}

#[test]
fn transcoded_pages() {
    score("encodings", &[], "encodings.json");
}

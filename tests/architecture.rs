//! Who may know whom: the arrows of the crate documentation, held against the `use` lines of the source.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module at the top of `src/`, and the modules it may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("message", &[]),
    ("document", &["furniture"]), // in a link of the documentation only
    ("diagnostic", &["message"]),
    ("furniture", &["document"]),
    ("colophon", &["document"]),
    ("fonts", &["message"]),
    ("acquire", &["diagnostic", "document", "message"]),
    ("decode", &["diagnostic", "document", "message"]),
    ("parse", &["diagnostic", "message"]),
    ("extract", &["diagnostic", "document", "message", "parse"]),
    ("layout", &["colophon", "diagnostic", "document", "fonts", "furniture", "message"]),
    ("write", &["colophon", "diagnostic", "document", "fonts", "furniture", "layout", "message"]),
    ("verify", &["document", "furniture", "message", "write"]), // the type that the text writer hands over
    ("explain", &["document", "extract", "message", "parse", "write"]), // the content security policy of written pages
    ("archive", &["document", "message"]),
    ("discovery", &["decode", "diagnostic", "document", "extract", "message", "parse"]), // a list is a page too
    ("jobs", &["appraisal", "discovery", "message", "write"]), // the formats of renditions
    ("audit", &["appraisal", "archive", "catalogue", "document", "message", "verify"]),
    ("appraisal", &["archive", "document", "message"]),
    ("compare", &["document", "message", "write"]), // the content security policy of written pages
    ("catalogue", &["archive", "document", "message"]),
    ("export", &["appraisal", "archive", "catalogue", "document", "message"]),
    ("environment", &["document", "fonts", "write"]),
    (
        "error",
        &[
            "acquire",
            "archive",
            "decode",
            "diagnostic",
            "document",
            "export",
            "extract",
            "layout",
            "message",
            "parse",
            "verify",
            "write",
        ],
    ),
    (
        "pipeline",
        &[
            "acquire",
            "colophon",
            "decode",
            "diagnostic",
            "document",
            "environment",
            "error",
            "extract",
            "layout",
            "message",
            "parse",
            "verify",
            "write",
        ],
    ),
    (
        "batch",
        &[
            "acquire",
            "archive",
            "diagnostic",
            "document",
            "environment",
            "error",
            "extract",
            "fonts",
            "message",
            "pipeline",
            "write",
        ],
    ),
    (
        "runs",
        &[
            "acquire",
            "archive",
            "batch",
            "compare",
            "diagnostic",
            "discovery",
            "document",
            "environment",
            "error",
            "extract",
            "jobs",
            "message",
            "pipeline",
            "write", // the content security policy of written pages
        ],
    ),
    (
        "cli",
        &[
            "acquire",
            "appraisal",
            "archive",
            "audit",
            "batch",
            "catalogue",
            "compare",
            "diagnostic",
            "discovery",
            "document",
            "environment",
            "error",
            "explain",
            "export",
            "extract",
            "fonts",
            "jobs",
            "layout",
            "message",
            "pipeline",
            "runs",
            "stream",
            "write",
        ],
    ),
    (
        "stream",
        &[
            "acquire",
            "archive",
            "batch",
            "decode",
            "diagnostic",
            "document",
            "environment",
            "error",
            "extract",
            "fonts",
            "message",
            "pipeline",
        ],
    ),
    ("lib", &[]),
];

/// What only some modules may do: the stages are pure.
const ONLY: [(&str, &[&str]); 8] = [
    (
        "std::fs",
        &["acquire", "archive", "audit", "catalogue", "cli", "export", "fonts", "runs", "stream"], // stream::storage, stream::watch
    ),
    ("std::net", &["acquire"]),                    // acquire::web
    ("ureq::", &["acquire"]),                      // acquire::web
    ("std::process::Command", &["cli", "stream"]), // the worker of a stream
    ("SystemTime", &[]),
    ("Instant::now", &["cli"]),
    ("env::var", &["cli"]),
    ("HashMap", &["layout", "write", "parse", "fonts"]), // look-ups only; never iterated over (clippy: iter_over_hash_type)
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Source files by the module at the top of `src/` that they belong to, without their unit tests.
fn modules() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.sort();
    let mut modules: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    for file in files {
        let relative = file.strip_prefix(&root).unwrap();
        let module = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        // Modules that exist under cfg(test) only.
        let name = relative.file_name().unwrap_or_default();
        if ["tests.rs", "laws.rs", "samples.rs"].iter().any(|test| name == *test) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
        modules.entry(module).or_default().push((file, text));
    }
    modules
}

/// The names after `crate::` in code (documentation links are comments and do not count).
fn named(text: &str) -> BTreeSet<&str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut names = BTreeSet::new();
    for line in code {
        for rest in line.split("crate::").skip(1) {
            let end = rest.find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(rest.len());
            if end > 0 {
                names.insert(&rest[..end]);
            }
        }
    }
    names
}

#[test]
fn data_flows_one_way() {
    let rules: BTreeMap<&str, &[&str]> = MAY_NAME.iter().copied().collect();
    let mut wrong = Vec::new();
    for (module, files) in modules() {
        if module == "main" {
            continue;
        }
        let Some(allowed) = rules.get(module.as_str()) else {
            wrong.push(format!("src/{module}: not in the table of this test"));
            continue;
        };
        for (file, text) in &files {
            for name in named(text) {
                if name != module && !allowed.contains(&name) && rules.contains_key(name) {
                    wrong.push(format!("{}: {module} may not name {name}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn stages_are_pure() {
    let mut wrong = Vec::new();
    for (module, files) in modules() {
        for (what, allowed) in ONLY {
            if allowed.contains(&module.as_str()) {
                continue;
            }
            for (file, text) in &files {
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                if code.into_iter().any(|line| line.contains(what)) {
                    wrong.push(format!("{}: {module} may not use {what}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_readme_names_the_commands_that_work() {
    for name in ["README.md", "README.zh-CN.md"] {
        let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
        let first_screen: String = readme.lines().take(40).collect::<Vec<_>>().join("\n");
        for command in ["cargo run --release", "cargo test"] {
            assert!(first_screen.contains(command), "{name} does not show {command} on its first screen");
        }
    }
}

//! Fixture folders: a page goes in, readable files come out at every arrow. `tests/README.md` says how to accept changes.

use std::fs;
use std::path::{Path, PathBuf};

use guidang::acquire::Source;
use guidang::diagnostic::Severity;
use guidang::document;
use guidang::message::Describe;
use guidang::pipeline::{Options, Pipeline};
use guidang::write::Format;
use serde::Deserialize;

use crate::properties::ENVIRONMENT;
use crate::support::{compare, docx_as_text, pdf_as_text, root};

/// `case.toml`: what is known about the page from outside.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct CaseSettings {
    /// Why the case exists, for the reader of the folder.
    #[serde(rename = "why")]
    _why: String,
    /// The page's address.
    url: Option<String>,
    /// `--encoding`.
    encoding: Option<String>,
    /// `--no-site-rules`.
    generic_only: bool,
}

#[test]
fn fixtures_come_out_as_expected() {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root().join("tests/fixtures")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let wrong: Vec<String> =
        cases.iter().filter(|case| case.is_dir()).flat_map(|case| differences(case)).collect();
    assert!(wrong.is_empty(), "accept with GUIDANG_ACCEPT=1 after reading:\n{}", wrong.join("\n"));
}

/// The pages that the project was founded on, as text only: they are long.
#[test]
fn pages_of_the_input_folder_come_out_as_expected() {
    let options = Options { formats: vec![Format::Text], ..Options::default() };
    let mut pages: Vec<PathBuf> = fs::read_dir(root().join("input"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    pages.sort();
    assert_eq!(pages.len(), 4, "{pages:?}");
    let wrong: Vec<String> = pages
        .into_iter()
        .filter_map(|path| {
            let expected = root().join("tests/input").join(path.file_name().unwrap()).with_extension("txt");
            let source = Source::File { path, root: root().join("input") };
            let (_, artifacts) = Pipeline::new(&options, &ENVIRONMENT).convert(&source).unwrap();
            compare(&expected, std::str::from_utf8(&artifacts[0].bytes).unwrap()).err()
        })
        .collect();
    assert!(wrong.is_empty(), "accept with GUIDANG_ACCEPT=1 after reading:\n{}", wrong.join("\n"));
}

fn differences(case: &Path) -> Vec<String> {
    let settings = fs::read_to_string(case.join("case.toml")).unwrap_or_default();
    let settings: CaseSettings = toml::from_str(&settings).unwrap();
    let mut options = Options {
        formats: vec![Format::Pdf, Format::Docx, Format::Text, Format::Json],
        ..Options::default()
    };
    options.acquire.base_url = settings.url.map(|url| url.parse().unwrap());
    options.decode.encoding = settings.encoding;
    options.extract.generic_only = settings.generic_only;

    let source = Source::File { path: case.join("page.html"), root: case.to_path_buf() };
    let mut pipeline = Pipeline::new(&options, &ENVIRONMENT);
    let result = pipeline.convert(&source);
    let mut files: Vec<(&str, String)> = Vec::new();
    match result {
        Ok((document, artifacts)) => {
            assert_eq!(document::check(&document), vec![], "{}", case.display());
            for artifact in artifacts {
                files.push(match artifact.format {
                    Format::Pdf => ("pdf.txt", pdf_as_text(&artifact.bytes)),
                    Format::Docx => ("docx.txt", docx_as_text(&artifact.bytes)),
                    Format::Text => ("text.txt", String::from_utf8(artifact.bytes).unwrap()),
                    Format::Json => ("document.json", String::from_utf8(artifact.bytes).unwrap()),
                    Format::Markdown => ("document.md", String::from_utf8(artifact.bytes).unwrap()),
                    Format::Html => ("document.html", String::from_utf8(artifact.bytes).unwrap()),
                });
            }
        }
        Err(error) => files.push(("error.txt", format!("{} {}: {error}\n", error.stage(), error.code()))),
    }
    let diagnostics = pipeline
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let severity = if diagnostic.severity() == Severity::Warning { "warning" } else { "note" };
            format!("{severity} {}: {diagnostic}\n", diagnostic.code())
        })
        .collect();
    files.push(("diagnostics.txt", diagnostics));

    let expected = case.join("expected");
    let mut wrong: Vec<String> =
        files.iter().filter_map(|(name, found)| compare(&expected.join(name), found).err()).collect();
    // A file that no longer comes out is a difference too.
    for entry in fs::read_dir(&expected).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if !files.iter().any(|(file, _)| *file == name) {
            wrong.push(format!("{} no longer comes out", entry.path().display()));
        }
    }
    wrong
}

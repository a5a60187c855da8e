//! What the tests share: running the command, and comparing with expected files.

pub(crate) mod site;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The folder of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The command as a user would run it, in `folder`, in English.
pub(crate) fn guidang(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guidang"));
    command.current_dir(folder).env_clear().env("GUIDANG_FONTS", root().join("fonts")).stdin(Stdio::null());
    command
}

/// Runs `guidang` with `arguments` in `folder`.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    Run::from(guidang(folder).args(arguments).output().unwrap())
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// All files below `folder`, relative, in order.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found: Vec<String> = walk(folder)
        .into_iter()
        .map(|path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned())
        .collect();
    found.sort();
    found
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path) } else { vec![path] }
        })
        .collect()
}

/// Compares `found` with the file `expected`; with `GUIDANG_ACCEPT=1` writes it instead.
/// Returns what to tell when they differ: the first differing line.
pub(crate) fn compare(expected: &Path, found: &str) -> Result<(), String> {
    if std::env::var_os("GUIDANG_ACCEPT").is_some() {
        fs::create_dir_all(expected.parent().unwrap()).unwrap();
        fs::write(expected, found).unwrap();
        return Ok(());
    }
    let wanted = fs::read_to_string(expected).unwrap_or_default();
    if wanted == found {
        return Ok(());
    }
    let line = wanted.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    Err(format!(
        "{}, line {}:\n  expected: {}\n  found:    {}",
        expected.display(),
        line + 1,
        wanted.lines().nth(line).unwrap_or("(end of file)"),
        found.lines().nth(line).unwrap_or("(end of file)"),
    ))
}

/// A small page with everything a page needs.
pub(crate) fn page(title: &str, paragraph: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"ArticleTitle\" content=\"{title}\"><meta name=\"PubDate\" content=\"2018-01-31 09:30\"></head>\
         <body><h1>{title}</h1><div class=\"TRS_Editor\"><p>　　{paragraph}</p><p>　　请认真贯彻执行，并于每月底前报送\
         落实情况。各单位要加强组织领导，明确责任分工，确保各项任务落到实处。</p></div></body></html>"
    )
}

/// The text of each page of a PDF as an independent reader gives it, and its outline.
pub(crate) fn pdf_as_text(bytes: &[u8]) -> String {
    let mut warnings = Vec::new();
    let pdf =
        printpdf::PdfDocument::parse(bytes, &printpdf::PdfParseOptions::default(), &mut warnings).unwrap();
    let mut out = String::new();
    for (number, page) in pdf.extract_text().iter().enumerate() {
        out.push_str(&format!("== page {}\n", number + 1));
        for line in page {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

/// The main part of a DOCX as an outline: paragraphs as `<style and properties> text`, runs with `{properties}` where
/// they have any, tables by row and cell. The font hint, which every run has, is left out.
pub(crate) fn docx_as_text(bytes: &[u8]) -> String {
    use std::io::Read;
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    package.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let mut out = String::new();
    let mut depth = 0usize;
    let mut open: Vec<&str> = Vec::new();
    let mut properties: Vec<String> = Vec::new();
    let mut run_has_properties = false;
    let mut rest = xml.as_str();
    while let Some(start) = rest.find('<') {
        let end = rest[start..].find('>').unwrap() + start;
        let (text, tag) = (&rest[..start], &rest[start + 1..end]);
        rest = &rest[end + 1..];
        if open.iter().any(|name| matches!(*name, "w:t" | "wp:posOffset")) {
            out.push_str(text);
        }
        let closes = tag.starts_with('/');
        let empty = tag.ends_with('/') || tag.starts_with('?');
        let tag = tag.trim_matches('/');
        let name = tag.split(' ').next().unwrap();
        let within_properties = open.iter().any(|name| is_properties(name));
        if closes {
            open.pop();
        } else if !empty {
            open.push(name);
        }
        match name {
            // The end of a section within the document is a property of its last paragraph.
            "w:sectPr" if open.contains(&"w:pPr") => {
                if !closes {
                    properties.push("section".to_owned());
                }
            }
            // The end of an element's properties: they are told in one pair of brackets.
            "w:pPr" | "w:tcPr" | "w:trPr" | "w:tblPr" | "w:sectPr" if closes => {
                out.push_str(&format!("<{}> ", properties.join(", ")));
                properties.clear();
            }
            "w:rPr" if closes && !open.contains(&"w:pPr") => {
                run_has_properties = !properties.is_empty();
                if run_has_properties {
                    out.push_str(&format!("{{{}: ", properties.join(", ")));
                    properties.clear();
                }
            }
            "w:p" | "w:tbl" | "w:tr" | "w:tc" => {
                if closes {
                    depth -= 1;
                } else {
                    let line = if out.is_empty() || out.ends_with('\n') { "" } else { "\n" };
                    out.push_str(&format!("{line}{}{} ", "  ".repeat(depth), &name[2..]));
                    depth += usize::from(!empty);
                }
            }
            "w:r" if closes => {
                if std::mem::take(&mut run_has_properties) {
                    out.push('}');
                }
            }
            "w:hyperlink" if closes => out.push_str("[/hyperlink]"),
            "w:sectPr" => out.push_str("\nsection "),
            _ if closes || is_properties(name) => {}
            _ if within_properties => {
                if name != "w:rFonts" || tag.matches('=').count() > 1 {
                    properties.push(tag.replace("w:", "").replace(" val=", "=").replace('"', ""));
                }
            }
            "w:t" | "w:r" | "w:body" | "w:document" | "?xml" | "w:tblGrid" | "w:gridCol" => {}
            "w:br" => out.push('⏎'),
            _ => out.push_str(&format!("[{}]", tag.replace("w:", ""))),
        }
    }
    out.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn is_properties(name: &str) -> bool {
    name.starts_with("w:") && name.ends_with("Pr")
}

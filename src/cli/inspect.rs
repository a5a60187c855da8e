//! `guidang inspect`: what was decided about a page, and why.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use url::Url;

use super::args::{ExplainFormat, InspectArgs};
use super::settings::SettingsError;
use super::{Exit, settings, web, web_archive, words};
use crate::acquire::sources::{SourceError, address};
use crate::acquire::web::{Fetched, WebPage};
use crate::acquire::{Acquired, Source, container};
use crate::archive::place;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::text::inlines;
use crate::document::{Block, Document};
use crate::error::Error;
use crate::explain::explain;
use crate::extract::Choice;
use crate::message::{Describe, In, Language};
use crate::pipeline::{Pipeline, Reading};

/// Runs it.
pub(super) fn run(args: &InspectArgs, language: Language) -> Exit {
    let (options, environment) = match settings::reading(&args.read)
        .and_then(|options| Ok((options, settings::environment(&args.read)?)))
    {
        Ok(both) => both,
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Usage;
        }
    };
    let filter = match settings::capture_filter(&args.read) {
        Ok(filter) => filter,
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Usage;
        }
    };
    let source = if let Some(kind) = container::kind(&args.source) {
        match web_archive::open(&args.source, kind, &filter, args.json, language) {
            Ok(source) => source,
            Err(exit) => return exit,
        }
    } else if !filter.is_all() {
        words::error(language, &SourceError::NotFiltered.describe(language));
        return Exit::Usage;
    } else if args.source.as_os_str() == "-" {
        Source::StandardInput
    } else if let Some(typed) = address(&args.source) {
        match web_page(args, typed) {
            Ok(page) => Source::Web(page),
            Err(error) => {
                words::error(language, &error.describe(language));
                return Exit::Usage;
            }
        }
    } else {
        let root = args.source.parent().filter(|root| !root.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Source::File { path: args.source.clone(), root: root.to_path_buf() }
    };
    let mut pipeline = Pipeline::new(&options, &environment);
    let result = pipeline.read(&source);
    let diagnostics: Vec<Diagnostic> = pipeline.diagnostics.iter().cloned().collect();
    let text = if args.explain == Some(ExplainFormat::Html)
        && let Ok(reading) = &result
    {
        explain(&reading.dom, &reading.trace, &reading.conversion.document, language)
    } else if args.explain.is_some() {
        String::new()
    } else if args.json {
        format!("{:#}\n", as_json(result.as_ref(), &diagnostics))
    } else {
        match &result {
            Ok(reading) => as_text(reading, &diagnostics, language),
            Err(_) => diagnostics_as_text(&diagnostics, language),
        }
    };
    let written = match &args.output {
        _ if text.is_empty() => Ok(()),
        Some(path) => place(path, text.as_bytes()).map_err(|error| error.describe(language)),
        None => words::data(&text).map_err(|error| match language {
            Language::English => format!("cannot write standard output: {error}"),
            Language::Chinese => format!("无法写入标准输出：{error}"),
        }),
    };
    if let Err(error) = written {
        words::error(language, &error);
        return Exit::Failed;
    }
    match result {
        Ok(_) => Exit::Done,
        Err(error) => {
            let line = format!("{} [{}] {}", args.source.display(), error.stage(), In(language, &error));
            words::error(language, &line);
            Exit::Failed
        }
    }
}

/// The page at an address that was typed.
fn web_page(args: &InspectArgs, typed: Result<Url, SourceError>) -> Result<WebPage, SettingsError> {
    let url = typed.map_err(|why| SettingsError::Source { why })?;
    let web = web::web(&args.web, std::slice::from_ref(&args.source), &Arc::default())?;
    let none = || SettingsError::Source { why: SourceError::NotFound { path: url.to_string() } };
    Ok(WebPage::new(url.clone(), web.ok_or_else(none)?))
}

/// Everything as one JSON object: `fetched` (of an address), `encoding`, `region`, `metadata`, `outline`, `removed`, `attachments`,
/// `diagnostics`, `error`.
fn as_json(result: Result<&Reading, &Error>, diagnostics: &[Diagnostic]) -> Value {
    let mut object = Map::new();
    let mut insert = |key: &str, value: Value| object.insert(key.to_owned(), value);
    match result {
        Ok(reading) => {
            let document = &reading.conversion.document;
            let trace = &reading.trace;
            if let Some(Fetched { requested, redirects, robots }) = &reading.conversion.acquired.fetched {
                let url = &reading.conversion.acquired.url;
                insert(
                    "fetched",
                    json!({
                        "requested": requested.as_str(),
                        "redirects": redirects,
                        "url": url.as_ref().map(Url::as_str),
                        "robots": robots,
                    }),
                );
            }
            insert(
                "encoding",
                json!({"chosen": document.provenance.encoding, "steps": reading.decoded.steps}),
            );
            let paths: Vec<&str> = trace.regions.iter().map(|region| region.path.as_str()).collect();
            insert("region", json!({"choice": choice(&trace.choice, Language::English), "paths": paths}));
            insert("metadata", json!(document.metadata));
            let outline: Vec<Value> = outline(document)
                .into_iter()
                .map(|(level, heading)| json!({"level": level, "heading": heading}))
                .collect();
            insert("outline", Value::Array(outline));
            let removed: Vec<Value> =
                trace.removed.iter().map(|part| json!({"kind": part.kind, "text": part.excerpt})).collect();
            insert("removed", Value::Array(removed));
            insert("attachments", json!(document.attachments));
        }
        Err(error) => {
            let line = json!({"stage": error.stage(), "code": error.code(), "message": error.to_string()});
            insert("error", line);
        }
    }
    insert("diagnostics", json!(diagnostics));
    Value::Object(object)
}

fn choice(choice: &Choice, language: Language) -> String {
    match (choice, language) {
        (Choice::Rule(rule), Language::English) => format!("site rule {rule}"),
        (Choice::Rule(rule), Language::Chinese) => format!("站点规则 {rule}"),
        (Choice::Scored(weight), Language::English) => format!("scored, weight {weight}"),
        (Choice::Scored(weight), Language::Chinese) => format!("按权重推断（{weight}）"),
        (Choice::Pictures, Language::English) => "pictures in place of text".to_owned(),
        (Choice::Pictures, Language::Chinese) => "以图代文".to_owned(),
        (Choice::None, Language::English) => "none".to_owned(),
        (Choice::None, Language::Chinese) => "无".to_owned(),
    }
}

/// The headings of the body: level and words.
fn outline(document: &Document) -> Vec<(u8, String)> {
    document
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Heading(heading) => {
                let mut words = String::new();
                inlines(&heading.content, document, &mut words);
                Some((heading.level.get(), words))
            }
            _ => None,
        })
        .collect()
}

/// Headings of the sections of the text form.
fn heading(english: &str, chinese: &str, language: Language) -> String {
    match language {
        Language::English => format!("\n{english}\n"),
        Language::Chinese => format!("\n{chinese}\n"),
    }
}

fn as_text(reading: &Reading, diagnostics: &[Diagnostic], language: Language) -> String {
    let (document, trace) = (&reading.conversion.document, &reading.trace);
    let mut out = String::new();
    let title = |english, chinese| heading(english, chinese, language);

    out += fetched(&reading.conversion.acquired, language).trim_start();
    out += title("Encoding", "编码").trim_start();
    for step in &reading.decoded.steps {
        let mark = if step.decided { "→" } else { " " };
        out += &format!("  {mark} {}: {}\n", step.evidence, step.found);
    }
    out += &title("Region", "正文区域");
    out += &format!("    {}\n", choice(&trace.choice, language));
    for region in &trace.regions {
        out += &format!("    {}\n", region.path);
    }
    out += &title("Metadata", "元数据");
    out += &metadata(document);
    out += &title("Outline", "提纲");
    for (level, words) in outline(document) {
        out += &format!("    {}{words}\n", "  ".repeat(usize::from(level) - 1));
    }
    if !document.attachments.is_empty() {
        out += &title("Attachments", "附件");
        for attachment in &document.attachments {
            out += &format!("    {}  {}\n", attachment.name, attachment.url);
        }
    }
    out += &title("Removed", "已去除");
    for part in &trace.removed {
        out += &format!("    {}: {}\n", part.kind, part.excerpt.replace('\n', " "));
    }
    out += &title("Diagnostics", "诊断");
    out + &diagnostics_as_text(diagnostics, language)
}

/// The way that a page came over the web.
fn fetched(acquired: &Acquired, language: Language) -> String {
    let (Some(fetched), Some(url)) = (&acquired.fetched, &acquired.url) else { return String::new() };
    let mut out = heading("Fetched", "抓取", language);
    out += &format!("    {}\n", fetched.requested);
    for between in &fetched.redirects {
        out += &format!("    → {between}\n");
    }
    if *url != fetched.requested {
        out += &format!("    → {url}\n");
    }
    let captured = acquired.captured.as_deref().unwrap_or_default();
    out + &format!("    {captured}  robots.txt: {}\n\n", fetched.robots)
}

/// Each value with its origin, then the values it was chosen over.
fn metadata(document: &Document) -> String {
    let Value::Object(fields) = json!(document.metadata) else { return String::new() };
    let mut out = String::new();
    for (name, field) in fields.iter().filter(|(_, field)| !field.is_null()) {
        let shown = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Array(parts) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" > "),
            other => other.to_string(),
        };
        let origin = |field: &Value| field["origin"].as_str().unwrap_or_default().to_owned();
        out += &format!("    {name}: {}  ({})\n", shown(&field["value"]), origin(field));
        for candidate in field["candidates"].as_array().into_iter().flatten() {
            out += &format!("        not {}  ({})\n", shown(&candidate["value"]), origin(candidate));
        }
    }
    out
}

/// What was noticed, without what was removed: that is listed by itself.
fn diagnostics_as_text(diagnostics: &[Diagnostic], language: Language) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        if !matches!(diagnostic, Diagnostic::BoilerplateRemoved { .. }) {
            let mark = if diagnostic.severity() == Severity::Warning { "!" } else { " " };
            out += &format!("  {mark} {}: {}\n", diagnostic.code(), In(language, diagnostic));
        }
    }
    out
}

//! Turns a page and the decisions about it into one HTML file for a person: what was kept as what, what was removed.
//!
//! The file stands alone: the page's scripts, styles, forms, frames and addresses are left out, and a content
//! security policy forbids everything but the stylesheet written here and pictures that the page itself holds.

mod page;
mod words;

use crate::document::{Document, Metadata};
use crate::extract::{Choice, Trace};
use crate::message::Language;
use crate::parse::Dom;
use crate::write::html::style_source;

/// Writes the page in `dom` with the decisions of `trace` drawn upon it, legend and metadata of `document` above.
#[must_use]
pub fn explain(dom: &Dom, trace: &Trace, document: &Document, language: Language) -> String {
    let title = match language {
        Language::English => "What was decided about",
        Language::Chinese => "处理说明：",
    };
    let name = escape(&document.provenance.file);
    let mut out = format!(
        concat!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; ",
            "style-src {style_source}; base-uri 'none'; form-action 'none'\">\n",
            "<meta name=\"referrer\" content=\"no-referrer\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<title>{title} {name}</title>\n<style>{style}</style>\n</head>\n<body>\n",
            "<header>\n<h1>{title} {name}</h1>\n",
        ),
        lang = match language {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        },
        style_source = style_source(STYLE),
        title = title,
        name = name,
        style = STYLE,
    );
    legend(&mut out, trace, language);
    metadata(&mut out, &document.metadata, language);
    out.push_str("</header>\n<main>\n");
    page::draw(&mut out, dom, trace, language);
    out.push_str("\n</main>\n</body>\n</html>\n");
    out
}

/// The marks and their meaning, with the parts that this page has, and how its region was found.
fn legend(out: &mut String, trace: &Trace, language: Language) {
    let (region, removed, kept, how) = match language {
        Language::English => ("region of the document", "removed", "kept as", "found by"),
        Language::Chinese => ("正文区域", "已去除", "保留为", "依据"),
    };
    let found = match (&trace.choice, language) {
        (Choice::Rule(rule), Language::English) => format!("site rule {rule}"),
        (Choice::Rule(rule), Language::Chinese) => format!("站点规则 {rule}"),
        (Choice::Scored(weight), Language::English) => format!("its weight, {weight}"),
        (Choice::Scored(weight), Language::Chinese) => format!("文字权重（{weight}）"),
        (Choice::Pictures, Language::English) => "its pictures".to_owned(),
        (Choice::Pictures, Language::Chinese) => "图片".to_owned(),
        (Choice::None, Language::English) => "nothing".to_owned(),
        (Choice::None, Language::Chinese) => "无".to_owned(),
    };
    let paths: Vec<&str> = trace.regions.iter().map(|part| part.path.as_str()).collect();
    *out += &format!(
        "<p><a class=\"region\" href=\"#document\">{region}</a> {how} {}<br><code>{}</code></p>\n<p>{kept}",
        escape(&found),
        escape(&paths.join(" · "))
    );
    let mut roles: Vec<&str> = Vec::new();
    for kept in &trace.kept {
        if !roles.contains(&kept.role.as_str()) {
            roles.push(&kept.role);
        }
    }
    for role in roles {
        let count = trace.kept.iter().filter(|kept| kept.role == role).count();
        *out += &format!(
            " <span class=\"kept {}\" data-label=\"{}\">{count}</span>",
            page::colour(role),
            words::role(role, language)
        );
    }
    *out += &format!("</p>\n<p>{removed}");
    let mut kinds: Vec<&str> = Vec::new();
    for part in &trace.removed {
        if !kinds.contains(&part.kind) {
            kinds.push(part.kind);
        }
    }
    for kind in kinds {
        let count = trace.removed.iter().filter(|part| part.kind == kind).count();
        *out += &format!(
            " <span class=\"removed\" data-label=\"{}\">{count}</span>",
            words::kind(kind, language)
        );
    }
    out.push_str("</p>\n");
}

/// Every value with its origin, then the values over which it was chosen.
fn metadata(out: &mut String, metadata: &Metadata, language: Language) {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(metadata) else { return };
    let heads = match language {
        Language::English => ["field", "value", "from", "chosen over"],
        Language::Chinese => ["项目", "内容", "出处", "其他来源的值"],
    };
    out.push_str("<table>\n<tr>");
    for head in heads {
        *out += &format!("<th>{head}</th>");
    }
    out.push_str("</tr>\n");
    let shown = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(parts) => {
            parts.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(" › ")
        }
        other => other.to_string(),
    };
    for (name, field) in fields.iter().filter(|(_, field)| !field.is_null()) {
        let others: Vec<String> = field["candidates"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|other| format!("{} ({})", shown(&other["value"]), shown(&other["origin"])))
            .collect();
        *out += &format!(
            "<tr><th>{}</th><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
            words::field(name, language),
            escape(&shown(&field["value"])),
            escape(&shown(&field["origin"])),
            escape(&others.join("；"))
        );
    }
    out.push_str("</table>\n");
}

/// `text` fit for content and for attribute values in double quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = r#"
body{margin:0;font:15px/1.7 "Noto Serif CJK SC","SimSun",serif;color:#111;background:#fff}
header{padding:1em 1.5em;background:#f4f4f1;border-bottom:2px solid #444;font-family:"Noto Sans CJK SC","SimHei",sans-serif;font-size:13px}
header h1{margin:0 0 .4em;font-size:17px}header p{margin:.5em 0}
header table{border-collapse:collapse;background:#fff}header th,header td{border:1px solid #bbb;padding:.1em .6em;text-align:left;vertical-align:top;overflow-wrap:anywhere}
code{font:12px/1.4 monospace;overflow-wrap:anywhere}
header th{white-space:nowrap}header .kept,header .removed{margin-right:.8em}
main{padding:1em 1.5em;max-width:64em;color:#9a9a9a;font-size:11px;line-height:1.5}main ul,main ol{margin:0;padding-left:1.5em}
main li{display:inline;margin-right:1em}main .region li{display:list-item;margin:0}main .region,main .kept{color:#111;font-size:15px;line-height:1.7}
main .removed{font-size:12px}
main table{border-collapse:collapse;max-width:100%}main td,main th{border:1px dotted #ccc;padding:.1em .4em;vertical-align:top;text-align:left}
.h{font-weight:bold;font-size:1.15em}.p{margin:.4em 0}
.region{outline:3px solid #1a7f37;outline-offset:2px;background:#f3fbf4}
main .region{display:block;padding:.6em;margin:.6em 0}main td.region{display:table-cell}main tr.region{display:table-row}
main .run{outline:none;box-shadow:-3px 0 #1a7f37,3px 0 #1a7f37;margin:0;padding:.2em .6em}
.kept::before,.removed::before{content:attr(data-label);display:inline-block;margin-right:.5em;padding:0 .45em;border-radius:.6em;color:#fff;
font:bold 11px/1.6 "Noto Sans CJK SC","SimHei",sans-serif;vertical-align:.1em;text-decoration:none;white-space:nowrap}
.kept{border-left:4px solid #888;padding-left:.5em}.kept::before{background:#888}span.kept{border-left-width:3px;padding-left:.25em}
.title{background:#ffe3e3;border-color:#c1121f}.title::before{background:#c1121f}
.heading{background:#e3ecff;border-color:#1d4ed8}.heading::before{background:#1d4ed8}
.body{border-color:#9aa0a6}.body::before{background:#9aa0a6}
.addressee{background:#efe4ff;border-color:#7c3aed}.addressee::before{background:#7c3aed}
.close{background:#fff0d6;border-color:#b45309}.close::before{background:#b45309}
.attachment{background:#d9f5f3;border-color:#0f766e}.attachment::before{background:#0f766e}
.table{background:#eef7d8;border-color:#4d7c0f}.table::before{background:#4d7c0f}
.figure{background:#fde4f3;border-color:#be185d}.figure::before{background:#be185d}
.removed,.region .removed{color:#999;text-decoration:line-through;background:#ececec}.removed::before{background:#6b7280}
.removed .kept{text-decoration:none}
.hidden{opacity:.45;font-size:.8em}
.picture{display:inline-block;border:1px dashed #888;padding:0 .5em;color:#666;font-size:.85em;overflow-wrap:anywhere}
img{max-width:100%}.link{text-decoration:underline dotted}
.center{text-align:center}.end{text-align:right}
"#;

#[cfg(test)]
mod tests {
    use super::explain;
    use crate::diagnostic::Diagnostics;
    use crate::document::{Document, Provenance};
    use crate::extract::{ExtractOptions, extract};
    use crate::message::Language;
    use crate::parse::{ParseOptions, parse};

    const PAGE: &str = concat!(
        "<html><head><title>关于印发示例办法的通知</title><script>alert('甲')</script></head>",
        "<body onload=\"alert('乙')\"><div class=nav><a href=\"javascript:alert('丙')\">首页</a></div>",
        "<h1>关于印发示例办法的通知</h1><p>来源：示例厅　发布时间：2024-03-05</p>",
        "<div style=\"background:url(http://example.com/x.png)\"><p>各有关单位：</p>",
        "<p>现将《示例办法》印发给你们，请认真贯彻执行，执行中遇到的问题，请及时反馈。</p>",
        "<p><img src=\"http://example.com/a.png\" onerror=\"alert('丁')\"></p>",
        "<form action=\"http://example.com\"><input value=\"戊\"></form><iframe src=\"http://example.com\"></iframe>",
        "<p align=right>示例厅</p><p align=right>2024年3月4日</p><p>【打印】【关闭】</p></div></body></html>"
    );

    fn explained(language: Language) -> String {
        let mut diagnostics = Diagnostics::default();
        let dom = parse(PAGE, &ParseOptions::default(), &mut diagnostics).expect("a tree");
        let extraction =
            extract(&dom, None, &ExtractOptions::default(), &mut diagnostics).expect("a document");
        let document = Document {
            metadata: extraction.metadata,
            body: extraction.body,
            provenance: Provenance { file: "通知<1>.html".to_owned(), ..Provenance::default() },
            ..Document::default()
        };
        explain(&dom, &extraction.trace, &document, language)
    }

    #[test]
    fn what_was_kept_and_removed_is_labelled() {
        let page = explained(Language::Chinese);
        for part in [
            "kept addressee\" data-label=\"主送机关\">各有关单位：",
            "data-label=\"署名\">示例厅",
            "data-label=\"成文日期\">2024年3月4日",
            "removed\" data-label=\"打印\">【打印】【关闭】",
            "<th>标题</th><td>关于印发示例办法的通知</td>",
            "通知&lt;1&gt;.html",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(explained(Language::English).contains("data-label=\"addressee\">各有关单位："));
    }

    #[test]
    fn nothing_of_the_page_runs_or_loads() {
        let page = explained(Language::English);
        let foreign = ["<script", "alert", "onload", "onerror", "javascript:", "<iframe", "<form", "<input"];
        let marked: Vec<&str> = foreign.into_iter().filter(|mark| page.contains(mark)).collect();
        assert_eq!(page.matches("href=").count(), page.matches("href=\"#document\"").count());
        assert!(marked.is_empty(), "{marked:?}");
        assert!(!page.contains("src=\"http") && !page.contains("url("));
        assert!(page.contains("default-src 'none'"));
    }
}

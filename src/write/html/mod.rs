//! Turns a Document into one HTML file that stands alone: pictures inlined, no script, a strict content security
//! policy, a print stylesheet with the page of GB/T 9704-2012.

mod base64;
mod body;
mod style;

use sha2::{Digest, Sha256};

use crate::colophon::Row;
use crate::document::{Document, Field};
use crate::furniture::{Furniture, Kind, Written};

pub(super) use body::{Composer, Pictures, escape};

/// How to write HTML.
#[derive(Clone, Debug, Default)]
pub struct HtmlOptions {
    /// Rows of the 著录信息 section at the end; `None` for no such section.
    pub colophon: Option<Vec<Row>>,
}

/// Writes `document` as HTML. The same Document and options give the same bytes.
///
/// Furniture: notes in the place of missing pictures and the 著录信息 section. List marks are made by the browser.
#[must_use]
pub fn html(document: &Document, options: &HtmlOptions) -> Written {
    let mut composer = Composer::new(document, Pictures::Inline);
    composer.out.push_str("<body>\n<main>\n<article>\n");
    composer.blocks(&document.body);
    composer.notes();
    composer.out.push_str("</article>\n</main>\n");
    if let Some(rows) = options.colophon.as_deref().filter(|rows| !rows.is_empty()) {
        colophon(&mut composer, rows);
    }
    composer.out.push_str("</body>\n</html>\n");
    let Composer { out, furniture, .. } = composer;
    Written { bytes: (head(document) + &out).into_bytes(), furniture }
}

/// The source expression by which a content security policy allows the stylesheet `style` (CSP 3, 2.3.1).
#[must_use]
pub fn style_source(style: &str) -> String {
    format!("'sha256-{}'", base64::encode(&Sha256::digest(style.as_bytes())))
}

fn head(document: &Document) -> String {
    let metadata = &document.metadata;
    let title = metadata.title.as_ref().map_or("未命名文件", |title| &title.value);
    let mut head = format!(
        concat!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; ",
            "style-src {style_source}; base-uri 'none'; form-action 'none'\">\n",
            "<meta name=\"referrer\" content=\"no-referrer\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<title>{title}</title>\n",
        ),
        style_source = style_source(style::STYLE),
        title = escape(title),
    );
    // The names of 国办发〔2017〕47号.
    let text = |field: &Option<Field<String>>| field.as_ref().map(|field| field.value.clone());
    for (name, value) in [
        ("ArticleTitle", text(&metadata.title)),
        ("PubDate", metadata.published.as_ref().map(|date| date.value.to_string())),
        ("ContentSource", text(&metadata.source)),
        ("Author", text(&metadata.author)),
        ("Keywords", metadata.keywords.as_ref().map(|field| field.value.join(";"))),
        ("Description", text(&metadata.description)),
        ("ColumnName", text(&metadata.column)),
        ("SiteName", text(&metadata.site_name)),
        ("SiteDomain", text(&metadata.site_domain)),
        ("SiteIDCode", text(&metadata.site_id)),
        ("Url", text(&metadata.url)),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            head.extend(["<meta name=\"", name, "\" content=\"", &escape(&value), "\">\n"]);
        }
    }
    head.extend(["<style>", style::STYLE, "</style>\n</head>\n"]);
    head
}

/// The 著录信息 section.
fn colophon(composer: &mut Composer<'_>, rows: &[Row]) {
    const HEADING: &str = "著录信息";
    let offset = composer.written;
    let mut text = HEADING.to_owned();
    let out = &mut composer.out;
    out.extend(["<footer class=\"colophon\" aria-label=\"", HEADING, "\">\n<p>", HEADING, "</p>\n<dl>\n"]);
    for row in rows {
        out.extend(["<dt>", &escape(&row.label), "</dt><dd>", &escape(&row.value), "</dd>\n"]);
        text.push_str(&row.label);
        text.push_str(&row.value);
    }
    out.push_str("</dl>\n</footer>\n");
    composer.furniture.push(Furniture { kind: Kind::Colophon, offset, text });
}

#[cfg(test)]
mod tests {
    use super::{HtmlOptions, html};
    use crate::write::samples;

    fn written() -> String {
        String::from_utf8(html(&samples::notice(), &HtmlOptions::default()).bytes).expect("UTF-8")
    }

    #[test]
    fn nothing_is_loaded_or_run() {
        let page = written();
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("javascript:"));
        assert!(page.contains("default-src 'none'; img-src data:;"));
        assert!(!page.contains("src=\"http"), "pictures are inlined");
        assert!(page.contains("src=\"data:image/png;base64,iVBORw0KGgo"));
    }

    #[test]
    fn headings_are_one_outline_and_tables_have_heads() {
        let page = written();
        for part in [
            "<h1>广东省示例厅关于印发<br>《示例办法》的通知</h1>",
            "<h2>一、总体要求</h2>",
            "<div class=\"run-in\"><h3>（一）强化组织领导。</h3><p>厅党组",
            "<caption>表1 资金安排表</caption>",
            "<th scope=\"col\" rowspan=\"2\">序号</th>",
            "<td class=\"number\">1,234.50</td>",
            "<p class=\"signature\">广东省人力资源和社会保障厅</p>",
            "alt=\"公章图片\"",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
}

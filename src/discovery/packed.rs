//! Lists that 大汉 (jpage) packs in XML: within a script of the column's page, or as the answer of `dataproxy.jsp`.
//!
//! Each `<record>` holds a piece of HTML; `<nextgroup>` holds the link to the next records.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::resolve;

static RECORD: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?s)<record>\s*(?:<!\[CDATA\[(.*?)\]\]>\s*)?</record>"));
static NEXT_GROUP: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r#"(?s)<nextgroup>\s*<!\[CDATA\[.{0,200}?href\s*=\s*["']([^"'<>]+)["'].*?\]\]>\s*</nextgroup>"#)
});

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
}

/// A list out of its package.
pub(super) struct Unpacked {
    /// The records, as the items of a list in HTML.
    pub html: String,
    /// Where the next records are.
    pub next: Option<Url>,
}

/// The list that is packed in `text`, whose address is `list`.
pub(super) fn unpack(text: &str, list: Option<&Url>) -> Option<Unpacked> {
    let package = &text[text.find("<datastore>")?..];
    let records = RECORD.captures_iter(package).filter_map(|captures| captures.get(1));
    let mut html = String::from("<ul>");
    for record in records {
        html.push_str("<li>");
        html.push_str(record.as_str());
        html.push_str("</li>");
    }
    html.push_str("</ul>");
    let next = NEXT_GROUP.captures(package).and_then(|captures| captures.get(1));
    let next = next.and_then(|next| resolve(&next.as_str().replace("&amp;", "&"), list));
    Some(Unpacked { html, next })
}

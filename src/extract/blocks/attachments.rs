//! Turns links to files into attachments, and finds the attachment box beside the text.

use crate::extract::blocks::inlines;
use crate::extract::boilerplate::noise;
use crate::extract::whitespace;
use std::collections::BTreeMap;

use url::Url;

use crate::document::{Attachment, Inline, Run};
use crate::extract::boilerplate::{is_attachment_label, is_footer};
use crate::extract::page::lines::Line;
use crate::extract::page::links;
use crate::extract::page::{Kind, Page, Tag};
use crate::extract::region::Region;
use crate::extract::whitespace::squeeze;

/// Media types by file extension: what Chinese government pages attach.
const TYPES: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("wps", "application/vnd.ms-works"),
    ("et", "application/vnd.ms-excel"),
    ("dps", "application/vnd.ms-powerpoint"),
    ("ofd", "application/ofd"),
    ("ceb", "application/x-ceb"),
    ("rtf", "application/rtf"),
    ("csv", "text/csv"),
    ("txt", "text/plain"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
    ("rar", "application/vnd.rar"),
    ("7z", "application/x-7z-compressed"),
    ("tar", "application/x-tar"),
    ("gz", "application/gzip"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
];

/// The media type of the file that `target` names; `None` for pages and everything else.
pub(in crate::extract) fn media_type(target: &str) -> Option<&'static str> {
    let target = target.trim();
    if target.get(..11).is_some_and(|scheme| scheme.eq_ignore_ascii_case("javascript:")) {
        return None;
    }
    let target = target.split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // Download scripts name the file in their query: `download.jsp?file=a.doc`.
    by_extension(path).or_else(|| query.split('&').find_map(by_extension))
}

fn by_extension(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    // A bare host (`http://www.example.zip`) is no file.
    let (stem, extension) = name.rsplit_once('.')?;
    if stem.is_empty() || extension.len() > 4 {
        return None;
    }
    TYPES.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|(_, media_type)| *media_type)
}

/// Attachments in page order, each file once.
#[derive(Default)]
pub(in crate::extract) struct Found {
    /// The attachments.
    pub(in crate::extract) list: Vec<Attachment>,
    by_url: BTreeMap<String, usize>,
}

/// The files that links in `region` lead to, in page order.
pub(in crate::extract) fn within(
    page: &Page<'_>,
    region: &Region,
    removed: &[bool],
    base: Option<&Url>,
) -> Found {
    let mut found = Found::default();
    for part in &region.parts {
        for (index, gone) in removed.iter().enumerate().take(part.end).skip(part.start) {
            if !gone && !page.items[index].hidden {
                add(&mut found, page, index, base);
            }
        }
    }
    found
}

/// A line of an attachment box outside the text.
pub(in crate::extract) struct BoxLine {
    /// What it says, links included.
    pub(in crate::extract) content: Vec<Inline>,
    /// Where it stands.
    pub(in crate::extract) origin: usize,
}

/// Lines with links to files in the attachment box that follows (or precedes) `region`, and their files.
pub(in crate::extract) fn beside(
    page: &Page<'_>,
    region: &Region,
    base: Option<&Url>,
    found: &mut Found,
) -> Vec<BoxLine> {
    let mut lines = Vec::new();
    // The box stands within the block that holds the text and its title; beyond the foot there is none.
    let mut labelled = false;
    let after = page.lines_between(region.end(), page.items.len());
    for line in &page.lines[after] {
        let squeezed = if line.length <= 200 { line.squeezed() } else { String::new() };
        if is_footer(&squeezed) {
            break;
        }
        labelled = is_attachment_label(&squeezed)
            || squeezed.starts_with("附件")
            || labelled && noise::holds_file(page, line);
        if !noise::holds_file(page, line) || !(labelled || in_attachment_box(page, line.start)) {
            continue;
        }
        let before = found.list.len();
        let content = read(page, line, base, found);
        if found.list.len() > before && !content.is_empty() {
            lines.push(BoxLine { content, origin: line.start });
        }
    }
    lines
}

fn in_attachment_box(page: &Page<'_>, index: usize) -> bool {
    const PARTS: [&str; 8] =
        ["attach", "fujian", "annex", "appendix", "downloadfile", "filelink", "xgfj", "enclosure"];
    page.ancestors(index).take(6).any(|ancestor| {
        ["class", "id"].into_iter().any(|name| {
            page.attribute(ancestor, name).is_some_and(|value| {
                let value = value.to_ascii_lowercase();
                PARTS.iter().any(|part| value.contains(part))
            })
        })
    })
}

/// The line as runs, its files added to `found`.
fn read(page: &Page<'_>, line: &Line, base: Option<&Url>, found: &mut Found) -> Vec<Inline> {
    let mut content = Vec::new();
    let mut seen = None;
    for index in line.start..line.end {
        let Kind::Text(text) = page.items[index].kind else { continue };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() || page.items[index].hidden {
            continue;
        }
        let anchor = page.ancestors(index).take(6).find(|&at| page.items[at].tag() == Tag::Anchor);
        if let Some(anchor) = anchor.filter(|anchor| seen != Some(*anchor)) {
            add(found, page, anchor, base);
            seen = Some(anchor);
        }
        let target = anchor.and_then(|at| links::target(page.attribute(at, "href")?, base));
        let text: String = text.chars().filter(|c| !whitespace::is_forbidden(*c)).collect();
        inlines::push(&mut content, Inline::Text(Run { text, link: target, ..Run::default() }));
    }
    inlines::trim_start(&mut content);
    inlines::trim_end(&mut content);
    content
}

/// Adds the file that the anchor at `index` links to, unless it is there already.
fn add(found: &mut Found, page: &Page<'_>, index: usize, base: Option<&Url>) {
    if page.items[index].tag() != Tag::Anchor {
        return;
    }
    let Some(target) = page.attribute(index, "href") else { return };
    let Some(media_type) = media_type(target) else { return };
    let url = links::source(target, base);
    let printed = page.text(index, 300);
    // 「点击下载」 names no file.
    let void = squeeze(&printed).is_empty()
        || matches!(squeeze(&printed).as_str(), "下载" | "点击下载" | "附件下载" | "查看");
    let name = if void {
        page.attribute(index, "title")
            .map(str::trim)
            .filter(|title| !title.is_empty())
            .map_or_else(|| file_name(target).to_owned(), str::to_owned)
    } else {
        printed
    };
    if let Some(&at) = found.by_url.get(&url) {
        let known = &mut found.list[at];
        // A picture of a file type and the name beside it link to the same file.
        if known.name == file_name(target) && !void {
            known.name = name;
        }
        return;
    }
    found.by_url.insert(url.clone(), found.list.len());
    found.list.push(Attachment { name, url, media_type: Some(media_type.to_owned()) });
}

fn file_name(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn files_are_known_by_extension() {
        assert_eq!(media_type("./W020240613.docx"), media_type("a/B.DOCX?x=1"));
        assert_eq!(media_type("down.jsp?id=3&file=附件1.pdf"), Some("application/pdf"));
        for page in [
            "content.html",
            "index.shtml",
            "javascript:open('a.pdf')",
            "http://www.gov.cn",
            "/",
            "a.htm#x.pdf",
        ] {
            assert_eq!(media_type(page), None, "{page}");
        }
    }
}

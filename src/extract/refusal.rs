//! Turns a page without a document into the reason why it is none.

use super::ExtractError;
use crate::document::{Attachment, Block, Inline};
use crate::extract::blocks::attachments;
use crate::extract::blocks::inlines;
use crate::extract::blocks::pictures;
use crate::extract::boilerplate::is_linked;
use crate::extract::metadata::date;
use crate::extract::metadata::info_line;
use crate::extract::page;
use crate::extract::page::lines;
use crate::extract::page::{Kind, Page, Tag, attribute};
use crate::extract::region::Region;
use crate::extract::region::score::Weights;
use crate::extract::trace::Choice;
use crate::extract::whitespace::squeeze;

/// Characters up to which a page's text may be a mere message.
const MESSAGE: usize = 400;

/// Refuses what is no page with a document, before any region is looked for.
pub(super) fn before(page: &Page<'_>, title: &str) -> Result<(), ExtractError> {
    if page.items.iter().filter_map(page::Item::element).any(|element| element.name() == "frameset") {
        return Err(ExtractError::Frameset);
    }
    let (text, strange) = raw(page);
    if strange * 10 > text.max(20) {
        return Err(ExtractError::NotText);
    }
    let visible: usize = page.lines.iter().map(|line| line.length).sum();
    if visible <= MESSAGE {
        let message: String = page.lines.iter().map(lines::Line::squeezed).collect();
        if is_challenge(page, &message, title) {
            return Err(ExtractError::Challenge);
        }
        if is_missing(&squeeze(title), &message) {
            return Err(ExtractError::NotFound);
        }
        if asks_for_login(page, &message) {
            return Err(ExtractError::Login);
        }
    }
    Ok(())
}

/// Why a page in which no region was found holds no document.
pub(super) fn without_region(page: &Page<'_>, title: &str) -> ExtractError {
    let message: String = page.lines.iter().take(200).map(lines::Line::squeezed).collect();
    if is_missing(&squeeze(title), "") {
        return ExtractError::NotFound;
    }
    if asks_for_login(page, &message) {
        return ExtractError::Login;
    }
    let listed = page.lines.iter().filter(|line| is_linked(line) && line.length >= 8).count();
    let files = page
        .items
        .iter()
        .filter(|item| !item.hidden && item.tag() == Tag::Anchor)
        .filter_map(|item| attribute(item.element()?, "href"))
        .any(|target| attachments::media_type(target).is_some());
    let embedded = page.items.iter().filter_map(page::Item::element).any(|element| {
        matches!(element.name(), "iframe" | "embed" | "object")
            && ["src", "data"].into_iter().any(|name| {
                attribute(element, name).is_some_and(|source| attachments::media_type(source).is_some())
            })
    });
    if listed >= 10 && !(files && listed < 40) {
        ExtractError::IndexPage
    } else if files || embedded {
        ExtractError::AttachmentOnly
    } else {
        ExtractError::EmptyBody
    }
}

/// Whether the region that scoring found is a list of links to other pages: an index or column page.
pub(super) fn is_index(page: &Page<'_>, region: &Region, weights: &Weights, declared: bool) -> bool {
    if region.rule.is_some() || declared {
        return false;
    }
    // A list page has no info line; a document beside lists of other documents has.
    let informed = page.lines[..page.lines.partition_point(|line| line.start < region.end())]
        .iter()
        .any(|line| line.length <= 260 && !is_linked(line) && info_line::is_info_line(&line.text));
    if informed {
        return false;
    }
    let weight: i64 = region.parts.iter().map(|part| weights.between(part.start, part.end)).sum();
    let held: usize = region
        .parts
        .iter()
        .flat_map(|part| page.lines_between(part.start, part.end))
        .map(|line| page.lines[line].length)
        .sum();
    // Items of a list: links with a title's length, most with a date beside them.
    let items = page.lines.iter().filter(|line| is_linked(line) && line.length >= 10).count();
    let dated = page
        .lines
        .iter()
        .filter(|line| line.length <= 120)
        .filter(|line| line.linked > 0 || line.length <= 16)
        .filter(|line| date::find(&line.text).is_some())
        .count();
    let prose =
        page.lines.iter().filter(|line| line.marks >= 2 && line.length >= 30 && !is_linked(line)).count();
    if is_abstracts(page, region) {
        return true;
    }
    (items >= 10 && dated >= 8 && prose <= 3 && held < 600 && (weight < 150 || prose == 0))
        || (items >= 25 && weight < 120 && prose <= 1)
}

/// Whether the body is the names of its files and nothing else, title and labels aside: the document is in the files.
pub(super) fn holds_only_files(body: &[Block], files: &[Attachment]) -> bool {
    /// A longer list is a document of its own.
    const MOST: usize = 64;
    if files.is_empty() || files.len() > MOST || body.len() > MOST {
        return false;
    }
    let mut names: Vec<String> = files.iter().map(|file| squeeze(&file.name)).collect();
    // 「附表1.xlsx」 is not to be found as 「附表1」 first.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    body.iter().all(|block| match block {
        Block::Title { .. } => true,
        Block::Paragraph(paragraph) => {
            let pictured = paragraph.content.iter().any(|inline| matches!(inline, Inline::Image(_)));
            let mut rest = squeeze(&inlines::text(&paragraph.content));
            for name in names.iter().filter(|name| !name.is_empty()) {
                rest = rest.replace(name.as_str(), "");
            }
            !pictured && is_label(&rest)
        }
        _ => false,
    })
}

/// 「附件：」, 「1.」 and the like: words beside a link that say nothing of their own.
fn is_label(squeezed: &str) -> bool {
    let word = squeezed.trim_matches(|c: char| c.is_ascii_digit() || "：:.．、；;。，（）()【】".contains(c));
    matches!(word, "" | "附" | "附件" | "附件下载" | "下载" | "点击下载" | "详见附件" | "相关附件")
}

/// Whether the region that scoring found is made of the words beside the fields of a form: a page of administration
/// or a search. Forms around documents (ASP.NET) hold prose.
pub(super) fn is_form(page: &Page<'_>, region: &Region) -> bool {
    const FIELDS: usize = 3;
    let Choice::Scored(weight) = region.choice else { return false };
    if weight >= 80 {
        return false;
    }
    let lines = region.parts.iter().flat_map(|part| page.lines_between(part.start, part.end));
    let prose = lines.map(|at| &page.lines[at]).any(|line| line.marks >= 1 && line.length >= 12);
    let informed = page.lines.iter().any(|line| line.length <= 260 && info_line::is_info_line(&line.text));
    let field = |item: &page::Item<'_>| {
        item.element().is_some_and(|element| match element.name() {
            "select" | "textarea" => true,
            "input" => !attribute(element, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden")),
            _ => false,
        })
    };
    !prose && !informed && page.items.iter().filter(|item| field(item)).count() >= FIELDS
}

/// Whether the region is a list of other pages with their abstracts: linked titles, each with a text and a date.
fn is_abstracts(page: &Page<'_>, region: &Region) -> bool {
    let lines: Vec<&lines::Line> = region
        .parts
        .iter()
        .flat_map(|part| page.lines_between(part.start, part.end))
        .map(|line| &page.lines[line])
        .collect();
    let item = |line: &lines::Line| is_linked(line) && line.length >= 8;
    let items = lines.iter().filter(|line| item(line)).count();
    let (mut since, mut prose, mut beside, mut dated) = (usize::MAX, 0, 0, 0);
    for line in &lines {
        since = if item(line) { 0 } else { since.saturating_add(1) };
        let dates = line.length <= 40 && date::find(&line.text).is_some();
        dated += usize::from(dates && since <= 4);
        if line.marks >= 2 && line.length >= 30 && !is_linked(line) {
            prose += 1;
            beside += usize::from(since <= 2);
        }
    }
    items >= 6 && dated * 10 >= items * 7 && beside * 10 >= prose * 8 && prose <= items * 2
}

/// Characters of all text, and how many of them are no text's characters.
fn raw(page: &Page<'_>) -> (usize, usize) {
    let (mut all, mut strange) = (0, 0);
    for item in &page.items {
        if let Kind::Text(text) = item.kind {
            for character in text.chars().filter(|c| !c.is_whitespace()) {
                all += 1;
                strange += usize::from(character == '\u{FFFD}' || character.is_control());
            }
        }
    }
    (all, strange)
}

fn is_challenge(page: &Page<'_>, message: &str, title: &str) -> bool {
    const SAID: [&str; 12] = [
        "请开启JavaScript",
        "请启用JavaScript",
        "JavaScript并刷新",
        "enableJavaScript",
        "正在验证",
        "安全验证",
        "人机验证",
        "浏览器安全检查",
        "Justamoment",
        "访问验证",
        "正在进行安全检测",
        "滑动验证",
    ];
    const SCRIPTS: [&str; 9] = [
        "__jsl_clearance",
        "$_ts",
        "_cf_chl",
        "acw_sc__v2",
        "document.cookie",
        "location.reload",
        "location.href=location",
        "eval(function",
        "WZWS",
    ];
    let title = squeeze(title);
    if SAID.iter().any(|phrase| message.contains(phrase) || title.contains(phrase)) {
        return true;
    }
    let pictured = page
        .items
        .iter()
        .any(|item| item.tag() == Tag::Image && !item.hidden && !pictures::is_decoration(item));
    if message.chars().count() >= 40 || pictured {
        return false;
    }
    let mut index = 0;
    while index < page.items.len() {
        let item = &page.items[index];
        if let Some(element) =
            item.element().filter(|element| matches!(element.name(), "script" | "noscript"))
        {
            if attribute(element, "r").is_some_and(|r| r == "m") {
                return true;
            }
            for inner in &page.items[index..item.end] {
                if let Kind::Text(text) = inner.kind
                    && (SCRIPTS.iter().any(|mark| text.contains(mark))
                        || SAID.iter().any(|phrase| squeeze(&text[..floor(text, 4000)]).contains(phrase)))
                {
                    return true;
                }
            }
            index = item.end;
        } else {
            index += 1;
        }
    }
    false
}

/// The greatest character boundary of `text` up to `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn is_missing(title: &str, message: &str) -> bool {
    const PHRASES: [&str; 20] = [
        "页面不存在",
        "网页不存在",
        "文件不存在",
        "文章不存在",
        "信息不存在",
        "内容不存在",
        "页面未找到",
        "页面没有找到",
        "找不到页面",
        "找不到您要访问的",
        "您访问的页面",
        "您要访问的页面",
        "您要查看的页面",
        "您请求的页面",
        "您查看的信息",
        "页面已被删除",
        "已被删除或",
        "已删除或不存在",
        "404NotFound",
        "404notfound",
    ];
    let numbered = |text: &str| text == "404" || text.starts_with("404") && text.chars().count() <= 24;
    PHRASES.iter().any(|phrase| message.contains(phrase) || title.contains(phrase))
        || numbered(title)
        || numbered(message)
}

fn asks_for_login(page: &Page<'_>, message: &str) -> bool {
    const PHRASES: [&str; 7] =
        ["请登录", "请先登录", "登录后查看", "登录后访问", "用户登录", "账号登录", "统一身份认证"];
    let password = page.items.iter().filter_map(page::Item::element).any(|element| {
        element.name() == "input"
            && attribute(element, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
    });
    (password || message.chars().count() <= 120) && PHRASES.iter().any(|phrase| message.contains(phrase))
        || password && message.chars().count() <= 120
}

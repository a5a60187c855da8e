//! Turns headings, tags and `<title>` into the document's title, without the site's or column's name.

use super::info_line::is_info_line;
use super::labels;
use crate::document::Align;
use crate::extract::blocks::inlines::State;
use crate::extract::boilerplate::{classify, is_footer, is_linked};
use crate::extract::page::{Page, Tag, attribute};
use crate::extract::whitespace::squeeze;

/// The element that displays the title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Heading {
    /// Its lines as the page breaks them.
    pub(in crate::extract) lines: Vec<String>,
    /// Index of the block it stands in.
    pub(in crate::extract) item: usize,
    /// How sure it is.
    pub(in crate::extract) score: i32,
}

impl Heading {
    /// The lines as one.
    pub(in crate::extract) fn text(&self) -> String {
        join(&self.lines)
    }
}

/// Lines of a title as one text: a space where Latin words meet.
pub(in crate::extract) fn join(lines: &[String]) -> String {
    let mut out = String::new();
    for line in lines {
        if let (Some(before), Some(after)) = (out.chars().next_back(), line.chars().next())
            && before.is_ascii_alphanumeric()
            && after.is_ascii_alphanumeric()
        {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}

/// What is known of the page's title apart from headings.
pub(in crate::extract) struct Hints<'a> {
    /// The text of `<title>`, white space removed.
    pub(in crate::extract) title_element: &'a str,
    /// The title that a tag or the index table gives, white space removed.
    pub(in crate::extract) declared: Option<&'a str>,
    /// Names that are never the title: site, column, breadcrumb; white space removed.
    pub(in crate::extract) names: &'a [String],
}

/// The heading of the document whose region begins at item `start` and ends at `end`.
pub(in crate::extract) fn heading(
    page: &Page<'_>,
    start: usize,
    end: usize,
    hints: &Hints<'_>,
) -> Option<Heading> {
    // Lines before the text, and its first few: many containers hold their own heading.
    let before = page.lines.partition_point(|line| line.start < start);
    let inside = page.lines_between(start, end).take(8).count();
    let first = before.saturating_sub(80);
    let mut best: Option<Heading> = None;
    let mut index = first;
    while index < before + inside {
        let block = page.lines[index].block;
        let mut next = index + 1;
        while next < before + inside
            && page.lines[next].block == block
            && page.items[block].tag() != Tag::Table
            && !is_furniture(&page.lines[index].text)
            && !is_furniture(&page.lines[next].text)
        {
            next += 1;
        }
        let lines: Vec<String> = page.lines[index..next].iter().map(|line| line.text.clone()).collect();
        if let Some(candidate) = weigh(page, index..next, lines, before, hints)
            && best.as_ref().is_none_or(|best| candidate.score > best.score)
        {
            best = Some(candidate);
        }
        index = next;
    }
    let best = best.filter(|best| best.score >= 5)?;
    Some(without_date(extended(page, best, before + inside, hints), hints))
}

/// Where the date begins that ends `line`, a heading with the date of its publication.
pub(in crate::extract) fn date_at_end(line: &str) -> Option<usize> {
    let found = super::date::find(line)?;
    let open = line[..found.range.start].trim_end_matches([' ', '(', '（', '[', '【']).len();
    let rest = line[found.range.end..].trim_matches([' ', ')', '）', ']', '】']);
    let by_program = super::info_line::dated_line(&line[found.range.start..]).is_some();
    (open > 0 && rest.is_empty() && by_program).then_some(open)
}

/// Whether the line tells of the publication and so ends a heading that shares its block.
fn is_furniture(text: &str) -> bool {
    is_info_line(text) || super::info_line::dated_line(text).is_some()
}

/// `heading` with the blocks that go on with it: a title may be set in several paragraphs, and only the page's own
/// title tells that they are one.
fn extended(page: &Page<'_>, mut heading: Heading, end: usize, hints: &Hints<'_>) -> Heading {
    let mut said = squeeze(&heading.lines.concat());
    let whole = [Some(hints.title_element), hints.declared]
        .into_iter()
        .flatten()
        .find(|whole| whole.starts_with(&said) && whole.len() > said.len());
    let Some(whole) = whole else { return heading };
    let after = page.lines.partition_point(|line| line.start < page.items[heading.item].end);
    let mut lines = heading.lines.clone();
    for line in page.lines[after..end.max(after)].iter().take(4).filter(|line| line.length <= 60) {
        said.push_str(&line.squeezed());
        if !whole.starts_with(&said) {
            break;
        }
        lines.push(line.text.clone());
        heading.lines.clone_from(&lines);
    }
    heading
}

/// `heading` without the date in brackets that some systems print within it, if the page's title lacks it.
fn without_date(mut heading: Heading, hints: &Hints<'_>) -> Heading {
    if let Some(last) = heading.lines.last_mut()
        && let Some(open) = date_at_end(last)
        && !hints.title_element.contains(&squeeze(&last[open..]))
        && hints.title_element.contains(&squeeze(&last[..open]))
    {
        last.truncate(last[..open].trim_end().len());
    }
    heading
}

fn weigh(
    page: &Page<'_>,
    range: std::ops::Range<usize>,
    lines: Vec<String>,
    text_begins: usize,
    hints: &Hints<'_>,
) -> Option<Heading> {
    let length: usize = page.lines[range.clone()].iter().map(|line| line.length).sum();
    if !(4..=120).contains(&length) || lines.len() > 6 {
        return None;
    }
    let squeezed: String = lines.iter().map(|line| squeeze(line)).collect();
    let block = page.lines[range.start].block;
    let linked = page.lines[range.clone()].iter().any(is_linked);
    if classify(&squeezed).is_some()
        || is_info_line(&lines.join(" "))
        || is_footer(&squeezed)
        || labels::only(&squeezed).is_some()
        || squeezed.ends_with(['：', ':', '；', '，'])
        || super::date::whole(&squeezed).is_some()
    {
        return None;
    }
    let mut score = 0;
    let mut tagged = false;
    for at in std::iter::once(block).chain(page.ancestors(block)).take(3) {
        let Some(element) = page.element(at) else { continue };
        if page.length(at) > length + 12 {
            break;
        }
        if let Tag::Heading(level) = page.items[at].tag()
            && !tagged
        {
            tagged = true;
            score += match level {
                1 => 5,
                2 => 4,
                3 => 3,
                _ => 1,
            };
        }
        let named = ["class", "id"].into_iter().any(|name| {
            attribute(element, name).is_some_and(|value| {
                let value = value.to_ascii_lowercase();
                ["title", "tit", "headline", "biaoti", "_bt", "bt_", "-bt", "-tt", "ttl"]
                    .iter()
                    .any(|part| value.contains(part))
                    || value.split_ascii_whitespace().any(|word| word == "bt")
            })
        });
        if named {
            score += 2;
            break;
        }
    }
    if length >= 6 && hints.title_element.contains(&squeezed) {
        score += if hints.title_element.starts_with(&squeezed) { 8 } else { 7 };
    } else if hints.title_element.chars().count() >= 10 && squeezed.contains(hints.title_element) {
        score += 5;
    }
    if hints.declared == Some(squeezed.as_str()) {
        score += 12;
    }
    if reads_like_a_title(&squeezed) {
        score += 2;
    }
    // 「示例银行公告〔2019〕第1号」 may be a title; a number without a heading's tag is the document's number.
    if super::number::whole(&squeezed).is_some() {
        score -= if tagged { 2 } else { 12 };
    }
    // Set like a title: centred, large or bold.
    let state = page
        .ancestors(page.lines[range.start].start)
        .take(6)
        .filter_map(|at| page.element(at))
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .fold(State::default(), State::within);
    if !tagged {
        score += if state.align == Align::Center { 2 } else { 0 };
        score += if state.style.strong || state.size.is_some_and(|size| size > 15.0) { 2 } else { 0 };
    }
    if hints.names.contains(&squeezed) {
        score -= 12;
    }
    // The name of the site in its head, which <title> may repeat.
    if ["网站", "政务网", "政府网", "人民政府", "首页", "官网"].iter().any(|end| squeezed.ends_with(end))
    {
        score -= 8;
    }
    if linked || is_document_head(&squeezed) {
        score -= 8;
    }
    if length < 6 {
        score -= 2;
    }
    if page.lines[range.clone()].iter().map(|line| line.marks).sum::<usize>() > 4 || squeezed.ends_with('。')
    {
        score -= 4;
    }
    // Headings stand right above the info line or the text.
    let followed =
        page.lines[range.end.min(page.lines.len())..].iter().take(3).any(|line| is_info_line(&line.text));
    if followed {
        score += 3;
    }
    let distance = text_begins.saturating_sub(range.end);
    score += match distance {
        0..=3 => 2,
        4..=10 => 1,
        _ => 0,
    };
    Some(Heading { lines, item: block, score })
}

/// Whether the words are those of an official document's title: 「关于……的通知」.
fn reads_like_a_title(squeezed: &str) -> bool {
    const GENRES: [&str; 18] = [
        "通知", "公告", "通告", "意见", "决定", "办法", "规定", "方案", "报告", "批复", "通报", "公示", "函",
        "令", "规划", "细则", "条例", "纪要",
    ];
    let bare = squeezed.trim_end_matches(['）', ')', '》']);
    squeezed.contains("关于") && GENRES.iter().any(|genre| bare.ends_with(genre))
}

/// The title within the text of a `<title>` element, when nothing else gives it: without site and column names.
pub(in crate::extract) fn from_title_element(text: &str, names: &[String]) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = text.trim();
    // Cut at underscores, bars and spaced or site-like hyphens; 「1-10月」 and 「——」 are part of titles.
    while let Some((at, length)) = separator(rest) {
        parts.push(rest[..at].trim());
        rest = &rest[at + length..];
    }
    parts.push(rest.trim());
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let is_name = |part: &str| {
        let squeezed = squeeze(part);
        names.contains(&squeezed) || is_site_name(&squeezed)
    };
    let mut kept: &[&str] = &parts;
    while let [.., last] = kept
        && kept.len() > 1
        && is_name(last)
    {
        kept = &kept[..kept.len() - 1];
    }
    while let [first, ..] = kept
        && kept.len() > 1
        && is_name(first)
    {
        kept = &kept[1..];
    }
    let title = without_names(kept.iter().max_by_key(|part| part.chars().count())?, names);
    let squeezed = squeeze(title);
    (title.chars().count() >= 2
        && !is_office_name(&squeezed)
        && !is_document_head(&squeezed)
        && !VOID.contains(&squeezed.as_str()))
    .then(|| title.to_owned())
}

/// `title` without names of site and column set off by spaces: 「某市财政局 通知公告 关于……的通知」. Offices alone may
/// be those that issue the document together.
fn without_names<'a>(title: &'a str, names: &[String]) -> &'a str {
    let words: Vec<&str> = title.split_whitespace().collect();
    let name = |word: &str| names.iter().any(|name| name == word) || is_site_name(word);
    let certain = |word: &str| {
        names.iter().any(|name| name == word) || !is_office_name(word) || word.ends_with(['网', '站'])
    };
    let first = words.iter().take_while(|word| name(word)).count();
    let last = words.iter().rev().take_while(|word| name(word)).count();
    if first + last >= words.len() {
        return title;
    }
    let mut kept = title;
    if words[..first].iter().any(|word| certain(word)) {
        kept = kept.find(words[first]).map_or(kept, |at| &kept[at..]);
    }
    if words[words.len() - last..].iter().any(|word| certain(word)) {
        let end = words[words.len() - last - 1];
        kept = kept.rfind(end).map_or(kept, |at| &kept[..at + end.len()]);
    }
    kept.trim()
}

/// Whether the words are the head of printed documents (发文机关标志, GB/T 9704-2012, 7.2.4): 「某市人民政府文件」.
fn is_document_head(squeezed: &str) -> bool {
    squeezed.strip_suffix("文件").is_some_and(is_office_name)
}

/// Titles that editors and templates leave behind.
const VOID: [&str; 14] = [
    "无标题页",
    "无标题文档",
    "无标题",
    "未命名",
    "新建网页1",
    "文章详情",
    "信息详情",
    "详情页",
    "内容页",
    "正文",
    "UntitledDocument",
    "Untitled",
    "NewPage1",
    "Document",
];

fn separator(text: &str) -> Option<(usize, usize)> {
    let mut previous = None;
    for (at, character) in text.char_indices() {
        let after = text[at + character.len_utf8()..].chars().next();
        let cuts = match character {
            '_' | '|' | '｜' | '丨' => true,
            '-' => {
                let digits = previous.is_some_and(|c: char| c.is_ascii_digit())
                    && after.is_some_and(|c| c.is_ascii_digit());
                let dashes = previous == Some('-') || after == Some('-');
                !digits && !dashes
            }
            _ => false,
        };
        if cuts {
            return Some((at, character.len_utf8()));
        }
        previous = Some(character);
    }
    None
}

/// Whether `name` reads like the name of a site or an office.
fn is_office_name(name: &str) -> bool {
    const ENDS: [&str; 29] = [
        "网",
        "网站",
        "门户",
        "门户网站",
        "政府",
        "人民政府",
        "政府网",
        "厅",
        "局",
        "委员会",
        "办公室",
        "信息网",
        "政务网",
        "中国",
        "平台",
        "客户端",
        "委",
        "中心",
        "站",
        "gov.cn",
        "研究所",
        "博物馆",
        "大学",
        "学院",
        "学校",
        "集团",
        "公司",
        "协会",
        "官网",
    ];
    name.chars().count() <= 24 && !name.contains("关于") && ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether `name` reads like the name of a site, an office or a column.
fn is_site_name(name: &str) -> bool {
    const COLUMNS: [&str; 12] = [
        "首页",
        "动态",
        "要闻",
        "新闻",
        "公告",
        "通知公告",
        "政策文件",
        "信息公开",
        "栏目",
        "频道",
        "公示",
        "法规",
    ];
    is_office_name(name) || name.chars().count() <= 12 && COLUMNS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::from_title_element;

    #[test]
    fn site_and_column_names_go() {
        for (text, title) in [
            ("关于印发某办法的通知-某市人民政府", "关于印发某办法的通知"),
            ("1-10月投资结构趋稳趋优_统计数据_某省发展和改革委员会门户网站", "1-10月投资结构趋稳趋优"),
            ("某市文化和旅游局_行业动态_某区举办作品展", "某区举办作品展"),
            ("“奋进”——某展览开幕 - 某省人民政府门户网站", "“奋进”——某展览开幕"),
        ] {
            assert_eq!(from_title_element(text, &[]).as_deref(), Some(title));
        }
    }

    #[test]
    fn a_site_name_alone_is_no_title() {
        assert_eq!(from_title_element("某市人民政府门户网站", &[]), None);
    }
}

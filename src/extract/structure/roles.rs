//! Turns paragraphs into the parts they play in an official document (GB/T 9704-2012, 7.3): by place, shape and words.

use super::outline;
use crate::document::{Align, Block, Role};
use crate::extract::blocks::Draft;
use crate::extract::blocks::attachments;
use crate::extract::blocks::inlines;
use crate::extract::blocks::paragraphs::Paragraph;
use crate::extract::metadata::date;
use crate::extract::metadata::number;
use crate::extract::whitespace::squeeze;

/// Assigns roles to `drafts`; the title stands at `title` (index), or above them all.
pub(in crate::extract) fn assign(drafts: &mut [Draft], title: Option<usize>) {
    let texts: Vec<String> =
        drafts.iter().map(|draft| draft.paragraph().map(short_text).unwrap_or_default()).collect();
    let after = title.map_or(0, |title| title + 1);
    let begin = head(drafts, &texts, title, after);
    attachment_notes(drafts, &texts, begin);
    // An order is signed above the title of what it publishes.
    let above = if title.is_some_and(|title| title > 2) { 1 } else { begin };
    signatures(drafts, &texts, above);
    annotations(drafts, &texts, begin);
}

/// The text without white space, up to 500 characters: no role is longer.
fn short_text(paragraph: &Paragraph) -> String {
    if paragraph.length > 500 { String::new() } else { squeeze(&inlines::text(&paragraph.content)) }
}

fn paragraph(drafts: &mut [Draft], index: usize) -> Option<&mut Paragraph> {
    match drafts.get_mut(index) {
        Some(Draft::Paragraph(paragraph)) => Some(paragraph),
        _ => None,
    }
}

/// 文号, 副标题, 主送机关 around the title; gives the index where the text begins.
fn head(drafts: &mut [Draft], texts: &[String], title: Option<usize>, after: usize) -> usize {
    // A number may stand above the title as well.
    for (index, text) in texts.iter().enumerate().take(title.unwrap_or(0).min(6)) {
        if number::whole(text).is_some()
            && let Some(paragraph) = paragraph(drafts, index)
        {
            paragraph.role = Role::DocumentNumber;
        }
    }
    let mut index = after;
    while index < texts.len() && index < after + 6 {
        let text = &texts[index];
        let Some(paragraph) = paragraph(drafts, index) else { break };
        if number::whole(text).is_some() {
            paragraph.role = Role::DocumentNumber;
        } else if is_subtitle(text, paragraph) {
            paragraph.role = Role::Subtitle;
        } else if is_addressee(text, paragraph) {
            paragraph.role = Role::Addressee;
            index += 1;
            break;
        } else {
            break;
        }
        index += 1;
    }
    index
}

fn is_subtitle(text: &str, paragraph: &Paragraph) -> bool {
    if text.is_empty() || paragraph.length > 120 {
        return false;
    }
    if text.starts_with("——") || text.starts_with("—") && paragraph.length < 60 {
        return true;
    }
    // 题注: 「（2018年1月31日……会议通过）」
    let bracketed = text.starts_with(['（', '(']) && text.ends_with(['）', ')']);
    if bracketed && (date::find(text).is_some() || text.contains("通过") || text.contains("征求意见稿"))
    {
        return true;
    }
    paragraph.align == Align::Center
        && paragraph.length <= 60
        && !text.ends_with(['。', '：', '；', ':'])
        && outline::numbering(text).is_none()
        && date::whole(text).is_none()
}

fn is_addressee(text: &str, paragraph: &Paragraph) -> bool {
    const ENDS: [&str; 50] = [
        "政府",
        "厅",
        "局",
        "委",
        "部",
        "部门",
        "团体",
        "党派",
        "街道",
        "乡镇",
        "镇",
        "乡",
        "州",
        "盟",
        "旗",
        "厂",
        "校",
        "馆",
        "园",
        "办",
        "院",
        "公司",
        "单位",
        "同志",
        "代表",
        "委员",
        "会",
        "中心",
        "组织",
        "机构",
        "企业",
        "学校",
        "处",
        "科",
        "所",
        "站",
        "队",
        "行",
        "社",
        "府",
        "区",
        "县",
        "市",
        "省",
        "党委",
        "总队",
        "集团",
        "管委会",
        "室",
        "组",
    ];
    let Some(body) = text.strip_suffix(['：', ':']) else { return false };
    paragraph.length <= 400
        && paragraph.align != Align::Center
        && !body.contains(['。', '；', '：'])
        && outline::numbering(text).is_none()
        && !["如下", "以下", "通知", "公告", "下列", "附件"]
            .iter()
            .any(|word| body.ends_with(word) || body.starts_with(word))
        && (ENDS.iter().any(|end| body.ends_with(end))
            || body.starts_with('各')
            || body.ends_with(['）', ')'])
            || body.ends_with("各有关单位")
            || body.chars().count() <= 12
                && ["先生", "女士", "朋友", "朋友们", "市民", "考生", "家长"]
                    .iter()
                    .any(|end| body.ends_with(end)))
}

/// Whether `text` begins the list of attachments.
fn begins_attachments(text: &str) -> bool {
    let Some(rest) = text
        .strip_prefix("附件")
        .or_else(|| text.strip_prefix('附').filter(|rest| rest.starts_with(['：', ':'])))
    else {
        return false;
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    rest.starts_with(['：', ':', '.', '．', '、']) && rest.chars().count() > 1
}

fn attachment_notes(drafts: &mut [Draft], texts: &[String], begin: usize) {
    let mut index = begin;
    let mut listing = false;
    // The number that the next line of the list has: 「3.2024年……表」 is read as 「3.」 only after 「2.」.
    let mut expected = 0;
    while index < drafts.len() {
        let text = &texts[index];
        let Some(paragraph) = paragraph(drafts, index) else {
            listing = false;
            index += 1;
            continue;
        };
        let alone = matches!(text.as_str(), "附件：" | "附件:" | "附：" | "附:");
        let item = listing
            && paragraph.length <= 120
            && !text.ends_with('。')
            && (outline::numbering(text).is_some_and(|found| found.rung == outline::Rung::Arabic)
                || listed_number(text) == Some(expected)
                || text.starts_with("《")
                || begins_attachments(text)
                || has_file(paragraph));
        let begins = begins_attachments(text) && paragraph.length <= 160 && !text.ends_with('。');
        if begins || item {
            paragraph.role = Role::AttachmentNote;
            listing = true;
            expected = listed_number(text).unwrap_or(expected) + 1;
        } else if alone {
            // 「附件：」 above its list; alone above an annex it is a label.
            let listed = texts.get(index + 1).is_some_and(|next| {
                outline::numbering(next).is_some_and(|found| found.rung == outline::Rung::Arabic)
                    || next.starts_with('《')
            }) || matches!(drafts.get(index + 1), Some(Draft::Paragraph(next)) if has_file(next));
            if listed && let Some(paragraph) = self::paragraph(drafts, index) {
                paragraph.role = Role::AttachmentNote;
            }
            listing = listed;
        } else {
            listing = false;
            if has_file(paragraph) && paragraph.length <= 120 && is_only_links(paragraph) {
                paragraph.role = Role::AttachmentNote;
            }
        }
        index += 1;
    }
}

/// The number before a full stop that begins `text`, 「附件：」 aside.
fn listed_number(text: &str) -> Option<u32> {
    let text = text.trim_start_matches("附件").trim_start_matches(['：', ':']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let followed = text[digits..].starts_with(['.', '．', '、']);
    text[..digits].parse().ok().filter(|_| digits <= 2 && followed)
}

fn has_file(paragraph: &Paragraph) -> bool {
    paragraph.content.iter().any(|inline| match inline {
        crate::document::Inline::Text(run) => {
            run.link.as_ref().is_some_and(|link| attachments::media_type(link).is_some())
        }
        _ => false,
    })
}

fn is_only_links(paragraph: &Paragraph) -> bool {
    paragraph.content.iter().all(|inline| match inline {
        crate::document::Inline::Text(run) => run.link.is_some() || squeeze(&run.text).chars().count() <= 6,
        _ => true,
    })
}

/// 署名 and 成文日期: a paragraph that is a date, with the short lines above it.
fn signatures(drafts: &mut [Draft], texts: &[String], begin: usize) {
    for index in begin.max(1)..drafts.len() {
        let Some(moment) = drafts[index]
            .paragraph()
            .filter(|p| p.role == Role::Body)
            .and_then(|_| date::whole(&texts[index]))
        else {
            continue;
        };
        let _ = moment;
        let first = signature_start(drafts, texts, begin, index);
        let own = drafts[index].paragraph().map(|paragraph| paragraph.align).unwrap_or_default();
        let tail = drafts.len() - index <= 4;
        let flush = own == Align::End;
        // A date in the middle of a text, flush left and unsigned, is a date and nothing more.
        if first == index && !flush && !tail {
            continue;
        }
        if let Some(paragraph) = paragraph(drafts, index) {
            paragraph.role = Role::SignedDate;
        }
        for at in first..index {
            if let Some(paragraph) = paragraph(drafts, at) {
                paragraph.role = Role::Signature;
            }
        }
    }
    unsigned_tail(drafts, texts, begin);
}

/// The index of the first signature line above the date at `index`; `index` itself if there is none.
fn signature_start(drafts: &[Draft], texts: &[String], begin: usize, index: usize) -> usize {
    let mut first = index;
    while first > begin && index - first < 12 {
        let above = first - 1;
        let Some(paragraph) = drafts[above].paragraph().filter(|paragraph| paragraph.role == Role::Body)
        else {
            break;
        };
        let text = &texts[above];
        let flush = paragraph.align == Align::End;
        let open_ended = if flush {
            !text.ends_with(['。', '；', '：'])
        } else {
            !text.ends_with(['。', '；', '：', '，', '！', '？', '”', ':', ';', '）'])
        };
        let shape = (2..=60).contains(&paragraph.length)
            && open_ended
            && outline::numbering(text).is_none()
            && !text.starts_with(['附', '（', '('])
            && paragraph.heading.is_none();
        if !shape
            || !(flush
                || is_office(text)
                || text.starts_with("总理")
                || text.starts_with("主席")
                || first == index && paragraph.length <= 24 && paragraph.align != Align::Center)
        {
            break;
        }
        first = above;
    }
    first
}

/// Whether `text` ends as the names of offices do.
fn is_office(text: &str) -> bool {
    const ENDS: [&str; 24] = [
        "政府",
        "厅",
        "局",
        "委",
        "委员会",
        "部",
        "办公室",
        "办公厅",
        "院",
        "公司",
        "会",
        "中心",
        "国务院",
        "军委",
        "银行",
        "署",
        "处",
        "法院",
        "检察院",
        "大队",
        "支队",
        "总队",
        "学校",
        "大学",
    ];
    text.chars().count() <= 40 && ENDS.iter().any(|end| text.ends_with(end))
}

/// A signature without a date: a flush-right office at the very end.
fn unsigned_tail(drafts: &mut [Draft], texts: &[String], begin: usize) {
    let Some(last) = drafts.len().checked_sub(1).filter(|last| *last > begin) else { return };
    if let Some(paragraph) = paragraph(drafts, last)
        && paragraph.role == Role::Body
        && paragraph.align == Align::End
        && is_office(&texts[last])
    {
        paragraph.role = Role::Signature;
    }
}

/// 附注: 「（此件公开发布）」 after the date, or a contact in brackets at the end.
fn annotations(drafts: &mut [Draft], texts: &[String], begin: usize) {
    for (index, text) in texts.iter().enumerate().skip(begin) {
        let bracketed =
            text.starts_with(['（', '(']) && text.ends_with(['）', ')']) && text.chars().count() <= 80;
        if !bracketed {
            continue;
        }
        let said = ["此件", "公开发布", "主动公开", "依申请公开", "不予公开", "联系人", "联系电话"]
            .iter()
            .any(|word| text.contains(word));
        if said
            && let Some(paragraph) = paragraph(drafts, index)
            && paragraph.role == Role::Body
        {
            paragraph.role = Role::Annotation;
        }
    }
}

/// The first paragraph of a role.
pub(in crate::extract) fn first(blocks: &[Block], role: Role) -> Option<String> {
    blocks.iter().find_map(|block| match block {
        Block::Paragraph(paragraph) if paragraph.role == role => Some(inlines::text(&paragraph.content)),
        _ => None,
    })
}

//! Turns a line into the kind of boilerplate it is, or into nothing: phrases as data, matched on whole lines.
//!
//! A line is boilerplate only if phrases and separators use it up entirely (`【打印】【关闭】`), or if it begins
//! with a label that no sentence has (`上一篇：`). A sentence that merely mentions printing is never touched.

pub(super) mod names;
pub(super) mod noise;
pub(super) mod phrases;

use self::names::{ATTACHMENTS, CREDITS, DISCLAIMER, FOOTER, GADGETS, LABELS, RELATED, WEAK_FOOTER};
use self::phrases::{COMPANIONS, PHRASES};
use crate::extract::metadata::date;
use crate::extract::page::lines::Line;
use crate::extract::page::{Page, attribute};

/// Kinds of boilerplate, by the names under which diagnostics tell of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// 当前位置.
    Breadcrumb,
    /// 来源, 发布时间 under the title.
    InfoLine,
    /// 分享到.
    Share,
    /// 字体：大 中 小.
    FontSize,
    /// 打印, 保存, 收藏, 下载.
    Print,
    /// 关闭窗口.
    Close,
    /// 扫一扫.
    Scan,
    /// 浏览次数.
    Views,
    /// 上一篇, 下一篇.
    PreviousNext,
    /// 相关链接 and what it lists.
    Related,
    /// 转载声明.
    Disclaimer,
    /// 责任编辑.
    Editor,
    /// 返回顶部.
    BackToTop,
    /// 主办单位, 备案号.
    Footer,
    /// 索引号 block.
    IndexTable,
    /// 「附件下载」 above an attachment box whose files are kept.
    AttachmentLabel,
    /// An attachment box that holds no attachment.
    EmptyAttachments,
    /// Links of the site.
    Navigation,
    /// What the page holds within the document but does not show.
    Hidden,
}

impl Kind {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Breadcrumb => "breadcrumb",
            Self::InfoLine => "info-line",
            Self::Share => "share",
            Self::FontSize => "font-size",
            Self::Print => "print",
            Self::Close => "close",
            Self::Scan => "scan",
            Self::Views => "views",
            Self::PreviousNext => "previous-next",
            Self::Related => "related",
            Self::Disclaimer => "disclaimer",
            Self::Editor => "editor",
            Self::BackToTop => "back-to-top",
            Self::Footer => "footer",
            Self::IndexTable => "index-table",
            Self::AttachmentLabel => "attachment-label",
            Self::EmptyAttachments => "empty-attachments",
            Self::Navigation => "navigation",
            Self::Hidden => "hidden",
        }
    }
}

fn is_separator(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(
            c,
            '|' | '｜'
                | '【'
                | '】'
                | '['
                | ']'
                | '［'
                | '］'
                | '（'
                | '）'
                | '('
                | ')'
                | '<'
                | '>'
                | '＜'
                | '＞'
                | '«'
                | '»'
                | '：'
                | ':'
                | '·'
                | '、'
                | '，'
                | ','
                | '。'
                | '-'
                | '—'
                | '_'
                | '/'
                | '\\'
                | '▪'
                | '•'
                | '■'
                | '◆'
                | '!'
                | '！'
                | '×'
                | '↑'
                | '▲'
                | '+'
                | '“'
                | '”'
                | '"'
                | '\''
                | ';'
                | '；'
                | '〖'
                | '〗'
                | '「'
                | '」'
        )
}

/// What kind of boilerplate the whole line `squeezed` (no white space in it) is.
pub(super) fn classify(squeezed: &str) -> Option<Kind> {
    if squeezed.is_empty() {
        return None;
    }
    let trimmed = squeezed.trim_start_matches(is_separator);
    let length = squeezed.chars().take(260).count();
    for (kind, label, limit) in LABELS {
        if let Some(rest) = trimmed.strip_prefix(label)
            && length <= *limit
            && (label.ends_with(['>', '＞', '»', '/']) || rest.is_empty() || rest.starts_with(is_separator))
        {
            return Some(*kind);
        }
    }
    used_up(squeezed, length)
        .or_else(|| bracketed(squeezed))
        .or_else(|| (length <= 60 && is_credits(squeezed)).then_some(Kind::Editor))
}

/// Whether the line names those who worked on the page: 「初审：张三复审：李四终审：王五」.
fn is_credits(squeezed: &str) -> bool {
    let label = |text: &str| CREDITS.iter().find(|label| text.starts_with(**label)).map(|label| label.len());
    let mut rest = squeezed.trim_matches(|c| matches!(c, '（' | '）' | '(' | ')' | '【' | '】'));
    let mut count = 0;
    while !rest.is_empty() {
        let Some(after) = label(rest).and_then(|length| rest[length..].strip_prefix(['：', ':'])) else {
            return false;
        };
        let next = after
            .char_indices()
            .skip(1)
            .find(|(at, _)| {
                label(&after[*at..]).is_some_and(|length| after[at + length..].starts_with(['：', ':']))
            })
            .map_or(after.len(), |(at, _)| at);
        let name = after[..next].trim_matches(is_separator);
        let named =
            name.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c) || matches!(c, '、' | '·' | '/'));
        if !named || !(2..=10).contains(&name.chars().count()) {
            return false;
        }
        count += 1;
        rest = &after[next..];
    }
    count > 1
}

/// The kind of the first of several bracketed pieces of furniture: 「【信息发布：某局】【内容纠错】【关闭窗口】」.
fn bracketed(squeezed: &str) -> Option<Kind> {
    let inner = squeezed.strip_prefix('【')?.strip_suffix('】').filter(|inner| inner.len() <= 360)?;
    let pieces: Vec<&str> = inner.split("】【").collect();
    let kinds: Vec<Option<Kind>> = pieces.iter().map(|piece| classify(piece)).collect();
    (pieces.len() > 1 && kinds.iter().all(Option::is_some)).then(|| kinds.into_iter().flatten().next())?
}

/// The kind of the first phrase, if phrases, companions and separators use the line up.
fn used_up(squeezed: &str, length: usize) -> Option<Kind> {
    if length > 120 {
        return None;
    }
    let mut rest = squeezed;
    let mut kind = None;
    'line: while !rest.is_empty() {
        for (candidate, phrases) in PHRASES {
            if let Some(after) = phrases.iter().find_map(|phrase| rest.strip_prefix(phrase)) {
                kind.get_or_insert(*candidate);
                rest = after;
                continue 'line;
            }
        }
        if let Some(after) = COMPANIONS.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = after;
        } else if let Some(after) = rest.strip_prefix(is_separator) {
            rest = after;
        } else {
            // 「【纠错】【责任编辑：张三】」: what follows the phrases is a label with its value.
            let labelled = |(label_kind, label, limit): &(Kind, &str, usize)| {
                *label_kind == Kind::Editor
                    && rest.strip_prefix(label).is_some_and(|value| value.starts_with(is_separator))
                    && length <= limit + 20
            };
            return kind.filter(|_| LABELS.iter().any(labelled));
        }
    }
    kind
}

/// `squeezed` without the separators at both ends: what a label says.
fn label(squeezed: &str) -> &str {
    squeezed.trim_matches(is_separator)
}

/// Whether the line is only the heading of a list of other pages.
pub(super) fn is_related_label(squeezed: &str) -> bool {
    squeezed.len() <= 48 && RELATED.contains(&label(squeezed))
}

/// Whether the line is only the label of an attachment box.
pub(super) fn is_attachment_label(squeezed: &str) -> bool {
    squeezed.len() <= 48 && ATTACHMENTS.contains(&label(squeezed))
}

/// Whether the line belongs to a page's foot.
pub(super) fn is_footer(squeezed: &str) -> bool {
    squeezed.len() <= 900
        && !squeezed.contains('。')
        && (FOOTER.iter().any(|phrase| squeezed.contains(phrase))
            || WEAK_FOOTER.iter().filter(|phrase| squeezed.contains(*phrase)).count() > 1)
}

/// Whether the line may belong to a page's foot.
pub(super) fn is_weak_footer(squeezed: &str) -> bool {
    squeezed.len() <= 300 && WEAK_FOOTER.iter().any(|phrase| squeezed.contains(phrase))
}

/// Whether the line is a disclaimer.
pub(super) fn is_disclaimer(squeezed: &str) -> bool {
    squeezed.len() <= 1500 && DISCLAIMER.iter().any(|phrase| squeezed.contains(phrase))
}

/// Whether the line is mostly links to other pages: the larger part of it, or all but a date beside the link.
pub(super) fn is_linked(line: &Line) -> bool {
    if line.linked == 0 {
        return false;
    }
    line.linked * 2 > line.length
        || line.length <= 120 && line.length - line.linked <= 14 && date::find(&line.text).is_some()
}

/// The kind of gadget that the element at `index` is by its class or id.
pub(super) fn gadget(page: &Page<'_>, index: usize) -> Option<Kind> {
    let element = page.element(index)?;
    ["class", "id"].into_iter().find_map(|name| {
        let value = attribute(element, name)?.to_ascii_lowercase();
        GADGETS.iter().find(|(_, part)| value.contains(part)).map(|(kind, _)| *kind)
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, classify, is_attachment_label, is_related_label};

    #[test]
    fn lines_used_up_by_phrases_are_boilerplate() {
        for (line, kind) in [
            ("【打印文章】【关闭窗口】", Kind::Print),
            ("打印|关闭", Kind::Print),
            ("【字体：大中小】", Kind::FontSize),
            ("字体:[大][中][小]", Kind::FontSize),
            ("分享到：", Kind::Share),
            ("分享:X", Kind::Share),
            ("扫一扫在手机打开当前页", Kind::Scan),
            ("回到顶部", Kind::BackToTop),
            ("浏览次数：128次", Kind::Views),
            ("上一篇：关于春耕的通知", Kind::PreviousNext),
            ("（责任编辑：张三）", Kind::Editor),
            ("【纠错】【责任编辑:张三】", Kind::Print),
            ("【信息发布：某区退役军人事务局】【内容纠错】【打印文章】【关闭窗口】", Kind::Editor),
            ("初审：张三复审：李四终审：王小五", Kind::Editor),
            ("上一页123下一页尾页", Kind::PreviousNext),
            ("页面功能：【字体：大中小】【打印】【关闭】", Kind::FontSize),
            ("当前位置：首页>政务公开>通知", Kind::Breadcrumb),
        ] {
            assert_eq!(classify(line), Some(kind), "{line}");
        }
    }

    #[test]
    fn sentences_about_the_same_things_are_not() {
        for line in [
            "打印机等办公设备采购公告",
            "关闭小煤窑",
            "关于分享经济发展的意见",
            "中",
            "大中小企业融通发展",
            "编辑部全体人员参加了会议",
            "初审：由区民政局对申请材料进行初审",
            "一审：示例区人民法院",
            "浏览器",
            "下一篇章正在书写",
            "责任编辑应当对稿件内容负责，并按照规定程序送审",
            "12",
        ] {
            assert_eq!(classify(line), None, "{line}");
        }
    }

    #[test]
    fn labels_stand_alone() {
        assert!(is_related_label("相关链接>>") && is_related_label("【相关阅读】"));
        assert!(!is_related_label("相关链接技术"));
        assert!(is_attachment_label("附件："));
        assert!(!is_attachment_label("附件：1.名单"));
    }
}

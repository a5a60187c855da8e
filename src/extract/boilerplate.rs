//! Turns a line into the kind of boilerplate it is, or into nothing: phrases as data, matched on whole lines.
//!
//! A line is boilerplate only if phrases and separators use it up entirely (`【打印】【关闭】`), or if it begins
//! with a label that no sentence has (`上一篇：`). A sentence that merely mentions printing is never touched.

use super::page::{Line, Page, attribute};

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
    /// An attachment box that holds no attachment.
    EmptyAttachments,
    /// Links of the site.
    Navigation,
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
            Self::EmptyAttachments => "empty-attachments",
            Self::Navigation => "navigation",
        }
    }
}

/// Phrases that make a line boilerplate if nothing else is on it; longer ones before their beginnings.
const PHRASES: &[(Kind, &[&str])] = &[
    (
        Kind::Scan,
        &[
            "扫一扫在手机打开当前页面",
            "扫一扫在手机打开当前页",
            "扫一扫在手机上查看当前页面",
            "扫一扫手机打开当前页",
            "扫一扫在手机端打开当前页",
            "扫一扫在手机上浏览",
            "手机扫一扫打开当前页",
            "手机扫一扫打开当前页面",
            "用手机扫一扫打开当前页",
            "打开手机扫一扫",
            "使用手机扫一扫",
            "扫一扫分享本页",
            "扫一扫分享",
            "微信扫一扫分享",
            "微信分享“扫一扫”",
            "微信扫一扫",
            "手机扫一扫",
            "扫一扫",
            "扫码浏览",
            "扫码阅读",
            "扫描二维码分享",
            "扫描二维码",
            "打开微信",
            "用微信",
            "即可分享至朋友圈",
            "分享至朋友圈",
            "分享到微信",
            "点击右上角",
            "选择在浏览器中打开",
            "在手机打开当前页",
        ],
    ),
    (
        Kind::FontSize,
        &[
            "浏览字号",
            "字体大小",
            "字体显示",
            "字号大小",
            "文字大小",
            "字体",
            "字号",
            "大中小",
            "小中大",
            "【大】",
            "[大]",
            "A+",
            "A-",
        ],
    ),
    (
        Kind::Print,
        &[
            "打印本页",
            "打印此页",
            "打印文章",
            "打印页面",
            "打印正文",
            "打印该页",
            "打印内容",
            "打印全文",
            "我要打印",
            "打印",
            "加入收藏",
            "添加收藏",
            "收藏本页",
            "收藏此页",
            "收藏",
            "全文下载",
            "word下载",
            "pdf下载",
            "Word下载",
            "PDF下载",
            "下载word",
            "下载pdf",
            "导出word",
            "导出pdf",
            "保存本页",
            "推荐给好友",
            "推荐朋友",
            "发送给好友",
            "内容纠错",
            "页面纠错",
            "我要纠错",
            "网页纠错",
            "网站纠错",
            "信息纠错",
            "纠错",
            "语音播报",
            "语音朗读",
            "点击播放",
            "我要留言",
            "无障碍浏览",
            "听文章",
            "阅读剩余全文",
            "阅读全文",
            "展开全文",
            "正在加载",
            "加载中",
        ],
    ),
    (
        Kind::Close,
        &[
            "关闭当前页面",
            "关闭当前窗口",
            "关闭本窗口",
            "关闭本页面",
            "关闭本页",
            "关闭此页",
            "关闭页面",
            "关闭网页",
            "关闭窗口",
            "关闭窗体",
            "关闭",
        ],
    ),
    (
        Kind::Share,
        &[
            "分享到",
            "分享至",
            "分享本页",
            "分享此页",
            "一键分享",
            "文章分享",
            "分享",
            "转发到",
            "新浪微博",
            "腾讯微博",
            "微信好友",
            "QQ空间",
            "qq空间",
            "QQ好友",
            "朋友圈",
            "人人网",
            "复制链接",
        ],
    ),
    (
        Kind::Views,
        &[
            "浏览次数",
            "浏览量",
            "浏览数",
            "阅读次数",
            "阅读量",
            "阅读数",
            "点击次数",
            "点击量",
            "点击数",
            "点击率",
            "访问次数",
            "访问量",
            "已浏览",
        ],
    ),
    (
        Kind::BackToTop,
        &[
            "返回顶部",
            "回到顶部",
            "回顶部",
            "返回列表",
            "返回上一页",
            "返回上一级",
            "返回上级",
            "返回上页",
            "返回首页",
            "返回前页",
            "返回栏目页",
            "【返回】",
            "[返回]",
        ],
    ),
];

/// Words that go with the phrases of a line but make no boilerplate alone.
const COMPANIONS: &[&str] = &[
    "特大",
    "超大",
    "默认",
    "大",
    "中",
    "小",
    "更多",
    "保存",
    "下载",
    "返回",
    "微信",
    "微博",
    "头条",
    "空间",
    "豆瓣",
    "QQ",
    "qq",
    "TOP",
    "Top",
    "到",
    "至",
    "次",
    "人次",
    "正在加载",
    "网页",
    "手机",
    "页面",
    "X",
    "x",
    "打开网页后点击屏幕右上角分享按钮",
    "打开当前页",
    "本页",
    "按钮",
    "的",
    "上的",
    "“",
    "”",
];

/// Labels that begin a line of boilerplate whatever follows, within `limit` characters.
const LABELS: &[(Kind, &str, usize)] = &[
    (Kind::PreviousNext, "上一篇", 120),
    (Kind::PreviousNext, "下一篇", 120),
    (Kind::PreviousNext, "阅读下一篇", 120),
    (Kind::PreviousNext, "上一条", 120),
    (Kind::PreviousNext, "下一条", 120),
    (Kind::PreviousNext, "上篇", 120),
    (Kind::PreviousNext, "下篇", 120),
    (Kind::PreviousNext, "前一篇", 120),
    (Kind::PreviousNext, "后一篇", 120),
    (Kind::Editor, "责任编辑", 40),
    (Kind::Editor, "责编", 30),
    (Kind::Editor, "网络编辑", 30),
    (Kind::Editor, "值班编辑", 30),
    (Kind::Editor, "编辑", 24),
    (Kind::Editor, "信息录入", 30),
    (Kind::Editor, "信息审核", 30),
    (Kind::Editor, "信息发布", 30),
    (Kind::Breadcrumb, "当前位置", 200),
    (Kind::Breadcrumb, "您当前的位置", 200),
    (Kind::Breadcrumb, "您当前位置", 200),
    (Kind::Breadcrumb, "您现在的位置", 200),
    (Kind::Breadcrumb, "您现在位置", 200),
    (Kind::Breadcrumb, "您所在的位置", 200),
    (Kind::Breadcrumb, "您所在位置", 200),
    (Kind::Breadcrumb, "您的位置", 200),
    (Kind::Breadcrumb, "你的位置", 200),
    (Kind::Breadcrumb, "你现在的位置", 200),
    (Kind::Breadcrumb, "所在位置", 200),
    (Kind::Breadcrumb, "现在位置", 200),
    (Kind::Breadcrumb, "首页>", 200),
    (Kind::Breadcrumb, "首页＞", 200),
    (Kind::Breadcrumb, "首页»", 200),
    (Kind::Breadcrumb, "首页/", 200),
    (Kind::Views, "浏览次数", 24),
    (Kind::Views, "阅读次数", 24),
    (Kind::Views, "点击数", 24),
    (Kind::Views, "点击量", 24),
    (Kind::Views, "访问量", 24),
    (Kind::Views, "浏览量", 24),
    (Kind::Views, "阅读量", 24),
];

/// Labels of lists of other pages.
const RELATED: &[&str] = &[
    "相关链接",
    "相关解读",
    "相关新闻",
    "相关文章",
    "相关阅读",
    "相关稿件",
    "相关推荐",
    "相关报道",
    "相关文档",
    "相关信息",
    "相关政策",
    "相关内容",
    "相关专题",
    "相关资讯",
    "相关文件",
    "关联文件",
    "关联阅读",
    "关联信息",
    "延伸阅读",
    "推荐阅读",
    "推荐文章",
    "推荐新闻",
    "热门文章",
    "热点新闻",
    "猜你喜欢",
    "解读链接",
    "政策解读",
    "图解",
    "解读",
    "相关图解",
    "同类文章",
    "更多新闻",
    "最新文章",
    "热门推荐",
    "热点推荐",
    "热点关注",
    "往期回顾",
    "推荐",
    "更多",
    "大家都在看",
    "为您推荐",
    "原文链接",
    "文件解读",
    "相关政策解读",
];

/// Labels of attachment boxes.
const ATTACHMENTS: &[&str] = &[
    "相关附件",
    "附件下载",
    "附件列表",
    "附件",
    "文件下载",
    "相关下载",
    "下载附件",
    "点击下载",
    "附件：",
    "附件信息",
];

/// Phrases of which a line of a page's foot holds one, and no line of a document.
const FOOTER: &[&str] = &[
    "ICP备",
    "ICP证",
    "公网安备",
    "网站标识码",
    "版权所有",
    "网站地图",
    "Copyright",
    "copyright",
    "Allrightsreserved",
    "AllRightsReserved",
    "违法和不良信息",
    "网站备案",
    "备案编号",
];

/// Labels of a page's foot that documents use as well: they weigh against a line only slightly.
const WEAK_FOOTER: &[&str] =
    &["主办单位", "承办单位", "主办：", "承办：", "技术支持", "建议使用", "运行维护", "联系我们", "关于我们"];

/// Phrases of disclaimers about reprints.
const DISCLAIMER: &[&str] = &[
    "转载请注明",
    "免责声明",
    "版权声明",
    "版权归原作者",
    "如涉及版权",
    "如有侵权",
    "责任自负",
    "自负法律责任",
    "不代表本网",
    "不代表本站",
    "未经授权",
    "未经许可",
    "仅供参考，",
    "特此声明",
    "凡注明",
    "凡本网注明",
];

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
    squeezed.len() <= 900 && FOOTER.iter().any(|phrase| squeezed.contains(phrase))
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
        || line.length <= 120
            && line.length - line.linked <= 14
            && super::metadata::date::find(&line.text).is_some()
}

/// Parts of class and id names of elements that are never part of a document, however they are filled.
const GADGETS: &[(Kind, &str)] = &[
    (Kind::Share, "sharebutton"),
    (Kind::Share, "bdshare"),
    (Kind::Share, "bshare"),
    (Kind::Share, "jiathis"),
    (Kind::Share, "gwdshare"),
    (Kind::Share, "share-box"),
    (Kind::Share, "sharebox"),
    (Kind::Share, "social-share"),
    (Kind::Scan, "qrcode"),
    (Kind::Scan, "qr_container"),
    (Kind::Scan, "erweima"),
    (Kind::Scan, "ewm"),
    (Kind::PreviousNext, "prenext"),
    (Kind::PreviousNext, "prev_next"),
    (Kind::PreviousNext, "prevnext"),
    (Kind::Breadcrumb, "breadcrumb"),
    (Kind::Breadcrumb, "crumbs"),
];

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

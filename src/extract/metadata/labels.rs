//! Turns labelled text (`来源：本网 时间：2018-01-31`) into fields: the labels of info lines and index tables as data.

use crate::extract::whitespace::{is_blank, squeeze};

/// What a label says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::extract) enum Slot {
    /// 标题.
    Title,
    /// 发布日期.
    Published,
    /// 更新日期: a publication date where the page gives no other.
    Updated,
    /// 来源.
    Source,
    /// 文号.
    Number,
    /// 索引号.
    IndexNumber,
    /// 发文机关.
    Issuer,
    /// 成文日期.
    Written,
    /// 施行日期.
    Effective,
    /// 印发日期.
    Printed,
    /// 有效性.
    Validity,
    /// 主题分类.
    Subject,
    /// 文种.
    Genre,
    /// 主题词.
    Keywords,
    /// 内容概述.
    Description,
    /// 作者.
    Author,
    /// 责任编辑.
    Editor,
    /// 网站标识码.
    SiteId,
    /// A label that ends the value before it and is not kept: 浏览次数, 字体.
    Ignored,
}

/// Labels without white space; where one begins another, the longer comes first.
const LABELS: &[(&str, Slot)] = &[
    ("信息索引号", Slot::IndexNumber),
    ("文件索引号", Slot::IndexNumber),
    ("信息索引", Slot::IndexNumber),
    ("索引编号", Slot::IndexNumber),
    ("索引号", Slot::IndexNumber),
    ("索取号", Slot::IndexNumber),
    ("主题分类", Slot::Subject),
    ("主题类别", Slot::Subject),
    ("信息类别", Slot::Subject),
    ("信息分类", Slot::Subject),
    ("公文分类", Slot::Subject),
    ("组配分类", Slot::Subject),
    ("所属主题", Slot::Subject),
    ("内容分类", Slot::Subject),
    ("分类", Slot::Subject),
    ("发文机关", Slot::Issuer),
    ("发文机构", Slot::Issuer),
    ("发布机构", Slot::Issuer),
    ("发布机关", Slot::Issuer),
    ("发文单位", Slot::Issuer),
    ("发布单位", Slot::Issuer),
    ("制发机关", Slot::Issuer),
    ("制发单位", Slot::Issuer),
    ("发文部门", Slot::Issuer),
    ("发布部门", Slot::Issuer),
    ("制发部门", Slot::Issuer),
    ("颁布机关", Slot::Issuer),
    ("颁布单位", Slot::Issuer),
    ("公开主体", Slot::Issuer),
    ("公开机构", Slot::Issuer),
    ("所属机构", Slot::Issuer),
    ("成文日期", Slot::Written),
    ("成文时间", Slot::Written),
    ("生成日期", Slot::Written),
    ("生成时间", Slot::Written),
    ("发文日期", Slot::Written),
    ("发文时间", Slot::Written),
    ("制发日期", Slot::Written),
    ("签发日期", Slot::Written),
    ("形成日期", Slot::Written),
    ("签署日期", Slot::Written),
    ("印发日期", Slot::Printed),
    ("印发时间", Slot::Printed),
    ("信息名称", Slot::Title),
    ("文件名称", Slot::Title),
    ("公文标题", Slot::Title),
    ("文件标题", Slot::Title),
    ("公文名称", Slot::Title),
    ("标题", Slot::Title),
    ("名称", Slot::Title),
    ("发文字号", Slot::Number),
    ("文件字号", Slot::Number),
    ("文件编号", Slot::Number),
    ("文件号", Slot::Number),
    ("发文号", Slot::Number),
    ("公文号", Slot::Number),
    ("发布文号", Slot::Number),
    ("发文文号", Slot::Number),
    ("文件文号", Slot::Number),
    ("公文字号", Slot::Number),
    ("文号", Slot::Number),
    ("发布日期", Slot::Published),
    ("发布时间", Slot::Published),
    ("发稿时间", Slot::Published),
    ("发稿日期", Slot::Published),
    ("发表时间", Slot::Published),
    ("发表日期", Slot::Published),
    ("公开日期", Slot::Published),
    ("公开时间", Slot::Published),
    ("公布日期", Slot::Published),
    ("添加时间", Slot::Published),
    ("添加日期", Slot::Published),
    ("创建时间", Slot::Published),
    ("创建日期", Slot::Published),
    ("录入时间", Slot::Published),
    ("发布于", Slot::Published),
    ("上网时间", Slot::Published),
    ("上网日期", Slot::Published),
    ("發佈日期", Slot::Published),
    ("發布日期", Slot::Published),
    ("發佈時間", Slot::Published),
    ("發布時間", Slot::Published),
    ("日期", Slot::Published),
    ("時間", Slot::Published),
    ("更新時間", Slot::Updated),
    ("更新时间", Slot::Updated),
    ("更新日期", Slot::Updated),
    ("时间", Slot::Published),
    ("施行日期", Slot::Effective),
    ("实施日期", Slot::Effective),
    ("生效日期", Slot::Effective),
    ("生效时间", Slot::Effective),
    ("执行日期", Slot::Effective),
    ("有效性", Slot::Validity),
    ("时效性", Slot::Validity),
    ("效力状态", Slot::Validity),
    ("公文时效", Slot::Validity),
    ("文件状态", Slot::Validity),
    ("是否有效", Slot::Validity),
    ("体裁分类", Slot::Genre),
    ("体裁", Slot::Genre),
    ("文种", Slot::Genre),
    ("公文种类", Slot::Genre),
    ("主题词", Slot::Keywords),
    ("关键词", Slot::Keywords),
    ("关键字", Slot::Keywords),
    ("内容概述", Slot::Description),
    ("内容摘要", Slot::Description),
    ("信息来源", Slot::Source),
    ("文章来源", Slot::Source),
    ("稿件来源", Slot::Source),
    ("新闻来源", Slot::Source),
    ("内容来源", Slot::Source),
    ("来源", Slot::Source),
    ("資料來源", Slot::Source),
    ("新聞來源", Slot::Source),
    ("來源", Slot::Source),
    ("稿源", Slot::Source),
    ("作者", Slot::Author),
    ("责任编辑", Slot::Editor),
    ("编辑", Slot::Editor),
    ("网站标识码", Slot::SiteId),
    ("浏览次数", Slot::Ignored),
    ("浏览量", Slot::Ignored),
    ("阅读次数", Slot::Ignored),
    ("阅读量", Slot::Ignored),
    ("点击次数", Slot::Ignored),
    ("点击数", Slot::Ignored),
    ("点击量", Slot::Ignored),
    ("点击率", Slot::Ignored),
    ("点击", Slot::Ignored),
    ("阅读", Slot::Ignored),
    ("浏览", Slot::Ignored),
    ("访问量", Slot::Ignored),
    ("访问次数", Slot::Ignored),
    ("浏览字号", Slot::Ignored),
    ("字体大小", Slot::Ignored),
    ("字体", Slot::Ignored),
    ("字号", Slot::Ignored),
    ("分享到", Slot::Ignored),
    ("分享至", Slot::Ignored),
    ("分享", Slot::Ignored),
    ("公开方式", Slot::Ignored),
    ("公开形式", Slot::Ignored),
    ("公开范围", Slot::Ignored),
    ("公开时限", Slot::Ignored),
    ("公开类别", Slot::Ignored),
    ("公开属性", Slot::Ignored),
    ("废止日期", Slot::Ignored),
    ("失效日期", Slot::Ignored),
    ("终止日期", Slot::Ignored),
    ("效力级别", Slot::Ignored),
    ("载体类型", Slot::Ignored),
    ("信息形式", Slot::Ignored),
    ("服务对象", Slot::Ignored),
    ("统一登记号", Slot::Ignored),
    ("统一编号", Slot::Ignored),
    ("签发人", Slot::Ignored),
    ("审核", Slot::Ignored),
    ("初审", Slot::Ignored),
    ("终审", Slot::Ignored),
    ("录入", Slot::Ignored),
    ("摄影", Slot::Ignored),
    ("视力保护色", Slot::Ignored),
    ("附件", Slot::Ignored),
    ("Updated", Slot::Updated),
    ("Published", Slot::Published),
    ("Source", Slot::Source),
];

/// Stands in a line where one element ends and another begins: a label may follow there without a space before it.
pub(in crate::extract) const BOUNDARY: char = '\u{1F}';

/// Words that end a value although no colon follows them.
const STOPS: &[&str] = &[
    "【",
    "字体",
    "字号",
    "浏览次数",
    "浏览量",
    "阅读次数",
    "点击数",
    "分享到",
    "分享",
    "我要打印",
    "打印",
    "|",
    "｜",
    "保护视力色",
    "视力保护色",
    "[大",
    "[字",
    "收藏",
    "关闭窗口",
    "内容纠错",
    "阅读：",
    "下载",
    "纠错",
];

/// A labelled value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Labelled {
    /// What the label says.
    pub(in crate::extract) slot: Slot,
    /// The label, without white space.
    pub(in crate::extract) label: &'static str,
    /// The value, trimmed; empty if it stands elsewhere.
    pub(in crate::extract) value: String,
}

/// The label that all of `squeezed` is, with or without a colon at its end.
pub(in crate::extract) fn only(squeezed: &str) -> Option<(&'static str, Slot)> {
    let word = squeezed.trim_matches(|c| {
        matches!(c, '：' | ':' | '[' | ']' | '【' | '】' | '［' | '］' | '·' | '■' | '*' | '|' | '｜')
    });
    LABELS.iter().find(|(label, _)| *label == word).copied()
}

/// The labelled values of `line` in order, and the text before the first label.
pub(in crate::extract) fn fields(line: &str) -> (String, Vec<Labelled>) {
    let mut found: Vec<Labelled> = Vec::new();
    let mut lead = String::new();
    let mut value = String::new();
    let mut rest = line;
    let mut previous = None;
    while let Some(character) = rest.chars().next() {
        if character == BOUNDARY {
            previous = None;
            rest = &rest[1..];
            continue;
        }
        // 「开始时间：」 is not 「时间：」, but 「统计局发布日期：」 is two fields without a space.
        let joined = previous.is_some_and(|c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c));
        previous = Some(character);
        if let Some((label, slot, length)) = label_at(rest)
            && (!joined || label.chars().count() >= 4)
        {
            previous = None;
            finish(&mut found, &mut lead, &mut value);
            found.push(Labelled { slot, label, value: String::new() });
            rest = &rest[length..];
        } else {
            value.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    finish(&mut found, &mut lead, &mut value);
    (lead, found)
}

fn finish(found: &mut [Labelled], lead: &mut String, value: &mut String) {
    let taken = std::mem::take(value);
    match found.last_mut() {
        None => taken.trim().clone_into(lead),
        Some(field) => field.value = cut(&taken),
    }
}

/// `value` up to the first stop, trimmed of separators.
fn cut(value: &str) -> String {
    let end = STOPS.iter().filter_map(|stop| value.find(stop)).min().unwrap_or(value.len());
    value[..end]
        .trim_matches(|c: char| is_blank(c) || matches!(c, '|' | '｜' | '；' | ';' | '[' | ']'))
        .to_owned()
}

/// A label at the start of `text` (white space inside allowed) with its colon, and how many bytes it takes.
fn label_at(text: &str) -> Option<(&'static str, Slot, usize)> {
    let first = text.chars().next()?;
    let bracketed = matches!(first, '[' | '［' | '【');
    if is_blank(first) || first.is_ascii() && !first.is_ascii_uppercase() && !bracketed {
        return None;
    }
    // The label's characters lie within this many characters, white space included.
    let head: Vec<(usize, char)> = text
        .char_indices()
        .take(26)
        .skip(usize::from(bracketed))
        .filter(|(_, c)| !is_blank(*c) && *c != BOUNDARY)
        .take(12)
        .collect();
    let word: String = head.iter().map(|(_, c)| c).collect();
    for (label, slot) in LABELS {
        if !word.starts_with(label) {
            continue;
        }
        let mut marks = head.iter().skip(label.chars().count());
        let &(mut at, mark) = marks.next()?;
        if bracketed {
            // 「[发文字号] 京财〔2024〕3号」, with or without a colon after it.
            if !matches!(mark, ']' | '］' | '】') {
                continue;
            }
            at += mark.len_utf8();
            if let Some((colon_at, colon)) = marks.next().filter(|(_, c)| matches!(c, '：' | ':')) {
                at = colon_at + colon.len_utf8();
            }
            return Some((label, *slot, at));
        }
        if matches!(mark, '：' | ':' | '∶') {
            return Some((label, *slot, at + mark.len_utf8()));
        }
    }
    None
}

/// Whether `value` says nothing: a dash, 「无」, an unfilled template.
pub(in crate::extract) fn is_void(value: &str) -> bool {
    let squeezed = squeeze(value);
    squeezed.is_empty()
        || squeezed.contains("${")
        || squeezed.contains("{{")
        || matches!(squeezed.as_str(), "无" | "暂无" | "-" | "--" | "—" | "/" | "null" | "undefined" | "空")
        || !squeezed.is_empty() && squeezed.len() < 12 && squeezed.bytes().all(|b| b == b'-')
}

#[cfg(test)]
mod tests {
    use super::{Slot, fields, only};

    fn pairs(line: &str) -> Vec<(Slot, String)> {
        fields(line).1.into_iter().map(|field| (field.slot, field.value)).collect()
    }

    #[test]
    fn fields_need_no_separator() {
        assert_eq!(
            pairs("来源：广州市南沙区统计局发布日期：2024-06-05 【浏览字号 :大 中 小】"),
            [
                (Slot::Source, "广州市南沙区统计局".into()),
                (Slot::Published, "2024-06-05".into()),
                (Slot::Ignored, "大 中 小】".into())
            ]
        );
    }

    #[test]
    fn what_precedes_the_first_label_is_given_apart() {
        let (lead, found) = fields("2019年10月08日 来源: 《廊坊日报》 作者: 记者 郑晨子 字体： 小 大");
        assert_eq!(lead, "2019年10月08日");
        assert_eq!(found[0].value, "《廊坊日报》");
        assert_eq!(found[1].value, "记者 郑晨子");
    }

    #[test]
    fn labels_may_hold_white_space() {
        assert_eq!(pairs("索 引 号： 0001/2018"), [(Slot::IndexNumber, "0001/2018".into())]);
        assert_eq!(only("标题："), Some(("标题", Slot::Title)));
        assert_eq!(only("标题党"), None);
    }
}

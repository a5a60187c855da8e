//! Turns names of roles, kinds and fields into words of the reader's language.

use crate::message::Language;

/// Name of a part, English and Chinese.
type Words = (&'static str, &'static str, &'static str);

const ROLES: [Words; 13] = [
    ("title", "title", "标题"),
    ("body", "body", "正文"),
    ("subtitle", "subtitle", "副标题"),
    ("document-number", "document number", "发文字号"),
    ("addressee", "addressee", "主送机关"),
    ("attachment-note", "attachment note", "附件说明"),
    ("signature", "signature", "署名"),
    ("signed-date", "signed date", "成文日期"),
    ("annotation", "annotation", "附注"),
    ("table", "table", "表格"),
    ("figure", "figure", "图片"),
    ("list", "list", "列表"),
    ("quote", "quotation", "引文"),
];

const KINDS: [Words; 18] = [
    ("breadcrumb", "breadcrumb", "当前位置"),
    ("info-line", "info line", "信息栏"),
    ("share", "share", "分享"),
    ("font-size", "font size", "字体"),
    ("print", "print", "打印"),
    ("close", "close", "关闭"),
    ("scan", "scan", "扫码"),
    ("views", "views", "浏览次数"),
    ("previous-next", "previous, next", "上下篇"),
    ("related", "related pages", "相关链接"),
    ("disclaimer", "disclaimer", "声明"),
    ("editor", "editor", "编辑"),
    ("back-to-top", "back to top", "返回"),
    ("footer", "page foot", "页脚"),
    ("index-table", "index table", "索引表"),
    ("empty-attachments", "empty attachment box", "空附件栏"),
    ("navigation", "navigation", "导航"),
    ("title-repeat", "repeated title", "重复标题"),
];

const FIELDS: [(&str, &str); 24] = [
    ("title", "标题"),
    ("subtitle", "副标题"),
    ("published", "发布日期"),
    ("source", "来源"),
    ("number", "发文字号"),
    ("index_number", "索引号"),
    ("issuer", "发文机关"),
    ("written", "成文日期"),
    ("effective", "施行日期"),
    ("printed", "印发日期"),
    ("validity", "有效性"),
    ("subject", "主题分类"),
    ("genre", "文种"),
    ("keywords", "关键词"),
    ("description", "内容概述"),
    ("author", "作者"),
    ("editor", "责任编辑"),
    ("column", "栏目"),
    ("column_type", "栏目类别"),
    ("breadcrumb", "当前位置"),
    ("site_name", "网站名称"),
    ("site_domain", "网站域名"),
    ("site_id", "网站标识码"),
    ("url", "网址"),
];

fn find(words: &[Words], name: &str, language: Language) -> Option<&'static str> {
    let (_, english, chinese) = words.iter().find(|(known, _, _)| *known == name)?;
    Some(match language {
        Language::English => english,
        Language::Chinese => chinese,
    })
}

/// The part that a kept block plays: `heading-2` is 「二级标题」.
pub(super) fn role(role: &str, language: Language) -> String {
    if let Some(level) = role.strip_prefix("heading-") {
        return match language {
            Language::English => format!("heading {level}"),
            Language::Chinese => format!("{level}级标题"),
        };
    }
    find(&ROLES, role, language).map_or_else(|| super::escape(role), str::to_owned)
}

/// The kind of a removed part.
pub(super) fn kind(kind: &'static str, language: Language) -> &'static str {
    find(&KINDS, kind, language).unwrap_or(kind)
}

/// The name of a metadata field.
pub(super) fn field(name: &str, language: Language) -> String {
    match language {
        Language::English => super::escape(&name.replace('_', " ")),
        Language::Chinese => FIELDS
            .iter()
            .find(|(known, _)| *known == name)
            .map_or_else(|| super::escape(name), |(_, words)| (*words).to_owned()),
    }
}

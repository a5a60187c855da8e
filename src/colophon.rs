//! Turns what is known about a Document into the labelled rows of its 著录信息 page and of the text file's header.

use crate::document::{Document, Field, Metadata, Moment};

/// A labelled value, both on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The label in Chinese, without its colon: `文号`.
    pub label: String,
    /// The value; never empty, no line breaks.
    pub value: String,
}

impl Row {
    /// A row, its value put on one line; `None` if nothing is left of the value.
    #[must_use]
    pub fn new(label: &str, value: &str) -> Option<Self> {
        let value = one_line(value);
        (!value.is_empty()).then(|| Self { label: label.to_owned(), value })
    }
}

/// What is known beside the Document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Colophon<'a> {
    /// Name and version of the tool: `guidang 0.1.0`; empty to leave the row out.
    pub tool: &'a str,
    /// Names of the fonts the document is set in; empty where the reader's own fonts are used.
    pub fonts: &'a [&'a str],
    /// Diagnostics that matter, one line each, in the order in which they arose.
    pub remarks: &'a [String],
}

/// The rows of the 著录信息 page, in print order; a row that the page gives no value for is left out.
///
/// The fields follow GB/T 33480-2016 and the 公开目录 index block; provenance comes last.
#[must_use]
pub fn rows(document: &Document, colophon: &Colophon<'_>) -> Vec<Row> {
    let mut rows = stated(&document.metadata);
    for attachment in &document.attachments {
        rows.extend(Row::new("附件", &format!("{} {}", attachment.name, attachment.url)));
    }
    rows.extend(source(document));
    let provenance = &document.provenance;
    if provenance.bytes > 0 {
        rows.extend(Row::new("源文件字节数", &provenance.bytes.to_string()));
    }
    rows.extend(Row::new("源文件编码", &encoding(document)));
    rows.extend(Row::new("归档工具", colophon.tool));
    rows.extend(Row::new("所用字体", &colophon.fonts.join("、")));
    for remark in colophon.remarks {
        rows.extend(Row::new("备注", remark));
    }
    rows
}

/// What the page states about the document, in print order.
#[must_use]
pub fn stated(metadata: &Metadata) -> Vec<Row> {
    let text = |field: &Option<Field<String>>| field.as_ref().map(|field| field.value.clone());
    let date = |field: &Option<Field<Moment>>| field.as_ref().map(|field| readable(field.value));
    let joined =
        |field: &Option<Field<Vec<String>>>, by: &str| field.as_ref().map(|field| field.value.join(by));
    [
        ("标题", text(&metadata.title)),
        ("副标题", text(&metadata.subtitle)),
        ("发文机关", text(&metadata.issuer)),
        ("文号", text(&metadata.number)),
        ("成文日期", date(&metadata.written)),
        ("印发日期", date(&metadata.printed)),
        ("发布日期", date(&metadata.published)),
        ("施行日期", date(&metadata.effective)),
        ("有效性", text(&metadata.validity)),
        ("来源", text(&metadata.source)),
        ("作者", text(&metadata.author)),
        ("责任编辑", text(&metadata.editor)),
        ("索引号", text(&metadata.index_number)),
        ("主题分类", text(&metadata.subject)),
        ("文种", text(&metadata.genre)),
        ("关键词", joined(&metadata.keywords, "；")),
        ("内容概述", text(&metadata.description)),
        ("栏目", text(&metadata.column)),
        ("栏目类别", text(&metadata.column_type)),
        ("位置", joined(&metadata.breadcrumb, " > ")),
        ("网站名称", text(&metadata.site_name)),
        ("网站域名", text(&metadata.site_domain)),
        ("网站标识码", text(&metadata.site_id)),
    ]
    .into_iter()
    .filter_map(|(label, value)| Row::new(label, &value?))
    .collect()
}

/// Where the Document came from: address, capture time, file and digest.
#[must_use]
pub fn source(document: &Document) -> Vec<Row> {
    let provenance = &document.provenance;
    let digest =
        if provenance.sha256.is_empty() { String::new() } else { format!("SHA-256 {}", provenance.sha256) };
    [
        ("原文网址", document.metadata.url.as_ref().map_or("", |url| &url.value)),
        ("采集时间", provenance.captured.as_deref().unwrap_or_default()),
        ("源文件", &provenance.file),
        ("源文件摘要", &digest),
    ]
    .into_iter()
    .filter_map(|(label, value)| Row::new(label, value))
    .collect()
}

/// `gb18030（依据：meta；网页声明 gb2312）`; empty if nothing is recorded.
fn encoding(document: &Document) -> String {
    let encoding = &document.provenance.encoding;
    let mut remarks = Vec::new();
    if !encoding.evidence.is_empty() {
        remarks.push(format!("依据：{}", encoding.evidence));
    }
    if let Some(declared) = &encoding.declared
        && !declared.eq_ignore_ascii_case(&encoding.name)
    {
        remarks.push(format!("网页声明 {declared}"));
    }
    if encoding.replaced > 0 {
        remarks.push(format!("{} 处无法解码", encoding.replaced));
    }
    if encoding.private_use > 0 {
        remarks.push(format!("{} 个私用区字符", encoding.private_use));
    }
    if encoding.name.is_empty() || remarks.is_empty() {
        return encoding.name.clone();
    }
    format!("{}（{}）", encoding.name, remarks.join("；"))
}

/// `2018-01-31`, with the time of day after a space where the page gives one: as a person writes it.
fn readable(moment: Moment) -> String {
    match moment.time {
        None => moment.date.to_string(),
        Some(time) => {
            format!("{} {:02}:{:02}:{:02}", moment.date, time.hour(), time.minute(), time.second())
        }
    }
}

/// `text` with every stretch of white space that holds a line break or tab put as one space, none at the ends.
#[must_use]
pub fn one_line(text: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.split(is_break).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Colophon, Row, rows};
    use crate::document::{Document, Field, Origin};

    #[test]
    fn only_what_is_known_gets_a_row() {
        let mut document = Document::default();
        assert_eq!(rows(&document, &Colophon::default()), []);
        document.metadata.number = Some(Field::new("粤府〔2018〕1号".to_owned(), Origin::Body));
        document.provenance.encoding.name = "gb18030".to_owned();
        document.provenance.encoding.evidence = "meta".to_owned();
        document.provenance.encoding.declared = Some("gb2312".to_owned());
        let found = rows(&document, &Colophon { tool: "guidang 0.1.0", ..Colophon::default() });
        let found: Vec<_> = found.iter().map(|row| format!("{}：{}", row.label, row.value)).collect();
        assert_eq!(
            found,
            [
                "文号：粤府〔2018〕1号",
                "源文件编码：gb18030（依据：meta；网页声明 gb2312）",
                "归档工具：guidang 0.1.0"
            ]
        );
    }

    #[test]
    fn a_value_stays_on_one_line_and_is_never_blank() {
        assert_eq!(
            Row::new("标题", " 关于\n\t印发的通知 ").map(|row| row.value).as_deref(),
            Some("关于 印发的通知")
        );
        assert_eq!(Row::new("标题", " \n "), None);
    }
}

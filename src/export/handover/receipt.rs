//! 电子档案移交与接收登记表: what is known of it filled in, the rest left for both parties to fill in and sign (annex 3 of
//! 《电子档案移交与接收办法》). As XML for programs, and as a Document to be printed.

use super::encoding::Encoding;
use super::explanation::Account;
use super::names::SHA256_LIST;
use super::xml::Xml;
use crate::document::{
    Align, Block, Cell, Document, Field, Inline, Moment, Origin, Paragraph, Row, Run, Table,
};

const TITLE: &str = "电子档案移交与接收登记表";
/// What each party checks.
const CHECKS: [&str; 5] = ["准确性检验", "完整性检验", "可用性检验", "安全性检验", "载体外观检验"];
/// Who signs for it.
const SIGNATURES: [(&str, &str); 3] =
    [("填表人", "填表人（签名）"), ("审核人", "审核人（签名）"), ("单位印章", "单位（印章）")];
/// Where a date is written by hand.
const DATE: &str = "年　月　日";

/// What is filled in: label and value.
fn facts(account: &Account<'_>) -> [(&'static str, String); 6] {
    let handover = account.handover();
    [
        ("交接工作名称", account.task()),
        ("内容描述", handover.description.unwrap_or_else(|| "政府网站网页档案及其元数据".to_owned())),
        ("移交电子档案数量", account.amount()),
        ("移交数据量", account.volume()),
        ("载体起止顺序号", handover.medium_number.unwrap_or_default()),
        ("移交载体类型规格", handover.medium_type.unwrap_or_default()),
    ]
}

/// The form as XML. `digest` is that of the list of digests.
pub(super) fn xml(account: &Account<'_>, digest: &str, encoding: Encoding) -> Vec<u8> {
    let handover = account.handover();
    let mut xml = Xml::new(encoding);
    xml.open(TITLE, &[]);
    for (label, value) in facts(account) {
        xml.text(label, &[], &value);
    }
    for (party, name) in [("移交单位", handover.sender), ("接收单位", handover.receiver)] {
        xml.open(party, &[]);
        xml.text("单位名称", &[], &name.unwrap_or_default());
        for label in CHECKS {
            xml.text(label, &[], "");
        }
        for (label, _) in SIGNATURES {
            xml.text(label, &[("日期", "")], "");
        }
        xml.close(party);
    }
    xml.text("数字摘要", &[("算法", "SHA-256"), ("文件", SHA256_LIST)], digest);
    xml.close(TITLE);
    encoding.xml(&xml.finish())
}

/// The form as it is printed.
pub(super) fn document(account: &Account<'_>, digest: &str) -> Document {
    let mut document = Document::default();
    let local = jiff::tz::Offset::constant(8).to_datetime(account.created);
    let moment = Moment { date: local.date(), time: None };
    document.metadata.title = Some(Field::new(TITLE.to_owned(), Origin::Given));
    document.metadata.written = Some(Field::new(moment, Origin::Given));
    document.body.push(Block::Title { lines: vec![TITLE.to_owned()] });
    let handover = account.handover();
    let mut rows = Vec::new();
    for (label, value) in facts(account) {
        let label = if label == "移交载体类型规格" { "移交载体类型、规格" } else { label };
        rows.push(row(vec![head(label), Cell { colspan: 2, ..cell(&[&value], Align::Start) }]));
    }
    let party = |label: &str, name: Option<String>| head(&format!("{label}：{}", name.unwrap_or_default()));
    rows.push(row(vec![
        head("检验内容"),
        party("移交单位", handover.sender),
        party("接收单位", handover.receiver),
    ]));
    for label in CHECKS {
        rows.push(row(vec![head(label), cell(&[], Align::Start), cell(&[], Align::Start)]));
    }
    for (_, label) in SIGNATURES {
        rows.push(row(vec![head(label), cell(&[DATE], Align::End), cell(&[DATE], Align::End)]));
    }
    let digest = format!("SHA-256：{digest}（{SHA256_LIST}）");
    rows.push(row(vec![head("数字摘要"), Cell { colspan: 2, ..cell(&[&digest], Align::Start) }]));
    document.body.push(Block::Table(Table {
        caption: Vec::new(),
        unit: Vec::new(),
        columns: 3,
        header_rows: 0,
        rows,
    }));
    document
}

fn row(cells: Vec<Cell>) -> Row {
    Row { cells }
}

fn head(text: &str) -> Cell {
    Cell { header: true, ..cell(&[text], Align::Start) }
}

fn cell(lines: &[&str], align: Align) -> Cell {
    let lines = lines.iter().filter(|line| !line.is_empty());
    let paragraph = |line: &&str| {
        Block::Paragraph(Paragraph {
            align,
            content: vec![Inline::Text(Run::plain(*line))],
            ..Paragraph::default()
        })
    };
    Cell { align, blocks: lines.map(paragraph).collect(), ..Cell::default() }
}

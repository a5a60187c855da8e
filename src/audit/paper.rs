//! Turns a report into a Document, so that it can be printed and archived like any other.

use super::report::{Finding, Severity};
use super::terminal::verdict;
use super::{Check, Property, Report, Verdict};
use crate::document::{
    Align, Block, Cell, Document, Encoding, Field, Heading, Inline, Level, Moment, Origin, Paragraph,
    Provenance, Role, Row, Run, Table, sha256,
};
use crate::message::Language::Chinese;

/// Findings printed one by one; the JSON form has more.
const MOST: usize = 500;
const TITLE: &str = "四性检测报告";

/// The report as a Document, in Chinese.
#[must_use]
pub fn document(report: &Report) -> Document {
    let tally = &report.tally;
    let mut document = Document::default();
    let local = jiff::tz::Offset::constant(8).to_datetime(report.time);
    let moment = Moment { date: local.date(), time: Some(local.time()) };
    document.metadata.title = Some(Field::new(TITLE.to_owned(), Origin::Given));
    document.metadata.published = Some(Field::new(moment, Origin::Given));
    let json = report.to_json();
    document.provenance = Provenance {
        file: "四性检测.json".to_owned(),
        sha256: sha256(json.as_bytes()),
        bytes: json.len() as u64,
        encoding: Encoding { name: "utf-8".to_owned(), ..Encoding::default() },
        ..Provenance::default()
    };

    let body = &mut document.body;
    body.push(Block::Title { lines: vec![TITLE.to_owned()] });
    let passed = verdict(if report.passed() { Verdict::Passed } else { Verdict::Failed }, Chinese);
    let head = report.head.as_ref();
    let facts = [
        ("归档库", report.store.clone()),
        ("检测时间", report.time.to_string()),
        ("检测工具", report.tool.clone()),
        ("检测依据", "DA/T 70-2018".to_owned()),
        ("检测范围", if report.scope == "all" { "全部".to_owned() } else { report.scope.clone() }),
        (
            "检测数量",
            format!(
                "对象 {} 个，版本 {} 个，文件 {} 个，{} 字节",
                tally.objects, tally.versions, tally.files, tally.bytes
            ),
        ),
        (
            "事件日志末条",
            head.map_or_else(|| "无".to_owned(), |(sequence, digest)| format!("第 {sequence} 条 {digest}")),
        ),
        ("检测结论", format!("{passed}（问题 {} 项，提示 {} 项）", tally.faults(), tally.remarks())),
    ];
    let facts = facts.into_iter().map(|(label, value)| vec![label.to_owned(), value]).collect();
    body.push(table(&[], facts));
    for (number, property) in ["一", "二", "三", "四"].into_iter().zip(Property::ALL) {
        let result = verdict(tally.verdict(property), Chinese);
        body.push(heading(&format!("{number}、{}：{result}", property.name(Chinese))));
        let rows = Check::ALL.into_iter().filter(|check| check.property() == property).map(|check| {
            let count = tally.count(check);
            vec![
                check.name(Chinese).to_owned(),
                verdict(count.verdict(), Chinese).to_owned(),
                count.checked.to_string(),
                count.faults.to_string(),
                count.remarks.to_string(),
            ]
        });
        body.push(table(&["检测项", "结果", "检测", "问题", "提示"], rows.collect()));
    }
    for (number, severity, name, all) in
        [("五", Severity::Fault, "问题", tally.faults()), ("六", Severity::Remark, "提示", tally.remarks())]
    {
        body.push(heading(&format!("{number}、{name}")));
        let of: Vec<&Finding> =
            tally.findings.iter().filter(|finding| finding.severity == severity).take(MOST).collect();
        if of.is_empty() {
            body.push(paragraph("无。"));
            continue;
        }
        let left = all.saturating_sub(of.len() as u64);
        let rows = of.into_iter().map(|finding| {
            let version = finding.version.map(|version| format!(" v{version}")).unwrap_or_default();
            let object =
                finding.object.as_ref().map(|object| format!("{object}{version}")).unwrap_or_default();
            vec![
                finding.check.name(Chinese).to_owned(),
                finding.file.clone().unwrap_or_default(),
                object,
                finding.chinese.clone(),
            ]
        });
        body.push(table(&["检测项", "文件", "对象", "情况"], rows.collect()));
        if left > 0 {
            body.push(paragraph(&format!("另有 {left} 项，见检测数据文件。")));
        }
    }
    document
}

fn inline(text: &str) -> Vec<Inline> {
    // Names of files may hold anything; a Document holds no control characters.
    let text: String = text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.is_empty() { Vec::new() } else { vec![Inline::Text(Run::plain(&text))] }
}

fn heading(text: &str) -> Block {
    Block::Heading(Heading {
        level: Level::new(1),
        content: inline(text),
        run_in: false,
        align: Align::Start,
    })
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(Paragraph { role: Role::Body, align: Align::Start, content: inline(text) })
}

fn table(head: &[&str], rows: Vec<Vec<String>>) -> Block {
    let columns = head.len().max(rows.first().map_or(0, Vec::len));
    let cell = |text: &str, header| {
        let blocks = if text.is_empty() { Vec::new() } else { vec![paragraph(text)] };
        Cell { header, blocks, ..Cell::default() }
    };
    let mut all = Vec::new();
    if !head.is_empty() {
        all.push(Row { cells: head.iter().map(|text| cell(text, true)).collect() });
    }
    let labelled = head.is_empty();
    all.extend(rows.into_iter().map(|row| Row {
        cells: row.iter().enumerate().map(|(index, text)| cell(text, labelled && index == 0)).collect(),
    }));
    Block::Table(Table {
        caption: Vec::new(),
        unit: Vec::new(),
        columns,
        header_rows: usize::from(!head.is_empty()),
        rows: all,
    })
}

#[cfg(test)]
mod tests {
    use super::super::report::Subject;
    use super::super::{Fault, Tally};
    use super::{Report, document};

    #[test]
    fn it_is_a_sound_document_whatever_was_found() {
        let mut tally = Tally::default();
        let subject = Subject { file: Some("objects/a\u{7}b"), ..Subject::default() };
        tally.fault(super::Check::StrayFiles, subject, &Fault::Extra);
        let report = Report {
            store: "档案".to_owned(),
            time: jiff::Timestamp::UNIX_EPOCH,
            tool: "guidang 0.1.0".to_owned(),
            scope: "all".to_owned(),
            head: None,
            tally,
        };
        let document = document(&report);
        assert_eq!(crate::document::check(&document), []);
        let text = crate::document::text::text(&document);
        assert!(text.contains("检测结论\n不合格（问题 1 项，提示 0 项）"), "{text}");
        assert!(text.contains("objects/a\u{FFFD}b"), "{text}");
    }
}

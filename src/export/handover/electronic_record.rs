//! 文书类电子文件元数据.XML: the elements of DA/T 46-2009, with the names and in the order of its published table of contents.

use super::described::{Described, local};
use super::encoding::Encoding;
use super::xml::Xml;
use crate::appraisal::Manner;
use crate::archive::package::FileMetadata;

/// The file.
pub(super) fn xml(version: &Described<'_>, encoding: Encoding) -> Vec<u8> {
    let mut xml = Xml::new(encoding);
    xml.open("文书类电子文件元数据", &[]);
    record(&mut xml, version);
    let people = people(&mut xml, version);
    acts(&mut xml, version, &people);
    relations(&mut xml, version);
    xml.close("文书类电子文件元数据");
    encoding.xml(&xml.finish())
}

/// An element with its number.
fn element(xml: &mut Xml, number: u8, name: &str, text: Option<&str>) {
    xml.optional(name, &[("编号", &format!("M{number}"))], text);
}

fn open(xml: &mut Xml, number: u8, name: &str) {
    xml.open(name, &[("编号", &format!("M{number}"))]);
}

fn record(xml: &mut Xml, version: &Described<'_>) {
    xml.open("文件实体元数据", &[]);
    element(xml, 1, "聚合层次", Some("文件"));
    origin(xml, version);
    element(xml, 7, "电子文件号", Some(&version.metadata.object));
    reference_code(xml, version);
    content(xml, version);
    open(xml, 40, "形式特征");
    let single = version.metadata.attachments.is_empty();
    element(xml, 41, "文件组合类型", Some(if single { "单件" } else { "组合文件" }));
    xml.close("形式特征");
    for file in &version.metadata.files {
        electronic_properties(xml, version, file);
    }
    open(xml, 65, "存储位置");
    element(xml, 66, "当前位置", Some(version.folder));
    xml.close("存储位置");
    element(xml, 75, "附注", Some(&remarks(version)));
    xml.close("文件实体元数据");
}

fn origin(xml: &mut Xml, version: &Described<'_>) {
    let Some(rules) = version.rules else { return };
    let (fonds, handover) = (&rules.fonds, &rules.handover);
    let values = [
        (3, "档案馆名称", &handover.archives_name),
        (4, "档案馆代码", &handover.archives_code),
        (5, "全宗名称", &fonds.name),
        (6, "立档单位名称", &fonds.creator),
    ];
    if values.iter().any(|(.., value)| value.is_some()) {
        open(xml, 2, "来源");
        for (number, name, value) in values {
            element(xml, number, name, value.as_deref());
        }
        xml.close("来源");
    }
}

fn reference_code(xml: &mut Xml, version: &Described<'_>) {
    let Some(decision) = version.decision else { return };
    let series = &decision.code.series;
    xml.open("档号", &[("编号", "M8"), ("值", &decision.code.to_string())]);
    element(xml, 9, "全宗号", Some(&series.fonds));
    element(xml, 11, "年度", Some(&series.year.to_string()));
    element(xml, 12, "保管期限", Some(series.retention.name()));
    element(xml, 13, "机构或问题", Some(&decision.class));
    element(xml, 14, "类别号", Some(&series.category));
    element(xml, 17, "室编件号", Some(&format!("{:04}", decision.code.item)));
    xml.close("档号");
}

fn content(xml: &mut Xml, version: &Described<'_>) {
    open(xml, 21, "内容描述");
    element(xml, 22, "题名", version.value("title"));
    element(xml, 24, "副题名", version.value("subtitle"));
    for keyword in version.values("keywords") {
        element(xml, 27, "关键词", Some(keyword));
    }
    element(xml, 29, "摘要", version.value("description"));
    for key in ["subject", "column", "column_type"] {
        element(xml, 30, "分类号", version.value(key));
    }
    element(xml, 31, "文件编号", version.value("number"));
    element(xml, 32, "责任者", version.value("issuer"));
    element(xml, 33, "日期", version.day("written").or_else(|| version.day("published")));
    element(xml, 34, "文种", version.value("genre"));
    let addressees = version.printed(crate::document::Role::Addressee);
    element(xml, 36, "主送", addressees.as_deref().map(|names| names.trim_end_matches(['：', ':'])));
    xml.close("内容描述");
}

fn electronic_properties(xml: &mut Xml, version: &Described<'_>, file: &FileMetadata) {
    open(xml, 46, "电子属性");
    element(xml, 47, "格式信息", Some(&file.media_type));
    element(xml, 48, "计算机文件名", Some(&file.path));
    element(xml, 49, "计算机文件大小", Some(&file.digests.bytes.to_string()));
    // What was captured was not made by this program.
    let made = file.path.starts_with("document.") || file.path == "source.warc.gz";
    element(xml, 50, "文档创建程序", made.then_some(version.metadata.tool.as_str()));
    xml.close("电子属性");
}

/// What no element is for: where the page was and how it was had.
fn remarks(version: &Described<'_>) -> String {
    let capture = &version.metadata.capture;
    let mut remarks = vec!["政府网站网页归档".to_owned()];
    let address = capture.final_url.as_ref().or(capture.stated_url.as_ref());
    let labelled = [
        ("网址", address.map(String::as_str)),
        ("采集时间", capture.captured.as_deref()),
        ("网站名称", version.value("site_name")),
        ("网站标识码", version.value("site_id")),
        ("索引号", version.value("index_number")),
        ("发布日期", version.day("published")),
        ("信息来源", version.value("source")),
        ("有效性", version.value("validity")),
    ];
    remarks.extend(labelled.iter().filter_map(|(label, value)| Some(format!("{label}：{}", (*value)?))));
    remarks.join("；")
}

/// A person or office, by its reference in the file.
struct Agent {
    name: String,
    reference: String,
}

/// Those who had to do with the document. What kind of agent a name is of is told only where it is known.
fn people(xml: &mut Xml, version: &Described<'_>) -> Vec<Agent> {
    let mut people: Vec<Agent> = Vec::new();
    let fonds = version.rules.map(|rules| &rules.fonds);
    let parties = [
        (version.value("issuer"), Some("单位")),
        (fonds.and_then(|fonds| fonds.creator.as_deref()), Some("单位")),
        (version.metadata.operator.as_deref(), None),
        (version.decision.map(|decision| decision.by.as_str()), None),
    ];
    for (name, kind) in parties {
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else { continue };
        if people.iter().any(|agent| agent.name == name) {
            continue;
        }
        let reference = format!("A{}", people.len() + 1);
        xml.open("机构人员实体元数据", &[("标识", &reference)]);
        element(xml, 76, "机构人员类型", kind);
        element(xml, 77, "机构人员名称", Some(name));
        xml.close("机构人员实体元数据");
        people.push(Agent { name: name.to_owned(), reference });
    }
    people
}

/// What was done to the document, in the order in which it was done.
fn acts(xml: &mut Xml, version: &Described<'_>, people: &[Agent]) {
    let metadata = version.metadata;
    let operator = metadata.operator.as_deref();
    if let Some(captured) = metadata.capture.captured.as_deref().and_then(|time| time.parse().ok()) {
        let how = metadata.capture.requested_url.as_deref().map(|url| format!("采集 {url}"));
        act(xml, people, operator, "捕获", &local(captured), None, how.as_deref());
    }
    let how = format!("由 {} 转换并存入归档库，为第 {} 版", metadata.tool, metadata.version);
    act(xml, people, operator, "登记", &local(metadata.created), None, Some(&how));
    if let Some(decision) = version.decision {
        let ground = match (&decision.rule, decision.manner) {
            (Some(rule), Manner::Accepted) => format!("采纳规则“{rule}”的建议"),
            _ => "决定人直接决定".to_owned(),
        };
        let mut what =
            format!("保管期限：{}；类别：{}；档号：{}", decision.retention(), decision.class, decision.code);
        if let Some(note) = &decision.note {
            what += &format!("；说明：{note}");
        }
        act(xml, people, Some(&decision.by), "鉴定", &local(decision.time), Some(&ground), Some(&what));
    }
    let ground = Some("《电子档案移交与接收办法》");
    act(xml, people, None, "移交", &local(version.handed_over), ground, Some("导出为移交文件夹"));
}

fn act(
    xml: &mut Xml,
    people: &[Agent],
    by: Option<&str>,
    what: &str,
    when: &str,
    ground: Option<&str>,
    how: Option<&str>,
) {
    let agent = people.iter().find(|agent| by == Some(agent.name.as_str()));
    let attributes = agent.map(|agent| [("机构人员", agent.reference.as_str())]);
    xml.open("业务实体元数据", attributes.as_ref().map_or(&[], |attributes| &attributes[..]));
    element(xml, 80, "业务状态", Some("历史行为"));
    element(xml, 81, "业务行为", Some(what));
    element(xml, 82, "行为时间", Some(when));
    element(xml, 83, "行为依据", ground);
    element(xml, 84, "行为描述", how);
    xml.close("业务实体元数据");
}

/// The version before, which this one takes the place of.
fn relations(xml: &mut Xml, version: &Described<'_>) {
    let Some(before) = version.metadata.version.checked_sub(1).filter(|before| *before > 0) else { return };
    xml.open("实体关系元数据", &[]);
    element(xml, 85, "实体标识符", Some(&format!("{} 第{before}版", version.metadata.object)));
    element(xml, 86, "关系类型", Some("文件实体之间的关系"));
    element(xml, 87, "关系", Some("前一版本"));
    element(xml, 88, "关系描述", Some(&format!("同一网页的第 {before} 版，内容与本版不同")));
    xml.close("实体关系元数据");
}

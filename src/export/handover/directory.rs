//! 文件目录.XML: one entry for each 件, in the form of annex 2 of 《电子档案移交与接收办法》.

use super::described::Described;
use super::encoding::Encoding;
use super::names::{UNDECIDED, compact};
use super::xml::Xml;
use crate::appraisal::{Basis, Facts};

/// The root element.
pub(super) const ROOT: &str = "文件目录";

/// What comes before the entries.
pub(super) fn beginning(encoding: Encoding) -> Vec<u8> {
    let mut xml = Xml::new(encoding);
    xml.open(ROOT, &[]);
    encoding.xml(&xml.finish())
}

/// What comes after them.
pub(super) fn end(encoding: Encoding) -> Vec<u8> {
    encoding.xml(&format!("</{ROOT}>\n"))
}

/// The entry of a 件. `version` is the newest that is handed over, `folder` where all of them are, `versions` how many.
pub(super) fn entry(
    number: u64,
    version: &Described<'_>,
    facts: &Facts,
    folder: &str,
    versions: usize,
    encoding: Encoding,
) -> Vec<u8> {
    let code = version.decision.map_or_else(|| UNDECIDED.to_owned(), |decision| decision.code.to_string());
    let mut remarks = Vec::new();
    if version.decision.is_none() {
        remarks.push("保管期限和档号未定".to_owned());
    }
    let responsible = match (version.value("issuer"), version.value("site_name")) {
        (Some(issuer), _) => issuer,
        (None, Some(site)) => {
            remarks.push("网页未载发文机关，责任者取自网站名称".to_owned());
            site
        }
        (None, None) => {
            remarks.push("网页未载发文机关".to_owned());
            ""
        }
    };
    let title = version.value("title").unwrap_or_default();
    if title.is_empty() {
        remarks.push("网页无标题".to_owned());
    }
    if facts.basis != Basis::Written {
        remarks.push(format!("日期为{}", facts.basis.label()));
    }
    if let Some(number) = version.value("number") {
        remarks.push(number.to_owned());
    }
    if versions > 1 {
        remarks.push(format!("共{versions}个版本"));
    }
    match version.metadata.attachments.len() {
        0 => {}
        attachments => remarks.push(format!("附件{attachments}个")),
    }
    let mut xml = Xml::within(1);
    xml.open("文件", &[]);
    xml.text("顺序号", &[], &number.to_string());
    xml.text("档号", &[], &code);
    xml.text("责任者", &[], responsible);
    xml.text("题名", &[], title);
    xml.text("日期", &[], &compact(facts.date));
    // Published to all: a page states no 密级, and none is made up.
    xml.text("密级", &[], "");
    xml.text("电子档案名称", &[], folder);
    xml.text("备注", &[], &remarks.join("；"));
    xml.close("文件");
    encoding.xml(&xml.finish())
}

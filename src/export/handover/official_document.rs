//! 电子公文元数据.XML: the 18 core elements of GB/T 33480-2016, in its order, as far as the page states them.
//!
//! The page is a publication of an official document, not the document: 份号, 密级, 紧急程度, 发文机关标志, 签发人, 抄送机关, 印发机关
//! and 发布层次 are never made up.

use super::described::Described;
use super::encoding::Encoding;
use super::xml::Xml;
use crate::document::Role;

/// The file.
pub(super) fn xml(version: &Described<'_>, encoding: Encoding) -> Vec<u8> {
    let mut xml = Xml::new(encoding);
    xml.open("电子公文元数据", &[]);
    xml.text("公文标识", &[], &version.metadata.object);
    xml.optional("文种", &[], version.value("genre"));
    xml.optional("发文字号", &[], version.value("number"));
    xml.optional("标题", &[], version.value("title"));
    let addressees = version.printed(Role::Addressee);
    xml.optional("主送机关", &[], addressees.as_deref().map(|names| names.trim_end_matches(['：', ':'])));
    xml.optional("附件说明", &[], version.printed(Role::AttachmentNote).as_deref());
    let signature = version.printed(Role::Signature);
    xml.optional("发文机关或签发人署名", &[], signature.as_deref().or(version.value("issuer")));
    xml.optional("成文日期", &[], version.day("written"));
    xml.optional("附注", &[], version.printed(Role::Annotation).as_deref());
    xml.optional("印发日期", &[], version.day("printed"));
    xml.close("电子公文元数据");
    encoding.xml(&xml.finish())
}

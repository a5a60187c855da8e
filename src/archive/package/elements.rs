//! Turns the metadata of a Document into elements that carry their names in the published schemes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Metadata;

/// A metadata element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// Our name: the key in `document.json`.
    pub key: String,
    /// What it is called in Chinese.
    pub label: String,
    /// The value: a string, or a list of strings.
    pub value: Value,
    /// Where it was read: `meta:ArticleTitle`, `index:发文字号`.
    pub origin: String,
    /// Its characters on the page, where they differ from the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
    /// Its names in the schemes that have it.
    pub names: BTreeMap<String, String>,
}

/// Key, label, then the names in 国办发〔2017〕47号, the 公开目录, GB/T 33480-2016, DA/T 46-2009 and Dublin Core;
/// empty where a scheme has none.
const CROSSWALK: [[&str; 7]; 23] = [
    ["title", "标题", "ArticleTitle", "信息名称", "标题", "M22", "title"],
    ["subtitle", "副标题", "", "", "", "M24", ""],
    ["number", "发文字号", "", "发文字号", "发文字号", "M31", "identifier"],
    ["issuer", "发文机关", "", "发文机关", "发文机关或签发人署名", "M32", "creator"],
    ["written", "成文日期", "", "成文日期", "成文日期", "M33", "created"],
    ["printed", "印发日期", "", "", "印发日期", "", ""],
    ["published", "发布日期", "PubDate", "发布日期", "", "", "issued"],
    ["effective", "施行日期", "", "", "", "", ""],
    ["validity", "有效性", "", "有效性", "", "", "valid"],
    ["genre", "文种", "", "", "文种", "M34", "type"],
    ["source", "来源", "ContentSource", "", "", "", "source"],
    ["author", "作者", "Author", "", "", "", ""],
    ["editor", "责任编辑", "", "", "", "", ""],
    ["index_number", "索引号", "", "索引号", "", "", "identifier"],
    ["subject", "主题分类", "", "主题分类", "", "M30", "subject"],
    ["keywords", "主题词", "Keywords", "主题词", "", "M27", "subject"],
    ["description", "内容概述", "Description", "内容概述", "", "", "description"],
    ["column", "栏目", "ColumnName", "", "", "M30", "subject"],
    ["column_type", "栏目类别", "ColumnType", "", "", "M30", "subject"],
    ["breadcrumb", "当前位置", "", "", "", "", ""],
    ["site_name", "网站名称", "SiteName", "", "", "", "publisher"],
    ["site_domain", "网站域名", "SiteDomain", "", "", "", ""],
    ["site_id", "网站标识码", "SiteIDCode", "", "", "", ""],
];

/// The schemes, in the order of the columns.
const SCHEMES: [&str; 5] =
    ["国办发〔2017〕47号", "公开目录", "GB/T 33480-2016", "DA/T 46-2009", "Dublin Core"];

/// What the page states, in the order of the crosswalk; what it does not state is left out.
#[must_use]
pub fn elements(metadata: &Metadata) -> Vec<Element> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(metadata) else { return Vec::new() };
    CROSSWALK
        .iter()
        .filter_map(|[key, label, names @ ..]| {
            let Some(Value::Object(mut field)) = fields.remove(*key) else { return None };
            let text = |value: Value| value.as_str().map(str::to_owned);
            let names = SCHEMES.iter().zip(names).filter(|(_, name)| !name.is_empty());
            Some(Element {
                key: (*key).to_owned(),
                label: (*label).to_owned(),
                value: field.remove("value")?,
                origin: field.remove("origin").and_then(text)?,
                printed: field.remove("printed").and_then(text),
                names: names.map(|(scheme, name)| ((*scheme).to_owned(), (*name).to_owned())).collect(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{CROSSWALK, elements};
    use crate::document::{Field, Metadata, Origin};

    #[test]
    fn every_field_but_the_address_is_in_the_crosswalk() {
        let Ok(Value::Object(fields)) = serde_json::to_value(Metadata::default()) else {
            panic!("an object")
        };
        for key in fields.keys().filter(|key| *key != "url") {
            assert!(CROSSWALK.iter().any(|[name, ..]| name == key), "{key}");
        }
        assert_eq!(CROSSWALK.len(), fields.len() - 1);
    }

    #[test]
    fn an_element_carries_its_names_and_its_origin() {
        let mut number = Field::new("国办发〔2017〕47号".to_owned(), Origin::Index("文号".to_owned()));
        number.printed = Some("国办发[2017]047号".to_owned());
        let metadata = Metadata { number: Some(number), ..Metadata::default() };
        assert_eq!(
            serde_json::to_value(elements(&metadata)).expect("JSON"),
            json!([{
                "key": "number",
                "label": "发文字号",
                "value": "国办发〔2017〕47号",
                "origin": "index:文号",
                "printed": "国办发[2017]047号",
                "names": {
                    "公开目录": "发文字号",
                    "GB/T 33480-2016": "发文字号",
                    "DA/T 46-2009": "M31",
                    "Dublin Core": "identifier",
                },
            }])
        );
    }
}

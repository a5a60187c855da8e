//! Turns what two pages state about the document into the statements that differ.

use serde::Serialize;
use serde_json::Value;

use super::Kind;
use super::edits::{Edit, edits};
use crate::document::Metadata;

/// The fields that are compared, in the order in which they are told: name in JSON, in English, in Chinese. The page's
/// address is not among them: it says where the document stood, not what it is.
pub(super) const FIELDS: [(&str, &str, &str); 23] = [
    ("title", "title", "标题"),
    ("subtitle", "subtitle", "副标题"),
    ("number", "document number", "发文字号"),
    ("issuer", "issuer", "发文机关"),
    ("written", "date of the document", "成文日期"),
    ("published", "date of publication", "发布日期"),
    ("effective", "effective date", "施行日期"),
    ("printed", "date of printing", "印发日期"),
    ("validity", "validity", "有效性"),
    ("index_number", "index number", "索引号"),
    ("genre", "genre", "文种"),
    ("subject", "subject", "主题分类"),
    ("keywords", "keywords", "主题词"),
    ("description", "description", "内容概述"),
    ("source", "source", "来源"),
    ("author", "author", "作者"),
    ("editor", "editor", "责任编辑"),
    ("column", "column", "栏目"),
    ("column_type", "type of column", "栏目类别"),
    ("breadcrumb", "breadcrumb", "当前位置"),
    ("site_name", "name of the site", "网站名称"),
    ("site_domain", "domain of the site", "网站域名"),
    ("site_id", "identifier of the site", "网站标识码"),
];

/// A statement about the document that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its name in the JSON form of the Document.
    pub field: &'static str,
    /// [`Kind::Added`], [`Kind::Deleted`] or [`Kind::Changed`].
    pub kind: Kind,
    /// The old value; several are joined with `；`.
    pub old: Option<String>,
    /// The new value.
    pub new: Option<String>,
    /// From one to the other.
    pub edits: Vec<Edit>,
}

/// The statements that differ.
pub(super) fn compare(old: &Metadata, new: &Metadata) -> Vec<FieldChange> {
    let values = |metadata: &Metadata| serde_json::to_value(metadata).unwrap_or_default();
    let (old, new) = (values(old), values(new));
    FIELDS
        .iter()
        .filter_map(|&(field, _, _)| {
            let (old, new) = (value(&old[field]), value(&new[field]));
            let kind = match (&old, &new) {
                (None, Some(_)) => Kind::Added,
                (Some(_), None) => Kind::Deleted,
                (Some(old), Some(new)) if old != new => Kind::Changed,
                _ => return None,
            };
            let edits = edits(old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default());
            Some(FieldChange { field, kind, old, new, edits })
        })
        .collect()
}

/// The value of a field in words.
fn value(field: &Value) -> Option<String> {
    match &field["value"] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => Some(parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("；")),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, compare};
    use crate::compare::Kind;
    use crate::document::{Field, Metadata, Origin};

    #[test]
    fn every_field_but_the_address_is_compared() {
        let all = serde_json::to_value(Metadata::default()).expect("JSON");
        let names: Vec<&String> = all.as_object().expect("an object").keys().collect();
        for name in names {
            assert!(name == "url" || FIELDS.iter().any(|field| field.0 == name), "{name}");
        }
    }

    #[test]
    fn where_a_value_was_read_does_not_matter() {
        let metadata = |number: &str, origin| Metadata {
            number: Some(Field::new(number.to_owned(), origin)),
            ..Metadata::default()
        };
        let old = metadata("国办发〔2017〕47号", Origin::Heading);
        assert_eq!(compare(&old, &metadata("国办发〔2017〕47号", Origin::Body)), vec![]);
        let found = compare(&old, &metadata("国办发〔2018〕47号", Origin::Body));
        assert_eq!((found.len(), found[0].field, found[0].kind), (1, "number", Kind::Changed));
    }
}

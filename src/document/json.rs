//! Document ↔ JSON, with a schema version.

use serde::{Deserialize, Serialize};

use super::Document;

/// Name and version of the JSON form. The number rises when a reader of the old form would misread the new one;
/// new optional keys do not raise it.
pub const SCHEMA: &str = "guidang-document/1";

#[derive(Serialize)]
struct Versioned<'a> {
    schema: &'a str,
    #[serde(flatten)]
    document: &'a Document,
}

#[derive(Deserialize)]
struct Header {
    schema: String,
}

/// The Document as indented JSON with a final newline. Pictures are named by digest; their bytes are not in it.
///
/// # Panics
/// Never: every key is a string and every number finite.
#[must_use]
pub fn to_json(document: &Document) -> String {
    let mut json = serde_json::to_string_pretty(&Versioned { schema: SCHEMA, document })
        .expect("a Document has string keys and finite numbers only");
    json.push('\n');
    json
}

/// Reads [`to_json`]'s form. Pictures come back without their bytes.
///
/// # Errors
/// A message naming the line and column, or the schema that was found, if `json` is not of this form.
pub fn from_json(json: &str) -> Result<Document, String> {
    let header: Header = serde_json::from_str(json).map_err(|error| error.to_string())?;
    if header.schema != SCHEMA {
        return Err(format!("schema {} is not {SCHEMA}", header.schema));
    }
    let mut value: serde_json::Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    if let Some(object) = value.as_object_mut() {
        object.remove("schema");
    }
    serde_json::from_value(value).map_err(|error| error.to_string())
}

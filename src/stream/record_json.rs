//! What is known about a page, as it is kept beside its outputs.

use serde::{Deserialize, Serialize};

use super::answer::TOOL;
use super::key::Profile;
use crate::acquire::Acquired;
use crate::document::sha256;

/// Name and version of the form.
const SCHEMA: &str = "guidang-record/1";

/// What is known about a page, and how its outputs were made. It says the same for the same key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRecord {
    /// `guidang-record/1`.
    pub schema: String,
    /// Name of the page's file.
    pub name: String,
    /// Its address, if that is known from outside the page.
    pub url: Option<String>,
    /// The charset that the server, or whoever fetched it, states.
    pub charset: Option<String>,
    /// When it was captured, RFC 3339 in UTC.
    pub captured: Option<String>,
    /// Lower-case hexadecimal SHA-256 of the page.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The program and its version.
    pub tool: String,
    /// SHA-256 of the options that outputs depend on.
    pub profile: String,
    /// SHA-256 of the fonts.
    pub fonts: String,
}

impl PageRecord {
    pub(super) fn new(page: &Acquired, profile: &Profile, fonts: &str) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            name: page.name.clone(),
            url: page.url.as_ref().map(url::Url::to_string),
            charset: page.transport_charset.clone(),
            captured: page.captured.clone(),
            sha256: sha256(&page.bytes),
            bytes: page.bytes.len() as u64,
            tool: TOOL.to_owned(),
            profile: profile.digest(),
            fonts: fonts.to_owned(),
        }
    }

    /// Indented JSON with a final line feed.
    ///
    /// # Panics
    /// Never: it is made of text and a whole number.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("text and a whole number");
        json.push(b'\n');
        json
    }

    /// Reads [`PageRecord::to_json`]'s form.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let record: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if record.schema == SCHEMA { Ok(record) } else { Err(format!("its schema is {}", record.schema)) }
    }
}

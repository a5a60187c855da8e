//! Turns a Document that this program made itself (a report, a form) into a file, the way of every other document.

use std::path::Path;

use super::settings;
use crate::acquire::Acquired;
use crate::acquire::attachments::Attachments;
use crate::document::Document;
use crate::pipeline::{self, Conversion, Pipeline};
use crate::write::Format;

/// `document` in this format, read back. `name` and `bytes` are what it was made from: an associated file of the PDF where
/// its standard has any.
///
/// # Errors
/// What is wrong, in English: no fonts, or a fault of the writers.
pub(super) fn printed(
    document: Document,
    name: &str,
    bytes: Vec<u8>,
    format: Format,
    fonts: Option<&Path>,
) -> Result<Vec<u8>, String> {
    let environment = settings::typesetting(fonts).map_err(|error| error.to_string())?;
    let options =
        pipeline::Options { formats: vec![format], colophon: false, ..pipeline::Options::default() };
    let conversion = Conversion {
        acquired: Acquired {
            name: name.to_owned(),
            bytes,
            url: None,
            transport_charset: None,
            captured: None,
            http_head: None,
            fetched: None,
        },
        parts: Vec::new(),
        document,
        attachments: Attachments::new(),
    };
    let artifacts =
        Pipeline::new(&options, &environment).write(&conversion).map_err(|error| error.to_string())?;
    Ok(artifacts.into_iter().next().map(|artifact| artifact.bytes).unwrap_or_default())
}

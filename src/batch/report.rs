//! Turns an outcome into a line of the JSON report.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Done, Outcome};
use crate::diagnostic::Diagnostics;
use crate::message::Describe;

/// A line of the report. Keys are only ever added.
#[derive(Serialize)]
struct Line<'a> {
    source: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorLine>,
    outputs: Vec<OutputLine<'a>>,
    diagnostics: &'a Diagnostics,
    /// Milliseconds by stage.
    timings: BTreeMap<&'static str, f64>,
}

#[derive(Serialize)]
struct ErrorLine {
    stage: &'static str,
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct OutputLine<'a> {
    format: &'static str,
    path: String,
    bytes: u64,
    sha256: &'a str,
}

/// The outcome as one line of JSON, without the newline: `source`, `outcome` (`converted`, `skipped`, `refused` or
/// `failed`), `error` (`stage`, `code`, `message`), `outputs`, `diagnostics`, `timings` in milliseconds.
#[must_use]
pub fn line(outcome: &Outcome) -> String {
    let (name, error, outputs) = match &outcome.result {
        Ok(Done::Converted(outputs)) => ("converted", None, outputs.as_slice()),
        Ok(Done::Skipped) => ("skipped", None, [].as_slice()),
        Err(error) => {
            let name = if error.is_refusal() { "refused" } else { "failed" };
            let line = ErrorLine { stage: error.stage(), code: error.code(), message: error.to_string() };
            (name, Some(line), [].as_slice())
        }
    };
    let line = Line {
        source: &outcome.source,
        outcome: name,
        error,
        outputs: outputs
            .iter()
            .map(|output| OutputLine {
                format: output.format.extension(),
                path: output.path.display().to_string(),
                bytes: output.bytes,
                sha256: &output.sha256,
            })
            .collect(),
        diagnostics: &outcome.diagnostics,
        timings: outcome
            .timings
            .iter()
            .map(|(stage, time)| (*stage, (time.as_secs_f64() * 1e6).round() / 1e3))
            .collect(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

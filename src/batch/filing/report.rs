//! Turns what became of a source into a line of the JSON report.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Filed, FilingOutcome};
use crate::message::Describe;

/// The outcome as one line of JSON, without the newline: `source`, `outcome` (`created`, `new-version`, `unchanged`,
/// `refused` or `failed`), `object`, `version`, `error` (`stage`, `code`, `message`), `diagnostics`, `timings` in
/// milliseconds. Keys are only ever added.
#[must_use]
pub fn line(outcome: &FilingOutcome) -> String {
    let (name, version) = match &outcome.result {
        Ok(Filed::Created) => ("created", Some(1)),
        Ok(Filed::NewVersion(version)) => ("new-version", Some(*version)),
        Ok(Filed::Unchanged(version)) => ("unchanged", Some(*version)),
        Err(error) if error.is_refusal() => ("refused", None),
        Err(_) => ("failed", None),
    };
    let error =
        outcome.result.as_ref().err().map(
            |error| json!({ "stage": error.stage(), "code": error.code(), "message": error.to_string() }),
        );
    let mut timings: BTreeMap<&str, f64> = BTreeMap::new();
    for (stage, time) in &outcome.timings {
        *timings.entry(stage).or_default() += (time.as_secs_f64() * 1e6).round() / 1e3;
    }
    json!({
        "source": outcome.source,
        "outcome": name,
        "object": outcome.object,
        "version": version,
        "error": error,
        "diagnostics": outcome.diagnostics,
        "timings": timings,
    })
    .to_string()
}

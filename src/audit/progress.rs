//! Keeps how far a run got, so that another can go on from there.

use serde::{Deserialize, Serialize};

use super::{Depth, Options, Tally};
use crate::message::messages;

/// Name and version of the JSON form. Another is refused.
const SCHEMA: &str = "guidang-audit-state/1";

messages! {
    /// Why a run cannot go on from where another got to.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ProgressError {
        /// No state, or not of this version.
        Malformed { why: String } = "audit-state-malformed",
            "not the state of a check: {why}", "不是检测状态：{why}";
        /// It was another check.
        Other { found: String, wanted: String } = "audit-state-other",
            "the state is that of another check ({found}, not {wanted})", "状态属于另一次检测（{found}，而非 {wanted}）";
    }
}

impl std::error::Error for ProgressError {}

/// How far a run got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    schema: String,
    /// What was asked for, in words.
    task: String,
    /// The last object looked at: all before it, in the order of their folders, were too.
    pub(super) through: Option<String>,
    /// What was found in objects so far.
    pub(super) tally: Tally,
}

/// What `options` ask for.
fn task(options: &Options) -> String {
    let depth = match options.depth {
        Depth::Fixity => "fixity",
        Depth::Full => "full",
    };
    let digests = if options.all_digests { "all digests" } else { "sha512" };
    format!("{depth}, {digests}, {}", options.selection.words())
}

impl Progress {
    /// Nothing was looked at yet.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        Self { schema: SCHEMA.to_owned(), task: task(options), through: None, tally: Tally::default() }
    }

    /// Reads [`Progress::to_json`]'s form.
    ///
    /// # Errors
    /// If it is of another form, or of a run that was asked for something else.
    pub fn from_json(json: &[u8], options: &Options) -> Result<Self, ProgressError> {
        let progress: Self = serde_json::from_slice(json)
            .map_err(|error| ProgressError::Malformed { why: error.to_string() })?;
        if progress.schema != SCHEMA {
            return Err(ProgressError::Malformed {
                why: format!("schema {} is not {SCHEMA}", progress.schema),
            });
        }
        let wanted = task(options);
        if progress.task == wanted {
            Ok(progress)
        } else {
            Err(ProgressError::Other { found: progress.task, wanted })
        }
    }

    /// JSON with a final newline.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Keys are strings and there are no floats.
        let mut json = serde_json::to_vec(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Selection;

    fn options(selection: Selection) -> Options {
        Options {
            depth: Depth::Fixity,
            all_digests: false,
            workers: 1,
            limit: None,
            selection,
            stopwatch: || std::time::Duration::ZERO,
        }
    }

    #[test]
    fn a_state_is_for_the_check_it_was_made_in() {
        let all = options(Selection::All);
        let mut progress = Progress::new(&all);
        progress.through = Some("objects/abc".to_owned());
        progress.tally.looked(crate::audit::Check::FixityManifest);
        let json = progress.to_json();
        assert_eq!(Progress::from_json(&json, &all), Ok(progress));
        let sample = options(Selection::Sample { share: 50_000, seed: 1 });
        assert!(matches!(Progress::from_json(&json, &sample), Err(ProgressError::Other { .. })));
        assert!(matches!(Progress::from_json(b"{}", &all), Err(ProgressError::Malformed { .. })));
    }
}

//! Tells from an answer whether its line is done, has failed for good, or may be tried again.

use crate::stream::answer::{Answer, Failure};

/// Codes of pages that could not be had and will not be: what is there is no page, or is not to be read. What is missing
/// is none of these: it may have been put there since. Nor is what options allow that are no terms of a part.
const LASTING: [&str; 13] = [
    "beyond-end",
    "empty-file",
    "input-outside",
    "input-place",
    "no-page",
    "not-a-file",
    "scheme",
    "too-large",
    "warc-damaged",
    "warc-digest",
    "warc-no-page",
    "warc-no-record",
    "warc-status",
];

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Converted,
    /// It has an error that it will have again.
    Failed,
    /// It has an error that may have passed: the world was to blame, or a limit.
    MayPass,
}

/// What an answer says became of its line.
pub(super) fn mark(answer: &[u8]) -> Mark {
    match serde_json::from_slice::<Answer>(answer).map(|answer| answer.error) {
        Ok(None) => Mark::Converted,
        Ok(Some(Failure { stage, code, .. })) => match stage.as_str() {
            "acquire" if LASTING.contains(&code.as_str()) => Mark::Failed,
            "acquire" | "worker" | "internal" => Mark::MayPass,
            _ => Mark::Failed,
        },
        // Nobody's answer: it is asked for again.
        Err(_) => Mark::MayPass,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Answer, Failure, Mark, mark};

    fn of(stage: &str, code: &str) -> Mark {
        let (stage, code) = (stage.to_owned(), code.to_owned());
        let failure = Failure { stage, code, message: String::new() };
        mark(Answer::failed(Value::Null, failure, Vec::new()).line().as_bytes())
    }

    #[test]
    fn what_will_end_the_same_way_is_told_from_what_may_pass() {
        for code in ["not-found", "unreadable", "timeout", "rate-limited"] {
            assert_eq!(of("acquire", code), Mark::MayPass, "{code}");
        }
        for code in ["warc-status", "warc-no-page", "not-a-file", "beyond-end"] {
            assert_eq!(of("acquire", code), Mark::Failed, "{code}");
        }
        assert_eq!((of("worker", "time-limit"), of("extract", "x")), (Mark::MayPass, Mark::Failed));
    }
}

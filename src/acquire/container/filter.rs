//! Turns `--url-filter`, `--from` and `--to` into a choice among captures.

use glob::{MatchOptions, Pattern};
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

use crate::message::messages;

messages! {
    /// Why a filter cannot be used.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum FilterError {
        /// Not a glob.
        Pattern { pattern: String, why: String } = "url-filter",
            "--url-filter {pattern}: {why}", "--url-filter {pattern}：{why}";
        /// Not a date.
        Date { option: &'static str, value: String } = "capture-date",
            "{option} {value} is no date (2024, 2024-05, 2024-05-06 or 2024-05-06T07:08:09Z)",
            "{option} {value} 不是日期（2024、2024-05、2024-05-06 或 2024-05-06T07:08:09Z）";
    }
}

impl std::error::Error for FilterError {}

/// Which captures are wanted. The default wants all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureFilter {
    patterns: Vec<Pattern>,
    from: Option<Timestamp>,
    /// The first moment that is too late.
    until: Option<Timestamp>,
}

impl CaptureFilter {
    /// A filter by address and time of capture. An address passes if any of `patterns` matches the whole of it: `*` is
    /// any number of characters, `/` too, `?` one, `[…]` one of a set; case counts. Dates are in UTC, as web archives
    /// give them; a year, month or day is meant as a whole, `to` included.
    ///
    /// # Errors
    /// If a pattern or a date is malformed.
    pub fn new(patterns: &[String], from: Option<&str>, to: Option<&str>) -> Result<Self, FilterError> {
        let pattern = |pattern: &String| {
            Pattern::new(pattern)
                .map_err(|error| FilterError::Pattern { pattern: pattern.clone(), why: error.msg.to_owned() })
        };
        let moment = |option, text: Option<&str>| {
            let wrong = |value: &str| FilterError::Date { option, value: value.to_owned() };
            text.map(|value| span(value).ok_or_else(|| wrong(value))).transpose()
        };
        Ok(Self {
            patterns: patterns.iter().map(pattern).collect::<Result<_, _>>()?,
            from: moment("--from", from)?.map(|(begin, _)| begin),
            until: moment("--to", to)?.map(|(_, end)| end),
        })
    }

    /// Whether it wants everything.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it wants the capture of `address` at `time`. A capture of unknown time is wanted only where no time is
    /// asked for.
    #[must_use]
    pub fn wants(&self, address: &str, time: Option<Timestamp>) -> bool {
        let options = MatchOptions {
            case_sensitive: true,
            require_literal_separator: false,
            require_literal_leading_dot: false,
        };
        let matches = |pattern: &Pattern| pattern.matches_with(address, options);
        (self.patterns.is_empty() || self.patterns.iter().any(matches))
            && self.from.is_none_or(|from| time.is_some_and(|time| time >= from))
            && self.until.is_none_or(|until| time.is_some_and(|time| time < until))
    }
}

/// Beginning and end of the year, month, day or second that `text` names.
fn span(text: &str) -> Option<(Timestamp, Timestamp)> {
    let utc = |civil: DateTime| Offset::UTC.to_timestamp(civil).ok();
    let whole = |first: Date, after: Date| {
        Some((utc(first.to_datetime(Default::default()))?, utc(after.to_datetime(Default::default()))?))
    };
    match text.len() {
        4 => {
            let first = Date::new(text.parse().ok()?, 1, 1).ok()?;
            whole(first, first.checked_add(1.year()).ok()?)
        }
        7 => {
            let first: Date = format!("{text}-01").parse().ok()?;
            whole(first, first.checked_add(1.month()).ok()?)
        }
        10 => {
            let first: Date = text.parse().ok()?;
            whole(first, first.checked_add(1.day()).ok()?)
        }
        _ => {
            let moment: Timestamp = text.parse().ok()?;
            Some((moment, moment.checked_add(1.second()).ok()?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CaptureFilter;

    fn wants(patterns: &[&str], from: Option<&str>, to: Option<&str>, address: &str, time: &str) -> bool {
        let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        CaptureFilter::new(&patterns, from, to).expect("a filter").wants(address, time.parse().ok())
    }

    #[test]
    fn a_star_reaches_over_slashes() {
        let address = "https://www.gd.gov.cn/zw/content/post_1.html";
        assert!(wants(&[], None, None, address, ""));
        assert!(wants(&["*/zw/*"], None, None, address, ""));
        assert!(wants(&["x", "*post_?.html"], None, None, address, ""));
        assert!(!wants(&["www.gd.gov.cn*"], None, None, address, ""));
    }

    #[test]
    fn spans_are_whole() {
        let at = |from, to| wants(&[], from, to, "x", "2024-05-31T23:59:59Z");
        assert!(at(Some("2024"), Some("2024")) && at(Some("2024-05"), Some("2024-05")));
        assert!(at(Some("2024-05-31"), Some("2024-05-31")));
        assert!(!at(Some("2024-06"), None) && !at(None, Some("2024-05-30")));
        assert!(at(Some("2024-05-31T23:59:59Z"), Some("2024-05-31T23:59:59Z")));
        assert!(!wants(&[], Some("2024"), None, "x", "unknown"));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(CaptureFilter::new(&["a[".to_owned()], None, None).is_err());
        for date in ["", "24", "2024-13", "2024-02-30", "tomorrow", "2024-05-06T07:08", "12024"] {
            assert!(CaptureFilter::new(&[], Some(date), None).is_err(), "{date}");
        }
    }
}

//! When a request is made again. Pure.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The pause before attempt `number` (1 for the first repetition): `first`, doubled each time, at most a minute.
pub(super) fn pause(first: Duration, number: u32) -> Duration {
    first.saturating_mul(1 << number.saturating_sub(1).min(16)).min(Duration::from_secs(60))
}

/// The seconds that a field `Retry-After` asks to wait: a number, or a date (RFC 9110, 10.2.3). None if it is neither.
pub(super) fn retry_after(field: &str, now: Timestamp) -> Option<u64> {
    let field = field.trim();
    if !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number of more digits than fit asks for ever.
        return Some(field.parse().unwrap_or(u64::MAX));
    }
    let date = rfc2822::DateTimeParser::new().parse_timestamp(field).ok()?;
    Some(u64::try_from(date.as_second().saturating_sub(now.as_second())).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{pause, retry_after};

    #[test]
    fn pauses_double_and_end() {
        let pauses: Vec<u64> =
            (1..=7).map(|number| pause(Duration::from_secs(2), number).as_secs()).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pause(Duration::ZERO, 40), Duration::ZERO);
    }

    #[test]
    fn retry_after_is_a_number_or_a_date() {
        let now: Timestamp = "2026-11-29T08:00:00Z".parse().expect("a time");
        assert_eq!(retry_after("120", now), Some(120));
        assert_eq!(retry_after("Sun, 29 Nov 2026 08:01:00 GMT", now), Some(60));
        assert_eq!(retry_after("Sun, 29 Nov 2026 07:00:00 GMT", now), Some(0));
        assert_eq!(retry_after("99999999999999999999999", now), Some(u64::MAX));
        for wrong in ["", "soon", "-5", "1.5"] {
            assert_eq!(retry_after(wrong, now), None, "{wrong}");
        }
    }
}

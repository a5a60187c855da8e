//! Dates as lists give them: beside a title, in pieces, and in the forms of feeds.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;
use jiff::{Timestamp, civil};
use regex::Regex;

use crate::document::Moment;
use crate::extract::written_date;

/// A date in pieces, as lists draw it in a box: day over year and month, month and day over year, or year over both.
static PIECES: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        r"^(?P<day>\d{1,2})日? (?P<year>\d{4})[-/.年](?P<month>\d{1,2})月?$",
        r"^(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日? (?P<year>\d{4})年?$",
        r"^(?P<year>\d{4})年? (?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?$",
    ]
    .map(|pattern| Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}")))
});

/// The date in the words beside a title.
pub(super) fn in_words(text: &str) -> Option<Moment> {
    written_date(text)
}

/// Whether `text` is nothing but (a piece of) a date, brackets and white space aside: not part of a title.
pub(super) fn is_piece(text: &str) -> bool {
    let mut digits = 0;
    let only = text.chars().all(|c| {
        digits += usize::from(c.is_ascii_digit());
        c.is_ascii_digit()
            || c.is_whitespace()
            || matches!(
                c,
                '-' | '/'
                    | '.'
                    | ':'
                    | '：'
                    | '年'
                    | '月'
                    | '日'
                    | '['
                    | ']'
                    | '('
                    | ')'
                    | '（'
                    | '）'
                    | '【'
                    | '】'
            )
    });
    only && digits > 0 && digits <= 14
}

/// Whether `text` is a day without its year, as lists of the current year have it: `01-15`, `1月15日`, `[01/15]`.
pub(super) fn is_day(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "[]()（）【】".contains(c));
    let Some((month, day)) = text.split_once(['-', '/', '.', '月']) else { return false };
    let within = |text: &str, most: u8| {
        let digits = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits && text.parse::<u8>().is_ok_and(|number| (1..=most).contains(&number))
    };
    within(month, 12) && within(day.trim_end_matches('日'), 31)
}

/// The date that pieces make together, in the order of the page.
pub(super) fn of_pieces(pieces: &[&str]) -> Option<Moment> {
    let joined = pieces
        .iter()
        .flat_map(|piece| piece.split(|c: char| c.is_whitespace() || "[]()（）【】".contains(c)))
        .filter(|piece| !piece.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if let Some(moment) = written_date(&joined) {
        return Some(moment);
    }
    let found = PIECES.iter().find_map(|pattern| pattern.captures(&joined))?;
    let part = |name| found.name(name)?.as_str().parse::<i16>().ok();
    let month = i8::try_from(part("month")?).ok()?;
    let date = Date::new(part("year")?, month, i8::try_from(part("day")?).ok()?).ok()?;
    (1900..=2199).contains(&date.year()).then_some(Moment { date, time: None })
}

/// A date of a feed or sitemap: RFC 3339 and the W3C's shorter forms, RFC 822, or as people write it.
pub(super) fn of_feed(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        return Some(Moment { date, time: None });
    }
    match instant(text) {
        Some(instant) => Some(moment(instant)),
        None => written_date(text),
    }
}

/// The instant that `text` names, if it names one: with a time zone. `2024-01-15T08:00+08:00`,
/// `Mon, 15 Jan 2024 08:00:00 GMT`.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(text).ok())
}

/// The same as an instant; the begin of the day in China where only a day is given.
pub(super) fn modified(text: &str) -> Option<Timestamp> {
    instant(text).or_else(|| {
        let Moment { date, time } = of_feed(text)?;
        let time = time.unwrap_or(civil::Time::midnight());
        Offset::constant(8).to_timestamp(date.to_datetime(time)).ok()
    })
}

fn moment(instant: Timestamp) -> Moment {
    let local = Offset::constant(8).to_datetime(instant);
    Moment { date: local.date(), time: Some(local.time()) }
}

#[cfg(test)]
mod tests {
    use super::{is_day, is_piece, modified, of_feed, of_pieces};

    fn pieces(pieces: &[&str]) -> String {
        of_pieces(pieces).map_or_else(|| "none".to_owned(), |moment| moment.to_string())
    }

    #[test]
    fn dates_in_pieces_are_put_together() {
        assert_eq!(pieces(&["15", "2024-01"]), "2024-01-15");
        assert_eq!(pieces(&["15", " 2024年1月 "]), "2024-01-15");
        assert_eq!(pieces(&["01-15", "2024"]), "2024-01-15");
        assert_eq!(pieces(&["2024", "01/15"]), "2024-01-15");
        assert_eq!(pieces(&["[2024-01-15]"]), "2024-01-15");
        assert_eq!(pieces(&["2024-01-15", "09:30"]), "2024-01-15T09:30:00+08:00");
        for none in [&["15", "01"][..], &["32", "2024-01"], &["15", "2024-13"], &["01-15"], &[]] {
            assert_eq!(pieces(none), "none", "{none:?}");
        }
    }

    #[test]
    fn a_day_needs_no_year() {
        assert!(["01-15", " [1/5] ", "12.31", "1月15日", "（01-15）"].into_iter().all(is_day));
        assert!(
            !["15", "13-01", "01-32", "2024-01", "01-15-02", "1-", "第1-2条", "+1-2"].into_iter().any(is_day)
        );
    }

    #[test]
    fn words_are_no_pieces() {
        assert!(is_piece(" [2024-01-15] ") && is_piece("15") && is_piece("2024年1月"));
        for text in ["2024年工作要点", "—", "", "()", "第15号", "123456789012345"] {
            assert!(!is_piece(text), "{text}");
        }
    }

    #[test]
    fn feeds_write_dates_in_many_ways() {
        let read = |text| of_feed(text).map_or_else(|| "none".to_owned(), |moment| moment.to_string());
        assert_eq!(read("Mon, 15 Jan 2024 01:30:00 GMT"), "2024-01-15T09:30:00+08:00");
        assert_eq!(read("Mon, 15 Jan 2024 09:30:00 +0800"), "2024-01-15T09:30:00+08:00");
        assert_eq!(read("2024-01-15T09:30:00+08:00"), "2024-01-15T09:30:00+08:00");
        assert_eq!(read("2024-01-15T18:00:00Z"), "2024-01-16T02:00:00+08:00");
        assert_eq!(read("2024-01-15"), "2024-01-15");
        assert_eq!(read("2024-01-15 09:30:00"), "2024-01-15T09:30:00+08:00");
        assert_eq!(read("2024年1月15日"), "2024-01-15");
        assert_eq!(read("soon"), "none");
        assert_eq!(
            modified("2024-01-15").map(|time| time.to_string()).as_deref(),
            Some("2024-01-14T16:00:00Z")
        );
    }
}

//! Turns written dates into moments: `2018-01-31 09:30`, `2018年1月31日`, `二〇一八年一月三十一日`.

use std::ops::Range;

use jiff::civil::{Date, Time};

use crate::document::Moment;

/// A date in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Found {
    /// What it means.
    pub(in crate::extract) moment: Moment,
    /// Which bytes of the text it is.
    pub(in crate::extract) range: Range<usize>,
}

/// The first date in `text`, with its time of day.
pub(in crate::extract) fn find(text: &str) -> Option<Found> {
    let mut previous = None;
    for (at, character) in text.char_indices() {
        if character.is_ascii_uppercase()
            && !previous.is_some_and(|c: char| c.is_ascii_alphabetic())
            && let Some((moment, length)) = english(&text[at..])
        {
            return Some(Found { moment, range: at..at + length });
        }
        let begins_number = (character.is_ascii_digit() || han_digit(character).is_some())
            && !previous.is_some_and(|c: char| c.is_ascii_digit());
        if begins_number && let Some((moment, length)) = parse(&text[at..]) {
            return Some(Found { moment, range: at..at + length });
        }
        previous = Some(character);
    }
    None
}

/// The date that all of `text` is, marks and white space around it aside.
pub(in crate::extract) fn whole(text: &str) -> Option<Moment> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）' | '。'));
    let found = find(text)?;
    (found.range == (0..text.len())).then_some(found.moment)
}

/// The date in the value of a tag: also `20180131`.
pub(in crate::extract) fn tag(text: &str) -> Option<Moment> {
    find(text).map(|found| found.moment).or_else(|| {
        let digits = text.trim();
        if digits.len() < 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let date = date(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..8].parse().ok()?)?;
        Some(Moment { date, time: None })
    })
}

/// The date at the start of `text` and its length in bytes.
fn parse(text: &str) -> Option<(Moment, usize)> {
    let mut cursor = Cursor { text, at: 0 };
    let year = cursor.year()?;
    cursor.spaces();
    let han = cursor.eat('年');
    if !han && !cursor.separator() {
        return None;
    }
    cursor.spaces();
    let month = cursor.number()?;
    cursor.spaces();
    if han {
        if !cursor.eat('月') {
            return None;
        }
    } else if !cursor.separator() {
        return None;
    }
    cursor.spaces();
    let day = cursor.number()?;
    if han {
        cursor.spaces();
        if !cursor.eat('日') && !cursor.eat('号') {
            return None;
        }
    } else if cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    } else {
        cursor.eat('日');
    }
    let date = date(year, month, day)?;
    let end = cursor.at;
    let time = cursor.time();
    let end = if time.is_some() { cursor.at } else { end };
    Some((Moment { date, time }, end))
}

/// `March 5, 2024 08:05` at the start of `text`, and its length in bytes.
fn english(text: &str) -> Option<(Moment, usize)> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let name = &text[..letters];
    let month = MONTHS.iter().position(|month| *month == name || letters == 3 && month.starts_with(name))?;
    let mut cursor = Cursor { text, at: letters };
    cursor.eat('.');
    cursor.spaces();
    let day = cursor.digits(2)?;
    cursor.eat(',');
    cursor.spaces();
    let year = cursor.year()?;
    let date = date(year, u32::try_from(month).ok()? + 1, day)?;
    let end = cursor.at;
    let time = cursor.time();
    let end = if time.is_some() { cursor.at } else { end };
    Some((Moment { date, time }, end))
}

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    if !(1900..=2199).contains(&year) {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn han_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '○' | '零' | 'Ｏ' | 'О' | '0' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.at += wanted.len_utf8();
        }
        there
    }

    fn spaces(&mut self) {
        while let Some(c) = self.peek().filter(|c| c.is_whitespace()) {
            self.at += c.len_utf8();
        }
    }

    /// `-`, `/`, `.`, also the em dashes of the sample circulated with 47号文 (`2017——04——12`).
    fn separator(&mut self) -> bool {
        let from = self.at;
        while let Some(c) = self.peek().filter(|c| matches!(c, '-' | '/' | '.' | '—' | '–' | '－' | '．'))
        {
            self.at += c.len_utf8();
            if self.at - from > 8 {
                return false;
            }
        }
        self.at > from
    }

    fn digits(&mut self, most: usize) -> Option<u32> {
        let digits: String =
            self.text[self.at..].chars().take(most).take_while(char::is_ascii_digit).collect();
        self.at += digits.len();
        digits.parse().ok()
    }

    fn year(&mut self) -> Option<u32> {
        if self.peek()?.is_ascii_digit() {
            let from = self.at;
            let year = self.digits(4)?;
            return (self.at - from == 4).then_some(year);
        }
        let mut year = 0;
        for _ in 0..4 {
            let c = self.peek()?;
            year = year * 10 + han_digit(c)?;
            self.at += c.len_utf8();
        }
        Some(year)
    }

    /// 1 to 31 in Arabic or Han digits (`十二`, `二十`, `三十一`, `廿` is not used in documents).
    fn number(&mut self) -> Option<u32> {
        if self.peek()?.is_ascii_digit() {
            return self.digits(2);
        }
        let mut value = None;
        let mut tens = false;
        while let Some(c) = self.peek() {
            if c == '十' && !tens {
                value = Some(value.unwrap_or(1) * 10);
                tens = true;
            } else if let Some(digit) = han_digit(c).filter(|_| !c.is_ascii_digit()) {
                value = Some(if tens { value.unwrap_or(0) + digit } else { digit });
            } else {
                break;
            }
            self.at += c.len_utf8();
        }
        value
    }

    /// ` 09:30`, `T09:30:00`, `-23:59:59` or `13时44分` after a date.
    fn time(&mut self) -> Option<Time> {
        if let Some(c @ ('T' | '-')) = self.peek() {
            self.at += c.len_utf8();
        } else {
            self.spaces();
        }
        let hour = self.digits(2)?;
        if !(self.eat(':') || self.eat('：') || self.eat('时')) {
            return None;
        }
        self.spaces();
        let minute = self.digits(2)?;
        let mut second = 0;
        let before = self.at;
        if self.eat(':') || self.eat('：') || self.eat('分') {
            match self.digits(2) {
                Some(value) => {
                    second = value;
                    self.eat('秒');
                }
                None if self.text[before..].starts_with('分') => {}
                None => self.at = before,
            }
        }
        let part = |value: u32| i8::try_from(value).ok();
        Time::new(part(hour)?, part(minute)?, part(second.min(59))?, 0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{find, tag, whole};

    fn found(text: &str) -> Option<String> {
        find(text).map(|found| found.moment.to_string())
    }

    #[test]
    fn the_usual_forms_are_read() {
        for (text, moment) in [
            ("时间：2018-01-31 来源", "2018-01-31"),
            ("2018/1/31", "2018-01-31"),
            ("2018.01.31", "2018-01-31"),
            ("2024-09-10 09:24", "2024-09-10T09:24:00+08:00"),
            ("2024-09-10 09:24:31", "2024-09-10T09:24:31+08:00"),
            ("2023-11-30  14:52", "2023-11-30T14:52:00+08:00"),
            ("2017——04——12 21:37", "2017-04-12T21:37:00+08:00"),
            ("2025年06月03日 13时44分", "2025-06-03T13:44:00+08:00"),
            ("2007-08-20-23:59:59", "2007-08-20T23:59:59+08:00"),
            ("二〇〇四年一月十六日", "2004-01-16"),
            ("一九九六年七月十七日", "1996-07-17"),
            ("二○一八年十二月三十一日", "2018-12-31"),
            ("二零一八年二月二十日", "2018-02-20"),
            ("2018 年 1 月 31 日", "2018-01-31"),
        ] {
            assert_eq!(found(text).as_deref(), Some(moment), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        for text in [
            "2018年1月",
            "2018-13-01",
            "2018-02-30",
            "12018-01-01",
            "电话020-83134-12",
            "1.2.3",
            "3000年1月1日",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_may_be_a_date_and_nothing_else() {
        assert!(whole("2018年1月31日").is_some());
        assert!(whole("（2018年1月31日）").is_some());
        assert!(whole("2018年1月31日印发").is_none());
    }

    #[test]
    fn tags_may_hold_compact_dates() {
        assert_eq!(tag("20180131").map(|m| m.to_string()).as_deref(), Some("2018-01-31"));
        assert!(tag("00000000").is_none());
    }
}

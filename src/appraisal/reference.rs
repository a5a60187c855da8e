//! 档号: the reference code of an archived document, `全宗号-门类代码·年度-保管期限-机构（问题）代码-件号`.
//!
//! Parts at different levels are joined by a hyphen, parts at the same level by a middle dot, and the 件号 has four digits
//! with leading zeros (DA/T 13-2022, DA/T 22-2015 5.4); beyond 9999 it grows to five.

use std::fmt;
use std::str::FromStr;

use super::Retention;

/// Most characters in one of the codes that people choose.
const LONGEST_CODE: usize = 16;

/// What has 件号 of its own, counted from 1: a 全宗, 门类, 年度, 保管期限 and 机构（问题）.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    /// 全宗号.
    pub fonds: String,
    /// 档案门类代码: `WS`, and a second level behind a middle dot where there is one.
    pub category: String,
    /// 年度, 1000 to 9999.
    pub year: i16,
    /// 保管期限.
    pub retention: Retention,
    /// 机构（问题）代码.
    pub office: String,
}

/// A 档号.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferenceCode {
    /// The series.
    pub series: Series,
    /// 件号, from 1.
    pub item: u32,
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fonds, category, year, retention, office } = self;
        write!(f, "{fonds}-{category}·{year}-{}-{office}", retention.code())
    }
}

impl fmt::Display for ReferenceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.series, self.item)
    }
}

impl FromStr for ReferenceCode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text).filter(|code| code.to_string() == text).ok_or_else(|| format!("“{text}” is no 档号"))
    }
}

fn parse(text: &str) -> Option<ReferenceCode> {
    let parts: Vec<&str> = text.split('-').collect();
    let [fonds, series, retention, office, item] = parts[..] else { return None };
    let (category, year) = series.rsplit_once('·')?;
    let retention = Retention::ALL.into_iter().find(|known| known.code() == retention)?;
    let fits = is_code(fonds) && is_category(category) && is_code(office);
    let year = year.parse().ok().filter(|year| (1000..=9999).contains(year))?;
    let item = item.parse().ok().filter(|item| *item > 0)?;
    let series = Series {
        fonds: fonds.to_owned(),
        category: category.to_owned(),
        year,
        retention,
        office: office.to_owned(),
    };
    fits.then_some(ReferenceCode { series, item })
}

/// Whether `text` may be a 全宗号 or 机构（问题）代码: ASCII letters and digits, 1 to 16.
pub(super) fn is_code(text: &str) -> bool {
    (1..=LONGEST_CODE).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether `text` may be a 门类代码: codes with middle dots between them.
pub(super) fn is_category(text: &str) -> bool {
    text.len() <= LONGEST_CODE && text.split('·').all(is_code)
}

#[cfg(test)]
mod tests {
    use super::ReferenceCode;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for code in ["J001-WS·2018-Y-ZCWJ-0001", "123-WS·JY·2026-D30-001-12345", "A-B·1949-D10-C-9999"] {
            assert_eq!(code.parse::<ReferenceCode>().map(|code| code.to_string()).as_deref(), Ok(code));
        }
    }

    #[test]
    fn what_is_written_otherwise_is_no_code() {
        for wrong in [
            "",
            "J001-WS·2018-Y-ZCWJ-0000",
            "J001-WS·2018-Y-ZCWJ-1",
            "J001-WS·2018-Y-ZCWJ-+001",
            "J001-WS·2018-永久-ZCWJ-0001",
            "J001-WS2018-Y-ZCWJ-0001",
            "J001-WS·18-Y-ZCWJ-0001",
            "J001-WS·2018-Y--0001",
            "J001-WS·2018-Y-../x-0001",
            "J001-WS·2018-Y-ZCWJ-4294967296",
        ] {
            assert!(wrong.parse::<ReferenceCode>().is_err(), "{wrong}");
        }
    }
}

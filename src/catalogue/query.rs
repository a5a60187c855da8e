//! Turns what a person typed into a query of the index.
//!
//! `欠薪 工资` finds documents with both words; `"拖欠 工资"` the phrase; `-企业` leaves out those with the word. Nothing
//! typed can be an error of syntax: what is neither letter, digit nor character is passed over.

use super::error::CatalogueError;
use super::unit::{CHARACTER_MARK, SITE_MARK, Units};

/// Most tokens in a query: each is a look-up of its own.
const MOST_TOKENS: usize = 1000;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The words as typed; empty for all documents.
    pub words: String,
    /// 标题 contains this.
    pub title: Option<String>,
    /// 发文字号 contains this; its spelling does not matter.
    pub number: Option<String>,
    /// 发文机关 contains this.
    pub issuer: Option<String>,
    /// 来源 contains this.
    pub source: Option<String>,
    /// 网站名称, its domain or the page's address contains this.
    pub site: Option<String>,
    /// The date that `from` and `to` are about.
    pub date_field: DateField,
    /// Not before this day (`2017-03-01`, `2017-03` or `2017`).
    pub from: Option<Day>,
    /// Not after this day.
    pub to: Option<Day>,
    /// Earlier versions too, not only the latest of each object.
    pub all_versions: bool,
    /// Which comes first.
    pub order: Order,
    /// Hits passed over.
    pub offset: usize,
    /// Most hits.
    pub limit: usize,
}

/// Which hit comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest: by the date asked about if there is one, else by 发布, 成文, 印发 or capture date, the first there is.
    #[default]
    Newest,
    /// The best by BM25; words in the title count most, then the number.
    Relevance,
}

/// One of a document's dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateField {
    /// 发布日期.
    #[default]
    Published,
    /// 成文日期.
    Written,
    /// 施行日期.
    Effective,
    /// 印发日期.
    Printed,
    /// Time of capture.
    Captured,
}

impl DateField {
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Written => "written",
            Self::Effective => "effective",
            Self::Printed => "printed",
            Self::Captured => "captured",
        }
    }
}

/// A year, a month or a day, as typed: `2017`, `2017-03`, `2017-03-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    first: jiff::civil::Date,
    last: jiff::civil::Date,
}

impl Day {
    /// Its first day.
    #[must_use]
    pub fn first(self) -> jiff::civil::Date {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> jiff::civil::Date {
        self.last
    }
}

impl std::str::FromStr for Day {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let wrong = || format!("“{typed}” is not YYYY, YYYY-MM or YYYY-MM-DD");
        let parts: Vec<&str> = typed.split('-').collect();
        let widths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        if !typed.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
            || !matches!(widths.as_slice(), [4] | [4, 1..=2] | [4, 1..=2, 1..=2])
        {
            return Err(wrong());
        }
        let part = |index: usize, default: i8| match parts.get(index) {
            Some(part) => part.parse::<i8>().map_err(|_| wrong()),
            None => Ok(default),
        };
        let year: i16 = parts.first().and_then(|year| year.parse().ok()).ok_or_else(wrong)?;
        let day = |month, day| jiff::civil::Date::new(year, month, day).map_err(|_| wrong());
        let first = day(part(1, 1)?, part(2, 1)?)?;
        let last = match parts.len() {
            1 => day(12, 31)?,
            2 => first.last_of_month(),
            _ => first,
        };
        Ok(Self { first, last })
    }
}

/// The words of a query, read.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// All of these.
    pub wanted: Vec<Units>,
    /// None of these.
    pub unwanted: Vec<Units>,
    /// Something was typed.
    pub typed: bool,
}

impl Words {
    /// Reads `typed`.
    pub(super) fn read(typed: &str) -> Self {
        let mut words = Self { typed: !typed.trim().is_empty(), ..Self::default() };
        let mut rest = typed.trim_start();
        while !rest.is_empty() {
            let unwanted = rest.strip_prefix(['-', '−']);
            let body = unwanted.unwrap_or(rest);
            let (word, behind) = match body.strip_prefix(['"', '＂']) {
                Some(quoted) => quoted.split_once(['"', '＂']).unwrap_or((quoted, "")),
                // A quotation mark ends a word also without white space before it.
                None => {
                    body.split_at(body.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(body.len()))
                }
            };
            let units = Units::of(word);
            if units.len() > 0 {
                if unwanted.is_some() { &mut words.unwanted } else { &mut words.wanted }.push(units);
            }
            rest = behind.trim_start();
        }
        words
    }
}

/// A query of the FTS5 index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Match {
    /// The documents wanted; `None` for all.
    pub wanted: Option<String>,
    /// The documents unwanted, where FTS5 could not say it within `wanted`.
    pub unwanted: Option<String>,
    /// Something was typed that no document can have.
    pub nothing: bool,
}

impl Query {
    /// The query in FTS5's syntax. Only tokens within quotation marks come from what was typed, and no token has one.
    ///
    /// # Errors
    /// If it is too long.
    pub(super) fn matching(&self) -> Result<Match, CatalogueError> {
        let words = Words::read(&self.words);
        let mut nothing = words.typed && words.wanted.is_empty() && words.unwanted.is_empty();
        let mut tokens = 0;
        let mut wanted: Vec<String> = words.wanted.iter().map(|units| anywhere(units, &mut tokens)).collect();
        let fields = [
            ("title", &self.title),
            ("number", &self.number),
            ("issuer", &self.issuer),
            ("source", &self.source),
            ("site", &self.site),
        ];
        for (column, text) in fields {
            let Some(text) = text else { continue };
            let units = Units::of(text);
            nothing |= units.len() == 0;
            let mark = if column == "site" { SITE_MARK } else { "" };
            wanted.push(phrase(&format!("{{{column}}} : "), mark, &units, &mut tokens));
        }
        let unwanted: Vec<String> = words.unwanted.iter().map(|units| anywhere(units, &mut tokens)).collect();
        if tokens > MOST_TOKENS {
            return Err(CatalogueError::TooLong { tokens, most: MOST_TOKENS });
        }
        let unwanted = (!unwanted.is_empty()).then(|| unwanted.join(" OR "));
        let wanted = (!wanted.is_empty()).then(|| wanted.join(" AND "));
        Ok(match (wanted, unwanted) {
            _ if nothing => Match { nothing, ..Match::default() },
            (Some(wanted), Some(unwanted)) => {
                Match { wanted: Some(format!("({wanted}) NOT ({unwanted})")), ..Match::default() }
            }
            (wanted, unwanted) => Match { wanted, unwanted, nothing },
        })
    }
}

/// A single character is looked up by itself, since the pairs that begin with it are thousands.
fn anywhere(units: &Units, tokens: &mut usize) -> String {
    match units.single_character() {
        Some(character) => {
            *tokens += 1;
            format!("\"{CHARACTER_MARK}{character}\"")
        }
        None => phrase("", "", units, tokens),
    }
}

fn phrase(columns: &str, mark: &str, units: &Units, tokens: &mut usize) -> String {
    let mut expanded = String::new();
    units.expand(mark, true, &mut expanded);
    *tokens += expanded.split(' ').count();
    let prefix = if units.ends_in_single_character() { " *" } else { "" };
    format!("{columns}\"{expanded}\"{prefix}")
}

#[cfg(test)]
mod tests {
    use super::{Day, Match, Query, Words};

    fn matching(words: &str) -> Match {
        Query { words: words.to_owned(), ..Query::default() }.matching().expect("short")
    }

    #[test]
    fn words_phrases_and_exclusions() {
        let words = Words::read("欠薪\u{3000}\"拖欠 工资\" -企业 -\"甲 乙\"丙 - \"\" 、、 -");
        assert_eq!((words.wanted.len(), words.unwanted.len()), (3, 2));
        assert_eq!(matching("欠薪 -税").wanted.as_deref(), Some("(\"欠薪\") NOT (\"§税\")"));
        let only = matching("-企业");
        assert!(only.wanted.is_none() && only.unwanted.is_some() && !only.nothing);
    }

    #[test]
    fn punctuation_finds_nothing_and_an_empty_query_everything() {
        assert!(matching("、、 \" -- *").nothing);
        assert_eq!(matching(" "), Match::default());
        let query = Query { issuer: Some("、".to_owned()), ..Query::default() };
        assert!(query.matching().expect("short").nothing);
    }

    #[test]
    fn endless_queries_are_refused() {
        let query = Query { words: "欠薪".repeat(50_000), ..Query::default() };
        assert!(query.matching().is_err());
    }

    #[test]
    fn days_are_years_months_or_days() {
        let day = |typed: &str| typed.parse::<Day>().map(|day| format!("{}..{}", day.first(), day.last()));
        assert_eq!(day("2017").as_deref(), Ok("2017-01-01..2017-12-31"));
        assert_eq!(day("2016-02").as_deref(), Ok("2016-02-01..2016-02-29"));
        assert_eq!(day("2017-3-1").as_deref(), Ok("2017-03-01..2017-03-01"));
        for wrong in
            ["17", "2017-13", "2017-02-30", "2017/01", "", "2017-", "2017-01-01-01", "+017", "二〇一七"]
        {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}

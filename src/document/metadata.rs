//! What a page states about its document, each value with the place it was read from.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

/// What the page states about the document. `None` (null in JSON) means that the page does not say.
///
/// The names follow the crosswalk of 国办发〔2017〕47号, the 公开目录 index block and GB/T 33480-2016.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// 标题, without site or column name; the page's own line breaks removed.
    pub title: Option<Field<String>>,
    /// 副标题.
    pub subtitle: Option<Field<String>>,
    /// 发布日期: when the site published the page.
    pub published: Option<Field<Moment>>,
    /// 来源, 信息来源: the label the site prints, such as 「本网」.
    pub source: Option<Field<String>>,
    /// 发文字号 in canonical form: `国办发〔2017〕47号`.
    pub number: Option<Field<String>>,
    /// 索引号.
    pub index_number: Option<Field<String>>,
    /// 发文机关.
    pub issuer: Option<Field<String>>,
    /// 成文日期.
    pub written: Option<Field<Moment>>,
    /// 施行日期.
    pub effective: Option<Field<Moment>>,
    /// 印发日期.
    pub printed: Option<Field<Moment>>,
    /// 有效性: 「有效」, 「废止」, 「失效」.
    pub validity: Option<Field<String>>,
    /// 主题分类.
    pub subject: Option<Field<String>>,
    /// 文种, 体裁: 「通知」, 「公告」.
    pub genre: Option<Field<String>>,
    /// 主题词, 关键词.
    pub keywords: Option<Field<Vec<String>>>,
    /// 内容概述.
    pub description: Option<Field<String>>,
    /// 作者.
    pub author: Option<Field<String>>,
    /// 责任编辑.
    pub editor: Option<Field<String>>,
    /// 栏目.
    pub column: Option<Field<String>>,
    /// 栏目类别 (`ColumnType` of 47号文).
    pub column_type: Option<Field<String>>,
    /// 当前位置, outermost first.
    pub breadcrumb: Option<Field<Vec<String>>>,
    /// 网站名称.
    pub site_name: Option<Field<String>>,
    /// 网站域名 as the page declares it.
    pub site_domain: Option<Field<String>>,
    /// 网站标识码, 10 characters.
    pub site_id: Option<Field<String>>,
    /// The page's address: given from outside, else as the page declares it.
    pub url: Option<Field<String>>,
}

/// A value, where it came from, and what else was on offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field<T> {
    /// The value that was chosen.
    pub value: T,
    /// Where it was read.
    pub origin: Origin,
    /// The characters on the page, where they differ from `value`: `国办发[2017]047号`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
    /// Values from other places that differ from the chosen one, best first.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
}

impl<T> Field<T> {
    /// A value without other candidates.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin, printed: None, candidates: Vec::new() }
    }
}

/// A value that was found but not chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The value as found.
    pub value: String,
    /// Where it was read.
    pub origin: Origin,
}

/// Where a metadata value was read. In JSON a string: `meta:ArticleTitle`, `index:发文字号`, `heading`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A `<meta>` tag, with the tag's name.
    Meta(String),
    /// A row of the index table (索引号 block), with its label.
    Index(String),
    /// The info line under the title, with its label (empty for an unlabelled date).
    InfoLine(String),
    /// The element that displays the title.
    Heading,
    /// The `<title>` element.
    TitleElement,
    /// The text of the document itself.
    Body,
    /// The breadcrumb.
    Breadcrumb,
    /// The footer.
    Footer,
    /// A rule of the site table, with the rule's name.
    Site(String),
    /// A link element or the like, with its name: `link:canonical`.
    Link(String),
    /// Given by the caller (`--base-url`) or by the web archive.
    Given,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Meta(name) => write!(f, "meta:{name}"),
            Self::Index(label) => write!(f, "index:{label}"),
            Self::InfoLine(label) => write!(f, "info-line:{label}"),
            Self::Heading => f.write_str("heading"),
            Self::TitleElement => f.write_str("title-element"),
            Self::Body => f.write_str("body"),
            Self::Breadcrumb => f.write_str("breadcrumb"),
            Self::Footer => f.write_str("footer"),
            Self::Site(rule) => write!(f, "site:{rule}"),
            Self::Link(name) => write!(f, "link:{name}"),
            Self::Given => f.write_str("given"),
        }
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, detail) = text.split_once(':').unwrap_or((text, ""));
        let detail = detail.to_owned();
        Ok(match kind {
            "meta" => Self::Meta(detail),
            "index" => Self::Index(detail),
            "info-line" => Self::InfoLine(detail),
            "heading" => Self::Heading,
            "title-element" => Self::TitleElement,
            "body" => Self::Body,
            "breadcrumb" => Self::Breadcrumb,
            "footer" => Self::Footer,
            "site" => Self::Site(detail),
            "link" => Self::Link(detail),
            "given" => Self::Given,
            _ => return Err(format!("unknown origin {text}")),
        })
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A date, with the time of day where the page gives one. China Standard Time (+08:00) throughout.
///
/// In JSON an ISO 8601 string: `2018-01-31` or `2018-01-31T09:30:00+08:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The calendar date.
    pub date: Date,
    /// The time of day; `None` if the page gives the date only.
    pub time: Option<Time>,
}

impl From<Date> for Moment {
    fn from(date: Date) -> Self {
        Self { date, time: None }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        if let Some(time) = self.time {
            write!(f, "T{:02}:{:02}:{:02}+08:00", time.hour(), time.minute(), time.second())?;
        }
        Ok(())
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |_| format!("“{text}” is not YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+08:00");
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => {
                let time = time.strip_suffix("+08:00").unwrap_or(time);
                (date, Some(time.parse::<Time>().map_err(wrong)?))
            }
            None => (text, None),
        };
        Ok(Self { date: date.parse().map_err(wrong)?, time })
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Where the source bytes came from and how they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// Name of the source file, without its folder; `-` for standard input.
    pub file: String,
    /// When the page was captured, RFC 3339; known for web archives only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
    /// Lower-case hexadecimal SHA-256 of the source bytes.
    pub sha256: String,
    /// Number of source bytes.
    pub bytes: u64,
    /// How the bytes were read as characters.
    pub encoding: Encoding,
    /// The further pages of an article that the site spreads over several, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// The attachments that could be had, in the order of the document. Empty unless they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Received>,
}

/// An attachment that could be had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Its address, as in the Document's attachment.
    pub url: String,
    /// Lower-case hexadecimal SHA-256 of its bytes.
    pub sha256: String,
    /// Number of its bytes.
    pub bytes: u64,
}

/// A further page of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Name of the source file, without its folder.
    pub file: String,
    /// Lower-case hexadecimal SHA-256 of its bytes.
    pub sha256: String,
    /// Number of its bytes.
    pub bytes: u64,
}

/// How the source bytes were read as characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Encoding {
    /// Name in the WHATWG Encoding Standard, such as `UTF-8` or `gb18030`.
    pub name: String,
    /// The step that decided: `bom`, `override`, `transport`, `meta`, `utf-8`, `statistics`.
    pub evidence: String,
    /// The label the page or its transport declared, as written; absent if none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// Number of U+FFFD characters that decoding put in place of bytes it could not read.
    pub replaced: u64,
    /// Number of private-use characters in the decoded text.
    pub private_use: u64,
}

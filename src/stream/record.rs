//! Turns a line of the input into a record: where a page is, and what is known about it.

use std::fmt;

use data_url::forgiving_base64;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use url::Url;

use super::record_id::{LONGEST_ID, acceptable, id_of};
use crate::acquire::container::capture_time;
use crate::message::{Size, messages};

/// The version of the form of a record.
const VERSION: u64 = 1;

/// Names of members that are not known are told up to this number.
const UNKNOWN_TOLD: usize = 16;

messages! {
    /// Why a line is no record.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum RecordError {
        /// Not one JSON object, or a member of another type than it should have.
        Malformed { line: u64, why: String } = "record-malformed",
            "line {line} is no record: {why}", "第 {line} 行不是记录：{why}";
        /// Longer than any page allows.
        TooLong { line: u64, limit: Size } = "record-too-long",
            "line {line} is longer than {limit}", "第 {line} 行超过 {limit}";
        /// Of a form that this version does not know.
        Version { version: u64 } = "record-version",
            "records of version {version} are not known; this is version 1", "不支持版本 {version} 的记录，应为版本 1";
        /// Without an identifier, or with one that is neither text nor a whole number.
        Id { line: u64 } = "record-id",
            "line {line}: a record needs an id, text or a whole number", "第 {line} 行：记录须有 id（文本或整数）";
        /// With an identifier that is too long to be repeated in the answer.
        LongId { line: u64, most: usize } = "record-id",
            "line {line}: an id has at most {most} bytes", "第 {line} 行：id 最长 {most} 字节";
        /// Without a page, or with several.
        Page = "record-page",
            "a record has one of html_b64, warc and uri", "记录须有且只有 html_b64、warc、uri 之一";
        /// `html_b64` is no Base64.
        Base64 = "record-base64", "html_b64 is no Base64", "html_b64 不是 Base64";
        /// `url` is no address of a page.
        Url { url: String } = "record-url",
            "{url} is not an absolute http or https address", "{url} 不是完整的 http 或 https 地址";
    }
}

impl std::error::Error for RecordError {}

/// Where a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// In the record itself.
    Bytes(Vec<u8>),
    /// In a WARC file.
    Warc {
        /// The file.
        uri: String,
        /// Where the record begins, in bytes.
        offset: u64,
        /// How long it is as stored, in bytes.
        length: u64,
    },
    /// In a file or object of its own.
    Uri(String),
}

/// A page to convert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is called in the answer: text or a whole number.
    pub id: Value,
    /// Its address.
    pub url: Option<Url>,
    /// Where it is.
    pub page: Whereabouts,
    /// The charset that the server, or whoever fetched it, states.
    pub charset: Option<String>,
    /// When it was captured, RFC 3339 in UTC.
    pub captured: Option<String>,
    /// What stands for that time and is none. A page is not lost for it.
    pub no_time: Option<String>,
    /// Members that are not known, and were passed over.
    pub unknown: Vec<String>,
}

/// Reads line number `number` (from 1). With an error comes the `id` so far as it could be read, else null.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(line: &[u8], number: u64) -> Result<Record, (Value, RecordError)> {
    let mut members = Members::default();
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    let read =
        DeserializeSeed::deserialize(&mut members, &mut deserializer).and_then(|()| deserializer.end());
    if let Err(error) = read {
        return Err((id_of(line), RecordError::Malformed { line: number, why: without_place(&error) }));
    }
    let id = members.id.take();
    if matches!(&id, Some(Value::String(id)) if id.len() > LONGEST_ID) {
        return Err((Value::Null, RecordError::LongId { line: number, most: LONGEST_ID }));
    }
    let id = id.filter(acceptable);
    record(members, id.clone(), number).map_err(|error| (id.unwrap_or_default(), error))
}

/// The words of `error` without its place: what is one line here has no line numbers.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.find(" at line ") {
        Some(end) => format!("{} at column {}", &text[..end], error.column()),
        None => text,
    }
}

fn record(members: Members, id: Option<Value>, line: u64) -> Result<Record, RecordError> {
    match members.version {
        None | Some(VERSION) => {}
        Some(version) => return Err(RecordError::Version { version }),
    }
    let id = id.ok_or(RecordError::Id { line })?;
    let page = match (members.html, members.warc, members.uri) {
        (Some(Base64(decoded)), None, None) => Whereabouts::Bytes(decoded.ok_or(RecordError::Base64)?),
        (None, Some(Warc { uri, offset, length }), None) => Whereabouts::Warc { uri, offset, length },
        (None, None, Some(uri)) => Whereabouts::Uri(uri),
        _ => return Err(RecordError::Page),
    };
    let captured = members.fetched_at.as_deref().and_then(capture_time).map(|time| time.to_string());
    let no_time = members.fetched_at.filter(|_| captured.is_none()).map(|text| shortened(&text));
    let url = members.url.as_deref().map(address).transpose()?;
    Ok(Record { id, url, page, charset: members.charset, captured, no_time, unknown: members.unknown })
}

/// A name and password in an address are nobody else's business: the address goes into every output.
fn address(text: &str) -> Result<Url, RecordError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let mut url = url.ok_or_else(|| RecordError::Url { url: shortened(text) })?;
    // Both only fail for addresses without a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok(url)
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

#[derive(Deserialize)]
struct Warc {
    uri: String,
    offset: u64,
    length: u64,
}

/// The members that are known.
const MEMBERS: [&str; 8] = ["v", "id", "url", "html_b64", "warc", "uri", "charset_hint", "fetched_at"];

/// The members of a line as they are read: those before a fault are here even when reading fails.
#[derive(Default)]
struct Members {
    version: Option<u64>,
    id: Option<Value>,
    url: Option<String>,
    html: Option<Base64>,
    warc: Option<Warc>,
    uri: Option<String>,
    charset: Option<String>,
    fetched_at: Option<String>,
    unknown: Vec<String>,
}

impl<'de> DeserializeSeed<'de> for &mut Members {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Members {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = [false; MEMBERS.len()];
        while let Some(name) = map.next_key::<String>()? {
            if let Some(place) = MEMBERS.iter().position(|member| *member == name) {
                // Which of two is meant, nobody can know: one reader takes the first and another the last.
                if std::mem::replace(&mut seen[place], true) {
                    return Err(A::Error::duplicate_field(MEMBERS[place]));
                }
            }
            match name.as_str() {
                "v" => self.version = map.next_value()?,
                "id" => self.id = map.next_value()?,
                "url" => self.url = text(&mut map)?,
                "html_b64" => self.html = map.next_value()?,
                "warc" => self.warc = map.next_value()?,
                "uri" => self.uri = text(&mut map)?,
                "charset_hint" => self.charset = text(&mut map)?,
                "fetched_at" => self.fetched_at = text(&mut map)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    if self.unknown.len() < UNKNOWN_TOLD {
                        self.unknown.push(shortened(&name));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Text; null and the empty text say that there is none, as engines with columns write it.
fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<String>, A::Error> {
    Ok(map.next_value::<Option<String>>()?.filter(|text| !text.is_empty()))
}

/// Base64 (RFC 4648, 4), decoded as it is read, `None` if it is none; white space in it and missing padding are forgiven.
struct Base64(Option<Vec<u8>>);

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Base64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text in Base64")
            }

            fn visit_str<E>(self, text: &str) -> Result<Base64, E> {
                Ok(Base64(forgiving_base64::decode_to_vec(text.as_bytes()).ok()))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{RecordError, Whereabouts, parse};
    use crate::message::Describe;

    fn fault(line: &str) -> (serde_json::Value, &'static str) {
        let (id, error) = parse(line.as_bytes(), 7).expect_err(line);
        (id, error.code())
    }

    #[test]
    fn a_record_says_where_its_page_is() {
        let line = r#"{"v":1,"id":"a","url":"http://u:p@www.gd.gov.cn/a.html","html_b64":"PGI+\n5a2X PC9iPg","charset_hint":"gbk",
            "fetched_at":"2024-05-06T15:08:09+08:00","topic":[1,{"x":2}]}"#;
        let record = parse(line.as_bytes(), 1).expect("a record");
        assert_eq!(record.page, Whereabouts::Bytes("<b>字</b>".as_bytes().to_vec()));
        assert_eq!(record.url.as_ref().map(url::Url::as_str), Some("http://www.gd.gov.cn/a.html"));
        assert_eq!(record.captured.as_deref(), Some("2024-05-06T07:08:09Z"));
        assert_eq!((record.charset.as_deref(), record.unknown), (Some("gbk"), vec!["topic".to_owned()]));

        let line = r#"{"id":12,"warc":{"uri":"s3://b/x.warc.gz","offset":5,"length":9,"more":null},"url":null,"uri":""}"#;
        let record = parse(line.as_bytes(), 1).expect("a record");
        let place = Whereabouts::Warc { uri: "s3://b/x.warc.gz".to_owned(), offset: 5, length: 9 };
        assert_eq!((record.id, record.page, record.url), (json!(12), place, None));
    }

    #[test]
    fn what_is_wrong_is_named_together_with_the_id() {
        assert_eq!(fault(""), (json!(null), "record-malformed"));
        assert_eq!(fault("[]"), (json!(null), "record-malformed"));
        assert_eq!(fault(r#"{"id":"a","html_b64":"#), (json!("a"), "record-malformed"));
        assert_eq!(fault(r#"{"id":"a","uri":"x"} {}"#), (json!("a"), "record-malformed"));
        assert_eq!(fault(r#"{"id":"a","id":"b","uri":"x"}"#), (json!("a"), "record-malformed"));
        assert_eq!(fault(r#"{"id":"a","html_b64":5}"#), (json!("a"), "record-malformed"));
        assert_eq!(fault(r#"{"id":"a","html_b64":"***"}"#), (json!("a"), "record-base64"));
        assert_eq!(fault(r#"{"uri":"x"}"#), (json!(null), "record-id"));
        assert_eq!(fault(r#"{"id":1.5,"uri":"x"}"#), (json!(null), "record-id"));
        assert_eq!(fault(r#"{"id":"a"}"#), (json!("a"), "record-page"));
        assert_eq!(fault(r#"{"id":"a","uri":"x","html_b64":""}"#), (json!("a"), "record-page"));
        assert_eq!(fault(r#"{"id":"a","uri":"x","v":2}"#), (json!("a"), "record-version"));
        assert_eq!(fault(r#"{"id":"a","uri":"x","url":"file:///etc/passwd"}"#), (json!("a"), "record-url"));
        assert_eq!(
            fault(r#"{"id":"a","html_b64":"PGI+","html_b64":"PGk+"}"#),
            (json!("a"), "record-malformed")
        );
        assert_eq!(fault(r#"{"v":"one","id":"a"}"#), (json!("a"), "record-malformed"));
        assert_eq!(fault(r#"{"id":"a","uri":"","uri":"x"}"#), (json!("a"), "record-malformed"));
        assert_eq!(
            fault(r#"{"id":"a","warc":{"uri":"x","offset":-1,"length":2}}"#),
            (json!("a"), "record-malformed")
        );
    }

    #[test]
    fn a_time_that_is_none_costs_the_time_and_not_the_page() {
        for text in ["yesterday", "2024-05-06", "2024-05-06 01:02:03"] {
            let line = json!({ "id": "a", "uri": "x", "fetched_at": text }).to_string();
            let record = parse(line.as_bytes(), 1).expect("a record");
            assert_eq!((record.captured, record.no_time.as_deref()), (None, Some(text)));
        }
    }

    #[test]
    fn the_place_of_a_fault_is_a_column_of_the_line() {
        let (_, error) = parse(b"{\"id\":\"a\",,}", 7).expect_err("no record");
        let RecordError::Malformed { line, why } = error else { panic!("{error}") };
        assert_eq!((line, why.contains("at line"), why.ends_with("at column 11")), (7, false, true), "{why}");
    }
}

//! Turns the comment that `SingleFile` puts at the head of a saved page into what it claims: address and time.
//!
//! Anyone can write such a comment: what it says is believed only where nothing better is known.

use jiff::fmt::strtime;
use url::Url;

/// So much of the beginning is looked at, in bytes.
const LOOKED_AT: usize = 16 << 10;

/// What the comment claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Where the page was saved from.
    pub url: Option<Url>,
    /// When, RFC 3339 in UTC.
    pub saved: Option<String>,
}

/// Reads the comment, if `page` has one at its head:
///
/// ```text
/// <!--
///  Page saved with SingleFile
///  url: https://www.gd.gov.cn/zw/post_1.html
///  saved date: Mon May 06 2024 15:08:09 GMT+0800 (China Standard Time)
/// -->
/// ```
#[must_use]
pub fn claim(page: &[u8]) -> Option<Claim> {
    let head = String::from_utf8_lossy(&page[..page.len().min(LOOKED_AT)]);
    let comment = head
        .split("<!--")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("-->")?.0))
        .find(|comment| comment.trim_start().starts_with("Page saved with SingleFile"))?;
    let line = |name: &str| comment.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim);
    let url = line("url:").and_then(|url| Url::parse(url).ok());
    Some(Claim {
        url: url.filter(|url| matches!(url.scheme(), "http" | "https")),
        saved: line("saved date:").and_then(time),
    })
}

/// A date as ECMAScript prints it (`Date.prototype.toString`); the name of the time zone is left aside.
fn time(text: &str) -> Option<String> {
    let text = text.split_once(" (").map_or(text, |(date, _)| date);
    let parsed = strtime::parse("%a %b %d %Y %H:%M:%S GMT%z", text).ok()?;
    Some(parsed.to_timestamp().ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::claim;

    #[test]
    fn address_and_time_are_read() {
        let page = "<!DOCTYPE html> <html lang=zh><!--\n Page saved with SingleFile \n url: https://www.gd.gov.cn/a?b=1 \n \
            saved date: Mon May 06 2024 15:08:09 GMT+0800 (中国标准时间)\n--><meta charset=utf-8>";
        let found = claim(page.as_bytes()).expect("a claim");
        assert_eq!(found.url.map(|url| url.to_string()).as_deref(), Some("https://www.gd.gov.cn/a?b=1"));
        assert_eq!(found.saved.as_deref(), Some("2024-05-06T07:08:09Z"));
    }

    #[test]
    fn nonsense_claims_nothing() {
        assert_eq!(claim(b"<html><!-- nothing --></html>"), None);
        assert_eq!(claim(b"<!-- Page saved with SingleFile"), None);
        let found = claim(b"<!-- Page saved with SingleFile\nurl: file:///etc/passwd\nsaved date: now -->")
            .expect("a claim");
        assert_eq!((found.url, found.saved), (None, None));
    }
}

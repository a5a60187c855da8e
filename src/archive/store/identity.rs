//! Turns the address of a page, or the digest of its content, into the identifier of an object of the store.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use super::digest::is_hexadecimal;

/// Longer identifiers are refused: no address that a server accepts comes near.
const LONGEST: usize = 8192;

/// What an object of the store is called: the canonical address of the page, else `urn:sha256:` and the digest of its
/// content. 1 to 8192 bytes without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ObjectId(String);

impl ObjectId {
    /// The canonical address of `url`: scheme and host in lower case, no default port, no fragment, no user
    /// information; path and query as they are. None unless it is an `http` or `https` address.
    #[must_use]
    pub fn of_url(url: &Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let mut url = url.clone();
        url.set_fragment(None);
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        Self::parse(url.as_str())
    }

    /// `urn:sha256:DIGEST`. None unless `digest` is 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn of_content(digest: &str) -> Option<Self> {
        is_hexadecimal(digest, 64).then(|| Self(format!("urn:sha256:{digest}")))
    }

    /// An identifier as it was recorded. None if it is empty, too long or has control characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ObjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an object identifier"))
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::ObjectId;

    fn of(url: &str) -> Option<String> {
        ObjectId::of_url(&Url::parse(url).expect("a URL")).map(|id| id.to_string())
    }

    #[test]
    fn an_address_loses_what_does_not_name_the_page() {
        let canonical = Some("https://www.gd.gov.cn/a/post_1.html?p=2".to_owned());
        assert_eq!(of("HTTPS://user:secret@WWW.gd.gov.cn:443/a/post_1.html?p=2#top"), canonical);
        assert_eq!(of("https://www.gd.gov.cn/a/post_1.html?p=2"), canonical);
        assert_eq!(of("file:///etc/passwd"), None);
    }

    #[test]
    fn content_without_an_address_is_named_by_its_digest() {
        let digest = "a".repeat(64);
        assert_eq!(ObjectId::of_content(&digest).expect("an id").as_str(), format!("urn:sha256:{digest}"));
        assert_eq!(ObjectId::of_content("abc"), None);
    }

    #[test]
    fn recorded_identifiers_are_checked() {
        assert!(ObjectId::parse("").is_none());
        assert!(ObjectId::parse("https://x/\n").is_none());
        assert!(ObjectId::parse(&"x".repeat(8193)).is_none());
    }
}

//! The cookies of a run, each sent to the very host that set it and to no other.
//!
//! Less than RFC 6265 allows: `Domain` is not heeded, for `gov.cn` is no one's, and `Expires` neither, for a run ends
//! before it matters. Some sites serve pages only to those who send back what they set with the redirect before.

use std::collections::BTreeMap;

use url::Url;

/// Cookies of one host.
const MOST: usize = 50;
/// Length of a cookie's name and value.
const LONGEST: usize = 4096;

/// The cookies of all hosts.
#[derive(Debug, Default)]
pub(super) struct Cookies {
    hosts: BTreeMap<String, BTreeMap<String, Cookie>>,
}

#[derive(Debug)]
struct Cookie {
    value: String,
    path: String,
    secure: bool,
}

impl Cookies {
    /// Keeps what the answer of `url` sets in a field `Set-Cookie`.
    pub(super) fn keep(&mut self, url: &Url, field: &str) {
        let Some(host) = url.host_str() else { return };
        let mut parts = field.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let (name, value) = (name.trim(), value.trim());
        let sound =
            |text: &str| text.bytes().all(|byte| (0x21..0x7F).contains(&byte) && !b",;".contains(&byte));
        if name.is_empty() || !sound(name) || !value.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
            return;
        }
        let (mut path, mut secure, mut deleted) = (default_path(url), false, false);
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key.trim().to_ascii_lowercase().as_str() {
                "path" if value.trim().starts_with('/') => value.trim().clone_into(&mut path),
                "secure" => secure = true,
                "max-age" => deleted = value.trim().parse::<i64>().is_ok_and(|seconds| seconds <= 0),
                _ => {}
            }
        }
        let own = self.hosts.entry(host.to_owned()).or_default();
        if deleted {
            own.remove(name);
        } else if name.len() + value.len() <= LONGEST && (own.len() < MOST || own.contains_key(name)) {
            own.insert(name.to_owned(), Cookie { value: value.to_owned(), path, secure });
        }
    }

    /// The field `Cookie` of a request for `url`.
    pub(super) fn field(&self, url: &Url) -> Option<String> {
        let own = self.hosts.get(url.host_str()?)?;
        let fits = |cookie: &&Cookie| {
            let path = url.path();
            let below = path.strip_prefix(cookie.path.as_str());
            below.is_some_and(|rest| rest.is_empty() || cookie.path.ends_with('/') || rest.starts_with('/'))
                && (!cookie.secure || url.scheme() == "https")
        };
        let pairs: Vec<String> = own
            .iter()
            .filter(|(_, cookie)| fits(cookie))
            .map(|(name, cookie)| format!("{name}={}", cookie.value))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// RFC 6265, 5.1.4.
fn default_path(url: &Url) -> String {
    match url.path().rfind('/') {
        Some(end) if end > 0 => url.path()[..end].to_owned(),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::Cookies;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_and_to_no_other() {
        let mut cookies = Cookies::default();
        cookies.keep(&url("http://a.gov.cn/zw/1.html"), "sid=1; Domain=gov.cn; Path=/");
        assert_eq!(cookies.field(&url("http://a.gov.cn/x")).as_deref(), Some("sid=1"));
        assert_eq!(cookies.field(&url("https://a.gov.cn:8443/")).as_deref(), Some("sid=1"));
        for other in ["http://b.gov.cn/", "http://gov.cn/", "http://c.a.gov.cn/"] {
            assert_eq!(cookies.field(&url(other)), None, "{other}");
        }
    }

    #[test]
    fn path_secure_and_deletion_are_heeded() {
        let mut cookies = Cookies::default();
        let page = url("https://a.gov.cn/zw/1.html");
        cookies.keep(&page, "a=1");
        cookies.keep(&page, "b=2; Secure; Path=/");
        assert_eq!(cookies.field(&url("https://a.gov.cn/zw/2.html")).as_deref(), Some("a=1; b=2"));
        assert_eq!(cookies.field(&url("https://a.gov.cn/zwgk/")).as_deref(), Some("b=2"));
        assert_eq!(cookies.field(&url("http://a.gov.cn/")), None);
        cookies.keep(&page, "b=; Max-Age=0");
        assert_eq!(cookies.field(&url("https://a.gov.cn/")), None);
    }

    #[test]
    fn what_could_break_out_of_the_field_is_not_kept() {
        let mut cookies = Cookies::default();
        let page = url("http://a.gov.cn/");
        for field in ["a=1\r\nHost: b", "a\nb=1", "=1", "a", "ü=1", &format!("a={}", "x".repeat(5000))] {
            cookies.keep(&page, field);
        }
        assert_eq!(cookies.field(&page), None);
        for number in 0..100 {
            cookies.keep(&page, &format!("c{number}=1"));
        }
        assert_eq!(cookies.field(&page).map(|field| field.split("; ").count()), Some(50));
    }
}

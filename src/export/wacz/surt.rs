//! Turns an address into the key under which an index has it: Sort-friendly URI Reordering Transform, with the
//! canonicalisation that web archives share (`http://www.gd.gov.cn/A?b=2&a=1` → `cn,gov,gd)/a?a=1&b=2`).

use url::Url;

/// The key. What is no http or https address is its own key.
pub(super) fn surt(address: &str) -> String {
    let Ok(url) = Url::parse(address) else { return plain(address) };
    let (true, Some(host)) = (matches!(url.scheme(), "http" | "https"), url.host_str()) else {
        return plain(address);
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let host = without_www(&host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut key = host.rsplit('.').collect::<Vec<_>>().join(",");
    if let Some(port) = url.port() {
        key += &format!(":{port}");
    }
    key.push(')');
    let path = url.path().to_ascii_lowercase();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    key.push('/');
    key += &parts.join("/");
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        let query = query.to_ascii_lowercase();
        let mut parts: Vec<&str> = query.split('&').collect();
        parts.sort_unstable();
        key.push('?');
        key += &parts.join("&");
    }
    plain(&key)
}

/// A key has no white space: it ends there.
fn plain(text: &str) -> String {
    text.replace(|c: char| c.is_whitespace() || c.is_control(), "%20")
}

/// `www.` and `www2.` say nothing about the page.
fn without_www(host: &str) -> &str {
    let rest = host.strip_prefix("www").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.and_then(|rest| rest.strip_prefix('.')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::surt;

    #[test]
    fn keys_are_those_of_other_tools() {
        for (address, key) in [
            ("https://www.gd.gov.cn/", "cn,gov,gd)/"),
            ("http://WWW2.gd.gov.cn:80/A/B.html#c", "cn,gov,gd)/a/b.html"),
            ("https://gd.gov.cn:8443/a/?B=2&a=1", "cn,gov,gd:8443)/a?a=1&b=2"),
            ("http://127.0.0.1//x//y/", "1,0,0,127)/x/y"),
            ("http://[::1]/x", "::1)/x"),
            ("https://归档.中国/文 件?a", "xn--fiqs8s,xn--t2tt5r)/%e6%96%87%20%e4%bb%b6?a"),
            ("urn:sha256:00ff", "urn:sha256:00ff"),
        ] {
            assert_eq!(surt(address), key, "{address}");
        }
    }
}

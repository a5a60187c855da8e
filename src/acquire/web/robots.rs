//! What a site asks of robots (RFC 9309), read once in a run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use texting_robots::Robot;
use url::Url;

use super::error::WebError;
use super::setting::Setting;
use crate::document::sha256;
use crate::message::Describe;

/// The name that groups of a `robots.txt` address us by.
pub(super) const NAME: &str = "guidang";
/// RFC 9309, 2.5: at least 500 kibibytes are read.
pub(super) const MOST_BYTES: u64 = 512 << 10;
/// A longer `Crawl-delay` is taken for a mistake, and this is kept instead.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// The `robots.txt` of all sites met so far.
#[derive(Default)]
pub(super) struct AllRobots(Mutex<BTreeMap<Url, Slot>>);

/// What one site asks, once that is known; locked while it is asked.
type Slot = Arc<Mutex<Option<Arc<Robots>>>>;

impl AllRobots {
    /// What the `robots.txt` at `address` asks; asked for with `ask` if that is not known yet. Other workers wait so long,
    /// and no site is asked twice. A failure is not kept.
    pub(super) fn of(
        &self,
        address: &Url,
        ask: impl FnOnce() -> Result<Robots, WebError>,
    ) -> Result<Arc<Robots>, WebError> {
        let own = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(address.clone()).or_default())
        };
        let mut known = own.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(robots) = &*known {
            return Ok(Arc::clone(robots));
        }
        let robots = Arc::new(ask()?);
        *known = Some(Arc::clone(&robots));
        Ok(robots)
    }
}

/// Where the `robots.txt` of the page at `url` is.
pub(super) fn address(url: &Url) -> Option<Url> {
    let mut address = url.join("/robots.txt").ok()?;
    address.set_query(None);
    address.set_fragment(None);
    Some(address)
}

/// What one site asks.
pub(super) struct Robots {
    rules: Option<Robot>,
    /// How it is recorded with each capture.
    pub(super) record: String,
}

impl Robots {
    /// From a `robots.txt` that was had.
    pub(super) fn of(address: &Url, bytes: &[u8]) -> Self {
        let record = format!("obey ({address}, sha256 {})", sha256(bytes));
        // One that cannot be read at all asks for nothing that could be known.
        Self { rules: Robot::new(NAME, bytes).ok(), record }
    }

    /// There is none that could be had. Where the site said so, everything may be fetched (RFC 9309, 2.3.1.3); where it
    /// cannot be reached or has a fault, nothing may be for now (2.3.1.4), and `error` says why.
    pub(super) fn without(address: &Url, error: WebError) -> Result<Self, WebError> {
        let why = match &error {
            WebError::Gone { status } | WebError::Forbidden { status } | WebError::Status { status } => {
                format!("status {status}")
            }
            WebError::Challenge { status } if *status < 500 => format!("status {status}"),
            WebError::TooManyRedirects { .. }
            | WebError::RedirectLoop { .. }
            | WebError::RefusedAddress { .. }
            | WebError::NotPublic { .. }
            | WebError::Port { .. }
            | WebError::Scheme { .. }
            | WebError::Encoding { .. } => error.code().to_owned(),
            _ => return Err(error),
        };
        Ok(Self { rules: None, record: format!("obey ({address}, {why})") })
    }

    /// The pause that it asks for between requests.
    pub(super) fn delay(&self) -> Duration {
        let seconds = self.rules.as_ref().and_then(|rules| rules.delay).unwrap_or(0.0);
        Duration::try_from_secs_f32(seconds).unwrap_or_default().min(LONGEST_DELAY)
    }

    /// Whether it lets us fetch `url`.
    pub(super) fn check(&self, url: &Url) -> Result<(), WebError> {
        match &self.rules {
            Some(rules) if !rules.allowed(url.as_str()) => {
                Err(WebError::Robots { url: url.to_string(), setting: Setting::Robots.into() })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use url::Url;

    use super::{AllRobots, Robots, WebError, address};

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn our_group_counts_before_the_general_one() {
        let text = b"User-agent: *\nDisallow: /\n\nUser-agent: guidang\nDisallow: /search\nCrawl-delay: 3\n";
        let robots = Robots::of(&url("http://a.gov.cn/robots.txt"), text);
        assert!(robots.check(&url("http://a.gov.cn/zw/1.html")).is_ok());
        assert!(robots.check(&url("http://a.gov.cn/search?q=1")).is_err());
        assert_eq!(robots.delay(), Duration::from_secs(3));
        assert!(robots.record.starts_with("obey (http://a.gov.cn/robots.txt, sha256 "));
    }

    #[test]
    fn a_site_without_one_asks_for_nothing_and_rubbish_does_no_harm() {
        let site = url("http://a.gov.cn:8080/robots.txt");
        assert_eq!(address(&url("http://a.gov.cn:8080/zw/?q#f")), Some(site.clone()));
        let none = Robots::without(&site, WebError::Gone { status: 404 }).expect("no rules");
        assert!(none.check(&url("http://a.gov.cn:8080/")).is_ok());
        assert_eq!(none.record, "obey (http://a.gov.cn:8080/robots.txt, status 404)");
        assert!(Robots::without(&site, WebError::ServerError { status: 500 }).is_err());
        for rubbish in
            [&b"\xff\xfe\x00Disallow"[..], b"<html>404</html>", b"", b"Crawl-delay: 1e99\nCrawl-delay: -4"]
        {
            let robots = Robots::of(&site, rubbish);
            assert!(robots.check(&url("http://a.gov.cn:8080/a")).is_ok());
            assert!(robots.delay() <= Duration::from_secs(60));
        }
    }
    #[test]
    fn a_site_is_asked_once_unless_that_failed() {
        let all = AllRobots::default();
        let site = url("http://a.gov.cn/robots.txt");
        let down = || Err(WebError::ServerError { status: 500 });
        assert!(all.of(&site, down).is_err());
        assert!(all.of(&site, || Ok(Robots::of(&site, b""))).is_ok());
        assert!(all.of(&site, down).is_ok());
    }
}

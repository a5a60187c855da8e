//! The addresses by which a watchdog in the manner of healthchecks.io learns of a run.
//!
//! <https://healthchecks.io/docs/http_api/>: `URL/start`, `URL` for success and `URL/{exit-status}`, with the run's
//! identifier as `rid`, by which begin and end are paired.

use url::Url;

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ping {
    /// The run begins.
    Start,
    /// The run has ended with this exit code; 0 for success.
    End(u8),
}

/// The address for `ping` of the run `id`, which must be a UUID. A query that `base` has is kept.
#[must_use]
pub fn address(base: &Url, ping: Ping, id: &str) -> Url {
    let mut url = base.clone();
    let part = match ping {
        Ping::Start => Some("start".to_owned()),
        Ping::End(0) => None,
        Ping::End(code) => Some(code.to_string()),
    };
    if let (Some(part), Ok(mut path)) = (part, url.path_segments_mut()) {
        path.pop_if_empty().push(&part);
    }
    url.query_pairs_mut().append_pair("rid", id);
    url
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Ping, address};

    #[test]
    fn addresses_are_those_of_the_documentation() {
        let found =
            |base: &str, ping| address(&Url::parse(base).expect("an address"), ping, "u-u").to_string();
        assert_eq!(found("https://hc-ping.com/a", Ping::Start), "https://hc-ping.com/a/start?rid=u-u");
        assert_eq!(found("https://hc-ping.com/a", Ping::End(0)), "https://hc-ping.com/a?rid=u-u");
        assert_eq!(found("https://hc-ping.com/a/", Ping::End(3)), "https://hc-ping.com/a/3?rid=u-u");
        assert_eq!(found("http://h/ping?key=1", Ping::Start), "http://h/ping/start?key=1&rid=u-u");
    }
}

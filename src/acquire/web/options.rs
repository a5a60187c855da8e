//! How the web is dealt with: limits, manners, and what is allowed.

use std::collections::BTreeSet;
use std::time::Duration;

use super::policy::AddressPolicy;

/// How `robots.txt` is treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RobotsPolicy {
    /// What it forbids is not fetched, and its `Crawl-delay` is kept.
    #[default]
    Obey,
    /// It is not looked at.
    Ignore,
}

/// Everything that can be chosen about requests.
#[derive(Clone, Debug)]
pub struct WebOptions {
    /// Which addresses and ports may be connected to.
    pub policy: AddressPolicy,
    /// `User-Agent`; none for `guidang/VERSION` and the contact.
    pub user_agent: Option<String>,
    /// Where those who run a site can turn to: an address or mail address, put into the default `User-Agent`.
    pub contact: Option<String>,
    /// From the beginning of one request to a host to the beginning of the next, at least. Default 1 second.
    pub delay: Duration,
    /// Requests to one host at the same time, at least 1. Default 1.
    pub connections_per_host: usize,
    /// For the connection, TLS included. Default 15 seconds.
    pub connect_timeout: Duration,
    /// For one request from the look-up of the host to the last byte of the answer. Default 60 seconds.
    pub timeout: Duration,
    /// Redirects followed from one address. Default 10.
    pub max_redirects: usize,
    /// How often a request that may succeed later is made again. Default 2.
    pub retries: u32,
    /// The first of the pauses before a request is made again; each next is twice as long. Default 2 seconds.
    pub backoff: Duration,
    /// The longest `Retry-After` that is waited for. A longer one ends the request with
    /// [`WebError::RateLimited`](super::WebError::RateLimited). Default 2 minutes.
    pub longest_wait: Duration,
    /// How `robots.txt` is treated.
    pub robots: RobotsPolicy,
    /// A proxy, as `http://host:3128` or `socks5://host:1080`. Environment variables are not heeded.
    pub proxy: Option<String>,
    /// Hosts that may be spoken to with TLS 1.0 and 1.1 (feature `legacy-tls`).
    pub legacy_tls: BTreeSet<String>,
    /// Certificates (PEM) that are trusted where the public ones do not reach: of an intranet.
    pub extra_roots: Option<Vec<u8>>,
}

impl Default for WebOptions {
    fn default() -> Self {
        Self {
            policy: AddressPolicy::default(),
            user_agent: None,
            contact: None,
            delay: Duration::from_secs(1),
            connections_per_host: 1,
            connect_timeout: Duration::from_secs(15),
            timeout: Duration::from_secs(60),
            max_redirects: 10,
            retries: 2,
            backoff: Duration::from_secs(2),
            longest_wait: Duration::from_secs(120),
            robots: RobotsPolicy::Obey,
            proxy: None,
            legacy_tls: BTreeSet::new(),
            extra_roots: None,
        }
    }
}

impl WebOptions {
    /// The `User-Agent` that is sent.
    #[must_use]
    pub fn agent(&self) -> String {
        let own = concat!("guidang/", env!("CARGO_PKG_VERSION"));
        match (&self.user_agent, &self.contact) {
            (Some(given), _) => given.clone(),
            (None, Some(contact)) => format!("{own} (+{contact})"),
            (None, None) => own.to_owned(),
        }
    }
}

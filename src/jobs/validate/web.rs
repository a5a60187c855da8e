//! Turns settings of the web into what is meant, and refuses those that could never be used.

use url::Url;

use super::super::error::Mistake;
use super::super::file::{self, Text};
use super::super::settings::{RobotsPolicy, WebSettings};
use super::{Check, Checked, not_empty, one_of};
use crate::discovery::host_name;

/// Schemes of proxies.
const PROXIES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

impl Check<'_> {
    pub(super) fn web(&self, typed: &file::Web) -> Checked<WebSettings> {
        let length = |typed: &Option<Text>| typed.as_ref().map(|typed| self.length(typed)).transpose();
        let ports = typed.ports.iter().map(|port| Ok(self.number(Some(port), 1, 65_535)?.unwrap_or(80)));
        Ok(WebSettings {
            user_agent: self.given(typed.user_agent.as_ref(), printable)?,
            contact: self.given(typed.contact.as_ref(), printable)?,
            delay: length(&typed.delay)?,
            connections_per_host: self.number(typed.connections_per_host.as_ref(), 1, 16)?,
            connect_timeout: length(&typed.connect_timeout)?,
            timeout: length(&typed.timeout)?,
            retries: self.number(typed.retries.as_ref(), 0, 20)?,
            max_redirects: self.number(typed.max_redirects.as_ref(), 0, 50)?,
            robots: self.given(typed.robots.as_ref(), |word| {
                one_of(word, [("obey", RobotsPolicy::Obey), ("ignore", RobotsPolicy::Ignore)])
            })?,
            proxy: self.given(typed.proxy.as_ref(), proxy)?,
            allow_net: typed.allow_net.iter().map(|typed| self.network(typed)).collect::<Checked<_>>()?,
            ports: ports.collect::<Checked<_>>()?,
            legacy_tls: self.legacy_tls(&typed.legacy_tls)?,
            extra_roots: self.path(typed.extra_roots.as_ref())?,
        })
    }

    pub(super) fn network(&self, typed: &Text) -> Checked<ipnet::IpNet> {
        self.text(typed, |value| value.parse().map_err(|_| Mistake::Network { value: value.to_owned() }))
    }

    fn legacy_tls(&self, hosts: &[Text]) -> Checked<Vec<String>> {
        let host = |typed: &Text| {
            self.text(typed, |name| host_name(name).ok_or_else(|| Mistake::Host { value: name.to_owned() }))
        };
        match hosts.first() {
            Some(first) if !cfg!(feature = "legacy-tls") => {
                Err(self.mistake(&first.span(), Mistake::NoLegacyTls))
            }
            _ => hosts.iter().map(host).collect(),
        }
    }
}

/// Text that goes into a header field of each request.
fn printable(value: &str) -> Result<String, Mistake> {
    if value.chars().any(char::is_control) {
        return Err(Mistake::Control);
    }
    if !value.is_ascii() {
        return Err(Mistake::Unprintable);
    }
    not_empty(value)
}

fn proxy(value: &str) -> Result<Url, Mistake> {
    let url = Url::parse(value).ok().filter(|url| PROXIES.contains(&url.scheme()) && url.has_host());
    // It may hold a password: it is not repeated.
    url.ok_or_else(|| Mistake::Proxy { known: PROXIES.join(", ") })
}

//! Whether an address may be asked for, before anything is.

use std::net::{SocketAddr, ToSocketAddrs};

use url::{Host, Url};

use super::Web;
use super::error::WebError;
use super::resolver::{not_found, refusal};

impl Web {
    /// Whether `url` may be asked for at all, as far as that can be said before its host is looked up.
    pub(super) fn admit(&self, url: &Url) -> Result<(), WebError> {
        self.policy.admit(url)?;
        match url.host() {
            Some(Host::Domain(name)) if self.options.proxy.is_some() => {
                let port = url.port_or_known_default().unwrap_or_default();
                self.admit_through_proxy(name.to_owned(), port)
            }
            _ => Ok(()),
        }
    }

    /// A proxy looks the name up itself: what it must not be led to is checked here. A name that only the proxy knows
    /// passes.
    fn admit_through_proxy(&self, name: String, port: u16) -> Result<(), WebError> {
        let addresses: Vec<SocketAddr> = match (name.as_str(), port).to_socket_addrs() {
            Ok(addresses) => addresses.collect(),
            Err(error) => match not_found(name.clone(), &error) {
                WebError::Dns { .. } | WebError::DnsTemporary { .. } => return Ok(()),
                other => return Err(other),
            },
        };
        match addresses.iter().find(|address| !self.policy.allows_host(&name, address.ip())) {
            Some(address) => Err(refusal(name, *address)),
            None => Ok(()),
        }
    }
}

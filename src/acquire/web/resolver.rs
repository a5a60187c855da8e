//! Turns the name of a host into addresses that may be connected to, and no others.
//!
//! The addresses that are checked here are the ones connected to: nothing is looked up again in between, so that a name
//! whose answer changes gains nothing.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::error::WebError;
use super::policy::AddressPolicy;
use super::setting::Setting;

/// Looks up with the system and checks every address.
#[derive(Debug)]
pub(super) struct CheckedResolver {
    pub(super) policy: Arc<AddressPolicy>,
    /// Host and port of the proxy, which its operator vouches for.
    pub(super) proxy: Option<(String, u16)>,
    pub(super) system: DefaultResolver,
}

/// An error of ours on its way through ureq.
#[derive(Debug)]
pub(super) struct Fault(pub(super) WebError);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Fault {}

impl Resolver for CheckedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default().to_owned();
        let found = self.system.resolve(uri, config, timeout).map_err(|error| match error {
            ureq::Error::Io(error) => fault(not_found(host.clone(), &error)),
            ureq::Error::HostNotFound => {
                fault(WebError::Dns { host: host.clone(), why: "no address".to_owned() })
            }
            other => other,
        })?;
        if self.proxy.as_ref().is_some_and(|(proxy, port)| *proxy == host && uri.port_u16() == Some(*port)) {
            return Ok(found);
        }
        let (mut allowed, mut refused) = (self.empty(), None);
        for address in &found {
            if self.policy.allows_host(&host, address.ip()) {
                allowed.push(*address);
            } else {
                refused = Some(*address);
            }
        }
        match refused {
            Some(address) if allowed.is_empty() => Err(fault(refusal(host, address))),
            _ => Ok(allowed),
        }
    }
}

/// The host is at an address that may not be connected to.
pub(super) fn refusal(host: String, address: SocketAddr) -> WebError {
    let address = address.ip().to_string();
    WebError::RefusedAddress { host, address, setting: Setting::AllowNet.into() }
}

fn fault(error: WebError) -> ureq::Error {
    ureq::Error::Other(Box::new(Fault(error)))
}

/// Whether a name does not exist, or only cannot be looked up now, is told by the words alone: `EAI_AGAIN` has no kind
/// of its own in the standard library.
pub(super) fn not_found(host: String, error: &io::Error) -> WebError {
    let why = error.to_string();
    if why.contains("Temporary failure") || error.kind() == io::ErrorKind::TimedOut {
        WebError::DnsTemporary { host, why }
    } else {
        WebError::Dns { host, why }
    }
}

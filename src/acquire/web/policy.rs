//! Which addresses of the network may be connected to. Pure: decides about addresses that were looked up already.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::{Host, Url};

use super::error::WebError;
use super::setting::{Setting, SettingsPlace};

/// Ports that every page may have.
const PORTS: [u16; 2] = [80, 443];

/// Networks that no public site is in, by the IANA registry of special-purpose IPv4 addresses (RFC 6890): this network,
/// private, shared, loopback, link-local (cloud metadata is at 169.254.169.254), protocol assignments, documentation,
/// relays, benchmarks, multicast, reserved.
const SPECIAL_V4: [([u8; 4], u8); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10), // Alibaba Cloud's metadata are at 100.100.100.200
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),      // multicast, reserved, broadcast
    ([168, 63, 129, 16], 32), // Azure answers for its metadata here, at a public address
];

/// The same of IPv6 within `2000::/3`, outside of which nothing is public: protocol assignments (Teredo, ORCHID and
/// benchmarks among them), documentation, 6to4.
const SPECIAL_V6: [([u16; 2], u8); 4] =
    [([0x2001, 0], 23), ([0x2001, 0x0db8], 32), ([0x2002, 0], 16), ([0x3fff, 0], 20)];

/// What may be connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressPolicy {
    /// Networks that may be connected to although they are not public.
    pub allow_net: Vec<IpNet>,
    /// Ports that may be connected to besides 80 and 443.
    pub ports: Vec<u16>,
    /// Hosts, as they stand in addresses, that may be connected to wherever they are: the user named them.
    pub hosts: BTreeSet<String>,
    /// Where all this is written, for messages.
    pub written: SettingsPlace,
}

impl AddressPolicy {
    /// Whether `address` may be connected to: it is public, or in a network that is allowed by name.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = plain(address);
        is_public(address) || self.allow_net.iter().any(|net| net.contains(&address))
    }

    /// Whether `address`, at which `host` is, may be connected to.
    #[must_use]
    pub fn allows_host(&self, host: &str, address: IpAddr) -> bool {
        self.allows(address) || self.hosts.contains(&host.to_ascii_lowercase())
    }

    /// Whether `url` may be asked for, as far as that can be said without looking up its host.
    ///
    /// # Errors
    /// [`WebError::Port`] and [`WebError::NotPublic`].
    pub fn admit(&self, url: &Url) -> Result<(), WebError> {
        let port = url.port_or_known_default().unwrap_or_default();
        let refused = if self.allows_port(port) {
            let literal = match url.host() {
                Some(Host::Ipv4(address)) => Some(IpAddr::from(address)),
                Some(Host::Ipv6(address)) => Some(IpAddr::from(address)),
                _ => None,
            };
            let name = url.host_str().unwrap_or_default();
            literal.filter(|address| !self.allows_host(name, *address)).map(|address| WebError::NotPublic {
                address: address.to_string(),
                setting: Setting::AllowNet.into(),
            })
        } else {
            Some(WebError::Port { port: port.into(), setting: Setting::AllowPort.into() })
        };
        refused.map_or(Ok(()), |error| Err(error.settled_at(self.written)))
    }

    /// Whether a page may be at this port.
    #[must_use]
    pub fn allows_port(&self, port: u16) -> bool {
        PORTS.contains(&port) || self.ports.contains(&port)
    }
}

/// An IPv4 address that is written as IPv6 (`::ffff:127.0.0.1`, or through NAT64: RFC 6052) is what it stands for.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    match v6.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            IpAddr::V4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        _ => address.to_canonical(),
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let bits = u32::from(address);
            !SPECIAL_V4.iter().any(|(net, length)| (bits ^ u32::from_be_bytes(*net)) >> (32 - length) == 0)
        }
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let bits = u32::from(first) << 16 | u32::from(second);
    first & 0xe000 == 0x2000
        && !SPECIAL_V6.iter().any(|([first, second], length)| {
            (bits ^ (u32::from(*first) << 16 | u32::from(*second))) >> (32 - length) == 0
        })
}

#[cfg(test)]
mod tests {
    use super::AddressPolicy;

    fn allows(policy: &AddressPolicy, address: &str) -> bool {
        policy.allows(address.parse().expect("an address"))
    }

    #[test]
    fn what_is_not_public_is_refused_however_it_is_written() {
        let policy = AddressPolicy::default();
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!allows(&policy, address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2400:3200::1",
            "2001:4860::8888",
        ] {
            assert!(allows(&policy, address), "{address}");
        }
    }

    #[test]
    fn a_network_is_opened_by_name_and_nothing_else_with_it() {
        let policy = AddressPolicy {
            allow_net: vec!["10.20.0.0/16".parse().expect("a network")],
            ports: vec![8080],
            ..AddressPolicy::default()
        };
        assert!(allows(&policy, "10.20.3.4") && allows(&policy, "::ffff:10.20.3.4"));
        assert!(!allows(&policy, "10.21.0.1") && !allows(&policy, "127.0.0.1"));
        assert!(policy.allows_port(80) && policy.allows_port(443) && policy.allows_port(8080));
        assert!(!policy.allows_port(22) && !policy.allows_port(6379));
    }

    #[test]
    fn a_host_is_opened_by_name_wherever_it_is() {
        let policy = AddressPolicy { hosts: ["mirror.lan".to_owned()].into(), ..AddressPolicy::default() };
        let address = "10.1.2.3".parse().expect("an address");
        assert!(policy.allows_host("mirror.lan", address) && policy.allows_host("Mirror.LAN", address));
        assert!(!policy.allows_host("other.lan", address) && !policy.allows(address));
    }
}

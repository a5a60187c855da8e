//! What was typed about the web: limits, manners, ways around; and the clock of a run that fetches.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use ipnet::IpNet;
use jiff::Timestamp;
use url::Url;

use super::settings::{self, SettingsError};
use crate::acquire::sources::address;
use crate::acquire::web::{AddressPolicy, RobotsPolicy, Web, WebClock, WebOptions};
use crate::stream::storage::Location;

/// How long a wait goes on before it is looked whether the run was told to end.
const LOOK: Duration = Duration::from_millis(50);

/// After a signal, the page in hand may go on making requests for so long: with what is then left to do, and to tell, the
/// process ends within 10 seconds.
const GRACE: Duration = Duration::from_secs(6);

/// Chinese help of these arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 14] = [
    ("allow_net", "允许访问此网段（CIDR 或单个地址，可重复），默认只访问公网地址"),
    ("allow_port", "除 80、443 外允许的端口（可重复）；命令行网址中的端口总是允许"),
    ("user_agent", "完整的 User-Agent"),
    ("contact", "写入 User-Agent 的联系网址或邮箱，供网站管理者联系"),
    ("delay", "对同一主机两次请求的最短间隔（秒）"),
    ("connections", "对同一主机的并发请求数"),
    ("timeout", "一次请求的总时限（秒）"),
    ("connect_timeout", "建立连接的时限（秒）"),
    ("retries", "对超时、429、5xx 等情形的重试次数"),
    ("max_redirects", "最多跳转次数"),
    ("ignore_robots", "不理会 robots.txt（会记入归档）"),
    ("proxy", "代理，如 http://host:3128、socks5h://host:1080；不读取环境变量"),
    ("ca_certificate", "另外信任 FILE 中的证书（PEM），如内网的根证书"),
    ("legacy_tls", "可与此主机使用 TLS 1.0、1.1（可重复；须以 legacy-tls 特性构建）"),
];

/// The longest `Retry-After` that is waited for in a stream.
const LONGEST_WAIT_OF_RECORDS: Duration = Duration::from_secs(30);

/// How addresses of the web are fetched.
#[derive(Debug, Args)]
#[command(next_help_heading = "Web")]
pub(super) struct WebArgs {
    /// Let this network be connected to (CIDR or address; may be repeated); public addresses always may
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub allow_net: Vec<IpNet>,
    /// Let this port be connected to besides 80 and 443 (may be repeated); those of typed addresses always may
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub allow_port: Vec<u16>,
    /// The whole User-Agent
    #[arg(long, value_name = "TEXT", conflicts_with = "contact")]
    pub user_agent: Option<String>,
    /// Where those who run a site can turn to, for the User-Agent: an address or mail address
    #[arg(long, value_name = "TEXT")]
    pub contact: Option<String>,
    /// Seconds between the requests to one host, at least
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub delay: Duration,
    /// Requests to one host at the same time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub connections: u16,
    /// Seconds that one request may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub timeout: Duration,
    /// Seconds that a connection may take
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = seconds)]
    pub connect_timeout: Duration,
    /// How often a request is made again after a timeout, 429, 5xx and the like
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub retries: u32,
    /// Most redirects that are followed
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(0..=100))]
    pub max_redirects: u16,
    /// Do not look at robots.txt; recorded with what is archived
    #[arg(long)]
    pub ignore_robots: bool,
    /// A proxy, as `http://host:3128` or `socks5h://host:1080`; the environment is not heeded
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// Trust the certificates in FILE (PEM) too, as the root of an intranet
    #[arg(long, value_name = "FILE")]
    pub ca_certificate: Option<PathBuf>,
    /// Speak TLS 1.0 and 1.1 with this host (may be repeated; needs the feature legacy-tls)
    #[arg(long, value_name = "HOST")]
    pub legacy_tls: Vec<String>,
}

fn network(typed: &str) -> Result<IpNet, String> {
    // A single address is a network of one.
    let whole = if typed.contains(':') { 128 } else { 32 };
    let net = if typed.contains('/') { typed.parse() } else { format!("{typed}/{whole}").parse::<IpNet>() };
    net.map_err(|error| error.to_string())
}

/// A number of seconds, decimals allowed, up to a day.
fn seconds(typed: &str) -> Result<Duration, String> {
    let seconds = typed.parse::<f64>().ok().filter(|seconds| (0.0..=86_400.0).contains(seconds));
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "not a number of seconds from 0 to 86400".to_owned())
}

/// The web, if any of what was `typed` is an address. Waiting ends when `stop` is set.
pub(super) fn web(
    args: &WebArgs,
    typed: &[PathBuf],
    stop: &Arc<AtomicBool>,
) -> Result<Option<Arc<Web>>, SettingsError> {
    let addresses: Vec<Url> = typed.iter().filter_map(|typed| address(typed)?.ok()).collect();
    if addresses.is_empty() {
        return Ok(None);
    }
    let mut options = args.options()?;
    options.policy.ports.extend(addresses.iter().filter_map(Url::port));
    let (now, _) = settings::clock()?;
    let clock = RunClock::new(Box::new(now), Arc::clone(stop));
    let web = Web::new(options, Arc::new(clock)).map_err(|why| SettingsError::Web { why })?;
    Ok(Some(Arc::new(web)))
}

impl WebArgs {
    /// The web for what records name. Hosts and ports of `roots` were typed, and are open wherever they are.
    pub(super) fn of_records(&self, roots: &[Location]) -> Result<Web, SettingsError> {
        let mut options = self.options()?;
        // Many other records wait behind one whose site wants to be asked again later.
        options.longest_wait = LONGEST_WAIT_OF_RECORDS;
        for root in roots {
            if let Location::Remote(root) = root {
                options.policy.hosts.extend(root.host_str().map(str::to_ascii_lowercase));
                options.policy.ports.extend(root.port());
            }
        }
        let (now, _) = settings::clock()?;
        let clock = RunClock::new(Box::new(now), Arc::default());
        Web::new(options, Arc::new(clock)).map_err(|why| SettingsError::Web { why })
    }

    /// What they mean.
    pub(super) fn options(&self) -> Result<WebOptions, SettingsError> {
        let extra_roots = self.ca_certificate.as_deref().map(|path| {
            std::fs::read(path).map_err(|error| SettingsError::Certificate {
                path: path.display().to_string(),
                why: error.to_string(),
            })
        });
        let defaults = WebOptions::default();
        Ok(WebOptions {
            policy: AddressPolicy {
                allow_net: self.allow_net.clone(),
                ports: self.allow_port.clone(),
                ..AddressPolicy::default()
            },
            user_agent: self.user_agent.clone(),
            contact: self.contact.clone(),
            delay: self.delay,
            connections_per_host: self.connections.into(),
            connect_timeout: self.connect_timeout,
            timeout: self.timeout,
            max_redirects: self.max_redirects.into(),
            retries: self.retries,
            robots: if self.ignore_robots { RobotsPolicy::Ignore } else { RobotsPolicy::Obey },
            proxy: self.proxy.clone(),
            legacy_tls: self.legacy_tls.iter().map(|host| host.to_ascii_lowercase()).collect(),
            extra_roots: extra_roots.transpose()?,
            ..defaults
        })
    }
}

/// The clock of a run.
pub(super) struct RunClock {
    /// The time, in whole seconds.
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Set when the run is told to end.
    stop: Arc<AtomicBool>,
    /// When that was first noticed.
    noticed: OnceLock<Instant>,
}

impl RunClock {
    /// A clock that gives `now` and ends waiting when `stop` is set.
    pub(super) fn new(now: Box<dyn Fn() -> Timestamp + Send + Sync>, stop: Arc<AtomicBool>) -> Self {
        Self { now, stop, noticed: OnceLock::new() }
    }

    /// Waits until the time is over or `enough` says so.
    fn wait(duration: Duration, enough: impl Fn() -> bool) {
        let start = Instant::now();
        while let Some(left) = duration.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) {
            if enough() {
                break;
            }
            thread::sleep(left.min(LOOK));
        }
    }
}

impl WebClock for RunClock {
    fn now(&self) -> Timestamp {
        (self.now)()
    }

    fn sleep(&self, duration: Duration) {
        Self::wait(duration, || self.stopped());
    }

    fn pause(&self, duration: Duration) {
        Self::wait(duration, || self.given_up());
    }

    fn given_up(&self) -> bool {
        self.stopped() && self.noticed.get_or_init(Instant::now).elapsed() >= GRACE
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{network, seconds};

    #[test]
    fn networks_and_seconds_are_read() {
        assert_eq!(network("10.0.0.0/8").map(|net| net.to_string()), Ok("10.0.0.0/8".to_owned()));
        assert_eq!(network("127.0.0.1").map(|net| net.to_string()), Ok("127.0.0.1/32".to_owned()));
        assert!(network("10.0.0.0/99").is_err() && network("intranet").is_err());
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["-1", "1e9", "NaN", "inf", "soon", ""] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}

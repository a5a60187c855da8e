//! Settings that all jobs share and each may change: the web, limits, notifications.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

/// How pages are fetched. What is `None` or empty is left to the defaults of `acquire`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebSettings {
    /// `user-agent`: the program's name for servers.
    pub user_agent: Option<String>,
    /// `contact`: an address of whoever runs this, appended to the user agent.
    pub contact: Option<String>,
    /// `delay`: the least time between two requests to a host.
    pub delay: Option<Duration>,
    /// `connections-per-host`: how many at once, 1 to 16.
    pub connections_per_host: Option<usize>,
    /// `connect-timeout`: for making a connection.
    pub connect_timeout: Option<Duration>,
    /// `timeout`: for a request as a whole.
    pub timeout: Option<Duration>,
    /// `retries`: how often what may pass is tried again within a run, 0 to 20.
    pub retries: Option<u32>,
    /// `max-redirects`, 0 to 50.
    pub max_redirects: Option<u32>,
    /// `robots`.
    pub robots: Option<RobotsPolicy>,
    /// `proxy`.
    pub proxy: Option<Url>,
    /// `allow-net`: networks that are private but wanted.
    pub allow_net: Vec<IpNet>,
    /// `ports` besides those of http and https.
    pub ports: Vec<u16>,
    /// `legacy-tls`: hosts that speak nothing newer than TLS 1.1.
    pub legacy_tls: Vec<String>,
    /// `extra-roots`: a PEM file with certificates to trust besides the usual ones.
    pub extra_roots: Option<PathBuf>,
}

impl WebSettings {
    /// These settings, and where they say nothing, `others`.
    pub(super) fn or(self, others: &Self) -> Self {
        fn list<T: Clone>(own: Vec<T>, others: &[T]) -> Vec<T> {
            if own.is_empty() { others.to_vec() } else { own }
        }
        Self {
            user_agent: self.user_agent.or_else(|| others.user_agent.clone()),
            contact: self.contact.or_else(|| others.contact.clone()),
            delay: self.delay.or(others.delay),
            connections_per_host: self.connections_per_host.or(others.connections_per_host),
            connect_timeout: self.connect_timeout.or(others.connect_timeout),
            timeout: self.timeout.or(others.timeout),
            retries: self.retries.or(others.retries),
            max_redirects: self.max_redirects.or(others.max_redirects),
            robots: self.robots.or(others.robots),
            proxy: self.proxy.or_else(|| others.proxy.clone()),
            allow_net: list(self.allow_net, &others.allow_net),
            ports: list(self.ports, &others.ports),
            legacy_tls: list(self.legacy_tls, &others.legacy_tls),
            extra_roots: self.extra_roots.or_else(|| others.extra_roots.clone()),
        }
    }
}

/// What is done about `robots.txt`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RobotsPolicy {
    /// It is fetched and obeyed.
    #[default]
    Obey,
    /// It is not asked for. Recorded with every page.
    Ignore,
}

/// Bounds of a run. What is `None` is left to the defaults of the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// `pages`: most pages fetched in one run of a job; the rest waits for the next.
    pub pages: Option<u64>,
    /// `max-duration`: no page is begun after so long.
    pub max_duration: Option<Duration>,
    /// `list-pages`: most list pages of a column, or sitemaps of an index, read in one run. Default 200.
    pub list_pages: Option<usize>,
    /// `max-bytes`: the largest page.
    pub max_bytes: Option<u64>,
    /// `max-attachment-bytes`: the largest attachment.
    pub max_attachment_bytes: Option<u64>,
    /// `max-pixels`: the most pixels in a picture.
    pub max_pixels: Option<u64>,
}

impl Limits {
    /// How many list pages a column may have, where the file does not say.
    pub const LIST_PAGES: usize = 200;

    pub(super) fn or(self, others: &Self) -> Self {
        Self {
            pages: self.pages.or(others.pages),
            max_duration: self.max_duration.or(others.max_duration),
            list_pages: self.list_pages.or(others.list_pages),
            max_bytes: self.max_bytes.or(others.max_bytes),
            max_attachment_bytes: self.max_attachment_bytes.or(others.max_attachment_bytes),
            max_pixels: self.max_pixels.or(others.max_pixels),
        }
    }
}

/// When somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// A job that went well has failed: `first-failure`.
    FirstFailure,
    /// A job that had failed goes well again: `recovery`.
    Recovery,
    /// A page that was filed before says something else: `change`.
    Change,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::FirstFailure, Self::Recovery, Self::Change];

    /// The word for it in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstFailure => "first-failure",
            Self::Recovery => "recovery",
            Self::Change => "change",
        }
    }
}

/// Who is told about a job, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notifications {
    /// `webhooks`: each gets a JSON object by POST.
    pub webhooks: Vec<Url>,
    /// `on`: when. All occasions by default.
    pub on: BTreeSet<Occasion>,
    /// `ping`: an address in the manner of healthchecks.io, asked at the begin and end. Never taken over from the top of
    /// the file: one address watches one thing.
    pub ping: Option<Url>,
    /// `allow-net`: private networks that these addresses may be in.
    pub allow_net: Vec<IpNet>,
}

impl Default for Notifications {
    fn default() -> Self {
        Self { webhooks: Vec::new(), on: Occasion::ALL.into(), ping: None, allow_net: Vec::new() }
    }
}

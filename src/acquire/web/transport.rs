//! One request and its answer, without redirects, retries or manners.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::{HeaderMap, StatusCode};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector, DefaultConnector};
use ureq::{Agent, Proxy, Timeout};
use url::Url;

use super::WebClock;
use super::error::{Phase, WebError};
use super::options::WebOptions;
use super::policy::AddressPolicy;
use super::recorder::{self, Recorder};
use super::resolver::{CheckedResolver, Fault};
use super::setting::Setting;
use crate::acquire::container::head::{Head, MAX_HEAD};
use crate::message::Size;

/// `Accept-Language`.
const LANGUAGES: &str = "zh-CN,zh;q=0.9,*;q=0.5";

/// How long is waited for an answer before it is looked whether the run has given up.
const LOOK: Duration = Duration::from_millis(100);

/// What is asked for.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) url: Url,
    /// Further header fields.
    pub(super) fields: Vec<(&'static str, String)>,
    /// The longest body.
    pub(super) limit: u64,
    /// Take the beginning of a longer one.
    pub(super) cut: bool,
    /// What is sent, with its media type; none for a request with GET.
    pub(super) sent: Option<(String, Vec<u8>)>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    /// As it came, see [`recorder`].
    pub(super) head: Vec<u8>,
    pub(super) fields: Head,
    /// As it came, but for the transfer coding.
    pub(super) body: Vec<u8>,
}

/// The ways to connect: with the public certificates, with the user's, with old versions of TLS.
#[derive(Debug)]
pub(super) struct Agents {
    public: Agent,
    private: Option<Agent>,
    legacy: Option<Agent>,
    legacy_hosts: BTreeSet<String>,
    /// Hosts whose certificate only the user's roots vouch for.
    private_hosts: Mutex<BTreeSet<String>>,
}

/// A failed request, and whether another set of certificates could change that.
struct Failed {
    error: WebError,
    unknown_issuer: bool,
}

impl Agents {
    pub(super) fn new(options: &WebOptions, policy: &Arc<AddressPolicy>) -> Result<Self, WebError> {
        let proxy = options.proxy.as_deref().map(proxy).transpose()?;
        let agent = |tls: TlsConfig| agent(options, policy, proxy.clone(), tls);
        let private = options.extra_roots.as_deref().map(certificates).transpose()?;
        let private = private
            .map(|roots| agent(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots)).build()));
        let legacy =
            (!options.legacy_tls.is_empty()).then(|| old(options, policy, proxy.clone())).transpose()?;
        Ok(Self {
            public: agent(TlsConfig::default()),
            private,
            legacy,
            legacy_hosts: options.legacy_tls.clone(),
            private_hosts: Mutex::default(),
        })
    }

    /// Asks and waits for the whole answer.
    ///
    /// # Errors
    /// [`WebError`]; [`WebError::Stopped`] as soon as the run gives up what is in hand, be the server silent or not.
    pub(super) fn ask(&self, question: Question, clock: &Arc<dyn WebClock>) -> Result<Answer, WebError> {
        let question = Arc::new(question);
        let host = question.url.host_str().unwrap_or_default().to_owned();
        if let Some(legacy) = self.legacy.as_ref().filter(|_| self.legacy_hosts.contains(&host)) {
            return wait(legacy, &host, &question, clock).map_err(|failed| failed.error);
        }
        let mut known = self.private_hosts.lock().unwrap_or_else(PoisonError::into_inner).contains(&host);
        loop {
            let agent = self.private.as_ref().filter(|_| known).unwrap_or(&self.public);
            match wait(agent, &host, &question, clock) {
                Err(failed) if failed.unknown_issuer && !known && self.private.is_some() => known = true,
                Err(failed) => return Err(failed.error),
                Ok(answer) => {
                    if known {
                        self.private_hosts.lock().unwrap_or_else(PoisonError::into_inner).insert(host);
                    }
                    return Ok(answer);
                }
            }
        }
    }
}

fn proxy(address: &str) -> Result<Proxy, WebError> {
    // The address may hold a password: it is not repeated.
    Proxy::new(address).map_err(|error| WebError::Option { name: "--proxy", why: error.to_string() })
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, WebError> {
    let wrong = |why: String| WebError::Option { name: "--ca-certificate", why };
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err(wrong("no certificate (PEM) in it".to_owned())) } else { Ok(found) }
}

fn agent(options: &WebOptions, policy: &Arc<AddressPolicy>, proxy: Option<Proxy>, tls: TlsConfig) -> Agent {
    agent_through(DefaultConnector::default().chain(Recorder), options, policy, proxy, tls)
}

/// An agent for hosts that speak old versions of TLS.
#[cfg(feature = "legacy-tls")]
fn old(options: &WebOptions, policy: &Arc<AddressPolicy>, proxy: Option<Proxy>) -> Result<Agent, WebError> {
    use ureq::unversioned::transport::{ConnectProxyConnector, SocksConnector, TcpConnector};

    let unusable = |why: String| WebError::Option { name: "--legacy-tls", why };
    let tls = super::old_tls::OldTls::new(options.extra_roots.as_deref())
        .map_err(|error| unusable(error.to_string()))?;
    // As the chain of ureq, but for TLS.
    let chain = ().chain(SocksConnector::default()).chain(ConnectProxyConnector::default());
    let chain = chain.chain(TcpConnector::default()).chain(tls).chain(Recorder);
    Ok(agent_through(chain, options, policy, proxy, TlsConfig::default()))
}

#[cfg(not(feature = "legacy-tls"))]
fn old(_: &WebOptions, _: &Arc<AddressPolicy>, _: Option<Proxy>) -> Result<Agent, WebError> {
    let why = "this program was built without the feature legacy-tls".to_owned();
    Err(WebError::Option { name: "--legacy-tls", why })
}

fn agent_through(
    chain: impl Connector,
    options: &WebOptions,
    policy: &Arc<AddressPolicy>,
    proxy: Option<Proxy>,
    tls: TlsConfig,
) -> Agent {
    let resolver = CheckedResolver {
        policy: Arc::clone(policy),
        proxy: proxy.as_ref().map(|proxy| (proxy.host().to_owned(), proxy.port())),
        system: DefaultResolver::default(),
    };
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0) // each hop is checked by us
        .proxy(proxy)
        .user_agent(options.agent())
        .accept("text/html,application/xhtml+xml,*/*;q=0.8")
        .accept_encoding("gzip, deflate, br")
        .timeout_global(Some(options.timeout))
        .timeout_resolve(Some(options.connect_timeout))
        .timeout_connect(Some(options.connect_timeout))
        .max_response_header_size(MAX_HEAD)
        .max_idle_connections_per_host(options.connections_per_host.max(1))
        .tls_config(tls)
        .build();
    Agent::with_parts(config, chain, resolver)
}

/// Asks on a thread of its own, so that nothing that cannot be broken off (the look-up of a name, a connection nobody
/// answers, a silent server) holds up a run that gives up: the thread is left to itself then, and ends with the process
/// or with its own limits of time.
fn wait(
    agent: &Agent,
    host: &str,
    question: &Arc<Question>,
    clock: &Arc<dyn WebClock>,
) -> Result<Answer, Failed> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let asking = {
        let (agent, host) = (agent.clone(), host.to_owned());
        let (question, clock) = (Arc::clone(question), Arc::clone(clock));
        move || {
            // Who has given up does not listen any more.
            let _ = sender.send(ask(&agent, &host, &question, clock.as_ref()));
        }
    };
    if thread::Builder::new().name("request".to_owned()).spawn(asking).is_err() {
        return ask(agent, host, question, clock.as_ref());
    }
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(answer) => return answer,
            Err(RecvTimeoutError::Timeout) if clock.given_up() => return Err(WebError::Stopped.into()),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                let why = "the request ended without an answer".to_owned();
                return Err(WebError::Lost { host: host.to_owned(), why }.into());
            }
        }
    }
}

fn ask(agent: &Agent, host: &str, question: &Question, clock: &dyn WebClock) -> Result<Answer, Failed> {
    // The one character that the URL Standard leaves in a query and RFC 3986 does not know.
    let address = question.url.as_str().replace('`', "%60");
    let answer = match &question.sent {
        None => {
            let mut request = agent.get(address).header("Accept-Language", LANGUAGES);
            for (name, value) in &question.fields {
                request = request.header(*name, value);
            }
            request.call()
        }
        Some((media_type, body)) => {
            agent.post(address).header("Content-Type", media_type).send(body.as_slice())
        }
    };
    let mut response = answer.map_err(|error| failed(error, host, false))?;
    let status = response.status();
    let head = recorder::head_of(&recorder::take(), status.as_u16())
        .unwrap_or_else(|| rebuilt(status, response.headers()));
    let fields = Head::parse(&head, true);
    let announced = fields.get("content-length").and_then(|length| length.parse::<u64>().ok());
    if !question.cut && announced.is_some_and(|length| length > question.limit) {
        return Err(
            WebError::TooLarge { limit: Size(question.limit), setting: Setting::MaxBytes.into() }.into()
        );
    }
    let mut body = Vec::new();
    let mut reader = response.body_mut().as_reader();
    let mut buffer = [0; 16 << 10];
    loop {
        if clock.given_up() {
            return Err(WebError::Stopped.into());
        }
        let count = match reader.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error.into(), host, true)),
        };
        if count == 0 {
            break;
        }
        body.extend_from_slice(&buffer[..count]);
        if body.len() as u64 > question.limit {
            if !question.cut {
                return Err(WebError::TooLarge {
                    limit: Size(question.limit),
                    setting: Setting::MaxBytes.into(),
                }
                .into());
            }
            body.truncate(usize::try_from(question.limit).unwrap_or(usize::MAX));
            break;
        }
    }
    Ok(Answer { status: status.as_u16(), head, fields, body })
}

/// A head out of parsed fields, should the one that came be missing.
fn rebuilt(status: StatusCode, fields: &HeaderMap) -> Vec<u8> {
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in fields {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

impl From<WebError> for Failed {
    fn from(error: WebError) -> Self {
        Self { error, unknown_issuer: false }
    }
}

/// What an error of ureq means. `within` says whether the head of the answer was there already.
fn failed(error: ureq::Error, host: &str, within: bool) -> Failed {
    let host = host.to_owned();
    let why = error.to_string();
    match error {
        ureq::Error::Other(other) => match other.downcast::<Fault>() {
            Ok(fault) => fault.0.into(),
            Err(_) => WebError::Lost { host, why }.into(),
        },
        ureq::Error::Timeout(timeout) => WebError::Timeout { host, phase: phase(timeout) }.into(),
        ureq::Error::HostNotFound => WebError::Dns { host, why }.into(),
        ureq::Error::Rustls(error) => tls(&error, host),
        ureq::Error::Io(error) => {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(inner) => tls(inner, host),
                None => of_io(&error, host, within).into(),
            }
        }
        ureq::Error::Tls(_) | ureq::Error::TlsRequired => WebError::Tls { host, why }.into(),
        ureq::Error::ConnectionFailed | ureq::Error::ConnectProxyFailed(_) => {
            WebError::Connect { host, why }.into()
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => WebError::Scheme { url: host }.into(),
        _ => WebError::Malformed { host, why }.into(),
    }
}

fn tls(error: &rustls::Error, host: String) -> Failed {
    use rustls::{CertificateError, Error};
    match error {
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            WebError::TlsExpired { host }.into()
        }
        _ => Failed {
            unknown_issuer: matches!(error, Error::InvalidCertificate(CertificateError::UnknownIssuer)),
            error: WebError::Tls { host, why: error.to_string() },
        },
    }
}

fn of_io(error: &io::Error, host: String, within: bool) -> WebError {
    use io::ErrorKind::{
        AddrNotAvailable, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
        NetworkDown, NetworkUnreachable, PermissionDenied, TimedOut, UnexpectedEof,
    };
    match error.kind() {
        UnexpectedEof | ConnectionReset | ConnectionAborted if within => WebError::Truncated { host },
        ConnectionRefused | HostUnreachable | NetworkUnreachable | NetworkDown | AddrNotAvailable
        | PermissionDenied => WebError::Connect { host, why: error.to_string() },
        TimedOut => WebError::Timeout { host, phase: Phase::Whole },
        _ => WebError::Lost { host, why: error.to_string() },
    }
}

fn phase(timeout: Timeout) -> Phase {
    match timeout {
        Timeout::Resolve => Phase::Lookup,
        Timeout::Connect => Phase::Connect,
        Timeout::RecvResponse | Timeout::SendRequest => Phase::Answer,
        Timeout::RecvBody => Phase::Body,
        _ => Phase::Whole,
    }
}

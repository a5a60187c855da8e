//! Turns an address of the web into what a server answers, within limits and with manners.
//!
//! The only place of the program that uses the network. Nothing of it is taken from the environment: no proxy variable
//! is heeded, and the clock is handed in.
//!
//! - **Where to**: http and https only, ports 80, 443 and those that are allowed; names are looked up here, and only
//!   addresses that were checked are connected to ([`policy`]). Each redirect is checked anew. Through a proxy, which
//!   looks up names itself, the target is checked as far as this machine can look it up; what the proxy then connects to
//!   is the proxy's.
//! - **How much**: sizes before and after decompression, times, redirects and heads are limited ([`WebOptions`]).
//! - **Manners**: `robots.txt`, a pause between requests to one host, `Retry-After`, conditional requests.
//! - **Named ends**: what does not give a page is a [`WebError`] with a stable code.

mod admission;
mod answer;
mod cookies;
mod error;
mod exchange;
mod host;
#[cfg(feature = "legacy-tls")]
mod old_tls;
mod options;
mod page;
mod patience;
pub mod policy;
pub mod post;
mod recorder;
mod resolver;
mod retry;
mod robots;
mod setting;
mod transport;
mod wanted;
mod within;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

pub use error::{Phase, WebError};
pub use exchange::{Exchange, Redirect, Validators};
pub use options::{RobotsPolicy, WebOptions};
pub use page::{Fetched, WebAssets, WebPage};
pub use policy::AddressPolicy;
pub use setting::{Setting, SettingName, SettingsPlace};

use cookies::Cookies;
use host::{Hosts, Manners};
use robots::{AllRobots, Robots};
use transport::{Agents, Answer, Question};
use wanted::Wanted;

/// Redirects followed from a `robots.txt` (RFC 9309, 2.3.1.2).
const ROBOTS_REDIRECTS: usize = 5;

/// What is read of the answer to something posted, in bytes.
const POST_ANSWER: u64 = 64 << 10;

/// The time, and waiting, as the caller has them.
pub trait WebClock: Send + Sync {
    /// The time, in whole seconds.
    fn now(&self) -> Timestamp;
    /// Waits for `duration`, or until the run is told to end.
    fn sleep(&self, duration: Duration);
    /// Whether the run was told to end: nothing further is begun then.
    fn stopped(&self) -> bool;
    /// Whether even what is in hand is given up: some time after the run was told to end, so that a page can be finished.
    fn given_up(&self) -> bool {
        self.stopped()
    }
    /// Waits for `duration` on behalf of what is in hand, or until that is given up.
    fn pause(&self, duration: Duration) {
        self.sleep(duration);
    }
}

/// The web, for a whole run: connections, and what is known of each host. Shared by all workers.
pub struct Web {
    options: WebOptions,
    policy: Arc<AddressPolicy>,
    clock: Arc<dyn WebClock>,
    agents: Agents,
    hosts: Hosts,
    robots: AllRobots,
    cookies: Mutex<Cookies>,
    requests: AtomicU64,
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Web {
    /// The web, dealt with as `options` say.
    ///
    /// # Errors
    /// [`WebError::Option`] if an option cannot be used.
    pub fn new(options: WebOptions, clock: Arc<dyn WebClock>) -> Result<Self, WebError> {
        if !options.agent().bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
            let why = "not in printable ASCII".to_owned();
            return Err(WebError::Option { name: "--user-agent, --contact", why });
        }
        let policy = Arc::new(options.policy.clone());
        let agents = Agents::new(&options, &policy)?;
        let (hosts, robots, cookies) = (Hosts::default(), AllRobots::default(), Mutex::default());
        Ok(Self { options, policy, clock, agents, hosts, robots, cookies, requests: AtomicU64::new(0) })
    }

    /// Gets the page or file at `url`, of at most `limit` bytes before and after decompression; if `validators` are those
    /// of what the server has, only the news that nothing has changed. Requests that may succeed later are repeated.
    ///
    /// # Errors
    /// [`WebError`]; [`WebError::is_transient`] says whether it may be had another time.
    pub fn get(&self, url: &Url, validators: Option<&Validators>, limit: u64) -> Result<Exchange, WebError> {
        self.fetch(url, &Wanted { validators, limit, ..self.wanted() })
    }

    /// As [`Web::get`], where it is only known when the turn of the first request comes whether it may still be made:
    /// `begin` is asked then.
    ///
    /// # Errors
    /// As [`Web::get`]; [`WebError::Stopped`] if nothing was asked for because `begin` says no.
    pub fn get_if(
        &self,
        url: &Url,
        validators: Option<&Validators>,
        limit: u64,
        begin: &dyn Fn() -> bool,
    ) -> Result<Exchange, WebError> {
        self.fetch(url, &Wanted { validators, limit, begin: Some(begin), ..self.wanted() })
    }

    /// Gets a file that the page at `referrer` needs or names, of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`Web::get`].
    pub fn get_for(&self, url: &Url, referrer: &Url, limit: u64) -> Result<Exchange, WebError> {
        self.fetch(url, &Wanted { referrer: Some(referrer), limit, ..self.wanted() })
    }

    /// Posts `body` to a service that the user names, as a webhook, and returns the status of the answer: once, without
    /// redirects, cookies, pauses or `robots.txt`, but with the same policy of addresses and the same limits of time.
    ///
    /// # Errors
    /// [`WebError`] if there is no answer.
    pub fn post(&self, url: &Url, media_type: &str, body: &[u8]) -> Result<u16, WebError> {
        let place = self.policy.written;
        let url = cleaned(url)?;
        self.admit(&url).map_err(|error| error.settled_at(place))?;
        let sent = Some((media_type.to_owned(), body.to_vec()));
        let question = Question { url, fields: Vec::new(), limit: POST_ANSWER, cut: true, sent };
        self.requests.fetch_add(1, Ordering::Relaxed);
        let answer = self.agents.ask(question, &self.clock).map_err(|error| error.settled_at(place))?;
        Ok(answer.status)
    }

    /// How many requests were made so far, those for `robots.txt`, pictures and attachments included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// How the web is dealt with.
    #[must_use]
    pub fn options(&self) -> &WebOptions {
        &self.options
    }

    fn wanted(&self) -> Wanted<'static> {
        Wanted { max_redirects: self.options.max_redirects, ..Wanted::default() }
    }

    fn fetch(&self, url: &Url, wanted: &Wanted<'_>) -> Result<Exchange, WebError> {
        self.follow(url, wanted).map_err(|error| error.settled_at(self.policy.written))
    }

    fn follow(&self, url: &Url, wanted: &Wanted<'_>) -> Result<Exchange, WebError> {
        let requested = cleaned(url)?;
        let mut current = requested.clone();
        let mut redirects = Vec::new();
        let mut seen = BTreeSet::new();
        let mut wanted = *wanted;
        loop {
            self.admit(&current)?;
            let robots =
                if wanted.without_manners() { None } else { self.robots_of(&current, wanted.begin)? };
            if let Some(robots) = &robots {
                robots.check(&current)?;
            }
            let cookie = self.cookies().field(&current);
            // The same address with another cookie is no circle: sites send one to oneself to see it come back.
            if !seen.insert((current.clone(), cookie.clone())) {
                return Err(WebError::RedirectLoop { url: current.to_string() });
            }
            let answer = self.answer(&current, cookie, &wanted)?;
            // What has begun is brought to its end.
            wanted.begin = None;
            let Some(to) = answer::redirect(&answer, &current)? else {
                let robots = robots.map_or_else(|| "ignore".to_owned(), |robots| robots.record.clone());
                return self.exchange(requested, current, redirects, &answer, robots, &wanted);
            };
            if wanted.within.is_some_and(|within| !within(&to)) {
                return Err(WebError::RedirectOutside { url: to.to_string() });
            }
            if redirects.len() >= wanted.max_redirects {
                return Err(WebError::TooManyRedirects { limit: wanted.max_redirects });
            }
            let (from, status) = (std::mem::replace(&mut current, to.clone()), answer.status);
            redirects.push(Redirect { from, to, status });
        }
    }

    fn exchange(
        &self,
        requested: Url,
        url: Url,
        redirects: Vec<Redirect>,
        answer: &Answer,
        robots: String,
        wanted: &Wanted<'_>,
    ) -> Result<Exchange, WebError> {
        let not_modified = answer.status == 304;
        let host = url.host_str().unwrap_or_default();
        let body = if not_modified { Vec::new() } else { answer::decoded(answer, host, wanted)? };
        let mut validators = Validators::of_head(&answer.head);
        if let (true, Some(sent)) = (validators.is_empty() && not_modified, wanted.validators) {
            validators.clone_from(sent);
        }
        Ok(Exchange {
            requested,
            url,
            redirects,
            status: answer.status,
            head: answer.head.clone(),
            body,
            captured: self.clock.now(),
            validators,
            charset: answer::charset(answer),
            media_type: answer::media_type(answer),
            robots,
            not_modified,
        })
    }

    /// The answer of one address: a page, a redirect or the news that nothing has changed. Repeated while that may help.
    fn answer(&self, url: &Url, cookie: Option<String>, wanted: &Wanted<'_>) -> Result<Answer, WebError> {
        let mut fields = answer::conditions(wanted.validators);
        if let Some(referrer) = wanted.referrer.filter(|referrer| referrer.origin() == url.origin()) {
            fields.push(("Referer", cleaned(referrer)?.to_string()));
        }
        fields.extend(cookie.map(|cookie| ("Cookie", cookie)));
        fields.extend(wanted.range());
        let question =
            Question { url: url.clone(), fields, limit: wanted.limit, cut: wanted.cut(), sent: None };
        let mut wanted = *wanted;
        let mut attempt = 0;
        loop {
            let error = match self.attempt(&question, &wanted) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            attempt += 1;
            let is_over = error == WebError::Stopped || self.clock.stopped();
            if !error.is_transient() || attempt > self.options.retries || is_over {
                return Err(error);
            }
            wanted.begin = None;
            match error.retry_after() {
                Some(seconds) if seconds > self.options.longest_wait.as_secs() => return Err(error),
                // The host's next turn is not before then.
                Some(_) => {}
                None => self.clock.pause(retry::pause(self.options.backoff, attempt)),
            }
        }
    }

    fn attempt(&self, question: &Question, wanted: &Wanted<'_>) -> Result<Answer, WebError> {
        let Self { options, clock, .. } = self;
        let host = self.hosts.of(question.url.host_str().unwrap_or_default());
        let delay = if wanted.without_manners() { Duration::ZERO } else { options.delay };
        let (most, longest) = (options.connections_per_host, options.longest_wait);
        let turn = host.turn(&Manners { most, delay, longest, begin: wanted.begin }, clock.as_ref())?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let answer = self.agents.ask(question.clone(), clock)?;
        drop(turn);
        for field in answer.fields.all("set-cookie") {
            self.cookies().keep(&question.url, field);
        }
        if wanted.part.is_some() && answer.status == 206 {
            return Ok(answer);
        }
        let error = match answer::verdict(&answer, wanted.validators.is_some(), clock.now()) {
            Ok(()) => return Ok(answer),
            Err(error) => error,
        };
        if let WebError::RateLimited { seconds } = &error {
            host.come_again(*seconds, clock.as_ref());
        }
        Err(error)
    }

    /// What the site of `url` asks of robots; none if that is ignored. `begin` as in [`Wanted`].
    fn robots_of(
        &self,
        url: &Url,
        begin: Option<&dyn Fn() -> bool>,
    ) -> Result<Option<Arc<Robots>>, WebError> {
        let address = robots::address(url).filter(|_| self.options.robots == RobotsPolicy::Obey);
        let Some(address) = address else { return Ok(None) };
        self.robots
            .of(&address, || {
                let wanted = Wanted {
                    begin,
                    limit: robots::MOST_BYTES,
                    robots: true,
                    max_redirects: ROBOTS_REDIRECTS.min(self.options.max_redirects),
                    ..self.wanted()
                };
                let robots = match self.fetch(&address, &wanted) {
                    Ok(exchange) => Robots::of(&address, &exchange.body),
                    Err(error) => Robots::without(&address, error)?,
                };
                self.hosts.of(url.host_str().unwrap_or_default()).set_crawl_delay(robots.delay());
                Ok(robots)
            })
            .map(Some)
    }

    fn cookies(&self) -> std::sync::MutexGuard<'_, Cookies> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The address without what is not the server's business: fragment, name and password.
fn cleaned(url: &Url) -> Result<Url, WebError> {
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(WebError::Scheme { url: url.to_string() });
    }
    let mut url = url.clone();
    url.set_fragment(None);
    // Both only fail for addresses without a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok(url)
}

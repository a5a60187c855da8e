//! A site on loopback for the tests: paths with scripted replies, and a record of what was asked for.
//!
//! Replies with an `ETag` or `Last-Modified` answer conditional requests with 304 by themselves. What is not there gives
//! 404, `robots.txt` included.

mod clock;
mod column;
mod reply;
mod tls;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub(crate) use clock::TestClock;
pub(crate) use column::{Column, article};
pub(crate) use reply::Reply;
pub(crate) use tls::Authority;

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// With query.
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

#[derive(Default)]
struct State {
    /// The replies of each path in order; the last is given again and again.
    paths: Mutex<BTreeMap<String, Vec<Reply>>>,
    log: Mutex<Vec<Request>>,
    /// How many requests are being answered, and the most that ever were.
    busy: Mutex<(usize, usize)>,
}

/// The site. It goes down when it is dropped.
pub(crate) struct Site {
    address: SocketAddr,
    state: Arc<State>,
    tls: Option<Arc<rustls::ServerConfig>>,
    stop: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Site {
    /// An empty site at a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        Self::with(None)
    }

    /// The same over TLS.
    pub(crate) fn start_tls(config: Arc<rustls::ServerConfig>) -> Self {
        Self::with(Some(config))
    }

    fn with(tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut site = Self { address, state: Arc::default(), tls, stop: Arc::default(), listener: None };
        site.up();
        site
    }

    /// Goes up again, at the same port.
    pub(crate) fn up(&mut self) {
        if self.listener.is_some() {
            return;
        }
        let listener = TcpListener::bind(self.address).unwrap();
        self.address = listener.local_addr().unwrap();
        self.stop = Arc::default();
        let (state, stop, tls) = (Arc::clone(&self.state), Arc::clone(&self.stop), self.tls.clone());
        self.listener = Some(thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (state, stop, tls) = (Arc::clone(&state), Arc::clone(&stop), tls.clone());
                let Ok(stream) = stream else { continue };
                thread::spawn(move || {
                    let _ = stream.set_nodelay(true);
                    match tls {
                        None => serve(stream, &state, &stop),
                        Some(config) => {
                            let connection = rustls::ServerConnection::new(config).unwrap();
                            serve(rustls::StreamOwned::new(connection, stream), &state, &stop);
                        }
                    }
                });
            }
        }));
    }

    /// Goes down: connections are refused, open ones answer no more.
    pub(crate) fn down(&mut self) {
        if let Some(listener) = self.listener.take() {
            self.stop.store(true, Ordering::SeqCst);
            // To wake it up.
            let _ = TcpStream::connect(self.address);
            listener.join().unwrap();
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// `http://127.0.0.1:PORT` and `path`.
    pub(crate) fn url(&self, path: &str) -> String {
        self.url_at("127.0.0.1", path)
    }

    /// The same by another name of this machine.
    pub(crate) fn url_at(&self, host: &str, path: &str) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{host}:{}{path}", self.port())
    }

    /// From now on `path` gives `reply`.
    pub(crate) fn put(&self, path: &str, reply: Reply) {
        self.script(path, vec![reply]);
    }

    /// From now on `path` gives these replies one after the other, and then the last again and again.
    pub(crate) fn script(&self, path: &str, replies: Vec<Reply>) {
        self.state.paths.lock().unwrap().insert(path.to_owned(), replies);
    }

    /// A page in UTF-8 with an `ETag`.
    pub(crate) fn page(&self, path: &str, html: &str) {
        self.put(path, Reply::html(html).tagged());
    }

    /// Takes `path` away.
    pub(crate) fn remove(&self, path: &str) {
        self.state.paths.lock().unwrap().remove(path);
    }

    /// All requests so far, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.log.lock().unwrap().clone()
    }

    /// How often `path` was asked for.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.state.log.lock().unwrap().iter().filter(|request| request.path == path).count()
    }

    /// Forgets the requests so far.
    pub(crate) fn forget(&self) {
        self.state.log.lock().unwrap().clear();
    }

    /// The most requests that were ever answered at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.state.busy.lock().unwrap().1
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.down();
    }
}

/// Answers the requests of one connection until it ends.
fn serve<S: Read + Write>(stream: S, state: &State, stop: &AtomicBool) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream) {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let reply = reply_to(&request, state);
        {
            let mut busy = state.busy.lock().unwrap();
            busy.0 += 1;
            busy.1 = busy.1.max(busy.0);
        }
        let goes_on = reply.send(&request, stream.get_mut());
        state.busy.lock().unwrap().0 -= 1;
        if !goes_on {
            break;
        }
    }
}

fn reply_to(request: &Request, state: &State) -> Reply {
    state.log.lock().unwrap().push(request.clone());
    let mut paths = state.paths.lock().unwrap();
    match paths.get_mut(&request.path) {
        None => Reply::not_found(),
        Some(replies) if replies.len() > 1 => replies.remove(0),
        Some(replies) => replies[0].clone(),
    }
}

fn read_request(stream: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    let mut next = |stream: &mut dyn BufRead| {
        line.clear();
        stream.read_line(&mut line).ok().filter(|count| *count > 0)?;
        Some(line.trim_end().to_owned())
    };
    let first = next(stream)?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut fields = BTreeMap::new();
    loop {
        let line = next(stream)?;
        let Some((name, value)) = line.split_once(':') else { break };
        fields.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = fields.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Request { method, path, fields, body })
}

/// Waits as the reply asks.
fn wait(duration: Duration) {
    if !duration.is_zero() {
        thread::sleep(duration);
    }
}

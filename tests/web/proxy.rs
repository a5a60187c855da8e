//! Through proxies, where they are configured and only there.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use guidang::acquire::web::{AddressPolicy, WebOptions};

use super::{code, get, options, web_with};
use crate::support::site::Site;

/// A proxy that leads every name to `site`, and what it was asked for.
struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Reads what the client asks of the proxy, and tells it that it is connected.
type Greet = fn(&mut BufReader<TcpStream>) -> io::Result<String>;

impl Proxy {
    fn start(site: &Site, greet: Greet) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, target) = (listener.local_addr().unwrap().port(), site.port());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for client in listener.incoming() {
                let mut client = BufReader::new(client.unwrap());
                let log = Arc::clone(&log);
                thread::spawn(move || {
                    let Ok(target_name) = greet(&mut client) else { return };
                    log.lock().unwrap().push(target_name);
                    let server = TcpStream::connect(("127.0.0.1", target)).unwrap();
                    let (mut up, mut down) =
                        (server.try_clone().unwrap(), client.get_ref().try_clone().unwrap());
                    thread::spawn(move || io::copy(&mut client, &mut up));
                    let mut server = server;
                    let _ = io::copy(&mut server, &mut down);
                });
            }
        });
        Self { port, asked }
    }
}

fn connect(client: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut first = String::new();
    client.read_line(&mut first)?;
    let mut line = String::new();
    while client.read_line(&mut line)? > 2 {
        line.clear();
    }
    client.get_mut().write_all(b"HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n")?;
    Ok(first.split(' ').nth(1).unwrap_or_default().to_owned())
}

/// SOCKS 5 (RFC 1928), names looked up by the proxy.
fn socks(client: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting)?;
    client.read_exact(&mut vec![0; greeting[1].into()])?;
    client.get_mut().write_all(&[5, 0])?;
    let mut request = [0; 5];
    client.read_exact(&mut request)?;
    assert_eq!(request[3], 3, "a name");
    let mut rest = vec![0; usize::from(request[4]) + 2];
    client.read_exact(&mut rest)?;
    client.get_mut().write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80])?;
    Ok(String::from_utf8_lossy(&rest[..rest.len() - 2]).into_owned())
}

#[test]
fn names_that_only_the_proxy_knows_are_fetched_through_it() {
    let site = Site::start();
    site.page("/a.html", "<p>words</p>");
    for (scheme, greet) in [("http", connect as Greet), ("socks5h", socks as Greet)] {
        let proxy = Proxy::start(&site, greet);
        let options = WebOptions {
            policy: AddressPolicy::default(),
            proxy: Some(format!("{scheme}://127.0.0.1:{}", proxy.port)),
            ..options(&[&site])
        };
        let web = web_with(options).0;
        let exchange = get(&web, "http://www.intranet.invalid/a.html").unwrap();
        assert_eq!(exchange.body, b"<p>words</p>", "{scheme}");
        // The head is the site's, not the proxy's.
        assert!(exchange.head.starts_with(b"HTTP/1.1 200 OK\r\nContent-Type"), "{scheme}");
        let asked = proxy.asked.lock().unwrap().clone();
        assert!(
            !asked.is_empty() && asked.iter().all(|asked| asked.starts_with("www.intranet.invalid")),
            "{asked:?}"
        );
    }
}

#[test]
fn the_policy_holds_for_what_lies_behind_a_proxy_too() {
    let site = Site::start();
    let proxy = Proxy::start(&site, connect);
    let policy = AddressPolicy { ports: vec![site.port(), proxy.port], ..AddressPolicy::default() };
    let proxied = format!("http://127.0.0.1:{}", proxy.port);
    let web = web_with(WebOptions { policy, proxy: Some(proxied.clone()), ..options(&[&site]) }).0;
    for target in
        ["http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/", "http://[::1]/", &proxied]
    {
        assert_eq!(code(get(&web, target)), "refused-address", "{target}");
    }
    assert!(proxy.asked.lock().unwrap().is_empty());
}

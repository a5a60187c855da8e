//! Sites that lie, stall, inflate, or lead elsewhere.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use guidang::acquire::web::{AddressPolicy, WebOptions};

use super::{LIMIT, code, get, options, web, web_with};
use crate::support::site::{Authority, Reply, Site};

#[test]
fn addresses_that_are_not_public_are_refused_unless_allowed() {
    let site = Site::start();
    site.page("/", "secret");
    let closed = AddressPolicy { ports: vec![site.port()], ..AddressPolicy::default() };
    let web = web_with(WebOptions { policy: closed, ..options(&[&site]) }).0;
    let port = site.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0",
        "10.0.0.1",
        "169.254.169.254",
        "[64:ff9b::7f00:1]",
        "127.0.0.1.",
    ] {
        assert_eq!(code(get(&web, &format!("http://{host}:{port}/"))), "refused-address", "{host}");
    }
    assert!(site.requests().is_empty());
}

#[test]
fn a_redirect_to_the_metadata_of_a_cloud_is_refused() {
    let site = Site::start();
    site.put("/a", Reply::redirect(302, "http://169.254.169.254/latest/meta-data/"));
    site.put("/b", Reply::redirect(302, "http://[::ffff:169.254.169.254]/latest/meta-data/"));
    site.put("/c", Reply::redirect(307, "http://127.0.0.1:22/"));
    let web = web(&site);
    assert_eq!(code(get(&web, &site.url("/a"))), "refused-address");
    assert_eq!(code(get(&web, &site.url("/b"))), "refused-address");
    assert_eq!(code(get(&web, &site.url("/c"))), "port");
}

#[test]
fn redirects_in_circles_and_without_end_are_ended() {
    let site = Site::start();
    site.put("/a", Reply::redirect(302, "/b"));
    site.put("/b", Reply::redirect(302, "/a"));
    site.put("/self", Reply::redirect(302, "/self"));
    for number in 0..30 {
        site.put(&format!("/{number}"), Reply::redirect(302, &format!("/{}", number + 1)));
    }
    let web = web(&site);
    assert_eq!(code(get(&web, &site.url("/a"))), "redirect-loop");
    assert_eq!(code(get(&web, &site.url("/self"))), "redirect-loop");
    assert_eq!(code(get(&web, &site.url("/0"))), "too-many-redirects");
    assert_eq!(site.count("/10"), 1);
    assert_eq!(site.count("/11"), 0);
}

#[test]
fn bodies_beyond_the_limits_are_named_and_not_read_to_their_end() {
    let site = Site::start();
    let over = usize::try_from(LIMIT).unwrap() + 1;
    site.put("/announced", Reply::html("").body(vec![b'a'; over]));
    site.put("/chunked", Reply::html("").body(vec![b'a'; over]).chunked().slow(1 << 16, Duration::ZERO));
    site.put("/exact", Reply::html("").body(vec![b'a'; over - 1]));
    site.put("/bomb", Reply::bomb(8 << 20));
    site.put("/bomb-chunked", Reply::bomb(8 << 20).chunked());
    site.put("/unknown", Reply::html("words").field("Content-Encoding", "zstd"));
    let web = web(&site);
    for (path, expected) in [
        ("/announced", "too-large"),
        ("/chunked", "too-large"),
        ("/exact", "ok"),
        ("/bomb", "bomb"),
        ("/bomb-chunked", "bomb"),
        ("/unknown", "content-encoding"),
    ] {
        assert_eq!(code(get(&web, &site.url(path))), expected, "{path}");
    }
}

#[test]
fn bodies_that_break_off_are_no_pages() {
    let site = Site::start();
    let page = "<p>words</p>".repeat(100);
    site.put("/length", Reply::html(&page).truncated(50));
    site.put("/chunked", Reply::html(&page).chunked().slow(10, Duration::ZERO).truncated(50));
    let mut packed = Reply::html(&page).gzip();
    packed = packed.truncated(20);
    site.put("/gzip", packed);
    let whole = Reply::raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\xff\x4b".as_slice());
    site.put("/gzip-closed", whole);
    let web = web_with(WebOptions { retries: 0, ..options(&[&site]) }).0;
    for path in ["/length", "/chunked", "/gzip", "/gzip-closed"] {
        assert_eq!(code(get(&web, &site.url(path))), "truncated", "{path}");
    }
}

#[test]
fn a_site_that_stalls_does_not_hold_us() {
    let site = Site::start();
    site.put("/mute", Reply::html("words").delayed(Duration::from_secs(20)));
    site.put("/slow", Reply::html(&"x".repeat(1000)).slow(1, Duration::from_millis(200)));
    let short = WebOptions { timeout: Duration::from_millis(700), retries: 0, ..options(&[&site]) };
    let web = web_with(WebOptions { connections_per_host: 2, ..short }).0;
    let start = Instant::now();
    assert_eq!(code(get(&web, &site.url("/mute"))), "timeout");
    assert_eq!(code(get(&web, &site.url("/slow"))), "timeout");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn heads_that_are_none_are_named() {
    let site = Site::start();
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(100 << 10));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: 1\r\n".repeat(2000));
    for (path, raw) in [
        ("/ssh", "SSH-2.0-OpenSSH_9.6\r\n"),
        ("/long", &long),
        ("/many", &many),
        ("/binary", "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"),
        ("/lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        ("/nonsense", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nab"),
    ] {
        site.put(path, Reply::raw(raw));
    }
    site.put("/empty", Reply::raw(""));
    let web = web_with(WebOptions { retries: 0, ..options(&[&site]) }).0;
    for path in ["/ssh", "/long", "/many", "/binary", "/lengths", "/nonsense"] {
        assert_eq!(code(get(&web, &site.url(path))), "malformed-response", "{path}");
    }
    assert_eq!(code(get(&web, &site.url("/empty"))), "connection-lost");
}

#[test]
fn a_port_without_a_server_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let site = Site::start();
    let mut options = options(&[&site]);
    options.policy.ports.push(port);
    options.retries = 0;
    assert_eq!(code(get(&web_with(options.clone()).0, &format!("http://127.0.0.1:{port}/"))), "connect");
    let answer = code(get(&web_with(options).0, &format!("http://no-such-host.invalid:{port}/")));
    assert!(matches!(answer, "dns" | "dns-temporary"), "{answer}");
}

#[test]
fn certificates_are_checked_and_an_expired_one_is_named() {
    let authority = Authority::new();
    let (good, old) = (Site::start_tls(authority.server(false)), Site::start_tls(authority.server(true)));
    good.page("/", "<p>words</p>");
    old.page("/", "<p>words</p>");
    let strict = options(&[&good, &old]);
    let trusting = WebOptions { extra_roots: Some(authority.root().into_bytes()), ..strict.clone() };
    assert_eq!(code(get(&web_with(strict).0, &good.url("/"))), "tls");
    let web = web_with(trusting).0;
    let exchange = get(&web, &good.url("/")).unwrap();
    assert_eq!(exchange.body, b"<p>words</p>");
    // The head is what was said inside the connection.
    assert!(exchange.head.starts_with(b"HTTP/1.1 200 OK\r\nContent-Type: text/html"));
    assert_eq!(code(get(&web, &old.url("/"))), "tls-expired");
    assert!(old.requests().is_empty());
}

#[test]
fn https_where_there_is_none_is_named() {
    let site = Site::start();
    let url = site.url("/").replace("http:", "https:");
    let answer = code(get(&web_with(WebOptions { retries: 0, ..options(&[&site]) }).0, &url));
    assert!(matches!(answer, "tls" | "connection-lost"), "{answer}");
}

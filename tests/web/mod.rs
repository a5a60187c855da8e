//! The web, met with real connections on loopback: what is fetched, what is refused, and by which name.

mod commands;
mod hostile;
mod manners;
#[cfg(feature = "legacy-tls")]
mod old_tls;
mod proxy;

use std::sync::Arc;
use std::time::Duration;

use guidang::acquire::web::{AddressPolicy, Exchange, Validators, Web, WebError, WebOptions};
use guidang::message::Describe;
use url::Url;

use crate::support::site::{Column, Reply, Site, TestClock, article};

/// The most bytes that a page may have here.
const LIMIT: u64 = 1 << 20;

/// Options that let `sites` be reached, without pauses.
pub(crate) fn options(sites: &[&Site]) -> WebOptions {
    let policy = AddressPolicy {
        allow_net: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
        ports: sites.iter().map(|site| site.port()).collect(),
        ..AddressPolicy::default()
    };
    WebOptions {
        policy,
        delay: Duration::ZERO,
        timeout: Duration::from_secs(10),
        connect_timeout: Duration::from_secs(5),
        ..WebOptions::default()
    }
}

fn web_with(options: WebOptions) -> (Web, Arc<TestClock>) {
    let clock = Arc::new(TestClock::at("2026-11-29T08:00:00Z"));
    (Web::new(options, Arc::clone(&clock) as _).unwrap(), clock)
}

fn web(site: &Site) -> Web {
    web_with(options(&[site])).0
}

fn get(web: &Web, url: &str) -> Result<Exchange, WebError> {
    web.get(&Url::parse(url).unwrap(), None, LIMIT)
}

/// The code of what went wrong.
fn code(result: Result<Exchange, WebError>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn a_page_comes_with_its_head_as_it_was_sent() {
    let site = Site::start();
    let page = article("关于测试的通知", "2024-05-06", &["一、各单位要认真学习。"]);
    site.put(
        "/zw/1.html",
        Reply::html(&page)
            .field("X-Via", "a  b")
            .field("Last-Modified", "Mon, 06 May 2024 01:30:00 GMT")
            .tagged(),
    );
    let exchange = get(&web(&site), &site.url("/zw/1.html#top")).unwrap();
    assert_eq!(String::from_utf8(exchange.body).unwrap(), page);
    assert_eq!(exchange.url.as_str(), site.url("/zw/1.html"));
    let head = String::from_utf8(exchange.head).unwrap();
    assert!(
        head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nX-Via: a  b\r\n"),
        "{head}"
    );
    assert!(head.ends_with(&format!("Content-Length: {}\r\n\r\n", page.len())), "{head}");
    assert_eq!(
        (exchange.charset.as_deref(), exchange.media_type.as_deref()),
        (Some("utf-8"), Some("text/html"))
    );
    assert_eq!(exchange.captured.to_string(), "2026-11-29T08:00:00Z");
    assert_eq!(exchange.validators.last_modified.as_deref(), Some("Mon, 06 May 2024 01:30:00 GMT"));
    assert_eq!(exchange.robots, format!("obey ({}, status 404)", site.url("/robots.txt")));
}

#[test]
fn what_is_had_already_is_not_sent_again() {
    let site = Site::start();
    site.page("/a.html", "<p>words</p>");
    let web = web(&site);
    let first = get(&web, &site.url("/a.html")).unwrap();
    let url = Url::parse(&site.url("/a.html")).unwrap();
    let second = web.get(&url, Some(&first.validators), LIMIT).unwrap();
    assert!(second.not_modified && second.body.is_empty() && second.status == 304);
    assert_eq!(second.validators, first.validators);
    site.page("/a.html", "<p>other words</p>");
    let third = web.get(&url, Some(&first.validators), LIMIT).unwrap();
    assert!(!third.not_modified);
    // A server that says so unasked is at fault.
    site.put("/a.html", Reply::html("").status(304));
    assert_eq!(code(get(&web, &site.url("/a.html"))), "status");
    assert_eq!(code(web.get(&url, Some(&Validators::default()), LIMIT)), "ok");
}

#[test]
fn encodings_are_undone_and_the_head_is_kept() {
    let site = Site::start();
    let page = "<p>一二三</p>".repeat(1000);
    site.put("/gzip", Reply::html(&page).gzip());
    site.put("/chunked", Reply::html(&page).chunked().slow(3000, Duration::ZERO));
    site.put("/both", Reply::html(&page).gzip().chunked());
    let web = web(&site);
    for path in ["/gzip", "/chunked", "/both"] {
        let exchange = get(&web, &site.url(path)).unwrap();
        assert_eq!(exchange.body, page.as_bytes(), "{path}");
        let head = String::from_utf8(exchange.head).unwrap();
        assert_eq!(head.contains("Content-Encoding: gzip\r\n"), path != "/chunked");
    }
}

#[test]
fn redirects_are_followed_one_by_one_and_remembered() {
    let site = Site::start();
    site.put("/a", Reply::redirect(301, "/b?x=1"));
    site.put("/b?x=1", Reply::redirect(302, &site.url_at("localhost", "/c.html")));
    site.page("/c.html", "<p>words</p>");
    let exchange = get(&web(&site), &site.url("/a")).unwrap();
    assert_eq!(exchange.requested.as_str(), site.url("/a"));
    assert_eq!(exchange.url.as_str(), site.url_at("localhost", "/c.html"));
    let way: Vec<(u16, &str)> = exchange.redirects.iter().map(|step| (step.status, step.to.path())).collect();
    assert_eq!(way, [(301, "/b"), (302, "/c.html")]);
}

#[test]
fn what_gives_no_page_has_a_name() {
    let site = Site::start();
    for status in [201, 204, 400, 401, 403, 410, 418, 500, 502, 503] {
        site.put(&format!("/{status}"), Reply::html("no").status(status));
    }
    site.put("/412", Reply::challenge(412));
    site.put("/521", Reply::challenge(521));
    site.put("/202", Reply::challenge(202));
    site.put("/403-script", Reply::challenge(403));
    site.put("/300", Reply::html("").status(302));
    site.put("/ftp", Reply::redirect(302, "ftp://127.0.0.1/a"));
    site.put("/file", Reply::redirect(302, "file:///etc/passwd"));
    let web = web_with(WebOptions { retries: 0, ..options(&[&site]) }).0;
    for (path, expected) in [
        ("/none", "gone"),
        ("/410", "gone"),
        ("/201", "status"),
        ("/204", "status"),
        ("/400", "status"),
        ("/401", "forbidden"),
        ("/403", "forbidden"),
        ("/418", "status"),
        ("/500", "server-error"),
        ("/503", "server-error"),
        ("/412", "challenge"),
        ("/521", "challenge"),
        ("/202", "challenge"),
        ("/403-script", "challenge"),
        ("/300", "status"),
        ("/ftp", "scheme"),
        ("/file", "scheme"),
    ] {
        assert_eq!(code(get(&web, &site.url(path))), expected, "{path}");
    }
}

#[test]
fn a_column_is_fetched_with_one_request_for_each_address() {
    let site = Site::start();
    let column = Column::of("/zwgk/tzgg/", 45);
    column.publish(&site);
    let web = web(&site);
    let paths = ["", "index_1.html", "index_2.html", "rss.xml", "post_45.html"];
    let mut had = Vec::new();
    for path in paths {
        had.push(get(&web, &site.url(&format!("{}{path}", column.folder))).unwrap());
    }
    assert!(String::from_utf8_lossy(&had[0].body).contains("./post_45.html"));
    assert!(String::from_utf8_lossy(&had[2].body).contains("./post_1.html"));
    assert_eq!(had[3].media_type.as_deref(), Some("application/rss+xml"));
    site.forget();
    for (path, had) in paths.iter().zip(&had) {
        let url = Url::parse(&site.url(&format!("{}{path}", column.folder))).unwrap();
        assert!(web.get(&url, Some(&had.validators), LIMIT).unwrap().not_modified, "{path}");
    }
    assert_eq!(site.requests().len(), paths.len());
}

#[test]
fn a_site_that_is_down_may_be_had_another_time() {
    let mut site = Site::start();
    site.page("/a", "<p>words</p>");
    let (web, clock) = web_with(options(&[&site]));
    site.down();
    let error = get(&web, &site.url("/a")).unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("connect", true));
    assert_eq!(clock.waits(), [2, 4]);
    site.up();
    assert_eq!(code(get(&web, &site.url("/a"))), "ok");
}

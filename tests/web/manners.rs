//! How sites are treated: robots.txt, pauses, repetitions, cookies.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use guidang::acquire::web::{RobotsPolicy, WebClock, WebOptions};
use guidang::message::Describe;
use url::Url;

use super::{LIMIT, code, get, options, web, web_with};
use crate::support::site::{Reply, Site};

#[test]
fn robots_txt_is_asked_for_once_obeyed_and_recorded() {
    let site = Site::start();
    let rules = "User-agent: *\nDisallow: /private/\nCrawl-delay: 7\n";
    site.put("/robots.txt", Reply::new("text/plain", rules));
    site.page("/a.html", "<p>words</p>");
    site.page("/private/b.html", "<p>words</p>");
    let (obeying, clock) = web_with(options(&[&site]));
    let exchange = get(&obeying, &site.url("/a.html")).unwrap();
    assert!(exchange.robots.starts_with(&format!("obey ({}, sha256 ", site.url("/robots.txt"))));
    assert_eq!(code(get(&obeying, &site.url("/private/b.html"))), "robots");
    assert_eq!(code(get(&obeying, &site.url("/a.html"))), "ok");
    assert_eq!((site.count("/robots.txt"), site.count("/private/b.html")), (1, 0));
    assert_eq!(clock.waits(), [7]);

    let ignoring = WebOptions { robots: RobotsPolicy::Ignore, ..options(&[&site]) };
    let exchange = get(&web_with(ignoring).0, &site.url("/private/b.html")).unwrap();
    assert_eq!(exchange.robots, "ignore");
    assert_eq!(site.count("/robots.txt"), 1);
}

#[test]
fn a_site_whose_robots_txt_fails_is_left_alone() {
    let site = Site::start();
    site.page("/a.html", "<p>words</p>");
    site.put("/robots.txt", Reply::html("").status(500));
    let web = web(&site);
    assert_eq!(code(get(&web, &site.url("/a.html"))), "server-error");
    assert_eq!(site.count("/a.html"), 0);
    site.put("/robots.txt", Reply::html("").status(403));
    assert_eq!(code(get(&web, &site.url("/a.html"))), "ok");
}

#[test]
fn a_redirect_to_what_robots_txt_forbids_is_not_followed() {
    let site = Site::start();
    site.put("/robots.txt", Reply::new("text/plain", "User-agent: guidang\nDisallow: /b\n"));
    site.put("/a", Reply::redirect(302, "/b"));
    assert_eq!(code(get(&web(&site), &site.url("/a"))), "robots");
    assert_eq!(site.count("/b"), 0);
}

#[test]
fn what_may_pass_is_tried_again_and_what_will_not_is_not() {
    let site = Site::start();
    let good = Reply::html("<p>words</p>");
    site.script("/flaky", vec![Reply::html("").status(502), Reply::html("x").truncated(0), good.clone()]);
    site.put("/down", Reply::html("").status(500));
    site.put("/forbidden", Reply::html("").status(403));
    let (web, clock) = web_with(options(&[&site]));
    assert_eq!(code(get(&web, &site.url("/flaky"))), "ok");
    assert_eq!(clock.waits(), [2, 4]);
    assert_eq!(code(get(&web, &site.url("/down"))), "server-error");
    assert_eq!(code(get(&web, &site.url("/forbidden"))), "forbidden");
    assert_eq!(code(get(&web, &site.url("/none"))), "gone");
    let counts = ["/flaky", "/down", "/forbidden", "/none"].map(|path| site.count(path));
    assert_eq!(counts, [3, 3, 1, 1]);
}

#[test]
fn retry_after_is_waited_for_or_told() {
    let site = Site::start();
    let good = Reply::html("<p>words</p>");
    site.script("/short", vec![Reply::rate_limited(30), good.clone()]);
    site.script("/busy", vec![Reply::html("").status(503).field("Retry-After", "10"), good.clone()]);
    site.put("/long", Reply::rate_limited(3600));
    site.put("/other", good);
    let (web, clock) = web_with(options(&[&site]));
    assert_eq!(code(get(&web, &site.url("/short"))), "ok");
    assert_eq!(code(get(&web, &site.url("/busy"))), "ok");
    assert_eq!(clock.waits(), [30, 10]);
    let error = get(&web, &site.url("/long")).unwrap_err();
    assert_eq!((error.retry_after(), error.is_transient()), (Some(3600), true));
    // The others of the host are not asked for before that either.
    assert_eq!(code(get(&web, &site.url("/other"))), "rate-limited");
    assert_eq!(site.count("/other"), 0);
    clock.set("2026-11-29T10:00:00Z");
    assert_eq!(code(get(&web, &site.url("/other"))), "ok");
}

/// What is remembered across runs must not silence a site for good: it is asked once a month.
#[test]
fn a_host_that_asks_for_years_is_asked_again_after_a_month() {
    let site = Site::start();
    site.script("/", vec![Reply::rate_limited(4_000_000_000), Reply::html("<p>words</p>")]);
    let (web, clock) = web_with(options(&[&site]));
    assert_eq!(code(get(&web, &site.url("/"))), "rate-limited");
    clock.set("2026-12-29T07:00:00Z");
    assert_eq!(code(get(&web, &site.url("/"))), "rate-limited");
    assert_eq!((site.count("/"), web.patience().len()), (1, 1));
    clock.set("2026-12-29T08:00:01Z");
    assert_eq!(code(get(&web, &site.url("/"))), "ok");
    assert!(web.patience().is_empty());
}

#[test]
fn requests_to_one_host_keep_their_distance_whatever_the_clock_does() {
    let site = Site::start();
    site.page("/a", "<p>words</p>");
    let (web, clock) = web_with(WebOptions { delay: Duration::from_secs(5), ..options(&[&site]) });
    for _ in 0..3 {
        get(&web, &site.url("/a")).unwrap();
    }
    assert_eq!(clock.waits(), [5, 5]);
    // Put back by a day: nobody waits for a day.
    clock.set("2026-11-28T08:00:00Z");
    get(&web, &site.url("/a")).unwrap();
    assert_eq!(clock.waits(), [5, 5, 5]);
}

#[test]
fn one_request_at_a_time_goes_to_a_host() {
    let site = Site::start();
    for number in 0..6 {
        site.put(&format!("/{number}"), Reply::html("<p>x</p>").delayed(Duration::from_millis(30)));
    }
    for most in [1, 2] {
        let web = Arc::new(web_with(WebOptions { connections_per_host: most, ..options(&[&site]) }).0);
        thread::scope(|scope| {
            for number in 0..6 {
                let (web, url) = (Arc::clone(&web), site.url(&format!("/{number}")));
                scope.spawn(move || get(&web, &url).unwrap());
            }
        });
        assert_eq!(site.most_at_once(), most);
    }
    // Six workers asked for it at once, two times.
    assert_eq!(site.count("/robots.txt"), 2);
}

#[test]
fn a_cookie_goes_back_where_it_came_from_and_nowhere_else() {
    let site = Site::start();
    let set = Reply::redirect(302, "/page").field("Set-Cookie", "sid=abc; Path=/; HttpOnly");
    site.script("/page", vec![set, Reply::html("<p>words</p>")]);
    site.page("/other", "<p>words</p>");
    let web = web(&site);
    // Sent to itself once, for the cookie to come back: no circle.
    assert_eq!(code(get(&web, &site.url("/page"))), "ok");
    get(&web, &site.url("/other")).unwrap();
    get(&web, &site.url_at("localhost", "/other")).unwrap();
    let sent: Vec<Option<String>> = site
        .requests()
        .iter()
        .filter(|request| request.path != "/robots.txt")
        .map(|request| request.fields.get("cookie").cloned())
        .collect();
    let cookie = Some("sid=abc".to_owned());
    assert_eq!(sent, [None, cookie.clone(), cookie, None]);
}

#[test]
fn a_request_says_who_asks_and_keeps_secrets_to_itself() {
    let site = Site::start();
    site.page("/a", "<p>words</p>");
    let named = WebOptions { contact: Some("https://archive.example/".to_owned()), ..options(&[&site]) };
    let web = web_with(named).0;
    let with_password = site.url("/a").replace("http://", "http://user:secret@");
    let exchange = get(&web, &with_password).unwrap();
    assert_eq!(exchange.requested.as_str(), site.url("/a"));
    let page = Url::parse(&site.url("/zw/#x")).unwrap();
    web.get_for(&Url::parse(&site.url("/a")).unwrap(), &page, LIMIT).unwrap();
    let requests = site.requests();
    let agent = &requests[1].fields["user-agent"];
    assert!(agent.starts_with("guidang/") && agent.ends_with(" (+https://archive.example/)"), "{agent}");
    assert!(!requests[1].fields.contains_key("authorization"));
    assert_eq!(requests[1].fields["accept-encoding"], "gzip, deflate, br");
    assert_eq!(requests[2].fields["referer"], site.url("/zw/"));
}

#[test]
fn what_may_not_begin_any_more_when_its_turn_comes_is_not_asked_for() {
    let site = Site::start();
    site.page("/a", "<p>words</p>");
    site.script("/b", vec![Reply::html("").status(503), Reply::html("<p>words</p>")]);
    let (web, clock) = web_with(WebOptions { delay: Duration::from_secs(30), ..options(&[&site]) });
    let until = clock.now().as_second() + 40;
    let get = |path: &str| {
        let url = Url::parse(&site.url(path)).unwrap();
        web.get_if(&url, None, LIMIT, &|| clock.now().as_second() < until)
    };
    assert!(get("/a").is_ok());
    // Its turn comes after 30 seconds, which is in time; what has begun is repeated until it is there.
    assert!(get("/b").is_ok());
    site.forget();
    assert_eq!(code(get("/a")), "stopped");
    assert!(site.requests().is_empty());
}

#[test]
fn a_run_that_is_told_to_end_makes_no_request() {
    let site = Site::start();
    site.page("/a", "<p>words</p>");
    let (web, clock) = web_with(options(&[&site]));
    clock.stop();
    assert_eq!(code(get(&web, &site.url("/a"))), "stopped");
    assert!(site.requests().is_empty());
}

#[test]
fn what_is_posted_meets_the_same_policy_and_no_redirect_is_followed() {
    let site = Site::start();
    site.put("/hook", Reply::html("ok").status(202));
    site.put("/moved", Reply::redirect(307, "/hook"));
    let web = web(&site);
    let post = |path: &str| web.post(&Url::parse(&site.url(path)).unwrap(), "application/json", b"{}");
    assert_eq!((post("/hook"), post("/moved"), post("/none")), (Ok(202), Ok(307), Ok(404)));
    let requests = site.requests();
    assert_eq!((requests.len() as u64, web.requests()), (3, 3));
    assert_eq!((requests[0].method.as_str(), requests[0].body.as_slice()), ("POST", b"{}".as_slice()));
    let outside = Url::parse(&format!("http://10.0.0.1:{}/", site.port())).unwrap();
    assert_eq!(web.post(&outside, "text/plain", b"").unwrap_err().code(), "refused-address");
}
